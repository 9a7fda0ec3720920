/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/page_alloc.h"

/*
 * The buddy system (the middle of mm/page_alloc.c). A free block of 2^order
 * frames starts at a multiple of its size; its buddy is the block whose
 * address differs in just that bit, and two free buddies of one order never
 * stay apart: they are merged at once. So what is free is always described by
 * the fewest and largest blocks.
 *
 * A free block's first page has page type PG_buddy and its order in ->private.
 * Each block lies on the list of a migrate type, in the main that of its
 * pageblock (4 MB): pages that can be moved and pages that can't are kept
 * apart, so that large blocks can be won back. When a type runs out it takes
 * the largest block of another, and if that makes up most of a pageblock, the
 * pageblock too.
 *
 * Leaves out: shuffling, page reporting, the order-bypassing of hotplug.
 */

#include "kernel/lib/bug.h"
#include "kernel/mm/mm_init.h"
#include "kernel/mm/page_flags.h"
#include "kernel/mm/page_watch.h"
#include "kernel/mm/trace_kmem.h"

/* ---- free lists ------------------------------------------------------------ */

static void add_to_free_list(struct page *page, struct zone *zone,
			     unsigned int order, enum migratetype migratetype,
			     bool tail)
{
	struct free_area *area = &zone->free_area[order];

	page->private = order;
	__SetPageBuddy(page);
	if (tail)
		list_add_tail(&page->buddy_list, &area->free_list[migratetype]);
	else
		list_add(&page->buddy_list, &area->free_list[migratetype]);
	area->nr_free++;
}

void del_page_from_free_list(struct page *page, struct zone *zone,
			     unsigned int order)
{
	list_del(&page->buddy_list);
	__ClearPageBuddy(page);
	page->private = 0;
	zone->free_area[order].nr_free--;
	if (unlikely(PageDeferred(page)))
		deferred_init_block(page);
}

static void move_to_free_list(struct page *page, struct zone *zone,
			      unsigned int order, enum migratetype migratetype)
{
	list_move_tail(&page->buddy_list,
		       &zone->free_area[order].free_list[migratetype]);
}

static struct page *get_page_from_free_area(struct free_area *area,
					    enum migratetype migratetype)
{
	struct list_head *list = &area->free_list[migratetype];

	if (list_empty(list))
		return NULL;
	return list_first_entry(list, struct page, buddy_list);
}

/* ---- pageblocks --------------------------------------------------------------- */

static uint8_t *pageblock_slot(const struct kernel *k, const struct page *page)
{
	return &k->mem.pageblock_flags[(page - k->mem.mem_map) >>
				       pageblock_order];
}

enum migratetype get_pageblock_migratetype(const struct kernel *k,
					   const struct page *page)
{
	return (enum migratetype)(*pageblock_slot(k, page) & ~PB_skip);
}

void set_pageblock_migratetype(struct kernel *k, const struct page *page,
			       enum migratetype migratetype)
{
	if (k->mem.page_group_by_mobility_disabled &&
	    migratetype < MIGRATE_PCPTYPES)
		migratetype = MIGRATE_UNMOVABLE;
	*pageblock_slot(k, page) =
		(uint8_t)((*pageblock_slot(k, page) & PB_skip) | migratetype);
	page_changed(k, page);
}

bool get_pageblock_skip(const struct kernel *k, const struct page *page)
{
	return *pageblock_slot(k, page) & PB_skip;
}

void set_pageblock_skip(struct kernel *k, const struct page *page, bool skip)
{
	uint8_t *slot = pageblock_slot(k, page);

	*slot = (uint8_t)(skip ? *slot | PB_skip : *slot & ~PB_skip);
}

uint32_t move_freepages_block(struct kernel *k, struct zone *zone,
			      const struct page *page,
			      enum migratetype migratetype,
			      uint32_t *nr_movable)
{
	pfn_t pfn = page_to_pfn(k, page) & ~(pageblock_nr_pages - 1);
	pfn_t end = pfn + pageblock_nr_pages;
	uint32_t nr_moved = 0;

	if (nr_movable)
		*nr_movable = 0;
	if (!zone_spans_pfn(zone, end - 1))
		return 0;
	if (!zone_spans_pfn(zone, pfn))
		pfn = page_to_pfn(k, page);
	while (pfn < end) {
		struct page *at = pfn_to_page(k, pfn);

		if (!PageBuddy(at)) {
			if (nr_movable && PageLRU(at))
				++*nr_movable;
			pfn++;
			continue;
		}
		move_to_free_list(at, zone, buddy_order(at), migratetype);
		nr_moved += 1u << buddy_order(at);
		pfn += 1u << buddy_order(at);
	}
	return nr_moved;
}

