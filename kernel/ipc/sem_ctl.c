/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/ipc/sem.h"

/*
 * What is told of System V semaphores and changed about them: semctl() and
 * /proc/sysvipc/sem (ipc/sem.c).
 *
 * MODEL: commands without IPC_64, which no C library since 1999 has given,
 * are refused where they exchange a structure.
 */

#include "kernel/arch/arm/uaccess.h"
#include "kernel/fs/dcache.h"
#include "kernel/fs/seq_file.h"
#include "kernel/lib/err.h"
#include "kernel/mm/slab.h"
#include "kernel/state.h"

/* include/uapi/asm-generic/sembuf.h, linux/sem.h: sizes and order are ABI. */
struct semid64_ds {
	struct ipc64_perm sem_perm;
	uint32_t sem_otime, sem_otime_high, sem_ctime, sem_ctime_high;
	uint32_t sem_nsems, __unused3, __unused4;
};
_Static_assert(sizeof(struct semid64_ds) == 64, "ABI");

struct seminfo {
	int32_t semmap, semmni, semmns, semmnu, semmsl, semopm, semume, semusz,
		semvmx, semaem;
};

static int32_t semctl_info(struct task_struct *curr, int cmd, vaddr_t buf)
{
	const struct ipc_namespace *ns = &curr->k->ipc;
	struct seminfo info = {
		.semmap = SEMMNS,
		.semmni = ns->sem_ctls[3],
		.semmns = ns->sem_ctls[1],
		.semmnu = SEMMNS,
		.semmsl = ns->sem_ctls[0],
		.semopm = ns->sem_ctls[2],
		.semume = SEMOPM,
		.semusz = 20,
		.semvmx = SEMVMX,
		.semaem = SEMVMX,
	};
	const int max = ipc_get_maxidx(&ns->sem_ids);

	if (cmd == SEM_INFO) {
		info.semusz = ns->sem_ids.in_use;
		info.semaem = ns->used_sems;
	}
	if (copy_to_user(curr, buf, &info, sizeof(info)))
		return -EFAULT;
	return max < 0 ? 0 : max;
}

/* IPC_STAT by id; SEM_STAT and SEM_STAT_ANY by index, which tell the id. */
static int32_t semctl_stat(struct task_struct *curr, int32_t semid, int cmd,
			   vaddr_t buf)
{
	const struct ipc_ids *ids = &curr->k->ipc.sem_ids;
	const struct sem_array *sma =
		(struct sem_array *)(cmd == IPC_STAT
					     ? ipc_obtain_object_check(ids,
								       semid)
					     : ipc_obtain_object_idr(ids,
								     semid));
	struct semid64_ds ds;
	int32_t id;

	if (IS_ERR(sma))
		return (int32_t)PTR_ERR(sma);
	if (cmd != SEM_STAT_ANY && !ipcperms(curr, &sma->sem_perm, 0444))
		return -EACCES;
	ds = (struct semid64_ds){
		.sem_otime = (uint32_t)sma->sem_otime,
		.sem_otime_high = (uint32_t)(sma->sem_otime >> 32),
		.sem_ctime = (uint32_t)sma->sem_ctime,
		.sem_ctime_high = (uint32_t)(sma->sem_ctime >> 32),
		.sem_nsems = (uint32_t)sma->nsems,
	};
	kernel_to_ipc64_perm(&sma->sem_perm, &ds.sem_perm);
	id = cmd == IPC_STAT ? 0 : sma->sem_perm.id;
	return copy_to_user(curr, buf, &ds, sizeof(ds)) ? -EFAULT : id;
}

static int32_t semctl_down(struct task_struct *curr, int32_t semid, int cmd,
			   vaddr_t buf)
{
	struct ipc_ids *ids = &curr->k->ipc.sem_ids;
	struct semid64_ds ds;
	struct sem_array *sma;
	int error = 0;

	if (cmd == IPC_SET && copy_from_user(curr, &ds, buf, sizeof(ds)))
		return -EFAULT;
	down_write(curr, &ids->rwsem);
	sma = sem_obtain(curr->k, semid);
	if (IS_ERR(sma)) {
		error = (int)PTR_ERR(sma);
	} else if (!ipc_owner_or_capable(curr, &sma->sem_perm)) {
		error = -EPERM;
	} else if (cmd == IPC_RMID) {
		sem_free(curr, sma);
	} else {
		error = ipc_update_perm(&ds.sem_perm, &sma->sem_perm);
		if (!error)
			sma->sem_ctime = current_time(curr->k).tv_sec;
	}
	up_write(curr, &ids->rwsem);
	return error;
}

/* ---- values --------------------------------------------------------------- */

/* The set, if @curr may do with it what @rights say. ERR_PTR. */
static struct sem_array *obtain_for(struct task_struct *curr, int32_t semid,
				    uint32_t rights)
{
	struct sem_array *sma = sem_obtain(curr->k, semid);

	if (!IS_ERR(sma) && !ipcperms(curr, &sma->sem_perm, rights))
		return ERR_PTR(-EACCES);
	return sma;
}

static void changed(struct task_struct *curr, struct sem_array *sma)
{
	sma->sem_ctime = current_time(curr->k).tv_sec;
	sem_update_queue(curr, sma);
}

static int32_t semctl_setval(struct task_struct *curr, int32_t semid,
			     int32_t semnum, int32_t value)
{
	struct sem_array *sma;
	struct sem_undo *un;

	if (value > SEMVMX || value < 0)
		return -ERANGE;
	sma = sem_obtain(curr->k, semid);
	if (IS_ERR(sma))
		return (int32_t)PTR_ERR(sma);
	if (semnum < 0 || semnum >= sma->nsems)
		return -EINVAL;
	if (!ipcperms(curr, &sma->sem_perm, 0222))
		return -EACCES;
	list_for_each_entry(un, &sma->undos, list_id)
		un->semadj[semnum] = 0;
	sma->sems[semnum].semval = value;
	sma->sems[semnum].sempid = curr->tgid;
	changed(curr, sma);
	return 0;
}

