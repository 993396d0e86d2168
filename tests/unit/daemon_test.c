// SPDX-License-Identifier: GPL-2.0-only
/*
 * debard against a kernel that is made up here: it takes the place of libdebar.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "evidence.h"
#include "log.h"
#include "metrics.h"
#include "watch.h"

#define RING 100

/* A ring of denials, numbered from 1 on. */
static struct {
	bool loaded;
	struct debar_status status;
	int drain_result;	/* of a module that goes in the middle */
	uint64_t watch_at;	/* the number of an event of the watch; 0: none */
	const char *vendor;
} kernel;

int debar_open(struct debar **ret_debar)
{
	*ret_debar = kernel.loaded ? (struct debar *)&kernel : NULL;
	return kernel.loaded ? 0 : -ENOENT;
}

void debar_close(struct debar *debar)
{
	(void)debar;
}

int debar_get_status(struct debar *debar, struct debar_status *ret_status)
{
	(void)debar;
	*ret_status = kernel.status;
	return kernel.loaded ? 0 : -ENOENT;
}

int debar_list(struct debar *debar, enum debar_detail detail, const char *name,
	       const struct debar_list_ops *ops, void *data)
{
	const struct debar_policy policy = {
		.name = "base", .serial = kernel.status.generation, .time_ns = BEGIN_NS,
		.n_signers = 2, .signers = { { 0x11 } },
	};
	struct debar_product product = {
		.product = "Agent", .authority = "L", .action = DEBAR_ACTION_DENY, .denied = 3,
	};
	const struct debar_exception exception = { .approver = "Chief", .reason = "why" };
	int err;

	(void)debar;
	(void)detail;
	(void)name;
	strcpy(product.vendor, kernel.vendor);
	err = ops->policy ? ops->policy(&policy, data) : 0;
	err = err ? err : ops->product(&product, data);
	return err || !ops->exception ? err : ops->exception(&exception, data);
}

int debar_drain(struct debar *debar, uint64_t *after, const struct debar_event_ops *ops,
		void *data)
{
	uint64_t last = kernel.status.event_seq, seq;
	uint64_t ring = kernel.status.ring, first = last > ring ? last - ring + 1 : 1;
	int err = 0;

	(void)debar;
	if (*after + 1 < first && last) {
		err = ops->lost(*after + 1, first - 1, data);
		if (!err)
			*after = first - 1;
	}
	for (seq = *after + 1; !err && seq <= last; seq++) {
		struct debar_event event = make_denial(seq);

		if (seq == kernel.watch_at)
			event.reason = DEBAR_REASON_MODE;
		err = ops->event(&event, data);
		if (!err)
			*after = seq;
	}
	return err ? err : kernel.drain_result;
}

struct bench {
	struct place place;
	struct config config;
	struct watch watch;
	struct instant now;
};

static void start(struct bench *b, const char *boot_id)
{
	watch_init(&b->watch, &b->config, boot_id);
}

static void begin(struct bench *b)
{
	memset(&kernel, 0, sizeof(kernel));
	kernel.loaded = true;
	kernel.vendor = "Corp";
	kernel.status = (struct debar_status){
		.version = "1", .mode = DEBAR_MODE_ENFORCE, .loaded_ns = BEGIN_NS - 5 * NS,
		.generation = 1, .ring = RING, .n_coverage = 1,
		.coverage = { { .kind = DEBAR_KIND_EXEC, .active = true } },
	};
	scratch_make(&b->place.scratch);
	snprintf(b->place.path, sizeof(b->place.path), "%s",
		 scratch_path(&b->place.scratch, "evidence.db"));
	b->config = (struct config){ .store = b->place.path };
	b->now = (struct instant){ BEGIN_NS, 1000 * NS };
	start(b, "boot-1");
}

static void end(struct bench *b)
{
	watch_free(&b->watch);
	scratch_remove(&b->place.scratch);
}

static void later(struct bench *b, uint64_t seconds)
{
	b->now.real_ns += seconds * NS;
	b->now.boot_ns += seconds * NS;
}

