/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The numbers behind the curves: see curves_model.h. Counts grow in a straight
 * line from one sample to the next, so that a rate is the slope between any
 * two moments, however fine or coarse the samples lie.
 */
#include "emu/viewer/curves_model.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>

#include "emu/snapshot/snapshot.h"

#define FAULT(name)  SAMPLE_FAULT_##name
#define CYCLES(name) SAMPLE_CYCLES_##name

const struct curves_chart curves_chart[CURVES_CHARTS] = {
	{"Page faults",
	 "/s",
	 CURVES_RATE,
	 8,
	 {{"new memory",
	   KIND_ORANGE,
	   4,
	   {FAULT(anon_zero), FAULT(anon_new), FAULT(anon_large),
	    FAULT(anon_huge)}},
	  {"files", KIND_SKY, 2, {FAULT(file_read), FAULT(file_shared)}},
	  {"copy on write",
	   KIND_VERMILLION,
	   2,
	   {FAULT(cow_copy), FAULT(file_cow)}},
	  {"COW, kept", KIND_ROSE, 1, {FAULT(cow_reuse)}},
	  {"swap in", KIND_PURPLE, 1, {FAULT(swap_in)}},
	  {"young, dirty", KIND_GREEN, 2, {FAULT(mkyoung), FAULT(mkdirty)}},
	  {"others",
	   KIND_GREY,
	   3,
	   {FAULT(migration_wait), FAULT(spurious), FAULT(kernel_sync)}},
	  {"signals", KIND_YELLOW, 1, {SAMPLE_SIGNALLED}}}},
	{"TLB misses",
	 " in 1000 instructions",
	 CURVES_MISSES,
	 5,
	 {{NULL, KIND_SKY, 1, {SAMPLE_MISSES}},
	  {NULL, KIND_ORANGE, 1, {SAMPLE_MISSES + 1}},
	  {NULL, KIND_GREEN, 1, {SAMPLE_MISSES + 2}},
	  {NULL, KIND_PURPLE, 1, {SAMPLE_MISSES + 3}},
	  {NULL, KIND_YELLOW, 1, {SAMPLE_MISSES + 4}}}},
	{"Memory",
	 "",
	 CURVES_PAGES,
	 6,
	 {{"kernel, swap cache", KIND_BLUE, 0, {0}},
	  {"page tables", KIND_YELLOW, 1, {SAMPLE_TABLES}},
	  {"slab", KIND_PURPLE, 2, {SAMPLE_SLAB, SAMPLE_SLAB_RECLAIMABLE}},
	  {"shared memory", KIND_GREEN, 1, {SAMPLE_SHMEM}},
	  {"files", KIND_SKY, 1, {SAMPLE_FILE}},
	  {"anonymous", KIND_ORANGE, 1, {SAMPLE_ANON}}}},
	{"Swap",
	 "/s",
	 CURVES_TRAFFIC,
	 2,
	 {{"in", KIND_SKY, 1, {SAMPLE_SWAPPED_IN}},
	  {"out", KIND_VERMILLION, 1, {SAMPLE_SWAPPED_OUT}}}},
	{"Where time goes",
	 "",
	 CURVES_SHARE,
	 10,
	 {{"programs", KIND_SKY, 1, {CYCLES(EXECUTE)}},
	  {"table walks", KIND_YELLOW, 1, {CYCLES(WALK)}},
	  {"exceptions", KIND_ROSE, 1, {CYCLES(EXCEPTION)}},
	  {"faults", KIND_ORANGE, 1, {CYCLES(FAULT)}},
	  {"zeroing", KIND_BROWN, 1, {CYCLES(ZERO)}},
	  {"copying", KIND_VERMILLION, 1, {CYCLES(COPY)}},
	  {"page tables", KIND_OLIVE, 1, {CYCLES(TABLES)}},
	  {"system calls", KIND_GREEN, 1, {CYCLES(SYSCALL)}},
	  {"switches", KIND_PURPLE, 1, {CYCLES(SWITCH)}},
	  {"idle", CURVES_PLAIN, 1, {CYCLES(IDLE)}}}},
};

/* ---- stretches of time -------------------------------------------------------------- */

#define SHORTEST 1000 /* cycles */

