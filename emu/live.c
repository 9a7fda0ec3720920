/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A machine in a thread of its own: see live.h. The machine's thread looks in
 * here at each rest; a flag tells it whether there is anything to do, so that
 * a rest nobody cares for costs one load.
 *
 * Invariants: what the machine does depends on orders in one way alone, when
 * it goes on. All of struct live is behind its lock, save what is atomic or
 * the machine's alone; the lock is never held while a snapshot is taken, so
 * that the one who looks doesn't wait for it.
 *
 * Taking snapshots slows the machine down, so that it is asked for one only
 * when RARELY times as long has gone by since the last as that one took.
 */
#include "emu/live.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "emu/machine_state.h"

#define RARELY 40

/* Programs that never trap rest after so many cycles all the same. */
#define LOOK_CYCLES 1000000

/* How often a machine under a speed limit compares clocks, in a second. */
#define PACE_HZ      200
/* One that is so late by the wall clock doesn't try to catch up. */
#define PACE_LATE_NS 100000000

/* What an order is measured from, and how far it is: the machine's alone. */
struct followed {
	struct live_order order;
	uint64_t serial; /* live.order_serial */
	uint64_t nr_steps, nr_syscalls;
	uint64_t fault; /* that is waited for has begun; 0: it hasn't */
	int fault_process; /* whose it is */
	int task; /* that was on the core */
	int caller; /* who made the first system call since; 0: nobody yet */
	struct kernel_pressure pressure;
};

struct live {
	pthread_t thread;
	int (*body)(void *arg);
	void *arg;
	struct machine_watcher watcher;

	/* To be looked at by the machine: an order, a wish, a snapshot. */
	atomic_bool attention;

	pthread_mutex_t lock;
	pthread_cond_t changed; /* orders, wishes and the like */
	pthread_cond_t stands; /* the machine, or something was published */
	bool wanted; /* a snapshot is */
	bool taken; /* one is, just now */
	bool left, stop;
	int64_t not_before_ns; /* the next snapshot, while it runs */
	struct snapshot_wish wish;
	uint64_t wish_serial, wish_taken; /* of it; of the newest snapshot's */
	struct live_order order;
	uint64_t order_serial;
	struct live_status status;
	struct snapshot *newest; /* not fetched yet; or NULL */

	/* The machine's thread alone. */
	struct followed followed;
	int last_task; /* that ran before this rest */
	struct pace pace;
	double paced; /* the speed that it is for; 0: it hasn't begun */
	bool shown_end; /* nothing after the programs' end is to be seen */
};

/* ---- is it done? ------------------------------------------------------------- */

/* Of a fault that is to be looked at, and some before it, all is kept. */
#define LEAD 32

static uint64_t expected_fault(const struct live_order *order)
{
	switch (order->go) {
	case LIVE_STEP_INSTRUCTION:
	case LIVE_STEP_FAULT:
	case LIVE_STEP_SYSCALL:
	case LIVE_STEP_SWITCH:
		return 0;
	case LIVE_UNTIL:
		if (order->until.kind != CONDITION_FAULT)
			return UINT64_MAX;
		return order->until.number > LEAD ? order->until.number - LEAD
						  : 0;
	default:
		return UINT64_MAX;
	}
}

/* From where steps are counted. Under the lock. */
static void begin_order(struct live *live, struct machine *m)
{
	const struct condition *until = &live->followed.order.until;
	bool same = live->followed.order.go == LIVE_UNTIL &&
		    live->order.until.kind == until->kind &&
		    live->order.until.number == until->number;

	feed_expect(m->feed, expected_fault(&live->order));
	live->followed = (struct followed){
		.fault = same ? live->followed.fault : 0,
		.fault_process = live->followed.fault_process,
		.order = live->order,
		.serial = live->order_serial,
		.nr_steps = m->nr_steps,
		.nr_syscalls = kernel_fault_counts(m->kernel)->svc,
		.task = kernel_current(m->kernel, m->wheel.running).pid,
		.pressure = kernel_pressure(m->kernel),
	};
	live->status.go = live->order.go;
	live->status.until = live->order.until;
	live->status.held = false;
}

