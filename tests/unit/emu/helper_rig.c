/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Page tables: the first level at the start of RAM, second-level tables in
 * frames of their own (one a frame, for simplicity), one domain, client.
 */
#include "tests/unit/emu/helper_rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SCTLR   CP15_REG(1, 0, 0, 0)
#define TTBR0   CP15_REG(2, 0, 0, 0)
#define DACR    CP15_REG(3, 0, 0, 0)
#define DFAR    CP15_REG(6, 0, 0, 0)
#define IFAR    CP15_REG(6, 0, 0, 2)
#define TLBIALL CP15_REG(8, 0, 7, 0)
#define TLBIMVA CP15_REG(8, 0, 7, 1)

static void must(bool ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "rig: %s failed\n", what);
	abort();
}

void rig_mmu_config(const struct rig_options *options,
		    struct mmu_config *config)
{
	*config = (struct mmu_config){.core = "cortex-a9"};
	config->main.entries = options->tlb_entries ? options->tlb_entries : 64;
	config->main.replacement = options->replacement;
	config->micro_i.entries = options->micro_entries;
	config->micro_i.replacement = options->replacement;
	config->micro_d = config->micro_i;
}

static void create_core(struct rig *rig, const struct rig_options *options,
			unsigned int number)
{
	struct mmu_config mmu_config = rig->mmu_config;
	struct diag diag = {0};
	struct cpu_params params = {
		.mmu = &mmu_config,
		.bus = &rig->bus,
		.peers = rig->core,
		.nr_peers = NR_CPUS,
		.forget_each_block = options->forget_each_block,
		.check_alignment = options->check_alignment,
		.pipeline = options->pipeline,
		.caches = options->caches,
		.slow_accesses = options->slow_accesses,
	};
	struct mmu *mmu;

	mmu_config.cpu = number;
	rig->core[number] = cpu_create(&params, &diag);
	must(rig->core[number], diag.text);
	mmu = cpu_mmu(rig->core[number]);
	must(mmu_cp15_write(mmu, TTBR0, RIG_RAM), "TTBR0");
	must(mmu_cp15_write(mmu, DACR, 1), "DACR");
	must(mmu_cp15_write(mmu, SCTLR, 0x00c5187d), "SCTLR");
}

void rig_create(struct rig *rig, const struct rig_options *options)
{
	static const struct rig_options none;
	struct ram_bank bank = {RIG_RAM, RIG_RAM_BYTES};
	struct diag diag = {0};

	if (!options)
		options = &none;
	memset(rig, 0, sizeof(*rig));
	rig_mmu_config(options, &rig->mmu_config);
	must(ram_create(&rig->ram, &bank, 1, &diag), "ram_create");
	rig->bus.ram = &rig->ram;
	for (unsigned int i = 0; i < (options->nr_cpus ?: 1); i++)
		create_core(rig, options, i);
	rig->cpu = rig->core[0];
	rig->mmu = cpu_mmu(rig->cpu);
	rig->clock = cpu_clock(rig->cpu);
	rig->next_frame = RIG_RAM + 0x4000;
}

void rig_destroy(struct rig *rig)
{
	for (unsigned int i = 0; i < NR_CPUS; i++)
		cpu_destroy(rig->core[i]);
	ram_destroy(&rig->ram);
}

paddr_t rig_frame(struct rig *rig)
{
	paddr_t frame = rig->next_frame;

	must(frame < RIG_RAM + RIG_RAM_BYTES, "rig_frame");
	rig->next_frame += 4096;
	return frame;
}

void *rig_at(const struct rig *rig, paddr_t paddr)
{
	return rig->ram.host + (paddr - rig->ram.base);
}

void rig_map(struct rig *rig, vaddr_t va, paddr_t paddr, uint32_t flags)
{
	uint32_t *l1 = rig_at(rig, RIG_RAM + (va >> 20) * 4), *l2;

	if (!*l1)
		*l1 = (uint32_t)rig_frame(rig) | 1;
	l2 = rig_at(rig, *l1 & ~0x3ffu);
	l2[va >> 12 & 0xff] = flags ? (uint32_t)paddr | flags : 0;
}

void *rig_page(struct rig *rig, vaddr_t va)
{
	paddr_t frame = rig_frame(rig);

	rig_map(rig, va, frame, RIG_SMALL | RIG_USER_RW);
	return rig_at(rig, frame);
}

void rig_flush_page(struct rig *rig, vaddr_t va)
{
	must(mmu_cp15_write(rig->mmu, TLBIMVA, va), "TLBIMVA");
}

void rig_flush_all(struct rig *rig)
{
	must(mmu_cp15_write(rig->mmu, TLBIALL, 0), "TLBIALL");
}

void rig_code(struct rig *rig, vaddr_t va, const void *code,
	      uint32_t size_bytes)
{
	uint8_t *page = rig_page(rig, va & ~0xfffu);

	must((va & 0xfff) + size_bytes <= 4096, "rig_code");
	memcpy(page + (va & 0xfff), code, size_bytes);
}

void rig_start(struct rig *rig, vaddr_t pc)
{
	struct pt_regs regs;

	cpu_get_regs(rig->cpu, &regs);
	regs.r[15] = pc & ~1u;
	regs.cpsr = pc & 1 ? 0x30 : 0x10;
	cpu_set_regs(rig->cpu, &regs);
}

uint32_t rig_reg(struct rig *rig, int n)
{
	struct pt_regs regs;

	cpu_get_regs(rig->cpu, &regs);
	return n == 16 ? regs.cpsr : regs.r[n];
}

void rig_set_reg(struct rig *rig, int n, uint32_t value)
{
	struct pt_regs regs;

	cpu_get_regs(rig->cpu, &regs);
	regs.r[n] = value;
	cpu_set_regs(rig->cpu, &regs);
}

enum trap_kind rig_run(struct rig *rig)
{
	return cpu_run(rig->cpu).kind;
}

static uint32_t cp15(struct rig *rig, uint32_t reg)
{
	uint32_t value;

	must(mmu_cp15_read(rig->mmu, reg, &value), "MRC");
	return value;
}

uint32_t rig_dfar(struct rig *rig)
{
	return cp15(rig, DFAR);
}

uint32_t rig_ifar(struct rig *rig)
{
	return cp15(rig, IFAR);
}

uint64_t rig_misses(const struct rig *rig)
{
	uint64_t n = 0;

	for (int i = 0; i < mmu_nr_tlbs(rig->mmu); i++)
		n += mmu_tlb_stats(rig->mmu, i)->misses;
	return n;
}

uint64_t rig_fetch_misses(const struct rig *rig)
{
	uint64_t n = 0;

	for (int i = 0; i < mmu_nr_tlbs(rig->mmu); i++)
		n += mmu_tlb_stats(rig->mmu, i)->fetch_misses;
	return n;
}
