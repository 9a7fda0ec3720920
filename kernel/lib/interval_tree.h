/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_LIB_INTERVAL_TREE_H
#define KERNEL_LIB_INTERVAL_TREE_H

/*
 * Which VMAs cover these pages of a file, or of an anon_vma? Trees of
 * intervals of page offsets, both ends included (mm/interval_tree.c).
 *
 * An entry must not change vm_pgoff, vm_start or vm_end while it is in a tree.
 */

#include "kernel/mm/mm_types.h"

/* A file's VMAs: address_space.i_mmap, by vma->shared. */
void vma_interval_tree_insert(struct vm_area_struct *vma,
			      struct rb_root_cached *root);
void vma_interval_tree_remove(struct vm_area_struct *vma,
			      struct rb_root_cached *root);
/* The first that meets [first, last], in order of its start; or NULL. */
struct vm_area_struct *vma_interval_tree_iter_first(struct rb_root_cached *root,
						    pgoff_t first,
						    pgoff_t last);
struct vm_area_struct *vma_interval_tree_iter_next(struct vm_area_struct *vma,
						   pgoff_t first, pgoff_t last);

#define vma_interval_tree_foreach(vma, root, first, last)                \
	for (vma = vma_interval_tree_iter_first(root, first, last); vma; \
	     vma = vma_interval_tree_iter_next(vma, first, last))

/* An anon_vma's VMAs: anon_vma.rb_root, by avc->rb. */
void anon_vma_interval_tree_insert(struct anon_vma_chain *avc,
				   struct rb_root_cached *root);
void anon_vma_interval_tree_remove(struct anon_vma_chain *avc,
				   struct rb_root_cached *root);
struct anon_vma_chain *
anon_vma_interval_tree_iter_first(struct rb_root_cached *root, pgoff_t first,
				  pgoff_t last);
struct anon_vma_chain *
anon_vma_interval_tree_iter_next(struct anon_vma_chain *avc, pgoff_t first,
				 pgoff_t last);

#define anon_vma_interval_tree_foreach(avc, root, first, last)                \
	for (avc = anon_vma_interval_tree_iter_first(root, first, last); avc; \
	     avc = anon_vma_interval_tree_iter_next(avc, first, last))

/*
 * For verifiers: is the tree such that a search finds all there is to find?
 * By start, each summary right, the leftmost first. Returns the number of
 * entries, or INTERVAL_TREE_BAD.
 */
#define INTERVAL_TREE_BAD UINT32_MAX
uint32_t vma_interval_tree_check(const struct rb_root_cached *root);
uint32_t anon_vma_interval_tree_check(const struct rb_root_cached *root);

#endif
