/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * The verifier shouts when it should: each invariant is broken by hand, and
 * its line must appear; and is quiet when all is mended.
 */

#include "tests/unit/kernel/helper_verify.h"

#include "kernel/arch/arm/tlbflush.h"
#include "kernel/lib/interval_tree.h"
#include "kernel/mm/kobj.h"
#include "kernel/mm/mlock.h"
#include "kernel/mm/mman_calls.h"
#include "kernel/mm/page_alloc.h"
#include "kernel/mm/rmap.h"
#include "kernel/mm/swap.h"
#include "kernel/mm/verify.h"

#define RW (PROT_READ | PROT_WRITE)
#define VA 0x10000000u

static int setup(void **state)
{
	struct user_mm *u = user_mm_create(NULL);

	map(u, VA, 4 * PAGE_SIZE, RW, MAP_PRIVATE | MAP_FIXED);
	map_file(u, VA + 4 * PAGE_SIZE, 2 * PAGE_SIZE, PROT_READ,
		 MAP_PRIVATE | MAP_FIXED, 0);
	assert_true(store(u, VA, 1) && store(u, VA + PAGE_SIZE, 2));
	peek32(u, VA + 4 * PAGE_SIZE);
	verify_ok(u);
	*state = u;
	return 0;
}

static int teardown(void **state)
{
	user_mm_destroy(*state);
	return 0;
}

static void test_counts(void **state)
{
	struct user_mm *u = *state;
	struct mm_struct *mm = u->mm;
	struct page *page = page_at(u, VA);

	BREAK(u, "mapcount 2, but 1 entries", page->_mapcount++,
	      page->_mapcount--);
	BREAK(u, "references, at least", page->_refcount--, page->_refcount++);
	BREAK(u, "rss_stat[1] 3, counted 2", mm->rss_stat[MM_ANONPAGES]++,
	      mm->rss_stat[MM_ANONPAGES]--);
	BREAK(u, "pgtables_bytes", mm->pgtables_bytes += 2048,
	      mm->pgtables_bytes -= 2048);
	BREAK(u, "map_count 3", mm->map_count++, mm->map_count--);
	BREAK(u, "total_vm 7", mm->total_vm++, mm->total_vm--);
	BREAK(u, "locked_vm 1", mm->locked_vm++, mm->locked_vm--);
	BREAK(u, "pages committed", u->k->user.committed_pages++,
	      u->k->user.committed_pages--);
	BREAK(u, "nr_anon_pages", mod_page_state(u->k, page, NR_ANON_PAGES, 1),
	      mod_page_state(u->k, page, NR_ANON_PAGES, -1));
	BREAK(u, "nr_mapped", mod_page_state(u->k, page, NR_MAPPED, 1),
	      mod_page_state(u->k, page, NR_MAPPED, -1));
	BREAK(u, "nr_file_pages", mod_page_state(u->k, page, NR_FILE_PAGES, 1),
	      mod_page_state(u->k, page, NR_FILE_PAGES, -1));
}

/* A frame within a free block, not its first. */
static pfn_t free_block_pfn(struct user_mm *u)
{
	pfn_t pfn = u->k->mem.min_low_pfn;

	while (!PageBuddy(pfn_to_page(u->k, pfn)) ||
	       block_pages(pfn_to_page(u->k, pfn)) < 2)
		pfn++;
	return pfn + 1;
}

