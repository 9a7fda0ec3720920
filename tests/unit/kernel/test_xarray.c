/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sparse arrays against a table of what should be in them; nodes are counted
 * and may run out.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kernel/lib/err.h"
#include "kernel/lib/xarray.h"
#include "kernel/mm/slab.h"
#include "kernel/state.h"

/* ---- a node cache that counts --------------------------------------------- */

static int nr_nodes, fail_after;
static uint32_t node_size;

struct kmem_cache *kmem_cache_create(struct task_struct *curr, const char *name,
				     uint32_t arm_size, uint32_t host_size,
				     uint32_t align, uint32_t flags,
				     void (*ctor)(void *))
{
	(void)curr, (void)align, (void)flags, (void)ctor;
	assert_string_equal(name, "radix_tree_node");
	assert_true(host_size <= arm_size * OBJECT_STORE_SCALE);
	node_size = host_size;
	return (struct kmem_cache *)&node_size;
}

void *kmem_cache_alloc_caller(struct task_struct *curr,
			      struct kmem_cache *cache, gfp_t gfp,
			      const char *caller)
{
	(void)curr, (void)cache, (void)gfp, (void)caller;
	if (fail_after >= 0 && fail_after-- == 0)
		return NULL;
	nr_nodes++;
	return calloc(1, node_size);
}

void kmem_cache_free_caller(struct task_struct *curr, struct kmem_cache *cache,
			    void *object, const char *caller)
{
	(void)curr, (void)cache, (void)caller;
	nr_nodes--;
	free(object);
}

static struct kernel kernel;
static struct task_struct task = {.k = &kernel};

static int setup(void **state)
{
	(void)state;
	fail_after = -1;
	nr_nodes = 0;
	xarray_init(&task);
	return 0;
}

/* ---- the model -------------------------------------------------------------- */

#define NR_SLOTS 400

struct slot {
	uint32_t index;
	void *entry;
	bool mark[XA_MARKS];
};

static uint32_t next_random(uint64_t *state)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(*state >> 33);
}

/* Dense at the bottom, sparse above, both ends of each level. */
static uint32_t index_for(uint32_t i)
{
	static const uint32_t edges[] = {
		4095,       4096,       4097,       262143,
		262144,     16777215,   16777216,   0x3fffffff,
		0x40000000, 0x7fffffff, 0xffffffff,
	};
	const uint32_t nr_edges = sizeof(edges) / sizeof(edges[0]);

	if (i < 200)
		return i;
	if (i < 200 + nr_edges)
		return edges[i - 200];
	return i * 2654435761u | 0x400;
}

static const struct slot *model_find(const struct slot *slots, uint32_t from,
				     uint32_t max, int mark)
{
	const struct slot *best = NULL;

	for (int i = 0; i < NR_SLOTS; i++) {
		const struct slot *s = &slots[i];

		if (!s->entry || s->index < from || s->index > max ||
		    (mark >= 0 && !s->mark[mark]))
			continue;
		if (!best || s->index < best->index)
			best = s;
	}
	return best;
}

static void check_find(const struct xarray *xa, const struct slot *slots,
		       uint32_t from, uint32_t max)
{
	for (int mark = -1; mark < XA_MARKS; mark++) {
		const struct slot *want = model_find(slots, from, max, mark);
		uint32_t index = from;
		void *got = mark < 0 ? xa_find(xa, &index, max)
				     : xa_find_marked(xa, &index, max,
						      (enum xa_mark)mark);

		assert_ptr_equal(got, want ? want->entry : NULL);
		assert_int_equal(index, want ? want->index : from);
	}
}

static void check_all(const struct xarray *xa, const struct slot *slots)
{
	bool empty = true;

	for (int i = 0; i < NR_SLOTS; i++) {
		const struct slot *s = &slots[i];

		empty &= !s->entry;
		assert_ptr_equal(xa_load(xa, s->index), s->entry);
		for (int m = 0; m < XA_MARKS; m++)
			assert_int_equal(xa_get_mark(xa, s->index,
						     (enum xa_mark)m),
					 s->mark[m]);
	}
	assert_int_equal(xa_empty(xa), empty);
}

