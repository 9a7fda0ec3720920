/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Blocks with the price of a core's pipeline (timing.model: block), in the
 * place of one cycle an instruction. What a block costs behind the one before
 * it and behind itself is found out when the hook first sees it (timing/), and
 * kept beside what cpu_count.c knows of it. At each boundary of blocks the
 * branch predictor is asked whether it would have known.
 *
 * Invariant: the count of instructions is that of cpu_count.c, to the last
 * one; clock.beyond holds what they took more, or less, than a cycle each.
 *
 * MODEL: exceptions that a program makes cost as cpu.pipeline.exception_* say;
 * interrupts cost nothing in the pipeline.
 * MODEL: the block before is that before which the block was first seen, so
 * where the engine cuts straight code (a page's end, a hook, a step) shows in
 * a few cycles, and so does what makes it forget its blocks.
 */
#include "emu/cpu_engine.h"

#include <string.h>

#include "emu/bus.h"
#include "mmu/armv7.h"

#define likely(x) __builtin_expect(!!(x), 1)

static struct code code_of(const struct cpu *cpu, const struct block *block)
{
	return (struct code){
		.bytes = ram_host(cpu->params.bus->ram, block_paddr(block)),
		.size_bytes = block->size_bytes,
		.thumb = block->thumb,
	};
}

/* One instruction across two frames isn't looked at. */
static bool has_code(const struct code *code, const struct block *block)
{
	return code->bytes &&
	       (block->start & (SOFT_PAGE_SIZE - 1)) + block->size_bytes <=
		       SOFT_PAGE_SIZE;
}

void cpu_timing_look(struct cpu *cpu, const struct block *block,
		     const struct block *before)
{
	struct timed_block *timed = timed_at(cpu, block->start);
	struct code code = code_of(cpu, block), context = {0};
	struct block_cost cost = {1, 1, ENDS_STRAIGHT};

	if (before->size_bytes && before->start == cpu->block)
		context = code_of(cpu, before);
	if (!has_code(&context, before))
		context.size_bytes = 0;
	if (has_code(&code, block))
		cost = block_cost(cpu->timing.timer, context, code);
	timed->cycles = cost.cycles;
	timed->again = cost.again;
	timed->end = (uint8_t)cost.end;
	timed->code_left = 0;
}

/* ---- branches ------------------------------------------------------------------- */

/* What it costs that the block that ran is followed by @va. */
static uint32_t pay_branch(struct cpu *cpu, vaddr_t va)
{
	struct cpu_timing *t = &cpu->timing;
	const bool taken = va != t->falls_to;
	bool foreseen = true;

	if (t->end == ENDS_CONDITIONAL)
		foreseen = predictor_direction(&t->predictor, t->falls_to,
					       taken);
	else if (t->end == ENDS_INDIRECT)
		foreseen = predictor_target(&t->predictor, t->falls_to, va);
	return (taken ? t->pipeline->taken : 0) +
	       (foreseen ? 0 : t->pipeline->mispredict);
}

/* The same each time round from now on: the hook needn't look. */
static void repeat(struct cpu *cpu, const struct block *block, uint32_t cycles)
{
	struct cpu_timing *t = &cpu->timing;

	if (t->end == ENDS_INDIRECT ||
	    (t->end == ENDS_CONDITIONAL &&
	     !predictor_is_steady(&t->predictor, t->falls_to)))
		return;
	cpu->again_beyond = (int64_t)cycles - block->nr_instructions;
	cpu->again_cycles = cycles;
	cpu->again_bytes = block->size_bytes;
}

static inline void charge(struct cpu *cpu, const struct block *block)
{
	const struct timed_block *timed = timed_at(cpu, block->start);
	struct cpu_timing *t = &cpu->timing;
	const bool again = block->start == t->block;
	const uint32_t branch = pay_branch(cpu, block->start);

	t->cycles = again ? timed->again : timed->cycles;
	t->block = cpu->block = block->start;
	t->end = timed->end;
	t->falls_to = block_end(block);
	cpu->clock.left -= t->cycles + branch;
	cpu->clock.beyond += (int64_t)t->cycles + branch -
			     block->nr_instructions;
	if (again)
		repeat(cpu, block, t->cycles + t->pipeline->taken);
}

void cpu_timing_charge(struct cpu *cpu, const struct block *block)
{
	charge(cpu, block);
}

/*
 * The block that ran, once more, at the same price. False: it isn't, or time is
 * nearly up.
 */
static inline bool runs_again(struct cpu *cpu, vaddr_t va, uint32_t size)
{
	int64_t left;

	if (va != cpu->block || size != cpu->again_bytes)
		return false;
	left = cpu->clock.left - cpu->again_cycles;
	if (!likely(left >= 0))
		return false;
	cpu->clock.left = left;
	cpu->clock.beyond += cpu->again_beyond;
	return true;
}

/* False: somebody has to look at it. */
static inline bool runs(struct cpu *cpu, vaddr_t va, uint32_t size)
{
	const struct block *block = block_at(cpu, va);
	const uint32_t word = cpu->soft.page[va >> SOFT_PAGE_BITS];

	cpu->again_bytes = 0;
	if (!likely(block->start == va && block->size_bytes == size &&
		    block->code == (word & SOFT_CODE_MASK) &&
		    cpu->clock.left > 0))
		return false;
	charge(cpu, block);
	return true;
}

/* As hot as the hook of timing.model count. */
void cpu_on_timed_block(uc_engine *uc, uint64_t address, uint32_t size,
			void *ctx)
{
	struct cpu *cpu = ctx;

	(void)uc;
	if (!runs_again(cpu, (vaddr_t)address, size) &&
	    !runs(cpu, (vaddr_t)address, size))
		cpu_look_at_block(cpu, (vaddr_t)address, size);
}

/* Its lines are fetched once it is sure to run. */
void cpu_on_cached_block(uc_engine *uc, uint64_t address, uint32_t size,
			 void *ctx)
{
	struct cpu *cpu = ctx;

	cpu->engine_stores = false; /* the store before didn't come back */
	cpu_on_timed_block(uc, address, size, ctx);
	if (cpu->stop == STOP_NONE && !cpu->in_stub)
		cpu_cache_fetch(cpu, (vaddr_t)address);
}

/* ---- stops ---------------------------------------------------------------------- */

void cpu_timing_take_back(struct cpu *cpu, const struct block *block,
			  uint32_t ran_bytes, uint32_t ran)
{
	struct code code = code_of(cpu, block);
	uint32_t part = 0;

	if (ran_bytes && has_code(&code, block))
		part = block_cost_prefix(cpu->timing.timer, code, ran_bytes,
					 cpu->timing.cycles);
	cpu->clock.left += cpu->timing.cycles - part;
	cpu->clock.beyond += (int64_t)block->nr_instructions - ran + part -
			     cpu->timing.cycles;
}

/* What comes next follows nothing: an exception empties the pipeline. */
void cpu_timing_begin(struct cpu *cpu)
{
	cpu->timing.block = NO_PAGE;
	cpu->timing.end = ENDS_STRAIGHT;
	cpu->timing.falls_to = cpu->pc;
}

void cpu_timing_trap(struct cpu *cpu, const struct trap *trap)
{
	const struct pipeline *pipeline = cpu->timing.pipeline;

	if (trap->kind != TRAP_TIMER)
		clock_charge(&cpu->clock, CYCLE_EXCEPTION,
			     pipeline->exception_entry +
				     pipeline->exception_return);
}

bool cpu_timing_create(struct cpu *cpu, const struct pipeline *pipeline)
{
	if (!pipeline)
		return true;
	cpu->timing.pipeline = pipeline;
	cpu->timing.predictor.mask = (1u << pipeline->history) - 1;
	cpu->timing.timer = block_timer_create(pipeline);
	return cpu->timing.timer;
}

void cpu_timing_destroy(struct cpu *cpu)
{
	block_timer_destroy(cpu->timing.timer);
}

void cpu_timing_maintain(struct cpu *cpu, uint32_t cp15_reg)
{
	if (!cpu->timing.pipeline)
		return;
	if (cp15_reg == CP15_BPIALL || cp15_reg == CP15_BPIALLIS ||
	    cp15_reg == CP15_ICIALLU || cp15_reg == CP15_ICIALLUIS)
		predictor_forget(&cpu->timing.predictor);
}

void cpu_code_op(struct cpu *cpu, uint32_t cp15_reg)
{
	cpu_cache_maintain(cpu, cp15_reg, 0);
	cpu_timing_maintain(cpu, cp15_reg);
}
