/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/fs/proc/internal.h"

/*
 * /proc/PID/map_files (Linux: fs/proc/base.c): a link to the file behind each
 * mapping of one, deleted or not, by the mapping's addresses.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/fs/fcntl.h"
#include "kernel/fs/internal.h"
#include "kernel/fs/namei.h"
#include "kernel/lib/err.h"
#include "kernel/mm/mm.h"
#include "kernel/mm/vma.h"
#include "kernel/state.h"

#define NAME_SIZE 24

static void map_name(char *to, vaddr_t start, vaddr_t end)
{
	snprintf(to, NAME_SIZE, "%x-%x", start, end);
}

/* The mapping of a file that begins at @start; NULL. */
static const struct vm_area_struct *map_at(struct task_struct *task,
					   vaddr_t start)
{
	const struct vm_area_struct *vma = task->mm ? find_vma(task->mm, start)
						    : NULL;

	return vma && vma->vm_start == start && vma->vm_file ? vma : NULL;
}

/* ---- the links --------------------------------------------------------- */

/* The open file behind @link with a reference; ERR_PTR. */
static struct file *map_file(struct task_struct *curr, const struct inode *link)
{
	struct task_struct *task = proc_task(link);
	const struct vm_area_struct *vma;

	if (!task)
		return ERR_PTR(-ENOENT);
	if (!ptrace_may_access(curr, task, PTRACE_MODE_FSCREDS))
		return ERR_PTR(-EACCES);
	vma = map_at(task, (link->proc.fd - 1) << PAGE_SHIFT);
	if (!vma)
		return ERR_PTR(-ENOENT);
	get_file(vma->vm_file);
	return vma->vm_file;
}

/* To open such a file is more than its rights allow: root's alone. */
static struct dentry *map_jump(struct task_struct *curr, struct inode *link)
{
	struct dentry *dentry;
	struct file *file;

	if (!capable(curr, CAP_SYS_ADMIN) &&
	    !capable(curr, CAP_CHECKPOINT_RESTORE))
		return ERR_PTR(-EPERM);
	file = map_file(curr, link);
	if (IS_ERR(file))
		return (void *)file;
	dentry = dget(file->f_dentry);
	fput(curr, file);
	return dentry;
}

static int map_readlink(struct task_struct *curr, struct inode *link, char *to,
			uint32_t size)
{
	struct file *file = map_file(curr, link);
	const char *path;
	int len;

	if (IS_ERR(file))
		return (int)PTR_ERR(file);
	path = d_path(curr, file, to, size);
	len = proc_link_text(path, IS_ERR(path) ? path : path + strlen(path),
			     to, size);
	fput(curr, file);
	return len;
}

static const struct proc_entry map_entry = {
	.name = "map",
	.mode = S_IFLNK | 0700,
	.jump = map_jump,
	.readlink = map_readlink,
};

/* ---- the directory ----------------------------------------------------- */

/* The mapping called @name, in no other spelling; NULL. */
static const struct vm_area_struct *map_called(struct task_struct *task,
					       const char *name)
{
	const struct vm_area_struct *vma;
	char right[NAME_SIZE];

	if (strlen(name) >= NAME_SIZE)
		return NULL;
	vma = map_at(task, (vaddr_t)strtoul(name, NULL, 16));
	if (!vma)
		return NULL;
	map_name(right, vma->vm_start, vma->vm_end);
	return strcmp(name, right) ? NULL : vma;
}

static struct inode *map_lookup(struct task_struct *curr, struct inode *dir,
				const char *name)
{
	struct task_struct *task = proc_task(dir);
	const struct vm_area_struct *vma;
	uint32_t mode, place;
	struct inode *inode;

	if (!task)
		return NULL;
	if (!ptrace_may_access(curr, task, PTRACE_MODE_FSCREDS))
		return ERR_PTR(-EACCES);
	vma = map_called(task, name);
	if (!vma)
		return NULL;
	place = vma->vm_start >> PAGE_SHIFT;
	mode = S_IFLNK | (vma->vm_file->f_mode & FMODE_READ ? 0400 : 0) |
	       (vma->vm_file->f_mode & FMODE_WRITE ? 0200 : 0);
	inode = proc_inode(curr, dir->i_sb, &map_entry, task,
			   PROC_INO(task->pid, 0x30000 + (place & 0xffff)));
	if (!inode)
		return ERR_PTR(-ENOENT);
	inode->proc.fd = place + 1;
	inode->i_mode = mode;
	return inode;
}

static void map_iterate(struct task_struct *curr, const struct inode *dir,
			struct dir_context *ctx)
{
	struct task_struct *task = proc_task(dir);
	const struct vm_area_struct *vma;
	int64_t place = 2;

	if (!task || !task->mm ||
	    !ptrace_may_access(curr, task, PTRACE_MODE_FSCREDS))
		return;
	for (vma = find_vma(task->mm, 0); vma; vma = vma->vm_next) {
		char name[NAME_SIZE];

		if (!vma->vm_file || place++ < ctx->pos)
			continue;
		map_name(name, vma->vm_start, vma->vm_end);
		if (!ctx->actor(
			    ctx, name, (uint32_t)strlen(name), place,
			    PROC_INO(task->pid,
				     0x30000 + (vma->vm_start >> PAGE_SHIFT &
						0xffff)),
			    mode_to_dt(S_IFLNK)))
			return;
		ctx->pos = place;
	}
}

const struct proc_dir proc_map_files_dir = {
	.ino_base = 0x510,
	.lookup = map_lookup,
	.iterate = map_iterate,
};
