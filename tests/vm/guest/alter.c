// SPDX-License-Identifier: GPL-2.0-only
/*
 * Change what a file holds, in every way that a filesystem offers.
 *
 * alter write|direct|splice|map|copy|clone FROM FILE
 *	FILE gets the content of FROM, in place; both are equally long.
 * alter punch|zero|collapse|insert FILE OFFSET LENGTH
 *	fallocate(); after collapse FILE is lengthened to its old size, after
 *	insert cut down to it.
 * alter regrow FILE LENGTH
 *	Cut FILE down to LENGTH and lengthen it to its old size.
 * alter exchange FILE OTHER BLOCK
 *	ext4: FILE gets a block of 4 KiB of OTHER, which has a hole there then; what
 *	FILE holds stays the same.
 * alter patch DEVICE FROM TO
 *	Wherever the blocks of DEVICE hold FROM, they hold TO then.
 * alter hold FROM FILE
 *	Map FILE shared and writable, store its first byte in itself, say "ready",
 *	wait for a line, store the content of FROM, say "stored", wait for a line.
 * alter at SECONDS FROM FILE
 *	Set the clock to SECONDS and write FILE, which is made if need be, in the
 *	same instant; exits 3 if it took longer.
 * alter tick ROUNDS FROM OTHER FILE
 *	Again and again, as fast as possible: write FROM, which may be mapped
 *	executable, then OTHER, which may not. Prints "same-tick=N wrong=N": how
 *	often both changes left the same ctime, and how often a verdict was wrong.
 * alter many COUNT SIZE DIRECTORY
 *	Make COUNT files of SIZE bytes, no two alike.
 * alter map-many COUNT DIRECTORY
 *	Map each executable. Prints "mapped=N refused=N".
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define PER_DIRECTORY 1000

struct ext4_move_extent {
	uint32_t reserved;
	uint32_t donor_fd;
	uint64_t from_block;
	uint64_t to_block;
	uint64_t blocks;
	uint64_t moved;
};

#define EXT4_MOVE_EXTENT _IOWR('f', 15, struct ext4_move_extent)

struct content {
	char *data;
	size_t size;
};

static void fail(const char *what)
{
	fprintf(stderr, "alter: %s: %s\n", what, strerror(errno));
	exit(1);
}

static int open_file(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC, 0755);

	if (fd < 0)
		fail(path);
	return fd;
}

static size_t size_of(int fd)
{
	struct stat st;

	if (fstat(fd, &st))
		fail("fstat");
	return st.st_size;
}

/* Aligned as O_DIRECT wants it. */
static struct content read_file(const char *path)
{
	int fd = open_file(path, O_RDONLY);
	struct content content = { .size = size_of(fd) };

	content.data = aligned_alloc(4096, (content.size + 4095) & ~4095UL);
	if (!content.data || pread(fd, content.data, content.size, 0) != (ssize_t)content.size)
		fail(path);
	close(fd);
	return content;
}

static void write_all(int fd, const struct content *content)
{
	if (pwrite(fd, content->data, content->size, 0) != (ssize_t)content->size)
		fail("write");
}

static char *map_writable(int fd, size_t size)
{
	char *at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (at == MAP_FAILED)
		fail("mmap");
	return at;
}

static void replace(const char *way, const char *from, const char *path)
{
	int source = open_file(from, O_RDONLY), fd = open_file(path, O_RDWR);
	struct content content = read_file(from);
	off_t in = 0, out = 0;
	int direct;
	char *at;

	if (strcmp(way, "write") == 0) {
		write_all(fd, &content);
	} else if (strcmp(way, "direct") == 0) {
		direct = open_file(path, O_WRONLY | O_DIRECT);
		write_all(direct, &content);
	} else if (strcmp(way, "splice") == 0) {
		if (sendfile(fd, source, NULL, content.size) != (ssize_t)content.size)
			fail("sendfile");
	} else if (strcmp(way, "map") == 0) {
		at = map_writable(fd, content.size);
		memcpy(at, content.data, content.size);
		munmap(at, content.size);
	} else if (strcmp(way, "copy") == 0) {
		if (copy_file_range(source, &in, fd, &out, content.size, 0) !=
		    (ssize_t)content.size)
			fail("copy_file_range");
	} else if (ioctl(fd, FICLONE, source)) {
		fail("FICLONE");
	}
}

