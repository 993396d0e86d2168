// SPDX-License-Identifier: GPL-2.0-only
/*
 * A report for machines.
 */
#include <stdlib.h>
#include <string.h>

#include "escape.h"
#include "output.h"
#include "report_json.h"
#include "report_words.h"

#define NS UINT64_C(1000000000)

/* Every put_ takes over @value; a NULL among them makes the whole NULL in the end. */
struct maker {
	bool failed;
};

static void put(struct maker *m, json_t *object, const char *key, json_t *value)
{
	if (json_object_set_new(object, key, value))
		m->failed = true;
}

static void append(struct maker *m, json_t *array, json_t *value)
{
	if (json_array_append_new(array, value))
		m->failed = true;
}

/* Bytes that somebody else chose; KEY_hex holds them where they are not UTF-8. */
static void put_text(struct maker *m, json_t *object, const char *key, const char *text)
{
	char name[64], *utf8, *hex;
	bool exact = true;

	if (!text || !*text) {
		put(m, object, key, json_null());
		return;
	}
	utf8 = escape_utf8(text, &exact);
	put(m, object, key, utf8 ? json_string(utf8) : NULL);
	free(utf8);
	if (exact)
		return;
	hex = malloc(2 * strlen(text) + 1);
	snprintf(name, sizeof(name), "%s_hex", key);
	if (hex)
		escape_hex(text, strlen(text), hex);
	put(m, object, name, hex ? json_string(hex) : NULL);
	free(hex);
}

static void put_number(struct maker *m, json_t *object, const char *key, uint64_t number)
{
	put(m, object, key, json_integer(number));
}

static void put_time(struct maker *m, json_t *object, const char *key, uint64_t ns)
{
	char text[48];

	report_time(ns, text);
	put(m, object, key, *text ? json_string(text) : json_null());
}

static void put_instant(struct maker *m, json_t *object, const char *key, uint64_t seconds)
{
	char text[48];

	out_format_instant(seconds, text);
	put(m, object, key, seconds ? json_string(text) : json_null());
}

static void put_count(struct maker *m, json_t *object, const struct report_count *count)
{
	put_number(m, object, "denied", count->n[HISTORY_DENIED]);
	put_number(m, object, "observed", count->n[HISTORY_OBSERVED]);
	put_number(m, object, "would_be_denied", count->n[HISTORY_WOULD_BE_DENIED]);
	put_number(m, object, "excepted", count->n[HISTORY_EXCEPTED]);
	put_time(m, object, "first_seen", count->first_ns);
	put_time(m, object, "last_seen", count->last_ns);
}

static json_t *users(struct maker *m, const struct report_product *p)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < p->n_users && i < REPORT_SHOWN; i++) {
		json_t *user = json_object();

		put_number(m, user, "uid", p->users[i].uid);
		put(m, user, "login_uid", p->users[i].auid == UINT32_MAX ?
					  json_null() : json_integer(p->users[i].auid));
		put_count(m, user, &p->users[i].count);
		append(m, list, user);
	}
	return list;
}

static json_t *paths(struct maker *m, const struct report_product *p)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < p->n_paths && i < REPORT_SHOWN; i++) {
		json_t *path = json_object();

		put_text(m, path, "path", p->paths[i].path);
		put_text(m, path, "version", p->paths[i].release);
		put_text(m, path, "sha256", p->paths[i].sha256);
		put_count(m, path, &p->paths[i].count);
		append(m, list, path);
	}
	return list;
}

static json_t *exceptions(struct maker *m, const struct report_exception *first, size_t n)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < n; i++) {
		const struct report_exception *e = &first[i];
		json_t *exception = json_object();

		put_text(m, exception, "policy", e->policy);
		put_text(m, exception, "sha256", e->sha256);
		put_text(m, exception, "approver", e->approver);
		put_text(m, exception, "justification", e->justification);
		put_instant(m, exception, "expires", e->expires);
		append(m, list, exception);
	}
	return list;
}

