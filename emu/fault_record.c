/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Faults, kept to be explained: see fault_record.h. All about a fault is put
 * in words while it is handled, for what there is at its address is gone
 * afterwards; the rest when somebody asks.
 *
 * Invariant: which faults are kept wholly depends on virtual time alone, and on
 * what is expected; so pictures of a run are the same each time.
 */
#include "emu/fault_record.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/fault_text.h"
#include "emu/machine_state.h"

/*
 * Fully kept faults: so many at once, then one more for each so many cycles.
 * A fault that is kept so takes the host 200,000 instructions, as many as 50
 * others; a program that does nothing but fault has 5,000 in that time.
 */
#define BURST       128
#define CYCLES_EACH 8000000
#define MAX_EVENTS  60
#define EVERYTHING  (~(hw_trace_mask_t)0)

struct full {
	struct kernel_fault fault; /* number 0: nothing is kept here */
	bool open; /* as it began; it isn't over */
	struct pt_regs regs;
	struct fault_code code;
	char who[32]; /* "COMM-PID ", as its events begin */
	uint32_t nr_events, nr_left_out;
	struct part_writer lines; /* while it is open */
	struct part *part; /* afterwards */
};

struct fault_records {
	struct machine *machine;
	uint64_t expected;
	uint64_t credit, credit_cycle; /* faults; when it was counted */
	unsigned int nr_open;
	unsigned int next;
	struct full full[FAULT_RECORDS_FULL];
};

struct fault_records *fault_records_create(struct machine *machine)
{
	struct fault_records *records = calloc(1, sizeof(*records));

	if (!records)
		return NULL;
	records->machine = machine;
	records->expected = UINT64_MAX;
	records->credit = BURST;
	return records;
}

static void forget(struct fault_records *records, struct full *full)
{
	records->nr_open -= full->open;
	free(full->lines.part);
	part_put(full->part);
	memset(full, 0, sizeof(*full));
}

void fault_records_destroy(struct fault_records *records)
{
	if (!records)
		return;
	for (int i = 0; i < FAULT_RECORDS_FULL; i++)
		forget(records, &records->full[i]);
	free(records);
}

void fault_records_expect(struct fault_records *records, uint64_t first)
{
	records->expected = first;
}

static struct full *full_of(struct fault_records *records, uint64_t number)
{
	for (int i = 0; i < FAULT_RECORDS_FULL; i++)
		if (number && records->full[i].fault.number == number)
			return &records->full[i];
	return NULL;
}

/* ---- lines --------------------------------------------------------------------- */

__attribute__((format(printf, 4, 5))) static void put(struct part_writer *to,
						      uint32_t depth,
						      const char *key,
						      const char *format, ...)
{
	struct snapshot_explain *line = part_add(to);
	va_list args;

	if (!line)
		return;
	line->depth = depth;
	snprintf(line->key, sizeof(line->key), "%s", key);
	va_start(args, format);
	vsnprintf(line->value, sizeof(line->value), format, args);
	va_end(args);
}

static void fact_begin(void *arg, const char *list)
{
	put(arg, 1, list, "%s", "");
}

static void fact_text(void *arg, const char *key, const char *value)
{
	put(arg, 2, key, "%s", value);
}

static void fact_number(void *arg, const char *key, int64_t value)
{
	put(arg, 2, key, "%" PRId64, value);
}

static void fact_end(void *arg)
{
	(void)arg;
}

static void put_place(struct part_writer *to, struct machine *m,
		      const struct kernel_fault *fault, const char *when)
{
	const struct kernel_facts sink = {
		.arg = to,
		.begin = fact_begin,
		.text = fact_text,
		.number = fact_number,
		.end = fact_end,
	};

	put(to, 0, when, "%s", "");
	kernel_explain_fault(m->kernel, fault, &sink);
}

/* ---- what happens ---------------------------------------------------------------- */

