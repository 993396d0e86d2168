// SPDX-License-Identifier: GPL-2.0-only
/*
 * A fleet's report as JSON, tables and text.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "fleet_output.h"
#include "report_csv.h"
#include "report_json.h"
#include "report_text.h"
#include "report_words.h"

#define NS UINT64_C(1000000000)

static void put(json_t *object, const char *key, json_t *value)
{
	json_object_set_new(object, key, value ? value : json_null());
}

static void put_text(json_t *object, const char *key, const char *text)
{
	put(object, key, *text ? json_string(text) : json_null());
}

static void put_time(json_t *object, const char *key, uint64_t ns)
{
	char text[48];

	report_time(ns, text);
	put_text(object, key, text);
}

static void put_count(json_t *object, const struct report_count *count)
{
	put(object, "denied", json_integer(count->n[HISTORY_DENIED]));
	put(object, "observed", json_integer(count->n[HISTORY_OBSERVED]));
	put(object, "would_be_denied", json_integer(count->n[HISTORY_WOULD_BE_DENIED]));
	put(object, "excepted", json_integer(count->n[HISTORY_EXCEPTED]));
	put_time(object, "first_seen", count->first_ns);
	put_time(object, "last_seen", count->last_ns);
}

static json_t *products(const struct fleet *fleet)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < fleet->n_products; i++) {
		const struct fleet_product *p = &fleet->products[i];
		json_t *product = json_object();

		put_text(product, "vendor", p->vendor);
		put_text(product, "product", p->product);
		put_text(product, "authority", p->authority);
		put(product, "in_scope", json_boolean(p->in_scope));
		put_text(product, "finding", report_finding_word(p->finding));
		put(product, "endpoints_impacted", json_integer(p->n_used + p->n_attempted));
		put(product, "endpoints_used", json_integer(p->n_used));
		put(product, "endpoints_attempted", json_integer(p->n_attempted));
		put_count(product, &p->count);
		json_array_append_new(list, product);
	}
	return list;
}

static json_t *findings(const struct fleet *fleet, size_t asset)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < fleet->n_findings; i++) {
		const struct fleet_finding *f = &fleet->findings[i];
		json_t *finding;

		if (f->asset != asset || f->finding > REPORT_ATTEMPTED)
			continue;
		finding = json_object();
		put_text(finding, "vendor", fleet->products[f->product].vendor);
		put_text(finding, "product", fleet->products[f->product].product);
		put_text(finding, "authority", fleet->products[f->product].authority);
		put_text(finding, "finding", report_finding_word(f->finding));
		put_count(finding, &f->count);
		json_array_append_new(list, finding);
	}
	return list;
}

static json_t *assets(const struct fleet *fleet)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < fleet->n_assets; i++) {
		const struct fleet_asset *a = &fleet->assets[i];
		json_t *asset = json_object();

		put_text(asset, "asset_id", a->id);
		put_text(asset, "hostname", a->hostname);
		put_text(asset, "os", a->os);
		put_text(asset, "kernel", a->kernel);
		put_text(asset, "agency", a->agency);
		put_text(asset, "component", a->component);
		put_text(asset, "finding", report_finding_word(a->finding));
		put_time(asset, "since", a->since_ns);
		put_time(asset, "until", a->until_ns);
		put(asset, "window_seconds", json_integer(a->window_ns / NS));
		put(asset, "watched_seconds", json_integer(a->watched_ns / NS));
		put(asset, "events_lost", json_integer(a->n_lost));
		put(asset, "not_judged_events", json_integer(a->n_unjudged));
		put(asset, "summaries", json_integer(a->n_summaries));
		put(asset, "duplicates", json_integer(a->n_duplicates));
		put(asset, "overlapping", json_boolean(a->overlapping));
		put(asset, "expected", json_boolean(a->expected));
		put(asset, "findings", findings(fleet, i));
		json_array_append_new(list, asset);
	}
	return list;
}

static json_t *endpoints(const struct fleet *fleet)
{
	json_t *object = json_object(), *silent = json_array();
	size_t in_scope = fleet->n_hosts ? fleet->n_hosts : fleet->n_assets, i;
	char percent[32];

	for (i = 0; i < fleet->n_hosts; i++)
		if (fleet->silent[i])
			json_array_append_new(silent, json_string(fleet->hosts[i]));
	report_percent_number(in_scope - fleet->n_silent, in_scope, percent);
	put(object, "in_scope", json_integer(in_scope));
	put(object, "reporting", json_integer(fleet->n_assets));
	put(object, "silent", json_integer(fleet->n_silent));
	put(object, "not_expected", json_integer(fleet->n_unexpected));
	put(object, "reporting_percent", json_string(percent));
	put(object, "silent_hosts", silent);
	return object;
}

static void add_limit(const char *sentence, void *data)
{
	json_array_append_new(data, json_string(sentence));
}

static char *statement(const struct fleet *fleet)
{
	char *text = NULL;
	size_t length;
	FILE *stream = open_memstream(&text, &length);

	if (!stream)
		return NULL;
	fleet_statement(fleet, stream);
	fclose(stream);
	return text;
}

void fleet_json(const struct fleet *fleet, FILE *stream)
{
	json_t *object = json_object(), *period = json_object(), *limits = json_array();
	json_t *tool = json_object();
	char *text = statement(fleet);

	put_text(tool, "name", "debar");
	put_text(tool, "version", DEBAR_VERSION);
	put_time(period, "since", fleet->since_ns);
	put_time(period, "until", fleet->until_ns);
	put_text(object, "schema", "debar-fleet/1");
	put(object, "tool", tool);
	put_time(object, "generated_at", fleet->until_ns);
	put(object, "period", period);
	put(object, "directive", json_incref((json_t *)fleet->directive));
	put_text(object, "statement", text ? text : "");
	put_text(object, "finding", report_finding_word(fleet_overall(fleet)));
	fleet_limits(fleet, add_limit, limits);
	put(object, "cannot_know", limits);
	put(object, "endpoints", endpoints(fleet));
	put(object, "duplicates", json_integer(fleet->n_duplicates));
	put(object, "products", products(fleet));
	put(object, "assets", assets(fleet));
	report_json_write(object, stream);
	json_decref(object);
	free(text);
}

static void put_counts(struct csv *csv, const struct report_count *count)
{
	size_t i;

	for (i = 0; i < HISTORY_OUTCOMES; i++)
		csv_number(csv, count->n[i]);
	csv_time(csv, count->first_ns);
	csv_time(csv, count->last_ns);
}

void fleet_csv_products(const struct fleet *fleet, FILE *stream)
{
	static const char *const header[] = {
		"directive", "vendor", "product", "authority", "in_scope", "finding",
		"endpoints_impacted", "endpoints_used", "endpoints_attempted", "denied",
		"observed", "would_be_denied", "excepted", "first_seen", "last_seen", NULL
	};
	struct csv csv = { .stream = stream };
	size_t i;

	csv_header(&csv, header);
	for (i = 0; i < fleet->n_products; i++) {
		const struct fleet_product *p = &fleet->products[i];

		csv_text(&csv, fleet->directive_id);
		csv_text(&csv, p->vendor);
		csv_text(&csv, p->product);
		csv_text(&csv, p->authority);
		csv_text(&csv, p->in_scope ? "yes" : "no");
		csv_text(&csv, report_finding_word(p->finding));
		csv_number(&csv, p->n_used + p->n_attempted);
		csv_number(&csv, p->n_used);
		csv_number(&csv, p->n_attempted);
		put_counts(&csv, &p->count);
		csv_end(&csv);
	}
}

static void put_asset(struct csv *csv, const struct fleet_asset *asset)
{
	csv_text(csv, asset->agency);
	csv_text(csv, asset->component);
	csv_text(csv, asset->hostname);
	csv_text(csv, asset->id);
	csv_text(csv, asset->os);
	csv_text(csv, asset->kernel);
	csv_text(csv, asset->expected ? "yes" : "no");
}

static void put_watch(struct csv *csv, const struct fleet_asset *asset)
{
	char percent[32];

	report_percent_number(asset->watched_ns, asset->window_ns, percent);
	csv_time(csv, asset->since_ns);
	csv_time(csv, asset->until_ns);
	csv_text(csv, percent);
}

/* A row for each product that was met; for a machine without one, a row all the same. */
static void put_findings(struct csv *csv, const struct fleet *fleet, size_t asset)
{
	size_t i, n = 0, column;

	for (i = 0; i <= fleet->n_findings; i++) {
		const struct fleet_finding *f = &fleet->findings[i];
		bool last = i == fleet->n_findings;

		if (last ? n : f->asset != asset || f->finding > REPORT_ATTEMPTED)
			continue;
		put_asset(csv, &fleet->assets[asset]);
		csv_text(csv, "reporting");
		put_watch(csv, &fleet->assets[asset]);
		csv_text(csv, last ? "" : fleet->products[f->product].vendor);
		csv_text(csv, last ? "" : fleet->products[f->product].product);
		csv_text(csv, last ? "" : fleet->products[f->product].authority);
		csv_text(csv, report_finding_word(last ? fleet->assets[asset].finding : f->finding));
		if (!last)
			put_counts(csv, &f->count);
		for (column = 0; last && column < HISTORY_OUTCOMES + 2; column++)
			csv_text(csv, "");
		csv_text(csv, "");
		csv_text(csv, "");
		csv_end(csv);
		n++;
	}
}

