// SPDX-License-Identifier: GPL-2.0-only
/*
 * The files that a policy is made of, whole in memory.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bounds.h"
#include "diagnostic.h"
#include "huge.h"
#include "source.h"
#include "utf8.h"

/* O_NONBLOCK: opening a FIFO must not wait for a writer. */
#define OPEN_FLAGS	(O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)

const char *policy_source_error_text(int error)
{
	const char *text;

	switch (error) {
	case -EISDIR:
		return "it is a directory";
	case -EINVAL:
		return "it is not a regular file";
	case -EFBIG:
		return "it is too large";
	case -ELOOP:
		return "a symbolic link is in the way";
	case -ENOTDIR:
		return "part of its path is no directory, or a symbolic link";
	}
	text = strerrordesc_np(-error);	/* unlike strerror(3), in every locale the same */
	return text ? text : "unknown error";
}

/* Add an entry without data. Takes @path; frees it on error. */
static int add_entry(struct policy_sources *sources, enum policy_source_kind kind,
		     char *path, uint32_t *ret_index)
{
	if (!path)
		return -ENOMEM;
	if (sources->n == sources->capacity) {
		size_t capacity = sources->capacity ? 2 * sources->capacity : 8;
		struct policy_source *list;

		list = reallocarray(sources->list, capacity, sizeof(*list));
		if (!list) {
			free(path);
			return -ENOMEM;
		}
		sources->list = list;
		sources->capacity = capacity;
	}
	sources->list[sources->n] = (struct policy_source) {
		.kind = kind, .path = path, .root = sources->n, .directory = -1,
	};
	*ret_index = sources->n++;
	return 0;
}

/* Read until the end, whatever fstat said the size was: it may have changed. */
static int read_all(int fd, size_t expected, size_t limit, char **ret_data,
		    size_t *ret_length)
{
	size_t capacity = expected + 2;	/* one to see the end, one for the NUL */
	size_t length = 0;
	char *data;

	data = policy_prefer_huge(malloc(capacity), capacity);
	if (!data)
		return -ENOMEM;
	for (;;) {
		ssize_t n = read(fd, data + length, capacity - 1 - length);
		char *larger;

		if (n < 0) {
			int error = -errno;

			if (error == -EINTR)
				continue;
			free(data);
			return error;
		}
		if (n == 0)
			break;
		length += n;
		if (length > limit) {
			free(data);
			return -EFBIG;
		}
		if (length < capacity - 1)
			continue;
		capacity *= 2;
		larger = policy_prefer_huge(realloc(data, capacity), capacity);
		if (!larger) {
			free(data);
			return -ENOMEM;
		}
		data = larger;
	}
	data[length] = '\0';
	*ret_data = data;
	*ret_length = length;
	return 0;
}

/* Was this YAML file read before? It is the last entry; if so, drop it. */
static bool read_before(struct policy_sources *sources, uint32_t *index)
{
	const struct policy_source *source = &sources->list[*index];
	uint32_t i;

	if (source->kind != POLICY_SOURCE_YAML)
		return false;
	for (i = 0; i < *index; i++) {
		const struct policy_source *other = &sources->list[i];

		if (other->kind != POLICY_SOURCE_YAML || !other->data ||
		    other->device != source->device || other->inode != source->inode)
			continue;
		free(source->path);
		sources->n--;
		*index = i;
		return true;
	}
	return false;
}

static int read_entry(struct policy_sources *sources, uint32_t *index, int fd)
{
	struct policy_source *source = &sources->list[*index];
	size_t left = POLICY_SOURCES_MAX - sources->length;
	size_t limit = POLICY_LIST_MAX;
	struct stat st;
	int error;

	if (source->kind == POLICY_SOURCE_YAML)
		limit = POLICY_YAML_MAX;
	if (fstat(fd, &st) < 0)
		return -errno;
	if (S_ISDIR(st.st_mode))
		return -EISDIR;
	if (!S_ISREG(st.st_mode))
		return -EINVAL;
	source->device = st.st_dev;
	source->inode = st.st_ino;
	if (read_before(sources, index))
		return -EEXIST;
	if (limit > left)
		limit = left;
	if ((uint64_t)st.st_size > limit)
		return -EFBIG;
	error = read_all(fd, st.st_size, limit, &source->data, &source->length);
	if (error)
		return error;
	sources->length += source->length;
	return 0;
}

