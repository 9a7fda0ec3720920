/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/task/futex.h"

/*
 * From a plain word to one with an owner (Linux: kernel/futex/requeue.c, its
 * half of priority inheritance): a condition variable whose mutex is one of
 * those. FUTEX_WAIT_REQUEUE_PI sleeps on the first and says which the second
 * will be; FUTEX_CMP_REQUEUE_PI gives the first sleeper the second word if that
 * is free, and has the others wait for it.
 *
 * A sleeper tells by q.pi_state whether it has been moved, and by q.granted
 * whether it owns the second word already.
 */

#include <linux/futex.h>

#include "kernel/arch/arm/uaccess.h"
#include "kernel/lib/err.h"
#include "kernel/state.h"
#include "kernel/task/sched_core.h"
#include "kernel/task/signal.h"

/* ---- waiting ------------------------------------------------------------------ */

/* It woke by itself, on the first word still. */
static int32_t early_wakeup(struct task_struct *curr, struct futex_q *q,
			    bool timed_out)
{
	list_del(&q->list);
	if (timed_out)
		return -ETIMEDOUT;
	return signal_pending(curr) ? -ERESTARTNOINTR : -EAGAIN;
}

static int32_t wait_for_requeue(struct task_struct *curr, struct futex_q *q,
				vaddr_t uaddr2, uint64_t expires)
{
	uint64_t left;
	int32_t ret;

	list_add_tail(&q->list, futex_bucket(curr->k, &q->key));
	curr->state = TASK_INTERRUPTIBLE;
	left = schedule_timeout_until(curr, expires);
	if (!q->pi_state && !q->granted)
		return early_wakeup(curr, q, !left);
	ret = futex_wait_pi(curr, uaddr2, q, expires);
	/* to begin anew would find another value in the first word */
	return ret == -EINTR ? -EAGAIN : ret;
}

int32_t futex_wait_requeue_pi(struct task_struct *curr, vaddr_t uaddr,
			      bool shared, uint32_t val, uint64_t expires,
			      uint32_t bitset, vaddr_t uaddr2)
{
	struct futex_key key2;
	struct futex_q q = {
		.task = curr, .bitset = bitset, .requeue_pi_key = &key2};
	uint32_t now;
	int error;

	if (uaddr == uaddr2 || !bitset)
		return -EINVAL;
	error = get_futex_key(curr, uaddr2, shared, true, &key2);
	if (!error)
		error = get_futex_key(curr, uaddr, shared, false, &q.key);
	if (error)
		return error;
	if (get_user_u32(curr, &now, uaddr))
		return -EFAULT;
	if (now != val)
		return -EAGAIN;
	if (futex_match(&q.key, &key2))
		return -EINVAL;
	return wait_for_requeue(curr, &q, uaddr2, expires);
}

/* ---- moving --------------------------------------------------------------------- */

/* The second word is its own already. */
static void wake_with_word(struct task_struct *curr, struct futex_q *q,
			   const struct futex_key *key2)
{
	q->key = *key2;
	list_move_tail(&q->list, futex_bucket(curr->k, key2));
	futex_grant(curr, q);
}

/* Gives the second word to the first sleeper, if it can be had: 1. */
static int proxy_trylock(struct task_struct *curr, vaddr_t uaddr2,
			 const struct futex_key *key,
			 const struct futex_key *key2,
			 struct futex_pi_state **ps, bool set_waiters)
{
	struct futex_q *top = futex_top_waiter(curr->k, key);
	int ret;

	if (!top)
		return 0;
	if (!top->requeue_pi_key || top->pi_state ||
	    !futex_match(top->requeue_pi_key, key2))
		return -EINVAL;
	ret = futex_lock_pi_atomic(curr, uaddr2, key2, ps, top->task,
				   set_waiters);
	if (ret != 1)
		return ret;
	top->pi_state = *ps;
	if (*ps)
		(*ps)->refcount++;
	wake_with_word(curr, top, key2);
	return 1;
}

/* 0, or -errno: no more are moved. */
static int move_one(struct task_struct *curr, struct futex_q *q,
		    const struct futex_key *key2, struct futex_pi_state *ps)
{
	if (!q->requeue_pi_key || q->pi_state ||
	    !futex_match(q->requeue_pi_key, key2))
		return -EINVAL;
	if (!ps) /* nobody to wait for: another call was to move them */
		return -EINVAL;
	if (futex_check_chain(q->task, ps))
		return -EDEADLK;
	ps->refcount++;
	q->pi_state = ps;
	q->key = *key2;
	list_move_tail(&q->list, futex_bucket(curr->k, key2));
	q->task->pi_blocked_on = ps;
	return 0;
}

static int32_t move_pi_waiters(struct task_struct *curr,
			       const struct futex_key *key,
			       const struct futex_key *key2,
			       struct futex_pi_state *ps, int32_t done,
			       int32_t nr_requeue)
{
	struct futex_q *q, *next;
	int error = 0;

	list_for_each_entry_safe(q, next, futex_bucket(curr->k, key), list) {
		if (done - 1 >= nr_requeue)
			break;
		if (!futex_match(&q->key, key))
			continue;
		error = move_one(curr, q, key2, ps);
		if (error)
			break;
		done++;
	}
	put_pi_state(curr, ps);
	return error ? error : done;
}

/* Once. -EBUSY, -EAGAIN with *@retry: once more. */
static int32_t try_requeue_pi(struct task_struct *curr, vaddr_t uaddr,
			      bool shared, vaddr_t uaddr2, int32_t nr_requeue,
			      uint32_t expected, bool *retry)
{
	struct futex_pi_state *ps = NULL;
	struct futex_key key, key2;
	uint32_t now;
	int ret;

	*retry = false;
	if (refill_pi_state_cache(curr))
		return -ENOMEM;
	ret = get_futex_key(curr, uaddr, shared, false, &key);
	if (!ret)
		ret = get_futex_key(curr, uaddr2, shared, true, &key2);
	if (ret)
		return ret;
	if (futex_match(&key, &key2))
		return -EINVAL;
	/* the second is made writable before the first is compared */
	if (futex_top_waiter(curr->k, &key) &&
	    fault_in_user_writeable(curr, uaddr2))
		return -EFAULT;
	if (get_user_u32(curr, &now, uaddr))
		return -EFAULT;
	if (now != expected)
		return -EAGAIN;
	ret = proxy_trylock(curr, uaddr2, &key, &key2, &ps, nr_requeue > 0);
	if (ret < 0) {
		*retry = ret == -EBUSY || ret == -EAGAIN;
		return ret;
	}
	return move_pi_waiters(curr, &key, &key2, ps, ret, nr_requeue);
}

int32_t futex_requeue_pi(struct task_struct *curr, vaddr_t uaddr, bool shared,
			 vaddr_t uaddr2, int32_t nr_wake, int32_t nr_requeue,
			 uint32_t expected)
{
	if (nr_wake < 0 || nr_requeue < 0 || uaddr == uaddr2 || nr_wake != 1)
		return -EINVAL;
	for (;;) {
		bool retry;
		const int32_t ret = try_requeue_pi(curr, uaddr, shared, uaddr2,
						   nr_requeue, expected,
						   &retry);

		if (!retry || fatal_signal_pending(curr))
			return ret;
		futex_wait_for_owner(curr, ret);
	}
}
