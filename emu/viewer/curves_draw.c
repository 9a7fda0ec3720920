/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One chart: bins as steps, bands stacked from the ground up, with their names
 * in them where there is room and in a legend that has them in the same order.
 */
#include "emu/viewer/curves_draw.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "emu/viewer/view.h"

#define PAGE_BYTES 4096

/* ---- words --------------------------------------------------------------------------- */

static void number_text(double n, char *to, size_t size)
{
	static const char *const prefix[] = {"", " k", " M", " G"};
	int i = 0;

	for (; n >= 999.5 && i < 3; i++)
		n /= 1000;
	snprintf(to, size, n < 9.95 && (i || n > 0.005) ? "%.1f%s" : "%.0f%s",
		 n, prefix[i]);
	if (!i && n < 0.95 && n > 0.005)
		snprintf(to, size, "%.2f", n);
}

void curves_text(const struct curves_chart *chart, double value, char *to,
		 size_t size)
{
	size_t used;

	if (chart->form == CURVES_SHARE) {
		snprintf(to, size, "%.1f %%", value * 100);
		return;
	}
	if (chart->form == CURVES_PAGES || chart->form == CURVES_TRAFFIC)
		text_bytes((uint64_t)(value * PAGE_BYTES), to, size);
	else
		number_text(value, to, size);
	used = strlen(to);
	if (chart->form != CURVES_MISSES)
		snprintf(to + used, size - used, "%s", chart->unit);
}

/* The name of the machine's n-th TLB, cut from its counter's; "": none. */
static void tlb_name(const struct snapshot *snapshot, int n, char *to,
		     size_t size)
{
	uint32_t nr;
	const struct snapshot_counter *counter = snapshot_counters(snapshot,
								   &nr);

	to[0] = '\0';
	for (uint32_t i = 0; i < nr; i++) {
		const char *what = strstr(counter[i].name, " misses");

		if (counter[i].group == COUNTER_TLB && what && !n--) {
			snprintf(to, size, "%.*s",
				 (int)(what - counter[i].name),
				 counter[i].name);
			return;
		}
	}
}

void curves_label(const struct snapshot *snapshot,
		  const struct curves_chart *chart, int band, char *to,
		  size_t size)
{
	if (chart->band[band].label)
		snprintf(to, size, "%s", chart->band[band].label);
	else
		tlb_name(snapshot, band, to, size);
}

bool curves_has_band(const struct snapshot *snapshot,
		     const struct curves_chart *chart, int band)
{
	char name[40];

	curves_label(snapshot, chart, band, name, sizeof(name));
	return name[0];
}

/* ---- places -------------------------------------------------------------------------- */

int curves_x(const struct curves_frame *frame, double cycle)
{
	double length = frame->range.to - frame->range.from;
	double part = length > 0 ? (cycle - frame->range.from) / length : 0;

	part = fmin(fmax(part, -1), 2);
	return frame->left + (int)lround(part * (frame->right - frame->left));
}

double curves_cycle(const struct curves_frame *frame, int x)
{
	int width = frame->right - frame->left;

	return frame->range.from +
	       (width > 0 ? (double)(x - frame->left) / width : 0) *
		       (frame->range.to - frame->range.from);
}

/* What one chart is drawn with. */
struct chart {
	const struct view *view;
	struct canvas *canvas;
	const struct curves_frame *frame;
	const struct curves_chart *chart;
	const struct curves_drawing *work;
	struct box plot;
	double top; /* the value at its upper edge */
	colour_t colour[CURVES_BANDS];
};

static int y_of(const struct chart *c, double value)
{
	double part = c->top > 0 ? fmin(value / c->top, 1) : 0;

	if (c->chart->form == CURVES_TRAFFIC)
		return c->plot.y + c->plot.h / 2 -
		       (int)lround(part * (c->plot.h / 2));
	return c->plot.y + c->plot.h - (int)lround(part * c->plot.h);
}