static bool has_credit(struct fault_records *records, uint64_t now)
{
	uint64_t more;

	if (now - records->credit_cycle >= CYCLES_EACH) {
		more = (now - records->credit_cycle) / CYCLES_EACH;
		records->credit_cycle += more * CYCLES_EACH;
		records->credit += more;
		if (records->credit > BURST)
			records->credit = BURST;
	}
	if (!records->credit)
		return false;
	records->credit--;
	return true;
}

static void listen(struct fault_records *records)
{
	struct machine *m = records->machine;

	kernel_set_trace_events(
		m->kernel, records->nr_open ? EVERYTHING : m->hw.trace_events);
}

static void begin_full(struct fault_records *records,
		       const struct kernel_fault *fault)
{
	struct machine *m = records->machine;
	struct full *full =
		&records->full[records->next++ % FAULT_RECORDS_FULL];

	forget(records, full);
	full->fault = *fault;
	full->open = true;
	full->regs = *kernel_fault_regs(m->kernel, fault);
	full->code.nr = (uint8_t)fault_read_code(m, fault->cpu, fault->pc,
						 full->code.bytes);
	full->lines.element_bytes = sizeof(struct snapshot_explain);
	snprintf(full->who, sizeof(full->who), "%s-%d ", fault->comm,
		 fault->pid);
	put_place(&full->lines, m, fault, "before");
	put(&full->lines, 0, "what the kernel did", "%s", "");
	records->nr_open++;
	listen(records);
}

bool fault_records_begin(struct fault_records *records,
			 const struct kernel_fault *fault)
{
	if (fault->number < records->expected &&
	    !has_credit(records, fault->cycle))
		return false;
	begin_full(records, fault);
	return true;
}

void fault_records_trace(struct fault_records *records, const char *line)
{
	struct machine *m = records->machine;

	for (int i = 0; records->nr_open && i < FAULT_RECORDS_FULL; i++) {
		struct full *full = &records->full[i];
		size_t n = strlen(full->who);
		char cycle[24];

		if (!full->open || strncmp(line, full->who, n) != 0)
			continue;
		if (full->nr_events++ >= MAX_EVENTS) {
			full->nr_left_out++;
			continue;
		}
		snprintf(cycle, sizeof(cycle), "%" PRIu64, m->hw.ops->now(m));
		put(&full->lines, 1, cycle, "%s", line + n);
	}
}

/* ---- in words ---------------------------------------------------------------------- */

/* @over: how it ended is known. */
static void put_head(struct part_writer *to, const struct kernel_fault *fault,
		     const struct fault_code *code, bool over)
{
	put(to, 0, "fault", "%" PRIu64, fault->number);
	put(to, 1, "instruction", "%s%s",
	    fault_instruction(code->bytes, code->nr, fault->pc, fault->thumb)
		    .text,
	    code->late ? "   (seen afterwards)" : "");
	put(to, 1, "pc", "0x%08" PRIx32 "%s", fault->pc,
	    fault->thumb ? ", Thumb" : ", ARM");
	put(to, 1, "address", "0x%08" PRIx32 ", %s", fault->far,
	    fault_kind(fault));
	put(to, 1, "by", "%s", fault_origin(fault->origin));
	put(to, 1, "task", "%s-%d on core %d", fault->comm, fault->pid,
	    fault->cpu);
	put(to, 1, fault->fetch ? "ifsr" : "dfsr", "0x%08" PRIx32, fault->fsr);
	put(to, 1, "status", "%s", fault_status(fault).text);
	put(to, 1, "cycle", "%" PRIu64, fault->cycle);
	if (!over) {
		put(to, 1, "outcome", "not done, or its task ended over it");
		return;
	}
	put(to, 1, "outcome", "%s", fault_outcome(fault).text);
	if (fault->resolution)
		put(to, 1, "meaning", "%s",
		    fault_resolution_sentence(fault->resolution));
	put(to, 1, "done after", "%" PRIu64 " cycles",
	    fault->end_cycle - fault->cycle);
}

