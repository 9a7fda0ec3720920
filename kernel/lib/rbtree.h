/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_LIB_RBTREE_H
#define KERNEL_LIB_RBTREE_H

/*
 * Red-black trees by the names and contracts of Linux's rbtree.h: the user
 * finds the place and links the node, rb_insert_color() rebalances.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rb_node {
	uintptr_t parent_color; /* parent | colour in bit 0 */
	struct rb_node *rb_right, *rb_left;
};

struct rb_root {
	struct rb_node *rb_node;
};

struct rb_root_cached {
	struct rb_root rb_root;
	struct rb_node *rb_leftmost;
};

#define rb_entry(ptr, type, member) container_of(ptr, type, member)

static inline void rb_link_node(struct rb_node *node, struct rb_node *parent,
				struct rb_node **link)
{
	node->parent_color = (uintptr_t)parent;
	node->rb_left = NULL;
	node->rb_right = NULL;
	*link = node;
}

void rb_insert_color(struct rb_node *node, struct rb_root *root);
void rb_erase(struct rb_node *node, struct rb_root *root);
struct rb_node *rb_first(const struct rb_root *root);
struct rb_node *rb_last(const struct rb_root *root);
struct rb_node *rb_next(const struct rb_node *node);
struct rb_node *rb_prev(const struct rb_node *node);
/*
 * Does the way up from @node, each link of it answered by one down, end at
 * @root? For verifiers: true exactly for the nodes of the tree.
 */
bool rb_is_in(const struct rb_node *node, const struct rb_root *root);

/*
 * Augmented trees: @update recomputes one node's summary from its children
 * and returns true when it changed.
 */
struct rb_augment {
	bool (*update)(struct rb_node *node);
};
void rb_insert_augmented(struct rb_node *node, struct rb_root *root,
			 const struct rb_augment *augment);
void rb_erase_augmented(struct rb_node *node, struct rb_root *root,
			const struct rb_augment *augment);
/* After a node's own key or summary changed in place: mends those above. */
void rb_augment_propagate(struct rb_node *node,
			  const struct rb_augment *augment);

/* Trees that know their first node; @augment may be NULL. */
void rb_insert_cached(struct rb_node *node, struct rb_root_cached *root,
		      bool leftmost, const struct rb_augment *augment);
void rb_erase_cached(struct rb_node *node, struct rb_root_cached *root,
		     const struct rb_augment *augment);
/* @new, with the same key, takes @victim's place. */
void rb_replace_node(struct rb_node *victim, struct rb_node *new,
		     struct rb_root *root);

static inline struct rb_node *rb_parent(const struct rb_node *node)
{
	return (struct rb_node *)(node->parent_color & ~(uintptr_t)1);
}

#endif
