/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * struct hw_ops: what the kernel may ask of its machine. Each is a line or
 * two that passes on to whoever knows.
 */
#include <stdlib.h>
#include <string.h>

#include "emu/config/config.h"
#include "emu/diag.h"
#include "emu/disassemble.h"
#include "emu/machine_state.h"
#include "emu/memory_map.h"
#include "emu/terminal.h"

static uint64_t op_now(void *ctx)
{
	const struct machine *m = ctx;

	return clock_now(cpu_clock(m->cpu[m->wheel.running]));
}

static void op_charge(void *ctx, int cpu, enum cycle_cause cause,
		      uint64_t cycles)
{
	struct machine *m = ctx;

	clock_charge(cpu_clock(m->cpu[cpu]), cause, cycles);
}

static struct hw_stall op_touch(void *ctx, int cpu, paddr_t paddr,
				uint32_t nr_bytes, enum mmu_kind kind)
{
	struct machine *m = ctx;

	return cpu_cache_touch(m->cpu[cpu], paddr, nr_bytes, kind);
}

static void op_code_op(void *ctx, int cpu, uint32_t cp15_reg)
{
	struct machine *m = ctx;

	cpu_code_op(m->cpu[cpu], cp15_reg);
}

static uint64_t op_timer_read(void *ctx, enum arch_timer_reg reg)
{
	struct machine *m = ctx;

	return arch_timer_read(&m->devices.arch_timer[m->wheel.running], reg);
}

static void op_timer_write(void *ctx, enum arch_timer_reg reg, uint64_t value)
{
	struct machine *m = ctx;

	arch_timer_write(&m->devices.arch_timer[m->wheel.running], reg, value);
}

static void op_start_cpu(void *ctx, int cpu)
{
	wheel_start(&((struct machine *)ctx)->wheel, cpu);
}

static uint64_t op_boot_time_sec(void *ctx)
{
	(void)ctx;
	return HOSTFS_TIME_SEC;
}

/* ---- registers ------------------------------------------------------------ */

static void op_get_regs(void *ctx, int cpu, struct pt_regs *regs)
{
	cpu_get_regs(((struct machine *)ctx)->cpu[cpu], regs);
}

static vaddr_t op_get_pc(void *ctx, int cpu, bool *thumb)
{
	return cpu_get_pc(((struct machine *)ctx)->cpu[cpu], thumb);
}

static void op_set_regs(void *ctx, int cpu, const struct pt_regs *regs)
{
	cpu_set_regs(((struct machine *)ctx)->cpu[cpu], regs);
}

static void op_set_r0(void *ctx, int cpu, uint32_t value)
{
	cpu_set_r0(((struct machine *)ctx)->cpu[cpu], value);
}

static void op_get_vfp(void *ctx, int cpu, struct vfp_state *vfp)
{
	cpu_get_vfp(((struct machine *)ctx)->cpu[cpu], vfp);
}

static void op_set_vfp(void *ctx, int cpu, const struct vfp_state *vfp)
{
	cpu_set_vfp(((struct machine *)ctx)->cpu[cpu], vfp);
}

static void op_set_tls(void *ctx, int cpu, uint32_t tpidruro)
{
	cpu_set_tpidruro(((struct machine *)ctx)->cpu[cpu], tpidruro);
}

static uint32_t op_get_tpidrurw(void *ctx, int cpu)
{
	return cpu_get_tpidrurw(((struct machine *)ctx)->cpu[cpu]);
}

static void op_set_tpidrurw(void *ctx, int cpu, uint32_t value)
{
	cpu_set_tpidrurw(((struct machine *)ctx)->cpu[cpu], value);
}

static void op_clear_exclusive(void *ctx, int cpu)
{
	cpu_clear_exclusive(((struct machine *)ctx)->cpu[cpu]);
}

/* ---- memory and devices ----------------------------------------------------- */

static void op_code_changed(void *ctx, paddr_t paddr, uint32_t size_bytes)
{
	struct machine *m = ctx;

	for (unsigned int i = 0; i < m->nr_cpus; i++)
		cpu_code_changed(m->cpu[i], paddr, size_bytes);
	if (m->caches)
		hierarchy_code_changed(m->caches, paddr, size_bytes);
}

static void op_guard(void *ctx, paddr_t paddr, uint32_t nr_bytes, bool on)
{
	struct machine *m = ctx;

	ram_guard(&m->ram, paddr, nr_bytes, on);
	for (unsigned int i = 0; on && i < m->nr_cpus; i++)
		cpu_guarded(m->cpu[i]);
}

static bool op_is_guarded(void *ctx, paddr_t paddr)
{
	const struct machine *m = ctx;

	return ram_is_guarded(&m->ram, paddr);
}

