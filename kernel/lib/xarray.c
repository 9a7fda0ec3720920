/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/lib/xarray.h"

/*
 * Sparse arrays of pointers (lib/xarray.c): a radix tree, 6 bits of the index
 * a level, as deep as the greatest index needs. What always holds: no node
 * but the top is empty, the top has an entry beyond slot 0 or would have been
 * cut off, a node's mark bit is set exactly when an entry below carries the
 * mark.
 *
 * Two low bits tell what a slot holds: 00 a pointer, x1 a value of the
 * user's (xa_mk_value()), 10 a node. Leaves out multi-index entries, retry
 * entries and RCU, none of which a kernel without preemption needs.
 */

#include <string.h>

#include "kernel/arm_sizes.h"
#include "kernel/lib/bug.h"
#include "kernel/lib/err.h"
#include "kernel/mm/kobj.h"
#include "kernel/mm/slab.h"
#include "kernel/state.h"

#define XA_CHUNK_SHIFT 6
#define XA_CHUNK_SIZE  (1u << XA_CHUNK_SHIFT)
#define XA_CHUNK_MASK  (XA_CHUNK_SIZE - 1)

struct xa_node {
	uint8_t shift; /* of the index bits that choose a slot here */
	uint8_t offset; /* our slot in the parent */
	uint8_t count; /* slots in use */
	uint8_t nr_values; /* of them, with values */
	struct xa_node *parent;
	struct xarray *array; /* while it is noted as one of shadows alone */
	struct list_head shadow_list;
	uint64_t marks[XA_MARKS]; /* a bit for each slot */
	void *slots[XA_CHUNK_SIZE];
};

static bool is_node(const void *entry)
{
	return ((uintptr_t)entry & 3) == 2;
}

static struct xa_node *to_node(const void *entry)
{
	return (struct xa_node *)((uintptr_t)entry - 2);
}

static void *node_entry(const struct xa_node *node)
{
	return (void *)((uintptr_t)node + 2);
}

static unsigned int slot_of(const struct xa_node *node, uint32_t index)
{
	return index >> node->shift & XA_CHUNK_MASK;
}

/* The greatest index that the tree is deep enough for. */
static uint32_t max_index(const struct xarray *xa)
{
	unsigned int bits;

	if (!is_node(xa->xa_head))
		return 0;
	bits = to_node(xa->xa_head)->shift + XA_CHUNK_SHIFT;
	return bits >= 32 ? UINT32_MAX : (1u << bits) - 1;
}

/* The node whose slot holds @index's entry, or NULL: nothing is there. */
static struct xa_node *find_leaf(const struct xarray *xa, uint32_t index)
{
	void *entry = xa->xa_head;
	struct xa_node *node;

	if (!is_node(entry) || index > max_index(xa))
		return NULL;
	for (;;) {
		node = to_node(entry);
		if (!node->shift)
			return node;
		entry = node->slots[slot_of(node, index)];
		if (!is_node(entry))
			return NULL;
	}
}

void *xa_load(const struct xarray *xa, uint32_t index)
{
	struct xa_node *leaf = find_leaf(xa, index);

	if (leaf)
		return leaf->slots[slot_of(leaf, index)];
	return index == 0 && !is_node(xa->xa_head) ? xa->xa_head : NULL;
}

bool xa_empty(const struct xarray *xa)
{
	return !xa->xa_head;
}

/* ---- marks ---------------------------------------------------------------- */

bool xa_get_mark(const struct xarray *xa, uint32_t index, enum xa_mark mark)
{
	struct xa_node *leaf = find_leaf(xa, index);

	if (leaf)
		return leaf->marks[mark] >> slot_of(leaf, index) & 1;
	return index == 0 && xa->xa_head_marks >> mark & 1;
}

static void node_set_mark(struct xa_node *node, unsigned int offset,
			  enum xa_mark mark)
{
	for (; node && !(node->marks[mark] >> offset & 1);
	     offset = node->offset, node = node->parent)
		node->marks[mark] |= (uint64_t)1 << offset;
}

static void node_clear_mark(struct xa_node *node, unsigned int offset,
			    enum xa_mark mark)
{
	for (; node; offset = node->offset, node = node->parent) {
		node->marks[mark] &= ~((uint64_t)1 << offset);
		if (node->marks[mark])
			break;
	}
}

void xa_set_mark(struct xarray *xa, uint32_t index, enum xa_mark mark)
{
	struct xa_node *leaf = find_leaf(xa, index);

	if (leaf && leaf->slots[slot_of(leaf, index)])
		node_set_mark(leaf, slot_of(leaf, index), mark);
	else if (!leaf && index == 0 && xa->xa_head && !is_node(xa->xa_head))
		xa->xa_head_marks |= (uint8_t)(1 << mark);
}

