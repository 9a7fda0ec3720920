/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Loads and stores over 32 KB, eight pages that any TLB holds: 40000 turns of
 * 8192 words read, changed and written back. Exits with 0.
 */
	.text
	.globl	_start
_start:
	ldr	r4, =40000
2:	ldr	r5, =buffer
	mov	r6, #2048
1:	ldr	r0, [r5]
	ldr	r1, [r5, #4]
	add	r0, r0, r1
	ldr	r2, [r5, #8]
	add	r1, r1, r2
	str	r0, [r5]
	ldr	r3, [r5, #12]
	str	r1, [r5, #4]
	add	r2, r2, r3
	str	r2, [r5, #8]
	add	r5, r5, #16
	subs	r6, r6, #1
	bne	1b
	subs	r4, r4, #1
	bne	2b
	mov	r0, #0
	mov	r7, #1
	svc	#0
	.bss
	.balign	4096
buffer:	.space	32768
	.section .note.GNU-stack, "", %progbits
