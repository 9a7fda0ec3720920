/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The counters of a snapshot: all that only ever grow, by their names. */
#include "emu/snapshot/source.h"

#include <stdio.h>

#include "emu/machine_state.h"

static void put(struct part_writer *writer, enum snapshot_counter_group group,
		const char *name, uint64_t value)
{
	struct snapshot_counter *to = part_add(writer);

	if (!to)
		return;
	to->group = group;
	snprintf(to->name, sizeof(to->name), "%s", name);
	to->value = value;
}

static void keep_vmstat(void *arg, const char *name, uint64_t value)
{
	put(arg, COUNTER_VMSTAT, name, value);
}

static void keep_faults(struct part_writer *writer,
			const struct kernel_fault_counts *counts)
{
#define ABORT(name, key, sentence) \
	put(writer, COUNTER_FAULT, key, counts->name);
#define RESOLUTION(name, sentence) \
	put(writer, COUNTER_FAULT, #name, counts->name);
#define AFTERMATH(name, sentence) \
	put(writer, COUNTER_FAULT, #name, counts->name);
#include "kernel/fault_count.def"
}

static void keep_cycles(struct part_writer *writer, const struct machine *m)
{
	static const char *const causes[NR_CYCLE_CAUSES] = {
#define CAUSE(name, sentence) sentence,
#include "kernel/cycle_cause.def"
#undef CAUSE
	};

	for (int i = 0; i < NR_CYCLE_CAUSES; i++) {
		uint64_t sum = 0;

		if (!machine_has_cause(m, (enum cycle_cause)i))
			continue;
		for (unsigned int cpu = 0; cpu < m->nr_cpus; cpu++)
			sum += clock_spent(cpu_clock(m->cpu[cpu]),
					   (enum cycle_cause)i);
		put(writer, COUNTER_CYCLES, causes[i], sum);
	}
}

/* One count of one TLB, over all cores: they are alike. */
static void keep_tlb_stat(struct part_writer *writer, const struct machine *m,
			  int tlb, size_t offset, const char *what)
{
	const char *tlb_name = mmu_tlb_stats(cpu_mmu(m->cpu[0]), tlb)->name;
	uint64_t sum = 0;
	char name[40];

	for (unsigned int cpu = 0; cpu < m->nr_cpus; cpu++) {
		const struct mmu_tlb_stats *stats =
			mmu_tlb_stats(cpu_mmu(m->cpu[cpu]), tlb);

		sum += *(const uint64_t *)((const char *)stats + offset);
	}
	snprintf(name, sizeof(name), "%s %s", tlb_name, what);
	put(writer, COUNTER_TLB, name, sum);
}

static void keep_tlbs(struct part_writer *writer, const struct machine *m)
{
	for (int tlb = 0; tlb < mmu_nr_tlbs(cpu_mmu(m->cpu[0])); tlb++) {
#define STAT(name, sentence)                                                \
	keep_tlb_stat(writer, m, tlb, offsetof(struct mmu_tlb_stats, name), \
		      #name);
#include "mmu/tlb_stats.def"
#undef STAT
	}
}

struct part *take_counters(const struct snapshot_source *source)
{
	struct part_writer writer = {
		.element_bytes = sizeof(struct snapshot_counter)};

	kernel_for_each_vmstat(source->machine->kernel, keep_vmstat, &writer);
	keep_faults(&writer, kernel_fault_counts(source->machine->kernel));
	keep_cycles(&writer, source->machine);
	keep_tlbs(&writer, source->machine);
	return part_done(&writer);
}
