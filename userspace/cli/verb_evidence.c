// SPDX-License-Identifier: GPL-2.0-only
/*
 * debar evidence: prove, describe and export what debard stored.
 */
#include <errno.h>
#include <inttypes.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "options.h"
#include "report.h"
#include "store_open.h"
#include "verify.h"
#include "when.h"

static bool parse_hash(const char *hex, uint8_t hash[EVIDENCE_HASH])
{
	size_t i;

	if (strlen(hex) != 2 * EVIDENCE_HASH ||
	    strspn(hex, "0123456789abcdefABCDEF") != 2 * EVIDENCE_HASH)
		return false;
	for (i = 0; i < EVIDENCE_HASH; i++)
		sscanf(hex + 2 * i, "%2hhx", &hash[i]);
	return true;
}

static enum status print_proof(struct cli *cli, const char *path,
			       const struct evidence_proof *p)
{
	struct out *out = &cli->out;
	char time[48] = "";

	out_document(out, "debar-evidence-proof/1");
	out_word(out, "result", "Chain", p->broken ? OUT_BAD : OUT_GOOD,
		 p->broken ? "broken" : "proven");
	out_number(out, "records", "Records", p->n);
	out_number(out, "first", "First", p->first);
	out_number(out, "last", "Last", p->last);
	out_time(out, "first_time", "From", p->first_ns, "-");
	out_time(out, "last_time", "To", p->last_ns, "-");
	out_number(out, "pruned", "Pruned before", p->pruned);
	out_number(out, "events", "Events", p->n_events);
	out_number(out, "lost", "Events lost", p->n_lost);
	out_sha256(out, "head", "Head", p->head);
	if (p->anchored)
		out_number(out, "anchor", "Anchored at", p->anchor);
	else
		out_none(out, "anchor", NULL);
	if (p->broken) {
		out_number(out, "broken_record", NULL, p->broken_id);
		out_time(out, "broken_time", NULL, p->broken_ns, "");
		out_bytes(out, "broken", NULL, p->what);
	}
	out_end(out);
	if (!p->broken)
		return STATUS_OK;
	if (p->broken_ns)
		out_format_time(p->broken_ns, 3, time);
	if (p->broken_id)
		return fail(cli, STATUS_OTHER, 0, "%s: record %" PRId64 "%s%s%s: %s", path,
			    p->broken_id, *time ? " (" : "", time, *time ? ")" : "", p->what);
	return fail(cli, STATUS_OTHER, 0, "%s: %s", path, p->what);
}

static enum status verify_store(struct cli *cli, const char *path, const uint8_t *anchor)
{
	struct evidence_proof proof;
	struct evidence *evidence;
	enum status status;
	int err;

	status = store_open(cli, path, &evidence);
	if (status)
		return status;
	err = evidence_verify(evidence, anchor, &proof);
	status = err ? store_fail(cli, path, evidence, err) : print_proof(cli, path, &proof);
	evidence_close(evidence);
	return status;
}

static enum status verify_file(struct cli *cli, const char *path, const uint8_t *anchor)
{
	FILE *stream = fopen(path, "re");
	struct evidence_proof proof;
	enum status status;
	int err;

	if (!stream)
		return fail_path(cli, errno, path);
	errno = 0;
	err = evidence_verify_export(stream, anchor, &proof);
	if (err == -EIO && errno)
		err = -errno;
	status = err ? fail_path(cli, err, path) : print_proof(cli, path, &proof);
	fclose(stream);
	return status;
}

static enum status run_verify(struct cli *cli)
{
	const char *store = EVIDENCE_STORE, *file = NULL;
	uint8_t anchor[EVIDENCE_HASH];
	bool anchored = false;
	int c;

