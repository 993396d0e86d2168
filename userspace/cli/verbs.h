/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What every verb has: its row in the table, its context, its exit status.
 */
#ifndef DEBAR_VERBS_H
#define DEBAR_VERBS_H

#include <stdbool.h>

#include "output.h"

/* Exit status of the program. debar(8) and "debar help" say the same. */
enum status {
	STATUS_OK = 0,
	STATUS_OTHER = 1,	/* anything that has no number of its own */
	STATUS_USAGE = 2,	/* the command line is wrong */
	STATUS_PATH = 3,	/* what an argument names is missing or of no use */
	STATUS_TRUST = 4,	/* a signature is missing or not trusted */
	STATUS_POLICY = 5,	/* a policy, image or list is not valid, or too old to load */
	STATUS_MODULE = 6,	/* the module is not loaded, does not match, or failed */
	STATUS_IO = 7,		/* input or output failed, or permission is lacking */
	STATUS_BANNED = 10,	/* check: a file would be denied; load: one that is needed */
	STATUS_INTERRUPTED = 130,	/* SIGINT or SIGTERM; nothing is half done */
};

struct option_row {
	int letter;		/* short option; above 255 there is none */
	const char *name;
	/* What its argument is called, or NULL; "[=NAME]", with a long option only: it may be absent. */
	const char *argument;
	const char *help;	/* one line */
};

struct cli;

struct verb {
	const char *name;
	const char *arguments;	/* synopsis, e.g. "FILE..." */
	const char *summary;	/* one line */
	const char *text;	/* a paragraph or two; may be NULL */
	const struct option_row *options;	/* up to one without a name; or NULL */
	const struct verb *verbs;		/* the same, instead of run or beside it */
	enum status (*run)(struct cli *cli);
};

struct cli {
	struct out out;		/* standard output */
	const struct verb *verb;
	char title[32];		/* e.g. "module load" */
	int argc;
	char **argv;		/* from the verb's name on */
	enum status status;	/* where options_next() gave -1 */
};

extern const struct verb verb_check;
extern const struct verb verb_events;
extern const struct verb verb_evidence;
extern const struct verb verb_hash;
extern const struct verb verb_list;
extern const struct verb verb_load;
extern const struct verb verb_mode;
extern const struct verb verb_module;
extern const struct verb verb_policy;
extern const struct verb verb_report;
extern const struct verb verb_seal;
extern const struct verb verb_status;
extern const struct verb verb_unload;

#endif
