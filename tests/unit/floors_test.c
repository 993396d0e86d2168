// SPDX-License-Identifier: GPL-2.0-only
/*
 * The file of floors: never lower by itself, never silent about damage.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "floors.h"
#include "scratch.h"

struct fixture {
	struct scratch scratch;
	struct cli cli;
	int old_stderr;
};

#define ONE " 0101010101010101010101010101010101010101010101010101010101010101"
static const uint8_t one[DEBAR_SHA256_SIZE] = { [0 ... DEBAR_SHA256_SIZE - 1] = 1 };
static const uint8_t two[DEBAR_SHA256_SIZE] = { [0 ... DEBAR_SHA256_SIZE - 1] = 2 };

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	int fd;

	assert_non_null(f);
	scratch_make(&f->scratch);
	out_init(&f->cli.out, stdout);
	setenv(FLOORS_VARIABLE, scratch_path(&f->scratch, "floors"), 1);
	/* What is said goes into a file. */
	f->old_stderr = dup(STDERR_FILENO);
	fd = open(scratch_path(&f->scratch, "said"), O_RDWR | O_CREAT | O_APPEND, 0600);
	assert_true(fd >= 0 && f->old_stderr >= 0);
	dup2(fd, STDERR_FILENO);
	close(fd);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	dup2(f->old_stderr, STDERR_FILENO);
	close(f->old_stderr);
	chmod(scratch_path(&f->scratch, "directory"), 0700);
	scratch_remove(&f->scratch);
	free(f);
	return 0;
}

static char *content(const struct fixture *f, const char *name)
{
	FILE *file = fopen(scratch_path(&f->scratch, name), "r");
	char *text = calloc(1, 65536);

	assert_non_null(text);
	if (!file) {
		free(text);
		return NULL;
	}
	assert_true(fread(text, 1, 65535, file) < 65535);
	fclose(file);
	return text;
}

/* Everything but the heading. */
static void expect_floors(const struct fixture *f, const char *expected)
{
	char *text = content(f, "floors"), *lines;

	assert_non_null(text);
	assert_int_equal(text[0], '#');
	lines = strchr(text, '\n');
	assert_non_null(lines);
	while (*++lines == '#')
		lines = strchr(lines, '\n');
	assert_string_equal(lines, expected);
	free(text);
}

static void expect_said(const struct fixture *f, const char *words)
{
	char *text = content(f, "said");

	assert_non_null(text);
	if (words)
		assert_non_null(strstr(text, words));
	else
		assert_string_equal(text, "");
	free(text);
	assert_int_equal(truncate(scratch_path(&f->scratch, "said"), 0), 0);
}

/* The digest of what was loaded last belongs to its serial. */
static void test_know(void **state)
{
	struct fixture *f = *state;
	struct floors floors;

	floors_keep(&f->cli, "base", 5, one, false);
	floors_read(&f->cli, &floors);
	assert_true(floors_know(&floors, "base", one));
	assert_false(floors_know(&floors, "base", two));
	assert_false(floors_know(&floors, "other", one));
	/* Older: it was not loaded. */
	floors_keep(&f->cli, "base", 4, two, false);
	floors_read(&f->cli, &floors);
	assert_true(floors_know(&floors, "base", one));
	floors_keep(&f->cli, "base", 5, two, false);
	floors_read(&f->cli, &floors);
	assert_true(floors_know(&floors, "base", two));
	assert_false(floors_know(&floors, "base", one));
	floors_keep(&f->cli, "base", 4, one, true);
	floors_read(&f->cli, &floors);
	assert_true(floors_know(&floors, "base", one));
	assert_int_equal(floors.list[0].serial, 4);
	/* As it was written before digests were. */
	scratch_text(&f->scratch, "floors", "base 4\n");
	floors_read(&f->cli, &floors);
	assert_int_equal(floors.n, 1);
	assert_false(floors_know(&floors, "base", one));
	expect_said(f, NULL);
}

