/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/memory_failure_internal.h"

/*
 * Who is told of a memory error (the first part of mm/memory-failure.c). All
 * who map the frame lose it; most hear of it when they touch the place again,
 * which may be never: the fault then finds an entry that says so and sends
 * SIGBUS with BUS_MCEERR_AR (do_swap_page()). At once are told:
 *
 *	who ran into the error: it can't go on without its bytes (_AR)
 *	who asked for it, by prctl(PR_MCE_KILL) or by
 *	vm.memory_failure_early_kill: it may have a copy, or time to save
 *	something (BUS_MCEERR_AO)
 *
 * One thread of a process is chosen. The list is made before the entries go,
 * since afterwards nothing says who had them; and no signal is sent before it
 * is known whether bytes are lost at all: a clean page of a file isn't.
 */

#include <errno.h>
#include <sys/prctl.h>

#include "kernel/arm_sizes.h"
#include "kernel/mm/internal.h"
#include "kernel/mm/kobj.h"
#include "kernel/mm/page_flags.h"
#include "kernel/mm/rmap.h"
#include "kernel/mm/slab.h"
#include "kernel/mm/swapops.h"
#include "kernel/state.h"
#include "kernel/task/sched_core.h"
#include "kernel/task/signal.h"

/* ---- who wants to know ---------------------------------------------------------- */

static bool wants_early(const struct kernel *k, const struct task_struct *task)
{
	if (task->mce_kill == PR_MCE_KILL_DEFAULT)
		return k->memory_failure.early_kill;
	return task->mce_kill == PR_MCE_KILL_EARLY;
}

static struct task_struct *find_early_kill_thread(struct kernel *k,
						  struct task_struct *leader)
{
	struct task_struct *thread;

	list_for_each_entry(thread, &leader->signal->thread_head, thread_node)
		if (wants_early(k, thread))
			return thread;
	return NULL;
}

/* The thread of @leader's process that is to be told; NULL: none. */
static struct task_struct *task_early_kill(struct task_struct *curr,
					   struct task_struct *leader,
					   bool force_early)
{
	if (!leader->mm)
		return NULL;
	if (force_early && leader->mm == curr->mm)
		return curr;
	return find_early_kill_thread(curr->k, leader);
}

/* ---- who has it -------------------------------------------------------------------- */

struct collection {
	struct task_struct *const curr;
	struct list_head *const to_kill;
	struct task_struct *task;
};

/*
 * Of a file, who could map the page is told, too: what it is about to read is
 * gone.
 */
static bool collect_one(struct page *page, struct vm_area_struct *vma,
			vaddr_t vaddr, void *arg)
{
	const struct collection *c = arg;
	struct to_kill *tk;

	if (vma->vm_mm != c->task->mm ||
	    (PageAnon(page) && !page_vma_mapped(page, vma, vaddr)))
		return true;
	tk = kzalloc_obj(c->curr, ARM_SIZEOF_TO_KILL, sizeof(*tk), GFP_ATOMIC);
	if (!tk) {
		printk(c->curr->k, "Memory failure: Out of memory while "
				   "machine check handling");
		return false;
	}
	tk->task = c->task;
	tk->vaddr = vaddr;
	list_add_tail(&tk->list, c->to_kill);
	return true;
}

void collect_procs(struct task_struct *curr, struct page *page,
		   struct list_head *to_kill, bool force_early)
{
	struct collection c = {.curr = curr, .to_kill = to_kill};
	struct rmap_walk_control rwc = {&c, collect_one};
	struct task_struct *leader;

	for_each_process(leader, curr->k) {
		c.task = task_early_kill(curr, leader, force_early);
		if (c.task)
			rmap_walk(page, &rwc);
	}
}

/* ---- telling them -------------------------------------------------------------------- */

static void kill_proc(struct task_struct *curr, const struct to_kill *tk,
		      pfn_t pfn, unsigned int flags)
{
	struct task_struct *task = tk->task;

	printk(curr->k,
	       "Memory failure: %#x: Sending SIGBUS to %s:%d due to hardware "
	       "memory corruption",
	       pfn, task->comm, task->pid);
	if ((flags & MF_ACTION_REQUIRED) && task == curr)
		force_sig_mceerr(curr, BUS_MCEERR_AR, tk->vaddr, PAGE_SHIFT);
	else
		send_sig_mceerr(curr, BUS_MCEERR_AO, tk->vaddr, PAGE_SHIFT,
				task);
}

static void kill_for_good(struct task_struct *curr, const struct to_kill *tk,
			  pfn_t pfn)
{
	const struct ksiginfo info = {.signo = SIGKILL, .code = SI_KERNEL};

	printk(curr->k,
	       "Memory failure: %#x: forcibly killing %s:%d because of failure "
	       "to unmap corrupted page",
	       pfn, tk->task->comm, tk->task->pid);
	send_sig_info(curr, SIGKILL, &info, tk->task, true);
}

void kill_procs(struct task_struct *curr, struct list_head *to_kill,
		bool forcekill, bool fail, pfn_t pfn, unsigned int flags)
{
	struct to_kill *tk, *next;

	list_for_each_entry_safe(tk, next, to_kill, list) {
		if (forcekill && fail)
			kill_for_good(curr, tk, pfn);
		else if (forcekill)
			kill_proc(curr, tk, pfn, flags);
		list_del(&tk->list);
		kfree_obj(curr, tk);
	}
}

/* ---- an error that is known ------------------------------------------------------------ */

/* Does the entry lead to frame @pfn, or did it? */
static bool entry_has(pte_t pte, pfn_t pfn)
{
	swp_entry_t entry;

	if (pte_present(pte))
		return pte_pfn(pte) == pfn;
	if (pte_none(pte))
		return false;
	entry = pte_to_swp_entry(pte);
	return is_hwpoison_entry(entry) && swp_offset(entry) == pfn;
}

/* Within one pair of first-level words. */
static bool find_in_table(struct mm_struct *mm, vaddr_t start, vaddr_t end,
			  pfn_t pfn, vaddr_t *vaddr)
{
	const pmd_t *pmd = pmd_off(mm, start);

	if (pmd_none(*pmd))
		return false;
	for (*vaddr = start; *vaddr < end; *vaddr += PAGE_SIZE) {
		const pte_t *pte = pte_lookup(mm, *vaddr);

		if (pmd_trans_huge(*pmd)
			    ? entry_has(huge_subpte(*pmd, *vaddr), pfn)
			    : pte && entry_has(*pte, pfn))
			return true;
	}
	return false;
}

static bool find_in_mm(struct mm_struct *mm, pfn_t pfn, vaddr_t *vaddr)
{
	const struct vm_area_struct *vma;
	vaddr_t next;

	for (vma = mm->mmap; vma; vma = vma->vm_next)
		for (vaddr_t at = vma->vm_start; at < vma->vm_end; at = next) {
			next = pmd_addr_end(at, vma->vm_end);
			if (find_in_table(mm, at, next, pfn, vaddr))
				return true;
		}
	return false;
}

int kill_accessing_process(struct task_struct *curr, pfn_t pfn,
			   unsigned int flags)
{
	struct to_kill tk = {.task = curr};
	bool found;

	if (!curr->mm)
		return -EFAULT;
	down_read(curr, &curr->mm->mmap_lock);
	found = find_in_mm(curr->mm, pfn, &tk.vaddr);
	up_read(curr, &curr->mm->mmap_lock);
	if (!found)
		return -EFAULT;
	kill_proc(curr, &tk, pfn, flags);
	return -EHWPOISON;
}
