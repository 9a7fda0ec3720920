/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/arch/arm/setup.h"

/*
 * From reset to a running MMU (Linux: arch/arm/kernel/head.S,
 * mm/proc-v7-2level.S; the boot loader's part first).
 *
 * The first tables map what the kernel needs to find its feet: its own image,
 * by sections, at PAGE_OFFSET. swapper_pg_dir lies in the 16 KB below the
 * image. paging_init() replaces them.
 *
 * MODEL: there is no identity mapping of the code that turns the MMU on, as
 * no ARM code does it.
 */

#include <libfdt.h>
#include <string.h>

#include "kernel/arch/arm/image.h"
#include "kernel/arch/arm/pgtable.h"
#include "kernel/lib/bug.h"
#include "kernel/mm/kobj.h"
#include "kernel/state.h"
#include "mmu/armv7.h"

#define SWAPPER_PG_DIR_SIZE 0x4000u

/* PRRR and NMRR: what TEX[0]:C:B mean to Linux (E.2's memory types). */
#define PRRR_LINUX 0xff0a81a8u
#define NMRR_LINUX 0x40e040e0u

/* SCTLR: what Linux clears and sets on ARMv7 with short descriptors. */
#define SCTLR_LINUX_CLEAR 0x2120c302u
#define SCTLR_LINUX_SET   0x10c03c7du

#define CYCLES_A_LOOP 2u /* of __delay() */

void boot_load(struct kernel *k)
{
	struct arch_state *arch = &k->arch;
	const struct kernel_image *image =
		kernel_image_for(k->params.page_offset);
	paddr_t end;

	BUG_ON(!image);
	arch->image = image;
	arch->page_offset = k->params.page_offset;
	arch->phys_offset = k->hw.ram_base;
	arch->start_gates = image_symbol(image, "__start_gates");
	arch->end_gates = image_symbol(image, "__end_gates");
	arch->kcall_return = image_symbol(image, "kcall_return");
	arch->text = image_symbol(image, "_text");
	arch->etext = image_symbol(image, "_etext");
	arch->unwind.start = image_symbol(image, "__start_unwind_idx");
	arch->unwind.nr = (image_symbol(image, "__stop_unwind_idx") -
			   arch->unwind.start) /
			  8;
	arch->init_task = image_symbol(image, "init_task");
	arch->jiffies_64 = image_symbol(image, "jiffies_64");
	memcpy(phys_bytes(k, arch->phys_offset + TEXT_OFFSET), image->bytes,
	       image->size_bytes);
	*(uint32_t *)kbytes(k, image_symbol(image, "loops_per_jiffy")) =
		k->hw.clock_hz / HZ / CYCLES_A_LOOP;

	end = virt_to_phys(k, image_symbol(image, "_end"));
	arch->dtb_paddr = PAGE_ALIGN(end);
	arch->dtb_bytes = fdt_totalsize(k->hw.dtb);
	memcpy(phys_bytes(k, arch->dtb_paddr), k->hw.dtb, arch->dtb_bytes);
}

static uint32_t cp15_read(const struct cpu *cpu, uint32_t reg)
{
	uint32_t value = 0;

	mmu_cp15_read(cpu->mmu, reg, &value);
	return value;
}

/*
 * The cacheability of the tables and of lowmem follows from one question:
 * must several cores agree? Then all is shareable and write-allocating.
 */
