/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MM_VMAP_AREA_H
#define KERNEL_MM_VMAP_AREA_H

/* Which of the kernel's addresses are taken; vmalloc.c's lower half. */

#include "kernel/mm/vmalloc.h"
#include "kernel/mm/vmap_state.h"

/* A range of addresses, in one of the trees of struct vmap_state. */
struct vmap_area {
	vaddr_t va_start, va_end;
	struct rb_node rb_node;
	struct list_head list;
	union {
		uint32_t subtree_max_size; /* free */
		struct vm_struct *vm; /* busy */
	};
};
enum {
	ARM_SIZEOF_VMAP_AREA = 32,
	ARM_SIZEOF_VM_STRUCT = 32,
	ARM_SIZEOF_POINTER = 4,
};

static inline uint32_t va_size(const struct vmap_area *va)
{
	return va->va_end - va->va_start;
}

/* All addresses are free but those of vmap_state.vmlist. */
void vmap_areas_init(struct task_struct *curr);
/*
 * The lowest @size bytes at a multiple of @align that are free in
 * [vstart, vend), taken for @vm. NULL: out of memory, or there are none even
 * after a purge. May sleep.
 */
struct vmap_area *alloc_vmap_area(struct task_struct *curr,
				  struct vm_struct *vm, uint32_t size,
				  uint32_t align, vaddr_t vstart, vaddr_t vend,
				  gfp_t gfp);
/* The busy area that has @kaddr; NULL: none. */
struct vmap_area *find_vmap_area(const struct kernel *k, vaddr_t kaddr);
/*
 * A busy area whose tables are empty by now: its addresses come free at the
 * next purge. Doesn't sleep.
 */
void free_vmap_area_noflush(struct task_struct *curr, struct vmap_area *va);
/* Flushes what lies between the lazy areas, and frees them. False: none. */
bool purge_vmap_area_lazy(struct task_struct *curr);
/* So many pages may be lazy before a purge. */
uint32_t lazy_max_pages(const struct kernel *k);

/* ---- tables (mm/vmap_pages.c) ---------------------------------------------- */

/* Page @pfn at @kaddr, where nothing is. 0 or -ENOMEM. May sleep. */
int vmap_page(struct task_struct *curr, vaddr_t kaddr, pfn_t pfn,
	      pgprot_t prot);
/* Device registers or frames from @paddr on. 0, or -ENOMEM: a part stands. */
int ioremap_page_range(struct task_struct *curr, vaddr_t start, vaddr_t end,
		       paddr_t paddr, pgprot_t prot);
/* Whatever is there goes; TLBs are the caller's. */
void vunmap_range_noflush(struct kernel *k, vaddr_t start, vaddr_t end);

#endif
