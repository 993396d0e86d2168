# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154
# The disk of a whole Debian, which tests/vm/run --system boots. Sourced by tests/vm/kernels, never run.

# What is big and never looked at; manual pages stay, for recipes are taken out of ours.
system_left_out=('/usr/share/doc/*' '/usr/share/man/*' '/usr/share/locale/*' '/usr/share/info/*')
# In MiB: what is not taken, most of it, is for what a case writes.
system_size=2048

system_packages() { sed -E '/^[[:space:]]*(#|$)/d' "$vm/SYSTEM" | awk '{ print $1 }'; }

system_dir() { # RELEASE
	echo "$cache/system-$1-$(sha256sum "$vm/SYSTEM" "$vm/system.sh" | cut -d' ' -f1 | key)"
}

system_good() { [ -f "$1/sum" ] && (cd "$1" && sha256sum --status -c sum 2>/dev/null); }

# What no test wants: a login prompt on the kernel's console, network that is not there, work at odd hours, and a
# shell that waits for somebody where the system cannot come up.
make_system_quiet() { # ROOT
	local unit
	mkdir -p "$1/etc/systemd/system"
	for unit in getty@tty1.service serial-getty@ttyS0.service getty-static.service systemd-networkd-wait-online.service \
		apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer e2scrub_reap.service \
		fstrim.timer systemd-resolved.service systemd-timesyncd.service man-db.timer logrotate.timer rescue.service; do
		ln -sfn /dev/null "$1/etc/systemd/system/$unit"
	done
	cat >"$1/etc/systemd/system/emergency.service" <<-'UNIT'
		[Unit]
		DefaultDependencies=no
		[Service]
		Type=oneshot
		StandardOutput=file:/dev/kmsg
		StandardError=file:/dev/kmsg
		ExecStart=/bin/sh -c 'echo "vm: the system does not come up:"; systemctl --failed --no-legend; journalctl -b -p err -n 20'
		ExecStart=systemctl reboot --force --force
	UNIT
	# Services of the cases' own, started by them.
	for unit in auditd rsyslog systemd-journal-upload systemd-journal-remote.socket; do
		rm -f "$1"/etc/systemd/system/*.wants/"$unit" "$1"/etc/systemd/system/*.wants/"$unit.service"
	done
}

make_system() { # RELEASE DIR
	local status=0 fs=$temp/fs pattern line options=()

	[ "$(id -u)" = 0 ] || die 126 "the disk of Debian $1 has to be made, which only root can: run it as root once"
	for line in mmdebstrap mke2fs; do
		PATH=$PATH:/usr/sbin:/sbin command -v $line >/dev/null || die 126 "$line is missing: run tests/deps build"
	done
	say "making the disk of Debian $1: systemd, auditd, rsyslog and tracers, about two minutes"

	for pattern in "${system_left_out[@]}"; do options+=(--dpkgopt="path-exclude=$pattern"); done
	mapfile -t -O "${#options[@]}" options < <(apt_options)
	mirror_lines "$1" >"$temp/sources"
	INITRD=No contained mmdebstrap --mode=root --variant=minbase --dpkgopt=force-unsafe-io "${options[@]}" \
		--include="$(system_packages | paste -sd,)" \
		"$1" "$fs" - <"$temp/sources" >"$temp/log" 2>&1 || status=$?
	[ $status = 0 ] || made_failed "the disk of Debian $1" "$temp/log"

	rm -rf "${fs:?}"/var/cache/apt/* "$fs"/var/lib/apt/lists "$fs"/etc/apt/sources.list*
	make_system_quiet "$fs"
	echo debar >"$fs/etc/hostname"
	printf '%s\n' '127.0.0.1 localhost debar' '::1 localhost' >"$fs/etc/hosts"
	echo '/dev/disk/by-id/virtio-system / ext4 defaults 0 0' >"$fs/etc/fstab"
	# Always the same one, so that nothing has to be made at the first boot.
	echo 0123456789abcdef0123456789abcdef >"$fs/etc/machine-id"
	chroot "$fs" useradd -m -u 1000 -s /bin/sh user
	mkdir -p "$fs"/usr/lib/modules "$fs/cases" "$fs/files"

	truncate -s "${system_size}M" "$temp/disk.ext4"
	contained env PATH="$PATH:/usr/sbin:/sbin" mke2fs -q -t ext4 -m 0 -L system -d "$fs" "$temp/disk.ext4"
	rm -rf --one-file-system "$fs"
	rm -f "$temp/sources" "$temp/log"
	(cd "$temp" && sha256sum disk.ext4 >sum)
	rm -rf --one-file-system "$2"
	mv "$temp" "$2"
	say "the disk of Debian $1 is ready: $(du -sm "$2" | cut -f1) MB"
}

need_system() { # RELEASE
	local dir
	dir=$(system_dir "$1")
	if ! system_good "$dir"; then
		lock
		if ! system_good "$dir"; then
			[ ! -e "$dir" ] || say "the disk of Debian $1 is damaged: it is made anew"
			make_system "$1" "$dir"
			prune "system-$1-*"
		fi
		unlock
	fi
	touch "$dir" 2>/dev/null || true
}
