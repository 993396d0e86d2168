// SPDX-License-Identifier: GPL-2.0-only
/*
 * The past of one machine: files that were met.
 *
 * A store may hold millions of events. They are added up in a table of numbers, which
 * is sorted by the ranks that names have; names are read as they are handed over.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "escape.h"
#include "history_private.h"
#include "outcome.h"

#define PROGRESS_EVERY 65536	/* rows */

/* Who made what: few, and kept whole. */
struct subject {
	int64_t id;
	char *vendor, *product, *release, *authority, *policy;
	uint32_t product_rank;		/* of vendor, product, authority */
	uint32_t release_rank;		/* of release, policy within it */
	uint64_t (*parts)[2];
};

/* What is added up; alike in all but the last three. */
struct group {
	uint32_t product_rank, file_rank, release_rank, uid, auid;
	uint32_t subject;		/* index */
	uint32_t file;			/* id, which SQLite gives from 1 on */
	uint32_t outcome;
	uint64_t n, first_ns, last_ns;
};

struct hits {
	struct history *history;
	struct history_error *error;
	uint64_t since_ns, until_ns;
	size_t n_parts;
	const struct history_hit_ops *ops;
	void *data;
	struct subject *subjects;
	size_t n_subjects;
	uint32_t *ranks;		/* of files, by id */
	size_t n_ranks;
	struct group *groups;		/* a hash table, then a sorted list */
	size_t n_groups, capacity;	/* a power of 2 */
};

static char *copy_text(sqlite3_stmt *row, int column)
{
	return strdup(history_text(row, column));
}

static int finish(struct hits *h, sqlite3_stmt *row, int code, int err)
{
	if (!err && code != SQLITE_DONE)
		err = history_fail(h->history, h->error);
	sqlite3_finalize(row);
	return err;
}

static bool same_product(const struct subject *a, const struct subject *b)
{
	return strcmp(a->vendor, b->vendor) == 0 && strcmp(a->product, b->product) == 0 &&
	       strcmp(a->authority, b->authority) == 0;
}

static int add_subject(struct hits *h, sqlite3_stmt *row)
{
	struct subject *list, *s;

	list = reallocarray(h->subjects, h->n_subjects + 1, sizeof(*list));
	if (!list)
		return -ENOMEM;
	h->subjects = list;
	s = &list[h->n_subjects++];
	*s = (struct subject){
		.id = sqlite3_column_int64(row, 0),
		.vendor = copy_text(row, 1), .product = copy_text(row, 2),
		.authority = copy_text(row, 3), .release = copy_text(row, 4),
		.policy = copy_text(row, 5),
		.parts = calloc(h->n_parts, sizeof(*s->parts)),
	};
	if (!s->vendor || !s->product || !s->authority || !s->release || !s->policy || !s->parts)
		return -ENOMEM;
	if (s > list)
		s->product_rank = s[-1].product_rank + !same_product(s, s - 1);
	s->release_rank = h->n_subjects;
	return 0;
}

static int read_subjects(struct hits *h)
{
	sqlite3_stmt *row = evidence_prepare(h->history->evidence,
		"SELECT id, vendor, product, authority, release, policy FROM subject"
		" ORDER BY 2, 3, 4, 5, 6");
	int code = SQLITE_ERROR, err = 0;

	while (row && !err && (code = sqlite3_step(row)) == SQLITE_ROW)
		err = add_subject(h, row);
	return finish(h, row, code, err);
}

/* In the order of the index over (path, sha256, size), which is read without sorting. */
static int read_ranks(struct hits *h)
{
	sqlite3_stmt *row;
	int code = SQLITE_ERROR, err = 0;
	uint32_t rank = 0;

	row = evidence_prepare(h->history->evidence, "SELECT coalesce(max(id), 0) FROM file");
	if (row && sqlite3_step(row) == SQLITE_ROW) {
		int64_t last = sqlite3_column_int64(row, 0);

		code = SQLITE_DONE;
		h->n_ranks = last >= 0 && last < UINT32_MAX ? last + 1 : 0;
		h->ranks = calloc(h->n_ranks + 1, sizeof(*h->ranks));
		if (!h->ranks)
			err = -ENOMEM;
	}
	err = finish(h, row, code, err);
	if (err)
		return err;
	row = evidence_prepare(h->history->evidence,
			       "SELECT id FROM file ORDER BY path, sha256, size");
	while (row && (code = sqlite3_step(row)) == SQLITE_ROW) {
		int64_t id = sqlite3_column_int64(row, 0);

		if (id >= 0 && (size_t)id < h->n_ranks)
			h->ranks[id] = ++rank;
	}
	return finish(h, row, code, 0);
}

static uint64_t mix(uint64_t hash, uint64_t value)
{
	hash = (hash ^ value) * UINT64_C(0x9e3779b97f4a7c15);
	return hash ^ hash >> 29;
}

static bool alike(const struct group *a, const struct group *b)
{
	return a->subject == b->subject && a->file == b->file && a->uid == b->uid &&
	       a->auid == b->auid && a->outcome == b->outcome;
}

