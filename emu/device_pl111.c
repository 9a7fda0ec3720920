/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The display controller by its registers (DDI 0293C, chapter 3). Nothing
 * happens between two frames, so its state is brought up to now before a
 * register is looked at or changed: which frame it is, and which events have
 * passed.
 *
 * Invariant: after every access the alarm is set for the tick at which the
 * interrupt line will rise next, if it will. With all interrupts masked there
 * is none, and an idle machine sleeps on.
 *
 * MODEL: a change of timing, or of being on, begins a frame anew; elsewhere it
 * waits for a line's or frame's end. The FIFO never runs empty (FUF stays 0).
 * The interrupt of the cursor comes with the frame. Registers are words;
 * narrower accesses reach the whole of them.
 */
#include "emu/device_pl111.h"

/* Registers, by offset. */
enum {
	TIMING0 = 0x000,
	TIMING3 = 0x00c,
	UPBASE = 0x010,
	LPBASE = 0x014,
	CONTROL = 0x018,
	IMSC = 0x01c,
	RIS = 0x020,
	MIS = 0x024,
	ICR = 0x028,
	UPCURR = 0x02c,
	LPCURR = 0x030,
	PALETTE = 0x200,
	CURSOR_IMAGE = 0x800,
	CRSR_CTRL = 0xc00,
	CRSR_CONFIG = 0xc04,
	CRSR_PALETTE0 = 0xc08,
	CRSR_PALETTE1 = 0xc0c,
	CRSR_XY = 0xc10,
	CRSR_CLIP = 0xc14,
	CRSR_IMSC = 0xc20,
	CRSR_ICR = 0xc24,
	CRSR_RIS = 0xc28,
	CRSR_MIS = 0xc2c,
	PERIPH_ID = 0xfe0
};

enum {
	INT_LNBU = 1 << 2, /* the base addresses were taken over */
	INT_VCOMP = 1 << 3, /* the chosen moment of a frame */
	INT_MBERROR = 1 << 4, /* no memory where the picture should be */
	INT_ALL = 0x1e,
	TIMING2_BCD = 1 << 26,
	CONTROL_ALL = 0x1bfff
};

/* ---- how long things take ------------------------------------------------------ */

static uint32_t field(uint32_t word, int lowest, int nr_bits)
{
	return word >> lowest & ((1u << nr_bits) - 1);
}

uint32_t pl111_width(const struct pl111 *lcd)
{
	return 16 * (field(lcd->timing[0], 2, 6) + 1);
}

static uint32_t panel_lines(const struct pl111 *lcd)
{
	return field(lcd->timing[1], 0, 10) + 1;
}

uint32_t pl111_height(const struct pl111 *lcd)
{
	return panel_lines(lcd) * (pl111_is_dual(lcd) ? 2 : 1);
}

/* CLCDCLK's ticks for one pixel. */
static uint32_t divider(const struct pl111 *lcd)
{
	const uint32_t t = lcd->timing[2];

	if (t & TIMING2_BCD)
		return 1;
	return (field(t, 27, 5) << 5 | field(t, 0, 5)) + 2;
}

static uint64_t line_ticks(const struct pl111 *lcd)
{
	const uint32_t t = lcd->timing[0];

	return (uint64_t)divider(lcd) *
	       (field(t, 8, 8) + 1 + field(t, 16, 8) + 1 + field(t, 24, 8) + 1 +
		pl111_width(lcd));
}

/* The lines before each part of a frame, as VCOMP counts the parts. */
static uint32_t lines_before(const struct pl111 *lcd, uint32_t part)
{
	const uint32_t t = lcd->timing[1];
	const uint32_t lines[] = {
		field(t, 10, 6) + 1, /* synchronisation */
		field(t, 24, 8), /* back porch */
		panel_lines(lcd), field(t, 16, 8), /* front porch */
	};
	uint32_t sum = 0;

	for (uint32_t i = 0; i < part; i++)
		sum += lines[i];
	return sum;
}

