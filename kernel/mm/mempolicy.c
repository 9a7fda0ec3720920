/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/mempolicy.h"

/*
 * Memory policies: which node a page shall come from (mm/mempolicy.c). Three
 * may have a say, and the first that has one decides:
 *
 *	the place	set_policy of a range by mbind(): of the VMA, or where
 *			that shows a file of memory, of the file's pages, for
 *			all who map it (mempolicy_shared.c)
 *	the task	set_mempolicy(): all that it allocates, the kernel's
 *			own structures for it, too; forked children inherit it
 *	none		the node of the CPU, then the nearest
 *
 * A policy comes down to where the search begins and which nodes it may go
 * to: a zonelist and a nodemask, that is all that the page allocator knows of
 * it. MPOL_INTERLEAVE alone has a memory: of a place the address tells whose
 * turn it is, so that each page has its node whoever touches it when; for
 * what has no address the task counts (il_prev).
 *
 * Invariant: nodes of a policy are online and have memory; those of
 * MPOL_BIND, MPOL_INTERLEAVE and MPOL_PREFERRED_MANY are not empty.
 *
 * Left out: cpusets, which would have policies rebound when the nodes allowed
 * to a task change; NUMA balancing, for which MPOL_F_NUMA_BALANCING would let
 * pages follow their users. Objects of slabs come from the CPU's own slab
 * whatever the policy says; new slabs go by it, as with Linux's slub.
 */

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "kernel/arm_sizes.h"
#include "kernel/lib/err.h"
#include "kernel/mm/page_alloc.h"
#include "kernel/mm/slab.h"
#include "kernel/mm/vma.h"
#include "kernel/state.h"

void numa_policy_init(struct task_struct *curr)
{
	struct user_mm_state *user = &curr->k->user;

	if (!curr->k->mem.numa)
		return;
	user->mempolicy_cachep = kmem_cache_create(curr, "numa_policy",
						   ARM_SIZEOF_MEMPOLICY,
						   sizeof(struct mempolicy), 0,
						   SLAB_PANIC, NULL);
	user->sp_node_cachep = kmem_cache_create(curr, "shared_policy_node",
						 ARM_SIZEOF_SP_NODE,
						 sizeof(struct sp_node), 0,
						 SLAB_PANIC, NULL);
}

/* ---- sets of nodes ----------------------------------------------------------- */

static int first_node(nodemask_t nodes)
{
	return __builtin_ctz(nodes);
}

static unsigned int nodes_weight(nodemask_t nodes)
{
	return (unsigned int)__builtin_popcount(nodes);
}

/* The @n-th of them, from 0. */
static int nth_node(nodemask_t nodes, unsigned int n)
{
	while (n--)
		nodes &= nodes - 1;
	return first_node(nodes);
}

/* The next after @nid, round the ring. */
static int next_node_in(int nid, nodemask_t nodes)
{
	const nodemask_t above = nodes & ~((2u << nid) - 1);

	return first_node(above ? above : nodes);
}

/*
 * A mask that counts among those allowed: bit n is the n-th of them, and begins
 * anew where there are no more.
 */
static nodemask_t relative_nodes(nodemask_t nodes, nodemask_t allowed)
{
	nodemask_t result = 0;

	for (unsigned int n = 0; n < NODEMASK_BITS; n++)
		if (nodes & 1u << n)
			result |= 1u << nth_node(allowed,
						 n % nodes_weight(allowed));
	return result;
}

/* Ranges as Linux prints them: "0-1,3". */
static void print_nodes(char *text, size_t size, nodemask_t nodes)
{
	size_t at = 0;

	for (int first = 0; nodes >> first && at < size; first++) {
		int last = first;

		if (!(nodes >> first & 1))
			continue;
		while (nodes >> (last + 1) & 1)
			last++;
		at += (size_t)snprintf(text + at, size - at,
				       last > first ? "%s%d-%d" : "%s%d",
				       at ? "," : "", first, last);
		first = last;
	}
}

