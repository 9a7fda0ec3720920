/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MM_LIST_LRU_H
#define KERNEL_MM_LIST_LRU_H

/*
 * Lists of objects in the order of their last use, one for each node whose
 * memory they lie in (include/linux/list_lru.h): what a shrinker works off.
 */

#include <stdbool.h>
#include <stdint.h>

#include "kernel/lib/list.h"
#include "kernel/mm/mmzone.h"

struct shrink_control;

struct list_lru {
	struct list_lru_node {
		struct list_head list; /* the least recently used first */
		uint32_t nr_items;
	} node[MAX_NUMNODES];
};

/* What an isolate function has done with, or wants for, an item. */
enum lru_status {
	LRU_REMOVED, /* it is off the list: list_lru_isolate…() */
	LRU_ROTATE, /* used since: to the young end */
	LRU_SKIP, /* can't be looked at now */
	LRU_RETRY, /* we slept: the walk begins anew */
};

typedef enum lru_status (*list_lru_walk_cb)(struct task_struct *curr,
					    struct list_lru_node *lru,
					    struct list_head *item, void *arg);

void list_lru_init(struct list_lru *lru);
/*
 * At the young end of the list of the node where @item lies, which is part of
 * an object. An item that is on no list is an initialised list_head. False: it
 * is on a list already. Neither sleeps.
 */
bool list_lru_add(const struct kernel *k, struct list_lru *lru,
		  struct list_head *item);
/* False: it was on none. */
bool list_lru_del(const struct kernel *k, struct list_lru *lru,
		  struct list_head *item);

/* For isolate functions: off the list; or on to @head. */
void list_lru_isolate(struct list_lru_node *lru, struct list_head *item);
void list_lru_isolate_move(struct list_lru_node *lru, struct list_head *item,
			   struct list_head *head);

uint32_t list_lru_count_one(const struct list_lru *lru, int nid);
/* Of all nodes. */
uint32_t list_lru_count(const struct list_lru *lru);
/* Of the node that the shrinker is asked for. */
uint32_t list_lru_shrink_count(const struct list_lru *lru,
			       const struct shrink_control *sc);
/*
 * Shows @isolate up to *@nr_to_walk items from the old end on, and takes them
 * from the number. How many it removed.
 */
uint32_t list_lru_walk_one(struct task_struct *curr, struct list_lru *lru,
			   int nid, list_lru_walk_cb isolate, void *arg,
			   uint32_t *nr_to_walk);
/* sc->nr_to_scan items of the node that the shrinker is asked for. */
uint32_t list_lru_shrink_walk(struct task_struct *curr, struct list_lru *lru,
			      struct shrink_control *sc,
			      list_lru_walk_cb isolate, void *arg);

#endif
