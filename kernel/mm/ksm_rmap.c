/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/ksm_internal.h"

/*
 * What the rest of memory management asks KSM of one of its pages (mm/ksm.c:
 * rmap_walk_ksm() and what follows it).
 *
 * Where a KSM page is mapped its index doesn't tell, for it is at as many
 * addresses as there are sharers. Its stable node has an item for each; and
 * an item's anon_vma leads to the VMA, and to those that processes forked
 * from that one have at the same address.
 *
 * A KSM page leaves memory like any other, but when it is freed, its node and
 * with it the knowledge of who shares it is lost. What comes back is a page of
 * whoever wanted it first; each of the others, finding in the swap cache the
 * page of a family not its own, gets a copy (ksm_might_need_to_copy()). ksmd
 * merges them again.
 */

#include "kernel/lib/bug.h"
#include "kernel/lib/interval_tree.h"
#include "kernel/mm/highmem.h"
#include "kernel/mm/kobj.h"
#include "kernel/mm/memory.h"
#include "kernel/mm/mempolicy.h"
#include "kernel/mm/rmap.h"

/* ---- rmap ----------------------------------------------------------------------- */

/* False: that's enough. @own: in the item's own mm, or in all others. */
static bool walk_item(struct page *page, const struct ksm_rmap_item *item,
		      bool own, struct rmap_walk_control *rwc)
{
	struct anon_vma_chain *avc;

	anon_vma_interval_tree_foreach(avc, &item->stable.anon_vma->rb_root, 0,
				       UINT32_MAX)
	{
		struct vm_area_struct *vma = avc->vma;

		if (item->address < vma->vm_start ||
		    item->address >= vma->vm_end ||
		    (vma->vm_mm == item->mm) != own)
			continue;
		if (!rwc->rmap_one(page, vma, item->address, rwc->arg))
			return false;
	}
	return true;
}

/* Forks come last: mostly all entries have been found by then. */
void rmap_walk_ksm(struct page *page, struct rmap_walk_control *rwc)
{
	const struct ksm_stable_node *node = page_stable_node(page);
	const struct ksm_rmap_item *item;

	if (!node)
		return;
	for (int forks = 0; forks < 2; forks++)
		list_for_each_entry(item, &node->hlist, stable.hlist)
			if (!walk_item(page, item, !forks, rwc))
				return;
}

uint32_t ksm_page_sharers(const struct page *page)
{
	const struct ksm_stable_node *node = page_stable_node(page);

	return node ? (uint32_t)node->rmap_hlist_len : 0;
}

/* ---- migration ------------------------------------------------------------------ */

void ksm_migrate_page(struct kernel *k, struct page *new, struct page *old)
{
	struct ksm_stable_node *node = page_stable_node(new);

	BUG_ON(!PageLocked(old) || !PageLocked(new));
	if (!node)
		return;
	BUG_ON(node->kpfn != page_to_pfn(k, old));
	node->kpfn = page_to_pfn(k, new);
	set_page_stable_node(old, NULL);
}

/* ---- swap ----------------------------------------------------------------------- */

/*
 * Could @page, which is no KSM page, have been seen at @vaddr before it was
 * swapped out? The anon_vma it remembers may be no more; so it isn't looked
 * into, but looked for among those of @vma, which has its whole family's.
 */
static bool belongs_to(const struct page *page,
		       const struct vm_area_struct *vma, vaddr_t vaddr)
{
	const pgoff_t index = vma->vm_pgoff +
			      ((vaddr - vma->vm_start) >> PAGE_SHIFT);
	const uintptr_t mapping = (uintptr_t)page->mapping;
	const struct anon_vma_chain *avc;

	if (page->index != index)
		return false;
	list_for_each_entry(avc, &vma->anon_vma_chain, same_vma)
		if (mapping == ((uintptr_t)avc->anon_vma | PAGE_MAPPING_ANON))
			return true;
	return false;
}

static bool needs_copy(const struct page *page,
		       const struct vm_area_struct *vma, vaddr_t vaddr)
{
	const struct kernel *k = vma->vm_mm->k;

	/* What can't be read: that is for the fault to say. */
	if (!page->mapping || !PageUptodate(page))
		return false;
	if (PageKsm(page))
		return !page_stable_node(page) || k->ksm.run & KSM_RUN_UNMERGE;
	return !belongs_to(page, vma, vaddr);
}

struct page *ksm_might_need_to_copy(struct task_struct *curr, struct page *page,
				    struct vm_area_struct *vma, vaddr_t vaddr)
{
	struct page *new;

	if (likely(!needs_copy(page, vma, vaddr) &&
		   !collides_with_raw(vma, vaddr, page)))
		return page;
	new = alloc_page_vma(curr, GFP_HIGHUSER_MOVABLE, vma, vaddr);
	if (!new)
		return NULL;
	copy_highpage(curr, new, page);
	SetPageDirty(new);
	SetPageUptodate(new);
	BUG_ON(!trylock_page(new));
	count_vm_event(curr->k, KSM_SWPIN_COPY);
	return new;
}
