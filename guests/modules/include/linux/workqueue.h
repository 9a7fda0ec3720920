/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _LINUX_WORKQUEUE_H
#define _LINUX_WORKQUEUE_H

/* Functions that a thread of the kernel's calls soon: they may sleep. */

#include <linux/bitops.h>
#include <linux/list.h>
#include <linux/timer.h>

struct workqueue_struct;
struct work_struct;
typedef void (*work_func_t)(struct work_struct *work);

struct work_struct {
	unsigned long data; /* WORK_STRUCT_PENDING: it is queued */
	struct list_head entry;
	work_func_t func;
	struct workqueue_struct *wq; /* where it was queued last */
};

struct delayed_work {
	struct work_struct work;
	struct timer_list timer;
	struct workqueue_struct *wq;
};

#define WQ_UNBOUND       0x002u
#define WQ_FREEZABLE     0x004u
#define WQ_MEM_RECLAIM   0x008u
#define WQ_HIGHPRI       0x010u
#define WQ_CPU_INTENSIVE 0x020u
#define __WQ_ORDERED     0x20000u
#define WQ_MAX_ACTIVE    512
#define WORK_CPU_UNBOUND 4

/** system_wq - the queue of schedule_work() */
extern struct workqueue_struct *system_wq;

#define INIT_WORK(w, fn)                     \
	do {                                 \
		(w)->data = 0;               \
		INIT_LIST_HEAD(&(w)->entry); \
		(w)->func = (fn);            \
		(w)->wq = NULL;              \
	} while (0)
#define DECLARE_WORK(name, fn)                         \
	struct work_struct name = {                    \
		.entry = LIST_HEAD_INIT((name).entry), \
		.func = (fn),                          \
	}
#define INIT_DELAYED_WORK(w, fn)                                    \
	do {                                                        \
		INIT_WORK(&(w)->work, fn);                          \
		timer_setup(&(w)->timer, delayed_work_timer_fn, 0); \
	} while (0)
#define DECLARE_DELAYED_WORK(name, fn)                               \
	struct delayed_work name = {                                 \
		.work = {.entry = LIST_HEAD_INIT((name).work.entry), \
			 .func = (fn)},                              \
		.timer = {.function = delayed_work_timer_fn},        \
	}
#define to_delayed_work(w) container_of(w, struct delayed_work, work)

/**
 * delayed_work_timer_fn - the time of a delayed work has come
 * @timer: its timer
 *
 * Context: Softirq.
 */
void delayed_work_timer_fn(struct timer_list *timer);
/**
 * alloc_workqueue - make a queue
 * @format: its name, by printk()'s rules
 * @flags: WQ_…, none of which makes a difference here
 * @max_active: how many of its works may run at a time; 0: 256
 * @...: what @format asks for
 *
 * Context: Process context; may sleep.
 * Return: the queue, or NULL.
 */
struct workqueue_struct *alloc_workqueue(const char *format, unsigned int flags,
					 int max_active, ...)
	__attribute__((format(printf, 1, 4)));
/**
 * destroy_workqueue - wait for a queue's works, and take it back
 * @wq: the queue
 *
 * Context: Process context; may sleep.
 */
void destroy_workqueue(struct workqueue_struct *wq);
/**
 * queue_work_on - queue a work
 * @cpu: which core is to run it
 * @wq: the queue
 * @work: the work
 *
 * Context: Any.
 * Return: false if it was queued already.
 */
bool queue_work_on(int cpu, struct workqueue_struct *wq,
		   struct work_struct *work);
/**
 * queue_delayed_work_on - queue a work later
 * @cpu: which core is to run it
 * @wq: the queue
 * @work: the work
 * @delay: jiffies
 *
 * Context: Any.
 * Return: false if it was queued already.
 */
bool queue_delayed_work_on(int cpu, struct workqueue_struct *wq,
			   struct delayed_work *work, unsigned long delay);
/**
 * mod_delayed_work_on - queue a work at another time than it was to be
 * @cpu: which core is to run it
 * @wq: the queue
 * @work: the work, queued or not
 * @delay: jiffies from now
 *
 * Context: Any.
 * Return: true if it was queued.
 */
bool mod_delayed_work_on(int cpu, struct workqueue_struct *wq,
			 struct delayed_work *work, unsigned long delay);
/**
 * flush_work - wait until a work has run
 * @work: the work
 *
 * Context: Process context; may sleep.
 * Return: false if there was nothing to wait for.
 */
bool flush_work(struct work_struct *work);
/**
 * flush_delayed_work - run a delayed work at once, and wait for it
 * @work: the work
 *
 * Context: Process context; may sleep.
 * Return: false if there was nothing to wait for.
 */
bool flush_delayed_work(struct delayed_work *work);
/**
 * cancel_work_sync - take a work back, or wait until it has run
 * @work: the work
 *
 * Context: Process context; may sleep.
 * Return: true if it was queued.
 */
bool cancel_work_sync(struct work_struct *work);
/**
 * cancel_delayed_work - take a delayed work back
 * @work: the work; its function may run at this moment
 *
 * Context: Any.
 * Return: true if it was queued.
 */
bool cancel_delayed_work(struct delayed_work *work);
/**
 * cancel_delayed_work_sync - take a delayed work back, or wait until it has run
 * @work: the work
 *
 * Context: Process context; may sleep.
 * Return: true if it was queued.
 */
bool cancel_delayed_work_sync(struct delayed_work *work);
/**
 * __flush_workqueue - wait until all works have run that are queued now
 * @wq: the queue
 *
 * Context: Process context; may sleep.
 */
void __flush_workqueue(struct workqueue_struct *wq);

#define alloc_ordered_workqueue(format, flags, ...) \
	alloc_workqueue(format, (flags) | __WQ_ORDERED, 1, ##__VA_ARGS__)
#define queue_work(wq, work) queue_work_on(WORK_CPU_UNBOUND, wq, work)
#define schedule_work(work)  queue_work(system_wq, work)
#define queue_delayed_work(wq, work, delay) \
	queue_delayed_work_on(WORK_CPU_UNBOUND, wq, work, delay)
#define schedule_delayed_work(work, delay) \
	queue_delayed_work(system_wq, work, delay)
#define mod_delayed_work(wq, work, delay) \
	mod_delayed_work_on(WORK_CPU_UNBOUND, wq, work, delay)
#define flush_workqueue(wq)     __flush_workqueue(wq)
#define flush_scheduled_work()  __flush_workqueue(system_wq)
#define work_pending(work)      test_bit(0, &(work)->data)
#define delayed_work_pending(w) work_pending(&(w)->work)

#endif
