/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_LIB_TOUCH_H
#define KERNEL_LIB_TOUCH_H

/*
 * What of its own the kernel touches on its paths, by kernel_touch.def; how
 * single bytes are touched is arch/arm/touch.h.
 */

#include "kernel/lib/bug.h"
#include "kernel/state.h"

enum touch_path {
#define TOUCH_PATH(name, sentence) TOUCH_##name,
#define TOUCH(path, from, offset, bytes, kind, what)
#include "kernel/kernel_touch.def"
#undef TOUCH
#undef TOUCH_PATH
	NR_TOUCH_PATHS
};

void touch_path_now(struct task_struct *curr, enum touch_path path,
		    vaddr_t this_kaddr, vaddr_t that_kaddr);

/*
 * Costs what translations and lines cost of the accesses that @path names, on
 * @curr's core; 0 for what isn't there. Nothing where the board has no prices.
 */
static inline void touch_path(struct task_struct *curr, enum touch_path path,
			      vaddr_t this_kaddr, vaddr_t that_kaddr)
{
	if (unlikely(curr->k->params.touches))
		touch_path_now(curr, path, this_kaddr, that_kaddr);
}

#endif
