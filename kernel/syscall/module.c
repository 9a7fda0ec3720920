/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/syscall/syscall.h"

/* System calls about kernel modules: decoding. */

#include "kernel/module/module.h"

int32_t sys_init_module(struct task_struct *curr, const uint32_t arg[7])
{
	return do_init_module_image(curr, arg[0], arg[1], arg[2]);
}

int32_t sys_finit_module(struct task_struct *curr, const uint32_t arg[7])
{
	return do_finit_module(curr, (int)arg[0], arg[1], arg[2]);
}

int32_t sys_delete_module(struct task_struct *curr, const uint32_t arg[7])
{
	return do_delete_module(curr, arg[0], arg[1]);
}
