/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From the engine's ways of stopping to the exceptions of an ARM core. The
 * hooks here note the reason and stop the engine; what it means is worked out
 * afterwards, with the engine at rest at an exact pc.
 *
 * Invariant: nothing of the kernel runs inside a hook.
 *
 * MODEL: LDRD whose base register is its first destination, crossing into a
 * page that faults, has lost its base when it is run again.
 */
#include "emu/cpu_engine.h"

/* The engine's exception numbers (QEMU's EXCP_*). */
enum {
	ENGINE_SVC = 2,
	ENGINE_DATA_ABORT = 4,
	ENGINE_BKPT = 7
};

void cpu_on_interrupt(uc_engine *uc, uint32_t number, void *ctx)
{
	struct cpu *cpu = ctx;

	(void)uc;
	switch (number) {
	case ENGINE_SVC:
		cpu_halt(cpu, STOP_SVC);
		break;
	case ENGINE_DATA_ABORT: /* the engine's own are about alignment */
		cpu_halt(cpu, STOP_ALIGNMENT);
		break;
	case ENGINE_BKPT:
		cpu_halt(cpu, STOP_BREAKPOINT);
		break;
	default: /* HVC, SMC and the like: not for us to run */
		cpu_halt(cpu, STOP_UNDEFINED);
	}
}

bool cpu_on_invalid(uc_engine *uc, void *ctx)
{
	struct cpu *cpu = ctx;

	(void)uc;
	cpu->stop = STOP_UNDEFINED;
	return false;
}

static bool same_page(vaddr_t a, vaddr_t b)
{
	return (a ^ b) < SOFT_PAGE_SIZE;
}

/*
 * The engine tells the page alone. An access that began on an earlier page
 * faulted at this one's first byte.
 */
static void find_data_address(struct cpu *cpu)
{
	struct cpu_insn insn;
	vaddr_t va;

	if (cpu_insn_at(cpu, cpu->pc, cpu->thumb, &insn) &&
	    cpu_insn_address(cpu, &insn, &va) && same_page(va, cpu->fault.far))
		cpu->fault.far = va;
}

static struct trap data_abort(struct cpu *cpu)
{
	mmu_report_fault(cpu->mmu, &cpu->fault);
	return (struct trap){.kind = TRAP_DATA_ABORT};
}

/* An instruction that began on an earlier page lacks its second half. */
static struct trap prefetch_abort(struct cpu *cpu)
{
	if (same_page(cpu->pc, cpu->fault.far))
		cpu->fault.far = cpu->pc;
	mmu_report_fault(cpu->mmu, &cpu->fault);
	return (struct trap){.kind = TRAP_PREFETCH_ABORT};
}

/* The manual leaves open what IFAR is then; it is 0 here, as in QEMU. */
static struct trap breakpoint(struct cpu *cpu)
{
	cpu->fault = (struct mmu_fault){
		.type = MMU_FAULT_DEBUG,
		.fetch = true,
	};
	mmu_report_fault(cpu->mmu, &cpu->fault);
	return (struct trap){.kind = TRAP_BREAKPOINT};
}

struct trap cpu_trap(struct cpu *cpu)
{
	switch (cpu->stop) {
	case STOP_SVC:
		return (struct trap){.kind = TRAP_SVC};
	case STOP_FETCH_FAULT:
		return prefetch_abort(cpu);
	case STOP_DATA_FAULT:
		find_data_address(cpu);
		return data_abort(cpu);
	case STOP_ALIGNMENT:
		cpu_alignment_fault(cpu);
		return data_abort(cpu);
	case STOP_UNDEFINED:
		return (struct trap){.kind = TRAP_UNDEFINED};
	case STOP_BREAKPOINT:
		return breakpoint(cpu);
	default:
		return (struct trap){.kind = TRAP_TIMER};
	}
}
