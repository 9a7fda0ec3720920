/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Counts a word up in each page of lazy_area's area, in the process that loads
 * it, and refuses to stay (-EAGAIN), so that the next one can do the same.
 */

#include <linux/mm.h>
#include <linux/module.h>

extern u32 *lazy_area;
extern u32 lazy_area_size;

static int __init lazy_touch_init(void)
{
	const u32 words = PAGE_SIZE / sizeof(u32);
	u32 first = ++lazy_area[0], wrong = 0;

	for (u32 i = words; i < lazy_area_size / sizeof(u32); i += words)
		wrong += ++lazy_area[i] != first;
	pr_info("lazy_touch: %u times, %u pages wrong\n", first, wrong);
	return -EAGAIN;
}

module_init(lazy_touch_init);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Touches lazy_area's area");