static struct box bin_box(const struct chart *c, int bin)
{
	double first = c->work->bins.first + bin * c->work->bins.cycles;
	int left = curves_x(c->frame, first);
	int right = curves_x(c->frame, first + c->work->bins.cycles);

	return (struct box){left, c->plot.y, right - left, c->plot.h};
}

/* ---- the ground ------------------------------------------------------------------------ */

static void draw_level(const struct chart *c, double value, int y)
{
	const struct palette *palette = c->view->palette;
	int line = canvas_line_height(c->canvas, FONT_SMALL);
	int top = y - line / 2;
	char text[32];

	canvas_fill(c->canvas, (struct box){c->plot.x, y, c->plot.w, 1},
		    palette->border);
	if (c->plot.x < canvas_unit(c->canvas, 40))
		return;
	curves_text(c->chart, value, text, sizeof(text));
	if (top + line > c->plot.y + c->plot.h)
		top = c->plot.y + c->plot.h - line;
	canvas_text_right(c->canvas, c->plot.x - canvas_unit(c->canvas, 5), top,
			  FONT_SMALL, palette->dim, text);
}

static void draw_ground(const struct chart *c)
{
	const struct palette *palette = c->view->palette;
	bool tall = c->plot.h > 4 * canvas_line_height(c->canvas, FONT_SMALL);

	canvas_fill(c->canvas, c->plot, palette->window);
	if (c->top <= 0)
		return;
	draw_level(c, c->top, c->plot.y);
	if (c->chart->form == CURVES_TRAFFIC) {
		draw_level(c, 0, y_of(c, 0));
		if (tall)
			draw_level(c, c->top, c->plot.y + c->plot.h - 1);
		return;
	}
	if (tall)
		draw_level(c, c->top / 2, y_of(c, c->top / 2));
	draw_level(c, 0, c->plot.y + c->plot.h - 1);
}

/* ---- bands ------------------------------------------------------------------------------- */

/* One on the other; a hair of the ground between two that are thick. */
static void draw_stacked(const struct chart *c)
{
	for (int bin = 0; bin < c->work->bins.nr; bin++) {
		struct box box = bin_box(c, bin);
		double sum = 0;
		int bottom = y_of(c, 0);

		for (int i = 0; i < c->chart->nr_bands; i++) {
			int y;

			sum += c->work->band[bin][i];
			y = y_of(c, sum);
			box.y = y;
			box.h = bottom - y;
			if (box.h > canvas_unit(c->canvas, 4)) {
				box.y++;
				box.h--;
			}
			canvas_fill(c->canvas, box, c->colour[i]);
			bottom = y;
		}
	}
}

static void draw_traffic(const struct chart *c)
{
	int middle = c->plot.y + c->plot.h / 2;

	for (int bin = 0; bin < c->work->bins.nr; bin++) {
		struct box box = bin_box(c, bin);

		box.y = y_of(c, c->work->band[bin][0]);
		box.h = middle - box.y;
		canvas_fill(c->canvas, box, c->colour[0]);
		box.h = middle - y_of(c, c->work->band[bin][1]);
		box.y = middle + 1;
		canvas_fill(c->canvas, box, c->colour[1]);
	}
}

/* A step line; the bands differ in how they are dashed, too. */
static void draw_line(const struct chart *c, int band)
{
	int thick = canvas_unit(c->canvas, band ? 1.5 : 2);
	int dash = canvas_unit(c->canvas, 3 * band), last = 0;

	for (int bin = 0; bin < c->work->bins.nr; bin++) {
		struct box box = bin_box(c, bin);
		int y = y_of(c, c->work->band[bin][band]) - thick / 2;
		int from = y < last ? y : last, to = y < last ? last : y;

		for (int x = box.x; x < box.x + box.w; x++)
			if (!dash || x % (2 * dash) < dash)
				canvas_fill(c->canvas,
					    (struct box){x, y, 1, thick},
					    c->colour[band]);
		if (bin)
			canvas_fill(c->canvas,
				    (struct box){box.x, from,
						 canvas_unit(c->canvas, 1),
						 to - from + thick},
				    c->colour[band]);
		last = y;
	}
}