static int32_t count_semcnt(const struct sem_array *sma, int32_t semnum,
			    bool zero)
{
	const struct sem_queue *q;
	int32_t nr = 0;

	list_for_each_entry(q, &sma->pending, list)
		nr += q->blocking->sem_num == semnum &&
		      (zero ? !q->blocking->sem_op : q->blocking->sem_op < 0);
	return nr;
}

static int32_t semctl_one(struct task_struct *curr, int32_t semid,
			  int32_t semnum, int cmd)
{
	const struct sem_array *sma = obtain_for(curr, semid, 0444);

	if (IS_ERR(sma))
		return (int32_t)PTR_ERR(sma);
	if (semnum < 0 || semnum >= sma->nsems)
		return -EINVAL;
	switch (cmd) {
	case GETVAL:
		return sma->sems[semnum].semval;
	case GETPID:
		return sma->sems[semnum].sempid;
	default:
		return count_semcnt(sma, semnum, cmd == GETZCNT);
	}
}

static int set_all(struct task_struct *curr, struct sem_array *sma,
		   const uint16_t *value)
{
	struct sem_undo *un;

	for (int32_t n = 0; n < sma->nsems; n++) {
		sma->sems[n].semval = value[n];
		sma->sems[n].sempid = curr->tgid;
	}
	list_for_each_entry(un, &sma->undos, list_id)
		for (int32_t n = 0; n < sma->nsems; n++)
			un->semadj[n] = 0;
	changed(curr, sma);
	return 0;
}

static int copy_values(struct task_struct *curr, int32_t semid, int cmd,
		       vaddr_t buf, uint16_t *value, int32_t nsems)
{
	const uint32_t nr_bytes = 2 * (uint32_t)nsems;
	struct sem_array *sma;

	if (cmd == SETALL) {
		if (copy_from_user(curr, value, buf, nr_bytes))
			return -EFAULT;
		for (int32_t n = 0; n < nsems; n++)
			if (value[n] > SEMVMX)
				return -ERANGE;
	}
	/* that may have slept */
	sma = sem_obtain(curr->k, semid);
	if (IS_ERR(sma))
		return -EIDRM;
	if (cmd == SETALL)
		return set_all(curr, sma, value);
	for (int32_t n = 0; n < nsems; n++)
		value[n] = (uint16_t)sma->sems[n].semval;
	return copy_to_user(curr, buf, value, nr_bytes) ? -EFAULT : 0;
}

static int32_t semctl_all(struct task_struct *curr, int32_t semid, int cmd,
			  vaddr_t buf)
{
	const struct sem_array *sma = obtain_for(curr, semid,
						 cmd == SETALL ? 0222 : 0444);
	uint16_t *value;
	int32_t nsems, err;

	if (IS_ERR(sma))
		return (int32_t)PTR_ERR(sma);
	nsems = sma->nsems;
	value = kzalloc_obj(curr, 2 * (uint32_t)nsems, 2 * (uint32_t)nsems,
			    GFP_KERNEL);
	if (!value)
		return -ENOMEM;
	err = copy_values(curr, semid, cmd, buf, value, nsems);
	kfree_obj(curr, value);
	return err;
}

/* ---- the call ------------------------------------------------------------- */

int32_t do_semctl(struct task_struct *curr, int32_t semid, int32_t semnum,
		  int cmd, uint32_t arg)
{
	const bool ipc_64 = ipc_parse_version(&cmd);

	if (semid < 0)
		return -EINVAL;
	switch (cmd) {
	case IPC_INFO:
	case SEM_INFO:
		return semctl_info(curr, cmd, arg);
	case IPC_STAT:
	case SEM_STAT:
	case SEM_STAT_ANY:
		return ipc_64 ? semctl_stat(curr, semid, cmd, arg) : -EINVAL;
	case GETALL:
	case SETALL:
		return semctl_all(curr, semid, cmd, arg);
	case GETVAL:
	case GETPID:
	case GETNCNT:
	case GETZCNT:
		return semctl_one(curr, semid, semnum, cmd);
	case SETVAL:
		return semctl_setval(curr, semid, semnum, (int32_t)arg);
	case IPC_SET:
		if (!ipc_64)
			return -EINVAL;
		/* fallthrough */
	case IPC_RMID:
		return semctl_down(curr, semid, cmd, arg);
	default:
		return -EINVAL;
	}
}

/* ---- /proc ----------------------------------------------------------------- */

int sysvipc_sem_show(struct seq_file *m, void *v)
{
	struct ipc_ids *ids = &m->k->ipc.sem_ids;
	const struct sem_array *sma;
	uint32_t idx = 0;

	(void)v;
	seq_puts(m, "       key      semid perms      nsems   uid   gid  cuid  "
		    "cgid      otime      ctime\n");
	down_read(m->curr, &ids->rwsem);
	for (; (sma = xa_find(&ids->ipcs, &idx, IPCMNI - 1)); idx++) {
		const struct kern_ipc_perm *perm = &sma->sem_perm;

		seq_printf(m,
			   "%10d %10d  %4o %10u %5u %5u %5u %5u %10llu "
			   "%10llu\n",
			   perm->key, perm->id, perm->mode,
			   (uint32_t)sma->nsems, perm->uid, perm->gid,
			   perm->cuid, perm->cgid,
			   (unsigned long long)sma->sem_otime,
			   (unsigned long long)sma->sem_ctime);
	}
	up_read(m->curr, &ids->rwsem);
	return 0;
}