static uint64_t frame_ticks(const struct pl111 *lcd)
{
	return line_ticks(lcd) * lines_before(lcd, 4);
}

/* From the beginning of a frame to its VCOMP. */
static uint64_t compare_ticks(const struct pl111 *lcd)
{
	return line_ticks(lcd) *
	       lines_before(lcd,
			    field(lcd->control, PL111_CNTL_VCOMP_SHIFT, 2));
}

/* ---- the memory of the picture --------------------------------------------------- */

uint32_t pl111_bits_per_pixel(const struct pl111 *lcd)
{
	static const uint8_t bits[8] = {1, 2, 4, 8, 16, 32, 16, 16};

	return bits[pl111_format(lcd)];
}

uint32_t pl111_frame_bytes(const struct pl111 *lcd)
{
	return pl111_width(lcd) * panel_lines(lcd) * pl111_bits_per_pixel(lcd) /
	       8;
}

const uint8_t *pl111_memory(const struct pl111 *lcd, paddr_t paddr,
			    uint32_t nr_bytes)
{
	for (unsigned int i = 0; i < lcd->ram->nr_banks; i++) {
		const struct ram_bank *bank = &lcd->ram->bank[i];

		if (paddr >= bank->base &&
		    paddr + (uint64_t)nr_bytes <= bank->base + bank->size_bytes)
			return ram_host(lcd->ram, paddr);
	}
	return NULL;
}

static bool has_memory(const struct pl111 *lcd)
{
	const uint32_t nr_bytes = pl111_frame_bytes(lcd);

	return pl111_memory(lcd, lcd->base[0], nr_bytes) &&
	       (!pl111_is_dual(lcd) ||
		pl111_memory(lcd, lcd->base[1], nr_bytes));
}

/* ---- events ------------------------------------------------------------------------ */

static bool enabled(const struct pl111 *lcd)
{
	return lcd->control & PL111_CNTL_EN;
}

static uint64_t ticks_now(const struct pl111 *lcd)
{
	return alarms_ticks(lcd->alarms, lcd->hz);
}

static uint64_t compares_until(const struct pl111 *lcd, uint64_t ticks)
{
	const uint64_t first = compare_ticks(lcd);

	return ticks < first ? 0 : (ticks - first) / frame_ticks(lcd) + 1;
}

static void begin_frame(struct pl111 *lcd)
{
	lcd->frame_base[0] = lcd->base[0];
	lcd->frame_base[1] = lcd->base[1];
	lcd->raw |= INT_LNBU;
	if (!has_memory(lcd))
		lcd->raw |= INT_MBERROR;
	if (lcd->cursor.control & 1)
		lcd->cursor.raw = 1;
}

static void bring_up_to_now(struct pl111 *lcd)
{
	uint64_t ticks, nr_frames, nr_compares;

	if (!enabled(lcd))
		return;
	ticks = ticks_now(lcd) - lcd->since;
	nr_frames = ticks / frame_ticks(lcd) + 1;
	nr_compares = compares_until(lcd, ticks);
	if (nr_frames > lcd->nr_frames)
		begin_frame(lcd);
	if (nr_compares > lcd->nr_compares)
		lcd->raw |= INT_VCOMP;
	lcd->nr_frames = nr_frames;
	lcd->nr_compares = nr_compares;
}

/* The display is switched on, or gets another timing. */
static void begin_anew(struct pl111 *lcd)
{
	lcd->since = ticks_now(lcd);
	lcd->nr_frames = lcd->nr_compares = 0;
	bring_up_to_now(lcd);
}

static void set_line(const struct pl111 *lcd)
{
	irq_line_set(&lcd->line, lcd->raw & lcd->imsc ||
					 lcd->cursor.raw & lcd->cursor.imsc);
}

