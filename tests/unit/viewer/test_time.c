/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Over time: which samples are kept of a run of any length, which snapshots,
 * and what those take; what curves make of samples; going back and forward.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "emu/config/config.h"
#include "emu/diag.h"
#include "emu/machine_state.h"
#include "emu/snapshot/sampler.h"
#include "emu/viewer/curves_model.h"
#include "emu/viewer/history.h"
#include "emu/viewer/view.h"

/* ---- samples ----------------------------------------------------------------------- */

/* A snapshot with samples of @sampler, and nothing else. */
static struct snapshot *with_samples(struct sampler *sampler)
{
	struct snapshot *snapshot = calloc(1, sizeof(*snapshot));

	assert_non_null(snapshot);
	snapshot->clock_hz = 1000000;
	snapshot->nr_samples = sampler_blocks(sampler, snapshot->samples);
	return snapshot;
}

static void free_samples(struct snapshot *snapshot)
{
	for (int i = 0; i < MAX_SAMPLE_BLOCKS; i++)
		part_put(snapshot->samples[i]);
	free(snapshot);
}

#define EACH ((uint64_t)SAMPLER_FIRST_INTERVAL)

/* Instructions: 2 a cycle. Faults: one each 128 cycles. */
static struct snapshot_sample sample_at(uint64_t cycle)
{
	struct snapshot_sample sample = {.cycle = cycle};

	sample.value[SAMPLE_INSTRUCTIONS] = 2 * cycle;
	sample.value[SAMPLE_FAULT_cow_copy] = cycle / 128;
	sample.value[SAMPLE_MISSES] = cycle / 64;
	return sample;
}

static struct sampler *filled(uint32_t nr, uint64_t interval)
{
	struct sampler *sampler = sampler_create(NULL);

	assert_non_null(sampler);
	for (uint64_t i = 0; i < nr; i++) {
		struct snapshot_sample sample = sample_at(i * interval);

		sampler_add(sampler, &sample);
	}
	return sampler;
}

/* Ten times as many as there is room for: the whole run, evenly. */
static void samples_of_a_long_run(void **state)
{
	struct sampler *sampler = filled(10 * MAX_SAMPLES, EACH);
	struct snapshot *s = with_samples(sampler);
	uint64_t last = (10 * MAX_SAMPLES - 1) * EACH, apart = 16 * EACH;

	(void)state;
	assert_in_range(s->nr_samples, MAX_SAMPLES / 2, MAX_SAMPLES);
	assert_int_equal(snapshot_sample_at(s, 0)->cycle, 0);
	assert_true(last - snapshot_sample_at(s, s->nr_samples - 1)->cycle <
		    apart);

	for (uint32_t n = 1; n < s->nr_samples; n++)
		assert_int_equal(snapshot_sample_at(s, n)->cycle, n * apart);
	free_samples(s);
	sampler_destroy(sampler);
}

/* What a snapshot has stays as it is; full blocks are shared. */
static void samples_are_shared(void **state)
{
	struct sampler *sampler = filled(SAMPLES_OF_A_BLOCK + 3, EACH);
	struct snapshot *a = with_samples(sampler), *b;
	struct snapshot_sample more = sample_at(1000000), same = more;

	(void)state;
	sampler_add(sampler, &more);
	same.value[SAMPLE_INSTRUCTIONS] = 1;
	sampler_add(sampler, &same); /* of a cycle that is there */
	b = with_samples(sampler);
	assert_int_equal(a->nr_samples, SAMPLES_OF_A_BLOCK + 3);
	assert_int_equal(b->nr_samples, SAMPLES_OF_A_BLOCK + 4);
	assert_ptr_equal(a->samples[0], b->samples[0]);
	assert_ptr_not_equal(a->samples[1], b->samples[1]);
	assert_int_equal(snapshot_sample_at(b, b->nr_samples - 1)
				 ->value[SAMPLE_INSTRUCTIONS],
			 2000000);
	free_samples(a);
	free_samples(b);
	sampler_destroy(sampler);
}

/* ---- curves -------------------------------------------------------------------------- */

static const struct curves_chart *chart_of(enum curves_form form)
{
	for (int i = 0; i < CURVES_CHARTS; i++)
		if (curves_chart[i].form == form)
			return &curves_chart[i];
	return NULL;
}

static bool near(double a, double b)
{
	return a - b < 1e-6 * b && b - a < 1e-6 * b;
}

