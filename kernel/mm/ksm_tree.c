/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/ksm_internal.h"

/*
 * KSM's trees of pages by content (mm/ksm.c). What they are for is told at the
 * head of that file.
 *
 * So that rmap's walk of one page never takes long, no more than
 * max_page_sharing places share it: the next ones get another page of the same
 * content. Then the tree has a chain in the place of the node, and the nodes,
 * its "dups", are on the chain's list:
 *
 *	          node                      chain -- dup -- dup -- dup
 *	         /    \                    /    \
 *	     node      chain -- dup    node      node
 *
 * A chain that has one dup left, with room, becomes a plain node again when it
 * is looked at, but no more often than stable_node_chains_prune_millisecs say.
 *
 * With merge_across_nodes off each node of a NUMA machine has trees of its own.
 * A page may be moved to another one's memory; its stable node is put aside
 * then, on migrate_nodes, until ksmd comes by the page and finds its place in
 * the other tree.
 *
 * Invariants: the pages of a stable tree ascend by content, and those of a
 * chain are equal; the items on a node's list are rmap_hlist_len. Who has
 * locked a KSM page, to move or unmap it, has its list for himself.
 */

#include "kernel/lib/bug.h"
#include "kernel/lib/err.h"
#include "kernel/mm/kobj.h"
#include "kernel/mm/rmap.h"
#include "kernel/mm/slab.h"
#include "kernel/task/sched.h"

/* ---- nodes ---------------------------------------------------------------------- */

static struct ksm_stable_node *alloc_stable_node(struct task_struct *curr)
{
	return kmem_cache_zalloc(curr, curr->k->ksm.stable_node_cache,
				 GFP_KERNEL | __GFP_HIGH);
}

static void free_stable_node(struct task_struct *curr,
			     struct ksm_stable_node *node)
{
	kmem_cache_free(curr, curr->k->ksm.stable_node_cache, node);
}

void ksm_put_spares(struct task_struct *curr, struct ksm_spares *spares)
{
	if (spares->node)
		free_stable_node(curr, spares->node);
	if (spares->chain)
		free_stable_node(curr, spares->chain);
}

bool ksm_get_spares(struct task_struct *curr, struct ksm_spares *spares)
{
	spares->node = alloc_stable_node(curr);
	spares->chain = alloc_stable_node(curr);
	if (spares->node && spares->chain)
		return true;
	ksm_put_spares(curr, spares);
	return false;
}

static struct ksm_stable_node *take_spare(struct ksm_stable_node **spare)
{
	struct ksm_stable_node *node = *spare;

	BUG_ON(!node);
	*spare = NULL;
	INIT_LIST_HEAD(&node->hlist);
	return node;
}

static struct rb_root *tree_of(struct kernel *k,
			       const struct ksm_stable_node *node)
{
	return &k->ksm.stable_tree[node->nid];
}

static bool has_room(const struct kernel *k, const struct ksm_stable_node *node,
		     int more)
{
	return node->rmap_hlist_len &&
	       (int64_t)node->rmap_hlist_len + more < k->ksm.max_page_sharing;
}

bool is_page_sharing_candidate(const struct kernel *k,
			       const struct ksm_stable_node *node)
{
	return has_room(k, node, 0);
}

/* ---- chains --------------------------------------------------------------------- */

static void chain_add_dup(struct ksm_state *ksm, struct ksm_stable_node *dup,
			  struct ksm_stable_node *chain)
{
	dup->place = KSM_NODE_IN_CHAIN;
	dup->nid = chain->nid;
	list_add(&dup->list, &chain->hlist);
	ksm->stable_node_dups++;
}

static void chain_del_dup(struct ksm_state *ksm, struct ksm_stable_node *dup)
{
	list_del(&dup->list);
	ksm->stable_node_dups--;
}

/* A chain in the place of @node, which is its first dup. */
static struct ksm_stable_node *make_chain(struct kernel *k,
					  struct ksm_stable_node *node,
					  struct ksm_spares *spares)
{
	struct ksm_stable_node *chain = take_spare(&spares->chain);

	chain->nid = node->nid;
	chain->rmap_hlist_len = STABLE_NODE_CHAIN;
	chain->chain_prune_time = sched_clock_cycles(k);
	k->ksm.stable_node_chains++;
	rb_replace_node(&node->node, &chain->node, tree_of(k, node));
	chain_add_dup(&k->ksm, node, chain);
	return chain;
}

