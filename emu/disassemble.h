/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_DISASSEMBLE_H
#define EMU_DISASSEMBLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mmu/types.h"

/*
 * The first instruction of @nr_bytes of code at @vaddr, as "str r3, [r2, #4]".
 * Returns its length in bytes; 0, and @text empty, when it is none.
 */
size_t disassemble(const uint8_t *bytes, size_t nr_bytes, vaddr_t vaddr,
		   bool thumb, char *text, size_t size);

#endif