void fleet_csv_endpoints(const struct fleet *fleet, FILE *stream)
{
	static const char *const header[] = {
		"agency", "component", "hostname", "asset_id", "os", "kernel", "expected",
		"reporting", "since", "until", "watched_percent", "vendor", "product",
		"authority", "finding", "denied", "observed", "would_be_denied", "excepted",
		"first_seen", "last_seen", "mission_function", "remediation_due", NULL
	};
	struct csv csv = { .stream = stream };
	size_t i, column;

	csv_header(&csv, header);
	for (i = 0; i < fleet->n_assets; i++)
		put_findings(&csv, fleet, i);
	for (i = 0; i < fleet->n_hosts; i++) {
		if (!fleet->silent[i])
			continue;
		csv_text(&csv, "");
		csv_text(&csv, "");
		csv_text(&csv, fleet->hosts[i]);
		for (column = 0; column < 3; column++)
			csv_text(&csv, "");
		csv_text(&csv, "yes");
		csv_text(&csv, "silent");
		for (column = 8; header[column]; column++)
			csv_text(&csv, "");
		csv_end(&csv);
	}
}

/* Of a product, what the machines where it was met have said, each text once. */
static void put_all(struct csv *csv, const struct fleet *fleet, size_t product, bool agency)
{
	char *joined = NULL;
	size_t length, i, n = 0;
	FILE *stream = open_memstream(&joined, &length);
	const char *last = "";

	for (i = 0; stream && i < fleet->n_findings; i++) {
		const struct fleet_finding *f = &fleet->findings[i];
		const struct fleet_asset *asset = &fleet->assets[f->asset];
		const char *text = agency ? asset->agency : asset->component;

		if (f->product != product || f->finding > REPORT_ATTEMPTED || !*text ||
		    strcmp(text, last) == 0)
			continue;
		fprintf(stream, "%s%s", n++ ? "; " : "", text);
		last = text;
	}
	if (stream)
		fclose(stream);
	csv_text(csv, joined);
	free(joined);
}

