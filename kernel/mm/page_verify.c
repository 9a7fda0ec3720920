/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/mm_init.h"

/*
 * The books of physical memory, checked from outside: what each frame says of
 * itself against what lists and counters say. Part of kernel_verify().
 */

#include "kernel/lib/printk.h"
#include "kernel/mm/cma.h"
#include "kernel/mm/page_alloc.h"
#include "kernel/mm/page_flags.h"

struct count {
	struct kernel *k;
	unsigned int nr_errors;
};

static void complain(struct count *c, const struct page *page, const char *what)
{
	if (c->nr_errors++ < 20)
		printk(c->k,
		       "verify: frame %#x: %s (flags %#x, count %d, "
		       "mapcount %d, private %llu)",
		       page_to_pfn(c->k, page), what, page->flags,
		       page->_refcount, page->_mapcount,
		       (unsigned long long)page->private);
}

static void complain_zone(struct count *c, const struct zone *zone,
			  const char *what, int64_t is, int64_t want)
{
	if (c->nr_errors++ < 20)
		printk(c->k, "verify: zone %s: %s is %lld, should be %lld",
		       zone->name, what, (long long)is, (long long)want);
}

/* ---- the buddy --------------------------------------------------------------- */

static void check_free_block(struct count *c, const struct zone *zone,
			     struct page *page, unsigned int order)
{
	pfn_t pfn = page_to_pfn(c->k, page);
	const struct page *buddy = pfn_to_page(c->k, pfn ^ 1u << order);

	if (!PageBuddy(page) || buddy_order(page) != order)
		complain(c, page, "on a free list, but not a free block");
	if (pfn & ((1u << order) - 1))
		complain(c, page, "not aligned to its order");
	if (page_zone(c->k, page) != zone)
		complain(c, page, "on another zone's free list");
	if (order < MAX_ORDER - 1 && PageBuddy(buddy) &&
	    buddy_order(buddy) == order && page_zone(c->k, buddy) == zone)
		complain(c, page, "not merged with its free buddy");
	if (PageDeferred(page) && order < MAX_ORDER - 1)
		complain(c, page, "deferred, but not a whole block");
	for (uint32_t i = 0; i < (PageDeferred(page) ? 1 : 1u << order); i++)
		if (page[i]._refcount || (i && PageBuddy(&page[i])) ||
		    page_zone(c->k, &page[i]) != zone)
			complain(c, &page[i], "part of a free block, but not");
}

/*
 * Free pages may lie on another list than their pageblock's, but not on CMA's
 * or a closed one's: those have all of their free pages, and no others.
 */
static void check_list(struct count *c, const struct page *page,
		       enum migratetype list)
{
	enum migratetype block = get_pageblock_migratetype(c->k, page);

	if (block != list && (block >= MIGRATE_CMA || list >= MIGRATE_CMA))
		complain(c, page, "on a free list that its pageblock isn't of");
}

static void check_free_area(struct count *c, struct zone *zone,
			    unsigned int order, int64_t *nr_free,
			    int64_t *nr_cma)
{
	struct free_area *area = &zone->free_area[order];
	uint32_t nr_blocks = 0;
	struct page *page;

	for (int type = 0; type < MIGRATE_TYPES; type++)
		list_for_each_entry(page, &area->free_list[type], buddy_list) {
			check_free_block(c, zone, page, order);
			check_list(c, page, (enum migratetype)type);
			nr_blocks++;
			if (type != MIGRATE_ISOLATE)
				*nr_free += 1 << order;
			if (type == MIGRATE_CMA)
				*nr_cma += 1 << order;
		}
	if (nr_blocks != area->nr_free)
		complain_zone(c, zone, "nr_free", area->nr_free, nr_blocks);
}

static void check_pcp(struct count *c, struct zone *zone,
		      const struct per_cpu_pages *pcp)
{
	int count = 0;
	struct page *page;

	for (int i = 0; i < NR_PCP_LISTS; i++)
		list_for_each_entry(page, &pcp->lists[i], buddy_list) {
			count += 1 << i / MIGRATE_PCPTYPES;
			if (page->_refcount || PageBuddy(page) ||
			    page_zone(c->k, page) != zone)
				complain(c, page, "on a per-CPU list");
		}
	if (count != pcp->count)
		complain_zone(c, zone, "pages of a CPU", pcp->count, count);
}

/* ---- pageblocks of CMA, and closed ones ------------------------------------------ */

/* Could a migration move it, or a driver give it back? Or is it a target? */
static bool may_be_in_cma(struct kernel *k, const struct page *page)
{
	if (PageBuddy(page) || !page->_refcount || PageLocked(page) ||
	    PageHWPoison(page) || page_zone(k, page)->compact.nr_running)
		return true;
	return page->mapping || PageLRU(page) || PageUptodate(page) ||
	       cma_pfn_taken(&k->mem.cma, page_to_pfn(k, page));
}

static void check_cma_pageblock(struct count *c, pfn_t pfn)
{
	for (pfn_t i = pfn; i < pfn + pageblock_nr_pages; i++) {
		const struct page *page = pfn_to_page(c->k, i);

		if (PageReserved(page) || PageSlab(page) || PageHead(page) ||
		    page->compound_head || !may_be_in_cma(c->k, page))
			complain(c, page, "can't be moved out of CMA");
		if (PageBuddy(page))
			i += (1u << buddy_order(page)) - 1;
	}
}

static void check_pageblocks(struct count *c, const struct zone *zone)
{
	uint32_t nr_cma = 0, nr_isolate = 0;
	pfn_t pfn = zone->zone_start_pfn & ~(pageblock_nr_pages - 1);

	for (; pfn < zone_end_pfn(zone); pfn += pageblock_nr_pages) {
		const struct page *page = pfn_to_page(
			c->k, pfn < zone->zone_start_pfn ? zone->zone_start_pfn
							 : pfn);
		enum migratetype type = get_pageblock_migratetype(c->k, page);

		nr_isolate += type == MIGRATE_ISOLATE;
		if (type == MIGRATE_CMA) {
			nr_cma += pageblock_nr_pages;
			check_cma_pageblock(c, pfn);
		}
	}
	if (nr_isolate != zone->nr_isolate_pageblock)
		complain_zone(c, zone, "closed pageblocks",
			      zone->nr_isolate_pageblock, nr_isolate);
	if (!nr_isolate && nr_cma != zone->cma_pages)
		complain_zone(c, zone, "pages of CMA", zone->cma_pages, nr_cma);
}

static void check_zone(struct count *c, struct zone *zone)
{
	int64_t nr_free = 0, nr_cma = 0;

	for (unsigned int order = 0; order < MAX_ORDER; order++)
		check_free_area(c, zone, order, &nr_free, &nr_cma);
	for (unsigned int cpu = 0; cpu < c->k->hw.nr_cpus; cpu++)
		check_pcp(c, zone, &zone->pcp[cpu]);
	check_pageblocks(c, zone);
	if (zone->vm_stat[NR_FREE_PAGES] != nr_free)
		complain_zone(c, zone, "NR_FREE_PAGES",
			      zone->vm_stat[NR_FREE_PAGES], nr_free);
	if (zone->vm_stat[NR_FREE_CMA] != nr_cma)
		complain_zone(c, zone, "NR_FREE_CMA",
			      zone->vm_stat[NR_FREE_CMA], nr_cma);
}

unsigned int verify_page_alloc(struct kernel *k)
{
	struct count c = {.k = k};
	struct zone *zone;

	for_each_zone(zone, k)
		check_zone(&c, zone);
	return c.nr_errors;
}
