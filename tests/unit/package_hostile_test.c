// SPDX-License-Identifier: GPL-2.0-only
/*
 * Packages that are damaged, hostile or too much.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>

#include "package_builder.h"

/* Reading must fail with @err and an error that has @text. */
static void expect_failure(const struct package_options *options, struct bytes bytes,
			   int err, const char *text)
{
	struct package package;
	char *error;
	int got = read_bytes(bytes.data, bytes.length, "agent", options, &package, &error);

	if (got != err)
		print_error("wanted '%s', got %d: %s\n", text, got, got ? error : "success");
	assert_int_equal(got, err);
	assert_non_null(error);
	if (!strstr(error, text))
		print_error("wanted '%s', got '%s'\n", text, error);
	assert_non_null(strstr(error, text));
	assert_int_equal(strncmp(error, "agent: ", 7), 0);
	free(error);
}

/* A file cut short is an error, unless all that is missing is padding. */
static void test_truncated(void **state)
{
	struct package_options options = default_options();
	struct package package;
	struct bytes bytes;
	size_t i, length, step, whole = 0;
	char *error;

	(void)state;
	for (i = 0; i <= ARRAY_SIZE(kinds); i++) {
		bytes = i < ARRAY_SIZE(kinds) ?
			build(kinds[i].format, kinds[i].filter, mixture, N_MIXTURE) :
			build_deb(true);
		step = bytes.length < 8192 ? 7 : 512;
		for (length = 0; length < bytes.length; length += step) {
			int err = read_bytes(bytes.data, length, "cut", &options, &package,
					     &error);

			if (err) {
				assert_int_equal(err, -EBADMSG);
				assert_non_null(error);
				free(error);
				continue;
			}
			whole++;
			assert_int_equal(package.n_files,
					 i < ARRAY_SIZE(kinds) ? N_MIXTURE_CODE : 2);
			package_free(&package);
		}
		free(bytes.data);
	}
	/* The second block of a tar's end mark, an ISO's padding: few cuts do no harm. */
	print_message("%zu cuts left everything readable\n", whole);
}

/* Whatever single byte is changed: an answer, and no memory error. */
static void test_mutated(void **state)
{
	struct package_options options = default_options();
	struct package package;
	struct bytes bytes;
	unsigned int seed = 1, round;
	size_t i, at;
	char *error;

	(void)state;
	options.keep_going = true;
	options.bounds.bytes = 16u << 20;
	for (i = 0; i <= ARRAY_SIZE(kinds); i++) {
		bytes = i < ARRAY_SIZE(kinds) ?
			build(kinds[i].format, kinds[i].filter, mixture, N_MIXTURE) :
			build_deb(true);
		for (round = 0; round < 100; round++) {
			unsigned char was;

			at = rand_r(&seed) % bytes.length;
			was = bytes.data[at];
			bytes.data[at] = rand_r(&seed);
			if (read_bytes(bytes.data, bytes.length, "mutated", &options,
				       &package, &error))
				free(error);
			else
				package_free(&package);
			bytes.data[at] = was;
		}
		free(bytes.data);
	}
}

static void test_depth(void **state)
{
	struct package_options options = default_options();
	struct bytes inner = build(ARCHIVE_FORMAT_ZIP, NO_FILTER, mixture, N_MIXTURE), outer;
	unsigned int depth;

	(void)state;
	for (depth = 1; depth < options.bounds.layers + 2; depth++) {
		struct build_entry entry = { "a", inner.data, inner.length, NULL, 0 };
		struct package package;
		char *error;

		outer = build(depth % 2 ? ARCHIVE_FORMAT_TAR : ARCHIVE_FORMAT_ZIP, NO_FILTER,
			      &entry, 1);
		free(inner.data);
		inner = outer;
		if (depth >= options.bounds.layers) {
			expect_failure(&options, outer, -E2BIG,
				       "a!/a!/a!/a!/a!/a!/a!/a: archives are nested more than "
				       "8 deep");
			continue;
		}
		assert_int_equal(read_bytes(outer.data, outer.length, "x", &options,
					    &package, &error), 0);
		assert_int_equal(package.n_files, N_MIXTURE_CODE);
		package_free(&package);
	}
	free(inner.data);
}

