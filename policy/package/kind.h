/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a file is, from its first bytes. Names say nothing: anybody chooses them.
 */
#ifndef DEBAR_PACKAGE_KIND_H
#define DEBAR_PACKAGE_KIND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What holds other files. */
enum package_kind {
	KIND_NONE,
	KIND_COMPRESSED,	/* one file; gzip, bzip2, xz, lzma, lzip, zstd, lz4, compress */
	KIND_RPM,		/* the same: a header before a compressed cpio */
	KIND_TAR,
	KIND_CPIO,
	KIND_AR,
	KIND_ZIP,		/* this and those below are read back and forth */
	KIND_7ZIP,
	KIND_ISO,
	KIND_UNREADABLE,	/* known, but nothing here can read it */
};

/**
 * package_kind_of() - what holds other files
 * @head: first bytes of a file
 * @length: bytes at @head, PACKAGE_HEAD unless the file is shorter
 * @ret_name: set to what it is called; a constant; NULL: KIND_NONE
 *
 * Return: the kind.
 */
enum package_kind package_kind_of(const void *head, size_t length, const char **ret_name);

/* Is @kind one file, smaller? */
bool package_kind_compressed(enum package_kind kind);

/* Does reading @kind need to go back and forth in it? */
bool package_kind_seeks(enum package_kind kind);

/** package_is_elf() - an ELF file of any class, order and machine? */
bool package_is_elf(const void *head, size_t length);

/* An object that is to be linked, as kernel modules are? */
bool package_is_relocatable(const void *head, size_t length);

/** package_is_script() - "#!"? */
bool package_is_script(const void *head, size_t length);

/** package_is_appimage() - does an ELF file say that it carries a file system? */
bool package_is_appimage(const void *head, size_t length);

/**
 * package_elf_end() - where the ELF part of a file ends, for what is appended to it
 * @head: first bytes of an ELF file
 * @length: bytes at @head
 *
 * Return: offset; 0 where the header makes no sense.
 */
uint64_t package_elf_end(const void *head, size_t length);

/**
 * package_find_appended() - an archive behind a script
 * @data: the file from its beginning
 * @length: bytes at @data
 * @ret_offset: set to where the archive begins
 * @ret_name: as for package_kind_of()
 *
 * Return: the kind; KIND_NONE if there is none.
 */
enum package_kind package_find_appended(const void *data, size_t length,
					size_t *ret_offset, const char **ret_name);

#endif
