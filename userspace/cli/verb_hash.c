// SPDX-License-Identifier: GPL-2.0-only
/*
 * debar hash: SHA-256 and size of files, as policies want them.
 */
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "escape.h"
#include "files.h"
#include "options.h"
#include "report.h"
#include "verbs.h"

/* As sha256sum(1) does: a name with a line break or backslash is marked. */
static void print_sum(struct out *out, const char *hex, const char *path)
{
	bool marked = path[strcspn(path, "\\\n\r")];

	fprintf(out->stream, "%s%s  ", marked ? "\\" : "", hex);
	for (; *path; path++) {
		if (*path == '\n')
			fputs("\\n", out->stream);
		else if (*path == '\r')
			fputs("\\r", out->stream);
		else if (*path == '\\')
			fputs("\\\\", out->stream);
		else
			fputc(*path, out->stream);
	}
	fputc('\n', out->stream);
}

/* JSON's strings are YAML's. */
static void print_yaml(struct out *out, const char *hex, uint64_t size,
		       const char *path)
{
	const char *slash = strrchr(path, '/');

	fprintf(out->stream, "- {sha256: %s, size: %" PRIu64 ", name: ", hex, size);
	out_json_string(out->stream, slash ? slash + 1 : path);
	fputs("}\n", out->stream);
}

static enum status hash_one(struct cli *cli, const char *path, bool yaml)
{
	struct out *out = &cli->out;
	uint8_t sha256[32];
	enum status status;
	char hex[65];
	struct stat st;
	uint64_t size;
	int fd;

	status = file_open(cli, path, &fd, &st);
	if (status)
		return status;
	status = file_hash(cli, fd, &st, path, sha256, &size);
	close(fd);
	if (status)
		return status;
	out_row(out);
	out_bytes(out, "path", NULL, path);
	out_sha256(out, "sha256", NULL, sha256);
	out_number(out, "size", NULL, size);
	out_end(out);
	escape_hex(sha256, sizeof(sha256), hex);
	if (out->json)
		return STATUS_OK;
	if (yaml)
		print_yaml(out, hex, size, path);
	else
		print_sum(out, hex, path);
	return STATUS_OK;
}

static enum status run(struct cli *cli)
{
	enum status status = STATUS_OK, one;
	bool yaml = false;
	char **paths;
	int c;

	while ((c = options_next(cli)) > 0)
		yaml = true;
	if (c < 0 || !options_arguments(cli, 1, INT_MAX, &paths))
		return cli->status;

	out_document(&cli->out, "debar-hash/1");
	out_list(&cli->out, "files", OUT_HIDDEN);
	for (; *paths; paths++) {
		one = hash_one(cli, *paths, yaml);
		if (one && !status)
			status = one;
		if (one == STATUS_INTERRUPTED) {
			status = one;
			break;
		}
	}
	out_end(&cli->out);
	out_end(&cli->out);
	return status;
}

static const struct option_row options[] = {
	{ 'y', "yaml", NULL, "print entries for the files of a policy, with sizes" },
	{ 0 },
};

const struct verb verb_hash = {
	.name = "hash",
	.arguments = "FILE...",
	.summary = "Print the SHA-256 of files",
	.text = "One line a file, as sha256sum(1) prints it and hash lists hold it. A\n"
		"file that cannot be read is reported and the others are still hashed.\n",
	.options = options,
	.run = run,
};
