/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/slab_parts.h"

/*
 * Slab's debugging (the half of Linux's mm/slab.c under CONFIG_DEBUG_SLAB):
 * red zones of eight bytes that tell a free object from one in use, patterns
 * in free (0x6b, 0xa5 at the end) and new objects (0x5a), and who had an
 * object last. Damage is reported and the machine goes on.
 *
 * As in Linux, a cache whose objects are aligned to more than 8 bytes has no
 * red zones and no owners: on ARM these are kmalloc's and all that are aligned
 * to cache lines.
 *
 * MODEL: the checks see the objects' bytes in guest RAM, not the C structures,
 * which ASan watches in debug builds. The last user is a function's name.
 * A double free and a wild pointer are found without debugging, and refused,
 * where Linux corrupts its lists or stops.
 */

#include <stdio.h>
#include <string.h>

#include "kernel/banner.h"
#include "kernel/lib/hexdump.h"
#include "kernel/lib/printk.h"
#include "kernel/state.h"
#include "kernel/task/sched_core.h"

#define RED_INACTIVE 0x09f911029d74e35bull /* around a free object */
#define RED_ACTIVE   0xd84156c5635688c0ull /* around one in use */

enum {
	MAX_BAD_LINES = 6,
	LINE_BYTES = 16
};

/* ---- where things are ----------------------------------------------------------- */

static vaddr_t user_address(const struct kmem_cache *cache, vaddr_t objp)
{
	return objp + cache->obj_offset;
}

static vaddr_t redzone1_address(const struct kmem_cache *cache, vaddr_t objp)
{
	return user_address(cache, objp) - 8;
}

static vaddr_t redzone2_address(const struct kmem_cache *cache, vaddr_t objp)
{
	uint32_t behind = cache->flags & SLAB_STORE_USER ? 16 : 8;

	return objp + cache->size - behind;
}

static uint64_t redzone(const struct kernel *k, vaddr_t kaddr)
{
	uint64_t value;

	memcpy(&value, kbytes(k, kaddr), sizeof(value));
	return value;
}

static void set_redzones(struct kernel *k, const struct kmem_cache *cache,
			 vaddr_t objp, uint64_t value)
{
	if (!(cache->flags & SLAB_RED_ZONE))
		return;
	memcpy(kbytes(k, redzone1_address(cache, objp)), &value, sizeof(value));
	memcpy(kbytes(k, redzone2_address(cache, objp)), &value, sizeof(value));
}

/* The last user's name: a word behind the object, its pointer in the store. */
static const char **userword(const struct kernel *k,
			     const struct kmem_cache *cache, vaddr_t objp)
{
	return kobj(k, objp + cache->size - 4);
}

static void set_user(struct kernel *k, const struct kmem_cache *cache,
		     vaddr_t objp, const char *caller)
{
	if (cache->flags & SLAB_STORE_USER)
		*userword(k, cache, objp) = caller;
}

static void poison_obj(struct kernel *k, const struct kmem_cache *cache,
		       vaddr_t objp, uint8_t value)
{
	uint8_t *bytes = kbytes(k, user_address(cache, objp));

	if (!(cache->flags & SLAB_POISON))
		return;
	memset(bytes, value, cache->object_size);
	bytes[cache->object_size - 1] = POISON_END;
}

void poison_free_object(struct kernel *k, const struct kmem_cache *cache,
			vaddr_t objp)
{
	poison_obj(k, cache, objp, POISON_FREE);
}

/* ---- reports ---------------------------------------------------------------------- */

void slab_error(struct task_struct *curr, const struct kmem_cache *cache,
		const char *function, const char *what)
{
	struct kernel *k = curr->k;

	slab_error_line(k, "slab error in %s(): cache `%s': %s", function,
			cache->name, what);
	printk(k, "CPU: %d PID: %d Comm: %s %s %s", curr->cpu->id, curr->pid,
	       curr->comm,
	       k->mem.slab.nr_errors > 1 ? "Tainted: G    B             "
					 : "Not tainted",
	       UTS_RELEASE);
}

