/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/workingset.h"

/*
 * Which reclaimed pages were part of a working set (mm/workingset.c).
 *
 * A page that leaves memory leaves a shadow in its place in the xarray: what
 * the node's clock said, which counts pages that left or became active. When
 * it is read again, the difference to the clock now (the refault distance) is
 * how many pages more inactive memory would have had to hold for the page to
 * be still there. If the active pages are at least as many, they have the
 * place that it needed: then it comes back as an active one, to compete with
 * them. So a working set larger than the inactive list gets into memory, and
 * one larger than all memory doesn't push out what is used more often.
 *
 * Shadows cost nodes of xarrays. A node that holds nothing else may be dropped
 * (oldest first) when there are more than would describe all of memory eight
 * times over: such old distances say nothing.
 *
 * Invariant: a shadow is 31 bits: the clock's low ones, the node, and whether
 * the page was known to belong to a working set (PG_workingset).
 */

#include "kernel/mm/kobj.h"
#include "kernel/mm/page_flags.h"
#include "kernel/mm/swap.h"
#include "kernel/mm/swapfile.h"

#define NODES_SHIFT   2
#define EVICTION_BITS (31 - NODES_SHIFT - 1)
#define EVICTION_MASK ((1u << EVICTION_BITS) - 1)

/* ---- shadows -------------------------------------------------------------------- */

static void *pack_shadow(int nid, uint64_t eviction, bool workingset)
{
	uint32_t value = (uint32_t)eviction & EVICTION_MASK;

	value = value << NODES_SHIFT | (uint32_t)nid;
	return xa_mk_value(value << 1 | workingset);
}

void *workingset_eviction(struct kernel *k, const struct page *page)
{
	const int nid = page_to_nid(page);
	struct lruvec *lruvec = &k->user.lruvec[nid];
	const uint64_t eviction = lruvec->nonresident_age;

	workingset_age_nonresident(lruvec, 1);
	return pack_shadow(nid, eviction, PageWorkingset(page));
}

/* Pages that would have to make room for one more of its kind. */
static int64_t workingset_size(const struct kernel *k, int nid, bool file)
{
	const int64_t *vm_stat = k->mem.node_data[nid].vm_stat;
	int64_t size = vm_stat[NR_ACTIVE_FILE];

	if (!file)
		size += vm_stat[NR_INACTIVE_FILE];
	if (get_nr_swap_pages(k) > 0) {
		size += vm_stat[NR_ACTIVE_ANON];
		if (file)
			size += vm_stat[NR_INACTIVE_ANON];
	}
	return size;
}

void workingset_refault(struct kernel *k, struct page *page, const void *shadow)
{
	const uint32_t value = xa_to_value(shadow);
	const int nid = (int)(value >> 1 & ((1u << NODES_SHIFT) - 1));
	const uint32_t eviction = value >> (NODES_SHIFT + 1);
	const bool file = page_is_file_lru(page);
	struct lruvec *lruvec = &k->user.lruvec[nid];
	uint32_t distance;

	/* Modulo the bits that were kept: the clock may have gone round. */
	distance = ((uint32_t)lruvec->nonresident_age - eviction) &
		   EVICTION_MASK;
	mod_page_state(k, page, WORKINGSET_REFAULT_ANON + file, 1);
	if (distance > workingset_size(k, nid, file))
		return;
	SetPageActive(page);
	workingset_age_nonresident(lruvec, 1);
	mod_page_state(k, page, WORKINGSET_ACTIVATE_ANON + file, 1);
	if (!(value & 1))
		return;
	/* It was active before, and was thrown out all the same. */
	SetPageWorkingset(page);
	lru_note_cost(k, page_to_nid(page), file, 1);
	mod_page_state(k, page, WORKINGSET_RESTORE_ANON + file, 1);
}

void workingset_activation(struct kernel *k, const struct page *page)
{
	workingset_age_nonresident(&k->user.lruvec[page_to_nid(page)], 1);
}

/* ---- nodes with nothing but shadows ------------------------------------------------ */

static uint32_t count_shadow_nodes(struct task_struct *curr,
				   struct shrinker *shrinker,
				   struct shrink_control *sc)
{
	const struct kernel *k = curr->k;
	const struct pglist_data *pgdat;
	uint32_t pages = 0;

	(void)shrinker, (void)sc;
	for_each_online_pgdat(pgdat, k) pages += pgdat->node_present_pages;
	/* 64 shadows a node, of which an eighth may be in use. */
	return k->user.nr_shadow_nodes > pages >> 3
		       ? k->user.nr_shadow_nodes - (pages >> 3)
		       : 0;
}

static uint32_t scan_shadow_nodes(struct task_struct *curr,
				  struct shrinker *shrinker,
				  struct shrink_control *sc)
{
	uint32_t freed = 0;

	(void)shrinker;
	while (freed < sc->nr_to_scan && xa_drop_shadow_node(curr))
		freed++;
	mod_global_state(curr->k, WORKINGSET_NODERECLAIM, freed);
	return freed;
}

void workingset_init(struct task_struct *curr)
{
	struct kernel *k = curr->k;

	INIT_LIST_HEAD(&k->user.shadow_nodes);
	k->user.workingset_shadow_shrinker = (struct shrinker){
		.count = count_shadow_nodes,
		.scan = scan_shadow_nodes,
		.name = "scan_shadow_nodes",
	};
	register_shrinker(curr, &k->user.workingset_shadow_shrinker);
}
