/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MM_MLOCK_H
#define KERNEL_MM_MLOCK_H

/*
 * Pages of locked memory (mm/internal.h). What they are counted by is told at
 * the head of mlock_page.c. None of these sleeps.
 */

#include "kernel/lib/bug.h"
#include "kernel/mm/vma.h"

/* One more mapping locks @page. */
void mlock_page(struct kernel *k, struct page *page);
/* The same for a page that no one else has seen and no list has. */
void mlock_new_page(struct kernel *k, struct page *page);
/* One mapping less locks it; the last lets it back to its LRU list. */
void munlock_page(struct kernel *k, struct page *page);
/*
 * A page that isn't reclaimable any more, or has become so, moves to where it
 * belongs, its locks uncounted: after its file's `unevictable` has changed.
 */
void check_move_unevictable_page(struct kernel *k, struct page *page);

/*
 * An entry of @vma begins or ends to map @page. A VM_SPECIAL VMA has VM_LOCKED
 * only until mmap() is done with it.
 */
static inline void mlock_vma_page(struct kernel *k, struct page *page,
				  const struct vm_area_struct *vma)
{
	if (unlikely((vma->vm_flags & (VM_LOCKED | VM_SPECIAL)) == VM_LOCKED))
		mlock_page(k, page);
}

static inline void munlock_vma_page(struct kernel *k, struct page *page,
				    const struct vm_area_struct *vma)
{
	if (unlikely(vma->vm_flags & VM_LOCKED))
		munlock_page(k, page);
}

#endif