static void print_redzones(struct kernel *k, const struct kmem_cache *cache,
			   vaddr_t objp)
{
	printk(k, "0x%08x: redzone 1:0x%llx, redzone 2:0x%llx", objp,
	       (unsigned long long)redzone(k, redzone1_address(cache, objp)),
	       (unsigned long long)redzone(k, redzone2_address(cache, objp)));
}

static void dump_line(struct kernel *k, const struct kmem_cache *cache,
		      vaddr_t objp, uint32_t offset)
{
	uint32_t left = cache->object_size - offset;
	char prefix[16];

	snprintf(prefix, sizeof(prefix), "%03x: ", offset);
	print_hex_dump(k, prefix, user_address(cache, objp) + offset,
		       left < LINE_BYTES ? left : LINE_BYTES);
}

static void print_objinfo(struct kernel *k, const struct kmem_cache *cache,
			  vaddr_t objp, uint32_t lines)
{
	const char *user;

	if (cache->flags & SLAB_RED_ZONE)
		printk(k, "Redzone: 0x%llx/0x%llx",
		       (unsigned long long)redzone(k, redzone1_address(cache,
								       objp)),
		       (unsigned long long)redzone(k, redzone2_address(cache,
								       objp)));
	if (cache->flags & SLAB_STORE_USER) {
		user = *userword(k, cache, objp);
		printk(k, "Last user: (%s)", user ? user : "0x0");
	}
	for (uint32_t i = 0; i < cache->object_size && lines;
	     i += LINE_BYTES, lines--)
		dump_line(k, cache, objp, i);
}

void slab_print_owner(struct kernel *k, const struct page *page, vaddr_t object)
{
	const struct kmem_cache *cache = page->slab_cache;
	vaddr_t objp = object - cache->obj_offset;

	if (obj_to_index(cache, page, objp) != NO_OBJECT)
		print_objinfo(k, cache, objp, 0);
}

static void print_neighbour(struct kernel *k, const struct kmem_cache *cache,
			    const struct page *page, uint32_t index,
			    const char *which)
{
	vaddr_t objp = index_to_obj(cache, page, index);

	printk(k, "%s obj: start=%08x, len=%u", which,
	       user_address(cache, objp), cache->object_size);
	print_objinfo(k, cache, objp, 2);
}

/* The offset of the first byte from @from on that is not poison. */
static uint32_t first_bad(const struct kernel *k,
			  const struct kmem_cache *cache, vaddr_t objp,
			  uint32_t from)
{
	const uint8_t *bytes = kbytes(k, user_address(cache, objp));
	const uint32_t last = cache->object_size - 1;

	while (from < last && bytes[from] == POISON_FREE)
		from++;
	return from == last && bytes[last] == POISON_END ? from + 1 : from;
}

/* Shows the lines of a free object that somebody wrote to. */
static void check_poison_obj(struct task_struct *curr,
			     const struct kmem_cache *cache,
			     const struct page *page, vaddr_t objp)
{
	struct kernel *k = curr->k;
	const uint32_t size = cache->object_size;
	uint32_t index = obj_to_index(cache, page, objp), lines = 0;
	uint32_t bad = first_bad(k, cache, objp, 0);

	if (bad >= size)
		return;
	slab_error_line(k, "Slab corruption (%s): %s start=%08x, len=%u",
			k->mem.slab.nr_errors ? "Tainted: G    B             "
					      : "Not tainted",
			cache->name, user_address(cache, objp), size);
	print_objinfo(k, cache, objp, 0);
	while (bad < size && lines++ < MAX_BAD_LINES) {
		bad = bad / LINE_BYTES * LINE_BYTES;
		dump_line(k, cache, objp, bad);
		bad += LINE_BYTES;
		if (bad < size)
			bad = first_bad(k, cache, objp, bad);
	}
	if (index > 0)
		print_neighbour(k, cache, page, index - 1, "Prev");
	if (index + 1 < cache->num)
		print_neighbour(k, cache, page, index + 1, "Next");
}