static void choose_attributes(struct kernel *k, const struct cpu *cpu)
{
	struct arch_state *arch = &k->arch;
	uint32_t shared = 0, memory_type = L_PTE_MT_WRITEBACK;

	arch->smp = k->hw.nr_cpus > 1;
	arch->has_pxn = (cp15_read(cpu, CP15_ID_MMFR0) & 15) >= 4;
	arch->ttbr_flags = TTBR_IRGN0 | TTBR_IRGN1 | TTBR_RGN(MMU_WB);
	arch->sect_cache = L1_TEXCB(TEXCB_NORMAL_WB);
	if (arch->smp) {
		arch->ttbr_flags = TTBR_IRGN0 | TTBR_S | TTBR_NOS |
				   TTBR_RGN(MMU_WBWA);
		arch->sect_cache = L1_TEXCB(TEXCB_NORMAL_WBWA) | L1_S;
		shared = L_PTE_SHARED;
		memory_type = L_PTE_MT_WRITEALLOC;
	}
	/* bit 4 should be zero in ARMv7; Linux sets it, for ARMv5's sake */
	arch->kernel_pmd = l1_make_table(1u << 4, DOMAIN_KERNEL, 0);
	arch->user_pmd = l1_make_table(1u << 4, DOMAIN_USER,
				       arch->has_pxn ? L1_TABLE_PXN : 0);
	arch->pgprot_user = __pgprot(L_PTE_PRESENT | L_PTE_YOUNG | memory_type |
				     shared);
	arch->pgprot_kernel = __pgprot(L_PTE_PRESENT | L_PTE_YOUNG |
				       L_PTE_DIRTY | memory_type | shared);
	memcpy(kbytes(k, image_symbol(arch->image, "pgprot_kernel")),
	       &arch->pgprot_kernel, sizeof(arch->pgprot_kernel));
}

static void init_init_mm(struct kernel *k)
{
	struct mm_struct *mm = &k->init_mm;
	const struct kernel_image *image = k->arch.image;

	mm->k = k;
	INIT_LIST_HEAD(&mm->mmlist);
	mm->pgd_paddr = virt_to_phys(k, image_symbol(image, "swapper_pg_dir"));
	mm->pgd = phys_bytes(k, mm->pgd_paddr);
	k->hw.ops->guard(k->hw.ctx, mm->pgd_paddr, L1_TABLE_BYTES, true);
	mm->start_code = image_symbol(image, "_text");
	mm->end_code = image_symbol(image, "_etext");
	mm->end_data = image_symbol(image, "_edata");
	mm->brk = image_symbol(image, "_end");
}

static void create_page_tables(struct kernel *k)
{
	struct mm_struct *mm = &k->init_mm;
	vaddr_t end = mm->brk;

	memset(mm->pgd, 0, SWAPPER_PG_DIR_SIZE);
	for (vaddr_t vaddr = k->arch.page_offset; vaddr < end;
	     vaddr += SECTION_SIZE)
		set_section(
			mm, vaddr,
			l1_make_section(virt_to_phys(k, vaddr), DOMAIN_KERNEL,
					k->arch.sect_cache | L1_AP(AP_RW_RW)));
}

static void enable_mmu(struct kernel *k, struct cpu *cpu)
{
	uint32_t ttbr = (uint32_t)k->init_mm.pgd_paddr | k->arch.ttbr_flags;
	uint32_t sctlr = cp15_read(cpu, CP15_SCTLR);

	mmu_cp15_write(cpu->mmu, CP15_TLBIALL, 0);
	mmu_cp15_write(cpu->mmu, CP15_TTBCR, 0);
	mmu_cp15_write(cpu->mmu, CP15_TTBR0, ttbr);
	mmu_cp15_write(cpu->mmu, CP15_TTBR1, ttbr);
	mmu_cp15_write(cpu->mmu, CP15_CONTEXTIDR, 0);
	mmu_cp15_write(cpu->mmu, CP15_DACR, DACR_INIT);
	mmu_cp15_write(cpu->mmu, CP15_PRRR, PRRR_LINUX);
	mmu_cp15_write(cpu->mmu, CP15_NMRR, NMRR_LINUX);
	sctlr = (sctlr & ~SCTLR_LINUX_CLEAR) | SCTLR_LINUX_SET;
	if (k->params.alignment_trap)
		sctlr |= SCTLR_A;
	mmu_cp15_write(cpu->mmu, CP15_SCTLR, sctlr);
}

void head_start(struct kernel *k, struct cpu *cpu)
{
	if (!cpu->id) {
		choose_attributes(k, cpu);
		init_init_mm(k);
		create_page_tables(k);
	}
	enable_mmu(k, cpu);
}
