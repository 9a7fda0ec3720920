/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The generic timer. A timer's condition is met while the counter has come to
 * its compare value or is beyond, so its line is a function of registers and
 * time; writing a later value takes it down.
 *
 * Invariant: after every write the alarm is set for the cycle at which the
 * line will rise, if it will.
 *
 * MODEL: no event stream, no control of user mode's access
 * (CNTKCTL): programs have none.
 */
#include "emu/arch_timer.h"

enum {
	CTL_ENABLE = 1 << 0,
	CTL_IMASK = 1 << 1,
	CTL_ISTATUS = 1 << 2
};

static uint64_t counter(const struct arch_timer *timer)
{
	return alarms_ticks(timer->alarms, timer->hz);
}

static bool condition(const struct arch_timer_compare *compare)
{
	return compare->control & CTL_ENABLE &&
	       counter(compare->timer) >= compare->value;
}

static void update(struct arch_timer_compare *compare)
{
	const struct arch_timer *timer = compare->timer;
	const bool open = (compare->control & (CTL_ENABLE | CTL_IMASK)) ==
			  CTL_ENABLE;
	const bool up = open && condition(compare);

	alarm_set(&compare->alarm,
		  open && !up ? alarms_cycle_of(timer->alarms, compare->value,
						timer->hz)
			      : CLOCK_NEVER);
	irq_line_set(&compare->line, up);
}

static void rings(void *ctx)
{
	update(ctx);
}

static void create_compare(struct arch_timer *timer,
			   struct arch_timer_compare *compare,
			   struct irq_line line)
{
	compare->timer = timer;
	compare->line = line;
	alarm_create(&compare->alarm, timer->alarms, rings, compare);
}

void arch_timer_create(struct arch_timer *timer, struct alarms *alarms,
		       uint32_t hz, struct irq_line physical,
		       struct irq_line virtual)
{
	*timer = (struct arch_timer){.alarms = alarms, .hz = hz};
	create_compare(timer, &timer->physical, physical);
	create_compare(timer, &timer->virtual, virtual);
}

static bool is_physical(enum arch_timer_reg reg)
{
	return reg == CNTP_CTL || reg == CNTP_CVAL || reg == CNTP_TVAL;
}

uint64_t arch_timer_read(const struct arch_timer *timer,
			 enum arch_timer_reg reg)
{
	const struct arch_timer_compare *compare = is_physical(reg)
							   ? &timer->physical
							   : &timer->virtual;

	if (!timer->hz)
		return 0;
	switch (reg) {
	case CNTFRQ:
		return timer->hz;
	case CNTPCT:
	case CNTVCT:
		return counter(timer);
	case CNTP_CTL:
	case CNTV_CTL:
		return compare->control |
		       (condition(compare) ? CTL_ISTATUS : 0u);
	case CNTP_CVAL:
	case CNTV_CVAL:
		return compare->value;
	case CNTP_TVAL:
	case CNTV_TVAL:
		return (uint32_t)(compare->value - counter(timer));
	default:
		return 0;
	}
}

void arch_timer_write(struct arch_timer *timer, enum arch_timer_reg reg,
		      uint64_t value)
{
	struct arch_timer_compare *compare = is_physical(reg) ? &timer->physical
							      : &timer->virtual;

	if (!timer->hz)
		return;
	switch (reg) {
	case CNTP_CTL:
	case CNTV_CTL:
		compare->control = value & (CTL_ENABLE | CTL_IMASK);
		break;
	case CNTP_CVAL:
	case CNTV_CVAL:
		compare->value = value;
		break;
	case CNTP_TVAL:
	case CNTV_TVAL:
		compare->value = counter(timer) +
				 (uint64_t)(int64_t)(int32_t)value;
		break;
	default:
		return; /* the counters can't be written; CNTFRQ tells only */
	}
	update(compare);
}
