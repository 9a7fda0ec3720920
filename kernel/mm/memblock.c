/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/memblock.h"

/*
 * The boot allocator (mm/memblock.c): two sorted lists of physical ranges,
 * what memory there is and what of it is reserved. Free memory is the first
 * less the second, and is computed, not kept. The invariant is that of
 * struct memblock_type: sorted, disjoint, and as few regions as possible.
 *
 * An array of regions that is full moves to one of twice the size, taken from
 * the memory that it describes; the first ones, of 128 regions, are part of
 * struct memblock. On ARM they stay to the end (ARCH_KEEP_MEMBLOCK).
 *
 * MODEL: no mirrored or driver-managed memory; lines of "memblock=debug" name
 * the caller without the offset of the call in it, which is the host's.
 */

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "kernel/arm_sizes.h"
#include "kernel/lib/bug.h"
#include "kernel/lib/printk.h"
#include "kernel/mm/kmemleak.h"
#include "kernel/mm/kobj.h"
#include "kernel/mm/page_alloc.h"

/*
 * Without LPAE phys_addr_t has 32 bits: of RAM that reaches up to 4 GB the
 * last byte, and so the last page, is out of Linux's reach.
 */
#define PADDR_MAX ((paddr_t)UINT32_MAX)

static paddr_t region_end(const struct memblock_region *region)
{
	return region->base + region->size;
}

static paddr_t min_paddr(paddr_t a, paddr_t b)
{
	return a < b ? a : b;
}

static paddr_t max_paddr(paddr_t a, paddr_t b)
{
	return a > b ? a : b;
}

static paddr_t range_end(paddr_t base, paddr_t size)
{
	return base + min_paddr(size, PADDR_MAX - base);
}

static void init_type(struct memblock_type *type, const char *name)
{
	type->name = name;
	type->max = INIT_MEMBLOCK_REGIONS;
	type->regions = type->init_regions;
}

void memblock_init(struct kernel *k)
{
	struct memblock *mb = &k->mem.memblock;

	memset(mb, 0, sizeof(*mb));
	init_type(&mb->memory, "memory");
	init_type(&mb->reserved, "reserved");
	mb->current_limit = MEMBLOCK_ALLOC_ANYWHERE;
}

void memblock_set_debug(struct kernel *k, bool debug)
{
	k->mem.memblock.debug = debug;
}

void memblock_allow_resize(struct kernel *k)
{
	k->mem.memblock.can_resize = true;
}

#define memblock_dbg(k, ...)                    \
	do {                                    \
		if ((k)->mem.memblock.debug)    \
			printk(k, __VA_ARGS__); \
	} while (0)

static void log_range(struct kernel *k, const char *call, paddr_t base,
		      paddr_t size, const char *caller)
{
	memblock_dbg(k, "%s: [0x%08llx-0x%08llx] %s", call,
		     (unsigned long long)base,
		     (unsigned long long)(base + size - 1), caller);
}

/* ---- room for more ------------------------------------------------------------- */

static paddr_t array_bytes(uint32_t nr_regions)
{
	return (paddr_t)nr_regions * ARM_SIZEOF_MEMBLOCK_REGION;
}

static paddr_t page_align(paddr_t size)
{
	return (size + PAGE_SIZE - 1) & ~(paddr_t)(PAGE_SIZE - 1);
}

/* Where a larger array can lie: not within what is just being reserved. */
static paddr_t find_array(struct kernel *k, const struct memblock_type *type,
			  paddr_t base, paddr_t size, paddr_t nr_bytes)
{
	const struct memblock *mb = &k->mem.memblock;
	paddr_t found;

	if (type != &mb->reserved)
		base = size = 0;
	found = memblock_find_in_range(k, base + size, mb->current_limit,
				       nr_bytes, PAGE_SIZE);
	if (!found && size)
		found = memblock_find_in_range(
			k, 0, min_paddr(base, mb->current_limit), nr_bytes,
			PAGE_SIZE);
	return found;
}

