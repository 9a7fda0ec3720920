/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/lib/hexdump.h"

/*
 * Bytes for people to read (Linux: lib/hexdump.c), in the one form that the
 * slab allocators' reports use: address, sixteen bytes, the same as text.
 */

#include <stdio.h>

#include "kernel/lib/printk.h"
#include "kernel/mm/kobj.h"

enum {
	ROW_BYTES = 16,
	TEXT_COLUMN = 3 * ROW_BYTES + 1
};

static void dump_row(struct kernel *k, const char *prefix, vaddr_t kaddr,
		     uint32_t nr_bytes)
{
	const uint8_t *bytes = kbytes(k, kaddr);
	char hex[TEXT_COLUMN + 1] = "", text[ROW_BYTES + 1] = "";

	for (uint32_t i = 0; i < nr_bytes; i++) {
		snprintf(hex + (size_t)3 * i, 4, "%02x ", bytes[i]);
		text[i] = bytes[i] >= 0x20 && bytes[i] < 0x7f ? (char)bytes[i]
							      : '.';
	}
	printk(k, "%s%08x: %-*s%s", prefix, kaddr, TEXT_COLUMN, hex, text);
}

void print_hex_dump(struct kernel *k, const char *prefix, vaddr_t kaddr,
		    uint32_t nr_bytes)
{
	for (uint32_t i = 0; i < nr_bytes; i += ROW_BYTES)
		dump_row(k, prefix, kaddr + i,
			 nr_bytes - i < ROW_BYTES ? nr_bytes - i : ROW_BYTES);
}
