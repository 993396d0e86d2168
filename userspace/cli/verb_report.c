// SPDX-License-Identifier: GPL-2.0-only
/*
 * debar report: what an auditor gets.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "candidate.h"
#include "directive.h"
#include "history.h"
#include "host.h"
#include "options.h"
#include "progress.h"
#include "report.h"
#include "report_csv.h"
#include "report_html.h"
#include "report_json.h"
#include "report_model.h"
#include "report_output.h"
#include "report_text.h"
#include "report_verbs.h"
#include "report_words.h"
#include "store.h"
#include "verbs.h"
#include "when.h"

enum {
	REPORT_AGENCY = 256,
	REPORT_COMPONENT,
	REPORT_CONTACT,
	REPORT_ASSET,
};

struct asked {
	const char *directive, *since, *until, *store;
	struct report_about about;
};

struct job {
	struct cli *cli;
	struct asked asked;
	struct report report;
	struct history *history;
	struct report_output output;
	struct progress progress;
	FILE *evidence;
};

static bool take_option(struct report_output *output, int c, struct asked *asked)
{
	switch (c) {
	case 'd': asked->directive = optarg; break;
	case 's': asked->since = optarg; break;
	case 'u': asked->until = optarg; break;
	case 'S': asked->store = optarg; break;
	case REPORT_AGENCY: asked->about.agency = optarg; break;
	case REPORT_COMPONENT: asked->about.component = optarg; break;
	case REPORT_CONTACT: asked->about.contact = optarg; break;
	case REPORT_ASSET: asked->about.asset = optarg; break;
	default: return report_output_option(output, c);
	}
	return true;
}

static enum status read_directive(struct job *job)
{
	struct cli *cli = job->cli;
	char *path = directive_path(job->asked.directive);
	struct policy_diagnostics diagnostics;
	enum status status = STATUS_OK;
	int err;

	if (!path)
		return fail_memory(cli);
	err = directive_read(path, &job->report.directive, &diagnostics);
	if (err == -EBADMSG) {
		fflush(cli->out.stream);
		candidate_print_diagnostics(cli, &diagnostics);
		status = fail(cli, STATUS_POLICY, -err, "%s: it is not a directive's profile", path);
	} else if (err == -ENOENT && strcmp(path, job->asked.directive) != 0) {
		status = fail(cli, STATUS_PATH, -err, "there is no directive '%s': %s is missing",
			      job->asked.directive, path);
	} else if (err) {
		status = fail_path(cli, err, path);
	}
	policy_diagnostics_free(&diagnostics);
	free(path);
	return status;
}

static enum status store_failed(struct job *job, int err, const struct history_error *error)
{
	const char *path = job->asked.store;

	if (err == -ENOMEM)
		return fail_memory(job->cli);
	if (err == -EINTR)
		return fail(job->cli, STATUS_INTERRUPTED, EINTR, "interrupted");
	if (err == -EBADMSG || err == -EPROTO)
		return fail(job->cli, STATUS_POLICY, err,
			    "%s: the store cannot be used: %s: see 'debar evidence verify'", path,
			    error->text);
	if (err == -ENOENT || err == -EACCES || err == -EPERM || err == -EISDIR)
		return fail_path(job->cli, err, path);
	return fail(job->cli, STATUS_IO, err, "%s: %s", path, error->text);
}

static enum status set_window(struct job *job)
{
	/* The last record is in the report. */
	uint64_t until = job->report.store.last_ns + 1;
	struct report *r = &job->report;

	r->until_ns = until;
	if (!job->report.store.n_records && !job->asked.until)
		return fail(job->cli, STATUS_PATH, 0,
			    "%s: the store is empty: say with --until when the period ends",
			    job->asked.store);
	if (job->asked.until && !when_parse(job->asked.until, until, &r->until_ns))
		return fail(job->cli, STATUS_USAGE, 0,
			    "'%s' is no time: say " WHEN_FORMS,
			    job->asked.until);
	if (!when_parse(job->asked.since, r->until_ns, &r->since_ns))
		return fail(job->cli, STATUS_USAGE, 0,
			    "'%s' is no time: say " WHEN_FORMS,
			    job->asked.since);
	if (r->since_ns >= r->until_ns)
		return fail(job->cli, STATUS_USAGE, 0,
			    "the period is empty: it would begin when it is over");
	return STATUS_OK;
}

static int go_on(void *data)
{
	struct job *job = data;

	return progress_update(&job->progress, 0);
}

static int add_evidence(const struct history_hit *row, void *data)
{
	struct job *job = data;

	if (job->evidence)
		report_csv_evidence(&job->report, row, job->evidence);
	return go_on(job);
}

static enum status write_file(struct job *job, const char *name,
			      void (*write)(const struct report *report, FILE *stream))
{
	enum status status;
	FILE *stream;

	status = report_output_open(&job->output, name, &stream);
	if (status)
		return status;
	write(&job->report, stream);
	return report_output_close(&job->output, stream);
}

static void write_json(const struct report *report, FILE *stream)
{
	json_t *object = report_json(report);

	if (object)
		report_json_write(object, stream);
	json_decref(object);
}

static enum status write_tables(struct job *job)
{
	const struct directive *directive = job->report.directive;
	enum status status;
	char *name;

	status = write_file(job, "products.csv", report_csv_products);
	if (!status)
		status = write_file(job, "endpoints.csv", report_csv_endpoints);
	if (status || !directive->plan_name)
		return status;
	if (asprintf(&name, "%s.csv", directive->plan_name) < 0)
		return fail_memory(job->cli);
	status = write_file(job, policy_arena_text(&job->report.arena, name, strlen(name)),
			    report_csv_plan);
	free(name);
	return status;
}

