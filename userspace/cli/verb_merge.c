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
#include "report_output.h"
#include "report_verbs.h"

#define HOSTS_MAX (16u << 20)	/* bytes of the list of hosts */
#define SUMMARY_MAX (64u << 20)	/* bytes of the summary of a machine */

struct job {
	struct cli *cli;
	struct report_output output;
	const char *hosts;
	struct fleet fleet;
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
	if (st.st_size > SUMMARY_MAX) {
		close(fd);
		return fail(job->cli, STATUS_PATH, EFBIG, "%s: it is too large for a summary",
			    path);
	}
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

static enum status write_file(struct job *job, const char *name,
			      void (*write)(const struct fleet *fleet, FILE *stream))
{
	enum status status;
	FILE *stream;

	status = report_output_open(&job->output, name, &stream);
	if (status)
		return status;
	write(&job->fleet, stream);
	return report_output_close(&job->output, stream);
}

/* Its name comes from elsewhere: only a plain one, which is not taken, becomes a file's. */
static enum status write_plan(struct job *job)
{
	const char *name = json_string_value(json_object_get(job->fleet.directive, "plan_file"));

	if (!name || !*name || name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-")] ||
	    strlen(name) > 64 || strcmp(name, "products") == 0 || strcmp(name, "endpoints") == 0)
		return STATUS_OK;
	if (asprintf(&job->plan, "%s.csv", name) < 0)
		return fail_memory(job->cli);
	return write_file(job, job->plan, fleet_csv_plan);
}

static enum status write_files(struct job *job)
{
	static const struct {
		enum report_format format;
		const char *name;
		void (*write)(const struct fleet *fleet, FILE *stream);
	} files[] = {
		{ REPORT_HTML, "report.html", fleet_html },
		{ REPORT_JSON, "summary.json", fleet_json },
		{ REPORT_CSV, "products.csv", fleet_csv_products },
		{ REPORT_CSV, "endpoints.csv", fleet_csv_endpoints },
		{ REPORT_TEXT, "report.txt", fleet_text },
	};
	enum status status = STATUS_OK;
	size_t i;

	for (i = 0; i < sizeof(files) / sizeof(files[0]) && !status; i++)
		if (report_output_has(&job->output, files[i].format))
			status = write_file(job, files[i].name, files[i].write);
	if (!status && report_output_has(&job->output, REPORT_CSV))
		status = write_plan(job);
	return status;
}

static enum status make(struct job *job, char **arguments)
{
	enum status status = STATUS_OK;

	for (; *arguments && !status; arguments++)
		status = read_argument(job, *arguments);
	if (!status && job->hosts)
		status = read_hosts(job);
	if (!status && fleet_settle(&job->fleet))
		status = fail_memory(job->cli);
	if (!status)
		status = report_output_begin(&job->output);
	if (!status)
		status = write_files(job);
	return status ? status : report_output_finish(&job->output, &job->progress);
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
	out_bytes(out, "output", NULL, job->output.path);
	out_number(out, "machines", NULL, job->fleet.n_assets);
	out_number(out, "silent", NULL, job->fleet.n_silent);
	report_output_print(out, fleet_overall(&job->fleet), statement);
	out_end(out);
	free(statement);
}

enum status verb_merge_run(struct cli *cli)
{
	struct job job = { .cli = cli, .output.cli = cli };
	enum status status;
	char **arguments;
	int c;

	while ((c = options_next(cli)) > 0) {
		if (c == 'H')
			job.hosts = optarg;
		else if (!report_output_option(&job.output, c))
			return cli->status;
	}
	if (c < 0 || !options_arguments(cli, 1, INT_MAX, &arguments))
		return cli->status;
	status = report_output_check(&job.output);
	if (status)
		return status;
	progress_begin(&job.progress, cli, "reading summaries", 0);
	status = make(&job, arguments);
	progress_end(&job.progress);
	if (!status)
		print_done(cli, &job);
	report_directory_abort(job.output.directory);
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
	REPORT_OUTPUT_OPTION,
	{ 'H', "hosts", "FILE", "expected machines: a host name or asset id a line" },
	REPORT_FORMAT_OPTION,
	REPORT_FORCE_OPTION,
	{ 0 },
};
