/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The dual timer by its registers (DDI 0271D, chapters 2 and 3). A counter is
 * what it was at one tick and the ticks since then; its state is brought up to
 * now before a register is looked at or changed.
 *
 * Invariant: after every access the alarm is set for the tick at which the
 * interrupt line will rise next, if it will.
 *
 * The counter has 32 bits always. With a size of 16 the lower ones count, and
 * the upper ones stay as they were loaded: a driver may load first and set the
 * size afterwards.
 *
 * MODEL: registers are words; narrower accesses reach the whole of them.
 */
#include "emu/device_sp804.h"

/* Registers of a timer, by offset; the second one's are 0x20 further. */
enum {
	LOAD = 0x00,
	VALUE = 0x04,
	CONTROL = 0x08,
	INT_CLR = 0x0c,
	RIS = 0x10,
	MIS = 0x14,
	BG_LOAD = 0x18,
	SECOND_TIMER = 0x20,
	/* and those of both */
	ITCR = 0xf00,
	ITOP = 0xf04,
	PERIPH_ID = 0xfe0
};

enum {
	CTRL_ONESHOT = 1 << 0,
	CTRL_32BIT = 1 << 1,
	CTRL_PRESCALE = 3 << 2,
	CTRL_INT = 1 << 5,
	CTRL_PERIODIC = 1 << 6,
	CTRL_ENABLE = 1 << 7,
	CTRL_ALL = 0xef
};

static uint32_t counter_mask(const struct sp804_timer *t)
{
	return t->control & CTRL_32BIT ? UINT32_MAX : UINT16_MAX;
}

/* TIMCLK through the prescaler; the fourth setting is undefined. */
static uint32_t divider(const struct sp804_timer *t)
{
	static const uint32_t by[4] = {1, 16, 256, 256};

	return by[(t->control & CTRL_PRESCALE) >> 2];
}

static uint64_t ticks_now(const struct sp804_timer *t)
{
	return alarms_ticks(t->sp804->alarms, t->sp804->hz) / divider(t);
}

static bool counts(const struct sp804_timer *t)
{
	return t->control & CTRL_ENABLE && !t->halted;
}

/* At tick @now, which no event lies before; 0 may be one past the mask. */
static uint64_t counter_exact(const struct sp804_timer *t, uint64_t now)
{
	return t->from - (counts(t) && now > t->since ? now - t->since : 0);
}

static uint32_t counter_at(const struct sp804_timer *t, uint64_t now)
{
	uint64_t counter = counter_exact(t, now);

	return t->upper |
	       (counter == (uint64_t)counter_mask(t) + 1 ? 0
							 : (uint32_t)counter);
}

static void put_counter(struct sp804_timer *t, uint32_t value)
{
	t->from = value & counter_mask(t);
	t->upper = value & ~counter_mask(t);
}

/* What comes after a 0. */
static void go_round(struct sp804_timer *t)
{
	if (t->control & CTRL_PERIODIC)
		put_counter(t, t->load);
	else
		t->from = (uint64_t)counter_mask(t) + 1;
}

/* It came to 0 at t->since + t->from, and goes on from there as it's told. */
static void pass_zero(struct sp804_timer *t, uint64_t now)
{
	uint64_t zero = t->since + t->from, period;

	t->raw = true;
	if (t->control & CTRL_ONESHOT) {
		t->halted = true;
		t->from = 0;
		return;
	}
	go_round(t);
	/* a period of none at all: an interrupt with each tick */
	period = t->from ? t->from : 1;
	t->since = zero + (now - zero) / period * period;
	if (!t->from)
		t->from = 1;
}

static void bring_up_to_now(struct sp804_timer *t)
{
	uint64_t now = ticks_now(t);

	if (counts(t) && now >= t->since + t->from)
		pass_zero(t, now);
}

static bool masked_interrupt(const struct sp804_timer *t)
{
	return t->raw && t->control & CTRL_INT;
}

static void set_line(const struct sp804 *sp804)
{
	bool up = masked_interrupt(&sp804->timer[0]) ||
		  masked_interrupt(&sp804->timer[1]);

	irq_line_set(&sp804->line, sp804->itcr ? sp804->itop : up);
}

