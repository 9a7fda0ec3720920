/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/ipc/msg.h"

/*
 * System V messages: queues, sending, receiving (ipc/msg.c; msgctl() is in
 * msg_ctl.c).
 *
 * Who waits for a message says which he would take: a sender hands the message
 * to the first of them whom it suits, without the queue. Who waits for room
 * is woken whenever there is some, and looks again.
 *
 * Invariant: q_cbytes and q_qnum are the sums over q_messages.
 */

#include "kernel/arch/arm/uaccess.h"
#include "kernel/fs/dcache.h"
#include "kernel/fs/fcntl.h"
#include "kernel/lib/err.h"
#include "kernel/mm/slab.h"
#include "kernel/state.h"
#include "kernel/task/signal.h"

#define ARM_SIZEOF_MSG_QUEUE 192
#define IPC_NOWAIT           04000

enum msg_mode {
	SEARCH_ANY,
	SEARCH_EQUAL,
	SEARCH_NOTEQUAL,
	SEARCH_LESSEQUAL,
	SEARCH_NUMBER
};

/* Who waits for a message, and who for room; on their own stacks. */
struct msg_receiver {
	struct list_head list;
	struct task_struct *task;
	enum msg_mode mode;
	int32_t type;
	uint32_t maxsize;
	struct msg_msg *msg; /* ERR_PTR(-EAGAIN): waits still */
};
struct msg_sender {
	struct list_head list;
	struct task_struct *task;
	bool gone; /* the queue is */
};

static struct ipc_ids *msg_ids(struct kernel *k)
{
	return &k->ipc.msg_ids;
}

static int64_t now(const struct kernel *k)
{
	return current_time(k).tv_sec;
}

struct msg_queue *msq_obtain(struct kernel *k, int32_t msqid)
{
	return (struct msg_queue *)ipc_obtain_object_check(msg_ids(k), msqid);
}

/* ---- msgget --------------------------------------------------------------- */

static int newque(struct task_struct *curr, int32_t key, uint32_t msgflg)
{
	struct ipc_namespace *ns = &curr->k->ipc;
	struct msg_queue *msq = kzalloc_obj(curr, ARM_SIZEOF_MSG_QUEUE,
					    sizeof(*msq), GFP_KERNEL);
	int id;

	if (!msq)
		return -ENOMEM;
	INIT_LIST_HEAD(&msq->q_messages);
	INIT_LIST_HEAD(&msq->q_receivers);
	INIT_LIST_HEAD(&msq->q_senders);
	msq->q_perm.key = key;
	msq->q_perm.mode = msgflg & S_IRWXUGO;
	msq->q_ctime = now(curr->k);
	msq->q_qbytes = (uint32_t)ns->msg_ctlmnb;
	id = ipc_addid(curr, msg_ids(curr->k), &msq->q_perm, ns->msg_ctlmni);
	if (id < 0)
		kfree_obj(curr, msq);
	return id;
}

int32_t do_msgget(struct task_struct *curr, int32_t key, uint32_t msgflg)
{
	struct ipc_ids *ids = msg_ids(curr->k);
	struct kern_ipc_perm *ipcp = NULL;
	int id;

	down_write(curr, &ids->rwsem);
	if (key != IPC_PRIVATE)
		ipcp = ipc_findkey(ids, key);
	if (ipcp && msgflg & IPC_CREAT && msgflg & IPC_EXCL)
		id = -EEXIST;
	else if (ipcp)
		id = ipcperms(curr, ipcp, msgflg) ? ipcp->id : -EACCES;
	else if (key == IPC_PRIVATE || msgflg & IPC_CREAT)
		id = newque(curr, key, msgflg);
	else
		id = -ENOENT;
	up_write(curr, &ids->rwsem);
	return id;
}

/* ---- who waits ------------------------------------------------------------ */

static void ss_wakeup(struct task_struct *curr, struct msg_queue *msq)
{
	struct msg_sender *mss;

	list_for_each_entry(mss, &msq->q_senders, list)
		wake_up_process(curr, mss->task);
}

/* What a receiver's wait ends with. */
static void answer(struct task_struct *curr, struct msg_receiver *msr,
		   struct msg_msg *msg)
{
	list_del(&msr->list);
	msr->msg = msg;
	wake_up_process(curr, msr->task);
}

static void expunge_all(struct task_struct *curr, struct msg_queue *msq,
			int res)
{
	struct msg_receiver *msr, *next;

	list_for_each_entry_safe(msr, next, &msq->q_receivers, list)
		answer(curr, msr, ERR_PTR(res));
}

void msq_wake_all(struct task_struct *curr, struct msg_queue *msq)
{
	expunge_all(curr, msq, -EAGAIN);
	ss_wakeup(curr, msq);
}