static void allocate(const char *way, const char *path, off_t offset, off_t length)
{
	int fd = open_file(path, O_RDWR);
	size_t size = size_of(fd);
	int mode;

	if (strcmp(way, "punch") == 0)
		mode = FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE;
	else if (strcmp(way, "zero") == 0)
		mode = FALLOC_FL_ZERO_RANGE;
	else if (strcmp(way, "collapse") == 0)
		mode = FALLOC_FL_COLLAPSE_RANGE;
	else
		mode = FALLOC_FL_INSERT_RANGE;
	if (fallocate(fd, mode, offset, length) || ftruncate(fd, size))
		fail(way);
}

static void regrow(const char *path, off_t length)
{
	int fd = open_file(path, O_RDWR);
	size_t size = size_of(fd);

	if (ftruncate(fd, length) || ftruncate(fd, size))
		fail("ftruncate");
}

static void exchange(const char *path, const char *other, unsigned int block)
{
	int fd = open_file(path, O_RDWR), donor = open_file(other, O_RDWR);
	struct ext4_move_extent move = {
		.donor_fd = donor,
		.from_block = block,
		.to_block = block,
		.blocks = 1,
	};

	/* Else the pages that are in memory hide what is on the disk. */
	fsync(fd);
	fsync(donor);
	if (ioctl(fd, EXT4_MOVE_EXTENT, &move))
		fail("EXT4_IOC_MOVE_EXT");
	fsync(fd);
	fsync(donor);
	posix_fadvise(donor, 0, 0, POSIX_FADV_DONTNEED);
}

static void patch(const char *device, const char *from, const char *to)
{
	struct content old = read_file(from), new = read_file(to);
	int fd = open_file(device, O_RDWR);
	off_t end = lseek(fd, 0, SEEK_END), at;
	char *data = malloc(old.size);
	unsigned int n = 0;

	if (!data || old.size != new.size)
		fail(to);
	for (at = 0; at + (off_t)old.size <= end; at += 4096) {
		if (pread(fd, data, 4096, at) != 4096)
			fail(device);
		if (memcmp(data, old.data, 4096) != 0)
			continue;
		if (pread(fd, data, old.size, at) != (ssize_t)old.size)
			fail(device);
		if (memcmp(data, old.data, old.size) != 0)
			continue;
		if (pwrite(fd, new.data, new.size, at) != (ssize_t)new.size)
			fail(device);
		n++;
	}
	if (!n || fsync(fd))
		fail("the content is not there");
}

static void wait_for_line(const char *say)
{
	char line[16];

	puts(say);
	fflush(stdout);
	if (!fgets(line, sizeof(line), stdin))
		exit(0);
}

static void hold(const char *from, const char *path)
{
	int fd = open_file(path, O_RDWR);
	struct content content = read_file(from);
	volatile char *at = map_writable(fd, content.size);
	size_t i;

	close(fd);
	/* Every page becomes dirty and writable: later stores do not fault. */
	for (i = 0; i < content.size; i += 4096)
		at[i] = at[i];
	wait_for_line("ready");
	memcpy((char *)at, content.data, content.size);
	wait_for_line("stored");
}

static int write_at(time_t seconds, const char *from, const char *path)
{
	struct timespec to = { .tv_sec = seconds };
	struct content content = read_file(from);
	struct stat st;
	int fd;

	if (clock_settime(CLOCK_REALTIME, &to))
		fail("clock_settime");
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0755);
	if (fd < 0)
		fail(path);
	write_all(fd, &content);
	if (fstat(fd, &st))
		fail(path);
	return st.st_ctim.tv_sec == seconds && st.st_ctim.tv_nsec == 0 ? 0 : 3;
}

