/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A run by single instructions, now and then or for a long while, is the run
 * without: trace and statistics are the same, whatever the board sees of each
 * access, in ARM and Thumb code, IT blocks and modules, and when the timer
 * rings in the midst of it. And each step that says it ran to its end is one
 * instruction.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>

#include "tests/unit/emu/helper_whole.h"

struct stepper {
	uint64_t most; /* steps; and so many are had */
	uint64_t nr, nr_whole, nr_thumb, nr_it;
	uint64_t pause, rests; /* so many rests between two stretches */
	uint64_t instructions;
	bool stepped, thumb;
};

static void look_at_step(struct stepper *s, struct machine *m)
{
	struct cpu *cpu = m->cpu[m->wheel.running];
	uint64_t now = cpu_instructions(cpu);
	struct pt_regs regs;

	if (s->stepped && m->in_flow) {
		/* IT and the four that it may govern */
		assert_in_range(now - s->instructions, 1, s->thumb ? 5 : 1);
		s->nr_whole++;
		s->nr_thumb += s->thumb;
		s->nr_it += now - s->instructions > 1;
	}
	cpu_get_regs(cpu, &regs);
	s->thumb = regs.cpsr & 0x20;
	s->instructions = now;
}

static void rest(void *arg, struct machine *m, struct machine_go *go)
{
	struct stepper *s = arg;

	look_at_step(s, m);
	/* stretches of 500 steps, each a little later than the last */
	s->stepped = s->nr < s->most && s->rests >= s->pause;
	if (s->stepped)
		s->nr++;
	else
		s->rests++;
	if (s->stepped && s->nr % 500 == 0) {
		s->rests = 0;
		s->pause = s->pause * 4 / 3;
	}
	*go = (struct machine_go){.one = s->stepped, .within = 7777};
}

static struct stepper compare(const struct whole *what, const char *words)
{
	const char *most = getenv("MMUSCOPE_STEPS");
	struct stepper s = {
		.most = most ? strtoull(most, NULL, 10) : 4000,
		.pause = 10,
	};
	const struct machine_watcher watcher = {.arg = &s, .rest = rest};
	struct whole alone = *what, stepped = *what;

	whole_run(&alone);
	stepped.watcher = &watcher;
	whole_run(&stepped);
	whole_expect_same(&alone, &stepped, words);
	whole_free(&alone);
	whole_free(&stepped);
	if (s.nr_whole <= 1000)
		fail_msg("%s: status %d, %lu steps of %lu, %lu rests", words,
			 alone.status, (unsigned long)s.nr_whole,
			 (unsigned long)s.nr, (unsigned long)s.rests);
	return s;
}

static void arm_code(void **state)
{
	(void)state;
	compare(&(struct whole){.argv = {WHOLE_GUEST("cow")}}, "cow");
	compare(&(struct whole){.argv = {WHOLE_GUEST("swapset"), "12", "1"},
				.sets = {"memory.size=16M", "swap.size=64M"}},
		"swapset");
}

static void thumb_code(void **state)
{
	struct stepper s;

	(void)state;
	s = compare(&(struct whole){.argv = {"/bin/sh", "-c",
					     "for i in 1 2 3; do echo $i; "
					     "done; ls /"}},
		    "a shell");
	assert_true(s.nr_thumb > 1000);
	assert_true(s.nr_it > 10);
}

static void boards_that_see_more(void **state)
{
	(void)state;
	compare(&(struct whole){.argv = {WHOLE_GUEST("cow")},
				.sets = {"cpu.tlb.replacement=lru"}},
		"LRU");
	compare(&(struct whole){.argv = {WHOLE_GUEST("cow")},
				.sets = {"cpu.tlb.recheck=true"}},
		"recheck");
	compare(&(struct whole){.argv = {WHOLE_GUEST("cow")},
				.sets = {"cpu.alignment=standard"}},
		"standard alignment");
}

static void module_code(void **state)
{
	(void)state;
	compare(&(struct whole){.argv = {WHOLE_GUEST("modcycle"), "1",
					 WHOLE_GUEST("modules/module_bench.ko"),
					 "+rounds=3000"}},
		"a module");
}

static void tiny_tlbs(void **state)
{
	(void)state;
	compare(&(struct whole){.argv = {WHOLE_GUEST("asid")},
				.sets = {"cpu.tlb.entries=4"}},
		"a TLB of 4");
}

/* ---- the timer ----------------------------------------------------------------- */

/* Steps into the timer's alarm and past it. */
struct bells {
	uint64_t alarm; /* the next; what was stepped over is counted */
	uint64_t nr, nr_within; /* so many rang, and so many in a block */
	bool stepped;
};

static void count_alarms(struct bells *a, const struct machine *m, uint64_t now)
{
	if (!a->alarm || now < a->alarm)
		return;
	a->nr += a->stepped;
	a->nr_within += a->stepped && m->in_flow;
	a->alarm = 0;
}

static void rest_near_alarms(void *arg, struct machine *m,
			     struct machine_go *go)
{
	const struct clock *clock = cpu_clock(m->cpu[m->wheel.running]);
	const uint64_t now = clock_now(clock), near = 60;
	struct bells *a = arg;

	count_alarms(a, m, now);
	*go = (struct machine_go){.within = 5000};
	a->stepped = m->verdict == KERNEL_RUN && clock->alarm != CLOCK_NEVER &&
		     clock->alarm < now + near;
	if (clock->alarm > now && clock->alarm != CLOCK_NEVER)
		a->alarm = clock->alarm;
	if (a->stepped)
		go->one = true;
	else if (clock->alarm != CLOCK_NEVER && clock->alarm > now + near)
		go->at = clock->alarm - near / 2;
}

/*
 * Three tasks take turns by the timer, which rings each 10,000 instructions:
 * in the midst of a block it is not heard before its end, steps or no steps.
 */
static void the_timer_rings_where_it_would(void **state)
{
	static const char *const script =
		"a() { i=0; while [ $i -lt 60 ]; do i=$((i+1)); done; }; "
		"a & a & a & wait";
	const struct whole what = {.argv = {"/bin/sh", "-c", script},
				   .sets = {"cpu.clock_hz=1MHz"}};
	struct bells a = {0};
	const struct machine_watcher watcher = {.arg = &a,
						.rest = rest_near_alarms};
	struct whole alone = what, stepped = what;

	(void)state;
	whole_run(&alone);
	stepped.watcher = &watcher;
	whole_run(&stepped);
	whole_expect_same(&alone, &stepped, "the timer");
	whole_free(&alone);
	whole_free(&stepped);
	print_message("%lu alarms stepped into, %lu in a block\n",
		      (unsigned long)a.nr, (unsigned long)a.nr_within);
	assert_true(a.nr > 50);
	assert_true(a.nr_within > 30);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(arm_code),
		cmocka_unit_test(thumb_code),
		cmocka_unit_test(boards_that_see_more),
		cmocka_unit_test(module_code),
		cmocka_unit_test(tiny_tlbs),
		cmocka_unit_test(the_timer_rings_where_it_would),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
