// SPDX-License-Identifier: GPL-2.0-only
/*
 * Wait until the reader of our standard output, a pipe, has taken all that is in it, and is waiting for more.
 *
 * printed PID
 *
 * PID is the reader. Exits 0, or 1 where standard output is no pipe or there is no such process.
 */
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* The state of a process: S when it sleeps; 0 where there is none. */
static char state_of(const char *pid)
{
	char path[64], state = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%s/stat", pid);
	file = fopen(path, "r");
	if (!file)
		return 0;
	if (fscanf(file, "%*d (%*[^)]) %c", &state) != 1)
		state = 0;
	fclose(file);
	return state;
}

int main(int argc, char **argv)
{
	for (;;) {
		int bytes;
		char state;

		if (argc != 2 || ioctl(STDOUT_FILENO, FIONREAD, &bytes))
			return 1;
		state = state_of(argv[1]);
		if (!state)
			return 1;
		if (!bytes && state == 'S')
			return 0;
		usleep(10000);
	}
}
