/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reclaim: for each node its zones' watermarks, its lists of pages and whether
 * kswapd runs; below, how pages went between the lists, of the whole machine,
 * for that is how the kernel counts them.
 */
#include "emu/viewer/panel.h"

#include <stdio.h>
#include <string.h>

#include "emu/viewer/gauge.h"
#include "emu/viewer/scroll.h"
#include "emu/viewer/view.h"

/* kswapd gives up after so many runs without a page. */
#define MAX_RECLAIM_RETRIES 16

struct lru_panel {
	struct scroll scroll;
};

static const struct {
	enum kernel_lru lru;
	const char *name, *shorter;
	uint8_t kind; /* of palette */
	bool solid;
} lists[] = {
	{KERNEL_LRU_ACTIVE_ANON, "active anon", "a anon", 0, true},
	{KERNEL_LRU_INACTIVE_ANON, "inactive anon", "i anon", 0, false},
	{KERNEL_LRU_ACTIVE_FILE, "active file", "a file", 1, true},
	{KERNEL_LRU_INACTIVE_FILE, "inactive file", "i file", 1, false},
	{KERNEL_LRU_UNEVICTABLE, "unevictable", "unev.", 7, true},
};
#define NR_LISTS (sizeof(lists) / sizeof(lists[0]))

/* While one picture is drawn. */
struct drawing {
	struct canvas *canvas;
	const struct view *view;
	const struct palette *palette;
	struct box box; /* what is left of it, from the top */
	int unit, line, small;
	uint64_t longest; /* list */
};

static uint64_t counted(const struct snapshot *snapshot, const char *name)
{
	uint32_t nr = 0;
	const struct snapshot_counter *counter =
		snapshot ? snapshot_counters(snapshot, &nr) : NULL;

	for (uint32_t i = 0; i < nr; i++)
		if (counter[i].group == COUNTER_VMSTAT &&
		    !strcmp(counter[i].name, name))
			return counter[i].value;
	return 0;
}

/* Since boot, and since marks began to count. */
struct flow {
	uint64_t all, fresh;
};

static struct flow flow_of(const struct view *view, const char *name)
{
	uint32_t nr = 0;
	struct flow flow = {counted(view->now, name), 0};

	if (view->before)
		snapshot_counters(view->before, &nr);
	if (nr)
		flow.fresh = flow.all - counted(view->before, name);
	return flow;
}

static struct flow sum_of(const struct view *view, const char *a, const char *b)
{
	const struct flow left = flow_of(view, a), right = flow_of(view, b);

	return (struct flow){left.all + right.all, left.fresh + right.fresh};
}

static const struct kernel_lruvec *lruvec_before(const struct view *view,
						 int node)
{
	uint32_t nr = 0;
	const struct kernel_lruvec *lruvec =
		view->before ? snapshot_lruvecs(view->before, &nr) : NULL;

	for (uint32_t i = 0; i < nr; i++)
		if (lruvec[i].node == node)
			return &lruvec[i];
	return NULL;
}

/* ---- a node ------------------------------------------------------------------------------ */

static void draw_kswapd(struct drawing *d, const struct kernel_lruvec *lruvec,
			int x)
{
	const struct palette *palette = d->palette;
	char text[96];

	if (lruvec->kswapd_failures >= MAX_RECLAIM_RETRIES)
		snprintf(text, sizeof(text),
			 "kswapd%d has given up: %u runs freed nothing",
			 lruvec->node, lruvec->kswapd_failures);
	else if (lruvec->kswapd_failures)
		snprintf(text, sizeof(text), "kswapd%d %s, %u runs in vain",
			 lruvec->node,
			 lruvec->kswapd_runs ? "is running" : "sleeps",
			 lruvec->kswapd_failures);
	else
		snprintf(text, sizeof(text), "kswapd%d %s", lruvec->node,
			 lruvec->kswapd_runs ? "is running" : "sleeps");
	x += 12 * d->unit;
	x = canvas_text(d->canvas, x, d->box.y, FONT_TEXT,
			lruvec->kswapd_runs ? palette->warn : palette->faint,
			lruvec->kswapd_runs ? "● " : "○ ");
	canvas_text_cut(d->canvas, x, d->box.y, d->box.x + d->box.w - x,
			FONT_TEXT,
			lruvec->kswapd_failures ? palette->bad
			: lruvec->kswapd_runs   ? palette->text
						: palette->dim,
			text);
}