	while ((c = options_next(cli)) > 0) {
		if (c == 's')
			store = optarg;
		else if (c == 'e')
			file = optarg;
		else if (parse_hash(optarg, anchor))
			anchored = true;
		else
			return fail(cli, STATUS_USAGE, 0, "'%s' is not a hash: say 64 hexadecimal "
				    "digits", optarg);
	}
	if (c < 0 || !options_none(cli))
		return cli->status;
	return file ? verify_file(cli, file, anchored ? anchor : NULL) :
		      verify_store(cli, store, anchored ? anchor : NULL);
}

/* The columns of a statement that gives one row of numbers. */
static int read_numbers(struct evidence *evidence, const char *sql, int64_t *numbers, int n)
{
	sqlite3_stmt *row = evidence_prepare(evidence, sql);
	int i, err = 0;

	if (row && sqlite3_step(row) == SQLITE_ROW)
		for (i = 0; i < n; i++)
			numbers[i] = sqlite3_column_int64(row, i);
	else
		err = evidence_fail(evidence);
	sqlite3_finalize(row);
	return err;
}

static int print_status(struct cli *cli, const char *path, struct evidence *evidence)
{
	int64_t ends[4] = { 0 }, sums[2] = { 0 }, epoch[5] = { 0 };
	uint8_t hash[EVIDENCE_HASH];
	struct out *out = &cli->out;
	int64_t head;
	int err;

	err = read_numbers(evidence, "SELECT (SELECT pruned FROM anchor),"
			   " (SELECT count(*) FROM record),"
			   " coalesce((SELECT min(time_ns) FROM record), 0),"
			   " coalesce((SELECT max(time_ns) FROM record), 0)", ends, 4);
	if (!err)
		err = read_numbers(evidence, "SELECT coalesce((SELECT sum(n) FROM tally), 0),"
				   " coalesce((SELECT sum(json_extract(body, '$.count'))"
				   " FROM record WHERE kind = 'lost' AND kind <> 'event'), 0)",
				   sums, 2);
	if (!err)
		err = read_numbers(evidence, "SELECT count(*), coalesce(max(id), 0),"
				   " coalesce((SELECT loaded_ns FROM epoch ORDER BY id DESC"
				   " LIMIT 1), 0), coalesce((SELECT alive_ns FROM epoch"
				   " ORDER BY id DESC LIMIT 1), 0), coalesce((SELECT last_seq FROM"
				   " epoch ORDER BY id DESC LIMIT 1), 0) FROM epoch", epoch, 5);
	if (err)
		return err;
	evidence_head(evidence, &head, hash);
	out_document(out, "debar-evidence-status/1");
	out_bytes(out, "store", "Store", path);
	out_number(out, "records", "Records", ends[1]);
	out_number(out, "pruned", "Pruned", ends[0]);
	out_time(out, "first_time", "From", ends[2], "-");
	out_time(out, "last_time", "To", ends[3], "-");
	out_number(out, "events", "Events of files", sums[0]);
	out_number(out, "lost", "Events lost", sums[1]);
	out_number(out, "epoch", "Epoch", epoch[1]);
	out_time(out, "loaded", "Module loaded", epoch[2], "no");
	out_time(out, "alive", "Last sign", epoch[3], "-");
	out_number(out, "last_seq", "Last event", epoch[4]);
	out_number(out, "head", "Head record", head);
	out_sha256(out, "head_hash", "Head", hash);
	out_end(out);
	return 0;
}

static enum status run_status(struct cli *cli)
{
	const char *store = EVIDENCE_STORE;
	struct evidence *evidence;
	enum status status;
	int c, err;

	while ((c = options_next(cli)) > 0)
		store = optarg;
	if (c < 0 || !options_none(cli))
		return cli->status;
	status = store_open(cli, store, &evidence);
	if (status)
		return status;
	err = print_status(cli, store, evidence);
	if (err)
		status = store_fail(cli, store, evidence, err);
	evidence_close(evidence);
	return status;
}