static json_t *product(struct maker *m, const struct report *r, const struct report_product *p)
{
	json_t *object = json_object(), *versions = json_array(), *evidence = json_array();
	size_t i;

	for (i = 0; i < p->n_releases; i++)
		append(m, versions, json_string(p->releases[i]));
	if (p->finding <= REPORT_ATTEMPTED)
		append(m, evidence, json_string("file-hash"));
	put_text(m, object, "vendor", p->vendor);
	put_text(m, object, "product", p->product);
	put_text(m, object, "authority", p->authority);
	put(m, object, "in_scope", json_boolean(p->in_scope));
	put(m, object, "finding", json_string(report_finding_word(p->finding)));
	put(m, object, "action", p->action ? json_string(debar_action_name(p->action)) :
					     json_null());
	put_instant(m, object, "effective", p->effective);
	put_instant(m, object, "expires", p->expires);
	put(m, object, "versions", versions);
	put(m, object, "evidence_kinds", evidence);
	put_number(m, object, "endpoints_impacted", p->finding <= REPORT_ATTEMPTED);
	put_count(m, object, &p->count);
	put_number(m, object, "users_total", p->n_users);
	put(m, object, "users_total_is_more", json_boolean(p->users_cut));
	put(m, object, "users", users(m, p));
	put_number(m, object, "paths_total", p->n_paths);
	put(m, object, "paths", paths(m, p));
	put(m, object, "exceptions", exceptions(m, p->exceptions, p->n_exceptions));
	put_number(m, object, "watched_seconds", p->watched_ns / NS);
	put_number(m, object, "window_seconds", (r->until_ns - r->since_ns) / NS);
	return object;
}

static json_t *policies(struct maker *m, const struct report *r)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < r->n_policies; i++) {
		const struct report_policy *p = &r->policies[i];
		json_t *policy = json_object();

		put_text(m, policy, "name", p->name);
		put_number(m, policy, "serial", p->serial);
		put_text(m, policy, "sha256", p->sha256);
		put_number(m, policy, "signers", p->n_signers);
		put_time(m, policy, "from", p->from_ns);
		put_time(m, policy, "to", p->open ? 0 : p->to_ns);
		append(m, list, policy);
	}
	return list;
}

static json_t *spans(struct maker *m, const struct report *r)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < r->n_spans; i++) {
		const struct report_span *s = &r->spans[i];
		json_t *span = json_object();

		put_time(m, span, "from", s->from_ns);
		put_time(m, span, "to", s->to_ns);
		put(m, span, "state", json_string(report_watch_word(s->watch)));
		put_text(m, span, "reason", s->reason);
		append(m, list, span);
	}
	return list;
}

static json_t *hook_gaps(struct maker *m, const struct report *r)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < r->n_hook_gaps; i++) {
		const struct report_hook_gap *g = &r->hook_gaps[i];
		json_t *gap = json_object();

		put(m, gap, "kind", json_string(debar_kind_name(g->kind)));
		put_time(m, gap, "from", g->from_ns);
		put_time(m, gap, "to", g->to_ns);
		put_text(m, gap, "reason", g->reason);
		append(m, list, gap);
	}
	return list;
}

static json_t *losses(struct maker *m, const struct report *r)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < r->n_losses; i++) {
		json_t *loss = json_object();

		put_time(m, loss, "after", r->losses[i].after_ns);
		put_time(m, loss, "noticed", r->losses[i].time_ns);
		put_number(m, loss, "first", r->losses[i].first);
		put_number(m, loss, "last", r->losses[i].last);
		put_number(m, loss, "events", r->losses[i].n);
		append(m, list, loss);
	}
	return list;
}

