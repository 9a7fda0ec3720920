/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_TASK_PERSONALITY_H
#define KERNEL_TASK_PERSONALITY_H

/*
 * What a program asks its execution domain to do otherwise (include/uapi/
 * linux/personality.h). The low byte is a domain, of which only Linux's is
 * left; execve resets it.
 */

#define UNAME26            0x00020000u
#define ADDR_NO_RANDOMIZE  0x00040000u
#define ADDR_COMPAT_LAYOUT 0x00200000u
#define READ_IMPLIES_EXEC  0x00400000u
#define ADDR_LIMIT_32BIT   0x00800000u
#define PER_LINUX          0x00000000u
#define PER_MASK           0x000000ffu

#endif