/*
  * A fault each 128 cycles at 1 MHz: 7812.5 in a second; a miss each 64 cycles
 * of 2 instructions: 7.8125 in 1000. However the bins lie to the samples, also
 * the last one, of which half is yet to come.
 */
static void rates_are_slopes(void **state)
{
	static double band[CURVES_MAX_BINS][CURVES_BANDS];
	struct sampler *sampler = filled(101, EACH);
	struct snapshot *s = with_samples(sampler);
	const double end = 100 * EACH, lengths[] = {end, 90250, 3000};

	(void)state;
	for (int i = 0; i < 3; i++) {
		const struct curves_range range = {end - lengths[i], end};
		struct curves_bins bins = curves_make_bins(range, 41);

		assert_true(bins.first <= range.from);
		assert_in_range(bins.nr, 10, 42);
		curves_fill(s, chart_of(CURVES_RATE), &bins, band);
		for (int bin = 0; bin < bins.nr; bin++)
			assert_true(near(band[bin][2], 7812.5));
		curves_fill(s, chart_of(CURVES_MISSES), &bins, band);
		for (int bin = 0; bin < bins.nr; bin++)
			assert_true(near(band[bin][0], 7.8125));
	}
	free_samples(s);
	sampler_destroy(sampler);
}

static void axes_end_at_round_values(void **state)
{
	static double band[CURVES_MAX_BINS][CURVES_BANDS];
	const struct curves_bins bins = {.cycles = 1, .nr = 200};
	const struct curves_chart *rate = chart_of(CURVES_RATE);
	struct snapshot snapshot = {.clock_hz = 1};

	(void)state;
	assert_true(near(curves_round(1), 1));
	assert_true(near(curves_round(0.0011), 0.002));
	assert_true(near(curves_round(3000), 5000));
	assert_true(near(curves_round(501), 1000));
	assert_true(curves_top(&snapshot, rate, &bins, band) <= 0);
	for (int i = 0; i < 200; i++)
		band[i][0] = 70;
	assert_true(near(curves_top(&snapshot, rate, &bins, band), 100));
	band[7][1] = 80; /* one on the other: 150 */
	assert_true(near(curves_top(&snapshot, rate, &bins, band), 200));
	band[7][1] = 1e6; /* a burst is cut */
	assert_true(near(curves_top(&snapshot, rate, &bins, band), 100));
}

static void zooming_keeps_what_is_under_the_pointer(void **state)
{
	struct curves_range range = {0, 1000000}, zoomed;

	(void)state;
	zoomed = curves_zoom(range, 250000, 0.5, 1000000);
	assert_true(near(zoomed.from, 125000) && near(zoomed.to, 625000));
	zoomed = curves_zoom(zoomed, 250000, 2, 1000000);
	assert_true(zoomed.from <= 0 && near(zoomed.to, 1000000));
	zoomed = curves_pan((struct curves_range){100, 300}, -500, 1000);
	assert_true(zoomed.from <= 0 && near(zoomed.to, 200));
	zoomed = curves_pan((struct curves_range){100, 300}, 5000, 1000);
	assert_true(near(zoomed.from, 800) && near(zoomed.to, 1000));
}

/* ---- the history ------------------------------------------------------------------------ */

#define HISTORY_BYTES ((size_t)1 << 20)

struct look {
	struct history *history;
	uint64_t first, last; /* cycles */
	uint64_t nr;
};

static void rest(void *arg, struct machine *m, struct machine_go *go)
{
	static const struct snapshot_wish wish = {
		.sections = 1u << SECTION_ZONES | 1u << SECTION_COUNTERS,
		.pfn = SNAPSHOT_NO_FRAME};
	struct look *look = arg;
	struct snapshot *snapshot = machine_snapshot(m, &wish);

	(void)go;
	assert_non_null(snapshot);
	if (!look->nr++)
		look->first = snapshot->cycle;
	look->last = snapshot->cycle;
	history_add(look->history, snapshot);
	snapshot_put(snapshot);
}

static void run(struct look *look)
{
	static const char *const sets[] = {"run=[[host:" MMUSCOPE_BUILD_DIR
					   "/guests/cow]]",
					   "memory.size=32M"};
	const struct machine_watcher watcher = {.arg = look, .rest = rest};
	struct diag diag = {0};
	struct config *config = config_load(MMUSCOPE_SOURCE_DIR
					    "/configs/vexpress-a9.yaml",
					    (const char **)sets, 2, &diag);
	int null = open("/dev/null", O_RDWR);
	const struct machine_options options = {
		.quiet = true,
		.watcher = &watcher,
		.console_in = null,
		.console_out = null,
	};
	struct machine *machine;

	assert_non_null(config);
	machine = machine_create(config, &options, &diag);
	assert_non_null(machine);
	assert_int_equal(machine_run(machine, &diag), 0);
	machine_destroy(machine);
	config_destroy(config);
	close(null);
}

