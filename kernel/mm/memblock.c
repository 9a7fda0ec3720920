/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/memblock.h"

/*
 * The boot allocator (mm/memblock.c): two sorted lists of physical ranges,
 * what memory there is and what of it is reserved. Free memory is the first
 * less the second, and is computed, not kept. The invariant is that of
 * struct memblock_type: sorted, disjoint, and as few regions as possible.
 *
 * MODEL: the lists have 128 places and don't grow (Linux moves them into
 * memory that they themselves hand out); no mirrored or driver-managed memory.
 */

#include <stdio.h>
#include <string.h>

#include "kernel/lib/bug.h"
#include "kernel/lib/printk.h"
#include "kernel/mm/kobj.h"
#include "kernel/mm/page_alloc.h"

#define SMP_CACHE_BYTES 64
#define PADDR_MAX       (~(paddr_t)0)

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

void memblock_init(struct kernel *k)
{
	struct memblock *mb = &k->mem.memblock;

	memset(mb, 0, sizeof(*mb));
	mb->memory.name = "memory";
	mb->reserved.name = "reserved";
	mb->current_limit = MEMBLOCK_ALLOC_ANYWHERE;
}

void memblock_set_debug(struct kernel *k, bool debug)
{
	k->mem.memblock.debug = debug;
}

static void log_call(struct kernel *k, const char *call, paddr_t base,
		     paddr_t end)
{
	if (k->mem.memblock.debug && base < end)
		printk(k, "%s: [0x%08llx-0x%08llx]", call,
		       (unsigned long long)base, (unsigned long long)end - 1);
}

/* ---- the lists ------------------------------------------------------------- */

static void insert_region(struct kernel *k, struct memblock_type *type,
			  uint32_t at, const struct memblock_region *region)
{
	if (type->cnt == INIT_MEMBLOCK_REGIONS)
		panic(k, "memblock: more than %u %s regions", type->cnt,
		      type->name);
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

/* What of [base, base + size) isn't in the list yet. */
static void add_range(struct kernel *k, struct memblock_type *type,
		      paddr_t base, paddr_t size, int nid, uint32_t flags)
{
	struct memblock_region new = {.nid = nid, .flags = flags};
	paddr_t end = range_end(base, size);
	uint32_t i;

	for (i = 0; i < type->cnt && base < end; i++) {
		const struct memblock_region *old = &type->regions[i];

		if (region_end(old) <= base)
			continue;
		if (old->base >= end)
			break;
		if (old->base > base) {
			new.base = base;
			new.size = old->base - base;
			base = region_end(old);
			insert_region(k, type, i++, &new);
			continue;
		}
		base = region_end(old);
	}
	if (base < end) {
		new.base = base;
		new.size = end - base;
		insert_region(k, type, i, &new);
	}
	merge_regions(type);
}

/* Cuts the region that crosses @at in two there. */
static void split_at(struct kernel *k, struct memblock_type *type, paddr_t at)
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
		insert_region(k, type, i + 1, &rest);
		return;
	}
}

/*
 * Makes region borders at both ends of the range; *first and *last say which
 * regions lie between: [first, last).
 */
static void isolate_range(struct kernel *k, struct memblock_type *type,
			  paddr_t base, paddr_t size, uint32_t *first,
			  uint32_t *last)
{
	paddr_t end = range_end(base, size);
	uint32_t i;

	split_at(k, type, base);
	split_at(k, type, end);
	for (i = 0; i < type->cnt && type->regions[i].base < base;)
		i++;
	*first = i;
	while (i < type->cnt && type->regions[i].base < end)
		i++;
	*last = i;
}

static void remove_range(struct kernel *k, struct memblock_type *type,
			 paddr_t base, paddr_t size)
{
	uint32_t first, last;

	isolate_range(k, type, base, size, &first, &last);
	while (last > first)
		remove_region(type, --last);
}

void memblock_add_node(struct kernel *k, paddr_t base, paddr_t size, int nid,
		       uint32_t flags)
{
	log_call(k, "memblock_add_node", base, range_end(base, size));
	add_range(k, &k->mem.memblock.memory, base, size, nid, flags);
}

void memblock_add(struct kernel *k, paddr_t base, paddr_t size)
{
	log_call(k, "memblock_add", base, range_end(base, size));
	add_range(k, &k->mem.memblock.memory, base, size, 0, MEMBLOCK_NONE);
}

