/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MM_SWAP_INFO_H
#define KERNEL_MM_SWAP_INFO_H

/*
 * A swap area's books (include/linux/swap.h: struct swap_info_struct), and
 * what the kernel keeps of all areas together. Everybody outside of the swap
 * files goes through swapfile.h.
 */

#include <stdbool.h>
#include <stdint.h>

#include "kernel/hw.h"
#include "kernel/lib/ratelimit.h"
#include "kernel/mm/mm_types.h"
#include "kernel/task/sched.h"

struct block_device;

#define SWP_USED       0x001u /* the structure is an area's */
#define SWP_WRITEOK    0x002u /* slots may be had */
#define SWP_SOLIDSTATE 0x010u /* seeks are free: slots by cluster */
#define SWP_BLKDEV     0x040u /* a whole device, not a file on one */

/* Slots that are handed out one after the other, for one disk's sake. */
#define SWAPFILE_CLUSTER 256u
#define CLUSTER_NULL     UINT32_MAX

/*
 * MODEL: a slot's count has 15 bits here. Linux has 6, and chains pages of
 * more ("continuations") where forks bring it beyond 62; those may fail for
 * want of memory, which here can't happen. Charged as Linux's: a byte a slot.
 */
typedef uint16_t swap_count_t;
#define SWAP_HAS_CACHE ((swap_count_t)0x8000) /* the swap cache has a page */
#define SWAP_MAP_BAD   ((swap_count_t)0x7fff) /* unusable; the header is, too */
#define SWAP_MAP_SHMEM ((swap_count_t)0x7ffe) /* a file's of memory: counts 1 */
#define SWAP_MAP_MAX   ((swap_count_t)0x7ffd)

static inline swap_count_t swap_count(swap_count_t ent)
{
	return ent & (swap_count_t)~SWAP_HAS_CACHE;
}

/* 256 slots in a row, of a solid-state disk. */
struct swap_cluster_info {
	uint16_t count; /* slots in use, or bad */
	bool free; /* on the list: all of it is */
	uint32_t next; /* on the list; CLUSTER_NULL: the last */
};
#define ARM_SIZEOF_SWAP_CLUSTER_INFO 4

struct swap_cluster_list {
	uint32_t head, tail; /* CLUSTER_NULL: empty */
};

/* Slots in a row that lie in a row on the disk, too. */
struct swap_extent {
	pgoff_t start_page;
	uint32_t nr_pages, start_sector;
};
#define ARM_SIZEOF_SWAP_EXTENT 32

/*
 * Viewers know when a slot has last changed of each piece of 1024, or of
 * another that falls on the same of so many places.
 */
#define SWAP_PIECE_SHIFT  10
#define SWAP_PIECE_PLACES 1024

/*
 * One area. Made by swapon(), and kept for the next one after swapoff().
 *
 * Invariants: inuse_pages of the slots 1 to max - 1 have a count that is
 * neither 0 nor SWAP_MAP_BAD; lowest_bit and highest_bit enclose all that are
 * free; `cache` holds a page exactly for the slots with SWAP_HAS_CACHE.
 */
struct swap_info_struct {
	uint32_t flags; /* SWP_… */
	int prio; /* who has more is filled first */
	uint32_t type; /* its number in entries */
	struct list_head list; /* of all areas, by priority */
	struct list_head avail_list; /* of those with room, by priority */
	bool available; /* stands on that list */
	uint32_t max; /* slots, the header's and bad ones included */
	uint32_t pages; /* of these, usable */
	uint32_t inuse_pages;
	swap_count_t *swap_map;
	uint32_t lowest_bit, highest_bit;
	uint32_t cluster_next, cluster_nr; /* where to look, and for how long */
	struct swap_cluster_info *cluster_info; /* NULL: seeks cost */
	struct swap_cluster_list free_clusters;
	struct { /* the cluster that a CPU fills */
		uint32_t index, next;
	} cpu_cluster[NR_CPUS];
	struct swap_extent *extents; /* by start_page */
	uint32_t nr_extents;
	struct block_device *bdev;
	struct file *swap_file;
	struct address_space cache; /* the swap cache, by slot */
	uint32_t users; /* tasks between get_ and put_swap_device() */
	bool dying; /* swapoff() waits for those */
	struct wait_queue_head users_gone;
};
#define ARM_SIZEOF_SWAP_INFO_STRUCT 232

#define NR_SWAP_TYPES 32 /* at least MAX_SWAPFILES */

struct swap_state {
	struct swap_info_struct *info[NR_SWAP_TYPES]; /* by type */
	uint32_t nr_swapfiles; /* of these, ever used */
	struct list_head active, avail; /* areas, by priority */
	int64_t nr_swap_pages, total_swap_pages;
	int least_priority; /* the last one that swapon() chose by itself */
	uint32_t nr_arriving; /* pages that wait for room in the swap cache */
	uint32_t nr_rotate_swap; /* areas whose disk seeks */
	struct { /* of swap_cluster_readahead() */
		uint32_t prev_offset, hits, last_pages;
	} ra;
	bool no_vma_readahead; /* /sys/kernel/mm/swap/vma_ra_enabled */
	struct list_head shmem_swaplist; /* files of memory with slots */
	struct ratelimit_state read_rs, write_rs; /* reports of errors */
	/* For viewers alone: changes of slots so far; and at the last one. */
	uint64_t nr_changes;
	uint64_t changed[SWAP_PIECE_PLACES];
};

static inline uint32_t swap_piece_place(uint32_t type, uint32_t offset)
{
	return ((offset >> SWAP_PIECE_SHIFT) + type * 37) % SWAP_PIECE_PLACES;
}

/* The count of slot @offset is another now. */
static inline void swap_slot_changed(struct swap_state *swap,
				     const struct swap_info_struct *si,
				     uint32_t offset)
{
	swap->changed[swap_piece_place(si->type, offset)] = ++swap->nr_changes;
}

#endif
