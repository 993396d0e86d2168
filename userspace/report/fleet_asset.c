// SPDX-License-Identifier: GPL-2.0-only
/*
 * One machine of a fleet: all that its summaries say.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fleet_private.h"
#include "report_words.h"

static uint64_t number_of(const json_t *object, const char *key)
{
	json_int_t number = json_integer_value(json_object_get(object, key));

	return number > 0 ? fleet_sum(number, 0) : 0;
}

static int find_product(struct fleet *fleet, const json_t *from, size_t *ret_index)
{
	const char *vendor = fleet_text_of(from, "vendor"), *product = fleet_text_of(from, "product");
	const char *authority = fleet_text_of(from, "authority");
	struct fleet_product *list, *p;
	size_t i;

	for (i = 0; i < fleet->n_products; i++) {
		p = &fleet->products[i];
		if (strcmp(p->product, product) == 0 && strcmp(p->vendor, vendor) == 0 &&
		    strcmp(p->authority, authority) == 0) {
			*ret_index = i;
			return 0;
		}
	}
	list = report_grow(fleet->products, fleet->n_products, &fleet->products_capacity,
			   sizeof(*list));
	if (!list)
		return -ENOMEM;
	fleet->products = list;
	list[i].vendor = vendor;
	list[i].product = product;
	list[i].authority = authority;
	list[i].finding = REPORT_NOT_WATCHED;
	fleet->n_products++;
	*ret_index = i;
	return 0;
}

static enum report_finding finding_of(const json_t *object)
{
	const char *word = fleet_text_of(object, "finding");
	enum report_finding finding;

	for (finding = 0; finding < REPORT_FINDINGS; finding++)
		if (strcmp(report_finding_word(finding), word) == 0)
			return finding;
	return REPORT_NOT_WATCHED;
}

static struct report_count count_of(const json_t *object)
{
	return (struct report_count){
		.n = { [HISTORY_DENIED] = number_of(object, "denied"),
		       [HISTORY_OBSERVED] = number_of(object, "observed"),
		       [HISTORY_WOULD_BE_DENIED] = number_of(object, "would_be_denied"),
		       [HISTORY_EXCEPTED] = number_of(object, "excepted") },
		.first_ns = fleet_time_of(object, "first_seen"),
		.last_ns = fleet_time_of(object, "last_seen"),
	};
}

static void widen(struct report_count *to, const struct report_count *from)
{
	if (from->first_ns && (!to->first_ns || from->first_ns < to->first_ns))
		to->first_ns = from->first_ns;
	if (from->last_ns > to->last_ns)
		to->last_ns = from->last_ns;
}

/* Numbers of one machine must not make those of others vanish. */
uint64_t fleet_sum(uint64_t a, uint64_t b)
{
	return a < FLEET_COUNT_MAX && b < FLEET_COUNT_MAX - a ? a + b : FLEET_COUNT_MAX;
}

void fleet_add_counts(struct report_count *to, const struct report_count *from)
{
	size_t i;

	for (i = 0; i < HISTORY_OUTCOMES; i++)
		to->n[i] = fleet_sum(to->n[i], from->n[i]);
	widen(to, from);
}

static void take_larger(struct report_count *to, const struct report_count *from)
{
	size_t i;

	for (i = 0; i < HISTORY_OUTCOMES; i++)
		to->n[i] = from->n[i] > to->n[i] ? from->n[i] : to->n[i];
	widen(to, from);
}

/* What was met counts; where nothing was, the two have to agree, or it is less sure. */
enum report_finding fleet_join(enum report_finding a, enum report_finding b)
{
	if (a <= REPORT_ATTEMPTED || b <= REPORT_ATTEMPTED)
		return a < b ? a : b;
	if (a == b)
		return a;
	return REPORT_NONE_WATCHED;
}

/* The machine's finding on a product; @n_before: findings of machines before it. */
static int find_finding(struct fleet *fleet, size_t asset, size_t product, size_t n_before,
			struct fleet_finding **ret_finding)
{
	struct fleet_finding *list;
	size_t i;

