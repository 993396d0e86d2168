// SPDX-License-Identifier: GPL-2.0-only
/*
 * What verbs ask of the module, and what they make of its answer: exit status and
 * sentence. A module that is made up here takes the place of libdebar.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <getopt.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "libdebar.h"
#include "verbs.h"

static struct {
	int open_error, error, next_error;	/* of connecting, what is asked first, and then */
	const char *sentence;	/* the kernel's */
	struct debar_status status;
	size_t n_policies;
	/* What was asked for. */
	char removed[32];
	int mode;
	unsigned int n_sealed, n_open;
} module;

int debar_open(struct debar **ret_debar)
{
	*ret_debar = (struct debar *)&module;
	module.n_open += !module.open_error;
	return module.open_error;
}

void debar_close(struct debar *debar)
{
	assert_ptr_equal(debar, &module);
	module.n_open--;
}

const char *debar_error_text(const struct debar *debar)
{
	(void)debar;
	return module.sentence;
}

int debar_get_status(struct debar *debar, struct debar_status *ret_status)
{
	(void)debar;
	*ret_status = module.status;
	return module.error;
}

int debar_set_mode(struct debar *debar, enum debar_mode mode)
{
	(void)debar;
	module.mode = mode;
	return module.next_error;
}

int debar_remove(struct debar *debar, const char *name)
{
	(void)debar;
	snprintf(module.removed, sizeof(module.removed), "%s", name);
	return module.error;
}

int debar_seal(struct debar *debar)
{
	(void)debar;
	module.n_sealed++;
	return module.next_error;
}

int debar_list(struct debar *debar, enum debar_detail detail, const char *name,
	       const struct debar_list_ops *ops, void *data)
{
	static const struct debar_policy policy = {
		.name = "ba\033se", .serial = 7, .n_signers = 2, .n_products = 1, .n_bans = 3,
	};
	size_t i;

	(void)debar;
	(void)detail;
	assert_null(name);
	for (i = 0; i < module.n_policies && !module.next_error; i++)
		if (ops->policy)
			assert_int_equal(ops->policy(&policy, data), 0);
	return module.next_error;
}

int debar_events(struct debar *debar, uint64_t after, debar_event_fn fn, void *data)
{
	(void)debar;
	(void)after;
	(void)fn;
	(void)data;
	return module.next_error;
}

static void begin(void)
{
	memset(&module, 0, sizeof(module));
	module.sentence = "";
	module.mode = -1;
	module.status = (struct debar_status){
		.version = "1", .mode = DEBAR_MODE_ENFORCE, .n_certificates = 1,
		.denied = 5, .n_coverage = 2, .coverage = {
			{ .kind = DEBAR_KIND_EXEC, .active = true },
			{ .kind = DEBAR_KIND_MMAP, .active = true },
		},
	};
}

static char *out, *err;

/* Words up to NULL; the verb's output stays in @out and @err until the next run. */
static enum status run(const struct verb *verb, bool json, ...)
{
	FILE *old_out = stdout, *old_err = stderr;
	struct cli cli = { .verb = verb };
	size_t out_length, err_length;
	enum status status;
	char *words[8] = { (char *)verb->name };
	va_list args;

	free(out);
	free(err);
	va_start(args, json);
	for (cli.argc = 1; (words[cli.argc] = va_arg(args, char *)); cli.argc++)
		;
	va_end(args);
	cli.argv = words;
	snprintf(cli.title, sizeof(cli.title), "%s", verb->name);
	stdout = open_memstream(&out, &out_length);
	stderr = open_memstream(&err, &err_length);
	out_init(&cli.out, stdout);
	cli.out.json = json;
	optind = 0;
	opterr = 0;
	status = verb->run(&cli);
	assert_int_equal(out_finish(&cli.out), 0);
	fclose(stdout);
	fclose(stderr);
	stdout = old_out;
	stderr = old_err;
	/* No connection is left behind. */
	assert_int_equal(module.n_open, 0);
	return status;
}

