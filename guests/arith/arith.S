/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Arithmetic in registers: 250 million turns of an eight-instruction loop.
 * Exits with 0. For speed and for exact instruction counts.
 */
	.text
	.globl	_start
_start:
	ldr	r4, =250000000
	mov	r0, #1
	mov	r1, #2
	mov	r2, #3
1:	add	r0, r0, r1
	eor	r1, r1, r2
	add	r2, r2, r0, lsl #1
	sub	r3, r0, r2
	orr	r1, r1, r3
	add	r0, r0, #7
	subs	r4, r4, #1
	bne	1b
	mov	r0, #0
	mov	r7, #1
	svc	#0
	.section .note.GNU-stack, "", %progbits
