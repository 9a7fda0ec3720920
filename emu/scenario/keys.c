/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every key of a scenario, once: its type, range, default and the sentence
 * that documents it. To add one, add a field to a struct of scenario.h and a
 * row here; reading, checking and `mmuscope test --keys` follow.
 */
#include "emu/scenario/keys.h"

#include "emu/formats.h"
#include "emu/scenario/scenario.h"

/* clang-format off */

#define RECORD(list, what, type, ...) \
	{ .title = what, .fields = list, \
	  .nr_fields = sizeof(list) / sizeof(list[0]), \
	  .size_bytes = sizeof(type), __VA_ARGS__ }

#define LIST(...) ((const char *const[]){__VA_ARGS__, NULL})

#define RANGE "a range: N, A..B, A.. or ..B"
#define REGION "symbol, symbol+0x1000, 0x10000, or two of these as A..B"
#define NAMED_RANGES "a map of names to ranges"

static const char *const resolutions[] = {
#define RESOLUTION(name, sentence) #name,
#include "kernel/fault_count.def"
	"resolved", "signal", "refused", "oops", NULL
};

/* ---- texts ------------------------------------------------------------------- */

static const struct field text_fields[] = {
	{ .key = { .path = "is", .kind = KEY_TEXT,
		   .offset = offsetof(struct scenario_text, exact),
		   .absent = "not asked",
		   .sentence = "All of it. Also what a text in place of the "
			       "map says." },
	  .read = read_plain, .wants = "text" },
	{ .key = { .path = "contains",
		   .offset = offsetof(struct scenario_text, contains),
		   .absent = "not asked",
		   .sentence = "Each of these is in it." },
	  .read = read_words, .wants = "text, or a list of texts" },
	{ .key = { .path = "lacks",
		   .offset = offsetof(struct scenario_text, lacks),
		   .absent = "not asked",
		   .sentence = "None of these is in it." },
	  .read = read_words, .wants = "text, or a list of texts" },
	{ .key = { .path = "matches",
		   .offset = offsetof(struct scenario_text, matches),
		   .absent = "not asked",
		   .sentence = "It is found in it; ^ and $ are the ends of "
			       "lines." },
	  .read = read_regex, .wants = "a POSIX extended regular expression" },
};
static const struct record text_record =
	RECORD(text_fields, "`expect.console` and `expect.log`",
	       struct scenario_text,
	       .where = offsetof(struct scenario_text, where));

/* ---- guests ------------------------------------------------------------------- */

static const struct field guest_fields[] = {
	{ .key = { .path = "source", .absent = "",
		   .sentence = "C. It becomes a static ARM program with the C "
			       "library and symbols, compiled with -O1 -marm; "
			       "headers beside the scenario may be included. "
			       "One of source, file and run must be there." },
	  .read = read_source, .wants = "text" },
	{ .key = { .path = "file", .absent = "",
		   .sentence = "A file of C, relative to this one, in its "
			       "place." },
	  .read = read_file, .wants = "a path" },
	{ .key = { .path = "run", .absent = "",
		   .sentence = "Or a program that is there: a command line, "
			       "or a list of arguments, as in a board's "
			       "`run`." },
	  .read = read_run, .wants = "a command line" },
	{ .key = { .path = "name", .kind = KEY_TEXT,
		   .offset = offsetof(struct scenario_guest, name),
		   .absent = "the scenario's; of run the program's",
		   .sentence = "What the process is called: 1 to 15 letters, "
			       "digits and ._-, and no other guest's." },
	  .read = read_plain, .wants = "text" },
	{ .key = { .path = "args",
		   .offset = offsetof(struct scenario_guest, args),
		   .absent = "none",
		   .sentence = "Arguments for source and file, after the "
			       "program's name. host: and a path, relative to "
			       "this file, is a file of the host." },
	  .read = read_args, .wants = "text, or a list of texts" },
	{ .key = { .path = "cflags",
		   .offset = offsetof(struct scenario_guest, cflags),
		   .absent = "none",
		   .sentence = "Further flags for the compiler, such as "
			       "-mthumb." },
	  .read = read_words, .wants = "text, or a list of texts" },
};
static const struct record guest_record =
	RECORD(guest_fields, "Each of `guests`", struct scenario_guest,
	       .where = NO_WHERE, .end = guest_end);

