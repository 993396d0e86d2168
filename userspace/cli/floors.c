// SPDX-License-Identifier: GPL-2.0-only
/*
 * The file of floors: a line "NAME SERIAL [SHA256]" each; lines that begin with #
 * are for people.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "escape.h"
#include "files.h"
#include "floors.h"
#include "image.h"
#include "report.h"

/* Bytes; DEBAR_FLOORS_MAX lines of the longest names take 10 KiB. */
#define FILE_MAX 65536

#define HEADING \
	"# Serials below which \"debar load\" and the kernel refuse policies of a name,\n" \
	"# and the image of that serial that was loaded last.\n"

static const char *file_name(void)
{
	const char *name = getenv(FLOORS_VARIABLE);

	return name && *name ? name : FLOORS_FILE;
}

static struct floor *find(struct floors *floors, const char *name)
{
	size_t i;

	for (i = 0; i < floors->n; i++)
		if (strcmp(floors->list[i].name, name) == 0)
			return &floors->list[i];
	return NULL;
}

bool floors_know(const struct floors *floors, const char *name,
		 const uint8_t sha256[DEBAR_SHA256_SIZE])
{
	size_t i;

	for (i = 0; i < floors->n; i++) {
		const struct floor *floor = &floors->list[i];

		if (strcmp(floor->name, name) == 0)
			return floor->has_sha256 &&
			       memcmp(floor->sha256, sha256, sizeof(floor->sha256)) == 0;
	}
	return false;
}

/* @sha256 may be NULL. Return: false if there is no room for it. */
static bool set(struct floors *floors, const char *name, uint64_t serial,
		const uint8_t *sha256, bool lower)
{
	struct floor *floor = find(floors, name);

	if (!floor && floors->n == DEBAR_FLOORS_MAX)
		return false;
	if (!floor) {
		floor = &floors->list[floors->n++];
		strcpy(floor->name, name);
	} else if (serial < floor->serial && !lower) {
		return true;
	}
	floor->serial = serial;
	floor->has_sha256 = sha256;
	if (sha256)
		memcpy(floor->sha256, sha256, sizeof(floor->sha256));
	return true;
}

static bool read_digest(const char *hex, uint8_t ret_sha256[DEBAR_SHA256_SIZE])
{
	size_t i;

	if (strlen(hex) != 2 * DEBAR_SHA256_SIZE ||
	    strspn(hex, "0123456789abcdef") != 2 * DEBAR_SHA256_SIZE)
		return false;
	for (i = 0; i < DEBAR_SHA256_SIZE; i++)
		sscanf(hex + 2 * i, "%2hhx", &ret_sha256[i]);
	return true;
}

/* @line ends in NUL. Return: what is wrong with it, or NULL. */
static const char *read_line(struct floors *floors, char *line)
{
	uint8_t sha256[DEBAR_SHA256_SIZE];
	char *number, *end, *digest;
	uint64_t serial;

	if (*line == '#' || *line == '\0')
		return NULL;
	number = strchr(line, ' ');
	if (!number)
		return "a name and a serial were expected";
	*number++ = '\0';
	if (!debar_image_name_valid(line, strlen(line)))
		return "no policy can have that name";
	digest = strchr(number, ' ');
	if (digest) {
		*digest++ = '\0';
		if (!read_digest(digest, sha256))
			return "the digest is not one of SHA-256";
	}
	errno = 0;
	serial = strtoull(number, &end, 10);
	if (errno || *number < '0' || *number > '9' || *end)
		return "the serial is not a number";
	return set(floors, line, serial, digest ? sha256 : NULL, false) ? NULL : "too many names";
}

static void read_lines(struct cli *cli, struct floors *floors, char *text, size_t length)
{
	unsigned int number = 0;
	char *line, *end;

	for (line = text; line < text + length; line = end + 1) {
		const char *why;

		number++;
		end = memchr(line, '\n', text + length - line);
		why = end ? NULL : "the line is not whole";
		end = end ?: text + length;
		*end = '\0';
		if (!why && strlen(line) != (size_t)(end - line))
			why = "it holds a NUL";
		if (!why)
			why = read_line(floors, line);
		if (!why)
			continue;
		floors->damaged = true;
		warn(cli, "%s:%u: %s: the floor of this line is not kept", file_name(),
		     number, why);
	}
}

static int read_text(const char *path, char **ret_text, size_t *ret_length)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC), err = 0;
	char *text = malloc(FILE_MAX + 1);
	size_t length = 0;
	struct stat st;
	ssize_t n = 1;

	if (fd < 0 || !text || fstat(fd, &st))
		err = fd < 0 || text ? -errno : -ENOMEM;
	else if (!S_ISREG(st.st_mode))
		err = -EINVAL;
	while (!err && n) {
		n = read(fd, text + length, FILE_MAX - length);
		if (n < 0 && errno != EINTR)
			err = -errno;
		length += n > 0 ? n : 0;
		if (length == FILE_MAX)
			err = -EFBIG;
	}
	if (fd >= 0)
		close(fd);
	if (err) {
		free(text);
		return err;
	}
	*ret_text = text;
	*ret_length = length;
	return 0;
}

