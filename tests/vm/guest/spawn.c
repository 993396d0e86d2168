// SPDX-License-Identifier: GPL-2.0-only
/*
 * Execute a file in one way or another and say what came of it.
 *
 * spawn [-u UID] WAY[,WAY...] FILE [ARGUMENT...]
 *
 * One line for each way, after whatever the program printed:
 *
 *	WAY PID PPID RESULT
 *
 * PID is the process that tried as its parent sees it, 0 where the parent is
 * not told; RESULT is the name of the errno, exit-N or signal-N. Exits 0 when
 * every way could be tried. The way "exec" stands alone: spawn itself becomes the
 * program, which is looked for in PATH, and prints nothing.
 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

struct job {
	const char *file;
	char **argv;
};

static void fail(const char *what)
{
	fprintf(stderr, "spawn: %s: %s\n", what, strerror(errno));
	fflush(NULL);
	_exit(125);
}

static int open_or_fail(const char *path, int flags)
{
	int fd = open(path, flags);

	if (fd < 0)
		fail(path);
	return fd;
}

static void copy_open(int to, int from)
{
	ssize_t n;

	do {
		n = sendfile(to, from, NULL, 1 << 20);
	} while (n > 0);
	if (n < 0)
		fail("sendfile");
	close(from);
}

static void copy_to(int to, const char *path)
{
	copy_open(to, open_or_fail(path, O_RDONLY | O_CLOEXEC));
}

static void write_file(const char *path, const char *text)
{
	int fd = open_or_fail(path, O_WRONLY | O_CLOEXEC);

	if (write(fd, text, strlen(text)) < 0)
		fail(path);
	close(fd);
}

/* Each tries to execute in the current process and returns only if refused. */

static void way_execve(const struct job *job)
{
	execve(job->file, job->argv, environ);
}

static void way_execveat(const struct job *job)
{
	char path[PATH_MAX];
	char *slash;
	int dir;

	snprintf(path, sizeof(path), "%s", job->file);
	slash = strrchr(path, '/');
	if (!slash)
		fail("execveat: FILE has no directory");
	*slash = '\0';
	dir = open_or_fail(*path ? path : "/", O_PATH | O_DIRECTORY);
	execveat(dir, slash + 1, job->argv, environ, 0);
}

static void way_empty(const struct job *job)
{
	int fd = open_or_fail(job->file, O_PATH);

	execveat(fd, "", job->argv, environ, AT_EMPTY_PATH);
}

static void way_fexecve(const struct job *job)
{
	int fd = open_or_fail(job->file, O_RDONLY);

	fexecve(fd, job->argv, environ);
}

static void way_procfd(const struct job *job)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fd/%d",
		 open_or_fail(job->file, O_RDONLY));
	execve(path, job->argv, environ);
}

static void memfd_flags(const struct job *job, unsigned int flags, bool seal)
{
	int fd = memfd_create("debar-test", flags);

	if (fd < 0)
		fail("memfd_create");
	copy_to(fd, job->file);
	if (seal && fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW |
			  F_SEAL_SEAL))
		fail("F_ADD_SEALS");
	fexecve(fd, job->argv, environ);
}

static void way_memfd(const struct job *job)
{
	memfd_flags(job, 0, false);
}

static void way_memfd_sealed(const struct job *job)
{
	memfd_flags(job, MFD_ALLOW_SEALING, true);
}

/* An open file whose last name is gone. */
static void way_unlinked(const struct job *job)
{
	char path[] = "/tmp/spawn-unlinked-XXXXXX";
	int fd = mkstemp(path);

	if (fd < 0)
		fail(path);
	copy_to(fd, job->file);
	fchmod(fd, 0755);
	close(fd);
	fd = open_or_fail(path, O_RDONLY);
	unlink(path);
	fexecve(fd, job->argv, environ);
}

static void way_chroot(const struct job *job)
{
	char path[PATH_MAX];
	char *slash;

	snprintf(path, sizeof(path), "%s", job->file);
	slash = strrchr(path, '/');
	if (!slash)
		fail("chroot: FILE has no directory");
	*slash = '\0';
	if (chroot(path) || chdir("/"))
		fail("chroot");
	*slash = '/';
	execve(slash, job->argv, environ);
}

/* Its path is longer than PATH_MAX. Makes directories beside FILE. */
static void way_deep(const struct job *job)
{
	char name[251], path[PATH_MAX];
	int from = open_or_fail(job->file, O_RDONLY | O_CLOEXEC);
	int i, fd;

	snprintf(path, sizeof(path), "%s", job->file);
	*strrchr(path, '/') = '\0';
	memset(name, 'd', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	if (chdir(path))
		fail(path);
	for (i = 0; i < 18; i++)
		if ((mkdir(name, 0755) && errno != EEXIST) || chdir(name))
			fail("deep");
	fd = open("program", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0755);
	if (fd < 0)
		fail("deep/program");
	copy_open(fd, from);
	close(fd);
	execve("./program", job->argv, environ);
}

static int thread_errno;

static void *in_thread(void *data)
{
	way_execve(data);
	thread_errno = errno;
	return NULL;
}

/* A thread that is not the leader of its group. */
static void way_thread(const struct job *job)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, in_thread, (void *)job))
		fail("pthread_create");
	pthread_join(thread, NULL);
	errno = thread_errno;
}

static void become_root_in_namespace(void)
{
	uid_t uid = getuid();
	gid_t gid = getgid();
	char text[64];

	if (unshare(CLONE_NEWUSER | CLONE_NEWNS))
		fail("unshare");
	write_file("/proc/self/setgroups", "deny");
	snprintf(text, sizeof(text), "0 %u 1", uid);
	write_file("/proc/self/uid_map", text);
	snprintf(text, sizeof(text), "0 %u 1", gid);
	write_file("/proc/self/gid_map", text);
}

