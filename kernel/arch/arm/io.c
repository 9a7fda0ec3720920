/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/arch/arm/io.h"

/*
 * One register access: translated at PL1, then put on the bus (Linux:
 * arch/arm/include/asm/io.h). A kernel mapping that this address space hasn't
 * seen yet arrives by a translation fault, as it does for the kernel's other
 * accesses.
 */

#include <string.h>

#include "kernel/arch/arm/fault.h"
#include "kernel/lib/printk.h"
#include "kernel/mm/kobj.h"
#include "kernel/state.h"
#include "mmu/mmu.h"

paddr_t kernel_translate(struct task_struct *curr, vaddr_t kaddr,
			 enum mmu_kind kind)
{
	struct mmu_result result;

	while (!mmu_access(curr->cpu->mmu, kaddr, kind, MMU_PL1, &result))
		if (!kernel_abort(curr, &result.fault))
			panic(curr->k,
			      "Unable to handle kernel paging request "
			      "at virtual address %08x",
			      kaddr);
	return result.paddr;
}

static _Noreturn void external_abort(struct task_struct *curr, vaddr_t iomem,
				     paddr_t paddr)
{
	panic(curr->k,
	      "Unhandled fault: external abort on non-linefetch (0x008) at "
	      "0x%08x (physical 0x%08x)",
	      iomem, (uint32_t)paddr);
}

static uint32_t io_read(struct task_struct *curr, vaddr_t iomem,
			unsigned int size)
{
	const struct hw *hw = &curr->k->hw;
	paddr_t paddr = kernel_translate(curr, iomem, MMU_READ);
	uint32_t value = 0;

	if (paddr_is_ram(curr->k, paddr))
		memcpy(&value, phys_bytes(curr->k, paddr), size);
	else if (!hw->ops->io_read(hw->ctx, paddr, size, &value))
		external_abort(curr, iomem, paddr);
	return value;
}

static void io_write(struct task_struct *curr, vaddr_t iomem, unsigned int size,
		     uint32_t value)
{
	const struct hw *hw = &curr->k->hw;
	paddr_t paddr = kernel_translate(curr, iomem, MMU_WRITE);

	if (paddr_is_ram(curr->k, paddr))
		memcpy(phys_bytes(curr->k, paddr), &value, size);
	else if (!hw->ops->io_write(hw->ctx, paddr, size, value))
		external_abort(curr, iomem, paddr);
}

uint32_t readl(struct task_struct *curr, vaddr_t iomem)
{
	return io_read(curr, iomem, 4);
}

uint16_t readw(struct task_struct *curr, vaddr_t iomem)
{
	return (uint16_t)io_read(curr, iomem, 2);
}

uint8_t readb(struct task_struct *curr, vaddr_t iomem)
{
	return (uint8_t)io_read(curr, iomem, 1);
}

void writel(struct task_struct *curr, uint32_t value, vaddr_t iomem)
{
	io_write(curr, iomem, 4, value);
}

void writew(struct task_struct *curr, uint16_t value, vaddr_t iomem)
{
	io_write(curr, iomem, 2, value);
}

void writeb(struct task_struct *curr, uint8_t value, vaddr_t iomem)
{
	io_write(curr, iomem, 1, value);
}

/* Always the same address: it is translated once. */
void readsl(struct task_struct *curr, vaddr_t iomem, void *to, uint32_t nr)
{
	const struct hw *hw = &curr->k->hw;
	const paddr_t paddr = kernel_translate(curr, iomem, MMU_READ);
	uint8_t *at = to;
	uint32_t word;

	for (; nr; nr--, at += sizeof(word)) {
		if (!hw->ops->io_read(hw->ctx, paddr, sizeof(word), &word))
			external_abort(curr, iomem, paddr);
		memcpy(at, &word, sizeof(word));
	}
}

void writesl(struct task_struct *curr, vaddr_t iomem, const void *from,
	     uint32_t nr)
{
	const struct hw *hw = &curr->k->hw;
	const paddr_t paddr = kernel_translate(curr, iomem, MMU_WRITE);
	const uint8_t *at = from;
	uint32_t word;

	for (; nr; nr--, at += sizeof(word)) {
		memcpy(&word, at, sizeof(word));
		if (!hw->ops->io_write(hw->ctx, paddr, sizeof(word), word))
			external_abort(curr, iomem, paddr);
	}
}
