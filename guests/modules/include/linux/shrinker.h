/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _LINUX_SHRINKER_H
#define _LINUX_SHRINKER_H

/*
 * A cache that gives memory back when it is short. Reclaim calls both functions
 * on its own ground, in kswapd or in whoever needs memory: they may sleep, but
 * not wait for memory.
 */

#include <linux/gfp.h>
#include <linux/types.h>

/* One question. */
struct shrink_control {
	gfp_t gfp_mask; /* of who needs memory */
	int nid;
	unsigned long nr_to_scan; /* look at so many */
	unsigned long nr_scanned; /* so many it did look at */
};

#define SHRINK_STOP   (~0ul) /* of scan_objects(): it can't get on now */
#define SHRINK_EMPTY  (~0ul - 1) /* of count_objects(): nothing at all */
#define DEFAULT_SEEKS 2

#define SHRINKER_NUMA_AWARE 1

struct shrinker {
	/* How many could be freed; how many were. */
	unsigned long (*count_objects)(struct shrinker *shrinker,
				       struct shrink_control *sc);
	unsigned long (*scan_objects)(struct shrinker *shrinker,
				      struct shrink_control *sc);
	long batch; /* asked for at once; 0: 128 */
	int seeks; /* what it takes to make one anew */
	unsigned int flags;
};

/**
 * register_shrinker - have reclaim ask a cache from now on
 * @shrinker: lives as long as it is registered
 * @format: its name, as printk() would print it
 * @...: the format's values
 *
 * Context: Process context; may sleep.
 * Return: 0 or -ENOMEM.
 */
int register_shrinker(struct shrinker *shrinker, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/**
 * unregister_shrinker - have it asked no more
 * @shrinker: one that is registered
 *
 * Context: Process context; waits for those who ask it now.
 */
void unregister_shrinker(struct shrinker *shrinker);

#endif
