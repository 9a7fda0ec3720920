/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _LINUX_SCHED_H
#define _LINUX_SCHED_H

#include <linux/types.h>

/**
 * schedule - let others run
 *
 * Context: Process context; may sleep.
 */
void schedule(void);

#endif
