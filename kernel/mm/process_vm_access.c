/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/internal.h"

/*
 * One process copies from or to another's memory (Linux:
 * mm/process_vm_access.c). The other's page comes first: where it can't be had
 * nothing of the own segments is used up, and what was copied until then is
 * the result.
 *
 * MODEL: page by page through a buffer, where Linux pins sixteen at a time.
 */

#include "kernel/lib/err.h"
#include "kernel/lib/iov_iter.h"
#include "kernel/mm/mm.h"
#include "kernel/mm/slab.h"
#include "kernel/task/cred.h"
#include "kernel/task/signal.h"

/* One call. */
struct process_vm {
	struct task_struct *const curr;
	struct mm_struct *const mm; /* the other's */
	struct iov_iter local;
	const bool write;
};

/* Up to the end of the other's page at @vaddr; bytes done. */
static uint32_t copy_piece(struct process_vm *p, vaddr_t vaddr, uint32_t len)
{
	uint8_t bytes[PAGE_SIZE];
	struct iov_iter before = p->local;
	uint32_t done;

	if (!p->write) {
		len = access_remote_vm(p->curr, p->mm, vaddr, bytes, len, 0);
		return len ? copy_to_iter(p->curr, &p->local, bytes, len) : 0;
	}
	len = copy_from_iter(p->curr, &p->local, bytes, len);
	done = len ? access_remote_vm(p->curr, p->mm, vaddr, bytes, len,
				      FOLL_WRITE)
		   : 0;
	if (done < len)
		iov_iter_restore(&p->local, &before);
	return done;
}

/* False: this segment wasn't copied whole. */
static bool copy_segment(struct process_vm *p, const struct iovec_user *remote,
			 int32_t *total)
{
	uint32_t len = remote->len;

	for (vaddr_t at = remote->base; len && p->local.count;) {
		uint32_t want = PAGE_SIZE - offset_in_page(at), n;

		if (want > len)
			want = len;
		if (want > p->local.count)
			want = p->local.count;
		n = copy_piece(p, at, want);
		*total += (int32_t)n;
		if (n < want)
			return false;
		at += n;
		len -= n;
		cond_resched(p->curr);
		if (fatal_signal_pending(p->curr))
			return false;
	}
	return true;
}

static int32_t copy_all(struct process_vm *p, const struct iovec_user *remote,
			uint32_t nr)
{
	int32_t total = 0;

	for (uint32_t i = 0; i < nr && p->local.count; i++)
		if (!copy_segment(p, &remote[i], &total))
			return total ? total : -EFAULT;
	return total;
}

static bool has_bytes(const struct iovec_user *iov, uint32_t nr)
{
	for (uint32_t i = 0; i < nr; i++)
		if (iov[i].len)
			return true;
	return false;
}

static int32_t with_process(struct task_struct *curr, int pid,
			    struct iov_iter local,
			    const struct iovec_user *remote, uint32_t nr,
			    bool write)
{
	const struct task_struct *task;
	struct mm_struct *mm;
	int32_t done;

	if (!local.count || !has_bytes(remote, nr))
		return 0;
	task = find_task_by_pid(curr->k, pid);
	mm = task ? task->mm : NULL;
	if (!mm)
		return -ESRCH;
	if (mm != curr->mm &&
	    !ptrace_may_access(curr, task, PTRACE_MODE_REALCREDS))
		return -EPERM;
	mmget(mm);
	done = copy_all(
		&(struct process_vm){
			.curr = curr, .mm = mm, .local = local, .write = write},
		remote, nr);
	mmput(curr, mm);
	return done;
}

int32_t process_vm_rw(struct task_struct *curr, int pid, vaddr_t lvec,
		      uint32_t liovcnt, vaddr_t rvec, uint32_t riovcnt,
		      uint32_t flags, bool write)
{
	struct iovec_user fast_l[UIO_FASTIOV], *l = fast_l;
	struct iovec_user fast_r[UIO_FASTIOV], *r = fast_r;
	struct iov_iter local;
	int32_t done;

	if (flags)
		return -EINVAL;
	done = import_iovec(curr, lvec, liovcnt, &l);
	if (done)
		return done;
	iov_iter_user(&local, l, liovcnt);
	if (local.count)
		done = iovec_from_user(curr, rvec, riovcnt, &r);
	if (!done && local.count) {
		done = with_process(curr, pid, local, r, riovcnt, write);
		if (r != fast_r)
			kfree_obj(curr, r);
	}
	if (l != fast_l)
		kfree_obj(curr, l);
	return done;
}