/* ---- names in the bands -------------------------------------------------------------------- */

/* The middle of @band in @bin, and how thick it is. */
static int band_middle(const struct chart *c, int bin, int band, int *thick)
{
	double below = 0;
	int top, bottom;

	for (int i = 0; i < band; i++)
		below += c->work->band[bin][i];
	top = y_of(c, below + c->work->band[bin][band]);
	bottom = y_of(c, below);
	*thick = bottom - top;
	return (top + bottom) / 2;
}

/* True: a text so high at @y lies in @band from @first on, for @nr bins. */
static bool fits(const struct chart *c, int band, int first, int nr, int y,
		 int high)
{
	for (int bin = first; bin < first + nr; bin++) {
		int thick, middle = band_middle(c, bin, band, &thick);

		if (y - high / 2 < middle - thick / 2 ||
		    y + high / 2 > middle + thick / 2)
			return false;
	}
	return true;
}

/* What can be read on @ground: black or white. */
static colour_t ink_on(colour_t ground)
{
	unsigned int light = (ground >> 16 & 255) * 3 +
			     (ground >> 8 & 255) * 6 + (ground & 255);

	return light > 1350 ? 0x101216 : 0xffffff;
}

static void draw_name(const struct chart *c, int band)
{
	const struct curves_bins *bins = &c->work->bins;
	int line = canvas_line_height(c->canvas, FONT_SMALL);
	char name[40];
	int width, nr;
	double pixels = (double)c->plot.w * bins->cycles /
			(c->frame->range.to - c->frame->range.from);

	curves_label(c->view->now, c->chart, band, name, sizeof(name));
	width = canvas_text_width(c->canvas, FONT_SMALL, name);
	nr = (int)ceil((width + canvas_unit(c->canvas, 8)) / pixels) + 1;
	for (int bin = bins->nr - 1 - nr; bin > 0; bin--) {
		int thick;
		int y = band_middle(c, bin + nr / 2, band, &thick);

		if (thick < line || !fits(c, band, bin, nr, y, line - 2))
			continue;
		canvas_text(c->canvas,
			    bin_box(c, bin).x +
				    ((int)(nr * pixels) - width) / 2,
			    y - line / 2, FONT_SMALL, ink_on(c->colour[band]),
			    name);
		return;
	}
}

/* ---- marks ---------------------------------------------------------------------------------- */

/* Under this line kswapd is awake: as used memory, so from above. */
static void draw_watermark(const struct chart *c)
{
	struct curves_memory memory = curves_memory(c->view->now);
	int y = y_of(c, memory.managed - memory.low);
	int dash = canvas_unit(c->canvas, 4);
	int line = canvas_line_height(c->canvas, FONT_SMALL);

	if (memory.low <= 0 || c->plot.h < 3 * line || c->top < memory.managed)
		return;
	for (int x = c->plot.x; x < c->plot.x + c->plot.w; x += 2 * dash)
		canvas_fill(c->canvas, (struct box){x, y, dash, 1},
			    c->view->palette->bad);
}

/* An arrow at the edge of @box that it points to: what is there goes on. */
static void draw_arrow(const struct chart *c, struct box box, bool up)
{
	int high = canvas_unit(c->canvas, 3), x = box.x + box.w / 2;

	for (int row = 0; row < high; row++)
		canvas_fill(c->canvas,
			    (struct box){x - row,
					 up ? box.y + row
					    : box.y + box.h - 1 - row,
					 2 * row + 1, 1},
			    c->view->palette->text);
}

/* Where bins reach beyond the axis. */
static void draw_cut(const struct chart *c)
{
	double most = c->top * 1.001;

	if (c->chart->form == CURVES_SHARE || c->chart->form == CURVES_PAGES)
		return;
	for (int bin = 0; bin < c->work->bins.nr; bin++) {
		const double *band = c->work->band[bin];

		if (c->chart->form == CURVES_TRAFFIC) {
			if (band[0] > most)
				draw_arrow(c, bin_box(c, bin), true);
			if (band[1] > most)
				draw_arrow(c, bin_box(c, bin), false);
		} else if (curves_height(c->chart, band) > most) {
			draw_arrow(c, bin_box(c, bin), true);
		}
	}
}

