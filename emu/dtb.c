/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * The flattened device tree of a machine, written with libfdt's sequential
 * functions: chosen, cpus, memory by node, clocks, and the board's devices in
 * one simple-bus. Devices without registers stand at the root.
 *
 * Invariant: the blob says all that the kernel may know of its board, in the
 * properties that Linux's bindings give these devices, and nothing of the
 * host; the same configuration gives the same bytes.
 *
 * Leaves out what no kernel of ours reads: regulators, pins, enable-methods
 * of further cores, caches.
 */

#include "emu/dtb.h"

#include <errno.h>
#include <libfdt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/board/board.h"
#include "emu/config/config.h"
#include "emu/diag.h"
#include "emu/display.h"

enum {
	FIRST_BYTES = 1 << 14,
	PHANDLE_CLOCKS = 0x100, /* the others are device numbers from 1 */
	PHANDLE_TO_PANEL = 0x200,
	PHANDLE_PANEL_INPUT,
	IRQ_LEVEL_HIGH = 4,
};

/* One attempt at writing the tree; @error is libfdt's first, and sticks. */
struct writer {
	const struct config *config;
	const struct board *board;
	void *blob;
	int error;
};

static void keep(struct writer *w, int error)
{
	if (!w->error)
		w->error = error;
}

/* ---- shorthands --------------------------------------------------------- */

static void begin(struct writer *w, const char *name)
{
	keep(w, fdt_begin_node(w->blob, name));
}

static void begin_at(struct writer *w, const char *name, uint64_t unit)
{
	char full[64];

	snprintf(full, sizeof(full), "%s@%llx", name, (unsigned long long)unit);
	begin(w, full);
}

static void end(struct writer *w)
{
	keep(w, fdt_end_node(w->blob));
}

static void put_text(struct writer *w, const char *name, const char *text)
{
	keep(w, fdt_property_string(w->blob, name, text));
}

static void put_u32(struct writer *w, const char *name, uint32_t value)
{
	keep(w, fdt_property_u32(w->blob, name, value));
}

static void put_empty(struct writer *w, const char *name)
{
	keep(w, fdt_property(w->blob, name, NULL, 0));
}

/* Room for @nr cells, to be filled with cpu_to_fdt32(); NULL after an error. */
static fdt32_t *put_cells(struct writer *w, const char *name, size_t nr)
{
	void *cells = NULL;

	keep(w, fdt_property_placeholder(w->blob, name,
					 (int)(nr * sizeof(fdt32_t)), &cells));
	return w->error ? NULL : cells;
}

/* A list of strings, given separated by blanks. */
static void put_words(struct writer *w, const char *name, const char *words)
{
	size_t size = strlen(words) + 1;
	char *list = NULL;

	keep(w, fdt_property_placeholder(w->blob, name, (int)size,
					 (void **)&list));
	if (w->error)
		return;
	for (size_t i = 0; i < size; i++)
		list[i] = words[i] == ' ' ? '\0' : words[i];
}

static void put_cell_counts(struct writer *w, uint32_t address, uint32_t size)
{
	put_u32(w, "#address-cells", address);
	put_u32(w, "#size-cells", size);
}

/* ---- interrupts --------------------------------------------------------- */

/* The device that takes interrupts of @space, or NULL. */
static const struct board_device *controller(const struct board *board,
					     enum irq_space space)
{
	static const enum device_kind kinds[] = {
		[IRQ_SPI] = DEVICE_GIC,
		[IRQ_PPI] = DEVICE_GIC,
		[IRQ_BANK] = DEVICE_BCM2836_INTC,
		[IRQ_LOCAL] = DEVICE_BCM2836_LOCAL,
	};

	if (space == IRQ_NONE)
		return NULL;
	return board_device(board, kinds[space], 0);
}

static bool is_controller(const struct board_device *device)
{
	return device->kind == DEVICE_GIC ||
	       device->kind == DEVICE_BCM2836_INTC ||
	       device->kind == DEVICE_BCM2836_LOCAL;
}

