/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The interrupt controller by its registers (IHI 0048B, chapters 3 and 4).
 * An interrupt is pending while its input is up (level) or from a rise of it,
 * a write or an SGI on (latch); acknowledged, it is active until it is ended.
 *
 * Invariant: a core's line is up exactly while an enabled, pending interrupt
 * that isn't active and is meant for it beats its mask and what it runs.
 *
 * MODEL: no Security Extensions and one group: GICD_IGROUPR reads as zero, no
 * FIQ. 32 priorities.
 */
#include "emu/device_gic.h"

#include <string.h>

/* The distributor's registers, by offset. */
enum {
	GICD_CTLR = 0x000,
	GICD_TYPER = 0x004,
	GICD_IIDR = 0x008,
	GICD_IGROUPR = 0x080,
	GICD_ISENABLER = 0x100,
	GICD_ICENABLER = 0x180,
	GICD_ISPENDR = 0x200,
	GICD_ICPENDR = 0x280,
	GICD_ISACTIVER = 0x300,
	GICD_ICACTIVER = 0x380,
	GICD_IPRIORITYR = 0x400,
	GICD_ITARGETSR = 0x800,
	GICD_ICFGR = 0xc00,
	GICD_PPISR = 0xd00, /* of A9 and PL390; SPISRn follow */
	GICD_SGIR = 0xf00,
	GICD_CPENDSGIR = 0xf10,
	GICD_SPENDSGIR = 0xf20,
	GICD_PERIPH_ID = 0xfd0
};

/* The interface's. */
enum {
	GICC_CTLR = 0x00,
	GICC_PMR = 0x04,
	GICC_BPR = 0x08,
	GICC_IAR = 0x0c,
	GICC_EOIR = 0x10,
	GICC_RPR = 0x14,
	GICC_HPPIR = 0x18,
	GICC_APR0 = 0xd0,
	GICC_IIDR = 0xfc,
	GICC_DIR = 0x1000
};

enum {
	CTLR_ENABLE = 1 << 0,
	CTLR_EOI_DROPS_ONLY = 1 << 9, /* EOImode, version 2 */
	PRIORITY_BITS = 0xf8,
	MIN_BINARY_POINT = 2,
	PRIORITY_IDLE = 0xff,
	SPURIOUS = 1023
};

static uint32_t *word_of(struct gic_bits *bits, unsigned int cpu,
			 unsigned int word)
{
	return word ? &bits->shared[word] : &bits->own[cpu];
}

static uint32_t get_word(const struct gic_bits *bits, unsigned int cpu,
			 unsigned int word)
{
	return word ? bits->shared[word] : bits->own[cpu];
}

static void put_bit(struct gic_bits *bits, unsigned int cpu, unsigned int irq,
		    bool on)
{
	uint32_t *word = word_of(bits, cpu, irq / 32);

	*word = on ? *word | 1u << irq % 32 : *word & ~(1u << irq % 32);
}

static bool get_bit(const struct gic_bits *bits, unsigned int cpu,
		    unsigned int irq)
{
	return get_word(bits, cpu, irq / 32) >> irq % 32 & 1;
}

static uint8_t priority_of(const struct gic *gic, unsigned int cpu,
			   unsigned int irq)
{
	return irq < GIC_NR_OWN ? gic->cpu[cpu].priority[irq]
				: gic->priority[irq];
}

static uint32_t pending_word(const struct gic *gic, unsigned int cpu,
			     unsigned int word)
{
	return get_word(&gic->latch, cpu, word) |
	       (get_word(&gic->level, cpu, word) &
		~get_word(&gic->edge, cpu, word));
}

/* ---- who interrupts ------------------------------------------------------ */

/* The pending interrupt that @cpu would get first, or SPURIOUS. */
static unsigned int highest_pending(const struct gic *gic, unsigned int cpu)
{
	unsigned int best = SPURIOUS;
	unsigned int priority = PRIORITY_IDLE + 1;

	for (unsigned int word = 0; word < gic->params.nr_irqs / 32; word++) {
		uint32_t bits = pending_word(gic, cpu, word) &
				get_word(&gic->enabled, cpu, word) &
				~get_word(&gic->active, cpu, word);

		for (; bits; bits &= bits - 1) {
			unsigned int irq = word * 32 +
					   (unsigned int)__builtin_ctz(bits);

			if (word && !(gic->targets[irq] >> cpu & 1))
				continue;
			if (priority_of(gic, cpu, irq) >= priority)
				continue;
			best = irq;
			priority = priority_of(gic, cpu, irq);
		}
	}
	return best;
}