const char *nodemask_text(char text[NODEMASK_TEXT], nodemask_t nodes)
{
	strcpy(text, "(null)");
	print_nodes(text, NODEMASK_TEXT, nodes);
	return text;
}

/* ---- policies ------------------------------------------------------------------ */

/*
 * Do mode, flags and mask fit? No node at all can be meant by PREFERRED
 * alone: it is LOCAL then.
 */
static int check_mode(uint32_t *mode, uint32_t flags, nodemask_t nodes)
{
	const bool counted = flags &
			     (MPOL_F_STATIC_NODES | MPOL_F_RELATIVE_NODES);

	if (*mode == MPOL_PREFERRED && !nodes)
		*mode = MPOL_LOCAL;
	if (*mode == MPOL_LOCAL)
		return nodes || counted ? -EINVAL : 0;
	return nodes ? 0 : -EINVAL;
}

/* Of what the mask names, what there is. */
static nodemask_t usable_nodes(const struct kernel *k, uint32_t mode,
			       uint32_t flags, nodemask_t nodes)
{
	const nodemask_t allowed = nodes_with_memory(k);

	nodes = flags & MPOL_F_RELATIVE_NODES ? relative_nodes(nodes, allowed)
					      : nodes & allowed;
	if (mode == MPOL_PREFERRED)
		nodes &= -nodes;
	return nodes;
}

struct mempolicy *mpol_new(struct task_struct *curr, uint32_t mode,
			   nodemask_t nodes)
{
	const uint32_t flags = mode & MPOL_MODE_FLAGS;
	struct mempolicy *pol;
	nodemask_t usable;
	int error;

	mode &= ~MPOL_MODE_FLAGS;
	if (mode == MPOL_DEFAULT)
		return nodes ? ERR_PTR(-EINVAL) : NULL;
	error = check_mode(&mode, flags, nodes);
	if (error)
		return ERR_PTR(error);
	usable = usable_nodes(curr->k, mode, flags, nodes);
	if (!usable && mode != MPOL_LOCAL)
		return ERR_PTR(-EINVAL);
	pol = kmem_cache_alloc(curr, curr->k->user.mempolicy_cachep,
			       GFP_KERNEL);
	if (!pol)
		return ERR_PTR(-ENOMEM);
	*pol = (struct mempolicy){.refcnt = 1,
				  .mode = (uint16_t)mode,
				  .flags = (uint16_t)flags,
				  .nodes = usable,
				  .user_nodes = nodes,
				  .home_node = NUMA_NO_NODE};
	return pol;
}

struct mempolicy *mpol_dup(struct task_struct *curr,
			   const struct mempolicy *old)
{
	struct mempolicy *pol = kmem_cache_alloc(
		curr, curr->k->user.mempolicy_cachep, GFP_KERNEL);

	if (!pol)
		return ERR_PTR(-ENOMEM);
	*pol = *old;
	pol->refcnt = 1;
	return pol;
}

struct mempolicy *mpol_get(struct mempolicy *pol)
{
	if (pol)
		pol->refcnt++;
	return pol;
}

void mpol_put(struct task_struct *curr, struct mempolicy *pol)
{
	if (pol && !--pol->refcnt)
		kmem_cache_free(curr, curr->k->user.mempolicy_cachep, pol);
}

bool mpol_equal(const struct mempolicy *a, const struct mempolicy *b)
{
	if (a == b)
		return true;
	if (!a || !b || a->mode != b->mode || a->flags != b->flags ||
	    a->home_node != b->home_node)
		return false;
	if (a->flags & MPOL_MODE_FLAGS && a->user_nodes != b->user_nodes)
		return false;
	return a->nodes == b->nodes;
}

