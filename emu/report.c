/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The report at the end of a run, for a person: how much ran, what the TLBs
 * did, which faults came, what the frames are used for, where the time went.
 * Programs read --stats instead. Lines whose count is zero are left out.
 */
#include <inttypes.h>
#include <string.h>

#include "emu/config/config.h"
#include "emu/diag.h"
#include "emu/machine_state.h"

/* "12,345,678", right-aligned where it is printed; @to has room for 27. */
static const char *grouped(uint64_t value, char *to)
{
	char digits[24];
	int n = snprintf(digits, sizeof(digits), "%" PRIu64, value);
	char *at = to;

	for (int i = 0; i < n; i++) {
		if (i && (n - i) % 3 == 0)
			*at++ = ',';
		*at++ = digits[i];
	}
	*at = '\0';
	return to;
}

static void line(FILE *to, uint64_t value, const char *label)
{
	char text[32];

	if (value)
		fprintf(to, "  %15s  %s\n", grouped(value, text), label);
}

static void print_outcome(const struct machine *m, FILE *to)
{
	char how[32];

	if (m->verdict == KERNEL_PANIC)
		snprintf(how, sizeof(how), "panicked");
	else if (m->verdict != KERNEL_HALTED)
		snprintf(how, sizeof(how), "hung");
	else if (m->exit_status > MACHINE_EXIT_SIGNAL)
		snprintf(how, sizeof(how), "killed by signal %d",
			 m->exit_status - MACHINE_EXIT_SIGNAL);
	else
		snprintf(how, sizeof(how), "exit status %d", m->exit_status);
	fprintf(to, "\n%s, %s, %" PRIu64 " MB: %s\n", m->config->board_name,
		m->config->cpu.model, m->config->memory.size_bytes >> 20, how);
}

static void print_run(const struct machine *m, FILE *to)
{
	uint64_t n = 0, cycles = 0;
	char text[32];

	for (unsigned int i = 0; i < m->nr_cpus; i++) {
		const uint64_t now = clock_now(cpu_clock(m->cpu[i]));

		n += cpu_instructions(m->cpu[i]);
		cycles = now > cycles ? now : cycles;
	}
	fprintf(to, "\nRun\n");
	line(to, n, "instructions");
	fprintf(to, "  %15s  cycles: %.6f s at %" PRIu32 " MHz\n",
		grouped(cycles, text), (double)cycles / m->hw.clock_hz,
		m->hw.clock_hz / 1000000);
	fprintf(to,
		"  %15.3f  seconds of the host's: %.1f million "
		"instructions a second\n",
		m->host_seconds, (double)n / m->host_seconds / 1e6);
	fprintf(to, "  %016" PRIx64 "  hash of the run\n", machine_run_hash(m));
}

/* Of several cores, one's part of the report; false: it was never on. */
static bool begin_core(const struct machine *m, unsigned int cpu, FILE *to)
{
	if (m->nr_cpus > 1)
		fprintf(to, "\nCore %u%s", cpu,
			m->wheel.core[cpu].on ? "" : ": off\n");
	return m->wheel.core[cpu].on;
}

static void print_tlbs(const struct machine *m, unsigned int cpu, FILE *to)
{
	const struct mmu *mmu = m->hw.mmu[cpu];
	const struct mmu_stats *walks = mmu_stats(mmu);
	char a[32], b[32], c[32], d[32], e[32];

	if (!begin_core(m, cpu, to))
		return;
	fprintf(to, "\nTLB%-9s %7s %13s %13s %13s %13s %9s\n", "", "entries",
		"misses", "by fetches", "evicted", "invalidated", "flushes");
	for (int i = 0; i < mmu_nr_tlbs(mmu); i++) {
		const struct mmu_tlb_stats *t = mmu_tlb_stats(mmu, i);

		fprintf(to, "  %-10s %7u %13s %13s %13s %13s %9s\n", t->name,
			t->entries, grouped(t->misses, a),
			grouped(t->fetch_misses, b), grouped(t->evictions, c),
			grouped(t->invalidations, d), grouped(t->flushes, e));
	}
	fprintf(to, "\nTable walks\n");
#define STAT(name, sentence) line(to, walks->name, sentence);
#include "mmu/stats.def"
#undef STAT
}