static json_t *unjudged(struct maker *m, const struct report *r)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < r->n_unjudged; i++) {
		const struct report_unjudged *u = &r->unjudged[i];
		json_t *file = json_object();

		put_text(m, file, "reason", u->reason);
		put_text(m, file, "path", u->path);
		put_number(m, file, "events", u->n);
		put_time(m, file, "first_seen", u->first_ns);
		put_time(m, file, "last_seen", u->last_ns);
		append(m, list, file);
	}
	return list;
}

static json_t *jumps(struct maker *m, const struct report *r)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < r->n_jumps; i++) {
		json_t *jump = json_object();

		put_time(m, jump, "after", r->jumps[i].after_ns);
		put_time(m, jump, "time", r->jumps[i].time_ns);
		put(m, jump, "jump_ms", json_integer(r->jumps[i].jump_ns / 1000000));
		append(m, list, jump);
	}
	return list;
}

static json_t *notes(struct maker *m, const struct report_note *note, size_t n)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < n; i++) {
		json_t *object = json_object();

		put_time(m, object, "time", note[i].time_ns);
		put_number(m, object, "records", note[i].n);
		append(m, list, object);
	}
	return list;
}

static json_t *coverage(struct maker *m, const struct report *r)
{
	json_t *object = json_object(), *states = json_object();
	uint64_t window = r->until_ns - r->since_ns;
	char percent[32];
	size_t i;

	for (i = 0; i < REPORT_WATCHES; i++)
		put_number(m, states, report_watch_word(i), r->watch_ns[i] / NS);
	report_percent_number(report_watched(r), window, percent);
	put_number(m, object, "window_seconds", window / NS);
	put_number(m, object, "watched_seconds", report_watched(r) / NS);
	put(m, object, "watched_percent", json_string(percent));
	put(m, object, "complete", json_boolean(r->complete));
	put(m, object, "seconds", states);
	put(m, object, "spans", spans(m, r));
	put(m, object, "hooks_missing", hook_gaps(m, r));
	put(m, object, "losses", losses(m, r));
	put_number(m, object, "events_lost", r->n_lost);
	put(m, object, "not_judged", unjudged(m, r));
	put_number(m, object, "not_judged_files", r->n_unjudged_files);
	put_number(m, object, "not_judged_events", r->n_unjudged_events);
	put(m, object, "clock_jumps", jumps(m, r));
	put(m, object, "records_pruned", notes(m, r->pruned, r->n_pruned));
	put(m, object, "stores_replaced", notes(m, r->replaced, r->n_replaced));
	return object;
}

/* For whoever merges summaries and does not have the profile. */
static json_t *plan(struct maker *m, const struct directive *d)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < d->n_plan; i++) {
		json_t *element = json_object();

		put_text(m, element, "heading", d->plan[i].heading);
		put_text(m, element, "fill", directive_fill_name(d->plan[i].fill));
		append(m, list, element);
	}
	return list;
}

static json_t *directive(struct maker *m, const struct directive *d)
{
	json_t *object = json_object(), *asks = json_array(), *deadlines = json_array();
	size_t i;

	for (i = 0; i < d->n_asks; i++)
		append(m, asks, json_string(d->asks[i]));
	for (i = 0; i < d->n_deadlines; i++) {
		json_t *deadline = json_object();

		put_number(m, deadline, "day", d->deadlines[i].day);
		put_text(m, deadline, "what", d->deadlines[i].what);
		append(m, deadlines, deadline);
	}
	put_text(m, object, "id", d->id);
	put_text(m, object, "title", d->title);
	put_text(m, object, "citation", d->citation);
	put_text(m, object, "issuer", d->issuer);
	put_text(m, object, "issued", d->issued);
	put_text(m, object, "binding", d->binding);
	put_text(m, object, "scope", d->scope);
	put(m, object, "asks", asks);
	put(m, object, "deadlines", deadlines);
	if (d->plan_name)
		put(m, object, "plan", plan(m, d));
	put_text(m, object, "plan_file", d->plan_name);
	return object;
}

