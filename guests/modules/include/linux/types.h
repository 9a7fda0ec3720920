/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _LINUX_TYPES_H
#define _LINUX_TYPES_H

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef signed char s8;
typedef short s16;
typedef int s32;
typedef long long s64;

typedef unsigned int size_t;
typedef int ssize_t;
typedef long long loff_t;
typedef unsigned int gfp_t;
typedef unsigned int dev_t;
typedef unsigned short umode_t;
typedef u32 phys_addr_t;
typedef u32 resource_size_t;
typedef u32 dma_addr_t;
typedef _Bool bool;

#define true 1
#define false 0
#define NULL ((void *)0)

#define __user
#define __iomem
#define noinline   __attribute__((noinline))
#define __init     __attribute__((section(".init.text"), cold))
#define __exit     __attribute__((section(".exit.text"), used))
#define __initdata __attribute__((section(".init.data")))

#endif
