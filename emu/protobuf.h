/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_PROTOBUF_H
#define EMU_PROTOBUF_H

/*
 * Google's protocol buffers, as far as writing them goes: a message is its
 * fields one after the other, each a tag (number and wire type) and a value.
 * A message within another has its length before it, which is known
 * afterwards: it always takes four bytes, of which the first three say that
 * another follows.
 */

#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum {
	PB_VARINT = 0,
	PB_BYTES = 2, /* strings and messages */
	PB_LENGTH_BYTES = 4
};

/* Seven bits a byte, the lowest first. */
static inline char *pb_varint(char *to, uint64_t value)
{
	for (; value >= 0x80; value >>= 7)
		*to++ = (char)(value | 0x80);
	*to++ = (char)value;
	return to;
}

static inline char *pb_uint(char *to, uint32_t field, uint64_t value)
{
	return pb_varint(pb_varint(to, field << 3 | PB_VARINT), value);
}

static inline char *pb_string(char *to, uint32_t field, const char *text)
{
	size_t n = strlen(text);

	to = pb_varint(pb_varint(to, field << 3 | PB_BYTES), n);
	return (char *)memcpy(to, text, n) + n;
}

/* Begins a message; @at is for pb_end(). */
static inline char *pb_begin(char *to, uint32_t field, char **at)
{
	*at = pb_varint(to, field << 3 | PB_BYTES);
	return *at + PB_LENGTH_BYTES;
}

static inline char *pb_end(char *to, char *at)
{
	size_t n = (size_t)(to - at) - PB_LENGTH_BYTES;

	for (int i = 0; i < PB_LENGTH_BYTES; i++, n >>= 7)
		at[i] = (char)((n & 0x7f) |
			       (i < PB_LENGTH_BYTES - 1 ? 0x80 : 0));
	return to;
}

#endif
