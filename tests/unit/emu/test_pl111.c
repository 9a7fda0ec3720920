/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The display controller: its frames against a model that counts each tick of
 * the pixel clock by itself, and the colours of pixels, worked out by hand from
 * the manual's tables (DDI 0293C).
 */
#include "emu/device_pl111.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "emu/framebuffer.h"

enum {
	TIMING0 = 0x000,
	TIMING1 = 0x004,
	TIMING2 = 0x008,
	UPBASE = 0x010,
	LPBASE = 0x014,
	CONTROL = 0x018,
	IMSC = 0x01c,
	RIS = 0x020,
	MIS = 0x024,
	ICR = 0x028,
	UPCURR = 0x02c,
	PALETTE = 0x200,
	CURSOR_IMAGE = 0x800,
	CRSR_CTRL = 0xc00,
	CRSR_CONFIG = 0xc04,
	CRSR_PALETTE0 = 0xc08,
	CRSR_PALETTE1 = 0xc0c,
	CRSR_XY = 0xc10,
	CRSR_CLIP = 0xc14,
	LNBU = 1 << 2,
	VCOMP = 1 << 3,
	MBERROR = 1 << 4,
	BYPASS = 1 << 26,
	SHOWS = PL111_CNTL_EN | PL111_CNTL_PWR | PL111_CNTL_TFT
};

enum {
	CLOCK_HZ = 1000,
	PIXEL_HZ = 250,
	RAM_BASE = 0x60000000,
	RAM_BYTES = 1 << 16
};

struct rig {
	struct clock clock;
	struct alarms alarms;
	struct ram ram;
	uint8_t memory[RAM_BYTES];
	struct pl111 lcd;
	struct picture picture;
	bool up;
};

static void wire(void *ctx, unsigned int input, bool up)
{
	struct rig *rig = ctx;

	assert_int_equal(input, 44);
	rig->up = up;
}

static void start_with(struct rig *rig, uint32_t clock_hz, uint32_t pixel_hz)
{
	memset(rig, 0, sizeof(*rig));
	rig->ram = (struct ram){
		.host = rig->memory,
		.base = RAM_BASE,
		.span_bytes = RAM_BYTES,
		.bank = {{RAM_BASE, RAM_BYTES}},
		.nr_banks = 1,
	};
	clock_reset(&rig->clock);
	alarms_create(&rig->alarms, clock_hz);
	alarms_start(&rig->alarms, &rig->clock);
	pl111_create(&rig->lcd, &rig->alarms, &rig->ram, pixel_hz,
		     (struct irq_line){wire, rig, 44});
}

static void start(struct rig *rig)
{
	start_with(rig, CLOCK_HZ, PIXEL_HZ);
}

static void put(struct rig *rig, uint32_t offset, uint32_t value)
{
	pl111_write(&rig->lcd, offset, 4, value);
}

static uint32_t get(struct rig *rig, uint32_t offset)
{
	return pl111_read(&rig->lcd, offset, 4);
}

/* Time passes as the machine lets it: from alarm to alarm. */
static void pass(struct rig *rig, uint64_t cycles)
{
	const uint64_t end = clock_now(&rig->clock) + cycles;

	while (rig->clock.alarm <= end) {
		clock_idle_until(&rig->clock, rig->clock.alarm);
		alarms_ring(&rig->alarms);
	}
	clock_idle_until(&rig->clock, end);
}

/* ---- frames -------------------------------------------------------------------- */

/* One step a tick: where in its frame it is. */
struct model {
	uint32_t timing[3], base, control, imsc, raw, shown;
	uint64_t tick, position;
};

static uint32_t bits(uint32_t word, int high, int low)
{
	return word >> low & (0xffffffffu >> (31 - (high - low)));
}

static uint64_t line_length(const struct model *m)
{
	const uint32_t t = m->timing[0];
	uint32_t pcd = bits(m->timing[2], 31, 27) << 5 |
		       bits(m->timing[2], 4, 0);

	return (16ull * (bits(t, 7, 2) + 1) + bits(t, 15, 8) + bits(t, 23, 16) +
		bits(t, 31, 24) + 3) *
	       (m->timing[2] & BYPASS ? 1 : pcd + 2);
}

