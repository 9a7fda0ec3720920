/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The private timer of one core by its registers (DDI 0407G, section 4.2). The
 * counter is what it was at one tick and the ticks since then; its state is
 * brought up to now before a register is looked at or changed.
 *
 * It sets its event flag when it comes to 0, stays there for a tick, and goes
 * on from the load value if it is to: a period has one tick more than that.
 *
 * Invariant: after every access the alarm is set for the tick at which the
 * interrupt line will rise next, if it will.
 *
 * MODEL: the watchdog, which is a second such timer, isn't there.
 */
#include "emu/device_twd.h"

enum {
	LOAD = 0x00,
	COUNTER = 0x04,
	CONTROL = 0x08,
	INTSTAT = 0x0c
};

enum {
	CTRL_ENABLE = 1 << 0,
	CTRL_RELOAD = 1 << 1,
	CTRL_INT = 1 << 2,
	CTRL_PRESCALER = 0xff00,
	CTRL_ALL = 0xff07
};

static uint32_t divider(const struct twd *t)
{
	return ((t->control & CTRL_PRESCALER) >> 8) + 1;
}

static uint64_t ticks_now(const struct twd *t)
{
	return alarms_ticks(t->alarms, t->hz) / divider(t);
}

static bool counts(const struct twd *t)
{
	return t->control & CTRL_ENABLE && !t->halted;
}

/* No zero lies before @now that isn't counted. */
static uint32_t counter_at(const struct twd *t, uint64_t now)
{
	if (!counts(t))
		return (uint32_t)t->from;
	return now < t->since ? 0 : (uint32_t)(t->from - (now - t->since));
}

static void bring_up_to_now(struct twd *t)
{
	uint64_t now = ticks_now(t), zero = t->since + t->from, period;

	if (!counts(t) || now < zero)
		return;
	t->event = true;
	if (t->control & CTRL_RELOAD) {
		period = (uint64_t)t->load + 1;
		t->since = zero + (now - zero) / period * period + 1;
		t->from = t->load;
	} else {
		t->halted = true;
		t->from = 0;
	}
}

static void update(struct twd *t)
{
	const bool rises = counts(t) && t->control & CTRL_INT && !t->event;

	alarm_set(&t->alarm,
		  rises ? alarms_cycle_of(t->alarms,
					  (t->since + t->from) * divider(t),
					  t->hz)
			: CLOCK_NEVER);
	irq_line_set(&t->line, t->event && t->control & CTRL_INT);
}

static void rings(void *ctx)
{
	bring_up_to_now(ctx);
	update(ctx);
}

void twd_create(struct twd *t, struct alarms *alarms, uint32_t hz,
		struct irq_line line)
{
	*t = (struct twd){
		.alarms = alarms,
		.hz = hz,
		.line = line,
		.halted = true,
	};
	alarm_create(&t->alarm, alarms, rings, t);
}

uint32_t twd_read(struct twd *t, uint32_t offset)
{
	bring_up_to_now(t);
	switch (offset & ~3u) {
	case LOAD:
		return t->load;
	case COUNTER:
		return counter_at(t, ticks_now(t));
	case CONTROL:
		return t->control;
	case INTSTAT:
		return t->event;
	default:
		return 0;
	}
}

/* A 0 that nothing reloads is no end of a count: it has not begun. */
static void set_counter(struct twd *t, uint32_t value)
{
	t->from = value;
	t->since = ticks_now(t);
	t->halted = !value && !(t->control & CTRL_RELOAD);
}

/* The counter stays where it is; from now on it goes by the new rules. */
static void set_control(struct twd *t, uint32_t control)
{
	const uint32_t counter = counter_at(t, ticks_now(t));

	t->control = control & CTRL_ALL;
	set_counter(t, counter ?: t->control & CTRL_RELOAD ? t->load : 0);
}

void twd_write(struct twd *t, uint32_t offset, uint32_t value)
{
	bring_up_to_now(t);
	switch (offset & ~3u) {
	case LOAD:
		t->load = value;
		set_counter(t, value);
		break;
	case COUNTER:
		set_counter(t, value);
		break;
	case CONTROL:
		set_control(t, value);
		break;
	case INTSTAT:
		if (value & 1)
			t->event = false;
		break;
	}
	bring_up_to_now(t);
	update(t);
}
