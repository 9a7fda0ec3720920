/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/lib/interval_tree.h"

/*
 * Interval trees for rmap (mm/interval_tree.c, include/linux/
 * interval_tree_generic.h). A red-black tree ordered by the intervals'
 * starts; each node's summary is the greatest last page in its subtree, so a
 * search skips every subtree that ends too early.
 *
 * Linux makes two copies of the code by a macro; here one copy works on
 * struct span, which both kinds of entry contain, and asks `struct span_kind`
 * for an entry's interval.
 */

/* vma->shared and the tail of an anon_vma_chain have this shape. */
struct span {
	struct rb_node rb;
	pgoff_t subtree_last;
};

#define SAME_SHAPE(type, rb, last)                                  \
	_Static_assert(offsetof(struct type, last) -                \
				       offsetof(struct type, rb) == \
			       offsetof(struct span, subtree_last), \
		       "struct span is a view of it")
SAME_SHAPE(vm_area_struct, shared.rb, shared.rb_subtree_last);
SAME_SHAPE(anon_vma_chain, rb, rb_subtree_last);

struct span_kind {
	struct rb_augment augment;
	const struct vm_area_struct *(*vma)(const struct span *span);
};

static struct span *to_span(struct rb_node *node)
{
	return rb_entry(node, struct span, rb);
}

static pgoff_t span_first(const struct span_kind *kind, const struct span *span)
{
	return kind->vma(span)->vm_pgoff;
}

static pgoff_t span_last(const struct span_kind *kind, const struct span *span)
{
	const struct vm_area_struct *vma = kind->vma(span);

	return vma->vm_pgoff + ((vma->vm_end - vma->vm_start) >> PAGE_SHIFT) -
	       1;
}

/* What its summary must be, by its own interval and its children's. */
static pgoff_t subtree_last(const struct span_kind *kind,
			    const struct rb_node *node)
{
	pgoff_t last = span_last(kind, to_span((struct rb_node *)node));

	if (node->rb_left && to_span(node->rb_left)->subtree_last > last)
		last = to_span(node->rb_left)->subtree_last;
	if (node->rb_right && to_span(node->rb_right)->subtree_last > last)
		last = to_span(node->rb_right)->subtree_last;
	return last;
}

static bool update_last(const struct span_kind *kind, struct rb_node *node)
{
	struct span *span = to_span(node);
	pgoff_t last = subtree_last(kind, node);

	if (span->subtree_last == last)
		return false;
	span->subtree_last = last;
	return true;
}

static void insert(const struct span_kind *kind, struct span *span,
		   struct rb_root_cached *root)
{
	struct rb_node **link = &root->rb_root.rb_node, *parent = NULL;
	pgoff_t first = span_first(kind, span);
	bool leftmost = true;

	while (*link) {
		parent = *link;
		if (first < span_first(kind, to_span(parent))) {
			link = &parent->rb_left;
		} else {
			link = &parent->rb_right;
			leftmost = false;
		}
	}
	rb_link_node(&span->rb, parent, link);
	rb_insert_cached(&span->rb, root, leftmost, &kind->augment);
}

/* The leftmost interval of @span's subtree that meets [first, last]. */
static struct span *subtree_search(const struct span_kind *kind,
				   struct span *span, pgoff_t first,
				   pgoff_t last)
{
	for (;;) {
		struct rb_node *left = span->rb.rb_left;

		/*
		 * If any interval on the left ends late enough, the answer is
		 * there or nowhere: those to its right start later still.
		 */
		if (left && to_span(left)->subtree_last >= first) {
			span = to_span(left);
			continue;
		}
		if (span_first(kind, span) > last)
			return NULL;
		if (span_last(kind, span) >= first)
			return span;
		if (!span->rb.rb_right)
			return NULL;
		span = to_span(span->rb.rb_right);
		if (span->subtree_last < first)
			return NULL;
	}
}

static struct span *iter_first(const struct span_kind *kind,
			       struct rb_root_cached *root, pgoff_t first,
			       pgoff_t last)
{
	struct span *top;

	if (!root->rb_root.rb_node)
		return NULL;
	top = to_span(root->rb_root.rb_node);
	if (top->subtree_last < first ||
	    span_first(kind, to_span(root->rb_leftmost)) > last)
		return NULL;
	return subtree_search(kind, top, first, last);
}

