/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/task/sched_core.h"

/*
 * Sleeping on a word of user memory (Linux: kernel/futex/). Waiters of all
 * words hash into a few lists.
 *
 * MODEL: a futex is known by its address space and address; one shared
 * between processes through different mappings is not found. Priority
 * inheritance is refused with ENOSYS, as a kernel built without it does.
 */

#include <linux/futex.h>

#include "kernel/arch/arm/uaccess.h"
#include "kernel/lib/err.h"
#include "kernel/state.h"

struct futex_q {
	struct list_head list;
	struct task_struct *task;
	struct mm_struct *mm;
	vaddr_t uaddr;
	uint32_t bitset;
	bool woken;
};

static struct list_head *futex_bucket(struct kernel *k, vaddr_t uaddr)
{
	return &k->sched.futex_hash[(uaddr >> 2) % FUTEX_HASH];
}

static void unqueue(struct futex_q *q)
{
	if (!q->woken)
		list_del(&q->list);
}

static int32_t futex_wait(struct task_struct *curr, vaddr_t uaddr, uint32_t val,
			  uint64_t expires, uint32_t bitset)
{
	struct futex_q q = {
		.task = curr, .mm = curr->mm, .uaddr = uaddr, .bitset = bitset};
	uint32_t now;
	uint64_t left;

	if (!bitset || uaddr % 4)
		return -EINVAL;
	/* reading may sleep; from the comparison to schedule() nothing does */
	if (get_user_u32(curr, &now, uaddr))
		return -EFAULT;
	if (now != val)
		return -EAGAIN;
	list_add_tail(&q.list, futex_bucket(curr->k, uaddr));
	curr->state = TASK_INTERRUPTIBLE;
	left = schedule_timeout_until(curr, expires);
	if (q.woken)
		return 0;
	unqueue(&q);
	if (!left)
		return -ETIMEDOUT;
	return signal_pending(curr) ? -ERESTARTSYS : 0;
}

static void wake_waiter(struct task_struct *curr, struct futex_q *q)
{
	list_del(&q->list);
	q->woken = true;
	wake_up_process(curr, q->task);
}

static int32_t futex_wake(struct task_struct *curr, vaddr_t uaddr,
			  uint32_t nr_wake, uint32_t bitset)
{
	struct futex_q *q, *next;
	int32_t woken = 0;

	if (!bitset || uaddr % 4)
		return -EINVAL;
	list_for_each_entry_safe(q, next, futex_bucket(curr->k, uaddr), list) {
		if (q->mm != curr->mm || q->uaddr != uaddr ||
		    !(q->bitset & bitset))
			continue;
		wake_waiter(curr, q);
		if ((uint32_t)++woken >= nr_wake)
			break;
	}
	return woken;
}

static int32_t futex_requeue(struct task_struct *curr, vaddr_t uaddr,
			     uint32_t nr_wake, uint32_t nr_requeue,
			     vaddr_t uaddr2, const uint32_t *expected)
{
	struct futex_q *q, *next;
	uint32_t now, done = 0;

	if (uaddr % 4 || uaddr2 % 4)
		return -EINVAL;
	if (get_user_u32(curr, &now, uaddr))
		return -EFAULT;
	if (expected && now != *expected)
		return -EAGAIN;
	list_for_each_entry_safe(q, next, futex_bucket(curr->k, uaddr), list) {
		if (q->mm != curr->mm || q->uaddr != uaddr)
			continue;
		if (done < nr_wake) {
			wake_waiter(curr, q);
		} else if (done - nr_wake < nr_requeue) {
			q->uaddr = uaddr2;
			list_move_tail(&q->list, futex_bucket(curr->k, uaddr2));
		} else {
			break;
		}
		done++;
	}
	return (int32_t)done;
}

int32_t do_futex(struct task_struct *curr, vaddr_t uaddr, int op, uint32_t val,
		 uint64_t expires, vaddr_t uaddr2, uint32_t val2, uint32_t val3)
{
	switch (op & FUTEX_CMD_MASK) {
	case FUTEX_WAIT:
		return futex_wait(curr, uaddr, val, expires,
				  FUTEX_BITSET_MATCH_ANY);
	case FUTEX_WAIT_BITSET:
		return futex_wait(curr, uaddr, val, expires, val3);
	case FUTEX_WAKE:
		return futex_wake(curr, uaddr, val, FUTEX_BITSET_MATCH_ANY);
	case FUTEX_WAKE_BITSET:
		return futex_wake(curr, uaddr, val, val3);
	case FUTEX_REQUEUE:
		return futex_requeue(curr, uaddr, val, val2, uaddr2, NULL);
	case FUTEX_CMP_REQUEUE:
		return futex_requeue(curr, uaddr, val, val2, uaddr2, &val3);
	default:
		return -ENOSYS;
	}
}

/* CLONE_CHILD_CLEARTID: pthread_join() sleeps on this word. */
void futex_wake_cleared_tid(struct task_struct *curr)
{
	put_user_u32(curr, 0, curr->clear_child_tid);
	futex_wake(curr, curr->clear_child_tid, 1, FUTEX_BITSET_MATCH_ANY);
}