/* The part of a priority that decides whether it may interrupt another. */
static unsigned int group_priority(const struct gic_cpu *cpu, uint8_t priority)
{
	return priority & ~((2u << cpu->binary_point) - 1) & 0xff;
}

static unsigned int running_priority(const struct gic_cpu *cpu)
{
	return cpu->active_levels
		       ? (unsigned int)__builtin_ctz(cpu->active_levels) << 3
		       : PRIORITY_IDLE;
}

/* The interrupt that an acknowledge would return now, or SPURIOUS. */
static unsigned int signalled(const struct gic_cpu *cpu)
{
	const struct gic *gic = cpu->gic;
	unsigned int irq;
	uint8_t priority;

	if (!(gic->ctlr & CTLR_ENABLE) || !(cpu->ctlr & CTLR_ENABLE))
		return SPURIOUS;
	irq = highest_pending(gic, cpu->number);
	if (irq == SPURIOUS)
		return SPURIOUS;
	priority = priority_of(gic, cpu->number, irq);
	if (priority >= cpu->mask ||
	    group_priority(cpu, priority) >= running_priority(cpu))
		return SPURIOUS;
	return irq;
}

static void set_lines(const struct gic *gic)
{
	for (unsigned int i = 0; i < gic->params.nr_cpus; i++)
		irq_line_set(&gic->params.core[i],
			     signalled(&gic->cpu[i]) != SPURIOUS);
}

void gic_set_ppi(struct gic *gic, unsigned int cpu, unsigned int irq, bool up)
{
	bool was_up = get_bit(&gic->level, cpu, irq);

	if (was_up == up)
		return;
	put_bit(&gic->level, cpu, irq, up);
	if (up && get_bit(&gic->edge, cpu, irq))
		put_bit(&gic->latch, cpu, irq, true);
	set_lines(gic);
}

void gic_set_input(void *gic, unsigned int irq, bool up)
{
	gic_set_ppi(gic, 0, irq, up);
}

void gic_set_private_input(void *gic, unsigned int input, bool up)
{
	gic_set_ppi(gic, input / GIC_NR_OWN, input % GIC_NR_OWN, up);
}

void gic_create(struct gic *gic, const struct gic_params *params)
{
	memset(gic, 0, sizeof(*gic));
	gic->params = *params;
	for (unsigned int i = 0; i < params->nr_cpus; i++) {
		gic->cpu[i].gic = gic;
		gic->cpu[i].number = i;
		gic->cpu[i].binary_point = MIN_BINARY_POINT;
		gic->enabled.own[i] = 0xffff; /* SGIs always are */
		gic->edge.own[i] = 0xffff;
	}
	/* on one core, there is nobody else to send them to */
	if (params->nr_cpus == 1)
		memset(gic->targets, 1, sizeof(gic->targets));
}

/* ---- the distributor ----------------------------------------------------- */

static uint32_t identification(const struct gic *gic, uint32_t offset)
{
	static const uint8_t id[2][12] = {
		{0x04, 0, 0, 0, 0x90, 0xb3, 0x1b, 0, 0x0d, 0xf0, 0x05, 0xb1},
		{0x04, 0, 0, 0, 0x90, 0xb4, 0x2b, 0, 0x0d, 0xf0, 0x05, 0xb1},
	};

	return id[gic->params.version - 1][(offset - GICD_PERIPH_ID) / 4];
}

static uint32_t type(const struct gic *gic)
{
	return (gic->params.nr_irqs / 32 - 1) | (gic->params.nr_cpus - 1) << 5;
}

/* Where there is one core, all interrupts are its, and no register says so. */
static uint8_t targets_of(const struct gic *gic, unsigned int cpu,
			  unsigned int irq)
{
	if (gic->params.nr_cpus == 1)
		return 0;
	return irq < GIC_NR_OWN ? (uint8_t)(1u << cpu) : gic->targets[irq];
}

