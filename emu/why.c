/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `mmuscope why` and `mmuscope page-tables`: waits for the moment that was
 * asked for, has the kernel tell its facts then, and keeps the events that had
 * to do with the frame or the address until then. Facts are collected as JSON,
 * which is printed as it is or as text: indented, or tables as the kernel's
 * own file has them (page_tables.c).
 */
#include "emu/why.h"

#include <ctype.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "emu/diag.h"
#include "emu/facts.h"
#include "emu/page_tables.h"
#include "emu/trace_filter.h"

/* Of a long history, so many of the first and of the last events. */
#define HISTORY_FIRST 50
#define HISTORY_LAST  450

struct why {
	const struct why_options *options;
	json_t *facts, *history;
	uint64_t nr_faults, nr_left_out;
	uint64_t last_cycle;
	bool looked;
	char error[1024]; /* of the look */
};

/* ---- what is asked --------------------------------------------------------- */

static bool parse_number(const char *text, int base, uint64_t most,
			 uint64_t *to)
{
	char *end;

	if (!isxdigit((unsigned char)*text))
		return false;
	*to = strtoull(text, &end, base);
	return !*end && *to <= most;
}

bool why_parse_page(const char *text, struct why_options *to, struct diag *diag)
{
	to->page = true;
	return parse_number(text, 0, UINT32_MAX, &to->pfn) ||
	       diag_error(diag, NULL,
			  "--page: '%s' is no frame number, such as 0x60123",
			  text);
}

/* Whose address: what is before the last colon, if there is one. */
static const char *parse_who(const char *text, struct why_options *to)
{
	const char *colon = strrchr(text, ':');
	size_t n = colon ? (size_t)(colon - text) : 0;

	if (n >= sizeof(to->name) || (colon && (!n || *text == '-')))
		return NULL;
	memcpy(to->name, text, n);
	to->who = to->name;
	return colon ? colon + 1 : text;
}

bool why_parse_va(const char *text, struct why_options *to, struct diag *diag)
{
	const char *address = parse_who(text, to);
	uint64_t number;

	to->va = true;
	if (!address || !parse_number(address, 16, UINT32_MAX, &number))
		return diag_error(diag, NULL,
				  "--va: '%s' is no ADDRESS, PID:ADDRESS or "
				  "NAME:ADDRESS, such as sh:0x10000",
				  text);
	to->address = (vaddr_t)number;
	return true;
}

/* Whole pages. END is not part of it: 80000000-90000000 is 256 MB. */
bool why_parse_range(const char *text, struct why_options *to,
		     struct diag *diag)
{
	const char *dash = strchr(text, '-');
	char start[16] = "";
	uint64_t first, end;

	strncat(start, text,
		dash && dash - text < 15 ? (size_t)(dash - text)
					 : sizeof(start) - 1);
	if (!parse_number(start, 16, UINT32_MAX, &first) ||
	    (dash && !parse_number(dash + 1, 16, UINT64_C(1) << 32, &end)) ||
	    (dash && end <= first))
		return diag_error(diag, NULL,
				  "--va: '%s' is no ADDRESS or START-END, such "
				  "as 80000000-80200000",
				  text);
	to->address = (vaddr_t)first & ~0xfffu;
	to->last = (vaddr_t)(dash ? end - 1 : first) | 0xfff;
	return true;
}

bool why_parse_at(const char *text, struct why_options *to, struct diag *diag)
{
	if (!strcmp(text, "exit") || !strcmp(text, "end")) {
		to->at = text[1] == 'x' ? WHY_AT_EXIT : WHY_AT_END;
		return true;
	}
	to->at = text[0] == 'f' ? WHY_AT_FAULT : WHY_AT_CYCLE;
	if ((!strncmp(text, "fault:", 6) || !strncmp(text, "cycle:", 6)) &&
	    parse_number(text + 6, 10, INT64_MAX, &to->n) && to->n)
		return true;
	return diag_error(diag, NULL,
			  "--at: '%s' is no moment; there are exit, end, "
			  "fault:N and cycle:N, with N from 1",
			  text);
}

struct why *why_create(const struct why_options *options)
{
	struct why *why = calloc(1, sizeof(*why));

