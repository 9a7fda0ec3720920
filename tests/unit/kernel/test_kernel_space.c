/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kernel/arch/arm/{pageattr,ptdump}.c, and the regions of the kernel's address
 * space of five boards once they are in use: the first and the last page of
 * each and the pages beside them, by the MMU. Numbers are derived by hand from
 * the rules of the ARM facts (E.5).
 */

#include <errno.h>
#include <string.h>

#include "kernel/arch/arm/fixmap.h"
#include "kernel/arch/arm/pgtable.h"
#include "kernel/arch/arm/ptdump.h"
#include "kernel/arch/arm/module.h"
#include "kernel/arch/arm/set_memory.h"
#include "kernel/fs/seq_file.h"
#include "kernel/mm/highmem.h"
#include "kernel/mm/page_flags.h"
#include "kernel/mm/vmap_area.h"
#include "tests/unit/kernel/helper_fake_hw.h"

enum {
	R = MMU_MAY_READ,
	W = MMU_MAY_WRITE,
	X = MMU_MAY_FETCH
};

struct board {
	const char *what;
	struct fake_hw_config config;
	vaddr_t modules, pkmap, lowmem, high_memory, vmalloc;
	vaddr_t hole, hole_end; /* of lowmem; 0: none */
};

static const struct board boards[] = {
	{
		.what = "vexpress-a9",
		.modules = 0x7f000000,
		.pkmap = 0x7fe00000,
		.lowmem = 0x80000000,
		.high_memory = 0x90000000,
		.vmalloc = 0x90800000,
	},
	{
		.what = "linux-virt",
		.config = {.core = "cortex-a15",
			   .page_offset = 0xc0000000,
			   .bootargs = "console=ttyAMA0 dma_zone=4G cma=16M",
			   .bank = {{0x40000000, 256 * FAKE_MB, 0}}},
		.modules = 0xbf000000,
		.pkmap = 0xbfe00000,
		.lowmem = 0xc0000000,
		.high_memory = 0xd0000000,
		.vmalloc = 0xd0800000,
	},
	{
		/* 64 MB, a hole of 64 MB, 64 MB */
		.what = "numa-2node",
		.config = {.bank = {{0x60000000, 64 * FAKE_MB, 0},
				    {0x68000000, 64 * FAKE_MB, 1}}},
		.modules = 0x7f000000,
		.pkmap = 0x7fe00000,
		.lowmem = 0x80000000,
		.high_memory = 0x8c000000,
		.vmalloc = 0x8c800000,
		.hole = 0x84000000,
		.hole_end = 0x88000000,
	},
	{
		.what = "tiny-8m",
		.config = {.bank = {{0x60000000, 8 * FAKE_MB, 0}}},
		.modules = 0x7f000000,
		.pkmap = 0x7fe00000,
		.lowmem = 0x80000000,
		.high_memory = 0x80800000,
		.vmalloc = 0x81000000,
	},
	{
		.what = "highmem",
		.config = {.core = "cortex-a15",
			   .page_offset = 0xc0000000,
			   .bank = {{0x40000000, 2048u * FAKE_MB, 0}}},
		.modules = 0xbf000000,
		.pkmap = 0xbfe00000,
		.lowmem = 0xc0000000,
		.high_memory = 0xf0000000,
		.vmalloc = 0xf0800000,
	},
};

/* ---- probes ---------------------------------------------------------------- */

/* Status of the kernel's write there, FS[3:0]; 0: it may. */
static unsigned int fault_at(struct fake_hw *f, vaddr_t kaddr)
{
	struct mmu_result result;

	if (mmu_access(f->hw.mmu[0], kaddr, MMU_WRITE, MMU_PL1, &result))
		return 0;
	return mmu_report_fault(f->hw.mmu[0], &result.fault) & 15;
}

#define SECTION_TRANSLATION 5
#define PAGE_TRANSLATION    7
#define SECTION_PERMISSION  13
#define PAGE_PERMISSION     15

