/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MM_KSM_STATE_H
#define KERNEL_MM_KSM_STATE_H

/* What merging pages needs for the whole kernel (ksm.h). */

#include "kernel/lib/list.h"
#include "kernel/lib/rbtree.h"
#include "kernel/mm/mm_types.h"
#include "kernel/mm/mmzone.h"

struct ksm_mm_slot;
struct ksm_rmap_item;

/* Where ksmd is. */
struct ksm_scan {
	struct ksm_mm_slot *mm_slot; /* NULL: between two rounds */
	vaddr_t address; /* the next one to be looked at */
	struct ksm_rmap_item **rmap_list; /* where its item is, or belongs */
	uint32_t seqnr; /* of the round: how many are complete */
};

struct ksm_state {
	struct task_struct *thread;
	struct rw_semaphore thread_lock; /* trees and items are its holder's */
	struct kmem_cache *rmap_item_cache, *stable_node_cache, *mm_slot_cache;
	struct list_head mm_head; /* of slots, in the order of the round */
	struct ksm_scan scan;
	/* by node; merge_across_nodes: the first is for all */
	struct rb_root stable_tree[MAX_NUMNODES], unstable_tree[MAX_NUMNODES];
	struct list_head migrate_nodes; /* whose page moved to another node */
	uint32_t zero_checksum; /* of a page of zeroes */
	uint64_t sleep_until; /* cycle; a new length of sleep ends it */
	/* what /sys/kernel/mm/ksm tells, */
	uint32_t pages_shared, pages_sharing, pages_unshared, rmap_items;
	uint32_t stable_node_chains, stable_node_dups;
	/* and what it takes */
	uint32_t run, pages_to_scan, sleep_millisecs;
	uint32_t stable_node_chains_prune_millisecs, max_page_sharing;
	bool use_zero_pages, merge_across_nodes;
};

#endif
