/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MM_MMFLAGS_H
#define KERNEL_MM_MMFLAGS_H

/* Flags by name, as Linux's %pGg prints them (trace/events/mmflags.h). */

#include "kernel/mm/gfp.h"

struct flag_names {
	char text[256];
};

/* "GFP_KERNEL|__GFP_ZERO"; bits without a name as a number; none: "none". */
struct flag_names gfp_flag_names(gfp_t gfp);

#endif
