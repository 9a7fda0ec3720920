/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MM_MEMPOLICY_H
#define KERNEL_MM_MEMPOLICY_H

/*
 * From which node memory shall come (include/linux/mempolicy.h). The picture
 * is at the head of mempolicy.c. Errors are -errno.
 */

#include "kernel/mm/mmzone.h"
#include "kernel/state.h"
#include "kernel/task/sched.h"

/* Modes; numbers are Linux's. */
enum {
	MPOL_DEFAULT, /* no policy */
	MPOL_PREFERRED, /* this node, then the others */
	MPOL_BIND, /* these nodes, no others */
	MPOL_INTERLEAVE, /* these nodes, in turn */
	MPOL_LOCAL, /* the CPU's node, then the others */
	MPOL_PREFERRED_MANY, /* these nodes, then the others */
	MPOL_MAX
};

/* Beside the mode: which nodes does a mask name? */
#define MPOL_F_STATIC_NODES   0x8000u /* those numbered so */
#define MPOL_F_RELATIVE_NODES 0x4000u /* the n-th of those allowed */
#define MPOL_F_NUMA_BALANCING 0x2000u /* with MPOL_BIND: pages may follow */
#define MPOL_MODE_FLAGS \
	(MPOL_F_STATIC_NODES | MPOL_F_RELATIVE_NODES | MPOL_F_NUMA_BALANCING)

/* get_mempolicy() */
#define MPOL_F_NODE         1u
#define MPOL_F_ADDR         2u
#define MPOL_F_MEMS_ALLOWED 4u

/* mbind(), move_pages() */
#define MPOL_MF_STRICT       1u /* fails where pages are elsewhere */
#define MPOL_MF_MOVE         2u /* moves those that are the process's own */
#define MPOL_MF_MOVE_ALL     4u /* moves those of others, too */
#define MPOL_MF_VALID        (MPOL_MF_STRICT | MPOL_MF_MOVE | MPOL_MF_MOVE_ALL)
/* queue_pages_range() alone */
#define MPOL_MF_DISCONTIG_OK 0x10u /* holes are */
#define MPOL_MF_INVERT       0x20u /* pages that are on none of the nodes */

/*
 * One policy. It never changes once somebody uses it, so that task, VMAs and
 * files may share it; the last reference frees it.
 */
struct mempolicy {
	int32_t refcnt;
	uint16_t mode, flags; /* MPOL_…; of MPOL_MODE_FLAGS */
	nodemask_t nodes; /* what came of the mask; with memory, all */
	nodemask_t user_nodes; /* the mask, where there are flags */
	int home_node; /* BIND, PREFERRED_MANY: begin here; -1: where it runs */
};

/* Policies of a file's pages by index (mempolicy_shared.c). */
struct sp_node {
	struct rb_node nd;
	pgoff_t start, end; /* [start, end) */
	struct mempolicy *policy;
};

static inline int numa_node_id(const struct task_struct *curr)
{
	return curr->k->mem.cpu_node[curr->cpu->id];
}

/* ---- mempolicy.c: policies ---------------------------------------------------- */

void numa_policy_init(struct task_struct *curr);
/*
 * A policy of @mode, flags among it, over those of @nodes that have memory;
 * NULL for MPOL_DEFAULT. ERR_PTR: -EINVAL, where they don't fit each other;
 * -ENOMEM.
 */
struct mempolicy *mpol_new(struct task_struct *curr, uint32_t mode,
			   nodemask_t nodes);
/* A copy that may be changed. ERR_PTR. */
struct mempolicy *mpol_dup(struct task_struct *curr,
			   const struct mempolicy *old);
/* NULL is no policy; both give it back. */
struct mempolicy *mpol_get(struct mempolicy *pol);
void mpol_put(struct task_struct *curr, struct mempolicy *pol);
/* Would pages come from the same places? Either may be NULL. */
bool mpol_equal(const struct mempolicy *a, const struct mempolicy *b);
/* "bind=static:0-1", as in numa_maps and mount options. */
#define MPOL_TEXT 64
void mpol_to_str(char text[MPOL_TEXT], const struct mempolicy *pol);
/* "0-1,3"; of none, as Linux prints a pointer to none: "(null)". */
#define NODEMASK_TEXT 48
const char *nodemask_text(char text[NODEMASK_TEXT], nodemask_t nodes);

/* ---- mempolicy.c: whose counts, and what it says --------------------------------- */

/*
 * What was set for the place itself, VMA or file, and nothing else; NULL:
 * nothing. No reference: good until anything sleeps.
 */
struct mempolicy *__get_vma_policy(const struct vm_area_struct *vma,
				   vaddr_t vaddr);
/* Which node MPOL_INTERLEAVE would give @curr next. */
int next_interleave_node(const struct task_struct *curr,
			 const struct mempolicy *pol);

/*
 * alloc_pages() by a policy, for what has no address: interleaving goes by
 * the task's own turns.
 */
