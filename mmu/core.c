/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "mmu/core.h"

#include <stddef.h>
#include <string.h>

/*
 * Core profiles, from the technical reference manuals by way of QEMU's
 * target/arm/cpu.c; the Cortex-A5's words are from memory of its manual
 * (DDI0433), MIDR apart.
 *
 * MODEL: CCSIDR describes the caches that QEMU gives these cores, whatever
 * the board's cache model is told; revision numbers are QEMU's too.
 */
static const struct core cores[] = {
	{
		.name = "cortex-a5",
		.midr = 0x410fc051,
		.ctr = 0x83338003,
		.id_pfr = {0x00001231, 0x00000011},
		.id_dfr0 = 0x02010444,
		.id_mmfr = {0x00100103, 0x40000000, 0x01230000, 0x00102211},
		.id_isar = {0x00101111, 0x13112111, 0x21232041, 0x11112131,
			    0x00011142},
		.clidr = 0x09200003,
		.ccsidr = {0x701fe019, 0x203fe009, 0},
		.multiprocessing = true,
	},
	{
		.name = "cortex-a7",
		.midr = 0x410fc075,
		.ctr = 0x84448003,
		.id_pfr = {0x00001131, 0x00011011},
		.id_dfr0 = 0x02010555,
		.id_mmfr = {0x10101105, 0x40000000, 0x01240000, 0x02102211},
		.id_isar = {0x02101110, 0x13112111, 0x21232041, 0x11112131,
			    0x10011142},
		.clidr = 0x0a200023,
		.ccsidr = {0x701fe00a, 0x201fe00a, 0x711fe07a},
		.multiprocessing = true,
		.virtualization = true,
		.large_paddr = true,
	},
	{
		.name = "cortex-a8",
		.midr = 0x410fc080,
		.ctr = 0x82048004,
		.id_pfr = {0x00001031, 0x00000011},
		.id_dfr0 = 0x00000400,
		.id_mmfr = {0x31100003, 0x20000000, 0x01202000, 0x00000011},
		.id_isar = {0x00101111, 0x12112111, 0x21232031, 0x11112131,
			    0x00111142},
		.clidr = 0x0a000003,
		.ccsidr = {0xe007e01a, 0x2007e01a, 0xf0000000},
		.lockdown = true,
	},
	{
		.name = "cortex-a9",
		.midr = 0x410fc090,
		.ctr = 0x80038003,
		.id_pfr = {0x00001031, 0x00000011},
		.id_mmfr = {0x00100103, 0x20000000, 0x01230000, 0x00002111},
		.id_isar = {0x00101111, 0x13112111, 0x21232041, 0x11112131,
			    0x00111142},
		.clidr = 0x09000003,
		.ccsidr = {0xe00fe019, 0x200fe019, 0},
		.multiprocessing = true,
		.lockdown = true,
	},
	{
		.name = "cortex-a15",
		.midr = 0x412fc0f1,
		.ctr = 0x8444c004,
		.id_pfr = {0x00001131, 0x00011011},
		.id_dfr0 = 0x02010555,
		.id_mmfr = {0x10201105, 0x20000000, 0x01240000, 0x02102211},
		.id_isar = {0x02101110, 0x13112111, 0x21232041, 0x11112131,
			    0x10011142},
		.clidr = 0x0a200023,
		.ccsidr = {0x701fe00a, 0x201fe00a, 0x711fe07a},
		.multiprocessing = true,
		.virtualization = true,
		.large_paddr = true,
		.tagged_micro = true,
	},
};

const struct core *core_find(const char *name)
{
	for (size_t i = 0; i < sizeof(cores) / sizeof(cores[0]); i++)
		if (!strcmp(cores[i].name, name))
			return &cores[i];
	return NULL;
}
