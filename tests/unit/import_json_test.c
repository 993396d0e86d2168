// SPDX-License-Identifier: GPL-2.0-only
/*
 * Importing JSON: STIX, MISP, CycloneDX, SPDX, Santa.
 */
#include "import_test.h"

#define NO_NAME	",,(no name)\n"

static struct scratch scratch;

static void test_files(void **state)
{
	(void)state;
	import_check_file("stix", "stix.json");
	import_check_file("misp", "misp.json");
	import_check_file("cyclonedx", "cyclonedx.json");
	import_check_file("spdx", "spdx.json");
	import_check_file("santa", "santa.json");
}

#define BUNDLE(objects)	"{\"type\":\"bundle\",\"objects\":[\n" objects "]}"
#define INDICATOR(more, pattern) \
	"{\"type\":\"indicator\",\"spec_version\":\"2.1\",\"id\":\"i\"," more "\"pattern\":\"" \
	pattern "\",\"pattern_type\":\"stix\",\"valid_from\":\"2024-01-01T00:00:00Z\"}"
#define PATTERN(text)	BUNDLE(INDICATOR("", text))
#define HASH(digest)	"file:hashes.'SHA-256' = '" digest "'"
#define MORE_THAN	"patterns that are more than a list of digests"

static const struct import_sample stix[] = {
	{ .text = PATTERN("[" HASH(A) "]"), .rows = A NO_NAME },
	{ .text = PATTERN("[file:hashes.\\\"SHA-256\\\" = '" A "']"), .refused = MORE_THAN,
	  .line = 2 },
	{ .text = PATTERN(" [ file:hashes.'sha-256'='" UPPER "' ] "), .rows = LOWER NO_NAME },
	{ .text = PATTERN("[" HASH(A) " OR " HASH(B) "]"), .rows = A NO_NAME B NO_NAME },
	{ .text = PATTERN("[" HASH(A) "] OR [" HASH(B) "]"), .rows = A NO_NAME B NO_NAME },
	{ .text = PATTERN("[file:size = 5 AND " HASH(A) " AND file:name = 'a,b']"),
	  .rows = A ",5,\"a,b\"\n" },
	{ .text = BUNDLE(INDICATOR("\"revoked\":true,", "[" HASH(A) "]")),
	  .ignored = "indicators that are revoked" },
	{ .text = BUNDLE(INDICATOR("\"valid_until\":\"2024-01-02T00:00:00Z\",", "[" HASH(A) "]")),
	  .ignored = "indicators that are no longer valid" },
	{ .text = BUNDLE(INDICATOR("\"valid_until\":\"9024-01-02T00:00:00Z\",", "[" HASH(A) "]")),
	  .rows = A NO_NAME },
	{ .text = BUNDLE("{\"type\":\"indicator\",\"spec_version\":\"2.1\",\"id\":\"i\",\"pattern\":"
			 "\"[" HASH(A) "]\",\"pattern_type\":\"stix\",\"valid_from\":"
			 "\"9024-01-01T00:00:00Z\"}"),
	  .refused = "indicators that are not valid yet", .line = 2 },
	{ .text = PATTERN("[ipv4-addr:value = '192.0.2.1']"),
	  .ignored = "indicators of other things than files" },
	{ .text = BUNDLE("{\"type\":\"malware\",\"name\":\"x\"}"),
	  .ignored = "objects that are no indicators" },
	/* Anything more is another set of files than the one that a ban would name. */
	{ .text = PATTERN("[" HASH(A) " AND file:parent_directory_ref.path = '/x']"),
	  .refused = MORE_THAN, .line = 2 },
	{ .text = PATTERN("[" HASH(A) " AND " HASH(B) "]"), .refused = MORE_THAN, .line = 2 },
	{ .text = PATTERN("[" HASH(A) "] AND [" HASH(B) "]"), .refused = MORE_THAN, .line = 2 },
	{ .text = PATTERN("[" HASH(A) "] FOLLOWEDBY [" HASH(B) "]"), .refused = MORE_THAN,
	  .line = 2 },
	{ .text = PATTERN("[" HASH(A) "] WITHIN 5 SECONDS"), .refused = MORE_THAN, .line = 2 },
	{ .text = PATTERN("[(" HASH(A) ")]"), .refused = MORE_THAN, .line = 2 },
	{ .text = PATTERN("[NOT " HASH(A) "]"), .refused = MORE_THAN, .line = 2 },
	{ .text = PATTERN("[file:hashes.'SHA-256' != '" A "']"), .refused = MORE_THAN,
	  .line = 2 },
	{ .text = PATTERN("[file:hashes.'SHA-256' IN ('" A "')]"), .refused = MORE_THAN,
	  .line = 2 },
	{ .text = PATTERN("[file:hashes.'SHA-256' LIKE '1%']"), .refused = MORE_THAN, .line = 2 },
	{ .text = PATTERN("[file:name = 'agent']"), .refused = MORE_THAN, .line = 2 },
	{ .text = PATTERN("[" HASH(A) " OR file:name = 'agent']"), .refused = MORE_THAN,
	  .line = 2 },
	{ .text = PATTERN("[" HASH(A) " OR domain-name:value = 'x']"), .refused = MORE_THAN,
	  .line = 2 },
	{ .text = PATTERN("[file:hashes.MD5 = '" MD5 "']"), .refused = "MD5 digests", .line = 2 },
	{ .text = PATTERN("[" HASH(A) " OR file:hashes.'SHA-1' = '" SHA1 "']"),
	  .refused = "SHA-1 digests", .line = 2 },
	{ .text = PATTERN("[file:hashes.SSDEEP = '3:a:b']"), .refused = "similarity hashes",
	  .line = 2 },
	{ .text = BUNDLE("{\"type\":\"indicator\",\"spec_version\":\"2.1\",\"id\":\"i\",\"pattern\":"
			 "\"rule x {}\",\"pattern_type\":\"yara\",\"valid_from\":"
			 "\"2024-01-01T00:00:00Z\"}"),
	  .refused = "patterns in other languages", .line = 2 },
	{ .text = PATTERN("[" HASH("1") "]"), .error = "objects[0]: a digest of 'SHA-256' has 64",
	  .line = 2 },
	{ .text = PATTERN("[" HASH(A) " AND file:size = 1e9]"), .error = "is not a size",
	  .line = 2 },
	{ .text = PATTERN("[" HASH(A)), .error = "breaks off", .line = 2 },
	{ .text = PATTERN("[file:hashes.'SHA-256' = '" A "]"), .error = "breaks off", .line = 2 },
	{ .text = PATTERN("[file:hashes.'SHA-256 = "), .error = "breaks off", .line = 2 },
	{ .text = PATTERN("[[" HASH(A) "]]"), .error = "breaks off", .line = 2 },
	{ .text = PATTERN(""), .error = "is no pattern", .line = 2 },
	{ .text = BUNDLE("{\"type\":\"indicator\",\"spec_version\":\"2.0\"}"), .error = "not 2.1",
	  .line = 2 },
	{ .text = BUNDLE("{\"type\":\"indicator\",\"spec_version\":\"2.1\"}"),
	  .error = "without 'id'", .line = 2 },
	{ .text = BUNDLE("{\"type\":\"indicator\",\"spec_version\":\"2.1\",\"id\":\"i\",\"pattern\":"
			 "\"[" HASH(A) "]\",\"pattern_type\":\"stix\"}"),
	  .error = "without 'valid_from'", .line = 2 },
	{ .text = BUNDLE(INDICATOR("\"valid_until\":\"tomorrow\",", "[" HASH(A) "]")),
	  .error = "'tomorrow' is no time", .line = 2 },
	{ .text = BUNDLE("{}"), .error = "an object without 'type'", .line = 2 },
	{ .text = BUNDLE("[1]"), .error = "objects[0]: expected an object", .line = 2 },
	{ .text = "{\"type\":\"report\",\"objects\":[]}", .error = "no STIX bundle", .line = 0 },
	{ .text = "[]", .error = "expected an object", .line = 1 },
	{ .text = BUNDLE("{\"type\":\"malware\",\"type\":\"indicator\"}"),
	  .error = "objects[0].type: this key stands twice", .line = 2 },
	{ .text = BUNDLE("{\"type\":7}"), .error = "objects[0].type: expected a text", .line = 2 },
	{ .text = BUNDLE("{\"type\":\"a\\u0000b\"}"), .error = "a NUL in a text", .line = 2 },
};

