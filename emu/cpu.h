/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_CPU_H
#define EMU_CPU_H

/*
 * One ARM core: an engine that runs instructions, and its MMU. Whoever owns
 * it runs it from trap to trap and looks at its registers in between.
 */

#include <stdbool.h>
#include <stdint.h>

#include "kernel/hw.h"
#include "kernel/kernel.h"
#include "mmu/mmu.h"

struct bus;
struct clock;
struct core_caches;
struct cpu;
struct diag;
struct pipeline;

/* Part of a program's memory; of no bytes: none. */
struct cpu_stretch {
	vaddr_t start;
	uint32_t bytes;
};

struct cpu_params {
	const struct mmu_config *mmu; /* also says which core, and its number */
	/* What instructions cost; NULL: a cycle each. */
	const struct pipeline *pipeline;
	const struct bus *bus; /* complete: devices attached */
	/* All cores of the machine, for broadcast TLB operations. May be NULL. */
	struct cpu *const *peers;
	unsigned int nr_peers;
	/* Stale TLB hits, see mmu_port. May be NULL. */
	void (*stale)(void *ctx, const struct mmu_stale *stale);
	/*
	 * For a ledger; both may be NULL. A block at @pc is about to run,
	 * outside the stretch that was the answer the last time; and a miss at
	 * @va is about to cost @cycles.
	 */
	struct cpu_stretch (*reaches)(void *ctx, vaddr_t pc);
	void (*misses)(void *ctx, vaddr_t va, uint64_t cycles);
	void *ctx;
	/*
	 * Judge each instruction's address before it runs, by SCTLR.A as it is.
	 * Otherwise exclusives and SWP alone may fault, and all else works
	 * unaligned.
	 */
	bool check_alignment;
	/*
	 * For tests: the obvious way to exact TLB counts. Forgets all cached
	 * translations before each block and asks the model for its fetch.
	 */
	bool forget_each_block;
	/* Every access goes to the model, as LRU and recheck_hits need. */
	bool show_all;
	/* For tests: the engine's hooks tell of loads and stores (cpu_access.c). */
	bool slow_accesses;
	/* With timing.model cache: the core's own. Must outlive it. */
	struct core_caches *caches;
};

/*
 * A core in its reset state. Keeps copies of @params and of params->mmu; what
 * else they point to must outlive it. NULL, with the reason in @diag, when the
 * host can't give it.
 */
struct cpu *cpu_create(const struct cpu_params *params, struct diag *diag);
void cpu_destroy(struct cpu *cpu);

struct mmu *cpu_mmu(struct cpu *cpu);
struct clock *cpu_clock(struct cpu *cpu);

/*
 * Runs from the present registers until something needs the kernel, and says
 * what: never TRAP_BOOT or TRAP_IRQ. TRAP_TIMER says that the clock must stop,
 * at once if it had to already. Advances the clock by what instructions and TLB
 * misses cost. For aborts the fault registers of the MMU are written.
 */
struct trap cpu_run(struct cpu *cpu);

/*
 * As cpu_run(), but one instruction at most (of an IT block: all that is left). True: it ran to its end, and
 * nothing else happened; false: @trap says what did.
 */
bool cpu_step(struct cpu *cpu, struct trap *trap);

/* Instructions that ran to their end since reset. */
uint64_t cpu_instructions(const struct cpu *cpu);

/*
 * The kernel's own fetch, load or store of @nr_bytes of RAM, within a page, comes
 * by the caches. How long the core stands still; it isn't charged yet.
 */
struct hw_stall cpu_cache_touch(struct cpu *cpu, paddr_t paddr,
				uint32_t nr_bytes, enum mmu_kind kind);

/* The kernel does BPIALL or ICIALLU, for what they take from predictor and L1I. */
void cpu_code_op(struct cpu *cpu, uint32_t cp15_reg);

/* ---- registers, between two runs ---------------------------------------- */

void cpu_get_regs(struct cpu *cpu, struct pt_regs *regs);
/* pc alone, which costs nothing; @thumb: is its instruction Thumb's? */
uint32_t cpu_get_pc(const struct cpu *cpu, bool *thumb);
/*
 * Code at @va, to the end of its page, that user mode may fetch by what the
 * core's innermost TLB holds. NULL: it would have to ask first.
 */
const uint8_t *cpu_held_code(const struct cpu *cpu, vaddr_t va);
void cpu_set_regs(struct cpu *cpu, const struct pt_regs *regs);
void cpu_set_r0(struct cpu *cpu, uint32_t value);
void cpu_get_vfp(struct cpu *cpu, struct vfp_state *vfp);
void cpu_set_vfp(struct cpu *cpu, const struct vfp_state *vfp);
void cpu_set_tpidruro(struct cpu *cpu, uint32_t value);
void cpu_set_tpidrurw(struct cpu *cpu, uint32_t value);
uint32_t cpu_get_tpidrurw(struct cpu *cpu);

/* The answer of cpu_params.reaches() holds no longer. */
void cpu_leave_stretch(struct cpu *cpu);

/* Whether what it runs is the kernel's: SVC mode. */
bool cpu_is_privileged(const struct cpu *cpu);

/* Whether CPSR.I keeps interrupts out. */
bool cpu_masks_irqs(struct cpu *cpu);

/* CLREX: the next STREX fails unless an LDREX comes before it. */
void cpu_clear_exclusive(struct cpu *cpu);

/* Frames were guarded that the core may still be able to write. */
void cpu_guarded(struct cpu *cpu);
/* A frame got an error that the core must run into at its next access. */
void cpu_poisoned(struct cpu *cpu);

/*
 * RAM from @paddr has been written from outside the core, or is about to be
 * used for something else: forgets translated code from there.
 */
void cpu_code_changed(struct cpu *cpu, paddr_t paddr, uint32_t size_bytes);

#endif