static void expect_said(const char *where, const char *text)
{
	if (!strstr(where, text))
		fail_msg("'%s' is not in: %s", text, where);
}

/* Each way to be turned away has a status and a sentence of its own. */
static void test_refused(void **state)
{
	static const struct {
		int error;
		const char *sentence;
		enum status status;
		const char *said;
	} rows[] = {
		{ -ENOENT, "", STATUS_MODULE, "the debar module is not loaded: run 'debar module "
					      "load'" },
		{ -EPROTO, "", STATUS_MODULE, "does not speak this program's protocol" },
		{ -EPERM, "", STATUS_IO, "is not permitted: it takes CAP_MAC_ADMIN: run this as "
					 "root" },
		{ -EACCES, "se\033aled", STATUS_IO, "is not permitted: se\\x1baled: run" },
		{ -EIO, "", STATUS_MODULE, "failed: Input/output error" },
		{ -EIO, "no hash", STATUS_MODULE, "failed: no hash" },
		{ -ENOMEM, "", STATUS_OTHER, "out of memory" },
	};
	static const struct verb *const verbs[] = { &verb_mode, &verb_status };
	size_t i, k;

	(void)state;
	if (access("/sys/module/debar", F_OK) == 0)
		skip();
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		for (k = 0; k < 2; k++) {
			begin();
			module.error = rows[i].error;
			module.sentence = rows[i].sentence;
			assert_int_equal(run(verbs[k], false, NULL), rows[i].status);
			expect_said(err, rows[i].said);
			assert_string_equal(out, "");
		}
		begin();
		module.open_error = rows[i].error;
		assert_int_equal(run(&verb_unload, false, "name", NULL), rows[i].status);
		assert_string_equal(module.removed, "");
	}
}

