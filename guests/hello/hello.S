/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The smallest program: one write, one exit. Prints "hello".
 * Touches two pages: its text and, for nothing else, its stack stays unused.
 */
	.text
	.globl	_start
_start:
	mov	r0, #1
	adr	r1, message
	mov	r2, #6
	mov	r7, #4		@ write
	svc	#0
	mov	r0, #0
	mov	r7, #1		@ exit
	svc	#0
message:
	.ascii	"hello\n"
	.balign	4
	.section .note.GNU-stack, "", %progbits
