/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/swap_internal.h"

/*
 * Areas come and go: swapon(2), swapoff(2), /proc/swaps (mm/swapfile.c).
 *
 * A device or file becomes an area by its first page, the header that mkswap
 * wrote: how many slots there are, and which of them the disk can't keep.
 * swapoff() takes the area off the lists, so that nobody gets another slot,
 * brings back what is out, waits for those who are about to read from it, and
 * frees the books.
 *
 * Priorities: what swapon() was told, 0 to 32767; else one below the last
 * that it chose by itself, from -2 downward.
 *
 * A file of the disk (fs/diskfs.c) becomes an area like this: nobody writes to
 * it any more, what was written goes to the disk, and from then on its blocks
 * are used without asking the file system (page_io.c). Files of memory are
 * refused, as on Linux.
 *
 * MODEL: without a disk (disk.size), or before it was ever written, a file of
 * the root is one of memory or of the host, and refused. Discard is accepted
 * and does nothing, as with a disk that knows no discard. The map of slots and
 * the list of extents are one block of memory each, where Linux has vmalloc()
 * and a tree.
 */

#include <stdio.h>
#include <string.h>

#include "kernel/block/blkdev.h"
#include "kernel/fs/dcache.h"
#include "kernel/fs/diskfs.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/seq_file.h"
#include "kernel/lib/bug.h"
#include "kernel/lib/err.h"
#include "kernel/lib/printk.h"
#include "kernel/mm/filemap.h"
#include "kernel/mm/highmem.h"
#include "kernel/mm/mm.h"
#include "kernel/mm/page_flags.h"
#include "kernel/mm/slab.h"
#include "kernel/mm/vma.h"

/* ---- the header ----------------------------------------------------------------------- */

#define SWAP_MAGIC        "SWAPSPACE2"
#define SWAP_MAGIC_LEN    10u
#define SWAP_MAGIC_OFFSET (PAGE_SIZE - SWAP_MAGIC_LEN)
#define MAX_SWAP_BADPAGES 637u

/* What mkswap(8) writes, after 1024 bytes for a boot loader. */
struct swap_header {
	uint32_t version, last_page, nr_badpages;
	uint8_t uuid[16], volume[16];
	uint32_t padding[117];
	uint32_t badpages[MAX_SWAP_BADPAGES];
};
#define SWAP_HEADER_OFFSET 1024u
_Static_assert(SWAP_HEADER_OFFSET + sizeof(struct swap_header) <=
		       SWAP_MAGIC_OFFSET,
	       "as in the page");

/* Slots that an entry can name: 25 bits. */
#define MAX_SWAPFILE_SIZE (1u << 25)

/* An area before it is in use: what swapon() knows of it. */
struct new_area {
	struct swap_info_struct *si;
	struct inode *inode;
	struct swap_header header;
	uint32_t nr_pages; /* of the device or file */
	uint32_t span; /* pages on the disk from the first to the last */
};

static bool has_signature(struct task_struct *curr, const struct page *page)
{
	char magic[SWAP_MAGIC_LEN];

	memcpy_from_page(curr, magic, page, SWAP_MAGIC_OFFSET, SWAP_MAGIC_LEN);
	return !memcmp(magic, SWAP_MAGIC, SWAP_MAGIC_LEN);
}

/* Written by a machine of the other byte order? Then as it would be here. */
static void swab_header(struct swap_header *header)
{
	if (header->version != __builtin_bswap32(1))
		return;
	header->version = 1;
	header->last_page = __builtin_bswap32(header->last_page);
	header->nr_badpages = __builtin_bswap32(header->nr_badpages);
	for (uint32_t i = 0; i < header->nr_badpages && i < MAX_SWAP_BADPAGES;
	     i++)
		header->badpages[i] = __builtin_bswap32(header->badpages[i]);
}

