// SPDX-License-Identifier: GPL-2.0-only
/*
 * The formats, and one run from a file to a hash list.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "import.h"
#include "import_formats.h"

static const struct import_format formats[] = {
	{ "sha256sum", import_sha256sum, false },
	{ "csv", import_csv, false },
	{ "stix", import_stix, false },
	{ "misp", import_misp, false },
	{ "cyclonedx", import_cyclonedx, false },
	{ "spdx", import_spdx, false },
	{ "hsb", import_hsb, false },
	{ "nsrl", import_nsrl, true },
	{ "openioc", import_openioc, false },
	{ "santa", import_santa, false },
	{ "fapolicyd", import_fapolicyd, false },
	{ 0 },
};

/* What somebody will try, and why it would ban nothing, or the wrong thing. */
static const struct {
	const char *name;
	const char *why;
} refusals[] = {
	{ "wdac", "WDAC and App Control policies hold Authenticode hashes of PE files and "
		  "of pages, not the SHA-256 of a file" },
	{ "hdb", "ClamAV .hdb files hold MD5 digests; .hsb files can hold SHA-256" },
	{ "mdb", "ClamAV .mdb and .msb files hold digests of sections of PE files, not of "
		 "files" },
	{ "md5sum", "MD5 is broken: two files can be made to have the same digest" },
	{ "sha1sum", "SHA-1 is broken: two files can be made to have the same digest" },
	{ "sha512sum", "a ban is a SHA-256, and no SHA-512 can be turned into one: have the "
		       "files hashed by sha256sum" },
	{ "rdsv2", "NSRL RDSv2 has no SHA-256: get RDSv3, and import it as 'nsrl'" },
	{ "npm", "an npm 'integrity' is the SHA-512 of an archive, not of a file that "
		 "runs" },
	{ 0 },
};

const struct import_format *import_format_find(const char *name)
{
	const struct import_format *format;

	for (format = formats; format->name; format++)
		if (strcmp(format->name, name) == 0)
			return format;
	return NULL;
}

const char *import_format_refusal(const char *name)
{
	size_t i;

	for (i = 0; refusals[i].name; i++)
		if (strcmp(refusals[i].name, name) == 0)
			return refusals[i].why;
	return NULL;
}

static void put_source(FILE *head, const char *text, const char *more)
{
	size_t length = strlen(text);
	char *escaped = malloc(4 * length + 1);
	bool changed = false;

	if (!escaped)
		return;
	escaped[import_escape(text, length, false, escaped, &changed)] = '\0';
	fprintf(head, "# source: %s%s\n", escaped, more);
	free(escaped);
}

/* The lines before the header: where the list comes from. */
static char *make_head(const struct import *import, const struct import_format *format)
{
	const char *slash = strrchr(import->options->path, '/');
	char *text = NULL, more[64];
	size_t length, i;
	FILE *head;

	head = open_memstream(&text, &length);
	if (!head)
		return NULL;
	snprintf(more, sizeof(more), " (%s)", format->name);
	if (import->options->source)
		put_source(head, import->options->source, more);
	else
		put_source(head, slash ? slash + 1 : import->options->path, more);
	for (i = 0; i < import->n_notes; i++)
		put_source(head, import->notes[i], "");
	if (fclose(head)) {
		free(text);
		return NULL;
	}
	return text;
}

static void count_unsized(struct import *import)
{
	size_t i;

	for (i = 0; i < import->rows.n; i++)
		import->result->n_unsized +=
			import->rows.list[i].size == IMPORT_SIZE_UNKNOWN;
}

static int finish(struct import *import, const struct import_format *format)
{
	struct import_result *result = import->result;
	char *head;
	int error;

	result->n_taken = import->rows.n;
	result->n_escaped = import->rows.n_escaped;
	count_unsized(import);
	if (import->error)
		return import->error;
	if (result->diagnostics.n_errors > 0 || import->rows.n == 0)
		return -EBADMSG;
	head = make_head(import, format);
	if (!head)
		return -ENOMEM;
	error = import_rows_print(&import->rows, head, &result->list, &result->length);
	free(head);
	return error;
}

int import_run(const struct import_format *format, int fd,
	       const struct import_options *options, struct import_result *ret_result)
{
	struct import import = { .options = options, .result = ret_result, .fd = fd };
	int error;

	memset(ret_result, 0, sizeof(*ret_result));
	error = format->read(&import);
	if (error)
		import_stop(&import, error);
	error = finish(&import, format);
	import_rows_free(&import.rows);
	while (import.n_notes > 0)
		free(import.notes[--import.n_notes]);
	return error;
}

void import_result_free(struct import_result *result)
{
	policy_diagnostics_free(&result->diagnostics);
	free(result->list);
	memset(result, 0, sizeof(*result));
}
