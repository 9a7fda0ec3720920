/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/mm_init.h"

/*
 * Where ZONE_MOVABLE begins on each node (mm/page_alloc.c,
 * find_zone_movable_pfns_for_nodes()). kernelcore= says how much memory must
 * stay good for everything, movablecore= how much need not; of both, the one
 * that leaves more for everything counts. What the kernel keeps is shared out
 * evenly between the nodes; a node that is too small for its share leaves the
 * rest to the others, and the sharing starts anew.
 *
 * Frames are counted from each node's lowest on, but the border lies in the
 * highest zone that has memory: only from its end are movable frames cut.
 *
 * Leaves out: memory that can be unplugged (movable_node), mirrored memory.
 */

#include <string.h>

#include "kernel/lib/cmdline.h"
#include "kernel/lib/printk.h"
#include "kernel/mm/page_alloc.h"
#include "kernel/state.h"

struct sharing {
	pfn_t usable_start; /* of the highest zone */
	uint64_t core; /* frames yet to be found for the kernel */
	pfn_t *movable_pfn; /* of each node; 0: none of it is movable */
};

static uint64_t min_pages(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static pfn_t first_pfn(const struct memblock_region *region)
{
	return (pfn_t)((region->base + PAGE_SIZE - 1) >> PAGE_SHIFT);
}

static pfn_t end_pfn(const struct memblock_region *region)
{
	return (pfn_t)((region->base + region->size) >> PAGE_SHIFT);
}

static bool node_has_memory(const struct kernel *k, int nid)
{
	const struct memblock_region *region;

	for_each_mem_region(region, k) if (region->nid == nid) return true;
	return false;
}

/* "kernelcore=512M", or "kernelcore=30%" of all memory; in frames. */
static uint64_t core_param(const struct kernel *k, const char *name,
			   uint64_t total)
{
	uint32_t len;
	const char *text = boot_param(k, name, &len), *end;
	uint64_t value;

	if (!text || !len)
		return 0;
	value = memparse(text, &end);
	if (*end != '%')
		return value >> PAGE_SHIFT;
	return total * 100 * (value < 100 ? value : 100) / 10000;
}

static bool mirror_wanted(const struct kernel *k)
{
	static const char word[] = "mirror";
	uint32_t len;
	const char *text = boot_param(k, "kernelcore", &len);

	return text && len == strlen(word) && !memcmp(text, word, len);
}

static uint64_t required_kernelcore(const struct kernel *k, uint64_t total)
{
	uint64_t core = core_param(k, "kernelcore", total);
	uint64_t movable = core_param(k, "movablecore", total);

	if (!movable)
		return core;
	movable = (movable + MAX_ORDER_NR_PAGES - 1) &
		  ~(uint64_t)(MAX_ORDER_NR_PAGES - 1);
	movable = min_pages(movable, total);
	return core > total - movable ? core : total - movable;
}

/* Moves @nid's border up over @share frames that the kernel doesn't have yet. */
static void keep_share(struct kernel *k, struct sharing *s, int nid,
		       uint64_t share)
{
	const struct memblock_region *region;
	pfn_t *border = &s->movable_pfn[nid];

	for_each_mem_region(region, k)
	{
		pfn_t start = first_pfn(region);
		pfn_t end = end_pfn(region);
		uint64_t nr;

		if (start < *border)
			start = *border;
		if (region->nid != nid || start >= end)
			continue;
		if (start < s->usable_start) {
			nr = min_pages(end, s->usable_start) - start;
			share -= min_pages(nr, share);
			s->core -= min_pages(nr, s->core);
			if (end <= s->usable_start) {
				*border = end;
				continue;
			}
			start = s->usable_start;
		}
		nr = min_pages(end - start, share);
		*border = start + (pfn_t)nr;
		s->core -= min_pages(nr, s->core);
		share -= nr;
		if (!share)
			break;
	}
}

static void share_out(struct kernel *k, struct sharing *s)
{
	int nodes = 0;

	for (int nid = 0; nid < MAX_NUMNODES; nid++)
		nodes += node_has_memory(k, nid);
	do {
		uint64_t share = s->core / (unsigned int)nodes;

		for (int nid = 0; nid < MAX_NUMNODES; nid++) {
			if (s->core < share)
				share = s->core / (unsigned int)nodes;
			if (node_has_memory(k, nid))
				keep_share(k, s, nid, share);
		}
		nodes--;
	} while (nodes && s->core > (unsigned int)nodes);
}

/* Whole blocks of the highest order are movable; those of @nid or none. */
static void round_border(const struct kernel *k, int nid, pfn_t *border)
{
	const struct memblock_region *region;
	pfn_t end = 0;

	for_each_mem_region(region, k) if (region->nid == nid)
		end = end_pfn(region);
	*border = (*border + MAX_ORDER_NR_PAGES - 1) &
		  ~(MAX_ORDER_NR_PAGES - 1);
	if (*border >= end)
		*border = 0;
}

void find_zone_movable_pfns(struct kernel *k, pfn_t usable_start,
			    pfn_t *movable_pfn)
{
	uint64_t total = memblock_phys_mem_size(k) >> PAGE_SHIFT;
	struct sharing s = {.usable_start = usable_start,
			    .movable_pfn = movable_pfn};

	memset(movable_pfn, 0, MAX_NUMNODES * sizeof(*movable_pfn));
	if (mirror_wanted(k)) {
		printk(k, "This configuration results in unmirrored kernel "
			  "memory.");
		return;
	}
	s.core = required_kernelcore(k, total);
	if (!s.core || s.core >= total)
		return;
	share_out(k, &s);
	for (int nid = 0; nid < MAX_NUMNODES; nid++)
		if (movable_pfn[nid])
			round_border(k, nid, &movable_pfn[nid]);
}
