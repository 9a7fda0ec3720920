/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A stride over 256 pages, 10000 times round: with 64 entries in the TLB and
 * any replacement in order each load misses, and now and then the fetch of
 * the loop itself. Exits with 0.
 */
	.text
	.globl	_start
_start:
	ldr	r4, =10000
2:	ldr	r5, =buffer
	mov	r6, #256
1:	ldr	r0, [r5]
	add	r5, r5, #4096
	subs	r6, r6, #1
	bne	1b
	subs	r4, r4, #1
	bne	2b
	mov	r0, #0
	mov	r7, #1
	svc	#0
	.bss
	.balign	4096
buffer:	.space	256 * 4096
	.section .note.GNU-stack, "", %progbits