/* Status of a fetch of the kernel's there; 0: it may. */
static unsigned int fetch_fault_at(struct fake_hw *f, vaddr_t kaddr)
{
	struct mmu_result result;

	if (mmu_access(f->hw.mmu[0], kaddr, MMU_FETCH, MMU_PL1, &result))
		return 0;
	return mmu_report_fault(f->hw.mmu[0], &result.fault) & 15;
}

/* Both ends of a region can be had, and nothing beside them. */
static void probe_area(struct fake_hw *f, vaddr_t start, vaddr_t end)
{
	const struct vm_struct *first = __get_vm_area_node(
		fake_curr(f), PAGE_SIZE, 1, VM_MAP | VM_NO_GUARD, start, end,
		NUMA_NO_NODE, GFP_KERNEL, __func__);
	const struct vm_struct *last = __get_vm_area_node(
		fake_curr(f), PAGE_SIZE, 1, VM_MAP | VM_NO_GUARD,
		end - PAGE_SIZE, end, NUMA_NO_NODE, GFP_KERNEL, __func__);
	const pgprot_t prot = page_kernel(f->k);
	const pfn_t pfn = f->k->mem.min_low_pfn;

	assert_int_equal(first->addr, start);
	assert_int_equal(last->addr, end - PAGE_SIZE);
	assert_int_equal(fault_at(f, start), SECTION_TRANSLATION);
	assert_int_equal(fault_at(f, end - 1), SECTION_TRANSLATION);
	assert_int_equal(vmap_page(fake_curr(f), start, pfn, prot), 0);
	assert_int_equal(vmap_page(fake_curr(f), end - 1, pfn, prot), 0);
	assert_int_equal(fault_at(f, start), 0);
	assert_int_equal(fault_at(f, end - 1), 0);
	assert_int_equal(fault_at(f, start + PAGE_SIZE), PAGE_TRANSLATION);
	assert_int_equal(fault_at(f, end - PAGE_SIZE - 1), PAGE_TRANSLATION);
	assert_int_equal(fault_at(f, start - 1), SECTION_TRANSLATION);
	assert_null(__get_vm_area_node(fake_curr(f), end - start, 1, VM_MAP,
				       start, end, NUMA_NO_NODE,
				       GFP_KERNEL | __GFP_NOWARN, __func__));
	assert_int_equal(verify_vmalloc(f->k), 0);
}

/* Pages at its beginning, for the image's rights, sections from then on. */
static void probe_lowmem(struct fake_hw *f, const struct board *want)
{
	const bool cma = f->k->mem.cma.area_count;

	assert_int_equal(fault_at(f, want->lowmem), 0);
	assert_int_equal(fetch_fault_at(f, want->lowmem), PAGE_PERMISSION);
	assert_int_equal(fault_at(f, want->lowmem + 0x8000), PAGE_PERMISSION);
	assert_int_equal(fetch_fault_at(f, want->lowmem + 0x8000), 0);
	assert_int_equal(fault_at(f, want->high_memory - 1), 0);
	assert_int_equal(fetch_fault_at(f, want->high_memory - 4),
			 cma ? PAGE_PERMISSION : SECTION_PERMISSION);
	assert_int_equal(fault_at(f, want->high_memory), SECTION_TRANSLATION);
	if (!want->hole)
		return;
	assert_int_equal(fault_at(f, want->hole - 1), 0);
	assert_int_equal(fault_at(f, want->hole), SECTION_TRANSLATION);
	assert_int_equal(fault_at(f, want->hole_end - 1), SECTION_TRANSLATION);
	assert_int_equal(fault_at(f, want->hole_end), 0);
}

