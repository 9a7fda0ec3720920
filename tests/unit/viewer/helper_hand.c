/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/unit/viewer/helper_hand.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <SDL.h>
#include <stdlib.h>
#include <string.h>

#include "emu/snapshot/part.h"

#define MARGIN 10

/* ---- the panel ------------------------------------------------------------------- */

static void draw(struct hand *hand)
{
	canvas_fill(hand->canvas, canvas_box(hand->canvas), 0x123456);
	canvas_push_clip(hand->canvas, hand->box);
	canvas_fill(hand->canvas, hand->box, hand->view->palette->panel);
	hand->kind->draw(hand->state, hand->view, hand->canvas, hand->box);
	canvas_pop_clip(hand->canvas);
}

void hand_begin(struct hand *hand, const struct panel_kind *kind,
		struct view *view, int width, int height, double scale)
{
	const char *why;

	assert_non_null(kind);
	*hand = (struct hand){
		.kind = kind,
		.state = calloc(1, kind->state_bytes + 1),
		.view = view,
		.canvas = canvas_create((int)((width + 2 * MARGIN) * scale),
					(int)((height + 2 * MARGIN) * scale),
					scale, &why),
		.box = {(int)(MARGIN * scale), (int)(MARGIN * scale),
			(int)(width * scale), (int)(height * scale)},
	};
	assert_non_null(hand->state);
	if (!hand->canvas)
		fail_msg("%s", why);
	draw(hand);
}

void hand_end(struct hand *hand)
{
	if (hand->kind->free)
		hand->kind->free(hand->state);
	free(hand->state);
	canvas_destroy(hand->canvas);
}

void hand_resize(struct hand *hand, int width, int height)
{
	assert_true(canvas_resize(hand->canvas, width + 2 * MARGIN,
				  height + 2 * MARGIN, 1));
	hand->box.w = width;
	hand->box.h = height;
	draw(hand);
}

uint64_t hand_look(struct hand *hand)
{
	const struct box all = canvas_box(hand->canvas);
	uint64_t sum = 0;

	draw(hand);
	for (int y = 0; y < all.h; y++)
		for (int x = 0; x < all.w; x++)
			sum = sum * 31 + canvas_row(hand->canvas, y)[x];
	return sum;
}

/* ---- what is done ------------------------------------------------------------------ */

static bool give(struct hand *hand, int x, int y, struct panel_event event)
{
	event.x = x;
	event.y = y;
	event.box = hand->box;
	hand->view->tip.nr_lines = 0;
	return hand->kind->event(hand->state, hand->view, &event);
}

const struct tip *hand_point(struct hand *hand, int x, int y)
{
	give(hand, x, y, (struct panel_event){.kind = PANEL_HOVER});
	return hand->view->tip.nr_lines ? &hand->view->tip : NULL;
}

void hand_leave(struct hand *hand)
{
	give(hand, 0, 0, (struct panel_event){.kind = PANEL_LEAVE});
	draw(hand);
}

static bool press(struct hand *hand, int x, int y, int clicks)
{
	bool taken;

	hand_point(hand, x, y);
	taken = give(hand, x, y,
		     (struct panel_event){.kind = PANEL_PRESS,
					  .button = 1,
					  .clicks = clicks});
	give(hand, x, y,
	     (struct panel_event){.kind = PANEL_RELEASE, .button = 1});
	draw(hand);
	return taken;
}

bool hand_click(struct hand *hand, int x, int y)
{
	return press(hand, x, y, 1);
}

bool hand_double_click(struct hand *hand, int x, int y)
{
	press(hand, x, y, 1);
	return press(hand, x, y, 2);
}

void hand_drag(struct hand *hand, int x, int y, int dx, int dy)
{
	hand_point(hand, x, y);
	give(hand, x, y,
	     (struct panel_event){
		     .kind = PANEL_PRESS, .button = 1, .clicks = 1});
	for (int i = 1; i <= 4; i++)
		give(hand, x + dx * i / 4, y + dy * i / 4,
		     (struct panel_event){.kind = PANEL_DRAG});
	give(hand, x + dx, y + dy,
	     (struct panel_event){.kind = PANEL_RELEASE, .button = 1});
	draw(hand);
}

bool hand_wheel(struct hand *hand, int x, int y, float steps)
{
	bool taken;

	hand_point(hand, x, y);
	taken = give(hand, x, y,
		     (struct panel_event){.kind = PANEL_WHEEL, .wheel = steps});
	draw(hand);
	return taken;
}

static bool press_key(struct hand *hand, struct panel_event event)
{
	bool taken = give(hand, hand->box.x + hand->box.w / 2,
			  hand->box.y + hand->box.h / 2, event);

	draw(hand);
	return taken;
}

bool hand_key(struct hand *hand, int key)
{
	return press_key(hand,
			 (struct panel_event){.kind = PANEL_KEY, .key = key});
}

