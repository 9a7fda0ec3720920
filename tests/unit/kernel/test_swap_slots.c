/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Slots of swap areas (kernel/mm/swap_alloc.c, swapfile.c) against a slow
 * model that remembers nothing but each slot's count: random allocations,
 * duplicates and frees over areas of several priorities, disks of both kinds
 * and bad slots. After each step what the model predicts must be so, viewers
 * must be told of the slot, and now and then all books are counted again.
 */
#include "tests/unit/kernel/mm_fixture.h"

#include "kernel/lib/err.h"
#include "kernel/mm/swap_internal.h"

#define NR_AREAS  4
#define MAX_SLOTS 1400u

struct model {
	struct swap_info_struct *si;
	uint32_t count[MAX_SLOTS]; /* names and, if any, the cache */
	bool cached[MAX_SLOTS], bad[MAX_SLOTS];
	uint32_t used;
	uint64_t turn; /* when it last gave a slot */
};

struct swaps {
	struct mm_fixture *f;
	struct model area[NR_AREAS];
	uint64_t random, turns;
};

static uint32_t random_below(struct swaps *s, uint32_t n)
{
	return next_random(&s->random) % n;
}

static void add_area(struct swaps *s, uint32_t type, uint32_t slots, int prio,
		     bool seeks_cost)
{
	struct swap_state *swap = &s->f->k->swap;
	struct task_struct *curr = &s->f->task;
	struct model *m = &s->area[type];
	uint32_t bad[3] = {slots / 3, slots / 3, slots - 1};

	m->si = kzalloc_obj(curr, ARM_SIZEOF_SWAP_INFO_STRUCT, sizeof(*m->si),
			    GFP_KERNEL);
	*m->si = (struct swap_info_struct){
		.flags = SWP_USED, .type = type, .max = slots, .prio = prio};
	xa_init(&m->si->cache.i_pages);
	swap->info[type] = m->si;
	swap->nr_swapfiles = type + 1;
	assert_int_equal(swap_slots_init(curr, m->si, bad, 3, seeks_cost), 0);
	assert_int_equal(m->si->pages, slots - 3);
	m->bad[0] = m->bad[bad[0]] = m->bad[bad[2]] = true;
	swap_add_to_active(swap, m->si);
}

static int setup(void **state)
{
	struct swaps *s = calloc(1, sizeof(*s));
	struct swap_state *swap;

	s->f = fixture_simple(16, true);
	s->random = 42;
	swap = &s->f->k->swap;
	INIT_LIST_HEAD(&swap->active);
	INIT_LIST_HEAD(&swap->avail);
	*state = s;
	return 0;
}

static int teardown(void **state)
{
	struct swaps *s = *state;

	fixture_destroy(s->f);
	free(s);
	return 0;
}

/* ---- what must be so ------------------------------------------------------------ */

static bool has_room(const struct model *m)
{
	return m->si && m->used < m->si->pages;
}

/* Of the highest priority with room, the one that has waited longest. */
static struct model *predict(struct swaps *s)
{
	struct model *best = NULL;

	for (int i = 0; i < NR_AREAS; i++) {
		struct model *m = &s->area[i];

		if (has_room(m) &&
		    (!best || m->si->prio > best->si->prio ||
		     (m->si->prio == best->si->prio && m->turn < best->turn)))
			best = m;
	}
	return best;
}

static void check_clusters(const struct swap_info_struct *si)
{
	const uint32_t nr = (si->max + SWAPFILE_CLUSTER - 1) / SWAPFILE_CLUSTER;
	uint32_t nr_free = 0, on_list = 0;

	for (uint32_t c = 0; c < nr; c++) {
		uint32_t used = 0;

		for (uint32_t i = c * SWAPFILE_CLUSTER;
		     i < (c + 1) * SWAPFILE_CLUSTER; i++)
			used += i >= si->max || si->swap_map[i];
		assert_int_equal(si->cluster_info[c].count, used);
		assert_int_equal(si->cluster_info[c].free, !used);
		nr_free += !used;
	}
	for (uint32_t c = si->free_clusters.head; c != CLUSTER_NULL;
	     c = si->cluster_info[c].next)
		assert_true(++on_list <= nr_free);
	assert_int_equal(on_list, nr_free);
}

static void check_books(const struct swaps *s)
{
	int64_t nr_free = 0;

	for (int a = 0; a < NR_AREAS; a++) {
		const struct model *m = &s->area[a];
		const struct swap_info_struct *si = m->si;

		if (!si)
			continue;
		for (uint32_t i = 0; i < si->max; i++) {
			swap_count_t want = (swap_count_t)m->count[i];

			if (m->bad[i])
				want = SWAP_MAP_BAD;
			if (m->cached[i])
				want |= SWAP_HAS_CACHE;
			assert_int_equal(si->swap_map[i], want);
			if (!want) {
				assert_true(i >= si->lowest_bit);
				assert_true(i <= si->highest_bit);
			}
		}
		assert_int_equal(si->inuse_pages, m->used);
		assert_int_equal(si->available, has_room(m));
		if (si->cluster_info)
			check_clusters(si);
		nr_free += si->pages - m->used;
	}
	assert_int_equal(s->f->k->swap.nr_swap_pages, nr_free);
}

