/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/slub.h"

/*
 * Slub's debugging (the half of Linux's mm/slub.c under CONFIG_SLUB_DEBUG),
 * by the letters of slub_debug=:
 *
 *	F  checks whenever an object changes hands
 *	Z  red zones in front of and behind each object, 0xbb while it is free
 *	   and 0xcc while it is in use
 *	P  0x6b and a last 0xa5 in free objects, 0x5a in the room beside them
 *	U  who allocated and who freed each object last
 *
 * A report names the damage and the owner, shows the bytes, and says what was
 * done: patterns are restored, an object that can't be trusted is never used
 * again, and the machine goes on.
 *
 * MODEL: the checks see the objects' bytes in guest RAM, which is where guests
 * and modules do harm, not the C structures, which ASan watches in debug
 * builds. Owners are functions without offsets and stacks. Double frees and
 * wild pointers are found without any letter.
 */

#include <stdarg.h>
#include <stdio.h>

#include "kernel/banner.h"
#include "kernel/lib/hexdump.h"
#include "kernel/lib/printk.h"
#include "kernel/mm/page_flags.h"
#include "kernel/state.h"
#include "kernel/task/sched_core.h"

enum {
	RED_INACTIVE = 0xbb,
	RED_ACTIVE = 0xcc,
};

/* ---- where things are --------------------------------------------------------- */

static uint32_t round_up_to(uint32_t value, uint32_t multiple)
{
	return (value + multiple - 1) / multiple * multiple;
}

void slub_calculate_layout(struct kmem_cache *cache)
{
	uint32_t size = round_up_to(cache->object_size, 4);

	/* at least one byte of red zone behind the object */
	if ((cache->flags & SLAB_RED_ZONE) && size == cache->object_size)
		size += 4;
	cache->inuse = size;
	cache->offset = cache->object_size / 2 & ~3u;
	if (cache->ctor || (cache->flags & SLAB_POISON)) {
		cache->offset = size;
		size += 4;
	}
	if (cache->flags & SLAB_STORE_USER)
		size += 2 * ARM_SIZEOF_TRACK;
	cache->red_left_pad = 0;
	if (cache->flags & SLAB_RED_ZONE) {
		/* some padding, so that the left neighbour hits it first */
		size += 4;
		cache->red_left_pad = round_up_to(4, cache->align);
		size += cache->red_left_pad;
	}
	cache->size = round_up_to(size, cache->align);
	cache->reciprocal = reciprocal_of(cache->size);
}

/* From an object's start to behind its free pointer. */
static uint32_t get_info_end(const struct kmem_cache *cache)
{
	return cache->offset >= cache->inuse ? cache->offset + 4 : cache->inuse;
}

static uint32_t padding_start(const struct kmem_cache *cache)
{
	uint32_t tracks = cache->flags & SLAB_STORE_USER ? 2 : 0;

	return get_info_end(cache) + tracks * ARM_SIZEOF_TRACK;
}

static uint32_t size_from_object(const struct kmem_cache *cache)
{
	return cache->size - cache->red_left_pad;
}

static struct track *get_track(const struct kernel *k,
			       const struct kmem_cache *cache, vaddr_t object,
			       enum track_item item)
{
	_Static_assert(sizeof(struct track) <=
			       ARM_SIZEOF_TRACK * OBJECT_STORE_SCALE,
		       "a track fits the object store");
	return kobj(k, object + get_info_end(cache) +
			       (uint32_t)item * ARM_SIZEOF_TRACK);
}

static uint64_t jiffies(const struct kernel *k)
{
	return k->hw.ops->now(k->hw.ctx) / (k->hw.clock_hz / HZ);
}

static void set_track(struct task_struct *curr, const struct kmem_cache *cache,
		      vaddr_t object, enum track_item item, const char *caller)
{
	if (cache->flags & SLAB_STORE_USER)
		*get_track(curr->k, cache, object,
			   item) = (struct track){.function = caller,
						  .cpu = curr->cpu->id,
						  .pid = curr->pid,
						  .when = jiffies(curr->k)};
}

/* ---- reports --------------------------------------------------------------------- */

static void print_track(struct kernel *k, const char *what,
			const struct track *track)
{
	if (track->function)
		printk(k, "%s in %s age=%llu cpu=%d pid=%d", what,
		       track->function,
		       (unsigned long long)(jiffies(k) - track->when),
		       track->cpu, track->pid);
}

static void print_tracking(struct kernel *k, const struct kmem_cache *cache,
			   vaddr_t object)
{
	if (!(cache->flags & SLAB_STORE_USER))
		return;
	print_track(k, "Allocated", get_track(k, cache, object, TRACK_ALLOC));
	print_track(k, "Freed", get_track(k, cache, object, TRACK_FREE));
}

