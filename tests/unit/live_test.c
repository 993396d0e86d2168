// SPDX-License-Identifier: GPL-2.0-only
/*
 * Verbs that talk to the kernel, against one that is made up here: it takes the
 * place of libdebar.
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

#include "floors.h"
#include "libdebar.h"
#include "scratch.h"
#include "verbs.h"

#define DAY UINT64_C(86400)
#define NS UINT64_C(1000000000)

/* What the kernel holds, and what it was told. */
static struct {
	struct debar_status status;
	struct debar_policy policy;
	struct debar_product products[3];
	struct debar_exception exceptions[2];
	struct debar_ban bans[2];
	bool live;
	int upload_result;
	size_t n_signatures;
	bool allow_rollback;
	int n_uploads;
	char floors[256];	/* "name=serial " each that was set */
	bool sealed;
} kernel;

int debar_open(struct debar **ret_debar)
{
	*ret_debar = NULL;
	return 0;
}

void debar_close(struct debar *debar)
{
	(void)debar;
}

const char *debar_error_text(const struct debar *debar)
{
	(void)debar;
	return "";
}

int debar_get_status(struct debar *debar, struct debar_status *ret_status)
{
	(void)debar;
	*ret_status = kernel.status;
	return 0;
}

int debar_set_mode(struct debar *debar, enum debar_mode mode)
{
	(void)debar;
	(void)mode;
	return 0;
}

int debar_remove(struct debar *debar, const char *name)
{
	(void)debar;
	(void)name;
	return 0;
}

int debar_check(struct debar *debar, const uint8_t sha256[DEBAR_SHA256_SIZE], uint64_t size,
		struct debar_check *ret_check)
{
	(void)debar;
	(void)sha256;
	(void)size;
	*ret_check = (struct debar_check){
		.verdict = DEBAR_VERDICT_OBSERVE,
		.mode = DEBAR_MODE_ENFORCE,
		.banned = true,
		.action = DEBAR_ACTION_OBSERVE,
		.policy = "base",
		.release = "1.0",
		.excepted = true,
	};
	return 0;
}

int debar_set_floor(struct debar *debar, const char *name, uint64_t serial)
{
	size_t used = strlen(kernel.floors);

	(void)debar;
	snprintf(kernel.floors + used, sizeof(kernel.floors) - used, "%s=%lu ", name,
		 (unsigned long)serial);
	return 0;
}

int debar_seal(struct debar *debar)
{
	(void)debar;
	kernel.sealed = true;
	return 0;
}

int debar_upload(struct debar *debar, const void *image, size_t length,
		 const struct debar_signature *signatures, size_t n_signatures,
		 bool allow_rollback, int (*progress)(size_t, size_t, void *), void *data)
{
	(void)debar;
	(void)image;
	(void)signatures;
	progress(length, length, data);
	kernel.n_signatures = n_signatures;
	kernel.allow_rollback = allow_rollback;
	kernel.n_uploads++;
	return kernel.upload_result;
}

int debar_list(struct debar *debar, enum debar_detail detail, const char *name,
	       const struct debar_list_ops *ops, void *data)
{
	int err = 0;
	size_t i;

	(void)debar;
	if (name && strcmp(name, kernel.policy.name) != 0)
		return -ENOENT;
	if (!kernel.live)
		return 0;
	err = ops->policy ? ops->policy(&kernel.policy, data) : 0;
	for (i = 0; !err && detail >= DEBAR_DETAIL_PRODUCTS && ops->product && i < 3; i++)
		err = ops->product(&kernel.products[i], data);
	for (i = 0; !err && detail >= DEBAR_DETAIL_PRODUCTS && ops->exception &&
	     i < kernel.policy.n_exceptions; i++)
		err = ops->exception(&kernel.exceptions[i], data);
	for (i = 0; !err && detail >= DEBAR_DETAIL_BANS && ops->ban && i < 2; i++)
		err = ops->ban(&kernel.bans[i], data);
	return err;
}

