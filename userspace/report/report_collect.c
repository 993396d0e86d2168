// SPDX-License-Identifier: GPL-2.0-only
/*
 * Findings: which products were met, where and by whom, and what may be said of
 * those that were not.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "report_model.h"

/* Of one product: more are counted as one, and the report says so. */
#define USERS_MAX 4096

struct collector {
	struct report *report;
	struct report_product *product;
	int (*evidence)(const struct history_hit *row, void *data);
	int (*progress)(void *data);
	void *data;
	/* The file that is being added up; its texts are copies: the store's do not last. */
	struct report_path path;
	char *texts[3];
	bool path_open;
};

static const char *keep(struct report *report, const char *text)
{
	return *text ? policy_arena_text(&report->arena, text, strlen(text)) : "";
}

static void count(struct report_count *count, const struct history_hit *hit)
{
	count->n[hit->outcome] += hit->n;
	if (!count->first_ns || hit->first_ns < count->first_ns)
		count->first_ns = hit->first_ns;
	if (hit->last_ns > count->last_ns)
		count->last_ns = hit->last_ns;
}

static uint64_t total(const struct report_count *count)
{
	uint64_t n = 0;
	size_t i;

	for (i = 0; i < HISTORY_OUTCOMES; i++)
		n += count->n[i];
	return n;
}

int report_find_product(struct report *report, const char *vendor, const char *product,
			const char *authority, struct report_product **ret_product)
{
	struct report_product *list, *p;
	size_t i;

	for (i = 0; i < report->n_products; i++) {
		p = &report->products[i];
		if (strcmp(p->product, product) == 0 && strcmp(p->vendor, vendor) == 0 &&
		    strcmp(p->authority, authority) == 0) {
			*ret_product = p;
			return 0;
		}
	}
	list = report_grow(report->products, report->n_products, &report->products_capacity,
			   sizeof(*list));
	if (!list)
		return -ENOMEM;
	report->products = list;
	p = &list[report->n_products];
	p->vendor = keep(report, vendor);
	p->product = keep(report, product);
	p->authority = keep(report, authority);
	if (!p->vendor || !p->product || !p->authority)
		return -ENOMEM;
	p->in_scope = directive_covers(report->directive, vendor, authority);
	report->n_products++;
	*ret_product = p;
	return 0;
}

static int add_release(struct report *report, struct report_product *p, const char *release)
{
	const char **bigger;
	size_t i;

	if (!*release)
		return 0;
	for (i = 0; i < p->n_releases; i++)
		if (strcmp(p->releases[i], release) == 0)
			return 0;
	bigger = reallocarray(p->releases, p->n_releases + 1, sizeof(*bigger));
	if (!bigger)
		return -ENOMEM;
	p->releases = bigger;
	bigger[p->n_releases] = keep(report, release);
	return bigger[p->n_releases++] ? 0 : -ENOMEM;
}

static int add_user(struct report_product *p, const struct history_hit *hit)
{
	size_t low = 0, high = p->n_users;
	struct report_user *list;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct report_user *user = &p->users[middle];

		if (user->uid == hit->uid && user->auid == hit->auid) {
			count(&p->users[middle].count, hit);
			return 0;
		}
		if (user->uid < hit->uid || (user->uid == hit->uid && user->auid < hit->auid))
			low = middle + 1;
		else
			high = middle;
	}
	if (p->n_users == USERS_MAX) {
		p->users_cut = true;
		return 0;
	}
	list = report_grow(p->users, p->n_users, &p->users_capacity, sizeof(*list));
	if (!list)
		return -ENOMEM;
	p->users = list;
	memmove(list + low + 1, list + low, (p->n_users - low) * sizeof(*list));
	list[low] = (struct report_user){ .uid = hit->uid, .auid = hit->auid };
	p->n_users++;
	count(&list[low].count, hit);
	return 0;
}

/* The most frequent ones are kept, in that order; of equals the first in order of path. */
static int finish_path(struct collector *c)
{
	struct report_product *p = c->product;
	size_t kept, at;

	if (!c->path_open)
		return 0;
	c->path_open = false;
	kept = p->n_paths < REPORT_SHOWN ? p->n_paths : REPORT_SHOWN;
	p->n_paths++;
	for (at = kept; at > 0; at--)
		if (total(&p->paths[at - 1].count) >= total(&c->path.count))
			break;
	if (at == REPORT_SHOWN)
		return 0;
	if (kept == REPORT_SHOWN)
		kept--;
	memmove(p->paths + at + 1, p->paths + at, (kept - at) * sizeof(p->paths[0]));
	c->path.path = keep(c->report, c->path.path);
	c->path.release = keep(c->report, c->path.release);
	c->path.sha256 = keep(c->report, c->path.sha256);
	p->paths[at] = c->path;
	return c->path.path && c->path.release && c->path.sha256 ? 0 : -ENOMEM;
}

static int copy_text(char **place, const char *text, const char **ret_copy)
{
	size_t length = strlen(text) + 1;
	char *copy = realloc(*place, length);

	if (!copy)
		return -ENOMEM;
	memcpy(copy, text, length);
	*place = copy;
	*ret_copy = copy;
	return 0;
}

static int begin_path(struct collector *c, const struct history_hit *hit)
{
	int err;

	c->path = (struct report_path){ 0 };
	err = copy_text(&c->texts[0], hit->path, &c->path.path);
	if (!err)
		err = copy_text(&c->texts[1], hit->release, &c->path.release);
	if (!err)
		err = copy_text(&c->texts[2], hit->sha256, &c->path.sha256);
	if (!err)
		err = add_release(c->report, c->product, hit->release);
	c->path_open = !err;
	return err;
}