void xa_clear_mark(struct xarray *xa, uint32_t index, enum xa_mark mark)
{
	struct xa_node *leaf = find_leaf(xa, index);

	if (leaf)
		node_clear_mark(leaf, slot_of(leaf, index), mark);
	else if (index == 0)
		xa->xa_head_marks &= (uint8_t) ~(1 << mark);
}

/* ---- nodes ---------------------------------------------------------------- */

void xarray_init(struct task_struct *curr)
{
	curr->k->mem.radix_tree_node_cachep = kmem_cache_create(
		curr, "radix_tree_node", ARM_SIZEOF_RADIX_TREE_NODE,
		sizeof(struct xa_node), 0, SLAB_PANIC | SLAB_RECLAIM_ACCOUNT,
		NULL);
}

static void forget_shadow_node(struct kernel *k, struct xa_node *node)
{
	struct user_mm_state *user = &k->user;

	node->array = NULL;
	list_del(&node->shadow_list);
	user->nr_shadow_nodes--;
	mod_page_state(k, virt_to_page(k, kobj_addr(k, node)), WORKINGSET_NODES,
		       -1);
}

/* @leaf's entries have changed: are they all shadows now? */
static void note_shadow_node(struct kernel *k, struct xarray *xa,
			     struct xa_node *leaf)
{
	struct user_mm_state *user = &k->user;
	const bool only = xa->xa_shadows && leaf->count &&
			  leaf->nr_values == leaf->count;

	if (only == (leaf->array != NULL))
		return;
	if (!only) {
		forget_shadow_node(k, leaf);
		return;
	}
	leaf->array = xa;
	list_add_tail(&leaf->shadow_list, &user->shadow_nodes);
	user->nr_shadow_nodes++;
	mod_page_state(k, virt_to_page(k, kobj_addr(k, leaf)), WORKINGSET_NODES,
		       1);
}

static void free_node(struct task_struct *curr, struct xa_node *node)
{
	if (node->array)
		forget_shadow_node(curr->k, node);
	kmem_cache_free(curr, curr->k->mem.radix_tree_node_cachep, node);
}

/*
 * Nodes got before the tree is touched: getting them may sleep, and others
 * may change the tree meanwhile.
 */
struct node_stock {
	struct xa_node *first; /* linked by parent */
	unsigned int count;
};

static struct xa_node *take_node(struct node_stock *stock, unsigned int shift)
{
	struct xa_node *node = stock->first;

	stock->first = node->parent;
	stock->count--;
	node->parent = NULL;
	node->shift = (uint8_t)shift;
	return node;
}

static int fill_stock(struct task_struct *curr, struct node_stock *stock,
		      unsigned int count, uint32_t gfp)
{
	while (stock->count < count) {
		struct xa_node *node = kmem_cache_zalloc(
			curr, curr->k->mem.radix_tree_node_cachep, gfp);

		if (!node)
			return -ENOMEM;
		node->parent = stock->first;
		stock->first = node;
		stock->count++;
	}
	return 0;
}

static void empty_stock(struct task_struct *curr, struct node_stock *stock)
{
	while (stock->count)
		free_node(curr, take_node(stock, 0));
}

/* Levels of nodes that @index needs; 0 is for index 0, kept in the head. */
static unsigned int levels_for(uint32_t index)
{
	unsigned int levels = 0;

	for (; index; index >>= XA_CHUNK_SHIFT)
		levels++;
	return levels;
}

static unsigned int levels_of(const struct xarray *xa)
{
	if (!is_node(xa->xa_head))
		return 0;
	return to_node(xa->xa_head)->shift / XA_CHUNK_SHIFT + 1;
}

/* How many nodes a store at @index would add to the tree as it is now. */
static unsigned int nodes_missing(const struct xarray *xa, uint32_t index)
{
	unsigned int have = levels_of(xa), want = levels_for(index);
	const struct xa_node *node;
	void *entry;

	if (!xa->xa_head)
		return want;
	if (want > have) /* new tops, and a path down beside the old one */
		return want - have + want - 1;
	if (!have)
		return 0;
	for (node = to_node(xa->xa_head); node->shift; node = to_node(entry)) {
		entry = node->slots[slot_of(node, index)];
		if (!entry)
			return node->shift / XA_CHUNK_SHIFT;
	}
	return 0;
}

/* ---- growing and shrinking ------------------------------------------------ */

static void link_child(struct xa_node *parent, unsigned int offset,
		       struct xa_node *child)
{
	child->parent = parent;
	child->offset = (uint8_t)offset;
	parent->slots[offset] = node_entry(child);
	parent->count++;
}

