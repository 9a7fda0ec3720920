/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/mempolicy.h"

/*
 * Pages that are on the wrong node: found by a walk over a range, and moved
 * (mm/mempolicy.c, queue_pages_range() and do_migrate_pages()). How a page is
 * moved is migrate.c's business.
 *
 * A page that several processes map stays where it is unless all of them are
 * to follow (MPOL_MF_MOVE_ALL): who asks for its own memory to be moved shall
 * not move others'. Huge pages are split first, as all of migration has it.
 */

#include <errno.h>

#include "kernel/lib/err.h"
#include "kernel/mm/internal.h"
#include "kernel/mm/migrate.h"
#include "kernel/mm/rmap.h"

/* One walk. */
struct queue_pages {
	struct task_struct *const curr;
	struct list_head *const pages;
	const vaddr_t start, end;
	const nodemask_t nodes;
	const uint32_t flags;
	bool found_vma, has_unmovable;
};

bool vma_migratable(const struct vm_area_struct *vma)
{
	return !(vma->vm_flags & (VM_IO | VM_PFNMAP));
}

/* ---- the walk ------------------------------------------------------------------ */

/* Is it one of those that are looked for? */
static bool queue_pages_required(const struct queue_pages *qp,
				 const struct page *page)
{
	const bool on_nodes = qp->nodes >> page_to_nid(page) & 1;

	return on_nodes == !(qp->flags & MPOL_MF_INVERT);
}

static void queue_page(struct queue_pages *qp, const struct vm_area_struct *vma,
		       struct page *page)
{
	if (!vma_migratable(vma))
		qp->has_unmovable = true;
	if (!(qp->flags & MPOL_MF_MOVE_ALL) && page_mapcount(page) != 1)
		return;
	if (!isolate_for_migration(qp->curr, page, qp->pages) &&
	    qp->flags & MPOL_MF_STRICT)
		qp->has_unmovable = true;
}

/* Within one table, which is there. 0; -EIO: it shall not lie there. */
static int queue_pages_pte_range(struct queue_pages *qp,
				 const struct vm_area_struct *vma,
				 vaddr_t start, vaddr_t end)
{
	for (vaddr_t vaddr = start; vaddr != end; vaddr += PAGE_SIZE) {
		const pte_t *pte = pte_lookup(vma->vm_mm, vaddr);
		struct page *page;

		if (!pte || !pte_present(*pte))
			continue;
		page = vm_normal_page(vma, vaddr, *pte);
		if (!page || PageReserved(page) ||
		    !queue_pages_required(qp, page))
			continue;
		if (!(qp->flags & (MPOL_MF_MOVE | MPOL_MF_MOVE_ALL)))
			return -EIO;
		queue_page(qp, vma, page);
	}
	return 0;
}

/* True: there are entries of pages now, if there are any. */
static bool split_if_required(const struct queue_pages *qp, const pmd_t *pmd,
			      vaddr_t vaddr)
{
	struct page *page = pte_page(qp->curr->k, huge_subpte(*pmd, vaddr));

	return queue_pages_required(qp, page) &&
	       !split_huge_page(qp->curr, page);
}

static int queue_pages_vma(struct queue_pages *qp, struct vm_area_struct *vma,
			   vaddr_t start, vaddr_t end)
{
	vaddr_t next;
	int error = 0;

	for (vaddr_t vaddr = start; vaddr != end && !error; vaddr = next) {
		const pmd_t *pmd = pmd_off(vma->vm_mm, vaddr);

		next = pmd_addr_end(vaddr, end);
		if (!pmd_none(*pmd) && (!pmd_trans_huge(*pmd) ||
					split_if_required(qp, pmd, vaddr)))
			error = queue_pages_pte_range(qp, vma, vaddr, next);
	}
	return error;
}

/* Is there a hole before it, or (within the range) behind? */
static bool hole_beside(const struct queue_pages *qp,
			const struct vm_area_struct *vma)
{
	if (!qp->found_vma && qp->start < vma->vm_start)
		return true;
	return vma->vm_end < qp->end &&
	       (!vma->vm_next || vma->vm_end < vma->vm_next->vm_start);
}

