/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/internal.h"
#include "kernel/mm/kobj.h"

/*
 * Growing, shrinking and moving a mapping (mm/mremap.c).
 *
 * A mapping grows in place when the room behind it is free. Otherwise a new
 * VMA is made, the entries are moved from table to table (the pages stay, and
 * so do their index and anon_vma), and the old range is unmapped, empty.
 *
 * Invariant: the moved VMA shows the same pages under the same page indices,
 * so rmap finds them at their new place without a word to the pages.
 *
 * MODEL: entries are moved one by one; a table of 2 MB is never handed over
 * whole (nor is it on Linux/ARM). A huge one goes as it is where both sides
 * are aligned for it.
 */

#include "kernel/arch/arm/tlbflush.h"
#include "kernel/fs/fs.h"
#include "kernel/lib/err.h"
#include "kernel/lib/touch.h"
#include "kernel/lib/work.h"
#include "kernel/mm/ksm.h"
#include "kernel/mm/mman.h"
#include "kernel/mm/rmap.h"

/* What one call is about; lengths are whole pages. */
struct mremap {
	struct task_struct *curr;
	struct mm_struct *mm;
	vaddr_t vaddr, new_vaddr;
	uint32_t old_len, new_len, flags;
	bool populate; /* locked memory has grown */
};

/* ---- moving entries ---------------------------------------------------------------- */

/* How many there were. */
static uint32_t move_ptes(struct task_struct *curr, struct mm_struct *mm,
			  vaddr_t from, vaddr_t to, uint32_t len,
			  pte_t *from_pte, pte_t *to_pte)
{
	uint32_t nr = 0;

	for (uint32_t done = 0; done < len;
	     done += PAGE_SIZE, from_pte++, to_pte++) {
		pte_t pte;

		if (pte_none(*from_pte))
			continue;
		touch_path(curr, TOUCH_PTE, kbytes_addr(mm->k, from_pte), 0);
		touch_path(curr, TOUCH_PTE, kbytes_addr(mm->k, to_pte), 0);
		pte = ptep_get_and_clear(mm, from + done, from_pte);
		set_pte_at(mm, to + done, to_pte, pte);
		nr++;
	}
	return nr;
}

/* As many bytes as fit into one table on both sides. */
static uint32_t same_tables(vaddr_t from, vaddr_t to, uint32_t len)
{
	uint32_t room_from = PMD_SIZE - (from & ~PMD_MASK);
	uint32_t room_to = PMD_SIZE - (to & ~PMD_MASK);

	if (len > room_from)
		len = room_from;
	return len > room_to ? room_to : len;
}

/* Bytes done; short when no table could be had. */
static uint32_t move_page_tables(struct task_struct *curr,
				 struct vm_area_struct *vma, vaddr_t from,
				 vaddr_t to, uint32_t len)
{
	struct mm_struct *mm = vma->vm_mm;
	uint32_t done, step, nr;

	for (done = 0; done < len; done += step) {
		pmd_t *pmd = pmd_off(mm, from + done);
		pte_t *to_pte;

		step = same_tables(from + done, to + done, len - done);
		if (pmd_none(*pmd) ||
		    move_huge_pmd(curr, vma, from + done, to + done, step))
			continue;
		split_huge_pmd(curr, mm, pmd, from + done);
		to_pte = pte_alloc_map(curr, mm, pmd_off(mm, to + done),
				       to + done);
		if (!to_pte)
			break;
		nr = move_ptes(curr, mm, from + done, to + done, step,
			       pte_offset(mm->k, pmd, from + done), to_pte);
		charge_work(curr, WORK_PTE, nr);
		/* Before the next table makes us sleep. */
		flush_tlb_range(curr, vma, from + done, from + done + step);
	}
	return done;
}

/* ---- moving a VMA -------------------------------------------------------------------- */

/*
 * The VMA for the new place: a neighbour grown over it or a copy of *@vmap.
 * Growing may have swallowed *@vmap itself, which is then the grown one.
 */
