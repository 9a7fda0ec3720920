/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The dual timer against a model that counts each tick by itself, as the
 * manual tells it (DDI 0271D, 2.2): random registers written at random times.
 */
#include "emu/device_sp804.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>

enum {
	LOAD = 0x00,
	VALUE = 0x04,
	CONTROL = 0x08,
	INT_CLR = 0x0c,
	RIS = 0x10,
	MIS = 0x14,
	BG_LOAD = 0x18,
	ONESHOT = 1 << 0,
	WIDE = 1 << 1,
	BY_16 = 1 << 2,
	BY_256 = 2 << 2,
	INTERRUPT = 1 << 5,
	PERIODIC = 1 << 6,
	ENABLE = 1 << 7
};

enum {
	CLOCK_HZ = 1000,
	TIMER_HZ = 100
};

/* ---- the model: one step a tick of TIMCLK ---------------------------------- */

struct model {
	uint32_t load, control, count;
	bool loading, due, raw, halted; /* due: a 0 that was loaded */
};

static uint32_t mask(const struct model *m)
{
	return m->control & WIDE ? 0xffffffff : 0xffff;
}

static uint64_t divider(const struct model *m)
{
	static const int by[] = {1, 16, 256, 256};

	return (uint64_t)by[m->control >> 2 & 3];
}

static bool running(const struct model *m)
{
	return m->control & ENABLE && !m->halted;
}

static void reaches_zero(struct model *m)
{
	m->raw = true;
	m->due = false;
	if (m->control & ONESHOT)
		m->halted = true;
	else if (m->control & PERIODIC)
		m->count = m->load & mask(m) ? m->load : m->load | 1;
}

static bool zero(const struct model *m)
{
	return !(m->count & mask(m));
}

static void count_down(struct model *m)
{
	m->count = (m->count & ~mask(m)) | ((m->count - 1) & mask(m));
}

static void step(struct model *m, uint64_t tick)
{
	if (tick % divider(m))
		return;
	if (m->loading) {
		m->loading = false;
		m->due = zero(m);
	} else if (running(m)) {
		count_down(m);
		m->due = zero(m);
	}
	if (running(m) && m->due)
		reaches_zero(m);
}

static void model_write(struct model *m, uint32_t offset, uint32_t value)
{
	switch (offset) {
	case LOAD:
		m->load = value;
		m->count = value;
		m->loading = true;
		m->due = m->halted = false;
		break;
	case BG_LOAD:
		m->load = value;
		break;
	case INT_CLR:
		m->raw = false;
		break;
	case CONTROL:
		m->control = value & 0xef;
		m->due = m->due && zero(m);
		if (m->halted && !(value & ONESHOT)) {
			m->halted = false;
			m->count = value & PERIODIC ? m->load
						    : m->count & ~mask(m);
			m->due = value & PERIODIC && zero(m);
		}
		if (running(m) && m->due)
			reaches_zero(m);
		break;
	}
}

/* ---- the device beside it ---------------------------------------------------- */

struct rig {
	struct clock clock;
	struct alarms alarms;
	struct sp804 sp804;
	struct model model[2];
	uint64_t tick;
	bool up;
};

static void wire(void *ctx, unsigned int input, bool up)
{
	struct rig *rig = ctx;

	assert_int_equal(input, 7);
	rig->up = up;
}

static void start(struct rig *rig)
{
	*rig = (struct rig){0};
	clock_reset(&rig->clock);
	alarms_create(&rig->alarms, CLOCK_HZ);
	alarms_start(&rig->alarms, &rig->clock);
	sp804_create(&rig->sp804, &rig->alarms, TIMER_HZ,
		     (struct irq_line){wire, rig, 7});
	for (int i = 0; i < 2; i++)
		rig->model[i] = (struct model){.control = INTERRUPT,
					       .count = 0xffffffff};
}

/* Time passes as the machine lets it: from alarm to alarm. */
static void pass(struct rig *rig, uint64_t cycles)
{
	uint64_t end = clock_now(&rig->clock) + cycles;

	while (rig->clock.alarm <= end) {
		clock_idle_until(&rig->clock, rig->clock.alarm);
		alarms_ring(&rig->alarms);
	}
	clock_idle_until(&rig->clock, end);
	while (rig->tick < end * TIMER_HZ / CLOCK_HZ) {
		rig->tick++;
		step(&rig->model[0], rig->tick);
		step(&rig->model[1], rig->tick);
	}
}

static void put(struct rig *rig, int timer, uint32_t offset, uint32_t value)
{
	sp804_write(&rig->sp804, (uint32_t)timer * 0x20 + offset, 4, value);
	model_write(&rig->model[timer], offset, value);
}

static uint32_t get(struct rig *rig, int timer, uint32_t offset)
{
	return sp804_read(&rig->sp804, (uint32_t)timer * 0x20 + offset, 4);
}

static void compare(struct rig *rig)
{
	bool up = false;

	for (int i = 0; i < 2; i++) {
		const struct model *m = &rig->model[i];
		bool masked = m->raw && m->control & INTERRUPT;

		assert_int_equal(get(rig, i, VALUE), m->count);
		assert_int_equal(get(rig, i, RIS), m->raw);
		assert_int_equal(get(rig, i, MIS), masked);
		assert_int_equal(get(rig, i, LOAD), m->load);
		assert_int_equal(get(rig, i, BG_LOAD), m->load);
		assert_int_equal(get(rig, i, CONTROL), m->control);
		up |= masked;
	}
	assert_int_equal(rig->up, up);
}

