// SPDX-License-Identifier: GPL-2.0-only
/*
 * Policy sources compiled, or an image or bundle read and checked.
 */
#include <assert.h>
#include <errno.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bundle.h"
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

/* What the compiler's calls are about. */
struct compiling {
	struct progress progress;
	struct candidate_findings *findings;
};

static int show_progress(uint64_t done, void *data)
{
	return progress_update(&((struct compiling *)data)->progress, done);
}

static int keep_vendor(const struct policy_vendor_counts *counts, void *data)
{
	struct candidate_findings *findings = ((struct compiling *)data)->findings;
	struct policy_vendor_counts *list;

	/* Powers of two: doubled when it is full. */
	if (!(findings->n_vendors & (findings->n_vendors - 1))) {
		list = reallocarray(findings->vendors,
				    findings->n_vendors ? 2 * findings->n_vendors : 1,
				    sizeof(*list));
		if (!list)
			return -ENOMEM;
		findings->vendors = list;
	}
	list = &findings->vendors[findings->n_vendors];
	*list = *counts;
	list->name = strdup(counts->name);
	if (!list->name)
		return -ENOMEM;
	findings->n_vendors++;
	return 0;
}

/* Compile into @c, or only check, for @findings. The other is NULL. */
static enum status compile(struct cli *cli, const struct input_files *files,
			   struct candidate *c, struct candidate_findings *findings)
{
	struct policy_diagnostics diagnostics = { 0 };
	struct compiling compiling = { .findings = findings };
	struct policy_input input = {
		.paths = (const char *const *)files->list,
		.n_paths = files->n,
		.include_unverified = c && c->include_unverified,
		.progress = show_progress,
		.vendor = findings ? keep_vendor : NULL,
		.data = &compiling,
	};
	const char *path = files->list[0];
	struct policy_summary summary = { 0 };
	size_t n;
	int err;

	progress_begin(&compiling.progress, cli, "compiling", 0);
	err = policy_build(&input, &diagnostics, c ? &c->data : NULL,
			   c ? &c->length : NULL, &summary);
	/* A signal that came after the last list was read counts, too. */
	if (progress_update(&compiling.progress, 0))
		err = -EINTR;
	progress_end(&compiling.progress);
	if (c) {
		c->image = c->data;
		c->compiled = true;
		c->n_left_out = summary.n_left_out;
	}
	if (err != -EINTR)
		candidate_print_diagnostics(cli, &diagnostics);
	n = diagnostics.n_errors;
	if (findings) {
		findings->summary = summary;
		findings->n_warnings = diagnostics.n + diagnostics.n_dropped - n;
	}
	policy_diagnostics_free(&diagnostics);
	if (err == -EINTR)
		return fail(cli, STATUS_INTERRUPTED, err, "interrupted");
	if (err == -EBADMSG)
		return fail(cli, STATUS_POLICY, err,
			    "%s: the policy has %zu error%s: correct %s and try again",
			    path, n, n == 1 ? "" : "s", n == 1 ? "it" : "them");
	return err ? fail_path(cli, err, path) : STATUS_OK;
}

/* Image and signatures of what has been read. */
static enum status take_apart(struct cli *cli, const char *path, size_t length,
			      struct candidate *c)
{
	struct bundle bundle;
	const char *why;

	if (!c->bundled) {
		c->image = c->data;
		c->length = length;
		return STATUS_OK;
	}
	why = bundle_read(&bundle, c->data, length);
	if (why)
		return fail(cli, STATUS_POLICY, EBADMSG, "%s: not a valid bundle: %s",
			    path, why);
	c->image = bundle.image;
	c->length = bundle.length;
	c->n_signatures = bundle.n_signatures;
	memcpy(c->signatures, bundle.signatures, sizeof(c->signatures));
	return STATUS_OK;
}

/* An image or bundle, or else a source, which the compiler reads itself. */
static enum status read_image(struct cli *cli, const char *path, bool *ret_image,
			      struct candidate *c)
{
	char magic[sizeof(DEBAR_IMAGE_MAGIC) - 1];
	enum status status;
	size_t length;
	struct stat st;
	bool bundled;
	ssize_t n;
	int fd;