	if (!why)
		return NULL;
	why->options = options;
	why->facts = json_object();
	why->history = json_array();
	return why;
}

void why_destroy(struct why *why)
{
	if (!why)
		return;
	json_decref(why->facts);
	json_decref(why->history);
	free(why);
}

/* All but those of objects, which have no frame and are very many. */
hw_trace_mask_t why_trace_events(void)
{
	hw_trace_mask_t all, objects;

	trace_filter_parse("all", &all, NULL);
	trace_filter_parse("kmalloc,kfree,kmem_cache_alloc,kmem_cache_free",
			   &objects, NULL);
	return all & ~objects;
}

/* ---- history ------------------------------------------------------------------ */

static bool number_after(const char *line, const char *key, uint64_t *number)
{
	const char *at = strstr(line, key);

	if (at)
		*number = strtoull(at + strlen(key), NULL, 0);
	return at;
}

/* "pfn=0x60123 order=2" is about four frames; "pte=0x60123…" about one. */
static bool is_of_frame(const char *line, uint64_t pfn)
{
	uint64_t first, order, pte;

	if (number_after(line, " pte=", &pte) && pte & 1 && pte >> 12 == pfn)
		return true;
	if (!number_after(line, " pfn=", &first))
		return false;
	if (!number_after(line, " order=", &order) || order > 10)
		order = 0;
	return pfn - first < UINT64_C(1) << order;
}

/* "COMM-PID EVENT: address=0x… ": a fault of that process on that page. */
static bool is_of_address(const char *line, const struct kernel *kernel,
			  const struct why_options *options)
{
	const char *event = strstr(line, " page_fault_");
	const char *dash = event;
	uint64_t where;

	if (!event || !number_after(event, " address=", &where) ||
	    where >> 12 != options->address >> 12)
		return false;
	while (dash > line && *dash != '-')
		dash--;
	return atoi(dash + 1) == kernel_find_process(kernel, options->who);
}

void why_trace(struct why *why, struct kernel *kernel, uint64_t cycle,
	       const char *line)
{
	const struct why_options *options;
	json_t *event;

	if (!why || why->looked || why->options->tables)
		return;
	options = why->options;
	if (!(options->page ? is_of_frame(line, options->pfn)
			    : is_of_address(line, kernel, options)))
		return;
	event = json_object();
	json_object_set_new(event, "cycle", json_integer((json_int_t)cycle));
	json_object_set_new(event, "event", json_string(line));
	json_array_append_new(why->history, event);
	if (json_array_size(why->history) > HISTORY_FIRST + HISTORY_LAST) {
		json_array_remove(why->history, HISTORY_FIRST);
		why->nr_left_out++;
	}
}

/* ---- looking ----------------------------------------------------------------------- */

static void put_list(struct why *why, const char *key)
{
	if (!json_object_get(why->facts, key))
		json_object_set_new(why->facts, key, json_array());
}

static void look_at(struct why *why, struct kernel *kernel, const char *who,
		    const struct kernel_facts *facts)
{
	const struct why_options *options = why->options;

	if (options->page) {
		kernel_why_page(kernel, options->pfn, facts, why->error,
				sizeof(why->error));
		put_list(why, "mapped_by");
	} else if (options->tables) {
		kernel_page_tables(kernel, who, options->address, options->last,
				   options->entries, facts, why->error,
				   sizeof(why->error));
		put_list(why, options->entries ? "entries" : "stretches");
	} else {
		kernel_why_va(kernel, who, options->address, facts, why->error,
			      sizeof(why->error));
		put_list(why, "walk");
		put_list(why, "access");
		put_list(why, "tlb");
	}
}

static void look(struct why *why, struct kernel *kernel, const char *who,
		 uint64_t cycle)
{
	struct facts facts = {.object = why->facts};
	const struct kernel_facts sink = facts_sink(&facts);

	if (why->looked)
		return;
	json_object_set_new(why->facts, "cycle",
			    json_integer((json_int_t)cycle));
	json_object_set_new(why->facts, "faults",
			    json_integer((json_int_t)why->nr_faults));
	look_at(why, kernel, who, &sink);
	why->looked = true;
}

/* ---- moments ---------------------------------------------------------------------- */

