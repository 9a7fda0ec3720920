/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/arch/arm/setup.h"

/*
 * What the kernel puts into every address space besides the program (Linux:
 * arch/arm/kernel/process.c, signal.c's get_signal_page()): the sigpage, one
 * frame shared by all, with the trampolines by which signal handlers return;
 * and behind it what vdso.c has.
 */

#include <string.h>

#include "kernel/arch/arm/image.h"
#include "kernel/arch/arm/memory.h"
#include "kernel/lib/err.h"
#include "kernel/lib/rand.h"
#include "kernel/mm/gfp.h"
#include "kernel/mm/kobj.h"
#include "kernel/mm/mm.h"
#include "kernel/state.h"

#define POISON_INSN 0xe7fddef1u /* undefined, in ARM and in Thumb */

/* Handlers return to where it is now. */
static void sigpage_mremap(struct vm_area_struct *new_vma)
{
	new_vma->vm_mm->context.sigpage = new_vma->vm_start;
}

int sigpage_init(struct task_struct *curr)
{
	struct kernel *k = curr->k;
	struct page *page = alloc_page(curr, GFP_KERNEL);
	vaddr_t codes = image_symbol(k->arch.image, "sigreturn_codes");
	vaddr_t end = image_symbol(k->arch.image, "sigreturn_codes_end");
	uint32_t *word;

	if (!page)
		return -ENOMEM;
	word = page_bytes(k, page);
	for (uint32_t i = 0; i < PAGE_SIZE / 4; i++)
		word[i] = POISON_INSN;
	/* not at the same place in every run: nobody should rely on it */
	k->arch.sigreturn_offset = 0x200 + (get_random_u32(k) & 0x7fc);
	memcpy(word + k->arch.sigreturn_offset / 4, kbytes(k, codes),
	       end - codes);
	k->arch.sigpage = (struct vm_special_mapping){
		.name = "[sigpage]",
		.pages = page,
		.nr_pages = 1,
		.mremap = sigpage_mremap,
	};
	return 0;
}

/* Somewhere above the stack if there is room; 0: let mmap choose. */
static vaddr_t sigpage_addr(struct kernel *k, const struct mm_struct *mm,
			    uint32_t nr_pages)
{
	vaddr_t first = PAGE_ALIGN(mm->start_stack);
	vaddr_t last = mm->task_size - (nr_pages << PAGE_SHIFT);
	uint32_t slots;

	if (first > last)
		return 0;
	slots = ((last - first) >> PAGE_SHIFT) + 1;
	return first + (get_random_u32(k) % slots << PAGE_SHIFT);
}

int arch_setup_additional_pages(struct task_struct *curr, struct mm_struct *mm)
{
	struct arch_state *arch = &curr->k->arch;
	uint32_t nr_pages = arch->sigpage.nr_pages + arch->vvar.nr_pages +
			    arch->vdso.nr_pages;
	vaddr_t vaddr = sigpage_addr(curr->k, mm, nr_pages);
	int err;

	vaddr = get_unmapped_area(curr, NULL, vaddr, nr_pages << PAGE_SHIFT, 0,
				  0);
	if (offset_in_page(vaddr))
		return (int)vaddr;
	err = install_special_mapping(curr, mm, vaddr, PAGE_SIZE,
				      VM_READ | VM_EXEC | VM_MAYREAD |
					      VM_MAYWRITE | VM_MAYEXEC,
				      &arch->sigpage);
	if (err)
		return err;
	mm->context.sigpage = vaddr;
	/* a program can do without the rest */
	arm_install_vdso(curr, mm, vaddr + PAGE_SIZE);
	return 0;
}

static const char *gate_vma_name(const struct vm_area_struct *vma)
{
	(void)vma;
	return "[vectors]";
}

static const struct vm_operations_struct gate_vma_ops = {
	.name = gate_vma_name,
};

static const struct vm_area_struct gate_vma = {
	.vm_start = VECTORS_BASE,
	.vm_end = VECTORS_BASE + PAGE_SIZE,
	.vm_flags = VM_READ | VM_EXEC | VM_MAYREAD | VM_MAYEXEC,
	.vm_ops = &gate_vma_ops,
};

const struct vm_area_struct *get_gate_vma(void)
{
	return &gate_vma;
}
