/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * --stats: the books of one run as JSON. Only host_seconds may differ between
 * two runs of the same machine; a reader checks `schema` first.
 *
 * TLB lookups are left out on purpose: hits inside the engine's own TLB ask
 * nobody, so the model's count of them means nothing.
 */
#include <ctype.h>
#include <inttypes.h>
#include <jansson.h>
#include <string.h>
#include <sys/wait.h>

#include "emu/config/config.h"
#include "emu/diag.h"
#include "emu/formats.h"
#include "emu/machine_state.h"

static void put(json_t *object, const char *key, uint64_t value)
{
	json_object_set_new(object, key, json_integer((json_int_t)value));
}

/* Under a name from a .def list, which has capitals, in small letters. */
static void put_lower(json_t *object, const char *name, uint64_t value)
{
	char key[32];
	size_t n = 0;

	for (; name[n] && n < sizeof(key) - 1; n++)
		key[n] = (char)tolower(name[n]);
	key[n] = '\0';
	put(object, key, value);
}

/* Guests choose names, and need not choose UTF-8. */
static json_t *name_string(const char *name)
{
	char ascii[96];
	size_t n = 0;

	for (; name[n] && n < sizeof(ascii) - 1; n++)
		ascii[n] = name[n] >= ' ' && name[n] < 127 ? name[n] : '?';
	ascii[n] = '\0';
	return json_string(ascii);
}