/* How many slots the header speaks of, its own included; 0: none to use. */
static uint32_t check_header(struct kernel *k, const struct new_area *area)
{
	const struct swap_header *header = &area->header;
	uint32_t max = MAX_SWAPFILE_SIZE;

	if (header->version != 1) {
		printk(k, "Unable to handle swap header version %u",
		       header->version);
		return 0;
	}
	if (!header->last_page) {
		printk(k, "Empty swap-file");
		return 0;
	}
	if (header->last_page > max)
		printk(k,
		       "Truncating oversized swap area, only using %uk out of "
		       "%uk",
		       max << (PAGE_SHIFT - 10),
		       header->last_page << (PAGE_SHIFT - 10));
	if (max > header->last_page)
		max = header->last_page + 1;
	if (area->nr_pages && max > area->nr_pages) {
		printk(k, "Swap area shorter than signature indicates");
		return 0;
	}
	if (header->nr_badpages && !(area->si->flags & SWP_BLKDEV))
		return 0;
	return header->nr_badpages > MAX_SWAP_BADPAGES ? 0 : max;
}

static int check_bad_pages(const struct swap_header *header)
{
	for (uint32_t i = 0; i < header->nr_badpages; i++)
		if (!header->badpages[i] ||
		    header->badpages[i] > header->last_page)
			return -EINVAL;
	return 0;
}

/* The area's first page, with a reference; or ERR_PTR. */
static struct page *first_page(struct task_struct *curr,
			       const struct new_area *area)
{
	const struct swap_info_struct *si = area->si;
	struct page *page;
	int error;

	if (!(si->flags & SWP_BLKDEV))
		return read_mapping_page(curr, &area->inode->i_data, 0,
					 si->swap_file);
	page = alloc_page(curr, GFP_KERNEL);
	if (!page)
		return ERR_PTR(-ENOMEM);
	error = submit_bio_wait(curr, si->bdev, 0, false, page);
	if (!error)
		return page;
	put_page(curr, page);
	return ERR_PTR(error);
}

/* 0, -EIO, -ENOMEM, or -EINVAL: not prepared by mkswap. */
static int read_header(struct task_struct *curr, struct new_area *area)
{
	struct page *page = first_page(curr, area);
	int error = 0;

	if (IS_ERR(page))
		return (int)PTR_ERR(page);
	if (!has_signature(curr, page)) {
		printk(curr->k, "Unable to find swap-space signature");
		error = -EINVAL;
	}
	memcpy_from_page(curr, &area->header, page, SWAP_HEADER_OFFSET,
			 sizeof(area->header));
	put_page(curr, page);
	if (error)
		return error;
	swab_header(&area->header);
	area->si->max = check_header(curr->k, area);
	return area->si->max ? 0 : -EINVAL;
}

/* ---- the books of a new area -------------------------------------------------------------- */

static struct swap_info_struct *alloc_swap_info(struct task_struct *curr)
{
	struct swap_state *swap = &curr->k->swap;
	struct swap_info_struct *si;
	uint32_t type = 0;

	while (type < swap->nr_swapfiles && swap->info[type]->flags & SWP_USED)
		type++;
	if (type >= MAX_SWAPFILES)
		return ERR_PTR(-EPERM);
	if (type < swap->nr_swapfiles) {
		si = swap->info[type];
	} else {
		si = kzalloc_obj(curr, ARM_SIZEOF_SWAP_INFO_STRUCT, sizeof(*si),
				 GFP_KERNEL);
		if (!si)
			return ERR_PTR(-ENOMEM);
		if (type != swap->nr_swapfiles) { /* another was faster */
			kfree_obj(curr, si);
			return alloc_swap_info(curr);
		}
		swap->info[swap->nr_swapfiles++] = si;
	}
	*si = (struct swap_info_struct){.flags = SWP_USED, .type = type};
	address_space_init(&si->cache, NULL);
	init_waitqueue_head(&si->users_gone);
	return si;
}

/* Whoever read it meanwhile read what had been written by then. */
static void release_file(struct task_struct *curr, struct inode *inode)
{
	invalidate_mapping_pages(curr, &inode->i_data, 0, UINT32_MAX);
	inode->i_state &= ~I_SWAPFILE;
}

static void release_device(struct block_device *bdev)
{
	bdev->holder = NULL;
	bdev->swapfile = false;
}

