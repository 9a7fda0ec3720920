/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/rmap.h"

/*
 * Reverse mapping (mm/rmap.c): from a page to all page-table entries that map
 * it. Nothing is kept per entry; the page remembers where it could be.
 *
 * A file's page knows its address_space and index; the file's interval tree
 * i_mmap names the VMAs that show that index.
 *
 * An anonymous page knows an anon_vma and its index within it (page->mapping
 * with bit 0 set, page->index). VMAs and anon_vmas are many to many, tied by
 * anon_vma_chains:
 *
 *	parent's VMA ---avc--- anon_vma A          pages from before the fork
 *	child's VMA  ---avc--- A
 *	             \--avc--- anon_vma B (parent A)  pages the child copied
 *
 * At fork the child's VMA joins all anon_vmas of its parent's VMA, as their
 * pages are now its own too, and gets a new one for those that it will copy on
 * write: looking for such a page doesn't visit the parent. A process that
 * forks, dies, and leaves a forking child would make this chain grow without
 * end; so a fork takes over an anon_vma on its way that no VMA uses for new
 * pages any more and that has no other child (Linux's rule).
 *
 * Invariants: a page is mapped only by VMAs found through its anon_vma or
 * i_mmap; page->_mapcount + 1 is the number of entries that map it; a page
 * with PG_anon_exclusive has one, and may be writable there.
 *
 * No anon_vma lock: a walk doesn't sleep, and no change is visible halfway.
 */

#include "kernel/arch/arm/pgtable.h"
#include "kernel/lib/bug.h"
#include "kernel/lib/err.h"
#include "kernel/lib/interval_tree.h"
#include "kernel/mm/filemap.h"
#include "kernel/mm/kobj.h"
#include "kernel/mm/ksm.h"
#include "kernel/mm/mlock.h"
#include "kernel/mm/page_flags.h"
#include "kernel/mm/page_watch.h"
#include "kernel/mm/slab.h"
#include "kernel/mm/swapfile.h"
#include "kernel/mm/trace_migrate.h"
#include "kernel/mm/vma.h"
#include "kernel/state.h"

/* ---- life of an anon_vma --------------------------------------------------------- */

static struct anon_vma *anon_vma_alloc(struct task_struct *curr)
{
	struct anon_vma *anon_vma = kmem_cache_zalloc(
		curr, curr->k->user.anon_vma_cachep, GFP_KERNEL);

	if (!anon_vma)
		return NULL;
	anon_vma->refcount = 1;
	anon_vma->root = anon_vma;
	anon_vma->parent = anon_vma;
	return anon_vma;
}

void put_anon_vma(struct task_struct *curr, struct anon_vma *anon_vma)
{
	struct anon_vma *root = anon_vma->root;

	if (--anon_vma->refcount)
		return;
	kmem_cache_free(curr, curr->k->user.anon_vma_cachep, anon_vma);
	if (root != anon_vma)
		put_anon_vma(curr, root);
}

static struct anon_vma_chain *anon_vma_chain_alloc(struct task_struct *curr)
{
	return kmem_cache_zalloc(curr, curr->k->user.anon_vma_chain_cachep,
				 GFP_KERNEL);
}

static void anon_vma_chain_free(struct task_struct *curr,
				struct anon_vma_chain *avc)
{
	kmem_cache_free(curr, curr->k->user.anon_vma_chain_cachep, avc);
}

static void anon_vma_chain_link(struct vm_area_struct *vma,
				struct anon_vma_chain *avc,
				struct anon_vma *anon_vma)
{
	avc->vma = vma;
	avc->anon_vma = anon_vma;
	list_add(&avc->same_vma, &vma->anon_vma_chain);
	anon_vma_interval_tree_insert(avc, &anon_vma->rb_root);
}

/* ---- the first anonymous page of a VMA ------------------------------------------- */

/* Could they be one VMA but for their permissions, which may change back? */
static bool anon_vma_compatible(const struct vm_area_struct *a,
				const struct vm_area_struct *b)
{
	return a->vm_end == b->vm_start && a->vm_file == b->vm_file &&
	       !((a->vm_flags ^ b->vm_flags) & ~VM_ACCESS_FLAGS) &&
	       b->vm_pgoff == a->vm_pgoff + vma_pages(a);
}