static uint32_t phandle(const struct writer *w,
			const struct board_device *device)
{
	return (uint32_t)(device - w->board->devices) + 1;
}

/* How many cells tell one interrupt of @space; writes them to @cell. */
static size_t irq_cells(const struct writer *w, struct board_irq irq,
			fdt32_t cell[3])
{
	uint32_t cores = (1u << w->config->cpu.count) - 1;

	switch (irq.space) {
	case IRQ_SPI:
		cell[0] = cpu_to_fdt32(0);
		cell[1] = cpu_to_fdt32(irq.number);
		cell[2] = cpu_to_fdt32(IRQ_LEVEL_HIGH);
		return 3;
	case IRQ_PPI:
		cell[0] = cpu_to_fdt32(1);
		cell[1] = cpu_to_fdt32(irq.number);
		cell[2] = cpu_to_fdt32(cores << 8 | IRQ_LEVEL_HIGH);
		return 3;
	case IRQ_BANK:
		cell[0] = cpu_to_fdt32(irq.number / 32);
		cell[1] = cpu_to_fdt32(irq.number % 32);
		return 2;
	case IRQ_LOCAL:
		cell[0] = cpu_to_fdt32(irq.number);
		cell[1] = cpu_to_fdt32(IRQ_LEVEL_HIGH);
		return 2;
	default:
		return 0;
	}
}

static void put_interrupts(struct writer *w, const struct board_device *device)
{
	const struct board_device *parent = controller(w->board,
						       device->irq[0].space);
	fdt32_t cells[DEVICE_IRQS * 3];
	size_t nr = 0;

	if (!parent)
		return;
	for (size_t i = 0; i < DEVICE_IRQS; i++)
		nr += irq_cells(w, device->irq[i], cells + nr);
	put_u32(w, "interrupt-parent", phandle(w, parent));
	keep(w, fdt_property(w->blob, "interrupts", cells,
			     (int)(nr * sizeof(*cells))));
}

static void put_controller(struct writer *w, const struct board_device *device)
{
	put_empty(w, "interrupt-controller");
	put_u32(w, "#interrupt-cells", device->kind == DEVICE_GIC ? 3 : 2);
	put_u32(w, "#address-cells", 0);
	put_u32(w, "phandle", phandle(w, device));
}

/* ---- clocks ------------------------------------------------------------- */

/* Of the display that is plugged in; NULL: none is. */
static const struct display_mode *display(const struct writer *w)
{
	return display_mode(w->config->display);
}

static uint32_t clock_hz(const struct writer *w,
			 const struct board_device *device)
{
	if (device->kind == DEVICE_PL111 && display(w))
		return display(w)->clock_hz;
	return device->clock_hz;
}

/* The number of the first device that is fed @device's clock. */
static uint32_t clock_number(const struct writer *w,
			     const struct board_device *device)
{
	uint32_t i = 0;

	while (clock_hz(w, &w->board->devices[i]) != clock_hz(w, device))
		i++;
	return i;
}

static void put_clocks(struct writer *w)
{
	for (uint32_t i = 0; i < w->board->nr_devices; i++) {
		const struct board_device *device = &w->board->devices[i];
		char name[32];

		if (!device->clock_hz || clock_number(w, device) != i)
			continue;
		snprintf(name, sizeof(name), "clock-%u", clock_hz(w, device));
		begin(w, name);
		put_text(w, "compatible", "fixed-clock");
		put_u32(w, "#clock-cells", 0);
		put_u32(w, "clock-frequency", clock_hz(w, device));
		put_u32(w, "phandle", PHANDLE_CLOCKS + i);
		end(w);
	}
}

/* ---- devices ------------------------------------------------------------ */

static bool has_card(const struct config_disk *disk)
{
	return disk->size_bytes && disk->bus == BUS_MMC;
}

