/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The engine of one core: Unicorn, in the mode in which it asks us for every
 * translation (UC_TLB_VIRTUAL). Set-up, running, registers.
 *
 * What Unicorn does that its manual doesn't say was measured; a unit test
 * stands for each such fact (tests/unit/emu/test_cpu_engine.c).
 *
 * Invariant: between two runs the engine's pc is cpu->pc, exact also after a
 * fault in the midst of a block.
 *
 * Code of SVC mode runs here, too (soft translations are dropped when the mode
 * changes), but for what cpu_system.c keeps from the engine.
 *
 * Leaves out: its LDRT and STRT are judged as PL1.
 *
 * MODEL: MSR in user mode leaves CPSR.E as it is; SETEND sets it.
 */
#include "emu/cpu_engine.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "emu/bus.h"
#include "emu/diag.h"

#define likely(x) __builtin_expect(!!(x), 1)

#define CPSR_MODE 0x1fu
#define CPSR_USER 0x10u

/*
 * The engine's buffer for translated code, reserved and not touched until it
 * is used. When it is full, 2.1.1 jumps into nowhere (a guest could make it),
 * and flushing it touches all of it. So it is never filled: each block is
 * booked with the most that it can take, and before the sum reaches the
 * buffer's size the engine is replaced by a new one. In practice a block
 * takes half a kilobyte, so that happens at some 15 MB.
 */
#define TRANSLATION_BUFFER (1u << 30)
#define BLOCK_MOST         (64u << 10) /* the engine's own limit */
#define INSTRUCTION_MOST   (6u << 10) /* VLD4 of 32 single bytes: 5 KB */

void cpu_engine_broken(const char *what, uc_err error)
{
	fprintf(stderr, "mmuscope: BUG: the engine failed in %s: %s\n", what,
		uc_strerror(error));
	abort();
}

static void check(const char *what, uc_err error)
{
	if (error != UC_ERR_OK)
		cpu_engine_broken(what, error);
}

/* ---- registers --------------------------------------------------------------- */

uint32_t cpu_reg(struct cpu *cpu, int unicorn_reg)
{
	uint32_t value = 0;

	uc_reg_read(cpu->uc, unicorn_reg, &value);
	return value;
}

static uc_arm_cp_reg cp15(unsigned int crn, unsigned int crm, unsigned int opc2,
			  uint32_t value)
{
	return (uc_arm_cp_reg){
		.cp = 15,
		.crn = crn,
		.crm = crm,
		.opc2 = opc2,
		.val = value,
	};
}

void cpu_cp15_write(struct cpu *cpu, unsigned int crn, unsigned int crm,
		    unsigned int opc2, uint32_t value)
{
	uc_arm_cp_reg reg = cp15(crn, crm, opc2, value);

	check("CP15 write", uc_reg_write(cpu->uc, UC_ARM_REG_CP_REG, &reg));
}

static uint32_t cpu_cp15_read(struct cpu *cpu, unsigned int crn,
			      unsigned int crm, unsigned int opc2)
{
	uc_arm_cp_reg reg = cp15(crn, crm, opc2, 0);

	check("CP15 read", uc_reg_read(cpu->uc, UC_ARM_REG_CP_REG, &reg));
	return (uint32_t)reg.val;
}

/* In the order of struct pt_regs, but CPSR first: its mode banks the rest. */
static const int user_regs[17] = {
	UC_ARM_REG_CPSR, UC_ARM_REG_R0,  UC_ARM_REG_R1,  UC_ARM_REG_R2,
	UC_ARM_REG_R3,   UC_ARM_REG_R4,  UC_ARM_REG_R5,  UC_ARM_REG_R6,
	UC_ARM_REG_R7,   UC_ARM_REG_R8,  UC_ARM_REG_R9,  UC_ARM_REG_R10,
	UC_ARM_REG_R11,  UC_ARM_REG_R12, UC_ARM_REG_R13, UC_ARM_REG_R14,
	UC_ARM_REG_R15,
};

