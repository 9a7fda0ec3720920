/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_CPU_ENGINE_H
#define EMU_CPU_ENGINE_H

/*
 * The inside of a core, shared by the cpu_*.c files and by nobody else.
 */

#include <unicorn/unicorn.h>

#include "emu/clock.h"
#include "emu/cpu.h"

#define SOFT_PAGE_BITS 12
#define SOFT_PAGE_SIZE (1u << SOFT_PAGE_BITS)
#define SOFT_PAGES     (1u << (32 - SOFT_PAGE_BITS))
#define SOFT_LISTED    4096

/* Not a page: its low bits are set. */
#define NO_PAGE UINT32_MAX

/*
 * What the engine's soft TLB may hold, page by page (cpu_tlb.c). A word has
 * the frame number above four flags; without GRANT_* flags the frame is only
 * a memory of the last one.
 */
enum {
	GRANT_READ = MMU_MAY_READ,
	GRANT_WRITE = MMU_MAY_WRITE,
	GRANT_FETCH = MMU_MAY_FETCH,
	GRANTS = GRANT_READ | GRANT_WRITE | GRANT_FETCH,
	SOFT_IS_LISTED = 8,
	SOFT_FRAME_SHIFT = 4
};

struct soft_tlb {
	uint32_t *page; /* SOFT_PAGES words, host memory on demand */
	uint32_t listed[SOFT_LISTED]; /* pages whose word isn't zero */
	unsigned int nr_listed;
};

/* Why the engine stopped. */
enum cpu_stop {
	STOP_NONE,
	STOP_TIMER, /* before a block */
	STOP_RECUT, /* before a block that must be looked up anew */
	STOP_FETCH_FAULT, /* before a block */
	STOP_SVC, /* after a block */
	STOP_DATA_FAULT, /* this and those below: inside a block */
	STOP_ALIGNMENT,
	STOP_UNDEFINED,
	STOP_BREAKPOINT
};

/* A run of instructions that the engine translated as one. */
struct block {
	vaddr_t start;
	paddr_t paddr;
	uint32_t size_bytes;
	uint32_t nr_instructions;
	bool thumb;
};

#define COUNTED_BLOCKS 4096

/* How many instructions a block has; key 0: none known (cpu_count.c). */
struct counted_block {
	uint64_t key; /* physical address and size */
	uint32_t nr_instructions;
	bool thumb;
};

/*
 * A page of code of our own that the engine runs at times. No board has
 * anything at this physical address, and no Linux maps this virtual one.
 */
#define STUB_PADDR 0xfffff000u
#define STUB_VADDR 0xfffff000u

struct cpu {
	/* what every block needs comes first: one cache line */
	struct clock *clock;
	vaddr_t block_end; /* of the block that ran last */
	vaddr_t fetch_page; /* the model holds its fetch; NO_PAGE: none */
	paddr_t fetch_frame;
	uint64_t instructions;
	struct counted_block *counted;
	struct block block; /* running, or the last that did */

	uc_engine *uc;
	struct mmu *mmu;
	struct cpu_params params;
	enum mmu_privilege privilege;

	vaddr_t pc; /* these two: while stopped */
	bool thumb;

	bool recount; /* look at the next block, don't trust `counted` */
	bool in_data_fill; /* the model is being asked for a load or store */
	bool refetch; /* which evicted the page that runs */
	enum cpu_stop stop;
	bool in_stub;
	bool odd_blocks; /* in_stub, or params.forget_each_block */
	unsigned int nr_stub_fills; /* loads and stores */
	struct mmu_fault fault; /* with STOP_*_FAULT */

	struct soft_tlb soft;
	uint32_t *stub_page; /* code of our own, at STUB_PADDR */
	uint8_t *code_frames; /* a bit a frame: may have translated code */
	bool removing_code; /* the engine asks, for itself, for flat frames */
};

/* ---- cpu_tlb.c ---- */

bool soft_tlb_create(struct soft_tlb *soft);
void soft_tlb_destroy(struct soft_tlb *soft);

/* Forgets every translation that the engine may hold. */
void soft_tlb_forget(struct cpu *cpu);

/* mmu_port's functions, with the core as context. */
bool cpu_tlb_read_word(void *ctx, paddr_t paddr, const struct mmu_attr *attr,
		       uint32_t *word, uint32_t *cycles);
