// SPDX-License-Identifier: GPL-2.0-only
/*
 * Long work: interruptible, and visible on a terminal.
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "progress.h"
#include "verbs.h"

#define SHOW_EVERY_NS	200000000u
#define MIB		(1u << 20)

static volatile sig_atomic_t interrupted;

static void interrupt(int number)
{
	(void)number;
	interrupted = 1;
}

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * UINT64_C(1000000000) + now.tv_nsec;
}

void progress_begin(struct progress *progress, const struct cli *cli,
		    const char *doing, uint64_t total)
{
	struct sigaction action = { .sa_handler = interrupt };

	*progress = (struct progress){
		.doing = doing,
		.total = total,
		.shown_ns = now_ns(),	/* what is done at once shows nothing */
		.visible = !cli->out.json && isatty(STDERR_FILENO),
	};
	sigaction(SIGINT, &action, &progress->old_int);
	sigaction(SIGTERM, &action, &progress->old_term);
}

int progress_update(struct progress *progress, uint64_t done)
{
	uint64_t now;

	if (interrupted)
		return -EINTR;
	if (!progress->visible)
		return 0;
	now = now_ns();
	if (now - progress->shown_ns < SHOW_EVERY_NS)
		return 0;
	progress->shown_ns = now;
	progress->shown = true;
	fprintf(stderr, "\r%s: %" PRIu64, progress->doing, done / MIB);
	if (progress->total)
		fprintf(stderr, " of %" PRIu64 " MiB, %u %%", progress->total / MIB,
			(unsigned int)(100.0 * done / progress->total));
	else
		fputs(" MiB", stderr);
	fputs("\033[K", stderr);
	return 0;
}

void progress_end(struct progress *progress)
{
	if (progress->shown)
		fputs("\r\033[K", stderr);
	sigaction(SIGINT, &progress->old_int, NULL);
	sigaction(SIGTERM, &progress->old_term, NULL);
}