/* ---- giving back ---------------------------------------------------------------- */

static bool page_is_buddy(const struct page *page, const struct page *buddy,
			  unsigned int order)
{
	return PageBuddy(buddy) && buddy_order(buddy) == order &&
	       page_zonenum(page) == page_zonenum(buddy) &&
	       page_to_nid(page) == page_to_nid(buddy);
}

/*
 * Is the next larger block's buddy free? Then this block is likely to be
 * merged soon, if it is left alone: it goes to the end of its list.
 */
static bool buddy_merge_likely(const struct page *page, pfn_t pfn,
			       unsigned int order)
{
	pfn_t above = pfn & ~(1u << order);

	if (order >= MAX_ORDER - 2)
		return false;
	page -= pfn - above;
	return page_is_buddy(
		page,
		page + ((int32_t)(above ^ 1u << (order + 1)) - (int32_t)above),
		order + 1);
}

void __free_one_page(struct kernel *k, struct page *page, pfn_t pfn,
		     struct zone *zone, unsigned int order,
		     enum migratetype migratetype, bool to_tail)
{
	_Static_assert(pageblock_order == MAX_ORDER - 1,
		       "no block reaches over two pageblocks of unlike types");
	page_changed(k, page);
	if (likely(migratetype != MIGRATE_ISOLATE)) /* nobody can have those */
		mod_zone_freepage_state(k, zone, 1 << order, migratetype);
	while (order < MAX_ORDER - 1) {
		pfn_t buddy_pfn = pfn ^ 1u << order;
		struct page *buddy = page + ((int32_t)buddy_pfn - (int32_t)pfn);

		if (!page_is_buddy(page, buddy, order))
			break;
		del_page_from_free_list(buddy, zone, order);
		page -= pfn - (pfn & buddy_pfn);
		pfn &= buddy_pfn;
		order++;
	}
	add_to_free_list(page, zone, order, migratetype,
			 to_tail || buddy_merge_likely(page, pfn, order));
}

/* ---- taking --------------------------------------------------------------------- */

/* Cuts a block of order @high down to @low; the upper halves stay free. */
static void expand(struct zone *zone, struct page *page, unsigned int low,
		   unsigned int high, enum migratetype migratetype)
{
	while (high > low) {
		high--;
		add_to_free_list(page + (1u << high), zone, high, migratetype,
				 false);
	}
}

struct page *__rmqueue_smallest(struct kernel *k, struct zone *zone,
				unsigned int order,
				enum migratetype migratetype)
{
	for (unsigned int high = order; high < MAX_ORDER; high++) {
		struct page *page = get_page_from_free_area(
			&zone->free_area[high], migratetype);

		if (!page)
			continue;
		del_page_from_free_list(page, zone, high);
		expand(zone, page, order, high, migratetype);
		mod_zone_freepage_state(k, zone, -(1 << order), migratetype);
		page->migratetype = (int32_t)migratetype;
		page_changed(k, page);
		trace_mm_page_alloc_zone_locked(k, page, order, migratetype);
		return page;
	}
	return NULL;
}

/* Who is asked when a type has nothing left, in this order. */
static const enum migratetype fallbacks[MIGRATE_PCPTYPES][2] = {
	[MIGRATE_UNMOVABLE] = {MIGRATE_RECLAIMABLE, MIGRATE_MOVABLE},
	[MIGRATE_MOVABLE] = {MIGRATE_RECLAIMABLE, MIGRATE_UNMOVABLE},
	[MIGRATE_RECLAIMABLE] = {MIGRATE_UNMOVABLE, MIGRATE_MOVABLE},
};

/*
 * May more be taken than the one block? Always when the block is large, and
 * for pages that can't be moved also when it is small: better one mixed
 * pageblock taken over as a whole than several mixed a little.
 */
static bool can_steal_fallback(const struct kernel *k, unsigned int order,
			       enum migratetype start_type)
{
	return order >= pageblock_order / 2 ||
	       start_type == MIGRATE_RECLAIMABLE ||
	       start_type == MIGRATE_UNMOVABLE ||
	       k->mem.page_group_by_mobility_disabled;
}

/* A type with a free block of @order; MIGRATE_TYPES: none. */
static enum migratetype find_suitable_fallback(struct zone *zone,
					       unsigned int order,
					       enum migratetype start_type)
{
	for (int i = 0; i < 2; i++) {
		enum migratetype type = fallbacks[start_type][i];

		if (!list_empty(&zone->free_area[order].free_list[type]))
			return type;
	}
	return MIGRATE_TYPES;
}

