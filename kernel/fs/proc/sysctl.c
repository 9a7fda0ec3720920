/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/fs/proc/internal.h"

/*
 * /proc/sys (Linux: fs/proc/proc_sysctl.c, kernel/sysctl.c): some of the
 * knobs that programs ask for, few that they may turn.
 *
 * MODEL: what can't be written here is constant.
 */

#include <errno.h>
#include <stdlib.h>

#include "kernel/banner.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/fdtable.h"
#include "kernel/state.h"
#include "kernel/task/sys.h"

#define SYSCTL(file, text_fn)                                            \
	{                                                                \
		.name = file, .mode = S_IFREG | 0444, .show = (text_fn), \
	}
#define SYSCTL_RW(file, text_fn, store_fn)                               \
	{                                                                \
		.name = file, .mode = S_IFREG | 0644, .show = (text_fn), \
		.store = (store_fn),                                     \
	}

/* A number shown by an expression over the kernel @k. */
#define SHOW_NUMBER(fn, expression)                               \
	static int fn(struct seq_file *m, void *v)                \
	{                                                         \
		const struct kernel *k = m->k;                    \
                                                                  \
		(void)v, (void)k;                                 \
		seq_printf(m, "%lld\n", (long long)(expression)); \
		return 0;                                         \
	}
#define SHOW_TEXT(fn, text)                        \
	static int fn(struct seq_file *m, void *v) \
	{                                          \
		(void)v;                           \
		seq_puts(m, text "\n");            \
		return 0;                          \
	}

/* Decimal within [min, max] into *to. 0 or -EINVAL. */
static int parse(const char *text, long min, long max, long *to)
{
	char *end;

	*to = strtol(text, &end, 10);
	return end == text || *end || *to < min || *to > max ? -EINVAL : 0;
}

/* ---- kernel ------------------------------------------------------------ */

SHOW_TEXT(show_ostype, UTS_SYSNAME)
SHOW_TEXT(show_osrelease, UTS_RELEASE)
SHOW_TEXT(show_version, UTS_VERSION)
SHOW_NUMBER(show_pid_max, PID_MAX)
SHOW_NUMBER(show_threads_max, k->sched.max_threads)
SHOW_NUMBER(show_randomize, k->user.randomize_va_space)
SHOW_NUMBER(show_ngroups_max, 65536)
SHOW_NUMBER(show_cap_last_cap, 40)

#define UTS_SYSCTL(field)                                                    \
	static int show_##field(struct seq_file *m, void *v)                 \
	{                                                                    \
		(void)v;                                                     \
		seq_printf(m, "%s\n", m->k->sched.uts.field);                \
		return 0;                                                    \
	}                                                                    \
	static int store_##field(struct task_struct *curr,                   \
				 struct task_struct *task, const char *text) \
	{                                                                    \
		(void)task;                                                  \
		store_uts_name(curr->k->sched.uts.field, text);              \
		return 0;                                                    \
	}
UTS_SYSCTL(nodename)
UTS_SYSCTL(domainname)

static int store_randomize(struct task_struct *curr, struct task_struct *task,
			   const char *text)
{
	long value;

	(void)task;
	if (parse(text, 0, 2, &value))
		return -EINVAL;
	curr->k->user.randomize_va_space = (int)value;
	return 0;
}

static const struct proc_entry kernel_entries[] = {
	SYSCTL("cap_last_cap", show_cap_last_cap),
	SYSCTL_RW("domainname", show_domainname, store_domainname),
	SYSCTL_RW("hostname", show_nodename, store_nodename),
	SYSCTL("ngroups_max", show_ngroups_max),
	SYSCTL("osrelease", show_osrelease),
	SYSCTL("ostype", show_ostype),
	SYSCTL("pid_max", show_pid_max),
	SYSCTL_RW("randomize_va_space", show_randomize, store_randomize),
	SYSCTL("threads-max", show_threads_max),
	SYSCTL("version", show_version),
};

/* ---- vm ---------------------------------------------------------------- */

