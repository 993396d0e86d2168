// SPDX-License-Identifier: GPL-2.0-only
/*
 * Many machines' reports as one.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fleet_private.h"
#include "report_json.h"
#include "report_words.h"
#include "when.h"

static const char *keep(struct fleet *fleet, const char *text)
{
	return text && *text ? policy_arena_text(&fleet->arena, text, strlen(text)) : "";
}

const char *fleet_text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

uint64_t fleet_time_of(const json_t *object, const char *key)
{
	uint64_t ns;

	return when_parse(fleet_text_of(object, key), 0, &ns) ? ns : 0;
}

__attribute__((format(printf, 2, 3)))
static int wrong(struct fleet_error *error, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(error->text, sizeof(error->text), format, args);
	va_end(args);
	return -EBADMSG;
}

static int check(const struct fleet *fleet, const json_t *summary, struct fleet_error *error)
{
	const char *schema = fleet_text_of(summary, "schema");
	const json_t *asset = json_object_get(summary, "asset");
	const json_t *period = json_object_get(summary, "period");
	const char *directive = fleet_text_of(json_object_get(summary, "directive"), "id");

	if (strcmp(schema, REPORT_SCHEMA) != 0)
		return wrong(error, *schema ? "its schema is '%.60s', and only " REPORT_SCHEMA
			     " can be merged" : "it is no summary of a report: it has no "
			     "schema%s", schema);
	if (!json_is_array(json_object_get(summary, "products")) ||
	    !json_is_object(json_object_get(summary, "coverage")) || !*directive)
		return wrong(error, "products, coverage or directive are missing");
	if (!*fleet_text_of(asset, "asset_id") && !*fleet_text_of(asset, "hostname"))
		return wrong(error, "it names no machine: make it with --asset");
	if (!fleet_time_of(period, "until") || fleet_time_of(period, "since") >= fleet_time_of(period, "until"))
		return wrong(error, "its period is not valid");
	if (fleet->directive_id && strcmp(directive, fleet->directive_id) != 0)
		return wrong(error, "it is about the directive '%.60s', and those before about "
			     "'%.60s'", directive, fleet->directive_id);
	return 0;
}

int fleet_add(struct fleet *fleet, const char *path, json_t *summary,
	      struct fleet_error *ret_error)
{
	const json_t *asset = json_object_get(summary, "asset");
	const json_t *period = json_object_get(summary, "period");
	struct fleet_source *list, *source;
	char *name = NULL;
	int err;

	err = check(fleet, summary, ret_error);
	list = err ? NULL : report_grow(fleet->sources, fleet->n_sources,
					&fleet->sources_capacity, sizeof(*list));
	if (!list) {
		json_decref(summary);
		return err ? err : -ENOMEM;
	}
	fleet->sources = list;
	source = &list[fleet->n_sources++];
	source->summary = summary;
	source->path = keep(fleet, path);
	source->asset = fleet_text_of(asset, "asset_id");
	if (!*source->asset) {
		if (asprintf(&name, "host:%s", fleet_text_of(asset, "hostname")) < 0)
			return -ENOMEM;
		source->asset = keep(fleet, name);
		free(name);
	}
	source->since = fleet_text_of(period, "since");
	source->until = fleet_text_of(period, "until");
	source->since_ns = fleet_time_of(period, "since");
	source->until_ns = fleet_time_of(period, "until");
	if (!fleet->directive) {
		fleet->directive = json_object_get(summary, "directive");
		fleet->directive_id = fleet_text_of(fleet->directive, "id");
	}
	return source->path && source->asset ? 0 : -ENOMEM;
}

int fleet_expect(struct fleet *fleet, const char *list)
{
	const char **bigger, *end;
	size_t length;

	for (; *list; list = *end ? end + 1 : end) {
		end = list + strcspn(list, "\n");
		list += strspn(list, " \t\r");
		length = strcspn(list, "#\r\n");
		while (length && strchr(" \t", list[length - 1]))
			length--;
		if (list >= end || !length)
			continue;
		bigger = reallocarray(fleet->hosts, fleet->n_hosts + 1, sizeof(*bigger));
		if (!bigger)
			return -ENOMEM;
		fleet->hosts = bigger;
		bigger[fleet->n_hosts] = policy_arena_text(&fleet->arena, list, length);
		if (!bigger[fleet->n_hosts++])
			return -ENOMEM;
	}
	return 0;
}

static int compare_sources(const void *a, const void *b)
{
	const struct fleet_source *x = a, *y = b;
	int order = strcmp(x->asset, y->asset);

	if (!order)
		order = x->since_ns < y->since_ns ? -1 : x->since_ns > y->since_ns;
	if (!order)
		order = x->until_ns < y->until_ns ? -1 : x->until_ns > y->until_ns;
	return order ? order : strcmp(x->path, y->path);
}

static bool is_asset(const struct fleet_asset *asset, const char *host)
{
	return strcmp(asset->id, host) == 0 || strcmp(asset->hostname, host) == 0;
}

static int compare_texts(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int find_silent(struct fleet *fleet)
{
	size_t i, j;

	for (j = 0; j < fleet->n_assets; j++)
		fleet->assets[j].expected = !fleet->n_hosts;
	if (!fleet->n_hosts)
		return 0;
	qsort(fleet->hosts, fleet->n_hosts, sizeof(*fleet->hosts), compare_texts);
	for (i = j = 0; i < fleet->n_hosts; i++)
		if (!i || strcmp(fleet->hosts[i], fleet->hosts[i - 1]) != 0)
			fleet->hosts[j++] = fleet->hosts[i];
	fleet->n_hosts = j;
	fleet->silent = calloc(fleet->n_hosts, sizeof(*fleet->silent));
	if (!fleet->silent)
		return -ENOMEM;
	for (i = 0; i < fleet->n_hosts; i++) {
		fleet->silent[i] = true;
		for (j = 0; j < fleet->n_assets; j++)
			if (is_asset(&fleet->assets[j], fleet->hosts[i])) {
				fleet->assets[j].expected = true;
				fleet->silent[i] = false;
			}
		fleet->n_silent += fleet->silent[i];
	}
	for (j = 0; j < fleet->n_assets; j++)
		fleet->n_unexpected += !fleet->assets[j].expected;
	return 0;
}

/* Indices of products: those in scope first, by vendor, product, authority. */
static int compare_products(const void *a, const void *b, void *data)
{
	const struct fleet_product *list = data;
	const struct fleet_product *x = &list[*(const size_t *)a], *y = &list[*(const size_t *)b];
	int order = y->in_scope - x->in_scope;

	if (!order)
		order = strcmp(x->vendor, y->vendor);
	if (!order)
		order = strcmp(x->product, y->product);
	return order ? order : strcmp(x->authority, y->authority);
}