/* Bytes of @path up to and with the last slash: 0 for a file in "." */
static size_t directory_length(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash - path + 1 : 0;
}

static int open_directory(const char *path)
{
	size_t length = directory_length(path);
	char *directory;
	int fd;

	directory = length > 0 ? strndup(path, length) : strdup(".");
	if (!directory)
		return -ENOMEM;
	fd = open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		fd = -errno;
	free(directory);
	return fd;
}

int policy_sources_add_file(struct policy_sources *sources, const char *path,
			    uint32_t *ret_index)
{
	int fd, error;

	error = add_entry(sources, POLICY_SOURCE_YAML, strdup(path), ret_index);
	if (error)
		return error;
	fd = open(path, OPEN_FLAGS);
	if (fd < 0) {
		/* So a socket or a device without a driver answers. */
		return errno == ENXIO || errno == ENODEV ? -EINVAL : -errno;
	}
	error = read_entry(sources, ret_index, fd);
	close(fd);
	if (error)
		return error;
	fd = open_directory(path);
	if (fd < 0)
		return fd;
	sources->list[*ret_index].directory = fd;
	sources->list[*ret_index].below = directory_length(path);
	return 0;
}

bool policy_source_path_valid(const char *path)
{
	for (;;) {
		const char *slash = strchrnul(path, '/');
		size_t length = slash - path;

		if (length == 0 || (length == 1 && path[0] == '.') ||
		    (length == 2 && path[0] == '.' && path[1] == '.'))
			return false;
		if (*slash == '\0')
			return true;
		path = slash + 1;
	}
}

/* Open the last component of @path below @directory, one step at a time. */
static int open_below(int directory, const char *path)
{
	char component[DEBAR_TEXT_MAX + 1];
	int at = directory;
	int fd;

	for (;;) {
		const char *slash = strchrnul(path, '/');
		size_t length = slash - path;
		int flags = OPEN_FLAGS;

		if (length >= sizeof(component)) {
			fd = -ENAMETOOLONG;
			break;
		}
		memcpy(component, path, length);
		component[length] = '\0';
		if (*slash != '\0')
			flags = O_PATH | O_DIRECTORY | O_CLOEXEC;
		fd = openat(at, component, flags | O_NOFOLLOW);
		if (fd < 0)
			fd = errno == ENXIO || errno == ENODEV ? -EINVAL : -errno;
		if (fd < 0 || *slash == '\0')
			break;
		if (at != directory)
			close(at);
		at = fd;
		path = slash + 1;
	}
	if (at != directory)
		close(at);
	return fd;
}

/* @path, which stands in @beside, as a person would name it. */
static char *shown_path(const struct policy_source *beside, const char *path)
{
	size_t length = directory_length(beside->path);
	size_t path_length = strlen(path);
	char *shown = malloc(length + path_length + 1);

	if (shown) {
		memcpy(shown, beside->path, length);
		memcpy(shown + length, path, path_length + 1);
	}
	return shown;
}

int policy_sources_add_below(struct policy_sources *sources,
			     enum policy_source_kind kind, uint32_t beside,
			     const char *path, uint32_t *ret_index)
{
	uint32_t root = sources->list[beside].root;
	struct policy_source *source;
	int fd, error;

	error = add_entry(sources, kind, shown_path(&sources->list[beside], path),
			  ret_index);
	if (error)
		return error;
	source = &sources->list[*ret_index];
	source->root = root;
	source->below = sources->list[root].below;
	fd = open_below(sources->list[root].directory, source->path + source->below);
	if (fd < 0)
		return fd;
	error = read_entry(sources, ret_index, fd);
	close(fd);
	return error;
}

