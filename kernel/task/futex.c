/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/task/futex.h"

/*
 * Sleeping on a word of user memory (Linux: kernel/futex/). Waiters of all
 * words hash into a few lists.
 *
 * What a word is called depends on who may know it (struct futex_key): one of
 * a single process by its address, without even a look at the page; one that
 * may be shared (no FUTEX_PRIVATE_FLAG) by the file and the place in it that
 * the page shows, wherever each process has mapped it. To see that page it is
 * touched, for writing where that is allowed, and this faults like any touch.
 * Should it turn out to be anonymous, only this process can know it after all.
 *
 * Invariant: nothing sleeps between the look at the word and schedule(), so
 * no wake-up in between is lost.
 *
 * Words with owners are in futex_pi.c; who waits for one is queued here too,
 * and is not to be woken by those who know nothing of that.
 */

#include <linux/futex.h>

#include "kernel/arch/arm/uaccess.h"
#include "kernel/fs/fs.h"
#include "kernel/lib/err.h"
#include "kernel/mm/mm.h"
#include "kernel/mm/page_flags.h"
#include "kernel/state.h"
#include "kernel/task/sched_core.h"

/* In futex_key.offset, whose words are aligned: what kind of key it is. */
#define FUT_OFF_INODE    1u
#define FUT_OFF_MMSHARED 2u

/* ---- names of words ------------------------------------------------------------- */

bool futex_match(const struct futex_key *a, const struct futex_key *b)
{
	return a->owner == b->owner && a->index == b->index &&
	       a->offset == b->offset;
}

struct list_head *futex_bucket(struct kernel *k, const struct futex_key *key)
{
	uint64_t n = key->index ^ key->index >> PAGE_SHIFT ^ key->offset >> 2;

	return &k->sched.futex_hash[n % FUTEX_HASH];
}

struct futex_q *futex_top_waiter(struct kernel *k, const struct futex_key *key)
{
	struct futex_q *q;

	list_for_each_entry(q, futex_bucket(k, key), list)
		if (futex_match(&q->key, key))
			return q;
	return NULL;
}

/* Turns the key of @page's address into that of its content. */
static int share_key(struct futex_key *key, const struct page *page,
		     bool read_only)
{
	const struct inode *host;

	if (PageAnon(page)) {
		/* The first write would make it another page. */
		if (read_only)
			return -EFAULT;
		key->offset |= FUT_OFF_MMSHARED;
		return 0;
	}
	if (!page->mapping) /* the zero page, or truncated just now */
		return -EFAULT;
	host = page->mapping->host;
	key->owner = host->i_sb;
	key->index = host->i_ino << 32 | page->index;
	key->offset |= FUT_OFF_INODE;
	return 0;
}

int get_futex_key(struct task_struct *curr, vaddr_t uaddr, bool shared,
		  bool write, struct futex_key *key)
{
	struct page *page;
	bool read_only = false;
	int error;

	if (uaddr % 4)
		return -EINVAL;
	if (!curr->mm || uaddr > curr->k->arch.task_size - 4)
		return -EFAULT;
	*key = (struct futex_key){curr->mm, uaddr & PAGE_MASK,
				  offset_in_page(uaddr)};
	if (!shared)
		return 0;
	error = get_user_page(curr, uaddr, true, &page);
	if (error == -EFAULT && !write) {
		read_only = true;
		error = get_user_page(curr, uaddr, false, &page);
	}
	if (error)
		return error;
	error = share_key(key, page, read_only);
	put_page(curr, page);
	return error;
}

/* ---- wait ------------------------------------------------------------------------- */

static void unqueue(struct futex_q *q)
{
	if (!q->woken)
		list_del(&q->list);
}

static int32_t futex_wait_restart(struct task_struct *curr);

