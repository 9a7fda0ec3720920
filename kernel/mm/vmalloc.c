/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/vmalloc.h"

/*
 * vmalloc() and its kin (mm/vmalloc.c, the vm_struct half; mm/util.c:
 * kvmalloc()). Addresses come from vmap_area.c, entries are written by
 * vmap_pages.c; here pages are found for them, one by one, so that memory in
 * pieces is good for large requests too, and high before low.
 *
 * Behind each area lies a guard page that nothing maps. A page that was
 * vfree()d is in no table any more, but a TLB may translate its address until
 * the next purge: who uses memory that he has given back may hit it still.
 *
 * Invariant: a busy area is its vm_struct's; the pages of VM_ALLOC areas are
 * nr_vmalloc_pages, and the tables map each where its area has it.
 *
 * MODEL: what an interrupt frees waits in a list for the next who comes here
 * from a task, or for reclaim, where Linux has a kworker. Nothing is mapped by
 * sections or large pages, as on ARM.
 */

#include <string.h>

#include "kernel/arch/arm/pgtable.h"
#include "kernel/lib/asan.h"
#include "kernel/lib/dump_stack.h"
#include "kernel/lib/err.h"
#include "kernel/lib/printk.h"
#include "kernel/mm/kmemleak.h"
#include "kernel/mm/page_alloc.h"
#include "kernel/mm/slab.h"
#include "kernel/mm/vmap_area.h"
#include "kernel/task/signal.h"

#define SHMLBA (4 * PAGE_SIZE) /* asm/shmparam.h */

/* ---- areas ------------------------------------------------------------------- */

/* Device registers are aligned to their size, so that tables could be fewer. */
static uint32_t ioremap_align(uint32_t size)
{
	uint32_t align = PAGE_SIZE;

	while (align < size && align < 1u << IOREMAP_MAX_ORDER)
		align <<= 1;
	return align;
}

struct vm_struct *__get_vm_area_node(struct task_struct *curr, uint32_t size,
				     uint32_t align, uint32_t vm_flags,
				     vaddr_t start, vaddr_t end, int nid,
				     gfp_t gfp, const char *caller)
{
	const uint64_t whole = PAGE_ALIGN((uint64_t)size) +
			       (vm_flags & VM_NO_GUARD ? 0 : PAGE_SIZE);
	struct vm_struct *area;
	struct vmap_area *va;

	(void)nid; /* kmalloc() has no wish of its own */
	BUG_ON(curr->in_interrupt);
	if (!size || whole > UINT32_MAX)
		return NULL;
	if (vm_flags & VM_IOREMAP)
		align = ioremap_align(size);
	area = kzalloc_obj_caller(curr, ARM_SIZEOF_VM_STRUCT, sizeof(*area),
				  gfp & GFP_RECLAIM_MASK, caller);
	if (!area)
		return NULL;
	area->flags = vm_flags;
	area->caller = caller;
	area->size = (uint32_t)whole;
	va = alloc_vmap_area(curr, area, area->size, align, start, end, gfp);
	if (!va) {
		kfree_obj(curr, area);
		return NULL;
	}
	area->addr = va->va_start;
	/* its own address is none that keeps it from being leaked */
	kmemleak_scan_area(curr->k, kobj_addr(curr->k, area), &area->next,
			   sizeof(area->next));
	kmemleak_scan_area(curr->k, kobj_addr(curr->k, area), &area->flags,
			   sizeof(area->flags) + sizeof(area->pages));
	return area;
}

struct vm_struct *get_vm_area_caller(struct task_struct *curr, uint32_t size,
				     uint32_t vm_flags, const char *caller)
{
	return __get_vm_area_node(curr, size, 1, vm_flags,
				  curr->k->arch.vmalloc_start,
				  curr->k->arch.vmalloc_end, NUMA_NO_NODE,
				  GFP_KERNEL, caller);
}

struct vm_struct *find_vm_area(const struct kernel *k, vaddr_t kaddr)
{
	const struct vmap_area *va = find_vmap_area(k, kaddr);

	return va ? va->vm : NULL;
}

struct vm_struct *remove_vm_area(struct task_struct *curr, vaddr_t kaddr)
{
	struct vmap_area *va = find_vmap_area(curr->k, kaddr);
	struct vm_struct *area = va ? va->vm : NULL;

	if (!area)
		return NULL;
	vunmap_range_noflush(curr->k, va->va_start, va->va_end);
	free_vmap_area_noflush(curr, va);
	return area;
}

struct page **vm_area_page(const struct kernel *k, const struct vm_struct *area,
			   uint32_t i)
{
	return vmap_obj(k, area->pages + i * ARM_SIZEOF_POINTER);
}

