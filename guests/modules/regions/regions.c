/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Takes ranges of physical addresses: one that is free, parts of it again, the
 * registers of a device without a driver and of one that has one. At the end
 * it gives all back, and one twice.
 */

#include <linux/errno.h>
#include <linux/ioport.h>
#include <linux/module.h>
#include <linux/printk.h>

#define FREE  0x30000000u
#define TIMER 0x10012000u /* vexpress-a9's second SP804 */
#define UART  0x10009000u

static int __init regions_init(void)
{
	const struct resource *r = request_mem_region(FREE, 0x2000, "free");

	if (!r)
		return -EBUSY;
	pr_info("%08x-%08x %s\n", r->start, r->end, r->name);
	pr_info("again %d inside %d across %d none %d\n",
		!!request_mem_region(FREE, 0x2000, "again"),
		!!request_mem_region(FREE + 0x1000, 0x100, "inside"),
		!!request_mem_region(FREE - 0x1000, 0x2000, "across"),
		!!request_mem_region(FREE + 0x4000, 0, "none"));
	pr_info("timer %d uart %d\n",
		!!request_mem_region(TIMER, 0x40, "timer"),
		!!request_mem_region(UART, 0x1000, "uart"));
	return 0;
}

static void __exit regions_exit(void)
{
	release_mem_region(FREE, 0x2000);
	release_mem_region(TIMER, 0x40);
	release_mem_region(FREE, 0x2000);
	/* the driver's, which isn't ours to give: the end of us */
	release_mem_region(UART, 0x1000);
	pr_info("not reached\n");
}

module_init(regions_init);
module_exit(regions_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Takes physical addresses");
