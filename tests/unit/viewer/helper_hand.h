/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_UNIT_VIEWER_HELPER_HAND_H
#define TESTS_UNIT_VIEWER_HELPER_HAND_H

/*
 * A hand at one panel alone: what the tip says at each place, what a click
 * there selects, what keys and wheel move. Places are found as people find
 * them, by what is said of them, so that nothing here knows where a panel
 * draws what.
 */

#include <stdbool.h>
#include <stdint.h>

#include "emu/viewer/canvas.h"
#include "emu/viewer/panel.h"
#include "emu/viewer/view.h"

struct scene;

struct hand {
	const struct panel_kind *kind;
	void *state;
	struct view *view;
	struct canvas *canvas;
	struct box box; /* where the panel is; not in the canvas's corner */
};

/* At a panel of @width by @height points, of @scale pixels each; drawn. */
void hand_begin(struct hand *hand, const struct panel_kind *kind,
		struct view *view, int width, int height, double scale);
void hand_end(struct hand *hand);
/* Another size; what the panel remembers stays. */
void hand_resize(struct hand *hand, int width, int height);

/* Draws; the picture as one number. */
uint64_t hand_look(struct hand *hand);

/* The tip at @x, @y, as lines; NULL: none. Until the next that is done. */
const struct tip *hand_point(struct hand *hand, int x, int y);
void hand_leave(struct hand *hand);
/* Each of these draws afterwards. True: it was for the panel. */
bool hand_click(struct hand *hand, int x, int y);
bool hand_double_click(struct hand *hand, int x, int y);
void hand_drag(struct hand *hand, int x, int y, int dx, int dy);
bool hand_wheel(struct hand *hand, int x, int y, float steps);
/* With the pointer in the middle. */
bool hand_key(struct hand *hand, int key);
bool hand_shift_key(struct hand *hand, int key);
bool hand_ctrl_key(struct hand *hand, int key);

/* Places, from the top and in each row from the left, so far apart. */
#define FOR_EACH_PLACE(hand, at_x, at_y, apart_x, apart_y)                   \
	for (int at_y = (hand)->box.y; at_y < (hand)->box.y + (hand)->box.h; \
	     at_y += (apart_y))                                              \
		for (int at_x = (hand)->box.x;                               \
		     at_x < (hand)->box.x + (hand)->box.w; at_x += (apart_x))

/* True: a line of @tip, which may be NULL, has @text in it. */
bool tip_has(const struct tip *tip, const char *text);
/* The first place whose tip says @text. False: there is none. */
bool hand_find(struct hand *hand, const char *text, int *x, int *y);
/* So many places, @apart pixels from each other, whose tip says it. */
unsigned int hand_count(struct hand *hand, const char *text, int apart);

/* What was said in the status line since the last time; "": nothing. */
const char *hand_heard(struct hand *hand);

/*
 * Keys and wheel of @hand's panel, too small for what it has: the wheel goes
 * down and up, pages too, neither beyond the ends, and all the way back is
 * what it was at first. A tip says @first at the top alone, @last at the end
 * alone.
 */
void hand_expect_scrolls(struct hand *hand, const char *first,
			 const char *last);

/* ---- snapshots by hand -------------------------------------------------------- */

/*
 * With no section, of @nr_blocks blocks of frames that are yet to be set.
 * Nobody may take a reference.
 */
struct snapshot *snapshot_make(uint32_t nr_blocks);
void snapshot_unmake(struct snapshot *snapshot);
/* A copy of @data is its section from now on. */
void snapshot_set(struct snapshot *snapshot, enum snapshot_section section,
		  const void *data, size_t bytes);
void snapshot_set_block(struct snapshot *snapshot, uint32_t n,
			const struct kernel_frame *frames);

#endif
