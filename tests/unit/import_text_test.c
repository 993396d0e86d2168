// SPDX-License-Identifier: GPL-2.0-only
/*
 * Importing formats of lines: sha256sum, CSV, ClamAV .hsb, fapolicyd.
 */
#include "import_test.h"

#define BOM	"\xef\xbb\xbf"
#define NO_NAME	",,(no name)\n"

static struct scratch scratch;

static void test_files(void **state)
{
	(void)state;
	import_check_file("sha256sum", "sha256sum.txt");
	import_check_file("csv", "csv.csv");
	import_check_file("csv", "ban-data.csv");
	import_check_file("hsb", "hsb.hsb");
	import_check_file("fapolicyd", "fapolicyd.rules");
}

static const struct import_sample sums[] = {
	{ .text = A "  a\n", .rows = A ",,a\n" },
	{ .text = A "  a", .rows = A ",,a\n" },
	{ .text = BOM A "  a\r\n\r\n# c\r\n" B " *b\r\n", .rows = A ",,a\n" B ",,b\n" },
	{ .text = UPPER "  a\n" LOWER "  b\n", .rows = LOWER ",,a\n" },
	{ .text = A "  \xff\x1b[2J\xe2\x80\xae\n", .rows = A ",,\\xff\\x1b[2J\\xe2\\x80\\xae\n" },
	{ .text = A "  @SUM(1)\n" B "  a@b\n", .rows = A ",,\\x40SUM(1)\n" B ",,a@b\n" },
	{ .text = A "   a\n", .rows = A ",,\" a\"\n" },
	{ .text = EMPTY "  a\n", .ignored = "digests of the empty file" },
	{ .text = "", .line = 0 },
	{ .text = "# nothing\n\n", .line = 0 },
	{ .text = MD5 "  a\n", .refused = "MD5 digests", .line = 1 },
	{ .text = "\n" SHA1 "  a\n", .refused = "SHA-1 digests", .line = 2 },
	{ .text = SHA224 "  a\n", .refused = "SHA-224 digests", .line = 1 },
	{ .text = SHA384 "  a\n", .refused = "SHA-384 digests", .line = 1 },
	{ .text = A "  a\n" SHA512 "  a\n", .refused = "SHA-512 digests", .line = 2 },
	{ .text = "MD5 (a) = " MD5 "\n", .refused = "MD5 digests", .line = 1 },
	{ .text = "BLAKE2b (a) = " SHA512 "\n", .refused = "BLAKE2b digests", .line = 1 },
	{ .text = "SHA3-256 (a) = " A "\n", .refused = "SHA-3 digests", .line = 1 },
	{ .text = "MD5 (a) = " A "\n", .error = "'MD5' has 32 hex digits, this has 64", .line = 1 },
	{ .text = "SHA256 (a) = " MD5 "\n", .error = "64 hex digits, this has 32", .line = 1 },
	{ .text = "SHA256 (a = " A "\n", .error = "expected 64 hex digits", .line = 1 },
	{ .text = A "1  a\n", .error = "this has 65", .line = 1 },
	{ .text = A "\n", .error = "expected 64 hex digits", .line = 1 },
	{ .text = A "  \n", .error = "expected 64 hex digits", .line = 1 },
	{ .text = A " a\n", .error = "expected 64 hex digits", .line = 1 },
	{ .text = A "\t a\n", .error = "expected 64 hex digits", .line = 1 },
	{ .text = "0x" A "  a\n", .error = "expected 64 hex digits", .line = 1 },
	{ .text = "SHA256 (a) = 0x" A "\n", .error = "without '0x'", .line = 1 },
	{ .text = "\\" A "  a\\tb\n", .error = "escape other than", .line = 1 },
	{ .text = "\\" A "  a\\\n", .error = "escape other than", .line = 1 },
	{ .text = "{\"rules\":[]}\n", .error = "expected 64 hex digits", .line = 1 },
	{ .text = "\xff\xfe" "1\0", .error = "UTF-16", .line = 0 },
	{ .text = "\x1f\x8b\x08", .error = "gzip", .line = 0 },
	{ .text = "PK\x03\x04", .error = "ZIP", .line = 0 },
};

