/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/swap_internal.h"

/*
 * Which slot comes next (mm/swapfile.c: get_swap_pages() and
 * scan_swap_map_slots()).
 *
 * Pages that leave memory together mostly come back together, and a disk is
 * fastest in a row. So an area is filled in runs of SWAPFILE_CLUSTER slots:
 *
 *	seeks cost	the first run of that many free slots, from the
 *			beginning of the area; then slot after slot, until it
 *			is used up
 *	seeks are free	the next of the list of clusters that are wholly free,
 *			one for each CPU: what one writes stays together
 *
 * When no run is left, any free slot will do, from where the last one was. A
 * slot that only the swap cache still names counts as free once half of all
 * swap is used: the page has been read back, and needs no copy.
 *
 * Among areas of the same priority they take turns, a page each.
 *
 * MODEL: Linux takes slots 64 at a time for each CPU (mm/swap_slots.c) and
 * gives them back as lazily; what /proc/swaps shows as used runs ahead there
 * by that much. Linux starts at a random slot of a solid-state disk and mixes
 * the order of its clusters; here both begin at the beginning.
 */

#include "kernel/lib/bug.h"
#include "kernel/lib/err.h"
#include "kernel/mm/slab.h"

/* ---- the books ---------------------------------------------------------------------- */

static void cluster_list_add_tail(struct swap_info_struct *si, uint32_t index)
{
	struct swap_cluster_list *list = &si->free_clusters;

	si->cluster_info[index].free = true;
	si->cluster_info[index].next = CLUSTER_NULL;
	if (list->head == CLUSTER_NULL)
		list->head = index;
	else
		si->cluster_info[list->tail].next = index;
	list->tail = index;
}

/* Clusters that are wholly within the area and free. 0 or -ENOMEM. */
static int setup_clusters(struct task_struct *curr, struct swap_info_struct *si)
{
	const uint32_t nr = (si->max + SWAPFILE_CLUSTER - 1) / SWAPFILE_CLUSTER;

	si->cluster_info = kzalloc_obj(curr, nr * ARM_SIZEOF_SWAP_CLUSTER_INFO,
				       nr * sizeof(*si->cluster_info),
				       GFP_KERNEL);
	if (!si->cluster_info)
		return -ENOMEM;
	si->flags |= SWP_SOLIDSTATE;
	si->free_clusters.head = CLUSTER_NULL;
	for (int cpu = 0; cpu < NR_CPUS; cpu++)
		si->cpu_cluster[cpu].index = CLUSTER_NULL;
	for (uint32_t i = 0; i < nr * SWAPFILE_CLUSTER; i++)
		if (i >= si->max || si->swap_map[i])
			si->cluster_info[i / SWAPFILE_CLUSTER].count++;
	for (uint32_t index = 0; index < nr; index++)
		if (!si->cluster_info[index].count)
			cluster_list_add_tail(si, index);
	return 0;
}

/* No viewer has seen any of its slots. */
static void all_changed(struct swap_state *swap)
{
	swap->nr_changes++;
	for (int place = 0; place < SWAP_PIECE_PLACES; place++)
		swap->changed[place] = swap->nr_changes;
}

int swap_slots_init(struct task_struct *curr, struct swap_info_struct *si,
		    const uint32_t *bad, uint32_t nr_bad, bool seeks_cost)
{
	si->swap_map = kzalloc_obj(curr, si->max,
				   si->max * sizeof(swap_count_t), GFP_KERNEL);
	if (!si->swap_map)
		return -ENOMEM;
	all_changed(&curr->k->swap);
	si->swap_map[0] = SWAP_MAP_BAD;
	si->pages = si->max - 1;
	for (uint32_t i = 0; i < nr_bad; i++) {
		if (bad[i] >= si->max || si->swap_map[bad[i]])
			continue;
		si->swap_map[bad[i]] = SWAP_MAP_BAD;
		si->pages--;
	}
	si->lowest_bit = 1;
	si->highest_bit = si->max - 1;
	si->cluster_next = 1;
	return seeks_cost ? 0 : setup_clusters(curr, si);
}