/* One more level on top; what was the head becomes its slot 0. */
static void grow_up(struct xarray *xa, struct node_stock *stock)
{
	struct xa_node *top = take_node(stock, levels_of(xa) * XA_CHUNK_SHIFT);
	struct xa_node *old = is_node(xa->xa_head) ? to_node(xa->xa_head)
						   : NULL;

	for (int mark = 0; mark < XA_MARKS; mark++)
		top->marks[mark] = old ? old->marks[mark] != 0
				       : xa->xa_head_marks >> mark & 1;
	if (old) {
		link_child(top, 0, old);
	} else if (xa->xa_head) {
		top->slots[0] = xa->xa_head;
		top->count = 1;
		top->nr_values = xa_is_value(xa->xa_head);
	}
	xa->xa_head = node_entry(top);
	xa->xa_head_marks = 0;
}

/* Down to @index's leaf, making what is missing from @stock. */
static struct xa_node *make_leaf(struct xarray *xa, struct node_stock *stock,
				 uint32_t index)
{
	unsigned int want = levels_for(index), offset;
	struct xa_node *node;

	if (!xa->xa_head) { /* no need to grow level by level */
		node = take_node(stock, (want - 1) * XA_CHUNK_SHIFT);
		xa->xa_head = node_entry(node);
	}
	while (levels_of(xa) < want)
		grow_up(xa, stock);
	for (node = to_node(xa->xa_head); node->shift;
	     node = to_node(node->slots[offset])) {
		offset = slot_of(node, index);
		if (!node->slots[offset])
			link_child(node, offset,
				   take_node(stock,
					     node->shift - XA_CHUNK_SHIFT));
	}
	return node;
}

/* Cuts levels off the top that have nothing but their slot 0. */
static void shrink(struct task_struct *curr, struct xarray *xa)
{
	while (is_node(xa->xa_head)) {
		struct xa_node *top = to_node(xa->xa_head);
		void *below = top->slots[0];

		if (top->count != 1 || !below)
			return;
		xa->xa_head = below;
		if (is_node(below))
			to_node(below)->parent = NULL;
		else
			for (int mark = 0; mark < XA_MARKS; mark++)
				xa->xa_head_marks |=
					(uint8_t)((top->marks[mark] & 1)
						  << mark);
		free_node(curr, top);
	}
}

/* Frees @node if it is empty, and then whatever that empties above. */
static void prune(struct task_struct *curr, struct xarray *xa,
		  struct xa_node *node)
{
	while (node && !node->count) {
		struct xa_node *parent = node->parent;

		if (parent) {
			parent->slots[node->offset] = NULL;
			parent->count--;
		} else {
			xa->xa_head = NULL;
		}
		free_node(curr, node);
		node = parent;
	}
	shrink(curr, xa);
}

/* ---- storing -------------------------------------------------------------- */

static void put_entry(struct kernel *k, struct xarray *xa,
		      struct node_stock *stock, uint32_t index, void *entry)
{
	struct xa_node *leaf;
	unsigned int offset;

	if (index == 0 && !is_node(xa->xa_head)) {
		xa->xa_head = entry;
		return;
	}
	leaf = make_leaf(xa, stock, index);
	offset = slot_of(leaf, index);
	if (!leaf->slots[offset])
		leaf->count++;
	leaf->nr_values -= xa_is_value(leaf->slots[offset]);
	leaf->nr_values += xa_is_value(entry);
	leaf->slots[offset] = entry;
	note_shadow_node(k, xa, leaf);
}

/* Over whatever is there, or with @expected only over that. */
static int store(struct task_struct *curr, struct xarray *xa, uint32_t index,
		 void *entry, uint32_t gfp, const void *const *expected)
{
	struct node_stock stock = {0};
	unsigned int missing;
	int err = 0;

	BUG_ON(is_node(entry));
	while ((missing = nodes_missing(xa, index)) > stock.count && !err)
		err = fill_stock(curr, &stock, missing, gfp);
	if (!err && expected && xa_load(xa, index) != *expected)
		err = -EBUSY;
	if (!err)
		put_entry(curr->k, xa, &stock, index, entry);
	empty_stock(curr, &stock);
	return err;
}

int xa_store(struct task_struct *curr, struct xarray *xa, uint32_t index,
	     void *entry, uint32_t gfp)
{
	if (entry)
		return store(curr, xa, index, entry, gfp, NULL);
	xa_erase(curr, xa, index);
	return 0;
}

int xa_insert(struct task_struct *curr, struct xarray *xa, uint32_t index,
	      void *entry, uint32_t gfp)
{
	return xa_replace(curr, xa, index, NULL, entry, gfp);
}

