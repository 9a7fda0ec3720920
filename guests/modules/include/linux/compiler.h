/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _LINUX_COMPILER_H
#define _LINUX_COMPILER_H

#define likely(x)   __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)

/* The compiler keeps what stands before it before it. */
#define barrier() __asm__ volatile("" : : : "memory")

/* One access, neither left out nor done twice. */
#define READ_ONCE(x)         (*(const volatile __typeof__(x) *)&(x))
#define WRITE_ONCE(x, value) (*(volatile __typeof__(x) *)&(x) = (value))

/* Order between accesses of this core as others see them. */
#define smp_mb()  __asm__ volatile("dmb ish" : : : "memory")
#define smp_rmb() smp_mb()
#define smp_wmb() __asm__ volatile("dmb ishst" : : : "memory")
#define mb()      __asm__ volatile("dsb" : : : "memory")

#endif