static void put_element(struct csv *csv, const struct fleet *fleet, size_t product,
			const char *fill)
{
	const struct fleet_product *p = &fleet->products[product];
	const struct report_method *method;
	char text[600];
	size_t at = 0;

	*text = '\0';
	if (strcmp(fill, "endpoints") == 0) {
		csv_number(csv, p->n_used + p->n_attempted);
		return;
	}
	if (strcmp(fill, "agency") == 0 || strcmp(fill, "component") == 0) {
		put_all(csv, fleet, product, *fill == 'a');
		return;
	}
	if (strcmp(fill, "product") == 0)
		snprintf(text, sizeof(text), "%s: %s", p->vendor, p->product);
	if (strcmp(fill, "methods") == 0)
		for (method = report_methods; method->code && at < sizeof(text); method++)
			at += snprintf(text + at, sizeof(text) - at, "%s%s", at ? "; " : "",
				       method->code);
	csv_text(csv, text);
}

void fleet_csv_plan(const struct fleet *fleet, FILE *stream)
{
	const json_t *plan = json_object_get(fleet->directive, "plan"), *element;
	struct csv csv = { .stream = stream };
	const char *text;
	size_t i, j;

	json_array_foreach((json_t *)plan, j, element) {
		text = json_string_value(json_object_get(element, "heading"));
		csv_text(&csv, text);
	}
	csv_end(&csv);
	for (i = 0; i < fleet->n_products; i++) {
		if (!fleet->products[i].in_scope || fleet->products[i].finding > REPORT_ATTEMPTED)
			continue;
		json_array_foreach((json_t *)plan, j, element) {
			text = json_string_value(json_object_get(element, "fill"));
			put_element(&csv, fleet, i, text ? text : "");
		}
		csv_end(&csv);
	}
}

