/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_UNIT_KERNEL_HELPER_FAKE_HW_H
#define TESTS_UNIT_KERNEL_HELPER_FAKE_HW_H

/*
 * A machine for kernel code without an engine: RAM and object store by mmap,
 * a real MMU model over that RAM for each core, a device tree, and a note of
 * what the kernel asked for. Registers are variables, time is what the test
 * sets, the root folder is empty.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kernel/hw.h"
#include "kernel/kernel.h"
#include "kernel/state.h"
#include "mmu/mmu.h"

#define FAKE_BANKS 4
#define FAKE_UART  0x10009000u
#define FAKE_MB    ((uint64_t)1 << 20)

struct fake_bank {
	paddr_t base;
	uint64_t size_bytes;
	int node;
};

struct fake_hw;

/* One core's MMU port. */
struct fake_port {
	struct fake_hw *f;
	unsigned int cpu;
};

/* Zero means the reference board's value. */
struct fake_hw_config {
	const char *core; /* "cortex-a9" */
	unsigned int nr_cpus;
	vaddr_t page_offset; /* 0x80000000 */
	struct fake_bank bank[FAKE_BANKS]; /* 256 MB at 0x60000000 */
	const char *bootargs;
	void (*put_nodes)(void *fdt); /* of the device tree's root */
	const char *slab_allocator;
	paddr_t reserved_base; /* RAM that the device tree keeps back */
	uint64_t reserved_bytes;
	bool no_asid;
	bool recheck_hits;
};

struct fake_hw {
	struct hw hw;
	struct hw_ops ops;
	struct kernel_params params;
	struct fake_bank bank[FAKE_BANKS];
	struct fake_port port[NR_CPUS];
	struct kernel *k;
	bool created; /* by kernel_create() */
	const char *argv[2];
	struct kernel_program program;

	uint64_t now;
	uint32_t started, booted; /* cores, by bit: fake_boot() */
	struct pt_regs regs[NR_CPUS];
	struct vfp_state vfp[NR_CPUS];
	uint32_t tls[NR_CPUS], tpidrurw[NR_CPUS];
	unsigned int nr_get_regs, nr_set_regs, nr_set_r0, nr_code_changed;
	unsigned int nr_code_ops;
	uint32_t code_op; /* the last one's CP15 register */
	unsigned int nr_descriptors; /* written */
	paddr_t poisoned; /* number of the last frame that was; 0: none */
	struct {
		uint32_t value;
		unsigned int nr_reads, nr_writes;
	} uart; /* every register of it */
	unsigned int nr_stale;
	struct mmu_stale stale;

	char log[1 << 16];
	size_t log_len;
	char console[1 << 12]; /* bytes written to the UART's data register */
	size_t console_len;
};

/*
 * With f->k zeroed but for what kernel_create() would set and what boots
 * nothing: f->k->sched.cpus[0].curr is a task to run kernel code as.
 */
struct fake_hw *fake_hw_create(const struct fake_hw_config *config);
void fake_hw_destroy(struct fake_hw *f);
/* The boot CPU's idle task. */
struct task_struct *fake_curr(struct fake_hw *f);
/* Boots up to and with setup_arch(). */
void fake_setup_arch(struct fake_hw *f);
/* setup_arch(), mm_init() and what a task with memory needs. */
void fake_mm_init(struct fake_hw *f);

/*
 * Boots for real: f->k is kernel_create()'s, core 0 gets TRAP_BOOT, and the
 * board's only program is @path, which isn't in the empty root.
 */
enum kernel_verdict fake_boot(struct fake_hw *f, const char *path);

/* What the tables say: a physical address, or ~0 when the access faults. */
#define FAKE_FAULT (~(paddr_t)0)
paddr_t peek(struct fake_hw *f, vaddr_t vaddr, enum mmu_kind kind,
	     enum mmu_privilege privilege);
/* Rights by MMU_MAY_* at a privilege; 0 where nothing is mapped. */
unsigned int peek_rights(struct fake_hw *f, vaddr_t vaddr,
			 enum mmu_privilege privilege);

#endif
