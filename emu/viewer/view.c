/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What all panels share: see view.h. */
#include "emu/viewer/view.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "emu/live.h"
#include "emu/viewer/history.h"

/* Was it taken by what is selected now? Or else what it links is old. */
static bool answers(const struct snapshot_wish *wish,
		    const struct selection *selected)
{
	if (wish->by_frame != selected->by_frame)
		return false;
	if (selected->by_frame)
		return wish->pfn == selected->pfn;
	return wish->pid == selected->pid && wish->va == selected->va;
}

/* The other name of the selected page, as @view->now tells it. */
static void follow_link(struct view *view)
{
	struct selection *selected = &view->selected;
	uint32_t nr;
	const struct snapshot_link *link = snapshot_link(view->now, &nr);

	if (!nr || !answers(&view->now->wish, selected))
		return;
	if (!selected->by_frame) {
		if (selected->has_va)
			selected->pfn = link->pfn;
		return;
	}
	selected->has_va = link->linked;
	if (!link->linked)
		return;
	selected->pid = link->pid;
	selected->va = link->va;
}

void view_show(struct view *view, struct snapshot *snapshot)
{
	if (!snapshot)
		return;
	if (view->now && view->now->cycle == snapshot->cycle) {
		snapshot_put(view->now);
	} else {
		snapshot_put(view->before);
		view->before = view->now;
	}
	view->now = snapshot;
	follow_link(view);
	view_wish(view, view->wish.sections);
	view->redraw = true;
}

void view_arrive(struct view *view, struct snapshot *snapshot)
{
	if (!snapshot)
		return;
	if (view->history)
		history_add(view->history, snapshot);
	snapshot_put(view->newest);
	view->newest = snapshot_get(snapshot);
	view->redraw = true;
	if (view->went_back)
		snapshot_put(snapshot);
	else
		view_show(view, snapshot);
}

void view_follow(struct view *view)
{
	bool was_back = view->went_back;

	view->went_back = false;
	if (!was_back || !view->newest)
		return;
	view_show(view, snapshot_get(view->newest));
	snapshot_put(view->before);
	view->before = snapshot_get(view->newest);
}

void view_go(struct view *view, const struct live_order *order)
{
	view_follow(view);
	if (view->live)
		live_go(view->live, order);
	view->redraw = true;
}

void view_go_back(struct view *view, size_t n)
{
	size_t length = view->history ? history_length(view->history) : 0;
	struct snapshot *to, *before;

	if (n + 1 >= length) {
		view_follow(view);
		return;
	}
	to = history_at(view->history, n);
	before = n ? history_at(view->history, n - 1) : to;
	view_show(view, snapshot_get(to));
	snapshot_put(view->before);
	view->before = snapshot_get(before);
	view->went_back = true;
}

void view_step(struct view *view, int steps)
{
	size_t length = view->history ? history_length(view->history) : 0;
	size_t at = length && view->now
			    ? history_near(view->history, view->now->cycle)
			    : 0;

	if (steps < 0 && at < (size_t)-steps)
		view_go_back(view, 0);
	else if (length)
		view_go_back(view, at + (size_t)steps);
}

void view_clear(struct view *view)
{
	snapshot_put(view->newest);
	view->newest = NULL;
	snapshot_put(view->before);
	snapshot_put(view->now);
	view->before = view->now = NULL;
}

/* ---- what is asked for -------------------------------------------------------- */

static bool same_wish(const struct snapshot_wish *a,
		      const struct snapshot_wish *b)
{
	return a->sections == b->sections && a->pid == b->pid &&
	       a->has_va == b->has_va && a->va == b->va && a->pfn == b->pfn &&
	       a->pointed == b->pointed && a->by_frame == b->by_frame &&
	       a->fault == b->fault;
}

void view_wish(struct view *view, uint32_t sections)
{
	const struct snapshot_wish wish = {
		.sections = sections,
		.pid = view->selected.pid,
		.has_va = view->selected.has_va,
		.va = view->selected.va,
		.pfn = view->selected.pfn,
		.pointed = view->pointed,
		.by_frame = view->selected.by_frame,
		.fault = view->selected.fault,
	};

	if (same_wish(&wish, &view->wish))
		return;
	view->wish = wish;
	if (view->live)
		live_wish(view->live, &wish);
}

bool view_has_wish(const struct view *view)
{
	return view->now && same_wish(&view->wish, &view->now->wish);
}

/* ---- selecting --------------------------------------------------------------------- */

static void selected(struct view *view)
{
	view->selected.serial++;
	view->redraw = true;
	view_wish(view, view->wish.sections);
}

void view_select_frame(struct view *view, uint64_t pfn)
{
	view->selected.pfn = pfn;
	view->selected.by_frame = true;
	view->selected.has_va = false;
	selected(view);
}

