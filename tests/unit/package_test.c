// SPDX-License-Identifier: GPL-2.0-only
/*
 * The code in packages of every kind, and what is wrong, hostile or too much.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>

#include "package_builder.h"

#define ARRAY_SIZE(array) (sizeof(array) / sizeof(array[0]))

/* An ELF header without sections and segments: nothing but its magic counts. */
#define ELF64	"\x7f" "ELF\2\1\1\0\0\0\0\0\0\0\0\0\2\0\x3e\0\1\0\0\0"
#define ELF32	"\x7f" "ELF\1\2\1\0\0\0\0\0\0\0\0\0\0\2\0\x08\0\0\0\1"
#define MODULE	"\x7f" "ELF\2\1\1\0\0\0\0\0\0\0\0\0\1\0\x3e\0\1\0\0\0"
#define SCRIPT	"#!/bin/sh\necho agent\n"

#define ENTRY(file, content) { .name = file, .data = content, .length = sizeof(content) - 1 }

static const struct build_entry mixture[] = {
	ENTRY("bin/agent", ELF64),
	ENTRY("bin/other", ELF32 "big-endian, 32 bits"),
	ENTRY("bin/script", SCRIPT),
	ENTRY("bin/two", "#!"),
	ENTRY("doc/text", "ELF #! text"),
	ENTRY("doc/one", "#"),
	ENTRY("doc/three", "\x7f" "EL"),
	ENTRY("doc/nothing", ""),
	ENTRY("doc/shebang-later", " #!/bin/sh"),
};

#define N_MIXTURE ARRAY_SIZE(mixture)
#define N_MIXTURE_CODE 4

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

static const struct {
	int format, filter;
} kinds[] = {
	{ ARCHIVE_FORMAT_TAR_PAX_RESTRICTED, ARCHIVE_FILTER_NONE },
	{ ARCHIVE_FORMAT_TAR_PAX_INTERCHANGE, ARCHIVE_FILTER_NONE },
	{ ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_NONE },
	{ ARCHIVE_FORMAT_TAR_GNUTAR, ARCHIVE_FILTER_NONE },
	{ ARCHIVE_FORMAT_TAR, ARCHIVE_FILTER_GZIP },
	{ ARCHIVE_FORMAT_TAR, ARCHIVE_FILTER_BZIP2 },
	{ ARCHIVE_FORMAT_TAR, ARCHIVE_FILTER_XZ },
	{ ARCHIVE_FORMAT_TAR, ARCHIVE_FILTER_LZMA },
	{ ARCHIVE_FORMAT_TAR, ARCHIVE_FILTER_LZIP },
	{ ARCHIVE_FORMAT_TAR, ARCHIVE_FILTER_ZSTD },
	{ ARCHIVE_FORMAT_TAR, ARCHIVE_FILTER_LZ4 },
	{ ARCHIVE_FORMAT_TAR, ARCHIVE_FILTER_COMPRESS },
	{ ARCHIVE_FORMAT_CPIO_SVR4_NOCRC, ARCHIVE_FILTER_NONE },
	{ ARCHIVE_FORMAT_CPIO_POSIX, ARCHIVE_FILTER_GZIP },
	{ ARCHIVE_FORMAT_ZIP, ARCHIVE_FILTER_NONE },
	{ ARCHIVE_FORMAT_7ZIP, ARCHIVE_FILTER_NONE },
	{ ARCHIVE_FORMAT_ISO9660, ARCHIVE_FILTER_NONE },
};

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

static struct bytes build_deb(bool with_data)
{
	static const struct build_entry meta[] = {
		ENTRY("./control", "Package: agent\nVersion: 1:2.3-4\n"
		      "Maintainer: Example Corp <root@example.com>\n"),
		ENTRY("./postinst", "#!/bin/sh\n"),
	};
	static const struct build_entry program[] = { ENTRY("./usr/bin/agent", ELF64) };
	struct bytes control = build(ARCHIVE_FORMAT_TAR, ARCHIVE_FILTER_GZIP, meta, 2);
	struct bytes data = build(ARCHIVE_FORMAT_TAR, ARCHIVE_FILTER_XZ, program, 1), deb;
	struct build_entry parts[] = {
		ENTRY("debian-binary", "2.0\n"),
		{ "control.tar.gz", control.data, control.length, NULL, 0 },
		{ "data.tar.xz", data.data, data.length, NULL, 0 },
	};

	deb = build(ARCHIVE_FORMAT_AR_GNU, NO_FILTER, parts, with_data ? 3 : 2);
	free(control.data);
	free(data.data);
	return deb;
}

static void test_deb(void **state)
{
	struct package_options options = default_options();
	struct package package;
	struct bytes deb = build_deb(true), cut;
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
	cut = build_deb(false);
	expect_failure(&options, cut, -EBADMSG, "a Debian package has a data.tar");
	free(cut.data);
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

/* An ELF file whose section headers, of which there are none, end at 64. */
static const unsigned char stub[64] = {
	0x7f, 'E', 'L', 'F', 2, 1, 1, 0, 'A', 'I', 2, [40] = 64, [58] = 64,
};

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

static void test_self_extracting(void **state)
{
	static const char head[] = "#!/bin/sh\ntail -c +40 \"$0\" | tar x\nexit\n";
	static const char odd[] = "#!/bin/sh\n# ustar 7z PK LZIP\nexit\n\0\1\2 no archive";
	struct package_options options = default_options();
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
	expect_failure(&options, (struct bytes){ (unsigned char *)odd, sizeof(odd) - 1 },
		       -EBADMSG, "no archive known here");
}

static void test_unreadable(void **state)
{
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
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_kinds_inside),
		cmocka_unit_test(test_deb),
		cmocka_unit_test(test_npm),
		cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_mutated),
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_bombs),
		cmocka_unit_test(test_sparse),
		cmocka_unit_test(test_hard_links),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_encrypted),
		cmocka_unit_test(test_compressed_modules),
		cmocka_unit_test(test_self_extracting),
		cmocka_unit_test(test_unreadable),
		cmocka_unit_test(test_interrupted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