static void probe(struct fake_hw *f, const struct board *want)
{
	probe_area(f, want->modules, want->pkmap);
	probe_area(f, want->vmalloc, VMALLOC_END);
	/* pkmap has its table from the first; there is nothing in it */
	assert_int_equal(fault_at(f, want->pkmap), PAGE_TRANSLATION);
	assert_int_equal(fault_at(f, want->lowmem - 1), PAGE_TRANSLATION);
	probe_lowmem(f, want);
	assert_int_equal(fault_at(f, VMALLOC_END), SECTION_TRANSLATION);
	/* the fixmap's first page, its last, and what is behind it */
	assert_int_equal(fault_at(f, 0xffc00000 - 1), SECTION_TRANSLATION);
	assert_int_equal(fault_at(f, 0xffc00000), PAGE_TRANSLATION);
	assert_int_equal(fault_at(f, fix_to_virt(0)), 0); /* early console */
	assert_int_equal(fix_to_virt(0), 0xffeff000);
	assert_int_equal(fault_at(f, 0xfff00000), PAGE_TRANSLATION);
	assert_int_equal(fault_at(f, 0xffff0000 - 1), PAGE_TRANSLATION);
	assert_int_equal(fault_at(f, 0xffff0000), PAGE_PERMISSION);
	assert_int_equal(fault_at(f, 0xffff1000), PAGE_PERMISSION);
	assert_int_equal(fault_at(f, 0xffff2000), PAGE_TRANSLATION);
	assert_int_equal(fault_at(f, 0xffffffff), PAGE_TRANSLATION);
}

static void test_regions(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(boards) / sizeof(boards[0]); i++) {
		struct fake_hw *f = fake_hw_create(&boards[i].config);

		print_message("           %s\n", boards[i].what);
		fake_mm_init(f);
		probe(f, &boards[i]);
		fake_hw_destroy(f);
	}
}

/* ---- rights ------------------------------------------------------------------ */

static void test_module_alloc(void **state)
{
	struct fake_hw *f = fake_hw_create(&(struct fake_hw_config){0});
	struct task_struct *curr = fake_curr(f);
	vaddr_t a, most, far;

	(void)state;
	fake_mm_init(f);
	a = module_alloc(curr, 5000);
	assert_int_equal(a, 0x7f000000);
	assert_int_equal(peek_rights(f, a + PAGE_SIZE, MMU_PL1), R | W | X);
	assert_int_equal(peek_rights(f, a, MMU_PL0), 0);
	/* host writes there must be told to the engine */
	assert_true(PageCode(vmalloc_to_page(f->k, a)));
	/* 14 MB less those three pages and its own guard */
	most = module_alloc(curr, (14 << 20) - 4 * PAGE_SIZE);
	assert_int_equal(most, 0x7f003000);
	far = module_alloc(curr, 1);
	/* behind the pointers to the pages of the one before, 14 KB */
	assert_int_equal(far, 0x90805000);
	assert_int_equal(peek_rights(f, far, MMU_PL1), R | W | X);
	assert_true(is_vmalloc_or_module_addr(f->k, most));
	assert_false(is_vmalloc_addr(f->k, most));
	set_vm_flush_reset_perms(f->k, a);
	vfree(curr, a);
	assert_int_equal(f->k->vmap.lazy_nr, 0);
	assert_int_equal(module_alloc(curr, 1), a);
	vfree(curr, most);
	vfree(curr, far);
	assert_int_equal(verify_vmalloc(f->k), 0);
	fake_hw_destroy(f);
}

