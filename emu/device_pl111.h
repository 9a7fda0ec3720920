/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_DEVICE_PL111_H
#define EMU_DEVICE_PL111_H

/*
 * ARM Color LCD Controller PL111 (DDI 0293C): says where in RAM the picture
 * lies and how its pixels are to be read, and interrupts once a frame. It
 * moves no pixels: framebuffer.h reads the picture when somebody looks.
 *
 * Frames follow each other from the moment at which it is switched on, each as
 * long as the timing registers and the pixel clock say. One begins with the
 * vertical synchronisation; the base addresses count for it that were in the
 * registers then.
 */

#include <stdbool.h>
#include <stdint.h>

#include "emu/alarms.h"
#include "emu/irq_line.h"
#include "emu/ram.h"

/* Control register */
enum {
	PL111_CNTL_EN = 1 << 0,
	PL111_CNTL_BPP_SHIFT = 1,
	PL111_CNTL_BPP = 7 << 1, /* enum pl111_bpp */
	PL111_CNTL_BW = 1 << 4,
	PL111_CNTL_TFT = 1 << 5,
	PL111_CNTL_DUAL = 1 << 7,
	PL111_CNTL_BGR = 1 << 8,
	PL111_CNTL_BEBO = 1 << 9, /* big-endian bytes */
	PL111_CNTL_BEPO = 1 << 10, /* big-endian pixels within a byte */
	PL111_CNTL_PWR = 1 << 11,
	PL111_CNTL_VCOMP_SHIFT = 12
};

enum pl111_bpp {
	PL111_1BPP,
	PL111_2BPP,
	PL111_4BPP,
	PL111_8BPP,
	PL111_16BPP_5551,
	PL111_24BPP,
	PL111_16BPP_565,
	PL111_12BPP_444
};

#define PL111_PALETTE_WORDS 128
#define PL111_CURSOR_WORDS  256

struct pl111_cursor {
	uint32_t image[PL111_CURSOR_WORDS];
	uint32_t control, config, palette[2], xy, clip;
	uint32_t imsc, raw;
};

struct pl111 {
	struct alarms *alarms;
	const struct ram *ram;
	uint32_t hz; /* CLCDCLK */
	struct irq_line line;
	struct alarm alarm; /* when the interrupt will rise */

	uint32_t timing[4];
	uint32_t base[2]; /* of the next frame: upper panel, lower panel */
	uint32_t control, imsc, raw;
	uint32_t palette[PL111_PALETTE_WORDS];
	struct pl111_cursor cursor;

	uint64_t since; /* the tick at which the first frame began */
	uint64_t nr_frames, nr_compares; /* seen to since then */
	uint32_t frame_base[2]; /* of the frame that is being shown */
};

/* @hz: CLCDCLK's, from which pixels are clocked. */
void pl111_create(struct pl111 *lcd, struct alarms *alarms,
		  const struct ram *ram, uint32_t hz, struct irq_line line);

/* How it answers on the bus. */
uint32_t pl111_read(void *ctx, uint32_t offset, unsigned int size);
void pl111_write(void *ctx, uint32_t offset, unsigned int size, uint32_t value);

/* ---- what is on the display ------------------------------------------------ */

/* Enabled, and the panel has power: a picture is to be seen. */
static inline bool pl111_shows(const struct pl111 *lcd)
{
	return lcd->control & PL111_CNTL_EN && lcd->control & PL111_CNTL_PWR;
}

/* An STN display of two halves, each with its own base address. */
static inline bool pl111_is_dual(const struct pl111 *lcd)
{
	return (lcd->control & (PL111_CNTL_DUAL | PL111_CNTL_TFT)) ==
	       PL111_CNTL_DUAL;
}

uint32_t pl111_width(const struct pl111 *lcd);
/* Of both halves, where there are two. */
uint32_t pl111_height(const struct pl111 *lcd);
static inline enum pl111_bpp pl111_format(const struct pl111 *lcd)
{
	return (enum pl111_bpp)((lcd->control & PL111_CNTL_BPP) >>
				PL111_CNTL_BPP_SHIFT);
}
/* How many bits of memory a pixel takes: 1, 2, 4, 8, 16 or 32. */
uint32_t pl111_bits_per_pixel(const struct pl111 *lcd);
/* Where the frame lies that is being shown now, of the upper or lower half. */
paddr_t pl111_frame_base(const struct pl111 *lcd, unsigned int half);
/* Bytes of a frame, or of half of it on a display of two. */
uint32_t pl111_frame_bytes(const struct pl111 *lcd);
/* [paddr, paddr + nr_bytes) in host memory; NULL: not all of it is RAM. */
const uint8_t *pl111_memory(const struct pl111 *lcd, paddr_t paddr,
			    uint32_t nr_bytes);

#endif