	for (i = n_before; i < fleet->n_findings; i++)
		if (fleet->findings[i].product == product) {
			*ret_finding = &fleet->findings[i];
			return 1;
		}
	list = report_grow(fleet->findings, fleet->n_findings, &fleet->findings_capacity,
			   sizeof(*list));
	if (!list)
		return -ENOMEM;
	fleet->findings = list;
	*ret_finding = &list[fleet->n_findings++];
	(*ret_finding)->asset = asset;
	(*ret_finding)->product = product;
	return 0;
}

/* Summaries whose periods overlap, as one: the larger counts. */
struct cluster {
	size_t *products;
	struct report_count *counts;
	size_t n;
};

static int add_to_cluster(struct cluster *cluster, size_t product,
			  const struct report_count *count)
{
	size_t *products;
	struct report_count *counts;
	size_t i;

	for (i = 0; i < cluster->n; i++)
		if (cluster->products[i] == product) {
			take_larger(&cluster->counts[i], count);
			return 0;
		}
	products = reallocarray(cluster->products, cluster->n + 1, sizeof(*products));
	if (!products)
		return -ENOMEM;
	cluster->products = products;
	counts = reallocarray(cluster->counts, cluster->n + 1, sizeof(*counts));
	if (!counts)
		return -ENOMEM;
	cluster->counts = counts;
	products[cluster->n] = product;
	counts[cluster->n++] = *count;
	return 0;
}

static int end_cluster(struct fleet *fleet, struct cluster *cluster, size_t asset,
		       size_t n_before)
{
	struct fleet_finding *finding;
	int err = 0;
	size_t i;

	for (i = 0; i < cluster->n && err >= 0; i++) {
		err = find_finding(fleet, asset, cluster->products[i], n_before, &finding);
		if (err >= 0)
			fleet_add_counts(&finding->count, &cluster->counts[i]);
	}
	free(cluster->products);
	free(cluster->counts);
	*cluster = (struct cluster){ 0 };
	return err < 0 ? err : 0;
}

static int take_products(struct fleet *fleet, const struct fleet_source *source,
			 struct cluster *cluster, size_t asset, size_t n_before)
{
	const json_t *products = json_object_get(source->summary, "products"), *item;
	struct fleet_finding *finding;
	size_t i, product;
	int err;

	json_array_foreach((json_t *)products, i, item) {
		struct report_count count = count_of(item);

		err = find_product(fleet, item, &product);
		if (!err)
			err = find_finding(fleet, asset, product, n_before, &finding);
		if (err < 0)
			return err;
		finding->finding = err ? fleet_join(finding->finding, finding_of(item)) :
					 finding_of(item);
		fleet->products[product].in_scope |=
			json_is_true(json_object_get(item, "in_scope"));
		err = add_to_cluster(cluster, product, &count);
		if (err)
			return err;
	}
	return 0;
}

static int compare_intervals(const void *a, const void *b)
{
	const struct report_interval *x = a, *y = b;

	return x->from_ns < y->from_ns ? -1 : x->from_ns > y->from_ns;
}

/* How long they last together, each instant once. */
static uint64_t measure(struct report_interval *list, size_t n)
{
	uint64_t sum = 0, end = 0;
	size_t i;

	if (n)
		qsort(list, n, sizeof(*list), compare_intervals);
	for (i = 0; i < n; i++) {
		uint64_t from = list[i].from_ns > end ? list[i].from_ns : end;

		if (list[i].to_ns > from)
			sum += list[i].to_ns - from;
		if (list[i].to_ns > end)
			end = list[i].to_ns;
	}
	return sum;
}

static bool is_watched(const json_t *span)
{
	return strcmp(fleet_text_of(span, "state"), report_watch_word(REPORT_ENFORCED)) == 0 ||
	       strcmp(fleet_text_of(span, "state"), report_watch_word(REPORT_PERMISSIVE)) == 0;
}