/* For a change at [base, base + size). False: it must stay as it is. */
static bool double_array(struct kernel *k, struct memblock_type *type,
			 paddr_t base, paddr_t size)
{
	struct memblock_region *old = type->regions;
	const paddr_t old_bytes = page_align(array_bytes(type->max));
	const paddr_t new_bytes = page_align(array_bytes(type->max * 2));
	paddr_t at;

	if (!k->mem.memblock.can_resize)
		return false;
	at = find_array(k, type, base, size, new_bytes);
	if (!at) {
		printk(k,
		       "memblock: Failed to double %s array from %u to %u "
		       "entries !",
		       type->name, type->max, type->max * 2);
		return false;
	}
	memblock_dbg(k, "memblock: %s is doubled to %u at [0x%08llx-0x%08llx]",
		     type->name, type->max * 2, (unsigned long long)at,
		     (unsigned long long)(at + array_bytes(type->max * 2) - 1));
	type->regions = kobj(k, phys_to_virt(k, at));
	memcpy(type->regions, old, type->cnt * sizeof(*old));
	type->max *= 2;
	if (old != type->init_regions)
		memblock_phys_free(k, virt_to_phys(k, kobj_addr(k, old)),
				   old_bytes);
	BUG_ON(memblock_reserve(k, at, new_bytes));
	return true;
}

/* ---- the lists ------------------------------------------------------------- */

/* There is room: see double_array(). */
static void insert_region(struct memblock_type *type, uint32_t at,
			  const struct memblock_region *region)
{
	BUG_ON(type->cnt == type->max);
	memmove(&type->regions[at + 1], &type->regions[at],
		(type->cnt - at) * sizeof(*region));
	type->regions[at] = *region;
	type->cnt++;
	type->total_size += region->size;
}

static void remove_region(struct memblock_type *type, uint32_t at)
{
	type->total_size -= type->regions[at].size;
	type->cnt--;
	memmove(&type->regions[at], &type->regions[at + 1],
		(type->cnt - at) * sizeof(type->regions[0]));
}

static void merge_regions(struct memblock_type *type)
{
	uint32_t i = 0;

	while (i + 1 < type->cnt) {
		struct memblock_region *this = &type->regions[i];
		struct memblock_region *next = this + 1;

		if (region_end(this) != next->base || this->nid != next->nid ||
		    this->flags != next->flags) {
			i++;
			continue;
		}
		this->size += next->size;
		type->total_size += next->size; /* remove_region() takes it */
		remove_region(type, i + 1);
	}
}

/*
 * Inserts what of [base, end) isn't in the list yet, or only says how many
 * regions that would be.
 */
static uint32_t fill_gaps(struct memblock_type *type, paddr_t base, paddr_t end,
			  int nid, uint32_t flags, bool insert)
{
	struct memblock_region new = {.nid = nid, .flags = flags};
	uint32_t nr_new = 0, i;

	for (i = 0; i < type->cnt && base < end; i++) {
		const struct memblock_region old = type->regions[i];

		if (region_end(&old) <= base)
			continue;
		if (old.base >= end)
			break;
		if (old.base > base) {
			new.base = base;
			new.size = old.base - base;
			nr_new++;
			if (insert)
				insert_region(type, i++, &new);
		}
		base = region_end(&old);
	}
	if (base >= end)
		return nr_new;
	new.base = base;
	new.size = end - base;
	if (insert)
		insert_region(type, i, &new);
	return nr_new + 1;
}

static int add_range(struct kernel *k, struct memblock_type *type, paddr_t base,
		     paddr_t size, int nid, uint32_t flags)
{
	const paddr_t end = range_end(base, size);

	/* the larger array is reserved too, which may fill other gaps */
	while (type->cnt + fill_gaps(type, base, end, nid, flags, false) >
	       type->max)
		if (!double_array(k, type, base, size))
			return -ENOMEM;
	fill_gaps(type, base, end, nid, flags, true);
	merge_regions(type);
	return 0;
}

/* Cuts the region that crosses @at in two there. */
static void split_at(struct memblock_type *type, paddr_t at)
{
	for (uint32_t i = 0; i < type->cnt; i++) {
		struct memblock_region *region = &type->regions[i];
		struct memblock_region rest = *region;

		if (region->base >= at || region_end(region) <= at)
			continue;
		rest.base = at;
		rest.size = region_end(region) - at;
		region->size = at - region->base;
		type->total_size -= rest.size;
		insert_region(type, i + 1, &rest);
		return;
	}
}

/*
 * Makes region borders at both ends of the range; *first and *last say which
 * regions lie between: [first, last).
 */
