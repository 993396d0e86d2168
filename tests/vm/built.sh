# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154
# The kernels that are built here, "debug" and "kcsan": from Debian's linux-source and the fragments in config/. Sourced
# by tests/vm/kernels, never run.

# The source is of the same version as the kernel 6.12 in the build root, whose compiler also builds the module.
built_version() {
	local fs
	fs=$(root_dir "$release")/fs
	dpkg-query --admindir="$fs/var/lib/dpkg" -W -f='${Version}\n' "linux-image-$(uname_of 6.12)"
}

# Sets built_dir and built_source.
find_built() { # NAME
	need_root "$release"
	built_source=$(built_version)
	[ -n "$built_source" ] || die 126 "what version kernel 6.12 has cannot be told"
	built_dir=$cache/$1-$( (echo "$built_source"; sed '/^# CONFIG_/!{/^#/d}' "$vm/config/base.config" "$vm/config/$1.config") | key)
}

built_good() { [ -f "$1/SHA256SUMS" ] && (cd "$1" && sha256sum --status -c SHA256SUMS 2>/dev/null); }

fetch_source() { # DIRECTORY: the source as Debian has it, patched
	local status=0
	mkdir -p "$1/package"
	say "fetching Debian's linux-source-6.12 $built_source: a download of about 150 MB"
	(cd "$1/package" && contained apt-get -qq -o APT::Sandbox::User=root \
		download "linux-source-6.12=$built_source" >/dev/null) ||
		die 126 "linux-source-6.12 $built_source cannot be downloaded: is the network there, and apt-get update" \
			"done? If the mirror has only a newer one, remove $(root_dir "$release") as well"
	# Documentation is 70 MB that nothing here reads, but for what Kconfig includes.
	# shellcheck disable=SC2016
	contained sh -c 'dpkg-deb --fsys-tarfile "$0"/package/*.deb | tar -xO --wildcards "./usr/src/*.tar.xz" |
		xz -dc -T0 | tar -x -C "$0" --one-top-level=tree --strip-components=1 --wildcards-match-slash \
		--exclude="*/Documentation/*/*"' "$1" || status=$?
	{ [ $status = 0 ] && [ -f "$1/tree/Makefile" ]; } || die 126 "linux-source-6.12 could not be unpacked"
	rm -rf "$1/package"
	touch "$1/unpacked"
}

configure() { # NAME TREE
	local fragments=("$vm/config/base.config" "$vm/config/$1.config")
	make -s -C "$2" tinyconfig
	(cd "$2" && scripts/kconfig/merge_config.sh -m .config "${fragments[@]}") >/dev/null
	make -s -C "$2" olddefconfig
	"$vm/config/check" "$2/.config" "${fragments[@]}" >&2 ||
		die 126 "kernel $1 would not be what tests/vm/config says"
}

# Says from time to time how far it is, until it is ended.
progress_pid=
progress() { # NAME LOG
	local began=$SECONDS
	while sleep 60; do
		say "kernel $1: $(grep -c '^  CC' "$2") files are compiled, $(((SECONDS - began) / 60)) minutes now"
	done
}
end_progress() {
	[ -n "$progress_pid" ] || return 0
	kill "$progress_pid" 2>/dev/null || true
	wait "$progress_pid" 2>/dev/null || true
	progress_pid=
}

compile() { # NAME TREE LOG
	local status=0
	progress "$1" "$3" 9>&- &
	progress_pid=$!
	contained nice make -C "$2" "-j$(nproc)" KBUILD_BUILD_USER=debar KBUILD_BUILD_HOST=debar \
		KBUILD_BUILD_TIMESTAMP=@1700000000 vmlinux modules >>"$3" 2>&1 || status=$?
	end_progress
	[ $status = 0 ] || { tail -n 20 "$3" >&2; die 126 "kernel $1 could not be compiled; above, the end of what make said"; }
}

# Of the tree only what a module is built with.
strip_tree() {
	rm -rf "$1"/{Documentation,LICENSES,drivers,fs,sound,net,samples,rust,tools/testing} "$1"/vmlinux*
	find "$1/arch" -mindepth 1 -maxdepth 1 -type d ! -name x86 -exec rm -rf {} +
	find "$1" -type f ! \( -name '*.h' -o -name 'Makefile*' -o -name 'Kbuild*' -o -name '*.lds' -o -path "$1/scripts/*" \
		-o -name Module.symvers -o -path "$1/tools/objtool/objtool" -o -path "$1/include/*" -o -name .config \) -delete
	find "$1" -mindepth 1 -type d -empty -delete
}

# Keeps what has been compiled when it is ended, and goes on from there.
make_built() { # NAME DIRECTORY
	local tool building=$cache/building-${2##*/} tree
	for tool in flex bison bc openssl xz; do
		command -v "$tool" >/dev/null || die 126 "$tool is missing: run tests/deps debug"
	done
	say "building kernel $1 from source, once: 25 minutes to an hour on two processors"
	prune 'building-*'
	mkdir -p "$building"
	touch "$building"
	tree=$building/tree
	[ -f "$building/unpacked" ] || { rm -rf "$tree"; fetch_source "$building"; }
	configure "$1" "$tree"
	compile "$1" "$tree" "$building/log"

	make -s -C "$tree" INSTALL_MOD_PATH="$temp/modules" modules_install >/dev/null
	rm -f "$temp"/modules/lib/modules/*/{build,source}
	cp "$tree/vmlinux" "$temp/vmlinux"
	cp "$tree/.config" "$temp/config"
	cp "$tree/include/config/kernel.release" "$temp/release"
	strip_tree "$tree"
	mv "$tree" "$temp/headers"
	(cd "$temp" && find . -type f -print0 | sort -z | xargs -0 sha256sum) >"$temp.sums"
	mv "$temp.sums" "$temp/SHA256SUMS"
	rm -rf --one-file-system "$2" "$building"
	mv "$temp" "$2"
	say "kernel $1 is built: $(cat "$2/release"), from linux-source-6.12 $built_source"
}

need_built() { # NAME
	find_built "$1"
	if ! built_good "$built_dir"; then
		lock built
		if ! built_good "$built_dir"; then
			[ ! -e "$built_dir" ] || say "kernel $1 is damaged: it is built anew"
			make_built "$1" "$built_dir"
			prune "$1-*"
		fi
		unlock
	fi
	touch "$built_dir" 2>/dev/null || true
}
