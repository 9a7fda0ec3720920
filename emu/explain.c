/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `mmuscope explain`: the kernel says when it begins with a fault and when it
 * is done. For the one that was asked for, what there is at its address is
 * looked at both times, and the events of its task between are kept.
 */
#include "emu/explain.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "emu/diag.h"
#include "emu/facts.h"
#include "emu/fault_text.h"
#include "emu/formats.h"
#include "emu/machine_state.h"
#include "emu/trace_filter.h"

#define MAX_EVENTS 500

enum progress {
	AWAITED,
	UNDER_WAY,
	OVER
};

struct explain {
	const struct explain_options *options;
	struct machine *machine;
	FILE *list;
	enum progress progress;
	uint64_t nr_faults, nr_left_out;
	char who[32]; /* "COMM-PID ", as its events begin */
	/* the answer */
	json_t *fault, *registers, *before, *events, *after, *cycles;
};

/* ---- what is asked --------------------------------------------------------- */

bool explain_parse_fault(const char *text, struct explain_options *to,
			 struct diag *diag)
{
	char *end;

	to->number = strtoull(text, &end, 10);
	return (*text >= '1' && *text <= '9' && !*end) ||
	       diag_error(diag, NULL,
			  "--fault: '%s' is no number of a fault, counted "
			  "from 1",
			  text);
}

struct explain *explain_create(const struct explain_options *options,
			       struct machine *machine, FILE *to)
{
	struct explain *explain = calloc(1, sizeof(*explain));

	if (!explain)
		return NULL;
	explain->options = options;
	explain->machine = machine;
	explain->list = to;
	explain->fault = json_object();
	explain->registers = json_object();
	explain->before = json_object();
	explain->events = json_array();
	explain->after = json_object();
	explain->cycles = json_object();
	return explain;
}

void explain_destroy(struct explain *explain)
{
	if (!explain)
		return;
	json_decref(explain->fault);
	json_decref(explain->registers);
	json_decref(explain->before);
	json_decref(explain->events);
	json_decref(explain->after);
	json_decref(explain->cycles);
	free(explain);
}

hw_trace_mask_t explain_trace_events(const struct explain_options *options)
{
	hw_trace_mask_t all = 0;

	if (options->number)
		trace_filter_parse("all", &all, NULL);
	return all;
}

/* ---- keeping it --------------------------------------------------------------------- */

static void put_number(json_t *object, const char *key, uint64_t value)
{
	json_object_set_new(object, key, json_integer((json_int_t)value));
}

static void put_text(json_t *object, const char *key, const char *value)
{
	json_object_set_new(object, key,
			    json_string(value) ?: json_string("(not UTF-8)"));
}

static void put_hex(json_t *object, const char *key, uint32_t value)
{
	char text[16];

	snprintf(text, sizeof(text), "0x%08" PRIx32, value);
	put_text(object, key, text);
}

static struct fault_text instruction(struct machine *m,
				     const struct kernel_fault *fault)
{
	uint8_t code[4];
	size_t n = fault_read_code(m, fault->cpu, fault->pc, code);

	return fault_instruction(code, n, fault->pc, fault->thumb);
}

static void look(struct explain *explain, const struct kernel_fault *fault,
		 json_t *at)
{
	struct facts facts = {.object = at};
	const struct kernel_facts sink = facts_sink(&facts);
	static const char *const lists[] = {"walk", "tlb"};

	kernel_explain_fault(explain->machine->kernel, fault, &sink);
	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++)
		if (!json_object_get(at, lists[i]))
			json_object_set_new(at, lists[i], json_array());
}

static void keep_registers(struct explain *explain, const struct pt_regs *regs)
{
	char name[8];

	for (int i = 0; i < 16; i++) {
		snprintf(name, sizeof(name), "r%d", i);
		put_hex(explain->registers,
			i < 13    ? name
			: i == 13 ? "sp"
			: i == 14 ? "lr"
				  : "pc",
			regs->r[i]);
	}
	put_hex(explain->registers, "cpsr", regs->cpsr);
}

