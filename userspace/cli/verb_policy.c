// SPDX-License-Identifier: GPL-2.0-only
/*
 * debar policy: work on policies without the module.
 */
#include <inttypes.h>

#include "candidate.h"
#include "files.h"
#include "options.h"
#include "report.h"
#include "verb_import.h"

static enum status build(struct cli *cli)
{
	const char *output = NULL;
	struct out *out = &cli->out;
	struct candidate c;
	enum status status;
	char **paths;
	int letter;

	while ((letter = options_next(cli)) > 0)
		output = optarg;
	if (letter < 0 || !options_arguments(cli, 1, 1, &paths))
		return cli->status;
	if (!output)
		return fail(cli, STATUS_USAGE, 0,
			    "--output is missing: name the image to write");
	status = candidate_read(cli, paths[0], &c);
	if (status)
		return status;
	status = file_write(cli, output, c.image, c.length);
	if (!status) {
		out_document(out, "debar-policy-build/1");
		candidate_print(out, &c);
		out_bytes(out, "image", NULL, output);
		out_note(out, "%s: serial %" PRIu64 ", %u product%s, %u ban%s, %zu bytes",
			 c.name, c.serial, c.n_products, c.n_products == 1 ? "" : "s",
			 c.n_bans, c.n_bans == 1 ? "" : "s", c.length);
		if (c.n_unsized)
			out_note(out, "%u of them without a size: the kernel will hash "
				 "every file that runs", c.n_unsized);
		out_sha256(out, NULL, "SHA-256", c.sha256);
		out_end(out);
	}
	candidate_free(&c);
	return status;
}

static const struct option_row build_options[] = {
	{ 'o', "output", "IMAGE", "where to write the image" },
	{ 0 },
};

static const struct verb verbs[] = {
	{
		.name = "build",
		.arguments = "FILE",
		.summary = "Compile a policy into an image",
		.text = "The same sources give the same image, byte for byte. IMAGE is\n"
			"written whole or, if anything is wrong, not at all.\n",
		.options = build_options,
		.run = build,
	},
	{
		.name = "import",
		.arguments = "FORMAT FILE",
		.summary = "Turn another program's list of bad files into a hash list",
		.text = verb_import_text,
		.options = verb_import_options,
		.run = verb_import_run,
	},
	{ 0 },
};

const struct verb verb_policy = {
	.name = "policy",
	.arguments = "VERB",
	.summary = "Work on policies: build, import",
	.verbs = verbs,
};