static void step(struct xarray *xa, struct slot *s, uint64_t *seed, int *entry)
{
	enum xa_mark mark = (enum xa_mark)(next_random(seed) % XA_MARKS);

	switch (next_random(seed) % 6) {
	case 0:
	case 1:
		assert_int_equal(xa_store(&task, xa, s->index, entry, 0), 0);
		s->entry = entry;
		break;
	case 2:
		assert_ptr_equal(xa_erase(&task, xa, s->index), s->entry);
		memset(s->mark, 0, sizeof(s->mark));
		s->entry = NULL;
		break;
	case 3:
		xa_set_mark(xa, s->index, mark);
		s->mark[mark] = s->entry != NULL;
		break;
	case 4:
		xa_clear_mark(xa, s->index, mark);
		s->mark[mark] = false;
		break;
	default:
		assert_int_equal(xa_insert(&task, xa, s->index, entry, 0),
				 s->entry ? -EBUSY : 0);
		if (!s->entry)
			s->entry = entry;
	}
}

static void random_operations(uint32_t nr_used, int steps, uint64_t seed)
{
	static struct slot slots[NR_SLOTS];
	static int entries[64];
	struct xarray xa;

	xa_init(&xa);
	memset(slots, 0, sizeof(slots));
	for (uint32_t i = 0; i < NR_SLOTS; i++)
		slots[i].index = index_for(i);
	for (int i = 0; i < steps; i++) {
		struct slot *s = &slots[next_random(&seed) % nr_used];
		uint32_t from = slots[next_random(&seed) % NR_SLOTS].index;

		step(&xa, s, &seed, &entries[next_random(&seed) % 64]);
		check_find(&xa, slots, from, UINT32_MAX);
		check_find(&xa, slots, 0, from);
		if (i % 50 == 0)
			check_all(&xa, slots);
	}
	for (int i = 0; i < NR_SLOTS; i++)
		xa_erase(&task, &xa, slots[i].index);
	assert_true(xa_empty(&xa));
	assert_int_equal(nr_nodes, 0);
}

static void test_random(void **state)
{
	(void)state;
	random_operations(NR_SLOTS, 6000, 1);
	random_operations(3, 2000, 2); /* mostly the head and its marks */
	random_operations(70, 3000, 3);
	for (uint64_t seed = 10; seed < 60; seed++)
		random_operations(NR_SLOTS, 60, seed);
}

/* Linux needs no node for an entry at index 0, one up to 63, two up to 4095. */
static void test_node_counts(void **state)
{
	struct xarray xa;
	int entry;

	(void)state;
	xa_init(&xa);
	xa_store(&task, &xa, 0, &entry, 0);
	assert_int_equal(nr_nodes, 0);
	xa_set_mark(&xa, 0, XA_MARK_DIRTY);
	xa_store(&task, &xa, 63, &entry, 0);
	assert_int_equal(nr_nodes, 1);
	assert_true(xa_get_mark(&xa, 0, XA_MARK_DIRTY));
	xa_store(&task, &xa, 4095, &entry, 0);
	assert_int_equal(nr_nodes, 3);
	xa_store(&task, &xa, UINT32_MAX, &entry, 0);
	assert_int_equal(nr_nodes, 3 + 4 + 5);
	xa_erase(&task, &xa, UINT32_MAX);
	assert_int_equal(nr_nodes, 3);
	xa_erase(&task, &xa, 4095);
	xa_erase(&task, &xa, 63);
	assert_int_equal(nr_nodes, 0);
	assert_true(xa_get_mark(&xa, 0, XA_MARK_DIRTY));
	xa_destroy(&task, &xa);
	xa_store(&task, &xa, 1u << 30, &entry, 0);
	assert_int_equal(nr_nodes, 6);
	xa_destroy(&task, &xa);
	assert_int_equal(nr_nodes, 0);
}

static void test_out_of_nodes(void **state)
{
	struct xarray xa;
	int entry, other;

	(void)state;
	xa_init(&xa);
	xa_store(&task, &xa, 100, &entry, 0);
	for (int n = 0;; n++) {
		fail_after = n;
		if (!xa_store(&task, &xa, 0x12345678, &other, 0))
			break;
		assert_int_equal(nr_nodes, 2);
		assert_null(xa_load(&xa, 0x12345678));
		assert_ptr_equal(xa_load(&xa, 100), &entry);
		assert_true(n < 20);
	}
	fail_after = -1;
	assert_ptr_equal(xa_load(&xa, 0x12345678), &other);
	assert_ptr_equal(xa_load(&xa, 100), &entry);
	xa_destroy(&task, &xa);
	assert_int_equal(nr_nodes, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_random, setup),
		cmocka_unit_test_setup(test_node_counts, setup),
		cmocka_unit_test_setup(test_out_of_nodes, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
