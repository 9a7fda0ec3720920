/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_SCENARIO_PLACES_H
#define EMU_SCENARIO_PLACES_H

/*
 * Addresses of guests by their symbols, and the other way round. A place of a
 * scenario may lie elsewhere in each of its guests.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "emu/scenario/observation.h"
#include "emu/scenario/scenario.h"

struct built_guest;
struct places;

struct place_text {
	char text[96];
};
struct address_range {
	uint64_t first, end; /* end isn't part of it */
};

/*
 * @observation tells where programs lie that may lie anywhere; NULL: they are
 * left out. A program without symbols just has none. NULL: no memory.
 */
struct places *places_create(const struct scenario *scenario,
			     const struct built_guest *guests,
			     const struct observation *observation);
void places_destroy(struct places *places);

/* The guest that a process of this name is; nr_guests: none of them. */
size_t places_guest_of(const struct places *places, const char *comm);
/* Do processes of this name belong to @of, a guest's name or a process's? */
bool places_is_of(const struct places *places, const char *comm,
		  const char *of);

/*
 * Where @place lies in guest @guest, or, of nr_guests, in the first that has
 * it. False, with the reason in @why: there is no such symbol.
 */
bool places_find(struct places *places, size_t guest,
		 const struct scenario_place *place, uint64_t *address,
		 struct diag *why);
bool places_region(struct places *places, size_t guest,
		   const struct scenario_region *region,
		   struct address_range *range, struct diag *why);

/* "buffer+0x1000" as @guest would say it, or "0x00012000". */
struct place_text places_name(const struct places *places, size_t guest,
			      uint32_t address);

#endif
