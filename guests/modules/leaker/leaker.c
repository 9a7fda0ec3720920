/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Loses memory: of so many objects it forgets all but one, for kmemleak to
 * find them (kernel.kmemleak: on; /sys/kernel/debug/kmemleak).
 *
 *	insmod leaker.ko lose=3 areas=2
 */

#include <linux/module.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

static unsigned int lose = 1;
module_param(lose, uint, 0444);
MODULE_PARM_DESC(lose, "how many objects are lost");

static unsigned int areas;
module_param(areas, uint, 0444);
MODULE_PARM_DESC(areas, "how many areas of vmalloc's are lost");

static void *kept;
static void **table; /* what is in it is kept by it alone */

static int lose_areas(void)
{
	for (u32 i = 0; i < areas; i++)
		if (!vmalloc(10000))
			return -ENOMEM;
	table = vzalloc(3 * 4096);
	if (!table)
		return -ENOMEM;
	table[1500] = kmalloc(100, GFP_KERNEL);
	table[0] = vmalloc(5000);
	return 0;
}

static int __init leaker_init(void)
{
	if (lose_areas())
		return -ENOMEM;
	for (u32 i = 0; i < lose; i++)
		if (!kmalloc(100, GFP_KERNEL))
			return -ENOMEM;
	kept = kmalloc(100, GFP_KERNEL);
	return kept ? 0 : -ENOMEM;
}

static void __exit leaker_exit(void)
{
	kfree(kept);
	kfree(table[1500]);
	vfree(table[0]);
	vfree(table);
}

module_init(leaker_init);
module_exit(leaker_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Leaks memory");