static int take_hit(const struct history_hit *hit, void *data)
{
	struct collector *c = data;
	int err = 0;

	if (!hit->same_file)
		err = finish_path(c);
	if (!err && (!hit->same_product || !c->product))
		err = report_find_product(c->report, hit->vendor, hit->product, hit->authority,
					  &c->product);
	if (!err && !hit->same_file)
		err = begin_path(c, hit);
	if (err)
		return err;
	count(&c->path.count, hit);
	count(&c->product->count, hit);
	c->report->n_hits += hit->n;
	err = add_user(c->product, hit);
	return err ? err : c->evidence(hit, c->data);
}

static int take_part(const struct history_hit *from, size_t part, bool denied, uint64_t n,
		     void *data)
{
	struct collector *c = data;
	struct report_product *product;
	int err;

	err = report_find_product(c->report, from->vendor, from->product, from->authority,
				  &product);
	if (!err)
		product->bars[part][!denied] += n;
	return err;
}

static int go_on(void *data)
{
	struct collector *c = data;

	return c->progress(c->data);
}

static int take_unjudged(const struct history_unjudged *u, void *data)
{
	struct report *report = data;
	struct report_unjudged *list, *new;

	report->n_unjudged_files++;
	report->n_unjudged_events += u->n;
	if (report->n_unjudged == REPORT_SHOWN)
		return 0;
	list = report_grow(report->unjudged, report->n_unjudged, &report->unjudged_capacity,
			   sizeof(*list));
	if (!list)
		return -ENOMEM;
	report->unjudged = list;
	new = &list[report->n_unjudged++];
	*new = (struct report_unjudged){ keep(report, u->reason), keep(report, u->path),
					 u->n, u->first_ns, u->last_ns };
	return new->reason && new->path ? 0 : -ENOMEM;
}

/* How long was the product both listed and watched for? */
static uint64_t watched(const struct report *report, const struct report_product *p)
{
	uint64_t sum = 0;
	size_t i, j;

	for (i = 0; i < p->n_listed; i++)
		for (j = 0; j < report->n_spans; j++) {
			const struct report_span *span = &report->spans[j];
			uint64_t from = p->listed[i].from_ns, to = p->listed[i].to_ns;

			if (span->watch > REPORT_PARTIAL)
				continue;
			from = from > span->from_ns ? from : span->from_ns;
			to = to < span->to_ns ? to : span->to_ns;
			sum += from < to ? to - from : 0;
		}
	return sum;
}

static bool ran(const struct report_product *p)
{
	return p->count.n[HISTORY_OBSERVED] || p->count.n[HISTORY_WOULD_BE_DENIED] ||
	       p->count.n[HISTORY_EXCEPTED];
}

static enum report_finding finding(const struct report *report, const struct report_product *p)
{
	if (ran(p))
		return REPORT_USED;
	if (p->count.n[HISTORY_DENIED])
		return REPORT_ATTEMPTED;
	if (!p->watched_ns)
		return REPORT_NOT_WATCHED;
	if (report->complete && p->watched_ns == report->until_ns - report->since_ns)
		return REPORT_NONE;
	return REPORT_NONE_WATCHED;
}

static int compare_products(const void *a, const void *b)
{
	const struct report_product *x = a, *y = b;
	int order = y->in_scope - x->in_scope;

	if (!order)
		order = strcmp(x->vendor, y->vendor);
	if (!order)
		order = strcmp(x->product, y->product);
	return order ? order : strcmp(x->authority, y->authority);
}

static int compare_texts(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void judge(struct report *report)
{
	uint64_t window = report->until_ns - report->since_ns;
	size_t i;

	report->complete = !report->n_lost && !report->n_unjudged_events && !report->n_jumps &&
			   report->watch_ns[REPORT_ENFORCED] +
			   report->watch_ns[REPORT_PERMISSIVE] == window;
	for (i = 0; i < report->n_products; i++) {
		struct report_product *p = &report->products[i];

		p->watched_ns = watched(report, p);
		p->finding = finding(report, p);
		if (p->n_releases)
			qsort(p->releases, p->n_releases, sizeof(*p->releases), compare_texts);
	}
	if (report->n_products)
		qsort(report->products, report->n_products, sizeof(*report->products),
		      compare_products);
}

int report_collect(struct report *report, struct history *history,
		   int (*evidence)(const struct history_hit *row, void *data),
		   int (*progress)(void *data), void *data, struct history_error *ret_error)
{
	static const struct history_hit_ops ops = {
		.part = take_part, .hit = take_hit, .progress = go_on,
	};
	struct collector c = {
		.report = report, .evidence = evidence, .progress = progress, .data = data,
	};
	size_t i;
	int err;

	err = report_watch_collect(report, history, ret_error);
	if (!err)
		err = history_hits(history, report->since_ns, report->until_ns, REPORT_BARS,
				   &ops, &c, ret_error);
	if (!err)
		err = finish_path(&c);
	if (!err)
		err = history_unjudged(history, report->since_ns, report->until_ns,
				       take_unjudged, report, ret_error);
	if (!err)
		judge(report);
	for (i = 0; i < sizeof(c.texts) / sizeof(c.texts[0]); i++)
		free(c.texts[i]);
	return err;
}

void report_free(struct report *report)
{
	size_t i;

	for (i = 0; i < report->n_products; i++) {
		free(report->products[i].releases);
		free(report->products[i].users);
		free(report->products[i].exceptions);
		free(report->products[i].listed);
	}
	free(report->products);
	free(report->exceptions);
	free(report->policies);
	free(report->spans);
	free(report->hook_gaps);
	free(report->losses);
	free(report->jumps);
	free(report->unjudged);
	free(report->pruned);
	free(report->replaced);
	policy_arena_free(&report->arena);
}
