/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_ARCH_ARM_ABI_H
#define KERNEL_ARCH_ARM_ABI_H

/* What Linux/ARM's user ABI says that the host's headers don't. */

/* the CPSR's bits */
#define PSR_MODE     0x0000001fu
#define PSR_MODE_USR 0x00000010u
#define PSR_T        0x00000020u
#define PSR_F        0x00000040u
#define PSR_I        0x00000080u
#define PSR_A        0x00000100u
#define PSR_E        0x00000200u
#define PSR_GE       0x000f0000u
#define PSR_J        0x01000000u
#define PSR_IT       0x0600fc00u
#define PSR_FLAGS    0xf8000000u /* N Z C V Q */

/* signals */
#define SA_RESTORER_ARM       0x04000000u
#define SA_THIRTYTWO_ARM      0x02000000u
#define SA_EXPOSE_TAGBITS_ARM 0x00000800u
#define SS_AUTODISARM_ARM     0x80000000u
#define TRAP_BRKPT_ARM        1
#define TRAP_HWBKPT_ARM       4

#endif
