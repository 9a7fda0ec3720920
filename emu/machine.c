/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The machine: puts the parts of a board together, and turns the one wheel.
 * Run a core until a trap, give the trap to the kernel, do as its verdict
 * says. Interrupts are looked at between two turns; when nobody has anything
 * to do, time jumps to the next alarm. Which core runs is wheel.c's.
 *
 * Invariant: without a terminal, what happens is a function of the board, the
 * guest and its input alone. The host's clock is looked at for two things: to
 * pace a machine that somebody sits at, and for host_seconds.
 */
#define _GNU_SOURCE /* memrchr */
#include "emu/machine.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

#include "emu/board/board.h"
#include "emu/config/config.h"
#include "emu/cpu_probe.h"
#include "emu/diag.h"
#include "emu/display.h"
#include "emu/dtb.h"
#include "emu/machine_state.h"
#include "emu/memory_map.h"
#include "emu/terminal.h"

/* At a terminal: how often keys are looked for, in parts of a second. */
#define KEYS_HZ 100

enum {
	IRQ_ENTRY_CYCLES = 100, /* see pass_entry() */
	MASKED_LOOKS_HZ = 100000 /* how often CPSR.I is looked at again */
};

/* ---- putting it together ----------------------------------------------------- */

static bool create_ram(struct machine *m, struct diag *diag)
{
	struct ram_bank bank[RAM_BANKS];
	unsigned int nr = m->config->memory.nr_nodes;

	_Static_assert(CONFIG_MAX_NODES <= RAM_BANKS, "a bank for each node");
	for (unsigned int i = 0; i < nr; i++)
		bank[i] = (struct ram_bank){
			m->config->memory.nodes[i].base,
			m->config->memory.nodes[i].size_bytes,
		};
	m->bus.ram = &m->ram;
	return ram_create(&m->ram, bank, nr, diag);
}

static void on_stale(void *ctx, const struct mmu_stale *stale)
{
	struct machine *m = ctx;
	char line[256], story[256];

	m->stale.nr_hits++;
	if (!stale_describe(&m->stale, stale, line, sizeof(line) - 1))
		return;
	if (m->trace)
		trace_note(m->trace, m->hw.ops->now(m), m->wheel.running, line);
	if (m->config->detect & 1u << DETECT_STALE) {
		stale_story(&m->stale, stale, story, sizeof(story));
		kernel_detected(m->kernel, DETECT_STALE, stale->va,
				stale->cached_paddr, line, story);
		return;
	}
	strcat(line, "\n");
	terminal_message("mmuscope: ", 10);
	terminal_message(line, strlen(line));
}

static enum kernel_verdict to_kernel(void *ctx, int cpu,
				     const struct trap *trap)
{
	struct machine *m = ctx;
	enum kernel_verdict verdict;

	ledger_enters(m->ledger, trap);
	verdict = kernel_trap(m->kernel, cpu, trap);
	ledger_leaves(m->ledger, verdict);
	return verdict;
}

/* A core that is being made tries itself out: nobody is there to pay. */
static struct cpu_stretch on_reach(void *ctx, vaddr_t pc)
{
	const struct machine *m = ctx;

	return m->kernel ? ledger_reaches(m->ledger, pc)
			 : (struct cpu_stretch){0};
}

static void on_miss(void *ctx, vaddr_t va, uint64_t cycles)
{
	const struct machine *m = ctx;

	if (m->kernel)
		ledger_misses(m->ledger, va, cycles);
}

static void create_wheel(struct machine *m)
{
	wheel_create(&m->wheel, m->cpu, m->devices.alarms, m->nr_cpus,
		     m->config->cpu.quantum, to_kernel, m);
	if (m->nr_cpus > 1)
		devices_connect_cores(&m->devices, &m->wheel.running,
				      (struct irq_line){wheel_set_irq,
							&m->wheel, 0});
}

