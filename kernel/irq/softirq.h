/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_IRQ_SOFTIRQ_H
#define KERNEL_IRQ_SOFTIRQ_H

/*
 * What an interrupt leaves for when its handlers have returned
 * (include/linux/interrupt.h, linux/hardirq.h): run with interrupts on, and
 * not by a task.
 */

#include <stdint.h>

#include "kernel/hw.h"

struct kernel;
struct seq_file;
struct task_struct;

/* Linux's, in its order; those that nobody raises here have a row, too. */
enum softirq {
	HI_SOFTIRQ,
	TIMER_SOFTIRQ,
	NET_TX_SOFTIRQ,
	NET_RX_SOFTIRQ,
	BLOCK_SOFTIRQ,
	IRQ_POLL_SOFTIRQ,
	TASKLET_SOFTIRQ,
	SCHED_SOFTIRQ,
	HRTIMER_SOFTIRQ,
	RCU_SOFTIRQ,
	NR_SOFTIRQS
};

typedef void (*softirq_action_t)(struct task_struct *curr);

struct softirq_state { /* in struct kernel; what is pending, in each cpu */
	softirq_action_t action[NR_SOFTIRQS];
	uint64_t kstat[NR_SOFTIRQS][NR_CPUS];
};

/*
 * Around everything that an interrupt's handlers do. What irq_enter() returns
 * goes to irq_exit(), which runs softirqs if no other interrupt is under way.
 */
uint32_t irq_enter(struct task_struct *curr);
void irq_exit(struct task_struct *curr, uint32_t preempt_count);

void open_softirq(struct kernel *k, enum softirq nr, softirq_action_t action);
/* It runs at the end of this interrupt, or else by ksoftirqd. */
void raise_softirq(struct task_struct *curr, enum softirq nr);
/* Runs what is pending, unless somebody does already or has to wait. */
void do_softirq(struct task_struct *curr);
/* Its thread, for softirqs that no interrupt runs. 0 or -ENOMEM. May sleep. */
int spawn_ksoftirqd(struct task_struct *curr);

/* /proc/softirqs, and the line "softirq" of /proc/stat. */
int show_softirqs(struct seq_file *m, void *v);
void show_softirq_line(struct seq_file *m);

#endif