static int isolate_range(struct kernel *k, struct memblock_type *type,
			 paddr_t base, paddr_t size, uint32_t *first,
			 uint32_t *last)
{
	paddr_t end = range_end(base, size);
	uint32_t i;

	*first = *last = 0;
	if (!size)
		return 0;
	while (type->cnt + 2 > type->max) /* at most two more */
		if (!double_array(k, type, base, size))
			return -ENOMEM;
	split_at(type, base);
	split_at(type, end);
	for (i = 0; i < type->cnt && type->regions[i].base < base;)
		i++;
	*first = i;
	while (i < type->cnt && type->regions[i].base < end)
		i++;
	*last = i;
	return 0;
}

static int remove_range(struct kernel *k, struct memblock_type *type,
			paddr_t base, paddr_t size)
{
	uint32_t first, last;
	int err = isolate_range(k, type, base, size, &first, &last);

	while (last > first)
		remove_region(type, --last);
	return err;
}

int __memblock_add_node(struct kernel *k, paddr_t base, paddr_t size, int nid,
			uint32_t flags, const char *caller)
{
	memblock_dbg(k,
		     "memblock_add_node: [0x%08llx-0x%08llx] nid=%d flags=%x "
		     "%s",
		     (unsigned long long)base,
		     (unsigned long long)(base + size - 1), nid, flags, caller);
	return add_range(k, &k->mem.memblock.memory, base, size, nid, flags);
}

int __memblock_add(struct kernel *k, paddr_t base, paddr_t size,
		   const char *caller)
{
	log_range(k, "memblock_add", base, size, caller);
	return add_range(k, &k->mem.memblock.memory, base, size, 0,
			 MEMBLOCK_NONE);
}

int __memblock_remove(struct kernel *k, paddr_t base, paddr_t size,
		      const char *caller)
{
	log_range(k, "memblock_remove", base, size, caller);
	return remove_range(k, &k->mem.memblock.memory, base, size);
}

int __memblock_reserve(struct kernel *k, paddr_t base, paddr_t size,
		       const char *caller)
{
	log_range(k, "memblock_reserve", base, size, caller);
	return add_range(k, &k->mem.memblock.reserved, base, size, NUMA_NO_NODE,
			 MEMBLOCK_NONE);
}

int __memblock_phys_free(struct kernel *k, paddr_t base, paddr_t size,
			 const char *caller)
{
	log_range(k, "memblock_phys_free", base, size, caller);
	kmemleak_free_part_phys(k, base, (uint32_t)size);
	return remove_range(k, &k->mem.memblock.reserved, base, size);
}

int memblock_mark_nomap(struct kernel *k, paddr_t base, paddr_t size)
{
	struct memblock_type *type = &k->mem.memblock.memory;
	uint32_t first, last;
	int err = isolate_range(k, type, base, size, &first, &last);

	for (uint32_t i = first; i < last; i++)
		type->regions[i].flags |= MEMBLOCK_NOMAP;
	merge_regions(type);
	return err;
}

int memblock_set_node(struct kernel *k, paddr_t base, paddr_t size, int nid)
{
	struct memblock_type *type = &k->mem.memblock.memory;
	uint32_t first, last;
	int err = isolate_range(k, type, base, size, &first, &last);

	for (uint32_t i = first; i < last; i++)
		type->regions[i].nid = nid;
	merge_regions(type);
	return err;
}

void memblock_enforce_memory_limit(struct kernel *k, paddr_t limit)
{
	struct memblock_region *region;
	paddr_t end = PADDR_MAX;

	if (!limit)
		return;
	for_each_mem_region(region, k)
	{
		if (limit <= region->size) {
			end = region->base + limit;
			break;
		}
		limit -= region->size;
	}
	if (end == PADDR_MAX) /* there is less than that */
		return;
	remove_range(k, &k->mem.memblock.memory, end, PADDR_MAX);
	remove_range(k, &k->mem.memblock.reserved, end, PADDR_MAX);
}

void memblock_set_bottom_up(struct kernel *k, bool enable)
{
	k->mem.memblock.bottom_up = enable;
}

void memblock_set_current_limit(struct kernel *k, paddr_t limit)
{
	k->mem.memblock.current_limit = limit;
}

/* ---- free memory ------------------------------------------------------------ */