void swap_slots_free(struct task_struct *curr, struct swap_info_struct *si)
{
	if (si->swap_map)
		kfree_obj(curr, si->swap_map);
	if (si->cluster_info)
		kfree_obj(curr, si->cluster_info);
	si->swap_map = NULL;
	si->cluster_info = NULL;
}

/* ---- areas with room ------------------------------------------------------------ */

/* Behind those of the same priority. */
void add_to_avail_list(struct swap_state *swap, struct swap_info_struct *si)
{
	struct list_head *pos;

	BUG_ON(si->available);
	list_for_each(pos, &swap->avail)
		if (list_entry(pos, struct swap_info_struct, avail_list)->prio <
		    si->prio)
			break;
	list_add_tail(&si->avail_list, pos);
	si->available = true;
}

void del_from_avail_list(struct swap_info_struct *si)
{
	if (!si->available)
		return;
	list_del(&si->avail_list);
	si->available = false;
}

void swap_add_to_active(struct swap_state *swap, struct swap_info_struct *si)
{
	struct list_head *pos;

	list_for_each(pos, &swap->active)
		if (list_entry(pos, struct swap_info_struct, list)->prio <
		    si->prio)
			break;
	list_add_tail(&si->list, pos);
	swap->nr_swap_pages += si->pages;
	swap->total_swap_pages += si->pages;
	si->flags |= SWP_WRITEOK;
	if (si->inuse_pages < si->pages)
		add_to_avail_list(swap, si);
}

/* ---- clusters ---------------------------------------------------------------------- */

/* Nobody takes a slot of a free cluster but from the first one. */
static void cluster_list_del_first(struct swap_info_struct *si, uint32_t index)
{
	BUG_ON(si->free_clusters.head != index);
	si->free_clusters.head = si->cluster_info[index].next;
	si->cluster_info[index].free = false;
}

static void inc_cluster_info_page(struct swap_info_struct *si, uint32_t offset)
{
	const uint32_t index = offset / SWAPFILE_CLUSTER;

	if (!si->cluster_info)
		return;
	if (si->cluster_info[index].free)
		cluster_list_del_first(si, index);
	si->cluster_info[index].count++;
}

static void dec_cluster_info_page(struct swap_info_struct *si, uint32_t offset)
{
	const uint32_t index = offset / SWAPFILE_CLUSTER;

	if (!si->cluster_info)
		return;
	if (!--si->cluster_info[index].count)
		cluster_list_add_tail(si, index);
}

/*
 * The next slot of @cpu's cluster, or of a new one. 0: all clusters have been
 * begun, so that the whole area must be searched.
 */
static uint32_t scan_ssd_cluster(struct swap_info_struct *si, int cpu)
{
	for (;;) {
		uint32_t index = si->cpu_cluster[cpu].index;
		uint32_t at, end;

		if (index == CLUSTER_NULL) {
			index = si->free_clusters.head;
			if (index == CLUSTER_NULL)
				return 0;
			si->cpu_cluster[cpu].index = index;
			si->cpu_cluster[cpu].next = index * SWAPFILE_CLUSTER;
		}
		end = (index + 1) * SWAPFILE_CLUSTER;
		if (end > si->max)
			end = si->max;
		at = si->cpu_cluster[cpu].next;
		while (at < end && si->swap_map[at])
			at++;
		si->cpu_cluster[cpu].next = at + 1;
		/* Another CPU may have taken over a cluster not begun yet. */
		if (at < end && (!si->cluster_info[index].free ||
				 index == si->free_clusters.head))
			return at;
		si->cpu_cluster[cpu].index = CLUSTER_NULL;
	}
}

/* The first free run, from the area's beginning. 0: there is none. */
static uint32_t find_free_run(const struct swap_info_struct *si)
{
	uint32_t last = si->lowest_bit + SWAPFILE_CLUSTER - 1;

	for (uint32_t at = si->lowest_bit; last <= si->highest_bit; at++) {
		if (si->swap_map[at])
			last = at + SWAPFILE_CLUSTER;
		else if (at == last)
			return at - (SWAPFILE_CLUSTER - 1);
	}
	return 0;
}