static void free_chain(struct task_struct *curr, struct ksm_stable_node *chain)
{
	rb_erase(&chain->node, tree_of(curr->k, chain));
	curr->k->ksm.stable_node_chains--;
	free_stable_node(curr, chain);
}

/* @dup, the only one, is the plain node that it was once. */
static void collapse_chain(struct task_struct *curr,
			   struct ksm_stable_node *chain,
			   struct ksm_stable_node *dup)
{
	struct ksm_state *ksm = &curr->k->ksm;

	chain_del_dup(ksm, dup);
	BUG_ON(!list_empty(&chain->hlist));
	rb_replace_node(&chain->node, &dup->node, tree_of(curr->k, chain));
	dup->place = KSM_NODE_IN_TREE;
	ksm->stable_node_chains--;
	free_stable_node(curr, chain);
}

/* ---- nodes come and go ---------------------------------------------------------- */

static void unlink_node(struct kernel *k, struct ksm_stable_node *node)
{
	switch (node->place) {
	case KSM_NODE_IN_TREE:
		rb_erase(&node->node, tree_of(k, node));
		break;
	case KSM_NODE_IN_CHAIN:
		chain_del_dup(&k->ksm, node);
		break;
	case KSM_NODE_MIGRATED:
		list_del(&node->list);
		break;
	}
}

void stable_node_set_aside(struct kernel *k, struct ksm_stable_node *node)
{
	unlink_node(k, node);
	node->place = KSM_NODE_MIGRATED;
	list_add(&node->list, &k->ksm.migrate_nodes);
}

/* The first on a list counts as the page itself, the others share it. */
static void count_sharers(struct ksm_state *ksm,
			  const struct ksm_stable_node *node, int delta)
{
	if (list_empty(&node->hlist))
		ksm->pages_shared += (uint32_t)delta;
	else
		ksm->pages_sharing += (uint32_t)delta;
}

static void detach_item(struct task_struct *curr, struct ksm_rmap_item *item)
{
	struct ksm_stable_node *node = item->stable.head;

	list_del(&item->stable.hlist);
	node->rmap_hlist_len--;
	count_sharers(&curr->k->ksm, node, -1);
	item->mm->ksm_merging_pages--;
	item->state = KSM_ITEM_NOWHERE;
	put_anon_vma(curr, item->stable.anon_vma);
}

void stable_tree_append(struct kernel *k, struct ksm_rmap_item *item,
			struct page *kpage, struct vm_area_struct *vma)
{
	struct ksm_stable_node *node = page_stable_node(kpage);

	BUG_ON(item->state != KSM_ITEM_NOWHERE || node->rmap_hlist_len < 0);
	count_sharers(&k->ksm, node, 1);
	node->rmap_hlist_len++;
	list_add(&item->stable.hlist, &node->hlist);
	item->stable.head = node;
	item->stable.anon_vma = vma->anon_vma;
	vma->anon_vma->refcount++;
	item->state = KSM_ITEM_STABLE;
	item->mm->ksm_merging_pages++;
}

/* Nobody maps its page, or there is none any more. */
static void remove_node_from_stable_tree(struct task_struct *curr,
					 struct ksm_stable_node *node)
{
	BUG_ON(is_stable_node_chain(node));
	while (!list_empty(&node->hlist))
		detach_item(curr,
			    list_first_entry(&node->hlist, struct ksm_rmap_item,
					     stable.hlist));
	unlink_node(curr->k, node);
	free_stable_node(curr, node);
}

/* ---- a node's page -------------------------------------------------------------- */

/* A frame that is free, or another's now, doesn't name the node. */
struct page *get_ksm_page(struct task_struct *curr,
			  struct ksm_stable_node *node)
{
	struct page *page = pfn_to_page(curr->k, node->kpfn);

	if (page->_refcount > 0 && !PageTail(page) &&
	    page_stable_node(page) == node)
		return page;
	remove_node_from_stable_tree(curr, node);
	return NULL;
}

struct page *lock_ksm_page(struct task_struct *curr,
			   struct ksm_stable_node *node)
{
	for (;;) {
		struct page *page = get_ksm_page(curr, node);

		if (!page)
			return NULL;
		get_page(page);
		lock_page(curr, page);
		if (page_stable_node(page) == node)
			return page;
		/* It has moved while we slept: the node knows where to. */
		unlock_page(curr, page);
		put_page(curr, page);
	}
}

