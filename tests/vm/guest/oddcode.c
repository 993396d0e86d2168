// SPDX-License-Identifier: GPL-2.0-only
/*
 * As code.c, for files that are not like others: not open for reading, or nothing
 * but memory.
 *
 * oddcode WAY FILE
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
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <unistd.h>

#define PAGE 4096UL
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

/* What the kernel says of the page at @at. */
static bool is_executable(const char *at)
{
	unsigned long from, to;
	bool found = false;
	char line[512], prot[5];
	FILE *maps = fopen("/proc/self/maps", "r");

	if (!maps)
		fail("/proc/self/maps");
	while (fgets(line, sizeof(line), maps))
		if (sscanf(line, "%lx-%lx %4s", &from, &to, prot) == 3 &&
		    from <= (unsigned long)at && (unsigned long)at < to)
			found = prot[2] == 'x';
	fclose(maps);
	return found;
}

static void read_job(struct job *job, const char *path)
{
	int fd = open(path, O_RDONLY);
	struct stat st;

	if (fd < 0 || fstat(fd, &st))
		fail(path);
	job->path = path;
	job->size = st.st_size;
	job->content = malloc(st.st_size);
	if (!job->content || read(fd, job->content, st.st_size) != st.st_size)
		fail(path);
	close(fd);
}

static int try_way(const struct way *way, const char *path)
{
	struct job job = { 0 };
	const char *result;

	read_job(&job, path);
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

	if (argc == 3)
		for (i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
			if (strcmp(ways[i].name, argv[1]) == 0)
				return try_way(&ways[i], argv[2]);
	fputs("usage: oddcode WAY FILE, see the source\n", stderr);
	return 2;
}
