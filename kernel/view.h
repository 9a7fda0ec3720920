/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_VIEW_H
#define KERNEL_VIEW_H

/* The kernel's books as it tells viewers of them: plain data. */

#include <stdbool.h>
#include <stdint.h>

/* ---- frames ------------------------------------------------------------------ */

enum frame_use {
#define FRAME_USE(name, key, label) FRAME_##name,
#include "kernel/frame_use.def"
#undef FRAME_USE
	NR_FRAME_USES
};

/* What a viewer shows of one frame. */
enum kernel_lru {
	KERNEL_LRU_NONE,
	KERNEL_LRU_INACTIVE_ANON,
	KERNEL_LRU_ACTIVE_ANON,
	KERNEL_LRU_INACTIVE_FILE,
	KERNEL_LRU_ACTIVE_FILE,
	KERNEL_LRU_UNEVICTABLE
};
enum {
	KERNEL_FRAME_RAM = 1, /* there is one */
	KERNEL_FRAME_FIRST = 2, /* of its block */
	KERNEL_FRAME_DIRTY = 4,
	KERNEL_FRAME_WRITEBACK = 8,
	KERNEL_FRAME_SWAPCACHE = 16,
	KERNEL_FRAME_LOCKED = 32,
	KERNEL_FRAME_REFERENCED = 64,
	KERNEL_FRAME_POISONED = 128
};
struct kernel_frame {
	uint8_t use; /* enum frame_use */
	uint8_t flags; /* KERNEL_FRAME_… */
	uint8_t order; /* of the free, compound or slab block it is part of */
	uint8_t lru; /* enum kernel_lru */
	uint8_t migratetype; /* of its pageblock */
	uint8_t node : 4, zone : 4;
	uint8_t mapcount; /* entries that map it; 255: so many or more */
	uint8_t cache; /* a slab's: the number of its cache, from 1; or 0 */
	/*
	 * The address space that has it, or one of those: its first-level
	 * table's address / 16 KB, as in struct kernel_process_info. 0: none.
	 */
	uint32_t mm;
};

#define KERNEL_BLOCK_FRAMES 1024 /* a pageblock */

/* ---- a process's memory -------------------------------------------------------- */
enum {
	KERNEL_VMA_READ = 1,
	KERNEL_VMA_WRITE = 2,
	KERNEL_VMA_EXEC = 4,
	KERNEL_VMA_SHARED = 8,
	KERNEL_VMA_LOCKED = 16,
	KERNEL_VMA_GROWS = 32, /* a stack */
	KERNEL_VMA_DEVICE = 64 /* frames that are none of rmap's */
};
struct kernel_vma {
	uint32_t start, end;
	uint8_t rights; /* KERNEL_VMA_… */
	uint64_t offset; /* in its file */
	char name[64]; /* as in /proc/PID/maps, cut; "": none */
};

/* What stands at one page of it. */
enum { /* flags */
	KERNEL_PAGE_PRESENT = 1,
	KERNEL_PAGE_YOUNG = 2,
	KERNEL_PAGE_DIRTY = 4,
	KERNEL_PAGE_WRITE = 8, /* may be written; in a VMA that may: no COW */
	KERNEL_PAGE_ZERO = 16, /* the zero page */
	KERNEL_PAGE_SWAPPED = 32,
	KERNEL_PAGE_MOVING = 64, /* by migration */
	KERNEL_PAGE_POISONED = 128 /* lost by a memory error */
};
enum { /* kind */
	KERNEL_PAGE_ANON = 1, /* or else a file's */
	KERNEL_PAGE_SHARED = 2, /* mapped more than once */
	KERNEL_PAGE_LARGE = 4, /* part of a large page's entry, 64 KB */
	KERNEL_PAGE_HUGE = 8 /* of a pair of sections, 2 MB */
};
#define KERNEL_TABLE_PAGES  512 /* of one pair of first-level words */
#define KERNEL_PAGE_NOWHERE UINT32_MAX
struct kernel_page {
	uint32_t where; /* frame number, or slot in its swap area */
	uint8_t flags, kind, area;
	uint8_t zero; /* so that equal ones are equal bytes */
};

/*
 * The Linux word of one page, whose bits kernel/linux_pte.def names: it lies
 * beside the hardware's, in the same second-level page.
 */
enum kernel_linux_kind {
	KERNEL_LINUX_NO_TABLE, /* nothing, or a section, at the first level */
	KERNEL_LINUX_EMPTY,
	KERNEL_LINUX_PRESENT,
	KERNEL_LINUX_SWAP, /* slot and area, or a page that is being moved */
};
struct kernel_linux_entry {
	uint32_t tables; /* physical address of the first-level table */
	enum kernel_linux_kind kind;
	uint32_t paddr, word; /* unless there is no table */
	char meaning[64]; /* "present, young, clean, rw, user" */
};

/* ---- zones and nodes -------------------------------------------------------- */

#define KERNEL_NR_ORDERS       11 /* blocks of 1 to 1024 pages */
#define KERNEL_NR_MIGRATETYPES 6

/* A zone that has memory, as the page allocator sees it; in pages. */
struct kernel_zone_info {
	int node;
	const char *name; /* "Normal" */
	uint64_t start_pfn;
	uint32_t spanned, present, managed;
	uint32_t min, low, high; /* watermarks */
	/* Free blocks, and whole pageblocks, by migrate type. */
	uint32_t free_blocks[KERNEL_NR_MIGRATETYPES][KERNEL_NR_ORDERS];
	uint32_t pageblocks[KERNEL_NR_MIGRATETYPES];
	/* Thousandths, see fragmentation_index() and unusable_free_index(). */
	int fragmentation_index[KERNEL_NR_ORDERS];
	int unusable_index[KERNEL_NR_ORDERS];
};

/* A board whose device tree numbers nodes; none of the others has any. */
#define KERNEL_MAX_NODES 4
struct kernel_node_info {
	int node;
	uint32_t frames; /* of RAM */
	uint32_t cpus; /* mask: those that are near */
	unsigned int nr_nodes;
	uint32_t distance[KERNEL_MAX_NODES];
	/* Allocations, of blocks of any size; see enum numa_stat_item. */
	uint64_t hit, miss, foreign, local, other;
};

/* ---- slab caches, LRU lists, swap ------------------------------------------- */

struct kernel_cache {
	const char *name; /* until the cache is destroyed */
	uint32_t number; /* as in struct kernel_frame, which has 255 at most */
	uint32_t object_size; /* bytes, from one object to the next */
	uint32_t slab_frames, slab_objects; /* of one slab */
	uint64_t active, objects; /* in use, as far as it knows; and all */
	uint64_t slabs;
};

struct kernel_lruvec {
	int node;
	uint64_t pages[KERNEL_LRU_UNEVICTABLE + 1]; /* by enum kernel_lru */
	uint64_t isolated; /* off the lists, under reclaim or migration */
	bool kswapd_runs; /* or waits for the disk; or else it sleeps */
	uint32_t kswapd_failures; /* runs in a row that freed nothing */
};

struct kernel_swap {
	unsigned int area;
	const char *name; /* "vda", until swapoff */
	int priority;
	uint32_t slots, used;
};
enum kernel_slot {
	KERNEL_SLOT_FREE,
	KERNEL_SLOT_USED,
	KERNEL_SLOT_SHARED, /* by several processes */
	KERNEL_SLOT_CACHED, /* has a page in the swap cache, too */
	KERNEL_SLOT_BAD /* the header's, or unreadable */
};

#endif