static bool region_skipped(const struct memblock_region *region, int nid)
{
	return (region->flags & MEMBLOCK_NOMAP) ||
	       (nid != NUMA_NO_NODE && region->nid != nid);
}

/* The gap before reserved region @i; i == cnt: the one after the last. */
static void reserved_gap(const struct memblock_type *reserved, uint32_t i,
			 paddr_t *start, paddr_t *end)
{
	*start = i > 0 ? region_end(&reserved->regions[i - 1]) : 0;
	*end = i < reserved->cnt ? reserved->regions[i].base : PADDR_MAX;
}

static uint64_t make_cursor(uint32_t mem, uint32_t gap)
{
	return (uint64_t)gap << 32 | mem;
}

/* The cursor is a pair: memory region and gap between reserved regions. */
bool memblock_next_free_range(const struct kernel *k, uint64_t *cursor, int nid,
			      paddr_t *start, paddr_t *end)
{
	const struct memblock *mb = &k->mem.memblock;
	uint32_t mem = (uint32_t)*cursor, gap = (uint32_t)(*cursor >> 32);
	paddr_t gap_start, gap_end;

	while (mem < mb->memory.cnt && gap <= mb->reserved.cnt) {
		const struct memblock_region *m = &mb->memory.regions[mem];
		bool found;

		reserved_gap(&mb->reserved, gap, &gap_start, &gap_end);
		*start = max_paddr(m->base, gap_start);
		*end = min_paddr(region_end(m), gap_end);
		found = *start < *end && !region_skipped(m, nid);
		if (region_end(m) <= gap_end)
			mem++;
		else
			gap++;
		if (found) {
			*cursor = make_cursor(mem, gap);
			return true;
		}
	}
	*cursor = make_cursor(mb->memory.cnt, gap);
	return false;
}

/* Here both numbers of the cursor are one too big: 0 means: no more. */
bool memblock_next_free_range_rev(const struct kernel *k, uint64_t *cursor,
				  int nid, paddr_t *start, paddr_t *end)
{
	const struct memblock *mb = &k->mem.memblock;
	uint32_t mem = (uint32_t)*cursor, gap = (uint32_t)(*cursor >> 32);
	paddr_t gap_start, gap_end;

	if (*cursor == UINT64_MAX) {
		mem = mb->memory.cnt;
		gap = mb->reserved.cnt + 1;
	}
	while (mem > 0 && gap > 0) {
		const struct memblock_region *m = &mb->memory.regions[mem - 1];
		bool found;

		reserved_gap(&mb->reserved, gap - 1, &gap_start, &gap_end);
		*start = max_paddr(m->base, gap_start);
		*end = min_paddr(region_end(m), gap_end);
		found = *start < *end && !region_skipped(m, nid);
		if (m->base >= gap_start)
			mem--;
		else
			gap--;
		if (found) {
			*cursor = make_cursor(mem, gap);
			return true;
		}
	}
	*cursor = 0;
	return false;
}

static paddr_t find_top_down(const struct kernel *k, paddr_t start, paddr_t end,
			     paddr_t size, paddr_t align, int nid)
{
	uint64_t cursor = UINT64_MAX;
	paddr_t from, to, found;

	while (memblock_next_free_range_rev(k, &cursor, nid, &from, &to)) {
		from = max_paddr(from, start);
		to = min_paddr(to, end);
		if (from >= to || to < size)
			continue;
		found = (to - size) & ~(align - 1);
		if (found >= from)
			return found;
	}
	return 0;
}

static paddr_t find_bottom_up(const struct kernel *k, paddr_t start,
			      paddr_t end, paddr_t size, paddr_t align, int nid)
{
	uint64_t cursor = 0;
	paddr_t from, to, found;

	while (memblock_next_free_range(k, &cursor, nid, &from, &to)) {
		from = max_paddr(from, start);
		to = min_paddr(to, end);
		found = (from + align - 1) & ~(align - 1);
		if (from < to && found < to && to - found >= size)
			return found;
	}
	return 0;
}

static paddr_t find_in_node(const struct kernel *k, paddr_t start, paddr_t end,
			    paddr_t size, paddr_t align, int nid)
{
	const struct memblock *mb = &k->mem.memblock;

	if (!align)
		align = SMP_CACHE_BYTES;
	if (end == MEMBLOCK_ALLOC_ACCESSIBLE)
		end = mb->current_limit;
	start = max_paddr(start, PAGE_SIZE); /* 0 means failure */
	if (mb->bottom_up)
		return find_bottom_up(k, start, end, size, align, nid);
	return find_top_down(k, start, end, size, align, nid);
}

