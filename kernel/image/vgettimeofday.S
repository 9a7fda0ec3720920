/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The code of the vDSO (Linux: arch/arm/vdso/vgettimeofday.c): functions of
 * the C library's that a program may call here instead of in the kernel, where
 * the core has a counter that programs can read.
 *
 * MODEL: no board has such a counter, so each of them is its system call; and
 * as Linux does then, vdso_init() takes away the names of those that would
 * have been faster.
 */

	.syntax unified
	.arch armv7-a
	.arm
	.text

	.macro	system_call, name, number
	.globl	\name
	.type	\name, %function
\name:
	push	{r7, lr}
	movw	r7, #\number
	svc	#0
	pop	{r7, pc}
	.size	\name, . - \name
	.endm

	system_call __vdso_clock_gettime, 263
	system_call __vdso_clock_gettime64, 403
	system_call __vdso_gettimeofday, 78
	system_call __vdso_clock_getres, 264

	.section .note.GNU-stack, "", %progbits
