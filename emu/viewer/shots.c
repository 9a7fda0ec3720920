/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pictures without a window: see shots.h. The machine stands still while one
 * is drawn. On the way from one to the next it stops for a look now and then,
 * as a window would have had one, so that there are curves to draw and changes
 * to mark; when it does depends on virtual time alone.
 */
#include "emu/viewer/shots.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "emu/diag.h"
#include "emu/live.h"
#include "emu/picture.h"
#include "emu/png.h"
#include "emu/viewer/canvas.h"
#include "emu/viewer/choice.h"
#include "emu/viewer/desk.h"
#include "emu/viewer/layout.h"
#include "emu/viewer/view.h"
#include "emu/viewer/viewer.h"

#define WIDTH  1600 /* of pictures, where the user doesn't say */
#define HEIGHT 1000

#define INDEX "pictures.txt" /* of a series */

/* Looks are 0.1 ms apart at first, and twice as far after each so many. */
#define LOOKS_HZ       10000
#define LOOKS_PER_PACE 256

struct shots {
	struct view *view;
	const struct viewer_options *options;
	struct diag *diag;
	struct canvas *canvas;
	struct desk *desk;
	uint64_t look_cycles; /* from one look to the next */
	unsigned int nr_looks; /* at this pace */
	FILE *index;
	unsigned int nr_pictures; /* of the series */
	uint64_t last_cycle; /* that was drawn for it */
};

/* ---- files -------------------------------------------------------------------------------- */

bool shots_write(struct canvas *canvas, const char *path, struct diag *diag)
{
	struct box all = canvas_box(canvas);
	struct picture picture = {
		.width = (uint32_t)all.w,
		.height = (uint32_t)all.h,
		.rgb = malloc((size_t)all.w * (size_t)all.h * 3),
	};
	uint8_t *to = picture.rgb;
	bool good;

	if (!to)
		return diag_error(diag, NULL, "no memory for a picture");
	for (int y = 0; y < all.h; y++) {
		const uint32_t *row = canvas_row(canvas, y);

		for (int x = 0; x < all.w; x++) {
			*to++ = (uint8_t)(row[x] >> 16);
			*to++ = (uint8_t)(row[x] >> 8);
			*to++ = (uint8_t)row[x];
		}
	}
	good = png_write(&picture, path, diag);
	picture_free(&picture);
	return good;
}

/* Leaves all as it was. */
static bool can_write(const char *path, struct diag *diag)
{
	FILE *file = fopen(path, "r+b");
	bool is_new = !file && errno == ENOENT;

	if (is_new)
		file = fopen(path, "wb");
	if (!file)
		return diag_errno(diag, NULL, "--screenshot: can't write to %s",
				  path);
	fclose(file);
	if (is_new)
		remove(path);
	return true;
}

static bool path_in(const char *folder, const char *name, char *to, size_t size,
		    struct diag *diag)
{
	return snprintf(to, size, "%s/%s", folder, name) < (int)size ||
	       diag_error(diag, NULL, "--record: %s is too long a name",
			  folder);
}

/* An earlier series would be mixed up with this one. */
static bool check_folder(const char *folder, struct diag *diag)
{
	char path[4096];
	FILE *file;

	if (mkdir(folder, 0777) && errno != EEXIST)
		return diag_errno(diag, NULL, "--record: can't make folder %s",
				  folder);
	if (!path_in(folder, INDEX, path, sizeof(path), diag))
		return false;
	file = fopen(path, "wx");
	if (!file && errno == EEXIST)
		return diag_error(diag, NULL,
				  "--record: %s has pictures of an earlier "
				  "run; delete them, or name another folder",
				  folder);
	if (!file)
		return diag_errno(diag, NULL, "--record: can't write to %s",
				  folder);
	fclose(file);
	return true;
}

