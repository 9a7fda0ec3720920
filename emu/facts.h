/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_FACTS_H
#define EMU_FACTS_H

/*
 * Facts as the kernel tells them (struct kernel_facts), collected in a JSON
 * object, and for a person.
 */

#include <jansson.h>
#include <stdio.h>

#include "kernel/kernel.h"

struct facts {
	json_t *object; /* where they go: a key for each list */
	json_t *record; /* the one being told */
};

/* Adds to @facts->object; @facts must outlive its use. */
struct kernel_facts facts_sink(struct facts *facts);

/* "linux word" for "linux_word" (and so on, by @from and @to). */
struct facts_key {
	char text[48];
};
struct facts_key facts_key(const char *name, char from, char to);

/*
 * @facts as indented text, in its order: numbers and texts a line each,
 * objects and arrays of objects under their names.
 */
void facts_print(json_t *facts, FILE *to);

#endif