static const struct debar_event event = {
	.seq = 7,
	.time_ns = 20000 * DAY * NS,
	.kind = DEBAR_KIND_EXEC,
	.reason = DEBAR_REASON_BAN,
	.verdict = DEBAR_VERDICT_DENY,
	.mode = DEBAR_MODE_ENFORCE,
	.path = "/opt/agent\n",
	.sha256 = { 0xaa },
	.action = DEBAR_ACTION_DENY,
	.policy = "base",
	.vendor = "Corp",
	.product = "Agent",
	.release = "1.0",
};

int debar_events(struct debar *debar, uint64_t after, debar_event_fn fn, void *data)
{
	struct debar_event later = event;
	struct debar_event other = event;
	int err;

	(void)debar;
	(void)after;
	later.verdict = DEBAR_VERDICT_OBSERVE;
	later.excepted = true;
	later.time_ns += NS;
	other.reason = DEBAR_REASON_GAP;
	err = fn(&event, data);
	err = err ? err : fn(&other, data);
	return err ? err : fn(&later, data);
}

int debar_follow(struct debar *debar, uint64_t after, int stop_fd, debar_event_fn fn,
		 int (*lost)(uint64_t, uint64_t, void *), void *data)
{
	(void)debar;
	(void)after;
	(void)stop_fd;
	(void)fn;
	(void)lost;
	(void)data;
	return 0;
}

static void fill_kernel(void)
{
	memset(&kernel, 0, sizeof(kernel));
	kernel.status = (struct debar_status){
		.protocol = DEBAR_PROTOCOL, .version = "1", .mode = DEBAR_MODE_ENFORCE,
		.event_seq = 9, .n_certificates = 2,
	};
	kernel.live = true;
	kernel.policy = (struct debar_policy){
		.name = "base", .serial = 12, .n_products = 3, .n_bans = 2,
		.n_exceptions = 2, .n_signers_needed = 2, .n_signers = 2,
		.signers = { { 0x11 } }, .time_ns = 20000 * DAY * NS,
	};
	kernel.products[0] = (struct debar_product){
		.id = 0, .vendor = "Corp", .product = "Agent", .release = "1.0",
		.authority = "L", .action = DEBAR_ACTION_DENY,
		.effective = UINT64_C(4102444800),	/* 2100-01-01 */
		.denied = 3, .observed = 4, .last_hit_ns = 20001 * DAY * NS,
	};
	kernel.products[1] = (struct debar_product){
		.id = 1, .vendor = "Corp", .product = "Tool", .authority = "L",
		.action = DEBAR_ACTION_DENY, .expires = DAY,
	};
	kernel.products[2] = (struct debar_product){
		.id = 2, .vendor = "Corp", .product = "Zoo", .authority = "L",
		.action = DEBAR_ACTION_DENY,
	};
	kernel.exceptions[0] = (struct debar_exception){
		.product_id = 0, .approver = "Chief", .reason = "why", .expires = 2 * DAY,
	};
	kernel.exceptions[1] = (struct debar_exception){
		.of_file = true, .sha256 = { 0xbb }, .approver = "Chief", .reason = "so",
		.expires = UINT64_C(4102444800),
	};
	kernel.bans[0] = (struct debar_ban){ .sha256 = { 0xaa }, .product_id = 0 };
	kernel.bans[1] = (struct debar_ban){
		.sha256 = { 0xcc }, .sized = true, .size = 5, .product_id = 2,
	};
}

