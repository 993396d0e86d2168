// SPDX-License-Identifier: GPL-2.0-only
/*
 * Get a file's code into a process without executing the file, in one way or
 * another, and say what came of it.
 *
 * code [-u UID] WAY FILE
 * code load PROCESSES FILE
 *
 * One line: code WAY PID PPID RESULT
 *
 * RESULT is the name of the errno, or ok if FILE is mapped and executable then,
 * not-executable if the kernel said yes and it is not, exit-N or signal-N of the
 * code that was run. Exits 0 when the way could be tried, 3 if this kernel or
 * processor does not have it.
 *
 * load maps FILE in every which way in some processes until SIGTERM, prints
 * "mapped=N denied=N wrong=N" and exits 1 if anything but success and EPERM was
 * seen.
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
#include <sys/personality.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "executable.h"

#define PAGE 4096UL
/* Where the code of cases/lib's smallest program begins. */
#define TINY_ENTRY 0x78

/* A file to be mapped; where it is mapped, while it is. */
struct job {
	const char *path;
	int fd;
	size_t size;
	char *at;
	char result[32];
};

static void fail(const char *what)
{
	fprintf(stderr, "code: %s: %s\n", what, strerror(errno));
	exit(125);
}

static void cannot(const char *why)
{
	printf("code - %d %d none: %s\n", getpid(), getppid(), why);
	exit(3);
}

/* Each of these returns 0 or -1 with errno; the mapping is then job->at. */

static int map(struct job *job, int prot, int flags)
{
	job->at = mmap(NULL, job->size, prot, flags, job->fd, 0);
	return job->at == MAP_FAILED ? -1 : 0;
}

/* A mapping that has to succeed. */
static void map_first(struct job *job, int prot, int flags)
{
	if (map(job, prot, flags))
		fail("the first mapping");
}

static int map_private(struct job *job)
{
	return map(job, PROT_READ | PROT_EXEC, MAP_PRIVATE);
}

static int map_shared(struct job *job)
{
	return map(job, PROT_READ | PROT_EXEC, MAP_SHARED);
}

static int map_exec_only(struct job *job)
{
	return map(job, PROT_EXEC, MAP_PRIVATE);
}

static int map_writable(struct job *job)
{
	return map(job, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE);
}

/* One page is enough to hold code, and need not be the first. */
static int map_last_page(struct job *job)
{
	off_t last = (job->size - 1) & ~(PAGE - 1);

	job->size = PAGE;
	job->at = mmap(NULL, PAGE, PROT_READ | PROT_EXEC, MAP_PRIVATE, job->fd, last);
	return job->at == MAP_FAILED ? -1 : 0;
}