/* Steps until it would sleep. Return: how many. */
static int work(struct bench *b, enum watch_next expected)
{
	enum watch_next next;
	int n = 0;

	do {
		next = watch_step(&b->watch, b->now);
		n++;
	} while (next == WATCH_AGAIN && n < 1000);
	assert_int_equal(next, expected);
	return n;
}

static int64_t count(const struct bench *b, const char *where)
{
	char sql[512];

	snprintf(sql, sizeof(sql), "SELECT count(*) FROM record WHERE %s", where);
	return place_count(&b->place, sql);
}

/* Stored and reported as lost: exactly all. */
static void expect_sum(const struct bench *b)
{
	struct evidence_proof proof;

	place_verify(&b->place, &proof);
	if (proof.broken)
		fail_msg("record %ld: %s", (long)proof.broken_id, proof.what);
	assert_int_equal(proof.n_events + proof.n_lost, kernel.status.event_seq);
}

static void test_drain(void **state)
{
	struct bench b;

	(void)state;
	begin(&b);
	kernel.status.event_seq = 50;
	work(&b, WATCH_SLEEP);
	assert_int_equal(count(&b, "kind = 'event'"), 50);
	assert_int_equal(count(&b, "kind = 'epoch' AND json_extract(body, '$.why') = 'first'"), 1);
	assert_int_equal(count(&b, "kind = 'policy'"), 1);
	assert_int_equal(count(&b, "kind = 'product'"), 1);
	/* Nothing new: nothing is stored. */
	work(&b, WATCH_SLEEP);
	assert_int_equal(count(&b, "1"), 54);
	kernel.status.event_seq = 300;
	work(&b, WATCH_SLEEP);
	assert_int_equal(count(&b, "kind = 'lost' AND json_extract(body, '$.first') = 51"
				   " AND json_extract(body, '$.last') = 200"), 1);
	assert_int_equal(b.watch.n_lost, 150);
	expect_sum(&b);
	end(&b);
}

/* Where the ring is never empty, the rest is done all the same. */
static void test_flood(void **state)
{
	struct bench b;

	(void)state;
	begin(&b);
	b.config.days = 1;
	work(&b, WATCH_SLEEP);
	kernel.drain_result = -EAGAIN;
	kernel.watch_at = kernel.status.event_seq = 1;
	kernel.status.mode = DEBAR_MODE_PERMISSIVE;
	later(&b, 1);
	assert_int_equal(watch_step(&b.watch, b.now), WATCH_AGAIN);
	assert_int_equal(count(&b, "kind = 'status' AND json_extract(body, '$.why') = 'change'"), 1);
	later(&b, 2 * 86400);
	kernel.status.event_seq += 50;
	assert_int_equal(watch_step(&b.watch, b.now), WATCH_AGAIN);
	assert_int_equal(count(&b, "kind = 'head'"), 1);
	assert_int_equal(count(&b, "kind = 'pruned'"), 1);
	assert_int_equal(place_count(&b.place, "SELECT max(alive_ns) FROM epoch"), b.now.real_ns);
	end(&b);
}

/* Killed at any place, it goes on behind what is stored. */
static void test_killed(void **state)
{
	struct bench b;
	int i;

	(void)state;
	begin(&b);
	for (i = 0; i < 20; i++) {
		kernel.status.event_seq += 37 * i % 150;
		later(&b, 1);
		/* Once in two it had no time to look. */
		if (i % 2)
			work(&b, WATCH_SLEEP);
		else
			watch_step(&b.watch, b.now);
		watch_free(&b.watch);
		start(&b, "boot-1");
	}
	work(&b, WATCH_SLEEP);
	expect_sum(&b);
	assert_int_equal(place_count(&b.place, "SELECT count(*) - count(DISTINCT seq) FROM"
					       " record WHERE seq IS NOT NULL"), 0);
	assert_true(count(&b, "kind = 'gap' AND json_extract(body, '$.why') = 'daemon'"
			      " AND json_extract(body, '$.watched')") > 5);
	end(&b);
}