static void draw_cursors(const struct chart *c)
{
	const struct view *view = c->view;
	struct box line = c->plot;

	line.w = canvas_unit(c->canvas, 1);
	if (view->went_back) {
		line.x = curves_x(c->frame, (double)view->now->cycle);
		canvas_fill(c->canvas, line, view->palette->accent);
	}
	if (c->frame->hover >= 0) {
		line.x = curves_x(c->frame, c->frame->hover);
		canvas_fill(c->canvas, line, view->palette->hover);
	}
}

/* ---- the legend ------------------------------------------------------------------------------- */

/* The bin whose values the legend tells: under the pointer, or the last. */
static int told_bin(const struct chart *c)
{
	const struct curves_bins *bins = &c->work->bins;
	double cycle = c->frame->hover >= 0 ? c->frame->hover
					    : (double)c->view->now->cycle;
	int bin = (int)floor((cycle - bins->first) / bins->cycles);

	/* one that isn't over yet has too little */
	if (c->frame->hover < 0 && !c->view->went_back && bin > 0)
		bin--;
	return bin < 0 ? 0 : bin >= bins->nr ? bins->nr - 1 : bin;
}

static void draw_swatch(const struct chart *c, struct box box, int band)
{
	int dash = canvas_unit(c->canvas, 3 * band);

	if (c->chart->form != CURVES_MISSES) {
		canvas_fill(c->canvas, box, c->colour[band]);
		return;
	}
	box.y += box.h / 2 - 1;
	box.h = canvas_unit(c->canvas, 2);
	for (int x = box.x; x < box.x + box.w; x++)
		if (!dash || (x - box.x) % (2 * dash) < dash)
			canvas_fill(c->canvas, (struct box){x, box.y, 1, box.h},
				    c->colour[band]);
}

static void draw_legend_row(const struct chart *c, struct box row, int band,
			    double value)
{
	const struct palette *palette = c->view->palette;
	int pad = canvas_unit(c->canvas, 4), side = row.h * 6 / 10;
	bool lines = c->chart->form == CURVES_MISSES;
	struct box swatch = {row.x, row.y + (row.h - side) / 2,
			     lines ? 2 * side : side, side};
	char name[40], text[32];
	int width;

	draw_swatch(c, swatch, band);
	curves_label(c->view->now, c->chart, band, name, sizeof(name));
	curves_text(c->chart, value, text, sizeof(text));
	width = canvas_text_width(c->canvas, FONT_SMALL, text);
	row.x += swatch.w + pad;
	row.w -= swatch.w + pad;
	canvas_text_cut(c->canvas, row.x, row.y, row.w - width - pad,
			FONT_SMALL, value > 0 ? palette->text : palette->faint,
			name);
	canvas_text_right(c->canvas, row.x + row.w, row.y, FONT_SMALL,
			  value > 0 ? palette->text : palette->faint, text);
}

/* How many rows the legend would have. */
static int count_bands(const struct chart *c)
{
	int nr = 0;

	for (int i = 0; i < c->chart->nr_bands; i++)
		nr += curves_has_band(c->view->now, c->chart, i);
	return nr;
}

/* Memory: what is above the bands, and the dashed line. */
static struct box draw_legend_free(const struct chart *c, struct box row)
{
	const struct curves_memory memory = curves_memory(c->view->now);
	const double used = curves_height(c->chart, c->work->band[told_bin(c)]);
	const struct palette *palette = c->view->palette;
	int side = row.h * 6 / 10, pad = canvas_unit(c->canvas, 4);
	struct box swatch = {row.x, row.y + (row.h - side) / 2, side, side};
	const char *const name[] = {"free", "low watermarks"};