static void test_keep(void **state)
{
	struct fixture *f = *state;
	struct floors floors;

	floors_read(&f->cli, &floors);
	assert_int_equal(floors.n, 0);
	floors_keep(&f->cli, "base", 5, one, false);
	expect_floors(f, "base 5" ONE "\n");
	floors_keep(&f->cli, "local", UINT64_MAX, one, false);
	floors_keep(&f->cli, "base", 4, one, false);
	expect_floors(f, "base 5" ONE "\nlocal 18446744073709551615" ONE "\n");
	floors_keep(&f->cli, "base", 6, one, false);
	expect_floors(f, "base 6" ONE "\nlocal 18446744073709551615" ONE "\n");
	floors_keep(&f->cli, "local", 2, one, true);
	expect_floors(f, "base 6" ONE "\nlocal 2" ONE "\n");
	floors_read(&f->cli, &floors);
	assert_int_equal(floors.n, 2);
	assert_string_equal(floors.list[1].name, "local");
	assert_int_equal(floors.list[1].serial, 2);
	expect_said(f, NULL);
}

static void test_directory_is_made(void **state)
{
	struct fixture *f = *state;
	struct stat st;

	setenv(FLOORS_VARIABLE, scratch_path(&f->scratch, "directory/floors"), 1);
	floors_keep(&f->cli, "base", 5, one, false);
	assert_int_equal(stat(scratch_path(&f->scratch, "directory"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0755);
	assert_int_equal(access(scratch_path(&f->scratch, "directory/floors"), F_OK), 0);
	setenv(FLOORS_VARIABLE, scratch_path(&f->scratch, "not/there/floors"), 1);
	expect_said(f, NULL);
	floors_keep(&f->cli, "base", 5, one, false);
	expect_said(f, "the floor of 'base' is not kept: No such file or directory");
}

static const struct {
	const char *line, *why;
} damages[] = {
	{ "base", "a name and a serial were expected" },
	{ "base\t5", "a name and a serial were expected" },
	{ "Base 5", "no policy can have that name" },
	{ " 5", "no policy can have that name" },
	{ "../x 5", "no policy can have that name" },
	{ "base ", "the serial is not a number" },
	{ "base -5", "the serial is not a number" },
	{ "base 5 ", "the digest is not one of SHA-256" },
	{ "base 5 01", "the digest is not one of SHA-256" },
	{ "base 5" ONE "0", "the digest is not one of SHA-256" },
	{ "base 5" ONE " x", "the digest is not one of SHA-256" },
	{ "base 5 0101010101010101010101010101010101010101010101010101010101010g01",
	  "the digest is not one of SHA-256" },
	{ "base 5x", "the serial is not a number" },
	{ "base 18446744073709551616", "the serial is not a number" },
	{ "\xff\xfe", "a name and a serial were expected" },
	{ "\033[2J 5", "no policy can have that name" },
};

static void test_damaged_lines(void **state)
{
	struct fixture *f = *state;
	char text[512], said[128];
	struct floors floors;
	size_t i;

	for (i = 0; i < sizeof(damages) / sizeof(damages[0]); i++) {
		char *copy;

		snprintf(text, sizeof(text), "# people\n\nbefore 1\n%s\nbehind 2\n",
			 damages[i].line);
		scratch_text(&f->scratch, "floors", text);
		floors_read(&f->cli, &floors);
		assert_true(floors.damaged);
		assert_int_equal(floors.n, 2);
		assert_string_equal(floors.list[1].name, "behind");
		snprintf(said, sizeof(said), "floors:4: %s", damages[i].why);
		expect_said(f, said);
		/* What could be read stays, and so does what could not, beside it. */
		floors_keep(&f->cli, "base", 3, one, false);
		expect_said(f, "a copy of the damaged file is in");
		expect_floors(f, "before 1\nbehind 2\nbase 3" ONE "\n");
		copy = content(f, "floors.damaged");
		assert_non_null(copy);
		assert_string_equal(copy, text);
		free(copy);
	}
}

static void test_cut(void **state)
{
	static const char text[] = "base 12\nlocal 34\n";
	struct fixture *f = *state;
	struct floors floors;
	size_t length;

	/* A serial that lost digits must not be taken for a floor. */
	for (length = 0; length < sizeof(text); length++) {
		scratch_write(&f->scratch, "floors", text, length);
		floors_read(&f->cli, &floors);
		assert_int_equal(floors.n, length < 8 ? 0 : length < 17 ? 1 : 2);
		assert_int_equal(floors.damaged, length != 0 && length != 8 && length != 17);
	}
	expect_said(f, "the line is not whole");
	scratch_write(&f->scratch, "floors", "base\0 5\nlocal 6\n", 16);
	floors_read(&f->cli, &floors);
	assert_int_equal(floors.n, 1);
	expect_said(f, "floors:1: it holds a NUL");
}

/* Of two lines the higher counts, and damage elsewhere is no reason to lower one. */
static void test_highest(void **state)
{
	struct fixture *f = *state;
	struct floors floors;

	scratch_text(&f->scratch, "floors", "base 5\nbase 3\n");
	floors_read(&f->cli, &floors);
	assert_int_equal(floors.n, 1);
	assert_int_equal(floors.list[0].serial, 5);
	scratch_text(&f->scratch, "floors", "base 5\ndamage\n");
	floors_keep(&f->cli, "base", 2, one, false);
	expect_floors(f, "base 5\n");
}

static void test_too_many(void **state)
{
	struct fixture *f = *state;
	struct scratch_file file;
	struct floors floors;
	int i;

	scratch_open(&file);
	for (i = 0; i < DEBAR_FLOORS_MAX + 1; i++)
		fprintf(file.stream, "name-%d 1\n", i);
	scratch_close(&file, &f->scratch, "floors");
	floors_read(&f->cli, &floors);
	assert_int_equal(floors.n, DEBAR_FLOORS_MAX);
	expect_said(f, "floors:65: too many names");
	floors_keep(&f->cli, "one-more", 1, one, false);
	expect_said(f, "the floor of 'one-more' is not kept: too many names");
	floors_keep(&f->cli, "name-3", 7, one, false);
	floors_read(&f->cli, &floors);
	assert_int_equal(floors.list[3].serial, 7);
}

/* What cannot be read is not written over. */
static void test_unreadable(void **state)
{
	struct fixture *f = *state;
	struct floors floors;
	char *large;

	assert_int_equal(mkdir(scratch_path(&f->scratch, "floors"), 0700), 0);
	floors_read(&f->cli, &floors);
	assert_true(floors.unreadable);
	expect_said(f, "it cannot be read");
	floors_keep(&f->cli, "base", 5, one, false);
	expect_said(f, "the floor of 'base' is not kept");
	rmdir(scratch_path(&f->scratch, "floors"));

	assert_int_equal(mkfifo(scratch_path(&f->scratch, "floors"), 0600), 0);
	floors_keep(&f->cli, "base", 5, one, false);
	expect_said(f, "the floor of 'base' is not kept");
	unlink(scratch_path(&f->scratch, "floors"));

	large = malloc(70000);
	assert_non_null(large);
	memset(large, '#', 70000);
	scratch_write(&f->scratch, "floors", large, 70000);
	free(large);
	floors_keep(&f->cli, "base", 5, one, false);
	expect_said(f, "File too large");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_keep, setup, teardown),
		cmocka_unit_test_setup_teardown(test_know, setup, teardown),
		cmocka_unit_test_setup_teardown(test_directory_is_made, setup, teardown),
		cmocka_unit_test_setup_teardown(test_damaged_lines, setup, teardown),
		cmocka_unit_test_setup_teardown(test_cut, setup, teardown),
		cmocka_unit_test_setup_teardown(test_highest, setup, teardown),
		cmocka_unit_test_setup_teardown(test_too_many, setup, teardown),
		cmocka_unit_test_setup_teardown(test_unreadable, setup, teardown),
	};

	return cmocka_run_group_tests_name("floors", tests, NULL, NULL);
}
