// SPDX-License-Identifier: GPL-2.0-only
/*
 * The directory of a report: whole or not there at all.
 */
#include <errno.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "escape.h"
#include "libdebar.h"
#include "report_directory.h"

#define FILES_MAX 16
#define SUMS "SHA256SUMS"

struct report_directory {
	char *path;		/* without '/' behind it */
	char *temporary;
	int fd;
	bool replace;		/* there is a report in its place */
	const char *names[FILES_MAX];
	size_t n;
};

/* Only what a report made is replaced: it has our list of sums and no directories. */
static int may_replace(const char *path)
{
	struct dirent *entry;
	bool sums = false;
	int err = 0;
	DIR *dir;

	dir = opendir(path);
	if (!dir)
		return errno == ENOTDIR ? -EEXIST : -errno;
	while (!err && (entry = readdir(dir))) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		sums |= strcmp(entry->d_name, SUMS) == 0;
		if (entry->d_type == DT_DIR)
			err = -EEXIST;
	}
	closedir(dir);
	return err ? err : sums ? 0 : -EEXIST;
}

static int prepare(struct report_directory *d, const char *path, bool force)
{
	size_t length = strlen(path);
	struct stat st;
	mode_t mask;
	int err;

	d->fd = -1;
	while (length > 1 && path[length - 1] == '/')
		length--;
	d->path = strndup(path, length);
	if (!d->path || asprintf(&d->temporary, "%s.XXXXXX", d->path) < 0)
		return -ENOMEM;
	if (lstat(d->path, &st) == 0) {
		err = force ? may_replace(d->path) : -EEXIST;
		if (err) {
			/* Nothing was made that could be removed. */
			*d->temporary = '\0';
			return err;
		}
		d->replace = true;
	}
	if (!mkdtemp(d->temporary)) {
		err = -errno;
		*d->temporary = '\0';
		return err;
	}
	/* Who ran what is for those whom the caller's umask lets see it. */
	mask = umask(0);
	umask(mask);
	d->fd = open(d->temporary, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (d->fd < 0 || fchmod(d->fd, 0777 & ~mask))
		return -errno;
	return 0;
}

int report_directory_begin(const char *path, bool force,
			   struct report_directory **ret_directory)
{
	struct report_directory *d = calloc(1, sizeof(*d));
	int err;

	if (!d)
		return -ENOMEM;
	err = prepare(d, path, force);
	if (err)
		report_directory_abort(d);
	else
		*ret_directory = d;
	return err;
}

FILE *report_directory_open(struct report_directory *d, const char *name)
{
	FILE *stream;
	int fd;

	if (d->n == FILES_MAX) {
		errno = EMFILE;
		return NULL;
	}
	fd = openat(d->fd, name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	if (fd < 0)
		return NULL;
	d->names[d->n++] = name;
	stream = fdopen(fd, "w");
	if (!stream)
		close(fd);
	return stream;
}

int report_directory_close(struct report_directory *d, FILE *stream)
{
	int err = 0;

	(void)d;
	errno = 0;
	if (fflush(stream) || ferror(stream) || fsync(fileno(stream)))
		err = errno ? -errno : -EIO;
	if (fclose(stream) && !err)
		err = -errno;
	return err;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int write_sums(struct report_directory *d)
{
	size_t i, n = d->n;
	FILE *stream;
	int err = 0;

	qsort(d->names, n, sizeof(d->names[0]), compare_names);
	stream = report_directory_open(d, SUMS);
	if (!stream)
		return -errno;
	for (i = 0; i < n && !err; i++) {
		uint8_t sha256[DEBAR_SHA256_SIZE];
		char hex[2 * DEBAR_SHA256_SIZE + 1];
		uint64_t size;
		int fd = openat(d->fd, d->names[i], O_RDONLY | O_CLOEXEC);

		err = fd < 0 ? -errno : debar_hash_fd(fd, sha256, &size, NULL, NULL);
		if (fd >= 0)
			close(fd);
		escape_hex(sha256, sizeof(sha256), hex);
		fprintf(stream, "%s  %s\n", hex, d->names[i]);
	}
	if (!err)
		return report_directory_close(d, stream);
	fclose(stream);
	return err;
}

/* A directory with files only. */
static void remove_directory(const char *path)
{
	struct dirent *entry;
	DIR *dir = opendir(path);

	while (dir && (entry = readdir(dir)))
		unlinkat(dirfd(dir), entry->d_name, 0);
	if (dir)
		closedir(dir);
	rmdir(path);
}

int report_directory_finish(struct report_directory *d)
{
	int err = write_sums(d);

	if (!err && fsync(d->fd))
		err = -errno;
	/* Exchanged, so that at no time neither is there. */
	if (!err && renameat2(AT_FDCWD, d->temporary, AT_FDCWD, d->path,
			      d->replace ? RENAME_EXCHANGE : RENAME_NOREPLACE))
		err = -errno;
	if (!err && !d->replace)
		*d->temporary = '\0';
	/* After an exchange, the old report has the temporary name. */
	report_directory_abort(d);
	return err;
}

void report_directory_abort(struct report_directory *d)
{
	if (!d)
		return;
	if (d->temporary && *d->temporary)
		remove_directory(d->temporary);
	if (d->fd >= 0)
		close(d->fd);
	free(d->temporary);
	free(d->path);
	free(d);
}
