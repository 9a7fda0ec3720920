/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Red-black and interval trees against arrays: random insertions and removals,
 * and after each of them all that the trees promise.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kernel/lib/interval_tree.h"
#include "kernel/lib/rbtree.h"

static uint32_t next_random(uint64_t *state)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(*state >> 33);
}

/* ---- red-black trees, augmented by the greatest value of a subtree ------- */

struct item {
	struct rb_node rb;
	uint32_t key, value, max;
	bool in;
};

static struct item *item_of(struct rb_node *node)
{
	return rb_entry(node, struct item, rb);
}

static bool item_update(struct rb_node *node)
{
	struct item *item = item_of(node);
	uint32_t max = item->value;

	if (node->rb_left && item_of(node->rb_left)->max > max)
		max = item_of(node->rb_left)->max;
	if (node->rb_right && item_of(node->rb_right)->max > max)
		max = item_of(node->rb_right)->max;
	if (max == item->max)
		return false;
	item->max = max;
	return true;
}

static const struct rb_augment item_augment = {item_update};

static void item_insert(struct item *item, struct rb_root *root, bool augmented)
{
	struct rb_node **link = &root->rb_node, *parent = NULL;

	while (*link) {
		parent = *link;
		link = item->key < item_of(parent)->key ? &parent->rb_left
							: &parent->rb_right;
	}
	rb_link_node(&item->rb, parent, link);
	if (augmented)
		rb_insert_augmented(&item->rb, root, &item_augment);
	else
		rb_insert_color(&item->rb, root);
}

/* Black height; checks colours, parents, order and summaries on the way. */
static int check_subtree(struct rb_node *node, struct rb_node *parent,
			 bool augmented, uint32_t *count)
{
	bool red = node && !(node->parent_color & 1);
	int left, right;

	if (!node)
		return 1;
	++*count;
	assert_ptr_equal(rb_parent(node), parent);
	if (red) {
		assert_non_null(parent);
		assert_true(parent->parent_color & 1);
	}
	if (node->rb_left)
		assert_true(item_of(node->rb_left)->key <= item_of(node)->key);
	if (node->rb_right)
		assert_true(item_of(node->rb_right)->key >= item_of(node)->key);
	left = check_subtree(node->rb_left, node, augmented, count);
	right = check_subtree(node->rb_right, node, augmented, count);
	assert_int_equal(left, right);
	if (augmented)
		assert_false(item_update(node));
	return left + !red;
}

#define NR_ITEMS 300

static void check_order(const struct item *items, const struct rb_root *root,
			uint32_t nr_in)
{
	uint32_t forward = 0, backward = 0, last = 0;

	(void)items;
	for (struct rb_node *n = rb_first(root); n; n = rb_next(n)) {
		assert_true(item_of(n)->in);
		assert_true(item_of(n)->key >= last);
		last = item_of(n)->key;
		forward++;
	}
	for (struct rb_node *n = rb_last(root); n; n = rb_prev(n))
		backward++;
	assert_int_equal(forward, nr_in);
	assert_int_equal(backward, nr_in);
}

static void random_operations(bool augmented, uint64_t seed)
{
	static struct item items[NR_ITEMS];
	struct rb_root root = {0};
	uint32_t nr_in = 0, count;

	memset(items, 0, sizeof(items));
	for (int step = 0; step < 6000; step++) {
		struct item *item = &items[next_random(&seed) % NR_ITEMS];

		if (item->in) {
			if (augmented)
				rb_erase_augmented(&item->rb, &root,
						   &item_augment);
			else
				rb_erase(&item->rb, &root);
			nr_in--;
		} else {
			item->key = next_random(&seed) % 200;
			item->value = next_random(&seed);
			item->max = 0;
			item_insert(item, &root, augmented);
			nr_in++;
		}
		item->in = !item->in;
		count = 0;
		check_subtree(root.rb_node, NULL, augmented, &count);
		assert_int_equal(count, nr_in);
		if (step % 100 == 0)
			check_order(items, &root, nr_in);
	}
}

