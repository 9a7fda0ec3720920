/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Instructions that user mode may not use, or may: undefined ones, breakpoints,
 * coprocessors, privileged ones, hints, SVC with numbers that mean nothing
 * (attempt.h). Not the two breakpoints of uprobes, 0xe7f001f9 and 0xe7f001fa:
 * where no probe is, a kernel that has uprobes runs them for ever.
 *
 * Prints: NAME arm|thumb done with registers that changed, or signal, si_code,
 * si_addr, trap_no, error_code, pc.
 */
#include "attempt.h"

INSTRUCTION("udf-0", ".inst 0xe7f000f0", ".inst.n 0xde00");
INSTRUCTION("udf-wide", "", ".inst.w 0xf7f0a001");
INSTRUCTION("udf-ff", ".inst 0xe7ffffff", ".inst.n 0xdeff");
INSTRUCTION("break", ".inst 0xe7f001f0", ".inst.n 0xde01");
INSTRUCTION("break-wide", "", ".inst.w 0xf7f0a000");
INSTRUCTION("break-near", ".inst 0xe7f001f1", ".inst.n 0xde02");
INSTRUCTION("break-kgdb", ".inst 0xe7ffdefe", "");
INSTRUCTION("break-kgdb2", ".inst 0xe7ffdeff", "");
INSTRUCTION("bug", ".inst 0xe7f001f2", ".inst.n 0xde02");
INSTRUCTION2("bkpt-0", "bkpt #0");
INSTRUCTION("bkpt-big", "bkpt #0xffff", "bkpt #0xff");
INSTRUCTION("bkpt-semihosting", "", "bkpt #0xab");
INSTRUCTION("svc-semihosting", "mvn r7, #0; svc #0x123456", "");
INSTRUCTION("nothing", ".inst 0xe6000010", ".inst.w 0xf800e800");
INSTRUCTION("media", ".inst 0xe7e000f0", ".inst.w 0xfb80fff0");
INSTRUCTION("never", ".inst 0xff000000", ".inst.n 0xb680");

/* CP15 */
INSTRUCTION2("midr", "mrc p15, 0, r2, c0, c0, 0");
INSTRUCTION2("ctr", "mrc p15, 0, r2, c0, c0, 1");
INSTRUCTION2("sctlr", "mrc p15, 0, r2, c1, c0, 0");
INSTRUCTION2("sctlr-write", "mcr p15, 0, r2, c1, c0, 0");
INSTRUCTION2("ttbr0", "mrc p15, 0, r2, c2, c0, 0");
INSTRUCTION2("dfar", "mrc p15, 0, r2, c6, c0, 0");
INSTRUCTION2("cp15-dsb", "mcr p15, 0, r2, c7, c10, 4");
INSTRUCTION2("cp15-dmb", "mcr p15, 0, r2, c7, c10, 5");
INSTRUCTION2("cp15-isb", "mcr p15, 0, r2, c7, c5, 4");
INSTRUCTION2("cp15-wfi", "mcr p15, 0, r2, c7, c0, 4");
INSTRUCTION2("iciallu", "mcr p15, 0, r2, c7, c5, 0");
INSTRUCTION2("icimvau", "mcr p15, 0, r2, c7, c5, 1");
INSTRUCTION2("dccmvau", "mcr p15, 0, r2, c7, c11, 1");
INSTRUCTION2("dccimvac", "mcr p15, 0, r2, c7, c14, 1");
INSTRUCTION2("ats1cur", "mcr p15, 0, r2, c7, c8, 2");
INSTRUCTION2("tlbiall", "mcr p15, 0, r2, c8, c7, 0");
INSTRUCTION2("pmcr", "mrc p15, 0, r2, c9, c12, 0");
INSTRUCTION2("pmccntr", "mrc p15, 0, r2, c9, c13, 0");
INSTRUCTION2("pmuserenr", "mrc p15, 0, r2, c9, c14, 0");
INSTRUCTION2("pmuserenr-write", "mcr p15, 0, r2, c9, c14, 0");
INSTRUCTION2("contextidr", "mrc p15, 0, r2, c13, c0, 1");
INSTRUCTION2("tpidrurw", "mcr p15, 0, r2, c13, c0, 2; "
			 "mrc p15, 0, r3, c13, c0, 2");
