/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MM_USER_STATE_H
#define KERNEL_MM_USER_STATE_H

/* What user memory needs for the whole kernel: caches, the zero page. */

#include <stdint.h>

struct kmem_cache;
struct page;

struct user_mm_state {
	struct kmem_cache *vm_area_cachep, *mm_cachep;
	struct kmem_cache *anon_vma_cachep, *anon_vma_chain_cachep;
	struct page *zero_page;
	int64_t committed_pages; /* vm_committed_as */
	int overcommit_memory, overcommit_ratio;
	uint32_t max_map_count, mmap_min_addr;
};

#endif
