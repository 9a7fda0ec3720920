/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MM_SHRINKER_H
#define KERNEL_MM_SHRINKER_H

/*
 * Caches of objects that reclaim may ask to become smaller
 * (include/linux/shrinker.h).
 */

#include "kernel/mm/mmzone.h"

#define DEFAULT_SEEKS 2
#define SHRINK_BATCH  128u
/* scan() can't get on now: others first. */
#define SHRINK_STOP   (~0u)

/* One question to a shrinker. */
struct shrink_control {
	gfp_t gfp_mask;
	int nid; /* whose memory is short; 0 unless numa_aware */
	uint32_t nr_to_scan;
	uint32_t nr_scanned; /* so many it did look at: scan() may change it */
};

/* Owned by who registers it. */
struct shrinker {
	/* Objects that could be freed. */
	uint32_t (*count)(struct task_struct *curr, struct shrinker *shrinker,
			  struct shrink_control *sc);
	/* Looks at nr_to_scan of them; how many it has freed. May sleep. */
	uint32_t (*scan)(struct task_struct *curr, struct shrinker *shrinker,
			 struct shrink_control *sc);
	const char *name; /* scan()'s, for the trace */
	uint32_t batch; /* asked for at once; 0: SHRINK_BATCH */
	int seeks; /* disk accesses to make one anew; 0: none */
	bool numa_aware;
	struct list_head list;
	uint32_t nr_deferred[MAX_NUMNODES]; /* owed to later calls */
};

/* Asked from now on, after those that are there. May sleep. */
void register_shrinker(struct task_struct *curr, struct shrinker *shrinker);
/* Waits until nobody asks it any more. */
void unregister_shrinker(struct task_struct *curr, struct shrinker *shrinker);
/*
 * Asks all of them for the 2^-@priority'th part of what they have, twice that
 * by the usual seeks. Objects freed. May sleep.
 */
uint32_t shrink_slab(struct task_struct *curr, gfp_t gfp, int nid,
		     int priority);

#endif