static int map_over(struct job *job)
{
	char *there = mmap(NULL, job->size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	job->at = mmap(there, job->size, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_FIXED,
		       job->fd, 0);
	return job->at == MAP_FAILED ? -1 : 0;
}

/* The same content in memory that has no name. */
static int map_memfd(struct job *job)
{
	int fd = memfd_create("debar-test", 0);

	if (fd < 0 || sendfile(fd, job->fd, NULL, job->size) != (ssize_t)job->size)
		fail("memfd");
	job->fd = fd;
	return map_private(job);
}

/* A loader that somebody wrote himself: maps the smallest program, and jumps. */
static int loader(struct job *job)
{
	int status;
	pid_t pid;

	if (map_private(job))
		return -1;
	pid = fork();
	if (pid == 0) {
		((void (*)(void))(job->at + TINY_ENTRY))();
		_exit(99);
	}
	waitpid(pid, &status, 0);
	if (WIFSIGNALED(status))
		sprintf(job->result, "signal-%d", WTERMSIG(status));
	else
		sprintf(job->result, "exit-%d", WEXITSTATUS(status));
	return 0;
}

static int protect(struct job *job)
{
	return mprotect(job->at, job->size, PROT_READ | PROT_EXEC);
}

static int protect_read(struct job *job)
{
	map_first(job, PROT_READ, MAP_PRIVATE);
	return protect(job);
}

static int protect_shared(struct job *job)
{
	map_first(job, PROT_READ, MAP_SHARED);
	return protect(job);
}

static int protect_none(struct job *job)
{
	map_first(job, PROT_NONE, MAP_PRIVATE);
	return protect(job);
}

static int protect_written(struct job *job)
{
	map_first(job, PROT_READ | PROT_WRITE, MAP_PRIVATE);
	job->at[job->size - 1] ^= 1;
	return protect(job);
}

/* Only a part of the mapping. */
static int protect_part(struct job *job)
{
	map_first(job, PROT_READ, MAP_PRIVATE);
	job->size = PAGE;
	return protect(job);
}

/* In the middle of a range that begins with memory and ends with it. */
static int protect_range(struct job *job)
{
	size_t size = (job->size + PAGE - 1) & ~(PAGE - 1);
	char *range = mmap(NULL, size + 2 * PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS,
			   -1, 0);

	job->at = mmap(range + PAGE, job->size, PROT_READ, MAP_PRIVATE | MAP_FIXED,
		       job->fd, 0);
	if (job->at == MAP_FAILED)
		fail("the first mapping");
	return mprotect(range, size + 2 * PAGE, PROT_READ | PROT_EXEC);
}

/* The file descriptor is closed. */
static int protect_closed(struct job *job)
{
	map_first(job, PROT_READ, MAP_PRIVATE);
	close(job->fd);
	return protect(job);
}

static int protect_pkey(struct job *job, int key)
{
	map_first(job, PROT_READ, MAP_PRIVATE);
	return syscall(SYS_pkey_mprotect, job->at, job->size, PROT_READ | PROT_EXEC, key);
}

static int pkey_none(struct job *job)
{
	return protect_pkey(job, -1);
}

static int pkey(struct job *job)
{
	int key = syscall(SYS_pkey_alloc, 0, 0);

	if (key < 0)
		cannot("no protection keys");
	return protect_pkey(job, key);
}

static void read_implies_exec(void)
{
	if (personality(READ_IMPLIES_EXEC) < 0)
		fail("personality");
}

static int implied_map(struct job *job)
{
	read_implies_exec();
	return map(job, PROT_READ, MAP_PRIVATE);
}

static int implied_protect(struct job *job)
{
	map_first(job, PROT_NONE, MAP_PRIVATE);
	read_implies_exec();
	return mprotect(job->at, job->size, PROT_READ);
}

static int remap(struct job *job, int prot)
{
	/* What cannot be written to is not really shared, and is refused. */
	job->fd = open(job->path, O_RDWR);
	map_first(job, prot, MAP_SHARED);
	read_implies_exec();
	return syscall(SYS_remap_file_pages, job->at, job->size, 0, 0, 0);
}

/* Emulated by a new mapping with the old protection; the personality adds to it. */
static int remap_pages(struct job *job)
{
	return remap(job, PROT_READ);
}

/* What is not readable does not become executable. */
static int remap_none(struct job *job)
{
	return remap(job, PROT_NONE);
}

/* A call as a 32-bit program makes it. */
static long call32(long number, long a, long b, long c, long d, long e)
{
	long ret = number;

	asm volatile("push %%rbp\n\txor %%ebp, %%ebp\n\tint $0x80\n\tpop %%rbp"
		     : "+a" (ret)
		     : "b" (a), "c" (b), "d" (c), "S" (d), "D" (e)
		     : "memory", "r8", "r9", "r10", "r11");
	ret = (int)ret;
	if (ret < 0 && ret > -4096) {
		errno = -ret;
		return -1;
	}
	return (unsigned int)ret;
}

#define USELIB_32 86
#define MMAP2_32 192
#define MPROTECT_32 125

static void crash(int signal)
{
	(void)signal;
	cannot("no 32-bit calls");
}

/* Only 32-bit programs have it. */
static int uselib_file(struct job *job)
{
	/* Below 4 GiB, where the program is. */
	static char path[4096];

	signal(SIGSEGV, crash);
	snprintf(path, sizeof(path), "%s", job->path);
	if (call32(USELIB_32, (long)path, 0, 0, 0, 0) == 0) {
		strcpy(job->result, "ok");
		return 0;
	}
	if (errno == ENOSYS)
		cannot("no uselib");
	return -1;
}

static int map32(struct job *job)
{
	long at;

	signal(SIGSEGV, crash);
	at = call32(MMAP2_32, 0, job->size, PROT_READ | PROT_EXEC, MAP_PRIVATE, job->fd);
	if (at == -1 && errno == ENOSYS)
		cannot("no 32-bit calls");
	job->at = (char *)at;
	return at == -1 ? -1 : 0;
}

static int protect32(struct job *job)
{
	signal(SIGSEGV, crash);
	map_first(job, PROT_READ, MAP_PRIVATE | MAP_32BIT);
	if (call32(MPROTECT_32, (long)job->at, job->size, PROT_READ | PROT_EXEC, 0, 0) == 0)
		return 0;
	if (errno == ENOSYS)
		cannot("no 32-bit calls");
	return -1;
}

/* A child, for a mapping that it inherited. */
static int forked(struct job *job)
{
	int status;
	pid_t pid;

	map_first(job, PROT_READ, MAP_PRIVATE);
	pid = fork();
	if (pid == 0)
		_exit(protect(job) ? errno : 0);
	waitpid(pid, &status, 0);
	strcpy(job->result, "ok");
	errno = WEXITSTATUS(status);
	return errno ? -1 : 0;
}

static const struct way {
	const char *name;
	int (*run)(struct job *job);
} ways[] = {
	{ "map-private", map_private },
	{ "map-shared", map_shared },
	{ "map-exec-only", map_exec_only },
	{ "map-writable", map_writable },
	{ "map-last-page", map_last_page },
	{ "map-over", map_over },
	{ "map-memfd", map_memfd },
	{ "loader", loader },
	{ "mprotect-read", protect_read },
	{ "mprotect-shared", protect_shared },
	{ "mprotect-none", protect_none },
	{ "mprotect-written", protect_written },
	{ "mprotect-part", protect_part },
	{ "mprotect-range", protect_range },
	{ "mprotect-closed", protect_closed },
	{ "mprotect-forked", forked },
	{ "pkey-none", pkey_none },
	{ "pkey", pkey },
	{ "implied-map", implied_map },
	{ "implied-mprotect", implied_protect },
	{ "remap", remap_pages },
	{ "remap-none", remap_none },
	{ "uselib", uselib_file },
	{ "map32", map32 },
	{ "mprotect32", protect32 },
};

static void open_job(struct job *job, const char *path)
{
	struct stat st;

	job->path = path;
	job->fd = open(path, O_RDONLY);
	if (job->fd < 0 || fstat(job->fd, &st))
		fail(path);
	job->size = st.st_size;
}

static int try_way(const struct way *way, const char *path)
{
	struct job job = { 0 };

	open_job(&job, path);
	if (way->run(&job))
		snprintf(job.result, sizeof(job.result), "%s", strerrorname_np(errno));
	else if (!job.result[0])
		strcpy(job.result, is_executable(job.at) ? "ok" : "not-executable");
	printf("code %s %d %d %s\n", way->name, getpid(), getppid(), job.result);
	return 0;
}

struct sums {
	atomic_bool stop;
	atomic_ulong mapped, denied, wrong;
};

static struct sums *sums;

static void on_signal(int signal)
{
	(void)signal;
	sums->stop = true;
}

static void count(struct job *job, int ret, bool executable)
{
	if (ret && errno == EPERM)
		sums->denied++;
	else if (ret || is_executable(job->at) != executable)
		sums->wrong++;
	else
		sums->mapped++;
	if (job->at != MAP_FAILED)
		munmap(job->at, job->size);
}

static void load(const char *path)
{
	while (!sums->stop) {
		struct job job = { 0 };
		int ret;

		open_job(&job, path);
		ret = map_private(&job);
		count(&job, ret, true);
		ret = map_shared(&job);
		count(&job, ret, true);
		ret = protect_read(&job);
		count(&job, ret, true);
		ret = protect_written(&job);
		count(&job, ret, true);
		close(job.fd);
	}
}

static int load_all(int processes, const char *path)
{
	struct sigaction action = { .sa_handler = on_signal };
	int i;

	sums = mmap(NULL, sizeof(*sums), PROT_READ | PROT_WRITE,
		    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (sums == MAP_FAILED)
		fail("mmap");
	sigaction(SIGTERM, &action, NULL);
	for (i = 0; i < processes; i++) {
		if (fork() == 0) {
			load(path);
			_exit(0);
		}
	}
	while (wait(NULL) > 0 || errno == EINTR)
		;
	printf("mapped=%lu denied=%lu wrong=%lu\n", sums->mapped, sums->denied, sums->wrong);
	return sums->wrong ? 1 : 0;
}

int main(int argc, char **argv)
{
	size_t i;

	if (argc == 4 && strcmp(argv[1], "load") == 0)
		return load_all(atoi(argv[2]), argv[3]);
	if (argc == 5 && strcmp(argv[1], "-u") == 0) {
		if (setuid(atoi(argv[2])))
			fail("setuid");
		argv += 2;
		argc -= 2;
	}
	if (argc == 3)
		for (i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
			if (strcmp(ways[i].name, argv[1]) == 0)
				return try_way(&ways[i], argv[2]);
	fputs("usage: code [-u UID] WAY FILE | code load PROCESSES FILE\n", stderr);
	return 2;
}
