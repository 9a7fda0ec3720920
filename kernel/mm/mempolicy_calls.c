/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/mempolicy.h"

/*
 * The calls by which programs set, read and apply memory policies
 * (mm/mempolicy.c's second half). A kernel without CONFIG_NUMA has none of
 * them: on a board whose device tree numbers no nodes they are -ENOSYS.
 *
 * Masks of nodes come as an array of words, and with them how many bits count,
 * plus one: maxnode's old mistake, which nobody may mend any more. More words
 * than there are nodes are fine as long as they are 0.
 */

#include <errno.h>

#include "kernel/arch/arm/uaccess.h"
#include "kernel/lib/err.h"
#include "kernel/mm/internal.h"
#include "kernel/mm/migrate.h"
#include "kernel/mm/rmap.h"
#include "kernel/task/cred.h"

#define BITS_PER_LONG 32u

/* ---- masks and modes ------------------------------------------------------------ */

/* The first @nr_bits of a user's mask, as far as there can be nodes. */
static int get_nodes(struct task_struct *curr, nodemask_t *nodes, vaddr_t nmask,
		     uint32_t maxnode)
{
	uint32_t nr_bits = maxnode - 1, word;

	*nodes = 0;
	if (!nr_bits || !nmask)
		return 0;
	if (nr_bits > PAGE_SIZE * 8)
		return -EINVAL;
	/* From the end: what lies beyond all nodes must be 0. */
	for (uint32_t i = (nr_bits - 1) / BITS_PER_LONG; i; i--) {
		if (get_user_u32(curr, &word, nmask + 4 * i))
			return -EFAULT;
		if (i == (nr_bits - 1) / BITS_PER_LONG &&
		    nr_bits % BITS_PER_LONG)
			word &= (1u << nr_bits % BITS_PER_LONG) - 1;
		if (word)
			return -EINVAL;
	}
	if (get_user_u32(curr, &word, nmask))
		return -EFAULT;
	if (nr_bits < BITS_PER_LONG)
		word &= (1u << nr_bits) - 1;
	if (word >> NODEMASK_BITS)
		return -EINVAL;
	*nodes = word;
	return 0;
}

static int copy_nodes_to_user(struct task_struct *curr, vaddr_t nmask,
			      uint32_t maxnode, nodemask_t nodes)
{
	/* Whole words of 64 bits, on machines of 32 bits as well. */
	const uint32_t nr_bytes = (maxnode - 1 + 63) / 64 * 8;

	if (nr_bytes > sizeof(nodes)) {
		if (nr_bytes > PAGE_SIZE)
			return -EINVAL;
		if (clear_user(curr, nmask + (uint32_t)sizeof(nodes),
			       nr_bytes - (uint32_t)sizeof(nodes)))
			return -EFAULT;
	}
	return put_user_u32(curr, nodes, nmask);
}

/* Is it a mode, and do its flags agree? */
static bool mode_is_known(uint32_t mode)
{
	const uint32_t flags = mode & MPOL_MODE_FLAGS;

	mode &= ~MPOL_MODE_FLAGS;
	if (mode >= MPOL_MAX ||
	    (flags & MPOL_F_STATIC_NODES && flags & MPOL_F_RELATIVE_NODES))
		return false;
	return !(flags & MPOL_F_NUMA_BALANCING) || mode == MPOL_BIND;
}

/* ---- the task's policy ------------------------------------------------------------ */

int32_t do_set_mempolicy(struct task_struct *curr, int32_t mode, vaddr_t nmask,
			 uint32_t maxnode)
{
	struct mempolicy *new, *old = curr->mempolicy;
	nodemask_t nodes;
	int error;

	if (!mode_is_known((uint32_t)mode))
		return -EINVAL;
	error = get_nodes(curr, &nodes, nmask, maxnode);
	if (error)
		return error;
	new = mpol_new(curr, (uint32_t)mode, nodes);
	if (IS_ERR(new))
		return (int32_t)PTR_ERR(new);
	curr->mempolicy = new;
	if (new &&new->mode == MPOL_INTERLEAVE)
		curr->il_prev = NODEMASK_BITS - 1; /* begins with the first */
	mpol_put(curr, old);
	return 0;
}

