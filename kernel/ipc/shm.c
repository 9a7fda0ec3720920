/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/ipc/shm.h"

/*
 * System V shared memory: segments, and their mappings (ipc/shm.c; shmctl() is
 * in shm_ctl.c).
 *
 * A segment is a file of memory (mm/shmem.c) with an id in place of a name. To
 * attach it, a struct file is made for this one attachment over the segment's,
 * and mapped: it says by its mode whether writing was asked for, and through
 * it the mapping's operations find the segment.
 *
 * Those operations count: a segment lives while somebody maps it, and until
 * IPC_RMID. Splits, moves, forks and exits of mappings all come by open() and
 * close(), so shm_nattch is the number of VMAs, whoever has them.
 *
 * Invariants: shm_tot is the sum of all segments' pages. The id of a segment
 * that is mapped stays its own, since it can't go before its mappings.
 *
 * Left out: namespaces, huge pages.
 */

#include <stdio.h>

#include "kernel/arm_sizes.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/internal.h"
#include "kernel/fs/syscalls.h"
#include "kernel/ipc/mqueue.h"
#include "kernel/ipc/msg.h"
#include "kernel/ipc/sem.h"
#include "kernel/lib/bug.h"
#include "kernel/lib/err.h"
#include "kernel/mm/internal.h"
#include "kernel/mm/mman.h"
#include "kernel/mm/shmem.h"
#include "kernel/mm/slab.h"
#include "kernel/state.h"

/* Of one attachment: file->private_data. */
struct shm_file_data {
	int32_t id;
	struct file *file; /* the segment's */
	const struct vm_operations_struct *vm_ops; /* that file's own */
};

static struct shm_file_data *shm_file_data(const struct file *file)
{
	return file->private_data;
}

static struct ipc_ids *shm_ids(struct kernel *k)
{
	return &k->ipc.shm_ids;
}

static int64_t now(const struct kernel *k)
{
	return current_time(k).tv_sec;
}

void ipc_init(struct kernel *k)
{
	struct ipc_namespace *ns = &k->ipc;

	/* As much as a number can say, less what must not overflow. */
	ns->shm_ctlmax = UINT32_MAX - (1u << 24);
	ns->shm_ctlall = UINT32_MAX - (1u << 24);
	ns->shm_ctlmni = 4096;
	ipc_init_ids(&ns->shm_ids);
	ns->sem_ctls[0] = SEMMSL;
	ns->sem_ctls[1] = SEMMNS;
	ns->sem_ctls[2] = SEMOPM;
	ns->sem_ctls[3] = SEMMNI;
	ipc_init_ids(&ns->sem_ids);
	ns->msg_ctlmax = MSGMAX;
	ns->msg_ctlmnb = MSGMNB;
	ns->msg_ctlmni = MSGMNI;
	ipc_init_ids(&ns->msg_ids);
	mq_init_ns(ns);
}

/* ---- the end of a segment --------------------------------------------------- */

bool shm_may_destroy(const struct kernel *k, const struct shmid_kernel *shp)
{
	return !shp->shm_nattch &&
	       (k->ipc.shm_rmid_forced || shp->shm_perm.mode & SHM_DEST);
}

void shm_destroy(struct task_struct *curr, struct shmid_kernel *shp)
{
	struct file *file = shp->shm_file;

	curr->k->ipc.shm_tot -= shm_pages(shp);
	ipc_rmid(curr, shm_ids(curr->k), &shp->shm_perm);
	shm_unlock_pages(curr->k, shp);
	kfree_obj(curr, shp);
	fput(curr, file);
}

/* ---- mappings ----------------------------------------------------------------- */

static struct shmid_kernel *shm_of(struct kernel *k,
				   const struct shm_file_data *sfd)
{
	struct kern_ipc_perm *ipcp = ipc_obtain_object_check(shm_ids(k),
							     sfd->id);

	return IS_ERR(ipcp) ? NULL : (struct shmid_kernel *)ipcp;
}

static void attach(struct task_struct *curr, struct shmid_kernel *shp)
{
	shp->shm_atim = now(curr->k);
	shp->shm_lprid = curr->tgid;
	shp->shm_nattch++;
}

static void shm_open(struct task_struct *curr, struct vm_area_struct *vma)
{
	struct shmid_kernel *shp = shm_of(curr->k, shm_file_data(vma->vm_file));

	BUG_ON(!shp);
	attach(curr, shp);
}

