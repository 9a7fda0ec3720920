/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/fs/proc/internal.h"

/*
 * The whole machine in text: /proc/{version,cmdline,cpuinfo,uptime,loadavg,
 * stat,…} (Linux: fs/proc/{version,cmdline,uptime,loadavg,stat}.c).
 */

#include <string.h>

#include "kernel/arch/arm/setup.h"
#include "kernel/banner.h"
#include "kernel/block/blkdev.h"
#include "kernel/drivers/tty.h"
#include "kernel/fs/char_dev.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/mount.h"
#include "kernel/fs/namei.h"
#include "kernel/irq/irq.h"
#include "kernel/lib/cmdline.h"
#include "kernel/state.h"
#include "kernel/task/loadavg.h"

int proc_version(struct seq_file *m, void *v)
{
	(void)v;
	seq_puts(m, LINUX_BANNER);
	return 0;
}

int proc_cmdline(struct seq_file *m, void *v)
{
	(void)v;
	seq_puts(m, boot_command_line(m->k));
	seq_putc(m, '\n');
	return 0;
}

int proc_cpuinfo(struct seq_file *m, void *v)
{
	char text[4096];
	int len = show_cpuinfo(m->k, text, sizeof(text));

	(void)v;
	if (len > (int)sizeof(text) - 1)
		len = sizeof(text) - 1;
	if (len > 0)
		seq_write(m, text, (size_t)len);
	return 0;
}

/* ---- time -------------------------------------------------------------- */

/* What all programs and the kernel for them have used there, in cycles. */
struct cpu_times {
	uint64_t user, sys, idle;
};

static struct cpu_times times_of(const struct cpu *cpu)
{
	const uint64_t all = sched_clock_cycles(cpu->k);
	const uint64_t used = cpu->utime + cpu->stime;

	return (struct cpu_times){
		.user = cpu->utime,
		.sys = cpu->stime,
		.idle = all > used ? all - used : 0,
	};
}

static struct cpu_times times_of_all(const struct kernel *k)
{
	struct cpu_times sum = {0, 0, 0};

	for (unsigned int i = 0; i < k->hw.nr_cpus; i++) {
		const struct cpu_times t = times_of(&k->sched.cpus[i]);

		sum.user += t.user;
		sum.sys += t.sys;
		sum.idle += t.idle;
	}
	return sum;
}

int proc_uptime(struct seq_file *m, void *v)
{
	const struct kernel *k = m->k;
	const uint64_t up = cycles_to_clock_t(k, sched_clock_cycles(k));
	const uint64_t idle = cycles_to_clock_t(k, times_of_all(k).idle);

	(void)v;
	seq_printf(m, "%llu.%02u %llu.%02u\n", (unsigned long long)up / 100,
		   (unsigned int)(up % 100), (unsigned long long)idle / 100,
		   (unsigned int)(idle % 100));
	return 0;
}

int proc_loadavg(struct seq_file *m, void *v)
{
	uint32_t load[3];

	(void)v;
	get_avenrun(m->k, load, FIXED_1 / 200, 0);
	for (int n = 0; n < 3; n++)
		seq_printf(m, "%u.%02u ", LOAD_INT(load[n]),
			   LOAD_FRAC(load[n]));
	seq_printf(m, "%u/%d %d\n", nr_running(m->k), m->k->sched.nr_threads,
		   m->k->sched.last_pid);
	return 0;
}

static void show_cpu(struct seq_file *m, const char *name, struct cpu_times t)
{
	const struct kernel *k = m->k;

	seq_printf(m, "%s %llu 0 %llu %llu 0 0 0 0 0 0\n", name,
		   (unsigned long long)cycles_to_clock_t(k, t.user),
		   (unsigned long long)cycles_to_clock_t(k, t.sys),
		   (unsigned long long)cycles_to_clock_t(k, t.idle));
}

int proc_stat(struct seq_file *m, void *v)
{
	const struct kernel *k = m->k;
	char name[8] = "cpu0";

	(void)v;
	show_cpu(m, "cpu ", times_of_all(k));
	for (unsigned int cpu = 0; cpu < k->hw.nr_cpus; cpu++) {
		name[3] = (char)('0' + cpu);
		show_cpu(m, name, times_of(&k->sched.cpus[cpu]));
	}
	show_intr_line(m);
	seq_printf(m, "ctxt %llu\nbtime %llu\n",
		   (unsigned long long)k->sched.nr_switches,
		   (unsigned long long)k->hw.ops->boot_time_sec(k->hw.ctx));
	seq_printf(m, "processes %llu\nprocs_running %u\nprocs_blocked 0\n",
		   (unsigned long long)k->sched.total_forks, nr_running(k));
	show_softirq_line(m);
	return 0;
}

/* ---- files ------------------------------------------------------------- */

int proc_filesystems(struct seq_file *m, void *v)
{
	(void)v;
	show_filesystems(m);
	return 0;
}

int proc_devices(struct seq_file *m, void *v)
{
	(void)v;
	pty_demand(m->curr);
	seq_puts(m, "Character devices:\n");
	chrdev_show(m);
	seq_puts(m, "\nBlock devices:\n");
	blkdev_show(m);
	return 0;
}

/* ---- what there is none of ---------------------------------------------- */

/* A table of controllers of groups; none is built in. */
int proc_cgroups(struct seq_file *m, void *v)
{
	(void)v;
	seq_puts(m, "#subsys_name\thierarchy\tnum_cgroups\tenabled\n");
	return 0;
}

int proc_execdomains(struct seq_file *m, void *v)
{
	(void)v;
	seq_puts(m, "0-0\tLinux           \t[kernel]\n");
	return 0;
}
