/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MM_PAGE_ALLOC_H
#define KERNEL_MM_PAGE_ALLOC_H

/*
 * What the files of the page allocator share with each other (mm/internal.h's
 * half about free pages). Everybody else uses gfp.h.
 */

#include "kernel/mm/kobj.h"
#include "kernel/mm/mmzone.h"

/* ---- mm/page_alloc.c ------------------------------------------------------ */

/* How far down into a zone an allocation may go. */
#define ALLOC_WMARK_MIN     WMARK_MIN
#define ALLOC_WMARK_LOW     WMARK_LOW
#define ALLOC_WMARK_HIGH    WMARK_HIGH
#define ALLOC_NO_WATERMARKS 0x04u
#define ALLOC_WMARK_MASK    (ALLOC_NO_WATERMARKS - 1)
#define ALLOC_OOM           0x08u
#define ALLOC_HARDER        0x10u /* atomic: 1/4 deeper into the reserve */
#define ALLOC_HIGH          0x20u /* __GFP_HIGH: half */
#define ALLOC_CMA           0x80u /* may lie in a CMA area */
#define ALLOC_KSWAPD        0x800u /* wakes kswapd */

/* What of one allocation stays the same while it is tried; fixed at start. */
struct alloc_context {
	struct zonelist *zonelist;
	enum zone_type highest_zoneidx;
	enum migratetype migratetype;
	int nid;
	nodemask_t nodemask; /* by a memory policy; 0: any node */
};

/* The highest zone that @gfp allows. */
enum zone_type gfp_zone(const struct kernel *k, gfp_t gfp);
/* Whose pageblocks such pages belong in. */
enum migratetype gfp_migratetype(const struct kernel *k, gfp_t gfp);
/* A page from the first zone that has one above its mark, or NULL. */
struct page *get_page_from_freelist(struct task_struct *curr, gfp_t gfp,
				    unsigned int order,
				    unsigned int alloc_flags,
				    const struct alloc_context *ac);
bool __zone_watermark_ok(const struct zone *zone, unsigned int order,
			 uint32_t mark, enum zone_type highest_zoneidx,
			 unsigned int alloc_flags, int64_t free_pages);
static inline bool zone_watermark_ok(const struct zone *zone,
				     unsigned int order, uint32_t mark,
				     enum zone_type highest_zoneidx,
				     unsigned int alloc_flags)
{
	return __zone_watermark_ok(zone, order, mark, highest_zoneidx,
				   alloc_flags, zone->vm_stat[NR_FREE_PAGES]);
}

/*
 * Single pages whose last references are gone, the last of @pages first: so
 * the first is the next to be handed out again.
 */
void free_unref_page_list(struct task_struct *curr, struct page *const *pages,
			  uint32_t nr, const char *caller);

/* If the page held code: the engine forgets what it made of it. */
void page_code_changed(struct kernel *k, struct page *page);

/* Is this request to be refused? (mm/fail_page_alloc.c) */
bool __should_fail_alloc_page(struct task_struct *curr, gfp_t gfp,
			      unsigned int order, const char *caller);

/* Frees a block whose last reference @caller has dropped. */
void free_the_page(struct task_struct *curr, struct page *page,
		   unsigned int order, const char *caller);

/*
 * mm/numa.c: an allocation was served by @zone. NUMA_INTERLEAVE_HIT is counted
 * by who interleaves.
 */
void zone_statistics(const struct task_struct *curr,
		     const struct alloc_context *ac, struct zone *zone);

static inline void mod_zone_page_state(struct kernel *k, struct zone *zone,
				       enum vm_item item, int64_t delta)
{
	zone->vm_stat[item] += delta;
	k->vmstat.item[item] += delta;
}

/* Free pages of @migratetype, which isn't MIGRATE_ISOLATE, come or go. */
static inline void mod_zone_freepage_state(struct kernel *k, struct zone *zone,
					   int64_t nr_pages,
					   enum migratetype migratetype)
{
	mod_zone_page_state(k, zone, NR_FREE_PAGES, nr_pages);
	if (migratetype == MIGRATE_CMA)
		mod_zone_page_state(k, zone, NR_FREE_CMA, nr_pages);
}

