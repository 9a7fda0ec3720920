/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_ARCH_ARM_SMP_H
#define KERNEL_ARCH_ARM_SMP_H

/*
 * Several cores: bringing them up, and what they tell each other
 * (arch/arm/include/asm/smp.h, linux/smp.h).
 */

#include <stdint.h>

#include "kernel/hw.h"

struct kernel;
struct seq_file;
struct task_struct;

/* Numbers of software's interrupts; Linux's. */
enum ipi_msg_type {
#define IPI(name, sentence) IPI_##name,
#include "kernel/arch/arm/ipi.def"
#undef IPI
	NR_IPI
};

/* What each core still does by its own code; @data as registered. */
typedef void (*cpu_starting_t)(struct task_struct *idle, void *data);
#define MAX_CPU_STARTING 4

struct smp_state { /* in struct arch_state */
	/* The interrupt controller's way to make @ipi come at @cpu; or NULL. */
	void (*send)(struct task_struct *curr, void *data, int cpu,
		     enum ipi_msg_type ipi);
	void *send_data;
	struct {
		cpu_starting_t fn;
		void *data;
	} starting[MAX_CPU_STARTING];
	unsigned int nr_starting;
	uint32_t idle_task[NR_CPUS]; /* of cores but the first: ARM's names */
	uint64_t ipi_count[NR_IPI][NR_CPUS];
};

/* ---- for drivers ---------------------------------------------------------- */

/* At boot, on the first core. */
void set_smp_ipi_sender(struct kernel *k,
			void (*send)(struct task_struct *curr, void *data,
				     int cpu, enum ipi_msg_type ipi),
			void *data);
/*
 * @fn(@data) will be called on each other core when it comes up, in the order
 * of registration; in its idle task, which may not sleep.
 */
void cpuhp_setup_starting(struct kernel *k, cpu_starting_t fn, void *data);
/* The controller has seen @ipi on this core. */
void handle_IPI(struct task_struct *curr, unsigned int ipi);

/* ---- for everyone ---------------------------------------------------------- */

/* @cpu, another one, looks whether it should run something else. */
void smp_send_reschedule(struct task_struct *curr, int cpu);

/* Boot, once there are tasks: what further cores' idle tasks need. */
void idle_threads_init(struct task_struct *curr);
/* By pid 1: all cores of the board are brought up. May sleep. */
void smp_init(struct task_struct *curr);
/* On a core that was started, first thing. */
void secondary_start_kernel(struct task_struct *idle);

/* The lines of /proc/interrupts. */
void show_ipi_list(struct seq_file *m);

#endif