/* The place of a group, or the empty one where it belongs. */
static struct group *find_place(struct group *table, size_t capacity, const struct group *key)
{
	uint64_t hash = mix(mix(mix(mix(0, key->subject), key->file),
				(uint64_t)key->uid << 32 | key->auid), key->outcome);
	size_t at = hash & (capacity - 1);

	while (table[at].n && !alike(&table[at], key))
		at = (at + 1) & (capacity - 1);
	return &table[at];
}

static int make_room(struct hits *h)
{
	size_t capacity = h->capacity ? 2 * h->capacity : 1024, i;
	struct group *table;

	if (4 * h->n_groups < 3 * h->capacity)
		return 0;
	table = calloc(capacity, sizeof(*table));
	if (!table)
		return -ENOMEM;
	for (i = 0; i < h->capacity; i++)
		if (h->groups[i].n)
			*find_place(table, capacity, &h->groups[i]) = h->groups[i];
	free(h->groups);
	h->groups = table;
	h->capacity = capacity;
	return 0;
}

static int add_to_groups(struct hits *h, const struct group *new)
{
	struct group *place;
	int err = make_room(h);

	if (err)
		return err;
	place = find_place(h->groups, h->capacity, new);
	if (!place->n) {
		*place = *new;
		h->n_groups++;
		return 0;
	}
	place->n += new->n;
	if (new->first_ns < place->first_ns)
		place->first_ns = new->first_ns;
	if (new->last_ns > place->last_ns)
		place->last_ns = new->last_ns;
	return 0;
}

static void add_to_part(struct hits *h, struct subject *subject, const struct group *new)
{
	double window = h->until_ns - h->since_ns;
	size_t part = (new->first_ns - h->since_ns) / window * h->n_parts;

	if (part >= h->n_parts)
		part = h->n_parts - 1;
	subject->parts[part][new->outcome != EVIDENCE_DENIED] += new->n;
}

