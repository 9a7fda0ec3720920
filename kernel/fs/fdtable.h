/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_FS_FDTABLE_H
#define KERNEL_FS_FDTABLE_H

/* Descriptors of a process (include/linux/fdtable.h). */

#include <stdbool.h>
#include <stdint.h>

#include "kernel/fs/fs.h"

#define NR_OPEN_DEFAULT 32 /* bits of a long, on ARM */
#define NR_OPEN_MAX     (1024 * 1024) /* sysctl fs.nr_open */

/*
 * Shared by the threads of a process, or more widely by CLONE_FILES. A set
 * bit in open_fds with a NULL file is a number reserved but not installed.
 */
struct files_struct {
	int32_t count;
	uint32_t max_fds, next_fd;
	struct file **fd;
	uint32_t *open_fds, *close_on_exec; /* bitmaps */
	struct file *fd_array[NR_OPEN_DEFAULT];
	uint32_t open_fds_init[1], close_on_exec_init[1];
};

static inline bool fd_is_open(const struct files_struct *files, uint32_t fd)
{
	return files->open_fds[fd / 32] & 1u << fd % 32;
}
static inline bool close_on_exec(const struct files_struct *files, uint32_t fd)
{
	return files->close_on_exec[fd / 32] & 1u << fd % 32;
}

/* The lowest free number at or above @start, reserved; -EMFILE, -ENOMEM. */
int alloc_fd(struct task_struct *curr, uint32_t start, uint32_t flags);
int get_unused_fd_flags(struct task_struct *curr, uint32_t flags);
void put_unused_fd(struct task_struct *curr, uint32_t fd);
/* Hands the caller's reference to a reserved number. */
void fd_install(struct task_struct *curr, uint32_t fd, struct file *file);
/* The same in one go; fput()s @file when there is no number. fd or -errno. */
int fd_publish(struct task_struct *curr, struct file *file, uint32_t flags);

struct files_struct *alloc_files(struct task_struct *curr);
struct fs_struct *alloc_fs(struct task_struct *curr);
/* Any kind, also of O_PATH, with a reference; fget() refuses O_PATH. */
struct file *fget_raw(struct task_struct *curr, int fd);
/* Of another task, for /proc: a reference or NULL. */
struct file *fget_task(struct task_struct *task, uint32_t fd);

int do_close(struct task_struct *curr, uint32_t fd);
int do_dup(struct task_struct *curr, uint32_t fd);
int do_dup3(struct task_struct *curr, uint32_t oldfd, uint32_t newfd,
	    uint32_t flags);
int do_close_range(struct task_struct *curr, uint32_t first, uint32_t last,
		   uint32_t flags);

#endif
