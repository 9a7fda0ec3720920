/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A machine that somebody looks at, pauses, steps and holds back is the
 * machine that nobody looks at: trace and statistics are the same, to the last
 * cycle. And orders are followed: it stands where it was told to.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include <stdio.h>
#include <time.h>

#include "emu/live.h"
#include "tests/unit/emu/helper_whole.h"

#define ALL_SECTIONS ((1u << NR_SECTIONS) - 1)

static const struct whole cow = {
	.argv = {WHOLE_GUEST("cow")},
	.sets = {"memory.size=64M"},
};
static const struct whole swapping = {
	.argv = {WHOLE_GUEST("swapset"), "12", "1"},
	.sets = {"memory.size=16M", "swap.size=64M"},
};

/* One run under way. */
struct run {
	struct whole whole;
	struct live *live;
	struct snapshot *seen; /* the last one */
};

static int body(void *arg)
{
	struct run *run = arg;

	whole_run(&run->whole);
	return run->whole.status;
}

static void start(struct run *run, const struct whole *what,
		  const struct live_order *first)
{
	const struct snapshot_wish wish = {.sections = ALL_SECTIONS,
					   .pfn = SNAPSHOT_NO_FRAME};

	*run = (struct run){.whole = *what, .live = live_create(first)};
	assert_non_null(run->live);
	run->whole.watcher = live_watcher(run->live);
	live_wish(run->live, &wish);
	assert_true(live_start(run->live, body, run));
}

static void finish(struct run *run)
{
	live_join(run->live);
	live_destroy(run->live);
	snapshot_put(run->seen);
}

static void nap(long us)
{
	nanosleep(&(struct timespec){0, us * 1000}, NULL);
}

/* Takes what there is to see; how the machine is. */
static struct live_status look(struct run *run)
{
	struct snapshot *snapshot = live_snapshot(run->live);

	if (snapshot) {
		if (run->seen) {
			assert_true(snapshot->serial > run->seen->serial);
			assert_true(snapshot->cycle >= run->seen->cycle);
		}
		snapshot_put(run->seen);
		run->seen = snapshot;
	}
	return live_status(run->live);
}

/* Until it stands, or has ended: true if it stands, and that is to be seen. */
static bool stands(struct run *run)
{
	for (;;) {
		struct live_status status = look(run);

		if (status.state == LIVE_ENDED)
			return false;
		if (status.state == LIVE_PAUSED && run->seen &&
		    run->seen->serial == status.serial)
			return true;
		nap(20);
	}
}

static bool go(struct run *run, enum live_go what)
{
	const struct live_order order = {.go = what};

	live_go(run->live, &order);
	return what == LIVE_RUN || stands(run);
}

static bool until(struct run *run, const char *condition)
{
	struct live_order order = {.go = LIVE_UNTIL};
	char why[200];

	assert_true(condition_parse(condition, &order.until, why, sizeof(why)));
	live_go(run->live, &order);
	return stands(run) && live_status(run->live).held;
}

static const struct live_order paused = {.go = LIVE_PAUSE};

static uint64_t counter(const struct snapshot *snapshot, const char *name)
{
	uint32_t nr;
	const struct snapshot_counter *c = snapshot_counters(snapshot, &nr);

	for (uint32_t i = 0; i < nr; i++)
		if (!strcmp(c[i].name, name))
			return c[i].value;
	fail_msg("there is no counter %s", name);
	return 0;
}

/* ---- nothing changes -------------------------------------------------------- */

/* Every kind of order, in an order of their own, at once or after a while. */
static void play(struct run *run, unsigned int seed, int rounds)
{
	static const enum live_go ways[] = {
		LIVE_RUN,         LIVE_PAUSE,        LIVE_STEP_INSTRUCTION,
		LIVE_STEP_FAULT,  LIVE_STEP_SYSCALL, LIVE_STEP_INSTRUCTION,
		LIVE_STEP_SWITCH,
	};

	for (int i = 0; i < rounds; i++) {
		seed = seed * 1103515245 + 12345;
		if (seed >> 28 == 0) {
			live_speed(run->live, 0.5);
			nap(2000);
			live_speed(run->live, 0);
		}
		if (!go(run, ways[(seed >> 16) % 7]))
			return;
		if (seed >> 30 == 0)
			nap(300);
	}
}

