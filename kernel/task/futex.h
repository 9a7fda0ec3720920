/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_TASK_FUTEX_H
#define KERNEL_TASK_FUTEX_H

/* Futexes: what their files share (kernel/futex/futex.h). */

#include "kernel/task/sched.h"

#define FUTEX_TID_BITS 0x3fffffffu

/* What a word is called: futex.c tells. */
struct futex_key {
	const void
		*owner; /* the mm, or the file's super_block; compared only */
	uint64_t index; /* the page's address, or inode number and page */
	uint32_t offset; /* within the page, and FUT_OFF_… */
};

/* A word with an owner in the kernel: somebody sleeps until that lets go. */
struct futex_pi_state {
	struct list_head list; /* in owner->pi_state_list */
	struct task_struct *owner;
	uint32_t refcount; /* waiters, and who looks at it now */
	struct futex_key key;
};

/* One that waits; on its stack. */
struct futex_q {
	struct list_head list;
	struct task_struct *task;
	struct futex_key key;
	uint32_t bitset;
	bool woken;
	/* those of priority inheritance stay queued until they have run */
	struct futex_pi_state *pi_state; /* what it waits to own */
	const struct futex_key *requeue_pi_key; /* where it is to be moved */
	bool granted; /* it owns the word's pi_state, or the word itself */
	bool owner_died; /* and has to say so in the word */
};

/* @write: a word in read-only memory will not do. May sleep. 0 or -errno. */
int get_futex_key(struct task_struct *curr, vaddr_t uaddr, bool shared,
		  bool write, struct futex_key *key);
bool futex_match(const struct futex_key *a, const struct futex_key *b);
struct list_head *futex_bucket(struct kernel *k, const struct futex_key *key);
/* The first that waits for the word of that name, or NULL. */
struct futex_q *futex_top_waiter(struct kernel *k, const struct futex_key *key);
/* How many were woken; -EINVAL: they wait in another manner. */
int32_t futex_wake(struct task_struct *curr, vaddr_t uaddr, bool shared,
		   int32_t nr_wake, uint32_t bitset);

/* ---- futex_pi.c, futex_requeue_pi.c: results are Linux's ---- */

int32_t futex_lock_pi(struct task_struct *curr, vaddr_t uaddr, bool shared,
		      uint64_t expires, bool trylock);
int32_t futex_unlock_pi(struct task_struct *curr, vaddr_t uaddr, bool shared);
int32_t futex_wait_requeue_pi(struct task_struct *curr, vaddr_t uaddr,
			      bool shared, uint32_t val, uint64_t expires,
			      uint32_t bitset, vaddr_t uaddr2);
int32_t futex_requeue_pi(struct task_struct *curr, vaddr_t uaddr, bool shared,
			 vaddr_t uaddr2, int32_t nr_wake, int32_t nr_requeue,
			 uint32_t expected);

/*
 * Takes the word for @task (1), or tells in *@ps who is to be waited for (0).
 * Else -errno; -EBUSY and -EAGAIN: once more from the beginning.
 */
int futex_lock_pi_atomic(struct task_struct *curr, vaddr_t uaddr,
			 const struct futex_key *key,
			 struct futex_pi_state **ps, struct task_struct *task,
			 bool set_waiters);
/* -EDEADLK: who owns it waits, at last, for @task. */
int futex_check_chain(const struct task_struct *task,
		      const struct futex_pi_state *ps);
/* @q's task gets what it waited for, and runs. */
void futex_grant(struct task_struct *curr, struct futex_q *q);
/*
 * @curr sleeps until @q, queued with a pi_state, is granted; then it is queued
 * no longer. 0, -ETIMEDOUT, -EINTR or -EFAULT.
 */
int32_t futex_wait_pi(struct task_struct *curr, vaddr_t uaddr,
		      struct futex_q *q, uint64_t expires);
/* For the next futex_pi_state; 0 or -ENOMEM. */
int refill_pi_state_cache(struct task_struct *curr);
void put_pi_state(struct task_struct *curr, struct futex_pi_state *ps);
/* Lets a dying owner end before it is asked again. */
void futex_wait_for_owner(struct task_struct *curr, int why);

/* ---- ends (futex_robust.c) ---- */

/* @curr ends, or execs: what it holds is let go of, and said to be. */
void futex_exit_release(struct task_struct *curr);
/* Those of futex_pi.c. */
void exit_pi_state_list(struct task_struct *curr);

/* ---- several at once (futex_waitv.c) ---- */

int32_t do_futex_waitv(struct task_struct *curr, vaddr_t waiters,
		       uint32_t nr_futexes, uint32_t flags, uint64_t expires);

#endif