static void print_page_info(struct kernel *k, const struct kmem_cache *cache,
			    const struct page *page)
{
	unsigned int used = 0;

	for (uint32_t i = 0; i < cache->objects; i++)
		used += slab_map_test(page, i);
	printk(k,
	       "Slab 0x%08x objects=%u used=%u fp=0x%08x flags=0x%x(slab%s|zone=%u)",
	       kobj_addr(k, page), cache->objects, used, page->freelist,
	       page->flags, PageHead(page) ? "|head" : "", page_zonenum(page));
}

static void print_section(struct kernel *k, const char *name, vaddr_t start,
			  uint32_t nr_bytes)
{
	print_hex_dump(k, name, start, nr_bytes);
}

/* The kernel is tainted from its first bad page on. */
static const char *print_tainted(const struct kernel *k, uint64_t nr_errors)
{
	return k->mem.slab.nr_errors > nr_errors
		       ? "Tainted: G    B             "
		       : "Not tainted";
}

/* As dump_stack() begins; this report is not in the taint yet. */
static void print_cpu(struct task_struct *curr)
{
	printk(curr->k, "CPU: %d PID: %d Comm: %s %s %s", curr->cpu->id,
	       curr->pid, curr->comm, print_tainted(curr->k, 1), UTS_RELEASE);
}

/* All that is known about an object. */
static void print_trailer(struct task_struct *curr,
			  const struct kmem_cache *cache,
			  const struct page *page, vaddr_t object)
{
	const bool red = cache->flags & SLAB_RED_ZONE;
	const uint32_t padding = padding_start(cache);
	const vaddr_t start = page_address(curr->k, page);
	struct kernel *k = curr->k;

	print_tracking(k, cache, object);
	print_page_info(k, cache, page);
	printk(k, "Object 0x%08x @offset=%u fp=0x%08x", object, object - start,
	       get_freepointer(k, cache, object));
	printk(k, "%s", "");
	if (red)
		print_section(k, "Redzone  ", object - cache->red_left_pad,
			      cache->red_left_pad);
	else if (object > start + 16)
		print_section(k, "Bytes b4 ", object - 16, 16);
	print_section(k, "Object   ", object,
		      cache->object_size < PAGE_SIZE ? cache->object_size
						     : PAGE_SIZE);
	if (red)
		print_section(k, "Redzone  ", object + cache->object_size,
			      cache->inuse - cache->object_size);
	if (padding < size_from_object(cache))
		print_section(k, "Padding  ", object + padding,
			      size_from_object(cache) - padding);
	print_cpu(curr);
}

static void slab_bug(struct kernel *k, const struct kmem_cache *cache,
		     const char *what)
{
	printk(k, "%.77s",
	       "================================================================"
	       "=============");
	slab_error_line(k, "BUG %s (%s): %s", cache->name, print_tainted(k, 0),
			what);
	printk(k, "%.77s",
	       "----------------------------------------------------------------"
	       "-------------");
	printk(k, "%s", "");
}

void object_err(struct task_struct *curr, const struct kmem_cache *cache,
		const struct page *page, vaddr_t object, const char *reason)
{
	slab_bug(curr->k, cache, reason);
	print_trailer(curr, cache, page, object);
}

void slab_err(struct task_struct *curr, const struct kmem_cache *cache,
	      const struct page *page, const char *format, ...)
{
	char text[128];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	slab_bug(curr->k, cache, text);
	print_page_info(curr->k, cache, page);
	print_cpu(curr);
}

void slab_fix(struct kernel *k, const struct kmem_cache *cache,
	      const char *format, ...)
{
	char text[128];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	printk(k, "FIX %s: %s", cache->name, text);
}

void list_slab_objects(struct task_struct *curr, const struct kmem_cache *cache,
		       const struct page *page)
{
	struct kernel *k = curr->k;
	vaddr_t object = slub_first_object(k, cache, page);

	slab_err(curr, cache, page,
		 "Objects remaining in %s on __kmem_cache_shutdown()",
		 cache->name);
	for (uint32_t i = 0; i < cache->objects; i++, object += cache->size) {
		if (!slab_map_test(page, i))
			continue;
		printk(k, "Object 0x%08x @offset=%u", object,
		       object - page_address(k, page));
		print_tracking(k, cache, object);
	}
}

void slub_print_owner(struct kernel *k, const struct page *page, vaddr_t object)
{
	if (slub_index(k, page->slab_cache, page, object) != NO_OBJECT)
		print_tracking(k, page->slab_cache, object);
}

/* ---- patterns ---------------------------------------------------------------------- */

/* Do @nr_bytes from @start hold @value? Else it is reported and restored. */
static bool check_bytes(struct task_struct *curr,
			const struct kmem_cache *cache, const struct page *page,
			vaddr_t object, const char *what, vaddr_t start,
			uint8_t value, uint32_t nr_bytes)
{
	struct kernel *k = curr->k;
	uint8_t *bytes = kbytes(k, start);
	uint32_t first = 0, end = nr_bytes;
	char text[64];

	while (first < nr_bytes && bytes[first] == value)
		first++;
	if (first == nr_bytes)
		return true;
	while (bytes[end - 1] == value)
		end--;
	snprintf(text, sizeof(text), "%s overwritten", what);
	slab_bug(k, cache, text);
	printk(k, "0x%08x-0x%08x @offset=%u. First byte 0x%x instead of 0x%x",
	       start + first, start + end - 1,
	       start + first - page_address(k, page), bytes[first], value);
	print_trailer(curr, cache, page, object);
	slab_fix(k, cache, "Restoring %s 0x%08x-0x%08x=0x%x", what,
		 start + first, start + end - 1, value);
	memset(bytes + first, value, end - first);
	return false;
}

