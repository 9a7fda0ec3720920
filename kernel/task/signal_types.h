/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_TASK_SIGNAL_TYPES_H
#define KERNEL_TASK_SIGNAL_TYPES_H

/* Signals as data; what is done with them is in kernel/task/signal.h. */

#include <stdint.h>

#include "kernel/lib/list.h"

/* Linux calls it _NSIG; the C library has that name for another number. */
#define NR_SIGNALS 64
typedef uint64_t sigset64; /* bit n-1: signal n */

static inline sigset64 sig_bit(int sig)
{
	return (sigset64)1 << (sig - 1);
}

/* kernel_siginfo: the fields of ARM's siginfo_t that any signal uses. */
struct ksiginfo {
	int32_t signo, err, code;
	int32_t pid;
	uint32_t uid;
	int32_t status;
	uint32_t addr;
	uint32_t value;
	uint32_t utime, stime;
};

struct sigqueue {
	struct list_head list;
	struct ksiginfo info;
};

struct sigpending {
	struct list_head list; /* of sigqueue */
	sigset64 signal;
};

struct k_sigaction {
	uint32_t handler; /* SIG_DFL 0, SIG_IGN 1 */
	uint32_t flags;
	uint32_t restorer;
	sigset64 mask;
};

struct sighand_struct {
	int32_t refcount;
	struct k_sigaction action[NR_SIGNALS];
};

#endif
