/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * Tasklets, and the end of sections without softirqs (Linux: kernel/softirq.c,
 * whose other half is kernel/irq/softirq.c of the host).
 */

#include <linux/debugobjects.h>
#include <linux/interrupt.h>
#include <linux/sched.h>

struct tasklet_list {
	struct tasklet_struct *first, **last;
};
static struct tasklet_list normal = {NULL, &normal.first};
static struct tasklet_list high = {NULL, &high.first};

void tasklet_action(void);
void tasklet_hi_action(void);

/* Its own count is left until softirqs have run: they don't nest. */
void __local_bh_enable_ip(unsigned long ip, unsigned int count)
{
	(void)ip;
	preempt_count_sub(count);
	if (!in_interrupt() && !irqs_disabled())
		do_softirq();
}

static void append(struct tasklet_list *list, struct tasklet_struct *t)
{
	t->next = NULL;
	*list->last = t;
	list->last = &t->next;
}

static void schedule_on(struct tasklet_list *list, struct tasklet_struct *t,
			unsigned int nr)
{
	unsigned long flags;

	local_irq_save(flags);
	append(list, t);
	raise_softirq(nr);
	local_irq_restore(flags);
}

void __tasklet_schedule(struct tasklet_struct *t)
{
	schedule_on(&normal, t, TASKLET_SOFTIRQ);
}

void __tasklet_hi_schedule(struct tasklet_struct *t)
{
	schedule_on(&high, t, HI_SOFTIRQ);
}

static void call_tasklet(struct tasklet_struct *t)
{
	clear_bit(TASKLET_STATE_SCHED, &t->state);
	set_bit(TASKLET_STATE_RUN, &t->state);
	if (t->use_callback)
		t->callback(t);
	else
		t->func(t->data);
	clear_bit(TASKLET_STATE_RUN, &t->state);
}

/* One that is disabled waits for the next time. */
static void run_list(struct tasklet_list *list, unsigned int nr)
{
	struct tasklet_struct *t, *next;

	local_irq_disable();
	t = list->first;
	list->first = NULL;
	list->last = &list->first;
	local_irq_enable();
	for (; t; t = next) {
		next = t->next;
		if (!atomic_read(&t->count))
			call_tasklet(t);
		else
			schedule_on(list, t, nr);
	}
}

void tasklet_action(void)
{
	run_list(&normal, TASKLET_SOFTIRQ);
}

void tasklet_hi_action(void)
{
	run_list(&high, HI_SOFTIRQ);
}

void tasklet_setup(struct tasklet_struct *t,
		   void (*callback)(struct tasklet_struct *t))
{
	*t = (struct tasklet_struct){.use_callback = true,
				     .callback = callback};
}

void tasklet_init(struct tasklet_struct *t, void (*func)(unsigned long data),
		  unsigned long data)
{
	*t = (struct tasklet_struct){.func = func, .data = data};
}

void tasklet_kill(struct tasklet_struct *t)
{
	if (in_interrupt())
		pr_notice("Attempt to kill tasklet from interrupt\n");
	while (test_and_set_bit(TASKLET_STATE_SCHED, &t->state) &&
	       !in_interrupt())
		schedule_timeout_uninterruptible(1);
	clear_bit(TASKLET_STATE_SCHED, &t->state);
}

static unsigned int free_from(struct tasklet_list *list, unsigned long start,
			      unsigned long end)
{
	struct tasklet_struct *t = list->first, *next;
	unsigned int nr = 0;

	list->first = NULL;
	list->last = &list->first;
	for (; t; t = next) {
		next = t->next;
		if (debug_within(t, start, end) ||
		    debug_within((void *)t->func, start, end)) {
			debug_print_object("tasklet_struct", t,
					   (void *)t->func);
			nr++;
		} else {
			append(list, t);
		}
	}
	return nr;
}

unsigned int debug_free_tasklets(unsigned long start, unsigned long end)
{
	return free_from(&normal, start, end) + free_from(&high, start, end);
}

unsigned int debug_check_no_obj_freed(unsigned long start, unsigned long end)
{
	unsigned long flags;
	unsigned int nr;

	local_irq_save(flags);
	nr = debug_free_timers(start, end) + debug_free_hrtimers(start, end) +
	     debug_free_tasklets(start, end) + debug_free_works(start, end);
	local_irq_restore(flags);
	return nr;
}
