/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Something to take pictures of, which no compiler and no C library can
 * change: 256 pages written, 128 read, 64 shared ones written, then a child
 * that writes to 96 of the first, so that they are copied, while its parent
 * waits. With an argument, 24 MB are written, twice over. Exits with 0.
 */
	.text
	.globl	_start
	.syntax	unified

	.equ	SYS_exit, 1
	.equ	SYS_fork, 2
	.equ	SYS_wait4, 114
	.equ	SYS_mmap2, 192
	.equ	PROT_RW, 3
	.equ	PRIVATE, 0x22
	.equ	SHARED, 0x21

/* r0: bytes, r3: flags; to r0 */
map:	mov	r1, r0
	mov	r0, #0
	mov	r2, #PROT_RW
	mvn	r4, #0
	mov	r5, #0
	ldr	r7, =SYS_mmap2
	svc	#0
	bx	lr

/* r0: address, r1: pages */
write:	str	r0, [r0]
	add	r0, r0, #4096
	subs	r1, r1, #1
	bne	write
	bx	lr

read:	ldr	r2, [r0]
	add	r0, r0, #4096
	subs	r1, r1, #1
	bne	read
	bx	lr

leave:	mov	r0, #0
	mov	r7, #SYS_exit
	svc	#0

_start:	ldr	r9, [sp]
	cmp	r9, #1
	bgt	much

	ldr	r0, =0x200000
	mov	r3, #PRIVATE
	bl	map
	mov	r8, r0
	mov	r1, #256
	bl	write
	mov	r1, #128
	bl	read
	ldr	r0, =0x40000
	mov	r3, #SHARED
	bl	map
	mov	r1, #64
	bl	write

	mov	r7, #SYS_fork
	svc	#0
	cmp	r0, #0
	bne	parent
	mov	r0, r8
	mov	r1, #96
	bl	write
	b	leave

parent:	mov	r1, #0
	mov	r2, #0
	mov	r3, #0
	mov	r7, #SYS_wait4
	svc	#0
	b	leave

much:	ldr	r0, =0x1800000
	mov	r3, #PRIVATE
	bl	map
	mov	r8, r0
	mov	r9, #2
1:	mov	r0, r8
	ldr	r1, =6144
	bl	write
	subs	r9, r9, #1
	bne	1b
	b	leave
	.section .note.GNU-stack, "", %progbits
