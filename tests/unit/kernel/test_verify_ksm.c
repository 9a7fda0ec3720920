/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * The verifier shouts about merged pages when it should. Eight pages: four of
 * one content, which two may share each, two of another, two that are like no
 * other. Then what pages go through without a disk: COW, fork, migration.
 */

#include "tests/unit/kernel/helper_ksm.h"

#include "kernel/mm/verify.h"

#define NR 8u

static const uint32_t values[NR] = {7, 7, 7, 7, 5, 5, 3, 9};

static int setup(void **state)
{
	struct user_mm *u = ksm_begin(NULL, NR);

	u->k->ksm.max_page_sharing = 2;
	for (uint32_t i = 0; i < NR; i++)
		assert_true(store(u, AT(i), values[i]));
	scan(u, 4);
	*state = u;
	return 0;
}

static int teardown(void **state)
{
	struct user_mm *u = *state;

	for (uint32_t i = 0; i < NR; i++)
		assert_int_equal(peek32(u, AT(i)), values[i]);
	ksm_end(u, NR);
	return 0;
}

static struct ksm_rmap_item *item_at(struct user_mm *u, uint32_t i)
{
	struct ksm_rmap_item *item = u->mm->ksm_slot->rmap_list;

	while (item && item->address != AT(i))
		item = item->rmap_list;
	assert_non_null(item);
	return item;
}

/* By hand: the books are as the pages want them. */
static void test_merged(void **state)
{
	struct user_mm *u = *state;
	const struct ksm_state *ksm = &u->k->ksm;

	assert_ptr_equal(page_at(u, AT(4)), page_at(u, AT(5)));
	assert_ptr_not_equal(page_at(u, AT(6)), page_at(u, AT(7)));
	for (uint32_t i = 0; i < 6; i++) {
		assert_true(PageKsm(page_at(u, AT(i))));
		assert_int_equal(page_mapcount(page_at(u, AT(i))), 2);
	}
	assert_int_equal(ksm->pages_shared, 3);
	assert_int_equal(ksm->pages_sharing, 3);
	assert_int_equal(ksm->pages_unshared, 2);
	assert_int_equal(ksm->stable_node_chains, 1);
	assert_int_equal(ksm->stable_node_dups, 2);
	assert_int_equal(ksm_page_sharers(page_at(u, AT(0))), 2);
}

static void test_items(void **state)
{
	struct user_mm *u = *state;
	struct ksm_state *ksm = &u->k->ksm;
	struct ksm_rmap_item *first = item_at(u, 0), *single = item_at(u, 6);
	struct ksm_stable_node *node = node_at(u, 0), *other = node_at(u, 4);
	struct ksm_mm_slot *slot = u->mm->ksm_slot;

	BREAK(u, "item of 0x10001000 is out of place",
	      first->address += PAGE_SIZE, first->address -= PAGE_SIZE);
	BREAK(u, "item of 0x10000000 is out of place",
	      first->mm = &u->k->init_mm, first->mm = u->mm);
	BREAK(u, "has another slot", u->mm->ksm_slot = NULL,
	      u->mm->ksm_slot = slot);
	BREAK(u, "8 items, 7 merged; counted 8, 6", u->mm->ksm_merging_pages++,
	      u->mm->ksm_merging_pages--);
	BREAK(u, "9 items, 6 merged; counted 8, 6", u->mm->ksm_rmap_items++,
	      u->mm->ksm_rmap_items--);
	BREAK(u, "0x10000000 is listed by", first->stable.head = other,
	      first->stable.head = node);
	BREAK(u, "0x10006000 isn't in the unstable tree",
	      single->unstable.seqnr = ksm->scan.seqnr,
	      single->unstable.seqnr--);
	BREAK(u, "pages_unshared is 2, counted 1",
	      single->state = KSM_ITEM_NOWHERE,
	      single->state = KSM_ITEM_UNSTABLE);
}

