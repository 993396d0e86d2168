// SPDX-License-Identifier: GPL-2.0-only
/*
 * Events in the forms of others: only fields that these schemas have, of their types; and
 * hostile bytes in every form.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <ctype.h>
#include <errno.h>
#include <getopt.h>

#include "event_filter.h"
#include "event_output.h"
#include "evidence.h"
#include "host.h"
#include "prune.h"
#include "verbs.h"
#include "when.h"

/* s: text, n: whole number, b: truth, S: list of text; *: any below. */
struct field {
	const char *name;
	char type;
};

/* Elastic Common Schema 8.11.0, "ECS Field Reference". */
static const struct field ecs[] = {
	{ "@timestamp", 's' }, { "message", 's' }, { "ecs.version", 's' },
	{ "event.kind", 's' }, { "event.category", 'S' }, { "event.type", 'S' },
	{ "event.action", 's' }, { "event.outcome", 's' }, { "event.module", 's' },
	{ "event.dataset", 's' }, { "event.provider", 's' }, { "event.reason", 's' },
	{ "event.severity", 'n' }, { "event.sequence", 'n' },
	{ "user.id", 's' }, { "process.pid", 'n' }, { "process.name", 's' },
	{ "process.parent.pid", 'n' },
	{ "file.path", 's' }, { "file.inode", 's' }, { "file.device", 's' },
	{ "file.size", 'n' }, { "file.hash.sha256", 's' }, { "related.hash", 'S' },
	{ "rule.id", 's' }, { "rule.name", 's' }, { "rule.ruleset", 's' },
	{ "rule.version", 's' }, { "rule.category", 's' }, { "rule.reference", 's' },
	{ "package.name", 's' }, { "package.version", 's' },
	{ "error.code", 's' }, { "error.message", 's' },
	{ "host.name", 's' }, { "host.id", 's' }, { "host.os.kernel", 's' },
	{ "observer.vendor", 's' }, { "observer.product", 's' }, { "observer.type", 's' },
	{ "observer.version", 's' }, { "labels.*", 's' },
};

/* OCSF 1.4.0: base event, classes 1001, 1002, 1005, 1007, 3004, and their objects. */
static const struct field ocsf[] = {
	{ "class_uid", 'n' }, { "category_uid", 'n' }, { "activity_id", 'n' },
	{ "type_uid", 'n' }, { "time", 'n' }, { "severity_id", 'n' }, { "status_id", 'n' },
	{ "status_code", 's' }, { "status_detail", 's' }, { "message", 's' },
	{ "metadata.version", 's' }, { "metadata.product.name", 's' },
	{ "metadata.product.vendor_name", 's' }, { "metadata.product.version", 's' },
	{ "metadata.profiles", 'S' }, { "metadata.log_name", 's' },
	{ "metadata.sequence", 'n' },
	{ "device.hostname", 's' }, { "device.uid", 's' }, { "device.type_id", 'n' },
	{ "device.os.name", 's' }, { "device.os.type_id", 'n' },
	{ "actor.process.pid", 'n' }, { "actor.process.name", 's' },
	{ "actor.process.parent_process.pid", 'n' }, { "actor.user.uid", 's' },
	{ "process.pid", 'n' },
	{ "process.file.name", 's' }, { "process.file.path", 's' },
	{ "process.file.type_id", 'n' }, { "process.file.size", 'n' },
	{ "process.file.hashes.algorithm_id", 'n' }, { "process.file.hashes.value", 's' },
	{ "module.load_type_id", 'n' },
	{ "module.file.name", 's' }, { "module.file.path", 's' }, { "module.file.type_id", 'n' },
	{ "module.file.size", 'n' }, { "module.file.hashes.algorithm_id", 'n' },
	{ "module.file.hashes.value", 's' },
	{ "driver.file.name", 's' }, { "driver.file.path", 's' }, { "driver.file.type_id", 'n' },
	{ "driver.file.size", 'n' }, { "driver.file.hashes.algorithm_id", 'n' },
	{ "driver.file.hashes.value", 's' },
	{ "file.name", 's' }, { "file.path", 's' }, { "file.type_id", 'n' },
	{ "file.size", 'n' }, { "file.hashes.algorithm_id", 'n' }, { "file.hashes.value", 's' },
	{ "entity.name", 's' }, { "entity.type", 's' }, { "entity.version", 's' },
	{ "entity.uid", 's' },
	/* profile security_control */
	{ "action_id", 'n' }, { "disposition_id", 'n' }, { "is_alert", 'b' },
	{ "policy.name", 's' }, { "policy.version", 's' }, { "policy.is_applied", 'b' },
	{ "unmapped.*", '?' },
};

