/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _LINUX_SCHED_H
#define _LINUX_SCHED_H

#include <linux/compiler.h>
#include <linux/current.h>
#include <linux/preempt.h>
#include <linux/types.h>

/* How a task sleeps. */
#define TASK_RUNNING         0x0000u
#define TASK_INTERRUPTIBLE   0x0001u
#define TASK_UNINTERRUPTIBLE 0x0002u
#define TASK_WAKEKILL        0x0100u
#define TASK_NOLOAD          0x0400u
#define TASK_KILLABLE        (TASK_WAKEKILL | TASK_UNINTERRUPTIBLE)
#define TASK_IDLE            (TASK_UNINTERRUPTIBLE | TASK_NOLOAD)
#define TASK_NORMAL          (TASK_INTERRUPTIBLE | TASK_UNINTERRUPTIBLE)

#define TIF_SIGPENDING 0
#define PF_KTHREAD     0x00200000u

#define MAX_SCHEDULE_TIMEOUT ((long)(~0ul >> 1))

/* From here on schedule() sleeps; a wake-up meanwhile counts. */
#define __set_current_state(state) WRITE_ONCE(current->__state, state)
#define set_current_state(state)            \
	do {                                \
		__set_current_state(state); \
		smp_mb();                   \
	} while (0)

/**
 * schedule - let others run
 *
 * Sleeps if the current task's state says so, until it is woken.
 *
 * Context: Process context; may sleep.
 */
void schedule(void);
/**
 * schedule_timeout - sleep, as the current task's state says, for a while
 * @timeout: jiffies; MAX_SCHEDULE_TIMEOUT: until it is woken
 *
 * Context: Process context; may sleep.
 * Return: jiffies that were left when it was woken; 0: none.
 */
long schedule_timeout(long timeout);
/**
 * schedule_timeout_interruptible - sleep for a while, or until a signal comes
 * @timeout: jiffies
 *
 * Context: Process context; may sleep.
 * Return: jiffies that were left.
 */
long schedule_timeout_interruptible(long timeout);
/**
 * schedule_timeout_uninterruptible - sleep for a while
 * @timeout: jiffies
 *
 * Context: Process context; may sleep.
 * Return: jiffies that were left when it was woken.
 */
long schedule_timeout_uninterruptible(long timeout);
/**
 * wake_up_process - wake a task that sleeps in schedule()
 * @task: who
 *
 * Context: Any.
 * Return: 1 if it slept.
 */
int wake_up_process(struct task_struct *task);
/* The same if its state is one of @state; for the kernel's own ARM code. */
int wake_up_state(struct task_struct *task, unsigned int state);
/**
 * __cond_resched - let others run if this task's time is up
 *
 * Context: Process context; may sleep.
 * Return: 1 if others have run.
 */
int __cond_resched(void);
/**
 * __might_sleep - complain if this is no place to sleep
 * @file: where this stands
 * @line: and its line
 *
 * Context: Any; that is what it is for.
 */
void __might_sleep(const char *file, int line);
/**
 * send_sig - send a signal to a task
 * @sig: its number
 * @task: who
 * @priv: 1: the kernel sends it
 *
 * Context: Any.
 * Return: 0, or -EINVAL.
 */
int send_sig(int sig, struct task_struct *task, int priv);

#define cond_resched() __cond_resched()
#define might_sleep()  __might_sleep(__FILE_NAME__, __LINE__)

static inline int signal_pending(const struct task_struct *task)
{
	return READ_ONCE(task->thread_info.flags) >> TIF_SIGPENDING & 1;
}

static inline int signal_pending_state(unsigned int state,
				       const struct task_struct *task)
{
	return state & (TASK_INTERRUPTIBLE | TASK_WAKEKILL) &&
	       signal_pending(task);
}

static inline int need_resched(void)
{
	return READ_ONCE(current->thread_info.flags) >> 1 & 1;
}

static inline void cpu_relax(void)
{
	barrier();
}

static inline int task_pid_nr(const struct task_struct *task)
{
	return task->pid;
}

#endif
