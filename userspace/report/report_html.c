// SPDX-License-Identifier: GPL-2.0-only
/*
 * A report as a page.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "html.h"
#include "output.h"
#include "report_html.h"
#include "report_svg.h"
#include "report_words.h"

/* Rows of the table of spans; the timeline and summary.json have all. */
#define SPANS_SHOWN 200

static void put_header(FILE *stream, const struct report *r)
{
	const struct directive *d = r->directive;

	fputs("<a class=\"skip\" href=\"#answer\">Skip to the answer</a>\n<header>\n", stream);
	html_element(stream, "p", "kicker", d->citation ? d->citation : "Debar");
	html_element(stream, "h1", NULL, d->title);
	fputs("<p class=\"meta\"><bdi>", stream);
	html_text(stream, *r->asset.hostname ? r->asset.hostname : "Machine without a recorded name");
	fputs("</bdi>, ", stream);
	html_time(stream, r->since_ns);
	fputs(" to ", stream);
	html_time(stream, r->until_ns);
	fputs(" UTC</p>\n<nav aria-label=\"Contents\"><ul>"
	      "<li><a href=\"#answer\">Answer</a></li><li><a href=\"#watch\">Watch</a></li>"
	      "<li><a href=\"#products\">Products</a></li>"
	      "<li><a href=\"#policies\">Policies</a></li>"
	      "<li><a href=\"#limits\">Limits</a></li><li><a href=\"#about\">About</a></li>"
	      "</ul></nav>\n</header>\n<main>\n", stream);
}

static size_t count_findings(const struct report *r, enum report_finding finding)
{
	size_t i, n = 0;

	for (i = 0; i < r->n_products; i++)
		n += r->products[i].in_scope && r->products[i].finding == finding;
	return n;
}

static void put_figures(FILE *stream, const struct report *r)
{
	size_t used = count_findings(r, REPORT_USED);
	size_t attempted = count_findings(r, REPORT_ATTEMPTED);
	uint64_t window = r->until_ns - r->since_ns;
	char text[48];

	fputs("<dl class=\"figures\">\n", stream);
	snprintf(text, sizeof(text), "%zu", used);
	html_figure(stream, text, "products used", used ? "bad" : NULL);
	snprintf(text, sizeof(text), "%zu", attempted);
	html_figure(stream, text, "products attempted, denied", attempted ? "warn" : NULL);
	report_percent(report_watched(r), window, text);
	html_figure(stream, text, "of the period watched",
		    report_watched(r) == window ? "ok" : "warn");
	snprintf(text, sizeof(text), "%" PRIu64, r->n_lost);
	html_figure(stream, text, "events lost", r->n_lost ? "bad" : NULL);
	snprintf(text, sizeof(text), "%zu", r->n_unjudged_files);
	html_figure(stream, text, "files not judged", r->n_unjudged_files ? "warn" : NULL);
	fputs("</dl>\n", stream);
}

static void put_answer(FILE *stream, const struct report *r)
{
	char *statement = NULL;
	size_t length;
	FILE *memory = open_memstream(&statement, &length);

	if (memory) {
		report_statement(r, memory);
		fclose(memory);
	}
	fprintf(stream, "<section id=\"answer\" class=\"card answer %s\" aria-labelledby=\"answer-h\">\n"
		"<h2 id=\"answer-h\" style=\"margin:0 0 .4rem\">%s</h2>\n",
		report_finding_word(report_overall(r)), report_finding_text(report_overall(r)));
	html_element(stream, "p", "lead", statement);
	put_figures(stream, r);
	fputs("</section>\n", stream);
	free(statement);
}

static void put_legend(FILE *stream, const struct report *r)
{
	char duration[48], percent[32], class[32];
	size_t i;

	fputs("<ul class=\"legend\">\n", stream);
	for (i = 0; i < REPORT_WATCHES; i++) {
		if (!r->watch_ns[i])
			continue;
		report_duration(r->watch_ns[i], duration);
		report_percent(r->watch_ns[i], r->until_ns - r->since_ns, percent);
		snprintf(class, sizeof(class), "s-%s", report_watch_word(i));
		fputs("<li>", stream);
		report_svg_key(stream, class);
		fprintf(stream, "%s: %s, %s</li>\n", report_watch_text(i), percent, duration);
	}
	if (r->n_policies) {
		fputs("<li>", stream);
		report_svg_key(stream, "s-policy");
		fputs("Policy in force</li>\n", stream);
	}
	fputs("</ul>\n", stream);
}

