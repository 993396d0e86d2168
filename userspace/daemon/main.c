// SPDX-License-Identifier: GPL-2.0-only
/*
 * debard: keep what the module sees.
 */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "libdebar.h"
#include "log.h"
#include "metrics.h"
#include "notify.h"
#include "verbs.h"
#include "watch.h"

#define MS_PER_S 1000
#define NS_PER_MS UINT64_C(1000000)
#define RETRY_MS (5 * MS_PER_S)
#define POLL_MS MS_PER_S	/* where the kernel lets nobody be woken by events */
#define BOOT_ID "/proc/sys/kernel/random/boot_id"

static const char help[] =
	"Usage: debard [OPTION...]\n\n"
	"Store the events of the debar module as evidence.\n\n"
	"  -c, --config FILE  instead of " CONFIG_FILE "\n"
	"  -s, --store FILE   instead of what the configuration says\n"
	"  -t, --test         check the configuration and exit\n"
	"  -f, --foreground   lines for people, without priorities for the journal\n"
	"  -h, --help         this text\n"
	"  -V, --version      version and protocol\n\n"
	"It never leaves the foreground; SIGINT or SIGTERM ends it with success.\n\n"
	"Exit status: 0 success, 2 the command line is wrong, 3 the configuration is wrong,\n"
	"7 the store cannot be used, or permission is lacking.\n";

struct daemon {
	struct config config;
	struct watch watch;
	struct debar_wakeup *wakeup;	/* NULL: without netlink there is none */
	int64_t joined;			/* epoch whose events wake us */
	bool polling;			/* they may not */
	int signals, clock;
	bool ready;
	uint64_t watchdog_ms, watchdog_due_ns;
	uint64_t metrics_due_ns;	/* the minute that was written last */
	int metrics_err;
};

/* Becomes readable when the clock is set. */
static int arm_clock(int fd)
{
	/* Far enough: only that it is cancelled is of interest. */
	const struct itimerspec never = { .it_value.tv_sec = INT32_MAX };

	return timerfd_settime(fd, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &never, NULL);
}

static bool prepare(struct daemon *d)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	/* A limit of the size of files is an error to be told, not the end. */
	signal(SIGXFSZ, SIG_IGN);
	d->signals = signalfd(-1, &set, SFD_CLOEXEC);
	d->clock = timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK);
	if (d->signals < 0 || d->clock < 0 || arm_clock(d->clock)) {
		log_say(LOG_ERR, "preparing to wait failed: %s", strerror(errno));
		return false;
	}
	d->watchdog_ms = notify_watchdog_ms();
	return true;
}

/* Be woken by events of the load that is watched now. Return: was that new? */
static bool join(struct daemon *d)
{
	int err;

	if (!d->watch.debar || d->joined == d->watch.epoch.id)
		return false;
	if (!d->wakeup && debar_wakeup_open(&d->wakeup))
		d->wakeup = NULL;
	err = d->wakeup ? debar_wakeup_join(d->wakeup) : -ENOENT;
	if (err && !d->polling)
		log_say(LOG_NOTICE, "the kernel does not wake debard for events (%s): it looks "
			"every second", strerror(-err));
	d->polling = err;
	d->joined = d->watch.epoch.id;
	return true;
}

static void feed_watchdog(struct daemon *d, struct instant now)
{
	if (!d->watchdog_ms || now.boot_ns < d->watchdog_due_ns)
		return;
	notify("WATCHDOG=1");
	d->watchdog_due_ns = now.boot_ns + d->watchdog_ms * NS_PER_MS;
}

static void write_metrics(struct daemon *d)
{
	int err;

	if (!d->config.metrics || d->metrics_due_ns == watch_due(&d->watch))
		return;
	d->metrics_due_ns = watch_due(&d->watch);
	err = metrics_write(d->config.metrics, &d->watch);
	if (err && err != d->metrics_err)
		log_say(LOG_WARNING, "%s: %s: tried again every minute", d->config.metrics,
			strerror(-err));
	d->metrics_err = err;
}

/* How long to sleep, in ms. */
static int timeout(const struct daemon *d, enum watch_next next, struct instant now)
{
	uint64_t due_ns = watch_due(&d->watch), ms;

	if (next == WATCH_AGAIN)
		return 0;
	ms = due_ns > now.boot_ns ? (due_ns - now.boot_ns) / NS_PER_MS + 1 : 0;
	if (next == WATCH_RETRY)
		ms = RETRY_MS;
	/* Without netlink, and with a module that does not answer, only looking helps. */
	if ((d->watch.debar ? d->polling : !d->wakeup) && ms > POLL_MS)
		ms = POLL_MS;
	if (d->watchdog_ms && ms > d->watchdog_ms)
		ms = d->watchdog_ms;
	return ms;
}