static void test_bombs(void **state)
{
	struct package_options options = default_options();
	size_t length = 12u << 20;
	unsigned char *zeros = calloc(1, length);
	struct build_entry entry = { "zeros", zeros, length, NULL, 0 };
	struct bytes once, twice;

	(void)state;
	/* 12 MiB to 70 bytes or so, then 1 to 30 of those. */
	options.bounds.ratio_floor = 4u << 20;
	once = build(ARCHIVE_FORMAT_TAR, ARCHIVE_FILTER_BZIP2, &entry, 1);
	expect_failure(&options, once, -E2BIG, "times its own size, as only a bomb does");
	options = default_options();
	options.bounds.bytes = 8u << 20;
	expect_failure(&options, once, -E2BIG, "exceeds the 8388608 bytes");
	entry = (struct build_entry){ "inner", once.data, once.length, NULL, 0 };
	twice = build(ARCHIVE_FORMAT_ZIP, NO_FILTER, &entry, 1);
	expect_failure(&options, twice, -E2BIG, "agent: inner");
	free(once.data);
	free(twice.data);

	/* A nested zip is held. */
	options = default_options();
	options.bounds.held = 1u << 20;
	entry = (struct build_entry){ "zeros", zeros, 2u << 20, NULL, 0 };
	memcpy(zeros, "PK\3\4", 4);
	once = build(ARCHIVE_FORMAT_TAR, ARCHIVE_FILTER_GZIP, &entry, 1);
	expect_failure(&options, once, -E2BIG, "zeros: an archive of this kind inside another");
	free(once.data);

	options = default_options();
	options.bounds.entries = 5;
	once = build(ARCHIVE_FORMAT_TAR, ARCHIVE_FILTER_NONE, mixture, N_MIXTURE);
	expect_failure(&options, once, -E2BIG, "here the package exceeds 5 members");
	options = default_options();
	options.bounds.name = 9;
	expect_failure(&options, once, -E2BIG, "bin/script...: this name exceeds 9 bytes");
	options = default_options();
	options.bounds.names = 25;
	expect_failure(&options, once, -E2BIG, "names of code exceed 25 bytes");
	/* Bounds hold even where damage is passed over. */
	options.keep_going = true;
	expect_failure(&options, once, -E2BIG, "names of code exceed 25 bytes");
	free(once.data);
	free(zeros);
}

/* A sparse tar: holes are content; one that claims an exbibyte is refused. */
static void test_sparse(void **state)
{
	static const int64_t sizes[] = { 1 << 20, INT64_C(1) << 50 };
	struct package_options options = default_options();
	unsigned char *content = calloc(1, sizes[0]);
	size_t i;

	(void)state;
	memcpy(content, "#!x", 3);
	memcpy(content + 65536, "middle", 6);
	options.bounds.bytes = 64u << 20;
	for (i = 0; i < 2; i++) {
		struct archive *a = archive_write_new();
		struct archive_entry *entry = archive_entry_new();
		struct bytes bytes = { malloc(BUILD_MAX), 0 };
		struct package package;
		char *error;

		archive_write_set_format_pax(a);
		archive_write_set_bytes_per_block(a, 0);
		archive_write_open_memory(a, bytes.data, BUILD_MAX, &bytes.length);
		archive_entry_copy_pathname(entry, "sparse");
		archive_entry_set_filetype(entry, AE_IFREG);
		archive_entry_set_size(entry, sizes[i]);
		archive_entry_sparse_add_entry(entry, 0, 3);
		archive_entry_sparse_add_entry(entry, 65536, 6);
		assert_int_equal(archive_write_header(a, entry), ARCHIVE_OK);
		assert_int_equal(archive_write_data(a, content, sizes[0]), sizes[0]);
		archive_write_close(a);
		if (i == 0) {
			assert_true(bytes.length < 65536);
			assert_int_equal(read_bytes(bytes.data, bytes.length, "s", &options,
						    &package, &error), -EBADMSG);
			free(error);
			/* The NULs behind the script's line are its holes. */
			options.keep_going = true;
			assert_int_equal(read_bytes(bytes.data, bytes.length, "s", &options,
						    &package, &error), 0);
			assert_true(is_listed(&package, "sparse", content, sizes[0]));
			assert_int_equal(package.n_problems, 1);
			package_free(&package);
		} else {
			expect_failure(&options, bytes, -E2BIG, "sparse: here the package");
		}
		archive_entry_free(entry);
		archive_write_free(a);
		free(bytes.data);
	}
	free(content);
}