static void put_spans(FILE *stream, const struct report *r)
{
	static const char *const headings[] = { "From", "To", "For", "State", "Reason", NULL };
	char duration[48];
	size_t i, shown = 0;

	html_table_begin(stream, "The period, part by part", headings);
	for (i = 0; i < r->n_spans && shown < SPANS_SHOWN; i++, shown++) {
		const struct report_span *span = &r->spans[i];

		report_duration(span->to_ns - span->from_ns, duration);
		fputs("<tr>", stream);
		html_cell_time(stream, span->from_ns);
		html_cell_time(stream, span->to_ns);
		html_cell_short(stream, duration);
		html_cell(stream, report_watch_text(span->watch));
		html_cell(stream, span->reason);
		fputs("</tr>\n", stream);
	}
	html_table_end(stream);
	if (r->n_spans > shown)
		fprintf(stream, "<p>%zu more parts are in summary.json.</p>\n", r->n_spans - shown);
}

static void put_hooks(FILE *stream, const struct report *r)
{
	static const char *const headings[] = { "Kind of event", "From", "To", "Reason", NULL };
	size_t i;

	if (!r->n_hook_gaps)
		return;
	html_table_begin(stream, "Hooks missing: kinds of event that were not judged", headings);
	for (i = 0; i < r->n_hook_gaps; i++) {
		fputs("<tr>", stream);
		html_cell(stream, debar_kind_name(r->hook_gaps[i].kind));
		html_cell_time(stream, r->hook_gaps[i].from_ns);
		html_cell_time(stream, r->hook_gaps[i].to_ns);
		html_cell(stream, r->hook_gaps[i].reason);
		fputs("</tr>\n", stream);
	}
	html_table_end(stream);
}

static void put_losses(FILE *stream, const struct report *r)
{
	static const char *const headings[] = { "Noticed", "#First", "#Last", "#Events", NULL };
	size_t i;

	if (!r->n_losses)
		return;
	html_table_begin(stream, "Events lost, by sequence number", headings);
	for (i = 0; i < r->n_losses; i++) {
		fputs("<tr>", stream);
		html_cell_time(stream, r->losses[i].time_ns);
		html_cell_number(stream, r->losses[i].first);
		html_cell_number(stream, r->losses[i].last);
		html_cell_number(stream, r->losses[i].n);
		fputs("</tr>\n", stream);
	}
	html_table_end(stream);
}

static void put_unjudged(FILE *stream, const struct report *r)
{
	static const char *const headings[] = { "File", "Why", "#Events", "First", "Last", NULL };
	size_t i;

	if (!r->n_unjudged)
		return;
	html_table_begin(stream, "Files that could not be judged", headings);
	for (i = 0; i < r->n_unjudged; i++) {
		fputs("<tr>", stream);
		html_cell_code(stream, r->unjudged[i].path);
		html_cell(stream, r->unjudged[i].reason);
		html_cell_number(stream, r->unjudged[i].n);
		html_cell_time(stream, r->unjudged[i].first_ns);
		html_cell_time(stream, r->unjudged[i].last_ns);
		fputs("</tr>\n", stream);
	}
	html_table_end(stream);
	if (r->n_unjudged_files > r->n_unjudged)
		fprintf(stream, "<p>and %zu more files.</p>\n", r->n_unjudged_files - r->n_unjudged);
}

static void put_notes(FILE *stream, const struct report *r)
{
	char time[48];
	size_t i;

	if (!r->n_jumps && !r->n_pruned && !r->n_replaced)
		return;
	fputs("<ul class=\"plain\">\n", stream);
	for (i = 0; i < r->n_jumps; i++) {
		report_time(r->jumps[i].time_ns, time);
		fprintf(stream, "<li>The clock was set by %+.3f s, noticed %s.</li>\n",
			r->jumps[i].jump_ns / 1e9, time);
	}
	for (i = 0; i < r->n_pruned; i++) {
		report_time(r->pruned[i].time_ns, time);
		fprintf(stream, "<li>%" PRIu64 " records from before %s were removed, as their time of "
			"retention was over.</li>\n", r->pruned[i].n, time);
	}
	for (i = 0; i < r->n_replaced; i++) {
		report_time(r->replaced[i].time_ns, time);
		fprintf(stream, "<li>This store was begun %s: the one before was damaged and set "
			"aside.</li>\n", time);
	}
	fputs("</ul>\n", stream);
}