static void op_poison(void *ctx, paddr_t paddr)
{
	struct machine *m = ctx;

	ram_poison(&m->ram, paddr);
	for (unsigned int i = 0; i < m->nr_cpus; i++)
		cpu_poisoned(m->cpu[i]);
}

static bool op_is_poisoned(void *ctx, paddr_t paddr)
{
	const struct machine *m = ctx;

	return ram_is_poisoned(&m->ram, paddr);
}

static void op_descriptor_written(void *ctx, paddr_t paddr, uint32_t word,
				  const struct hw_writer *who)
{
	struct machine *m = ctx;

	(void)word;
	stale_written(&m->stale, paddr, op_now(m), who);
}

static bool op_io_read(void *ctx, paddr_t paddr, unsigned int size,
		       uint32_t *value)
{
	return bus_io_read(&((struct machine *)ctx)->bus, paddr, size, value);
}

static bool op_io_write(void *ctx, paddr_t paddr, unsigned int size,
			uint32_t value)
{
	return bus_io_write(&((struct machine *)ctx)->bus, paddr, size, value);
}

/* ---- the read-only root -------------------------------------------------------- */

static int op_fs_lookup(void *ctx, hw_node_t dir, const char *name,
			hw_node_t *node)
{
	return hostfs_lookup(((struct machine *)ctx)->fs, dir, name, node);
}

static int op_fs_getattr(void *ctx, hw_node_t node, struct hw_node_attr *attr)
{
	return hostfs_getattr(((struct machine *)ctx)->fs, node, attr);
}

static int op_fs_readdir(void *ctx, hw_node_t dir, uint32_t index, char *name,
			 size_t name_size, hw_node_t *node)
{
	return hostfs_readdir(((struct machine *)ctx)->fs, dir, index, name,
			      name_size, node);
}

/* What a device writes to memory leaves the caches; see dma_map_sg(). */
static void dma_to_ram(struct machine *m, const uint8_t *host,
		       uint32_t nr_bytes)
{
	if (m->caches && host >= m->ram.host &&
	    host < m->ram.host + m->ram.span_bytes)
		hierarchy_maintain(m->caches,
				   m->ram.base + (paddr_t)(host - m->ram.host),
				   nr_bytes, HIERARCHY_INVALIDATE);
}

static int op_fs_read(void *ctx, hw_node_t node, uint64_t offset, void *to,
		      uint32_t nr_bytes)
{
	dma_to_ram(ctx, to, nr_bytes);
	return hostfs_read(((struct machine *)ctx)->fs, node, offset, to,
			   nr_bytes);
}

static int op_fs_readlink(void *ctx, hw_node_t node, char *to, size_t size)
{
	return hostfs_readlink(((struct machine *)ctx)->fs, node, to, size);
}

static int op_fs_save_begin(void *ctx)
{
	return hostfs_save_begin(((struct machine *)ctx)->fs);
}

static void op_fs_save_inode(void *ctx, const struct hw_saved_inode *inode)
{
	hostfs_save_inode(((struct machine *)ctx)->fs, inode);
}

static void op_fs_save_name(void *ctx, struct hw_inode_ref dir,
			    const char *name, const struct hw_inode_ref *inode)
{
	hostfs_save_name(((struct machine *)ctx)->fs, dir, name, inode);
}

static void op_fs_save_page(void *ctx, struct hw_inode_ref inode,
			    uint64_t offset, const void *bytes,
			    uint32_t nr_bytes)
{
	hostfs_save_page(((struct machine *)ctx)->fs, inode, offset, bytes,
			 nr_bytes);
}

static int op_fs_save_end(void *ctx, int error)
{
	return hostfs_save_end(((struct machine *)ctx)->fs, error);
}

static int op_disk_read(void *ctx, unsigned int disk, uint64_t offset,
			paddr_t paddr, uint32_t nr_bytes)
{
	struct machine *m = ctx;

	dma_to_ram(m, m->ram.host + (paddr - m->ram.base), nr_bytes);
	return disk_read(&m->disk[disk], offset,
			 m->ram.host + (paddr - m->ram.base), nr_bytes);
}

static int op_disk_write(void *ctx, unsigned int disk, uint64_t offset,
			 paddr_t paddr, uint32_t nr_bytes)
{
	struct machine *m = ctx;

	if (m->caches)
		hierarchy_maintain(m->caches, paddr, nr_bytes, HIERARCHY_CLEAN);
	return disk_write(&m->disk[disk], offset,
			  m->ram.host + (paddr - m->ram.base), nr_bytes);
}

