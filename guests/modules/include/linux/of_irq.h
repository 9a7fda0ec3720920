/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _LINUX_OF_IRQ_H
#define _LINUX_OF_IRQ_H

#include <linux/of.h>

/**
 * irq_of_parse_and_map - find an interrupt's number
 * @node: the device
 * @index: which of its interrupts
 *
 * Context: Process context; may sleep.
 * Return: the number for request_irq(); 0: none.
 */
unsigned int irq_of_parse_and_map(struct device_node *node, int index);

#endif
