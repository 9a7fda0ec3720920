/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_INIT_H
#define KERNEL_INIT_H

struct task_struct;

/*
 * Boots on core 0, on the idle task's stack (init/main.c): afterwards pid 1
 * is runnable. Panics when the board can't be booted.
 */
void start_kernel(struct task_struct *curr);

/* What initcall.def names. */
#define INITCALL(fn) void fn(struct task_struct *curr);
#include "kernel/initcall.def"
#undef INITCALL
/* Pid 1 makes them, in that order; none may need another. */
void do_initcalls(struct task_struct *curr);

#endif
