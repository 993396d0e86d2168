// SPDX-License-Identifier: GPL-2.0-only
/*
 * A fleet's report as a page.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "fleet_output.h"
#include "html.h"
#include "report_svg.h"
#include "report_words.h"

static void put_header(const struct fleet *fleet, FILE *stream)
{
	const char *title = json_string_value(json_object_get(fleet->directive, "title"));
	const char *citation = json_string_value(json_object_get(fleet->directive, "citation"));

	fputs("<a class=\"skip\" href=\"#answer\">Skip to the answer</a>\n<header>\n", stream);
	html_element(stream, "p", "kicker", citation ? citation : "Debar");
	html_element(stream, "h1", NULL, title ? title : "Fleet report");
	fprintf(stream, "<p class=\"meta\">%zu machine%s, ", fleet->n_assets,
		fleet->n_assets == 1 ? "" : "s");
	html_time(stream, fleet->since_ns);
	fputs(" to ", stream);
	html_time(stream, fleet->until_ns);
	fputs(" UTC</p>\n<nav aria-label=\"Contents\"><ul>"
	      "<li><a href=\"#answer\">Answer</a></li><li><a href=\"#products\">Products</a></li>"
	      "<li><a href=\"#machines\">Machines</a></li><li><a href=\"#limits\">Limits</a></li>"
	      "</ul></nav>\n</header>\n<main>\n", stream);
}

static void put_figures(const struct fleet *fleet, FILE *stream)
{
	size_t i, used = 0, attempted = 0;
	char text[32];

	for (i = 0; i < fleet->n_assets; i++) {
		used += fleet->assets[i].finding == REPORT_USED;
		attempted += fleet->assets[i].finding == REPORT_ATTEMPTED;
	}
	fputs("<dl class=\"figures\">\n", stream);
	snprintf(text, sizeof(text), "%zu", used);
	html_figure(stream, text, "machines where one ran", used ? "bad" : NULL);
	snprintf(text, sizeof(text), "%zu", attempted);
	html_figure(stream, text, "machines with attempts, denied", attempted ? "warn" : NULL);
	snprintf(text, sizeof(text), "%zu", fleet->n_assets);
	html_figure(stream, text, "machines reporting", NULL);
	snprintf(text, sizeof(text), fleet->n_hosts ? "%zu" : "unknown", fleet->n_silent);
	html_figure(stream, text, "machines silent", fleet->n_silent ? "bad" : NULL);
	fputs("</dl>\n", stream);
}

static void put_answer(const struct fleet *fleet, FILE *stream)
{
	enum report_finding finding = fleet_overall(fleet);
	char *statement = NULL;
	size_t length;
	FILE *memory = open_memstream(&statement, &length);

	if (memory) {
		fleet_statement(fleet, memory);
		fclose(memory);
	}
	fprintf(stream, "<section id=\"answer\" class=\"card answer %s\" "
		"aria-labelledby=\"answer-h\">\n<h2 id=\"answer-h\" "
		"style=\"margin:0 0 .4rem\">%s</h2>\n", report_finding_word(finding),
		report_finding_text(finding));
	html_element(stream, "p", "lead", statement);
	put_figures(fleet, stream);
	fputs("</section>\n", stream);
	free(statement);
}

/* How many machines of all: used, then attempted. The numbers stand beside it. */
static void put_bar(const struct fleet *fleet, const struct fleet_product *p, FILE *stream)
{
	double used = fleet->n_assets ? 120.0 * p->n_used / fleet->n_assets : 0;
	double attempted = fleet->n_assets ? 120.0 * p->n_attempted / fleet->n_assets : 0;

	fprintf(stream, "<td><svg viewBox=\"0 0 120 12\" role=\"img\" style=\"width:120px\" "
		"aria-label=\"used on %zu, attempted on %zu of %zu machines\">"
		"<rect class=\"lane\" width=\"120\" height=\"12\"/>"
		"<rect class=\"b-ran\" width=\"%.1f\" height=\"12\"/>"
		"<rect class=\"b-denied\" x=\"%.1f\" width=\"%.1f\" height=\"12\"/></svg></td>",
		p->n_used, p->n_attempted, fleet->n_assets, used, used, attempted);
}

