/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MM_KOBJ_H
#define KERNEL_MM_KOBJ_H

/*
 * Between kernel virtual addresses of the linear map, physical addresses,
 * frames, and the two kinds of content behind them:
 *  - bytes in guest RAM, which guests and the MMU may read: kbytes();
 *  - the kernel's own structures, in the object store: kobj().
 * Each is one computation.
 */

#include "kernel/mm/mm_types.h"

struct kernel;

vaddr_t phys_to_virt(const struct kernel *k, paddr_t paddr);
paddr_t virt_to_phys(const struct kernel *k, vaddr_t kaddr);
/* Host view of RAM at a lowmem address. */
void *kbytes(const struct kernel *k, vaddr_t kaddr);
/* Host view of RAM at a physical address. */
void *phys_bytes(const struct kernel *k, paddr_t paddr);
/* The object whose ARM bytes begin at @kaddr, and back. */
void *kobj(const struct kernel *k, vaddr_t kaddr);
vaddr_t kobj_addr(const struct kernel *k, const void *object);

struct page *pfn_to_page(const struct kernel *k, pfn_t pfn);
pfn_t page_to_pfn(const struct kernel *k, const struct page *page);
paddr_t page_to_phys(const struct kernel *k, const struct page *page);
/* Lowmem pages only. */
vaddr_t page_address(const struct kernel *k, const struct page *page);
struct page *virt_to_page(const struct kernel *k, vaddr_t kaddr);
/* The page's 4096 bytes in guest RAM. */
void *page_bytes(const struct kernel *k, const struct page *page);

#endif