static void test_really_killed(void **state)
{
	struct bench b;
	int status;
	pid_t pid;

	(void)state;
	begin(&b);
	kernel.status.event_seq = 90;
	pid = fork();
	if (!pid) {
		/* In the middle of a transaction. */
		watch_step(&b.watch, b.now);
		evidence_begin(b.watch.evidence);
		evidence_append(b.watch.evidence, 1, BEGIN_NS, "head", json_object());
		kill(getpid(), SIGKILL);
	}
	waitpid(pid, &status, 0);
	assert_true(WIFSIGNALED(status));
	work(&b, WATCH_SLEEP);
	assert_int_equal(count(&b, "kind = 'head'"), 0);
	expect_sum(&b);
	end(&b);
}

static void test_gaps(void **state)
{
	struct bench b;

	(void)state;
	begin(&b);
	kernel.status.event_seq = 5;
	work(&b, WATCH_SLEEP);
	/* Unloaded, and loaded again: numbers begin anew. */
	later(&b, 60);
	kernel.loaded = false;
	b.watch.debar = NULL;
	work(&b, WATCH_SLEEP);
	assert_int_equal(count(&b, "kind = 'gap' AND json_extract(body, '$.why') = 'module'"
				   " AND json_extract(body, '$.last_seq') = 5"), 1);
	later(&b, 600);
	kernel.loaded = true;
	kernel.status.loaded_ns = b.now.real_ns - NS;
	kernel.status.event_seq = 2;
	work(&b, WATCH_SLEEP);
	assert_int_equal(count(&b, "kind = 'gap'"), 3);
	assert_int_equal(count(&b, "seq = 1"), 2);
	/* Stopped, and the machine started anew. */
	watch_stop(&b.watch, b.now);
	assert_int_equal(count(&b, "kind = 'status' AND json_extract(body, '$.why') = 'stop'"), 1);
	later(&b, 3600);
	start(&b, "boot-2");
	kernel.status.loaded_ns = b.now.real_ns - 10 * NS;
	b.now.boot_ns = 20 * NS;
	work(&b, WATCH_SLEEP);
	assert_int_equal(count(&b, "kind = 'gap' AND json_extract(body, '$.why') = 'machine'"
				   " AND NOT json_extract(body, '$.watched')"
				   " AND CAST(json_extract(body, '$.until_ns') AS INTEGER) -"
				   " CAST(json_extract(body, '$.from_ns') AS INTEGER) ="
				   " 3590000000000"), 1);
	assert_int_equal(count(&b, "kind = 'clock'"), 0);
	expect_proven(&b.place);
	end(&b);
}

/* Events that came since it looked are stored, however many there are. */
static void test_stop(void **state)
{
	struct bench b;

	(void)state;
	begin(&b);
	work(&b, WATCH_SLEEP);
	kernel.status.ring = 10000;
	kernel.status.event_seq = 9000;
	watch_stop(&b.watch, b.now);
	assert_int_equal(count(&b, "kind = 'event'"), 9000);
	assert_int_equal(count(&b, "kind = 'status' AND json_extract(body, '$.why') = 'stop'"
				   " AND id = (SELECT max(id) FROM record)"), 1);
	expect_sum(&b);
	/* A ring that is filled meanwhile does not keep it. */
	start(&b, "boot-1");
	work(&b, WATCH_SLEEP);
	kernel.status.event_seq++;
	kernel.drain_result = -EAGAIN;
	watch_stop(&b.watch, b.now);
	expect_sum(&b);
	end(&b);
}