bool shots_check(const struct viewer_options *options, struct diag *diag)
{
	for (unsigned int i = 0; i < options->nr_shots; i++)
		if (!can_write(options->shot[i].path, diag))
			return false;
	return !options->record || check_folder(options->record, diag);
}

/* ---- the way to a moment ------------------------------------------------------------------ */

/* How far to the next look, slower and slower in a long run. */
static uint64_t next_look(struct shots *s)
{
	const struct snapshot *now = s->view->now;

	if (!s->look_cycles)
		s->look_cycles = now->clock_hz / LOOKS_HZ ?: 1;
	if (s->nr_looks++ == LOOKS_PER_PACE) {
		s->nr_looks = LOOKS_PER_PACE / 2;
		s->look_cycles *= 2;
	}
	return now->cycle + s->look_cycles;
}

static bool has_ended(const struct shots *s)
{
	return live_status(s->view->live).state == LIVE_ENDED;
}

/* The machine goes on until it has followed @order. False: its end came. */
static bool step(struct shots *s, struct live_order order)
{
	struct diag quiet = {0};
	uint64_t cycle = s->view->now->cycle;

	live_go(s->view->live, &order);
	view_arrive(s->view, live_wait(s->view->live));
	choice_make(s->view, s->options, &quiet);
	return !has_ended(s) &&
	       (s->view->now->cycle != cycle || order.go != LIVE_UNTIL ||
		live_status(s->view->live).held);
}

/* So, with looks on the way. */
static bool go_until(struct shots *s, struct condition moment)
{
	for (;;) {
		struct live_order order = {LIVE_UNTIL, moment, next_look(s)};
		bool goes_on = step(s, order);

		if (goes_on && live_status(s->view->live).held)
			return true;
		if (!goes_on || s->view->now->cycle < order.cycle)
			return false;
	}
}

/* ---- one picture -------------------------------------------------------------------------- */

/*
 * What is selected, and what the panels find that they lack, is wished for
 * and had at the same moment.
 */
static bool draw(struct shots *s, bool must_find)
{
	struct diag quiet = {0};
	struct diag *diag = must_find ? s->diag : &quiet;

	for (int tries = 0; tries < 4; tries++) {
		if (!choice_make(s->view, s->options, diag) && must_find)
			return false;
		if (s->view->now)
			desk_draw(s->desk, s->canvas);
		if (has_ended(s) || view_has_wish(s->view))
			break;
		view_arrive(s->view, live_wait(s->view->live));
	}
	return true;
}

static bool never_came(struct shots *s, const char *option, const char *path,
		       const struct condition *moment)
{
	const struct snapshot *now = s->view->now;
	char words[160];

	condition_text(moment, words, sizeof(words));
	return diag_error(s->diag, NULL,
			  "--%s %s: the run ended before, at cycle %" PRIu64
			  " after %" PRIu64 " faults, and never came to this: "
			  "%s",
			  option, path, now->cycle, now->nr_faults, words);
}

static bool take_shots(struct shots *s)
{
	for (unsigned int i = 0; i < s->options->nr_shots; i++) {
		const struct viewer_shot *shot = &s->options->shot[i];

		if (!go_until(s, shot->moment))
			return never_came(s, "screenshot", shot->path,
					  &shot->moment);
		if (!draw(s, true) ||
		    !shots_write(s->canvas, shot->path, s->diag))
			return false;
	}
	return true;
}

/* ---- a series ------------------------------------------------------------------------------ */

static bool take_next(struct shots *s)
{
	const struct snapshot *now;
	char name[32], path[4096];

	snprintf(name, sizeof(name), "%06u.png", ++s->nr_pictures);
	draw(s, false);
	now = s->view->now;
	s->last_cycle = now->cycle;
	if (!path_in(s->options->record, name, path, sizeof(path), s->diag) ||
	    !shots_write(s->canvas, path, s->diag))
		return false;
	fprintf(s->index, "%s cycle %" PRIu64 " ms %.6f faults %" PRIu64 "\n",
		name, now->cycle, (double)now->cycle * 1000 / now->clock_hz,
		now->nr_faults);
	return true;
}