static bool create_caches(struct machine *m, struct diag *diag)
{
	struct hierarchy_params params;

	if (m->config->timing.model != TIMING_CACHE)
		return true;
	if (!cpu_engine_tells_accesses())
		return diag_error(diag, NULL,
				  "timing.model: cache needs to see each load "
				  "and store, of which the engine doesn't tell "
				  "on this host; block works");
	config_caches(m->config, &params);
	m->caches = hierarchy_create(&params, m->config->cpu.count);
	return m->caches || diag_error(diag, NULL, "no memory for the caches");
}

static bool create_cpus(struct machine *m, struct diag *diag)
{
	if (!create_caches(m, diag))
		return false;
	m->nr_cpus = m->config->cpu.count;
	for (unsigned int i = 0; i < m->nr_cpus; i++) {
		struct mmu_config mmu;
		struct cpu_params params = {
			.mmu = &mmu,
			.pipeline = m->config->timing.model == TIMING_COUNT
					    ? NULL
					    : &m->config->cpu.pipeline,
			.bus = &m->bus,
			.peers = m->cpu,
			.nr_peers = m->nr_cpus,
			.check_alignment = m->config->cpu.alignment !=
					   ALIGNMENT_RELAXED,
			.stale = on_stale,
			.reaches = m->ledger ? on_reach : NULL,
			.misses = m->ledger ? on_miss : NULL,
			.show_all = m->options.show_all,
			.slow_accesses = m->options.slow_accesses,
			.caches = m->caches ? &m->caches->core[i] : NULL,
			.ctx = m,
		};

		config_mmu(m->config, i, &mmu);
		m->cpu[i] = cpu_create(&params, diag);
		if (!m->cpu[i])
			return false;
	}
	for (unsigned int i = 0; i < m->nr_cpus; i++)
		alarms_start(&m->devices.alarms[i], cpu_clock(m->cpu[i]));
	create_wheel(m);
	return true;
}

static bool resolve_program(struct machine *m,
			    const struct kernel_program *from,
			    struct kernel_program *to, struct diag *diag)
{
	const char **argv;
	size_t n = 0;

	while (from->argv[n])
		n++;
	argv = calloc(n + 1, sizeof(*argv));
	if (!argv)
		return diag_error(diag, NULL, "no memory for a program");
	memcpy(argv, from->argv, n * sizeof(*argv));
	to->argv = argv;
	for (size_t i = 0; i < n; i++) {
		const char *host = host_program(argv[i]);

		if (host)
			argv[i] = hostfs_add_file(m->fs, host, diag);
		if (!argv[i])
			return false;
	}
	return true;
}

static bool create_files(struct machine *m, struct diag *diag)
{
	const struct config *config = m->config;

	m->fs = hostfs_create(config->rootfs.path, diag);
	if (!m->fs)
		return false;
	if (*config->rootfs.upper &&
	    !hostfs_set_upper(m->fs, config->rootfs.upper, config->rootfs.path,
			      diag))
		return false;
	m->programs = calloc(config->nr_run + 1, sizeof(*m->programs));
	if (!m->programs)
		return diag_error(diag, NULL, "no memory for programs");
	for (unsigned int i = 0; i < config->nr_run; i++)
		if (!resolve_program(m, &config->run[i], &m->programs[i], diag))
			return false;
	return true;
}

static bool create_disk(struct machine *m, struct disk *disk,
			const struct config_disk *config, struct diag *diag)
{
	if (!disk_open(disk, config, diag))
		return false;
	if (config->size_bytes && config->bus == BUS_MMC)
		devices_insert_card(&m->devices, disk, config);
	return true;
}

static bool create_disks(struct machine *m, struct diag *diag)
{
	return create_disk(m, &m->disk[0], &m->config->swap, diag) &&
	       create_disk(m, &m->disk[1], &m->config->disk, diag);
}

