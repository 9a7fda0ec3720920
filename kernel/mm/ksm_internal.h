/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MM_KSM_INTERNAL_H
#define KERNEL_MM_KSM_INTERNAL_H

/* What the files of KSM, and its verifier, share. */

#include "kernel/arm_sizes.h"
#include "kernel/mm/internal.h"
#include "kernel/mm/kobj.h"
#include "kernel/mm/ksm.h"

/* What was written to "run". */
#define KSM_RUN_STOP    0u
#define KSM_RUN_MERGE   1u
#define KSM_RUN_UNMERGE 2u

/* An address space that has, or had, memory to be merged. */
struct ksm_mm_slot {
	struct list_head mm_node; /* in ksm_state.mm_head */
	struct mm_struct *mm; /* kept by mmgrab() */
	struct ksm_rmap_item *rmap_list; /* by address */
};

enum ksm_item_state {
	KSM_ITEM_NOWHERE,
	KSM_ITEM_UNSTABLE, /* in the unstable tree, in the round of its seqnr */
	KSM_ITEM_STABLE, /* on the list of its stable node */
};

/* One address that ksmd looks at. */
struct ksm_rmap_item {
	struct ksm_rmap_item *rmap_list; /* the next of its mm */
	struct mm_struct *mm;
	vaddr_t address;
	uint32_t oldchecksum; /* a page that changes is left alone */
	enum ksm_item_state state;
	union {
		struct {
			struct rb_node node;
			uint32_t seqnr;
			int nid; /* of the tree */
		} unstable;
		struct {
			struct ksm_stable_node *head;
			struct list_head hlist;
			struct anon_vma *anon_vma; /* with a reference */
		} stable;
	};
};

enum ksm_node_place {
	KSM_NODE_IN_TREE,
	KSM_NODE_IN_CHAIN, /* a "dup": one of several of the same content */
	KSM_NODE_MIGRATED, /* on migrate_nodes */
};

/* A KSM page, or a chain of such with the same content. */
struct ksm_stable_node {
	union {
		struct rb_node node; /* in a tree */
		struct list_head list; /* elsewhere */
	};
	struct list_head hlist; /* items; of a chain: its dups */
	union {
		pfn_t kpfn;
		uint64_t chain_prune_time; /* when that was done last, cycle */
	};
	enum ksm_node_place place;
	int nid; /* of the tree */
#define STABLE_NODE_CHAIN (-1024)
	int rmap_hlist_len; /* of items; or that */
};

static inline bool is_stable_node_chain(const struct ksm_stable_node *node)
{
	return node->rmap_hlist_len == STABLE_NODE_CHAIN;
}

/* Has everyone left who ran in it? Then its tables are about to go. */
static inline bool ksm_test_exit(const struct mm_struct *mm)
{
	return !mm->mm_users;
}

/* Which trees a page belongs to. */
static inline int get_kpfn_nid(const struct kernel *k, pfn_t kpfn)
{
	return k->ksm.merge_across_nodes ? 0
					 : page_to_nid(pfn_to_page(k, kpfn));
}

/* The node of a KSM page; NULL: it is none, or its node was removed. */
static inline struct ksm_stable_node *page_stable_node(const struct page *page)
{
	if (!PageKsm(page))
		return NULL;
	return (struct ksm_stable_node *)((uintptr_t)page->mapping -
					  PAGE_MAPPING_KSM);
}

static inline void set_page_stable_node(struct page *page,
					struct ksm_stable_node *node)
{
	page->mapping = (struct address_space *)((uintptr_t)node |
						 PAGE_MAPPING_KSM);
}

/* ---- ksm.c -------------------------------------------------------------------- */

/* Boot: all but the thread and its files. */
void ksm_setup(struct task_struct *curr);
/* One turn of ksmd's: pages_to_scan of them, or to the round's end. Sleeps. */
void ksm_do_scan(struct task_struct *curr);
/* @mm is not looked at any more; has no items. */
void ksm_free_mm_slot(struct task_struct *curr, struct ksm_mm_slot *slot);
/* All items of *@rmap_list and behind it. May sleep. */
void remove_trailing_rmap_items(struct task_struct *curr,
				struct ksm_rmap_item **rmap_list);

/* ---- ksm_tree.c --------------------------------------------------------------- */

/*
 * The page of a stable node, valid until something sleeps. NULL: it is gone,
 * and so is the node now.
 */
struct page *get_ksm_page(struct task_struct *curr,
			  struct ksm_stable_node *node);
