/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/module/kthread.h"

/*
 * Kernel threads for ARM code (Linux: kernel/kthread.c): a task of the host's
 * whose function is a call into SVC mode.
 *
 * Invariant: a struct kthread is there while its thread is, and until the last
 * who waits for its end has gone on.
 *
 * Leaves out: binding to a core, parking, kthread workers.
 */

#include "kernel/arch/arm/kcall.h"
#include "kernel/arch/arm/thread_info.h"
#include "kernel/arm_sizes.h"
#include "kernel/lib/err.h"
#include "kernel/lib/printk.h"
#include "kernel/mm/slab.h"
#include "kernel/module/export.h"
#include "kernel/module/internal.h"
#include "kernel/state.h"

static struct kthread *find_kthread(const struct kernel *k, vaddr_t handle)
{
	struct kthread *t;

	list_for_each_entry(t, &k->modules.kthreads, list)
		if (t->handle == handle && !t->ended)
			return t;
	return NULL;
}

/* Where nobody waits any more. */
static void put_kthread(struct task_struct *curr, struct kthread *t)
{
	if (!t->ended || t->nr_stoppers)
		return;
	list_del(&t->list);
	kfree_obj(curr, t);
}

void kthread_exits(struct task_struct *curr, int code)
{
	struct kthread *t = curr->kthread;
	const vaddr_t handle = t->handle;

	curr->kthread = NULL;
	t->result = code;
	t->task = NULL;
	t->ended = true;
	t->ready = true;
	wake_up_all(curr, &t->wait);
	put_kthread(curr, t);
	if (curr->k->modules.clock.worker_died)
		kcall(curr, curr->k->modules.clock.worker_died, 1, &handle);
}

/* Its first sleep ends with the first wake_up_process(). */
static int kthread(struct task_struct *curr, void *arg)
{
	struct kthread *t = arg;

	curr->kthread = t;
	t->task = curr;
	t->handle = task_kaddr(curr);
	t->ready = true;
	wake_up_all(curr, &t->wait);
	curr->state = TASK_UNINTERRUPTIBLE;
	curr->sleeps_in_arm = true;
	schedule(curr);
	curr->sleeps_in_arm = false;
	if (t->should_stop)
		return -EINTR;
	return (int)kcall(curr, t->fn, 1, &t->data);
}

static struct kthread *new_kthread(const struct export *call)
{
	struct kthread *t = kzalloc_obj(call->curr, ARM_SIZEOF_KTHREAD,
					sizeof(*t), GFP_KERNEL);

	if (!t)
		return NULL;
	t->fn = export_arg(call, 0);
	t->data = export_arg(call, 1);
	init_waitqueue_head(&t->wait);
	list_add(&t->list, &call->curr->k->modules.kthreads);
	return t;
}

uint64_t export_kthread_create_on_node(const struct export *call)
{
	struct task_struct *curr = call->curr;
	struct kthread *t;
	vaddr_t handle;
	char name[64];

	export_might_sleep(call);
	export_format(call, 3, name, sizeof(name));
	t = new_kthread(call);
	if (!t)
		return (uint32_t)-ENOMEM;
	t->nr_stoppers++; /* for as long as this looks at it */
	if (!kthread_run(curr, kthread, t, name)) {
		t->nr_stoppers--;
		t->ended = true;
		put_kthread(curr, t);
		return (uint32_t)-ENOMEM;
	}
	wait_event(curr, &t->wait, t->ready);
	handle = t->handle;
	t->nr_stoppers--;
	put_kthread(curr, t);
	return handle;
}

uint64_t export_kthread_should_stop(const struct export *call)
{
	const struct kthread *t = call->curr->kthread;

	return t && t->should_stop;
}

uint64_t export_kthread_stop(const struct export *call)
{
	struct task_struct *curr = call->curr;
	const vaddr_t handle = export_arg(call, 0);
	struct kthread *t = find_kthread(curr->k, handle);
	int32_t result;

	export_might_sleep(call);
	if (!t) {
		printk(curr->k, "kthread_stop: no thread at 0x%08x", handle);
		return (uint32_t)-EINVAL;
	}
	if (t == curr->kthread)
		export_bug(call, "a thread stops itself");
	t->should_stop = true;
	t->nr_stoppers++;
	wake_up_arm_code(curr, t->task, TASK_NORMAL);
	wait_event(curr, &t->wait, t->ended);
	result = t->result;
	t->nr_stoppers--;
	put_kthread(curr, t);
	return (uint32_t)result;
}

void kthreads_of_module(struct task_struct *curr, const struct module *mod)
{
	const struct kthread *t;

	list_for_each_entry(t, &curr->k->modules.kthreads, list)
		if (!t->ended && module_has(mod, t->fn))
			printk(curr->k,
			       "%s: its thread %s:%d goes on without its code",
			       mod->name, t->task->comm, t->task->pid);
}