INSTRUCTION2("tpidruro-write", "mcr p15, 0, r2, c13, c0, 3");
INSTRUCTION2("tpidrprw", "mrc p15, 0, r2, c13, c0, 4");
INSTRUCTION2("cntpct", "mrrc p15, 0, r2, r3, c14");
INSTRUCTION2("cntv-ctl", "mrc p15, 0, r2, c14, c3, 1");
INSTRUCTION2("cntp-ctl", "mrc p15, 0, r2, c14, c2, 1");
INSTRUCTION2("cntkctl", "mrc p15, 0, r2, c14, c1, 0");
INSTRUCTION2("par64", "mrrc p15, 0, r2, r3, c7");
INSTRUCTION2("cp15-unknown", "mrc p15, 7, r2, c15, c15, 7");
INSTRUCTION2("cp15-cdp", "cdp p15, 0, c0, c0, c0, 0");

/* CP14 */
INSTRUCTION2("teecr", "mrc p14, 6, r2, c0, c0, 0");
INSTRUCTION2("dbgdscr-write", "mcr p14, 0, r2, c0, c2, 2");
INSTRUCTION2("dbgbcr0", "mrc p14, 0, r2, c0, c0, 5");
INSTRUCTION2("dbgoslar", "mcr p14, 0, r2, c1, c0, 4");
INSTRUCTION2("cp14-unknown", "mrc p14, 5, r2, c15, c15, 7");

/* VFP's own, and other coprocessors */
INSTRUCTION2("fpscr", "vmrs r2, fpscr");
INSTRUCTION2("fpscr-traps", "mov r2, #0x9f00; vmsr fpscr, r2; vmrs r3, fpscr");
INSTRUCTION2("fpscr-modes", "mov r2, #0x03c00000; vmsr fpscr, r2; "
			    "vmrs r3, fpscr; mov r4, #0; vmsr fpscr, r4");
INSTRUCTION2("fpexc", "vmrs r2, fpexc");
INSTRUCTION2("fpsid", "vmrs r2, fpsid");
INSTRUCTION2("mvfr0", "vmrs r2, mvfr0");
INSTRUCTION2("fpexc-write", "vmsr fpexc, r2");
INSTRUCTION2("divide-by-zero", "vmov.i32 d0, #0; vmov.f32 s2, #1.0; "
			       "vdiv.f32 s3, s2, s0; vmov r2, s3; "
			       "vmrs r3, fpscr; mov r4, #0; vmsr fpscr, r4");
INSTRUCTION2("vfma", "vfma.f32 s0, s1, s2");
INSTRUCTION2("vcvtb", "vcvtb.f32.f16 s0, s1");
INSTRUCTION("vmaxnm", ".inst 0xfe800a01", ".inst.w 0xfe800a01");
INSTRUCTION("vrinta", ".inst 0xfeb80a40", ".inst.w 0xfeb80a40");
INSTRUCTION("vsel", ".inst 0xfe000a01", ".inst.w 0xfe000a01");
INSTRUCTION2("vadd", "vadd.i32 q0, q0, q0");
INSTRUCTION("aese", ".inst 0xf3b00300", ".inst.w 0xffb00300");
INSTRUCTION2("p0", "mrc p0, 0, r2, c0, c0, 0");
INSTRUCTION2("p1", "mcr p1, 0, r2, c0, c0, 0");
INSTRUCTION2("p4", "cdp p4, 0, c0, c0, c0, 0");
INSTRUCTION2("p5-ldc", "ldc p5, c0, [r0]");
INSTRUCTION2("p7-stc", "stc p7, c0, [r0]");
INSTRUCTION2("p9-mcrr", "mcrr p9, 0, r2, r3, c0");
INSTRUCTION2("p2-cdp2", "cdp2 p2, 0, c0, c0, c0, 0");

