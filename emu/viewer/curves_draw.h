/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_VIEWER_CURVES_DRAW_H
#define EMU_VIEWER_CURVES_DRAW_H

/* One chart of the curves, drawn. */

#include "emu/viewer/canvas.h"
#include "emu/viewer/curves_model.h"

struct view;

/* Where the charts' plots lie from left to right, the same for all. */
struct curves_frame {
	struct curves_range range;
	int left, right; /* of the plots */
	int legend; /* width of the legends, right of them; 0: none */
	double hover; /* the cycle under the pointer; below 0: none */
};

struct curves_drawing {
	struct curves_bins bins;
	double band[CURVES_MAX_BINS][CURVES_BANDS];
};

/* Into @box, which is as wide as the panel; @work is scratch. */
void curves_draw_chart(const struct view *view, struct canvas *canvas,
		       struct box box, const struct curves_frame *frame,
		       const struct curves_chart *chart,
		       struct curves_drawing *work);
/* The axis of time, below the charts. */
void curves_draw_time(const struct view *view, struct canvas *canvas,
		      struct box box, const struct curves_frame *frame);

/* Where @cycle is; from left to right over range. */
int curves_x(const struct curves_frame *frame, double cycle);
double curves_cycle(const struct curves_frame *frame, int x);

/* A value with its unit: "12.5 k/s". */
void curves_text(const struct curves_chart *chart, double value, char *to,
		 size_t size);
/* What a band is called; a TLB as the machine names it. */
void curves_label(const struct snapshot *snapshot,
		  const struct curves_chart *chart, int band, char *to,
		  size_t size);
/* False: there is no such TLB. */
bool curves_has_band(const struct snapshot *snapshot,
		     const struct curves_chart *chart, int band);

#endif