static char type_of(const json_t *value)
{
	if (json_is_array(value) && json_is_string(json_array_get(value, 0)))
		return 'S';
	return json_is_string(value) ? 's' : json_is_integer(value) ? 'n' :
	       json_is_boolean(value) ? 'b' : '-';
}

static void check_field(const struct field *fields, size_t n, const char *name,
			const json_t *value)
{
	size_t i, length;

	for (i = 0; i < n; i++) {
		length = strlen(fields[i].name);
		if (fields[i].name[length - 1] == '*') {
			if (strncmp(fields[i].name, name, length - 1) == 0 &&
			    (fields[i].type == '?' || fields[i].type == type_of(value)))
				return;
		} else if (strcmp(fields[i].name, name) == 0) {
			if (fields[i].type != type_of(value))
				fail_msg("%s is of another type", name);
			return;
		}
	}
	fail_msg("the schema has no field %s", name);
}

static void check_object(const struct field *fields, size_t n, const char *before,
			 json_t *object)
{
	const char *key;
	char name[256];
	json_t *value, *element;
	size_t i;

	json_object_foreach(object, key, value) {
		snprintf(name, sizeof(name), "%s%s%s", before, *before ? "." : "", key);
		if (json_is_object(value)) {
			assert_true(json_object_size(value) > 0);
			check_object(fields, n, name, value);
		} else if (json_is_array(value) && json_is_object(json_array_get(value, 0))) {
			json_array_foreach(value, i, element)
				check_object(fields, n, name, element);
		} else {
			check_field(fields, n, name, value);
		}
	}
}

static const char *text_at(const json_t *object, const char *path)
{
	char copy[128], *word, *rest = copy;

	snprintf(copy, sizeof(copy), "%s", path);
	while ((word = strsep(&rest, ".")))
		object = json_object_get(object, word);
	return json_string_value(object);
}

static struct debar_event make_event(enum debar_reason reason, enum debar_kind kind)
{
	struct debar_event event = make_denial(7);

	event.reason = reason;
	event.kind = kind;
	if (reason == DEBAR_REASON_BAN)
		return event;
	event.error = EBADMSG;
	strcpy(event.text, "why");
	strcpy(event.version, "0.1.0");
	event.old_serial = 11;
	if (!debar_reason_of_file(reason))
		event.path[0] = '\0';
	return event;
}

static const struct event_host host = { "ws0042", "0123456789abcdef", "6.1.0" };

static void check_event(const struct debar_event *event)
{
	json_t *object = event_ecs(event, &host);

	check_object(ecs, sizeof(ecs) / sizeof(ecs[0]), "", object);
	assert_non_null(text_at(object, "event.action"));
	json_decref(object);
	object = event_ocsf(event, &host);
	check_object(ocsf, sizeof(ocsf) / sizeof(ocsf[0]), "", object);
	assert_int_equal(json_integer_value(json_object_get(object, "type_uid")),
			 100 * json_integer_value(json_object_get(object, "class_uid")) +
			 json_integer_value(json_object_get(object, "activity_id")));
	assert_null(json_object_get(object, "launch_type_id"));
	json_decref(object);
}

static void test_schemas(void **state)
{
	struct debar_event event;
	unsigned int reason, kind;

	(void)state;
	for (reason = DEBAR_REASON_BAN; reason < __DEBAR_REASON_LAST; reason++) {
		for (kind = DEBAR_KIND_EXEC; kind < __DEBAR_KIND_LAST; kind++) {
			event = make_event(reason, kind);
			check_event(&event);
			event.verdict = DEBAR_VERDICT_OBSERVE;
			event.auid = 5;
			event.path[0] = '\0';
			event.path_truncated = true;
			event.excepted = true;
			check_event(&event);
		}
	}
}