static void test_entries(void **state)
{
	struct user_mm *u = *state;
	pte_t *pte = pte_lookup(u->mm, VA);
	pte_t *file = pte_lookup(u->mm, VA + 4 * PAGE_SIZE);
	pte_t *outside = pte_lookup(u->mm, VA + 8 * PAGE_SIZE);
	pte_t *empty = pte_lookup(u->mm, VA + 2 * PAGE_SIZE);
	uint32_t *hw = (uint32_t *)((uint8_t *)pte + PTE_HWTABLE_OFF);
	uint32_t word = *hw;
	pte_t old = *file;
	struct page *page = page_at(u, VA);

	BREAK(u, "hardware word", *hw ^= 0x200, *hw = word);
	BREAK(u, "hardware word 0x00000001 does not fit 0x00000000",
	      ((uint32_t *)empty)[PTE_HWTABLE_OFF / 4] = 1,
	      ((uint32_t *)empty)[PTE_HWTABLE_OFF / 4] = 0);
	BREAK(u, "are no pair", pmd_off(u->mm, VA)->pmd[1] += 0x400,
	      pmd_off(u->mm, VA)->pmd[1] -= 0x400);
	BREAK(u, "no VMA", set_pte_at(u->mm, VA + 8 * PAGE_SIZE, outside, *pte),
	      pte_clear(u->mm, VA + 8 * PAGE_SIZE, outside));
	/* One page at two places: mapcount, rmap and exclusiveness are wrong. */
	BREAK(u, "misses 0x10002000",
	      set_pte_at(u->mm, VA + 2 * PAGE_SIZE, empty, *pte),
	      pte_clear(u->mm, VA + 2 * PAGE_SIZE, empty));
	BREAK(u, "others may share", ClearPageAnonExclusive(page),
	      SetPageAnonExclusive(page));
	BREAK(u, "is writable, its VMA isn't",
	      set_pte_at(u->mm, VA + 4 * PAGE_SIZE, file, pte_mkwrite(old)),
	      set_pte_at(u->mm, VA + 4 * PAGE_SIZE, file, old));
	BREAK(u, "is executable, its VMA isn't",
	      set_pte_at(u->mm, VA + 4 * PAGE_SIZE, file, pte_mkexec(old)),
	      set_pte_at(u->mm, VA + 4 * PAGE_SIZE, file, old));
	/* Entries to frames that are free: one alone, one in a large block. */
	{
		pte_t wrong = __pte(free_block_pfn(u) << PAGE_SHIFT |
				    (pte_val(*pte) & ~PAGE_MASK));

		BREAK(u, "is not a user's, but 1 entries map it",
		      set_pte_at(u->mm, VA + 2 * PAGE_SIZE, empty, wrong),
		      pte_clear(u->mm, VA + 2 * PAGE_SIZE, empty));
	}
	{
		struct page *free_page = alloc_page(u->curr, GFP_HIGHUSER);
		pte_t wrong = mk_pte(u->k, free_page, __pgprot(pte_val(*pte)));

		put_page(u->curr, free_page);
		wrong = __pte((pte_val(wrong) & PAGE_MASK) |
			      (pte_val(*pte) & ~PAGE_MASK));
		BREAK(u, "1 entries",
		      set_pte_at(u->mm, VA + 2 * PAGE_SIZE, empty, wrong),
		      pte_clear(u->mm, VA + 2 * PAGE_SIZE, empty));
	}
}

static void test_rmap(void **state)
{
	struct user_mm *u = *state;
	struct vm_area_struct *anon = find_vma(u->mm, VA);
	struct vm_area_struct *file = find_vma(u->mm, VA + 4 * PAGE_SIZE);
	struct address_space *mapping = &u->inode.i_data;
	struct page *page = page_at(u, VA);

	BREAK(u, "rmap of pfn", page->index++, page->index--);
	BREAK(u, "is not in its file's i_mmap",
	      vma_interval_tree_remove(file, &mapping->i_mmap),
	      vma_interval_tree_insert(file, &mapping->i_mmap));
	BREAK(u, "is not found from its anon_vma",
	      anon_vma_tree_pre_update(anon), anon_vma_tree_post_update(anon));
	BREAK(u, "finds 0 entries, there are 1", anon_vma_tree_pre_update(anon),
	      anon_vma_tree_post_update(anon));
}

/* The trees themselves, over a fork: two anon_vmas, one with two VMAs. */
static void test_trees(void **state)
{
	struct user_mm *u = *state;
	struct mm_struct *child = fork_mm(u);
	struct vm_area_struct *vma = find_vma(u->mm, VA);
	struct vm_area_struct *file = find_vma(u->mm, VA + 4 * PAGE_SIZE);
	struct anon_vma *anon_vma = vma->anon_vma;
	struct anon_vma_chain *avc = list_first_entry(
		&vma->anon_vma_chain, struct anon_vma_chain, same_vma);
	struct vm_area_struct stray = *vma;
	struct anon_vma_chain stray_avc = {.vma = &stray, .anon_vma = anon_vma};
	struct vm_area_struct stray_file = *file;

	verify_ok(u);
	BREAK(u, "its tree is out of order", avc->rb_subtree_last += 7,
	      avc->rb_subtree_last -= 7);
	BREAK(u, "an i_mmap that is out of order",
	      file->shared.rb_subtree_last += 7,
	      file->shared.rb_subtree_last -= 7);
	BREAK(u, "num_active_vmas 2, counted 1", anon_vma->num_active_vmas++,
	      anon_vma->num_active_vmas--);
	BREAK(u, "2 anon_vmas have 3 children", anon_vma->num_children++,
	      anon_vma->num_children--);
	BREAK(u, "references to anon_vmas, at least", anon_vma->refcount--,
	      anon_vma->refcount++);
	/* Nodes that no VMA knows of: of one that ended, for instance. */
	stray.anon_vma = NULL;
	BREAK(u, "links to anon_vmas, these have 4",
	      anon_vma_interval_tree_insert(&stray_avc, &anon_vma->rb_root),
	      anon_vma_interval_tree_remove(&stray_avc, &anon_vma->rb_root));
	BREAK(u, "2 VMAs map files, in i_mmap trees are 3",
	      vma_interval_tree_insert(&stray_file, &u->inode.i_data.i_mmap),
	      vma_interval_tree_remove(&stray_file, &u->inode.i_data.i_mmap));
	end_mm(u, child);
}

