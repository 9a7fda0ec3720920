/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/ipc/shm.h"

/*
 * What is told of System V shared memory and changed about it: shmctl() and
 * /proc/sysvipc/shm (ipc/shm.c).
 *
 * Each answer has two forms, that of today (IPC_64 in the command) and the one
 * of 16-bit ids, which the call has had on ARM from the start.
 *
 * SHM_LOCK keeps the segment's pages in memory, mapped or not: they aren't
 * locked one by one, the file says so for them all (swap.c).
 */

#include "kernel/arch/arm/uaccess.h"
#include "kernel/fs/dcache.h"
#include "kernel/fs/seq_file.h"
#include "kernel/lib/err.h"
#include "kernel/mm/mlock.h"
#include "kernel/state.h"

/* include/uapi/asm-generic/shmbuf.h, linux/shm.h: sizes and order are ABI. */
struct shmid64_ds {
	struct ipc64_perm shm_perm;
	uint32_t shm_segsz;
	uint32_t shm_atime, shm_atime_high, shm_dtime, shm_dtime_high;
	uint32_t shm_ctime, shm_ctime_high;
	int32_t shm_cpid, shm_lpid;
	uint32_t shm_nattch, __unused4, __unused5;
};
_Static_assert(sizeof(struct shmid64_ds) == 84, "ABI");

struct shmid_ds {
	struct ipc_perm shm_perm;
	uint32_t shm_segsz;
	int32_t shm_atime, shm_dtime, shm_ctime;
	uint16_t shm_cpid, shm_lpid, shm_nattch, shm_unused;
	uint32_t shm_unused2, shm_unused3;
};
_Static_assert(sizeof(struct shmid_ds) == 48, "ABI");

struct shminfo64 {
	uint32_t shmmax, shmmin, shmmni, shmseg, shmall, __unused[4];
};

struct shminfo {
	int32_t shmmax, shmmin, shmmni, shmseg, shmall;
};

struct shm_info {
	int32_t used_ids;
	uint32_t shm_tot, shm_rss, shm_swp, swap_attempts, swap_successes;
};

static struct shmid_kernel *shm_obtain(struct kernel *k, int32_t shmid,
				       bool by_index)
{
	const struct ipc_ids *ids = &k->ipc.shm_ids;

	return (struct shmid_kernel *)(by_index ? ipc_obtain_object_idr(ids,
									shmid)
						: ipc_obtain_object_check(
							  ids, shmid));
}

/* ---- limits and sums ------------------------------------------------------------ */

static int32_t most_used(const struct kernel *k)
{
	const int max = ipc_get_maxidx(&k->ipc.shm_ids);

	return max < 0 ? 0 : max;
}

static int32_t at_most_int(uint32_t value)
{
	return value > INT32_MAX ? INT32_MAX : (int32_t)value;
}

static int32_t shmctl_ipc_info(struct task_struct *curr, vaddr_t buf,
			       bool ipc_64)
{
	const struct ipc_namespace *ns = &curr->k->ipc;
	const struct shminfo64 now = {
		.shmmax = ns->shm_ctlmax,
		.shmmin = 1,
		.shmmni = (uint32_t)ns->shm_ctlmni,
		.shmseg = (uint32_t)ns->shm_ctlmni,
		.shmall = ns->shm_ctlall,
	};
	const struct shminfo old = {
		.shmmax = at_most_int(now.shmmax),
		.shmmin = 1,
		.shmmni = ns->shm_ctlmni,
		.shmseg = ns->shm_ctlmni,
		.shmall = (int32_t)now.shmall,
	};

	if (ipc_64 ? copy_to_user(curr, buf, &now, sizeof(now))
		   : copy_to_user(curr, buf, &old, sizeof(old)))
		return -EFAULT;
	return most_used(curr->k);
}

/* A segment's pages: in memory, and of those that aren't, in swap. */
static void add_rss_swap(const struct shmid_kernel *shp, uint32_t *rss,
			 uint32_t *swp)
{
	const struct address_space *mapping = shp->shm_file->f_mapping;
	uint32_t index = 0;
	const void *entry;

	for (; (entry = xa_find(&mapping->i_pages, &index, UINT32_MAX));
	     index++) {
		if (xa_is_value(entry))
			++*swp;
		else
			++*rss;
	}
}

static int32_t shmctl_shm_info(struct task_struct *curr, vaddr_t buf)
{
	const struct ipc_namespace *ns = &curr->k->ipc;
	struct shm_info info = {
		.used_ids = ns->shm_ids.in_use,
		.shm_tot = ns->shm_tot,
	};
	const struct shmid_kernel *shp;
	uint32_t idx = 0;

	for (; (shp = xa_find(&ns->shm_ids.ipcs, &idx, IPCMNI - 1)); idx++)
		add_rss_swap(shp, &info.shm_rss, &info.shm_swp);
	if (copy_to_user(curr, buf, &info, sizeof(info)))
		return -EFAULT;
	return most_used(curr->k);
}

/* ---- one segment ------------------------------------------------------------------ */