static void put_watch(FILE *stream, const struct report *r)
{
	fputs("<section id=\"watch\" aria-labelledby=\"watch-h\">\n"
	      "<h2 id=\"watch-h\">Was the machine watched?</h2>\n<div class=\"card\">\n<figure>\n",
	      stream);
	report_svg_timeline(stream, r);
	put_legend(stream, r);
	fputs("</figure>\n", stream);
	put_spans(stream, r);
	put_hooks(stream, r);
	put_losses(stream, r);
	put_unjudged(stream, r);
	put_notes(stream, r);
	fputs("</div>\n</section>\n", stream);
}

static void put_badge(FILE *stream, const struct report_product *p)
{
	fprintf(stream, "<span class=\"badge %s\">%s</span>", report_finding_word(p->finding),
		report_finding_text(p->finding));
}

static void put_overview(FILE *stream, const struct report *r, bool in_scope,
			 const char *caption)
{
	static const char *const headings[] = { "Product", "Finding", "Authority", "#Denied",
						"#Observed", "#Would be denied", "#Excepted",
						"#Watched for", NULL };
	uint64_t window = r->until_ns - r->since_ns;
	bool begun = false;
	char percent[32];
	size_t i, j;

	for (i = 0; i < r->n_products; i++) {
		const struct report_product *p = &r->products[i];

		if (p->in_scope != in_scope)
			continue;
		if (!begun)
			html_table_begin(stream, caption, headings);
		begun = true;
		fputs("<tr><th scope=\"row\"><bdi>", stream);
		html_text(stream, p->vendor);
		fputs(": ", stream);
		html_text(stream, p->product);
		fputs("</bdi></th><td>", stream);
		put_badge(stream, p);
		fputs("</td>", stream);
		html_cell(stream, p->authority);
		for (j = 0; j < HISTORY_OUTCOMES; j++)
			html_cell_number(stream, p->count.n[j]);
		report_percent(p->watched_ns, window, percent);
		fprintf(stream, "<td class=\"n\">%s</td></tr>\n", percent);
	}
	if (begun)
		html_table_end(stream);
	else if (in_scope)
		fputs("<p>No policy in force named a product in scope.</p>\n", stream);
}

static void put_counts(FILE *stream, const struct report_count *count)
{
	size_t i;

	for (i = 0; i < HISTORY_OUTCOMES; i++)
		html_cell_number(stream, count->n[i]);
	html_cell_time(stream, count->first_ns);
	html_cell_time(stream, count->last_ns);
}

static void put_users(FILE *stream, const struct report_product *p)
{
	static const char *const headings[] = { "#User id", "#Login id", "#Denied", "#Observed",
						"#Would be denied", "#Excepted", "First", "Last",
						NULL };
	char auid[16];
	size_t i;

	html_table_begin(stream, "Users", headings);
	for (i = 0; i < p->n_users && i < REPORT_SHOWN; i++) {
		report_uid(p->users[i].auid, auid);
		fprintf(stream, "<tr><td class=\"n\">%u</td><td class=\"n\">%s</td>",
			p->users[i].uid, auid);
		put_counts(stream, &p->users[i].count);
		fputs("</tr>\n", stream);
	}
	html_table_end(stream);
	if (p->n_users > REPORT_SHOWN)
		fprintf(stream, "<p>and %zu%s more users.</p>\n", p->n_users - REPORT_SHOWN,
			p->users_cut ? " or" : "");
}

