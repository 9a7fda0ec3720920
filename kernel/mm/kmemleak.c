/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/kmemleak_internal.h"

/*
 * What kmemleak knows of each object (the first half of mm/kmemleak.c): where
 * it is, who asked for it and when, in a tree by address. kmemleak_scan.c looks
 * for those to which nothing leads, kmemleak_debug.c shows them.
 *
 * Invariant: objects don't overlap. Where two would, the allocators' books are
 * broken (or somebody else's are), and kmemleak stops, as it does in Linux.
 *
 * MODEL: records lie in host memory. Linux's take some 200 bytes of RAM for
 * each object; here a run with kmemleak is, for its programs, the run without
 * it, frame by frame.
 */

#include <stdlib.h>
#include <string.h>

#include "kernel/lib/cmdline.h"
#include "kernel/lib/printk.h"
#include "kernel/mm/kobj.h"

enum {
	OBJECTS_A_POOL = 1024,
	MIN_AGE_S = 5,
	SCAN_WAIT_S = 600
};

struct kmemleak_pool {
	struct kmemleak_pool *next;
	struct kmemleak_object objects[OBJECTS_A_POOL];
};

/* ---- records ---------------------------------------------------------------- */

static bool add_pool(struct kmemleak_state *leak)
{
	struct kmemleak_pool *pool = calloc(1, sizeof(*pool));

	if (!pool)
		return false;
	pool->next = leak->pools;
	leak->pools = pool;
	for (int i = OBJECTS_A_POOL - 1; i >= 0; i--) {
		pool->objects[i].object_list.next = (void *)leak->idle;
		leak->idle = &pool->objects[i];
	}
	return true;
}

static struct kmemleak_object *new_record(struct kmemleak_state *leak)
{
	struct kmemleak_object *object;

	if (!leak->idle && !add_pool(leak))
		return NULL;
	object = leak->idle;
	leak->idle = (void *)object->object_list.next;
	return object;
}

static void drop_record(struct kmemleak_state *leak,
			struct kmemleak_object *object)
{
	object->object_list.next = (void *)leak->idle;
	leak->idle = object;
}

/* ---- the tree ---------------------------------------------------------------- */

struct kmemleak_object *kmemleak_lookup(const struct kernel *k, vaddr_t kaddr)
{
	struct rb_node *node = k->kmemleak.object_tree.rb_node;

	while (node) {
		struct kmemleak_object *object =
			rb_entry(node, struct kmemleak_object, rb_node);

		if (kaddr < object->pointer)
			node = node->rb_left;
		else if (kaddr - object->pointer >= object->size)
			node = node->rb_right;
		else
			return object;
	}
	return NULL;
}

/* The object that begins at @ptr. */
static struct kmemleak_object *find_object(const struct kernel *k, vaddr_t ptr)
{
	struct kmemleak_object *object = kmemleak_lookup(k, ptr);

	return object && object->pointer == ptr ? object : NULL;
}

/* NULL: it is in; otherwise the object that lies there already. */
static struct kmemleak_object *link_object(struct kmemleak_state *leak,
					   struct kmemleak_object *object)
{
	struct rb_node **link = &leak->object_tree.rb_node, *parent = NULL;

	while (*link) {
		struct kmemleak_object *other =
			rb_entry(*link, struct kmemleak_object, rb_node);

		parent = *link;
		if (object->pointer + (object->size - 1) < other->pointer)
			link = &parent->rb_left;
		else if (other->pointer + (other->size - 1) < object->pointer)
			link = &parent->rb_right;
		else
			return other;
	}
	rb_link_node(&object->rb_node, parent, link);
	rb_insert_color(&object->rb_node, &leak->object_tree);
	list_add_tail(&object->object_list, &leak->object_list);
	leak->nr_objects++;
	return NULL;
}

static void unlink_object(struct kmemleak_state *leak,
			  struct kmemleak_object *object)
{
	rb_erase(&object->rb_node, &leak->object_tree);
	list_del(&object->object_list);
	leak->nr_objects--;
}