static void test_vmas(void **state)
{
	struct user_mm *u = *state;
	struct vm_area_struct *vma = find_vma(u->mm, VA);
	struct vm_area_struct *next = vma->vm_next, *untouched;

	BREAK(u, "overlaps", vma->vm_end += PAGE_SIZE,
	      vma->vm_end -= PAGE_SIZE);
	BREAK(u, "impossible borders", vma->vm_start++, vma->vm_start--);
	BREAK(u, "rb_subtree_gap", next->rb_subtree_gap ^= PAGE_SIZE,
	      next->rb_subtree_gap ^= PAGE_SIZE);
	BREAK(u, "between list and tree", next->vm_prev = NULL,
	      next->vm_prev = vma);
	BREAK(u, "in the tree and not in the list", vma->vm_next = NULL,
	      vma->vm_next = next);
	/* Two untouched neighbours that differ, then don't. */
	map(u, VA + 64 * PAGE_SIZE, PAGE_SIZE, RW, MAP_PRIVATE | MAP_FIXED);
	map(u, VA + 65 * PAGE_SIZE, PAGE_SIZE, RW,
	    MAP_PRIVATE | MAP_FIXED | MAP_NORESERVE);
	untouched = find_vma(u->mm, VA + 65 * PAGE_SIZE);
	verify_ok(u);
	untouched->vm_flags ^= VM_ACCOUNT | VM_NORESERVE;
	shouts(u, "should be one with the one before");
	untouched->vm_flags ^= VM_ACCOUNT | VM_NORESERVE;
}

static void test_cache_and_lru(void **state)
{
	struct user_mm *u = *state;
	struct address_space *mapping = &u->inode.i_data;
	struct page *page = find_get_page(mapping, 10);
	struct page *anon = page_at(u, VA);

	BREAK(u, "nrpages", mapping->nrpages++, mapping->nrpages--);
	BREAK(u, "is not page 11 of its file", page->index = 11,
	      page->index = 10);
	BREAK(u, "stands on LRU list", SetPageActive(page),
	      ClearPageActive(page));
	BREAK(u, "nr_inactive_anon",
	      mod_page_state(u->k, anon, NR_INACTIVE_ANON, 1),
	      mod_page_state(u->k, anon, NR_INACTIVE_ANON, -1));
	put_page(u->curr, page);
}

static void test_locked_pages(void **state)
{
	struct user_mm *u = *state;
	struct page *locked = page_at(u, VA);
	struct page *free = page_at(u, VA + PAGE_SIZE);

	assert_int_equal(do_mlock(u->curr, VA, PAGE_SIZE, VM_LOCKED), 0);
	verify_ok(u);
	BREAK(u, "locked 2 times, by 1 entries", locked->mlock_count++,
	      locked->mlock_count--);
	BREAK(u, "nr_mlock", mod_page_state(u->k, locked, NR_MLOCK, 1),
	      mod_page_state(u->k, locked, NR_MLOCK, -1));
	BREAK(u, "is unevictable by its flags", ClearPageMlocked(locked),
	      SetPageMlocked(locked));
	BREAK(u, "by 0 entries", mlock_page(u->k, free),
	      munlock_page(u->k, free));
	BREAK(u, "nr_unevictable",
	      mod_page_state(u->k, locked, NR_UNEVICTABLE, 1),
	      mod_page_state(u->k, locked, NR_UNEVICTABLE, -1));
}

static void test_forgotten_flush(void **state)
{
	struct user_mm *u = *state;
	pte_t *pte = pte_lookup(u->mm, VA);
	pte_t old = *pte;

	assert_true(store(u, VA, 5)); /* it is in the TLB, writable */
	BREAK(u, "still translates 0x10000000",
	      set_pte_at(u->mm, VA, pte, pte_wrprotect(old)),
	      set_pte_at(u->mm, VA, pte, old));
	u->k->arch.forget_flushes = 1;
	assert_int_equal(unmap(u, VA, PAGE_SIZE), 0);
	shouts(u, "still translates 0x10000000");
	flush_tlb_mm(u->curr, u->mm);
	verify_ok(u);
}

