/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MM_MM_INIT_H
#define KERNEL_MM_MM_INIT_H

/*
 * From memblock to a working allocator (mm/mm_init.c, mm/page_alloc.c's boot
 * half). The order at boot:
 *
 *	memblock_init()            before the device tree is read
 *	memblock_add(), _reserve() RAM, image, blob, first tables
 *	paging_init()              kernel/arch/arm: page tables from memblock
 *	bootmem_init()             zones, mem_map
 *	build_all_zonelists()
 *	mm_init()                  memblock's rest to the buddy, slab caches
 *	init_per_zone_wmark_min()  Linux's initcalls: reserves, per-CPU lists
 *	free_initmem()             kernel/arch/arm: .init to the buddy
 */

#include <stdint.h>

#include "kernel/mm/gfp.h"
#include "kernel/mm/mm_types.h"

/*
 * Zone borders from memblock, arm_lowmem_limit and the boot arguments
 * dma_zone=, kernelcore=, movablecore=; then free_area_init(). Logs zone
 * ranges and memory node ranges.
 */
void bootmem_init(struct kernel *k);
/* @max_zone_pfn[i]: the frame after zone i; memory nodes as memblock knows. */
void free_area_init(struct kernel *k, const pfn_t *max_zone_pfn);
/*
 * Most frames of a large board are never used, and so are most struct pages:
 * of a block of the highest order that nothing of boot lies in, only the first
 * is written at boot, and marked PG_deferred; the others are zero, which says
 * nothing. They are written when the block first leaves the buddy's list, so
 * they are right for whoever has a page. Who walks frames must step over
 * deferred blocks, whose frames are free, all of one zone and pageblock.
 */
void deferred_init_block(struct page *head);
/* The same by a frame of the block; nothing if all is written. */
void deferred_init_pfn(struct kernel *k, pfn_t pfn);
/*
 * mm/zone_movable.c: the first frame of ZONE_MOVABLE on each node, 0: none.
 * @usable_start: of the highest zone with memory, which it is cut from.
 */
void find_zone_movable_pfns(struct kernel *k, pfn_t usable_start,
			    pfn_t *movable_pfn);
/* mm/zonelist.c */
void build_all_zonelists(struct kernel *k);
/*
 * Which node with memory comes next in @node's fallback list, after those in
 * the mask *@used; puts it there. -1: no more.
 */
int find_next_best_node(const struct kernel *k, int node, uint32_t *used);
/*
 * memblock_free_all(), the "Memory: …" line, then the slab allocator and what
 * else of mm needs only that. @curr: the boot CPU's idle task.
 */
void mm_init(struct task_struct *curr);
/* Of node 0 and its fallbacks, in a machine with nothing else to do. */
uint64_t nr_free_zone_pages(const struct kernel *k, gfp_t gfp);
/* mm/watermark.c; the first before any zone is there. */
void set_default_watermark_sysctls(struct kernel *k);
/* Watermarks, lowmem reserves and the size of per-CPU lists. */
void init_per_zone_wmark_min(struct kernel *k);
/* After a change of a sysctl: min_free_kbytes, … */
void setup_per_zone_wmarks(struct kernel *k);
void setup_per_zone_lowmem_reserve(struct kernel *k);

/*
 * Frames of [start, end), kernel addresses, reserved till now, go to the
 * buddy; bytes are set to @poison if that is 0…255. Logs "Freeing … memory".
 * Returns the pages freed.
 */
uint32_t free_reserved_area(struct task_struct *curr, vaddr_t start,
			    vaddr_t end, int poison, const char *what);

/* For mm/verify.c: checks the buddy's, per-CPU lists' and zones' books. */
unsigned int verify_page_alloc(struct kernel *k);
/* Nodes, zones, zonelists and their sums (mm/zone_verify.c). */
unsigned int verify_zones(struct kernel *k);
/* And the slabs'. */
unsigned int verify_slab(struct kernel *k);

#endif
