/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/vma.h"

/*
 * The VMAs of an address space: tree, list, merge and split (Linux 5.15's
 * mm/mmap.c; the split into steps is that of later kernels' mm/vma.c).
 *
 * A VMA stands in up to four structures at once: its mm's list and red-black
 * tree by address, its file's interval tree by page index, and through its
 * anon_vma_chain the interval trees of its anon_vmas. A border may move only
 * while the VMA is out of the interval trees, and nothing may sleep meanwhile:
 * that is what struct vma_change and vma_commit() are for. Everything that
 * can fail has failed before.
 *
 * Invariants: list and tree hold the same VMAs in the same order, none
 * overlaps the next; rb_subtree_gap of a node is the largest hole right below
 * a VMA of its subtree, by which unmapped_area() searches.
 *
 * A huge page lies within one VMA: where a border comes to cut one, it is
 * split first.
 *
 * Left out: userfaultfd contexts and anon_vma names as obstacles to merging.
 */

#include <string.h>

#include "kernel/fs/fs.h"
#include "kernel/lib/bug.h"
#include "kernel/lib/err.h"
#include "kernel/lib/interval_tree.h"
#include "kernel/mm/huge_mm.h"
#include "kernel/mm/mempolicy.h"
#include "kernel/mm/rmap.h"
#include "kernel/mm/slab.h"
#include "kernel/state.h"

/* ---- one VMA ------------------------------------------------------------------ */

struct vm_area_struct *vm_area_alloc(struct task_struct *curr,
				     struct mm_struct *mm)
{
	struct vm_area_struct *vma = kmem_cache_zalloc(
		curr, curr->k->user.vm_area_cachep, GFP_KERNEL);

	if (!vma)
		return NULL;
	vma->vm_mm = mm;
	INIT_LIST_HEAD(&vma->anon_vma_chain);
	return vma;
}

struct vm_area_struct *vm_area_dup(struct task_struct *curr,
				   const struct vm_area_struct *orig)
{
	struct vm_area_struct *vma = kmem_cache_alloc(
		curr, curr->k->user.vm_area_cachep, GFP_KERNEL);

	if (!vma)
		return NULL;
	*vma = *orig;
	mpol_get(vma->vm_policy);
	INIT_LIST_HEAD(&vma->anon_vma_chain);
	vma->vm_next = NULL;
	vma->vm_prev = NULL;
	return vma;
}

void vm_area_free(struct task_struct *curr, struct vm_area_struct *vma)
{
	mpol_put(curr, vma->vm_policy);
	kmem_cache_free(curr, curr->k->user.vm_area_cachep, vma);
}

void remove_vma(struct task_struct *curr, struct vm_area_struct *vma)
{
	if (vma->vm_ops && vma->vm_ops->close)
		vma->vm_ops->close(curr, vma);
	if (vma->vm_file)
		fput(curr, vma->vm_file);
	vm_area_free(curr, vma);
}

/* ---- the tree of holes ---------------------------------------------------------- */

static struct vm_area_struct *to_vma(struct rb_node *node)
{
	return rb_entry(node, struct vm_area_struct, vm_rb);
}

/* The hole right below @vma. */
static uint32_t vma_gap(const struct vm_area_struct *vma)
{
	return vma->vm_start - (vma->vm_prev ? vma->vm_prev->vm_end : 0);
}

static bool gap_update(struct rb_node *node)
{
	struct vm_area_struct *vma = to_vma(node);
	uint32_t gap = vma_gap(vma);

	if (node->rb_left && to_vma(node->rb_left)->rb_subtree_gap > gap)
		gap = to_vma(node->rb_left)->rb_subtree_gap;
	if (node->rb_right && to_vma(node->rb_right)->rb_subtree_gap > gap)
		gap = to_vma(node->rb_right)->rb_subtree_gap;
	if (vma->rb_subtree_gap == gap)
		return false;
	vma->rb_subtree_gap = gap;
	return true;
}

