/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Long work: SIGINT and SIGTERM end it cleanly, and a terminal shows how far it
 * is.
 */
#ifndef DEBAR_PROGRESS_H
#define DEBAR_PROGRESS_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

struct cli;

struct progress {
	const char *doing;
	uint64_t total;		/* bytes; 0 unknown */
	uint64_t shown_ns;	/* when it was last shown */
	bool visible;		/* standard error is a terminal, and not JSON */
	bool shown;
	struct sigaction old_int, old_term;
};

/** progress_begin() - signals are held back until progress_end(). */
void progress_begin(struct progress *progress, const struct cli *cli,
		    const char *doing, uint64_t total);

/** progress_update() - Return: 0; -EINTR if a signal came. */
int progress_update(struct progress *progress, uint64_t done);

/** progress_end() - clears the line and gives signals back. */
void progress_end(struct progress *progress);

#endif