static void test_values(void **state)
{
	struct debar_event event = make_denial(7);
	json_t *object = event_ecs(&event, &host);

	(void)state;
	assert_string_equal(text_at(object, "@timestamp"), "2027-01-15T08:00:07.000000000Z");
	assert_string_equal(text_at(object, "event.action"), "exec-deny");
	assert_string_equal(text_at(object, "event.outcome"), "failure");
	assert_string_equal(text_at(object, "rule.reference"), "L");
	assert_string_equal(text_at(object, "labels.vendor"), "Corp");
	assert_null(text_at(object, "labels.auid"));
	json_decref(object);
	object = event_ocsf(&event, &host);
	assert_int_equal(json_integer_value(json_object_get(object, "class_uid")), 1007);
	assert_int_equal(json_integer_value(json_object_get(object, "disposition_id")), 2);
	assert_string_equal(text_at(object, "status_code"), "EPERM");
	assert_string_equal(text_at(object, "process.file.name"), "agent");
	json_decref(object);
	event.reason = DEBAR_REASON_POLICY_LOAD;
	object = event_ecs(&event, &host);
	assert_string_equal(json_string_value(json_array_get(json_object_get(json_object_get(
			object, "event"), "category"), 0)), "configuration");
	json_decref(object);
	object = event_ocsf(&event, &host);
	assert_int_equal(json_integer_value(json_object_get(object, "type_uid")), 300401);
	assert_string_equal(text_at(object, "entity.version"), "12");
	json_decref(object);
	event.kind = DEBAR_KIND_MMAP;
	event.reason = DEBAR_REASON_BAN;
	object = event_ocsf(&event, &host);
	assert_int_equal(json_integer_value(json_object_get(object, "type_uid")), 100501);
	json_decref(object);
}

static char *print(const struct debar_event *event, bool json)
{
	size_t length;
	struct out out;
	char *text;
	FILE *stream = open_memstream(&text, &length);

	out_init(&out, stream);
	out.json = json;
	if (json)
		event_print_json(&out, event);
	else
		event_print_text(&out, event);
	assert_int_equal(out_finish(&out), 0);
	fclose(stream);
	return text;
}

static void test_text(void **state)
{
	static const struct {
		enum debar_reason reason;
		const char *text;
	} rows[] = {
		{ DEBAR_REASON_BAN, " #7 denied exec /opt/agent: Corp, Agent 1.0 (L, policy base "
		  "serial 12) pid=100 ppid=1 comm=bash uid=1000 auid=unset size=5 sha256=aabb00" },
		{ DEBAR_REASON_UNREADABLE, " #7 not-judged exec /opt/agent: unreadable: Bad message, "
		  "denied pid=100" },
		{ DEBAR_REASON_GAP, " #7 gap exec: not judged any more: Bad message pid=100" },
		{ DEBAR_REASON_COVERED, " #7 covered exec: judged again pid=100" },
		{ DEBAR_REASON_START, " #7 start module 0.1.0, mode enforce pid=100" },
		{ DEBAR_REASON_POLICY_LOAD, " #7 policy-load base serial 12 in place of 11, 0 bans "
		  "pid=100 ppid=1 comm=bash uid=1000 auid=unset sha256=aabb" },
		{ DEBAR_REASON_POLICY_REJECT, " #7 policy-reject: Bad message: why pid=100" },
		{ DEBAR_REASON_MODE, " #7 mode enforce, before permissive pid=100" },
		{ DEBAR_REASON_SEAL, " #7 seal pid=100" },
	};
	struct debar_event event;
	json_t *object;
	char *text;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		event = make_event(rows[i].reason, DEBAR_KIND_EXEC);
		if (debar_reason_of_file(rows[i].reason))
			strcpy(event.path, "/opt/agent");
		text = print(&event, false);
		if (!strstr(text, rows[i].text))
			fail_msg("'%s' is not in: %s", rows[i].text, text);
		free(text);
		text = print(&event, true);
		object = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
		assert_string_equal(text_at(object, "reason"), debar_reason_name(event.reason));
		json_decref(object);
		free(text);
	}
}