/* ---- freeing ------------------------------------------------------------------- */

static void free_area_pages(struct task_struct *curr, struct vm_struct *area)
{
	for (uint32_t i = 0; i < area->nr_pages; i++)
		__free_pages(curr, *vm_area_page(curr->k, area, i), 0);
	curr->k->vmap.nr_vmalloc_pages -= area->nr_pages;
	if (area->pages)
		kvfree(curr, area->pages);
}

/* The area that begins at @kaddr; NULL, and a warning: none does. */
static struct vm_struct *area_to_free(struct task_struct *curr, vaddr_t kaddr)
{
	struct vm_struct *area = find_vm_area(curr->k, kaddr);

	if (area && area->addr == kaddr)
		return area;
	printk(curr->k, "Trying to vfree() %s (%08x)",
	       offset_in_page(kaddr) ? "bad address" : "nonexistent vm area",
	       kaddr);
	dump_stack(curr);
	return NULL;
}

static void __vunmap(struct task_struct *curr, vaddr_t kaddr, bool free_pages)
{
	struct vm_struct *area = area_to_free(curr, kaddr);

	if (!area)
		return;
	if (area->flags & VM_ALLOC)
		kmemleak_free(curr->k, kaddr);
	remove_vm_area(curr, kaddr);
	if (area->flags & VM_FLUSH_RESET_PERMS)
		purge_vmap_area_lazy(curr);
	if (free_pages)
		free_area_pages(curr, area);
	kfree_obj(curr, area);
}

/* What interrupts have given back. */
static void free_deferred(struct task_struct *curr)
{
	struct vmap_state *vmap = &curr->k->vmap;
	struct vm_struct *area;

	while (unlikely(area = vmap->deferred)) {
		vmap->deferred = area->next;
		vmap->nr_deferred--;
		__vunmap(curr, area->addr, true);
	}
}

static void vfree_deferred(struct task_struct *curr, vaddr_t kaddr)
{
	struct vmap_state *vmap = &curr->k->vmap;
	struct vm_struct *area = area_to_free(curr, kaddr);

	if (!area)
		return;
	for (struct vm_struct *at = vmap->deferred; at; at = at->next)
		if (at == area)
			return; /* twice is once, as far as anyone can tell */
	area->next = vmap->deferred;
	vmap->deferred = area;
	vmap->nr_deferred++;
}

void vfree(struct task_struct *curr, vaddr_t kaddr)
{
	if (!kaddr)
		return;
	if (unlikely(curr->in_interrupt)) {
		vfree_deferred(curr, kaddr);
		return;
	}
	free_deferred(curr);
	__vunmap(curr, kaddr, true);
}

void set_vm_flush_reset_perms(const struct kernel *k, vaddr_t kaddr)
{
	struct vm_struct *area = find_vm_area(k, kaddr);

	if (area)
		area->flags |= VM_FLUSH_RESET_PERMS;
}

void vunmap(struct task_struct *curr, vaddr_t kaddr)
{
	BUG_ON(curr->in_interrupt);
	if (kaddr)
		__vunmap(curr, kaddr, false);
}

/* ---- allocating -------------------------------------------------------------------- */

/* Room for pointers to the area's pages. 0 or -ENOMEM. */
static int alloc_page_array(struct task_struct *curr, struct vm_struct *area,
			    uint32_t nr_pages, gfp_t gfp, int nid)
{
	const uint32_t nr_bytes = nr_pages * ARM_SIZEOF_POINTER;

	gfp = (gfp & GFP_RECLAIM_MASK) | __GFP_ZERO;
	if (nr_bytes > PAGE_SIZE)
		area->pages = __vmalloc_node(curr, nr_bytes, 1, gfp, nid,
					     area->caller);
	else
		area->pages = kmalloc_node(curr, nr_bytes, gfp, nid);
	return area->pages ? 0 : -ENOMEM;
}

static struct page *alloc_area_page(struct task_struct *curr, gfp_t gfp,
				    int nid, const char *caller)
{
	gfp |= __GFP_NOWARN;
	if (!(gfp & (GFP_DMA | __GFP_DMA32)))
		gfp |= __GFP_HIGHMEM;
	if (nid == NUMA_NO_NODE)
		return alloc_pages_caller(curr, gfp, 0, caller);
	return alloc_pages_node_caller(curr, nid, gfp, 0, caller);
}

