/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/task/rseq.h"

/*
 * Restartable sequences (Linux: kernel/rseq.c). A thread registers an area of
 * its own memory. The kernel keeps the number of the CPU there, and before it
 * starts a critical section the thread stores there where that section lies.
 * Who loses its core or takes a signal inside the section goes on at the
 * section's abort address, before which a signature must stand, so that nobody
 * can be sent to code that wasn't made for it.
 *
 * All of it happens on the way back to user mode, and only after something has
 * happened: rseq.notify says so. A system call that doesn't sleep costs a
 * thread that is registered nothing.
 *
 * Invariant: whoever has left its core finds notify set when it comes back,
 * so what the area says of the CPU is true whenever user mode runs.
 */

#include <stddef.h>

#include <linux/rseq.h> /* the layout, which is the same everywhere */
#include <linux/sched.h>

#include "kernel/arch/arm/uaccess.h"
#include "kernel/lib/err.h"
#include "kernel/lib/printk.h"
#include "kernel/state.h"
#include "kernel/task/sched_core.h"
#include "kernel/task/signal.h"

/* What Linux 6.1 knows of struct rseq; later ones are longer. */
#define RSEQ_LEN   32u
#define RSEQ_ALIGN 32u

struct section {
	uint32_t version, flags;
	uint64_t start_ip, post_commit_offset, abort_ip;
};
_Static_assert(sizeof(struct section) == sizeof(struct rseq_cs), "ABI");

static int update_cpu_id(struct task_struct *curr)
{
	const uint32_t ids[] = {(uint32_t)curr->cpu->id,
				(uint32_t)curr->cpu->id};

	return copy_to_user(curr, curr->rseq.area, ids, sizeof(ids)) ? -EFAULT
								     : 0;
}

static int reset_cpu_id(struct task_struct *curr)
{
	const uint32_t ids[] = {0, (uint32_t)RSEQ_CPU_ID_UNINITIALIZED};

	return copy_to_user(curr, curr->rseq.area, ids, sizeof(ids)) ? -EFAULT
								     : 0;
}

static int clear_section(struct task_struct *curr)
{
	return clear_user(curr,
			  curr->rseq.area + offsetof(struct rseq, rseq_cs), 8)
		       ? -EFAULT
		       : 0;
}

/* An attack would look like this, or a broken program. */
static int check_signature(struct task_struct *curr, const struct section *cs)
{
	const vaddr_t at = (vaddr_t)cs->abort_ip - 4;
	uint32_t sig;

	if (get_user_u32(curr, &sig, at))
		return -EFAULT;
	if (sig == curr->rseq.sig)
		return 0;
	if (default_ratelimit(curr->k, &curr->k->sched.rseq_rs,
			      "rseq_get_rseq_cs"))
		printk(curr->k,
		       "Possible attack attempt. Unexpected rseq signature "
		       "0x%x, expecting 0x%x (pid=%d, addr=%08x).\n",
		       sig, curr->rseq.sig, curr->pid, at);
	return -EINVAL;
}

static int check_section(const struct task_struct *curr,
			 const struct section *cs)
{
	const uint64_t limit = curr->k->arch.task_size;
	const uint64_t end = cs->start_ip + cs->post_commit_offset;

	if (cs->start_ip >= limit || end >= limit || cs->abort_ip >= limit ||
	    cs->version)
		return -EINVAL;
	if (end < cs->start_ip)
		return -EINVAL;
	return cs->abort_ip - cs->start_ip < cs->post_commit_offset ? -EINVAL
								    : 0;
}

/* All zero: the thread is in none. */
static int get_section(struct task_struct *curr, struct section *cs)
{
	uint64_t at;
	int error;

	*cs = (struct section){0};
	if (copy_from_user(curr, &at,
			   curr->rseq.area + offsetof(struct rseq, rseq_cs),
			   sizeof(at)))
		return -EFAULT;
	if (!at)
		return 0;
	if (at >= curr->k->arch.task_size)
		return -EINVAL;
	if (copy_from_user(curr, cs, (vaddr_t)at, sizeof(*cs)))
		return -EFAULT;
	error = check_section(curr, cs);
	return error ? error : check_signature(curr, cs);
}