/* Two of them are the kernel's by keys of their own, too. */
static void apply_detectors(struct kernel_params *params)
{
	if (params->detect & 1u << DETECT_VERIFY &&
	    params->verify < VERIFY_FAULT)
		params->verify = VERIFY_FAULT;
	if (params->detect & 1u << DETECT_KMEMLEAK &&
	    params->kmemleak < KMEMLEAK_END)
		params->kmemleak = KMEMLEAK_END;
}

/* Somebody takes snapshots. */
static bool is_pictured(const struct machine *m)
{
	return m->options.watcher && !m->options.watcher->no_snapshots;
}

static bool create_kernel(struct machine *m, struct diag *diag)
{
	struct kernel_params params = {
		.page_offset = m->config->kernel.page_offset,
		.asid = m->config->kernel.asid,
		.alignment_trap = m->config->cpu.alignment == ALIGNMENT_STRICT,
		.slab_allocator = m->config->kernel.slab_allocator,
		.verify = m->config->kernel.verify,
		.detect = m->config->detect,
		.inject = m->config->inject,
		.kmemleak = m->config->kernel.kmemleak,
		.transparent_hugepage = m->config->kernel.transparent_hugepage,
		.memory_failure = m->config->kernel.memory_failure,
		.randomize_va_space = m->config->kernel.randomize_va_space,
		.rootfs_read_latency_us = m->config->rootfs.read_latency_us,
		.rootfs_mb_per_s = m->config->rootfs.mb_per_s,
		.initramfs = m->config->rootfs.initramfs,
		.programs = m->programs,
		.nr_programs = m->config->nr_run,
	};

	if (m->config->timing.model != TIMING_COUNT) {
		params.prices = m->config->kernel.prices;
		params.prices.refill_cycles =
			m->config->cpu.pipeline.mispredict;
		params.spectre_v2 = m->config->kernel.spectre_v2;
		params.touches = true;
		params.caches = m->caches;
	}
	apply_detectors(&params);
	m->dtb = dtb_build(m->config, diag);
	if (!m->dtb)
		return false;
	if (is_pictured(m)) {
		m->feed = feed_create(m);
		if (!m->feed)
			return diag_error(diag, NULL, "no memory to look");
	}
	hw_port_create(m);
	if (is_pictured(m)) {
		m->snapshots = snapshots_create(m);
		if (!m->snapshots)
			return diag_error(diag, NULL, "no memory to look");
		m->hw.changed_blocks = snapshots_changed_blocks(m->snapshots);
		m->hw.changed_tables = snapshots_changed_tables(m->snapshots);
	}
	m->kernel = kernel_create(&m->hw, &params);
	if (m->trace)
		trace_set_kernel(m->trace, m->kernel);
	return m->kernel || diag_error(diag, NULL, "no memory for the kernel");
}

static bool open_trace(struct machine *m, struct diag *diag)
{
	if (m->options.why) {
		m->trace_events = why_trace_events();
		m->why = why_create(m->options.why);
		return m->why ||
		       diag_error(diag, NULL, "no memory for the answer");
	}
	if (m->options.explain) {
		m->trace_events = explain_trace_events(m->options.explain);
		m->explain = explain_create(m->options.explain, m,
					    m->options.explain_to ?: stdout);
		return m->explain ||
		       diag_error(diag, NULL, "no memory for the answer");
	}
	if (!m->options.trace.path)
		return trace_options_are_empty(&m->options.trace, diag);
	m->trace = trace_create(&m->options.trace,
				(uint32_t)m->config->cpu.clock_hz, diag);
	if (!m->trace)
		return false;
	m->trace_events = trace_events(m->trace);
	return true;
}

/* Of the display that is plugged in, which the board's firmware sets. */
static uint32_t pixel_hz(const struct config *config)
{
	const struct display_mode *mode = display_mode(config->display);

	return mode ? mode->clock_hz : 0;
}