bool has_stealable_block(const struct kernel *k, struct zone *zone,
			 unsigned int order, enum migratetype start_type)
{
	return can_steal_fallback(k, order, start_type) &&
	       find_suitable_fallback(zone, order, start_type) != MIGRATE_TYPES;
}

/*
 * Mixing types is a sign that memory is short: raises the watermarks for a
 * while, so that kswapd frees a pageblock or so.
 */
static bool boost_watermark(const struct kernel *k, struct zone *zone)
{
	uint32_t high = zone->_watermark[WMARK_HIGH];
	uint32_t max = (uint32_t)((uint64_t)high *
				  k->mem.watermark_boost_factor / 10000);

	/* Too little memory to play with a pageblock's worth of it. */
	if (!max || pageblock_nr_pages * 4 > zone->managed_pages)
		return false;
	if (max < pageblock_nr_pages)
		max = pageblock_nr_pages;
	zone->watermark_boost += pageblock_nr_pages;
	if (zone->watermark_boost > max)
		zone->watermark_boost = max;
	return true;
}

/* Takes the pageblock around @page over if it fits well enough. */
static bool steal_pageblock(struct kernel *k, struct zone *zone,
			    struct page *page, enum migratetype start_type)
{
	enum migratetype old_type = get_pageblock_migratetype(k, page);
	uint32_t nr_free, nr_movable, alike = 0;

	nr_free = move_freepages_block(k, zone, page, start_type, &nr_movable);
	if (!nr_free)
		return false;
	if (start_type == MIGRATE_MOVABLE)
		alike = nr_movable;
	else if (old_type == MIGRATE_MOVABLE) /* what is neither, can't move */
		alike = pageblock_nr_pages - (nr_free + nr_movable);
	if (nr_free + alike >= pageblock_nr_pages / 2 ||
	    k->mem.page_group_by_mobility_disabled)
		set_pageblock_migratetype(k, page, start_type);
	return true;
}

static void steal_suitable_fallback(struct kernel *k, struct zone *zone,
				    struct page *page, unsigned int alloc_flags,
				    enum migratetype start_type,
				    bool whole_block)
{
	unsigned int order = buddy_order(page);

	if (get_pageblock_migratetype(k, page) == MIGRATE_HIGHATOMIC)
		goto single_page;
	if (order >= pageblock_order) {
		set_pageblock_migratetype(k, page, start_type);
		goto single_page;
	}
	if (boost_watermark(k, zone) && (alloc_flags & ALLOC_KSWAPD))
		zone->flags |= 1u << ZONE_BOOSTED_WATERMARK;
	if (whole_block && steal_pageblock(k, zone, page, start_type))
		return;
single_page:
	move_to_free_list(page, zone, order, start_type);
}

/*
 * Moves a block from another type's list to @start_type's. The largest is
 * taken first, which spoils the fewest pageblocks; only movable pages that
 * could take nothing more than the one block take the smallest that does.
 */
static bool rmqueue_fallback(struct kernel *k, struct zone *zone,
			     unsigned int order, enum migratetype start_type,
			     unsigned int alloc_flags)
{
	enum migratetype type = MIGRATE_TYPES;
	unsigned int at = MAX_ORDER;
	struct page *page;
	bool can_steal;

	while (at-- > order) {
		type = find_suitable_fallback(zone, at, start_type);
		if (type != MIGRATE_TYPES)
			break;
	}
	if (type == MIGRATE_TYPES)
		return false;
	can_steal = can_steal_fallback(k, at, start_type);
	if (!can_steal && start_type == MIGRATE_MOVABLE)
		for (at = order;; at++) {
			type = find_suitable_fallback(zone, at, start_type);
			if (type != MIGRATE_TYPES)
				break;
		}
	page = get_page_from_free_area(&zone->free_area[at], type);
	steal_suitable_fallback(k, zone, page, alloc_flags, start_type,
				can_steal);
	trace_mm_page_alloc_extfrag(k, page, order, at, start_type, type);
	return true;
}

struct page *__rmqueue(struct kernel *k, struct zone *zone, unsigned int order,
		       enum migratetype migratetype, unsigned int alloc_flags)
{
	bool cma = alloc_flags & ALLOC_CMA;
	struct page *page = NULL;

