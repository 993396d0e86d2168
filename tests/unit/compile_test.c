// SPDX-License-Identifier: GPL-2.0-only
/*
 * Policies that are right, and their images.
 */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* After those that it needs. */
#include <cmocka.h>

#include "image.h"
#include "image_builder.h"
#include "policy.h"
#include "policy_text.h"
#include "scratch.h"

static struct scratch scratch;

/* Compile, or show why not and fail. */
static void *compile(const char *path, size_t *ret_length,
		     struct policy_summary *ret_summary, size_t n_warnings)
{
	struct policy_diagnostics diagnostics;
	void *image = NULL;
	int error;

	error = policy_compile(path, &diagnostics, &image, ret_length, ret_summary);
	if (error || diagnostics.n != n_warnings) {
		policy_diagnostics_print(&diagnostics, stderr);
		fail_msg("%s: %d", path, error);
	}
	policy_diagnostics_free(&diagnostics);
	return image;
}

static void test_good(void **state)
{
	const char *path = scratch_text(&scratch, "good.yaml", BANS ONE_BAN MORE);
	struct naive_product products[] = {
		{ "V", "P", "A", 2, NULL, 0, 0 }, { "V", "Q", "A", 2, NULL, 0, 0 }
	};
	struct naive_ban bans[2] = { { .size = 9 }, { .size = 9, .product = 1 } };
	struct naive_policy policy = {
		.name = "test", .serial = 5, .products = products, .n_products = 2,
		.bans = bans, .n_bans = 2,
	};
	struct policy_summary summary;
	size_t length, expected_length;
	void *image = compile(path, &length, &summary, 0);
	uint8_t *expected;

	(void)state;
	memset(bans[0].sha256, 0x11, 32);
	memset(bans[1].sha256, 0x22, 32);
	expected = naive_image(&policy, &expected_length);
	assert_int_equal(length, expected_length);
	assert_memory_equal(image, expected, length);
	assert_string_equal(summary.name, "test");
	assert_int_equal(summary.serial, 5);
	assert_int_equal(summary.n_vendors, 1);
	assert_int_equal(summary.n_products, 2);
	assert_int_equal(summary.n_bans, 2);
	assert_int_equal(summary.n_unsized, 0);
	free(expected);
	free(image);
}

/* The forms in which YAML lets people write the same. */
static void test_forms(void **state)
{
	static const char *const texts[] = {
		BANS ONE_BAN MORE,
		"---\n" BANS ONE_BAN MORE "...\n",
		"# comment\n\n" BANS ONE_BAN MORE "# end",
		"{debar: 1, policy: test, serial: 5,\n"
		" authorities: [{id: A, citation: c}],\n"
		" vendors: [{name: V, products: [{name: P, action: deny, authority: A,\n"
		" files: [{sha256: '" D1 "', size: 9}]}, {files: [{size: 9, sha256: " D2
		"}],\n name: \"Q\", authority: 'A', action: \"deny\"}]}]}",
		"debar: 1\r\npolicy: test\r\nserial: 5\r\nauthorities:\r\n"
		"- {id: A, citation: \"c\"}\r\nvendors:\r\n- name: V\r\n  products:\r\n"
		"  - name: P\r\n    action: deny\r\n    authority: A\r\n    files:\r\n"
		"    - {sha256: " D1 ", size: 9}\r\n    - sha256: " D1 "\r\n"
		"      size: 9\r\n" MORE,
	};
	size_t length, other_length, i;
	void *image = compile(scratch_text(&scratch, "form.yaml", texts[0]), &length,
			      NULL, 0);

	(void)state;
	for (i = 1; i < sizeof(texts) / sizeof(texts[0]); i++) {
		void *other = compile(scratch_text(&scratch, "form.yaml", texts[i]),
				      &other_length, NULL, i == 4);

		assert_int_equal(other_length, length);
		assert_memory_equal(other, image, length);
		free(other);
	}
	free(image);
}

