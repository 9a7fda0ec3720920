/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _LINUX_IO_H
#define _LINUX_IO_H

#include <linux/types.h>

/**
 * ioremap - map a device's registers
 * @at: their physical address
 * @size: bytes
 *
 * Mapped as device memory: every access reaches the device, once, in order.
 *
 * Context: Process context; may sleep.
 * Return: where they are; NULL for RAM, or when memory or addresses are short.
 */
void __iomem *ioremap(phys_addr_t at, size_t size);
/**
 * iounmap - end what ioremap() made
 * @registers: what it returned
 *
 * Context: Process context; may sleep.
 */
void iounmap(volatile void __iomem *registers);

/**
 * readl - read a register of 32 bits, before all later accesses to memory
 * @at: where it is
 *
 * Return: what the device says.
 */
static inline u32 readl(const volatile void __iomem *at)
{
	u32 value = *(const volatile u32 *)at;

	__asm__ volatile("dsb" : : : "memory");
	return value;
}

/**
 * writel - write a register of 32 bits, behind all earlier accesses to memory
 * @value: for it
 * @at: where it is
 */
static inline void writel(u32 value, volatile void __iomem *at)
{
	__asm__ volatile("dsb st" : : : "memory");
	*(volatile u32 *)at = value;
}

/**
 * readb - read a register of 8 bits, before all later accesses to memory
 * @at: where it is
 *
 * Return: what the device says.
 */
static inline u8 readb(const volatile void __iomem *at)
{
	u8 value = *(const volatile u8 *)at;

	__asm__ volatile("dsb" : : : "memory");
	return value;
}

/**
 * writeb - write a register of 8 bits, behind all earlier accesses to memory
 * @value: for it
 * @at: where it is
 */
static inline void writeb(u8 value, volatile void __iomem *at)
{
	__asm__ volatile("dsb st" : : : "memory");
	*(volatile u8 *)at = value;
}

#endif
