/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_IPC_UTIL_H
#define KERNEL_IPC_UTIL_H

/* What all System V objects have in common (ipc/util.h). Errors are -errno. */

#include "kernel/ipc/ipc_namespace.h"

/* include/uapi/linux/ipc.h */
#define IPC_PRIVATE 0
#define IPC_CREAT   01000
#define IPC_EXCL    02000
#define IPC_RMID    0
#define IPC_SET     1
#define IPC_STAT    2
#define IPC_INFO    3
#define IPC_64      0x100 /* in a command: structures of this century */

/* 15 bits of an id are its index, 16 above them its sequence number. */
#define IPCMNI       32768
#define IPCMNI_SHIFT 15

/* At the head of each object: who made it, whose it is, what they may. */
struct kern_ipc_perm {
	int32_t id, key;
	uint32_t uid, gid, cuid, cgid;
	uint32_t mode; /* nine bits of rights, and the kind's own above */
	uint32_t seq;
};

/* As programs see it: struct ipc64_perm, and struct ipc_perm of old. */
struct ipc64_perm {
	int32_t key;
	uint32_t uid, gid, cuid, cgid;
	uint16_t mode, __pad1, seq, __pad2;
	uint32_t __unused1, __unused2;
};
struct ipc_perm {
	int32_t key;
	uint16_t uid, gid, cuid, cgid, mode, seq;
};

void ipc_init_ids(struct ipc_ids *ids);
/*
 * @new, which has key and mode, becomes the caller's and gets an id, which is
 * returned; -ENOSPC: there are @limit already. rwsem held for writing.
 */
int ipc_addid(struct task_struct *curr, struct ipc_ids *ids,
	      struct kern_ipc_perm *new, int limit);
void ipc_rmid(struct task_struct *curr, struct ipc_ids *ids,
	      struct kern_ipc_perm *ipcp);
/* NULL: none. (Not of IPC_PRIVATE, which is no key.) */
struct kern_ipc_perm *ipc_findkey(const struct ipc_ids *ids, int32_t key);
/* By index, whatever the sequence number. ERR_PTR(-EINVAL). */
struct kern_ipc_perm *ipc_obtain_object_idr(const struct ipc_ids *ids, int id);
/* That object and no other that has its place by now. ERR_PTR(-EINVAL). */
struct kern_ipc_perm *ipc_obtain_object_check(const struct ipc_ids *ids,
					      int id);
/* The highest index in use; -1: none. */
int ipc_get_maxidx(const struct ipc_ids *ids);
/* May @curr do with it what the rights of @flag, at any place, say? */
bool ipcperms(const struct task_struct *curr, const struct kern_ipc_perm *ipcp,
	      uint32_t flag);
/* May it change or remove the object? */
bool ipc_owner_or_capable(const struct task_struct *curr,
			  const struct kern_ipc_perm *ipcp);
/* IPC_SET. 0 or -EINVAL. */
int ipc_update_perm(const struct ipc64_perm *in, struct kern_ipc_perm *out);
void kernel_to_ipc64_perm(const struct kern_ipc_perm *in,
			  struct ipc64_perm *out);
void ipc64_perm_to_ipc_perm(const struct ipc64_perm *in, struct ipc_perm *out);
/* Takes IPC_64 out of *@cmd. True: it was there. */
bool ipc_parse_version(int *cmd);

#endif
