/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/ksm_internal.h"

/*
 * Two equal pages become one, and one becomes two again (mm/ksm.c:
 * write_protect_page(), replace_page(), break_ksm()).
 *
 *	lock both pages			who moves or reclaims them is done
 *	write-protect, flush		what is compared next stays so
 *	has anybody a reference more?	then he may be writing: no
 *	compare
 *	the entry maps the other page	and that one's mapping is counted
 *
 * From the locks on nothing sleeps. An entry that was write-protected in vain
 * stays so: its next write finds the page its own, and makes it writable.
 *
 * The way back is a write fault on the program's behalf (break_ksm()).
 */

#include <string.h>

#include "kernel/lib/err.h"
#include "kernel/mm/filemap.h"
#include "kernel/mm/highmem.h"
#include "kernel/mm/migrate.h"
#include "kernel/mm/rmap.h"
#include "kernel/mm/swap.h"
#include "kernel/mm/swapfile.h"

/* ---- content -------------------------------------------------------------------- */

/*
 * Ours alone, since no program sees it: four sums of words, each multiplied
 * by an odd number, folded. A change of one word always shows.
 */
uint32_t calc_checksum(struct task_struct *curr, const struct page *page)
{
	const vaddr_t kaddr = kmap_atomic(curr, page);
	const uint8_t *bytes = kmap_bytes(curr, kaddr);
	uint64_t lane[4] = {1, 2, 3, 4};
	uint64_t sum = 0;

	for (uint32_t at = 0; at < PAGE_SIZE; at += sizeof(lane))
		for (int i = 0; i < 4; i++) {
			uint64_t word;

			memcpy(&word, bytes + at + 8 * i, sizeof(word));
			lane[i] = (lane[i] ^ word) * 0x9e3779b97f4a7c15u;
			lane[i] ^= lane[i] >> 32;
		}
	for (int i = 0; i < 4; i++)
		sum = (sum ^ lane[i]) * 0x9e3779b97f4a7c15u;
	kunmap_atomic(curr, kaddr);
	return (uint32_t)(sum >> 32);
}

int memcmp_pages(struct task_struct *curr, const struct page *a,
		 const struct page *b)
{
	const vaddr_t first = kmap_atomic(curr, a);
	const vaddr_t second = kmap_atomic(curr, b);
	const int order = memcmp(kmap_bytes(curr, first),
				 kmap_bytes(curr, second), PAGE_SIZE);

	kunmap_atomic(curr, second);
	kunmap_atomic(curr, first);
	return order;
}

/* ---- places --------------------------------------------------------------------- */

struct vm_area_struct *find_mergeable_vma(struct mm_struct *mm, vaddr_t vaddr)
{
	struct vm_area_struct *vma;

	if (ksm_test_exit(mm))
		return NULL;
	vma = find_vma(mm, vaddr);
	if (!vma || vma->vm_start > vaddr || !(vma->vm_flags & VM_MERGEABLE) ||
	    !vma->anon_vma)
		return NULL;
	return vma;
}

struct page *ksm_follow_page(const struct vm_area_struct *vma, vaddr_t vaddr,
			     vaddr_t *next)
{
	const pmd_t *pmd = pmd_off(vma->vm_mm, vaddr);
	struct kernel *k = vma->vm_mm->k;
	struct page *page = NULL;
	const pte_t *pte;

	*next = vaddr + PAGE_SIZE;
	if (pmd_none(*pmd)) {
		*next = pmd_addr_end(vaddr, vma->vm_end);
	} else if (pmd_trans_huge(*pmd)) {
		page = pte_page(k, pmd_pte(*pmd)) +
		       ((vaddr & ~PMD_MASK) >> PAGE_SHIFT);
	} else {
		pte = pte_offset(k, pmd, vaddr);
		if (pte_present(*pte))
			page = vm_normal_page(vma, vaddr, *pte);
	}
	return page && PageAnon(page) ? page : NULL;
}

/* ---- one from two --------------------------------------------------------------- */

/*
 * Locks an anonymous page. One that is part of a huge page isn't afterwards.
 * False: it is locked, and not worth waiting for.
 */
static bool lock_for_merge(struct task_struct *curr, struct page *page)
{
	struct page *head = compound_head(page);
	bool whole = true;

	if (!PageAnon(page) || !trylock_page(head))
		return false;
	if (PageTransHuge(head))
		whole = !split_huge_page(curr, head);
	if (whole && page == head)
		return true;
	unlock_page(curr, head);
	return whole && trylock_page(page);
}