/* What is no JSON is none in any format. */
static const struct import_sample broken[] = {
	{ .text = "", .error = "not JSON", .line = 1 },
	{ .text = "{", .error = "not JSON", .line = 1 },
	{ .text = "\n\n{\"rules\":[}", .error = "not JSON", .line = 3 },
	{ .text = "{\"rules\":[]}\n{}", .error = "not JSON", .line = 2 },
	{ .text = "{\"rules\":[],}", .error = "not JSON", .line = 1 },
	{ .text = "{'rules':[]}", .error = "not JSON", .line = 1 },
	{ .text = "{\"rules\":[]} // x", .error = "not JSON", .line = 1 },
	{ .text = "{\"x\":\"\xff\"}", .error = "not JSON", .line = 1 },
	{ .text = "{\"x\":\"\x80\"}", .error = "not JSON", .line = 1 },
	{ .text = "{\"x\":NaN}", .error = "not JSON", .line = 1 },
	{ .text = "{\"x\":\"a\nb\"}", .error = "not JSON", .line = 1 },
	{ .text = "rules", .error = "not JSON", .line = 1 },
	{ .text = "sha256,size\n", .error = "not JSON", .line = 1 },
};

#define EVENT(attributes, objects) "{\"Event\":{\"uuid\":\"e\",\"info\":\"i\",\"Attribute\":[\n" \
	attributes "],\"Object\":[\n" objects "]}}"