/* ---- faults ---------------------------------------------------------------------- */

#define FAULT_AT(member) offsetof(struct expected_fault, member)

static const struct field fault_fields[] = {
	{ .key = { .path = "of", .offset = FAULT_AT(of),
		   .absent = "the list's",
		   .sentence = "Of this guest, or of a process of this "
			       "name." },
	  .read = read_plain, .wants = "text" },
	{ .key = { .path = "at", .offset = FAULT_AT(at), .absent = "anywhere",
		   .sentence = "The address that was touched is in it: all of "
			       "a symbol, one address after `+`, the page of a "
			       "bare number; A..B without B itself." },
	  .read = read_region, .wants = REGION },
	{ .key = { .path = "access", .kind = KEY_CHOICE,
		   .offset = FAULT_AT(access),
		   .choices = LIST("any", "read", "write", "exec"),
		   .preset = "any", .sentence = "How it was touched." } },
	{ .key = { .path = "by", .absent = "any",
		   .sentence = "On whose account: an instruction of the "
			       "program's own, the kernel's copying from or to "
			       "it, or a module's code." },
	  .read = read_origin, .wants = "program, kernel or module" },
	{ .key = { .path = "is", .kind = KEY_NAME, .offset = FAULT_AT(is),
		   .choices = resolutions, .absent = "anything",
		   .sentence = "What became of it: how it was resolved, by the "
			       "names of kernel/fault_count.def; resolved by "
			       "none of these, as an unaligned access that the "
			       "kernel does; a signal; refused, an error for "
			       "the kernel's copying; an oops." },
	  .read = read_choice, .wants = "a name" },
	{ .key = { .path = "vma", .offset = FAULT_AT(vma), .absent = "any",
		   .sentence = "The mapping it lies in, as /proc/PID/maps "
			       "calls it; anon: one without a name; none: "
			       "there is no mapping." },
	  .read = read_plain, .wants = "text" },
	{ .key = { .path = "fsr", .absent = "any",
		   .sentence = "DFSR, or IFSR of a fetch." },
	  .read = read_fsr, .wants = "a number" },
	{ .key = { .path = "status", .offset = FAULT_AT(status),
		   .absent = "any",
		   .sentence = "That register in words, or some of them in "
			       "their order, as `mmuscope explain` has them: "
			       "\"permission fault, level 2\", in quotes for "
			       "its comma." },
	  .read = read_plain, .wants = "text" },
	{ .key = { .path = "major", .offset = FAULT_AT(major),
		   .absent = "not asked",
		   .sentence = "The page had to be read." },
	  .read = read_maybe, .wants = "true or false" },
	{ .key = { .path = "stack_growth", .offset = FAULT_AT(stack_growth),
		   .absent = "not asked",
		   .sentence = "The stack grew over it." },
	  .read = read_maybe, .wants = "true or false" },
	{ .key = { .path = "signal", .offset = FAULT_AT(signal),
		   .absent = "not asked",
		   .sentence = "The program got this one. Says `is: signal`, "
			       "too." },
	  .read = read_signal, .wants = "a signal's name" },
	{ .key = { .path = "code", .absent = "any",
		   .sentence = "Its si_code." },
	  .read = read_code, .wants = "a name such as SEGV_ACCERR" },
	{ .key = { .path = "addr", .offset = FAULT_AT(addr), .absent = "any",
		   .sentence = "Its si_addr." },
	  .read = read_place, .wants = "symbol, symbol+0x1000 or 0x10000" },
	{ .key = { .path = "count", .offset = FAULT_AT(count),
		   .absent = "1; 1.. if others may be there",
		   .sentence = "So many such faults: in a row, if order "
			       "counts. With an upper bound there are no more "
			       "of them in the list's scope, wherever." },
	  .read = read_range, .wants = RANGE },
};
static const struct record fault_record =
	RECORD(fault_fields, "Each of `expect.faults.list`",
	       struct expected_fault, .where = FAULT_AT(where),
	       .begin = fault_begin, .end = fault_end);

