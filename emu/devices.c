/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From the board's table to devices on the bus. The interrupt controllers come
 * first, as all other devices' lines end there.
 *
 * Invariant: what has a model answers at the addresses that the table, and
 * with it the device tree, gives.
 */
#include "emu/devices.h"

#include <string.h>

#include "emu/board/board.h"

#define PAGE_BYTES 4096u

enum {
	/* of Cortex-A9 (DDI 0407), PL390 (DDI 0416) and GIC-400 (DDI 0471) */
	A9_DISTRIBUTOR = 0x0102043b,
	A9_INTERFACE = 0x3901243b,
	PL390_DISTRIBUTOR = 0x0000043b,
	PL390_INTERFACE = 0x3901043b,
	GIC400_DISTRIBUTOR = 0x0200143b,
	GIC400_INTERFACE = 0x0202143b,
};

/* One core's interrupt input. */
static void set_core(void *ctx, unsigned int cpu, bool up)
{
	struct devices *d = ctx;

	d->irq[cpu] = up;
	if (d->told.set)
		d->told.set(d->told.ctx, cpu, up);
}

static void
attach(struct bus *bus, const char *name, struct board_reg reg, void *ctx,
       uint32_t (*read)(void *ctx, uint32_t offset, unsigned int size),
       void (*write)(void *ctx, uint32_t offset, unsigned int size,
		     uint32_t value))
{
	paddr_t page = reg.base & ~(paddr_t)(PAGE_BYTES - 1);
	paddr_t end = reg.base + reg.size_bytes + PAGE_BYTES - 1;

	bus_attach(bus, &(struct bus_device){
				.name = name,
				.base = page,
				.size_bytes = (uint32_t)(end - page) &
					      ~(PAGE_BYTES - 1),
				.read = read,
				.write = write,
				.ctx = ctx,
			});
}

/* ---- interrupt controllers ------------------------------------------------- */

/* Which GIC a node's compatible names. */
static struct gic_params gic_params(const struct board_device *row)
{
	if (!strcmp(row->compatible, "arm,cortex-a9-gic"))
		return (struct gic_params){
			.version = 1,
			.nr_irqs = 96,
			.distributor_id = A9_DISTRIBUTOR,
			.interface_id = A9_INTERFACE,
		};
	if (!strcmp(row->compatible, "arm,cortex-a8-gic"))
		return (struct gic_params){
			.version = 1,
			.nr_irqs = 96,
			.distributor_id = PL390_DISTRIBUTOR,
			.interface_id = PL390_INTERFACE,
		};
	return (struct gic_params){
		.version = 2,
		.nr_irqs = GIC_MAX_IRQS,
		.distributor_id = GIC400_DISTRIBUTOR,
		.interface_id = GIC400_INTERFACE,
	};
}

static void create_gic(struct devices *d, const struct board_device *row,
		       struct bus *bus, unsigned int nr_cpus)
{
	struct gic_params params = gic_params(row);
	const bool private_region = row->reg[1].base % PAGE_BYTES;

	params.nr_cpus = nr_cpus;
	for (unsigned int i = 0; i < nr_cpus; i++)
		params.core[i] = (struct irq_line){set_core, d, i};
	gic_create(&d->gic, &params);
	if (private_region) {
		mpcore_create(&d->mpcore, &d->gic, d->twd);
		attach(bus, "mpcore",
		       (struct board_reg){row->reg[0].base - MPCORE_DISTRIBUTOR,
					  MPCORE_BYTES},
		       &d->mpcore, mpcore_read, mpcore_write);
		return;
	}
	attach(bus, "gic-distributor", row->reg[0], &d->gic,
	       gic_distributor_read, gic_distributor_write);
	attach(bus, "gic-interface", row->reg[1], &d->gic,
	       gic_own_interface_read, gic_own_interface_write);
}

static void create_bcm2836(struct devices *d, const struct board *board,
			   struct bus *bus, unsigned int nr_cpus)
{
	const struct board_device *local =
		board_device(board, DEVICE_BCM2836_LOCAL, 0);
	const struct board_device *ic = board_device(board, DEVICE_BCM2836_INTC,
						     0);
	struct irq_line core[NR_CPUS];

	for (unsigned int i = 0; i < nr_cpus; i++)
		core[i] = (struct irq_line){set_core, d, i};
	bcm2836_local_create(&d->local, nr_cpus, core);
	attach(bus, local->name, local->reg[0], &d->local, bcm2836_local_read,
	       bcm2836_local_write);
	bcm2835_ic_create(&d->ic, (struct irq_line){bcm2836_local_set_input,
						    &d->local, BCM2836_GPU});
	attach(bus, ic->name, ic->reg[0], &d->ic, bcm2835_ic_read,
	       bcm2835_ic_write);
}

static void create_controllers(struct devices *d, const struct board *board,
			       struct bus *bus, unsigned int nr_cpus)
{
	const struct board_device *gic = board_device(board, DEVICE_GIC, 0);

	if (gic)
		create_gic(d, gic, bus, nr_cpus);
	else if (board_device(board, DEVICE_BCM2836_LOCAL, 0))
		create_bcm2836(d, board, bus, nr_cpus);
}

