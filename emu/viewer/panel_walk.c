/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The walk of one address, from the table base down to what an access would
 * meet. As much is shown as there is room for: words with what each field
 * means, or words alone, or a line for each step; the wheel moves what doesn't
 * fit even so.
 */
#include "emu/viewer/panel.h"

#include <SDL.h>
#include <stdio.h>
#include <string.h>

#include "emu/viewer/figure.h"
#include "emu/viewer/scroll.h"
#include "emu/viewer/view.h"

#define NR_ARROWS   4
#define MAX_SPREAD  32 /* points */
#define MAX_LINKS   8
#define TWO_COLUMNS 860 /* points: hardware and Linux side by side */

enum detail {
	LINES,
	FIGURES, /* of words */
	MEANINGS, /* of what descriptors have in them */
	TABLES, /* of all words */
	NR_DETAILS
};

struct state {
	int detail; /* one of them and one more; 0: as there is room */
	struct scroll scroll;
	struct figure_spots spots;
	unsigned int nr_links;
	struct link { /* a click goes to that frame */
		struct box box;
		uint64_t pfn;
	} link[MAX_LINKS];
};

/* What is drawn with, from piece to piece downwards. */
struct pen {
	struct state *state;
	const struct palette *palette;
	struct canvas *canvas; /* NULL: measures alone */
	const struct canvas *metrics;
	struct box box; /* what is left */
	enum detail detail;
	int spread; /* more than the least space between steps */
};

static int gap(const struct pen *pen)
{
	return canvas_unit(pen->metrics, 6);
}

static void down(struct pen *pen, int height)
{
	pen->box.y += height;
	pen->box.h -= height;
}

static void add_link(struct pen *pen, struct box box, uint64_t paddr)
{
	struct state *state = pen->state;

	if (pen->canvas && state->nr_links < MAX_LINKS)
		state->link[state->nr_links++] = (struct link){box,
							       paddr >> 12};
}

/* ---- one step ---------------------------------------------------------------------- */

/* From @x on, as far as there is room. */
static int put_rest(const struct pen *pen, int x, enum font font,
		    colour_t colour, const char *text)
{
	const int right = pen->box.x + pen->box.w;

	if (x >= right || !*text)
		return x;
	return canvas_text_cut(pen->canvas, x, pen->box.y, right - x, font,
			       colour, text) +
	       gap(pen);
}

/* What it is, in bold, what is to be said of it, and what is in it. */
static void put_heading(struct pen *pen, const char *title, const char *text,
			const char *word)
{
	const int line = canvas_line_height(pen->metrics, FONT_BOLD);
	struct box at = {pen->box.x, pen->box.y, pen->box.w, line};
	int x;

	if (pen->canvas) {
		x = canvas_text_cut(pen->canvas, at.x, at.y, at.w, FONT_BOLD,
				    pen->palette->text, title) +
		    gap(pen);
		x = put_rest(pen, x, FONT_MONO, pen->palette->dim, text);
		put_rest(pen, x, FONT_MONO, pen->palette->text, word);
	}
	down(pen, line);
}

static void put_word(struct pen *pen, const struct snapshot_word *word)
{
	if (pen->detail >= FIGURES && word->nr_bits) {
		if (pen->canvas)
			figure_draw(pen->canvas, pen->palette, pen->box, word,
				    &pen->state->spots);
		down(pen, figure_height(pen->metrics));
	}
	if (pen->detail >= MEANINGS && word->nr_bits) {
		const int height = figure_table_height(pen->metrics, pen->box.w,
						       word);

		down(pen, gap(pen) / 2);
		if (pen->canvas)
			figure_table(pen->canvas, pen->palette, pen->box, word,
				     &pen->state->spots);
		down(pen, height);
	}
}

/* From one step to the next. */
static void put_arrow(struct pen *pen)
{
	const int x = pen->box.x + 2 * gap(pen), y = pen->box.y;
	const int height = gap(pen) * 2 + pen->spread,
		  tip = canvas_unit(pen->metrics, 4);
	struct canvas *canvas = pen->canvas;

	if (canvas) {
		canvas_fill(canvas,
			    (struct box){x, y + 2, canvas_unit(canvas, 1),
					 height - 4},
			    pen->palette->dim);
		for (int i = 0; i <= tip; i++)
			canvas_fill(canvas,
				    (struct box){x - i, y + height - 2 - i,
						 2 * i + canvas_unit(canvas, 1),
						 1},
				    pen->palette->dim);
	}
	down(pen, height + gap(pen) / 2);
}

/* ---- the address ---------------------------------------------------------------------- */