static struct vm_area_struct *
copy_vma(struct mremap *m, struct vm_area_struct **vmap, pgoff_t pgoff)
{
	struct vm_area_struct *vma = *vmap, *new;
	struct vma_merge_struct vmg = {
		.mm = m->mm,
		.start = m->new_vaddr,
		.end = m->new_vaddr + m->new_len,
		.vm_flags = vma->vm_flags,
		.anon_vma = vma->anon_vma,
		.file = vma->vm_file,
		.policy = vma->vm_policy,
	};
	const vaddr_t old_start = vma->vm_start;

	/* Never touched: let it look as if it had been mapped here. */
	if (vma_is_anonymous(vma) && !vma->anon_vma)
		pgoff = m->new_vaddr >> PAGE_SHIFT;
	vmg.pgoff = pgoff;
	find_vma_prev(m->mm, m->new_vaddr, &vmg.prev);
	new = vma_merge(m->curr, &vmg);
	if (new) {
		if (old_start >= new->vm_start && old_start < new->vm_end)
			*vmap = new;
		return new;
	}
	new = vm_area_dup(m->curr, vma);
	if (!new)
		return NULL;
	new->vm_start = vmg.start;
	new->vm_end = vmg.end;
	new->vm_pgoff = pgoff;
	if (anon_vma_clone(m->curr, new, vma)) {
		vm_area_free(m->curr, new);
		return NULL;
	}
	if (new->vm_file)
		get_file(new->vm_file);
	if (new->vm_ops &&new->vm_ops->open)
		new->vm_ops->open(m->curr, new);
	vma_link(m->mm, new);
	return new;
}

static void account_pieces(struct mm_struct *mm, vaddr_t start, vaddr_t end)
{
	struct vm_area_struct *vma = find_vma(mm, start);

	for (; vma && vma->vm_start < end; vma = vma->vm_next)
		vma->vm_flags |= VM_ACCOUNT;
}

/*
 * The old range goes, its promise of memory having passed to the new one:
 * VM_ACCOUNT is hidden from do_munmap(), and given back to what is left of
 * the VMA, be it one piece or several.
 */
static void unmap_old(struct mremap *m, struct vm_area_struct *vma,
		      vaddr_t start, uint32_t len)
{
	const vaddr_t vma_start = vma->vm_start, vma_end = vma->vm_end;
	const bool accounted = vma->vm_flags & VM_ACCOUNT;

	vma->vm_flags &= ~VM_ACCOUNT;
	/* No memory to split it: it stays, as empty as it is. */
	if (do_munmap(m->curr, m->mm, start, len) && accounted)
		m->curr->k->user.committed_pages += len >> PAGE_SHIFT;
	if (accounted)
		account_pieces(m->mm, vma_start, vma_end);
}

/* MREMAP_DONTUNMAP: the old range stays, mapped and empty. */
static void keep_old(struct mremap *m, struct vm_area_struct *vma,
		     const struct vm_area_struct *new)
{
	/* All of the VMA, even if part of it moved: Linux miscounts it, too. */
	if (vma->vm_flags & VM_LOCKED)
		m->mm->locked_lost += vma_pages(vma) -
				      (m->new_len >> PAGE_SHIFT);
	vma->vm_flags &= VM_LOCKED_CLEAR_MASK;
	m->mm->vmas_apart = true;
	if (new != vma && vma->vm_start == m->vaddr &&
	    vma->vm_end == m->vaddr + m->old_len)
		unlink_anon_vmas(m->curr, vma);
}

