/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A cache of its own, whose objects a constructor has made what they are:
 * taken, used, given back, so that /proc/slabinfo shows it. With twice=1 one
 * is given back a second time.
 *
 *	insmod slab_user.ko objects=1000
 */

#include <linux/module.h>
#include <linux/slab.h>

#define MAGIC 0x51ab51abu

static unsigned int objects = 500;
module_param(objects, uint, 0444);
MODULE_PARM_DESC(objects, "how many are alive at once");

static bool twice;
module_param(twice, bool, 0444);
MODULE_PARM_DESC(twice, "free one object twice");

struct thing {
	u32 magic, number;
	struct thing *next;
	char name[20];
};

static struct kmem_cache *cache;
static struct thing *things;

static void thing_ctor(void *object)
{
	struct thing *thing = object;

	thing->magic = MAGIC;
}

static u32 drop_all(void)
{
	u32 wrong = 0, n = 0;

	while (things) {
		struct thing *thing = things;

		things = thing->next;
		wrong += thing->magic != MAGIC;
		n++;
		kmem_cache_free(cache, thing);
	}
	pr_info("slab_user: %u objects freed, %u wrong\n", n, wrong);
	return wrong;
}

static int __init slab_user_init(void)
{
	cache = kmem_cache_create("slab_user_thing", sizeof(struct thing), 0,
				  SLAB_HWCACHE_ALIGN, thing_ctor);
	if (!cache)
		return -ENOMEM;
	for (u32 i = 0; i < objects; i++) {
		struct thing *thing = kmem_cache_alloc(cache, GFP_KERNEL);

		if (!thing)
			break;
		thing->number = i;
		thing->next = things;
		things = thing;
	}
	if (twice && things) {
		struct thing *thing = things;

		things = thing->next;
		kmem_cache_free(cache, thing);
		kmem_cache_free(cache, thing);
	}
	return 0;
}

static void __exit slab_user_exit(void)
{
	drop_all();
	kmem_cache_destroy(cache);
}

module_init(slab_user_init);
module_exit(slab_user_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Uses a slab cache");