static struct anon_vma *reusable_anon_vma(const struct vm_area_struct *old,
					  const struct vm_area_struct *a,
					  const struct vm_area_struct *b)
{
	const struct list_head *chain = &old->anon_vma_chain;

	if (!old->anon_vma || chain->next != chain->prev)
		return NULL;
	return anon_vma_compatible(a, b) ? old->anon_vma : NULL;
}

/* A common anon_vma lets neighbours merge when mprotect makes them alike. */
static struct anon_vma *
find_mergeable_anon_vma(const struct vm_area_struct *vma)
{
	struct anon_vma *anon_vma = NULL;

	if (vma->vm_next)
		anon_vma = reusable_anon_vma(vma->vm_next, vma, vma->vm_next);
	if (!anon_vma && vma->vm_prev)
		anon_vma = reusable_anon_vma(vma->vm_prev, vma->vm_prev, vma);
	return anon_vma;
}

int anon_vma_prepare_slow(struct task_struct *curr, struct vm_area_struct *vma)
{
	struct anon_vma_chain *avc = anon_vma_chain_alloc(curr);
	struct anon_vma *fresh = NULL, *anon_vma;

	if (!avc)
		return -ENOMEM;
	if (!find_mergeable_anon_vma(vma)) {
		fresh = anon_vma_alloc(curr);
		if (!fresh) {
			anon_vma_chain_free(curr, avc);
			return -ENOMEM;
		}
	}
	/* Another thread may have prepared this VMA while we slept. */
	if (vma->anon_vma) {
		anon_vma_chain_free(curr, avc);
		if (fresh)
			put_anon_vma(curr, fresh);
		return 0;
	}
	anon_vma = fresh ? fresh : find_mergeable_anon_vma(vma);
	if (fresh)
		fresh->num_children++; /* a root is its own parent */
	vma->anon_vma = anon_vma;
	anon_vma->num_active_vmas++;
	anon_vma_chain_link(vma, avc, anon_vma);
	return 0;
}

/* ---- VMAs that come and go ----------------------------------------------------------- */

int anon_vma_clone(struct task_struct *curr, struct vm_area_struct *dst,
		   struct vm_area_struct *src)
{
	struct anon_vma_chain *from;

	/* Backwards, since each is put in front: the order stays. */
	list_for_each_entry_reverse(from, &src->anon_vma_chain, same_vma) {
		struct anon_vma *anon_vma = from->anon_vma;
		struct anon_vma_chain *avc = anon_vma_chain_alloc(curr);

		if (!avc)
			goto out_of_memory;
		anon_vma_chain_link(dst, avc, anon_vma);
		if (!dst->anon_vma && src->anon_vma &&
		    anon_vma->num_children < 2 &&
		    anon_vma->num_active_vmas == 0)
			dst->anon_vma = anon_vma;
	}
	if (dst->anon_vma)
		dst->anon_vma->num_active_vmas++;
	return 0;

out_of_memory:
	dst->anon_vma = NULL; /* not counted active yet */
	unlink_anon_vmas(curr, dst);
	return -ENOMEM;
}

int anon_vma_fork(struct task_struct *curr, struct vm_area_struct *vma,
		  struct vm_area_struct *pvma)
{
	struct anon_vma_chain *avc;
	struct anon_vma *own;

	if (!pvma->anon_vma)
		return 0;
	vma->anon_vma = NULL;
	if (anon_vma_clone(curr, vma, pvma))
		return -ENOMEM;
	if (vma->anon_vma) /* took over an old one */
		return 0;
	own = anon_vma_alloc(curr);
	avc = own ? anon_vma_chain_alloc(curr) : NULL;
	if (!avc) {
		if (own)
			put_anon_vma(curr, own);
		unlink_anon_vmas(curr, vma);
		return -ENOMEM;
	}
	own->root = pvma->anon_vma->root;
	own->root->refcount++;
	own->parent = pvma->anon_vma;
	own->parent->num_children++;
	own->num_active_vmas++;
	vma->anon_vma = own;
	anon_vma_chain_link(vma, avc, own);
	return 0;
}

/*
 * Twice over the chain: an anon_vma without VMAs may be freed only when its
 * children on the same chain, which reach for their parent, are done with.
 */
