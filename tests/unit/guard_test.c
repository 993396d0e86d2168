// SPDX-License-Identifier: GPL-2.0-only
/*
 * The guard, on machines that are made of a few files below a scratch directory.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <openssl/evp.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "escape.h"
#include "guard.h"
#include "libdebar.h"
#include "policy.h"
#include "scratch.h"

#define NOW	UINT64_C(1796083200)	/* 2026-12-01 */
#define DAY	UINT64_C(86400)
#define MAX_FILES 40
#define KTHREAD	"(kworker/0:1) S 2 0 0 0 -1 2129984 0 0"	/* 0x208000 */

static struct scratch scratch;
static char root[96], proc[96];

/* Folders of @path below the scratch directory. */
static void make_folders(const char *path)
{
	char *copy = strdup(path), *at = copy + strlen(scratch.path) + 1;

	for (; (at = strchr(at, '/')); *at++ = '/') {
		*at = '\0';
		mkdir(copy, 0755);
	}
	free(copy);
}

/* A file of the machine ("root/bin/sh") or of procfs ("proc/1/comm"). */
static void put(const char *name, const char *content)
{
	make_folders(scratch_path(&scratch, name));
	scratch_text(&scratch, name, content);
}

static void put_link(const char *name, const char *target)
{
	const char *path = scratch_path(&scratch, name);

	make_folders(path);
	assert_int_equal(symlink(target, path), 0);
}

/* A process that runs the file @exe. */
static void put_process(const char *pid, const char *comm, const char *exe)
{
	char name[64], line[128];

	snprintf(name, sizeof(name), "proc/%s/comm", pid);
	snprintf(line, sizeof(line), "%s\n", comm);
	put(name, line);
	snprintf(name, sizeof(name), "proc/%s/maps", pid);
	put(name, "");
	snprintf(name, sizeof(name), "proc/%s/stat", pid);
	snprintf(line, sizeof(line), "%s (%s) S 1 1 1 0 -1 4194560 0 0\n", pid, comm);
	put(name, line);
	snprintf(name, sizeof(name), "proc/%s/exe", pid);
	put_link(name, scratch_path(&scratch, exe));
}

/* The least that a machine has: process 1, and us. */
static int setup(void **state)
{
	(void)state;
	scratch_make(&scratch);
	snprintf(root, sizeof(root), "%s/root", scratch.path);
	snprintf(proc, sizeof(proc), "%s/proc", scratch.path);
	put("root/sbin/first", "the first process");
	put("root/opt/debar/here", "Debar, wherever it is");
	put_process("1", "first", "root/sbin/first");
	put_link("proc/self/exe", scratch_path(&scratch, "root/opt/debar/here"));
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	scratch_remove(&scratch);
	return 0;
}

/* A policy in the making. */
struct text {
	struct scratch_file file;
};

static void begin_policy(struct text *text)
{
	scratch_open(&text->file);
	fputs("debar: 1\npolicy: t\nserial: 1\nauthorities:\n- {id: A, citation: c}\n"
	      "vendors:\n- name: V\n  products:\n", text->file.stream);
}

static void add_product(struct text *text, const char *name, const char *rest)
{
	fprintf(text->file.stream, "  - name: %s\n    authority: A\n    %s\n    files:\n",
		name, rest);
}

static void hex_of(const char *content, char hex[65])
{
	uint8_t sha256[32];

	EVP_Digest(content, strlen(content), sha256, NULL, EVP_sha256(), NULL);
	escape_hex(sha256, 32, hex);
}

static void add_ban(struct text *text, const char *content)
{
	char hex[65];

	hex_of(content, hex);
	fprintf(text->file.stream, "    - {sha256: %s, size: %zu}\n", hex,
		strlen(content));
}

/* Deny what has one of these contents, up to NULL. */
static void add_bans(struct text *text, const char *const *contents)
{
	add_product(text, "P", "action: deny");
	for (; *contents; contents++)
		add_ban(text, *contents);
}

static struct debar_image images[2];
static void *data[2];

