/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MODULE_EXPORT_H
#define KERNEL_MODULE_EXPORT_H

/*
 * Functions of the kernel that modules may call (EXPORT_SYMBOL). Each has a
 * gate in the image (kernel/image/exports.def) and a C function here that
 * takes its arguments from the registers of the caller.
 */

#include <stdbool.h>
#include <stdint.h>

#include "mmu/types.h"

struct pt_regs;
struct task_struct;

/*
 * Serves the gate @number for ARM code whose registers are @regs: arguments by
 * the AAPCS, the result in r0 (and r1). May sleep. False: no such export.
 */
bool export_call(struct task_struct *curr, unsigned int number,
		 struct pt_regs *regs);

/* ---- for the functions behind the gates ----------------------------------------- */

struct export
{
	struct task_struct *curr;
	struct pt_regs *regs;
};
/* The result: r0, and r1 for 64 bits. */
typedef uint64_t (*export_fn)(const struct export *call);

/* The @n-th word of the arguments, counted from 0. */
uint32_t export_arg(const struct export *call, unsigned int n);
/*
 * Kernel memory as the module names it: bytes through the core's MMU at PL1.
 * Where there are none the module oopses at the gate: these don't return then.
 */
void export_read(const struct export *call, void *to, vaddr_t from,
		 uint32_t nr_bytes);
void export_write(const struct export *call, vaddr_t to, const void *from,
		  uint32_t nr_bytes);

#endif