void prune_migrate_nodes(struct task_struct *curr)
{
	struct ksm_stable_node *node, *next;

	list_for_each_entry_safe(node, next, &curr->k->ksm.migrate_nodes, list)
		get_ksm_page(curr, node);
}

/* ---- the way down a tree -------------------------------------------------------- */

/* What stands at a place of the stable tree. */
struct tree_stop {
	struct ksm_stable_node *node; /* of the tree: may be a chain */
	struct ksm_stable_node *any; /* one of its nodes, and its page */
	struct page *page;
	struct ksm_stable_node *roomy; /* one that may be shared; or NULL */
};

struct tree_place {
	struct rb_node *parent, **link;
	bool found; /* then it is at @at */
	struct tree_stop at;
};

static bool is_prune_due(const struct kernel *k, struct ksm_stable_node *chain,
			 bool prune)
{
	const uint64_t now = sched_clock_cycles(k);
	const uint64_t ms = k->ksm.stable_node_chains_prune_millisecs;

	if (!prune ||
	    now < chain->chain_prune_time + ns_to_cycles(k, ms * 1000000))
		return false;
	chain->chain_prune_time = now;
	return true;
}

/*
 * A dup with room for one more; NULL: none has. All are looked at when it is
 * time to prune, and the fullest is chosen: so that others may become empty.
 */
static struct ksm_stable_node *
find_dup(struct task_struct *curr, struct ksm_stable_node *chain, bool prune)
{
	struct ksm_stable_node *dup, *next, *found = NULL;

	list_for_each_entry_safe(dup, next, &chain->hlist, list) {
		if (!get_ksm_page(curr, dup) ||
		    !is_page_sharing_candidate(curr->k, dup))
			continue;
		if (!found || dup->rmap_hlist_len > found->rmap_hlist_len)
			found = dup;
		if (!prune)
			break;
	}
	return found;
}

/* The same; *@chainp becomes the dup itself if it was the chain's last. */
static struct ksm_stable_node *stable_node_dup(struct task_struct *curr,
					       struct ksm_stable_node **chainp,
					       bool prune)
{
	struct ksm_stable_node *chain = *chainp, *found;

	prune = is_prune_due(curr->k, chain, prune);
	found = find_dup(curr, chain, prune);
	if (!found)
		return NULL;
	if (prune && chain->hlist.next == chain->hlist.prev) {
		collapse_chain(curr, chain, found);
		*chainp = found;
	} else if (has_room(curr->k, found, 1)) {
		list_move(&found->list, &chain->hlist); /* quicker next time */
	}
	return found;
}

/* False: something was gone, and the tree has changed. */
static bool look_at(struct task_struct *curr, struct ksm_stable_node *node,
		    bool prune, struct tree_stop *at)
{
	at->node = node;
	at->roomy = NULL;
	if (!is_stable_node_chain(node)) {
		at->any = node;
		if (is_page_sharing_candidate(curr->k, node))
			at->roomy = node;
	} else {
		at->roomy = stable_node_dup(curr, &at->node, prune);
		at->any = at->roomy;
	}
	if (!at->any && list_empty(&node->hlist)) {
		free_chain(curr, node);
		return false;
	}
	if (!at->any)
		at->any = list_first_entry(&node->hlist, struct ksm_stable_node,
					   list);
	at->page = get_ksm_page(curr, at->any);
	return at->page;
}

/* One step towards @page's content; false: @p can't be gone on with. */
static bool step_down(struct task_struct *curr, const struct page *page,
		      bool prune, struct tree_place *p)
{
	struct ksm_stable_node *node = rb_entry(*p->link,
						struct ksm_stable_node, node);
	int order;

	if (!look_at(curr, node, prune, &p->at))
		return false;
	order = memcmp_pages(curr, page, p->at.page);
	p->found = !order;
	if (!p->found) {
		p->parent = *p->link;
		p->link = order < 0 ? &p->parent->rb_left
				    : &p->parent->rb_right;
	}
	return true;
}

/* Where @page's content is in the stable tree @nid, or would be. */
static struct tree_place find_place(struct task_struct *curr, int nid,
				    const struct page *page, bool prune)
{
	struct rb_root *root = &curr->k->ksm.stable_tree[nid];
	struct tree_place p = {.link = &root->rb_node};

	while (*p.link && !p.found)
		if (!step_down(curr, page, prune, &p))
			p = (struct tree_place){.link = &root->rb_node};
	return p;
}

/* ---- the stable tree ------------------------------------------------------------ */