static uint64_t frame_length(const struct model *m)
{
	const uint32_t t = m->timing[1];

	return line_length(m) * (bits(t, 15, 10) + 1 + bits(t, 31, 24) +
				 bits(t, 9, 0) + 1 + bits(t, 23, 16));
}

/* Where in a frame VCOMP comes. */
static uint64_t compare_position(const struct model *m)
{
	const uint32_t t = m->timing[1];
	uint64_t lines = 0;

	switch (bits(m->control, 13, 12)) {
	case 3: /* front porch */
		lines += bits(t, 9, 0) + 1;
		/* fall through */
	case 2: /* the picture */
		lines += bits(t, 31, 24);
		/* fall through */
	case 1: /* back porch */
		lines += bits(t, 15, 10) + 1;
	}
	/* a frame may end with its picture: the next one begins there */
	return lines * line_length(m) % frame_length(m);
}

static void at_position(struct model *m)
{
	if (!m->position) {
		m->shown = m->base;
		m->raw |= LNBU;
		if (m->base != RAM_BASE)
			m->raw |= MBERROR;
	}
	if (m->position == compare_position(m))
		m->raw |= VCOMP;
}

static void model_write(struct model *m, uint32_t offset, uint32_t value)
{
	const bool was = m->control & 1;

	if (offset <= TIMING2)
		m->timing[offset / 4] = value;
	else if (offset == UPBASE)
		m->base = value;
	else if (offset == CONTROL)
		m->control = value;
	else if (offset == IMSC)
		m->imsc = value;
	else if (offset == ICR)
		m->raw &= ~value;
	if (m->control & 1 && (offset <= TIMING2 || !was)) {
		m->position = 0;
		at_position(m);
	}
}

static void model_pass(struct model *m, uint64_t until)
{
	while (m->tick < until) {
		m->tick++;
		if (!(m->control & 1))
			continue;
		m->position = (m->position + 1) % frame_length(m);
		at_position(m);
	}
}

static void random_write(struct rig *rig, struct model *m)
{
	/* few lines, and a front porch: VCOMP in the frame it belongs to */
	const struct {
		uint32_t offset, value;
	} writes[] = {
		{TIMING0, (uint32_t)rand() & 0x03020304},
		{TIMING1, ((uint32_t)rand() & 0x02010803) | 1u << 16},
		{TIMING2, rand() % 2 ? BYPASS : (uint32_t)rand() & 3},
		{UPBASE, rand() % 2 ? RAM_BASE : 0x10000000},
		{CONTROL, (rand() % 6 ? 1u : 0u) | (uint32_t)(rand() % 4)
							   << 12},
		{IMSC, (uint32_t)rand() & (LNBU | VCOMP | MBERROR)},
		{ICR, (uint32_t)rand()},
		{ICR, (uint32_t)rand()},
	};
	const int i = rand() % 5 ? 5 + rand() % 3 : rand() % 5;

	put(rig, writes[i].offset, writes[i].value);
	model_write(m, writes[i].offset, writes[i].value);
}

static void compare(struct rig *rig, const struct model *m)
{
	assert_int_equal(rig->up, !!(m->raw & m->imsc));
	/* asking for the picture's place first: it must not need the registers */
	assert_int_equal(pl111_frame_base(&rig->lcd, 0), m->shown);
	assert_int_equal(get(rig, RIS), m->raw);
	assert_int_equal(get(rig, MIS), m->raw & m->imsc);
}

static void as_a_model_that_counts_each_tick(void **state)
{
	struct rig *rig = malloc(sizeof(*rig));

	(void)state;
	for (unsigned int seed = 1; seed <= 60; seed++) {
		struct model m = {.timing = {0, 1 << 16, 0}};

		srand(seed);
		start(rig);
		put(rig, TIMING1, 1 << 16);
		for (int i = 0; i < 400; i++) {
			random_write(rig, &m);
			pass(rig,
			     (uint64_t)(rand() % (rand() % 8 ? 60 : 9000)));
			model_pass(&m, clock_now(&rig->clock) * PIXEL_HZ /
					       CLOCK_HZ);
			compare(rig, &m);
		}
	}
	free(rig);
}

