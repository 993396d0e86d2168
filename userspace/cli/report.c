// SPDX-License-Identifier: GPL-2.0-only
/*
 * What goes wrong, in one sentence.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "escape.h"
#include "report.h"

static void print_json(const struct cli *cli, enum status status, int err,
		       const char *message)
{
	const char *name = err ? strerrorname_np(err) : NULL;

	fputs("{\"schema\": \"debar-error/1\", \"verb\": ", stderr);
	out_json_string(stderr, cli->title);
	fputs(", \"error\": ", stderr);
	out_json_string(stderr, message);
	fprintf(stderr, ", \"errno\": %d, ", err);
	if (name)
		fprintf(stderr, "\"errno_name\": \"%s\", ", name);
	fprintf(stderr, "\"status\": %d}\n", status);
}

static void print_text(const char *before, const char *message)
{
	char *escaped = escape_terminal(message);

	fprintf(stderr, "debar: %s%s\n", before, escaped ? escaped : "out of memory");
	free(escaped);
}

enum status fail(struct cli *cli, enum status status, int err, const char *format, ...)
{
	char *message;
	va_list args;

	va_start(args, format);
	if (vasprintf(&message, format, args) < 0)
		message = NULL;
	va_end(args);
	/* What was said before the failure comes first where both go to one place. */
	fflush(cli->out.stream);
	if (cli->out.json)
		print_json(cli, status, abs(err), message ? message : "out of memory");
	else
		print_text("", message ? message : "out of memory");
	free(message);
	return status;
}

void warn(struct cli *cli, const char *format, ...)
{
	char *message;
	va_list args;

	va_start(args, format);
	if (vasprintf(&message, format, args) < 0)
		message = NULL;
	va_end(args);
	fflush(cli->out.stream);
	if (cli->out.json) {
		fputs("{\"schema\": \"debar-warning/1\", \"verb\": ", stderr);
		out_json_string(stderr, cli->title);
		fputs(", \"warning\": ", stderr);
		out_json_string(stderr, message ? message : "out of memory");
		fputs("}\n", stderr);
	} else {
		print_text("warning: ", message ? message : "out of memory");
	}
	free(message);
}

enum status fail_memory(struct cli *cli)
{
	return fail(cli, STATUS_OTHER, ENOMEM, "out of memory");
}

enum status fail_path(struct cli *cli, int err, const char *path)
{
	err = abs(err);
	switch (err) {
	case ENOMEM:
		return fail_memory(cli);
	case ENOENT:
	case ENOTDIR:
		return fail(cli, STATUS_PATH, err,
			    "%s: there is no such file: check the name", path);
	case EISDIR:
		return fail(cli, STATUS_PATH, err,
			    "%s: it is a directory: name a file in it", path);
	case ELOOP:
	case ENAMETOOLONG:
		return fail(cli, STATUS_PATH, err, "%s: %s: check the name", path,
			    strerror(err));
	case EACCES:
	case EPERM:
		return fail(cli, STATUS_IO, err,
			    "%s: permission denied: run this as root or as its owner",
			    path);
	default:
		return fail(cli, STATUS_IO, err, "%s: %s", path, strerror(err));
	}
}

/* The loaded module's own version, which may help where its protocol does not. */
static void read_version(char *version, size_t size)
{
	FILE *f = fopen("/sys/module/debar/version", "re");

	if (!f || !fgets(version, size, f))
		snprintf(version, size, "unknown");
	version[strcspn(version, "\n")] = '\0';
	if (f)
		fclose(f);
}

enum status fail_module(struct cli *cli, const struct debar *debar, int err,
			const char *doing)
{
	const char *text = debar ? debar_error_text(debar) : "";
	char version[64];

	err = abs(err);
	switch (err) {
	case ENOMEM:
		return fail_memory(cli);
	case ENOENT:
		if (access("/sys/module/debar", F_OK) == 0)
			return fail(cli, STATUS_MODULE, err,
				    "the debar module is loaded but cannot be reached: run "
				    "this in the initial network namespace");
		return fail(cli, STATUS_MODULE, err,
			    "the debar module is not loaded: run 'debar module load'");
	case EPROTO:
		read_version(version, sizeof(version));
		return fail(cli, STATUS_MODULE, err,
			    "the loaded debar module (version %s) does not speak this "
			    "program's protocol %d: load the module of version %s",
			    version, DEBAR_PROTOCOL, DEBAR_VERSION);
	case EPERM:
	case EACCES:
		return fail(cli, STATUS_IO, err,
			    "%s is not permitted: %s: run this as root", doing,
			    *text ? text : "it takes CAP_MAC_ADMIN");
	default:
		return fail(cli, STATUS_MODULE, err, "%s failed: %s", doing,
			    *text ? text : strerror(err));
	}
}

enum status connect_module(struct cli *cli, struct debar **ret_debar)
{
	int err = debar_open(ret_debar);

	return err ? fail_module(cli, NULL, err, "talking to the module") : STATUS_OK;
}