static const struct rb_augment gap_augment = {gap_update};

void vma_gap_update(struct vm_area_struct *vma)
{
	rb_augment_propagate(&vma->vm_rb, &gap_augment);
}

/* ---- finding ---------------------------------------------------------------------- */

struct vm_area_struct *find_vma_uncached(const struct mm_struct *mm,
					 vaddr_t vaddr)
{
	struct rb_node *node = mm->mm_rb.rb_node;
	struct vm_area_struct *found = NULL;

	while (node) {
		struct vm_area_struct *vma = to_vma(node);

		if (vma->vm_end <= vaddr) {
			node = node->rb_right;
			continue;
		}
		found = vma;
		if (vma->vm_start <= vaddr)
			break;
		node = node->rb_left;
	}
	return found;
}

struct vm_area_struct *find_vma(struct mm_struct *mm, vaddr_t vaddr)
{
	struct vm_area_struct *vma = mm->vmacache;

	if (mm->vma_index_valid)
		return vma_index_find(mm->vma_index, vaddr);
	if (likely(vma && vma->vm_start <= vaddr && vaddr < vma->vm_end))
		return vma;
	vma = find_vma_uncached(mm, vaddr);
	mm->vma_walks++;
	if (vma)
		mm->vmacache = vma;
	return vma;
}

struct vm_area_struct *find_vma_intersection(struct mm_struct *mm,
					     vaddr_t start, vaddr_t end)
{
	struct vm_area_struct *vma = find_vma(mm, start);

	return vma && vma->vm_start < end ? vma : NULL;
}

struct vm_area_struct *find_vma_prev(struct mm_struct *mm, vaddr_t vaddr,
				     struct vm_area_struct **prev)
{
	struct vm_area_struct *vma = find_vma(mm, vaddr);
	struct rb_node *last;

	if (vma) {
		*prev = vma->vm_prev;
	} else {
		last = rb_last(&mm->mm_rb);
		*prev = last ? to_vma(last) : NULL;
	}
	return vma;
}

/* ---- linking ------------------------------------------------------------------------ */

static void vma_link_file(struct vm_area_struct *vma)
{
	struct address_space *mapping;

	if (!vma->vm_file)
		return;
	mapping = vma->vm_file->f_mapping;
	if (vma_is_shared_maywrite(vma))
		mapping->i_mmap_writable++;
	vma_interval_tree_insert(vma, &mapping->i_mmap);
}

void unlink_file_vma(struct vm_area_struct *vma)
{
	struct address_space *mapping;

	if (!vma->vm_file)
		return;
	mapping = vma->vm_file->f_mapping;
	if (vma_is_shared_maywrite(vma))
		mapping->i_mmap_writable--;
	vma_interval_tree_remove(vma, &mapping->i_mmap);
}

static void vma_link_list(struct mm_struct *mm, struct vm_area_struct *vma,
			  struct vm_area_struct *prev)
{
	struct vm_area_struct *next = prev ? prev->vm_next : mm->mmap;

	vma->vm_prev = prev;
	vma->vm_next = next;
	if (prev)
		prev->vm_next = vma;
	else
		mm->mmap = vma;
	if (next)
		next->vm_prev = vma;
}

void vma_link(struct mm_struct *mm, struct vm_area_struct *vma)
{
	struct rb_node **link = &mm->mm_rb.rb_node, *parent = NULL;
	struct vm_area_struct *prev = NULL;

	while (*link) {
		struct vm_area_struct *other = to_vma(*link);

		parent = *link;
		if (other->vm_end > vma->vm_start) {
			BUG_ON(other->vm_start < vma->vm_end);
			link = &parent->rb_left;
		} else {
			prev = other;
			link = &parent->rb_right;
		}
	}
	vma_link_list(mm, vma, prev);
	if (vma->vm_next)
		vma_gap_update(vma->vm_next);
	rb_link_node(&vma->vm_rb, parent, link);
	rb_insert_augmented(&vma->vm_rb, &mm->mm_rb, &gap_augment);
	vma_link_file(vma);
	vma_index_invalidate(mm);
	mm->map_count++;
}

