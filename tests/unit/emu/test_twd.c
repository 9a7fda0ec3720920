/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The private timer of a Cortex-A9 beside a model that counts every tick, under
 * random writes at random times; and what its manual says, by hand.
 */
#include "emu/device_twd.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>

enum {
	LOAD = 0x00,
	COUNTER = 0x04,
	CONTROL = 0x08,
	INTSTAT = 0x0c
};

#define CLOCK_HZ  1000000000u
#define PERIPH_HZ 100000000u
#define TICK      10u /* cycles */

struct rig {
	struct clock clock;
	struct alarms alarms;
	struct twd twd;
	bool line;
	uint64_t rose; /* the cycle at which it last rose */
};

static void set_line(void *ctx, unsigned int input, bool up)
{
	struct rig *rig = ctx;

	(void)input;
	if (up && !rig->line)
		rig->rose = clock_now(&rig->clock);
	rig->line = up;
}

static void start(struct rig *rig)
{
	*rig = (struct rig){0};
	clock_reset(&rig->clock);
	alarms_create(&rig->alarms, CLOCK_HZ);
	alarms_start(&rig->alarms, &rig->clock);
	twd_create(&rig->twd, &rig->alarms, PERIPH_HZ,
		   (struct irq_line){set_line, rig, 0});
}

static void pass(struct rig *rig, uint64_t ticks)
{
	uint64_t end = clock_now(&rig->clock) + ticks * TICK;

	while (rig->clock.alarm <= end) {
		clock_idle_until(&rig->clock, rig->clock.alarm);
		alarms_ring(&rig->alarms);
	}
	clock_idle_until(&rig->clock, end);
}

/* ---- by hand --------------------------------------------------------------------- */

static void once(void **state)
{
	struct rig rig;

	(void)state;
	start(&rig);
	twd_write(&rig.twd, COUNTER, 100);
	pass(&rig, 50);
	assert_int_equal(twd_read(&rig.twd, COUNTER), 100); /* it is off */
	twd_write(&rig.twd, CONTROL, 5);
	pass(&rig, 99);
	assert_int_equal(twd_read(&rig.twd, COUNTER), 1);
	assert_false(rig.line);
	pass(&rig, 1000);
	assert_int_equal(rig.rose, 150 * TICK);
	assert_int_equal(twd_read(&rig.twd, COUNTER), 0);
	assert_int_equal(twd_read(&rig.twd, INTSTAT), 1);
	twd_write(&rig.twd, INTSTAT, 1);
	assert_false(rig.line);
	pass(&rig, 1000);
	assert_false(rig.line);
}

static void again_and_again(void **state)
{
	struct rig rig;

	(void)state;
	start(&rig);
	twd_write(&rig.twd, LOAD, 99); /* into the counter, too */
	twd_write(&rig.twd, CONTROL, 7);
	for (int i = 0; i < 5; i++) {
		pass(&rig, 100);
		assert_int_equal(rig.rose, (99 + 100 * i) * TICK);
		twd_write(&rig.twd, INTSTAT, 1);
		assert_false(rig.line);
	}
	/* seen late, it has gone on all the same */
	pass(&rig, 1050);
	assert_int_equal(twd_read(&rig.twd, COUNTER), 49);
}

static void a_prescaler_slows_it(void **state)
{
	struct rig rig;

	(void)state;
	start(&rig);
	twd_write(&rig.twd, CONTROL, 3 << 8 | 5);
	twd_write(&rig.twd, COUNTER, 10);
	pass(&rig, 1000);
	assert_int_equal(rig.rose, 40 * TICK);
}

/* ---- as a model does that counts ------------------------------------------------- */

struct model {
	uint32_t load, counter, control;
	bool event, halted;
};

static uint32_t divider(const struct model *m)
{
	return (m->control >> 8 & 0xff) + 1;
}

/* One prescaled tick. */
static void count(struct model *m)
{
	if (!(m->control & 1) || m->halted)
		return;
	if (m->counter)
		m->counter--;
	else
		m->counter = m->load; /* it has been 0 for a tick */
	if (m->counter)
		return;
	m->event = true;
	m->halted = !(m->control & 2);
}

static void model_counter(struct model *m, uint32_t value)
{
	m->counter = value;
	m->halted = !value && !(m->control & 2);
	/* a 0 that is to be reloaded is an end at once */
	if (!value && (m->control & 3) == 3)
		m->event = true;
}

static void model_write(struct model *m, uint32_t offset, uint32_t value)
{
	switch (offset) {
	case LOAD:
		m->load = value;
		model_counter(m, value);
		break;
	case COUNTER:
		model_counter(m, value);
		break;
	case CONTROL:
		m->control = value & 0xff07;
		model_counter(m, m->counter       ? m->counter
				 : m->control & 2 ? m->load
						  : 0);
		break;
	case INTSTAT:
		m->event &= !(value & 1);
		break;
	}
}

static void write_both(struct rig *rig, struct model *m)
{
	static const uint32_t offsets[] = {LOAD, COUNTER, CONTROL, INTSTAT};
	uint32_t offset = offsets[rand() % 4];
	uint32_t value = (uint32_t)rand() % 40;

	if (offset == CONTROL)
		value = (uint32_t)rand() % 8 | (m->control & 0xff00);
	twd_write(&rig->twd, offset, value);
	model_write(m, offset, value);
}

/* The prescaler stays what it is: which tick a change of it meets is open. */
static void as_a_model_that_counts(void **state)
{
	(void)state;
	for (unsigned int seed = 0; seed < 40; seed++) {
		struct model m = {.halted = true};
		struct rig rig;

		srand(seed);
		start(&rig);
		m.control = seed % 4 << 8;
		twd_write(&rig.twd, CONTROL, m.control);
		for (int i = 0; i < 5000; i++) {
			write_both(&rig, &m);
			for (int n = rand() % 20; n > 0; n--) {
				pass(&rig, divider(&m));
				count(&m);
				if (rand() % 4)
					continue;
				assert_int_equal(twd_read(&rig.twd, COUNTER),
						 m.counter);
				assert_int_equal(twd_read(&rig.twd, INTSTAT),
						 m.event);
			}
			assert_int_equal(rig.line, m.event && m.control & 4);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(once),
		cmocka_unit_test(again_and_again),
		cmocka_unit_test(a_prescaler_slows_it),
		cmocka_unit_test(as_a_model_that_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