static void skip(struct drawing *d, int height)
{
	d->box.y += height;
	d->box.h = d->box.h > height ? d->box.h - height : 0;
}

static void draw_zones(struct drawing *d, int node, int label)
{
	uint32_t nr;
	const struct kernel_zone_info *zone = snapshot_zones(d->view->now, &nr);

	for (uint32_t i = 0; i < nr; i++) {
		const enum zone_level level = zone_level(&zone[i]);
		char free[32], text[96];

		if (zone[i].node != node)
			continue;
		snprintf(text, sizeof(text), "%s free, %s",
			 text_pages(zone_free(&zone[i]), free),
			 zone_level_text(level));
		canvas_text_cut(d->canvas, d->box.x, d->box.y, label,
				FONT_SMALL, d->palette->text, zone[i].name);
		canvas_text_cut(d->canvas, d->box.x + label, d->box.y,
				d->box.w - label, FONT_SMALL,
				level >= ZONE_BELOW_LOW ? d->palette->bad
							: d->palette->dim,
				text);
		skip(d, d->small + 2 * d->unit);
		gauge_draw(d->canvas, d->palette,
			   (struct box){d->box.x + label, d->box.y,
					d->box.w - label,
					gauge_height(d->canvas)},
			   &zone[i]);
		skip(d, gauge_height(d->canvas) + 2 * d->unit);
	}
}

static void draw_bar(struct drawing *d, struct box box, colour_t colour,
		     bool solid)
{
	if (solid) {
		canvas_fill(d->canvas, box, colour);
		return;
	}
	canvas_blend(d->canvas, box, colour, 90);
	canvas_push_clip(d->canvas, box);
	for (int x = box.x - box.h; x < box.x + box.w; x += 5 * d->unit)
		canvas_line(d->canvas, x, box.y + box.h, x + box.h, box.y,
			    colour);
	canvas_pop_clip(d->canvas);
	canvas_frame(d->canvas, box, colour, d->unit);
}

static void draw_list(struct drawing *d, size_t list,
		      const struct kernel_lruvec *lruvec, int label, int row)
{
	const uint64_t pages = lruvec->pages[lists[list].lru];
	const struct kernel_lruvec *before = lruvec_before(d->view,
							   lruvec->node);
	const uint64_t then = before ? before->pages[lists[list].lru] : pages;
	const int number = 96 * d->unit;
	const bool narrow = d->box.w < 2 * (label + number);
	const int room = d->box.w - label - (narrow ? 60 * d->unit : number);
	const struct box bar = {
		d->box.x + label, d->box.y,
		room > 0 ? (int)((uint64_t)room * pages / d->longest) : 0,
		row - 3 * d->unit};
	const int text_y = d->box.y + (bar.h - d->small) / 2;
	char text[32], bytes[32], more[96];

	canvas_text_cut(d->canvas, d->box.x, text_y, label - 4 * d->unit,
			FONT_SMALL, d->palette->text,
			narrow ? lists[list].shorter : lists[list].name);
	draw_bar(d, bar, d->palette->kind[lists[list].kind], lists[list].solid);
	if (then != pages && room > 0 && then <= d->longest)
		canvas_fill(d->canvas,
			    (struct box){bar.x + (int)((uint64_t)room * then /
						       d->longest),
					 bar.y - d->unit, 2 * d->unit,
					 bar.h + 2 * d->unit},
			    d->palette->fresh);
	snprintf(more, sizeof(more), "%s  %s", text_count(pages, text),
		 text_pages(pages, bytes));
	canvas_text_right(d->canvas, d->box.x + d->box.w, text_y, FONT_SMALL,
			  pages ? d->palette->text : d->palette->faint,
			  narrow ? text_short(pages, text) : more);
	skip(d, row);
}

