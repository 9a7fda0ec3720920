/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/fs/proc/internal.h"

/*
 * /proc/sysrq-trigger (Linux: drivers/tty/sysrq.c): reports on demand, into
 * the log. One letter says which.
 *
 * MODEL: of Linux's letters only m, memory; others are answered as a letter
 * that Linux doesn't know.
 */

#include "kernel/lib/printk.h"
#include "kernel/mm/show_mem.h"
#include "kernel/state.h"

int sysrq_trigger_store(struct task_struct *curr, struct task_struct *task,
			const char *text)
{
	struct kernel *k = curr->k;

	(void)task;
	if (*text == 'm') {
		printk(k, "sysrq: Show Memory");
		show_mem(k);
	} else if (*text) {
		printk(k, "sysrq: HELP : show-memory-usage(m) ");
	}
	return 0;
}