static void put_reg(struct writer *w, const struct board_device *device)
{
	size_t nr = device->reg[1].size_bytes ? 2 : 1;
	fdt32_t *cells = put_cells(w, "reg", 2 * nr);

	for (size_t i = 0; cells && i < nr; i++) {
		cells[2 * i] = cpu_to_fdt32((uint32_t)device->reg[i].base);
		cells[2 * i + 1] = cpu_to_fdt32(device->reg[i].size_bytes);
	}
}

/*
 * The controller's end of the wires to the display: which pad has the lowest
 * bit of which colour, and what memory can deliver (16 bits a pixel).
 */
static void put_display_port(struct writer *w)
{
	fdt32_t *pads;

	if (!display(w)) {
		put_text(w, "status", "disabled");
		return;
	}
	put_u32(w, "max-memory-bandwidth", display(w)->clock_hz * 2);
	begin(w, "port");
	begin(w, "endpoint");
	put_u32(w, "remote-endpoint", PHANDLE_PANEL_INPUT);
	pads = put_cells(w, "arm,pl11x,tft-r0g0b0-pads", 3);
	for (uint32_t i = 0; pads && i < 3; i++)
		pads[i] = cpu_to_fdt32(8 * i);
	put_u32(w, "phandle", PHANDLE_TO_PANEL);
	end(w);
	end(w);
}

/* What is in the slot, or that there is nothing to look for. */
static void put_card(struct writer *w, const struct board_device *device)
{
	const struct config *config = w->config;
	const bool swap = has_card(&config->swap);
	const struct config_disk *disk = swap ? &config->swap : &config->disk;

	if (device->max_hz)
		put_u32(w, "max-frequency", device->max_hz);
	if (device->bus_width)
		put_u32(w, "bus-width", device->bus_width);
	if (!has_card(disk)) {
		put_text(w, "status", "disabled");
		return;
	}
	if (swap)
		put_empty(w, "mmuscope,swap");
	if (disk->rotational)
		put_empty(w, "mmuscope,rotational");
}

static void put_device(struct writer *w, const struct board_device *device)
{
	if (device->reg[0].size_bytes) {
		begin_at(w, device->node, device->reg[0].base);
		put_words(w, "compatible", device->compatible);
		put_reg(w, device);
	} else {
		begin(w, device->node);
		put_words(w, "compatible", device->compatible);
	}
	put_interrupts(w, device);
	if (device->clock_hz)
		put_u32(w, "clocks", PHANDLE_CLOCKS + clock_number(w, device));
	if (is_controller(device))
		put_controller(w, device);
	if (device->kind == DEVICE_PL111)
		put_display_port(w);
	if (device->kind == DEVICE_PL180)
		put_card(w, device);
	end(w);
}

/* All devices that have registers, or all that have none. */
static void put_devices(struct writer *w, bool registers)
{
	for (size_t i = 0; i < w->board->nr_devices; i++)
		if (!!w->board->devices[i].reg[0].size_bytes == registers)
			put_device(w, &w->board->devices[i]);
}

static void put_soc(struct writer *w)
{
	begin(w, "soc");
	put_text(w, "compatible", "simple-bus");
	put_cell_counts(w, 1, 1);
	put_empty(w, "ranges");
	put_devices(w, true);
	end(w);
}

static void put_timing(struct writer *w, const struct display_mode *mode)
{
	begin(w, "panel-timing");
	put_u32(w, "clock-frequency", mode->clock_hz);
	put_u32(w, "hactive", mode->hactive);
	put_u32(w, "hfront-porch", mode->hfront_porch);
	put_u32(w, "hsync-len", mode->hsync_len);
	put_u32(w, "hback-porch", mode->hback_porch);
	put_u32(w, "vactive", mode->vactive);
	put_u32(w, "vfront-porch", mode->vfront_porch);
	put_u32(w, "vsync-len", mode->vsync_len);
	put_u32(w, "vback-porch", mode->vback_porch);
	put_u32(w, "hsync-active", mode->sync_high);
	put_u32(w, "vsync-active", mode->sync_high);
	end(w);
}

