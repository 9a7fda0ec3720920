/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MM_MEMBLOCK_H
#define KERNEL_MM_MEMBLOCK_H

/*
 * Memory before there is an allocator (include/linux/memblock.h): which RAM
 * there is and which of it is taken. memblock_free_all() hands what is left
 * to the buddy allocator and ends memblock's days.
 */

#include <stdbool.h>
#include <stdint.h>

#include "mmu/types.h"

struct kernel;

#define INIT_MEMBLOCK_REGIONS 128
#define MEMBLOCK_NONE         0x0u
#define MEMBLOCK_HOTPLUG      0x1u
#define MEMBLOCK_NOMAP        0x4u /* RAM without a place in the linear map */

#define NUMA_NO_NODE (-1)

#define MEMBLOCK_LOW_LIMIT        ((paddr_t)0)
#define MEMBLOCK_ALLOC_ACCESSIBLE ((paddr_t)0) /* up to current_limit */
#define MEMBLOCK_ALLOC_ANYWHERE   (~(paddr_t)0)

struct memblock_region {
	paddr_t base, size;
	uint32_t flags;
	int nid;
};

/*
 * Regions in order of address, none empty, none overlapping; neighbours that
 * touch differ in flags or node.
 */
struct memblock_type {
	uint32_t cnt;
	paddr_t total_size;
	const char *name;
	struct memblock_region regions[INIT_MEMBLOCK_REGIONS];
};

struct memblock {
	bool bottom_up; /* allocate from the lowest free address on */
	bool debug; /* "memblock=debug" */
	paddr_t current_limit;
	struct memblock_type memory, reserved;
};

/* Before anything else; reads "memblock=debug" once it is known. */
void memblock_init(struct kernel *k);
void memblock_set_debug(struct kernel *k, bool debug);

/* All four accept ranges that overlap what is there. Panics when full. */
void memblock_add(struct kernel *k, paddr_t base, paddr_t size);
void memblock_add_node(struct kernel *k, paddr_t base, paddr_t size, int nid,
		       uint32_t flags);
void memblock_remove(struct kernel *k, paddr_t base, paddr_t size);
void memblock_reserve(struct kernel *k, paddr_t base, paddr_t size);
/* Takes a reservation back. */
void memblock_phys_free(struct kernel *k, paddr_t base, paddr_t size);
void memblock_mark_nomap(struct kernel *k, paddr_t base, paddr_t size);
/* Memory of [base, base + size) belongs to node @nid. */
void memblock_set_node(struct kernel *k, paddr_t base, paddr_t size, int nid);
/* "mem=": forgets memory beyond the first @limit bytes of it. */
void memblock_enforce_memory_limit(struct kernel *k, paddr_t limit);

void memblock_set_bottom_up(struct kernel *k, bool enable);
/* Allocations stay below @limit: what the boot page tables map. */
void memblock_set_current_limit(struct kernel *k, paddr_t limit);

/*
 * A free range of @size bytes within [start, end), reserved; 0: none. @align
 * is a power of two, 0 for SMP_CACHE_BYTES. From the top down unless
 * bottom_up. Contents are as they were.
 */
paddr_t memblock_phys_alloc_range(struct kernel *k, paddr_t size, paddr_t align,
				  paddr_t start, paddr_t end);
paddr_t memblock_phys_alloc(struct kernel *k, paddr_t size, paddr_t align);
/* From memory of node @nid if possible, else from any. */
paddr_t memblock_phys_alloc_try_nid(struct kernel *k, paddr_t size,
				    paddr_t align, int nid);
/*
 * Lowmem by kernel address, zeroed: its bytes and its place in the object
 * store. Panics when there is none.
 */
vaddr_t memblock_alloc(struct kernel *k, paddr_t size, paddr_t align);
/* Looks for a place without taking it. */
paddr_t memblock_find_in_range(struct kernel *k, paddr_t start, paddr_t end,
			       paddr_t size, paddr_t align);

bool memblock_is_memory(const struct kernel *k, paddr_t paddr);
bool memblock_is_region_memory(const struct kernel *k, paddr_t base,
			       paddr_t size);
bool memblock_is_reserved(const struct kernel *k, paddr_t paddr);
bool memblock_is_region_reserved(const struct kernel *k, paddr_t base,
				 paddr_t size);
paddr_t memblock_phys_mem_size(const struct kernel *k);
paddr_t memblock_reserved_size(const struct kernel *k);
paddr_t memblock_start_of_DRAM(const struct kernel *k);
paddr_t memblock_end_of_DRAM(const struct kernel *k);
/* With "memblock=debug": both lists, in Linux's form. */
void memblock_dump_all(struct kernel *k);

/*
 * The next stretch of free memory (memory, mapped, not reserved) of @nid or,
 * with NUMA_NO_NODE, any node, from *cursor (0 at first) on. False: no more.
 */
bool memblock_next_free_range(const struct kernel *k, uint64_t *cursor, int nid,
			      paddr_t *start, paddr_t *end);
/* The same from the top down; *cursor starts as UINT64_MAX. */
bool memblock_next_free_range_rev(const struct kernel *k, uint64_t *cursor,
				  int nid, paddr_t *start, paddr_t *end);

#define for_each_mem_region(region, k)                                        \
	for (region = (k)->mem.memblock.memory.regions;                       \
	     region <                                                         \
	     (k)->mem.memblock.memory.regions + (k)->mem.memblock.memory.cnt; \
	     region++)
#define for_each_reserved_mem_region(region, k)               \
	for (region = (k)->mem.memblock.reserved.regions;     \
	     region < (k)->mem.memblock.reserved.regions +    \
			      (k)->mem.memblock.reserved.cnt; \
	     region++)

/*
 * All free memory goes to the buddy allocator, by order of address; reserved
 * frames are marked. Needs free_area_init(). Returns the pages freed.
 */
uint64_t memblock_free_all(struct kernel *k);

#endif
