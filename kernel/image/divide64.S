/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The 64-bit divisions of the ABI: the quotient in r0 and r1, the remainder in
 * r2 and r3, which no C function returns.
 */

	.syntax unified
	.arch armv7-a
	.arm
	.text

	.macro	divmod, name, c_function
	.globl	\name
	.type	\name, %function
\name:
	.fnstart
	.save	{r4, lr}
	push	{r4, lr}
	.pad	#16
	sub	sp, sp, #16
	add	r4, sp, #8
	str	r4, [sp]		@ where the remainder goes
	bl	\c_function
	ldrd	r2, r3, [sp, #8]
	add	sp, sp, #16
	pop	{r4, pc}
	.fnend
	.size	\name, . - \name
	.endm

/** __aeabi_uldivmod - a quotient of 64 bits and what remains */
	divmod	__aeabi_uldivmod, udivmod64
/** __aeabi_ldivmod - a signed quotient of 64 bits and what remains */
	divmod	__aeabi_ldivmod, divmod64

	.section .note.GNU-stack, "", %progbits