static void test_hostile(void **state)
{
	static const char *const hostile[] = {
		"/opt/a\nb", "/opt/\"q\"'", "/opt/\033[31m\a\b\r", "/opt/\xff\xfe", "=cmd|' /C x'!A1",
		"<script>alert(1)</script>", "\xe2\x80\xae" "rtl", "\xc2\x9b" "31m",
	};
	struct debar_event event;
	json_t *object;
	char *text, *at;
	size_t i;
	int j;

	(void)state;
	for (i = 0; i <= sizeof(hostile) / sizeof(hostile[0]); i++) {
		event = make_denial(1);
		/* The last of them: as long as can be. */
		memset(event.path, '\n', sizeof(event.path) - 1);
		if (i < sizeof(hostile) / sizeof(hostile[0])) {
			strcpy(event.path, hostile[i]);
			strcpy(event.comm, hostile[i]);
			strcpy(event.vendor, hostile[i]);
			strcpy(event.text, hostile[i]);
			strcpy(event.policy, hostile[i]);
		}
		text = print(&event, false);
		for (at = text; *at; at++)
			if (iscntrl((unsigned char)*at) && (*at != '\n' || at[1]))
				fail_msg("a control character: %s", text);
		assert_null(strstr(text, "\xe2\x80\xae"));
		assert_null(strstr(text, "\xc2\x9b"));
		free(text);
		text = print(&event, true);
		object = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
		assert_non_null(object);
		json_decref(object);
		free(text);
		for (j = 0; j < 2; j++) {
			object = j ? event_ecs(&event, &host) : event_ocsf(&event, &host);
			text = json_dumps(object, JSON_COMPACT);
			assert_non_null(text);
			assert_null(strchr(text, '\n'));
			assert_null(strchr(text, '\033'));
			free(text);
			json_decref(object);
		}
	}
}

static void test_when(void **state)
{
	static const struct {
		const char *text;
		uint64_t seconds;	/* 0: it is none */
	} rows[] = {
		{ "2027-01-15T08:00:00Z", 1800000000 }, { "2027-01-15t08:00:00z", 1800000000 },
		{ "2027-01-15T09:30:00+01:30", 1800000000 }, { "2027-01-15 06:00:00-02:00",
		  1800000000 }, { "2027-01-15", 1799971200 }, { "1d", 1799913600 },
		{ "2h", 1799992800 }, { "3m", 1799999820 }, { "4s", 1799999996 },
		{ "", 0 }, { "d", 0 }, { "1", 0 }, { "1w", 0 }, { "-1d", 0 }, { "1d ", 0 },
		{ "99999999999999999999d", 0 }, { "999999d", 0 }, { "2027-02-31", 0 },
		{ "2027-1-5", 0 }, { "2027-01-15T08:00:00", 0 }, { "2027-01-15T08:00Z", 0 },
		{ "2027-01-15T08:00:00+1", 0 }, { "2027-01-15T08:00:00.Z", 0 }, { "27-01-15", 0 },
		{ "9999-01-01", 0 }, { "yesterday", 0 },
	};
	uint64_t ns;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		bool good = when_parse(rows[i].text, BEGIN_NS, &ns);

		if (good != (rows[i].seconds > 0) || (good && ns != rows[i].seconds * NS))
			fail_msg("'%s' is %lu", rows[i].text, good ? (long)(ns / NS) : 0);
	}
	assert_true(when_parse("2027-01-15T08:00:00.25Z", 0, &ns));
	assert_int_equal(ns, BEGIN_NS + NS / 4);
}

static void test_filter(void **state)
{
	struct debar_event event = make_denial(1), watch = make_event(DEBAR_REASON_SEAL, 0);
	struct event_filter filter = { 0 };

	(void)state;
	assert_true(event_filter_takes(&filter, &event));
	filter.since_ns = event.time_ns;
	filter.until_ns = event.time_ns + 1;
	assert_true(event_filter_takes(&filter, &event));
	filter.until_ns = event.time_ns;
	assert_false(event_filter_takes(&filter, &event));
	filter = (struct event_filter){ .since_ns = event.time_ns + 1 };
	assert_false(event_filter_takes(&filter, &event));
	filter = (struct event_filter){ .vendor = "C*", .product = "Agen?", .path = "/opt/*" };
	assert_true(event_filter_takes(&filter, &event));
	assert_false(event_filter_takes(&filter, &watch));
	filter.vendor = "c*";
	assert_false(event_filter_takes(&filter, &event));
	filter = (struct event_filter){ .by_user = true, .user = 1000 };
	assert_true(event_filter_takes(&filter, &event));
	filter.user = 5;
	assert_false(event_filter_takes(&filter, &event));
	event.auid = 5;
	assert_true(event_filter_takes(&filter, &event));
	filter = (struct event_filter){ .action = "denied" };
	assert_true(event_filter_takes(&filter, &event));
	assert_false(event_filter_takes(&filter, &watch));
	filter.action = "seal";
	assert_true(event_filter_takes(&filter, &watch));
}

