/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_ARCH_ARM_FIXMAP_H
#define KERNEL_ARCH_ARM_FIXMAP_H

/*
 * Virtual addresses fixed at build time (asm/fixmap.h): 3 MB of page slots,
 * slot 0 at the top. The boot-time slots serve early_ioremap(), before there
 * is a vmalloc area; the others are kmap_local_page()'s.
 */

#include "kernel/arch/arm/memory.h"
#include "kernel/hw.h"

#define NR_FIX_BTMAPS    32
#define FIX_BTMAPS_SLOTS 7
#define KM_MAX_IDX       16 /* kmap_local_page(): slots of each core */

enum fixed_addresses {
	FIX_EARLYCON_MEM_BASE,
	FIX_KMAP_BEGIN,
	FIX_KMAP_END = FIX_KMAP_BEGIN + KM_MAX_IDX * NR_CPUS - 1,
	FIX_TEXT_POKE0,
	FIX_TEXT_POKE1,
	END_OF_FIXMAP_REGION,

	/* early_ioremap() is over before there is highmem: they share. */
	FIX_BTMAP_END = FIX_KMAP_BEGIN,
	FIX_BTMAP_BEGIN = FIX_BTMAP_END + NR_FIX_BTMAPS * FIX_BTMAPS_SLOTS - 1,
};

static inline vaddr_t fix_to_virt(unsigned int slot)
{
	return FIXADDR_END - ((slot + 1) << PAGE_SHIFT);
}
static inline unsigned int virt_to_fix(vaddr_t vaddr)
{
	return (FIXADDR_END - 1 - vaddr) >> PAGE_SHIFT;
}

/* Puts the image's own second-level table behind the boot-time slots. */
void early_fixmap_init(struct kernel *k);
/* Maps one slot; pgprot 0 unmaps it. Flushes it from the TLB. */
void set_fixmap(struct kernel *k, enum fixed_addresses slot, paddr_t paddr,
		pgprot_t prot);

/* Of device registers: what set_fixmap() and early_ioremap() give them. */
pgprot_t pgprot_fixmap_io(const struct kernel *k);

/*
 * Temporary mappings before paging_init(), of devices and of RAM: at most 32
 * pages each. An address, or 0.
 */
vaddr_t early_ioremap(struct kernel *k, paddr_t paddr, uint32_t nr_bytes);
vaddr_t early_memremap(struct kernel *k, paddr_t paddr, uint32_t nr_bytes);
void early_iounmap(struct kernel *k, vaddr_t kaddr, uint32_t nr_bytes);

#endif
