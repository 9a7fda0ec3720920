/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/lib/rbtree.h"

/*
 * Red-black trees (lib/rbtree.c). What always holds: a red node has no red
 * child, and every path from a node down to an empty place crosses equally
 * many black nodes; so the longest path is at most twice the shortest.
 * Augmented trees hold one thing more: each node's summary is right for its
 * subtree whenever a function here returns.
 *
 * Plain trees are augmented ones without an update function. Leaves out
 * Linux's lockless readers and its copying of subtrees.
 */

#define RB_RED   0u
#define RB_BLACK 1u

/* An empty place counts as black. */
static bool is_red(const struct rb_node *node)
{
	return node && !(node->parent_color & RB_BLACK);
}

static void set_parent(struct rb_node *node, struct rb_node *parent)
{
	node->parent_color = (uintptr_t)parent | (node->parent_color & 1);
}

static void set_colour(struct rb_node *node, uintptr_t colour)
{
	node->parent_color = (node->parent_color & ~(uintptr_t)1) | colour;
}

/* Hangs @to (may be NULL) where @from hung below @parent. */
static void replace_child(struct rb_root *root, struct rb_node *parent,
			  const struct rb_node *from, struct rb_node *to)
{
	if (!parent)
		root->rb_node = to;
	else if (parent->rb_left == from)
		parent->rb_left = to;
	else
		parent->rb_right = to;
	if (to)
		set_parent(to, parent);
}

static void update(const struct rb_augment *augment, struct rb_node *node)
{
	if (augment)
		augment->update(node);
}

/*
 * Turns @node and its child on the other side so that the child is above.
 * The subtree as a whole keeps its nodes, so summaries above stay right.
 */
static void rotate(struct rb_root *root, struct rb_node *node, bool to_left,
		   const struct rb_augment *augment)
{
	struct rb_node *up = to_left ? node->rb_right : node->rb_left;
	struct rb_node *middle = to_left ? up->rb_left : up->rb_right;

	replace_child(root, rb_parent(node), node, up);
	if (to_left) {
		node->rb_right = middle;
		up->rb_left = node;
	} else {
		node->rb_left = middle;
		up->rb_right = node;
	}
	if (middle)
		set_parent(middle, node);
	set_parent(node, up);
	update(augment, node);
	update(augment, up);
}

/* From @node to the root; nothing above can change past a summary that stays. */
static void propagate_insert(struct rb_node *node,
			     const struct rb_augment *augment)
{
	augment->update(node);
	for (node = rb_parent(node); node && augment->update(node);)
		node = rb_parent(node);
}

void rb_insert_augmented(struct rb_node *node, struct rb_root *root,
			 const struct rb_augment *augment)
{
	struct rb_node *parent, *grandparent, *uncle;

	if (augment)
		propagate_insert(node, augment);
	set_colour(node, RB_RED);
	while (is_red(parent = rb_parent(node))) {
		bool left;

		grandparent = rb_parent(parent); /* a red node isn't the root */
		left = parent == grandparent->rb_left;
		uncle = left ? grandparent->rb_right : grandparent->rb_left;
		if (is_red(uncle)) {
			set_colour(parent, RB_BLACK);
			set_colour(uncle, RB_BLACK);
			set_colour(grandparent, RB_RED);
			node = grandparent;
			continue;
		}
		if (node == (left ? parent->rb_right : parent->rb_left)) {
			rotate(root, parent, left, augment);
			parent = node;
		}
		set_colour(parent, RB_BLACK);
		set_colour(grandparent, RB_RED);
		rotate(root, grandparent, !left, augment);
		break;
	}
	set_colour(root->rb_node, RB_BLACK);
}

/*
 * Paths through @node's place below @parent have one black node too few.
 * @node may be NULL, which is why @parent is told.
 */
static void erase_rebalance(struct rb_root *root, struct rb_node *node,
			    struct rb_node *parent,
			    const struct rb_augment *augment)
{
	while (parent && !is_red(node)) {
		bool left = parent->rb_left == node;
		struct rb_node *sibling = left ? parent->rb_right
					       : parent->rb_left;
		struct rb_node *near, *far;

		if (is_red(sibling)) {
			set_colour(sibling, RB_BLACK);
			set_colour(parent, RB_RED);
			rotate(root, parent, left, augment);
			sibling = left ? parent->rb_right : parent->rb_left;
		}
		near = left ? sibling->rb_left : sibling->rb_right;
		far = left ? sibling->rb_right : sibling->rb_left;
		if (!is_red(near) && !is_red(far)) {
			set_colour(sibling, RB_RED);
			node = parent;
			parent = rb_parent(node);
			continue;
		}
		if (!is_red(far)) {
			set_colour(near, RB_BLACK);
			set_colour(sibling, RB_RED);
			rotate(root, sibling, !left, augment);
			far = sibling;
			sibling = near;
		}
		set_colour(sibling, !is_red(parent));
		set_colour(parent, RB_BLACK);
		set_colour(far, RB_BLACK);
		rotate(root, parent, left, augment);
		return;
	}
	if (node)
		set_colour(node, RB_BLACK);
}