#define ATTRIBUTE(type, value, to_ids) "{\"type\":\"" type "\",\"to_ids\":" to_ids \
	",\"uuid\":\"u\",\"value\":\"" value "\"}"
#define RELATED(type, value, to_ids) "{\"type\":\"" type "\",\"object_relation\":\"" type \
	"\",\"to_ids\":" to_ids ",\"uuid\":\"u\",\"value\":\"" value "\"}"
#define OBJECT(name, attributes) "{\"Attribute\":[" attributes "],\"name\":\"" name "\"}"

static const struct import_sample misp[] = {
	{ .text = EVENT(ATTRIBUTE("sha256", A, "true"), ""), .rows = A NO_NAME },
	{ .text = EVENT(ATTRIBUTE("filename|sha256", "a|" A, "true"), ""), .rows = A ",,a\n" },
	{ .text = EVENT("", OBJECT("file", RELATED("sha256", A, "true") ","
				   RELATED("sha1", SHA1, "true") ","
				   RELATED("size-in-bytes", "5", "false") ","
				   RELATED("filename", "a", "false"))),
	  .rows = A ",5,a\n", .ignored = "other digests of files that have a SHA-256" },
	{ .text = EVENT(ATTRIBUTE("sha256", A, "false"), ""), .ignored = "digests without to_ids" },
	{ .text = EVENT(ATTRIBUTE("domain", "a", "true"), ""),
	  .ignored = "attributes that are no digests" },
	{ .text = EVENT("{\"deleted\":true,\"type\":\"md5\",\"to_ids\":true,\"value\":\"x\"}", ""),
	  .ignored = "attributes that are deleted" },
	{ .text = EVENT(ATTRIBUTE("md5", MD5, "true"), ""), .refused = "MD5 digests", .line = 2 },
	{ .text = EVENT(ATTRIBUTE("filename|sha1", "a|" SHA1, "true"), ""),
	  .refused = "SHA-1 digests", .line = 2 },
	{ .text = EVENT(ATTRIBUTE("sha512", SHA512, "true"), ""), .refused = "SHA-512 digests",
	  .line = 2 },
	{ .text = EVENT(ATTRIBUTE("authentihash", A, "true"), ""),
	  .refused = "Authenticode hashes", .line = 2 },
	{ .text = EVENT(ATTRIBUTE("ssdeep", "3:a:b", "true"), ""),
	  .refused = "similarity hashes", .line = 2 },
	{ .text = EVENT(ATTRIBUTE("malware-sample", "a|" MD5, "true"), ""),
	  .refused = "malware samples", .line = 2 },
	{ .text = EVENT("", OBJECT("file", RELATED("md5", MD5, "true"))),
	  .refused = "MD5 digests", .line = 3 },
	/* The SHA-256 of a section is no file's. */
	{ .text = EVENT("", OBJECT("elf-section", RELATED("sha256", A, "true"))),
	  .refused = "digests in objects other than files", .line = 3 },
	{ .text = EVENT("", OBJECT("file", RELATED("sha256", A, "true") ","
				   RELATED("sha256", B, "true"))),
	  .error = "two SHA-256", .line = 3 },
	{ .text = EVENT("", OBJECT("file", RELATED("sha256", A, "true") ","
				   RELATED("size-in-bytes", "5 kB", "false"))),
	  .error = "'5 kB' is not a size", .line = 3 },
	{ .text = EVENT(ATTRIBUTE("sha256", "x", "true"), ""), .error = "'x' is not a digest",
	  .line = 2 },
	{ .text = EVENT(ATTRIBUTE("filename|sha256", A, "true"), ""),
	  .error = "is no file name, '|' and a digest", .line = 2 },
	{ .text = EVENT("{\"type\":\"sha256\",\"value\":\"" A "\"}", ""), .error = "or 'to_ids'",
	  .line = 2 },
	{ .text = EVENT(ATTRIBUTE("sha256", A, "\"yes\""), ""),
	  .error = "Event.Attribute[0].to_ids: expected true or false", .line = 2 },
	{ .text = EVENT("5", ""), .error = "Event.Attribute[0]: expected an object", .line = 2 },
	{ .text = "{}", .error = "no MISP event", .line = 0 },
	{ .text = "{\"Event\":[]}", .error = "Event: expected an object", .line = 1 },
};