static void draw_node(struct drawing *d, const struct kernel_lruvec *lruvec,
		      bool nodes, int row)
{
	int label = canvas_text_width(d->canvas, FONT_SMALL, "inactive anon") +
		    8 * d->unit;
	char title[64];
	int x;

	if (d->box.w < 3 * label)
		label = canvas_text_width(d->canvas, FONT_SMALL, "i anon ") +
			4 * d->unit;
	snprintf(title, sizeof(title), nodes ? "Node %d" : "Memory",
		 lruvec->node);
	x = canvas_text_cut(d->canvas, d->box.x, d->box.y, d->box.w, FONT_BOLD,
			    d->palette->text, title);
	draw_kswapd(d, lruvec, x);
	skip(d, d->line + 3 * d->unit);
	draw_zones(d, lruvec->node, label);
	for (size_t i = 0; i < NR_LISTS; i++)
		draw_list(d, i, lruvec, label, row);
	if (lruvec->isolated) {
		char text[96], n[32];

		snprintf(text, sizeof(text),
			 "%s pages are off the lists, being reclaimed or moved",
			 text_count(lruvec->isolated, n));
		canvas_text_cut(d->canvas, d->box.x, d->box.y, d->box.w,
				FONT_SMALL, d->palette->warn, text);
	}
	skip(d, d->small + 8 * d->unit);
}

/* ---- how pages go ------------------------------------------------------------------------- */

/* From @x1 to @x2, which may be left of it; thick if there is much of it. */
static void draw_arrow(struct drawing *d, int x1, int x2, int y,
		       const struct flow *flow)
{
	const int way = x2 > x1 ? 1 : -1;
	const colour_t colour = flow->fresh ? d->palette->fresh
				: flow->all ? d->palette->dim
					    : d->palette->faint;
	int thick = 1, head;

	for (uint64_t n = flow->fresh; n > 3 && thick < 6; n /= 6)
		thick++;
	thick *= d->unit;
	head = thick + 3 * d->unit;
	canvas_fill(d->canvas,
		    (struct box){way > 0 ? x1 : x2 + head, y - thick / 2,
				 (x2 - x1) * way - head, thick},
		    colour);
	for (int i = 0; i < head; i++)
		canvas_fill(d->canvas,
			    (struct box){x2 - way * i - (way < 0), y - i / 1, 1,
					 2 * i + 1},
			    colour);
}

static void draw_flow(struct drawing *d, int left, int right, int y,
		      bool to_the_right, const char *name, struct flow flow)
{
	const int pad = 6 * d->unit, width = right - left - 2 * pad;
	char n[32], fresh[32], text[96];

	draw_arrow(d, to_the_right ? left + pad : right - pad,
		   to_the_right ? right - pad : left + pad, y, &flow);
	canvas_text_cut(d->canvas, left + pad, y - d->small - 6 * d->unit,
			width, FONT_SMALL, d->palette->dim, name);
	text_count(flow.all, n);
	if (flow.fresh)
		snprintf(text, sizeof(text), "%s  +%s", n,
			 text_count(flow.fresh, fresh));
	else
		snprintf(text, sizeof(text), "%s", n);
	canvas_text_cut(d->canvas, left + pad, y + 6 * d->unit, width,
			FONT_SMALL,
			flow.all ? d->palette->text : d->palette->faint, text);
}

