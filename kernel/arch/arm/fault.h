/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_ARCH_ARM_FAULT_H
#define KERNEL_ARCH_ARM_FAULT_H

/* Aborts, as the kernel takes them (arch/arm/mm/fault.h). */

#include <stdbool.h>
#include <stdint.h>

#include "mmu/mmu.h"

struct cpu;
struct kernel;
struct task_struct;
struct trap;

/*
 * User mode took an abort, whose status and address are in CP15's registers.
 * Resolves it or makes a signal pending. May sleep.
 */
void do_DataAbort(struct task_struct *curr);
void do_PrefetchAbort(struct task_struct *curr);

/*
 * The kernel itself was refused @fault: reports it to the core's registers
 * and tries to resolve it. True: do the access again; false: fix up. May
 * sleep where the address is a user's.
 */
bool kernel_abort(struct task_struct *curr, const struct mmu_fault *fault);

/*
 * ARM code in SVC mode took an abort, whose status and address are in CP15's
 * registers. True: it may go on. False: an oops. May sleep where the address
 * is a user's.
 */
bool svc_abort(struct task_struct *curr, bool fetch);

/* What CP15 tells of the last abort of data, or of a fetch. */
struct abort_status {
	vaddr_t far;
	uint32_t fsr;
	bool write;
};
#define FSR_LNX_PF (1u << 31) /* not hardware's: it was a fetch */
/*
 * What Linux calls a status for which it knows nothing to do; NULL: page faults
 * and their like.
 */
const char *abort_name(uint32_t fsr);
struct abort_status abort_status(const struct cpu *cpu, bool fetch);

/* Where the last abort of @trap's kind on @cpu was. */
vaddr_t fault_address(const struct cpu *cpu, const struct trap *trap);

/* User mode has no memory at @vaddr: SIGSEGV. */
void do_bad_area(struct task_struct *curr, vaddr_t vaddr, uint32_t fsr);

/*
 * A signal for what no handler took. Its frame shows @error and @trap_no, and
 * the fault address of an earlier fault.
 */
void arm_notify_die(struct task_struct *curr, int sig, int code, vaddr_t vaddr,
		    uint32_t error, uint32_t trap_no);

/* True when @paddr is RAM: it has a struct page and bytes. */
bool paddr_is_ram(const struct kernel *k, paddr_t paddr);

#endif
