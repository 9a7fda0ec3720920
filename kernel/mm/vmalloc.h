/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MM_VMALLOC_H
#define KERNEL_MM_VMALLOC_H

/*
 * Kernel memory in a row of addresses, of frames that needn't be one
 * (include/linux/vmalloc.h). Who calls is noted, for /proc/vmallocinfo.
 *
 * The bytes lie in guest frames, where ARM code reaches them through the
 * page tables. So does the kernel's C code, by vmap_bytes() and vmap_obj();
 * as neighbouring pages have frames anywhere, a host pointer is good up to
 * the end of its page. Structures are put so that none straddles two.
 */

#include "kernel/mm/gfp.h"
#include "kernel/mm/kobj.h"
#include "kernel/state.h"

struct seq_file;

/* vm_struct.flags; numbers are Linux's */
#define VM_IOREMAP            0x00000001u /* ioremap() */
#define VM_ALLOC              0x00000002u /* vmalloc() */
#define VM_MAP                0x00000004u /* vmap() */
#define VM_USERMAP            0x00000008u /* fit for remap_vmalloc_range() */
#define VM_DMA_COHERENT       0x00000010u /* dma_alloc_coherent() */
#define VM_UNINITIALIZED      0x00000020u /* its pages are just being found */
#define VM_NO_GUARD           0x00000040u
#define VM_FLUSH_RESET_PERMS  0x00000100u /* lowmem's rights come back first */
/* arch/arm's: made at boot, for good; and addresses kept back then */
#define VM_ARM_STATIC_MAPPING 0x40000000u
#define VM_ARM_EMPTY_MAPPING  0x20000000u

#define NUMA_NO_NODE      (-1)
#define IOREMAP_MAX_ORDER 24 /* of VM_IOREMAP areas' alignment: 16 MB */

/* What somebody has got; owned by its vmap_area. */
struct vm_struct {
	struct vm_struct *next; /* early ones; freed in an interrupt */
	vaddr_t addr;
	uint32_t size; /* with its guard page */
	uint32_t flags;
	/* a kvmalloc'ed array of struct page pointers: vm_area_page() */
	vaddr_t pages;
	uint32_t nr_pages;
	paddr_t phys_addr; /* VM_IOREMAP */
	const char *caller;
};

/* ---- memory ---------------------------------------------------------------- */

/*
 * Kernel addresses; 0: out of memory, of addresses, or the task is being
 * killed. May sleep. The frames come from highmem when there is any.
 */
#define vmalloc(curr, nr_bytes) \
	__vmalloc_node(curr, nr_bytes, 1, GFP_KERNEL, NUMA_NO_NODE, __func__)
#define vzalloc(curr, nr_bytes)                                    \
	__vmalloc_node(curr, nr_bytes, 1, GFP_KERNEL | __GFP_ZERO, \
		       NUMA_NO_NODE, __func__)
#define vmalloc_node(curr, nr_bytes, nid) \
	__vmalloc_node(curr, nr_bytes, 1, GFP_KERNEL, nid, __func__)
#define __vmalloc(curr, nr_bytes, gfp) \
	__vmalloc_node(curr, nr_bytes, 1, gfp, NUMA_NO_NODE, __func__)
/* Zeroed, and aligned so that programs could map it (SHMLBA). */
#define vmalloc_user(curr, nr_bytes) \
	vmalloc_user_caller(curr, nr_bytes, __func__)

vaddr_t __vmalloc_node(struct task_struct *curr, uint32_t nr_bytes,
		       uint32_t align, gfp_t gfp, int nid, const char *caller);
/* Within [start, end), with rights @prot. */
vaddr_t __vmalloc_node_range(struct task_struct *curr, uint32_t nr_bytes,
			     uint32_t align, vaddr_t start, vaddr_t end,
			     gfp_t gfp, pgprot_t prot, uint32_t vm_flags,
			     int nid, const char *caller);
vaddr_t vmalloc_user_caller(struct task_struct *curr, uint32_t nr_bytes,
			    const char *caller);
/*
 * 0 is nothing. In an interrupt it is put off until a task of the kernel's
 * runs; otherwise it doesn't sleep either.
 */
void vfree(struct task_struct *curr, vaddr_t kaddr);
/*
 * vfree() of the area will flush its addresses at once: nobody can run what
 * was code there when its pages are somebody else's.
 */
void set_vm_flush_reset_perms(const struct kernel *k, vaddr_t kaddr);

/*
 * From kmalloc, or where that has nothing in a row, from vmalloc. @gfp:
 * GFP_KERNEL, with modifiers.
 */
#define kvmalloc(curr, nr_bytes, gfp) \
	kvmalloc_caller(curr, nr_bytes, gfp, __func__)
#define kvzalloc(curr, nr_bytes, gfp) \
	kvmalloc(curr, nr_bytes, (gfp) | __GFP_ZERO)
