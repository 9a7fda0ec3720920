/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which address a name of the scenario means. A program that was linked to
 * one place is its symbols alone. Where others lay, and shared libraries, the
 * mappings tell that the process had when it ended: the file's first page is
 * in one of them.
 *
 * Files are read when they are asked for, and once.
 */
#define _GNU_SOURCE /* basename */
#include "emu/scenario/places.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/config/config.h"
#include "emu/scenario/guest.h"
#include "emu/scenario/symbols.h"

#define PAGE_BYTES    UINT64_C(4096)
#define MAX_LIBRARIES 16
#define COMM_LENGTH   15 /* of a task's name; the rest is cut off */

/* One file as one guest has it. */
struct object {
	struct symbols *symbols; /* NULL: it has none, or can't be read */
	vaddr_t bias;
	bool lies; /* where is known */
};

struct library {
	size_t guest;
	char *name;
	struct object object;
};

struct places {
	const struct scenario *scenario;
	const struct built_guest *guests;
	const struct observation *observation;
	struct object *program; /* of each guest */
	struct library library[MAX_LIBRARIES];
	unsigned int nr_libraries;
};

/* ---- files ------------------------------------------------------------------ */

static const struct observed_exit *exit_of(const struct places *places,
					   size_t guest)
{
	const struct observation *seen = places->observation;

	for (size_t i = 0; seen && i < seen->nr_exits; i++)
		if (places_guest_of(places, seen->exits[i].comm) == guest)
			return &seen->exits[i];
	return NULL;
}

/* Where the file called @name lies in @exit's memory, if it does. */
static void locate(struct object *object, const struct observed_exit *exit,
		   const char *name)
{
	if (symbols_are_fixed(object->symbols)) {
		object->lies = true;
		return;
	}
	for (size_t i = 0; exit && i < exit->nr_vmas && !object->lies; i++) {
		const struct kernel_vma *vma = &exit->vmas[i].vma;

		if (!strcmp(basename(vma->name), name))
			object->lies = symbols_bias(object->symbols, vma->start,
						    vma->offset, &object->bias);
	}
}

/* The file of the host that the guest sees as @path; to be freed. */
static char *host_file(const struct places *places, const char *path)
{
	const struct scenario *scenario = places->scenario;
	char *full;

	for (size_t i = 0; i < scenario->nr_guests; i++)
		if (places->guests[i].host && !strncmp(path, "/host/", 6) &&
		    !strcmp(basename(path), basename(places->guests[i].path)))
			return strdup(places->guests[i].path);
	return asprintf(&full, "%s%s", scenario->config->rootfs.path, path) < 0
		       ? NULL
		       : full;
}

/* Takes @path. */
static void read_object(const struct places *places, size_t guest, char *path,
			struct object *object)
{
	struct diag diag = {0};

	if (path)
		object->symbols = symbols_read(path, &diag);
	if (object->symbols)
		locate(object, exit_of(places, guest), basename(path));
	free(path);
}

static void read_program(struct places *places, size_t guest)
{
	const struct built_guest *built = &places->guests[guest];

	read_object(places, guest,
		    built->host ? strdup(built->path)
				: host_file(places, built->path),
		    &places->program[guest]);
}

struct places *places_create(const struct scenario *scenario,
			     const struct built_guest *guests,
			     const struct observation *observation)
{
	struct places *places = calloc(1, sizeof(*places));

	if (!places)
		return NULL;
	places->scenario = scenario;
	places->guests = guests;
	places->observation = observation;
	places->program = calloc(scenario->nr_guests + 1,
				 sizeof(*places->program));
	if (!places->program) {
		places_destroy(places);
		return NULL;
	}
	for (size_t i = 0; i < scenario->nr_guests; i++)
		read_program(places, i);
	return places;
}

void places_destroy(struct places *places)
{
	if (!places)
		return;
	for (size_t i = 0; places->program && i < places->scenario->nr_guests;
	     i++)
		symbols_free(places->program[i].symbols);
	for (unsigned int i = 0; i < places->nr_libraries; i++) {
		symbols_free(places->library[i].object.symbols);
		free(places->library[i].name);
	}
	free(places->program);
	free(places);
}

/* ---- who ----------------------------------------------------------------------- */

static bool is_comm(const char *comm, const char *name)
{
	return !strncmp(comm, name, COMM_LENGTH);
}

size_t places_guest_of(const struct places *places, const char *comm)
{
	size_t i;

	for (i = 0; i < places->scenario->nr_guests; i++)
		if (is_comm(comm, basename(places->guests[i].path)))
			break;
	return i;
}

bool places_is_of(const struct places *places, const char *comm, const char *of)
{
	for (size_t i = 0; i < places->scenario->nr_guests; i++)
		if (!strcmp(places->scenario->guests[i].name, of))
			return is_comm(comm, basename(places->guests[i].path));
	return is_comm(comm, of);
}

/* ---- from names to addresses ------------------------------------------------------ */

/* The file of the root that @guest had mapped by this name; NULL: none. */
static const char *mapped_path(const struct places *places, size_t guest,
			       const char *name)
{
	const struct observed_exit *exit = exit_of(places, guest);

	for (size_t i = 0; exit && i < exit->nr_vmas; i++)
		if (!strcmp(basename(exit->vmas[i].vma.name), name))
			return exit->vmas[i].vma.name;
	return NULL;
}