/* Only a change, and every hour. */
static void test_status(void **state)
{
	struct bench b;
	int i;

	(void)state;
	begin(&b);
	work(&b, WATCH_SLEEP);
	for (i = 0; i < 59; i++) {
		later(&b, 60);
		kernel.status.denied++;
		work(&b, WATCH_SLEEP);
	}
	assert_int_equal(count(&b, "kind = 'status'"), 1);
	/* A head is told after an hour, not when the store was opened. */
	assert_int_equal(count(&b, "kind = 'head'"), 0);
	later(&b, 60);
	work(&b, WATCH_SLEEP);
	assert_int_equal(count(&b, "kind = 'status' AND json_extract(body, '$.why') = 'hourly'"
				   " AND json_extract(body, '$.denied') = 59"), 1);
	assert_int_equal(count(&b, "kind = 'head'"), 1);
	/* An event of the watch makes it look at once. */
	kernel.status.mode = DEBAR_MODE_PERMISSIVE;
	kernel.status.generation = 2;
	kernel.watch_at = kernel.status.event_seq = 1;
	later(&b, 1);
	work(&b, WATCH_SLEEP);
	assert_int_equal(count(&b, "kind = 'status' AND json_extract(body, '$.why') = 'change'"
				   " AND json_extract(body, '$.mode') = 'permissive'"), 1);
	assert_int_equal(count(&b, "kind = 'watch'"), 1);
	assert_int_equal(count(&b, "kind = 'policy'"), 2);
	assert_int_equal(count(&b, "kind = 'product'"), 1);
	expect_sum(&b);
	end(&b);
}

static void test_clock(void **state)
{
	struct bench b;

	(void)state;
	begin(&b);
	work(&b, WATCH_SLEEP);
	b.now.real_ns -= 3600 * NS;
	work(&b, WATCH_SLEEP);
	assert_int_equal(count(&b, "kind = 'clock' AND json_extract(body, '$.backwards')"
				   " AND json_extract(body, '$.jump_ns') = 3600000000000"), 1);
	/* While it did not run. */
	watch_free(&b.watch);
	start(&b, "boot-1");
	b.now.real_ns += 7200 * NS;
	work(&b, WATCH_SLEEP);
	assert_int_equal(count(&b, "kind = 'clock'"), 2);
	expect_proven(&b.place);
	end(&b);
}

static void test_damaged(void **state)
{
	struct bench b;
	char command[256];
	FILE *file;

	(void)state;
	begin(&b);
	kernel.status.event_seq = 5;
	work(&b, WATCH_SLEEP);
	watch_stop(&b.watch, b.now);
	file = fopen(b.place.path, "r+");
	fputs("no database any more, whatever it was", file);
	fclose(file);
	start(&b, "boot-1");
	work(&b, WATCH_SLEEP);
	snprintf(command, sizeof(command), "test -s %s.corrupt-20270115T080000Z", b.place.path);
	assert_int_equal(system(command), 0);
	assert_int_equal(count(&b, "id = 1 AND kind = 'corrupt' AND json_extract(body, '$.aside')"
				   " LIKE '%.corrupt-20270115T080000Z'"), 1);
	expect_sum(&b);
	end(&b);
}

/* Where it is found out only when something is read or written. */
static void test_damaged_meanwhile(void **state)
{
	struct bench b;

	(void)state;
	begin(&b);
	kernel.status.event_seq = 5;
	work(&b, WATCH_SLEEP);
	place_sql(&b.place, "DROP TABLE tally");
	kernel.status.event_seq = 9;
	work(&b, WATCH_SLEEP);
	assert_int_equal(count(&b, "kind = 'corrupt'"), 1);
	expect_sum(&b);
	end(&b);
}

static void set_limit(rlim_t bytes)
{
	struct rlimit limit;

	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &limit);
	limit.rlim_cur = bytes ? bytes : limit.rlim_max;
	setrlimit(RLIMIT_FSIZE, &limit);
}

/* The new store says what became of the old one as soon as there is room. */
static void test_damaged_no_room(void **state)
{
	struct bench b;
	FILE *file;

	(void)state;
	begin(&b);
	kernel.status.event_seq = 5;
	work(&b, WATCH_SLEEP);
	watch_stop(&b.watch, b.now);
	file = fopen(b.place.path, "r+");
	fputs("no database any more, whatever it was", file);
	fclose(file);
	start(&b, "boot-1");
	set_limit(1);
	assert_int_equal(watch_step(&b.watch, b.now), WATCH_RETRY);
	assert_int_equal(watch_step(&b.watch, b.now), WATCH_RETRY);
	set_limit(0);
	work(&b, WATCH_SLEEP);
	assert_int_equal(count(&b, "id = 1 AND kind = 'corrupt' AND json_extract(body, '$.aside')"
				   " LIKE '%.corrupt-20270115T080000Z'"), 1);
	expect_sum(&b);
	end(&b);
}

