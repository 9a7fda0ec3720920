/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MM_MEMORY_ERROR_H
#define KERNEL_MM_MEMORY_ERROR_H

/* Errors of memory that the board asks for (params.inject.memory). */

struct task_struct;

/*
 * Before user mode: what is due by now happens. Only while
 * inject.nr_memory isn't 0. May sleep.
 */
void inject_memory_errors(struct task_struct *curr);

#endif
