// SPDX-License-Identifier: GPL-2.0-only
/*
 * Change a program between the moment it is judged and the moment it runs, if that
 * can be done.
 *
 * rewrite [-t SECONDS] [-e] ROUNDS write|truncate|rename CLEAN BANNED FILE
 *
 * -e: BANNED may run as well, for it is not always banned.
 *
 * One process gives FILE the content of CLEAN and of BANNED in turn, as fast as it
 * can but for a short pause: in place, in place after cutting it to nothing, or by
 * renaming another file. Another executes FILE until that was allowed or denied
 * ROUNDS times, or for SECONDS; at most 20 times as often, though. CLEAN has to exit
 * with 0, BANNED with 77.
 *
 * Prints "ran=N denied=N busy=N other=N written=N held=N wrong=N": how often one of
 * those that may ran, EPERM, ETXTBSY and another error came, FILE was changed, could
 * not be changed because it was being executed, and how often BANNED ran though it may
 * not. Exits 1 if it ever did.
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
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define BANNED_EXIT 77

enum way { WRITE, TRUNCATE, RENAME };

struct content {
	void *data;
	size_t length;
};

struct shared {
	atomic_ulong written, held;
	atomic_long took;	/* what an execution takes, in us */
};

static struct shared *shared;

static void die(const char *what)
{
	fprintf(stderr, "rewrite: %s: %s\n", what, strerror(errno));
	exit(2);
}

static struct content read_content(const char *path)
{
	struct content content;
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || fstat(fd, &st))
		die(path);
	content.length = st.st_size;
	content.data = malloc(content.length);
	if (!content.data || read(fd, content.data, content.length) != st.st_size)
		die(path);
	close(fd);
	return content;
}

static void fill(int fd, const struct content *content)
{
	if (pwrite(fd, content->data, content->length, 0) != (ssize_t)content->length)
		die("write");
	close(fd);
}

static void change(const char *path, enum way way, const struct content *content)
{
	char other[4096];
	int fd;

	if (way == RENAME) {
		snprintf(other, sizeof(other), "%s.new", path);
		fd = open(other, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0755);
		if (fd < 0)
			die(other);
		fill(fd, content);
		if (rename(other, path))
			die(path);
	} else {
		fd = open(path, O_WRONLY | O_CLOEXEC | (way == TRUNCATE ? O_TRUNC : 0));
		if (fd < 0 && errno == ETXTBSY) {
			shared->held++;
			return;
		}
		if (fd < 0)
			die(path);
		fill(fd, content);
	}
	shared->written++;
}

static pid_t start_changing(const char *path, enum way way, const struct content contents[2])
{
	pid_t pid = fork();
	unsigned long i;

	if (pid < 0)
		die("fork");
	if (pid > 0)
		return pid;
	for (i = 0;; i++) {
		change(path, way, &contents[i % 2]);
		/* Wake at any moment of an execution; while it is open, none begins. */
		usleep(random() % (2 * shared->took + 1));
	}
}

static long now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

/* The exit status, or -errno of what was refused. */
static int execute(const char *path)
{
	char *argv[] = { (char *)path, NULL };
	volatile int err = 0;
	int status;
	pid_t pid;

	pid = vfork();
	if (pid < 0)
		die("vfork");
	if (pid == 0) {
		execve(path, argv, environ);
		err = errno;
		_exit(127);
	}
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			die("waitpid");
	if (err)
		return -err;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

int main(int argc, char **argv)
{
	unsigned long ran = 0, denied = 0, busy = 0, other = 0, wrong = 0, rounds, i;
	struct content contents[2];
	time_t until = 0;
	bool either = false;
	enum way way;
	pid_t pid;
	int option;

	while ((option = getopt(argc, argv, "t:e")) != -1) {
		if (option == 't')
			until = time(NULL) + atoi(optarg);
		else if (option == 'e')
			either = true;
		else
			return 2;
	}
	argv += optind;
	if (argc - optind != 5) {
		fputs("usage: rewrite [-t SECONDS] [-e] ROUNDS write|truncate|rename CLEAN BANNED FILE\n",
		      stderr);
		return 2;
	}
	rounds = strtoul(argv[0], NULL, 10);
	way = strcmp(argv[1], "rename") == 0 ? RENAME :
	      strcmp(argv[1], "truncate") == 0 ? TRUNCATE : WRITE;
	contents[0] = read_content(argv[2]);
	contents[1] = read_content(argv[3]);
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		      0);
	if (shared == MAP_FAILED)
		die("mmap");
	change(argv[4], RENAME, &contents[0]);
	pid = start_changing(argv[4], way, contents);
	for (i = 0; until ? time(NULL) < until : ran + denied < rounds && i < rounds * 20; i++) {
		long from = now();
		int result = execute(argv[4]);

		shared->took = now() - from;
		if (result == 0 || (result == BANNED_EXIT && either))
			ran++;
		else if (result == -EPERM)
			denied++;
		else if (result == -ETXTBSY)
			busy++;
		else if (result == BANNED_EXIT)
			wrong++;
		else
			other++;
	}
	if (waitpid(pid, NULL, WNOHANG) != 0) {
		fputs("rewrite: nobody changes the file any more\n", stderr);
		return 2;
	}
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	printf("ran=%lu denied=%lu busy=%lu other=%lu written=%lu held=%lu wrong=%lu\n", ran, denied,
	       busy, other, shared->written, shared->held, wrong);
	return wrong ? 1 : 0;
}
