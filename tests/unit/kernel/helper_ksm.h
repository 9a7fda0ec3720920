/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_UNIT_KERNEL_HELPER_KSM_H
#define TESTS_UNIT_KERNEL_HELPER_KSM_H

/* A process whose pages are merged when the test says so: there is no ksmd. */

#include "tests/unit/kernel/helper_verify.h"

#include "kernel/mm/ksm_internal.h"
#include "kernel/mm/migrate.h"
#include "kernel/mm/slab.h"

#define RW    (PROT_READ | PROT_WRITE)
#define VA    0x10000000u
#define AT(i) (VA + (i)*PAGE_SIZE)

/* So many rounds over all memory; the books agree then. */
static inline void scan(struct user_mm *u, int rounds)
{
	const uint32_t until = u->k->ksm.scan.seqnr + (uint32_t)rounds;

	sync_mm_rss(u->curr, u->mm);
	while (u->k->ksm.scan.seqnr < until)
		ksm_do_scan(u->curr);
	verify_ok(u);
}

/* @nr mergeable pages, none of them touched. */
static inline struct user_mm *ksm_begin(const struct fake_hw_config *config,
					uint32_t nr)
{
	struct user_mm *u = user_mm_create(config);

	ksm_setup(u->curr);
	map(u, VA, nr * PAGE_SIZE, RW, MAP_PRIVATE | MAP_FIXED);
	assert_int_equal(do_madvise(u->curr, u->curr->mm, VA, nr * PAGE_SIZE,
				    MADV_MERGEABLE),
			 0);
	return u;
}

static inline void ksm_end(struct user_mm *u, uint32_t nr)
{
	struct ksm_state *ksm = &u->k->ksm;

	assert_int_equal(unmap(u, VA, nr * PAGE_SIZE), 0);
	ksm_shutdown(u->curr);
	assert_int_equal(ksm->rmap_items, 0);
	assert_true(list_empty(&ksm->migrate_nodes));
	if (u->mm->ksm_slot)
		ksm_free_mm_slot(u->curr, u->mm->ksm_slot);
	kmem_cache_destroy(u->curr, ksm->rmap_item_cache);
	kmem_cache_destroy(u->curr, ksm->stable_node_cache);
	kmem_cache_destroy(u->curr, ksm->mm_slot_cache);
	ksm->rmap_item_cache = NULL;
	user_mm_destroy(u);
}

static inline struct ksm_stable_node *node_at(struct user_mm *u, uint32_t i)
{
	return page_stable_node(page_at(u, AT(i)));
}

/*
 * @page goes to other memory of node @nid. False: a place of it isn't known,
 * which ksmd mends when it comes by.
 */
static inline bool try_to_move(struct user_mm *u, struct page *page, int nid)
{
	struct migration_target_control mtc = {nid, GFP_HIGHUSER_MOVABLE |
							    __GFP_THISNODE};
	struct list_head list;
	unsigned int nr = 0;

	INIT_LIST_HEAD(&list);
	assert_true(isolate_for_migration(u->curr, page, &list));
	migrate_pages(u->curr, &list, alloc_migration_target, NULL, &mtc,
		      MIGRATE_ASYNC, MR_COMPACTION, &nr);
	putback_movable_pages(u->curr, &list);
	verify_ok(u);
	return nr;
}

static inline void migrate_to(struct user_mm *u, struct page *page, int nid)
{
	assert_true(try_to_move(u, page, nid));
}

#endif