vaddr_t kvmalloc_caller(struct task_struct *curr, uint32_t nr_bytes, gfp_t gfp,
			const char *caller);
void kvfree(struct task_struct *curr, vaddr_t kaddr);

/*
 * @n structures in a row, of @arm_size bytes on ARM, which divides a page, and
 * @host_size in the object store, all zero; vmap_obj() finds each. 0: out of
 * memory. Freed by kvfree().
 */
#define kvcalloc_objs(curr, n, arm_size, host_size, gfp) \
	kvcalloc_objs_caller(curr, n, arm_size, host_size, gfp, __func__)
vaddr_t kvcalloc_objs_caller(struct task_struct *curr, uint32_t n,
			     uint32_t arm_size, uint32_t host_size, gfp_t gfp,
			     const char *caller);

/* ---- mappings ---------------------------------------------------------------- */

/* @count pages, whoever they belong to, in a row. 0: no addresses left. */
#define vmap(curr, pages, count, vm_flags, prot) \
	vmap_caller(curr, pages, count, vm_flags, prot, __func__)
vaddr_t vmap_caller(struct task_struct *curr, struct page *const *pages,
		    uint32_t count, uint32_t vm_flags, pgprot_t prot,
		    const char *caller);
/* The pages stay their owner's. */
void vunmap(struct task_struct *curr, vaddr_t kaddr);

/*
 * Addresses alone, with a guard page behind them unless VM_NO_GUARD.
 * [start, end): within the vmalloc area, for get_vm_area(). NULL: none left.
 */
struct vm_struct *__get_vm_area_node(struct task_struct *curr, uint32_t size,
				     uint32_t align, uint32_t vm_flags,
				     vaddr_t start, vaddr_t end, int nid,
				     gfp_t gfp, const char *caller);
struct vm_struct *get_vm_area_caller(struct task_struct *curr, uint32_t size,
				     uint32_t vm_flags, const char *caller);
/*
 * Unmaps it, and its addresses are free once all TLBs have been told: that
 * is done for many at a time. The vm_struct is the caller's to free, and the
 * pages; NULL: nothing is at @kaddr.
 */
struct vm_struct *remove_vm_area(struct task_struct *curr, vaddr_t kaddr);
/* The area that has @kaddr, guard page and all; NULL: none. */
struct vm_struct *find_vm_area(const struct kernel *k, vaddr_t kaddr);
/* Its usable bytes, without the guard page. */
static inline uint32_t get_vm_area_size(const struct vm_struct *area)
{
	return area->flags & VM_NO_GUARD ? area->size : area->size - PAGE_SIZE;
}
/* Where the area keeps its @i'th page. */
struct page **vm_area_page(const struct kernel *k, const struct vm_struct *area,
			   uint32_t i);

/* ---- addresses ----------------------------------------------------------------- */

static inline bool is_vmalloc_addr(const struct kernel *k, vaddr_t kaddr)
{
	return kaddr - k->arch.vmalloc_start <
	       k->arch.vmalloc_end - k->arch.vmalloc_start;
}
static inline bool is_vmalloc_or_module_addr(const struct kernel *k,
					     vaddr_t kaddr)
{
	return is_vmalloc_addr(k, kaddr) ||
	       kaddr - k->arch.modules_vaddr <
		       k->arch.modules_end - k->arch.modules_vaddr;
}
/* By the tables; NULL: nothing there, or no RAM. */
struct page *vmalloc_to_page(const struct kernel *k, vaddr_t kaddr);
pfn_t vmalloc_to_pfn(const struct kernel *k, vaddr_t kaddr);

/* Host view from @kaddr to the end of its page; BUG where nothing is. */
void *vmap_bytes(const struct kernel *k, vaddr_t kaddr);
/* The object whose ARM bytes begin at @kaddr; of lowmem, too. */
void *vmap_obj(const struct kernel *k, vaddr_t kaddr);

/* ---- at boot ---------------------------------------------------------------------- */

/* What is mapped before vmalloc_init(), and where; they stay for good. */
void vm_area_add_early(struct kernel *k, struct vm_struct *vm);
/* From now on it works. */
void vmalloc_init(struct task_struct *curr);
/* An initcall: reclaim may ask for what interrupts have given back. */
void vmalloc_late_init(struct task_struct *curr);

/* ---- reports ------------------------------------------------------------------------ */

/* /proc/vmallocinfo */
int vmallocinfo_show(struct seq_file *m, void *v);
/* Pages that vmalloc() has given, its vmap()s not counted. */
static inline uint32_t vmalloc_nr_pages(const struct kernel *k)
{
	return k->vmap.nr_vmalloc_pages;
}
/* For kernel_verify(): the areas among each other, and against the tables. */
unsigned int verify_vmalloc(struct kernel *k);

#endif