/* 640x480 at 25.175 MHz: 800 pixels by 525 lines, 59.94 times a second. */
static void vga_has_sixty_frames(void **state)
{
	struct rig *rig = malloc(sizeof(*rig));
	int frames = 0;

	(void)state;
	start_with(rig, 1000000000, 25175000);
	put(rig, TIMING0, 47u << 24 | 15 << 16 | 95 << 8 | 39 << 2);
	put(rig, TIMING1, 33u << 24 | 10 << 16 | 1 << 10 | 479);
	put(rig, TIMING2, BYPASS);
	put(rig, IMSC, VCOMP);
	put(rig, CONTROL, SHOWS | 1 << PL111_CNTL_VCOMP_SHIFT);
	assert_int_equal(pl111_width(&rig->lcd), 640);
	assert_int_equal(pl111_height(&rig->lcd), 480);
	while (rig->clock.alarm <= 1000000000) {
		clock_idle_until(&rig->clock, rig->clock.alarm);
		alarms_ring(&rig->alarms);
		assert_true(rig->up);
		put(rig, ICR, VCOMP);
		assert_false(rig->up);
		frames++;
	}
	assert_int_equal(frames, 60); /* after 2 lines, then 16.68 ms each */
	/* nobody waits: nothing is due */
	put(rig, IMSC, 0);
	assert_true(rig->clock.alarm == CLOCK_NEVER);
	free(rig);
}

/* ---- colours ------------------------------------------------------------------------- */

/* 16 pixels by 2, or 16 by 8, by format: two lines of 32 bits a pixel. */
static void show(struct rig *rig, enum pl111_bpp format, uint32_t control)
{
	put(rig, TIMING1, 1);
	put(rig, UPBASE, RAM_BASE);
	put(rig, CONTROL,
	    SHOWS | (uint32_t)format << PL111_CNTL_BPP_SHIFT | control);
	assert_true(framebuffer_read(&rig->lcd, &rig->picture));
	assert_int_equal(rig->picture.width, 16);
	put(rig, CONTROL, 0);
	assert_false(framebuffer_read(&rig->lcd, &rig->picture));
}

static void store(struct rig *rig, uint32_t offset, uint32_t word)
{
	for (int i = 0; i < 4; i++)
		rig->memory[offset + (uint32_t)i] = (uint8_t)(word >> 8 * i);
}

static uint32_t pixel(const struct rig *rig, uint32_t n)
{
	const uint8_t *rgb = rig->picture.rgb + 3 * n;

	return (uint32_t)rgb[0] << 16 | (uint32_t)rgb[1] << 8 | rgb[2];
}

/* Entry n is blue n, as far as 5 bits go, red n / 32. */
static void number_palette(struct rig *rig, bool swapped)
{
	for (uint32_t n = 0; n < 256; n++) {
		const uint32_t entry = (n & 31) << 10 | n >> 5;
		const uint32_t at = PALETTE + n / 2 * 4;

		put(rig, at,
		    (n % 2) != swapped ? (get(rig, at) & 0xffff) | entry << 16
				       : (get(rig, at) & 0xffff0000) | entry);
	}
}

/* Which entry the pixel shows, by the above. */
static uint32_t entry(const struct rig *rig, uint32_t n)
{
	const uint8_t *rgb = rig->picture.rgb + 3 * n;

	return (uint32_t)(rgb[0] >> 3 << 5 | rgb[2] >> 3);
}

static void expect(const struct rig *rig, const char *hex_digits)
{
	for (uint32_t n = 0; hex_digits[n]; n++) {
		const char digit[] = {hex_digits[n], '\0'};

		assert_int_equal(entry(rig, n), strtoul(digit, NULL, 16));
	}
}