static void keep_beginning(struct explain *explain,
			   const struct kernel_fault *fault)
{
	json_t *to = explain->fault;

	put_number(to, "number", fault->number);
	put_number(to, "cycle", fault->cycle);
	put_number(to, "cpu", (uint64_t)fault->cpu);
	put_number(to, "pid", (uint64_t)fault->pid);
	put_text(to, "comm", fault->comm);
	put_text(to, "by", fault_origin(fault->origin));
	put_text(to, "kind", fault_kind(fault));
	put_hex(to, "address", fault->far);
	put_hex(to, "pc", fault->pc);
	put_text(to, "instruction", instruction(explain->machine, fault).text);
	put_hex(to, fault->fetch ? "ifsr" : "dfsr", fault->fsr);
	put_text(to, "status", fault_status(fault).text);
}

static void keep_end(struct explain *explain, const struct kernel_fault *fault)
{
	static const char *const causes[NR_CYCLE_CAUSES] = {
#define CAUSE(name, sentence) sentence,
#include "kernel/cycle_cause.def"
#undef CAUSE
	};
	json_t *to = explain->fault;

	put_text(to, "outcome", fault_outcome_name(fault->outcome));
	if (fault->resolution) {
		put_text(to, "resolution", fault->resolution);
		put_text(to, "meaning",
			 fault_resolution_sentence(fault->resolution));
	}
	if (fault->sig)
		put_text(to, "signal", fault_signal(fault).text);
	json_object_set_new(to, "major", json_boolean(fault->major));
	json_object_set_new(to, "stack_growth",
			    json_boolean(fault->stack_growth));
	put_number(to, "cycles_until_done", fault->end_cycle - fault->cycle);
	for (int i = 0; i < NR_CYCLE_CAUSES; i++)
		if (fault->cycles[i])
			put_number(explain->cycles, causes[i],
				   fault->cycles[i]);
}

bool explain_begins(struct explain *explain, const struct kernel_fault *fault)
{
	if (!explain)
		return false;
	explain->nr_faults = fault->number;
	if (explain->options->number != fault->number)
		return false;
	snprintf(explain->who, sizeof(explain->who), "%s-%d ", fault->comm,
		 fault->pid);
	keep_beginning(explain, fault);
	keep_registers(explain,
		       kernel_fault_regs(explain->machine->kernel, fault));
	look(explain, fault, explain->before);
	explain->progress = UNDER_WAY;
	return true;
}

void explain_trace(struct explain *explain, uint64_t cycle, const char *line)
{
	json_t *event;

	if (!explain || explain->progress != UNDER_WAY ||
	    strncmp(line, explain->who, strlen(explain->who)) != 0)
		return;
	if (json_array_size(explain->events) == MAX_EVENTS) {
		explain->nr_left_out++;
		return;
	}
	event = json_object();
	put_number(event, "cycle", cycle);
	put_text(event, "event", line + strlen(explain->who));
	json_array_append_new(explain->events, event);
}

/* ---- the list ----------------------------------------------------------------------- */

static void list_text(struct explain *explain, const struct kernel_fault *fault)
{
	fprintf(explain->list,
		"%8" PRIu64 "  %14" PRIu64 "  %15s-%-5d  %-5s  0x%08" PRIx32
		"  0x%08" PRIx32 "%s  %-24s  %s\n",
		fault->number, fault->cycle, fault->comm, fault->pid,
		fault_kind(fault), fault->far, fault->pc,
		fault->origin == FAULT_FOR_PROGRAM ? "k" : " ",
		fault_status(fault).text, fault_outcome(fault).text);
}

