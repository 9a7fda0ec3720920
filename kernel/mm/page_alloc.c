/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/page_alloc.h"

/*
 * The door of the page allocator (mm/page_alloc.c): from a request's flags to
 * zones, watermarks and lists, and back again when the last reference goes.
 * The buddy system itself is in buddy.c, the per-CPU lists in page_pcp.c, what
 * happens when memory is short in page_alloc_slow.c.
 *
 * A page in use has at least one reference; a free one has none, no flags but
 * those that say where it is, no mapping and _mapcount -1 (or PG_buddy). Both
 * are checked at each crossing: a page that comes back dirty is a bug of ours.
 * One whose frame has a memory error (PG_hwpoison) doesn't come free at all.
 *
 * Leaves out what a Linux for ARM hasn't either: ALLOC_NOFRAGMENT (0 without
 * ZONE_DMA32); and what it leaves turned off: cpusets, node_reclaim().
 * MODEL: __GFP_WRITE doesn't spread dirty pages over nodes: one may hold all
 * that is to be written. Requests of the early boot may reclaim (no
 * gfp_allowed_mask), which finds nothing.
 *
 * PG_code stays on a free page on purpose: its bytes may still be known to the
 * engine as translated code, which is dropped when the page is used again.
 */

#include <string.h>

#include "kernel/lib/asan.h"
#include "kernel/lib/bug.h"
#include "kernel/lib/printk.h"
#include "kernel/mm/detect.h"
#include "kernel/mm/gfp.h"
#include "kernel/mm/highmem.h"
#include "kernel/mm/mempolicy.h"
#include "kernel/mm/mm_init.h"
#include "kernel/mm/page_flags.h"
#include "kernel/mm/page_watch.h"
#include "kernel/mm/swap.h"
#include "kernel/mm/trace_kmem.h"
#include "kernel/task/sched.h"

/* What a free page may have in ->flags. */
#define PAGE_FLAGS_KEPT \
	(1u << PG_code | 1u << PG_hwpoison | ~0u << ZONES_PGSHIFT)
/* What must have been undone before the last reference goes. */
#define PAGE_FLAGS_CHECK_AT_FREE                                  \
	(1u << PG_lru | 1u << PG_locked | 1u << PG_private |      \
	 1u << PG_writeback | 1u << PG_reserved | 1u << PG_slab | \
	 1u << PG_active | 1u << PG_unevictable | 1u << PG_mlocked)

/* ---- compound pages -------------------------------------------------------- */

static void prep_compound_page(struct page *page, unsigned int order)
{
	SetPageHead(page);
	for (uint32_t i = 1; i < 1u << order; i++)
		page[i].compound_head = page;
}

static void destroy_compound_page(struct page *page, unsigned int order)
{
	BUG_ON(page->compound_order != order);
	for (uint32_t i = 1; i < 1u << order; i++) {
		BUG_ON(page[i].compound_head != page);
		page[i].compound_head = NULL;
	}
}

void split_page(struct page *page, unsigned int order)
{
	BUG_ON(PageHead(page) || page->_refcount == 0);
	page->compound_order = 0;
	for (uint32_t i = 1; i < 1u << order; i++) {
		page[i]._refcount = 1;
		page[i].compound_order = 0;
	}
}

/* ---- bytes ------------------------------------------------------------------ */

void page_code_changed(struct kernel *k, struct page *page)
{
	if (unlikely(TestClearPageCode(page)))
		k->hw.ops->code_changed(k->hw.ctx, page_to_phys(k, page),
					PAGE_SIZE);
}

/* ---- watermarks -------------------------------------------------------------- */

/* Free pages that this allocation can't have. */
static int64_t unusable_free(const struct zone *zone, unsigned int order,
			     unsigned int alloc_flags)
{
	int64_t unusable = (1 << order) - 1;

	if (!(alloc_flags & (ALLOC_HARDER | ALLOC_OOM)))
		unusable += zone->nr_reserved_highatomic;
	if (!(alloc_flags & ALLOC_CMA))
		unusable += zone->vm_stat[NR_FREE_CMA];
	return unusable;
}