/*
 * Frames off the free lists get their owner: refcount 1, zeroed and compound
 * as @gfp says.
 */
void prep_new_page(struct task_struct *curr, struct page *page,
		   unsigned int order, gfp_t gfp);

/* ---- mm/page_alloc_slow.c -------------------------------------------------- */

/* Misuse that Linux warns of, each once: WARN_ON_ONCE(). */
enum alloc_warning {
	WARN_MAX_ORDER,
	WARN_NOFAIL_ORDER,
	WARN_NOFAIL_NOWAIT,
	WARN_NOFAIL_MEMALLOC,
	WARN_NOFAIL_COSTLY,
	WARN_ATOMIC_RECLAIM,
};
/*
 * A request couldn't be met: who asked for what, and all memory; not too
 * often, nor with __GFP_NOWARN.
 */
void warn_alloc(struct task_struct *curr, gfp_t gfp, nodemask_t nodemask,
		const char *format, ...) __attribute__((format(printf, 4, 5)));
void warn_alloc_once(struct task_struct *curr, enum alloc_warning which,
		     const char *what);

struct page *__alloc_pages_slowpath(struct task_struct *curr, gfp_t gfp,
				    unsigned int order,
				    const struct alloc_context *ac);

/* ---- the buddy (mm/buddy.c) ------------------------------------------------- */

static inline unsigned int buddy_order(const struct page *page)
{
	return (unsigned int)page->private;
}

/* How many pages from this first one on are one block, free or in use. */
uint32_t block_pages(const struct page *page);
/* What its frame is used for; of a free block, the first alone can tell. */
enum frame_use frame_use(const struct kernel *k, const struct page *page);
/* How viewers know it: see struct kernel_frame. */
uint32_t mm_number(const struct mm_struct *mm);
/* The first page of the free block that has @pfn; NULL: none has. */
const struct page *free_block_of(const struct kernel *k, pfn_t pfn);

/* Gives a block back and merges it with its buddies as far as they are free. */
void __free_one_page(struct kernel *k, struct page *page, pfn_t pfn,
		     struct zone *zone, unsigned int order,
		     enum migratetype migratetype, bool to_tail);
/* Takes a block of one type's lists alone; NULL: there is none. */
struct page *__rmqueue_smallest(struct kernel *k, struct zone *zone,
				unsigned int order,
				enum migratetype migratetype);
/* Takes this free block off its list; counts are the caller's. */
void del_page_from_free_list(struct page *page, struct zone *zone,
			     unsigned int order);
/*
 * Takes this one free page, for prep_new_page(). False: it isn't free in the
 * buddy.
 */
bool take_page_off_buddy(struct kernel *k, struct page *page);
/* Takes a block, splitting or stealing; NULL: there is none. */
struct page *__rmqueue(struct kernel *k, struct zone *zone, unsigned int order,
		       enum migratetype migratetype, unsigned int alloc_flags);
enum migratetype get_pageblock_migratetype(const struct kernel *k,
					   const struct page *page);
void set_pageblock_migratetype(struct kernel *k, const struct page *page,
			       enum migratetype migratetype);
/*
 * Would @start_type take a free block of just this order from another type,
 * and what it can of the pageblock with it?
 */
bool has_stealable_block(const struct kernel *k, struct zone *zone,
			 unsigned int order, enum migratetype start_type);
/* Compaction's hint: nothing to be had of @page's pageblock (PB_skip). */
bool get_pageblock_skip(const struct kernel *k, const struct page *page);
void set_pageblock_skip(struct kernel *k, const struct page *page, bool skip);
/*
 * Takes the free block that begins with @page off its list, for
 * prep_new_page(): 2^order. 0: the zone has hardly more than its min watermark.
 */
uint32_t __isolate_free_page(struct kernel *k, struct page *page,
			     unsigned int order);
/* Moves the free blocks of @page's pageblock to @migratetype's lists. */
uint32_t move_freepages_block(struct kernel *k, struct zone *zone,
			      const struct page *page,
			      enum migratetype migratetype,
			      uint32_t *nr_movable);
