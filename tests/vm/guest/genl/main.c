// SPDX-License-Identifier: GPL-2.0-only
/*
 * Speak the family "debar" by hand: any message, in any order, over any number
 * of sockets, without libnl and libdebar.
 *
 * genl STEP... (each a word of its own; "-" reads more of them from stdin, one
 * a line)
 *
 *	send COMMAND [flags=N] [ATTRIBUTE=VALUE]...
 *	dump COMMAND [ATTRIBUTE=VALUE]...
 *		COMMAND is a name as in uapi/debar.h (policy_begin) or a number;
 *		ATTRIBUTE is a name (sha256) or TYPE:NUMBER (u32:77, TYPE one of
 *		u32, u64, str, hex). VALUE is a number, a text, hexadecimal
 *		digits, or of a file: @FILE (its SHA-256 for sha256, its length
 *		for numbers, its bytes else), @FILE:OFFSET:BYTES; zero:BYTES;
 *		last, for upload: what the socket was told last.
 *	part COMMAND [ATTRIBUTE=VALUE]...
 *		a dump of which only the beginning is read, and nothing told
 *	upload FILE [N]		begin, chunks, commit; after N messages it stops as
 *				by SIGSTOP
 *	replace COUNT[/SERIAL] FILE...
 *				upload the files in turn, each time with the
 *				serial one higher, from that of the first FILE or
 *				SERIAL on; ends at the first refusal
 *	socket N		go on with another socket; opened when first used
 *	close			close this socket
 *	capless			give up CAP_MAC_ADMIN
 *	uid N			become this user
 *	euid N			the same, but on trial: euid 0 leads back
 *	join			the group "events"
 *	userns			become root of a new user namespace
 *	sleep MILLISECONDS
 *	wait			until killed
 *
 * Each message's answer is one line: the step, OK or the name of the errno, and
 * the attributes of the reply or the kernel's text. Exits 0 when every step
 * could be made, whatever the kernel said; 3 when replace was refused.
 */
#include <stdio.h>
#include <string.h>

#include "step.h"

int main(int argc, char **argv)
{
	static char line[65536];
	int i;

	for (i = 1; i < argc; i++) {
		if (strcmp(argv[i], "-") != 0) {
			step_run(argv[i]);
			continue;
		}
		while (fgets(line, sizeof(line), stdin)) {
			line[strcspn(line, "\n")] = '\0';
			if (line[0])
				step_run(line);
		}
	}
	return 0;
}
