/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/ipc/util.h"

/*
 * Ids, keys and rights of System V objects (ipc/util.c).
 *
 * An id is the object's index and, above it, a sequence number, which goes up
 * each time that indices start over from below: so an id that somebody kept
 * from a dead object doesn't mean the next one at its index. Indices are
 * handed out in turn, within the first 64 as long as there are few objects.
 *
 * Invariant: max_idx is the highest index in use, in_use how many there are.
 *
 * Linux finds keys by a hash table; here they are looked through.
 */

#include <errno.h>

#include "kernel/fs/fcntl.h"
#include "kernel/lib/err.h"
#include "kernel/mm/gfp.h"
#include "kernel/state.h"

/* So many indices are used in turn before the first is used again. */
#define IPC_MIN_CYCLE 64
#define IPCID_SEQ_MAX (INT32_MAX >> IPCMNI_SHIFT)

void ipc_init_ids(struct ipc_ids *ids)
{
	*ids = (struct ipc_ids){.max_idx = -1, .last_idx = -1};
	init_rwsem(&ids->rwsem);
}

/* ---- ids ------------------------------------------------------------------ */

static int find_free(const struct ipc_ids *ids, int from, int to)
{
	for (int idx = from; idx < to; idx++)
		if (!xa_load(&ids->ipcs, (uint32_t)idx))
			return idx;
	return -1;
}

/* A free index, the next in turn. -ENOSPC: none. */
static int next_free(const struct ipc_ids *ids)
{
	int end = ids->in_use * 3 / 2, idx;

	if (end < IPC_MIN_CYCLE)
		end = IPC_MIN_CYCLE;
	if (end > IPCMNI)
		end = IPCMNI;
	idx = find_free(ids, ids->next_idx, end);
	if (idx < 0)
		idx = find_free(ids, 0, end);
	return idx < 0 ? -ENOSPC : idx;
}

int ipc_addid(struct task_struct *curr, struct ipc_ids *ids,
	      struct kern_ipc_perm *new, int limit)
{
	int idx;

	if (ids->in_use >= (limit < IPCMNI ? limit : IPCMNI))
		return -ENOSPC;
	new->cuid = new->uid = curr->cred.euid;
	new->cgid = new->gid = curr->cred.egid;
	idx = next_free(ids);
	if (idx < 0)
		return idx;
	if (xa_store(curr, &ids->ipcs, (uint32_t)idx, new, GFP_KERNEL))
		return -ENOMEM;
	ids->next_idx = idx + 1;
	if (idx <= ids->last_idx && ++ids->seq >= IPCID_SEQ_MAX)
		ids->seq = 0;
	ids->last_idx = idx;
	new->seq = ids->seq;
	new->id = (int32_t)(new->seq << IPCMNI_SHIFT) + idx;
	ids->in_use++;
	if (idx > ids->max_idx)
		ids->max_idx = idx;
	return new->id;
}

static int idx_of(int id)
{
	return id & (IPCMNI - 1);
}

void ipc_rmid(struct task_struct *curr, struct ipc_ids *ids,
	      struct kern_ipc_perm *ipcp)
{
	const int idx = idx_of(ipcp->id);

	xa_erase(curr, &ids->ipcs, (uint32_t)idx);
	ids->in_use--;
	if (idx != ids->max_idx)
		return;
	while (--ids->max_idx >= 0 &&
	       !xa_load(&ids->ipcs, (uint32_t)ids->max_idx))
		;
}

struct kern_ipc_perm *ipc_findkey(const struct ipc_ids *ids, int32_t key)
{
	struct kern_ipc_perm *ipcp;
	uint32_t idx = 0;

	for (; (ipcp = xa_find(&ids->ipcs, &idx, IPCMNI - 1)); idx++)
		if (ipcp->key == key)
			return ipcp;
	return NULL;
}

struct kern_ipc_perm *ipc_obtain_object_idr(const struct ipc_ids *ids, int id)
{
	struct kern_ipc_perm *ipcp = xa_load(&ids->ipcs, (uint32_t)idx_of(id));

	return ipcp ? ipcp : ERR_PTR(-EINVAL);
}

struct kern_ipc_perm *ipc_obtain_object_check(const struct ipc_ids *ids, int id)
{
	struct kern_ipc_perm *ipcp = ipc_obtain_object_idr(ids, id);

	if (!IS_ERR(ipcp) && ipcp->id != id)
		return ERR_PTR(-EINVAL);
	return ipcp;
}

int ipc_get_maxidx(const struct ipc_ids *ids)
{
	return ids->max_idx;
}

/* ---- rights --------------------------------------------------------------- */

bool ipcperms(const struct task_struct *curr, const struct kern_ipc_perm *ipcp,
	      uint32_t flag)
{
	const uint32_t euid = curr->cred.euid;
	const uint32_t wanted = (flag >> 6 | flag >> 3 | flag) & 7;
	uint32_t granted = ipcp->mode;

	if (euid == ipcp->cuid || euid == ipcp->uid)
		granted >>= 6;
	else if (in_group_p(curr, ipcp->cgid) || in_group_p(curr, ipcp->gid))
		granted >>= 3;
	return !(wanted & ~granted) || capable(curr, CAP_IPC_OWNER);
}

bool ipc_owner_or_capable(const struct task_struct *curr,
			  const struct kern_ipc_perm *ipcp)
{
	const uint32_t euid = curr->cred.euid;

	return euid == ipcp->cuid || euid == ipcp->uid ||
	       capable(curr, CAP_SYS_ADMIN);
}

int ipc_update_perm(const struct ipc64_perm *in, struct kern_ipc_perm *out)
{
	if (in->uid == UINT32_MAX || in->gid == UINT32_MAX)
		return -EINVAL;
	out->uid = in->uid;
	out->gid = in->gid;
	out->mode = (out->mode & ~(uint32_t)S_IRWXUGO) | (in->mode & S_IRWXUGO);
	return 0;
}

/* ---- as programs see it ---------------------------------------------------- */

void kernel_to_ipc64_perm(const struct kern_ipc_perm *in,
			  struct ipc64_perm *out)
{
	*out = (struct ipc64_perm){
		.key = in->key,
		.uid = in->uid,
		.gid = in->gid,
		.cuid = in->cuid,
		.cgid = in->cgid,
		.mode = (uint16_t)in->mode,
		.seq = (uint16_t)in->seq,
	};
}

void ipc64_perm_to_ipc_perm(const struct ipc64_perm *in, struct ipc_perm *out)
{
	*out = (struct ipc_perm){
		.key = in->key,
		.uid = (uint16_t)high2lowuid(in->uid),
		.gid = (uint16_t)high2lowuid(in->gid),
		.cuid = (uint16_t)high2lowuid(in->cuid),
		.cgid = (uint16_t)high2lowuid(in->cgid),
		.mode = in->mode,
		.seq = in->seq,
	};
}

bool ipc_parse_version(int *cmd)
{
	const bool ipc_64 = *cmd & IPC_64;

	*cmd &= ~IPC_64;
	return ipc_64;
}
