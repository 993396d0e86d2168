// SPDX-License-Identifier: GPL-2.0-only
/*
 * debar mode: show or set it.
 */
#include <string.h>

#include "libdebar.h"
#include "options.h"
#include "report.h"
#include "verbs.h"

static bool parse_mode(const char *word, enum debar_mode *ret_mode)
{
	unsigned int mode;

	for (mode = 0; mode < __DEBAR_MODE_LAST; mode++) {
		if (strcmp(word, debar_mode_name(mode)) == 0) {
			*ret_mode = mode;
			return true;
		}
	}
	return false;
}

static enum status show_or_set(struct cli *cli, struct debar *debar, const char *word,
			       enum debar_mode mode)
{
	struct out *out = &cli->out;
	struct debar_status s;
	int err;

	err = debar_get_status(debar, &s);
	if (err)
		return fail_module(cli, debar, err, "reading the mode");
	if (word) {
		err = debar_set_mode(debar, mode);
		if (err)
			return fail_module(cli, debar, err, "setting the mode");
	} else {
		mode = s.mode;
	}
	out_document(out, "debar-mode/1");
	out_word(out, "mode", NULL, OUT_PLAIN, debar_mode_name(mode));
	out_word(out, "previous", NULL, OUT_PLAIN, debar_mode_name(s.mode));
	out_flag(out, "off", NULL, s.off);
	out_note(out, "%s%s", debar_mode_name(mode),
		 s.off ? " (but loaded with off=1: nothing is judged)" : "");
	out_end(out);
	return STATUS_OK;
}

static enum status run(struct cli *cli)
{
	enum debar_mode mode = DEBAR_MODE_ENFORCE;
	enum status status;
	struct debar *debar;
	char **words;

	if (options_next(cli) || !options_arguments(cli, 0, 1, &words))
		return cli->status;
	if (words[0] && !parse_mode(words[0], &mode))
		return fail(cli, STATUS_USAGE, 0,
			    "'%s' is not a mode: say 'enforce' or 'permissive'",
			    words[0]);
	status = connect_module(cli, &debar);
	if (status)
		return status;
	status = show_or_set(cli, debar, words[0], mode);
	debar_close(debar);
	return status;
}

const struct verb verb_mode = {
	.name = "mode",
	.arguments = "[enforce|permissive]",
	.summary = "Show or set the mode of this machine",
	.text = "enforce     banned files are denied\n"
		"permissive  nothing is denied; records say what would have been\n\n"
		"The mode holds until the module is unloaded. Its parameter mode= sets\n"
		"the one it begins with.\n",
	.run = run,
};
