/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The colours: see palette.h. */
#include "emu/viewer/palette.h"

#include <string.h>

static struct palette dark = {
	.name = "dark",
	.window = 0x14161b,
	.panel = 0x1c1f26,
	.raised = 0x2a2e38,
	.border = 0x383d4a,
	.text = 0xe6e8ec,
	.dim = 0xa3a9b6,
	.faint = 0x6a7180,
	.accent = 0xffffff,
	.hover = 0x9fd3ff,
	.fresh = 0xff6ad5,
	.good = 0x2fbf8f,
	.warn = 0xf0b429,
	.bad = 0xff6b4a,
	.nothing = 0x14161b,
	.free = 0x343a46,
	.kind = {[KIND_ORANGE] = 0xe69f00,
		 [KIND_SKY] = 0x56b4e9,
		 [KIND_GREEN] = 0x14a97c,
		 [KIND_YELLOW] = 0xf0e442,
		 [KIND_BLUE] = 0x3d7fd9,
		 [KIND_VERMILLION] = 0xe2683c,
		 [KIND_PURPLE] = 0xcc79a7,
		 [KIND_GREY] = 0x8a919e,
		 [KIND_BROWN] = 0x9c6b3f,
		 [KIND_TEAL] = 0x5fd0c5,
		 [KIND_ROSE] = 0xf2b8c6,
		 [KIND_OLIVE] = 0xa9b665},
};

static struct palette light = {
	.name = "light",
	.window = 0xe9ebef,
	.panel = 0xfbfbfc,
	.raised = 0xe2e5ea,
	.border = 0xc3c8d1,
	.text = 0x1a1d23,
	.dim = 0x525a68,
	.faint = 0x8b92a0,
	.accent = 0x000000,
	.hover = 0x0b62b0,
	.fresh = 0xc02f8a,
	.good = 0x00795a,
	.warn = 0x9c6a00,
	.bad = 0xc23b12,
	.nothing = 0xe9ebef,
	.free = 0xd9dde4,
	.kind = {[KIND_ORANGE] = 0xd98e00,
		 [KIND_SKY] = 0x4aa6dc,
		 [KIND_GREEN] = 0x009e73,
		 [KIND_YELLOW] = 0xd6c700,
		 [KIND_BLUE] = 0x0067b0,
		 [KIND_VERMILLION] = 0xd55e00,
		 [KIND_PURPLE] = 0xbb5a92,
		 [KIND_GREY] = 0x7d8593,
		 [KIND_BROWN] = 0x86552b,
		 [KIND_TEAL] = 0x2fa79c,
		 [KIND_ROSE] = 0xe08fa4,
		 [KIND_OLIVE] = 0x80893c},
};

/* From the ground's colour over violet to yellow: lightness only grows. */
static void make_ramp(struct palette *palette, const colour_t stop[4])
{
	for (int i = 0; i < PALETTE_STEPS; i++) {
		int at = i * 3 * 256 / (PALETTE_STEPS - 1);
		int from = at / 256 < 2 ? at / 256 : 2;
		colour_t colour = 0;

		at -= from * 256;
		for (int shift = 0; shift < 24; shift += 8) {
			int a = (int)(stop[from] >> shift & 255);
			int b = (int)(stop[from + 1] >> shift & 255);

			colour |= (colour_t)(a + (b - a) * at / 256) << shift;
		}
		palette->ramp[i] = colour;
	}
}

const struct palette *palette_number(unsigned int number)
{
	static const colour_t up[4] = {0x2b2f4a, 0x7b3f8c, 0xd9663f, 0xf7e06e};
	static const colour_t down[4] = {0xd7dcea, 0x8fa3d6, 0x7b3f8c,
					 0x3b0f2a};

	if (!dark.ramp[0]) {
		make_ramp(&dark, up);
		make_ramp(&light, down);
	}
	return number == 0 ? &dark : number == 1 ? &light : NULL;
}

const struct palette *palette_named(const char *name)
{
	const struct palette *palette;

	for (unsigned int i = 0; (palette = palette_number(i)); i++)
		if (!strcmp(palette->name, name))
			return palette;
	return NULL;
}

colour_t palette_hash(const struct palette *palette, uint32_t number)
{
	return palette->kind[number * UINT32_C(2654435761) % PALETTE_KINDS];
}

colour_t palette_use(const struct palette *palette, unsigned int use)
{
	/* in the order of frame_use.def, from the third on */
	static const uint8_t kinds[] = {
		KIND_GREY, /* reserved */
		KIND_PURPLE, /* slab */
		KIND_YELLOW, /* page tables */
		KIND_BROWN, /* kernel stacks */
		KIND_ORANGE, /* anonymous */
		KIND_SKY, /* files */
		KIND_GREEN, /* shared memory */
		KIND_TEAL, /* CMA */
		KIND_BLUE, /* other kernel memory */
	};

	if (use == 0)
		return palette->free;
	if (use == 1) /* per-CPU lists */
		return palette->faint;
	return use - 2 < sizeof(kinds) ? palette->kind[kinds[use - 2]]
				       : palette->bad;
}