static void expect_same(const struct whole *what, unsigned int seed)
{
	struct whole alone = *what;
	struct run run;

	whole_run(&alone);
	start(&run, what, &paused);
	play(&run, seed, 300);
	live_go(run.live, &(struct live_order){.go = LIVE_RUN});
	while (look(&run).state != LIVE_ENDED)
		nap(1000);
	finish(&run);
	whole_expect_same(&alone, &run.whole, "orders and none");
	whole_free(&alone);
	whole_free(&run.whole);
}

static void orders_change_nothing(void **state)
{
	(void)state;
	expect_same(&cow, 1);
	expect_same(&swapping, 2);
}

static void who_leaves_is_forgotten(void **state)
{
	struct whole alone = cow;
	struct run run;

	(void)state;
	whole_run(&alone);
	start(&run, &cow, &paused);
	assert_true(stands(&run));
	live_leave(run.live);
	finish(&run);
	whole_expect_same(&alone, &run.whole, "left and never there");
	whole_free(&alone);
	whole_free(&run.whole);
}

/* ---- orders are followed ------------------------------------------------------- */

static void steps_lead_to_what_they_say(void **state)
{
	struct run run;
	uint64_t before;

	(void)state;
	start(&run, &cow, &paused);
	assert_true(until(&run, "fault:20"));
	assert_int_equal(run.seen->nr_faults, 20);
	for (int i = 21; i < 30; i++) {
		assert_true(go(&run, LIVE_STEP_FAULT));
		assert_int_equal(run.seen->nr_faults, i);
	}
	before = counter(run.seen, "svc");
	assert_true(go(&run, LIVE_STEP_SYSCALL));
	assert_int_equal(counter(run.seen, "svc"), before + 1);
	live_stop(run.live);
	finish(&run);
	assert_int_equal(run.whole.status, MACHINE_EXIT_STOPPED);
	whole_free(&run.whole);
}

static void it_comes_to_conditions(void **state)
{
	struct run run;

	(void)state;
	start(&run, &swapping, &paused);
	assert_true(until(&run, "cycle:3000000"));
	assert_in_range(run.seen->cycle, 3000000, 3100000);
	assert_true(until(&run, "free-below-low"));
	assert_int_equal(counter(run.seen, "pswpout"), 0);
	assert_true(until(&run, "swap-out"));
	assert_true(counter(run.seen, "pswpout") > 0);
	assert_true(until(&run, "exit:swapset"));
	assert_true(until(&run, "end"));
	assert_false(until(&run, "oom"));
	live_leave(run.live);
	finish(&run);
	assert_int_equal(run.whole.status, 0);
	whole_free(&run.whole);
}

/* So many cycles take so much time, less what the start costs. */
static void it_keeps_its_pace(void **state)
{
	struct timespec a, b;
	struct run run;
	char when[32];
	uint64_t first;
	double ms;

	(void)state;
	start(&run, &cow, &paused);
	assert_true(stands(&run));
	first = run.seen->cycle;
	snprintf(when, sizeof(when), "cycle:%llu",
		 (unsigned long long)first + 40000);
	live_speed(run.live, 0.001);
	clock_gettime(CLOCK_MONOTONIC, &a);
	assert_true(until(&run, when));
	clock_gettime(CLOCK_MONOTONIC, &b);
	ms = (double)(b.tv_sec - a.tv_sec) * 1e3 +
	     (double)(b.tv_nsec - a.tv_nsec) / 1e6;
	assert_true(ms >= (double)(run.seen->cycle - first) * 1e6 /
				  run.seen->clock_hz * 0.5);
	live_stop(run.live);
	finish(&run);
	whole_free(&run.whole);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(orders_change_nothing),
		cmocka_unit_test(who_leaves_is_forgotten),
		cmocka_unit_test(steps_lead_to_what_they_say),
		cmocka_unit_test(it_comes_to_conditions),
		cmocka_unit_test(it_keeps_its_pace),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
