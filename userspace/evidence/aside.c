// SPDX-License-Identifier: GPL-2.0-only
/*
 * A damaged store gets another name.
 */
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "schema.h"
#include "store.h"

#define MARK_OFFSET 68	/* of the application's id in a SQLite file, 4 bytes, big endian */

bool evidence_is_store(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	uint32_t mark = 0;
	bool marked;

	if (fd < 0)
		return false;
	marked = pread(fd, &mark, sizeof(mark), MARK_OFFSET) == sizeof(mark) &&
		 be32toh(mark) == EVIDENCE_APPLICATION;
	close(fd);
	return marked;
}

static char *aside_name(const char *path, uint64_t time_ns, unsigned int try)
{
	time_t seconds = time_ns / 1000000000;
	char stamp[32], number[16] = "", *name;
	struct tm tm;

	gmtime_r(&seconds, &tm);
	strftime(stamp, sizeof(stamp), "%Y%m%dT%H%M%SZ", &tm);
	if (try > 1)
		snprintf(number, sizeof(number), "-%u", try);
	return asprintf(&name, "%s.corrupt-%s%s", path, stamp, number) < 0 ? NULL : name;
}

static int rename_with(const char *path, const char *name, const char *suffix)
{
	char *from = NULL, *to = NULL;
	int err = 0;

	if (asprintf(&from, "%s%s", path, suffix) < 0 ||
	    asprintf(&to, "%s%s", name, suffix) < 0)
		err = -ENOMEM;
	else if (rename(from, to) && errno != ENOENT)
		err = -errno;
	free(from);
	free(to);
	return err;
}

int evidence_set_aside(const char *path, uint64_t time_ns, char **ret_name)
{
	unsigned int try = 1;
	char *name;
	int err;

	while ((name = aside_name(path, time_ns, try++)) && access(name, F_OK) == 0)
		free(name);
	if (!name)
		return -ENOMEM;
	/* The database last: were this cut short, its log must not meet a new one. */
	err = rename_with(path, name, "-shm");
	if (!err)
		err = rename_with(path, name, "-wal");
	if (!err && rename(path, name))
		err = -errno;
	if (err)
		free(name);
	else
		*ret_name = name;
	return err;
}