static void point_at(struct pt_regs *regs, void *to[17])
{
	to[0] = &regs->cpsr;
	for (int i = 0; i < 16; i++)
		to[1 + i] = &regs->r[i];
}

void cpu_get_regs(struct cpu *cpu, struct pt_regs *regs)
{
	void *to[17];

	point_at(regs, to);
	uc_reg_read_batch(cpu->uc, (int *)user_regs, to, 17);
	regs->r[15] = cpu->pc;
}

uint32_t cpu_get_pc(const struct cpu *cpu, bool *thumb)
{
	*thumb = cpu->thumb;
	return cpu->pc;
}

void cpu_set_regs(struct cpu *cpu, const struct pt_regs *regs)
{
	struct pt_regs copy = *regs;
	enum mmu_privilege privilege = (regs->cpsr & CPSR_MODE) == CPSR_USER
					       ? MMU_PL0
					       : MMU_PL1;
	void *from[17];

	if (privilege != cpu->privilege)
		soft_tlb_forget(cpu);
	cpu->privilege = privilege;
	cpu->was_privileged |= privilege == MMU_PL1;
	cpu->mid_flow = false;
	cpu->thumb = regs->cpsr & CPSR_THUMB;
	cpu->pc = regs->r[15] & ~(cpu->thumb ? 1u : 3u);
	copy.r[15] = cpu->pc | cpu->thumb;
	point_at(&copy, from);
	uc_reg_write_batch(cpu->uc, (int *)user_regs, from, 17);
}

bool cpu_is_privileged(const struct cpu *cpu)
{
	return cpu->privilege == MMU_PL1;
}

bool cpu_masks_irqs(struct cpu *cpu)
{
	return cpu_reg(cpu, UC_ARM_REG_CPSR) & CPSR_IRQ;
}

void cpu_set_r0(struct cpu *cpu, uint32_t value)
{
	uc_reg_write(cpu->uc, UC_ARM_REG_R0, &value);
}

static void vfp_regs(struct vfp_state *vfp, int regs[33], void *at[33])
{
	for (int i = 0; i < 32; i++) {
		regs[i] = UC_ARM_REG_D0 + i;
		at[i] = &vfp->d[i];
	}
	regs[32] = UC_ARM_REG_FPSCR;
	at[32] = &vfp->fpscr;
}

void cpu_get_vfp(struct cpu *cpu, struct vfp_state *vfp)
{
	int regs[33];
	void *at[33];

	vfp_regs(vfp, regs, at);
	uc_reg_read_batch(cpu->uc, regs, at, 33);
}

void cpu_set_vfp(struct cpu *cpu, const struct vfp_state *vfp)
{
	struct vfp_state copy = *vfp;
	int regs[33];
	void *at[33];

	vfp_regs(&copy, regs, at);
	uc_reg_write_batch(cpu->uc, regs, at, 33);
}

void cpu_set_tpidruro(struct cpu *cpu, uint32_t value)
{
	cpu_cp15_write(cpu, 13, 0, 3, value);
}

void cpu_set_tpidrurw(struct cpu *cpu, uint32_t value)
{
	cpu_cp15_write(cpu, 13, 0, 2, value);
}

uint32_t cpu_get_tpidrurw(struct cpu *cpu)
{
	return cpu_cp15_read(cpu, 13, 0, 2);
}

/* ---- running -------------------------------------------------------------------- */

void cpu_halt(struct cpu *cpu, enum cpu_stop stop)
{
	cpu->stop = stop;
	uc_emu_stop(cpu->uc);
}

/*
 * With a hook on instructions the engine leaves its pc at the last one of the
 * block before, which would then run twice.
 */
void cpu_halt_before_block(struct cpu *cpu, enum cpu_stop stop)
{
	cpu->stopped_before_block = true;
	cpu_halt(cpu, stop);
}

/*
 * Time is up only where a block is not the continuation of the one before:
 * where straight code is cut depends on the hooks.
 */
