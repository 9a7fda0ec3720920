/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/highmem.h"

/*
 * Mappings of highmem for as long as one likes, seen by all cores
 * (mm/highmem.c: kmap_high(), page_address()). A page that is mapped already
 * isn't mapped twice. What nobody uses any more stays until the search for a
 * slot has come round: then all such are unmapped at once, for one flush of
 * all TLBs. Who finds no slot sleeps until one is given back.
 *
 * Invariant: a slot's entry maps a page exactly while its count isn't 0, and
 * the hash knows this page at this address.
 */

#include "kernel/arch/arm/pgtable.h"
#include "kernel/arch/arm/tlbflush.h"
#include "kernel/lib/dump_stack.h"
#include "kernel/lib/printk.h"
#include "kernel/state.h"

static vaddr_t pkmap_addr(const struct kernel *k, uint32_t nr)
{
	return k->arch.pkmap_base + (nr << PAGE_SHIFT);
}

static uint32_t pkmap_nr(const struct kernel *k, vaddr_t kaddr)
{
	return (kaddr - k->arch.pkmap_base) >> PAGE_SHIFT;
}

/* ---- page_address() ---------------------------------------------------------- */

static const struct list_head *page_slot(const struct kernel *k,
					 const struct page *page)
{
	const uint32_t hash = page_to_pfn(k, page) * 0x9e3779b9u;

	return &k->pkmap.htable[hash >> (32 - PA_HASH_ORDER)];
}

vaddr_t page_high_address(const struct kernel *k, const struct page *page)
{
	const struct page_address_map *pam;

	list_for_each_entry(pam, page_slot(k, page), list)
		if (pam->page == page)
			return pam->virtual;
	return 0;
}

/* @kaddr 0: it is nowhere any more. */
static void set_page_address(struct kernel *k, uint32_t nr,
			     const struct page *page, vaddr_t kaddr)
{
	struct page_address_map *pam = &k->pkmap.maps[nr];

	if (!kaddr) {
		list_del(&pam->list);
		return;
	}
	pam->page = page;
	pam->virtual = kaddr;
	list_add_tail(&pam->list, (struct list_head *)page_slot(k, page));
}

void page_address_init(struct kernel *k)
{
	for (uint32_t i = 0; i < 1u << PA_HASH_ORDER; i++)
		INIT_LIST_HEAD(&k->pkmap.htable[i]);
	init_waitqueue_head(&k->pkmap.map_wait);
}

/* ---- slots -------------------------------------------------------------------- */

/* All that nobody uses; TLBs of all cores are told once. */
static void flush_all_zero_pkmaps(struct task_struct *curr)
{
	struct kernel *k = curr->k;
	bool need_flush = false;

	for (uint32_t nr = 0; nr < LAST_PKMAP; nr++) {
		const vaddr_t kaddr = pkmap_addr(k, nr);

		if (k->pkmap.count[nr] != 1)
			continue;
		k->pkmap.count[nr] = 0;
		pte_clear(&k->init_mm, kaddr, pte_lookup(&k->init_mm, kaddr));
		set_page_address(k, nr, k->pkmap.maps[nr].page, 0);
		need_flush = true;
	}
	if (need_flush)
		flush_tlb_kernel_range(curr, k->arch.pkmap_base,
				       pkmap_addr(k, LAST_PKMAP));
}

/*
 * A free slot, by a search on from the last one, and a whole round of it after
 * a flush; LAST_PKMAP: there is none.
 */
static uint32_t find_free_slot(struct task_struct *curr)
{
	struct pkmap_state *pkmap = &curr->k->pkmap;

	for (uint32_t left = LAST_PKMAP; left; left--) {
		pkmap->last_nr = (pkmap->last_nr + 1) % LAST_PKMAP;
		if (!pkmap->last_nr) {
			flush_all_zero_pkmaps(curr);
			left = LAST_PKMAP;
		}
		if (!pkmap->count[pkmap->last_nr])
			return pkmap->last_nr;
	}
	return LAST_PKMAP;
}