/* Gives up the area, wherever swapon() or swapoff() has come to. */
static void release_area(struct task_struct *curr, struct swap_info_struct *si)
{
	swap_slots_free(curr, si);
	if (si->extents)
		kfree_obj(curr, si->extents);
	si->extents = NULL;
	si->nr_extents = 0;
	xa_destroy(curr, &si->cache.i_pages);
	if (si->bdev && si->flags & SWP_BLKDEV)
		release_device(si->bdev);
	else if (si->bdev)
		release_file(curr, si->swap_file->f_inode);
	if (si->swap_file)
		fput(curr, si->swap_file);
	si->swap_file = NULL;
	si->bdev = NULL;
	si->max = 0;
	si->flags = 0;
}

/* A whole device is one extent. */
static int setup_extents(struct task_struct *curr, struct new_area *area)
{
	struct swap_info_struct *si = area->si;

	if (!(si->flags & SWP_BLKDEV))
		return generic_swapfile_activate(curr, si, &area->span);
	area->span = si->pages;
	si->extents = kzalloc_obj(curr, ARM_SIZEOF_SWAP_EXTENT,
				  sizeof(*si->extents), GFP_KERNEL);
	if (!si->extents)
		return -ENOMEM;
	si->extents[0].nr_pages = area->nr_pages;
	si->nr_extents = 1;
	return 0;
}

/* ---- in and out of the lists ----------------------------------------------------------------- */

static void enable_swap_info(struct swap_state *swap,
			     struct swap_info_struct *si, int prio)
{
	si->prio = prio >= 0 ? prio : --swap->least_priority;
	swap_add_to_active(swap, si);
}

/* Those chosen after it move up, as if it had never been. */
static void disable_swap_info(struct swap_state *swap,
			      struct swap_info_struct *si)
{
	struct swap_info_struct *later = si;

	del_from_avail_list(si);
	while (si->prio < 0 && (later = list_next_entry(later, list),
				&later->list != &swap->active))
		later->prio++;
	if (si->prio < 0)
		swap->least_priority++;
	list_del(&si->list);
	swap->nr_swap_pages -= si->pages;
	swap->total_swap_pages -= si->pages;
	si->flags &= ~SWP_WRITEOK;
}

/* ---- swapon(2) ---------------------------------------------------------------------------------- */

static int claim_device(struct task_struct *curr, struct new_area *area)
{
	struct swap_info_struct *si = area->si;
	struct block_device *bdev = blkdev_get_by_dev(curr->k,
						      area->inode->i_rdev);

	if (bdev->holder)
		return -EBUSY;
	bdev->holder = si;
	bdev->swapfile = true;
	si->bdev = bdev;
	si->flags |= SWP_BLKDEV;
	area->nr_pages = bdev->nr_sectors / SECTORS_PER_PAGE;
	return 0;
}

/*
 * Nobody can write to it any more: not by write(2), for i_rwsem is held; nor
 * through mappings, for a fault looks at I_SWAPFILE under invalidate_lock,
 * and those that did so before are through when we have had it.
 */
static int claim_file(struct task_struct *curr, struct new_area *area)
{
	struct inode *inode = area->inode;

	if (IS_SWAPFILE(inode))
		return -EBUSY;
	if (!is_disk_file(inode))
		return -EINVAL;
	down_write(curr, &inode->i_data.invalidate_lock);
	inode->i_state |= I_SWAPFILE;
	up_write(curr, &inode->i_data.invalidate_lock);
	area->si->bdev = inode->i_sb->s_disk->bdev;
	area->nr_pages = (uint32_t)(inode->i_size >> PAGE_SHIFT);
	return 0;
}

/* The device or file is the area's alone from now on. */
static int claim(struct task_struct *curr, struct new_area *area)
{
	const bool device = S_ISBLK(area->inode->i_mode);
	int error = device ? claim_device(curr, area) : 0;

	if (!error && d_unhashed(area->si->swap_file->f_dentry))
		error = -ENOENT;
	if (!error && !device)
		error = claim_file(curr, area);
	return error;
}

