/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_VIEWER_VIEW_H
#define EMU_VIEWER_VIEW_H

/*
 * What all panels share: the snapshot that is shown, what is selected in it,
 * the colours, and what the pointer's place says. Panels read it, and change
 * it by the functions below alone.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "emu/snapshot/snapshot.h"
#include "emu/viewer/palette.h"

struct history;
struct live;
struct live_order;

/*
 * The page, frame and fault that are looked at: the same in all panels. A
 * click on a page in one of them shows it in the others.
 */
struct selection {
	uint64_t pfn; /* SNAPSHOT_NO_FRAME: none */
	int pid; /* whose address space is shown; 0: that of who runs */
	bool has_va;
	uint32_t va; /* of that process */
	uint64_t fault; /* 0: none */
	bool by_frame; /* the frame was chosen; the page is what maps it */
	uint64_t serial; /* counts changes of any of these */
};

/* What the thing under the pointer is, in a few lines beside it. */
#define TIP_LINES 24
#define TIP_CHARS 120
struct tip {
	unsigned int nr_lines; /* 0: none is shown */
	char line[TIP_LINES][TIP_CHARS];
	int x, y;
};

struct view {
	const struct palette *palette;
	struct live *live; /* NULL: what is shown doesn't go on */
	struct history *history;
	/*
	 * Shown now, and what was shown when the marks of change began to
	 * count; references are the view's. NULL: nothing was seen yet.
	 */
	struct snapshot *now, *before;
	/* The last that came, which is shown unless somebody went back. */
	struct snapshot *newest;
	bool went_back;
	struct selection selected;
	uint64_t
		pointed; /* the frame under the pointer, or SNAPSHOT_NO_FRAME */
	struct snapshot_wish wish; /* what live was last asked for */
	struct tip tip;
	uint64_t ms; /* a clock for what fades; of the host, or of pictures */
	bool redraw; /* something has changed */
	char message[160]; /* for a while in the status line; "": none */
	uint64_t message_ms; /* since then */
};

/*
 * Shows @snapshot, whose reference it takes; NULL: as before. Of the moment
 * that is shown already, only more is known: marks count from where they did.
 */
void view_show(struct view *view, struct snapshot *snapshot);
/*
 * @snapshot, whose reference it takes, has come from the machine: it is kept
 * in the history, and shown unless somebody looks at an older one. NULL: none
 * has come.
 */
void view_arrive(struct view *view, struct snapshot *snapshot);
/*
 * Back or forward in the history: shows its @n-th and marks what has changed
 * since the one before; the last, or any after it, is as view_follow().
 */
void view_go_back(struct view *view, size_t n);
/* So many further in the history, backward if negative. */
void view_step(struct view *view, int steps);
/* Shows the newest, and what comes after it. */
void view_follow(struct view *view);
/* The machine goes on so, and what it does next is shown. */
void view_go(struct view *view, const struct live_order *order);
/* Gives back what it holds. */
void view_clear(struct view *view);

/* Sections that are to be in the next snapshots, for the panels in sight. */
void view_wish(struct view *view, uint32_t sections);
/* True: what is shown was taken by what is wished for now. */
bool view_has_wish(const struct view *view);

/*
 * Selects. What else is the same page is selected with it, as soon as a
 * snapshot says so. A @pid of 0 is the one that was selected before.
 */
void view_select_frame(struct view *view, uint64_t pfn);
void view_select_page(struct view *view, int pid, uint32_t va);
void view_select_process(struct view *view, int pid);
void view_select_fault(struct view *view, uint64_t fault);
void view_select_nothing(struct view *view);

/* More is to be told of that frame; SNAPSHOT_NO_FRAME: of none. */
void view_point_at(struct view *view, uint64_t pfn);

/* A line of the tip for the pointer at @x, @y; the first begins a new tip. */
void view_tip(struct view *view, int x, int y, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
/* No tip, or the beginning of another. */
void view_no_tip(struct view *view);
/* For the status line. */
void view_say(struct view *view, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* The process of address space @mm in what is shown; NULL: none, or none. */
const struct snapshot_process *view_process_of_mm(const struct view *view,
						  uint32_t mm);
const struct snapshot_process *view_process(const struct view *view, int pid);
/* The selected one, or else that which runs; NULL: none. */
const struct snapshot_process *view_focus(const struct view *view);

/* The frame with number @pfn in @snapshot; NULL: none. */
const struct kernel_frame *view_frame(const struct snapshot *snapshot,
				      uint64_t pfn);

/* "1.5 GB", "64 KB"; "12.345 ms". */
void text_bytes(uint64_t bytes, char *to, size_t size);
void text_time(uint64_t cycles, uint32_t clock_hz, char *to, size_t size);

#endif
