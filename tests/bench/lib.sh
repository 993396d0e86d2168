# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# What run and profile have in common: the programs and policies that the guest measures with.
# shellcheck disable=SC2034

out=build/bench
warnings=(-std=gnu11 -Wall -Wextra -Werror -D_GNU_SOURCE)
includes=(-idirafter kmod -idirafter tests/vm/guest -idirafter tests/bench)
mkdir -p $out

# A library has a few functions that call each other, and 64 KiB of data.
library() {
	cat <<-END
		static const char data[65536] = { $1 };
		int part_$1(int i);
		int part_$1(int i) { return data[i & 65535]; }
		int whole_$1(int i);
		int whole_$1(int i) { return part_$1(i) + part_$1(i + 1); }
	END
}

# DIRECTORY N: a program that calls each of its N libraries.
dynamic_program() {
	local dir=$1 n=$2 i names=()
	mkdir -p "$dir"
	for ((i = 1; i <= n; i++)); do
		library $i | gcc -O2 -fPIC -shared -Wl,-soname,libpart$i.so -o "$dir/libpart$i.so" -x c -
		names+=("-lpart$i")
	done
	{
		for ((i = 1; i <= n; i++)); do echo "int whole_$i(int i);"; done
		echo 'int main(int argc, char **argv) { (void)argv; int sum = 0;'
		for ((i = 1; i <= n; i++)); do echo "sum += whole_$i(argc);"; done
		echo 'return sum == -1; }'
	} | gcc -O2 -o "$dir/run" -x c - -L"$dir" "${names[@]}" -Wl,-rpath,"\$ORIGIN"
}

# A tree that programs run in, with the C library, on a filesystem where digests may be cached.
guest_root() {
	local root=$out/root file
	rm -rf $root
	mkdir -p $root/{bin,etc,dev,proc,fresh,programs/{static,script}}
	cp "$(command -v dash)" $root/bin/sh
	echo 'int main(void) { return 0; }' | gcc -O2 -static -o $root/programs/static/run -x c -
	dynamic_program $root/programs/dynamic-3 3
	dynamic_program $root/programs/dynamic-30 30
	printf '#!/bin/sh\n# A script of no other size.\n:\n' >$root/programs/script/run
	chmod 755 $root/programs/script/run
	tests/vm/needed-libs $root/bin/sh $root/programs/dynamic-3/run | while read -r file; do
		case $file in */$out/*) continue ;; esac
		mkdir -p "$root$(dirname "$file")"
		cp -L "$file" "$root$file"
	done
	PATH=$PATH:/usr/sbin:/sbin ldconfig -r $root
	rm -f $out/disk
	PATH=$PATH:/usr/sbin:/sbin mke2fs -q -F -t ext4 -O ^has_journal -E lazy_itable_init=0 -N 8192 -d $root $out/disk 128M
}

# NAME FILE...: a policy that bans files of the same sizes, but others.
match_policy() {
	local file i=0
	echo "debar: 1"
	echo "policy: match"
	echo "serial: 1"
	echo 'authorities: [{id: BENCH-1, citation: "Benchmark"}]'
	echo 'vendors: [{name: Acme, products: [{name: Widget, action: deny, authority: BENCH-1, files: ['
	for file; do
		i=$((i + 1))
		printf '{sha256: %064d, size: %d},\n' $i "$(stat -c %s "$file")"
	done
	echo ']}]}]'
}

unsized_policy() {
	cat <<-END
		debar: 1
		policy: unsized
		serial: 1
		authorities: [{id: BENCH-1, citation: "Benchmark"}]
		vendors: [{name: Acme, products: [{name: Widget, action: deny, authority: BENCH-1, files: [
		{sha256: $(printf %064d 1)}]}]}]
	END
}

prepare() {
	local n
	gcc "${warnings[@]}" "${includes[@]}" -O2 -o $out/mkbans tests/bench/mkbans.c kmod/image.c
	gcc "${warnings[@]}" "${includes[@]}" -O2 -static -o $out/guest-bench tests/bench/guest/bench.c
	guest_root
	for n in 1k 100k 1m; do
		$out/mkbans $out/bans-$n.image bans-$n "$(sed 's/k/000/; s/m/000000/' <<<$n)" $out/root
	done
	match_policy $out/root/programs/*/run >$out/match.yaml
	unsized_policy >$out/unsized.yaml
}