/* With a time-out, what is left of it counts: no handler lets it begin anew. */
static int32_t futex_interrupted(struct task_struct *curr, vaddr_t uaddr,
				 bool shared, uint32_t val, uint64_t expires,
				 uint32_t bitset)
{
	if (expires == UINT64_MAX)
		return -ERESTARTSYS;
	curr->restart_block.fn = futex_wait_restart;
	curr->restart_block.expires = expires;
	curr->restart_block.futex.uaddr = uaddr;
	curr->restart_block.futex.val = val;
	curr->restart_block.futex.bitset = bitset;
	curr->restart_block.futex.shared = shared;
	return -ERESTART_RESTARTBLOCK;
}

static int32_t futex_wait(struct task_struct *curr, vaddr_t uaddr, bool shared,
			  uint32_t val, uint64_t expires, uint32_t bitset)
{
	struct futex_q q = {.task = curr, .bitset = bitset};
	uint32_t now;
	uint64_t left;
	int error;

	if (!bitset)
		return -EINVAL;
	error = get_futex_key(curr, uaddr, shared, false, &q.key);
	if (error)
		return error;
	/* reading may sleep; from the comparison to schedule() nothing does */
	if (get_user_u32(curr, &now, uaddr))
		return -EFAULT;
	if (now != val)
		return -EAGAIN;
	list_add_tail(&q.list, futex_bucket(curr->k, &q.key));
	curr->state = TASK_INTERRUPTIBLE;
	left = schedule_timeout_until(curr, expires);
	if (q.woken)
		return 0;
	unqueue(&q);
	if (!left)
		return -ETIMEDOUT;
	return signal_pending(curr) ? futex_interrupted(curr, uaddr, shared,
							val, expires, bitset)
				    : 0;
}

static int32_t futex_wait_restart(struct task_struct *curr)
{
	return futex_wait(curr, curr->restart_block.futex.uaddr,
			  curr->restart_block.futex.shared,
			  curr->restart_block.futex.val,
			  curr->restart_block.expires,
			  curr->restart_block.futex.bitset);
}

/* ---- wake --------------------------------------------------------------------------- */

/* It waits for an owner to let go, or to be moved to where it will. */
static bool is_pi_waiter(const struct futex_q *q)
{
	return q->pi_state || q->requeue_pi_key || q->granted;
}

static void wake_waiter(struct task_struct *curr, struct futex_q *q)
{
	list_del(&q->list);
	q->woken = true;
	wake_up_process(curr, q->task);
}

/* One at least, as Linux does even when asked for none. */
static int32_t wake_waiters(struct task_struct *curr,
			    const struct futex_key *key, int32_t nr_wake,
			    uint32_t bitset)
{
	struct futex_q *q, *next;
	int32_t woken = 0;

	list_for_each_entry_safe(q, next, futex_bucket(curr->k, key), list) {
		if (!futex_match(&q->key, key))
			continue;
		if (is_pi_waiter(q))
			return -EINVAL;
		if (!(q->bitset & bitset))
			continue;
		wake_waiter(curr, q);
		if (++woken >= nr_wake)
			break;
	}
	return woken;
}

int32_t futex_wake(struct task_struct *curr, vaddr_t uaddr, bool shared,
		   int32_t nr_wake, uint32_t bitset)
{
	struct futex_key key;
	int error;

	if (!bitset)
		return -EINVAL;
	error = get_futex_key(curr, uaddr, shared, false, &key);
	return error ? error : wake_waiters(curr, &key, nr_wake, bitset);
}

/* ---- wake after an operation ------------------------------------------------------------ */

static int32_t sign_extend12(uint32_t bits)
{
	return (int32_t)(bits << 20) >> 20;
}