void floors_read(struct cli *cli, struct floors *ret_floors)
{
	char *text;
	size_t length;
	int err;

	*ret_floors = (struct floors){ 0 };
	err = read_text(file_name(), &text, &length);
	if (err == -ENOENT)
		return;
	if (err) {
		ret_floors->unreadable = true;
		warn(cli, "%s: it cannot be read (%s): policies older than those of "
		     "earlier are not refused because of it", file_name(), strerror(-err));
		return;
	}
	read_lines(cli, ret_floors, text, length);
	free(text);
}

void floors_hand_over(struct cli *cli, struct debar *debar)
{
	struct floors floors;
	size_t i;
	int err;

	floors_read(cli, &floors);
	for (i = 0; i < floors.n; i++) {
		err = debar_set_floor(debar, floors.list[i].name, floors.list[i].serial);
		if (!err)
			continue;
		warn(cli, "the kernel did not take the floor of '%s': %s",
		     floors.list[i].name,
		     *debar_error_text(debar) ? debar_error_text(debar) : strerror(-err));
		/* It would be as with this one. */
		return;
	}
}

/* 0755, as its last part only: what is above is for the system to have. */
static int open_directory(const char *path)
{
	int fd;

	if (mkdir(path, 0755) && errno != EEXIST)
		return -errno;
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (flock(fd, LOCK_EX)) {
		int err = -errno;

		close(fd);
		return err;
	}
	return fd;
}

static char *print(const struct floors *floors, size_t *ret_length)
{
	char hex[2 * DEBAR_SHA256_SIZE + 1];
	char *text = NULL;
	FILE *stream = open_memstream(&text, ret_length);
	size_t i;

	if (!stream)
		return NULL;
	fputs(HEADING, stream);
	for (i = 0; i < floors->n; i++) {
		const struct floor *floor = &floors->list[i];

		escape_hex(floor->sha256, sizeof(floor->sha256), hex);
		fprintf(stream, "%s %" PRIu64 "%s%s\n", floor->name, floor->serial,
			floor->has_sha256 ? " " : "", floor->has_sha256 ? hex : "");
	}
	if (fclose(stream)) {
		free(text);
		return NULL;
	}
	return text;
}

/* What could not be understood is kept for people. */
static void keep_damaged(struct cli *cli, const char *path)
{
	char *copy;

	if (asprintf(&copy, "%s.damaged", path) < 0)
		return;
	unlink(copy);
	if (link(path, copy))
		warn(cli, "%s: no copy of the damaged file could be kept: %s", path,
		     strerror(errno));
	else
		warn(cli, "%s: a copy of the damaged file is in %s: look at it", path, copy);
	free(copy);
}

static enum status write_floors(struct cli *cli, const struct floors *floors, int directory)
{
	const char *path = file_name();
	enum status status;
	size_t length;
	char *text;

	text = print(floors, &length);
	if (!text)
		return fail_memory(cli);
	if (floors->damaged)
		keep_damaged(cli, path);
	status = file_write(cli, path, text, length);
	free(text);
	if (!status && fsync(directory))
		status = fail_path(cli, errno, path);
	return status;
}

void floors_keep(struct cli *cli, const char *name, uint64_t serial,
		 const uint8_t sha256[DEBAR_SHA256_SIZE], bool lower)
{
	char *path = strdup(file_name());
	struct floors floors;
	struct floor *known;
	int directory;

	directory = path ? open_directory(dirname(path)) : -ENOMEM;
	free(path);
	if (directory < 0) {
		warn(cli, "%s: the floor of '%s' is not kept: %s", file_name(), name,
		     strerror(-directory));
		return;
	}
	floors_read(cli, &floors);
	known = find(&floors, name);
	if (floors.unreadable || !(known || floors.n < DEBAR_FLOORS_MAX)) {
		warn(cli, "%s: the floor of '%s' is not kept: %s", file_name(), name,
		     floors.unreadable ? "the file cannot be read" : "too many names");
	} else if (floors.damaged || !known || serial > known->serial ||
		   (serial < known->serial && lower) ||
		   (serial == known->serial && !floors_know(&floors, name, sha256))) {
		set(&floors, name, serial, sha256, lower);
		if (write_floors(cli, &floors, directory))
			warn(cli, "%s: the floor of '%s' is not kept", file_name(), name);
	}
	close(directory);
}
