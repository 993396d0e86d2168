/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * /etc/debar/debard.conf: lines "key = value"; see debard(8).
 */
#ifndef DEBARD_CONFIG_H
#define DEBARD_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#define CONFIG_FILE "/etc/debar/debard.conf"

struct config {
	char *store;		/* path of the store */
	uint64_t days;		/* records that are older go; 0: none do */
	uint64_t max_bytes;	/* the oldest go beyond it; 0: any size */
	char *metrics;		/* path of the text file; NULL: none */
};

/**
 * config_read() - read a configuration
 * @path: of the file
 * @must_exist: else one that is missing leaves the defaults
 * @ret_config: set on success; free with config_free()
 *
 * Return: true; false if it cannot be read or is wrong, which was said with file and
 * line.
 */
bool config_read(const char *path, bool must_exist, struct config *ret_config);

void config_free(struct config *config);

#endif
