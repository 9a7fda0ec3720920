/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_WHEEL_H
#define EMU_WHEEL_H

/*
 * Several cores in turn: whose turn it is, how long it lasts, and who may
 * enter the kernel. Whoever turns the wheel says so by wheel_choose(), looks
 * at the core's interrupts (wheel_interrupts()), and runs it until
 * wheel_end(). One core alone needs none of this.
 */

#include <stdbool.h>
#include <stdint.h>

#include "emu/alarms.h"
#include "emu/clock.h"
#include "emu/cpu.h"
#include "kernel/kernel.h"

/* One core while others run. */
struct wheel_core {
	enum kernel_verdict verdict; /* of its last visit to the kernel */
	bool on; /* it has been started */
	bool boots; /* and has yet to come up */
	bool irq; /* its interrupt input */
	uint64_t since; /* when that rose, or when it was started */
	bool interrupted; /* and nothing has run since */
	bool waits; /* for the kernel to be free, with @trap */
	struct trap trap;
};

/* Part of the machine; its fields but @running are for wheel.c. */
struct wheel {
	int running; /* the core that runs, or whose kernel does */
	unsigned int nr_cpus;
	struct cpu *const *cpu;
	struct alarms *alarms; /* one for each core */
	uint64_t quantum; /* cycles */
	enum kernel_verdict (*kernel)(void *ctx, int cpu,
				      const struct trap *trap);
	void *ctx;
	struct wheel_core core[NR_CPUS];
	int holder; /* whose kernel code is under way; -1: the kernel is free */
	uint64_t free_since; /* by the clock of the last holder */
};

/*
 * Core 0 is on, the others are off. @kernel is kernel_trap() or its like: it
 * takes a trap of a core and says what that core does next.
 */
void wheel_create(struct wheel *wheel, struct cpu *const cpu[],
		  struct alarms alarms[], unsigned int nr_cpus,
		  uint64_t quantum,
		  enum kernel_verdict (*kernel)(void *ctx, int cpu,
						const struct trap *trap),
		  void *ctx);

/* Lets @cpu come up from now on: its first trap is TRAP_BOOT. */
void wheel_start(struct wheel *wheel, int cpu);

/* An irq_line's end: the interrupt input of core @cpu. */
void wheel_set_irq(void *wheel, unsigned int cpu, bool up);

/*
 * Makes the core whose turn it is the one that runs, which may take a visit to
 * the kernel: to come up, or because it had to wait for it. Returns its
 * verdict. Where no core has anything to do before an interrupt from outside,
 * the one that runs stays.
 */
enum kernel_verdict wheel_choose(struct wheel *wheel);

/* Nobody's turn comes before that of the core that runs. */
bool wheel_is_turn(const struct wheel *wheel);

/* The core's input is up: is it interrupted now? Otherwise it is to run on. */
bool wheel_interrupts(struct wheel *wheel);

/*
 * The core's trap goes to the kernel, or waits for it. Returns its verdict;
 * KERNEL_RUN while it waits: wheel_choose() will have the kernel's.
 */
enum kernel_verdict wheel_enter(struct wheel *wheel, const struct trap *trap);

/* The core is about to run: the cycle at which its turn ends; 0: it waits. */
uint64_t wheel_end(struct wheel *wheel);

#endif
