/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_SCENARIO_SCENARIO_H
#define EMU_SCENARIO_SCENARIO_H

/*
 * A scenario: a board, guests, and what is expected to happen; read from one
 * YAML file, and constant from then on. `mmuscope test --keys` documents the
 * keys, from the table that drives parsing, too.
 *
 * The way of one: scenario_load() reads it, guests_build() compiles what is
 * source, observe() runs the machine and writes down what happened
 * (observation.h), judge() compares (verdict.h), and a report tells of it.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "emu/diag.h"
#include "kernel/kernel.h"

struct config;

/* N, A..B, A.., ..B; both ends included. */
struct scenario_range {
	uint64_t low, high; /* 0 and UINT64_MAX: no bound */
	bool given;
};

/*
 * An address as the file has it, known only when the program is: 0x10000, or
 * buffer+0x1000, of the guest's ELF symbols. Without a symbol: offset alone.
 */
struct scenario_place {
	const char *text; /* NULL: not given */
	const char *symbol; /* NULL: none */
	uint64_t offset;
	struct diag_where where;
};
/* [first, end); a symbol alone: all of its size; an address alone: its page. */
struct scenario_region {
	struct scenario_place first, end; /* end.text NULL: as said above */
};

/* Of a text: that it is, has in it or matches; each NULL or empty: not asked. */
struct scenario_text {
	const char *exact;
	const char *const *contains; /* NULL-terminated, or NULL */
	const char *const *lacks; /* the same: what must not be in it */
	const char *matches; /* POSIX extended regular expression */
	struct diag_where where;
};

/* ---- who runs -------------------------------------------------------------- */

enum scenario_guest_kind {
	GUEST_SOURCE, /* C in the scenario */
	GUEST_FILE, /* C beside it */
	GUEST_RUN, /* a command line */
};

struct scenario_guest {
	const char *name; /* as in `of`; unique in its scenario */
	enum scenario_guest_kind kind;
	const char *source; /* C, or a path of the host */
	const char *const *args; /* NULL-terminated; of GUEST_RUN all of argv */
	const char *const *cflags; /* NULL-terminated */
	struct diag_where where; /* of its source: of the first line of C */
};

/* ---- what is expected -------------------------------------------------------- */

enum scenario_access {
	ACCESS_ANY,
	ACCESS_READ,
	ACCESS_WRITE,
	ACCESS_EXEC
};

/* One fault, or some alike; what isn't given may be anything. */
struct expected_fault {
	const char *of; /* as that of its list, but for it alone; NULL */
	struct scenario_region at;
	enum scenario_access access;
	bool has_by;
	enum kernel_fault_origin by;
	/*
	 * What became of it: a RESOLUTION of fault_count.def, or "signal",
	 * "refused", "oops"; NULL: not asked.
	 */
	const char *is;
	const char *vma; /* name as in /proc/PID/maps, or "anon"; NULL */
	bool has_fsr;
	uint32_t fsr;
	const char *status; /* "translation fault, level 2": in its words */
	int major, stack_growth; /* 0, 1; -1: not asked */
	int signal; /* 0: not asked */
	bool has_code;
	int code; /* SEGV_MAPERR, … */
	struct scenario_place addr; /* si_addr */
	/*
	 * How many. Not given: one if the order is strict, else at least one,
	 * and more like it may be anywhere. Given, with an upper bound, it is
	 * exact: there are no more of them in the list's scope.
	 */
	struct scenario_range count;
	struct diag_where where;
};

enum scenario_order {
	ORDER_STRICT, /* these, in order, and no others in scope */
	ORDER_ORDERED, /* these in order, others may be between */
	ORDER_ANY, /* each somewhere, no two the same one */
};

struct expected_faults {
	bool given;
	enum scenario_order order;
	const char *of; /* a guest's name or a comm; NULL: of any guest */
	struct scenario_region in; /* text NULL: anywhere */
	const struct expected_fault *list;
	size_t nr;
	struct diag_where where;
};

/* A number that the run ends with, or had as a guest began to exit. */
struct expected_number {
	const char *name; /* "anon_new", "pgmajfault", "rss_anon" */
	struct scenario_range range;
	struct diag_where where;
};

/* A mapping as the guest begins to exit. */
struct expected_vma {
	struct scenario_region in;
	const char *perms; /* "rw-p"; NULL */
	const char *name; /* NULL */
	struct scenario_range pages; /* present ones */
	struct scenario_range swapped;
	bool absent; /* there must be none */
	struct diag_where where;
};

struct expected_final {
	bool given;
	const char *of; /* NULL: the first guest */
	const struct expected_number *numbers; /* rss_anon, rss_file, … */
	size_t nr_numbers;
	const struct expected_vma *vmas;
	size_t nr_vmas;
	const struct expected_number *memory; /* frames by use */
	size_t nr_memory;
	/* Free blocks by order, as /proc/buddyinfo: "Normal.3" */
	const struct expected_number *buddy;
	size_t nr_buddy;
};

/* A trace event of kernel/trace_events.def, by its fields' text. */
struct expected_trace {
	const char *event;
	const char *contains; /* NULL: any */
	struct scenario_range count; /* preset 1.. */
	struct diag_where where;
};

struct scenario_expect {
	int exit; /* of the first guest */
	int signal; /* 0: it exits */
	bool panics; /* exit: panic — the machine is to panic */
	struct scenario_text console, log;
	const struct expected_faults *faults; /* several scopes are allowed */
	size_t nr_faults;
	const struct expected_number *counts;
	size_t nr_counts;
	const struct expected_final *final; /* several guests may be asked */
	size_t nr_final;
	const struct expected_trace *trace;
	size_t nr_trace;
	struct scenario_range cycles;
	/* Detectors that are to report something, by name (detect: …). */
	const char *const *reports; /* NULL-terminated, or NULL: none may */
};

/* ---- all of it ------------------------------------------------------------------ */

struct scenario {
	const char *path; /* as it was given */
	const char *name; /* "cow/parent-writes-first": folder and file */
	const char *about;
	const struct config *config; /* board, set and detect applied */
	const struct scenario_guest *guests;
	size_t nr_guests; /* at least 1 */
	const char *input; /* what the console gives; "": nothing */
	uint32_t schema;
	uint64_t limit_cycles;
	const char *const *detect; /* NULL-terminated */
	bool oracle; /* a real kernel prints the same on the console */
	struct scenario_expect expect;
	void *arena;
};

/*
 * Reads @path and checks it wholly, but for what only a compiled guest tells.
 * NULL, with the reason in @diag.
 */
struct scenario *scenario_load(const char *path, struct diag *diag);
void scenario_destroy(struct scenario *scenario);

/* The documentation of all keys, as Markdown. */
void scenario_print_keys(FILE *to);

#endif
