// SPDX-License-Identifier: GPL-2.0-only
/*
 * As code.c, for files that are not like others.
 *
 * oddcode WAY FILE
 *
 * One line: code WAY PID PPID RESULT
 *
 * write-only
 *	Map FILE, which is open for writing only.
 *
 * RESULT is the name of the errno, ok if the mapping is executable then, else
 * not-executable.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

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

static const struct way {
	const char *name;
	int (*run)(struct job *job);
} ways[] = {
	{ "write-only", write_only },
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
