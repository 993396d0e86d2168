// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where events are from, and values for the forms of others.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "escape.h"
#include "event_output.h"

void event_host_read(struct event_host *ret_host)
{
	FILE *file = fopen("/etc/machine-id", "re");
	struct utsname names;

	memset(ret_host, 0, sizeof(*ret_host));
	if (file && !fgets(ret_host->id, sizeof(ret_host->id), file))
		ret_host->id[0] = '\0';
	ret_host->id[strcspn(ret_host->id, "\n")] = '\0';
	if (file)
		fclose(file);
	if (uname(&names))
		return;
	strcpy(ret_host->name, names.nodename);
	strcpy(ret_host->kernel, names.release);
}

/* Setting a member fails without memory only; then it is missing, and the rest stands. */
void event_put_text(json_t *object, const char *key, const char *text)
{
	bool exact;
	char *utf8;

	if (!*text)
		return;
	utf8 = escape_utf8(text, &exact);
	if (utf8)
		json_object_set_new(object, key, json_string(utf8));
	free(utf8);
}

void event_put_number(json_t *object, const char *key, uint64_t number)
{
	json_object_set_new(object, key, json_integer(number > INT64_MAX ? INT64_MAX : number));
}

void event_put_hex(json_t *object, const char *key, const uint8_t *sha256)
{
	char hex[2 * DEBAR_SHA256_SIZE + 1];

	escape_hex(sha256, DEBAR_SHA256_SIZE, hex);
	json_object_set_new(object, key, json_string(hex));
}

void event_put_id(json_t *object, const char *key, uint64_t number)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRIu64, number);
	json_object_set_new(object, key, json_string(text));
}
