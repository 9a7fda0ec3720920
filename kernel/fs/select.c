/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/fs/poll.h"

/*
 * poll and select (Linux: fs/select.c). A pass asks every file and stands in
 * its queues; if none is ready the task sleeps and passes again.
 *
 * Invariant: between the first queue and schedule() nothing sleeps: all
 * memory is there before, all files are held, results are copied out after.
 */

#include <string.h>

#include "kernel/arch/arm/uaccess.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/fdtable.h"
#include "kernel/fs/syscalls.h"
#include "kernel/lib/bug.h"
#include "kernel/mm/slab.h"
#include "kernel/state.h"

#define QUEUES_PER_FILE 2
/* A time-out that never comes, as schedule_timeout_until() has it. */
#define NO_DEADLINE     UINT64_MAX

struct pollfd {
	int32_t fd;
	int16_t events, revents;
};

/* What one call works on; @fds and @files have nr members. */
struct poll_set {
	struct pollfd *fds;
	struct file **files;
	struct poll_entry *entries;
	uint32_t nr;
};

void poll_wait(struct task_struct *curr, struct wait_queue_head *wq,
	       struct poll_table *table)
{
	struct poll_entry *entry;

	if (table && table->qproc)
		table->qproc(curr, wq, table);
	if (!table || !table->entries)
		return;
	BUG_ON(table->nr == table->max);
	entry = &table->entries[table->nr++];
	entry->wq = wq;
	entry->wait = (struct wait_queue_entry){0};
	prepare_to_wait(curr, wq, &entry->wait, TASK_INTERRUPTIBLE);
}

static void poll_unqueue(struct task_struct *curr, struct poll_table *table)
{
	for (uint32_t n = 0; n < table->nr; n++)
		finish_wait(curr, table->entries[n].wq,
			    &table->entries[n].wait);
	table->nr = 0;
	curr->state = TASK_RUNNING;
}

uint64_t poll_deadline(const struct task_struct *curr, uint64_t ns)
{
	const uint64_t now = sched_clock_cycles(curr->k);
	const uint64_t longest = (uint64_t)INT32_MAX * 1000000000;

	return now + ns_to_cycles(curr->k, ns < longest ? ns : longest) + 1;
}

static uint32_t poll_one(struct task_struct *curr, struct file *file,
			 struct poll_table *table)
{
	const uint32_t always = POLLIN | POLLOUT | POLLRDNORM | POLLWRNORM;

	if (!file)
		return POLLNVAL;
	return file->f_op->poll ? file->f_op->poll(curr, file, table) : always;
}

/* Asks all; queues only until one is ready. How many are. */
static int32_t poll_pass(struct task_struct *curr, struct poll_set *set,
			 struct poll_table *table)
{
	int32_t ready = 0;

	for (uint32_t n = 0; n < set->nr; n++) {
		struct pollfd *p = &set->fds[n];
		uint32_t mask = 0;

		if (p->fd >= 0)
			mask = poll_one(curr, set->files[n],
					ready ? NULL : table);
		p->revents = (int16_t)(mask & ((uint16_t)p->events | POLLERR |
					       POLLHUP | POLLNVAL));
		ready += p->revents != 0;
	}
	return ready;
}

/* How many are ready; 0: time is up; -ERESTARTNOHAND. */
static int32_t poll_loop(struct task_struct *curr, struct poll_set *set,
			 uint64_t expires)
{
	struct poll_table table = {
		.entries = set->entries,
		.max = set->nr * QUEUES_PER_FILE,
	};
	bool timed_out = expires && expires <= sched_clock_cycles(curr->k);
	int32_t ready;

	for (;;) {
		curr->state = TASK_INTERRUPTIBLE;
		ready = poll_pass(curr, set, &table);
		if (ready || timed_out)
			break;
		ready = -ERESTARTNOHAND;
		if (signal_pending(curr))
			break;
		timed_out = !schedule_timeout_until(
			curr, expires ? expires : NO_DEADLINE);
		poll_unqueue(curr, &table);
	}
	poll_unqueue(curr, &table);
	return ready;
}

/* ---- the sets in memory ------------------------------------------------ */

static int poll_set_alloc(struct task_struct *curr, struct poll_set *set,
			  uint32_t nr)
{
	/* on ARM: pollfd 8 bytes, file pointer 4, two queue entries of 28 */
	const uint32_t host =
		(uint32_t)(sizeof(*set->fds) + sizeof(*set->files) +
			   QUEUES_PER_FILE * sizeof(*set->entries));
	uint8_t *block;

	*set = (struct poll_set){.nr = nr};
	if (!nr)
		return 0;
	block = kzalloc_obj(curr, nr * 68, nr * host, GFP_KERNEL);
	if (!block)
		return -ENOMEM;
	set->files = (struct file **)block;
	set->entries = (struct poll_entry *)(set->files + nr);
	set->fds = (struct pollfd *)(set->entries + QUEUES_PER_FILE * nr);
	return 0;
}

static void poll_set_get_files(struct task_struct *curr, struct poll_set *set)
{
	for (uint32_t n = 0; n < set->nr; n++)
		if (set->fds[n].fd >= 0)
			set->files[n] = fget(curr, set->fds[n].fd);
}

static void poll_set_free(struct task_struct *curr, struct poll_set *set)
{
	for (uint32_t n = 0; n < set->nr; n++)
		if (set->files[n])
			fput(curr, set->files[n]);
	if (set->nr)
		kfree_obj(curr, set->files);
}

/* ---- poll -------------------------------------------------------------- */

