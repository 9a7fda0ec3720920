/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MM_WORKINGSET_H
#define KERNEL_MM_WORKINGSET_H

/* Which pages come back soon after they were reclaimed (mm/workingset.c). */

#include "kernel/mm/mm_types.h"
#include "kernel/mm/user_state.h"

/* At boot, when there is a list of shrinkers. */
void workingset_init(struct task_struct *curr);
/* @nr_pages of the node have been reclaimed or became active. */
static inline void workingset_age_nonresident(struct lruvec *lruvec,
					      uint32_t nr_pages)
{
	lruvec->nonresident_age += nr_pages;
}
/* @page is being reclaimed: the shadow to be left in its place, a value. */
void *workingset_eviction(struct kernel *k, const struct page *page);
/* @page, on no list yet, is read again where @shadow was left: active then? */
void workingset_refault(struct kernel *k, struct page *page,
			const void *shadow);
/* It was used a second time while it was inactive. */
void workingset_activation(struct kernel *k, const struct page *page);

#endif
