/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/list_lru.h"

/*
 * Objects by age, for shrinkers (mm/list_lru.c). An item knows its list by
 * where it lies: the frame under the object says the node. So a shortage on
 * one node costs the objects of that node alone.
 *
 * Being used doesn't move an item: who walks the list finds out then, and
 * gives it another round or takes it off. So using a cached object is cheap,
 * and a list holds some that aren't idle at all.
 *
 * Leaves out memory cgroups and the lock: an isolate function that sleeps says
 * LRU_RETRY.
 */

#include "kernel/mm/kobj.h"
#include "kernel/mm/shrinker.h"

void list_lru_init(struct list_lru *lru)
{
	for (int nid = 0; nid < MAX_NUMNODES; nid++) {
		INIT_LIST_HEAD(&lru->node[nid].list);
		lru->node[nid].nr_items = 0;
	}
}

static struct list_lru_node *node_of(const struct kernel *k,
				     struct list_lru *lru,
				     const struct list_head *item)
{
	return &lru->node[page_to_nid(virt_to_page(k, kobj_addr(k, item)))];
}

bool list_lru_add(const struct kernel *k, struct list_lru *lru,
		  struct list_head *item)
{
	struct list_lru_node *node = node_of(k, lru, item);

	if (!list_empty(item))
		return false;
	list_add_tail(item, &node->list);
	node->nr_items++;
	return true;
}

bool list_lru_del(const struct kernel *k, struct list_lru *lru,
		  struct list_head *item)
{
	if (list_empty(item))
		return false;
	list_lru_isolate(node_of(k, lru, item), item);
	return true;
}

void list_lru_isolate(struct list_lru_node *lru, struct list_head *item)
{
	list_del_init(item);
	lru->nr_items--;
}

void list_lru_isolate_move(struct list_lru_node *lru, struct list_head *item,
			   struct list_head *head)
{
	list_move(item, head);
	lru->nr_items--;
}

uint32_t list_lru_count_one(const struct list_lru *lru, int nid)
{
	return lru->node[nid].nr_items;
}

uint32_t list_lru_count(const struct list_lru *lru)
{
	uint32_t sum = 0;

	for (int nid = 0; nid < MAX_NUMNODES; nid++)
		sum += list_lru_count_one(lru, nid);
	return sum;
}

uint32_t list_lru_shrink_count(const struct list_lru *lru,
			       const struct shrink_control *sc)
{
	return list_lru_count_one(lru, sc->nid);
}

uint32_t list_lru_walk_one(struct task_struct *curr, struct list_lru *lru,
			   int nid, list_lru_walk_cb isolate, void *arg,
			   uint32_t *nr_to_walk)
{
	struct list_lru_node *node = &lru->node[nid];
	struct list_head *item = node->list.next;
	uint32_t isolated = 0;

	while (item != &node->list && *nr_to_walk) {
		struct list_head *next = item->next;

		--*nr_to_walk;
		switch (isolate(curr, node, item, arg)) {
		case LRU_REMOVED:
			isolated++;
			break;
		case LRU_ROTATE:
			list_move_tail(item, &node->list);
			break;
		case LRU_SKIP:
			break;
		case LRU_RETRY:
			next = node->list.next;
			break;
		}
		item = next;
	}
	return isolated;
}

uint32_t list_lru_shrink_walk(struct task_struct *curr, struct list_lru *lru,
			      struct shrink_control *sc,
			      list_lru_walk_cb isolate, void *arg)
{
	return list_lru_walk_one(curr, lru, sc->nid, isolate, arg,
				 &sc->nr_to_scan);
}
