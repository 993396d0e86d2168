// SPDX-License-Identifier: GPL-2.0-only
/*
 * Any bytes as a package: bounds that are low hold, what is listed is in order, and
 * what fails says why.
 */
#include <errno.h>

#include "fuzz.h"
#include "package.h"

static const struct package_bounds bounds = {
	.bytes = 4u << 20, .ratio = 1000, .ratio_floor = 1u << 20, .entries = 256, .layers = 5,
	.held = 1u << 20, .name = 512, .names = 1u << 16,
};

static void check_names(const struct package *package)
{
	size_t i, k, n = 0;

	for (i = 0; i < package->n_files; i++) {
		const struct package_file *file = &package->files[i];

		fuzz_require(file->n_names > 0 && file->code != PACKAGE_DATA);
		fuzz_require(file->size >= 2 && file->size <= bounds.bytes);
		fuzz_require(*package_code_text(file->code));
		for (k = 1; k < file->n_names; k++)
			fuzz_require(strcmp(file->names[k - 1], file->names[k]) <= 0);
		if (i > 0)
			fuzz_require(strcmp(file[-1].names[0], file->names[0]) <= 0);
		n += file->n_names;
	}
	fuzz_require(n == package->n_names);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct package_options options = { .keep_going = size % 2, .bounds = bounds };
	struct package package;
	char *why = NULL;
	int fd = fuzz_file(data, size), error;

	error = package_read(fd, "folder/input.deb", &options, &package, &why);
	close(fd);
	if (error) {
		fuzz_require(error == -EBADMSG || error == -E2BIG);
		fuzz_require(why && *why);
		free(why);
		return 0;
	}
	fuzz_require(package.size == size && strcmp(package.name, "input.deb") == 0);
	fuzz_require(*package.format && package.n_problems <= PACKAGE_PROBLEMS_MAX);
	fuzz_require(options.keep_going || package.n_problems == 0);
	check_names(&package);
	package_free(&package);
	return 0;
}