static bool may_be_mapped(const char *path)
{
	int fd = open_file(path, O_RDONLY);
	size_t size = size_of(fd);
	void *at = mmap(NULL, size, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0);

	close(fd);
	if (at == MAP_FAILED)
		return false;
	munmap(at, size);
	return true;
}

static struct timespec rewrite(const char *path, const struct content *content)
{
	int fd = open_file(path, O_WRONLY);
	struct stat st;

	write_all(fd, content);
	close(fd);
	if (stat(path, &st))
		fail(path);
	return st.st_ctim;
}

static int tick(unsigned int rounds, const char *from, const char *other, const char *path)
{
	struct content clean = read_file(from), banned = read_file(other);
	unsigned int i, same = 0, wrong = 0;

	for (i = 0; i < rounds; i++) {
		struct timespec first = rewrite(path, &clean), second;

		if (!may_be_mapped(path))
			wrong++;
		second = rewrite(path, &banned);
		if (may_be_mapped(path))
			wrong++;
		if (first.tv_sec == second.tv_sec && first.tv_nsec == second.tv_nsec)
			same++;
	}
	printf("same-tick=%u wrong=%u\n", same, wrong);
	return 0;
}

static void name_of(char *path, const char *directory, unsigned int i)
{
	sprintf(path, "%.200s/%u/%u", directory, i / PER_DIRECTORY, i % PER_DIRECTORY);
}

static void make_many(unsigned int count, size_t size, const char *directory)
{
	char path[256], *data = calloc(1, size);
	unsigned int i;
	int fd;

	if (!data)
		fail("no memory");
	for (i = 0; i < count; i++) {
		if (i % PER_DIRECTORY == 0) {
			sprintf(path, "%.200s/%u", directory, i / PER_DIRECTORY);
			if (mkdir(path, 0755))
				fail(path);
		}
		name_of(path, directory, i);
		fd = open_file(path, O_WRONLY | O_CREAT | O_EXCL);
		memcpy(data, &i, sizeof(i));
		if (write(fd, data, size) != (ssize_t)size)
			fail(path);
		close(fd);
	}
}

static void map_many(unsigned int count, const char *directory)
{
	unsigned int i, mapped = 0;
	char path[256];

	for (i = 0; i < count; i++) {
		name_of(path, directory, i);
		mapped += may_be_mapped(path);
	}
	printf("mapped=%u refused=%u\n", mapped, count - mapped);
}

static int usage(void)
{
	fputs("usage: alter WAY ARGUMENT..., see the source\n", stderr);
	return 2;
}

int main(int argc, char **argv)
{
	const char *way = argc > 1 ? argv[1] : "";

	if (argc == 4 && strcmp(way, "regrow") == 0)
		regrow(argv[2], atol(argv[3]));
	else if (argc == 4 && strcmp(way, "hold") == 0)
		hold(argv[2], argv[3]);
	else if (argc == 4 && strcmp(way, "map-many") == 0)
		map_many(atoi(argv[2]), argv[3]);
	else if (argc == 4)
		replace(way, argv[2], argv[3]);
	else if (argc == 5 && strcmp(way, "at") == 0)
		return write_at(atol(argv[2]), argv[3], argv[4]);
	else if (argc == 5 && strcmp(way, "exchange") == 0)
		exchange(argv[2], argv[3], atoi(argv[4]));
	else if (argc == 5 && strcmp(way, "patch") == 0)
		patch(argv[2], argv[3], argv[4]);
	else if (argc == 5 && strcmp(way, "many") == 0)
		make_many(atoi(argv[2]), atoi(argv[3]), argv[4]);
	else if (argc == 5)
		allocate(way, argv[2], atol(argv[3]), atol(argv[4]));
	else if (argc == 6 && strcmp(way, "tick") == 0)
		return tick(atoi(argv[2]), argv[3], argv[4], argv[5]);
	else
		return usage();
	return 0;
}