#define BOM(components) "{\"bomFormat\":\"CycloneDX\",\"components\":[\n" components "]}"
#define COMPONENT(type, alg, content) "{\"type\":\"" type "\",\"name\":\"n\",\"hashes\":[" \
	"{\"alg\":\"" alg "\",\"content\":\"" content "\"}]}"

static const struct import_sample cyclonedx[] = {
	{ .text = BOM(COMPONENT("file", "SHA-256", A)), .rows = A ",,n\n" },
	{ .text = BOM(COMPONENT("file", "SHA256", UPPER)), .rows = LOWER ",,n\n" },
	{ .text = BOM("{\"components\":[" COMPONENT("file", "SHA-256", A) "],\"type\":\"library\","
		      "\"name\":\"l\"}"),
	  .rows = A ",,n\n", .ignored = "components that are no files" },
	{ .text = BOM(COMPONENT("library", "SHA-256", A)), .refused = "digests of packages",
	  .line = 2 },
	{ .text = BOM(COMPONENT("application", "SHA-512", SHA512)),
	  .refused = "digests of packages", .line = 2 },
	{ .text = BOM(COMPONENT("file", "SHA-1", SHA1)), .refused = "SHA-1 digests", .line = 2 },
	{ .text = BOM(COMPONENT("file", "SHA-384", SHA384)), .refused = "SHA-384 digests",
	  .line = 2 },
	{ .text = BOM(COMPONENT("file", "BLAKE2b-256", A)), .refused = "BLAKE2b digests",
	  .line = 2 },
	{ .text = BOM("{\"type\":\"file\",\"name\":\"n\"}"), .refused = "files without a digest",
	  .line = 2 },
	{ .text = BOM(COMPONENT("file", "SHA-256", SHA1)), .error = "has 64 hex digits, this has 40",
	  .line = 2 },
	{ .text = BOM("{\"type\":\"file\",\"name\":\"n\",\"hashes\":[{\"alg\":\"SHA-256\"}]}"),
	  .error = "components[0].hashes[0]: a hash without 'alg' or 'content'", .line = 2 },
	/* Half of a pair of surrogates: yajl lets it through as bytes. */
	{ .text = BOM("{\"type\":\"file\",\"name\":\"\xed\xa0\x80\\u202e\",\"hashes\":[{"
		      "\"alg\":\"SHA-256\",\"content\":\"" A "\"}]}"),
	  .rows = A ",,\\xed\\xa0\\x80\\xe2\\x80\\xae\n" },
	{ .text = BOM("{\"type\":\"file\"}"), .error = "without 'type' or 'name'", .line = 2 },
	{ .text = "{\"components\":[]}", .error = "no CycloneDX document", .line = 0 },
};

#define SPDX(more) "{\"spdxVersion\":\"SPDX-2.3\"," more "}"
#define FILES(algorithm, value) "\"files\":[\n{\"fileName\":\"n\",\"checksums\":[{" \
	"\"algorithm\":\"" algorithm "\",\"checksumValue\":\"" value "\"}]}]"