/* Where to begin looking. */
static uint32_t scan_base(struct swap_info_struct *si, int cpu)
{
	uint32_t run;

	if (si->cluster_info) {
		run = scan_ssd_cluster(si, cpu);
		return run ? run : si->cluster_next;
	}
	if (si->cluster_nr) {
		si->cluster_nr--;
		return si->cluster_next;
	}
	si->cluster_nr = SWAPFILE_CLUSTER - 1;
	if (si->pages - si->inuse_pages < SWAPFILE_CLUSTER)
		return si->cluster_next;
	run = find_free_run(si);
	return run ? run : si->lowest_bit;
}

/* ---- slots -------------------------------------------------------------------------- */

static void swap_range_alloc(struct swap_info_struct *si, uint32_t offset)
{
	if (offset == si->lowest_bit)
		si->lowest_bit++;
	if (offset == si->highest_bit)
		si->highest_bit--;
	if (++si->inuse_pages == si->pages) {
		si->lowest_bit = si->max;
		si->highest_bit = 0;
		del_from_avail_list(si);
	}
}

void swap_range_free(struct swap_state *swap, struct swap_info_struct *si,
		     uint32_t offset)
{
	dec_cluster_info_page(si, offset);
	if (offset < si->lowest_bit)
		si->lowest_bit = offset;
	if (offset > si->highest_bit)
		si->highest_bit = offset;
	if (si->flags & SWP_WRITEOK && !si->available)
		add_to_avail_list(swap, si);
	swap->nr_swap_pages++;
	si->inuse_pages--;
}

/* Free, or could be made so? */
static bool slot_available(struct task_struct *curr,
			   struct swap_info_struct *si, uint32_t offset)
{
	if (!si->swap_map[offset])
		return true;
	return si->swap_map[offset] == SWAP_HAS_CACHE &&
	       vm_swap_full(curr->k) &&
	       try_to_reclaim_swap(curr, si, offset, TTRS_ANYWAY) &&
	       !si->swap_map[offset];
}

/* From @base to the end, then from the beginning to there. 0: all in use. */
static uint32_t find_slot(struct task_struct *curr, struct swap_info_struct *si,
			  uint32_t base)
{
	if (base > si->highest_bit || base < si->lowest_bit)
		base = si->lowest_bit;
	for (uint32_t at = base; at <= si->highest_bit; at++)
		if (slot_available(curr, si, at))
			return at;
	for (uint32_t at = si->lowest_bit; at < base; at++)
		if (slot_available(curr, si, at))
			return at;
	return 0;
}

/* A slot of @si, with a count of @usage; 0: there is none. */
static uint32_t scan_swap_map(struct task_struct *curr,
			      struct swap_info_struct *si, swap_count_t usage)
{
	uint32_t offset = find_slot(curr, si, scan_base(si, curr->cpu->id));

	if (!offset)
		return 0;
	/* Of a cluster that is free only the first one is begun. */
	if (si->cluster_info &&
	    si->cluster_info[offset / SWAPFILE_CLUSTER].free)
		offset = si->free_clusters.head * SWAPFILE_CLUSTER +
			 offset % SWAPFILE_CLUSTER;
	inc_cluster_info_page(si, offset);
	swap_range_alloc(si, offset);
	si->swap_map[offset] = usage;
	swap_slot_changed(&curr->k->swap, si, offset);
	si->cluster_next = offset + 1;
	return offset;
}

swp_entry_t get_swap_page_caller(struct task_struct *curr, const char *caller)
{
	struct swap_state *swap = &curr->k->swap;
	struct swap_info_struct *si;
	uint32_t offset;

	if (swap->nr_swap_pages <= 0 ||
	    should_fail(curr, &curr->k->inject.fail_swap_slot, 1, caller))
		return (swp_entry_t){0};
	BUG_ON(list_empty(&swap->avail));
	si = list_first_entry(&swap->avail, struct swap_info_struct,
			      avail_list);
	/* Behind its equals: the next page is theirs. */
	del_from_avail_list(si);
	add_to_avail_list(swap, si);
	offset = scan_swap_map(curr, si, SWAP_HAS_CACHE);
	BUG_ON(!offset);
	swap->nr_swap_pages--;
	return swp_entry(si->type, offset);
}
