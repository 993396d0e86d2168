// SPDX-License-Identifier: GPL-2.0-only
/*
 * Importing OpenIOC.
 */
#include "import_test.h"

#define NO_NAME	",,(no name)\n"
#define IOC(inside) "<ioc xmlns=\"http://schemas.mandiant.com/2010/ioc\"><definition>\n" inside \
	"</definition></ioc>"
#define ITEM(attributes, search, content) "<IndicatorItem " attributes "><Context search=\"" \
	search "\"/><Content>" content "</Content></IndicatorItem>"
#define IS(search, content) ITEM("condition=\"is\"", search, content)
#define SHA(content)	IS("FileItem/Sha256sum", content)
#define OR(inside)	"<Indicator operator=\"OR\">" inside "</Indicator>"
#define AND(inside)	"<Indicator operator=\"AND\">" inside "</Indicator>"
#define TEN(x)		x x x x x x x x x x
#define BY_AND		"conditions joined by AND"
#define NOT_EQUAL	"digests that are not to be equal"

static struct scratch scratch;

static void test_files(void **state)
{
	(void)state;
	import_check_file("openioc", "openioc-1.0.ioc");
	import_check_file("openioc", "openioc-1.1.ioc");
}

static const struct import_sample samples[] = {
	{ .text = IOC(OR(SHA(A))), .rows = A NO_NAME },
	{ .text = "\xef\xbb\xbf" IOC(OR(SHA(UPPER) OR(SHA(B)))), .rows = LOWER NO_NAME B NO_NAME },
	{ .text = IOC(OR(SHA("\n " A "\r\n\t"))), .rows = A NO_NAME },
	{ .text = IOC(OR(SHA("<![CDATA[" A "]]>"))), .rows = A NO_NAME },
	{ .text = IOC(OR(ITEM("condition=\"IS\" negate=\"false\"", "fileitem/sha256sum", A))),
	  .rows = A NO_NAME },
	{ .text = IOC(OR(AND(SHA(A) IS("FileItem/SizeInBytes", "5")
			     IS("FileItem/FileName", "a&quot;b")))),
	  .rows = A ",5,\"a\"\"b\"\n" },
	{ .text = IOC(AND(SHA(A))), .rows = A NO_NAME },
	{ .text = IOC(OR(SHA(A) IS("DnsEntryItem/Host", "x"))), .rows = A NO_NAME,
	  .ignored = "indicators of other things than a file's digest" },
	{ .text = IOC(OR(AND(IS("FileItem/FileName", "x") IS("FileItem/SizeInBytes", "5")))),
	  .ignored = "indicators of other things than a file's digest" },
	{ .text = IOC(OR(SHA(EMPTY))), .ignored = "digests of the empty file" },
	{ .text = IOC(OR(IS("FileItem/Md5sum", MD5))), .refused = "MD5 digests", .line = 2 },
	{ .text = IOC(OR(IS("FileItem/Sha1sum", SHA1))), .refused = "SHA-1 digests", .line = 2 },
	{ .text = IOC(AND(SHA(A) IS("FileItem/FullPath", "/x"))), .refused = BY_AND, .line = 2 },
	{ .text = IOC(AND(SHA(A) SHA(B))), .refused = BY_AND, .line = 2 },
	{ .text = IOC(AND(SHA(A) IS("FileItem/Md5sum", MD5))), .refused = BY_AND, .line = 2 },
	{ .text = IOC(AND(OR(SHA(A)))), .refused = BY_AND, .line = 2 },
	{ .text = IOC(AND(AND(SHA(A)) SHA(B))), .refused = BY_AND, .line = 2 },
	{ .text = IOC(AND(SHA(A) OR(IS("DnsEntryItem/Host", "x")))), .refused = BY_AND,
	  .line = 2 },
	{ .text = IOC(AND(SHA(A) ITEM("condition=\"is\" negate=\"true\"", "FileItem/FileName",
				      "x"))), .refused = BY_AND, .line = 2 },
	{ .text = IOC(AND(SHA(A) TEN(IS("FileItem/FileName", "x")))), .refused = BY_AND,
	  .line = 2 },
	{ .text = IOC(OR(ITEM("condition=\"is\" negate=\"true\"", "FileItem/Sha256sum", A))),
	  .refused = NOT_EQUAL, .line = 2 },
	{ .text = IOC(OR(ITEM("condition=\"isnot\"", "FileItem/Sha256sum", A))),
	  .refused = NOT_EQUAL, .line = 2 },
	{ .text = IOC(OR(ITEM("condition=\"contains\"", "FileItem/Sha256sum", A))),
	  .refused = NOT_EQUAL, .line = 2 },
	{ .text = IOC(OR(ITEM("", "FileItem/Sha256sum", A))), .refused = NOT_EQUAL, .line = 2 },
	{ .text = IOC(OR(SHA("x"))), .error = "'x' is not a digest", .line = 2 },
	{ .text = IOC(OR(SHA(""))), .error = "the digest is missing", .line = 2 },
	{ .text = IOC(OR(SHA(SHA1))), .error = "this has 40", .line = 2 },
	{ .text = IOC(AND(SHA(A) IS("FileItem/SizeInBytes", "[1 TO 5]"))),
	  .error = "is not a size", .line = 2 },
	{ .text = IOC("<Indicator operator=\"XOR\">" SHA(A) "</Indicator>"),
	  .error = "neither OR nor AND", .line = 2 },
	{ .text = IOC(SHA(A)), .error = "outside of an Indicator", .line = 2 },
	{ .text = IOC("<Indicator operator=\"AND\"><x>" SHA(A) "</x></Indicator>"),
	  .error = "outside of an Indicator", .line = 2 },
	/* Nothing is followed, and nothing grows. */
	{ .text = "<!DOCTYPE ioc [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>\n"
		  IOC(OR(SHA("&x;"))), .error = "a DOCTYPE", .line = 1 },
	{ .text = "<!DOCTYPE ioc SYSTEM \"http://192.0.2.1/x.dtd\">\n" IOC(OR(SHA(A))),
	  .error = "a DOCTYPE", .line = 1 },
	{ .text = "<!DOCTYPE ioc [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;\">"
		  "<!ENTITY c \"&b;&b;&b;&b;&b;&b;\"><!ENTITY d \"&c;&c;&c;&c;&c;&c;\">]>\n"
		  IOC(OR(SHA("&d;"))), .error = "a DOCTYPE", .line = 1 },
	{ .text = IOC(OR(SHA("&x;"))), .error = "not XML", .line = 2 },
	{ .text = "<SiPolicy xmlns=\"urn:schemas-microsoft-com:sipolicy\"><FileRules><Deny Hash=\""
		  A "\"/></FileRules></SiPolicy>", .error = "Authenticode", .line = 1 },
	{ .text = "<html></html>", .error = "its first element is 'html'", .line = 1 },
	{ .text = "", .error = "not XML", .line = 1 },
	{ .text = "<ioc>", .error = "not XML", .line = 1 },
	{ .text = "<ioc></ioc><ioc/>", .error = "not XML", .line = 1 },
	{ .text = "<ioc>\n</Ioc>", .error = "not XML", .line = 2 },
	{ .text = "<ioc a=\"1\" a=\"2\"/>", .error = "not XML", .line = 1 },
	{ .text = "<ioc>\xff</ioc>", .error = "not XML", .line = 1 },
	{ .text = "<ioc>&#0;</ioc>", .error = "not XML", .line = 1 },
	{ .text = "{\"rules\":[]}", .error = "not XML", .line = 1 },
};

