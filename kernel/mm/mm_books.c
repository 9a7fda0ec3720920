/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/kernel.h"

/*
 * The memory manager's books as viewers see them: slab caches, LRU lists with
 * kswapd, swap areas. Linux has these in /proc/slabinfo, zoneinfo and swaps.
 * Reads everything, changes nothing.
 */

#include <string.h>

#include "kernel/mm/kobj.h"
#include "kernel/mm/slab_internal.h"
#include "kernel/mm/swap_info.h"
#include "kernel/mm/vmstat.h"
#include "kernel/task/sched.h"

/* ---- slab caches ----------------------------------------------------------------- */

void kernel_for_each_cache(const struct kernel *k,
			   void (*each)(void *arg,
					const struct kernel_cache *cache),
			   void *arg)
{
	const struct slab_state *slab = &k->mem.slab;
	const struct kmem_cache *cache;

	if (!slab->ops->get_slabinfo)
		return;
	list_for_each_entry(cache, &slab->slab_caches, list) {
		struct slabinfo info = {0};

		slab->ops->get_slabinfo(k, cache, &info);
		each(arg, &(struct kernel_cache){
				  .name = cache->name,
				  .number = cache->number,
				  .object_size = cache->size,
				  .slab_frames = 1u << info.cache_order,
				  .slab_objects = info.objects_per_slab,
				  .active = info.active_objs,
				  .objects = info.num_objs,
				  .slabs = info.num_slabs,
			  });
	}
}

/* ---- LRU lists -------------------------------------------------------------------- */

struct kernel_pressure kernel_pressure(const struct kernel *k)
{
	struct kernel_pressure pressure = {
		.oom_kills = k->vmstat.event[OOM_KILL],
		.swapped_out = k->vmstat.event[PSWPOUT],
	};
	const struct zone *zone;

	for_each_populated_zone(zone, k) pressure.low |=
		zone->vm_stat[NR_FREE_PAGES] < wmark_pages(zone, WMARK_LOW);
	return pressure;
}

void kernel_for_each_lruvec(const struct kernel *k,
			    void (*each)(void *arg,
					 const struct kernel_lruvec *lruvec),
			    void *arg)
{
	_Static_assert(KERNEL_LRU_INACTIVE_ANON == LRU_INACTIVE_ANON + 1 &&
			       KERNEL_LRU_UNEVICTABLE == LRU_UNEVICTABLE + 1,
		       "the lists in one order");
	const struct pglist_data *pgdat;

	for_each_online_pgdat(pgdat, k)
	{
		const int64_t *stat = pgdat->vm_stat;
		struct kernel_lruvec lruvec = {
			.node = pgdat->node_id,
			.isolated = (uint64_t)(stat[NR_ISOLATED_ANON] +
					       stat[NR_ISOLATED_FILE]),
			.kswapd_runs = pgdat->kswapd &&
				       list_empty(&pgdat->kswapd_wait.head),
			.kswapd_failures = (uint32_t)pgdat->kswapd_failures,
		};

		for (int lru = 0; lru < NR_LRU_LISTS; lru++)
			lruvec.pages[KERNEL_LRU_INACTIVE_ANON + lru] =
				(uint64_t)stat[NR_INACTIVE_ANON + lru];
		each(arg, &lruvec);
	}
}

/* ---- swap -------------------------------------------------------------------------- */

static const struct swap_info_struct *area_in_use(const struct kernel *k,
						  unsigned int area)
{
	const struct swap_info_struct *si = area < NR_SWAP_TYPES
						    ? k->swap.info[area]
						    : NULL;

	return si && si->swap_map && si->flags & SWP_USED ? si : NULL;
}

void kernel_for_each_swap(const struct kernel *k,
			  void (*each)(void *arg,
				       const struct kernel_swap *swap),
			  void *arg)
{
	for (unsigned int i = 0; i < NR_SWAP_TYPES; i++) {
		const struct swap_info_struct *si = area_in_use(k, i);

		if (si)
			each(arg,
			     &(struct kernel_swap){
				     .area = i,
				     .name = si->bdev ? si->bdev->name : "",
				     .priority = si->prio,
				     .slots = si->max,
				     .used = si->inuse_pages,
			     });
	}
}

/* Without branches: neighbours are often of different kinds. */
static uint8_t slot_state(swap_count_t ent)
{
	const swap_count_t count = swap_count(ent);
	uint8_t state = (count != 0) + (count > 1 && count != SWAP_MAP_SHMEM);

	_Static_assert(KERNEL_SLOT_FREE == 0 && KERNEL_SLOT_USED == 1 &&
			       KERNEL_SLOT_SHARED == 2,
		       "the first states are sums");
	state = count == SWAP_MAP_BAD ? KERNEL_SLOT_BAD : state;
	return ent & SWAP_HAS_CACHE ? KERNEL_SLOT_CACHED : state;
}

uint64_t kernel_swap_changed(const struct kernel *k, unsigned int area,
			     uint32_t first, uint32_t nr)
{
	const struct swap_info_struct *si = area_in_use(k, area);
	uint64_t newest = 0;

	if (!si || !nr)
		return 0;
	for (uint32_t piece = first >> SWAP_PIECE_SHIFT;
	     piece <= (first + nr - 1) >> SWAP_PIECE_SHIFT; piece++) {
		const uint64_t changed = k->swap.changed[swap_piece_place(
			area, piece << SWAP_PIECE_SHIFT)];

		if (changed > newest)
			newest = changed;
	}
	return newest;
}

void kernel_swap_slots(const struct kernel *k, unsigned int area,
		       uint32_t first, uint32_t nr, uint8_t *slot)
{
	const struct swap_info_struct *si = area_in_use(k, area);
	const uint32_t end = si ? si->max : 0;
	const uint32_t inside = first >= end       ? 0
				: nr < end - first ? nr
						   : end - first;

	for (uint32_t i = 0; i < inside; i++)
		slot[i] = slot_state(si->swap_map[first + i]);
	memset(slot + inside, KERNEL_SLOT_BAD, nr - inside);
}
