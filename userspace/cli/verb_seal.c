// SPDX-License-Identifier: GPL-2.0-only
/*
 * debar seal: let nothing be weakened until the machine is started anew.
 */
#include <string.h>
#include <unistd.h>

#include "libdebar.h"
#include "options.h"
#include "report.h"
#include "verbs.h"

#define MEANING \
	"Until this machine is started anew, debar.ko cannot be unloaded, the mode\n" \
	"is enforce, no policy can be unloaded, and one can only be replaced by a\n" \
	"newer one that is signed. Root cannot undo that either, but for removing the\n" \
	"module by force (rmmod -f), which kernel.modules_disabled=1 forbids.\n"

static enum status confirm(struct cli *cli)
{
	char answer[16] = "";

	if (!isatty(STDIN_FILENO))
		return fail(cli, STATUS_USAGE, 0,
			    "there is no terminal to ask for confirmation: say --yes");
	fputs(MEANING "Seal it? Type 'yes': ", stderr);
	if (!fgets(answer, sizeof(answer), stdin) || strcmp(answer, "yes\n") != 0)
		return fail(cli, STATUS_OTHER, 0, "not sealed");
	return STATUS_OK;
}

static enum status seal(struct cli *cli, struct debar *debar)
{
	struct out *out = &cli->out;
	struct debar_status s;
	int err;

	err = debar_get_status(debar, &s);
	if (!err && s.off)
		warn(cli, "the module was loaded with off=1: it judges nothing, and that stays");
	if (!err && !s.n_certificates && !s.system_keys)
		warn(cli, "no certificate is built into the module: from now on no policy "
		     "can be loaded at all");
	if (!err)
		err = debar_seal(debar);
	if (err)
		return fail_module(cli, debar, err, "sealing");
	out_document(out, "debar-seal/1");
	out_flag(out, "sealed", NULL, true);
	out_flag(out, "was_sealed", NULL, s.sealed);
	out_note(out, "%s until this machine is started anew",
		 s.sealed ? "was sealed already, and is" : "sealed");
	out_end(out);
	return STATUS_OK;
}

static enum status run(struct cli *cli)
{
	enum status status;
	struct debar *debar;
	bool yes = false;
	char **arguments;
	int letter;

	while ((letter = options_next(cli)) > 0)
		yes = true;
	if (letter < 0 || !options_arguments(cli, 0, 0, &arguments))
		return cli->status;
	status = connect_module(cli, &debar);
	if (status)
		return status;
	if (!yes)
		status = confirm(cli);
	if (!status)
		status = seal(cli, debar);
	debar_close(debar);
	return status;
}

static const struct option_row options[] = {
	{ 'y', "yes", NULL, "do not ask for confirmation" },
	{ 0 },
};

const struct verb verb_seal = {
	.name = "seal",
	.summary = "Let nothing be weakened until the machine is started anew",
	.text = MEANING
		"Policies that deny too much cannot be taken back then, except by newer\n"
		"signed ones, or by starting with debar.off=1. The policies that are live\n"
		"should be tried out before.\n",
	.options = options,
	.run = run,
};