paddr_t memblock_find_in_range(struct kernel *k, paddr_t start, paddr_t end,
			       paddr_t size, paddr_t align)
{
	return find_in_node(k, start, end, size, align, NUMA_NO_NODE);
}

paddr_t memblock_alloc_range_nid(struct kernel *k, paddr_t size, paddr_t align,
				 paddr_t start, paddr_t end, int nid,
				 bool exact_nid)
{
	paddr_t found = find_in_node(k, start, end, size, align, nid);

	if (!found && nid != NUMA_NO_NODE && !exact_nid)
		found = find_in_node(k, start, end, size, align, NUMA_NO_NODE);
	if (!found || memblock_reserve(k, found, size))
		return 0;
	kmemleak_alloc_phys(k, found, (uint32_t)size, __func__);
	return found;
}

paddr_t __memblock_phys_alloc_range(struct kernel *k, paddr_t size,
				    paddr_t align, paddr_t start, paddr_t end,
				    const char *caller)
{
	memblock_dbg(k,
		     "memblock_phys_alloc_range: %llu bytes align=0x%llx "
		     "from=0x%08llx max_addr=0x%08llx %s",
		     (unsigned long long)size, (unsigned long long)align,
		     (unsigned long long)start, (unsigned long long)end,
		     caller);
	return memblock_alloc_range_nid(k, size, align, start, end,
					NUMA_NO_NODE, false);
}

paddr_t memblock_phys_alloc_try_nid(struct kernel *k, paddr_t size,
				    paddr_t align, int nid)
{
	return memblock_alloc_range_nid(k, size, align, MEMBLOCK_LOW_LIMIT,
					MEMBLOCK_ALLOC_ACCESSIBLE, nid, false);
}

vaddr_t __memblock_alloc_try_nid(struct kernel *k, paddr_t size, paddr_t align,
				 paddr_t min_addr, paddr_t max_addr, int nid,
				 bool zero, const char *caller)
{
	const paddr_t limit = k->mem.memblock.current_limit;
	paddr_t found;

	memblock_dbg(k,
		     "memblock_alloc_try_nid%s: %llu bytes align=0x%llx nid=%d "
		     "from=0x%08llx max_addr=0x%08llx %s",
		     zero ? "" : "_raw", (unsigned long long)size,
		     (unsigned long long)align, nid,
		     (unsigned long long)min_addr, (unsigned long long)max_addr,
		     caller);
	if (max_addr > limit)
		max_addr = limit;
	found = memblock_alloc_range_nid(k, size, align, min_addr, max_addr,
					 nid, false);
	if (!found && min_addr)
		found = memblock_alloc_range_nid(k, size, align,
						 MEMBLOCK_LOW_LIMIT, max_addr,
						 nid, false);
	if (!found)
		return 0;
	if (zero)
		memset(phys_bytes(k, found), 0, size);
	return phys_to_virt(k, found);
}

/* ---- questions ------------------------------------------------------------------ */

static const struct memblock_region *
find_region(const struct memblock_type *type, paddr_t paddr)
{
	for (uint32_t i = 0; i < type->cnt; i++) {
		const struct memblock_region *region = &type->regions[i];

		if (paddr >= region->base && paddr < region_end(region))
			return region;
	}
	return NULL;
}

bool memblock_is_memory(const struct kernel *k, paddr_t paddr)
{
	return find_region(&k->mem.memblock.memory, paddr);
}

bool memblock_is_reserved(const struct kernel *k, paddr_t paddr)
{
	return find_region(&k->mem.memblock.reserved, paddr);
}

bool memblock_is_region_memory(const struct kernel *k, paddr_t base,
			       paddr_t size)
{
	const struct memblock_region *region =
		find_region(&k->mem.memblock.memory, base);

	return region && region_end(region) >= range_end(base, size);
}

bool memblock_is_region_reserved(const struct kernel *k, paddr_t base,
				 paddr_t size)
{
	const struct memblock_type *type = &k->mem.memblock.reserved;
	paddr_t end = range_end(base, size);

	for (uint32_t i = 0; i < type->cnt; i++)
		if (type->regions[i].base < end &&
		    region_end(&type->regions[i]) > base)
			return true;
	return false;
}

