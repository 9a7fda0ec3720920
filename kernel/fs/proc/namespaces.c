/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/fs/proc/internal.h"

/*
 * /proc/PID/ns (Linux: fs/proc/namespaces.c): links to the namespaces that a
 * process is in, which fs/nsfs.c has.
 */

#include <string.h>

#include "kernel/fs/fcntl.h"
#include "kernel/fs/nsfs.h"
#include "kernel/lib/err.h"
#include "kernel/state.h"

/* 0, or why @curr may not follow @link. */
static int ns_check(struct task_struct *curr, const struct inode *link)
{
	struct task_struct *task = proc_task(link);

	if (!task || !ptrace_may_access(curr, task, PTRACE_MODE_FSCREDS))
		return -EACCES;
	return task->exit_state ? -ENOENT : 0;
}

#define NS_LINK(what, kind)                                                  \
	static struct dentry *what##_jump(struct task_struct *curr,          \
					  struct inode *link)                \
	{                                                                    \
		int err = ns_check(curr, link);                              \
                                                                             \
		return err ? ERR_PTR(err) : ns_get_path(curr, kind);         \
	}                                                                    \
	static int what##_readlink(struct task_struct *curr,                 \
				   struct inode *link, char *to,             \
				   uint32_t size)                            \
	{                                                                    \
		int err = ns_check(curr, link);                              \
		char name[48];                                               \
		int n = ns_get_name(kind, name, sizeof(name));               \
                                                                             \
		return err ? err : proc_link_text(name, name + n, to, size); \
	}

NS_LINK(cgroup, NS_CGROUP)
NS_LINK(ipc, NS_IPC)
NS_LINK(mnt, NS_MNT)
NS_LINK(net, NS_NET)
NS_LINK(pid, NS_PID)
NS_LINK(pid_for_children, NS_PID)
NS_LINK(user, NS_USER)
NS_LINK(uts, NS_UTS)

#define NS_ENTRY(what)                                                      \
	{                                                                   \
		.name = #what, .mode = S_IFLNK | 0777, .jump = what##_jump, \
		.readlink = what##_readlink,                                \
	}

static const struct proc_entry ns_entries[] = {
	NS_ENTRY(net),
	NS_ENTRY(uts),
	NS_ENTRY(ipc),
	NS_ENTRY(pid),
	NS_ENTRY(pid_for_children),
	NS_ENTRY(user),
	NS_ENTRY(mnt),
	NS_ENTRY(cgroup),
};

const struct proc_dir proc_ns_dir = {PROC_DIR(ns_entries, 0x500)};
