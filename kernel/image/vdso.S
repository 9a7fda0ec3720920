/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The two kinds of pages that every program gets from the kernel's own data
 * (Linux: arch/arm/vdso/vdso.S and kernel/vdso.c's vdso_data_store). They are
 * whole pages, so that nothing else of the kernel's shows with them.
 */

#define PAGE 4096

	.section .data.pages, "aw", %progbits
	.balign	PAGE
	.globl	vdso_start, vdso_end, vdso_data_store
vdso_start:
	.incbin	"vdso.so", 0, 36
	/* e_flags: the linker says soft float, and this is for everybody */
	.word	0x05000000
	.incbin	"vdso.so", 40
	.balign	PAGE
vdso_end:
/* [vvar]: zero, for there is no clock that a program could read by itself. */
vdso_data_store:
	.fill	PAGE

	.section .note.GNU-stack, "", %progbits
