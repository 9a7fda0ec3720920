/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/slab_internal.h"

/*
 * Patterns in and around objects (the debugging half of Linux's mm/slub.c).
 * slub_debug=P fills free objects with 0x6b and a last 0xa5; Z puts red zones
 * in front of and behind each object, 0xbb while it is free and 0xcc while it
 * is in use. Both are looked at whenever the object changes hands.
 *
 * MODEL: they see the objects' bytes in guest RAM, which is where guests and
 * modules do harm, not the C structures, which ASan watches in debug builds.
 * Nothing is repaired; no tracks (U).
 */

#include <string.h>

#include "kernel/lib/printk.h"

enum {
	POISON_FREE = 0x6b,
	POISON_END = 0xa5,
};

void slab_bug(struct kernel *k, const struct kmem_cache *cache,
	      const char *what, vaddr_t object)
{
	printk(k, "BUG %s: %s: 0x%08x", cache->name, what, object);
	k->mem.slab.nr_errors++;
}

/* Both red zones get @value; what a free object holds, its pattern. */
void slab_init_object(struct kernel *k, const struct kmem_cache *cache,
		      vaddr_t object, uint8_t value)
{
	uint8_t *bytes = kbytes(k, object);

	if (cache->flags & SLAB_RED_ZONE) {
		memset(bytes - cache->red_left_pad, value, cache->red_left_pad);
		memset(bytes + cache->object_size, value,
		       cache->inuse_size - cache->object_size);
	}
	if ((cache->flags & SLAB_POISON) && value == SLAB_RED_INACTIVE &&
	    !cache->ctor) {
		memset(bytes, POISON_FREE, cache->object_size - 1);
		bytes[cache->object_size - 1] = POISON_END;
	}
}

static bool bytes_are(const uint8_t *bytes, uint8_t value, uint32_t nr_bytes)
{
	for (uint32_t i = 0; i < nr_bytes; i++)
		if (bytes[i] != value)
			return false;
	return true;
}

/* Whoever wrote where he shouldn't is reported when the object changes hands. */
void slab_check_object(struct kernel *k, const struct kmem_cache *cache,
		       vaddr_t object, uint8_t value)
{
	const uint8_t *bytes = kbytes(k, object);

	if (cache->flags & SLAB_RED_ZONE) {
		if (!bytes_are(bytes - cache->red_left_pad, value,
			       cache->red_left_pad))
			slab_bug(k, cache, "Left Redzone overwritten", object);
		if (!bytes_are(bytes + cache->object_size, value,
			       cache->inuse_size - cache->object_size))
			slab_bug(k, cache, "Right Redzone overwritten", object);
	}
	if ((cache->flags & SLAB_POISON) && value == SLAB_RED_INACTIVE &&
	    !cache->ctor &&
	    (!bytes_are(bytes, POISON_FREE, cache->object_size - 1) ||
	     bytes[cache->object_size - 1] != POISON_END))
		slab_bug(k, cache, "Poison overwritten", object);
}
