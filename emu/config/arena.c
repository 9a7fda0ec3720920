/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * Memory of what was read from one file: a chain of blocks, freed together.
 * Strings of board files are copied here because libyaml's go with their
 * document.
 */

#include "emu/config/load.h"

#include <stdlib.h>
#include <string.h>

struct block {
	struct block *next;
	max_align_t bytes[];
};

void *load_alloc(struct load *load, size_t size_bytes)
{
	struct block *block = calloc(1, sizeof(*block) + size_bytes);

	if (!block) {
		diag_error(load->diag, NULL, "out of memory");
		return NULL;
	}
	block->next = *load->arena;
	*load->arena = block;
	return block->bytes;
}

char *load_text(struct load *load, const char *text, size_t length)
{
	char *copy = load_alloc(load, length + 1);

	if (copy)
		memcpy(copy, text, length);
	return copy;
}

char *load_join(struct load *load, const char *a, const char *b, const char *c)
{
	size_t nr_a = strlen(a), nr_b = strlen(b);
	char *joined = load_alloc(load, nr_a + nr_b + strlen(c) + 1);

	if (!joined)
		return NULL;
	strcpy(joined, a);
	strcpy(joined + nr_a, b);
	strcpy(joined + nr_a + nr_b, c);
	return joined;
}

void arena_free(void *arena)
{
	struct block *next;

	for (struct block *block = arena; block; block = next) {
		next = block->next;
		free(block);
	}
}
