/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/drivers/cpu.h"

/*
 * /sys/devices/system/cpu (Linux: drivers/base/cpu.c, topology.c): which cores
 * there are, and that each is one of a single chip. Programs count cores here.
 *
 * Left out: hotplug, power, cpufreq, vulnerabilities.
 */

#include <stdio.h>

#include "kernel/fs/seq_file.h"
#include "kernel/fs/sysfs.h"
#include "kernel/mm/boot_panic.h"
#include "kernel/state.h"

#define NR(table) ((uint32_t)(sizeof(table) / sizeof((table)[0])))

static uint32_t cpu_mask(const struct kernel *k)
{
	return (1u << k->hw.nr_cpus) - 1;
}

/* ---- all cores ------------------------------------------------------------------ */

static int cpus_show(struct seq_file *m, void *object)
{
	(void)object;
	seq_print_mask_list(m, cpu_mask(m->k));
	return 0;
}

static int no_cpus_show(struct seq_file *m, void *object)
{
	(void)object;
	seq_putc(m, '\n');
	return 0;
}

static int kernel_max_show(struct seq_file *m, void *object)
{
	(void)object;
	seq_printf(m, "%d\n", NR_CPUS - 1);
	return 0;
}

static const struct sysfs_attribute cpu_root_attributes[] = {
	{"isolated", 0444, no_cpus_show, NULL},
	{"kernel_max", 0444, kernel_max_show, NULL},
	{"nohz_full", 0444, no_cpus_show, NULL},
	{"offline", 0444, no_cpus_show, NULL},
	{"online", 0444, cpus_show, NULL},
	{"possible", 0444, cpus_show, NULL},
	{"present", 0444, cpus_show, NULL},
};

/* ---- one core: where it is -------------------------------------------------------- */

/* struct cpu is the directories' object. */
static int cpu_capacity_show(struct seq_file *m, void *object)
{
	(void)object;
	seq_puts(m, "1024\n"); /* as fast as the fastest */
	return 0;
}

static int core_id_show(struct seq_file *m, void *object)
{
	const struct cpu *cpu = object;

	seq_printf(m, "%d\n", cpu->id);
	return 0;
}

static int cluster_id_show(struct seq_file *m, void *object)
{
	(void)object;
	seq_puts(m, "-1\n");
	return 0;
}

static int package_id_show(struct seq_file *m, void *object)
{
	(void)object;
	seq_puts(m, "0\n");
	return 0;
}

static int this_core_show(struct seq_file *m, void *object)
{
	const struct cpu *cpu = object;

	seq_printf(m, "%x\n", 1u << cpu->id);
	return 0;
}

static int package_show(struct seq_file *m, void *object)
{
	(void)object;
	seq_printf(m, "%x\n", cpu_mask(m->k));
	return 0;
}

static const struct sysfs_attribute cpu_attributes[] = {
	{"cpu_capacity", 0444, cpu_capacity_show, NULL},
};

/* core_id_show() also prints what a list of one core looks like. */
static const struct sysfs_attribute topology_attributes[] = {
	{"cluster_cpus", 0444, this_core_show, NULL},
	{"cluster_cpus_list", 0444, core_id_show, NULL},
	{"cluster_id", 0444, cluster_id_show, NULL},
	{"core_cpus", 0444, this_core_show, NULL},
	{"core_cpus_list", 0444, core_id_show, NULL},
	{"core_id", 0444, core_id_show, NULL},
	{"core_siblings", 0444, package_show, NULL},
	{"core_siblings_list", 0444, cpus_show, NULL},
	{"package_cpus", 0444, package_show, NULL},
	{"package_cpus_list", 0444, cpus_show, NULL},
	{"physical_package_id", 0444, package_id_show, NULL},
	{"thread_siblings", 0444, this_core_show, NULL},
	{"thread_siblings_list", 0444, core_id_show, NULL},
};

/* ---- boot -------------------------------------------------------------------------- */

static bool register_cpu(struct task_struct *curr, struct kernfs_node *parent,
			 struct cpu *cpu)
{
	struct kernfs_node *dir, *topology;
	char name[16];

	snprintf(name, sizeof(name), "cpu%d", cpu->id);
	dir = sysfs_create_dir(curr, parent, name, cpu);
	if (!dir ||
	    sysfs_create_files(curr, dir, cpu_attributes, NR(cpu_attributes)))
		return false;
	topology = sysfs_create_dir(curr, dir, "topology", cpu);
	return topology &&
	       !sysfs_create_files(curr, topology, topology_attributes,
				   NR(topology_attributes));
}

void cpu_dev_init(struct task_struct *curr)
{
	struct kernel *k = curr->k;
	struct kernfs_node *dir = sysfs_find(curr, NULL, "devices");

	dir = sysfs_create_dir(curr, dir, "system", NULL);
	dir = dir ? sysfs_create_dir(curr, dir, "cpu", NULL) : NULL;
	if (!dir || sysfs_create_files(curr, dir, cpu_root_attributes,
				       NR(cpu_root_attributes)))
		boot_panic(k, "cpu_dev_init: no memory");
	for (unsigned int i = 0; i < k->hw.nr_cpus; i++)
		if (!register_cpu(curr, dir, &k->sched.cpus[i]))
			boot_panic(k, "cpu_dev_init: no memory");
}
