/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * kernel/arch/arm/{head,mmu,fixmap,setup}.c: the address space of five boards,
 * with numbers derived by hand from the rules of the ARM facts (E.5), and what
 * the MMU finds at the borders of each region.
 */

#include "tests/unit/kernel/helper_fake_hw.h"

#include <stdio.h>
#include <string.h>

#include "kernel/arch/arm/fixmap.h"
#include "kernel/arch/arm/image.h"
#include "kernel/arch/arm/io.h"
#include "kernel/arch/arm/memory.h"
#include "kernel/arch/arm/pgtable.h"
#include "kernel/arch/arm/setup.h"
#include "kernel/lib/cmdline.h"
#include "kernel/mm/kobj.h"

enum {
	R = MMU_MAY_READ,
	W = MMU_MAY_WRITE,
	X = MMU_MAY_FETCH
};

struct expectation {
	const char *what;
	struct fake_hw_config config;
	vaddr_t task_size, modules_end, high_memory, vmalloc_start;
	paddr_t lowmem_limit;
	const char *vmalloc_line, *lowmem_line;
};

static const struct expectation boards[] = {
	{
		/* (0x90000000 + 8M) & ~(8M - 1) = 0x90800000; 0xff800000 less
		 * that is 0x6f000000 = 1776 MB */
		.what = "vexpress-a9, 256 MB, 2G/2G",
		.config = {.bank = {{0x60000000, 256 * FAKE_MB, 0}}},
		.task_size = 0x7f000000,
		.modules_end = 0x7fe00000,
		.high_memory = 0x90000000,
		.vmalloc_start = 0x90800000,
		.lowmem_limit = 0x70000000,
		.vmalloc_line = "vmalloc : 0x90800000 - 0xff800000   (1776 MB)",
		.lowmem_line = "lowmem  : 0x80000000 - 0x90000000   ( 256 MB)",
	},
	{
		.what = "1 GB, 2G/2G: all of it lowmem",
		.config = {.bank = {{0x60000000, 1024 * FAKE_MB, 0}}},
		.task_size = 0x7f000000,
		.modules_end = 0x7fe00000,
		.high_memory = 0xc0000000,
		.vmalloc_start = 0xc0800000,
		.lowmem_limit = 0xa0000000,
		.vmalloc_line = "vmalloc : 0xc0800000 - 0xff800000   (1008 MB)",
		.lowmem_line = "lowmem  : 0x80000000 - 0xc0000000   (1024 MB)",
	},
	{
		/* lowmem ends at the virtual 0xf0000000: 768 MB of 1536 */
		.what = "1.5 GB, 3G/1G: highmem above 768 MB",
		.config = {.page_offset = 0xc0000000,
			   .bank = {{0x60000000, 1536 * FAKE_MB, 0}}},
		.task_size = 0xbf000000,
		.modules_end = 0xbfe00000,
		.high_memory = 0xf0000000,
		.vmalloc_start = 0xf0800000,
		.lowmem_limit = 0x90000000,
		.vmalloc_line = "vmalloc : 0xf0800000 - 0xff800000   ( 240 MB)",
		.lowmem_line = "lowmem  : 0xc0000000 - 0xf0000000   ( 768 MB)",
	},
	{
		.what = "tiny, 8 MB at 0x70000000 of realview-pb-a8",
		.config = {.core = "cortex-a8",
			   .bank = {{0x70000000, 8 * FAKE_MB, 0}}},
		.task_size = 0x7f000000,
		.modules_end = 0x7fe00000,
		.high_memory = 0x80800000,
		.vmalloc_start = 0x81000000,
		.lowmem_limit = 0x70800000,
		.vmalloc_line = "vmalloc : 0x81000000 - 0xff800000   (2024 MB)",
		.lowmem_line = "lowmem  : 0x80000000 - 0x80800000   (   8 MB)",
	},
	{
		/* "vmalloc=512M": 0xff800000 - 512M - 8M = 0xdf000000 */
		.what = "raspi2, RAM at 0, 960 MB, 3G/1G, vmalloc=512M",
		.config = {.core = "cortex-a7",
			   .nr_cpus = 4,
			   .page_offset = 0xc0000000,
			   .bootargs = "console=ttyAMA0 vmalloc=512M",
			   .bank = {{0, 960 * FAKE_MB, 0}}},
		.task_size = 0xbf000000,
		.modules_end = 0xbfe00000,
		.high_memory = 0xdf000000,
		.vmalloc_start = 0xdf800000,
		.lowmem_limit = 0x1f000000,
		.vmalloc_line = "vmalloc : 0xdf800000 - 0xff800000   ( 512 MB)",
		.lowmem_line = "lowmem  : 0xc0000000 - 0xdf000000   ( 496 MB)",
	},
};

