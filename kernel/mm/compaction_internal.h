/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MM_COMPACTION_INTERNAL_H
#define KERNEL_MM_COMPACTION_INTERNAL_H

/* What compaction's files share, and alloc_contig_range() with them. */

#include "kernel/mm/compaction.h"

/* Pages that are moved at once. */
#define COMPACT_CLUSTER_MAX 32u

/* One run over one zone. */
struct compact_control {
	struct task_struct *const curr;
	struct zone *zone;
	struct list_head freepages; /* targets, single pages */
	struct list_head migratepages; /* isolated */
	uint32_t nr_freepages, nr_migratepages;
	/* The scanners: upwards for pages in use, downwards for free ones. */
	pfn_t migrate_pfn, free_pfn;
	uint64_t total_migrate_scanned, total_free_scanned;
	gfp_t gfp_mask; /* of the allocation */
	int order; /* of the block wanted, or COMPACT_ORDER_ALL */
	enum migratetype migratetype;
	unsigned int alloc_flags;
	enum zone_type highest_zoneidx;
	enum migrate_mode mode;
	bool ignore_skip_hint; /* looks at pageblocks that hints spare */
	bool no_set_skip_hint;
	bool ignore_block_suitable; /* targets in any kind of pageblock */
	bool direct_compaction; /* for an allocation that waits */
	bool proactive_compaction;
	bool whole_zone; /* from end to end */
	bool contended; /* was asked to stop */
	bool rescan; /* the pageblock was begun before */
	bool alloc_contig;
};

static inline pfn_t pageblock_start_pfn(pfn_t pfn)
{
	return pfn & ~(pageblock_nr_pages - 1);
}
static inline pfn_t pageblock_end_pfn(pfn_t pfn)
{
	return pageblock_start_pfn(pfn) + pageblock_nr_pages;
}

/* One way only: are the scanners past each other? */
static inline bool compact_scanners_met(const struct compact_control *cc)
{
	return cc->free_pfn >> pageblock_order <= cc->migrate_pfn >>
	       pageblock_order;
}
static inline bool is_via_compact_memory(int order)
{
	return order == COMPACT_ORDER_ALL;
}
static inline bool is_migrate_movable(enum migratetype migratetype)
{
	return migratetype == MIGRATE_MOVABLE || migratetype == MIGRATE_CMA;
}

/* ---- mm/compaction_scan.c -------------------------------------------------------- */

enum isolate_result {
	ISOLATE_ABORT, /* it was asked to stop */
	ISOLATE_NONE, /* pageblocks without anything to move */
	ISOLATE_SUCCESS,
};

/* The migrate scanner, on to the next pages or the end of a pageblock. */
enum isolate_result isolate_migratepages(struct compact_control *cc);
/*
 * The same for [start, end) alone, whatever is there; where it stopped is
 * cc->migrate_pfn. 0, -EAGAIN: too much is isolated already, -EINTR.
 */
int isolate_migratepages_range(struct compact_control *cc, pfn_t start,
			       pfn_t end);
/* The free scanner's pages, one by one: migrate_pages()'s targets. */
new_page_t compaction_alloc;
free_page_t compaction_free;
/* Unused targets go back to the buddy. The highest of them. */
pfn_t release_freepages(struct compact_control *cc);
/* Hints and positions of earlier runs are forgotten. */
void __reset_isolation_suitable(struct kernel *k, struct zone *zone);

/* ---- mm/compaction.c ------------------------------------------------------------- */

/*
 * cc->zone, until there is what is wanted or the scanners meet. May sleep
 * unless cc->mode is MIGRATE_ASYNC.
 */
enum compact_result compact_zone(struct compact_control *cc);
/* kcompactd's turn: if it may help, and isn't deferred. */
void kcompactd_zone(struct task_struct *curr, struct zone *zone, int order,
		    enum zone_type highest_zoneidx);
/* All of a node's zones, until they are whole enough: proactive_is_done(). */
void proactive_compact_node(struct task_struct *curr,
			    struct pglist_data *pgdat);

/* ---- mm/kcompactd.c ---------------------------------------------------------------- */

/* Is cc->zone as whole as vm.compaction_proactiveness wants it? */
bool proactive_is_done(const struct compact_control *cc);

#endif
