/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_TASK_TICK_H
#define KERNEL_TASK_TICK_H

/* Jiffies: HZ of them are a second (include/linux/jiffies.h, tick.h). */

#include <stdint.h>

#include "kernel/task/sched.h"

struct kernel;

/* Before the first wrap of 32 bits there are five minutes. */
#define INITIAL_JIFFIES ((uint64_t)(uint32_t)(-300 * HZ))

/* By the clock, be it that no interrupt has come for long. */
uint64_t jiffies_now(const struct kernel *k);
/* The cycle at which jiffy @jiffy, of 32 bits, begins: near the present one. */
uint64_t jiffy_to_cycle(const struct kernel *k, uint32_t jiffy);
/*
 * The cycle at which ARM code is to see the next one: in the past while it
 * keeps interrupts out, so that the one that is due isn't put off.
 */
uint64_t next_tick(const struct kernel *k);
/* What ARM code reads as jiffies is brought up to date. */
void tick_do_update_jiffies64(struct kernel *k);

#endif
