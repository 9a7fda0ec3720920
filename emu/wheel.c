/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Several cores on one host thread. Each has a clock of its own, and the one
 * whose clock is least runs, until it is a quantum ahead of the others or
 * traps. What it then does in the kernel it does at once, and its clock may
 * have run far ahead after that: the others catch up. A core with nothing to
 * run has no turn before its alarm or an interrupt; its clock jumps there.
 *
 * Invariants: the order of turns follows from the clocks alone; no clock goes
 * back; a core runs at least an instruction between two interrupts.
 *
 * What one core does may be seen by another whose clock is behind, by less
 * than a quantum where no kernel code ran between. Interrupts are taken no
 * earlier than they were sent.
 *
 * The exclusive monitor of a core is cleared when it stops for another one: a
 * STREX after that fails, whatever was stored meanwhile.
 *
 * MODEL: one core in the kernel at a time. C code of the kernel runs from trap
 * to return with no other core in between, and costs the others no time. ARM
 * code in SVC mode (modules) is run for quanta like a program, and meanwhile
 * traps and interrupts of other cores wait until it is done: Linux 2.0's big
 * lock. A spin lock of a module's is always free; one that waits for another
 * core to do something in the kernel waits until the watchdog comes.
 * MODEL: a program's store to code that another core has run already is seen
 * there after cacheflush(2) alone, or when the frame gets a new use; the
 * architecture asks for that, too.
 * MODEL: the time that a core waits for the kernel is user time in /proc.
 */
#include "emu/wheel.h"

static struct clock *clock_of(const struct wheel *w, int cpu)
{
	return cpu_clock(w->cpu[cpu]);
}