void unlink_anon_vmas(struct task_struct *curr, struct vm_area_struct *vma)
{
	struct anon_vma_chain *avc, *next;

	list_for_each_entry_safe(avc, next, &vma->anon_vma_chain, same_vma) {
		struct anon_vma *anon_vma = avc->anon_vma;

		anon_vma_interval_tree_remove(avc, &anon_vma->rb_root);
		if (!anon_vma->rb_root.rb_root.rb_node) {
			anon_vma->parent->num_children--;
			continue;
		}
		list_del(&avc->same_vma);
		anon_vma_chain_free(curr, avc);
	}
	if (vma->anon_vma)
		vma->anon_vma->num_active_vmas--;
	vma->anon_vma = NULL;
	list_for_each_entry_safe(avc, next, &vma->anon_vma_chain, same_vma) {
		BUG_ON(avc->anon_vma->num_children);
		BUG_ON(avc->anon_vma->num_active_vmas);
		put_anon_vma(curr, avc->anon_vma);
		list_del(&avc->same_vma);
		anon_vma_chain_free(curr, avc);
	}
}

void anon_vma_tree_pre_update(struct vm_area_struct *vma)
{
	struct anon_vma_chain *avc;

	list_for_each_entry(avc, &vma->anon_vma_chain, same_vma)
		anon_vma_interval_tree_remove(avc, &avc->anon_vma->rb_root);
}

void anon_vma_tree_post_update(struct vm_area_struct *vma)
{
	struct anon_vma_chain *avc;

	list_for_each_entry(avc, &vma->anon_vma_chain, same_vma)
		anon_vma_interval_tree_insert(avc, &avc->anon_vma->rb_root);
}

/* ---- mapcounts --------------------------------------------------------------------------- */

static struct address_space *anon_mapping(struct anon_vma *anon_vma)
{
	return (struct address_space *)((uintptr_t)anon_vma |
					PAGE_MAPPING_ANON);
}

struct anon_vma *page_anon_vma(const struct page *page)
{
	return (struct anon_vma *)((uintptr_t)page->mapping -
				   PAGE_MAPPING_ANON);
}

struct anon_vma *page_get_anon_vma(const struct page *page)
{
	struct anon_vma *anon_vma;

	/* Unmapped, it may remember an anon_vma that is no more. */
	if (!PageAnon(page) || PageKsm(page) || !page_mapped(page))
		return NULL;
	anon_vma = page_anon_vma(page);
	anon_vma->refcount++;
	return anon_vma;
}

static pgoff_t linear_page_index(const struct vm_area_struct *vma,
				 vaddr_t vaddr)
{
	return vma->vm_pgoff + ((vaddr - vma->vm_start) >> PAGE_SHIFT);
}

/* @sign: 1, it is mapped now, or -1, nowhere any more. */
static void mod_anon_pages(struct kernel *k, const struct page *page, int sign)
{
	const int64_t delta = (int64_t)sign * thp_nr_pages(page);

	mod_page_state(k, page, NR_ANON_PAGES, delta);
	if (PageTransHuge(page))
		mod_page_state(k, page, NR_ANON_TRANSPARENT_HUGEPAGES, delta);
}

void page_add_new_anon_rmap(struct kernel *k, struct page *page,
			    struct vm_area_struct *vma, vaddr_t vaddr)
{
	page->flags |= 1u << PG_swapbacked | 1u << PG_anon_exclusive;
	page->_mapcount = 0;
	page->mapping = anon_mapping(vma->anon_vma);
	page->index = linear_page_index(vma, vaddr);
	mod_anon_pages(k, page, 1);
}

/* Others of the family may map it, too: then it is the oldest one's. */
static void set_anon_place(struct page *page, const struct vm_area_struct *vma,
			   vaddr_t vaddr, bool exclusive)
{
	page->mapping = anon_mapping(exclusive ? vma->anon_vma
					       : vma->anon_vma->root);
	page->index = linear_page_index(vma, vaddr);
}

void page_add_anon_rmap(struct kernel *k, struct page *page,
			struct vm_area_struct *vma, vaddr_t vaddr,
			bool exclusive)
{
	BUG_ON(!PageLocked(page) || !vma->anon_vma);
	page_changed(k, page);
	if (++page->_mapcount == 0) {
		mod_page_state(k, page, NR_ANON_PAGES, 1);
		if (!PageKsm(page)) /* whose place is in ksmd's books */
			set_anon_place(page, vma, vaddr, exclusive);
	}
	if (exclusive)
		SetPageAnonExclusive(page);
	mlock_vma_page(k, page, vma);
}

