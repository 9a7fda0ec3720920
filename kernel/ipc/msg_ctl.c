/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/ipc/msg.h"

/*
 * What is told of System V message queues and changed about them: msgctl() and
 * /proc/sysvipc/msg (ipc/msg.c).
 *
 * MODEL: commands without IPC_64, which no C library since 1999 has given,
 * are refused where they exchange a structure.
 */

#include "kernel/arch/arm/uaccess.h"
#include "kernel/fs/dcache.h"
#include "kernel/fs/seq_file.h"
#include "kernel/lib/err.h"
#include "kernel/state.h"

/* include/uapi/asm-generic/msgbuf.h, linux/msg.h: sizes and order are ABI. */
struct msqid64_ds {
	struct ipc64_perm msg_perm;
	uint32_t msg_stime, msg_stime_high, msg_rtime, msg_rtime_high;
	uint32_t msg_ctime, msg_ctime_high;
	uint32_t msg_cbytes, msg_qnum, msg_qbytes;
	int32_t msg_lspid, msg_lrpid;
	uint32_t __unused4, __unused5;
};
_Static_assert(sizeof(struct msqid64_ds) == 88, "ABI");

struct msginfo {
	int32_t msgpool, msgmap, msgmax, msgmnb, msgmni, msgssz, msgtql;
	uint16_t msgseg, unused;
};

static int32_t msgctl_info(struct task_struct *curr, int cmd, vaddr_t buf)
{
	const struct ipc_namespace *ns = &curr->k->ipc;
	struct msginfo info = {
		.msgpool = MSGMNI * (MSGMNB / 1024),
		.msgmap = MSGMNB,
		.msgmax = ns->msg_ctlmax,
		.msgmnb = ns->msg_ctlmnb,
		.msgmni = ns->msg_ctlmni,
		.msgssz = 16,
		.msgtql = MSGMNB,
		.msgseg = UINT16_MAX,
	};
	const int max = ipc_get_maxidx(&ns->msg_ids);

	if (cmd == MSG_INFO) {
		info.msgpool = ns->msg_ids.in_use;
		info.msgmap = ns->msg_hdrs;
		info.msgtql = (int32_t)ns->msg_bytes;
	}
	if (copy_to_user(curr, buf, &info, sizeof(info)))
		return -EFAULT;
	return max < 0 ? 0 : max;
}

static void to_msqid64(const struct msg_queue *msq, struct msqid64_ds *ds)
{
	*ds = (struct msqid64_ds){
		.msg_stime = (uint32_t)msq->q_stime,
		.msg_stime_high = (uint32_t)(msq->q_stime >> 32),
		.msg_rtime = (uint32_t)msq->q_rtime,
		.msg_rtime_high = (uint32_t)(msq->q_rtime >> 32),
		.msg_ctime = (uint32_t)msq->q_ctime,
		.msg_ctime_high = (uint32_t)(msq->q_ctime >> 32),
		.msg_cbytes = msq->q_cbytes,
		.msg_qnum = msq->q_qnum,
		.msg_qbytes = msq->q_qbytes,
		.msg_lspid = msq->q_lspid,
		.msg_lrpid = msq->q_lrpid,
	};
	kernel_to_ipc64_perm(&msq->q_perm, &ds->msg_perm);
}

/* IPC_STAT by id; MSG_STAT and MSG_STAT_ANY by index, which tell the id. */
static int32_t msgctl_stat(struct task_struct *curr, int32_t msqid, int cmd,
			   vaddr_t buf)
{
	const struct ipc_ids *ids = &curr->k->ipc.msg_ids;
	const struct msg_queue *msq =
		(struct msg_queue *)(cmd == IPC_STAT
					     ? ipc_obtain_object_check(ids,
								       msqid)
					     : ipc_obtain_object_idr(ids,
								     msqid));
	struct msqid64_ds ds;
	int32_t id;

	if (IS_ERR(msq))
		return (int32_t)PTR_ERR(msq);
	if (cmd != MSG_STAT_ANY && !ipcperms(curr, &msq->q_perm, 0444))
		return -EACCES;
	to_msqid64(msq, &ds);
	id = cmd == IPC_STAT ? 0 : msq->q_perm.id;
	return copy_to_user(curr, buf, &ds, sizeof(ds)) ? -EFAULT : id;
}

