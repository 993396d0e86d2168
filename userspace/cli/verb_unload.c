// SPDX-License-Identifier: GPL-2.0-only
/*
 * debar unload: end a live policy.
 */
#include <errno.h>

#include "libdebar.h"
#include "options.h"
#include "report.h"
#include "verbs.h"

static enum status run(struct cli *cli)
{
	struct out *out = &cli->out;
	enum status status;
	struct debar *debar;
	char **names;
	int err;

	if (options_next(cli) || !options_arguments(cli, 1, 1, &names))
		return cli->status;
	status = connect_module(cli, &debar);
	if (status)
		return status;
	err = debar_remove(debar, names[0]);
	if (err == -ENOENT || err == -EINVAL) {
		status = fail(cli, STATUS_PATH, err,
			      "no live policy is called '%s': 'debar list' shows them",
			      names[0]);
	} else if (err) {
		status = fail_module(cli, debar, err, "unloading a policy");
	} else {
		out_document(out, "debar-unload/1");
		out_bytes(out, "name", NULL, names[0]);
		out_note(out, "%s: unloaded", names[0]);
		out_end(out);
	}
	debar_close(debar);
	return status;
}

const struct verb verb_unload = {
	.name = "unload",
	.arguments = "NAME",
	.summary = "End a live policy",
	.text = "What only this policy bans runs again at once.\n",
	.run = run,
};
