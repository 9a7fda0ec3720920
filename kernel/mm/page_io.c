/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/swap_internal.h"

/*
 * Pages of the swap cache on their way to the disk and back (mm/page_io.c).
 *
 * Both ways only begin here; the end comes as an interrupt. A page on its way
 * out has PG_writeback and may be used meanwhile, but not freed; one on its
 * way in is locked, and PG_uptodate if all went well.
 *
 * A page that couldn't be written stays, dirty: nothing is lost but room. One
 * that couldn't be read isn't up to date, and who needs it gets SIGBUS.
 *
 * An area in a file goes around the file: its extents, made at swapon(), say
 * where on the disk the pages are. Invariant: the file keeps those blocks and
 * has no dirty pages, which would be written over what was swapped out.
 *
 * MODEL: pages that fallocate() alone has given to a file count as holes, as
 * where bmap() finds none; ext4 takes them.
 */

#include "kernel/block/blkdev.h"
#include "kernel/fs/dcache.h"
#include "kernel/fs/diskfs.h"
#include "kernel/lib/bug.h"
#include "kernel/lib/printk.h"
#include "kernel/mm/filemap.h"
#include "kernel/mm/page_flags.h"
#include "kernel/mm/slab.h"

/* ---- where a file's pages are ------------------------------------------------------------ */

/*
 * The file's pages in runs that lie in a row on the disk, too; into
 * si->extents once that is there. How many runs; 0: some page is nowhere.
 */
static uint32_t map_extents(const struct swap_info_struct *si)
{
	const struct inode *inode = si->swap_file->f_inode;
	uint32_t nr = 0, block, before = 0;

	for (pgoff_t index = 0; index < si->max; index++, before = block) {
		block = disk_block(inode, index);
		if (!block)
			return 0;
		nr += !nr || block != before + 1;
		if (!si->extents)
			continue;
		if (!si->extents[nr - 1].nr_pages++) {
			si->extents[nr - 1].start_page = index;
			si->extents[nr - 1].start_sector = block *
							   SECTORS_PER_PAGE;
		}
	}
	return nr;
}

static uint32_t span_of(const struct swap_info_struct *si)
{
	uint32_t low = UINT32_MAX, high = 0;

	for (pgoff_t index = 1; index < si->max; index++) {
		const uint32_t sector = swap_slot_sector(si, index);

		low = sector < low ? sector : low;
		high = sector > high ? sector : high;
	}
	return (high - low) / SECTORS_PER_PAGE + 1;
}

int generic_swapfile_activate(struct task_struct *curr,
			      struct swap_info_struct *si, uint32_t *span)
{
	struct address_space *mapping = si->swap_file->f_mapping;
	int error = filemap_write_and_wait_range(curr, mapping, 0, UINT32_MAX);
	uint32_t nr;

	if (error)
		return error;
	invalidate_mapping_pages(curr, mapping, 0, UINT32_MAX);
	nr = map_extents(si);
	if (!nr) {
		printk(curr->k, "swapon: swapfile has holes");
		return -EINVAL;
	}
	si->extents = kzalloc_obj(curr, nr * ARM_SIZEOF_SWAP_EXTENT,
				  nr * sizeof(*si->extents), GFP_KERNEL);
	if (!si->extents)
		return -ENOMEM;
	si->nr_extents = map_extents(si);
	*span = span_of(si);
	return 0;
}

/* Of a file that is an area: pages whose block is another now, or dirty. */
static unsigned int verify_swap_file(struct kernel *k,
				     const struct swap_info_struct *si)
{
	struct address_space *mapping = si->swap_file->f_mapping;
	uint32_t index, moved = 0, dirty = 0;
	const struct page *page;

	for (index = 0; index < si->max; index++)
		moved += disk_block(mapping->host, index) * SECTORS_PER_PAGE !=
			 swap_slot_sector(si, index);
	index = 0;
	while ((page = next_cached_page(mapping, &index, UINT32_MAX - 1))) {
		dirty += PageDirty(page);
		index++;
	}
	if (!moved && !dirty)
		return 0;
	printk(k, "verify: swap file of type %u: %u pages moved, %u dirty",
	       si->type, moved, dirty);
	return 1;
}

unsigned int verify_swap_files(struct kernel *k)
{
	const struct swap_state *swap = &k->swap;
	unsigned int bad = 0;

	for (uint32_t type = 0; type < swap->nr_swapfiles; type++) {
		const struct swap_info_struct *si = swap->info[type];

		if (si->flags & SWP_WRITEOK && !(si->flags & SWP_BLKDEV) &&
		    si->swap_file)
			bad += verify_swap_file(k, si);
	}
	return bad;
}

/* ---- errors ------------------------------------------------------------------------------- */

/* A program may touch what can't be read for ever. */
static void report(struct kernel *k, struct ratelimit_state *rs,
		   const char *who, const char *what, const struct bio *bio)
{
	if (!default_ratelimit(k, rs, who))
		return;
	printk(k, "%s-error on swap-device (%u:%u:%u)", what,
	       MAJOR(bdev_dev(bio->bdev)), MINOR(bdev_dev(bio->bdev)),
	       bio->sector);
}

/* ---- out --------------------------------------------------------------------------------- */

static void end_swap_bio_write(struct task_struct *curr, struct bio *bio)
{
	struct page *page = bio->page;

	if (bio->error) {
		SetPageError(page);
		set_page_dirty(curr, page);
		report(curr->k, &curr->k->swap.write_rs, __func__, "Write",
		       bio);
		ClearPageReclaim(page);
	}
	end_page_writeback(curr, page);
}

static void submit(struct task_struct *curr, struct page *page, bool write,
		   void (*end_io)(struct task_struct *curr, struct bio *bio),
		   const char *caller)
{
	const swp_entry_t entry = page_swap_entry(page);
	const struct swap_info_struct *si = swap_info_get(curr->k, entry);

	BUG_ON(!si);
	submit_bio_caller(curr, si->bdev,
			  swap_slot_sector(si, swp_offset(entry)), write, page,
			  end_io, NULL, caller);
}

int swap_writepage(struct task_struct *curr, struct page *page)
{
	BUG_ON(!PageSwapCache(page));
	/* Everybody has given it up meanwhile: nothing to keep. */
	if (try_to_free_swap(curr, page)) {
		unlock_page(curr, page);
		return 0;
	}
	count_vm_event(curr->k, PSWPOUT);
	set_page_writeback(curr, page);
	unlock_page(curr, page);
	submit(curr, page, true, end_swap_bio_write, __func__);
	return 0;
}

/* ---- in ------------------------------------------------------------------------------------ */

static void end_swap_bio_read(struct task_struct *curr, struct bio *bio)
{
	struct page *page = bio->page;

	if (bio->error) {
		SetPageError(page);
		ClearPageUptodate(page);
		report(curr->k, &curr->k->swap.read_rs, __func__, "Read", bio);
	} else {
		SetPageUptodate(page);
	}
	unlock_page(curr, page);
}

void swap_readpage(struct task_struct *curr, struct page *page)
{
	BUG_ON(!PageSwapCache(page) || !PageLocked(page) || PageUptodate(page));
	count_vm_event(curr->k, PSWPIN);
	submit(curr, page, false, end_swap_bio_read, __func__);
}
