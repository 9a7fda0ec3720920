/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Code of the image: its entry, and a gate for each exported function. The
 * kernel's own code is C on the host (kernel/); a gate is where ARM code,
 * that is modules, calls it: an undefined instruction whose number says which
 * function, then the return to the caller.
 */

#include "kernel/image/gate.h"

	.syntax unified
	.arch armv7-a
	.arm

	.macro	function, name
	.globl	\name
	.type	\name, %function
\name:
	.endm

	.macro	exported, name
	function \name
	gate	gate_number
	bx	lr
	.set	gate_number, gate_number + 1
	.endm

/*
 * A boot loader jumps here; the machine runs kernel/arch/arm/head.c instead,
 * which does what stext would.
 */
	.section .head.text, "ax", %progbits
	function stext
	gate	0xfe00
	b	stext

	.section .gates, "ax", %progbits
	.set	gate_number, 0
#define EXPORT(name) exported name;
#include "kernel/image/exports.def"
/* Where a function returns to that the kernel's C code has called. */
	.set	gate_number, GATE_KCALL_RETURN
	exported kcall_return

/* What runs at boot alone, for System.map. */
	.section .init.text, "ax", %progbits
	.set	gate_number, 0xfd00
	exported start_kernel
	exported setup_arch
	exported paging_init
	exported mm_init
	exported vfs_caches_init

	.text
	exported schedule_tail
	exported ret_from_fork
	exported kernel_init

	.section .note.GNU-stack, "", %progbits
