/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Machine code in words, by Capstone. */
#include "emu/disassemble.h"

#include <capstone/capstone.h>
#include <stdio.h>

size_t disassemble(const uint8_t *bytes, size_t nr_bytes, vaddr_t vaddr,
		   bool thumb, char *text, size_t size)
{
	cs_mode mode = thumb ? CS_MODE_THUMB | CS_MODE_V8 : CS_MODE_ARM;
	size_t length = 0;
	cs_insn *insn;
	csh capstone;

	text[0] = '\0';
	if (cs_open(CS_ARCH_ARM, mode, &capstone) != CS_ERR_OK)
		return 0;
	if (cs_disasm(capstone, bytes, nr_bytes, vaddr, 1, &insn)) {
		snprintf(text, size, "%s%s%s", insn->mnemonic,
			 *insn->op_str ? " " : "", insn->op_str);
		length = insn->size;
		cs_free(insn, 1);
	}
	cs_close(&capstone);
	return length;
}
