/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MM_SWAPFILE_H
#define KERNEL_MM_SWAPFILE_H

/*
 * Swap areas and their slots, the swap cache, and the way of a page out and
 * back (include/linux/swap.h's second half; mm/swapfile.c, swap_state.c,
 * page_io.c).
 *
 * A slot's count is the number of entries and other places that name it, plus
 * one while the swap cache holds a page for it.
 */

#include "kernel/mm/gfp.h"
#include "kernel/mm/swap_info.h"
#include "kernel/mm/swapops.h"

struct address_space;
struct seq_file;

/* ---- mm/swapfile.c ------------------------------------------------------------------- */

/* Slots that are free, over all areas; those there are. */
int64_t get_nr_swap_pages(const struct kernel *k);
int64_t total_swap_pages(const struct kernel *k);
/* As /proc/meminfo has them: an area on its way out still holds its pages. */
void si_swapinfo(const struct kernel *k, uint32_t *total, uint32_t *nr_free);
/* More than half of all is used: then the cache gives slots back early. */
bool vm_swap_full(const struct kernel *k);

/* One more place names the slot. 0, or -ENOMEM: a slot has too many. */
int swap_duplicate(struct task_struct *curr, swp_entry_t entry);
/* A file of memory names the slot. */
void swap_shmem_alloc(struct task_struct *curr, swp_entry_t entry);
/* One fewer; the last frees it. */
void swap_free(struct task_struct *curr, swp_entry_t entry);
/* The same, for entries that are zapped; the cached page may go with it. */
void free_swap_and_cache(struct task_struct *curr, swp_entry_t entry);
/* How many places name the slot of @page, which is in the swap cache. */
int page_swapcount(const struct kernel *k, const struct page *page);
/* The same of an entry; 0: there is no such slot. */
int __swp_swapcount(const struct kernel *k, swp_entry_t entry);
/*
 * A locked page in the swap cache whose slot nobody names any more leaves it.
 * True: it did, and is dirty, for it has no other copy.
 */
bool try_to_free_swap(struct task_struct *curr, struct page *page);
/*
 * The entry's area, which stays until put_swap_device(); NULL: there is none
 * any more.
 */
struct swap_info_struct *get_swap_device(struct task_struct *curr,
					 swp_entry_t entry);
void put_swap_device(struct task_struct *curr, struct swap_info_struct *si);

/* ---- mm/swap_state.c ----------------------------------------------------------------- */

/* The cache in which a page for @entry's slot stands, at swp_offset(). */
struct address_space *swap_address_space(const struct kernel *k,
					 swp_entry_t entry);
/*
 * Gives a locked, up-to-date page a slot and puts it into the swap cache,
 * dirty: page->private is the entry. False: no slot, no memory.
 */
bool add_to_swap(struct task_struct *curr, struct page *page);
/* A locked page leaves the cache, which drops its reference and its slot's. */
void delete_from_swap_cache(struct task_struct *curr, struct page *page);
/*
 * Its first half, for reclaim: page and slot are the caller's to put, and
 * @shadow is left in the page's place (workingset.c).
 */
void __delete_from_swap_cache(struct task_struct *curr, struct page *page,
			      void *shadow);
void put_swap_page(struct task_struct *curr, swp_entry_t entry);
/* What __delete_from_swap_cache() left of an entry's page; NULL: nothing. */
void *get_shadow_from_swap_cache(struct kernel *k, swp_entry_t entry);
/* The page with a reference; NULL: not cached. */
struct page *lookup_swap_cache(struct task_struct *curr, swp_entry_t entry);
/*
 * The page for a fault at @vaddr of @vma, or for no place (@vma NULL), with a
 * reference; it may still be on its way, and is locked until it has come.
 * NULL: no memory, or nobody names the slot any more. May sleep.
 */
struct page *read_swap_cache_async(struct task_struct *curr, swp_entry_t entry,
				   const struct vm_area_struct *vma,
				   vaddr_t vaddr);
/* The same, and its neighbours on the disk or in memory, if that pays. */
struct page *swapin_readahead(struct vm_fault *vmf, swp_entry_t entry);
struct page *swap_cluster_readahead(struct task_struct *curr, swp_entry_t entry,
				    const struct vm_area_struct *vma,
				    vaddr_t vaddr);
/* lookup_swap_cache() on behalf of a fault: notes how readahead did. */
struct page *swap_cache_get_page(struct task_struct *curr, swp_entry_t entry,
				 struct vm_area_struct *vma, vaddr_t vaddr);
/* A page that is being unmapped: its slot goes, if it is free to. */
void free_swap_cache(struct task_struct *curr, struct page *page);
int64_t total_swapcache_pages(const struct kernel *k);

/* ---- mm/page_io.c -------------------------------------------------------------------- */

/*
 * Begins to write a locked page of the swap cache to its slot; unlocks it,
 * and PG_writeback stands until it is there. 0.
 */
int swap_writepage(struct task_struct *curr, struct page *page);

/* For kernel_verify(): the files that are areas against their extents. */
unsigned int verify_swap_files(struct kernel *k);

/* ---- mm/swapon.c --------------------------------------------------------------------- */

#define SWAP_FLAG_PREFER        0x8000u /* a priority is given */
#define SWAP_FLAG_PRIO_MASK     0x7fffu
#define SWAP_FLAG_DISCARD       0x10000u
#define SWAP_FLAG_DISCARD_ONCE  0x20000u
#define SWAP_FLAG_DISCARD_PAGES 0x40000u
#define SWAP_FLAGS_VALID                                              \
	(SWAP_FLAG_PRIO_MASK | SWAP_FLAG_PREFER | SWAP_FLAG_DISCARD | \
	 SWAP_FLAG_DISCARD_ONCE | SWAP_FLAG_DISCARD_PAGES)

void swap_init(struct task_struct *curr);
/* May @curr make the call? 0, -EINVAL, -EPERM. */
int may_swapon(const struct task_struct *curr, uint32_t swap_flags);
int may_swapoff(const struct task_struct *curr);
/* @path is the kernel's. 0 or -errno. */
int do_swapon(struct task_struct *curr, const char *path, uint32_t swap_flags);
int do_swapoff(struct task_struct *curr, const char *path);
/* pid 1: what mkswap and swapon -a would do for the board's swap disks. */
void swap_boot_areas(struct task_struct *curr);
/* pid 1, when all processes have gone: nothing is read back any more. */
void swap_shutdown(struct task_struct *curr);
int proc_swaps(struct seq_file *m, void *v);

static inline swp_entry_t page_swap_entry(const struct page *page)
{
	return (swp_entry_t){(uint32_t)page->private};
}

#endif