static void put_paths(FILE *stream, const struct report_product *p)
{
	static const char *const headings[] = { "File", "Version", "#Denied", "#Ran", "First",
						"Last", NULL };
	size_t i;

	html_table_begin(stream, "Files, by path and SHA-256", headings);
	for (i = 0; i < p->n_paths && i < REPORT_SHOWN; i++) {
		const struct report_path *path = &p->paths[i];

		fputs("<tr><td><code class=\"path\">", stream);
		html_text(stream, path->path);
		fprintf(stream, "</code><code class=\"path meta\">%s</code></td>", path->sha256);
		html_cell(stream, path->release);
		html_cell_number(stream, path->count.n[HISTORY_DENIED]);
		html_cell_number(stream, report_ran(&path->count));
		html_cell_time(stream, path->count.first_ns);
		html_cell_time(stream, path->count.last_ns);
		fputs("</tr>\n", stream);
	}
	html_table_end(stream);
	if (p->n_paths > REPORT_SHOWN)
		fprintf(stream, "<p>and %zu more files: see evidence.csv.</p>\n",
			p->n_paths - REPORT_SHOWN);
}

static void put_exceptions(FILE *stream, const char *caption,
			   const struct report_exception *list, size_t n)
{
	static const char *const headings[] = { "Until", "Approved by", "Justification", "Policy",
						"Of file", NULL };
	char expires[48];
	size_t i;

	if (!n)
		return;
	html_table_begin(stream, caption, headings);
	for (i = 0; i < n; i++) {
		const struct report_exception *e = &list[i];

		out_format_instant(e->expires, expires);
		fputs("<tr>", stream);
		html_cell(stream, expires);
		html_cell(stream, e->approver);
		html_cell(stream, e->justification);
		html_cell(stream, e->policy);
		html_cell_code(stream, *e->sha256 ? e->sha256 : "the whole product");
		fputs("</tr>\n", stream);
	}
	html_table_end(stream);
}

static void put_product(FILE *stream, const struct report *r, const struct report_product *p,
			size_t n)
{
	size_t i;

	fprintf(stream, "<article aria-labelledby=\"product-%zu\">\n<div class=\"head\">"
		"<h3 id=\"product-%zu\"><bdi>", n, n);
	html_text(stream, p->vendor);
	fputs(": ", stream);
	html_text(stream, p->product);
	fputs("</bdi></h3>", stream);
	put_badge(stream, p);
	fputs("</div>\n<dl class=\"fields\">\n", stream);
	html_field(stream, "Authority", p->authority);
	if (p->action)
		html_field(stream, "Action", debar_action_name(p->action));
	for (i = 0; i < p->n_releases; i++)
		html_field(stream, "Version", p->releases[i]);
	fputs("<dt>Seen</dt><dd>", stream);
	html_time(stream, p->count.first_ns);
	fputs(" to ", stream);
	html_time(stream, p->count.last_ns);
	fputs("</dd>\n</dl>\n<figure>\n", stream);
	report_svg_product(stream, r, p, n);
	fputs("<ul class=\"legend\"><li>", stream);
	report_svg_key(stream, "b-denied");
	fprintf(stream, "Denied: %" PRIu64 "</li><li>", p->count.n[HISTORY_DENIED]);
	report_svg_key(stream, "b-ran");
	fprintf(stream, "Ran: %" PRIu64 "</li></ul>\n</figure>\n", report_ran(&p->count));
	put_users(stream, p);
	put_paths(stream, p);
	put_exceptions(stream, "Exceptions", p->exceptions, p->n_exceptions);
	fputs("</article>\n", stream);
}

static void put_products(FILE *stream, const struct report *r)
{
	size_t i, n = 0;
	int scope;

	fputs("<section id=\"products\" aria-labelledby=\"products-h\">\n"
	      "<h2 id=\"products-h\">Products</h2>\n<div class=\"card\">\n", stream);
	put_overview(stream, r, true, "Products in scope");
	put_overview(stream, r, false, "Other banned products, not in scope of this directive");
	put_exceptions(stream, "Exceptions for single files", r->exceptions, r->n_exceptions);
	fputs("</div>\n", stream);
	for (scope = 1; scope >= 0; scope--)
		for (i = 0; i < r->n_products; i++)
			if (r->products[i].in_scope == scope &&
			    r->products[i].finding <= REPORT_ATTEMPTED)
				put_product(stream, r, &r->products[i], n++);
	fputs("</section>\n", stream);
}