static int setup_area(struct task_struct *curr, struct new_area *area)
{
	struct swap_info_struct *si = area->si;
	int error = claim(curr, area);

	if (!error)
		error = read_header(curr, area);
	if (!error)
		error = check_bad_pages(&area->header);
	if (!error)
		error = swap_slots_init(curr, si, area->header.badpages,
					area->header.nr_badpages,
					si->bdev->rotational);
	if (!error && si->pages)
		error = setup_extents(curr, area);
	if (!error && !si->pages) {
		printk(curr->k, "Empty swap-file");
		error = -EINVAL;
	}
	return error;
}

static int open_area(struct task_struct *curr, struct new_area *area,
		     const char *path)
{
	struct file *file = filp_open(curr, path, O_RDWR | O_LARGEFILE, 0);
	int error;

	if (IS_ERR(file))
		return (int)PTR_ERR(file);
	area->si->swap_file = file;
	area->inode = file->f_inode;
	down_write(curr, &area->inode->i_rwsem);
	error = setup_area(curr, area);
	up_write(curr, &area->inode->i_rwsem);
	return error;
}

int may_swapon(const struct task_struct *curr, uint32_t swap_flags)
{
	if (swap_flags & ~SWAP_FLAGS_VALID)
		return -EINVAL;
	return capable(curr, CAP_SYS_ADMIN) ? 0 : -EPERM;
}

int do_swapon(struct task_struct *curr, const char *path, uint32_t swap_flags)
{
	struct swap_state *swap = &curr->k->swap;
	struct new_area area = {.si = alloc_swap_info(curr)};
	struct swap_info_struct *si = area.si;
	int error;

	if (IS_ERR(si))
		return (int)PTR_ERR(si);
	error = open_area(curr, &area, path);
	if (error) {
		release_area(curr, si);
		return error;
	}
	swap->nr_rotate_swap += !(si->flags & SWP_SOLIDSTATE);
	enable_swap_info(swap, si,
			 swap_flags & SWAP_FLAG_PREFER
				 ? (int)(swap_flags & SWAP_FLAG_PRIO_MASK)
				 : -1);
	printk(curr->k,
	       "Adding %uk swap on %s.  Priority:%d extents:%u across:%uk %s",
	       si->pages << (PAGE_SHIFT - 10), path, si->prio, si->nr_extents,
	       area.span << (PAGE_SHIFT - 10),
	       si->flags & SWP_SOLIDSTATE ? "SS" : "");
	return 0;
}

/* ---- swapoff(2) ------------------------------------------------------------------------------------ */

static bool is_area_of(const struct swap_info_struct *si,
		       const struct file *file)
{
	const struct inode *inode = file->f_inode;

	if (!S_ISBLK(inode->i_mode))
		return si->swap_file->f_inode == inode;
	return si->flags & SWP_BLKDEV &&
	       si->swap_file->f_inode->i_rdev == inode->i_rdev;
}

/* -EINVAL: it is no area. */
static struct swap_info_struct *find_area(struct task_struct *curr,
					  const char *path)
{
	struct file *file = filp_open(curr, path, O_RDWR | O_LARGEFILE, 0);
	struct swap_info_struct *si, *found = ERR_PTR(-EINVAL);

	if (IS_ERR(file))
		return ERR_PTR(PTR_ERR(file));
	list_for_each_entry(si, &curr->k->swap.active, list)
		if (is_area_of(si, file)) {
			found = si;
			break;
		}
	fput(curr, file);
	return found;
}

int may_swapoff(const struct task_struct *curr)
{
	return capable(curr, CAP_SYS_ADMIN) ? 0 : -EPERM;
}

