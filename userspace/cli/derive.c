// SPDX-License-Identifier: GPL-2.0-only
/*
 * What "policy derive" prints.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "derive.h"
#include "escape.h"

/* A text of the policy language, in bytes. */
#define TEXT_MAX 255

/*
 * Make any bytes a text of the language: no control characters, no space at an
 * end, not too long. Of a name that is too long the end says more.
 */
static char *language_text(const char *bytes)
{
	char *text = escape_terminal(bytes), *cut;
	size_t length = text ? strlen(text) : 0;

	if (length > TEXT_MAX) {
		cut = text + length - (TEXT_MAX - 3);
		while ((*cut & 0xc0) == 0x80)
			cut++;
		memmove(text + 3, cut, strlen(cut) + 1);
		memcpy(text, "...", 3);
		length = strlen(text);
	}
	while (length && text[length - 1] == ' ')
		text[--length] = '\0';
	if (text)
		memmove(text, text + strspn(text, " "), strlen(text + strspn(text, " ")) + 1);
	return text;
}

/* JSON's strings are YAML's. */
static void print_text(FILE *stream, const char *bytes)
{
	char *text = language_text(bytes);

	out_json_string(stream, text && *text ? text : "(without a name)");
	free(text);
}

static void print_comment(FILE *stream, const char *bytes)
{
	char *text = language_text(bytes);

	fputs(text ? text : "", stream);
	free(text);
}

static void print_hex(FILE *stream, const uint8_t *sha256)
{
	char hex[2 * PACKAGE_SHA256_SIZE + 1];

	escape_hex(sha256, PACKAGE_SHA256_SIZE, hex);
	fputs(hex, stream);
}

/* Files of several packages, each content once. */
struct selection {
	const struct package_file **list;
	size_t n;
};

static int by_content(const void *a, const void *b)
{
	const struct package_file *const *x = a, *const *y = b;
	int order = memcmp((*x)->sha256, (*y)->sha256, sizeof((*x)->sha256));

	return order ? order : strcmp((*x)->names[0], (*y)->names[0]);
}

static int by_name(const void *a, const void *b)
{
	const struct package_file *const *x = a, *const *y = b;
	int order = strcmp((*x)->names[0], (*y)->names[0]);

	return order ? order : memcmp((*x)->sha256, (*y)->sha256, sizeof((*x)->sha256));
}

static bool is_same_product(const struct derived *a, const struct derived *b)
{
	return strcmp(a->vendor, b->vendor) == 0 && strcmp(a->product, b->product) == 0;
}

static bool is_same_release(const struct derived *a, const struct derived *b)
{
	return is_same_product(a, b) && strcmp(a->version, b->version) == 0;
}

/* The files of @of's release, or of all packages if it is NULL. */
static struct selection select_files(const struct derived *list, size_t n,
				     const struct derived *of)
{
	struct selection selection = { 0 };
	size_t i, k, all = 0;

	for (i = 0; i < n; i++)
		all += list[i].package.n_files;
	selection.list = calloc(all + 1, sizeof(*selection.list));
	if (!selection.list)
		return selection;
	for (i = 0; i < n; i++) {
		if (of && !is_same_release(&list[i], of))
			continue;
		for (k = 0; k < list[i].package.n_files; k++)
			selection.list[selection.n++] = &list[i].package.files[k];
	}
	qsort(selection.list, selection.n, sizeof(*selection.list), by_content);
	for (i = 0, k = 0; i < selection.n; i++) {
		if (!k || memcmp(selection.list[k - 1]->sha256, selection.list[i]->sha256,
				 PACKAGE_SHA256_SIZE) != 0)
			selection.list[k++] = selection.list[i];
	}
	selection.n = k;
	qsort(selection.list, selection.n, sizeof(*selection.list), by_name);
	return selection;
}

static void print_remarks(FILE *stream, const struct derived *derived)
{
	const struct package *package = &derived->package;
	size_t i;

	fputs("# From ", stream);
	print_comment(stream, package->name);
	fprintf(stream, " (%s): %zu file%s of code under %zu name%s\n", package->format,
		package->n_files, package->n_files == 1 ? "" : "s", package->n_names,
		package->n_names == 1 ? "" : "s");
	if (derived->unverified)
		fputs("# UNVERIFIED: the policy knows this package by its SHA-256, and marks that "
		      "anchor as unverified.\n", stream);
	else if (derived->anchored)
		fputs("# The policy knows this package by its SHA-256.\n", stream);
	for (i = 0; i < package->n_problems; i++) {
		fputs("# INCOMPLETE: ", stream);
		print_comment(stream, package->problems[i].member);
		fputs(": ", stream);
		print_comment(stream, package->problems[i].text);
		fputc('\n', stream);
	}
}

static void print_package(FILE *stream, const struct derived *derived)
{
	const struct package *package = &derived->package;

	fputs("              - name: ", stream);
	print_text(stream, package->name);
	fputs("\n                sha256: ", stream);
	print_hex(stream, package->sha256);
	fprintf(stream, "\n                size: %" PRIu64 "\n", package->size);
	if (derived->unverified)
		fputs("                verified: no\n", stream);
}

static void print_file(FILE *stream, const struct package_file *file)
{
	fputs("              - sha256: ", stream);
	print_hex(stream, file->sha256);
	fprintf(stream, "\n                size: %" PRIu64 "\n                name: ",
		file->size);
	print_text(stream, file->names[0]);
	if (file->n_names > 1)
		fprintf(stream, "  # and %zu more name%s", file->n_names - 1,
			file->n_names == 2 ? "" : "s");
	fputc('\n', stream);
}