/* A box with two layers: anonymous pages above, files' below. */
static void draw_pool(struct drawing *d, struct box box, const char *name,
		      const char *below, uint64_t anon, uint64_t file,
		      bool solid)
{
	const int bar = 8 * d->unit, pad = 6 * d->unit;
	const uint64_t all = anon + file;
	char text[32];
	int y = box.y + 4 * d->unit;
	const int width = box.w - 2 * pad;

	canvas_fill(d->canvas, box, d->palette->raised);
	canvas_frame(d->canvas, box, d->palette->border, d->unit);
	canvas_text_cut(d->canvas, box.x + pad, y, width, FONT_BOLD,
			d->palette->text, name);
	y += d->line;
	if (below)
		canvas_text_cut(d->canvas, box.x + pad, y, width, FONT_SMALL,
				d->palette->dim, below);
	else
		canvas_text_cut(d->canvas, box.x + pad, y, width, FONT_SMALL,
				d->palette->dim, text_pages(all, text));
	y += d->small + 4 * d->unit;
	if (all && width > 0) {
		const int part = (int)((uint64_t)width * anon / all);

		draw_bar(d, (struct box){box.x + pad, y, part, bar},
			 d->palette->kind[0], solid);
		draw_bar(d,
			 (struct box){box.x + pad + part, y, width - part, bar},
			 d->palette->kind[1], solid);
	}
	y += bar + 3 * d->unit;
	snprintf(text, sizeof(text), "anon %u%%",
		 all ? (unsigned int)(anon * 100 / all) : 0);
	if (all)
		canvas_text_cut(d->canvas, box.x + pad, y, width, FONT_SMALL,
				d->palette->dim, text);
}

static uint64_t on_lists(const struct view *view, enum kernel_lru lru)
{
	uint32_t nr;
	const struct kernel_lruvec *lruvec = snapshot_lruvecs(view->now, &nr);
	uint64_t pages = 0;

	for (uint32_t i = 0; i < nr; i++)
		pages += lruvec[i].pages[lru];
	return pages;
}

static int flows_height(const struct drawing *d)
{
	return d->line + 4 * d->unit + 4 * d->small + 60 * d->unit +
	       3 * d->small;
}

static void say(struct drawing *d, const char *text)
{
	canvas_text_cut(d->canvas, d->box.x, d->box.y, d->box.w, FONT_SMALL,
			d->palette->dim, text);
	skip(d, d->small + d->unit);
}

/* What reclaim cost, in words. */
static void draw_efforts(struct drawing *d)
{
	const struct view *view = d->view;
	const uint64_t kswapd = counted(view->now, "pgscan_kswapd");
	const uint64_t direct = counted(view->now, "pgscan_direct");
	const uint64_t steal_k = counted(view->now, "pgsteal_kswapd");
	const uint64_t steal_d = counted(view->now, "pgsteal_direct");
	char a[32], b[32], c[32], e[32], text[200];

	snprintf(text, sizeof(text),
		 "scanned by kswapd %s, freed %s; by who allocates %s, freed "
		 "%s",
		 text_count(kswapd, a), text_count(steal_k, b),
		 text_count(direct, c), text_count(steal_d, e));
	say(d, text);
	snprintf(text, sizeof(text),
		 "swapped out %s, in %s; writeback %s; OOM kills %s",
		 text_count(counted(view->now, "pswpout"), a),
		 text_count(counted(view->now, "pswpin"), b),
		 text_count(counted(view->now, "nr_writeback"), c),
		 text_count(counted(view->now, "oom_kill"), e));
	say(d, text);
}

static void draw_flows(struct drawing *d)
{
	const struct view *view = d->view;
	const int height = 4 * d->small + 44 * d->unit;
	const int width = d->box.w / 5;
	const int step = (d->box.w - width) / 2;
	const int left = d->box.x, top = d->box.y + d->line + 4 * d->unit;
	const int upper = top + d->small + 8 * d->unit;
	const int lower = top + height - d->small - 8 * d->unit;

	canvas_text_cut(d->canvas, left, d->box.y, d->box.w, FONT_BOLD,
			d->palette->text,
			"How pages went, in all and since the last look");
	draw_pool(d, (struct box){left, top, width, height}, "active", NULL,
		  on_lists(view, KERNEL_LRU_ACTIVE_ANON),
		  on_lists(view, KERNEL_LRU_ACTIVE_FILE), true);
	draw_pool(d, (struct box){left + step, top, width, height}, "inactive",
		  NULL, on_lists(view, KERNEL_LRU_INACTIVE_ANON),
		  on_lists(view, KERNEL_LRU_INACTIVE_FILE), false);
	draw_pool(d, (struct box){left + 2 * step, top, width, height},
		  "reclaimed", "swapped or dropped",
		  counted(view->now, "pgsteal_anon"),
		  counted(view->now, "pgsteal_file"), true);
	draw_flow(d, left + width, left + step, upper, false, "activated",
		  flow_of(view, "pgactivate"));
	draw_flow(d, left + width, left + step, lower, true, "deactivated",
		  flow_of(view, "pgdeactivate"));
	draw_flow(d, left + step + width, left + 2 * step, upper, true,
		  "reclaimed",
		  sum_of(view, "pgsteal_kswapd", "pgsteal_direct"));
	draw_flow(d, left + step + width, left + 2 * step, lower, false,
		  "refaulted",
		  sum_of(view, "workingset_refault_anon",
			 "workingset_refault_file"));
	skip(d, d->line + 8 * d->unit + height);
	draw_efforts(d);
}