void memblock_remove(struct kernel *k, paddr_t base, paddr_t size)
{
	log_call(k, "memblock_remove", base, range_end(base, size));
	remove_range(k, &k->mem.memblock.memory, base, size);
}

void memblock_reserve(struct kernel *k, paddr_t base, paddr_t size)
{
	log_call(k, "memblock_reserve", base, range_end(base, size));
	add_range(k, &k->mem.memblock.reserved, base, size, NUMA_NO_NODE,
		  MEMBLOCK_NONE);
}

void memblock_phys_free(struct kernel *k, paddr_t base, paddr_t size)
{
	log_call(k, "memblock_phys_free", base, range_end(base, size));
	remove_range(k, &k->mem.memblock.reserved, base, size);
}

void memblock_mark_nomap(struct kernel *k, paddr_t base, paddr_t size)
{
	struct memblock_type *type = &k->mem.memblock.memory;
	uint32_t first, last;

	isolate_range(k, type, base, size, &first, &last);
	for (uint32_t i = first; i < last; i++)
		type->regions[i].flags |= MEMBLOCK_NOMAP;
	merge_regions(type);
}

void memblock_set_node(struct kernel *k, paddr_t base, paddr_t size, int nid)
{
	struct memblock_type *type = &k->mem.memblock.memory;
	uint32_t first, last;

	isolate_range(k, type, base, size, &first, &last);
	for (uint32_t i = first; i < last; i++)
		type->regions[i].nid = nid;
	merge_regions(type);
}

void memblock_enforce_memory_limit(struct kernel *k, paddr_t limit)
{
	struct memblock_region *region;
	paddr_t end = PADDR_MAX;

	for_each_mem_region(region, k)
	{
		if (limit <= region->size) {
			end = region->base + limit;
			break;
		}
		limit -= region->size;
	}
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

static paddr_t alloc_in_node(struct kernel *k, paddr_t size, paddr_t align,
			     paddr_t start, paddr_t end, int nid)
{
	paddr_t found = find_in_node(k, start, end, size, align, nid);

	if (found)
		memblock_reserve(k, found, size);
	return found;
}

paddr_t memblock_phys_alloc_range(struct kernel *k, paddr_t size, paddr_t align,
				  paddr_t start, paddr_t end)
{
	return alloc_in_node(k, size, align, start, end, NUMA_NO_NODE);
}

paddr_t memblock_phys_alloc(struct kernel *k, paddr_t size, paddr_t align)
{
	return memblock_phys_alloc_range(k, size, align, MEMBLOCK_LOW_LIMIT,
					 MEMBLOCK_ALLOC_ACCESSIBLE);
}

paddr_t memblock_phys_alloc_try_nid(struct kernel *k, paddr_t size,
				    paddr_t align, int nid)
{
	paddr_t found = alloc_in_node(k, size, align, MEMBLOCK_LOW_LIMIT,
				      MEMBLOCK_ALLOC_ACCESSIBLE, nid);

	return found ? found : memblock_phys_alloc(k, size, align);
}

vaddr_t memblock_alloc(struct kernel *k, paddr_t size, paddr_t align)
{
	paddr_t paddr = memblock_phys_alloc(k, size, align);

	if (!paddr)
		panic(k, "memblock: no room for %llu bytes, aligned to %#llx",
		      (unsigned long long)size, (unsigned long long)align);
	memset(phys_bytes(k, paddr), 0, size);
	return phys_to_virt(k, paddr);
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

void memblock_dump_all(struct kernel *k)
{
	const struct memblock *mb = &k->mem.memblock;

	if (!mb->debug)
		return;
	printk(k, "MEMBLOCK configuration:");
	printk(k, " memory size = 0x%08llx reserved size = 0x%08llx",
	       (unsigned long long)mb->memory.total_size,
	       (unsigned long long)mb->reserved.total_size);
	dump_type(k, &mb->memory);
	dump_type(k, &mb->reserved);
}

/* ---- the end of memblock ----------------------------------------------------------- */

/* The largest aligned blocks that [start, end) falls into. */
static void free_range(struct kernel *k, pfn_t start, pfn_t end)
{
	while (start < end) {
		unsigned int order = MAX_ORDER - 1;

		if (start)
			order = (unsigned int)__builtin_ctz(start);
		if (order > MAX_ORDER - 1)
			order = MAX_ORDER - 1;
		while (end - start < 1u << order)
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