/* ---- the outer world ------------------------------------------------------------- */

/* A quiet machine keeps the end of its log, for the case that it panics. */
static void keep_tail(struct machine *m, const char *text, size_t nr_bytes)
{
	if (nr_bytes > LOG_TAIL_BYTES) {
		text += nr_bytes - LOG_TAIL_BYTES;
		nr_bytes = LOG_TAIL_BYTES;
	}
	if (m->nr_log + nr_bytes > LOG_TAIL_BYTES) {
		size_t drop = m->nr_log + nr_bytes - LOG_TAIL_BYTES;

		memmove(m->log_tail, m->log_tail + drop, m->nr_log - drop);
		m->nr_log -= drop;
	}
	memcpy(m->log_tail + m->nr_log, text, nr_bytes);
	m->nr_log += nr_bytes;
}

static void log_piece(struct machine *m, const char *text, size_t nr_bytes)
{
	const struct machine_watcher *watcher = m->options.watcher;

	if (watcher && watcher->log)
		watcher->log(watcher->arg, text, nr_bytes);
	if (m->options.quiet)
		keep_tail(m, text, nr_bytes);
	else
		terminal_message(text, nr_bytes);
}

static bool op_console_size(void *ctx, uint16_t *rows, uint16_t *columns)
{
	const struct machine *m = ctx;

	return m->console.is_tty && terminal_size(m->console.in, rows, columns);
}

/* In pieces, since stderr has no buffer. */
static void op_log(void *ctx, const char *text, size_t nr_bytes)
{
	struct machine *m = ctx;
	char piece[256];

	if (!m->options.quiet)
		console_flush(&m->console); /* in the order in which it came */
	while (nr_bytes) {
		size_t n = nr_bytes < sizeof(piece) ? nr_bytes : sizeof(piece);

		for (size_t i = 0; i < n; i++)
			piece[i] = text[i] == '\n' || text[i] == '\t'
					   ? text[i]
					   : printable(text[i]);
		log_piece(m, piece, n);
		text += n;
		nr_bytes -= n;
	}
}

/* Whoever looks may want others than those that were asked for. */
static void op_trace(void *ctx, const struct hw_trace *event)
{
	struct machine *m = ctx;
	const struct machine_watcher *watcher = m->options.watcher;
	const bool wanted = m->trace_events >> event->event & 1;
	const bool watched = watcher &&
			     (watcher->trace_events >> event->event & 1);
	char line[KERNEL_TRACE_LINE];

	ledger_trace(m->ledger, event);
	if (wanted && m->trace)
		trace_add(m->trace, op_now(m), m->wheel.running, event);
	if (!watched && !m->feed && !m->why && !m->explain)
		return;
	kernel_trace_line(event, line);
	feed_trace(m->feed, event->event, line);
	if (watched)
		watcher->trace(watcher->arg, m, event->event, line);
	if (wanted) {
		why_trace(m->why, m->kernel, op_now(m), line);
		explain_trace(m->explain, op_now(m), line);
	}
}

static bool op_fault_begins(void *ctx, const struct kernel_fault *fault)
{
	struct machine *m = ctx;
	const struct machine_watcher *watcher = m->options.watcher;
	bool counts;

	ledger_fault_begins(m->ledger, fault);
	counts = explain_begins(m->explain, fault);
	counts |= feed_fault_begins(m->feed, fault);
	if (watcher && watcher->fault_begins && !m->go.leave_faults)
		watcher->fault_begins(watcher->arg, m, fault);
	return counts;
}

static void op_fault_ends(void *ctx, const struct kernel_fault *fault)
{
	struct machine *m = ctx;
	const struct machine_watcher *watcher = m->options.watcher;

	ledger_fault_ends(m->ledger, fault);
	explain_ends(m->explain, fault);
	feed_fault_ends(m->feed, fault);
	if (watcher && watcher->fault_ends && !m->go.leave_faults)
		watcher->fault_ends(watcher->arg, m, fault);
}

static unsigned int op_disassemble(void *ctx, vaddr_t pc, const uint8_t *bytes,
				   unsigned int nr_bytes, bool thumb, char *to,
				   size_t size)
{
	(void)ctx;
	return (unsigned int)disassemble(bytes, nr_bytes, pc, thumb, to, size);
}

static void keep_zone(void *arg, const struct kernel_zone_info *zone)
{
	struct machine *m = arg;

	if (m->nr_zones_at_end < MACHINE_MAX_ZONES)
		m->zone_at_end[m->nr_zones_at_end++] = *zone;
}