static void end_policy(struct text *text, size_t i)
{
	struct policy_diagnostics diagnostics;
	size_t length;
	int err;

	err = policy_compile(scratch_close(&text->file, &scratch, "policy.yaml"),
			     &diagnostics, &data[i], &length, NULL);
	policy_diagnostics_print(&diagnostics, stderr);
	policy_diagnostics_free(&diagnostics);
	assert_int_equal(err, 0);
	assert_int_equal(debar_image_check(&images[i], data[i], length), DEBAR_IMAGE_OK);
}

static uint64_t bytes_hashed;
static int stop_with;

static int note_progress(uint64_t done, void *unused)
{
	(void)unused;
	bytes_hashed = done;
	return stop_with;
}

/* The first @n policies against the machine. */
static struct guard_result run(size_t n)
{
	struct guard_input input = {
		.root = root, .proc = proc, .images = images, .n_images = n, .now = NOW,
		.max_files = MAX_FILES, .progress = note_progress,
	};
	struct guard_result result;

	stop_with = 0;
	assert_int_equal(guard_check(&input, &result), 0);
	while (n)
		free(data[--n]);
	return result;
}

static const struct guard_hit *find_hit(const struct guard_result *result,
					const char *path)
{
	const struct guard_hit *hit = NULL;
	size_t i;

	for (i = 0; i < result->n_hits; i++) {
		if (strcmp(result->hits[i].path, path) != 0)
			continue;
		assert_null(hit);
		hit = &result->hits[i];
	}
	return hit;
}

static void assert_hit(const struct guard_result *result, const char *path,
		       const char *why)
{
	const struct guard_hit *hit = find_hit(result, path);

	if (!hit)
		fail_msg("%s is no hit", path);
	assert_string_equal(hit->why, why);
}

static void assert_gap(const struct guard_result *result, const char *path, int err)
{
	size_t i;

	for (i = 0; i < result->n_gaps; i++) {
		if (strcmp(result->gaps[i].path, path) == 0)
			break;
	}
	if (i == result->n_gaps)
		fail_msg("%s is no gap", path);
	assert_int_equal(result->gaps[i].err, err);
}

struct needed {
	const char *path;	/* on the machine; its content too */
	const char *why;	/* NULL: it is not needed */
};

/* Puts the files, bans them all, and looks for each. */
static void check_needed(const struct needed *list, size_t n)
{
	struct guard_result result;
	size_t expected = 0, i;
	struct text text;
	char name[128];

	begin_policy(&text);
	add_product(&text, "P", "action: deny");
	for (i = 0; i < n; i++) {
		snprintf(name, sizeof(name), "root%s", list[i].path);
		put(name, list[i].path);
		add_ban(&text, list[i].path);
		expected += list[i].why != NULL;
	}
	end_policy(&text, 0);
	result = run(1);
	for (i = 0; i < n; i++) {
		if (list[i].why)
			assert_hit(&result, list[i].path, list[i].why);
		else
			assert_null(find_hit(&result, list[i].path));
	}
	assert_int_equal(result.n_hits, expected);
	assert_int_equal(result.n_gaps, 0);
	guard_free(&result);
}

static void test_installed(void **state)
{
	static const struct needed list[] = {
		{ "/lib64/ld-linux-x86-64.so.2", "dynamic loader" },
		{ "/usr/lib/ld-musl-x86_64.so.1", "dynamic loader" },
		{ "/usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2", "dynamic loader" },
		{ "/bin/sh", "shell" },
		{ "/usr/bin/bash", "shell" },
		{ "/usr/bin/dash", "shell" },
		{ "/bin/busybox", "shell" },
		{ "/usr/sbin/sshd", "needed to log in" },
		{ "/usr/bin/sudo", "needed to log in" },
		{ "/usr/sbin/agetty", "needed to log in" },
		{ "/usr/lib/polkit-1/polkitd", "needed to log in" },
		{ "/usr/bin/kmod", "loads kernel modules" },
		{ "/sbin/modprobe", "loads kernel modules" },
		{ "/usr/bin/mount", "mounts filesystems" },
		{ "/usr/bin/systemctl", "starts and stops services" },
		{ "/lib/systemd/systemd-journald", "part of systemd" },
		{ "/usr/lib/systemd/system-generators/systemd-fstab-generator",
		  "part of systemd" },
		{ "/usr/bin/dpkg", "package manager" },
		{ "/usr/bin/apt-get", "package manager" },
		{ "/usr/lib/apt/methods/https", "package manager" },
		{ "/usr/bin/rpm", "package manager" },
		{ "/usr/local/sbin/debar", "Debar itself" },
		{ "/usr/local/lib/libdebar.so.0.1.0", "Debar itself" },
		{ "/lib/modules/6.1.0-9-amd64/updates/dkms/debar.ko.xz", "Debar itself" },
		{ "/lib/modules/6.1.0-9-amd64/extra/debar.ko", "Debar itself" },
		{ "/usr/bin/frobnicate", NULL },
		{ "/opt/bash", NULL },
		{ "/home/agent/.bin/sh", NULL },
	};

	(void)state;
	check_needed(list, sizeof(list) / sizeof(list[0]));
}