static uint8_t read_byte(const struct gic *gic, unsigned int cpu,
			 uint32_t offset)
{
	unsigned int irq = offset & 0x3ff;

	if (offset >= GICD_CPENDSGIR) {
		irq = offset & 0xf;
		return gic->params.version == 2 ? gic->cpu[cpu].sgi_from[irq]
						: 0;
	}
	if (irq >= gic->params.nr_irqs)
		return 0;
	return offset < GICD_ITARGETSR ? priority_of(gic, cpu, irq)
				       : targets_of(gic, cpu, irq);
}

/* Two bits for each interrupt, of which the upper one says "by edge". */
static uint32_t read_config(const struct gic *gic, unsigned int cpu,
			    uint32_t offset)
{
	unsigned int first = offset / 4 * 16;
	uint32_t value = 0;

	for (unsigned int i = 0; i < 16 && first < gic->params.nr_irqs; i++)
		if (get_bit(&gic->edge, cpu, first + i))
			value |= 2u << 2 * i;
	return value;
}

/* @offset within registers of one bit for each interrupt. */
static uint32_t read_bits(const struct gic *gic, unsigned int cpu,
			  uint32_t offset)
{
	unsigned int word = offset % 0x80 / 4;

	if (word >= gic->params.nr_irqs / 32)
		return 0;
	switch (offset & ~0x7fu) {
	case GICD_ISENABLER:
	case GICD_ICENABLER:
		return get_word(&gic->enabled, cpu, word);
	case GICD_ISPENDR:
	case GICD_ICPENDR:
		return pending_word(gic, cpu, word);
	case GICD_ISACTIVER:
	case GICD_ICACTIVER:
		return get_word(&gic->active, cpu, word);
	default:
		return 0;
	}
}

static uint32_t read_status(const struct gic *gic, unsigned int cpu,
			    uint32_t offset)
{
	unsigned int word = (offset - GICD_PPISR) / 4;

	if (word >= gic->params.nr_irqs / 32)
		return 0;
	return get_word(&gic->level, cpu, word) & (word ? ~0u : 0xffff0000u);
}

static uint32_t read_word(const struct gic *gic, unsigned int cpu,
			  uint32_t offset)
{
	if (offset == GICD_CTLR)
		return gic->ctlr;
	if (offset == GICD_TYPER)
		return type(gic);
	if (offset == GICD_IIDR)
		return gic->params.distributor_id;
	if (offset >= GICD_PERIPH_ID)
		return identification(gic, offset);
	if (offset >= GICD_SGIR)
		return 0;
	if (offset >= GICD_PPISR)
		return read_status(gic, cpu, offset);
	if (offset >= GICD_ICFGR)
		return read_config(gic, cpu, offset - GICD_ICFGR);
	return read_bits(gic, cpu, offset);
}

/* Registers that may be accessed by bytes. */
static bool is_bytes(uint32_t offset)
{
	return (offset >= GICD_IPRIORITYR && offset < GICD_ICFGR) ||
	       (offset >= GICD_CPENDSGIR && offset < GICD_SPENDSGIR + 0x10);
}

/* Whose registers these are, where each core has its own. */
static unsigned int accessing(const struct gic *gic)
{
	return gic->params.accessing ? (unsigned int)*gic->params.accessing : 0;
}

uint32_t gic_distributor_read(void *ctx, uint32_t offset, unsigned int size)
{
	const struct gic *gic = ctx;
	uint32_t value = 0;

	offset &= 0xfff;
	if (!is_bytes(offset))
		return read_word(gic, accessing(gic), offset & ~3u);
	for (unsigned int i = 0; i < size; i++)
		value |= (uint32_t)read_byte(gic, accessing(gic), offset + i)
			 << 8 * i;
	return value;
}

static void write_sgi_pending(struct gic *gic, unsigned int cpu,
			      uint32_t offset, uint8_t cores)
{
	unsigned int irq = offset & 0xf;
	uint8_t *from = &gic->cpu[cpu].sgi_from[irq];

	if (gic->params.version != 2)
		return;
	cores &= (uint8_t)((1u << gic->params.nr_cpus) - 1);
	*from = offset < GICD_SPENDSGIR ? *from & ~cores : *from | cores;
	put_bit(&gic->latch, cpu, irq, *from);
}

