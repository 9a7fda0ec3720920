/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_SYSCALL_FILE_H
#define KERNEL_SYSCALL_FILE_H

/* What the files that decode file.def's calls share. */

#include "kernel/syscall/syscall.h"

#define CALL(name) \
	int32_t sys_##name(struct task_struct *curr, const uint32_t arg[7])
/* For calls that need none of their arguments. */
#define UNUSED ((void)curr, (void)arg)

#endif