static int new_value(uint32_t op, int32_t arg, uint32_t old, uint32_t *value)
{
	switch (op >> 28 & 7) {
	case FUTEX_OP_SET:
		*value = (uint32_t)arg;
		return 0;
	case FUTEX_OP_ADD:
		*value = old + (uint32_t)arg;
		return 0;
	case FUTEX_OP_OR:
		*value = old | (uint32_t)arg;
		return 0;
	case FUTEX_OP_ANDN:
		*value = old & ~(uint32_t)arg;
		return 0;
	case FUTEX_OP_XOR:
		*value = old ^ (uint32_t)arg;
		return 0;
	default:
		return -ENOSYS;
	}
}

static int compare(uint32_t op, int32_t old)
{
	int32_t arg = sign_extend12(op & 0xfff);

	switch (op >> 24 & 15) {
	case FUTEX_OP_CMP_EQ:
		return old == arg;
	case FUTEX_OP_CMP_NE:
		return old != arg;
	case FUTEX_OP_CMP_LT:
		return old < arg;
	case FUTEX_OP_CMP_GE:
		return old >= arg;
	case FUTEX_OP_CMP_LE:
		return old <= arg;
	case FUTEX_OP_CMP_GT:
		return old > arg;
	default:
		return -ENOSYS;
	}
}

/* Changes the word as @op says. Was its old value as @op asks? Or -errno. */
static int futex_atomic_op_inuser(struct task_struct *curr, uint32_t op,
				  vaddr_t uaddr)
{
	int32_t arg = sign_extend12(op >> 12 & 0xfff);
	uint32_t old = 0, value = 0;
	int error;

	if (op >> 28 & FUTEX_OP_OPARG_SHIFT)
		arg = (int32_t)(1u << (arg & 31));
	error = new_value(op, arg, 0, &value);
	if (error)
		return error;
	/* Writable first: then nothing faults between load and store. */
	if (fault_in_user_writeable(curr, uaddr) ||
	    get_user_u32(curr, &old, uaddr))
		return -EFAULT;
	new_value(op, arg, old, &value);
	if (put_user_u32(curr, value, uaddr))
		return -EFAULT;
	return compare(op, (int32_t)old);
}

static int32_t futex_wake_op(struct task_struct *curr, vaddr_t uaddr,
			     bool shared, vaddr_t uaddr2, int32_t nr_wake,
			     int32_t nr_wake2, uint32_t op)
{
	struct futex_key key, key2;
	int32_t woken, result;
	int error;

	error = get_futex_key(curr, uaddr, shared, false, &key);
	if (!error)
		error = get_futex_key(curr, uaddr2, shared, true, &key2);
	if (error)
		return error;
	result = futex_atomic_op_inuser(curr, op, uaddr2);
	if (result < 0)
		return result;
	woken = wake_waiters(curr, &key, nr_wake, FUTEX_BITSET_MATCH_ANY);
	if (woken < 0 || !result)
		return woken;
	result = wake_waiters(curr, &key2, nr_wake2, FUTEX_BITSET_MATCH_ANY);
	return result < 0 ? result : woken + result;
}

/* ---- requeue ------------------------------------------------------------------------------ */

static int32_t move_waiters(struct task_struct *curr,
			    const struct futex_key *from, int32_t nr_wake,
			    int32_t nr_requeue, const struct futex_key *to)
{
	struct futex_q *q, *next;
	int32_t done = 0;

	list_for_each_entry_safe(q, next, futex_bucket(curr->k, from), list) {
		if (done - nr_wake >= nr_requeue)
			break;
		if (!futex_match(&q->key, from))
			continue;
		if (is_pi_waiter(q))
			return -EINVAL;
		if (done < nr_wake) {
			wake_waiter(curr, q);
		} else {
			q->key = *to;
			list_move_tail(&q->list, futex_bucket(curr->k, to));
		}
		done++;
	}
	return done;
}

