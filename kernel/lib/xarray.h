/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_LIB_XARRAY_H
#define KERNEL_LIB_XARRAY_H

/*
 * Sparse arrays of pointers, a radix tree of 64-way nodes that come from the
 * radix_tree_node cache (include/linux/xarray.h). Marks as in Linux.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct task_struct;
struct xa_node;

enum xa_mark {
	XA_MARK_DIRTY,
	XA_MARK_WRITEBACK,
	XA_MARK_TOWRITE,
	XA_MARKS
};

struct xarray {
	void *xa_head; /* an entry at index 0, or a node (bit 1 set) */
	uint8_t xa_head_marks; /* of that entry */
	/*
	 * Its values are shadows of pages: nodes that hold nothing else are
	 * noted, and may lose them when memory is short (mm/workingset.c).
	 */
	bool xa_shadows;
};

static inline void xa_init(struct xarray *xa)
{
	xa->xa_head = NULL;
	xa->xa_head_marks = 0;
	xa->xa_shadows = false;
}

/* Numbers in place of pointers: 31 bits. */
static inline void *xa_mk_value(uint32_t value)
{
	return (void *)((uintptr_t)value << 1 | 1);
}

static inline uint32_t xa_to_value(const void *entry)
{
	return (uint32_t)((uintptr_t)entry >> 1);
}

static inline bool xa_is_value(const void *entry)
{
	return (uintptr_t)entry & 1;
}

/* At boot: the radix_tree_node cache. */
void xarray_init(struct task_struct *curr);

void *xa_load(const struct xarray *xa, uint32_t index);
/*
 * Stores @entry (NULL erases); marks stay. 0, or -ENOMEM. May reclaim, never
 * sleeps for anything else.
 */
int xa_store(struct task_struct *curr, struct xarray *xa, uint32_t index,
	     void *entry, uint32_t gfp);
/* The same, but -EBUSY where there is an entry already. */
int xa_insert(struct task_struct *curr, struct xarray *xa, uint32_t index,
	      void *entry, uint32_t gfp);
/*
 * Puts @entry where @old is (NULL: nothing); marks stay. 0, -EBUSY: by now
 * something else is there, -ENOMEM. Allocates only where @old is NULL.
 */
int xa_replace(struct task_struct *curr, struct xarray *xa, uint32_t index,
	       const void *old, void *entry, uint32_t gfp);
/* Takes the entry out, marks and all, and returns it; NULL: none. */
void *xa_erase(struct task_struct *curr, struct xarray *xa, uint32_t index);
/* First entry at or after *index, up to @max; sets *index. NULL: none. */
void *xa_find(const struct xarray *xa, uint32_t *index, uint32_t max);
void *xa_find_marked(const struct xarray *xa, uint32_t *index, uint32_t max,
		     enum xa_mark mark);
void xa_set_mark(struct xarray *xa, uint32_t index, enum xa_mark mark);
void xa_clear_mark(struct xarray *xa, uint32_t index, enum xa_mark mark);
bool xa_get_mark(const struct xarray *xa, uint32_t index, enum xa_mark mark);
bool xa_empty(const struct xarray *xa);
/*
 * Takes all out of the node that has held nothing but shadows for longest.
 * False: there is none.
 */
bool xa_drop_shadow_node(struct task_struct *curr);
/* Frees the nodes; the entries are the caller's. */
void xa_destroy(struct task_struct *curr, struct xarray *xa);

#endif
