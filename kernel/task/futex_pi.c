/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/task/futex.h"

/*
 * Futexes with an owner (Linux: kernel/futex/pi.c). The word holds the owner's
 * TID; who finds it taken sets FUTEX_WAITERS, and from then on the kernel
 * hands it over. While somebody waits, a futex_pi_state stands for the word.
 *
 * Invariants: a pi_state has an owner, and is on its list; each of its waiters
 * is queued under its key from before it sleeps until it has run again, even
 * when it was granted the word, so whoever looks the word up meets the state
 * as long as the word's own bits may not tell all. A word is looked at and
 * changed with nothing that sleeps between.
 *
 * MODEL: the owner is not lent its waiters' priority; they get the word in the
 * order of theirs. A thread of middling real-time priority can keep them all
 * waiting, which is what the protocol is there to prevent.
 */

#include <linux/futex.h>

#include "kernel/arch/arm/uaccess.h"
#include "kernel/lib/bug.h"
#include "kernel/lib/err.h"
#include "kernel/mm/slab.h"
#include "kernel/state.h"
#include "kernel/task/sched_core.h"
#include "kernel/task/signal.h"

#define ARM_SIZEOF_FUTEX_PI_STATE 56
#define MAX_LOCK_DEPTH            1024

/* ---- states ------------------------------------------------------------------ */

int refill_pi_state_cache(struct task_struct *curr)
{
	if (likely(curr->pi_state_cache))
		return 0;
	curr->pi_state_cache = kzalloc_obj(curr, ARM_SIZEOF_FUTEX_PI_STATE,
					   sizeof(struct futex_pi_state),
					   GFP_KERNEL);
	return curr->pi_state_cache ? 0 : -ENOMEM;
}

static void set_owner(struct futex_pi_state *ps, struct task_struct *owner)
{
	if (ps->owner)
		list_del(&ps->list);
	ps->owner = owner;
	if (owner)
		list_add(&ps->list, &owner->pi_state_list);
}

void put_pi_state(struct task_struct *curr, struct futex_pi_state *ps)
{
	if (!ps || --ps->refcount)
		return;
	set_owner(ps, NULL);
	if (curr->pi_state_cache)
		kfree_obj(curr, ps);
	else
		curr->pi_state_cache = ps;
}

static struct futex_pi_state *new_pi_state(struct task_struct *curr,
					   const struct futex_key *key,
					   struct task_struct *owner)
{
	struct futex_pi_state *ps = curr->pi_state_cache;

	curr->pi_state_cache = NULL;
	*ps = (struct futex_pi_state){.refcount = 1, .key = *key};
	set_owner(ps, owner);
	return ps;
}

/* Who gets it next: by priority, then by arrival. */
static struct futex_q *next_owner(struct kernel *k,
				  const struct futex_pi_state *ps)
{
	struct futex_q *q, *best = NULL;

	list_for_each_entry(q, futex_bucket(k, &ps->key), list)
		if (q->pi_state == ps && !q->granted &&
		    (!best || q->task->rt_priority > best->task->rt_priority))
			best = q;
	return best;
}

void futex_grant(struct task_struct *curr, struct futex_q *q)
{
	q->granted = true;
	q->task->pi_blocked_on = NULL; /* or it would seem to wait for itself */
	if (q->pi_state)
		set_owner(q->pi_state, q->task);
	wake_up_process(curr, q->task);
}

int futex_check_chain(const struct task_struct *task,
		      const struct futex_pi_state *ps)
{
	for (int depth = 0; ps && depth < MAX_LOCK_DEPTH; depth++) {
		if (ps->owner == task)
			return -EDEADLK;
		ps = ps->owner ? ps->owner->pi_blocked_on : NULL;
	}
	return ps ? -EDEADLK : 0;
}

/* ---- the word --------------------------------------------------------------------- */

