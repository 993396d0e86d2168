// SPDX-License-Identifier: GPL-2.0-only
/*
 * debar policy: work on policies without the module.
 */
#include <inttypes.h>
#include <limits.h>

#include "candidate.h"
#include "derive.h"
#include "files.h"
#include "options.h"
#include "policy_verbs.h"
#include "report.h"
#include "verb_import.h"

static enum status build(struct cli *cli)
{
	const char *output = NULL;
	struct out *out = &cli->out;
	bool include_unverified = false;
	struct candidate c;
	enum status status;
	char **paths;
	int letter;

	while ((letter = options_next(cli)) > 0) {
		if (letter == 'u')
			include_unverified = true;
		else
			output = optarg;
	}
	if (letter < 0 || !options_arguments(cli, 1, INT_MAX, &paths))
		return cli->status;
	if (!output)
		return fail(cli, STATUS_USAGE, 0,
			    "--output is missing: name the image to write");
	status = candidate_build(cli, paths, cli->argc - optind, include_unverified, &c);
	if (status)
		return status;
	status = file_write(cli, output, c.image, c.length);
	if (!status) {
		out_document(out, "debar-policy-build/1");
		candidate_print(out, &c);
		out_bytes(out, "image", NULL, output);
		out_note(out, "%s: serial %" PRIu64 ", %u vendor%s, %u product%s, "
			 "%u ban%s, %zu bytes", c.name, c.serial, c.n_vendors,
			 c.n_vendors == 1 ? "" : "s", c.n_products,
			 c.n_products == 1 ? "" : "s", c.n_bans,
			 c.n_bans == 1 ? "" : "s", c.length);
		if (c.n_unsized)
			out_note(out, "%u of them without a size: the kernel will hash "
				 "every file that runs", c.n_unsized);
		candidate_note_left_out(out, &c);
		out_sha256(out, NULL, "SHA-256", c.sha256);
		out_end(out);
	}
	candidate_free(&c);
	return status;
}

static const struct option_row build_options[] = {
	{ 'o', "output", "IMAGE", "where to write the image" },
	{ 'u', "include-unverified", NULL, "ban files that are marked as unverified, too" },
	{ 0 },
};

static const struct verb verbs[] = {
	{
		.name = "build",
		.arguments = "FILE...",
		.summary = "Compile a policy into an image",
		.text = "The first FILE is the policy; the others are as if it included them. A\n"
			"folder stands for its policy.yaml. The same sources give the same image,\n"
			"byte for byte. IMAGE is written whole or, if anything is wrong, not at all.\n"
			"Bans that the policy marks \"verified: no\" are checked and left out.\n",
		.options = build_options,
		.run = build,
	},
	{
		.name = "lint",
		.arguments = "FILE...",
		.summary = "Check a policy and write nothing",
		.text = "FILE is as for build. Exits with 5 if there are errors.\n",
		.options = verb_lint_options,
		.run = verb_lint_run,
	},
	{
		.name = "show",
		.arguments = "FILE",
		.summary = "Show what an image, or a policy source, holds",
		.text = "With --bans, lines are as those of \"debar list --bans\".\n",
		.options = verb_show_options,
		.run = verb_show_run,
	},
	{
		.name = "diff",
		.arguments = "OLD NEW",
		.summary = "Show which products and files come and go",
		.text = "OLD and NEW are images, policy sources or folders. A file that moves to\n"
			"another product, or has another size, goes and comes. The exit status is 0\n"
			"whether they differ or not.\n",
		.options = verb_diff_options,
		.run = verb_diff_run,
	},
	{
		.name = "derive",
		.arguments = "PACKAGE...",
		.summary = "List the code in packages as bans",
		.text = "Every ELF file, script and kernel module in .deb, .rpm, .tar.*, .zip, .7z,\n"
			".iso, npm and self-extracting packages, and in archives in them. Nothing is\n"
			"run or unpacked to disk. What cannot be read is an error, and nothing is\n"
			"printed then.\n",
		.options = verb_derive_options,
		.run = verb_derive_run,
	},
	{
		.name = "import",
		.arguments = "FORMAT FILE",
		.summary = "Turn another program's list of bad files into a hash list",
		.text = verb_import_text,
		.options = verb_import_options,
		.run = verb_import_run,
	},
	{
		.name = "sign",
		.arguments = "FILE",
		.summary = "Add a signature to an image or bundle",
		.text = "KEY is a private key in PEM or a PKCS#11 URI, CERT its certificate: RSA,\n"
			"or ECDSA on P-256 or P-384. A bundle is signed in place; of an image\n"
			"NAME.img, the bundle NAME.debar is made.\n",
		.options = verb_sign_options,
		.run = verb_sign_run,
	},
	{
		.name = "verify",
		.arguments = "FILE",
		.summary = "Tell who signed an image, and whether that is enough",
		.text = "Works without the kernel. Exits with 4 unless every signature is good and\n"
			"trusted, no certificate has expired, and there are as many different\n"
			"signers as the image asks for. Without --trust nobody is trusted.\n",
		.options = verb_verify_options,
		.run = verb_verify_run,
	},
	{ 0 },
};

const struct verb verb_policy = {
	.name = "policy",
	.arguments = "VERB",
	.summary = "Work on policies: build, lint, show, diff, derive, import, sign, verify",
	.verbs = verbs,
};
