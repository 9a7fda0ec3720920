/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/arch/arm/descriptor.h"

/*
 * User memory in larger pieces than 4 KB: sections and large pages. Linux has
 * the first with three-level tables alone (asm/pgtable-3level.h) and the
 * second on arm64 (arch/arm64/mm/contpte.c); on two-level tables both are ours.
 *
 * A huge entry is a pair of sections. Its Linux word, that of a 4 KB entry,
 * has no table to stand in, so the pair holds it all: with TEX remap the bits
 * TEX[2:1] belong to software, and say what AP alone doesn't tell, whether an
 * entry that the hardware takes for read-only is clean or write-protected.
 *
 *	31        20 19 18 17 16  15  14 13 12 11 10  8   5  4  3 2 1 0
 *	+-----------+--+--+--+--+----+--+--+----+----+------+--+---+---+
 *	| PA, 1 MB  |0 |0 |nG|S |AP2 |RO|DI|TEX0|AP10|domain|XN|C B|1 P|
 *	+-----------+--+--+--+--+----+--+--+----+----+------+--+---+---+
 *
 * One that the hardware may not see (old, or PROT_NONE) is of type fault, and
 * all other bits are software's: both words then hold the Linux word, its
 * flags two bits to the left.
 *
 * A large page's 16 descriptors take the place of those of 16 entries whose
 * Linux words stay where they are, and must agree. They are undone as soon as
 * one of them is written.
 *
 * Invariant: no TLB ever holds an address in two sizes. The size of a visible
 * entry changes by clearing it, flushing, and writing it anew.
 */

#include "kernel/arch/arm/tlbflush.h"
#include "kernel/lib/bug.h"
#include "kernel/mm/detect.h"
#include "kernel/mm/kobj.h"
#include "kernel/mm/page_flags.h"
#include "kernel/state.h"
#include "mmu/armv7.h"

#define SECT_DIRTY  L1_TEX(2)
#define SECT_RDONLY L1_TEX(4)

/* Of the Linux word: what is not the frame; and where a hidden pair has it. */
#define PTE_FLAGS    (PAGE_SIZE - 1)
#define HIDDEN_SHIFT 2

/* ---- sections -------------------------------------------------------------- */

static bool pte_visible(pte_t pte)
{
	return pte_accessible(pte) && !(pte_val(pte) & L_PTE_NONE);
}

/* All but the address. */
static uint32_t section_bits(const struct kernel *k, pte_t pte)
{
	const uint32_t val = pte_val(pte);
	uint32_t ap = AP_RW_RW;
	uint32_t bits = L1_NG | (val & (L1_C | L1_B));

	BUG_ON(!(val & L_PTE_USER) || (val & L_PTE_MT_MASK & ~0x1cu));
	if ((val & (L_PTE_RDONLY | L_PTE_DIRTY)) != L_PTE_DIRTY)
		ap = AP_RO_RO;
	if (val & L_PTE_DIRTY)
		bits |= SECT_DIRTY;
	if (val & L_PTE_RDONLY)
		bits |= SECT_RDONLY;
	if (val & L_PTE_MT_TEX0)
		bits |= L1_TEX(1);
	if (val & L_PTE_SHARED)
		bits |= L1_S;
	if (val & L_PTE_XN)
		bits |= L1_XN;
	if (k->arch.has_pxn)
		bits |= L1_PXN;
	return bits | L1_AP(ap);
}

/* The word for MB 0 or 1 of the pair. */
static uint32_t section_word(const struct kernel *k, pte_t pte, uint32_t mb)
{
	uint32_t base = (pte_val(pte) & PMD_MASK) + mb * SECTION_SIZE;

	if (!pte_visible(pte))
		return (pte_val(pte) & PMD_MASK) | (pte_val(pte) & PTE_FLAGS)
							   << HIDDEN_SHIFT;
	return l1_make_section(base, l1_domain(k->arch.user_pmd),
			       section_bits(k, pte));
}

