// SPDX-License-Identifier: GPL-2.0-only
/*
 * Counts instructions per operation, in a guest whose clock counts executed
 * instructions (tests/vm/run --icount): one nanosecond is one instruction.
 *
 * bench measure ROOT UID CONFIG ROUND WARM FIRST
 *	in ROOT as UID: each operation WARM times, and with a fresh copy of the
 *	program FIRST times. Prints "S CONFIG ROUND OPERATION PER VALUE..." for
 *	each operation, where each value counts PER operations.
 * bench sign ROOT
 *	gives each file of ROOT the hash that IMA appraises.
 * bench beside ROOT UID CONFIG COUNT
 *	execs before everybody else, while something else runs. Prints "C CONFIG
 *	VALUE..." and "L CONFIG VALUE...": instructions of an exec, and how much
 *	too late it was begun because the kernel let nobody run.
 * bench profile ROOT UID OPERATION COUNT
 *	the operation so many times while profile.c counts where its instructions
 *	are. Prints "P N": how many that were.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <sched.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

#include "marks.h"
#include "sha256.h"

#define NS_PER_S INT64_C(1000000000)
#define BATCH 64
#define MAPS 512	/* more: they vary more */
#define SAMPLES_MAX 1000
#define WARM_UP 4

/* What stands before each digest that IMA keeps, see the kernel's integrity.h. */
#define IMA_XATTR_DIGEST_NG 4
#define HASH_ALGO_SHA256 4

struct tick {
	int64_t period;
	int64_t phase;
};

static struct tick tick;
static const char *config, *round_name;
static unsigned int n_warm, n_first;
extern char **environ;

static void __attribute__((format(printf, 1, 2), noreturn)) die(const char *format, ...)
{
	int error = errno;
	va_list args;

	va_start(args, format);
	fprintf(stderr, "bench: ");
	vfprintf(stderr, format, args);
	fprintf(stderr, ": %s\n", strerror(error));
	va_end(args);
	exit(1);
}

static void __attribute__((format(printf, 2, 3))) make_path(char to[PATH_MAX],
							    const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(to, PATH_MAX, format, args);
	va_end(args);
	if (n >= PATH_MAX) {
		errno = ENAMETOOLONG;
		die("%s", to);
	}
}

static int64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * NS_PER_S + t.tv_nsec;
}

static void sleep_until(int64_t when)
{
	const struct timespec t = { when / NS_PER_S, when % NS_PER_S };

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL))
		;
}

/* The timer's tick shows as a gap between two readings of the clock. */
static void find_tick(void)
{
	static const int64_t periods[] = { 1000000, 3333333, 4000000, 10000000 };
	int64_t gaps[64], last = now(), best = INT64_MAX;
	unsigned int n = 0, i;

	while (n < 64) {
		int64_t t = now();

		if (t - last > 1000)
			gaps[n++] = t;
		last = t;
	}
	/* Other interrupts are rare: the period that most distances agree with. */
	for (i = 0; i < sizeof(periods) / sizeof(periods[0]); i++) {
		int64_t off = 0;
		unsigned int j;

		for (j = 1; j < n; j++)
			off += llabs(gaps[j] - gaps[j - 1] - periods[i]);
		if (off < best) {
			best = off;
			tick.period = periods[i];
		}
	}
	tick.phase = gaps[n - 1] % tick.period;
}

/*
 * Sleep, which lets deferred work be done and costs the host nothing, until just
 * after a tick: then each sample holds as many ticks as the next. Returns when
 * that was to end.
 */
static int64_t align(void)
{
	int64_t t = now() + 2 * tick.period;

	t += tick.period - t % tick.period + tick.phase + 100000;
	sleep_until(t);
	return t;
}

static void print(const char *operation, unsigned int per, const int64_t *values,
		  unsigned int n)
{
	unsigned int i;

	printf("S %s %s %s %u", config, round_name, operation, per);
	for (i = 0; i < n; i++)
		printf(" %lld", (long long)values[i]);
	putchar('\n');
}

static void wait_for(pid_t pid, const char *what)
{
	int status;

	if (waitpid(pid, &status, 0) != pid)
		die("waitpid");
	if (status)
		die("%s ended with status %#x", what, status);
}

static void run_program(const char *path)
{
	char *const argv[] = { (char *)path, NULL };
	pid_t pid;
	int error = posix_spawn(&pid, path, NULL, NULL, argv, environ);

	if (error) {
		errno = error;
		die("%s", path);
	}
	wait_for(pid, path);
}

static void run_fork(const char *unused)
{
	pid_t pid = fork();

	(void)unused;
	if (pid == 0)
		_exit(0);
	if (pid < 0)
		die("fork");
	wait_for(pid, "child");
}

static void run_open(const char *path)
{
	int i;

	for (i = 0; i < BATCH; i++) {
		int fd = open(path, O_RDONLY | O_CLOEXEC);

		if (fd < 0)
			die("%s", path);
		close(fd);
	}
}

