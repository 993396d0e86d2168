// SPDX-License-Identifier: GPL-2.0-only
/*
 * A fleet's report in words.
 */
#include <inttypes.h>
#include <stdio.h>

#include "fleet_output.h"
#include "fleet_private.h"
#include "report_words.h"

static void count(const struct fleet *fleet, size_t n[REPORT_FINDINGS])
{
	size_t i;

	for (i = 0; i < REPORT_FINDINGS; i++)
		n[i] = 0;
	for (i = 0; i < fleet->n_products; i++)
		if (fleet->products[i].in_scope)
			n[fleet->products[i].finding]++;
}

enum report_finding fleet_overall(const struct fleet *fleet)
{
	size_t n[REPORT_FINDINGS];

	count(fleet, n);
	if (n[REPORT_USED])
		return REPORT_USED;
	if (n[REPORT_ATTEMPTED])
		return REPORT_ATTEMPTED;
	if (!n[REPORT_NONE] && !n[REPORT_NONE_WATCHED])
		return REPORT_NOT_WATCHED;
	/* Of a machine that is silent nothing is known. */
	if (n[REPORT_NONE_WATCHED] || n[REPORT_NOT_WATCHED] || fleet->n_silent)
		return REPORT_NONE_WATCHED;
	return REPORT_NONE;
}

void fleet_statement(const struct fleet *fleet, FILE *stream)
{
	size_t n[REPORT_FINDINGS], i, impacted = 0;
	char machines[64], products[64];

	count(fleet, n);
	for (i = 0; i < fleet->n_assets; i++)
		impacted += fleet->assets[i].finding <= REPORT_ATTEMPTED;
	report_plural(fleet->n_assets, "machine", machines);
	switch (fleet_overall(fleet)) {
	case REPORT_USED:
	case REPORT_ATTEMPTED:
		report_plural(n[REPORT_USED] + n[REPORT_ATTEMPTED], "product", products);
		fprintf(stream, "Found: %s in scope on %zu of %s that reported; %zu ran, %zu %s "
			"only started and denied.", products, impacted, machines, n[REPORT_USED],
			n[REPORT_ATTEMPTED], n[REPORT_ATTEMPTED] == 1 ? "was" : "were");
		break;
	case REPORT_NONE:
		fprintf(stream, "None found: no product in scope ran or was started on %s, which "
			"%s watched during the whole period.", machines,
			fleet->n_assets == 1 ? "was" : "were all");
		break;
	case REPORT_NONE_WATCHED:
		fprintf(stream, "None found on %s while %s watched. For the rest this report "
			"cannot say.", machines, fleet->n_assets == 1 ? "it was" : "they were");
		break;
	default:
		fprintf(stream, "This report cannot say whether a product in scope was used: %s "
			"reported, and none was watched for one.", machines);
		break;
	}
	if (fleet->n_silent) {
		report_plural(fleet->n_silent, "expected machine", machines);
		fprintf(stream, " %s sent nothing.", machines);
	}
}

void fleet_limits(const struct fleet *fleet, void (*say)(const char *sentence, void *data),
		  void *data)
{
	size_t i, overlapping = 0, partly = 0;
	char machines[64], text[256];
	uint64_t lost = 0, unjudged = 0;

	for (i = 0; i < fleet->n_assets; i++) {
		const struct fleet_asset *asset = &fleet->assets[i];

		overlapping += asset->overlapping;
		partly += asset->watched_ns < asset->window_ns;
		lost = fleet_sum(lost, asset->n_lost);
		unjudged = fleet_sum(unjudged, asset->n_unjudged);
	}
	say("What was never executed or mapped as code leaves no record: a file that only lies on "
	    "a disk is not found by this report.", data);
	if (!fleet->n_hosts)
		say("No list of expected machines was given: machines that sent nothing are not "
		    "noticed.", data);
	if (fleet->n_silent) {
		report_plural(fleet->n_silent, "expected machine", machines);
		snprintf(text, sizeof(text), "Nothing is known about %s that sent no report.",
			 machines);
		say(text, data);
	}
	if (partly) {
		report_plural(partly, "machine", machines);
		snprintf(text, sizeof(text), "%s %s not watched during the whole of the period: "
			 "see the report of each.", machines, partly == 1 ? "was" : "were");
		say(text, data);
	}
	if (lost || unjudged) {
		snprintf(text, sizeof(text), "%" PRIu64 " events were lost and %" PRIu64
			 " were about files that could not be judged.", lost, unjudged);
		say(text, data);
	}
	if (overlapping) {
		report_plural(overlapping, "machine", machines);
		snprintf(text, sizeof(text), "%s sent reports of periods that overlap: of those the "
			 "larger count is taken, so the true one may be higher.", machines);
		say(text, data);
	}
}
