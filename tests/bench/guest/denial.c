// SPDX-License-Identifier: GPL-2.0-only
/*
 * Counts the instructions of an exec that fails, in a guest whose clock counts
 * executed instructions.
 *
 * denial NAME FILE ERRNO ROUNDS PAUSE_MS [PROCESS...]
 *
 * Executes FILE so many times, with a pause before each, and expects ERRNO (a name:
 * EPERM, EACCES, ENOEXEC). Prints "D NAME MEDIAN ROUNDS BEHIND...": instructions of the
 * call, and those that each process with one of these names spent meanwhile and in the
 * pause after it, per call: what the kernel's own threads, or a daemon, do for a record.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define MAX_ROUNDS 10000
#define MAX_PROCESSES 4

static void die(const char *what)
{
	fprintf(stderr, "denial: %s: %s\n", what, strerror(errno));
	exit(1);
}

/* Our own: a thread of the kernel that is woken may run before the call returns. */
static int64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

static void pause_ms(long ms)
{
	struct timespec time = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 };

	if (ms)
		nanosleep(&time, NULL);
}

/* Nanoseconds that the processes called @name have run. */
static int64_t runtime(const char *name)
{
	DIR *proc = opendir("/proc");
	struct dirent *entry;
	int64_t sum = 0;

	if (!proc)
		die("/proc");
	while ((entry = readdir(proc))) {
		char path[300], text[64];
		FILE *file;

		if (*entry->d_name < '0' || *entry->d_name > '9')
			continue;
		snprintf(path, sizeof(path), "/proc/%s/comm", entry->d_name);
		file = fopen(path, "r");
		if (!file)
			continue;
		if (!fgets(text, sizeof(text), file))
			*text = '\0';
		fclose(file);
		text[strcspn(text, "\n")] = '\0';
		if (strcmp(text, name))
			continue;
		snprintf(path, sizeof(path), "/proc/%s/schedstat", entry->d_name);
		file = fopen(path, "r");
		if (!file)
			continue;
		if (fgets(text, sizeof(text), file))
			sum += strtoll(text, NULL, 10);
		fclose(file);
	}
	closedir(proc);
	return sum;
}

static int compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

static int errno_of(const char *name)
{
	if (!strcmp(name, "EPERM"))
		return EPERM;
	if (!strcmp(name, "EACCES"))
		return EACCES;
	if (!strcmp(name, "ENOEXEC"))
		return ENOEXEC;
	errno = EINVAL;
	die(name);
	return 0;
}

int main(int argc, char **argv)
{
	static int64_t samples[MAX_ROUNDS];
	char *arguments[] = { argv[2], NULL }, *environment[] = { NULL };
	int64_t behind[MAX_PROCESSES];
	int expected, rounds, i;
	long ms;

	if (argc < 6 || argc > 6 + MAX_PROCESSES)
		return 2;
	expected = errno_of(argv[3]);
	rounds = atoi(argv[4]);
	ms = atol(argv[5]);
	if (rounds < 1 || rounds > MAX_ROUNDS)
		return 2;
	/* What happens once is not counted. */
	execve(argv[2], arguments, environment);
	pause_ms(ms);
	for (i = 6; i < argc; i++)
		behind[i - 6] = runtime(argv[i]);
	for (i = 0; i < rounds; i++) {
		int64_t begin;

		pause_ms(ms);
		begin = now();
		execve(argv[2], arguments, environment);
		samples[i] = now() - begin;
		if (errno != expected)
			die(argv[2]);
	}
	pause_ms(ms);
	qsort(samples, rounds, sizeof(samples[0]), compare);
	printf("D %s %lld %d", argv[1], (long long)samples[rounds / 2], rounds);
	for (i = 6; i < argc; i++)
		printf(" %lld", (long long)(runtime(argv[i]) - behind[i - 6]) / rounds);
	putchar('\n');
	return 0;
}
