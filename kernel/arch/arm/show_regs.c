/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/arch/arm/show_regs.h"

/*
 * Registers, memory and page table entries, as an oops prints them (Linux:
 * arch/arm/kernel/process.c's __show_regs(), traps.c's dump_mem() and
 * dump_instr(), arch/arm/mm/fault.c's show_pte()).
 *
 * Goes beyond Linux in that instructions are disassembled, too, where the
 * machine has somebody who can.
 */

#include <stdio.h>
#include <string.h>

#include "kernel/arch/arm/abi.h"
#include "kernel/arch/arm/descriptor.h"
#include "kernel/arch/arm/pgtable.h"
#include "kernel/arch/arm/maccess.h"
#include "kernel/lib/dump_stack.h"
#include "kernel/lib/kallsyms.h"
#include "kernel/lib/printk.h"
#include "kernel/mm/dump_obj.h"
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

	dump_stack_header(curr);
	printk(k, "PC is at %s", sprint_symbol(curr, r[15]).text);
	printk(k, "LR is at %s", sprint_symbol(curr, r[14]).text);
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

void show_reg_info(struct task_struct *curr, const struct pt_regs *regs)
{
	for (int i = 0; i < 13; i++)
		printk(curr->k, "Register r%d information: %s", i,
		       describe_mem(curr->k, regs->r[i]).text);
}

/* ---- memory ----------------------------------------------------------------------- */

#define WORDS_A_LINE 8
#define LINE_BYTES   (4 * WORDS_A_LINE)

static void dump_line(struct task_struct *curr, vaddr_t line, vaddr_t bottom,
		      vaddr_t top)
{
	char text[WORDS_A_LINE * 9 + 1];
	int n = 0;

	for (vaddr_t at = line; at < line + LINE_BYTES && at < top; at += 4) {
		uint32_t word;

		if (at < bottom)
			n += sprintf(text + n, "         ");
		else if (copy_from_kernel_nofault(curr, &word, at, 4))
			n += sprintf(text + n, " ????????");
		else
			n += sprintf(text + n, " %08x", word);
	}
	printk(curr->k, "%04x:%s", line & 0xffff, text);
}

void dump_mem(struct task_struct *curr, const char *what, vaddr_t bottom,
	      vaddr_t top)
{
	printk(curr->k, "%s(0x%08x to 0x%08x)", what, bottom, top);
	for (vaddr_t line = bottom & ~(LINE_BYTES - 1u); line < top;
	     line += LINE_BYTES)
		dump_line(curr, line, bottom, top);
}

/* ---- instructions ------------------------------------------------------------------- */

/* The four before, and the one at @pc in parentheses; in Thumb one more. */
static void dump_code(struct task_struct *curr, vaddr_t pc, bool thumb)
{
	const unsigned int size = thumb ? 2 : 4;
	char text[80];
	int n = 0;

	for (int i = -4; i < 1 + thumb; i++) {
		uint32_t insn = 0;

		if (copy_from_kernel_nofault(curr, &insn,
					     pc + (uint32_t)i * size, size)) {
			snprintf(text + n, sizeof(text) - (size_t)n,
				 "bad PC value");
			break;
		}
		n += sprintf(text + n, i ? "%0*x " : "(%0*x) ", 2 * (int)size,
			     insn);
	}
	printk(curr->k, "Code: %s", text);
}

/*
 * Where to begin, so that @pc begins an instruction: Thumb's are of two sizes,
 * and only a function's first one is known to be one.
 */
static vaddr_t first_to_disassemble(struct task_struct *curr, vaddr_t pc,
				    bool thumb)
{
	struct ksym sym;

	if (!thumb)
		return pc - 16;
	if (kallsyms_lookup(curr, pc, &sym) && pc - sym.start < PAGE_SIZE)
		return sym.start;
	return pc;
}

/* The instruction at @at; its bytes, 0: it can't be read, or isn't one. */
static unsigned int disassemble(struct task_struct *curr, vaddr_t at,
				bool thumb, char *text, size_t size)
{
	const struct hw *hw = &curr->k->hw;
	uint8_t bytes[4];
	uint32_t nr = 4;

	if (copy_from_kernel_nofault(curr, bytes, at, nr)) {
		nr = 2;
		if (!thumb || copy_from_kernel_nofault(curr, bytes, at, nr))
			return 0;
	}
	return hw->ops->disassemble(hw->ctx, at, bytes, nr, thumb, text, size);
}

static void dump_assembly(struct task_struct *curr, vaddr_t pc, bool thumb)
{
	vaddr_t at = first_to_disassemble(curr, pc, thumb);
	char text[80];

	while (at < pc + 16) {
		unsigned int nr = disassemble(curr, at, thumb, text,
					      sizeof(text));

		if (at + 16 >= pc && nr)
			printk(curr->k, "%s%08x: %s", at == pc ? "=> " : "   ",
			       at, text);
		at += nr ? nr : thumb ? 2 : 4;
	}
}

void dump_instr(struct task_struct *curr, const struct pt_regs *regs)
{
	const bool thumb = regs->cpsr & PSR_T;
	const vaddr_t pc = regs->r[15] & (thumb ? ~1u : ~3u);
	uint16_t half;

	dump_code(curr, pc, thumb);
	if (curr->k->hw.ops->disassemble && pc >= 16 && pc < UINT32_MAX - 16 &&
	    !copy_from_kernel_nofault(curr, &half, pc, sizeof(half)))
		dump_assembly(curr, pc, thumb);
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
