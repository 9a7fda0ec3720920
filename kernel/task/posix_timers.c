/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/task/posix_timers.h"

/*
 * Timers of a process's own making (Linux: kernel/time/posix-timers.c). Each
 * is a timer on virtual time that sends a signal. One whose signal is still
 * pending when it is due again counts an overrun instead of sending another.
 *
 * MODEL: timers on CPU time are refused; one on CLOCK_REALTIME is not moved
 * when the clock is set.
 */

#include <signal.h>
#include <time.h>

#include "kernel/arch/arm/uaccess.h"
#include "kernel/fs/seq_file.h"
#include "kernel/lib/err.h"
#include "kernel/mm/kobj.h"
#include "kernel/mm/slab.h"
#include "kernel/state.h"
#include "kernel/task/signal.h"
#include "kernel/task/sys.h"

#define ARM_SIZEOF_K_ITIMER 176
#define NOTIFY_SIGNAL       0u
#define NOTIFY_NONE         1u
#define NOTIFY_THREAD       2u
#define NOTIFY_THREAD_ID    4u

struct k_itimer {
	struct list_head list; /* signal->posix_timers */
	struct timer timer;
	struct signal_struct *signal;
	int id, clock, overrun;
	uint32_t notify, signo, value;
	int tid; /* NOTIFY_THREAD_ID: who gets it */
	uint64_t interval; /* cycles */
};

/* struct sigevent, as far as it says anything */
struct sigevent_words {
	uint32_t value, signo, notify, tid;
};

static struct k_itimer *find_timer(const struct task_struct *curr, int id)
{
	struct k_itimer *timr;

	list_for_each_entry(timr, &curr->signal->posix_timers, list)
		if (timr->id == id)
			return timr;
	return NULL;
}

/* The signal of an earlier turn that nobody has taken yet. */
static struct sigqueue *pending_signal(const struct k_itimer *timr,
				       const struct sigpending *pending)
{
	struct sigqueue *q;

	list_for_each_entry(q, &pending->list, list)
		if (q->info.code == SI_TIMER && q->info.pid == timr->id &&
		    (uint32_t)q->info.signo == timr->signo)
			return q;
	return NULL;
}

static struct task_struct *target_of(struct task_struct *curr,
				     const struct k_itimer *timr)
{
	struct task_struct *task;

	if (timr->notify & NOTIFY_THREAD_ID) {
		task = find_task_by_pid(curr->k, timr->tid);
		return task && task->signal == timr->signal ? task : NULL;
	}
	task = list_first_entry(&timr->signal->thread_head, struct task_struct,
				thread_node);
	return task->group_leader;
}

static void timer_fired(struct task_struct *curr, struct timer *timer)
{
	struct k_itimer *timr = container_of(timer, struct k_itimer, timer);
	struct task_struct *task = target_of(curr, timr);
	const bool one = timr->notify & NOTIFY_THREAD_ID;
	const struct ksiginfo info = {
		.code = SI_TIMER, .pid = timr->id, .value = timr->value};

	if (timr->interval)
		timer_arm(curr, timer, timer->expires + timr->interval);
	if (task && !(timr->notify & NOTIFY_NONE)) {
		struct sigqueue *q = pending_signal(
			timr,
			one ? &task->pending : &timr->signal->shared_pending);

		timr->overrun = q ? timr->overrun + 1 : 0;
		if (q)
			q->info.uid = (uint32_t)timr->overrun;
		else
			send_sig_info(curr, (int)timr->signo, &info, task, one);
	}
}

/* ---- making ------------------------------------------------------------------- */

static int check_clock(int clock)
{
	switch (clock) {
	case CLOCK_REALTIME:
	case CLOCK_MONOTONIC:
	case CLOCK_BOOTTIME:
	case CLOCK_TAI:
		return 0;
	case CLOCK_MONOTONIC_RAW:
	case CLOCK_REALTIME_COARSE:
	case CLOCK_MONOTONIC_COARSE:
		return -EOPNOTSUPP;
	default:
		return -EINVAL;
	}
}

static bool good_sigevent(const struct task_struct *curr,
			  const struct sigevent_words *event)
{
	const struct task_struct *task;

	switch (event->notify) {
	case NOTIFY_SIGNAL | NOTIFY_THREAD_ID:
		task = find_task_by_pid(curr->k, (int)event->tid);
		if (!task || task->signal != curr->signal)
			return false;
		break;
	case NOTIFY_NONE:
		return true;
	case NOTIFY_SIGNAL:
	case NOTIFY_THREAD:
		break;
	default:
		return false;
	}
	return event->signo >= 1 && event->signo <= NR_SIGNALS;
}

