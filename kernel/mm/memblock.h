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

#define SMP_CACHE_BYTES 64 /* what is allocated starts a cache line */

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
 * touch differ in flags or node. When the first array is full, a larger one is
 * taken from memblock itself.
 */
struct memblock_type {
	uint32_t cnt, max;
	paddr_t total_size;
	const char *name;
	struct memblock_region *regions;
	struct memblock_region init_regions[INIT_MEMBLOCK_REGIONS];
};

struct memblock {
	bool bottom_up; /* allocate from the lowest free address on */
	bool debug; /* "memblock=debug" */
	bool can_resize; /* all that is taken from the start is reserved */
	paddr_t current_limit;
	struct memblock_type memory, reserved;
};

/* Before anything else; reads "memblock=debug" once it is known. */
void memblock_init(struct kernel *k);
void memblock_set_debug(struct kernel *k, bool debug);

/*
 * From now on full arrays grow; before, nobody knows what memory is really
 * free.
 */
void memblock_allow_resize(struct kernel *k);

/*
 * All accept ranges that overlap what is there. 0, or -ENOMEM: the array is
 * full and can't grow, and nothing or (memblock_add(), _reserve()) a part was
 * done. With "memblock=debug" each call is logged with who made it.
 */
#define memblock_add(k, base, size) __memblock_add(k, base, size, __func__)
#define memblock_add_node(k, base, size, nid, flags) \
	__memblock_add_node(k, base, size, nid, flags, __func__)
#define memblock_remove(k, base, size) \
	__memblock_remove(k, base, size, __func__)
#define memblock_reserve(k, base, size) \
	__memblock_reserve(k, base, size, __func__)
/* Takes a reservation back. */
#define memblock_phys_free(k, base, size) \
	__memblock_phys_free(k, base, size, __func__)
int __memblock_add(struct kernel *k, paddr_t base, paddr_t size,
		   const char *caller);
int __memblock_add_node(struct kernel *k, paddr_t base, paddr_t size, int nid,
			uint32_t flags, const char *caller);
int __memblock_remove(struct kernel *k, paddr_t base, paddr_t size,
		      const char *caller);
int __memblock_reserve(struct kernel *k, paddr_t base, paddr_t size,
		       const char *caller);
int __memblock_phys_free(struct kernel *k, paddr_t base, paddr_t size,
			 const char *caller);
int memblock_mark_nomap(struct kernel *k, paddr_t base, paddr_t size);
/* Memory of [base, base + size) belongs to node @nid. */
int memblock_set_node(struct kernel *k, paddr_t base, paddr_t size, int nid);
/* "mem=": forgets memory beyond the first @limit bytes of it; 0: none. */
void memblock_enforce_memory_limit(struct kernel *k, paddr_t limit);

void memblock_set_bottom_up(struct kernel *k, bool enable);
/* Allocations stay below @limit: what the boot page tables map. */
void memblock_set_current_limit(struct kernel *k, paddr_t limit);

/*
 * A free range of @size bytes within [start, end), reserved; 0: none. @align
 * is a power of two, 0 for SMP_CACHE_BYTES. From the top down unless
 * bottom_up. Contents are as they were.
 */
#define memblock_phys_alloc_range(k, size, align, start, end) \
	__memblock_phys_alloc_range(k, size, align, start, end, __func__)
#define memblock_phys_alloc(k, size, align)                           \
	memblock_phys_alloc_range(k, size, align, MEMBLOCK_LOW_LIMIT, \
				  MEMBLOCK_ALLOC_ACCESSIBLE)
paddr_t __memblock_phys_alloc_range(struct kernel *k, paddr_t size,
				    paddr_t align, paddr_t start, paddr_t end,
				    const char *caller);
/* From memory of node @nid if possible, else from any. */
paddr_t memblock_phys_alloc_try_nid(struct kernel *k, paddr_t size,
				    paddr_t align, int nid);
/*
 * Lowmem by kernel address: its bytes, zeroed, and its place in the object
 * store. From node @nid above @min_addr if possible, else from any, and from
 * below. 0: none.
 */
#define memblock_alloc_try_nid(k, size, align, min_addr, max_addr, nid)   \
	__memblock_alloc_try_nid(k, size, align, min_addr, max_addr, nid, \
				 true, __func__)
/* The same without zeroing. */
#define memblock_alloc_try_nid_raw(k, size, align, min_addr, max_addr, nid) \
	__memblock_alloc_try_nid(k, size, align, min_addr, max_addr, nid,   \
				 false, __func__)
#define memblock_alloc(k, size, align)                             \
	memblock_alloc_try_nid(k, size, align, MEMBLOCK_LOW_LIMIT, \
			       MEMBLOCK_ALLOC_ACCESSIBLE, NUMA_NO_NODE)
#define memblock_alloc_node(k, size, align, nid)                   \
	memblock_alloc_try_nid(k, size, align, MEMBLOCK_LOW_LIMIT, \
			       MEMBLOCK_ALLOC_ACCESSIBLE, nid)
vaddr_t __memblock_alloc_try_nid(struct kernel *k, paddr_t size, paddr_t align,
				 paddr_t min_addr, paddr_t max_addr, int nid,
				 bool zero, const char *caller);
/* Of node @nid's memory (NUMA_NO_NODE: any), or if need be of others'. */
paddr_t memblock_alloc_range_nid(struct kernel *k, paddr_t size, paddr_t align,
				 paddr_t start, paddr_t end, int nid,
				 bool exact_nid);
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
/* Both lists, in Linux's form; the second only with "memblock=debug". */
void __memblock_dump_all(struct kernel *k);
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
/* Whole pages of a range that was reserved till then, after that. */
#define memblock_free_late(k, base, size) \
	__memblock_free_late(k, base, size, __func__)
void __memblock_free_late(struct kernel *k, paddr_t base, paddr_t size,
			  const char *caller);

#endif
