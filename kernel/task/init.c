/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/task/sched_core.h"

/*
 * pid 1 (Linux: init/main.c's kernel_init, and what a small init does): a
 * task of the kernel's own that starts the board's programs, reaps orphans,
 * and halts the machine when the programs have ended. Whatever they left
 * running is killed first, as at a shutdown, so that a run ends with every
 * frame accounted for.
 */

#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "kernel/arch/arm/setup.h"
#include "kernel/arch/arm/smp.h"
#include "kernel/drivers/mmc.h"
#include "kernel/fs/rootfs.h"
#include "kernel/fs/fs.h"
#include "kernel/init.h"
#include "kernel/lib/err.h"
#include "kernel/lib/printk.h"
#include "kernel/mm/khugepaged.h"
#include "kernel/mm/detect.h"
#include "kernel/mm/kmemleak.h"
#include "kernel/mm/ksm.h"
#include "kernel/mm/slab.h"
#include "kernel/mm/swapfile.h"
#include "kernel/mm/verify.h"
#include "kernel/mm/writeback.h"
#include "kernel/state.h"
#include "kernel/task/signal.h"

static const char *const program_env[] = {
	"HOME=/root",
	"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
	"TERM=linux",
	NULL,
};

/* What execve's errors mean for somebody who named a program to run. */
static const char *exec_error(int err)
{
	switch (-err) {
	case ENOENT:
		return "no such file in the guest's root, or its interpreter "
		       "is missing";
	case ENOEXEC:
		return "not an ARM Linux program (32-bit little-endian ELF "
		       "with EABI) that can be loaded, nor a #! script";
	case EACCES:
		return "not executable";
	case ENOMEM:
		return "not enough memory on this board";
	default:
		return strerror(-err);
	}
}

static void report_failure(struct task_struct *curr,
			   const struct kernel_program *program, int err)
{
	struct sched_state *sched = &curr->k->sched;

	printk(curr->k, "Failed to execute %s: %s (error %d)", program->argv[0],
	       exec_error(err), err);
	if (program != curr->k->params.programs)
		return;
	sched->program_failed = true;
	snprintf(sched->program_error, sizeof(sched->program_error), "%s: %s",
		 program->argv[0], exec_error(err));
}

/* A program begins as the leader of a session with the console. */
static int run_program(struct task_struct *curr, void *arg)
{
	const struct kernel_program *program = arg;
	struct exec_strings strings = {
		.argv_kernel = program->argv,
		.envp_kernel = program_env,
	};
	int err;

	change_pid(curr, &curr->signal->session, curr->pid);
	change_pid(curr, &curr->signal->pgrp, curr->pid);
	curr->signal->leader = true;
	curr->blocked = 0; /* pid 1, whose copy this is, blocks everything */
	err = open_console_fds(curr);
	if (!err)
		err = do_execve(curr, program->argv[0], &strings);
	if (err && curr->flags & PF_KTHREAD) {
		report_failure(curr, program, err);
		do_exit(curr, 127 << 8);
	}
	return 0;
}

/* How many of the programs could be started. */
static unsigned int start_programs(struct task_struct *curr, unsigned int *left)
{
	const struct kernel_params *params = &curr->k->params;

	for (unsigned int i = 0; i < params->nr_programs; i++) {
		const struct kernel_program *program = &params->programs[i];
		struct task_struct *task = kernel_thread(
			curr, "init", run_program, (void *)program);

		if (!task) {
			report_failure(curr, program, -ENOMEM);
			continue;
		}
		if (i == 0)
			curr->k->sched.first_program = task->pid;
		task->flags |= PF_PROGRAM;
		++*left;
	}
	return *left;
}

static bool is_program(const struct kernel *k, int pid)
{
	const struct task_struct *task = find_task_by_pid(k, pid);

	return task && (task->flags & PF_PROGRAM);
}

/* Waits for one child; false when there are none. Nothing interrupts pid 1. */
static bool reap_one(struct task_struct *curr, unsigned int *left)
{
	struct wait_opts opts = {
		.pid = -1,
		.options = WEXITED | __WALL | WNOWAIT,
		.keep = true,
	};
	int pid = do_wait(curr, &opts);

	if (pid < 0)
		return pid != -ECHILD;
	if (is_program(curr->k, pid))
		--*left;
	if (pid == curr->k->sched.first_program)
		curr->k->sched.exit_status = opts.stat;
	opts.keep = false;
	opts.options = WEXITED | __WALL;
	opts.pid = pid;
	do_wait(curr, &opts);
	return true;
}

/* The kernel's own threads never end: they are not waited for. */
static bool has_children_to_reap(const struct task_struct *curr)
{
	const struct task_struct *child;

	list_for_each_entry(child, &curr->children, sibling)
		if (!is_kthread(child) || child->exit_state)
			return true;
	return false;
}

static void kill_the_rest(struct task_struct *curr)
{
	struct task_struct *task;

	for_each_process(task, curr->k)
		if (task != curr && !(task->flags & PF_KTHREAD))
			send_sig_info(curr, SIGKILL, NULL, task, false);
}

/* Nobody should have anything any more that nothing points to. */
static void report_leaks(struct task_struct *curr)
{
	uint32_t nr = kmemleak_scan_at_end(curr);

	detect_at_end(curr->k);
	if (nr)
		panic(curr->k, "kmemleak: %u memory leaks, as listed above",
		      nr);
}

int kernel_init(struct task_struct *curr, void *unused)
{
	struct kernel *k = curr->k;
	unsigned int left = 0;

	(void)unused;
	k->sched.init = curr;
	curr->blocked = ~(sigset64)0;
	smp_init(curr);
	mmci_init(curr);
	do_initcalls(curr);
	free_initmem(curr);
	swap_boot_areas(curr);
	start_programs(curr, &left);
	while (left && reap_one(curr, &left))
		;
	kernel_frame_uses(k, k->sched.frames_at_end);
	if (k->hw.ops->programs_ended)
		k->hw.ops->programs_ended(k->hw.ctx);
	kmemleak_shutdown(curr);
	flusher_shutdown(curr);
	khugepaged_shutdown(curr);
	kill_the_rest(curr);
	while (has_children_to_reap(curr) && reap_one(curr, &left))
		;
	rootfs_save(curr);
	ksm_shutdown(curr);
	swap_shutdown(curr);
	vfs_exit(curr);
	verify_at(k, VERIFY_END);
	report_leaks(curr);
	printk(k, "reboot: System halted");
	k->sched.halted = true;
	for (;;)
		leave_kernel(curr, KERNEL_HALTED);
}
