// SPDX-License-Identifier: GPL-2.0-only
/*
 * The program that tests ban: prints a word and exits as it is told. What is
 * appended to it changes its digest and nothing else.
 *
 * hello [WORD [STATUS]]
 */
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
	puts(argc > 1 ? argv[1] : "hello");
	return argc > 2 ? atoi(argv[2]) : 0;
}
