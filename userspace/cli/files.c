// SPDX-License-Identifier: GPL-2.0-only
/*
 * Files that arguments name.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "files.h"
#include "libdebar.h"
#include "progress.h"
#include "report.h"

static enum status wrong_type(struct cli *cli, mode_t mode, const char *path)
{
	const char *type = "not a regular file";

	if (S_ISDIR(mode))
		return fail_path(cli, EISDIR, path);
	if (S_ISFIFO(mode))
		type = "a FIFO";
	else if (S_ISSOCK(mode))
		type = "a socket";
	else if (S_ISCHR(mode) || S_ISBLK(mode))
		type = "a device";
	return fail(cli, STATUS_PATH, EINVAL, "%s: it is %s: name a regular file", path,
		    type);
}

enum status file_open(struct cli *cli, const char *path, int *ret_fd,
		      struct stat *ret_stat)
{
	int fd;

	/* Look first: merely opening a device can do things. */
	if (stat(path, ret_stat))
		return fail_path(cli, errno, path);
	if (!S_ISREG(ret_stat->st_mode))
		return wrong_type(cli, ret_stat->st_mode, path);
	/* It may have been replaced by a FIFO since. */
	fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd < 0)
		return fail_path(cli, errno, path);
	if (fstat(fd, ret_stat) || !S_ISREG(ret_stat->st_mode)) {
		close(fd);
		return wrong_type(cli, ret_stat->st_mode, path);
	}
	*ret_fd = fd;
	return STATUS_OK;
}

enum status file_read(struct cli *cli, int fd, const char *path, size_t max,
		      void **ret_data, size_t *ret_length)
{
	size_t length = 0, size = 65536;
	char *data = NULL;
	ssize_t n;

	do {
		char *bigger;

		/* Always one byte more than may be there, to notice the end. */
		if (!data || length == size) {
			size = data ? 2 * size : size;
			bigger = realloc(data, size);
			if (!bigger) {
				free(data);
				return fail_memory(cli);
			}
			data = bigger;
		}
		n = pread(fd, data + length, size - length, length);
		if (n > 0)
			length += n;
	} while ((n > 0 && length <= max) || (n < 0 && errno == EINTR));

	if (n < 0) {
		int err = errno;

		free(data);
		return fail_path(cli, err, path);
	}
	if (length > max) {
		free(data);
		return fail(cli, STATUS_POLICY, EFBIG,
			    "%s: it is larger than the %zu bytes that an image can have",
			    path, max);
	}
	*ret_data = data;
	*ret_length = length;
	return STATUS_OK;
}

static int show_progress(uint64_t done, void *data)
{
	return progress_update(data, done);
}

enum status file_hash(struct cli *cli, int fd, const struct stat *stat,
		      const char *path, uint8_t *ret_sha256, uint64_t *ret_size)
{
	struct progress progress;
	int err;

	progress_begin(&progress, cli, "hashing", stat->st_size);
	err = debar_hash_fd(fd, ret_sha256, ret_size, show_progress, &progress);
	progress_end(&progress);
	if (err == -EINTR)
		return fail(cli, STATUS_INTERRUPTED, err, "interrupted");
	return err ? fail_path(cli, err, path) : STATUS_OK;
}

static int write_all(int fd, const char *data, size_t length)
{
	while (length) {
		ssize_t n = write(fd, data, length);

		if (n < 0 && errno != EINTR)
			return -errno;
		if (n > 0) {
			data += n;
			length -= n;
		}
	}
	return fsync(fd) ? -errno : 0;
}

enum status file_write(struct cli *cli, const char *path, const void *data,
		       size_t length)
{
	mode_t mask = umask(0);
	char *temporary;
	int fd, err = 0;

	umask(mask);
	if (asprintf(&temporary, "%s.XXXXXX", path) < 0)
		return fail_memory(cli);
	fd = mkostemp(temporary, O_CLOEXEC);
	if (fd < 0) {
		err = -errno;
		free(temporary);
		return fail_path(cli, err, path);
	}
	err = write_all(fd, data, length);
	/* mkostemp() made it private; an image is as public as any other file. */
	if (!err && fchmod(fd, 0666 & ~mask))
		err = -errno;
	if (close(fd) && !err)
		err = -errno;
	if (!err && rename(temporary, path))
		err = -errno;
	if (err)
		unlink(temporary);
	free(temporary);
	return err ? fail_path(cli, err, path) : STATUS_OK;
}