/* Of what is to be seen in the books. */
static bool holds(const struct followed *f, const struct machine *m)
{
	const struct condition *until = &f->order.until;

	switch (until->kind) {
	case CONDITION_CYCLE:
		return m->hw.ops->now((void *)m) >= until->number;
	case CONDITION_FAULT: /* or else fault_ends() tells */
		return !f->fault &&
		       kernel_nr_faults(m->kernel) >= until->number;
	case CONDITION_LOW:
		return kernel_pressure(m->kernel).low;
	case CONDITION_OOM:
		return kernel_pressure(m->kernel).oom_kills >
		       f->pressure.oom_kills;
	case CONDITION_SWAP:
		return kernel_pressure(m->kernel).swapped_out >
		       f->pressure.swapped_out;
	default:
		return false;
	}
}

static bool until_is_done(struct live *live, const struct machine *m)
{
	const struct live_order *order = &live->followed.order;

	live->status.held = holds(&live->followed, m);
	return live->status.held ||
	       (order->cycle && m->hw.ops->now((void *)m) >= order->cycle);
}

/*
 * A call that sleeps is handled when its caller is back; if another task makes
 * one meanwhile, that is the next.
 */
static bool syscall_is_done(struct live *live, const struct machine *m)
{
	struct followed *f = &live->followed;
	uint64_t nr = kernel_fault_counts(m->kernel)->svc - f->nr_syscalls;

	if (!nr)
		return false;
	if (!f->caller)
		f->caller = live->last_task;
	return nr > 1 ||
	       (m->verdict == KERNEL_RUN &&
		kernel_current(m->kernel, m->wheel.running).pid == f->caller);
}

static bool order_is_done(struct live *live, const struct machine *m)
{
	const struct followed *f = &live->followed;

	switch (f->order.go) {
	case LIVE_PAUSE:
		return true;
	case LIVE_STEP_INSTRUCTION:
		return m->nr_steps != f->nr_steps;
	case LIVE_STEP_SYSCALL:
		return syscall_is_done(live, m);
	case LIVE_STEP_SWITCH:
		return kernel_current(m->kernel, m->wheel.running).pid !=
		       f->task;
	case LIVE_UNTIL:
		return until_is_done(live, m);
	default:
		return false; /* a callback says so */
	}
}

/* ---- the machine's side --------------------------------------------------------- */

/* Under the lock, but not while it is taken. */
static void publish(struct live *live, struct machine *m)
{
	struct snapshot_wish wish = live->wish;
	struct snapshot *snapshot, *old;
	int64_t began, ended;

	live->wanted = false;
	live->taken = true;
	live->wish_taken = live->wish_serial;
	pthread_mutex_unlock(&live->lock);
	began = host_ns();
	snapshot = machine_snapshot(m, &wish);
	ended = host_ns();
	pthread_mutex_lock(&live->lock);
	live->not_before_ns = ended + (ended - began) * RARELY;
	live->taken = false;
	pthread_cond_signal(&live->stands);
	if (!snapshot)
		return;
	old = live->newest;
	live->newest = snapshot;
	live->status.serial = snapshot->serial;
	snapshot_put(old);
}

static bool has_news(const struct live *live)
{
	return live->order_serial != live->followed.serial || live->left ||
	       live->stop ||
	       (live->paced > 0 && live->paced != live->status.speed);
}

/* Waits for news until @ns nanoseconds from now; negative: for ever. */
static void wait_for_news(struct live *live, struct machine *m, int64_t ns)
{
	int64_t due = host_ns() + ns;
	struct timespec t = {due / 1000000000, due % 1000000000};
	int error = 0;

	while (!has_news(live) && !error) {
		if (live->wanted)
			publish(live, m);
		else if (ns < 0)
			pthread_cond_wait(&live->changed, &live->lock);
		else
			error = pthread_cond_timedwait(&live->changed,
						       &live->lock, &t);
	}
}

