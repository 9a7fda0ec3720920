/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The processes, a line each: as a tree, or sorted by what a column says. The
 * bar is what a process has in RAM and in swap, beside that of the largest.
 */
#include "emu/viewer/panel.h"

#include <SDL_keycode.h>
#include <inttypes.h>
#include <stdio.h>

#include "emu/viewer/process_list.h"
#include "emu/viewer/scroll.h"
#include "emu/viewer/view.h"

struct state {
	struct process_list list;
	enum process_order order;
	bool tree_off, ended, no_kthreads;
	struct scroll scroll; /* by whole lines */
	int hover; /* pid; 0: none */
	struct box lines; /* where they were drawn */
	struct box head[NR_PROCESS_ORDERS];
	uint64_t serial; /* of the selection that was scrolled to */
};

enum { /* palette.kind[] */
	ORANGE = 0,
	SKY = 1,
	GREEN = 2,
	ROSE = 10
};

static uint32_t rss(const struct snapshot_process *process)
{
	return process->rss_anon + process->rss_file + process->rss_shmem;
}

/* ---- columns ------------------------------------------------------------------- */

struct column {
	enum process_order order;
	const char *title;
	double width; /* points */
	double from; /* shown in panels that are so wide */
};
/* Between the name, which takes what is left, and the bar at the right. */
static const struct column columns[] = {
	{PROCESS_BY_RSS, "in RAM", 58, 0},
	{PROCESS_BY_SWAP, "swap", 58, 400},
	{PROCESS_BY_FAULTS, "faults", 58, 330},
	{PROCESS_BY_MAJOR, "major", 48, 480},
	{PROCESS_BY_TIME, "CPU", 74, 540},
};
#define NR_COLUMNS (sizeof(columns) / sizeof(*columns))

static void cell_text(const struct view *view,
		      const struct snapshot_process *process,
		      enum process_order order, char *to, size_t size)
{
	to[0] = '\0';
	if (process->kthread && order != PROCESS_BY_TIME)
		return;
	if (order == PROCESS_BY_RSS && process->exit_status == -1)
		text_bytes((uint64_t)rss(process) << 12, to, size);
	else if (order == PROCESS_BY_SWAP && process->swapped)
		text_bytes((uint64_t)process->swapped << 12, to, size);
	else if (order == PROCESS_BY_FAULTS)
		snprintf(to, size, "%" PRIu64,
			 process->min_flt + process->maj_flt);
	else if (order == PROCESS_BY_MAJOR && process->maj_flt)
		snprintf(to, size, "%" PRIu64, process->maj_flt);
	else if (order == PROCESS_BY_TIME && process->utime_cycles)
		text_time(process->utime_cycles, view->now->clock_hz, to, size);
}

/* "exit 1", "signal 9": how it ended; or its state in a letter. */
static void state_text(const struct snapshot_process *process, char *to,
		       size_t size)
{
	int status = process->exit_status;

	if (status == -1)
		snprintf(to, size, "%c",
			 process->runs    ? '*'
			 : process->state ? process->state
					  : ' ');
	else if (status & 0x7f)
		snprintf(to, size, "signal %d", status & 0x7f);
	else
		snprintf(to, size, "exit %d", status >> 8 & 0xff);
}

/* ---- lines ------------------------------------------------------------------------ */

static void draw_bar(const struct state *state, const struct view *view,
		     struct canvas *canvas,
		     const struct snapshot_process *process, struct box box)
{
	const struct {
		uint32_t pages;
		int kind;
	} parts[] = {{process->rss_anon, ORANGE},
		     {process->rss_shmem, GREEN},
		     {process->rss_file, SKY},
		     {process->swapped, ROSE}};
	uint64_t sum = 0;
	int x = box.x;

	if (!state->list.most)
		return;
	for (int i = 0; i < 4; i++) {
		int end;
		struct box part;

		sum += parts[i].pages;
		end = box.x + (int)(sum * (uint64_t)box.w / state->list.most);
		part = (struct box){x, box.y, end - x, box.h};
		if (!parts[i].pages)
			continue;
		if (parts[i].kind == ROSE)
			canvas_frame(canvas, part, view->palette->kind[ROSE],
				     canvas_unit(canvas, 1));
		else
			canvas_fill(canvas, part,
				    view->palette->kind[parts[i].kind]);
		x = end;
	}
}