void mpol_to_str(char text[MPOL_TEXT], const struct mempolicy *pol)
{
	static const char *const names[MPOL_MAX] = {
		[MPOL_DEFAULT] = "default",
		[MPOL_PREFERRED] = "prefer",
		[MPOL_BIND] = "bind",
		[MPOL_INTERLEAVE] = "interleave",
		[MPOL_LOCAL] = "local",
		[MPOL_PREFERRED_MANY] = "prefer (many)",
	};
	const uint32_t flags = pol ? pol->flags : 0;
	const bool counted = flags &
			     (MPOL_F_STATIC_NODES | MPOL_F_RELATIVE_NODES);
	int len = snprintf(text, MPOL_TEXT, "%s%s%s%s%s%s",
			   names[pol ? pol->mode : MPOL_DEFAULT],
			   flags & MPOL_MODE_FLAGS ? "=" : "",
			   flags & MPOL_F_STATIC_NODES ? "static" : "",
			   flags & MPOL_F_RELATIVE_NODES ? "relative" : "",
			   flags & MPOL_F_NUMA_BALANCING && counted ? "|" : "",
			   flags & MPOL_F_NUMA_BALANCING ? "balancing" : "");

	if (!pol || !pol->nodes)
		return;
	text[len++] = ':';
	print_nodes(text + len, MPOL_TEXT - (size_t)len, pol->nodes);
}

/* ---- whose counts ------------------------------------------------------------------ */

struct mempolicy *__get_vma_policy(const struct vm_area_struct *vma,
				   vaddr_t vaddr)
{
	const struct address_space *mapping = vma_shared_policy(vma);

	if (!mapping)
		return vma->vm_policy;
	return mpol_shared_policy_lookup(
		mapping,
		vma->vm_pgoff + ((vaddr - vma->vm_start) >> PAGE_SHIFT));
}

bool mempolicy_in_oom_domain(const struct task_struct *task, nodemask_t nodes)
{
	const struct mempolicy *pol = task->mempolicy;

	return !nodes || !pol || pol->mode != MPOL_BIND || pol->nodes & nodes;
}

/* ---- what it says ---------------------------------------------------------------------- */

/*
 * Is the request one that MPOL_BIND binds? What must lie below the highest zone
 * isn't; and where none of the nodes has other memory, ZONE_MOVABLE is.
 */
static bool apply_policy_zone(const struct kernel *k,
			      const struct mempolicy *pol, gfp_t gfp)
{
	const enum zone_type lowest = pol->nodes & nodes_with_high_memory(k)
					      ? k->mem.policy_zone
					      : ZONE_MOVABLE;

	return gfp_zone(k, gfp) >= lowest;
}

/* Which nodes it is limited to; 0: to none. */
static nodemask_t policy_nodemask(const struct kernel *k,
				  const struct mempolicy *pol, gfp_t gfp)
{
	if (pol->mode == MPOL_BIND && apply_policy_zone(k, pol, gfp))
		return pol->nodes;
	return pol->mode == MPOL_PREFERRED_MANY ? pol->nodes : 0;
}

/* Where the search begins. */
static int policy_node(const struct task_struct *curr,
		       const struct mempolicy *pol)
{
	if (pol->mode == MPOL_PREFERRED)
		return first_node(pol->nodes);
	return pol->home_node != NUMA_NO_NODE ? pol->home_node
					      : numa_node_id(curr);
}

int next_interleave_node(const struct task_struct *curr,
			 const struct mempolicy *pol)
{
	return next_node_in(curr->il_prev, pol->nodes);
}

static struct page *alloc_page_interleave(struct task_struct *curr, int nid,
					  gfp_t gfp, unsigned int order,
					  const char *caller)
{
	struct page *page = alloc_pages_nodemask(curr, nid, gfp, order, 0,
						 caller);

	if (page && page_to_nid(page) == nid)
		page_zone(curr->k, page)->vm_numa_event[NUMA_INTERLEAVE_HIT]++;
	return page;
}

/* Those of the mask without trying hard; if they have none, any. */
static struct page *alloc_pages_preferred_many(struct task_struct *curr,
					       const struct mempolicy *pol,
					       gfp_t gfp, unsigned int order,
					       const char *caller)
{
	const nodemask_t nodes = pol->nodes;
	const int nid = numa_node_id(curr);
	struct page *page = alloc_pages_nodemask(
		curr, nid,
		(gfp | __GFP_NOWARN) & ~(__GFP_DIRECT_RECLAIM | __GFP_NOFAIL),
		order, nodes, caller);

	return page ? page
		    : alloc_pages_nodemask(curr, nid, gfp, order, 0, caller);
}