static const struct import_sample tables[] = {
	{ .text = "sha256\n" A "\n", .rows = A NO_NAME },
	{ .text = "sha256,size,name\n" A ",9223372036854775807,a\n",
	  .rows = A ",9223372036854775807,a\n" },
	{ .text = BOM "Name,SHA-256\r\na," A "\r\n", .rows = A ",,a\n" },
	{ .text = "\"sha256\",\"name\"\n\"" A "\",\"a,\"\"b\"\"\"\n",
	  .rows = A ",,\"a,\"\"b\"\"\"\n" },
	{ .text = "sha256,name\n" A ",\"a\r\nb\"\n" B ",c\n",
	  .rows = A ",,a\\x0d\\x0ab\n" B ",,c\n" },
	{ .text = "algorithm,hash\nSHA256," A "\n", .rows = A NO_NAME },
	{ .text = "sha256,md5,sha1\n" A "," MD5 "," SHA1 "\n", .rows = A NO_NAME,
	  .ignored = "other digests of files that have a SHA-256" },
	{ .text = "sha256,size\n" A ",\n" A ",5\n" B ",6\n" B ",\n",
	  .rows = A ",5,(no name)\n" B ",6,(no name)\n" },
	{ .text = "sha256,size\n" EMPTY ",0\n" A ",1\n", .rows = A ",1,(no name)\n",
	  .ignored = "digests of the empty file" },
	{ .text = "sha256,md5\n," MD5 "\n", .refused = "MD5 digests", .line = 2 },
	{ .text = "sha256,authentihash\n," A "\n", .refused = "Authenticode hashes", .line = 2 },
	{ .text = "algo,hash\nsha256," A "\nsha1," SHA1 "\n", .refused = "SHA-1 digests",
	  .line = 3 },
	{ .text = "algo,hash\nwhirlpool," SHA512 "\n",
	  .refused = "digests of unknown algorithms", .line = 2 },
	{ .text = "algo,hash,kind\nsha256," A ",package\n", .refused = "digests of packages",
	  .line = 2 },
	{ .text = "sha256,size\n" A ",5\n" A ",6\n", .error = "another size further up",
	  .line = 3 },
	{ .text = "sha256,size\n" A ",0\n", .error = "the size is 0", .line = 2 },
	{ .text = "sha256,size\n" A ",-1\n", .error = "'-1' is not a size", .line = 2 },
	{ .text = "sha256,size\n" A ",1e3\n", .error = "'1e3' is not a size", .line = 2 },
	{ .text = "sha256,size\n" A ",9223372036854775808\n", .error = "is not a size",
	  .line = 2 },
	{ .text = "sha256,size\n" A ",99999999999999999999999999\n", .error = "is not a size",
	  .line = 2 },
	{ .text = "sha256,size\n,5\n", .error = "the digest is missing", .line = 2 },
	{ .text = "sha256,name\n" A "\n", .error = "1 columns, but the header has 2", .line = 2 },
	{ .text = "sha256\n" A ",x\n", .error = "2 columns, but the header has 1", .line = 2 },
	{ .text = "sha256,name\n" A ",\"a\n" B ",b\n", .error = "a quote is not closed",
	  .line = 2 },
	{ .text = "sha256,name\n" A ",\"a\"b\n", .error = "follows a closing quote", .line = 2 },
	{ .text = "sha256,name\n" A ",a\"b\n", .error = "a quote inside", .line = 2 },
	{ .text = "sha256,name\n" A ",\"a\nb\"\nx,y\n", .error = "'x' is not a digest",
	  .line = 4 },
	{ .text = A ",a\n", .error = "the first line has to name the columns", .line = 1 },
	{ .text = "md5,name\n" MD5 ",a\n", .error = "the first line has to name", .line = 1 },
	{ .text = "sha256;name\n" A ";a\n", .error = "separated by ';'", .line = 1 },
	{ .text = "sha256,name,filename\n" A ",a,b\n", .error = "another column means the same",
	  .line = 1 },
	{ .text = "\"SHA-1\",\"MD5\",\"CRC32\",\"FileName\"\n", .error = "has to name the columns",
	  .line = 1 },
};