SHOW_NUMBER(show_overcommit_memory, k->user.overcommit_memory)
SHOW_NUMBER(show_overcommit_ratio, k->user.overcommit_ratio)
SHOW_NUMBER(show_max_map_count, k->user.max_map_count)
SHOW_NUMBER(show_mmap_min_addr, k->user.mmap_min_addr)
SHOW_NUMBER(show_min_free_kbytes, k->mem.min_free_kbytes)
SHOW_NUMBER(show_swappiness, 60)

static int store_overcommit_memory(struct task_struct *curr,
				   struct task_struct *task, const char *text)
{
	long value;

	(void)task;
	if (parse(text, 0, 2, &value))
		return -EINVAL;
	curr->k->user.overcommit_memory = (int)value;
	return 0;
}

static int store_overcommit_ratio(struct task_struct *curr,
				  struct task_struct *task, const char *text)
{
	long value;

	(void)task;
	if (parse(text, 0, INT32_MAX, &value))
		return -EINVAL;
	curr->k->user.overcommit_ratio = (int)value;
	return 0;
}

static int store_max_map_count(struct task_struct *curr,
			       struct task_struct *task, const char *text)
{
	long value;

	(void)task;
	if (parse(text, 0, INT32_MAX, &value))
		return -EINVAL;
	curr->k->user.max_map_count = (uint32_t)value;
	return 0;
}

static const struct proc_entry vm_entries[] = {
	SYSCTL_RW("max_map_count", show_max_map_count, store_max_map_count),
	SYSCTL("min_free_kbytes", show_min_free_kbytes),
	SYSCTL("mmap_min_addr", show_mmap_min_addr),
	SYSCTL_RW("overcommit_memory", show_overcommit_memory,
		  store_overcommit_memory),
	SYSCTL_RW("overcommit_ratio", show_overcommit_ratio,
		  store_overcommit_ratio),
	SYSCTL("swappiness", show_swappiness),
};

/* ---- fs ---------------------------------------------------------------- */

SHOW_NUMBER(show_file_max, k->mem.totalram_pages * 4 / 10)
SHOW_NUMBER(show_nr_open, NR_OPEN_MAX)
SHOW_NUMBER(show_pipe_max_size, 1048576)

static int show_file_nr(struct seq_file *m, void *v)
{
	(void)v;
	seq_printf(m, "%u\t0\t%llu\n", m->k->vfs.nr_files,
		   (unsigned long long)m->k->mem.totalram_pages * 4 / 10);
	return 0;
}

/* unused names are kept for 45 s in Linux, and until needed here */
static int show_dentry_state(struct seq_file *m, void *v)
{
	(void)v;
	seq_printf(m, "%u\t%u\t45\t0\t0\t0\n", m->k->vfs.nr_dentry,
		   m->k->vfs.nr_dentry_unused);
	return 0;
}

static const struct proc_entry fs_entries[] = {
	SYSCTL("dentry-state", show_dentry_state),
	SYSCTL("file-max", show_file_max),
	SYSCTL("file-nr", show_file_nr),
	SYSCTL("nr_open", show_nr_open),
	SYSCTL("pipe-max-size", show_pipe_max_size),
};

/* ---- the tree ---------------------------------------------------------- */

static const struct proc_dir kernel_dir = {PROC_DIR(kernel_entries, 0x1100)};
static const struct proc_dir vm_dir = {PROC_DIR(vm_entries, 0x1200)};
static const struct proc_dir fs_dir = {PROC_DIR(fs_entries, 0x1300)};

static const struct proc_entry sys_entries[] = {
	{.name = "fs", .mode = S_IFDIR | 0555, .dir = &fs_dir},
	{.name = "kernel", .mode = S_IFDIR | 0555, .dir = &kernel_dir},
	{.name = "vm", .mode = S_IFDIR | 0555, .dir = &vm_dir},
};

const struct proc_dir proc_sys_dir = {PROC_DIR(sys_entries, 0x1000)};
