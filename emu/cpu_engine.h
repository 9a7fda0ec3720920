/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_CPU_ENGINE_H
#define EMU_CPU_ENGINE_H

/*
 * The inside of a core, shared by the cpu_*.c files and by nobody else.
 */

#include <unicorn/unicorn.h>

#include "emu/clock.h"
#include "emu/cpu.h"
#include "emu/ram.h"
#include "emu/timing/block_cost.h"
#include "emu/timing/hierarchy.h"
#include "emu/timing/predictor.h"

#define SOFT_PAGE_BITS 12
#define SOFT_PAGE_SIZE (1u << SOFT_PAGE_BITS)
#define SOFT_PAGES     (1u << (32 - SOFT_PAGE_BITS))
#define SOFT_LISTED    4096

#define CPSR_THUMB (1u << 5)
#define CPSR_IRQ   (1u << 7) /* interrupts are masked */

/* ITSTATE, which lies there in two pieces. */
static inline uint8_t cpsr_it(uint32_t cpsr)
{
	return (uint8_t)((cpsr >> 25 & 3) | (cpsr >> 8 & 0xfc));
}

/* Not a page: its low bits are set. */
#define NO_PAGE UINT32_MAX

/*
 * What the engine's soft TLB may hold, page by page (cpu_tlb.c). A word has
 * the frame number above six flags; without GRANT_* flags the frame is only
 * a memory of the last one. Frames have 26 bits, for 256 GB.
 */
enum {
	GRANT_READ = MMU_MAY_READ,
	GRANT_WRITE = MMU_MAY_WRITE,
	GRANT_FETCH = MMU_MAY_FETCH,
	GRANTS = GRANT_READ | GRANT_WRITE | GRANT_FETCH,
	SOFT_IS_LISTED = 8,
	SOFT_PRIVILEGED = 16, /* granted to PL1 */
	SOFT_READS_ITSELF = 32, /* code with data: both are granted at once */
	SOFT_FRAME_SHIFT = 6
};

/*
 * What a block depends on: the frame, that it may be fetched, and by whom, for
 * blocks of PL1 are looked at (cpu_system.c).
 */
#define SOFT_CODE_MASK                                           \
	(~(uint32_t)(GRANT_READ | GRANT_WRITE | SOFT_IS_LISTED | \
		     SOFT_READS_ITSELF))

static inline paddr_t soft_frame(uint32_t word)
{
	return (paddr_t)(word >> SOFT_FRAME_SHIFT) << SOFT_PAGE_BITS;
}

struct soft_tlb {
	uint32_t page[SOFT_PAGES]; /* host memory on demand */
	uint32_t listed[SOFT_LISTED]; /* pages whose word isn't zero */
	unsigned int nr_listed;
	uint32_t *page_of_frame; /* with sees_hits: granted last, by frame */
};

/* Why the engine stopped. */
enum cpu_stop {
	STOP_NONE,
	STOP_TIMER, /* before a block */
	STOP_RECUT, /* before a block that must be looked up anew */
	STOP_FULL, /* before a block: of translations */
	STOP_SYSTEM_FOUND, /* before a block, that has one to be hooked */
	STOP_SYSTEM_IT, /* before a block, that has one in an IT block */
	STOP_STEP_READY, /* before a block, whose second instruction gets a hook */
	STOP_STEP_OVER, /* before a block, which isn't the step's any more */
	STOP_FETCH_FAULT, /* before a block */
	STOP_SVC, /* after a block */
	STOP_DATA_FAULT, /* this and those below: inside a block */
	STOP_STEP, /* the step is done */
	STOP_EVICTED, /* the page that runs, from the model's TLB */
	STOP_SYSTEM, /* an instruction of cpu_system.c's */
	STOP_ALIGNMENT,
	STOP_UNDEFINED,
	STOP_BREAKPOINT
};

/*
 * A run of instructions that the engine translated as one, and what is known
 * of it: how many there are, as long as its page is the frame it was then and
 * the model holds its fetch. The block hook compares these three words and
 * counts down, no more.
 */
struct block {
	vaddr_t start;
	uint32_t size_bytes;
	uint32_t code; /* its page's word in soft_tlb, by SOFT_CODE_MASK */
	uint16_t nr_instructions;
	bool thumb;
	uint8_t it; /* the IT state that it begins in */
};

#define NR_BLOCKS 32768

/* In `code`: not to be trusted again. A bit that SOFT_CODE_MASK hasn't. */
#define BLOCK_STALE SOFT_IS_LISTED

static inline vaddr_t block_end(const struct block *block)
{
	return block->start + block->size_bytes;
}

static inline paddr_t block_paddr(const struct block *block)
{
	return soft_frame(block->code) | (block->start & (SOFT_PAGE_SIZE - 1));
}

