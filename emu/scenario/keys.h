/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_SCENARIO_KEYS_H
#define EMU_SCENARIO_KEYS_H

/*
 * The table of a scenario's keys, private to emu/scenario/: parsing, checks
 * and documentation all read this one list, as emu/config/schema.h's of a
 * board.
 */

#include <stdbool.h>
#include <stddef.h>

#include "emu/config/schema.h"

struct site;

/* A map of keys: the scenario itself, one of its guests, one fault … */
struct record {
	const char *title; /* as the documentation calls it */
	const char *sentence; /* what it says of it; NULL: nothing */
	const struct field *fields;
	size_t nr_fields;
	size_t size_bytes; /* of its struct */
	size_t where; /* offset of its struct diag_where; NO_WHERE: none */
	void (*begin)(void *base); /* presets that are no value's; or NULL */
	/* What no key can tell alone; or NULL. */
	bool (*end)(const struct site *site, void *base);
};
#define NO_WHERE ((size_t)-1)

/* One key of it. */
struct field {
	/* path: its name. All that counts is value_read()'s. */
	struct key key;
	/* Reads it in place of value_read(), into the struct at @base. */
	bool (*read)(const struct site *site, const struct field *field,
		     void *base);
	const char *wants; /* what @read does: "a range: N, A..B, A.., ..B" */
	const struct record *record; /* what its value is, or each of it */
	size_t nr_offset; /* of a list's length in the struct */
	const char *const *names; /* of a map: what keys it may have */
};

extern const struct record scenario_record;

/* ---- readers (parse.c) ------------------------------------------------------- */

bool read_board(const struct site *site, const struct field *field, void *base);
bool read_set(const struct site *site, const struct field *field, void *base);
bool read_detect(const struct site *site, const struct field *field,
		 void *base);
bool read_source(const struct site *site, const struct field *field,
		 void *base);
bool read_file(const struct site *site, const struct field *field, void *base);
bool read_run(const struct site *site, const struct field *field, void *base);
bool read_args(const struct site *site, const struct field *field, void *base);
bool read_exit(const struct site *site, const struct field *field, void *base);
bool read_perms(const struct site *site, const struct field *field, void *base);
bool read_origin(const struct site *site, const struct field *field,
		 void *base);
bool read_fsr(const struct site *site, const struct field *field, void *base);

/* A record in place, and a list of them, or one alone. */
bool read_record(const struct site *site, const struct field *field,
		 void *base);
bool read_records(const struct site *site, const struct field *field,
		  void *base);
void scenario_begin(void *base);
void faults_begin(void *base);
void fault_begin(void *base);
void final_begin(void *base);
void trace_begin(void *base);
bool guest_end(const struct site *site, void *base);
bool fault_end(const struct site *site, void *base);
bool trace_end(const struct site *site, void *base);
bool expect_end(const struct site *site, void *base);

/* ---- readers (parse_value.c) --------------------------------------------------- */

/* Any text; one of the key's choices, NULL as long as it isn't given. */
bool read_plain(const struct site *site, const struct field *field, void *base);
bool read_choice(const struct site *site, const struct field *field,
		 void *base);
bool read_words(const struct site *site, const struct field *field, void *base);
bool read_match(const struct site *site, const struct field *field, void *base);
bool read_regex(const struct site *site, const struct field *field, void *base);
bool read_range(const struct site *site, const struct field *field, void *base);
bool read_cycles(const struct site *site, const struct field *field,
		 void *base);
bool read_place(const struct site *site, const struct field *field, void *base);
bool read_region(const struct site *site, const struct field *field,
		 void *base);
bool read_maybe(const struct site *site, const struct field *field, void *base);
bool read_signal(const struct site *site, const struct field *field,
		 void *base);
bool read_code(const struct site *site, const struct field *field, void *base);
bool read_event(const struct site *site, const struct field *field, void *base);
/* A map of names to ranges, and one of the names as a key of its own. */
bool read_numbers(const struct site *site, const struct field *field,
		  void *base);
bool read_number(const struct site *site, const struct field *field,
		 void *base);

/* Lists of names, NULL-terminated. */
extern const char *const count_names[]; /* fault_count.def, /proc/vmstat */
extern const char *const memory_names[]; /* frame_use.def */
extern const char *const buddy_names[]; /* "Normal.3" */

#endif