int xa_replace(struct task_struct *curr, struct xarray *xa, uint32_t index,
	       const void *old, void *entry, uint32_t gfp)
{
	BUG_ON(!entry);
	return store(curr, xa, index, entry, gfp, &old);
}

void *xa_erase(struct task_struct *curr, struct xarray *xa, uint32_t index)
{
	struct xa_node *leaf = find_leaf(xa, index);
	unsigned int offset;
	void *old;

	if (!leaf) {
		if (index != 0 || is_node(xa->xa_head))
			return NULL;
		old = xa->xa_head;
		xa->xa_head = NULL;
		xa->xa_head_marks = 0;
		return old;
	}
	offset = slot_of(leaf, index);
	old = leaf->slots[offset];
	if (!old)
		return NULL;
	for (int mark = 0; mark < XA_MARKS; mark++)
		node_clear_mark(leaf, offset, (enum xa_mark)mark);
	leaf->slots[offset] = NULL;
	leaf->count--;
	leaf->nr_values -= xa_is_value(old);
	note_shadow_node(curr->k, xa, leaf);
	prune(curr, xa, leaf);
	return old;
}

bool xa_drop_shadow_node(struct task_struct *curr)
{
	struct list_head *nodes = &curr->k->user.shadow_nodes;
	struct xa_node *node;
	struct xarray *xa;

	if (list_empty(nodes))
		return false;
	node = list_first_entry(nodes, struct xa_node, shadow_list);
	xa = node->array;
	BUG_ON(node->nr_values != node->count);
	forget_shadow_node(curr->k, node);
	memset(node->slots, 0, sizeof(node->slots));
	node->count = 0;
	node->nr_values = 0;
	prune(curr, xa, node);
	return true;
}

static void destroy_node(struct task_struct *curr, struct xa_node *node)
{
	if (node->shift)
		for (unsigned int i = 0; i < XA_CHUNK_SIZE; i++)
			if (node->slots[i])
				destroy_node(curr, to_node(node->slots[i]));
	free_node(curr, node);
}

void xa_destroy(struct task_struct *curr, struct xarray *xa)
{
	if (is_node(xa->xa_head))
		destroy_node(curr, to_node(xa->xa_head));
	xa_init(xa);
}

/* ---- searching ------------------------------------------------------------ */

#define ANY_MARK XA_MARKS

/* The first slot from @offset on in use (or marked); XA_CHUNK_SIZE: none. */
static unsigned int next_slot(const struct xa_node *node, unsigned int offset,
			      enum xa_mark mark)
{
	uint64_t marked;

	if (mark == ANY_MARK) {
		while (offset < XA_CHUNK_SIZE && !node->slots[offset])
			offset++;
		return offset;
	}
	if (offset >= XA_CHUNK_SIZE)
		return XA_CHUNK_SIZE;
	marked = node->marks[mark] >> offset << offset;
	return marked ? (unsigned int)__builtin_ctzll(marked) : XA_CHUNK_SIZE;
}

/* The first index of @node's slot @offset, somewhere below which @index was. */
static uint32_t index_of(const struct xa_node *node, uint32_t index,
			 unsigned int offset)
{
	uint64_t span = (uint64_t)XA_CHUNK_SIZE << node->shift;

	return (uint32_t)((index & ~(span - 1)) | (uint64_t)offset
							  << node->shift);
}

static void *find(const struct xarray *xa, uint32_t *index, uint32_t max,
		  enum xa_mark mark)
{
	struct xa_node *node;
	unsigned int from, offset;
	uint32_t at = *index;

	if (at > max || at > max_index(xa) || !is_node(xa->xa_head))
		return NULL;
	node = to_node(xa->xa_head);
	from = slot_of(node, at);
	for (;;) {
		offset = next_slot(node, from, mark);
		if (offset == XA_CHUNK_SIZE) { /* nothing here: on, above */
			from = node->offset + 1u;
			node = node->parent;
			if (!node)
				return NULL;
			continue;
		}
		if (offset != slot_of(node, at))
			at = index_of(node, at, offset);
		if (at > max)
			return NULL;
		if (!node->shift)
			break;
		node = to_node(node->slots[offset]);
		from = slot_of(node, at);
	}
	*index = at;
	return node->slots[offset];
}

void *xa_find(const struct xarray *xa, uint32_t *index, uint32_t max)
{
	if (*index == 0 && xa->xa_head && !is_node(xa->xa_head))
		return xa->xa_head;
	return find(xa, index, max, ANY_MARK);
}

void *xa_find_marked(const struct xarray *xa, uint32_t *index, uint32_t max,
		     enum xa_mark mark)
{
	if (*index == 0 && xa->xa_head_marks >> mark & 1)
		return xa->xa_head;
	return find(xa, index, max, mark);
}
