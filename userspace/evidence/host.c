// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which machine evidence is about.
 */
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "escape.h"
#include "event_body.h"
#include "host.h"

#define ID_LENGTH 32		/* hexadecimal digits of a machine-id */

static const char purpose[] = "debar asset id";

/* The first line of a file, without its end; NULL where there is none. */
static char *read_line(const char *path)
{
	FILE *stream = fopen(path, "re");
	char *line = NULL;
	size_t size = 0;
	ssize_t n;

	if (!stream)
		return NULL;
	n = getline(&line, &size, stream);
	fclose(stream);
	if (n < 0) {
		free(line);
		return NULL;
	}
	line[strcspn(line, "\n")] = '\0';
	return line;
}

static char *make_id(void)
{
	char *machine = read_line("/etc/machine-id"), *id = NULL;
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned int length = 0;

	if (machine && strlen(machine) == ID_LENGTH &&
	    HMAC(EVP_sha256(), machine, ID_LENGTH, (const unsigned char *)purpose,
		 strlen(purpose), digest, &length)) {
		id = malloc(ID_LENGTH + 1);
		if (id)
			escape_hex(digest, ID_LENGTH / 2, id);
	}
	free(machine);
	return id;
}

/* PRETTY_NAME of os-release(5), which is in quotes. */
static char *read_os(void)
{
	static const char key[] = "PRETTY_NAME=\"";
	FILE *stream = fopen("/etc/os-release", "re");
	char *line = NULL, *name = NULL;
	size_t size = 0;

	while (stream && !name && getline(&line, &size, stream) >= 0)
		if (strncmp(line, key, strlen(key)) == 0)
			name = strndup(line + strlen(key), strcspn(line + strlen(key), "\"\n"));
	if (stream)
		fclose(stream);
	free(line);
	return name;
}

void evidence_host_read(struct evidence_host *ret_host)
{
	struct utsname name;

	*ret_host = (struct evidence_host){ .id = make_id(), .os = read_os() };
	if (uname(&name) == 0) {
		ret_host->hostname = strdup(name.nodename);
		ret_host->kernel = strdup(name.release);
	}
}

void evidence_host_free(struct evidence_host *host)
{
	free(host->id);
	free(host->hostname);
	free(host->os);
	free(host->kernel);
	*host = (struct evidence_host){ 0 };
}

static int put(json_t *object, const char *key, const char *text)
{
	return text ? evidence_put_bytes(object, key, text) : 0;
}

int evidence_put_host(json_t *object, const struct evidence_host *host)
{
	int err = 0;

	err |= put(object, "machine_id", host->id);
	err |= put(object, "hostname", host->hostname);
	err |= put(object, "os", host->os);
	err |= put(object, "kernel", host->kernel);
	return err;
}