/* Whose path was mistyped: what lies there stays as it is. */
static void test_foreign(void **state)
{
	static const char text[] = "root:x:0:0:root:/root:/bin/sh\n";
	char found[sizeof(text)] = "";
	struct bench b;
	FILE *file;

	(void)state;
	begin(&b);
	file = fopen(b.place.path, "w");
	fputs(text, file);
	fclose(file);
	assert_int_equal(watch_step(&b.watch, b.now), WATCH_FATAL);
	file = fopen(b.place.path, "r");
	assert_int_equal(fread(found, 1, sizeof(found), file), sizeof(text) - 1);
	fclose(file);
	assert_string_equal(found, text);
	unlink(b.place.path);
	place_sql(&b.place, "CREATE TABLE other(x)");
	assert_int_equal(watch_step(&b.watch, b.now), WATCH_FATAL);
	assert_int_equal(place_count(&b.place, "SELECT count(*) FROM pragma_journal_mode"
					       " WHERE journal_mode = 'delete'"), 1);
	end(&b);
}

static void test_no_room(void **state)
{
	enum watch_next next = WATCH_SLEEP;
	struct bench b;
	int i;

	(void)state;
	begin(&b);
	work(&b, WATCH_SLEEP);
	set_limit(200000);
	for (i = 0; i < 100 && next != WATCH_RETRY; i++) {
		kernel.status.event_seq += 90;
		do {
			next = watch_step(&b.watch, b.now);
		} while (next == WATCH_AGAIN);
	}
	assert_int_equal(next, WATCH_RETRY);
	assert_int_equal(b.watch.n_waiting, 90);
	/* It goes on trying, and the ring goes on. */
	kernel.status.event_seq += 1000;
	later(&b, 5);
	assert_int_equal(watch_step(&b.watch, b.now), WATCH_RETRY);
	set_limit(0);
	later(&b, 5);
	work(&b, WATCH_SLEEP);
	assert_int_equal(b.watch.n_lost, 990);
	expect_sum(&b);
	end(&b);
}

/* The new load's events wait until its epoch can begin. */
static void test_no_room_to_begin(void **state)
{
	struct bench b;

	(void)state;
	begin(&b);
	kernel.status.event_seq = 5;
	work(&b, WATCH_SLEEP);
	/* Loaded anew, as the connection tells. */
	kernel.status.loaded_ns += NS;
	kernel.status.event_seq = 9;
	set_limit(4096);
	later(&b, 5);
	assert_int_equal(watch_module_failed(&b.watch, -ENOENT), WATCH_AGAIN);
	assert_int_equal(watch_step(&b.watch, b.now), WATCH_RETRY);
	assert_int_equal(b.watch.n_waiting, 9);
	set_limit(0);
	later(&b, 5);
	work(&b, WATCH_SLEEP);
	assert_int_equal(count(&b, "seq IS NOT NULL AND epoch = 1"), 5);
	assert_int_equal(count(&b, "seq IS NOT NULL AND epoch = 2"), 9);
	expect_proven(&b.place);
	end(&b);
}

static void test_second(void **state)
{
	struct bench a, b;

	(void)state;
	begin(&a);
	work(&a, WATCH_SLEEP);
	b = a;
	start(&b, "boot-1");
	assert_int_equal(watch_step(&b.watch, b.now), WATCH_FATAL);
	watch_free(&b.watch);
	end(&a);
}

