/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The strip of controls: see strip.h. One table says what there is; a menu or
 * the prompt may hang down from one of the controls, and has the keys then.
 */
#include "emu/viewer/strip.h"

#include <SDL.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/live.h"
#include "emu/viewer/layout.h"
#include "emu/viewer/view.h"

enum control {
	CONTROL_PAUSE,
	CONTROL_INSTRUCTION,
	CONTROL_FAULT,
	CONTROL_SYSCALL,
	CONTROL_SWITCH,
	CONTROL_UNTIL,
	CONTROL_SPEED,
	CONTROL_LAYOUT, /* from here on at the right */
	CONTROL_PALETTE,
	CONTROL_HELP,
	NR_CONTROLS
};

static const struct {
	int key;
	const char *key_name, *label, *tip;
} controls[NR_CONTROLS] = {
	[CONTROL_PAUSE] = {SDLK_SPACE, "space", NULL,
			   "lets the machine stand, or go on"},
	[CONTROL_INSTRUCTION] = {SDLK_i, "i", "Instruction",
				 "runs one instruction of a program"},
	[CONTROL_FAULT] = {SDLK_f, "f", "Fault",
			   "runs until the kernel is done with the next fault"},
	[CONTROL_SYSCALL] = {SDLK_s, "s", "Call",
			     "runs until the next system call is handled"},
	[CONTROL_SWITCH] = {SDLK_w, "w", "Switch",
			    "runs until another task is on the core"},
	[CONTROL_UNTIL] = {SDLK_u, "u", "Until …",
			   "runs until a condition holds"},
	[CONTROL_SPEED] = {SDLK_v, "v", NULL, "how fast virtual time may pass"},
	[CONTROL_LAYOUT] = {SDLK_l, "l", NULL, "which panels are in sight"},
	[CONTROL_PALETTE] = {SDLK_t, "t", NULL, "dark or light colours"},
	[CONTROL_HELP] = {SDLK_h, "h", "Help", "all keys and gestures"},
};

static const struct {
	double speed;
	const char *name, *sentence;
} speeds[] = {
	{0, "unlimited", "as fast as the host can"},
	{1, "real time", "a second takes a second"},
	{0.1, "1 : 10", "a second takes ten"},
	{0.01, "1 : 100", ""},
	{0.001, "1 : 1,000", "a millisecond takes a second"},
	{0.0001, "1 : 10^4", ""},
	{0.00001, "1 : 10^5", ""},
	{0.000001, "1 : 10^6", "a microsecond takes a second"},
};
#define NR_SPEEDS (sizeof(speeds) / sizeof(*speeds))

#define MAX_ITEMS 20

struct item {
	char text[64];
	const char *sentence;
};

struct strip {
	struct view *view;
	const struct layout *layout; /* in sight */
	const struct layout *chosen;
	struct box box[NR_CONTROLS]; /* as last drawn */
	int under; /* the pointer; -1: none */
	unsigned int speed;

	int open; /* what hangs down from which; -1: nothing */
	unsigned int nr_items, at;
	struct item item[MAX_ITEMS];
	struct box menu;
	int item_height;
	char text[80]; /* of the prompt */
	char why[200]; /* it can't be read; "": nothing was wrong */
};

struct strip *strip_create(struct view *view)
{
	struct strip *strip = calloc(1, sizeof(*strip));

	if (!strip)
		return NULL;
	strip->view = view;
	strip->under = strip->open = -1;
	return strip;
}

void strip_destroy(struct strip *strip)
{
	free(strip);
}

bool strip_is_open(const struct strip *strip)
{
	return strip->open >= 0;
}

const struct layout *strip_layout(const struct strip *strip)
{
	return strip->chosen;
}

const char *strip_help(void)
{
	return "space\tpause, and go on\n"
	       "i, f\tone instruction; to the next fault that is done\n"
	       "s, w\tto the next system call; to another task\n"
	       "u\trun until a condition holds\n"
	       "v\tspeed of virtual time; [ and ] slower, faster\n"
	       "l\tlayouts; Tab and shift+Tab the next, the last\n"
	       "t\tdark or light colours\n"
	       "Esc\tselect nothing; close what is open\n"
	       "F12\twrite a picture of the window\n"
	       "h, ?, F1\tthis help\n"
	       "q\tclose the window\n";
}