/* Where the page at @vaddr lies; one is brought in if there is none. */
static int lookup_node(struct task_struct *curr, vaddr_t vaddr)
{
	struct page *page;
	int ret = get_user_page(curr, vaddr & PAGE_MASK, false, &page);

	if (ret)
		return ret;
	ret = page_to_nid(page);
	put_page(curr, page);
	return ret;
}

/* What holds for @vaddr itself, with a reference; NULL: nothing. ERR_PTR. */
static struct mempolicy *policy_at(struct task_struct *curr, vaddr_t vaddr)
{
	struct mm_struct *mm = curr->mm;
	struct mempolicy *pol = ERR_PTR(-EFAULT);
	const struct vm_area_struct *vma;

	down_read(curr, &mm->mmap_lock);
	vma = find_vma(mm, vaddr);
	if (vma && vma->vm_start <= vaddr)
		pol = mpol_get(__get_vma_policy(vma, vaddr));
	up_read(curr, &mm->mmap_lock);
	return pol;
}

/* MPOL_F_NODE: a node in place of a mode. */
static int32_t node_of(struct task_struct *curr, const struct mempolicy *pol,
		       vaddr_t vaddr, uint32_t flags)
{
	if (flags & MPOL_F_ADDR)
		return lookup_node(curr, vaddr);
	if (pol && pol == curr->mempolicy && pol->mode == MPOL_INTERLEAVE)
		return next_interleave_node(curr, pol);
	return -EINVAL;
}

static nodemask_t shown_nodes(const struct mempolicy *pol)
{
	if (!pol)
		return 0;
	return pol->flags & MPOL_MODE_FLAGS ? pol->user_nodes : pol->nodes;
}

/* *@mode and *@nodes, for these flags. */
static int get_policy(struct task_struct *curr, int32_t *mode,
		      nodemask_t *nodes, vaddr_t vaddr, uint32_t flags)
{
	struct mempolicy *pol;

	if (flags & MPOL_F_MEMS_ALLOWED) {
		*nodes = nodes_with_memory(curr->k);
		return flags & (MPOL_F_NODE | MPOL_F_ADDR) ? -EINVAL : 0;
	}
	if (vaddr && !(flags & MPOL_F_ADDR))
		return -EINVAL;
	pol = flags & MPOL_F_ADDR ? policy_at(curr, vaddr)
				  : mpol_get(curr->mempolicy);
	if (IS_ERR(pol))
		return (int)PTR_ERR(pol);
	if (flags & MPOL_F_NODE)
		*mode = node_of(curr, pol, vaddr, flags);
	else if (pol)
		*mode = pol->mode | (pol->flags & MPOL_MODE_FLAGS);
	*nodes = shown_nodes(pol);
	mpol_put(curr, pol);
	return *mode < 0 ? *mode : 0;
}

int32_t do_get_mempolicy(struct task_struct *curr, vaddr_t policy,
			 vaddr_t nmask, uint32_t maxnode, vaddr_t vaddr,
			 uint32_t flags)
{
	int32_t mode = MPOL_DEFAULT;
	nodemask_t nodes = 0;
	int error;

	if ((nmask && maxnode < curr->k->mem.nr_online_nodes) ||
	    flags & ~(MPOL_F_NODE | MPOL_F_ADDR | MPOL_F_MEMS_ALLOWED))
		return -EINVAL;
	error = get_policy(curr, &mode, &nodes, vaddr, flags);
	if (error)
		return error;
	if (policy && put_user_u32(curr, (uint32_t)mode, policy))
		return -EFAULT;
	return nmask ? copy_nodes_to_user(curr, nmask, maxnode, nodes) : 0;
}

/* ---- policies of places -------------------------------------------------------------- */

/* A VMA that is exactly what @pol shall hold for. 0 or -ENOMEM. */
static int vma_replace_policy(struct task_struct *curr,
			      struct vm_area_struct *vma, struct mempolicy *pol)
{
	struct address_space *mapping = vma_shared_policy(vma);
	struct mempolicy *old = vma->vm_policy;

