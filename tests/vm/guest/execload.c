// SPDX-License-Identifier: GPL-2.0-only
/*
 * Execute programs as fast as possible in several processes, and know what has
 * to come of each.
 *
 * execload [-p PROCESSES] [-t SECONDS] [-n ROUNDS] [-d] [-u] [-b] FILE=deny|run|either...
 *
 * -b: in the background, with the lowest priority.
 * -d: denials only, as many in a second as the kernel can give: files are mapped to be executed instead.
 * -u: the same, each time as another user, from 100000 on.
 *
 * Goes on until SIGTERM, until the time or the rounds of each process are over,
 * or until a verdict is wrong. Then one line with the sums:
 *
 *	ran=N denied=N either-ran=N either-denied=N wrong=N
 *
 * and before it one for each wrong verdict. Exits 0, or 1 if one was wrong.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MAX_FILES 64

enum expected { RUN, DENY, EITHER };

struct target {
	char *path;
	int fd;
	enum expected expected;
};

/* Shared by all processes. */
struct shared {
	atomic_bool stop;
	atomic_ulong ran, denied, either_ran, either_denied, wrong;
	atomic_uint users;
};

static struct shared *shared;
static struct target targets[MAX_FILES];
static int n_targets;
static bool denials_only, other_users;

static void on_signal(int signal)
{
	(void)signal;
	shared->stop = true;
}

/* 0 if it ran and exited with 0, a positive errno if refused, else negative. */
static int try(const char *path)
{
	char *argv[] = { (char *)path, NULL };
	volatile int err = 0;
	int status;
	pid_t pid;

	pid = vfork();
	if (pid == 0) {
		execve(path, argv, environ);
		err = errno;
		_exit(127);
	}
	if (pid < 0)
		return -1;
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -1;
	if (err)
		return err;
	return status == 0 ? 0 : -2;
}

/* The same, without a process: is it mapped? */
static int try_here(const struct target *target)
{
	void *at;

	/* The real one only, for records have that. */
	if (other_users && syscall(SYS_setresuid, 100000 + shared->users++, -1, -1))
		return -1;
	at = mmap(NULL, 1, PROT_READ | PROT_EXEC, MAP_PRIVATE, target->fd, 0);
	if (at == MAP_FAILED)
		return errno;
	munmap(at, 1);
	return 0;
}

static void judge(const struct target *target, int result)
{
	if (result == 0 && target->expected == RUN) {
		shared->ran++;
	} else if (result == EPERM && target->expected == DENY) {
		shared->denied++;
	} else if (result == 0 && target->expected == EITHER) {
		shared->either_ran++;
	} else if (result == EPERM && target->expected == EITHER) {
		shared->either_denied++;
	} else {
		shared->wrong++;
		shared->stop = true;
		printf("wrong: %s must %s, but %s\n", target->path,
		       target->expected == RUN ? "run" :
		       target->expected == DENY ? "be denied" : "run or be denied",
		       result == 0 ? "ran" :
		       result > 0 ? strerrorname_np(result) : "failed");
		fflush(stdout);
	}
}

static void load(unsigned long rounds, time_t until, int number)
{
	unsigned long i;
	int at;

	for (i = 0; !shared->stop && (!rounds || i < rounds); i++) {
		if (until && time(NULL) >= until)
			break;
		/* Each process begins elsewhere in the list. */
		for (at = 0; at < n_targets && !shared->stop; at++) {
			const struct target *target = &targets[(at + number) % n_targets];

			judge(target, denials_only ? try_here(target) : try(target->path));
		}
	}
}

static int add_target(char *word)
{
	char *expected = strrchr(word, '=');

	if (!expected || n_targets == MAX_FILES)
		return -1;
	*expected++ = '\0';
	targets[n_targets].path = word;
	if (strcmp(expected, "run") == 0)
		targets[n_targets].expected = RUN;
	else if (strcmp(expected, "deny") == 0)
		targets[n_targets].expected = DENY;
	else if (strcmp(expected, "either") == 0)
		targets[n_targets].expected = EITHER;
	else
		return -1;
	n_targets++;
	return 0;
}

static int usage(void)
{
	fputs("usage: execload [-p PROCESSES] [-t SECONDS] [-n ROUNDS] [-d] [-u] [-b] FILE=deny|run|either...\n",
	      stderr);
	return 2;
}

int main(int argc, char **argv)
{
	struct sigaction action = { .sa_handler = on_signal };
	unsigned long rounds = 0;
	int processes = 2, i;
	time_t until = 0;
	pid_t pids[64];
	int option;

	while ((option = getopt(argc, argv, "p:t:n:dub")) != -1) {
		if (option == 'p')
			processes = atoi(optarg);
		else if (option == 't')
			until = time(NULL) + atoi(optarg);
		else if (option == 'n')
			rounds = strtoul(optarg, NULL, 10);
		else if (option == 'd')
			denials_only = true;
		else if (option == 'u')
			denials_only = other_users = true;
		else if (option != 'b' || nice(19) < 0)
			return usage();
	}
	for (i = optind; i < argc; i++)
		if (add_target(argv[i]))
			return usage();
	if (!n_targets || processes < 1 || processes > 64)
		return usage();
	for (i = 0; denials_only && i < n_targets; i++) {
		targets[i].fd = open(targets[i].path, O_RDONLY | O_CLOEXEC);
		if (targets[i].fd < 0) {
			perror(targets[i].path);
			return 2;
		}
	}

	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		return 2;
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	for (i = 0; i < processes; i++) {
		pids[i] = fork();
		if (pids[i] == 0) {
			load(rounds, until, i);
			_exit(0);
		}
	}
	for (i = 0; i < processes; i++)
		while (waitpid(pids[i], NULL, 0) < 0 && errno == EINTR)
			;
	printf("ran=%lu denied=%lu either-ran=%lu either-denied=%lu wrong=%lu\n",
	       shared->ran, shared->denied, shared->either_ran,
	       shared->either_denied, shared->wrong);
	return shared->wrong ? 1 : 0;
}