static struct object *library(struct places *places, size_t guest,
			      const char *name)
{
	struct library *library = places->library;
	struct library *end = library + places->nr_libraries;
	const char *path;

	for (; library < end; library++)
		if (library->guest == guest && !strcmp(library->name, name))
			return &library->object;
	path = mapped_path(places, guest, name);
	if (!path || places->nr_libraries == MAX_LIBRARIES)
		return NULL;
	library->name = strdup(name);
	if (!library->name)
		return NULL;
	library->guest = guest;
	places->nr_libraries++;
	read_object(places, guest, host_file(places, path), &library->object);
	return &library->object;
}

/* "libc.so.6:malloc" is of that file, "main" of the program's own. */
static struct object *object_of(struct places *places, size_t guest,
				const char **symbol)
{
	const char *colon = strchr(*symbol, ':');
	struct object *object;
	char *name;

	if (!colon)
		return &places->program[guest];
	name = strndup(*symbol, (size_t)(colon - *symbol));
	object = name ? library(places, guest, name) : NULL;
	free(name);
	*symbol = colon + 1;
	return object;
}

static bool says_no_symbol(const struct places *places, size_t guest,
			   const struct scenario_place *place,
			   const struct object *object, const char *symbol,
			   struct diag *why)
{
	const char *who = places->scenario->guests[guest].name;
	const char *near = NULL;

	if (object && object->symbols)
		near = symbols_nearest(object->symbols, symbol);
	if (!object)
		return diag_error(why, &place->where,
				  "'%s': %s had no such file mapped",
				  place->text, who);
	if (!object->symbols)
		return diag_error(why, &place->where,
				  "'%s': no symbols of %s can be read",
				  place->text, who);
	if (near)
		return diag_error(why, &place->where,
				  "%s has no symbol '%s'; did you mean %s?",
				  who, symbol, near);
	return diag_error(why, &place->where, "%s has no symbol '%s'", who,
			  symbol);
}

/* @size: of the symbol; 0: not known. */
static bool find_in(struct places *places, size_t guest,
		    const struct scenario_place *place, uint64_t *address,
		    uint32_t *size, struct diag *why)
{
	const char *name = place->symbol;
	struct object *object = object_of(places, guest, &name);
	const struct symbol *symbol =
		object && object->symbols ? symbols_find(object->symbols, name)
					  : NULL;

	if (!symbol)
		return says_no_symbol(places, guest, place, object, name, why);
	if (!object->lies)
		return diag_error(why, &place->where,
				  "'%s': where %s lay can't be told: it had "
				  "no mappings when it ended",
				  place->text,
				  places->scenario->guests[guest].name);
	*address = (uint64_t)(symbol->start + object->bias) + place->offset;
	*size = symbol->size;
	return true;
}

static bool find(struct places *places, size_t guest,
		 const struct scenario_place *place, uint64_t *address,
		 uint32_t *size, struct diag *why)
{
	struct diag last = {0};

	*size = 0;
	*address = place->offset;
	if (!place->symbol)
		return true;
	if (guest < places->scenario->nr_guests)
		return find_in(places, guest, place, address, size, why);
	for (guest = 0; guest < places->scenario->nr_guests; guest++) {
		last = (struct diag){0};
		if (find_in(places, guest, place, address, size, &last))
			return true;
	}
	*why = last;
	return false;
}

bool places_find(struct places *places, size_t guest,
		 const struct scenario_place *place, uint64_t *address,
		 struct diag *why)
{
	uint32_t size;

	return find(places, guest, place, address, &size, why);
}

bool places_region(struct places *places, size_t guest,
		   const struct scenario_region *region,
		   struct address_range *range, struct diag *why)
{
	const struct scenario_place *first = &region->first;
	uint32_t size;

	if (!find(places, guest, first, &range->first, &size, why))
		return false;
	if (region->end.text)
		return places_find(places, guest, &region->end, &range->end,
				   why);
	if (!first->symbol)
		range->first &= ~(PAGE_BYTES - 1);
	if (!first->symbol)
		range->end = range->first + PAGE_BYTES;
	else if (size && !strcmp(first->text, first->symbol))
		range->end = range->first + size;
	else
		range->end = range->first + 1;
	return true;
}

/* ---- and back ------------------------------------------------------------------------ */

static bool name_in(const struct object *object, uint32_t address,
		    struct place_text *to)
{
	const struct symbol *symbol;
	uint32_t offset;

	if (!object->symbols || !object->lies)
		return false;
	symbol = symbols_at(object->symbols, address - object->bias);
	if (!symbol)
		return false;
	offset = address - object->bias - symbol->start;
	snprintf(to->text, sizeof(to->text), offset ? "%s+0x%" PRIx32 : "%s",
		 symbol->name, offset);
	return true;
}

struct place_text places_name(const struct places *places, size_t guest,
			      uint32_t address)
{
	struct place_text name;

	if (guest < places->scenario->nr_guests &&
	    name_in(&places->program[guest], address, &name))
		return name;
	snprintf(name.text, sizeof(name.text), "0x%08" PRIx32, address);
	return name;
}
