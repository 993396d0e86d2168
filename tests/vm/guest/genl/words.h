/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The words of a step and of what is answered: attributes, their values, commands.
 */
#ifndef GENL_WORDS_H
#define GENL_WORDS_H

#include <stddef.h>
#include <stdint.h>

/* The number of a command that is given by its name or number. */
unsigned int command_of(const char *word);
/* NULL: there is no such command. */
const char *command_name(unsigned int command);

/* Adds what ATTRIBUTE=VALUE says to the message that was started. Changes @word. */
void put_word(char *word);
/* Prints each attribute as " ATTRIBUTE=VALUE". */
void say_attributes(const void *from, size_t length);

/* All of a file, to be freed. */
uint8_t *read_file(const char *path, size_t *ret_length);

#endif
