/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_SNAPSHOT_DESCRIPTOR_H
#define EMU_SNAPSHOT_DESCRIPTOR_H

/*
 * Registers and descriptors taken apart, bit by bit as the manual draws them
 * (B3.5, B4.1.154). Each fills in kind and bits of @word by its word, so that
 * the bits cover 31 to 0; what they mean depends on @mmu's registers of now.
 */

#include <stddef.h>

#include "emu/snapshot/section.h"
#include "mmu/mmu.h"

void decode_ttbr(const struct mmu *mmu, bool upper, struct snapshot_word *word);
void decode_l1_word(const struct mmu *mmu, struct snapshot_word *word);
void decode_l2_word(const struct mmu *mmu, struct snapshot_word *word);
/* Linux's word, by the kernel's own names; kernel/linux_pte.def. */
void decode_linux_word(enum kernel_linux_kind kind, struct snapshot_word *word);

/* "Normal, write-back write-allocate, shareable". */
void describe_memory(const struct mmu_attr *attr, char *to, size_t size);
/* The same, "WBWA S" or, inner and outer, "WB/NC"; it lives for ever. */
const char *memory_in_short(const struct mmu_attr *attr);
/* "r-x/rwx": what AP[2:0] and XN give a program, and the kernel. */
const char *rights_in_short(const struct mmu *mmu, uint8_t ap, bool xn);

#endif
