/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The two pages at the top of the address space (Linux: entry-armv.S).
 *
 * The first is readable by programs: the exception vectors, and from 0xf60
 * the kuser helpers, whose addresses are ABI (kernel_user_helpers.rst). The
 * second is the kernel's: where the vectors lead. On this machine the traps
 * are taken before the core gets here, so each stub is a gate like those of
 * the exported functions.
 */

#include "kernel/image/gate.h"

	.syntax unified
	.arch armv7-a
	.arm

	.section .vectors, "ax", %progbits
	.globl	__vectors_start
__vectors_start:
	b	vector_rst
	b	vector_und
	ldr	pc, __vectors_start + 0x1000
	b	vector_pabt
	b	vector_dabt
	b	vector_addrexcptn
	b	vector_irq
	b	vector_fiq

/* Nothing but helpers is to be run: the rest is undefined in ARM and Thumb. */
#define POISON 0xe7fddef1
	.fill	(0xf60 - 0x20) / 4, 4, POISON

/*
 * 0xffff0f60: int cmpxchg64(const int64_t *old, const int64_t *new,
 * volatile int64_t *ptr): zero and C set if *ptr was *old and is *new now.
 */
	.globl	__kuser_cmpxchg64
__kuser_cmpxchg64:
	push	{r4-r7}
	ldrd	r4, r5, [r0]
	ldrd	r6, r7, [r1]
	dmb	ish
1:	ldrexd	r0, r1, [r2]
	eors	r3, r0, r4
	eorseq	r3, r1, r5
	strexdeq r3, r6, r7, [r2]
	teqeq	r3, #1
	beq	1b
	dmb	ish
	rsbs	r0, r3, #0
	pop	{r4-r7}
	bx	lr
	.fill	(0xfa0 - (. - __vectors_start)) / 4, 4, POISON

/* 0xffff0fa0: void memory_barrier(void) */
	.globl	__kuser_memory_barrier
__kuser_memory_barrier:
	dmb	ish
	bx	lr
	.fill	(0xfc0 - (. - __vectors_start)) / 4, 4, POISON

/* 0xffff0fc0: int cmpxchg(int old, int new, volatile int *ptr) */
	.globl	__kuser_cmpxchg
__kuser_cmpxchg:
	dmb	ish
1:	ldrex	r3, [r2]
	subs	r3, r3, r0
	strexeq	ip, r1, [r2]
	teqeq	ip, #1
	beq	1b
	rsbs	r0, r3, #0
	b	__kuser_memory_barrier

/* 0xffff0fe0: void *get_tls(void); the instruction again at 0xffff0fe8 */
	.globl	__kuser_get_tls
__kuser_get_tls:
	mrc	p15, 0, r0, c13, c0, 3
	bx	lr
	mrc	p15, 0, r0, c13, c0, 3
	.word	0
	.word	0, 0, 0			@ 0xffff0ff0: TLS of older cores
	.globl	__kuser_helper_version
__kuser_helper_version:
	.word	5			@ 0xffff0ffc: how many helpers
	.globl	__vectors_end
__vectors_end:

	.section .stubs, "ax", %progbits
	.globl	__stubs_start
__stubs_start:
	.word	vector_swi
vector_rst:
	gate	0xff00
vector_und:
	gate	0xff01
vector_swi:
	gate	0xff02
vector_pabt:
	gate	0xff03
vector_dabt:
	gate	0xff04
vector_addrexcptn:
	gate	0xff05
vector_irq:
	gate	0xff06
vector_fiq:
	gate	0xff07
	.balign	32
	.globl	__stubs_end
__stubs_end:

/*
 * What a signal handler returns to when the program brought no restorer
 * (sigreturn_codes.S); arch_setup_additional_pages() puts it into the
 * sigpage. Two ARM words and a Thumb one, for sigreturn, then rt_sigreturn.
 */
	.section .init.rodata, "a", %progbits
	.balign	4
	.globl	sigreturn_codes
sigreturn_codes:
	.word	0xe3a07077, 0xef900077, 0xdf002777
	.word	0xe3a070ad, 0xef9000ad, 0xdf0027ad
	/* those of FDPIC programs, whose restorer is behind a descriptor */
	.word	0xe59d32f4, 0xe8930208, 0xe12fff13, 0xcb0c9bbd, 0x47104699
	.word	0xe59d3374, 0xe8930208, 0xe12fff13, 0xcb0c9bdd, 0x47104699
	.word	0
	.globl	sigreturn_codes_end
sigreturn_codes_end:

	.section .note.GNU-stack, "", %progbits
