#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# How slub lays out caches that both kernels have, and what may be turned.
mount -t sysfs sysfs /sys 2>/dev/null
cd /sys/kernel/slab || exit 1
for cache in kmalloc-64 kmalloc-128 kmalloc-192 kmalloc-256 kmalloc-512 \
	kmalloc-1k kmalloc-2k kmalloc-4k kmalloc-8k kmalloc-rcl-192 \
	dma-kmalloc-64 dma-kmalloc-8k vm_area_struct anon_vma_chain \
	names_cache kmem_cache_node; do
	for file in aliases align cache_dma cpu_partial ctor destroy_by_rcu \
		hwcache_align min_partial object_size objs_per_slab order \
		poison reclaim_account red_zone sanity_checks slab_size \
		store_user trace usersize; do
		echo "$cache $file $(cat $cache/$file)"
	done
done
cd vm_area_struct || exit 1
ls -l | while read -r mode _ _ _ size _ _ _ name; do
	echo "$mode $size $name"
done
try() {
	if echo "$1" 2>/dev/null >"$2"; then
		echo "$2 takes $1: $(cat "$2")"
	else
		echo "$2 refuses $1"
	fi
}
try 7 min_partial
try -1 min_partial
try x min_partial
try '8 9' min_partial
try 0x10 min_partial
try 99 cpu_partial
try 1 shrink
try 0 shrink
try 1 validate
try 2 validate
echo "slab of 56: $(($(cat total_objects) - 56 * $(cat slabs)))"