/* After a table was missing: back again, and the new place is unmapped. */
static uint32_t move_back(struct mremap *m, struct vm_area_struct *new,
			  uint32_t moved)
{
	move_page_tables(m->curr, new, m->new_vaddr, m->vaddr, moved);
	vm_stat_account(m->mm, new->vm_flags,
			(int32_t)(m->new_len >> PAGE_SHIFT));
	/* Its memory had been promised for the growth alone. */
	if (new->vm_flags & VM_ACCOUNT)
		m->curr->k->user.committed_pages +=
			(m->flags & MREMAP_DONTUNMAP ? 0 : m->old_len) >>
			PAGE_SHIFT;
	if (new->vm_flags & VM_LOCKED)
		m->mm->locked_vm += m->new_len >> PAGE_SHIFT;
	do_munmap(m->curr, m->mm, m->new_vaddr, m->new_len);
	return (uint32_t)-ENOMEM;
}

static uint32_t move_vma(struct mremap *m, struct vm_area_struct *vma)
{
	const uint32_t vm_flags = vma->vm_flags;
	const uint32_t nr_new = m->new_len >> PAGE_SHIFT;
	const uint32_t hiwater_vm = m->mm->hiwater_vm;
	uint32_t charge = nr_new, moved, without_ksm = vm_flags;
	struct vm_area_struct *new;
	pgoff_t pgoff = vma->vm_pgoff +
			((m->vaddr - vma->vm_start) >> PAGE_SHIFT);
	int error;

	/* Up to three more VMAs for a moment. */
	if ((uint32_t)m->mm->map_count >= m->curr->k->user.max_map_count - 3)
		return (uint32_t)-ENOMEM;
	if (!(m->flags & MREMAP_DONTUNMAP))
		charge -= m->old_len >> PAGE_SHIFT;
	/*
	 * ksmd knows KSM pages by their old address. The new place stays
	 * mergeable, and it will come by there.
	 */
	error = ksm_madvise(m->curr, vma, m->vaddr, m->vaddr + m->old_len,
			    MADV_UNMERGEABLE, &without_ksm);
	if (error)
		return (uint32_t)error;
	if (vm_flags & VM_ACCOUNT && vm_enough_memory(m->curr, m->mm, charge))
		return (uint32_t)-ENOMEM;
	new = copy_vma(m, &vma, pgoff);
	if (!new) {
		if (vm_flags & VM_ACCOUNT)
			vm_unacct_memory(m->curr->k, charge);
		return (uint32_t)-ENOMEM;
	}
	moved = move_page_tables(m->curr, vma, m->vaddr, m->new_vaddr,
				 m->old_len);
	if (moved < m->old_len)
		return move_back(m, new, moved);
	if (vma->vm_ops && vma->vm_ops->mremap)
		vma->vm_ops->mremap(new);

	vm_stat_account(m->mm, vm_flags, (int32_t)nr_new);
	if (m->flags & MREMAP_DONTUNMAP) {
		keep_old(m, vma, new);
		return m->new_vaddr;
	}
	unmap_old(m, vma, m->vaddr, m->old_len);
	m->mm->hiwater_vm = hiwater_vm; /* it was never so much, really */
	if (vm_flags & VM_LOCKED) {
		m->mm->locked_vm += nr_new;
		m->populate = true;
	}
	return m->new_vaddr;
}

/* ---- what may be moved, and where to ------------------------------------------------------ */

/* The VMA to resize, all checks of it done. ERR_PTR. */
static struct vm_area_struct *vma_to_resize(struct mremap *m)
{
	struct vm_area_struct *vma = find_vma(m->mm, m->vaddr);
	uint32_t grow = m->new_len - m->old_len;
	pgoff_t pgoff;