struct curves_range curves_pan(struct curves_range range, double cycles,
			       double end)
{
	if (range.to + cycles > end)
		cycles = end - range.to;
	if (range.from + cycles < 0)
		cycles = -range.from;
	return (struct curves_range){range.from + cycles, range.to + cycles};
}

struct curves_range curves_zoom(struct curves_range range, double at,
				double factor, double end)
{
	double length = range.to - range.from;
	double part = length > 0 ? (at - range.from) / length : 0;

	length = fmin(fmax(length * factor, SHORTEST), end);
	range.from = at - part * length;
	range.to = range.from + length;
	return curves_pan(range, 0, end);
}

double curves_round(double n)
{
	double power = pow(10, floor(log10(n)));
	double digit = n / power;

	/* a hair's breadth for what pow() makes of whole numbers */
	return power * (digit < 1.0001   ? 1
			: digit < 2.0001 ? 2
			: digit < 5.0001 ? 5
					 : 10);
}

struct curves_bins curves_make_bins(struct curves_range range, int max)
{
	double length = range.to - range.from;
	struct curves_bins bins = {.cycles = 1};

	if (max < 1 || length <= 0)
		return bins;
	bins.cycles = curves_round(length / max);
	bins.first = floor(range.from / bins.cycles) * bins.cycles;
	bins.nr = (int)ceil((range.to - bins.first) / bins.cycles);
	return bins;
}

/* ---- samples -------------------------------------------------------------------------- */

/* A moment: after sample @n, by @part of the way to the next. */
struct moment {
	uint32_t n;
	double part;
};

static double cycle_at(const struct snapshot *snapshot, uint32_t n)
{
	return (double)snapshot_sample_at(snapshot, n)->cycle;
}

/* There is one sample at least. */
static struct moment moment_at(const struct snapshot *snapshot, double cycle)
{
	uint32_t low = 0, high = snapshot->nr_samples - 1;

	while (low < high) { /* the last that isn't after @cycle */
		uint32_t middle = (low + high + 1) / 2;

		if (cycle_at(snapshot, middle) <= cycle)
			low = middle;
		else
			high = middle - 1;
	}
	if (low + 1 == snapshot->nr_samples || cycle < cycle_at(snapshot, low))
		return (struct moment){low, 0};
	return (struct moment){low, (cycle - cycle_at(snapshot, low)) /
					    (cycle_at(snapshot, low + 1) -
					     cycle_at(snapshot, low))};
}

static double value_at(const struct snapshot *snapshot, struct moment moment,
		       uint8_t value)
{
	double from =
		(double)snapshot_sample_at(snapshot, moment.n)->value[value];
	double to = from;

	if (moment.part > 0)
		to = (double)snapshot_sample_at(snapshot, moment.n + 1)
			     ->value[value];
	return from + (to - from) * moment.part;
}

static double sum_at(const struct snapshot *snapshot, struct moment moment,
		     const struct curves_band *band)
{
	double sum = 0;

	for (int i = 0; i < band->nr; i++)
		sum += value_at(snapshot, moment, band->value[i]);
	return sum;
}

/* ---- bins -------------------------------------------------------------------------------- */

struct curves_memory curves_memory(const struct snapshot *snapshot)
{
	struct curves_memory memory = {0};
	uint32_t nr;
	const struct kernel_zone_info *zone = snapshot_zones(snapshot, &nr);

	for (uint32_t i = 0; i < nr; i++) {
		memory.managed += zone[i].managed;
		memory.low += zone[i].low;
	}
	return memory;
}

/*
 * nr_file_pages has shared memory and the swap cache, too. What no count
 * claims is the kernel's own, lists of single pages among it.
 */
static void settle_pages(const struct snapshot *snapshot, struct moment moment,
			 double *bands)
{
	double left = curves_memory(snapshot).managed -
		      value_at(snapshot, moment, SAMPLE_FREE);

	bands[4] = fmax(bands[4] - bands[3] -
				value_at(snapshot, moment, SAMPLE_SWAPCACHE),
			0);
	for (int i = 1; i < 6; i++)
		left -= bands[i];
	bands[0] = fmax(left, 0);
}