pte_t pmd_pte(pmd_t pmd)
{
	const uint32_t word = pmd.pmd[0];
	uint32_t val = L_PTE_VALID | L_PTE_YOUNG | L_PTE_USER;

	if (!(word & PMD_TYPE_MASK))
		return __pte((word & PMD_MASK) |
			     (word >> HIDDEN_SHIFT & PTE_FLAGS));
	val |= word & (L1_C | L1_B);
	if (word & SECT_DIRTY)
		val |= L_PTE_DIRTY;
	if (word & SECT_RDONLY)
		val |= L_PTE_RDONLY;
	if (word & L1_TEX(1))
		val |= L_PTE_MT_TEX0;
	if (word & L1_S)
		val |= L_PTE_SHARED;
	if (word & L1_XN)
		val |= L_PTE_XN;
	return __pte((word & PMD_MASK) | val);
}

static void mark_huge_code(const struct kernel *k, pte_t pte)
{
	for (uint32_t off = 0; off < PMD_SIZE; off += PAGE_SIZE)
		mark_code(k, __pte(pte_val(pte) + off));
}

void set_pmd_at_by(struct mm_struct *mm, vaddr_t vaddr, pmd_t *pmd, pte_t pte,
		   const char *function)
{
	const struct kernel *k = mm->k;

	BUG_ON(vaddr & ~PMD_MASK || pte_val(pte) & ~PMD_MASK & PAGE_MASK);
	BUG_ON(pmd_table(*pmd));
	if (pte_valid_user(pte) && pte_exec(pte))
		mark_huge_code(k, pte);
	detect_entry(mm, vaddr, pmd_pte(*pmd), pte, PTRS_PER_PTE, function);
	write_descriptor(k, &pmd->pmd[0], section_word(k, pte, 0), function);
	write_descriptor(k, &pmd->pmd[1], section_word(k, pte, 1), function);
}

bool pmdp_clear_flush_young(struct task_struct *curr,
			    struct vm_area_struct *vma, vaddr_t vaddr,
			    pmd_t *pmd)
{
	const pte_t pte = pmd_pte(*pmd);

	if (!pte_young(pte))
		return false;
	set_pmd_at(vma->vm_mm, vaddr & PMD_MASK, pmd, pte_mkold(pte));
	flush_tlb_pmd(curr, vma->vm_mm, vaddr);
	return true;
}

bool pmd_hw_fits(const struct kernel *k, const pmd_t *pmd)
{
	const pte_t pte = pmd_pte(*pmd);

	return pmd->pmd[0] == section_word(k, pte, 0) &&
	       pmd->pmd[1] == section_word(k, pte, 1);
}

pte_t pte_at(const struct mm_struct *mm, vaddr_t vaddr)
{
	const pmd_t *pmd = &mm->pgd[pgd_index(vaddr)];

	if (pmd_none(*pmd))
		return __pte(0);
	if (pmd_table(*pmd))
		return *pte_offset(mm->k, pmd, vaddr);
	return huge_subpte(*pmd, vaddr);
}

/* ---- tables in store ---------------------------------------------------------- */

void pgtable_trans_huge_deposit(struct mm_struct *mm, struct page *table)
{
	table->pt_next = mm->pmd_huge_pte;
	mm->pmd_huge_pte = table;
}

struct page *pgtable_trans_huge_withdraw(struct mm_struct *mm)
{
	struct page *table = mm->pmd_huge_pte;

	BUG_ON(!table);
	mm->pmd_huge_pte = table->pt_next;
	table->pt_next = NULL;
	return table;
}

/* ---- large pages ---------------------------------------------------------------- */

bool pte_cont(const pte_t *ptep)
{
	return l2_type(ptep_hw_word(ptep)) == L2_LARGE;
}

static pte_t *first_of_block(pte_t *ptep, vaddr_t vaddr)
{
	return ptep - (pte_index(vaddr) & (CONT_PTES - 1));
}

static bool block_agrees(const pte_t *first)
{
	if (pte_val(*first) & ~CONT_PTE_MASK & PAGE_MASK)
		return false;
	for (uint32_t i = 1; i < CONT_PTES; i++)
		if (pte_val(first[i]) != pte_val(*first) + i * PAGE_SIZE)
			return false;
	return true;
}