static int by_address(const void *a, const void *b)
{
	const struct part *const *x = a, *const *y = b;

	return *x < *y ? -1 : *x > *y;
}

/* Each part that any of them has, once. */
static size_t slow_bytes(const struct history *history)
{
	size_t nr = 0, bytes = 0, length = history_length(history);
	size_t each = NR_SECTIONS + MAX_SAMPLE_BLOCKS +
		      history_at(history, 0)->nr_blocks;
	struct part **part = calloc(length * each, sizeof(*part));

	for (size_t i = 0; i < length; i++) {
		const struct snapshot *s = history_at(history, i);

		bytes += sizeof(*s) + s->nr_blocks * sizeof(s->block[0]);
		for (int n = 0; n < NR_SECTIONS; n++)
			part[nr++] = s->section[n];
		for (int n = 0; n < MAX_SAMPLE_BLOCKS; n++)
			part[nr++] = s->samples[n];
		for (uint32_t n = 0; n < s->nr_blocks; n++)
			part[nr++] = s->block[n];
	}
	qsort(part, nr, sizeof(*part), by_address);
	for (size_t i = 0; i < nr; i++)
		if (part[i] && (!i || part[i] != part[i - 1]))
			bytes += sizeof(*part[i]) + part[i]->size_bytes;
	free(part);
	return bytes;
}

/* The later half of the time has more than half of the snapshots. */
static void check_density(const struct look *look)
{
	size_t length = history_length(look->history);
	uint64_t middle = look->first + (look->last - look->first) / 2;
	size_t near_middle = history_near(look->history, middle);

	assert_true(length - near_middle > near_middle);
	for (size_t i = 0; i < length; i++) {
		uint64_t cycle = history_at(look->history, i)->cycle;

		assert_true(!i ||
			    cycle > history_at(look->history, i - 1)->cycle);
		assert_int_equal(history_near(look->history, cycle), i);
	}
}

static void check_scrubbing(struct history *history)
{
	struct view view = {.history = history,
			    .selected.pfn = SNAPSHOT_NO_FRAME};
	size_t last = history_length(history) - 1;
	struct snapshot *newest = history_at(history, last);

	view_arrive(&view, snapshot_get(newest));
	assert_ptr_equal(view.now, newest);
	view_step(&view, -3);
	assert_true(view.went_back);
	assert_ptr_equal(view.now, history_at(history, last - 3));
	assert_ptr_equal(view.before, history_at(history, last - 4));
	/* what comes doesn't take it away */
	view_arrive(&view, snapshot_get(newest));
	assert_ptr_equal(view.now, history_at(history, last - 3));
	view_step(&view, 1);
	assert_ptr_equal(view.now, history_at(history, last - 2));
	assert_ptr_equal(view.before, history_at(history, last - 3));
	view_step(&view, -1000000);
	assert_ptr_equal(view.now, history_at(history, 0));
	view_step(&view, 1000000);
	assert_false(view.went_back);
	assert_ptr_equal(view.now, newest);
	view_clear(&view);
}

static void history_is_bounded(void **state)
{
	struct look look = {.history = history_create(HISTORY_BYTES)};

	(void)state;
	assert_non_null(look.history);
	run(&look);
	assert_true(look.nr > 100);
	assert_in_range(history_length(look.history), 10, look.nr - 1);
	assert_true(history_bytes(look.history) <= HISTORY_BYTES);
	assert_true(history_bytes(look.history) > HISTORY_BYTES / 2);
	assert_int_equal(history_bytes(look.history), slow_bytes(look.history));
	assert_int_equal(history_at(look.history, 0)->cycle, look.first);
	check_density(&look);
	check_scrubbing(look.history);
	history_destroy(look.history);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(samples_of_a_long_run),
		cmocka_unit_test(samples_are_shared),
		cmocka_unit_test(rates_are_slopes),
		cmocka_unit_test(axes_end_at_round_values),
		cmocka_unit_test(zooming_keeps_what_is_under_the_pointer),
		cmocka_unit_test(history_is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