/*
 * Report what is wrong with the character at @s, of @left bytes. Returns its
 * length if nothing is, else 0.
 */
static size_t check_character(const char *s, size_t left, struct policy_place place,
			      struct policy_report *report)
{
	uint32_t character;
	size_t n = policy_utf8_decode(s, left, &character);

	if (n == 0) {
		policy_error(report, place, "byte 0x%02x is not UTF-8",
			     (unsigned char)s[0]);
		return 0;
	}
	if (character == '\t' || !policy_utf8_deceives(character))
		return n;
	if (character == '\r') {
		if (left > 1 && s[1] == '\n')
			return n;
		policy_error(report, place,
			     "a carriage return that does not end the line");
	} else if (character == '\0') {
		policy_error(report, place, "a NUL byte: this is not a text file");
	} else if (character < 0x20 || character == 0x7f) {
		policy_error(report, place, "control character 0x%02x", character);
	} else if (character == 0xfeff && place.line == 1 && place.column == 1) {
		policy_error(report, place,
			     "the file begins with a byte order mark: save it as "
			     "UTF-8 without one");
	} else {
		policy_error(report, place,
			     "character U+%04X cannot be seen and can make text look "
			     "like other text", character);
	}
	return 0;
}

/* Are the 8 bytes at @s all printable ASCII? */
static bool eight_printable(const char *s)
{
	const uint64_t ones = UINT64_C(0x0101010101010101);
	uint64_t word;

	memcpy(&word, s, sizeof(word));
	/* In each byte the top bit: beyond ASCII, DEL or beyond, below space. */
	return ((word | (word + ones) | (word - 0x20 * ones)) & 0x80 * ones) == 0;
}

bool policy_source_text_valid(const struct policy_sources *sources, uint32_t index,
			      struct policy_report *report)
{
	const struct policy_source *source = &sources->list[index];
	struct policy_place place = { .source = index, .line = 1, .column = 1 };
	const char *s = source->data;
	const char *end = s + source->length;
	bool valid = true;

	if (source->length >= 2 &&
	    (memcmp(s, "\xff\xfe", 2) == 0 || memcmp(s, "\xfe\xff", 2) == 0)) {
		policy_error(report, place, "the file is UTF-16: save it as UTF-8");
		return false;
	}
	while (s < end) {
		unsigned char c;
		size_t n;

		if (end - s >= 8 && eight_printable(s)) {
			s += 8;
			place.column += 8;
			continue;
		}
		if (*s == '\n') {
			place.line++;
			place.column = 1;
			s++;
			continue;
		}
		c = (unsigned char)*s;
		n = c >= 0x20 && c < 0x7f ? 1 :
		    check_character(s, end - s, place, report);
		if (n == 0) {
			valid = false;
			s = memchr(s, '\n', end - s);
			if (!s)
				break;
			continue;
		}
		s += n;
		place.column++;
	}
	return valid;
}

int policy_source_byte(const struct policy_source *source, struct policy_place place)
{
	const char *s = source->data;
	const char *end = s + source->length;
	uint32_t line, column;

	for (line = 1; line < place.line; line++) {
		s = memchr(s, '\n', end - s);
		if (!s)
			return -1;
		s++;
	}
	for (column = 1; column < place.column && s < end; column++) {
		uint32_t character;
		size_t n = policy_utf8_decode(s, end - s, &character);

		s += n > 0 ? n : 1;
	}
	return s < end ? (unsigned char)*s : -1;
}

void policy_sources_free(struct policy_sources *sources)
{
	size_t i;

	for (i = 0; i < sources->n; i++) {
		free(sources->list[i].path);
		free(sources->list[i].data);
		if (sources->list[i].directory >= 0)
			close(sources->list[i].directory);
	}
	free(sources->list);
	memset(sources, 0, sizeof(*sources));
}
