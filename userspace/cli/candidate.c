// SPDX-License-Identifier: GPL-2.0-only
/*
 * A policy source compiled, or an image read and checked.
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
#include "report.h"

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

static enum status compile(struct cli *cli, const char *path, struct candidate *c)
{
	struct policy_diagnostics diagnostics = { 0 };
	size_t n;
	int err;

	err = policy_compile(path, &diagnostics, &c->image, &c->length, NULL);
	candidate_print_diagnostics(cli, &diagnostics);
	n = diagnostics.n_errors;
	policy_diagnostics_free(&diagnostics);
	if (err == -EBADMSG)
		return fail(cli, STATUS_POLICY, err,
			    "%s: the policy has %zu error%s: correct %s and try again",
			    path, n, n == 1 ? "" : "s", n == 1 ? "it" : "them");
	return err ? fail_path(cli, err, path) : STATUS_OK;
}

/* An image if it says so, else a source. */
static enum status read_either(struct cli *cli, const char *path, struct candidate *c)
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
	if (n < 0)
		status = fail_path(cli, errno, path);
	else if (n == 0)
		status = fail(cli, STATUS_POLICY, 0,
			      "%s: it is empty: a policy or an image was expected", path);
	else if (n == sizeof(magic) && memcmp(magic, DEBAR_IMAGE_MAGIC, n) == 0)
		status = file_read(cli, fd, path, DEBAR_IMAGE_MAX, &c->image, &c->length);
	else
		status = compile(cli, path, c);
	close(fd);
	return status;
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
	c->n_products = image.n_products;
	c->n_bans = image.n_bans;
	c->n_unsized = image.n_unsized;
	if (!EVP_Digest(c->image, c->length, c->sha256, NULL, EVP_sha256(), NULL))
		return fail(cli, STATUS_OTHER, 0, "computing a SHA-256 failed");
	return STATUS_OK;
}

enum status candidate_read(struct cli *cli, const char *path,
			   struct candidate *ret_candidate)
{
	struct candidate c = { .path = path };
	enum status status;

	status = read_either(cli, path, &c);
	if (!status)
		status = check_image(cli, &c);
	if (status)
		candidate_free(&c);
	else
		*ret_candidate = c;
	return status;
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
	out_number(out, "n_products", NULL, c->n_products);
	out_number(out, "n_bans", NULL, c->n_bans);
	out_number(out, "n_unsized", NULL, c->n_unsized);
	out_number(out, "length", NULL, c->length);
	out_sha256(out, "sha256", NULL, c->sha256);
}
