/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Switching host stacks: pushes what a C function must preserve, swaps the
 * stack pointer, pops the other side's. No system call, no signal mask.
 */

#if defined(__x86_64__)

	.text
	.globl	fiber_swap_stacks
	.type	fiber_swap_stacks, @function
/* void fiber_swap_stacks(void **save_sp [rdi], void *sp [rsi]) */
fiber_swap_stacks:
	pushq	%rbp
	pushq	%rbx
	pushq	%r12
	pushq	%r13
	pushq	%r14
	pushq	%r15
	movq	%rsp, (%rdi)
	movq	%rsi, %rsp
	popq	%r15
	popq	%r14
	popq	%r13
	popq	%r12
	popq	%rbx
	popq	%rbp
	ret
	.size	fiber_swap_stacks, . - fiber_swap_stacks

	.globl	fiber_trampoline
	.type	fiber_trampoline, @function
fiber_trampoline:
	movq	%r12, %rdi
	xorl	%ebp, %ebp
	call	fiber_first
	ud2
	.size	fiber_trampoline, . - fiber_trampoline

#elif defined(__aarch64__)

	.text
	.globl	fiber_swap_stacks
	.type	fiber_swap_stacks, %function
/* void fiber_swap_stacks(void **save_sp [x0], void *sp [x1]) */
fiber_swap_stacks:
	sub	sp, sp, #160
	stp	x19, x20, [sp, #0]
	stp	x21, x22, [sp, #16]
	stp	x23, x24, [sp, #32]
	stp	x25, x26, [sp, #48]
	stp	x27, x28, [sp, #64]
	stp	x29, x30, [sp, #80]
	stp	d8, d9, [sp, #96]
	stp	d10, d11, [sp, #112]
	stp	d12, d13, [sp, #128]
	stp	d14, d15, [sp, #144]
	mov	x2, sp
	str	x2, [x0]
	mov	sp, x1
	ldp	x19, x20, [sp, #0]
	ldp	x21, x22, [sp, #16]
	ldp	x23, x24, [sp, #32]
	ldp	x25, x26, [sp, #48]
	ldp	x27, x28, [sp, #64]
	ldp	x29, x30, [sp, #80]
	ldp	d8, d9, [sp, #96]
	ldp	d10, d11, [sp, #112]
	ldp	d12, d13, [sp, #128]
	ldp	d14, d15, [sp, #144]
	add	sp, sp, #160
	ret
	.size	fiber_swap_stacks, . - fiber_swap_stacks

	.globl	fiber_trampoline
	.type	fiber_trampoline, %function
fiber_trampoline:
	mov	x0, x19
	mov	x29, xzr
	bl	fiber_first
	brk	#0
	.size	fiber_trampoline, . - fiber_trampoline

#endif

	.section .note.GNU-stack, "", %progbits
