/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_SNAPSHOT_PART_H
#define EMU_SNAPSHOT_PART_H

/*
 * A part of a snapshot: bytes that nobody writes any more once a snapshot has
 * them, and that several snapshots share while they stay the same.
 */

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct part {
	atomic_uint refs;
	bool list; /* of parts: see part_create_list() */
	size_t size_bytes;
	_Alignas(8) unsigned char data[];
};

/* With one reference, the caller's; bytes zero. NULL: no memory. */
struct part *part_create(size_t size_bytes);
/*
 * A part that consists of @nr others: its data are pointers to them, NULL at
 * first, each of which takes a reference along.
 */
struct part *part_create_list(size_t nr);
/* One more reference, and one less, by any thread. NULL is let pass. */
struct part *part_get(struct part *part);
void part_put(struct part *part);

/*
 * Puts @fresh, whose reference it takes, in the place of *@slot; what says the
 * same as before stays, so that it is shared.
 */
void part_renew(struct part **slot, struct part *fresh);

/*
 * A part that grows while it is written: elements of one size, of which there
 * are some number that isn't known before. All zero but for @element_bytes.
 */
struct part_writer {
	size_t element_bytes;
	size_t nr, room;
	struct part *part;
	bool failed; /* no memory */
};
/* Room for one more, zero; NULL: no memory. */
void *part_add(struct part_writer *writer);
/* What was written, if only nothing. NULL: no memory. */
struct part *part_done(struct part_writer *writer);

#endif
