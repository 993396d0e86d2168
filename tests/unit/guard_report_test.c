// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is done with the guard's findings on this very machine: refused, or
 * overridden and recorded.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "escape.h"
#include "guard_report.h"
#include "scratch.h"

static struct scratch scratch;
static char record[2048];
static int priority, n_records;

/* In place of the C library's. */
void syslog(int level, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(record, sizeof(record), format, args);
	va_end(args);
	priority = level;
	n_records++;
}

static void write_policy(const char *name, const uint8_t *sha256, size_t n_bans)
{
	struct scratch_file file;
	char hex[65];
	size_t i;

	escape_hex(sha256, 32, hex);
	scratch_open(&file);
	fprintf(file.stream, "debar: 1\npolicy: %.4s\nserial: 7\nauthorities:\n"
		"- {id: A, citation: c}\nvendors:\n- name: V\n  products:\n"
		"  - {name: P, action: deny, authority: A, files: [", name);
	for (i = 0; i < n_bans; i++)
		fprintf(file.stream, "{sha256: %s}, ", hex);
	fprintf(file.stream, "{sha256: '%064d'}]}\n", 1);
	scratch_close(&file, &scratch, name);
}

/* The program that runs this test is in use. */
static void write_policies(void)
{
	uint8_t sha256[32];
	uint64_t size;
	int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);

	assert_int_equal(debar_hash_fd(fd, sha256, &size, NULL, NULL), 0);
	close(fd);
	write_policy("bans.yaml", sha256, 1);
	write_policy("none.yaml", sha256, 0);
}

static int setup(void **state)
{
	(void)state;
	scratch_make(&scratch);
	write_policies();
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	scratch_remove(&scratch);
	return 0;
}

/* Runs the guard for the policies, standard error kept in the file "err". */
static enum status run(const struct guard_options *options, const char *const *names,
		       size_t n)
{
	struct cli cli = { .title = "load" };
	struct candidate list[2];
	enum status status;
	int old, err;
	size_t i;

	out_init(&cli.out, stdout);
	n_records = 0;
	fflush(stderr);
	old = dup(STDERR_FILENO);
	err = open(scratch_path(&scratch, "err"), O_CREAT | O_TRUNC | O_WRONLY, 0600);
	dup2(err, STDERR_FILENO);
	for (i = 0; i < n; i++) {
		char *path = (char *)scratch_path(&scratch, names[i]);

		assert_int_equal(candidate_read(&cli, &path, 1, &list[i]), STATUS_OK);
	}
	status = guard_run(&cli, list, n, options);
	for (i = 0; i < n; i++)
		candidate_free(&list[i]);
	out_finish(&cli.out);
	fflush(stderr);
	dup2(old, STDERR_FILENO);
	close(old);
	close(err);
	return status;
}

static bool said(const char *text)
{
	static char all[1 << 20];
	FILE *file = fopen(scratch_path(&scratch, "err"), "r");
	size_t n;

	assert_non_null(file);
	n = fread(all, 1, sizeof(all) - 1, file);
	all[n] = '\0';
	fclose(file);
	return strstr(all, text);
}

static const char *const both[] = { "none.yaml", "bans.yaml" };

static void test_refused(void **state)
{
	const struct guard_options options = { 0 };

	(void)state;
	assert_int_equal(run(&options, both, 2), STATUS_BANNED);
	assert_true(said("/guard_report_test "));
	assert_true(said("override this with --force"));
	assert_int_equal(n_records, 0);
}

static void test_forced(void **state)
{
	const struct guard_options options = { .force = true };

	(void)state;
	assert_int_equal(run(&options, both, 2), STATUS_OK);
	assert_true(said("overridden with --force"));
	assert_int_equal(n_records, 1);
	assert_int_equal(priority, LOG_AUTHPRIV | LOG_WARNING);
	assert_non_null(strstr(record, "policy bans, serial 7, denies 1 file "));
	assert_non_null(strstr(record, "/guard_report_test (Debar itself)"));
	assert_null(strchr(record, '\n'));
}

static void test_not_recorded(void **state)
{
	const struct guard_options forced = { .force = true };
	const struct guard_options dry = { .force = true, .dry_run = true };

	(void)state;
	/* Nothing was overridden. */
	assert_int_equal(run(&forced, both, 1), STATUS_OK);
	assert_int_equal(n_records, 0);
	/* Nothing is loaded. */
	assert_int_equal(run(&dry, both, 2), STATUS_OK);
	assert_int_equal(n_records, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_forced),
		cmocka_unit_test(test_not_recorded),
	};

	return cmocka_run_group_tests_name("guard_report", tests, setup, teardown);
}