/* Runs a verb with up to 4 words. Returns what it printed; free with free(). */
static char *run(const struct verb *verb, bool json, enum status expected, ...)
{
	char *words[8] = { (char *)verb->name };
	struct cli cli = { .verb = verb, .argc = 1, .argv = words };
	va_list args;
	char *text;
	size_t length;
	FILE *stream = open_memstream(&text, &length);

	assert_non_null(stream);
	va_start(args, expected);
	while ((words[cli.argc] = va_arg(args, char *)))
		cli.argc++;
	va_end(args);
	out_init(&cli.out, stream);
	cli.out.json = json;
	snprintf(cli.title, sizeof(cli.title), "%s", verb->name);
	optind = 0;
	assert_int_equal(verb->run(&cli), expected);
	assert_int_equal(out_finish(&cli.out), 0);
	if (expected == STATUS_OK)
		assert_int_equal(cli.out.depth, 0);
	fclose(stream);
	return text;
}

static void expect_words(char *text, ...)
{
	const char *word, *at = text;
	va_list args;

	va_start(args, text);
	while ((word = va_arg(args, const char *))) {
		const char *found = strstr(at, word);

		if (!found)
			fail_msg("'%s' is not behind the words before it in: %s", word, text);
		at = found + strlen(word);
	}
	va_end(args);
	free(text);
}

static json_t *parse(char *text)
{
	json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, NULL);

	if (!root)
		fail_msg("not JSON: %s", text);
	free(text);
	return root;
}

/* The member at a path such as "policies.0.name". */
static const json_t *at(const json_t *json, const char *path)
{
	char copy[128], *word, *rest = copy;

	snprintf(copy, sizeof(copy), "%s", path);
	while ((word = strsep(&rest, ".")))
		json = json_is_array(json) ? json_array_get(json, atoi(word)) :
					     json_object_get(json, word);
	if (!json)
		fail_msg("there is no %s", path);
	return json;
}

static void test_list(void **state)
{
	json_t *root;

	(void)state;
	expect_words(run(&verb_list, false, STATUS_OK, NULL),
		     "Policy           base", "Exceptions       2", "Signers          2, 2 needed",
		     "Signer           1100", "Signer           a key of the machine",
		     "NOW", "Corp    Agent    1.0      L          deny    2100-01-01  -",
		     "observe until 2100-01-01", "Tool     -", "1970-01-02  expired",
		     "Zoo", "\n\nEXCEPTED", "Corp/Agent 1.0", "Chief", "why", "1970-01-03",
		     "expired\n", "bb00", "so", "2100-01-01", "in force\n", NULL);
	root = parse(run(&verb_list, true, STATUS_OK, NULL));
	assert_int_equal(json_integer_value(at(root, "policies.0.n_signers_needed")), 2);
	assert_true(json_is_false(at(root, "policies.0.signers.0.system_key")));
	assert_true(json_is_true(at(root, "policies.0.signers.1.system_key")));
	assert_string_equal(json_string_value(at(root, "policies.0.products.0.release")), "1.0");
	assert_string_equal(json_string_value(at(root, "policies.0.products.0.effective")),
			    "2100-01-01");
	assert_true(json_is_null(at(root, "policies.0.products.1.release")));
	assert_string_equal(json_string_value(at(root, "policies.0.exceptions.1.now")),
			    "in force");
	assert_true(json_is_null(at(root, "policies.0.exceptions.1.product_id")));
	json_decref(root);
	expect_words(run(&verb_list, false, STATUS_OK, "--summary", NULL), "EXCEPTIONS  SIGNERS",
		     "2, 2 needed", NULL);
	json_decref(parse(run(&verb_list, true, STATUS_OK, "--summary", NULL)));
}

static void test_list_bans(void **state)
{
	json_t *root;

	(void)state;
	expect_words(run(&verb_list, false, STATUS_OK, "--bans", NULL),
		     "aa00", "\t-\tbase\tdeny\tCorp\tAgent\tL\t1.0\ncc00",
		     "\t5\tbase\tdeny\tCorp\tZoo\tL\n", NULL);
	for (kernel.policy.n_exceptions = 2; ; kernel.policy.n_exceptions = 0) {
		root = parse(run(&verb_list, true, STATUS_OK, "--bans", NULL));
		assert_int_equal(json_array_size(at(root, "policies.0.exceptions")),
				 kernel.policy.n_exceptions);
		assert_int_equal(json_array_size(at(root, "policies.0.bans")), 2);
		json_decref(root);
		if (!kernel.policy.n_exceptions)
			break;
	}
	root = parse(run(&verb_list, true, STATUS_OK, NULL));
	assert_int_equal(json_array_size(at(root, "policies.0.exceptions")), 0);
	json_decref(root);
}