static json_t *tlbs(const struct mmu *mmu)
{
	json_t *array = json_array();

	for (int i = 0; i < mmu_nr_tlbs(mmu); i++) {
		const struct mmu_tlb_stats *tlb = mmu_tlb_stats(mmu, i);
		json_t *object = json_object();

		json_object_set_new(object, "name", json_string(tlb->name));
		put(object, "entries", tlb->entries);
#define STAT(name, sentence)          \
	if (strcmp(#name, "lookups")) \
		put(object, #name, tlb->name);
#include "mmu/tlb_stats.def"
#undef STAT
		json_array_append_new(array, object);
	}
	return array;
}

static json_t *walks(const struct mmu *mmu)
{
	const struct mmu_stats *stats = mmu_stats(mmu);
	json_t *object = json_object();

#define STAT(name, sentence) put(object, #name, stats->name);
#include "mmu/stats.def"
#undef STAT
	return object;
}

static const char *const cause_names[NR_CYCLE_CAUSES] = {
#define CAUSE(name, sentence) #name,
#include "kernel/cycle_cause.def"
#undef CAUSE
};

static json_t *by_cause(const struct machine *m, const struct clock *clock)
{
	json_t *object = json_object();

	for (int i = 0; i < NR_CYCLE_CAUSES; i++)
		if (machine_has_cause(m, i))
			put_lower(object, cause_names[i],
				  clock_spent(clock, i));
	return object;
}

static json_t *cache_counts(const struct cache *cache)
{
	json_t *object = json_object();

	put(object, "reads", cache->stats.reads);
	put(object, "writes", cache->stats.writes);
	put(object, "read_misses", cache->stats.read_misses);
	put(object, "write_misses", cache->stats.write_misses);
	put(object, "writebacks", cache->stats.writebacks);
	put(object, "invalidated", cache->stats.invalidated);
	return object;
}

/* A core's own, and how many lines it wrote past L1D. */
static void put_caches(json_t *cpu, const struct core_caches *caches)
{
	json_t *object = json_object();

	json_object_set_new(object, "l1i", cache_counts(&caches->l1i));
	json_object_set_new(object, "l1d", cache_counts(&caches->l1d));
	put(object, "past_l1d", caches->past_l1d);
	json_object_set_new(cpu, "caches", object);
}

/* What all cores have. */
static json_t *memory_counts(const struct hierarchy *hierarchy)
{
	json_t *object = json_object();

	if (hierarchy->has_l2)
		json_object_set_new(object, "l2", cache_counts(&hierarchy->l2));
	put(object, "dram_reads", hierarchy->dram_reads);
	put(object, "dram_writes", hierarchy->dram_writes);
	return object;
}

static json_t *cpus(const struct machine *m)
{
	json_t *array = json_array();

	for (unsigned int i = 0; i < m->nr_cpus; i++) {
		json_t *object = json_object();

		put(object, "instructions", cpu_instructions(m->cpu[i]));
		put(object, "cycles", clock_now(cpu_clock(m->cpu[i])));
		json_object_set_new(object, "cycles_by_cause",
				    by_cause(m, cpu_clock(m->cpu[i])));
		if (m->caches)
			put_caches(object, &m->caches->core[i]);
		json_object_set_new(object, "tlbs", tlbs(m->hw.mmu[i]));
		json_object_set_new(object, "walks", walks(m->hw.mmu[i]));
		json_array_append_new(array, object);
	}
	return array;
}

static void put_ledger_line(void *arg, const struct ledger_line *line)
{
	json_t *object = json_object(), *cycles = json_object();

	put(object, "pid", (uint64_t)line->pid);
	if (!line->pid)
		put(object, "cpu", line->cpu);
	json_object_set_new(object, "task", name_string(line->comm));
	json_object_set_new(object, "what",
			    json_string(ledger_what_words(line->what)));
	json_object_set_new(object, "name", name_string(line->name));
	json_object_set_new(object, "place", name_string(line->place));
	for (int i = 0; i < NR_CYCLE_CAUSES; i++)
		if (line->cycles[i])
			put_lower(cycles, cause_names[i], line->cycles[i]);
	json_object_set_new(object, "cycles_by_cause", cycles);
	json_array_append_new(arg, object);
}

static json_t *ledger(const struct machine *m)
{
	json_t *array = json_array();

	ledger_for_each(m->ledger, true, put_ledger_line, array);
	return array;
}

static json_t *faults(const struct machine *m)
{
	const struct kernel_fault_counts *f = kernel_fault_counts(m->kernel);
	json_t *object = json_object();

#define ABORT(name, key, sentence) put(object, key, f->name);
#define RESOLUTION(name, sentence) put(object, #name, f->name);
#define AFTERMATH(name, sentence)  put(object, #name, f->name);
#include "kernel/fault_count.def"
	return object;
}

static void put_absent_call(void *arg, const struct kernel_absent_call *call)
{
	json_t *object = json_object();

	put(object, "number", call->number);
	json_object_set_new(object, "name", json_string(call->name));
	put(object, "calls", call->nr_calls);
	json_object_set_new(object, "first", name_string(call->comm));
	json_array_append_new(arg, object);
}

static json_t *absent_calls(const struct machine *m)
{
	json_t *array = json_array();

	kernel_for_each_absent_call(m->kernel, put_absent_call, array);
	return array;
}

static void put_vmstat(void *arg, const char *name, uint64_t value)
{
	put(arg, name, value);
}

static json_t *vmstat(const struct machine *m)
{
	json_t *object = json_object();

	kernel_for_each_vmstat(m->kernel, put_vmstat, object);
	return object;
}

static void put_node(void *arg, const struct kernel_node_info *node)
{
	json_t *object = json_object(), *distance = json_array();

	for (unsigned int i = 0; i < node->nr_nodes; i++)
		json_array_append_new(distance,
				      json_integer(node->distance[i]));
	put(object, "node", (uint64_t)node->node);
	put(object, "frames", node->frames);
	json_object_set_new(object, "distance", distance);
	put(object, "numa_hit", node->hit);
	put(object, "numa_miss", node->miss);
	put(object, "numa_foreign", node->foreign);
	put(object, "local_node", node->local);
	put(object, "other_node", node->other);
	json_array_append_new(arg, object);
}

/* Empty on boards without nodes. */
static json_t *nodes(const struct machine *m)
{
	json_t *array = json_array();

	kernel_for_each_node(m->kernel, put_node, array);
	return array;
}

static json_t *frames(const uint64_t count[NR_FRAME_USES])
{
	static const char *const names[NR_FRAME_USES] = {
#define FRAME_USE(name, key, label) key,
#include "kernel/frame_use.def"
#undef FRAME_USE
	};
	json_t *object = json_object();

	for (int i = 0; i < NR_FRAME_USES; i++)
		put_lower(object, names[i], count[i]);
	return object;
}

static json_t *slab_usage(const struct kernel_slab_usage *usage)
{
	json_t *object = json_object();

	put(object, "objects", usage->objects);
	put(object, "requested", usage->requested);
	put(object, "own_objects", usage->own_objects);
	put(object, "own", usage->own);
	put(object, "allocated", usage->allocated);
	put(object, "capacity", usage->capacity);
	put(object, "pages", usage->pages);
	return object;
}

/* Of the moment when the last program had ended, but for the peak. */
static json_t *slab(const struct machine *m)
{
	const struct kernel_slab_stats *stats = &m->slab_at_end;
	json_t *object = json_object();

	json_object_set_new(object, "allocator",
			    json_string(m->config->kernel.slab_allocator));
	json_object_set_new(object, "peak", slab_usage(&stats->peak));
	json_object_set_new(object, "end", slab_usage(&stats->now));
	put(object, "most_pages", stats->most_pages);
	put(object, "allocs", stats->nr_allocs);
	put(object, "frees", stats->nr_frees);
	put(object, "page_allocs", stats->nr_page_allocs);
	put(object, "page_frees", stats->nr_page_frees);
	put(object, "full_slabs", stats->nr_full);
	put(object, "partial_slabs", stats->nr_partial);
	put(object, "empty_slabs", stats->nr_empty);
	return object;
}

static json_t *zones(const struct machine *m)
{
	json_t *array = json_array();

	for (unsigned int i = 0; i < m->nr_zones_at_end; i++) {
		const struct kernel_zone_info *zone = &m->zone_at_end[i];
		json_t *object = json_object(), *free = json_array(),
		       *unusable = json_array();

		put(object, "node", (uint64_t)zone->node);
		json_object_set_new(object, "name", json_string(zone->name));
		put(object, "managed", zone->managed);
		for (int order = 0; order < KERNEL_NR_ORDERS; order++) {
			uint64_t blocks = 0;

			for (int t = 0; t < KERNEL_NR_MIGRATETYPES; t++)
				blocks += zone->free_blocks[t][order];
			json_array_append_new(free,
					      json_integer((json_int_t)blocks));
			json_array_append_new(
				unusable,
				json_integer(zone->unusable_index[order]));
		}
		json_object_set_new(object, "free_blocks", free);
		json_object_set_new(object, "unusable_index", unusable);
		json_array_append_new(array, object);
	}
	return array;
}

/* As a shell would say it; null while the process lives. */
static json_t *exit_code(int wait_status)
{
	if (wait_status < 0)
		return json_null();
	if (WIFSIGNALED(wait_status))
		return json_integer(MACHINE_EXIT_SIGNAL +
				    WTERMSIG(wait_status));
	return json_integer(WEXITSTATUS(wait_status));
}

static void put_process(void *arg, const struct kernel_process_info *p)
{
	json_t *object = json_object();

	put(object, "pid", p->pid);
	put(object, "ppid", p->ppid);
	json_object_set_new(object, "comm", name_string(p->comm));
	put(object, "min_flt", p->min_flt);
	put(object, "maj_flt", p->maj_flt);
	put(object, "utime_cycles", p->utime_cycles);
	json_object_set_new(object, "exit", exit_code(p->exit_status));
	json_array_append_new(arg, object);
}

static json_t *processes(const struct machine *m)
{
	json_t *array = json_array();

	kernel_for_each_process(m->kernel, put_process, array);
	return array;
}

static json_t *findings(const struct machine *m)
{
	json_t *list = json_array();

	for (size_t i = 0; i < m->findings.nr; i++) {
		const struct finding *f = &m->findings.list[i];
		json_t *object = json_object();

		put(object, "cycle", f->cycle);
		json_object_set_new(object, "detector",
				    json_string(f->detector));
		json_object_set_new(object, "what", json_string(f->what));
		json_object_set_new(object, "story", json_string(f->story));
		json_array_append_new(list, object);
	}
	return list;
}

static json_t *all(const struct machine *m)
{
	json_t *object = json_object();
	uint64_t after[NR_FRAME_USES];
	uint64_t instructions = 0, cycles = 0;
	char hash[24];

	for (unsigned int i = 0; i < m->nr_cpus; i++) {
		instructions += cpu_instructions(m->cpu[i]);
		if (clock_now(cpu_clock(m->cpu[i])) > cycles)
			cycles = clock_now(cpu_clock(m->cpu[i]));
	}
	put(object, "schema", FORMAT_STATISTICS);
	json_object_set_new(object, "board",
			    json_string(m->config->board_name));
	put(object, "exit", m->exit_status);
	put(object, "instructions", instructions);
	put(object, "cycles", cycles);
	snprintf(hash, sizeof(hash), "%016" PRIx64, machine_run_hash(m));
	json_object_set_new(object, "run_hash", json_string(hash));
	json_object_set_new(object, "host_seconds", json_real(m->host_seconds));
	json_object_set_new(object, "cpus", cpus(m));
	if (m->caches)
		json_object_set_new(object, "memory_system",
				    memory_counts(m->caches));
	json_object_set_new(object, "faults", faults(m));
	json_object_set_new(object, "absent_syscalls", absent_calls(m));
	kernel_frame_uses(m->kernel, after);
	json_object_set_new(object, "frames",
			    frames(kernel_frame_uses_at_end(m->kernel)));
	json_object_set_new(object, "frames_after_teardown", frames(after));
	json_object_set_new(object, "slab", slab(m));
	json_object_set_new(object, "nodes", nodes(m));
	json_object_set_new(object, "zones", zones(m));
	json_object_set_new(object, "vmstat", vmstat(m));
	json_object_set_new(object, "processes", processes(m));
	if (m->ledger)
		json_object_set_new(object, "ledger", ledger(m));
	put(object, "stale_hits", m->stale.nr_hits);
	json_object_set_new(object, "findings", findings(m));
	put(object, "verify_violations", kernel_verify_violations(m->kernel));
	put(object, "memory_leaks", kernel_memory_leaks(m->kernel));
	return object;
}

static bool cannot_write(const struct machine *m, struct diag *diag)
{
	return diag_errno(diag, NULL, "can't write the statistics to '%s'",
			  m->options.stats_path);
}

bool stats_open(struct machine *m, struct diag *diag)
{
	if (!m->options.stats_path)
		return true;
	m->stats = fopen(m->options.stats_path, "we");
	return m->stats || cannot_write(m, diag);
}

bool stats_write(struct machine *m, struct diag *diag)
{
	json_t *object = all(m);
	FILE *file = m->stats;
	bool ok = !json_dumpf(object, file,
			      JSON_INDENT(2) | JSON_REAL_PRECISION(6)) &&
		  fputc('\n', file) == '\n';

	json_decref(object);
	m->stats = NULL;
	if (fclose(file))
		ok = false;
	return ok || cannot_write(m, diag);
}
