/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_NET_STATE_H
#define KERNEL_NET_STATE_H

/*
 * What sockets keep for the whole machine (include/net/net_namespace.h). All
 * of it is made when the first program asks for a socket: a machine whose
 * programs have none spends no memory on them.
 */

#include <stdbool.h>
#include <stdint.h>

#include "kernel/lib/list.h"

/* Messages in a row (skbuff.h). */
struct sk_buff_head {
	struct list_head list;
	uint32_t qlen;
};

struct kmem_cache;
struct super_block;

/* Caches of Linux's name and of what an object weighs on ARM. */
enum net_cache {
#define NET_CACHE(id, name, type, arm_size) NET_CACHE_##id,
#include "kernel/net/caches.def"
#undef NET_CACHE
	NR_NET_CACHES
};

struct unix_state {
	struct list_head sockets; /* all of them, oldest first */
	struct list_head gc_inflight_list; /* those that travel in messages */
	uint32_t tot_inflight; /* these, as often as they are in one */
	uint32_t files_inflight; /* all files in messages, sockets or not */
	struct sk_buff_head dead; /* messages with files, to be freed … */
	bool freeing; /* … by somebody who is at it */
	uint32_t nr_socks;
	uint32_t autobind; /* the next name to try */
	bool gc_in_progress;
};

struct inet_state {
	struct list_head socks; /* TCP, UDP, ping and raw, oldest first */
	uint16_t last_port[2]; /* of ephemeral ones, stream and datagram */
};

/* /proc/sys/net */
struct net_sysctl {
#define FIELD(field, name, preset, least, greatest) int32_t field;
#define SYSCTL_CORE                                 FIELD
#define SYSCTL_UNIX                                 FIELD
#include "kernel/net/sysctl.def"
#undef FIELD
};

struct net_state {
	struct net_sysctl ctl;
	bool ready;
	struct kmem_cache *cache[NR_NET_CACHES];
	struct super_block *sock_sb; /* sockfs, mounted nowhere */
	uint64_t last_cookie;
	uint32_t sockets_used;
	bool lo_down; /* the loopback device was switched off */
	uint64_t lo_packets, lo_bytes;
	struct unix_state unx;
	struct inet_state inet;
	struct list_head netlink;
};

struct kernel;

/* Linux's presets. */
void net_sysctl_init(struct kernel *k);

#endif
