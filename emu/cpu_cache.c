/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a core shows the caches (timing/hierarchy.c), but for loads and stores,
 * which cpu_access.c sees: each fetch by the lines of its block; each
 * descriptor that a walk reads; and what maintenance operations of CP15 name.
 * Stalls are charged where they happen.
 *
 * MODEL: what the kernel itself fetches, reads and writes comes by the caches as
 * far as it says so (kernel/kernel_touch.def), eight bytes a cycle.
 * MODEL: whether a frame may be cached is remembered of the mapping by which
 * it was granted last.
 * MODEL: an instruction that faults half-way comes by the caches again with
 * what it had accessed before.
 */
#include "emu/cpu_engine.h"

#include <stdlib.h>

#include "emu/bus.h"
#include "emu/timing/hierarchy.h"
#include "mmu/armv7.h"

void cpu_cache_charge(struct cpu *cpu, enum cycle_cause near,
		      struct stall stall)
{
	if (stall.near)
		clock_charge(&cpu->clock, near, stall.near);
	if (stall.dram)
		clock_charge(&cpu->clock, CYCLE_DRAM, stall.dram);
}

/* ---- which frames ----------------------------------------------------------- */

static uint64_t frame_of(const struct cpu *cpu, paddr_t paddr)
{
	return (paddr - cpu->params.bus->ram->base) >> SOFT_PAGE_BITS;
}

bool cpu_may_cache(const struct cpu *cpu, paddr_t paddr)
{
	const uint64_t frame = frame_of(cpu, paddr);

	return ram_host(cpu->params.bus->ram, paddr) &&
	       !(cpu->uncached[frame / 8] >> frame % 8 & 1);
}

void cpu_cache_granted(struct cpu *cpu, paddr_t paddr,
		       const struct mmu_attr *attr)
{
	const uint64_t frame = frame_of(cpu, paddr);
	const uint8_t mask = (uint8_t)(1u << frame % 8);

	if (!ram_host(cpu->params.bus->ram, paddr))
		return;
	if (attr->type == MMU_NORMAL && attr->inner != MMU_NC) {
		cpu->uncached[frame / 8] &= (uint8_t)~mask;
		return;
	}
	cpu->uncached[frame / 8] |= mask;
	cpu->params.caches->data_line = UINT64_MAX;
}

/* ---- fetches ----------------------------------------------------------------- */

static uint32_t fetch_lines(struct cpu *cpu, paddr_t from, uint32_t size_bytes)
{
	struct core_caches *caches = cpu->params.caches;
	const uint32_t shift = caches->l1i.line_shift;
	const paddr_t first = from >> shift;
	const paddr_t last = (from + size_bytes - 1) >> shift;

	for (paddr_t line = first; line <= last; line++)
		cpu_cache_charge(cpu, CYCLE_L1I,
				 hierarchy_fetch(caches, line << shift,
						 clock_now(&cpu->clock)));
	return (uint32_t)(last - first + 1);
}

void cpu_cache_fetch_lines(struct cpu *cpu, vaddr_t va)
{
	const struct core_caches *caches = cpu->params.caches;
	const struct block *block = block_at(cpu, va);
	struct timed_block *timed = timed_at(cpu, va);
	const uint32_t left = SOFT_PAGE_SIZE - (va & (SOFT_PAGE_SIZE - 1));
	const uint32_t *page = &cpu->soft.page[va >> SOFT_PAGE_BITS];
	const uint32_t here = block->size_bytes < left ? block->size_bytes
						       : left;

	timed->lines = fetch_lines(
		cpu, soft_frame(*page) | (va & (SOFT_PAGE_SIZE - 1)), here);
	timed->code_left = 0;
	if (block->size_bytes > here)
		fetch_lines(cpu, soft_frame(page[1]), block->size_bytes - here);
	else if (hierarchy_hits_are_silent(caches))
		timed->code_left = caches->code_left;
}

uint32_t cpu_cache_walk(const struct cpu *cpu, paddr_t paddr,
			const struct mmu_attr *attr)
{
	struct core_caches *caches = cpu->params.caches;
	const enum mmu_cacheability how = caches->of->params.walks == WALKS_L2
						  ? attr->outer
						  : attr->inner;

	return hierarchy_walk(caches, paddr,
			      attr->type == MMU_NORMAL && how != MMU_NC,
			      clock_now(&cpu->clock));
}