int32_t do_poll(struct task_struct *curr, vaddr_t ufds, uint32_t nfds,
		uint64_t expires)
{
	const uint32_t limit =
		curr->signal ? curr->signal->rlim[RLIMIT_NOFILE].rlim_cur
			     : 1024;
	struct poll_set set;
	int32_t n;

	if (nfds > limit || nfds > NR_OPEN_MAX)
		return -EINVAL;
	n = poll_set_alloc(curr, &set, nfds);
	if (n)
		return n;
	n = -EFAULT;
	if (!copy_from_user(curr, set.fds, ufds, nfds * 8)) {
		poll_set_get_files(curr, &set);
		n = poll_loop(curr, &set, expires);
		if (n >= 0 && copy_to_user(curr, ufds, set.fds, nfds * 8))
			n = -EFAULT;
	}
	poll_set_free(curr, &set);
	return n;
}

/* ---- select ------------------------------------------------------------ */

#define FD_WORDS (1024 / 32)

/* The three sets, in and out; sets beyond 1024 descriptors are cut there. */
struct fd_sets {
	uint32_t in[3][FD_WORDS], out[3][FD_WORDS];
	vaddr_t user[3];
	uint32_t nr_words;
};

/* What each of the three sets asks for, and takes as an answer. */
static const uint32_t select_events[3] = {
	POLLIN | POLLRDNORM | POLLRDBAND,
	POLLOUT | POLLWRNORM | POLLWRBAND,
	POLLPRI,
};
static const uint32_t select_answers[3] = {
	POLLIN | POLLRDNORM | POLLRDBAND | POLLHUP | POLLERR,
	POLLOUT | POLLWRNORM | POLLWRBAND | POLLERR,
	POLLPRI,
};

static int get_fd_sets(struct task_struct *curr, struct fd_sets *sets)
{
	for (int which = 0; which < 3; which++)
		if (sets->user[which] &&
		    copy_from_user(curr, sets->in[which], sets->user[which],
				   sets->nr_words * 4))
			return -EFAULT;
	return 0;
}

static int put_fd_sets(struct task_struct *curr, struct fd_sets *sets)
{
	for (int which = 0; which < 3; which++)
		if (sets->user[which] &&
		    copy_to_user(curr, sets->user[which], sets->out[which],
				 sets->nr_words * 4))
			return -EFAULT;
	return 0;
}

static uint32_t events_of(const struct fd_sets *sets, uint32_t fd)
{
	uint32_t events = 0;

	for (int which = 0; which < 3; which++)
		if (sets->in[which][fd / 32] & 1u << fd % 32)
			events |= select_events[which];
	return events;
}

/* Turns the bit sets into a poll_set. */
static int select_to_poll(struct task_struct *curr, const struct fd_sets *sets,
			  uint32_t n, struct poll_set *set)
{
	uint32_t nr = 0;
	int err;

	for (uint32_t fd = 0; fd < n; fd++)
		nr += events_of(sets, fd) != 0;
	err = poll_set_alloc(curr, set, nr);
	if (err)
		return err;
	nr = 0;
	for (uint32_t fd = 0; fd < n; fd++)
		if (events_of(sets, fd))
			set->fds[nr++] = (struct pollfd){
				.fd = (int32_t)fd,
				.events = (int16_t)events_of(sets, fd),
			};
	poll_set_get_files(curr, set);
	for (uint32_t i = 0; i < nr; i++)
		if (!set->files[i])
			err = -EBADF;
	if (err)
		poll_set_free(curr, set);
	return err;
}

static int32_t poll_to_select(struct fd_sets *sets, const struct poll_set *set)
{
	int32_t bits = 0;

	for (uint32_t n = 0; n < set->nr; n++) {
		const struct pollfd *p = &set->fds[n];
		const uint32_t bit = 1u << p->fd % 32;

		for (int which = 0; which < 3; which++) {
			if (!(sets->in[which][p->fd / 32] & bit) ||
			    !((uint16_t)p->revents & select_answers[which]))
				continue;
			sets->out[which][p->fd / 32] |= bit;
			bits++;
		}
	}
	return bits;
}

static int32_t select_sets(struct task_struct *curr, uint32_t n,
			   struct fd_sets *sets, uint64_t expires)
{
	struct poll_set set;
	int32_t bits = get_fd_sets(curr, sets);

	if (bits)
		return bits;
	bits = select_to_poll(curr, sets, n, &set);
	if (bits)
		return bits;
	bits = poll_loop(curr, &set, expires);
	/* POLLHUP alone answers no writer: count bits, not files */
	if (bits >= 0)
		bits = poll_to_select(sets, &set);
	poll_set_free(curr, &set);
	if (bits >= 0 && put_fd_sets(curr, sets))
		bits = -EFAULT;
	return bits;
}

int32_t do_select(struct task_struct *curr, int n, vaddr_t uin, vaddr_t uout,
		  vaddr_t uex, uint64_t expires)
{
	struct fd_sets *sets;
	int32_t bits;

	if (n < 0)
		return -EINVAL;
	/* a bit that no descriptor can have yet says nothing */
	if (curr->files && (uint32_t)n > curr->files->max_fds)
		n = (int)curr->files->max_fds;
	if (n > FD_WORDS * 32)
		n = FD_WORDS * 32;
	sets = kzalloc_obj(curr, 6 * FD_WORDS * 4, sizeof(*sets), GFP_KERNEL);
	if (!sets)
		return -ENOMEM;
	sets->nr_words = ((uint32_t)n + 31) / 32;
	sets->user[0] = uin;
	sets->user[1] = uout;
	sets->user[2] = uex;
	bits = select_sets(curr, (uint32_t)n, sets, expires);
	kfree_obj(curr, sets);
	return bits;
}
