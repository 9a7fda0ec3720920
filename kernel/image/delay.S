/* SPDX-License-Identifier: GPL-2.0-or-later */

/* Passing time by instructions (Linux: arch/arm/lib/delay-loop.S). */

	.syntax unified
	.arch armv7-a
	.arm

	.text
	.globl	__delay
	.type	__delay, %function
/* r0 times two instructions. */
__delay:
	subs	r0, r0, #1
	bhi	__delay
	bx	lr
	.size	__delay, . - __delay

	.section .note.GNU-stack, "", %progbits
