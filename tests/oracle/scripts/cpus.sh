#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# How programs count the cores, and learn which is a neighbour of which.
mount -t sysfs sysfs /sys 2>/dev/null
cd /sys/devices/system/cpu || exit 1
for file in isolated nohz_full offline online possible present \
	cpu0/cpu_capacity cpu0/topology/*; do
	echo "$file $(ls -l $file | cut -c1-10) $(cat $file)"
done