void cpu_tlb_dropped(void *ctx, vaddr_t va, uint32_t size_bytes);

/* The engine's soft TLB has missed. */
bool cpu_on_fill(uc_engine *uc, uint64_t va, uc_mem_type type,
		 uc_tlb_entry *entry, void *ctx);

/*
 * The fetch of the block at @va, which isn't on cpu->fetch_page or leaves it.
 * Asks the model where needed. False: stop was set, the block must not run.
 */
bool cpu_tlb_fetch(struct cpu *cpu, vaddr_t va, uint32_t size_bytes);

/* The engine has stopped: lets the model see fetches that are still owed. */
void cpu_tlb_settle(struct cpu *cpu);

static inline bool cpu_tlb_fetch_known(const struct cpu *cpu, vaddr_t va,
				       uint32_t size_bytes)
{
	vaddr_t last = va + size_bytes - 1;

	return (va & ~(SOFT_PAGE_SIZE - 1)) == cpu->fetch_page &&
	       (last & ~(SOFT_PAGE_SIZE - 1)) == cpu->fetch_page;
}

/* ---- cpu_count.c ---- */

static inline bool thumb_is_wide(uint16_t half)
{
	return half >= 0xe800; /* 0b11101, 0b11110, 0b11111 */
}

/* Looks at a block whose length in instructions isn't known yet. */
struct counted_block cpu_count_new(struct cpu *cpu, vaddr_t va,
				   uint32_t size_bytes);

/* Takes back what the running block did not do, the engine being at @pc. */
void cpu_count_take_back(struct cpu *cpu, vaddr_t pc);

/* Forgets the lengths of all blocks, or of those at @va. */
void cpu_count_forget(struct cpu *cpu);
void cpu_count_forget_at(struct cpu *cpu, vaddr_t va);

static inline uint64_t counted_key(paddr_t paddr, uint32_t size_bytes)
{
	return paddr << 16 | size_bytes;
}

static inline struct counted_block *counted_slot(const struct cpu *cpu,
						 paddr_t paddr)
{
	uint32_t hash = (uint32_t)(paddr >> 1) ^ (uint32_t)(paddr >> 13);

	return &cpu->counted[hash % COUNTED_BLOCKS];
}

/* Counts the block that is about to run. */
static inline void cpu_count_block(struct cpu *cpu, vaddr_t va,
				   uint32_t size_bytes)
{
	paddr_t paddr = cpu->fetch_frame | (va & (SOFT_PAGE_SIZE - 1));
	struct counted_block count = *counted_slot(cpu, paddr);

	if (count.key != counted_key(paddr, size_bytes) || cpu->recount)
		count = cpu_count_new(cpu, va, size_bytes);
	cpu->block = (struct block){va, paddr, size_bytes,
				    count.nr_instructions, count.thumb};
	cpu->block_end = va + size_bytes;
	cpu->instructions += count.nr_instructions;
	cpu->clock->now += count.nr_instructions;
}

/* ---- cpu_address.c ---- */

struct cpu_access {
	vaddr_t va; /* the lowest address */
	bool store; /* told for exclusives and SWP alone */
};

/*
 * What the load or store at cpu->pc accesses, by the registers as they are.
 * False: no load or store that we know.
 */
bool cpu_access_at_pc(struct cpu *cpu, struct cpu_access *access);

/* ---- cpu_trap.c ---- */

void cpu_on_interrupt(uc_engine *uc, uint32_t number, void *ctx);
bool cpu_on_invalid(uc_engine *uc, void *ctx);

/* Why cpu->stop was reached, as the kernel sees it. Writes fault registers. */
struct trap cpu_trap(struct cpu *cpu);

/* ---- cpu_unicorn.c ---- */

void cpu_halt(struct cpu *cpu, enum cpu_stop stop);
uint32_t cpu_reg(struct cpu *cpu, int unicorn_reg);
bool cpu_reads_thumb(struct cpu *cpu);
void cpu_cp15_write(struct cpu *cpu, unsigned int crn, unsigned int crm,
		    unsigned int opc2, uint32_t value);
_Noreturn void cpu_engine_broken(const char *what, uc_err error);

#endif
