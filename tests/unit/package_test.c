// SPDX-License-Identifier: GPL-2.0-only
/*
 * The code in packages of every kind.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>

#include "package_builder.h"

/* In @package, with @prefix before each name: all code of the mixture. */
static void expect_mixture(const struct package *package, const char *prefix)
{
	char name[256];
	size_t i;

	for (i = 0; i < N_MIXTURE_CODE; i++) {
		snprintf(name, sizeof(name), "%s%s", prefix, mixture[i].name);
		assert_true(is_listed(package, name, mixture[i].data, mixture[i].length));
	}
}

static void expect_only_mixture(struct bytes bytes)
{
	struct package_options options = default_options();
	struct package package;
	char *error;

	assert_int_equal(read_bytes(bytes.data, bytes.length, "dir/agent-1.2",
				    &options, &package, &error), 0);
	assert_string_equal(package.name, "agent-1.2");
	assert_int_equal(package.size, bytes.length);
	expect_mixture(&package, "");
	assert_int_equal(package.n_files, N_MIXTURE_CODE);
	assert_int_equal(package.n_names, N_MIXTURE_CODE);
	assert_int_equal(package.n_problems, 0);
	package_free(&package);
}

static void test_kinds(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		struct bytes bytes = build(kinds[i].format, kinds[i].filter, mixture,
					   N_MIXTURE);

		expect_only_mixture(bytes);
		free(bytes.data);
	}
}

/* Each kind inside a tar, which streams, and inside a zip. */
static void test_kinds_inside(void **state)
{
	struct package_options options = default_options();
	struct package package;
	size_t i, k;
	char *error;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		for (k = 0; k < ARRAY_SIZE(kinds); k += 14) {
			struct bytes inner = build(kinds[i].format, kinds[i].filter,
						   mixture, N_MIXTURE), outer;
			struct build_entry entry[] = {
				{ "lib/inner", inner.data, inner.length, NULL, 0 },
				ENTRY("after", SCRIPT "after"),
			};

			outer = build(kinds[k].format, kinds[k].filter, entry, 2);
			assert_int_equal(read_bytes(outer.data, outer.length, "outer",
						    &options, &package, &error), 0);
			expect_mixture(&package, "lib/inner!/");
			assert_true(is_listed(&package, "after", entry[1].data,
					      entry[1].length));
			assert_int_equal(package.n_files, N_MIXTURE_CODE + 1);
			package_free(&package);
			free(inner.data);
			free(outer.data);
		}
	}
}

static void test_deb(void **state)
{
	struct package_options options = default_options();
	struct package package;
	struct bytes deb = build_deb(true);
	char *error;

	(void)state;
	assert_int_equal(read_bytes(deb.data, deb.length, "x.deb", &options, &package,
				    &error), 0);
	assert_string_equal(package.format, "deb");
	assert_string_equal(package.facts.name, "agent");
	assert_string_equal(package.facts.version, "1:2.3-4");
	assert_string_equal(package.facts.vendor, "Example Corp");
	assert_true(is_listed(&package, "usr/bin/agent", ELF64, sizeof(ELF64) - 1));
	assert_true(is_listed(&package, "control.tar.gz!/postinst", "#!/bin/sh\n", 10));
	assert_int_equal(package.n_files, 2);
	package_free(&package);
	free(deb.data);
}

static void test_npm(void **state)
{
	static const struct build_entry files[] = {
		ENTRY("package/package.json", "{\"name\": \"@example/agent\", \"version\": "
		      "\"0.1.5\", \"author\": {\"name\": \"Example Labs\"}}"),
		ENTRY("package/lib/bin.js", "#!/usr/bin/env node\n"),
	};
	struct package_options options = default_options();
	struct bytes tgz = build(ARCHIVE_FORMAT_TAR, ARCHIVE_FILTER_GZIP, files, 2);
	struct package package;
	char *error;

	(void)state;
	assert_int_equal(read_bytes(tgz.data, tgz.length, "a.tgz", &options, &package,
				    &error), 0);
	assert_string_equal(package.facts.name, "@example/agent");
	assert_string_equal(package.facts.version, "0.1.5");
	assert_string_equal(package.facts.vendor, "Example Labs");
	assert_int_equal(package.n_files, 1);
	package_free(&package);
	free(tgz.data);
}

