/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/shmem.h"

/*
 * MAP_SHARED | MAP_ANONYMOUS (mm/shmem.c): a file of tmpfs that has no name
 * and lives as long as its mappings. /proc shows it as "/dev/zero (deleted)",
 * after what programs mapped before there was MAP_ANONYMOUS.
 */

#include "kernel/fs/fs.h"
#include "kernel/lib/err.h"

int shmem_zero_setup(struct task_struct *curr, struct vm_area_struct *vma)
{
	struct file *file = shmem_file_setup(curr, "dev/zero",
					     vma->vm_end - vma->vm_start);

	if (IS_ERR(file))
		return (int)PTR_ERR(file);
	if (vma->vm_file) /* /dev/zero */
		fput(curr, vma->vm_file);
	vma->vm_file = file;
	return file->f_op->mmap(curr, file, vma);
}