/* Somebody is there already: does the word say the same? 0 or -EINVAL. */
static int attach_to_pi_state(uint32_t uval, struct futex_pi_state *ps)
{
	const uint32_t pid = uval & FUTEX_TID_BITS;

	if (!ps)
		return -EINVAL; /* who sleeps there does so by FUTEX_WAIT */
	if (uval & FUTEX_OWNER_DIED && !pid)
		return 0; /* the next owner hasn't run yet */
	return ps->owner && pid == (uint32_t)ps->owner->pid ? 0 : -EINVAL;
}

/* The first that waits: who is the owner? */
static int attach_to_pi_owner(struct task_struct *curr, uint32_t uval,
			      const struct futex_key *key,
			      struct futex_pi_state **ps)
{
	const uint32_t pid = uval & FUTEX_TID_BITS;
	struct task_struct *owner;

	if (!pid)
		return -EAGAIN;
	owner = find_task_by_pid(curr->k, (int)pid);
	if (!owner)
		return -ESRCH;
	if (owner->flags & PF_KTHREAD)
		return -EPERM;
	if (owner->flags & PF_EXITING)
		return owner->mm ? -EBUSY : -ESRCH;
	*ps = new_pi_state(curr, key, owner);
	return 0;
}

/* The word can be written and read from here on without sleeping. */
static int read_writable(struct task_struct *curr, vaddr_t uaddr,
			 uint32_t *uval)
{
	return fault_in_user_writeable(curr, uaddr) ||
			       get_user_u32(curr, uval, uaddr)
		       ? -EFAULT
		       : 0;
}

int futex_lock_pi_atomic(struct task_struct *curr, vaddr_t uaddr,
			 const struct futex_key *key,
			 struct futex_pi_state **ps, struct task_struct *task,
			 bool set_waiters)
{
	struct futex_q *top;
	uint32_t uval;
	int error = read_writable(curr, uaddr, &uval);

	if (error)
		return error;
	if ((uval & FUTEX_TID_BITS) == (uint32_t)task->pid)
		return -EDEADLK;
	top = futex_top_waiter(curr->k, key);
	if (top) {
		error = attach_to_pi_state(uval, top->pi_state);
		if (error)
			return error;
		*ps = top->pi_state;
		(*ps)->refcount++;
		return 0;
	}
	if (uval & FUTEX_TID_BITS) {
		uval |= FUTEX_WAITERS;
		if (put_user_u32(curr, uval, uaddr))
			return -EFAULT;
		return attach_to_pi_owner(curr, uval, key, ps);
	}
	uval = (uval & FUTEX_OWNER_DIED) | (uint32_t)task->pid;
	if (set_waiters)
		uval |= FUTEX_WAITERS;
	if (put_user_u32(curr, uval, uaddr))
		return -EFAULT;
	if (set_waiters)
		*ps = new_pi_state(curr, key, task);
	return 1;
}

/* The owner ended with it: the word says whose it is now, and how that came. */
static int32_t fixup_owner(struct task_struct *curr, vaddr_t uaddr)
{
	uint32_t uval;

	if (read_writable(curr, uaddr, &uval))
		return -EFAULT;
	uval = FUTEX_OWNER_DIED | FUTEX_WAITERS | (uint32_t)curr->pid;
	return put_user_u32(curr, uval, uaddr) ? -EFAULT : 0;
}

/* ---- lock and unlock ----------------------------------------------------------------- */

int32_t futex_wait_pi(struct task_struct *curr, vaddr_t uaddr,
		      struct futex_q *q, uint64_t expires)
{
	int32_t ret = 0;

	curr->pi_blocked_on = q->pi_state;
	while (!q->granted && !ret) {
		curr->state = TASK_INTERRUPTIBLE;
		if (!schedule_timeout_until(curr, expires))
			ret = -ETIMEDOUT;
		else if (signal_pending(curr))
			ret = -EINTR;
	}
	curr->pi_blocked_on = NULL;
	if (q->granted)
		ret = q->owner_died ? fixup_owner(curr, uaddr) : 0;
	list_del(&q->list);
	put_pi_state(curr, q->pi_state);
	return ret;
}

