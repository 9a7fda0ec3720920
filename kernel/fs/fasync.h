/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_FS_FASYNC_H
#define KERNEL_FS_FASYNC_H

/* Signals for files that something can be done with (include/linux/fs.h). */

#include "kernel/fs/fs.h"
#include "kernel/task/signal.h"

struct fasync_struct;

/* Why: si_code of SIGIO (asm-generic/siginfo.h) */
enum fasync_reason {
	FASYNC_IN = 1,
	FASYNC_OUT,
	FASYNC_MSG,
	FASYNC_ERR,
	FASYNC_PRI,
	FASYNC_HUP,
};

/*
 * @file, by descriptor @fd of who asked, is to be on *@list, or no longer;
 * what ->fasync() calls. 1: that is new, 0: it isn't; -ENOMEM.
 */
int fasync_helper(struct task_struct *curr, int fd, struct file *file, bool on,
		  struct fasync_struct **list);
/* All owners of files on @list are told. Never sleeps. */
void kill_fasync(struct task_struct *curr, const struct fasync_struct *list,
		 int sig, enum fasync_reason reason);
/* F_SETFL, FIOASYNC. 0 or -errno; @strict: -ENOTTY where it can't be. */
int set_fasync(struct task_struct *curr, int fd, struct file *file, bool on,
	       bool strict);
/* fcntl(2): F_SETOWN, F_GETOWN and their kin; a value or -errno. */
int32_t f_setown(struct task_struct *curr, struct file *file, int32_t who);
int32_t f_getown(const struct file *file);
/* Nobody owns it any more. */
void f_delown(struct task_struct *curr, struct file *file);
int32_t f_setown_ex(struct task_struct *curr, struct file *file, vaddr_t uex);
int32_t f_getown_ex(struct task_struct *curr, const struct file *file,
		    vaddr_t uex);
int32_t f_getowner_uids(struct task_struct *curr, const struct file *file,
			vaddr_t to);
/* The last reference to @file: nobody is told any more. */
void fasync_release(struct task_struct *curr, struct file *file);

#endif
