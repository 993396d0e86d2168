// SPDX-License-Identifier: GPL-2.0-only
/*
 * A report as tables for spreadsheets.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "escape.h"
#include "report_csv.h"
#include "report_words.h"

/* What spreadsheets begin a formula with; the last four are the wide forms of = + - @. */
static bool is_formula(const char *text)
{
	static const char *const wide[] = { "\xef\xbc\x9d", "\xef\xbc\x8b", "\xef\xbc\x8d",
					    "\xef\xbc\xa0" };
	size_t i;

	while (*text == ' ')
		text++;
	if (*text && strchr("=+-@\t\r\n", *text))
		return true;
	for (i = 0; i < sizeof(wide) / sizeof(wide[0]); i++)
		if (strncmp(text, wide[i], strlen(wide[i])) == 0)
			return true;
	return false;
}

static void separate(struct csv *csv)
{
	if (csv->begun)
		fputc(',', csv->stream);
	csv->begun = true;
}

/* Nothing in it needs an escape: most texts, and there may be millions. */
static bool is_plain(const char *text)
{
	for (; *text; text++)
		if (*text < ' ' || *text > '~' || *text == '"' || *text == '\\')
			return false;
	return true;
}

void csv_text(struct csv *csv, const char *text)
{
	char *escaped;
	const char *at;

	separate(csv);
	fputc('"', csv->stream);
	if (text && is_plain(text)) {
		if (is_formula(text))
			fputc('\'', csv->stream);
		fputs(text, csv->stream);
		fputc('"', csv->stream);
		return;
	}
	escaped = escape_terminal(text ? text : "");
	if (text && is_formula(text))
		fputc('\'', csv->stream);
	for (at = escaped ? escaped : "?"; *at; at++) {
		if (*at == '"')
			fputc('"', csv->stream);
		fputc(*at, csv->stream);
	}
	fputc('"', csv->stream);
	free(escaped);
}

void csv_number(struct csv *csv, uint64_t number)
{
	separate(csv);
	fprintf(csv->stream, "%" PRIu64, number);
}

void csv_time(struct csv *csv, uint64_t ns)
{
	char text[48];

	report_time(ns, text);
	separate(csv);
	fputs(text, csv->stream);
}

void csv_end(struct csv *csv)
{
	fputs("\r\n", csv->stream);
	csv->begun = false;
}

void csv_header(struct csv *csv, const char *const *words)
{
	for (; *words; words++)
		csv_text(csv, *words);
	csv_end(csv);
}

/* What a row begins with. */
#define ABOUT "agency", "component", "hostname", "asset_id", "os", "kernel"

static void put_about(struct csv *csv, const struct report *report)
{
	csv_text(csv, report->about.agency);
	csv_text(csv, report->about.component);
	csv_text(csv, report->asset.hostname);
	csv_text(csv, report->asset.id);
	csv_text(csv, report->asset.os);
	csv_text(csv, report->asset.kernel);
}

static void put_releases(struct csv *csv, const struct report_product *product)
{
	char *joined = NULL;
	size_t length, i;
	FILE *stream = open_memstream(&joined, &length);

	for (i = 0; stream && i < product->n_releases; i++)
		fprintf(stream, "%s%s", i ? "; " : "", product->releases[i]);
	if (stream)
		fclose(stream);
	csv_text(csv, joined);
	free(joined);
}

static const char *state(const struct report_product *product)
{
	switch (product->finding) {
	case REPORT_USED:
		return report_ran(&product->count) == product->count.n[HISTORY_EXCEPTED] ?
			       "excepted" : "used";
	case REPORT_ATTEMPTED:
		return "blocked";
	default:
		return report_finding_word(product->finding);
	}
}

static void put_counts(struct csv *csv, const struct report_count *count)
{
	size_t i;

	for (i = 0; i < HISTORY_OUTCOMES; i++)
		csv_number(csv, count->n[i]);
	csv_time(csv, count->first_ns);
	csv_time(csv, count->last_ns);
}

void report_csv_products(const struct report *report, FILE *stream)
{
	static const char *const header[] = {
		"directive", "agency", "component", "vendor", "product", "versions", "authority",
		"in_scope", "finding", "endpoints_impacted", "denied", "observed",
		"would_be_denied", "excepted", "first_seen", "last_seen", "users", "paths",
		"watched_percent", "since", "until", NULL
	};
	uint64_t window = report->until_ns - report->since_ns;
	struct csv csv = { .stream = stream };
	char percent[32];
	size_t i;

	csv_header(&csv, header);
	for (i = 0; i < report->n_products; i++) {
		const struct report_product *p = &report->products[i];

		csv_text(&csv, report->directive->id);
		csv_text(&csv, report->about.agency);
		csv_text(&csv, report->about.component);
		csv_text(&csv, p->vendor);
		csv_text(&csv, p->product);
		put_releases(&csv, p);
		csv_text(&csv, p->authority);
		csv_text(&csv, p->in_scope ? "yes" : "no");
		csv_text(&csv, report_finding_word(p->finding));
		csv_number(&csv, p->finding <= REPORT_ATTEMPTED);
		put_counts(&csv, &p->count);
		csv_number(&csv, p->n_users);
		csv_number(&csv, p->n_paths);
		report_percent_number(p->watched_ns, window, percent);
		separate(&csv);
		fputs(percent, stream);
		csv_time(&csv, report->since_ns);
		csv_time(&csv, report->until_ns);
		csv_end(&csv);
	}
}