/* ---- what hangs down -------------------------------------------------------- */

static void close_down(struct strip *strip)
{
	if (strip->open == CONTROL_UNTIL)
		SDL_StopTextInput();
	strip->open = -1;
	strip->view->redraw = true;
}

static void add_item(struct strip *strip, const char *text,
		     const char *sentence)
{
	struct item *item = &strip->item[strip->nr_items];

	if (strip->nr_items == MAX_ITEMS)
		return;
	strip->nr_items++;
	snprintf(item->text, sizeof(item->text), "%s", text);
	item->sentence = sentence;
}

static void list_layouts(struct strip *strip)
{
	const struct layout *layout;

	for (unsigned int i = 0; (layout = layout_number(i)); i++) {
		if (layout == strip->layout)
			strip->at = i;
		add_item(strip, layout->name, layout->sentence);
	}
}

static void list_speeds(struct strip *strip)
{
	for (unsigned int i = 0; i < NR_SPEEDS; i++)
		add_item(strip, speeds[i].name, speeds[i].sentence);
	strip->at = strip->speed;
}

/* Ready-made conditions; with a page selected, a fault on it. */
static void list_conditions(struct strip *strip)
{
	const struct selection *selected = &strip->view->selected;
	const struct snapshot_process *process = view_focus(strip->view);
	char text[64];

	if (selected->has_va && process) {
		snprintf(text, sizeof(text), "fault-in:%d:%" PRIx32 "-%" PRIx32,
			 process->pid, selected->va, selected->va | 0xfff);
		add_item(strip, text, "a fault on the selected page");
	}
	if (strip->view->now) {
		snprintf(text, sizeof(text), "fault:%" PRIu64,
			 strip->view->now->nr_faults + 100);
		add_item(strip, text, "100 faults further on");
	}
	add_item(strip, "free-below-low",
		 "a zone has less free than its low watermark");
	add_item(strip, "swap-out", "a page is swapped out");
	add_item(strip, "oom", "somebody is killed for memory");
	add_item(strip, "exit", "a program of the board's exits");
	add_item(strip, "end", "all programs have ended");
	strip->at = MAX_ITEMS; /* what is written counts */
}

static void open_down(struct strip *strip, enum control control)
{
	strip->open = (int)control;
	strip->nr_items = strip->at = 0;
	strip->why[0] = '\0';
	if (control == CONTROL_LAYOUT)
		list_layouts(strip);
	if (control == CONTROL_SPEED)
		list_speeds(strip);
	if (control == CONTROL_UNTIL) {
		list_conditions(strip);
		strip->text[0] = '\0';
		SDL_StartTextInput();
	}
	strip->view->redraw = true;
}

/* ---- doing it --------------------------------------------------------------------- */

static void go(struct strip *strip, const struct live_order *order)
{
	view_go(strip->view, order);
}

static void set_speed(struct strip *strip, unsigned int number)
{
	strip->speed = number;
	if (strip->view->live)
		live_speed(strip->view->live, speeds[number].speed);
	view_say(strip->view, "speed: %s", speeds[number].name);
}

static enum strip_answer choose_layout(struct strip *strip, int way)
{
	int at = 0, nr = 0;
	const struct layout *layout;

	for (; (layout = layout_number((unsigned int)nr)); nr++)
		if (layout == strip->layout)
			at = nr;
	strip->chosen = layout_number((unsigned int)((at + way + nr) % nr));
	return STRIP_LAYOUT;
}

static void run_until(struct strip *strip, const char *text)
{
	struct live_order order = {.go = LIVE_UNTIL};
	char words[120];

	if (!condition_parse(text, &order.until, strip->why,
			     sizeof(strip->why))) {
		strip->view->redraw = true;
		return;
	}
	condition_text(&order.until, words, sizeof(words));
	close_down(strip);
	go(strip, &order);
	view_say(strip->view, "until %s", words);
}