/*
 * With timing.model block: what a block costs. With caches: that its @lines were
 * all in L1I when code_left was this; 0: not known.
 */
struct timed_block {
	uint32_t cycles; /* behind the block before */
	uint32_t again; /* behind itself */
	uint32_t lines;
	uint8_t end; /* enum block_end */
	uint64_t code_left;
	uint64_t unused; /* two of them fill a line of the host's caches */
};

struct cpu_timing {
	const struct pipeline *pipeline; /* NULL: timing.model count */
	struct block_timer *timer;
	vaddr_t block; /* that ran last, no exception since; NO_PAGE: none */
	vaddr_t falls_to; /* behind it */
	uint8_t end; /* enum block_end, of it */
	uint32_t cycles; /* that it was charged, without branches */
	struct predictor predictor;
};

/*
 * A page of code of our own that the engine runs at times. Where a board has
 * RAM at this physical address, Linux leaves it alone; and no Linux maps this
 * virtual one.
 */
#define STUB_PADDR 0xfffff000u
#define STUB_VADDR 0xfffff000u

/* Addresses of cpu_system.c's; with more a new engine begins with none. */
#define SYSTEM_HOOKS 64u

/* Lies in a mapping of its own, which the host fills on demand. */
struct cpu {
	struct clock clock;
	vaddr_t block; /* running, or the last that did: by block_at() */
	/*
	 * Its size and cycles, for a block that follows itself; 0 once
	 * anything happened that may have changed either, or its page's grant.
	 */
	uint32_t again_bytes;
	int64_t again_cycles, again_beyond;
	struct ram_bank first_bank; /* these two: see cpu_access.c */
	uint8_t *first_bank_host;
	struct cpu_stretch stretch; /* see cpu_params.reaches */
	_Alignas(64) struct block blocks[NR_BLOCKS]; /* by address */
	struct timed_block timed[NR_BLOCKS]; /* the same */
	struct cpu_timing timing; /* see cpu_timing.c */
	struct soft_tlb soft;
	uint64_t checked[NR_BLOCKS]; /* see cpu_alignment.c */

	uc_engine *uc;
	struct mmu *mmu;
	struct cpu_params params;
	struct mmu_config mmu_config; /* params.mmu */
	enum mmu_privilege privilege;
	bool was_privileged; /* ever: what it left may be mapped anywhere */
	bool sees_hits; /* every access goes to the model: LRU, recheck */
	vaddr_t touched; /* with sees_hits: page and kind of the last; NO_PAGE */

	vaddr_t next_block; /* that the block hook looks at */
	vaddr_t pc; /* these two: while stopped */
	bool thumb;

	bool engine_stores; /* see cpu_access.c */
	bool refuses_data; /* the instruction's access, see cpu_alignment.c */
	bool in_data_fill; /* the model is being asked for a load or store */
	bool evicted_own; /* which evicted the page that runs */
	bool owes_fetch; /* these three: see cpu_tlb.c */
	bool had_fetch;
	bool ran_again;
	struct crossing {
		vaddr_t from; /* a page; NO_PAGE: none */
		int64_t left; /* on the clock then: no block ran since */
	} crossing;
	enum cpu_stop stop;
	bool stopped_before_block;
	vaddr_t system[SYSTEM_HOOKS]; /* addresses that have a hook */
	unsigned int nr_system;
	vaddr_t system_found; /* with STOP_SYSTEM_FOUND */
	struct cpu_step {
		bool on, began, over, hooked;
		vaddr_t pc, next; /* of the instruction, and behind it */
		uc_hook hook;
	} step; /* see cpu_step.c */
	bool mid_flow; /* it was stopped where time isn't looked at */
	bool in_stub;
	unsigned int nr_stub_fills; /* loads and stores */
	struct mmu_fault fault; /* with STOP_*_FAULT */

	uint32_t *stub_page; /* code of our own, at STUB_PADDR */
	uint32_t page_size_call; /* what makes the engine's pages 4 KB */
	uint64_t translated_bytes; /* at most; see on_translation() */
	uint8_t *code_frames; /* a bit a frame: may have translated code */
	bool sees_accesses; /* see cpu_access.c */
	uint8_t *uncached; /* with caches: a bit a frame; see cpu_cache.c */
	bool removing_code; /* the engine asks, for itself, for flat frames */
};

static inline struct block *block_at(struct cpu *cpu, vaddr_t va)
{
	/* As a byte offset: va / 2 * sizeof(struct block). */
	uint32_t offset = va << 3 & (NR_BLOCKS - 1) << 4;

	return (struct block *)((char *)cpu->blocks + offset);
}

static inline struct timed_block *timed_at(struct cpu *cpu, vaddr_t va)
{
	return &cpu->timed[va >> 1 & (NR_BLOCKS - 1)];
}

/* ---- cpu_tlb.c ---- */

