// SPDX-License-Identifier: GPL-2.0-only
/*
 * The rows of a hash list.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "bounds.h"
#include "huge.h"
#include "import_rows.h"
#include "utf8.h"

#define DIGITS		(2 * DEBAR_SHA256_SIZE)
#define HEADER		"sha256,size,name\n"
#define SOURCE		"# source: "
#define NO_SOURCE	SOURCE "not given\n"
/* A list has a name in every row. */
#define NO_NAME		"(no name)"
/* What stands beside the name in a line: digest, size, commas, newline. */
#define BESIDE		(DIGITS + 20 + 3)
/* The compiler takes no longer line. */
#define NAME_MAX_BYTES	(POLICY_LINE_MAX - BESIDE)
#define FIRST_CAPACITY	1024
/* A power of two, and twice what is ever in it. */
#define N_SLOTS		(2 * (size_t)DEBAR_IMAGE_BANS_MAX)

size_t import_escape(const char *text, size_t length, bool first, char *to,
		     bool *ret_changed)
{
	static const char digits[] = "0123456789abcdef";
	size_t at = 0, i = 0;

	while (i < length) {
		bool formula = first && i == 0 && text[i] && strchr("=+-@", text[i]);
		uint32_t character = 0;
		size_t n;

		/* Nearly all of it is this. */
		if (text[i] >= ' ' && text[i] <= '~' && !formula) {
			to[at++] = text[i++];
			continue;
		}
		n = policy_utf8_decode(text + i, length - i, &character);
		if (n > 0 && !formula && !policy_utf8_deceives(character)) {
			memcpy(to + at, text + i, n);
			at += n;
			i += n;
			continue;
		}
		*ret_changed = true;
		for (n = n > 0 ? n : 1; n > 0; n--, i++) {
			to[at++] = '\\';
			to[at++] = 'x';
			to[at++] = digits[(unsigned char)text[i] >> 4];
			to[at++] = digits[text[i] & 15];
		}
	}
	return at;
}

/*
 * Digests come from outside and need not be real ones: with a fixed hash somebody
 * could choose them so that all fall into one slot. This one is universal.
 */
static uint32_t hash(const struct import_rows *rows, const uint8_t *sha256)
{
	uint64_t sum = 0;
	uint32_t word;
	size_t i;

	for (i = 0; i < DEBAR_SHA256_SIZE / 4; i++) {
		memcpy(&word, sha256 + 4 * i, sizeof(word));
		sum += rows->key[i] * word;
	}
	return sum >> 32;
}

/*
 * The slot that holds @sha256, or the free one where it belongs. Its hash stands in
 * the slot, too, or every step would fetch another row from memory.
 */
static struct import_rows_slot *find_slot(const struct import_rows *rows,
					  const uint8_t *sha256, uint32_t key)
{
	size_t i = key & (N_SLOTS - 1);

	for (;; i = (i + 1) & (N_SLOTS - 1)) {
		struct import_rows_slot *slot = &rows->slots[i];

		if (slot->row == 0 ||
		    (slot->hash == key &&
		     memcmp(rows->list[slot->row - 1].sha256, sha256,
			    DEBAR_SHA256_SIZE) == 0))
			return slot;
	}
}

/*
 * The table is made for as many rows as there can be, so that none ever moves:
 * memory that no row touches costs nothing.
 */
static bool make_slots(struct import_rows *rows)
{
	if (getrandom(rows->key, sizeof(rows->key), 0) != sizeof(rows->key))
		return false;
	rows->slots = policy_prefer_huge(calloc(N_SLOTS, sizeof(*rows->slots)),
				  N_SLOTS * sizeof(*rows->slots));
	return rows->slots;
}

static bool grow(struct import_rows *rows)
{
	size_t capacity = rows->capacity ? 2 * rows->capacity : FIRST_CAPACITY;
	struct import_rows_entry *list;

	if (!rows->slots && !make_slots(rows))
		return false;
	list = policy_prefer_huge(reallocarray(rows->list, capacity, sizeof(*list)),
			   capacity * sizeof(*list));
	if (!list)
		return false;
	rows->list = list;
	rows->capacity = capacity;
	return true;
}