void msq_free(struct task_struct *curr, struct msg_queue *msq)
{
	struct msg_sender *mss, *next;
	struct msg_msg *msg, *other;

	expunge_all(curr, msq, -EIDRM);
	list_for_each_entry_safe(mss, next, &msq->q_senders, list) {
		list_del(&mss->list);
		mss->gone = true;
		wake_up_process(curr, mss->task);
	}
	ipc_rmid(curr, msg_ids(curr->k), &msq->q_perm);
	list_for_each_entry_safe(msg, other, &msq->q_messages, m_list) {
		curr->k->ipc.msg_hdrs--;
		curr->k->ipc.msg_bytes -= msg->m_ts;
		free_msg(curr, msg);
	}
	kfree_obj(curr, msq);
}

/* ---- msgsnd --------------------------------------------------------------- */

static bool testmsg(const struct msg_msg *msg, int32_t type, enum msg_mode mode)
{
	switch (mode) {
	case SEARCH_LESSEQUAL:
		return msg->m_type <= type;
	case SEARCH_EQUAL:
		return msg->m_type == type;
	case SEARCH_NOTEQUAL:
		return msg->m_type != type;
	default:
		return true;
	}
}

/* To somebody who waits for it. False: to nobody. */
static bool pipelined_send(struct task_struct *curr, struct msg_queue *msq,
			   struct msg_msg *msg)
{
	struct msg_receiver *msr, *next;

	list_for_each_entry_safe(msr, next, &msq->q_receivers, list) {
		if (!testmsg(msg, msr->type, msr->mode))
			continue;
		if (msr->maxsize < msg->m_ts) {
			answer(curr, msr, ERR_PTR(-E2BIG));
			continue;
		}
		msq->q_lrpid = msr->task->tgid;
		msq->q_rtime = now(curr->k);
		answer(curr, msr, msg);
		return true;
	}
	return false;
}

static void enqueue(struct task_struct *curr, struct msg_queue *msq,
		    struct msg_msg *msg)
{
	list_add_tail(&msg->m_list, &msq->q_messages);
	msq->q_cbytes += msg->m_ts;
	msq->q_qnum++;
	curr->k->ipc.msg_bytes += msg->m_ts;
	curr->k->ipc.msg_hdrs++;
}

static bool msg_fits(const struct msg_queue *msq, uint32_t len)
{
	return len + msq->q_cbytes <= msq->q_qbytes &&
	       1 + msq->q_qnum <= msq->q_qbytes;
}

/* Until there may be room. 0, -EIDRM, -ERESTARTNOHAND. */
static int wait_for_room(struct task_struct *curr, struct msg_queue *msq)
{
	struct msg_sender mss = {.task = curr};

	list_add_tail(&mss.list, &msq->q_senders);
	curr->state = TASK_INTERRUPTIBLE;
	schedule(curr);
	if (mss.gone)
		return -EIDRM;
	list_del(&mss.list);
	return signal_pending(curr) ? -ERESTARTNOHAND : 0;
}

static int send_msg(struct task_struct *curr, int32_t msqid,
		    struct msg_msg *msg, uint32_t msgflg)
{
	struct msg_queue *msq = msq_obtain(curr->k, msqid);
	int err;

	if (IS_ERR(msq))
		return (int)PTR_ERR(msq);
	for (;;) {
		if (!ipcperms(curr, &msq->q_perm, 0222))
			return -EACCES;
		if (msg_fits(msq, msg->m_ts))
			break;
		if (msgflg & IPC_NOWAIT)
			return -EAGAIN;
		err = wait_for_room(curr, msq);
		if (err)
			return err;
	}
	msq->q_lspid = curr->tgid;
	msq->q_stime = now(curr->k);
	if (!pipelined_send(curr, msq, msg))
		enqueue(curr, msq, msg);
	return 0;
}

int32_t do_msgsnd(struct task_struct *curr, int32_t msqid, vaddr_t umsg,
		  uint32_t msgsz, uint32_t msgflg)
{
	struct msg_msg *msg;
	uint32_t type;
	int err;

	if (get_user_u32(curr, &type, umsg))
		return -EFAULT;
	if (msgsz > (uint32_t)curr->k->ipc.msg_ctlmax || (int32_t)msgsz < 0 ||
	    msqid < 0 || (int32_t)type < 1)
		return -EINVAL;
	msg = load_msg(curr, umsg + 4, msgsz);
	if (IS_ERR(msg))
		return (int32_t)PTR_ERR(msg);
	msg->m_type = (int32_t)type;
	err = send_msg(curr, msqid, msg, msgflg);
	if (err)
		free_msg(curr, msg);
	return err;
}

/* ---- msgrcv --------------------------------------------------------------- */

static enum msg_mode convert_mode(int32_t *type, uint32_t msgflg)
{
	if (msgflg & MSG_COPY)
		return SEARCH_NUMBER;
	if (!*type)
		return SEARCH_ANY;
	if (*type < 0) {
		*type = *type == INT32_MIN ? INT32_MAX : -*type;
		return SEARCH_LESSEQUAL;
	}
	return msgflg & MSG_EXCEPT ? SEARCH_NOTEQUAL : SEARCH_EQUAL;
}

static struct msg_msg *find_msg(const struct msg_queue *msq, int32_t type,
				enum msg_mode mode)
{
	struct msg_msg *msg, *found = NULL;
	int32_t count = 0;