/* Is there a block of @order or more on a list that the caller may use? */
static bool has_free_block(const struct zone *zone, unsigned int order,
			   unsigned int alloc_flags)
{
	for (; order < MAX_ORDER; order++) {
		const struct free_area *area = &zone->free_area[order];

		if (!area->nr_free)
			continue;
		for (int type = 0; type < MIGRATE_PCPTYPES; type++)
			if (!list_empty(&area->free_list[type]))
				return true;
		if ((alloc_flags & ALLOC_CMA) &&
		    !list_empty(&area->free_list[MIGRATE_CMA]))
			return true;
		if ((alloc_flags & (ALLOC_HARDER | ALLOC_OOM)) &&
		    !list_empty(&area->free_list[MIGRATE_HIGHATOMIC]))
			return true;
	}
	return false;
}

bool __zone_watermark_ok(const struct zone *zone, unsigned int order,
			 uint32_t mark, enum zone_type highest_zoneidx,
			 unsigned int alloc_flags, int64_t free_pages)
{
	int64_t min = mark;

	free_pages -= unusable_free(zone, order, alloc_flags);
	if (alloc_flags & ALLOC_HIGH)
		min -= min / 2;
	if (alloc_flags & ALLOC_OOM)
		min -= min / 2;
	else if (alloc_flags & ALLOC_HARDER)
		min -= min / 4;
	if (free_pages <= min + zone->lowmem_reserve[highest_zoneidx])
		return false;
	return !order || has_free_block(zone, order, alloc_flags);
}

static bool zone_watermark_fast(const struct zone *zone, unsigned int order,
				uint32_t mark, enum zone_type highest_zoneidx,
				unsigned int alloc_flags, gfp_t gfp)
{
	int64_t free_pages = zone->vm_stat[NR_FREE_PAGES];

	if (!order &&
	    free_pages - unusable_free(zone, 0, alloc_flags) >
		    (int64_t)mark + zone->lowmem_reserve[highest_zoneidx])
		return true;
	if (__zone_watermark_ok(zone, order, mark, highest_zoneidx, alloc_flags,
				free_pages))
		return true;
	/* Atomic requests don't wait for a boost to be worked off. */
	return !order && (gfp & __GFP_ATOMIC) && zone->watermark_boost &&
	       (alloc_flags & ALLOC_WMARK_MASK) == ALLOC_WMARK_MIN &&
	       __zone_watermark_ok(zone, order, zone->_watermark[WMARK_MIN],
				   highest_zoneidx, alloc_flags, free_pages);
}

/* ---- taking -------------------------------------------------------------------- */

/* Straight from the buddy, past the CPU's lists. */
static struct page *rmqueue_buddy(struct kernel *k, struct zone *zone,
				  unsigned int order,
				  enum migratetype migratetype,
				  unsigned int alloc_flags)
{
	struct page *page = NULL;

	/* not for single pages, which come here when their list was barred */
	if (order && (alloc_flags & ALLOC_HARDER))
		page = __rmqueue_smallest(k, zone, order, MIGRATE_HIGHATOMIC);
	if (!page)
		page = __rmqueue(k, zone, order, migratetype, alloc_flags);
	if (page)
		count_vm_events(k, (enum vm_event)(PGALLOC_DMA + zone->idx),
				1u << order);
	return page;
}

static struct page *rmqueue(struct task_struct *curr, struct zone *zone,
			    unsigned int order, gfp_t gfp,
			    enum migratetype migratetype,
			    unsigned int alloc_flags)
{
	struct kernel *k = curr->k;
	struct page *page = NULL;

	if (unlikely(gfp & __GFP_NOFAIL && order > 1))
		warn_alloc_once(curr, WARN_NOFAIL_ORDER,
				"__GFP_NOFAIL of an order above 1");
	/* The movable pages that a CPU keeps may be those of a CMA area. */
	if (likely(pcp_allowed_order(order)) &&
	    (alloc_flags & ALLOC_CMA || migratetype != MIGRATE_MOVABLE))
		page = rmqueue_pcplist(curr, zone, order, migratetype,
				       alloc_flags);
	if (unlikely(!page))
		page = rmqueue_buddy(k, zone, order, migratetype, alloc_flags);
	if (unlikely(zone->flags & 1u << ZONE_BOOSTED_WATERMARK) &&
	    alloc_flags & ALLOC_KSWAPD) {
		zone->flags &= ~(1u << ZONE_BOOSTED_WATERMARK);
		wakeup_kswapd(curr, zone, 0, 0, zone->idx);
	}
	return page;
}