static void test_encrypted(void **state)
{
	struct package_options options = default_options();
	struct bytes bytes = build_with(ARCHIVE_FORMAT_ZIP, NO_FILTER, "secret", mixture, 3);
	struct package package;
	char *error;

	(void)state;
	expect_failure(&options, bytes, -EBADMSG, "agent: bin/agent: Passphrase required");
	options.keep_going = true;
	assert_int_equal(read_bytes(bytes.data, bytes.length, "e", &options, &package,
				    &error), 0);
	assert_int_equal(package.n_files, 0);
	assert_int_equal(package.n_problems, 3);
	assert_string_equal(package.problems[2].member, "bin/script");
	package_free(&package);
	free(bytes.data);
}

/* A zip whose directory has another checksum than the content: which is it? */
static void test_checksum(void **state)
{
	struct package_options options = default_options();
	struct bytes zip = build(ARCHIVE_FORMAT_ZIP, NO_FILTER, mixture, 3);
	unsigned char *directory = memmem(zip.data, zip.length, "PK\1\2", 4);

	(void)state;
	assert_non_null(directory);
	directory[16] ^= 1;
	expect_failure(&options, zip, -EBADMSG, "agent: bin/agent: ZIP bad CRC");
	free(zip.data);
}

static void test_unreadable(void **state)
{
	static const char odd[] = "#!/bin/sh\n# ustar 7z PK LZIP\nexit\n\0\1\2 no archive";
	struct bytes squashfs = { (unsigned char *)"hsqs and so on", 14 }, bytes;
	struct package_options options = default_options();
	struct build_entry entry = { "a.snap", squashfs.data, squashfs.length, NULL, 0 };
	struct package package;
	char *error;

	(void)state;
	expect_failure(&options, squashfs, -EBADMSG, "agent: squashfs cannot be read here");
	bytes = build(ARCHIVE_FORMAT_TAR, NO_FILTER, &entry, 1);
	expect_failure(&options, bytes, -EBADMSG, "a.snap: squashfs cannot be read here");
	free(bytes.data);
	bytes = append_bytes(stub, sizeof(stub), squashfs);
	expect_failure(&options, bytes, -EBADMSG, "archive behind it: squashfs");
	options.keep_going = true;
	assert_int_equal(read_bytes(bytes.data, bytes.length, "app", &options, &package,
				    &error), 0);
	assert_true(is_listed(&package, "app", bytes.data, bytes.length));
	assert_int_equal(package.n_problems, 1);
	package_free(&package);
	free(bytes.data);
	options.keep_going = false;
	bytes = (struct bytes){ (unsigned char *)stub, sizeof(stub) };
	expect_failure(&options, bytes, -EBADMSG, "an AppImage whose content");
	bytes = (struct bytes){ (unsigned char *)odd, sizeof(odd) - 1 };
	expect_failure(&options, bytes, -EBADMSG, "no archive known here");
	bytes = build_deb(false);
	expect_failure(&options, bytes, -EBADMSG, "a Debian package has a data.tar");
	free(bytes.data);
	bytes = (struct bytes){ (unsigned char *)"text", 4 };
	expect_failure(&options, bytes, -EBADMSG, "it is no package");
	options.keep_going = true;
	expect_failure(&options, bytes, -EBADMSG, "it is no package");
	bytes.length = 0;
	expect_failure(&options, bytes, -EBADMSG, "it is empty");
}

static int stop_at_once(uint64_t done, void *data)
{
	(void)done;
	(*(unsigned int *)data)++;
	return -EINTR;
}

static void test_interrupted(void **state)
{
	unsigned int calls = 0;
	struct package_options options = default_options();
	size_t length = 15u << 20;
	struct build_entry entry = { "z", calloc(1, length), length, NULL, 0 };
	struct bytes bytes = build(ARCHIVE_FORMAT_TAR, ARCHIVE_FILTER_GZIP, &entry, 1);

	(void)state;
	options.progress = stop_at_once;
	options.data = &calls;
	expect_failure(&options, bytes, -EINTR, "stopped");
	assert_int_equal(calls, 1);
	free(bytes.data);
	free((void *)entry.data);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_mutated),
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_bombs),
		cmocka_unit_test(test_sparse),
		cmocka_unit_test(test_encrypted),
		cmocka_unit_test(test_checksum),
		cmocka_unit_test(test_unreadable),
		cmocka_unit_test(test_interrupted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
