// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a file is, from its first bytes.
 */
#include <elf.h>
#include <string.h>

#include "kind.h"

#define TAR_BLOCK	512
#define TAR_CHECKSUM	148	/* offset; 8 bytes */
#define TAR_MAGIC	257
#define ISO_MAGIC	32769

struct magic {
	size_t offset;
	const char *bytes;
	size_t length;
	enum package_kind kind;
	const char *name;
	/* Bytes that are no text: worth looking for in the middle of a script. */
	bool sharp;
};

#define MAGIC(offset, bytes, kind, name, sharp) \
	{ offset, bytes, sizeof(bytes) - 1, kind, name, sharp }

static const struct magic magics[] = {
	MAGIC(0, "\x1f\x8b\x08", KIND_COMPRESSED, "gzip", true),
	MAGIC(0, "BZh", KIND_COMPRESSED, "bzip2", true),
	MAGIC(0, "\xfd" "7zXZ\0", KIND_COMPRESSED, "xz", true),
	MAGIC(0, "\x28\xb5\x2f\xfd", KIND_COMPRESSED, "zstd", true),
	MAGIC(0, "\x04\x22\x4d\x18", KIND_COMPRESSED, "lz4", true),
	MAGIC(0, "LZIP\x01", KIND_COMPRESSED, "lzip", true),
	MAGIC(0, "\x5d\0\0", KIND_COMPRESSED, "lzma", false),
	MAGIC(0, "\x1f\x9d", KIND_COMPRESSED, "compress", false),
	MAGIC(0, "\xed\xab\xee\xdb", KIND_RPM, "rpm", true),
	MAGIC(0, "!<arch>\n", KIND_AR, "ar", false),
	MAGIC(0, "070701", KIND_CPIO, "cpio", false),
	MAGIC(0, "070702", KIND_CPIO, "cpio", false),
	MAGIC(0, "070707", KIND_CPIO, "cpio", false),
	MAGIC(0, "PK\x03\x04", KIND_ZIP, "zip", true),
	MAGIC(0, "PK\x05\x06", KIND_ZIP, "zip", false),
	MAGIC(0, "PK\x07\x08PK\x03\x04", KIND_ZIP, "zip", true),
	MAGIC(0, "7z\xbc\xaf\x27\x1c", KIND_7ZIP, "7-Zip", true),
	MAGIC(ISO_MAGIC, "CD001", KIND_ISO, "ISO 9660", false),
	MAGIC(TAR_MAGIC, "ustar\0", KIND_TAR, "tar", true),
	MAGIC(TAR_MAGIC, "ustar  \0", KIND_TAR, "tar", true),
	MAGIC(0, "hsqs", KIND_UNREADABLE, "squashfs", false),
	MAGIC(0, "sqsh", KIND_UNREADABLE, "squashfs", false),
	MAGIC(0, "DWARFS\x02", KIND_UNREADABLE, "DwarFS", true),
	MAGIC(0, "Rar!\x1a\x07", KIND_UNREADABLE, "RAR", true),
	MAGIC(0, "MSCF\0\0\0\0", KIND_UNREADABLE, "cabinet", true),
};

static uint64_t le(const unsigned char *bytes, unsigned int n)
{
	uint64_t value = 0;

	while (n--)
		value = value << 8 | bytes[n];
	return value;
}

/* As its decoder judges it: a likely dictionary, and no or a possible length. */
static bool is_lzma(const unsigned char *s, size_t length)
{
	uint64_t dictionary, size;

	if (length < 13)
		return false;
	dictionary = le(s + 1, 4);
	size = le(s + 5, 8);
	while (dictionary && !(dictionary & 1))
		dictionary >>= 1;
	return (dictionary == 1 || dictionary == 3) &&
	       (size == UINT64_MAX || size < UINT64_C(1) << 38);
}

/* Where the magic is short, look at what has to follow it. */
static bool is_likely(const struct magic *magic, const unsigned char *s, size_t length)
{
	if (strcmp(magic->name, "gzip") == 0)
		return length > 9 && !(s[3] & 0xe0) && (s[9] <= 13 || s[9] == 255);
	if (strcmp(magic->name, "bzip2") == 0)
		return length > 9 && s[3] >= '1' && s[3] <= '9' &&
		       (memcmp(s + 4, "\x31\x41\x59\x26\x53\x59", 6) == 0 ||
			memcmp(s + 4, "\x17\x72\x45\x38\x50\x90", 6) == 0);
	if (strcmp(magic->name, "zstd") == 0)
		return length > 4 && !(s[4] & 0x08);
	if (strcmp(magic->name, "compress") == 0)
		return length > 2 && !(s[2] & 0x60) && (s[2] & 0x1f) >= 9 &&
		       (s[2] & 0x1f) <= 16;
	if (strcmp(magic->name, "lzma") == 0)
		return is_lzma(s, length);
	return true;
}

/* A tar of before 1988 has nothing but the checksum of its header. */
static bool is_old_tar(const unsigned char *s, size_t length)
{
	unsigned int sum = 0, said = 0, i, digits = 0;

	if (length < TAR_BLOCK || !s[0])
		return false;
	for (i = 0; i < TAR_BLOCK; i++)
		sum += i >= TAR_CHECKSUM && i < TAR_CHECKSUM + 8 ? ' ' : s[i];
	for (i = TAR_CHECKSUM; i < TAR_CHECKSUM + 8; i++) {
		if (s[i] >= '0' && s[i] <= '7') {
			said = said * 8 + s[i] - '0';
			digits++;
		} else if (digits || (s[i] && s[i] != ' ')) {
			break;
		}
	}
	return digits && said == sum;
}