	const double value[] = {memory.managed - used, memory.low};
	char text[32];

	for (int i = 0; i < 2; i++) {
		if (i)
			canvas_fill(c->canvas,
				    (struct box){swatch.x,
						 swatch.y + side / 2 + row.h,
						 side, 1},
				    palette->bad);
		else
			canvas_frame(c->canvas, swatch, palette->border, 1);
		curves_text(c->chart, value[i], text, sizeof(text));
		canvas_text(c->canvas, row.x + side + pad, row.y + i * row.h,
			    FONT_SMALL, palette->dim, name[i]);
		canvas_text_right(c->canvas, row.x + row.w, row.y + i * row.h,
				  FONT_SMALL, palette->dim, text);
	}
	row.y += 2 * row.h;
	return row;
}

/* From above as in the chart; what is nothing goes first when room is short. */
static void draw_legend(const struct chart *c, struct box box)
{
	int line = canvas_line_height(c->canvas, FONT_SMALL);
	int room = box.h / line, left = count_bands(c);
	const double *value = c->work->band[told_bin(c)];
	bool stacked = c->chart->form != CURVES_TRAFFIC &&
		       c->chart->form != CURVES_MISSES;
	struct box row = {box.x, box.y, box.w, line};

	if (c->chart->form == CURVES_PAGES && room >= left + 2) {
		row = draw_legend_free(c, row);
		room -= 2;
	}
	for (int n = 0; n < c->chart->nr_bands && room > 0; n++) {
		int band = stacked ? c->chart->nr_bands - 1 - n : n;

		if (!curves_has_band(c->view->now, c->chart, band))
			continue;
		if (left > room && value[band] <= 0) {
			left--;
			continue;
		}
		if (room == 1 && left > 1) {
			canvas_textf(c->canvas, row.x, row.y, FONT_SMALL,
				     c->view->palette->faint, "… %d more",
				     left);
			return;
		}
		draw_legend_row(c, row, band, value[band]);
		row.y += line;
		room--;
		left--;
	}
}

/* ---- the whole ---------------------------------------------------------------------------------- */

static void draw_title(const struct chart *c, struct box box)
{
	const struct palette *palette = c->view->palette;
	const struct curves_memory memory = curves_memory(c->view->now);
	double all = curves_height(c->chart, c->work->band[told_bin(c)]);
	char text[48], value[32];
	int x, pad = canvas_unit(c->canvas, 8);

	x = canvas_text_cut(c->canvas, c->plot.x, box.y, c->plot.w, FONT_BOLD,
			    palette->text, c->chart->title);
	curves_text(c->chart,
		    c->chart->form == CURVES_PAGES ? memory.managed - all : all,
		    value, sizeof(value));
	switch (c->chart->form) {
	case CURVES_RATE:
		snprintf(text, sizeof(text), "%s", value);
		break;
	case CURVES_PAGES:
		snprintf(text, sizeof(text), "%s free", value);
		break;
	case CURVES_MISSES:
		snprintf(text, sizeof(text), "%s", c->chart->unit + 1);
		break;
	case CURVES_TRAFFIC:
		snprintf(text, sizeof(text), "in above, out below");
		break;
	default:
		snprintf(text, sizeof(text), "cycles by cause");
	}
	if (x + pad < c->plot.x + c->plot.w)
		canvas_text_cut(c->canvas, x + pad, box.y,
				c->plot.x + c->plot.w - x - pad, FONT_TEXT,
				palette->dim, text);
}