paddr_t memblock_phys_mem_size(const struct kernel *k)
{
	return k->mem.memblock.memory.total_size;
}

paddr_t memblock_reserved_size(const struct kernel *k)
{
	return k->mem.memblock.reserved.total_size;
}

paddr_t memblock_start_of_DRAM(const struct kernel *k)
{
	return k->mem.memblock.memory.regions[0].base;
}

paddr_t memblock_end_of_DRAM(const struct kernel *k)
{
	const struct memblock_type *type = &k->mem.memblock.memory;

	return type->cnt ? region_end(&type->regions[type->cnt - 1]) : 0;
}

static void dump_type(struct kernel *k, const struct memblock_type *type)
{
	printk(k, " %s.cnt  = 0x%x", type->name, type->cnt);
	for (uint32_t i = 0; i < type->cnt; i++) {
		const struct memblock_region *region = &type->regions[i];
		char node[24] = "";

		if (region->nid != NUMA_NO_NODE && k->mem.nr_online_nodes > 1)
			snprintf(node, sizeof(node), " on node %d",
				 region->nid);
		printk(k,
		       " %s[0x%x]\t[0x%08llx-0x%08llx], 0x%08llx bytes%s "
		       "flags: 0x%x",
		       type->name, i, (unsigned long long)region->base,
		       (unsigned long long)region_end(region) - 1,
		       (unsigned long long)region->size, node, region->flags);
	}
}

void __memblock_dump_all(struct kernel *k)
{
	const struct memblock *mb = &k->mem.memblock;

	printk(k, "MEMBLOCK configuration:");
	printk(k, " memory size = 0x%08llx reserved size = 0x%08llx",
	       (unsigned long long)mb->memory.total_size,
	       (unsigned long long)mb->reserved.total_size);
	dump_type(k, &mb->memory);
	dump_type(k, &mb->reserved);
}

void memblock_dump_all(struct kernel *k)
{
	if (k->mem.memblock.debug)
		__memblock_dump_all(k);
}

/* ---- the end of memblock ----------------------------------------------------------- */

/* Where the zone or the range ends, whichever is first. */
static pfn_t end_in_zone(struct kernel *k, pfn_t start, pfn_t end)
{
	pfn_t zone_end = zone_end_pfn(page_zone(k, pfn_to_page(k, start)));

	return end < zone_end ? end : zone_end;
}

/* The largest aligned blocks that [start, end) falls into, within a zone. */
static void free_range(struct kernel *k, pfn_t start, pfn_t end)
{
	while (start < end) {
		const pfn_t stop = end_in_zone(k, start, end);
		unsigned int order = MAX_ORDER - 1;

		if (start)
			order = (unsigned int)__builtin_ctz(start);
		if (order > MAX_ORDER - 1)
			order = MAX_ORDER - 1;
		while (stop - start < 1u << order)
			order--;
		memblock_free_pages(k, pfn_to_page(k, start), order);
		start += 1u << order;
	}
}

uint64_t memblock_free_all(struct kernel *k)
{
	const struct memblock_region *region;
	uint64_t cursor = 0, nr_pages = 0;
	paddr_t start, end;

	for_each_reserved_mem_region(region, k)
		reserve_bootmem_region(k, region->base, region_end(region));
	while (memblock_next_free_range(k, &cursor, NUMA_NO_NODE, &start,
					&end)) {
		pfn_t first = (pfn_t)((start + PAGE_SIZE - 1) >> PAGE_SHIFT);
		pfn_t last = (pfn_t)(end >> PAGE_SHIFT);

		if (first >= last)
			continue;
		free_range(k, first, last);
		nr_pages += last - first;
	}
	k->mem.totalram_pages += nr_pages;
	return nr_pages;
}

void __memblock_free_late(struct kernel *k, paddr_t base, paddr_t size,
			  const char *caller)
{
	const paddr_t end = base + size;

	log_range(k, "memblock_free_late", base, size, caller);
	for (paddr_t at = page_align(base); at + PAGE_SIZE <= end;
	     at += PAGE_SIZE) {
		memblock_free_pages(k, pfn_to_page(k, at >> PAGE_SHIFT), 0);
		k->mem.totalram_pages++;
	}
}
