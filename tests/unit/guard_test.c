// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the guard makes of the files that it looks at: sizes, times, bounds.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>

#include "guard_machine.h"

/* What the times say of /bin/sh. */
static void test_times(void **state)
{
	static const struct {
		const char *product, *exception;
		bool hit;
		uint64_t from, excepted;
	} cases[] = {
		{ "action: deny", "", true, 0, 0 },
		{ "action: observe", "", false, 0, 0 },
		{ "action: deny\n    effective: 2026-12-01", "", true, 0, 0 },
		{ "action: deny\n    effective: 2026-12-02", "", true, NOW + DAY, 0 },
		{ "action: deny\n    expires: 2026-12-01", "", false, 0, 0 },
		{ "action: deny\n    expires: 2026-12-02", "", true, 0, 0 },
		{ "action: deny", "2026-12-01", true, 0, 0 },
		{ "action: deny", "2026-12-03", true, NOW + 2 * DAY, NOW + 2 * DAY },
		{ "action: deny\n    effective: 2026-12-05", "2026-12-03", true,
		  NOW + 4 * DAY, NOW + 2 * DAY },
		{ "action: deny\n    expires: 2026-12-03", "2026-12-03", false, 0, 0 },
		{ "action: deny\n    expires: 2026-12-04", "2026-12-03", true,
		  NOW + 2 * DAY, NOW + 2 * DAY },
	};
	const struct guard_hit *hit;
	struct guard_result result;
	struct text text;
	size_t i;

	(void)state;
	put("root/bin/sh", "a shell");
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		begin_policy(&text);
		add_product(&text, "P", cases[i].product);
		add_ban(&text, "a shell");
		if (*cases[i].exception)
			fprintf(text.file.stream, "exceptions:\n- {product: V/P, approver: a, "
				"reason: r, expires: %s}\n", cases[i].exception);
		end_policy(&text, 0);
		result = run(1);
		hit = find_hit(&result, "/bin/sh");
		if (!!hit != cases[i].hit)
			fail_msg("case %zu: %s", i, hit ? "a hit" : "no hit");
		if (hit && (hit->from != cases[i].from || hit->excepted != cases[i].excepted))
			fail_msg("case %zu: from %ju, excepted %ju", i, (uintmax_t)hit->from,
				 (uintmax_t)hit->excepted);
		guard_free(&result);
	}
}

/* What one policy excepts another can deny. */
static void test_two_images(void **state)
{
	struct guard_result result;
	struct text text;

	(void)state;
	put("root/bin/sh", "a shell");
	begin_policy(&text);
	add_product(&text, "First", "action: observe");
	add_ban(&text, "a shell");
	end_policy(&text, 0);
	begin_policy(&text);
	add_product(&text, "Second", "action: deny");
	add_ban(&text, "a shell");
	end_policy(&text, 1);
	result = run(2);
	assert_int_equal(result.n_hits, 1);
	assert_int_equal(result.hits[0].image, 1);
	assert_ptr_equal(result.hits[0].product, &images[1].products[0]);
	guard_free(&result);
}

static void test_size_filter(void **state)
{
	char hex[65], content[] = "a shell of 20 bytes!";
	struct guard_result result;
	struct text text;

	(void)state;
	put("root/bin/sh", content);
	put("root/bin/bash", "a shell of 20 bytes?");
	put("root/bin/dash", "another");
	put_link("root/usr/bin/sh", "../../bin/sh");
	assert_int_equal(link(scratch_path(&scratch, "root/bin/sh"),
			      scratch_path(&scratch, "root/bin/busybox")), 0);

	/* Two files have that size, one of them by three names. */
	begin_policy(&text);
	add_product(&text, "P", "action: deny");
	add_ban(&text, content);
	end_policy(&text, 0);
	result = run(1);
	assert_int_equal(bytes_hashed, 40);
	assert_int_equal(result.n_hits, 1);
	guard_free(&result);

	/* No file has that size. */
	hex_of(content, hex);
	begin_policy(&text);
	add_product(&text, "P", "action: deny");
	fprintf(text.file.stream, "    - {sha256: %s, size: 22}\n", hex);
	end_policy(&text, 0);
	result = run(1);
	assert_int_equal(bytes_hashed, 0);
	assert_int_equal(result.n_hits, 0);
	guard_free(&result);

	/* Any file can be it: the shells, process 1 and Debar. */
	begin_policy(&text);
	add_product(&text, "P", "action: deny");
	fprintf(text.file.stream, "    - {sha256: %s}\n", hex);
	end_policy(&text, 0);
	result = run(1);
	assert_int_equal(bytes_hashed, 40 + 7 + 17 + 21);
	assert_int_equal(result.n_hits, 1);
	guard_free(&result);
}

static void test_too_large(void **state)
{
	struct guard_result result;
	struct text text;

	(void)state;
	put("root/bin/sh", "");
	assert_int_equal(truncate(scratch_path(&scratch, "root/bin/sh"),
				  GUARD_BYTES_MAX + 1), 0);
	begin_policy(&text);
	add_product(&text, "P", "action: deny");
	fprintf(text.file.stream, "    - {sha256: '%064d'}\n", 1);
	end_policy(&text, 0);
	result = run(1);
	assert_int_equal(result.n_gaps, 1);
	assert_gap(&result, "/bin/sh", EFBIG);
	guard_free(&result);
}

static void test_many_gaps(void **state)
{
	struct guard_result result;
	char name[64];
	unsigned int i;

	(void)state;
	for (i = 0; i < GUARD_GAPS_MAX + 5; i++) {
		snprintf(name, sizeof(name), "proc/%u/exe", 1000 + i);
		put(name, "");
		snprintf(name, sizeof(name), "proc/%u/stat", 1000 + i);
		put(name, "? (?) S 0 0 0 0 0 0");
	}
	ban_nothing_there(0);
	result = run(1);
	assert_int_equal(result.n_gaps, GUARD_GAPS_MAX);
	assert_int_equal(result.n_dropped, 5);
	guard_free(&result);
}

/* What counts most comes first, and that something is left out is said. */
static void test_many_files(void **state)
{
	struct guard_result result;
	struct text text;
	char name[64], hex[65];
	unsigned int i;

	(void)state;
	for (i = 0; i < MAX_FILES; i++) {
		snprintf(name, sizeof(name), "root/lib/systemd/%05u", i);
		put(name, "part of it");
	}
	hex_of("the first process", hex);
	begin_policy(&text);
	add_product(&text, "P", "action: deny");
	fprintf(text.file.stream, "    - {sha256: %s}\n", hex);
	end_policy(&text, 0);
	result = run(1);
	assert_int_equal(bytes_hashed, 17 + 21 + (MAX_FILES - 2) * 10);
	assert_int_equal(result.n_hits, 1);
	assert_gap(&result, proc, EOVERFLOW);
	guard_free(&result);
}

static void test_interrupted(void **state)
{
	struct guard_input input = {
		.root = root, .proc = proc, .images = images, .n_images = 1, .now = NOW,
		.max_files = MAX_FILES, .progress = note_progress,
	};
	struct guard_result result;

	(void)state;
	ban_nothing_there(0);
	stop_with = -EINTR;
	assert_int_equal(guard_check(&input, &result), -EINTR);
	guard_free(&result);
	free(data[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(test_times),
		test(test_two_images),
		test(test_size_filter),
		test(test_too_large),
		test(test_many_gaps),
		test(test_many_files),
		test(test_interrupted),
	};

	return cmocka_run_group_tests_name("guard", tests, NULL, NULL);
}
