// SPDX-License-Identifier: GPL-2.0-only
/*
 * Make a policy image, valid or broken in a chosen way, without the compiler.
 *
 * mkimage FILE <DESCRIPTION
 *
 * The description has one of these a line, words separated by blanks:
 *
 *	name NAME
 *	serial N
 *	version N
 *	product VENDOR PRODUCT AUTHORITY deny|observe [EFFECTIVE [EXPIRES]]
 *				(in order, from 0; instants in seconds since 1970)
 *	release TEXT		of the last product
 *	exception PRODUCT EXPIRES	(those first)
 *	exception SHA256 EXPIRES
 *	signers N
 *	local			one called local may be unsigned
 *	ban SHA256 SIZE|- PRODUCT
 *	keep			bans stay in the order given
 *	poke OFFSET HEX		afterwards, bytes of the whole image
 *	truncate BYTES		afterwards, to this length
 *	extend BYTES		afterwards, by as many NUL
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "image.h"

#define MAX_PRODUCTS 4096
#define MAX_EXCEPTIONS 64
#define MAX_EDITS 64

struct ban {
	struct debar_image_ban raw;
	bool sized;
	__u64 size;
	__u32 product;
};

struct edit {
	char kind;
	unsigned long at;
	char hex[512];
};

static struct debar_image_header header = { .magic = DEBAR_IMAGE_MAGIC };
static struct debar_image_product products[MAX_PRODUCTS];
static struct debar_image_exception exceptions[MAX_EXCEPTIONS];
static struct edit edits[MAX_EDITS];
static struct ban *bans;
static __u64 *sizes;
static char *text;
static size_t n_products, n_exceptions, n_bans, n_sizes, n_edits, text_length;
static bool keep;

static void die(const char *what, const char *line)
{
	fprintf(stderr, "mkimage: %s: %s\n", what, line);
	exit(2);
}

static void *grow(void *p, size_t n, size_t each)
{
	/* Doubled whenever n is a power of two. */
	if (n & (n - 1))
		return p;
	p = realloc(p, (n ? 2 * n : 1) * each);
	if (!p)
		die("no memory", "");
	return p;
}

static __le32 add_text(const char *word)
{
	size_t at = text_length, length = strlen(word) + 1;

	text = realloc(text, text_length + length);
	if (!text)
		die("no memory", word);
	memcpy(text + at, word, length);
	text_length += length;
	return htole32(at);
}

static int digit(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = c ? strchr(digits, c) : NULL;

	return at ? at - digits : -1;
}

static size_t from_hex(const char *hex, __u8 *to, size_t max)
{
	size_t n;

	for (n = 0; n < max; n++) {
		int high = digit(hex[2 * n]);
		int low = high < 0 ? -1 : digit(hex[2 * n + 1]);

		if (low < 0)
			break;
		to[n] = high << 4 | low;
	}
	return n;
}

static void read_product(const char *line)
{
	char vendor[300], product[300], authority[300], action[16];
	unsigned long long effective = 0, expires = 0;

	if (n_products == MAX_PRODUCTS ||
	    sscanf(line, "%*s %299s %299s %299s %15s %llu %llu", vendor, product,
		   authority, action, &effective, &expires) < 4)
		die("bad product", line);
	products[n_products++] = (struct debar_image_product){
		.vendor = add_text(vendor),
		.product = add_text(product),
		.release = htole32(DEBAR_IMAGE_NONE),
		.authority = add_text(authority),
		.effective = htole64(effective),
		.expires = htole64(expires),
		.action = htole32(strcmp(action, "deny") == 0 ? DEBAR_ACTION_DENY :
								DEBAR_ACTION_OBSERVE),
	};
}

static void read_release(const char *line)
{
	char release[300];

	if (n_products == 0 || sscanf(line, "%*s %299s", release) != 1)
		die("bad release", line);
	products[n_products - 1].release = add_text(release);
}

static void read_exception(const char *line)
{
	struct debar_image_exception *e = &exceptions[n_exceptions++];
	unsigned long long expires;
	char what[65];

	if (n_exceptions == MAX_EXCEPTIONS ||
	    sscanf(line, "%*s %64s %llu", what, &expires) != 2)
		die("bad exception", line);
	e->approver = add_text("approver");
	e->reason = add_text("reason");
	e->expires = htole64(expires);
	e->product = htole32(DEBAR_IMAGE_NONE);
	if (strlen(what) < 64)
		e->product = htole32(strtoul(what, NULL, 0));
	else if (from_hex(what, e->sha256, 32) != 32)
		die("bad exception", line);
}

static void read_ban(const char *line)
{
	char hex[65], size[32];
	struct ban *ban;

	bans = grow(bans, n_bans, sizeof(*bans));
	ban = &bans[n_bans++];
	memset(ban, 0, sizeof(*ban));
	if (sscanf(line, "%*s %64s %31s %u", hex, size, &ban->product) != 3 ||
	    from_hex(hex, ban->raw.sha256, 32) != 32)
		die("bad ban", line);
	ban->sized = strcmp(size, "-") != 0;
	if (!ban->sized)
		return;
	ban->size = strtoull(size, NULL, 10);
	sizes = grow(sizes, n_sizes, sizeof(*sizes));
	sizes[n_sizes++] = ban->size;
}

static void read_edit(const char *line)
{
	struct edit *edit = &edits[n_edits++];

	if (n_edits == MAX_EDITS)
		die("too many edits", line);
	edit->kind = line[0];
	if (sscanf(line, "%*s %li %511s", (long *)&edit->at, edit->hex) < 1)
		die("bad edit", line);
}