struct page *alloc_pages_policy(struct task_struct *curr,
				const struct mempolicy *pol, gfp_t gfp,
				unsigned int order, const char *caller);
/*
 * alloc_pages() for @vaddr of @vma, by the policy of the place, else by the
 * task's. @hugepage: rather a small page near than a large one far.
 */
#define alloc_page_vma(curr, gfp, vma, vaddr) \
	alloc_pages_vma(curr, gfp, 0, vma, vaddr, false, __func__)
struct page *alloc_pages_vma(struct task_struct *curr, gfp_t gfp,
			     unsigned int order,
			     const struct vm_area_struct *vma, vaddr_t vaddr,
			     bool hugepage, const char *caller);
/* For page @index of a file, which may be one of memory. */
#define alloc_page_mapping(curr, gfp, mapping, index) \
	alloc_page_mapping_caller(curr, gfp, mapping, index, __func__)
struct page *alloc_page_mapping_caller(struct task_struct *curr, gfp_t gfp,
				       struct address_space *mapping,
				       pgoff_t index, const char *caller);

/*
 * Could @task have memory of @nodes, where others are short of it? 0: of all.
 */
bool mempolicy_in_oom_domain(const struct task_struct *task, nodemask_t nodes);

/* ---- mempolicy_shared.c ------------------------------------------------------------ */

/* Are @vma's pages a file's of memory, whose policies are the file's? */
struct address_space *vma_shared_policy(const struct vm_area_struct *vma);
/* What was set for page @index; NULL: nothing. */
struct mempolicy *mpol_shared_policy_lookup(const struct address_space *mapping,
					    pgoff_t index);
/* @pol, or with NULL none, for [start, end). 0 or -ENOMEM, nothing changed. */
int mpol_set_shared_policy(struct task_struct *curr,
			   struct address_space *mapping, pgoff_t start,
			   pgoff_t end, struct mempolicy *pol);
/*
 * For who allocates page @index of a file, and has no VMA of it: one that
 * begins at 0 with this page. Interleaving begins at the file's number, so
 * that not all files begin on the same node.
 */
void shmem_pseudo_vma_init(struct vm_area_struct *pvma,
			   const struct address_space *mapping, pgoff_t index);
void shmem_pseudo_vma_destroy(struct task_struct *curr,
			      struct vm_area_struct *pvma);
/* The file dies. */
void mpol_free_shared_policy(struct task_struct *curr,
			     struct address_space *mapping);

/* ---- mempolicy_migrate.c ------------------------------------------------------------ */

/* Could its pages lie on another node as well? */
bool vma_migratable(const struct vm_area_struct *vma);
/*
 * Takes pages of [start, end) that lie on @nodes (or, MPOL_MF_INVERT, that
 * don't) off the LRU lists to @pages, as far as @flags has them moved.
 * mmap_lock is held. 0; -EFAULT: there is a hole; -EIO: with MPOL_MF_STRICT
 * alone, one is where it should not be. 1: some can't be moved.
 */
int queue_pages_range(struct task_struct *curr, struct mm_struct *mm,
		      vaddr_t start, vaddr_t end, nodemask_t nodes,
		      uint32_t flags, struct list_head *pages);
/*
 * Moves what lies on @from to the nodes of @to, the n-th to the n-th. How many
 * pages couldn't; -errno.
 */
int do_migrate_pages(struct task_struct *curr, struct mm_struct *mm,
		     nodemask_t from, nodemask_t to, uint32_t flags);

/* ---- the calls (mempolicy_calls.c, move_pages.c) --------------------------------------- */

int32_t do_set_mempolicy(struct task_struct *curr, int32_t mode, vaddr_t nmask,
			 uint32_t maxnode);
int32_t do_get_mempolicy(struct task_struct *curr, vaddr_t policy,
			 vaddr_t nmask, uint32_t maxnode, vaddr_t vaddr,
			 uint32_t flags);
int32_t do_mbind(struct task_struct *curr, vaddr_t start, uint32_t len,
		 uint32_t mode, vaddr_t nmask, uint32_t maxnode,
		 uint32_t flags);
int32_t do_set_mempolicy_home_node(struct task_struct *curr, vaddr_t start,
				   uint32_t len, uint32_t home_node,
				   uint32_t flags);
/*
 * The memory of process @pid, 0: one's own, with a reference; for mmput().
 * ERR_PTR: -ESRCH, -EPERM, -EINVAL: it has none.
 */
struct mm_struct *mempolicy_mm(struct task_struct *curr, int pid);
int32_t do_migrate_pages_call(struct task_struct *curr, int pid,
			      uint32_t maxnode, vaddr_t old_nodes,
			      vaddr_t new_nodes);
int32_t do_move_pages(struct task_struct *curr, int pid, uint32_t nr_pages,
		      vaddr_t pages, vaddr_t nodes, vaddr_t status,
		      uint32_t flags);

#endif