static const struct field faults_fields[] = {
	{ .key = { .path = "order", .kind = KEY_CHOICE,
		   .offset = offsetof(struct expected_faults, order),
		   .choices = LIST("strict", "ordered", "any"),
		   .preset = "strict",
		   .sentence = "strict: these, in this order, and no others of "
			       "those that `of` and `in` choose; ordered: "
			       "others may be between them; any: each is "
			       "somewhere." } },
	{ .key = { .path = "of",
		   .offset = offsetof(struct expected_faults, of),
		   .absent = "all of them",
		   .sentence = "Faults of this guest, or of processes of this "
			       "name." },
	  .read = read_plain, .wants = "text" },
	{ .key = { .path = "in",
		   .offset = offsetof(struct expected_faults, in),
		   .absent = "anywhere",
		   .sentence = "Faults at these addresses." },
	  .read = read_region, .wants = REGION },
	{ .key = { .path = "list",
		   .offset = offsetof(struct expected_faults, list),
		   .absent = "none: there are no faults",
		   .sentence = "The faults." },
	  .nr_offset = offsetof(struct expected_faults, nr),
	  .read = read_records, .record = &fault_record,
	  .wants = "a list of maps" },
};
static const struct record faults_record =
	RECORD(faults_fields, "`expect.faults`", struct expected_faults,
	       .where = offsetof(struct expected_faults, where),
	       .begin = faults_begin);

/* ---- the end ------------------------------------------------------------------------ */

#define VMA_AT(member) offsetof(struct expected_vma, member)

static const struct field vma_fields[] = {
	{ .key = { .path = "in", .offset = VMA_AT(in), .absent = "anywhere",
		   .sentence = "It covers these addresses." },
	  .read = read_region, .wants = REGION },
	{ .key = { .path = "perms", .offset = VMA_AT(perms), .absent = "any",
		   .sentence = "Its rights, as in /proc/PID/maps." },
	  .read = read_perms, .wants = "four letters, such as rw-p" },
	{ .key = { .path = "name", .offset = VMA_AT(name), .absent = "any",
		   .sentence = "Its name there; anon: it has none." },
	  .read = read_plain, .wants = "text" },
	{ .key = { .path = "pages", .offset = VMA_AT(pages), .absent = "any",
		   .sentence = "How many of its pages are mapped." },
	  .read = read_range, .wants = RANGE },
	{ .key = { .path = "swapped", .offset = VMA_AT(swapped),
		   .absent = "any",
		   .sentence = "How many are in swap." },
	  .read = read_range, .wants = RANGE },
	{ .key = { .path = "absent", .kind = KEY_BOOL,
		   .offset = VMA_AT(absent), .preset = "false",
		   .sentence = "There is no such mapping." } },
};
static const struct record vma_record =
	RECORD(vma_fields, "Each of `expect.final.vmas`", struct expected_vma,
	       .where = VMA_AT(where));

#define FINAL_AT(member) offsetof(struct expected_final, member)
#define FINAL_NUMBER(name, what) \
	{ .key = { .path = name, .offset = FINAL_AT(numbers), \
		   .absent = "any", .sentence = what }, \
	  .nr_offset = FINAL_AT(nr_numbers), \
	  .read = read_number, .wants = RANGE }

static const struct field final_fields[] = {
	{ .key = { .path = "of", .offset = FINAL_AT(of),
		   .absent = "the first guest",
		   .sentence = "The guest that begins to exit, or the last "
			       "process of this name." },
	  .read = read_plain, .wants = "text" },
	FINAL_NUMBER("rss_anon", "Anonymous pages that it maps."),
	FINAL_NUMBER("rss_file", "Pages of files that it maps."),
	FINAL_NUMBER("rss_shmem", "Pages of shared memory that it maps."),
	FINAL_NUMBER("swapped", "Its slots of swap."),
	FINAL_NUMBER("min_flt", "Its minor faults so far."),
	FINAL_NUMBER("maj_flt", "Its major faults."),
	{ .key = { .path = "vmas", .offset = FINAL_AT(vmas), .absent = "any",
		   .sentence = "Mappings that it has." },
	  .nr_offset = FINAL_AT(nr_vmas),
	  .read = read_records, .record = &vma_record,
	  .wants = "a list of maps" },
	{ .key = { .path = "memory", .offset = FINAL_AT(memory),
		   .absent = "any",
		   .sentence = "Frames by their use, by the names of "
			       "kernel/frame_use.def: {free: 1000.., "
			       "slab: ..200}." },
	  .nr_offset = FINAL_AT(nr_memory), .names = memory_names,
	  .read = read_numbers, .wants = NAMED_RANGES },
	{ .key = { .path = "buddy", .offset = FINAL_AT(buddy),
		   .absent = "any",
		   .sentence = "Free blocks of a zone and an order, as in "
			       "/proc/buddyinfo, of all nodes: {Normal.3: "
			       "1..}." },
	  .nr_offset = FINAL_AT(nr_buddy), .names = buddy_names,
	  .read = read_numbers, .wants = NAMED_RANGES },
};
static const struct record final_record =
	RECORD(final_fields, "`expect.final`", struct expected_final,
	       .where = NO_WHERE, .begin = final_begin);

