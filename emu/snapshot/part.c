/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Parts of snapshots: see part.h. The count of references alone is ever
 * written by two threads.
 */
#include "emu/snapshot/part.h"

#include <stdlib.h>
#include <string.h>

struct part *part_create(size_t size_bytes)
{
	struct part *part = calloc(1, sizeof(*part) + size_bytes);

	if (!part)
		return NULL;
	atomic_init(&part->refs, 1);
	part->size_bytes = size_bytes;
	return part;
}

struct part *part_create_list(size_t nr)
{
	struct part *part = part_create(nr * sizeof(struct part *));

	if (part)
		part->list = true;
	return part;
}

struct part *part_get(struct part *part)
{
	if (part)
		atomic_fetch_add(&part->refs, 1);
	return part;
}

void part_put(struct part *part)
{
	struct part **other;

	if (!part || atomic_fetch_sub(&part->refs, 1) != 1)
		return;
	other = (void *)part->data;
	for (size_t i = 0; part->list && i < part->size_bytes / sizeof(*other);
	     i++)
		part_put(other[i]);
	free(part);
}

void part_renew(struct part **slot, struct part *fresh)
{
	struct part *old = *slot;

	if (old && fresh && old->size_bytes == fresh->size_bytes &&
	    !memcmp(old->data, fresh->data, old->size_bytes)) {
		part_put(fresh);
		return;
	}
	*slot = fresh;
	part_put(old);
}

/* ---- growing ------------------------------------------------------------------ */

static bool grow(struct part_writer *writer)
{
	size_t room = writer->room ? writer->room * 2 : 16;
	size_t old_bytes = writer->room * writer->element_bytes;
	struct part *part = realloc(
		writer->part, sizeof(*part) + room * writer->element_bytes);

	if (!part)
		return false;
	memset(part->data + old_bytes, 0,
	       room * writer->element_bytes - old_bytes);
	writer->part = part;
	writer->room = room;
	return true;
}

void *part_add(struct part_writer *writer)
{
	if (writer->nr == writer->room && !grow(writer)) {
		writer->failed = true;
		return NULL;
	}
	return writer->part->data + writer->nr++ * writer->element_bytes;
}

struct part *part_done(struct part_writer *writer)
{
	if (!writer->part)
		return writer->failed ? NULL : part_create(0);
	if (writer->failed) {
		free(writer->part);
		return NULL;
	}
	atomic_init(&writer->part->refs, 1);
	writer->part->list = false;
	writer->part->size_bytes = writer->nr * writer->element_bytes;
	return writer->part;
}