static void put_registers(struct part_writer *to, const struct pt_regs *regs)
{
	static const char *const names[] = {"r0",  "r1", "r2",  "r3",
					    "r4",  "r5", "r6",  "r7",
					    "r8",  "r9", "r10", "r11",
					    "r12", "sp", "lr",  "pc"};

	put(to, 0, "registers", "%s", "");
	for (int i = 0; i < 16; i++)
		put(to, 1, names[i], "0x%08" PRIx32, regs->r[i]);
	put(to, 1, "cpsr", "0x%08" PRIx32, regs->cpsr);
}

static void put_cycles(struct part_writer *to, const struct kernel_fault *fault)
{
	static const char *const causes[NR_CYCLE_CAUSES] = {
#define CAUSE(name, sentence) sentence,
#include "kernel/cycle_cause.def"
#undef CAUSE
	};

	put(to, 0, "cycles", "of the kernel's work for it");
	for (int i = 0; i < NR_CYCLE_CAUSES; i++)
		if (fault->cycles[i]) {
			char number[24];

			snprintf(number, sizeof(number), "%" PRIu64,
				 fault->cycles[i]);
			put(to, 1, number, "%s", causes[i]);
		}
}

static void put_lines(struct part_writer *to, const struct part_writer *from)
{
	const struct snapshot_explain *line =
		from->part ? (const void *)from->part->data : NULL;

	for (size_t i = 0; i < from->nr; i++) {
		struct snapshot_explain *copy = part_add(to);

		if (copy)
			*copy = line[i];
	}
}

static struct part *in_words(const struct full *full)
{
	struct part_writer to = {
		.element_bytes = sizeof(struct snapshot_explain)};

	put_head(&to, &full->fault, &full->code, !full->open);
	put_registers(&to, &full->regs);
	put_lines(&to, &full->lines);
	if (!full->open)
		put_cycles(&to, &full->fault);
	return part_done(&to);
}

static void finish(struct fault_records *records, struct full *full,
		   const struct kernel_fault *fault)
{
	struct machine *m = records->machine;

	full->fault = *fault;
	full->open = false;
	if (!full->code.nr) {
		full->code.nr = (uint8_t)fault_read_code(
			m, m->wheel.running, fault->pc, full->code.bytes);
		full->code.late = true;
	}
	if (full->nr_left_out)
		put(&full->lines, 1, "…", "and %" PRIu32 " more",
		    full->nr_left_out);
	put_place(&full->lines, m, fault, "after");
	full->part = in_words(full);
	full->fault.cycles = NULL;
	free(full->lines.part);
	full->lines = (struct part_writer){0};
	records->nr_open--;
	listen(records);
}

bool fault_records_end(struct fault_records *records,
		       const struct kernel_fault *fault)
{
	struct full *full = records->nr_open ? full_of(records, fault->number)
					     : NULL;

	if (full)
		finish(records, full, fault);
	return full;
}

uint64_t fault_records_newest(const struct fault_records *records)
{
	uint64_t newest = 0;

	for (int i = 0; i < FAULT_RECORDS_FULL; i++)
		if (records->full[i].part &&
		    records->full[i].fault.number > newest)
			newest = records->full[i].fault.number;
	return newest;
}

struct part *fault_records_take(struct fault_records *records, uint64_t number)
{
	const struct full *full = full_of(records, number);

	if (!full)
		return NULL;
	return full->part ? part_get(full->part) : in_words(full);
}

struct part *fault_record_brief(const struct kernel_fault *fault,
				const struct fault_code *code)
{
	struct part_writer to = {
		.element_bytes = sizeof(struct snapshot_explain)};

	put_head(&to, fault, code, true);
	put(&to, 0, "not kept", "%s", "");
	put(&to, 1, "why", "faults came too fast to keep all about each");
	put(&to, 1, "missing",
	    "registers, page tables, TLBs, VMA, frame, the kernel's "
	    "events, cycles by cause");
	put(&to, 1, "all of it", "mmuscope explain BOARD --fault %" PRIu64,
	    fault->number);
	put(&to, 1, "", "or run here until fault %" PRIu64 ", or step by fault",
	    fault->number);
	return part_done(&to);
}