/* The same with a reference and locked. Sleeps. */
struct page *lock_ksm_page(struct task_struct *curr,
			   struct ksm_stable_node *node);
/* May one place more share it? */
bool is_page_sharing_candidate(const struct kernel *k,
			       const struct ksm_stable_node *node);

/* Memory for a new page in the stable tree, got before it is needed. */
struct ksm_spares {
	struct ksm_stable_node *node, *chain;
};
/* False: there is none. Sleeps. */
bool ksm_get_spares(struct task_struct *curr, struct ksm_spares *spares);
/* What was not used. */
void ksm_put_spares(struct task_struct *curr, struct ksm_spares *spares);

/*
 * A KSM page of @page's content, with a reference: perhaps @page. NULL: there
 * is none that may be shared by more; ERR_PTR(-EBUSY): somebody has locked
 * it. Doesn't sleep. @spares may be NULL where @page is not one of
 * migrate_nodes.
 */
struct page *stable_tree_search(struct task_struct *curr, struct page *page,
				struct ksm_spares *spares);
/* @page, which nobody can write to, becomes a KSM page. Doesn't sleep. */
void stable_tree_insert(struct task_struct *curr, struct page *page,
			struct ksm_spares *spares);
/* @item, which is nowhere, and whose entry in @vma maps a KSM page. */
void stable_tree_append(struct kernel *k, struct ksm_rmap_item *item,
			struct page *kpage, struct vm_area_struct *vma);
/* @node goes to the list of those whose page is in another node's memory. */
void stable_node_set_aside(struct kernel *k, struct ksm_stable_node *node);
/* Nodes of that list whose page is no more. */
void prune_migrate_nodes(struct task_struct *curr);
/*
 * All nodes whose page nobody maps. True: there were others. May sleep.
 */
bool remove_all_stable_nodes(struct task_struct *curr);

/*
 * An item of the unstable tree whose page, *@tree_page, is equal to @page,
 * which has a reference then; NULL: @item was put into it itself, or that
 * isn't to be. Sleeps.
 */
struct ksm_rmap_item *unstable_tree_search_insert(struct task_struct *curr,
						  struct ksm_rmap_item *item,
						  struct page *page,
						  struct page **tree_page);
/* @item is nowhere then. May sleep. */
void remove_rmap_item_from_tree(struct task_struct *curr,
				struct ksm_rmap_item *item);

/* ---- ksm_merge.c -------------------------------------------------------------- */

uint32_t calc_checksum(struct task_struct *curr, const struct page *page);
/* As memcmp() of the whole. */
int memcmp_pages(struct task_struct *curr, const struct page *a,
		 const struct page *b);
/* The VMA at @vaddr if its pages may be merged. mmap_lock is held. */
struct vm_area_struct *find_mergeable_vma(struct mm_struct *mm, vaddr_t vaddr);
/*
 * The anonymous page at @vaddr, or NULL and how far there is none for sure.
 * Without a reference; mmap_lock is held.
 */
struct page *ksm_follow_page(const struct vm_area_struct *vma, vaddr_t vaddr,
			     vaddr_t *next);
/*
 * Where @item's entry maps @page, which isn't one that others may write to,
 * it shall map the KSM page @kpage, and @item hang off that one's node. False:
 * no. Sleeps.
 */
bool try_to_merge_with_ksm_page(struct task_struct *curr,
				struct ksm_rmap_item *item, struct page *page,
				struct page *kpage);
/* The same with the zero page. True also where there is nothing to be done. */
bool try_to_merge_with_zero_page(struct task_struct *curr,
				 struct ksm_rmap_item *item, struct page *page);
/* @page becomes a KSM page, which @tree_item's entry, too, maps. Sleeps. */
void try_to_merge_two_pages(struct task_struct *curr,
			    struct ksm_rmap_item *item, struct page *page,
			    struct ksm_rmap_item *tree_item,
			    struct page *tree_page);
/*
 * Each KSM page in [start, end) of @vma becomes a page of its own. mmap_lock
 * is held. 0, -ENOMEM, or -ERESTARTSYS: a signal came. May sleep.
 */
int unmerge_ksm_pages(struct task_struct *curr, struct vm_area_struct *vma,
		      vaddr_t start, vaddr_t end);

/* ---- ksm_sysfs.c -------------------------------------------------------------- */

void ksm_sysfs_init(struct task_struct *curr);
/* Items of all address spaces go, and KSM pages become others. 0 or -errno. */
int unmerge_and_remove_all_rmap_items(struct task_struct *curr);

#endif