static void read_line(const char *line)
{
	char word[16], value[256] = "";

	if (sscanf(line, "%15s %255s", word, value) < 1)
		return;
	if (strcmp(word, "name") == 0)
		memcpy(header.name, value, strnlen(value, sizeof(header.name)));
	else if (strcmp(word, "serial") == 0)
		header.serial = htole64(strtoull(value, NULL, 0));
	else if (strcmp(word, "version") == 0)
		header.version = htole32(strtoul(value, NULL, 0));
	else if (strcmp(word, "product") == 0)
		read_product(line);
	else if (strcmp(word, "release") == 0)
		read_release(line);
	else if (strcmp(word, "exception") == 0)
		read_exception(line);
	else if (strcmp(word, "signers") == 0)
		header.signers = htole32(strtoul(value, NULL, 0));
	else if (strcmp(word, "local") == 0)
		header.flags = htole32(DEBAR_IMAGE_ALLOWS_LOCAL);
	else if (strcmp(word, "ban") == 0)
		read_ban(line);
	else if (strcmp(word, "keep") == 0)
		keep = true;
	else if (strcmp(word, "poke") == 0 || strcmp(word, "truncate") == 0 ||
		 strcmp(word, "extend") == 0)
		read_edit(line);
	else
		die("unknown word", line);
}

static int compare_sizes(const void *a, const void *b)
{
	__u64 x = *(const __u64 *)a, y = *(const __u64 *)b;

	return (x > y) - (x < y);
}

static int compare_bans(const void *a, const void *b)
{
	return memcmp(((const struct ban *)a)->raw.sha256,
		      ((const struct ban *)b)->raw.sha256, DEBAR_SHA256_SIZE);
}

static void index_bans(void)
{
	__u32 unsized = 0;
	size_t i, n = 0;

	if (n_sizes)
		qsort(sizes, n_sizes, sizeof(*sizes), compare_sizes);
	for (i = 0; i < n_sizes; i++)
		if (n == 0 || sizes[n - 1] != sizes[i])
			sizes[n++] = sizes[i];
	n_sizes = n;
	if (n_bans && !keep)
		qsort(bans, n_bans, sizeof(*bans), compare_bans);
	for (i = 0; i < n_bans; i++) {
		__u64 *size = NULL;
		__u32 at = DEBAR_IMAGE_UNSIZED;

		if (bans[i].sized) {
			size = bsearch(&bans[i].size, sizes, n_sizes, sizeof(*sizes),
				       compare_sizes);
			at = size - sizes;
		} else {
			unsized++;
		}
		bans[i].raw.index = htole32(at << DEBAR_IMAGE_PRODUCT_BITS |
					    bans[i].product);
	}
	header.n_unsized = htole32(unsized);
}

static char *append(char *to, const void *from, size_t length)
{
	if (length)
		memcpy(to, from, length);
	return to + length;
}

static char *lay_out(size_t *ret_length)
{
	size_t length = sizeof(header) + n_sizes * sizeof(__le64) +
			n_products * sizeof(products[0]) +
			n_exceptions * sizeof(exceptions[0]) +
			n_bans * sizeof(bans->raw) + text_length;
	char *image = malloc(length + 1);
	char *at = image;
	size_t i;

	if (!image)
		die("no memory", "");
	header.length = htole32(length);
	header.n_sizes = htole32(n_sizes);
	header.n_products = htole32(n_products);
	header.n_exceptions = htole32(n_exceptions);
	header.n_bans = htole32(n_bans);
	header.text_length = htole32(text_length);
	at = append(at, &header, sizeof(header));
	for (i = 0; i < n_sizes; i++) {
		__le64 size = htole64(sizes[i]);

		at = append(at, &size, sizeof(size));
	}
	at = append(at, products, n_products * sizeof(products[0]));
	at = append(at, exceptions, n_exceptions * sizeof(exceptions[0]));
	for (i = 0; i < n_bans; i++)
		at = append(at, &bans[i].raw, sizeof(bans[i].raw));
	append(at, text, text_length);
	*ret_length = length;
	return image;
}

static char *apply(const struct edit *edit, char *image, size_t *length)
{
	__u8 bytes[256];
	size_t n;

	switch (edit->kind) {
	case 'p':
		n = from_hex(edit->hex, bytes, sizeof(bytes));
		if (edit->at > *length || n > *length - edit->at)
			die("beyond the end", "poke");
		memcpy(image + edit->at, bytes, n);
		break;
	case 't':
		if (edit->at < *length)
			*length = edit->at;
		break;
	case 'e':
		image = realloc(image, *length + edit->at);
		if (!image)
			die("no memory", "extend");
		memset(image + *length, 0, edit->at);
		*length += edit->at;
		break;
	}
	return image;
}

int main(int argc, char **argv)
{
	static char line[2048];
	size_t i, length;
	char *image;
	FILE *out;

	if (argc != 2)
		die("usage", "mkimage FILE <DESCRIPTION");
	header.version = htole32(DEBAR_IMAGE_VERSION);
	header.serial = htole64(1);
	while (fgets(line, sizeof(line), stdin))
		read_line(line);
	index_bans();
	image = lay_out(&length);
	for (i = 0; i < n_edits; i++)
		image = apply(&edits[i], image, &length);
	out = fopen(argv[1], "w");
	if (!out || fwrite(image, 1, length, out) != length || fclose(out))
		die(strerror(errno), argv[1]);
	return 0;
}