static void test_plain(void **state)
{
	(void)state;
	random_operations(false, 1);
}

static void test_augmented(void **state)
{
	(void)state;
	random_operations(true, 2);
}

static void test_replace(void **state)
{
	struct item items[50], other;
	struct rb_root root = {0};
	uint32_t count;

	(void)state;
	memset(items, 0, sizeof(items));
	for (uint32_t i = 0; i < 50; i++) {
		items[i].key = i * 7 % 50;
		item_insert(&items[i], &root, false);
	}
	for (int i = 0; i < 50; i++) {
		other = items[i];
		rb_replace_node(&items[i].rb, &other.rb, &root);
		memset(&items[i].rb, 0xff, sizeof(items[i].rb));
		count = 0;
		check_subtree(root.rb_node, NULL, false, &count);
		assert_int_equal(count, 50);
		items[i].rb = other.rb;
		rb_replace_node(&other.rb, &items[i].rb, &root);
	}
}

/* ---- interval trees ------------------------------------------------------ */

#define NR_VMAS 120

struct entry {
	struct vm_area_struct vma;
	struct anon_vma_chain avc;
	bool in, seen;
};

static bool meets(const struct entry *e, pgoff_t first, pgoff_t last)
{
	pgoff_t pages = (e->vma.vm_end - e->vma.vm_start) >> PAGE_SHIFT;

	return e->in && e->vma.vm_pgoff <= last &&
	       e->vma.vm_pgoff + pages - 1 >= first;
}

/* Each that meets exactly once, by start, in both trees. */
static void check_query(struct entry *entries, struct rb_root_cached *file,
			struct rb_root_cached *anon, pgoff_t first,
			pgoff_t last)
{
	struct vm_area_struct *vma;
	struct anon_vma_chain *avc = NULL;
	uint32_t want = 0, got = 0;
	pgoff_t before = 0;

	for (int i = 0; i < NR_VMAS; i++) {
		want += meets(&entries[i], first, last);
		entries[i].seen = false;
	}
	avc = anon_vma_interval_tree_iter_first(anon, first, last);
	vma_interval_tree_foreach(vma, file, first, last)
	{
		struct entry *e = container_of(vma, struct entry, vma);

		assert_true(meets(e, first, last));
		assert_false(e->seen);
		e->seen = true;
		assert_true(vma->vm_pgoff >= before);
		before = vma->vm_pgoff;
		got++;
		assert_non_null(avc);
		assert_int_equal(avc->vma->vm_pgoff, vma->vm_pgoff);
		avc = anon_vma_interval_tree_iter_next(avc, first, last);
	}
	assert_null(avc);
	assert_int_equal(got, want);
}

static void test_interval(void **state)
{
	static struct entry entries[NR_VMAS];
	struct rb_root_cached file = {0}, anon = {0};
	uint64_t seed = 3;

	(void)state;
	memset(entries, 0, sizeof(entries));
	for (int step = 0; step < 4000; step++) {
		struct entry *e = &entries[next_random(&seed) % NR_VMAS];
		pgoff_t first = next_random(&seed) % 300;

		if (e->in) {
			vma_interval_tree_remove(&e->vma, &file);
			anon_vma_interval_tree_remove(&e->avc, &anon);
		} else {
			uint32_t pages = 1 + next_random(&seed) % 40;

			e->vma.vm_start = 0x10000;
			e->vma.vm_end = 0x10000 + pages * PAGE_SIZE;
			e->vma.vm_pgoff = next_random(&seed) % 260;
			e->avc.vma = &e->vma;
			vma_interval_tree_insert(&e->vma, &file);
			anon_vma_interval_tree_insert(&e->avc, &anon);
		}
		e->in = !e->in;
		assert_ptr_equal(file.rb_leftmost, rb_first(&file.rb_root));
		check_query(entries, &file, &anon, first,
			    first + next_random(&seed) % 30);
		check_query(entries, &file, &anon, 0, UINT32_MAX);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain),
		cmocka_unit_test(test_augmented),
		cmocka_unit_test(test_replace),
		cmocka_unit_test(test_interval),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