static void test_retention(void **state)
{
	struct bench b;
	int64_t n;

	(void)state;
	begin(&b);
	b.config.days = 1;
	kernel.status.event_seq = 50;
	work(&b, WATCH_SLEEP);
	later(&b, 2 * 86400);
	work(&b, WATCH_SLEEP);
	assert_int_equal(count(&b, "kind = 'event'"), 0);
	assert_true(count(&b, "kind = 'pruned'") > 0);
	kernel.status.event_seq = 60;
	work(&b, WATCH_SLEEP);
	assert_int_equal(count(&b, "kind = 'event'"), 10);
	/* By age it is done once a day only. */
	later(&b, 12 * 3600);
	work(&b, WATCH_SLEEP);
	n = count(&b, "kind = 'pruned'");
	later(&b, 11 * 3600);
	work(&b, WATCH_SLEEP);
	assert_int_equal(count(&b, "kind = 'pruned'"), n);
	later(&b, 2 * 3600);
	work(&b, WATCH_SLEEP);
	assert_int_equal(count(&b, "kind = 'event'"), 0);
	expect_proven(&b.place);
	end(&b);
}

/* A clock that is wrong once takes no record. */
static void test_retention_clock(void **state)
{
	struct bench b;

	(void)state;
	begin(&b);
	b.config.days = 1;
	kernel.status.event_seq = 50;
	work(&b, WATCH_SLEEP);
	watch_free(&b.watch);
	/* When it is started, and set right within the hour. */
	start(&b, "boot-2");
	b.now = (struct instant){ BEGIN_NS + 100 * 86400 * NS, 10 * NS };
	kernel.status.loaded_ns = b.now.real_ns;
	kernel.status.event_seq = 0;
	work(&b, WATCH_SLEEP);
	later(&b, 3500);
	work(&b, WATCH_SLEEP);
	assert_int_equal(count(&b, "kind = 'clock'"), 0);
	b.now.real_ns -= 100 * 86400 * NS;
	work(&b, WATCH_SLEEP);
	/* When it has run for long, and is set right within the day. */
	later(&b, 3 * 3600);
	b.now.real_ns += 100 * 86400 * NS;
	work(&b, WATCH_SLEEP);
	later(&b, 23 * 3600);
	work(&b, WATCH_SLEEP);
	assert_int_equal(count(&b, "kind = 'clock'"), 2);
	assert_int_equal(count(&b, "kind = 'event'"), 50);
	assert_int_equal(count(&b, "kind = 'pruned'"), 0);
	/* It has held: then it is right. */
	later(&b, 3700);
	work(&b, WATCH_SLEEP);
	assert_int_equal(count(&b, "kind = 'event'"), 0);
	expect_proven(&b.place);
	end(&b);
}

/* A clock that was set while the module was loaded anew. */
static void test_retention_begin(void **state)
{
	struct bench b;

	(void)state;
	begin(&b);
	b.config.days = 1;
	kernel.status.event_seq = 50;
	work(&b, WATCH_SLEEP);
	later(&b, 7200);
	work(&b, WATCH_SLEEP);
	b.now.real_ns += 100 * 86400 * NS;
	kernel.status.loaded_ns = b.now.real_ns;
	kernel.status.event_seq = 0;
	assert_int_equal(watch_module_failed(&b.watch, -ENOENT), WATCH_AGAIN);
	work(&b, WATCH_SLEEP);
	assert_int_equal(count(&b, "kind = 'clock'"), 1);
	later(&b, 82800);
	work(&b, WATCH_SLEEP);
	assert_int_equal(count(&b, "kind = 'event'"), 50);
	end(&b);
}

/* The module went while it was asked. */
static void test_module_goes(void **state)
{
	struct bench b;

	(void)state;
	begin(&b);
	work(&b, WATCH_SLEEP);
	kernel.status.event_seq = 5;
	kernel.drain_result = -ENOENT;
	assert_int_equal(watch_step(&b.watch, b.now), WATCH_AGAIN);
	assert_null(b.watch.debar);
	assert_int_equal(count(&b, "kind = 'event'"), 5);
	kernel.drain_result = 0;
	work(&b, WATCH_SLEEP);
	expect_sum(&b);
	/* Without the right to ask, there is nothing to wait for. */
	kernel.drain_result = -EPERM;
	assert_int_equal(watch_step(&b.watch, b.now), WATCH_FATAL);
	end(&b);
}

