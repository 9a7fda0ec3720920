/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the window costs: a busy guest on 1 GB of RAM alone, and while each of
 * some layouts is drawn at 60 frames a second, in memory, as a window of
 * 1440x900 would show it. Told are how long frames took, how many a second
 * there were, and the guest's slow-down in CPU time of its thread.
 *
 *	bench_viewer [LAYOUT…]
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <fcntl.h>

#include "emu/config/config.h"
#include "emu/diag.h"
#include "emu/live.h"
#include "emu/machine.h"
#include "emu/viewer/canvas.h"
#include "emu/viewer/desk.h"
#include "emu/viewer/history.h"
#include "emu/viewer/layout.h"
#include "emu/viewer/view.h"

#define FRAME_NS   16666667
#define MAX_FRAMES 100000

static double seconds(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

struct guest {
	const struct machine_watcher *watcher;
	double cpu_seconds;
};

static int run_guest(void *arg)
{
	struct guest *guest = arg;
	const char *const sets[] = {"memory.size=1G"};
	const char *const argv[] = {"host:" MMUSCOPE_BUILD_DIR "/guests/touch",
				    "400", "20", NULL};
	struct diag diag = {0};
	struct config *config = config_load(MMUSCOPE_SOURCE_DIR
					    "/configs/vexpress-a9.yaml",
					    (const char **)sets, 1, &diag);
	int null = open("/dev/null", O_RDWR);
	const struct machine_options options = {
		.quiet = true,
		.watcher = guest->watcher,
		.console_in = null,
		.console_out = null,
	};
	struct machine *m = NULL;
	double began;
	int status = 1;

	if (config && config_set_program(config, argv, &diag))
		m = machine_create(config, &options, &diag);
	if (!m) {
		diag_print(&diag, stderr);
		exit(1);
	}
	began = seconds(CLOCK_THREAD_CPUTIME_ID);
	status = machine_run(m, &diag);
	guest->cpu_seconds = seconds(CLOCK_THREAD_CPUTIME_ID) - began;
	machine_destroy(m);
	config_destroy(config);
	return status;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void sleep_until(double when)
{
	double left = when - seconds(CLOCK_MONOTONIC);
	long ns = (long)(left * 1e9);

	if (ns > 0)
		nanosleep(&(struct timespec){ns / 1000000000, ns % 1000000000},
			  NULL);
}

static double frame(struct view *view, struct desk *desk, struct canvas *canvas)
{
	double began = seconds(CLOCK_MONOTONIC);

	view->ms = (uint64_t)(began * 1e3);
	view_arrive(view, live_snapshot(view->live));
	if (view->redraw)
		desk_draw(desk, canvas);
	return seconds(CLOCK_MONOTONIC) - began;
}

static void watch(const struct layout *layout, double alone)
{
	static double took[MAX_FRAMES];
	struct live *live = live_create(NULL);
	struct guest guest = {.watcher = live_watcher(live)};
	struct view view = {
		.live = live,
		.palette = palette_number(0),
		.history = history_create((size_t)256 << 20),
		.selected.pfn = SNAPSHOT_NO_FRAME,
	};
	const char *why;
	struct canvas *canvas = canvas_create(1440, 900, 1, &why);
	struct desk *desk = desk_create(&view, layout);
	double began = seconds(CLOCK_MONOTONIC), next = began;
	uint64_t first = 0, last = 0;
	int nr = 0;

	live_start(live, run_guest, &guest);
	while (live_status(live).state != LIVE_ENDED && nr < MAX_FRAMES) {
		took[nr++] = frame(&view, desk, canvas);
		last = view.now ? view.now->serial : 0;
		first = first ? first : last;
		next += FRAME_NS / 1e9;
		sleep_until(next);
		if (next < seconds(CLOCK_MONOTONIC))
			next = seconds(CLOCK_MONOTONIC);
	}
	began = seconds(CLOCK_MONOTONIC) - began;
	live_join(live);
	qsort(took, (size_t)nr, sizeof(*took), by_value);
	printf("%-12s %5.1f fps, frame median %5.2f ms, 99 %% %5.2f ms, most "
	       "%5.2f ms; %llu snapshots; guest slowed by %+.1f %%\n",
	       layout->name, nr / began, took[nr / 2] * 1e3,
	       took[nr * 99 / 100] * 1e3, took[nr - 1] * 1e3,
	       (unsigned long long)(last - first),
	       (guest.cpu_seconds / alone - 1) * 100);
	desk_destroy(desk);
	canvas_destroy(canvas);
	view_clear(&view);
	history_destroy(view.history);
	live_destroy(live);
}

static double alone(void)
{
	double best = 1e9;

	for (int i = 0; i < 3; i++) {
		struct guest guest = {0};

		run_guest(&guest);
		if (guest.cpu_seconds < best)
			best = guest.cpu_seconds;
	}
	printf("alone        %.3f s of CPU time, the best of 3\n", best);
	return best;
}

int main(int argc, char **argv)
{
	double best = alone();
	const struct layout *layout;

	if (argc > 1)
		for (int i = 1; i < argc; i++) {
			layout = layout_named(argv[i]);
			if (layout)
				watch(layout, best);
		}
	else
		for (unsigned int i = 0; (layout = layout_number(i)); i++)
			watch(layout, best);
	return 0;
}