static bool create_ledger(struct machine *m, struct diag *diag)
{
	if (!m->options.ledger_path)
		return true;
	m->ledger = ledger_create(m, m->options.ledger_path);
	return m->ledger || diag_error(diag, NULL, "no memory for the ledger");
}

/* Last of all: a run that can't begin leaves what an earlier one has written. */
static bool open_results(struct machine *m, struct diag *diag)
{
	return ledger_open(m->ledger, diag) && stats_open(m, diag);
}

struct machine *machine_create(const struct config *config,
			       const struct machine_options *options,
			       struct diag *diag)
{
	struct machine *m = calloc(1, sizeof(*m));

	if (!m) {
		diag_error(diag, NULL, "no memory for a machine");
		return NULL;
	}
	m->config = config;
	m->options = *options;
	m->started_ns = host_ns();
	console_open(&m->console, options->console_in, options->console_out);
	if (options->watcher)
		m->console.wake_fd = options->watcher->wake_fd;
	if (create_ram(m, diag) && create_ledger(m, diag)) {
		devices_create(&m->devices, config->board, &m->bus, &m->console,
			       config->cpu.count,
			       (uint32_t)config->cpu.clock_hz,
			       pixel_hz(config));
		if (create_cpus(m, diag) && create_files(m, diag) &&
		    create_disks(m, diag) && open_trace(m, diag) &&
		    create_kernel(m, diag) && open_results(m, diag))
			return m;
	}
	machine_destroy(m);
	return NULL;
}

void machine_destroy(struct machine *m)
{
	struct diag too_late = {0};

	if (!m)
		return;
	if (m->trace)
		trace_close(m->trace, &too_late);
	if (m->kernel)
		kernel_destroy(m->kernel);
	for (unsigned int i = 0; i < m->nr_cpus; i++)
		cpu_destroy(m->cpu[i]);
	hierarchy_destroy(m->caches);
	for (unsigned int i = 0; m->programs && i < m->config->nr_run; i++)
		free((void *)m->programs[i].argv);
	free(m->programs);
	for (unsigned int i = 0; i < NR_DISKS; i++)
		disk_close(&m->disk[i]);
	hostfs_destroy(m->fs);
	free(m->dtb);
	ram_destroy(&m->ram);
	memory_map_free(m->memory_map);
	why_destroy(m->why);
	explain_destroy(m->explain);
	snapshots_destroy(m->snapshots);
	feed_destroy(m->feed);
	if (m->stats)
		fclose(m->stats);
	ledger_destroy(m->ledger);
	findings_free(&m->findings);
	free(m);
}

/* ---- the wheel -------------------------------------------------------------------- */

static struct clock *clock_of(struct machine *m)
{
	return cpu_clock(m->cpu[m->wheel.running]);
}

static struct pl011 *uart_of(struct machine *m)
{
	return m->devices.console_uart;
}

static void enter_kernel(struct machine *m, const struct trap *trap)
{
	m->verdict = m->nr_cpus > 1 ? wheel_enter(&m->wheel, trap)
				    : to_kernel(m, m->wheel.running, trap);
}

static void trap(struct machine *m, enum trap_kind kind)
{
	enter_kernel(m, &(struct trap){.kind = kind});
}

static void rest(struct machine *m)
{
	const struct machine_watcher *watcher = m->options.watcher;

	if (watcher &&
	    (!watcher->attention ||
	     atomic_load_explicit(watcher->attention, memory_order_relaxed)))
		watcher->rest(watcher->arg, m, &m->go);
}

/* A pipe is waited for as long as it takes; one who looks needn't. */
static void await_input(struct machine *m)
{
	while (!m->console.is_tty && !m->console.ended && !m->go.ends &&
	       !console_wait(&m->console, -1))
		if (console_woken(&m->console))
			rest(m);
}

/* Input that may be taken now, taken; see pl011_receive(). */
static void take_input(struct machine *m)
{
	struct pl011 *uart = uart_of(m);

	if (!uart || !pl011_listens(uart))
		return;
	console_flush(&m->console);
	if (m->options.watcher)
		await_input(m);
	if (!m->go.ends)
		pl011_receive(uart);
}

