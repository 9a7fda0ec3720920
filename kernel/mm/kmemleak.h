/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MM_KMEMLEAK_H
#define KERNEL_MM_KMEMLEAK_H

/*
 * Finding allocated memory that nothing points to any more
 * (include/linux/kmemleak.h). The slab allocators and memblock report all that
 * they hand out; the rest is for those whose objects a scan would judge wrong.
 *
 * An object is named by the kernel address of its ARM bytes. Where the board
 * and the command line don't ask for kmemleak, each call is one branch.
 */

#include "kernel/lib/bug.h"
#include "kernel/state.h"

/* min_count of an object */
#define KMEMLEAK_GREY  0 /* never reported; what it points to isn't either */
#define KMEMLEAK_BLACK (-1) /* never reported, and not searched */

/* Boot, once the command line is known: on or off, kmemleak= and the board. */
void kmemleak_init(struct kernel *k);
/* Host memory: when the kernel goes. */
void kmemleak_exit(struct kernel *k);

/* ---- out of line ---------------------------------------------------------- */

void kmemleak_note_alloc(struct kernel *k, const struct task_struct *curr,
			 vaddr_t ptr, uint32_t size, uint32_t host_size,
			 int min_count, const char *caller);
void kmemleak_note_free(struct kernel *k, vaddr_t ptr, uint32_t size);
void kmemleak_note_view(struct kernel *k, vaddr_t ptr, uint32_t host_size);
void kmemleak_paint(struct kernel *k, vaddr_t ptr, int color);
void kmemleak_note_area(struct kernel *k, vaddr_t ptr, const void *start,
			uint32_t size);
/* Who points to @ptr once more than need be, points to @excess_ref. */
void kmemleak_note_excess_ref(struct kernel *k, vaddr_t ptr,
			      vaddr_t excess_ref);
void kmemleak_note_no_scan(struct kernel *k, vaddr_t ptr);
void kmemleak_note_phys(struct kernel *k, paddr_t paddr, uint32_t size,
			const char *caller);
void kmemleak_note_phys_free(struct kernel *k, paddr_t paddr, uint32_t size);

/* ---- the interface -------------------------------------------------------- */

/*
 * [@ptr, @ptr + @size) was handed out by @caller; a leak where fewer than
 * @min_count words point into it. @host_size: of the C structure in the object
 * store that it stands for; 0: none, it is bytes of guest RAM. @curr NULL: the
 * boot.
 */
static inline void kmemleak_alloc(struct kernel *k,
				  const struct task_struct *curr, vaddr_t ptr,
				  uint32_t size, uint32_t host_size,
				  int min_count, const char *caller)
{
	if (unlikely(k->kmemleak.enabled))
		kmemleak_note_alloc(k, curr, ptr, size, host_size, min_count,
				    caller);
}

/*
 * The same of what vmalloc() handed out, whose pages lie anywhere, and whose
 * struct vm_struct is at @area. The area's own books don't count: one more word
 * must point to it, or one more than theirs to its vm_struct.
 */
static inline void kmemleak_vmalloc(struct kernel *k,
				    const struct task_struct *curr,
				    vaddr_t area, vaddr_t ptr, uint32_t size,
				    const char *caller)
{
	if (unlikely(k->kmemleak.enabled)) {
		kmemleak_note_alloc(k, curr, ptr, size, 0, 1, caller);
		kmemleak_note_excess_ref(k, area, ptr);
	}
}

/* The object at @ptr goes; or of a larger one, @size bytes from @ptr on. */
static inline void kmemleak_free(struct kernel *k, vaddr_t ptr)
{
	if (unlikely(k->kmemleak.free_enabled))
		kmemleak_note_free(k, ptr, 0);
}

static inline void kmemleak_free_part(struct kernel *k, vaddr_t ptr,
				      uint32_t size)
{
	if (unlikely(k->kmemleak.free_enabled))
		kmemleak_note_free(k, ptr, size);
}

/*
 * Memblock's, by physical address. It is used by physical address, so nothing
 * need point to it; and what it holds is not searched: page tables, and struct
 * pages, each of which is a root as long as its page is in use.
 */
static inline void kmemleak_alloc_phys(struct kernel *k, paddr_t paddr,
				       uint32_t size, const char *caller)
{
	if (unlikely(k->kmemleak.enabled))
		kmemleak_note_phys(k, paddr, size, caller);
}

static inline void kmemleak_free_part_phys(struct kernel *k, paddr_t paddr,
					   uint32_t size)
{
	if (unlikely(k->kmemleak.free_enabled))
		kmemleak_note_phys_free(k, paddr, size);
}

/* The object turns out to be a C structure of @host_size bytes. */
static inline void kmemleak_host_view(struct kernel *k, vaddr_t ptr,
				      uint32_t host_size)
{
	if (unlikely(k->kmemleak.enabled))
		kmemleak_note_view(k, ptr, host_size);
}

/* Nothing need point to it; it may point to others. */
static inline void kmemleak_not_leak(struct kernel *k, vaddr_t ptr)
{
	if (unlikely(k->kmemleak.enabled))
		kmemleak_paint(k, ptr, KMEMLEAK_GREY);
}

/* Nothing need point to it, and what it holds are no pointers. */
static inline void kmemleak_ignore(struct kernel *k, vaddr_t ptr)
{
	if (unlikely(k->kmemleak.enabled))
		kmemleak_paint(k, ptr, KMEMLEAK_BLACK);
}

/*
 * Only such areas of the object at @ptr are searched: @size bytes at @start,
 * as the host has them.
 */
static inline void kmemleak_scan_area(struct kernel *k, vaddr_t ptr,
				      const void *start, uint32_t size)
{
	if (unlikely(k->kmemleak.enabled))
		kmemleak_note_area(k, ptr, start, size);
}

/* What it holds are no pointers, or not such as keep anything alive. */
static inline void kmemleak_no_scan(struct kernel *k, vaddr_t ptr)
{
	if (unlikely(k->kmemleak.enabled))
		kmemleak_note_no_scan(k, ptr);
}

/* ---- scanning ------------------------------------------------------------- */

/*
 * Marks all that can be reached, from struct kernel, the kernel's image, the
 * pages in use and the tasks' kernel stacks; returns how many objects are
 * newly found to be leaks, which the log and the file tell. As in Linux an
 * object counts only if it is the same as at the scan before, and older than
 * five seconds. @curr: who calls, on its kernel stack.
 */
uint32_t kmemleak_scan(struct task_struct *curr);
/* Programs have ended: the thread ends, too. */
void kmemleak_shutdown(struct task_struct *curr);
/*
 * The end of a run: nothing is too young, and each leak is logged. How many
 * there are in all.
 */
uint32_t kmemleak_scan_at_end(struct task_struct *curr);

#endif