/*
 * The entry at @vaddr of @vma, which maps the locked @page, clean and read-only
 * from now on. NULL: it maps something else, or somebody has a reference
 * besides entries, swap cache and us.
 */
static pte_t *write_protect_page(struct task_struct *curr,
				 struct vm_area_struct *vma, vaddr_t vaddr,
				 struct page *page)
{
	pte_t *ptep = page_vma_mapped(page, vma, vaddr), pte;

	if (!ptep ||
	    !(pte_write(*ptep) || pte_dirty(*ptep) || PageAnonExclusive(page)))
		return ptep;
	pte = ptep_clear_flush(curr, vma, vaddr, ptep);
	if (page_count(page) != page_mapcount(page) + 1 + PageSwapCache(page)) {
		set_pte_at(vma->vm_mm, vaddr, ptep, pte);
		return NULL;
	}
	if (pte_dirty(pte))
		set_page_dirty(curr, page);
	ClearPageAnonExclusive(page);
	set_pte_at(vma->vm_mm, vaddr, ptep, pte_mkclean(pte_wrprotect(pte)));
	return ptep;
}

/* What the entry shall map; the zero page counts nowhere. */
static pte_t count_in(struct task_struct *curr, struct vm_area_struct *vma,
		      vaddr_t vaddr, struct page *kpage)
{
	struct kernel *k = curr->k;

	if (kpage == k->user.zero_page) {
		add_mm_counter(vma->vm_mm, MM_ANONPAGES, -1);
		return pfn_pte(k->user.zero_pfn, vma->vm_page_prot);
	}
	get_page(kpage);
	page_add_anon_rmap(k, kpage, vma, vaddr, false);
	return pte_mkyoung(mk_pte(k, kpage, vma->vm_page_prot));
}

/* *@ptep maps @page; from now on, @kpage. Both are locked, or it is zero's. */
static void replace_page(struct task_struct *curr, struct vm_area_struct *vma,
			 vaddr_t vaddr, pte_t *ptep, struct page *page,
			 struct page *kpage)
{
	const pte_t pte = count_in(curr, vma, vaddr, kpage);

	ptep_clear_flush(curr, vma, vaddr, ptep);
	set_pte_at(vma->vm_mm, vaddr, ptep, pte);
	page_remove_rmap(curr->k, page, vma);
	if (!page_mapped(page))
		try_to_free_swap(curr, page);
	put_page(curr, page);
}

/* @kpage can't be written to. @page, which isn't it, is locked here. */
static bool try_to_merge_one_page(struct task_struct *curr,
				  struct vm_area_struct *vma, vaddr_t vaddr,
				  struct page *page, struct page *kpage)
{
	pte_t *ptep;
	bool merged;

	if (!lock_for_merge(curr, page))
		return false;
	ptep = write_protect_page(curr, vma, vaddr, page);
	merged = ptep && !memcmp_pages(curr, page, kpage);
	if (merged)
		replace_page(curr, vma, vaddr, ptep, page, kpage);
	unlock_page(curr, page);
	return merged;
}

static bool merge_with_locked(struct task_struct *curr,
			      struct vm_area_struct *vma, vaddr_t vaddr,
			      struct page *page, struct page *kpage)
{
	bool merged;

	if (!page_stable_node(kpage))
		return false;
	if (page == kpage) /* of a fork, or ksmd had let go of it */
		return page_vma_mapped(page, vma, vaddr);
	if (!trylock_page(kpage))
		return false;
	merged = try_to_merge_one_page(curr, vma, vaddr, page, kpage);
	unlock_page(curr, kpage);
	return merged;
}

bool try_to_merge_with_ksm_page(struct task_struct *curr,
				struct ksm_rmap_item *item, struct page *page,
				struct page *kpage)
{
	struct mm_struct *mm = item->mm;
	struct vm_area_struct *vma;
	bool merged = false;

	down_read(curr, &mm->mmap_lock);
	vma = find_mergeable_vma(mm, item->address);
	if (vma)
		merged = merge_with_locked(curr, vma, item->address, page,
					   kpage);
	if (merged)
		stable_tree_append(curr->k, item, kpage, vma);
	up_read(curr, &mm->mmap_lock);
	return merged;
}

bool try_to_merge_with_zero_page(struct task_struct *curr,
				 struct ksm_rmap_item *item, struct page *page)
{
	struct mm_struct *mm = item->mm;
	struct vm_area_struct *vma;
	bool done = true;

	down_read(curr, &mm->mmap_lock);
	vma = find_mergeable_vma(mm, item->address);
	if (vma)
		done = try_to_merge_one_page(curr, vma, item->address, page,
					     curr->k->user.zero_page);
	up_read(curr, &mm->mmap_lock);
	return done;
}