static void split(struct snapshot_word *va, int low, const char *name,
		  const char *meaning)
{
	struct snapshot_bits *bits = &va->bits[va->nr_bits];

	bits->high = va->nr_bits ? va->bits[va->nr_bits - 1].low - 1 : 31;
	bits->low = (uint8_t)low;
	snprintf(bits->name, sizeof(bits->name), "%s", name);
	snprintf(bits->meaning, sizeof(bits->meaning), "%s", meaning);
	va->nr_bits++;
}

static void put_address(struct pen *pen, const struct view *view,
			const struct snapshot_walk *walk)
{
	static const char *const reasons[] = {
		[WALK_SELECTED] = "selected",
		[WALK_OF_FAULT] = "of the last data abort, as none is selected",
		[WALK_OF_FETCH] = "of the program counter, as none is selected",
		[WALK_OF_START] = "its lowest, as none is selected",
	};
	const struct snapshot_process *process = view_process(view, walk->pid);
	struct snapshot_word va = {.there = true, .word = walk->va};
	char text[160], title[64];

	snprintf(title, sizeof(title), "Address 0x%08x", walk->va);
	snprintf(text, sizeof(text), "%s (%d): %s",
		 process ? process->comm : "process", walk->pid,
		 reasons[walk->reason]);
	put_heading(pen, title, text, "");
	split(&va, 20, "L1 index", "which word of the first-level table");
	if (walk->levels > 1 || !walk->levels)
		split(&va, 12, "L2 index",
		      "which word of the second-level table");
	split(&va, 0, "offset", "within the page or section");
	if (pen->detail > FIGURES)
		pen->detail = FIGURES;
	put_word(pen, &va);
}

/* ---- the steps ---------------------------------------------------------------------------- */

static void put_ttbr(struct pen *pen, const struct snapshot_walk *walk)
{
	char text[128], word[16];

	snprintf(word, sizeof(word), "0x%08x", walk->ttbr.word);
	if (!walk->ttbcr_n)
		snprintf(text, sizeof(text),
			 "TTBCR.N = 0, so for all addresses:");
	else
		snprintf(text, sizeof(text),
			 "TTBCR.N = %u, so for addresses %s 0x%08x:",
			 walk->ttbcr_n, walk->upper ? "from" : "below",
			 1u << (32 - walk->ttbcr_n));
	put_heading(pen, walk->ttbr.kind, text, word);
	if (pen->detail == MEANINGS)
		pen->detail = FIGURES;
	put_word(pen, &walk->ttbr);
}

static void say_word(const struct snapshot_word *word, char *to, size_t size)
{
	snprintf(to, size, "0x%08x  %s", word->word, word->kind);
}

static void put_l1(struct pen *pen, const struct snapshot_walk *walk)
{
	const uint32_t index = walk->va >> 20;
	struct box from = pen->box;
	char text[96], word[48];

	if (!walk->l1.there) {
		put_heading(pen, "First level",
			    "no table is read: the access faults", "");
		return;
	}
	snprintf(text, sizeof(text),
		 "at 0x%08x + 0x%03x × 4 = 0x%08x:", walk->l1.paddr - index * 4,
		 index, walk->l1.paddr);
	say_word(&walk->l1, word, sizeof(word));
	put_heading(pen, "First level", text, word);
	from.h = pen->box.y - from.y;
	add_link(pen, from, walk->l1.paddr);
	put_word(pen, &walk->l1);
}

static void put_l2(struct pen *pen, const struct snapshot_walk *walk)
{
	const uint32_t index = walk->va >> 12 & 255;
	struct box from = pen->box;
	char text[96], word[48];

	snprintf(text, sizeof(text),
		 "at 0x%08x + 0x%02x × 4:", walk->l2.paddr - index * 4, index);
	say_word(&walk->l2, word, sizeof(word));
	put_heading(pen, "Second level, hardware", text, word);
	from.h = pen->box.y - from.y;
	add_link(pen, from, walk->l2.paddr);
	put_word(pen, &walk->l2);
}

static void put_linux(struct pen *pen, const struct snapshot_walk *walk)
{
	char text[32], word[96];

	snprintf(text, sizeof(text), "at 0x%08x:", walk->linux_word.paddr);
	snprintf(word, sizeof(word), "0x%08x  %s", walk->linux_word.word,
		 walk->linux_says);
	put_heading(pen, "Linux's half", text, word);
	put_word(pen, &walk->linux_word);
}