static void test_hard_links(void **state)
{
	static const struct build_entry tar[] = {
		ENTRY("./a", ELF64),
		{ .name = "./b", .hardlink = "./a" },
		{ .name = "./c", .hardlink = "./a" },
		ENTRY("copy", ELF64),
		ENTRY("d", "no code"),
		{ .name = "e", .hardlink = "d" },
	};
	static const struct build_entry cpio[] = {
		{ .name = "./a", .data = "", .nlink = 3 },
		{ .name = "./b", .data = "", .nlink = 3 },
		{ .name = "./c", .data = ELF64, .length = sizeof(ELF64) - 1, .nlink = 3 },
		ENTRY("copy", ELF64),
	};
	static const char *const names[] = { "a", "b", "c", "copy" };
	struct package_options options = default_options();
	size_t i, k;

	(void)state;
	for (i = 0; i < 2; i++) {
		struct bytes bytes = i ? build(ARCHIVE_FORMAT_CPIO_SVR4_NOCRC, NO_FILTER,
					       cpio, ARRAY_SIZE(cpio)) :
			build(ARCHIVE_FORMAT_TAR, NO_FILTER, tar, ARRAY_SIZE(tar));
		struct package package;
		char *error;

		assert_int_equal(read_bytes(bytes.data, bytes.length, "l", &options,
					    &package, &error), 0);
		assert_int_equal(package.n_files, 1);
		assert_int_equal(package.files[0].n_names, 4);
		for (k = 0; k < 4; k++)
			assert_string_equal(package.files[0].names[k], names[k]);
		assert_true(is_listed(&package, "a", ELF64, sizeof(ELF64) - 1));
		package_free(&package);
		free(bytes.data);
	}
}

/* Names are shown and never used, so that any will do. */
static void test_names(void **state)
{
	static const char *const names[] = {
		"../../etc/profile", "/etc/profile", "a\nb", "\033[2J", "\xff\xfe",
		"\xe2\x80\xae" "cod.exe", "a//b/../c", "..", "-rf", " space ",
	};
	struct build_entry entries[ARRAY_SIZE(names)];
	struct package_options options = default_options();
	struct package package;
	struct bytes bytes;
	size_t i;
	char *error;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(names); i++)
		entries[i] = (struct build_entry){ names[i], SCRIPT, sizeof(SCRIPT) - 1,
						   NULL, 0 };
	bytes = build(ARCHIVE_FORMAT_TAR_GNUTAR, NO_FILTER, entries, ARRAY_SIZE(names));
	assert_int_equal(read_bytes(bytes.data, bytes.length, "n", &options, &package,
				    &error), 0);
	assert_int_equal(package.n_files, 1);
	assert_int_equal(package.n_names, ARRAY_SIZE(names));
	for (i = 0; i < ARRAY_SIZE(names); i++)
		assert_true(is_listed(&package, names[i], SCRIPT, sizeof(SCRIPT) - 1));
	package_free(&package);
	free(bytes.data);
}

static void test_compressed_modules(void **state)
{
	static const int filters[] = { ARCHIVE_FILTER_GZIP, ARCHIVE_FILTER_XZ,
				       ARCHIVE_FILTER_ZSTD };
	struct package_options options = default_options();
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(filters); i++) {
		struct bytes ko = compress_bytes(filters[i], MODULE, sizeof(MODULE) - 1);
		struct bytes script = compress_bytes(filters[i], SCRIPT, sizeof(SCRIPT) - 1);
		struct build_entry entries[] = {
			{ "lib/agent.ko.z", ko.data, ko.length, NULL, 0 },
			{ "doc/example.z", script.data, script.length, NULL, 0 },
			ENTRY("lib/plain.ko", MODULE "plain"),
		};
		struct bytes tar = build(ARCHIVE_FORMAT_TAR, NO_FILTER, entries, 3);
		struct package package;
		char *error;

		assert_int_equal(read_bytes(tar.data, tar.length, "k", &options, &package,
					    &error), 0);
		assert_int_equal(package.n_files, 4);
		assert_true(is_listed(&package, "lib/agent.ko.z", ko.data, ko.length));
		assert_int_equal(find_name(&package, "lib/agent.ko.z")->code,
				 PACKAGE_COMPRESSED_MODULE);
		assert_true(is_listed(&package, "lib/agent.ko.z (decompressed)", MODULE,
				      sizeof(MODULE) - 1));
		assert_int_equal(find_name(&package, "lib/agent.ko.z (decompressed)")->code,
				 PACKAGE_MODULE);
		assert_int_equal(find_name(&package, "lib/plain.ko")->code, PACKAGE_MODULE);
		assert_true(is_listed(&package, "doc/example.z (decompressed)", SCRIPT,
				      sizeof(SCRIPT) - 1));
		package_free(&package);
		free(tar.data);
		free(ko.data);
		free(script.data);
	}
}