static void test_samples(void **state)
{
	(void)state;
	import_check(&scratch, "openioc", samples);
}

/* What stands under an AND is not taken, however deep, when others are left out. */
static void test_skip(void **state)
{
	static const char *const texts[] = {
		IOC(OR(SHA(B) AND(AND(SHA(A)) IS("FileItem/FileName", "x")))),
		IOC(OR(SHA(B) AND(OR(AND(SHA(A))) IS("FileItem/FileName", "x")))),
		IOC(OR(SHA(B) AND(OR(SHA(A)) IS("FileItem/FileName", "x")))),
		IOC(OR(SHA(B) AND(SHA(A) OR(SHA(A))))),
	};
	struct import_result result;
	size_t i;
	char *rows;

	(void)state;
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		assert_int_equal(import_path("openioc", scratch_text(&scratch, "x", texts[i]),
					     true, NULL, 0, &result), 0);
		rows = import_rows_of(&result);
		assert_string_equal(rows, B NO_NAME);
		assert_true(result.refused.total > 0);
		free(rows);
		import_result_free(&result);
	}
}

static void test_cut(void **state)
{
	(void)state;
	import_check_cut(&scratch, "openioc", "openioc-1.0.ioc", 1);
	import_check_cut(&scratch, "openioc", "openioc-1.1.ioc", 1);
}

static void check_error(struct scratch_file *file, const char *error)
{
	struct import_result result;

	assert_int_equal(import_path("openioc", scratch_close(file, &scratch, "x"), false, NULL,
				     0, &result), -EBADMSG);
	assert_int_equal(result.diagnostics.n_errors, 1);
	assert_non_null(strstr(result.diagnostics.list[0].message, error));
	import_result_free(&result);
}

static void test_bounds(void **state)
{
	struct scratch_file file;
	unsigned int i;

	(void)state;
	scratch_open(&file);
	fputs("<ioc>", file.stream);
	for (i = 0; i < 100000; i++)
		fputs("<Indicator operator='OR'>", file.stream);
	check_error(&file, "nested more than 64 deep");
	scratch_open(&file);
	fputs("<ioc><!--", file.stream);
	for (i = 0; i < 3000000; i++)
		fputc('a', file.stream);
	check_error(&file, "more than 1048576 bytes");
	scratch_open(&file);
	fputs("<ioc x='", file.stream);
	for (i = 0; i < 3000000; i++)
		fputc('a', file.stream);
	check_error(&file, "more than 1048576 bytes");
	scratch_open(&file);
	fputs("<ioc><Indicator operator='OR'><IndicatorItem condition='is'><Content>",
	      file.stream);
	for (i = 0; i < 100000; i++)
		fputc('a', file.stream);
	fputs("</Content></IndicatorItem></Indicator></ioc>", file.stream);
	check_error(&file, "a Content with more than");
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
		cmocka_unit_test(test_skip),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_bounds),
	};

	return cmocka_run_group_tests_name("import_openioc", tests, setup, teardown);
}
