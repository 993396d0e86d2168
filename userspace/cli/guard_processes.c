// SPDX-License-Identifier: GPL-2.0-only
/*
 * Programs and libraries that run now, as procfs shows them. Links there lead to
 * the very file, also where it was deleted or is in another mount namespace.
 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "guard_paths.h"

/* The longest line of a procfs file that we parse, path apart. */
#define STAT_BYTES	1024
/* include/linux/sched.h: a kernel thread. It has no program. */
#define PF_KTHREAD	0x00200000u

struct process {
	const struct guard_visitor *visitor;
	const char *pid;	/* digits */
	char name[64];		/* as its owner chose it */
	char running[128];	/* why its program matters */
	char mapping[128];	/* why what it has mapped matters */
};

static char *path_of(const struct process *process, const char *what)
{
	char *path;

	if (asprintf(&path, "%s/%s/%s", process->visitor->proc, process->pid, what) < 0)
		return NULL;
	return path;
}

static FILE *open_file(const struct process *process, const char *what)
{
	char *path = path_of(process, what);
	FILE *stream = path ? fopen(path, "re") : NULL;

	free(path);
	return stream;
}

static void read_name(struct process *process)
{
	FILE *stream = open_file(process, "comm");

	if (!stream || !fgets(process->name, sizeof(process->name), stream))
		strcpy(process->name, "?");
	process->name[strcspn(process->name, "\n")] = '\0';
	if (stream)
		fclose(stream);
	snprintf(process->running, sizeof(process->running), "running (process %s, %s)",
		 process->pid, process->name);
	snprintf(process->mapping, sizeof(process->mapping),
		 "in use (process %s, %s)", process->pid, process->name);
}

/* Has it no program, being a kernel thread, or dead? */
static bool has_no_program(const struct process *process)
{
	FILE *stream = open_file(process, "stat");
	char text[STAT_BYTES + 1];
	unsigned int flags = 0;
	char state = 0, *end;
	size_t n;

	if (!stream)
		return errno == ENOENT || errno == ESRCH;
	n = fread(text, 1, STAT_BYTES, stream);
	fclose(stream);
	text[n] = '\0';
	/* The name, in parentheses, may hold some itself. */
	end = strrchr(text, ')');
	if (!end || sscanf(end, ") %c %*d %*d %*d %*d %*d %u", &state, &flags) != 2)
		return false;
	return state == 'Z' || state == 'X' || (flags & PF_KTHREAD);
}

static bool is_gone(int err)
{
	return err == ENOENT || err == ESRCH;
}

static int gap(const struct process *process, const char *path, const char *why, int err)
{
	if (is_gone(err) || has_no_program(process))
		return 0;
	return process->visitor->gap(process->visitor->data, path, why, err);
}

/* @ret_hidden: this process may not be looked at, and that has been said. */
static int visit_program(const struct process *process, bool *ret_hidden)
{
	char *link = path_of(process, "exe"), target[PATH_MAX];
	ssize_t n;
	int err;

	if (!link)
		return -ENOMEM;
	n = readlink(link, target, sizeof(target) - 1);
	*ret_hidden = n < 0 && !is_gone(errno);
	if (n < 0) {
		err = gap(process, link, process->running, errno);
	} else {
		target[n] = '\0';
		err = process->visitor->file(process->visitor->data, target, link,
					     process->running);
	}
	free(link);
	return err;
}

/* A line of maps: "start-end perms offset major:minor inode path". */
struct mapping {
	char range[2 * 16 + 2];	/* start-end */
	char perms[5];
	uint64_t inode;
	char *path;		/* in the line */
};

static bool parse_mapping(char *line, struct mapping *ret_mapping)
{
	int at = 0;

	line[strcspn(line, "\n")] = '\0';
	if (sscanf(line, "%33[0-9a-f-] %4s %*x %*x:%*x %" SCNu64 " %n",
		   ret_mapping->range, ret_mapping->perms, &ret_mapping->inode, &at) != 3 ||
	    at == 0)
		return false;
	ret_mapping->path = line + at;
	return ret_mapping->perms[2] == 'x' && ret_mapping->inode != 0 &&
	       ret_mapping->path[0] == '/';
}

/*
 * Without the right to follow links in map_files: by name, from the process's own
 * root, if that is still the same file.
 */
static int visit_by_name(const struct process *process, const struct mapping *mapping,
			 int err)
{
	const struct guard_visitor *visitor = process->visitor;
	char *link = NULL;
	struct stat st;

	if (asprintf(&link, "%s/%s/root%s", visitor->proc, process->pid,
		     mapping->path) < 0)
		return -ENOMEM;
	if (stat(link, &st) == 0 && st.st_ino == mapping->inode)
		err = visitor->file(visitor->data, mapping->path, link, process->mapping);
	else
		err = gap(process, mapping->path, process->mapping, err);
	free(link);
	return err;
}

static int visit_mapping(const struct process *process, const struct mapping *mapping)
{
	const struct guard_visitor *visitor = process->visitor;
	char what[64];
	struct stat st;
	char *link;
	int err = 0;

	snprintf(what, sizeof(what), "map_files/%s", mapping->range);
	link = path_of(process, what);
	if (!link)
		return -ENOMEM;
	if (stat(link, &st) == 0)
		err = visitor->file(visitor->data, mapping->path, link, process->mapping);
	else if (!is_gone(errno))
		err = visit_by_name(process, mapping, errno);
	free(link);
	return err;
}

static int visit_mappings(const struct process *process)
{
	FILE *stream = open_file(process, "maps");
	char *line = NULL, *path;
	struct mapping mapping;
	size_t size = 0;
	int err = 0, error = 0;

	if (!stream) {
		error = errno;
	} else {
		/* The kernel bounds both the lines and their length. */
		while (!err && getline(&line, &size, stream) >= 0) {
			if (parse_mapping(line, &mapping))
				err = visit_mapping(process, &mapping);
		}
		if (ferror(stream))
			error = errno;
		free(line);
		fclose(stream);
	}
	if (err || !error)
		return err;
	path = path_of(process, "maps");
	if (!path)
		return -ENOMEM;
	err = gap(process, path, process->mapping, error);
	free(path);
	return err;
}

static int visit_process(const struct guard_visitor *visitor, const char *pid)
{
	struct process process = { .visitor = visitor, .pid = pid };
	bool hidden;
	int err;

	read_name(&process);
	err = visit_program(&process, &hidden);
	return err || hidden ? err : visit_mappings(&process);
}

int guard_visit_processes(const struct guard_visitor *visitor)
{
	DIR *dir = opendir(visitor->proc);
	struct dirent *entry;
	int err = 0;

	if (!dir)
		return visitor->gap(visitor->data, visitor->proc, "running", errno);
	while (!err && (errno = 0, entry = readdir(dir))) {
		if (isdigit((unsigned char)entry->d_name[0]))
			err = visit_process(visitor, entry->d_name);
	}
	if (!err && errno)
		err = visitor->gap(visitor->data, visitor->proc, "running", errno);
	closedir(dir);
	return err;
}