static void expect_appended(struct bytes bytes, bool nested)
{
	struct build_entry entry = { "self", bytes.data, bytes.length, NULL, 0 };
	struct bytes outer = build(ARCHIVE_FORMAT_TAR, ARCHIVE_FILTER_GZIP, &entry, 1);
	struct bytes *all = nested ? &outer : &bytes;
	struct package_options options = default_options();
	struct package package;
	char *error = NULL;
	int err;

	err = read_bytes(all->data, all->length, "self", &options, &package, &error);
	if (err)
		print_error("%s\n", error);
	assert_int_equal(err, 0);
	assert_true(is_listed(&package, "self", bytes.data, bytes.length));
	expect_mixture(&package, nested ? "self!/" : "");
	assert_int_equal(package.n_files, N_MIXTURE_CODE + 1);
	package_free(&package);
	free(outer.data);
}

static void add_le32(unsigned char *at, uint32_t n)
{
	uint32_t value = at[0] | at[1] << 8 | at[2] << 16 | (uint32_t)at[3] << 24;

	value += n;
	at[0] = value;
	at[1] = value >> 8;
	at[2] = value >> 16;
	at[3] = value >> 24;
}

/* A zip whose offsets count the program before it, as "zip -A" makes them. */
static void test_zip_behind_program(void **state)
{
	struct bytes zip = build(ARCHIVE_FORMAT_ZIP, NO_FILTER, mixture, N_MIXTURE);
	struct bytes bytes = append_bytes(stub, sizeof(stub), zip);
	unsigned char *end = bytes.data + bytes.length - 22, *at;
	size_t directory = 0, i;

	(void)state;
	assert_memory_equal(end, "PK\5\6", 4);
	add_le32(end + 16, sizeof(stub));
	for (i = 0; i < 4; i++)
		directory |= (size_t)end[16 + i] << 8 * i;
	for (at = bytes.data + directory; memcmp(at, "PK\1\2", 4) == 0;
	     at += 46 + at[28] + at[30] + at[32])
		add_le32(at + 42, sizeof(stub));
	assert_ptr_equal(at, end);
	expect_appended(bytes, false);
	expect_appended(bytes, true);
	free(bytes.data);
	free(zip.data);
}

static void test_self_extracting(void **state)
{
	static const char head[] = "#!/bin/sh\ntail -c +40 \"$0\" | tar x\nexit\n";
	struct bytes bytes, tail;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (kinds[i].format == ARCHIVE_FORMAT_ISO9660 ||
		    kinds[i].format == ARCHIVE_FORMAT_CPIO_SVR4_NOCRC ||
		    kinds[i].filter == ARCHIVE_FILTER_LZMA ||
		    kinds[i].filter == ARCHIVE_FILTER_COMPRESS)
			continue;
		tail = build(kinds[i].format, kinds[i].filter, mixture, N_MIXTURE);
		bytes = append_bytes(head, sizeof(head) - 1, tail);
		expect_appended(bytes, false);
		expect_appended(bytes, true);
		free(bytes.data);
		bytes = append_bytes(stub, sizeof(stub), tail);
		expect_appended(bytes, false);
		expect_appended(bytes, true);
		free(bytes.data);
		free(tail.data);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_kinds_inside),
		cmocka_unit_test(test_deb),
		cmocka_unit_test(test_npm),
		cmocka_unit_test(test_hard_links),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_compressed_modules),
		cmocka_unit_test(test_zip_behind_program),
		cmocka_unit_test(test_self_extracting),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