static uint64_t later(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

void wheel_create(struct wheel *w, struct cpu *const cpu[],
		  struct alarms alarms[], unsigned int nr_cpus,
		  uint64_t quantum,
		  enum kernel_verdict (*kernel)(void *ctx, int cpu,
						const struct trap *trap),
		  void *ctx)
{
	*w = (struct wheel){
		.nr_cpus = nr_cpus,
		.cpu = cpu,
		.alarms = alarms,
		.quantum = quantum,
		.kernel = kernel,
		.ctx = ctx,
		.holder = -1,
	};
	for (unsigned int i = 0; i < nr_cpus; i++)
		w->core[i].verdict = KERNEL_IDLE;
	w->core[0].on = true;
}

void wheel_start(struct wheel *w, int cpu)
{
	struct wheel_core *core = &w->core[cpu];

	if (core->on)
		return;
	core->on = core->boots = true;
	core->since = clock_now(clock_of(w, w->running));
}

/* The core that runs must not get far beyond one that has been woken. */
static void shorten_turn(struct wheel *w)
{
	struct clock *clock = clock_of(w, w->running);
	uint64_t end = clock_now(clock) + w->quantum;

	if (clock->stop > end)
		clock_stop_at(clock, end);
}

void wheel_set_irq(void *ctx, unsigned int cpu, bool up)
{
	struct wheel *w = ctx;
	struct wheel_core *core = &w->core[cpu];

	if (core->irq == up)
		return;
	core->irq = up;
	if (!up)
		return;
	core->since = clock_now(clock_of(w, w->running));
	if ((int)cpu != w->running)
		shorten_turn(w);
}

/* ---- whose turn it is ------------------------------------------------------ */

static bool is_kept_out(const struct wheel *w, int cpu)
{
	return w->holder >= 0 && w->holder != cpu;
}

/* Something makes @core enter the kernel at @cycle, or as soon as it may. */
static uint64_t entry(const struct wheel *w, int cpu, uint64_t cycle)
{
	if (is_kept_out(w, cpu) || cycle == CLOCK_NEVER)
		return CLOCK_NEVER;
	cycle = later(cycle, w->free_since);
	return later(cycle, clock_now(clock_of(w, cpu)));
}

/* When @cpu goes on; CLOCK_NEVER: not by itself. */
static uint64_t due(const struct wheel *w, int cpu)
{
	const struct wheel_core *core = &w->core[cpu];
	const struct clock *clock = clock_of(w, cpu);

	if (!core->on)
		return CLOCK_NEVER;
	if (core->boots)
		return entry(w, cpu, core->since);
	if (core->waits)
		return entry(w, cpu, 0);
	if (core->verdict == KERNEL_RUN)
		return clock_now(clock);
	if (core->irq && core->since < clock->alarm)
		return entry(w, cpu, core->since);
	return entry(w, cpu, clock->alarm);
}

static int first(const struct wheel *w)
{
	uint64_t least = due(w, w->running);
	int next = w->running;

	for (int i = 0; i < (int)w->nr_cpus; i++) {
		uint64_t cycle;

		if (i == w->running)
			continue;
		cycle = due(w, i);
		if (cycle < least ||
		    (cycle == least && i < next && cycle != CLOCK_NEVER)) {
			least = cycle;
			next = i;
		}
	}
	return next;
}

bool wheel_is_turn(const struct wheel *w)
{
	return first(w) == w->running;
}

static void turn_to(struct wheel *w, int next)
{
	if (w->core[w->running].verdict == KERNEL_RUN)
		cpu_clear_exclusive(w->cpu[w->running]);
	w->running = next;
	for (unsigned int i = 0; i < w->nr_cpus; i++)
		w->alarms[i].time = clock_of(w, next);
}

/* What the core that runs has come for. */
static void arrive(struct wheel *w)
{
	static const struct trap boot = {.kind = TRAP_BOOT};
	struct wheel_core *core = &w->core[w->running];
	struct clock *clock = clock_of(w, w->running);
	struct trap trap = core->trap;

	if (!core->on || is_kept_out(w, w->running))
		return;
	if (core->verdict == KERNEL_IDLE &&
	    (core->boots || (core->irq && core->since < clock->alarm)))
		clock_idle_until(clock, core->since);
	if (core->boots) {
		core->boots = false;
		wheel_enter(w, &boot);
	} else if (core->waits) {
		core->waits = false;
		wheel_enter(w, &trap);
	}
}

enum kernel_verdict wheel_choose(struct wheel *w)
{
	int next = first(w);

	if (next != w->running)
		turn_to(w, next);
	arrive(w);
	return w->core[w->running].verdict;
}

/* ---- the turn --------------------------------------------------------------- */

bool wheel_interrupts(struct wheel *w)
{
	struct wheel_core *core = &w->core[w->running];
	const struct clock *clock = clock_of(w, w->running);

	if (core->waits || clock_now(clock) < core->since ||
	    (core->verdict == KERNEL_RUN && core->interrupted))
		return false;
	core->interrupted = true;
	return true;
}

/* Waits, if it must, for the kernel code that another core ran. */
static void wait_for_kernel(struct wheel *w)
{
	struct clock *clock = clock_of(w, w->running);
	uint64_t now = clock_now(clock);

	if (now < w->free_since)
		clock_charge(clock, CYCLE_WAIT, w->free_since - now);
}

enum kernel_verdict wheel_enter(struct wheel *w, const struct trap *trap)
{
	struct wheel_core *core = &w->core[w->running];

	if (is_kept_out(w, w->running)) {
		core->waits = true;
		core->trap = *trap;
		return core->verdict;
	}
	wait_for_kernel(w);
	core->verdict = w->kernel(w->ctx, w->running, trap);
	if (core->verdict == KERNEL_RUN &&
	    cpu_is_privileged(w->cpu[w->running])) {
		w->holder = w->running;
	} else if (w->holder == w->running) {
		w->holder = -1;
		w->free_since = clock_now(clock_of(w, w->running));
	}
	return core->verdict;
}

uint64_t wheel_end(struct wheel *w)
{
	struct wheel_core *core = &w->core[w->running];
	uint64_t now = clock_now(clock_of(w, w->running));
	uint64_t end = CLOCK_NEVER;

	if (core->waits)
		return 0;
	for (int i = 0; i < (int)w->nr_cpus; i++) {
		uint64_t cycle = i == w->running ? CLOCK_NEVER : due(w, i);

		if (cycle < end)
			end = cycle;
	}
	if (end != CLOCK_NEVER)
		end += w->quantum;
	if (core->irq && core->since > now && core->since < end)
		end = core->since;
	if (end > now)
		core->interrupted = false; /* something will run */
	return end;
}
