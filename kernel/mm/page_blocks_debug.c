/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/init.h"

/*
 * Blocks of pages by hand: /sys/kernel/debug/page_blocks, which Linux hasn't.
 * A number written to `alloc` asks for so many blocks of 2^order pages, as a
 * driver would; `tried` and `had` say what came of it, a number written to
 * `free` gives so many back. With `wait` the requests may reclaim and compact
 * on their own time, and try hard (GFP_KERNEL | __GFP_RETRY_MAYFAIL); without
 * they take what is there (GFP_NOWAIT).
 */

#include <errno.h>

#include "kernel/arm_sizes.h"
#include "kernel/fs/debugfs.h"
#include "kernel/mm/page_alloc.h"
#include "kernel/mm/slab.h"
#include "kernel/state.h"

struct page_blocks {
	uint32_t order, tried, had, held;
	bool wait;
	struct list_head blocks; /* first pages, by page->lru */
};

static int alloc_set(struct task_struct *curr, void *data, uint64_t nr)
{
	struct page_blocks *b = data;
	const gfp_t gfp = __GFP_NOWARN |
			  (b->wait ? GFP_KERNEL | __GFP_RETRY_MAYFAIL
				   : GFP_NOWAIT);

	if (b->order >= MAX_ORDER)
		return -EINVAL;
	b->tried = b->had = 0;
	for (; b->tried < nr; b->tried++) {
		struct page *page = alloc_pages(curr, gfp | __GFP_COMP,
						b->order);

		if (!page)
			continue;
		list_add(&page->lru, &b->blocks);
		b->had++;
		b->held++;
	}
	return 0;
}

DEFINE_DEBUGFS_ATTRIBUTE(alloc_fops, NULL, alloc_set, "%llu\n");

static int free_set(struct task_struct *curr, void *data, uint64_t nr)
{
	struct page_blocks *b = data;

	for (; nr && b->held; nr--, b->held--) {
		struct page *page = list_first_entry(&b->blocks, struct page,
						     lru);

		list_del(&page->lru);
		put_page(curr, page);
	}
	return 0;
}

DEFINE_DEBUGFS_ATTRIBUTE(free_fops, NULL, free_set, "%llu\n");

void page_blocks_debug_init(struct task_struct *curr)
{
	struct page_blocks *b = kzalloc_obj(curr, ARM_SIZEOF_PAGE_BLOCKS,
					    sizeof(*b), GFP_KERNEL);
	struct dentry *dir;

	if (!b)
		return;
	curr->k->mem.page_blocks = b;
	b->order = pageblock_order;
	b->wait = true;
	INIT_LIST_HEAD(&b->blocks);
	dir = debugfs_create_dir(curr, "page_blocks", NULL);
	debugfs_create_u32(curr, "order", 0644, dir, &b->order);
	debugfs_create_bool(curr, "wait", 0644, dir, &b->wait);
	debugfs_create_u32(curr, "tried", 0444, dir, &b->tried);
	debugfs_create_u32(curr, "had", 0444, dir, &b->had);
	debugfs_create_u32(curr, "held", 0444, dir, &b->held);
	debugfs_create_file(curr, "alloc", 0200, dir, b, &alloc_fops);
	debugfs_create_file(curr, "free", 0200, dir, b, &free_fops);
}
