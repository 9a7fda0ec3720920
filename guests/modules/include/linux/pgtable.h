/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _LINUX_PGTABLE_H
#define _LINUX_PGTABLE_H

/* Rights and kinds of memory, for vmap() and for what programs map. */

#include <linux/types.h>

typedef u32 pgprot_t;
/** pgprot_kernel - rights and attributes of lowmem, of which others are made */
extern const pgprot_t pgprot_kernel;
#define L_PTE_XN            (1u << 9)
#define L_PTE_RDONLY        (1u << 7)
#define L_PTE_MT_MASK       (0xfu << 2)
#define L_PTE_SHARED        (1u << 10)
#define L_PTE_MT_BUFFERABLE (1u << 2)
#define L_PTE_MT_DEV_SHARED (4u << 2)
#define PAGE_KERNEL         (pgprot_kernel | L_PTE_XN)
#define PAGE_KERNEL_RO      (PAGE_KERNEL | L_PTE_RDONLY)
#define PAGE_KERNEL_EXEC    pgprot_kernel
#define pgprot_writecombine(prot) \
	(((prot) & ~L_PTE_MT_MASK) | L_PTE_MT_BUFFERABLE)
#define pgprot_noncached(prot) ((prot) & ~L_PTE_MT_MASK)
#define pgprot_device(prot)                                               \
	(((prot) & ~L_PTE_MT_MASK) | L_PTE_MT_DEV_SHARED | L_PTE_SHARED | \
	 L_PTE_XN)

#endif