/* Keep @length bytes at @text, escaped. Returns the offset, 0 without memory. */
static uint32_t keep_text(struct import_rows *rows, const char *text, size_t length,
			  bool first, bool *ret_changed)
{
	size_t need = rows->texts_length + 4 * length + 2;
	uint32_t offset;

	if (need > rows->texts_capacity) {
		size_t capacity = need > 2 * rows->texts_capacity ?
				  need : 2 * rows->texts_capacity;
		char *texts = policy_prefer_huge(realloc(rows->texts, capacity), capacity);

		if (!texts)
			return 0;
		rows->texts = texts;
		rows->texts_capacity = capacity;
	}
	/* Offset 0 means that there is none. */
	if (rows->texts_length == 0)
		rows->texts[rows->texts_length++] = '\0';
	offset = rows->texts_length;
	rows->texts_length += import_escape(text, length, first, rows->texts + offset,
					    ret_changed);
	rows->texts[rows->texts_length++] = '\0';
	return offset;
}

static bool wants_quotes(const char *name)
{
	size_t length = strlen(name);

	return length > 0 && (name[strcspn(name, ",\"")] || name[0] == ' ' ||
			      name[0] == '#' || name[length - 1] == ' ');
}

static size_t printed_length(const char *name)
{
	size_t length = strlen(name);

	if (!wants_quotes(name))
		return length;
	for (length += 2; (name = strchr(name, '"')); name++)
		length++;
	return length;
}

static const char *text_at(const struct import_rows *rows, uint32_t offset)
{
	return offset > 0 ? rows->texts + offset : "";
}

/* The text of a name or source. Returns false if it is too long or without memory. */
static enum import_rows_outcome keep(struct import_rows *rows, const char *text,
				     size_t length, bool first, uint32_t *ret_offset)
{
	size_t before = rows->texts_length;
	bool changed = false;
	size_t printed;

	*ret_offset = 0;
	if (!text || length == 0)
		return IMPORT_ROW_ADDED;
	if (length > NAME_MAX_BYTES)
		return IMPORT_ROW_TOO_LONG;
	*ret_offset = keep_text(rows, text, length, first, &changed);
	if (*ret_offset == 0)
		return IMPORT_ROW_NO_MEMORY;
	printed = printed_length(text_at(rows, *ret_offset));
	if (printed > NAME_MAX_BYTES) {
		rows->texts_length = before;
		*ret_offset = 0;
		return IMPORT_ROW_TOO_LONG;
	}
	rows->length += printed;
	rows->n_escaped += changed && first;
	return IMPORT_ROW_ADDED;
}

static enum import_rows_outcome keep_source(struct import_rows *rows,
					    const struct import_row *row,
					    uint32_t *ret_offset)
{
	enum import_rows_outcome outcome;
	const char *last = text_at(rows, rows->last_source);
	uint32_t offset;

	*ret_offset = rows->last_source;
	if (!row->source || row->source_length == 0) {
		/* Or it would seem to come from where the row before it does. */
		if (rows->last_source > 0)
			rows->length += strlen(NO_SOURCE);
		rows->last_source = 0;
		*ret_offset = 0;
		return IMPORT_ROW_ADDED;
	}
	if (rows->last_source > 0 && strlen(last) == row->source_length &&
	    memcmp(last, row->source, row->source_length) == 0)
		return IMPORT_ROW_ADDED;
	outcome = keep(rows, row->source, row->source_length, false, &offset);
	if (outcome == IMPORT_ROW_ADDED) {
		rows->length += strlen(SOURCE "\n");
		rows->last_source = offset;
		*ret_offset = offset;
	}
	return outcome;
}

