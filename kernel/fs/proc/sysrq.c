/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/fs/proc/internal.h"

/*
 * /proc/sysrq-trigger (Linux: drivers/tty/sysrq.c): reports on demand, into
 * the log. One letter says which.
 *
 * MODEL: of Linux's letters only f, kill somebody for memory, and m, show
 * memory; others are answered as a letter that Linux doesn't know.
 * MODEL: Linux leaves f to a kernel thread, whose name then stands in the
 * report; here it is the writer's.
 */

#include "kernel/lib/printk.h"
#include "kernel/mm/oom_kill.h"
#include "kernel/mm/show_mem.h"
#include "kernel/state.h"

static void sysrq_handle_moom(struct task_struct *curr)
{
	struct oom_control oc = {
		.curr = curr, .gfp_mask = GFP_KERNEL, .order = OOM_ORDER_SYSRQ};

	printk(curr->k, "sysrq: Manual OOM execution");
	if (!out_of_memory(&oc))
		printk(curr->k, "sysrq: OOM request ignored. No task eligible");
}

int sysrq_trigger_store(struct task_struct *curr, struct task_struct *task,
			const char *text)
{
	struct kernel *k = curr->k;

	(void)task;
	if (*text == 'f') {
		sysrq_handle_moom(curr);
	} else if (*text == 'm') {
		printk(k, "sysrq: Show Memory");
		show_mem(k);
	} else if (*text) {
		printk(k, "sysrq: HELP : memory-full-oom-kill(f) "
			  "show-memory-usage(m) ");
	}
	return 0;
}