/* ---- an object changes hands ---------------------------------------------------------- */

void cache_init_obj_debug(struct kernel *k, const struct kmem_cache *cache,
			  vaddr_t objp)
{
	if (cache->flags & SLAB_STORE_USER)
		ASAN_UNPOISON_MEMORY_REGION(userword(k, cache, objp),
					    sizeof(const char *));
	set_user(k, cache, objp, NULL);
	set_redzones(k, cache, objp, RED_INACTIVE);
	poison_obj(k, cache, objp, POISON_FREE);
}

static bool redzones_are(const struct kernel *k, const struct kmem_cache *cache,
			 vaddr_t objp, uint64_t value)
{
	return redzone(k, redzone1_address(cache, objp)) == value &&
	       redzone(k, redzone2_address(cache, objp)) == value;
}

void cache_alloc_debugcheck_after(struct task_struct *curr,
				  const struct kmem_cache *cache,
				  const struct page *page, vaddr_t objp,
				  const char *caller)
{
	struct kernel *k = curr->k;

	if (cache->flags & SLAB_POISON) {
		check_poison_obj(curr, cache, page, objp);
		poison_obj(k, cache, objp, POISON_INUSE);
	}
	set_user(k, cache, objp, caller);
	if ((cache->flags & SLAB_RED_ZONE) &&
	    !redzones_are(k, cache, objp, RED_INACTIVE)) {
		slab_error(curr, cache, __func__,
			   "double free, or memory outside object was "
			   "overwritten");
		print_redzones(k, cache, objp);
	}
	set_redzones(k, cache, objp, RED_ACTIVE);
	/* the pattern lies over what the constructor made */
	if ((cache->flags & SLAB_POISON) && !cache->host_size)
		slab_construct(k, cache, user_address(cache, objp));
}

void cache_free_debugcheck(struct task_struct *curr,
			   const struct kmem_cache *cache, vaddr_t objp,
			   const char *caller)
{
	struct kernel *k = curr->k;

	if ((cache->flags & SLAB_RED_ZONE) &&
	    !redzones_are(k, cache, objp, RED_ACTIVE)) {
		slab_error(curr, cache, "verify_redzone_free",
			   "memory outside object was overwritten");
		print_redzones(k, cache, objp);
		print_objinfo(k, cache, objp, 2);
	}
	set_user(k, cache, objp, caller);
	set_redzones(k, cache, objp, RED_INACTIVE);
	poison_obj(k, cache, objp, POISON_FREE);
}

void cache_free_refused(struct task_struct *curr,
			const struct kmem_cache *cache, const struct page *page,
			vaddr_t objp)
{
	if (obj_to_index(cache, page, objp) == NO_OBJECT) {
		slab_error(curr, cache, "cache_free_debugcheck",
			   "no object begins here");
		printk(curr->k, "0x%08x: not freed", user_address(cache, objp));
		return;
	}
	slab_error(curr, cache, "verify_redzone_free", "double free detected");
	if (cache->flags & SLAB_RED_ZONE)
		print_redzones(curr->k, cache, objp);
	print_objinfo(curr->k, cache, objp, 2);
}

void slab_destroy_debugcheck(struct task_struct *curr,
			     const struct kmem_cache *cache,
			     const struct page *page)
{
	/* the freelist lies in one of them, over its pattern */
	vaddr_t list = page->freelist - cache->obj_offset;

	for (uint32_t i = 0; i < cache->num; i++) {
		vaddr_t objp = index_to_obj(cache, page, i);

		if ((cache->flags & SLAB_POISON) && objp != list)
			check_poison_obj(curr, cache, page, objp);
		if ((cache->flags & SLAB_RED_ZONE) &&
		    !redzones_are(curr->k, cache, objp, RED_INACTIVE)) {
			slab_error(curr, cache, __func__,
				   "start or end of a freed object was "
				   "overwritten");
			print_redzones(curr->k, cache, objp);
		}
	}
}