static void map(const char *path, int prot)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int i;

	if (fd < 0)
		die("%s", path);
	for (i = 0; i < MAPS; i++) {
		void *p = mmap(NULL, 4096, prot, MAP_PRIVATE, fd, 0);

		if (p == MAP_FAILED)
			die("mmap %s", path);
		munmap(p, 4096);
	}
	close(fd);
}

static void run_mmap(const char *path)
{
	map(path, PROT_READ);
}

static void run_mmap_exec(const char *path)
{
	map(path, PROT_READ | PROT_EXEC);
}

static void run_mmap_memory(const char *unused)
{
	int i;

	(void)unused;
	for (i = 0; i < MAPS; i++) {
		void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
			       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		if (p == MAP_FAILED)
			die("mmap");
		munmap(p, 4096);
	}
}

struct operation {
	const char *name;
	unsigned int per;	/* operations that one run is */
	void (*run)(const char *argument);
	const char *argument;
};

static const struct operation operations[] = {
	{ "static", 1, run_program, "/programs/static/run" },
	{ "dynamic-3", 1, run_program, "/programs/dynamic-3/run" },
	{ "dynamic-30", 1, run_program, "/programs/dynamic-30/run" },
	{ "script", 1, run_program, "/programs/script/run" },
	{ "open", BATCH, run_open, "/programs/static/run" },
	{ "fork", 1, run_fork, NULL },
	{ "mmap", MAPS, run_mmap, "/programs/static/run" },
	{ "mmap-memory", MAPS, run_mmap_memory, NULL },
	{ "mmap-exec", MAPS, run_mmap_exec, "/programs/static/run" },
};

#define N_PROGRAMS 4	/* the first ones */
#define N_OPERATIONS (sizeof(operations) / sizeof(operations[0]))

static void measure_warm(const struct operation *operation)
{
	int64_t values[SAMPLES_MAX];
	unsigned int i;

	for (i = 0; i < WARM_UP; i++)
		operation->run(operation->argument);
	for (i = 0; i < n_warm; i++) {
		int64_t start;

		align();
		start = now();
		operation->run(operation->argument);
		values[i] = now() - start;
	}
	print(operation->name, operation->per, values, n_warm);
}

static void set_ima_hash(const char *path)
{
	static char content[16 << 20];
	unsigned char value[2 + 32] = { IMA_XATTR_DIGEST_NG, HASH_ALGO_SHA256 };
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, content, sizeof(content));

	if (n < 0 || n == sizeof(content))
		die("%s", path);
	close(fd);
	sha256(content, n, value + 2);
	if (setxattr(path, "security.ima", value, sizeof(value), 0))
		die("security.ima of %s", path);
}

static int sign_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)ftw;
	if (type == FTW_F && S_ISREG(st->st_mode))
		set_ima_hash(path);
	return 0;
}

static void copy_file(const char *from, const char *to)
{
	static char buffer[1 << 20];
	int in = open(from, O_RDONLY | O_CLOEXEC);
	int out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0755);
	ssize_t n;

	if (in < 0 || out < 0)
		die("%s to %s", from, to);
	while ((n = read(in, buffer, sizeof(buffer))) > 0)
		if (write(out, buffer, n) != n)
			die("%s", to);
	if (n < 0 || close(out) || close(in))
		die("%s", to);
}

/* A directory of files and nothing else. */
static void each_file(const char *dir, void (*act)(const char *name, const char *dir,
						   const char *other),
		      const char *other)
{
	DIR *d = opendir(dir);
	struct dirent *entry;

	if (!d)
		die("%s", dir);
	while ((entry = readdir(d)))
		if (entry->d_name[0] != '.')
			act(entry->d_name, dir, other);
	closedir(d);
}

static void copy_one(const char *name, const char *dir, const char *other)
{
	char from[PATH_MAX], to[PATH_MAX];

	make_path(from, "%s/%s", dir, name);
	make_path(to, "%s/%s", other, name);
	copy_file(from, to);
}

static void remove_one(const char *name, const char *dir, const char *other)
{
	char path[PATH_MAX];

	(void)other;
	make_path(path, "%s/%s", dir, name);
	if (unlink(path))
		die("%s", path);
}

/* Copies are made as root, for IMA's hash. */
static void prepare_first(const char *program, bool sign)
{
	char from[PATH_MAX], to[PATH_MAX];
	unsigned int i;

	make_path(from, "/programs/%s", program);
	for (i = 0; i < n_first; i++) {
		make_path(to, "/fresh/%s-%u", program, i);
		if (mkdir(to, 0755))
			die("%s", to);
		each_file(from, copy_one, to);
		if (sign)
			nftw(to, sign_one, 16, FTW_PHYS);
	}
}

static void forget_first(const char *program)
{
	char dir[PATH_MAX];
	unsigned int i;

	for (i = 0; i < n_first; i++) {
		make_path(dir, "/fresh/%s-%u", program, i);
		each_file(dir, remove_one, NULL);
		if (rmdir(dir))
			die("%s", dir);
	}
}