/* 0, or -ENOMEM or -EINTR: what was got so far is the area's. */
static int alloc_area_pages(struct task_struct *curr, struct vm_struct *area,
			    gfp_t gfp, int nid)
{
	const uint32_t nr_pages = get_vm_area_size(area) >> PAGE_SHIFT;

	while (area->nr_pages < nr_pages) {
		struct page *page, **slot;

		if (fatal_signal_pending(curr))
			return -EINTR;
		page = alloc_area_page(curr, gfp, nid, area->caller);
		if (!page)
			return -ENOMEM;
		slot = vm_area_page(curr->k, area, area->nr_pages);
		ASAN_UNPOISON_MEMORY_REGION(slot, sizeof(*slot));
		*slot = page;
		area->nr_pages++;
		curr->k->vmap.nr_vmalloc_pages++;
	}
	return 0;
}

static int map_area_pages(struct task_struct *curr,
			  const struct vm_struct *area, uint32_t nr_pages,
			  pgprot_t prot)
{
	for (uint32_t i = 0; i < nr_pages; i++) {
		const struct page *page = *vm_area_page(curr->k, area, i);

		if (vmap_page(curr, area->addr + i * PAGE_SIZE,
			      page_to_pfn(curr->k, page), prot))
			return -ENOMEM;
	}
	return 0;
}

/* Pages behind a new area's addresses. 0 or -errno, and why in the log. */
static int fill_area(struct task_struct *curr, struct vm_struct *area,
		     gfp_t gfp, pgprot_t prot, int nid)
{
	const uint32_t size = get_vm_area_size(area);

	if (alloc_page_array(curr, area, size >> PAGE_SHIFT, gfp, nid)) {
		warn_alloc(curr, gfp, 0,
			   "vmalloc error: size %u, failed to allocate page "
			   "array size %u",
			   size, (size >> PAGE_SHIFT) * ARM_SIZEOF_POINTER);
		return -ENOMEM;
	}
	if (alloc_area_pages(curr, area, gfp, nid)) {
		if (!fatal_signal_pending(curr))
			warn_alloc(curr, gfp, 0,
				   "vmalloc error: size %u, page order 0, "
				   "failed to allocate pages",
				   size);
		return -ENOMEM;
	}
	if (map_area_pages(curr, area, area->nr_pages, prot)) {
		warn_alloc(curr, gfp, 0,
			   "vmalloc error: size %u, failed to map pages", size);
		return -ENOMEM;
	}
	return 0;
}

vaddr_t __vmalloc_node_range(struct task_struct *curr, uint32_t nr_bytes,
			     uint32_t align, vaddr_t start, vaddr_t end,
			     gfp_t gfp, pgprot_t prot, uint32_t vm_flags,
			     int nid, const char *caller)
{
	struct vm_struct *area;

	free_deferred(curr);
	if (!nr_bytes)
		return 0;
	if (((uint64_t)nr_bytes + PAGE_SIZE - 1) >> PAGE_SHIFT >
	    curr->k->mem.totalram_pages) {
		warn_alloc(curr, gfp, 0,
			   "vmalloc error: size %u, exceeds total pages",
			   nr_bytes);
		return 0;
	}
	if (!(gfp & __GFP_NOFAIL) &&
	    should_fail(curr, &curr->k->inject.fail_vmalloc, nr_bytes, caller))
		return 0;
	area = __get_vm_area_node(curr, nr_bytes, align,
				  VM_ALLOC | VM_UNINITIALIZED | vm_flags, start,
				  end, nid, gfp, caller);
	if (!area) {
		warn_alloc(curr, gfp, 0,
			   "vmalloc error: size %u, vm_struct allocation "
			   "failed",
			   nr_bytes);
		return 0;
	}
	if (fill_area(curr, area, gfp, prot, nid)) {
		vfree(curr, area->addr);
		return 0;
	}
	area->flags &= ~VM_UNINITIALIZED;
	kmemleak_vmalloc(curr->k, curr, kobj_addr(curr->k, area), area->addr,
			 get_vm_area_size(area), caller);
	return area->addr;
}

vaddr_t __vmalloc_node(struct task_struct *curr, uint32_t nr_bytes,
		       uint32_t align, gfp_t gfp, int nid, const char *caller)
{
	const struct arch_state *arch = &curr->k->arch;

	return __vmalloc_node_range(curr, nr_bytes, align, arch->vmalloc_start,
				    arch->vmalloc_end, gfp,
				    page_kernel(curr->k), 0, nid, caller);
}

vaddr_t vmalloc_user_caller(struct task_struct *curr, uint32_t nr_bytes,
			    const char *caller)
{
	const struct arch_state *arch = &curr->k->arch;

	return __vmalloc_node_range(curr, nr_bytes, SHMLBA, arch->vmalloc_start,
				    arch->vmalloc_end, GFP_KERNEL | __GFP_ZERO,
				    page_kernel(curr->k), VM_USERMAP,
				    NUMA_NO_NODE, caller);
}

