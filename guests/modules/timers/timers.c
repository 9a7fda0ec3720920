/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Everything that is done later: timers by jiffies and by nanoseconds,
 * tasklets, works and delayed works. Each notes when it was called and as
 * part of what.
 *
 *	insmod timers.ko [leave=1]
 */

#include <linux/delay.h>
#include <linux/hrtimer.h>
#include <linux/interrupt.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/timer.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

static bool leave;
module_param(leave, bool, 0444);
MODULE_PARM_DESC(leave, "go with all of them pending");

static u64 began;
static DECLARE_WAIT_QUEUE_HEAD(done);
static int nr_timer, nr_hrtimer, nr_tasklet, nr_work, nr_delayed;
static struct workqueue_struct *queue;
static unsigned long began_jiffies;

static const char *context(void)
{
	return in_hardirq() ? "hardirq" : in_softirq() ? "softirq" : "task";
}

static void note(const char *what)
{
	pr_info("timers: %s after %u us, in a %s%s\n", what,
		(u32)ktime_us_delta(ktime_get(), (ktime_t)began), context(),
		irqs_disabled() ? ", interrupts off" : "");
}

static void timer_fn(struct timer_list *timer)
{
	note("timer");
	if (++nr_timer < 3)
		mod_timer(timer, jiffies + msecs_to_jiffies(8));
	else
		wake_up(&done);
}
static DEFINE_TIMER(timer, timer_fn);
static DEFINE_TIMER(never, timer_fn);

static enum hrtimer_restart hrtimer_fn(struct hrtimer *hrtimer)
{
	note("hrtimer");
	hrtimer_forward_now(hrtimer, 150 * NSEC_PER_USEC);
	return ++nr_hrtimer < 3 ? HRTIMER_RESTART : HRTIMER_NORESTART;
}
static struct hrtimer hrtimer;

static void tasklet_fn(struct tasklet_struct *t)
{
	(void)t;
	note("tasklet");
	nr_tasklet++;
	wake_up(&done);
}
static DECLARE_TASKLET(tasklet, tasklet_fn);

static void work_fn(struct work_struct *work)
{
	(void)work;
	note("work");
	msleep(1);
	nr_work++;
}
static DECLARE_WORK(work, work_fn);

static void delayed_fn(struct work_struct *w)
{
	(void)w;
	note("delayed work");
	nr_delayed++;
}
static DECLARE_DELAYED_WORK(delayed, delayed_fn);
static DECLARE_DELAYED_WORK(cancelled, delayed_fn);

static void start_all(void)
{
	began = ktime_get_ns();
	began_jiffies = jiffies;
	timer.expires = jiffies + 2;
	add_timer(&timer);
	hrtimer_init(&hrtimer, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	hrtimer.function = hrtimer_fn;
	hrtimer_start(&hrtimer, 100 * NSEC_PER_USEC, HRTIMER_MODE_REL);
	tasklet_schedule(&tasklet);
	queue_work(queue, &work);
	queue_delayed_work(queue, &delayed, msecs_to_jiffies(12));
	schedule_delayed_work(&cancelled, msecs_to_jiffies(1000));
	mod_timer(&never, jiffies + 100 * HZ);
}

static void measure(const char *what, u64 from, u32 least, u32 most)
{
	u32 us = (u32)((ktime_get_ns() - from) / 1000);

	pr_info("timers: %s took %s time\n", what,
		us < least  ? "too little"
		: us > most ? "too much"
			    : "its");
}

/* How long things take that wait: a jiffy is 4 ms. */
static void measure_all(void)
{
	u64 from = ktime_get_ns();

	udelay(500);
	measure("udelay", from, 500, 520);
	from = ktime_get_ns();
	mdelay(3);
	measure("mdelay", from, 3000, 3100);
	from = ktime_get_ns();
	msleep(10);
	measure("msleep", from, 10000, 16001);
	from = ktime_get_ns();
	usleep_range(300, 400);
	measure("usleep_range", from, 300, 400);
	from = ktime_get_ns();
	schedule_timeout_uninterruptible(5);
	measure("schedule_timeout", from, 16000, 20001);
	from = jiffies;
	while (time_before(jiffies, (unsigned long)from + 3))
		cpu_relax();
	pr_info("timers: three jiffies have gone by in a loop\n");
}

static int __init timers_init(void)
{
	queue = alloc_workqueue("timers_%d", 0, 1, 7);
	if (!queue)
		return -ENOMEM;
	start_all();
	if (leave)
		return 0;
	wait_event(done, nr_timer == 3 && nr_tasklet);
	flush_workqueue(queue);
	flush_delayed_work(&delayed);
	pr_info("timers: %d %d %d %d %d\n", nr_timer, nr_hrtimer, nr_tasklet,
		nr_work, nr_delayed);
	pr_info("timers: cancelled %d %d, pending %d %d\n",
		cancel_delayed_work_sync(&cancelled),
		cancel_delayed_work_sync(&cancelled), del_timer_sync(&never),
		del_timer(&never));
	measure_all();
	return 0;
}

static void __exit timers_exit(void)
{
	if (!leave)
		destroy_workqueue(queue);
}

module_init(timers_init);
module_exit(timers_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Timers, tasklets and works");