	if (!vma || vma->vm_start > m->vaddr)
		return ERR_PTR(-EFAULT);
	/* Old length 0 asks for a second mapping of shared memory. */
	if (!m->old_len && !(vma->vm_flags & (VM_SHARED | VM_MAYSHARE)))
		return ERR_PTR(-EINVAL);
	if (m->flags & MREMAP_DONTUNMAP &&
	    vma->vm_flags & (VM_DONTEXPAND | VM_PFNMAP))
		return ERR_PTR(-EINVAL);
	if (m->old_len > vma->vm_end - m->vaddr)
		return ERR_PTR(-EFAULT);
	if (m->new_len == m->old_len)
		return vma;
	pgoff = vma->vm_pgoff + ((m->vaddr - vma->vm_start) >> PAGE_SHIFT);
	if (pgoff + (m->new_len >> PAGE_SHIFT) < pgoff)
		return ERR_PTR(-EINVAL);
	if (vma->vm_flags & (VM_DONTEXPAND | VM_PFNMAP))
		return ERR_PTR(-EFAULT);
	if (mlock_future_check(m->curr, m->mm, vma->vm_flags, grow))
		return ERR_PTR(-EAGAIN);
	if (!may_expand_vm(m->curr, m->mm, vma->vm_flags, grow >> PAGE_SHIFT))
		return ERR_PTR(-ENOMEM);
	return vma;
}

static uint32_t find_new_place(struct mremap *m, struct vm_area_struct *vma,
			       vaddr_t hint, uint32_t map_flags)
{
	if (vma->vm_flags & VM_MAYSHARE)
		map_flags |= MAP_SHARED;
	return get_unmapped_area(m->curr, vma->vm_file, hint, m->new_len,
				 vma->vm_pgoff + ((m->vaddr - vma->vm_start) >>
						  PAGE_SHIFT),
				 map_flags);
}

/* MREMAP_FIXED, MREMAP_DONTUNMAP: always a move. */
static uint32_t mremap_to(struct mremap *m)
{
	struct mm_struct *mm = m->mm;
	struct vm_area_struct *vma;
	uint32_t where;
	int error;

	if (offset_in_page(m->new_vaddr) || m->new_len > mm->task_size ||
	    m->new_vaddr > mm->task_size - m->new_len)
		return (uint32_t)-EINVAL;
	if (m->vaddr + m->old_len > m->new_vaddr &&
	    m->new_vaddr + m->new_len > m->vaddr)
		return (uint32_t)-EINVAL;
	if ((uint32_t)mm->map_count + 2 >= m->curr->k->user.max_map_count - 3)
		return (uint32_t)-ENOMEM;
	if (m->flags & MREMAP_FIXED) {
		error = do_munmap(m->curr, mm, m->new_vaddr, m->new_len);
		if (error)
			return (uint32_t)error;
	}
	if (m->old_len > m->new_len) {
		error = do_munmap(m->curr, mm, m->vaddr + m->new_len,
				  m->old_len - m->new_len);
		if (error)
			return (uint32_t)error;
		m->old_len = m->new_len;
	}
	vma = vma_to_resize(m);
	if (IS_ERR(vma))
		return (uint32_t)PTR_ERR(vma);
	if (m->flags & MREMAP_DONTUNMAP &&
	    !may_expand_vm(m->curr, mm, vma->vm_flags,
			   m->old_len >> PAGE_SHIFT))
		return (uint32_t)-ENOMEM;
	where = find_new_place(m, vma, m->new_vaddr,
			       m->flags & MREMAP_FIXED ? MAP_FIXED : 0);
	if (IS_ERR_VALUE(where))
		return where;
	m->new_vaddr = where;
	return move_vma(m, vma);
}

/* Is there room behind @vma for @delta bytes more? */
static bool vma_expandable(const struct mremap *m,
			   const struct vm_area_struct *vma, uint32_t delta)
{
	vaddr_t end = vma->vm_end + delta;

	if (end < vma->vm_end || end > m->mm->task_size)
		return false;
	return !vma->vm_next || vma->vm_next->vm_start >= end;
}

