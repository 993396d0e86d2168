// SPDX-License-Identifier: GPL-2.0-only
/*
 * Any bytes as the rows of an evidence store that somebody altered, a row a line: the
 * name of a table and its fields with '|' between them. Records get the hash that they
 * must have, for whoever can write the file can compute it. Verifying ends and says why
 * it is broken; events that can be read are written the same; a report is refused or is
 * safe to be shown.
 */
#include <errno.h>

#include "event_body.h"
#include "history.h"
#include "report_csv.h"
#include "report_html.h"
#include "report_json.h"
#include "report_text.h"
#include "store_private.h"
#include "verify.h"
#include "written.h"

#define FIELDS_MAX	12
#define FILES_MAX	4096	/* ids of table file: memory is as the highest of them */

static const struct table {
	const char *name, *sql;
	int n_fields;
} tables[] = {
	/* id and hash are made up here. */
	{ "record", "INSERT INTO record(epoch, seq, time_ns, kind, body, id, hash)"
		    " VALUES(?, ?, ?, ?, ?, ?, ?)", 5 },
	{ "epoch", "INSERT OR REPLACE INTO epoch VALUES(?, ?, ?, ?, ?, ?, ?, ?)", 8 },
	{ "subject", "INSERT OR REPLACE INTO subject VALUES(?, ?, ?, ?, ?, ?)", 6 },
	{ "file", "INSERT OR REPLACE INTO file VALUES(?, ?, ?, ?)", 4 },
	{ "hit", "INSERT OR REPLACE INTO hit VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", 10 },
	{ "tally", "INSERT OR REPLACE INTO tally VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
	  12 },
	{ "anchor", "UPDATE anchor SET pruned = ?", 1 },
};

#define N_TABLES (sizeof(tables) / sizeof(tables[0]))

static struct {
	char directory[256], path[300];
	sqlite3 *database;
	sqlite3_stmt *statements[N_TABLES];
} store;

static void run(const char *sql)
{
	fuzz_require(sqlite3_exec(store.database, sql, NULL, NULL, NULL) == SQLITE_OK);
}

static void remove_store(void)
{
	char command[sizeof(store.directory) + 16];
	size_t i;

	for (i = 0; i < N_TABLES; i++)
		sqlite3_finalize(store.statements[i]);
	sqlite3_close(store.database);
	snprintf(command, sizeof(command), "rm -r '%s'", store.directory);
	fuzz_require(system(command) == 0);
}

/* As debard makes it, and then without its log: no power cut matters here. */
static void make_store(void)
{
	const char *parent = getenv("TMPDIR");
	struct evidence *evidence;
	size_t i;

	snprintf(store.directory, sizeof(store.directory), "%s/debar-fuzz-XXXXXX",
		 parent ? parent : "/tmp");
	fuzz_require(mkdtemp(store.directory));
	snprintf(store.path, sizeof(store.path), "%s/store", store.directory);
	fuzz_require(evidence_open_write(store.path, &evidence) == 0);
	evidence_close(evidence);
	fuzz_require(sqlite3_open(store.path, &store.database) == SQLITE_OK);
	run("PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF");
	for (i = 0; i < N_TABLES; i++)
		fuzz_require(sqlite3_prepare_v2(store.database, tables[i].sql, -1,
						&store.statements[i], NULL) == SQLITE_OK);
	atexit(remove_store);
}

/* The chain so far. */
struct chain {
	int64_t id;
	uint8_t hash[EVIDENCE_HASH];
};

static void add_record(struct chain *chain, sqlite3_stmt *row, char **fields)
{
	struct evidence_record record = {
		.id = chain->id + 1,
		.epoch = strtoll(fields[0], NULL, 10),
		.seq = strtoll(fields[1], NULL, 10),
		.time_ns = strtoll(fields[2], NULL, 10),
		.kind = fields[3],
		.body = fields[4],
		.body_length = strlen(fields[4]),
	};

	fuzz_require(evidence_chain_hash(chain->hash, &record, record.hash) == 0);
	if (!*fields[1])
		sqlite3_bind_null(row, 2);
	sqlite3_bind_int64(row, 6, record.id);
	sqlite3_bind_blob(row, 7, record.hash, EVIDENCE_HASH, SQLITE_TRANSIENT);
	if (sqlite3_step(row) != SQLITE_DONE)
		return;
	chain->id = record.id;
	memcpy(chain->hash, record.hash, EVIDENCE_HASH);
}

/* "x:" and hexadecimal digits are bytes, for a line can hold only some. */
static void bind(sqlite3_stmt *row, int column, const char *field)
{
	uint8_t bytes[EVIDENCE_HASH];
	int n = 0;

	if (strncmp(field, "x:", 2) != 0) {
		sqlite3_bind_text(row, column, field, -1, SQLITE_STATIC);
		return;
	}
	for (field += 2; n < EVIDENCE_HASH && sscanf(field, "%2hhx", &bytes[n]) == 1; n++)
		field += field[1] ? 2 : 1;
	sqlite3_bind_blob(row, column, bytes, n, SQLITE_TRANSIENT);
}