static const struct import_sample signatures[] = {
	{ .text = A ":5:N\n" B ":*:N:73\n", .rows = A ",5,N\n" B ",,N\n" },
	{ .text = UPPER ":5:N:51:255\r\n", .rows = LOWER ",5,N\n" },
	{ .text = A ":5:N\n" MD5 ":5:N\n", .refused = "MD5 digests", .line = 2 },
	{ .text = SHA1 ":*:N:73\n", .refused = "SHA-1 digests", .line = 1 },
	{ .text = "45056:" MD5 ":N\n", .refused = "digests of sections", .line = 1 },
	{ .text = A ":5\n", .error = "expected 'digest:size:name'", .line = 1 },
	{ .text = A ":5:\n", .error = "expected 'digest:size:name'", .line = 1 },
	{ .text = A ":5:N:x\n", .error = "engine levels as numbers", .line = 1 },
	{ .text = A ":5:N:1:2:3\n", .error = "expected 'digest:size:name'", .line = 1 },
	{ .text = A "::N\n", .error = "the size is missing", .line = 1 },
	{ .text = A ":**:N\n", .error = "'**' is not a size", .line = 1 },
	{ .text = A ":0:N\n", .error = "the size is 0", .line = 1 },
	{ .text = A ":184467440737095516160:N\n", .error = "is not a size", .line = 1 },
	{ .text = ":5:N\n", .error = "the digest is missing", .line = 1 },
	{ .text = "g" A ":5:N\n", .error = "no hex digit", .line = 1 },
};

#define DENY "deny_audit perm=execute all : filehash="

static const struct import_sample rules[] = {
	{ .text = DENY A "\n", .rows = A NO_NAME },
	{ .text = "deny all : filehash=" UPPER "\r\n", .rows = LOWER NO_NAME },
	{ .text = "deny_log  perm=any\tall : sha256hash=" A " \n", .rows = A NO_NAME },
	{ .text = "allow perm=any all : filehash=" A "\n" DENY B "\n", .rows = B NO_NAME,
	  .ignored = "allow rules" },
	{ .text = DENY MD5 "\n", .refused = "MD5 digests", .line = 1 },
	{ .text = DENY SHA1 "\n", .refused = "SHA-1 digests", .line = 1 },
	{ .text = DENY SHA512 "\n", .refused = "SHA-512 digests", .line = 1 },
	{ .text = "deny perm=execute uid=5 : filehash=" A "\n",
	  .refused = "rules with more conditions than a digest", .line = 1 },
	{ .text = "deny perm=execute all trust=0 : filehash=" A "\n",
	  .refused = "rules with more conditions than a digest", .line = 1 },
	{ .text = DENY A " dir=/tmp/\n",
	  .refused = "rules with more conditions than a digest", .line = 1 },
	{ .text = DENY A " filehash=" B "\n",
	  .refused = "rules with more conditions than a digest", .line = 1 },
	{ .text = "%set=" A "," B "\n" DENY "%set\n",
	  .refused = "rules with a set of digests", .line = 2 },
	{ .text = "/usr/bin/agent 12345 " A "\n", .refused = "lines of a trust file",
	  .line = 1 },
	{ .text = DENY, .error = "the digest is missing", .line = 1 },
	{ .text = DENY "0x" A "\n", .error = "without '0x'", .line = 1 },
	{ .text = DENY A "1\n", .error = "this has 65", .line = 1 },
	{ .text = "deny all sha256hash=" A "\n", .error = "expected 'decision perm=", .line = 1 },
	{ .text = "deny all :\n", .error = "expected 'decision perm=", .line = 1 },
	{ .text = ": filehash=" A "\n", .error = "expected 'decision perm=", .line = 1 },
	{ .text = "denied all : filehash=" A "\n", .error = "'denied' is no decision", .line = 1 },
	{ .text = "%set\n", .error = "expected a set", .line = 1 },
};

static void test_samples(void **state)
{
	(void)state;
	import_check(&scratch, "sha256sum", sums);
	import_check(&scratch, "csv", tables);
	import_check(&scratch, "hsb", signatures);
	import_check(&scratch, "fapolicyd", rules);
}