struct page *alloc_pages_policy(struct task_struct *curr,
				const struct mempolicy *pol, gfp_t gfp,
				unsigned int order, const char *caller)
{
	if (pol->mode == MPOL_INTERLEAVE) {
		curr->il_prev = next_interleave_node(curr, pol);
		return alloc_page_interleave(curr, curr->il_prev, gfp, order,
					     caller);
	}
	if (pol->mode == MPOL_PREFERRED_MANY)
		return alloc_pages_preferred_many(curr, pol, gfp, order,
						  caller);
	return alloc_pages_nodemask(curr, policy_node(curr, pol), gfp, order,
				    policy_nodemask(curr->k, pol, gfp), caller);
}

/*
 * A huge page pays where it is near: it comes from the node wanted or, unless
 * one may work hard for it, not at all.
 */
static struct page *alloc_huge_near(struct task_struct *curr,
				    const struct mempolicy *pol, gfp_t gfp,
				    unsigned int order, const char *caller)
{
	const int nid = pol && pol->mode == MPOL_PREFERRED
				? first_node(pol->nodes)
				: numa_node_id(curr);
	const nodemask_t nodes = pol ? policy_nodemask(curr->k, pol, gfp) : 0;
	struct page *page;

	if (nodes && !(nodes >> nid & 1))
		return alloc_pages_policy(curr, pol, gfp, order, caller);
	page = alloc_pages_nodemask(curr, nid,
				    gfp | __GFP_THISNODE | __GFP_NORETRY, order,
				    0, caller);
	if (!page && gfp & __GFP_DIRECT_RECLAIM)
		page = alloc_pages_nodemask(curr, nid, gfp, order, nodes,
					    caller);
	return page;
}

struct page *alloc_pages_vma(struct task_struct *curr, gfp_t gfp,
			     unsigned int order,
			     const struct vm_area_struct *vma, vaddr_t vaddr,
			     bool hugepage, const char *caller)
{
	const pgoff_t index = (vma->vm_pgoff >> order) +
			      ((vaddr - vma->vm_start) >> (PAGE_SHIFT + order));
	struct mempolicy *pol;
	struct page *page;

	if (likely(!curr->k->mem.numa))
		return alloc_pages_caller(curr, gfp, order, caller);
	pol = __get_vma_policy(vma, vaddr);
	/* A place that shares its policy with others may lose it meanwhile. */
	pol = mpol_get(pol ? pol : curr->mempolicy);
	if (pol && pol->mode == MPOL_INTERLEAVE)
		page = alloc_page_interleave(
			curr,
			nth_node(pol->nodes, index % nodes_weight(pol->nodes)),
			gfp, order, caller);
	else if (hugepage && (!pol || pol->mode != MPOL_PREFERRED_MANY))
		page = alloc_huge_near(curr, pol, gfp, order, caller);
	else if (pol)
		page = alloc_pages_policy(curr, pol, gfp, order, caller);
	else
		page = alloc_pages_caller(curr, gfp, order, caller);
	mpol_put(curr, pol);
	return page;
}

struct page *alloc_page_mapping_caller(struct task_struct *curr, gfp_t gfp,
				       struct address_space *mapping,
				       pgoff_t index, const char *caller)
{
	struct vm_area_struct pvma;
	struct page *page;

	if (likely(!curr->k->mem.numa) || !mapping->shmem)
		return alloc_pages_caller(curr, gfp, 0, caller);
	shmem_pseudo_vma_init(&pvma, mapping, index);
	page = alloc_pages_vma(curr, gfp, 0, &pvma, 0, false, caller);
	shmem_pseudo_vma_destroy(curr, &pvma);
	return page;
}
