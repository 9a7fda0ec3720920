/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _LINUX_KTHREAD_H
#define _LINUX_KTHREAD_H

/* Threads of the kernel's own. */

#include <linux/err.h>
#include <linux/sched.h>

/**
 * kthread_create_on_node - make a thread
 * @fn: what it does; its value is what kthread_stop() returns
 * @data: for @fn
 * @node: where its memory is to be; -1: anywhere
 * @format: its name, by printk()'s rules
 * @...: what @format asks for
 *
 * It begins with the first wake_up_process().
 *
 * Context: Process context; may sleep.
 * Return: the thread, or ERR_PTR(-ENOMEM).
 */
struct task_struct *kthread_create_on_node(int (*fn)(void *data), void *data,
					   int node, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
/**
 * kthread_stop - have a thread end, and wait for that
 * @task: a thread by kthread_create(); it sees kthread_should_stop()
 *
 * Context: Process context; may sleep.
 * Return: what its function returned; -EINTR if it had not begun.
 */
int kthread_stop(struct task_struct *task);
/**
 * kthread_should_stop - is the current thread to end?
 *
 * Context: A thread by kthread_create().
 * Return: true once kthread_stop() was called for it.
 */
bool kthread_should_stop(void);

#define kthread_create(fn, data, format, ...) \
	kthread_create_on_node(fn, data, -1, format, ##__VA_ARGS__)
#define kthread_run(fn, data, format, ...)                                   \
	({                                                                   \
		struct task_struct *task_ = kthread_create(fn, data, format, \
							   ##__VA_ARGS__);   \
		if (!IS_ERR(task_))                                          \
			wake_up_process(task_);                              \
		task_;                                                       \
	})

#endif
