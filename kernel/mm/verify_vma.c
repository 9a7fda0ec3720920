/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/verify.h"

/*
 * The verifier's questions about VMAs: order, holes, sizes, and that each is
 * in all the trees by which rmap looks for it, and no other is. Neighbours
 * that Linux would have merged must be one.
 */

#include "kernel/fs/fs.h"
#include "kernel/lib/interval_tree.h"
#include "kernel/mm/internal.h"
#include "kernel/mm/kobj.h"

struct vma_sums {
	uint32_t nr, total, locked;
	int64_t accounted;
};

static void vma_fail(struct verify *v, const struct vm_area_struct *vma,
		     const char *what)
{
	verify_fail(v, "mm 0x%08x: VMA %08x-%08x %s",
		    kobj_addr(v->k, vma->vm_mm), vma->vm_start, vma->vm_end,
		    what);
}

static void verify_index(struct verify *v, struct vm_area_struct *vma)
{
	const struct mm_struct *mm = vma->vm_mm;

	if (mm->vma_index_valid &&
	    (vma_index_find(mm->vma_index, vma->vm_end - 1) != vma ||
	     vma_index_find(mm->vma_index, vma->vm_end) != vma->vm_next))
		vma_fail(v, vma, "isn't where the index has it");
}

static struct vm_area_struct *to_vma(struct rb_node *node)
{
	return node ? rb_entry(node, struct vm_area_struct, vm_rb) : NULL;
}

static uint32_t subtree_gap(struct rb_node *node)
{
	return node ? to_vma(node)->rb_subtree_gap : 0;
}

static void verify_gap(struct verify *v, struct vm_area_struct *vma)
{
	vaddr_t below = vma->vm_prev ? vma->vm_prev->vm_end : 0;
	uint32_t gap = vma->vm_start - below;
	uint32_t left = subtree_gap(vma->vm_rb.rb_left);
	uint32_t right = subtree_gap(vma->vm_rb.rb_right);

	if (left > gap)
		gap = left;
	if (right > gap)
		gap = right;
	if (vma->rb_subtree_gap != gap)
		vma_fail(v, vma, "has a wrong rb_subtree_gap");
}

/*
 * Two that must have merged when the second was made or changed. Left out is
 * what Linux itself leaves apart: whatever has anonymous pages by different
 * anon_vmas, forked or wiped VMAs, heaps and stacks, which grow unmerged; and
 * what was split once, since merging goes by what neighbours were at the time.
 */
static bool must_be_one(const struct vm_area_struct *a,
			const struct vm_area_struct *b)
{
	const struct mm_struct *mm = a->vm_mm;
	const struct vma_merge_struct vmg = {
		.vm_flags = b->vm_flags,
		.anon_vma = b->anon_vma,
		.file = b->vm_file,
		.pgoff = b->vm_pgoff,
		.policy = b->vm_policy,
	};

	if (!b->vm_file && !a->vm_file && a->vm_start <= mm->brk &&
	    b->vm_end >= mm->start_brk)
		return false;
	if (a->vm_flags & (VM_SPECIAL | VM_GROWSDOWN | VM_WIPEONFORK))
		return false;
	return a->vm_end == b->vm_start && !a->anon_vma && !b->anon_vma &&
	       a->vm_ops == b->vm_ops && can_vma_merge_after(a, &vmg);
}

/* ---- rmap's trees ---------------------------------------------------------- */

/*
 * Each node that a VMA knows of is in its tree; and the first of each tree
 * has the whole tree looked at. When the sums of both ways agree, no tree has
 * a node that no VMA knows of (verify_trees()).
 */
static void verify_i_mmap(struct verify *v, struct vm_area_struct *vma)
{
	const struct rb_root_cached *tree = &vma->vm_file->f_mapping->i_mmap;
	uint32_t nr;

	v->nr_file_vmas++;
	if (!rb_is_in(&vma->shared.rb, &tree->rb_root)) {
		vma_fail(v, vma, "is not in its file's i_mmap");
		return;
	}
	if (tree->rb_leftmost != &vma->shared.rb)
		return;
	nr = vma_interval_tree_check(tree);
	if (nr == INTERVAL_TREE_BAD)
		vma_fail(v, vma, "is in an i_mmap that is out of order");
	else
		v->nr_in_file_trees += nr;
}

static struct anon_vma_chain *to_avc(struct rb_node *node)
{
	return node ? rb_entry(node, struct anon_vma_chain, rb) : NULL;
}

static void verify_anon_vma(struct verify *v, const struct anon_vma *anon_vma)
{
	const struct rb_root_cached *tree = &anon_vma->rb_root;
	const vaddr_t at = kobj_addr(v->k, anon_vma);
	uint32_t nr = anon_vma_interval_tree_check(tree), nr_active = 0;
	struct anon_vma_chain *avc = to_avc(rb_first(&tree->rb_root));

	if (nr == INTERVAL_TREE_BAD) {
		verify_fail(v, "anon_vma 0x%08x: its tree is out of order", at);
		return;
	}
	for (; avc; avc = to_avc(rb_next(&avc->rb))) {
		nr_active += avc->vma->anon_vma == anon_vma;
		if (avc->anon_vma != anon_vma)
			verify_fail(v, "anon_vma 0x%08x has another's node",
				    at);
	}
	if (nr_active != anon_vma->num_active_vmas)
		verify_fail(v,
			    "anon_vma 0x%08x: num_active_vmas %u, counted %u",
			    at, anon_vma->num_active_vmas, nr_active);
	v->nr_in_anon_trees += nr;
	v->nr_anon_vmas++;
	v->nr_children += anon_vma->num_children;
	v->nr_refs += (uint32_t)anon_vma->refcount;
	/* its own, and one on the root of its family */
	v->nr_refs_needed += anon_vma->root == anon_vma ? 1 : 2;
}