static int compare_ids(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

/* Indices of subjects by id, for look-ups. */
struct by_id {
	int64_t id;
	size_t index;
};

static int take_row(struct hits *h, const struct by_id *by_id, sqlite3_stmt *row)
{
	int64_t subject = sqlite3_column_int64(row, 0), file = sqlite3_column_int64(row, 1);
	const struct by_id *found = bsearch(&subject, by_id, h->n_subjects, sizeof(*by_id),
					    compare_ids);
	struct group new;

	if (!found || file < 0 || (size_t)file >= h->n_ranks) {
		h->error->err = EBADMSG;
		strcpy(h->error->text, "an event names a product or file that is not there");
		return -EBADMSG;
	}
	new = (struct group){
		.product_rank = h->subjects[found->index].product_rank,
		.file_rank = h->ranks[file],
		.release_rank = h->subjects[found->index].release_rank,
		.uid = sqlite3_column_int64(row, 2),
		.auid = sqlite3_column_int64(row, 3),
		.subject = found->index,
		.file = file,
		.outcome = sqlite3_column_int(row, 4),
		.n = sqlite3_column_int64(row, 5),
		.first_ns = sqlite3_column_int64(row, 6),
		.last_ns = sqlite3_column_int64(row, 7),
	};
	if (!new.n)
		return 0;
	add_to_part(h, &h->subjects[found->index], &new);
	return add_to_groups(h, &new);
}

#define WHO "subject, file, uid, auid, outcome"

/* Whole hours from what is added up already, the window's edges event by event. */
static const char hits_sql[] =
	"SELECT " WHO ", n, first_ns, last_ns FROM tally"
	" WHERE hour >= ?3 AND hour < ?4 AND outcome <> 5"
	" UNION ALL SELECT " WHO ", 1, time_ns, time_ns FROM hit"
	" WHERE time_ns >= ?1 AND time_ns < ?5 AND outcome <> 5"
	" UNION ALL SELECT " WHO ", 1, time_ns, time_ns FROM hit"
	" WHERE time_ns >= ?6 AND time_ns < ?2 AND outcome <> 5";
_Static_assert(EVIDENCE_NOT_JUDGED == 5, "the queries know it as 5");

static int read_groups(struct hits *h)
{
	struct by_id *by_id = calloc(h->n_subjects + 1, sizeof(*by_id));
	sqlite3_stmt *row;
	int code = SQLITE_ERROR, err = 0;
	size_t i, n = 0;

	if (!by_id)
		return -ENOMEM;
	for (i = 0; i < h->n_subjects; i++)
		by_id[i] = (struct by_id){ h->subjects[i].id, i };
	qsort(by_id, h->n_subjects, sizeof(*by_id), compare_ids);
	row = history_window(h->history, hits_sql, h->since_ns, h->until_ns);
	while (row && !err && (code = sqlite3_step(row)) == SQLITE_ROW) {
		err = take_row(h, by_id, row);
		if (!err && h->ops->progress && ++n % PROGRESS_EVERY == 0)
			err = h->ops->progress(h->data);
	}
	free(by_id);
	return finish(h, row, code, err);
}

static int order(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

static int compare_groups(const void *a, const void *b)
{
	const struct group *x = a, *y = b;
	int result = order(x->product_rank, y->product_rank);

	if (!result)
		result = order(x->file_rank, y->file_rank);
	if (!result)
		result = order(x->release_rank, y->release_rank);
	if (!result)
		result = order(x->uid, y->uid);
	if (!result)
		result = order(x->auid, y->auid);
	return result ? result : order(x->outcome, y->outcome);
}

/* From here on the table is a list. */
static void sort_groups(struct hits *h)
{
	size_t i, n = 0;

	for (i = 0; i < h->capacity; i++)
		if (h->groups[i].n)
			h->groups[n++] = h->groups[i];
	if (n)
		qsort(h->groups, n, sizeof(*h->groups), compare_groups);
}

static enum history_outcome outcome_of(uint32_t outcome)
{
	switch (outcome) {
	case EVIDENCE_DENIED:
		return HISTORY_DENIED;
	case EVIDENCE_WOULD_BE_DENIED:
		return HISTORY_WOULD_BE_DENIED;
	case EVIDENCE_EXCEPTED:
		return HISTORY_EXCEPTED;
	default:
		return HISTORY_OBSERVED;
	}
}

static void name_subject(const struct subject *subject, struct history_hit *hit)
{
	hit->vendor = subject->vendor;
	hit->product = subject->product;
	hit->authority = subject->authority;
	hit->release = subject->release;
	hit->policy = subject->policy;
}

static int hand_over_parts(struct hits *h)
{
	struct history_hit product = { 0 };
	size_t i, part;
	int err = 0, ran;

	for (i = 0; i < h->n_subjects; i++) {
		name_subject(&h->subjects[i], &product);
		for (part = 0; part < h->n_parts && !err; part++)
			for (ran = 0; ran < 2 && !err; ran++)
				if (h->subjects[i].parts[part][ran])
					err = h->ops->part(&product, part, !ran,
							   h->subjects[i].parts[part][ran],
							   h->data);
	}
	return err;
}

static int read_name(struct hits *h, sqlite3_stmt *row, uint32_t file, struct history_hit *hit,
		     char sha256[2 * DEBAR_SHA256_SIZE + 1])
{
	sqlite3_reset(row);
	sqlite3_bind_int64(row, 1, file);
	if (sqlite3_step(row) != SQLITE_ROW)
		return history_fail(h->history, h->error);
	hit->path = history_text(row, 0);
	sha256[0] = '\0';
	if (sqlite3_column_bytes(row, 1) == DEBAR_SHA256_SIZE)
		escape_hex(sqlite3_column_blob(row, 1), DEBAR_SHA256_SIZE, sha256);
	hit->sha256 = sha256;
	return 0;
}

static int hand_over(struct hits *h)
{
	sqlite3_stmt *row = evidence_prepare(h->history->evidence,
					     "SELECT path, sha256 FROM file WHERE id = ?");
	char sha256[2 * DEBAR_SHA256_SIZE + 1];
	struct history_hit hit = { 0 };
	const struct group *last = NULL;
	int err = row ? 0 : history_fail(h->history, h->error);
	size_t i;

	for (i = 0; i < h->n_groups && !err; i++) {
		const struct group *g = &h->groups[i];
		const struct subject *subject = &h->subjects[g->subject];

		hit.same_product = last && g->product_rank == last->product_rank;
		if (!last || g->file != last->file)
			err = read_name(h, row, g->file, &hit, sha256);
		hit.same_file = hit.same_product && g->file == last->file &&
				strcmp(subject->release, hit.release) == 0;
		name_subject(subject, &hit);
		hit.uid = g->uid;
		hit.auid = g->auid;
		hit.outcome = outcome_of(g->outcome);
		hit.n = g->n;
		hit.first_ns = g->first_ns;
		hit.last_ns = g->last_ns;
		if (!err)
			err = h->ops->hit(&hit, h->data);
		last = g;
	}
	sqlite3_finalize(row);
	return err;
}

static void drop(struct hits *h)
{
	size_t i;

	for (i = 0; i < h->n_subjects; i++) {
		free(h->subjects[i].vendor);
		free(h->subjects[i].product);
		free(h->subjects[i].release);
		free(h->subjects[i].authority);
		free(h->subjects[i].policy);
		free(h->subjects[i].parts);
	}
	free(h->subjects);
	free(h->ranks);
	free(h->groups);
}

int history_hits(struct history *history, uint64_t since_ns, uint64_t until_ns, size_t n_parts,
		 const struct history_hit_ops *ops, void *data,
		 struct history_error *ret_error)
{
	struct hits hits = {
		.history = history, .error = ret_error, .since_ns = since_ns,
		.until_ns = until_ns, .n_parts = n_parts, .ops = ops, .data = data,
	};
	int err;

	err = read_subjects(&hits);
	if (!err)
		err = read_ranks(&hits);
	if (!err)
		err = read_groups(&hits);
	if (!err) {
		sort_groups(&hits);
		err = hand_over_parts(&hits);
	}
	if (!err)
		err = hand_over(&hits);
	drop(&hits);
	return err;
}
