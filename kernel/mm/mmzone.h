/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MM_MMZONE_H
#define KERNEL_MM_MMZONE_H

/*
 * Nodes, zones and free areas (include/linux/mmzone.h), and struct mem_state:
 * all of the kernel's state about physical memory.
 */

#include "kernel/hw.h"
#include "kernel/lib/ratelimit.h"
#include "kernel/mm/cma_state.h"
#include "kernel/mm/gfp.h"
#include "kernel/mm/memblock.h"
#include "kernel/mm/slab_state.h"
#include "kernel/mm/vmstat.h"
#include "kernel/task/sched.h"

enum zone_type {
	ZONE_DMA, /* only with the boot argument dma_zone= */
	ZONE_NORMAL, /* lowmem: in the linear map */
	ZONE_HIGHMEM, /* RAM beyond it */
	ZONE_MOVABLE, /* only with kernelcore= or movablecore= */
	MAX_NR_ZONES
};

#define MAX_NUMNODES 4

#define MAX_ORDER_NR_PAGES      (1u << (MAX_ORDER - 1))
#define PAGE_ALLOC_COSTLY_ORDER 3
/* Frames of one mobility are kept together in blocks of this size: 4 MB. */
#define pageblock_order         (MAX_ORDER - 1)
#define pageblock_nr_pages      (1u << pageblock_order)

enum migratetype {
	MIGRATE_UNMOVABLE,
	MIGRATE_MOVABLE,
	MIGRATE_RECLAIMABLE,
	MIGRATE_PCPTYPES, /* those that have per-CPU lists */
	MIGRATE_HIGHATOMIC = MIGRATE_PCPTYPES,
	MIGRATE_CMA,
	MIGRATE_ISOLATE,
	MIGRATE_TYPES
};

/* In a pageblock's flags, beside its type: compaction found nothing there. */
#define PB_skip 0x80u

/* Free blocks of one order; linked by page->buddy_list. */
struct free_area {
	struct list_head free_list[MIGRATE_TYPES];
	uint32_t nr_free; /* blocks, of all types */
};

enum zone_watermarks {
	WMARK_MIN,
	WMARK_LOW,
	WMARK_HIGH,
	NR_WMARK
};

/* A list for each order up to PAGE_ALLOC_COSTLY_ORDER and migrate type. */
#define NR_PCP_LISTS (MIGRATE_PCPTYPES * (PAGE_ALLOC_COSTLY_ORDER + 1))

/*
 * Pages that one CPU keeps for itself; they are not in the buddy and not
 * counted as free.
 */
struct per_cpu_pages {
	int count; /* pages on the lists */
	int high; /* above this, some go back */
	int batch; /* moved at once */
	int free_factor; /* frees in a row make the batch grow, by doubling */
	/* of another node's pages, see refresh_cpu_vm_stats() */
	bool used; /* since the last look */
	uint8_t expire; /* looks until some go back; 0: not being counted */
	struct list_head lists[NR_PCP_LISTS];
	uint64_t nr_refills, nr_drains; /* trips to the buddy */
};

enum zone_flags {
	ZONE_BOOSTED_WATERMARK, /* for kswapd: has been boosted */
	ZONE_RECLAIM_ACTIVE, /* kswapd is at work: CPUs keep fewer pages */
};

/*
 * Whether an allocation got what it preferred, counted by zone, once for each
 * block. NUMA_FOREIGN is counted by the zone that should have served.
 */
enum numa_stat_item {
	NUMA_HIT, /* from the node that was wanted */
	NUMA_MISS, /* wanted from another node, taken here */
	NUMA_FOREIGN, /* wanted here, taken from another node */
	NUMA_INTERLEAVE_HIT, /* hit, and the policy was to interleave */
	NUMA_LOCAL, /* asked for by a CPU of this node */
	NUMA_OTHER, /* asked for by a CPU of another */
	NR_VM_NUMA_EVENT_ITEMS
};

/* What compaction remembers of a zone from one run to the next. */
struct zone_compaction {
	/* Where the scanners go on: the migrate scanner, async and sync. */
	pfn_t cached_migrate_pfn[2], cached_free_pfn;
	/* Where they began, found since the last reset: before is nothing. */
	pfn_t init_migrate_pfn, init_free_pfn;
	/* The next 2^defer_shift requests of order_failed or more are spared. */
	unsigned int considered, defer_shift;
	int order_failed;
	uint32_t nr_running; /* runs: each may hold free pages */
	bool blockskip_flush; /* kswapd shall forget what is to be skipped */
};

