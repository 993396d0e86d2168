// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hash lists: what sha256sum(1) writes, in its own and in the BSD form, and tables
 * with sizes. A list has up to a million lines, so a line costs no allocation.
 */
#include <errno.h>
#include <string.h>

#include "bounds.h"
#include "compiler.h"
#include "digest.h"
#include "field.h"

#define DIGITS	(2 * DEBAR_SHA256_SIZE)
#define BSD	"SHA256 ("
#define TABLE_HEADER	"sha256,size,name"
/* Lines between two calls of the input's progress function: some milliseconds. */
#define STEP	(1u << 15)

struct line {
	struct policy_report *report;
	struct policy_place place;	/* of its first character */
	const char *text;
	size_t length;
};

/* The place @offset bytes into a line whose characters up to there are ASCII. */
static struct policy_place place_at(const struct line *line, size_t offset)
{
	struct policy_place place = line->place;

	place.column += offset;
	return place;
}

/*
 * Names do not get into the image, but a line that is damaged in its name may be
 * damaged elsewhere.
 */
static bool check_name(const struct line *line, size_t start, size_t end, bool escaped)
{
	size_t i;

	if (start == end) {
		policy_error(line->report, place_at(line, start),
			     "a file name is missing");
		return false;
	}
	if (!escaped)
		return true;
	for (i = start; i < end; i++) {
		if (line->text[i] != '\\')
			continue;
		i++;
		if (i < end && strchr("\\nr", line->text[i]))
			continue;
		policy_error(line->report, line->place,
			     "the file name has an escape other than \\\\, \\n and \\r");
		return false;
	}
	return true;
}

/* "SHA256 (name) = digits", of which @start is behind an escape mark. */
static bool read_bsd(const struct line *line, size_t start, bool escaped,
		     uint8_t sha256[DEBAR_SHA256_SIZE])
{
	size_t name = start + strlen(BSD);
	size_t end = line->length;

	while (end > name && line->text[end - 1] != ')')
		end--;
	if (end == name || line->length - end < 3 ||
	    memcmp(line->text + end, " = ", 3) != 0) {
		policy_error(line->report, line->place,
			     "expected 'SHA256 (name) = ' and %u hex digits", DIGITS);
		return false;
	}
	if (!check_name(line, name, end - 1, escaped))
		return false;
	/* The name may hold characters of several bytes: point at the line. */
	return policy_digest_read(line->report, line->place, line->text + end + 3,
				  line->length - end - 3, sha256);
}

/* "digits", a space, a space or "*", "name". */
static bool read_plain(const struct line *line, size_t start, bool escaped,
		       uint8_t sha256[DEBAR_SHA256_SIZE])
{
	size_t span = policy_digest_span(line->text + start, line->length - start);
	size_t name = start + span + 2;

	if (span == 0) {
		policy_error(line->report, place_at(line, start),
			     "expected a SHA-256 of %u hex digits, two spaces and a file "
			     "name", DIGITS);
		return false;
	}
	/* Let the digest say what is wrong with it, up to what separates it. */
	if (start + span < line->length && !strchr(" \t*", line->text[start + span]))
		span++;
	if (!policy_digest_read(line->report, place_at(line, start), line->text + start,
				span, sha256))
		return false;
	if (name > line->length || line->text[name - 2] != ' ' ||
	    (line->text[name - 1] != ' ' && line->text[name - 1] != '*')) {
		policy_error(line->report, place_at(line, start + DIGITS),
			     "expected two spaces, or a space and '*', and the file name "
			     "here");
		return false;
	}
	return check_name(line, name, line->length, escaped);
}

/* "MD5 (name) = digits" and the like. Returns true, reported, if it is that. */
static bool refuse_other_bsd(const struct line *line, size_t start)
{
	size_t i = start;

	while (i < line->length && line->text[i] != ' ' && line->text[i] != '(')
		i++;
	if (i == start || line->length - i < 2 || memcmp(line->text + i, " (", 2) != 0 ||
	    !memmem(line->text + i, line->length - i, ") = ", 4))
		return false;
	policy_error(line->report, place_at(line, start),
		     "a digest of the algorithm %s; a ban is a SHA256",
		     policy_quote(line->text + start, i - start).text);
	return true;
}

/* A line of what sha256sum(1) writes. */
static bool read_sum(const struct line *line, uint8_t sha256[DEBAR_SHA256_SIZE])
{
	bool escaped = line->text[0] == '\\';
	size_t start = escaped ? 1 : 0;

	if (line->length - start >= strlen(BSD) &&
	    memcmp(line->text + start, BSD, strlen(BSD)) == 0)
		return read_bsd(line, start, escaped, sha256);
	if (refuse_other_bsd(line, start))
		return false;
	return read_plain(line, start, escaped, sha256);
}

