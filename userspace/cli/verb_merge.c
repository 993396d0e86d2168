// SPDX-License-Identifier: GPL-2.0-only
/*
 * debar report merge: one report of many machines'.
 */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "files.h"
#include "fleet.h"
#include "fleet_output.h"
#include "options.h"
#include "progress.h"
#include "report.h"
#include "report_verbs.h"
#include "report_words.h"

#define HOSTS_MAX (16u << 20)	/* bytes of the list of hosts */

struct job {
	struct cli *cli;
	const char *output, *hosts;
	unsigned int formats;
	bool force;
	struct fleet fleet;
	struct report_directory *directory;
	struct progress progress;
	char *plan;		/* file name */
};

static enum status read_summary(struct job *job, const char *path)
{
	struct fleet_error error;
	json_error_t where;
	enum status status;
	json_t *summary;
	struct stat st;
	int fd, err;

	status = file_open(job->cli, path, &fd, &st);
	if (status)
		return status;
	summary = json_loadfd(fd, JSON_REJECT_DUPLICATES, &where);
	close(fd);
	if (!json_is_object(summary)) {
		json_decref(summary);
		return fail(job->cli, STATUS_POLICY, EBADMSG, "%s: line %d: it is not JSON, or no "
			    "object: %s", path, where.line > 0 ? where.line : 1, where.text);
	}
	err = fleet_add(&job->fleet, path, summary, &error);
	if (err == -EBADMSG)
		return fail(job->cli, STATUS_POLICY, EBADMSG, "%s: %s", path, error.text);
	return err ? fail_memory(job->cli) : STATUS_OK;
}

/* A directory stands for the summary in it. */
static enum status read_argument(struct job *job, const char *path)
{
	enum status status;
	struct stat st;
	char *inside;

	if (progress_update(&job->progress, 0))
		return fail(job->cli, STATUS_INTERRUPTED, EINTR, "interrupted");
	if (stat(path, &st) || !S_ISDIR(st.st_mode))
		return read_summary(job, path);
	if (asprintf(&inside, "%s/summary.json", path) < 0)
		return fail_memory(job->cli);
	status = read_summary(job, inside);
	free(inside);
	return status;
}

static enum status read_hosts(struct job *job)
{
	enum status status;
	struct stat st;
	size_t length;
	char *text;
	void *data;
	int fd, err;

	status = file_open(job->cli, job->hosts, &fd, &st);
	if (status)
		return status;
	if (st.st_size > HOSTS_MAX) {
		close(fd);
		return fail(job->cli, STATUS_PATH, EFBIG, "%s: it is too large for a list of hosts",
			    job->hosts);
	}
	status = file_read(job->cli, fd, job->hosts, HOSTS_MAX, &data, &length);
	close(fd);
	if (status)
		return status;
	text = strndup(data, length);
	err = text ? fleet_expect(&job->fleet, text) : -ENOMEM;
	free(text);
	free(data);
	return err ? fail_memory(job->cli) : STATUS_OK;
}

static enum status write_failed(struct job *job, int err)
{
	return fail(job->cli, STATUS_IO, err, "%s: writing the report failed: %s", job->output,
		    strerror(abs(err)));
}

static enum status write_file(struct job *job, const char *name,
			      void (*write)(const struct fleet *fleet, FILE *stream))
{
	FILE *stream = report_directory_open(job->directory, name);
	int err;

	if (!stream)
		return write_failed(job, errno);
	write(&job->fleet, stream);
	err = report_directory_close(job->directory, stream);
	return err ? write_failed(job, err) : STATUS_OK;
}

/* Its name comes from elsewhere: only a plain one becomes a file's. */
static enum status write_plan(struct job *job)
{
	const char *name = json_string_value(json_object_get(job->fleet.directive, "plan_file"));

	if (!name || !*name || name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-")] ||
	    strlen(name) > 64)
		return STATUS_OK;
	if (asprintf(&job->plan, "%s.csv", name) < 0)
		return fail_memory(job->cli);
	return write_file(job, job->plan, fleet_csv_plan);
}

