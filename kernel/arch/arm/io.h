/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_ARCH_ARM_IO_H
#define KERNEL_ARCH_ARM_IO_H

/*
 * Device registers (asm/io.h). An __iomem address is a kernel virtual address
 * from ioremap(): each access is translated by the core's MMU at PL1 and then
 * reaches the device, or RAM. Nothing there is an external abort, which
 * panics, as it would on a board.
 */

#include <stdint.h>

#include "mmu/types.h"

struct cpu;
struct task_struct;

/*
 * Where an access of the kernel's at @kaddr goes. Panics where it goes nowhere:
 * the kernel touches no address that it hasn't mapped.
 */
paddr_t kernel_translate(struct task_struct *curr, vaddr_t kaddr,
			 enum mmu_kind kind);

uint32_t readl(struct task_struct *curr, vaddr_t iomem);
uint16_t readw(struct task_struct *curr, vaddr_t iomem);
uint8_t readb(struct task_struct *curr, vaddr_t iomem);
void writel(struct task_struct *curr, uint32_t value, vaddr_t iomem);
void writew(struct task_struct *curr, uint16_t value, vaddr_t iomem);
void writeb(struct task_struct *curr, uint8_t value, vaddr_t iomem);

/*
 * @nr words, one after the other, from or to one register (ioread32_rep()):
 * a device's FIFO. No alignment of theirs.
 */
void readsl(struct task_struct *curr, vaddr_t iomem, void *to, uint32_t nr);
void writesl(struct task_struct *curr, vaddr_t iomem, const void *from,
	     uint32_t nr);

/*
 * Kernel addresses for [paddr, paddr + nr_bytes), any alignment, with the
 * attributes of a shared device. 0: no room in the vmalloc area, or, with a
 * warning, RAM (whose linear mapping has other attributes). May sleep.
 */
#define ioremap(curr, paddr, nr_bytes) \
	ioremap_caller(curr, paddr, nr_bytes, IOREMAP_DEVICE, __func__)
enum ioremap_type {
	IOREMAP_DEVICE,
	IOREMAP_WC, /* stores may be gathered: of framebuffers */
	IOREMAP_CACHED, /* a device that has no side effects */
	IOREMAP_RAM, /* as memory: RAM, too */
};
vaddr_t ioremap_caller(struct task_struct *curr, paddr_t paddr,
		       uint32_t nr_bytes, enum ioremap_type type,
		       const char *caller);
void iounmap(struct task_struct *curr, vaddr_t iomem);

#endif
