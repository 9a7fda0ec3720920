/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/net/net.h"

/*
 * /proc/sys/net (Linux: net/core/sysctl_net_core.c, net/unix/sysctl_net_unix.c
 * and their kin). Buffers' presets and limits and queues' lengths are obeyed.
 *
 * MODEL: dev_weight, netdev_max_backlog and optmem_max are kept and shown.
 */

#include <string.h>

#include "kernel/fs/fcntl.h"
#include "kernel/fs/proc/internal.h"
#include "kernel/state.h"

#define NET_CTL(field, file, preset, least, greatest)              \
	{                                                          \
		.name = file,                                      \
		.mode = S_IFREG | 0644,                            \
		.is_sysctl = true,                                 \
		.ctl =                                             \
			&(const struct ctl){                       \
				.offset = offsetof(struct kernel,  \
						   net.ctl.field), \
				.min = (least),                    \
				.max = (greatest),                 \
			},                                         \
	},

#define NET_DIR(text, table)                                             \
	{                                                                \
		.name = text, .mode = S_IFDIR | 0555, .is_sysctl = true, \
		.dir = &(table),                                         \
	}

static const struct proc_entry core_entries[] = {
#define SYSCTL_CORE NET_CTL
#define SYSCTL_UNIX(...)
#include "kernel/net/sysctl.def"
};

static const struct proc_entry unix_entries[] = {
#define SYSCTL_CORE(...)
#define SYSCTL_UNIX NET_CTL
#include "kernel/net/sysctl.def"
};

static const struct proc_dir core_dir = {PROC_DIR(core_entries, 0x1500)};
static const struct proc_dir unix_dir = {PROC_DIR(unix_entries, 0x1540)};

static const struct proc_entry net_entries[] = {
	NET_DIR("core", core_dir),
	NET_DIR("unix", unix_dir),
};

const struct proc_dir proc_sys_net_dir = {PROC_DIR(net_entries, 0x1400)};

void net_sysctl_init(struct kernel *k)
{
#define PRESET(field, name, preset, least, greatest) k->net.ctl.field = preset;
#define SYSCTL_CORE                                  PRESET
#define SYSCTL_UNIX                                  PRESET
#include "kernel/net/sysctl.def"
}