void page_dup_anon_rmap(struct kernel *k, struct page *page)
{
	page_changed(k, page);
	ClearPageAnonExclusive(page);
	page->_mapcount++;
}

void page_move_anon_rmap(struct page *page, struct vm_area_struct *vma)
{
	page->mapping = anon_mapping(vma->anon_vma);
	SetPageAnonExclusive(page);
}

void page_add_file_rmap(struct kernel *k, struct page *page,
			const struct vm_area_struct *vma)
{
	page_changed(k, page);
	if (++page->_mapcount == 0)
		mod_page_state(k, page, NR_MAPPED, 1);
	mlock_vma_page(k, page, vma);
}

void page_dup_file_rmap(struct kernel *k, struct page *page)
{
	page_changed(k, page);
	page->_mapcount++;
}

void page_remove_rmap(struct kernel *k, struct page *page,
		      const struct vm_area_struct *vma)
{
	BUG_ON(page->_mapcount < 0);
	page_changed(k, page);
	if (--page->_mapcount < 0 && PageAnon(page))
		mod_anon_pages(k, page, -1);
	else if (!page_mapped(page))
		mod_page_state(k, page, NR_MAPPED, -1);
	munlock_vma_page(k, page, vma);
}

/* ---- the walk ------------------------------------------------------------------------------ */

static vaddr_t vma_address(const struct page *page,
			   const struct vm_area_struct *vma)
{
	return vma->vm_start + ((page->index - vma->vm_pgoff) << PAGE_SHIFT);
}

static void rmap_walk_anon(struct page *page, struct rmap_walk_control *rwc)
{
	struct anon_vma *anon_vma = page_anon_vma(page);
	struct anon_vma_chain *avc;

	anon_vma_interval_tree_foreach(
		avc, &anon_vma->rb_root, page->index,
		page->index) if (!rwc->rmap_one(page, avc->vma,
						vma_address(page, avc->vma),
						rwc->arg)) return;
}

static void rmap_walk_file(struct page *page, struct rmap_walk_control *rwc)
{
	struct address_space *mapping = page_mapping(page);
	struct vm_area_struct *vma;

	if (!mapping)
		return;
	vma_interval_tree_foreach(
		vma, &mapping->i_mmap, page->index,
		page->index) if (!rwc->rmap_one(page, vma,
						vma_address(page, vma),
						rwc->arg)) return;
}

void rmap_walk_locked(struct page *page, struct rmap_walk_control *rwc)
{
	if (PageKsm(page))
		rmap_walk_ksm(page, rwc);
	else if (PageAnon(page))
		rmap_walk_anon(page, rwc);
	else
		rmap_walk_file(page, rwc);
}

void rmap_walk(struct page *page, struct rmap_walk_control *rwc)
{
	/* Unmapped, it may remember an anon_vma that is no more. */
	if (page_mapped(page))
		rmap_walk_locked(page, rwc);
}

pmd_t *page_vma_mapped_pmd(const struct page *page,
			   const struct vm_area_struct *vma, vaddr_t vaddr)
{
	struct mm_struct *mm = vma->vm_mm;
	pmd_t *pmd = pmd_off(mm, vaddr);

	if (!PageTransHuge(page) || vaddr & ~PMD_MASK ||
	    !pmd_trans_huge(*pmd) ||
	    pte_pfn(pmd_pte(*pmd)) != page_to_pfn(mm->k, page))
		return NULL;
	return pmd;
}

pte_t *page_vma_mapped(const struct page *page,
		       const struct vm_area_struct *vma, vaddr_t vaddr)
{
	const struct mm_struct *mm = vma->vm_mm;
	pte_t *pte = pte_lookup(mm, vaddr);

	if (!pte || !pte_present(*pte) ||
	    pte_pfn(*pte) != page_to_pfn(mm->k, page))
		return NULL;
	return pte;
}

/* ---- has it been used? ------------------------------------------------------------------- */

struct referenced_arg {
	struct task_struct *curr;
	int mapcount; /* entries that weren't looked at yet */
	int referenced;
	uint32_t vm_flags;
};