enum package_kind package_kind_of(const void *head, size_t length, const char **ret_name)
{
	const unsigned char *s = head;
	size_t i;

	for (i = 0; i < sizeof(magics) / sizeof(magics[0]); i++) {
		const struct magic *magic = &magics[i];

		if (length < magic->offset + magic->length ||
		    memcmp(s + magic->offset, magic->bytes, magic->length) != 0 ||
		    !is_likely(magic, s, length))
			continue;
		*ret_name = magic->name;
		return magic->kind;
	}
	if (is_old_tar(s, length)) {
		*ret_name = "tar";
		return KIND_TAR;
	}
	*ret_name = NULL;
	return KIND_NONE;
}

bool package_kind_compressed(enum package_kind kind)
{
	return kind == KIND_COMPRESSED || kind == KIND_RPM;
}

bool package_kind_seeks(enum package_kind kind)
{
	return kind == KIND_ZIP || kind == KIND_7ZIP || kind == KIND_ISO;
}

bool package_is_elf(const void *head, size_t length)
{
	return length >= SELFMAG && memcmp(head, ELFMAG, SELFMAG) == 0;
}

bool package_is_script(const void *head, size_t length)
{
	return length >= 2 && memcmp(head, "#!", 2) == 0;
}

bool package_is_appimage(const void *head, size_t length)
{
	const unsigned char *s = head;

	return package_is_elf(head, length) && length > 10 && s[8] == 'A' && s[9] == 'I' &&
	       (s[10] == 1 || s[10] == 2);
}

/* Numbers in an ELF header, of either order. */
static uint64_t elf_number(const unsigned char *s, size_t offset, unsigned int n)
{
	uint64_t value = 0;
	unsigned int i;

	if (s[EI_DATA] != ELFDATA2MSB)
		return le(s + offset, n);
	for (i = 0; i < n; i++)
		value = value << 8 | s[offset + i];
	return value;
}

bool package_is_relocatable(const void *head, size_t length)
{
	return package_is_elf(head, length) && length >= EI_NIDENT + 2 &&
	       elf_number(head, EI_NIDENT, 2) == ET_REL;
}

static uint64_t end_of(uint64_t offset, uint64_t size)
{
	uint64_t end;

	return __builtin_add_overflow(offset, size, &end) ? 0 : end;
}

static uint64_t segment_end(const unsigned char *s, uint64_t at, bool wide)
{
	if (wide)
		return end_of(elf_number(s, at + offsetof(Elf64_Phdr, p_offset), 8),
			      elf_number(s, at + offsetof(Elf64_Phdr, p_filesz), 8));
	return end_of(elf_number(s, at + offsetof(Elf32_Phdr, p_offset), 4),
		      elf_number(s, at + offsetof(Elf32_Phdr, p_filesz), 4));
}

uint64_t package_elf_end(const void *head, size_t length)
{
	const unsigned char *s = head;
	uint64_t phoff, end, segment;
	unsigned int phentsize, phnum, i;
	bool wide;

	if (length < sizeof(Elf64_Ehdr))
		return 0;
	wide = s[EI_CLASS] == ELFCLASS64;
#define FIELD(field) (wide ? \
	elf_number(s, offsetof(Elf64_Ehdr, field), sizeof(((Elf64_Ehdr *)0)->field)) : \
	elf_number(s, offsetof(Elf32_Ehdr, field), sizeof(((Elf32_Ehdr *)0)->field)))
	end = end_of(FIELD(e_shoff), FIELD(e_shentsize) * FIELD(e_shnum));
	phoff = FIELD(e_phoff);
	phentsize = FIELD(e_phentsize);
	phnum = FIELD(e_phnum);
#undef FIELD
	if (phentsize < (wide ? sizeof(Elf64_Phdr) : sizeof(Elf32_Phdr)))
		return end;
	for (i = 0; i < phnum; i++, phoff += phentsize) {
		if (phoff > length || length - phoff < phentsize)
			break;
		segment = segment_end(s, phoff, wide);
		if (segment > end)
			end = segment;
	}
	return end;
}

enum package_kind package_find_appended(const void *data, size_t length,
					size_t *ret_offset, const char **ret_name)
{
	const size_t n = sizeof(magics) / sizeof(magics[0]);
	const unsigned char *s = data;
	bool first[256] = { false };
	size_t at, i;

	for (i = 0; i < n; i++) {
		if (magics[i].sharp)
			first[(unsigned char)magics[i].bytes[0]] = true;
	}
	for (at = 2; at < length; at++) {
		if (!first[s[at]])
			continue;
		for (i = 0; i < n; i++) {
			const struct magic *magic = &magics[i];
			size_t begin = at - magic->offset;

			if (!magic->sharp || at < magic->offset + 2 ||
			    length - at < magic->length ||
			    memcmp(s + at, magic->bytes, magic->length) != 0 ||
			    !is_likely(magic, s + begin, length - begin))
				continue;
			*ret_offset = begin;
			*ret_name = magic->name;
			return magic->kind;
		}
	}
	*ret_name = NULL;
	return KIND_NONE;
}
