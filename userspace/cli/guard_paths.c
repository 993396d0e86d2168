// SPDX-License-Identifier: GPL-2.0-only
/*
 * Files of known names that a machine cannot live without.
 */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "guard_paths.h"
#include "script.h"

/* Real ones have ten lines; beyond this somebody is playing with us. */
#define SHELLS_MAX	1000
#define LINE_BYTES	4096

/* Where distributions put programs, helpers that nobody types included. */
static const char *const folders[] = {
	"/usr/sbin", "/usr/bin", "/sbin", "/bin", "/usr/local/sbin", "/usr/local/bin",
	"/usr/lib/systemd", "/lib/systemd", "/usr/libexec", "/usr/lib/polkit-1",
	"/usr/lib/policykit-1", "/usr/lib/openssh", "/usr/lib/ssh", "/usr/libexec/openssh",
	"/usr/lib/dbus-1.0",
};

struct need {
	const char *why;
	const char *const *names;	/* up to NULL */
};

static const char *const shells[] = {
	"sh", "bash", "dash", "busybox", "zsh", "ksh", "mksh", NULL,
};

static const char *const logins[] = {
	"login", "agetty", "sshd", "sshd-session", "sshd-auth", "sudo", "sudo-rs", "su",
	"sulogin", "pkexec", "polkitd", "polkit-agent-helper-1", "unix_chkpwd", "run0",
	NULL,
};

static const char *const module_tools[] = {
	"kmod", "modprobe", "insmod", "rmmod", "depmod", NULL,
};

static const char *const mount_tools[] = {
	"mount", "umount", "fsck", "switch_root", "pivot_root", "cryptsetup", "lvm", NULL,
};

static const char *const systemd_tools[] = {
	"init", "systemd", "systemctl", "systemd-executor", "systemd-tmpfiles", "udevadm",
	"dbus-daemon", "dbus-broker", "dbus-broker-launch", "dbus-daemon-launch-helper",
	NULL,
};

static const char *const package_tools[] = {
	"apt", "apt-get", "apt-cache", "apt-key", "apt-config", "dpkg", "dpkg-deb",
	"dpkg-query", "dpkg-split", "dpkg-divert", "dpkg-trigger",
	"update-alternatives", "rpm", "rpmkeys", "dnf", "dnf-3", "dnf5", "microdnf", "yum",
	"zypper", "tar", "rm", "ldconfig", "gpgv", "sqv", NULL,
};

static const char *const debar_tools[] = { "debar", NULL };

static const struct need needs[] = {
	{ "shell", shells },
	{ "needed to log in", logins },
	{ "loads kernel modules", module_tools },
	{ "mounts filesystems", mount_tools },
	{ "starts and stops services", systemd_tools },
	{ "package manager", package_tools },
	{ "Debar itself", debar_tools },
};

struct pattern {
	const char *pattern;	/* of glob(7) */
	const char *why;
};

static const struct pattern loaders[] = {
	{ "/lib*/ld-*.so*", "dynamic loader" },
	{ "/lib*/*/ld-*.so*", "dynamic loader" },
	{ "/usr/lib*/ld-*.so*", "dynamic loader" },
	{ "/usr/lib*/*/ld-*.so*", "dynamic loader" },
};

static const struct pattern patterns[] = {
	{ "/lib/systemd/*", "part of systemd" },
	{ "/lib/systemd/system-generators/*", "part of systemd" },
	{ "/usr/lib/systemd/*", "part of systemd" },
	{ "/usr/lib/systemd/system-generators/*", "part of systemd" },
	{ "/usr/lib*/systemd/libsystemd-*.so", "part of systemd" },
	{ "/usr/lib/*/systemd/libsystemd-*.so", "part of systemd" },
	{ "/usr/lib/apt/methods/*", "package manager" },
	{ "/usr/lib*/libdebar.so*", "Debar itself" },
	{ "/usr/lib/*/libdebar.so*", "Debar itself" },
	{ "/usr/local/lib*/libdebar.so*", "Debar itself" },
	{ "/lib/modules/*/*/debar.ko*", "Debar itself" },
	{ "/lib/modules/*/*/*/debar.ko*", "Debar itself" },
	{ "/lib/modules/*/*/*/*/debar.ko*", "Debar itself" },
};

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* The interpreter that a script names; NULL if it is none, or cannot be read. */
static char *interpreter_of(const char *path)
{
	struct stat st;
	char *name;
	int fd;

	/* Look first: merely opening a device can do things. */
	if (stat(path, &st) || !S_ISREG(st.st_mode))
		return NULL;
	fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd < 0)
		return NULL;
	name = script_interpreter(fd);
	close(fd);
	return name;
}

/* @path, and where it is a script what runs it, and so on. */
static int visit_chain(const struct guard_visitor *visitor, const char *path,
		       const char *why, unsigned int depth)
{
	char *open_by, *next, *runs = NULL;
	int err;

	if (asprintf(&open_by, "%s%s", visitor->root, path) < 0)
		return -ENOMEM;
	err = visitor->file(visitor->data, path, open_by, why);
	next = err || depth == SCRIPT_CHAIN_MAX ? NULL : interpreter_of(open_by);
	free(open_by);
	/* A relative name depends on where the script is started. */
	if (next && *next == '/') {
		if (asprintf(&runs, "interpreter of %s", path) < 0)
			err = -ENOMEM;
		else
			err = visit_chain(visitor, next, runs, depth + 1);
		free(runs);
	}
	free(next);
	return err;
}

