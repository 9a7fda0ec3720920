/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _LINUX_IO_H
#define _LINUX_IO_H

#include <linux/types.h>

/* Addresses for a device's registers; NULL: RAM, or no room. May sleep. */
void __iomem *ioremap(phys_addr_t at, size_t size);
void iounmap(volatile void __iomem *registers);

/* One access of its width, before all later ones to memory. */
static inline u32 readl(const volatile void __iomem *at)
{
	u32 value = *(const volatile u32 *)at;

	__asm__ volatile("dsb" : : : "memory");
	return value;
}

static inline void writel(u32 value, volatile void __iomem *at)
{
	__asm__ volatile("dsb st" : : : "memory");
	*(volatile u32 *)at = value;
}

static inline u8 readb(const volatile void __iomem *at)
{
	u8 value = *(const volatile u8 *)at;

	__asm__ volatile("dsb" : : : "memory");
	return value;
}

static inline void writeb(u8 value, volatile void __iomem *at)
{
	__asm__ volatile("dsb st" : : : "memory");
	*(volatile u8 *)at = value;
}

#endif
