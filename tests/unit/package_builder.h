/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Packages for tests, made by libarchive in memory, and reading them.
 */
#ifndef DEBAR_TEST_PACKAGE_BUILDER_H
#define DEBAR_TEST_PACKAGE_BUILDER_H

#include <archive.h>
#include <archive_entry.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "keep.h"
#include "package.h"

#define BUILD_MAX (1u << 20)

struct bytes {
	unsigned char *data;
	size_t length;
};

struct build_entry {
	const char *name;
	const void *data;
	size_t length;
	const char *hardlink;	/* tar: the name that this is another of */
	unsigned int nlink;	/* cpio: the same by number */
};

#define NO_FILTER ARCHIVE_FILTER_NONE

static inline struct bytes build_with(int format, int filter, const char *passphrase,
				      const struct build_entry *list, size_t n)
{
	struct archive *a = archive_write_new();
	struct bytes out = { malloc(BUILD_MAX), 0 };
	size_t i;

	if ((format == ARCHIVE_FORMAT_AR_GNU ? archive_write_set_format_ar_svr4(a) :
	     archive_write_set_format(a, format)) != ARCHIVE_OK ||
	    archive_write_add_filter(a, filter) != ARCHIVE_OK)
		abort();
	if (passphrase && (archive_write_set_options(a, "zip:encryption=traditional") ||
			   archive_write_set_passphrase(a, passphrase)))
		abort();
	archive_write_set_bytes_in_last_block(a, 1);
	if (archive_write_open_memory(a, out.data, BUILD_MAX, &out.length))
		abort();
	for (i = 0; i < n; i++) {
		struct archive_entry *entry = archive_entry_new();

		archive_entry_copy_pathname(entry, list[i].name);
		archive_entry_set_filetype(entry, AE_IFREG);
		archive_entry_set_perm(entry, 0644);
		archive_entry_set_size(entry, list[i].length);
		if (list[i].hardlink)
			archive_entry_copy_hardlink(entry, list[i].hardlink);
		archive_entry_set_ino64(entry, list[i].nlink ? 77 : 100 + i);
		archive_entry_set_nlink(entry, list[i].nlink ? list[i].nlink : 1);
		if (archive_write_header(a, entry) < ARCHIVE_WARN ||
		    (list[i].length &&
		     archive_write_data(a, list[i].data, list[i].length) !=
			     (la_ssize_t)list[i].length))
			abort();
		archive_entry_free(entry);
	}
	if (archive_write_close(a))
		abort();
	archive_write_free(a);
	return out;
}

static inline struct bytes build(int format, int filter, const struct build_entry *list,
				 size_t n)
{
	return build_with(format, filter, NULL, list, n);
}

/* @bytes compressed alone. */
static inline struct bytes compress_bytes(int filter, const void *data, size_t length)
{
	struct build_entry entry = { .name = "data", .data = data, .length = length };

	return build(ARCHIVE_FORMAT_RAW, filter, &entry, 1);
}

/* @data behind @head. */
static inline struct bytes append_bytes(const void *head, size_t head_length,
					struct bytes tail)
{
	struct bytes out = { malloc(head_length + tail.length), head_length + tail.length };

	memcpy(out.data, head, head_length);
	memcpy(out.data + head_length, tail.data, tail.length);
	return out;
}

static inline struct package_options default_options(void)
{
	return (struct package_options){ .bounds = PACKAGE_BOUNDS_DEFAULT };
}

/* package_read() of bytes; @ret_error to be freed. */
static inline int read_bytes(const void *data, size_t length, const char *name,
			     const struct package_options *options,
			     struct package *ret_package, char **ret_error)
{
	int fd = memfd_create("package", MFD_CLOEXEC), err;

	if (fd < 0 || write(fd, data, length) != (ssize_t)length)
		abort();
	keep_input("package", data, length);
	err = package_read(fd, name, options, ret_package, ret_error);
	close(fd);
	return err;
}

/* The file of that name, or NULL. */
static inline const struct package_file *find_name(const struct package *package,
						   const char *name)
{
	size_t i, k;

	for (i = 0; i < package->n_files; i++) {
		for (k = 0; k < package->files[i].n_names; k++) {
			if (strcmp(package->files[i].names[k], name) == 0)
				return &package->files[i];
		}
	}
	return NULL;
}

/* Is @name listed, with the digest and size of this content? */
static inline bool is_listed(const struct package *package, const char *name,
			     const void *data, size_t length)
{
	const struct package_file *file = find_name(package, name);
	uint8_t sha256[PACKAGE_SHA256_SIZE];

	if (!EVP_Digest(data, length, sha256, NULL, EVP_sha256(), NULL))
		abort();
	return file && file->size == length &&
	       memcmp(file->sha256, sha256, sizeof(sha256)) == 0;
}