/* The widest numbers and texts that are allowed get through unharmed. */
static void test_extremes(void **state)
{
	char text[2048], name[64], vendor[256];
	struct debar_image image;
	struct policy_summary summary;
	size_t length;
	__u64 size;
	void *data;

	(void)state;
	memset(name, 'n', 63);
	name[63] = '\0';
	memset(vendor, 'v', 255);
	vendor[255] = '\0';
	snprintf(text, sizeof(text),
		 "debar: 1\npolicy: %s\nserial: 9223372036854775807\nauthorities:\n"
		 "- {id: A, citation: c, title: t, effective: 2024-02-29}\n"
		 "vendors:\n- name: %s\n  products:\n"
		 "  - {name: \"\xe4\xbc\x9a\xe8\xad\xb0: x\", action: observe, "
		 "authority: A, files: [{sha256: " DF ", size: 9223372036854775807}]}\n",
		 name, vendor);
	data = compile(scratch_text(&scratch, "extreme.yaml", text), &length, &summary,
		       0);
	assert_int_equal(debar_image_check(&image, data, length), DEBAR_IMAGE_OK);
	assert_string_equal(image.header->name, name);
	assert_int_equal(le64_to_cpu(image.header->serial), INT64_MAX);
	assert_string_equal(image.text + le32_to_cpu(image.products[0].vendor), vendor);
	assert_string_equal(image.text + le32_to_cpu(image.products[0].product),
			    "\xe4\xbc\x9a\xe8\xad\xb0: x");
	assert_int_equal(le32_to_cpu(image.products[0].action), DEBAR_ACTION_OBSERVE);
	assert_true(debar_image_ban_size(&image, &image.bans[0], &size));
	assert_int_equal(size, INT64_MAX);
	free(data);
}

/* Numbers 0 to n - 1 in some order. */
static void shuffle(uint32_t *order, uint32_t n, uint64_t *seed)
{
	uint32_t i, j;

	for (i = 0; i < n; i++) {
		j = next_random(seed) % (i + 1);
		order[i] = order[j];
		order[j] = i;
	}
}

#define SHUFFLED_VENDORS	4
#define SHUFFLED_PRODUCTS	3	/* of each vendor */
#define SHUFFLED_BANS		20	/* of each product */

/* A policy whose parts are always the same, and their order never. */
static const char *write_shuffled(const char *name, uint64_t seed)
{
	uint32_t vendors[SHUFFLED_VENDORS], products[SHUFFLED_PRODUCTS];
	uint32_t bans[SHUFFLED_BANS];
	uint32_t v, p, b;
	struct scratch_file text;

	scratch_open(&text);
	fprintf(text.stream, "debar: 1\npolicy: shuffled\nserial: 3\nauthorities:\n");
	fputs(seed % 2 ? "- {id: A, citation: c}\n- {id: B, citation: c}\n" :
			 "- {citation: c, id: B}\n- {id: A, citation: c}\n", text.stream);
	fprintf(text.stream, "vendors:\n");
	shuffle(vendors, SHUFFLED_VENDORS, &seed);
	for (v = 0; v < SHUFFLED_VENDORS; v++) {
		fprintf(text.stream, "- name: v%u\n  products:\n", vendors[v]);
		shuffle(products, SHUFFLED_PRODUCTS, &seed);
		for (p = 0; p < SHUFFLED_PRODUCTS; p++) {
			uint32_t id = vendors[v] * SHUFFLED_PRODUCTS + products[p];

			fprintf(text.stream, "  - name: p%u\n    action: %s\n"
				"    authority: %s\n    files:\n", products[p],
				id % 2 ? "deny" : "observe", id % 3 ? "A" : "B");
			shuffle(bans, SHUFFLED_BANS, &seed);
			for (b = 0; b < SHUFFLED_BANS; b++)
				fprintf(text.stream, "    - {sha256: %08x%048x%08x, "
					"size: %u}\n", id * bans[b] * 2654435761u, id,
					bans[b], 1 + id * bans[b] % 17);
		}
	}
	return scratch_close(&text, &scratch, name);
}