/* 1, 0 or -errno. Flags would forbid it; since 6.1 there are none. */
static int need_restart(struct task_struct *curr, const struct section *cs)
{
	uint32_t flags;
	bool event;

	if (cs->flags)
		return -EINVAL;
	if (get_user_u32(curr, &flags,
			 curr->rseq.area + offsetof(struct rseq, flags)))
		return -EFAULT;
	if (flags)
		return -EINVAL;
	event = curr->rseq.event;
	curr->rseq.event = false;
	return event;
}

static int ip_fixup(struct task_struct *curr)
{
	const uint64_t ip = task_regs(curr)->r[15];
	struct section cs;
	int ret = get_section(curr, &cs);

	if (ret)
		return ret;
	if (ip - cs.start_ip >= cs.post_commit_offset)
		return clear_section(curr);
	ret = need_restart(curr, &cs);
	if (ret <= 0)
		return ret;
	ret = clear_section(curr);
	if (!ret)
		task_regs_mut(curr)->r[15] = (uint32_t)cs.abort_ip;
	return ret;
}

/*
 * @in_signal: a frame is about to be made. Then no handler of SIGSEGV is asked
 * any more, as the real 6.1 was seen to do for whatever signal it was.
 */
static void handle_resume(struct task_struct *curr, bool in_signal)
{
	curr->rseq.notify = false;
	if (!ip_fixup(curr) && !update_cpu_id(curr))
		return;
	if (in_signal)
		force_fatal_sig(curr, SIGSEGV);
	else
		force_sig(curr, SIGSEGV);
}

void rseq_handle_notify_resume(struct task_struct *curr)
{
	curr->rseq.notify = false;
	if (curr->rseq.area)
		handle_resume(curr, false);
}

void rseq_signal_deliver(struct task_struct *curr)
{
	if (!curr->rseq.area)
		return;
	curr->rseq.event = true;
	handle_resume(curr, true);
}

void rseq_fork(struct task_struct *child, uint64_t flags)
{
	if (flags & CLONE_VM)
		rseq_execve(child);
	rseq_preempt(child);
}

void rseq_execve(struct task_struct *task)
{
	task->rseq = (struct rseq_state){0};
}

static int32_t rseq_unregister(struct task_struct *curr, vaddr_t rseq,
			       uint32_t rseq_len, uint32_t sig)
{
	int error;

	if (!curr->rseq.area || curr->rseq.area != rseq || rseq_len != RSEQ_LEN)
		return -EINVAL;
	if (curr->rseq.sig != sig)
		return -EPERM;
	error = reset_cpu_id(curr);
	if (error)
		return error;
	rseq_execve(curr);
	return 0;
}

int32_t do_rseq(struct task_struct *curr, vaddr_t rseq, uint32_t rseq_len,
		int flags, uint32_t sig)
{
	if (flags == RSEQ_FLAG_UNREGISTER)
		return rseq_unregister(curr, rseq, rseq_len, sig);
	if (flags)
		return -EINVAL;
	if (curr->rseq.area) { /* already: what is wrong with this one? */
		if (curr->rseq.area != rseq || rseq_len != RSEQ_LEN)
			return -EINVAL;
		return curr->rseq.sig == sig ? -EBUSY : -EPERM;
	}
	if (rseq % RSEQ_ALIGN || rseq_len != RSEQ_LEN)
		return -EINVAL;
	if (!access_ok(curr, rseq, rseq_len))
		return -EFAULT;
	/* whatever was there before, the thread is in no section now */
	if (clear_user(curr, rseq + offsetof(struct rseq, rseq_cs), 8))
		return -EFAULT;
	curr->rseq =
		(struct rseq_state){.area = rseq, .sig = sig, .notify = true};
	return 0;
}
