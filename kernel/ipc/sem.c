/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/ipc/sem.h"

/*
 * System V semaphores: sets, operations, what is taken back (ipc/sem.c;
 * semctl() is in sem_ctl.c).
 *
 * The operations of one call are done all together or not at all. Who can't
 * waits in the set's queue; whoever changes a semaphore looks through that
 * queue and does for the sleepers what they wait for, in the order in which
 * they came. So a sleeper wakes with its work done, or its set gone.
 *
 * Invariants: no operation in the queue could be done now. semadj of all
 * sem_undo of a set are within +-SEMVMX.
 *
 * Large sets lie in contiguous memory, where Linux takes vmalloc's.
 */

#include "kernel/arch/arm/uaccess.h"
#include "kernel/fs/dcache.h"
#include "kernel/fs/fcntl.h"
#include "kernel/lib/err.h"
#include "kernel/mm/slab.h"
#include "kernel/state.h"
#include "kernel/task/signal.h"

#define ARM_SIZEOF_SEM_ARRAY     128
#define ARM_SIZEOF_SEM           64
#define ARM_SIZEOF_SEM_UNDO      36
#define ARM_SIZEOF_SEM_UNDO_LIST 16
#define IPC_NOWAIT               04000

static struct ipc_ids *sem_ids(struct kernel *k)
{
	return &k->ipc.sem_ids;
}

static int64_t now(const struct kernel *k)
{
	return current_time(k).tv_sec;
}

struct sem_array *sem_obtain(struct kernel *k, int32_t semid)
{
	return (struct sem_array *)ipc_obtain_object_check(sem_ids(k), semid);
}

/* ---- semget --------------------------------------------------------------- */

static int newary(struct task_struct *curr, int32_t key, int32_t nsems,
		  uint32_t semflg)
{
	struct ipc_namespace *ns = &curr->k->ipc;
	struct sem_array *sma;
	int id;

	if (!nsems)
		return -EINVAL;
	if (ns->used_sems + nsems > ns->sem_ctls[1])
		return -ENOSPC;
	sma = kzalloc_obj(
		curr, ARM_SIZEOF_SEM_ARRAY + ARM_SIZEOF_SEM * (uint32_t)nsems,
		(uint32_t)(sizeof(*sma) + sizeof(struct sem) * (uint32_t)nsems),
		GFP_KERNEL);
	if (!sma)
		return -ENOMEM;
	INIT_LIST_HEAD(&sma->pending);
	INIT_LIST_HEAD(&sma->undos);
	sma->sem_perm.key = key;
	sma->sem_perm.mode = semflg & S_IRWXUGO;
	sma->nsems = nsems;
	sma->sem_ctime = now(curr->k);
	id = ipc_addid(curr, sem_ids(curr->k), &sma->sem_perm, ns->sem_ctls[3]);
	if (id < 0) {
		kfree_obj(curr, sma);
		return id;
	}
	ns->used_sems += nsems;
	return id;
}

static int existing(struct task_struct *curr, struct kern_ipc_perm *ipcp,
		    int32_t nsems, uint32_t semflg)
{
	const struct sem_array *sma = (struct sem_array *)ipcp;

	if (semflg & IPC_CREAT && semflg & IPC_EXCL)
		return -EEXIST;
	if (nsems > sma->nsems)
		return -EINVAL;
	return ipcperms(curr, ipcp, semflg) ? ipcp->id : -EACCES;
}

int32_t do_semget(struct task_struct *curr, int32_t key, int32_t nsems,
		  uint32_t semflg)
{
	struct ipc_ids *ids = sem_ids(curr->k);
	struct kern_ipc_perm *ipcp = NULL;
	int id;

	if (nsems < 0 || nsems > curr->k->ipc.sem_ctls[0])
		return -EINVAL;
	down_write(curr, &ids->rwsem);
	if (key != IPC_PRIVATE)
		ipcp = ipc_findkey(ids, key);
	if (ipcp)
		id = existing(curr, ipcp, nsems, semflg);
	else if (key == IPC_PRIVATE || semflg & IPC_CREAT)
		id = newary(curr, key, nsems, semflg);
	else
		id = -ENOENT;
	up_write(curr, &ids->rwsem);
	return id;
}

/* ---- operations ----------------------------------------------------------- */

static void undo_ops(struct sem_array *sma, const struct sem_queue *q,
		     const struct sembuf *upto)
{
	while (upto-- > q->sops) {
		sma->sems[upto->sem_num].semval -= upto->sem_op;
		if (upto->sem_flg & SEM_UNDO)
			q->undo->semadj[upto->sem_num] += upto->sem_op;
	}
}

