/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/vma.h"

/*
 * What a process may have: limits on address space, data and locked memory,
 * and the promise of memory to all processes together (mm/util.c,
 * mm/mmap.c).
 *
 * Invariant: committed_pages is the sum of the pages of all VMAs with
 * VM_ACCOUNT. A private writable mapping may one day need a page of its own
 * for each of its pages, so it is charged when made, not when touched.
 */

#include "kernel/lib/err.h"
#include "kernel/mm/mman.h"
#include "kernel/mm/swapfile.h"
#include "kernel/mm/vmstat.h"
#include "kernel/state.h"

/* ---- kinds of mappings, as /proc/PID/status tells them apart --------------------- */

static bool is_exec_mapping(uint32_t vm_flags)
{
	return (vm_flags & (VM_EXEC | VM_WRITE | VM_STACK)) == VM_EXEC;
}

static bool is_stack_mapping(uint32_t vm_flags)
{
	return vm_flags & VM_STACK;
}

static bool is_data_mapping(uint32_t vm_flags)
{
	return (vm_flags & (VM_WRITE | VM_SHARED | VM_STACK)) == VM_WRITE;
}

void vm_stat_account(struct mm_struct *mm, uint32_t vm_flags, int32_t nr_pages)
{
	mm->total_vm += nr_pages;
	if (is_exec_mapping(vm_flags))
		mm->exec_vm += nr_pages;
	else if (is_stack_mapping(vm_flags))
		mm->stack_vm += nr_pages;
	else if (is_data_mapping(vm_flags))
		mm->data_vm += nr_pages;
}

/* ---- limits of one process --------------------------------------------------------- */

bool may_expand_vm(struct task_struct *curr, const struct mm_struct *mm,
		   uint32_t vm_flags, uint32_t nr_pages)
{
	const struct rlimit *data = &curr->signal->rlim[RLIMIT_DATA];
	uint32_t data_vm = mm->data_vm + nr_pages;

	if (mm->total_vm + nr_pages > task_rlimit(curr, RLIMIT_AS) >>
	    PAGE_SHIFT)
		return false;
	if (!is_data_mapping(vm_flags) ||
	    data_vm <= data->rlim_cur >> PAGE_SHIFT)
		return true;
	/* A limit of 0 is how old programs asked for no brk, not for no mmap. */
	return data->rlim_cur == 0 && data_vm <= data->rlim_max >> PAGE_SHIFT;
}

bool can_do_mlock(const struct task_struct *curr)
{
	return task_rlimit(curr, RLIMIT_MEMLOCK) != 0 ||
	       capable(curr, CAP_IPC_LOCK);
}

int mlock_future_check(struct task_struct *curr, const struct mm_struct *mm,
		       uint32_t vm_flags, uint32_t len)
{
	uint32_t limit = task_rlimit(curr, RLIMIT_MEMLOCK) >> PAGE_SHIFT;

	if (!(vm_flags & VM_LOCKED) || capable(curr, CAP_IPC_LOCK))
		return 0;
	return mm->locked_vm + (len >> PAGE_SHIFT) > limit ? -EAGAIN : 0;
}

/* ---- what all processes have been promised ------------------------------------------ */

/* Strict accounting keeps a little back: for root, and for the user to log in. */
static uint32_t pages_of(int32_t kbytes)
{
	return (uint32_t)kbytes >> (PAGE_SHIFT - 10);
}

static bool strictly_enough(const struct task_struct *curr,
			    const struct mm_struct *mm)
{
	const struct kernel *k = curr->k;
	int64_t allowed = vm_commit_limit(k);

	if (!capable(curr, CAP_SYS_ADMIN))
		allowed -= pages_of(k->sysctl.admin_reserve_kbytes);
	if (mm) {
		uint32_t share = mm->total_vm / 32;
		uint32_t most = pages_of(k->sysctl.user_reserve_kbytes);

		allowed -= share < most ? share : most;
	}
	return k->user.committed_pages < allowed;
}

int vm_enough_memory(struct task_struct *curr, struct mm_struct *mm,
		     uint32_t nr_pages)
{
	struct kernel *k = curr->k;
	bool enough = true;

	k->user.committed_pages += nr_pages;
	if (k->user.overcommit_memory == OVERCOMMIT_GUESS)
		enough = nr_pages <=
			 k->mem.totalram_pages + (uint64_t)total_swap_pages(k);
	else if (k->user.overcommit_memory == OVERCOMMIT_NEVER)
		enough = strictly_enough(curr, mm);
	if (enough)
		return 0;
	vm_unacct_memory(k, nr_pages);
	return -ENOMEM;
}

void vm_unacct_memory(struct kernel *k, uint32_t nr_pages)
{
	k->user.committed_pages -= nr_pages;
}
