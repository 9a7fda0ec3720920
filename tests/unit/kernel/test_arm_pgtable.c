/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * kernel/arch/arm/pgtable.c and mmu_context.c: hardware words against values
 * worked out by hand from the rules of the ARM facts (E.2), rights as the MMU
 * model sees them in the tables, ASIDs over a rollover.
 */

#include "tests/unit/kernel/helper_fake_hw.h"

#include <string.h>

#include "kernel/arch/arm/mmu_context.h"
#include "kernel/arch/arm/pgtable.h"
#include "kernel/arch/arm/tlbflush.h"
#include "kernel/mm/kobj.h"
#include "mmu/armv7.h"

/* ---- one word -------------------------------------------------------------- */

static void test_hw_words(void **state)
{
	(void)state;
	/* user, writable, dirty, young, XN, shared, write-allocate */
	assert_int_equal(pte_hw_word(__pte(0x75f), PTE_EXT_NG), 0xc7f);
	/* the same but clean: read-only */
	assert_int_equal(pte_hw_word(__pte(0x71f), PTE_EXT_NG), 0xe7f);
	/* kernel, read-write, global, XN */
	assert_int_equal(pte_hw_word(__pte(0x65f), 0), 0x45f);
	/* an address survives */
	assert_int_equal(pte_hw_word(__pte(0x6123475f), PTE_EXT_NG),
			 0x61234c7f);
	/* write-back, not shared (one core): no TEX, no S */
	assert_int_equal(pte_hw_word(__pte(0x34f), PTE_EXT_NG), 0x83f);
	/* device: index 4 is TEX[0] without C and B */
	assert_int_equal(pte_hw_word(__pte(0x653), 0), 0x453);
}

static void test_invisible_words(void **state)
{
	(void)state;
	assert_int_equal(pte_hw_word(__pte(0), 0), 0);
	/* old: present, but not young */
	assert_int_equal(pte_hw_word(pte_mkold(__pte(0x75f)), PTE_EXT_NG), 0);
	/* PROT_NONE */
	assert_int_equal(pte_hw_word(__pte(0x75f | L_PTE_NONE), PTE_EXT_NG), 0);
	/* a swap entry */
	assert_int_equal(pte_hw_word(__swp_entry_to_pte(__swp_entry(3, 99)), 0),
			 0);
}

static void test_swap_entries(void **state)
{
	pte_t pte = __swp_entry_to_pte(__swp_entry(5, 0x1234567));
	swp_entry_t entry = __pte_to_swp_entry(pte);

	(void)state;
	assert_true(is_swap_pte(pte));
	assert_false(pte_present(pte));
	assert_false(pte_none(pte));
	assert_int_equal(__swp_type(entry), 5);
	assert_int_equal(__swp_offset(entry), 0x1234567);
}

static void test_pte_changes(void **state)
{
	pte_t pte = __pte(0x6000071f); /* clean, writable */

	(void)state;
	assert_true(pte_write(pte) && !pte_dirty(pte) && pte_young(pte));
	assert_false(pte_exec(pte));
	assert_false(pte_write(pte_wrprotect(pte)));
	assert_true(pte_dirty(pte_mkdirty(pte)));
	assert_true(pte_exec(pte_mkexec(pte)));
	assert_int_equal(pte_pfn(pte), 0x60000);
	/* mprotect changes rights, and keeps frame, young, dirty and type */
	pte = pte_modify(pte_mkdirty(pte),
			 __pgprot(L_PTE_VALID | L_PTE_USER | L_PTE_RDONLY));
	assert_int_equal(pte_val(pte), 0x600005df);
}

/* ---- through the MMU ---------------------------------------------------------- */

static struct fake_hw *f;

static int setup(void **state)
{
	(void)state;
	f = fake_hw_create(&(struct fake_hw_config){.recheck_hits = true});
	fake_mm_init(f);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	fake_hw_destroy(f);
	return 0;
}