void why_trapped(struct why *why, struct kernel *kernel, uint64_t cycle)
{
	const struct why_options *options;

	if (!why)
		return;
	options = why->options;
	why->last_cycle = cycle;
	if (!why->looked)
		why->nr_faults = kernel_nr_faults(kernel);
	if ((options->at == WHY_AT_FAULT && why->nr_faults >= options->n) ||
	    (options->at == WHY_AT_CYCLE && cycle >= options->n))
		look(why, kernel, options->who, cycle);
}

/* Of one that is named the end of it; else the first end of a program. */
void why_process_exits(struct why *why, struct kernel *kernel, uint64_t cycle,
		       int pid, bool of_board)
{
	const char *who;
	char number[12];

	if (!why || why->options->at != WHY_AT_EXIT)
		return;
	who = why->options->who;
	if (who && *who ? pid != kernel_find_process(kernel, who) : !of_board)
		return;
	snprintf(number, sizeof(number), "%d", pid);
	look(why, kernel, who ? number : NULL, cycle);
}

static void say_process(void *arg, const struct kernel_process_info *process)
{
	struct why *why = arg;
	size_t n = strlen(why->error);

	snprintf(why->error + n, sizeof(why->error) - n, " %d (%s)",
		 process->pid, process->comm);
}

/* A process that still lives doesn't exit any more: it is looked at now. */
void why_programs_ended(struct why *why, struct kernel *kernel, uint64_t cycle)
{
	if (!why || why->looked ||
	    (why->options->at != WHY_AT_END && why->options->at != WHY_AT_EXIT))
		return;
	look(why, kernel, why->options->who, cycle);
	if (why->options->who && why->error[0]) {
		strncat(why->error, "; processes were",
			sizeof(why->error) - strlen(why->error) - 1);
		kernel_for_each_process(kernel, say_process, why);
	}
}

/* ---- the answer ----------------------------------------------------------------------- */

static void print_history(const struct why *why, FILE *to)
{
	size_t i;
	json_t *event;

	fprintf(to, "\nhistory: %zu events",
		json_array_size(why->history) + (size_t)why->nr_left_out);
	if (why->nr_left_out)
		fprintf(to, ", %" PRIu64 " after the %dth left out",
			why->nr_left_out, HISTORY_FIRST);
	fputc('\n', to);
	json_array_foreach(why->history, i, event)
		fprintf(to, "  %16" JSON_INTEGER_FORMAT "  %s\n",
			json_integer_value(json_object_get(event, "cycle")),
			json_string_value(json_object_get(event, "event")));
}

static void print_text(const struct why *why, FILE *to)
{
	facts_print(why->facts, to);
	print_history(why, to);
}

static bool print_json(const struct why *why, FILE *to)
{
	if (!why->options->tables) {
		json_object_set(why->facts, "history", why->history);
		json_object_set_new(why->facts, "history_left_out",
				    json_integer((json_int_t)why->nr_left_out));
	}
	return !json_dumpf(why->facts, to, JSON_INDENT(2)) &&
	       fputc('\n', to) == '\n';
}

static bool never_came(const struct why *why, struct diag *diag)
{
	if (why->options->at == WHY_AT_FAULT)
		return diag_error(diag, NULL,
				  "the run ended after %" PRIu64
				  " faults, before fault %" PRIu64,
				  why->nr_faults, why->options->n);
	if (why->options->at == WHY_AT_CYCLE)
		return diag_error(diag, NULL,
				  "the run ended at cycle %" PRIu64
				  ", before cycle %" PRIu64,
				  why->last_cycle, why->options->n);
	return diag_error(diag, NULL,
			  "the run ended before the moment to look came");
}

bool why_print(const struct why *why, FILE *to, struct diag *diag)
{
	if (!why->looked)
		return never_came(why, diag);
	if (why->error[0])
		return diag_error(diag, NULL, "%s", why->error);
	if (why->options->json)
		print_json(why, to);
	else if (why->options->tables)
		page_tables_print(why->facts, to);
	else
		print_text(why, to);
	if (fflush(to) || ferror(to))
		return diag_errno(diag, NULL, "can't write to standard output");
	return true;
}