	if (mapping &&
	    mpol_set_shared_policy(curr, mapping, vma->vm_pgoff,
				   vma->vm_pgoff + vma_pages(vma), pol))
		return -ENOMEM;
	vma->vm_policy = mpol_get(pol);
	mpol_put(curr, old);
	return 0;
}

/*
 * [start, end) gets @pol; holes are passed over. Who has it already is left
 * alone. mmap_lock is held for writing.
 */
static int mbind_range(struct task_struct *curr, vaddr_t start, vaddr_t end,
		       struct mempolicy *pol)
{
	struct vm_area_struct *vma = find_vma(curr->mm, start);
	int error = 0;

	for (; vma && vma->vm_start < end && !error; vma = vma->vm_next) {
		vaddr_t from = vma->vm_start > start ? vma->vm_start : start;
		vaddr_t to = vma->vm_end < end ? vma->vm_end : end;

		if (mpol_equal(vma->vm_policy, pol))
			continue;
		vma = vma_modify_policy(curr, vma, from, to, pol);
		if (IS_ERR(vma))
			return (int)PTR_ERR(vma);
		/* What grew over the range has it, but the file may not. */
		error = vma_replace_policy(curr, vma, pol);
	}
	return error;
}

/* The place of @page in the range that is bound, and so its policy. */
static struct vm_area_struct *
vma_of_page(const struct page *page, struct vm_area_struct *vma, vaddr_t *vaddr)
{
	for (; vma; vma = vma->vm_next) {
		const pgoff_t index = page->index - vma->vm_pgoff;

		*vaddr = vma->vm_start + (index << PAGE_SHIFT);
		if (index < vma_pages(vma) &&
		    page_vma_mapped(page, vma, *vaddr))
			return vma;
	}
	return NULL;
}

static struct page *new_page(struct task_struct *curr, struct page *page,
			     void *private)
{
	const gfp_t gfp = GFP_HIGHUSER_MOVABLE | __GFP_RETRY_MAYFAIL;
	const vaddr_t *start = private;
	vaddr_t vaddr;
	const struct vm_area_struct *vma =
		vma_of_page(page, find_vma(curr->mm, *start), &vaddr);

	return vma ? alloc_page_vma(curr, gfp, vma, vaddr)
		   : alloc_page(curr, gfp);
}

/* mmap_lock is held for writing: the range stays as it is. */
static int bind_and_move(struct task_struct *curr, vaddr_t start, vaddr_t end,
			 struct mempolicy *pol, nodemask_t nodes,
			 uint32_t flags)
{
	struct list_head pages;
	int unmovable, error, nr_failed = 0;

	INIT_LIST_HEAD(&pages);
	unmovable = queue_pages_range(curr, curr->mm, start, end, nodes,
				      flags | MPOL_MF_INVERT, &pages);
	error = unmovable < 0 ? unmovable : mbind_range(curr, start, end, pol);
	if (!error && !list_empty(&pages))
		nr_failed = migrate_pages(curr, &pages, new_page, NULL, &start,
					  MIGRATE_SYNC, MR_MEMPOLICY_MBIND,
					  NULL);
	putback_movable_pages(curr, &pages);
	if (!error && (unmovable > 0 || (nr_failed && flags & MPOL_MF_STRICT)))
		error = -EIO;
	return error;
}

int32_t do_mbind(struct task_struct *curr, vaddr_t start, uint32_t len,
		 uint32_t mode, vaddr_t nmask, uint32_t maxnode, uint32_t flags)
{
	const vaddr_t end = start + PAGE_ALIGN(len);
	struct mempolicy *pol;
	nodemask_t nodes;
	int error;

	if (!mode_is_known(mode))
		return -EINVAL;
	error = get_nodes(curr, &nodes, nmask, maxnode);
	if (error)
		return error;
	if (flags & ~MPOL_MF_VALID)
		return -EINVAL;
	if (flags & MPOL_MF_MOVE_ALL && !capable(curr, CAP_SYS_NICE))
		return -EPERM;
	if (offset_in_page(start) || end < start)
		return -EINVAL;
	if (end == start)
		return 0;
	pol = mpol_new(curr, mode, nodes);
	if (IS_ERR(pol))
		return (int32_t)PTR_ERR(pol);
	if (!(mode & ~MPOL_MODE_FLAGS)) /* nothing can be where it shall not */
		flags &= ~MPOL_MF_STRICT;
	if (!pol)
		flags |= MPOL_MF_DISCONTIG_OK;
	down_write(curr, &curr->mm->mmap_lock);
	error = bind_and_move(curr, start, end, pol, nodes, flags);
	up_write(curr, &curr->mm->mmap_lock);
	mpol_put(curr, pol);
	return error;
}

