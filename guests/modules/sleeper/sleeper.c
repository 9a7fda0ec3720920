/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A producer and consumers: threads that hand numbers over through a ring,
 * which a mutex protects and two wait queues tell about. A semaphore keeps
 * all but two out of a room; completions say who has come to an end; a thread
 * that would never end is stopped.
 *
 *	insmod sleeper.ko items=100
 */

#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/kref.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/semaphore.h>
#include <linux/slab.h>
#include <linux/wait.h>

#define ROOM         4
#define NR_CONSUMERS 3

static unsigned int items = 100;
module_param(items, uint, 0444);
MODULE_PARM_DESC(items, "how many numbers are handed over");

static bool abandon;
module_param(abandon, bool, 0444);
MODULE_PARM_DESC(abandon, "leave the thread that never ends to itself");

static u32 ring[ROOM], head, tail;
static bool closed;
static DEFINE_MUTEX(ring_lock);
static DECLARE_WAIT_QUEUE_HEAD(has_items);
static DECLARE_WAIT_QUEUE_HEAD(has_room);
static struct semaphore places;
static atomic_t inside = ATOMIC_INIT(0), crowd = ATOMIC_INIT(0);
static atomic_t sum = ATOMIC_INIT(0), taken = ATOMIC_INIT(0);
static struct completion consumers_done;
static struct task_struct *idler;
static int idler_woken;

static bool put(u32 item)
{
	bool done;

	mutex_lock(&ring_lock);
	done = head - tail < ROOM;
	if (done)
		ring[head++ % ROOM] = item;
	mutex_unlock(&ring_lock);
	return done;
}

static bool get(u32 *item)
{
	bool done;

	mutex_lock(&ring_lock);
	done = head != tail;
	if (done)
		*item = ring[tail++ % ROOM];
	mutex_unlock(&ring_lock);
	return done;
}

/* No more than two at a time. */
static void visit(void)
{
	int n;

	down(&places);
	n = atomic_inc_return(&inside);
	if (n > atomic_read(&crowd))
		atomic_set(&crowd, n);
	usleep_range(50, 100);
	atomic_dec(&inside);
	up(&places);
}

static int consume(void *data)
{
	u32 item = 0;

	(void)data;
	for (;;) {
		bool got = false;

		wait_event_interruptible(has_items,
					 (got = get(&item)) || closed);
		if (!got)
			break;
		atomic_add((int)item, &sum);
		atomic_inc(&taken);
		wake_up(&has_room);
		visit();
	}
	complete(&consumers_done);
	return 0;
}

static int produce(void *data)
{
	for (u32 i = 1; i <= items; i++) {
		wait_event(has_room, put(i));
		wake_up(&has_items);
	}
	closed = true;
	wake_up_all(&has_items);
	complete(data);
	return 0;
}

static int idle(void *data)
{
	(void)data;
	while (!kthread_should_stop()) {
		set_current_state(TASK_INTERRUPTIBLE);
		if (!kthread_should_stop())
			schedule();
		__set_current_state(TASK_RUNNING);
		idler_woken++;
	}
	return 42;
}

static int __init sleeper_init(void)
{
	DECLARE_COMPLETION_ONSTACK(producer_done);
	unsigned long left;

	sema_init(&places, 2);
	init_completion(&consumers_done);
	idler = kthread_run(idle, NULL, "sleeper/%s", "idle");
	if (IS_ERR(idler))
		return PTR_ERR(idler);
	for (unsigned int i = 0; i < NR_CONSUMERS; i++)
		if (IS_ERR(kthread_run(consume, NULL, "sleeper/%u", i)))
			return -ENOMEM;
	if (IS_ERR(kthread_run(produce, &producer_done, "sleeper/p")))
		return -ENOMEM;
	wait_for_completion(&producer_done);
	for (unsigned int i = 0; i < NR_CONSUMERS; i++)
		wait_for_completion(&consumers_done);
	pr_info("sleeper: %d of %u items, sum %d, at most %d inside\n",
		atomic_read(&taken), items, atomic_read(&sum),
		atomic_read(&crowd));
	left = wait_for_completion_timeout(&consumers_done,
					   msecs_to_jiffies(20));
	pr_info("sleeper: nobody else is done, %lu jiffies left\n", left);
	pr_info("sleeper: insmod is %s %d, mutex %s, trylock %d %d\n",
		current->comm, current->pid > 1,
		mutex_is_locked(&ring_lock) ? "taken" : "free",
		mutex_trylock(&ring_lock), mutex_trylock(&ring_lock));
	mutex_unlock(&ring_lock);
	return 0;
}

static void __exit sleeper_exit(void)
{
	if (abandon)
		return;
	wake_up_process(idler);
	msleep(1);
	pr_info("sleeper: the thread ended with %d\n", kthread_stop(idler));
	pr_info("sleeper: it was woken %d times\n", idler_woken);
}

module_init(sleeper_init);
module_exit(sleeper_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Threads that wait for each other");