static void add_row(struct chain *chain, size_t table, char *rest)
{
	int n = tables[table].n_fields, i;
	sqlite3_stmt *row = store.statements[table];
	char *fields[FIELDS_MAX];

	for (i = 0; i < n; i++) {
		/* The last has what is left: a body may hold anything. */
		fields[i] = i < n - 1 ? strsep(&rest, "|") : rest;
		if (!fields[i])
			return;
		bind(row, i + 1, fields[i]);
	}
	if (strcmp(tables[table].name, "record") == 0) {
		add_record(chain, row, fields);
	} else {
		if (strcmp(tables[table].name, "file") == 0)
			sqlite3_bind_int64(row, 1, strtoll(fields[0], NULL, 10) % FILES_MAX);
		sqlite3_step(row);
	}
	sqlite3_reset(row);
}

static void fill_store(char *lines)
{
	struct chain chain = { 0 };
	sqlite3_stmt *end;
	char *line, *name;
	size_t i;

	run("BEGIN; DELETE FROM record; DELETE FROM epoch; DELETE FROM subject; DELETE FROM file;"
	    " DELETE FROM hit; DELETE FROM tally; UPDATE anchor SET pruned = 0");
	while ((line = strsep(&lines, "\n"))) {
		name = strsep(&line, "|");
		for (i = 0; line && i < N_TABLES; i++)
			if (strcmp(tables[i].name, name) == 0)
				add_row(&chain, i, line);
	}
	fuzz_require(sqlite3_prepare_v2(store.database, "UPDATE anchor SET head = ?,"
					" head_hash = ?", -1, &end, NULL) == SQLITE_OK);
	sqlite3_bind_int64(end, 1, chain.id);
	sqlite3_bind_blob(end, 2, chain.hash, EVIDENCE_HASH, SQLITE_STATIC);
	fuzz_require(sqlite3_step(end) == SQLITE_DONE);
	sqlite3_finalize(end);
	run("COMMIT");
}

static char *encode(const struct debar_event *event)
{
	json_t *body = evidence_event_encode(event);
	char *text = evidence_canonical(body);

	fuzz_require(text);
	json_decref(body);
	return text;
}

static int check_event(const struct evidence_record *record, void *data)
{
	static struct debar_event event;
	struct evidence_record copy = *record;
	char *once, *twice;

	(void)data;
	if (evidence_event_decode(record, &event))
		return 0;
	/* What does not belong to its reason is left out the first time, and only then. */
	once = encode(&event);
	copy.body = once;
	copy.body_length = strlen(once);
	fuzz_require(evidence_event_decode(&copy, &event) == 0);
	twice = encode(&event);
	fuzz_require(strcmp(once, twice) == 0);
	free(once);
	free(twice);
	return 0;
}

static void check_store(void)
{
	static const struct evidence_query all = { 0 };
	struct evidence_proof proof;
	struct evidence *evidence;
	int err;

	fuzz_require(evidence_open(store.path, &evidence) == 0);
	err = evidence_verify(evidence, NULL, &proof);
	fuzz_require(err == 0 || (err < 0 && *evidence_error(evidence)));
	fuzz_require(err || !proof.broken || *proof.what);
	err = evidence_each(evidence, &all, check_event, NULL);
	fuzz_require(err == 0 || err == -EBADMSG);
	evidence_close(evidence);
}

static int add_evidence(const struct history_hit *row, void *data)
{
	void **both = data;

	report_csv_evidence(both[0], row, both[1]);
	return 0;
}

static int go_on(void *data)
{
	(void)data;
	return 0;
}

static void write_all(const struct report *report)
{
	struct written file;
	json_t *object;

	report_csv_products(report, written_begin(&file));
	written_table(&file);
	report_csv_endpoints(report, written_begin(&file));
	written_table(&file);
	report_csv_plan(report, written_begin(&file));
	written_table(&file);
	report_text(report, written_begin(&file));
	written_text(&file);
	report_html(report, written_begin(&file));
	written_page(&file);
	object = report_json(report);
	report_json_write(object, written_begin(&file));
	written_json(&file, REPORT_SCHEMA);
	json_decref(object);
}

static void check_report(void)
{
	static struct directive_element plan[] = {
		{ "Product", DIRECTIVE_PRODUCT }, { "Endpoints", DIRECTIVE_ENDPOINTS },
	};
	static struct directive directive = {
		.id = "x", .title = "X", .plan = plan, .n_plan = 2, .plan_name = "plan",
	};
	struct report report = {
		.directive = &directive, .about = { "", "", "", "" }, .asset = {
			.id = "", .id_source = "", .hostname = "", .os = "", .kernel = "",
		},
	};
	struct history_error error = { 0 };
	struct history *history;
	struct written table;
	void *both[] = { &report, written_begin(&table) };
	int err;

	fuzz_require(history_open(store.path, &history, &error) == 0);
	err = history_bounds(history, &report.store, &error);
	report.until_ns = report.store.last_ns + 1;
	if (report.until_ns > UINT64_C(30) * 86400 * 1000000000)
		report.since_ns = report.until_ns - UINT64_C(30) * 86400 * 1000000000;
	report_csv_evidence_begin(table.stream);
	if (!err && report.since_ns < report.until_ns)
		err = report_collect(&report, history, add_evidence, go_on, both, &error);
	else
		err = -EBADMSG;
	fuzz_require(err <= 0);
	written_table(&table);
	if (!err)
		write_all(&report);
	report_free(&report);
	history_close(history);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *lines = strndup((const char *)data, size);

	fuzz_require(lines);
	if (!store.database)
		make_store();
	fill_store(lines);
	check_store();
	check_report();
	free(lines);
	return 0;
}
