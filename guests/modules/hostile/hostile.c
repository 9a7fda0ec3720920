/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A module that means harm. Each write to its parameter `act` names one thing
 * to do; the write fails where that was an oops:
 *
 *	insmod hostile.ko
 *	echo ttbr0 > /sys/module/hostile/parameters/act
 *	echo calls 100 > /sys/module/hostile/parameters/act
 *
 * `in_init` does the same while the module is loaded.
 */

#include <linux/mm.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "hostile.h"

/* ---- what the core's own registers are ----------------------------------------- */

#define MRC(name, what)                                     \
	static void name(unsigned int unused)               \
	{                                                   \
		unsigned int value;                         \
		asm volatile("mrc " what : "=r"(value));    \
		pr_info("hostile: %s %08x\n", what, value); \
		(void)unused;                               \
	}
#define MCR(name, what)                                 \
	static void name(unsigned int value)            \
	{                                               \
		asm volatile("mcr " what ::"r"(value)); \
	}
#define ASM(name, ...)                                                         \
	static void name(unsigned int value)                                   \
	{                                                                      \
		asm volatile(__VA_ARGS__ ::"r"(value)                          \
			     : "r0", "r1", "r2", "r3", "r4", "r5", "ip", "lr", \
			       "memory");                                      \
	}

MRC(midr, "p15, 0, %0, c0, c0, 0")
MRC(read_sctlr, "p15, 0, %0, c1, c0, 0")
MRC(read_ttbr0, "p15, 0, %0, c2, c0, 0")
MRC(dfsr, "p15, 0, %0, c5, c0, 0")
MRC(pmccntr, "p15, 0, %0, c9, c13, 0")
MRC(dbgdidr, "p14, 0, %0, c0, c0, 0")
MCR(sctlr, "p15, 0, %0, c1, c0, 0")
MCR(cpacr, "p15, 0, %0, c1, c0, 2")
MCR(ttbr0, "p15, 0, %0, c2, c0, 0")
MCR(ttbr1, "p15, 0, %0, c2, c0, 1")
MCR(ttbcr, "p15, 0, %0, c2, c0, 2")
MCR(dacr, "p15, 0, %0, c3, c0, 0")
MCR(contextidr, "p15, 0, %0, c13, c0, 1")
MCR(prrr, "p15, 0, %0, c10, c2, 0")
MCR(tlbiall, "p15, 0, %0, c8, c7, 0")
MCR(tlbimva, "p15, 0, %0, c8, c7, 1")
MCR(iciallu, "p15, 0, %0, c7, c5, 0")
MCR(tpidruro, "p15, 0, %0, c13, c0, 3")
MCR(vbar, "p15, 0, %0, c12, c0, 0")
ASM(wfi, "wfi")
ASM(wfe, "wfe\n sev\n wfe")
ASM(svc, "svc #0")
ASM(bkpt, "bkpt #0")
ASM(udf, "udf #0")
ASM(smc, ".inst 0xe1600070")
ASM(hvc, ".inst 0xe1400070")
ASM(cps_user, "cps #16")
ASM(cps_irq, "cps #18")
ASM(cps_system, "cps #31")
ASM(msr_user, "msr cpsr_c, #0x10")
ASM(msr_value, "msr cpsr_cxsf, %0")
ASM(spsr, "msr spsr_cxsf, %0\n mrs r4, spsr")
ASM(rfe, "mov r4, sp\n rfeia r4")
ASM(srs, "srsdb sp!, #19")
ASM(ldm_user, "mov r4, sp\n ldmia r4, {r13, r14}^\n nop")
ASM(stm_user, "sub r4, sp, #64\n stmia r4, {r13, r14}^\n nop")
ASM(ldm_return, "mov r4, sp\n ldmia r4, {r0, pc}^")
ASM(movs_pc, "movs pc, lr")
ASM(big_endian, "setend be\n ldr r4, [sp]\n setend le")
ASM(big_end, "setend be")
ASM(vfp, ".fpu vfpv3\n vmov s0, %0")
ASM(neon, ".fpu neon\n veor q0, q0, q0")
ASM(fpexc, ".fpu vfpv3\n vmrs r4, fpexc")
ASM(exclusive, "sub r4, sp, #8\n 1: ldrex r5, [r4]\n strex r5, %0, [r4]\n"
	       "cmp r5, #0\n bne 1b\n clrex\n")
