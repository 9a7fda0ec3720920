/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_VIEWER_CURVES_MODEL_H
#define EMU_VIEWER_CURVES_MODEL_H

/* What the curves show, in numbers: charts, their bands, and bins of time. */

#include <stdbool.h>
#include <stdint.h>

#include "emu/snapshot/sample.h"
#include "emu/viewer/palette.h"

struct snapshot;

enum curves_form {
	CURVES_RATE, /* how many in a second, one on the other */
	CURVES_PAGES, /* pages, one on the other */
	CURVES_SHARE, /* parts of a whole */
	CURVES_MISSES, /* in 1000 instructions; lines */
	CURVES_TRAFFIC /* pages in a second: the first up, the second down */
};

#define CURVES_BANDS 10
#define CURVES_PLAIN PALETTE_KINDS /* no kind: palette.free */
struct curves_band {
	const char *label; /* NULL: a TLB, named by the machine */
	uint8_t kind; /* enum palette_kind */
	uint8_t nr;
	uint8_t value[4]; /* the sum of these: enum sample_value */
};
struct curves_chart {
	const char *title, *unit;
	enum curves_form form;
	uint8_t nr_bands;
	struct curves_band band[CURVES_BANDS]; /* from the ground up */
};
#define CURVES_CHARTS 5
extern const struct curves_chart curves_chart[CURVES_CHARTS];

/* A stretch of virtual time, in cycles. */
struct curves_range {
	double from, to;
};
/* Times @factor as long, with @at where it is; within 0 to @end. */
struct curves_range curves_zoom(struct curves_range range, double at,
				double factor, double end);
/* Later by @cycles, as far as 0 and @end let it. */
struct curves_range curves_pan(struct curves_range range, double cycles,
			       double end);

/* The smallest of 1, 2, 5 by a power of ten that isn't less than @n > 0. */
double curves_round(double n);

#define CURVES_MAX_BINS 1024
struct curves_bins {
	double first; /* cycle where the first begins */
	double cycles; /* of each */
	int nr;
};
/* At most about @max bins over @range, which begin at multiples of theirs. */
struct curves_bins curves_make_bins(struct curves_range range, int max);

/* The value of each band in each bin, bin by bin; see enum curves_form. */
void curves_fill(const struct snapshot *snapshot,
		 const struct curves_chart *chart,
		 const struct curves_bins *bins, double (*to)[CURVES_BANDS]);
/*
 * What the uppermost value of the axis is to be: of rates so much that few
 * bins reach beyond it, by which a burst doesn't make all else look flat.
 */
double curves_top(const struct snapshot *snapshot,
		  const struct curves_chart *chart,
		  const struct curves_bins *bins, double (*band)[CURVES_BANDS]);
/* The bands of one bin together; of CURVES_MISSES the largest. */
double curves_height(const struct curves_chart *chart, const double *bands);

/* True: of all that it shows there was none in the whole run. */
bool curves_is_empty(const struct snapshot *snapshot,
		     const struct curves_chart *chart);

/* Pages that the page allocator has, and the low watermarks of all zones. */
struct curves_memory {
	double managed, low;
};
struct curves_memory curves_memory(const struct snapshot *snapshot);

#endif
