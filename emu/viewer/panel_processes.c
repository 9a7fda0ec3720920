/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The processes, a line each. */
#include "emu/viewer/panel.h"

#include "emu/viewer/view.h"

static void draw(void *state, struct view *view, struct canvas *canvas,
		 struct box box)
{
	uint32_t nr;
	const struct snapshot_process *process = snapshot_processes(view->now,
								    &nr);
	int line = canvas_line_height(canvas, FONT_MONO);
	int y = box.y;

	(void)state;
	for (uint32_t i = 0; i < nr && y < box.y + box.h; i++) {
		if (process[i].exit_status != -1)
			continue;
		canvas_textf(canvas, box.x, y, FONT_MONO,
			     process[i].runs ? view->palette->text
					     : view->palette->dim,
			     "%5d %-16s %7u", process[i].pid, process[i].comm,
			     process[i].rss_anon + process[i].rss_file +
				     process[i].rss_shmem);
		y += line;
	}
}

const struct panel_kind panel_processes = {
	.name = "processes",
	.title = "Processes",
	.help = "",
	.sections = 1u << SECTION_PROCESSES,
	.draw = draw,
};