/* How long all of a machine's periods were, and how long of it was watched. */
static int measure_watch(struct fleet *fleet, struct fleet_asset *asset, size_t from, size_t to)
{
	struct report_interval *windows = calloc(to - from, sizeof(*windows)), *list;
	struct report_interval *watched = NULL;
	size_t i, j, n = 0, capacity = 0;
	const json_t *spans, *span;

	if (!windows)
		return -ENOMEM;
	for (i = from; i < to; i++) {
		windows[i - from] = (struct report_interval){ fleet->sources[i].since_ns,
							      fleet->sources[i].until_ns };
		spans = json_object_get(json_object_get(fleet->sources[i].summary, "coverage"),
					"spans");
		json_array_foreach((json_t *)spans, j, span) {
			if (!is_watched(span))
				continue;
			list = report_grow(watched, n, &capacity, sizeof(*list));
			if (!list) {
				free(watched);
				free(windows);
				return -ENOMEM;
			}
			watched = list;
			list[n++] = (struct report_interval){ fleet_time_of(span, "from"),
							      fleet_time_of(span, "to") };
		}
	}
	asset->window_ns = measure(windows, to - from);
	asset->watched_ns = measure(watched, n);
	free(watched);
	free(windows);
	return 0;
}

static void describe(struct fleet_asset *asset, const struct fleet_source *source)
{
	const json_t *from = json_object_get(source->summary, "asset");

	/* The newest one wins: sources are in order of period. */
	asset->id = source->asset;
	asset->hostname = fleet_text_of(from, "hostname");
	asset->os = fleet_text_of(from, "os");
	asset->kernel = fleet_text_of(from, "kernel");
	asset->agency = fleet_text_of(source->summary, "agency");
	asset->component = fleet_text_of(source->summary, "component");
}

static void take_losses(struct fleet_asset *asset, const struct fleet_source *source,
			bool overlaps)
{
	const json_t *coverage = json_object_get(source->summary, "coverage");
	uint64_t lost = number_of(coverage, "events_lost");
	uint64_t unjudged = number_of(coverage, "not_judged_events");

	if (!overlaps) {
		asset->n_lost = fleet_sum(asset->n_lost, lost);
		asset->n_unjudged = fleet_sum(asset->n_unjudged, unjudged);
	} else {
		asset->n_lost = lost > asset->n_lost ? lost : asset->n_lost;
		asset->n_unjudged = unjudged > asset->n_unjudged ? unjudged : asset->n_unjudged;
	}
}

int fleet_take_asset(struct fleet *fleet, size_t from, size_t to)
{
	size_t i, index = fleet->n_assets, n_before = fleet->n_findings;
	struct fleet_asset *list, *asset;
	struct cluster cluster = { 0 };
	uint64_t end = 0;
	int err = 0;

	list = report_grow(fleet->assets, index, &fleet->assets_capacity, sizeof(*list));
	if (!list)
		return -ENOMEM;
	fleet->assets = list;
	fleet->n_assets++;
	asset = &list[index];
	asset->since_ns = fleet->sources[from].since_ns;
	for (i = from; i < to && !err; i++) {
		struct fleet_source *source = &fleet->sources[i];
		bool overlaps = source->since_ns < end;

		if (i > from && json_equal(source->summary, source[-1].summary)) {
			source->duplicate = true;
			asset->n_duplicates++;
			continue;
		}
		if (!overlaps)
			err = end_cluster(fleet, &cluster, index, n_before);
		asset->overlapping |= overlaps;
		if (!err)
			err = take_products(fleet, source, &cluster, index, n_before);
		take_losses(asset, source, overlaps);
		describe(asset, source);
		asset->n_summaries++;
		end = source->until_ns > end ? source->until_ns : end;
	}
	asset->until_ns = end;
	if (!err)
		err = end_cluster(fleet, &cluster, index, n_before);
	free(cluster.products);
	free(cluster.counts);
	return err ? err : measure_watch(fleet, asset, from, to);
}