static void test_set_memory(void **state)
{
	struct fake_hw *f = fake_hw_create(&(struct fake_hw_config){0});
	struct task_struct *curr = fake_curr(f);
	vaddr_t a;

	(void)state;
	fake_mm_init(f);
	a = vmalloc(curr, 3 * PAGE_SIZE);
	assert_int_equal(fault_at(f, a + PAGE_SIZE), 0); /* in a TLB now */
	assert_int_equal(set_memory_ro(curr, a + PAGE_SIZE, 1), 0);
	assert_int_equal(fault_at(f, a + PAGE_SIZE), PAGE_PERMISSION);
	assert_int_equal(peek_rights(f, a, MMU_PL1), R | W);
	assert_int_equal(peek_rights(f, a + PAGE_SIZE, MMU_PL1), R);
	assert_int_equal(peek_rights(f, a + 2 * PAGE_SIZE, MMU_PL1), R | W);
	assert_int_equal(set_memory_x(curr, a, 2), 0);
	assert_int_equal(peek_rights(f, a, MMU_PL1), R | W | X);
	assert_int_equal(peek_rights(f, a + PAGE_SIZE, MMU_PL1), R | X);
	assert_int_equal(set_memory_nx(curr, a, 2), 0);
	assert_int_equal(set_memory_rw(curr, a, 3), 0);
	assert_int_equal(peek_rights(f, a + PAGE_SIZE, MMU_PL1), R | W);
	assert_int_equal(set_memory_ro(curr, a, 0), 0);
	/* lowmem, the guard page, beyond the area, where nothing is */
	assert_int_equal(set_memory_ro(curr, 0x80100000, 1), -EINVAL);
	assert_int_equal(set_memory_ro(curr, a, 4), -EINVAL);
	assert_int_equal(set_memory_ro(curr, 0xff7ff000, 2), -EINVAL);
	assert_int_equal(set_memory_ro(curr, 0xe0000000, 1), -EINVAL);
	assert_int_equal(set_memory_ro(curr, a, 0xfffff), -EINVAL);
	fake_hw_destroy(f);
}

/* ---- the dump ------------------------------------------------------------------ */

struct text {
	char text[8192];
	size_t len;
};

static void to_text(void *arg, const char *bytes, size_t n)
{
	struct text *t = arg;

	assert_true(t->len + n < sizeof(t->text));
	memcpy(t->text + t->len, bytes, n);
	t->len += n;
	t->text[t->len] = '\0';
}

static void test_dump(void **state)
{
	struct fake_hw *f = fake_hw_create(
		&(struct fake_hw_config){.core = "cortex-a15", .nr_cpus = 2});
	static struct text t;
	struct seq_file m;

	(void)state;
	fake_mm_init(f);
	module_alloc(fake_curr(f), 2 * PAGE_SIZE);
	set_memory_ro(fake_curr(f), vmalloc(fake_curr(f), 3 * PAGE_SIZE), 1);
	seq_open_sink(&m, f->k, to_text, &t);
	kernel_page_tables_show(&m, NULL);
	/* clang-format off */
	assert_string_equal(t.text,
		"---[ Modules ]---\n"
		"0x7f000000-0x7f002000           8K KERNEL      RW x  SHD MEM/CACHED/WBWA\n"
		"---[ Kernel Mapping ]---\n"
		"0x80000000-0x80008000          32K KERNEL      RW NX SHD MEM/CACHED/WBWA\n"
		"0x80008000-0x8000b000          12K KERNEL      ro x  SHD MEM/CACHED/WBWA\n"
		"0x8000b000-0x8000c000           4K KERNEL      ro NX SHD MEM/CACHED/WBWA\n"
		"0x8000c000-0x80011000          20K KERNEL      RW x  SHD MEM/CACHED/WBWA\n"
		"0x80011000-0x80200000        1980K KERNEL      RW NX SHD MEM/CACHED/WBWA\n"
		"0x80200000-0x90000000         254M KERNEL      RW NX SHD\n"
		"---[ vmalloc() Area ]---\n"
		"0x90800000-0x90801000           4K KERNEL      ro NX SHD MEM/CACHED/WBWA\n"
		"0x90801000-0x90803000           8K KERNEL      RW NX SHD MEM/CACHED/WBWA\n"
		"---[ vmalloc() End ]---\n"
		"---[ Fixmap Area ]---\n"
		"0xffeff000-0xfff00000           4K VECTORS     RW NX SHD DEV/SHARED\n"
		"---[ Vectors ]---\n"
		"0xffff0000-0xffff1000           4K VECTORS USR ro x  SHD MEM/CACHED/WBWA\n"
		"0xffff1000-0xffff2000           4K VECTORS     ro x  SHD MEM/CACHED/WBWA\n"
		"---[ Vectors End ]---\n");
	/* clang-format on */
	fake_hw_destroy(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_regions),
		cmocka_unit_test(test_module_alloc),
		cmocka_unit_test(test_set_memory),
		cmocka_unit_test(test_dump),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