__attribute__((noinline)) void cpu_look_at_block(struct cpu *cpu, vaddr_t va,
						 uint32_t size_bytes)
{
	const struct block *block;

	cpu->again_bytes = 0;
	if (cpu->in_stub)
		return;
	cpu->next_block = va;
	if (cpu->step.on && cpu->step.began) {
		cpu_halt_before_block(cpu, STOP_STEP_OVER);
		return;
	}
	if (!cpu->had_fetch) {
		cpu_tlb_pay_fetch(cpu);
		if (cpu->params.forget_each_block)
			soft_tlb_forget(cpu);
	}
	if (clock_must_stop(&cpu->clock) &&
	    va != block_end(block_at(cpu, cpu->block))) {
		cpu_halt_before_block(cpu, STOP_TIMER);
		return;
	}
	if (cpu->translated_bytes > TRANSLATION_BUFFER - 4 * BLOCK_MOST) {
		cpu_halt_before_block(cpu, STOP_FULL);
		return;
	}
	if (!cpu_tlb_fetch(cpu, va, size_bytes))
		return;
	block = cpu_count_block(cpu, va, size_bytes);
	if (cpu->privilege == MMU_PL1 && !cpu_system_look(cpu, block)) {
		cpu_count_forget_at(cpu, va);
		return;
	}
	if (cpu->step.on && !cpu_step_look(cpu, block)) {
		cpu_count_forget_at(cpu, va);
		return;
	}
	if (cpu->timing.timer) {
		cpu_timing_charge(cpu, block);
		return;
	}
	cpu->clock.left -= block->nr_instructions;
	cpu->block = va;
}

/* Before each block; the hottest code of the emulator. */
static void on_block(uc_engine *uc, uint64_t address, uint32_t size, void *ctx)
{
	struct cpu *cpu = ctx;
	vaddr_t va = (vaddr_t)address;
	const struct block *block;
	uint32_t word;
	int64_t left;

	(void)uc;
	if (va == cpu->block && size == cpu->again_bytes) {
		left = cpu->clock.left - cpu->again_cycles;
		if (likely(left >= 0)) {
			cpu->clock.left = left;
			return;
		}
	}
	block = block_at(cpu, va);
	word = cpu->soft.page[va >> SOFT_PAGE_BITS];
	if (likely(block->start == va && block->size_bytes == size &&
		   block->code == (word & SOFT_CODE_MASK))) {
		left = cpu->clock.left - block->nr_instructions;
		if (likely(left >= 0)) {
			cpu->clock.left = left;
			cpu->block = va;
			cpu->again_bytes = size;
			cpu->again_cycles = block->nr_instructions;
			return;
		}
	}
	cpu_look_at_block(cpu, va, size);
}

/*
 * A block was translated: what was known about its address may be wrong, so
 * that look_at_block() sees it first.
 */
static void on_translation(uc_engine *uc, uc_tb *block, uc_tb *previous,
			   void *ctx)
{
	struct cpu *cpu = ctx;
	uint32_t most;

	(void)uc;
	(void)previous;
	cpu_count_forget_at(cpu, (vaddr_t)block->pc);
	cpu->again_bytes = 0;
	most = 1024 + block->icount * INSTRUCTION_MOST;
	cpu->translated_bytes += most < BLOCK_MOST ? most : BLOCK_MOST;
}

static void read_pc(struct cpu *cpu)
{
	static const int which[2] = {UC_ARM_REG_PC, UC_ARM_REG_CPSR};
	uint32_t pc, cpsr;
	void *to[2] = {&pc, &cpsr};

	uc_reg_read_batch(cpu->uc, (int *)which, to, 2);
	cpu->thumb = cpsr & CPSR_THUMB;
	cpu->pc = cpu->stopped_before_block ? cpu->next_block : pc & ~1u;
}

static bool stopped_by_us(const struct cpu *cpu, uc_err error)
{
	switch (error) {
	case UC_ERR_OK:
		return true;
	case UC_ERR_EXCEPTION:
	case UC_ERR_INSN_INVALID:
		return cpu->stop != STOP_NONE;
	default:
		return false;
	}
}

