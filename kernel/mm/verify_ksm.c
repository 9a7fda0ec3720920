/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/verify.h"

/*
 * The verifier's questions about pages that ksmd has merged. Each address
 * space's items ascend; an item is in the tree that it says; stable trees
 * ascend by content, and the pages of a chain have the same: so nobody has
 * written to a KSM page, at least not so that the order shows. Nodes and KSM
 * pages name each other, and all that is counted is counted again.
 *
 * rmap may miss entries of a KSM page, since what is forked has no item until
 * ksmd comes by; never one that has (rmap_walk_ksm()).
 */

#include <stdlib.h>

#include "kernel/lib/bug.h"
#include "kernel/mm/kobj.h"
#include "kernel/mm/ksm_internal.h"
#include "kernel/mm/rmap.h"

/* What there is, by ksmd's own books. */
struct ksm_sums {
	struct verify *v;
	uint32_t items, stable, unstable; /* by address spaces */
	uint32_t shared, sharing, listed; /* by nodes */
	uint32_t chains, dups, pages;
	const struct page *before; /* in the order of the tree */
};

/* ---- address spaces ---------------------------------------------------------- */

static void verify_item_state(struct ksm_sums *s,
			      const struct ksm_rmap_item *item)
{
	const struct ksm_state *ksm = &s->v->k->ksm;
	const bool is_current = item->state == KSM_ITEM_UNSTABLE &&
				item->unstable.seqnr == ksm->scan.seqnr;

	s->stable += item->state == KSM_ITEM_STABLE;
	s->unstable += item->state == KSM_ITEM_UNSTABLE;
	if (is_current && !rb_is_in(&item->unstable.node,
				    &ksm->unstable_tree[item->unstable.nid]))
		verify_fail(s->v, "ksm: 0x%08x isn't in the unstable tree",
			    item->address);
	if (item->state == KSM_ITEM_STABLE &&
	    item->stable.anon_vma->refcount <= 0)
		verify_fail(s->v, "ksm: 0x%08x has an anon_vma that is free",
			    item->address);
}

static void verify_slot(struct ksm_sums *s, const struct ksm_mm_slot *slot)
{
	const struct mm_struct *mm = slot->mm;
	const uint32_t items = s->items, stable = s->stable;
	const vaddr_t at = kobj_addr(s->v->k, mm);
	vaddr_t next = 0;

	if (mm->ksm_slot != slot || mm->mm_count <= 0)
		verify_fail(s->v, "ksm: mm 0x%08x has another slot", at);
	for (const struct ksm_rmap_item *item = slot->rmap_list; item;
	     item = item->rmap_list) {
		if (item->mm != mm || item->address < next ||
		    offset_in_page(item->address))
			verify_fail(s->v,
				    "ksm: mm 0x%08x: item of 0x%08x is out "
				    "of place",
				    at, item->address);
		next = item->address + PAGE_SIZE;
		s->items++;
		verify_item_state(s, item);
	}
	if (mm->ksm_rmap_items != s->items - items ||
	    mm->ksm_merging_pages != s->stable - stable)
		verify_fail(s->v,
			    "ksm: mm 0x%08x: %u items, %u merged; counted %u, "
			    "%u",
			    at, mm->ksm_rmap_items, mm->ksm_merging_pages,
			    s->items - items, s->stable - stable);
}

/* ---- nodes ------------------------------------------------------------------- */

/* Gone pages take their node with them only when ksmd finds out. */
static struct page *page_of(const struct verify *v,
			    const struct ksm_stable_node *node)
{
	struct page *page = pfn_to_page(v->k, node->kpfn);

	return page->_refcount > 0 && !PageTail(page) &&
			       page_stable_node(page) == node
		       ? page
		       : NULL;
}

static struct page *verify_node(struct ksm_sums *s,
				const struct ksm_stable_node *node,
				enum ksm_node_place place)
{
	const struct ksm_rmap_item *item;
	struct page *page = page_of(s->v, node);
	int nr = 0;

	list_for_each_entry(item, &node->hlist, stable.hlist) {
		if (item->state != KSM_ITEM_STABLE || item->stable.head != node)
			verify_fail(s->v,
				    "ksm: 0x%08x is listed by pfn 0x%05x, "
				    "which isn't its own",
				    item->address, node->kpfn);
		nr++;
	}
	if (node->place != place || node->rmap_hlist_len != nr)
		verify_fail(s->v,
			    "ksm: node of pfn 0x%05x has %d items, counted %d; "
			    "place %d, not %d",
			    node->kpfn, node->rmap_hlist_len, nr, place,
			    node->place);
	s->listed += (uint32_t)nr;
	s->shared += nr > 0;
	s->sharing += nr > 1 ? (uint32_t)nr - 1 : 0;
	s->pages += page != NULL;
	return page;
}

static void verify_order(struct ksm_sums *s, const struct page *page, bool same)
{
	struct task_struct *curr = kernel_cpu(s->v->k)->curr;
	int order;

	if (!page)
		return;
	order = s->before ? memcmp_pages(curr, s->before, page) : -1;
	if (s->before && (same ? order != 0 : order >= 0))
		verify_fail(s->v,
			    "ksm: content of pfn 0x%05x doesn't %s that of "
			    "pfn 0x%05x",
			    page_to_pfn(s->v->k, page),
			    same ? "equal" : "follow",
			    page_to_pfn(s->v->k, s->before));
	s->before = page;
}

static void verify_chain(struct ksm_sums *s,
			 const struct ksm_stable_node *chain)
{
	const struct ksm_stable_node *dup;
	bool same = false;

	s->chains++;
	list_for_each_entry(dup, &chain->hlist, list) {
		const struct page *page = verify_node(s, dup,
						      KSM_NODE_IN_CHAIN);

		s->dups++;
		verify_order(s, page, same);
		same |= page != NULL;
	}
}

