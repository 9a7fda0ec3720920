/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/page_alloc.h"

/*
 * How broken up a zone's free memory is, seen from an allocation of an order
 * (the external fragmentation part of mm/vmstat.c).
 */

struct contig_page_info {
	uint64_t free_pages;
	uint64_t free_blocks_total;
	uint64_t free_blocks_suitable; /* of that order, when all were cut */
};

static struct contig_page_info contig_page_info(const struct zone *zone,
						unsigned int suitable_order)
{
	struct contig_page_info info = {0};

	for (unsigned int order = 0; order < MAX_ORDER; order++) {
		uint64_t blocks = zone->free_area[order].nr_free;

		info.free_blocks_total += blocks;
		info.free_pages += blocks << order;
		if (order >= suitable_order)
			info.free_blocks_suitable +=
				blocks << (order - suitable_order);
	}
	return info;
}

int fragmentation_index(const struct zone *zone, unsigned int order)
{
	struct contig_page_info info = contig_page_info(zone, order);
	uint64_t requested = UINT64_C(1) << order;

	if (order >= MAX_ORDER || !info.free_blocks_total)
		return 0;
	if (info.free_blocks_suitable)
		return -1000;
	return 1000 - (int)((1000 + info.free_pages * 1000 / requested) /
			    info.free_blocks_total);
}

int unusable_free_index(const struct zone *zone, unsigned int order)
{
	struct contig_page_info info = contig_page_info(zone, order);

	if (!info.free_pages)
		return 1000;
	return (int)((info.free_pages - (info.free_blocks_suitable << order)) *
		     1000 / info.free_pages);
}
