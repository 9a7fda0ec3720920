/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_TASK_SIGNAL_TYPES_H
#define KERNEL_TASK_SIGNAL_TYPES_H

/* Signals as data; what is done with them is in kernel/task/signal.h. */

#include <stdint.h>

#include "kernel/lib/list.h"
#include "kernel/task/wait_types.h"

/* Linux calls it _NSIG; the C library has that name for another number. */
#define NR_SIGNALS 64
typedef uint64_t sigset64; /* bit n-1: signal n */

static inline sigset64 sig_bit(int sig)
{
	return (sigset64)1 << (sig - 1);
}

/*
 * kernel_siginfo, as ARM's siginfo_t begins: who sends says what the five
 * words mean, and they are handed on as they are.
 */
struct ksiginfo {
	int32_t signo, err, code;
	union {
		uint32_t words[5];
		uint32_t addr; /* of a fault */
		struct { /* from a process; about a child; of a timer */
			int32_t pid;
			uint32_t uid;
			union {
				uint32_t value;
				int32_t status;
			};
			uint32_t utime, stime;
		};
	};
};

struct sigqueue {
	struct list_head list;
	struct ksiginfo info;
};

struct sigpending {
	struct list_head list; /* of sigqueue */
	sigset64 signal;
	uint32_t nr; /* in the list */
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
	struct wait_queue_head signalfd_wqh; /* who waits for any signal */
};

#endif