static void pixels_come_in_the_manuals_order(void **state)
{
	const uint32_t little = 0, windows = PL111_CNTL_BEPO;
	const uint32_t big = PL111_CNTL_BEBO | PL111_CNTL_BEPO;
	struct rig *rig = malloc(sizeof(*rig));

	(void)state;
	start(rig);
	number_palette(rig, false);
	store(rig, 0, 0x12345678);
	store(rig, 4, 0x9abcdef0);
	show(rig, PL111_4BPP, little);
	expect(rig, "876543210fedcba9");
	show(rig, PL111_4BPP, windows);
	expect(rig, "78563412f0debc9a");
	/* bytes 78 56 34 12: 1320 1112 0310 0102 from their highest bits on */
	show(rig, PL111_2BPP, little);
	expect(rig, "0231211101302010");
	show(rig, PL111_2BPP, windows);
	expect(rig, "1320111203100102");
	store(rig, 0, 0x00000180);
	show(rig, PL111_1BPP, little);
	expect(rig, "00000001100000000000");
	show(rig, PL111_1BPP, windows);
	expect(rig, "10000000000000010000");
	store(rig, 0, 0x04030201);
	show(rig, PL111_8BPP, little);
	expect(rig, "1234");
	show(rig, PL111_8BPP, windows);
	expect(rig, "1234");
	number_palette(rig, true);
	show(rig, PL111_8BPP, big);
	expect(rig, "4321");
	store(rig, 0, 0x12345678);
	show(rig, PL111_4BPP, big);
	expect(rig, "123456789abcdef0");
	store(rig, 0, 0x60000001);
	show(rig, PL111_1BPP, big);
	expect(rig, "01100000");
	assert_int_equal(entry(rig, 31), 1);
	picture_free(&rig->picture);
	free(rig);
}

static void direct_colours(void **state)
{
	struct rig *rig = malloc(sizeof(*rig));

	(void)state;
	start(rig);
	/* little-endian: the low half word first */
	store(rig, 0, 0xf800001f);
	store(rig, 4, 0x840007e0);
	show(rig, PL111_16BPP_565, 0);
	assert_int_equal(pixel(rig, 0), 0xff0000);
	assert_int_equal(pixel(rig, 1), 0x0000ff);
	assert_int_equal(pixel(rig, 2), 0x00ff00);
	assert_int_equal(pixel(rig, 3), 0x008284);
	show(rig, PL111_16BPP_565, PL111_CNTL_BGR);
	assert_int_equal(pixel(rig, 0), 0x0000ff);
	assert_int_equal(pixel(rig, 1), 0xff0000);
	assert_int_equal(pixel(rig, 3), 0x848200);
	show(rig, PL111_16BPP_565, PL111_CNTL_BEBO | PL111_CNTL_BEPO);
	assert_int_equal(pixel(rig, 0), 0x0000ff);
	assert_int_equal(pixel(rig, 1), 0xff0000);
	show(rig, PL111_16BPP_565, PL111_CNTL_BEPO);
	assert_int_equal(pixel(rig, 0), 0xff0000);

	store(rig, 0, 0x7c008010); /* the highest bit is no colour */
	show(rig, PL111_16BPP_5551, 0);
	assert_int_equal(pixel(rig, 0), 0x840000);
	assert_int_equal(pixel(rig, 1), 0x0000ff);
	store(rig, 0, 0xf0a50001);
	show(rig, PL111_12BPP_444, 0);
	assert_int_equal(pixel(rig, 0), 0x110000);
	assert_int_equal(pixel(rig, 1), 0x55aa00);
	store(rig, 0, 0xff332211);
	show(rig, PL111_24BPP, 0);
	assert_int_equal(pixel(rig, 0), 0x112233);
	show(rig, PL111_24BPP, PL111_CNTL_BGR);
	assert_int_equal(pixel(rig, 0), 0x332211);
	/* the second line */
	store(rig, 16 * 4, 0x00abcdef);
	show(rig, PL111_24BPP, PL111_CNTL_BGR);
	assert_int_equal(pixel(rig, 16), 0xabcdef);
	picture_free(&rig->picture);
	free(rig);
}

static void two_halves(void **state)
{
	const uint32_t grey = PL111_CNTL_BW;
	struct rig *rig = malloc(sizeof(*rig));

	(void)state;
	start(rig);
	put(rig, PALETTE, 0x001e0000); /* entry 1: all four bits of grey */
	put(rig, UPBASE, RAM_BASE);
	put(rig, LPBASE, RAM_BASE + 0x1000);
	store(rig, 0x1000, 4);
	put(rig, CONTROL,
	    PL111_CNTL_EN | PL111_CNTL_PWR | PL111_CNTL_DUAL | grey);
	assert_true(framebuffer_read(&rig->lcd, &rig->picture));
	assert_int_equal(rig->picture.height, 2);
	for (uint32_t n = 0; n < 32; n++)
		assert_int_equal(pixel(rig, n), n == 18 ? 0xffffff : 0);
	picture_free(&rig->picture);
	free(rig);
}

