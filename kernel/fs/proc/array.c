/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/fs/proc/internal.h"

/*
 * A process in figures: status, stat, statm (Linux: fs/proc/array.c,
 * task_mmu.c's task_mem). Fields that mean nothing here are printed as an
 * idle kernel would.
 */

#include <string.h>

#include "kernel/drivers/tty.h"
#include "kernel/fs/fdtable.h"
#include "kernel/mm/mempolicy.h"
#include "kernel/mm/mm.h"
#include "kernel/state.h"
#include "kernel/task/signal.h"

enum {
	USER_HZ = 100
};

uint64_t cycles_to_clock_t(const struct kernel *k, uint64_t cycles)
{
	return cycles / (k->hw.clock_hz / USER_HZ);
}

static uint32_t text_pages(const struct mm_struct *mm)
{
	return (PAGE_ALIGN(mm->end_code) - (mm->start_code & PAGE_MASK)) >>
	       PAGE_SHIFT;
}

static uint32_t larger(uint32_t a, uint32_t b)
{
	return a > b ? a : b;
}

/* Signals whose handler is ignored, or caught. */
static void collect_sigs(const struct task_struct *task, sigset64 *ignored,
			 sigset64 *caught)
{
	*ignored = *caught = 0;
	if (!task->sighand)
		return;
	for (int n = 0; n < NR_SIGNALS; n++) {
		const uint32_t handler = task->sighand->action[n].handler;

		if (handler == 1)
			*ignored |= (sigset64)1 << n;
		else if (handler)
			*caught |= (sigset64)1 << n;
	}
}

/* ---- status ------------------------------------------------------------ */

static void status_kb(struct seq_file *m, const char *name, uint32_t pages)
{
	seq_printf(m, "%s:\t%8u kB\n", name, pages << (PAGE_SHIFT - 10));
}

static void status_mem(struct seq_file *m, const struct mm_struct *mm)
{
	const uint32_t rss = get_mm_rss(mm), text = text_pages(mm);

	status_kb(m, "VmPeak", larger(mm->hiwater_vm, mm->total_vm));
	status_kb(m, "VmSize", mm->total_vm);
	status_kb(m, "VmLck", mm->locked_vm);
	status_kb(m, "VmPin", mm->pinned_vm);
	status_kb(m, "VmHWM", larger(mm->hiwater_rss, rss));
	status_kb(m, "VmRSS", rss);
	status_kb(m, "RssAnon", get_mm_counter(mm, MM_ANONPAGES));
	status_kb(m, "RssFile", get_mm_counter(mm, MM_FILEPAGES));
	status_kb(m, "RssShmem", get_mm_counter(mm, MM_SHMEMPAGES));
	status_kb(m, "VmData", mm->data_vm);
	status_kb(m, "VmStk", mm->stack_vm);
	status_kb(m, "VmExe", text);
	status_kb(m, "VmLib", mm->exec_vm > text ? mm->exec_vm - text : 0);
	seq_printf(m, "VmPTE:\t%8u kB\n", mm->pgtables_bytes >> 10);
	status_kb(m, "VmSwap", get_mm_counter(mm, MM_SWAPENTS));
	seq_printf(m, "CoreDumping:\t0\nTHP_enabled:\t%d\n",
		   mm->k->thp.configured && !mm->thp_disabled);
}

static void status_sigs(struct seq_file *m, const struct task_struct *task)
{
	const struct signal_struct *sig = task->signal;
	sigset64 ignored, caught;

	collect_sigs(task, &ignored, &caught);
	seq_printf(m, "Threads:\t%d\n", sig->nr_threads);
	seq_printf(m, "SigQ:\t%u/%u\n", user_sigpending(task),
		   sig->rlim[RLIMIT_SIGPENDING].rlim_cur);
	seq_printf(m, "SigPnd:\t%016llx\n",
		   (unsigned long long)task->pending.signal);
	seq_printf(m, "ShdPnd:\t%016llx\n",
		   (unsigned long long)sig->shared_pending.signal);
	seq_printf(m, "SigBlk:\t%016llx\n", (unsigned long long)task->blocked);
	seq_printf(m, "SigIgn:\t%016llx\n", (unsigned long long)ignored);
	seq_printf(m, "SigCgt:\t%016llx\n", (unsigned long long)caught);
}