static void test_hits(void **state)
{
	char *text = run(&verb_list, false, STATUS_OK, "--hits", NULL);
	json_t *root;

	(void)state;
	assert_null(strstr(text, "Tool"));
	expect_words(text, "POLICY", "Agent", "1.0", "3", "4", "2024-10-05T00:00:00Z", "SHA256",
		     "aa00", "1", "1", "2024-10-04T00:00:01Z  /opt/agent\\x0a\n", NULL);
	root = parse(run(&verb_list, true, STATUS_OK, "--hits", NULL));
	assert_int_equal(json_array_size(at(root, "hits")), 1);
	assert_int_equal(json_integer_value(at(root, "hits.0.denied")), 3);
	assert_int_equal(json_array_size(at(root, "files")), 1);
	assert_int_equal(json_integer_value(at(root, "files.0.denied")), 1);
	assert_int_equal(json_integer_value(at(root, "files.0.observed")), 1);
	json_decref(root);
	kernel.live = false;
	free(run(&verb_list, false, STATUS_OK, "--hits", NULL));
	free(run(&verb_list, false, STATUS_PATH, "--hits", "--policy", "absent", NULL));
}

static void test_status(void **state)
{
	json_t *root;

	(void)state;
	expect_words(run(&verb_status, false, STATUS_OK, NULL), "Sealed           no\n",
		     "Trust            2 certificates built in\n", "SIGNERS", "EXCEPTIONS",
		     "IMAGE SHA-256\n", "base", "12", "2024-10-04T00:00:00Z", "0000\n\nPOLICY",
		     "Corp", "Agent", NULL);
	kernel.status.n_certificates = 0;
	kernel.status.sealed = true;
	kernel.policy.n_signers = 0;
	expect_words(run(&verb_status, false, STATUS_OK, NULL), "Sealed           until",
		     "unsigned policies accepted", "unsigned", NULL);
	kernel.status.n_certificates = 1;
	kernel.status.system_keys = true;
	expect_words(run(&verb_status, false, STATUS_OK, NULL),
		     "1 certificate built in, and keys of the machine\n", NULL);
	root = parse(run(&verb_status, true, STATUS_OK, NULL));
	assert_true(json_is_true(at(root, "sealed")));
	assert_true(json_is_true(at(root, "system_keys")));
	assert_int_equal(json_integer_value(at(root, "policies.0.n_exceptions")), 2);
	assert_int_equal(json_array_size(at(root, "hits")), 1);
	json_decref(root);
}

static void test_check_and_events(void **state)
{
	json_t *root;

	(void)state;
	expect_words(run(&verb_check, false, STATUS_OK, "/proc/self/exe", NULL),
		     "because of an exception", "Excepted         yes", "Release          1.0",
		     NULL);
	root = parse(run(&verb_check, true, STATUS_OK, "/proc/self/exe", NULL));
	assert_true(json_is_true(at(root, "results.0.excepted")));
	assert_string_equal(json_string_value(at(root, "results.0.release")), "1.0");
	json_decref(root);
	expect_words(run(&verb_events, false, STATUS_OK, NULL),
		     " denied exec /opt/agent\\x0a: Corp, Agent 1.0 (", " excepted exec ", NULL);
	expect_words(run(&verb_events, true, STATUS_OK, NULL), "\"release\": \"1.0\"",
		     "\"excepted\": false", "\"outcome\": \"excepted\"", "\"excepted\": true",
		     NULL);
}

struct place {
	struct scratch scratch;
	char floors[256];
	char policy[4096];
};

