/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/fs/proc/internal.h"

/*
 * The top of /proc (Linux: fs/proc/root.c, self.c).
 *
 * MODEL: of what Debian's kernel has besides, these are missing: files of
 * drivers that no board has (asound, bus, driver, mtd, scsi, apm, ioports), of
 * parts that aren't built (crypto, dynamic_debug, fs, keys, key-users, kcore,
 * kpagecgroup, pressure, PID/autogroup), device-tree, kmsg and timer_list. A
 * program that looks finds no such file, as on a kernel built without.
 */

#include <stdio.h>
#include <string.h>

#include "kernel/arch/arm/alignment.h"
#include "kernel/block/blkdev.h"
#include "kernel/drivers/fb.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/namei.h"
#include "kernel/ipc/msg.h"
#include "kernel/ipc/sem.h"
#include "kernel/ipc/shm.h"
#include "kernel/irq/irq.h"
#include "kernel/lib/kallsyms.h"
#include "kernel/mm/swapfile.h"
#include "kernel/mm/vmalloc.h"
#include "kernel/mm/vmstat.h"
#include "kernel/module/misc.h"
#include "kernel/state.h"
#include "kernel/task/sched_debug.h"

#define FILE_ENTRY(file, fn)                                        \
	{                                                           \
		.name = file, .mode = S_IFREG | 0444, .show = (fn), \
		.splice_read = true,                                \
	}

/* ---- links to whoever looks -------------------------------------------- */

static int self_readlink(struct task_struct *curr, struct inode *link, char *to,
			 uint32_t size)
{
	(void)link;
	return snprintf(to, size, "%d", curr->tgid);
}

/* A jump leads to what is there. */
static struct dentry *positive(struct task_struct *curr, struct dentry *dentry)
{
	if (IS_ERR(dentry) || dentry->d_inode)
		return dentry;
	dput(curr, dentry);
	return ERR_PTR(-ENOENT);
}

static struct dentry *lookup_pid(struct task_struct *curr,
				 const struct inode *link)
{
	char name[16];

	snprintf(name, sizeof(name), "%d", curr->tgid);
	return positive(curr, lookup_one(curr, link->i_sb->s_root, name,
					 (uint32_t)strlen(name)));
}

static struct dentry *self_jump(struct task_struct *curr, struct inode *link)
{
	return lookup_pid(curr, link);
}

static int thread_self_readlink(struct task_struct *curr, struct inode *link,
				char *to, uint32_t size)
{
	(void)link;
	return snprintf(to, size, "%d/task/%d", curr->tgid, curr->pid);
}

/* @name within @dir, whose reference is used up. */
static struct dentry *lookup_in(struct task_struct *curr, struct dentry *dir,
				const char *name)
{
	struct dentry *found;

	if (IS_ERR(dir))
		return dir;
	found = lookup_one(curr, dir, name, (uint32_t)strlen(name));
	dput(curr, dir);
	return positive(curr, found);
}

static struct dentry *thread_self_jump(struct task_struct *curr,
				       struct inode *link)
{
	char tid[16];

	snprintf(tid, sizeof(tid), "%d", curr->pid);
	return lookup_in(curr, lookup_in(curr, lookup_pid(curr, link), "task"),
			 tid);
}

static int mounts_readlink(struct task_struct *curr, struct inode *link,
			   char *to, uint32_t size)
{
	(void)curr, (void)link;
	return snprintf(to, size, "self/mounts");
}

static struct dentry *mounts_jump(struct task_struct *curr, struct inode *link)
{
	return lookup_in(curr, lookup_pid(curr, link), "mounts");
}

static int net_readlink(struct task_struct *curr, struct inode *link, char *to,
			uint32_t size)
{
	(void)curr, (void)link;
	return snprintf(to, size, "self/net");
}

static struct dentry *net_jump(struct task_struct *curr, struct inode *link)
{
	return lookup_in(curr, lookup_pid(curr, link), "net");
}

/* ---- processes --------------------------------------------------------- */

static struct inode *pid_lookup(struct task_struct *curr, struct inode *dir,
				const char *name)
{
	const int pid = proc_number(name);
	struct task_struct *task = pid > 0 ? find_task_by_pid(curr->k, pid)
					   : NULL;
	struct inode *inode;

	if (!task)
		return NULL;
	inode = proc_inode(curr, dir->i_sb, &proc_pid_entry, task,
			   PROC_INO(pid, 1));
	return inode ? inode : ERR_PTR(-ENOENT);
}

static int pid_next(struct task_struct *curr, const struct inode *dir, int from)
{
	const struct task_struct *task;
	int best = -1;

	(void)dir;
	for_each_process(task, curr->k)
		if (task->pid >= from && task->pid > 0 &&
		    (best < 0 || task->pid < best))
			best = task->pid;
	return best;
}

/* ---- the table --------------------------------------------------------- */

static const struct proc_entry cpu_entries[] = {
	{.name = "alignment",
	 .mode = S_IFREG | 0644,
	 .show = alignment_proc_show,
	 .store = alignment_proc_write},
};