static void random_write(struct rig *rig)
{
	static const uint32_t loads[] = {0, 1, 2, 5, 40, 0xffff, 0x10003, 700};
	int timer = rand() % 2;

	switch (rand() % 5) {
	case 0:
		put(rig, timer, LOAD, loads[rand() % 8]);
		break;
	case 1:
		put(rig, timer, BG_LOAD, loads[rand() % 8]);
		break;
	case 2:
		put(rig, timer, CONTROL, (uint32_t)rand() & 0xff);
		break;
	default:
		put(rig, timer, INT_CLR, 1);
	}
}

static void as_a_model_that_counts_each_tick(void **state)
{
	struct rig rig;

	(void)state;
	for (unsigned int seed = 1; seed <= 60; seed++) {
		srand(seed);
		start(&rig);
		for (int i = 0; i < 400; i++) {
			if (rand() % 3)
				random_write(&rig);
			compare(&rig);
			pass(&rig,
			     (uint64_t)(rand() % (rand() % 50 ? 90 : 70000)));
			compare(&rig);
		}
	}
}

/* What the manual says of each mode, by hand. */
static void one_shot_stops_at_zero(void **state)
{
	struct rig rig;

	(void)state;
	start(&rig);
	put(&rig, 0, LOAD, 10);
	put(&rig, 0, CONTROL, ENABLE | ONESHOT | WIDE | INTERRUPT);
	pass(&rig, 109); /* a tick is 10 cycles; the first one loads */
	assert_int_equal(get(&rig, 0, VALUE), 1);
	assert_false(rig.up);
	pass(&rig, 1);
	assert_true(rig.up);
	assert_int_equal(get(&rig, 0, VALUE), 0);
	pass(&rig, 1000);
	assert_int_equal(get(&rig, 0, VALUE), 0);
	put(&rig, 0, INT_CLR, 0xffffffff);
	assert_false(rig.up);
	pass(&rig, 100000);
	assert_false(rig.up);
	put(&rig, 0, LOAD, 3);
	pass(&rig, 40);
	assert_true(rig.up);
}

static void a_period_is_as_long_as_the_load(void **state)
{
	struct rig rig;
	int rises = 0;

	(void)state;
	start(&rig);
	put(&rig, 1, LOAD, 7);
	put(&rig, 1, CONTROL, ENABLE | PERIODIC | INTERRUPT | BY_16);
	for (int i = 0; i < 7 * 16 * 20; i++) {
		pass(&rig, 10);
		rises += rig.up;
		put(&rig, 1, INT_CLR, 0);
	}
	assert_int_equal(rises, 19); /* and the first tick that loaded it */
}

/* As Linux's driver does: stopped and 16 bits wide, loaded, then all at once. */
static void the_size_may_come_after_the_load(void **state)
{
	struct rig rig;

	(void)state;
	start(&rig);
	put(&rig, 0, CONTROL, 0);
	put(&rig, 0, LOAD, 0x10003);
	put(&rig, 0, BG_LOAD, 5);
	pass(&rig, 100);
	put(&rig, 0, CONTROL, ENABLE | PERIODIC | WIDE | INTERRUPT);
	assert_int_equal(get(&rig, 0, VALUE), 0x10003);
	pass(&rig, 10 * 0x10003 - 1);
	assert_false(rig.up);
	pass(&rig, 1);
	assert_true(rig.up);
	assert_int_equal(get(&rig, 0, VALUE), 5);
}

/* A 0 that was loaded into a stopped timer. */
static void enabled_at_zero_it_rises_at_once(void **state)
{
	struct rig rig;

	(void)state;
	start(&rig);
	put(&rig, 0, LOAD, 0);
	pass(&rig, 100);
	assert_false(rig.up);
	put(&rig, 0, CONTROL, ENABLE | ONESHOT | INTERRUPT);
	assert_true(rig.up);
}

static void it_says_who_it_is(void **state)
{
	static const uint8_t id[8] = {0x04, 0x18, 0x14, 0x00,
				      0x0d, 0xf0, 0x05, 0xb1};
	struct rig rig;

	(void)state;
	start(&rig);
	for (uint32_t i = 0; i < 8; i++)
		assert_int_equal(sp804_read(&rig.sp804, 0xfe0 + 4 * i, 4),
				 id[i]);
	assert_int_equal(get(&rig, 0, VALUE), 0xffffffff);
	assert_int_equal(get(&rig, 0, CONTROL), 0x20);
	/* the integration test register drives the line alone */
	sp804_write(&rig.sp804, 0xf00, 4, 1);
	sp804_write(&rig.sp804, 0xf04, 4, 2);
	assert_true(rig.up);
	sp804_write(&rig.sp804, 0xf04, 4, 0);
	assert_false(rig.up);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_a_model_that_counts_each_tick),
		cmocka_unit_test(one_shot_stops_at_zero),
		cmocka_unit_test(a_period_is_as_long_as_the_load),
		cmocka_unit_test(the_size_may_come_after_the_load),
		cmocka_unit_test(enabled_at_zero_it_rises_at_once),
		cmocka_unit_test(it_says_who_it_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
