/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/block/blkdev.h"

/*
 * The board's disks, as the device tree has them (in place of a driver like
 * Linux's drivers/block/virtio_blk.c). They are named vda, vdb, … in that
 * order.
 *
 * MODEL: no registers and no interrupt line; the machine moves the bytes when
 * the request's time is over.
 */

#include <libfdt.h>
#include <stdio.h>

#include "kernel/arch/arm/setup.h"
#include "kernel/lib/printk.h"
#include "kernel/mm/slab.h"
#include "kernel/state.h"

static void add_disk(struct task_struct *curr, const void *fdt, int node)
{
	struct block_state *block = &curr->k->block;
	struct block_device *bdev = &block->bdev[block->nr_bdevs];
	uint64_t bytes;

	if (blkdev_alloc_bios(curr, bdev)) {
		printk(curr->k, "disk: no memory for requests");
		return;
	}
	snprintf(bdev->name, sizeof(bdev->name), "vd%c",
		 'a' + (int)block->nr_bdevs++);
	bdev->id = (int)of_u32(fdt, node, "mmuscope,number");
	bdev->nr_sectors = of_u32(fdt, node, "mmuscope,sectors");
	bdev->read_latency_ns = 1000ull *
				of_u32(fdt, node, "mmuscope,read-latency-us");
	bdev->write_latency_ns = 1000ull *
				 of_u32(fdt, node, "mmuscope,write-latency-us");
	bdev->bytes_per_sec = (uint64_t)of_u32(fdt, node, "mmuscope,mb-per-s")
			      << 20;
	bdev->swap = fdt_getprop(fdt, node, "mmuscope,swap", NULL);
	bdev->rotational = fdt_getprop(fdt, node, "mmuscope,rotational", NULL);
	blkdev_init(bdev);
	device_add_disk(curr, bdev, block->virtblk_major,
			(block->nr_bdevs - 1) * DISK_MINORS);
	bytes = (uint64_t)bdev->nr_sectors << SECTOR_SHIFT;
	printk(curr->k, "%s: %u 512-byte logical blocks (%llu MiB)", bdev->name,
	       bdev->nr_sectors, (unsigned long long)(bytes >> 20));
}

void disks_probe(struct task_struct *curr)
{
	struct block_state *block = &curr->k->block;
	const void *fdt = boot_fdt(curr->k);
	int node = -1, major;

	if (fdt_node_offset_by_compatible(fdt, -1, "mmuscope,disk") < 0)
		return;
	major = register_blkdev(curr, 0, "virtblk");
	if (major < 0)
		return;
	block->virtblk_major = (uint32_t)major;
	while ((node = fdt_node_offset_by_compatible(fdt, node,
						     "mmuscope,disk")) >= 0 &&
	       block->nr_bdevs < MAX_BLOCK_DEVICES)
		add_disk(curr, fdt, node);
}