/* Until it is to go on. Under the lock. */
static void stand(struct live *live, struct machine *m)
{
	live->paced = 0; /* from here on it is late for nothing */
	machine_stood(m);
	publish(live, m);
	/* another wish came meanwhile, when it seemed to run on */
	live->wanted |= live->wish_taken != live->wish_serial;
	if (!has_news(live))
		live->status.state = LIVE_PAUSED;
	pthread_cond_signal(&live->stands);
	wait_for_news(live, m, -1);
	live->status.state = LIVE_RUNNING;
	machine_stood(m);
	begin_order(live, m);
}

/* Lets the wall clock come up with the machine's. Under the lock. */
static void keep_pace(struct live *live, struct machine *m)
{
	double speed = live->status.speed;
	uint64_t now = m->hw.ops->now(m);
	int64_t ns;

	if (speed <= 0) {
		live->paced = 0;
		return;
	}
	if (live->paced != speed) {
		double hz = m->hw.clock_hz * speed;

		pace_start(&live->pace, hz > 1 ? (uint32_t)hz : 1, now);
		live->paced = speed;
	}
	ns = pace_ns_until(&live->pace, now);
	if (ns)
		wait_for_news(live, m, ns);
	else if (pace_ns_late(&live->pace, now) > PACE_LATE_NS)
		live->paced = 0;
}

/* 0: none. */
static uint64_t stop_cycle(const struct live_order *order)
{
	uint64_t cycle = order->until.kind == CONDITION_CYCLE
				 ? order->until.number
				 : 0;

	if (order->go != LIVE_UNTIL)
		return 0;
	return !cycle || (order->cycle && order->cycle < cycle) ? order->cycle
								: cycle;
}

/* Under the lock. */
static void set_go(struct live *live, const struct machine *m,
		   struct machine_go *go)
{
	const struct live_order *order = &live->followed.order;
	double within = live->paced > 0 ? m->hw.clock_hz * live->paced / PACE_HZ
					: LOOK_CYCLES;

	*go = (struct machine_go){
		.ends = live->stop,
		.leave_faults = live->left || order->go == LIVE_RUN,
	};
	if (live->left)
		return;
	go->one = order->go == LIVE_STEP_INSTRUCTION;
	go->within = within < 1             ? 1
		     : within > LOOK_CYCLES ? LOOK_CYCLES
					    : (uint64_t)within;
	go->at = stop_cycle(order);
}

/* An order goes on, or a speed limit. Under the lock. */
static bool is_busy(const struct live *live)
{
	return !live->left &&
	       (live->followed.order.go != LIVE_RUN || live->paced > 0 ||
		live->status.speed > 0 || live->wanted);
}

static void rest(void *arg, struct machine *m, struct machine_go *go)
{
	struct live *live = arg;

	pthread_mutex_lock(&live->lock);
	live->status.state = LIVE_RUNNING;
	do {
		if (live->followed.serial != live->order_serial)
			begin_order(live, m);
		if (live->left || live->stop)
			break;
		if (live->wanted)
			publish(live, m);
		if (order_is_done(live, m))
			stand(live, m);
		else
			keep_pace(live, m);
	} while (live->followed.serial != live->order_serial ||
		 live->followed.order.go == LIVE_PAUSE);
	live->last_task = kernel_current(m->kernel, m->wheel.running).pid;
	set_go(live, m, go);
	atomic_store(&live->attention, is_busy(live));
	pthread_mutex_unlock(&live->lock);
}

/* ---- moments in the midst of the kernel's work ------------------------------------- */

/* The order that is followed is done, and its condition @held. */
static void stand_here(struct live *live, struct machine *m, bool held)
{
	pthread_mutex_lock(&live->lock);
	if (!live->left && !live->stop &&
	    live->followed.serial == live->order_serial) {
		live->status.held = held;
		stand(live, m);
	}
	pthread_mutex_unlock(&live->lock);
}

