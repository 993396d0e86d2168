// SPDX-License-Identifier: GPL-2.0-only
/*
 * Any bytes as a policy of several files: the first is policy.yaml, and a line
 * "==> NAME" begins another that it may include or list. What compiles is a valid
 * image, and the same one each time; what does not says why.
 */
#include <errno.h>

#include "fuzz.h"
#include "image.h"

#define FILES_MAX	6
#define MARK		"==> "

static char directory[256];

struct files {
	char names[FILES_MAX][sizeof(directory) + 32];
	size_t n;
};

static void remove_directory(void)
{
	rmdir(directory);
}

static void make_directory(void)
{
	const char *parent = getenv("TMPDIR");

	snprintf(directory, sizeof(directory), "%s/debar-fuzz-XXXXXX", parent ? parent : "/tmp");
	fuzz_require(mkdtemp(directory));
	atexit(remove_directory);
}

static void add_file(struct files *files, const char *name, const void *data, size_t length)
{
	FILE *file;

	if (files->n == FILES_MAX)
		return;
	snprintf(files->names[files->n], sizeof(files->names[0]), "%s/%s", directory, name);
	file = fopen(files->names[files->n], "we");
	fuzz_require(file);
	files->n++;
	fuzz_require(fwrite(data, 1, length, file) == length);
	fuzz_require(fclose(file) == 0);
}

/* Where the next file begins, or the end; what can be no name is made one. */
static const char *next_mark(const char *at, const char *end, char name[16])
{
	const char *mark = at;
	size_t i;

	while ((mark = memmem(mark, end - mark, "\n" MARK, strlen("\n" MARK)))) {
		const char *from = mark + strlen("\n" MARK);

		for (i = 0; i < 15 && from + i < end && from[i] != '\n'; i++)
			name[i] = from[i] && from[i] != '/' ? from[i] : '_';
		name[i] = '\0';
		if (i > 0 && name[0] != '.')
			return mark + 1;
		mark++;
	}
	return end;
}

static void write_files(struct files *files, const char *at, const char *end)
{
	char name[16] = "policy.yaml", next_name[16];

	for (;;) {
		const char *mark = next_mark(at, end, next_name);
		const char *line;

		add_file(files, name, at, mark - at);
		if (mark == end)
			return;
		line = memchr(mark, '\n', end - mark);
		at = line ? line + 1 : end;
		memcpy(name, next_name, sizeof(name));
	}
}

static int build(const struct policy_input *input, void **ret_image, size_t *ret_length)
{
	struct policy_diagnostics diagnostics;
	struct policy_summary summary;
	struct debar_image image;
	int error;

	error = policy_build(input, &diagnostics, ret_image, ret_length, &summary);
	fuzz_require(error == 0 || error == -EBADMSG);
	fuzz_check_diagnostics(&diagnostics, error != 0);
	policy_diagnostics_free(&diagnostics);
	if (error)
		return error;
	fuzz_require(debar_image_check(&image, *ret_image, *ret_length) == DEBAR_IMAGE_OK);
	fuzz_require(image.n_bans == summary.n_bans && image.n_unsized == summary.n_unsized);
	fuzz_require(le64_to_cpu(image.header->serial) == summary.serial);
	fuzz_require(strcmp(image.header->name, summary.name) == 0);
	return 0;
}

static void compile(const char *path, bool include_unverified)
{
	const struct policy_input input = {
		.paths = &path, .n_paths = 1, .include_unverified = include_unverified,
	};
	void *image = NULL, *again = NULL;
	size_t length, length_again;
	int error = build(&input, &image, &length);

	fuzz_require(build(&input, &again, &length_again) == error);
	if (error)
		return;
	fuzz_require(length == length_again && memcmp(image, again, length) == 0);
	free(image);
	free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct files files = { .n = 0 };

	if (!*directory)
		make_directory();
	write_files(&files, (const char *)data, (const char *)data + size);
	compile(files.names[0], size % 2);
	while (files.n > 0)
		unlink(files.names[--files.n]);
	return 0;
}
