#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What /sys says of a disk: how lsblk and its like find it.
ls /sys/block /sys/class/block /sys/dev/block
ls /sys/dev
cd /sys/block/vda/ || exit 1
for f in alignment_offset dev discard_alignment hidden inflight range \
	removable ro size uevent queue/hw_sector_size \
	queue/logical_block_size queue/minimum_io_size \
	queue/optimal_io_size queue/physical_block_size queue/rotational \
	queue/discard_granularity; do
	echo "$f: $(cat $f)"
done
wc -w <stat
ls holders slaves
basename "$(readlink subsystem)"
basename "$(readlink /sys/dev/block/"$(cat dev)")"
cat /sys/class/block/vda/size /sys/dev/block/254:0/size
echo x 2>/dev/null >size || echo "size: not to be written"
cat nothing 2>/dev/null || echo "nothing: not there"
