/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The walk of a snapshot. The MMU model walks itself, as an onlooker that no
 * counter notices: under the registers of the core where the process runs, or
 * else of the first one with the process's tables.
 */
#include "emu/snapshot/source.h"

#include <stdio.h>

#include "emu/machine_state.h"
#include "emu/snapshot/descriptor.h"
#include "mmu/armv7.h"

/* ---- whose, where ------------------------------------------------------------ */

struct choice {
	int pid, first; /* that runs, or else the first with memory */
};

static void choose(void *arg, const struct kernel_process_info *process)
{
	struct choice *choice = arg;

	if (!process->mm)
		return;
	if (!choice->first)
		choice->first = process->pid;
	if (!choice->pid && process->runs)
		choice->pid = process->pid;
}

static int process_of(const struct snapshot_source *source)
{
	struct choice choice = {0};

	if (source->wish->pid)
		return source->wish->pid;
	kernel_for_each_process(source->machine->kernel, choose, &choice);
	return choice.pid ?: choice.first;
}

/* The core that @pid runs on; -1: none. */
static int core_of(const struct machine *m, int pid)
{
	for (unsigned int cpu = 0; cpu < m->nr_cpus; cpu++)
		if (kernel_current(m->kernel, (int)cpu).tgid == pid)
			return (int)cpu;
	return -1;
}

static uint32_t register_of(const struct mmu *mmu, uint32_t reg)
{
	uint32_t value = 0;

	mmu_cp15_read(mmu, reg, &value);
	return value;
}

struct place {
	uint32_t far, pc;
	bool is_first, has_far, has_pc;
	uint32_t first;
};

static void look_at_vma(void *arg, const struct kernel_vma *vma)
{
	struct place *place = arg;

	if (!place->is_first)
		place->first = vma->start;
	place->is_first = true;
	place->has_far |= place->far - vma->start < vma->end - vma->start;
	place->has_pc |= place->pc - vma->start < vma->end - vma->start;
}

/* An address that is worth a look, where none is selected. */
static void choose_address(const struct machine *m, int core,
			   struct snapshot_walk *walk)
{
	struct place place = {0};
	struct pt_regs regs;

	if (core >= 0) {
		place.far = register_of(cpu_mmu(m->cpu[core]), CP15_DFAR);
		cpu_get_regs(m->cpu[core], &regs);
		place.pc = regs.r[15];
	}
	kernel_for_each_vma(m->kernel, walk->pid, look_at_vma, &place);
	if (core >= 0 && place.has_far) {
		walk->va = place.far;
		walk->reason = WALK_OF_FAULT;
	} else if (core >= 0 && place.has_pc) {
		walk->va = place.pc;
		walk->reason = WALK_OF_FETCH;
	} else {
		walk->va = place.first;
		walk->reason = WALK_OF_START;
	}
}

/* ---- what is there ---------------------------------------------------------------- */

/* The table that translates it; B3.5.4. Returns what stands in for TTBR0. */
static uint32_t choose_table(const struct mmu *mmu, uint32_t tables,
			     struct snapshot_walk *walk)
{
	const uint32_t n = register_of(mmu, CP15_TTBCR) & TTBCR_N;
	const uint32_t low = L1_TABLE_BYTES - 1;
	const uint32_t ttbr0 = (tables & ~low) |
			       (register_of(mmu, CP15_TTBR0) & low);

	walk->ttbcr_n = (uint8_t)n;
	walk->upper = n && walk->va >> (32 - n);
	walk->ttbr.there = true;
	walk->ttbr.word = walk->upper ? register_of(mmu, CP15_TTBR1) : ttbr0;
	decode_ttbr(mmu, walk->upper, &walk->ttbr);
	return ttbr0;
}

static void keep_step(struct snapshot_word *word,
		      const struct mmu_walk_step *step)
{
	word->there = true;
	word->paddr = (uint32_t)step->paddr;
	word->word = step->word;
}

static void keep_steps(const struct mmu *mmu, struct snapshot_walk *walk,
		       const struct mmu_walk_step step[2], int levels)
{
	static const char *const accesses[] = {
		[DOMAIN_NO_ACCESS] = "no access",
		[DOMAIN_CLIENT] = "client",
		[DOMAIN_RESERVED] = "reserved",
		[DOMAIN_MANAGER] = "manager",
	};

	walk->levels = (uint8_t)levels;
	if (levels > 0) {
		keep_step(&walk->l1, &step[0]);
		decode_l1_word(mmu, &walk->l1);
		walk->domain = l1_domain(step[0].word);
		walk->domain_access = accesses[dacr_access(
			register_of(mmu, CP15_DACR), walk->domain)];
	}
	if (levels > 1) {
		keep_step(&walk->l2, &step[1]);
		decode_l2_word(mmu, &walk->l2);
	}
}

static void keep_verdict(struct snapshot_walk *walk,
			 struct snapshot_verdict *verdict,
			 const struct mmu_result *result)
{
	if (result->fault.type != MMU_FAULT_NONE) {
		verdict->fault = mmu_fault_name(result->fault.type);
		verdict->level = result->fault.level;
		verdict->status = (uint16_t)mmu_fault_status(&result->fault);
		return;
	}
	walk->mapped = true;
	walk->paddr = result->paddr;
	walk->size_bytes = result->size_bytes;
	describe_memory(&result->attr, walk->memory, sizeof(walk->memory));
}

static void keep_walk(const struct mmu *mmu, uint32_t tables,
		      struct snapshot_walk *walk)
{
	const uint32_t ttbr0 = choose_table(mmu, tables, walk);

	for (int privilege = MMU_PL0; privilege <= MMU_PL1; privilege++)
		for (int kind = MMU_READ; kind <= MMU_FETCH; kind++) {
			struct mmu_walk_step step[2];
			struct mmu_result result;
			int levels;

			mmu_peek_as(mmu, ttbr0, walk->va, (enum mmu_kind)kind,
				    (enum mmu_privilege)privilege, &result,
				    step, &levels);
			keep_verdict(walk, &walk->verdict[privilege][kind],
				     &result);
			if (!privilege && !kind)
				keep_steps(mmu, walk, step, levels);
		}
}

static void keep_linux(const struct kernel_linux_entry *entry,
		       struct snapshot_walk *walk)
{
	walk->linux_word.there = entry->kind != KERNEL_LINUX_NO_TABLE;
	walk->linux_word.paddr = entry->paddr;
	walk->linux_word.word = entry->word;
	decode_linux_word(entry->kind, &walk->linux_word);
	snprintf(walk->linux_says, sizeof(walk->linux_says), "%s",
		 entry->meaning);
}

struct part *take_walk(const struct snapshot_source *source)
{
	const struct machine *m = source->machine;
	struct part_writer writer = {
		.element_bytes = sizeof(struct snapshot_walk)};
	struct kernel_linux_entry entry;
	struct snapshot_walk *walk;
	const int pid = process_of(source), core = core_of(m, pid);

	if (!kernel_linux_entry(m->kernel, pid, 0, &entry))
		return part_done(&writer);
	walk = part_add(&writer);
	if (!walk)
		return NULL;
	walk->pid = pid;
	walk->va = source->wish->va;
	if (!source->wish->has_va)
		choose_address(m, core, walk);
	kernel_linux_entry(m->kernel, pid, walk->va, &entry);
	keep_walk(cpu_mmu(m->cpu[core < 0 ? 0 : core]), entry.tables, walk);
	keep_linux(&entry, walk);
	return part_done(&writer);
}