#define TRACE_AT(member) offsetof(struct expected_trace, member)

static const struct field trace_fields[] = {
	{ .key = { .path = "event", .offset = TRACE_AT(event), .absent = "",
		   .sentence = "A trace event, by its name in "
			       "kernel/trace_events.def; it must be there." },
	  .read = read_event, .wants = "an event's name" },
	{ .key = { .path = "contains", .offset = TRACE_AT(contains),
		   .absent = "any",
		   .sentence = "This is in its line." },
	  .read = read_plain, .wants = "text" },
	{ .key = { .path = "count", .offset = TRACE_AT(count),
		   .absent = "1..", .sentence = "So many of them." },
	  .read = read_range, .wants = RANGE },
};
static const struct record trace_record =
	RECORD(trace_fields, "Each of `expect.trace`", struct expected_trace,
	       .where = TRACE_AT(where), .begin = trace_begin,
	       .end = trace_end);

/* ---- expect ---------------------------------------------------------------------------- */

#define EXPECT_AT(member) offsetof(struct scenario_expect, member)

static const struct field expect_fields[] = {
	{ .key = { .path = "exit", .absent = "0",
		   .sentence = "Exit status of the first guest. panic: the "
			       "machine panics." },
	  .read = read_exit, .wants = "a number from 0 to 255, or panic" },
	{ .key = { .path = "signal", .offset = EXPECT_AT(signal),
		   .absent = "it exits",
		   .sentence = "The signal that kills the first guest." },
	  .read = read_signal, .wants = "a signal's name" },
	{ .key = { .path = "console", .offset = EXPECT_AT(console),
		   .absent = "not asked",
		   .sentence = "What the guests write to the console." },
	  .read = read_match, .record = &text_record,
	  .wants = "text, or a map" },
	{ .key = { .path = "log", .offset = EXPECT_AT(log),
		   .absent = "not asked",
		   .sentence = "What the kernel logs." },
	  .read = read_match, .record = &text_record,
	  .wants = "text, or a map" },
	{ .key = { .path = "faults", .offset = EXPECT_AT(faults),
		   .absent = "not asked",
		   .sentence = "Faults of the guests; a list has several "
			       "views of them." },
	  .nr_offset = EXPECT_AT(nr_faults),
	  .read = read_records, .record = &faults_record,
	  .wants = "a map, or a list of maps" },
	{ .key = { .path = "counts", .offset = EXPECT_AT(counts),
		   .absent = "not asked",
		   .sentence = "Counters at the end, by the names of "
			       "kernel/fault_count.def and of /proc/vmstat: "
			       "{cow_copy: 1, pgmajfault: 4..}." },
	  .nr_offset = EXPECT_AT(nr_counts), .names = count_names,
	  .read = read_numbers, .wants = NAMED_RANGES },
	{ .key = { .path = "final", .offset = EXPECT_AT(final),
		   .absent = "not asked",
		   .sentence = "What there is as a guest begins to exit; a "
			       "list asks of several." },
	  .nr_offset = EXPECT_AT(nr_final),
	  .read = read_records, .record = &final_record,
	  .wants = "a map, or a list of maps" },
	{ .key = { .path = "trace", .offset = EXPECT_AT(trace),
		   .absent = "not asked",
		   .sentence = "Trace events." },
	  .nr_offset = EXPECT_AT(nr_trace),
	  .read = read_records, .record = &trace_record,
	  .wants = "a list of maps" },
	{ .key = { .path = "cycles", .offset = EXPECT_AT(cycles),
		   .absent = "any",
		   .sentence = "Virtual time of the whole run." },
	  .read = read_range, .wants = RANGE },
	{ .key = { .path = "reports", .offset = EXPECT_AT(reports),
		   .absent = "none",
		   .sentence = "Detectors that find something. None else may." },
	  .read = read_words, .wants = "a name, or a list of names" },
};
static const struct record expect_record =
	RECORD(expect_fields, "`expect`", struct scenario_expect,
	       .where = NO_WHERE, .end = expect_end);

