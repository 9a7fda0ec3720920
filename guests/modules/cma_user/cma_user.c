/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Takes coherent memory for a device that isn't there, in buffers of several
 * sizes, until the board's CMA area is full; programs' pages that lie there
 * have to move. Each buffer is checked: in a row, zeroed, seen at both its
 * addresses alike, and its own at the end.
 *
 *	mmuscope run --set memory.cma=32M … insmod cma_user.ko
 *
 * With twice=1 one is given back two times.
 */

#include <linux/dma-mapping.h>
#include <linux/highmem.h>
#include <linux/module.h>
#include <linux/vmalloc.h>

#define MOST 256

static unsigned int most = MOST;
module_param(most, uint, 0444);
MODULE_PARM_DESC(most, "buffers at most");

static bool twice;
module_param(twice, bool, 0444);
MODULE_PARM_DESC(twice, "free one two times");

static struct buffer {
	u32 *at;
	size_t size;
	dma_addr_t handle;
} buffers[MOST];
static u32 nr_buffers;

static size_t size_of(u32 n)
{
	static const size_t sizes[] = {4096, 100 << 10, 1 << 20, 12 << 10,
				       256 << 10};

	return sizes[n % ARRAY_SIZE(sizes)];
}

/* Its pages, one behind the other from where the device is told. */
static u32 pages_elsewhere(const struct buffer *b)
{
	u32 wrong = 0;

	for (size_t i = 0; i < b->size; i += PAGE_SIZE)
		wrong += page_to_pfn(vmalloc_to_page((u8 *)b->at + i)) !=
			 (b->handle + i) >> PAGE_SHIFT;
	return wrong;
}

static u32 words_not(const struct buffer *b, u32 seed, u32 step)
{
	u32 wrong = 0;

	for (size_t i = 0; i < b->size / 4; i++)
		wrong += b->at[i] != seed + step * i;
	return wrong;
}

static void fill(const struct buffer *b, u32 seed)
{
	for (size_t i = 0; i < b->size / 4; i++)
		b->at[i] = seed + i;
}

static int __init cma_user_init(void)
{
	u32 wrong = 0, elsewhere = 0, kilobytes = 0, *other;

	for (; nr_buffers < most && nr_buffers < MOST; nr_buffers++) {
		struct buffer *b = &buffers[nr_buffers];

		b->size = size_of(nr_buffers);
		b->at = dma_alloc_coherent(NULL, b->size, &b->handle,
					   GFP_KERNEL | __GFP_NOWARN);
		if (!b->at)
			break;
		kilobytes += b->size >> 10;
		wrong += words_not(b, 0, 0);
		elsewhere += pages_elsewhere(b);
		fill(b, nr_buffers << 20);
	}
	if (!nr_buffers)
		return -ENOMEM;
	other = kmap_local_page(pfn_to_page(buffers[0].handle >> PAGE_SHIFT));
	pr_info("cma_user: %u buffers, %u kB, %u words not zero, %u pages not "
		"in a row, seen elsewhere %u\n",
		nr_buffers, kilobytes, wrong, elsewhere, other[77]);
	kunmap_local(other);
	return 0;
}

static void __exit cma_user_exit(void)
{
	u32 wrong = 0;

	for (u32 i = 0; i < nr_buffers; i++) {
		struct buffer *b = &buffers[i];

		wrong += words_not(b, i << 20, 1);
		dma_free_coherent(NULL, b->size, b->at, b->handle);
	}
	pr_info("cma_user: %u words wrong at the end\n", wrong);
	if (twice)
		dma_free_coherent(NULL, buffers[0].size, buffers[0].at,
				  buffers[0].handle);
}

module_init(cma_user_init);
module_exit(cma_user_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Takes contiguous memory");
