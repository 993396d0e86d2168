// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which events are shown.
 */
#include <errno.h>
#include <fnmatch.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>

#include "event_filter.h"
#include "event_output.h"
#include "outcome.h"
#include "report.h"
#include "when.h"

static enum status set_time(struct cli *cli, const char *argument, uint64_t *place)
{
	if (when_parse(argument, when_now(), place))
		return STATUS_OK;
	return fail(cli, STATUS_USAGE, 0, "'%s' is not a time: say " WHEN_FORMS, argument);
}

static enum status set_user(struct cli *cli, struct event_filter *filter,
			    const char *argument)
{
	const struct passwd *user;
	unsigned long number;
	char *end;

	errno = 0;
	number = strtoul(argument, &end, 10);
	if (*argument >= '0' && *argument <= '9' && !*end && !errno && number <= UINT32_MAX) {
		filter->user = number;
	} else {
		user = getpwnam(argument);
		if (!user)
			return fail(cli, STATUS_PATH, 0, "there is no user '%s'", argument);
		filter->user = user->pw_uid;
	}
	filter->by_user = true;
	return STATUS_OK;
}

static bool is_action(const char *word)
{
	unsigned int value;

	for (value = EVIDENCE_DENIED; value < EVIDENCE_WATCH; value++)
		if (strcmp(evidence_outcome_name(value), word) == 0)
			return true;
	for (value = DEBAR_REASON_GAP; value < __DEBAR_REASON_LAST; value++)
		if (strcmp(debar_reason_name(value), word) == 0)
			return true;
	return false;
}

enum status event_filter_option(struct cli *cli, struct event_filter *filter, int c,
				const char *argument)
{
	switch (c) {
	case EVENT_SINCE:
		return set_time(cli, argument, &filter->since_ns);
	case EVENT_UNTIL:
		return set_time(cli, argument, &filter->until_ns);
	case EVENT_VENDOR:
		filter->vendor = argument;
		break;
	case EVENT_PRODUCT:
		filter->product = argument;
		break;
	case EVENT_PATH:
		filter->path = argument;
		break;
	case EVENT_USER:
		return set_user(cli, filter, argument);
	default:
		if (!is_action(argument))
			return fail(cli, STATUS_USAGE, 0, "'%s' is not what comes of an event: "
				    "say denied, would-be-denied, observed, excepted, not-judged, "
				    "or a reason such as policy-load", argument);
		filter->action = argument;
	}
	return STATUS_OK;
}

static bool matches(const char *pattern, const char *text)
{
	return !pattern || fnmatch(pattern, text, 0) == 0;
}

bool event_filter_takes(const struct event_filter *filter, const struct debar_event *event)
{
	bool of_file = debar_reason_of_file(event->reason);

	if (event->time_ns < filter->since_ns ||
	    (filter->until_ns && event->time_ns >= filter->until_ns))
		return false;
	if (filter->by_user && event->uid != filter->user && event->auid != filter->user)
		return false;
	if ((filter->vendor || filter->product) && event->reason != DEBAR_REASON_BAN)
		return false;
	if (filter->path && !of_file)
		return false;
	if (filter->action && strcmp(filter->action, event_word(event)) != 0)
		return false;
	return matches(filter->vendor, event->vendor) &&
	       matches(filter->product, event->product) && matches(filter->path, event->path);
}