static uint32_t expand_in_place(struct mremap *m, struct vm_area_struct *vma)
{
	uint32_t nr_pages = (m->new_len - m->old_len) >> PAGE_SHIFT;
	const struct vma_merge_struct vmg = {
		.mm = m->mm,
		.prev = vma,
		.start = vma->vm_end,
		.end = vma->vm_end + (m->new_len - m->old_len),
		.vm_flags = vma->vm_flags,
		.anon_vma = vma->anon_vma,
		.file = vma->vm_file,
		.pgoff = vma->vm_pgoff + vma_pages(vma),
		.policy = vma->vm_policy,
	};

	if (vma->vm_flags & VM_ACCOUNT &&
	    vm_enough_memory(m->curr, m->mm, nr_pages))
		return (uint32_t)-ENOMEM;
	/* One that has a close() merges with none, but may grow. */
	if (vma->vm_ops && vma->vm_ops->close)
		vma_set_range(vma, vma->vm_start, vmg.end);
	else
		vma = vma_merge(m->curr, &vmg);
	if (!vma) {
		if (vmg.vm_flags & VM_ACCOUNT)
			vm_unacct_memory(m->curr->k, nr_pages);
		return (uint32_t)-ENOMEM;
	}
	vm_stat_account(m->mm, vma->vm_flags, (int32_t)nr_pages);
	if (vma->vm_flags & VM_LOCKED) {
		m->mm->locked_vm += nr_pages;
		m->new_vaddr = m->vaddr;
		m->populate = true;
	}
	return m->vaddr;
}

static uint32_t mremap_locked(struct mremap *m)
{
	struct vm_area_struct *vma = find_vma(m->mm, m->vaddr);
	uint32_t where;
	int error;

	if (!vma || vma->vm_start > m->vaddr)
		return (uint32_t)-EFAULT;
	if (m->flags & (MREMAP_FIXED | MREMAP_DONTUNMAP))
		return mremap_to(m);
	if (m->old_len >= m->new_len) {
		error = m->old_len == m->new_len
				? 0
				: do_munmap(m->curr, m->mm,
					    m->vaddr + m->new_len,
					    m->old_len - m->new_len);
		return error ? (uint32_t)error : m->vaddr;
	}
	vma = vma_to_resize(m);
	if (IS_ERR(vma))
		return (uint32_t)PTR_ERR(vma);
	if (m->old_len == vma->vm_end - m->vaddr &&
	    vma_expandable(m, vma, m->new_len - m->old_len))
		return expand_in_place(m, vma);
	if (!(m->flags & MREMAP_MAYMOVE))
		return (uint32_t)-ENOMEM;
	where = find_new_place(m, vma, 0, 0);
	if (IS_ERR_VALUE(where))
		return where;
	m->new_vaddr = where;
	return move_vma(m, vma);
}

uint32_t do_mremap(struct task_struct *curr, vaddr_t vaddr, uint32_t old_len,
		   uint32_t new_len, uint32_t flags, vaddr_t new_vaddr)
{
	struct mremap m = {.curr = curr,
			   .mm = curr->mm,
			   .vaddr = vaddr,
			   .new_vaddr = new_vaddr,
			   .old_len = PAGE_ALIGN(old_len),
			   .new_len = PAGE_ALIGN(new_len),
			   .flags = flags};
	uint32_t ret, grown;

	if (flags & ~(MREMAP_FIXED | MREMAP_MAYMOVE | MREMAP_DONTUNMAP) ||
	    (flags & MREMAP_FIXED && !(flags & MREMAP_MAYMOVE)) ||
	    (flags & MREMAP_DONTUNMAP &&
	     (!(flags & MREMAP_MAYMOVE) || old_len != new_len)) ||
	    offset_in_page(vaddr) || !m.new_len)
		return (uint32_t)-EINVAL;
	grown = m.new_len > m.old_len ? m.new_len - m.old_len : 0;
	down_write(curr, &curr->mm->mmap_lock);
	ret = mremap_locked(&m);
	up_write(curr, &curr->mm->mmap_lock);
	if (m.populate && grown && !IS_ERR_VALUE(ret))
		mm_populate(curr, m.new_vaddr + m.old_len, grown, true);
	return ret;
}