bool hand_shift_key(struct hand *hand, int key)
{
	return press_key(hand, (struct panel_event){.kind = PANEL_KEY,
						    .key = key,
						    .shift = true});
}

bool hand_ctrl_key(struct hand *hand, int key)
{
	return press_key(hand, (struct panel_event){.kind = PANEL_KEY,
						    .key = key,
						    .ctrl = true});
}

/* ---- what is said -------------------------------------------------------------------- */

bool tip_has(const struct tip *tip, const char *text)
{
	for (unsigned int i = 0; tip && i < tip->nr_lines; i++)
		if (strstr(tip->line[i], text))
			return true;
	return false;
}

bool hand_find(struct hand *hand, const char *text, int *at_x, int *at_y)
{
	FOR_EACH_PLACE(hand, x, y, 4, 2)
	if (tip_has(hand_point(hand, x, y), text)) {
		*at_x = x;
		*at_y = y;
		return true;
	}
	return false;
}

unsigned int hand_count(struct hand *hand, const char *text, int apart)
{
	unsigned int nr = 0;

	FOR_EACH_PLACE(hand, x, y, apart, apart)
	nr += tip_has(hand_point(hand, x, y), text);
	return nr;
}

const char *hand_heard(struct hand *hand)
{
	static char said[sizeof(hand->view->message)];

	memcpy(said, hand->view->message, sizeof(said));
	hand->view->message[0] = '\0';
	return said;
}

/* ---- scrolling ------------------------------------------------------------------------- */

/* As far as it goes, by @by; returns the picture there. */
static uint64_t wheel_to_end(struct hand *hand, float by)
{
	const int x = hand->box.x + hand->box.w / 2;
	const int y = hand->box.y + hand->box.h / 2;
	uint64_t last = hand_look(hand), now;

	for (int i = 0; i < 1000; i++) {
		assert_true(hand_wheel(hand, x, y, by));
		hand_leave(hand);
		now = hand_look(hand);
		if (now == last)
			return now;
		last = now;
	}
	fail_msg("%s: the wheel comes to no end", hand->kind->name);
	return 0;
}

static uint64_t keys_to_end(struct hand *hand, int key)
{
	uint64_t last = hand_look(hand), now;

	for (int i = 0; i < 1000; i++) {
		assert_true(hand_key(hand, key));
		now = hand_look(hand);
		if (now == last)
			return now;
		last = now;
	}
	fail_msg("%s: keys come to no end", hand->kind->name);
	return 0;
}

static void expect_said(struct hand *hand, const char *text, bool there)
{
	int x, y;

	if (hand_find(hand, text, &x, &y) != there)
		fail_msg("%s: '%s' is %s", hand->kind->name, text,
			 there ? "nowhere" : "in sight still");
	hand_leave(hand);
}

void hand_expect_scrolls(struct hand *hand, const char *first, const char *last)
{
	uint64_t top, bottom;

	hand_leave(hand);
	top = wheel_to_end(hand, 1);
	expect_said(hand, first, true);
	expect_said(hand, last, false);
	bottom = wheel_to_end(hand, -1);
	expect_said(hand, first, false);
	expect_said(hand, last, true);
	assert_true(wheel_to_end(hand, 1) == top);
	assert_true(keys_to_end(hand, SDLK_PAGEDOWN) == bottom);
	assert_true(keys_to_end(hand, SDLK_PAGEUP) == top);
}

/* ---- snapshots ---------------------------------------------------------------------------- */

struct snapshot *snapshot_make(uint32_t nr_blocks)
{
	struct snapshot *snapshot = calloc(
		1, sizeof(*snapshot) + nr_blocks * sizeof(snapshot->block[0]));

	assert_non_null(snapshot);
	snapshot->clock_hz = 1000000;
	snapshot->nr_blocks = nr_blocks;
	return snapshot;
}

static struct part *copy_part(const void *from, size_t bytes)
{
	struct part *part = part_create(bytes);

	assert_non_null(part);
	memcpy(part->data, from, bytes);
	return part;
}

void snapshot_set(struct snapshot *snapshot, enum snapshot_section section,
		  const void *data, size_t bytes)
{
	part_put(snapshot->section[section]);
	snapshot->section[section] = copy_part(data, bytes);
}

void snapshot_set_block(struct snapshot *snapshot, uint32_t n,
			const struct kernel_frame *frames)
{
	part_put(snapshot->block[n]);
	snapshot->block[n] = copy_part(frames,
				       KERNEL_BLOCK_FRAMES * sizeof(*frames));
}

void snapshot_unmake(struct snapshot *snapshot)
{
	for (int i = 0; i < NR_SECTIONS; i++)
		part_put(snapshot->section[i]);
	for (uint32_t i = 0; i < snapshot->nr_blocks; i++)
		part_put(snapshot->block[i]);
	free(snapshot);
}