/*
 * The engine calls YIELD and WFE invalid, but only when they are done: they
 * end a block. What is really undefined lies inside its block.
 */
static bool was_hint(struct cpu *cpu)
{
	const struct block *block = block_at(cpu, cpu->block);

	return cpu->stop == STOP_UNDEFINED && block->size_bytes &&
	       cpu->pc == block_end(block);
}

/*
 * From cpu->pc to the next stop. STOP_NONE: the engine thought it had reason
 * to rest, as after WFI. MODEL: WFI, WFE and YIELD are no-operations in user
 * mode.
 */
static void run_once(struct cpu *cpu)
{
	uc_err error;

	cpu->stop = STOP_NONE;
	cpu->stopped_before_block = false;
	/* The engine doesn't tell when it translates the first block anew. */
	*block_at(cpu, cpu->pc) = (struct block){.start = cpu->pc,
						 .code = BLOCK_STALE};
	cpu->block = cpu->pc;
	cpu_access_begin(cpu);
	error = uc_emu_start(cpu->uc, cpu->pc | cpu->thumb, 0, 0, 0);
	cpu_access_end();
	if (!stopped_by_us(cpu, error))
		cpu_engine_broken("uc_emu_start", error);
	read_pc(cpu);
	if (was_hint(cpu))
		cpu->stop = STOP_NONE;
	if (cpu->stop >= STOP_DATA_FAULT)
		cpu_count_take_back(cpu, cpu->pc);
}

static void engine_replace(struct cpu *cpu);

/* The instruction has run: where single ones are wanted, that was it. */
static bool goes_on_after(struct cpu *cpu)
{
	cpu->step.over = cpu->step.on;
	return !cpu->step.on;
}

/* The stops that are nobody's business but ours. */
static bool goes_on(struct cpu *cpu)
{
	switch (cpu->stop) {
	case STOP_NONE:
		if (cpu->step.began && cpu->pc != cpu->step.pc)
			return goes_on_after(cpu);
		cpu->step.began = false;
		return true;
	case STOP_RECUT:
		return true;
	case STOP_STEP_READY:
		cpu_step_hook(cpu);
		return true;
	case STOP_STEP:
	case STOP_STEP_OVER:
		return goes_on_after(cpu);
	case STOP_FULL:
		engine_replace(cpu);
		return true;
	case STOP_SYSTEM_FOUND:
		if (!cpu_system_hook(cpu))
			engine_replace(cpu);
		return true;
	case STOP_SYSTEM:
		if (cpu_system_run(cpu))
			return goes_on_after(cpu);
		cpu->stop = STOP_UNDEFINED;
		return false;
	case STOP_SYSTEM_IT:
		cpu->stop = STOP_UNDEFINED;
		return false;
	case STOP_EVICTED:
		cpu_tlb_run_again(cpu, block_end(block_at(cpu, cpu->block)));
		cpu->step.began = false;
		return true;
	default:
		return false;
	}
}

struct trap cpu_run(struct cpu *cpu)
{
	struct trap trap;

	if (clock_must_stop(&cpu->clock) && !cpu->mid_flow)
		return (struct trap){.kind = TRAP_TIMER};
	cpu->mid_flow = false;
	cpu_timing_begin(cpu);
	do {
		cpu->again_bytes = 0;
		run_once(cpu);
	} while (goes_on(cpu));
	cpu_tlb_pay_fetch(cpu);
	cpu->had_fetch = cpu->ran_again = false;
	trap = cpu_trap(cpu);
	if (cpu->timing.timer)
		cpu_timing_trap(cpu, &trap);
	return trap;
}

uint64_t cpu_instructions(const struct cpu *cpu)
{
	return clock_instructions(&cpu->clock);
}

/* ---- code of our own in the engine -------------------------------------------- */

