/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * RAM is an anonymous mapping that the host fills with zero pages on demand,
 * so a board of 2 GB costs about what its guest touches, by pieces of 2 MB
 * where the host has such pages. The object store is reserved beside it, four
 * bytes for one, the same way.
 *
 * Invariant: a physical address has the same offset in `host` as it has in
 * the board's address space, so kernel and engine share one computation.
 *
 * Leaves out: everything about time, and devices (bus.c).
 */
#define _GNU_SOURCE /* MADV_HUGEPAGE */
#include "emu/ram.h"

#include <stdlib.h>
#include <sys/mman.h>

#include "emu/diag.h"
#include "kernel/hw.h"

static uint8_t *reserve(uint64_t size_bytes, int protection)
{
	void *p = mmap(NULL, size_bytes, protection,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

static void measure(struct ram *ram)
{
	paddr_t end = 0;

	ram->base = ram->bank[0].base;
	for (unsigned int i = 0; i < ram->nr_banks; i++) {
		const struct ram_bank *bank = &ram->bank[i];

		if (bank->base < ram->base)
			ram->base = bank->base;
		if (bank->base + bank->size_bytes > end)
			end = bank->base + bank->size_bytes;
	}
	ram->span_bytes = end - ram->base;
}

bool ram_create(struct ram *ram, const struct ram_bank *banks,
		unsigned int nr_banks, struct diag *diag)
{
	*ram = (struct ram){.nr_banks = nr_banks};
	for (unsigned int i = 0; i < nr_banks; i++)
		ram->bank[i] = banks[i];
	measure(ram);

	ram->host = reserve(ram->span_bytes, PROT_NONE);
	ram->store = reserve(ram->span_bytes * OBJECT_STORE_SCALE,
			     PROT_READ | PROT_WRITE);
	ram->guarded = calloc((ram->span_bytes >> 15) + 1, 1);
	if (!ram->host || !ram->store || !ram->guarded)
		goto no_room;
	for (unsigned int i = 0; i < nr_banks; i++)
		if (mprotect(ram->host + (banks[i].base - ram->base),
			     banks[i].size_bytes, PROT_READ | PROT_WRITE))
			goto no_room;
	/* Zeroing 2 MB at once costs the host less than 512 small faults. */
	madvise(ram->host, ram->span_bytes, MADV_HUGEPAGE);
	return true;

no_room:
	diag_errno(diag, NULL,
		   "the host has no address space for %llu MB of "
		   "guest RAM",
		   (unsigned long long)(ram->span_bytes >> 20));
	ram_destroy(ram);
	return false;
}

void ram_destroy(struct ram *ram)
{
	if (ram->host)
		munmap(ram->host, ram->span_bytes);
	if (ram->store)
		munmap(ram->store, ram->span_bytes * OBJECT_STORE_SCALE);
	free(ram->guarded);
	free(ram->poisoned);
	*ram = (struct ram){0};
}

void ram_guard(struct ram *ram, paddr_t paddr, uint32_t nr_bytes, bool on)
{
	uint64_t frame = (paddr - ram->base) >> 12;
	uint64_t last = (paddr - ram->base + nr_bytes - 1) >> 12;

	for (; frame <= last; frame++) {
		uint8_t mask = (uint8_t)(1u << frame % 8);

		if (on)
			ram->guarded[frame / 8] |= mask;
		else
			ram->guarded[frame / 8] &= (uint8_t)~mask;
	}
}

void ram_poison(struct ram *ram, paddr_t paddr)
{
	const uint64_t frame = (paddr - ram->base) >> 12;

	if (!ram->poisoned)
		ram->poisoned = calloc((ram->span_bytes >> 15) + 1, 1);
	if (!ram->poisoned)
		abort();
	ram->poisoned[frame / 8] |= (uint8_t)(1u << frame % 8);
}