#define ARRAY_SIZE(array) (sizeof(array) / sizeof(array[0]))

/* An ELF header without sections and segments: nothing but its magic counts. */
#define ELF64	"\x7f" "ELF\2\1\1\0\0\0\0\0\0\0\0\0\2\0\x3e\0\1\0\0\0"
#define ELF32	"\x7f" "ELF\1\2\1\0\0\0\0\0\0\0\0\0\0\2\0\x08\0\0\0\1"
#define MODULE	"\x7f" "ELF\2\1\1\0\0\0\0\0\0\0\0\0\1\0\x3e\0\1\0\0\0"
#define SCRIPT	"#!/bin/sh\necho agent\n"

#define ENTRY(file, content) { .name = file, .data = content, .length = sizeof(content) - 1 }

static const struct build_entry mixture[] = {
	ENTRY("bin/agent", ELF64),
	ENTRY("bin/other", ELF32 "big-endian, 32 bits"),
	ENTRY("bin/script", SCRIPT),
	ENTRY("bin/two", "#!"),
	ENTRY("doc/text", "ELF #! text"),
	ENTRY("doc/one", "#"),
	ENTRY("doc/three", "\x7f" "EL"),
	ENTRY("doc/nothing", ""),
	ENTRY("doc/shebang-later", " #!/bin/sh"),
};

#define N_MIXTURE ARRAY_SIZE(mixture)
#define N_MIXTURE_CODE 4

static const struct {
	int format, filter;
} kinds[] = {
	{ ARCHIVE_FORMAT_TAR_PAX_RESTRICTED, ARCHIVE_FILTER_NONE },
	{ ARCHIVE_FORMAT_TAR_PAX_INTERCHANGE, ARCHIVE_FILTER_NONE },
	{ ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_NONE },
	{ ARCHIVE_FORMAT_TAR_GNUTAR, ARCHIVE_FILTER_NONE },
	{ ARCHIVE_FORMAT_TAR, ARCHIVE_FILTER_GZIP },
	{ ARCHIVE_FORMAT_TAR, ARCHIVE_FILTER_BZIP2 },
	{ ARCHIVE_FORMAT_TAR, ARCHIVE_FILTER_XZ },
	{ ARCHIVE_FORMAT_TAR, ARCHIVE_FILTER_LZMA },
	{ ARCHIVE_FORMAT_TAR, ARCHIVE_FILTER_LZIP },
	{ ARCHIVE_FORMAT_TAR, ARCHIVE_FILTER_ZSTD },
	{ ARCHIVE_FORMAT_TAR, ARCHIVE_FILTER_LZ4 },
	{ ARCHIVE_FORMAT_TAR, ARCHIVE_FILTER_COMPRESS },
	{ ARCHIVE_FORMAT_CPIO_SVR4_NOCRC, ARCHIVE_FILTER_NONE },
	{ ARCHIVE_FORMAT_CPIO_POSIX, ARCHIVE_FILTER_GZIP },
	{ ARCHIVE_FORMAT_ZIP, ARCHIVE_FILTER_NONE },
	{ ARCHIVE_FORMAT_7ZIP, ARCHIVE_FILTER_NONE },
	{ ARCHIVE_FORMAT_ISO9660, ARCHIVE_FILTER_NONE },
};

static inline struct bytes build_deb(bool with_data)
{
	static const struct build_entry meta[] = {
		ENTRY("./control", "Package: agent\nVersion: 1:2.3-4\n"
		      "Maintainer: Example Corp <root@example.com>\n"),
		ENTRY("./postinst", "#!/bin/sh\n"),
	};
	static const struct build_entry program[] = { ENTRY("./usr/bin/agent", ELF64) };
	struct bytes control = build(ARCHIVE_FORMAT_TAR, ARCHIVE_FILTER_GZIP, meta, 2);
	struct bytes data = build(ARCHIVE_FORMAT_TAR, ARCHIVE_FILTER_XZ, program, 1), deb;
	struct build_entry parts[] = {
		ENTRY("debian-binary", "2.0\n"),
		{ "control.tar.gz", control.data, control.length, NULL, 0 },
		{ "data.tar.xz", data.data, data.length, NULL, 0 },
	};

	deb = build(ARCHIVE_FORMAT_AR_GNU, NO_FILTER, parts, with_data ? 3 : 2);
	free(control.data);
	free(data.data);
	return deb;
}

/* An ELF file whose section headers, of which there are none, end at 64. */
static const unsigned char stub[64] = {
	0x7f, 'E', 'L', 'F', 2, 1, 1, 0, 'A', 'I', 2, [40] = 64, [58] = 64,
};

#endif
