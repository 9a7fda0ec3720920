/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _LINUX_DEBUGOBJECTS_H
#define _LINUX_DEBUGOBJECTS_H

/*
 * For the kernel's own ARM code: when memory goes, such as a module's, what is
 * still active in it or would call its code is reported and taken away.
 */

#include <linux/printk.h>
#include <linux/types.h>

static inline bool debug_within(const void *at, unsigned long start,
				unsigned long end)
{
	return (unsigned long)at - start < end - start;
}

static inline void debug_print_object(const char *type, const void *object,
				      const void *function)
{
	pr_err("ODEBUG: free active (active state 0) object type: %s object: "
	       "%p hint: %p\n",
	       type, object, function);
}

/* Of each kind: how many there were. */
unsigned int debug_free_timers(unsigned long start, unsigned long end);
unsigned int debug_free_hrtimers(unsigned long start, unsigned long end);
unsigned int debug_free_tasklets(unsigned long start, unsigned long end);
unsigned int debug_free_works(unsigned long start, unsigned long end);
unsigned int debug_check_no_obj_freed(unsigned long start, unsigned long end);

#endif
