# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034
# What the scripts of tests/vm share. Sourced, never run.

vm=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
top=$(cd "$vm/../.." && pwd)
cache=${DEBAR_CACHE:-${HOME:-/root}/.cache/debar}
me=tests/vm/$(basename "$0")
export LC_ALL=C

say() { printf '%s: %s\n' "$me" "$*" >&2; }
die() { local status=$1; shift; say "$*"; exit "$status"; }

kernel_names() { sed -E '/^[[:space:]]*(#|$)/d' "$vm/KERNELS" | awk '{ print $1 }'; }

# Sets release, image and headers for one kernel of KERNELS. For one that is built from source, built is its name, and
# the rest is of the kernel whose source it is.
kernel_row() {
	built=
	case $1 in debug | kcsan) built=$1; set -- 6.12 ;; esac
	read -r _ release image headers < <(awk -v n="$1" '$1 == n' "$vm/KERNELS") ||
		die 2 "no kernel is called '$1': there are $(kernel_names | paste -sd' '), and from source debug and kcsan"
	: "$built" "$release" "$image" "$headers"
}

# Runs a command that must not outlive this script. In the background, because bash runs a trap only after
# a foreground command has ended; in a pid namespace, so that one kill ends everything the command started;
# in a mount namespace, so that its mounts go with it.
contained() {
	local status=0
	# Without the redirection bash may give it /dev/null, as to anything in the background.
	unshare --mount --pid --fork --kill-child --mount-proc -- "$@" <&0 &
	contained_pid=$!
	wait "$contained_pid" || status=$?
	contained_pid=
	return "$status"
}

end_contained() {
	[ -n "${contained_pid:-}" ] || return 0
	kill -KILL "$contained_pid" 2>/dev/null || true
	wait "$contained_pid" 2>/dev/null || true
	contained_pid=
}
