/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Files that arguments name: opened without being caught by a FIFO or a device,
 * and hashed with progress on the terminal.
 */
#ifndef DEBAR_FILES_H
#define DEBAR_FILES_H

#include <sys/stat.h>

#include "verbs.h"

/**
 * file_open() - open a regular file for reading
 * @cli: context
 * @path: its name
 * @ret_fd: set on success
 * @ret_stat: set on success
 *
 * Return: status; what is wrong has been reported.
 */
enum status file_open(struct cli *cli, const char *path, int *ret_fd,
		      struct stat *ret_stat);

/**
 * file_read() - a whole regular file into memory
 * @cli: context
 * @fd: from file_open()
 * @path: its name, for the report
 * @max: more bytes than this are an error
 * @ret_data: on success, aligned for any type; free with free()
 * @ret_length: on success
 *
 * Return: status.
 */
enum status file_read(struct cli *cli, int fd, const char *path, size_t max,
		      void **ret_data, size_t *ret_length);

/**
 * file_hash() - SHA-256 and size of an open file
 * @cli: context
 * @fd: from file_open()
 * @stat: from file_open()
 * @path: its name, for reports
 * @ret_sha256: set on success, 32 bytes
 * @ret_size: set on success
 *
 * Return: status.
 */
enum status file_hash(struct cli *cli, int fd, const struct stat *stat,
		      const char *path, uint8_t *ret_sha256, uint64_t *ret_size);

/**
 * file_write() - make a file whole or not at all
 * @cli: context
 * @path: its name; one that exists is replaced
 * @data: content
 * @length: bytes at @data
 *
 * Return: status.
 */
enum status file_write(struct cli *cli, const char *path, const void *data,
		       size_t length);

#endif
