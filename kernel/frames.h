/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_FRAMES_H
#define KERNEL_FRAMES_H

/* Frames of RAM as the kernel tells others of them: plain data. */

#include <stdint.h>

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

/* What a viewer shows of a process's memory. */
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
	KERNEL_PAGE_MOVING = 64 /* by migration */
};
enum { /* kind */
	KERNEL_PAGE_ANON = 1, /* or else a file's */
	KERNEL_PAGE_SHARED = 2, /* mapped more than once */
	KERNEL_PAGE_LARGE = 4, /* part of a large page's entry, 64 KB */
	KERNEL_PAGE_HUGE = 8 /* of a pair of sections, 2 MB */
};
#define KERNEL_PAGE_NOWHERE UINT32_MAX
struct kernel_page {
	uint32_t where; /* frame number, or slot in its swap area */
	uint8_t flags, kind, area;
};

#endif
