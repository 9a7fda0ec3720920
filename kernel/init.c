/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/init.h"

/*
 * The order of things at boot (Linux: init/main.c). Each step may use what
 * the steps above it have set up, and nothing else: memblock before pages,
 * pages before slabs, slabs before all that has structures of its own.
 * Further cores come up when pid 1 runs (arch/arm/smp.c).
 */

#include "kernel/arch/arm/alignment.h"
#include "kernel/arch/arm/mmu_context.h"
#include "kernel/arch/arm/numa.h"
#include "kernel/arch/arm/ptdump.h"
#include "kernel/arch/arm/setup.h"
#include "kernel/arch/arm/smp.h"
#include "kernel/block/blkdev.h"
#include "kernel/drivers/amba.h"
#include "kernel/drivers/cpu.h"
#include "kernel/drivers/devtmpfs.h"
#include "kernel/drivers/node.h"
#include "kernel/fs/fs.h"
#include "kernel/ipc/ipc_namespace.h"
#include "kernel/banner.h"
#include "kernel/lib/cmdline.h"
#include "kernel/lib/fault_inject.h"
#include "kernel/lib/printk.h"
#include "kernel/mm/boot_panic.h"
#include "kernel/mm/detect.h"
#include "kernel/mm/cma.h"
#include "kernel/mm/mm.h"
#include "kernel/mm/mm_init.h"
#include "kernel/mm/slab.h"
#include "kernel/mm/swapfile.h"
#include "kernel/mm/vmalloc.h"
#include "kernel/state.h"
#include "kernel/task/clockevents.h"
#include "kernel/task/sched_core.h"

/* Which of them belongs to which node is known before they run. */
static void numa_add_cpus(struct kernel *k)
{
	for (unsigned int i = 0; i < k->hw.nr_cpus; i++)
		numa_add_cpu(k, i);
}

void do_initcalls(struct task_struct *curr)
{
#define INITCALL(fn) fn(curr);
#include "kernel/initcall.def"
#undef INITCALL
}

/* The first task of its own gets pid 1. */
static void rest_init(struct task_struct *curr)
{
	if (!kernel_thread(curr, "init", kernel_init, NULL))
		boot_panic(curr->k, "Failed to create pid 1");
}

void start_kernel(struct task_struct *curr)
{
	struct kernel *k = curr->k;

	boot_load(k);
	head_start(k, curr->cpu);
	printk(k, "Booting Linux on physical CPU 0x%x", curr->cpu->id);
	printk(k, "%s", LINUX_BANNER);
	setup_arch(k);
	build_all_zonelists(k);
	printk(k, "Kernel command line: %s", boot_command_line(k));
	fault_inject_init(k);
	detect_init(k);
	vfs_caches_init_early(k);
	mm_init(curr);
	mem_init_print_layout(k);
	sched_init(curr);
	asids_init(k);
	init_IRQ(curr);
	time_init(curr);
	numa_add_cpus(k);
	cma_init_reserved_areas(curr);
	init_per_zone_wmark_min(k);
	user_mm_init(curr);
	ipc_init(k);
	pid_init(curr);
	fork_init(curr);
	idle_threads_init(curr);
	if (sigpage_init(curr))
		boot_panic(k, "Failed to allocate the sigpage");
	vdso_init(k);
	swap_init(curr);
	amba_init(curr);
	devtmpfs_init(curr);
	disks_probe(curr);
	vfs_init(curr);
	cpu_dev_init(curr);
	node_dev_init(curr);
	slab_sysfs_init(curr);
	alignment_init(k);
	rest_init(curr);
}
