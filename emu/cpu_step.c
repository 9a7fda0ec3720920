/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One instruction at a time. The engine knows blocks alone, so the second
 * instruction of a block gets a hook of its own, whose code is translated
 * anew, and the engine is stopped there; where the first one leads elsewhere,
 * the next block is not let begin.
 *
 * Invariant: steps show nowhere. The count is exact as at each stop; a fetch
 * that is owed is paid before anything else is asked; and time is up only where
 * it would be without steps, where the flow of addresses breaks (mid_flow).
 *
 * MODEL: IT and the instructions that it governs are one step: the engine
 * can't be stopped between them.
 * MODEL: a device's register that tells the time tells it as of the end of the
 * block that reads it, and after a step blocks may end elsewhere.
 * MODEL: many thousand steps make the engine full of translations; the new one
 * begins with the exclusive monitor clear, which a lone STREX may see.
 */
#include "emu/cpu_engine.h"

static void on_step(uc_engine *uc, uint64_t va, uint32_t size, void *ctx)
{
	struct cpu *cpu = ctx;

	(void)uc;
	(void)size;
	if (cpu->step.on && cpu->step.began && !cpu->in_stub &&
	    cpu->stop == STOP_NONE && (vaddr_t)va == cpu->step.next)
		cpu_halt(cpu, STOP_STEP);
}

/* Behind the first instruction, or the last that its IT governs. */
static vaddr_t behind(struct cpu *cpu, const struct block *block)
{
	uint8_t it = block->it;
	vaddr_t va = block->start;
	struct cpu_insn insn;

	do {
		if (!cpu_insn_at(cpu, va, block->thumb, &insn))
			break;
		it = cpu_it_after(&insn, it);
		va += insn.size_bytes;
	} while (it & 0xf && va < block_end(block));
	return va;
}

bool cpu_step_look(struct cpu *cpu, const struct block *block)
{
	if (!cpu->step.hooked) {
		cpu->step.next = behind(cpu, block);
		if (cpu->step.next < block_end(block)) {
			cpu_halt_before_block(cpu, STOP_STEP_READY);
			return false;
		}
	}
	cpu->step.began = true;
	return true;
}

void cpu_step_hook(struct cpu *cpu)
{
	vaddr_t va = cpu->step.next;
	paddr_t frame = soft_frame(cpu->soft.page[va >> SOFT_PAGE_BITS]);

	if (uc_hook_add(cpu->uc, &cpu->step.hook, UC_HOOK_CODE, (void *)on_step,
			cpu, va, va) != UC_ERR_OK)
		cpu_engine_broken("a hook for one address", UC_ERR_HOOK);
	cpu->step.hooked = true;
	cpu_code_changed(cpu, frame, SOFT_PAGE_SIZE);
}

/* The engine asks for what it forgets, for itself: see remove_code(). */
static void unhook(struct cpu *cpu)
{
	if (!cpu->step.hooked)
		return;
	cpu->removing_code = true;
	uc_hook_del(cpu->uc, cpu->step.hook);
	cpu->removing_code = false;
	cpu->step.hooked = false;
	soft_tlb_forget(cpu);
	cpu_cp15_write(cpu, 8, 7, 0, 0);
	cpu_count_forget(cpu);
}

bool cpu_step(struct cpu *cpu, struct trap *trap)
{
	cpu->step = (struct cpu_step){.on = true, .pc = cpu->pc};
	cpu_count_forget(cpu);
	*trap = cpu_run(cpu);
	cpu->step.on = false;
	if (cpu->step.over)
		cpu->mid_flow = cpu->stop == STOP_STEP ||
				!cpu->stopped_before_block ||
				cpu->pc == block_end(block_at(cpu, cpu->block));
	cpu->refuses_data = false;
	unhook(cpu);
	return cpu->step.over;
}