static int32_t futex_requeue(struct task_struct *curr, vaddr_t uaddr,
			     bool shared, vaddr_t uaddr2, int32_t nr_wake,
			     int32_t nr_requeue, const uint32_t *expected)
{
	struct futex_key key, key2;
	uint32_t now;
	int error;

	if (nr_wake < 0 || nr_requeue < 0)
		return -EINVAL;
	error = get_futex_key(curr, uaddr, shared, false, &key);
	if (!error)
		error = get_futex_key(curr, uaddr2, shared, false, &key2);
	if (error)
		return error;
	if (expected && get_user_u32(curr, &now, uaddr))
		return -EFAULT;
	if (expected && now != *expected)
		return -EAGAIN;
	return move_waiters(curr, &key, nr_wake, nr_requeue, &key2);
}

/* ---- the call -------------------------------------------------------------------------------- */

static int32_t do_futex_pi(struct task_struct *curr, vaddr_t uaddr, bool shared,
			   int cmd, uint32_t val, uint64_t expires,
			   vaddr_t uaddr2, uint32_t val2, uint32_t val3)
{
	switch (cmd) {
	case FUTEX_LOCK_PI:
	case FUTEX_LOCK_PI2:
		return futex_lock_pi(curr, uaddr, shared, expires, false);
	case FUTEX_UNLOCK_PI:
		return futex_unlock_pi(curr, uaddr, shared);
	case FUTEX_TRYLOCK_PI:
		return futex_lock_pi(curr, uaddr, shared, UINT64_MAX, true);
	case FUTEX_WAIT_REQUEUE_PI:
		return futex_wait_requeue_pi(curr, uaddr, shared, val, expires,
					     FUTEX_BITSET_MATCH_ANY, uaddr2);
	case FUTEX_CMP_REQUEUE_PI:
		return futex_requeue_pi(curr, uaddr, shared, uaddr2,
					(int32_t)val, (int32_t)val2, val3);
	default:
		return -ENOSYS;
	}
}

int32_t do_futex(struct task_struct *curr, vaddr_t uaddr, int op, uint32_t val,
		 uint64_t expires, vaddr_t uaddr2, uint32_t val2, uint32_t val3)
{
	const bool shared = !(op & FUTEX_PRIVATE_FLAG);
	const int cmd = op & FUTEX_CMD_MASK;

	if (op & FUTEX_CLOCK_REALTIME && cmd != FUTEX_WAIT_BITSET &&
	    cmd != FUTEX_WAIT_REQUEUE_PI && cmd != FUTEX_LOCK_PI2)
		return -ENOSYS;
	switch (cmd) {
	case FUTEX_WAIT:
		return futex_wait(curr, uaddr, shared, val, expires,
				  FUTEX_BITSET_MATCH_ANY);
	case FUTEX_WAIT_BITSET:
		return futex_wait(curr, uaddr, shared, val, expires, val3);
	case FUTEX_WAKE:
		return futex_wake(curr, uaddr, shared, (int32_t)val,
				  FUTEX_BITSET_MATCH_ANY);
	case FUTEX_WAKE_BITSET:
		return futex_wake(curr, uaddr, shared, (int32_t)val, val3);
	case FUTEX_REQUEUE:
		return futex_requeue(curr, uaddr, shared, uaddr2, (int32_t)val,
				     (int32_t)val2, NULL);
	case FUTEX_CMP_REQUEUE:
		return futex_requeue(curr, uaddr, shared, uaddr2, (int32_t)val,
				     (int32_t)val2, &val3);
	case FUTEX_WAKE_OP:
		return futex_wake_op(curr, uaddr, shared, uaddr2, (int32_t)val,
				     (int32_t)val2, val3);
	default:
		return do_futex_pi(curr, uaddr, shared, cmd, val, expires,
				   uaddr2, val2, val3);
	}
}

/* CLONE_CHILD_CLEARTID: pthread_join() sleeps on this word, as on a shared one. */
void futex_wake_cleared_tid(struct task_struct *curr)
{
	put_user_u32(curr, 0, curr->clear_child_tid);
	futex_wake(curr, curr->clear_child_tid, true, 1,
		   FUTEX_BITSET_MATCH_ANY);
}
