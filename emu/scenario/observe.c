/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs a scenario's machine and writes down what happens. Whatever is told on
 * the way is copied at once, for it is gone when the machine is; what the
 * watcher costs lies in the faults, each of which looks for its VMA.
 *
 * Invariant: the run is that of `mmuscope run` with the same board and
 * programs. The watcher changes nothing in it, and a second run, with another
 * watcher or none, has the same faults by the same numbers.
 */
#define _GNU_SOURCE /* memfd_create */
#include "emu/scenario/observation.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "emu/config/config.h"
#include "emu/fault_text.h"
#include "emu/machine_state.h"
#include "emu/scenario/guest.h"
#include "emu/scenario/places.h"
#include "emu/snapshot/part.h"

#define MOST_CONSOLE  (INT64_C(64) << 20) /* bytes, then the run ends */
#define MOST_TRACED   100000 /* lines */
#define MOST_REPORTS  50 /* of detectors */
#define RESTS_A_CHECK 4096

/* A process's mappings, as long as nothing in them changes. */
struct known_maps {
	int pid;
	uint64_t stamp;
	struct part_writer vmas; /* struct kernel_vma */
};
#define NR_KNOWN_MAPS 16

struct recorder {
	struct observation seen; /* what it all goes into */
	const struct scenario *scenario;
	const struct built_guest *guests;
	struct part_writer faults, exits, counts, trace, reports;
	struct known_maps maps[NR_KNOWN_MAPS];
	FILE *log;
	char *log_text;
	size_t log_bytes;
	char *where, *console, *trouble;
	int console_out;
	unsigned int nr_rests;
	bool programs_ended;
};

static void *elements(const struct part_writer *writer)
{
	return writer->part ? writer->part->data : NULL;
}

static void free_elements(const void *data)
{
	if (data)
		free((char *)data - offsetof(struct part, data));
}

static uint64_t cycle_of(const struct machine *m)
{
	return clock_now(cpu_clock(m->cpu[m->wheel.running]));
}

/* ---- faults ------------------------------------------------------------------ */

static void keep_vma(void *arg, const struct kernel_vma *vma)
{
	struct kernel_vma *kept = part_add(arg);

	if (kept)
		*kept = *vma;
}

static const struct known_maps *maps_of(struct recorder *recorder,
					const struct kernel *k, int pid)
{
	struct known_maps *maps = &recorder->maps[pid % NR_KNOWN_MAPS];
	uint64_t stamp = kernel_vmas_stamp(k, pid);

	if (maps->pid == pid && maps->stamp == stamp)
		return maps;
	maps->pid = pid;
	maps->stamp = stamp;
	maps->vmas.element_bytes = sizeof(struct kernel_vma);
	maps->vmas.nr = 0;
	kernel_for_each_vma(k, pid, keep_vma, &maps->vmas);
	return maps;
}

static void find_vma(struct recorder *recorder, const struct machine *m,
		     struct observed_fault *seen)
{
	const struct known_maps *maps = maps_of(recorder, m->kernel,
						seen->fault.pid);
	const struct kernel_vma *vma = elements(&maps->vmas);

	for (size_t i = 0; i < maps->vmas.nr; i++, vma++) {
		if (seen->fault.far < vma->start || seen->fault.far >= vma->end)
			continue;
		memcpy(seen->vma, vma->name, sizeof(seen->vma));
		seen->vma_start = vma->start;
		seen->vma_end = vma->end;
		seen->vma_rights = vma->rights;
		return;
	}
}

/* What may not have been there as it began: code, a VMA that has grown. */
static void look(struct recorder *recorder, struct machine *m,
		 struct observed_fault *seen)
{
	if (!seen->nr_code)
		seen->nr_code = (uint8_t)fault_read_code(
			m, seen->fault.cpu, seen->fault.pc, seen->code);
	if (!seen->vma_end)
		find_vma(recorder, m, seen);
}

static void fault_begins(void *arg, struct machine *m,
			 const struct kernel_fault *fault)
{
	struct recorder *recorder = arg;
	struct observed_fault *seen = part_add(&recorder->faults);

	if (!seen)
		return;
	seen->fault = *fault;
	look(recorder, m, seen);
}

/* Those that begin between are nearer to the end. */
static void fault_ends(void *arg, struct machine *m,
		       const struct kernel_fault *fault)
{
	struct recorder *recorder = arg;
	struct observed_fault *seen = elements(&recorder->faults);
	size_t i = recorder->faults.nr;

	while (i && seen[i - 1].fault.number != fault->number)
		i--;
	if (!i)
		return;
	seen += i - 1;
	seen->fault = *fault;
	seen->sig_addr = fault->sig ? fault->far : 0;
	seen->over = true;
	look(recorder, m, seen);
}

