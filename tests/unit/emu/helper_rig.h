/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_UNIT_EMU_HELPER_RIG_H
#define TESTS_UNIT_EMU_HELPER_RIG_H

/*
 * A core, or several, on the test bench: 16 MB of RAM at 0x60000000, page tables made by
 * hand, and the test itself in the place of the kernel.
 */

#include "emu/bus.h"
#include "emu/clock.h"
#include "emu/cpu.h"
#include "emu/diag.h"

#define RIG_RAM       0x60000000u
#define RIG_RAM_BYTES (16u << 20)

/* How a page is mapped: bits of a second-level descriptor. */
enum {
	RIG_SMALL = 2,
	RIG_XN = 1,
	RIG_USER_RW = 0x30,
	RIG_USER_RO = 0x230,
	RIG_NOT_GLOBAL = 0x800
};

struct rig {
	struct ram ram;
	struct bus bus;
	struct mmu_config mmu_config;
	struct cpu *cpu; /* core 0: all of this file is about it */
	struct clock *clock;
	struct mmu *mmu;
	struct cpu *core[NR_CPUS]; /* it and the others: all on its tables */
	paddr_t next_frame; /* frames are given out upwards */
};

struct rig_options {
	uint32_t tlb_entries; /* 0: 64 */
	bool forget_each_block;
	bool check_alignment;
	enum mmu_replacement replacement;
	uint32_t micro_entries; /* of each of micro_i, micro_d; 0: none */
	unsigned int nr_cpus; /* 0: one */
	/* These two: timing.model cache, on one core. */
	const struct pipeline *pipeline;
	struct core_caches *caches;
	bool slow_accesses;
};

/* The TLBs that @options ask for. */
void rig_mmu_config(const struct rig_options *options,
		    struct mmu_config *config);

void rig_create(struct rig *rig, const struct rig_options *options);
void rig_destroy(struct rig *rig);

/* A new zeroed frame. */
paddr_t rig_frame(struct rig *rig);

/* Host address of a physical one. */
void *rig_at(const struct rig *rig, paddr_t paddr);

/* Writes the descriptor of one page; @flags 0: unmaps. Flushes nothing. */
void rig_map(struct rig *rig, vaddr_t va, paddr_t paddr, uint32_t flags);
/* A new frame at @va, user, all rights. Returns its host address. */
void *rig_page(struct rig *rig, vaddr_t va);

/* TLB operations by the kernel's means. */
void rig_flush_page(struct rig *rig, vaddr_t va);
void rig_flush_all(struct rig *rig);

/* Makes a page at @va and puts @size_bytes of code there. */
void rig_code(struct rig *rig, vaddr_t va, const void *code,
	      uint32_t size_bytes);

/* User mode at @pc (bit 0: Thumb), all registers as they are. */
void rig_start(struct rig *rig, vaddr_t pc);
uint32_t rig_reg(struct rig *rig, int n);
void rig_set_reg(struct rig *rig, int n, uint32_t value);

/* Runs to the next trap and returns its kind. */
enum trap_kind rig_run(struct rig *rig);

uint32_t rig_dfar(struct rig *rig);
uint32_t rig_ifar(struct rig *rig);

/* Misses of all TLBs. */
uint64_t rig_misses(const struct rig *rig);
uint64_t rig_fetch_misses(const struct rig *rig);

#endif
