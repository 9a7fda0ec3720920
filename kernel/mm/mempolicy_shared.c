/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/mempolicy.h"

/*
 * Policies of files of memory (mm/mempolicy.c, mpol_set_shared_policy() and
 * below): mbind() of a mapping of one sets them for the file's pages, so that
 * they hold for all who map it, now and later, and as long as the file lives.
 *
 * Invariant: the intervals of a file's tree don't overlap, none is empty, and
 * each holds a reference to its policy.
 */

#include <errno.h>

#include "kernel/fs/fs.h"
#include "kernel/mm/slab.h"
#include "kernel/mm/vma.h"
#include "kernel/state.h"

static struct sp_node *to_sp(struct rb_node *node)
{
	return rb_entry(node, struct sp_node, nd);
}

struct address_space *vma_shared_policy(const struct vm_area_struct *vma)
{
	return vma->vm_file && vma->vm_file->f_mapping &&
			       vma->vm_file->f_mapping->shmem
		       ? vma->vm_file->f_mapping
		       : NULL;
}

/* The first interval that ends behind @index. */
static struct sp_node *sp_find(const struct address_space *mapping,
			       pgoff_t index)
{
	struct rb_node *node = mapping->policy.rb_node;
	struct sp_node *found = NULL;

	while (node) {
		struct sp_node *sp = to_sp(node);

		if (sp->end <= index) {
			node = node->rb_right;
		} else {
			found = sp;
			node = node->rb_left;
		}
	}
	return found;
}

struct mempolicy *mpol_shared_policy_lookup(const struct address_space *mapping,
					    pgoff_t index)
{
	const struct sp_node *sp = sp_find(mapping, index);

	return sp && sp->start <= index ? sp->policy : NULL;
}

/* ---- changes ----------------------------------------------------------------- */

static struct sp_node *sp_alloc(struct task_struct *curr, pgoff_t start,
				pgoff_t end, struct mempolicy *pol)
{
	struct sp_node *sp = kmem_cache_alloc(
		curr, curr->k->user.sp_node_cachep, GFP_KERNEL);

	if (!sp)
		return NULL;
	*sp = (struct sp_node){
		.start = start, .end = end, .policy = mpol_get(pol)};
	return sp;
}

static void sp_free(struct task_struct *curr, struct sp_node *sp)
{
	mpol_put(curr, sp->policy);
	kmem_cache_free(curr, curr->k->user.sp_node_cachep, sp);
}

static void sp_insert(struct address_space *mapping, struct sp_node *sp)
{
	struct rb_node **link = &mapping->policy.rb_node, *parent = NULL;

	while (*link) {
		parent = *link;
		link = sp->start < to_sp(parent)->start ? &parent->rb_left
							: &parent->rb_right;
	}
	rb_link_node(&sp->nd, parent, link);
	rb_insert_color(&sp->nd, &mapping->policy);
}

static void sp_delete(struct task_struct *curr, struct address_space *mapping,
		      struct sp_node *sp)
{
	rb_erase(&sp->nd, &mapping->policy);
	sp_free(curr, sp);
}

/*
 * Nothing in [start, end) any more. An interval that has it in its middle
 * keeps the part below; @rest, not NULL then, becomes the one above.
 */
static void sp_clear(struct task_struct *curr, struct address_space *mapping,
		     pgoff_t start, pgoff_t end, struct sp_node **rest)
{
	struct sp_node *sp;

	while ((sp = sp_find(mapping, start)) && sp->start < end) {
		if (sp->start < start && sp->end > end) {
			(*rest)->start = end;
			(*rest)->end = sp->end;
			(*rest)->policy = mpol_get(sp->policy);
			sp->end = start;
			sp_insert(mapping, *rest);
			*rest = NULL;
		} else if (sp->start < start) {
			sp->end = start;
		} else if (sp->end > end) {
			sp->start = end;
		} else {
			sp_delete(curr, mapping, sp);
		}
	}
}

int mpol_set_shared_policy(struct task_struct *curr,
			   struct address_space *mapping, pgoff_t start,
			   pgoff_t end, struct mempolicy *pol)
{
	struct sp_node *new = NULL, *rest;

	if (pol) {
		new = sp_alloc(curr, start, end, pol);
		if (!new)
			return -ENOMEM;
	}
	/* Whether it is needed may change while this one sleeps for it. */
	rest = sp_alloc(curr, 0, 0, NULL);
	if (!rest) {
		if (new)
			sp_free(curr, new);
		return -ENOMEM;
	}
	sp_clear(curr, mapping, start, end, &rest);
	if (new)
		sp_insert(mapping, new);
	if (rest)
		sp_free(curr, rest);
	return 0;
}

void mpol_free_shared_policy(struct task_struct *curr,
			     struct address_space *mapping)
{
	while (mapping->policy.rb_node)
		sp_delete(curr, mapping, to_sp(mapping->policy.rb_node));
}

/* ---- allocating --------------------------------------------------------------- */

void shmem_pseudo_vma_init(struct vm_area_struct *pvma,
			   const struct address_space *mapping, pgoff_t index)
{
	*pvma = (struct vm_area_struct){
		.vm_pgoff = index + (pgoff_t)mapping->host->i_ino,
		.vm_policy =
			mpol_get(mpol_shared_policy_lookup(mapping, index)),
	};
}

void shmem_pseudo_vma_destroy(struct task_struct *curr,
			      struct vm_area_struct *pvma)
{
	mpol_put(curr, pvma->vm_policy);
}