/* 0: done; 1: must wait, for what q->blocking says; or -ERANGE. */
static int try_op(struct sem_array *sma, struct sem_queue *q,
		  const struct sembuf *sop)
{
	struct sem *sem = &sma->sems[sop->sem_num];
	const int32_t value = sem->semval + sop->sem_op;

	if ((!sop->sem_op && sem->semval) || value < 0) {
		q->blocking = sop;
		return sop->sem_flg & IPC_NOWAIT ? -EAGAIN : 1;
	}
	if (value > SEMVMX)
		return -ERANGE;
	if (sop->sem_flg & SEM_UNDO) {
		const int adj = q->undo->semadj[sop->sem_num] - sop->sem_op;

		if (adj < -SEMVMX - 1 || adj > SEMVMX)
			return -ERANGE;
		q->undo->semadj[sop->sem_num] = (int16_t)adj;
	}
	sem->semval = value;
	return 0;
}

/* All of @q's, or none: 0, 1 or -errno as above. */
static int perform_atomic_semop(struct sem_array *sma, struct sem_queue *q)
{
	for (int32_t n = 0; n < q->nsops; n++) {
		const int result = try_op(sma, q, &q->sops[n]);

		if (!result)
			continue;
		undo_ops(sma, q, &q->sops[n]);
		return result;
	}
	for (int32_t n = 0; n < q->nsops; n++)
		sma->sems[q->sops[n].sem_num].sempid = q->pid;
	return 0;
}

static void wake_queued(struct task_struct *curr, struct sem_queue *q,
			int status)
{
	list_del_init(&q->list);
	q->status = status;
	wake_up_process(curr, q->sleeper);
}

/* One pass over @alter, or those that only look. Did one change anything? */
static bool update_some(struct task_struct *curr, struct sem_array *sma,
			bool alter)
{
	struct sem_queue *q, *next;

	list_for_each_entry_safe(q, next, &sma->pending, list) {
		int status;

		if (q->alter != alter)
			continue;
		status = perform_atomic_semop(sma, q);
		if (status == 1)
			continue;
		wake_queued(curr, q, status);
		if (alter && !status) {
			sma->sem_otime = now(curr->k);
			return true;
		}
	}
	return false;
}

void sem_update_queue(struct task_struct *curr, struct sem_array *sma)
{
	do
		update_some(curr, sma, false);
	while (update_some(curr, sma, true));
}

/* ---- what is taken back --------------------------------------------------- */

static struct sem_undo *lookup_undo(const struct sem_undo_list *ulp, int semid)
{
	struct sem_undo *un;

	list_for_each_entry(un, &ulp->list_proc, list_proc)
		if (un->semid == semid)
			return un;
	return NULL;
}

/* 0 or -ENOMEM. */
static int get_undo_list(struct task_struct *curr)
{
	struct sem_undo_list *ulp;

	if (curr->sysvsem_undo)
		return 0;
	ulp = kzalloc_obj(curr, ARM_SIZEOF_SEM_UNDO_LIST, sizeof(*ulp),
			  GFP_KERNEL);
	if (!ulp)
		return -ENOMEM;
	ulp->refcnt = 1;
	INIT_LIST_HEAD(&ulp->list_proc);
	curr->sysvsem_undo = ulp;
	return 0;
}

/* ERR_PTR: -ENOMEM, -EINVAL. */
static struct sem_undo *find_alloc_undo(struct task_struct *curr, int32_t semid)
{
	const struct sem_array *sma;
	struct sem_undo *un, *other;
	uint32_t nsems;

	if (get_undo_list(curr))
		return ERR_PTR(-ENOMEM);
	un = lookup_undo(curr->sysvsem_undo, semid);
	if (un)
		return un;
	sma = sem_obtain(curr->k, semid);
	if (IS_ERR(sma))
		return ERR_PTR(PTR_ERR(sma));
	nsems = (uint32_t)sma->nsems;
	un = kzalloc_obj(curr, ARM_SIZEOF_SEM_UNDO + 2 * nsems,
			 (uint32_t)sizeof(*un) + 2 * nsems, GFP_KERNEL);
	if (!un)
		return ERR_PTR(-ENOMEM);
	/* while that slept: the set may have gone, a thread may have been here */
	sma = sem_obtain(curr->k, semid);
	other = lookup_undo(curr->sysvsem_undo, semid);
	if (IS_ERR(sma) || other) {
		kfree_obj(curr, un);
		return other ? other : ERR_PTR(-EIDRM);
	}
	un->semid = semid;
	list_add(&un->list_proc, &curr->sysvsem_undo->list_proc);
	list_add(&un->list_id, &((struct sem_array *)sma)->undos);
	return un;
}

static void free_undo(struct task_struct *curr, struct sem_undo *un)
{
	list_del(&un->list_proc);
	list_del(&un->list_id);
	kfree_obj(curr, un);
}

static void apply_undo(struct task_struct *curr, struct sem_array *sma,
		       const struct sem_undo *un)
{
	for (int32_t n = 0; n < sma->nsems; n++) {
		struct sem *sem = &sma->sems[n];
		int32_t value = sem->semval + un->semadj[n];

		if (!un->semadj[n])
			continue;
		if (value < 0)
			value = 0;
		sem->semval = value > SEMVMX ? SEMVMX : value;
		sem->sempid = curr->tgid;
	}
}

