/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/arch/arm/smp.h"

/*
 * Several cores (Linux: arch/arm/kernel/smp.c, kernel/smp.c, smpboot.c). The
 * first boots; pid 1 starts the others, each of which turns its MMU on, sets up
 * its interrupts and its timer, and then idles until a task comes its way.
 *
 * What one core wants of another it does itself where Linux would call a
 * function there, since no other core is in the kernel meanwhile: emptying its
 * page lists, for one. TLBs are told by the hardware. So one inter-processor
 * interrupt is sent, for what must make a core leave its program or its sleep:
 * IPI_RESCHEDULE.
 *
 * Leaves out: taking cores down.
 */

#include "kernel/arch/arm/setup.h"
#include "kernel/arch/arm/thread_info.h"
#include "kernel/fs/seq_file.h"
#include "kernel/lib/bug.h"
#include "kernel/lib/printk.h"
#include "kernel/mm/boot_panic.h"
#include "kernel/mm/kmemleak.h"
#include "kernel/mm/kobj.h"
#include "kernel/mm/slab.h"
#include "kernel/state.h"
#include "kernel/task/sched_core.h"
#include "kernel/task/stack.h"

/* So long a core has until it is taken for dead. */
enum {
	CPU_UP_SECONDS = 1
};

/* ---- telling each other ---------------------------------------------------- */

void set_smp_ipi_sender(struct kernel *k,
			void (*send)(struct task_struct *curr, void *data,
				     int cpu, enum ipi_msg_type ipi),
			void *data)
{
	k->arch.smp_state.send = send;
	k->arch.smp_state.send_data = data;
}

void smp_send_reschedule(struct task_struct *curr, int cpu)
{
	const struct smp_state *smp = &curr->k->arch.smp_state;

	if (smp->send)
		smp->send(curr, smp->send_data, cpu, IPI_RESCHEDULE);
}

/* Whoever leaves the kernel after an interrupt looks at need_resched anyway. */
void handle_IPI(struct task_struct *curr, unsigned int ipi)
{
	if (ipi < NR_IPI)
		curr->k->arch.smp_state.ipi_count[ipi][curr->cpu->id]++;
	else
		printk(curr->k, "CPU%d: Unknown IPI message 0x%x",
		       curr->cpu->id, ipi);
}

void show_ipi_list(struct seq_file *m)
{
	static const char *const ipi_types[NR_IPI] = {
#define IPI(name, sentence) sentence,
#include "kernel/arch/arm/ipi.def"
#undef IPI
	};
	const struct smp_state *smp = &m->k->arch.smp_state;

	for (unsigned int i = 0; smp->send && i < NR_IPI; i++) {
		seq_printf(m, "IPI%u: ", i);
		for (unsigned int cpu = 0; cpu < m->k->hw.nr_cpus; cpu++)
			seq_printf(m, "%10llu ",
				   (unsigned long long)smp->ipi_count[i][cpu]);
		seq_printf(m, " %s\n", ipi_types[i]);
	}
}

/* ---- coming up --------------------------------------------------------------- */

void cpuhp_setup_starting(struct kernel *k, cpu_starting_t fn, void *data)
{
	struct smp_state *smp = &k->arch.smp_state;

	BUG_ON(smp->nr_starting == MAX_CPU_STARTING);
	smp->starting[smp->nr_starting].fn = fn;
	smp->starting[smp->nr_starting].data = data;
	smp->nr_starting++;
}

/* An idle task is interrupted, and then ARM code may run for it. */
void idle_threads_init(struct task_struct *curr)
{
	struct kernel *k = curr->k;

	for (unsigned int i = 1; i < k->hw.nr_cpus; i++) {
		struct task_struct *idle = &k->sched.init_task[i];
		struct task_struct *name = kmem_cache_alloc(
			curr, k->sched.task_cachep, GFP_KERNEL);

		if (!name || alloc_thread_stack(curr, idle))
			boot_panic(k, "no memory for the idle task of CPU %u",
				   i);
		k->arch.smp_state.idle_task[i] = kobj_addr(k, name);
		kmemleak_not_leak(k, kobj_addr(k, name));
		init_task_words(idle);
	}
}

void secondary_start_kernel(struct task_struct *idle)
{
	struct kernel *k = idle->k;
	struct cpu *cpu = idle->cpu;
	const struct smp_state *smp = &k->arch.smp_state;

	head_start(k, cpu);
	printk(k, "CPU%d: thread -1, cpu %d, socket 0, mpidr 8000000%x",
	       cpu->id, cpu->id, (unsigned int)cpu->id);
	for (unsigned int i = 0; i < smp->nr_starting; i++)
		smp->starting[i].fn(idle, smp->starting[i].data);
	cpu->online = true;
	wake_up_process(idle, k->sched.init);
}

/* Like Linux, one after the other. */
static void bringup_cpu(struct task_struct *curr, struct cpu *cpu)
{
	struct kernel *k = curr->k;
	const uint64_t until = sched_clock_cycles(k) +
			       (uint64_t)CPU_UP_SECONDS * k->hw.clock_hz;

	k->hw.ops->start_cpu(k->hw.ctx, cpu->id);
	while (!cpu->online && sched_clock_cycles(k) < until) {
		curr->state = TASK_UNINTERRUPTIBLE;
		schedule_timeout_until(curr, until);
	}
	if (!cpu->online)
		printk(k, "CPU%d: failed to come online", cpu->id);
}

void smp_init(struct task_struct *curr)
{
	struct kernel *k = curr->k;
	const unsigned int nr_nodes = k->mem.nr_online_nodes;
	unsigned int nr = 0;

	if (k->hw.nr_cpus > 1)
		printk(k, "smp: Bringing up secondary CPUs ...");
	for (unsigned int i = 1; i < k->hw.nr_cpus; i++)
		bringup_cpu(curr, &k->sched.cpus[i]);
	for (unsigned int i = 0; i < k->hw.nr_cpus; i++)
		nr += k->sched.cpus[i].online;
	printk(k, "smp: Brought up %u node%s, %u CPU%s", nr_nodes,
	       nr_nodes > 1 ? "s" : "", nr, nr > 1 ? "s" : "");
}