static void draw_plot(const struct chart *c)
{
	canvas_push_clip(c->canvas, c->plot);
	switch (c->chart->form) {
	case CURVES_TRAFFIC:
		draw_traffic(c);
		break;
	case CURVES_MISSES:
		for (int i = c->chart->nr_bands - 1; i >= 0; i--)
			if (curves_has_band(c->view->now, c->chart, i))
				draw_line(c, i);
		break;
	default:
		draw_stacked(c);
		for (int i = 0; i < c->chart->nr_bands; i++)
			draw_name(c, i);
	}
	if (c->chart->form == CURVES_PAGES)
		draw_watermark(c);
	draw_cut(c);
	draw_cursors(c);
	if (c->top <= 0)
		canvas_text_cut(c->canvas,
				c->plot.x + canvas_unit(c->canvas, 8),
				c->plot.y + canvas_unit(c->canvas, 4),
				c->plot.w, FONT_SMALL, c->view->palette->faint,
				"none in this time");
	canvas_pop_clip(c->canvas);
}

void curves_draw_chart(const struct view *view, struct canvas *canvas,
		       struct box box, const struct curves_frame *frame,
		       const struct curves_chart *chart,
		       struct curves_drawing *work)
{
	int title = canvas_line_height(canvas, FONT_BOLD);
	int pad = canvas_unit(canvas, 10);
	struct chart c = {
		view,
		canvas,
		frame,
		chart,
		work,
		{frame->left, box.y + title, frame->right - frame->left, box.h - title},
		0,
		{0}};

	if (c.plot.h < canvas_unit(canvas, 8) || c.plot.w < 1)
		return;
	memset(work->band, 0, sizeof(work->band));
	work->bins = curves_make_bins(frame->range,
				      c.plot.w / canvas_unit(canvas, 3));
	if (work->bins.nr > CURVES_MAX_BINS)
		work->bins = curves_make_bins(frame->range,
					      CURVES_MAX_BINS / 2);
	if (work->bins.nr < 1)
		return;
	curves_fill(view->newest ? view->newest : view->now, chart, &work->bins,
		    work->band);
	c.top = curves_top(view->now, chart, &work->bins, work->band);
	for (int i = 0; i < chart->nr_bands; i++)
		c.colour[i] =
			chart->band[i].kind == CURVES_PLAIN
				? view->palette->free
				: view->palette->kind[chart->band[i].kind];
	draw_ground(&c);
	draw_plot(&c);
	draw_title(&c, box);
	if (frame->legend)
		draw_legend(&c,
			    (struct box){frame->right + pad, c.plot.y,
					 frame->legend - 2 * pad, c.plot.h});
}

/* ---- time ------------------------------------------------------------------------------------------ */

static void tick_text(double seconds, double step, char *to, size_t size)
{
	static const struct {
		double seconds;
		const char *name;
	} units[] = {{1, "s"}, {1e-3, "ms"}, {1e-6, "µs"}};
	int unit = 0, digits = 0;

	while (unit < 2 && step < units[unit].seconds * 0.0999)
		unit++;
	for (double n = step / units[unit].seconds; n < 0.9999 && digits < 6;
	     n *= 10)
		digits++;
	snprintf(to, size, "%.*f %s", digits, seconds / units[unit].seconds,
		 units[unit].name);
}

void curves_draw_time(const struct view *view, struct canvas *canvas,
		      struct box box, const struct curves_frame *frame)
{
	double hz = view->now->clock_hz;
	double from = frame->range.from / hz, to = frame->range.to / hz;
	int each = canvas_unit(canvas, 60), width = frame->right - frame->left;
	int nr = width / each > 1 ? width / each : 1, last = box.x;
	double step;

	if (to <= from || width < 1)
		return;
	step = curves_round((to - from) / nr);
	for (double at = ceil(from / step) * step; at <= to; at += step) {
		int x = curves_x(frame, at * hz);
		char text[32];
		int w;

		tick_text(at, step, text, sizeof(text));
		w = canvas_text_width(canvas, FONT_SMALL, text);
		canvas_fill(canvas,
			    (struct box){x, box.y, 1, canvas_unit(canvas, 4)},
			    view->palette->faint);
		if (x - w / 2 < last || x + w / 2 > box.x + box.w)
			continue;
		canvas_text(canvas, x - w / 2, box.y + canvas_unit(canvas, 4),
			    FONT_SMALL, view->palette->dim, text);
		last = x + w;
	}
}
