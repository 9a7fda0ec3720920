/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the window costs: a guest on 1 GB of RAM alone, and while each of some
 * layouts is drawn at 60 frames a second, in memory, as a window of 1440x900
 * would show it. Told are how long frames took, how many a second there were,
 * and the guest's slow-down in CPU time of its thread: the median of pairs of
 * runs, one alone and one looked at, of two guests: a shell that forks, sorts
 * and hashes, and one that does nothing but fault.
 *
 *	bench_viewer [--json] [LAYOUT…]
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include <sys/mman.h>

#include "emu/config/config.h"
#include "emu/diag.h"
#include "emu/live.h"
#include "emu/machine_state.h"
#include "emu/viewer/canvas.h"
#include "emu/viewer/desk.h"
#include "emu/viewer/history.h"
#include "emu/viewer/layout.h"
#include "emu/viewer/view.h"

#define FRAME_NS   16666667
#define MAX_FRAMES 100000
#define PAIRS      5 /* odd */

static double seconds(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static const struct work {
	const char *name;
	const char *const argv[5];
} works[] = {
	{"shell",
	 {"/bin/busybox", "sh", "-c",
	  "for i in 1 2 3 4 5 6 7 8; do "
	  "sort /bin/busybox | md5sum; sha256sum /bin/busybox; "
	  "for j in 1 2 3 4 5 6 7 8 9 10; do cat /etc/passwd | wc; done; "
	  "done"}},
	{"faults", {"host:" MMUSCOPE_BUILD_DIR "/guests/touch", "400", "20"}},
};

struct guest {
	const struct work *work;
	const struct machine_watcher *watcher;
	double cpu_seconds;
};

/*
 * What the host does when RAM is touched first (it clears a gigabyte, now and
 * then finds huge pages for it, or has its own host find them) isn't the
 * guest's time; it differs more from run to run than what is measured.
 */
static void touch_ram(const struct machine *m)
{
	if (madvise(m->ram.host, m->ram.span_bytes, MADV_POPULATE_WRITE))
		fprintf(stderr, "bench_viewer: RAM isn't touched before: the "
				"host's work for it is counted\n");
}

static int run_guest(void *arg)
{
	struct guest *guest = arg;
	const char *const sets[] = {"memory.size=1G"};
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

	if (config && config_set_program(config, guest->work->argv, &diag))
		m = machine_create(config, &options, &diag);
	if (!m) {
		diag_print(&diag, stderr);
		exit(1);
	}
	touch_ram(m);
	began = seconds(CLOCK_THREAD_CPUTIME_ID);
	status = machine_run(m, &diag);
	guest->cpu_seconds = seconds(CLOCK_THREAD_CPUTIME_ID) - began;
	if (status) {
		fprintf(stderr, "bench_viewer: the guest ended with %d\n",
			status);
		exit(1);
	}
	machine_destroy(m);
	config_destroy(config);
	close(null);
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

struct figures {
	double fps, median, most; /* frames; ms */
	double alone, watched; /* seconds of the guest's CPU time */
	uint64_t nr_snapshots;
};

/* @work while @layout is drawn. */
static void watch(const struct layout *layout, const struct work *work,
		  struct figures *figures)
{
	static double took[MAX_FRAMES];
	struct live *live = live_create(NULL);
	struct guest guest = {.work = work, .watcher = live_watcher(live)};
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
	int nr = 0;

	live_start(live, run_guest, &guest);
	while (live_status(live).state != LIVE_ENDED && nr < MAX_FRAMES) {
		took[nr++] = frame(&view, desk, canvas);
		next += FRAME_NS / 1e9;
		sleep_until(next);
		if (next < seconds(CLOCK_MONOTONIC))
			next = seconds(CLOCK_MONOTONIC);
	}
	figures->nr_snapshots = view.now ? view.now->serial : 0;
	began = seconds(CLOCK_MONOTONIC) - began;
	live_join(live);
	qsort(took, (size_t)nr, sizeof(*took), by_value);
	figures->fps = nr / began;
	figures->median = took[nr / 2] * 1e3;
	figures->most = took[nr - 1] * 1e3;
	figures->watched = guest.cpu_seconds;
	desk_destroy(desk);
	canvas_destroy(canvas);
	view_clear(&view);
	history_destroy(view.history);
	live_destroy(live);
}

/* In a thread of its own, as while it is looked at. */
static double alone(const struct work *work)
{
	struct guest guest = {.work = work};
	struct live *live = live_create(NULL);

	live_start(live, run_guest, &guest);
	live_join(live);
	live_destroy(live);
	return guest.cpu_seconds;
}

static void measure(const struct layout *layout, const struct work *work,
		    bool json)
{
	struct figures pair[PAIRS], *middle = &pair[PAIRS / 2];
	double slow[PAIRS], most = 0;

	for (int i = 0; i < PAIRS; i++) {
		pair[i].alone = alone(work);
		watch(layout, work, &pair[i]);
		slow[i] = (pair[i].watched / pair[i].alone - 1) * 100;
		if (pair[i].most > most)
			most = pair[i].most;
	}
	qsort(slow, PAIRS, sizeof(*slow), by_value);
	if (json)
		printf("{\"guest\": \"%s\", \"layout\": \"%s\", "
		       "\"fps\": %.1f, \"longest_frame_ms\": %.1f, "
		       "\"slow_down_percent\": %.1f}\n",
		       work->name, layout->name, middle->fps, most,
		       slow[PAIRS / 2]);
	else
		printf("%-7s %-12s %5.1f fps, frame median %5.2f ms, longest "
		       "%5.2f ms, %3llu snapshots; guest slowed by %+.1f %% "
		       "(%+.1f to %+.1f)\n",
		       work->name, layout->name, middle->fps, middle->median,
		       most, (unsigned long long)middle->nr_snapshots,
		       slow[PAIRS / 2], slow[0], slow[PAIRS - 1]);
	fflush(stdout);
}

int main(int argc, char **argv)
{
	bool json = argc > 1 && !strcmp(argv[1], "--json");
	const struct layout *layout;

	for (unsigned int i = 0; (layout = layout_number(i)); i++) {
		bool wanted = argc == 1 + json;

		for (int a = 1 + json; a < argc; a++)
			wanted |= !strcmp(argv[a], layout->name);
		for (size_t w = 0; wanted && w < sizeof(works) / sizeof(*works);
		     w++)
			measure(layout, &works[w], json);
	}
	return 0;
}