static const struct proc_dir cpu_dir = {PROC_DIR(cpu_entries, 0x200)};

static const struct proc_entry sysvipc_entries[] = {
	FILE_ENTRY("msg", sysvipc_msg_show),
	FILE_ENTRY("sem", sysvipc_sem_show),
	FILE_ENTRY("shm", sysvipc_shm_show),
};

static const struct proc_dir sysvipc_dir = {PROC_DIR(sysvipc_entries, 0x300)};

static const struct proc_entry tty_entries[] = {
	FILE_ENTRY("drivers", proc_tty_drivers),
	FILE_ENTRY("ldiscs", proc_tty_ldiscs),
};

static const struct proc_dir tty_dir = {PROC_DIR(tty_entries, 0x380)};

static const struct proc_entry root_entries[] = {
	{.name = "self",
	 .mode = S_IFLNK | 0777,
	 .jump = self_jump,
	 .readlink = self_readlink},
	{.name = "thread-self",
	 .mode = S_IFLNK | 0777,
	 .jump = thread_self_jump,
	 .readlink = thread_self_readlink},
	{.name = "mounts",
	 .mode = S_IFLNK | 0777,
	 .jump = mounts_jump,
	 .readlink = mounts_readlink},
	{.name = "net",
	 .mode = S_IFLNK | 0777,
	 .jump = net_jump,
	 .readlink = net_readlink},
	{.name = "cpu", .mode = S_IFDIR | 0555, .dir = &cpu_dir},
	{.name = "sys", .mode = S_IFDIR | 0555, .dir = &proc_sys_dir},
	FILE_ENTRY("buddyinfo", buddyinfo_show),
	FILE_ENTRY("cgroups", proc_cgroups),
	FILE_ENTRY("cmdline", proc_cmdline),
	FILE_ENTRY("consoles", proc_consoles),
	FILE_ENTRY("cpuinfo", proc_cpuinfo),
	FILE_ENTRY("devices", proc_devices),
	FILE_ENTRY("diskstats", proc_diskstats),
	FILE_ENTRY("execdomains", proc_execdomains),
	FILE_ENTRY("fb", fb_proc_show),
	FILE_ENTRY("filesystems", proc_filesystems),
	FILE_ENTRY("interrupts", show_interrupts),
	FILE_ENTRY("iomem", iomem_show),
	{.name = "irq", .mode = S_IFDIR | 0555, .dir = &proc_irq_dir},
	FILE_ENTRY("kallsyms", kallsyms_show),
	{.name = "kpagecount", .mode = S_IFREG | 0400, .read = kpagecount_read},
	{.name = "kpageflags", .mode = S_IFREG | 0400, .read = kpageflags_read},
	FILE_ENTRY("loadavg", proc_loadavg),
	FILE_ENTRY("locks", proc_locks),
	FILE_ENTRY("meminfo", meminfo_show),
	FILE_ENTRY("misc", misc_show),
	FILE_ENTRY("modules", modules_show),
	{.name = "pagetypeinfo",
	 .mode = S_IFREG | 0400,
	 .show = pagetypeinfo_show,
	 .splice_read = true},
	FILE_ENTRY("partitions", proc_partitions),
	{.name = "slabinfo",
	 .mode = S_IFREG | 0400,
	 .show = slabinfo_show,
	 .store = slabinfo_store,
	 .exists = slabinfo_exists},
	{.name = "slabinfo",
	 .mode = S_IFREG | 0600,
	 .show = slabinfo_show,
	 .store = slabinfo_store,
	 .exists = slabinfo_tunable},
	FILE_ENTRY("schedstat", schedstat_show),
	FILE_ENTRY("softirqs", show_softirqs),
	FILE_ENTRY("stat", proc_stat),
	{.name = "swaps", .mode = S_IFREG | 0444, .show = proc_swaps},
	{.name = "sysrq-trigger",
	 .mode = S_IFREG | 0200,
	 .store = sysrq_trigger_store},
	{.name = "sysvipc", .mode = S_IFDIR | 0555, .dir = &sysvipc_dir},
	{.name = "tty", .mode = S_IFDIR | 0555, .dir = &tty_dir},
	FILE_ENTRY("uptime", proc_uptime),
	FILE_ENTRY("version", proc_version),
	{.name = "vmallocinfo",
	 .mode = S_IFREG | 0400,
	 .show = vmallocinfo_show,
	 .splice_read = true},
	FILE_ENTRY("vmstat", vmstat_show),
	FILE_ENTRY("zoneinfo", zoneinfo_show),
};

static const struct proc_dir root_dir = {
	PROC_DIR(root_entries, 0x100),
	.lookup = pid_lookup,
	.next = pid_next,
	.next_mode = S_IFDIR,
};

const struct proc_entry proc_root_entry = {
	.name = "/",
	.mode = S_IFDIR | 0555,
	.dir = &root_dir,
};