/* Whole or not at all. */
static enum status export_to(struct cli *cli, const char *store, struct evidence *evidence,
			     const struct evidence_query *query, const char *path,
			     uint64_t *ret_n)
{
	enum status status = STATUS_OK;
	char *temporary;
	FILE *stream;
	int err = 0, fd;

	if (asprintf(&temporary, "%s.XXXXXX", path) < 0)
		return fail_memory(cli);
	fd = mkstemp(temporary);
	stream = fd < 0 ? NULL : fdopen(fd, "w");
	if (!stream) {
		status = fail_path(cli, errno, path);
		free(temporary);
		return status;
	}
	err = evidence_export(evidence, query, stream, ret_n);
	if (err && !ferror(stream))
		status = store_fail(cli, store, evidence, err);
	errno = EIO;
	if (!status && (fflush(stream) || fsync(fd) || ferror(stream)))
		status = fail_path(cli, errno, path);
	if (fclose(stream) && !status)
		status = fail_path(cli, errno, path);
	if (!status && rename(temporary, path))
		status = fail_path(cli, errno, path);
	if (status)
		unlink(temporary);
	free(temporary);
	return status;
}

static enum status export_store(struct cli *cli, const char *store,
				const struct evidence_query *query, const char *path)
{
	struct evidence *evidence;
	enum status status;
	uint64_t n = 0;

	status = store_open(cli, store, &evidence);
	if (status)
		return status;
	status = export_to(cli, store, evidence, query, path, &n);
	evidence_close(evidence);
	if (status)
		return status;
	out_document(&cli->out, "debar-evidence-export-result/1");
	out_bytes(&cli->out, "output", "Output", path);
	out_number(&cli->out, "records", "Records", n);
	out_end(&cli->out);
	return STATUS_OK;
}

static enum status run_export(struct cli *cli)
{
	const char *store = EVIDENCE_STORE, *path = NULL;
	struct evidence_query query = { 0 };
	int c;

	while ((c = options_next(cli)) > 0) {
		if (c == 's')
			store = optarg;
		else if (c == 'o')
			path = optarg;
		else if (!when_parse(optarg, when_now(),
				     c == 'S' ? &query.since_ns : &query.until_ns))
			return fail(cli, STATUS_USAGE, 0, "'%s' is not a time: say " WHEN_FORMS,
				    optarg);
	}
	if (c < 0 || !options_none(cli))
		return cli->status;
	if (!path)
		return fail(cli, STATUS_USAGE, 0, "--output is missing: see 'debar %s --help'",
			    cli->title);
	return export_store(cli, store, &query, path);
}

static const struct option_row verify_options[] = {
	{ 's', "store", "FILE", "this store; the default is " EVIDENCE_STORE },
	{ 'e', "export", "FILE", "what was exported, instead of a store" },
	{ 'a', "anchor", "HASH", "a head that was kept elsewhere has to be in the chain" },
	{ 0 },
};

static const struct option_row status_options[] = {
	{ 's', "store", "FILE", "this store; the default is " EVIDENCE_STORE },
	{ 0 },
};

static const struct option_row export_options[] = {
	{ 'o', "output", "FILE", "where to write it, whole or not at all" },
	{ 's', "store", "FILE", "this store; the default is " EVIDENCE_STORE },
	{ 'S', "since", "TIME", "from the first record of TIME on" },
	{ 'U', "until", "TIME", "up to the last record before TIME" },
	{ 0 },
};

static const struct verb verbs[] = {
	{
		.name = "verify",
		.summary = "Prove that nothing was altered",
		.text = "Reads every record, and names the first that is not as it was "
			"written.\nThe exit status is 1 then.\n",
		.options = verify_options,
		.run = run_verify,
	},
	{
		.name = "status",
		.summary = "What the store holds",
		.options = status_options,
		.run = run_status,
	},
	{
		.name = "export",
		.summary = "Write records as JSON lines that can be verified elsewhere",
		.options = export_options,
		.run = run_export,
	},
	{ 0 },
};

const struct verb verb_evidence = {
	.name = "evidence",
	.arguments = "VERB",
	.summary = "Prove and export what debard stored",
	.verbs = verbs,
};
