/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/fs/proc/internal.h"

/*
 * /proc/PID/net (Linux: fs/proc/proc_net.c), to which /proc/net leads. There
 * is one network: all processes see the same.
 */

#include "kernel/fs/fcntl.h"
#include "kernel/net/af_unix.h"
#include "kernel/net/inet_sock.h"
#include "kernel/net/net.h"

#define NET_FILE(file, fn)                                          \
	{                                                           \
		.name = file, .mode = S_IFREG | 0444, .show = (fn), \
		.splice_read = true,                                \
	}

static const struct proc_entry net_entries[] = {
	NET_FILE("dev", dev_seq_show),
	NET_FILE("if_inet6", if_inet6_seq_show),
	NET_FILE("route", route_seq_show),
	NET_FILE("sockstat", sockstat_show),
	NET_FILE("tcp", tcp_seq_show),
	NET_FILE("tcp6", tcp6_seq_show),
	NET_FILE("udp", udp_seq_show),
	NET_FILE("udp6", udp6_seq_show),
	NET_FILE("unix", unix_seq_show),
};

const struct proc_dir proc_net_dir = {PROC_DIR(net_entries, 0x400)};