/* ---- the panel ------------------------------------------------------------------------------ */

static uint32_t zones_of(const struct view *view, int node)
{
	uint32_t nr, count = 0;
	const struct kernel_zone_info *zone = snapshot_zones(view->now, &nr);

	for (uint32_t i = 0; i < nr; i++)
		count += zone[i].node == node;
	return count;
}

static int node_height(const struct drawing *d,
		       const struct kernel_lruvec *lruvec, int row)
{
	const int zone = d->small + gauge_height(d->canvas) + 4 * d->unit;

	return d->line + 3 * d->unit +
	       (int)zones_of(d->view, lruvec->node) * zone +
	       (int)NR_LISTS * row + d->small + 8 * d->unit;
}

static uint64_t longest_list(const struct kernel_lruvec *lruvec, uint32_t nr)
{
	uint64_t longest = 1;

	for (uint32_t i = 0; i < nr; i++)
		for (size_t list = 0; list < NR_LISTS; list++)
			if (lruvec[i].pages[lists[list].lru] > longest)
				longest = lruvec[i].pages[lists[list].lru];
	return longest;
}

static void draw(void *state, struct view *view, struct canvas *canvas,
		 struct box box)
{
	struct lru_panel *panel = state;
	uint32_t nr;
	const struct kernel_lruvec *lruvec = snapshot_lruvecs(view->now, &nr);
	struct drawing d = {
		.canvas = canvas,
		.view = view,
		.palette = view->palette,
		.box = box_inside(box, canvas_unit(canvas, 6)),
		.unit = canvas_unit(canvas, 1),
		.line = canvas_line_height(canvas, FONT_BOLD),
		.small = canvas_line_height(canvas, FONT_SMALL),
		.longest = longest_list(lruvec, nr),
	};
	int row = d.small + 5 * d.unit, height = flows_height(&d), more;

	for (uint32_t i = 0; i < nr; i++)
		height += node_height(&d, &lruvec[i], row);
	more = nr ? (d.box.h - height) / (int)(nr * NR_LISTS) : 0;
	if (more > 0) {
		more = more < 26 * d.unit ? more : 26 * d.unit;
		row += more;
		height += more * (int)(nr * NR_LISTS);
	}
	scroll_fit(&panel->scroll, height, d.box.h, row);
	d.box.y -= panel->scroll.at;
	if (panel->scroll.most)
		d.box.w -= 6 * d.unit;
	for (uint32_t i = 0; i < nr; i++)
		draw_node(&d, &lruvec[i], nr > 1, row);
	draw_flows(&d);
	scroll_draw(canvas, view->palette, box, &panel->scroll);
}

static bool event(void *state, struct view *view,
		  const struct panel_event *event)
{
	struct lru_panel *panel = state;

	return scroll_event(&panel->scroll, view, event);
}

const struct panel_kind panel_lru = {
	.name = "lru",
	.title = "Reclaim: LRU lists and watermarks",
	.help = SCROLL_HELP,
	.sections = 1u << SECTION_LRUVECS | 1u << SECTION_ZONES |
		    1u << SECTION_COUNTERS,
	.state_bytes = sizeof(struct lru_panel),
	.draw = draw,
	.event = event,
};