static void put_panel(struct writer *w)
{
	if (!display(w) || !board_device(w->board, DEVICE_PL111, 0))
		return;
	begin(w, "panel");
	put_text(w, "compatible", "panel-dpi");
	begin(w, "port");
	begin(w, "endpoint");
	put_u32(w, "remote-endpoint", PHANDLE_TO_PANEL);
	put_u32(w, "phandle", PHANDLE_PANEL_INPUT);
	end(w);
	end(w);
	put_timing(w, display(w));
	end(w);
}

static void put_aliases(struct writer *w)
{
	const struct board_device *uart;
	char name[16], path[64];

	begin(w, "aliases");
	for (size_t i = 0; (uart = board_device(w->board, DEVICE_PL011, i));
	     i++) {
		snprintf(name, sizeof(name), "serial%zu", i);
		snprintf(path, sizeof(path), "/soc/%s@%llx", uart->node,
			 (unsigned long long)uart->reg[0].base);
		put_text(w, name, path);
	}
	end(w);
}

/* ---- cores and memory --------------------------------------------------- */

static uint32_t node_of(const struct config *config, uint32_t cpu)
{
	uint32_t node = 0;

	while (node + 1 < config->memory.nr_nodes &&
	       !(config->memory.nodes[node].cpus & 1u << cpu))
		node++;
	return node;
}

static void put_cpus(struct writer *w)
{
	const struct config *config = w->config;
	char compatible[64];

	snprintf(compatible, sizeof(compatible), "arm,%s", config->cpu.model);
	begin(w, "cpus");
	put_cell_counts(w, 1, 0);
	for (uint32_t cpu = 0; cpu < config->cpu.count; cpu++) {
		begin_at(w, "cpu", cpu);
		put_text(w, "device_type", "cpu");
		put_text(w, "compatible", compatible);
		put_u32(w, "reg", cpu);
		put_u32(w, "clock-frequency", (uint32_t)config->cpu.clock_hz);
		if (config->memory.nr_nodes > 1)
			put_u32(w, "numa-node-id", node_of(config, cpu));
		end(w);
	}
	end(w);
}

static void put_memory(struct writer *w)
{
	const struct config *config = w->config;

	for (unsigned int i = 0; i < config->memory.nr_nodes; i++) {
		const struct config_node *node = &config->memory.nodes[i];
		fdt32_t *reg;

		begin_at(w, "memory", node->base);
		put_text(w, "device_type", "memory");
		reg = put_cells(w, "reg", 2);
		if (reg) {
			reg[0] = cpu_to_fdt32((uint32_t)node->base);
			reg[1] = cpu_to_fdt32((uint32_t)node->size_bytes);
		}
		if (config->memory.nr_nodes > 1)
			put_u32(w, "numa-node-id", i);
		end(w);
	}
}

static void put_distances(struct writer *w)
{
	const struct config *config = w->config;
	unsigned int nr = config->memory.nr_nodes;
	fdt32_t *cell;

	if (nr < 2)
		return;
	begin(w, "distance-map");
	put_text(w, "compatible", "numa-distance-map-v1");
	cell = put_cells(w, "distance-matrix", (size_t)nr * nr * 3);
	for (unsigned int i = 0; cell && i < nr * nr; i++) {
		const struct config_node *from = &config->memory.nodes[i / nr];

		*cell++ = cpu_to_fdt32(i / nr);
		*cell++ = cpu_to_fdt32(i % nr);
		*cell++ = cpu_to_fdt32(from->distance[i % nr]);
	}
	end(w);
}

/*
 * A CMA area of the kernel's choice, but within low memory, as boards have it
 * whose devices want a kernel address for their buffers.
 */