/* Forgets every translation that the engine may hold. */
void soft_tlb_forget(struct cpu *cpu);

/* mmu_port's functions, with the core as context. */
bool cpu_tlb_read_word(void *ctx, paddr_t paddr, const struct mmu_attr *attr,
		       uint32_t *word, uint32_t *cycles);
void cpu_tlb_dropped(void *ctx, vaddr_t va, uint32_t size_bytes);

bool cpu_tlb_peek_word(void *ctx, paddr_t paddr, uint32_t *word);

/* The engine's soft TLB has missed. */
bool cpu_on_fill(uc_engine *uc, uint64_t va, uc_mem_type type,
		 uc_tlb_entry *entry, void *ctx);

/* With sees_hits: an instruction is about to run, an access has been made. */
void cpu_on_instruction(uc_engine *uc, uint64_t va, uint32_t size, void *ctx);
void cpu_on_access(uc_engine *uc, uc_mem_type type, uint64_t paddr, int size,
		   int64_t value, void *ctx);

/*
 * The fetch of the block at @va: asks the model unless it is known to hold
 * it. False: stop was set, the block must not run.
 */
bool cpu_tlb_fetch(struct cpu *cpu, vaddr_t va, uint32_t size_bytes);

/* Lets the model see a fetch that is still owed to it. */
void cpu_tlb_pay_fetch(struct cpu *cpu);

/*
 * After STOP_EVICTED: the instruction at cpu->pc, in a block that ended at
 * @old_block_end, evicted its own page and is to be run again.
 */
void cpu_tlb_run_again(struct cpu *cpu, vaddr_t old_block_end);

/* ---- cpu_access.c; with params.caches only ---- */

/* The engine's hook of loads and stores. */
void cpu_cache_on_access(uc_engine *uc, uc_mem_type type, uint64_t paddr,
			 int size, int64_t value, void *ctx);
/*
 * Can loads and stores be done here, before the engine does? With cpu->sees_
 * accesses they are, from begin to end: while the engine runs.
 */
bool cpu_access_works(void);
void cpu_access_begin(struct cpu *cpu);
void cpu_access_end(void);

/* ---- cpu_cache.c; all but the last with params.caches only ---- */

/* The model granted the frame at @paddr by a mapping of these attributes. */
void cpu_cache_granted(struct cpu *cpu, paddr_t paddr,
		       const struct mmu_attr *attr);
/* Whether the frame of @paddr is RAM, and by its mapping may be in caches. */
bool cpu_may_cache(const struct cpu *cpu, paddr_t paddr);
/* The core stands still: near to it for @near, beyond L2 for DRAM. */
void cpu_cache_charge(struct cpu *cpu, enum cycle_cause near,
		      struct stall stall);
/* The block at @va, whose fetch is granted, is about to run. */
void cpu_cache_fetch_lines(struct cpu *cpu, vaddr_t va);

static inline void cpu_cache_fetch(struct cpu *cpu, vaddr_t va)
{
	const struct timed_block *timed = timed_at(cpu, va);
	struct core_caches *caches = cpu->params.caches;

	if (timed->code_left == caches->code_left)
		caches->l1i.stats.reads += timed->lines;
	else
		cpu_cache_fetch_lines(cpu, va);
}
/* The cycles of a walk's read. */
uint32_t cpu_cache_walk(const struct cpu *cpu, paddr_t paddr,
			const struct mmu_attr *attr);
/* A write to CP15, which may be a maintenance operation. */
void cpu_cache_maintain(struct cpu *cpu, uint32_t cp15_reg, uint32_t value);

/* ---- cpu_count.c ---- */

static inline bool thumb_is_wide(uint16_t half)
{
	return half >= 0xe800; /* 0b11101, 0b11110, 0b11111 */
}

/* Finds out what the hook needs of the block at @va, whose fetch is granted. */
const struct block *cpu_count_block(struct cpu *cpu, vaddr_t va,
				    uint32_t size_bytes);

/* Takes back what the running block did not do, the engine being at @pc. */
void cpu_count_take_back(struct cpu *cpu, vaddr_t pc);

/* Forgets what is known of all blocks, or of that at @va. */
void cpu_count_forget(struct cpu *cpu);
void cpu_count_forget_at(struct cpu *cpu, vaddr_t va);

/* ---- cpu_timing.c ---- */

/* With @pipeline NULL nothing else here is called. False: no memory. */
bool cpu_timing_create(struct cpu *cpu, const struct pipeline *pipeline);
void cpu_timing_destroy(struct cpu *cpu);

/* What a write to a CP15 register of maintenance does to the predictor. */
void cpu_timing_maintain(struct cpu *cpu, uint32_t cp15_reg);

/* Finds out what @block costs, if @before was there before it. */
void cpu_timing_look(struct cpu *cpu, const struct block *block,
		     const struct block *before);
