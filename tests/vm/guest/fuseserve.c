// SPDX-License-Identifier: GPL-2.0-only
/*
 * A filesystem whose one file, "program", answers as it likes.
 *
 * fuseserve MOUNTPOINT FIRST SECOND
 *
 * The file holds what FIRST holds, and from SIGUSR1 on what SECOND holds, with
 * the same size and the same timestamps. From SIGUSR2 on only its first page can
 * be read, as on a disk that is damaged: beyond it reading fails with EIO. Says
 * "ready" when it is mounted, and ends when it is unmounted. Speaks the kernel's
 * protocol itself.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define FILE_NODE 2
#define PAGE 4096

static struct content {
	char *data;
	size_t size;
} contents[2];

static volatile sig_atomic_t answer, damaged;

static void fail(const char *what)
{
	fprintf(stderr, "fuseserve: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void on_signal(int signal)
{
	if (signal == SIGUSR1)
		answer = 1;
	else
		damaged = 1;
}

static void read_content(struct content *content, const char *path)
{
	int fd = open(path, O_RDONLY);
	struct stat st;

	if (fd < 0 || fstat(fd, &st))
		fail(path);
	content->size = st.st_size;
	content->data = malloc(st.st_size);
	if (!content->data || read(fd, content->data, st.st_size) != st.st_size)
		fail(path);
	close(fd);
}

static void reply(int fd, const struct fuse_in_header *in, int error, const void *data,
		  size_t length)
{
	struct fuse_out_header out = {
		.len = sizeof(out) + length,
		.error = -error,
		.unique = in->unique,
	};
	struct iovec parts[] = {
		{ .iov_base = &out, .iov_len = sizeof(out) },
		{ .iov_base = (void *)data, .iov_len = length },
	};

	/* The one who asked may be gone. */
	if (writev(fd, parts, 2) < 0 && errno != ENOENT)
		fail("writing to /dev/fuse");
}

static struct fuse_attr attributes(uint64_t node)
{
	struct fuse_attr attr = {
		.ino = node,
		.mode = node == FILE_NODE ? S_IFREG | 0755 : S_IFDIR | 0755,
		.nlink = 1,
		.size = node == FILE_NODE ? contents[0].size : 0,
		.mtime = 1000000000,
		.ctime = 1000000000,
		.blksize = 4096,
	};

	return attr;
}

static void reply_init(int fd, const struct fuse_in_header *in, const void *data)
{
	const struct fuse_init_in *init = data;
	struct fuse_init_out out = {
		.major = FUSE_KERNEL_VERSION,
		.minor = init->minor < FUSE_KERNEL_MINOR_VERSION ?
			 init->minor : FUSE_KERNEL_MINOR_VERSION,
		.max_readahead = init->max_readahead,
		.max_write = 4096,
		.max_background = 8,
		.congestion_threshold = 4,
	};

	reply(fd, in, 0, &out, sizeof(out));
}

static void reply_lookup(int fd, const struct fuse_in_header *in, const char *name)
{
	struct fuse_entry_out out = {
		.nodeid = FILE_NODE,
		.generation = 1,
		.entry_valid = 1000,
		.attr_valid = 1000,
		.attr = attributes(FILE_NODE),
	};

	if (strcmp(name, "program") == 0)
		reply(fd, in, 0, &out, sizeof(out));
	else
		reply(fd, in, ENOENT, NULL, 0);
}

static void reply_attributes(int fd, const struct fuse_in_header *in)
{
	struct fuse_attr_out out = { .attr_valid = 1000, .attr = attributes(in->nodeid) };

	reply(fd, in, 0, &out, sizeof(out));
}

static void reply_read(int fd, const struct fuse_in_header *in, const void *data)
{
	const struct content *content = &contents[answer];
	const struct fuse_read_in *read = data;
	size_t n = 0;

	if (damaged && read->offset + read->size > PAGE) {
		reply(fd, in, EIO, NULL, 0);
		return;
	}
	if (read->offset < content->size)
		n = content->size - read->offset;
	if (n > read->size)
		n = read->size;
	reply(fd, in, 0, content->data + read->offset, n);
}

static void serve(int fd)
{
	static char request[1 << 17];
	const struct fuse_in_header *in = (void *)request;
	const void *data = request + sizeof(*in);
	struct fuse_open_out opened = { .fh = 1 };

	for (;;) {
		if (read(fd, request, sizeof(request)) < 0) {
			if (errno == EINTR || errno == ENOENT)
				continue;
			if (errno == ENODEV)
				return;
			fail("reading from /dev/fuse");
		}
		switch (in->opcode) {
		case FUSE_INIT:
			reply_init(fd, in, data);
			break;
		case FUSE_LOOKUP:
			reply_lookup(fd, in, data);
			break;
		case FUSE_GETATTR:
			reply_attributes(fd, in);
			break;
		case FUSE_OPEN:
		case FUSE_OPENDIR:
			reply(fd, in, 0, &opened, sizeof(opened));
			break;
		case FUSE_READ:
			reply_read(fd, in, data);
			break;
		case FUSE_RELEASE:
		case FUSE_RELEASEDIR:
		case FUSE_FLUSH:
			reply(fd, in, 0, NULL, 0);
			break;
		case FUSE_FORGET:
		case FUSE_BATCH_FORGET:
			break;
		default:
			reply(fd, in, ENOSYS, NULL, 0);
		}
	}
}

int main(int argc, char **argv)
{
	struct sigaction action = { .sa_handler = on_signal };
	char options[128];
	int fd;

	if (argc != 4) {
		fputs("usage: fuseserve MOUNTPOINT FIRST SECOND\n", stderr);
		return 2;
	}
	read_content(&contents[0], argv[2]);
	read_content(&contents[1], argv[3]);
	sigaction(SIGUSR1, &action, NULL);
	sigaction(SIGUSR2, &action, NULL);
	fd = open("/dev/fuse", O_RDWR | O_CLOEXEC);
	if (fd < 0)
		fail("/dev/fuse");
	snprintf(options, sizeof(options),
		 "fd=%d,rootmode=40000,user_id=%d,group_id=%d,allow_other", fd, getuid(),
		 getgid());
	if (mount("fuseserve", argv[1], "fuse", MS_NODEV, options))
		fail(argv[1]);
	puts("ready");
	fflush(stdout);
	serve(fd);
	return 0;
}