static void test_shells(void **state)
{
	static const struct needed list[] = {
		{ "/opt/shells/odd", "login shell" },
		{ "/opt/shells/spaced", "login shell" },
		{ "/opt/shells/commented", NULL },
	};

	(void)state;
	put("root/etc/shells", "# /opt/shells/commented\n/opt/shells/odd\n\nrelative\n"
	    "/opt/shells/missing\n/opt/shells/spaced \t\n");
	check_needed(list, sizeof(list) / sizeof(list[0]));
}

static void test_units(void **state)
{
	static const struct needed list[] = {
		{ "/opt/s/plain", "started by a.service" },
		{ "/opt/s/dash", "started by a.service" },
		{ "/opt/s/at", "started by a.service" },
		{ "/opt/s/colon", "started by a.service" },
		{ "/opt/s/plus", "started by a.service" },
		{ "/opt/s/bang", "started by a.service" },
		{ "/opt/s/all", "started by a.service" },
		{ "/opt/s/with space", "started by a.service" },
		{ "/opt/s/spaced", "started by a.service" },
		{ "/opt/s/pre", "started by a.service" },
		{ "/opt/s/continued", "started by a.service" },
		{ "/opt/s/last", "started by a.service" },
		{ "/usr/bin/by-name", "started by a.service" },
		{ "/opt/s/etc", "started by b@.service" },
		{ "/opt/s/dropin", "started by override.conf" },
		{ "/opt/s/commented", NULL },
		{ "/opt/s/argument", NULL },
		{ "/opt/s/other", NULL },
		{ "/opt/s/unterminated", NULL },
		{ "/opt/s/timer", NULL },
	};

	(void)state;
	put("root/lib/systemd/system/a.service",
	    "[Service]\nType=simple\nExecStart=/opt/s/plain --x /opt/s/argument\n"
	    "ExecStart=-/opt/s/dash\nExecStart=@/opt/s/at argv0\nExecStart=:/opt/s/colon\n"
	    "ExecStart=+/opt/s/plus\nExecStart=!!/opt/s/bang\nExecStart=@-:+!/opt/s/all x\n"
	    "ExecStart=\"/opt/s/with space\" x\n  ExecStart =  /opt/s/spaced\r\n"
	    "ExecStartPre=/opt/s/pre;x\nExecStart=\\\n   /opt/s/continued x\n"
	    "#ExecStart=/opt/s/commented\n;ExecStart=/opt/s/commented\nExecStart=\n"
	    "ExecStart=%h/opt/s/other\nEnvironment=/opt/s/other\nXExecStart=/opt/s/other\n"
	    "ExecStart=\"/opt/s/unterminated\nExecStart=by-name\nExecStart=-\n=\n"
	    "ExecStart=./opt/s/other\nExecStart=/opt/s/last");
	put("root/etc/systemd/system/b@.service", "ExecStart=/opt/s/etc %i\n");
	put("root/etc/systemd/system/c.service.d/override.conf",
	    "ExecStart=/opt/s/dropin\n");
	put("root/etc/systemd/system/d.timer", "ExecStart=/opt/s/timer\n");
	put_link("root/etc/systemd/system/masked.service", "/dev/null");
	check_needed(list, sizeof(list) / sizeof(list[0]));
}