static const struct import_sample spdx[] = {
	{ .text = SPDX(FILES("SHA256", A)), .rows = A ",,n\n" },
	{ .text = SPDX(FILES("SHA1", SHA1)), .refused = "SHA-1 digests", .line = 2 },
	{ .text = SPDX(FILES("MD5", MD5)), .refused = "MD5 digests", .line = 2 },
	{ .text = SPDX(FILES("SHA256", EMPTY)), .ignored = "digests of the empty file" },
	{ .text = SPDX("\"packages\":[\n{\"name\":\"p\",\"checksums\":[{\"algorithm\":\"SHA256\","
		       "\"checksumValue\":\"" A "\"}]}]"),
	  .refused = "digests of packages", .line = 2 },
	{ .text = SPDX("\"packages\":[\n{\"name\":\"p\",\"packageVerificationCode\":{"
		       "\"packageVerificationCodeValue\":\"" SHA1 "\"}}]"),
	  .refused = "digests of trees", .line = 2 },
	{ .text = SPDX("\"files\":[\n{\"fileName\":\"n\"}]"), .refused = "files without a digest",
	  .line = 2 },
	{ .text = SPDX(FILES("SHA256", "x")), .error = "'x' is not a digest", .line = 2 },
	{ .text = SPDX("\"files\":[\n{}]"), .error = "without 'fileName'", .line = 2 },
	{ .text = "{\"spdxVersion\":\"SPDX-3.0\"}", .error = "no SPDX document", .line = 0 },
	{ .text = "{\"@context\":\"x\"}", .error = "no SPDX document", .line = 0 },
};

#define RULE(type, policy, identifier) "{\"rules\":[\n{\"rule_type\":\"" type "\",\"policy\":\"" \
	policy "\",\"identifier\":\"" identifier "\"}]}"

static const struct import_sample santa[] = {
	{ .text = RULE("BINARY", "BLOCKLIST", A), .rows = A NO_NAME },
	{ .text = RULE("BINARY", "SILENT_BLOCKLIST", UPPER), .rows = LOWER NO_NAME },
	{ .text = "\xef\xbb\xbf" RULE("BINARY", "BLACKLIST", A), .rows = A NO_NAME },
	{ .text = RULE("BINARY", "ALLOWLIST", A), .ignored = "rules that do not block" },
	{ .text = RULE("CERTIFICATE", "BLOCKLIST", A), .refused = "CERTIFICATE rules", .line = 2 },
	{ .text = RULE("TEAMID", "BLOCKLIST", "ABCDEFGHIJ"), .refused = "TEAMID rules", .line = 2 },
	{ .text = RULE("SIGNINGID", "BLOCKLIST", "x:y"), .refused = "SIGNINGID rules", .line = 2 },
	{ .text = RULE("CDHASH", "BLOCKLIST", SHA1), .refused = "CDHASH rules", .line = 2 },
	{ .text = RULE("BINARY", "BLOCKLIST", SHA1), .error = "has 64 hex digits, this has 40",
	  .line = 2 },
	{ .text = RULE("BINARY", "BLOCKLIST", ""), .error = "the digest is missing", .line = 2 },
	{ .text = RULE("BINARY", "BLOCK", A), .error = "'BLOCK' is no policy", .line = 2 },
	{ .text = RULE("OTHER", "BLOCKLIST", A), .error = "'OTHER' is no type", .line = 2 },
	{ .text = "{\"rules\":[\n{\"policy\":\"BLOCKLIST\"}]}", .error = "rules[0]: a rule without",
	  .line = 2 },
	{ .text = "{\"rules\":{}}", .error = "rules: expected an array", .line = 1 },
	{ .text = "{\"rules\":null}" },
};

static void test_samples(void **state)
{
	(void)state;
	import_check(&scratch, "stix", stix);
	import_check(&scratch, "misp", misp);
	import_check(&scratch, "cyclonedx", cyclonedx);
	import_check(&scratch, "spdx", spdx);
	import_check(&scratch, "santa", santa);
	import_check(&scratch, "santa", broken);
	import_check(&scratch, "stix", broken);
}

static void test_cut(void **state)
{
	(void)state;
	/* Without its last line feed each is still whole. */
	import_check_cut(&scratch, "stix", "stix.json", 1);
	import_check_cut(&scratch, "misp", "misp.json", 1);
	import_check_cut(&scratch, "cyclonedx", "cyclonedx.json", 1);
	import_check_cut(&scratch, "spdx", "spdx.json", 1);
	import_check_cut(&scratch, "santa", "santa.json", 1);
}

static void check_error(const char *format, struct scratch_file *file, const char *error)
{
	struct import_result result;

	assert_int_equal(import_path(format, scratch_close(file, &scratch, "deep"), false, NULL,
				     0, &result), -EBADMSG);
	assert_int_equal(result.diagnostics.n_errors, 1);
	assert_non_null(strstr(result.diagnostics.list[0].message, error));
	import_result_free(&result);
}