void futex_wait_for_owner(struct task_struct *curr, int why)
{
	if (why == -EBUSY)
		schedule_timeout_uninterruptible(curr, 1);
	else
		cond_resched(curr);
}

static int32_t wait_for_lock(struct task_struct *curr, vaddr_t uaddr,
			     struct futex_q *q, uint64_t expires, bool trylock)
{
	int32_t ret = trylock ? -EAGAIN : futex_check_chain(curr, q->pi_state);

	if (ret) {
		put_pi_state(curr, q->pi_state);
		return ret;
	}
	list_add_tail(&q->list, futex_bucket(curr->k, &q->key));
	ret = futex_wait_pi(curr, uaddr, q, expires);
	return ret == -EINTR ? -ERESTARTNOINTR : ret;
}

int32_t futex_lock_pi(struct task_struct *curr, vaddr_t uaddr, bool shared,
		      uint64_t expires, bool trylock)
{
	struct futex_q q = {.task = curr, .bitset = FUTEX_BITSET_MATCH_ANY};
	int ret;

	for (;;) {
		if (refill_pi_state_cache(curr))
			return -ENOMEM;
		ret = get_futex_key(curr, uaddr, shared, true, &q.key);
		if (ret)
			return ret;
		ret = futex_lock_pi_atomic(curr, uaddr, &q.key, &q.pi_state,
					   curr, false);
		if (ret != -EBUSY && ret != -EAGAIN)
			break;
		futex_wait_for_owner(curr, ret);
		if (fatal_signal_pending(curr))
			return -ERESTARTNOINTR;
	}
	if (ret)
		return ret == 1 ? 0 : ret;
	return wait_for_lock(curr, uaddr, &q, expires, trylock);
}

/* To whom it is handed, the word says at once. */
static int32_t wake_futex_pi(struct task_struct *curr, vaddr_t uaddr,
			     struct futex_pi_state *ps)
{
	struct futex_q *next = next_owner(curr->k, ps);

	if (!next)
		return -EAGAIN; /* it was granted to one, or all give up */
	if (put_user_u32(curr, FUTEX_WAITERS | (uint32_t)next->task->pid,
			 uaddr))
		return -EFAULT;
	futex_grant(curr, next);
	return 0;
}

int32_t futex_unlock_pi(struct task_struct *curr, vaddr_t uaddr, bool shared)
{
	struct futex_key key;
	struct futex_q *top;
	uint32_t uval;
	int error;

	if (get_user_u32(curr, &uval, uaddr))
		return -EFAULT;
	if ((uval & FUTEX_TID_BITS) != (uint32_t)curr->pid)
		return -EPERM;
	error = get_futex_key(curr, uaddr, shared, true, &key);
	if (!error)
		error = read_writable(curr, uaddr, &uval);
	if (error)
		return error;
	if ((uval & FUTEX_TID_BITS) != (uint32_t)curr->pid)
		return -EPERM; /* it changed while that slept */
	top = futex_top_waiter(curr->k, &key);
	if (!top)
		return put_user_u32(curr, 0, uaddr) ? -EFAULT : 0;
	if (!top->pi_state || top->pi_state->owner != curr)
		return -EINVAL;
	return wake_futex_pi(curr, uaddr, top->pi_state);
}

/* ---- the end of an owner ---------------------------------------------------------------- */

void exit_pi_state_list(struct task_struct *curr)
{
	while (!list_empty(&curr->pi_state_list)) {
		struct futex_pi_state *ps = list_first_entry(
			&curr->pi_state_list, struct futex_pi_state, list);
		struct futex_q *next = next_owner(curr->k, ps);

		if (!next) { /* they are on their way out */
			set_owner(ps, NULL);
			continue;
		}
		next->owner_died = true;
		futex_grant(curr, next);
	}
}