/* ---- on and off ---------------------------------------------------------------- */

void kmemleak_do_cleanup(struct kernel *k)
{
	struct kmemleak_state *leak = &k->kmemleak;

	while (!list_empty(&leak->object_list)) {
		struct kmemleak_object *object =
			list_first_entry(&leak->object_list,
					 struct kmemleak_object, object_list);

		unlink_object(leak, object);
		drop_record(leak, object);
	}
	leak->free_enabled = false;
}

void kmemleak_disable(struct kernel *k)
{
	struct kmemleak_state *leak = &k->kmemleak;

	if (!leak->enabled)
		return;
	leak->enabled = false;
	leak->thread_should_stop = true;
	printk(k, "kmemleak: Kernel memory leak detector disabled");
	if (leak->found_leaks)
		printk(k, "kmemleak: Kmemleak disabled without freeing "
			  "internal data. Reclaim the memory with \"echo clear "
			  "> /sys/kernel/debug/kmemleak\".");
	else
		kmemleak_do_cleanup(k);
}

static bool wanted(const struct kernel *k)
{
	uint32_t len;
	const char *text = boot_param(k, "kmemleak", &len);

	if (text && len == 2 && !strncmp(text, "on", 2))
		return true;
	if (text && len == 3 && !strncmp(text, "off", 3))
		return false;
	return k->params.kmemleak != KMEMLEAK_OFF;
}

void kmemleak_init(struct kernel *k)
{
	struct kmemleak_state *leak = &k->kmemleak;

	INIT_LIST_HEAD(&leak->object_list);
	INIT_LIST_HEAD(&leak->gray_list);
	leak->stack_scan = true;
	leak->min_age = (uint64_t)k->hw.clock_hz * MIN_AGE_S;
	leak->scan_wait = (uint64_t)k->hw.clock_hz * SCAN_WAIT_S;
	leak->enabled = leak->free_enabled = wanted(k);
}

void kmemleak_exit(struct kernel *k)
{
	while (k->kmemleak.pools) {
		struct kmemleak_pool *pool = k->kmemleak.pools;

		k->kmemleak.pools = pool->next;
		free(pool);
	}
}

/* ---- objects come and go ------------------------------------------------------- */

static void set_owner(const struct kernel *k, struct kmemleak_object *object,
		      const struct task_struct *curr)
{
	if (!curr)
		curr = &k->sched.init_task[0];
	object->pid = curr->in_interrupt ? 0 : curr->pid;
	memcpy(object->comm, curr->in_interrupt ? "hardirq" : curr->comm,
	       curr->in_interrupt ? sizeof("hardirq") : sizeof(object->comm));
	object->comm[sizeof(object->comm) - 1] = '\0';
}

void kmemleak_note_alloc(struct kernel *k, const struct task_struct *curr,
			 vaddr_t ptr, uint32_t size, uint32_t host_size,
			 int min_count, const char *caller)
{
	struct kmemleak_state *leak = &k->kmemleak;
	struct kmemleak_object *object, *other;

	if (!ptr || !size)
		return;
	object = new_record(leak);
	if (!object) {
		printk(k, "kmemleak: Cannot allocate a kmemleak_object "
			  "structure");
		kmemleak_disable(k);
		return;
	}
	*object = (struct kmemleak_object){
		.pointer = ptr,
		.size = size,
		.host_size = host_size,
		.flags = OBJECT_ALLOCATED,
		.min_count = min_count,
		.created = k->hw.ops->now(k->hw.ctx),
		.caller = caller,
	};
	set_owner(k, object, curr);
	other = link_object(leak, object);
	if (!other)
		return;
	printk(k,
	       "kmemleak: Cannot insert 0x%08x into the object search tree "
	       "(overlaps existing 0x%08x (size %u) of %s)",
	       ptr, other->pointer, other->size, other->caller);
	drop_record(leak, object);
	kmemleak_disable(k);
}