/* A name in quotes, from the quote mark at @start to the end of the line. */
static bool check_quoted(const struct line *line, size_t start)
{
	size_t i = start + 1;

	for (;;) {
		const char *quote = memchr(line->text + i, '"', line->length - i);

		/* A name that goes on in another line could pass for rows. */
		if (!quote) {
			policy_error(line->report, place_at(line, start),
				     "a quote mark that is not closed in this line");
			return false;
		}
		i = quote - line->text + 1;
		if (i == line->length)
			break;
		if (line->text[i] != '"') {
			policy_error(line->report, place_at(line, start),
				     "the line goes on behind the name in quotes; within "
				     "it, write a quote mark twice");
			return false;
		}
		i++;
	}
	if (line->length - start > strlen("\"\""))
		return true;
	policy_error(line->report, place_at(line, start), "a file name is missing");
	return false;
}

static bool check_table_name(const struct line *line, size_t start)
{
	size_t length = line->length - start;

	if (length > 0 && line->text[start] == '"')
		return check_quoted(line, start);
	if (!check_name(line, start, line->length, false))
		return false;
	if (!memchr(line->text + start, ',', length) &&
	    !memchr(line->text + start, '"', length))
		return true;
	policy_error(line->report, place_at(line, start),
		     "a name with a comma or quote mark must be in quotes (\"), with its "
		     "quote marks doubled");
	return false;
}

/* A row of a table: "digits,size,name". */
static bool read_row(const struct line *line, struct policy_ban *ban)
{
	const char *end = line->text + line->length;
	const char *size, *name;
	size_t span;

	size = memchr(line->text, ',', line->length);
	name = size ? memchr(size + 1, ',', end - size - 1) : NULL;
	if (!name) {
		policy_error(line->report, line->place,
			     "expected three columns: " TABLE_HEADER);
		return false;
	}
	span = size++ - line->text;
	if (!policy_digest_read(line->report, line->place, line->text, span, ban->sha256))
		return false;
	ban->size = 0;
	if (name > size &&
	    !policy_number_read(line->report, place_at(line, span + 1), size, name - size,
				"size", &ban->size))
		return false;
	return check_table_name(line, name + 1 - line->text);
}

static bool is_blank(const struct line *line)
{
	size_t i = 0;

	while (i < line->length && (line->text[i] == ' ' || line->text[i] == '\t'))
		i++;
	return i == line->length || line->text[0] == '#';
}

static bool is_table(const char *path)
{
	size_t length = strlen(path);

	return length > 4 && strcmp(path + length - 4, ".csv") == 0;
}

/* The first line of a table that is no comment. */
static bool check_header(const struct line *line)
{
	if (line->length == strlen(TABLE_HEADER) &&
	    memcmp(line->text, TABLE_HEADER, line->length) == 0)
		return true;
	policy_error(line->report, line->place,
		     "a table begins with the line '" TABLE_HEADER "'");
	return false;
}

static bool read_line(const struct line *line, bool table, struct policy_ban *ban)
{
	if (line->length > POLICY_LINE_MAX) {
		policy_error(line->report, line->place, "the line has more than %u bytes",
			     POLICY_LINE_MAX);
		return false;
	}
	return table ? read_row(line, ban) : read_sum(line, ban->sha256);
}

/* Tell how far it is. Returns 0, or -EINTR. */
static int step(const struct policy_compiler *compiler, uint64_t done)
{
	const struct policy_input *input = compiler->input;

	return input->progress ? input->progress(compiler->done + done, input->data) : 0;
}

int policy_hashlist_read(struct policy_compiler *compiler, uint32_t source,
			 uint32_t release, bool unverified)
{
	const struct policy_source *file = &compiler->sources.list[source];
	const char *end = file->data + file->length;
	const char *next, *at;
	struct policy_ban ban = { .release = release, .unverified = unverified };
	struct line line = {
		.report = &compiler->report,
		.place = { .source = source, .line = 0, .column = 1 },
	};
	bool table = is_table(file->path);
	bool header = table, any = false;
	int error;

	for (at = file->data; at < end; at = next) {
		const char *newline = memchr(at, '\n', end - at);

		next = newline ? newline + 1 : end;
		line.place.line++;
		line.text = at;
		line.length = (newline ? newline : end) - at;
		if (line.length > 0 && line.text[line.length - 1] == '\r')
			line.length--;
		if (line.place.line % STEP == 0) {
			error = step(compiler, at - file->data);
			if (error)
				return error;
		}
		if (is_blank(&line))
			continue;
		if (header) {
			header = false;
			if (!check_header(&line))
				return 0;
			continue;
		}
		any = true;
		if (!read_line(&line, table, &ban))
			continue;
		ban.place = line.place;
		error = policy_model_add_ban(compiler, &ban);
		if (error)
			return error;
		if (compiler->model.full)
			return 0;
	}
	compiler->done += file->length;
	if (header)
		policy_error(&compiler->report, (struct policy_place) { source, 0, 0 },
			     "a table begins with the line '" TABLE_HEADER "'");
	else if (!any)
		policy_warning(&compiler->report, (struct policy_place) { source, 0, 0 },
			       "the hash list is empty");
	return 0;
}