static void detach(struct task_struct *curr, struct shmid_kernel *shp)
{
	struct ipc_ids *ids = shm_ids(curr->k);

	down_write(curr, &ids->rwsem);
	shp->shm_lprid = curr->tgid;
	shp->shm_dtim = now(curr->k);
	shp->shm_nattch--;
	if (shm_may_destroy(curr->k, shp))
		shm_destroy(curr, shp);
	up_write(curr, &ids->rwsem);
}

static void shm_close(struct task_struct *curr, struct vm_area_struct *vma)
{
	struct shmid_kernel *shp = shm_of(curr->k, shm_file_data(vma->vm_file));

	BUG_ON(!shp);
	detach(curr, shp);
}

static vm_fault_t shm_fault(struct vm_fault *vmf)
{
	return shm_file_data(vmf->vma->vm_file)->vm_ops->fault(vmf);
}

/* No map_pages: nothing is mapped around a fault, as in Linux. */
static const struct vm_operations_struct shm_vm_ops = {
	.open = shm_open,
	.close = shm_close,
	.fault = shm_fault,
};

/*
 * From shmat(), and from remap_file_pages(), which may come for a segment that
 * was removed when its last mapping was replaced: then there is another behind
 * its id, or none.
 */
static int shm_mmap(struct task_struct *curr, struct file *file,
		    struct vm_area_struct *vma)
{
	struct shm_file_data *sfd = shm_file_data(file);
	struct shmid_kernel *shp = shm_of(curr->k, sfd);
	int error;

	if (!shp || shp->shm_file != sfd->file)
		return -EINVAL;
	attach(curr, shp);
	error = sfd->file->f_op->mmap(curr, sfd->file, vma);
	if (error) {
		detach(curr, shp);
		return error;
	}
	sfd->vm_ops = vma->vm_ops;
	vma->vm_ops = &shm_vm_ops;
	return 0;
}

static void shm_release(struct task_struct *curr, struct file *file)
{
	struct shm_file_data *sfd = shm_file_data(file);

	fput(curr, sfd->file);
	kfree_obj(curr, sfd);
}

static int shm_fallocate(struct task_struct *curr, struct file *file,
			 uint32_t mode, int64_t offset, int64_t len)
{
	struct file *segment = shm_file_data(file)->file;

	return segment->f_op->fallocate(curr, segment, mode, offset, len);
}

static const struct file_operations shm_file_operations = {
	.mmap = shm_mmap,
	.release = shm_release,
	.fallocate = shm_fallocate,
};

/* ---- shmget ------------------------------------------------------------------- */

/* Room for @size bytes more? 0 or -errno. */
static int check_size(const struct ipc_namespace *ns, uint32_t size)
{
	const uint32_t nr_pages = (size >> PAGE_SHIFT) +
				  (offset_in_page(size) != 0);

	if (!size || size > ns->shm_ctlmax)
		return -EINVAL;
	if (PAGE_ALIGN(size) < size || ns->shm_tot + nr_pages < ns->shm_tot ||
	    ns->shm_tot + nr_pages > ns->shm_ctlall)
		return -ENOSPC;
	return 0;
}

static struct file *segment_file(struct task_struct *curr, int32_t key,
				 uint32_t size, uint32_t shmflg)
{
	uint32_t vm_flags = 0;
	char name[16];

	if (shmflg & SHM_HUGETLB) /* no hugetlbfs on two-level tables */
		return ERR_PTR(-EINVAL);
	if (shmflg & SHM_NORESERVE &&
	    curr->k->user.overcommit_memory != OVERCOMMIT_NEVER)
		vm_flags = VM_NORESERVE;
	snprintf(name, sizeof(name), "SYSV%08x", (uint32_t)key);
	return shmem_file_setup(curr, name, size, vm_flags);
}

static int newseg(struct task_struct *curr, int32_t key, uint32_t size,
		  uint32_t shmflg)
{
	struct ipc_namespace *ns = &curr->k->ipc;
	struct shmid_kernel *shp;
	struct file *file;
	int id = check_size(ns, size);

	if (id)
		return id;
	shp = kzalloc_obj(curr, ARM_SIZEOF_SHMID_KERNEL, sizeof(*shp),
			  GFP_KERNEL);
	if (!shp)
		return -ENOMEM;
	file = segment_file(curr, key, size, shmflg);
	if (IS_ERR(file)) {
		kfree_obj(curr, shp);
		return (int)PTR_ERR(file);
	}
	shp->shm_perm.key = key;
	shp->shm_perm.mode = shmflg & S_IRWXUGO;
	shp->shm_file = file;
	shp->shm_segsz = size;
	shp->shm_cprid = curr->tgid;
	shp->shm_ctim = now(curr->k);
	shp->shm_creator = curr;
	id = ipc_addid(curr, &ns->shm_ids, &shp->shm_perm, ns->shm_ctlmni);
	if (id < 0) {
		kfree_obj(curr, shp);
		fput(curr, file);
		return id;
	}
	file->f_inode->i_ino = (uint32_t)id; /* /proc/PID/maps tells it so */
	ns->shm_tot += shm_pages(shp);
	return id;
}