	list_for_each_entry(msg, &msq->q_messages, m_list) {
		if (mode == SEARCH_NUMBER) {
			if (count++ == type)
				return msg;
			continue;
		}
		if (!testmsg(msg, type, mode))
			continue;
		/* the lowest type, and of these the first */
		if (mode != SEARCH_LESSEQUAL || msg->m_type == 1)
			return msg;
		type = msg->m_type - 1;
		found = msg;
	}
	return found;
}

static void dequeue(struct task_struct *curr, struct msg_queue *msq,
		    struct msg_msg *msg)
{
	list_del(&msg->m_list);
	msq->q_qnum--;
	msq->q_rtime = now(curr->k);
	msq->q_lrpid = curr->tgid;
	msq->q_cbytes -= msg->m_ts;
	curr->k->ipc.msg_bytes -= msg->m_ts;
	curr->k->ipc.msg_hdrs--;
	ss_wakeup(curr, msq);
}

/* A message that somebody sends. ERR_PTR: -EAGAIN, look again. */
static struct msg_msg *wait_for_msg(struct task_struct *curr,
				    struct msg_queue *msq, int32_t type,
				    enum msg_mode mode, uint32_t maxsize)
{
	struct msg_receiver msr = {
		.task = curr,
		.mode = mode,
		.type = type,
		.maxsize = maxsize,
		.msg = NULL,
	};

	list_add_tail(&msr.list, &msq->q_receivers);
	curr->state = TASK_INTERRUPTIBLE;
	schedule(curr);
	if (msr.msg)
		return msr.msg;
	list_del(&msr.list);
	return ERR_PTR(signal_pending(curr) ? -ERESTARTNOHAND : -EAGAIN);
}

/* It is the caller's, unless it is the queue's yet (MSG_COPY). ERR_PTR. */
static struct msg_msg *receive(struct task_struct *curr, int32_t msqid,
			       uint32_t bufsz, int32_t type, uint32_t msgflg)
{
	const enum msg_mode mode = convert_mode(&type, msgflg);
	const uint32_t maxsize = msgflg & MSG_NOERROR ? INT32_MAX : bufsz;
	struct msg_msg *msg;

	for (;;) {
		struct msg_queue *msq = msq_obtain(curr->k, msqid);

		if (IS_ERR(msq))
			return ERR_PTR(PTR_ERR(msq));
		if (!ipcperms(curr, &msq->q_perm, 0444))
			return ERR_PTR(-EACCES);
		msg = find_msg(msq, type, mode);
		if (msg && maxsize < msg->m_ts)
			return ERR_PTR(-E2BIG);
		if (msg && mode != SEARCH_NUMBER)
			dequeue(curr, msq, msg);
		if (msg)
			return msg;
		if (msgflg & IPC_NOWAIT)
			return ERR_PTR(-ENOMSG);
		msg = wait_for_msg(curr, msq, type, mode, maxsize);
		if (msg != ERR_PTR(-EAGAIN))
			return msg;
	}
}

static int32_t fill_msg(struct task_struct *curr, vaddr_t to,
			const struct msg_msg *msg, uint32_t bufsz)
{
	const uint32_t len = bufsz > msg->m_ts ? msg->m_ts : bufsz;

	if (put_user_u32(curr, (uint32_t)msg->m_type, to) ||
	    store_msg(curr, to + 4, msg, len))
		return -EFAULT;
	return (int32_t)len;
}

/* A copy with room for @bufsz bytes, out of a queue that may go meanwhile. */
static int32_t peek_msg(struct task_struct *curr, int32_t msqid, vaddr_t umsg,
			uint32_t bufsz, int32_t msgtyp, uint32_t msgflg)
{
	const uint32_t most = (uint32_t)curr->k->ipc.msg_ctlmax;
	const uint32_t room = bufsz < most ? bufsz : most;
	struct msg_msg *copy = alloc_msg(curr, room);
	const struct msg_msg *msg;
	int32_t result;

	if (!copy)
		return -ENOMEM;
	msg = receive(curr, msqid, room, msgtyp, msgflg);
	if (IS_ERR(msg)) {
		result = (int32_t)PTR_ERR(msg);
	} else {
		copy_msg(copy, msg);
		result = fill_msg(curr, umsg, copy, bufsz);
	}
	free_msg(curr, copy);
	return result;
}

int32_t do_msgrcv(struct task_struct *curr, int32_t msqid, vaddr_t umsg,
		  uint32_t bufsz, int32_t msgtyp, uint32_t msgflg)
{
	struct msg_msg *msg;
	int32_t result;

	if (msqid < 0 || (int32_t)bufsz < 0)
		return -EINVAL;
	if (msgflg & MSG_COPY) {
		if (msgflg & MSG_EXCEPT || !(msgflg & IPC_NOWAIT))
			return -EINVAL;
		return peek_msg(curr, msqid, umsg, bufsz, msgtyp, msgflg);
	}
	msg = receive(curr, msqid, bufsz, msgtyp, msgflg);
	if (IS_ERR(msg))
		return (int32_t)PTR_ERR(msg);
	result = fill_msg(curr, umsg, msg, bufsz);
	free_msg(curr, msg);
	return result;
}
