/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A verb's options and arguments. --help and --json belong to every verb and
 * are handled here.
 */
#ifndef DEBAR_OPTIONS_H
#define DEBAR_OPTIONS_H

#include <getopt.h>

#include "verbs.h"

/**
 * options_next() - the next option of a verb
 * @cli: context; call until it returns 0 or less
 *
 * Return: the letter of a row of the verb's table, its argument in optarg; 0
 * when only arguments are left; -1 when the verb is to return cli->status,
 * because help was asked for or an option is wrong (which has been reported).
 */
int options_next(struct cli *cli);

/**
 * options_arguments() - the arguments after the options
 * @cli: context, after options_next() returned 0
 * @min: fewest that are right
 * @max: most
 * @ret_arguments: set to them, NULL after the last
 *
 * Return: true; false if it is the wrong number (reported, in cli->status).
 */
bool options_arguments(struct cli *cli, int min, int max, char ***ret_arguments);

/** options_none() - for a verb that takes neither. Return: go on? */
bool options_none(struct cli *cli);

/** options_help() - how a verb is used, to @stream. */
void options_help(const struct verb *verb, const char *title, FILE *stream);

#endif