static void note_boot(struct kernel *k, vaddr_t ptr, uint32_t size,
		      const char *caller)
{
	if (!size)
		return;
	kmemleak_note_alloc(k, NULL, ptr, size, 0, KMEMLEAK_GREY, caller);
	kmemleak_no_scan(k, ptr);
}

/* What remains of @old before and behind [@ptr, @ptr + @size). */
static void split_object(struct kernel *k, const struct kmemleak_object *old,
			 vaddr_t ptr, uint32_t size)
{
	const uint32_t before = ptr - old->pointer;
	const uint32_t behind = old->size - before > size
					? old->size - before - size
					: 0;

	/* only memblock's are cut */
	note_boot(k, old->pointer, before, old->caller);
	note_boot(k, ptr + size, behind, old->caller);
}

void kmemleak_note_free(struct kernel *k, vaddr_t ptr, uint32_t size)
{
	struct kmemleak_state *leak = &k->kmemleak;
	struct kmemleak_object *object = size ? kmemleak_lookup(k, ptr)
					      : find_object(k, ptr);
	struct kmemleak_object old;

	if (!object)
		return; /* from before kmemleak, or of nobody's interest */
	old = *object;
	unlink_object(leak, object);
	drop_record(leak, object);
	if (size)
		split_object(k, &old, ptr, size);
}

/* ---- what users say of them ------------------------------------------------------ */

void kmemleak_note_view(struct kernel *k, vaddr_t ptr, uint32_t host_size)
{
	struct kmemleak_object *object = find_object(k, ptr);

	if (!object)
		return;
	object->host_size = host_size;
	object->flags &= ~OBJECT_NO_SCAN; /* memblock's are bytes at first */
}

void kmemleak_paint(struct kernel *k, vaddr_t ptr, int color)
{
	struct kmemleak_object *object = find_object(k, ptr);

	if (!object) {
		printk(k,
		       "kmemleak: Trying to color unknown object at 0x%08x as "
		       "%s",
		       ptr, color == KMEMLEAK_GREY ? "Grey" : "Black");
		return;
	}
	object->min_count = color;
	if (color == KMEMLEAK_BLACK)
		object->flags |= OBJECT_NO_SCAN;
}

void kmemleak_note_excess_ref(struct kernel *k, vaddr_t ptr, vaddr_t excess_ref)
{
	struct kmemleak_object *object = find_object(k, ptr);

	if (object)
		object->excess_ref = excess_ref;
}

void kmemleak_note_area(struct kernel *k, vaddr_t ptr, const void *start,
			uint32_t size)
{
	struct kmemleak_object *object = kmemleak_lookup(k, ptr);

	if (!object) {
		printk(k,
		       "kmemleak: Adding scan area to unknown object at "
		       "0x%08x",
		       ptr);
		return;
	}
	/* too many: all of it is searched, to be safe */
	if (object->nr_areas < KMEMLEAK_MAX_AREAS)
		object->area[object->nr_areas] =
			(struct kmemleak_scan_area){start, size};
	object->nr_areas++;
}

void kmemleak_note_no_scan(struct kernel *k, vaddr_t ptr)
{
	struct kmemleak_object *object = find_object(k, ptr);

	if (object)
		object->flags |= OBJECT_NO_SCAN;
	else
		printk(k, "kmemleak: Not scanning unknown object at 0x%08x",
		       ptr);
}

/* ---- memblock -------------------------------------------------------------------- */

static bool is_lowmem(const struct kernel *k, paddr_t paddr, uint32_t size)
{
	return paddr >= k->arch.phys_offset &&
	       paddr + size <= k->arch.arm_lowmem_limit;
}

void kmemleak_note_phys(struct kernel *k, paddr_t paddr, uint32_t size,
			const char *caller)
{
	if (is_lowmem(k, paddr, size))
		note_boot(k, phys_to_virt(k, paddr), size, caller);
}

void kmemleak_note_phys_free(struct kernel *k, paddr_t paddr, uint32_t size)
{
	if (is_lowmem(k, paddr, size))
		kmemleak_note_free(k, phys_to_virt(k, paddr), size);
}
