/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/module/export.h"

/*
 * Interrupts for modules (Linux: kernel/irq/manage.c): an action whose handler
 * is a call into SVC mode, and whose thread, if it has one, is a task of its
 * own. What modules have requested is on a list here; they free nothing else.
 *
 * Invariant: an action on the list is the dev_id of a handler of kernel/irq.
 */

#include <stdio.h>

#include "kernel/arch/arm/kcall.h"
#include "kernel/arm_sizes.h"
#include "kernel/irq/irq.h"
#include "kernel/irq/irq_state.h"
#include "kernel/lib/dump_stack.h"
#include "kernel/lib/err.h"
#include "kernel/lib/printk.h"
#include "kernel/mm/slab.h"
#include "kernel/module/internal.h"
#include "kernel/state.h"

#define IRQF_ONESHOT    0x2000u
#define IRQF_WANTED     (IRQF_TRIGGER_MASK | IRQF_SHARED)
#define ARM_IRQ_HANDLED 1u
#define ARM_WAKE_THREAD 2u

struct module_irq {
	struct list_head list;
	unsigned int irq;
	vaddr_t handler, thread_fn, dev_id, name_addr;
	char name[32];
	bool oneshot;
	int thread; /* its pid; 0: it has none */
	struct wait_queue_head wait; /* the thread's */
	uint32_t woken; /* so often, and not yet served */
	bool freed;
};

/* What an oops of its function has ended is no thread any more. */
static bool has_thread(const struct kernel *k, const struct module_irq *action)
{
	const struct task_struct *task =
		action->thread ? find_task_by_pid(k, action->thread) : NULL;

	return task && task->kthread_arg == action && !task->exit_state;
}

/* ---- the interrupt ------------------------------------------------------------------- */

static void bogus_return(struct task_struct *curr, unsigned int irq,
			 uint32_t ret)
{
	printk(curr->k, "irq event %u: bogus return value %x", irq, ret);
	dump_stack(curr);
}

static enum irqreturn wake_thread(struct task_struct *curr,
				  struct module_irq *action)
{
	if (!action->thread_fn) {
		printk(curr->k,
		       "IRQ %u device %s returned IRQ_WAKE_THREAD but no "
		       "thread function available.",
		       action->irq, action->name);
		return IRQ_HANDLED;
	}
	if (!action->woken++ && action->oneshot)
		disable_irq(curr, action->irq);
	wake_up_all(curr, &action->wait);
	return IRQ_HANDLED;
}

static enum irqreturn module_handler(struct task_struct *curr, unsigned int irq,
				     void *dev_id)
{
	struct module_irq *action = dev_id;
	const uint32_t args[] = {irq, action->dev_id};
	uint32_t ret = ARM_WAKE_THREAD;

	if (action->handler)
		ret = kcall(curr, action->handler, 2, args);
	if (ret == ARM_WAKE_THREAD)
		return wake_thread(curr, action);
	if (ret > ARM_WAKE_THREAD)
		bogus_return(curr, irq, ret);
	return ret == ARM_IRQ_HANDLED ? IRQ_HANDLED : IRQ_NONE;
}

/* ---- its thread ------------------------------------------------------------------------ */

static int irq_thread(struct task_struct *curr, void *data)
{
	struct module_irq *action = data;
	const uint32_t args[] = {action->irq, action->dev_id};
	uint32_t served;

	for (;;) {
		wait_event(curr, &action->wait, action->woken || action->freed);
		if (!action->woken)
			break;
		served = action->woken;
		kcall(curr, action->thread_fn, 2, args);
		action->woken -= served;
		if (action->oneshot)
			enable_irq(curr, action->irq);
	}
	return 0;
}

static int start_thread(struct task_struct *curr, struct module_irq *action)
{
	struct task_struct *task;
	char name[TASK_COMM_LEN + 32];

	snprintf(name, sizeof(name), "irq/%u-%s", action->irq, action->name);
	task = kthread_run(curr, irq_thread, action, name);
	action->thread = task ? task->pid : 0;
	return task ? 0 : -ENOMEM;
}

/* No thread of its own looks at @action any more. */
static void stop_thread(struct task_struct *curr, struct module_irq *action)
{
	action->freed = true;
	wake_up_all(curr, &action->wait);
	while (has_thread(curr->k, action))
		schedule_timeout_uninterruptible(curr, 1);
}

/* ---- requesting and freeing ------------------------------------------------------------- */

static void free_action(struct task_struct *curr, struct module_irq *action)
{
	free_irq(curr, action->irq, action);
	stop_thread(curr, action);
	list_del(&action->list);
	kfree_obj(curr, action);
}