/*
 * Interrupted again at the very cycle at which it was last, an idle core has
 * an interrupt that nothing takes down: time must pass all the same.
 */
static void pass_entry(struct machine *m)
{
	struct clock *clock = clock_of(m);
	uint64_t *last = &m->irq_cycle[m->wheel.running];

	if (m->verdict == KERNEL_IDLE && clock_now(clock) == *last)
		clock_idle_until(clock, *last + IRQ_ENTRY_CYCLES);
	*last = clock_now(clock);
}

static bool keeps_interrupt_out(struct machine *m)
{
	return m->devices.irq[m->wheel.running] &&
	       cpu_masks_irqs(m->cpu[m->wheel.running]);
}

/*
 * At most one between two runs, so that what runs gets on even under an
 * interrupt that comes back for ever. Kernel code with CPSR.I set is asked
 * again soon.
 */
static void deliver_interrupts(struct machine *m)
{
	struct clock *clock = clock_of(m);

	if (m->verdict != KERNEL_RUN && m->verdict != KERNEL_IDLE)
		return;
	if (m->lent && uart_of(m) && terminal_was_resized())
		pl011_ring(uart_of(m));
	if (clock_alarm_rings(clock))
		alarms_ring(&m->devices.alarms[m->wheel.running]);
	if (!m->devices.irq[m->wheel.running]) {
		/* it stopped for a look at what has gone by now */
		if (clock_must_stop(clock))
			clock_stop_at(clock, CLOCK_NEVER);
		return;
	}
	if (m->verdict == KERNEL_RUN && keeps_interrupt_out(m)) {
		clock_stop_at(clock, clock_now(clock) +
					     m->hw.clock_hz / MASKED_LOOKS_HZ);
		return;
	}
	if (m->nr_cpus > 1 && !wheel_interrupts(&m->wheel))
		return;
	pass_entry(m);
	trap(m, TRAP_IRQ);
}

/* When the watcher wants the core to stop; CLOCK_NEVER: whenever it does. */
static uint64_t watcher_stop(const struct machine *m, uint64_t now)
{
	uint64_t stop = m->go.within ? now + m->go.within : CLOCK_NEVER;

	return m->go.at > now && m->go.at < stop ? m->go.at : stop;
}

/*
 * Until a trap, or until the watcher's time has come, where nothing else may
 * happen: without one, the core would have run on.
 */
static struct trap run_in_flow(struct machine *m)
{
	struct clock *clock = clock_of(m);
	uint64_t until = clock->stop;
	uint64_t stop = watcher_stop(m, clock_now(clock));
	struct trap trapped = {.kind = TRAP_TIMER};

	m->in_flow = false;
	if (stop < until)
		clock_stop_at(clock, stop);
	trapped = cpu_run(m->cpu[m->wheel.running]);
	if (stop >= until || clock->stop != stop)
		return trapped; /* or an alarm was set meanwhile */
	clock_stop_at(clock, until);
	m->in_flow = trapped.kind == TRAP_TIMER && !clock_must_stop(clock);
	return trapped;
}

static struct trap run_one(struct machine *m)
{
	struct trap trapped;

	m->in_flow = cpu_step(m->cpu[m->wheel.running], &trapped);
	m->nr_steps += m->in_flow || trapped.kind != TRAP_TIMER;
	return trapped;
}

/* One of several cores runs no further than its turn lasts. */
static void limit_turn(struct machine *m)
{
	struct clock *clock = clock_of(m);
	uint64_t end = wheel_end(&m->wheel);

	if (clock->stop > end)
		clock_stop_at(clock, end);
}

