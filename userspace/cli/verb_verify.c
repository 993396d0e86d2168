// SPDX-License-Identifier: GPL-2.0-only
/*
 * debar policy verify: who signed an image, and is that enough? Without the kernel.
 */
#include <inttypes.h>

#include "image.h"
#include "keys.h"
#include "options.h"
#include "policy_verbs.h"
#include "report.h"
#include "signers.h"

/* When the first ban of an image begins to be denied, and when the last ends. */
struct span {
	uint64_t effective;	/* seconds since 1970; 0: at once */
	uint64_t expires;	/* 0: never */
};

static struct span span_of(const struct candidate *c)
{
	struct span span = { 0 };
	struct debar_image image;
	uint32_t i;

	if (debar_image_check(&image, c->image, c->length))
		return span;
	for (i = 0; i < image.n_products; i++) {
		uint64_t effective = le64_to_cpu(image.products[i].effective);
		uint64_t expires = le64_to_cpu(image.products[i].expires);

		if (i == 0 || effective < span.effective)
			span.effective = effective;
		if (i == 0 || !expires || (span.expires && expires > span.expires))
			span.expires = expires;
	}
	return span;
}

static void print(struct out *out, const struct candidate *c, const struct signers *signers,
		  size_t needed)
{
	const struct span span = span_of(c);

	out_document(out, "debar-policy-verify/1");
	out_bytes(out, "file", NULL, c->path);
	out_bytes(out, "name", "Policy", c->name);
	out_number(out, "serial", "Serial", c->serial);
	out_sha256(out, "sha256", "Image SHA-256", c->sha256);
	out_instant(out, "effective", "Effective", span.effective, "at once");
	out_instant(out, "expires", "Expires", span.expires, "never");
	out_number(out, "n_signers_needed", "Signers needed", needed);
	out_number(out, "n_signers_trusted", "Trusted", signers->n_trusted);
	signers_print(out, signers, OUT_RECORDS);
	out_end(out);
}

/* The first thing that is wrong. */
static enum status judge(struct cli *cli, const struct candidate *c,
			 const struct signers *signers, size_t needed, bool trusting)
{
	size_t i;

	for (i = 0; i < signers->n; i++) {
		const struct signature_info *info = &signers->list[i];

		if (info->state == SIGNATURE_TRUSTED && (info->expired || info->premature))
			return fail(cli, STATUS_TRUST, 0,
				    "%s: signature %zu: its certificate, or one that issued "
				    "it, %s", c->path, i + 1,
				    info->expired ? "has expired" : "is not valid yet");
		if (info->state == SIGNATURE_BAD ||
		    (trusting && info->state != SIGNATURE_TRUSTED))
			return fail(cli, STATUS_TRUST, 0, "%s: signature %zu: %s", c->path,
				    i + 1, info->why);
	}
	if (signers->n_trusted >= needed)
		return STATUS_OK;
	return fail(cli, STATUS_TRUST, 0,
		    "%s: %zu different trusted signer%s needed, and it has %zu%s", c->path,
		    needed, needed == 1 ? " is" : "s are", signers->n_trusted,
		    trusting ? "" : ": say with --trust who is trusted");
}

static enum status verify(struct cli *cli, char *const *paths,
			  const struct signature_trust *trust)
{
	struct signers signers;
	enum status status;
	struct candidate c;
	size_t needed;

	status = candidate_read(cli, paths, 1, &c);
	if (status)
		return status;
	if (c.compiled) {
		candidate_free(&c);
		return fail(cli, STATUS_USAGE, 0,
			    "%s: it is a source: only images and bundles can be signed",
			    paths[0]);
	}
	/* A module with certificates wants one signer at least, and so do people. */
	needed = c.n_signers_needed ? c.n_signers_needed : 1;
	signers_check(&c, trust, &signers);
	print(&cli->out, &c, &signers, needed);
	status = judge(cli, &c, &signers, needed, trust->n > 0);
	signers_free(&signers);
	candidate_free(&c);
	return status;
}

enum status verb_verify_run(struct cli *cli)
{
	struct signature_trust trust = { 0 };
	enum status status = STATUS_OK;
	char **paths;
	int letter;

	while ((letter = options_next(cli)) > 0)
		if (!status)
			status = trust_read(cli, optarg, &trust);
	if (letter < 0 || !options_arguments(cli, 1, 1, &paths))
		status = cli->status;
	else if (!status)
		status = verify(cli, paths, &trust);
	trust_free(&trust);
	return status;
}

const struct option_row verb_verify_options[] = {
	{ 't', "trust", "CERT|DIR", "trust this certificate, or those of a directory" },
	{ 0 },
};
