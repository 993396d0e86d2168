// SPDX-License-Identifier: GPL-2.0-only
/*
 * Programs that the services of this machine start, from their unit files: what a
 * line ExecStart= says, read as systemd.service(5) has it, as far as its first word.
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "guard_paths.h"

/* The largest of a desktop's 600 units has 7 KiB. */
#define UNIT_BYTES	(1u << 20)

static const char *const patterns[] = {
	"/lib/systemd/system/*.service",
	"/lib/systemd/system/*.service.d/*.conf",
	"/usr/lib/systemd/system/*.service",
	"/usr/lib/systemd/system/*.service.d/*.conf",
	"/usr/local/lib/systemd/system/*.service",
	"/etc/systemd/system/*.service",
	"/etc/systemd/system/*.service.d/*.conf",
	"/run/systemd/system/*.service",
	"/run/systemd/system/*.service.d/*.conf",
};

static const char *const keys[] = {
	"ExecStart", "ExecStartPre", "ExecStartPost", "ExecCondition", "ExecStop",
};

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* Returns what follows "key =", or NULL if @line sets something else. */
static char *value_of(char *line)
{
	char *equals = strchr(line, '='), *end;
	size_t i;

	if (!equals)
		return NULL;
	for (end = equals; end > line && isspace((unsigned char)end[-1]); end--)
		;
	while (isspace((unsigned char)*line))
		line++;
	for (i = 0; i < ARRAY_SIZE(keys); i++) {
		size_t length = strlen(keys[i]);

		if (end > line && (size_t)(end - line) == length &&
		    memcmp(line, keys[i], length) == 0)
			return equals + 1;
	}
	return NULL;
}

/* The program of a command line, cut out of it in place; NULL if there is none. */
static char *program_of(char *value)
{
	char *end;

	while (isspace((unsigned char)*value))
		value++;
	value += strspn(value, "@-:+!|");
	/* A program can stand in quotes; a command line cannot. */
	if (*value == '"' || *value == '\'') {
		end = strchr(value + 1, *value);
		if (!end)
			return NULL;
		value++;
	} else {
		end = value + strcspn(value, " \t\r\n;");
	}
	*end = '\0';
	/* What a specifier stands for depends on the unit's instance. */
	return *value && !strchr(value, '%') ? value : NULL;
}

static int visit_line(const struct guard_visitor *visitor, char *line, const char *why)
{
	char *value = value_of(line);
	char *program = value ? program_of(value) : NULL;

	if (!program)
		return 0;
	if (*program == '/')
		return guard_visit_path(visitor, program, why);
	return strchr(program, '/') ? 0 : guard_visit_name(visitor, program, why);
}

/* A line that ends in a backslash goes on in the next. Changes @text. */
static void join_lines(char *text)
{
	char *at;

	for (at = text; (at = strstr(at, "\\\n")); at += 2)
		memset(at, ' ', 2);
}

static int visit_text(const struct guard_visitor *visitor, char *text, const char *path)
{
	char *why, *line, *rest = text;
	int err = 0;

	if (asprintf(&why, "started by %s", strrchr(path, '/') + 1) < 0)
		return -ENOMEM;
	join_lines(text);
	while (!err && (line = strsep(&rest, "\n")))
		err = visit_line(visitor, line, why);
	free(why);
	return err;
}

/* The unit as a string; NULL with errno set. */
static char *read_unit(const char *path)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	char *text = NULL;
	struct stat st;
	ssize_t n;

	if (fd < 0)
		return NULL;
	errno = 0;
	if (fstat(fd, &st) || !S_ISREG(st.st_mode) || st.st_size > UNIT_BYTES) {
		errno = errno ? errno : S_ISREG(st.st_mode) ? EFBIG : EINVAL;
	} else {
		text = malloc(st.st_size + 1);
		n = text ? read(fd, text, st.st_size) : -1;
		if (n < 0) {
			free(text);
			text = NULL;
		} else {
			text[n] = '\0';
		}
	}
	close(fd);
	return text;
}

static int visit_unit(const struct guard_visitor *visitor, const char *path,
		      const char *why)
{
	char *open, *text;
	struct stat st;
	int err = 0;

	if (asprintf(&open, "%s%s", visitor->root, path) < 0)
		return -ENOMEM;
	/* A unit that is masked is a link to /dev/null: there is nothing to read. */
	if (stat(open, &st) == 0 && !S_ISREG(st.st_mode)) {
		free(open);
		return 0;
	}
	text = read_unit(open);
	free(open);
	if (text)
		err = visit_text(visitor, text, path);
	else if (errno == ENOMEM)
		err = -ENOMEM;
	else if (errno != ENOENT)
		err = visitor->gap(visitor->data, path, why, errno);
	free(text);
	return err;
}

int guard_visit_units(const struct guard_visitor *visitor)
{
	size_t i;
	int err = 0;

	for (i = 0; i < ARRAY_SIZE(patterns) && !err; i++)
		err = guard_visit_glob(visitor, patterns[i], "unit of systemd", visit_unit);
	return err;
}
