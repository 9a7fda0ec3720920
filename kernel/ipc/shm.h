/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_IPC_SHM_H
#define KERNEL_IPC_SHM_H

/*
 * System V shared memory (include/linux/shm.h). The calls take ids and return
 * a value or -errno.
 */

#include "kernel/ipc/util.h"

struct seq_file;

/* include/uapi/linux/shm.h */
#define SHM_HUGETLB   04000
#define SHM_NORESERVE 010000
#define SHM_RDONLY    010000
#define SHM_RND       020000
#define SHM_REMAP     040000
#define SHM_EXEC      0100000
#define SHM_LOCK      11
#define SHM_UNLOCK    12
#define SHM_STAT      13
#define SHM_INFO      14
#define SHM_STAT_ANY  15

/* In a segment's mode. */
#define SHM_DEST   01000 /* goes when the last mapping goes */
#define SHM_LOCKED 02000

/* Where a segment may be attached on ARM, old caches' sake. */
#define SHMLBA (4 * PAGE_SIZE)

struct shmid_kernel {
	struct kern_ipc_perm shm_perm;
	struct file *shm_file;
	uint32_t shm_nattch; /* mappings */
	uint32_t shm_segsz;
	int64_t shm_atim, shm_dtim, shm_ctim; /* seconds since 1970; 0: never */
	int32_t shm_cprid,
		shm_lprid; /* made by, last attached or detached by */
	uint32_t mlock_uid; /* SHM_LOCKED: on whose account */
	const struct task_struct *shm_creator; /* NULL: it has exited */
};

static inline uint32_t shm_pages(const struct shmid_kernel *shp)
{
	return (shp->shm_segsz + PAGE_SIZE - 1) >> PAGE_SHIFT;
}

/* ---- ipc/shm.c: segments and their mappings --------------------------------- */

int32_t do_shmget(struct task_struct *curr, int32_t key, uint32_t size,
		  uint32_t shmflg);
/* The address, or -errno as an unsigned value. */
uint32_t do_shmat(struct task_struct *curr, int32_t shmid, vaddr_t shmaddr,
		  uint32_t shmflg);
int32_t do_shmdt(struct task_struct *curr, vaddr_t shmaddr);
/* Nobody maps it, and it was waiting for that. ids->rwsem held for writing. */
bool shm_may_destroy(const struct kernel *k, const struct shmid_kernel *shp);
void shm_destroy(struct task_struct *curr, struct shmid_kernel *shp);
/* A task exits: of those that it made, unused ones may have to go. */
void exit_shm(struct task_struct *curr);
/* shm_rmid_forced was set: so must those whose maker has gone. */
void shm_destroy_orphaned(struct task_struct *curr);

/* ---- ipc/shm_ctl.c: what is told and changed -------------------------------- */

int32_t do_shmctl(struct task_struct *curr, int32_t shmid, int cmd,
		  vaddr_t buf);
/* No longer unevictable. */
void shm_unlock_pages(struct kernel *k, struct shmid_kernel *shp);
/* /proc/sysvipc/shm */
int sysvipc_shm_show(struct seq_file *m, void *v);

#endif