/* Where that was all, the outer world isn't looked at: quanta are short. */
static bool looks_around(struct machine *m)
{
	uint64_t now = clock_now(clock_of(m));

	if (m->nr_cpus == 1)
		return true;
	if (m->console.is_tty && now >= m->keys_cycle) {
		m->keys_cycle = now + m->hw.clock_hz / KEYS_HZ;
		return true;
	}
	return clock_alarm_rings(clock_of(m)) || keeps_interrupt_out(m);
}

/* One turn with something to run. */
static void run(struct machine *m)
{
	struct clock *clock = clock_of(m);
	struct trap trapped;

	if (m->console.is_tty)
		clock_stop_at(clock,
			      clock_now(clock) + m->hw.clock_hz / KEYS_HZ);
	if (m->nr_cpus > 1)
		limit_turn(m);
	trapped = m->go.one ? run_one(m) : run_in_flow(m);
	if (m->in_flow)
		return;
	if (trapped.kind == TRAP_TIMER && looks_around(m)) {
		take_input(m);
		console_flush(&m->console);
	}
	if (trapped.kind != TRAP_TIMER || keeps_interrupt_out(m))
		enter_kernel(m, &trapped);
	why_trapped(m->why, m->kernel, clock_now(clock));
}

/*
 * Somebody sits there: lets the wall clock pass until a key or the alarm.
 * False: until the watcher calls.
 */
static bool idle_at_terminal(struct machine *m)
{
	struct clock *clock = clock_of(m);
	bool never = clock->alarm == CLOCK_NEVER;
	int64_t ns = never ? -1 : pace_ns_until(&m->pace, clock->alarm);
	uint64_t now;

	if (!pl011_listens(uart_of(m))) {
		if (!never)
			console_sleep(&m->console, ns);
		return !console_woken(&m->console);
	}
	if (!console_wait(&m->console, ns))
		return !console_woken(&m->console);
	now = pace_cycle_now(&m->pace);
	clock_idle_until(clock, now < clock->alarm ? now : clock->alarm);
	pl011_receive(uart_of(m));
	return true;
}

static bool is_interrupted(struct machine *m)
{
	return m->devices.irq[m->wheel.running] &&
	       (m->nr_cpus == 1 || wheel_interrupts(&m->wheel));
}

/* One turn with nothing to run. False: nor will there ever be. */
static bool idle(struct machine *m)
{
	struct clock *clock = clock_of(m);

	if (m->nr_cpus > 1 && !wheel_is_turn(&m->wheel))
		return true; /* what it did has made it another's */
	console_flush(&m->console);
	if (m->console.is_tty && uart_of(m)) {
		if (!idle_at_terminal(m))
			return true;
	} else {
		take_input(m);
	}
	if (is_interrupted(m))
		return true; /* delivered next */
	if (clock->alarm == CLOCK_NEVER && m->devices.irq[m->wheel.running])
		return true; /* it was sent later than where this core is */
	if (clock->alarm == CLOCK_NEVER)
		return m->console.is_tty && !m->console.ended;
	clock_idle_until(clock, clock->alarm);
	return true;
}

static void close_console(struct machine *m, struct diag *diag)
{
	console_close(&m->console);
	if (!m->console.error || diag->failed)
		return;
	errno = m->console.error;
	diag_errno(diag, NULL, "can't write what the programs print");
}

static void take_screenshot(struct machine *m, struct diag *diag)
{
	if (m->options.framebuffer.path)
		screenshot_take(&m->screenshot, &m->options.framebuffer,
				&m->devices, clock_now(clock_of(m)), diag);
}

/* The next core, which stops for its alarm at latest. */
static void choose_core(struct machine *m)
{
	m->verdict = wheel_choose(&m->wheel);
	clock_stop_at(clock_of(m), CLOCK_NEVER);
}

static void between_turns(struct machine *m, struct diag *diag)
{
	if (m->nr_cpus > 1)
		choose_core(m);
	deliver_interrupts(m);
	if (screenshot_is_due(&m->screenshot, &m->options.framebuffer,
			      clock_now(clock_of(m))))
		take_screenshot(m, diag);
}