static colour_t line_colour(const struct view *view,
			    const struct snapshot_process *process)
{
	if (process->exit_status != -1)
		return view->palette->faint;
	return process->kthread ? view->palette->dim : view->palette->text;
}

/* The columns at the right of @box, whose width shrinks by them. */
static struct box draw_columns(const struct view *view, struct canvas *canvas,
			       const struct snapshot_process *process,
			       colour_t colour, struct box box, int width)
{
	for (size_t i = NR_COLUMNS; i--;) {
		char text[32];

		if (width < canvas_unit(canvas, columns[i].from))
			continue;
		cell_text(view, process, columns[i].order, text, sizeof(text));
		canvas_text_right(canvas, box.x + box.w, box.y, FONT_TEXT,
				  colour, text);
		box.w -= canvas_unit(canvas, columns[i].width);
	}
	return box;
}

static int bar_width(struct canvas *canvas, int width)
{
	return width > canvas_unit(canvas, 280) ? width / 5 : 0;
}

static void draw_line(const struct state *state, const struct view *view,
		      struct canvas *canvas, const struct process_line *line,
		      struct box box)
{
	const struct snapshot_process *process = line->process;
	const colour_t colour = line_colour(view, process);
	const int gap = canvas_unit(canvas, 6);
	const int width = box.w, bar = bar_width(canvas, box.w);
	char text[64], how[24];
	int x = box.x + canvas_unit(canvas, 38);

	snprintf(text, sizeof(text), "%d", process->pid);
	canvas_text_right(canvas, x, box.y, FONT_TEXT, colour, text);
	state_text(process, how, sizeof(how));
	x += gap;
	if (process->exit_status == -1) {
		canvas_text(canvas, x, box.y, FONT_TEXT,
			    process->runs ? view->palette->good
					  : view->palette->faint,
			    process->runs ? "▶" : how);
		how[0] = '\0';
	}
	x += canvas_unit(canvas, 14) +
	     (int)line->depth * canvas_unit(canvas, 12);
	if (bar) {
		draw_bar(state, view, canvas, process,
			 (struct box){box.x + box.w - bar, box.y + gap / 2, bar,
				      box.h - gap});
		box.w -= bar + gap;
	}
	box = draw_columns(view, canvas, process, colour, box, width);
	snprintf(text, sizeof(text), process->kthread ? "[%s] %s" : "%s %s",
		 process->comm, how);
	if (box.x + box.w > x + gap)
		canvas_text_cut(canvas, x, box.y, box.x + box.w - x - gap,
				FONT_TEXT, colour, text);
}

static void draw_lines(struct state *state, struct view *view,
		       struct canvas *canvas, struct box box)
{
	const struct snapshot_process *focus = view_focus(view);
	int y = box.y;

	for (uint32_t i = (uint32_t)(state->scroll.at / state->scroll.line);
	     i < state->list.nr && y < box.y + box.h; i++) {
		const struct process_line *line = &state->list.line[i];
		struct box row = {box.x, y, box.w, state->scroll.line};

		if (focus && line->process->pid == focus->pid &&
		    line->process->exit_status == focus->exit_status) {
			canvas_fill(canvas, row, view->palette->raised);
			if (view->selected.pid)
				canvas_frame(canvas, row, view->palette->accent,
					     canvas_unit(canvas, 1));
		}
		if (line->process->pid == state->hover)
			canvas_frame(canvas, row, view->palette->hover,
				     canvas_unit(canvas, 1));
		draw_line(state, view, canvas, line, row);
		y += state->scroll.line;
	}
}

/* ---- head and foot ------------------------------------------------------------------- */

static void draw_title(struct state *state, const struct view *view,
		       struct canvas *canvas, enum process_order order,
		       const char *title, struct box box, bool right)
{
	const bool is = state->order == order;
	const colour_t colour = is ? view->palette->text : view->palette->dim;
	char text[32];

	snprintf(text, sizeof(text), "%s%s", title, is ? " ▾" : "");
	state->head[order] = box;
	if (right)
		canvas_text_right(canvas, box.x + box.w, box.y, FONT_SMALL,
				  colour, text);
	else
		canvas_text_cut(canvas, box.x, box.y, box.w, FONT_SMALL, colour,
				text);
}

static void draw_head(struct state *state, const struct view *view,
		      struct canvas *canvas, struct box box)
{
	const int bar = bar_width(canvas, box.w);
	int right = box.x + box.w - (bar ? bar + canvas_unit(canvas, 6) : 0);