static enum import_rows_outcome fold(struct import_rows *rows,
				     struct import_rows_entry *entry,
				     const struct import_row *row)
{
	enum import_rows_outcome outcome;

	if (entry->size == IMPORT_SIZE_UNKNOWN)
		entry->size = row->size;
	else if (row->size != IMPORT_SIZE_UNKNOWN && row->size != entry->size)
		return IMPORT_ROW_CONTRADICTS;
	if (entry->name == 0) {
		outcome = keep(rows, row->name, row->name_length, true, &entry->name);
		if (outcome != IMPORT_ROW_ADDED)
			return outcome;
	}
	return IMPORT_ROW_DUPLICATE;
}

enum import_rows_outcome import_rows_add(struct import_rows *rows,
					 const struct import_row *row)
{
	struct import_rows_entry entry = { .size = row->size };
	enum import_rows_outcome outcome;
	struct import_rows_slot *slot;
	uint32_t key;

	if (rows->n == rows->capacity && !grow(rows))
		return IMPORT_ROW_NO_MEMORY;
	key = hash(rows, row->sha256);
	slot = find_slot(rows, row->sha256, key);
	if (slot->row > 0)
		return fold(rows, &rows->list[slot->row - 1], row);
	if (rows->n == DEBAR_IMAGE_BANS_MAX || rows->length > POLICY_LIST_MAX)
		return IMPORT_ROW_FULL;
	memcpy(entry.sha256, row->sha256, sizeof(entry.sha256));
	outcome = keep_source(rows, row, &entry.source);
	if (outcome == IMPORT_ROW_ADDED)
		outcome = keep(rows, row->name, row->name_length, true, &entry.name);
	if (outcome != IMPORT_ROW_ADDED)
		return outcome;
	rows->list[rows->n++] = entry;
	*slot = (struct import_rows_slot) { .hash = key, .row = rows->n };
	rows->length += BESIDE + strlen(NO_NAME);
	return IMPORT_ROW_ADDED;
}

static char *print_hex(char *to, const uint8_t *sha256)
{
	static const char digits[] = "0123456789abcdef";
	size_t i;

	for (i = 0; i < DEBAR_SHA256_SIZE; i++) {
		*to++ = digits[sha256[i] >> 4];
		*to++ = digits[sha256[i] & 15];
	}
	return to;
}

static char *print_name(char *to, const char *name)
{
	if (!wants_quotes(name))
		return stpcpy(to, name);
	*to++ = '"';
	for (; *name; name++) {
		if (*name == '"')
			*to++ = '"';
		*to++ = *name;
	}
	*to++ = '"';
	return to;
}

int import_rows_print(struct import_rows *rows, const char *head, char **ret_list,
		      size_t *ret_length)
{
	uint32_t source = 0;
	char *list, *to;
	size_t length, i;

	free(rows->slots);
	rows->slots = NULL;
	length = strlen(head) + strlen(HEADER) + rows->length + 1;
	list = policy_prefer_huge(malloc(length), length);
	if (!list)
		return -ENOMEM;
	to = stpcpy(stpcpy(list, head), HEADER);
	for (i = 0; i < rows->n; i++) {
		const struct import_rows_entry *entry = &rows->list[i];

		if (entry->source > 0 && entry->source != source)
			to = stpcpy(stpcpy(stpcpy(to, SOURCE),
					   text_at(rows, entry->source)), "\n");
		else if (entry->source == 0 && source > 0)
			to = stpcpy(to, NO_SOURCE);
		source = entry->source;
		to = print_hex(to, entry->sha256);
		if (entry->size == IMPORT_SIZE_UNKNOWN)
			to = stpcpy(to, ",,");
		else
			to += sprintf(to, ",%" PRIu64 ",", entry->size);
		to = print_name(to, entry->name > 0 ? text_at(rows, entry->name) : NO_NAME);
		*to++ = '\n';
	}
	*to = '\0';
	*ret_list = list;
	*ret_length = to - list;
	import_rows_free(rows);
	return 0;
}

void import_rows_free(struct import_rows *rows)
{
	free(rows->list);
	free(rows->texts);
	free(rows->slots);
	memset(rows, 0, sizeof(*rows));
}
