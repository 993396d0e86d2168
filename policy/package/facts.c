// SPDX-License-Identifier: GPL-2.0-only
/*
 * Name, version and vendor as a package gives them.
 */
#include <ctype.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "facts.h"

/* Keep @text unless there is something; blanks around it are not part of it. */
static void set(char **field, const char *text, size_t length)
{
	while (length && isspace((unsigned char)*text))
		text++, length--;
	while (length && isspace((unsigned char)text[length - 1]))
		length--;
	if (*field || !length || memchr(text, '\0', length))
		return;
	*field = strndup(text, length);
}

/* "Name <address>" without the address. */
static void set_person(char **field, const char *text, size_t length)
{
	const char *address = memchr(text, '<', length);

	set(field, text, address ? (size_t)(address - text) : length);
}

void facts_read_control(struct package_facts *facts, const char *data, size_t length)
{
	while (length) {
		const char *end = memchr(data, '\n', length);
		size_t n = end ? (size_t)(end - data) : length;
		const char *colon = memchr(data, ':', n);
		size_t key = colon ? (size_t)(colon - data) : 0;

		if (key == 7 && strncasecmp(data, "Package", key) == 0)
			set(&facts->name, colon + 1, n - key - 1);
		else if (key == 7 && strncasecmp(data, "Version", key) == 0)
			set(&facts->version, colon + 1, n - key - 1);
		else if (key == 10 && strncasecmp(data, "Maintainer", key) == 0)
			set_person(&facts->vendor, colon + 1, n - key - 1);
		n += end ? 1 : 0;
		data += n;
		length -= n;
	}
}

void facts_read_json(struct package_facts *facts, const char *data, size_t length)
{
	json_t *root = json_loadb(data, length, 0, NULL);
	json_t *author = json_object_get(root, "author");
	const char *text;

	text = json_string_value(json_object_get(root, "name"));
	if (text)
		set(&facts->name, text, strlen(text));
	text = json_string_value(json_object_get(root, "version"));
	if (text)
		set(&facts->version, text, strlen(text));
	text = json_string_value(json_is_object(author) ? json_object_get(author, "name") :
			 author);
	if (text)
		set_person(&facts->vendor, text, strlen(text));
	json_decref(root);
}

/* An rpm is a lead of 96 bytes and two headers; the second holds what we want. */
#define RPM_LEAD	96
#define RPM_INTRO	16	/* bytes before a header's index */
#define RPM_INDEX	16	/* bytes of an entry in it */
#define RPM_TYPE_STRING	6

enum rpm_tag {
	RPM_NAME = 1000,
	RPM_VERSION = 1001,
	RPM_RELEASE = 1002,
	RPM_VENDOR = 1011,
};

static uint32_t be32(const unsigned char *s)
{
	return (uint32_t)s[0] << 24 | s[1] << 16 | s[2] << 8 | s[3];
}

/* Text of @tag in the header at @at; NULL: it has none, or not in these bytes. */
static const char *rpm_text(const unsigned char *s, size_t length, size_t at, uint32_t tag)
{
	uint64_t n = be32(s + at + 8), store = at + RPM_INTRO + n * RPM_INDEX, begin, i;

	for (i = 0; i < n; i++) {
		const unsigned char *entry = s + at + RPM_INTRO + i * RPM_INDEX;

		if (at + RPM_INTRO + (i + 1) * RPM_INDEX > length)
			return NULL;
		if (be32(entry) != tag || be32(entry + 4) != RPM_TYPE_STRING)
			continue;
		begin = store + be32(entry + 8);
		if (begin >= length || !memchr(s + begin, '\0', length - begin))
			return NULL;
		return (const char *)s + begin;
	}
	return NULL;
}

static bool is_rpm_header(const unsigned char *s, size_t length, size_t at)
{
	return length >= RPM_INTRO && at <= length - RPM_INTRO &&
	       memcmp(s + at, "\x8e\xad\xe8\x01", 4) == 0;
}

void facts_read_rpm(struct package_facts *facts, const void *data, size_t length)
{
	const unsigned char *s = data;
	const char *name, *version, *release, *vendor;
	uint64_t at = RPM_LEAD;
	char *both;

	if (!is_rpm_header(s, length, at))
		return;
	/* The signature's header, which is padded to 8 bytes. */
	at += RPM_INTRO + (uint64_t)be32(s + at + 8) * RPM_INDEX + be32(s + at + 12);
	at = (at + 7) & ~UINT64_C(7);
	if (!is_rpm_header(s, length, at))
		return;
	name = rpm_text(s, length, at, RPM_NAME);
	version = rpm_text(s, length, at, RPM_VERSION);
	release = rpm_text(s, length, at, RPM_RELEASE);
	vendor = rpm_text(s, length, at, RPM_VENDOR);
	if (name)
		set(&facts->name, name, strlen(name));
	if (vendor)
		set(&facts->vendor, vendor, strlen(vendor));
	if (version && release && asprintf(&both, "%s-%s", version, release) >= 0) {
		set(&facts->version, both, strlen(both));
		free(both);
	}
}

/* Where a file's name ends in something that says only what kind it is. */
static size_t without_suffix(const char *name)
{
	static const char *const suffixes[] = {
		".gz", ".bz2", ".xz", ".zst", ".lz", ".lz4", ".lzma", ".Z", ".tar", ".tgz",
		".txz", ".tbz2", ".zip", ".deb", ".rpm", ".run", ".sh", ".AppImage", ".iso",
		".7z", ".jar", ".whl", ".vsix", ".cpio",
	};
	size_t length = strlen(name), i, n;

	for (i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
		n = strlen(suffixes[i]);
		if (length > n && strncasecmp(name + length - n, suffixes[i], n) == 0) {
			length -= n;
			i = -1;		/* "x.tar.gz" has two */
		}
	}
	return length;
}

/* "agent-1.2.3" is agent of version 1.2.3; an underscore separates too. */
void facts_guess(struct package_facts *facts, const char *name)
{
	size_t length = without_suffix(name), i;

	for (i = 1; i + 1 < length; i++) {
		if ((name[i] == '-' || name[i] == '_') &&
		    (isdigit((unsigned char)name[i + 1]) ||
		     (name[i + 1] == 'v' && isdigit((unsigned char)name[i + 2]))))
			break;
	}
	if (i + 1 >= length)
		i = length;
	set(&facts->name, name, i);
	if (i < length)
		set(&facts->version, name + i + 1, length - i - 1);
}

void facts_free(struct package_facts *facts)
{
	free(facts->name);
	free(facts->version);
	free(facts->vendor);
	*facts = (struct package_facts){ 0 };
}
