/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The interconnect: a physical address goes to RAM, to a device, or to
 * nobody, which is an external abort on a real board.
 *
 * Invariant: the answer depends on the address alone.
 *
 * MODEL: no arbitration, no wait states; an access takes no time of its own.
 */
#include "emu/bus.h"

#include <string.h>

bool bus_attach(struct bus *bus, const struct bus_device *device)
{
	if (bus->nr_devices == BUS_DEVICES)
		return false;
	bus->device[bus->nr_devices++] = *device;
	return true;
}

const struct bus_device *bus_device(const struct bus *bus, paddr_t paddr)
{
	for (unsigned int i = 0; i < bus->nr_devices; i++) {
		const struct bus_device *device = &bus->device[i];

		if (paddr - device->base < device->size_bytes)
			return device;
	}
	return NULL;
}

bool bus_answers(const struct bus *bus, paddr_t paddr)
{
	return ram_host(bus->ram, paddr) || bus_device(bus, paddr);
}

bool bus_read_word(const struct bus *bus, paddr_t paddr, uint32_t *word)
{
	const uint8_t *from = ram_host(bus->ram, paddr & ~(paddr_t)3);

	if (!from)
		return false;
	memcpy(word, from, sizeof(*word));
	return true;
}

bool bus_io_read(const struct bus *bus, paddr_t paddr, unsigned int size,
		 uint32_t *value)
{
	const struct bus_device *device = bus_device(bus, paddr);

	if (!device)
		return false;
	*value = device->read(device->ctx, paddr - device->base, size);
	return true;
}

bool bus_io_write(const struct bus *bus, paddr_t paddr, unsigned int size,
		  uint32_t value)
{
	const struct bus_device *device = bus_device(bus, paddr);

	if (!device)
		return false;
	device->write(device->ctx, paddr - device->base, size, value);
	return true;
}