static json_t *asset(struct maker *m, const struct report_asset *a)
{
	json_t *object = json_object();

	put_text(m, object, "asset_id", a->id);
	put_text(m, object, "asset_id_source", a->id_source);
	put_text(m, object, "hostname", a->hostname);
	put_text(m, object, "os", a->os);
	put_text(m, object, "kernel", a->kernel);
	return object;
}

static json_t *methods(struct maker *m)
{
	const struct report_method *method;
	json_t *list = json_array();

	for (method = report_methods; method->code; method++) {
		json_t *object = json_object();

		put_text(m, object, "code", method->code);
		put_text(m, object, "text", method->text);
		append(m, list, object);
	}
	return list;
}

static json_t *found(struct maker *m, const struct report *r)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < r->n_products; i++) {
		const struct report_product *p = &r->products[i];
		json_t *object;

		if (!p->in_scope || p->finding > REPORT_ATTEMPTED)
			continue;
		object = json_object();
		put_text(m, object, "vendor", p->vendor);
		put_text(m, object, "product", p->product);
		put(m, object, "finding", json_string(report_finding_word(p->finding)));
		append(m, list, object);
	}
	return list;
}

struct limits {
	struct maker *maker;
	json_t *list;
};

static void add_limit(const char *sentence, void *data)
{
	struct limits *limits = data;

	append(limits->maker, limits->list, json_string(sentence));
}

static void put_statement(struct maker *m, json_t *object, const struct report *r)
{
	struct limits limits = { .maker = m, .list = json_array() };
	char *statement = NULL;
	size_t length;
	FILE *stream = open_memstream(&statement, &length);

	if (stream) {
		report_statement(r, stream);
		fclose(stream);
	}
	put(m, object, "statement", statement ? json_string(statement) : NULL);
	free(statement);
	put(m, object, "finding", json_string(report_finding_word(report_overall(r))));
	report_limits(r, add_limit, &limits);
	put(m, object, "cannot_know", limits.list);
}

json_t *report_json(const struct report *r)
{
	json_t *object = json_object(), *period = json_object(), *store = json_object();
	json_t *products = json_array(), *tool = json_object();
	struct maker maker = { 0 }, *m = &maker;
	size_t i;

	for (i = 0; i < r->n_products; i++)
		append(m, products, product(m, r, &r->products[i]));
	put_text(m, tool, "name", "debar");
	put_text(m, tool, "version", DEBAR_VERSION);
	put_time(m, period, "since", r->since_ns);
	put_time(m, period, "until", r->until_ns);
	put_number(m, store, "records", r->store.n_records);
	put_time(m, store, "first", r->store.first_ns);
	put_time(m, store, "last", r->store.last_ns);
	put_text(m, store, "head", r->store.head);
	put_text(m, object, "schema", REPORT_SCHEMA);
	put(m, object, "tool", tool);
	put_time(m, object, "generated_at", r->until_ns);
	put(m, object, "period", period);
	put(m, object, "directive", directive(m, r->directive));
	put_text(m, object, "agency", r->about.agency);
	put_text(m, object, "component", r->about.component);
	put_text(m, object, "contact", r->about.contact);
	put(m, object, "asset", asset(m, &r->asset));
	put(m, object, "methodologies", methods(m));
	put_statement(m, object, r);
	put(m, object, "products_found", found(m, r));
	put(m, object, "products", products);
	put(m, object, "file_exceptions", exceptions(m, r->exceptions, r->n_exceptions));
	put_number(m, object, "events", r->n_hits);
	put(m, object, "policies", policies(m, r));
	put(m, object, "coverage", coverage(m, r));
	put(m, object, "store", store);
	if (m->failed) {
		json_decref(object);
		return NULL;
	}
	return object;
}

void report_json_write(const json_t *object, FILE *stream)
{
	if (!json_dumpf(object, stream, JSON_SORT_KEYS | JSON_INDENT(2)))
		fputc('\n', stream);
}