static enum strip_answer choose_item(struct strip *strip, unsigned int at)
{
	int open = strip->open;

	if (open == CONTROL_UNTIL) {
		run_until(strip, at < strip->nr_items ? strip->item[at].text
						      : strip->text);
		return STRIP_TAKEN;
	}
	close_down(strip);
	if (open == CONTROL_SPEED)
		set_speed(strip, at);
	if (open != CONTROL_LAYOUT)
		return STRIP_TAKEN;
	strip->chosen = layout_number(at);
	return STRIP_LAYOUT;
}

static bool is_paused(const struct strip *strip)
{
	return strip->view->live &&
	       live_status(strip->view->live).state == LIVE_PAUSED;
}

static enum strip_answer act(struct strip *strip, enum control control)
{
	static const enum live_go ways[] = {
		[CONTROL_INSTRUCTION] = LIVE_STEP_INSTRUCTION,
		[CONTROL_FAULT] = LIVE_STEP_FAULT,
		[CONTROL_SYSCALL] = LIVE_STEP_SYSCALL,
		[CONTROL_SWITCH] = LIVE_STEP_SWITCH,
	};
	struct view *view = strip->view;

	switch (control) {
	case CONTROL_PAUSE:
		go(strip,
		   &(struct live_order){.go = is_paused(strip) ? LIVE_RUN
							       : LIVE_PAUSE});
		return STRIP_TAKEN;
	case CONTROL_UNTIL:
	case CONTROL_SPEED:
	case CONTROL_LAYOUT:
		open_down(strip, control);
		return STRIP_TAKEN;
	case CONTROL_PALETTE:
		view->palette = palette_number(view->palette ==
					       palette_number(0));
		view->redraw = true;
		return STRIP_TAKEN;
	case CONTROL_HELP:
		return STRIP_HELP;
	default:
		go(strip, &(struct live_order){.go = ways[control]});
		return STRIP_TAKEN;
	}
}

/* ---- the hand ------------------------------------------------------------------------ */

static int control_at(const struct strip *strip, int x, int y)
{
	for (int i = 0; i < NR_CONTROLS; i++)
		if (box_has(strip->box[i], x, y))
			return i;
	return -1;
}

static unsigned int item_at(const struct strip *strip, int x, int y)
{
	if (strip->open < 0 || !strip->item_height ||
	    !box_has(strip->menu, x, y))
		return MAX_ITEMS;
	return (unsigned int)((y - strip->menu.y) / strip->item_height);
}

bool strip_hover(struct strip *strip, int x, int y)
{
	int under = control_at(strip, x, y);
	unsigned int at = item_at(strip, x, y);

	if (at < strip->nr_items && at != strip->at) {
		strip->at = at;
		strip->view->redraw = true;
	}
	if (under != strip->under)
		strip->view->redraw = true;
	strip->under = under;
	if (under >= 0 && strip->open < 0)
		view_tip(strip->view, x, y, "%s (key: %s)", controls[under].tip,
			 controls[under].key_name);
	return under >= 0 || strip->open >= 0;
}

enum strip_answer strip_press(struct strip *strip, int x, int y)
{
	int control = control_at(strip, x, y);
	unsigned int at = item_at(strip, x, y);

	if (at < strip->nr_items)
		return choose_item(strip, at);
	if (strip->open >= 0) {
		bool same = control == strip->open;

		close_down(strip);
		if (same || control < 0)
			return STRIP_TAKEN;
	}
	return control < 0 ? STRIP_PASS : act(strip, (enum control)control);
}

/* One character of UTF-8 less. */
static void rub_out(char *text)
{
	size_t n = strlen(text);

	while (n && (text[n - 1] & 0xc0) == 0x80)
		n--;
	text[n ? n - 1 : 0] = '\0';
}

static enum strip_answer open_key(struct strip *strip, int key)
{
	unsigned int nr = strip->nr_items;