static void test_nul(void **state)
{
	static const struct import_sample sample = {
		A "  a\0b\n", .error = "a NUL byte", .line = 1
	};
	static const struct import_sample quoted = {
		"sha256,name\n" A ",\"a\n\0\"\n", .error = "a NUL byte", .line = 2
	};

	(void)state;
	import_check_bytes(&scratch, "sha256sum", &sample, sizeof(A) - 1 + 6);
	import_check_bytes(&scratch, "hsb", &sample, sizeof(A) - 1 + 6);
	import_check_bytes(&scratch, "fapolicyd", &sample, sizeof(A) - 1 + 6);
	import_check_bytes(&scratch, "csv", &quoted, sizeof("sha256,name\n" A ",\"a\nx\"\n") - 1);
}

static void test_cut(void **state)
{
	(void)state;
	/* A name may be shorter, so most of the beginnings are lists. */
	import_check_cut(&scratch, "sha256sum", "sha256sum.txt", 100);
	import_check_cut(&scratch, "csv", "csv.csv", 100);
	import_check_cut(&scratch, "hsb", "hsb.hsb", 100);
	import_check_cut(&scratch, "fapolicyd", "fapolicyd.rules", 100);
}

/* Every line is looked at: each is named, and the first hundred are shown. */
static void test_many_errors(void **state)
{
	struct import_result result;
	struct scratch_file file;
	unsigned int i;

	(void)state;
	scratch_open(&file);
	for (i = 1; i <= 1000; i++)
		fputs(i % 2 ? MD5 "  a\n" : "x\n", file.stream);
	assert_int_equal(import_path("sha256sum", scratch_close(&file, &scratch, "many"), false,
				     NULL, 0, &result), -EBADMSG);
	assert_int_equal(result.diagnostics.n_errors, 1000);
	assert_int_equal(result.diagnostics.n, 100);
	assert_int_equal(result.diagnostics.n_dropped, 900);
	assert_int_equal(result.diagnostics.list[99].line, 100);
	assert_int_equal(result.refused.total, 500);
	assert_int_equal(result.n_entries, 1000);
	import_result_free(&result);
}

/* With skip_unusable, what is no ban is left out; what is malformed is an error. */
static void test_skip(void **state)
{
	struct import_result result;
	const char *path;
	char *rows;

	(void)state;
	path = scratch_text(&scratch, "skip", MD5 "  a\n" A "  b\n" SHA1 "  c\n");
	assert_int_equal(import_path("sha256sum", path, true, NULL, 0, &result), 0);
	rows = import_rows_of(&result);
	assert_string_equal(rows, A ",,b\n");
	free(rows);
	assert_int_equal(result.refused.total, 2);
	assert_int_equal(result.diagnostics.n, 2);
	assert_int_equal(result.diagnostics.list[0].severity, POLICY_WARNING);
	import_result_free(&result);
	path = scratch_text(&scratch, "skip", MD5 "  a\n" A "  b\n" SHA1 "  c\nx\n");
	assert_int_equal(import_path("sha256sum", path, true, NULL, 0, &result), -EBADMSG);
	assert_null(result.list);
	import_result_free(&result);
	/* And nothing that is left is nothing to write. */
	path = scratch_text(&scratch, "skip", MD5 "  a\n");
	assert_int_equal(import_path("sha256sum", path, true, NULL, 0, &result), -EBADMSG);
	assert_null(result.list);
	import_result_free(&result);
}

