/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_SCENARIO_SYMBOLS_H
#define EMU_SCENARIO_SYMBOLS_H

/*
 * The symbols of an ARM program or shared library: where a name lies, and
 * what lies at an address, both as the file was linked.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernel/hw.h"

struct diag;
struct symbols;

struct symbol {
	const char *name; /* as long as the symbols live */
	vaddr_t start; /* of a Thumb function: without the bit */
	uint32_t size; /* 0: the file doesn't say */
	bool thumb;
};

/*
 * Those of the file @path of the host: of .symtab, or, where that was
 * stripped, of .dynsym; maybe none at all. NULL, with the reason in @diag,
 * when it can't be read or is no 32-bit ELF file for ARM.
 */
struct symbols *symbols_read(const char *path, struct diag *diag);
/* The same for a file that lies in memory; @name stands in @diag. */
struct symbols *symbols_parse(const char *name, const void *bytes, size_t size,
			      struct diag *diag);
void symbols_free(struct symbols *symbols);

/* A program that can't be loaded but where it was linked to. */
bool symbols_are_fixed(const struct symbols *symbols);
/*
 * How much higher than it was linked the file lies, when its byte @offset is
 * mapped at @start. False: no loadable part of it begins in that page.
 */
bool symbols_bias(const struct symbols *symbols, vaddr_t start, uint64_t offset,
		  vaddr_t *bias);

/*
 * The symbol called @name. Of several, a global one; else the first, which is
 * the program's own: its objects are linked before the libraries'. NULL: none.
 */
const struct symbol *symbols_find(const struct symbols *symbols,
				  const char *name);
/*
 * The symbol that @address lies in, or in whose tail without a name: one
 * without a size reaches to the next. NULL: in none.
 */
const struct symbol *symbols_at(const struct symbols *symbols, vaddr_t address);
/* The name that @name was most likely meant to be; NULL: there is none. */
const char *symbols_nearest(const struct symbols *symbols, const char *name);

#endif
