/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pages in all ways: by address, by number, held twice, mapped for a while, in
 * a row by vmap(), by bytes; every sum is one that anybody can work out. With
 * wrong= it does one thing that it may not, by number: see wrongs[].
 */

#include <linux/highmem.h>
#include <linux/io.h>
#include <linux/module.h>
#include <linux/set_memory.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#define NR_PAGES 9

static unsigned int wrong;
module_param(wrong, uint, 0444);
MODULE_PARM_DESC(wrong, "what to do wrong, 1 to 11");

static struct page *pages[NR_PAGES];

/* One page of highmem, if there is any, by kmap(). */
static void by_kmap(void)
{
	struct page *page = alloc_page(GFP_HIGHUSER | __GFP_ZERO);
	u32 *at = kmap(page);

	at[5] = 55;
	get_page(page);
	pr_info("page_user: held by %d, %u at %p\n", page_count(page), at[5],
		at);
	kunmap(page);
	put_page(page);
	pr_info("page_user: held by %d, same page %d\n", page_count(page),
		pfn_to_page(page_to_pfn(page)) == page);
	put_page(page);
}

/* Some low, some high; one address space for all, and it is read-only then. */
static void in_a_row(void)
{
	u32 *row, sum = 0;

	for (u32 i = 0; i < NR_PAGES; i++)
		pages[i] = alloc_page(i & 1 ? GFP_KERNEL : GFP_HIGHUSER);
	row = vmap(pages, NR_PAGES, VM_MAP, PAGE_KERNEL);
	for (u32 i = 0; i < NR_PAGES * 1024; i++)
		row[i] = i;
	for (u32 i = 0; i < NR_PAGES; i++) {
		u32 *at = kmap_local_page(pages[i]);

		sum += at[0] / 1024 + (at[1023] == i * 1024 + 1023);
		kunmap_local(at);
	}
	pr_info("page_user: a row of %d, sum %u\n", NR_PAGES, sum);
	vunmap(row);
	row = vmap(pages, NR_PAGES, VM_MAP, PAGE_KERNEL_RO);
	pr_info("page_user: read-only %u\n", row[NR_PAGES * 1024 - 1]);
	if (wrong == 1)
		row[0] = 1;
	vunmap(row);
	if (wrong == 2)
		vunmap(row);
	for (u32 i = 0; i < NR_PAGES; i++)
		__free_page(pages[i]);
}

static void by_bytes(void)
{
	u8 *exact = alloc_pages_exact(20000, GFP_KERNEL);
	u8 *either = kvcalloc(300, 10000, GFP_KERNEL);
	char *copy = kstrdup("copied", GFP_KERNEL);
	u32 *area = vmalloc_user(8192);

	exact[19999] = 7;
	either[2999999] = 8;
	area[2047] = 9;
	pr_info("page_user: %u %u %u %s, %d\n", exact[19999],
		either[2999999] + either[0], area[2047], copy,
		phys_to_virt(virt_to_phys(exact)) == exact);
	pr_info("page_user: set_memory %d %d %d\n",
		set_memory_ro((unsigned long)area, 2),
		set_memory_rw((unsigned long)area, 2),
		set_memory_ro((unsigned long)exact, 1));
	free_pages_exact(exact, 20000);
	kvfree(either);
	kfree(copy);
	vfree(area);
}

static void unmap_twice(void)
{
	struct page *page = alloc_page(GFP_HIGHUSER);

	kmap(page);
	kunmap(page);
	kunmap(page);
}

static void unmap_in_order(void)
{
	void *first = kmap_local_page(alloc_page(GFP_HIGHUSER));

	kmap_local_page(alloc_page(GFP_HIGHUSER));
	kunmap_local(first);
}

static void put_twice(void)
{
	struct page *page = alloc_page(GFP_KERNEL);

	put_page(page);
	put_page(page);
}

static void hold_free(void)
{
	struct page *page = alloc_page(GFP_KERNEL);

	put_page(page);
	get_page(page);
}

static void sleep_in_atomic(void)
{
	kmap_atomic(alloc_page(GFP_HIGHUSER));
	kfree(kmalloc(10, GFP_KERNEL));
}

static void map_endlessly(void)
{
	for (;;)
		kmap_local_page(alloc_page(GFP_HIGHUSER));
}

static void unmap_too_often(void)
{
	kunmap_atomic((void *)0x80000000ul);
}

static void unknown_page(void)
{
	get_page((struct page *)0x12345678ul);
}

/* No oops: the kernel undoes it, and says so. */
static void leave_mapped(void)
{
	kmap_atomic(alloc_page(GFP_HIGHUSER));
}

static void (*const wrongs[])(void) = {
	[3] = unmap_twice,     [4] = unmap_in_order,  [5] = put_twice,
	[6] = hold_free,       [7] = sleep_in_atomic, [8] = map_endlessly,
	[9] = unmap_too_often, [10] = unknown_page,   [11] = leave_mapped,
};

static int __init page_user_init(void)
{
	if (wrong < 3) {
		by_kmap();
		in_a_row();
		by_bytes();
	} else if (wrong < ARRAY_SIZE(wrongs)) {
		wrongs[wrong]();
	}
	return 0;
}

static void __exit page_user_exit(void)
{
}

module_init(page_user_init);
module_exit(page_user_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Uses pages in all ways");
