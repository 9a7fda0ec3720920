/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Physical memory, a cell for each frame. */
#include "emu/viewer/panel.h"

#include "emu/viewer/view.h"

/* The whole of RAM from the left, row by row. */
static void draw(void *state, struct view *view, struct canvas *canvas,
		 struct box box)
{
	const struct snapshot *now = view->now;
	uint64_t nr = (uint64_t)now->nr_blocks * KERNEL_BLOCK_FRAMES;
	uint64_t cells = (uint64_t)box.w * (uint64_t)box.h;

	(void)state;
	for (int y = 0; y < box.h; y++) {
		uint32_t *row = canvas_row(canvas, box.y + y) + box.x;

		for (int x = 0; x < box.w; x++) {
			uint64_t cell = (uint64_t)y * (uint64_t)box.w +
					(uint64_t)x;
			const struct kernel_frame *frame =
				view_frame(now, (now->first_paddr >> 12) +
							cell * nr / cells);

			row[x] = frame && frame->flags & KERNEL_FRAME_RAM
					 ? palette_use(view->palette,
						       frame->use)
					 : view->palette->nothing;
		}
	}
}

const struct panel_kind panel_memory = {
	.name = "memory",
	.title = "Physical memory",
	.help = "",
	.draw = draw,
};