static void verify_anon_chain(struct verify *v, struct vm_area_struct *vma)
{
	struct anon_vma_chain *avc;
	bool own = false;

	list_for_each_entry(avc, &vma->anon_vma_chain, same_vma) {
		const struct anon_vma *anon_vma = avc->anon_vma;

		v->nr_chained++;
		own |= anon_vma == vma->anon_vma;
		if (avc->vma != vma)
			vma_fail(v, vma, "has another VMA's anon_vma_chain");
		else if (!rb_is_in(&avc->rb, &anon_vma->rb_root.rb_root))
			vma_fail(v, vma, "is not found from its anon_vma");
		else if (anon_vma->rb_root.rb_leftmost == &avc->rb)
			verify_anon_vma(v, anon_vma);
	}
	if (vma->anon_vma && !own)
		vma_fail(v, vma, "is not chained to its own anon_vma");
}

void verify_trees(struct verify *v)
{
	if (v->nr_errors) /* they may have stopped the count */
		return;
	if (v->nr_in_file_trees != v->nr_file_vmas)
		verify_fail(v, "%u VMAs map files, in i_mmap trees are %u",
			    v->nr_file_vmas, v->nr_in_file_trees);
	if (v->nr_in_anon_trees != v->nr_chained)
		verify_fail(v, "VMAs have %u links to anon_vmas, these have %u",
			    v->nr_chained, v->nr_in_anon_trees);
	if (v->nr_children != v->nr_anon_vmas) /* roots are their own */
		verify_fail(v, "%u anon_vmas have %u children", v->nr_anon_vmas,
			    v->nr_children);
	if (v->nr_refs < v->nr_refs_needed)
		verify_fail(v, "%u references to anon_vmas, at least %u held",
			    v->nr_refs, v->nr_refs_needed);
}

/* ---- VMAs -------------------------------------------------------------------- */

void verify_vma(struct verify *v, struct vm_area_struct *vma)
{
	const struct vm_area_struct *prev = vma->vm_prev;

	if (vma->vm_start >= vma->vm_end ||
	    offset_in_page(vma->vm_start | vma->vm_end) ||
	    vma->vm_end > vma->vm_mm->task_size)
		vma_fail(v, vma, "has impossible borders");
	if (prev && prev->vm_end > vma->vm_start)
		vma_fail(v, vma, "overlaps the one before");
	else if (prev && !vma->vm_mm->vmas_apart && must_be_one(prev, vma))
		vma_fail(v, vma, "should be one with the one before");
	verify_gap(v, vma);
	verify_index(v, vma);
	if (vma->vm_file)
		verify_i_mmap(v, vma);
	verify_anon_chain(v, vma);
}

static void verify_sums(struct verify *v, const struct mm_struct *mm,
			const struct vma_sums *sums)
{
	v->nr_committed += sums->accounted;
	if ((uint32_t)mm->map_count != sums->nr)
		verify_fail(v, "mm 0x%08x: map_count %d, but %u VMAs",
			    kobj_addr(v->k, mm), mm->map_count, sums->nr);
	/* Who has it for writing may sleep between a VMA and its sums. */
	if (mm->mmap_lock.count < 0) {
		v->nr_changing++;
		return;
	}
	if (mm->total_vm != sums->total)
		verify_fail(v, "mm 0x%08x: total_vm %u, VMAs have %u pages",
			    kobj_addr(v->k, mm), mm->total_vm, sums->total);
	if (mm->locked_vm != sums->locked + mm->locked_lost)
		verify_fail(v, "mm 0x%08x: locked_vm %u, VMAs have %u pages",
			    kobj_addr(v->k, mm), mm->locked_vm, sums->locked);
}

void verify_vmas(struct verify *v, struct mm_struct *mm)
{
	struct rb_node *node = rb_first(&mm->mm_rb);
	struct vm_area_struct *prev = NULL;
	struct vma_sums sums = {0};

	for (struct vm_area_struct *vma = mm->mmap; vma; vma = vma->vm_next) {
		if (to_vma(node) != vma || vma->vm_prev != prev ||
		    vma->vm_mm != mm) {
			vma_fail(v, vma, "differs between list and tree");
			return;
		}
		verify_vma(v, vma);
		sums.nr++;
		sums.total += vma_pages(vma);
		if (vma->vm_flags & VM_LOCKED)
			sums.locked += vma_pages(vma);
		if (vma->vm_flags & VM_ACCOUNT)
			sums.accounted += vma_pages(vma);
		prev = vma;
		node = rb_next(node);
	}
	if (node)
		vma_fail(v, to_vma(node), "is in the tree and not in the list");
	verify_sums(v, mm, &sums);
}