	strip->view->redraw = true;
	switch (key) {
	case SDLK_ESCAPE:
		close_down(strip);
		break;
	case SDLK_RETURN:
	case SDLK_KP_ENTER:
		return choose_item(strip, strip->at);
	case SDLK_DOWN:
		strip->at = strip->at < nr ? (strip->at + 1) % nr : 0;
		break;
	case SDLK_UP:
		strip->at = strip->at && strip->at < nr ? strip->at - 1
							: nr - 1;
		break;
	case SDLK_BACKSPACE:
		rub_out(strip->text);
		strip->at = strip->open == CONTROL_UNTIL ? MAX_ITEMS
							 : strip->at;
		break;
	default:
		break;
	}
	return STRIP_TAKEN;
}

enum strip_answer strip_key(struct strip *strip, int key, bool shift)
{
	if (strip->open >= 0)
		return open_key(strip, key);
	for (int i = 0; i < NR_CONTROLS; i++)
		if (controls[i].key == key)
			return act(strip, (enum control)i);
	switch (key) {
	case SDLK_TAB:
		return choose_layout(strip, shift ? -1 : 1);
	case SDLK_LEFTBRACKET:
		if (strip->speed + 1 < NR_SPEEDS)
			set_speed(strip, strip->speed + 1);
		return STRIP_TAKEN;
	case SDLK_RIGHTBRACKET:
		if (strip->speed)
			set_speed(strip, strip->speed - 1);
		return STRIP_TAKEN;
	case SDLK_ESCAPE:
		view_select_nothing(strip->view);
		return STRIP_TAKEN;
	case SDLK_QUESTION:
	case SDLK_SLASH:
	case SDLK_F1:
		return STRIP_HELP;
	case SDLK_F12:
		return STRIP_SCREENSHOT;
	case SDLK_q:
		return STRIP_CLOSE;
	default:
		return STRIP_PASS;
	}
}

bool strip_text(struct strip *strip, const char *text)
{
	if (strip->open != CONTROL_UNTIL)
		return false;
	if (strlen(strip->text) + strlen(text) < sizeof(strip->text))
		strcat(strip->text, text);
	strip->at = MAX_ITEMS;
	strip->why[0] = '\0';
	strip->view->redraw = true;
	return true;
}

/* ---- drawing ------------------------------------------------------------------------- */

static void label_of(const struct strip *strip, int control, char *to,
		     size_t size)
{
	const struct palette *palette = strip->view->palette;

	switch (control) {
	case CONTROL_PAUSE:
		snprintf(to, size, is_paused(strip) ? "Go on" : "Pause");
		return;
	case CONTROL_SPEED:
		snprintf(to, size, "Speed: %s", speeds[strip->speed].name);
		return;
	case CONTROL_LAYOUT:
		snprintf(to, size, "Layout: %s", strip->layout->name);
		return;
	case CONTROL_PALETTE:
		snprintf(to, size,
			 palette == palette_number(0) ? "Light" : "Dark");
		return;
	default:
		snprintf(to, size, "%s", controls[control].label);
	}
}

static int button_width(struct canvas *canvas, const struct strip *strip,
			int control)
{
	char label[48];

	label_of(strip, control, label, sizeof(label));
	return canvas_text_width(canvas, FONT_TEXT, label) +
	       canvas_unit(canvas, 14);
}

static void draw_button(struct strip *strip, struct canvas *canvas, int control,
			struct box box)
{
	const struct palette *palette = strip->view->palette;
	bool lit = strip->under == control || strip->open == control;
	char label[48];

	strip->box[control] = box;
	label_of(strip, control, label, sizeof(label));
	canvas_fill(canvas, box, lit ? palette->hover : palette->panel);
	canvas_frame(canvas, box, palette->border, canvas_unit(canvas, 1));
	canvas_text_cut(
		canvas, box.x + canvas_unit(canvas, 7),
		box.y + (box.h - canvas_line_height(canvas, FONT_TEXT)) / 2,
		box.w - canvas_unit(canvas, 8), FONT_TEXT,
		lit ? palette->panel : palette->text, label);
}

/* Right of a play, two bars or a square, so that it isn't told by words alone. */
static int draw_sign(const struct strip *strip, struct canvas *canvas,
		     enum live_state state, struct box box)
{
	const struct palette *palette = strip->view->palette;
	int size = box.h - canvas_unit(canvas, 12);
	int y = box.y + (box.h - size) / 2;

