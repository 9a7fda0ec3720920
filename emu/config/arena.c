/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * Memory of one configuration: a chain of blocks that are freed together.
 * Strings of board files are copied here because libyaml's go with their
 * document.
 */

#include "emu/config/load.h"

#include <stdarg.h>
#include <stdlib.h>

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
	block->next = load->config->arena;
	load->config->arena = block;
	return block->bytes;
}

char *load_printf(struct load *load, const char *format, ...)
{
	va_list args;
	char *text;
	int length;

	va_start(args, format);
	length = vsnprintf(NULL, 0, format, args);
	va_end(args);
	text = load_alloc(load, (size_t)length + 1);
	if (!text)
		return NULL;
	va_start(args, format);
	vsnprintf(text, (size_t)length + 1, format, args);
	va_end(args);
	return text;
}

void arena_free(void *arena)
{
	struct block *next;

	for (struct block *block = arena; block; block = next) {
		next = block->next;
		free(block);
	}
}
