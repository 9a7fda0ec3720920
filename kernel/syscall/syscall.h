/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_SYSCALL_SYSCALL_H
#define KERNEL_SYSCALL_SYSCALL_H

/*
 * ARM EABI system calls. The tables (file.def, mm.def, …) say number, name
 * and the kinds of the arguments, one letter each:
 *   d int   u unsigned   x hex   p pointer   s string   l 64-bit in a pair
 * The handler sys_NAME decodes its arguments and calls one function of the
 * subsystem; it holds no logic. Results are Linux's: a value or -errno.
 */

#include <stdint.h>

#include "kernel/task/sched.h"

typedef int32_t (*syscall_fn)(struct task_struct *curr, const uint32_t arg[7]);

struct syscall_desc {
	const char *name, *kinds;
	syscall_fn fn;
};

#define SYSCALL(number, name, kinds) \
	int32_t sys_##name(struct task_struct *curr, const uint32_t arg[7]);
#include "kernel/syscall/event.def"
#include "kernel/syscall/file.def"
#include "kernel/syscall/ids.def"
#include "kernel/syscall/ipc.def"
#include "kernel/syscall/mm.def"
#include "kernel/syscall/module.def"
#include "kernel/syscall/net.def"
#include "kernel/syscall/process.def"
#include "kernel/syscall/sched.def"
#include "kernel/syscall/signal.def"
#include "kernel/syscall/time.def"
#undef SYSCALL

/* NULL for a number that means nothing. */
const struct syscall_desc *syscall_lookup(uint32_t number);

/* A 64-bit argument in an even/odd register pair. */
static inline int64_t arg64(const uint32_t *pair)
{
	return (int64_t)((uint64_t)pair[1] << 32 | pair[0]);
}

#endif