/* Side by side, or one below the other. */
static void put_second(struct pen *pen, const struct snapshot_walk *walk)
{
	const int space = 2 * gap(pen);
	struct pen left = *pen, right = *pen;

	if (pen->box.w < canvas_unit(pen->metrics, TWO_COLUMNS) ||
	    !walk->linux_word.there) {
		put_l2(pen, walk);
		if (walk->linux_word.there) {
			down(pen, gap(pen));
			put_linux(pen, walk);
		}
		return;
	}
	left.box.w = right.box.w = (pen->box.w - space) / 2;
	right.box.x += left.box.w + space;
	put_l2(&left, walk);
	put_linux(&right, walk);
	if (pen->canvas)
		canvas_fill(pen->canvas,
			    (struct box){right.box.x - gap(pen), pen->box.y,
					 canvas_unit(pen->canvas, 1),
					 (left.box.y > right.box.y
						  ? left.box.y
						  : right.box.y) -
						 pen->box.y},
			    pen->palette->border);
	down(pen, (left.box.y > right.box.y ? left.box.y : right.box.y) -
			  pen->box.y);
}

/* ---- what comes of it -------------------------------------------------------------------- */

static bool fits(const struct pen *pen, const char *text, int width)
{
	return canvas_text_width(pen->canvas, FONT_TEXT, text) <= width;
}

static void put_verdict(struct pen *pen, struct box box, const char *what,
			const struct snapshot_verdict *verdict)
{
	const struct palette *palette = pen->palette;
	const int pad = gap(pen);
	char text[80];

	if (!pen->canvas)
		return;
	if (!verdict->fault)
		snprintf(text, sizeof(text), "✓ %s", what);
	else
		snprintf(text, sizeof(text), "✗ %s: %s, L%u, FSR 0x%03x", what,
			 verdict->fault, verdict->level, verdict->status);
	if (verdict->fault && !fits(pen, text, box.w - 2 * pad))
		snprintf(text, sizeof(text), "✗ %s: %s", what, verdict->fault);
	if (verdict->fault && !fits(pen, text, box.w - 2 * pad))
		snprintf(text, sizeof(text), "✗ %s", what);
	canvas_blend(pen->canvas, box,
		     verdict->fault ? palette->bad : palette->good, 50);
	canvas_frame(pen->canvas, box,
		     verdict->fault ? palette->bad : palette->good,
		     canvas_unit(pen->canvas, 1));
	canvas_text_cut(pen->canvas, box.x + pad, box.y + pad / 3,
			box.w - 2 * pad, FONT_TEXT, palette->text, text);
}

/* A row for each privilege: who reads, writes and fetches. */
static void put_verdicts(struct pen *pen, const struct snapshot_walk *walk)
{
	static const char *const who[] = {"program (PL0)", "kernel (PL1)"};
	static const char *const what[] = {"read", "write", "fetch"};
	const int line = canvas_line_height(pen->metrics, FONT_TEXT) +
			 canvas_unit(pen->metrics, 4);
	const int label = canvas_unit(pen->metrics, 96), space = gap(pen) / 2;
	const int width = (pen->box.w - label) / 3;

	for (int pl = 0; pl < 2; pl++) {
		if (pen->canvas)
			canvas_text_cut(pen->canvas, pen->box.x,
					pen->box.y + gap(pen) / 3, label,
					FONT_TEXT, pen->palette->dim, who[pl]);
		for (int i = 0; i < 3; i++)
			put_verdict(pen,
				    (struct box){pen->box.x + label + i * width,
						 pen->box.y, width - space,
						 line - 2},
				    what[i], &walk->verdict[pl][i]);
		down(pen, line);
	}
}

static void put_result(struct pen *pen, const struct snapshot_walk *walk)
{
	struct box from = pen->box;
	char title[48], text[200], size[16];

	if (!walk->mapped) {
		put_heading(pen, "No translation",
			    "each access faults: the kernel decides", "");
		put_verdicts(pen, walk);
		return;
	}
	text_bytes(walk->size_bytes, size, sizeof(size));
	snprintf(title, sizeof(title), "Physical 0x%08llx",
		 (unsigned long long)walk->paddr);
	snprintf(text, sizeof(text),
		 "= 0x%08llx + 0x%x   %s   %s   domain %u, %s",
		 (unsigned long long)walk->paddr & ~(walk->size_bytes - 1ull),
		 walk->va & (walk->size_bytes - 1), size, walk->memory,
		 walk->domain, walk->domain_access ? walk->domain_access : "");
	put_heading(pen, title, text, "");
	from.h = pen->box.y - from.y;
	add_link(pen, from, walk->paddr);
	put_verdicts(pen, walk);
}

/* ---- all of it -------------------------------------------------------------------------------- */