int do_swapoff(struct task_struct *curr, const char *path)
{
	struct swap_state *swap = &curr->k->swap;
	struct swap_info_struct *si = find_area(curr, path);
	int error;

	if (IS_ERR(si))
		return (int)PTR_ERR(si);
	/* What all have been promised must do without it. */
	if (vm_enough_memory(curr, curr->mm, si->pages))
		return -ENOMEM;
	vm_unacct_memory(curr->k, si->pages);
	disable_swap_info(swap, si);
	curr->signal->oom_flag_origin = true;
	error = try_to_unuse(curr, si);
	curr->signal->oom_flag_origin = false;
	if (error) {
		/* The priority it has is its own by now. */
		swap_add_to_active(swap, si);
		return error;
	}
	si->dying = true;
	wait_event(curr, &si->users_gone, !si->users);
	swap->nr_rotate_swap -= !(si->flags & SWP_SOLIDSTATE);
	release_area(curr, si);
	return 0;
}

/* ---- at boot, and at the end ------------------------------------------------------------------------- */

void swap_init(struct task_struct *curr)
{
	struct swap_state *swap = &curr->k->swap;

	INIT_LIST_HEAD(&swap->active);
	INIT_LIST_HEAD(&swap->avail);
	INIT_LIST_HEAD(&swap->shmem_swaplist);
	swap->least_priority = -1;
	swap->ra.hits = 4;
}

/* A header, unless there is one. 0 or -errno. */
static int mkswap(struct task_struct *curr, struct block_device *bdev)
{
	const uint32_t version = 1;
	const uint32_t last_page = bdev->nr_sectors / SECTORS_PER_PAGE - 1;
	struct page *page = alloc_page(curr, GFP_KERNEL);
	int error;

	if (!page)
		return -ENOMEM;
	error = submit_bio_wait(curr, bdev, 0, false, page);
	if (!error && !has_signature(curr, page)) {
		clear_highpage(curr, page);
		memcpy_to_page(curr, page, SWAP_HEADER_OFFSET, &version, 4);
		memcpy_to_page(curr, page, SWAP_HEADER_OFFSET + 4, &last_page,
			       4);
		memcpy_to_page(curr, page, SWAP_MAGIC_OFFSET, SWAP_MAGIC,
			       SWAP_MAGIC_LEN);
		error = submit_bio_wait(curr, bdev, 0, true, page);
	}
	put_page(curr, page);
	return error;
}

void swap_boot_areas(struct task_struct *curr)
{
	struct block_state *block = &curr->k->block;

	for (unsigned int i = 0; i < block->nr_bdevs; i++) {
		struct block_device *bdev = &block->bdev[i];
		char path[sizeof("/dev/") + sizeof(bdev->name)];
		int error;

		if (!bdev->swap)
			continue;
		snprintf(path, sizeof(path), "/dev/%s", bdev->name);
		error = mkswap(curr, bdev);
		if (!error)
			error = do_swapon(curr, path, 0);
		if (error)
			printk(curr->k, "init: swapon %s: error %d", path,
			       error);
	}
}

void swap_shutdown(struct task_struct *curr)
{
	struct swap_info_struct *si;

	list_for_each_entry(si, &curr->k->swap.active, list) {
		fput(curr, si->swap_file);
		si->swap_file = NULL;
	}
}

/* ---- /proc/swaps --------------------------------------------------------------------------------------- */

static void show_area(struct seq_file *m, const struct swap_info_struct *si)
{
	const uint32_t size = si->pages << (PAGE_SHIFT - 10);
	const uint32_t used = si->inuse_pages << (PAGE_SHIFT - 10);
	const int len = seq_file_path(m, si->swap_file, " \t\n\\");

	seq_printf(m, "%*s%s\t%u\t%s%u\t%s%d\n", len < 40 ? 40 - len : 1, " ",
		   si->flags & SWP_BLKDEV ? "partition" : "file\t", size,
		   size < 10000000 ? "\t" : "", used,
		   used < 10000000 ? "\t" : "", si->prio);
}

int proc_swaps(struct seq_file *m, void *v)
{
	const struct swap_state *swap = &m->k->swap;

	(void)v;
	seq_puts(m, "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n");
	for (uint32_t type = 0; type < swap->nr_swapfiles; type++) {
		const struct swap_info_struct *si = swap->info[type];

		if (si->flags & SWP_USED && si->swap_map && si->swap_file)
			show_area(m, si);
	}
	return 0;
}
