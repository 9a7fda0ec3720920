/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MM_PAGE_FLAGS_H
#define KERNEL_MM_PAGE_FLAGS_H

/*
 * Asking and marking a struct page (include/linux/page-flags.h): PageLocked(),
 * SetPageDirty(), TestClearPageActive(), … and what mapping and _mapcount say.
 */

#include "kernel/mm/mm_types.h"

#define PAGEFLAG(Name, flag)                                      \
	static inline bool Page##Name(const struct page *page)    \
	{                                                         \
		return page->flags & 1u << (flag);                \
	}                                                         \
	static inline void SetPage##Name(struct page *page)       \
	{                                                         \
		page->flags |= 1u << (flag);                      \
	}                                                         \
	static inline void ClearPage##Name(struct page *page)     \
	{                                                         \
		page->flags &= ~(1u << (flag));                   \
	}                                                         \
	static inline bool TestSetPage##Name(struct page *page)   \
	{                                                         \
		bool was = Page##Name(page);                      \
                                                                  \
		SetPage##Name(page);                              \
		return was;                                       \
	}                                                         \
	static inline bool TestClearPage##Name(struct page *page) \
	{                                                         \
		bool was = Page##Name(page);                      \
                                                                  \
		ClearPage##Name(page);                            \
		return was;                                       \
	}

PAGEFLAG(Locked, PG_locked)
PAGEFLAG(Referenced, PG_referenced)
PAGEFLAG(Uptodate, PG_uptodate)
PAGEFLAG(Dirty, PG_dirty)
PAGEFLAG(LRU, PG_lru)
PAGEFLAG(Active, PG_active)
PAGEFLAG(Workingset, PG_workingset)
PAGEFLAG(Error, PG_error)
PAGEFLAG(Slab, PG_slab)
PAGEFLAG(Reserved, PG_reserved)
PAGEFLAG(Private, PG_private)
PAGEFLAG(Writeback, PG_writeback)
PAGEFLAG(Head, PG_head)
PAGEFLAG(Reclaim, PG_reclaim)
/* While a page is being written the bit is PG_reclaim; else, read ahead. */
PAGEFLAG(Readahead, PG_reclaim)
PAGEFLAG(SwapBacked, PG_swapbacked)
PAGEFLAG(Unevictable, PG_unevictable)
PAGEFLAG(Mlocked, PG_mlocked)
PAGEFLAG(SwapCache, PG_swapcache)
PAGEFLAG(HWPoison, PG_hwpoison)
PAGEFLAG(Code, PG_code)
PAGEFLAG(AnonExclusive, PG_anon_exclusive)
PAGEFLAG(Deferred, PG_deferred)

/*
 * Its frame has a memory error, and nobody has it any more: kept from use by a
 * reference of nobody's (page_alloc.c).
 */
#define MAGIC_HWPOISON 0x48575053u
static inline bool PageHWPoisonTakenOff(const struct page *page)
{
	return PageHWPoison(page) && page->private == MAGIC_HWPOISON;
}

/*
 * page_type shares its word with _mapcount; a type is marked by a zero bit,
 * so that an unmapped page (-1) has none.
 */
#define PAGE_TYPE_OPS(Name, bit)                                       \
	static inline bool Page##Name(const struct page *page)         \
	{                                                              \
		return (page->page_type & (PAGE_TYPE_BASE | (bit))) == \
		       PAGE_TYPE_BASE;                                 \
	}                                                              \
	static inline void __SetPage##Name(struct page *page)          \
	{                                                              \
		page->page_type &= ~(bit);                             \
	}                                                              \
	static inline void __ClearPage##Name(struct page *page)        \
	{                                                              \
		page->page_type |= (bit);                              \
	}

PAGE_TYPE_OPS(Buddy, PG_buddy)
PAGE_TYPE_OPS(Table, PG_table)
PAGE_TYPE_OPS(Kstack, PG_kstack)
PAGE_TYPE_OPS(LargeKmalloc, PG_large_kmalloc)

/* ---- compound pages ------------------------------------------------------------ */

/* The page itself, or the first of the compound page it is part of. */
static inline struct page *compound_head(const struct page *page)
{
	return page->compound_head ? page->compound_head : (struct page *)page;
}

static inline bool PageTail(const struct page *page)
{
	return page->compound_head;
}

static inline bool PageCompound(const struct page *page)
{
	return PageHead(page) || PageTail(page);
}

/* Of a user's page: the first of a huge one (huge_memory.c). */
static inline bool PageTransHuge(const struct page *page)
{
	return PageHead(page);
}

/* How many pages the block is of which this is the first or only one. */
static inline int32_t thp_nr_pages(const struct page *page)
{
	return PageHead(page) ? 1 << page->compound_order : 1;
}

/* ---- who owns a user page ---------------------------------------------------- */

/*
 * Low bits of page->mapping: what it points at is an anon_vma or, with both
 * bits, the stable node of a KSM page, which is anonymous as well.
 */
#define PAGE_MAPPING_ANON 1u
#define PAGE_MAPPING_KSM  3u

static inline bool PageAnon(const struct page *page)
{
	return (uintptr_t)compound_head(page)->mapping & PAGE_MAPPING_ANON;
}

static inline bool PageKsm(const struct page *page)
{
	return ((uintptr_t)compound_head(page)->mapping & PAGE_MAPPING_KSM) ==
	       PAGE_MAPPING_KSM;
}

/* The file a page-cache page belongs to; NULL for others. */
static inline struct address_space *page_mapping(const struct page *page)
{
	return PageSlab(page) || PageAnon(page) ? NULL : page->mapping;
}

static inline int page_count(const struct page *page)
{
	return compound_head(page)->_refcount;
}

/* How many page-table entries map it; a huge one is mapped as a whole. */
static inline int page_mapcount(const struct page *page)
{
	return compound_head(page)->_mapcount + 1;
}

static inline bool page_mapped(const struct page *page)
{
	return compound_head(page)->_mapcount >= 0;
}

/* Which file or anonymous LRU list it belongs on: tmpfs counts as anonymous. */
static inline bool page_is_file_lru(const struct page *page)
{
	return !PageSwapBacked(page);
}

#endif
