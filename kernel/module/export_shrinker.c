/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/module/export.h"

/*
 * Shrinkers of modules (Linux: mm/vmscan.c, include/linux/shrinker.h): reclaim
 * asks a cache that a module has how much it could give back, and to do so.
 *
 * The struct shrinker is the module's; what the kernel keeps is beside, found
 * by its address. Reclaim holds shrinker_rwsem and may be kswapd, so that a
 * callback is called by kcall_catch(): one that oopses, or whose module has
 * gone and forgot it, isn't asked again. Whatever number it gives, no more
 * objects are believed than memory could hold.
 *
 * MODEL: while one task asks a module's shrinker, which may sleep, it has
 * nothing for others.
 */

#include <errno.h>

#include "kernel/arch/arm/kcall.h"
#include "kernel/arch/arm/maccess.h"
#include "kernel/arm_sizes.h"
#include "kernel/lib/printk.h"
#include "kernel/mm/shrinker.h"
#include "kernel/mm/slab.h"
#include "kernel/module/abi.h"
#include "kernel/state.h"
#include "kernel/task/sched.h"

#define SHRINK_EMPTY    (~0u - 1)
#define SMALLEST_OBJECT 8u

struct module_shrinker {
	struct shrinker shrinker;
	vaddr_t arm; /* the module's struct shrinker */
	vaddr_t control; /* a struct shrink_control for it */
	const struct task_struct *asker; /* in a callback; NULL: nobody */
	bool dead;
	char name[32];
};

static struct module_shrinker *from_shrinker(struct shrinker *shrinker)
{
	return container_of(shrinker, struct module_shrinker, shrinker);
}

/* ---- asking ---------------------------------------------------------------------- */

static void give_up(struct task_struct *curr, struct module_shrinker *s)
{
	s->dead = true;
	printk(curr->k, "shrinker %s has gone wrong: it isn't asked again",
	       s->name);
}

/* Calls the module's function @fn. False: it isn't fit to be asked. */
static bool ask(struct task_struct *curr, struct module_shrinker *s, vaddr_t fn,
		struct shrink_control *sc, uint32_t *result)
{
	struct arm_shrink_control arm = {
		.gfp_mask = sc->gfp_mask,
		.nid = sc->nid,
		.nr_to_scan = sc->nr_to_scan,
		.nr_scanned = sc->nr_scanned,
	};
	const uint32_t args[] = {s->arm, s->control};
	bool came_back;

	copy_to_kernel_nofault(curr, s->control, &arm, sizeof(arm));
	s->asker = curr;
	came_back = kcall_catch(curr, fn, 2, args, result);
	s->asker = NULL;
	if (!came_back) {
		give_up(curr, s);
		return false;
	}
	copy_from_kernel_nofault(curr, &arm, s->control, sizeof(arm));
	sc->nr_scanned = arm.nr_scanned;
	return true;
}

/* Its fields, as they are now. */
static bool read_shrinker(struct task_struct *curr, struct module_shrinker *s,
			  struct arm_shrinker *arm)
{
	if (s->dead || s->asker)
		return false;
	if (copy_from_kernel_nofault(curr, arm, s->arm, sizeof(*arm))) {
		give_up(curr, s);
		return false;
	}
	s->shrinker.batch = arm->batch;
	s->shrinker.seeks = arm->seeks < 0 ? 0 : arm->seeks;
	return true;
}

static uint32_t module_count(struct task_struct *curr,
			     struct shrinker *shrinker,
			     struct shrink_control *sc)
{
	const uint64_t most = curr->k->mem.totalram_pages * PAGE_SIZE /
			      SMALLEST_OBJECT;
	struct module_shrinker *s = from_shrinker(shrinker);
	struct arm_shrinker arm;
	uint32_t count;

	if (!read_shrinker(curr, s, &arm) ||
	    !ask(curr, s, arm.count_objects, sc, &count) ||
	    count == SHRINK_EMPTY)
		return 0;
	return count < most ? count : (uint32_t)most;
}

static uint32_t module_scan(struct task_struct *curr, struct shrinker *shrinker,
			    struct shrink_control *sc)
{
	struct module_shrinker *s = from_shrinker(shrinker);
	struct arm_shrinker arm;
	uint32_t freed;

	if (!read_shrinker(curr, s, &arm) ||
	    !ask(curr, s, arm.scan_objects, sc, &freed))
		return SHRINK_STOP;
	if (freed == SHRINK_STOP)
		return SHRINK_STOP;
	return freed < sc->nr_to_scan ? freed : sc->nr_to_scan;
}

/* ---- coming and going ---------------------------------------------------------------- */

static struct module_shrinker *find(const struct kernel *k, vaddr_t arm)
{
	struct shrinker *shrinker;

	list_for_each_entry(shrinker, &k->user.shrinker_list, list)
		if (arm && shrinker->scan == module_scan &&
		    from_shrinker(shrinker)->arm == arm)
			return from_shrinker(shrinker);
	return NULL;
}

/* Within a callback the list can't be changed: it would wait for itself. */
static void not_within(const struct export *call)
{
	struct shrinker *shrinker;

	list_for_each_entry(shrinker, &call->curr->k->user.shrinker_list, list)
		if (shrinker->scan == module_scan &&
		    from_shrinker(shrinker)->asker == call->curr)
			export_bug(call, "a shrinker registers or unregisters "
					 "one");
}

uint64_t export_register_shrinker(const struct export *call)
{
	struct task_struct *curr = call->curr;
	const vaddr_t at = export_arg(call, 0);
	struct module_shrinker *s;
	struct arm_shrinker arm;

	export_might_sleep(call);
	not_within(call);
	export_read(call, &arm, at, sizeof(arm));
	if (find(curr->k, at))
		export_bug(call, "the shrinker at 0x%08x is registered already",
			   at);
	s = kzalloc_obj(curr, ARM_SIZEOF_MODULE_SHRINKER, sizeof(*s),
			GFP_KERNEL);
	if (!s)
		return (uint32_t)-ENOMEM;
	s->control = kzalloc(curr, sizeof(struct arm_shrink_control),
			     GFP_KERNEL);
	if (!s->control) {
		kfree_obj(curr, s);
		return (uint32_t)-ENOMEM;
	}
	s->arm = at;
	export_format(call, 1, s->name, sizeof(s->name));
	s->shrinker = (struct shrinker){
		.count = module_count,
		.scan = module_scan,
		.name = s->name,
		.numa_aware = arm.flags & SHRINKER_NUMA_AWARE,
	};
	register_shrinker(curr, &s->shrinker);
	return 0;
}

uint64_t export_unregister_shrinker(const struct export *call)
{
	struct task_struct *curr = call->curr;
	struct module_shrinker *s = find(curr->k, export_arg(call, 0));

	export_might_sleep(call);
	not_within(call);
	if (!s)
		return 0;
	s->arm = 0; /* nobody else finds it while this task waits */
	s->dead = true;
	unregister_shrinker(curr, &s->shrinker);
	kfree(curr, s->control);
	kfree_obj(curr, s);
	return 0;
}