static void stand_if(struct live *live, struct machine *m, bool so)
{
	if (so)
		stand_here(live, m, true);
}

static bool waits_for(const struct live *live, enum condition_kind kind)
{
	return live->followed.order.go == LIVE_UNTIL &&
	       live->followed.order.until.kind == kind;
}

static void fault_begins(void *arg, struct machine *m,
			 const struct kernel_fault *fault)
{
	struct live *live = arg;
	struct followed *f = &live->followed;

	if (waits_for(live, CONDITION_FAULT) &&
	    fault->number == f->order.until.number) {
		f->fault = fault->number;
		f->fault_process = kernel_current(m->kernel, fault->cpu).tgid;
	}
}

static bool is_at(const struct condition *until, const struct machine *m,
		  const struct kernel_fault *fault)
{
	return fault->far >= until->first && fault->far <= until->last &&
	       (!until->pid ||
		until->pid == kernel_current(m->kernel, fault->cpu).tgid);
}

static void fault_ends(void *arg, struct machine *m,
		       const struct kernel_fault *fault)
{
	struct live *live = arg;
	const struct followed *f = &live->followed;

	if (f->order.go == LIVE_RUN)
		return;
	stand_if(live, m,
		 f->order.go == LIVE_STEP_FAULT ||
			 (waits_for(live, CONDITION_FAULT) &&
			  fault->number == f->fault) ||
			 (waits_for(live, CONDITION_FAULT_IN) &&
			  is_at(&f->order.until, m, fault)) ||
			 (f->order.go == LIVE_UNTIL && holds(f, m)));
}

/* A process that ends over its fault will never be done with it. */
static void process_exits(void *arg, struct machine *m, int pid, bool of_board)
{
	struct live *live = arg;
	const struct followed *f = &live->followed;
	const char *who = f->order.until.who;

	stand_if(live, m,
		 (waits_for(live, CONDITION_EXIT) &&
		  (*who ? pid == kernel_find_process(m->kernel, who)
			: of_board)) ||
			 (waits_for(live, CONDITION_FAULT) && f->fault &&
			  f->fault_process == pid));
}

/* What is to be seen of the end: soon all that was will be torn down. */
static void show_end(struct live *live, struct machine *m)
{
	pthread_mutex_lock(&live->lock);
	if (!live->left && !live->shown_end) {
		machine_stood(m);
		publish(live, m);
	}
	live->shown_end = true;
	pthread_mutex_unlock(&live->lock);
}

static void programs_ended(void *arg, struct machine *m)
{
	struct live *live = arg;

	if (live->followed.order.go == LIVE_UNTIL)
		stand_here(live, m, waits_for(live, CONDITION_END));
	show_end(live, m);
}

/* What is waited for won't come any more. */
static void ends(void *arg, struct machine *m)
{
	struct live *live = arg;

	if (live->followed.order.go == LIVE_UNTIL)
		stand_here(live, m, false);
	show_end(live, m);
}

static void *thread_body(void *arg)
{
	struct live *live = arg;
	int status = live->body(live->arg);

	pthread_mutex_lock(&live->lock);
	live->status.state = LIVE_ENDED;
	live->status.exit_status = status;
	pthread_cond_signal(&live->stands);
	pthread_mutex_unlock(&live->lock);
	return NULL;
}

/* ---- making it -------------------------------------------------------------------- */

static bool make_wakers(struct live *live)
{
	pthread_condattr_t attr;

	live->watcher.wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_mutex_init(&live->lock, NULL);
	pthread_cond_init(&live->changed, &attr);
	pthread_cond_init(&live->stands, NULL);
	pthread_condattr_destroy(&attr);
	return live->watcher.wake_fd > 0;
}

struct live *live_create(const struct live_order *first)
{
	struct live *live = calloc(1, sizeof(*live));