struct zone {
	uint32_t _watermark[NR_WMARK]; /* pages; see wmark_pages() */
	uint32_t watermark_boost;
	uint32_t nr_reserved_highatomic; /* pages */
	/* Pages kept back from allocations that may use zone i too. */
	uint32_t lowmem_reserve[MAX_NR_ZONES];
	struct pglist_data *zone_pgdat;
	enum zone_type idx;
	bool highmem;
	const char *name;
	pfn_t zone_start_pfn;
	uint32_t spanned_pages; /* with holes */
	uint32_t present_pages; /* without */
	uint32_t managed_pages; /* of those, the buddy's */
	uint32_t cma_pages; /* and of those, of CMA areas */
	uint32_t nr_isolate_pageblock; /* pageblocks nothing is taken from */
	uint32_t flags; /* bits of enum zone_flags */
	struct zone_compaction compact;
	struct free_area free_area[MAX_ORDER];
	struct per_cpu_pages pcp[NR_CPUS];
	int64_t vm_stat[NR_VM_ZONE_ITEMS];
	uint64_t vm_numa_event[NR_VM_NUMA_EVENT_ITEMS];
};

/*
 * A set of nodes, a bit for each. Programs may name as many as a Linux built
 * for sixteen knows; more than MAX_NUMNODES no board has.
 */
typedef uint32_t nodemask_t;
#define NODEMASK_BITS 16

/* Where to look, in this order. Ends with a NULL zone. */
struct zonelist {
	struct zone *zones[MAX_NUMNODES * MAX_NR_ZONES + 1];
};

enum {
	ZONELIST_FALLBACK,
	ZONELIST_NOFALLBACK,
	MAX_ZONELISTS
};

/* A node's daemon of compaction, and what it has been asked for. */
struct kcompactd {
	struct task_struct *task; /* NULL: not yet, or out of memory */
	bool sleeps;
	int max_order; /* 0: nothing */
	enum zone_type highest_zoneidx;
	bool proactive_trigger; /* vm.compaction_proactiveness was set */
};

/* What reclaim waits for when it gets nowhere by itself. */
enum vmscan_throttle_state {
	VMSCAN_THROTTLE_WRITEBACK,
	VMSCAN_THROTTLE_ISOLATED,
	VMSCAN_THROTTLE_NOPROGRESS,
	VMSCAN_THROTTLE_CONGESTED,
	NR_VMSCAN_THROTTLE
};

/* What kswapd has met at the end of the node's lists. */
enum pgdat_flags {
	PGDAT_DIRTY, /* dirty pages of files, which nobody writes yet */
	PGDAT_WRITEBACK, /* pages that are being written */
};

typedef struct pglist_data {
	struct zone node_zones[MAX_NR_ZONES];
	struct zonelist node_zonelists[MAX_ZONELISTS];
	int node_id;
	int nr_zones; /* highest populated zone, plus one */
	pfn_t node_start_pfn;
	uint32_t node_present_pages, node_spanned_pages;
	bool online;
	struct kcompactd kcompactd;
	int64_t vm_stat[NR_VM_ITEMS];

	struct task_struct *kswapd; /* NULL: early in the boot */
	struct wait_queue_head kswapd_wait; /* where it sleeps */
	/* Those that wait for it, as they may not have of the reserves. */
	struct wait_queue_head pfmemalloc_wait;
	unsigned int
		kswapd_order; /* what it shall see to; since it last woke */
	enum zone_type kswapd_highest_zoneidx; /* MAX_NR_ZONES: nothing */
	int kswapd_failures; /* runs in a row that have freed nothing */
	uint32_t flags; /* bits of enum pgdat_flags */
	struct wait_queue_head reclaim_wait[NR_VMSCAN_THROTTLE];
	int nr_writeback_throttled;
	int64_t nr_reclaim_start; /* NR_THROTTLED_WRITTEN when it began */
} pg_data_t;

struct mem_state {
	/*
	 * A struct page for each frame of [map_base_pfn, map_end_pfn), the
	 * RAM's range made whole blocks of the highest order.
	 */
	struct page *mem_map;
	pfn_t map_base_pfn, map_end_pfn;
	/* RAM: [min, max); lowmem ends at max_low_pfn. */
	pfn_t min_low_pfn, max_low_pfn, max_pfn;
	uint8_t *pageblock_flags; /* enum migratetype and PB_skip, by block */

	uint64_t totalram_pages, totalhigh_pages, totalreserve_pages;
	uint64_t totalcma_pages;
	uint64_t nr_all_pages, nr_kernel_pages; /* before any was allocated */
	uint32_t min_free_kbytes; /* sysctls */
	uint32_t watermark_scale_factor, watermark_boost_factor;
	uint32_t percpu_pagelist_high_fraction; /* 0: by the low watermark */
	int32_t lowmem_reserve_ratio[MAX_NR_ZONES]; /* 0: nothing */
	bool page_group_by_mobility_disabled;
	bool zone_configured[MAX_NR_ZONES]; /* as CONFIG_ZONE_DMA and so on */

