/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What was live, as records are read in order of time: policies and products, with the
 * exceptions that they have.
 */
#ifndef DEBAR_REPORT_LIVE_H
#define DEBAR_REPORT_LIVE_H

#include "report_model.h"

/* A ban as it was told last. */
struct report_ban {
	const char *policy;
	const char *sha256;	/* of the policy's image that has it */
	size_t product;		/* in the report's list */
	uint64_t until_ns;	/* it expires then */
};

struct report_live {
	struct report *report;
	uint64_t floor_ns;	/* what the module has is not older */
	REPORT_LIST(report_ban, bans);
	/* Policies were told at told_ns; bans are told with them if they differ. */
	bool bans_due;
	uint64_t told_ns;
	int err;		/* -ENOMEM from the first time on that there was none */
};

/* Text that lives as long as the report; "" for NULL or without memory. */
const char *report_live_keep(struct report_live *live, const char *text);

/* A policy became live, @ns at the latest; it takes the place of one of its name. */
void report_live_open(struct report_live *live, const struct history_policy *policy,
		      uint64_t ns);

/* A policy is not live any more. */
void report_live_close(struct report_live *live, const char *name, uint64_t ns);

/* All that are live, of a record HISTORY_POLICIES or HISTORY_PRODUCTS. */
void report_live_policies(struct report_live *live, const struct history_record *record);
void report_live_products(struct report_live *live, const struct history_record *record);

/* The module went: nothing is live. */
void report_live_end(struct report_live *live, uint64_t ns);

/* There are no more records: frees all but what is the report's. */
void report_live_finish(struct report_live *live);

#endif