static void check_numbers(const struct fake_hw *f,
			  const struct expectation *want)
{
	const struct arch_state *arch = &f->k->arch;

	assert_int_equal(arch->task_size, want->task_size);
	assert_int_equal(arch->modules_vaddr, want->task_size);
	assert_int_equal(arch->modules_end, want->modules_end);
	assert_int_equal(arch->pkmap_base, want->modules_end);
	assert_int_equal(arch->high_memory, want->high_memory);
	assert_int_equal(arch->vmalloc_start, want->vmalloc_start);
	assert_int_equal(arch->vmalloc_end, 0xff800000);
	assert_int_equal(arch->arm_lowmem_limit, want->lowmem_limit);
}

/* First, last and outside page of lowmem, vectors; nothing in between. */
static void check_borders(struct fake_hw *f)
{
	const struct arch_state *arch = &f->k->arch;
	vaddr_t last = arch->high_memory - PAGE_SIZE;

	assert_int_equal(peek(f, arch->page_offset, MMU_WRITE, MMU_PL1),
			 arch->phys_offset);
	assert_int_equal(peek(f, last, MMU_WRITE, MMU_PL1),
			 arch->arm_lowmem_limit - PAGE_SIZE);
	assert_int_equal(peek_rights(f, last, MMU_PL1), R | W);
	assert_int_equal(peek_rights(f, last, MMU_PL0), 0);
	assert_int_equal(peek_rights(f, arch->high_memory, MMU_PL1), 0);
	assert_int_equal(peek_rights(f, arch->page_offset - 1, MMU_PL1), 0);
	assert_int_equal(peek_rights(f, arch->modules_vaddr, MMU_PL1), 0);
	assert_int_equal(peek_rights(f, arch->vmalloc_start, MMU_PL1), 0);
	assert_int_equal(peek_rights(f, VMALLOC_END - 1, MMU_PL1), 0);
	assert_int_equal(peek_rights(f, FDT_FIXED_BASE, MMU_PL1), 0);
	assert_int_equal(peek_rights(f, FIXADDR_START, MMU_PL1), 0);
	assert_int_equal(peek_rights(f, 0, MMU_PL1), 0);

	assert_int_equal(peek_rights(f, VECTORS_BASE, MMU_PL0), R | X);
	assert_int_equal(peek_rights(f, VECTORS_BASE, MMU_PL1), R | X);
	assert_int_equal(peek_rights(f, STUBS_BASE, MMU_PL1), R | X);
	assert_int_equal(peek_rights(f, STUBS_BASE, MMU_PL0), 0);
	assert_int_equal(peek_rights(f, STUBS_BASE + PAGE_SIZE, MMU_PL1), 0);
	assert_int_equal(peek_rights(f, VECTORS_BASE - 1, MMU_PL1), 0);
}

static unsigned int rights_at(struct fake_hw *f, const char *symbol)
{
	return peek_rights(f, image_symbol(f->k->arch.image, symbol), MMU_PL1);
}

static void check_image(struct fake_hw *f)
{
	assert_int_equal(rights_at(f, "_text"), R | X);
	assert_int_equal(rights_at(f, "__start_gates"), R | X);
	assert_int_equal(rights_at(f, "linux_banner"), R);
	assert_int_equal(rights_at(f, "_sinittext"), R | W | X);
	assert_int_equal(rights_at(f, "init_thread_union"), R | W);
	assert_int_equal(rights_at(f, "__log_buf"), R | W);
	assert_int_equal(rights_at(f, "swapper_pg_dir"), R | W);
	/* it is the page's neighbours that end a region */
	assert_int_equal(
		peek_rights(f, image_symbol(f->k->arch.image, "_etext") - 1,
			    MMU_PL1),
		R | X);
	assert_int_equal(
		peek_rights(f, image_symbol(f->k->arch.image, "__init_end"),
			    MMU_PL1),
		R | W);
}

static void test_boards(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(boards) / sizeof(boards[0]); i++) {
		struct fake_hw *f = fake_hw_create(&boards[i].config);

		print_message("           %s\n", boards[i].what);
		fake_setup_arch(f);
		check_numbers(f, &boards[i]);
		check_borders(f);
		check_image(f);
		mem_init_print_layout(f->k);
		assert_non_null(strstr(f->log, boards[i].vmalloc_line));
		assert_non_null(strstr(f->log, boards[i].lowmem_line));
		assert_non_null(strstr(f->log, "fixmap  : 0xffc00000 - "
					       "0xfff00000   (3072 kB)"));
		assert_non_null(strstr(f->log, "vector  : 0xffff0000 - "
					       "0xffff1000   (   4 kB)"));
		assert_true(f->nr_descriptors > 0);
		fake_hw_destroy(f);
	}
}

/* ---- words of the first level --------------------------------------------------- */

