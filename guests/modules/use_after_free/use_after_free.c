/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads what it has given back. What was vmalloc's is at no address any more;
 * of kmalloc's it finds what is there by now, or the allocator's poison.
 *
 *	insmod use_after_free.ko kind=vmalloc
 */

#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

static char *kind = "kmalloc";
module_param(kind, charp, 0444);
MODULE_PARM_DESC(kind, "kmalloc, vmalloc");

static noinline unsigned int read_it(const volatile unsigned int *at)
{
	return *at;
}

static int __init use_after_free_init(void)
{
	unsigned int *at;

	if (!strcmp(kind, "vmalloc")) {
		at = vmalloc(5000);
		vfree(at);
	} else {
		at = kmalloc(128, GFP_KERNEL);
		memset(at, 0x42, 128);
		kfree(at);
	}
	pr_info("use_after_free: %08x\n", read_it(at + 16));
	return 0;
}

static void __exit use_after_free_exit(void)
{
}

module_init(use_after_free_init);
module_exit(use_after_free_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Reads what it has given back");
