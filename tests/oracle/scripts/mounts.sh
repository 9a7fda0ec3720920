#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# File systems mounted, with options, flags and limits.
# Each case: its text, what it prints, its status.
t() {
	echo "+ $1"
	sh -c "$1" 2>&1
	echo "= $?"
}

mkdir -p /tmp/mounts && cd /tmp/mounts || exit 1
t 'for o in size=-1 size=1x mode=9 mode=17777 uid=x uid=-1 nr_inodes=-1 huge=always huge=never mpol=bind:0 inode64 inode32 ro,size=3 size= size nr_blocks=1k,size=4k context=x uid=5,gid=6,mode=1770 nr_inodes=0 size=0 noatime nodiratime,sync nosuid,nodev,noexec strictatime bogus; do mount -t tmpfs -o $o t /mnt; echo "$o $?"; tail -1 /proc/mounts; umount /mnt 2>/dev/null; done'
t 'mount -t tmpfs "a b" /mnt; tail -1 /proc/mounts; tail -1 /proc/self/mountinfo | cut -d" " -f4-; tail -1 /proc/self/mountstats; umount /mnt; mount -t ramfs -o mode=700,foo r /mnt; tail -1 /proc/mounts; umount /mnt; mount -t sysfs -o bogus p /mnt; mount -t pipefs x /mnt; mount -t rootfs x /mnt; mount -t nofs x /mnt; mount --move /tmp/mounts /mnt; mkdir a b; mount -t tmpfs m a; touch a/f; mount --move a b; ls a b; mount --move b b/..; umount b; mount -o remount,ro /tmp/mounts; umount /tmp/mounts; umount -l /tmp/mounts; rm -r a b' 
t 'mount -t tmpfs -o size=100k,nr_inodes=4 x /mnt; cd /mnt; yes | dd bs=4k count=30 of=f 2>&1 | head -3; ls -l f | wc -l; df /mnt; rm f; df /mnt; truncate -s 1M h; ls -s; echo x >> h; dd if=/dev/zero of=b bs=1k count=200 2>&1 | head -3; ls -s; ln h h2; ln h h3; ln -s a s; rm *; df -i /mnt; cd /; umount /mnt' 
cd /; rm -rf /tmp/mounts