int copy_semundo(struct task_struct *curr, struct task_struct *child,
		 bool share)
{
	child->sysvsem_undo = NULL;
	if (!share)
		return 0;
	if (get_undo_list(curr))
		return -ENOMEM;
	curr->sysvsem_undo->refcnt++;
	child->sysvsem_undo = curr->sysvsem_undo;
	return 0;
}

void exit_sem(struct task_struct *curr)
{
	struct sem_undo_list *ulp = curr->sysvsem_undo;

	curr->sysvsem_undo = NULL;
	if (!ulp || --ulp->refcnt)
		return;
	while (!list_empty(&ulp->list_proc)) {
		struct sem_undo *un = list_first_entry(
			&ulp->list_proc, struct sem_undo, list_proc);
		struct sem_array *sma = sem_obtain(curr->k, un->semid);

		apply_undo(curr, sma, un);
		free_undo(curr, un);
		sem_update_queue(curr, sma);
	}
	kfree_obj(curr, ulp);
}

void sem_free(struct task_struct *curr, struct sem_array *sma)
{
	ipc_rmid(curr, sem_ids(curr->k), &sma->sem_perm);
	curr->k->ipc.used_sems -= sma->nsems;
	while (!list_empty(&sma->undos))
		free_undo(curr, list_first_entry(&sma->undos, struct sem_undo,
						 list_id));
	while (!list_empty(&sma->pending))
		wake_queued(curr,
			    list_first_entry(&sma->pending, struct sem_queue,
					     list),
			    -EIDRM);
	kfree_obj(curr, sma);
}

/* ---- semop ---------------------------------------------------------------- */

/* 0, or -errno: may @curr do this to that set at all? */
static int check_ops(struct task_struct *curr, const struct sem_array *sma,
		     const struct sem_queue *q)
{
	for (int32_t n = 0; n < q->nsops; n++)
		if (q->sops[n].sem_num >= sma->nsems)
			return -EFBIG;
	return ipcperms(curr, &sma->sem_perm, q->alter ? 0222 : 0444) ? 0
								      : -EACCES;
}

/* Until somebody did it, or nobody ever will. */
static int sleep_on(struct task_struct *curr, struct sem_queue *q,
		    uint64_t expires)
{
	for (;;) {
		bool timed_out;

		curr->state = TASK_INTERRUPTIBLE;
		if (q->status != 1)
			break;
		if (signal_pending(curr)) {
			q->status = -EINTR;
			list_del(&q->list);
			break;
		}
		timed_out = !schedule_timeout_until(curr, expires);
		if (q->status == 1 && timed_out) {
			q->status = -EAGAIN;
			list_del(&q->list);
		}
	}
	curr->state = TASK_RUNNING;
	return q->status;
}

static int32_t run_ops(struct task_struct *curr, int32_t semid,
		       struct sem_queue *q, bool undo, uint64_t expires)
{
	struct sem_array *sma;
	int err;

	if (undo) {
		q->undo = find_alloc_undo(curr, semid);
		if (IS_ERR(q->undo))
			return (int32_t)PTR_ERR(q->undo);
	}
	sma = sem_obtain(curr->k, semid);
	if (IS_ERR(sma))
		return (int32_t)PTR_ERR(sma);
	err = check_ops(curr, sma, q);
	if (err)
		return err;
	err = perform_atomic_semop(sma, q);
	if (!err) {
		sma->sem_otime = now(curr->k);
		if (q->alter)
			sem_update_queue(curr, sma);
	}
	if (err <= 0)
		return err;
	q->status = 1;
	list_add_tail(&q->list, &sma->pending);
	return sleep_on(curr, q, expires);
}

int32_t do_semtimedop(struct task_struct *curr, int32_t semid, vaddr_t usops,
		      uint32_t nsops, uint64_t expires)
{
	struct sem_queue q = {.sleeper = curr, .pid = curr->tgid};
	const uint32_t nr_bytes = nsops * (uint32_t)sizeof(struct sembuf);
	struct sembuf *sops;
	bool undo = false;
	int32_t result;

	if (nsops > (uint32_t)curr->k->ipc.sem_ctls[2])
		return -E2BIG;
	if (!nsops || semid < 0)
		return -EINVAL;
	sops = kzalloc_obj(curr, nr_bytes, nr_bytes, GFP_KERNEL);
	if (!sops)
		return -ENOMEM;
	if (copy_from_user(curr, sops, usops, nr_bytes)) {
		kfree_obj(curr, sops);
		return -EFAULT;
	}
	q.sops = sops;
	q.nsops = (int32_t)nsops;
	for (uint32_t n = 0; n < nsops; n++) {
		q.alter |= sops[n].sem_op != 0;
		undo |= sops[n].sem_flg & SEM_UNDO;
	}
	result = run_ops(curr, semid, &q, undo, expires);
	kfree_obj(curr, sops);
	return result;
}
