/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/module/internal.h"

/*
 * What works for modules behind their backs, and what becomes of it when one
 * is unloaded (Linux: lib/debugobjects.c, as far as that is asked when memory
 * is freed; otherwise nothing).
 *
 * A timer, tasklet, work or interrupt that would call code that is gone would
 * be a fault in interrupt context, and so the end of the machine. So it is
 * reported and taken away, as Linux does with CONFIG_DEBUG_OBJECTS_FREE; for
 * interrupts Linux has nothing like it. A thread whose code goes oopses when it
 * is next woken, and dies alone.
 *
 * MODEL: a module's unloading looks for what lies in its memory or would call
 * its code; kfree() of an active timer isn't looked for.
 */

#include <errno.h>

#include "kernel/arch/arm/image.h"
#include "kernel/arch/arm/kcall.h"
#include "kernel/module/kthread.h"
#include "kernel/state.h"

static void run_timers_of_arm(struct task_struct *curr)
{
	kcall(curr, curr->k->modules.clock.run_timer_softirq, 0, NULL);
}

static void run_tasklets(struct task_struct *curr)
{
	kcall(curr, curr->k->modules.clock.tasklet_action, 0, NULL);
}

static void run_hi_tasklets(struct task_struct *curr)
{
	kcall(curr, curr->k->modules.clock.tasklet_hi_action, 0, NULL);
}

static void find_symbols(struct kernel *k)
{
	const struct kernel_image *image = k->arch.image;
	struct module_clock *clock = &k->modules.clock;

	clock->run_timer_softirq = image_symbol(image, "run_timer_softirq");
	clock->hrtimer_run_queues = image_symbol(image, "hrtimer_run_queues");
	clock->tasklet_action = image_symbol(image, "tasklet_action");
	clock->tasklet_hi_action = image_symbol(image, "tasklet_hi_action");
	clock->debug_check_no_obj_freed =
		image_symbol(image, "debug_check_no_obj_freed");
	clock->worker_died = image_symbol(image, "worker_died");
	open_softirq(k, HI_SOFTIRQ, run_hi_tasklets);
	open_softirq(k, TIMER_SOFTIRQ, run_timers_of_arm);
	open_softirq(k, TASKLET_SOFTIRQ, run_tasklets);
}

/*
 * MODEL: with the first module, where Linux has these threads from the boot
 * on: without modules nobody needs them.
 */
int module_services_start(struct task_struct *curr)
{
	struct kernel *k = curr->k;
	int err;

	if (k->modules.clock.started)
		return 0;
	find_symbols(k);
	err = spawn_ksoftirqd(curr);
	if (!err)
		err = (int)kcall(curr,
				 image_symbol(k->arch.image, "workqueue_init"),
				 0, NULL);
	k->modules.clock.started = !err;
	return err;
}

static void take_away_from(struct task_struct *curr,
			   const struct module_layout *layout)
{
	const uint32_t args[] = {layout->base, layout->base + layout->size};

	if (layout->base)
		kcall(curr, curr->k->modules.clock.debug_check_no_obj_freed, 2,
		      args);
}

void module_take_away(struct task_struct *curr, const struct module *mod)
{
	if (!curr->k->modules.clock.started)
		return;
	module_free_irqs(curr, mod);
	take_away_from(curr, &mod->init);
	take_away_from(curr, &mod->core);
	kthreads_of_module(curr, mod);
}