/* ---- steps ------------------------------------------------------------------------ */

static swp_entry_t allocate(struct swaps *s)
{
	struct model *m = predict(s);
	const uint64_t before = s->f->k->swap.nr_changes;
	const swp_entry_t entry = get_swap_page(&s->f->task);
	const uint32_t offset = swp_offset(entry);

	if (!m) {
		assert_int_equal(entry.val, 0);
		return entry;
	}
	assert_int_equal(swp_type(entry), m->si->type);
	assert_true(offset && offset < m->si->max);
	assert_true(!m->bad[offset] && !m->cached[offset] && !m->count[offset]);
	assert_true(kernel_swap_changed(s->f->k, swp_type(entry), offset, 1) >
		    before);
	m->cached[offset] = true;
	m->used++;
	m->turn = ++s->turns;
	return entry;
}

/* An area that was full takes its place behind its equals again. */
static void forget(struct swaps *s, struct model *m, uint32_t offset)
{
	if (m->count[offset] || m->cached[offset])
		return;
	if (!has_room(m))
		m->turn = ++s->turns;
	m->used--;
}

/* One more name, one fewer, or the cache's page goes. */
static void change(struct swaps *s, struct model *m, uint32_t offset)
{
	const swp_entry_t entry = swp_entry(m->si->type, offset);
	struct task_struct *curr = &s->f->task;
	const uint64_t before = s->f->k->swap.nr_changes;
	const swap_count_t was = m->si->swap_map[offset];

	switch (random_below(s, 4)) {
	case 0:
		assert_int_equal(swap_duplicate(curr, entry), 0);
		m->count[offset]++;
		break;
	case 1:
		if (!m->cached[offset])
			break;
		put_swap_page(curr, entry);
		m->cached[offset] = false;
		forget(s, m, offset);
		break;
	default:
		if (!m->count[offset])
			break;
		swap_free(curr, entry);
		m->count[offset]--;
		forget(s, m, offset);
	}
	assert_int_equal(__swp_swapcount(s->f->k, entry), m->count[offset]);
	assert_int_equal(kernel_swap_changed(s->f->k, m->si->type, offset, 1) >
				 before,
			 m->si->swap_map[offset] != was);
}

static void random_steps(struct swaps *s, unsigned int steps)
{
	for (unsigned int i = 0; i < steps; i++) {
		struct model *m = &s->area[random_below(s, NR_AREAS)];
		/* Fills for a while, then empties. */
		const bool filling = i / 4000 % 2 == 0;

		if (random_below(s, 3) < (filling ? 2u : 1u)) {
			allocate(s);
		} else if (m->si) {
			uint32_t at = random_below(s, m->si->max);

			if (m->count[at] || m->cached[at])
				change(s, m, at);
		}
		if (i % 997 == 0)
			check_books(s);
	}
	check_books(s);
}

/* ---- tests ---------------------------------------------------------------------------- */

static void test_one_that_seeks(void **state)
{
	struct swaps *s = *state;

	add_area(s, 0, MAX_SLOTS, 0, true);
	random_steps(s, 40000);
}

static void test_one_solid(void **state)
{
	struct swaps *s = *state;

	add_area(s, 0, MAX_SLOTS, 0, false);
	random_steps(s, 40000);
}

static void test_priorities(void **state)
{
	struct swaps *s = *state;

	add_area(s, 0, 300, -2, true);
	add_area(s, 1, 700, 5, false);
	add_area(s, 2, 600, 5, true);
	add_area(s, 3, 1027, 5, false);
	random_steps(s, 60000);
}

/*
 * In a row, as long as there are runs. A solid-state disk's begin with whole
 * clusters: the second, here, for the first has the header and the bad slot
 * lies in it.
 */
static void test_order(void **state)
{
	struct swaps *s = *state;

	add_area(s, 0, 700, 5, false);
	for (uint32_t i = 0; i < SWAPFILE_CLUSTER; i++)
		assert_int_equal(swp_offset(allocate(s)), SWAPFILE_CLUSTER + i);
	assert_int_equal(swp_offset(allocate(s)), 2 * SWAPFILE_CLUSTER);
	add_area(s, 1, 700, 6, true);
	/* Before the bad slot there is no room for a run. */
	for (uint32_t i = 1; i <= SWAPFILE_CLUSTER; i++)
		assert_int_equal(swp_offset(allocate(s)), 700 / 3 + i);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_one_that_seeks, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_one_solid, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_priorities, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_order, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