/* Deep, in members that are known and in those that are not. */
static void test_deep(void **state)
{
	struct scratch_file file;
	unsigned int i;

	(void)state;
	scratch_open(&file);
	fputs("{\"x\":", file.stream);
	for (i = 0; i < 1000000; i++)
		fputc('[', file.stream);
	check_error("santa", &file, "nested more than 64 deep");
	scratch_open(&file);
	fputs("{\"bomFormat\":\"CycloneDX\",\"components\":[", file.stream);
	for (i = 0; i < 1000; i++)
		fputs("{\"type\":\"file\",\"name\":\"n\",\"components\":[", file.stream);
	check_error("cyclonedx", &file, "nested more than 64 deep");
}

/* One value of three megabytes: not kept, and not read to its end. */
static void test_long(void **state)
{
	struct scratch_file file;
	unsigned int i;

	(void)state;
	scratch_open(&file);
	fputs("{\"x\":\"", file.stream);
	for (i = 0; i < 3000000; i++)
		fputc('a', file.stream);
	fputs("\"}", file.stream);
	check_error("santa", &file, "a value with more than 1048576 bytes");
	scratch_open(&file);
	fputs("{\"x\":1", file.stream);
	for (i = 0; i < 3000000; i++)
		fputc('0', file.stream);
	fputs("}", file.stream);
	check_error("santa", &file, "a value with more than 1048576 bytes");
}

/* An object with more attributes than are held. */
static void test_crowded(void **state)
{
	struct import_result result;
	struct scratch_file file;
	unsigned int i;

	(void)state;
	scratch_open(&file);
	fputs("{\"Event\":{\"Object\":[{\"name\":\"file\",\"Attribute\":[", file.stream);
	for (i = 0; i < 300; i++)
		fprintf(file.stream, "%s" RELATED("domain", "d", "false"), i ? "," : "");
	fputs("]}]}}", file.stream);
	assert_int_equal(import_path("misp", scratch_close(&file, &scratch, "crowd"), false,
				     NULL, 0, &result), -EBADMSG);
	assert_int_equal(result.diagnostics.n_errors, 300 - 256);
	import_result_free(&result);
}

/* Lines are counted where chunks of the file meet, too. */
static void test_lines(void **state)
{
	struct import_result result;
	struct scratch_file file;
	unsigned int i;

	(void)state;
	scratch_open(&file);
	fputs("{\"rules\":[", file.stream);
	for (i = 2; i <= 20000; i++)
		fprintf(file.stream, "\n{\"rule_type\":\"BINARY\",\"policy\":\"%s\",\"identifier\":"
			"\"%064x\"}%s", i % 1000 ? "BLOCKLIST" : "?", i,
			i < 20000 ? "," : "]}");
	assert_int_equal(import_path("santa", scratch_close(&file, &scratch, "lines"), false,
				     NULL, 0, &result), -EBADMSG);
	assert_int_equal(result.diagnostics.n_errors, 20);
	for (i = 0; i < 20; i++)
		assert_int_equal(result.diagnostics.list[i].line, 1000 * (i + 1));
	assert_non_null(strstr(result.diagnostics.list[0].message, "rules[998]: "));
	import_result_free(&result);
}

/* What a bundle says about its end and its source gets to the reader. */
static void test_sources(void **state)
{
	const char *path = scratch_text(&scratch, "stix",
		BUNDLE(INDICATOR("\"valid_until\":\"9024-01-02T00:00:00Z\",", "[" HASH(A) "]")));
	struct import_result result;

	(void)state;
	assert_int_equal(import_path("stix", path, false, NULL, 0, &result), 0);
	assert_int_equal(result.diagnostics.n, 1);
	assert_int_equal(result.diagnostics.list[0].severity, POLICY_WARNING);
	assert_non_null(strstr(result.diagnostics.list[0].message, "'9024-01-02T00:00:00Z'"));
	assert_string_equal(result.list, "# source: stix (stix)\nsha256,size,name\n"
					 "# source: i\n" A NO_NAME);
	assert_int_equal(result.n_unsized, 1);
	import_result_free(&result);
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
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_deep),
		cmocka_unit_test(test_long),
		cmocka_unit_test(test_crowded),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_sources),
	};

	return cmocka_run_group_tests_name("import_json", tests, setup, teardown);
}