/* ---- all of it ------------------------------------------------------------------------------ */

#define SCENARIO_AT(member) offsetof(struct scenario, member)

static const struct field limit_fields[] = {
	{ .key = { .path = "cycles", .offset = SCENARIO_AT(limit_cycles),
		   .absent = "20G",
		   .sentence = "After so much virtual time the run ends, and "
			       "fails, with a report of what each task was "
			       "doing." },
	  .read = read_cycles, .wants = "a number of cycles, from 1" },
};
static const struct record limit_record =
	RECORD(limit_fields, "`limit`", struct scenario, .where = NO_WHERE);

static const struct field scenario_fields[] = {
	{ .key = { .path = "about", .kind = KEY_TEXT,
		   .offset = SCENARIO_AT(about), .preset = "",
		   .sentence = "One line that says what is seen." } },
	{ .key = { .path = "schema", .kind = KEY_U32,
		   .offset = SCENARIO_AT(schema), .low = 1,
		   .high = FORMAT_SCENARIO, .preset = "1",
		   .sentence = "Version of the keys that this file is written "
			       "for; docs/formats.md says what it promises." } },
	{ .key = { .path = "board", .absent = "`vexpress-a9`",
		   .sentence = "A board of configs/ by its name, or a path "
			       "relative to this file. configs/ is looked for "
			       "in the folders above this file, then in those "
			       "above mmuscope." },
	  .read = read_board, .wants = "a name or a path" },
	{ .key = { .path = "set", .absent = "nothing",
		   .sentence = "Keys of the board, nested as in its file, "
			       "which win over it; see configs/README.md." },
	  .read = read_set, .wants = "a map of keys" },
	{ .key = { .path = "guests", .offset = SCENARIO_AT(guests),
		   .absent = "there must be one",
		   .sentence = "What is run: all are started together, and "
			       "the first gives the exit status." },
	  .nr_offset = SCENARIO_AT(nr_guests),
	  .read = read_records, .record = &guest_record,
	  .wants = "a map, or a list of maps" },
	{ .key = { .path = "stdin", .kind = KEY_TEXT,
		   .offset = SCENARIO_AT(input), .preset = "",
		   .sentence = "What comes in over the console; then its end "
			       "of file." } },
	{ .key = { .path = "limit", .absent = "see there",
		   .sentence = "When the run is given up." },
	  .read = read_record, .record = &limit_record, .wants = "a map" },
	{ .key = { .path = "detect", .offset = SCENARIO_AT(detect),
		   .absent = "those that cost little",
		   .sentence = "Detectors that look on, by the names that the "
			       "boards' key `detect` has for them; or all, or "
			       "none. What one reports fails the scenario, "
			       "unless it is expected." },
	  .read = read_detect, .wants = "a name, or a list of names" },
	{ .key = { .path = "expect", .offset = SCENARIO_AT(expect),
		   .absent = "exit status 0",
		   .sentence = "What is to happen." },
	  .read = read_record, .record = &expect_record, .wants = "a map" },
	{ .key = { .path = "oracle", .kind = KEY_BOOL,
		   .offset = SCENARIO_AT(oracle), .preset = "false",
		   .sentence = "A real Linux 6.1 that runs the guests prints "
			       "the same on its console." } },
};
const struct record scenario_record =
	RECORD(scenario_fields, "The scenario", struct scenario,
	       .where = NO_WHERE, .begin = scenario_begin);

/* clang-format on */