void vma_unlink(struct mm_struct *mm, struct vm_area_struct *vma)
{
	if (vma->vm_prev)
		vma->vm_prev->vm_next = vma->vm_next;
	else
		mm->mmap = vma->vm_next;
	if (vma->vm_next)
		vma->vm_next->vm_prev = vma->vm_prev;
	rb_erase_augmented(&vma->vm_rb, &mm->mm_rb, &gap_augment);
	if (vma->vm_next)
		vma_gap_update(vma->vm_next);
	if (mm->vmacache == vma)
		mm->vmacache = NULL;
	vma_index_invalidate(mm);
	mm->map_count--;
}

int insert_vm_struct(struct task_struct *curr, struct mm_struct *mm,
		     struct vm_area_struct *vma)
{
	if (find_vma_intersection(mm, vma->vm_start, vma->vm_end))
		return -ENOMEM;
	if (vma->vm_flags & VM_ACCOUNT &&
	    vm_enough_memory(curr, mm, vma_pages(vma)))
		return -ENOMEM;
	/*
	 * Anonymous pages have no file offset; the address serves, so that
	 * neighbours can merge.
	 */
	if (vma_is_anonymous(vma))
		vma->vm_pgoff = vma->vm_start >> PAGE_SHIFT;
	vma_link(mm, vma);
	return 0;
}

/* ---- moving borders --------------------------------------------------------------- */

/* One rearrangement, done in a single step by vma_commit(). */
struct vma_change {
	struct vm_area_struct *vma; /* gets the range [start, end) */
	vaddr_t start, end;
	struct vm_area_struct *adjust; /* begins at adjust_start now */
	vaddr_t adjust_start;
	struct vm_area_struct *remove, *remove2; /* swallowed whole */
	struct vm_area_struct *insert; /* new half of a split */
};

static void interval_trees_leave(struct vm_area_struct *vma)
{
	if (vma->vm_file)
		vma_interval_tree_remove(vma, &vma->vm_file->f_mapping->i_mmap);
	anon_vma_tree_pre_update(vma);
}

static void interval_trees_enter(struct vm_area_struct *vma)
{
	anon_vma_tree_post_update(vma);
	if (vma->vm_file)
		vma_interval_tree_insert(vma, &vma->vm_file->f_mapping->i_mmap);
}

/* The page at a given address keeps its index. */
static void set_borders(struct vm_area_struct *vma, vaddr_t start, vaddr_t end)
{
	vma->vm_pgoff += (start >> PAGE_SHIFT) - (vma->vm_start >> PAGE_SHIFT);
	vma->vm_start = start;
	vma->vm_end = end;
	vma_index_invalidate(vma->vm_mm);
}

static void swallow(struct task_struct *curr, struct vm_area_struct *vma)
{
	struct mm_struct *mm = vma->vm_mm;

	unlink_file_vma(vma);
	vma_unlink(mm, vma);
	unlink_anon_vmas(curr, vma);
	if (vma->vm_file)
		fput(curr, vma->vm_file);
	vm_area_free(curr, vma);
}

void vma_set_range(struct vm_area_struct *vma, vaddr_t start, vaddr_t end)
{
	interval_trees_leave(vma);
	set_borders(vma, start, end);
	interval_trees_enter(vma);
	vma_gap_update(vma);
	if (vma->vm_next)
		vma_gap_update(vma->vm_next);
}

/*
 * Those to be swallowed go first, so that the tree never holds two VMAs of one
 * place. No anon_vma or file can die with them: the one that grows has links
 * and a reference of its own.
 */
