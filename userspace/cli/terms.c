// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a ban or an exception comes to at an instant, in words.
 */
#include <stdio.h>
#include <stdlib.h>

#include "terms.h"

enum out_colour terms_of_ban(enum debar_action action, uint64_t effective,
			     uint64_t expires, uint64_t now, char ret_text[TERMS_TEXT])
{
	const char *name = debar_action_name(action);
	uint64_t until = expires;
	char day[48];

	/* As the kernel judges: observed until effective, not banned from expires on. */
	if (expires && now >= expires) {
		snprintf(ret_text, TERMS_TEXT, "expired");
		return OUT_WARN;
	}
	if (now < effective) {
		name = debar_action_name(DEBAR_ACTION_OBSERVE);
		if (action != DEBAR_ACTION_OBSERVE)
			until = effective;
	}
	if (until) {
		out_format_instant(until, day);
		snprintf(ret_text, TERMS_TEXT, "%s until %s", name, day);
	} else {
		snprintf(ret_text, TERMS_TEXT, "%s", name);
	}
	return now < effective ? OUT_WARN : OUT_PLAIN;
}

enum out_colour terms_of_exception(uint64_t expires, uint64_t now, const char **ret_word)
{
	*ret_word = now >= expires ? "expired" : "in force";
	return now >= expires ? OUT_PLAIN : OUT_WARN;
}

char *terms_name(const char *vendor, const char *product, const char *release)
{
	char *name;

	if (asprintf(&name, "%s/%s%s%s", vendor, product, release && *release ? " " : "",
		     release ? release : "") < 0)
		return NULL;
	return name;
}