int guard_visit_path(const struct guard_visitor *visitor, const char *path,
		     const char *why)
{
	return visit_chain(visitor, path, why, 0);
}

int guard_visit_name(const struct guard_visitor *visitor, const char *name,
		     const char *why)
{
	char *path;
	size_t i;
	int err = 0;

	for (i = 0; i < ARRAY_SIZE(folders) && !err; i++) {
		if (asprintf(&path, "%s/%s", folders[i], name) < 0)
			return -ENOMEM;
		err = guard_visit_path(visitor, path, why);
		free(path);
	}
	return err;
}

/* A folder that cannot be listed hides files. */
struct unlisted {
	char *path;
	int err;
};

/* glob(3) has no room for an argument of ours. */
static struct unlisted unlisted;

static int note_unlisted(const char *path, int err)
{
	/* Most patterns have folders that this machine does not. */
	if (err == ENOENT || err == ENOTDIR || unlisted.path)
		return 0;
	unlisted.path = strdup(path);
	unlisted.err = err;
	return 0;
}

static int tell_unlisted(const struct guard_visitor *visitor, const char *why)
{
	const size_t root = strlen(visitor->root);
	int err = 0;

	if (unlisted.path)
		err = visitor->gap(visitor->data, unlisted.path + root, why, unlisted.err);
	free(unlisted.path);
	unlisted.path = NULL;
	return err;
}

int guard_visit_glob(const struct guard_visitor *visitor, const char *pattern,
		     const char *why,
		     int (*fn)(const struct guard_visitor *visitor, const char *path,
			       const char *why))
{
	const size_t root = strlen(visitor->root);
	glob_t found;
	char *whole;
	size_t i;
	int err;

	if (asprintf(&whole, "%s%s", visitor->root, pattern) < 0)
		return -ENOMEM;
	err = glob(whole, 0, note_unlisted, &found);
	free(whole);
	/* What was found before memory ran out is not all there is. */
	if (err == GLOB_NOSPACE) {
		globfree(&found);
		return -ENOMEM;
	}
	err = tell_unlisted(visitor, why);
	for (i = 0; i < found.gl_pathc && !err; i++)
		err = fn(visitor, found.gl_pathv[i] + root, why);
	globfree(&found);
	return err;
}

static int visit_patterns(const struct guard_visitor *visitor,
			  const struct pattern *list, size_t n)
{
	size_t i;
	int err = 0;

	for (i = 0; i < n && !err; i++)
		err = guard_visit_glob(visitor, list[i].pattern, list[i].why,
				       guard_visit_path);
	return err;
}

static int visit_link(const struct guard_visitor *visitor, const char *process,
		      const char *why)
{
	char target[LINE_BYTES];
	char *open;
	ssize_t n;
	int err;

	if (asprintf(&open, "%s/%s/exe", visitor->proc, process) < 0)
		return -ENOMEM;
	n = readlink(open, target, sizeof(target) - 1);
	if (n < 0) {
		/* It runs: if it cannot be seen, that is no reason to be at ease. */
		err = visitor->gap(visitor->data, open, why, errno);
	} else {
		target[n] = '\0';
		err = visitor->file(visitor->data, target, open, why);
	}
	free(open);
	return err;
}

/* Opened so that neither a FIFO nor a device keeps us waiting. */
static FILE *open_text(const struct guard_visitor *visitor, const char *path)
{
	struct stat st;
	FILE *stream;
	char *open_by;
	int fd;

	if (asprintf(&open_by, "%s%s", visitor->root, path) < 0)
		return NULL;
	fd = open(open_by, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	free(open_by);
	if (fd < 0)
		return NULL;
	errno = EINVAL;
	if (fstat(fd, &st) || !S_ISREG(st.st_mode)) {
		close(fd);
		return NULL;
	}
	stream = fdopen(fd, "r");
	if (!stream)
		close(fd);
	return stream;
}

static int visit_shells(const struct guard_visitor *visitor)
{
	static const char path[] = "/etc/shells", why[] = "login shell";
	FILE *stream = open_text(visitor, path);
	char line[LINE_BYTES];
	int err = 0, n = 0;

	if (!stream)
		return errno == ENOENT ? 0 : visitor->gap(visitor->data, path, why, errno);
	while (!err && fgets(line, sizeof(line), stream)) {
		line[strcspn(line, " \t\r\n")] = '\0';
		if (line[0] != '/')
			continue;
		if (++n > SHELLS_MAX)
			err = visitor->gap(visitor->data, path, why, EFBIG);
		else
			err = guard_visit_path(visitor, line, why);
		if (n > SHELLS_MAX)
			break;
	}
	fclose(stream);
	return err;
}

static int visit_needs(const struct guard_visitor *visitor)
{
	size_t i, j;
	int err = 0;

	for (i = 0; i < ARRAY_SIZE(needs); i++) {
		for (j = 0; needs[i].names[j] && !err; j++)
			err = guard_visit_name(visitor, needs[i].names[j], needs[i].why);
	}
	return err;
}

int guard_visit_installed(const struct guard_visitor *visitor)
{
	int err;

	err = visit_link(visitor, "1", "process 1");
	if (!err)
		err = visit_link(visitor, "self", "Debar itself");
	if (!err)
		err = visit_patterns(visitor, loaders, ARRAY_SIZE(loaders));
	if (!err)
		err = visit_needs(visitor);
	if (!err)
		err = visit_shells(visitor);
	if (!err)
		err = visit_patterns(visitor, patterns, ARRAY_SIZE(patterns));
	return err ? err : guard_visit_units(visitor);
}