static bool page_referenced_one(struct page *page, struct vm_area_struct *vma,
				vaddr_t vaddr, void *arg)
{
	struct referenced_arg *pra = arg;
	pte_t *pte = page_vma_mapped(page, vma, vaddr);
	pmd_t *pmd = page_vma_mapped_pmd(page, vma, vaddr);
	bool young;

	if (!pte && !pmd)
		return true;
	if (vma->vm_flags & VM_LOCKED) {
		mlock_vma_page(pra->curr->k, page, vma); /* was missed */
		pra->referenced = 0;
		pra->vm_flags |= VM_LOCKED;
		return false;
	}
	/* Who reads in order won't come back: his touches don't count. */
	young = pmd ? pmdp_clear_flush_young(pra->curr, vma, vaddr, pmd)
		    : ptep_clear_flush_young(pra->curr, vma, vaddr, pte);
	if (young && !(vma->vm_flags & VM_SEQ_READ)) {
		pra->referenced++;
		pra->vm_flags |= vma->vm_flags;
	}
	return --pra->mapcount > 0;
}

int page_referenced(struct task_struct *curr, struct page *page,
		    uint32_t *vm_flags)
{
	struct referenced_arg pra = {.curr = curr,
				     .mapcount = page_mapcount(page)};
	struct rmap_walk_control rwc = {&pra, page_referenced_one};

	rmap_walk(page, &rwc);
	*vm_flags = pra.vm_flags;
	return pra.referenced;
}

/* ---- taking the mappings away -------------------------------------------------------------- */

struct unmap_arg {
	struct task_struct *curr;
	uint32_t flags; /* TTU_… */
};

/* The entry @ptep, empty just now, becomes the slot's. False: it can't. */
static bool unmap_to_swap(struct task_struct *curr, struct page *page,
			  struct vm_area_struct *vma, vaddr_t vaddr,
			  pte_t *ptep)
{
	struct mm_struct *mm = vma->vm_mm;
	swp_entry_t entry = page_swap_entry(page);

	if (!PageSwapCache(page) || swap_duplicate(curr, entry))
		return false;
	/* Who brings it back finds out anew whether it is his alone. */
	ClearPageAnonExclusive(page);
	add_mm_counter(mm, MM_ANONPAGES, -1);
	add_mm_counter(mm, MM_SWAPENTS, 1);
	if (list_empty(&mm->mmlist)) /* for swapoff() to find */
		list_add(&mm->mmlist, &curr->k->init_mm.mmlist);
	set_pte_at(mm, vaddr, ptep, swp_entry_to_pte(entry));
	return true;
}

/*
 * Pages whose content may be lost are held by their entries and by who
 * reclaims them; anyone else is using it right now. Written to or used, it is
 * an anonymous page like others again. False: that.
 */
static bool unmap_lazyfree(struct page *page, struct mm_struct *mm)
{
	if (PageDirty(page) || page_count(page) != page_mapcount(page) + 1) {
		SetPageSwapBacked(page);
		return false;
	}
	add_mm_counter(mm, MM_ANONPAGES, -1);
	return true;
}

/* Who touches it from now on is told that it is lost. */
static void unmap_to_hwpoison(struct page *page, struct mm_struct *mm,
			      vaddr_t vaddr, pte_t *ptep)
{
	BUG_ON(!PageHWPoison(page));
	ClearPageAnonExclusive(page);
	add_mm_counter(mm, mm_counter(page), -1);
	set_pte_at(mm, vaddr, ptep,
		   swp_entry_to_pte(make_hwpoison_entry(mm->k, page)));
}