static void status_caps(struct seq_file *m, const struct task_struct *task)
{
	const struct cred *cred = &task->cred;
	const struct {
		const char *name;
		uint64_t set;
	} caps[] = {
		{"CapInh", cred->cap_inheritable},
		{"CapPrm", cred->cap_permitted},
		{"CapEff", cred->cap_effective},
		{"CapBnd", cred->cap_bset},
		{"CapAmb", cred->cap_ambient},
	};

	for (size_t i = 0; i < sizeof(caps) / sizeof(caps[0]); i++)
		seq_printf(m, "%s:\t%016llx\n", caps[i].name,
			   (unsigned long long)caps[i].set);
	seq_printf(m, "NoNewPrivs:\t%d\n", task->no_new_privs);
	seq_puts(m, "Seccomp:\t0\nSeccomp_filters:\t0\n"
		    "Speculation_Store_Bypass:\tunknown\n"
		    "SpeculationIndirectBranch:\tunsupported\n");
}

static void status_cpus(struct seq_file *m, const struct task_struct *task)
{
	const uint32_t allowed = task->cpus_mask;

	seq_printf(m, "Cpus_allowed:\t%x\nCpus_allowed_list:\t", allowed);
	seq_print_mask_list(m, allowed);
	if (m->k->mem.numa) {
		seq_printf(m, "Mems_allowed:\t%0*x\nMems_allowed_list:\t",
			   NODEMASK_BITS / 4, nodes_with_memory(m->k));
		seq_print_mask_list(m, nodes_with_memory(m->k));
	} else {
		seq_puts(m, "Mems_allowed:\t1\nMems_allowed_list:\t0\n");
	}
	seq_printf(m, "voluntary_ctxt_switches:\t%llu\n",
		   (unsigned long long)task->nvcsw);
	seq_printf(m, "nonvoluntary_ctxt_switches:\t%llu\n",
		   (unsigned long long)task->nivcsw);
}

static int ppid_of(const struct task_struct *task)
{
	return task->real_parent ? task->real_parent->tgid : 0;
}

static void status_groups(struct seq_file *m, const struct group_info *info)
{
	seq_puts(m, "Groups:\t");
	for (uint32_t n = 0; info && n < info->ngroups; n++)
		seq_printf(m, "%s%u", n ? " " : "", info->gid[n]);
	seq_puts(m, " \n");
}

int proc_pid_status(struct seq_file *m, struct task_struct *task)
{
	const struct signal_struct *sig = task->signal;

	seq_printf(m, "Name:\t%s\n", task->comm);
	if (task->fs)
		seq_printf(m, "Umask:\t%04o\n", task->fs->umask);
	seq_printf(m, "State:\t%s\n", task_state_name(task));
	seq_printf(m, "Tgid:\t%d\nNgid:\t0\nPid:\t%d\nPPid:\t%d\n", task->tgid,
		   task->pid, ppid_of(task));
	seq_printf(m, "TracerPid:\t0\nUid:\t%u\t%u\t%u\t%u\n", task->cred.uid,
		   task->cred.euid, task->cred.suid, task->cred.fsuid);
	seq_printf(m, "Gid:\t%u\t%u\t%u\t%u\n", task->cred.gid, task->cred.egid,
		   task->cred.sgid, task->cred.fsgid);
	seq_printf(m, "FDSize:\t%u\n", task->files ? task->files->max_fds : 0);
	status_groups(m, task->cred.group_info);
	seq_printf(m, "NStgid:\t%d\nNSpid:\t%d\nNSpgid:\t%d\nNSsid:\t%d\n",
		   task->tgid, task->pid, sig->pgrp, sig->session);
	if (task->mm)
		status_mem(m, task->mm);
	status_sigs(m, task);
	status_caps(m, task);
	status_cpus(m, task);
	return 0;
}

/* ---- stat -------------------------------------------------------------- */

struct task_times {
	uint64_t utime, stime, min_flt, maj_flt;
};

/* Of all threads, the ended ones too. */
static void sum_threads(const struct task_struct *task, struct task_times *sum)
{
	const struct signal_struct *sig = task->signal;
	const struct task_struct *thread;

	*sum = (struct task_times){sig->utime, sig->stime, sig->min_flt,
				   sig->maj_flt};
	list_for_each_entry(thread, &sig->thread_head, thread_node) {
		if (thread->exit_state)
			continue;
		sum->utime += thread->utime;
		sum->stime += thread->stime;
		sum->min_flt += thread->min_flt;
		sum->maj_flt += thread->maj_flt;
	}
}

/* As programs are told: 0 to 39 by nice, below 0 in real time. */
static int stat_prio(const struct task_struct *task)
{
	return task->rt_priority ? -1 - (int)task->rt_priority
				 : 20 + task->nice;
}