/* Privileged, and what is a no-operation in user mode */
INSTRUCTION2("smc", ".arch_extension sec; smc #0");
INSTRUCTION2("hvc", ".arch_extension virt; hvc #0");
INSTRUCTION2("eret", ".arch_extension virt; eret");
INSTRUCTION2("cps-mode", "cps #0x13");
INSTRUCTION2("cpsid", "cpsid aif");
INSTRUCTION2("cpsie-mode", "cpsie i, #0x1f");
INSTRUCTION2("msr-control", "mov r2, #0xd3; msr cpsr_c, r2");
INSTRUCTION2("msr-all", "mov r2, #0x10; orr r2, #0xf0000000; "
			"msr cpsr_fsxc, r2; mrs r3, cpsr");
INSTRUCTION2("msr-ge", "mov r2, #0xf0000; msr cpsr_s, r2; mrs r3, cpsr");
INSTRUCTION2("msr-e", "mov r2, #0x200; msr cpsr_x, r2");
INSTRUCTION2("mrs", "mrs r2, cpsr");
INSTRUCTION2("setend", "setend be");
INSTRUCTION2("setend-and-back", "setend be; setend le");
INSTRUCTION2("rfe", "rfeia r0");
INSTRUCTION2("srs", "srsia sp, #0x13");

/* Hints and barriers */
INSTRUCTION2("nop", "nop");
INSTRUCTION2("yield", "yield");
INSTRUCTION2("wfe", "sev; wfe");
INSTRUCTION2("wfi", "wfi");
INSTRUCTION2("sev", "sev");
INSTRUCTION2("dbg", "dbg #3");
INSTRUCTION("hint-200", ".inst 0xe32000c8", ".inst.w 0xf3af80c8");
INSTRUCTION2("dmb", "dmb");
INSTRUCTION2("dsb", "dsb ishst");
INSTRUCTION2("isb", "isb");
INSTRUCTION("sb", ".inst 0xf57ff070", ".inst.w 0xf3bf8f70");
INSTRUCTION2("clrex", "clrex");

/* Of other architectures' versions; arithmetic */
INSTRUCTION2("sdiv-0", "mov r3, #0; sdiv r2, r1, r3");
INSTRUCTION2("udiv-0", "mov r3, #0; udiv r2, r1, r3");
INSTRUCTION2("sdiv-overflow", "mov r1, #0x80000000; mvn r3, #0; "
			      "sdiv r2, r1, r3");
INSTRUCTION("crc32", ".inst 0xe1012043", ".inst.w 0xfac1f283");
INSTRUCTION("lda", ".inst 0xe1902c9f", ".inst.w 0xe8d02faf");
INSTRUCTION("hlt", ".inst 0xe1000070", ".inst.n 0xba80");
INSTRUCTION("bxj", "adr r0, 9f; bxj r0; 9:", "");
INSTRUCTION2("swp-none", "mov r3, #1");
INSTRUCTION("swp", "swp r2, r1, [r0]", "");
INSTRUCTION("swpb", "swpb r2, r1, [r0]", "");
INSTRUCTION("swp-unaligned", "add r0, r0, #1; swp r2, r1, [r0]", "");
INSTRUCTION("swp-null", "mov r0, #0; swp r2, r1, [r0]", "");
INSTRUCTION("swp-read-only", "mov r0, #0x22000000; swp r2, r1, [r0]", "");
INSTRUCTION("swpb-none",
	    "mov r0, #0x22000000; add r0, #4096; "
	    "swpb r2, r1, [r0]",
	    "");