	/* Keep CMA and the rest about equally full. */
	if (cma &&
	    zone->vm_stat[NR_FREE_CMA] > zone->vm_stat[NR_FREE_PAGES] / 2)
		page = __rmqueue_smallest(k, zone, order, MIGRATE_CMA);
	while (!page) {
		page = __rmqueue_smallest(k, zone, order, migratetype);
		if (!page && cma)
			page = __rmqueue_smallest(k, zone, order, MIGRATE_CMA);
		if (!page &&
		    !rmqueue_fallback(k, zone, order, migratetype, alloc_flags))
			return NULL;
	}
	return page;
}

/*
 * Compaction's way to a free block: not by what is asked for, but by where it
 * lies. Single pages of it are about to be in use by movable pages.
 */
uint32_t __isolate_free_page(struct kernel *k, struct page *page,
			     unsigned int order)
{
	struct zone *zone = page_zone(k, page);
	enum migratetype type = get_pageblock_migratetype(k, page);

	if (type != MIGRATE_ISOLATE) {
		uint32_t mark = zone->_watermark[WMARK_MIN] + (1u << order);

		/* Moving wants twice the memory for a moment: not the last. */
		if (!zone_watermark_ok(zone, 0, mark, ZONE_DMA, ALLOC_CMA))
			return 0;
		mod_zone_freepage_state(k, zone, -(1 << order), type);
	}
	del_page_from_free_list(page, zone, order);
	if (order >= pageblock_order - 1 && type < MIGRATE_PCPTYPES)
		set_pageblock_migratetype(k, page, MIGRATE_MOVABLE);
	return 1u << order;
}

/*
 * Memory failure's way to a free frame: the block around it is cut in halves
 * until it is alone; the other halves stay free.
 */
bool take_page_off_buddy(struct kernel *k, struct page *page)
{
	struct page *block = (struct page *)free_block_of(k,
							  page_to_pfn(k, page));
	const enum migratetype type = get_pageblock_migratetype(k, page);
	struct zone *zone = page_zone(k, page);
	unsigned int order;

	if (!block)
		return false;
	order = buddy_order(block);
	del_page_from_free_list(block, zone, order);
	while (order > 0) {
		struct page *upper = block + (1u << --order);
		const bool in_upper = page >= upper;

		add_to_free_list(in_upper ? block : upper, zone, order, type,
				 false);
		block = in_upper ? upper : block;
	}
	if (type != MIGRATE_ISOLATE)
		mod_zone_freepage_state(k, zone, -1, type);
	page_changed(k, page);
	return true;
}

/* ---- the reserve of high-order atomic allocations ---------------------------------- */

void reserve_highatomic_pageblock(struct kernel *k, struct page *page,
				  struct zone *zone)
{
	uint32_t max = zone->managed_pages / 100 + pageblock_nr_pages;

	if (zone->nr_reserved_highatomic >= max ||
	    get_pageblock_migratetype(k, page) >= MIGRATE_PCPTYPES)
		return;
	zone->nr_reserved_highatomic += pageblock_nr_pages;
	set_pageblock_migratetype(k, page, MIGRATE_HIGHATOMIC);
	move_freepages_block(k, zone, page, MIGRATE_HIGHATOMIC, NULL);
}

/* Gives up the pageblock of one free block of the reserve, if there is any. */
static bool unreserve_one(struct kernel *k, struct zone *zone,
			  enum migratetype migratetype)
{
	for (unsigned int order = 0; order < MAX_ORDER; order++) {
		struct page *page = get_page_from_free_area(
			&zone->free_area[order], MIGRATE_HIGHATOMIC);

		if (!page)
			continue;
		/*
		 * A page that lay on a CPU's list while its pageblock was given
		 * up still came back to the reserve's list. And the pageblock
		 * may be another zone's, that begins within it.
		 */
		if (get_pageblock_migratetype(k, page) == MIGRATE_HIGHATOMIC &&
		    zone->nr_reserved_highatomic)
			zone->nr_reserved_highatomic -= pageblock_nr_pages;
		set_pageblock_migratetype(k, page, migratetype);
		if (move_freepages_block(k, zone, page, migratetype, NULL))
			return true;
	}
	return false;
}

bool unreserve_highatomic_pageblock(struct kernel *k,
				    const struct alloc_context *ac, bool force)
{
	struct zone *zone;

	for_each_zone_zonelist_nodemask(zone, ac->zonelist, ac->highest_zoneidx,
					ac->nodemask)
	{
		if (!force &&
		    zone->nr_reserved_highatomic <= pageblock_nr_pages)
			continue;
		if (unreserve_one(k, zone, ac->migratetype))
			return true;
	}
	return false;
}
