/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_IPC_SEM_H
#define KERNEL_IPC_SEM_H

/* System V semaphores (include/linux/sem.h). A value or -errno. */

#include "kernel/ipc/util.h"

struct seq_file;

/* include/uapi/linux/sem.h */
#define SEM_UNDO     0x1000
#define GETPID       11
#define GETVAL       12
#define GETALL       13
#define GETNCNT      14
#define GETZCNT      15
#define SETVAL       16
#define SETALL       17
#define SEM_STAT     18
#define SEM_INFO     19
#define SEM_STAT_ANY 20

#define SEMVMX 32767
#define SEMMNI 32000
#define SEMMSL 32000
#define SEMMNS (SEMMNI * SEMMSL)
#define SEMOPM 500

struct sembuf {
	uint16_t sem_num;
	int16_t sem_op, sem_flg;
};

struct sem {
	int32_t semval, sempid;
};

struct sem_array {
	struct kern_ipc_perm sem_perm;
	int64_t sem_otime, sem_ctime;
	struct list_head pending; /* struct sem_queue, first come first */
	struct list_head undos; /* struct sem_undo */
	int32_t nsems;
	struct sem sems[];
};

/* Who waits, on its own stack. */
struct sem_queue {
	struct list_head list;
	struct task_struct *sleeper;
	struct sem_undo *undo;
	const struct sembuf *sops, *blocking;
	int32_t nsops, pid;
	int status; /* 1: waits still */
	bool alter;
};

/* What a process's operations with SEM_UNDO amount to, taken back at its end */
struct sem_undo {
	struct list_head list_proc, list_id;
	int32_t semid;
	int16_t semadj[];
};

/* One for each process, or for all that share by CLONE_SYSVSEM. */
struct sem_undo_list {
	int32_t refcnt;
	struct list_head list_proc;
};

/* ---- ipc/sem.c: sets and operations ---------------------------------------- */

int32_t do_semget(struct task_struct *curr, int32_t key, int32_t nsems,
		  uint32_t semflg);
/* Until virtual cycle @expires; UINT64_MAX: never. */
int32_t do_semtimedop(struct task_struct *curr, int32_t semid, vaddr_t usops,
		      uint32_t nsops, uint64_t expires);
struct sem_array *sem_obtain(struct kernel *k, int32_t semid);
/* Whose operations can be done now, does them and wakes. */
void sem_update_queue(struct task_struct *curr, struct sem_array *sma);
/* IPC_RMID: who waits is told. ids->rwsem held for writing. */
void sem_free(struct task_struct *curr, struct sem_array *sma);
/* fork(): @share as CLONE_SYSVSEM says. 0 or -ENOMEM. */
int copy_semundo(struct task_struct *curr, struct task_struct *child,
		 bool share);
void exit_sem(struct task_struct *curr);

/* ---- ipc/sem_ctl.c ------------------------------------------------------------ */

int32_t do_semctl(struct task_struct *curr, int32_t semid, int32_t semnum,
		  int cmd, uint32_t arg);
/* /proc/sysvipc/sem */
int sysvipc_sem_show(struct seq_file *m, void *v);

#endif
