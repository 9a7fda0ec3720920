/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Gives back twice what it was given once.
 *
 *	insmod double_free.ko kind=pages
 *
 * kind: kmalloc, object (of a cache of its own), vmalloc, pages; middle: once,
 * but from its middle.
 */

#include <linux/mm.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

static char *kind = "kmalloc";
module_param(kind, charp, 0444);
MODULE_PARM_DESC(kind, "kmalloc, object, vmalloc, pages, middle");

static bool leave;
module_param(leave, bool, 0444);
MODULE_PARM_DESC(leave, "in exit, not in init");

static void *volatile kept; /* so that it isn't lost, too */

static noinline void twice(void)
{
	struct kmem_cache *cache;
	struct page *page;
	char *object;

	if (!strcmp(kind, "object")) {
		cache = kmem_cache_create("double_free", 100, 0, 0, NULL);
		object = kmem_cache_alloc(cache, GFP_KERNEL);
		kmem_cache_free(cache, object);
		kmem_cache_free(cache, object);
	} else if (!strcmp(kind, "vmalloc")) {
		object = vmalloc(5000);
		vfree(object);
		vfree(object);
	} else if (!strcmp(kind, "pages")) {
		page = alloc_pages(GFP_KERNEL, 1);
		__free_pages(page, 1);
		__free_pages(page, 1);
	} else {
		object = kmalloc(100, GFP_KERNEL);
		kept = object;
		if (!strcmp(kind, "middle"))
			object += 8;
		else
			kfree(object);
		kfree(object);
	}
	barrier();
}

static int __init double_free_init(void)
{
	if (!leave)
		twice();
	return 0;
}

static void __exit double_free_exit(void)
{
	if (leave)
		twice();
}

module_init(double_free_init);
module_exit(double_free_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Frees twice");
