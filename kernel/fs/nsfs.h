/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_FS_NSFS_H
#define KERNEL_FS_NSFS_H

/* Files that name namespaces (include/linux/proc_ns.h). */

#include <stdint.h>

struct dentry;
struct file;
struct inode;
struct task_struct;

/* The kinds, by the order of their names. */
enum ns_kind {
	NS_CGROUP,
	NS_IPC,
	NS_MNT,
	NS_NET,
	NS_PID,
	NS_USER,
	NS_UTS,
	NR_NS_KINDS
};

/*
 * A file of the one namespace of @kind that there is, with a reference for the
 * caller: links of /proc/PID/ns lead there. ERR_PTR(-ENOMEM). May sleep.
 */
struct dentry *ns_get_path(struct task_struct *curr, enum ns_kind kind);
/* "mnt:[4026531841]"; its length. */
int ns_get_name(enum ns_kind kind, char *to, uint32_t size);
/* CLONE_NEW… of the namespace that @file names; 0: it names none. */
uint32_t ns_type_of(const struct file *file);

#endif
