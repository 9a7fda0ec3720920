/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_TASK_CAPABILITY_H
#define KERNEL_TASK_CAPABILITY_H

/* How capabilities follow a change of user, for cred.c. */

#include <linux/securebits.h> /* SECBIT_*: one numbering on all of Linux */

#include "kernel/task/cred.h"

struct cpu_vfs_cap_data;

/* set*uid: gives up or takes on what the change entails. */
void cap_fix_setuid(struct cred *new, const struct cred *old);
void cap_fix_setfsuid(struct cred *new, const struct cred *old);
/*
 * execve: the new program's sets; ids in @new are final. True: the program
 * must not trust its environment.
 */
bool cap_exec(struct cred *new, const struct cred *old,
	      const struct cpu_vfs_cap_data *fcaps, bool no_new_privs);
/*
 * May @curr run a program whose file has @fcaps (NULL: none)? -EPERM: it would
 * get less than the file says that it needs.
 */
int cap_check_file(const struct task_struct *curr,
		   const struct cpu_vfs_cap_data *fcaps);

#endif