static void print_cache(const char *name, const struct cache *cache, FILE *to)
{
	const struct cache_stats *s = &cache->stats;
	char a[32], b[32], c[32], d[32], e[32];

	fprintf(to, "  %-10s %13s %13s %13s %13s %13s\n", name,
		grouped(s->reads, a), grouped(s->read_misses, b),
		grouped(s->writes, c), grouped(s->write_misses, d),
		grouped(s->writebacks, e));
}

static void print_caches(const struct machine *m, FILE *to)
{
	const struct hierarchy *h = m->caches;

	if (!h)
		return;
	for (unsigned int i = 0; i < m->nr_cpus; i++) {
		if (!begin_core(m, i, to))
			continue;
		fprintf(to, "\nCaches%6s %13s %13s %13s %13s %13s\n", "",
			"reads", "missed", "writes", "missed", "written back");
		print_cache("L1I", &h->core[i].l1i, to);
		print_cache("L1D", &h->core[i].l1d, to);
		if (!i && h->has_l2)
			print_cache("L2", &h->l2, to);
		line(to, h->core[i].past_l1d, "lines written past L1D");
	}
	line(to, h->dram_reads, "lines that DRAM gave");
	line(to, h->dram_writes, "lines that it took");
}

static void print_faults(const struct machine *m, FILE *to)
{
	const struct kernel_fault_counts *f = kernel_fault_counts(m->kernel);

	fprintf(to, "\nExceptions\n");
#define ABORT(name, key, sentence) line(to, f->name, sentence);
#include "kernel/fault_count.def"

	fprintf(to, "\nPage faults, as they were resolved\n");
#define RESOLUTION(name, sentence) line(to, f->name, sentence);
#define AFTERMATH(name, sentence)  line(to, f->name, sentence);
#include "kernel/fault_count.def"
}

static void print_absent_call(void *arg, const struct kernel_absent_call *call)
{
	FILE *to = arg;
	char number[32];

	fprintf(to, "  %15s  %s(), system call %" PRIu32 ", first for %s\n",
		grouped(call->nr_calls, number), call->name, call->number,
		call->comm);
}

static void note_absent_call(void *arg, const struct kernel_absent_call *call)
{
	(void)call;
	*(bool *)arg = true;
}

/* Nothing where nobody asked for any. */
static void print_absent_calls(const struct machine *m, FILE *to)
{
	bool some = false;

	kernel_for_each_absent_call(m->kernel, note_absent_call, &some);
	if (!some)
		return;
	fprintf(to, "\nSystem calls that are not implemented: ENOSYS\n");
	kernel_for_each_absent_call(m->kernel, print_absent_call, to);
}

static void print_frames(const struct machine *m, FILE *to)
{
	static const char *const labels[NR_FRAME_USES] = {
#define FRAME_USE(name, key, label) label,
#include "kernel/frame_use.def"
#undef FRAME_USE
	};
	const uint64_t *count = kernel_frame_uses_at_end(m->kernel);
	char text[32];

	fprintf(to, "\nFrames, when the last program had ended\n");
	for (int i = 0; i < NR_FRAME_USES; i++)
		if (count[i])
			fprintf(to, "  %15s  %8.1f MB  %s\n",
				grouped(count[i], text), (double)count[i] / 256,
				labels[i]);
}

/* The processes that ran most, most first. */
struct process_table {
	struct kernel_process_info row[12];
	char comm[12][16];
	unsigned int nr, nr_more;
	uint64_t more_cycles;
};

static void leave_out(struct process_table *table, uint64_t cycles)
{
	table->nr_more++;
	table->more_cycles += cycles;
}

static void add_process(void *arg, const struct kernel_process_info *p)
{
	struct process_table *table = arg;
	const unsigned int room = sizeof(table->row) / sizeof(*table->row);
	unsigned int at = table->nr;

	while (at && table->row[at - 1].utime_cycles < p->utime_cycles)
		at--;
	if (table->nr == room)
		leave_out(table, at == room
					 ? p->utime_cycles
					 : table->row[room - 1].utime_cycles);
	if (at == room)
		return;
	if (table->nr < room)
		table->nr++;
	for (unsigned int i = table->nr - 1; i > at; i--) {
		table->row[i] = table->row[i - 1];
		memcpy(table->comm[i], table->comm[i - 1], 16);
	}
	table->row[at] = *p;
	snprintf(table->comm[at], 16, "%s", p->comm);
	for (char *c = table->comm[at]; *c; c++)
		*c = printable(*c);
}