/* The segment that has the key already. Its id, or -errno. */
static int existing(struct task_struct *curr, struct kern_ipc_perm *ipcp,
		    uint32_t size, uint32_t shmflg)
{
	const struct shmid_kernel *shp = (struct shmid_kernel *)ipcp;

	if (shmflg & IPC_CREAT && shmflg & IPC_EXCL)
		return -EEXIST;
	if (shp->shm_segsz < size)
		return -EINVAL;
	return ipcperms(curr, ipcp, shmflg) ? ipcp->id : -EACCES;
}

int32_t do_shmget(struct task_struct *curr, int32_t key, uint32_t size,
		  uint32_t shmflg)
{
	struct ipc_ids *ids = shm_ids(curr->k);
	struct kern_ipc_perm *ipcp = NULL;
	int id;

	down_write(curr, &ids->rwsem);
	if (key != IPC_PRIVATE)
		ipcp = ipc_findkey(ids, key);
	if (ipcp)
		id = existing(curr, ipcp, size, shmflg);
	else if (key == IPC_PRIVATE || shmflg & IPC_CREAT)
		id = newseg(curr, key, size, shmflg);
	else
		id = -ENOENT;
	up_write(curr, &ids->rwsem);
	return id;
}

/* ---- shmat -------------------------------------------------------------------- */

/* Where to attach: *@addr, 0 for anywhere. 0 or -EINVAL. */
static int shmat_address(vaddr_t *addr, uint32_t shmflg)
{
	if (!*addr)
		return shmflg & SHM_REMAP ? -EINVAL : 0;
	if (!(*addr & (SHMLBA - 1)))
		return 0;
	if (!(shmflg & SHM_RND))
		return -EINVAL;
	*addr &= ~(SHMLBA - 1);
	return !*addr && shmflg & SHM_REMAP ? -EINVAL : 0;
}

/* A file for one attachment of @segment. ERR_PTR. */
static struct file *attachment(struct task_struct *curr, int32_t shmid,
			       struct file *segment, uint32_t f_flags)
{
	struct shm_file_data *sfd = kzalloc_obj(curr, ARM_SIZEOF_SHM_FILE_DATA,
						sizeof(*sfd), GFP_KERNEL);
	struct file *file;

	if (!sfd)
		return ERR_PTR(-ENOMEM);
	file = alloc_file(curr, dget(segment->f_dentry), f_flags,
			  &shm_file_operations);
	if (IS_ERR(file)) {
		kfree_obj(curr, sfd);
		return file;
	}
	sfd->id = shmid;
	sfd->file = segment;
	get_file(segment);
	file->private_data = sfd;
	return file;
}

static uint32_t map_attachment(struct task_struct *curr, struct file *file,
			       vaddr_t addr, uint32_t prot, uint32_t flags,
			       bool remap)
{
	struct mm_struct *mm = curr->mm;
	const uint32_t size = (uint32_t)file->f_inode->i_size;
	uint32_t where = (uint32_t)-EINVAL;
	bool populate = false;

	down_write(curr, &mm->mmap_lock);
	if (!addr || remap ||
	    (addr + size >= addr &&
	     !find_vma_intersection(mm, addr, addr + size)))
		where = do_mmap(curr, file, addr, size, prot, flags, 0,
				&populate);
	up_write(curr, &mm->mmap_lock);
	if (populate)
		mm_populate(curr, where, PAGE_ALIGN(size), true);
	return where;
}