static struct mm_struct *new_mm(struct mm_struct *mm)
{
	memset(mm, 0, sizeof(*mm));
	mm->k = f->k;
	mm->mm_users = 1;
	mm->mm_count = 1;
	init_new_context(mm);
	assert_int_equal(pgd_alloc(fake_curr(f), mm), 0);
	return mm;
}

static pte_t *map(struct mm_struct *mm, vaddr_t vaddr, pte_t pte)
{
	pte_t *ptep = pte_alloc_map(fake_curr(f), mm, pmd_off(mm, vaddr),
				    vaddr);

	assert_non_null(ptep);
	set_pte_at(mm, vaddr, ptep, pte);
	return ptep;
}

static void test_table_layout(void **state)
{
	struct mm_struct mm;
	pte_t *first, *second;
	pmd_t *pmd;

	(void)state;
	new_mm(&mm);
	first = map(&mm, 0x00234000, __pte(0x6555575f));
	second = map(&mm, 0x003ff000, __pte(0x6666675f));
	pmd = pmd_off(&mm, 0x00200000);
	/* both MB in one page: hardware tables at +0x800 and +0xc00 */
	assert_int_equal(pmd->pmd[0] & 0xfff, 0x831); /* user: domain 1 */
	assert_int_equal(pmd->pmd[1], pmd->pmd[0] + 0x400);
	assert_int_equal((uint8_t *)second - (uint8_t *)first,
			 (0x1ff - 0x34) * 4);
	assert_int_equal(ptep_hw_word(first), 0x65555c7f);
	assert_int_equal(ptep_hw_word(second), 0x66666c7f);
	/* the words lie where the walker looks for them */
	assert_int_equal(*(uint32_t *)phys_bytes(f->k, (pmd->pmd[0] & ~0x3ffu) +
							       0x34 * 4),
			 0x65555c7f);
	assert_int_equal(*(uint32_t *)phys_bytes(f->k, (pmd->pmd[1] & ~0x3ffu) +
							       0xff * 4),
			 0x66666c7f);
	assert_int_equal(mm.pgtables_bytes,
			 2048); /* Linux counts its own half */
}

/* Rights that programs get of each protection, and what a first write lacks. */
static void test_protections(void **state)
{
	enum {
		R = MMU_MAY_READ,
		W = MMU_MAY_WRITE,
		X = MMU_MAY_FETCH
	};
	const unsigned int prot_none = 0;
	/* by VM_SHARED EXEC WRITE READ; private ones are never writable */
	const unsigned int want[16] = {
		prot_none, R, R,     R,     R | X, R | X, R | X,     R | X,
		prot_none, R, R | W, R | W, R | X, R | X, R | W | X, R | W | X,
	};
	struct mm_struct mm;

	(void)state;
	new_mm(&mm);
	switch_mm(fake_curr(f)->cpu, &mm);
	for (uint32_t flags = 0; flags < 16; flags++) {
		vaddr_t vaddr = 0x00100000 + flags * PAGE_SIZE;
		pte_t pte = pfn_pte(0x61000, vm_get_page_prot(f->k, flags));
		pte_t *ptep = map(&mm, vaddr, pte);

		/* clean: whatever it is, a write must fault to mark it */
		assert_int_equal(peek_rights(f, vaddr, MMU_PL0),
				 want[flags] & ~(unsigned int)W);
		set_pte_at(&mm, vaddr, ptep, pte_mkdirty(pte));
		assert_int_equal(peek_rights(f, vaddr, MMU_PL0), want[flags]);
	}
}

static void test_pgd_copies_kernel_half(void **state)
{
	struct mm_struct mm;
	uint32_t first = pgd_index(f->k->arch.modules_vaddr);

	(void)state;
	new_mm(&mm);
	for (uint32_t i = 0; i < first; i++)
		assert_true(pmd_none(mm.pgd[i]));
	assert_memory_equal(mm.pgd + first, f->k->init_mm.pgd + first,
			    (PTRS_PER_PGD - first) * sizeof(pmd_t));
	assert_int_equal(mm.pgd_paddr & 0x3fff, 0);
	pgd_free(fake_curr(f), &mm);
}