static void to_shmid64(const struct shmid_kernel *shp, struct shmid64_ds *ds)
{
	*ds = (struct shmid64_ds){
		.shm_segsz = shp->shm_segsz,
		.shm_atime = (uint32_t)shp->shm_atim,
		.shm_atime_high = (uint32_t)(shp->shm_atim >> 32),
		.shm_dtime = (uint32_t)shp->shm_dtim,
		.shm_dtime_high = (uint32_t)(shp->shm_dtim >> 32),
		.shm_ctime = (uint32_t)shp->shm_ctim,
		.shm_ctime_high = (uint32_t)(shp->shm_ctim >> 32),
		.shm_cpid = shp->shm_cprid,
		.shm_lpid = shp->shm_lprid,
		.shm_nattch = shp->shm_nattch,
	};
	kernel_to_ipc64_perm(&shp->shm_perm, &ds->shm_perm);
}

static int copy_shmid_to_user(struct task_struct *curr, vaddr_t buf,
			      const struct shmid64_ds *in, bool ipc_64)
{
	struct shmid_ds out = {
		.shm_segsz = in->shm_segsz,
		.shm_atime = (int32_t)in->shm_atime,
		.shm_dtime = (int32_t)in->shm_dtime,
		.shm_ctime = (int32_t)in->shm_ctime,
		.shm_cpid = (uint16_t)in->shm_cpid,
		.shm_lpid = (uint16_t)in->shm_lpid,
		.shm_nattch = (uint16_t)in->shm_nattch,
	};
	uint32_t left;

	if (ipc_64) {
		left = copy_to_user(curr, buf, in, sizeof(*in));
	} else {
		ipc64_perm_to_ipc_perm(&in->shm_perm, &out.shm_perm);
		left = copy_to_user(curr, buf, &out, sizeof(out));
	}
	return left ? -EFAULT : 0;
}

/* What IPC_SET looks at of it. 0 or -EFAULT. */
static int copy_perm_from_user(struct task_struct *curr, vaddr_t buf,
			       struct ipc64_perm *perm, bool ipc_64)
{
	struct shmid64_ds now;
	struct shmid_ds old;

	if (ipc_64) {
		if (copy_from_user(curr, &now, buf, sizeof(now)))
			return -EFAULT;
		*perm = now.shm_perm;
		return 0;
	}
	if (copy_from_user(curr, &old, buf, sizeof(old)))
		return -EFAULT;
	perm->uid = old.shm_perm.uid;
	perm->gid = old.shm_perm.gid;
	perm->mode = old.shm_perm.mode;
	return 0;
}

/* IPC_STAT by id; SHM_STAT and SHM_STAT_ANY by index, which tell the id. */
static int32_t shmctl_stat(struct task_struct *curr, int32_t shmid, int cmd,
			   vaddr_t buf, bool ipc_64)
{
	const struct shmid_kernel *shp = shm_obtain(curr->k, shmid,
						    cmd != IPC_STAT);
	struct shmid64_ds ds;
	int32_t id;

	if (IS_ERR(shp))
		return (int32_t)PTR_ERR(shp);
	if (cmd != SHM_STAT_ANY && !ipcperms(curr, &shp->shm_perm, 0444))
		return -EACCES;
	id = cmd == IPC_STAT ? 0 : shp->shm_perm.id;
	to_shmid64(shp, &ds);
	return copy_shmid_to_user(curr, buf, &ds, ipc_64) ? -EFAULT : id;
}

static int32_t shmctl_down(struct task_struct *curr, int32_t shmid, int cmd,
			   const struct ipc64_perm *perm)
{
	struct shmid_kernel *shp = shm_obtain(curr->k, shmid, false);
	int error;

	if (IS_ERR(shp))
		return (int32_t)PTR_ERR(shp);
	if (!ipc_owner_or_capable(curr, &shp->shm_perm))
		return -EPERM;
	if (cmd == IPC_SET) {
		error = ipc_update_perm(perm, &shp->shm_perm);
		if (!error)
			shp->shm_ctim = current_time(curr->k).tv_sec;
		return error;
	}
	/* Its key is free again, though it may live on for a while. */
	shp->shm_perm.mode |= SHM_DEST;
	shp->shm_perm.key = IPC_PRIVATE;
	if (shm_may_destroy(curr->k, shp))
		shm_destroy(curr, shp);
	return 0;
}

/* ---- SHM_LOCK ------------------------------------------------------------------------ */

/* Pages of segments that @uid's processes have locked. */
static uint32_t locked_by(const struct kernel *k, uint32_t uid)
{
	const struct shmid_kernel *shp;
	uint32_t idx = 0, nr_pages = 0;

	for (; (shp = xa_find(&k->ipc.shm_ids.ipcs, &idx, IPCMNI - 1)); idx++)
		if (shp->shm_perm.mode & SHM_LOCKED && shp->mlock_uid == uid)
			nr_pages += shm_pages(shp);
	return nr_pages;
}

