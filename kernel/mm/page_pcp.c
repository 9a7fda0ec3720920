/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/page_alloc.h"

/*
 * Per-CPU page lists (the pcp code of mm/page_alloc.c, 5.13 and later). Each
 * CPU keeps pages of each zone for itself, in a list for each small order and
 * migrate type; the buddy is visited a batch at a time. The pages on the lists
 * have no references and are not in the buddy; NR_FREE_PAGES leaves them out.
 *
 * What was freed last is handed out first: it may still be in the cache.
 *
 * /proc/vmstat's pgalloc_* and pgfree count what crosses these lists by the
 * block, whatever its order, and what passes them by in pages: so does Linux.
 */

#include "kernel/lib/bug.h"
#include "kernel/mm/page_flags.h"
#include "kernel/mm/page_isolation.h"
#include "kernel/mm/trace_kmem.h"
#include "kernel/task/sched.h"

static unsigned int order_to_pindex(enum migratetype migratetype,
				    unsigned int order)
{
	return MIGRATE_PCPTYPES * order + migratetype;
}

static unsigned int pindex_to_order(unsigned int pindex)
{
	return pindex / MIGRATE_PCPTYPES;
}

/* As it is at boot: every page passes straight through. */
void pcp_init(struct per_cpu_pages *pcp)
{
	*pcp = (struct per_cpu_pages){.high = 0, .batch = 1};
	for (int i = 0; i < NR_PCP_LISTS; i++)
		INIT_LIST_HEAD(&pcp->lists[i]);
}

/* ---- sizes --------------------------------------------------------------------- */

static int rounddown_pow_of_two(uint32_t n)
{
	return 1 << (31 - __builtin_clz(n));
}

/*
 * About a quarter of a thousandth of the zone, but at most 1 MB / 4; one less
 * than a power of two, so that batches don't fall on the same cache colours.
 */
static int zone_batchsize(const struct zone *zone)
{
	uint32_t batch = zone->managed_pages / 1024;
	int size;

	if (batch > (1u << 20) / PAGE_SIZE)
		batch = (1u << 20) / PAGE_SIZE;
	batch /= 4;
	if (batch < 1)
		batch = 1;
	size = rounddown_pow_of_two(batch + batch / 2) - 1;
	return size < 1 ? 1 : size;
}

/*
 * All CPUs' lists together may hold what lies below the low watermark, or the
 * part of the zone that the sysctl says.
 */
static int zone_highsize(const struct kernel *k, const struct zone *zone,
			 int batch)
{
	uint32_t fraction = k->mem.percpu_pagelist_high_fraction;
	uint32_t total = fraction ? zone->managed_pages / fraction
				  : wmark_pages(zone, WMARK_LOW);
	uint32_t nr_cpus = 0;
	int high;

	for (unsigned int cpu = 0; cpu < k->hw.nr_cpus; cpu++)
		nr_cpus += k->mem.cpu_node[cpu] == zone->zone_pgdat->node_id;
	if (!nr_cpus)
		nr_cpus = k->hw.nr_cpus;
	high = (int)(total / nr_cpus);
	return high > batch * 4 ? high : batch * 4;
}

void zone_pcp_update(struct kernel *k, struct zone *zone)
{
	int batch = zone_batchsize(zone);
	int high = zone_highsize(k, zone, batch);

	for (unsigned int cpu = 0; cpu < k->hw.nr_cpus; cpu++) {
		zone->pcp[cpu].batch = batch;
		zone->pcp[cpu].high = high;
	}
}

/* ---- taking ---------------------------------------------------------------------- */

static int rmqueue_bulk(struct kernel *k, struct zone *zone, unsigned int order,
			int count, struct list_head *list,
			enum migratetype migratetype, unsigned int alloc_flags)
{
	int i;

	for (i = 0; i < count; i++) {
		struct page *page = __rmqueue(k, zone, order, migratetype,
					      alloc_flags);

		if (!page)
			break;
		/* block_pages() asks; it may say what it was long ago. */
		page->compound_order = order;
		list_add_tail(&page->buddy_list, list);
	}
	return i;
}

static bool refill(struct kernel *k, struct zone *zone,
		   struct per_cpu_pages *pcp, unsigned int order,
		   struct list_head *list, enum migratetype migratetype,
		   unsigned int alloc_flags)
{
	int batch = pcp->batch, got;

	if (batch > 1) {
		batch >>= order;
		batch = batch > 2 ? batch : 2;
	}
	got = rmqueue_bulk(k, zone, order, batch, list, migratetype,
			   alloc_flags);
	pcp->count += got << order;
	pcp->nr_refills++;
	return got;
}

struct page *rmqueue_pcplist(struct task_struct *curr, struct zone *zone,
			     unsigned int order, enum migratetype migratetype,
			     unsigned int alloc_flags)
{
	struct per_cpu_pages *pcp = &zone->pcp[curr->cpu->id];
	struct list_head *list =
		&pcp->lists[order_to_pindex(migratetype, order)];
	struct page *page;

	pcp->free_factor >>= 1;
	if (list_empty(list) &&
	    !refill(curr->k, zone, pcp, order, list, migratetype, alloc_flags))
		return NULL;
	page = list_first_entry(list, struct page, buddy_list);
	list_del(&page->buddy_list);
	pcp->count -= 1 << order;
	pcp->used = true;
	count_vm_event(curr->k, (enum vm_event)(PGALLOC_DMA + zone->idx));
	return page;
}

