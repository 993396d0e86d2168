// SPDX-License-Identifier: GPL-2.0-only
/*
 * The past of one machine: what its store says about the watch.
 *
 * Records are read in order of time, not of storing: what the kernel's ring kept while
 * nobody listened is stored later than it happened.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "event_body.h"
#include "history_private.h"

/* What one record needs while it is handed over. */
struct reader {
	struct policy_arena arena;	/* texts */
	int (*fn)(const struct history_record *record, void *data);
	void *data;
	bool no_memory;
};

static const char *get_text(struct reader *r, const json_t *object, const char *key)
{
	char *text;
	char bytes[DEBAR_PATH_MAX + 1];

	if (!evidence_get_bytes(object, key, bytes, sizeof(bytes)) || !*bytes)
		return "";
	text = policy_arena_text(&r->arena, bytes, strlen(bytes));
	if (!text)
		r->no_memory = true;
	return text ? text : "";
}

static uint64_t get_number(const json_t *object, const char *key)
{
	uint64_t number;

	return evidence_get_number(object, key, &number) ? number : 0;
}

static bool is_word(const json_t *object, const char *key, const char *word)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text && strcmp(text, word) == 0;
}

static enum debar_mode get_mode(const json_t *body)
{
	return is_word(body, "mode", debar_mode_name(DEBAR_MODE_ENFORCE)) ?
		       DEBAR_MODE_ENFORCE : DEBAR_MODE_PERMISSIVE;
}

static enum debar_kind get_kind(const json_t *body)
{
	unsigned int kind;

	for (kind = DEBAR_KIND_EXEC; kind < __DEBAR_KIND_LAST; kind++)
		if (is_word(body, "kind", debar_kind_name(kind)))
			return kind;
	return 0;
}

static void read_state(struct reader *r, const json_t *body, struct history_record *record)
{
	const json_t *coverage = json_object_get(body, "coverage"), *item;
	size_t i;

	record->loaded = json_is_true(json_object_get(body, "loaded"));
	record->mode = get_mode(body);
	record->off = json_is_true(json_object_get(body, "off"));
	json_array_foreach((json_t *)coverage, i, item) {
		enum debar_kind kind = get_kind(item);

		record->hooks[kind] = (struct history_hook){
			.known = kind != 0,
			.active = json_is_true(json_object_get(item, "active")),
			.reason = get_text(r, item, "text"),
		};
	}
	record->hostname = get_text(r, body, "hostname");
	record->machine_id = get_text(r, body, "machine_id");
	record->os = get_text(r, body, "os");
	record->kernel = get_text(r, body, "kernel");
}

static void read_gap(const json_t *body, struct history_record *record)
{
	record->ring_kept = json_is_true(json_object_get(body, "watched"));
	if (is_word(body, "why", "machine"))
		record->reason = "the machine was off, or ran without Debar";
	else if (is_word(body, "why", "module"))
		record->reason = "the module was not loaded";
	else
		record->reason = "debard did not run";
}

static void *make_list(struct reader *r, size_t n, size_t size)
{
	void *list = policy_arena_alloc(&r->arena, (n + 1) * size);

	if (!list)
		r->no_memory = true;
	return list;
}

static void read_policies(struct reader *r, const json_t *body, struct history_record *record)
{
	const json_t *list = json_object_get(body, "policies"), *item;
	struct history_policy *policies;
	size_t i;

	policies = make_list(r, json_array_size(list), sizeof(*policies));
	if (!policies)
		return;
	json_array_foreach((json_t *)list, i, item)
		policies[i] = (struct history_policy){
			.name = get_text(r, item, "name"),
			.serial = get_number(item, "serial"),
			.sha256 = get_text(r, item, "sha256"),
			.from_ns = get_number(item, "committed_ns"),
			.n_signers = json_array_size(json_object_get(item, "signers")),
		};
	record->policies = policies;
	record->n_policies = json_array_size(list);
}

/* The product that an exception names by its number within a policy. */
static void find_product(const json_t *products, struct reader *r, const json_t *item,
			 struct history_exception *exception)
{
	uint64_t id = get_number(item, "product_id");
	const json_t *product;
	size_t i;