static void measure_first(const char *program)
{
	char operation[64], path[PATH_MAX];
	int64_t values[SAMPLES_MAX];
	unsigned int i;

	for (i = 0; i < n_first; i++) {
		int64_t start;

		make_path(path, "/fresh/%s-%u/run", program, i);
		align();
		start = now();
		run_program(path);
		values[i] = now() - start;
	}
	snprintf(operation, sizeof(operation), "%s-first", program);
	print(operation, 1, values, n_first);
}

static void become(const char *uid)
{
	unsigned long id = strtoul(uid, NULL, 10);

	if (setgid(id) || setuid(id))
		die("user %s", uid);
}

static void enter(const char *root)
{
	if (chroot(root) || chdir("/"))
		die("%s", root);
}


static int measure(char **argv)
{
	unsigned int i;
	pid_t pid;

	enter(argv[0]);
	config = argv[2];
	round_name = argv[3];
	n_warm = strtoul(argv[4], NULL, 10);
	n_first = strtoul(argv[5], NULL, 10);
	if (n_warm > SAMPLES_MAX || n_first > SAMPLES_MAX)
		return 2;

	for (i = 0; i < N_PROGRAMS; i++)
		prepare_first(operations[i].name, strcmp(config, "ima-appraise") == 0);
	sync();
	pid = fork();
	if (pid == 0) {
		become(argv[1]);
		prctl(PR_SET_TIMERSLACK, 1);
		find_tick();
		/* Longer than any timestamp is coarse, and than work is deferred. */
		sleep_until(now() + 2 * NS_PER_S);
		/* Once, so that what all programs share is known to everybody. */
		for (i = 0; i < N_PROGRAMS; i++)
			measure_warm(&operations[i]);
		for (i = 0; i < N_PROGRAMS; i++)
			measure_first(operations[i].name);
		for (i = N_PROGRAMS; i < N_OPERATIONS; i++)
			measure_warm(&operations[i]);
		fflush(stdout);
		_exit(0);
	}
	if (pid < 0)
		die("fork");
	wait_for(pid, "measuring");
	for (i = 0; i < N_PROGRAMS; i++)
		forget_first(operations[i].name);
	return 0;
}

static void print_values(char kind, const int64_t *values, unsigned int n)
{
	unsigned int i;

	printf("%c %s", kind, config);
	for (i = 0; i < n; i++)
		printf(" %lld", (long long)values[i]);
	putchar('\n');
}

static int beside(char **argv)
{
	static const char path[] = "/programs/dynamic-3/run";
	const struct sched_param priority = { .sched_priority = 50 };
	int64_t execs[SAMPLES_MAX], late[SAMPLES_MAX];
	unsigned int n = strtoul(argv[3], NULL, 10), i;

	if (n > SAMPLES_MAX)
		return 2;
	config = argv[2];
	enter(argv[0]);
	if (sched_setscheduler(0, SCHED_FIFO, &priority))
		die("SCHED_FIFO");
	become(argv[1]);
	find_tick();
	for (i = 0; i < WARM_UP; i++)
		run_program(path);
	for (i = 0; i < n; i++) {
		int64_t when = align(), start = now();

		run_program(path);
		execs[i] = now() - start;
		late[i] = start - when;
	}
	print_values('C', execs, n);
	print_values('L', late, n);
	return 0;
}

static void profile_in(const struct operation *operation, unsigned int count)
{
	unsigned int i;

	for (i = 0; i < WARM_UP; i++)
		operation->run(operation->argument);
	align();
	__asm__ volatile(MARK_BEGIN_ASM : : : "memory");
	for (i = 0; i < count; i++)
		operation->run(operation->argument);
	__asm__ volatile(MARK_END_ASM : : : "memory");
	printf("P %u\n", count * operation->per);
}

static int profile(char **argv)
{
	unsigned int count = strtoul(argv[3], NULL, 10), i;

	enter(argv[0]);
	become(argv[1]);
	find_tick();
	for (i = 0; i < N_OPERATIONS; i++)
		if (strcmp(argv[2], operations[i].name) == 0) {
			profile_in(&operations[i], count);
			return 0;
		}
	fprintf(stderr, "bench: there is no operation %s\n", argv[2]);
	return 2;
}

int main(int argc, char **argv)
{
	setvbuf(stdout, NULL, _IOFBF, 1 << 16);
	if (argc == 8 && strcmp(argv[1], "measure") == 0)
		return measure(argv + 2);
	if (argc == 3 && strcmp(argv[1], "sign") == 0)
		return nftw(argv[2], sign_one, 16, FTW_PHYS | FTW_MOUNT);
	if (argc == 6 && strcmp(argv[1], "beside") == 0)
		return beside(argv + 2);
	if (argc == 6 && strcmp(argv[1], "profile") == 0)
		return profile(argv + 2);
	fprintf(stderr, "bench: see bench.c\n");
	return 2;
}