static const uint32_t stub_code[] = {
	0xf57ff01f, /* clrex */
	0xef000000, /* svc 0 */
	/* where the probe begins: */
	0xe5910000, /* ldr r0, [r1] */
	0xe5920000, /* ldr r0, [r2] */
	0xe5930000, /* ldr r0, [r3] */
	0xef000000, /* svc 0 */
};
enum {
	STUB_CLREX = 0,
	STUB_PROBE = 8
};

static bool stub_create(struct cpu *cpu)
{
	void *page = mmap(NULL, SOFT_PAGE_SIZE, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (page == MAP_FAILED)
		return false;
	memcpy(page, stub_code, sizeof(stub_code));
	cpu->stub_page = page;
	return uc_mem_map_ptr(cpu->uc, STUB_PADDR, SOFT_PAGE_SIZE,
			      UC_PROT_READ | UC_PROT_EXEC, page) == UC_ERR_OK;
}

/* Runs the stub at @offset; the caller puts pc and CPSR right again. */
static void stub_run(struct cpu *cpu, uint32_t offset)
{
	uint32_t cpsr = CPSR_USER;

	uc_reg_write(cpu->uc, UC_ARM_REG_CPSR, &cpsr);
	cpu->in_stub = true;
	check("stub", uc_emu_start(cpu->uc, STUB_VADDR + offset, 0, 0, 0));
	cpu->in_stub = false;
}

void cpu_clear_exclusive(struct cpu *cpu)
{
	uint32_t cpsr = cpu_reg(cpu, UC_ARM_REG_CPSR);
	uint32_t pc = cpu->pc | cpu->thumb;

	stub_run(cpu, STUB_CLREX);
	uc_reg_write(cpu->uc, UC_ARM_REG_CPSR, &cpsr);
	uc_reg_write(cpu->uc, UC_ARM_REG_PC, &pc);
}

/* True when two words on one page of 4 KB cost one fill, not on one: two. */
static bool has_4k_pages(struct cpu *cpu)
{
	static const uint32_t where[3] = {0x8000, 0x8ffc, 0x9000};

	for (int i = 0; i < 3; i++)
		uc_reg_write(cpu->uc, UC_ARM_REG_R1 + i, &where[i]);
	cpu->nr_stub_fills = 0;
	stub_run(cpu, STUB_PROBE);
	cpu_cp15_write(cpu, 8, 7, 0, 0);
	return cpu->nr_stub_fills == 2;
}

/* ---- translated code ------------------------------------------------------------- */

static bool test_and_clear_code(struct cpu *cpu, paddr_t frame)
{
	uint64_t pfn = (frame - cpu->params.bus->ram->base) >> SOFT_PAGE_BITS;
	uint8_t mask = 1u << pfn % 8;
	bool was = cpu->code_frames[pfn / 8] & mask;

	cpu->code_frames[pfn / 8] &= ~mask;
	return was;
}

/*
 * The engine finds the code of a frame by asking us for the address as if it
 * were virtual: the fill hook answers it flat, and all of that is forgotten.
 */
static void remove_code(struct cpu *cpu, paddr_t frame)
{
	cpu->removing_code = true;
	check("uc_ctl_remove_cache",
	      uc_ctl_remove_cache(cpu->uc, frame, frame + SOFT_PAGE_SIZE));
	cpu->removing_code = false;
}

void cpu_code_changed(struct cpu *cpu, paddr_t paddr, uint32_t size_bytes)
{
	paddr_t frame = paddr & ~(paddr_t)(SOFT_PAGE_SIZE - 1);
	bool any = false;

	for (; frame < paddr + size_bytes; frame += SOFT_PAGE_SIZE) {
		if (!ram_host(cpu->params.bus->ram, frame) ||
		    !test_and_clear_code(cpu, frame))
			continue;
		remove_code(cpu, frame);
		any = true;
	}
	if (!any)
		return;
	soft_tlb_forget(cpu);
	cpu_cp15_write(cpu, 8, 7, 0, 0);
	cpu_count_forget(cpu);
}

/* ---- coming up --------------------------------------------------------------------- */

static int engine_model(const char *core)
{
	static const struct {
		const char *core;
		int model;
	} models[] = {
		{"arm926", UC_CPU_ARM_926},
		{"arm1176", UC_CPU_ARM_1176},
		{"cortex-a7", UC_CPU_ARM_CORTEX_A7},
		{"cortex-a8", UC_CPU_ARM_CORTEX_A8},
		{"cortex-a9", UC_CPU_ARM_CORTEX_A9},
		{"cortex-a15", UC_CPU_ARM_CORTEX_A15},
	};

	for (size_t i = 0; i < sizeof(models) / sizeof(models[0]); i++)
		if (!strcmp(models[i].core, core))
			return models[i].model;
	return UC_CPU_ARM_CORTEX_A9; /* its instructions are the A5's too */
}

static uint64_t on_io_read(uc_engine *uc, uint64_t offset, unsigned int size,
			   void *ctx)
{
	const struct bus_device *device = ctx;

	(void)uc;
	return device->read(device->ctx, (uint32_t)offset, size);
}

static void on_io_write(uc_engine *uc, uint64_t offset, unsigned int size,
			uint64_t value, void *ctx)
{
	const struct bus_device *device = ctx;

	(void)uc;
	device->write(device->ctx, (uint32_t)offset, size, (uint32_t)value);
}

/* RAM that reaches up to 4 GB: its last page is the stub's; see memblock.c. */
static uint64_t bank_size(paddr_t base, uint64_t size_bytes)
{
	return base + size_bytes > STUB_PADDR ? STUB_PADDR - base : size_bytes;
}

static void map_bus(struct cpu *cpu)
{
	const struct bus *bus = cpu->params.bus;
	const struct ram *ram = bus->ram;

	for (unsigned int i = 0; i < ram->nr_banks; i++)
		check("uc_mem_map_ptr",
		      uc_mem_map_ptr(cpu->uc, ram->bank[i].base,
				     bank_size(ram->bank[i].base,
					       ram->bank[i].size_bytes),
				     UC_PROT_ALL,
				     ram_host(ram, ram->bank[i].base)));
	for (unsigned int i = 0; i < bus->nr_devices; i++) {
		const struct bus_device *device = &bus->device[i];

		check("uc_mmio_map",
		      uc_mmio_map(cpu->uc, device->base, device->size_bytes,
				  on_io_read, (void *)device, on_io_write,
				  (void *)device));
	}
}

static void add_hook(struct cpu *cpu, int type, void *function)
{
	uc_hook hook;

	check("uc_hook_add",
	      uc_hook_add(cpu->uc, &hook, type, function, cpu, 1, 0));
}

static void on_reach(uc_engine *uc, uint64_t address, uint32_t nr_bytes,
		     void *arg)
{
	struct cpu *cpu = arg;

	(void)uc;
	(void)nr_bytes;
	if ((uint32_t)address - cpu->stretch.start >= cpu->stretch.bytes)
		cpu->stretch = cpu->params.reaches(cpu->params.ctx,
						   (uint32_t)address);
}

void cpu_leave_stretch(struct cpu *cpu)
{
	cpu->stretch.bytes = 0;
}

static void add_hooks(struct cpu *cpu)
{
	add_hook(cpu, UC_HOOK_TLB_FILL, cpu_on_fill);
	if (cpu->params.reaches) /* before its cycles are counted */
		add_hook(cpu, UC_HOOK_BLOCK, on_reach);
	add_hook(cpu, UC_HOOK_BLOCK,
		 cpu->params.caches  ? cpu_on_cached_block
		 : cpu->timing.timer ? cpu_on_timed_block
				     : on_block);
	add_hook(cpu, UC_HOOK_EDGE_GENERATED, on_translation);
	add_hook(cpu, UC_HOOK_INTR, cpu_on_interrupt);
	add_hook(cpu, UC_HOOK_INSN_INVALID, cpu_on_invalid);
	if (cpu->sees_hits) {
		add_hook(cpu, UC_HOOK_CODE, cpu_on_instruction);
		add_hook(cpu, UC_HOOK_MEM_READ | UC_HOOK_MEM_WRITE,
			 cpu_on_access);
	}
	if (cpu->params.caches)
		add_hook(cpu, UC_HOOK_MEM_READ | UC_HOOK_MEM_WRITE,
			 cpu_cache_on_access);
	if (cpu->params.check_alignment)
		add_hook(cpu, UC_HOOK_CODE, cpu_on_checked);
}

/* VFP and NEON on; user mode. */
static void engine_reset(struct cpu *cpu)
{
	static const struct pt_regs zero = {.cpsr = CPSR_USER};
	uint32_t fpexc = 1u << 30;

	cpu_cp15_write(cpu, 1, 0, 2, 0xfu << 20); /* CPACR */
	uc_reg_write(cpu->uc, UC_ARM_REG_FPEXC, &fpexc);
	cpu->privilege = MMU_PL0;
	cpu_set_regs(cpu, &zero);
}

/* What the call means by a page size differs between versions of Unicorn. */
static bool engine_open(struct cpu *cpu)
{
	if (uc_open(UC_ARCH_ARM, UC_MODE_ARM, &cpu->uc) != UC_ERR_OK)
		return false;
	uc_ctl_set_page_size(cpu->uc, cpu->page_size_call);
	cpu->translated_bytes = 0;
	uc_ctl_set_cpu_model(cpu->uc, engine_model(cpu->params.mmu->core));
	uc_ctl_set_tcg_buffer_size(cpu->uc, TRANSLATION_BUFFER);
	check("UC_TLB_VIRTUAL", uc_ctl_tlb_mode(cpu->uc, UC_TLB_VIRTUAL));
	check("uc_ctl_exits_enable", uc_ctl_exits_enable(cpu->uc));
	add_hooks(cpu);
	return stub_create(cpu) && has_4k_pages(cpu);
}

static void engine_close(struct cpu *cpu)
{
	if (cpu->uc)
		uc_close(cpu->uc);
	if (cpu->stub_page)
		munmap(cpu->stub_page, SOFT_PAGE_SIZE);
	cpu->uc = NULL;
	cpu->stub_page = NULL;
	cpu->nr_system = 0;
	cpu->step.hooked = false;
}

static bool engine_create(struct cpu *cpu)
{
	static const uint32_t page_sizes[] = {2048, 4096};

	for (int i = 0; i < 2; i++) {
		cpu->page_size_call = page_sizes[i];
		if (engine_open(cpu)) {
			map_bus(cpu);
			engine_reset(cpu);
			return true;
		}
		engine_close(cpu);
	}
	return false;
}

/*
 * A new engine in the place of one that is full of translations. All that a
 * program can see goes over, but for the exclusive monitor, which is clear as
 * after any interruption.
 */
static void engine_replace(struct cpu *cpu)
{
	uint32_t tpidruro = cpu_cp15_read(cpu, 13, 0, 3);
	uint32_t tpidrurw = cpu_cp15_read(cpu, 13, 0, 2);
	uint32_t tpidrprw = cpu_cp15_read(cpu, 13, 0, 4);
	enum mmu_privilege privilege = cpu->privilege;
	struct vfp_state vfp;
	struct pt_regs regs;

	cpu_get_regs(cpu, &regs);
	cpu_get_vfp(cpu, &vfp);
	soft_tlb_forget(cpu);
	cpu_count_forget(cpu);
	engine_close(cpu);
	if (!engine_open(cpu))
		cpu_engine_broken("opening another engine", UC_ERR_NOMEM);
	map_bus(cpu);
	engine_reset(cpu);
	cpu->privilege = privilege;
	cpu_set_regs(cpu, &regs);
	cpu_set_vfp(cpu, &vfp);
	cpu_set_tpidruro(cpu, tpidruro);
	cpu_set_tpidrurw(cpu, tpidrurw);
	cpu_cp15_write(cpu, 13, 0, 4, tpidrprw);
}

/* ---- the MMU's port ------------------------------------------------------------- */

static void on_broadcast(void *ctx, uint32_t cp15_reg, uint32_t value)
{
	struct cpu *cpu = ctx;

	for (unsigned int i = 0; i < cpu->params.nr_peers; i++)
		if (cpu->params.peers[i] && cpu->params.peers[i] != cpu)
			mmu_cp15_remote(cpu->params.peers[i]->mmu, cp15_reg,
					value);
}

static void on_stale(void *ctx, const struct mmu_stale *stale)
{
	const struct cpu *cpu = ctx;

	if (cpu->params.stale)
		cpu->params.stale(cpu->params.ctx, stale);
}

static bool create_mmu(struct cpu *cpu)
{
	struct mmu_port port = {
		.ctx = cpu,
		.read_word = cpu_tlb_read_word,
		.peek_word = cpu_tlb_peek_word,
		.dropped = cpu_tlb_dropped,
		.broadcast = on_broadcast,
		.stale = on_stale,
	};

	cpu->mmu = mmu_create(cpu->params.mmu, &port);
	cpu->sees_hits = cpu->mmu && (mmu_sees_hits(cpu->mmu) ||
				      cpu->params.mmu->recheck_hits ||
				      cpu->params.show_all);
	cpu->sees_accesses = cpu->params.caches && !cpu->sees_hits &&
			     !cpu->params.slow_accesses && cpu_access_works();
	return cpu->mmu;
}

static bool create_tables(struct cpu *cpu)
{
	uint64_t nr_frames = cpu->params.bus->ram->span_bytes >> SOFT_PAGE_BITS;

	cpu->first_bank = cpu->params.bus->ram->bank[0];
	cpu->first_bank_host = ram_host(cpu->params.bus->ram,
					cpu->first_bank.base);
	cpu->code_frames = calloc(1, nr_frames / 8 + 1);
	cpu->soft.page_of_frame = calloc(nr_frames, sizeof(uint32_t));
	cpu->uncached = calloc(1, nr_frames / 8 + 1);
	return cpu->code_frames && cpu->soft.page_of_frame && cpu->uncached;
}

static struct cpu *allocate(void)
{
	void *p = mmap(NULL, sizeof(struct cpu), PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

struct cpu *cpu_create(const struct cpu_params *params, struct diag *diag)
{
	struct cpu *cpu = allocate();

	if (!cpu) {
		diag_error(diag, NULL, "no memory for a core");
		return NULL;
	}
	cpu->params = *params;
	cpu->mmu_config = *params->mmu;
	cpu->params.mmu = &cpu->mmu_config;
	clock_reset(&cpu->clock);
	if (!create_tables(cpu) || !cpu_timing_create(cpu, params->pipeline))
		diag_error(diag, NULL, "no memory for a core");
	else if (!create_mmu(cpu))
		diag_error(diag, NULL, "no MMU: %s",
			   mmu_config_check(params->mmu) ?: "no memory");
	else if (!engine_create(cpu))
		diag_error(diag, NULL,
			   "Unicorn %d.%d can't be set up with "
			   "pages of 4 KB; 2.1.1 is known to work",
			   uc_version(NULL, NULL) >> 24,
			   uc_version(NULL, NULL) >> 16 & 0xff);
	else
		return cpu;
	cpu_destroy(cpu);
	return NULL;
}

void cpu_destroy(struct cpu *cpu)
{
	if (!cpu)
		return;
	engine_close(cpu);
	mmu_destroy(cpu->mmu);
	cpu_timing_destroy(cpu);
	free(cpu->code_frames);
	free(cpu->uncached);
	free(cpu->soft.page_of_frame);
	munmap(cpu, sizeof(*cpu));
}

struct mmu *cpu_mmu(struct cpu *cpu)
{
	return cpu->mmu;
}

struct clock *cpu_clock(struct cpu *cpu)
{
	return &cpu->clock;
}