int32_t do_timer_create(struct task_struct *curr, int clock, vaddr_t uevent,
			vaddr_t uid)
{
	struct signal_struct *sig = curr->signal;
	struct sigevent_words event = {.signo = SIGALRM};
	struct k_itimer *timr;
	int err;

	if (uevent && copy_from_user(curr, &event, uevent, sizeof(event)))
		return -EFAULT;
	err = check_clock(clock);
	if (err)
		return err;
	if (uevent && !good_sigevent(curr, &event))
		return -EINVAL;
	timr = kzalloc_obj(curr, ARM_SIZEOF_K_ITIMER, sizeof(*timr),
			   GFP_KERNEL);
	if (!timr)
		return -EAGAIN;
	timr->id = sig->next_timer_id;
	if (put_user_u32(curr, (uint32_t)timr->id, uid)) {
		kfree_obj(curr, timr);
		return -EFAULT;
	}
	sig->next_timer_id++;
	timr->signal = sig;
	timr->clock = clock;
	timr->notify = event.notify;
	timr->signo = event.signo;
	timr->tid = (int)event.tid;
	timr->value = uevent ? event.value : (uint32_t)timr->id;
	timr->timer.function = timer_fired;
	list_add_tail(&timr->list, &sig->posix_timers);
	return 0;
}

static void free_timer(struct task_struct *curr, struct k_itimer *timr)
{
	timer_cancel(curr->k, &timr->timer);
	list_del(&timr->list);
	kfree_obj(curr, timr);
}

int32_t do_timer_delete(struct task_struct *curr, int id)
{
	struct k_itimer *timr = find_timer(curr, id);

	if (!timr)
		return -EINVAL;
	free_timer(curr, timr);
	return 0;
}

void exit_itimers(struct task_struct *curr)
{
	struct k_itimer *timr, *next;

	list_for_each_entry_safe(timr, next, &curr->signal->posix_timers, list)
		free_timer(curr, timr);
}

/* ---- setting and asking -------------------------------------------------------- */

static uint32_t half_size(bool wide)
{
	return wide ? 16 : 8;
}

static int put_setting(struct task_struct *curr, const struct k_itimer *timr,
		       vaddr_t to, bool wide)
{
	const struct kernel *k = curr->k;
	const uint64_t now = sched_clock_cycles(k);
	uint64_t left = 0;

	if (timr->timer.pending)
		left = timr->timer.expires > now ? timr->timer.expires - now
						 : 1;
	if (put_timespec(curr, to, cycles_to_ns(k, timr->interval), wide) ||
	    put_timespec(curr, to + half_size(wide), cycles_to_ns(k, left),
			 wide))
		return -EFAULT;
	return 0;
}

int32_t do_timer_gettime(struct task_struct *curr, int id, vaddr_t to,
			 bool wide)
{
	const struct k_itimer *timr = find_timer(curr, id);

	return timr ? put_setting(curr, timr, to, wide) : -EINVAL;
}

int32_t do_timer_getoverrun(struct task_struct *curr, int id)
{
	const struct k_itimer *timr = find_timer(curr, id);

	return timr ? timr->overrun : -EINVAL;
}

static void arm(struct task_struct *curr, struct k_itimer *timr, uint64_t ns,
		bool absolute)
{
	const struct kernel *k = curr->k;
	uint64_t now_ns = 0, now = sched_clock_cycles(k);

	clock_read(curr, timr->clock, &now_ns);
	if (absolute)
		ns = ns > now_ns ? ns - now_ns : 0;
	timer_arm(curr, &timr->timer, now + ns_to_cycles(k, ns));
}

int32_t do_timer_settime(struct task_struct *curr, int id, uint32_t flags,
			 vaddr_t new, vaddr_t old, bool wide)
{
	struct k_itimer *timr;
	uint64_t interval, value;
	int err;

	if (!new)
		return -EINVAL;
	err = get_timespec(curr, new, wide, &interval);
	if (!err)
		err = get_timespec(curr, new + half_size(wide), wide, &value);
	if (err)
		return err;
	timr = find_timer(curr, id);
	if (!timr)
		return -EINVAL;
	if (old && put_setting(curr, timr, old, wide))
		return -EFAULT;
	timer_cancel(curr->k, &timr->timer);
	timr->overrun = 0;
	timr->interval = value ? ns_to_cycles(curr->k, interval) : 0;
	if (value)
		arm(curr, timr, value, flags & TIMER_ABSTIME);
	return 0;
}

/* ---- /proc/PID/timers -------------------------------------------------------- */

void posix_timers_show(struct seq_file *m, const struct task_struct *task)
{
	static const char *const notify[] = {
		[NOTIFY_SIGNAL] = "signal",
		[NOTIFY_NONE] = "none",
		[NOTIFY_THREAD] = "thread",
	};
	const struct k_itimer *timr;

	list_for_each_entry(timr, &task->signal->posix_timers, list) {
		const bool one = timr->notify & NOTIFY_THREAD_ID;

		seq_printf(m, "ID: %d\nsignal: %u/%08x\n", timr->id,
			   timr->signo, timr->value);
		seq_printf(m, "notify: %s/%s.%d\n",
			   notify[timr->notify & ~NOTIFY_THREAD_ID],
			   one ? "tid" : "pid", one ? timr->tid : task->tgid);
		seq_printf(m, "ClockID: %d\n", timr->clock);
	}
}
