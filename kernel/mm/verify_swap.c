/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/verify.h"

/*
 * The verifier's questions about swap: is each slot counted for exactly those
 * who name it, has the swap cache a page wherever a slot says so and nowhere
 * else, and do the areas' sums follow?
 *
 * Entries of page tables are tallied by slot as the tables are walked, files
 * of memory and the caches afterwards. Whoever changes a count changes what
 * names the slot before he sleeps; so the tally must fit to the last name,
 * whoever is asleep: the task that waits for a slot's page still has its
 * entry, the fork half done has counted what it has copied. One thing alone is
 * seen in the middle: a slot is marked as cached, and its page waits for
 * memory to be put there (swap_state.nr_arriving).
 */

#include <stdlib.h>

#include "kernel/fs/fs.h"
#include "kernel/lib/bug.h"
#include "kernel/mm/internal.h"
#include "kernel/mm/kobj.h"
#include "kernel/mm/swapfile.h"

/* In the unit of verify_state.cost. */
#define SLOTS_PER_COST 4
#define COST_ITEM      2 /* of an xarray */

static const struct swap_info_struct *area_of(const struct verify *v,
					      uint32_t type)
{
	return v->k->swap.info[type];
}

/* ---- who names a slot --------------------------------------------------------- */

void verify_swap_begin(struct verify *v)
{
	const struct swap_state *swap = &v->k->swap;

	for (uint32_t type = 0; type < swap->nr_swapfiles; type++) {
		const struct swap_info_struct *si = area_of(v, type);

		if (!(si->flags & SWP_USED) || !si->swap_map)
			continue;
		v->slots[type] = calloc(si->max, sizeof(*v->slots[type]));
		BUG_ON(!v->slots[type]);
		v->cost += si->max / SLOTS_PER_COST;
	}
}

/* NULL, said in the log: there is none. */
static struct verify_slot *slot_of(struct verify *v, swp_entry_t entry)
{
	const uint32_t type = swp_type(entry);

	if (type < NR_SWAP_TYPES && v->slots[type] &&
	    swp_offset(entry) < area_of(v, type)->max)
		return &v->slots[type][swp_offset(entry)];
	verify_fail(v, "swap entry 0x%08x names slot %u of area %u: no such",
		    entry.val, swp_offset(entry), type);
	return NULL;
}

void verify_swap_entry(struct verify *v, swp_entry_t entry)
{
	struct verify_slot *slot = v->notes ? slot_of(v, entry) : NULL;

	if (slot)
		slot->entries++;
}

static void tally_file(struct verify *v, const struct inode *inode)
{
	uint32_t index = 0, nr = 0;
	const void *item;

	while ((item = xa_find(&inode->i_data.i_pages, &index, UINT32_MAX))) {
		struct verify_slot *slot = NULL;

		v->cost += COST_ITEM;
		nr += xa_is_value(item);
		if (xa_is_value(item) &&
		    !non_swap_entry(radix_to_swp_entry(item)))
			slot = slot_of(v, radix_to_swp_entry(item));
		if (slot)
			slot->files++;
		if (index++ == UINT32_MAX)
			break;
	}
	if (inode->i_swapped != nr)
		verify_fail(v, "a file has %u pages swapped, counted %u",
			    inode->i_swapped, nr);
}

static void tally_files(struct verify *v)
{
	const struct inode *inode;

	list_for_each_entry(inode, &v->k->swap.shmem_swaplist, i_swaplist)
		tally_file(v, inode);
}