static void print_processes(const struct machine *m, FILE *to)
{
	struct process_table table = {.nr = 0};
	char text[32];

	kernel_for_each_process(m->kernel, add_process, &table);
	fprintf(to,
		"\nProcesses           cycles  minor flt major flt  pid program\n");
	for (unsigned int i = 0; i < table.nr; i++)
		fprintf(to, "  %15s  %9llu %9llu  %3d %s\n",
			grouped(table.row[i].utime_cycles, text),
			(unsigned long long)table.row[i].min_flt,
			(unsigned long long)table.row[i].maj_flt,
			table.row[i].pid, table.comm[i]);
	if (table.nr_more)
		fprintf(to, "  %15s                       and %u more\n",
			grouped(table.more_cycles, text), table.nr_more);
}

static void print_time(const struct machine *m, unsigned int cpu, FILE *to)
{
	static const char *const sentences[NR_CYCLE_CAUSES] = {
#define CAUSE(name, sentence) sentence,
#include "kernel/cycle_cause.def"
#undef CAUSE
	};
	const struct clock *clock = cpu_clock(m->cpu[cpu]);
	char text[32];

	if (!begin_core(m, cpu, to))
		return;
	fprintf(to, "\nTime, in cycles\n");
	for (int i = 0; i < NR_CYCLE_CAUSES; i++)
		if (clock_spent(clock, i))
			fprintf(to, "  %15s  %8.2f %%   %s\n",
				grouped(clock_spent(clock, i), text),
				100.0 * (double)clock_spent(clock, i) /
					(double)clock_now(clock),
				sentences[i]);
}

/* The lines of the ledger with most on them. */
struct ledger_table {
	FILE *to;
	uint64_t all, left;
	unsigned int nr, nr_left;
};

#define LEDGER_ROWS 24

static void print_ledger_line(void *arg, const struct ledger_line *line)
{
	struct ledger_table *table = arg;
	const uint64_t cycles = ledger_line_cycles(line);
	char text[32], who[32];

	if (table->nr++ >= LEDGER_ROWS) {
		table->left += cycles;
		table->nr_left++;
		return;
	}
	if (line->pid)
		snprintf(who, sizeof(who), "%s-%d", line->comm, line->pid);
	else
		snprintf(who, sizeof(who), "%s/%u", line->comm, line->cpu);
	for (char *c = who; *c; c++)
		*c = printable(*c);
	fprintf(table->to, "  %15s  %8.2f %%   %-18s %s%s%s%s%s\n",
		grouped(cycles, text),
		100.0 * (double)cycles / (double)table->all, who,
		ledger_what_words(line->what), *line->name ? " " : "",
		line->name, *line->place ? ": " : "", line->place);
}

static void print_ledger(const struct machine *m, FILE *to)
{
	struct ledger_table table = {.to = to};
	char text[32];

	for (unsigned int i = 0; i < m->nr_cpus; i++)
		table.all += clock_now(cpu_clock(m->cpu[i]));
	fprintf(to, "\nTime, in cycles, by task and what it was at\n");
	ledger_for_each(m->ledger, true, print_ledger_line, &table);
	if (table.nr_left)
		fprintf(to, "  %15s  %8.2f %%   and %u more\n",
			grouped(table.left, text),
			100.0 * (double)table.left / (double)table.all,
			table.nr_left);
}

void report_print(const struct machine *m, FILE *to)
{
	print_outcome(m, to);
	print_run(m, to);
	for (unsigned int i = 0; i < m->nr_cpus; i++)
		print_tlbs(m, i, to);
	print_caches(m, to);
	print_faults(m, to);
	print_absent_calls(m, to);
	print_frames(m, to);
	print_processes(m, to);
	for (unsigned int i = 0; i < m->nr_cpus; i++)
		print_time(m, i, to);
	if (m->ledger)
		print_ledger(m, to);
	if (m->stale.nr_hits)
		line(to, m->stale.nr_hits,
		     "stale TLB hits: a flush is missing");
	fputc('\n', to);
}