/* One VMA's policy, with another home. 0 or -errno. */
static int set_home_node(struct task_struct *curr, struct vm_area_struct *vma,
			 vaddr_t start, vaddr_t end, int home_node)
{
	struct mempolicy *pol;
	int error;

	if (vma->vm_policy->mode != MPOL_BIND &&
	    vma->vm_policy->mode != MPOL_PREFERRED_MANY)
		return -EOPNOTSUPP;
	pol = mpol_dup(curr, vma->vm_policy);
	if (IS_ERR(pol))
		return (int)PTR_ERR(pol);
	pol->home_node = home_node;
	error = mbind_range(curr, start, end, pol);
	mpol_put(curr, pol);
	return error;
}

static int set_home_nodes(struct task_struct *curr, vaddr_t start, vaddr_t end,
			  int home_node)
{
	struct vm_area_struct *vma;
	vaddr_t next;
	int error = -ENOENT;

	for (; start < end; start = next) {
		vma = find_vma_intersection(curr->mm, start, end);
		if (!vma)
			break;
		if (vma->vm_start > start)
			start = vma->vm_start;
		next = vma->vm_end < end ? vma->vm_end : end;
		if (!vma->vm_policy)
			continue;
		error = set_home_node(curr, vma, start, next, home_node);
		if (error)
			break;
	}
	return error;
}

int32_t do_set_mempolicy_home_node(struct task_struct *curr, vaddr_t start,
				   uint32_t len, uint32_t home_node,
				   uint32_t flags)
{
	const vaddr_t end = start + PAGE_ALIGN(len);
	int error;

	if (offset_in_page(start) || flags ||
	    home_node >= curr->k->mem.nr_online_nodes || end < start)
		return -EINVAL;
	if (end == start)
		return 0;
	down_write(curr, &curr->mm->mmap_lock);
	error = set_home_nodes(curr, start, end, (int)home_node);
	up_write(curr, &curr->mm->mmap_lock);
	return error;
}

/* ---- other processes' pages -------------------------------------------------------------- */

struct mm_struct *mempolicy_mm(struct task_struct *curr, int pid)
{
	struct task_struct *task = pid ? find_task_by_pid(curr->k, pid) : curr;

	if (!task)
		return ERR_PTR(-ESRCH);
	if (pid && !ptrace_may_access(curr, task, PTRACE_MODE_REALCREDS))
		return ERR_PTR(-EPERM);
	if (!task->mm || is_kthread(task) || !mmget_not_zero(task->mm))
		return ERR_PTR(-EINVAL);
	return task->mm;
}

int32_t do_migrate_pages_call(struct task_struct *curr, int pid,
			      uint32_t maxnode, vaddr_t old_nodes,
			      vaddr_t new_nodes)
{
	const nodemask_t allowed = nodes_with_memory(curr->k);
	const bool admin = capable(curr, CAP_SYS_NICE);
	nodemask_t from, to;
	struct mm_struct *mm;
	int error = get_nodes(curr, &from, old_nodes, maxnode);

	if (!error)
		error = get_nodes(curr, &to, new_nodes, maxnode);
	if (error)
		return error;
	mm = mempolicy_mm(curr, pid);
	if (mm == ERR_PTR(-ESRCH) || mm == ERR_PTR(-EPERM))
		return (int32_t)PTR_ERR(mm);
	if (to & ~allowed && !admin)
		error = -EPERM;
	else if (!(to & allowed))
		error = -EINVAL;
	if (IS_ERR(mm))
		return error ? error : (int32_t)PTR_ERR(mm);
	if (!error)
		error = do_migrate_pages(curr, mm, from, to & allowed,
					 admin ? MPOL_MF_MOVE_ALL
					       : MPOL_MF_MOVE);
	mmput(curr, mm);
	return error;
}
