// SPDX-License-Identifier: GPL-2.0-only
/*
 * Any bytes as a command line, a word a line: the exit status is one of those that
 * the manual lists, what goes to a terminal is clean, and what is JSON is valid.
 *
 * main() is the program's own under another name. What would change this machine, ask
 * somebody or look at all that runs here is replaced below; there is no module. Words
 * have no slash, so that files are only those of one directory.
 */
#include <errno.h>
#include <getopt.h>
#include <jansson.h>
#include <libkmod.h>

#include "files.h"
#include "fuzz.h"
#include "guard.h"
#include "keys.h"
#include "libdebar.h"
#include "report.h"

#define WORDS_MAX 24

int debar_main(int argc, char **argv);

int __wrap_debar_open(struct debar **ret_debar);
int __wrap_isatty(int fd);
int __wrap_guard_check(const struct guard_input *input, struct guard_result *ret_result);
int __wrap_kmod_module_probe_insert_module(struct kmod_module *module, unsigned int flags,
					   const char *parameters, void *run, void *data,
					   void *print);
int __wrap_kmod_module_remove_module(struct kmod_module *module, unsigned int flags);
enum status __wrap_file_write(struct cli *cli, const char *path, const void *data,
			      size_t length);
enum status __wrap_key_read(struct cli *cli, const char *name, EVP_PKEY **ret_key);

int __wrap_debar_open(struct debar **ret_debar)
{
	(void)ret_debar;
	return -ENOENT;
}

int __wrap_isatty(int fd)
{
	(void)fd;
	return 0;
}

int __wrap_guard_check(const struct guard_input *input, struct guard_result *ret_result)
{
	(void)input;
	memset(ret_result, 0, sizeof(*ret_result));
	return 0;
}

int __wrap_kmod_module_probe_insert_module(struct kmod_module *module, unsigned int flags,
					   const char *parameters, void *run, void *data,
					   void *print)
{
	(void)module;
	(void)flags;
	(void)parameters;
	(void)run;
	(void)data;
	(void)print;
	return -EPERM;
}

int __wrap_kmod_module_remove_module(struct kmod_module *module, unsigned int flags)
{
	(void)module;
	(void)flags;
	return -EPERM;
}

enum status __wrap_file_write(struct cli *cli, const char *path, const void *data,
			      size_t length)
{
	(void)cli;
	fuzz_require(path && data && length > 0);
	return STATUS_OK;
}

enum status __wrap_key_read(struct cli *cli, const char *name, EVP_PKEY **ret_key)
{
	*ret_key = NULL;
	return fail(cli, STATUS_PATH, 0, "%.*s: no key", key_shown(name), name);
}

static void make_file(const char *name, const void *data, size_t length)
{
	FILE *file = fopen(name, "we");

	fuzz_require(file);
	fuzz_require(fwrite(data, 1, length, file) == length && fclose(file) == 0);
}

/* A policy in all its forms, a hash list, and a file that is none of them. */
static void make_files(void)
{
	static const char policy[] =
		"debar: 1\npolicy: p\nserial: 5\nauthorities: [{id: A, citation: c}]\n"
		"vendors: [{name: \"V\xc2\xa0\", products: [{name: P, action: deny, authority: A,\n"
		"files: [{list: l.csv}], releases: [{version: '1', expires: 2030-01-01,\n"
		"files: [{sha256: "
		"1111111111111111111111111111111111111111111111111111111111111111}]}]}]}]\n";
	static const char list[] = "sha256,size,name\n"
		"2222222222222222222222222222222222222222222222222222222222222222,9,a b\n";
	struct policy_diagnostics diagnostics;
	size_t length;
	void *image;

	make_file("p.yaml", policy, strlen(policy));
	make_file("l.csv", list, strlen(list));
	make_file("s", "#!/bin/sh\n", 10);
	fuzz_require(policy_compile("p.yaml", &diagnostics, &image, &length, NULL) == 0);
	policy_diagnostics_free(&diagnostics);
	make_file("p.img", image, length);
	free(image);
}

static void enter_directory(void)
{
	const char *parent = getenv("TMPDIR");
	char path[256];

	snprintf(path, sizeof(path), "%s/debar-fuzz-XXXXXX", parent ? parent : "/tmp");
	fuzz_require(mkdtemp(path) && chdir(path) == 0);
	make_files();
}

static bool is_status(int status)
{
	return (status >= STATUS_OK && status <= STATUS_IO) || status == STATUS_BANNED ||
	       status == STATUS_INTERRUPTED;
}

/* JSON documents one after the other, or text for people. */
static void check_output(const char *text, size_t length)
{
	size_t at = 0;

	if (length == 0 || *text != '{') {
		fuzz_require(fuzz_is_clean(text, length, true));
		return;
	}
	while (at < length) {
		json_error_t error;
		json_t *json = json_loadb(text + at, length - at, JSON_DISABLE_EOF_CHECK,
					  &error);

		fuzz_require(json);
		json_decref(json);
		at += error.position;
		at += strspn(text + at, "\n");
	}
}

static int run(int argc, char **argv)
{
	FILE *old_out = stdout, *old_err = stderr;
	char *out = NULL, *err = NULL;
	size_t out_length, err_length;
	int status;

	stdout = open_memstream(&out, &out_length);
	stderr = open_memstream(&err, &err_length);
	optind = 0;
	status = debar_main(argc, argv);
	fclose(stdout);
	fclose(stderr);
	stdout = old_out;
	stderr = old_err;
	check_output(out, out_length);
	check_output(err, err_length);
	/* Whoever fails says why, unless help was what was asked for. */
	fuzz_require(status == STATUS_OK || err_length > 0);
	free(out);
	free(err);
	return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char name[] = "debar";
	char *argv[WORDS_MAX + 2] = { name }, *words, *word, *rest;
	static bool ready;
	int argc = 1;

	if (!ready)
		enter_directory();
	ready = true;
	words = strndup((const char *)data, size);
	fuzz_require(words);
	/* No path leads out of the directory, and none makes an error look like JSON. */
	for (word = words; *word; word++)
		if (*word == '/' || *word == '{')
			*word = '_';
	for (rest = words; argc <= WORDS_MAX && (word = strsep(&rest, "\n"));)
		argv[argc++] = word;
	fuzz_require(is_status(run(argc, argv)));
	free(words);
	return 0;
}