/* @whole: of the process, not of this thread. Its children's in any case. */
static void stat_times(struct seq_file *m, const struct task_struct *task,
		       bool whole)
{
	const struct signal_struct *sig = task->signal;
	const struct kernel *k = m->k;
	struct task_times sum = {task->utime, task->stime, task->min_flt,
				 task->maj_flt};

	if (whole)
		sum_threads(task, &sum);
	seq_printf(m, " %llu %llu %llu %llu", (unsigned long long)sum.min_flt,
		   (unsigned long long)sig->cmin_flt,
		   (unsigned long long)sum.maj_flt,
		   (unsigned long long)sig->cmaj_flt);
	seq_printf(m, " %llu %llu %llu %llu",
		   (unsigned long long)cycles_to_clock_t(k, sum.utime),
		   (unsigned long long)cycles_to_clock_t(k, sum.stime),
		   (unsigned long long)cycles_to_clock_t(k, sig->cutime),
		   (unsigned long long)cycles_to_clock_t(k, sig->cstime));
	seq_printf(m, " %d %d %d 0 %llu", stat_prio(task), task->nice,
		   sig->nr_threads,
		   (unsigned long long)cycles_to_clock_t(k, task->start_time));
}

static void stat_mem(struct seq_file *m, const struct task_struct *task)
{
	const struct mm_struct *mm = task->mm;

	seq_printf(m, " %u %u %u", mm ? mm->total_vm << PAGE_SHIFT : 0,
		   mm ? get_mm_rss(mm) : 0,
		   task->signal->rlim[RLIMIT_RSS].rlim_cur);
	seq_printf(m, " %u %u %u 0 0", mm ? mm->start_code : 0,
		   mm ? mm->end_code : 0, mm ? mm->start_stack : 0);
}

/* Whether it waits for something, as far as that is @m's reader's business. */
static bool is_asleep(const struct seq_file *m, struct task_struct *task)
{
	return ptrace_may_access(m->curr, task, PTRACE_MODE_FSCREDS) &&
	       task->state != TASK_RUNNING;
}

static void stat_tail(struct seq_file *m, struct task_struct *task)
{
	const struct mm_struct *mm = task->mm;
	sigset64 ignored, caught;

	collect_sigs(task, &ignored, &caught);
	seq_printf(m, " %u %u %u %u %d 0 0",
		   (uint32_t)task->pending.signal & 0x7fffffff,
		   (uint32_t)task->blocked & 0x7fffffff,
		   (uint32_t)ignored & 0x7fffffff,
		   (uint32_t)caught & 0x7fffffff, is_asleep(m, task));
	seq_printf(m, " %d %d %u %u 0 0 0", task->exit_signal,
		   task->cpu ? task->cpu->id : 0, task->rt_priority,
		   task->policy);
	if (mm)
		seq_printf(m, " %u %u %u %u %u %u %u", mm->start_data,
			   mm->end_data, mm->start_brk, mm->arg_start,
			   mm->arg_end, mm->env_start, mm->env_end);
	else
		seq_puts(m, " 0 0 0 0 0 0 0");
	seq_printf(m, " %d\n", task->exit_state ? task->exit_code : 0);
}

static int do_task_stat(struct seq_file *m, struct task_struct *task,
			bool whole)
{
	const struct signal_struct *sig = task->signal;

	seq_printf(m, "%d (%s) %c %d %d %d %d %d %u", task->pid, task->comm,
		   *task_state_name(task), ppid_of(task), sig->pgrp,
		   sig->session, sig->tty ? (int)sig->tty->dev : 0,
		   sig->tty ? sig->tty->pgrp : -1,
		   task->flags & ~(uint32_t)PF_PROGRAM);
	stat_times(m, task, whole);
	stat_mem(m, task);
	stat_tail(m, task);
	return 0;
}

int proc_tgid_stat(struct seq_file *m, struct task_struct *task)
{
	return do_task_stat(m, task, true);
}

int proc_tid_stat(struct seq_file *m, struct task_struct *task)
{
	return do_task_stat(m, task, false);
}

int proc_pid_statm(struct seq_file *m, struct task_struct *task)
{
	const struct mm_struct *mm = task->mm;

	if (!mm) {
		seq_puts(m, "0 0 0 0 0 0 0\n");
		return 0;
	}
	seq_printf(m, "%u %u %u %u 0 %u 0\n", mm->total_vm, get_mm_rss(mm),
		   get_mm_counter(mm, MM_FILEPAGES) +
			   get_mm_counter(mm, MM_SHMEMPAGES),
		   text_pages(mm), mm->data_vm + mm->stack_vm);
	return 0;
}
