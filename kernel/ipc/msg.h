/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_IPC_MSG_H
#define KERNEL_IPC_MSG_H

/* System V messages (include/linux/msg.h). A value or -errno. */

#include "kernel/ipc/util.h"

struct seq_file;

/* include/uapi/linux/msg.h */
#define MSG_NOERROR  010000
#define MSG_EXCEPT   020000
#define MSG_COPY     040000
#define MSG_STAT     11
#define MSG_INFO     12
#define MSG_STAT_ANY 13

#define MSGMNI 32000
#define MSGMAX 8192
#define MSGMNB 16384

struct msg_msg {
	struct list_head m_list;
	int32_t m_type;
	uint32_t m_ts; /* bytes */
	uint8_t text[];
};

struct msg_queue {
	struct kern_ipc_perm q_perm;
	int64_t q_stime, q_rtime, q_ctime;
	uint32_t q_cbytes, q_qnum, q_qbytes; /* bytes and messages; at most */
	int32_t q_lspid, q_lrpid;
	struct list_head q_messages, q_receivers, q_senders;
};

/* ---- ipc/msg.c ------------------------------------------------------------- */

int32_t do_msgget(struct task_struct *curr, int32_t key, uint32_t msgflg);
int32_t do_msgsnd(struct task_struct *curr, int32_t msqid, vaddr_t umsg,
		  uint32_t msgsz, uint32_t msgflg);
int32_t do_msgrcv(struct task_struct *curr, int32_t msqid, vaddr_t umsg,
		  uint32_t msgsz, int32_t msgtyp, uint32_t msgflg);
struct msg_queue *msq_obtain(struct kernel *k, int32_t msqid);
/* Rights or limits are others now: who waits looks again. */
void msq_wake_all(struct task_struct *curr, struct msg_queue *msq);
/* IPC_RMID: who waits is told. ids->rwsem held for writing. */
void msq_free(struct task_struct *curr, struct msg_queue *msq);

/* ---- ipc/msg_ctl.c --------------------------------------------------------- */

int32_t do_msgctl(struct task_struct *curr, int32_t msqid, int cmd,
		  vaddr_t buf);
/* /proc/sysvipc/msg */
int sysvipc_msg_show(struct seq_file *m, void *v);

#endif