static int request(const struct export *call, struct module_irq *action)
{
	struct task_struct *curr = call->curr;
	const uint32_t flags = export_arg(call, 3);
	int err = 0;

	if (!action->handler && !action->thread_fn)
		return -EINVAL;
	if (!action->handler && !(flags & IRQF_ONESHOT)) {
		printk(curr->k,
		       "genirq: Threaded irq requested with handler=NULL and "
		       "!ONESHOT for %s (irq %u)",
		       action->name, action->irq);
		return -EINVAL;
	}
	if (flags & IRQF_SHARED && !action->dev_id)
		return -EINVAL;
	action->oneshot = flags & IRQF_ONESHOT;
	if (action->thread_fn)
		err = start_thread(curr, action);
	if (!err)
		err = request_irq(curr, action->irq, module_handler,
				  flags & IRQF_WANTED, action->name, action);
	return err;
}

uint64_t export_request_threaded_irq(const struct export *call)
{
	struct task_struct *curr = call->curr;
	struct module_irq *action;
	int err;

	export_might_sleep(call);
	action = kzalloc_obj(curr, ARM_SIZEOF_IRQACTION, sizeof(*action),
			     GFP_KERNEL);
	if (!action)
		return (uint32_t)-ENOMEM;
	action->irq = export_arg(call, 0);
	action->handler = export_arg(call, 1);
	action->thread_fn = export_arg(call, 2);
	action->name_addr = export_arg(call, 4);
	action->dev_id = export_arg(call, 5);
	export_string(call, action->name_addr, action->name,
		      sizeof(action->name));
	init_waitqueue_head(&action->wait);
	err = request(call, action);
	if (!err) {
		list_add_tail(&action->list, &curr->k->modules.irqs);
		return 0;
	}
	stop_thread(curr, action);
	kfree_obj(curr, action);
	return (uint32_t)err;
}

static void warn_about_irq(struct task_struct *curr, const char *what,
			   unsigned int irq)
{
	printk(curr->k, "------------[ cut here ]------------");
	printk(curr->k, what, irq);
	dump_stack(curr);
	add_taint(curr->k, TAINT_WARN);
}

static struct module_irq *find_action(const struct kernel *k, unsigned int irq,
				      vaddr_t dev_id)
{
	struct module_irq *action;

	list_for_each_entry(action, &k->modules.irqs, list)
		if (action->irq == irq && action->dev_id == dev_id &&
		    !action->freed)
			return action;
	return NULL;
}

uint64_t export_free_irq(const struct export *call)
{
	struct task_struct *curr = call->curr;
	const unsigned int irq = export_arg(call, 0);
	struct module_irq *action;
	vaddr_t name;

	if (curr->in_interrupt) {
		warn_about_irq(curr, "Trying to free IRQ %u from IRQ context!",
			       irq);
		return 0;
	}
	export_might_sleep(call);
	action = find_action(curr->k, irq, export_arg(call, 1));
	if (!action) {
		warn_about_irq(curr, "Trying to free already-free IRQ %u", irq);
		return 0;
	}
	name = action->name_addr;
	free_action(curr, action);
	return name;
}

void module_free_irqs(struct task_struct *curr, const struct module *mod)
{
	struct module_irq *action, *next;

	list_for_each_entry_safe(action, next, &curr->k->modules.irqs, list) {
		if (!module_has(mod, action->handler) &&
		    !module_has(mod, action->thread_fn))
			continue;
		printk(curr->k,
		       "genirq: %s: unloaded with IRQ %u (%s) requested: it is "
		       "taken away",
		       mod->name, action->irq, action->name);
		free_action(curr, action);
	}
}

/* ---- on and off ----------------------------------------------------------------------- */

uint64_t export_disable_irq_nosync(const struct export *call)
{
	disable_irq(call->curr, export_arg(call, 0));
	return 0;
}

/* One core: where this runs, no handler does. Threads are waited for. */
static bool thread_is_busy(const struct kernel *k, unsigned int irq)
{
	const struct module_irq *action;

	list_for_each_entry(action, &k->modules.irqs, list)
		if (action->irq == irq && action->woken &&
		    has_thread(k, action))
			return true;
	return false;
}

uint64_t export_disable_irq(const struct export *call)
{
	export_might_sleep(call);
	return export_disable_irq_nosync(call);
}

uint64_t export_enable_irq(const struct export *call)
{
	enable_irq(call->curr, export_arg(call, 0));
	return 0;
}

uint64_t export_synchronize_irq(const struct export *call)
{
	export_might_sleep(call);
	while (thread_is_busy(call->curr->k, export_arg(call, 0)))
		schedule_timeout_uninterruptible(call->curr, 1);
	return 0;
}
