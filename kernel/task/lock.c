/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/task/sched.h"

/*
 * Sleeping locks (Linux: kernel/locking/rwsem.c, mm/filemap.c's page lock and
 * page waiters).
 * Nothing preempts the kernel, so taking a free lock is a store, and a lock
 * matters only to those who sleep while they hold it.
 *
 * Each core has a clock of its own, which may be behind that of a core that was
 * in the kernel before it: with prices, who takes a lock waits for the time at
 * which it was let go of, and so sees nothing of a pipe or an address space
 * earlier than it was done.
 *
 * Invariant: a waiter that is woken owns the lock already: it was handed over
 * in order of arrival, so writers don't starve.
 */

#include "kernel/lib/bug.h"
#include "kernel/lib/err.h"
#include "kernel/lib/work.h"
#include "kernel/state.h"
#include "kernel/task/sched_core.h"

struct rwsem_waiter {
	struct list_head list;
	struct task_struct *task;
	bool write, granted;
};

void init_rwsem(struct rw_semaphore *sem)
{
	sem->count = 0;
	INIT_LIST_HEAD(&sem->wait_list);
	sem->read_until = sem->write_until = 0;
}

static bool rwsem_try(struct rw_semaphore *sem, bool write)
{
	if (write ? sem->count != 0 : sem->count < 0)
		return false;
	sem->count += write ? -1 : 1;
	return true;
}

static bool clocks_differ(const struct kernel *k)
{
	return k->hw.nr_cpus > 1 && k->params.prices.percent;
}

/* It is @curr's, but may not have been free yet when this core came. */
static void rwsem_catch_up(struct task_struct *curr,
			   const struct rw_semaphore *sem, bool write)
{
	uint64_t until = sem->write_until, now;

	if (!clocks_differ(curr->k))
		return;
	if (write && until < sem->read_until)
		until = sem->read_until;
	now = local_clock(curr->k);
	if (now < until)
		charge_cycles(curr, CYCLE_WAIT, until - now);
}

static void note_release(const struct kernel *k, uint64_t *until)
{
	uint64_t now;

	if (!clocks_differ(k))
		return;
	now = local_clock(k);
	if (*until < now)
		*until = now;
}

static void rwsem_acquire(struct task_struct *curr, struct rw_semaphore *sem,
			  bool write)
{
	struct rwsem_waiter waiter = {.task = curr, .write = write};

	if (list_empty(&sem->wait_list) && rwsem_try(sem, write)) {
		rwsem_catch_up(curr, sem, write);
		return;
	}
	list_add_tail(&waiter.list, &sem->wait_list);
	while (!waiter.granted) {
		curr->state = TASK_UNINTERRUPTIBLE;
		schedule(curr);
	}
	list_del(&waiter.list);
	rwsem_catch_up(curr, sem, write);
}

/* Hands the lock to the first waiter, and to all readers right behind one. */
static void rwsem_wake(struct task_struct *curr, struct rw_semaphore *sem)
{
	struct rwsem_waiter *waiter;

	list_for_each_entry(waiter, &sem->wait_list, list) {
		if (waiter->granted)
			continue; /* not yet back on its feet */
		if (!rwsem_try(sem, waiter->write))
			return;
		waiter->granted = true;
		wake_up_process(curr, waiter->task);
	}
}

void down_read(struct task_struct *curr, struct rw_semaphore *sem)
{
	rwsem_acquire(curr, sem, false);
}

bool down_read_trylock(struct rw_semaphore *sem)
{
	return list_empty(&sem->wait_list) && rwsem_try(sem, false);
}

void down_write(struct task_struct *curr, struct rw_semaphore *sem)
{
	rwsem_acquire(curr, sem, true);
}

void up_read(struct task_struct *curr, struct rw_semaphore *sem)
{
	BUG_ON(sem->count <= 0);
	sem->count--;
	note_release(curr->k, &sem->read_until);
	if (!list_empty(&sem->wait_list))
		rwsem_wake(curr, sem);
}

