/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MM_KMEMLEAK_INTERNAL_H
#define KERNEL_MM_KMEMLEAK_INTERNAL_H

/* Between kmemleak.c (objects), kmemleak_scan.c and kmemleak_debug.c. */

#include "kernel/mm/kmemleak.h"
#include "kernel/state.h"

struct seq_file;

/* Linux's numbers: dump= shows them. */
#define OBJECT_ALLOCATED 0x1u
#define OBJECT_REPORTED  0x2u
#define OBJECT_NO_SCAN   0x4u

/* A part of an object that is searched, by the host's addresses. */
struct kmemleak_scan_area {
	const void *start;
	uint32_t size;
};
/* More areas than Linux's users have for any object. */
#define KMEMLEAK_MAX_AREAS 4

struct kmemleak_object {
	struct rb_node rb_node; /* object_tree */
	struct list_head object_list;
	struct list_head gray_list; /* reached, and to be searched */
	vaddr_t pointer;
	vaddr_t excess_ref; /* to whom it passes references; 0: nobody */
	uint32_t size;
	uint32_t host_size; /* of the C structure; 0: bytes */
	uint32_t flags; /* OBJECT_… */
	int min_count; /* KMEMLEAK_BLACK, 0, or how many must point here */
	int count; /* how many do, at the last scan */
	uint32_t checksum; /* of its contents then; 0: never taken */
	uint64_t created; /* cycle */
	const char *caller; /* lives for ever */
	char comm[TASK_COMM_LEN];
	int pid;
	uint32_t nr_areas;
	struct kmemleak_scan_area area[KMEMLEAK_MAX_AREAS];
};

/* Not enough points to it. */
static inline bool color_white(const struct kmemleak_object *object)
{
	return object->min_count != KMEMLEAK_BLACK &&
	       object->count < object->min_count;
}

/* Enough does, so what it holds counts. */
static inline bool color_gray(const struct kmemleak_object *object)
{
	return object->min_count != KMEMLEAK_BLACK &&
	       object->count >= object->min_count;
}

/* The object that @kaddr lies in; NULL: none. */
struct kmemleak_object *kmemleak_lookup(const struct kernel *k, vaddr_t kaddr);

/* Old enough, and white at the last scan. */
static inline bool unreferenced_object(const struct kernel *k,
				       const struct kmemleak_object *object)
{
	return color_white(object) &&
	       object->created + k->kmemleak.min_age <= k->kmemleak.last_scan;
}

/* "unreferenced object 0x…", with all that is known. */
void kmemleak_print_object(struct seq_file *m,
			   const struct kmemleak_object *object);
/* No more objects from now on; those known stay while there are leaks. */
void kmemleak_disable(struct kernel *k);
/* Forgets all objects. */
void kmemleak_do_cleanup(struct kernel *k);

#endif