static void put_limit(const char *sentence, void *data)
{
	report_text_wrap(data, sentence, "* ", "  ");
}

static void text_counts(FILE *stream, const struct report_count *count)
{
	size_t i, n = 0;

	for (i = 0; i < HISTORY_OUTCOMES; i++)
		if (count->n[i])
			fprintf(stream, "%s%" PRIu64 " %s", n++ ? ", " : "", count->n[i],
				report_outcome_word(i));
}

static void text_assets(const struct fleet *fleet, FILE *stream)
{
	char percent[32];
	size_t i;

	for (i = 0; i < fleet->n_assets; i++) {
		const struct fleet_asset *a = &fleet->assets[i];

		report_percent(a->watched_ns, a->window_ns, percent);
		report_text_bytes(stream, *a->hostname ? a->hostname : a->id);
		fprintf(stream, "  %s, watched %s%s", report_finding_text(a->finding), percent,
			a->expected ? "" : ", not expected");
		if (a->n_duplicates)
			fprintf(stream, ", sent twice: %zu", a->n_duplicates);
		fputc('\n', stream);
	}
	for (i = 0; i < fleet->n_hosts; i++)
		if (fleet->silent[i]) {
			report_text_bytes(stream, fleet->hosts[i]);
			fputs("  Silent\n", stream);
		}
}

void fleet_text(const struct fleet *fleet, FILE *stream)
{
	const char *title = json_string_value(json_object_get(fleet->directive, "title"));
	char *text = statement(fleet), since[48], until[48];
	size_t i;

	report_time(fleet->since_ns, since);
	report_time(fleet->until_ns, until);
	report_text_wrap(stream, title ? title : "Fleet", "", "");
	fputc('\n', stream);
	report_text_wrap(stream, text ? text : "", "", "");
	fprintf(stream, "\n  period         %s to %s\n", since, until);
	report_text_heading(stream, "Products");
	for (i = 0; i < fleet->n_products; i++) {
		const struct fleet_product *p = &fleet->products[i];

		fputc('\n', stream);
		report_text_bytes(stream, p->vendor);
		fputs(": ", stream);
		report_text_bytes(stream, p->product);
		fprintf(stream, "\n  finding        %s%s\n  authority      ",
			report_finding_text(p->finding), p->in_scope ? "" : " (not in scope)");
		report_text_bytes(stream, p->authority);
		fprintf(stream, "\n  endpoints      %zu used, %zu attempted\n", p->n_used,
			p->n_attempted);
		if (!report_total(&p->count))
			continue;
		fputs("  events         ", stream);
		text_counts(stream, &p->count);
		fputc('\n', stream);
	}
	report_text_heading(stream, "Machines");
	text_assets(fleet, stream);
	report_text_heading(stream, "What this report cannot know");
	fleet_limits(fleet, put_limit, stream);
	free(text);
}
