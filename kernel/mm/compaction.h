/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MM_COMPACTION_H
#define KERNEL_MM_COMPACTION_H

/*
 * Making large free blocks by moving pages (include/linux/compaction.h). The
 * picture is at the head of compaction.c.
 */

#include "kernel/mm/migrate.h"
#include "kernel/mm/page_alloc.h"

/* How hard to try; an allocation begins at the last. */
enum compact_priority {
	COMPACT_PRIO_SYNC_FULL, /* every pageblock, whatever hints say */
	MIN_COMPACT_PRIORITY = COMPACT_PRIO_SYNC_FULL,
	COMPACT_PRIO_SYNC_LIGHT, /* waits for page locks */
	MIN_COMPACT_COSTLY_PRIORITY = COMPACT_PRIO_SYNC_LIGHT,
	DEF_COMPACT_PRIORITY = COMPACT_PRIO_SYNC_LIGHT,
	COMPACT_PRIO_ASYNC, /* for nothing */
	INIT_COMPACT_PRIORITY = COMPACT_PRIO_ASYNC,
};

/* What came of it; over several zones the greatest counts. */
enum compact_result {
	COMPACT_NOT_SUITABLE_ZONE, /* memory is short, not broken up */
	COMPACT_SKIPPED, /* too little is free to move anything */
	COMPACT_DEFERRED, /* it failed too often lately */
	COMPACT_NO_SUITABLE_PAGE, /* not yet: for tracing alone */
	COMPACT_CONTINUE, /* not yet */
	COMPACT_COMPLETE, /* all of the zone was tried */
	COMPACT_PARTIAL_SKIPPED, /* some of it was */
	COMPACT_CONTENDED, /* it gave up for others' sake */
	COMPACT_SUCCESS, /* there is a block now */
};

/* An order that stands for "the whole zone", asked for by an administrator. */
#define COMPACT_ORDER_ALL (-1)

/* So much more must be free than the mark to move pages for a block of it. */
static inline uint32_t compact_gap(unsigned int order)
{
	return 2u << order;
}

/* ---- mm/compaction.c ------------------------------------------------------------------ */

/*
 * For an allocation that found no block: tries the zones that it may use, on
 * @curr's time. May sleep, unless @prio is COMPACT_PRIO_ASYNC.
 */
enum compact_result try_to_compact_pages(struct task_struct *curr, gfp_t gfp,
					 unsigned int order,
					 unsigned int alloc_flags,
					 const struct alloc_context *ac,
					 enum compact_priority prio);
/* COMPACT_SUCCESS: there is a block; COMPACT_CONTINUE: compacting may help. */
enum compact_result compaction_suitable(const struct kernel *k,
					const struct zone *zone, int order,
					unsigned int alloc_flags,
					enum zone_type highest_zoneidx);
/* Would compaction be possible somewhere, were all reclaimed that can be? */
bool compaction_zonelist_suitable(const struct kernel *k,
				  const struct alloc_context *ac,
				  unsigned int order, unsigned int alloc_flags);
/*
 * An attempt for @order has gone well; with @alloc_success its allocation,
 * too: the zone is tried as before.
 */
void compaction_defer_reset(struct kernel *k, struct zone *zone,
			    unsigned int order, bool alloc_success);
/* All memory, as far as it goes: vm.compact_memory, a node's compact. */
void compact_nodes(struct task_struct *curr);
void compact_node(struct task_struct *curr, struct pglist_data *pgdat);
/* Before kswapd sleeps: what scanners shall skip is due to be forgotten. */
void reset_isolation_suitable(struct kernel *k, struct pglist_data *pgdat);

/* ---- mm/kcompactd.c ------------------------------------------------------------------- */

/* At boot: a daemon for each node. */
void kcompactd_init(struct task_struct *curr);
/*
 * A block of @order is wanted from the zones of @pgdat up to
 * @highest_zoneidx, and reclaim alone won't make it.
 */
void wakeup_kcompactd(struct task_struct *curr, struct pglist_data *pgdat,
		      unsigned int order, enum zone_type highest_zoneidx);
/* vm.compaction_proactiveness was written to. */
void compaction_proactiveness_changed(struct task_struct *curr);

/* What a result means for the next step (5.8's compaction.h). */
static inline bool compaction_made_progress(enum compact_result result)
{
	return result == COMPACT_SUCCESS;
}
static inline bool compaction_failed(enum compact_result result)
{
	return result == COMPACT_COMPLETE;
}
static inline bool compaction_needs_reclaim(enum compact_result result)
{
	return result == COMPACT_SKIPPED;
}
static inline bool compaction_withdrawn(enum compact_result result)
{
	return result == COMPACT_DEFERRED || result == COMPACT_CONTENDED ||
	       result == COMPACT_PARTIAL_SKIPPED;
}

#endif
