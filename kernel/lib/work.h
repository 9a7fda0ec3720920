/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_LIB_WORK_H
#define KERNEL_LIB_WORK_H

/*
 * What the kernel's own work costs in virtual time, by kernel_work.def: the
 * one place where it is charged.
 */

#include <stdint.h>

#include "kernel/hw.h"

struct task_struct;

enum kernel_work {
#define WORK(name, cause, cycles, units, beside) WORK_##name,
#include "kernel/kernel_work.def"
#undef WORK
	NR_KERNEL_WORKS
};

/* On @curr's core, and to the fault that it handles, if somebody counts. */
void charge_cycles(struct task_struct *curr, enum cycle_cause cause,
		   uint64_t cycles);

/* @units of it, bytes or pieces, on @curr's core; part of a cycle is one. */
void charge_work(struct task_struct *curr, enum kernel_work work,
		 uint32_t units);

#endif
