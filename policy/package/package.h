/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The code in a package: every ELF file and every script, with SHA-256 and size.
 * Nothing is run and nothing is written; content is hashed as it streams by.
 */
#ifndef DEBAR_PACKAGE_H
#define DEBAR_PACKAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "package_bounds.h"

#define PACKAGE_SHA256_SIZE 32

enum package_code {
	PACKAGE_DATA,			/* not code */
	PACKAGE_SCRIPT,			/* begins with "#!" */
	PACKAGE_ELF,			/* of any class, order and machine */
	PACKAGE_MODULE,			/* an ELF file called *.ko */
	/*
	 * As it lies on disk, which is what finit_module(2) hands over. The module in
	 * it is listed too: modprobe may unpack it first.
	 */
	PACKAGE_COMPRESSED_MODULE,
};

/* One content; where it is in the package several times, one with several names. */
struct package_file {
	uint8_t sha256[PACKAGE_SHA256_SIZE];
	uint64_t size;			/* bytes */
	enum package_code code;
	char **names;			/* sorted; any bytes but NUL */
	size_t n_names;
};

/* What a package says of itself; NULL: nothing. Any bytes but NUL. */
struct package_facts {
	char *name;
	char *version;
	char *vendor;
};

/* A part of the package that could not be read. */
struct package_problem {
	char *member;
	char *text;
};

struct package {
	char *name;			/* of its file, without directories */
	uint8_t sha256[PACKAGE_SHA256_SIZE];
	uint64_t size;			/* bytes */
	const char *format;		/* "deb", "rpm", "tar", "zip"... */
	struct package_facts facts;
	struct package_file *files;	/* sorted by first name */
	size_t n_files;
	size_t n_names;			/* of all files */
	/* Up to PACKAGE_PROBLEMS_MAX. Not complete if there is one. */
	struct package_problem *problems;
	size_t n_problems;
	char **all_names;		/* what the files' names point into */
};

struct package_options {
	/* A nested archive that is damaged or of no known kind: note it and go on. */
	bool keep_going;
	struct package_bounds bounds;	/* PACKAGE_BOUNDS_DEFAULT */
	/*
	 * Told now and then how many bytes of the package have been read; anything but
	 * 0 ends the work with that error. NULL: nobody is told.
	 */
	int (*progress)(uint64_t done, void *data);
	void *data;
};

/**
 * package_read() - list the code in a package
 * @fd: a regular file; its offset is neither used nor changed
 * @name: its name, for messages and the result; directories are dropped
 * @options: how
 * @ret_package: set on success; free with package_free()
 * @ret_error: on any failure set to a sentence that names the member, to be
 *	freed; or to NULL, without memory
 *
 * Return: 0; -ENOMEM; -EBADMSG: damaged, or of no known kind; -E2BIG: a bound is
 * exceeded; -EBUSY: the file changed meanwhile; what progress() returned; another
 * -errno where reading the file failed.
 */
int package_read(int fd, const char *name, const struct package_options *options,
		 struct package *ret_package, char **ret_error);

/** package_free() - free what package_read() set. */
void package_free(struct package *package);

/* What a result calls code: "script", "elf", "module", "compressed-module". */
const char *package_code_text(enum package_code code);

#endif