/* What runs a script is needed as the script is. */
static void test_interpreters(void **state)
{
	static const char *const banned[] = { "awk", "#!/opt/awk\n", NULL };
	struct guard_result result;
	struct text text;

	(void)state;
	put("root/usr/bin/apt-key", "#! /opt/wrapper -x\n");
	put("root/opt/wrapper", "#!/opt/awk\n");
	put("root/opt/awk", "awk");
	put("root/usr/bin/dnf", "#!/usr/bin/dnf\n");	/* for ever */
	put("root/usr/bin/yum", "#!awk\n");
	begin_policy(&text);
	add_bans(&text, banned);
	end_policy(&text, 0);
	result = run(1);
	assert_int_equal(result.n_hits, 2);
	assert_hit(&result, "/opt/wrapper", "interpreter of /usr/bin/apt-key");
	assert_hit(&result, "/opt/awk", "interpreter of /opt/wrapper");
	guard_free(&result);
}

static void test_processes(void **state)
{
	static const char *const banned[] = {
		"the first process", "Debar, wherever it is", "an agent", "its library",
		"its deleted library", "data", "renamed", NULL,
	};
	char path[512];
	struct guard_result result;
	struct text text;

	(void)state;
	put("root/opt/agent", "an agent");
	put("root/opt/libagent.so", "its library");
	put("gone", "its deleted library");
	put("root/opt/data", "data");
	put("root/opt/bin/renamed", "renamed");
	put_process("200", "agent (x) S", "root/opt/agent");
	put_process("201", "agent", "root/opt/agent");
	put("proc/200/maps",
	    "55d0c0a00000-55d0c0a10000 r-xp 00000000 fe:00 11 /opt/agent\n"
	    "7f0000000000-7f0000010000 r-xp 00000000 fe:00 12 /opt/libagent.so\n"
	    "7f0000020000-7f0000030000 r--p 00000000 fe:00 13 /opt/data\n"
	    "7f0000040000-7f0000050000 r-xp 00000000 fe:00 14 /opt/old.so (deleted)\n"
	    "7f0000060000-7f0000070000 r-xp 00000000 00:00 0 [vdso]\n"
	    "7f0000080000-7f0000090000 r-xp 00000000 fe:00 15 /opt/unmapped meanwhile\n"
	    "nonsense\n\n");
	put_link("proc/200/map_files/55d0c0a00000-55d0c0a10000",
		 scratch_path(&scratch, "root/opt/agent"));
	put_link("proc/200/map_files/7f0000000000-7f0000010000",
		 scratch_path(&scratch, "root/opt/libagent.so"));
	put_link("proc/200/map_files/7f0000020000-7f0000030000",
		 scratch_path(&scratch, "root/opt/data"));
	put_link("proc/200/map_files/7f0000040000-7f0000050000",
		 scratch_path(&scratch, "gone"));
	begin_policy(&text);
	add_bans(&text, banned);
	end_policy(&text, 0);
	result = run(1);
	snprintf(path, sizeof(path), "%s/sbin/first", root);
	assert_hit(&result, path, "process 1");
	snprintf(path, sizeof(path), "%s/opt/debar/here", root);
	assert_hit(&result, path, "Debar itself");
	assert_hit(&result, "/opt/libagent.so", "in use (process 200, agent (x) S)");
	assert_hit(&result, "/opt/old.so (deleted)", "in use (process 200, agent (x) S)");
	snprintf(path, sizeof(path), "%s/opt/agent", root);
	assert_non_null(find_hit(&result, path));
	assert_int_equal(strncmp(find_hit(&result, path)->why, "running (process 20", 19), 0);
	assert_int_equal(result.n_hits, 5);
	assert_int_equal(result.n_gaps, 0);
	guard_free(&result);
}

