// SPDX-License-Identifier: GPL-2.0-only
/*
 * Load and unload the module many times.
 *
 * cycle COUNT[/N] MODULE.ko [COMMAND [ARGUMENT...]]
 *
 * Runs the command each time, or each Nth time, while the module is loaded. Unloading does not
 * wait: where the module is in use, because a process is inside it, it is tried
 * again. Prints "cycles=N busy=N ms=N"; exits 1 at the first failure.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MODULE "debar"
#define BUSY_MAX 2000

static int fail(const char *what, int cycle)
{
	fprintf(stderr, "cycle %d: %s: %s\n", cycle, what, strerrorname_np(errno));
	return -1;
}

static int load(const char *path, int cycle)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int err;

	if (fd < 0)
		return fail(path, cycle);
	err = syscall(SYS_finit_module, fd, "", 0);
	if (err)
		fail("finit_module", cycle);
	close(fd);
	return err;
}

static int unload(int cycle, unsigned int *busy)
{
	struct timespec pause = { .tv_nsec = 1000000 };
	int tries = 0;

	while (syscall(SYS_delete_module, MODULE, O_NONBLOCK)) {
		if (errno != EAGAIN || ++tries == BUSY_MAX)
			return fail("delete_module", cycle);
		++*busy;
		nanosleep(&pause, NULL);
	}
	return 0;
}

static int run(char **argv, int cycle)
{
	int status;
	pid_t pid = vfork();

	if (pid == 0) {
		execvp(argv[0], argv);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) < 0)
		return fail("vfork", cycle);
	if (!status)
		return 0;
	fprintf(stderr, "cycle %d: %s: status %d\n", cycle, argv[0], status);
	return -1;
}

int main(int argc, char **argv)
{
	struct timespec from, to;
	unsigned int busy = 0;
	int i, count, each = 1;

	if (argc < 3) {
		fputs("usage: cycle COUNT[/N] MODULE.ko [COMMAND [ARGUMENT...]]\n", stderr);
		return 2;
	}
	if (sscanf(argv[1], "%d/%d", &count, &each) < 1 || each < 1)
		return 2;
	clock_gettime(CLOCK_MONOTONIC, &from);
	for (i = 1; i <= count; i++)
		if (load(argv[2], i) || (argc > 3 && i % each == 0 && run(argv + 3, i)) ||
		    unload(i, &busy))
			return 1;
	clock_gettime(CLOCK_MONOTONIC, &to);
	printf("cycles=%d busy=%u ms=%ld\n", count, busy,
	       (to.tv_sec - from.tv_sec) * 1000 + (to.tv_nsec - from.tv_nsec) / 1000000);
	return 0;
}