void rb_erase_augmented(struct rb_node *node, struct rb_root *root,
			const struct rb_augment *augment)
{
	struct rb_node *out = node; /* the node whose place disappears */
	struct rb_node *child, *parent, *above;
	bool lost_black;

	if (node->rb_left && node->rb_right) {
		out = node->rb_right;
		while (out->rb_left)
			out = out->rb_left;
	}
	child = out->rb_left ? out->rb_left : out->rb_right;
	parent = rb_parent(out);
	lost_black = !is_red(out);
	replace_child(root, parent, out, child);
	if (out != node) { /* the successor takes the node's place and colour */
		if (parent == node)
			parent = out;
		out->rb_left = node->rb_left;
		out->rb_right = node->rb_right;
		out->parent_color = node->parent_color;
		replace_child(root, rb_parent(node), node, out);
		set_parent(out->rb_left, out);
		if (out->rb_right)
			set_parent(out->rb_right, out);
	}
	/* All the way: the successor's own summary changed on its move. */
	for (above = augment ? parent : NULL; above; above = rb_parent(above))
		augment->update(above);
	if (lost_black)
		erase_rebalance(root, child, parent, augment);
}

void rb_insert_color(struct rb_node *node, struct rb_root *root)
{
	rb_insert_augmented(node, root, NULL);
}

void rb_erase(struct rb_node *node, struct rb_root *root)
{
	rb_erase_augmented(node, root, NULL);
}

void rb_insert_cached(struct rb_node *node, struct rb_root_cached *root,
		      bool leftmost, const struct rb_augment *augment)
{
	if (leftmost)
		root->rb_leftmost = node;
	rb_insert_augmented(node, &root->rb_root, augment);
}

void rb_erase_cached(struct rb_node *node, struct rb_root_cached *root,
		     const struct rb_augment *augment)
{
	if (root->rb_leftmost == node)
		root->rb_leftmost = rb_next(node);
	rb_erase_augmented(node, &root->rb_root, augment);
}

void rb_replace_node(struct rb_node *victim, struct rb_node *new,
		     struct rb_root *root)
{
	*new = *victim;
	replace_child(root, rb_parent(victim), victim, new);
	if (new->rb_left)
		set_parent(new->rb_left, new);
	if (new->rb_right)
		set_parent(new->rb_right, new);
}

void rb_augment_propagate(struct rb_node *node,
			  const struct rb_augment *augment)
{
	while (node && augment->update(node))
		node = rb_parent(node);
}

struct rb_node *rb_first(const struct rb_root *root)
{
	struct rb_node *node = root->rb_node;

	while (node && node->rb_left)
		node = node->rb_left;
	return node;
}

struct rb_node *rb_last(const struct rb_root *root)
{
	struct rb_node *node = root->rb_node;

	while (node && node->rb_right)
		node = node->rb_right;
	return node;
}

struct rb_node *rb_next(const struct rb_node *node)
{
	struct rb_node *parent;

	if (node->rb_right) {
		node = node->rb_right;
		while (node->rb_left)
			node = node->rb_left;
		return (struct rb_node *)node;
	}
	while ((parent = rb_parent(node)) && node == parent->rb_right)
		node = parent;
	return parent;
}

struct rb_node *rb_prev(const struct rb_node *node)
{
	struct rb_node *parent;

	if (node->rb_left) {
		node = node->rb_left;
		while (node->rb_right)
			node = node->rb_right;
		return (struct rb_node *)node;
	}
	while ((parent = rb_parent(node)) && node == parent->rb_left)
		node = parent;
	return parent;
}

bool rb_is_in(const struct rb_node *node, const struct rb_root *root)
{
	const struct rb_node *parent;

	while ((parent = rb_parent(node))) {
		if (parent->rb_left != node && parent->rb_right != node)
			return false;
		node = parent;
	}
	return root->rb_node == node;
}
