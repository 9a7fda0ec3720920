/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One pipeline for all cores, told apart by numbers. In order, instructions
 * issue as they stand, up to `width` in a cycle, each when its operands are
 * there and a pipe for its class is free. Out of order they enter a window
 * `width` a cycle, issue in whatever order operands and pipes allow, and leave
 * the window in the program's order, `width` a cycle. An in-order core may
 * have a queue before its floating-point pipes: then the core goes on while
 * they wait, until the queue is full.
 *
 * Invariant: no instruction issues before what it reads is there, and no pipe
 * takes two at once.
 *
 * MODEL: loads and stores hit the first-level cache and don't depend on each
 * other; registers are renamed without limit out of order; fetching keeps up.
 */
#include "emu/timing/schedule.h"

#include <stddef.h>
#include <string.h>

/*
 * Of a word of `taken`; above is in which run of the schedule. Nobody clears
 * them, as they are more than most runs look at.
 */
#define CYCLE_BITS 32

void schedule_begin(struct schedule *s, const struct pipeline *pipeline)
{
	memset(s, 0, offsetof(struct schedule, run));
	s->run += UINT64_C(1) << CYCLE_BITS;
	s->pipeline = pipeline;
	s->cycle = s->last_retired = s->last_queued = 1;
}

static uint64_t later(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

/* ---- operands ------------------------------------------------------------------ */

static bool is_product(const struct schedule *s, const struct timed_insn *insn)
{
	return s->pipeline->of[insn->class].accumulate;
}

static uint64_t operand_ready(const struct schedule *s,
			      const struct timed_insn *insn, int n)
{
	const int reg = insn->reads[n].reg;
	uint64_t plain = s->ready[reg].plain;
	uint32_t late = s->pipeline->store_late;

	switch (insn->reads[n].role) {
	case ROLE_EARLY:
		return s->ready[reg].early;
	case ROLE_STORED:
		return plain > late ? plain - late : 0;
	case ROLE_ACCUMULATED:
		return s->ready[reg].product && is_product(s, insn)
			       ? s->ready[reg].accumulate
			       : plain;
	case ROLE_FACTOR:
		return s->pipeline->factors_early ? s->ready[reg].early : plain;
	default:
		return plain;
	}
}

static uint64_t operands_ready(const struct schedule *s,
			       const struct timed_insn *insn)
{
	uint64_t ready = 0;

	for (int i = 0; i < insn->nr_reads; i++)
		ready = later(ready, operand_ready(s, insn, i));
	return ready;
}

/* Registers of a multiple load come `multiple` a cycle. */
static void write_results(struct schedule *s, const struct timed_insn *insn,
			  uint64_t issue)
{
	const struct insn_cost *cost = &s->pipeline->of[insn->class];
	uint32_t per_cycle = s->pipeline->multiple *
			     (insn->class == CLASS_FP_LOAD ? 2 : 1);
	uint32_t n = 0;

	for (int i = 0; i < insn->nr_writes; i++) {
		const int reg = insn->writes[i].reg;
		uint64_t at = issue + cost->latency;

		if (insn->writes[i].is_address) {
			s->ready[reg].plain = s->ready[reg].early = issue + 1;
			s->ready[reg].product = false;
			continue;
		}
		if (insn->nr_moved > 1)
			at += n++ / per_cycle;
		s->ready[reg].plain = at;
		s->ready[reg].early = at + cost->early;
		s->ready[reg].product = cost->accumulate;
		s->ready[reg].accumulate = issue + cost->accumulate;
	}
}

/* ---- pipes ------------------------------------------------------------------------ */

static uint32_t busy_of(const struct schedule *s, const struct timed_insn *insn)
{
	const struct insn_cost *cost = &s->pipeline->of[insn->class];
	uint32_t busy = insn->wide && cost->wide ? cost->wide : cost->busy;
	uint32_t per_cycle = s->pipeline->multiple;

	if (insn->nr_moved > 1)
		busy = busy * ((insn->nr_moved + per_cycle - 1) / per_cycle);
	return busy;
}

/* In order: the pipe of @pipes that is free first, lower numbers first. */
static int first_free(const struct schedule *s, uint32_t pipes)
{
	int best = -1;

	for (int i = 0; i < NR_PIPES; i++)
		if (pipes >> i & 1 &&
		    (best < 0 || s->pipe_free[i] < s->pipe_free[best]))
			best = i;
	return best;
}

/* The pipe that is free at @cycle, or the first that will be. */
static int pipe_for(const struct schedule *s, uint32_t pipes, uint64_t cycle)
{
	for (int i = 0; i < NR_PIPES; i++)
		if (pipes >> i & 1 && s->pipe_free[i] <= cycle)
			return i;
	return first_free(s, pipes);
}

/* Out of order: is @pipe free for @busy cycles from @cycle on? */
static bool is_free(const struct schedule *s, int pipe, uint64_t cycle,
		    uint32_t busy)
{
	for (uint32_t i = 0; i < busy; i++)
		if (s->taken[pipe][(cycle + i) % SCHEDULE_AHEAD] ==
		    s->run + cycle + i)
			return false;
	return true;
}

static void take(struct schedule *s, int pipe, uint64_t cycle, uint32_t busy)
{
	for (uint32_t i = 0; i < busy; i++)
		s->taken[pipe][(cycle + i) % SCHEDULE_AHEAD] = s->run + cycle +
							       i;
	s->pipe_free[pipe] = later(s->pipe_free[pipe], cycle + busy);
}

/* ---- in order --------------------------------------------------------------------- */

static void next_cycle(struct schedule *s, uint64_t cycle)
{
	s->cycle = cycle;
	s->in_cycle = 0;
	s->alone = false;
}

/* Room in the queue: the one that many before has left it. */
static uint64_t queue_room(const struct schedule *s)
{
	const uint32_t depth = s->pipeline->queue;

	return s->nr_queued < depth ? 0 : s->queued[s->nr_queued % depth];
}

/* An instruction of the queue: it has issued there when its pipe takes it. */
static uint64_t issue_queued(struct schedule *s, const struct timed_insn *insn)
{
	const uint32_t pipes = s->pipeline->of[insn->class].pipes & FP_PIPES;
	uint64_t cycle = later(later(s->cycle, s->last_queued),
			       operands_ready(s, insn));
	int pipe = pipe_for(s, pipes, cycle);

	cycle = later(cycle, s->pipe_free[pipe]);
	s->pipe_free[pipe] = cycle + busy_of(s, insn);
	s->queued[s->nr_queued++ % s->pipeline->queue] = cycle;
	s->last_queued = cycle;
	return cycle;
}

static bool is_queued(const struct schedule *s, const struct timed_insn *insn)
{
	return s->pipeline->queue &&
	       s->pipeline->of[insn->class].pipes & FP_PIPES;
}

/* Addresses are the core's business, also of what is queued. */
static uint64_t core_ready(const struct schedule *s,
			   const struct timed_insn *insn, bool queued)
{
	uint64_t ready = 0;

	for (int i = 0; i < insn->nr_reads; i++)
		if (!queued || insn->reads[i].reg < REG_VFP)
			ready = later(ready, operand_ready(s, insn, i));
	return queued ? later(ready, queue_room(s)) : ready;
}

/* Nothing else fits into the cycle of the last issue. */
static bool cycle_is_full(const struct schedule *s, bool alone)
{
	return s->in_cycle == s->pipeline->width || s->alone ||
	       (alone && s->in_cycle);
}

/* An issue at @cycle, which nothing joins until @last where it is alone. */
static void take_cycle(struct schedule *s, uint64_t cycle, uint64_t last,
		       bool alone)
{
	if (cycle > s->cycle)
		next_cycle(s, cycle);
	s->in_cycle++;
	s->alone |= alone;
	if (alone && last > cycle) {
		next_cycle(s, last);
		s->in_cycle = 1;
		s->alone = true;
	}
}

static uint64_t issue_in_order(struct schedule *s,
			       const struct timed_insn *insn)
{
	const struct insn_cost *cost = &s->pipeline->of[insn->class];
	const bool queued = is_queued(s, insn);
	const uint32_t pipes = queued ? cost->pipes & ~FP_PIPES : cost->pipes;
	const uint32_t busy = queued ? 1 : busy_of(s, insn);
	uint64_t cycle = later(s->cycle, core_ready(s, insn, queued));
	int pipe = -1;

	if (pipes) {
		pipe = pipe_for(s, pipes, cycle);
		cycle = later(cycle, s->pipe_free[pipe]);
	}
	if (cycle == s->cycle && cycle_is_full(s, cost->alone)) {
		cycle++;
		pipe = pipes ? pipe_for(s, pipes, cycle) : -1;
	}
	if (pipe >= 0) {
		cycle = later(cycle, s->pipe_free[pipe]);
		s->pipe_free[pipe] = cycle + busy;
	}
	take_cycle(s, cycle, cycle + busy - 1, cost->alone);
	return queued ? issue_queued(s, insn) : cycle;
}

/* ---- out of order ------------------------------------------------------------------ */

/* A pipe with one place before it: the last one must have left that. */
static uint64_t place_before(const struct schedule *s, uint32_t pipes)
{
	uint64_t cycle = 0;

	for (int i = 0; i < NR_PIPES; i++)
		if (pipes & s->pipeline->single & 1u << i)
			cycle = later(cycle, s->pipe_issued[i]);
	return cycle;
}

/* Enters the window: a place must be free, and the cycle not be full. */
static void dispatch(struct schedule *s, uint32_t pipes)
{
	const uint32_t window = s->pipeline->window;
	uint64_t cycle = later(s->cycle, place_before(s, pipes));

	if (s->nr >= window)
		cycle = later(cycle, s->retired[s->nr % window]);
	if (cycle == s->cycle && s->in_cycle == s->pipeline->width)
		cycle++;
	if (cycle > s->cycle)
		next_cycle(s, cycle);
	s->in_cycle++;
}

static void retire(struct schedule *s, uint64_t done)
{
	uint64_t cycle = later(s->last_retired, done);

	if (cycle == s->last_retired && s->in_retired == s->pipeline->width)
		cycle++;
	if (cycle > s->last_retired)
		s->in_retired = 0;
	s->in_retired++;
	s->last_retired = cycle;
	s->retired[s->nr++ % s->pipeline->window] = cycle;
}

/*
 * The first cycle from @from on in which a pipe is free. What floating-point
 * pipes run stays in order, as these have no window of their own.
 */
static uint64_t find_slot(const struct schedule *s, uint32_t pipes,
			  uint64_t from, uint32_t busy, int *pipe)
{
	uint64_t last = from + SCHEDULE_AHEAD - 1 - busy;

	for (uint64_t cycle = from; cycle < last; cycle++)
		for (int i = 0; i < NR_PIPES; i++)
			if (pipes >> i & 1 && is_free(s, i, cycle, busy)) {
				*pipe = i;
				return cycle;
			}
	*pipe = first_free(s, pipes);
	return later(from, s->pipe_free[*pipe]);
}

static uint64_t issue_out_of_order(struct schedule *s,
				   const struct timed_insn *insn)
{
	const struct insn_cost *cost = &s->pipeline->of[insn->class];
	uint32_t busy = busy_of(s, insn);
	uint64_t from, issue;
	int pipe;

	dispatch(s, cost->pipes);
	from = later(s->cycle + 1, operands_ready(s, insn));
	issue = find_slot(s, cost->pipes, from, busy, &pipe);
	take(s, pipe, issue, busy);
	s->pipe_issued[pipe] = later(s->pipe_issued[pipe], issue);
	retire(s, issue + later(cost->latency, 1));
	return issue;
}

/* ---- the door ------------------------------------------------------------------------ */

uint64_t schedule_insn(struct schedule *s, const struct timed_insn *insn)
{
	uint64_t issue = s->pipeline->window ? issue_out_of_order(s, insn)
					     : issue_in_order(s, insn);

	write_results(s, insn, issue);
	return issue;
}

uint64_t schedule_time(const struct schedule *s)
{
	return s->pipeline->window ? s->last_retired : s->cycle;
}