static void test_long(void **state)
{
	struct import_result result;
	struct scratch_file file;
	unsigned int i;

	(void)state;
	/* As long as a line of a hash list can be, and longer. */
	scratch_open(&file);
	fprintf(file.stream, A "  %09000d\n" B "  %09200d\n", 0, 0);
	assert_int_equal(import_path("sha256sum", scratch_close(&file, &scratch, "long"), false,
				     NULL, 0, &result), -EBADMSG);
	assert_int_equal(result.diagnostics.n_errors, 1);
	assert_int_equal(result.diagnostics.list[0].line, 2);
	import_result_free(&result);
	/* Two megabytes without a line end: the import gives up. */
	scratch_open(&file);
	for (i = 0; i < 2000000; i++)
		fputc('1', file.stream);
	fputs("\n" A "  a\n", file.stream);
	assert_int_equal(import_path("sha256sum", scratch_close(&file, &scratch, "long"), false,
				     NULL, 0, &result), -EBADMSG);
	assert_int_equal(result.diagnostics.n_errors, 1);
	assert_non_null(strstr(result.diagnostics.list[0].message, "more than 1048576 bytes"));
	import_result_free(&result);
	/* And so does a quote that is never closed. */
	scratch_open(&file);
	fputs("sha256,name\n" A ",\"", file.stream);
	for (i = 0; i < 100000; i++)
		fputs("abcdefghijklmnopqrst\n", file.stream);
	assert_int_equal(import_path("csv", scratch_close(&file, &scratch, "long"), false, NULL,
				     0, &result), -EBADMSG);
	assert_int_equal(result.diagnostics.n_errors, 1);
	import_result_free(&result);
}

/* As many digests as an image holds, then one more. */
static void test_full(void **state)
{
	struct import_result result;
	struct scratch_file file;
	const char *path;
	uint32_t i;

	(void)state;
	scratch_open(&file);
	for (i = 1; i <= 1 << 20; i++)
		fprintf(file.stream, "%08x%056x  f\n", i * 2654435761u, i);
	path = scratch_close(&file, &scratch, "full");
	assert_int_equal(import_path("sha256sum", path, false, NULL, 0, &result), 0);
	assert_int_equal(result.n_taken, 1 << 20);
	import_result_free(&result);
	file.stream = fopen(path, "a");
	fputs(A "  one\n" B "  two\n", file.stream);
	fclose(file.stream);
	assert_int_equal(import_path("sha256sum", path, false, NULL, 0, &result), -EBADMSG);
	assert_int_equal(result.diagnostics.n_errors, 1);
	assert_int_equal(result.diagnostics.list[0].line, (1 << 20) + 1);
	import_result_free(&result);
}

static int interrupt(uint64_t done, void *data)
{
	(void)done;
	++*(unsigned int *)data;
	return -EINTR;
}

static void test_interrupt(void **state)
{
	unsigned int n = 0;
	const struct import_options options = {
		.path = "sums", .progress = interrupt, .progress_data = &n
	};
	struct import_result result;
	int fd;

	(void)state;
	fd = open(scratch_text(&scratch, "sums", A "  a\n"), O_RDONLY);
	assert_int_equal(import_run(import_format_find("sha256sum"), fd, &options, &result),
			 -EINTR);
	assert_int_equal(n, 1);
	assert_null(result.list);
	import_result_free(&result);
	close(fd);
}

/* An allow list looks like a list of signatures. */
static void test_allow_list(void **state)
{
	struct import_result result;

	(void)state;
	assert_int_equal(import_path("hsb", scratch_text(&scratch, "a.sfp", A ":5:N\n"), true,
				     NULL, 0, &result), -EBADMSG);
	assert_non_null(strstr(result.diagnostics.list[0].message, "allow list"));
	import_result_free(&result);
}

static void test_formats(void **state)
{
	(void)state;
	assert_null(import_format_find("md5sum"));
	assert_null(import_format_find(""));
	assert_null(import_format_find("CSV"));
	assert_non_null(strstr(import_format_refusal("wdac"), "Authenticode"));
	assert_null(import_format_refusal("csv"));
}

static int setup(void **state)
{
	(void)state;
	scratch_make(&scratch);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	scratch_remove(&scratch);
	return 0;
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_samples),
		cmocka_unit_test(test_nul),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_many_errors),
		cmocka_unit_test(test_skip),
		cmocka_unit_test(test_long),
		cmocka_unit_test(test_full),
		cmocka_unit_test(test_interrupt),
		cmocka_unit_test(test_allow_list),
		cmocka_unit_test(test_formats),
	};

	return cmocka_run_group_tests_name("import_text", tests, setup, teardown);
}