ASM(sp_nowhere, "mov r4, sp\n mov sp, %0\n push {r4}")
ASM(gate_sp, "mov r5, sp\n mov sp, %0\n mov r0, #64\n ldr r1, =0xcc0\n"
	     "bl __kmalloc\n mov sp, r5\n .ltorg")
ASM(gate_sp_args, "mov r5, sp\n mov sp, %0\n bl kmem_cache_create\n mov sp, r5")

/* ---- memory that isn't its own ------------------------------------------------------ */

static unsigned int random_state = 1;

unsigned int hostile_random(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 17;
	random_state ^= random_state << 5;
	return random_state;
}

static void tell(unsigned int on)
{
	hostile_tells = on;
}

static void seed(unsigned int value)
{
	random_state = value * 2654435761u | 1;
}

static void write_word(unsigned int where)
{
	*(volatile unsigned int *)where = hostile_random();
}

/* Until something stops it, or not: words here and there from @where on. */
static void spray(unsigned int where)
{
	for (int i = 0; i < 20000; i++)
		write_word((where & ~3u) + (hostile_random() % 0x400000 & ~3u));
}

static void fill(unsigned int where)
{
	for (unsigned int i = 0; i < 0x4000; i += 4)
		*(volatile unsigned int *)(where + i) = 0xffffffff;
}

/* The tables of whoever writes the parameter, where TTBR0 has them. */
static void own_tables(unsigned int index)
{
	unsigned int ttbr0, *pgd;

	asm volatile("mrc p15, 0, %0, c2, c0, 0" : "=r"(ttbr0));
	pgd = (unsigned int *)((ttbr0 & ~0x3fffu) - 0x60000000u + 0x80000000u);
	pr_info("hostile: %08x has %08x\n", (unsigned int)&pgd[index],
		pgd[index]);
	pgd[index] = 0x60000c02; /* a section of its own */
}

static void swapper(unsigned int index)
{
	write_word(0x80004000 + index * 4);
}

static void vectors(unsigned int offset)
{
	write_word(0xffff0000 + offset);
}

static void own_struct(unsigned int byte)
{
	memset(THIS_MODULE, byte, sizeof(*THIS_MODULE));
}

static void own_text(unsigned int unused)
{
	write_word((unsigned int)own_text);
	(void)unused;
}

static void overrun_slab(unsigned int nr_bytes)
{
	unsigned char *object = kmalloc(64, GFP_KERNEL);

	if (!object)
		return;
	memset(object, 0x5a, 64 + nr_bytes);
	kfree(object);
}

static void after_free(unsigned int nr_bytes)
{
	unsigned char *object = kmalloc(64, GFP_KERNEL), *other;

	if (!object)
		return;
	kfree(object);
	memset(object, 0x5a, nr_bytes);
	other = kmalloc(64, GFP_KERNEL);
	kfree(kmalloc(64, GFP_KERNEL));
	kfree(other);
}

static void free_pages_written(unsigned int order)
{
	unsigned char *pages = (void *)__get_free_pages(GFP_KERNEL, order);

	if (!pages)
		return;
	free_pages((unsigned long)pages, order);
	memset(pages, 0x5a, PAGE_SIZE << order);
}

static void mem_map(unsigned int nr_bytes)
{
	struct page *page = alloc_pages(GFP_KERNEL, 0);

	if (!page)
		return;
	memset(page, 0xff, nr_bytes);
	__free_pages(page, 0);
}

static const unsigned int returns_7[] = {0xe3a00007, 0xe12fff1e};

static void call_data(unsigned int unused)
{
	pr_info("hostile: data says %d\n", ((int (*)(void))returns_7)());
	(void)unused;
}

static void call_heap(unsigned int unused)
{
	unsigned int *code = kmalloc(64, GFP_KERNEL);

	if (!code)
		return;
	memcpy(code, returns_7, sizeof(returns_7));
	pr_info("hostile: the heap says %d\n", ((int (*)(void))code)());
	kfree(code);
	(void)unused;
}

static void jump(unsigned int where)
{
	((void (*)(void))where)();
}

/* ---- calls that are none --------------------------------------------------------------- */

static struct kmem_cache *cache;

static void recurse(void *object)
{
	(void)object;
	kmem_cache_free(cache, kmem_cache_alloc(cache, GFP_KERNEL));
}

static void recursion(unsigned int unused)
{
	if (!cache)
		cache = kmem_cache_create("hostile", 32, 0, 0, recurse);
	if (cache)
		recurse(NULL);
	(void)unused;
}

