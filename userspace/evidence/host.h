/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which machine evidence is about.
 */
#ifndef DEBAR_EVIDENCE_HOST_H
#define DEBAR_EVIDENCE_HOST_H

#include <jansson.h>

/* NULL where it is not known. Free with evidence_host_free(). */
struct evidence_host {
	char *id, *hostname, *os, *kernel;
};

/**
 * evidence_host_read() - this machine
 *
 * The id is not the machine-id, which machine-id(5) asks to keep: it is the first half
 * of an HMAC-SHA256 with that as key, so that it is as distinct and tells nothing.
 */
void evidence_host_read(struct evidence_host *ret_host);

void evidence_host_free(struct evidence_host *host);

/** evidence_put_host() - members "machine_id", "hostname", "os", "kernel". Return: 0 or -1. */
int evidence_put_host(json_t *object, const struct evidence_host *host);

#endif