/* ---- flushes ---------------------------------------------------------------------- */

static bool user_write(vaddr_t vaddr)
{
	struct mmu_result result;

	return mmu_access(f->hw.mmu[0], vaddr, MMU_WRITE, MMU_PL0, &result);
}

static void test_forgotten_flush_shows(void **state)
{
	struct vm_area_struct vma = {0};
	struct mm_struct mm;
	pte_t *ptep;

	(void)state;
	vma.vm_mm = new_mm(&mm);
	switch_mm(fake_curr(f)->cpu, &mm);
	ptep = map(&mm, 0x10000, __pte(0x6100075f));
	assert_true(user_write(0x10000));
	/* taken away properly */
	ptep_set_wrprotect(&mm, 0x10000, ptep);
	flush_tlb_page(fake_curr(f), &vma, 0x10000);
	assert_false(user_write(0x10000));
	assert_int_equal(f->nr_stale, 0);
	/* and with the flush forgotten: the old entry still answers */
	set_pte_at(&mm, 0x10000, ptep, __pte(0x6100075f));
	flush_tlb_page(fake_curr(f), &vma, 0x10000);
	assert_true(user_write(0x10000));
	f->k->arch.forget_flushes = 1;
	ptep_set_wrprotect(&mm, 0x10000, ptep);
	flush_tlb_page(fake_curr(f), &vma, 0x10000);
	assert_true(user_write(0x10000));
	assert_int_equal(f->nr_stale, 1);
	assert_int_equal(f->stale.va, 0x10000);
}

/* ---- ASIDs ------------------------------------------------------------------------- */

static uint32_t contextidr(void)
{
	uint32_t value = 0;

	mmu_cp15_read(f->hw.mmu[0], CP15_CONTEXTIDR, &value);
	return value;
}

static uint32_t ttbr0(void)
{
	uint32_t value = 0;

	mmu_cp15_read(f->hw.mmu[0], CP15_TTBR0, &value);
	return value;
}

static void test_entries_survive_a_switch(void **state)
{
	struct mm_struct a, b;
	struct cpu *cpu = fake_curr(f)->cpu;
	uint64_t before;

	(void)state;
	map(new_mm(&a), 0x10000, __pte(0x6100075f));
	map(new_mm(&b), 0x10000, __pte(0x6200075f));
	switch_mm(cpu, &a);
	assert_true(user_write(0x10000));
	switch_mm(cpu, &b);
	assert_true(user_write(0x10000));
	before = mmu_tlb_stats(f->hw.mmu[0], 0)->misses;
	switch_mm(cpu, &a);
	assert_true(user_write(0x10000));
	assert_int_equal(peek(f, 0x10000, MMU_READ, MMU_PL0), 0x61000000);
	switch_mm(cpu, &b);
	assert_true(user_write(0x10000));
	assert_int_equal(mmu_tlb_stats(f->hw.mmu[0], 0)->misses, before);
	assert_int_equal(f->nr_stale, 0);
	assert_int_equal(ttbr0(), (uint32_t)b.pgd_paddr | 0x59); /* one core */
}

/* By the core's method, at each switch to another address space alone. */
static void test_branches_are_forgotten(void **state)
{
	struct mm_struct a, b;
	struct cpu *cpu = fake_curr(f)->cpu;

	(void)state;
	new_mm(&a);
	new_mm(&b);
	switch_mm(cpu, &a);
	assert_int_equal(f->nr_code_ops, 0);
	f->k->params.spectre_v2 = KERNEL_SPECTRE_V2_BPIALL;
	switch_mm(cpu, &b);
	switch_mm(cpu, &b);
	assert_int_equal(f->nr_code_ops, 1);
	assert_int_equal(f->code_op, CP15_BPIALL);
	f->k->params.spectre_v2 = KERNEL_SPECTRE_V2_ICIALLU;
	switch_mm(cpu, &f->k->init_mm); /* has nobody's code */
	assert_int_equal(f->nr_code_ops, 1);
	switch_mm(cpu, &a);
	assert_int_equal(f->nr_code_ops, 2);
	assert_int_equal(f->code_op, CP15_ICIALLU);
	f->k->params.spectre_v2 = KERNEL_SPECTRE_V2_NONE;
}