uint32_t do_shmat(struct task_struct *curr, int32_t shmid, vaddr_t shmaddr,
		  uint32_t shmflg)
{
	const bool rdonly = shmflg & SHM_RDONLY, exec = shmflg & SHM_EXEC;
	const uint32_t prot = PROT_READ | (rdonly ? 0 : PROT_WRITE) |
			      (exec ? PROT_EXEC : 0);
	const uint32_t wanted = 0444 | (rdonly ? 0 : 0222) | (exec ? 0111 : 0);
	vaddr_t addr = shmaddr;
	struct kern_ipc_perm *ipcp;
	struct shmid_kernel *shp;
	struct file *file;
	uint32_t where;

	if (shmid < 0 || shmat_address(&addr, shmflg))
		return (uint32_t)-EINVAL;
	ipcp = ipc_obtain_object_check(shm_ids(curr->k), shmid);
	if (IS_ERR(ipcp))
		return (uint32_t)PTR_ERR(ipcp);
	if (!ipcperms(curr, ipcp, wanted))
		return (uint32_t)-EACCES;
	shp = (struct shmid_kernel *)ipcp;
	shp->shm_nattch++; /* it stays, whatever happens while this sleeps */
	file = attachment(curr, shmid, shp->shm_file,
			  rdonly ? O_RDONLY : O_RDWR);
	if (IS_ERR(file)) {
		where = (uint32_t)PTR_ERR(file);
	} else {
		where = map_attachment(curr, file, addr, prot,
				       MAP_SHARED | (shmaddr ? MAP_FIXED : 0),
				       shmflg & SHM_REMAP);
		fput(curr, file);
	}
	down_write(curr, &shm_ids(curr->k)->rwsem);
	shp->shm_nattch--;
	if (shm_may_destroy(curr->k, shp))
		shm_destroy(curr, shp);
	up_write(curr, &shm_ids(curr->k)->rwsem);
	return where;
}

/* ---- shmdt -------------------------------------------------------------------- */

/* Is it a piece of a segment, which was attached at @addr? */
static bool is_piece(const struct vm_area_struct *vma, vaddr_t addr)
{
	return vma->vm_ops == &shm_vm_ops &&
	       (vma->vm_start - addr) >> PAGE_SHIFT == vma->vm_pgoff;
}

static void unmap(struct task_struct *curr, struct vm_area_struct *vma)
{
	do_munmap(curr, curr->mm, vma->vm_start, vma->vm_end - vma->vm_start);
}

/*
 * mprotect() and munmap() may have left pieces of what shmat() mapped, and
 * mremap() may have put another segment's in between. The first piece tells
 * how far the segment reaches and which it is. 0 or -EINVAL.
 */
static int32_t unmap_pieces(struct task_struct *curr, vaddr_t addr)
{
	struct vm_area_struct *vma = find_vma(curr->mm, addr), *next;
	const struct file *file; /* to compare with: it may be gone by then */
	uint32_t size;

	while (vma && !is_piece(vma, addr))
		vma = vma->vm_next;
	if (!vma)
		return -EINVAL;
	file = vma->vm_file;
	size = PAGE_ALIGN((uint32_t)file->f_inode->i_size);
	next = vma->vm_next;
	unmap(curr, vma);
	for (vma = next; vma && vma->vm_end - addr <= size; vma = next) {
		next = vma->vm_next;
		if (is_piece(vma, addr) && vma->vm_file == file)
			unmap(curr, vma);
	}
	return 0;
}

int32_t do_shmdt(struct task_struct *curr, vaddr_t shmaddr)
{
	int32_t ret;

	if (offset_in_page(shmaddr))
		return -EINVAL;
	down_write(curr, &curr->mm->mmap_lock);
	ret = unmap_pieces(curr, shmaddr);
	up_write(curr, &curr->mm->mmap_lock);
	return ret;
}

/* ---- exit --------------------------------------------------------------------- */

/* Those of @creator lose it, and their life if they must. */
static void forget_creator(struct task_struct *curr,
			   const struct task_struct *creator)
{
	struct ipc_ids *ids = shm_ids(curr->k);
	struct shmid_kernel *shp;
	uint32_t idx = 0;

	down_write(curr, &ids->rwsem);
	for (; (shp = xa_find(&ids->ipcs, &idx, IPCMNI - 1)); idx++) {
		if (shp->shm_creator != creator)
			continue;
		shp->shm_creator = NULL;
		if (curr->k->ipc.shm_rmid_forced &&
		    shm_may_destroy(curr->k, shp))
			shm_destroy(curr, shp);
	}
	up_write(curr, &ids->rwsem);
}

void exit_shm(struct task_struct *curr)
{
	if (shm_ids(curr->k)->in_use)
		forget_creator(curr, curr);
}

void shm_destroy_orphaned(struct task_struct *curr)
{
	if (shm_ids(curr->k)->in_use)
		forget_creator(curr, NULL);
}