	static_assert(sizeof(magic) == sizeof(BUNDLE_MAGIC) - 1, "magic");
	status = file_open(cli, path, &fd, &st);
	if (status)
		return status;
	n = pread(fd, magic, sizeof(magic), 0);
	bundled = n == sizeof(magic) && memcmp(magic, BUNDLE_MAGIC, n) == 0;
	*ret_image = bundled ||
		     (n == sizeof(magic) && memcmp(magic, DEBAR_IMAGE_MAGIC, n) == 0);
	if (n < 0)
		status = fail_path(cli, errno, path);
	else if (n == 0)
		status = fail(cli, STATUS_POLICY, 0,
			      "%s: it is empty: a policy or an image was expected", path);
	else if (*ret_image && !c)
		status = fail(cli, STATUS_USAGE, 0,
			      "%s: it is %s: name the sources of one policy", path,
			      bundled ? "a bundle" : "an image");
	else if (*ret_image)
		status = file_read(cli, fd, path, bundled ? BUNDLE_MAX : DEBAR_IMAGE_MAX,
				   &c->data, &length);
	close(fd);
	if (!status && c && *ret_image) {
		c->bundled = bundled;
		status = take_apart(cli, path, length, c);
	}
	return status;
}

static enum status read_files(struct cli *cli, const struct input_files *files,
			      struct candidate *c, struct candidate_findings *findings)
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
	return compile(cli, files, c, findings);
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
			      struct candidate *c, struct candidate_findings *findings)
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
		status = read_files(cli, &files, c, findings);
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
	c->n_exceptions = image.n_exceptions;
	c->n_signers_needed = le32_to_cpu(image.header->signers);
	if (!EVP_Digest(c->image, c->length, c->sha256, NULL, EVP_sha256(), NULL))
		return fail(cli, STATUS_OTHER, 0, "computing a SHA-256 failed");
	return STATUS_OK;
}

enum status candidate_build(struct cli *cli, char *const *paths, size_t n,
			    bool include_unverified, struct candidate *ret_candidate)
{
	struct candidate c = {
		.path = paths[0],
		.include_unverified = include_unverified,
	};
	enum status status;

	status = read_paths(cli, paths, n, &c, NULL);
	if (!status)
		status = check_image(cli, &c);
	if (status)
		candidate_free(&c);
	else
		*ret_candidate = c;
	return status;
}

enum status candidate_read(struct cli *cli, char *const *paths, size_t n,
			   struct candidate *ret_candidate)
{
	return candidate_build(cli, paths, n, false, ret_candidate);
}

enum status candidate_lint(struct cli *cli, char *const *paths, size_t n,
			   struct candidate_findings *ret_findings)
{
	*ret_findings = (struct candidate_findings) { 0 };
	return read_paths(cli, paths, n, NULL, ret_findings);
}

void candidate_findings_free(struct candidate_findings *findings)
{
	while (findings->n_vendors)
		free((char *)findings->vendors[--findings->n_vendors].name);
	free(findings->vendors);
	findings->vendors = NULL;
}

void candidate_free(struct candidate *candidate)
{
	free(candidate->data);
	candidate->data = NULL;
	candidate->image = NULL;
}

void candidate_note_left_out(struct out *out, const struct candidate *c)
{
	if (c->n_left_out)
		out_note(out, "%zu unverified ban%s left out", c->n_left_out,
			 c->n_left_out == 1 ? "" : "s");
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
	if (c->compiled)
		out_number(out, "n_left_out", NULL, c->n_left_out);
	out_number(out, "n_exceptions", NULL, c->n_exceptions);
	out_number(out, "n_signers_needed", NULL, c->n_signers_needed);
	out_number(out, "n_signatures", NULL, c->n_signatures);
	out_number(out, "length", NULL, c->length);
	out_sha256(out, "sha256", NULL, c->sha256);
}