/* ---- giving back ------------------------------------------------------------------- */

/* What a block of the CPU's lists is, unless it was isolated since. */
static enum migratetype migratetype_now(const struct kernel *k,
					const struct zone *zone,
					const struct page *page)
{
	if (unlikely(has_isolate_pageblock(zone)))
		return get_pageblock_migratetype(k, page);
	return (enum migratetype)page->migratetype;
}

static void free_last(struct kernel *k, struct zone *zone,
		      struct per_cpu_pages *pcp, unsigned int pindex)
{
	struct page *page = list_last_entry(&pcp->lists[pindex], struct page,
					    buddy_list);
	enum migratetype type = migratetype_now(k, zone, page);
	unsigned int order = pindex_to_order(pindex);

	list_del(&page->buddy_list);
	pcp->count -= 1 << order;
	__free_one_page(k, page, page_to_pfn(k, page), zone, order, type,
			false);
	trace_mm_page_pcpu_drain(k, page, order, type);
}

/* Whole lists, from @pindex on and round, each from its oldest page on. */
static void free_pcppages_bulk(struct kernel *k, struct zone *zone, int count,
			       struct per_cpu_pages *pcp, unsigned int pindex)
{
	if (count > pcp->count)
		count = pcp->count;
	pcp->nr_drains++;
	pcp->used = true;
	for (; count > 0; pindex = (pindex + 1) % NR_PCP_LISTS)
		while (count > 0 && !list_empty(&pcp->lists[pindex])) {
			free_last(k, zone, pcp, pindex);
			count -= 1 << pindex_to_order(pindex);
		}
}

/* While kswapd looks for free pages they had better not lie about here. */
static int nr_pcp_high(const struct per_cpu_pages *pcp, const struct zone *zone)
{
	if (zone->flags & 1u << ZONE_RECLAIM_ACTIVE &&
	    pcp->batch * 4 < pcp->high)
		return pcp->batch * 4;
	return pcp->high;
}

/* The more is freed in a row, the more goes back at once. */
static int nr_pcp_free(struct per_cpu_pages *pcp, int high)
{
	const int batch = pcp->batch, max = high - batch;
	int nr;

	if (high < batch) /* as it is at boot */
		return 1;
	nr = batch << pcp->free_factor;
	if (nr < max)
		pcp->free_factor++;
	if (nr > max)
		nr = max;
	return nr < batch ? batch : nr;
}

/* As many are on the lists as may be, or more. */
static void free_surplus(struct kernel *k, struct zone *zone,
			 struct per_cpu_pages *pcp, unsigned int pindex)
{
	const int high = nr_pcp_high(pcp, zone);

	/* Who only frees doesn't keep larger blocks from merging. */
	if (pcp->free_factor && pindex_to_order(pindex))
		free_pcppages_bulk(k, zone, pcp->count, pcp, pindex);
	else if (pcp->count >= high)
		free_pcppages_bulk(k, zone, nr_pcp_free(pcp, high), pcp,
				   pindex);
}

void free_unref_page(struct task_struct *curr, struct page *page,
		     unsigned int order)
{
	struct kernel *k = curr->k;
	struct zone *zone = page_zone(k, page);
	struct per_cpu_pages *pcp = &zone->pcp[curr->cpu->id];
	enum migratetype migratetype = get_pageblock_migratetype(k, page);
	unsigned int pindex;

	if (migratetype == MIGRATE_ISOLATE) {
		count_vm_events(k, PGFREE, 1u << order);
		__free_one_page(k, page, page_to_pfn(k, page), zone, order,
				migratetype, false);
		return;
	}
	count_vm_event(k, PGFREE);
	page->migratetype = (int32_t)migratetype;
	if (migratetype >= MIGRATE_PCPTYPES)
		migratetype = MIGRATE_MOVABLE;
	pindex = order_to_pindex(migratetype, order);
	list_add(&page->buddy_list, &pcp->lists[pindex]);
	pcp->count += 1 << order;
	pcp->used = true;
	free_surplus(k, zone, pcp, pindex);
}

void drain_pages_zone(struct kernel *k, int cpu, struct zone *zone)
{
	struct per_cpu_pages *pcp = &zone->pcp[cpu];

	if (pcp->count)
		free_pcppages_bulk(k, zone, pcp->count, pcp, 0);
}

void drain_zone_pages(struct kernel *k, struct zone *zone,
		      struct per_cpu_pages *pcp)
{
	free_pcppages_bulk(k, zone, pcp->batch, pcp, 0);
}

void drain_local_pages(struct kernel *k, int cpu)
{
	struct zone *zone;

	for_each_zone(zone, k)
		drain_pages_zone(k, cpu, zone);
}

void drain_all_pages(struct kernel *k)
{
	for (unsigned int cpu = 0; cpu < k->hw.nr_cpus; cpu++)
		drain_local_pages(k, (int)cpu);
}
