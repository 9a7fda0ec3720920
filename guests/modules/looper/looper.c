/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Never ends: the watchdog has to (kernel.watchdog_thresh), by an oops.
 *
 *	insmod looper.ko kind=masked
 *
 * kind: open, interrupts are taken meanwhile; masked, they aren't; calls, it
 * calls the kernel all the time.
 */

#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>

static char *kind = "open";
module_param(kind, charp, 0444);
MODULE_PARM_DESC(kind, "open, masked, calls");

static bool leave;
module_param(leave, bool, 0444);
MODULE_PARM_DESC(leave, "in exit, not in init");

static noinline void loop(void)
{
	if (!strcmp(kind, "masked"))
		__asm__ volatile("cpsid i" ::: "memory");
	if (!strcmp(kind, "calls"))
		for (;;)
			ksize(kind);
	for (;;)
		barrier();
}

static int __init looper_init(void)
{
	if (!leave)
		loop();
	return 0;
}

static void __exit looper_exit(void)
{
	if (leave)
		loop();
}

module_init(looper_init);
module_exit(looper_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Never ends");