/* mmap_lock was given up: the next task to run must not find it. */
static void test_flush_after_syscall(void **state)
{
	struct user_mm *u = *state;
	struct mm_struct *mm = u->mm;
	struct cpu *cpu = u->curr->cpu;
	pte_t *pte = pte_lookup(mm, VA);
	pte_t old = *pte;

	assert_true(store(u, VA, 5));
	u->k->params.verify = VERIFY_FAULT;
	set_pte_at(mm, VA, pte, pte_wrprotect(old));
	mm->mmap_lock.count = -1;
	verify_after_syscall(cpu);
	assert_int_equal(u->k->verify.violations, 0);
	mm->mmap_lock.count = 0;
	verify_after_syscall(cpu);
	assert_int_not_equal(u->k->verify.violations, 0);
	u->k->verify.violations = 0;
	set_pte_at(mm, VA, pte, old);
	verify_after_syscall(cpu);
	assert_int_equal(u->k->verify.violations, 0);
}

static void test_cpu_lists(void **state)
{
	struct user_mm *u = *state;
	struct zone *zone = page_zone(u->k, page_at(u, VA));

	BREAK(u, "pages of a CPU is", zone->pcp[0].count++,
	      zone->pcp[0].count--);
	BREAK(u, "NR_FREE_PAGES is", zone->vm_stat[NR_FREE_PAGES]++,
	      zone->vm_stat[NR_FREE_PAGES]--);
	BREAK(u, "on LRU list", zone->vm_stat[NR_ZONE_ACTIVE_ANON]++,
	      zone->vm_stat[NR_ZONE_ACTIVE_ANON]--);
	BREAK(u, "node 0: nr_active_file is",
	      zone->zone_pgdat->vm_stat[NR_ACTIVE_FILE]++,
	      zone->zone_pgdat->vm_stat[NR_ACTIVE_FILE]--);
}

static void test_lost_page(void **state)
{
	struct user_mm *u = *state;
	struct page *page = page_at(u, VA);

	/* A reference too many: the frame never comes back. */
	get_page(page);
	assert_int_equal(unmap(u, VA, PAGE_SIZE), 0);
	shouts(u, "is anonymous and mapped nowhere");
	put_page(u->curr, page);
	verify_ok(u);
}

/* How many violations are booked after a fault at @vaddr. */
static uint64_t found_at(struct user_mm *u, vaddr_t vaddr)
{
	u->k->verify.violations = 0;
	verify_after_fault(u->curr->cpu, vaddr);
	return u->k->verify.violations;
}

static void test_after_a_fault(void **state)
{
	struct user_mm *u = *state;
	struct page *page = page_at(u, VA);

	u->k->params.verify = VERIFY_FAULT;
	sync_mm_rss(u->curr, u->mm);
	/* Dear: what the fault touched alone, and much later all. */
	u->k->verify.saved = 0;
	u->k->verify.cost = 3500;
	page->index++;
	assert_int_not_equal(found_at(u, VA + 12), 0);
	assert_int_equal(found_at(u, VA + PAGE_SIZE), 0);
	assert_int_equal(found_at(u, VA + 4 * PAGE_SIZE), 0);
	assert_int_not_equal(found_at(u, VA + PAGE_SIZE), 0);
	page->index--;
	verify_ok(u);
	/* The entry, the VMA, nothing at all. */
	u->k->verify.cost = UINT64_MAX;
	find_vma(u->mm, VA)->rb_subtree_gap++;
	assert_int_not_equal(found_at(u, VA), 0);
	assert_int_equal(found_at(u, VA + 64 * PAGE_SIZE), 0);
	assert_int_equal(found_at(u, 0xffff0000), 0);
	find_vma(u->mm, VA)->rb_subtree_gap--;
	assert_int_equal(found_at(u, VA), 0);
	/* Always: all. */
	u->k->params.verify = VERIFY_ALWAYS;
	u->k->user.committed_pages++;
	assert_int_not_equal(found_at(u, 0xffff0000), 0);
	u->k->user.committed_pages--;
	assert_int_equal(found_at(u, VA), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		TEST(test_counts),
		TEST(test_entries),
		TEST(test_rmap),
		TEST(test_trees),
		TEST(test_vmas),
		TEST(test_cache_and_lru),
		TEST(test_locked_pages),
		TEST(test_forgotten_flush),
		TEST(test_flush_after_syscall),
		TEST(test_cpu_lists),
		TEST(test_lost_page),
		TEST(test_after_a_fault),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