/* Who may not follow the links in map_files goes by the name. */
static void test_by_name(void **state)
{
	static const char *const banned[] = { "library", "replaced", NULL };
	struct guard_result result;
	struct text text;
	char line[256];
	struct stat st;

	(void)state;
	put("root/opt/lib.so", "library");
	put("root/opt/new.so", "replaced");
	put("root/opt/agent", "an agent");
	put_process("200", "agent", "root/opt/agent");
	put_link("proc/200/root", root);
	assert_int_equal(stat(scratch_path(&scratch, "root/opt/lib.so"), &st), 0);
	snprintf(line, sizeof(line),
		 "1000-2000 r-xp 00000000 fe:00 %ju /opt/lib.so\n"
		 "3000-4000 r-xp 00000000 fe:00 %ju /opt/new.so\n",
		 (uintmax_t)st.st_ino, (uintmax_t)st.st_ino);
	put("proc/200/maps", line);
	put_link("proc/200/map_files/1000-2000", "1000-2000");	/* ELOOP */
	put_link("proc/200/map_files/3000-4000", "3000-4000");
	begin_policy(&text);
	add_bans(&text, banned);
	end_policy(&text, 0);
	result = run(1);
	assert_int_equal(result.n_hits, 1);
	assert_hit(&result, "/opt/lib.so", "in use (process 200, agent)");
	assert_int_equal(result.n_gaps, 1);
	assert_gap(&result, "/opt/new.so", ELOOP);
	guard_free(&result);
}

/* A link that is none cannot be read: EINVAL stands for EACCES, which root never gets. */
static void put_hidden(const char *pid, const char *stat_line)
{
	char name[64];

	put_process(pid, "hidden", "root/sbin/first");
	snprintf(name, sizeof(name), "proc/%s/exe", pid);
	assert_int_equal(unlink(scratch_path(&scratch, name)), 0);
	put(name, "");
	if (stat_line) {
		snprintf(name, sizeof(name), "proc/%s/stat", pid);
		put(name, stat_line);
	}
}

static void ban_nothing_there(size_t i)
{
	static const char *const banned[] = { "nothing of the kind", NULL };
	struct text text;

	begin_policy(&text);
	add_bans(&text, banned);
	end_policy(&text, i);
}

static void test_gaps(void **state)
{
	struct guard_result result;
	char path[512];

	(void)state;
	put_hidden("300", NULL);
	put_hidden("301", "301 " KTHREAD);
	put_hidden("302", "302 (dead) Z 1 1 1 0 -1 4194560 0 0");
	put_hidden("303", "nonsense");
	put_process("304", "gone", "root/gone");
	assert_int_equal(unlink(scratch_path(&scratch, "proc/304/exe")), 0);
	assert_int_equal(unlink(scratch_path(&scratch, "proc/304/maps")), 0);
	put_link("root/bin/bash", "bash");
	put_link("root/bin/dash", "missing");
	make_folders(scratch_path(&scratch, "root/bin/sh/"));
	assert_int_equal(mkfifo(scratch_path(&scratch, "root/bin/sudo"), 0644), 0);
	make_folders(scratch_path(&scratch, "root/etc/x"));
	assert_int_equal(mkfifo(scratch_path(&scratch, "root/etc/shells"), 0644), 0);
	put("root/etc/systemd/system/large.service", "");
	assert_int_equal(truncate(scratch_path(&scratch,
				  "root/etc/systemd/system/large.service"), 2 << 20), 0);
	ban_nothing_there(0);
	result = run(1);
	snprintf(path, sizeof(path), "%s/300/exe", proc);
	assert_gap(&result, path, EINVAL);
	snprintf(path, sizeof(path), "%s/303/exe", proc);
	assert_gap(&result, path, EINVAL);
	assert_gap(&result, "/bin/bash", ELOOP);
	assert_gap(&result, "/etc/shells", EINVAL);
	assert_gap(&result, "/etc/systemd/system/large.service", EFBIG);
	assert_int_equal(result.n_gaps, 5);
	assert_int_equal(result.n_hits, 0);
	guard_free(&result);
}

static void test_no_proc(void **state)
{
	struct guard_result result;
	char path[512];

	(void)state;
	snprintf(proc, sizeof(proc), "%s/missing", scratch.path);
	ban_nothing_there(0);
	result = run(1);
	snprintf(path, sizeof(path), "%s/1/exe", proc);
	assert_gap(&result, path, ENOENT);
	assert_gap(&result, proc, ENOENT);
	guard_free(&result);
}

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

#define test(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(test_installed),
		test(test_shells),
		test(test_units),
		test(test_interpreters),
		test(test_processes),
		test(test_by_name),
		test(test_gaps),
		test(test_no_proc),
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
