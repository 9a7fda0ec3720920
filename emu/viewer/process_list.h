/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_VIEWER_PROCESS_LIST_H
#define EMU_VIEWER_PROCESS_LIST_H

/* The order in which processes are listed. */

#include <stdbool.h>
#include <stdint.h>

#include "emu/snapshot/section.h"

enum process_order {
	PROCESS_BY_PID,
	PROCESS_BY_RSS, /* these: the largest first */
	PROCESS_BY_SWAP,
	PROCESS_BY_FAULTS,
	PROCESS_BY_MAJOR,
	PROCESS_BY_TIME,
	NR_PROCESS_ORDERS
};

struct process_line {
	const struct snapshot_process *process; /* of the snapshot, as long */
	int pid;
	uint32_t depth; /* in the tree */
};

struct process_list {
	struct process_line *line;
	uint32_t nr;
	uint32_t nr_living; /* programs */
	uint64_t most; /* pages of one, in RAM and swap; 0: none has any */
};

struct process_choice {
	enum process_order order;
	bool tree; /* children below their parents, if by pid */
	bool ended, kthreads; /* these, too */
};

/* Of the @nr at @process. False: no memory; then it is empty. */
bool process_list_make(struct process_list *list,
		       const struct snapshot_process *process, uint32_t nr,
		       const struct process_choice *choice);
void process_list_free(struct process_list *list);

#endif