static enum status write_files(struct job *job)
{
	static const struct {
		unsigned int format;
		const char *name;
		void (*write)(const struct fleet *fleet, FILE *stream);
	} files[] = {
		{ 0, "report.html", fleet_html },
		{ 1, "summary.json", fleet_json },
		{ 2, "products.csv", fleet_csv_products },
		{ 2, "endpoints.csv", fleet_csv_endpoints },
		{ 3, "report.txt", fleet_text },
	};
	enum status status = STATUS_OK;
	size_t i;

	for (i = 0; i < sizeof(files) / sizeof(files[0]) && !status; i++)
		if (job->formats & 1u << files[i].format)
			status = write_file(job, files[i].name, files[i].write);
	if (!status && job->formats & 1u << 2)
		status = write_plan(job);
	return status;
}

static enum status make(struct job *job, char **arguments)
{
	enum status status = STATUS_OK;
	int err;

	for (; *arguments && !status; arguments++)
		status = read_argument(job, *arguments);
	if (!status && job->hosts)
		status = read_hosts(job);
	if (!status && fleet_settle(&job->fleet))
		status = fail_memory(job->cli);
	if (!status)
		status = report_begin_output(job->cli, job->output, job->force,
					     &job->directory);
	if (!status)
		status = write_files(job);
	if (!status && progress_update(&job->progress, 0))
		status = fail(job->cli, STATUS_INTERRUPTED, EINTR, "interrupted");
	if (status)
		return status;
	err = report_directory_finish(job->directory);
	job->directory = NULL;
	return err ? write_failed(job, err) : STATUS_OK;
}

static void print_done(struct cli *cli, const struct job *job)
{
	struct out *out = &cli->out;
	char *statement = NULL;
	size_t length;
	FILE *stream = open_memstream(&statement, &length);

	if (stream) {
		fleet_statement(&job->fleet, stream);
		fclose(stream);
	}
	out_document(out, "debar-report-merged/1");
	out_bytes(out, "output", NULL, job->output);
	out_number(out, "machines", NULL, job->fleet.n_assets);
	out_number(out, "silent", NULL, job->fleet.n_silent);
	out_word(out, "finding", NULL, OUT_PLAIN,
		 report_finding_word(fleet_overall(&job->fleet)));
	out_word(out, "statement", NULL, OUT_PLAIN, statement ? statement : "");
	out_note(out, "%s", statement ? statement : "");
	out_end(out);
	free(statement);
}

enum status verb_merge_run(struct cli *cli)
{
	struct job job = { .cli = cli };
	enum status status;
	char **arguments;
	int c;

	while ((c = options_next(cli)) > 0) {
		if (c == 'o')
			job.output = optarg;
		else if (c == 'H')
			job.hosts = optarg;
		else if (c == 'f')
			job.force = true;
		else if (!report_parse_formats(cli, optarg, &job.formats))
			return cli->status;
	}
	if (c < 0 || !options_arguments(cli, 1, INT_MAX, &arguments))
		return cli->status;
	if (!job.output)
		return fail(cli, STATUS_USAGE, 0,
			    "--output is missing: see 'debar report merge --help'");
	if (!job.formats)
		job.formats = ~0u;
	progress_begin(&job.progress, cli, "reading summaries", 0);
	status = make(&job, arguments);
	progress_end(&job.progress);
	if (!status)
		print_done(cli, &job);
	report_directory_abort(job.directory);
	fleet_free(&job.fleet);
	free(job.plan);
	return status;
}

const char verb_merge_text[] =
	"Reads summary.json of many machines, or directories that hold one, and makes\n"
	"one report. A machine counts once: of the same summary twice one is taken, of\n"
	"periods that overlap the larger count. With --hosts, machines that sent nothing\n"
	"are listed as silent.\n";

const struct option_row verb_merge_options[] = {
	{ 'o', "output", "DIR", "make this directory; needed" },
	{ 'H', "hosts", "FILE", "expected machines: a host name or asset id a line" },
	{ 'F', "format", "LIST", "of html, json, csv, text; default all" },
	{ 'f', "force", NULL, "replace a report that is there" },
	{ 0 },
};