INSTRUCTION("it-last", "", "it eq; .inst.n 0xde01");
INSTRUCTION("it-middle", "",
	    "cmp r2, r2; itttt eq; nop; .inst.n 0xde01; "
	    "nop; nop");
INSTRUCTION("it-undefined", "",
	    "cmp r2, r2; itte eq; .inst.n 0xde05; nop; "
	    "nop");

#define DATA 0x21000000u

static void try(const struct instruction *insn, bool thumb)
{
	struct attempt a;

	if (thumb ? insn->thumb == insn->thumb_end : insn->arm == insn->arm_end)
		return;
	attempt_preset(&a, thumb);
	a.r[0] = DATA;
	memset((void *)DATA, 0x5a, 16);
	attempt_code_at(&a, ATTEMPT_CODE, insn);
	attempt_run(&a);
	printf("%s %s", insn->name, thumb ? "thumb" : "arm");
	attempt_report(&a, 0x7fff);
}

/* ---- system calls ------------------------------------------------------------- */

INSTRUCTION2("svc", "svc #0");
INSTRUCTION("svc-number", "svc #0x900014", "svc #20");

static void call(const char *name, uint32_t number, const uint32_t arg[3],
		 bool thumb)
{
	struct attempt a;

	attempt_preset(&a, thumb);
	a.r[0] = 0x55;
	if (arg)
		memcpy(a.r, arg, 12);
	a.r[7] = number;
	for_each_instruction(insn) if (!strcmp(insn->name, name))
		attempt_code_at(&a, ATTEMPT_CODE, insn);
	attempt_run(&a);
	printf("%s %x", name, number);
	if (arg)
		printf(" (%x, %x, %x)", arg[0], arg[1], arg[2]);
	printf(" %s", thumb ? "thumb" : "arm");
	attempt_report(&a, 0x7fff);
}

static void calls(void)
{
	static const uint32_t numbers[] = {
		0,          17,         222,        223,      451,
		511,        512,        1000,       0xffff,   0x10000,
		0xeffff,    0xf0000,    0xf0001,    0xf0003,  0xf0004,
		0xf0007,    0xf0008,    0xf07ff,    0xf0800,  0xf1000,
		0xfffff,    0x100000,   0x900014,   0x9f0001, 0x7fffffff,
		0x80000000, 0x80000014, 0xffffffff,
	};
	static const uint32_t flushes[][3] = {
		{DATA, DATA + 4096, 0},
		{DATA, DATA, 0},
		{DATA + 5, DATA + 6, 0},
		{DATA + 4096, DATA, 0},
		{DATA, DATA + 4096, 1},
		{0, 0, 0},
		{0, 4096, 0},
		{0x20000000, 0x20001000, 0},
		{DATA, DATA + 0x1000000, 0},
		{0x22001000, 0x22002000, 0},
		{0x23000000, 0x23001000, 0},
		{0xbefff000, 0xbf000000, 0},
		{0xbefff000, 0xbf000001, 0},
		{0xc0000000, 0xc0001000, 0},
		{0xffff0000, 0xffff1000, 0},
		{0xfffff000, 0, 0},
	};

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		call("svc", numbers[i], NULL, false);
		call("svc", numbers[i], NULL, true);
	}
	call("svc-number", 1000, NULL, false);
	call("svc-number", 1000, NULL, true);
	for (size_t i = 0; i < sizeof(flushes) / sizeof(flushes[0]); i++)
		call("svc", 0xf0002, flushes[i], i & 1);
}

int main(void)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	attempt_init();
	map_at(DATA, 1, PROT_READ | PROT_WRITE);
	map_at(0x22000000, 1, PROT_READ);
	map_at(0x22001000, 1, PROT_NONE);
	map_at(0x23000000, 1, PROT_READ); /* not touched */
	for_each_instruction(insn)
	{
		if (!strncmp(insn->name, "svc", 3))
			continue;
		try(insn, false);
		try(insn, true);
	}
	calls();
	return 0;
}
