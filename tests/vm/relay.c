// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs the script in the guest and reports to the host. The script's output goes through a pipe to one virtio
 * port. Another port is told "boot" when it starts and, when it has ended and the pipe is empty, one more line:
 *
 *	exit-status bytes-of-output taint-before taint-after
 *
 * The host waits for that many bytes before it ends the machine, so nothing is lost and nothing that the
 * script prints can be taken for its status. It counts what was printed since "boot". /etc/vm-argv holds the arguments, each ended by a NUL.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/reboot.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAX_ARGS 1024

static void fail(const char *what)
{
	dprintf(STDERR_FILENO, "relay: %s: %s\n", what, strerror(errno));
	reboot(RB_AUTOBOOT);
	_exit(1);
}

static int open_or_fail(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC);

	if (fd < 0)
		fail(path);
	return fd;
}

static void write_all(int fd, const char *data, size_t len)
{
	while (len) {
		ssize_t n = write(fd, data, len);

		if (n < 0 && errno != EINTR && errno != EAGAIN)
			fail("write");
		if (n > 0) {
			data += n;
			len -= n;
		}
	}
}

static unsigned long taint(void)
{
	char text[32] = "";
	int fd = open_or_fail("/proc/sys/kernel/tainted", O_RDONLY);

	if (read(fd, text, sizeof(text) - 1) < 0)
		fail("tainted");
	close(fd);
	return strtoul(text, NULL, 10);
}

/* The first place is left free, for the shell of a script that has no #! line. */
static char **read_argv(void)
{
	static char text[65536], *argv[MAX_ARGS + 2];
	int fd = open_or_fail("/etc/vm-argv", O_RDONLY);
	ssize_t len = read(fd, text, sizeof(text) - 1);
	int n = 1;

	for (char *p = text; p < text + len && n <= MAX_ARGS; p += strlen(p) + 1)
		argv[n++] = p;
	close(fd);
	return argv;
}

static pid_t start(int output, const sigset_t *mask)
{
	char **argv = read_argv();
	pid_t pid = fork();

	if (pid < 0)
		fail("fork");
	if (pid)
		return pid;

	sigprocmask(SIG_SETMASK, mask, NULL);
	setsid();
	dup2(open_or_fail("/dev/null", O_RDONLY), STDIN_FILENO);
	dup2(output, STDOUT_FILENO);
	dup2(output, STDERR_FILENO);
	if (chdir("/root"))
		fail("/root");
	execv(argv[1], argv + 1);
	if (errno == ENOEXEC) {
		argv[0] = "/bin/sh";
		execv(argv[0], argv);
	}
	dprintf(STDERR_FILENO, "relay: %s: %s\n", argv[1], strerror(errno));
	_exit(errno == ENOENT ? 127 : 126);
}

/* Collects every dead child, since pid 1 inherits orphans; true once the script is among them. */
static int reap(pid_t script, int *status)
{
	int found = 0, s;
	pid_t pid;

	while ((pid = waitpid(-1, &s, WNOHANG)) > 0) {
		if (pid != script)
			continue;
		*status = WIFSIGNALED(s) ? 128 + WTERMSIG(s) : WEXITSTATUS(s);
		found = 1;
	}
	return found;
}

int main(void)
{
	static char buffer[65536];
	unsigned long taint_before = taint();
	unsigned long long bytes = 0;
	struct signalfd_siginfo info;
	int ended = 0, status = 0;
	int out, report, ends[2];
	sigset_t mask, old;
	pid_t script;

	out = open_or_fail("/dev/vm-output", O_WRONLY);
	report = open_or_fail("/dev/vm-status", O_WRONLY);
	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) || fcntl(ends[1], F_SETFL, 0))
		fail("pipe");
	sigemptyset(&mask);
	sigaddset(&mask, SIGCHLD);
	sigprocmask(SIG_BLOCK, &mask, &old);

	struct pollfd polls[] = {
		{ .fd = ends[0], .events = POLLIN },
		{ .fd = signalfd(-1, &mask, SFD_CLOEXEC | SFD_NONBLOCK), .events = POLLIN },
	};

	write_all(report, "boot\n", 5);
	script = start(ends[1], &old);
	for (;;) {
		ssize_t n;

		/* Reap before reading: whatever the script wrote is then in the pipe already. */
		while (read(polls[1].fd, &info, sizeof(info)) > 0)
			;
		ended |= reap(script, &status);
		while ((n = read(ends[0], buffer, sizeof(buffer))) > 0) {
			write_all(out, buffer, n);
			bytes += n;
			/* A background process that never stops writing must not keep us. */
			if (ended && n < (ssize_t)sizeof(buffer))
				break;
		}
		if (ended)
			break;
		poll(polls, 2, -1);
	}
	dprintf(report, "%d %llu %lu %lu\n", status, bytes, taint_before, taint());
	for (;;)
		pause();
}
