/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sleeps where one must not: with a spinlock, with interrupts off, in a timer,
 * in an interrupt.
 *
 *	insmod atomic_sleeper.ko where=lock|off|timer|hardirq|deadlock
 */

#include <linux/delay.h>
#include <linux/hrtimer.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/timer.h>

static char *where = "lock";
module_param(where, charp, 0444);
MODULE_PARM_DESC(where, "as part of what it sleeps");

static DEFINE_SPINLOCK(lock);
static DEFINE_MUTEX(mutex);
static int nr_calls;

static void sleeping_timer(struct timer_list *timer)
{
	(void)timer;
	msleep(1);
	nr_calls++;
}
static DEFINE_TIMER(timer, sleeping_timer);

static enum hrtimer_restart sleeping_hrtimer(struct hrtimer *hrtimer)
{
	(void)hrtimer;
	mutex_lock(&mutex); /* nobody has it, but somebody could */
	mutex_unlock(&mutex);
	kfree(kmalloc(100, GFP_KERNEL));
	nr_calls++;
	return HRTIMER_NORESTART;
}
static struct hrtimer hrtimer;

static void wait_for_call(void)
{
	while (!nr_calls)
		msleep(1);
}

static int __init atomic_sleeper_init(void)
{
	unsigned long flags;

	if (!strcmp(where, "lock")) {
		spin_lock(&lock);
		schedule_timeout_uninterruptible(1);
		spin_unlock(&lock);
	} else if (!strcmp(where, "off")) {
		local_irq_save(flags);
		msleep(1);
		local_irq_restore(flags);
	} else if (!strcmp(where, "timer")) {
		mod_timer(&timer, jiffies + 1);
		wait_for_call();
	} else if (!strcmp(where, "hardirq")) {
		hrtimer_init(&hrtimer, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
		hrtimer.function = sleeping_hrtimer;
		hrtimer_start(&hrtimer, 1000, HRTIMER_MODE_REL);
		wait_for_call();
	} else if (!strcmp(where, "deadlock")) {
		spin_lock(&lock);
		spin_lock(&lock);
	}
	pr_info("atomic_sleeper: went on\n");
	return 0;
}

static void __exit atomic_sleeper_exit(void)
{
}

module_init(atomic_sleeper_init);
module_exit(atomic_sleeper_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Sleeps where one must not");
