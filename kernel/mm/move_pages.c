/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/mempolicy.h"

/*
 * move_pages(2): pages named one by one, each to a node of its own; or, where
 * no nodes are given, on which node each is (mm/migrate.c, do_pages_move() and
 * do_pages_stat()).
 *
 * Pages for the same node in a row are moved together, and the status of each
 * is told as soon as that is known: so a call that ends early has told of the
 * pages before. Nothing is held from one page to the next but the pages that
 * wait, off their lists.
 */

#include <errno.h>

#include "kernel/arch/arm/uaccess.h"
#include "kernel/lib/err.h"
#include "kernel/mm/internal.h"
#include "kernel/mm/migrate.h"
#include "kernel/task/cred.h"

/* One call that moves. */
struct page_moves {
	struct task_struct *const curr;
	struct mm_struct *const mm;
	const uint32_t nr_pages, flags;
	const vaddr_t status;
	struct list_head pages; /* those that wait */
	int node; /* for which; -1: none does */
	uint32_t start; /* the first page whose status isn't told */
};

/*
 * The page at @vaddr; NULL: none at the moment. -EFAULT: nor could any be
 * found by waiting, it is the zero page or was never touched.
 */
static struct page *follow_page(const struct vm_area_struct *vma, vaddr_t vaddr)
{
	const pte_t pte = pte_at(vma->vm_mm, vaddr);
	struct page *page;

	if (pte_present(pte)) {
		page = vm_normal_page(vma, vaddr, pte);
		return page ? page : ERR_PTR(-EFAULT);
	}
	if (pte_none(pte) && (vma_is_anonymous(vma) || !vma->vm_ops->fault))
		return ERR_PTR(-EFAULT);
	return NULL;
}

static struct vm_area_struct *vma_lookup(struct mm_struct *mm, vaddr_t vaddr)
{
	struct vm_area_struct *vma = find_vma(mm, vaddr);

	return vma && vma->vm_start <= vaddr ? vma : NULL;
}

/* ---- where are they? --------------------------------------------------------------- */

static int page_status(struct mm_struct *mm, vaddr_t vaddr)
{
	const struct vm_area_struct *vma = vma_lookup(mm, vaddr);
	const struct page *page = vma ? follow_page(vma, vaddr & PAGE_MASK)
				      : ERR_PTR(-EFAULT);

	if (IS_ERR(page))
		return (int)PTR_ERR(page);
	return page ? page_to_nid(page) : -ENOENT;
}

#define STAT_CHUNK 16u

static int do_pages_stat(struct task_struct *curr, struct mm_struct *mm,
			 uint32_t nr_pages, vaddr_t pages, vaddr_t status)
{
	uint32_t addresses[STAT_CHUNK], n;
	int32_t where[STAT_CHUNK];

	for (; nr_pages; nr_pages -= n) {
		n = nr_pages < STAT_CHUNK ? nr_pages : STAT_CHUNK;
		if (copy_from_user(curr, addresses, pages, n * 4))
			return -EFAULT;
		down_read(curr, &mm->mmap_lock);
		for (uint32_t i = 0; i < n; i++)
			where[i] = page_status(mm, addresses[i]);
		up_read(curr, &mm->mmap_lock);
		if (copy_to_user(curr, status, where, n * 4))
			return -EFAULT;
		pages += n * 4;
		status += n * 4;
	}
	return 0;
}

/* ---- moving --------------------------------------------------------------------------- */

static int store_status(const struct page_moves *m, uint32_t start, int value,
			uint32_t nr)
{
	while (nr--)
		if (put_user_u32(m->curr, (uint32_t)value,
				 m->status + 4 * start++))
			return -EFAULT;
	return 0;
}

/*
 * Page i is looked up: 1: it waits; 0: it lies right; -errno, for its status.
 */
static int add_page(struct page_moves *m, vaddr_t vaddr)
{
	const struct vm_area_struct *vma = vma_lookup(m->mm, vaddr);
	struct page *page;

	if (!vma || !vma_migratable(vma))
		return -EFAULT;
	page = follow_page(vma, vaddr & PAGE_MASK);
	if (IS_ERR(page))
		return (int)PTR_ERR(page);
	if (!page)
		return -ENOENT;
	if (page_to_nid(page) == m->node)
		return 0;
	if (page_mapcount(page) > 1 && !(m->flags & MPOL_MF_MOVE_ALL))
		return -EACCES;
	if (PageCompound(page) && PageLRU(compound_head(page)))
		split_huge_page(m->curr, page);
	return isolate_for_migration(m->curr, page, &m->pages) ? 1 : -EBUSY;
}