/* What write_shuffled() writes, by the naive writer. */
static uint8_t *shuffled_image(size_t *ret_length)
{
	static char names[2][SHUFFLED_VENDORS][4];
	struct naive_product products[SHUFFLED_VENDORS * SHUFFLED_PRODUCTS];
	struct naive_ban bans[SHUFFLED_VENDORS * SHUFFLED_PRODUCTS * SHUFFLED_BANS];
	struct naive_policy policy = {
		.name = "shuffled", .serial = 3, .products = products, .bans = bans,
	};
	uint32_t v, p, b;

	memset(bans, 0, sizeof(bans));
	for (v = 0; v < SHUFFLED_VENDORS; v++) {
		snprintf(names[0][v], 4, "v%u", v);
		snprintf(names[1][v], 4, "p%u", v);
	}
	for (v = 0; v < SHUFFLED_VENDORS; v++) {
		for (p = 0; p < SHUFFLED_PRODUCTS; p++) {
			uint32_t id = policy.n_products;

			products[policy.n_products++] = (struct naive_product) {
				names[0][v], names[1][p], id % 3 ? "A" : "B", 1 + id % 2,
				NULL, 0, 0
			};
			for (b = 0; b < SHUFFLED_BANS; b++) {
				struct naive_ban *ban = &bans[policy.n_bans++];
				uint32_t first = id * b * 2654435761u;
				int i;

				for (i = 0; i < 4; i++) {
					ban->sha256[i] = first >> (24 - 8 * i);
					ban->sha256[24 + i] = id >> (24 - 8 * i);
					ban->sha256[28 + i] = b >> (24 - 8 * i);
				}
				ban->size = 1 + id * b % 17;
				ban->product = id;
			}
		}
	}
	return naive_image(&policy, ret_length);
}

/* Neither order nor locale nor time zone gets into the image. */
static void test_deterministic(void **state)
{
	static const char *const locales[] = {
		"C", "C.UTF-8", "en_US.UTF-8", "tr_TR.UTF-8"
	};
	size_t length, expected_length;
	uint8_t *expected = shuffled_image(&expected_length);
	uint64_t seed;

	(void)state;
	for (seed = 1; seed < 40; seed++) {
		char name[32];
		void *image;

		/* Where a locale is not installed this changes nothing. */
		setlocale(LC_ALL, locales[seed % 4]);
		snprintf(name, sizeof(name), "shuffled-%u.yaml", (unsigned int)seed);
		image = compile(write_shuffled(name, seed), &length, NULL, 0);
		assert_int_equal(length, expected_length);
		assert_memory_equal(image, expected, length);
		free(image);
	}
	setlocale(LC_ALL, "C");
	free(expected);
}

static char *read_text(const char *path)
{
	char *data = NULL;
	size_t length = 0;
	FILE *file = fopen(path, "r");

	if (!file || getdelim(&data, &length, '\0', file) < 0)
		fail_msg("cannot read %s", path);
	fclose(file);
	return data;
}

/* 16 bytes a line, as committed images are written. */
static char *to_hex(const uint8_t *data, size_t length)
{
	char *text = malloc(3 * length + length / 16 + 2);
	char *at = text;
	size_t i;

	for (i = 0; i < length; i++)
		at += sprintf(at, "%02x%s", data[i],
			      i % 16 == 15 || i + 1 == length ? "\n" : " ");
	*at = '\0';
	return text;
}

/*
 * The images of the examples, byte for byte. A change here is a change of the
 * format: it needs a new DEBAR_IMAGE_VERSION.
 */