static int sort_products(struct fleet *fleet)
{
	size_t *order = calloc(fleet->n_products + 1, sizeof(*order));
	size_t *place = calloc(fleet->n_products + 1, sizeof(*place));
	struct fleet_product *sorted = calloc(fleet->n_products + 1, sizeof(*sorted));
	size_t i;

	if (!order || !place || !sorted) {
		free(order);
		free(place);
		free(sorted);
		return -ENOMEM;
	}
	for (i = 0; i < fleet->n_products; i++)
		order[i] = i;
	qsort_r(order, fleet->n_products, sizeof(*order), compare_products, fleet->products);
	for (i = 0; i < fleet->n_products; i++) {
		sorted[i] = fleet->products[order[i]];
		place[order[i]] = i;
	}
	for (i = 0; i < fleet->n_findings; i++)
		fleet->findings[i].product = place[fleet->findings[i].product];
	free(fleet->products);
	fleet->products = sorted;
	fleet->products_capacity = fleet->n_products + 1;
	free(order);
	free(place);
	return 0;
}

static int compare_findings(const void *a, const void *b)
{
	const struct fleet_finding *x = a, *y = b;

	if (x->asset != y->asset)
		return x->asset < y->asset ? -1 : 1;
	return x->product < y->product ? -1 : x->product > y->product;
}

/* What each product and each machine come to. */
static void add_up(struct fleet *fleet)
{
	size_t i;

	for (i = 0; i < fleet->n_assets; i++)
		fleet->assets[i].finding = REPORT_FINDINGS;
	for (i = 0; i < fleet->n_findings; i++) {
		const struct fleet_finding *f = &fleet->findings[i];
		struct fleet_product *product = &fleet->products[f->product];
		struct fleet_asset *asset = &fleet->assets[f->asset];

		product->n_used += f->finding == REPORT_USED;
		product->n_attempted += f->finding == REPORT_ATTEMPTED;
		product->finding = product->n_findings++ ?
					   fleet_join(product->finding, f->finding) : f->finding;
		fleet_add_counts(&product->count, &f->count);
		if (!product->in_scope)
			continue;
		asset->finding = asset->finding == REPORT_FINDINGS ?
					 f->finding : fleet_join(asset->finding, f->finding);
	}
	for (i = 0; i < fleet->n_assets; i++)
		if (fleet->assets[i].finding == REPORT_FINDINGS)
			fleet->assets[i].finding = REPORT_NOT_WATCHED;
}

int fleet_settle(struct fleet *fleet)
{
	size_t from, to, i;
	int err = 0;

	qsort(fleet->sources, fleet->n_sources, sizeof(*fleet->sources), compare_sources);
	for (from = 0; from < fleet->n_sources && !err; from = to) {
		for (to = from + 1; to < fleet->n_sources; to++)
			if (strcmp(fleet->sources[to].asset, fleet->sources[from].asset) != 0)
				break;
		err = fleet_take_asset(fleet, from, to);
	}
	if (!err)
		err = find_silent(fleet);
	if (!err)
		err = sort_products(fleet);
	if (err)
		return err;
	if (fleet->n_findings)
		qsort(fleet->findings, fleet->n_findings, sizeof(*fleet->findings),
		      compare_findings);
	add_up(fleet);
	for (i = 0; i < fleet->n_assets; i++) {
		const struct fleet_asset *asset = &fleet->assets[i];

		if (!i || asset->since_ns < fleet->since_ns)
			fleet->since_ns = asset->since_ns;
		if (asset->until_ns > fleet->until_ns)
			fleet->until_ns = asset->until_ns;
		fleet->n_duplicates += asset->n_duplicates;
	}
	return 0;
}

void fleet_free(struct fleet *fleet)
{
	size_t i;

	for (i = 0; i < fleet->n_sources; i++)
		json_decref(fleet->sources[i].summary);
	free(fleet->sources);
	free(fleet->assets);
	free(fleet->products);
	free(fleet->findings);
	free(fleet->hosts);
	free(fleet->silent);
	policy_arena_free(&fleet->arena);
}
