/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MM_MEMORY_FAILURE_INTERNAL_H
#define KERNEL_MM_MEMORY_FAILURE_INTERNAL_H

/* What the files of memory failure share. */

#include "kernel/lib/printk.h"
#include "kernel/mm/memory_failure.h"

/* ---- mm/memory_failure_kill.c ------------------------------------------------ */

/* A process that maps the page, and where. */
struct to_kill {
	struct list_head list;
	struct task_struct *task; /* who gets the signal */
	vaddr_t vaddr;
};

/*
 * Who maps the locked @page and is to know of it at once, to the end of
 * @to_kill: @curr if it has met the error (@force_early), and who asked for it.
 * Doesn't sleep.
 */
void collect_procs(struct task_struct *curr, struct page *page,
		   struct list_head *to_kill, bool force_early);
/*
 * Empties @to_kill. With @forcekill each gets SIGBUS; and if the page is still
 * mapped (@fail), SIGKILL. Doesn't sleep.
 */
void kill_procs(struct task_struct *curr, struct list_head *to_kill,
		bool forcekill, bool fail, pfn_t pfn, unsigned int flags);
/*
 * @curr has met an error that is long known: SIGBUS with the address at which
 * it has the frame. -EHWPOISON, or -EFAULT: it hasn't.
 */
int kill_accessing_process(struct task_struct *curr, pfn_t pfn,
			   unsigned int flags);

/* ---- mm/memory_failure.c ------------------------------------------------------ */

/*
 * A reference to a page that something can be done about. 1; 0: it is free;
 * -EIO: it is the kernel's, or just on its way. May free pages, doesn't sleep.
 */
int get_hwpoison_page(struct task_struct *curr, struct page *page);

#endif