/* The first multiple of the step that lies ahead: it may have been jumped. */
static struct condition next_time(const struct shots *s)
{
	const struct snapshot *now = s->view->now;
	uint64_t cycles = s->options->step;

	if (s->options->step_kind == VIEWER_STEP_NS)
		cycles = (uint64_t)((double)cycles * now->clock_hz / 1e9);
	cycles += !cycles;
	return (struct condition){.kind = CONDITION_CYCLE,
				  .number = (now->cycle / cycles + 1) * cycles};
}

static bool step_many(struct shots *s, enum live_go go)
{
	for (uint64_t i = 0; i < s->options->step; i++) {
		uint64_t cycle = s->view->now->cycle;

		if (!step(s, (struct live_order){.go = go}))
			return i && s->view->now->cycle != cycle;
	}
	return true;
}

/* False: the end of the machine. */
static bool go_to_next(struct shots *s)
{
	uint64_t step = s->options->step;
	struct condition fault = {.kind = CONDITION_FAULT};

	switch (s->options->step_kind) {
	case VIEWER_STEP_SYSCALL:
		return step_many(s, LIVE_STEP_SYSCALL);
	case VIEWER_STEP_SWITCH:
		return step_many(s, LIVE_STEP_SWITCH);
	case VIEWER_STEP_FAULT:
		fault.number = (s->view->now->nr_faults / step + 1) * step;
		return go_until(s, fault);
	default:
		return go_until(s, next_time(s));
	}
}

static bool take_series(struct shots *s)
{
	const struct viewer_options *options = s->options;
	bool good = true, goes_on = true;

	if (options->record_from.kind != CONDITION_NEVER &&
	    !go_until(s, options->record_from))
		return never_came(s, "record", options->record,
				  &options->record_from);
	while (good && goes_on) {
		good = take_next(s);
		goes_on = good && go_to_next(s);
	}
	if (good && s->view->now->cycle != s->last_cycle)
		good = take_next(s); /* what it was like at the end */
	return good;
}

static bool record(struct shots *s)
{
	const char *folder = s->options->record;
	char path[4096];
	bool good;

	if (!path_in(folder, INDEX, path, sizeof(path), s->diag))
		return false;
	s->index = fopen(path, "wb");
	if (!s->index)
		return diag_errno(s->diag, NULL, "can't write to %s", path);
	good = take_series(s);
	if (fclose(s->index) && good)
		good = diag_errno(s->diag, NULL, "can't write to %s", path);
	return good;
}

/* ---- all ------------------------------------------------------------------------------------ */

static bool prepare(struct shots *s)
{
	const struct viewer_options *options = s->options;
	const struct layout *layout = options->layout
					      ? layout_named(options->layout)
					      : layout_number(0);
	const char *why;

	s->canvas = canvas_create(options->width ?: WIDTH,
				  options->height ?: HEIGHT,
				  options->scale > 0 ? options->scale : 1,
				  &why);
	if (!s->canvas)
		return diag_error(s->diag, NULL, "%s", why);
	s->desk = desk_create(s->view, layout);
	return s->desk || diag_error(s->diag, NULL, "no memory for pictures");
}

bool shots_run(struct view *view, const struct viewer_options *options,
	       struct diag *diag)
{
	struct shots s = {.view = view, .options = options, .diag = diag};
	bool good;

	/* It stands before anything is wished for: see live_wait(). */
	view_arrive(view, live_wait(view->live));
	/* no machine came to be: its thread has told why */
	if (!view->now)
		return true;
	good = prepare(&s);
	if (good) {
		view_arrive(view, live_wait(view->live));
		good = options->record ? record(&s) : take_shots(&s);
	}
	desk_destroy(s.desk);
	canvas_destroy(s.canvas);
	return good;
}
