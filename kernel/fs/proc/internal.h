/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_FS_PROC_INTERNAL_H
#define KERNEL_FS_PROC_INTERNAL_H

/* How /proc is built: entries in constant tables (fs/proc/internal.h). */

#include "kernel/fs/dcache.h"
#include "kernel/fs/fs.h"
#include "kernel/fs/seq_file.h"
#include "kernel/task/sched.h"

struct proc_dir;

/* A number of struct kernel that may be turned, with its bounds. */
struct ctl {
	uint32_t offset; /* of an int in struct kernel */
	int64_t min, max;
	/* after a change */
	void (*changed)(struct task_struct *curr);
};

/*
 * A file about an address space. It belongs to the one that the task had when
 * it was opened, and who may look is asked then; exec and exit leave such a
 * file with nothing to show. One of show, seq and read says what it holds.
 */
struct proc_mm_ops {
	const struct seq_operations *seq; /* m->private is the mm */
	int (*show)(struct seq_file *m, struct mm_struct *mm);
	/* Bytes, not text. The mm may have lost its users. */
	int32_t (*read)(struct task_struct *curr, struct seq_file *m,
			struct iov_iter *to, int64_t *pos);
	int32_t (*write)(struct task_struct *curr, struct seq_file *m,
			 struct iov_iter *from, int64_t *pos);
};

/*
 * One name. A file has show() or, where it is about a task, show_task(); a
 * link has jump() and readlink(); a directory has dir.
 */
struct proc_entry {
	const char *name;
	uint32_t mode;
	seq_show_fn show;
	/* Not always there; NULL: it is. */
	bool (*exists)(const struct kernel *k);
	/*
	 * @task may be gone after anything that sleeps: take what is needed
	 * first. seq_printf() doesn't sleep before the text fills a page.
	 */
	int (*show_task)(struct seq_file *m, struct task_struct *task);
	/* The same for a number, read without any memory to print into. */
	uint32_t (*number_task)(const struct task_struct *task);
	/* for names that come and go: of which of them, the inode knows */
	int (*show_inode)(struct seq_file *m, struct inode *inode);
	const struct proc_mm_ops *mm_ops;
	/* Bytes, not text. */
	int32_t (*read)(struct task_struct *curr, struct iov_iter *to,
			int64_t *pos);
	const struct ctl *ctl; /* a number that may be turned: sysctl.c */
	bool splice_read; /* sendfile may read it; all sysctls, too */
	bool is_sysctl; /* its mode binds root, too */
	/* write(2): @text is terminated. 0: took all; -errno; how much. */
	int (*store)(struct task_struct *curr, struct task_struct *task,
		     const char *text);
	/* A dentry with a reference; ERR_PTR. */
	struct dentry *(*jump)(struct task_struct *curr, struct inode *link);
	int (*readlink)(struct task_struct *curr, struct inode *link, char *to,
			uint32_t size);
	const struct proc_dir *dir;
};

/*
 * A number that was written, with blanks around it; of more than 12 bytes the
 * first 12 alone are looked at. What store() is to return: 0, 12, -EINVAL or
 * -ERANGE.
 */
int proc_parse_int(const char *text, unsigned int base, int *to);

struct proc_dir {
	const struct proc_entry *entries;
	uint32_t nr, ino_base;
	/* Names that come and go: a new inode, or NULL. */
	struct inode *(*lookup)(struct task_struct *curr, struct inode *dir,
				const char *name);
	/* The next number at or above @from, or -1. */
	int (*next)(struct task_struct *curr, const struct inode *dir,
		    int from);
	uint32_t next_mode; /* what these are */
	/* The same for names that are no numbers, by places from 0 on. */
	void (*iterate)(struct task_struct *curr, const struct inode *dir,
			struct dir_context *ctx);
};
#define PROC_DIR(table, base)                                     \
	.entries = table, .nr = sizeof(table) / sizeof(*(table)), \
	.ino_base = base

/* Positions of numbered names in a directory: above all the tables'. */
#define PROC_NUMBERED    0x1000
/* Inode numbers: a task's block, and within it tables and numbers. */
#define PROC_INO(pid, n) ((uint64_t)(uint32_t)(pid) << 20 | (n))

/* A new inode for @entry; of @task when not NULL. NULL: no memory. */
struct inode *proc_inode(struct task_struct *curr, struct super_block *sb,
			 const struct proc_entry *entry,
			 const struct task_struct *task, uint64_t ino);
/* The task an inode is about; NULL when it has gone. */
struct task_struct *proc_task(const struct inode *inode);
/*
 * A link's text, @path up to @end, which may lie within @to: moved to its
 * front. Its length, or what @path is if that is an ERR_PTR.
 */
int proc_link_text(const char *path, const char *end, char *to, uint32_t size);
/* A decimal number without leading zeroes; -1: none. */
int proc_number(const char *name);