	for (int i = 0; i < NR_PROCESS_ORDERS; i++)
		state->head[i] = (struct box){0};
	for (size_t i = NR_COLUMNS; i--;) {
		int width = canvas_unit(canvas, columns[i].width);

		if (box.w < canvas_unit(canvas, columns[i].from))
			continue;
		draw_title(state, view, canvas, columns[i].order,
			   columns[i].title,
			   (struct box){right - width, box.y, width, box.h},
			   true);
		right -= width;
	}
	draw_title(state, view, canvas, PROCESS_BY_PID,
		   state->tree_off ? "pid, name" : "pid, name, children below",
		   (struct box){box.x, box.y, right - box.x, box.h}, false);
}

static void draw_legend(const struct state *state, const struct view *view,
			struct canvas *canvas, struct box box)
{
	static const struct {
		const char *text;
		int kind;
	} rows[] = {{"anonymous", ORANGE},
		    {"shared memory", GREEN},
		    {"files", SKY},
		    {"swapped out", ROSE}};
	const int side = canvas_unit(canvas, 9);
	char text[96];
	int x = box.x;

	for (int i = 0; bar_width(canvas, box.w) && i < 4; i++) {
		struct box sample = {x, box.y + (box.h - side) / 2, side, side};

		if (rows[i].kind == ROSE)
			canvas_frame(canvas, sample, view->palette->kind[ROSE],
				     canvas_unit(canvas, 1));
		else
			canvas_fill(canvas, sample,
				    view->palette->kind[rows[i].kind]);
		x = canvas_text(canvas, x + side + side / 2, box.y, FONT_SMALL,
				view->palette->dim, rows[i].text) +
		    side;
	}
	snprintf(text, sizeof(text), "%" PRIu32 " processes%s",
		 state->list.nr_living,
		 state->ended ? "" : ", ended ones hidden");
	if (x < box.x + box.w)
		canvas_text_cut(canvas, x, box.y, box.x + box.w - x, FONT_SMALL,
				view->palette->faint, text);
}

/* ---- drawing ---------------------------------------------------------------------------- */

static void show_selected(struct state *state, const struct view *view)
{
	const int line = state->scroll.line;

	if (state->serial == view->selected.serial || !view->selected.pid)
		return;
	state->serial = view->selected.serial;
	for (uint32_t i = 0; i < state->list.nr; i++)
		if (state->list.line[i].process->pid == view->selected.pid)
			scroll_to(&state->scroll, state->lines.h, (int)i * line,
				  line);
}

static void draw(void *opaque, struct view *view, struct canvas *canvas,
		 struct box box)
{
	struct state *state = opaque;
	uint32_t nr;
	const struct snapshot_process *process = snapshot_processes(view->now,
								    &nr);
	const int small = canvas_line_height(canvas, FONT_SMALL);
	const int gap = canvas_unit(canvas, 4);
	const int line = canvas_line_height(canvas, FONT_TEXT) +
			 canvas_unit(canvas, 2);
	struct box in = box_inside(box, gap);
	const bool foot = in.h > 8 * small;

	const struct process_choice choice = {
		.order = state->order,
		.tree = !state->tree_off,
		.ended = state->ended,
		.kthreads = !state->no_kthreads,
	};

	if (!process_list_make(&state->list, process, nr, &choice))
		return;
	draw_head(state, view, canvas, (struct box){in.x, in.y, in.w, small});
	state->lines =
		(struct box){in.x, in.y + small + gap / 2, in.w,
			     in.h - small - gap - (foot ? small + gap : 0)};
	if (state->lines.h <= 0)
		return;
	if (state->lines.h > line) /* or else a part is better than nothing */
		state->lines.h -= state->lines.h % line;
	scroll_fit(&state->scroll, (int)state->list.nr * line, state->lines.h,
		   line);
	show_selected(state, view);
	canvas_push_clip(canvas, state->lines);
	draw_lines(state, view, canvas, state->lines);
	canvas_pop_clip(canvas);
	if (foot)
		draw_legend(state, view, canvas,
			    (struct box){in.x, in.y + in.h - small, in.w,
					 small});
}

/* ---- the hand ----------------------------------------------------------------------------- */

