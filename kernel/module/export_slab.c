/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/module/export.h"

/*
 * Slab caches of modules' own. A module knows a cache by the address of its
 * ARM bytes, where nothing is to be read; objects are bytes in guest RAM.
 *
 * MODEL: a constructor is called at each allocation, where Linux calls it for
 * each object of a new slab: an object is as constructed then, as it had to be
 * when it was freed.
 */

#include <string.h>

#include "kernel/arch/arm/kcall.h"
#include "kernel/arch/arm/traps.h"
#include "kernel/lib/printk.h"
#include "kernel/mm/kobj.h"
#include "kernel/mm/slab.h"
#include "kernel/mm/slab_def.h"
#include "kernel/module/claims.h"
#include "kernel/state.h"
#include "kernel/task/sched.h"

/* What a cache of a module's keeps beside. Found by the cache's name. */
struct module_cache {
	char name[64];
	vaddr_t ctor;
};
#define ARM_SIZEOF_MODULE_CACHE 68

/* SLAB_ flags that modules may give; the others are the allocators' own. */
#define MODULE_SLAB_FLAGS \
	(SLAB_DEBUG_FLAGS | SLAB_HWCACHE_ALIGN | SLAB_RECLAIM_ACCOUNT)

static struct module_cache *beside(struct kmem_cache *cache)
{
	return (struct module_cache *)(uintptr_t)cache->name;
}

static struct kmem_cache *claimed_cache(const struct export *call,
					vaddr_t handle)
{
	if (!module_claims(call->curr->k, handle, CLAIM_CACHE, NULL))
		export_bug(call, "0x%08x is no slab cache of a module's",
			   handle);
	return kobj(call->curr->k, handle);
}

static bool sound(const char *name, uint32_t size, uint32_t align)
{
	return name[0] && size && size <= KMALLOC_MAX_SIZE &&
	       !(align & (align - 1)) && align <= PAGE_SIZE;
}

uint64_t export_kmem_cache_create(const struct export *call)
{
	struct task_struct *curr = call->curr;
	uint32_t size = export_arg(call, 1), align = export_arg(call, 2);
	uint32_t flags = export_arg(call, 3) & MODULE_SLAB_FLAGS;
	struct module_cache *more;
	struct kmem_cache *cache;
	vaddr_t handle = 0;

	export_might_sleep(call);
	more = kzalloc_obj(curr, ARM_SIZEOF_MODULE_CACHE, sizeof(*more),
			   GFP_KERNEL);
	if (!more)
		return 0;
	export_string(call, export_arg(call, 0), more->name,
		      sizeof(more->name));
	more->ctor = export_arg(call, 4);
	cache = sound(more->name, size, align)
			? kmem_cache_create(curr, more->name, size, 0, align,
					    flags | SLAB_NO_MERGE, NULL)
			: NULL;
	if (cache) {
		handle = kobj_addr(curr->k, cache);
		CLAIM_OR(call, handle, CLAIM_CACHE, 0,
			 kmem_cache_destroy(curr, cache));
	}
	if (!handle) {
		printk(curr->k, "kmem_cache_create(%s) failed", more->name);
		kfree_obj(curr, more);
	}
	return handle;
}

static bool still_there(const struct kernel *k, const struct kmem_cache *cache)
{
	const struct kmem_cache *other;

	list_for_each_entry(other, &k->mem.slab.slab_caches, list)
		if (other == cache)
			return true;
	return false;
}

uint64_t export_kmem_cache_destroy(const struct export *call)
{
	vaddr_t handle = export_arg(call, 0);
	struct module_cache *more;
	struct kmem_cache *cache;

	if (!handle)
		return 0;
	export_might_sleep(call);
	cache = claimed_cache(call, handle);
	more = beside(cache);
	module_unclaim(call, handle, CLAIM_CACHE);
	kmem_cache_destroy(call->curr, cache);
	if (!still_there(call->curr->k, cache)) /* or it keeps its name */
		kfree_obj(call->curr, more);
	return 0;
}

uint64_t export_kmem_cache_alloc(const struct export *call)
{
	struct kernel *k = call->curr->k;
	vaddr_t handle = export_arg(call, 0), object, ctor;
	struct kmem_cache *cache = claimed_cache(call, handle);
	void *bytes = kmem_cache_alloc(call->curr, cache, export_gfp(call, 1));

	if (!bytes)
		return 0;
	object = kbytes_addr(k, bytes);
	CLAIM_OR(call, object, CLAIM_OBJECT, handle,
		 kmem_cache_free(call->curr, cache, bytes));
	ctor = beside(cache)->ctor;
	if (object && ctor)
		kcall(call->curr, ctor, 1, &object);
	return object;
}

uint64_t export_kmem_cache_free(const struct export *call)
{
	vaddr_t handle = export_arg(call, 0), object = export_arg(call, 1);
	struct kmem_cache *cache = claimed_cache(call, handle);

	if (module_unclaim(call, object, CLAIM_OBJECT) != handle)
		export_bug(call, "object 0x%08x is of another cache", object);
	kmem_cache_free(call->curr, cache, kbytes(call->curr->k, object));
	return 0;
}