/* Releases, instants, exceptions and who signs. */
static void test_whole(void **state)
{
	const char *path = scratch_text(&scratch, "whole.yaml",
		"debar: 1\npolicy: whole\nserial: 8\nsigners: 2\nlocal: unsigned\n"
		"authorities: [{id: A, citation: c}]\n"
		"vendors:\n"
		"- name: V\n"
		"  products:\n"
		"  - name: P\n"
		"    action: deny\n"
		"    authority: A\n"
		"    effective: 2026-12-01\n"
		"    releases:\n"
		"    - version: '2'\n"
		"      expires: 2027-01-01T00:00:01Z\n"
		"      files: [{sha256: " D1 ", size: 9}]\n"
		"    - version: '10'\n"
		"      effective: 1970-01-01\n"
		"      files: [{sha256: " D2 ", size: 8}]\n"
		"  - {name: Q, action: observe, authority: A, files: []}\n"
		"exceptions:\n"
		"- {product: V/P, approver: me, reason: why, expires: 2026-12-31}\n"
		"- {file: " D2 ", approver: you, reason: why, expires: 2026-12-30}\n");
	struct naive_product products[] = {
		{ "V", "P", "A", 2, "2", 1796083200, 1798761601 },
		{ "V", "P", "A", 2, "10", 0, 0 },
		{ "V", "Q", "A", 1, NULL, 0, 0 },
	};
	struct naive_ban bans[2] = { { .size = 9 }, { .size = 8, .product = 1 } };
	struct naive_exception exceptions[] = {
		{ 0, { 0 }, "me", "why", 1798675200 },
		{ 1, { 0 }, "me", "why", 1798675200 },
		{ NAIVE_FILE, { 0 }, "you", "why", 1798588800 },
	};
	struct naive_policy policy = {
		.name = "whole", .serial = 8, .products = products, .n_products = 3,
		.bans = bans, .n_bans = 2, .exceptions = exceptions, .n_exceptions = 3,
		.signers = 2, .flags = 1,
	};
	struct policy_summary summary;
	size_t length, expected_length;
	void *image = compile(path, &length, &summary, 1);
	uint8_t *expected;

	(void)state;
	memset(bans[0].sha256, 0x11, 32);
	memset(bans[1].sha256, 0x22, 32);
	memset(exceptions[2].sha256, 0x22, 32);
	expected = naive_image(&policy, &expected_length);
	assert_int_equal(length, expected_length);
	assert_memory_equal(image, expected, length);
	free(expected);
	free(image);
}

static void test_golden(void **state)
{
	static const struct {
		const char *source;
		const char *hex;
		size_t n_warnings;
	} cases[] = {
		{ "policy/examples/minimal.yaml", "tests/unit/golden/minimal.hex", 0 },
		{ "tests/unit/golden/agency.yaml", "tests/unit/golden/agency.hex", 1 },
		{ "policy/examples/agency.yaml", "tests/unit/golden/example.hex", 1 },
	};
	size_t length, i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		void *image = compile(source_path(cases[i].source), &length, NULL,
				      cases[i].n_warnings);
		char *hex = to_hex(image, length);
		char *golden = read_text(source_path(cases[i].hex));

		assert_string_equal(hex, golden);
		free(golden);
		free(hex);
		free(image);
	}
}

static void test_shipped(void **state)
{
	struct policy_summary summary;
	size_t length;

	(void)state;
	/* Products of which no file is known. */
	free(compile(source_path("policy/vendors/policy.yaml"), &length, &summary, 6));
	assert_string_equal(summary.name, "vendors");
	assert_int_equal(summary.n_vendors, 9);
	assert_int_equal(summary.n_bans, 5);
	assert_int_equal(summary.n_unsized, 0);
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
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_extremes),
		cmocka_unit_test(test_deterministic),
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_golden),
		cmocka_unit_test(test_shipped),
	};

	return cmocka_run_group_tests_name("compile", tests, setup, teardown);
}
