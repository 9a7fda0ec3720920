/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The TLBs of a snapshot: those of all cores, innermost first, and each of
 * their entries, be it valid or not, so that a place among them is a place in
 * hardware.
 */
#include "emu/snapshot/source.h"

#include "emu/config/config.h"
#include "emu/machine_state.h"
#include "emu/snapshot/descriptor.h"
#include "mmu/armv7.h"

static const char *policy_name(enum mmu_replacement policy)
{
	static const char *const names[] = {
		[MMU_ROUND_ROBIN] = "round-robin",
		[MMU_RANDOM] = "random",
		[MMU_FIFO] = "FIFO",
		[MMU_LRU] = "LRU",
	};

	return names[policy];
}

static void keep_geometry(const struct mmu_tlb_config *config,
			  struct snapshot_tlb *to)
{
	to->replacement = policy_name(config->replacement);
	to->lockable = config->lockable;
	to->ways = config->ways ? config->ways : config->entries;
	to->sets = config->entries / to->ways;
}

static void keep_tlb(const struct machine *m, unsigned int cpu, int tlb,
		     struct snapshot_tlb *to)
{
	const struct mmu *mmu = cpu_mmu(m->cpu[cpu]);
	const struct mmu_tlb_stats *stats = mmu_tlb_stats(mmu, tlb);
	uint32_t contextidr = 0, ttbr0 = 0;

	mmu_cp15_read(mmu, CP15_CONTEXTIDR, &contextidr);
	mmu_cp15_read(mmu, CP15_TTBR0, &ttbr0);
	to->name = stats->name;
	to->cpu = (uint8_t)cpu;
	to->asid = contextidr_asid(contextidr);
	to->tagged = m->config->kernel.asid;
	to->mm = ttbr0 / L1_TABLE_BYTES;
	to->entries = stats->entries;
	keep_geometry(mmu_tlb_geometry(mmu, tlb), to);
	to->lookups = stats->lookups;
	to->misses = stats->misses;
	to->evictions = stats->evictions;
	to->invalidations = stats->invalidations;
	to->flushes = stats->flushes;
}

struct part *take_tlbs(const struct snapshot_source *source)
{
	const struct machine *m = source->machine;
	struct part_writer writer = {
		.element_bytes = sizeof(struct snapshot_tlb)};
	uint32_t first = 0;

	for (unsigned int cpu = 0; cpu < m->nr_cpus; cpu++)
		for (int tlb = 0; tlb < mmu_nr_tlbs(cpu_mmu(m->cpu[cpu]));
		     tlb++) {
			struct snapshot_tlb *to = part_add(&writer);

			if (!to)
				return part_done(&writer);
			keep_tlb(m, cpu, tlb, to);
			to->first = first;
			first += to->entries;
		}
	return part_done(&writer);
}

static void keep_entry(const struct mmu *mmu, const struct mmu_tlb_view *from,
		       struct snapshot_tlb_entry *to)
{
	to->flags = (uint8_t)((from->valid ? TLB_VALID : 0) |
			      (from->locked ? TLB_LOCKED : 0) |
			      (from->next_victim ? TLB_VICTIM : 0) |
			      (from->global ? TLB_GLOBAL : 0) |
			      (from->xn ? TLB_XN : 0) |
			      (from->pxn ? TLB_PXN : 0));
	if (!from->valid)
		return;
	to->asid = from->asid;
	to->domain = from->domain;
	to->ap = from->ap;
	to->va = from->va;
	to->size_bytes = from->size_bytes;
	to->hits = from->hits;
	to->paddr = from->paddr;
	to->fill = from->fill;
	to->age = from->age;
	to->memory = memory_in_short(&from->attr);
	to->rights = rights_in_short(mmu, from->ap, from->xn);
}

static void keep_entries(const struct mmu *mmu, int tlb,
			 struct part_writer *writer)
{
	const uint32_t nr = mmu_tlb_stats(mmu, tlb)->entries;

	for (uint32_t i = 0; i < nr; i++) {
		struct snapshot_tlb_entry *to = part_add(writer);
		struct mmu_tlb_view view;

		if (!to)
			return;
		mmu_tlb_view(mmu, tlb, i, &view);
		keep_entry(mmu, &view, to);
	}
}

struct part *take_tlb_entries(const struct snapshot_source *source)
{
	const struct machine *m = source->machine;
	struct part_writer writer = {
		.element_bytes = sizeof(struct snapshot_tlb_entry)};

	for (unsigned int cpu = 0; cpu < m->nr_cpus; cpu++) {
		const struct mmu *mmu = cpu_mmu(m->cpu[cpu]);

		for (int tlb = 0; tlb < mmu_nr_tlbs(mmu); tlb++)
			keep_entries(mmu, tlb, &writer);
	}
	return part_done(&writer);
}
