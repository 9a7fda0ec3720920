/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_SCENARIO_FAULT_LIST_H
#define EMU_SCENARIO_FAULT_LIST_H

/*
 * One list of expected faults beside the faults of its scope, and how one of
 * these differs from one of those. Private to emu/scenario/.
 */

#include "emu/scenario/judging.h"

/* A region, in each guest and, last, for processes that are none of them. */
struct spot {
	bool given;
	struct address_range *range;
};

struct fault_list {
	struct judging *judging;
	const struct expected_faults *expected;
	struct spot in;
	struct spot *at, *addr; /* of each expected fault */
	const struct observed_fault **seen; /* those in scope */
	size_t nr_seen;
};

/*
 * Finds all places, and the faults in scope. False: a symbol isn't there,
 * which has become a failure, or there is no memory.
 */
bool fault_list_create(struct fault_list *list, struct judging *judging,
		       const struct expected_faults *expected);
void fault_list_free(struct fault_list *list);

/*
 * 0: the @seen-th fault in scope is as the @item-th that is expected. Else how
 * far from it, as align.h measures. @to: says in words what isn't as expected;
 * NULL: nothing is said.
 */
unsigned int fault_differs(const struct fault_list *list, size_t item,
			   size_t seen, FILE *to);

/* "write to buffer+0x1000: cow_copy" */
void fault_say_expected(const struct expected_fault *fault, FILE *to);
void fault_say_seen(const struct judging *judging,
		    const struct observed_fault *fault, FILE *to);
/*
 * All about it as one line, to be freed. Processes are numbered as they are
 * told of: what pids they get is up to who else there is.
 */
char *fault_line(struct judging *judging, const struct observed_fault *fault);
int process_number(struct judging *judging, int pid);
/* "faults of demo in buffer" */
char *fault_list_title(const struct fault_list *list);

#endif