static void write_byte(struct gic *gic, unsigned int cpu, uint32_t offset,
		       uint8_t value)
{
	unsigned int irq = offset & 0x3ff;

	if (offset >= GICD_CPENDSGIR) {
		write_sgi_pending(gic, cpu, offset, value);
		return;
	}
	if (irq >= gic->params.nr_irqs)
		return;
	if (offset < GICD_ITARGETSR) {
		value &= PRIORITY_BITS;
		if (irq < GIC_NR_OWN)
			gic->cpu[cpu].priority[irq] = value;
		else
			gic->priority[irq] = value;
	} else if (irq >= GIC_NR_OWN && gic->params.nr_cpus > 1) {
		gic->targets[irq] = value &
				    (uint8_t)((1u << gic->params.nr_cpus) - 1);
	}
}

static void write_config(struct gic *gic, unsigned int cpu, uint32_t offset,
			 uint32_t value)
{
	unsigned int first = offset / 4 * 16;

	if (first < GIC_NR_SGIS)
		return;
	for (unsigned int i = 0; i < 16 && first < gic->params.nr_irqs; i++)
		put_bit(&gic->edge, cpu, first + i, value >> 2 * i & 2);
}

/* SGIs are sent and always enabled: neither can be written here. */
static void write_bits(struct gic *gic, unsigned int cpu, uint32_t offset,
		       uint32_t value)
{
	unsigned int word = offset % 0x80 / 4;

	if (word >= gic->params.nr_irqs / 32)
		return;
	if (!word && offset < GICD_ISACTIVER)
		value &= 0xffff0000;
	switch (offset & ~0x7fu) {
	case GICD_ISENABLER:
		*word_of(&gic->enabled, cpu, word) |= value;
		break;
	case GICD_ICENABLER:
		*word_of(&gic->enabled, cpu, word) &= ~value;
		break;
	case GICD_ISPENDR:
		*word_of(&gic->latch, cpu, word) |= value;
		break;
	case GICD_ICPENDR:
		*word_of(&gic->latch, cpu, word) &= ~value;
		break;
	case GICD_ISACTIVER: /* version 1 can but read it */
		if (gic->params.version == 2)
			*word_of(&gic->active, cpu, word) |= value;
		break;
	case GICD_ICACTIVER:
		if (gic->params.version == 2)
			*word_of(&gic->active, cpu, word) &= ~value;
		break;
	}
}

static void send_sgi(struct gic *gic, unsigned int from, uint32_t value)
{
	unsigned int irq = value & 0xf, all = (1u << gic->params.nr_cpus) - 1;
	unsigned int to = value >> 16 & 0xff;

	switch (value >> 24 & 3) {
	case 1:
		to = all & ~(1u << from);
		break;
	case 2:
		to = 1u << from;
		break;
	case 3:
		to = 0;
		break;
	}
	for (unsigned int i = 0; i < gic->params.nr_cpus; i++) {
		if (!(to >> i & 1))
			continue;
		gic->cpu[i].sgi_from[irq] |= (uint8_t)(1u << from);
		put_bit(&gic->latch, i, irq, true);
	}
}

static void write_word(struct gic *gic, unsigned int cpu, uint32_t offset,
		       uint32_t value)
{
	if (offset == GICD_CTLR)
		gic->ctlr = value & CTLR_ENABLE;
	else if (offset == GICD_SGIR)
		send_sgi(gic, cpu, value);
	else if (offset >= GICD_ICFGR && offset < GICD_PPISR)
		write_config(gic, cpu, offset - GICD_ICFGR, value);
	else if (offset >= GICD_ISENABLER && offset < GICD_IPRIORITYR)
		write_bits(gic, cpu, offset, value);
}

void gic_distributor_write(void *ctx, uint32_t offset, unsigned int size,
			   uint32_t value)
{
	struct gic *gic = ctx;

	offset &= 0xfff;
	if (is_bytes(offset))
		for (unsigned int i = 0; i < size; i++)
			write_byte(gic, accessing(gic), offset + i,
				   (uint8_t)(value >> 8 * i));
	else
		write_word(gic, accessing(gic), offset & ~3u, value);
	set_lines(gic);
}

/* ---- a core's interface -------------------------------------------------- */

/* Of an SGI, the id says which core sent it; each is acknowledged for itself. */
static uint32_t take_sgi(struct gic_cpu *cpu, unsigned int irq)
{
	uint8_t *from = &cpu->sgi_from[irq];
	unsigned int sender = *from ? (unsigned int)__builtin_ctz(*from) : 0;

	*from &= (uint8_t) ~(1u << sender);
	put_bit(&cpu->gic->latch, cpu->number, irq, *from);
	return irq | sender << 10;
}