static void put_reserved(struct writer *w)
{
	uint64_t lowmem = config_lowmem_bytes(w->config);
	fdt32_t *range;

	if (!w->config->memory.cma_bytes)
		return;
	begin(w, "reserved-memory");
	put_cell_counts(w, 1, 1);
	put_empty(w, "ranges");
	begin(w, "linux,cma");
	put_text(w, "compatible", "shared-dma-pool");
	put_empty(w, "reusable");
	put_u32(w, "size", (uint32_t)w->config->memory.cma_bytes);
	range = put_cells(w, "alloc-ranges", 2);
	if (range) {
		range[0] = cpu_to_fdt32((uint32_t)w->board->ram_base);
		range[1] = cpu_to_fdt32((uint32_t)lowmem);
	}
	put_empty(w, "linux,cma-default");
	end(w);
	end(w);
}

/*
 * A disk has no registers that the kernel would have to know: it answers by
 * its number. The one that is all swap space says so.
 */
static void put_disk(struct writer *w, uint32_t number,
		     const struct config_disk *disk, bool swap)
{
	if (!disk->size_bytes || has_card(disk))
		return;
	begin_at(w, "disk", number);
	put_text(w, "compatible", "mmuscope,disk");
	put_u32(w, "mmuscope,number", number);
	put_u32(w, "mmuscope,sectors", (uint32_t)(disk->size_bytes / 512));
	put_u32(w, "mmuscope,read-latency-us", disk->read_latency_us);
	put_u32(w, "mmuscope,write-latency-us", disk->write_latency_us);
	put_u32(w, "mmuscope,mb-per-s", disk->mb_per_s);
	if (swap)
		put_empty(w, "mmuscope,swap");
	if (disk->rotational)
		put_empty(w, "mmuscope,rotational");
	end(w);
}

static void put_disks(struct writer *w)
{
	put_disk(w, 0, &w->config->swap, true);
	put_disk(w, 1, &w->config->disk, false);
}

static void put_chosen(struct writer *w)
{
	begin(w, "chosen");
	put_text(w, "bootargs", w->config->kernel.bootargs);
	put_text(w, "stdout-path", "serial0:115200n8");
	end(w);
}

/* ---- the whole ---------------------------------------------------------- */

static void put_root(struct writer *w)
{
	enum irq_space main = controller(w->board, IRQ_SPI) ? IRQ_SPI
							    : IRQ_BANK;

	begin(w, "");
	put_words(w, "compatible", w->board->compatible);
	put_text(w, "model", w->board->model);
	put_cell_counts(w, 1, 1);
	put_u32(w, "interrupt-parent", phandle(w, controller(w->board, main)));
	put_chosen(w);
	put_aliases(w);
	put_cpus(w);
	put_memory(w);
	put_distances(w);
	put_reserved(w);
	put_disks(w);
	put_clocks(w);
	put_devices(w, false);
	put_soc(w);
	put_panel(w);
	end(w);
}

/* 0, or libfdt's error. */
static int write_tree(const struct config *config, void *blob, int size_bytes)
{
	struct writer w = {
		.config = config,
		.board = config->board,
		.blob = blob,
	};

	keep(&w, fdt_create(blob, size_bytes));
	keep(&w, fdt_finish_reservemap(blob));
	put_root(&w);
	keep(&w, fdt_finish(blob));
	return w.error;
}

void *dtb_build(const struct config *config, struct diag *diag)
{
	int error = -FDT_ERR_NOSPACE;
	void *blob = NULL;

	/* How long the strings of a board are is the user's choice. */
	for (int size = FIRST_BYTES; error == -FDT_ERR_NOSPACE; size *= 2) {
		free(blob);
		blob = calloc(1, (size_t)size);
		if (!blob) {
			diag_error(diag, NULL, "out of memory");
			return NULL;
		}
		error = write_tree(config, blob, size);
	}
	if (!error)
		return blob;
	free(blob);
	diag_error(diag, NULL, "device tree: %s", fdt_strerror(error));
	return NULL;
}