static void plant(struct kernel *k, struct ksm_stable_node *node, int nid,
		  const struct tree_place *p)
{
	node->place = KSM_NODE_IN_TREE;
	node->nid = nid;
	rb_link_node(&node->node, p->parent, p->link);
	rb_insert_color(&node->node, &k->ksm.stable_tree[nid]);
}

/* One more page of what is at @p already. */
static void add_equal(struct kernel *k, struct ksm_stable_node *node,
		      const struct tree_place *p, struct ksm_spares *spares)
{
	struct ksm_stable_node *chain = p->at.node;

	if (!is_stable_node_chain(chain))
		chain = make_chain(k, chain, spares);
	chain_add_dup(&k->ksm, node, chain);
}

/* @page with a reference, if one place more may share it. */
static struct page *if_candidate(struct kernel *k, struct page *page)
{
	const struct ksm_stable_node *node = page_stable_node(page);

	if (!node || !is_page_sharing_candidate(k, node))
		return NULL;
	get_page(page);
	return page;
}

/* @page's own node, off migrate_nodes, to where it belongs now. */
static struct page *settle(struct kernel *k, struct page *page, int nid,
			   const struct tree_place *p,
			   struct ksm_spares *spares)
{
	struct ksm_stable_node *node = page_stable_node(page);

	list_del(&node->list);
	if (p->found)
		add_equal(k, node, p, spares);
	else
		plant(k, node, nid, p);
	return if_candidate(k, page);
}

/*
 * The page found is in another node's memory now: it is put aside, and if
 * @page's own node waits for a place, this is one.
 */
static struct page *replace(struct kernel *k, struct page *page,
			    const struct tree_place *p)
{
	struct ksm_stable_node *node = page_stable_node(page);
	struct ksm_stable_node *old = p->at.roomy;

	if (!node) {
		stable_node_set_aside(k, old);
		return NULL;
	}
	list_del(&node->list);
	if (old->place == KSM_NODE_IN_CHAIN) {
		chain_add_dup(&k->ksm, node, p->at.node);
		stable_node_set_aside(k, old);
	} else {
		node->place = KSM_NODE_IN_TREE;
		node->nid = old->nid;
		rb_replace_node(&old->node, &node->node, tree_of(k, old));
		old->place = KSM_NODE_MIGRATED;
		list_add(&old->list, &k->ksm.migrate_nodes);
	}
	return if_candidate(k, page);
}

struct page *stable_tree_search(struct task_struct *curr, struct page *page,
				struct ksm_spares *spares)
{
	struct kernel *k = curr->k;
	struct ksm_stable_node *node = page_stable_node(page);
	const int nid = get_kpfn_nid(k, page_to_pfn(k, page));
	struct tree_place p;

	if (node && node->place != KSM_NODE_MIGRATED) { /* of a fork */
		get_page(page);
		return page;
	}
	p = find_place(curr, nid, page, true);
	if (node && (!p.found || page_mapcount(page) > 1))
		return settle(k, page, nid, &p, spares);
	if (!p.found || !p.at.roomy)
		return NULL;
	if (PageLocked(p.at.page)) /* to be moved, or swapped out */
		return ERR_PTR(-EBUSY);
	if (get_kpfn_nid(k, p.at.roomy->kpfn) != p.at.roomy->nid)
		return replace(k, page, &p);
	get_page(p.at.page);
	return p.at.page;
}

void stable_tree_insert(struct task_struct *curr, struct page *page,
			struct ksm_spares *spares)
{
	struct kernel *k = curr->k;
	const int nid = get_kpfn_nid(k, page_to_pfn(k, page));
	struct tree_place p = find_place(curr, nid, page, false);
	struct ksm_stable_node *node = take_spare(&spares->node);

	node->kpfn = page_to_pfn(k, page);
	node->rmap_hlist_len = 0;
	set_page_stable_node(page, node);
	if (p.found)
		add_equal(k, node, &p, spares);
	else
		plant(k, node, nid, &p);
}

/* A page in the swap cache alone is copied when it is wanted again. */
static bool remove_stable_node(struct task_struct *curr,
			       struct ksm_stable_node *node)
{
	struct page *page = lock_ksm_page(curr, node);
	bool removed;

	if (!page)
		return true;
	removed = !page_mapped(page);
	if (removed) {
		set_page_stable_node(page, NULL);
		remove_node_from_stable_tree(curr, node);
	}
	unlock_page(curr, page);
	put_page(curr, page);
	return removed;
}