/* Can the beginning of the next frame raise an interrupt? */
static bool waits_for_frame(const struct pl111 *lcd)
{
	const uint32_t could = lcd->imsc & ~lcd->raw;

	return could & INT_LNBU || (could & INT_MBERROR && !has_memory(lcd)) ||
	       (lcd->cursor.control & 1 && lcd->cursor.imsc & ~lcd->cursor.raw);
}

static void set_alarm(struct pl111 *lcd)
{
	const uint64_t frame = frame_ticks(lcd);
	uint64_t ticks = UINT64_MAX, compare;

	if (!enabled(lcd)) {
		alarm_set(&lcd->alarm, CLOCK_NEVER);
		return;
	}
	if (waits_for_frame(lcd))
		ticks = lcd->nr_frames * frame;
	compare = lcd->nr_compares * frame + compare_ticks(lcd);
	if (lcd->imsc & ~lcd->raw & INT_VCOMP && compare < ticks)
		ticks = compare;
	alarm_set(&lcd->alarm,
		  ticks == UINT64_MAX
			  ? CLOCK_NEVER
			  : alarms_cycle_of(lcd->alarms, lcd->since + ticks,
					    lcd->hz));
}

static void rings(void *ctx)
{
	struct pl111 *lcd = ctx;

	bring_up_to_now(lcd);
	set_alarm(lcd);
	set_line(lcd);
}

void pl111_create(struct pl111 *lcd, struct alarms *alarms,
		  const struct ram *ram, uint32_t hz, struct irq_line line)
{
	*lcd = (struct pl111){
		.alarms = alarms,
		.ram = ram,
		.hz = hz,
		.line = line,
	};
	alarm_create(&lcd->alarm, alarms, rings, lcd);
}

paddr_t pl111_frame_base(const struct pl111 *lcd, unsigned int half)
{
	const uint64_t ticks = ticks_now(lcd) - lcd->since;
	const bool begun = enabled(lcd) &&
			   ticks / frame_ticks(lcd) >= lcd->nr_frames;

	return begun ? lcd->base[half] : lcd->frame_base[half];
}

/* ---- registers --------------------------------------------------------------------- */

static uint32_t identification(uint32_t offset)
{
	static const uint8_t id[8] = {0x11, 0x11, 0x24, 0x00,
				      0x0d, 0xf0, 0x05, 0xb1};

	return id[(offset - PERIPH_ID) / 4 % 8];
}

/* Where it reads: the line that is being shown, or the one to come. */
static uint32_t current(const struct pl111 *lcd, unsigned int half)
{
	const uint32_t lines = panel_lines(lcd);
	uint64_t line;

	if (!enabled(lcd))
		return lcd->frame_base[half];
	line = (ticks_now(lcd) - lcd->since) % frame_ticks(lcd) /
	       line_ticks(lcd);
	line -= line < lines_before(lcd, 2) ? line : lines_before(lcd, 2);
	if (line > lines)
		line = lines;
	return lcd->frame_base[half] +
	       (uint32_t)(pl111_frame_bytes(lcd) / lines * line);
}

static uint32_t read_cursor(const struct pl111_cursor *cursor, uint32_t offset)
{
	switch (offset) {
	case CRSR_CTRL:
		return cursor->control;
	case CRSR_CONFIG:
		return cursor->config;
	case CRSR_PALETTE0:
	case CRSR_PALETTE1:
		return cursor->palette[(offset - CRSR_PALETTE0) / 4];
	case CRSR_XY:
		return cursor->xy;
	case CRSR_CLIP:
		return cursor->clip;
	case CRSR_IMSC:
		return cursor->imsc;
	case CRSR_RIS:
		return cursor->raw;
	case CRSR_MIS:
		return cursor->raw & cursor->imsc;
	default:
		return 0;
	}
}

