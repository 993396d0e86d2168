/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Lines of the kernel log about files.
 */
#ifndef DEBAR_LOG_H
#define DEBAR_LOG_H

#include <linux/types.h>

struct debar_event;
struct debar_suppressed;

/**
 * debar_log_escape() - make bytes harmless in a line and on a terminal
 * @to: receives the text, ended by NUL
 * @to_size: bytes at @to, at least 1
 * @from: any bytes
 * @length: how many
 *
 * Bytes that could end a quoted value, forge a line or steer a terminal become
 * \xHH. The tail is kept where there is not room for all.
 *
 * Return: @to.
 */
char *debar_log_escape(char *to, size_t to_size, const char *from, size_t length);

/**
 * debar_log_event() - write a line
 * @event: of a file
 * @path: its path from debar_log_escape()
 *
 * Context: any.
 */
void debar_log_event(const struct debar_event *event, const char *path);

/* How many lines were left out. */
void debar_log_suppressed(const struct debar_suppressed *suppressed);

#endif
