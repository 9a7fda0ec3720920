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

#define ARM_SIZEOF_MSG_MSG    24u
#define ARM_SIZEOF_MSG_MSGSEG 4u

struct msg_msgseg;

/* A message: its first bytes, and a chain of pieces with the others. */
struct msg_msg {
	struct list_head m_list;
	int32_t m_type; /* of POSIX's: the priority */
	uint32_t m_ts; /* bytes */
	struct msg_msgseg *next;
	uint8_t text[];
};

struct msg_queue {
	struct kern_ipc_perm q_perm;
	int64_t q_stime, q_rtime, q_ctime;
	uint32_t q_cbytes, q_qnum, q_qbytes; /* bytes and messages; at most */
	int32_t q_lspid, q_lrpid;
	struct list_head q_messages, q_receivers, q_senders;
};

/* ---- ipc/msgutil.c --------------------------------------------------------- */

/* One of @len bytes, which are 0; NULL: no memory. */
struct msg_msg *alloc_msg(struct task_struct *curr, uint32_t len);
void free_msg(struct task_struct *curr, struct msg_msg *msg);
/* A message out of user memory. ERR_PTR. */
struct msg_msg *load_msg(struct task_struct *curr, vaddr_t from, uint32_t len);
/* The first @len of its bytes, as many as there are, to the user. -EFAULT. */
int store_msg(struct task_struct *curr, vaddr_t to, const struct msg_msg *msg,
	      uint32_t len);
/* As much of @from as @to has room for, and its type. */
void copy_msg(struct msg_msg *to, const struct msg_msg *from);

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