void view_select_page(struct view *view, int pid, uint32_t va)
{
	const struct snapshot_process *focus = view_focus(view);

	if (!pid && !view->selected.pid && focus)
		pid = focus->pid;
	if (pid)
		view->selected.pid = pid;
	view->selected.by_frame = false;
	view->selected.pfn = SNAPSHOT_NO_FRAME;
	view->selected.has_va = true;
	view->selected.va = va & ~UINT32_C(4095);
	selected(view);
}

void view_select_process(struct view *view, int pid)
{
	view->selected.pid = pid;
	view->selected.has_va = false;
	view->selected.by_frame = false;
	view->selected.pfn = SNAPSHOT_NO_FRAME;
	selected(view);
}

void view_select_fault(struct view *view, uint64_t fault)
{
	view->selected.fault = fault;
	selected(view);
}

void view_select_nothing(struct view *view)
{
	view->selected.pfn = SNAPSHOT_NO_FRAME;
	view->selected.pid = 0;
	view->selected.has_va = false;
	view->selected.by_frame = false;
	view->selected.fault = 0;
	selected(view);
}

void view_point_at(struct view *view, uint64_t pfn)
{
	if (view->pointed == pfn)
		return;
	view->pointed = pfn;
	view_wish(view, view->wish.sections);
}

/* ---- saying -------------------------------------------------------------------------- */

void view_tip(struct view *view, int x, int y, const char *format, ...)
{
	struct tip *tip = &view->tip;
	va_list args;

	if (tip->nr_lines && (tip->x != x || tip->y != y))
		tip->nr_lines = 0;
	if (tip->nr_lines == TIP_LINES)
		return;
	tip->x = x;
	tip->y = y;
	va_start(args, format);
	vsnprintf(tip->line[tip->nr_lines++], TIP_CHARS, format, args);
	va_end(args);
	view->redraw = true;
}

void view_no_tip(struct view *view)
{
	view->redraw |= view->tip.nr_lines > 0;
	view->tip.nr_lines = 0;
}

void view_say(struct view *view, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(view->message, sizeof(view->message), format, args);
	va_end(args);
	view->message_ms = view->ms;
	view->redraw = true;
}

/* ---- finding ---------------------------------------------------------------------------- */

const struct snapshot_process *view_process_of_mm(const struct view *view,
						  uint32_t mm)
{
	uint32_t nr = 0;
	const struct snapshot_process *process =
		view->now ? snapshot_processes(view->now, &nr) : NULL;

	for (uint32_t i = 0; mm && i < nr; i++)
		if (process[i].mm == mm)
			return &process[i];
	return NULL;
}

const struct snapshot_process *view_process(const struct view *view, int pid)
{
	uint32_t nr = 0;
	const struct snapshot_process *process =
		view->now ? snapshot_processes(view->now, &nr) : NULL;

	for (uint32_t i = 0; i < nr; i++)
		if (process[i].pid == pid)
			return &process[i];
	return NULL;
}

const struct snapshot_process *view_focus(const struct view *view)
{
	if (view->selected.pid)
		return view_process(view, view->selected.pid);
	return view->now ? view_process(view, view->now->pid) : NULL;
}

const struct kernel_frame *view_frame(const struct snapshot *snapshot,
				      uint64_t pfn)
{
	uint64_t first = snapshot ? snapshot->first_paddr >> 12 : 0;

	if (!snapshot || pfn < first ||
	    pfn - first >= (uint64_t)snapshot->nr_blocks * KERNEL_BLOCK_FRAMES)
		return NULL;
	pfn -= first;
	return &snapshot_frames(
		snapshot,
		(uint32_t)(pfn /
			   KERNEL_BLOCK_FRAMES))[pfn % KERNEL_BLOCK_FRAMES];
}

/* ---- in words ---------------------------------------------------------------------------- */

void text_bytes(uint64_t bytes, char *to, size_t size)
{
	static const char *const units[] = {"B", "KB", "MB", "GB", "TB"};
	size_t unit = 0;
	double n = (double)bytes;

	while (n >= 1024 && unit + 1 < sizeof(units) / sizeof(*units)) {
		n /= 1024;
		unit++;
	}
	snprintf(to, size, n < 10 && n > (double)(int)n ? "%.1f %s" : "%.0f %s",
		 n, units[unit]);
}

void text_time(uint64_t cycles, uint32_t clock_hz, char *to, size_t size)
{
	double ms = (double)cycles * 1000 / clock_hz;

	if (ms < 1)
		snprintf(to, size, "%.3f µs", ms * 1000);
	else if (ms < 10000)
		snprintf(to, size, "%.3f ms", ms);
	else
		snprintf(to, size, "%.3f s", ms / 1000);
}