static void set_alarm(struct sp804_timer *t)
{
	uint64_t cycle = CLOCK_NEVER;

	if (counts(t) && t->control & CTRL_INT && !t->raw)
		cycle = alarms_cycle_of(t->sp804->alarms,
					(t->since + t->from) * divider(t),
					t->sp804->hz);
	alarm_set(&t->alarm, cycle);
}

static void rings(void *ctx)
{
	struct sp804_timer *t = ctx;

	bring_up_to_now(t);
	set_alarm(t);
	set_line(t->sp804);
}

void sp804_create(struct sp804 *sp804, struct alarms *alarms, uint32_t hz,
		  struct irq_line line)
{
	*sp804 = (struct sp804){.alarms = alarms, .hz = hz, .line = line};
	for (int i = 0; i < 2; i++) {
		struct sp804_timer *t = &sp804->timer[i];

		t->sp804 = sp804;
		t->control = CTRL_INT;
		put_counter(t, UINT32_MAX);
		alarm_create(&t->alarm, alarms, rings, t);
	}
}

/* ---- registers ----------------------------------------------------------- */

static uint32_t identification(uint32_t offset)
{
	static const uint8_t id[8] = {0x04, 0x18, 0x14, 0x00,
				      0x0d, 0xf0, 0x05, 0xb1};

	return id[(offset - PERIPH_ID) / 4 % 8];
}

static uint32_t read_timer(struct sp804_timer *t, uint32_t offset)
{
	bring_up_to_now(t);
	switch (offset) {
	case LOAD:
	case BG_LOAD:
		return t->load;
	case VALUE:
		return counter_at(t, ticks_now(t));
	case CONTROL:
		return t->control;
	case RIS:
		return t->raw;
	case MIS:
		return masked_interrupt(t);
	default:
		return 0;
	}
}

uint32_t sp804_read(void *ctx, uint32_t offset, unsigned int size)
{
	struct sp804 *sp804 = ctx;

	(void)size;
	offset &= ~3u;
	if (offset < 2 * SECOND_TIMER)
		return read_timer(&sp804->timer[offset / SECOND_TIMER],
				  offset % SECOND_TIMER);
	if (offset == ITCR)
		return sp804->itcr;
	return offset >= PERIPH_ID ? identification(offset) : 0;
}

/*
 * The counter stays where it is; from now on it goes by the new rules. A value
 * that was on its way into it still arrives a tick later.
 */
static void set_control(struct sp804_timer *t, uint32_t control)
{
	const uint64_t now = ticks_now(t);
	const uint32_t counter = counter_at(t, now);
	const bool loading = now < t->since;
	const bool due = loading || !counter_exact(t, now);

	t->control = control & CTRL_ALL;
	t->since = ticks_now(t) + loading;
	put_counter(t, counter);
	/* a 0 gone by, or one that comes of another size, ends no count */
	if (!t->from && !due)
		t->from = (uint64_t)counter_mask(t) + 1;
	if (t->halted && !(t->control & CTRL_ONESHOT)) {
		t->halted = false;
		go_round(t);
	}
}

static void write_timer(struct sp804_timer *t, uint32_t offset, uint32_t value)
{
	bring_up_to_now(t);
	switch (offset) {
	case LOAD:
		t->load = value;
		put_counter(t, value);
		t->since = ticks_now(t) + 1;
		t->halted = false;
		break;
	case BG_LOAD:
		t->load = value;
		break;
	case CONTROL:
		set_control(t, value);
		break;
	case INT_CLR:
		t->raw = false;
		break;
	}
	bring_up_to_now(t); /* a 0 that waited to be counted is an end now */
	set_alarm(t);
}

void sp804_write(void *ctx, uint32_t offset, unsigned int size, uint32_t value)
{
	struct sp804 *sp804 = ctx;

	(void)size;
	offset &= ~3u;
	if (offset < 2 * SECOND_TIMER)
		write_timer(&sp804->timer[offset / SECOND_TIMER],
			    offset % SECOND_TIMER, value);
	else if (offset == ITCR)
		sp804->itcr = value & 1;
	else if (offset == ITOP)
		sp804->itop = value & 3;
	set_line(sp804);
}