/* ->mapping is the part of a struct page that no free page has a use for. */
static void check_new_page(const struct page *page)
{
	ASAN_UNPOISON_MEMORY_REGION(&page->mapping, sizeof(page->mapping));
	BUG_ON(page->_refcount != 0 || page->_mapcount != -1 || page->mapping ||
	       (page->flags & ~PAGE_FLAGS_KEPT));
}

void prep_new_page(struct task_struct *curr, struct page *page,
		   unsigned int order, gfp_t gfp)
{
	for (uint32_t i = 0; i < 1u << order; i++) {
		check_new_page(&page[i]);
		page_code_changed(curr->k, &page[i]);
	}
	detect_prep(curr->k, page, order);
	for (uint32_t i = 0; gfp & __GFP_ZERO && i < 1u << order; i++)
		clear_highpage(curr, &page[i]);
	page->private = 0;
	page->_refcount = 1;
	page->compound_order = order;
	page_changed(curr->k, page);
	if (order && (gfp & __GFP_COMP))
		prep_compound_page(page, order);
}

struct page *get_page_from_freelist(struct task_struct *curr, gfp_t gfp,
				    unsigned int order,
				    unsigned int alloc_flags,
				    const struct alloc_context *ac)
{
	struct zone *zone;
	struct page *page;

	for_each_zone_zonelist_nodemask(zone, ac->zonelist, ac->highest_zoneidx,
					ac->nodemask)
	{
		uint32_t mark = wmark_pages(zone,
					    alloc_flags & ALLOC_WMARK_MASK);

		if (!(alloc_flags & ALLOC_NO_WATERMARKS) &&
		    !zone_watermark_fast(zone, order, mark, ac->highest_zoneidx,
					 alloc_flags, gfp))
			continue;
		page = rmqueue(curr, zone, order, gfp, ac->migratetype,
			       alloc_flags);
		if (!page)
			continue;
		if (unlikely(curr->k->mem.numa))
			zone_statistics(curr, ac, zone);
		prep_new_page(curr, page, order, gfp);
		if (unlikely(order && (alloc_flags & ALLOC_HARDER)))
			reserve_highatomic_pageblock(curr->k, page, zone);
		return page;
	}
	return NULL;
}

/* The highest zone that the flags allow; there is one to each, or none. */
enum zone_type gfp_zone(const struct kernel *k, gfp_t gfp)
{
	const gfp_t narrow = gfp & (__GFP_DMA | __GFP_HIGHMEM | __GFP_DMA32);

	BUG_ON(narrow & (narrow - 1));
	if (gfp & __GFP_DMA)
		return k->mem.zone_configured[ZONE_DMA] ? ZONE_DMA
							: ZONE_NORMAL;
	if (!(gfp & __GFP_HIGHMEM))
		return ZONE_NORMAL;
	return gfp & __GFP_MOVABLE ? ZONE_MOVABLE : ZONE_HIGHMEM;
}

enum migratetype gfp_migratetype(const struct kernel *k, gfp_t gfp)
{
	const gfp_t both = __GFP_MOVABLE | __GFP_RECLAIMABLE;

	BUG_ON((gfp & both) == both);
	if (unlikely(k->mem.page_group_by_mobility_disabled))
		return MIGRATE_UNMOVABLE;
	if (gfp & __GFP_MOVABLE)
		return MIGRATE_MOVABLE;
	return gfp & __GFP_RECLAIMABLE ? MIGRATE_RECLAIMABLE
				       : MIGRATE_UNMOVABLE;
}

static bool should_fail_alloc_page(struct task_struct *curr, gfp_t gfp,
				   unsigned int order, const char *caller)
{
	return unlikely(fault_armed(curr,
				    &curr->k->inject.fail_page_alloc.attr)) &&
	       __should_fail_alloc_page(curr, gfp, order, caller);
}

