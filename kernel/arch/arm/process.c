/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/arch/arm/setup.h"

/*
 * What the kernel puts into every address space besides the program (Linux:
 * arch/arm/kernel/process.c, signal.c's get_signal_page()): the sigpage, one
 * frame shared by all, with the trampolines by which signal handlers return.
 *
 * MODEL: no vDSO and no vvar page: programs get the time by system calls.
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
	k->arch.sigpage = page;
	return 0;
}

/* Somewhere above the stack if there is room; 0: let mmap choose. */
static vaddr_t sigpage_addr(struct kernel *k, const struct mm_struct *mm)
{
	vaddr_t first = PAGE_ALIGN(mm->start_stack);
	vaddr_t last = mm->task_size - PAGE_SIZE;
	uint32_t slots;

	if (first > last)
		return 0;
	slots = ((last - first) >> PAGE_SHIFT) + 1;
	return first + (get_random_u32(k) % slots << PAGE_SHIFT);
}

int arch_setup_additional_pages(struct task_struct *curr, struct mm_struct *mm)
{
	struct kernel *k = curr->k;
	vaddr_t vaddr = sigpage_addr(k, mm);
	int err;

	vaddr = get_unmapped_area(curr, NULL, vaddr, PAGE_SIZE, 0, 0);
	if (offset_in_page(vaddr))
		return (int)vaddr;
	err = install_special_mapping(curr, mm, vaddr, PAGE_SIZE,
				      VM_READ | VM_EXEC | VM_MAYREAD |
					      VM_MAYWRITE | VM_MAYEXEC,
				      "[sigpage]", k->arch.sigpage);
	if (!err)
		mm->context.sigpage = vaddr;
	return err;
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
