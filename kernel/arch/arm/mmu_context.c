/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/arch/arm/mmu_context.h"

/*
 * Which address space a core translates with (Linux: arch/arm/mm/context.c).
 *
 * An mm's context.id is a generation and, in its low 8 bits, an ASID. While
 * the generation is the present one, the ASID is the mm's alone and its TLB
 * entries may outlive a switch. When all 255 are given away a new generation
 * begins: numbers are handed out afresh, and each core flushes its TLB before
 * it runs anything under a new one. ASID 0 is nobody's.
 *
 * Between the old table and the new one TTBR0 is parked on swapper_pg_dir,
 * which has global entries alone: with the old table under the new ASID (or
 * the other way round) a walk could fill the TLB with the wrong user page.
 */

#include <string.h>

#include "kernel/arch/arm/spectre.h"
#include "kernel/arch/arm/tlbflush.h"
#include "kernel/state.h"
#include "mmu/armv7.h"

#define ASID_MASK          ((uint64_t)NUM_ASIDS - 1)
#define ASID_FIRST_VERSION ((uint64_t)NUM_ASIDS)
#define ASID_ONLY          1 /* with kernel.asid off: everybody's */

void asids_init(struct kernel *k)
{
	k->arch.asid_generation = ASID_FIRST_VERSION;
	k->arch.cur_asid_idx = 1;
	memset(k->arch.asid_map, 0, sizeof(k->arch.asid_map));
}

void init_new_context(struct mm_struct *mm)
{
	mm->context.id = 0;
	mm->cpu_bitmap = 0;
}

/* ---- the numbers -------------------------------------------------------- */

static bool asid_taken(const struct arch_state *arch, uint32_t asid)
{
	return arch->asid_map[asid / 32] >> asid % 32 & 1;
}

static void take_asid(struct arch_state *arch, uint32_t asid)
{
	arch->asid_map[asid / 32] |= 1u << asid % 32;
}

/* A new generation: only what the cores run this moment keeps its number. */
static void flush_context(struct kernel *k)
{
	struct arch_state *arch = &k->arch;

	memset(arch->asid_map, 0, sizeof(arch->asid_map));
	for (unsigned int i = 0; i < k->hw.nr_cpus; i++) {
		struct cpu *cpu = &k->sched.cpus[i];

		/* a core that already lost it keeps what it had reserved */
		if (cpu->active_asid)
			cpu->reserved_asid = cpu->active_asid;
		cpu->active_asid = 0;
		take_asid(arch, cpu->reserved_asid & ASID_MASK);
		cpu->tlb_flush_pending = true;
	}
}

/* True when a core runs @id through the rollover: all of them move with it. */
static bool update_reserved_asid(struct kernel *k, uint64_t id, uint64_t newid)
{
	bool hit = false;

	for (unsigned int i = 0; i < k->hw.nr_cpus; i++) {
		struct cpu *cpu = &k->sched.cpus[i];

		if (cpu->reserved_asid == id) {
			cpu->reserved_asid = newid;
			hit = true;
		}
	}
	return hit;
}

/* From @from up; NUM_ASIDS when all are taken. */
static uint32_t find_free_asid(const struct arch_state *arch, uint32_t from)
{
	while (from < NUM_ASIDS && asid_taken(arch, from))
		from++;
	return from;
}

static uint64_t new_context(struct kernel *k, struct mm_struct *mm)
{
	struct arch_state *arch = &k->arch;
	uint32_t asid = mm->context.id & ASID_MASK;

	if (mm->context.id) {
		uint64_t newid = arch->asid_generation | asid;

		if (update_reserved_asid(k, mm->context.id, newid))
			return newid;
		/* its old number, if no one took it meanwhile */
		if (!asid_taken(arch, asid)) {
			take_asid(arch, asid);
			return newid;
		}
	}
	asid = find_free_asid(arch, arch->cur_asid_idx);
	if (asid == NUM_ASIDS) {
		arch->asid_generation += ASID_FIRST_VERSION;
		flush_context(k);
		asid = find_free_asid(arch, 1);
	}
	take_asid(arch, asid);
	arch->cur_asid_idx = asid;
	mm->cpu_bitmap = 0;
	return arch->asid_generation | asid;
}

uint8_t mm_asid(const struct mm_struct *mm)
{
	const uint64_t id = mm->context.id;
	const struct kernel *k = mm->k;

	if (k->params.asid && (id ^ k->arch.asid_generation) & ~ASID_MASK)
		return 0;
	return (uint8_t)(id & ASID_MASK);
}

/* ---- the switch ------------------------------------------------------------ */

static void set_ttbr0(struct cpu *cpu, paddr_t pgd)
{
	mmu_cp15_write(cpu->mmu, CP15_TTBR0,
		       (uint32_t)pgd | cpu->k->arch.ttbr_flags);
}

static void set_reserved_ttbr0(struct cpu *cpu)
{
	uint32_t ttbr1 = 0;

	mmu_cp15_read(cpu->mmu, CP15_TTBR1, &ttbr1);
	mmu_cp15_write(cpu->mmu, CP15_TTBR0, ttbr1);
}

static void choose_asid(struct cpu *cpu, struct mm_struct *mm)
{
	struct kernel *k = cpu->k;
	bool current_generation = !((mm->context.id ^ k->arch.asid_generation) &
				    ~ASID_MASK);

	/* a core whose number a rollover took must flush before it goes on */
	if (!current_generation || !cpu->active_asid) {
		if (!current_generation)
			mm->context.id = new_context(k, mm);
		if (cpu->tlb_flush_pending) {
			cpu->tlb_flush_pending = false;
			local_flush_bp_all(cpu);
			local_flush_tlb_all(cpu);
		}
	}
	cpu->active_asid = mm->context.id;
}

void switch_mm(struct cpu *cpu, struct mm_struct *next)
{
	struct kernel *k = cpu->k;

	if (cpu->active_mm == next)
		return;
	if (cpu->active_mm)
		cpu->active_mm->cpu_bitmap &= ~(1u << cpu->id);
	cpu->active_mm = next;
	set_reserved_ttbr0(cpu);
	if (next == &k->init_mm)
		return;
	if (k->params.asid)
		choose_asid(cpu, next);
	else
		next->context.id = ASID_ONLY;
	harden_branch_predictor(cpu);
	mmu_cp15_write(cpu->mmu, CP15_CONTEXTIDR,
		       (uint32_t)(next->context.id & ASID_MASK));
	set_ttbr0(cpu, next->pgd_paddr);
	if (!k->params.asid)
		local_flush_tlb_all(cpu);
	next->cpu_bitmap |= 1u << cpu->id;
}