	if (*exception->sha256)
		return;
	json_array_foreach((json_t *)products, i, product) {
		if (get_number(product, "id") != id ||
		    strcmp(get_text(r, product, "policy"), exception->policy) != 0)
			continue;
		exception->vendor = get_text(r, product, "vendor");
		exception->product = get_text(r, product, "product");
		return;
	}
}

static void read_exceptions(struct reader *r, const json_t *body, struct history_record *record)
{
	const json_t *list = json_object_get(body, "exceptions"), *item;
	struct history_exception *exceptions;
	size_t i;

	exceptions = make_list(r, json_array_size(list), sizeof(*exceptions));
	if (!exceptions)
		return;
	json_array_foreach((json_t *)list, i, item) {
		exceptions[i] = (struct history_exception){
			.policy = get_text(r, item, "policy"),
			.vendor = "",
			.product = "",
			.sha256 = get_text(r, item, "sha256"),
			.approver = get_text(r, item, "approver"),
			.justification = get_text(r, item, "justification"),
			.expires = get_number(item, "expires"),
		};
		find_product(json_object_get(body, "products"), r, item, &exceptions[i]);
	}
	record->exceptions = exceptions;
	record->n_exceptions = json_array_size(list);
}

static void read_products(struct reader *r, const json_t *body, struct history_record *record)
{
	const json_t *list = json_object_get(body, "products"), *item;
	struct history_product *products;
	size_t i;

	products = make_list(r, json_array_size(list), sizeof(*products));
	if (!products)
		return;
	json_array_foreach((json_t *)list, i, item)
		products[i] = (struct history_product){
			.policy = get_text(r, item, "policy"),
			.vendor = get_text(r, item, "vendor"),
			.product = get_text(r, item, "product"),
			.release = get_text(r, item, "release"),
			.authority = get_text(r, item, "authority"),
			.action = is_word(item, "action", debar_action_name(DEBAR_ACTION_DENY)) ?
					  DEBAR_ACTION_DENY : DEBAR_ACTION_OBSERVE,
			.effective = get_number(item, "effective"),
			.expires = get_number(item, "expires"),
		};
	record->products = products;
	record->n_products = json_array_size(list);
	read_exceptions(r, body, record);
}

static void read_one_policy(struct reader *r, const json_t *body, struct history_record *record)
{
	struct history_policy *policy = make_list(r, 1, sizeof(*policy));

	if (!policy)
		return;
	*policy = (struct history_policy){
		.name = get_text(r, body, "policy"),
		.serial = get_number(body, "serial"),
		.sha256 = get_text(r, body, "sha256"),
		.from_ns = record->time_ns,
	};
	record->policies = policy;
	record->n_policies = 1;
}

static void read_watch(struct reader *r, const json_t *body, struct history_record *record)
{
	if (is_word(body, "reason", "start")) {
		record->kind = HISTORY_LOADED;
		record->mode = get_mode(body);
		record->off = json_is_true(json_object_get(body, "off"));
	} else if (is_word(body, "reason", "mode")) {
		record->kind = HISTORY_MODE;
		record->mode = get_mode(body);
	} else if (is_word(body, "reason", "gap") || is_word(body, "reason", "covered")) {
		record->kind = is_word(body, "reason", "gap") ? HISTORY_UNCOVERED : HISTORY_COVERED;
		record->kind_of_event = get_kind(body);
		record->reason = get_number(body, "errno") ?
					 strerror(get_number(body, "errno")) : "";
	} else if (is_word(body, "reason", "policy-load") ||
		   is_word(body, "reason", "policy-replace")) {
		record->kind = HISTORY_POLICY_LIVE;
		read_one_policy(r, body, record);
	} else if (is_word(body, "reason", "policy-remove")) {
		record->kind = HISTORY_POLICY_GONE;
		read_one_policy(r, body, record);
	}
}

static void read_clock(const json_t *body, struct history_record *record)
{
	uint64_t jump = get_number(body, "jump_ns");

	record->kind = HISTORY_CLOCK;
	record->jump_ns = jump < INT64_MAX ? jump : INT64_MAX;
	if (json_is_true(json_object_get(body, "backwards")))
		record->jump_ns = -record->jump_ns;
}

