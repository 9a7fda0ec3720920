/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MM_HIGHMEM_H
#define KERNEL_MM_HIGHMEM_H

/*
 * The kernel's way to the bytes of any page (include/linux/highmem.h). Lowmem
 * has its address in the linear map for good, and getting at it costs nothing;
 * a highmem page gets one for a while.
 *
 * A mapping belongs to the task that made it, which may sleep while it stands.
 * Mappings end in the reverse order of their beginning. What needs no mapping
 * of its own uses the copying functions below.
 */

#include "kernel/arch/arm/highmem.h"
#include "kernel/lib/bug.h"
#include "kernel/lib/iov_iter.h"
#include "kernel/mm/kobj.h"
#include "kernel/task/sched.h"

vaddr_t __kmap_local_page(struct task_struct *curr, const struct page *page);
void __kunmap_local(struct task_struct *curr, vaddr_t kaddr);

/* The page's kernel address, until kunmap_local() of it. Cannot fail. */
static inline vaddr_t kmap_local_page(struct task_struct *curr,
				      const struct page *page)
{
	if (likely(!PageHighMem(curr->k, page)))
		return page_address(curr->k, page);
	return __kmap_local_page(curr, page);
}

/* @kaddr: anywhere within the page. */
static inline void kunmap_local(struct task_struct *curr, vaddr_t kaddr)
{
	if (unlikely(is_kmap_addr(kaddr)))
		__kunmap_local(curr, kaddr);
}

/* Ends all mappings of @curr's behind its first @idx: nobody else will. */
void kunmap_local_down_to(struct task_struct *curr, int idx);

/*
 * The same, and until kunmap_atomic() no user page may be faulted in and the
 * task may not sleep.
 */
static inline vaddr_t kmap_atomic(struct task_struct *curr,
				  const struct page *page)
{
	curr->pagefault_disabled++;
	return kmap_local_page(curr, page);
}

static inline void kunmap_atomic(struct task_struct *curr, vaddr_t kaddr)
{
	kunmap_local(curr, kaddr);
	BUG_ON(!curr->pagefault_disabled--);
}

/*
 * The page's kernel address for all cores until as many kunmap()s; sleeps
 * when there is none left. In interrupt context, or between kmap_atomic() and
 * its end, it is 0 for a highmem page, and a report in the log.
 */
vaddr_t kmap(struct task_struct *curr, const struct page *page);
void kunmap(struct task_struct *curr, const struct page *page);
void page_address_init(struct kernel *k);
static inline bool is_pkmap_addr(const struct kernel *k, vaddr_t kaddr)
{
	return kaddr - k->arch.pkmap_base < PKMAP_SIZE;
}

/*
 * Host view of a mapped page from @kaddr to its end, for reading or for
 * writing. Valid as long as the mapping.
 */
static inline const void *kmap_bytes(struct task_struct *curr, vaddr_t kaddr)
{
	if (unlikely(is_kmap_addr(kaddr) || is_pkmap_addr(curr->k, kaddr)))
		return arch_kmap_bytes(curr, kaddr, false);
	return kbytes(curr->k, kaddr);
}

static inline void *kmap_bytes_mut(struct task_struct *curr, vaddr_t kaddr)
{
	if (unlikely(is_kmap_addr(kaddr) || is_pkmap_addr(curr->k, kaddr)))
		return arch_kmap_bytes(curr, kaddr, true);
	return kbytes(curr->k, kaddr);
}

/* Bytes of one page, which @offset + @len doesn't leave. */
void memcpy_from_page(struct task_struct *curr, void *to,
		      const struct page *page, uint32_t offset, uint32_t len);
void memcpy_to_page(struct task_struct *curr, struct page *page,
		    uint32_t offset, const void *from, uint32_t len);
void memcpy_page(struct task_struct *curr, struct page *to, uint32_t to_offset,
		 const struct page *from, uint32_t from_offset, uint32_t len);
void memzero_page(struct task_struct *curr, struct page *page, uint32_t offset,
		  uint32_t len);

/* copy_to_iter() and copy_from_iter() of bytes of a page. */
uint32_t copy_page_to_iter(struct task_struct *curr, const struct page *page,
			   uint32_t offset, uint32_t len, struct iov_iter *i);
/* Faults nothing in, see copy_from_iter_atomic(). */
uint32_t copy_page_from_iter_atomic(struct task_struct *curr, struct page *page,
				    uint32_t offset, uint32_t len,
				    struct iov_iter *i);
uint32_t copy_page_from_iter(struct task_struct *curr, struct page *page,
			     uint32_t offset, uint32_t len, struct iov_iter *i);

/* The whole page. */
void clear_highpage(struct task_struct *curr, struct page *page);
void copy_highpage(struct task_struct *curr, struct page *to,
		   const struct page *from);

/* At a task switch: what @curr has mapped gives up its slots, or takes them. */
void __kmap_local_sched_out(struct task_struct *curr);
void __kmap_local_sched_in(struct task_struct *curr);

static inline void kmap_local_sched_out(struct task_struct *curr)
{
	if (unlikely(curr->kmap_ctrl.idx))
		__kmap_local_sched_out(curr);
}

static inline void kmap_local_sched_in(struct task_struct *curr)
{
	if (unlikely(curr->kmap_ctrl.idx))
		__kmap_local_sched_in(curr);
}

/* For kernel_verify(): the slots show what the running tasks have mapped. */
unsigned int verify_kmaps(struct kernel *k);
/* And kmap()'s slots what their counts say. */
unsigned int verify_pkmaps(struct kernel *k);

#endif