/* Shadows of pages stand between the pages. */
static void tally_cache(struct verify *v, const struct swap_info_struct *si)
{
	uint32_t index = 0, nr = 0;
	void *item;

	for (; (item = xa_find(&si->cache.i_pages, &index, si->max - 1));
	     index++) {
		const struct page *page = item;

		v->cost += COST_ITEM;
		if (xa_is_value(item))
			continue;
		nr++;
		v->slots[si->type][index].cached = true;
		if (!PageSwapCache(page) ||
		    page->private != swp_entry(si->type, index).val)
			verify_fail(v,
				    "pfn 0x%05x, cached for slot %u of swap "
				    "area %u, says it is for 0x%08x",
				    page_to_pfn(v->k, page), index, si->type,
				    (uint32_t)page->private);
	}
	v->nr_in_swap_caches += nr;
	if (si->cache.nrpages != nr)
		verify_fail(v, "swap area %u has %u pages cached, counted %u",
			    si->type, si->cache.nrpages, nr);
}

/* ---- what is counted for it ----------------------------------------------------- */

static void verify_slot(struct verify *v, const struct swap_info_struct *si,
			uint32_t offset)
{
	const struct verify_slot *slot = &v->slots[si->type][offset];
	const swap_count_t map = si->swap_map[offset];
	const swap_count_t count = swap_count(map);
	uint32_t entries = count, files = 0;

	if (count == SWAP_MAP_SHMEM || count == SWAP_MAP_BAD) {
		entries = 0;
		files = count == SWAP_MAP_SHMEM;
	}
	if (slot->entries != entries || slot->files != files)
		verify_fail(v,
			    "slot %u of swap area %u is counted 0x%04x, named "
			    "by %u entries and %u files",
			    offset, si->type, map, slot->entries, slot->files);
	if (slot->cached && !(map & SWAP_HAS_CACHE))
		verify_fail(v,
			    "slot %u of swap area %u is cached, and counted "
			    "0x%04x",
			    offset, si->type, map);
	v->nr_arriving += !slot->cached && map & SWAP_HAS_CACHE;
	if (!map && (offset < si->lowest_bit || offset > si->highest_bit))
		verify_fail(v,
			    "slot %u of swap area %u is free, beyond %u to %u",
			    offset, si->type, si->lowest_bit, si->highest_bit);
}

static void verify_area(struct verify *v, const struct swap_info_struct *si)
{
	uint32_t inuse = 0, usable = 0;

	for (uint32_t i = 0; i < si->max; i++) {
		const swap_count_t map = si->swap_map[i];

		verify_slot(v, si, i);
		inuse += map && map != SWAP_MAP_BAD;
		usable += map != SWAP_MAP_BAD;
	}
	if (si->inuse_pages != inuse || si->pages != usable)
		verify_fail(v,
			    "swap area %u has %u of %u slots in use, counted "
			    "%u of %u",
			    si->type, si->inuse_pages, si->pages, inuse,
			    usable);
}

/* ---- where the next slot is looked for --------------------------------------------- */

static void verify_cluster(struct verify *v, const struct swap_info_struct *si,
			   uint32_t index)
{
	const struct swap_cluster_info *info = &si->cluster_info[index];
	const uint32_t first = index * SWAPFILE_CLUSTER;
	uint32_t used = 0;

	for (uint32_t i = first; i < first + SWAPFILE_CLUSTER; i++)
		used += i >= si->max || si->swap_map[i];
	if (info->count != used || info->free != !used)
		verify_fail(v,
			    "cluster %u of swap area %u has %u slots in use, "
			    "counted %u, %s",
			    index, si->type, used, info->count,
			    info->free ? "free" : "not free");
}

/* Those that are wholly free are on the list, each once. */
static void verify_clusters(struct verify *v, const struct swap_info_struct *si)
{
	const uint32_t nr = (si->max + SWAPFILE_CLUSTER - 1) / SWAPFILE_CLUSTER;
	uint32_t nr_free = 0, on_list = 0, last = CLUSTER_NULL;

	if (!si->cluster_info)
		return;
	for (uint32_t index = 0; index < nr; index++) {
		verify_cluster(v, si, index);
		nr_free += si->cluster_info[index].free;
	}
	for (uint32_t index = si->free_clusters.head;
	     index < nr && on_list <= nr_free;
	     index = si->cluster_info[index].next) {
		on_list += si->cluster_info[index].free;
		last = index;
	}
	if (on_list != nr_free || (nr_free && last != si->free_clusters.tail))
		verify_fail(v,
			    "swap area %u has %u free clusters, %u on the list",
			    si->type, nr_free, on_list);
}

