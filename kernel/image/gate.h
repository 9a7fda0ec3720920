/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_IMAGE_GATE_H
#define KERNEL_IMAGE_GATE_H

/*
 * A gate: an undefined instruction by which ARM code calls a function of the
 * kernel, whose number it carries in UDF's 16-bit field.
 */
#define GATE_UDF      0xe7f000f0
#define GATE_UDF_MASK 0xfff000f0

/* Exported functions have the numbers from 0; these are for other ends. */
#define GATE_KCALL_RETURN 0xfc00

#ifdef __ASSEMBLER__
/* clang-format off */
	.macro	gate, number
	.inst	GATE_UDF | ((\number) & 0xfff0) << 4 | ((\number) & 15)
	.endm
/* clang-format on */
#endif

#endif
