/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A cache that nobody needs: fills memory with objects, and gives them back
 * when memory is short, oldest first. /sys/module/shrinker_cache/parameters/
 * has how many there are and how often it was asked.
 *
 *	insmod shrinker_cache.ko objects=20000
 *	echo 2 > /proc/sys/vm/drop_caches
 *
 * With wrong=1 its function dereferences NULL, with 2 it loops, with 3 it tells
 * nonsense, with 4 it unregisters itself while it is asked, with 5 it sleeps.
 */

#include <linux/io.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/shrinker.h>
#include <linux/slab.h>

static unsigned int objects = 1000, asked, freed;
module_param(objects, uint, 0444);
MODULE_PARM_DESC(objects, "how many there are");
module_param(asked, uint, 0444);
module_param(freed, uint, 0444);

static unsigned int wrong;
module_param(wrong, uint, 0644);
MODULE_PARM_DESC(wrong, "what to do wrong when asked, 1 to 5");

struct object {
	struct object *next;
	u8 bytes[2000];
};

static struct object *oldest, **newest = &oldest;
static u32 *volatile nowhere;

static unsigned long count(struct shrinker *shrinker, struct shrink_control *sc)
{
	(void)shrinker, (void)sc;
	return wrong == 3 ? ~0ul - 2 : objects ? objects : SHRINK_EMPTY;
}

static void go_wrong(struct shrinker *shrinker)
{
	if (wrong == 1)
		*nowhere = 1;
	while (wrong == 2)
		__asm__ volatile("" : : : "memory");
	if (wrong == 4)
		unregister_shrinker(shrinker);
	if (wrong == 5)
		schedule();
}

static unsigned long scan(struct shrinker *shrinker, struct shrink_control *sc)
{
	unsigned long n = 0;

	asked++;
	go_wrong(shrinker);
	if (wrong == 3) {
		sc->nr_scanned = 0x7fffffff;
		return ~0ul - 3;
	}
	for (; oldest && n < sc->nr_to_scan; n++) {
		struct object *object = oldest;

		oldest = object->next;
		kfree(object);
		objects--;
		freed++;
	}
	if (!oldest)
		newest = &oldest;
	sc->nr_scanned = n;
	return n ? n : SHRINK_STOP;
}

static struct shrinker shrinker = {
	.count_objects = count,
	.scan_objects = scan,
	.seeks = DEFAULT_SEEKS,
};

static int __init shrinker_cache_init(void)
{
	unsigned int wanted = objects;
	int err = register_shrinker(&shrinker, "cache-%u", wanted);

	if (err)
		return err;
	objects = 0;
	/* by a count of its own: it may be asked to give some back by now */
	for (unsigned int i = 0; i < wanted; i++) {
		struct object *object = kmalloc(sizeof(*object), GFP_KERNEL);

		if (!object)
			break;
		objects++;
		object->next = NULL;
		*newest = object;
		newest = &object->next;
	}
	return 0;
}

static void __exit shrinker_cache_exit(void)
{
	unsigned int left = objects;
	struct shrink_control all = {.nr_to_scan = left};

	unregister_shrinker(&shrinker);
	wrong = 0;
	scan(&shrinker, &all);
	pr_info("shrinker_cache: %u objects were left\n", left);
}

module_init(shrinker_cache_init);
module_exit(shrinker_cache_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Gives memory back when it is short");