static void print_release(FILE *stream, const struct derived *list, size_t n,
			  const struct derived *of)
{
	struct selection files = select_files(list, n, of);
	size_t i;

	fputs("          - version: ", stream);
	print_text(stream, of->version);
	fputs("\n            packages:\n", stream);
	for (i = 0; i < n; i++) {
		if (is_same_release(&list[i], of))
			print_package(stream, &list[i]);
	}
	fputs(files.n ? "            files:\n" : "            files: []\n", stream);
	for (i = 0; i < files.n; i++)
		print_file(stream, files.list[i]);
	free(files.list);
}

/* Is this the first of the list that @is_same as itself? */
static bool is_first(const struct derived *list, const struct derived *of,
		     bool (*is_same)(const struct derived *a, const struct derived *b))
{
	for (; list < of; list++) {
		if (is_same(list, of))
			return false;
	}
	return true;
}

static void print_product(FILE *stream, const struct derived *list, size_t n,
			  const struct derived *of)
{
	size_t i;

	fputs("      - name: ", stream);
	print_text(stream, of->product);
	fprintf(stream, "\n        action: %s\n        authority: ", of->action);
	print_text(stream, of->authority);
	fputs("\n        releases:\n", stream);
	for (i = 0; i < n; i++) {
		if (is_same_product(&list[i], of) &&
		    is_first(list, &list[i], is_same_release))
			print_release(stream, list, n, &list[i]);
	}
}

static bool is_same_vendor(const struct derived *a, const struct derived *b)
{
	return strcmp(a->vendor, b->vendor) == 0;
}

void derive_print_yaml(FILE *stream, const struct derived *list, size_t n)
{
	size_t i, k;

	for (i = 0; i < n; i++)
		print_remarks(stream, &list[i]);
	/* What an included file has to begin with. */
	fputs("debar: 1\nvendors:\n", stream);
	for (i = 0; i < n; i++) {
		if (!is_first(list, &list[i], is_same_vendor))
			continue;
		fputs("  - name: ", stream);
		print_text(stream, list[i].vendor);
		fputs("\n    products:\n", stream);
		for (k = i; k < n; k++) {
			if (is_same_vendor(&list[k], &list[i]) &&
			    is_first(list, &list[k], is_same_product))
				print_product(stream, list, n, &list[k]);
		}
	}
}

/* As RFC 4180 quotes; a name is always between quotes. */
static void print_csv_name(FILE *stream, const char *bytes)
{
	char *text = language_text(bytes), *c;

	fputc('"', stream);
	for (c = text; c && *c; c++) {
		if (*c == '"')
			fputc('"', stream);
		fputc(*c, stream);
	}
	fputs("\"\n", stream);
	free(text);
}

void derive_print_csv(FILE *stream, const struct derived *list, size_t n)
{
	struct selection files = select_files(list, n, NULL);
	size_t i;

	for (i = 0; i < n; i++) {
		print_remarks(stream, &list[i]);
		fputs("# sha256 of the package: ", stream);
		print_hex(stream, list[i].package.sha256);
		fprintf(stream, ", size: %" PRIu64 "\n", list[i].package.size);
	}
	fputs("sha256,size,name\n", stream);
	for (i = 0; i < files.n; i++) {
		print_hex(stream, files.list[i]->sha256);
		fprintf(stream, ",%" PRIu64 ",", files.list[i]->size);
		print_csv_name(stream, files.list[i]->names[0]);
	}
	free(files.list);
}

static void print_json_file(struct out *out, const struct package_file *file)
{
	size_t i;

	out_row(out);
	out_sha256(out, "sha256", NULL, file->sha256);
	out_number(out, "size", NULL, file->size);
	out_word(out, "kind", NULL, OUT_PLAIN, package_code_text(file->code));
	out_list(out, "names", OUT_HIDDEN);
	for (i = 0; i < file->n_names; i++) {
		out_row(out);
		out_bytes(out, "name", NULL, file->names[i]);
		out_end(out);
	}
	out_end(out);
	out_end(out);
}

static void print_json_package(struct out *out, const struct derived *derived)
{
	const struct package *package = &derived->package;
	size_t i;

	out_row(out);
	out_bytes(out, "path", NULL, derived->path);
	out_bytes(out, "name", NULL, package->name);
	out_sha256(out, "sha256", NULL, package->sha256);
	out_number(out, "size", NULL, package->size);
	out_word(out, "format", NULL, OUT_PLAIN, package->format);
	out_bytes(out, "vendor", NULL, derived->vendor);
	out_bytes(out, "product", NULL, derived->product);
	out_bytes(out, "release", NULL, derived->version);
	out_flag(out, "anchored", NULL, derived->anchored);
	out_flag(out, "unverified", NULL, derived->unverified);
	out_flag(out, "complete", NULL, !package->n_problems);
	out_list(out, "problems", OUT_HIDDEN);
	for (i = 0; i < package->n_problems; i++) {
		out_row(out);
		out_bytes(out, "member", NULL, package->problems[i].member);
		out_bytes(out, "problem", NULL, package->problems[i].text);
		out_end(out);
	}
	out_end(out);
	out_list(out, "files", OUT_HIDDEN);
	for (i = 0; i < package->n_files; i++)
		print_json_file(out, &package->files[i]);
	out_end(out);
	out_end(out);
}

void derive_print_json(struct out *out, const struct derived *list, size_t n)
{
	size_t i;

	out_document(out, "debar-policy-derive/1");
	out_list(out, "packages", OUT_HIDDEN);
	for (i = 0; i < n; i++)
		print_json_package(out, &list[i]);
	out_end(out);
	out_end(out);
}
