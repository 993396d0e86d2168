// SPDX-License-Identifier: GPL-2.0-only
/*
 * Policy sources compiled, or an image read and checked.
 */
#include <errno.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "candidate.h"
#include "files.h"
#include "image.h"
#include "policy.h"
#include "progress.h"
#include "report.h"

/* What a folder stands for. */
#define POLICY_FILE "policy.yaml"

/* The files that the arguments mean. */
struct input_files {
	char **list;
	size_t n;
};

static void print_json(const struct policy_diagnostic *d)
{
	fprintf(stderr, "{\"schema\": \"debar-diagnostic/1\", \"severity\": \"%s\", ",
		d->severity == POLICY_ERROR ? "error" : "warning");
	fputs("\"file\": ", stderr);
	out_json_string(stderr, d->file);
	fprintf(stderr, ", \"line\": %u, \"column\": %u, \"message\": ", d->line,
		d->column);
	out_json_string(stderr, d->message);
	fputs("}\n", stderr);
}

void candidate_print_diagnostics(struct cli *cli, const struct policy_diagnostics *list)
{
	size_t i;

	if (!cli->out.json) {
		policy_diagnostics_print(list, stderr);
		return;
	}
	for (i = 0; i < list->n; i++)
		print_json(&list->list[i]);
}

static int show_progress(uint64_t done, void *data)
{
	return progress_update(data, done);
}

/* Compile into @c, or check only where that is NULL. */
static enum status compile(struct cli *cli, const struct input_files *files,
			   struct candidate *c, struct policy_summary *ret_summary,
			   size_t *ret_warnings)
{
	struct policy_diagnostics diagnostics = { 0 };
	struct progress progress;
	struct policy_input input = {
		.paths = (const char *const *)files->list,
		.n_paths = files->n,
		.progress = show_progress,
		.data = &progress,
	};
	const char *path = files->list[0];
	size_t n;
	int err;

	progress_begin(&progress, cli, "compiling", 0);
	err = policy_build(&input, &diagnostics, c ? &c->image : NULL,
			   c ? &c->length : NULL, ret_summary);
	/* A signal that came after the last list was read counts, too. */
	if (progress_update(&progress, 0))
		err = -EINTR;
	progress_end(&progress);
	if (err != -EINTR)
		candidate_print_diagnostics(cli, &diagnostics);
	n = diagnostics.n_errors;
	if (ret_warnings)
		*ret_warnings = diagnostics.n + diagnostics.n_dropped - n;
	policy_diagnostics_free(&diagnostics);
	if (err == -EINTR)
		return fail(cli, STATUS_INTERRUPTED, err, "interrupted");
	if (err == -EBADMSG)
		return fail(cli, STATUS_POLICY, err,
			    "%s: the policy has %zu error%s: correct %s and try again",
			    path, n, n == 1 ? "" : "s", n == 1 ? "it" : "them");
	return err ? fail_path(cli, err, path) : STATUS_OK;
}

/* An image, or else a source, which the compiler reads itself. */
static enum status read_image(struct cli *cli, const char *path, bool *ret_image,
			      struct candidate *c)
{
	char magic[sizeof(DEBAR_IMAGE_MAGIC) - 1];
	enum status status;
	struct stat st;
	ssize_t n;
	int fd;

	status = file_open(cli, path, &fd, &st);
	if (status)
		return status;
	n = pread(fd, magic, sizeof(magic), 0);
	*ret_image = n == sizeof(magic) && memcmp(magic, DEBAR_IMAGE_MAGIC, n) == 0;
	if (n < 0)
		status = fail_path(cli, errno, path);
	else if (n == 0)
		status = fail(cli, STATUS_POLICY, 0,
			      "%s: it is empty: a policy or an image was expected", path);
	else if (*ret_image && c)
		status = file_read(cli, fd, path, DEBAR_IMAGE_MAX, &c->image, &c->length);
	else if (*ret_image)
		status = fail(cli, STATUS_USAGE, 0,
			      "%s: it is an image: name the sources of one policy", path);
	close(fd);
	return status;
}

