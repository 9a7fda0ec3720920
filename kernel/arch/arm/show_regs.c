/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/arch/arm/show_regs.h"

/*
 * Registers and page table entries, as an oops prints them (Linux:
 * arch/arm/kernel/process.c's __show_regs(), arch/arm/mm/fault.c's show_pte()).
 */

#include "kernel/arch/arm/abi.h"
#include "kernel/arch/arm/descriptor.h"
#include "kernel/arch/arm/pgtable.h"
#include "kernel/lib/dump_stack.h"
#include "kernel/lib/printk.h"
#include "kernel/mm/kobj.h"
#include "kernel/state.h"
#include "kernel/task/sched.h"
#include "mmu/armv7.h"
#include "mmu/mmu.h"

static uint32_t cp15(const struct cpu *cpu, uint32_t reg)
{
	uint32_t value = 0;

	mmu_cp15_read(cpu->mmu, reg, &value);
	return value;
}

static const char *mode_name(uint32_t cpsr)
{
	static const char *const name[16] = {
		"USER_32", "FIQ_32",  "IRQ_32",  "SVC_32", "UK4_32", "UK5_32",
		"MON_32",  "ABT_32",  "UK8_32",  "UK9_32", "HYP_32", "UND_32",
		"UK12_32", "UK13_32", "UK14_32", "SYS_32"};

	return name[cpsr & 15];
}

static void show_flags(struct kernel *k, uint32_t cpsr)
{
	printk(k,
	       "Flags: %c%c%c%c  IRQs o%s  FIQs o%s  Mode %s  ISA %s  "
	       "Segment none",
	       cpsr >> 31 & 1 ? 'N' : 'n', cpsr >> 30 & 1 ? 'Z' : 'z',
	       cpsr >> 29 & 1 ? 'C' : 'c', cpsr >> 28 & 1 ? 'V' : 'v',
	       cpsr & PSR_I ? "ff" : "n", cpsr & PSR_F ? "ff" : "n",
	       mode_name(cpsr), cpsr & PSR_T ? "Thumb" : "ARM");
}

void show_regs(struct task_struct *curr, const struct pt_regs *regs)
{
	struct kernel *k = curr->k;
	const uint32_t *r = regs->r;

	dump_stack(curr);
	printk(k, "pc : [<%08x>]    lr : [<%08x>]    psr: %08x", r[15], r[14],
	       regs->cpsr);
	printk(k, "sp : %08x  ip : %08x  fp : %08x", r[13], r[12], r[11]);
	printk(k, "r10: %08x  r9 : %08x  r8 : %08x", r[10], r[9], r[8]);
	printk(k, "r7 : %08x  r6 : %08x  r5 : %08x  r4 : %08x", r[7], r[6],
	       r[5], r[4]);
	printk(k, "r3 : %08x  r2 : %08x  r1 : %08x  r0 : %08x", r[3], r[2],
	       r[1], r[0]);
	show_flags(k, regs->cpsr);
	printk(k, "Control: %08x  Table: %08x  DAC: %08x",
	       cp15(curr->cpu, CP15_SCTLR), cp15(curr->cpu, CP15_TTBR0),
	       cp15(curr->cpu, CP15_DACR));
}

/* ---- page table entries ------------------------------------------------------------ */

/* The table that TTBR0 points to, whoever's it is. */
static const pmd_t *current_pgd(const struct task_struct *curr)
{
	uint32_t ttbr0 = cp15(curr->cpu, CP15_TTBR0);

	return phys_bytes(curr->k, ttbr0 & ~(L1_TABLE_BYTES - 1));
}

void show_pte(struct task_struct *curr, vaddr_t vaddr)
{
	struct kernel *k = curr->k;
	const pmd_t *pmd = current_pgd(curr) + pgd_index(vaddr);
	uint32_t word = pmd->pmd[vaddr / SECTION_SIZE & 1];
	pte_t *pte;

	if (!pmd_table(*pmd)) {
		printk(k, "[%08x] *pgd=%08x%s", vaddr, word,
		       pmd_none(*pmd) ? "" : "(bad)");
		return;
	}
	pte = pte_offset(k, pmd, vaddr);
	printk(k, "[%08x] *pgd=%08x, *pte=%08x, *ppte=%08x", vaddr, word,
	       pte->pte, *hw_entry(pte));
}
