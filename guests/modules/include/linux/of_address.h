/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _LINUX_OF_ADDRESS_H
#define _LINUX_OF_ADDRESS_H

#include <linux/io.h>
#include <linux/of.h>

/**
 * of_iomap - map a device's registers
 * @node: the device
 * @index: which of its ranges
 *
 * Context: Process context; may sleep.
 * Return: as of ioremap(); give it back with iounmap().
 */
void __iomem *of_iomap(struct device_node *node, int index);

#endif
