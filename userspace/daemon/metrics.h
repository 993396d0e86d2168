/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A text file for node_exporter's textfile collector.
 */
#ifndef DEBARD_METRICS_H
#define DEBARD_METRICS_H

#include <stdio.h>

#include "watch.h"

/**
 * metrics_write() - replace the file
 * @path: of the file; a temporary one beside it is renamed, so that none is read half
 * @watch: state
 *
 * Return: 0 or a negative errno; then the file is as it was.
 */
int metrics_write(const char *path, struct watch *watch);

/** metrics_print() - the same to a stream. Return: 0 or what the module gave. */
int metrics_print(FILE *stream, struct watch *watch);

/** metrics_label() - a label's value, quoted; bytes that are not UTF-8 become \xHH. */
void metrics_label(FILE *stream, const char *value);

#endif
