/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MM_GFP_H
#define KERNEL_MM_GFP_H

/*
 * Getting free pages (include/linux/gfp.h). @curr is the task on whose kernel
 * stack the caller runs: its CPU's lists serve, and with
 * __GFP_DIRECT_RECLAIM it may sleep.
 */

#include "kernel/mm/mm_types.h"

typedef uint32_t gfp_t;

#define __GFP_DMA            0x01u
#define __GFP_HIGHMEM        0x02u
#define __GFP_DMA32          0x04u
#define __GFP_MOVABLE        0x08u
#define GFP_ZONEMASK         0x0fu
#define __GFP_RECLAIMABLE    0x10u
#define __GFP_HIGH           0x20u
#define __GFP_IO             0x40u
#define __GFP_FS             0x80u
#define __GFP_ZERO           0x100u
#define __GFP_ATOMIC         0x200u
#define __GFP_DIRECT_RECLAIM 0x400u
#define __GFP_KSWAPD_RECLAIM 0x800u
#define __GFP_WRITE          0x1000u
#define __GFP_NOWARN         0x2000u
#define __GFP_RETRY_MAYFAIL  0x4000u
#define __GFP_NOFAIL         0x8000u
#define __GFP_NORETRY        0x10000u
#define __GFP_MEMALLOC       0x20000u
#define __GFP_COMP           0x40000u
#define __GFP_NOMEMALLOC     0x80000u
#define __GFP_HARDWALL       0x100000u
#define __GFP_THISNODE       0x200000u
#define __GFP_ACCOUNT        0x400000u

#define __GFP_RECLAIM (__GFP_DIRECT_RECLAIM | __GFP_KSWAPD_RECLAIM)
#define GFP_ATOMIC    (__GFP_HIGH | __GFP_ATOMIC | __GFP_KSWAPD_RECLAIM)
#define GFP_KERNEL    (__GFP_RECLAIM | __GFP_IO | __GFP_FS)
/* What may be done for the memory, not where it shall lie. */
#define GFP_RECLAIM_MASK                                                       \
	(__GFP_RECLAIM | __GFP_HIGH | __GFP_IO | __GFP_FS | __GFP_NOWARN |     \
	 __GFP_RETRY_MAYFAIL | __GFP_NOFAIL | __GFP_NORETRY | __GFP_MEMALLOC | \
	 __GFP_NOMEMALLOC | __GFP_ATOMIC)
#define GFP_NOWAIT           (__GFP_KSWAPD_RECLAIM)
#define GFP_NOIO             (__GFP_RECLAIM)
#define GFP_NOFS             (__GFP_RECLAIM | __GFP_IO)
#define GFP_USER             (GFP_KERNEL | __GFP_HARDWALL)
#define GFP_HIGHUSER         (GFP_USER | __GFP_HIGHMEM)
#define GFP_HIGHUSER_MOVABLE (GFP_HIGHUSER | __GFP_MOVABLE)

#define GFP_DMA __GFP_DMA
#define GFP_TRANSHUGE_LIGHT                                      \
	((GFP_HIGHUSER_MOVABLE | __GFP_COMP | __GFP_NOMEMALLOC | \
	  __GFP_NOWARN) &                                        \
	 ~__GFP_RECLAIM)
#define GFP_TRANSHUGE (GFP_TRANSHUGE_LIGHT | __GFP_DIRECT_RECLAIM)

#define MAX_ORDER 11

/*
 * 2^order frames in a row, refcount 1, or NULL. With __GFP_ZERO zeroed;
 * otherwise as their last owner left them. As with objects, each call notes
 * the function that made it.
 */
#define alloc_pages(curr, gfp, order) \
	alloc_pages_caller(curr, gfp, order, __func__)
#define alloc_page(curr, gfp) alloc_pages(curr, gfp, 0)
/*
 * By the task's memory policy, if it has one. The same from node @nid's
 * zonelist whatever that says, or from @nid alone: __GFP_THISNODE.
 */
#define alloc_pages_node(curr, nid, gfp, order) \
	alloc_pages_node_caller(curr, nid, gfp, order, __func__)
/* Lowmem by kernel address; 0: out of memory. */
#define __get_free_pages(curr, gfp, order) \
	get_free_pages_caller(curr, gfp, order, __func__)
#define get_zeroed_page(curr, gfp) __get_free_pages(curr, (gfp) | __GFP_ZERO, 0)

struct page *alloc_pages_caller(struct task_struct *curr, gfp_t gfp,
				unsigned int order, const char *caller);
struct page *alloc_pages_node_caller(struct task_struct *curr, int nid,
				     gfp_t gfp, unsigned int order,
				     const char *caller);
/* From @nid's zonelist, but only the nodes of @nodemask; 0: all. */
struct page *alloc_pages_nodemask(struct task_struct *curr, int nid, gfp_t gfp,
				  unsigned int order, uint32_t nodemask,
				  const char *caller);
vaddr_t get_free_pages_caller(struct task_struct *curr, gfp_t gfp,
			      unsigned int order, const char *caller);

/* Of the smallest block with @size bytes; MAX_ORDER: there is none. */
unsigned int get_order(uint32_t size);
/*
 * @size bytes of lowmem in a row, in whole pages that can be freed one by one;
 * nothing of the rest of a block of a power of two is kept. 0: out of memory.
 */
vaddr_t alloc_pages_exact(struct task_struct *curr, uint32_t size, gfp_t gfp);
void free_pages_exact(struct task_struct *curr, vaddr_t kaddr, uint32_t size);

/*
 * Gives up one reference; frees with the last, and notes the function that
 * did. Any order, as allocated.
 */
#define __free_pages(curr, page, order) \
	free_block_caller(curr, page, order, __func__)
#define free_pages(curr, kaddr, order) \
	free_pages_caller(curr, kaddr, order, __func__)
void free_block_caller(struct task_struct *curr, struct page *page,
		       unsigned int order, const char *caller);
void free_pages_caller(struct task_struct *curr, vaddr_t kaddr,
		       unsigned int order, const char *caller);
void get_page(struct page *page);
/*
 * A page of the LRU lists leaves them first (__page_cache_release()); of a
 * compound page any part may be given.
 */
#define put_page(curr, page) put_page_caller(curr, page, __func__)
void put_page_caller(struct task_struct *curr, struct page *page,
		     const char *caller);

/* Makes of a block of 2^order pages as many single ones. */
void split_page(struct page *page, unsigned int order);
/* What CPUs keep on their own lists goes back to the buddy. */
void drain_all_pages(struct kernel *k);
void drain_local_pages(struct kernel *k, int cpu);

#endif