static void way_userns(const struct job *job)
{
	become_root_in_namespace();
	way_execve(job);
}

/* Like a container: root in its own namespaces, on a filesystem of its own. */
static void way_container(const struct job *job)
{
	int fd;

	become_root_in_namespace();
	if (mount("none", "/mnt", "tmpfs", 0, NULL))
		fail("mount");
	fd = open("/mnt/program", O_WRONLY | O_CREAT, 0755);
	if (fd < 0)
		fail("/mnt/program");
	copy_to(fd, job->file);
	close(fd);
	if (chroot("/mnt") || chdir("/"))
		fail("chroot");
	execve("/program", job->argv, environ);
}

/* These know how to have a child of their own: return its pid or -errno. */

static pid_t have_posix_spawn(const struct job *job)
{
	pid_t pid;
	int err = posix_spawn(&pid, job->file, NULL, NULL, job->argv, environ);

	return err ? -err : pid;
}

static pid_t have_vfork(const struct job *job)
{
	volatile int err = 0;
	pid_t pid = vfork();

	if (pid == 0) {
		execve(job->file, job->argv, environ);
		err = errno;
		_exit(127);
	}
	if (pid < 0)
		return -errno;
	if (!err)
		return pid;
	waitpid(pid, NULL, 0);
	return -err;
}

static const struct way {
	const char *name;
	void (*run)(const struct job *job);
	pid_t (*have)(const struct job *job);
	bool new_pid_namespace;
} ways[] = {
	{ .name = "execve", .run = way_execve },
	{ .name = "execveat", .run = way_execveat },
	{ .name = "empty-path", .run = way_empty },
	{ .name = "fexecve", .run = way_fexecve },
	{ .name = "proc-fd", .run = way_procfd },
	{ .name = "memfd", .run = way_memfd },
	{ .name = "memfd-sealed", .run = way_memfd_sealed },
	{ .name = "unlinked", .run = way_unlinked },
	{ .name = "thread", .run = way_thread },
	{ .name = "deep", .run = way_deep },
	{ .name = "chroot", .run = way_chroot },
	{ .name = "userns", .run = way_userns },
	{ .name = "container", .run = way_container, .new_pid_namespace = true },
	{ .name = "posix_spawn", .have = have_posix_spawn },
	{ .name = "vfork", .have = have_vfork },
};

static void say(const struct way *way, pid_t pid, const char *what, int value)
{
	printf("%s %d %d %s-%d\n", way->name, pid, getpid(), what, value);
	fflush(stdout);
}

static void say_refused(const struct way *way, pid_t pid, int error)
{
	const char *name = strerrorname_np(error);

	printf("%s %d %d %s\n", way->name, pid, getpid(), name ? name : "unknown");
	fflush(stdout);
}

static int say_status(const struct way *way, pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			fail("waitpid");
	if (WIFSIGNALED(status))
		say(way, pid, "signal", WTERMSIG(status));
	else
		say(way, pid, "exit", WEXITSTATUS(status));
	return WIFEXITED(status) && WEXITSTATUS(status) == 125 ? 1 : 0;
}

static int try_way(const struct way *way, const struct job *job)
{
	int refused = 0;
	int ends[2];
	pid_t pid;

	if (way->have) {
		pid = way->have(job);
		if (pid >= 0)
			return say_status(way, pid);
		say_refused(way, 0, -pid);
		return 0;
	}
	if (pipe2(ends, O_CLOEXEC))
		fail("pipe");
	pid = way->new_pid_namespace && geteuid() == 0 ?
		syscall(SYS_clone, CLONE_NEWPID | SIGCHLD, 0, 0, 0, 0) :
		fork();
	if (pid < 0)
		fail("fork");
	if (pid == 0) {
		close(ends[0]);
		way->run(job);
		refused = errno;
		if (write(ends[1], &refused, sizeof(refused)) < 0)
			fail("pipe");
		_exit(126);
	}
	close(ends[1]);
	if (read(ends[0], &refused, sizeof(refused)) < 0)
		fail("pipe");
	close(ends[0]);
	if (!refused)
		return say_status(way, pid);
	waitpid(pid, NULL, 0);
	say_refused(way, pid, refused);
	return 0;
}

static void become(const char *text)
{
	uid_t uid = strtoul(text, NULL, 10);

	if (setgroups(0, NULL) || setresgid(uid, uid, uid) || setresuid(uid, uid, uid))
		fail("setresuid");
	/* Else /proc/self belongs to root and uid_map cannot be written. */
	prctl(PR_SET_DUMPABLE, 1);
}

int main(int argc, char **argv)
{
	char *names, *name, *save;
	struct job job;
	int bad = 0;
	size_t i;

	if (argc > 2 && strcmp(argv[1], "-u") == 0) {
		become(argv[2]);
		argv += 2;
		argc -= 2;
	}
	if (argc < 3) {
		fputs("usage: spawn [-u UID] WAY[,WAY...] FILE [ARGUMENT...]\n", stderr);
		return 2;
	}
	if (strcmp(argv[1], "exec") == 0) {
		execvp(argv[2], argv + 2);
		fail(argv[2]);
	}
	job.file = argv[2];
	job.argv = argv + 2;
	names = argv[1];
	for (name = strtok_r(names, ",", &save); name; name = strtok_r(NULL, ",", &save)) {
		for (i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
			if (strcmp(ways[i].name, name) == 0)
				break;
		if (i == sizeof(ways) / sizeof(ways[0])) {
			fprintf(stderr, "spawn: there is no way '%s'\n", name);
			return 2;
		}
		bad |= try_way(&ways[i], &job);
	}
	return bad;
}
