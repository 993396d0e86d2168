// SPDX-License-Identifier: GPL-2.0-only
/*
 * As code.c, for files that are not like others: not open for reading, or nothing
 * but memory.
 *
 * oddcode WAY FILE
 * PROGRAM FILE, where oddcode is the interpreter of PROGRAM by binfmt_misc, flag O
 *
 * One line: code WAY PID PPID RESULT
 *
 * write-only
 *	Map FILE, which is open for writing only.
 * shm, shm-mprotect
 *	A System V segment with the content of FILE, attached executable at once, or
 *	made so afterwards.
 * huge-map, huge-mprotect
 *	The same with a memfd of huge pages.
 * huge-shm
 *	As shm, of huge pages.
 * own-program
 *	PROGRAM gets the content of FILE, then becomes that which the process runs, as
 *	far as the kernel knows, and is mapped through the descriptor from its execve().
 * swapped
 *	A memfd with the content of FILE is swapped out, and its mapping made
 *	executable then.
 *
 * RESULT is the name of the errno, ok if the mapping is executable then, else
 * not-executable. Exits 0 when the way could be tried, 3 if it cannot be here.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <unistd.h>

#include "executable.h"

#define PAGE 4096UL
#define RANGES_MAX 16
#define READ_EXEC (PROT_READ | PROT_EXEC)

/* What the file holds; where the mapping is, once there is one. */
struct job {
	const char *path;
	size_t size;
	char *content;
	char *at;
};

static void fail(const char *what)
{
	fprintf(stderr, "oddcode: %s: %s\n", what, strerror(errno));
	exit(125);
}

static void cannot(const char *why)
{
	printf("code - %d %d none: %s: %s\n", getpid(), getppid(), why, strerror(errno));
	exit(3);
}

/* Each of these returns 0 or -1 with errno. */

static int map(struct job *job, int prot, int flags, int fd)
{
	job->at = mmap(NULL, job->size, prot, flags, fd, 0);
	return job->at == MAP_FAILED ? -1 : 0;
}

static int write_only(struct job *job)
{
	int fd = open(job->path, O_WRONLY);

	if (fd < 0)
		fail(job->path);
	return map(job, READ_EXEC, MAP_PRIVATE, fd);
}

static int attach(struct job *job, int id, int flags)
{
	job->at = shmat(id, NULL, flags);
	return job->at == (void *)-1 ? -1 : 0;
}

/* The segment goes with its last user. */
static int make_segment(struct job *job, int flags)
{
	int id = shmget(IPC_PRIVATE, job->size, IPC_CREAT | flags | 0700);

	if (id < 0 || attach(job, id, 0))
		fail("a segment");
	shmctl(id, IPC_RMID, NULL);
	memcpy(job->at, job->content, job->size);
	return id;
}

static int segment(struct job *job)
{
	return attach(job, make_segment(job, 0), SHM_RDONLY | SHM_EXEC);
}

static int huge_segment(struct job *job)
{
	return attach(job, make_segment(job, SHM_HUGETLB), SHM_RDONLY | SHM_EXEC);
}

static int segment_protect(struct job *job)
{
	if (attach(job, make_segment(job, 0), SHM_RDONLY))
		fail("shmat");
	return mprotect(job->at, job->size, READ_EXEC);
}

static int make_huge(struct job *job)
{
	int fd = memfd_create("debar-test", MFD_HUGETLB);

	if (fd < 0 || ftruncate(fd, job->size) ||
	    map(job, PROT_READ | PROT_WRITE, MAP_SHARED, fd))
		cannot("no huge pages");
	memcpy(job->at, job->content, job->size);
	munmap(job->at, job->size);
	return fd;
}

static int huge_map(struct job *job)
{
	return map(job, READ_EXEC, MAP_PRIVATE, make_huge(job));
}

static int huge_protect(struct job *job)
{
	if (map(job, PROT_READ, MAP_PRIVATE, make_huge(job)))
		fail("mmap");
	return mprotect(job->at, job->size, READ_EXEC);
}

/* KiB of our only memfd that are in swap, as the kernel says. */
static unsigned long in_swap(void)
{
	FILE *maps = fopen("/proc/self/smaps", "r");
	bool ours = false;
	unsigned long kib = 0;
	char line[512];

	if (!maps)
		fail("/proc/self/smaps");
	while (fgets(line, sizeof(line), maps) &&
	       (!ours || sscanf(line, "Swap: %lu", &kib) != 1))
		ours = ours || strstr(line, "memfd:debar-test");
	fclose(maps);
	return kib;
}