/*
 * The page's address. Another task may map it while this one waits for a slot:
 * then that is it.
 */
static vaddr_t map_new_virtual(struct task_struct *curr,
			       const struct page *page)
{
	struct kernel *k = curr->k;
	vaddr_t kaddr = 0;
	uint32_t nr;

	while ((nr = find_free_slot(curr)) == LAST_PKMAP) {
		struct wait_queue_entry wait = {0};

		prepare_to_wait(curr, &k->pkmap.map_wait, &wait,
				TASK_UNINTERRUPTIBLE);
		schedule(curr);
		finish_wait(curr, &k->pkmap.map_wait, &wait);
		kaddr = page_high_address(k, page);
		if (kaddr)
			return kaddr;
	}
	kaddr = pkmap_addr(k, nr);
	set_pte_at(&k->init_mm, kaddr, pte_lookup(&k->init_mm, kaddr),
		   pfn_pte(page_to_pfn(k, page), page_kernel(k)));
	k->pkmap.count[nr] = 1;
	set_page_address(k, nr, page, kaddr);
	return kaddr;
}

/* ---- the interface -------------------------------------------------------------- */

/* Who can't sleep can't wait for a slot, so none is given even if there is. */
static bool refuse_in_atomic(struct task_struct *curr)
{
	if (!curr->in_interrupt && !curr->pagefault_disabled)
		return false;
	printk(curr->k, "BUG: sleeping function called from invalid context "
			"at kmap");
	printk(curr->k,
	       "in_atomic(): %d, in_interrupt(): %d, pid: %d, name: %s",
	       !!curr->pagefault_disabled, curr->in_interrupt, curr->pid,
	       curr->comm);
	dump_stack(curr);
	return true;
}

vaddr_t kmap(struct task_struct *curr, const struct page *page)
{
	vaddr_t kaddr;

	if (!PageHighMem(curr->k, page))
		return page_address(curr->k, page);
	if (refuse_in_atomic(curr))
		return 0;
	kaddr = page_high_address(curr->k, page);
	if (!kaddr)
		kaddr = map_new_virtual(curr, page);
	curr->k->pkmap.count[pkmap_nr(curr->k, kaddr)]++;
	return kaddr;
}

void kunmap(struct task_struct *curr, const struct page *page)
{
	struct pkmap_state *pkmap = &curr->k->pkmap;
	vaddr_t kaddr;
	uint32_t *count;

	BUG_ON(curr->in_interrupt);
	if (!PageHighMem(curr->k, page))
		return;
	kaddr = page_high_address(curr->k, page);
	BUG_ON(!kaddr);
	count = &pkmap->count[pkmap_nr(curr->k, kaddr)];
	BUG_ON(*count < 2);
	if (--*count == 1)
		wake_up(curr, &pkmap->map_wait);
}

/* ---- verification ------------------------------------------------------------------ */

static bool slot_ok(const struct kernel *k, uint32_t nr)
{
	const vaddr_t kaddr = pkmap_addr(k, nr);
	const struct page *page = k->pkmap.maps[nr].page;
	const pte_t *ptep = pte_lookup(&k->init_mm, kaddr);

	if (!ptep || pte_none(*ptep))
		return !k->pkmap.count[nr];
	return k->pkmap.count[nr] && pte_pfn(*ptep) == page_to_pfn(k, page) &&
	       page_high_address(k, page) == kaddr;
}

unsigned int verify_pkmaps(struct kernel *k)
{
	unsigned int nr_errors = 0;

	for (uint32_t nr = 0; k->init_mm.pgd && nr < LAST_PKMAP; nr++)
		if (!slot_ok(k, nr)) {
			printk(k,
			       "verify: pkmap slot %u, count %u, isn't as "
			       "its entry",
			       nr, k->pkmap.count[nr]);
			nr_errors++;
		}
	return nr_errors;
}