/* From counts over @cycles of time to what the form wants. */
static void settle(const struct snapshot *snapshot,
		   const struct curves_chart *chart, double cycles,
		   double instructions, double *bands)
{
	double unit = cycles / snapshot->clock_hz, sum = 0;

	for (int i = 0; i < chart->nr_bands; i++)
		sum += bands[i];
	if (chart->form == CURVES_SHARE)
		unit = sum;
	if (chart->form == CURVES_MISSES)
		unit = instructions / 1000;
	for (int i = 0; i < chart->nr_bands; i++)
		bands[i] = unit > 0 ? bands[i] / unit : 0;
}

static void fill_bin(const struct snapshot *snapshot,
		     const struct curves_chart *chart, struct moment from,
		     struct moment to, double cycles, double *bands)
{
	for (int i = 0; i < chart->nr_bands; i++) {
		const struct curves_band *band = &chart->band[i];

		bands[i] = sum_at(snapshot, to, band);
		if (chart->form != CURVES_PAGES)
			bands[i] -= sum_at(snapshot, from, band);
	}
	if (chart->form == CURVES_PAGES)
		settle_pages(snapshot, to, bands);
	else
		settle(snapshot, chart, cycles,
		       value_at(snapshot, to, SAMPLE_INSTRUCTIONS) -
			       value_at(snapshot, from, SAMPLE_INSTRUCTIONS),
		       bands);
}

void curves_fill(const struct snapshot *snapshot,
		 const struct curves_chart *chart,
		 const struct curves_bins *bins, double (*to)[CURVES_BANDS])
{
	struct moment begin, end;
	double last;

	if (!snapshot->nr_samples || !bins->nr)
		return;
	begin = moment_at(snapshot, bins->first);
	last = cycle_at(snapshot, snapshot->nr_samples - 1);
	for (int i = 0; i < bins->nr; i++) {
		double from = bins->first + i * bins->cycles;
		double until = fmin(from + bins->cycles, last);

		end = moment_at(snapshot, until);
		fill_bin(snapshot, chart, begin, end, until - from, to[i]);
		begin = end;
	}
}

bool curves_is_empty(const struct snapshot *snapshot,
		     const struct curves_chart *chart)
{
	double sum = 0;

	if (chart->form == CURVES_PAGES || !snapshot->nr_samples)
		return false;
	for (int i = 0; i < chart->nr_bands; i++)
		sum += sum_at(snapshot,
			      (struct moment){snapshot->nr_samples - 1, 0},
			      &chart->band[i]);
	return sum <= 0;
}

double curves_height(const struct curves_chart *chart, const double *bands)
{
	double sum = 0, most = 0;

	for (int i = 0; i < chart->nr_bands; i++) {
		sum += bands[i];
		most = fmax(most, bands[i]);
	}
	return chart->form == CURVES_MISSES || chart->form == CURVES_TRAFFIC
		       ? most
		       : sum;
}

/* ---- the axis ---------------------------------------------------------------------------- */

static int compare(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

/* Bytes look round in units of 1024. */
static double round_pages(double pages)
{
	double unit = 1;

	while (pages * 4096 >= unit * 1000)
		unit *= 1024;
	return curves_round(pages * 4096 / unit) * unit / 4096;
}

/* So much that 4 of 100 bins with anything in them are higher. */
static double most_of(const struct curves_chart *chart,
		      const struct curves_bins *bins,
		      double (*band)[CURVES_BANDS])
{
	double height[CURVES_MAX_BINS], most;
	int nr = 0;

	for (int i = 0; i < bins->nr && i < CURVES_MAX_BINS; i++) {
		height[nr] = curves_height(chart, band[i]);
		nr += height[nr] > 0;
	}
	if (!nr)
		return 0;
	qsort(height, (size_t)nr, sizeof(*height), compare);
	most = height[(nr - 1) * 96 / 100] * 1.2;
	return height[nr - 1] < 3 * most ? height[nr - 1] : most;
}

double curves_top(const struct snapshot *snapshot,
		  const struct curves_chart *chart,
		  const struct curves_bins *bins, double (*band)[CURVES_BANDS])
{
	double most;

	if (chart->form == CURVES_SHARE)
		return 1;
	most = most_of(chart, bins, band);
	if (chart->form == CURVES_PAGES) {
		double all = curves_memory(snapshot).managed;

		return most > all / 4 ? all : round_pages(most);
	}
	if (most <= 0)
		return 0;
	return chart->form == CURVES_TRAFFIC ? round_pages(most)
					     : curves_round(most);
}