static void vma_commit(struct task_struct *curr, const struct vma_change *c)
{
	struct vm_area_struct *swallowed[] = {c->remove, c->remove2};
	struct mm_struct *mm = c->vma->vm_mm;

	split_huge_pmd_at(curr, mm, c->start);
	split_huge_pmd_at(curr, mm, c->end);
	if (c->adjust)
		split_huge_pmd_at(curr, mm, c->adjust_start);
	for (int i = 0; i < 2; i++)
		if (swallowed[i])
			swallow(curr, swallowed[i]);
	if (c->adjust) {
		interval_trees_leave(c->adjust);
		set_borders(c->adjust, c->adjust_start, c->adjust->vm_end);
		interval_trees_enter(c->adjust);
	}
	vma_set_range(c->vma, c->start, c->end);
	if (c->adjust) {
		vma_gap_update(c->adjust);
		if (c->adjust->vm_next)
			vma_gap_update(c->adjust->vm_next);
	}
	if (c->insert)
		vma_link(mm, c->insert);
}

/* ---- merge -------------------------------------------------------------------------- */

static bool is_mergeable_vma(const struct vm_area_struct *vma,
			     const struct vma_merge_struct *vmg)
{
	return vma->vm_flags == vmg->vm_flags && vma->vm_file == vmg->file &&
	       mpol_equal(vma->vm_policy, vmg->policy) &&
	       !(vma->vm_ops && vma->vm_ops->close);
}

static bool list_is_singular(const struct list_head *head)
{
	return !list_empty(head) && head->next == head->prev;
}

/*
 * May pages of both anon_vmas live in one VMA? Yes when they are the same. And
 * when one has none yet, unless @vma came out of a fork with a chain to its
 * parents: it shall not drag its neighbours into that family.
 */
static bool is_mergeable_anon_vma(const struct anon_vma *a,
				  const struct anon_vma *b,
				  const struct vm_area_struct *vma)
{
	if ((!a || !b) && (!vma || list_is_singular(&vma->anon_vma_chain)))
		return true;
	return a == b;
}

bool can_vma_merge_after(const struct vm_area_struct *vma,
			 const struct vma_merge_struct *vmg)
{
	return is_mergeable_vma(vma, vmg) &&
	       is_mergeable_anon_vma(vmg->anon_vma, vma->anon_vma, vma) &&
	       vma->vm_pgoff + vma_pages(vma) == vmg->pgoff;
}

static bool can_vma_merge_before(const struct vm_area_struct *vma,
				 const struct vma_merge_struct *vmg)
{
	pgoff_t end = vmg->pgoff + ((vmg->end - vmg->start) >> PAGE_SHIFT);

	return is_mergeable_vma(vma, vmg) &&
	       is_mergeable_anon_vma(vmg->anon_vma, vma->anon_vma, vma) &&
	       vma->vm_pgoff == end;
}

/* Before pages of @from come under @to: @to must know their anon_vmas. */
static int import_anon_vma(struct task_struct *curr, struct vm_area_struct *to,
			   struct vm_area_struct *from)
{
	int error;

	if (!from || !from->anon_vma || to->anon_vma)
		return 0;
	to->anon_vma = from->anon_vma;
	error = anon_vma_clone(curr, to, from);
	if (error)
		to->anon_vma = NULL;
	return error;
}

/*
 * P grows upwards over the range: cases 1, 2, 5, 6, 7.
 * @area is the VMA that covers (part of) the range, or follows it.
 */
static int merge_into_prev(struct task_struct *curr,
			   const struct vma_merge_struct *vmg,
			   struct vm_area_struct *area,
			   struct vm_area_struct *next, bool with_next)
{
	struct vma_change c = {
		.vma = vmg->prev,
		.start = vmg->prev->vm_start,
		.end = vmg->end,
	};
	struct vm_area_struct *from = NULL;

