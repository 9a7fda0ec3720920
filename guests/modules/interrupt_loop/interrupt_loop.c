/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A loop that calls nothing, first with interrupts on, then off, then on: do
 * they come between two of its instructions, wait, and come then?
 *
 *	insmod interrupt_loop.ko rounds=5000000
 */

#include <linux/hrtimer.h>
#include <linux/irqflags.h>
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/spinlock.h>

static unsigned int rounds = 5000000;
module_param(rounds, uint, 0444);
MODULE_PARM_DESC(rounds, "of each loop");

static volatile unsigned int ticks;
static atomic_t shared = ATOMIC_INIT(0);
static DEFINE_SPINLOCK(lock);
static unsigned int protected_by_lock, in_handler;

static enum hrtimer_restart tick(struct hrtimer *timer)
{
	ticks++;
	atomic_add(1000, &shared);
	spin_lock(&lock);
	in_handler++;
	protected_by_lock++;
	spin_unlock(&lock);
	hrtimer_forward_now(timer, 200 * NSEC_PER_USEC);
	return HRTIMER_RESTART;
}
static struct hrtimer timer;

/* Adds to a number that the interrupts' handler adds to as well. */
static unsigned int loop(void)
{
	unsigned int before = ticks;

	for (unsigned int i = 0; i < rounds; i++)
		atomic_inc(&shared);
	return ticks - before;
}

static unsigned int lock_loop(void)
{
	unsigned int n = rounds / 50;
	unsigned long flags;

	for (unsigned int i = 0; i < n; i++) {
		spin_lock_irqsave(&lock, flags);
		protected_by_lock++;
		spin_unlock_irqrestore(&lock, flags);
	}
	return n;
}

static int __init interrupt_loop_init(void)
{
	unsigned int on, off, again, locked;
	unsigned long flags, jiffies_on = jiffies, jiffies_off;

	hrtimer_init(&timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	timer.function = tick;
	hrtimer_start(&timer, 200 * NSEC_PER_USEC, HRTIMER_MODE_REL);
	on = loop();
	jiffies_on = jiffies - jiffies_on;
	local_irq_save(flags);
	jiffies_off = jiffies;
	off = loop();
	jiffies_off = jiffies - jiffies_off;
	local_irq_restore(flags);
	again = loop();
	locked = lock_loop();
	hrtimer_cancel(&timer);
	pr_info("interrupt_loop: %u %u %u interrupts\n", on, off, again);
	pr_info("interrupt_loop: %s jiffies on, %lu off\n",
		jiffies_on ? "some" : "no", jiffies_off);
	pr_info("interrupt_loop: %u added of %u\n", (u32)atomic_read(&shared),
		3 * rounds + 1000 * ticks);
	pr_info("interrupt_loop: %u under the lock of %u\n", protected_by_lock,
		locked + in_handler);
	return 0;
}

static void __exit interrupt_loop_exit(void)
{
}

module_init(interrupt_loop_init);
module_exit(interrupt_loop_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Interrupts between its instructions");