static bool remove_tree_node(struct task_struct *curr,
			     struct ksm_stable_node *node)
{
	if (!is_stable_node_chain(node))
		return remove_stable_node(curr, node);
	while (!list_empty(&node->hlist))
		if (!remove_stable_node(curr,
					list_first_entry(&node->hlist,
							 struct ksm_stable_node,
							 list)))
			return false;
	free_chain(curr, node);
	return true;
}

bool remove_all_stable_nodes(struct task_struct *curr)
{
	struct ksm_state *ksm = &curr->k->ksm;
	struct ksm_stable_node *node, *next;
	bool busy = false;

	for (int nid = 0; nid < MAX_NUMNODES; nid++) {
		struct rb_root *root = &ksm->stable_tree[nid];

		while (root->rb_node &&
		       remove_tree_node(curr,
					rb_entry(root->rb_node,
						 struct ksm_stable_node, node)))
			;
		busy |= root->rb_node != NULL;
	}
	list_for_each_entry_safe(node, next, &ksm->migrate_nodes, list)
		busy |= !remove_stable_node(curr, node);
	return busy;
}

/* ---- the unstable tree ---------------------------------------------------------- */

/* The page of @item now, with a reference. NULL: none that may be merged. */
static struct page *get_mergeable_page(struct task_struct *curr,
				       struct ksm_rmap_item *item)
{
	struct mm_struct *mm = item->mm;
	struct vm_area_struct *vma;
	struct page *page = NULL;
	vaddr_t next;

	down_read(curr, &mm->mmap_lock);
	vma = find_mergeable_vma(mm, item->address);
	if (vma)
		page = ksm_follow_page(vma, item->address, &next);
	if (page)
		get_page(page);
	up_read(curr, &mm->mmap_lock);
	return page;
}

static void insert_unstable(struct ksm_state *ksm, struct ksm_rmap_item *item,
			    int nid, struct rb_node *parent,
			    struct rb_node **link)
{
	item->state = KSM_ITEM_UNSTABLE;
	item->unstable.seqnr = ksm->scan.seqnr;
	item->unstable.nid = nid;
	rb_link_node(&item->unstable.node, parent, link);
	rb_insert_color(&item->unstable.node, &ksm->unstable_tree[nid]);
	ksm->pages_unshared++;
}

struct ksm_rmap_item *unstable_tree_search_insert(struct task_struct *curr,
						  struct ksm_rmap_item *item,
						  struct page *page,
						  struct page **tree_page)
{
	struct kernel *k = curr->k;
	const int nid = get_kpfn_nid(k, page_to_pfn(k, page));
	struct rb_node **link = &k->ksm.unstable_tree[nid].rb_node;
	struct rb_node *parent = NULL;

	while (*link) {
		struct ksm_rmap_item *tree_item =
			rb_entry(*link, struct ksm_rmap_item, unstable.node);
		int order;

		*tree_page = get_mergeable_page(curr, tree_item);
		if (!*tree_page)
			return NULL;
		order = memcmp_pages(curr, page, *tree_page);
		/* Not a page with itself, after fork; nor across nodes. */
		if (!order && page != *tree_page &&
		    get_kpfn_nid(k, page_to_pfn(k, *tree_page)) == nid)
			return tree_item;
		put_page(curr, *tree_page);
		if (!order)
			return NULL;
		parent = *link;
		link = order < 0 ? &parent->rb_left : &parent->rb_right;
	}
	insert_unstable(&k->ksm, item, nid, parent, link);
	return NULL;
}

/* ---- items ---------------------------------------------------------------------- */

static void remove_unstable(struct ksm_state *ksm, struct ksm_rmap_item *item)
{
	/* Trees of earlier rounds are no more. */
	if (item->unstable.seqnr == ksm->scan.seqnr)
		rb_erase(&item->unstable.node,
			 &ksm->unstable_tree[item->unstable.nid]);
	item->state = KSM_ITEM_NOWHERE;
	ksm->pages_unshared--;
}

void remove_rmap_item_from_tree(struct task_struct *curr,
				struct ksm_rmap_item *item)
{
	struct page *page;

	if (item->state == KSM_ITEM_UNSTABLE)
		remove_unstable(&curr->k->ksm, item);
	if (item->state != KSM_ITEM_STABLE)
		return;
	/* Who has it locked counts on finding the item when he is done. */
	page = lock_ksm_page(curr, item->stable.head);
	if (!page) /* gone with the node */
		return;
	detach_item(curr, item);
	unlock_page(curr, page);
	put_page(curr, page);
}