static void op_programs_ended(void *ctx)
{
	struct machine *m = ctx;
	const struct machine_watcher *watcher = m->options.watcher;

	kernel_slab_stats(m->kernel, &m->slab_at_end);
	kernel_for_each_zone(m->kernel, keep_zone, m);
	if (m->options.memory_map)
		m->memory_map = memory_map_take(m->kernel);
	why_programs_ended(m->why, m->kernel, op_now(m));
	if (watcher && watcher->programs_ended)
		watcher->programs_ended(watcher->arg, m);
}

static void op_process_exits(void *ctx, int pid, bool of_board)
{
	struct machine *m = ctx;
	const struct machine_watcher *watcher = m->options.watcher;

	why_process_exits(m->why, m->kernel, op_now(m), pid, of_board);
	if (watcher && watcher->process_exits)
		watcher->process_exits(watcher->arg, m, pid, of_board);
}

/* To the terminal, unless the watcher wants to know and tells it himself. */
static bool op_detected(void *ctx, const struct kernel_finding *finding)
{
	struct machine *m = ctx;
	const struct machine_watcher *watcher = m->options.watcher;
	char *text;

	findings_add(&m->findings, finding);
	if (watcher && watcher->detected)
		return watcher->detected(watcher->arg, m, finding);
	text = finding_text(finding);
	if (text) {
		terminal_message("mmuscope: ", 10);
		terminal_message(text, strlen(text));
	}
	free(text);
	return false;
}

/* Those that were asked for, and those that somebody looks at. */
static hw_trace_mask_t events_wanted(const struct machine *m)
{
	hw_trace_mask_t events = m->trace_events;

	if (m->feed)
		events |= feed_trace_events();
	if (m->ledger)
		events |= ledger_trace_events();
	if (m->options.watcher)
		events |= m->options.watcher->trace_events;
	return events;
}

void hw_port_create(struct machine *m)
{
	static const struct hw_ops ops = {
		.touch = op_touch,
		.code_op = op_code_op,
		.now = op_now,
		.charge = op_charge,
		.timer_read = op_timer_read,
		.timer_write = op_timer_write,
		.start_cpu = op_start_cpu,
		.boot_time_sec = op_boot_time_sec,
		.get_regs = op_get_regs,
		.get_pc = op_get_pc,
		.set_regs = op_set_regs,
		.set_r0 = op_set_r0,
		.get_vfp = op_get_vfp,
		.set_vfp = op_set_vfp,
		.set_tls = op_set_tls,
		.get_tpidrurw = op_get_tpidrurw,
		.set_tpidrurw = op_set_tpidrurw,
		.clear_exclusive = op_clear_exclusive,
		.code_changed = op_code_changed,
		.guard = op_guard,
		.is_guarded = op_is_guarded,
		.poison = op_poison,
		.is_poisoned = op_is_poisoned,
		.descriptor_written = op_descriptor_written,
		.io_read = op_io_read,
		.io_write = op_io_write,
		.fs_lookup = op_fs_lookup,
		.fs_getattr = op_fs_getattr,
		.fs_readdir = op_fs_readdir,
		.fs_read = op_fs_read,
		.fs_readlink = op_fs_readlink,
		.fs_save_begin = op_fs_save_begin,
		.fs_save_inode = op_fs_save_inode,
		.fs_save_name = op_fs_save_name,
		.fs_save_page = op_fs_save_page,
		.fs_save_end = op_fs_save_end,
		.disk_read = op_disk_read,
		.disk_write = op_disk_write,
		.disassemble = op_disassemble,
		.console_size = op_console_size,
		.log = op_log,
		.programs_ended = op_programs_ended,
		.process_exits = op_process_exits,
		.fault_begins = op_fault_begins,
		.fault_ends = op_fault_ends,
		.detected = op_detected,
		.trace = op_trace,
	};

	m->hw = (struct hw){
		.ctx = m,
		.ops = &ops,
		.nr_cpus = m->nr_cpus,
		.core = m->config->cpu.model,
		.clock_hz = (uint32_t)m->config->cpu.clock_hz,
		.ram = m->ram.host,
		.ram_base = m->ram.base,
		.ram_span_bytes = m->ram.span_bytes,
		.store = m->ram.store,
		.dtb = m->dtb,
		.console_is_tty = m->console.is_tty,
		.trace_events = events_wanted(m),
		.watch_faults = m->explain || m->feed || m->ledger ||
				m->options.watcher,
		.watch_descriptors = m->config->cpu.tlb.recheck ||
				     m->config->detect & 1u << DETECT_STALE,
		.seed = m->config->seed,
	};
	for (unsigned int i = 0; i < m->nr_cpus; i++)
		m->hw.mmu[i] = cpu_mmu(m->cpu[i]);
}