/* Two places, and what is there; both mmap_locks are held. */
struct ksm_pair {
	struct ksm_rmap_item *item[2];
	struct vm_area_struct *vma[2];
	struct page *page[2]; /* locked */
};

/* What is equal, and protected, becomes one. Nothing here can fail. */
static void commit_pair(struct task_struct *curr, const struct ksm_pair *pair,
			pte_t *second, struct ksm_spares *spares)
{
	struct kernel *k = curr->k;
	struct page *kpage = pair->page[0];

	stable_tree_insert(curr, kpage, spares);
	mark_page_accessed(k, kpage);
	/* A clean page is not written before it is freed. */
	SetPageDirty(kpage);
	replace_page(curr, pair->vma[1], pair->item[1]->address, second,
		     pair->page[1], kpage);
	remove_rmap_item_from_tree(curr, pair->item[1]);
	stable_tree_append(k, pair->item[1], kpage, pair->vma[1]);
	stable_tree_append(k, pair->item[0], kpage, pair->vma[0]);
}

static void merge_locked_pair(struct task_struct *curr, struct ksm_pair *pair,
			      struct ksm_spares *spares)
{
	pte_t *ptep[2];

	for (int i = 0; i < 2; i++) {
		ptep[i] = write_protect_page(curr, pair->vma[i],
					     pair->item[i]->address,
					     pair->page[i]);
		if (!ptep[i])
			return;
	}
	if (!memcmp_pages(curr, pair->page[0], pair->page[1]))
		commit_pair(curr, pair, ptep[1], spares);
}

static void merge_pair(struct task_struct *curr, struct ksm_pair *pair,
		       struct ksm_spares *spares)
{
	for (int i = 0; i < 2; i++) {
		pair->vma[i] = find_mergeable_vma(pair->item[i]->mm,
						  pair->item[i]->address);
		/* The second may have become a KSM page since. */
		if (!pair->vma[i] || PageKsm(pair->page[i]))
			return;
	}
	if (!lock_for_merge(curr, pair->page[0]))
		return;
	if (lock_for_merge(curr, pair->page[1])) {
		merge_locked_pair(curr, pair, spares);
		unlock_page(curr, pair->page[1]);
	}
	unlock_page(curr, pair->page[0]);
}

void try_to_merge_two_pages(struct task_struct *curr,
			    struct ksm_rmap_item *item, struct page *page,
			    struct ksm_rmap_item *tree_item,
			    struct page *tree_page)
{
	struct ksm_pair pair = {.item = {item, tree_item},
				.page = {page, tree_page}};
	struct mm_struct *mm = item->mm, *other = tree_item->mm;
	struct ksm_spares spares;

	if (!ksm_get_spares(curr, &spares))
		return;
	down_read(curr, &mm->mmap_lock);
	/* Not waited for while the first is held: the next round will do. */
	if (mm == other || down_read_trylock(&other->mmap_lock)) {
		merge_pair(curr, &pair, &spares);
		if (mm != other)
			up_read(curr, &other->mmap_lock);
	}
	up_read(curr, &mm->mmap_lock);
	ksm_put_spares(curr, &spares);
}

/* ---- two from one --------------------------------------------------------------- */

/* 0 or -ENOMEM. A page that is being moved is waited for. */
static int break_ksm(struct task_struct *curr, struct vm_area_struct *vma,
		     vaddr_t vaddr, vaddr_t *next)
{
	vm_fault_t fault = 0;

	while (!(fault & VM_FAULT_ERROR)) {
		const struct page *page;

		migration_entry_wait(curr, vma->vm_mm, vaddr);
		page = ksm_follow_page(vma, vaddr, next);
		if (!page || !PageKsm(page))
			return 0;
		fault = handle_mm_fault(curr, vma, vaddr,
					FAULT_FLAG_WRITE | FAULT_FLAG_REMOTE);
	}
	return fault & VM_FAULT_OOM ? -ENOMEM : 0;
}

int unmerge_ksm_pages(struct task_struct *curr, struct vm_area_struct *vma,
		      vaddr_t start, vaddr_t end)
{
	vaddr_t next;
	int error = 0;

	for (vaddr_t vaddr = start; vaddr < end && !error; vaddr = next) {
		if (ksm_test_exit(vma->vm_mm))
			break;
		error = signal_pending(curr)
				? -ERESTARTSYS
				: break_ksm(curr, vma, vaddr, &next);
	}
	return error;
}