static void verify_order(struct verify *v, const struct swap_info_struct *si,
			 const struct swap_info_struct *before)
{
	if (before && before->prio < si->prio)
		verify_fail(v,
			    "swap area %u of priority %d stands behind area "
			    "%u of %d",
			    si->type, si->prio, before->type, before->prio);
}

/* Both lists are by priority; on one are those with room alone. */
static void verify_area_lists(struct verify *v)
{
	const struct swap_state *swap = &v->k->swap;
	const struct swap_info_struct *si, *before = NULL;
	int active = 0, avail = 0;

	if (!swap->nr_swapfiles)
		return;
	list_for_each_entry(si, &swap->active, list) {
		verify_order(v, si, before);
		before = si;
		active++;
	}
	before = NULL;
	list_for_each_entry(si, &swap->avail, avail_list) {
		verify_order(v, si, before);
		before = si;
		avail++;
	}
	for (uint32_t type = 0; type < swap->nr_swapfiles; type++) {
		bool room;

		si = area_of(v, type);
		room = si->flags & SWP_WRITEOK && si->inuse_pages < si->pages;
		if (si->available != room)
			verify_fail(v, "swap area %u %s room, and is %slisted",
				    type, room ? "has" : "hasn't",
				    room ? "not " : "");
		active -= !!(si->flags & SWP_WRITEOK);
		avail -= si->available;
	}
	if (active || avail)
		verify_fail(v, "lists of swap areas have %+d and %+d too many",
			    active, avail);
}

/* An area that swapoff() empties gives nothing, and takes back what it gave. */
static void verify_sums(struct verify *v)
{
	const struct swap_state *swap = &v->k->swap;
	int64_t total = 0, nr_free = 0;

	for (uint32_t type = 0; type < swap->nr_swapfiles; type++) {
		const struct swap_info_struct *si = area_of(v, type);

		if (!v->slots[type])
			continue;
		total += si->flags & SWP_WRITEOK ? si->pages : 0;
		nr_free -= si->inuse_pages;
	}
	nr_free += total;
	if (swap->nr_swap_pages != nr_free || swap->total_swap_pages != total)
		verify_fail(v,
			    "nr_swap_pages is %lld of %lld, by the areas "
			    "%lld of %lld",
			    (long long)swap->nr_swap_pages,
			    (long long)swap->total_swap_pages,
			    (long long)nr_free, (long long)total);
	if (swap->nr_arriving != v->nr_arriving)
		verify_fail(v,
			    "%u slots wait for the page that they say is "
			    "cached, %u pages are on their way",
			    v->nr_arriving, swap->nr_arriving);
}

void verify_swap(struct verify *v)
{
	if (v->k->swap.nr_swapfiles)
		tally_files(v);
	for (uint32_t type = 0; type < v->k->swap.nr_swapfiles; type++) {
		const struct swap_info_struct *si = area_of(v, type);

		if (!v->slots[type])
			continue;
		tally_cache(v, si);
		verify_area(v, si);
		verify_clusters(v, si);
	}
	verify_area_lists(v);
	verify_sums(v);
	verify_item(v, NR_SWAPCACHED, v->nr_swapcached);
	if (v->nr_swapcached != v->nr_in_swap_caches)
		verify_fail(v,
			    "%lld pages say that they are in the swap cache, "
			    "%lld are",
			    (long long)v->nr_swapcached,
			    (long long)v->nr_in_swap_caches);
	for (uint32_t type = 0; type < v->k->swap.nr_swapfiles; type++)
		free(v->slots[type]);
}