static int swapped(struct job *job)
{
	size_t size = (job->size + PAGE - 1) & ~(PAGE - 1);
	int fd = memfd_create("debar-test", 0);
	cpu_set_t one;

	/* What another processor has just put in memory cannot be taken out at once. */
	CPU_ZERO(&one);
	CPU_SET(0, &one);
	if (sched_setaffinity(0, sizeof(one), &one) || fd < 0 ||
	    write(fd, job->content, job->size) != (ssize_t)job->size ||
	    map(job, PROT_READ, MAP_SHARED | MAP_POPULATE, fd))
		fail("memfd");
	if (madvise(job->at, job->size, MADV_PAGEOUT) || in_swap() * 1024 != size)
		cannot("it stays in memory");
	return mprotect(job->at, job->size, READ_EXEC);
}

/* What is mapped of the file that this process runs becomes memory of its own. */
static void leave_own_file(void)
{
	struct range {
		unsigned long from, to;
	} ranges[RANGES_MAX];
	FILE *maps = fopen("/proc/self/maps", "r");
	char own[256] = "", line[512];
	size_t i, n = 0;

	if (!maps || readlink("/proc/self/exe", own, sizeof(own) - 1) < 0)
		fail("/proc/self");
	while (n < RANGES_MAX && fgets(line, sizeof(line), maps))
		if (strstr(line, own) &&
		    sscanf(line, "%lx-%lx", &ranges[n].from, &ranges[n].to) == 2)
			n++;
	fclose(maps);
	for (i = 0; i < n; i++) {
		size_t size = ranges[i].to - ranges[i].from;
		void *at = (void *)ranges[i].from;
		void *copy = mmap(NULL, size, PROT_READ | PROT_WRITE | PROT_EXEC,
				  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		if (copy == MAP_FAILED)
			fail("mmap");
		memcpy(copy, at, size);
		if (mremap(copy, size, size, MREMAP_MAYMOVE | MREMAP_FIXED, at) != at)
			fail("mremap");
	}
}

static int own_program(struct job *job)
{
	int opened = getauxval(AT_EXECFD), fd = open(job->path, O_WRONLY);

	if (fd < 0 || write(fd, job->content, job->size) != (ssize_t)job->size)
		fail(job->path);
	close(fd);
	leave_own_file();
	if (prctl(PR_SET_MM, PR_SET_MM_EXE_FILE, opened, 0, 0))
		fail("PR_SET_MM_EXE_FILE");
	return map(job, READ_EXEC, MAP_PRIVATE, opened);
}

static const struct way {
	const char *name;
	int (*run)(struct job *job);
} ways[] = {
	{ "write-only", write_only },
	{ "shm", segment },
	{ "shm-mprotect", segment_protect },
	{ "huge-shm", huge_segment },
	{ "huge-map", huge_map },
	{ "huge-mprotect", huge_protect },
	{ "swapped", swapped },
};

/* Not to be asked for by name. */
static const struct way of_interpreter = { "own-program", own_program };

/* The content of one file, for what is to be done with it or with another. */
static void read_job(struct job *job, const char *path)
{
	int fd = open(path, O_RDONLY);
	struct stat st;

	if (fd < 0 || fstat(fd, &st))
		fail(path);
	job->size = st.st_size;
	job->content = malloc(st.st_size);
	if (!job->content || read(fd, job->content, st.st_size) != st.st_size)
		fail(path);
	close(fd);
}

static int try_way(const struct way *way, const char *path, const char *content)
{
	struct job job = { .path = path };
	const char *result;

	read_job(&job, content);
	if (way->run(&job))
		result = strerrorname_np(errno);
	else
		result = is_executable(job.at) ? "ok" : "not-executable";
	printf("code %s %d %d %s\n", way->name, getpid(), getppid(), result);
	return 0;
}

int main(int argc, char **argv)
{
	size_t i;

	if (argc == 3 && getauxval(AT_EXECFD))
		return try_way(&of_interpreter, argv[1], argv[2]);
	if (argc == 3)
		for (i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
			if (strcmp(ways[i].name, argv[1]) == 0)
				return try_way(&ways[i], argv[2], argv[2]);
	fputs("usage: oddcode WAY FILE, see the source\n", stderr);
	return 2;
}