static uint32_t acknowledge(struct gic_cpu *cpu)
{
	struct gic *gic = cpu->gic;
	unsigned int irq = signalled(cpu), level;

	if (irq == SPURIOUS)
		return SPURIOUS;
	level = group_priority(cpu, priority_of(gic, cpu->number, irq)) >> 3;
	cpu->active_levels |= 1u << level;
	put_bit(&gic->active, cpu->number, irq, true);
	if (irq < GIC_NR_SGIS)
		irq = take_sgi(cpu, irq);
	else
		put_bit(&gic->latch, cpu->number, irq, false);
	set_lines(gic);
	return irq;
}

static void deactivate(struct gic_cpu *cpu, uint32_t value)
{
	unsigned int irq = value & 0x3ff;

	if (irq < cpu->gic->params.nr_irqs)
		put_bit(&cpu->gic->active, cpu->number, irq, false);
}

/* Ends the most urgent of what runs, and, in the usual mode, @value's irq. */
static void end_of_interrupt(struct gic_cpu *cpu, uint32_t value)
{
	if ((value & 0x3ff) >= cpu->gic->params.nr_irqs)
		return;
	cpu->active_levels &= cpu->active_levels - 1;
	if (!(cpu->ctlr & CTLR_EOI_DROPS_ONLY))
		deactivate(cpu, value);
}

static uint32_t pending_id(const struct gic_cpu *cpu)
{
	unsigned int irq;
	uint8_t from;

	if (!(cpu->gic->ctlr & CTLR_ENABLE) || !(cpu->ctlr & CTLR_ENABLE))
		return SPURIOUS;
	irq = highest_pending(cpu->gic, cpu->number);
	if (irq >= GIC_NR_SGIS)
		return irq;
	from = cpu->sgi_from[irq];
	return irq | (from ? (uint32_t)__builtin_ctz(from) << 10 : 0);
}

uint32_t gic_interface_read(void *ctx, uint32_t offset, unsigned int size)
{
	struct gic_cpu *cpu = ctx;

	(void)size;
	switch (offset & ~3u) {
	case GICC_CTLR:
		return cpu->ctlr;
	case GICC_PMR:
		return cpu->mask;
	case GICC_BPR:
		return cpu->binary_point;
	case GICC_IAR:
		return acknowledge(cpu);
	case GICC_RPR:
		return running_priority(cpu);
	case GICC_HPPIR:
		return pending_id(cpu);
	case GICC_APR0:
		return cpu->gic->params.version == 2 ? cpu->active_levels : 0;
	case GICC_IIDR:
		return cpu->gic->params.interface_id;
	default:
		return 0;
	}
}

static void set_binary_point(struct gic_cpu *cpu, uint32_t value)
{
	value &= 7;
	cpu->binary_point =
		(uint8_t)(value < MIN_BINARY_POINT ? MIN_BINARY_POINT : value);
}

void gic_interface_write(void *ctx, uint32_t offset, unsigned int size,
			 uint32_t value)
{
	struct gic_cpu *cpu = ctx;
	bool version_2 = cpu->gic->params.version == 2;

	(void)size;
	switch (offset & ~3u) {
	case GICC_CTLR:
		cpu->ctlr = value &
			    (version_2 ? CTLR_ENABLE | CTLR_EOI_DROPS_ONLY
				       : CTLR_ENABLE);
		break;
	case GICC_PMR:
		cpu->mask = value & PRIORITY_BITS;
		break;
	case GICC_BPR:
		set_binary_point(cpu, value);
		break;
	case GICC_EOIR:
		end_of_interrupt(cpu, value);
		break;
	case GICC_APR0:
		if (version_2)
			cpu->active_levels = value;
		break;
	case GICC_DIR:
		if (version_2 && cpu->ctlr & CTLR_EOI_DROPS_ONLY)
			deactivate(cpu, value);
		break;
	}
	set_lines(cpu->gic);
}

uint32_t gic_own_interface_read(void *ctx, uint32_t offset, unsigned int size)
{
	struct gic *gic = ctx;

	return gic_interface_read(&gic->cpu[accessing(gic)], offset, size);
}

void gic_own_interface_write(void *ctx, uint32_t offset, unsigned int size,
			     uint32_t value)
{
	struct gic *gic = ctx;

	gic_interface_write(&gic->cpu[accessing(gic)], offset, size, value);
}
