/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A machine in a thread of its own: see live.h. The machine's thread looks in
 * here at each rest; a flag tells it whether there is anything to do, so that
 * a rest nobody cares for costs one load.
 *
 * Invariant: what the machine does depends on orders in one way alone, when it
 * goes on. All of struct live is behind its lock, save what is atomic.
 */
#include "emu/live.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#include "emu/machine_state.h"

/* How often a machine under a speed limit compares clocks, in a second. */
#define PACE_HZ 200

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
	bool left, stop;
	struct snapshot_wish wish;
	struct live_order order;
	struct live_status status;
	struct snapshot *newest; /* not fetched yet; or NULL */

	/* The machine's thread alone: where the order began, and the pace. */
	bool measured;
	struct live_order followed;
	uint64_t nr_faults, nr_syscalls;
	int task;
	struct pace pace;
	double paced; /* the speed that it is for */
};

/* ---- the machine's side --------------------------------------------------------- */

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

/* From where steps are counted. */
static void begin_order(struct live *live, struct machine *m)
{
	live->measured = true;
	live->followed = live->order;
	feed_expect(m->feed, expected_fault(&live->order));
	live->nr_faults = kernel_nr_faults(m->kernel);
	live->nr_syscalls = kernel_fault_counts(m->kernel)->svc;
	live->task = kernel_current(m->kernel, m->running).pid;
	live->status.go = live->order.go;
	live->status.held = false;
}

static bool holds(const struct condition *condition, struct machine *m)
{
	switch (condition->kind) {
	case CONDITION_CYCLE:
		return m->hw.ops->now(m) >= condition->number;
	case CONDITION_FAULT:
		return kernel_nr_faults(m->kernel) >= condition->number;
	case CONDITION_END:
		return m->verdict == KERNEL_HALTED;
	default:
		return false;
	}
}

/* Nothing will run any more. */
static bool is_last_rest(const struct machine *m)
{
	return m->verdict != KERNEL_RUN && m->verdict != KERNEL_IDLE;
}

static bool until_is_done(struct live *live, struct machine *m)
{
	const struct live_order *order = &live->followed;

	live->status.held = holds(&order->until, m);
	return live->status.held || is_last_rest(m) ||
	       (order->cycle && m->hw.ops->now(m) >= order->cycle);
}

static bool order_is_done(struct live *live, struct machine *m)
{
	switch (live->followed.go) {
	case LIVE_PAUSE:
		return true;
	case LIVE_STEP_FAULT:
		return kernel_nr_faults(m->kernel) != live->nr_faults;
	case LIVE_STEP_SYSCALL:
		return kernel_fault_counts(m->kernel)->svc != live->nr_syscalls;
	case LIVE_STEP_SWITCH:
		return kernel_current(m->kernel, m->running).pid != live->task;
	case LIVE_UNTIL:
		return until_is_done(live, m);
	default:
		return false;
	}
}

/* Under the lock. */
static void publish(struct live *live, struct machine *m)
{
	struct snapshot *snapshot = machine_snapshot(m, &live->wish);

	live->wanted = false;
	if (!snapshot)
		return;
	snapshot_put(live->newest);
	live->newest = snapshot;
	live->status.serial = snapshot->serial;
	pthread_cond_signal(&live->stands);
}

/* Until it is to go on. Under the lock. */
static void stand(struct live *live, struct machine *m)
{
	publish(live, m);
	live->status.state = LIVE_PAUSED;
	live->order.go = LIVE_PAUSE;
	pthread_cond_signal(&live->stands);
	while (live->order.go == LIVE_PAUSE && !live->left && !live->stop) {
		if (live->wanted && live->newest == NULL)
			publish(live, m);
		pthread_cond_wait(&live->changed, &live->lock);
	}
	live->status.state = LIVE_RUNNING;
	live->paced = 0; /* time stood still */
	begin_order(live, m);
}

static void rest(void *arg, struct machine *m)
{
	struct live *live = arg;

	if (!atomic_load_explicit(&live->attention, memory_order_relaxed))
		return;
	pthread_mutex_lock(&live->lock);
	if (!live->measured)
		begin_order(live, m);
	if (live->wanted)
		publish(live, m);
	live->status.state = LIVE_RUNNING;
	while (!live->left && order_is_done(live, m))
		stand(live, m);
	pthread_mutex_unlock(&live->lock);
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

struct live *live_create(const struct live_order *first)
{
	struct live *live = calloc(1, sizeof(*live));

	if (!live)
		return NULL;
	pthread_mutex_init(&live->lock, NULL);
	pthread_cond_init(&live->changed, NULL);
	pthread_cond_init(&live->stands, NULL);
	live->watcher = (struct machine_watcher){live, rest};
	live->wish.pfn = SNAPSHOT_NO_FRAME;
	if (first)
		live->order = *first;
	atomic_init(&live->attention, true);
	return live;
}

void live_destroy(struct live *live)
{
	if (!live)
		return;
	snapshot_put(live->newest);
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

static void tell(struct live *live)
{
	atomic_store(&live->attention, true);
	pthread_cond_signal(&live->changed);
}

struct snapshot *live_snapshot(struct live *live)
{
	struct snapshot *newest;

	pthread_mutex_lock(&live->lock);
	newest = live->newest;
	live->newest = NULL;
	if (live->status.state != LIVE_PAUSED)
		live->wanted = true;
	tell(live);
	pthread_mutex_unlock(&live->lock);
	return newest;
}

/* Under the lock: nothing that was asked for is left to do. */
static bool all_done(const struct live *live)
{
	if (live->status.state == LIVE_ENDED)
		return true;
	return live->status.state == LIVE_PAUSED &&
	       live->order.go == LIVE_PAUSE && !live->wanted;
}

struct snapshot *live_wait(struct live *live)
{
	struct snapshot *newest;

	pthread_mutex_lock(&live->lock);
	while (!all_done(live)) {
		if (live->wanted && live->newest) {
			/* it was taken by an older wish: make room */
			snapshot_put(live->newest);
			live->newest = NULL;
			tell(live);
		}
		pthread_cond_wait(&live->stands, &live->lock);
	}
	newest = live->newest;
	live->newest = NULL;
	pthread_mutex_unlock(&live->lock);
	return newest;
}

void live_wish(struct live *live, const struct snapshot_wish *wish)
{
	pthread_mutex_lock(&live->lock);
	live->wish = *wish;
	live->wanted = true;
	tell(live);
	pthread_mutex_unlock(&live->lock);
}

void live_go(struct live *live, const struct live_order *order)
{
	pthread_mutex_lock(&live->lock);
	live->order = *order;
	live->measured = false;
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