	if (!live)
		return NULL;
	live->watcher = (struct machine_watcher){
		.arg = live,
		.attention = &live->attention,
		.rest = rest,
		.fault_begins = fault_begins,
		.fault_ends = fault_ends,
		.process_exits = process_exits,
		.programs_ended = programs_ended,
		.ends = ends,
	};
	live->wish.pfn = live->wish.pointed = SNAPSHOT_NO_FRAME;
	if (first)
		live->order = *first;
	live->order_serial = 1;
	atomic_init(&live->attention, true);
	if (make_wakers(live))
		return live;
	live_destroy(live);
	return NULL;
}

void live_destroy(struct live *live)
{
	if (!live)
		return;
	snapshot_put(live->newest);
	if (live->watcher.wake_fd > 0)
		close(live->watcher.wake_fd);
	pthread_cond_destroy(&live->stands);
	pthread_cond_destroy(&live->changed);
	pthread_mutex_destroy(&live->lock);
	free(live);
}

const struct machine_watcher *live_watcher(const struct live *live)
{
	return &live->watcher;
}

bool live_start(struct live *live, int (*body)(void *arg), void *arg)
{
	live->body = body;
	live->arg = arg;
	return !pthread_create(&live->thread, NULL, thread_body, live);
}

int live_join(struct live *live)
{
	pthread_join(live->thread, NULL);
	return live->status.exit_status;
}

/* ---- the viewer's side -------------------------------------------------------------- */

/* Wherever it waits, or if it runs, at its next rest. Under the lock. */
static void tell(struct live *live)
{
	const uint64_t one = 1;

	atomic_store(&live->attention, true);
	pthread_cond_signal(&live->changed);
	if (write(live->watcher.wake_fd, &one, sizeof(one)) < 0)
		return; /* it has been told before */
}

struct snapshot *live_snapshot(struct live *live)
{
	struct snapshot *newest;

	pthread_mutex_lock(&live->lock);
	newest = live->newest;
	live->newest = NULL;
	if (live->status.state != LIVE_PAUSED && !live->wanted &&
	    host_ns() >= live->not_before_ns) {
		live->wanted = true;
		tell(live);
	}
	pthread_mutex_unlock(&live->lock);
	return newest;
}

struct snapshot *live_wait(struct live *live)
{
	struct snapshot *newest;

	pthread_mutex_lock(&live->lock);
	while (live->status.state != LIVE_ENDED &&
	       (live->status.state != LIVE_PAUSED || live->wanted ||
		live->taken))
		pthread_cond_wait(&live->stands, &live->lock);
	newest = live->newest;
	live->newest = NULL;
	pthread_mutex_unlock(&live->lock);
	return newest;
}

/* While it runs, the next is asked for by live_snapshot(). */
void live_wish(struct live *live, const struct snapshot_wish *wish)
{
	pthread_mutex_lock(&live->lock);
	live->wish = *wish;
	live->wish_serial++;
	if (live->status.state == LIVE_PAUSED) {
		live->wanted = true;
		tell(live);
	}
	pthread_mutex_unlock(&live->lock);
}

void live_go(struct live *live, const struct live_order *order)
{
	pthread_mutex_lock(&live->lock);
	live->order = *order;
	live->order_serial++;
	if (live->status.state == LIVE_PAUSED)
		live->status.state = LIVE_RUNNING;
	tell(live);
	pthread_mutex_unlock(&live->lock);
}

void live_speed(struct live *live, double speed)
{
	pthread_mutex_lock(&live->lock);
	live->status.speed = speed;
	tell(live);
	pthread_mutex_unlock(&live->lock);
}

struct live_status live_status(struct live *live)
{
	struct live_status status;

	pthread_mutex_lock(&live->lock);
	status = live->status;
	pthread_mutex_unlock(&live->lock);
	return status;
}

void live_leave(struct live *live)
{
	pthread_mutex_lock(&live->lock);
	live->left = true;
	tell(live);
	pthread_mutex_unlock(&live->lock);
}

void live_stop(struct live *live)
{
	pthread_mutex_lock(&live->lock);
	live->stop = true;
	tell(live);
	pthread_mutex_unlock(&live->lock);
}
