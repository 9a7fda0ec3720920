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
 */

#include "kernel/block/blkdev.h"
#include "kernel/fs/dcache.h"
#include "kernel/lib/bug.h"
#include "kernel/lib/printk.h"
#include "kernel/mm/filemap.h"
#include "kernel/mm/page_flags.h"

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
		   void (*end_io)(struct task_struct *curr, struct bio *bio))
{
	const swp_entry_t entry = page_swap_entry(page);
	const struct swap_info_struct *si = swap_info_get(curr->k, entry);

	BUG_ON(!si);
	submit_bio(curr, si->bdev, swap_slot_sector(si, swp_offset(entry)),
		   write, page, end_io, NULL);
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
	submit(curr, page, true, end_swap_bio_write);
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
	submit(curr, page, false, end_swap_bio_read);
}