static bool may_lock(const struct task_struct *curr,
		     const struct shmid_kernel *shp)
{
	const uint32_t limit = task_rlimit(curr, RLIMIT_MEMLOCK);

	return limit == RLIM_INFINITY || capable(curr, CAP_IPC_LOCK) ||
	       locked_by(curr->k, curr->cred.uid) + shm_pages(shp) <= limit >>
		       PAGE_SHIFT;
}

/* Pages that are there already stay on their lists until reclaim finds them. */
static int shm_lock_pages(struct task_struct *curr, struct shmid_kernel *shp)
{
	if (shp->shm_perm.mode & SHM_LOCKED)
		return 0;
	if (!may_lock(curr, shp))
		return -ENOMEM;
	shp->shm_file->f_mapping->unevictable = true;
	shp->shm_perm.mode |= SHM_LOCKED;
	shp->mlock_uid = curr->cred.uid;
	return 0;
}

void shm_unlock_pages(struct kernel *k, struct shmid_kernel *shp)
{
	struct address_space *mapping = shp->shm_file->f_mapping;
	uint32_t index = 0;
	void *entry;

	if (!(shp->shm_perm.mode & SHM_LOCKED))
		return;
	shp->shm_perm.mode &= ~(uint32_t)SHM_LOCKED;
	mapping->unevictable = false;
	for (; (entry = xa_find(&mapping->i_pages, &index, UINT32_MAX));
	     index++)
		if (!xa_is_value(entry))
			check_move_unevictable_page(k, entry);
}

static int32_t shmctl_do_lock(struct task_struct *curr, int32_t shmid, int cmd)
{
	struct shmid_kernel *shp = shm_obtain(curr->k, shmid, false);
	const uint32_t euid = curr->cred.euid;

	if (IS_ERR(shp))
		return (int32_t)PTR_ERR(shp);
	if (!capable(curr, CAP_IPC_LOCK)) {
		if (euid != shp->shm_perm.uid && euid != shp->shm_perm.cuid)
			return -EPERM;
		if (cmd == SHM_LOCK && !task_rlimit(curr, RLIMIT_MEMLOCK))
			return -EPERM;
	}
	if (cmd == SHM_LOCK)
		return shm_lock_pages(curr, shp);
	shm_unlock_pages(curr->k, shp);
	return 0;
}

/* ---- the call ------------------------------------------------------------------------- */

int32_t do_shmctl(struct task_struct *curr, int32_t shmid, int cmd, vaddr_t buf)
{
	const bool ipc_64 = ipc_parse_version(&cmd);
	struct ipc_ids *ids = &curr->k->ipc.shm_ids;
	struct ipc64_perm perm = {0};
	int32_t ret;

	if (cmd < 0 || shmid < 0)
		return -EINVAL;
	switch (cmd) {
	case IPC_INFO:
		return shmctl_ipc_info(curr, buf, ipc_64);
	case SHM_INFO:
		return shmctl_shm_info(curr, buf);
	case IPC_STAT:
	case SHM_STAT:
	case SHM_STAT_ANY:
		return shmctl_stat(curr, shmid, cmd, buf, ipc_64);
	case IPC_SET:
		if (copy_perm_from_user(curr, buf, &perm, ipc_64))
			return -EFAULT;
		/* fallthrough */
	case IPC_RMID:
		down_write(curr, &ids->rwsem);
		ret = shmctl_down(curr, shmid, cmd, &perm);
		up_write(curr, &ids->rwsem);
		return ret;
	case SHM_LOCK:
	case SHM_UNLOCK:
		return shmctl_do_lock(curr, shmid, cmd);
	default:
		return -EINVAL;
	}
}

/* ---- /proc ----------------------------------------------------------------------------- */

static void show_segment(struct seq_file *m, const struct shmid_kernel *shp)
{
	const struct kern_ipc_perm *perm = &shp->shm_perm;
	uint32_t rss = 0, swp = 0;

	add_rss_swap(shp, &rss, &swp);
	seq_printf(m,
		   "%10d %10d  %4o %10u %5d %5d  %5u %5u %5u %5u %5u "
		   "%10lld %10lld %10lld %10u %10u\n",
		   perm->key, perm->id, perm->mode, shp->shm_segsz,
		   shp->shm_cprid, shp->shm_lprid, shp->shm_nattch, perm->uid,
		   perm->gid, perm->cuid, perm->cgid, (long long)shp->shm_atim,
		   (long long)shp->shm_dtim, (long long)shp->shm_ctim,
		   rss << PAGE_SHIFT, swp << PAGE_SHIFT);
}

int sysvipc_shm_show(struct seq_file *m, void *v)
{
	struct ipc_ids *ids = &m->k->ipc.shm_ids;
	const struct shmid_kernel *shp;
	uint32_t idx = 0;

	(void)v;
	seq_puts(m, "       key      shmid perms       size  cpid  lpid nattch "
		    "  uid   gid  cuid  cgid      atime      dtime      ctime "
		    "       rss       swap\n");
	down_read(m->curr, &ids->rwsem);
	for (; (shp = xa_find(&ids->ipcs, &idx, IPCMNI - 1)); idx++)
		show_segment(m, shp);
	up_read(m->curr, &ids->rwsem);
	return 0;
}
