// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lines on standard error.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "escape.h"
#include "log.h"

static bool with_priority;

void log_init(bool priorities)
{
	with_priority = priorities;
}

void log_say(int priority, const char *format, ...)
{
	char *message, *escaped;
	va_list args;

	va_start(args, format);
	if (vasprintf(&message, format, args) < 0)
		message = NULL;
	va_end(args);
	escaped = message ? escape_terminal(message) : NULL;
	if (with_priority)
		fprintf(stderr, "<%d>%s\n", priority, escaped ? escaped : "out of memory");
	else
		fprintf(stderr, "debard: %s\n", escaped ? escaped : "out of memory");
	free(escaped);
	free(message);
}
