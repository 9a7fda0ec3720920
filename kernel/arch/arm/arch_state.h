/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_ARCH_ARM_ARCH_STATE_H
#define KERNEL_ARCH_ARM_ARCH_STATE_H

/* What kernel/arch/arm keeps: the board's layout, ASIDs. */

#include "kernel/arch/arm/alignment.h"
#include "kernel/arch/arm/smp.h"
#include "kernel/arch/arm/tlbflush.h"
#include "kernel/arch/arm/unwind.h"
#include "kernel/lib/resource.h"
#include "kernel/mm/mm_types.h"

#define NUM_ASIDS         256
#define COMMAND_LINE_SIZE 1024

struct kernel_image;

struct arch_state {
	vaddr_t page_offset, high_memory, task_size;
	vaddr_t vmalloc_start, vmalloc_end, pkmap_base;
	vaddr_t modules_vaddr, modules_end;
	paddr_t phys_offset;
	paddr_t arm_lowmem_limit; /* first physical byte that isn't lowmem */
	paddr_t vectors_paddr; /* the stubs' page follows */

	bool smp; /* several cores: shareable memory, broadcast TLB ops */
	struct smp_state smp_state;
	bool has_pxn;
	uint32_t ttbr_flags; /* cacheability of walks */
	uint32_t sect_cache; /* and of lowmem's sections */
	uint32_t user_pmd, kernel_pmd; /* low bits of first-level words */
	pgprot_t pgprot_user, pgprot_kernel;

	uint64_t asid_generation;
	uint32_t asid_map[NUM_ASIDS / 32];
	uint32_t cur_asid_idx;
	uint32_t tlb_flush_pending; /* CPUs, by bit */
	struct tlb_flush_counts flushes;
	/*
	 * Tests only: that many flushes are forgotten, of all kinds or only
	 * of some (bits by enum flush_kind), to prove that the stale-entry
	 * detector and the verifier see it.
	 */
	uint32_t forget_flushes, forget_kinds;

	const struct kernel_image *image;
	vaddr_t start_gates, end_gates, kcall_return; /* in the image */
	vaddr_t text, etext;
	struct unwind_table unwind; /* of its code */
	vaddr_t init_task, jiffies_64;
	struct resource kernel_code, kernel_data;
	uint32_t midr, hwcap;
	paddr_t dtb_paddr;
	uint32_t dtb_bytes;
	char model[128];
	char command_line[COMMAND_LINE_SIZE];

	vaddr_t early_slot[8]; /* early_ioremap(): slots in use */
	paddr_t earlycon_paddr; /* of the UART in its fixmap slot; 0: none */
	struct alignment_state alignment;
	uint32_t die_counter; /* oopses so far */
	uint32_t sigreturn_offset; /* of the trampolines in the sigpage */
	/* what each program gets besides its own */
	struct vm_special_mapping sigpage, vvar, vdso;
};

#endif
