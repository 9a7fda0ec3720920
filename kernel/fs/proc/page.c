/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/fs/proc/internal.h"

/*
 * /proc/kpagecount and /proc/kpageflags (Linux: fs/proc/page.c): for each frame
 * of the machine, by number, a 64-bit word: how often it is mapped, and what
 * it is used for, by bits that stay the same from kernel to kernel. With
 * /proc/PID/pagemap, which tells a page's frame, a program can look through
 * its memory down to the struct page.
 */

#include "kernel/lib/iov_iter.h"
#include "kernel/mm/kobj.h"
#include "kernel/mm/memblock.h"
#include "kernel/mm/page_alloc.h"
#include "kernel/mm/page_flags.h"
#include "kernel/state.h"

#define KPM_BYTES ((uint32_t)sizeof(uint64_t))
/* Words made at once. */
#define KPM_BATCH 128u

/* include/uapi/linux/kernel-page-flags.h */
enum kernel_page_flag {
	KPF_LOCKED = 0,
	KPF_ERROR = 1,
	KPF_REFERENCED = 2,
	KPF_UPTODATE = 3,
	KPF_DIRTY = 4,
	KPF_LRU = 5,
	KPF_ACTIVE = 6,
	KPF_SLAB = 7,
	KPF_WRITEBACK = 8,
	KPF_RECLAIM = 9,
	KPF_BUDDY = 10,
	KPF_MMAP = 11,
	KPF_ANON = 12,
	KPF_SWAPCACHE = 13,
	KPF_SWAPBACKED = 14,
	KPF_COMPOUND_HEAD = 15,
	KPF_COMPOUND_TAIL = 16,
	KPF_UNEVICTABLE = 18,
	KPF_HWPOISON = 19,
	KPF_NOPAGE = 20,
	KPF_KSM = 21,
	KPF_ZERO_PAGE = 24,
	KPF_PGTABLE = 26,
	KPF_RESERVED = 32,
	KPF_MLOCKED = 33,
	KPF_PRIVATE = 35,
	KPF_OWNER_PRIVATE = 37,
};

#define BIT(flag) (1ull << (flag))

/* Those that are a bit of page->flags, too. */
static const struct {
	enum pageflags own;
	enum kernel_page_flag told;
} same_flags[] = {
	{PG_locked, KPF_LOCKED},
	{PG_error, KPF_ERROR},
	{PG_referenced, KPF_REFERENCED},
	{PG_uptodate, KPF_UPTODATE},
	{PG_dirty, KPF_DIRTY},
	{PG_lru, KPF_LRU},
	{PG_active, KPF_ACTIVE},
	{PG_slab, KPF_SLAB},
	{PG_writeback, KPF_WRITEBACK},
	{PG_reclaim, KPF_RECLAIM},
	{PG_swapcache, KPF_SWAPCACHE},
	{PG_swapbacked, KPF_SWAPBACKED},
	{PG_head, KPF_COMPOUND_HEAD},
	{PG_unevictable, KPF_UNEVICTABLE},
	{PG_hwpoison, KPF_HWPOISON},
	{PG_reserved, KPF_RESERVED},
	{PG_mlocked, KPF_MLOCKED},
	{PG_private, KPF_PRIVATE},
	{PG_owner_priv_1, KPF_OWNER_PRIVATE},
};

/* Something else than a count of mappings is where that count would be. */
static bool has_other_use(const struct page *page)
{
	return PageSlab(page) || PageBuddy(page) || PageTable(page) ||
	       PageKstack(page) || PageLargeKmalloc(page);
}

static uint64_t stable_page_flags(const struct kernel *k,
				  const struct page *page)
{
	const struct page *head = compound_head(page);
	uint64_t flags = 0;

	for (size_t i = 0; i < sizeof(same_flags) / sizeof(*same_flags); i++)
		if (page->flags & 1u << same_flags[i].own)
			flags |= BIT(same_flags[i].told);
	if (page->compound_head)
		flags |= BIT(KPF_COMPOUND_TAIL);
	if (PageSlab(head))
		return flags | BIT(KPF_SLAB);
	if (PageTable(page))
		return flags | BIT(KPF_PGTABLE);
	if (!has_other_use(head) && page_mapped(page))
		flags |= BIT(KPF_MMAP);
	/* one on a CPU's list of free pages has no owner to be asked */
	if (page_count(page) && PageAnon(page))
		flags |= BIT(KPF_ANON);
	if (page_count(page) && PageKsm(page))
		flags |= BIT(KPF_KSM);
	if (page == k->user.zero_page)
		flags |= BIT(KPF_ZERO_PAGE);
	return flags;
}

static bool is_ram(const struct kernel *k, pfn_t pfn)
{
	return pfn_valid(k, pfn) &&
	       memblock_is_memory(k, (paddr_t)pfn << PAGE_SHIFT);
}

/* Free blocks first: in one that was never used struct pages say nothing. */
static uint64_t kpageflags_word(const struct kernel *k, pfn_t pfn)
{
	if (!is_ram(k, pfn))
		return BIT(KPF_NOPAGE);
	if (free_block_of(k, pfn))
		return BIT(KPF_BUDDY);
	return stable_page_flags(k, pfn_to_page(k, pfn));
}

static uint64_t kpagecount_word(const struct kernel *k, pfn_t pfn)
{
	const struct page *page;

	if (!is_ram(k, pfn) || free_block_of(k, pfn))
		return 0;
	page = pfn_to_page(k, pfn);
	if (has_other_use(compound_head(page)))
		return 0;
	return (uint64_t)page_mapcount(page);
}

static int32_t read_words(struct task_struct *curr, struct iov_iter *to,
			  int64_t *pos,
			  uint64_t (*word)(const struct kernel *k, pfn_t pfn))
{
	const struct kernel *k = curr->k;
	/* 32 bits, on a 32-bit machine: what lies beyond wraps around */
	const uint32_t from = (uint32_t)*pos;
	const uint32_t end = k->mem.max_pfn;
	pfn_t pfn = from / KPM_BYTES;
	uint64_t batch[KPM_BATCH];
	uint32_t done = 0, nr;

	if (from % KPM_BYTES || to->count % KPM_BYTES)
		return -EINVAL;
	while (to->count && pfn < end) {
		for (nr = 0;
		     nr < KPM_BATCH && nr < to->count / KPM_BYTES && pfn < end;
		     nr++, pfn++)
			batch[nr] = word(k, pfn);
		if (copy_to_iter(curr, to, batch, nr * KPM_BYTES) <
		    nr * KPM_BYTES)
			return -EFAULT;
		done += nr * KPM_BYTES;
	}
	*pos += done;
	return (int32_t)done;
}

int32_t kpagecount_read(struct task_struct *curr, struct iov_iter *to,
			int64_t *pos)
{
	return read_words(curr, to, pos, kpagecount_word);
}

int32_t kpageflags_read(struct task_struct *curr, struct iov_iter *to,
			int64_t *pos)
{
	return read_words(curr, to, pos, kpageflags_word);
}
