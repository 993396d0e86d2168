/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Scripts that name their interpreter: #!
 */
#ifndef DEBAR_SCRIPT_H
#define DEBAR_SCRIPT_H

#define SCRIPT_CHAIN_MAX 5	/* interpreters in a chain, before the kernel says ELOOP */

/**
 * script_interpreter() - the interpreter as the kernel's script handler reads it
 * @fd: of a regular file; its position does not matter
 *
 * Return: allocated path; NULL if it names none, or without memory.
 */
char *script_interpreter(int fd);

#endif