/* ---- the kernel's own accesses ---- */

/* What the kernel's code gets done meanwhile, as kernel_work.def has it. */
#define BYTES_A_CYCLE 8u

struct hw_stall cpu_cache_touch(struct cpu *cpu, paddr_t paddr,
				uint32_t nr_bytes, enum mmu_kind kind)
{
	struct core_caches *caches = cpu->params.caches;
	const paddr_t end = paddr + nr_bytes;
	uint64_t now = clock_now(&cpu->clock);
	struct hw_stall sum = {0, 0};
	uint32_t line, part;

	if (!caches || !ram_host(cpu->params.bus->ram, paddr))
		return sum;
	line = cache_line_bytes(kind == MMU_FETCH ? &caches->l1i
						  : &caches->l1d);
	for (; paddr < end; paddr += part) {
		struct stall stall;

		part = line - ((uint32_t)paddr & (line - 1));
		if (part > end - paddr)
			part = (uint32_t)(end - paddr);
		stall = kind == MMU_FETCH
				? hierarchy_fetch(caches, paddr, now)
				: hierarchy_access(caches, kind == MMU_WRITE,
						   paddr, part, now);
		sum.near += stall.near;
		sum.dram += stall.dram;
		now += stall.near + stall.dram + part / BYTES_A_CYCLE;
	}
	return sum;
}

/* ---- maintenance -------------------------------------------------------------- */

/* By MVA: of the line that @va is in. */
static void maintain_va(struct cpu *cpu, vaddr_t va, unsigned int what)
{
	struct mmu_result result;

	if (mmu_peek(cpu->mmu, va, MMU_READ, MMU_PL1, &result))
		hierarchy_maintain(cpu->params.caches->of, result.paddr, 1,
				   what);
}

/* ICIMVAU: as by the kernel, on all cores. */
static void invalidate_code_va(struct cpu *cpu, vaddr_t va)
{
	struct mmu_result result;

	if (mmu_peek(cpu->mmu, va, MMU_READ, MMU_PL1, &result))
		hierarchy_code_changed(cpu->params.caches->of, result.paddr, 1);
}

static uint32_t log2_up(uint32_t n)
{
	return n > 1 ? 32u - (uint32_t)__builtin_clz(n - 1) : 0;
}

/* The word has the way on top, level in [3:1], the set above the line. */
static void maintain_set_way(struct cpu *cpu, uint32_t word, unsigned int what)
{
	struct core_caches *caches = cpu->params.caches;
	const unsigned int level = word >> 1 & 7;
	const struct cache *cache = level ? &caches->of->l2 : &caches->l1d;
	uint32_t way_bits;

	if (level > 1 || !cache->ways)
		return;
	way_bits = log2_up(cache->ways);
	hierarchy_set_way(caches, level, word >> cache->line_shift,
			  way_bits ? word >> (32 - way_bits) : 0, what);
}

void cpu_cache_maintain(struct cpu *cpu, uint32_t cp15_reg, uint32_t value)
{
	if (!cpu->params.caches)
		return;
	switch (cp15_reg) {
	case CP15_ICIALLU:
		hierarchy_invalidate_code(cpu->params.caches);
		break;
	case CP15_ICIALLUIS:
		for (unsigned int i = 0; i < cpu->params.caches->of->nr_cores;
		     i++)
			hierarchy_invalidate_code(
				&cpu->params.caches->of->core[i]);
		break;
	case CP15_ICIMVAU:
		invalidate_code_va(cpu, value);
		break;
	case CP15_DCIMVAC:
		maintain_va(cpu, value, HIERARCHY_INVALIDATE);
		break;
	case CP15_DCCMVAC:
	case CP15_DCCMVAU:
		maintain_va(cpu, value, HIERARCHY_CLEAN);
		break;
	case CP15_DCCIMVAC:
		maintain_va(cpu, value, HIERARCHY_CLEAN | HIERARCHY_INVALIDATE);
		break;
	case CP15_DCISW:
		maintain_set_way(cpu, value, HIERARCHY_INVALIDATE);
		break;
	case CP15_DCCSW:
		maintain_set_way(cpu, value, HIERARCHY_CLEAN);
		break;
	case CP15_DCCISW:
		maintain_set_way(cpu, value,
				 HIERARCHY_CLEAN | HIERARCHY_INVALIDATE);
		break;
	}
}