	struct pglist_data node_data[MAX_NUMNODES];
	unsigned int nr_online_nodes; /* numbered from 0, without gaps */
	bool numa; /* the device tree numbers nodes: as CONFIG_NUMA */
	enum zone_type policy_zone; /* the lowest that MPOL_BIND binds */
	uint8_t cpu_node[NR_CPUS]; /* the node whose memory is near */
	uint32_t node_cpus[MAX_NUMNODES]; /* masks of those that are up */
	uint8_t node_distance[MAX_NUMNODES][MAX_NUMNODES];
	uint32_t node_load[MAX_NUMNODES]; /* mm/zonelist.c, while it builds */
	bool warned_node_id, warned_distance; /* numa_set_distance() */

	struct memblock memblock;
	struct cma_state cma;
	struct page_blocks *page_blocks; /* mm/page_blocks_debug.c's own */
	struct slab_state slab;
	struct kmem_cache *radix_tree_node_cachep;

	struct ratelimit_state nopage_rs; /* reports of failures */
	uint32_t warned_once; /* bits of enum alloc_warning */
};

/* mm/numa.c: names in /proc/vmstat, and sums over a node's zones. */
const char *numa_stat_name(enum numa_stat_item item);
uint64_t sum_zone_numa_event_state(const struct pglist_data *pgdat,
				   enum numa_stat_item item);
/* The same of all nodes. */
uint64_t sum_numa_event_state(const struct kernel *k, enum numa_stat_item item);
/* Nodes with memory (N_MEMORY), and with memory that is no ZONE_MOVABLE. */
nodemask_t nodes_with_memory(const struct kernel *k);
nodemask_t nodes_with_high_memory(const struct kernel *k);
/* Of an item that zones count, the sum over the node's. */
int64_t node_page_state(const struct pglist_data *pgdat, enum vm_item item);

static inline enum zone_type page_zonenum(const struct page *page)
{
	return (enum zone_type)(page->flags >> ZONES_PGSHIFT & 3);
}

static inline int page_to_nid(const struct page *page)
{
	return (int)(page->flags >> NODES_PGSHIFT & 3);
}

static inline uint32_t wmark_pages(const struct zone *zone,
				   enum zone_watermarks mark)
{
	return zone->_watermark[mark] + zone->watermark_boost;
}

static inline pfn_t zone_end_pfn(const struct zone *zone)
{
	return zone->zone_start_pfn + zone->spanned_pages;
}

static inline bool zone_spans_pfn(const struct zone *zone, pfn_t pfn)
{
	return pfn >= zone->zone_start_pfn && pfn < zone_end_pfn(zone);
}

static inline bool populated_zone(const struct zone *zone)
{
	return zone->present_pages;
}

static inline bool managed_zone(const struct zone *zone)
{
	return zone->managed_pages;
}

/* ZONE_MOVABLE takes its frames from the highest zone: it may be highmem. */
static inline bool is_highmem(const struct zone *zone)
{
	return zone->highmem;
}

/* No node is left out where the mask is empty. */
static inline bool node_allowed(nodemask_t nodes, const struct zone *zone)
{
	return !nodes || nodes >> zone->zone_pgdat->node_id & 1;
}

/* Those of a list that a request may have, in its order. */
#define for_each_zone_zonelist_nodemask(pos, list, highest, nodes)         \
	for (struct zone *const *z_ = (list)->zones; ((pos) = *z_); z_++)  \
		if ((pos)->idx > (highest) || !node_allowed(nodes, pos)) { \
		} else

/* All zones of all nodes, empty ones too. */
#define for_each_zone(zone, k)                                        \
	for (unsigned int zone_nr_ = 0;                               \
	     zone_nr_ < (k)->mem.nr_online_nodes * MAX_NR_ZONES &&    \
	     ((zone) = &(k)->mem.node_data[zone_nr_ / MAX_NR_ZONES]   \
				.node_zones[zone_nr_ % MAX_NR_ZONES], \
	     true);                                                   \
	     zone_nr_++)
#define for_each_populated_zone(zone, k)     \
	for_each_zone(zone, k)               \
		if (!populated_zone(zone)) { \
		} else
#define for_each_online_pgdat(pgdat, k)  \
	for (pgdat = (k)->mem.node_data; \
	     pgdat < (k)->mem.node_data + (k)->mem.nr_online_nodes; pgdat++)

#endif