/* After a high-order atomic allocation: keeps its block for the next ones. */
void reserve_highatomic_pageblock(struct kernel *k, struct page *page,
				  struct zone *zone);
/* Under pressure: gives one such block back. True when pages came free. */
bool unreserve_highatomic_pageblock(struct kernel *k,
				    const struct alloc_context *ac, bool force);

/* ---- per-CPU lists (mm/page_pcp.c) --------------------------------------------- */

struct page *rmqueue_pcplist(struct task_struct *curr, struct zone *zone,
			     unsigned int order, enum migratetype migratetype,
			     unsigned int alloc_flags);
void free_unref_page(struct task_struct *curr, struct page *page,
		     unsigned int order);
void pcp_init(struct per_cpu_pages *pcp);
/* Sets batch and high from the zone's size and watermarks. */
void zone_pcp_update(struct kernel *k, struct zone *zone);
#define MIN_PERCPU_PAGELIST_HIGH_FRACTION 8
/* All that @cpu has of the zone; or only a batch of it. */
void drain_pages_zone(struct kernel *k, int cpu, struct zone *zone);
void drain_zone_pages(struct kernel *k, struct zone *zone,
		      struct per_cpu_pages *pcp);

static inline bool pcp_allowed_order(unsigned int order)
{
	return order <= PAGE_ALLOC_COSTLY_ORDER;
}

/* ---- mm/memory_map.c -------------------------------------------------------------- */

uint32_t nr_free_blocks(const struct zone *zone, unsigned int order,
			enum migratetype migratetype);
/* Pageblocks of each type that begin in @zone. */
void count_pageblocks(const struct kernel *k, const struct zone *zone,
		      uint32_t count[MIGRATE_TYPES]);

/* ---- mm/fragmentation.c ---------------------------------------------------------- */

/*
 * Why an allocation of @order would fail now, in thousandths: towards 0 for
 * lack of memory, towards 1000 for fragmentation; -1000: it would not.
 */
int fragmentation_index(const struct zone *zone, unsigned int order);
/* How much of the free memory lies in smaller blocks than that, likewise. */
int unusable_free_index(const struct zone *zone, unsigned int order);

/* ---- from boot memory -------------------------------------------------------------- */

/* A block of boot memory, frames unused so far, becomes the buddy's. */
void memblock_free_pages(struct kernel *k, struct page *page,
			 unsigned int order);
void reserve_bootmem_region(struct kernel *k, paddr_t start, paddr_t end);

/* ---- frames in a row (mm/page_alloc_contig.c) ------------------------------------------ */

/*
 * The frames [start, end), of one zone and of pageblocks that are all
 * @migratetype, MIGRATE_CMA or MIGRATE_MOVABLE: 0, and each has a reference;
 * to be freed singly or by free_contig_range(). -EBUSY: somebody is there who
 * can't be moved away. May sleep.
 */
int alloc_contig_range(struct task_struct *curr, pfn_t start, pfn_t end,
		       enum migratetype migratetype, gfp_t gfp);
/*
 * @nr_pages frames in a row at a multiple of that number, from a zone that
 * @gfp allows, node @nid's first; not of a CMA area. NULL: there are none.
 */
struct page *alloc_contig_pages(struct task_struct *curr, uint32_t nr_pages,
				gfp_t gfp, int nid);
void free_contig_range(struct task_struct *curr, pfn_t pfn, uint32_t nr_pages);

/* ---- reclaim -------------------------------------------- */

/* mm/vmscan.c: what reclaim could get of @zone at best. */
uint32_t zone_reclaimable_pages(const struct kernel *k,
				const struct zone *zone);
/* mm/kswapd.c: tells @zone's node's kswapd that memory is short. */
void wakeup_kswapd(struct task_struct *curr, struct zone *zone, gfp_t gfp,
		   unsigned int order, enum zone_type highest_zoneidx);
/* Pages that direct reclaim has freed. May sleep. */
uint32_t try_to_free_pages(struct task_struct *curr, struct zonelist *zonelist,
			   unsigned int order, gfp_t gfp, nodemask_t nodemask);

#endif
