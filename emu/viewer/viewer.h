/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_VIEWER_VIEWER_H
#define EMU_VIEWER_VIEWER_H

/* The door of the viewer: a window on a live machine, or pictures of it. */

#include <stdbool.h>
#include <stdint.h>

#include "emu/condition.h"

struct diag;
struct live;

#define VIEWER_MAX_SHOTS 16
#define VIEWER_MAX_SIZE  8192

/* When the pictures of a series are taken. */
enum viewer_step_kind {
	VIEWER_STEP_NS, /* virtual time */
	VIEWER_STEP_CYCLES,
	VIEWER_STEP_FAULT, /* the kernel is done with one */
	VIEWER_STEP_SYSCALL,
	VIEWER_STEP_SWITCH /* another task is on the core */
};

struct viewer_options {
	const char *layout; /* its name; NULL: the first */
	const char *palette; /* so */
	int width, height; /* 0: as fits */
	double scale; /* of texts and lines; 0: the display's */

	/* What is selected at first. */
	char who[32]; /* a process, by pid or name; "": that which runs */
	bool has_va;
	uint32_t va; /* an address of it */
	uint64_t pfn; /* a frame; SNAPSHOT_NO_FRAME: none */
	uint64_t fault; /* 0: none */

	/* No window, but pictures: one after the other, */
	struct viewer_shot {
		const char *path;
		struct condition moment;
	} shot[VIEWER_MAX_SHOTS];
	unsigned int nr_shots;
	/* or a series. */
	const char *record; /* a folder; NULL: none */
	struct condition record_from; /* CONDITION_NEVER: from the beginning */
	enum viewer_step_kind step_kind;
	uint64_t step; /* so many of them from one picture to the next */

	bool stop; /* a closed window, or the last picture, ends the run */
};

/* True: pictures are asked for, and no window. */
static inline bool viewer_is_headless(const struct viewer_options *options)
{
	return options->nr_shots || options->record;
}

/*
 * Before the machine is made: do these options name what there is, and is there
 * a display for a window or a folder for a series? False, with what to do in
 * @diag. Else viewer_run() is to follow, or viewer_forget().
 */
bool viewer_check(const struct viewer_options *options, struct diag *diag);
void viewer_forget(void);

/*
 * Shows @live until the window is closed; or takes the pictures of it, which
 * for that must have been made under LIVE_PAUSE, until there is no more to
 * take. Then the machine runs on alone, or ends, as the options say. In the
 * process's first thread. False: as @diag says.
 */
bool viewer_run(struct live *live, const struct viewer_options *options,
		struct diag *diag);

#endif
