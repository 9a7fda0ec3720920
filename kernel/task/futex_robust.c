/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/task/futex.h"

/*
 * What a task held when it ended (Linux: kernel/futex/core.c,
 * exit_robust_list()). The list lies in the program's memory, which nobody
 * vouches for: an end that is not reached in ROBUST_LIST_LIMIT steps, a bad
 * address or a word that is another's ends or skips it, and nothing else.
 *
 * Each word whose owner the task was says so no longer, and says
 * FUTEX_OWNER_DIED; who sleeps on it is woken. The entry that an operation was
 * at, which may or may not be in the list, comes last.
 */

#include <linux/futex.h>

#include "kernel/arch/arm/uaccess.h"
#include "kernel/lib/err.h"
#include "kernel/state.h"
#include "kernel/task/sched_core.h"

/* struct robust_list_head: next, futex_offset, list_op_pending. */
enum {
	HEAD_OFFSET = 4,
	HEAD_PENDING = 8
};

/* The lowest bit of a pointer: it is one of priority inheritance. */
struct entry {
	vaddr_t at;
	bool pi;
};

static int fetch_entry(struct task_struct *curr, vaddr_t from,
		       struct entry *entry)
{
	uint32_t word;

	if (get_user_u32(curr, &word, from))
		return -EFAULT;
	*entry = (struct entry){word & ~1u, word & 1};
	return 0;
}

/* False: the list isn't to be followed any further. */
static bool handle_death(struct task_struct *curr, vaddr_t uaddr, bool pi,
			 bool pending)
{
	uint32_t uval, owner;

	if (uaddr % 4 || get_user_u32(curr, &uval, uaddr))
		return false;
	owner = uval & FUTEX_TID_BITS;
	/* let go of already, but nobody was woken any more */
	if (pending && !pi && !owner) {
		futex_wake(curr, uaddr, true, 1, FUTEX_BITSET_MATCH_ANY);
		return true;
	}
	if (owner != (uint32_t)curr->pid)
		return true;
	/* writable first: then nothing comes between load and store */
	if (fault_in_user_writeable(curr, uaddr) ||
	    get_user_u32(curr, &uval, uaddr))
		return false;
	if ((uval & FUTEX_TID_BITS) != owner)
		return true;
	if (put_user_u32(curr, (uval & FUTEX_WAITERS) | FUTEX_OWNER_DIED,
			 uaddr))
		return false;
	if (!pi && uval & FUTEX_WAITERS)
		futex_wake(curr, uaddr, true, 1, FUTEX_BITSET_MATCH_ANY);
	return true;
}

/* False: it ended in nothing. */
static bool walk_list(struct task_struct *curr, vaddr_t head, uint32_t offset,
		      const struct entry *pending)
{
	struct entry entry, next;

	if (fetch_entry(curr, head, &entry))
		return false;
	for (int limit = ROBUST_LIST_LIMIT; entry.at != head; entry = next) {
		/* now: once it is let go of, its next owner may move it */
		const int error = fetch_entry(curr, entry.at, &next);

		if (entry.at != pending->at &&
		    !handle_death(curr, entry.at + offset, entry.pi, false))
			return false;
		if (error)
			return false;
		if (!--limit)
			break;
		cond_resched(curr);
	}
	return true;
}

static void exit_robust_list(struct task_struct *curr)
{
	const vaddr_t head = curr->robust_list;
	struct entry pending;
	uint32_t offset;

	if (get_user_u32(curr, &offset, head + HEAD_OFFSET) ||
	    fetch_entry(curr, head + HEAD_PENDING, &pending))
		return;
	if (walk_list(curr, head, offset, &pending) && pending.at)
		handle_death(curr, pending.at + offset, pending.pi, true);
}

void futex_exit_release(struct task_struct *curr)
{
	if (curr->mm && curr->robust_list) {
		exit_robust_list(curr);
		curr->robust_list = 0;
	}
	if (!list_empty(&curr->pi_state_list))
		exit_pi_state_list(curr);
}