static uint32_t read_control(const struct pl111 *lcd, uint32_t offset)
{
	switch (offset) {
	case UPBASE:
	case LPBASE:
		return lcd->base[(offset - UPBASE) / 4];
	case CONTROL:
		return lcd->control;
	case IMSC:
		return lcd->imsc;
	case RIS:
		return lcd->raw;
	case MIS:
		return lcd->raw & lcd->imsc;
	case UPCURR:
	case LPCURR:
		return current(lcd, (offset - UPCURR) / 4);
	default:
		return 0;
	}
}

uint32_t pl111_read(void *ctx, uint32_t offset, unsigned int size)
{
	struct pl111 *lcd = ctx;

	(void)size;
	offset &= ~3u;
	bring_up_to_now(lcd);
	set_alarm(lcd);
	set_line(lcd);
	if (offset <= TIMING3)
		return lcd->timing[offset / 4];
	if (offset - PALETTE < 4 * PL111_PALETTE_WORDS)
		return lcd->palette[(offset - PALETTE) / 4];
	if (offset - CURSOR_IMAGE < 4 * PL111_CURSOR_WORDS)
		return lcd->cursor.image[(offset - CURSOR_IMAGE) / 4];
	if (offset >= PERIPH_ID)
		return identification(offset);
	return offset >= CRSR_CTRL ? read_cursor(&lcd->cursor, offset)
				   : read_control(lcd, offset);
}

static void set_control(struct pl111 *lcd, uint32_t control)
{
	const bool was = enabled(lcd);

	lcd->control = control & CONTROL_ALL;
	if (!was && enabled(lcd))
		begin_anew(lcd);
	else if (enabled(lcd)) /* VCOMP may have moved: no event by itself */
		lcd->nr_compares = compares_until(lcd,
						  ticks_now(lcd) - lcd->since);
}

static void write_cursor(struct pl111_cursor *cursor, uint32_t offset,
			 uint32_t value)
{
	switch (offset) {
	case CRSR_CTRL:
		cursor->control = value & 0x31;
		break;
	case CRSR_CONFIG:
		cursor->config = value & 3;
		break;
	case CRSR_PALETTE0:
	case CRSR_PALETTE1:
		cursor->palette[(offset - CRSR_PALETTE0) / 4] = value &
								0xffffff;
		break;
	case CRSR_XY:
		cursor->xy = value & 0x03ff03ff;
		break;
	case CRSR_CLIP:
		cursor->clip = value & 0x3f3f;
		break;
	case CRSR_IMSC:
		cursor->imsc = value & 1;
		break;
	case CRSR_ICR:
		cursor->raw &= ~value;
		break;
	}
}

static void write_control(struct pl111 *lcd, uint32_t offset, uint32_t value)
{
	switch (offset) {
	case UPBASE:
	case LPBASE:
		/* of double words: the lowest bits are 0 */
		lcd->base[(offset - UPBASE) / 4] = value & ~7u;
		break;
	case CONTROL:
		set_control(lcd, value);
		break;
	case IMSC:
		lcd->imsc = value & INT_ALL;
		break;
	case ICR:
		lcd->raw &= ~value;
		break;
	}
}

void pl111_write(void *ctx, uint32_t offset, unsigned int size, uint32_t value)
{
	struct pl111 *lcd = ctx;

	(void)size;
	offset &= ~3u;
	bring_up_to_now(lcd);
	if (offset <= TIMING3) {
		lcd->timing[offset / 4] = value;
		if (enabled(lcd) && offset != TIMING3)
			begin_anew(lcd);
	} else if (offset - PALETTE < 4 * PL111_PALETTE_WORDS) {
		lcd->palette[(offset - PALETTE) / 4] = value;
	} else if (offset - CURSOR_IMAGE < 4 * PL111_CURSOR_WORDS) {
		lcd->cursor.image[(offset - CURSOR_IMAGE) / 4] = value;
	} else if (offset >= CRSR_CTRL) {
		write_cursor(&lcd->cursor, offset, value);
	} else {
		write_control(lcd, offset, value);
	}
	set_alarm(lcd);
	set_line(lcd);
}