static void test_asid_rollover(void **state)
{
	enum {
		NR = 300
	};
	static struct mm_struct mm[NR];
	struct cpu *cpu = fake_curr(f)->cpu;
	uint64_t first_generation = f->k->arch.asid_generation;
	uint64_t flushes = f->k->arch.flushes.all;

	(void)state;
	for (uint32_t i = 0; i < NR; i++) {
		map(new_mm(&mm[i]), 0x10000,
		    __pte(0x6000075f + (i << PAGE_SHIFT)));
		switch_mm(cpu, &mm[i]);
		assert_true(user_write(0x10000));
		assert_int_not_equal(contextidr(), 0);
		if (i < 255)
			assert_int_equal(contextidr(), i + 1);
	}
	/* one rollover: one flush; numbers 1.. again, but the running one's */
	assert_int_equal(f->k->arch.asid_generation, first_generation + 256);
	assert_int_equal(f->k->arch.flushes.all, flushes + 1);
	assert_int_equal(mm[255].context.id, first_generation + 256 + 1);
	/* 255 ran through it: its number is taken, whoever comes gets another */
	for (uint32_t i = 255; i < NR; i++)
		assert_int_not_equal(mm[i].context.id & 0xff, 255);
	/* those of the first generation keep their numbers where they can */
	switch_mm(cpu, &mm[254]);
	assert_int_equal(mm[254].context.id, first_generation + 256 + 255);
	switch_mm(cpu, &mm[0]);
	assert_int_not_equal(mm[0].context.id & 0xff, 1);
	for (uint32_t i = 0; i < NR; i++) {
		struct mmu_result result;

		switch_mm(cpu, &mm[i]);
		assert_true(mmu_access(f->hw.mmu[0], 0x10000, MMU_READ, MMU_PL0,
				       &result));
		assert_int_equal(result.paddr, 0x60000000 + (i << PAGE_SHIFT));
	}
	assert_int_equal(f->nr_stale, 0);
}

static void test_without_asids(void **state)
{
	struct mm_struct a, b;
	struct fake_hw *with = f;
	struct cpu *cpu;

	(void)state;
	f = fake_hw_create(&(struct fake_hw_config){.no_asid = true});
	fake_mm_init(f);
	cpu = fake_curr(f)->cpu;
	map(new_mm(&a), 0x10000, __pte(0x6100075f));
	map(new_mm(&b), 0x10000, __pte(0x6200075f));
	for (int i = 0; i < 3; i++) {
		uint64_t flushes = f->k->arch.flushes.all;

		switch_mm(cpu, i % 2 ? &b : &a);
		assert_int_equal(f->k->arch.flushes.all, flushes + 1);
		assert_int_equal(contextidr(), 1);
		assert_true(user_write(0x10000));
	}
	assert_int_equal(f->nr_stale, 0);
	fake_hw_destroy(f);
	f = with;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hw_words),
		cmocka_unit_test(test_invisible_words),
		cmocka_unit_test(test_swap_entries),
		cmocka_unit_test(test_pte_changes),
		cmocka_unit_test_setup_teardown(test_table_layout, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_protections, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_pgd_copies_kernel_half,
						setup, teardown),
		cmocka_unit_test_setup_teardown(test_forgotten_flush_shows,
						setup, teardown),
		cmocka_unit_test_setup_teardown(test_entries_survive_a_switch,
						setup, teardown),
		cmocka_unit_test_setup_teardown(test_branches_are_forgotten,
						setup, teardown),
		cmocka_unit_test_setup_teardown(test_asid_rollover, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_without_asids, setup,
						teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