	if (area && area != next && area->vm_end == vmg->end) {
		c.remove = area; /* 6, 7 */
		from = area;
	} else if (area && area->vm_start < vmg->end) {
		c.adjust = area; /* 5 */
		c.adjust_start = vmg->end;
		from = area;
	}
	if (with_next) { /* 1, 6 */
		c.end = next->vm_end;
		c.remove2 = next;
		if (!from || !from->anon_vma)
			from = next;
	}
	if (import_anon_vma(curr, vmg->prev, from))
		return -ENOMEM;
	vma_commit(curr, &c);
	return 0;
}

/* N grows downwards over the range: cases 3, 4, 8. */
static int merge_into_next(struct task_struct *curr,
			   const struct vma_merge_struct *vmg,
			   struct vm_area_struct *area,
			   struct vm_area_struct *next)
{
	struct vma_change c = {
		.vma = next,
		.start = vmg->start,
		.end = next->vm_end,
	};
	struct vm_area_struct *from = NULL;

	if (vmg->prev && vmg->start < vmg->prev->vm_end) { /* 4 */
		struct vma_change cut = {
			.vma = vmg->prev,
			.start = vmg->prev->vm_start,
			.end = vmg->start,
			.adjust = next,
			.adjust_start = vmg->start,
		};

		c = cut;
		from = vmg->prev;
	} else if (area != next) { /* 8 */
		c.remove = area;
		from = area;
	}
	if (import_anon_vma(curr, next, from))
		return -ENOMEM;
	vma_commit(curr, &c);
	return 0;
}

/*
 * A: the range [start, end), P: prev, N: the VMA after P, X: the one after N.
 *
 *      AAAA                 AAAA                 AAAA
 *     PPPPPPNNNNNN     PPPPPPNNNNNN         PPPPPPNNNNNN
 *     none             4: PPPPNNNNNNNN      5: PPPPPPPPPPNN
 *
 *         AAAA                 AAAA
 *     PPPP    NNNN         PPPPNNNNXXXX
 *     1: PPPPPPPPPPPP      6: PPPPPPPPPPPP
 *     2: PPPPPPPPNNNN      7: PPPPPPPPXXXX
 *     3: PPPPNNNNNNNN      8: PPPPXXXXXXXX
 *
 * In the upper row and in 6 to 8 the range is mapped and changes its
 * properties; in 1 to 3 it is a hole that is being filled.
 */
struct vm_area_struct *vma_merge(struct task_struct *curr,
				 const struct vma_merge_struct *vmg)
{
	struct vm_area_struct *prev = vmg->prev;
	struct vm_area_struct *area = prev ? prev->vm_next : vmg->mm->mmap;
	struct vm_area_struct *next = area;
	bool with_next;

	if (vmg->vm_flags & VM_SPECIAL)
		return NULL;
	if (area && area->vm_end == vmg->end) /* 6, 7, 8 */
		next = area->vm_next;
	with_next = next && next->vm_start == vmg->end &&
		    can_vma_merge_before(next, vmg);

	if (prev && prev->vm_end == vmg->start &&
	    can_vma_merge_after(prev, vmg)) {
		bool both = with_next &&
			    is_mergeable_anon_vma(prev->anon_vma,
						  next->anon_vma, NULL);

		return merge_into_prev(curr, vmg, area, next, both) ? NULL
								    : prev;
	}
	if (with_next)
		return merge_into_next(curr, vmg, area, next) ? NULL : next;
	return NULL;
}

/*
 * Cases 1 to 3 as mmap decides them since Linux 6.1: N is asked first, and
 * then P must fit what N brings along. So where both sides have anonymous
 * pages of their own kind, or N alone has, the range goes to N; vma_merge()
 * would give it to P, or to both.
 */
