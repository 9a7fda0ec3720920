/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_IPC_NAMESPACE_H
#define KERNEL_IPC_NAMESPACE_H

/* Objects of IPC of the machine (include/linux/ipc_namespace.h): one set. */

#include "kernel/lib/xarray.h"
#include "kernel/mm/mm_types.h"

struct kmem_cache;
struct super_block;

/* Objects of one kind, by index. See ipc/util.c for what an id is. */
struct ipc_ids {
	struct xarray ipcs;
	struct rw_semaphore rwsem; /* for writing: who adds or removes one */
	int32_t in_use;
	int32_t max_idx, last_idx; /* -1: none yet */
	int32_t next_idx; /* where the search for a free one begins */
	uint32_t seq;
};

struct ipc_namespace {
	struct ipc_ids shm_ids, sem_ids, msg_ids;
	/* of one set, of all, at once, how many sets: kernel.sem */
	int32_t sem_ctls[4];
	int32_t used_sems; /* of all sets */
	int32_t msg_ctlmax, msg_ctlmnb; /* bytes of a message, of a queue's */
	int32_t msg_ctlmni; /* how many queues */
	int32_t msg_hdrs; /* messages there are, */
	uint32_t msg_bytes; /* and their bytes */
	uint32_t shm_ctlmax, shm_ctlall; /* bytes of one, pages of all */
	int32_t shm_ctlmni; /* how many */
	int32_t shm_rmid_forced; /* a segment dies with its last user */
	uint32_t shm_tot; /* pages of all there are */
	struct { /* POSIX's queues: how many, and the limits of fs.mqueue */
		struct super_block *sb; /* mqueue.c; NULL: nobody asked yet */
		struct kmem_cache *inode_cachep;
		int32_t queues_count;
		int32_t queues_max, msg_max, msgsize_max;
		int32_t msg_default, msgsize_default;
	} mq;
};

/* At boot: Linux's presets. */
void ipc_init(struct kernel *k);

#endif
