/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_LIVE_H
#define EMU_LIVE_H

/*
 * A machine that runs in a thread of its own while somebody looks at it, who
 * gets snapshots and gives orders. He never waits for the machine, and what he
 * does changes nothing in it but when it goes on.
 */

#include <stdbool.h>
#include <stdint.h>

#include "emu/condition.h"
#include "emu/snapshot/snapshot.h"

struct live;

/* How the machine is to go on. */
enum live_go {
	LIVE_RUN,
	LIVE_PAUSE,
	LIVE_STEP_INSTRUCTION, /* one of a program's, or of a module's */
	LIVE_STEP_FAULT, /* until the kernel is done with the next */
	LIVE_STEP_SYSCALL, /* until the next has been handled */
	LIVE_STEP_SWITCH, /* until another task is on the core */
	LIVE_UNTIL, /* live_order.until holds; or to the machine's end */
	NR_LIVE_GOES
};

struct live_order {
	enum live_go go;
	struct condition until;
	uint64_t cycle; /* LIVE_UNTIL: or here, for a look; 0: nowhere */
};

enum live_state {
	LIVE_STARTING, /* nothing has run */
	LIVE_RUNNING,
	LIVE_PAUSED,
	LIVE_ENDED /* what is left to see is the last snapshot */
};

struct live_status {
	enum live_state state;
	enum live_go go; /* the order that it follows or has come to */
	struct condition until; /* of LIVE_UNTIL */
	uint64_t serial; /* of the snapshot that it paused at, if it did */
	bool held; /* paused after LIVE_UNTIL: its condition holds */
	double speed; /* as asked for; see live_speed() */
	int exit_status; /* once it has ended; as machine_run()'s */
};

struct machine_watcher;

/* At first it is under LIVE_RUN, or under @first. NULL: no memory. */
struct live *live_create(const struct live_order *first);
/* Its thread must have been joined, or never started. */
void live_destroy(struct live *live);

/* For machine_options.watcher of the one machine that is looked at. */
const struct machine_watcher *live_watcher(const struct live *live);

/*
 * Calls @body, which is to create, run and destroy the machine and returns its
 * exit status, in a new thread. False: the host has none.
 */
bool live_start(struct live *live, int (*body)(void *arg), void *arg);
/* Waits until it has ended; its exit status. */
int live_join(struct live *live);

/* ---- for the one who looks: from one thread, never waiting ------------------ */

/*
 * The newest snapshot if it is newer than the last one that was had here,
 * with a reference for the caller; or NULL. And asks for the next.
 */
struct snapshot *live_snapshot(struct live *live);

/* What those after it are to have. */
void live_wish(struct live *live, const struct snapshot_wish *wish);

/* A machine that stands runs from now on, until it stands as @order says. */
void live_go(struct live *live, const struct live_order *order);

/*
 * Virtual time passes at most @speed times as fast as the wall clock; 0: as
 * fast as it can.
 */
void live_speed(struct live *live, double speed);

struct live_status live_status(struct live *live);

/*
 * For pictures of exact moments: waits until the machine stands still under
 * the last order, or has ended, and has done what was wished. The snapshot of
 * then, with a reference for the caller; NULL: the last that was had shows it
 * already, or there is none. Without live_snapshot() on the way the same
 * orders give the same snapshots.
 */
struct snapshot *live_wait(struct live *live);

/* Nobody looks any more: it runs on as if nobody had. */
void live_leave(struct live *live);
/* It is to end where it is, at its next rest. */
void live_stop(struct live *live);

#endif
