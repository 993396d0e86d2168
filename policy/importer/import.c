// SPDX-License-Identifier: GPL-2.0-only
/*
 * What readers say about entries, collected.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "bounds.h"
#include "import.h"

static const uint8_t empty_file[DEBAR_SHA256_SIZE] = {
	0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4,
	0xc8, 0x99, 0x6f, 0xb9, 0x24, 0x27, 0xae, 0x41, 0xe4, 0x64, 0x9b,
	0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55,
};

int import_stop(struct import *import, int error)
{
	if (!import->error)
		import->error = error;
	import->stopped = true;
	return error;
}

/* "MESSAGE", or "PLACE: MESSAGE" where the line alone does not say it. */
__attribute__((format(printf, 2, 0)))
static char *place_message(struct import *import, const char *format, va_list arguments)
{
	char *message, *placed;
	char where[512];

	if (vasprintf(&message, format, arguments) < 0)
		return NULL;
	if (!import->where)
		return message;
	import->where(import->where_data, where, sizeof(where));
	if (!*where)
		return message;
	if (asprintf(&placed, "%s: %s", where, message) < 0)
		placed = NULL;
	free(message);
	return placed;
}

static unsigned int line_of(const struct import *import)
{
	return import->line < UINT32_MAX ? import->line : UINT32_MAX;
}

__attribute__((format(printf, 3, 0)))
static void report(struct import *import, enum policy_severity severity,
		   const char *format, va_list arguments)
{
	struct policy_diagnostics *all = &import->result->diagnostics;
	struct policy_diagnostic *d;
	size_t i, same = 0;

	for (i = 0; i < all->n; i++)
		same += all->list[i].severity == severity;
	all->n_errors += severity == POLICY_ERROR;
	if (same >= POLICY_DIAGNOSTICS_KEPT) {
		all->n_dropped++;
		return;
	}
	if (!all->list)
		all->list = calloc(2 * POLICY_DIAGNOSTICS_KEPT, sizeof(*all->list));
	if (!all->list) {
		import_stop(import, -ENOMEM);
		return;
	}
	d = &all->list[all->n];
	*d = (struct policy_diagnostic) {
		.severity = severity,
		.file = strdup(import->options->path),
		.line = line_of(import),
		.message = place_message(import, format, arguments),
	};
	all->n++;
	if (!d->file || !d->message) {
		policy_diagnostics_free(all);
		import_stop(import, -ENOMEM);
	}
}

void import_error(struct import *import, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	report(import, POLICY_ERROR, format, arguments);
	va_end(arguments);
	import->result->n_entries++;
}

void import_warning(struct import *import, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	report(import, POLICY_WARNING, format, arguments);
	va_end(arguments);
}

static void count(struct import *import, struct import_tally *tally, const char *reason,
		  uint64_t n)
{
	size_t i;

	for (i = 0; i < tally->n; i++)
		if (strcmp(tally->list[i].reason, reason) == 0)
			break;
	/* No reader has so many reasons: they are constants. */
	if (i == IMPORT_REASONS)
		return;
	if (i == tally->n)
		tally->list[tally->n++] = (struct import_count) {
			.reason = reason,
			.line = line_of(import),
		};
	tally->list[i].n += n;
	tally->total += n;
	import->result->n_entries += n;
}

void import_refuse(struct import *import, const char *reason, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	report(import, import->options->skip_unusable ? POLICY_WARNING : POLICY_ERROR,
	       format, arguments);
	va_end(arguments);
	count(import, &import->result->refused, reason, 1);
}

void import_ignore(struct import *import, const char *reason, uint64_t n)
{
	count(import, &import->result->ignored, reason, n);
}

void import_take(struct import *import, const struct import_row *row)
{
	if (memcmp(row->sha256, empty_file, sizeof(empty_file)) == 0) {
		import_ignore(import, "digests of the empty file", 1);
		return;
	}
	if (row->size == 0) {
		import_error(import, "the size is 0, but this is not the digest of the "
			     "empty file");
		return;
	}
	switch (import_rows_add(&import->rows, row)) {
	case IMPORT_ROW_ADDED:
		import->result->n_entries++;
		break;
	case IMPORT_ROW_DUPLICATE:
		import->result->n_entries++;
		import->result->n_duplicates++;
		break;
	case IMPORT_ROW_CONTRADICTS:
		import_error(import, "this digest has another size further up: one file "
			     "has one size");
		break;
	case IMPORT_ROW_TOO_LONG:
		import_error(import, "the name or the source has more than the %u bytes "
			     "that a line of a hash list can have", POLICY_LINE_MAX);
		break;
	case IMPORT_ROW_FULL:
		import_error(import, "this is more than a hash list can hold (%u digests, "
			     "%u MiB): import a part at a time", DEBAR_IMAGE_BANS_MAX,
			     POLICY_LIST_MAX >> 20);
		import->stopped = true;
		break;
	case IMPORT_ROW_NO_MEMORY:
		import_stop(import, -ENOMEM);
		break;
	}
}

void import_note(struct import *import, const char *format, ...)
{
	va_list arguments;
	char *note;

	if (import->n_notes == IMPORT_NOTES_MAX)
		return;
	va_start(arguments, format);
	if (vasprintf(&note, format, arguments) < 0)
		import_stop(import, -ENOMEM);
	else
		import->notes[import->n_notes++] = note;
	va_end(arguments);
}

int import_read(struct import *import, void *buffer, size_t size, size_t *ret_length)
{
	ssize_t n;
	int error;

	if (import->error)
		return import->error;
	do
		n = read(import->fd, buffer, size);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return import_stop(import, -errno);
	import->done += n;
	if (import->options->progress) {
		error = import->options->progress(import->done,
						  import->options->progress_data);
		if (error)
			return import_stop(import, error);
	}
	*ret_length = n;
	return 0;
}

bool import_head(struct import *import, const char *bytes, size_t length,
		 size_t *ret_skip)
{
	static const struct {
		const char *magic;
		const char *what;
	} others[] = {
		{ "\xff\xfe", "UTF-16: convert it to UTF-8" },
		{ "\xfe\xff", "UTF-16: convert it to UTF-8" },
		{ "\x1f\x8b", "compressed by gzip: unpack it first" },
		{ "PK\x03\x04", "a ZIP archive: unpack it first" },
		{ "\xfd" "7zXZ", "compressed by xz: unpack it first" },
		{ "\x28\xb5\x2f\xfd", "compressed by zstd: unpack it first" },
	};
	size_t i;

	*ret_skip = length >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		size_t n = strlen(others[i].magic);

		if (length < n || memcmp(bytes, others[i].magic, n) != 0)
			continue;
		import_error(import, "the file is %s", others[i].what);
		import->stopped = true;
		return false;
	}
	return true;
}

bool import_size(struct import *import, const char *text, size_t length,
		 uint64_t *ret_size)
{
	uint64_t size = 0;
	size_t i;

	*ret_size = IMPORT_SIZE_UNKNOWN;
	if (length == 0)
		return true;
	for (i = 0; i < length && text[i] >= '0' && text[i] <= '9'; i++) {
		if (size > (POLICY_NUMBER_MAX - (text[i] - '0')) / 10)
			break;
		size = 10 * size + (text[i] - '0');
	}
	if (i < length) {
		import_error(import, "%s is not a size in bytes (0 to %" PRIu64 ")",
			     policy_quote(text, length).text, POLICY_NUMBER_MAX);
		return false;
	}
	*ret_size = size;
	return true;
}

bool import_same(const char *text, size_t length, const char *word)
{
	return length == strlen(word) && strncasecmp(text, word, length) == 0;
}
