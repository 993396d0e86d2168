# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2154
# The disk with which tests/others runs other people's tests: a Debian, the kernel's selftests in /selftests, compiled,
# and the kernel's source in /src/linux. Sourced by tests/vm/kernels, never run.

# What is compiled, whole. What tests/others/TESTS names has to be in it.
others_selftests="exec capabilities clone3 fchmodat2 filesystems filesystems/overlayfs filesystems/statmount landlock
	memfd mincore mm mount mount_setattr move_mount_set_group openat2 pidfd prctl proc ptrace seccomp sigaltstack vDSO x86"
# In MiB: half of it is for what a test writes.
others_size=2560

others_packages() { sed -E '/^[[:space:]]*(#|$)/d' "$vm/OTHERS" | awk '{ print $1 }' | paste -sd,; }

# The source is of the version that the kernel 6.12 has.
find_others() {
	need_root bookworm
	release=bookworm
	built_source=$(built_version)
	[ -n "$built_source" ] || die 126 "what version kernel 6.12 has cannot be told"
	others_dir=$cache/others-$( (echo "$built_source" "$(others_packages)" "$others_selftests" $others_size
		declare -f compile_selftests strip_source make_others) | key)
}

# One that does not compile here is left out; whoever wants to run it says that it is missing.
compile_selftests() { # ROOT LOG
	# shellcheck disable=SC2016
	contained sh -c '
		set -e
		root=$1; shift
		mount -t proc proc "$root/proc"
		mount --rbind /dev "$root/dev"
		mount -t tmpfs tmpfs "$root/tmp"
		cd /
		env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/tmp LC_ALL=C chroot "$root" sh -ec "$@"' \
		compile "$1" '
		cd /src/linux
		make -s headers
		# khugepaged.c of 6.12 uses this and forgets the header that has it.
		make -s -k "-j$1" -C tools/testing/selftests TARGETS="$2" EXTRA_CFLAGS=-DKSFT_SKIP=4 \
			KHDR_INCLUDES="-isystem /src/linux/usr/include" all || true' \
		compile "$(nproc)" "$(xargs <<<"$others_selftests")" >"$2" 2>&1
}

# Of the source, what a kernel without devices is built from, and untouched: with O= make insists on that.
strip_source() { # TREE
	rm -rf "$1"/{.config,include/config,include/generated,arch/x86/include/generated,usr/include,tools/testing}
	find "$1/scripts" "$1/arch/x86" \( -name '*.o' -o -name '.*.cmd' \) -delete
	find "$1"/{samples,sound,arch/[!x]*,drivers/{gpu,net,media,infiniband,scsi,staging,iio}} -type f \
		! \( -name 'Kconfig*' -o -name 'Makefile*' -o -name 'Kbuild*' \) -delete
	rm -rf "$1"/tools/{perf,bpf,power,verification}
}

make_others() { # DIRECTORY
	local status=0 fs=$temp/fs tree line options=()

	[ "$(id -u)" = 0 ] || die 126 "the disk of tests/others has to be made, which only root can: run it as root once"
	for line in mmdebstrap mke2fs xz; do
		PATH=$PATH:/usr/sbin:/sbin command -v $line >/dev/null || die 126 "$line is missing: run tests/deps build"
	done
	say "making the disk of tests/others, once: a Debian, stress-ng, the kernel's source and selftests, about five minutes"
	for line in "${system_left_out[@]}"; do options+=(--dpkgopt="path-exclude=$line"); done
	mapfile -t -O "${#options[@]}" options < <(apt_options)
	mirror_lines bookworm >"$temp/sources"
	contained mmdebstrap --mode=root --variant=minbase --dpkgopt=force-unsafe-io "${options[@]}" \
		--include="$(others_packages)" bookworm "$fs" - <"$temp/sources" >"$temp/log" 2>&1 || status=$?
	[ $status = 0 ] || made_failed "the disk of tests/others" "$temp/log"
	rm -rf "${fs:?}"/var/cache/apt/* "$fs"/var/lib/apt/lists "$fs"/etc/apt/sources.list*

	mkdir -p "$fs/src" "$fs/files"
	fetch_source "$temp/source"
	tree=$fs/src/linux
	mv "$temp/source/tree" "$tree"
	rm -rf "$temp/source"
	say "compiling selftests of linux-source-6.12 $built_source"
	compile_selftests "$fs" "$temp/log" || { tail -n 20 "$temp/log" >&2; die 126 "the selftests could not be compiled"; }
	mv "$tree/tools/testing/selftests" "$fs/selftests"
	strip_source "$tree"

	echo debar >"$fs/etc/hostname"
	printf '%s\n' '127.0.0.1 localhost debar' '::1 localhost' >"$fs/etc/hosts"
	chroot "$fs" useradd -m -u 1000 -s /bin/sh user
	truncate -s "${others_size}M" "$temp/disk.ext4"
	contained env PATH="$PATH:/usr/sbin:/sbin" mke2fs -q -t ext4 -m 0 -L others -d "$fs" "$temp/disk.ext4"
	rm -rf --one-file-system "$fs"
	rm -f "$temp/sources" "$temp/log"
	echo "linux-source-6.12 $built_source" >"$temp/source"
	(cd "$temp" && sha256sum disk.ext4 source >sum)
	rm -rf --one-file-system "$1"
	mv "$temp" "$1"
	say "the disk of tests/others is ready: $(du -sm "$1" | cut -f1) MB"
}

need_others() {
	find_others
	if ! system_good "$others_dir"; then
		lock others
		if ! system_good "$others_dir"; then
			[ ! -e "$others_dir" ] || say "the disk of tests/others is damaged: it is made anew"
			make_others "$others_dir"
			prune 'others-*'
		fi
		unlock
	fi
	touch "$others_dir" 2>/dev/null || true
}