static void sample(struct machine *m)
{
	uint64_t now = clock_now(clock_of(m));

	if (m->snapshots && now >= m->sample_cycle)
		m->sample_cycle = snapshots_rest(m->snapshots, now);
}

static void turn_until_halted(struct machine *m, struct diag *diag)
{
	trap(m, TRAP_BOOT);
	for (;;) {
		if (!m->in_flow)
			between_turns(m, diag);
		sample(m);
		rest(m);
		if (m->go.ends)
			return;
		switch (m->verdict) {
		case KERNEL_RUN:
			run(m);
			break;
		case KERNEL_IDLE:
			if (idle(m))
				break;
			diag_error(diag, NULL,
				   "the guest hangs: all its tasks sleep and "
				   "nothing is left that could wake them");
			return;
		default:
			return;
		}
	}
}

struct snapshot *machine_snapshot(struct machine *m,
				  const struct snapshot_wish *wish)
{
	return snapshots_take(m->snapshots, wish);
}

uint64_t machine_run_hash(const struct machine *m)
{
	return kernel_run_hash(m->kernel);
}

void machine_stood(struct machine *m)
{
	snapshots_read_all(m->snapshots);
	pace_start(&m->pace, m->hw.clock_hz, clock_now(clock_of(m)));
}

/* ---- the end ------------------------------------------------------------------------ */

static int exit_status(const struct machine *m, const struct diag *diag)
{
	int status;

	if (diag->failed)
		return MACHINE_EXIT_HOST;
	if (m->verdict == KERNEL_PANIC)
		return MACHINE_EXIT_PANIC;
	if (m->go.ends && m->verdict != KERNEL_HALTED)
		return MACHINE_EXIT_STOPPED;
	if (kernel_program_error(m->kernel))
		return MACHINE_EXIT_HOST;
	status = kernel_exit_status(m->kernel);
	if (WIFSIGNALED(status))
		return MACHINE_EXIT_SIGNAL + WTERMSIG(status);
	return WEXITSTATUS(status);
}

/* What a quiet machine held back, once it matters. */
static void print_log_tail(const struct machine *m)
{
	fwrite(m->log_tail, 1, m->nr_log, stderr);
}

int machine_run(struct machine *m, struct diag *diag)
{
	m->lent = m->console.is_tty && terminal_lend(m->console.in);
	pace_start(&m->pace, m->hw.clock_hz, 0);
	turn_until_halted(m, diag);
	if (m->options.watcher && m->options.watcher->ends)
		m->options.watcher->ends(m->options.watcher->arg, m);
	take_screenshot(m, diag);
	close_console(m, diag);
	if (m->lent)
		terminal_restore();

	m->host_seconds = (double)(host_ns() - m->started_ns) / 1e9;
	m->exit_status = exit_status(m, diag);
	if (m->trace) {
		trace_close(m->trace, diag);
		m->trace = NULL;
	}
	hostfs_kept_all(m->fs, diag);
	ledger_close(m->ledger);
	if (m->ledger)
		ledger_write(m->ledger, diag);
	if (m->stats)
		stats_write(m, diag);
	if (m->memory_map)
		memory_map_print(m->memory_map, stdout);
	if (m->why && !diag->failed && !kernel_program_error(m->kernel))
		why_print(m->why, stdout, diag);
	if (m->explain && !diag->failed && !kernel_program_error(m->kernel))
		explain_print(m->explain, m->options.explain_to ?: stdout,
			      diag);
	if (!m->options.quiet)
		report_print(m, stderr);
	else if (m->verdict == KERNEL_PANIC && !m->options.silent)
		print_log_tail(m);
	if (kernel_program_error(m->kernel) && !m->options.silent)
		fprintf(stderr, "mmuscope: %s\n",
			kernel_program_error(m->kernel));
	return diag->failed ? MACHINE_EXIT_HOST : m->exit_status;
}
