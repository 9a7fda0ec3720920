/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/page_alloc.h"

/*
 * Reclaim (mm/vmscan.c).
 *
 * MODEL: kswapd does not exist, its calls are traced and nobody comes; and
 * direct reclaim frees two things: pages that a program gave up by MADV_FREE
 * and hasn't written to since (Linux spares those for a while that were read
 * since), and file names that no one uses, with their inodes and clean pages
 * (Linux's shrink_slab() on the dentry cache). Pages of files in use and of
 * programs stay.
 */

#include "kernel/arch/arm/pgtable.h"
#include "kernel/mm/gfp.h"
#include "kernel/mm/mm.h"
#include "kernel/mm/page_flags.h"
#include "kernel/mm/rmap.h"
#include "kernel/mm/swap.h"
#include "kernel/mm/trace_kmem.h"
#include "kernel/state.h"

/* Names that are asked for at once. */
#define SHRINK_BATCH     128
/* So many pages are enough for one call. */
#define SWAP_CLUSTER_MAX 32
/* Of the names, the 2^-12th part is looked at first. */
#define DEF_PRIORITY     12

/* Has one of the zones that such an allocation may use enough of it? */
static bool pgdat_balanced(const struct pglist_data *pgdat, unsigned int order,
			   enum zone_type highest_zoneidx)
{
	bool any = false;

	for (int i = 0; i <= (int)highest_zoneidx; i++) {
		const struct zone *zone = &pgdat->node_zones[i];

		if (!managed_zone(zone))
			continue;
		if (zone_watermark_ok(zone, order,
				      wmark_pages(zone, WMARK_HIGH),
				      highest_zoneidx, 0))
			return true;
		any = true;
	}
	return !any;
}

static bool pgdat_watermark_boosted(const struct pglist_data *pgdat,
				    enum zone_type highest_zoneidx)
{
	for (int i = 0; i <= (int)highest_zoneidx; i++)
		if (pgdat->node_zones[i].watermark_boost)
			return true;
	return false;
}

void wakeup_kswapd(struct task_struct *curr, struct zone *zone, gfp_t gfp,
		   unsigned int order, enum zone_type highest_zoneidx)
{
	const struct pglist_data *pgdat = zone->zone_pgdat;

	if (pgdat_balanced(pgdat, order, highest_zoneidx) &&
	    !pgdat_watermark_boosted(pgdat, highest_zoneidx))
		return;
	trace_mm_vmscan_wakeup_kswapd(curr->k, pgdat->node_id, order, gfp);
}

/* ---- pages given up by MADV_FREE ------------------------------------------------ */

static bool entry_permits(struct page *page, struct vm_area_struct *vma,
			  vaddr_t vaddr, void *arg)
{
	const pte_t *pte = page_vma_mapped(page, vma, vaddr);
	bool *permitted = arg;

	if (pte)
		*permitted = !pte_dirty(*pte) && !(vma->vm_flags & VM_LOCKED);
	return *permitted;
}

static bool unmap_entry(struct page *page, struct vm_area_struct *vma,
			vaddr_t vaddr, void *arg)
{
	struct task_struct *curr = arg;
	pte_t *pte = page_vma_mapped(page, vma, vaddr);

	if (!pte)
		return true;
	ptep_clear_flush(curr, vma, vaddr, pte);
	add_mm_counter(vma->vm_mm, MM_ANONPAGES, -1);
	page_remove_rmap(curr->k, page, vma);
	put_page(curr, page);
	return page_mapped(page);
}

/* Its content is lost, and each of its places reads as zeroes. */
static void discard(struct task_struct *curr, struct page *page)
{
	struct rmap_walk_control unmap = {curr, unmap_entry};

	get_page(page); /* the walk looks at it to the end */
	rmap_walk(page, &unmap);
	put_page(curr, page);
	count_vm_event(curr->k, PGLAZYFREED);
}

static bool is_lazyfree(const struct page *page)
{
	return PageAnon(page) && !PageSwapBacked(page);
}

/* True: freed. Who uses it just now, or has written to it, keeps it. */
static bool shrink_lazyfree_page(struct task_struct *curr, struct page *page)
{
	bool permitted = !PageDirty(page);
	struct rmap_walk_control ask = {&permitted, entry_permits};

	if (PageLocked(page) || page_count(page) != page_mapcount(page))
		return false;
	rmap_walk(page, &ask);
	if (permitted)
		discard(curr, page);
	else
		keep_lazyfree_page(curr->k, page);
	return permitted;
}

/* The oldest first. */
static void shrink_lazyfree(struct task_struct *curr,
			    struct list_head *inactive_file)
{
	struct list_head *pos = inactive_file->prev;
	uint32_t freed = 0;

	if (!pos) /* so early in the boot there are no lists yet */
		return;
	while (pos != inactive_file && freed < SWAP_CLUSTER_MAX) {
		struct page *page = list_entry(pos, struct page, lru);

		pos = pos->prev;
		if (is_lazyfree(page))
			freed += shrink_lazyfree_page(curr, page);
	}
}

/* ---- direct reclaim ----------------------------------------------------------------- */

/* Of unused names the 2^-@priority'th part, the longest unused first. */
static uint32_t shrink_names(struct task_struct *curr, int priority)
{
	const struct vfs_state *vfs = &curr->k->vfs;
	uint32_t nr = vfs->nr_dentry_unused >> priority;

	if (!vfs->shrinker)
		return 0;
	return vfs->shrinker(curr, nr > SHRINK_BATCH ? nr : SHRINK_BATCH);
}

/*
 * Harder with each round, until enough pages came free, whoever gave them.
 * Names count as progress, too: they are gone long before the slabs are that
 * held them, and what they made room for may be another name.
 */
uint32_t try_to_free_pages(struct task_struct *curr, struct zonelist *zonelist,
			   unsigned int order, gfp_t gfp)
{
	const uint64_t *freed = &curr->k->vmstat.event[PGFREE];
	uint64_t before = *freed;
	uint32_t names = 0;

	(void)zonelist;
	(void)order;
	lru_add_drain(curr);
	for (int nid = 0; nid < NR_LRUVECS; nid++)
		shrink_lazyfree(
			curr,
			&curr->k->user.lruvec[nid].lists[LRU_INACTIVE_FILE]);
	for (int priority = DEF_PRIORITY;
	     priority >= 0 && *freed - before < SWAP_CLUSTER_MAX; priority--)
		if (gfp & __GFP_FS)
			names += shrink_names(curr, priority);
	return (uint32_t)(*freed - before) + names;
}