/* The input that the table gives. */
static struct irq_line wire(struct devices *d, struct board_irq irq)
{
	switch (irq.space) {
	case IRQ_SPI:
	case IRQ_PPI:
		return (struct irq_line){gic_set_input, &d->gic,
					 board_irq_number(irq)};
	case IRQ_BANK:
		return (struct irq_line){bcm2835_ic_set_input, &d->ic,
					 irq.number};
	case IRQ_LOCAL:
		return (struct irq_line){bcm2836_local_set_input, &d->local,
					 irq.number};
	default:
		return (struct irq_line){0};
	}
}

/* The same of core @cpu's own. */
static struct irq_line wire_own(struct devices *d, struct board_irq irq,
				unsigned int cpu)
{
	if (irq.space == IRQ_PPI)
		return (struct irq_line){
			gic_set_private_input, &d->gic,
			gic_private_input(cpu, board_irq_number(irq))};
	return (struct irq_line){bcm2836_local_set_timer, &d->local,
				 cpu * BCM2836_NR_SOURCES + irq.number};
}

/* ---- timers, UARTs, display --------------------------------------------------------- */

static void create_own_timers(struct devices *d, const struct board *board,
			      unsigned int cpu)
{
	const struct board_device *generic = board_device(board,
							  DEVICE_ARCH_TIMER, 0);
	const struct board_device *twd = board_device(board,
						      DEVICE_MPCORE_TIMER, 0);

	/* secure, non-secure and virtual timer, hypervisor's */
	if (generic)
		arch_timer_create(&d->arch_timer[cpu], &d->alarms[cpu],
				  generic->counter_hz,
				  wire_own(d, generic->irq[1], cpu),
				  wire_own(d, generic->irq[2], cpu));
	if (twd)
		twd_create(&d->twd[cpu], &d->alarms[cpu], twd->counter_hz,
			   wire_own(d, twd->irq[0], cpu));
}

static void create_timers(struct devices *d, const struct board *board,
			  struct bus *bus)
{
	const struct board_device *row;

	for (size_t n = 0; n < DEVICES_SP804S; n++) {
		row = board_device(board, DEVICE_SP804, n);
		if (!row)
			break;
		sp804_create(&d->sp804[n], &d->alarms[0], row->clock_hz,
			     wire(d, row->irq[0]));
		attach(bus, row->name, row->reg[0], &d->sp804[n], sp804_read,
		       sp804_write);
	}
}

static void create_uarts(struct devices *d, const struct board *board,
			 struct bus *bus, struct console *console)
{
	for (size_t n = 0; n < DEVICES_UARTS; n++) {
		const struct board_device *row = board_device(board,
							      DEVICE_PL011, n);
		bool is_console;

		if (!row)
			break;
		is_console = !strcmp(row->name, board->console);
		pl011_create(&d->uart[n], is_console ? console : NULL);
		pl011_connect(&d->uart[n], wire(d, row->irq[0]));
		attach(bus, row->name, row->reg[0], &d->uart[n], pl011_read,
		       pl011_write);
		if (is_console)
			d->console_uart = &d->uart[n];
	}
}

static void create_display(struct devices *d, const struct board *board,
			   struct bus *bus, uint32_t pixel_hz)
{
	const struct board_device *row = board_device(board, DEVICE_PL111, 0);

	if (!row)
		return;
	d->has_display = true;
	pl111_create(&d->display, &d->alarms[0], bus->ram,
		     pixel_hz ? pixel_hz : row->clock_hz, wire(d, row->irq[0]));
	attach(bus, row->name, row->reg[0], &d->display, pl111_read,
	       pl111_write);
}

static void create_mmci(struct devices *d, const struct board *board,
			struct bus *bus)
{
	const struct board_device *row = board_device(board, DEVICE_PL180, 0);
	struct irq_line line[PL180_LINES];

	if (!row)
		return;
	for (unsigned int i = 0; i < PL180_LINES; i++)
		line[i] = wire(d, row->irq[i]);
	pl180_create(&d->mmci, &d->alarms[0], row->clock_hz, NULL, line);
	attach(bus, row->name, row->reg[0], &d->mmci, pl180_read, pl180_write);
}

void devices_insert_card(struct devices *d, struct disk *disk,
			 const struct config_disk *config)
{
	sd_create(&d->card, disk, config, &d->alarms[0]);
	d->mmci.card = &d->card;
}

void devices_create(struct devices *d, const struct board *board,
		    struct bus *bus, struct console *console,
		    unsigned int nr_cpus, uint32_t clock_hz, uint32_t pixel_hz)
{
	memset(d, 0, sizeof(*d));
	for (unsigned int i = 0; i < nr_cpus; i++)
		alarms_create(&d->alarms[i], clock_hz);
	create_controllers(d, board, bus, nr_cpus);
	for (unsigned int i = 0; i < nr_cpus; i++)
		create_own_timers(d, board, i);
	create_timers(d, board, bus);
	create_uarts(d, board, bus, console);
	create_display(d, board, bus, pixel_hz);
	create_mmci(d, board, bus);
}

void devices_connect_cores(struct devices *d, const int *running,
			   struct irq_line told)
{
	d->told = told;
	d->gic.params.accessing = running;
	d->mpcore.accessing = running;
}
