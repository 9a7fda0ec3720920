/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_SYSCALL_ABSENT_H
#define KERNEL_SYSCALL_ABSENT_H

/* System calls that Linux has and this kernel hasn't, and who asked for them. */

#include <stdint.h>

struct task_struct;

enum absent_call {
#define ABSENT(number, name) ABSENT_##name,
#include "kernel/syscall/absent.def"
#undef ABSENT
	NR_ABSENT_CALLS
};

struct absent_state {
	uint64_t nr_calls[NR_ABSENT_CALLS];
	char comm[NR_ABSENT_CALLS][16]; /* of who asked first */
};

/*
 * -ENOSYS. Counts @number if it is one of absent.def's, and says so in the
 * machine's log (not in the kernel's, which programs read) at the first time.
 */
int32_t absent_syscall(struct task_struct *curr, uint32_t number);
/* NULL: no such number, or it is there. */
const char *absent_syscall_name(uint32_t number);

#endif
