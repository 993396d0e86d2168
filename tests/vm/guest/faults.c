// SPDX-License-Identifier: GPL-2.0-only
/*
 * Let each allocation of a command fail, one after the other.
 *
 * faults [-m MAXIMUM] CHECK COMMAND [ARGUMENT...]
 *
 * Runs COMMAND again and again, the first time with its first allocation failing,
 * then its second, and so on until a run in which none was left to fail. What
 * counts as an allocation is set in /sys/kernel/debug/{failslab,fail_page_alloc};
 * only those of the process itself count, not of its children. After each run
 * CHECK, a program, is called with the number of the run, COMMAND's exit status (or
 * 128 and its signal) and 1 if something failed in that run, else 0; standard input is what
 * COMMAND printed. A command that cannot be executed has the status 126 and prints
 * the name of the errno.
 *
 * Prints "faults=N", the number of allocations that failed. Exits 1 after 5 runs
 * that CHECK did not like, or if MAXIMUM (10000) is not enough.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define TIMES_SLAB "/sys/kernel/debug/failslab/times"
#define TIMES_PAGE "/sys/kernel/debug/fail_page_alloc/times"
/* What is counted down with each failure. */
#define MANY 1000000000

static void die(const char *what)
{
	fprintf(stderr, "faults: %s: %s\n", what, strerror(errno));
	exit(2);
}

static void put(const char *path, long value)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || dprintf(fd, "%ld\n", value) < 0)
		die(path);
	close(fd);
}

static long get(const char *path)
{
	FILE *file = fopen(path, "re");
	long value;

	if (!file || fscanf(file, "%ld", &value) != 1)
		die(path);
	fclose(file);
	return value;
}

/* The exit status as a shell has it. Standard input and output are @in and @out. */
static int run(char **argv, int in, int out, long fail)
{
	int status;
	pid_t pid = fork();

	if (pid < 0)
		die("fork");
	if (pid == 0) {
		if ((in >= 0 && dup2(in, STDIN_FILENO) < 0) ||
		    (out >= 0 && (dup2(out, STDOUT_FILENO) < 0 || dup2(out, STDERR_FILENO) < 0)))
			die("dup2");
		if (fail)
			put("/proc/thread-self/fail-nth", fail);
		execvp(argv[0], argv);
		if (fail) {
			int err = errno;

			put("/proc/thread-self/fail-nth", 0);
			errno = err;
		}
		puts(strerrorname_np(errno));
		fflush(stdout);
		_exit(126);
	}
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			die("waitpid");
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

/* How many allocations failed in run @nth; adds to @bad if CHECK did not like it. */
static long try(char *check, char **argv, long nth, int *bad)
{
	char number[24], result[12], failures[24];
	char *check_argv[] = { check, number, result, failures, NULL };
	int output = memfd_create("faults", 0);
	long failed;

	if (output < 0)
		die("memfd_create");
	put(TIMES_SLAB, MANY);
	put(TIMES_PAGE, MANY);
	snprintf(result, sizeof(result), "%d", run(argv, -1, output, nth));
	failed = 2L * MANY - get(TIMES_SLAB) - get(TIMES_PAGE);
	snprintf(number, sizeof(number), "%ld", nth);
	snprintf(failures, sizeof(failures), "%ld", failed);
	if (lseek(output, 0, SEEK_SET) < 0)
		die("lseek");
	if (run(check_argv, output, -1, 0) != 0) {
		char text[512];
		ssize_t n;

		n = pread(output, text, sizeof(text) - 1, 0);
		text[n > 0 ? n : 0] = '\0';
		printf("run %ld (%ld failed, exit status %s) is not right: %s\n", nth, failed,
		       result, text);
		fflush(stdout);
		++*bad;
	}
	close(output);
	return failed;
}

int main(int argc, char **argv)
{
	long maximum = 10000, n, sum = 0, failed = 1;
	int bad = 0, option;

	while ((option = getopt(argc, argv, "+m:")) != -1) {
		if (option != 'm')
			return 2;
		maximum = strtol(optarg, NULL, 10);
	}
	if (argc - optind < 2) {
		fputs("usage: faults [-m MAXIMUM] CHECK COMMAND [ARGUMENT...]\n", stderr);
		return 2;
	}
	for (n = 1; failed && n <= maximum && bad < 5; n++) {
		failed = try(argv[optind], argv + optind + 1, n, &bad);
		sum += failed;
	}
	printf("faults=%ld\n", sum);
	if (failed && bad < 5) {
		puts("there are more");
		return 1;
	}
	return bad ? 1 : 0;
}
