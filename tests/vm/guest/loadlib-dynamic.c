// SPDX-License-Identifier: GPL-2.0-only
/*
 * Load shared libraries while running. Has to be linked dynamically.
 *
 * loadlib-dynamic LIBRARY...
 *
 * One line for each: "loaded", or what the linker says. Exits 1 if one could not
 * be loaded.
 */
#include <dlfcn.h>
#include <stdio.h>

int main(int argc, char **argv)
{
	int i, bad = 0;

	for (i = 1; i < argc; i++) {
		if (dlopen(argv[i], RTLD_NOW)) {
			puts("loaded");
		} else {
			puts(dlerror());
			bad = 1;
		}
	}
	return bad;
}
