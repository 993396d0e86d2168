// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which files the guard looks at, and what it says it could not look at.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>

#include "guard_machine.h"

#define KTHREAD	"(kworker/0:1) S 2 0 0 0 -1 2129984 0 0"	/* 0x208000 */

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

static void test_gaps(void **state)
{
	struct guard_result result;
	char path[512];

	(void)state;
	put_hidden("300", NULL);
	put_hidden("301", "301 " KTHREAD);
	put_hidden("302", "302 (dead) Z 1 1 1 0 -1 4194560 0 0");
	put_hidden("303", "nonsense");
	put_hidden("305", "305 (dead (x) R) Z 1 1 1 0 -1 4194560 0 0");
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
	};

	return cmocka_run_group_tests_name("guard_paths", tests, NULL, NULL);
}