static enum status read_files(struct cli *cli, const struct input_files *files,
			      struct candidate *c, struct policy_summary *ret_summary,
			      size_t *ret_warnings)
{
	enum status status;
	bool image;
	size_t i;

	for (i = 0; i < files->n; i++) {
		status = read_image(cli, files->list[i], &image,
				    files->n == 1 ? c : NULL);
		if (status || image)
			return status;
	}
	return compile(cli, files, c, ret_summary, ret_warnings);
}

char *candidate_file(const char *path)
{
	size_t length = strlen(path);
	struct stat st;
	char *file;

	if (stat(path, &st) || !S_ISDIR(st.st_mode))
		return strdup(path);
	if (asprintf(&file, "%s%s" POLICY_FILE, path,
		     length && path[length - 1] == '/' ? "" : "/") < 0)
		return NULL;
	return file;
}

static enum status read_paths(struct cli *cli, char *const *paths, size_t n,
			      struct candidate *c, struct policy_summary *ret_summary,
			      size_t *ret_warnings)
{
	struct input_files files = { .list = calloc(n, sizeof(*files.list)) };
	enum status status = STATUS_OK;

	if (!files.list)
		return fail_memory(cli);
	while (files.n < n && !status) {
		files.list[files.n] = candidate_file(paths[files.n]);
		if (files.list[files.n])
			files.n++;
		else
			status = fail_memory(cli);
	}
	if (!status)
		status = read_files(cli, &files, c, ret_summary, ret_warnings);
	while (files.n)
		free(files.list[--files.n]);
	free(files.list);
	return status;
}

/* Products are in order of vendor. */
static uint32_t count_vendors(const struct debar_image *image)
{
	uint32_t n = 0, i;

	for (i = 0; i < image->n_products; i++)
		n += i == 0 || strcmp(image->text +
				      le32_to_cpu(image->products[i].vendor),
				      image->text +
				      le32_to_cpu(image->products[i - 1].vendor)) != 0;
	return n;
}

static enum status check_image(struct cli *cli, struct candidate *c)
{
	enum debar_image_error error;
	struct debar_image image;

	error = debar_image_check(&image, c->image, c->length);
	if (error)
		return fail(cli, STATUS_POLICY, EBADMSG, "%s: not a valid image: %s",
			    c->path, debar_image_error_text(error));
	memcpy(c->name, image.header->name, sizeof(c->name));
	c->serial = le64_to_cpu(image.header->serial);
	c->n_vendors = count_vendors(&image);
	c->n_products = image.n_products;
	c->n_bans = image.n_bans;
	c->n_unsized = image.n_unsized;
	if (!EVP_Digest(c->image, c->length, c->sha256, NULL, EVP_sha256(), NULL))
		return fail(cli, STATUS_OTHER, 0, "computing a SHA-256 failed");
	return STATUS_OK;
}

enum status candidate_read(struct cli *cli, char *const *paths, size_t n,
			   struct candidate *ret_candidate)
{
	struct candidate c = { .path = paths[0] };
	enum status status;

	status = read_paths(cli, paths, n, &c, NULL, NULL);
	if (!status)
		status = check_image(cli, &c);
	if (status)
		candidate_free(&c);
	else
		*ret_candidate = c;
	return status;
}

enum status candidate_lint(struct cli *cli, char *const *paths, size_t n,
			   struct policy_summary *ret_summary, size_t *ret_warnings)
{
	return read_paths(cli, paths, n, NULL, ret_summary, ret_warnings);
}

void candidate_free(struct candidate *candidate)
{
	free(candidate->image);
	candidate->image = NULL;
}

void candidate_print(struct out *out, const struct candidate *c)
{
	out_bytes(out, "file", NULL, c->path);
	out_bytes(out, "name", NULL, c->name);
	out_number(out, "serial", NULL, c->serial);
	out_number(out, "n_vendors", NULL, c->n_vendors);
	out_number(out, "n_products", NULL, c->n_products);
	out_number(out, "n_bans", NULL, c->n_bans);
	out_number(out, "n_unsized", NULL, c->n_unsized);
	out_number(out, "length", NULL, c->length);
	out_sha256(out, "sha256", NULL, c->sha256);
}