static struct span *iter_next(const struct span_kind *kind, struct span *span,
			      pgoff_t first, pgoff_t last)
{
	struct rb_node *right = span->rb.rb_right, *from;

	for (;;) {
		if (right && to_span(right)->subtree_last >= first)
			return subtree_search(kind, to_span(right), first,
					      last);
		/* Up, until we come out of a left subtree. */
		do {
			from = &span->rb;
			if (!rb_parent(from))
				return NULL;
			span = to_span(rb_parent(from));
		} while (span->rb.rb_right == from);
		if (span_first(kind, span) > last)
			return NULL;
		if (span_last(kind, span) >= first)
			return span;
		right = span->rb.rb_right;
	}
}

static uint32_t check(const struct span_kind *kind,
		      const struct rb_root_cached *root)
{
	struct rb_node *node = rb_first(&root->rb_root);
	pgoff_t before = 0;
	uint32_t nr = 0;

	if (root->rb_leftmost != node)
		return INTERVAL_TREE_BAD;
	for (; node; node = rb_next(node), nr++) {
		const struct span *span = to_span(node);

		if (span_first(kind, span) < before ||
		    span->subtree_last != subtree_last(kind, node))
			return INTERVAL_TREE_BAD;
		before = span_first(kind, span);
	}
	return nr;
}

/* ---- a file's VMAs ------------------------------------------------------- */

static struct vm_area_struct *shared_entry(const struct span *span)
{
	return container_of(span, struct vm_area_struct, shared.rb);
}

static const struct vm_area_struct *shared_vma(const struct span *span)
{
	return shared_entry(span);
}

static bool shared_update(struct rb_node *node);
static const struct span_kind shared_kind = {{shared_update}, shared_vma};

static bool shared_update(struct rb_node *node)
{
	return update_last(&shared_kind, node);
}

static struct span *shared_span(struct vm_area_struct *vma)
{
	return to_span(&vma->shared.rb);
}

void vma_interval_tree_insert(struct vm_area_struct *vma,
			      struct rb_root_cached *root)
{
	insert(&shared_kind, shared_span(vma), root);
}

void vma_interval_tree_remove(struct vm_area_struct *vma,
			      struct rb_root_cached *root)
{
	rb_erase_cached(&vma->shared.rb, root, &shared_kind.augment);
}

struct vm_area_struct *vma_interval_tree_iter_first(struct rb_root_cached *root,
						    pgoff_t first, pgoff_t last)
{
	struct span *span = iter_first(&shared_kind, root, first, last);

	return span ? shared_entry(span) : NULL;
}

struct vm_area_struct *vma_interval_tree_iter_next(struct vm_area_struct *vma,
						   pgoff_t first, pgoff_t last)
{
	struct span *span = iter_next(&shared_kind, shared_span(vma), first,
				      last);

	return span ? shared_entry(span) : NULL;
}

uint32_t vma_interval_tree_check(const struct rb_root_cached *root)
{
	return check(&shared_kind, root);
}

/* ---- an anon_vma's VMAs -------------------------------------------------- */

static struct anon_vma_chain *anon_entry(const struct span *span)
{
	return container_of(span, struct anon_vma_chain, rb);
}

static const struct vm_area_struct *anon_vma_of(const struct span *span)
{
	return anon_entry(span)->vma;
}

static bool anon_update(struct rb_node *node);
static const struct span_kind anon_kind = {{anon_update}, anon_vma_of};

static bool anon_update(struct rb_node *node)
{
	return update_last(&anon_kind, node);
}

void anon_vma_interval_tree_insert(struct anon_vma_chain *avc,
				   struct rb_root_cached *root)
{
	insert(&anon_kind, to_span(&avc->rb), root);
}

void anon_vma_interval_tree_remove(struct anon_vma_chain *avc,
				   struct rb_root_cached *root)
{
	rb_erase_cached(&avc->rb, root, &anon_kind.augment);
}

struct anon_vma_chain *
anon_vma_interval_tree_iter_first(struct rb_root_cached *root, pgoff_t first,
				  pgoff_t last)
{
	struct span *span = iter_first(&anon_kind, root, first, last);

	return span ? anon_entry(span) : NULL;
}

struct anon_vma_chain *
anon_vma_interval_tree_iter_next(struct anon_vma_chain *avc, pgoff_t first,
				 pgoff_t last)
{
	struct span *span = iter_next(&anon_kind, to_span(&avc->rb), first,
				      last);

	return span ? anon_entry(span) : NULL;
}

uint32_t anon_vma_interval_tree_check(const struct rb_root_cached *root)
{
	return check(&anon_kind, root);
}
