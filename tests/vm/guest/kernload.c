// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hand code to the kernel by the bare system calls and say what came of it.
 *
 * kernload finit|finit-compressed|init MODULE [PARAMETERS]
 * kernload kexec KERNEL [INITRAMFS]
 *
 * One line: kernload WAY PID PPID RESULT
 *
 * RESULT is ok or the name of the errno. What kexec loads is unloaded again.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef MODULE_INIT_COMPRESSED_FILE
#define MODULE_INIT_COMPRESSED_FILE 4
#endif
#define KEXEC_FILE_UNLOAD 1UL
#define KEXEC_FILE_NO_INITRAMFS 4UL

static void fail(const char *what)
{
	fprintf(stderr, "kernload: %s: %s\n", what, strerror(errno));
	exit(125);
}

static int open_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		fail(path);
	return fd;
}

static long from_memory(const char *path, const char *parameters)
{
	int fd = open_file(path);
	struct stat st;
	void *data;

	if (fstat(fd, &st))
		fail(path);
	data = mmap(NULL, st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (data == MAP_FAILED)
		fail(path);
	return syscall(SYS_init_module, data, st.st_size, parameters);
}

static long kexec(const char *kernel, const char *initramfs)
{
	int initramfs_fd = initramfs ? open_file(initramfs) : -1;
	unsigned long flags = initramfs ? 0 : KEXEC_FILE_NO_INITRAMFS;
	long ret = syscall(SYS_kexec_file_load, open_file(kernel), initramfs_fd, 1UL, "",
			   flags);

	if (ret == 0)
		syscall(SYS_kexec_file_load, -1, -1, 0UL, NULL, KEXEC_FILE_UNLOAD);
	return ret;
}

int main(int argc, char **argv)
{
	const char *way = argc > 2 ? argv[1] : "";
	const char *more = argc > 3 ? argv[3] : NULL;
	long ret;

	if (strcmp(way, "finit") == 0)
		ret = syscall(SYS_finit_module, open_file(argv[2]), more ? more : "", 0);
	else if (strcmp(way, "finit-compressed") == 0)
		ret = syscall(SYS_finit_module, open_file(argv[2]), more ? more : "",
			      MODULE_INIT_COMPRESSED_FILE);
	else if (strcmp(way, "init") == 0)
		ret = from_memory(argv[2], more ? more : "");
	else if (strcmp(way, "kexec") == 0)
		ret = kexec(argv[2], more);
	else
		return fputs("usage: kernload finit|finit-compressed|init|kexec FILE [MORE]\n",
			     stderr), 2;
	printf("kernload %s %d %d %s\n", way, getpid(), getppid(),
	       ret ? strerrorname_np(errno) : "ok");
	return 0;
}