static int deep(int n)
{
	volatile int here[64];

	here[n & 63] = n;
	return n ? deep(n - 1) + here[n & 63] : 0;
}

static void deep_stack(unsigned int levels)
{
	pr_info("hostile: %d\n", deep((int)levels));
}

static void masked(unsigned int nr_bytes)
{
	asm volatile("cpsid if");
	vfree(vmalloc(nr_bytes));
	asm volatile("cpsie if");
}

static void masked_for_ever(unsigned int unused)
{
	asm volatile("cpsid if");
	for (;;)
		asm volatile("" ::"r"(unused));
}

static void for_ever(unsigned int unused)
{
	for (;;)
		asm volatile("" ::"r"(unused));
}

static void gate_middle(unsigned int offset)
{
	((void (*)(unsigned int))((unsigned int)vmalloc + offset))(offset);
}

static const struct act {
	const char *name;
	void (*fn)(unsigned int value);
} acts[] = {
#define ACT(name)           \
	{                   \
#name, name \
	}
	ACT(midr),
	ACT(read_sctlr),
	ACT(read_ttbr0),
	ACT(dfsr),
	ACT(pmccntr),
	ACT(dbgdidr),
	ACT(sctlr),
	ACT(cpacr),
	ACT(ttbr0),
	ACT(ttbr1),
	ACT(ttbcr),
	ACT(dacr),
	ACT(contextidr),
	ACT(prrr),
	ACT(tlbiall),
	ACT(tlbimva),
	ACT(iciallu),
	ACT(tpidruro),
	ACT(vbar),
	ACT(wfi),
	ACT(wfe),
	ACT(svc),
	ACT(bkpt),
	ACT(udf),
	ACT(smc),
	ACT(hvc),
	ACT(cps_user),
	ACT(cps_irq),
	ACT(cps_system),
	ACT(msr_user),
	ACT(msr_value),
	ACT(spsr),
	ACT(rfe),
	ACT(srs),
	ACT(ldm_user),
	ACT(stm_user),
	ACT(ldm_return),
	ACT(movs_pc),
	ACT(big_endian),
	ACT(big_end),
	ACT(vfp),
	ACT(neon),
	ACT(fpexc),
	ACT(exclusive),
	ACT(sp_nowhere),
	ACT(gate_sp),
	ACT(gate_sp_args),
	ACT(seed),
	ACT(write_word),
	ACT(spray),
	ACT(fill),
	ACT(own_tables),
	ACT(swapper),
	ACT(vectors),
	ACT(own_struct),
	ACT(own_text),
	ACT(overrun_slab),
	ACT(after_free),
	ACT(free_pages_written),
	ACT(mem_map),
	ACT(call_data),
	ACT(call_heap),
	ACT(jump),
	ACT(recursion),
	ACT(deep_stack),
	ACT(masked),
	ACT(masked_for_ever),
	ACT(for_ever),
	ACT(gate_middle),
	ACT(tell),
	{"calls", hostile_calls},
	{"call", hostile_call},
};

static unsigned int number(const char *text)
{
	unsigned int base = 10, value = 0;

	if (text[0] == '0' && text[1] == 'x') {
		base = 16;
		text += 2;
	}
	for (; *text && *text != '\n'; text++)
		value = value * base +
			(*text <= '9' ? *text - '0' : (*text | 32) - 'a' + 10);
	return value;
}

static int act_set(const char *text, const struct kernel_param *kp)
{
	const char *space = strchr(text, ' ');
	size_t length = space ? (size_t)(space - text) : strlen(text);

	if (length && text[length - 1] == '\n')
		length--;
	for (size_t i = 0; i < sizeof(acts) / sizeof(*acts); i++)
		if (strlen(acts[i].name) == length &&
		    !strncmp(acts[i].name, text, length)) {
			acts[i].fn(space ? number(space + 1) : 0);
			return 0;
		}
	(void)kp;
	return -EINVAL;
}

static const struct kernel_param_ops act_ops = {.set = act_set};
module_param_cb(act, &act_ops, NULL, 0200);
MODULE_PARM_DESC(act, "what to do");

static char *in_init, *in_exit;
module_param(in_init, charp, 0600);
module_param(in_exit, charp, 0600);

static int __init hostile_init(void)
{
	if (in_init)
		act_set(in_init, NULL);
	return 0;
}

static void __exit hostile_exit(void)
{
	if (in_exit)
		act_set(in_exit, NULL);
}

module_init(hostile_init);
module_exit(hostile_exit);

MODULE_LICENSE("GPL");