struct page *alloc_pages_nodemask(struct task_struct *curr, int nid, gfp_t gfp,
				  unsigned int order, nodemask_t nodemask,
				  const char *caller)
{
	struct kernel *k = curr->k;
	unsigned int alloc_flags = ALLOC_WMARK_LOW;
	struct alloc_context ac = {
		.zonelist =
			&k->mem.node_data[nid]
				 .node_zonelists[gfp & __GFP_THISNODE
							 ? ZONELIST_NOFALLBACK
							 : ZONELIST_FALLBACK],
		.highest_zoneidx = gfp_zone(k, gfp),
		.migratetype = gfp_migratetype(k, gfp),
		.nid = nid,
		.nodemask = nodemask,
	};
	struct page *page;

	if (unlikely(order >= MAX_ORDER)) {
		if (!(gfp & __GFP_NOWARN))
			warn_alloc_once(curr, WARN_MAX_ORDER,
					"an order beyond the buddy's");
		return NULL;
	}
	if (should_fail_alloc_page(curr, gfp, order, caller))
		return NULL;
	if (gfp & __GFP_KSWAPD_RECLAIM)
		alloc_flags |= ALLOC_KSWAPD;
	if (ac.migratetype == MIGRATE_MOVABLE)
		alloc_flags |= ALLOC_CMA;
	page = get_page_from_freelist(curr, gfp, order, alloc_flags, &ac);
	if (unlikely(!page))
		page = __alloc_pages_slowpath(curr, gfp, order, &ac);
	trace_mm_page_alloc(k, page, order, gfp, ac.migratetype);
	detect_alloc(k, page, order, caller);
	return page;
}

struct page *alloc_pages_node_caller(struct task_struct *curr, int nid,
				     gfp_t gfp, unsigned int order,
				     const char *caller)
{
	return alloc_pages_nodemask(curr, nid, gfp, order, 0, caller);
}

struct page *alloc_pages_caller(struct task_struct *curr, gfp_t gfp,
				unsigned int order, const char *caller)
{
	int nid = numa_node_id(curr);

	if (unlikely(curr->mempolicy) && !curr->in_interrupt &&
	    !(gfp & __GFP_THISNODE))
		return alloc_pages_policy(curr, curr->mempolicy, gfp, order,
					  caller);
	return alloc_pages_node_caller(curr, nid, gfp, order, caller);
}

vaddr_t get_free_pages_caller(struct task_struct *curr, gfp_t gfp,
			      unsigned int order, const char *caller)
{
	struct page *page = alloc_pages_caller(curr, gfp & ~__GFP_HIGHMEM,
					       order, caller);

	return page ? page_address(curr->k, page) : 0;
}

unsigned int get_order(uint32_t size)
{
	unsigned int order = 0;

	while (order < MAX_ORDER && PAGE_SIZE << order < size)
		order++;
	return order;
}

vaddr_t alloc_pages_exact(struct task_struct *curr, uint32_t size, gfp_t gfp)
{
	const unsigned int order = get_order(size);
	struct page *page;

	/* Each page is freed on its own, so they can't be one compound page. */
	gfp &= ~(__GFP_COMP | __GFP_HIGHMEM);
	page = alloc_pages(curr, gfp, order);
	if (!page)
		return 0;
	split_page(page, order);
	for (uint32_t i = (size + PAGE_SIZE - 1) / PAGE_SIZE; i < 1u << order;
	     i++)
		__free_pages(curr, page + i, 0);
	return page_address(curr->k, page);
}

/* ---- giving back --------------------------------------------------------------------- */

void free_pages_exact(struct task_struct *curr, vaddr_t kaddr, uint32_t size)
{
	for (uint32_t done = 0; done < size; done += PAGE_SIZE)
		free_pages(curr, kaddr + done, 0);
}

static void free_page_prepare(struct page *page)
{
	if (PageAnon(page))
		page->mapping = NULL;
	BUG_ON(page->_refcount != 0 || page->_mapcount != -1 || page->mapping ||
	       (page->flags & PAGE_FLAGS_CHECK_AT_FREE));
	page->flags &= PAGE_FLAGS_KEPT;
	if (likely(!PageHWPoison(page)))
		ASAN_POISON_MEMORY_REGION(&page->mapping,
					  sizeof(page->mapping));
}

/* Straight to the buddy: larger than what the per-CPU lists keep. */
static void free_pages_ok(struct kernel *k, struct page *page,
			  unsigned int order, bool to_tail)
{
	count_vm_events(k, PGFREE, 1u << order);
	__free_one_page(k, page, page_to_pfn(k, page), page_zone(k, page),
			order, get_pageblock_migratetype(k, page), to_tail);
}

void free_unref_page_list(struct task_struct *curr, struct page *const *pages,
			  uint32_t nr, const char *caller)
{
	while (nr--) {
		trace_mm_page_free_batched(curr->k, pages[nr]);
		free_the_page(curr, pages[nr], 0, caller);
	}
}

/*
 * Frames with a memory error are kept for ever, each by one reference of
 * nobody's; the others of the block come free one by one. (Linux lets a larger
 * block go free as a whole, and turns it away when it is handed out.)
 */
