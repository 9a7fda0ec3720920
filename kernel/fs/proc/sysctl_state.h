/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_FS_PROC_SYSCTL_STATE_H
#define KERNEL_FS_PROC_SYSCTL_STATE_H

/* Values of /proc/sys that have no better place. */

#include <stdint.h>

struct sysctl_state {
#define FIELD(field, name, preset, least, greatest) int32_t field;
#define SYSCTL_VM                                   FIELD
#define SYSCTL_KERNEL                               FIELD
#define SYSCTL_FS                                   FIELD
#include "kernel/fs/proc/sysctl.def"
#undef FIELD
	int32_t compaction_proactiveness, pipe_max_size;
	int32_t pty_max, pty_reserve;
	int32_t admin_reserve_kbytes, user_reserve_kbytes;
};

struct kernel;

/* Linux's presets; memory is counted already. */
void sysctl_init(struct kernel *k);

#endif