void up_write(struct task_struct *curr, struct rw_semaphore *sem)
{
	BUG_ON(sem->count != -1);
	sem->count = 0;
	note_release(curr->k, &sem->write_until);
	if (!list_empty(&sem->wait_list))
		rwsem_wake(curr, sem);
}

bool rwsem_is_contended(const struct rw_semaphore *sem)
{
	return !list_empty(&sem->wait_list);
}

/* ---- bits of a page ---------------------------------------------------------- */

/* Who waits for PG_locked or PG_writeback to go. */
struct page_waiter {
	struct list_head list;
	struct task_struct *task;
	const struct page *page;
	enum pageflags bit;
};

static struct list_head *page_wait_list(struct kernel *k,
					const struct page *page)
{
	size_t number = (size_t)(page - k->mem.mem_map);

	return &k->sched.page_wait[number % PAGE_WAIT_TABLE];
}

/*
 * Sleeps at least once, until @until says that it may go on. 0, or -EINTR when
 * @state lets a signal end the wait.
 */
static int wait_on_page_bit(struct task_struct *curr, struct page *page,
			    enum pageflags bit, uint32_t state,
			    bool (*until)(struct page *page))
{
	struct page_waiter waiter = {.task = curr, .page = page, .bit = bit};
	bool killed = false, done = false;

	list_add_tail(&waiter.list, page_wait_list(curr->k, page));
	while (!done && !killed) {
		page->flags |= 1u << PG_waiters;
		curr->state = state;
		schedule(curr);
		done = until(page);
		killed = signal_pending_state(state, curr);
	}
	list_del(&waiter.list);
	return done ? 0 : -EINTR;
}

/* @bit is clear now; who waits for the other one stays marked. */
static void wake_up_page_bit(struct task_struct *curr, struct page *page,
			     enum pageflags bit)
{
	struct page_waiter *waiter;

	if (!(page->flags & 1u << PG_waiters))
		return;
	page->flags &= ~(1u << PG_waiters);
	list_for_each_entry(waiter, page_wait_list(curr->k, page), list) {
		if (waiter->page != page)
			continue;
		if (waiter->bit == bit)
			wake_up_process(curr, waiter->task);
		else
			page->flags |= 1u << PG_waiters;
	}
}

bool trylock_page(struct page *page)
{
	if (page->flags & 1u << PG_locked)
		return false;
	page->flags |= 1u << PG_locked;
	return true;
}

void lock_page(struct task_struct *curr, struct page *page)
{
	if (!trylock_page(page))
		wait_on_page_bit(curr, page, PG_locked, TASK_UNINTERRUPTIBLE,
				 trylock_page);
}

int lock_page_killable(struct task_struct *curr, struct page *page)
{
	if (trylock_page(page))
		return 0;
	return wait_on_page_bit(curr, page, PG_locked, TASK_KILLABLE,
				trylock_page);
}

void unlock_page(struct task_struct *curr, struct page *page)
{
	BUG_ON(!(page->flags & 1u << PG_locked));
	page->flags &= ~(1u << PG_locked);
	wake_up_page_bit(curr, page, PG_locked);
}

static bool page_unlocked(struct page *page)
{
	return !(page->flags & 1u << PG_locked);
}

void wait_on_page_locked(struct task_struct *curr, struct page *page)
{
	if (!page_unlocked(page))
		wait_on_page_bit(curr, page, PG_locked, TASK_UNINTERRUPTIBLE,
				 page_unlocked);
}

int wait_on_page_locked_killable(struct task_struct *curr, struct page *page)
{
	if (page_unlocked(page))
		return 0;
	return wait_on_page_bit(curr, page, PG_locked, TASK_KILLABLE,
				page_unlocked);
}

static bool page_written(struct page *page)
{
	return !(page->flags & 1u << PG_writeback);
}

void wait_on_page_writeback(struct task_struct *curr, struct page *page)
{
	if (!page_written(page))
		wait_on_page_bit(curr, page, PG_writeback, TASK_UNINTERRUPTIBLE,
				 page_written);
}

void wake_up_page_writeback(struct task_struct *curr, struct page *page)
{
	wake_up_page_bit(curr, page, PG_writeback);
}
