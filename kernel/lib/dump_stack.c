/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/lib/dump_stack.h"

/*
 * The two lines that stand above a stack in Linux's reports, and the stack
 * (lib/dump_stack.c); what the kernel has been through (kernel/panic.c).
 *
 * MODEL: the stack is that of ARM code. C code's is the host's, and its
 * functions are at no address of the guest's.
 */

#include <stdio.h>

#include "kernel/arch/arm/setup.h"
#include "kernel/arch/arm/stacktrace.h"
#include "kernel/banner.h"
#include "kernel/lib/printk.h"
#include "kernel/state.h"
#include "kernel/task/sched.h"

void add_taint(struct kernel *k, enum taint flag)
{
	k->sysctl.tainted |= 1 << flag;
}

struct taint_text print_tainted(const struct kernel *k)
{
	/* instead of P, G: no module without a free licence was loaded */
	static const char letters[] = "PFSRMBUDAWCIOELKXTN";
	struct taint_text to = {"Not tainted"};
	int n;

	if (!k->sysctl.tainted)
		return to;
	n = snprintf(to.text, sizeof(to.text), "Tainted: %c",
		     k->sysctl.tainted & 1 << TAINT_PROPRIETARY_MODULE ? 'P'
								       : 'G');
	for (int i = 1; i < TAINT_FLAGS_COUNT; i++)
		to.text[n++] = k->sysctl.tainted >> i & 1 ? letters[i] : ' ';
	to.text[n] = '\0';
	return to;
}

void dump_stack_header(struct task_struct *curr)
{
	struct kernel *k = curr->k;

	printk(k, "CPU: %d PID: %d Comm: %s %s %s #1", curr->cpu->id, curr->pid,
	       curr->comm, print_tainted(k).text, UTS_RELEASE);
	printk(k, "Hardware name: %s", MACHINE_DESC_NAME);
}

void dump_stack(struct task_struct *curr)
{
	dump_stack_header(curr);
	dump_backtrace(curr, NULL);
}

void warn_at(struct task_struct *curr, const char *where)
{
	struct kernel *k = curr->k;

	printk(k, "------------[ cut here ]------------");
	printk(k, "WARNING: CPU: %d PID: %d at %s", curr->cpu->id, curr->pid,
	       where);
	add_taint(k, TAINT_WARN);
	dump_stack(curr);
	printk(k, "---[ end trace 0000000000000000 ]---");
}