/* Free objects hold a pattern, unless a constructor's work must last. */
static bool poisoned(const struct kmem_cache *cache)
{
	return (cache->flags & SLAB_POISON) && !cache->ctor;
}

static void init_object(struct kernel *k, const struct kmem_cache *cache,
			vaddr_t object, uint8_t value)
{
	uint8_t *bytes = kbytes(k, object);

	if (cache->flags & SLAB_RED_ZONE) {
		memset(bytes - cache->red_left_pad, value, cache->red_left_pad);
		memset(bytes + cache->object_size, value,
		       cache->inuse - cache->object_size);
	}
	if (poisoned(cache)) {
		memset(bytes, POISON_FREE, cache->object_size - 1);
		bytes[cache->object_size - 1] = POISON_END;
	}
}

static bool check_object(struct task_struct *curr,
			 const struct kmem_cache *cache,
			 const struct page *page, vaddr_t object, uint8_t value)
{
	const vaddr_t end = object + cache->object_size;
	const uint32_t behind = cache->inuse - cache->object_size;
	const uint32_t padding = padding_start(cache);
	vaddr_t next;

	if (cache->flags & SLAB_RED_ZONE) {
		if (!check_bytes(curr, cache, page, object, "Left Redzone",
				 object - cache->red_left_pad, value,
				 cache->red_left_pad) ||
		    !check_bytes(curr, cache, page, object, "Right Redzone",
				 end, value, behind))
			return false;
	} else if (cache->flags & SLAB_POISON) {
		check_bytes(curr, cache, page, object, "Alignment padding", end,
			    POISON_INUSE, behind);
	}
	if (poisoned(cache) && value == RED_INACTIVE &&
	    (!check_bytes(curr, cache, page, object, "Poison", object,
			  POISON_FREE, cache->object_size - 1) ||
	     !check_bytes(curr, cache, page, object, "End Poison", end - 1,
			  POISON_END, 1)))
		return false;
	if (cache->flags & SLAB_POISON)
		check_bytes(curr, cache, page, object, "Object padding",
			    object + padding, POISON_INUSE,
			    size_from_object(cache) - padding);
	if (value == RED_ACTIVE)
		return true;
	next = get_freepointer(curr->k, cache, object);
	if (!next || slub_index(curr->k, cache, page, next) != NO_OBJECT)
		return true;
	object_err(curr, cache, page, object, "Freepointer corrupt");
	set_freepointer(curr->k, cache, object, 0);
	return false;
}

/* ---- an object changes hands -------------------------------------------------------- */

void setup_slab_debug(struct kernel *k, const struct kmem_cache *cache,
		      const struct page *page)
{
	if (cache->flags & SLAB_POISON)
		memset(page_bytes(k, page), POISON_INUSE,
		       PAGE_SIZE << cache->order);
}

void setup_object_debug(struct kernel *k, const struct kmem_cache *cache,
			vaddr_t object)
{
	struct track *tracks = get_track(k, cache, object, TRACK_ALLOC);

	init_object(k, cache, object, RED_INACTIVE);
	if (!(cache->flags & SLAB_STORE_USER))
		return;
	ASAN_UNPOISON_MEMORY_REGION(tracks,
				    2 * ARM_SIZEOF_TRACK * OBJECT_STORE_SCALE);
	memset(tracks, 0, 2 * ARM_SIZEOF_TRACK * OBJECT_STORE_SCALE);
}

bool alloc_debug_processing(struct task_struct *curr,
			    const struct kmem_cache *cache,
			    const struct page *page, vaddr_t object,
			    const char *caller)
{
	if ((cache->flags & SLAB_CONSISTENCY_CHECKS) &&
	    !check_object(curr, cache, page, object, RED_INACTIVE))
		return false;
	set_track(curr, cache, object, TRACK_ALLOC, caller);
	init_object(curr->k, cache, object, RED_ACTIVE);
	return true;
}

bool free_debug_processing(struct task_struct *curr,
			   const struct kmem_cache *cache,
			   const struct page *page, vaddr_t object,
			   const char *caller)
{
	if ((cache->flags & SLAB_CONSISTENCY_CHECKS) &&
	    !check_object(curr, cache, page, object, RED_ACTIVE)) {
		slab_fix(curr->k, cache, "Object at 0x%08x not freed", object);
		return false;
	}
	set_track(curr, cache, object, TRACK_FREE, caller);
	init_object(curr->k, cache, object, RED_INACTIVE);
	return true;
}