static void read_body(struct reader *r, const char *kind, const json_t *body,
		      struct history_record *record)
{
	if (strcmp(kind, "epoch") == 0) {
		record->kind = HISTORY_EPOCH;
		read_state(r, body, record);
	} else if (strcmp(kind, "status") == 0) {
		record->kind = is_word(body, "why", "stop") ? HISTORY_STOP : HISTORY_STATUS;
		read_state(r, body, record);
	} else if (strcmp(kind, "gap-begin") == 0 || strcmp(kind, "gap") == 0) {
		record->kind = kind[3] ? HISTORY_GAP_BEGIN : HISTORY_GAP_END;
		read_gap(body, record);
	} else if (strcmp(kind, "lost") == 0) {
		record->kind = HISTORY_LOST;
		record->first = get_number(body, "first");
		record->last = get_number(body, "last");
		record->n = get_number(body, "count");
	} else if (strcmp(kind, "policy") == 0) {
		record->kind = HISTORY_POLICIES;
		read_policies(r, body, record);
	} else if (strcmp(kind, "product") == 0) {
		record->kind = HISTORY_PRODUCTS;
		read_products(r, body, record);
	} else if (strcmp(kind, "clock") == 0) {
		read_clock(body, record);
	} else if (strcmp(kind, "corrupt") == 0) {
		record->kind = HISTORY_REPLACED;
	} else if (strcmp(kind, "watch") == 0) {
		read_watch(r, body, record);
	}
}

static int hand_over(struct reader *r, const struct history_record *known, const char *kind,
		     const json_t *body)
{
	struct history_record record = *known;
	int err;

	record.hostname = record.machine_id = record.os = record.kernel = record.reason = "";
	read_body(r, kind, body, &record);
	err = r->no_memory ? -ENOMEM : r->fn(&record, r->data);
	policy_arena_free(&r->arena);
	return err;
}

static int bad_body(struct history_error *ret_error, int64_t id)
{
	ret_error->err = EBADMSG;
	snprintf(ret_error->text, sizeof(ret_error->text), "record %lld is not what it should be",
		 (long long)id);
	return -EBADMSG;
}

/* What held where retention cut the past off. */
static int read_cut(struct history *history, struct reader *r, struct history_error *ret_error)
{
	static const char *const kinds[] = { "epoch", "status", "policy", "product" };
	struct history_record record = { 0 };
	json_t *body = NULL;
	sqlite3_stmt *row;
	int code, err = 0;
	size_t i;

	row = evidence_prepare(history->evidence,
			       "SELECT id, epoch, body, (SELECT pruned FROM anchor) FROM record"
			       " WHERE kind = 'pruned' AND kind <> 'event'"
			       " ORDER BY id DESC LIMIT 1");
	code = row ? sqlite3_step(row) : SQLITE_ERROR;
	if (code == SQLITE_ROW) {
		body = json_loads((const char *)sqlite3_column_text(row, 2), 0, NULL);
		record.id = sqlite3_column_int64(row, 0);
		record.epoch = -1;
		record.time_ns = get_number(body, "until_ns");
		record.n = sqlite3_column_int64(row, 3);
		record.kind = HISTORY_PRUNED;
		if (!body)
			err = bad_body(ret_error, record.id);
	} else if (code != SQLITE_DONE) {
		err = history_fail(history, ret_error);
	}
	sqlite3_finalize(row);
	if (!body || err)
		return err;
	err = hand_over(r, &record, "pruned", body);
	record.kind = HISTORY_ALIVE;
	for (i = 0; !err && i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		const json_t *held = json_object_get(json_object_get(body, "state"), kinds[i]);

		if (held)
			err = hand_over(r, &record, kinds[i], json_object_get(held, "body"));
	}
	json_decref(body);
	return err;
}

/*
 * What is lost came after the last event that was stored of this load of the module, or
 * after the load.
 */