static void put_policies(FILE *stream, const struct report *r)
{
	static const char *const headings[] = { "Policy", "#Serial", "From", "To", "#Signers",
						"SHA-256 of the image", NULL };
	size_t i;

	fputs("<section id=\"policies\" aria-labelledby=\"policies-h\">\n"
	      "<h2 id=\"policies-h\">Policies in force</h2>\n<div class=\"card\">\n", stream);
	if (!r->n_policies)
		fputs("<p>None.</p>\n", stream);
	else
		html_table_begin(stream, "Policies that were in force within the period", headings);
	for (i = 0; i < r->n_policies; i++) {
		const struct report_policy *p = &r->policies[i];

		fputs("<tr><th scope=\"row\"><bdi>", stream);
		html_text(stream, p->name);
		fputs("</bdi></th>", stream);
		html_cell_number(stream, p->serial);
		html_cell_time(stream, p->from_ns);
		if (p->open)
			html_cell(stream, "still in force");
		else
			html_cell_time(stream, p->to_ns);
		html_cell_number(stream, p->n_signers);
		html_cell_code(stream, p->sha256);
		fputs("</tr>\n", stream);
	}
	if (r->n_policies)
		html_table_end(stream);
	fputs("</div>\n</section>\n", stream);
}

static void put_limit(const char *sentence, void *data)
{
	html_element(data, "li", NULL, sentence);
}

static void put_about(FILE *stream, const struct report *r)
{
	const struct directive *d = r->directive;
	size_t i;

	fputs("<section id=\"about\" aria-labelledby=\"about-h\">\n<h2 id=\"about-h\">About</h2>\n"
	      "<div class=\"card\">\n<dl class=\"fields\">\n", stream);
	html_field(stream, "Directive", d->id);
	html_field(stream, "Issued by", d->issuer);
	html_field(stream, "Issued", d->issued);
	html_field(stream, "Binds", d->binding);
	html_field(stream, "Scope", d->scope);
	html_field(stream, "Agency", r->about.agency);
	html_field(stream, "Component", r->about.component);
	html_field(stream, "Contact", r->about.contact);
	html_field(stream, "Host name", r->asset.hostname);
	html_field(stream, "Asset id", r->asset.id);
	html_field(stream, "System", r->asset.os);
	html_field(stream, "Kernel", r->asset.kernel);
	fputs("</dl>\n<h3>What the directive asks</h3>\n<ul class=\"plain\">\n", stream);
	for (i = 0; i < d->n_asks; i++)
		html_element(stream, "li", NULL, d->asks[i]);
	for (i = 0; i < d->n_deadlines; i++) {
		fprintf(stream, "<li>Day %" PRIu64 ": ", d->deadlines[i].day);
		html_text(stream, d->deadlines[i].what);
		fputs("</li>\n", stream);
	}
	fputs("</ul>\n", stream);
}

void report_html(const struct report *r, FILE *stream)
{
	const struct report_method *method;

	html_begin(stream, r->directive->title, false);
	report_svg_patterns(stream);
	put_header(stream, r);
	put_answer(stream, r);
	put_watch(stream, r);
	put_products(stream, r);
	put_policies(stream, r);
	fputs("<section id=\"limits\" aria-labelledby=\"limits-h\">\n"
	      "<h2 id=\"limits-h\">What this report cannot know</h2>\n<div class=\"card\">\n"
	      "<ul class=\"plain\">\n", stream);
	report_limits(r, put_limit, stream);
	fputs("</ul>\n</div>\n</section>\n", stream);
	put_about(stream, r);
	fputs("<h3>How products are identified</h3>\n<ul class=\"plain\">\n", stream);
	for (method = report_methods; method->code; method++)
		html_element(stream, "li", NULL, method->text);
	fputs("</ul>\n</div>\n</section>\n</main>\n<footer>\n", stream);
	fprintf(stream, "<p>Made by debar " DEBAR_VERSION " from %" PRIu64 " records", r->store.n_records);
	if (*r->store.head)
		fprintf(stream, "; the hash of the last one is <code>%s</code>", r->store.head);
	fputs(". Times are UTC.</p>\n</footer>\n", stream);
	html_end(stream);
}