static void test_metrics(void **state)
{
	char *text, path[256];
	struct bench b;
	size_t length;
	FILE *stream = open_memstream(&text, &length);
	static const char *const lines[] = {
		"# TYPE debar_module_loaded gauge\ndebar_module_loaded 1\n",
		"debar_enforcing 1\n", "debar_coverage_active{kind=\"exec\"} 1\n",
		"debar_denied_total{vendor=\"a\\\"b\\\\c\\nd\\\\xff\"} 3\n",
		"debar_policy_version_info{name=\"base\",version=\"1\",digest=\"00",
		"debar_stored_total 5\n", "debar_waiting_events 0\n", "debar_store_bytes ",
	};
	size_t i;

	(void)state;
	begin(&b);
	kernel.vendor = "a\"b\\c\nd\xff";
	kernel.status.event_seq = 5;
	work(&b, WATCH_SLEEP);
	assert_int_equal(metrics_print(stream, &b.watch), 0);
	fclose(stream);
	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		if (!strstr(text, lines[i]))
			fail_msg("'%s' is not in: %s", lines[i], text);
	free(text);
	snprintf(path, sizeof(path), "%s", scratch_path(&b.place.scratch, "debar.prom"));
	assert_int_equal(metrics_write(path, &b.watch), 0);
	assert_int_equal(access(path, R_OK), 0);
	assert_int_equal(metrics_write("/nonexistent/x.prom", &b.watch), -ENOENT);
	end(&b);
}

static void expect_config(const char *text, bool good)
{
	struct scratch scratch;
	struct config config;

	scratch_make(&scratch);
	if (config_read(scratch_text(&scratch, "conf", text), true, &config) != good)
		fail_msg("%s: %s", good ? "refused" : "taken", text);
	if (good)
		config_free(&config);
	scratch_remove(&scratch);
}

static void test_config(void **state)
{
	struct config config;

	(void)state;
	expect_config("", true);
	expect_config("# x\n\n store = /a b \nretention-days=0\nretention-size = 5G\n", true);
	expect_config("retention-size = 1048576", true);
	expect_config("store", false);
	expect_config("store =", false);
	expect_config("store = relative", false);
	expect_config("stores = /a", false);
	expect_config("store = /a\nstore = /b\n", false);
	expect_config("retention-days = -1", false);
	expect_config("retention-days = 1d", false);
	expect_config("retention-days = 99999999999999999999", false);
	expect_config("retention-size = 5X", false);
	expect_config("retention-size = 5GB", false);
	expect_config("retention-size = 1K", false);
	expect_config("retention-size = 18446744073709551615T", false);
	assert_true(config_read("/nonexistent", false, &config));
	assert_int_equal(config.days, 400);
	config_free(&config);
	assert_false(config_read("/nonexistent", true, &config));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_drain),
		cmocka_unit_test(test_flood),
		cmocka_unit_test(test_killed),
		cmocka_unit_test(test_really_killed),
		cmocka_unit_test(test_gaps),
		cmocka_unit_test(test_stop),
		cmocka_unit_test(test_status),
		cmocka_unit_test(test_clock),
		cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_damaged_meanwhile),
		cmocka_unit_test(test_damaged_no_room),
		cmocka_unit_test(test_foreign),
		cmocka_unit_test(test_no_room),
		cmocka_unit_test(test_no_room_to_begin),
		cmocka_unit_test(test_second),
		cmocka_unit_test(test_retention),
		cmocka_unit_test(test_retention_clock),
		cmocka_unit_test(test_retention_begin),
		cmocka_unit_test(test_module_goes),
		cmocka_unit_test(test_metrics),
		cmocka_unit_test(test_config),
	};

	return cmocka_run_group_tests_name("daemon", tests, NULL, NULL);
}