static void no_memory_is_black(void **state)
{
	struct rig *rig = malloc(sizeof(*rig));

	(void)state;
	start(rig);
	memset(rig->memory, 0xff, sizeof(rig->memory));
	put(rig, UPBASE, RAM_BASE + RAM_BYTES - 8);
	put(rig, IMSC, MBERROR);
	put(rig, CONTROL, SHOWS | PL111_24BPP << PL111_CNTL_BPP_SHIFT);
	assert_true(rig->up);
	assert_true(framebuffer_read(&rig->lcd, &rig->picture));
	for (uint32_t n = 0; n < 16; n++)
		assert_int_equal(pixel(rig, n), 0);
	/* two frames on: the address that was in the register when it began */
	put(rig, ICR, MBERROR);
	assert_false(rig->up);
	put(rig, UPBASE, RAM_BASE);
	assert_int_equal(pl111_frame_base(&rig->lcd, 0),
			 RAM_BASE + RAM_BYTES - 8);
	pass(rig, 1000);
	assert_false(rig->up);
	assert_true(framebuffer_read(&rig->lcd, &rig->picture));
	assert_int_equal(pixel(rig, 0), 0xffffff);
	picture_free(&rig->picture);
	free(rig);
}

/* ---- the cursor ------------------------------------------------------------------------ */

static void the_cursor_lies_above(void **state)
{
	struct rig *rig = malloc(sizeof(*rig));

	(void)state;
	start(rig);
	for (uint32_t i = 0; i < 256; i++)
		put(rig, CURSOR_IMAGE + 4 * i, 0xaaaaaaaa); /* clear */
	/* the second of four, its line 1: colours 0, 1, clear, inverted */
	put(rig, CURSOR_IMAGE + 4 * (64 + 2), 0xaaaaaa1b);
	put(rig, CRSR_PALETTE0, 0x0000ff); /* red */
	put(rig, CRSR_PALETTE1, 0x00ff00);
	put(rig, CRSR_CTRL, 0x11);
	put(rig, CRSR_XY, 5);
	memset(rig->memory, 0x0f, sizeof(rig->memory));
	show(rig, PL111_24BPP, 0);
	for (uint32_t n = 0; n < 32; n++) {
		const uint32_t want = n == 21   ? 0xff0000
				      : n == 22 ? 0x00ff00
				      : n == 24 ? 0xf0f0f0
						: 0x0f0f0f;

		assert_int_equal(pixel(rig, n), want);
	}
	/* a column and a line of it clipped, at the right edge */
	put(rig, CRSR_CLIP, 1 << 8 | 1);
	put(rig, CRSR_XY, 14);
	show(rig, PL111_24BPP, 0);
	assert_int_equal(pixel(rig, 14), 0x00ff00);
	assert_int_equal(pixel(rig, 15), 0x0f0f0f);
	assert_int_equal(pixel(rig, 16), 0x0f0f0f); /* not around the edge */
	/* one of 64 pixels: lines are twice as long */
	put(rig, CRSR_CONFIG, 1);
	put(rig, CRSR_CLIP, 16 << 8); /* line 16 = word 64 */
	put(rig, CURSOR_IMAGE + 4 * 64, 0xaaaaaa6a);
	put(rig, CRSR_XY, 0);
	show(rig, PL111_24BPP, 0);
	assert_int_equal(pixel(rig, 0), 0x00ff00);
	assert_int_equal(pixel(rig, 1), 0x0f0f0f);
	picture_free(&rig->picture);
	free(rig);
}

static void it_says_who_it_is(void **state)
{
	static const uint8_t id[8] = {0x11, 0x11, 0x24, 0x00,
				      0x0d, 0xf0, 0x05, 0xb1};
	struct rig *rig = malloc(sizeof(*rig));

	(void)state;
	start(rig);
	for (uint32_t i = 0; i < 8; i++)
		assert_int_equal(get(rig, 0xfe0 + 4 * i), id[i]);
	free(rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_a_model_that_counts_each_tick),
		cmocka_unit_test(vga_has_sixty_frames),
		cmocka_unit_test(pixels_come_in_the_manuals_order),
		cmocka_unit_test(direct_colours),
		cmocka_unit_test(two_halves),
		cmocka_unit_test(no_memory_is_black),
		cmocka_unit_test(the_cursor_lies_above),
		cmocka_unit_test(it_says_who_it_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