static int add_page_for_migration(struct page_moves *m, vaddr_t vaddr)
{
	int ret;

	down_read(m->curr, &m->mm->mmap_lock);
	ret = add_page(m, vaddr);
	up_read(m->curr, &m->mm->mmap_lock);
	return ret;
}

/*
 * Those that wait move, and get their status, up to page @i; else how many of
 * all haven't moved, or -errno.
 */
static int move_waiting(struct page_moves *m, uint32_t i)
{
	struct migration_target_control mtc = {
		.nid = m->node,
		.gfp_mask = GFP_HIGHUSER_MOVABLE | __GFP_THISNODE,
	};
	int err;

	if (list_empty(&m->pages))
		return 0;
	err = migrate_pages(m->curr, &m->pages, alloc_migration_target, NULL,
			    &mtc, MIGRATE_SYNC, MR_SYSCALL, NULL);
	putback_movable_pages(m->curr, &m->pages);
	if (err > 0)
		err += (int)(m->nr_pages - i);
	return err ? err : store_status(m, m->start, m->node, i - m->start);
}

/* Where page @i shall go, checked. */
static int get_target(const struct page_moves *m, uint32_t i, vaddr_t pages,
		      vaddr_t nodes, vaddr_t *vaddr, int *node)
{
	uint32_t nid;

	if (get_user_u32(m->curr, vaddr, pages + 4 * i) ||
	    get_user_u32(m->curr, &nid, nodes + 4 * i))
		return -EFAULT;
	if (nid >= NODEMASK_BITS || !(nodes_with_memory(m->curr->k) >> nid & 1))
		return -ENODEV;
	*node = (int)nid;
	return 0;
}

/* 0: on to the next; else what the call returns, now or *@flush first. */
static int move_one(struct page_moves *m, uint32_t i, vaddr_t vaddr, int node,
		    bool *flush)
{
	int err;

	*flush = false;
	if (m->node >= 0 && node != m->node) {
		err = move_waiting(m, i);
		if (err)
			return err;
	}
	if (node != m->node)
		m->start = i;
	m->node = node;
	err = add_page_for_migration(m, vaddr);
	if (err > 0)
		return 0;
	if (store_status(m, i, err ? err : node, 1)) {
		*flush = true;
		return -EFAULT;
	}
	err = move_waiting(m, i);
	m->node = -1;
	return err > 0 ? err - 1 : err; /* of this one all is told */
}

static int do_pages_move(struct page_moves *m, vaddr_t pages, vaddr_t nodes)
{
	bool flush = true;
	int err = 0, last;
	uint32_t i;

	for (i = 0; i < m->nr_pages; i++) {
		vaddr_t vaddr;
		int node;

		flush = true;
		err = get_target(m, i, pages, nodes, &vaddr, &node);
		if (!err)
			err = move_one(m, i, vaddr, node, &flush);
		if (err)
			break;
	}
	if (i < m->nr_pages && !flush)
		return err;
	last = move_waiting(m, i);
	return err < 0 ? err : last;
}

/* ---- the call --------------------------------------------------------------------------- */

int32_t do_move_pages(struct task_struct *curr, int pid, uint32_t nr_pages,
		      vaddr_t pages, vaddr_t nodes, vaddr_t status,
		      uint32_t flags)
{
	struct mm_struct *mm;
	int32_t ret;

	if (flags & ~(MPOL_MF_MOVE | MPOL_MF_MOVE_ALL))
		return -EINVAL;
	if (flags & MPOL_MF_MOVE_ALL && !capable(curr, CAP_SYS_NICE))
		return -EPERM;
	mm = mempolicy_mm(curr, pid);
	if (IS_ERR(mm))
		return (int32_t)PTR_ERR(mm);
	if (nodes) {
		struct page_moves m = {.curr = curr,
				       .mm = mm,
				       .nr_pages = nr_pages,
				       .flags = flags,
				       .status = status,
				       .node = NUMA_NO_NODE};

		INIT_LIST_HEAD(&m.pages);
		ret = do_pages_move(&m, pages, nodes);
	} else {
		ret = do_pages_stat(curr, mm, nr_pages, pages, status);
	}
	mmput(curr, mm);
	return ret;
}