/* Each piece with its own detail: the pen of a piece may have less. */
static void put_walk(struct pen *pen, const struct view *view,
		     const struct snapshot_walk *walk)
{
	const enum detail detail = pen->detail;

	put_address(pen, view, walk);
	pen->detail = detail;
	put_arrow(pen);
	put_ttbr(pen, walk);
	pen->detail = detail;
	put_arrow(pen);
	put_l1(pen, walk);
	put_arrow(pen);
	if (walk->l2.there) {
		put_second(pen, walk);
		put_arrow(pen);
	}
	put_result(pen, walk);
}

static int height_of(struct pen pen, enum detail detail,
		     const struct view *view, const struct snapshot_walk *walk)
{
	const int top = pen.box.y;

	pen.canvas = NULL;
	pen.detail = detail;
	put_walk(&pen, view, walk);
	return pen.box.y - top;
}

static void choose_detail(struct pen *pen, const struct view *view,
			  const struct snapshot_walk *walk)
{
	struct state *state = pen->state;
	int detail = state->detail ? state->detail - 1 : TABLES, height;

	for (;; detail--) {
		height = height_of(*pen, (enum detail)detail, view, walk);
		if (height <= pen->box.h || state->detail || detail == LINES)
			break;
	}
	pen->detail = (enum detail)detail;
	pen->spread = pen->box.h > height ? (pen->box.h - height) / NR_ARROWS
					  : 0;
	if (pen->spread > canvas_unit(pen->metrics, MAX_SPREAD))
		pen->spread = canvas_unit(pen->metrics, MAX_SPREAD);
	scroll_fit(&state->scroll, height, pen->box.h,
		   canvas_line_height(pen->metrics, FONT_BOLD));
}

static void draw(void *opaque, struct view *view, struct canvas *canvas,
		 struct box box)
{
	struct state *state = opaque;
	uint32_t nr;
	const struct snapshot_walk *walk = snapshot_walk(view->now, &nr);
	struct pen pen = {state,
			  view->palette,
			  canvas,
			  canvas,
			  box_inside(box, canvas_unit(canvas, 8)),
			  LINES,
			  0};

	state->spots.nr = 0;
	state->nr_links = 0;
	if (!nr) {
		canvas_text_cut(canvas, pen.box.x, pen.box.y, pen.box.w,
				FONT_TEXT, view->palette->dim,
				"There is no process yet whose tables could "
				"be walked.");
		return;
	}
	choose_detail(&pen, view, walk);
	pen.box.y -= state->scroll.at;
	put_walk(&pen, view, walk);
	scroll_draw(canvas, view->palette, box, &state->scroll);
}

/* ---- the hand ----------------------------------------------------------------------------------- */

static void hover(struct state *state, struct view *view,
		  const struct panel_event *event)
{
	const struct figure_spot *spot = figure_spot_at(&state->spots, event->x,
							event->y);
	char value[40];

	if (!spot)
		return;
	figure_value_text(spot->word, &spot->bits, value, sizeof(value));
	view_tip(view, event->x, event->y, "%s [%u:%u] = %s",
		 spot->bits.name[0] ? spot->bits.name : "ignored or zero",
		 spot->bits.high, spot->bits.low, value);
	if (spot->bits.meaning[0])
		view_tip(view, event->x, event->y, "%s", spot->bits.meaning);
	view_tip(view, event->x, event->y, "of 0x%08x", spot->word);
}

static bool press(struct state *state, struct view *view,
		  const struct panel_event *event)
{
	for (unsigned int i = 0; i < state->nr_links; i++)
		if (box_has(state->link[i].box, event->x, event->y)) {
			view_select_frame(view, state->link[i].pfn);
			return true;
		}
	return false;
}

static bool handle(void *opaque, struct view *view,
		   const struct panel_event *event)
{
	struct state *state = opaque;

	switch (event->kind) {
	case PANEL_HOVER:
		hover(state, view, event);
		return true;
	case PANEL_PRESS:
		return press(state, view, event);
	default:
		if (event->kind != PANEL_KEY || event->key != SDLK_d)
			return scroll_event(&state->scroll, view, event);
	}
	state->detail = (state->detail + NR_DETAILS) % (NR_DETAILS + 1);
	view->redraw = true;
	return true;
}

const struct panel_kind panel_walk = {
	.name = "walk",
	.title = "Page-table walk",
	.help = "click on a step\tselect the frame of the table, or of the page\n"
		"d\tmore or less about each word\n" SCROLL_HELP,
	.sections = 1u << SECTION_WALK,
	.state_bytes = sizeof(struct state),
	.draw = draw,
	.event = handle,
};