static void put_products(const struct fleet *fleet, FILE *stream)
{
	static const char *const headings[] = {
		"Product", "Finding", "Authority", "Machines", "#Used on", "#Attempted on",
		"#Denied", "#Ran", "First", "Last", NULL
	};
	size_t i;

	fputs("<section id=\"products\" aria-labelledby=\"products-h\">\n"
	      "<h2 id=\"products-h\">Products</h2>\n<div class=\"card\">\n", stream);
	html_table_begin(stream, "Products, and on how many machines they were met", headings);
	for (i = 0; i < fleet->n_products; i++) {
		const struct fleet_product *p = &fleet->products[i];

		fputs("<tr><th scope=\"row\"><bdi>", stream);
		html_text(stream, p->vendor);
		fputs(": ", stream);
		html_text(stream, p->product);
		fprintf(stream, "</bdi>%s</th><td><span class=\"badge %s\">%s</span></td>",
			p->in_scope ? "" : " (not in scope)", report_finding_word(p->finding),
			report_finding_text(p->finding));
		html_cell(stream, p->authority);
		put_bar(fleet, p, stream);
		html_cell_number(stream, p->n_used);
		html_cell_number(stream, p->n_attempted);
		html_cell_number(stream, p->count.n[HISTORY_DENIED]);
		html_cell_number(stream, report_ran(&p->count));
		html_cell_time(stream, p->count.first_ns);
		html_cell_time(stream, p->count.last_ns);
		fputs("</tr>\n", stream);
	}
	html_table_end(stream);
	fputs("<ul class=\"legend\"><li>", stream);
	report_svg_key(stream, "b-ran");
	fputs("Used</li><li>", stream);
	report_svg_key(stream, "b-denied");
	fputs("Attempted, denied</li></ul>\n</div>\n</section>\n", stream);
}

static void put_machine(const struct fleet_asset *a, FILE *stream)
{
	char percent[32];

	report_percent(a->watched_ns, a->window_ns, percent);
	fputs("<tr><th scope=\"row\"><bdi>", stream);
	html_text(stream, *a->hostname ? a->hostname : a->id);
	fprintf(stream, "</bdi>%s</th>", a->expected ? "" : " (not expected)");
	html_cell_code(stream, a->id);
	fprintf(stream, "<td><span class=\"badge %s\">%s</span></td><td class=\"n\">%s</td>",
		report_finding_word(a->finding), report_finding_text(a->finding), percent);
	html_cell_number(stream, a->n_lost);
	html_cell_number(stream, a->n_unjudged);
	html_cell_time(stream, a->since_ns);
	html_cell_time(stream, a->until_ns);
	html_cell_number(stream, a->n_summaries);
	fputs("</tr>\n", stream);
}

static void put_machines(const struct fleet *fleet, FILE *stream)
{
	static const char *const headings[] = {
		"Machine", "Asset id", "Finding", "#Watched", "#Events lost", "#Not judged",
		"From", "To", "#Reports", NULL
	};
	size_t i;

	fputs("<section id=\"machines\" aria-labelledby=\"machines-h\">\n"
	      "<h2 id=\"machines-h\">Machines</h2>\n<div class=\"card\">\n", stream);
	html_table_begin(stream, "Machines that reported", headings);
	for (i = 0; i < fleet->n_assets; i++)
		put_machine(&fleet->assets[i], stream);
	html_table_end(stream);
	if (fleet->n_silent) {
		fputs("<h3>Silent</h3>\n<p>Expected, but nothing came from:</p>\n"
		      "<ul class=\"plain\">\n", stream);
		for (i = 0; i < fleet->n_hosts; i++)
			if (fleet->silent[i])
				html_element(stream, "li", NULL, fleet->hosts[i]);
		fputs("</ul>\n", stream);
	}
	fputs("</div>\n</section>\n", stream);
}

static void put_limit(const char *sentence, void *data)
{
	html_element(data, "li", NULL, sentence);
}

void fleet_html(const struct fleet *fleet, FILE *stream)
{
	const char *title = json_string_value(json_object_get(fleet->directive, "title"));

	html_begin(stream, title ? title : "Fleet report", true);
	put_header(fleet, stream);
	put_answer(fleet, stream);
	put_products(fleet, stream);
	put_machines(fleet, stream);
	fputs("<section id=\"limits\" aria-labelledby=\"limits-h\">\n"
	      "<h2 id=\"limits-h\">What this report cannot know</h2>\n<div class=\"card\">\n"
	      "<ul class=\"plain\">\n", stream);
	fleet_limits(fleet, put_limit, stream);
	fputs("</ul>\n</div>\n</section>\n</main>\n<footer>\n<p>Made by debar " DEBAR_VERSION
	      ". Times are UTC.</p>\n</footer>\n", stream);
	html_end(stream);
}