static int queue_pages_test_vma(struct queue_pages *qp,
				struct vm_area_struct *vma)
{
	if (!(qp->flags & MPOL_MF_DISCONTIG_OK) && hole_beside(qp, vma))
		return -EFAULT;
	qp->found_vma = true;
	if (!(qp->flags & MPOL_MF_VALID) ||
	    (!vma_migratable(vma) && !(qp->flags & MPOL_MF_STRICT)))
		return 0;
	return queue_pages_vma(
		qp, vma, vma->vm_start > qp->start ? vma->vm_start : qp->start,
		vma->vm_end < qp->end ? vma->vm_end : qp->end);
}

int queue_pages_range(struct task_struct *curr, struct mm_struct *mm,
		      vaddr_t start, vaddr_t end, nodemask_t nodes,
		      uint32_t flags, struct list_head *pages)
{
	struct queue_pages qp = {.curr = curr,
				 .pages = pages,
				 .start = start,
				 .end = end,
				 .nodes = nodes,
				 .flags = flags};
	int error = 0;

	for (struct vm_area_struct *vma = find_vma(mm, start);
	     vma && vma->vm_start < end && !error; vma = vma->vm_next)
		error = queue_pages_test_vma(&qp, vma);
	if (!qp.found_vma)
		return -EFAULT;
	return error ? error : qp.has_unmovable;
}

/* ---- from node to node ----------------------------------------------------------- */

static int migrate_to_node(struct task_struct *curr, struct mm_struct *mm,
			   int source, int dest, uint32_t flags)
{
	struct migration_target_control mtc = {
		.nid = dest,
		.gfp_mask = GFP_HIGHUSER_MOVABLE | __GFP_THISNODE,
	};
	struct list_head pages;
	int error = 0;

	INIT_LIST_HEAD(&pages);
	queue_pages_range(curr, mm, 0, mm->task_size, 1u << source,
			  flags | MPOL_MF_DISCONTIG_OK, &pages);
	if (!list_empty(&pages))
		error = migrate_pages(curr, &pages, alloc_migration_target,
				      NULL, &mtc, MIGRATE_SYNC, MR_SYSCALL,
				      NULL);
	putback_movable_pages(curr, &pages);
	return error;
}

/* Which of @nodes @nid is, from 0. */
static unsigned int node_rank(int nid, nodemask_t nodes)
{
	return (unsigned int)__builtin_popcount(nodes & ((1u << nid) - 1));
}

/* The n-th of @from becomes the n-th of @to, round the ring. */
static int node_remap(int nid, nodemask_t from, nodemask_t to)
{
	unsigned int n = node_rank(nid, from) %
			 (unsigned int)__builtin_popcount(to);

	while (n--)
		to &= to - 1;
	return __builtin_ctz(to);
}

/*
 * The next step: from *@source to *@dest. Rather one whose goal isn't itself
 * still to be emptied, or what has just come would be moved on. False: there
 * is none.
 */
static bool next_step(nodemask_t left, nodemask_t from, nodemask_t to,
		      int *source, int *dest)
{
	const bool uneven = __builtin_popcount(from) != __builtin_popcount(to);
	bool found = false;

	for (int s = 0; s < NODEMASK_BITS; s++) {
		int d;

		if (!(left >> s & 1) || (uneven && to >> s & 1))
			continue;
		d = node_remap(s, from, to);
		if (d == s)
			continue;
		*source = s;
		*dest = d;
		found = true;
		if (!(left >> d & 1))
			break;
	}
	return found;
}

int do_migrate_pages(struct task_struct *curr, struct mm_struct *mm,
		     nodemask_t from, nodemask_t to, uint32_t flags)
{
	nodemask_t left = from;
	int source, dest, busy = 0, error = 0;

	down_read(curr, &mm->mmap_lock);
	while (error >= 0 && next_step(left, from, to, &source, &dest)) {
		left &= ~(1u << source);
		error = migrate_to_node(curr, mm, source, dest, flags);
		busy += error > 0 ? error : 0;
	}
	up_read(curr, &mm->mmap_lock);
	return error < 0 ? error : busy;
}
