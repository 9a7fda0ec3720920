/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Takes an area of vmalloc's that spans several first-level entries, and
 * exports where it is, for lazy_touch.
 *
 *	insmod lazy_area.ko megabytes=6
 */

#include <linux/mm.h>
#include <linux/module.h>
#include <linux/vmalloc.h>

static unsigned int megabytes = 6;
module_param(megabytes, uint, 0444);
MODULE_PARM_DESC(megabytes, "how large the area is");

u32 *lazy_area;
EXPORT_SYMBOL(lazy_area);
u32 lazy_area_size;
EXPORT_SYMBOL(lazy_area_size);

static int __init lazy_area_init(void)
{
	lazy_area_size = megabytes << 20;
	lazy_area = vzalloc(lazy_area_size);
	if (!lazy_area)
		return -ENOMEM;
	pr_info("lazy_area: %px to %px\n", lazy_area,
		(u8 *)lazy_area + lazy_area_size);
	return 0;
}

static void __exit lazy_area_exit(void)
{
	vfree(lazy_area);
}

module_init(lazy_area_init);
module_exit(lazy_area_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("An area that other processes come to know later");
