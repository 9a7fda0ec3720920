/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MM_WORKINGSET_H
#define KERNEL_MM_WORKINGSET_H

/* Which pages come back soon after they were reclaimed (mm/workingset.c). */

#include "kernel/mm/mm_types.h"
#include "kernel/mm/user_state.h"

/* @nr_pages of the node have been reclaimed or became active. */
static inline void workingset_age_nonresident(struct lruvec *lruvec,
					      uint32_t nr_pages)
{
	lruvec->nonresident_age += nr_pages;
}

#endif