	switch (state) {
	case LIVE_PAUSED:
		canvas_fill(canvas, (struct box){box.x, y, size / 3, size},
			    palette->warn);
		canvas_fill(canvas,
			    (struct box){box.x + size - size / 3, y, size / 3,
					 size},
			    palette->warn);
		break;
	case LIVE_ENDED:
		canvas_fill(canvas, (struct box){box.x, y, size, size},
			    palette->dim);
		break;
	default:
		for (int i = 0; i < size; i++)
			canvas_fill(canvas,
				    (struct box){box.x, y + i,
						 size - abs(size - 2 * i) + 1,
						 1},
				    palette->good);
	}
	return box.x + size + canvas_unit(canvas, 6);
}

static void state_words(const struct live_status *status, char *to, size_t size)
{
	static const char *const names[] = {
		[LIVE_STARTING] = "starting",
		[LIVE_RUNNING] = "running",
		[LIVE_PAUSED] = "paused",
		[LIVE_ENDED] = "ended",
	};
	char words[100];

	if (status->go == LIVE_UNTIL && status->state != LIVE_ENDED) {
		condition_text(&status->until, words, sizeof(words));
		snprintf(to, size, "%s: %s%s", names[status->state],
			 status->state == LIVE_RUNNING ? "until " : "", words);
	} else if (status->state == LIVE_ENDED) {
		snprintf(to, size, "ended with status %d", status->exit_status);
	} else {
		snprintf(to, size, "%s", names[status->state]);
	}
}

static void draw_state(struct strip *strip, struct canvas *canvas,
		       struct box box)
{
	const struct view *view = strip->view;
	const struct palette *palette = view->palette;
	int y = box.y + (box.h - canvas_line_height(canvas, FONT_TEXT)) / 2;
	struct live_status status = {.state = LIVE_PAUSED};
	char words[160], line[256] = "";
	char time[32];
	int x;

	if (view->live)
		status = live_status(view->live);
	state_words(&status, words, sizeof(words));
	x = draw_sign(strip, canvas, status.state, box);
	if (view->now) {
		text_time(view->now->cycle, view->now->clock_hz, time,
			  sizeof(time));
		snprintf(line, sizeof(line),
			 "%s   %" PRIu64 " faults   cycle %" PRIu64, time,
			 view->now->nr_faults, view->now->cycle);
	}
	x = canvas_text_cut(canvas, x, y, box.x + box.w - x, FONT_BOLD,
			    palette->text, words) +
	    canvas_unit(canvas, 12);
	if (x < box.x + box.w)
		canvas_text_cut(canvas, x, y, box.x + box.w - x, FONT_TEXT,
				palette->dim, line);
}

void strip_draw(struct strip *strip, struct canvas *canvas, struct box box,
		const struct layout *layout)
{
	int gap = canvas_unit(canvas, 3), left = box.x + gap;
	int right = box.x + box.w - gap;

	strip->layout = layout;
	canvas_push_clip(canvas, box);
	canvas_fill(canvas, box, strip->view->palette->raised);
	memset(strip->box, 0, sizeof(strip->box));
	for (int i = 0; i < CONTROL_LAYOUT; i++) {
		int width = button_width(canvas, strip, i);

		if (left + width > right)
			break;
		draw_button(strip, canvas, i,
			    (struct box){left, box.y + gap, width,
					 box.h - 2 * gap});
		left += width + gap;
	}
	for (int i = NR_CONTROLS - 1; i >= CONTROL_LAYOUT; i--) {
		int width = button_width(canvas, strip, i);

		if (right - width < left)
			break;
		draw_button(strip, canvas, i,
			    (struct box){right - width, box.y + gap, width,
					 box.h - 2 * gap});
		right -= width + gap;
	}
	left += canvas_unit(canvas, 8);
	if (right - left > canvas_unit(canvas, 40))
		draw_state(strip, canvas,
			   (struct box){left, box.y, right - left, box.h});
	canvas_pop_clip(canvas);
}

