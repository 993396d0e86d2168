// SPDX-License-Identifier: GPL-2.0-only
/*
 * debar policy sign: add a signature to an image.
 */
#include <errno.h>
#include <inttypes.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>

#include "bundle.h"
#include "files.h"
#include "keys.h"
#include "options.h"
#include "policy_verbs.h"
#include "report.h"
#include "signers.h"

struct signing {
	const char *key_name;
	const char *certificate_name;
	const char *output;	/* NULL: made from the input's name */
	EVP_PKEY *key;
	X509 *certificate;
};

/* "NAME.img" becomes "NAME.debar"; a bundle keeps its name. NULL without memory. */
static char *output_name(const struct candidate *c)
{
	size_t length = strlen(c->path);
	char *name;

	if (c->bundled)
		return strdup(c->path);
	if (length > 4 && strcmp(c->path + length - 4, ".img") == 0)
		length -= 4;
	if (asprintf(&name, "%.*s.debar", (int)length, c->path) < 0)
		return NULL;
	return name;
}

/* A damaged bundle gets no further signature; one that is not needed is told. */
static enum status look_at_others(struct cli *cli, const struct candidate *c,
				  const X509 *certificate)
{
	uint8_t sha256[DEBAR_SHA256_SIZE] = { 0 };
	enum status status = STATUS_OK;
	struct signers signers;
	size_t i;

	signature_certificate_sha256(certificate, sha256);
	signers_check(c, NULL, &signers);
	for (i = 0; i < signers.n && !status; i++) {
		const struct signature_info *info = &signers.list[i];

		if (info->state == SIGNATURE_BAD)
			status = fail(cli, STATUS_TRUST, 0,
				      "%s: signature %zu is bad: %s", c->path, i + 1,
				      info->why);
		else if (info->known && memcmp(info->sha256, sha256, sizeof(sha256)) == 0)
			warn(cli, "%s: it has a signature by this certificate already; both "
			     "count as one", c->path);
	}
	signers_free(&signers);
	if (!status && c->n_signatures == DEBAR_SIGNATURES_MAX)
		status = fail(cli, STATUS_POLICY, ENOSPC,
			      "%s: it has %d signatures, which is the most", c->path,
			      DEBAR_SIGNATURES_MAX);
	return status;
}

static enum status write_bundle(struct cli *cli, const struct candidate *c,
				const struct debar_signature *more, const char *output)
{
	struct bundle bundle = {
		.image = c->image,
		.length = c->length,
		.n_signatures = c->n_signatures,
	};
	enum status status;
	size_t length;
	void *data;

	memcpy(bundle.signatures, c->signatures, sizeof(bundle.signatures));
	bundle.signatures[bundle.n_signatures++] = *more;
	if (bundle_write(&bundle, &data, &length))
		return fail_memory(cli);
	status = file_write(cli, output, data, length);
	free(data);
	return status;
}

static void print(struct out *out, const struct candidate *c, const char *output,
		  const struct signature_info *info)
{
	out_document(out, "debar-policy-sign/1");
	candidate_print(out, c);
	out_bytes(out, "bundle", "Bundle", output);
	out_bytes(out, NULL, "Policy", c->name);
	out_number(out, NULL, "Serial", c->serial);
	out_sha256(out, NULL, "Image SHA-256", c->sha256);
	out_bytes(out, "subject", "Signer", info->subject ? info->subject : "");
	out_sha256(out, "certificate_sha256", "Certificate", info->sha256);
	out_number(out, "n_signatures_now", "Signatures", c->n_signatures + 1);
	out_end(out);
}

static enum status sign(struct cli *cli, const struct candidate *c,
			const struct signing *signing, const char *output)
{
	struct debar_signature signature;
	struct signature_trust trust = { (X509 **)&signing->certificate, 1 };
	struct signature_info info;
	enum status status;
	const char *why;
	void *data;

	why = signature_make(c->image, c->length, signing->key, signing->certificate,
			     &data, &signature.length);
	if (why)
		return fail(cli, STATUS_TRUST, 0, "signing with %.*s failed: %s",
			    key_shown(signing->key_name), signing->key_name, why);
	signature.data = data;
	/* Whatever made it, a token for instance: it has to hold. */
	signature_check(c->image, c->length, &signature, &trust, time(NULL), &info);
	if (info.state != SIGNATURE_TRUSTED) {
		status = fail(cli, STATUS_TRUST, 0, "signing with %.*s failed: %s",
			      key_shown(signing->key_name), signing->key_name, info.why);
	} else {
		if (info.expired || info.premature)
			warn(cli, "%s: the certificate %s", signing->certificate_name,
			     info.expired ? "has expired" : "is not valid yet");
		status = write_bundle(cli, c, &signature, output);
		if (!status)
			print(&cli->out, c, output, &info);
	}
	signature_info_free(&info);
	free(data);
	return status;
}

static enum status read_and_sign(struct cli *cli, const struct candidate *c,
				 struct signing *signing)
{
	enum status status;
	char *made = NULL;

	if (c->compiled)
		return fail(cli, STATUS_USAGE, 0,
			    "%s: it is a source: sign what 'debar policy build' makes of it",
			    c->path);
	if (!signing->output) {
		made = output_name(c);
		if (!made)
			return fail_memory(cli);
	}
	status = certificate_read(cli, signing->certificate_name, &signing->certificate);
	if (!status)
		status = look_at_others(cli, c, signing->certificate);
	if (!status)
		status = key_read(cli, signing->key_name, &signing->key);
	if (!status && X509_check_private_key(signing->certificate, signing->key) != 1)
		status = fail(cli, STATUS_PATH, 0, "%.*s is not the key of the certificate %s",
			      key_shown(signing->key_name), signing->key_name,
			      signing->certificate_name);
	if (!status)
		status = sign(cli, c, signing, made ? made : signing->output);
	EVP_PKEY_free(signing->key);
	X509_free(signing->certificate);
	free(made);
	return status;
}

enum status verb_sign_run(struct cli *cli)
{
	struct signing signing = { 0 };
	enum status status;
	struct candidate c;
	char **paths;
	int letter;

	while ((letter = options_next(cli)) > 0) {
		if (letter == 'k')
			signing.key_name = optarg;
		else if (letter == 'c')
			signing.certificate_name = optarg;
		else
			signing.output = optarg;
	}
	if (letter < 0 || !options_arguments(cli, 1, 1, &paths))
		return cli->status;
	if (!signing.key_name || !signing.certificate_name)
		return fail(cli, STATUS_USAGE, 0, "%s is missing: see 'debar %s --help'",
			    signing.key_name ? "--cert" : "--key", cli->title);
	status = candidate_read(cli, paths, 1, &c);
	if (status)
		return status;
	status = read_and_sign(cli, &c, &signing);
	candidate_free(&c);
	return status;
}

const struct option_row verb_sign_options[] = {
	{ 'k', "key", "KEY", "the private key: a PEM file or a PKCS#11 URI" },
	{ 'c', "cert", "CERT", "its certificate" },
	{ 'o', "output", "BUNDLE", "where to write the bundle" },
	{ 0 },
};
