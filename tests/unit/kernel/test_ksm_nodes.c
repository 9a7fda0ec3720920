/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * Equal pages on a machine with two nodes, whose trees are apart
 * (merge_across_nodes off): pages of one node alone are merged, and a KSM page
 * that is moved to the other node's memory finds its place in that one's tree,
 * alone, beside an equal one, or in its stead.
 */

#include "tests/unit/kernel/helper_ksm.h"

#define NR 12u

static int nid_of(struct user_mm *u, uint32_t i)
{
	return page_to_nid(page_at(u, AT(i)));
}

/* Page @i holds @value, in node @nid's memory. */
static void put(struct user_mm *u, uint32_t i, uint32_t value, int nid)
{
	assert_true(store(u, AT(i), value));
	if (nid_of(u, i) != nid)
		migrate_to(u, page_at(u, AT(i)), nid);
	assert_int_equal(nid_of(u, i), nid);
}

static int setup(void **state)
{
	const struct fake_hw_config config = {
		.bank = {{0x60000000, 0x1000000, 0},
			 {0x61000000, 0x1000000, 1}},
	};
	struct user_mm *u = ksm_begin(&config, NR);

	assert_int_equal(u->k->mem.nr_online_nodes, 2);
	u->k->ksm.merge_across_nodes = false;
	*state = u;
	return 0;
}

static int teardown(void **state)
{
	ksm_end(*state, NR);
	return 0;
}

/* Two pages of each node. */
static void put_pairs(struct user_mm *u)
{
	for (uint32_t i = 0; i < 4; i++)
		put(u, i, 7, (int)i / 2);
	scan(u, 3);
	assert_int_equal(u->k->ksm.pages_shared, 2);
	assert_int_equal(u->k->ksm.pages_sharing, 2);
	for (uint32_t i = 0; i < 4; i++) {
		assert_int_equal(nid_of(u, i), i / 2);
		assert_int_equal(node_at(u, i)->nid, i / 2);
	}
}

static void test_apart(void **state)
{
	put_pairs(*state);
}

static void test_across(void **state)
{
	struct user_mm *u = *state;

	u->k->ksm.merge_across_nodes = true;
	for (uint32_t i = 0; i < 4; i++)
		put(u, i, 7, (int)i / 2);
	scan(u, 3);
	assert_int_equal(u->k->ksm.pages_shared, 1);
	assert_int_equal(u->k->ksm.pages_sharing, 3);
}

/* To where there is nothing like it. */
static void test_moved(void **state)
{
	struct user_mm *u = *state;
	struct ksm_stable_node *node;

	for (uint32_t i = 0; i < 3; i++)
		put(u, i, 7, 0);
	scan(u, 3);
	node = node_at(u, 0);
	migrate_to(u, page_at(u, AT(0)), 1);
	assert_int_equal(node->nid, 0); /* ksmd doesn't know yet */
	scan(u, 1);
	assert_ptr_equal(node_at(u, 0), node);
	assert_int_equal(node->nid, 1);
	assert_int_equal(node->place, KSM_NODE_IN_TREE);
	assert_int_equal(u->k->ksm.pages_sharing, 2);
}

/* To where there is one: with two places it stays, and they are a chain. */
static void test_moved_to_equal(void **state)
{
	struct user_mm *u = *state;

	put_pairs(u);
	migrate_to(u, page_at(u, AT(0)), 1);
	scan(u, 1);
	assert_int_equal(node_at(u, 0)->place, KSM_NODE_IN_CHAIN);
	assert_int_equal(node_at(u, 0)->nid, 1);
	assert_int_equal(u->k->ksm.stable_node_chains, 1);
	assert_int_equal(u->k->ksm.stable_node_dups, 2);
	assert_int_equal(u->k->ksm.pages_sharing, 2);
	/* with one it is merged like any other page */
	for (uint32_t i = 0; i < 2; i++)
		assert_true(store(u, AT(2 + i), 20 + i));
	scan(u, 2);
	assert_int_equal(u->k->ksm.pages_shared, 1);
	verify_ok(u);
}

/* Two that trade places; what is looked for finds one that doesn't belong. */
static void test_traded(void **state)
{
	struct user_mm *u = *state;
	struct page *first;

	put_pairs(u);
	first = page_at(u, AT(0));
	migrate_to(u, page_at(u, AT(2)), 0);
	migrate_to(u, first, 1);
	scan(u, 3);
	for (uint32_t i = 0; i < 4; i++)
		assert_int_equal(node_at(u, i)->nid, nid_of(u, i));
	assert_int_equal(u->k->ksm.pages_shared, 2);
	assert_int_equal(u->k->ksm.pages_sharing, 2);
}

/* A new page meets one in the tree that has moved away. */
static void test_met(void **state)
{
	struct user_mm *u = *state;

	for (uint32_t i = 4; i < 6; i++)
		put(u, i, 7, 0);
	scan(u, 3);
	migrate_to(u, page_at(u, AT(4)), 1);
	put(u, 0, 7, 0); /* comes first */
	scan(u, 1);
	assert_false(PageKsm(page_at(u, AT(0))));
	assert_int_equal(node_at(u, 4)->nid, 1);
	put(u, 1, 7, 1);
	scan(u, 2);
	assert_ptr_equal(page_at(u, AT(1)), page_at(u, AT(4)));
}

/* Random moves and writes; then all is where it belongs. */
static void test_random(void **state)
{
	struct user_mm *u = *state;
	uint32_t values[NR], seed = 7;

	for (uint32_t i = 0; i < NR; i++)
		put(u, i, values[i] = i % 3, (int)(i & 1));
	for (uint32_t n = 0; n < 400; n++) {
		const uint32_t i = (seed = seed * 1664525 + 1013904223) >> 16;
		const uint32_t page = i % NR;

		if (i / NR % 2) {
			values[page] = i / NR / 2 % 3;
			assert_true(store(u, AT(page), values[page]));
		} else {
			try_to_move(u, page_at(u, AT(page)), i / NR / 2 % 2);
		}
		u->k->ksm.max_page_sharing = 2 + n % 3;
		if (n % 3 == 0)
			scan(u, 1);
	}
	for (uint32_t i = 0; i < NR; i++)
		assert_int_equal(peek32(u, AT(i)), values[i]);
	u->k->ksm.max_page_sharing = 256;
	u->k->ksm.stable_node_chains_prune_millisecs = 0;
	scan(u, 5);
	for (uint32_t i = 0; i < NR; i++)
		if (node_at(u, i))
			assert_int_equal(node_at(u, i)->nid, nid_of(u, i));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_apart, setup, teardown),
		cmocka_unit_test_setup_teardown(test_across, setup, teardown),
		cmocka_unit_test_setup_teardown(test_moved, setup, teardown),
		cmocka_unit_test_setup_teardown(test_moved_to_equal, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_traded, setup, teardown),
		cmocka_unit_test_setup_teardown(test_met, setup, teardown),
		cmocka_unit_test_setup_teardown(test_random, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