void report_csv_endpoints(const struct report *report, FILE *stream)
{
	static const char *const header[] = {
		ABOUT, "vendor", "product", "version", "authority", "in_scope", "state",
		"evidence_kind", "first_seen", "last_seen", "exception_approver",
		"exception_justification", "mission_function", "remediation_due", NULL
	};
	struct csv csv = { .stream = stream };
	size_t i;

	csv_header(&csv, header);
	for (i = 0; i < report->n_products; i++) {
		const struct report_product *p = &report->products[i];
		const struct report_exception *exception =
			p->n_exceptions ? &p->exceptions[p->n_exceptions - 1] : NULL;

		if (p->finding > REPORT_ATTEMPTED)
			continue;
		put_about(&csv, report);
		csv_text(&csv, p->vendor);
		csv_text(&csv, p->product);
		put_releases(&csv, p);
		csv_text(&csv, p->authority);
		csv_text(&csv, p->in_scope ? "yes" : "no");
		csv_text(&csv, state(p));
		csv_text(&csv, "file-hash");
		csv_time(&csv, p->count.first_ns);
		csv_time(&csv, p->count.last_ns);
		csv_text(&csv, exception ? exception->approver : "");
		csv_text(&csv, exception ? exception->justification : "");
		csv_text(&csv, "");
		csv_text(&csv, "");
		csv_end(&csv);
	}
}

void report_csv_evidence_begin(FILE *stream)
{
	static const char *const header[] = {
		ABOUT, "vendor", "product", "version", "authority", "policy", "evidence_kind",
		"value", "path", "uid", "login_uid", "outcome", "events", "first_seen",
		"last_seen", NULL
	};
	struct csv csv = { .stream = stream };

	csv_header(&csv, header);
}

void report_csv_evidence(const struct report *report, const struct history_hit *row,
			 FILE *stream)
{
	struct csv csv = { .stream = stream };
	char uid[16];

	put_about(&csv, report);
	csv_text(&csv, row->vendor);
	csv_text(&csv, row->product);
	csv_text(&csv, row->release);
	csv_text(&csv, row->authority);
	csv_text(&csv, row->policy);
	csv_text(&csv, "file-hash");
	csv_text(&csv, row->sha256);
	csv_text(&csv, row->path);
	csv_number(&csv, row->uid);
	report_uid(row->auid, uid);
	csv_text(&csv, uid);
	csv_text(&csv, report_outcome_word(row->outcome));
	csv_number(&csv, row->n);
	csv_time(&csv, row->first_ns);
	csv_time(&csv, row->last_ns);
	csv_end(&csv);
}

static void put_product_name(struct csv *csv, const struct report_product *product)
{
	char *name;

	if (asprintf(&name, "%s: %s", product->vendor, product->product) < 0)
		name = NULL;
	csv_text(csv, name);
	free(name);
}

static void put_methods(struct csv *csv)
{
	const struct report_method *method;
	char joined[256] = "";
	size_t at = 0;

	for (method = report_methods; method->code && at < sizeof(joined); method++)
		at += snprintf(joined + at, sizeof(joined) - at, "%s%s", at ? "; " : "",
			       method->code);
	csv_text(csv, joined);
}

static void put_element(struct csv *csv, const struct report *report,
			const struct report_product *product, enum directive_fill fill)
{
	switch (fill) {
	case DIRECTIVE_AGENCY:
		csv_text(csv, report->about.agency);
		break;
	case DIRECTIVE_CONTACT:
		csv_text(csv, report->about.contact);
		break;
	case DIRECTIVE_PRODUCT:
		put_product_name(csv, product);
		break;
	case DIRECTIVE_ENDPOINTS:
		csv_number(csv, 1);
		break;
	case DIRECTIVE_METHODS:
		put_methods(csv);
		break;
	case DIRECTIVE_COMPONENT:
		csv_text(csv, report->about.component);
		break;
	case DIRECTIVE_BLANK:
		csv_text(csv, "");
		break;
	}
}

void report_csv_plan(const struct report *report, FILE *stream)
{
	const struct directive *d = report->directive;
	struct csv csv = { .stream = stream };
	size_t i, j;

	for (j = 0; j < d->n_plan; j++)
		csv_text(&csv, d->plan[j].heading);
	csv_end(&csv);
	for (i = 0; i < report->n_products; i++) {
		const struct report_product *p = &report->products[i];

		if (!p->in_scope || p->finding > REPORT_ATTEMPTED)
			continue;
		for (j = 0; j < d->n_plan; j++)
			put_element(&csv, report, p, d->plan[j].fill);
		csv_end(&csv);
	}
}