static void test_section_words(void **state)
{
	struct fake_hw *f = fake_hw_create(&(struct fake_hw_config){0});
	const uint32_t *word;

	(void)state;
	fake_setup_arch(f);
	word = (const uint32_t *)f->k->init_mm.pgd;
	assert_int_equal(f->k->init_mm.pgd_paddr, 0x60004000);
	assert_int_equal(image_symbol(f->k->arch.image, "swapper_pg_dir"),
			 0x80004000);
	/* the image's pair by pages; the rest by sections, RW and XN */
	assert_int_equal(word[0x800] & 0x3ff, 0x011);
	assert_int_equal(word[0x801], word[0x800] + 0x400);
	assert_int_equal(word[0x802], 0x6020041e);
	assert_int_equal(word[0x8ff], 0x6ff0041e);
	assert_int_equal(word[0x900], 0);
	/* vectors: domain 3 */
	assert_int_equal(word[0xfff] & 0x3ff, 0x071);
	fake_hw_destroy(f);
}

static void test_section_words_smp(void **state)
{
	struct fake_hw *f = fake_hw_create(
		&(struct fake_hw_config){.core = "cortex-a15", .nr_cpus = 2});
	const uint32_t *word;

	(void)state;
	fake_setup_arch(f);
	word = (const uint32_t *)f->k->init_mm.pgd;
	assert_int_equal(word[0x802], 0x6021141e);
	assert_int_equal(f->k->arch.ttbr_flags, 0x6a);
	assert_int_equal(f->k->arch.user_pmd, 0x35); /* PXN */
	fake_hw_destroy(f);
}

/* A board whose RAM ends in the middle of a section. */
static void test_ragged_end(void **state)
{
	struct fake_hw *f = fake_hw_create(&(struct fake_hw_config){
		.bank = {{0x60000000, 32 * FAKE_MB + 0x181000, 0}}});

	(void)state;
	fake_setup_arch(f);
	assert_int_equal(f->k->arch.high_memory, 0x82181000);
	assert_int_equal(peek_rights(f, 0x82180000, MMU_PL1), R | W);
	assert_int_equal(peek_rights(f, 0x82181000, MMU_PL1), 0);
	fake_hw_destroy(f);
}

/* Two banks with a hole between them. */
static void test_hole(void **state)
{
	struct fake_hw *f = fake_hw_create(&(struct fake_hw_config){
		.bank = {{0x60000000, 32 * FAKE_MB, 0},
			 {0x64000000, 32 * FAKE_MB, 1}}});

	(void)state;
	fake_setup_arch(f);
	assert_int_equal(peek(f, 0x81ffffff, MMU_READ, MMU_PL1), 0x61ffffff);
	assert_int_equal(peek_rights(f, 0x82000000, MMU_PL1), 0);
	assert_int_equal(peek_rights(f, 0x83ffffff, MMU_PL1), 0);
	assert_int_equal(peek(f, 0x84000000, MMU_READ, MMU_PL1), 0x64000000);
	fake_hw_destroy(f);
}

/* ---- vectors and helpers ------------------------------------------------------------ */

static uint32_t word_at(struct fake_hw *f, vaddr_t vaddr)
{
	paddr_t paddr = peek(f, vaddr, MMU_READ, MMU_PL1);

	return *(uint32_t *)phys_bytes(f->k, paddr);
}

static void test_kuser_helpers(void **state)
{
	struct fake_hw *f = fake_hw_create(&(struct fake_hw_config){0});

	(void)state;
	fake_setup_arch(f);
	assert_int_equal(word_at(f, 0xffff0ffc), 5);
	assert_int_equal(word_at(f, 0xffff0fe0), 0xee1d0f70); /* mrc TLS */
	assert_int_equal(word_at(f, 0xffff0fe4), 0xe12fff1e); /* bx lr */
	assert_int_equal(word_at(f, 0xffff0fe8), 0xee1d0f70);
	assert_int_equal(word_at(f, 0xffff0fa0), 0xf57ff05b); /* dmb ish */
	assert_int_equal(word_at(f, 0xffff0fc4), 0xe1923f9f); /* ldrex */
	assert_int_equal(word_at(f, 0xffff0f70), 0xe1b20f9f); /* ldrexd */
	assert_int_equal(word_at(f, 0xffff0f00), 0xe7fddef1); /* poison */
	assert_int_equal(word_at(f, 0xffff0fa8), 0xe7fddef1);
	assert_int_equal(word_at(f, 0xffff0008), 0xe59ffff0); /* SVC */
	assert_int_equal(word_at(f, 0xffff1000), /* to vector_swi */
			 image_symbol(f->k->arch.image, "vector_swi"));
	fake_hw_destroy(f);
}

/* ---- fixmap and devices --------------------------------------------------------------- */

