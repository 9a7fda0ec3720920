/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/shrinker.h"

/*
 * Shrinkers (mm/vmscan.c, do_shrink_slab()): caches of kernel objects are aged
 * as fast as the pages of the LRU lists are, by the same priority, so that
 * neither starves for the other. An object that takes disk accesses to make
 * anew is looked at the less often, the more it takes.
 *
 * What of its share a call leaves undone (less than a batch, or the shrinker
 * couldn't) is owed: nr_deferred grows until there is enough of it.
 *
 * Who walks the list may sleep at each; shrinker_rwsem keeps it as it is, and
 * whoever wants to change it needn't wait for more than one.
 *
 * Leaves out memory cgroups.
 */

#include <string.h>

#include "kernel/mm/trace_vmscan.h"
#include "kernel/task/sched.h"

void register_shrinker(struct task_struct *curr, struct shrinker *shrinker)
{
	struct user_mm_state *user = &curr->k->user;

	memset(shrinker->nr_deferred, 0, sizeof(shrinker->nr_deferred));
	down_write(curr, &user->shrinker_rwsem);
	list_add_tail(&shrinker->list, &user->shrinker_list);
	up_write(curr, &user->shrinker_rwsem);
}

void unregister_shrinker(struct task_struct *curr, struct shrinker *shrinker)
{
	struct rw_semaphore *sem = &curr->k->user.shrinker_rwsem;

	down_write(curr, sem);
	list_del(&shrinker->list);
	up_write(curr, sem);
}

/* Its share by priority, without what is owed. */
static uint64_t share(const struct shrinker *shrinker, uint32_t freeable,
		      int priority)
{
	if (!shrinker->seeks) /* costs nothing: half of it each time */
		return freeable / 2;
	return (uint64_t)(freeable >> priority) * 4 / (uint64_t)shrinker->seeks;
}

/* In batches, or all at once if there are fewer. How many were freed. */
static uint32_t scan_batches(struct task_struct *curr,
			     struct shrinker *shrinker,
			     struct shrink_control *sc, uint32_t freeable,
			     uint64_t *total_scan)
{
	const uint32_t batch = shrinker->batch ? shrinker->batch : SHRINK_BATCH;
	uint32_t freed = 0;

	while (*total_scan >= batch || *total_scan >= freeable) {
		uint32_t ret;

		sc->nr_to_scan = *total_scan < batch ? (uint32_t)*total_scan
						     : batch;
		sc->nr_scanned = sc->nr_to_scan;
		ret = shrinker->scan(curr, shrinker, sc);
		if (ret == SHRINK_STOP)
			break;
		freed += ret;
		count_vm_events(curr->k, SLABS_SCANNED, sc->nr_scanned);
		if (sc->nr_scanned >= *total_scan || !sc->nr_scanned) {
			*total_scan = 0;
			break;
		}
		*total_scan -= sc->nr_scanned;
		cond_resched(curr);
	}
	return freed;
}

static uint32_t do_shrink_slab(struct task_struct *curr,
			       struct shrinker *shrinker,
			       struct shrink_control *sc, int priority)
{
	const uint32_t freeable = shrinker->count(curr, shrinker, sc);
	uint32_t *deferred = &shrinker->nr_deferred[sc->nid];
	const uint32_t owed = *deferred;
	const uint64_t most = 2 * (uint64_t)freeable;
	uint64_t delta, planned, total_scan, undone;
	uint32_t freed;

	if (!freeable)
		return 0;
	*deferred = 0;
	delta = share(shrinker, freeable, priority);
	planned = (owed >> priority) + delta;
	if (planned > most)
		planned = most;
	trace_mm_shrink_slab_start(curr->k, shrinker, sc, owed, freeable, delta,
				   planned, priority);
	total_scan = planned;
	freed = scan_batches(curr, shrinker, sc, freeable, &total_scan);
	undone = owed + delta > planned - total_scan
			 ? owed + delta - (planned - total_scan)
			 : 0;
	*deferred += (uint32_t)(undone < most ? undone : most);
	trace_mm_shrink_slab_end(curr->k, shrinker, sc->nid, freed, owed,
				 *deferred, total_scan);
	return freed;
}

uint32_t shrink_slab(struct task_struct *curr, gfp_t gfp, int nid, int priority)
{
	struct rw_semaphore *sem = &curr->k->user.shrinker_rwsem;
	struct shrinker *shrinker;
	uint32_t freed = 0;

	if (!down_read_trylock(sem))
		return 0;
	list_for_each_entry(shrinker, &curr->k->user.shrinker_list, list) {
		struct shrink_control sc = {
			.gfp_mask = gfp,
			.nid = shrinker->numa_aware ? nid : 0,
		};

		freed += do_shrink_slab(curr, shrinker, &sc, priority);
		if (rwsem_is_contended(sem)) {
			freed = freed ? freed : 1;
			break;
		}
	}
	up_read(curr, sem);
	return freed;
}
