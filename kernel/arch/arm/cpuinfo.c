/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/arch/arm/setup.h"

/*
 * What core this is (Linux: arch/arm/kernel/setup.c's setup_processor() and
 * c_show(), mm/proc-v7.S's table). All of it is read from ID registers.
 */

#include <stdio.h>

#include "kernel/lib/printk.h"
#include "kernel/state.h"
#include "mmu/armv7.h"

/* AT_HWCAP's bits by number, with the names of /proc/cpuinfo. */
static const char *const hwcap_names[] = {
	"swp",   "half",   "thumb",    "26bit",   "fastmult", "fpa",
	"vfp",   "edsp",   "java",     "iwmmxt",  "crunch",   "thumbee",
	"neon",  "vfpv3",  "vfpv3d16", "tls",     "vfpv4",    "idiva",
	"idivt", "vfpd32", "lpae",     "evtstrm",
};

enum {
	HWCAP_THUMBEE = 1 << 11,
	HWCAP_VFPV4 = 1 << 16,
	HWCAP_IDIVA = 1 << 17,
	HWCAP_IDIVT = 1 << 18,
	HWCAP_LPAE = 1 << 20,
	/* half thumb fastmult vfp edsp neon vfpv3 tls vfpd32 */
	HWCAP_V7_NEON = 0x0008b0d6,
};

static uint32_t id_register(const struct kernel *k, uint32_t reg)
{
	uint32_t value = 0;

	mmu_cp15_read(k->hw.mmu[0], reg, &value);
	return value;
}

static uint32_t detect_hwcap(const struct kernel *k)
{
	uint32_t divide = id_register(k, CP15_ID_ISAR0) >> 24 & 15;
	uint32_t hwcap = HWCAP_V7_NEON;

	if ((id_register(k, CP15_ID_PFR0) >> 12 & 15) == 1)
		hwcap |= HWCAP_THUMBEE;
	if (divide >= 1)
		hwcap |= HWCAP_IDIVT;
	if (divide >= 2)
		hwcap |= HWCAP_IDIVA | HWCAP_VFPV4;
	if ((id_register(k, CP15_ID_MMFR0) & 15) >= 5)
		hwcap |= HWCAP_LPAE;
	return hwcap;
}

void setup_processor(struct kernel *k)
{
	uint32_t midr = id_register(k, CP15_MIDR);

	k->arch.midr = midr;
	k->arch.hwcap = detect_hwcap(k);
	printk(k, "CPU: ARMv7 Processor [%08x] revision %u (ARMv7), cr=%08x",
	       midr, midr & 15, id_register(k, CP15_SCTLR));
	if (k->arch.hwcap & HWCAP_IDIVA)
		printk(k, "CPU: div instructions available: patching division "
			  "code");
	printk(k,
	       "CPU: PIPT / VIPT nonaliasing data cache, %s instruction "
	       "cache",
	       k->arch.hwcap & HWCAP_LPAE ? "PIPT" : "VIPT nonaliasing");
}

uint32_t elf_hwcap(const struct kernel *k)
{
	return k->arch.hwcap;
}

const char *elf_platform(const struct kernel *k)
{
	(void)k; /* every core profile is an ARMv7 */
	return "v7l";
}

const char *utsname_machine(const struct kernel *k)
{
	(void)k;
	return "armv7l";
}

/* snprintf() that goes on where the last one ended. */
#define APPEND(...)                                                       \
	(len += snprintf(to + ((uint32_t)len < size ? len : (int)size),   \
			 (uint32_t)len < size ? size - (uint32_t)len : 0, \
			 __VA_ARGS__))

int show_cpuinfo(const struct kernel *k, char *to, uint32_t size)
{
	uint32_t midr = k->arch.midr;
	int len = 0;

	for (unsigned int cpu = 0; cpu < k->hw.nr_cpus; cpu++) {
		APPEND("processor\t: %u\n", cpu);
		APPEND("model name\t: ARMv7 Processor rev %u (v7l)\n",
		       midr & 15);
		/* MODEL: as calibrated by a timer, which gives the timer's */
		APPEND("BogoMIPS\t: %u.%02u\n", k->hw.clock_hz / 500000,
		       k->hw.clock_hz / 5000 % 100);
		APPEND("Features\t: ");
		for (int i = 0;
		     i < (int)(sizeof(hwcap_names) / sizeof(hwcap_names[0]));
		     i++)
			if (k->arch.hwcap >> i & 1)
				APPEND("%s ", hwcap_names[i]);
		APPEND("\nCPU implementer\t: 0x%02x\n", midr >> 24);
		APPEND("CPU architecture: 7\n");
		APPEND("CPU variant\t: 0x%x\n", midr >> 20 & 15);
		APPEND("CPU part\t: 0x%03x\n", midr >> 4 & 0xfff);
		APPEND("CPU revision\t: %u\n\n", midr & 15);
	}
	APPEND("Hardware\t: %s\n", MACHINE_DESC_NAME);
	APPEND("Revision\t: 0000\nSerial\t\t: 0000000000000000\n");
	return len;
}