static void test_early_ioremap(void **state)
{
	struct fake_hw *f = fake_hw_create(&(struct fake_hw_config){0});
	vaddr_t a, b;

	(void)state;
	boot_load(f->k);
	head_start(f->k, fake_curr(f)->cpu);
	early_fixmap_init(f->k);
	assert_int_equal(fix_to_virt(0), 0xffeff000);
	assert_int_equal(virt_to_fix(0xffeff123), 0);
	a = early_ioremap(f->k, FAKE_UART + 0x18, 4);
	b = early_memremap(f->k, 0x60010ffc, 8); /* two pages */
	assert_int_equal(a & 0xfff, 0x18);
	assert_int_equal(peek(f, a, MMU_READ, MMU_PL1), FAKE_UART + 0x18);
	assert_int_equal(peek(f, b + 7, MMU_WRITE, MMU_PL1), 0x60011003);
	assert_int_equal(peek_rights(f, a, MMU_PL0), 0);
	writel(fake_curr(f), 0x1234, a);
	assert_int_equal(f->uart.value, 0x1234);
	early_iounmap(f->k, a, 4);
	assert_int_equal(peek_rights(f, a, MMU_PL1), 0);
	early_iounmap(f->k, b, 8);
	/* more than a slot holds, and more slots than there are */
	assert_int_equal(early_memremap(f->k, 0x60000000, 33 * 4096), 0);
	for (int i = 0; i < FIX_BTMAPS_SLOTS; i++)
		assert_int_not_equal(
			early_memremap(f->k, 0x60000000, 32 * 4096), 0);
	assert_int_equal(early_memremap(f->k, 0x60000000, 1), 0);
	fake_hw_destroy(f);
}

static void test_earlycon_stays(void **state)
{
	struct fake_hw *f = fake_hw_create(&(struct fake_hw_config){0});
	vaddr_t uart = fix_to_virt(FIX_EARLYCON_MEM_BASE);

	(void)state;
	fake_setup_arch(f);
	assert_int_equal(peek(f, uart, MMU_WRITE, MMU_PL1), FAKE_UART);
	assert_non_null(strstr(f->log, "earlycon: pl11 at MMIO 0x10009000"));
	fake_hw_destroy(f);
}

static void test_boot_params(void **state)
{
	struct fake_hw *f = fake_hw_create(&(struct fake_hw_config){
		.bootargs = "quiet mem=64M root=/dev/x novar"});
	uint32_t len, size;
	uint64_t bytes = 0;
	paddr_t paddr;
	const char *text;

	(void)state;
	fake_setup_arch(f);
	text = boot_param(f->k, "root", &len);
	assert_int_equal(len, 6);
	assert_memory_equal(text, "/dev/x", 6);
	assert_non_null(boot_param(f->k, "quiet", &len));
	assert_int_equal(len, 0);
	assert_null(boot_param(f->k, "no", &len));
	assert_null(boot_param(f->k, "oot", &len));
	assert_true(boot_param_bytes(f->k, "mem", &bytes));
	assert_int_equal(bytes, 64 * FAKE_MB);
	assert_int_equal(f->k->arch.high_memory, 0x84000000);
	assert_string_equal(machine_model(f->k), "fake board");
	assert_true(of_find_device(f->k, "arm,pl011", &paddr, &size) > 0);
	assert_int_equal(paddr, FAKE_UART);
	assert_true(of_find_device(f->k, "arm,nothing", &paddr, &size) < 0);
	fake_hw_destroy(f);
}

static void test_hwcap(void **state)
{
	static const struct {
		const char *core;
		uint32_t hwcap;
	} want[] = {
		{"cortex-a9", 0x0008b8d6},
		{"cortex-a8", 0x0008b8d6},
		{"cortex-a7", 0x001fb8d6},
		{"cortex-a15", 0x001fb8d6},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		struct fake_hw *f = fake_hw_create(
			&(struct fake_hw_config){.core = want[i].core});
		char text[1024];
		int len;

		fake_setup_arch(f);
		assert_int_equal(elf_hwcap(f->k), want[i].hwcap);
		len = show_cpuinfo(f->k, text, sizeof(text));
		assert_int_equal(len, strlen(text));
		assert_non_null(strstr(text, "neon vfpv3 tls"));
		assert_int_equal(show_cpuinfo(f->k, text, 10), len);
		fake_hw_destroy(f);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_boards),
		cmocka_unit_test(test_section_words),
		cmocka_unit_test(test_section_words_smp),
		cmocka_unit_test(test_ragged_end),
		cmocka_unit_test(test_hole),
		cmocka_unit_test(test_kuser_helpers),
		cmocka_unit_test(test_early_ioremap),
		cmocka_unit_test(test_earlycon_stays),
		cmocka_unit_test(test_boot_params),
		cmocka_unit_test(test_hwcap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