static void list_json(struct explain *explain, const struct kernel_fault *fault)
{
	json_t *line = json_object();

	put_number(line, "schema", FORMAT_EXPLAIN);
	put_number(line, "number", fault->number);
	put_number(line, "cycle", fault->cycle);
	put_text(line, "comm", fault->comm);
	put_number(line, "pid", (uint64_t)fault->pid);
	put_text(line, "kind", fault_kind(fault));
	put_hex(line, "address", fault->far);
	put_hex(line, "pc", fault->pc);
	json_object_set_new(line, "for_program",
			    json_boolean(fault->origin == FAULT_FOR_PROGRAM));
	put_text(line, "status", fault_status(fault).text);
	put_text(line, "outcome", fault_outcome(fault).text);
	json_dumpf(line, explain->list, JSON_COMPACT);
	fputc('\n', explain->list);
	json_decref(line);
}

void explain_ends(struct explain *explain, const struct kernel_fault *fault)
{
	if (!explain)
		return;
	if (!explain->options->number) {
		(explain->options->json ? list_json : list_text)(explain,
								 fault);
	} else if (explain->options->number == fault->number) {
		keep_end(explain, fault);
		look(explain, fault, explain->after);
		explain->progress = OVER;
	}
}

/* ---- the answer ----------------------------------------------------------------------- */

static void print_part(const char *title, json_t *part, FILE *to)
{
	fprintf(to, "\n---- %s ----\n", title);
	facts_print(part, to);
}

static void print_events(const struct explain *explain, FILE *to)
{
	json_t *event;
	size_t i;

	fprintf(to, "\n---- what the kernel did: %" PRIu64 " events ----\n",
		json_array_size(explain->events) + explain->nr_left_out);
	json_array_foreach(explain->events, i, event)
		fprintf(to, "  %14" JSON_INTEGER_FORMAT "  %s\n",
			json_integer_value(json_object_get(event, "cycle")),
			json_string_value(json_object_get(event, "event")));
	if (explain->nr_left_out)
		fprintf(to, "  and %" PRIu64 " more\n", explain->nr_left_out);
}

static json_t *answer(const struct explain *explain)
{
	json_t *all = json_object();

	put_number(all, "schema", FORMAT_EXPLAIN);
	json_object_set(all, "fault", explain->fault);
	json_object_set(all, "registers", explain->registers);
	json_object_set(all, "before", explain->before);
	json_object_set(all, "events", explain->events);
	put_number(all, "events_left_out", explain->nr_left_out);
	json_object_set(all, "after", explain->after);
	json_object_set(all, "cycles", explain->cycles);
	return all;
}

static void print_json(const struct explain *explain, FILE *to)
{
	json_t *all = answer(explain);

	json_dumpf(all, to, JSON_INDENT(2));
	fputc('\n', to);
	json_decref(all);
}

/* Four in a row. */
static void print_registers(const struct explain *explain, FILE *to)
{
	const char *name;
	json_t *value;
	int n = 0;

	fprintf(to, "\nregisters");
	json_object_foreach(explain->registers, name, value)
		fprintf(to, "%s%-4s %s", n++ % 4 ? "   " : "\n  ", name,
			json_string_value(value));
	fputc('\n', to);
}

static void print_text(const struct explain *explain, FILE *to)
{
	json_t *head = json_pack("{s:O}", "fault", explain->fault);

	facts_print(head, to);
	json_decref(head);
	print_registers(explain, to);
	print_part("before", explain->before, to);
	print_events(explain, to);
	if (explain->progress == OVER) {
		print_part("after", explain->after, to);
		fprintf(to, "\n---- cycles of the kernel's work for it ----\n");
		facts_print(explain->cycles, to);
	} else {
		fprintf(to, "\nIts task ended before the kernel was done.\n");
	}
}

bool explain_print(const struct explain *explain, FILE *to, struct diag *diag)
{
	if (explain->options->number && explain->progress == AWAITED)
		return diag_error(diag, NULL,
				  "the run had %" PRIu64
				  " faults: there is no fault %" PRIu64,
				  explain->nr_faults, explain->options->number);
	if (explain->options->number)
		(explain->options->json ? print_json : print_text)(explain, to);
	if (fflush(to) || ferror(to))
		return diag_errno(diag, NULL, "can't write to standard output");
	return true;
}
