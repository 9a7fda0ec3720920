/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_ARCH_ARM_MEMORY_H
#define KERNEL_ARCH_ARM_MEMORY_H

/*
 * The kernel's virtual address space (arch/arm/include/asm/memory.h,
 * fixmap.h, Documentation/arm/memory.rst). What depends on the board is in
 * struct arch_state: page_offset, task_size, high_memory, vmalloc_start.
 *
 *	0xffff0000  vectors page; 0xffff1000 stubs
 *	0xffc00000  fixmap, 3 MB, up to 0xfff00000
 *	0xff800000  window for the device tree blob, 4 MB
 *	   ...      vmalloc and ioremap: from high_memory + a hole of up to 8 MB
 *	page_offset lowmem: paddr - phys_offset + page_offset
 *	   - 2 MB   pkmap (with highmem)
 *	   - 16 MB  modules
 *	0x00002000  user space, up to task_size = page_offset - 16 MB
 */

#include "kernel/mm/mm_types.h"

#define SZ_1M 0x00100000u
#define SZ_2M 0x00200000u
#define SZ_8M 0x00800000u

#define TEXT_OFFSET        0x8000u /* of the image, from the start of RAM */
#define FIRST_USER_ADDRESS 0x2000u
#define MODULES_SIZE       (16 * SZ_1M)
#define PKMAP_SIZE         SZ_2M
#define VMALLOC_OFFSET     SZ_8M
#define VMALLOC_END        0xff800000u
#define VMALLOC_MIN_SIZE   (240 * SZ_1M) /* "vmalloc=" asks for more */
#define PCI_IO_VIRT_BASE   0xfee00000u /* kept back, of vmalloc's */
#define PCI_IO_SIZE        SZ_2M
#define FDT_FIXED_BASE     0xff800000u
#define FDT_FIXED_SIZE     (4 * SZ_1M)
#define FIXADDR_START      0xffc00000u
#define FIXADDR_END        0xfff00000u
#define VECTORS_BASE       0xffff0000u
#define STUBS_BASE         0xffff1000u

/* Domains of the first-level descriptors, and DACR: all four client. */
#define DOMAIN_KERNEL  0
#define DOMAIN_USER    1
#define DOMAIN_IO      2
#define DOMAIN_VECTORS 3
#define DACR_INIT      0x55u

#endif
