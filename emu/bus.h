/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_BUS_H
#define EMU_BUS_H

/*
 * Physical addresses: what answers at which one.
 */

#include <stdbool.h>
#include <stdint.h>

#include "emu/ram.h"

#define BUS_DEVICES 16

/* What a device model puts on the bus. Offsets count from its base. */
struct bus_device {
	const char *name;
	paddr_t base;
	uint32_t size_bytes; /* a multiple of 4 KB */
	uint32_t (*read)(void *ctx, uint32_t offset, unsigned int size);
	void (*write)(void *ctx, uint32_t offset, unsigned int size,
		      uint32_t value);
	void *ctx;
};

/* Ranges don't overlap, neither each other nor RAM. */
struct bus {
	const struct ram *ram;
	struct bus_device device[BUS_DEVICES];
	unsigned int nr_devices;
};

/* False when the bus is full. */
bool bus_attach(struct bus *bus, const struct bus_device *device);

/* The device at @paddr; NULL when there is none. */
const struct bus_device *bus_device(const struct bus *bus, paddr_t paddr);

/* True when RAM or a device answers at @paddr. */
bool bus_answers(const struct bus *bus, paddr_t paddr);

/* A word of RAM, as a table walk reads it; false: none there. */
bool bus_read_word(const struct bus *bus, paddr_t paddr, uint32_t *word);

/* A device's register, @size 1, 2 or 4; false: no device there. */
bool bus_io_read(const struct bus *bus, paddr_t paddr, unsigned int size,
		 uint32_t *value);
bool bus_io_write(const struct bus *bus, paddr_t paddr, unsigned int size,
		  uint32_t value);

#endif