/* ---- mapping ------------------------------------------------------------------------- */

vaddr_t vmap_caller(struct task_struct *curr, struct page *const *pages,
		    uint32_t count, uint32_t vm_flags, pgprot_t prot,
		    const char *caller)
{
	struct vm_struct *area;

	if (!count || count > curr->k->mem.totalram_pages)
		return 0;
	area = get_vm_area_caller(curr, count << PAGE_SHIFT, VM_MAP | vm_flags,
				  caller);
	if (!area)
		return 0;
	for (uint32_t i = 0; i < count; i++)
		if (vmap_page(curr, area->addr + i * PAGE_SIZE,
			      page_to_pfn(curr->k, pages[i]), prot)) {
			vunmap(curr, area->addr);
			return 0;
		}
	return area->addr;
}

/* ---- either ----------------------------------------------------------------------------- */

vaddr_t kvmalloc_caller(struct task_struct *curr, uint32_t nr_bytes, gfp_t gfp,
			const char *caller)
{
	gfp_t kmalloc_gfp = gfp;
	vaddr_t kaddr = 0;

	/* the kernel's killer is no good for what can be had otherwise */
	if (nr_bytes > PAGE_SIZE) {
		kmalloc_gfp |= __GFP_NOWARN;
		if (!(kmalloc_gfp & __GFP_RETRY_MAYFAIL))
			kmalloc_gfp |= __GFP_NORETRY;
		kmalloc_gfp &= ~__GFP_NOFAIL;
	}
	if (nr_bytes <= KMALLOC_MAX_SIZE)
		kaddr = kmalloc_caller(curr, nr_bytes, kmalloc_gfp, caller);
	if (kaddr || nr_bytes <= PAGE_SIZE || nr_bytes > INT32_MAX)
		return kaddr;
	return __vmalloc_node(curr, nr_bytes, 1, gfp, NUMA_NO_NODE, caller);
}

void kvfree(struct task_struct *curr, vaddr_t kaddr)
{
	if (is_vmalloc_addr(curr->k, kaddr))
		vfree(curr, kaddr);
	else
		kfree(curr, kaddr);
}

vaddr_t kvcalloc_objs_caller(struct task_struct *curr, uint32_t n,
			     uint32_t arm_size, uint32_t host_size, gfp_t gfp,
			     const char *caller)
{
	const uint64_t nr_bytes = (uint64_t)n * arm_size;
	vaddr_t kaddr;

	BUG_ON(PAGE_SIZE % arm_size);
	BUG_ON(host_size > arm_size * OBJECT_STORE_SCALE);
	if (nr_bytes > INT32_MAX)
		return 0;
	kaddr = kvmalloc_caller(curr, (uint32_t)nr_bytes, gfp | __GFP_ZERO,
				caller);
	for (uint32_t i = 0; kaddr && i < n; i++) {
		void *object = vmap_obj(curr->k, kaddr + i * arm_size);

		ASAN_UNPOISON_MEMORY_REGION(object, host_size);
		memset(object, 0, host_size);
	}
	return kaddr;
}

/* ---- at boot -------------------------------------------------------------------------------- */

void vm_area_add_early(struct kernel *k, struct vm_struct *vm)
{
	struct vm_struct **link = &k->vmap.vmlist;

	BUG_ON(k->vmap.initialized);
	while (*link && (*link)->addr < vm->addr)
		link = &(*link)->next;
	BUG_ON(*link && vm->addr + vm->size > (*link)->addr);
	vm->next = *link;
	*link = vm;
}

static uint32_t count_deferred(struct task_struct *curr,
			       struct shrinker *shrinker,
			       struct shrink_control *sc)
{
	(void)shrinker, (void)sc;
	return curr->k->vmap.nr_deferred;
}

static uint32_t scan_deferred(struct task_struct *curr,
			      struct shrinker *shrinker,
			      struct shrink_control *sc)
{
	const uint32_t nr = curr->k->vmap.nr_deferred;

	(void)shrinker, (void)sc;
	free_deferred(curr);
	return nr;
}

void vmalloc_init(struct task_struct *curr)
{
	vmap_areas_init(curr);
	curr->k->vmap.initialized = true;
}

void vmalloc_late_init(struct task_struct *curr)
{
	struct vmap_state *vmap = &curr->k->vmap;

	vmap->shrinker = (struct shrinker){
		.count = count_deferred,
		.scan = scan_deferred,
		.name = "vfree_deferred",
	};
	register_shrinker(curr, &vmap->shrinker);
}
