/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/shmem.h"

/*
 * memfd_create() and seals (mm/memfd.c): a file that two processes share can
 * be closed to some changes for good, so that neither needs trust the other.
 *
 * Invariant: seals are only ever added. F_SEAL_WRITE is on no file that still
 * has a shared writable mapping; i_mmap_writable below 0 keeps it so.
 */

#include <string.h>

#include "kernel/arch/arm/uaccess.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/fdtable.h"
#include "kernel/fs/fs.h"
#include "kernel/fs/syscalls.h"
#include "kernel/lib/err.h"

#define F_ALL_SEALS                                                 \
	(F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | \
	 F_SEAL_FUTURE_WRITE)

#define MFD_CLOEXEC       1u
#define MFD_ALLOW_SEALING 2u
#define MFD_HUGETLB       4u
#define MFD_HUGE_SIZES    (0x3fu << 26) /* with MFD_HUGETLB: log2 of one */

#define MFD_PREFIX "memfd:"

static int add_seals(struct inode *inode, uint32_t seals)
{
	struct address_space *mapping = &inode->i_data;

	if (inode->i_seals & F_SEAL_SEAL)
		return -EPERM;
	if (seals & F_SEAL_WRITE && !(inode->i_seals & F_SEAL_WRITE)) {
		if (mapping->i_mmap_writable > 0)
			return -EBUSY;
		mapping->i_mmap_writable--;
	}
	inode->i_seals |= seals;
	return 0;
}

int32_t memfd_add_seals(struct task_struct *curr, struct file *file,
			uint32_t seals)
{
	struct inode *inode = file->f_inode;
	int error;

	if (!(file->f_mode & FMODE_WRITE))
		return -EPERM;
	if (seals & ~F_ALL_SEALS || !shmem_file(file))
		return -EINVAL;
	down_write(curr, &inode->i_rwsem);
	error = add_seals(inode, seals);
	up_write(curr, &inode->i_rwsem);
	return error;
}

int32_t memfd_get_seals(const struct file *file)
{
	return shmem_file(file) ? (int32_t)file->f_inode->i_seals : -EINVAL;
}

int32_t do_memfd_create(struct task_struct *curr, vaddr_t uname, uint32_t flags)
{
	char name[NAME_MAX + 1] = MFD_PREFIX;
	const uint32_t prefix = sizeof(MFD_PREFIX) - 1;
	uint32_t allowed = MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_HUGETLB;
	struct file *file;
	int32_t len;

	if (flags & MFD_HUGETLB)
		allowed |= MFD_HUGE_SIZES;
	if (flags & ~allowed)
		return -EINVAL;
	len = strncpy_from_user(curr, name + prefix, uname,
				NAME_MAX - prefix + 1);
	if (len < 0)
		return len;
	if (len > (int32_t)(NAME_MAX - prefix))
		return -EINVAL;
	if (flags & MFD_HUGETLB) /* no hugetlbfs on two-level tables */
		return -ENOSYS;
	file = shmem_file_setup(curr, name, 0, VM_NORESERVE);
	if (IS_ERR(file))
		return (int)PTR_ERR(file);
	if (flags & MFD_ALLOW_SEALING)
		file->f_inode->i_seals &= ~F_SEAL_SEAL;
	return fd_publish(curr, file, flags & MFD_CLOEXEC ? O_CLOEXEC : 0);
}