extern const struct proc_entry proc_root_entry; /* root.c */
extern const struct proc_entry proc_pid_entry, proc_tid_entry; /* base.c */
extern const struct proc_dir proc_fd_dir, proc_fdinfo_dir; /* fd.c */
extern const struct proc_dir proc_map_files_dir; /* map_files.c */
extern const struct proc_dir proc_ns_dir; /* namespaces.c */
extern const struct proc_dir proc_attr_dir; /* attr.c */
extern const struct proc_dir proc_irq_dir; /* irq.c */
extern const struct proc_dir proc_sys_dir; /* sysctl.c */
extern const struct proc_dir proc_net_dir; /* proc_net.c */
extern const struct proc_dir proc_sys_net_dir; /* net/sysctl_net.c */
int proc_show_ctl(struct seq_file *m, const struct ctl *ctl);
int32_t proc_store_ctl(struct task_struct *curr, const struct ctl *ctl,
		       const char *text, uint32_t n);

/* array.c */
int proc_pid_status(struct seq_file *m, struct task_struct *task);
int proc_tgid_stat(struct seq_file *m, struct task_struct *task);
int proc_tid_stat(struct seq_file *m, struct task_struct *task);
int proc_pid_statm(struct seq_file *m, struct task_struct *task);
/* task_mmu.c */
extern const struct proc_mm_ops proc_pid_maps_ops;
/* The line of a VMA in maps, and the first one in smaps. */
void show_map_vma(struct seq_file *m, const struct vm_area_struct *vma);
/* Such a line for [start, end), of nobody's, with @name. */
void show_range(struct seq_file *m, vaddr_t start, vaddr_t end,
		const char *name);
/* The walk over all VMAs and the gate's; show() is the caller's. */
void *m_start(struct seq_file *m, int64_t *pos);
void *m_next(struct seq_file *m, void *v, int64_t *pos);
void m_stop(struct seq_file *m, void *v);
/* smaps.c */
extern const struct proc_mm_ops proc_pid_smaps_ops, proc_pid_smaps_rollup_ops;
/* numa_maps.c */
extern const struct proc_mm_ops proc_pid_numa_maps_ops;
/* pagemap.c */
extern const struct proc_mm_ops proc_pid_pagemap_ops;
int proc_pid_clear_refs(struct task_struct *curr, struct task_struct *task,
			const char *text);
/* page.c */
int32_t kpagecount_read(struct task_struct *curr, struct iov_iter *to,
			int64_t *pos);
int32_t kpageflags_read(struct task_struct *curr, struct iov_iter *to,
			int64_t *pos);
/* system.c: about the whole machine */
/* proc_namespace.c */
int proc_pid_mounts(struct seq_file *m, struct task_struct *task);
int proc_pid_mountinfo(struct seq_file *m, struct task_struct *task);
int proc_pid_mountstats(struct seq_file *m, struct task_struct *task);
/* attr.c: who logged in */
int proc_loginuid(struct seq_file *m, struct task_struct *task);
int proc_set_loginuid(struct task_struct *curr, struct task_struct *task,
		      const char *text);
int proc_sessionid(struct seq_file *m, struct task_struct *task);
/* sysrq.c */
/* fs/proc/oom.c: how dear a process is to the OOM killer */
int proc_oom_score(struct seq_file *m, struct task_struct *task);
int proc_oom_score_adj(struct seq_file *m, struct task_struct *task);
int proc_set_oom_score_adj(struct task_struct *curr, struct task_struct *task,
			   const char *text);
int proc_oom_adj(struct seq_file *m, struct task_struct *task);
int proc_set_oom_adj(struct task_struct *curr, struct task_struct *task,
		     const char *text);
int sysrq_trigger_store(struct task_struct *curr, struct task_struct *task,
			const char *text);
int proc_stat(struct seq_file *m, void *v);
int proc_uptime(struct seq_file *m, void *v);
int proc_loadavg(struct seq_file *m, void *v);
int proc_version(struct seq_file *m, void *v);
int proc_cmdline(struct seq_file *m, void *v);
int proc_cpuinfo(struct seq_file *m, void *v);
int proc_filesystems(struct seq_file *m, void *v);
int proc_devices(struct seq_file *m, void *v);
int proc_cgroups(struct seq_file *m, void *v);
int proc_execdomains(struct seq_file *m, void *v);
int proc_locks(struct seq_file *m, void *v); /* fs/locks.c */

/* proc_tty.c */
int proc_tty_drivers(struct seq_file *m, void *v);
int proc_tty_ldiscs(struct seq_file *m, void *v);
int proc_consoles(struct seq_file *m, void *v);

/* Cycles as ticks of USER_HZ, 100 a second. */
uint64_t cycles_to_clock_t(const struct kernel *k, uint64_t cycles);

#endif
