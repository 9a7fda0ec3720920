/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MM_USER_STATE_H
#define KERNEL_MM_USER_STATE_H

/* What user memory needs for the whole kernel: caches, the zero page, LRUs. */

#include <stdint.h>

#include "kernel/lib/list.h"
#include "kernel/mm/shrinker.h"
#include "kernel/task/rwsem_types.h"

struct kmem_cache;
struct page;

/* In the order of NR_INACTIVE_ANON …; LRU_UNEVICTABLE is never scanned. */
enum lru_list {
	LRU_INACTIVE_ANON,
	LRU_ACTIVE_ANON,
	LRU_INACTIVE_FILE,
	LRU_ACTIVE_FILE,
	LRU_UNEVICTABLE,
	NR_LRU_LISTS
};

/* The LRU lists of one node: pages by page->lru, youngest first. */
struct lruvec {
	struct list_head lists[NR_LRU_LISTS];
	/* What reclaiming each kind has cost, fading: in pages of I/O. */
	uint64_t anon_cost, file_cost;
	/* Pages that left, or became active: the clock of refaults. */
	uint64_t nonresident_age;
	int64_t refaults[2]; /* WORKINGSET_ACTIVATE_* at the last reclaim */
	bool congested; /* kswapd met dirty pages that already are queued */
};
#define NR_LRUVECS 4

/* Pages on their way to another list, with a reference each (mm/swap.c). */
#define PAGEVEC_SIZE 15
struct pagevec {
	unsigned int nr;
	struct page *pages[PAGEVEC_SIZE];
};

struct user_mm_state {
	struct kmem_cache *vm_area_cachep, *mm_cachep;
	struct kmem_cache *anon_vma_cachep, *anon_vma_chain_cachep;
	struct kmem_cache *mempolicy_cachep, *sp_node_cachep; /* with nodes */
	struct page *zero_page; /* shared by all reads of untouched memory */
	uint32_t zero_pfn;
	struct lruvec lruvec[NR_LRUVECS]; /* by node */
	struct pagevec lru_lazyfree;
	bool lru_ready; /* the lists are there: reclaim has something to ask */
	struct rw_semaphore shrinker_rwsem; /* over: */
	struct list_head shrinker_list;
	/* xarray nodes with nothing but shadows, oldest first */
	struct list_head shadow_nodes;
	uint32_t nr_shadow_nodes;
	struct shrinker workingset_shadow_shrinker;
	int64_t committed_pages; /* vm_committed_as */
	int64_t shmem_committed; /* of these, to files of tmpfs and shm */
	int64_t committed_lost; /* and what no one will ever give back */
	/* overcommit_kbytes counts in place of the ratio, unless it is 0 */
	int overcommit_memory, overcommit_ratio, overcommit_kbytes;
	uint32_t max_map_count, mmap_min_addr;
	uint32_t fault_around_bytes;
	int mmap_rnd_bits; /* how many bits of a page number it takes */
	int randomize_va_space; /* 0: mmap_base and brk at fixed places */
};

#endif