pte_t *contpte_block(pte_t *ptep, vaddr_t vaddr)
{
	pte_t *first = first_of_block(ptep, vaddr);

	return pte_valid_user(*first) && block_agrees(first) ? first : NULL;
}

/* The word that stands 16 times for entries of which @first is the first. */
static uint32_t large_word(pte_t first)
{
	const uint32_t small = pte_hw_word(first, PTE_EXT_NG);
	const uint32_t same = L2_NG | L2_S | L2_AP(7) | L2_CB(3);

	return l2_make_large(pte_val(first) & CONT_PTE_MASK,
			     (small & same) |
				     L2_LARGE_TEX(l2_small_texcb(small) >> 2) |
				     (small & L2_SMALL_XN ? L2_LARGE_XN : 0));
}

static void write_block(const struct kernel *k, pte_t *first, uint32_t word,
			const char *function)
{
	for (uint32_t i = 0; i < CONT_PTES; i++)
		write_descriptor(k, hw_entry(first + i), word, function);
}

/* A large page is flushed by any address in it, small ones each by its own. */
static void break_block(struct task_struct *curr, struct mm_struct *mm,
			vaddr_t start, pte_t *first, const char *function)
{
	const bool was_large = pte_cont(first);
	bool visible[CONT_PTES];

	for (uint32_t i = 0; i < CONT_PTES; i++) {
		visible[i] = ptep_hw_word(first + i) && (!was_large || !i);
		if (ptep_hw_word(first + i))
			write_descriptor(mm->k, hw_entry(first + i), 0,
					 function);
	}
	for (uint32_t i = 0; i < CONT_PTES; i++)
		if (visible[i])
			flush_tlb_mm_range(curr, mm, start + i * PAGE_SIZE,
					   start + (i + 1) * PAGE_SIZE);
}

void contpte_unfold(struct mm_struct *mm, vaddr_t vaddr, pte_t *ptep,
		    const char *function)
{
	const struct kernel *k = mm->k;
	const struct cpu *cpu = kernel_cpu(k);
	pte_t *first = first_of_block(ptep, vaddr);

	/* whoever writes an entry is the task that the kernel works for */
	break_block(cpu->curr, mm, vaddr & CONT_PTE_MASK, first, function);
	for (uint32_t i = 0; i < CONT_PTES; i++)
		write_descriptor(k, hw_entry(first + i),
				 pte_hw_word(first[i], PTE_EXT_NG), function);
}

void set_contpte_at_by(struct task_struct *curr, struct mm_struct *mm,
		       vaddr_t vaddr, pte_t *ptep, pte_t pte,
		       const char *function)
{
	const struct kernel *k = mm->k;
	pte_t *first = first_of_block(ptep, vaddr);

	BUG_ON(pte_val(pte) & ~CONT_PTE_MASK & PAGE_MASK);
	break_block(curr, mm, vaddr & CONT_PTE_MASK, first, function);
	for (uint32_t i = 0; i < CONT_PTES; i++) {
		detect_entry(mm, (vaddr & CONT_PTE_MASK) + i * PAGE_SIZE,
			     first[i], __pte(pte_val(pte) + i * PAGE_SIZE), 1,
			     function);
		first[i] = __pte(pte_val(pte) + i * PAGE_SIZE);
		if (pte_exec(pte))
			mark_code(k, first[i]);
	}
	if (pte_visible(pte))
		write_block(k, first, large_word(pte), function);
}

bool ptep_hw_fits(const pte_t *ptep, vaddr_t vaddr)
{
	const pte_t *first = ptep - (pte_index(vaddr) & (CONT_PTES - 1));

	if (!pte_cont(ptep))
		return ptep_hw_word(ptep) == pte_hw_word(*ptep, PTE_EXT_NG);
	return block_agrees(first) && pte_visible(*first) &&
	       ptep_hw_word(ptep) == large_word(*first);
}