/* @block, which was looked at, is about to run. */
void cpu_timing_charge(struct cpu *cpu, const struct block *block);
/* Of @block, charged last, only @ran instructions ran. */
void cpu_timing_take_back(struct cpu *cpu, const struct block *block,
			  uint32_t ran_bytes, uint32_t ran);
/* The core goes on behind an exception; it stops for @trap. */
void cpu_timing_begin(struct cpu *cpu);
void cpu_timing_trap(struct cpu *cpu, const struct trap *trap);

/* Hooks: before each block; with caches. */
void cpu_on_timed_block(uc_engine *uc, uint64_t address, uint32_t size,
			void *ctx);
void cpu_on_cached_block(uc_engine *uc, uint64_t address, uint32_t size,
			 void *ctx);

/* ---- cpu_address.c ---- */

/*
 * An instruction. Of a wide Thumb one the first half is the word's upper half,
 * as in the manual's drawings.
 */
struct cpu_insn {
	vaddr_t pc;
	uint32_t word;
	uint8_t size_bytes;
	bool thumb;
};

/* That at @pc, whose page runs. False: not in RAM. */
bool cpu_insn_at(struct cpu *cpu, vaddr_t pc, bool thumb,
		 struct cpu_insn *insn);

/*
 * The lowest address that a load or store accesses, by the registers as they
 * are. False: it is no load or store that we know.
 */
bool cpu_insn_address(struct cpu *cpu, const struct cpu_insn *insn,
		      vaddr_t *va);

/* ---- cpu_alignment.c ---- */

/*
 * With check_alignment a word for each block: bit n tells that its instruction
 * at byte 2n can fault. Those further on are always looked at.
 */
#define CHECKED_BYTES 128u

/* Of what an instruction's address must be a multiple; 0: it accesses none. */
struct cpu_alignment {
	uint8_t always, strict; /* in bytes, with SCTLR.A clear and set */
	bool store;
};

struct cpu_alignment cpu_alignment_of(const struct cpu_insn *insn);

/* With check_alignment: notes which instructions of @block can fault. */
void cpu_alignment_look(struct cpu *cpu, const struct block *block);

/* With check_alignment: an instruction is about to run. */
void cpu_on_checked(uc_engine *uc, uint64_t va, uint32_t size, void *ctx);

/* After STOP_ALIGNMENT: fills cpu->fault. */
void cpu_alignment_fault(struct cpu *cpu);

/* Does @insn run, its condition being what it is? @it: ITSTATE. */
bool cpu_will_run(struct cpu *cpu, const struct cpu_insn *insn, uint8_t it);
/* ITSTATE behind @insn, that is run in @it. */
uint8_t cpu_it_after(const struct cpu_insn *insn, uint8_t it);

/* ---- cpu_system.c ---- */

/* Is @insn one that the engine must not run at PL1? */
bool cpu_system_is(const struct cpu_insn *insn);
/*
 * Before @block of PL1 code runs for the first time. False: stop was set, it
 * must not run yet.
 */
bool cpu_system_look(struct cpu *cpu, const struct block *block);
/* After STOP_SYSTEM_FOUND. False: no hook is left, another engine is wanted. */
bool cpu_system_hook(struct cpu *cpu);
/*
 * After STOP_SYSTEM: the instruction at cpu->pc is done, and cpu->pc behind it.
 * False: it is undefined.
 */
bool cpu_system_run(struct cpu *cpu);

/* ---- cpu_step.c ---- */

/*
 * While stepping: before @block, which is about to run. False: stop was set,
 * it must not run yet.
 */
bool cpu_step_look(struct cpu *cpu, const struct block *block);
/* After STOP_STEP_READY. */
void cpu_step_hook(struct cpu *cpu);

/* ---- cpu_trap.c ---- */

void cpu_on_interrupt(uc_engine *uc, uint32_t number, void *ctx);
bool cpu_on_invalid(uc_engine *uc, void *ctx);

/* Why cpu->stop was reached, as the kernel sees it. Writes fault registers. */
struct trap cpu_trap(struct cpu *cpu);

/* ---- cpu_unicorn.c ---- */

/* A block that a hook doesn't know, or at which time may be up. */
void cpu_look_at_block(struct cpu *cpu, vaddr_t va, uint32_t size_bytes);

/* Stops the engine: inside an instruction's hook; before the next block. */
void cpu_halt(struct cpu *cpu, enum cpu_stop stop);
void cpu_halt_before_block(struct cpu *cpu, enum cpu_stop stop);
uint32_t cpu_reg(struct cpu *cpu, int unicorn_reg);
void cpu_cp15_write(struct cpu *cpu, unsigned int crn, unsigned int crm,
		    unsigned int opc2, uint32_t value);
_Noreturn void cpu_engine_broken(const char *what, uc_err error);

#endif
