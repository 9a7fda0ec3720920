/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/syscall/syscall.h"

/*
 * System calls on memory: numbers in mm.def, work in kernel/mm/. Argument
 * order is that of the ARM EABI; mmap2 counts its offset in pages.
 */

#include "kernel/fs/fs.h"
#include "kernel/fs/namei.h"
#include "kernel/lib/err.h"
#include "kernel/mm/mm.h"
#include "kernel/mm/mman.h"
#include "kernel/mm/mman_calls.h"
#include "kernel/mm/mempolicy.h"
#include "kernel/mm/swapfile.h"
#include "kernel/state.h"

int32_t sys_brk(struct task_struct *curr, const uint32_t arg[7])
{
	return (int32_t)do_brk(curr, arg[0]);
}

int32_t sys_munmap(struct task_struct *curr, const uint32_t arg[7])
{
	return vm_munmap(curr, arg[0], arg[1]);
}

int32_t sys_mprotect(struct task_struct *curr, const uint32_t arg[7])
{
	return do_mprotect(curr, arg[0], arg[1], arg[2]);
}

int32_t sys_msync(struct task_struct *curr, const uint32_t arg[7])
{
	return do_msync(curr, arg[0], arg[1], arg[2]);
}

int32_t sys_mlock(struct task_struct *curr, const uint32_t arg[7])
{
	return do_mlock(curr, arg[0], arg[1], VM_LOCKED);
}

int32_t sys_mlock2(struct task_struct *curr, const uint32_t arg[7])
{
	if (arg[2] & ~MLOCK_ONFAULT)
		return -EINVAL;
	return do_mlock(curr, arg[0], arg[1],
			arg[2] & MLOCK_ONFAULT ? VM_LOCKED | VM_LOCKONFAULT
					       : VM_LOCKED);
}

int32_t sys_munlock(struct task_struct *curr, const uint32_t arg[7])
{
	return do_munlock(curr, arg[0], arg[1]);
}

int32_t sys_mlockall(struct task_struct *curr, const uint32_t arg[7])
{
	return do_mlockall(curr, arg[0]);
}

int32_t sys_munlockall(struct task_struct *curr, const uint32_t arg[7])
{
	(void)arg;
	return do_munlockall(curr);
}

int32_t sys_mremap(struct task_struct *curr, const uint32_t arg[7])
{
	return (int32_t)do_mremap(curr, arg[0], arg[1], arg[2], arg[3], arg[4]);
}

int32_t sys_mmap2(struct task_struct *curr, const uint32_t arg[7])
{
	const uint32_t flags = arg[3];
	struct file *file = NULL;
	uint32_t ret;

	if (!(flags & MAP_ANONYMOUS)) {
		file = fget(curr, (int)arg[4]);
		if (!file)
			return -EBADF;
	}
	if (flags & MAP_HUGETLB) /* no hugetlbfs on two-level tables */
		ret = (uint32_t)-EINVAL;
	else
		ret = vm_mmap_pgoff(curr, file, arg[0], arg[1], arg[2], flags,
				    arg[5]);
	if (file)
		fput(curr, file);
	return (int32_t)ret;
}

int32_t sys_remap_file_pages(struct task_struct *curr, const uint32_t arg[7])
{
	return do_remap_file_pages(curr, arg[0], arg[1], arg[2], arg[3],
				   arg[4]);
}

int32_t sys_mincore(struct task_struct *curr, const uint32_t arg[7])
{
	return mincore_range(curr, arg[0], arg[1], arg[2]);
}

/* The name is looked at after the right to use it. */
int32_t sys_swapon(struct task_struct *curr, const uint32_t arg[7])
{
	int err = may_swapon(curr, arg[1]);
	char *name = err ? ERR_PTR(err) : getname(curr, arg[0]);

	if (IS_ERR(name))
		return (int32_t)PTR_ERR(name);
	err = do_swapon(curr, name, arg[1]);
	putname(curr, name);
	return err;
}

int32_t sys_swapoff(struct task_struct *curr, const uint32_t arg[7])
{
	int err = may_swapoff(curr);
	char *name = err ? ERR_PTR(err) : getname(curr, arg[0]);

	if (IS_ERR(name))
		return (int32_t)PTR_ERR(name);
	err = do_swapoff(curr, name);
	putname(curr, name);
	return err;
}

int32_t sys_madvise(struct task_struct *curr, const uint32_t arg[7])
{
	return do_madvise(curr, curr->mm, arg[0], arg[1], (int)arg[2]);
}

int32_t sys_process_madvise(struct task_struct *curr, const uint32_t arg[7])
{
	return do_process_madvise(curr, (int)arg[0], arg[1], arg[2],
				  (int)arg[3], arg[4]);
}

int32_t sys_process_vm_readv(struct task_struct *curr, const uint32_t arg[7])
{
	return process_vm_rw(curr, (int)arg[0], arg[1], arg[2], arg[3], arg[4],
			     arg[5], false);
}

int32_t sys_process_vm_writev(struct task_struct *curr, const uint32_t arg[7])
{
	return process_vm_rw(curr, (int)arg[0], arg[1], arg[2], arg[3], arg[4],
			     arg[5], true);
}

/* ---- nodes: a kernel without CONFIG_NUMA has none of these --------------- */

int32_t sys_mbind(struct task_struct *curr, const uint32_t arg[7])
{
	return curr->k->mem.numa ? do_mbind(curr, arg[0], arg[1], arg[2],
					    arg[3], arg[4], arg[5])
				 : -ENOSYS;
}

int32_t sys_get_mempolicy(struct task_struct *curr, const uint32_t arg[7])
{
	return curr->k->mem.numa ? do_get_mempolicy(curr, arg[0], arg[1],
						    arg[2], arg[3], arg[4])
				 : -ENOSYS;
}

int32_t sys_set_mempolicy(struct task_struct *curr, const uint32_t arg[7])
{
	return curr->k->mem.numa
		       ? do_set_mempolicy(curr, (int32_t)arg[0], arg[1], arg[2])
		       : -ENOSYS;
}

int32_t sys_set_mempolicy_home_node(struct task_struct *curr,
				    const uint32_t arg[7])
{
	return curr->k->mem.numa
		       ? do_set_mempolicy_home_node(curr, arg[0], arg[1],
						    arg[2], arg[3])
		       : -ENOSYS;
}

int32_t sys_migrate_pages(struct task_struct *curr, const uint32_t arg[7])
{
	return curr->k->mem.numa ? do_migrate_pages_call(curr, (int)arg[0],
							 arg[1], arg[2], arg[3])
				 : -ENOSYS;
}

int32_t sys_move_pages(struct task_struct *curr, const uint32_t arg[7])
{
	return curr->k->mem.numa ? do_move_pages(curr, (int)arg[0], arg[1],
						 arg[2], arg[3], arg[4], arg[5])
				 : -ENOSYS;
}
