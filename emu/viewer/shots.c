/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pictures without a window: see shots.h. The machine stands still while one
 * is drawn, so the same run gives the same pictures.
 */
#include "emu/viewer/shots.h"

#include <SDL.h>
#include <stdlib.h>

#include "emu/diag.h"
#include "emu/live.h"
#include "emu/picture.h"
#include "emu/png.h"
#include "emu/viewer/canvas.h"
#include "emu/viewer/desk.h"
#include "emu/viewer/layout.h"
#include "emu/viewer/view.h"
#include "emu/viewer/viewer.h"

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

/* Until the machine stands, or has ended; what it shows then. */
static struct live_status wait_until_it_stands(struct view *view)
{
	struct live_status status;

	for (;;) {
		status = live_status(view->live);
		view_show(view, live_snapshot(view->live));
		if (status.state == LIVE_ENDED ||
		    (status.state == LIVE_PAUSED && view->now &&
		     view->now->serial == status.serial))
			return status;
		SDL_Delay(1);
	}
}

bool shots_run(struct view *view, const struct viewer_options *options,
	       struct diag *diag)
{
	const struct layout *layout = options->layout
					      ? layout_named(options->layout)
					      : layout_number(0);
	const char *why;
	struct canvas *canvas =
		canvas_create(options->width ?: 1600, options->height ?: 1000,
			      options->scale > 0 ? options->scale : 1, &why);
	struct desk *desk = desk_create(view, layout);
	bool good = canvas && desk;

	if (!canvas)
		diag_error(diag, NULL, "%s", why);
	if (good) {
		const struct live_order order = {LIVE_UNTIL, options->moment};

		live_go(view->live, &order);
		wait_until_it_stands(view);
		desk_draw(desk, canvas);
		good = shots_write(canvas, options->screenshot, diag);
	}
	desk_destroy(desk);
	canvas_destroy(canvas);
	return good;
}