/* The same for programs. */
static void test_refused_json(void **state)
{
	json_t *object;

	(void)state;
	begin();
	module.error = -EIO;
	assert_int_equal(run(&verb_mode, true, NULL), STATUS_MODULE);
	object = json_loads(err, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(object);
	assert_string_equal(json_string_value(json_object_get(object, "schema")),
			    "debar-error/1");
	assert_string_equal(json_string_value(json_object_get(object, "verb")), "mode");
	assert_string_equal(json_string_value(json_object_get(object, "errno_name")), "EIO");
	assert_int_equal(json_integer_value(json_object_get(object, "status")), STATUS_MODULE);
	json_decref(object);
}

static void test_mode(void **state)
{
	(void)state;
	begin();
	assert_int_equal(run(&verb_mode, false, NULL), STATUS_OK);
	assert_string_equal(out, "enforce\n");
	assert_int_equal(module.mode, -1);
	assert_int_equal(run(&verb_mode, false, "permissive", NULL), STATUS_OK);
	assert_string_equal(out, "permissive\n");
	assert_int_equal(module.mode, DEBAR_MODE_PERMISSIVE);
	module.status.off = true;
	assert_int_equal(run(&verb_mode, false, NULL), STATUS_OK);
	expect_said(out, "loaded with off=1: nothing is judged");
	module.mode = -1;
	assert_int_equal(run(&verb_mode, false, "off", NULL), STATUS_USAGE);
	assert_int_equal(module.mode, -1);
	/* A sealed module stays as it is. */
	module.next_error = -EPERM;
	module.sentence = "sealed";
	assert_int_equal(run(&verb_mode, false, "permissive", NULL), STATUS_IO);
	expect_said(err, "setting the mode is not permitted: sealed");
	assert_string_equal(out, "");
}

static void test_unload(void **state)
{
	(void)state;
	begin();
	assert_int_equal(run(&verb_unload, false, "base", NULL), STATUS_OK);
	assert_string_equal(out, "base: unloaded\n");
	assert_string_equal(module.removed, "base");
	module.error = -ENOENT;
	assert_int_equal(run(&verb_unload, false, "ba\nse", NULL), STATUS_PATH);
	expect_said(err, "no live policy is called 'ba\\x0ase'");
	assert_string_equal(out, "");
	module.error = -EPERM;
	assert_int_equal(run(&verb_unload, false, "base", NULL), STATUS_IO);
	expect_said(err, "unloading a policy is not permitted");
}

static void test_seal(void **state)
{
	(void)state;
	begin();
	assert_int_equal(run(&verb_seal, false, "--yes", NULL), STATUS_OK);
	assert_string_equal(out, "sealed until this machine is started anew\n");
	assert_string_equal(err, "");
	assert_int_equal(module.n_sealed, 1);
	/* What cannot be undone is said before. */
	module.status.off = true;
	module.status.sealed = true;
	module.status.n_certificates = 0;
	assert_int_equal(run(&verb_seal, false, "-y", NULL), STATUS_OK);
	expect_said(out, "was sealed already");
	expect_said(err, "warning: the module was loaded with off=1");
	expect_said(err, "warning: no certificate is built into the module");
	module.next_error = -EPERM;
	assert_int_equal(run(&verb_seal, true, "-y", NULL), STATUS_IO);
	expect_said(err, "{\"schema\": \"debar-warning/1\", \"verb\": \"seal\"");
	expect_said(err, "{\"schema\": \"debar-error/1\"");
	assert_string_equal(out, "");
	/* Without being able to ask, nothing is sealed. */
	assert_non_null(freopen("/dev/null", "r", stdin));
	module.n_sealed = 0;
	assert_int_equal(run(&verb_seal, false, NULL), STATUS_USAGE);
	assert_int_equal(module.n_sealed, 0);
}

static void test_status(void **state)
{
	(void)state;
	begin();
	assert_int_equal(run(&verb_status, false, "--check", NULL), STATUS_OK);
	expect_said(out, "No policy is live: nothing is banned.");
	expect_said(out, "1 certificate built in\n");
	/* What is not judged fails a check, and only that. */
	module.status.coverage[1].active = false;
	strcpy(module.status.coverage[1].text, "live\033patch");
	assert_int_equal(run(&verb_status, false, NULL), STATUS_OK);
	expect_said(out, "INACTIVE: live\\x1bpatch");
	assert_int_equal(run(&verb_status, false, "-c", NULL), STATUS_OTHER);
	module.status.n_coverage = 1;
	module.status.off = true;
	module.status.n_certificates = 0;
	assert_int_equal(run(&verb_status, false, "-c", NULL), STATUS_OTHER);
	expect_said(out, "loaded with off=1");
	expect_said(out, "unsigned policies accepted");
}

static void test_status_policies(void **state)
{
	json_t *object;

	(void)state;
	begin();
	module.n_policies = 2;
	assert_int_equal(run(&verb_status, false, NULL), STATUS_OK);
	expect_said(out, "ba\\x1bse");
	assert_null(strstr(out, "No policy is live"));
	assert_int_equal(run(&verb_status, true, NULL), STATUS_OK);
	object = json_loads(out, JSON_REJECT_DUPLICATES, NULL);
	assert_int_equal(json_array_size(json_object_get(object, "policies")), 2);
	json_decref(object);
	/* Who may not see them gets the rest. */
	module.next_error = -EPERM;
	assert_int_equal(run(&verb_status, false, NULL), STATUS_OK);
	expect_said(out, "The policies are shown to root only.");
	expect_said(out, "enforce");
	module.next_error = -EIO;
	assert_int_equal(run(&verb_status, false, NULL), STATUS_MODULE);
	expect_said(err, "listing the policies failed");
}

static int teardown(void **state)
{
	(void)state;
	free(out);
	free(err);
	return 0;
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_refused_json),
		cmocka_unit_test(test_mode),
		cmocka_unit_test(test_unload),
		cmocka_unit_test(test_seal),
		cmocka_unit_test(test_status),
		cmocka_unit_test(test_status_policies),
	};

	return cmocka_run_group_tests_name("verbs", tests, NULL, teardown);
}