static const char lost_sql[] =
	"SELECT coalesce((SELECT e.time_ns FROM"
	" (SELECT epoch, time_ns FROM record WHERE id < ?1 AND seq IS NOT NULL"
	"  ORDER BY id DESC LIMIT 1) AS e JOIN epoch AS o ON o.id = e.epoch"
	" WHERE o.boot_id = n.boot_id AND o.loaded_ns = n.loaded_ns), n.loaded_ns)"
	" FROM epoch AS n WHERE n.id = ?2";

/* A clock that an epoch begins with was set in the gap before. */
static const char clock_sql[] =
	"SELECT CAST(json_extract(g.body, '$.from_ns') AS INTEGER) FROM record AS g"
	" WHERE g.kind = 'gap' AND g.kind <> 'event' AND g.id < ?1 AND g.epoch = ?2"
	" AND g.time_ns = ?3 ORDER BY g.id DESC LIMIT 1";

/* When did what a record tells of happen at the earliest? */
static int read_after(struct history *history, const char *kind, struct history_record *record,
		      struct history_error *ret_error)
{
	bool lost = strcmp(kind, "lost") == 0;
	sqlite3_stmt *row;
	int code, err = 0;

	record->after_ns = lost ? 0 : record->time_ns;
	if (!lost && strcmp(kind, "clock") != 0)
		return 0;
	row = evidence_prepare(history->evidence, lost ? lost_sql : clock_sql);
	if (!row)
		return history_fail(history, ret_error);
	sqlite3_bind_int64(row, 1, record->id);
	sqlite3_bind_int64(row, 2, record->epoch);
	if (!lost)
		sqlite3_bind_int64(row, 3, record->time_ns);
	code = sqlite3_step(row);
	if (code == SQLITE_ROW)
		record->after_ns = sqlite3_column_int64(row, 0);
	else if (code != SQLITE_DONE)
		err = history_fail(history, ret_error);
	sqlite3_finalize(row);
	/* The clock may have been set back since. */
	if (record->after_ns > record->time_ns)
		record->after_ns = record->time_ns;
	return err;
}

/* The index over kinds leads to these few among all events; that over times would not. */
static const char records_sql[] =
	"SELECT * FROM (SELECT id, epoch, +time_ns AS t, kind, body FROM record"
	"  WHERE kind <> 'event' AND kind <> 'pruned' AND kind <> 'gap'"
	" UNION ALL SELECT id, epoch, CAST(json_extract(body, '$.from_ns') AS INTEGER),"
	"  'gap-begin', body FROM record WHERE kind = 'gap' AND kind <> 'event'"
	" UNION ALL SELECT id, epoch, CAST(json_extract(body, '$.until_ns') AS INTEGER),"
	"  'gap', body FROM record WHERE kind = 'gap' AND kind <> 'event') ORDER BY t, id";

int history_records(struct history *history,
		    int (*fn)(const struct history_record *record, void *data), void *data,
		    struct history_error *ret_error)
{
	struct reader reader = { .fn = fn, .data = data };
	int code = SQLITE_ERROR, err;
	sqlite3_stmt *row;

	err = read_cut(history, &reader, ret_error);
	if (err)
		return err;
	row = evidence_prepare(history->evidence, records_sql);
	while (row && !err && (code = sqlite3_step(row)) == SQLITE_ROW) {
		const char *kind = (const char *)sqlite3_column_text(row, 3);
		struct history_record record = {
			.id = sqlite3_column_int64(row, 0),
			.epoch = sqlite3_column_int64(row, 1),
			.time_ns = sqlite3_column_int64(row, 2),
			.kind = HISTORY_ALIVE,
		};
		const char *text = (const char *)sqlite3_column_text(row, 4);
		json_t *body = text ? json_loads(text, 0, NULL) : NULL;

		if (json_is_object(body))
			err = read_after(history, kind, &record, ret_error);
		else
			err = bad_body(ret_error, record.id);
		if (!err)
			err = hand_over(&reader, &record, kind, body);
		json_decref(body);
	}
	if (!err && code != SQLITE_DONE)
		err = history_fail(history, ret_error);
	sqlite3_finalize(row);
	return err;
}
