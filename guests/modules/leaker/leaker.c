/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Loses memory: of so many objects it forgets all but one, for kmemleak to
 * find them (kernel.kmemleak: on; /sys/kernel/debug/kmemleak).
 *
 *	insmod leaker.ko lose=3
 */

#include <linux/module.h>
#include <linux/slab.h>

static unsigned int lose = 1;
module_param(lose, uint, 0444);
MODULE_PARM_DESC(lose, "how many objects are lost");

static void *kept;

static int __init leaker_init(void)
{
	for (u32 i = 0; i < lose; i++)
		if (!kmalloc(100, GFP_KERNEL))
			return -ENOMEM;
	kept = kmalloc(100, GFP_KERNEL);
	return kept ? 0 : -ENOMEM;
}

static void __exit leaker_exit(void)
{
	kfree(kept);
}

module_init(leaker_init);
module_exit(leaker_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Leaks memory");