struct vm_area_struct *vma_expand(struct task_struct *curr,
				  const struct vma_merge_struct *vmg)
{
	struct vm_area_struct *prev = vmg->prev;
	struct vm_area_struct *next = prev ? prev->vm_next : vmg->mm->mmap;
	struct vma_merge_struct with_n = *vmg;
	bool with_next;

	if (vmg->vm_flags & VM_SPECIAL)
		return NULL;
	with_next = next && next->vm_start == vmg->end &&
		    can_vma_merge_before(next, vmg);
	if (with_next)
		with_n.anon_vma = next->anon_vma;
	if (prev && prev->vm_end == vmg->start &&
	    can_vma_merge_after(prev, &with_n))
		return merge_into_prev(curr, vmg, next, next, with_next) ? NULL
									 : prev;
	if (with_next)
		return merge_into_next(curr, vmg, next, next) ? NULL : next;
	return NULL;
}

/* ---- split -------------------------------------------------------------------------- */

int __split_vma(struct task_struct *curr, struct vm_area_struct *vma,
		vaddr_t vaddr, bool new_below)
{
	struct vm_area_struct *new;
	struct vma_change c = {
		.vma = vma,
		.start = new_below ? vaddr : vma->vm_start,
		.end = new_below ? vma->vm_end : vaddr,
	};
	int error = vma->vm_ops && vma->vm_ops->may_split
			    ? vma->vm_ops->may_split(vma, vaddr)
			    : 0;

	if (error)
		return error;
	new = vm_area_dup(curr, vma);
	if (!new)
		return -ENOMEM;
	c.insert = new;
	if (anon_vma_clone(curr, new, vma)) {
		vm_area_free(curr, new);
		return -ENOMEM;
	}
	/* In no interval tree of files yet; in the anon_vmas' already. */
	anon_vma_tree_pre_update(new);
	if (new_below)
		set_borders(new, new->vm_start, vaddr);
	else
		set_borders(new, vaddr, new->vm_end);
	anon_vma_tree_post_update(new);
	if (new->vm_file)
		get_file(new->vm_file);
	if (new->vm_ops &&new->vm_ops->open)
		new->vm_ops->open(curr, new);
	vma_commit(curr, &c);
	vma->vm_mm->vmas_apart = true;
	return 0;
}

int split_vma(struct task_struct *curr, struct vm_area_struct *vma,
	      vaddr_t vaddr, bool new_below)
{
	if ((uint32_t)vma->vm_mm->map_count >= curr->k->user.max_map_count)
		return -ENOMEM;
	return __split_vma(curr, vma, vaddr, new_below);
}

/* [start, end) of @vma gets other properties: melts in, or is cut out. */
static struct vm_area_struct *modify(struct task_struct *curr,
				     struct vm_area_struct *vma, vaddr_t start,
				     vaddr_t end, uint32_t vm_flags,
				     const struct mempolicy *policy)
{
	struct vma_merge_struct vmg = {
		.mm = vma->vm_mm,
		.prev = start > vma->vm_start ? vma : vma->vm_prev,
		.start = start,
		.end = end,
		.vm_flags = vm_flags,
		.anon_vma = vma->anon_vma,
		.file = vma->vm_file,
		.pgoff = vma->vm_pgoff +
			 ((start - vma->vm_start) >> PAGE_SHIFT),
		.policy = policy,
	};
	struct vm_area_struct *merged = vma_merge(curr, &vmg);
	int error = 0;

	if (merged)
		return merged;
	if (start != vma->vm_start)
		error = split_vma(curr, vma, start, true);
	if (!error && end != vma->vm_end)
		error = split_vma(curr, vma, end, false);
	return error ? ERR_PTR(error) : vma;
}

struct vm_area_struct *vma_modify(struct task_struct *curr,
				  struct vm_area_struct *vma, vaddr_t start,
				  vaddr_t end, uint32_t vm_flags)
{
	return modify(curr, vma, start, end, vm_flags, vma->vm_policy);
}

struct vm_area_struct *vma_modify_policy(struct task_struct *curr,
					 struct vm_area_struct *vma,
					 vaddr_t start, vaddr_t end,
					 const struct mempolicy *policy)
{
	return modify(curr, vma, start, end, vma->vm_flags, policy);
}
