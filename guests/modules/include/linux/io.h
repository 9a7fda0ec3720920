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
 * ioremap_wc - ioremap() where stores may be gathered
 * @at: their physical address
 * @size: bytes
 *
 * Context: Process context; may sleep.
 * Return: as ioremap().
 */
void __iomem *ioremap_wc(phys_addr_t at, size_t size);
/**
 * ioremap_cache - ioremap() of what has no side effects
 * @at: their physical address
 * @size: bytes
 *
 * Context: Process context; may sleep.
 * Return: as ioremap().
 */
void __iomem *ioremap_cache(phys_addr_t at, size_t size);
#define MEMREMAP_WB 1ul
#define MEMREMAP_WC 4ul
/**
 * memremap - an address for memory that isn't the allocators'
 * @at: its physical address
 * @size: bytes
 * @flags: MEMREMAP_WB, of RAM, too; MEMREMAP_WC
 *
 * Context: Process context; may sleep.
 * Return: the address, lowmem's own where it is that, or NULL.
 */
void *memremap(phys_addr_t at, size_t size, unsigned long flags);
/**
 * memunmap - end what memremap() made
 * @at: what it returned
 *
 * Context: Process context; may sleep.
 */
void memunmap(void *at);
/**
 * virt_to_phys - where an address of lowmem lies
 * @at: the address
 *
 * Context: Any context.
 * Return: its physical address.
 */
phys_addr_t virt_to_phys(const volatile void *at);
/**
 * phys_to_virt - lowmem's address of a physical one
 * @at: the physical address
 *
 * Context: Any context.
 * Return: the address; of what isn't lowmem it means nothing.
 */
void *phys_to_virt(phys_addr_t at);

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
 * readw - read a register of 16 bits, before all later accesses to memory
 * @at: where it is
 *
 * Return: what the device says.
 */
static inline u16 readw(const volatile void __iomem *at)
{
	u16 value = *(const volatile u16 *)at;

	__asm__ volatile("dsb" : : : "memory");
	return value;
}

/**
 * writew - write a register of 16 bits, behind all earlier accesses to memory
 * @value: for it
 * @at: where it is
 */
static inline void writew(u16 value, volatile void __iomem *at)
{
	__asm__ volatile("dsb st" : : : "memory");
	*(volatile u16 *)at = value;
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
