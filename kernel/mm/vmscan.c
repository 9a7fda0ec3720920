/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/page_alloc.h"

/*
 * Reclaim (mm/vmscan.c).
 *
 * MODEL: nothing is reclaimed yet: kswapd does not exist and direct reclaim
 * frees no page, so an allocation that finds the zones below their min
 * watermarks fails.
 */

void wakeup_kswapd(struct task_struct *curr, struct zone *zone, gfp_t gfp,
		   unsigned int order, enum zone_type highest_zoneidx)
{
	(void)curr;
	(void)zone;
	(void)gfp;
	(void)order;
	(void)highest_zoneidx;
}

uint32_t try_to_free_pages(struct task_struct *curr, struct zonelist *zonelist,
			   unsigned int order, gfp_t gfp)
{
	(void)curr;
	(void)zonelist;
	(void)order;
	(void)gfp;
	return 0;
}