static void begin_place(struct place *p, const char *floors)
{
	scratch_make(&p->scratch);
	snprintf(p->policy, sizeof(p->policy), "%s", source_path("policy/examples/minimal.yaml"));
	snprintf(p->floors, sizeof(p->floors), "%s", scratch_path(&p->scratch, "floors"));
	setenv(FLOORS_VARIABLE, p->floors, 1);
	if (floors)
		scratch_text(&p->scratch, "floors", floors);
}

static void expect_floor(const struct place *p, const char *line)
{
	char text[512] = "";
	FILE *file = fopen(p->floors, "r");

	if (file) {
		assert_true(fread(text, 1, sizeof(text) - 1, file) > 0);
		fclose(file);
	}
	if (line)
		assert_non_null(strstr(text, line));
	else
		assert_null(strstr(text, "minimal"));
}

static void test_load(void **state)
{
	struct place p;

	(void)state;
	begin_place(&p, "other 40\n");
	free(run(&verb_load, false, STATUS_OK, p.policy, NULL));
	assert_int_equal(kernel.n_uploads, 1);
	assert_int_equal(kernel.n_signatures, 0);
	assert_false(kernel.allow_rollback);
	assert_string_equal(kernel.floors, "other=40 ");
	expect_floor(&p, "\nminimal 1 ");
	expect_floor(&p, "\nother 40\n");
	scratch_remove(&p.scratch);

	/* What the kernel refuses leaves no trace. */
	begin_place(&p, NULL);
	kernel.upload_result = -ESTALE;
	free(run(&verb_load, false, STATUS_POLICY, p.policy, NULL));
	kernel.upload_result = -ENOKEY;
	free(run(&verb_load, false, STATUS_TRUST, p.policy, NULL));
	kernel.upload_result = -EPERM;
	free(run(&verb_load, false, STATUS_IO, p.policy, NULL));
	expect_floor(&p, NULL);
	kernel.upload_result = 0;
	scratch_remove(&p.scratch);

	/* The file follows the kernel down only when that was asked for. */
	begin_place(&p, "minimal 9\n");
	free(run(&verb_load, false, STATUS_OK, p.policy, NULL));
	expect_floor(&p, "minimal 9\n");
	free(run(&verb_load, false, STATUS_OK, "--allow-rollback", p.policy, NULL));
	assert_true(kernel.allow_rollback);
	expect_floor(&p, "minimal 1 ");
	scratch_remove(&p.scratch);

	/* A live one that is newer is not even sent. */
	begin_place(&p, NULL);
	kernel.n_uploads = 0;
	strcpy(kernel.policy.name, "minimal");
	free(run(&verb_load, false, STATUS_POLICY, p.policy, NULL));
	assert_int_equal(kernel.n_uploads, 0);
	free(run(&verb_load, false, STATUS_OK, "--allow-rollback", p.policy, NULL));
	assert_int_equal(kernel.n_uploads, 1);
	scratch_remove(&p.scratch);
}

static void test_seal(void **state)
{
	(void)state;
	expect_words(run(&verb_seal, false, STATUS_OK, "--yes", NULL),
		     "sealed until this machine is started anew", NULL);
	assert_true(kernel.sealed);
	kernel.sealed = false;
	/* Nobody can be asked. */
	assert_non_null(freopen("/dev/null", "r", stdin));
	free(run(&verb_seal, false, STATUS_USAGE, NULL));
	assert_false(kernel.sealed);
}

static int setup(void **state)
{
	(void)state;
	fill_kernel();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_list, setup),
		cmocka_unit_test_setup(test_list_bans, setup),
		cmocka_unit_test_setup(test_hits, setup),
		cmocka_unit_test_setup(test_status, setup),
		cmocka_unit_test_setup(test_check_and_events, setup),
		cmocka_unit_test_setup(test_load, setup),
		cmocka_unit_test_setup(test_seal, setup),
	};

	return cmocka_run_group_tests_name("live", tests, NULL, NULL);
}