static void free_around_poison(struct task_struct *curr, struct page *page,
			       unsigned int order)
{
	for (uint32_t i = 0; i < 1u << order; i++) {
		page[i].compound_order = 0;
		if (!PageHWPoison(&page[i])) {
			free_unref_page(curr, &page[i], 0);
			continue;
		}
		page[i]._refcount = 1;
		page[i].private = MAGIC_HWPOISON;
	}
}

void free_the_page(struct task_struct *curr, struct page *page,
		   unsigned int order, const char *caller)
{
	uint32_t flags = 0;

	trace_mm_page_free(curr->k, page, order);
	if (unlikely(!detect_free(curr->k, page, order, caller)))
		return;
	page_changed(curr->k, page);
	if (unlikely(PageHead(page)))
		destroy_compound_page(page, order);
	for (uint32_t i = 0; i < 1u << order; i++) {
		free_page_prepare(&page[i]);
		flags |= page[i].flags;
	}
	if (unlikely(flags & 1u << PG_hwpoison))
		free_around_poison(curr, page, order);
	else if (pcp_allowed_order(order))
		free_unref_page(curr, page, order);
	else
		free_pages_ok(curr->k, page, order, false);
}

static bool put_page_testzero(struct page *page)
{
	BUG_ON(page->_refcount <= 0);
	return --page->_refcount == 0;
}

static void release_page(struct task_struct *curr, struct page *page,
			 unsigned int order, const char *caller)
{
	if (PageLRU(page))
		__page_cache_release(curr->k, page);
	free_the_page(curr, page, order, caller);
}

void free_block_caller(struct task_struct *curr, struct page *page,
		       unsigned int order, const char *caller)
{
	bool head = PageHead(page);

	if (put_page_testzero(page)) {
		release_page(curr, page, order, caller);
		return;
	}
	/*
	 * Someone else still holds the first page of a block that isn't
	 * compound, and will free it as a single one: the rest goes now.
	 */
	if (head)
		return;
	page->compound_order = 0;
	while (order-- > 0) {
		page[1u << order].compound_order = order;
		free_the_page(curr, page + (1u << order), order, caller);
	}
}

void free_pages_caller(struct task_struct *curr, vaddr_t kaddr,
		       unsigned int order, const char *caller)
{
	if (kaddr)
		free_block_caller(curr, virt_to_page(curr->k, kaddr), order,
				  caller);
}

/*
 * A reference to a tail holds the head. Of a user's huge page it is noted on
 * the tail as well: when that is split, each page keeps those of its own.
 */
static struct page *head_of_reference(struct page *page, int delta)
{
	if (likely(!PageTail(page)))
		return page;
	if (PageAnon(page)) {
		page->_refcount += delta;
		BUG_ON(page->_refcount < 0);
	}
	return page->compound_head;
}

void get_page(struct page *page)
{
	page = head_of_reference(page, 1);
	BUG_ON(page->_refcount <= 0);
	page->_refcount++;
}

void put_page_caller(struct task_struct *curr, struct page *page,
		     const char *caller)
{
	page = head_of_reference(page, -1);
	if (put_page_testzero(page))
		release_page(curr, page,
			     PageHead(page) ? page->compound_order : 0, caller);
}

/* ---- from boot memory ------------------------------------------------------------------ */

void memblock_free_pages(struct kernel *k, struct page *page,
			 unsigned int order)
{
	uint32_t nr = 1u << order;

	if (order == MAX_ORDER - 1 && PageDeferred(page))
		nr = 1; /* the others aren't there yet */
	else
		deferred_init_pfn(k, page_to_pfn(k, page));
	for (uint32_t i = 0; i < nr; i++) {
		ClearPageReserved(&page[i]);
		page[i]._refcount = 0;
	}
	page_zone(k, page)->managed_pages += 1u << order;
	if (PageHighMem(k, page))
		k->mem.totalhigh_pages += 1u << order;
	free_pages_ok(k, page, order, true);
}

void reserve_bootmem_region(struct kernel *k, paddr_t start, paddr_t end)
{
	pfn_t pfn = (pfn_t)(start >> PAGE_SHIFT);
	pfn_t last = (pfn_t)((end + PAGE_SIZE - 1) >> PAGE_SHIFT);

	for (; pfn < last; pfn++)
		if (pfn_valid(k, pfn)) {
			deferred_init_pfn(k, pfn);
			SetPageReserved(pfn_to_page(k, pfn));
		}
}