static bool try_to_unmap_one(struct page *page, struct vm_area_struct *vma,
			     vaddr_t vaddr, void *arg)
{
	const struct unmap_arg *ttu = arg;
	struct task_struct *curr = ttu->curr;
	struct mm_struct *mm = vma->vm_mm;
	pte_t *ptep = page_vma_mapped(page, vma, vaddr), pte;
	bool gone = true;

	if (!ptep)
		return true;
	if (vma->vm_flags & VM_LOCKED && !(ttu->flags & TTU_IGNORE_MLOCK)) {
		mlock_vma_page(curr->k, page, vma); /* was missed */
		return false;
	}
	pte = ptep_clear_flush(curr, vma, vaddr, ptep);
	if (pte_dirty(pte))
		set_page_dirty(curr, page);
	update_hiwater_rss(mm);
	if (ttu->flags & TTU_HWPOISON)
		unmap_to_hwpoison(page, mm, vaddr, ptep);
	else if (!PageAnon(page))
		add_mm_counter(mm, mm_counter(page), -1);
	else if (PageSwapBacked(page))
		gone = unmap_to_swap(curr, page, vma, vaddr, ptep);
	else
		gone = unmap_lazyfree(page, mm);
	if (!gone) {
		set_pte_at(mm, vaddr, ptep, pte);
		return false;
	}
	page_remove_rmap(curr->k, page, vma);
	put_page(curr, page);
	return page_mapped(page);
}

void try_to_unmap(struct task_struct *curr, struct page *page, uint32_t flags)
{
	struct unmap_arg ttu = {curr, flags};
	struct rmap_walk_control rwc = {&ttu, try_to_unmap_one};

	BUG_ON(!PageLocked(page));
	rmap_walk(page, &rwc);
}

/* ---- before it is moved --------------------------------------------------------------------- */

/* What shall come back when the page has moved. */
static pte_t migration_pte(const struct page *page, pte_t pte)
{
	pgoff_t offset = pte_pfn(pte);
	swp_entry_t entry;

	if (pte_young(pte))
		offset |= SWP_MIG_YOUNG_BIT;
	if (pte_dirty(pte))
		offset |= SWP_MIG_DIRTY_BIT;
	if (pte_write(pte))
		entry = make_writable_migration_entry(offset);
	else if (PageAnon(page) && PageAnonExclusive(page))
		entry = make_readable_exclusive_migration_entry(offset);
	else
		entry = make_readable_migration_entry(offset);
	return swp_entry_to_pte(entry);
}

static bool try_to_migrate_one(struct page *page, struct vm_area_struct *vma,
			       vaddr_t vaddr, void *arg)
{
	struct task_struct *curr = arg;
	pte_t *ptep = page_vma_mapped(page, vma, vaddr), pte;

	if (!ptep)
		return true;
	/*
	 * MODEL: private copies of raw frames stay where they are, lest one
	 * moves into the frame that it is a copy of.
	 */
	if (vma->vm_flags & VM_PFNMAP)
		return true;
	pte = ptep_clear_flush(curr, vma, vaddr, ptep);
	if (pte_dirty(pte))
		set_page_dirty(curr, page);
	update_hiwater_rss(vma->vm_mm);
	set_pte_at(vma->vm_mm, vaddr, ptep, migration_pte(page, pte));
	trace_set_migration_pte(curr->k, vaddr, *ptep);
	ClearPageAnonExclusive(page);
	page_remove_rmap(curr->k, page, vma);
	put_page(curr, page);
	return page_mapped(page);
}

void try_to_migrate(struct task_struct *curr, struct page *page)
{
	struct rmap_walk_control rwc = {curr, try_to_migrate_one};

	BUG_ON(!PageLocked(page));
	rmap_walk(page, &rwc);
}

/* ---- before it is written ------------------------------------------------------------------- */

struct mkclean_arg {
	struct task_struct *curr;
	int cleaned;
};

static bool page_mkclean_one(struct page *page, struct vm_area_struct *vma,
			     vaddr_t vaddr, void *arg)
{
	struct mkclean_arg *mkclean = arg;
	pte_t *ptep, entry;

	if (!(vma->vm_flags & VM_SHARED))
		return true;
	ptep = page_vma_mapped(page, vma, vaddr);
	if (!ptep || !(pte_dirty(*ptep) || pte_write(*ptep)))
		return true;
	entry = ptep_clear_flush(mkclean->curr, vma, vaddr, ptep);
	entry = pte_mkclean(pte_wrprotect(entry));
	set_pte_at(vma->vm_mm, vaddr, ptep, entry);
	mkclean->cleaned++;
	return true;
}

int page_mkclean(struct task_struct *curr, struct page *page)
{
	struct mkclean_arg mkclean = {.curr = curr};
	struct rmap_walk_control rwc = {&mkclean, page_mkclean_one};

	BUG_ON(!PageLocked(page));
	if (page_mapping(page))
		rmap_walk(page, &rwc);
	return mkclean.cleaned;
}
