/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Samples over virtual time. There is room for some thousand; when it is full
 * every other one goes and from then on they are taken half as often, so that
 * the whole run is there at any time, as fine as the room allows.
 *
 * Invariant: which samples there are depends on the run alone, not on who
 * looked when. Their cycles ascend strictly.
 */
#include "emu/snapshot/sampler.h"

#include <stdlib.h>
#include <string.h>

#include "emu/machine_state.h"
#include "emu/snapshot/part.h"

static const char *const sampled_vmstat[] = {
#define SAMPLE_VMSTAT(NAME, vmstat) vmstat,
#include "emu/snapshot/samples.def"
#undef SAMPLE_VMSTAT
};
enum {
	NR_SAMPLED_VMSTAT = sizeof(sampled_vmstat) / sizeof(*sampled_vmstat)
};

struct sampler {
	const struct machine *machine;
	uint64_t interval, due; /* cycles */
	int place[NR_SAMPLED_VMSTAT]; /* among vmstat's numbers */
	uint32_t nr;
	struct snapshot_sample sample[MAX_SAMPLES];
	/* What snapshots were given of it; NULL: has changed since. */
	struct part *block[MAX_SAMPLE_BLOCKS];
};

struct sampler *sampler_create(const struct machine *machine)
{
	struct sampler *sampler = calloc(1, sizeof(*sampler));

	if (!sampler)
		return NULL;
	sampler->machine = machine;
	sampler->interval = SAMPLER_FIRST_INTERVAL;
	for (int i = 0; i < NR_SAMPLED_VMSTAT; i++)
		sampler->place[i] = kernel_vmstat_find(sampled_vmstat[i]);
	return sampler;
}

static void forget_blocks(struct sampler *sampler)
{
	for (int i = 0; i < MAX_SAMPLE_BLOCKS; i++) {
		part_put(sampler->block[i]);
		sampler->block[i] = NULL;
	}
}

void sampler_destroy(struct sampler *sampler)
{
	if (!sampler)
		return;
	forget_blocks(sampler);
	free(sampler);
}

/* ---- reading the machine -------------------------------------------------------- */

static void read_vmstat(const struct sampler *sampler,
			struct snapshot_sample *to)
{
	for (int i = 0; i < NR_SAMPLED_VMSTAT; i++)
		to->value[SAMPLE_VM + i] = kernel_vmstat(
			sampler->machine->kernel, sampler->place[i]);
}

static void read_faults(const struct machine *m, struct snapshot_sample *to)
{
	const struct kernel_fault_counts *counts =
		kernel_fault_counts(m->kernel);

#define RESOLUTION(name, sentence) \
	to->value[SAMPLE_FAULT_##name] = counts->name;
#include "kernel/fault_count.def"
	to->value[SAMPLE_SIGNALLED] = counts->signalled;
}

static void read_cores(const struct machine *m, struct snapshot_sample *to)
{
	for (unsigned int cpu = 0; cpu < m->nr_cpus; cpu++) {
		const struct mmu *mmu = cpu_mmu(m->cpu[cpu]);

		to->value[SAMPLE_INSTRUCTIONS] += cpu_instructions(m->cpu[cpu]);
		for (int i = 0; i < NR_CYCLE_CAUSES; i++)
			to->value[SAMPLE_CYCLES_EXECUTE + i] += clock_spent(
				cpu_clock(m->cpu[cpu]), (enum cycle_cause)i);
		for (int tlb = 0;
		     tlb < mmu_nr_tlbs(mmu) && tlb < SAMPLE_MAX_TLBS; tlb++)
			to->value[SAMPLE_MISSES + tlb] +=
				mmu_tlb_stats(mmu, tlb)->misses;
	}
}

/* ---- keeping --------------------------------------------------------------------- */

/* Every other one, the first of each two. */
static void thin(struct sampler *sampler)
{
	sampler->nr /= 2;
	for (uint32_t i = 0; i < sampler->nr; i++)
		sampler->sample[i] = sampler->sample[2 * i];
	sampler->interval *= 2;
	forget_blocks(sampler);
}

void sampler_add(struct sampler *sampler, const struct snapshot_sample *sample)
{
	uint32_t block;

	if (sample->cycle < sampler->due)
		return;
	if (sampler->nr == MAX_SAMPLES)
		thin(sampler);

	block = sampler->nr / SAMPLES_OF_A_BLOCK;
	sampler->sample[sampler->nr++] = *sample;
	part_put(sampler->block[block]);
	sampler->block[block] = NULL;
	sampler->due = (sample->cycle / sampler->interval + 1) *
		       sampler->interval;
}

static void take(struct sampler *sampler, uint64_t cycle)
{
	struct snapshot_sample sample = {.cycle = cycle};
	const struct machine *m = sampler->machine;

	read_vmstat(sampler, &sample);
	read_faults(m, &sample);
	read_cores(m, &sample);
	sampler_add(sampler, &sample);
}

uint64_t sampler_rest(struct sampler *sampler, uint64_t cycle)
{
	if (cycle >= sampler->due)
		take(sampler, cycle);
	return sampler->due;
}

/* ---- giving ---------------------------------------------------------------------- */

static struct part *make_block(const struct sampler *sampler, uint32_t n)
{
	uint32_t first = n * SAMPLES_OF_A_BLOCK, nr = sampler->nr - first;
	struct part *block;

	if (nr > SAMPLES_OF_A_BLOCK)
		nr = SAMPLES_OF_A_BLOCK;
	block = part_create(nr * sizeof(struct snapshot_sample));
	if (block)
		memcpy(block->data, sampler->sample + first, block->size_bytes);
	return block;
}

uint32_t sampler_blocks(struct sampler *sampler,
			struct part *to[MAX_SAMPLE_BLOCKS])
{
	for (uint32_t n = 0; n * SAMPLES_OF_A_BLOCK < sampler->nr; n++) {
		if (!sampler->block[n])
			sampler->block[n] = make_block(sampler, n);
		if (!sampler->block[n])
			return n * SAMPLES_OF_A_BLOCK;
		to[n] = part_get(sampler->block[n]);
	}
	return sampler->nr;
}
