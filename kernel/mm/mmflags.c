/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/mmflags.h"

/*
 * The names of allocation flags. Combinations come first, the larger ones
 * before those that they contain: each takes its bits out of what is left to
 * be named.
 */

#include <stdio.h>

struct flag_name {
	gfp_t mask;
	const char *name;
};

#define NAMED(flag)         \
	{                   \
		flag, #flag \
	}

static const struct flag_name names[] = {
	NAMED(GFP_TRANSHUGE_LIGHT),
	NAMED(GFP_HIGHUSER_MOVABLE),
	NAMED(GFP_HIGHUSER),
	NAMED(GFP_USER),
	{GFP_KERNEL | __GFP_ACCOUNT, "GFP_KERNEL_ACCOUNT"},
	NAMED(GFP_KERNEL),
	NAMED(GFP_NOFS),
	NAMED(GFP_ATOMIC),
	NAMED(GFP_NOIO),
	NAMED(GFP_NOWAIT),
	NAMED(GFP_DMA),
	NAMED(__GFP_HIGHMEM),
	{__GFP_DMA32, "GFP_DMA32"},
	NAMED(__GFP_HIGH),
	NAMED(__GFP_ATOMIC),
	NAMED(__GFP_IO),
	NAMED(__GFP_FS),
	NAMED(__GFP_NOWARN),
	NAMED(__GFP_RETRY_MAYFAIL),
	NAMED(__GFP_NOFAIL),
	NAMED(__GFP_NORETRY),
	NAMED(__GFP_COMP),
	NAMED(__GFP_ZERO),
	NAMED(__GFP_NOMEMALLOC),
	NAMED(__GFP_MEMALLOC),
	NAMED(__GFP_HARDWALL),
	NAMED(__GFP_THISNODE),
	NAMED(__GFP_RECLAIMABLE),
	NAMED(__GFP_MOVABLE),
	NAMED(__GFP_ACCOUNT),
	NAMED(__GFP_WRITE),
	NAMED(__GFP_RECLAIM),
	NAMED(__GFP_DIRECT_RECLAIM),
	NAMED(__GFP_KSWAPD_RECLAIM),
};

struct flag_names gfp_flag_names(gfp_t gfp)
{
	struct flag_names to = {"none"};
	size_t n = 0;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if ((gfp & names[i].mask) != names[i].mask)
			continue;
		gfp &= ~names[i].mask;
		n += (size_t)snprintf(to.text + n, sizeof(to.text) - n, "%s%s",
				      n ? "|" : "", names[i].name);
	}
	if (gfp)
		snprintf(to.text + n, sizeof(to.text) - n, "%s%#x",
			 n ? "|" : "", gfp);
	return to;
}