static const struct snapshot_process *
process_at(const struct state *state, const struct view *view, int x, int y)
{
	uint32_t n;

	if (!state->scroll.line || !box_has(state->lines, x, y))
		return NULL;
	n = (uint32_t)((y - state->lines.y + state->scroll.at) /
		       state->scroll.line);
	/* the list is of the snapshot that was drawn */
	return n < state->list.nr ? view_process(view, state->list.line[n].pid)
				  : NULL;
}

static void tip(struct view *view, const struct snapshot_process *process,
		int x, int y)
{
	char anon[32], file[32], shmem[32], out[32], time[32], how[24];

	text_bytes((uint64_t)process->rss_anon << 12, anon, sizeof(anon));
	text_bytes((uint64_t)process->rss_file << 12, file, sizeof(file));
	text_bytes((uint64_t)process->rss_shmem << 12, shmem, sizeof(shmem));
	text_bytes((uint64_t)process->swapped << 12, out, sizeof(out));
	text_time(process->utime_cycles, view->now->clock_hz, time,
		  sizeof(time));
	state_text(process, how, sizeof(how));
	view_tip(view, x, y, "%s (%d), child of %d%s", process->comm,
		 process->pid, process->ppid,
		 process->kthread ? ", a thread of the kernel's" : "");
	view_tip(view, x, y, "%s, %" PRIu32 " thread%s",
		 process->runs                ? "on a core"
		 : process->exit_status != -1 ? how
		 : process->state == 'R'      ? "ready to run"
		 : process->state == 'D'      ? "waits for a disk"
		 : process->state == 'T'      ? "stopped"
					      : "sleeps",
		 process->nr_threads, process->nr_threads == 1 ? "" : "s");
	view_tip(view, x, y, "anonymous %s, files %s, shared %s, swapped %s",
		 anon, file, shmem, out);
	view_tip(view, x, y,
		 "%" PRIu64 " minor faults, %" PRIu64 " major; %s of CPU time",
		 process->min_flt, process->maj_flt, time);
}

static bool key(struct state *state, struct view *view, int pressed)
{
	switch (pressed) {
	case SDLK_f:
		state->tree_off = !state->tree_off;
		break;
	case SDLK_x:
		state->ended = !state->ended;
		break;
	case SDLK_k:
		state->no_kthreads = !state->no_kthreads;
		break;
	case SDLK_o:
		state->order = (state->order + 1) % NR_PROCESS_ORDERS;
		break;
	default:
		return false;
	}
	view->redraw = true;
	return true;
}

static void press(struct state *state, struct view *view,
		  const struct panel_event *event)
{
	const struct snapshot_process *process = process_at(state, view,
							    event->x, event->y);

	if (process) {
		view_select_process(view, process->pid);
		state->serial = view->selected.serial;
	}
	for (int i = 0; i < NR_PROCESS_ORDERS; i++)
		if (box_has(state->head[i], event->x, event->y))
			state->order = (enum process_order)i;
	view->redraw = true;
}

static void hover(struct state *state, struct view *view, int x, int y)
{
	const struct snapshot_process *process = process_at(state, view, x, y);

	view->redraw |= state->hover != (process ? process->pid : 0);
	state->hover = process ? process->pid : 0;
	if (process)
		tip(view, process, x, y);
}

static bool handle(void *opaque, struct view *view,
		   const struct panel_event *event)
{
	struct state *state = opaque;

	switch (event->kind) {
	case PANEL_HOVER:
		hover(state, view, event->x, event->y);
		return true;
	case PANEL_LEAVE:
		state->hover = 0;
		view->redraw = true;
		return true;
	case PANEL_PRESS:
		press(state, view, event);
		return true;
	default:
		return scroll_event(&state->scroll, view, event) ||
		       (event->kind == PANEL_KEY &&
			key(state, view, event->key));
	}
}

static void give_back(void *opaque)
{
	process_list_free(&((struct state *)opaque)->list);
}

const struct panel_kind panel_processes = {
	.name = "processes",
	.title = "Processes",
	.help = "click\tselect a process; on a title, sort by it\n" SCROLL_HELP
		"o\tsort by the next column\n"
		"f\tchildren below their parents, or not\n"
		"x\tthose that have ended, too\n"
		"k\tthreads of the kernel's, or not\n",
	.sections = 1u << SECTION_PROCESSES,
	.state_bytes = sizeof(struct state),
	.draw = draw,
	.event = handle,
	.free = give_back,
};
