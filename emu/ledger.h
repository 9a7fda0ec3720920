/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_LEDGER_H
#define EMU_LEDGER_H

/*
 * Where the cycles went: each of each core's is on one line, of who spent it,
 * at what, where in memory, and of its cause. The lines sum up to the cores'
 * clocks, always.
 */

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "kernel/kernel.h"

struct diag;
struct ledger;
struct machine;

/* What somebody was at. */
enum ledger_what {
#define WHAT(symbol, words) LEDGER_##symbol,
#include "emu/ledger_what.def"
#undef WHAT
	NR_LEDGER_WHATS
};

struct ledger_line {
	int pid; /* of a thread; 0: none, core @cpu */
	unsigned int cpu; /* 0 where there is a thread */
	char comm[16];
	enum ledger_what what;
	char name[32]; /* of the system call, of how a fault was resolved; "" */
	char place[80]; /* the mapping that holds code or data; "" */
	uint64_t cycles[NR_CYCLE_CAUSES];
};

/*
 * To be written to a file at @path. NULL: no memory. Where that lacks later,
 * cycles go on fewer lines.
 */
struct ledger *ledger_create(struct machine *machine, const char *path);
/* Opens the file, before anything runs. NULL for @ledger: true. */
bool ledger_open(struct ledger *ledger, struct diag *diag);
void ledger_destroy(struct ledger *ledger);

/* The kernel's events that ledger_trace() has to be told. */
hw_trace_mask_t ledger_trace_events(void);

/*
 * What happens on the core that runs, in its order. All may be called with
 * NULL for @ledger, and do nothing then.
 */
void ledger_enters(struct ledger *ledger, const struct trap *trap);
void ledger_leaves(struct ledger *ledger, enum kernel_verdict verdict);
void ledger_trace(struct ledger *ledger, const struct hw_trace *event);
void ledger_fault_begins(struct ledger *ledger,
			 const struct kernel_fault *fault);
void ledger_fault_ends(struct ledger *ledger, const struct kernel_fault *fault);
/*
 * A program comes to @pc, from elsewhere. Returns the part of memory around it
 * that is one place: until it leaves that, it needn't be told again.
 */
struct cpu_stretch ledger_reaches(struct ledger *ledger, vaddr_t pc);
/* A TLB miss at @va is about to cost @cycles. */
void ledger_misses(struct ledger *ledger, vaddr_t va, uint64_t cycles);

/* All is over: what was begun is put down as well. */
void ledger_close(struct ledger *ledger);

/*
 * Of a closed ledger each line that isn't zero, in the order of @by_cycles,
 * most first, or else of who, what, name and place.
 */
void ledger_for_each(const struct ledger *ledger, bool by_cycles,
		     void (*each)(void *arg, const struct ledger_line *line),
		     void *arg);
/* "system call" */
const char *ledger_what_words(enum ledger_what what);
uint64_t ledger_line_cycles(const struct ledger_line *line);

/*
 * Writes a closed ledger to its file, as folded stacks (ledger_folded.c). False,
 * and @diag says why.
 */
bool ledger_write(struct ledger *ledger, struct diag *diag);

/*
 * ledger_folded.c: folded stacks, which flame graphs are drawn from:
 * "who;what;place;cause CYCLES".
 */
void ledger_put_folded(const struct ledger *ledger, FILE *to);

#endif