static enum status write_files(struct job *job)
{
	const struct report_output *output = &job->output;
	enum status status = STATUS_OK;

	if (report_output_has(output, REPORT_CSV))
		status = write_tables(job);
	if (!status && report_output_has(output, REPORT_JSON))
		status = write_file(job, "summary.json", write_json);
	if (!status && report_output_has(output, REPORT_HTML))
		status = write_file(job, "report.html", report_html);
	if (!status && report_output_has(output, REPORT_TEXT))
		status = write_file(job, "report.txt", report_text);
	return status;
}

static enum status collect(struct job *job)
{
	struct history_error error = { 0 };
	enum status status;
	int err;

	if (report_output_has(&job->output, REPORT_CSV)) {
		status = report_output_open(&job->output, "evidence.csv", &job->evidence);
		if (status)
			return status;
		report_csv_evidence_begin(job->evidence);
	}
	err = report_collect(&job->report, job->history, add_evidence, go_on, job, &error);
	if (err && job->evidence)
		fclose(job->evidence);
	if (err)
		return store_failed(job, err, &error);
	return job->evidence ? report_output_close(&job->output, job->evidence) : STATUS_OK;
}

static enum status make(struct job *job)
{
	struct history_error error = { 0 };
	enum status status;
	int err;

	status = read_directive(job);
	if (status)
		return status;
	err = history_open(job->asked.store, &job->history, &error);
	if (!err)
		err = history_bounds(job->history, &job->report.store, &error);
	if (err)
		return store_failed(job, err, &error);
	status = set_window(job);
	if (!status)
		status = report_output_begin(&job->output);
	if (!status)
		status = collect(job);
	if (!status)
		status = write_files(job);
	return status ? status : report_output_finish(&job->output, &job->progress);
}

static void print_done(struct cli *cli, const struct job *job)
{
	const struct report *r = &job->report;
	char percent[32], *statement = NULL;
	struct out *out = &cli->out;
	size_t length;
	FILE *stream = open_memstream(&statement, &length);

	if (stream) {
		report_statement(r, stream);
		fclose(stream);
	}
	report_percent(report_watched(r), r->until_ns - r->since_ns, percent);
	out_document(out, "debar-report-made/1");
	out_bytes(out, "output", NULL, job->output.path);
	report_output_print(out, report_overall(r), statement);
	out_end(out);
	free(statement);
}

/* What is known of the machine where its store does not tell; --asset comes first. */
static void set_asset(struct report *report, const struct evidence_host *host)
{
	bool given = *report->about.asset;

	report->asset = (struct report_asset){
		.id = given ? report->about.asset : host->id ? host->id : "",
		.id_source = given ? "option" : host->id ? "machine" : "",
		.hostname = host->hostname ? host->hostname : "",
		.os = host->os ? host->os : "",
		.kernel = host->kernel ? host->kernel : "",
	};
}

static enum status run(struct cli *cli)
{
	struct job job = { .cli = cli, .output.cli = cli, .asked = {
		.directive = "generic", .since = "30d", .store = EVIDENCE_STORE,
		.about = { "", "", "", "" },
	} };
	struct evidence_host host = { 0 };
	enum status status;
	int c;

	while ((c = options_next(cli)) > 0)
		if (!take_option(&job.output, c, &job.asked))
			return cli->status;
	if (c < 0 || !options_none(cli))
		return cli->status;
	status = report_output_check(&job.output);
	if (status)
		return status;
	job.report.about = job.asked.about;
	/* Only of the store of this machine is it known that it is this machine's. */
	if (strcmp(job.asked.store, EVIDENCE_STORE) == 0)
		evidence_host_read(&host);
	set_asset(&job.report, &host);
	progress_begin(&job.progress, cli, "reading the store", 0);
	status = make(&job);
	progress_end(&job.progress);
	if (!status)
		print_done(cli, &job);
	report_directory_abort(job.output.directory);
	history_close(job.history);
	report_free(&job.report);
	directive_free(job.report.directive);
	evidence_host_free(&host);
	return status;
}

static const struct option_row options[] = {
	REPORT_OUTPUT_OPTION,
	{ 'd', "directive", "NAME", "generic (default), bod-17-01, m-23-13, or a profile's path" },
	{ 's', "since", "TIME", "begin of the period; default 30d, before its end" },
	{ 'u', "until", "TIME", "end of the period; default the last record" },
	REPORT_FORMAT_OPTION,
	{ 'S', "store", "FILE", "evidence; default " EVIDENCE_STORE },
	REPORT_FORCE_OPTION,
	{ REPORT_AGENCY, "agency", "TEXT", "agency, for the head and the tables" },
	{ REPORT_COMPONENT, "component", "TEXT", "component of it" },
	{ REPORT_CONTACT, "contact", "TEXT", "point of contact" },
	{ REPORT_ASSET, "asset", "ID", "what the machine is called in the fleet" },
	{ 0 },
};

static const struct verb subs[] = {
	{
		.name = "merge",
		.arguments = "SUMMARY...",
		.summary = "Make one report of many machines'",
		.text = verb_merge_text,
		.options = verb_merge_options,
		.run = verb_merge_run,
	},
	{ 0 },
};

const struct verb verb_report = {
	.name = "report",
	.summary = "Make the report that an auditor gets",
	.text = "Reads the evidence store and makes a directory with report.html, report.txt,\n"
		"summary.json, tables for spreadsheets and SHA256SUMS. Products that a policy\n"
		"bans are found used, attempted, not found, or it says why it cannot know. The\n"
		"same store and period give the same files. Times: RFC 3339,\n"
		"YYYY-MM-DD, or how long before the end: 30d, 12h, 15m.\n"
		"'debar report merge' makes one of many.\n",
	.options = options,
	.verbs = subs,
	.run = run,
};
