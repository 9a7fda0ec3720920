/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/drivers/tty.h"
#include "kernel/fs/mount.h"

/*
 * What is mounted, as text: /proc/PID/{mounts,mountinfo,mountstats} (Linux:
 * fs/proc_namespace.c).
 */

#include <string.h>

#include "kernel/fs/fcntl.h"
#include "kernel/fs/namei.h"
#include "kernel/fs/proc/internal.h"
#include "kernel/fs/seq_file.h"
#include "kernel/state.h"

/* What would end a word. */
#define ESCAPED " \t\n\\#"

static void show_flag(struct seq_file *m, const struct super_block *sb,
		      uint32_t flag, const char *text)
{
	if (sb->s_flags & flag)
		seq_puts(m, text);
}

static void show_access(struct seq_file *m, const struct super_block *sb)
{
	seq_puts(m, sb->s_flags & MS_RDONLY ? "ro" : "rw");
}

static void show_sb_opts(struct seq_file *m, const struct super_block *sb)
{
	show_flag(m, sb, MS_SYNCHRONOUS, ",sync");
	show_flag(m, sb, MS_DIRSYNC, ",dirsync");
}

static void show_mnt_opts(struct seq_file *m, const struct super_block *sb)
{
	show_flag(m, sb, MS_NOSUID, ",nosuid");
	show_flag(m, sb, MS_NODEV, ",nodev");
	show_flag(m, sb, MS_NOEXEC, ",noexec");
	show_flag(m, sb, MS_NOATIME, ",noatime");
	show_flag(m, sb, MS_NODIRATIME, ",nodiratime");
	show_flag(m, sb, MS_RELATIME, ",relatime");
}

static void show_own_opts(struct seq_file *m, const struct super_block *sb)
{
	if (sb->s_op->show_options)
		sb->s_op->show_options(m, sb);
}

typedef void (*show_mount_fn)(struct seq_file *m, const struct super_block *sb,
			      const char *path);

static int for_each_mount(struct seq_file *m, show_mount_fn show)
{
	char *buf = getname_kernel(m->curr, "");
	const struct super_block *sb = NULL;

	if (IS_ERR(buf))
		return -ENOMEM;
	pty_demand(m->curr);
	while ((sb = next_mount(m->k, sb)))
		show(m, sb, mount_path(sb, buf, PATH_MAX));
	putname(m->curr, buf);
	return 0;
}

static void show_mount(struct seq_file *m, const struct super_block *sb,
		       const char *path)
{
	seq_escape(m, sb->s_devname, ESCAPED);
	seq_putc(m, ' ');
	seq_escape(m, path, ESCAPED);
	seq_printf(m, " %s ", sb->s_type);
	show_access(m, sb);
	show_sb_opts(m, sb);
	show_mnt_opts(m, sb);
	show_own_opts(m, sb);
	seq_puts(m, " 0 0\n");
}

static void show_mountinfo(struct seq_file *m, const struct super_block *sb,
			   const char *path)
{
	seq_printf(m, "%d %d %u:%u / ", sb->s_mnt_id,
		   mount_parent(sb)->s_mnt_id, MAJOR(sb->s_dev),
		   MINOR(sb->s_dev));
	seq_escape(m, path, ESCAPED);
	seq_putc(m, ' ');
	show_access(m, sb);
	show_mnt_opts(m, sb);
	seq_printf(m, " - %s ", sb->s_type);
	seq_escape(m, sb->s_devname, ESCAPED);
	seq_putc(m, ' ');
	show_access(m, sb);
	show_sb_opts(m, sb);
	show_own_opts(m, sb);
	seq_putc(m, '\n');
}

static void show_mountstats(struct seq_file *m, const struct super_block *sb,
			    const char *path)
{
	seq_puts(m, "device ");
	seq_escape(m, sb->s_devname, ESCAPED);
	seq_puts(m, " mounted on ");
	seq_escape(m, path, ESCAPED);
	seq_printf(m, " with fstype %s\n", sb->s_type);
}

int proc_pid_mounts(struct seq_file *m, struct task_struct *task)
{
	(void)task;
	return for_each_mount(m, show_mount);
}

int proc_pid_mountinfo(struct seq_file *m, struct task_struct *task)
{
	(void)task;
	return for_each_mount(m, show_mountinfo);
}

int proc_pid_mountstats(struct seq_file *m, struct task_struct *task)
{
	(void)task;
	return for_each_mount(m, show_mountstats);
}