/* ---- what a process leaves ------------------------------------------------------- */

struct leaving {
	const struct kernel *kernel;
	struct observed_exit *exit;
	struct part_writer vmas, zones;
};

static void keep_info(void *arg, const struct kernel_process_info *info)
{
	struct observed_exit *exit = ((struct leaving *)arg)->exit;

	if (info->pid != exit->pid)
		return;
	exit->info = *info;
	exit->info.comm = NULL; /* the record moves */
	snprintf(exit->comm, sizeof(exit->comm), "%s", info->comm);
}

static void count_pages(const struct kernel *kernel, int pid,
			struct observed_vma *vma)
{
	struct kernel_page page[KERNEL_TABLE_PAGES];
	uint32_t nr;

	for (uint32_t at = vma->vma.start; at < vma->vma.end; at += nr * 4096) {
		nr = (vma->vma.end - at) / 4096;
		if (nr > KERNEL_TABLE_PAGES)
			nr = KERNEL_TABLE_PAGES;
		kernel_pages(kernel, pid, at, nr, page);
		for (uint32_t i = 0; i < nr; i++) {
			vma->present += !!(page[i].flags & KERNEL_PAGE_PRESENT);
			vma->swapped += !!(page[i].flags & KERNEL_PAGE_SWAPPED);
		}
	}
}

static void keep_mapping(void *arg, const struct kernel_vma *vma)
{
	struct leaving *leaving = arg;
	struct observed_vma *kept = part_add(&leaving->vmas);

	if (!kept)
		return;
	kept->vma = *vma;
	count_pages(leaving->kernel, leaving->exit->pid, kept);
}

static void keep_zone(void *arg, const struct kernel_zone_info *zone)
{
	struct kernel_zone_info *kept =
		part_add(&((struct leaving *)arg)->zones);

	if (kept)
		*kept = *zone;
}

static bool is_asked_for(const struct scenario *scenario, const char *comm)
{
	for (size_t i = 0; i < scenario->expect.nr_final; i++) {
		const char *of = scenario->expect.final[i].of;

		if (of && !strncmp(of, comm, 15))
			return true;
	}
	return false;
}

struct name_of {
	int pid;
	char comm[16];
};

static void keep_name(void *arg, const struct kernel_process_info *info)
{
	struct name_of *name = arg;

	if (info->pid == name->pid)
		snprintf(name->comm, sizeof(name->comm), "%s", info->comm);
}

static void process_exits(void *arg, struct machine *m, int pid, bool of_board)
{
	struct recorder *recorder = arg;
	struct name_of name = {.pid = pid};
	struct leaving leaving = {
		.kernel = m->kernel,
		.vmas.element_bytes = sizeof(struct observed_vma),
		.zones.element_bytes = sizeof(struct kernel_zone_info),
	};

	kernel_for_each_living(m->kernel, keep_name, &name);
	if (!of_board && !is_asked_for(recorder->scenario, name.comm))
		return;
	leaving.exit = part_add(&recorder->exits);
	if (!leaving.exit)
		return;
	leaving.exit->pid = pid;
	leaving.exit->of_board = of_board;
	kernel_for_each_living(m->kernel, keep_info, &leaving);
	kernel_for_each_vma(m->kernel, pid, keep_mapping, &leaving);
	kernel_for_each_zone(m->kernel, keep_zone, &leaving);
	kernel_frame_uses(m->kernel, leaving.exit->memory);
	leaving.exit->vmas = elements(&leaving.vmas);
	leaving.exit->nr_vmas = leaving.vmas.nr;
	leaving.exit->zones = elements(&leaving.zones);
	leaving.exit->nr_zones = leaving.zones.nr;
}

/* ---- numbers ----------------------------------------------------------------------- */

static void count(void *arg, const char *name, uint64_t value)
{
	struct expected_number *number = part_add(arg);

	if (!number)
		return;
	number->name = strdup(name);
	number->range.low = value;
}

static void count_of(struct part_writer *counts, const char *of,
		     const char *name, uint64_t value)
{
	char both[64];

	snprintf(both, sizeof(both), "%s.%s", of, name);
	count(counts, both, value);
}