static void test_nodes(void **state)
{
	struct user_mm *u = *state;
	struct ksm_state *ksm = &u->k->ksm;
	struct ksm_stable_node *node = node_at(u, 4), *dup = node_at(u, 0);
	struct page *page = page_at(u, AT(4)), *single = page_at(u, AT(6));
	const pfn_t pfn = node->kpfn;

	BREAK(u, "has 3 items, counted 2", node->rmap_hlist_len++,
	      node->rmap_hlist_len--);
	BREAK(u, "place 0, not 1", node->place = KSM_NODE_IN_CHAIN,
	      node->place = KSM_NODE_IN_TREE);
	BREAK(u, "place 1, not 0", dup->place = KSM_NODE_IN_TREE,
	      dup->place = KSM_NODE_IN_CHAIN);
	BREAK(u, "node of tree 1 is in tree 0", node->nid = 1, node->nid = 0);
	BREAK(u, "has the node of", node->kpfn = page_to_pfn(u->k, single),
	      node->kpfn = pfn);
	BREAK(u, "is mapped, by no node", set_page_stable_node(page, NULL),
	      set_page_stable_node(page, node));
	BREAK(u, "is exclusive", SetPageAnonExclusive(page),
	      ClearPageAnonExclusive(page));
	BREAK(u, "pages_shared is 4", ksm->pages_shared++, ksm->pages_shared--);
	BREAK(u, "pages_sharing is 4", ksm->pages_sharing++,
	      ksm->pages_sharing--);
	BREAK(u, "stable_node_chains is 2", ksm->stable_node_chains++,
	      ksm->stable_node_chains--);
	BREAK(u, "stable_node_dups is 1", ksm->stable_node_dups--,
	      ksm->stable_node_dups++);
	BREAK(u, "rmap_items is 9", ksm->rmap_items++, ksm->rmap_items--);
}

/* Somebody writes to a page that can't be written to. */
static void test_content(void **state)
{
	struct user_mm *u = *state;
	uint8_t *pair = page_bytes(u->k, page_at(u, AT(4)));
	uint8_t *dup = page_bytes(u->k, page_at(u, AT(0)));

	BREAK(u, "doesn't follow that of", *pair = 8, *pair = 5);
	BREAK(u, "doesn't equal that of", dup[4000] = 1, dup[4000] = 0);
}

/* An item that leads to the wrong family. */
static void test_rmap(void **state)
{
	struct user_mm *u = *state;
	struct ksm_rmap_item *item = item_at(u, 4);
	struct anon_vma *anon_vma = item->stable.anon_vma;
	struct anon_vma stranger = {.refcount = 1};

	BREAK(u, "finds 1 of 2 entries, 2 have items",
	      item->stable.anon_vma = &stranger,
	      item->stable.anon_vma = anon_vma);
}

/* ---- what pages go through ------------------------------------------------------- */

static void test_fork(void **state)
{
	struct user_mm *u = *state;
	struct mm_struct *parent = u->mm, *child = fork_mm(u);
	struct page *page = page_at(u, AT(4));

	assert_int_equal(page_mapcount(page), 4);
	assert_int_equal(verify_count_rmap(page), 4); /* by the parent's */
	enter_mm(u, child);
	assert_true(store(u, AT(4), 5)); /* a copy, though equal */
	assert_false(PageKsm(page_at(u, AT(4))));
	verify_ok(u);
	scan(u, 4);
	/*
	 * The parent's two, and that copy, for which there is no room. The
	 * child's last two are its parent's: a page is not merged with itself.
	 */
	assert_int_equal(u->k->ksm.pages_unshared, 3);
	assert_int_equal(child->ksm_merging_pages, 5);
	enter_mm(u, parent);
	end_mm(u, child);
	verify_ok(u);
	scan(u, 2);
	assert_int_equal(u->k->ksm.pages_sharing, 3);
}

static void test_migrate(void **state)
{
	struct user_mm *u = *state;
	struct ksm_stable_node *node = node_at(u, 0);
	struct page *page = page_at(u, AT(0)), *new;

	migrate_to(u, page, 0);
	new = page_at(u, AT(0));
	assert_ptr_not_equal(new, page);
	assert_ptr_equal(page_stable_node(new), node);
	assert_int_equal(node->kpfn, page_to_pfn(u->k, new));
}

/* Writes undo it; ksmd forgets what is gone, and the chain with it. */
static void test_cow(void **state)
{
	struct user_mm *u = *state;
	struct ksm_state *ksm = &u->k->ksm;

	for (uint32_t i = 0; i < 4; i++)
		assert_true(store(u, AT(i), 20 + i));
	verify_ok(u);
	scan(u, 3);
	assert_int_equal(ksm->pages_shared, 1);
	for (uint32_t i = 0; i < 4; i++)
		assert_true(store(u, AT(i), 7));
	ksm->max_page_sharing = 4;
	scan(u, 4);
	assert_int_equal(ksm->pages_shared, 2);
	assert_int_equal(ksm->pages_sharing, 4);
	assert_int_equal(ksm->stable_node_chains, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_merged, setup, teardown),
		cmocka_unit_test_setup_teardown(test_items, setup, teardown),
		cmocka_unit_test_setup_teardown(test_nodes, setup, teardown),
		cmocka_unit_test_setup_teardown(test_content, setup, teardown),
		cmocka_unit_test_setup_teardown(test_rmap, setup, teardown),
		cmocka_unit_test_setup_teardown(test_fork, setup, teardown),
		cmocka_unit_test_setup_teardown(test_migrate, setup, teardown),
		cmocka_unit_test_setup_teardown(test_cow, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
