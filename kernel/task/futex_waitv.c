/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/task/futex.h"

/*
 * Sleeping on several words at once (Linux: kernel/futex/syscalls.c and
 * waitwake.c, futex_wait_multiple()). One futex_q for each is queued, all of
 * one task; which of them were woken is told by the last.
 *
 * Invariant: as with one word, nothing sleeps from the first look at a word to
 * schedule().
 */

#include <linux/futex.h>

#include "kernel/arch/arm/uaccess.h"
#include "kernel/lib/err.h"
#include "kernel/mm/slab.h"
#include "kernel/state.h"
#include "kernel/task/sched_core.h"

#define ARM_SIZEOF_FUTEX_VECTOR 96
#define FLAGS_KNOWN             (FUTEX_32 | FUTEX_PRIVATE_FLAG)

/* struct futex_waitv, as programs lay it out. */
struct user_waitv {
	uint64_t val, uaddr;
	uint32_t flags, reserved;
};

struct futex_vector {
	struct user_waitv w;
	struct futex_q q;
};

static int parse_waitv(struct task_struct *curr, struct futex_vector *v,
		       vaddr_t from, uint32_t nr)
{
	for (uint32_t i = 0; i < nr; i++) {
		struct user_waitv *w = &v[i].w;

		if (copy_from_user(curr, w, from + i * sizeof(*w), sizeof(*w)))
			return -EFAULT;
		if (w->flags & ~(uint32_t)FLAGS_KNOWN || w->reserved ||
		    !(w->flags & FUTEX_32))
			return -EINVAL;
		v[i].q = (struct futex_q){.task = curr,
					  .bitset = FUTEX_BITSET_MATCH_ANY};
	}
	return 0;
}

static int name_words(struct task_struct *curr, struct futex_vector *v,
		      uint32_t nr)
{
	int error = 0;

	for (uint32_t i = 0; i < nr && !error; i++)
		error = get_futex_key(curr, (vaddr_t)v[i].w.uaddr,
				      !(v[i].w.flags & FUTEX_PRIVATE_FLAG),
				      false, &v[i].q.key);
	return error;
}

/* The last of those that were woken, or -1. */
static int32_t unqueue_all(struct futex_vector *v, uint32_t nr)
{
	int32_t woken = -1;

	for (uint32_t i = 0; i < nr; i++) {
		if (v[i].q.woken)
			woken = (int32_t)i;
		else
			list_del(&v[i].q.list);
		v[i].q.woken = false;
	}
	return woken;
}

/*
 * All are queued, and have the values they should: -EINPROGRESS. Else none is:
 * what woke one meanwhile, or -errno.
 */
static int32_t queue_all(struct task_struct *curr, struct futex_vector *v,
			 uint32_t nr)
{
	for (uint32_t i = 0; i < nr; i++) {
		const uint32_t val = (uint32_t)v[i].w.val;
		uint32_t now = val;
		int error = get_user_u32(curr, &now, (vaddr_t)v[i].w.uaddr);
		int32_t woken;

		if (!error && now == val) {
			list_add_tail(&v[i].q.list,
				      futex_bucket(curr->k, &v[i].q.key));
			continue;
		}
		woken = unqueue_all(v, i);
		if (woken >= 0)
			return woken;
		return error ? -EFAULT : -EAGAIN;
	}
	return -EINPROGRESS;
}

static bool any_woken(const struct futex_vector *v, uint32_t nr)
{
	for (uint32_t i = 0; i < nr; i++)
		if (v[i].q.woken)
			return true;
	return false;
}

static int32_t wait_multiple(struct task_struct *curr, struct futex_vector *v,
			     uint32_t nr, uint64_t expires)
{
	for (;;) {
		int32_t ret = queue_all(curr, v, nr);
		uint64_t left = 1;

		if (ret != -EINPROGRESS)
			return ret;
		/* a look at one word may have slept, and lost no wake-up */
		if (!any_woken(v, nr)) {
			curr->state = TASK_INTERRUPTIBLE;
			left = schedule_timeout_until(curr, expires);
		}
		ret = unqueue_all(v, nr);
		if (ret >= 0)
			return ret;
		if (!left)
			return -ETIMEDOUT;
		if (signal_pending(curr))
			return -ERESTARTSYS;
	}
}

int32_t do_futex_waitv(struct task_struct *curr, vaddr_t waiters,
		       uint32_t nr_futexes, uint32_t flags, uint64_t expires)
{
	struct futex_vector *v;
	int32_t ret;

	if (flags || !nr_futexes || nr_futexes > FUTEX_WAITV_MAX || !waiters)
		return -EINVAL;
	v = kzalloc_obj(curr, nr_futexes * ARM_SIZEOF_FUTEX_VECTOR,
			nr_futexes * (uint32_t)sizeof(*v), GFP_KERNEL);
	if (!v)
		return -ENOMEM;
	ret = parse_waitv(curr, v, waiters, nr_futexes);
	if (!ret)
		ret = name_words(curr, v, nr_futexes);
	if (!ret)
		ret = wait_multiple(curr, v, nr_futexes, expires);
	kfree_obj(curr, v);
	return ret;
}
