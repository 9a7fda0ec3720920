/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The order of processes: see process_list.h. */
#include "emu/viewer/process_list.h"

#include <stdlib.h>

static uint64_t rank(const struct snapshot_process *process,
		     enum process_order order)
{
	switch (order) {
	case PROCESS_BY_RSS:
		return (uint64_t)process->rss_anon + process->rss_file +
		       process->rss_shmem;
	case PROCESS_BY_SWAP:
		return process->swapped;
	case PROCESS_BY_FAULTS:
		return process->min_flt + process->maj_flt;
	case PROCESS_BY_MAJOR:
		return process->maj_flt;
	case PROCESS_BY_TIME:
		return process->utime_cycles;
	default:
		return 0;
	}
}

/* One of those that are to be listed. */
struct node {
	uint64_t rank;
	const struct snapshot_process *process;
	uint32_t parent, first, next; /* its place, its children's; NONE */
	uint32_t depth;
};
#define NONE UINT32_MAX

static int compare(const void *a, const void *b)
{
	const struct node *x = a, *y = b;

	if (x->rank != y->rank)
		return x->rank > y->rank ? -1 : 1;
	if (x->process->pid != y->process->pid)
		return x->process->pid < y->process->pid ? -1 : 1;
	return x->process < y->process ? -1 : 1;
}

/* By the pid of the last that has it: earlier ones have ended. */
static uint32_t find(const struct node *node, uint32_t nr, int pid)
{
	uint32_t first = 0, last = nr;

	while (first < last) {
		uint32_t middle = first + (last - first) / 2;

		if (node[middle].process->pid <= pid)
			first = middle + 1;
		else
			last = middle;
	}
	return first && node[first - 1].process->pid == pid ? first - 1 : NONE;
}

/*
 * Children under their parents. One whose parent has the higher number stands
 * alone: numbers that came round again must not make circles.
 */
static void link_tree(struct node *node, uint32_t nr)
{
	for (uint32_t i = nr; i--;) {
		uint32_t parent = find(node, nr, node[i].process->ppid);

		if (parent == NONE || parent >= i)
			continue;
		node[i].parent = parent;
		node[i].next = node[parent].first;
		node[parent].first = i;
	}
}

static void put(struct process_list *list, const struct node *node)
{
	list->line[list->nr++] = (struct process_line){
		.process = node->process,
		.pid = node->process->pid,
		.depth = node->depth,
	};
}

/* @root and all below it, each before its children. */
static void put_tree(struct process_list *list, struct node *node,
		     uint32_t root)
{
	uint32_t at = root;

	for (;;) {
		put(list, &node[at]);
		if (node[at].first != NONE) {
			node[node[at].first].depth = node[at].depth + 1;
			at = node[at].first;
			continue;
		}
		while (at != root && node[at].next == NONE)
			at = node[at].parent;
		if (at == root)
			return;
		node[node[at].next].depth = node[at].depth;
		at = node[at].next;
	}
}

static uint32_t choose(struct process_list *list, struct node *node,
		       const struct snapshot_process *process, uint32_t nr,
		       const struct process_choice *choice)
{
	uint32_t chosen = 0;

	list->nr_living = 0;
	list->most = 0;
	for (uint32_t i = 0; i < nr; i++) {
		const bool lives = process[i].exit_status == -1;
		uint64_t all = rank(&process[i], PROCESS_BY_RSS) +
			       process[i].swapped;

		list->nr_living += lives && !process[i].kthread;
		if (lives && all > list->most)
			list->most = all;
		if ((!lives && !choice->ended) ||
		    (process[i].kthread && !choice->kthreads))
			continue;
		node[chosen++] = (struct node){rank(&process[i], choice->order),
					       &process[i],
					       NONE,
					       NONE,
					       NONE,
					       0};
	}
	return chosen;
}

bool process_list_make(struct process_list *list,
		       const struct snapshot_process *process, uint32_t nr,
		       const struct process_choice *choice)
{
	struct node *node = malloc((nr + 1) * sizeof(*node));

	process_list_free(list);
	list->line = malloc((nr + 1) * sizeof(*list->line));
	if (!node || !list->line) {
		free(node);
		process_list_free(list);
		return false;
	}
	nr = choose(list, node, process, nr, choice);
	qsort(node, nr, sizeof(*node), compare);
	if (choice->tree && choice->order == PROCESS_BY_PID)
		link_tree(node, nr);
	for (uint32_t i = 0; i < nr; i++)
		if (node[i].parent == NONE)
			put_tree(list, node, i);
	free(node);
	return true;
}

void process_list_free(struct process_list *list)
{
	free(list->line);
	*list = (struct process_list){0};
}