/* What the verb prints of a store. */
static int count_lines(const struct place *place, const char *option, const char *argument)
{
	char store[256];
	char *words[] = { "events", store, (char *)option, (char *)argument, NULL };
	struct cli cli = { .verb = &verb_events, .argc = option ? 4 : 2, .argv = words };
	size_t length, i;
	char *text;
	int n = 0;

	snprintf(store, sizeof(store), "--store=%s", place->path);
	if (option && !argument)
		cli.argc = 3;
	if (!option)
		words[2] = NULL;
	out_init(&cli.out, open_memstream(&text, &length));
	strcpy(cli.title, "events");
	optind = 0;
	assert_int_equal(verb_events.run(&cli), STATUS_OK);
	assert_int_equal(out_finish(&cli.out), 0);
	fclose(cli.out.stream);
	for (i = 0; i < length; i++)
		n += text[i] == '\n';
	free(text);
	return n;
}

static void test_stored(void **state)
{
	struct debar_event event = make_denial(5);
	struct place place;

	(void)state;
	place_begin(&place);
	place_fill(&place, 1, 4);
	event.reason = DEBAR_REASON_SEAL;
	place_append(&place, &event);
	assert_int_equal(evidence_begin(place.evidence), 0);
	assert_int_equal(evidence_append(place.evidence, 1, event.time_ns, "lost",
					 evidence_lost_body(6, 9)), 0);
	assert_int_equal(evidence_commit(place.evidence), 0);
	assert_int_equal(count_lines(&place, NULL, NULL), 6);
	assert_int_equal(count_lines(&place, "--json", NULL), 6);
	assert_int_equal(count_lines(&place, "--format", "ecs"), 5);
	assert_int_equal(count_lines(&place, "--format", "ocsf"), 5);
	assert_int_equal(count_lines(&place, "--until", "2027-01-15T08:00:03Z"), 2);
	assert_int_equal(count_lines(&place, "--vendor", "Corp"), 5);
	place_end(&place);
}

static void begin_epoch(struct place *place, const char *boot_id, char *machine_id,
			char *hostname)
{
	const struct evidence_host machine = { .id = machine_id, .hostname = hostname };
	struct evidence_epoch epoch = {
		.load = { .loaded_ns = BEGIN_NS, .host = &machine }, .started_ns = BEGIN_NS,
	};

	strcpy(epoch.load.boot_id, boot_id);
	assert_int_equal(evidence_begin(place->evidence), 0);
	assert_int_equal(evidence_epoch_begin(place->evidence, &epoch, NULL,
					      (const uint8_t[EVIDENCE_HASH]){ 0 }), 0);
	assert_int_equal(evidence_commit(place->evidence), 0);
}

/* A store may be of another machine than the one that it is read on. */
static void test_stored_host(void **state)
{
	const struct evidence_retention retention = { .before_ns = BEGIN_NS + 3 * NS };
	struct event_host from;
	struct place place;
	int64_t n;

	(void)state;
	place_begin(&place);
	begin_epoch(&place, "a", "aaaa", "old\xff");
	place_fill(&place, 1, 4);
	begin_epoch(&place, "b", "bbbb", "new");
	assert_int_equal(event_host_stored(place.evidence, 1, &from), 0);
	assert_string_equal(from.id, "aaaa");
	assert_string_equal(from.name, "old\xff");
	assert_string_equal(from.kernel, "");
	assert_int_equal(event_host_stored(place.evidence, 2, &from), 0);
	assert_string_equal(from.id, "bbbb");
	assert_string_equal(from.name, "new");
	/* Retention keeps what the beginning of the epoch said. */
	assert_int_equal(evidence_prune(place.evidence, 2, BEGIN_NS, &retention, &n), 0);
	assert_int_equal(place_count(&place, "SELECT count(*) FROM record WHERE epoch = 1"
					     " AND kind = 'epoch'"), 0);
	assert_int_equal(event_host_stored(place.evidence, 1, &from), 0);
	assert_string_equal(from.id, "aaaa");
	place_end(&place);
	/* Nothing is told: nothing is made up. */
	place_begin(&place);
	place_fill(&place, 1, 4);
	assert_int_equal(event_host_stored(place.evidence, 1, &from), 0);
	assert_string_equal(from.id, "");
	assert_string_equal(from.name, "");
	place_end(&place);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_schemas),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_when),
		cmocka_unit_test(test_filter),
		cmocka_unit_test(test_stored),
		cmocka_unit_test(test_stored_host),
	};

	return cmocka_run_group_tests_name("event_output", tests, NULL, NULL);
}