/* Named as in --stats. */
static void count_mmu(struct part_writer *counts, const struct mmu *mmu)
{
	const struct mmu_stats *walks = mmu_stats(mmu);

	for (int i = 0; i < mmu_nr_tlbs(mmu); i++) {
		const struct mmu_tlb_stats *tlb = mmu_tlb_stats(mmu, i);
		char of[32];

		snprintf(of, sizeof(of), "tlb.%s", tlb->name);
#define STAT(name, sentence)          \
	if (strcmp(#name, "lookups")) \
		count_of(counts, of, #name, tlb->name);
#include "mmu/tlb_stats.def"
#undef STAT
	}
#define STAT(name, sentence) count_of(counts, "walks", #name, walks->name);
#include "mmu/stats.def"
#undef STAT
}

static void keep_counts(struct recorder *recorder, const struct machine *m)
{
	struct part_writer *counts = &recorder->counts;
	const struct kernel_fault_counts *f = kernel_fault_counts(m->kernel);

#define ABORT(name, key, sentence) count(counts, key, f->name);
#define RESOLUTION(name, sentence) count(counts, #name, f->name);
#define AFTERMATH(name, sentence)  count(counts, #name, f->name);
#include "kernel/fault_count.def"
	kernel_for_each_vmstat(m->kernel, count, counts);
	count_mmu(counts, m->hw.mmu[0]);
}

/* ---- the rest ------------------------------------------------------------------------ */

static void trace(void *arg, struct machine *m, unsigned int event,
		  const char *line)
{
	struct recorder *recorder = arg;
	struct observed_trace *kept;

	if (recorder->trace.nr >= MOST_TRACED)
		return;
	kept = part_add(&recorder->trace);
	if (!kept)
		return;
	kept->cycle = cycle_of(m);
	kept->event = event;
	kept->text = strdup(line);
}

/* Whether that was awaited is judged when all is over: the run goes on. */
static bool detected(void *arg, struct machine *m,
		     const struct kernel_finding *finding)
{
	struct recorder *recorder = arg;
	char **report;

	(void)m;
	if (recorder->reports.nr >= MOST_REPORTS)
		return true;
	report = part_add(&recorder->reports);
	if (report)
		*report = finding_text(finding);
	return true;
}

static void keep_log(void *arg, const char *text, size_t nr_bytes)
{
	fwrite(text, 1, nr_bytes, ((struct recorder *)arg)->log);
}

struct telling {
	const struct kernel *kernel;
	struct places *places;
	FILE *to;
};

static void tell_task(void *arg, const struct kernel_process_info *info)
{
	const struct telling *telling = arg;
	uint32_t pc = kernel_user_pc(telling->kernel, info->pid);
	struct place_text name =
		places_name(telling->places,
			    places_guest_of(telling->places, info->comm), pc);

	fprintf(telling->to, "%s-%d, %c%s: at 0x%08" PRIx32, info->comm,
		info->pid, info->state,
		info->runs           ? ", on the core"
		: info->state == 'R' ? ", waits for the core"
		: info->state == 'T' ? ", is stopped"
		: info->state == 'Z' ? ", has ended"
				     : ", sleeps",
		pc);
	if (strncmp(name.text, "0x", 2) != 0)
		fprintf(telling->to, ", %s", name.text);
	fputc('\n', telling->to);
}

/* Where each task is that lives. */
static void keep_where(struct recorder *recorder, const struct machine *m)
{
	size_t size;
	struct telling telling = {
		.kernel = m->kernel,
		.places = places_create(recorder->scenario, recorder->guests,
					NULL),
		.to = open_memstream(&recorder->where, &size),
	};

	if (telling.places && telling.to)
		kernel_for_each_living(m->kernel, tell_task, &telling);
	if (telling.to)
		fclose(telling.to);
	places_destroy(telling.places);
}

static bool writes_too_much(struct recorder *recorder)
{
	return !(recorder->nr_rests++ % RESTS_A_CHECK) &&
	       lseek(recorder->console_out, 0, SEEK_CUR) > MOST_CONSOLE;
}

static void rest(void *arg, struct machine *m, struct machine_go *go)
{
	struct recorder *recorder = arg;

	go->at = recorder->scenario->limit_cycles;
	if (cycle_of(m) >= go->at && m->verdict != KERNEL_HALTED) {
		recorder->seen.limit_reached = true;
		go->ends = true;
	}
	if (writes_too_much(recorder)) {
		recorder->trouble = strdup("more than 64 MB were written to "
					   "the console");
		go->ends = true;
	}
}

static void programs_ended(void *arg, struct machine *m)
{
	struct recorder *recorder = arg;

	keep_counts(recorder, m);
	recorder->programs_ended = true;
}

static void ends(void *arg, struct machine *m)
{
	struct recorder *recorder = arg;

	if (!recorder->programs_ended) {
		keep_counts(recorder, m);
		keep_where(recorder, m);
	}
	recorder->seen.cycles = cycle_of(m);
	recorder->seen.hash = machine_run_hash(m);
	recorder->seen.panicked = m->verdict == KERNEL_PANIC;
	if (kernel_program_error(m->kernel))
		recorder->trouble = strdup(kernel_program_error(m->kernel));
}

/* ---- the run --------------------------------------------------------------------------- */

static hw_trace_mask_t events_of(const struct scenario *scenario)
{
	static const char *const names[] = {
#define TRACE_EVENT(group, name, what) #name,
#include "kernel/trace_events.def"
#undef TRACE_EVENT
	};
	hw_trace_mask_t events = 0;

	for (size_t i = 0; i < scenario->expect.nr_trace; i++)
		for (size_t e = 0; e < sizeof(names) / sizeof(*names); e++)
			if (!strcmp(scenario->expect.trace[i].event, names[e]))
				events |= TRACE_BIT(e);
	return events;
}

/* The console's two ends, in memory. */
static bool open_console(const char *input, int *in, int *out)
{
	size_t nr = strlen(input);

	*in = memfd_create("console-in", MFD_CLOEXEC);
	*out = memfd_create("console-out", MFD_CLOEXEC);
	return *in >= 0 && *out >= 0 && write(*in, input, nr) == (ssize_t)nr &&
	       !lseek(*in, 0, SEEK_SET);
}

static void close_console(int in, int out)
{
	if (in >= 0)
		close(in);
	if (out >= 0)
		close(out);
}

static char *read_console(int fd, size_t *nr_bytes)
{
	off_t size = lseek(fd, 0, SEEK_END);
	char *text = size >= 0 ? malloc((size_t)size + 1) : NULL;
	ssize_t n = text ? pread(fd, text, (size_t)size, 0) : 0;

	*nr_bytes = n > 0 ? (size_t)n : 0;
	if (text)
		text[*nr_bytes] = '\0';
	return text;
}

/*
 * The machine of @scenario from boot to its end, with these @options and a
 * console of its own. False: it couldn't be made.
 */
static bool run(const struct scenario *scenario,
		const struct built_guest *guests,
		struct machine_options *options, int *status, struct diag *diag)
{
	struct config config = *scenario->config;
	struct kernel_program *programs = calloc(scenario->nr_guests + 1,
						 sizeof(*programs));
	struct machine *machine = NULL;

	if (!programs)
		return diag_error(diag, NULL, "no memory for programs");
	for (size_t i = 0; i < scenario->nr_guests; i++)
		programs[i].argv = guests[i].argv;
	config.run = programs;
	config.nr_run = (unsigned int)scenario->nr_guests;
	options->quiet = options->silent = true;
	if (config_check_host(&config, diag))
		machine = machine_create(&config, options, diag);
	if (machine)
		*status = machine_run(machine, diag);
	machine_destroy(machine);
	free(programs);
	return machine;
}

static void recorder_begin(struct recorder *recorder,
			   const struct scenario *scenario,
			   const struct built_guest *guests)
{
	recorder->scenario = scenario;
	recorder->guests = recorder->seen.guests = guests;
	recorder->faults.element_bytes = sizeof(struct observed_fault);
	recorder->exits.element_bytes = sizeof(struct observed_exit);
	recorder->counts.element_bytes = sizeof(struct expected_number);
	recorder->trace.element_bytes = sizeof(struct observed_trace);
	recorder->reports.element_bytes = sizeof(char *);
	recorder->log = open_memstream(&recorder->log_text,
				       &recorder->log_bytes);
}

/* Puts all that was written down where readers find it. */
static void recorder_end(struct recorder *recorder)
{
	struct observation *seen = &recorder->seen;
	struct observed_exit *exits = elements(&recorder->exits);

	fclose(recorder->log);
	recorder->log = NULL;
	for (size_t i = 0; i < recorder->exits.nr; i++)
		exits[i].info.comm = exits[i].comm;
	for (int i = 0; i < NR_KNOWN_MAPS; i++)
		free(recorder->maps[i].vmas.part);
	seen->console = recorder->console;
	seen->log = recorder->log_text;
	seen->where = recorder->where ?: "";
	seen->trouble = recorder->trouble ?: "";
	seen->faults = elements(&recorder->faults);
	seen->nr_faults = recorder->faults.nr;
	seen->exits = exits;
	seen->nr_exits = recorder->exits.nr;
	seen->counts = elements(&recorder->counts);
	seen->nr_counts = recorder->counts.nr;
	seen->trace = elements(&recorder->trace);
	seen->nr_trace = recorder->trace.nr;
	part_add(&recorder->reports); /* the NULL behind them */
	seen->reports = elements(&recorder->reports);
}

static bool lacks_memory(const struct recorder *recorder)
{
	return recorder->faults.failed || recorder->exits.failed ||
	       recorder->counts.failed || recorder->trace.failed ||
	       recorder->reports.failed || !recorder->console;
}

static bool record(struct recorder *recorder, struct diag *diag)
{
	const struct machine_watcher watcher = {
		.arg = recorder,
		.no_snapshots = true,
		.rest = rest,
		.fault_begins = fault_begins,
		.fault_ends = fault_ends,
		.process_exits = process_exits,
		.programs_ended = programs_ended,
		.log = keep_log,
		.trace = trace,
		.trace_events = events_of(recorder->scenario),
		.detected = detected,
		.ends = ends,
	};
	struct machine_options options = {.watcher = &watcher};
	struct diag trouble = {0};
	bool good;

	good = open_console(recorder->scenario->input, &options.console_in,
			    &options.console_out);
	recorder->console_out = options.console_out;
	if (!good)
		diag_errno(diag, NULL, "no console");
	else if (!run(recorder->scenario, recorder->guests, &options,
		      &recorder->seen.status, &trouble))
		good = diag_error(diag, NULL, "%s", trouble.text);
	else if (trouble.failed && !recorder->trouble)
		recorder->trouble = strdup(trouble.text);
	if (good)
		recorder->console = read_console(options.console_out,
						 &recorder->seen.console_bytes);
	close_console(options.console_in, options.console_out);
	return good;
}

struct observation *observe(const struct scenario *scenario,
			    const struct built_guest *guests, struct diag *diag)
{
	struct recorder *recorder = calloc(1, sizeof(*recorder));
	bool good;

	if (!recorder) {
		diag_error(diag, NULL, "no memory to observe");
		return NULL;
	}
	recorder_begin(recorder, scenario, guests);
	good = recorder->log && record(recorder, diag);
	if (recorder->log)
		recorder_end(recorder);
	if (good && !lacks_memory(recorder))
		return &recorder->seen;
	diag_error(diag, NULL, "no memory to observe");
	observation_destroy(&recorder->seen);
	return NULL;
}

void observation_destroy(struct observation *seen)
{
	struct recorder *recorder = (struct recorder *)seen;

	if (!seen)
		return;
	for (size_t i = 0; i < seen->nr_exits; i++) {
		free_elements(seen->exits[i].vmas);
		free_elements(seen->exits[i].zones);
	}
	for (size_t i = 0; i < seen->nr_counts; i++)
		free((void *)seen->counts[i].name);
	for (size_t i = 0; i < seen->nr_trace; i++)
		free((void *)seen->trace[i].text);
	for (size_t i = 0; seen->reports && seen->reports[i]; i++)
		free((void *)seen->reports[i]);
	free(recorder->reports.part);
	free(recorder->faults.part);
	free(recorder->exits.part);
	free(recorder->counts.part);
	free(recorder->trace.part);
	free(recorder->log_text);
	free(recorder->console);
	free(recorder->where);
	free(recorder->trouble);
	free(recorder);
}

/* ---- one fault of it ------------------------------------------------------------------ */

struct awaited {
	const struct scenario *scenario;
	uint64_t number;
	bool over;
};

static void awaited_ends(void *arg, struct machine *m,
			 const struct kernel_fault *fault)
{
	struct awaited *awaited = arg;

	(void)m;
	awaited->over |= fault->number == awaited->number;
}

static void awaited_rest(void *arg, struct machine *m, struct machine_go *go)
{
	const struct awaited *awaited = arg;

	go->at = awaited->scenario->limit_cycles;
	go->ends = awaited->over || cycle_of(m) >= go->at;
}

char *observe_fault(const struct scenario *scenario,
		    const struct built_guest *guests, uint64_t number)
{
	struct awaited awaited = {.scenario = scenario, .number = number};
	const struct machine_watcher watcher = {
		.arg = &awaited,
		.no_snapshots = true,
		.rest = awaited_rest,
		.fault_ends = awaited_ends,
	};
	const struct explain_options explain = {.number = number};
	struct machine_options options = {
		.watcher = &watcher,
		.explain = &explain,
	};
	struct diag diag = {0};
	char *text = NULL;
	size_t size;
	int status;
	FILE *to = open_memstream(&text, &size);

	if (!to)
		return NULL;
	if (open_console(scenario->input, &options.console_in,
			 &options.console_out)) {
		options.explain_to = to;
		run(scenario, guests, &options, &status, &diag);
	}
	close_console(options.console_in, options.console_out);
	fclose(to);
	if (text && text[0])
		return text;
	free(text);
	return NULL;
}
