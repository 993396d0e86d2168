// SPDX-License-Identifier: GPL-2.0-only
/*
 * Scripts that name their interpreter.
 */
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "script.h"

#define SCRIPT_HEAD	256	/* bytes of a script that the kernel looks at */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

char *script_interpreter(int fd)
{
	char head[SCRIPT_HEAD + 1], *start, *end;
	ssize_t n = pread(fd, head, SCRIPT_HEAD, 0);

	if (n < 2 || head[0] != '#' || head[1] != '!')
		return NULL;
	head[n] = '\0';
	for (start = head + 2; is_blank(*start); start++)
		;
	for (end = start; *end && *end != '\n' && !is_blank(*end); end++)
		;
	/* A name that was cut off names another file: the kernel refuses it. */
	if (end == start || end == head + SCRIPT_HEAD)
		return NULL;
	return strndup(start, end - start);
}