static void verify_tree(struct ksm_sums *s, int nid)
{
	const struct rb_root *root = &s->v->k->ksm.stable_tree[nid];

	s->before = NULL;
	for (struct rb_node *rb = rb_first(root); rb; rb = rb_next(rb)) {
		const struct ksm_stable_node *node =
			rb_entry(rb, struct ksm_stable_node, node);

		if (node->nid != nid)
			verify_fail(s->v, "ksm: node of tree %d is in tree %d",
				    node->nid, nid);
		if (is_stable_node_chain(node))
			verify_chain(s, node);
		else
			verify_order(s, verify_node(s, node, KSM_NODE_IN_TREE),
				     false);
	}
}

/* ---- sums -------------------------------------------------------------------- */

static void compare(const struct ksm_sums *s, const char *name, uint32_t booked,
		    uint32_t counted)
{
	if (booked != counted)
		verify_fail(s->v, "ksm: %s is %u, counted %u", name, booked,
			    counted);
}

void verify_ksm(struct verify *v)
{
	const struct ksm_state *ksm = &v->k->ksm;
	struct ksm_sums s = {.v = v};
	const struct ksm_mm_slot *slot;
	const struct ksm_stable_node *node;

	if (!ksm->rmap_item_cache) /* not begun */
		return;
	list_for_each_entry(slot, &ksm->mm_head, mm_node)
		verify_slot(&s, slot);
	for (int nid = 0; nid < MAX_NUMNODES; nid++)
		verify_tree(&s, nid);
	list_for_each_entry(node, &ksm->migrate_nodes, list)
		verify_node(&s, node, KSM_NODE_MIGRATED);
	compare(&s, "rmap_items", ksm->rmap_items, s.items);
	compare(&s, "pages_unshared", ksm->pages_unshared, s.unstable);
	compare(&s, "pages_shared", ksm->pages_shared, s.shared);
	compare(&s, "pages_sharing", ksm->pages_sharing, s.sharing);
	compare(&s, "stable_node_chains", ksm->stable_node_chains, s.chains);
	compare(&s, "stable_node_dups", ksm->stable_node_dups, s.dups);
	compare(&s, "items on nodes' lists", s.stable, s.listed);
	compare(&s, "KSM pages with a node", v->nr_ksm, s.pages);
	v->cost += s.items + s.pages;
}

/* ---- frames ------------------------------------------------------------------ */

/* How many of its items' places really map it. */
static uint32_t mapped_items(struct page *page)
{
	const struct ksm_stable_node *node = page_stable_node(page);
	const struct ksm_rmap_item *item;
	uint32_t nr = 0;

	list_for_each_entry(item, &node->hlist, stable.hlist) {
		const struct mm_struct *mm = item->mm;
		const pte_t *pte = pte_lookup(mm, item->address);

		nr += pte && pte_present(*pte) &&
		      pte_pfn(*pte) == page_to_pfn(mm->k, page);
	}
	return nr;
}

void verify_ksm_frame(struct verify *v, struct page *page, uint32_t entries)
{
	const struct ksm_stable_node *node = page_stable_node(page);
	const pfn_t pfn = page_to_pfn(v->k, page);
	uint32_t found;

	if (PageAnonExclusive(page))
		verify_fail(v, "ksm: pfn 0x%05x is exclusive", pfn);
	if (!node) {
		if (entries)
			verify_fail(v, "ksm: pfn 0x%05x is mapped, by no node",
				    pfn);
		return;
	}
	v->nr_ksm++;
	if (node->kpfn != pfn)
		verify_fail(v, "ksm: pfn 0x%05x has the node of pfn 0x%05x",
			    pfn, node->kpfn);
	found = verify_count_rmap(page);
	if (found > entries || found < mapped_items(page))
		verify_fail(v,
			    "ksm: rmap of pfn 0x%05x finds %u of %u entries, "
			    "%u have items",
			    pfn, found, entries, mapped_items(page));
}

/* ---- each place once ----------------------------------------------------------- */

struct place {
	struct vm_area_struct *vma;
	vaddr_t vaddr;
};

struct places {
	struct place *place;
	size_t nr, room;
};

static bool note_place(struct page *page, struct vm_area_struct *vma,
		       vaddr_t vaddr, void *arg)
{
	struct places *p = arg;

	(void)page;
	if (p->nr == p->room) {
		p->room = p->room ? 2 * p->room : 16;
		p->place = realloc(p->place, p->room * sizeof(*p->place));
		BUG_ON(!p->place);
	}
	p->place[p->nr++] = (struct place){vma, vaddr};
	return true;
}

/* VMAs lie in the object store, in the same order in each run. */
static int by_place(const void *left, const void *right)
{
	const struct place *a = left, *b = right;

	if (a->vma != b->vma)
		return a->vma < b->vma ? -1 : 1;
	return (a->vaddr > b->vaddr) - (a->vaddr < b->vaddr);
}

void rmap_walk_once(struct page *page, struct rmap_walk_control *rwc)
{
	struct places places = {0};
	struct rmap_walk_control note = {&places, note_place};

	if (!PageKsm(page)) {
		rmap_walk(page, rwc);
		return;
	}
	rmap_walk(page, &note);
	if (places.nr)
		qsort(places.place, places.nr, sizeof(*places.place), by_place);
	for (size_t i = 0; i < places.nr; i++) {
		const struct place *p = &places.place[i];

		if (i && !by_place(p - 1, p))
			continue;
		if (!rwc->rmap_one(page, p->vma, p->vaddr, rwc->arg))
			break;
	}
	free(places.place);
}