static int msgctl_set(struct task_struct *curr, struct msg_queue *msq,
		      const struct msqid64_ds *ds)
{
	int err;

	if (ds->msg_qbytes > (uint32_t)curr->k->ipc.msg_ctlmnb &&
	    !capable(curr, CAP_SYS_RESOURCE))
		return -EPERM;
	err = ipc_update_perm(&ds->msg_perm, &msq->q_perm);
	if (err)
		return err;
	msq->q_qbytes = ds->msg_qbytes;
	msq->q_ctime = current_time(curr->k).tv_sec;
	msq_wake_all(curr, msq);
	return 0;
}

static int32_t msgctl_down(struct task_struct *curr, int32_t msqid, int cmd,
			   vaddr_t buf)
{
	struct ipc_ids *ids = &curr->k->ipc.msg_ids;
	struct msqid64_ds ds = {0};
	struct msg_queue *msq;
	int error = 0;

	if (cmd == IPC_SET && copy_from_user(curr, &ds, buf, sizeof(ds)))
		return -EFAULT;
	down_write(curr, &ids->rwsem);
	msq = msq_obtain(curr->k, msqid);
	if (IS_ERR(msq))
		error = (int)PTR_ERR(msq);
	else if (!ipc_owner_or_capable(curr, &msq->q_perm))
		error = -EPERM;
	else if (cmd == IPC_RMID)
		msq_free(curr, msq);
	else
		error = msgctl_set(curr, msq, &ds);
	up_write(curr, &ids->rwsem);
	return error;
}

int32_t do_msgctl(struct task_struct *curr, int32_t msqid, int cmd, vaddr_t buf)
{
	const bool ipc_64 = ipc_parse_version(&cmd);

	if (msqid < 0 || cmd < 0)
		return -EINVAL;
	switch (cmd) {
	case IPC_INFO:
	case MSG_INFO:
		return msgctl_info(curr, cmd, buf);
	case IPC_STAT:
	case MSG_STAT:
	case MSG_STAT_ANY:
		return ipc_64 ? msgctl_stat(curr, msqid, cmd, buf) : -EINVAL;
	case IPC_SET:
		if (!ipc_64)
			return -EINVAL;
		/* fallthrough */
	case IPC_RMID:
		return msgctl_down(curr, msqid, cmd, buf);
	default:
		return -EINVAL;
	}
}

/* ---- /proc ----------------------------------------------------------------- */

int sysvipc_msg_show(struct seq_file *m, void *v)
{
	struct ipc_ids *ids = &m->k->ipc.msg_ids;
	const struct msg_queue *msq;
	uint32_t idx = 0;

	(void)v;
	seq_puts(m, "       key      msqid perms      cbytes       qnum lspid "
		    "lrpid   uid   gid  cuid  cgid      stime      rtime      "
		    "ctime\n");
	down_read(m->curr, &ids->rwsem);
	for (; (msq = xa_find(&ids->ipcs, &idx, IPCMNI - 1)); idx++) {
		const struct kern_ipc_perm *perm = &msq->q_perm;

		seq_printf(m,
			   "%10d %10d  %4o  %10u %10u %5u %5u %5u %5u %5u %5u "
			   "%10llu %10llu %10llu\n",
			   perm->key, perm->id, perm->mode, msq->q_cbytes,
			   msq->q_qnum, (uint32_t)msq->q_lspid,
			   (uint32_t)msq->q_lrpid, perm->uid, perm->gid,
			   perm->cuid, perm->cgid,
			   (unsigned long long)msq->q_stime,
			   (unsigned long long)msq->q_rtime,
			   (unsigned long long)msq->q_ctime);
	}
	up_read(m->curr, &ids->rwsem);
	return 0;
}