/* Return: go on? */
static bool wait(struct daemon *d, enum watch_next next, struct instant now)
{
	/* With something in the way, events would wake it again and again for nothing. */
	bool listening = d->wakeup && next != WATCH_RETRY;
	struct pollfd fds[] = {
		{ .fd = d->signals, .events = POLLIN },
		{ .fd = d->clock, .events = POLLIN },
		{ .fd = listening ? debar_wakeup_fd(d->wakeup) : -1, .events = POLLIN },
	};
	uint64_t ticks;

	if (poll(fds, 3, timeout(d, next, now)) <= 0)
		return true;
	if (fds[0].revents)
		return false;
	if (fds[1].revents) {
		/* It fails, because the clock was set. */
		if (read(d->clock, &ticks, sizeof(ticks)) < 0)
			arm_clock(d->clock);
	}
	if (fds[2].revents && debar_wakeup_clear(d->wakeup)) {
		debar_wakeup_close(d->wakeup);
		d->wakeup = NULL;
		d->joined = 0;
	}
	return true;
}

static enum status serve(struct daemon *d)
{
	enum watch_next next;
	struct instant now;

	if (debar_wakeup_open(&d->wakeup))
		d->wakeup = NULL;
	do {
		now = instant_now();
		next = watch_step(&d->watch, now);
		if (next == WATCH_FATAL)
			return STATUS_IO;
		if (join(d))
			next = WATCH_AGAIN;
		if (!d->ready)
			notify("READY=1");
		d->ready = true;
		feed_watchdog(d, now);
		write_metrics(d);
	} while (wait(d, next, now));
	notify("STOPPING=1");
	watch_stop(&d->watch, instant_now());
	return STATUS_OK;
}

static bool read_boot_id(char *ret_id, size_t size)
{
	FILE *file = fopen(BOOT_ID, "re");
	bool good = file && fgets(ret_id, size, file);

	if (file)
		fclose(file);
	if (good)
		ret_id[strcspn(ret_id, "\n")] = '\0';
	else
		log_say(LOG_ERR, BOOT_ID ": %s", strerror(errno));
	return good;
}

static enum status run(struct daemon *d)
{
	char boot_id[40];
	enum status status;

	if (!read_boot_id(boot_id, sizeof(boot_id)) || !prepare(d))
		return STATUS_IO;
	watch_init(&d->watch, &d->config, boot_id);
	status = serve(d);
	watch_free(&d->watch);
	debar_wakeup_close(d->wakeup);
	return status;
}

static enum status usage(const char *word)
{
	log_say(LOG_ERR, "%s: see 'debard --help'", word);
	return STATUS_USAGE;
}

int main(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "config", required_argument, NULL, 'c' },
		{ "store", required_argument, NULL, 's' },
		{ "test", no_argument, NULL, 't' },
		{ "foreground", no_argument, NULL, 'f' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ 0 },
	};
	const char *file = NULL, *store = NULL;
	struct daemon d = { 0 };
	bool test = false;
	enum status status;
	int c;

	/* So systemd tells that a stream goes to the journal. */
	log_init(getenv("JOURNAL_STREAM") && !isatty(STDERR_FILENO));
	opterr = 0;
	while ((c = getopt_long(argc, argv, ":c:s:tfhV", longs, NULL)) != -1) {
		switch (c) {
		case 'c':
			file = optarg;
			break;
		case 's':
			store = optarg;
			break;
		case 't':
			test = true;
			break;
		case 'f':
			log_init(false);
			break;
		case 'h':
			fputs(help, stdout);
			return fflush(stdout) ? STATUS_IO : STATUS_OK;
		case 'V':
			printf("debard " DEBAR_VERSION ", protocol %d\n", DEBAR_PROTOCOL);
			return fflush(stdout) ? STATUS_IO : STATUS_OK;
		case ':':
			return usage("an option needs an argument");
		default:
			return usage("there is no such option");
		}
	}
	if (optind < argc)
		return usage("it takes no arguments");
	if (!config_read(file ? file : CONFIG_FILE, file, &d.config))
		return STATUS_PATH;
	if (store) {
		free(d.config.store);
		d.config.store = strdup(store);
	}
	status = test ? STATUS_OK : run(&d);
	config_free(&d.config);
	return status;
}