static int widest(struct canvas *canvas, const struct strip *strip,
		  bool sentences)
{
	int most = 0;

	for (unsigned int i = 0; i < strip->nr_items; i++) {
		const struct item *item = &strip->item[i];
		int width = canvas_text_width(canvas, FONT_TEXT,
					      sentences ? item->sentence
							: item->text);

		most = width > most ? width : most;
	}
	return most;
}

static void draw_item(const struct strip *strip, struct canvas *canvas,
		      unsigned int i, int names)
{
	const struct palette *palette = strip->view->palette;
	int pad = canvas_unit(canvas, 8);
	struct box box = {strip->menu.x,
			  strip->menu.y + (int)i * strip->item_height,
			  strip->menu.w, strip->item_height};
	int y = box.y + canvas_unit(canvas, 3);

	if (i == strip->at) {
		canvas_fill(canvas, box, palette->raised);
		canvas_fill(canvas,
			    (struct box){box.x, box.y, canvas_unit(canvas, 3),
					 box.h},
			    palette->accent);
	}
	canvas_text(canvas, box.x + pad, y, FONT_TEXT, palette->text,
		    strip->item[i].text);
	canvas_text_cut(canvas, box.x + 2 * pad + names, y,
			box.w - 3 * pad - names, FONT_TEXT, palette->dim,
			strip->item[i].sentence);
}

/* Above the ready-made ones; returns how high it is. */
static int draw_prompt(const struct strip *strip, struct canvas *canvas,
		       struct box box)
{
	const struct palette *palette = strip->view->palette;
	int pad = canvas_unit(canvas, 8);
	int line = canvas_line_height(canvas, FONT_MONO);
	int x;

	box.h = 2 * line + 3 * pad;
	canvas_fill(canvas, box, palette->panel);
	canvas_frame(canvas, box, palette->accent, canvas_unit(canvas, 1));
	x = canvas_text(canvas, box.x + pad, box.y + pad, FONT_BOLD,
			palette->text, "Run until  ");
	x = canvas_text_cut(canvas, x, box.y + pad, box.x + box.w - x - pad,
			    FONT_MONO, palette->text, strip->text);
	canvas_fill(canvas,
		    (struct box){x + 1, box.y + pad, canvas_unit(canvas, 2),
				 line},
		    palette->accent);
	canvas_text_cut(canvas, box.x + pad, box.y + 2 * pad + line,
			box.w - 2 * pad, FONT_SMALL,
			strip->why[0] ? palette->bad : palette->dim,
			strip->why[0] ? strip->why : condition_names);
	return box.h;
}

void strip_draw_over(struct strip *strip, struct canvas *canvas)
{
	const struct palette *palette = strip->view->palette;
	struct box all = canvas_box(canvas), from;
	int pad = canvas_unit(canvas, 8), names;

	strip->menu = (struct box){0};
	if (strip->open < 0)
		return;
	from = strip->box[strip->open];
	names = widest(canvas, strip, false);
	strip->item_height = canvas_line_height(canvas, FONT_TEXT) +
			     canvas_unit(canvas, 6);
	strip->menu =
		(struct box){from.x, from.y + from.h + canvas_unit(canvas, 3),
			     names + widest(canvas, strip, true) + 4 * pad,
			     (int)strip->nr_items * strip->item_height};
	if (strip->open == CONTROL_UNTIL &&
	    strip->menu.w < canvas_unit(canvas, 780))
		strip->menu.w = canvas_unit(canvas, 780);
	if (strip->menu.w > all.w - 2 * pad)
		strip->menu.w = all.w - 2 * pad;
	if (strip->menu.x + strip->menu.w > all.w - pad)
		strip->menu.x = all.w - pad - strip->menu.w;
	if (strip->open == CONTROL_UNTIL)
		strip->menu.y += draw_prompt(strip, canvas, strip->menu);
	canvas_fill(canvas, strip->menu, palette->panel);
	for (unsigned int i = 0; i < strip->nr_items; i++)
		draw_item(strip, canvas, i, names);
	canvas_frame(canvas, strip->menu, palette->border,
		     canvas_unit(canvas, 1));
}
