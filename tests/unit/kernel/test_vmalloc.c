/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kernel/mm/{vmalloc,vmap_area,vmap_pages,vmalloc_info}.c: areas beside a map
 * of pages that knows nothing of trees; memory through the tables and the MMU;
 * what is refused; the file and the verifier.
 */

#include <stdlib.h>
#include <string.h>

#include "kernel/arch/arm/io.h"
#include "kernel/arch/arm/pgtable.h"
#include "kernel/fs/seq_file.h"
#include "kernel/mm/page_alloc.h"
#include "kernel/mm/page_flags.h"
#include "kernel/mm/vmap_area.h"
#include "tests/unit/kernel/helper_fake_hw.h"

#define RW    (MMU_MAY_READ | MMU_MAY_WRITE)
#define START 0x90800000u /* of the reference board's area */

static struct fake_hw *boot(const char *bootargs)
{
	struct fake_hw *f =
		fake_hw_create(&(struct fake_hw_config){.bootargs = bootargs});

	fake_mm_init(f);
	return f;
}

/* 1.5 GB at 3G/1G: half of it is highmem, and 240 MB are vmalloc's. */
static struct fake_hw *boot_highmem(void)
{
	struct fake_hw *f = fake_hw_create(&(struct fake_hw_config){
		.page_offset = 0xc0000000,
		.bank = {{0x60000000, 1536 * FAKE_MB, 0}},
	});

	fake_mm_init(f);
	return f;
}

/* ---- what /proc/vmallocinfo says ------------------------------------------- */

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

static const char *info(struct fake_hw *f)
{
	static struct text t;
	struct seq_file m;

	t.len = 0;
	t.text[0] = '\0';
	seq_open_sink(&m, f->k, to_text, &t);
	vmallocinfo_show(&m, NULL);
	return t.text;
}

/* ---- memory ------------------------------------------------------------------ */

static void test_memory(void **state)
{
	struct fake_hw *f = boot(NULL);
	struct task_struct *curr = fake_curr(f);
	vaddr_t a = vzalloc(curr, 3 * PAGE_SIZE - 1), b = vmalloc(curr, 1);
	struct page *page = vmalloc_to_page(f->k, a + PAGE_SIZE + 5);

	(void)state;
	/* one after the other, each with a guard page behind it */
	assert_int_equal(a, START);
	assert_int_equal(b, START + 4 * PAGE_SIZE);
	assert_int_equal(f->k->vmap.nr_vmalloc_pages, 4);
	/* the kernel's alone, and what the tables say is what is read */
	assert_int_equal(peek(f, a + PAGE_SIZE + 5, MMU_WRITE, MMU_PL1),
			 page_to_phys(f->k, page) + 5);
	assert_int_equal(peek_rights(f, a, MMU_PL1), RW);
	assert_int_equal(peek_rights(f, a, MMU_PL0), 0);
	assert_int_equal(peek_rights(f, a + 3 * PAGE_SIZE, MMU_PL1), 0);
	for (uint32_t i = 0; i < 3 * PAGE_SIZE; i += 4)
		assert_int_equal(*(uint32_t *)vmap_bytes(f->k, a + i), 0);
	strcpy(vmap_bytes(f->k, a + PAGE_SIZE + 5), "here");
	assert_string_equal(phys_bytes(f->k, page_to_phys(f->k, page) + 5),
			    "here");
	assert_true(is_vmalloc_addr(f->k, a));
	assert_false(is_vmalloc_addr(f->k, a - 1));
	assert_false(is_vmalloc_addr(f->k, 0xff800000));
	assert_null(vmalloc_to_page(f->k, a + 3 * PAGE_SIZE));
	assert_int_equal(verify_vmalloc(f->k), 0);
	assert_string_equal(
		info(f),
		"0x90800000-0x90804000   16384 test_memory pages=3 vmalloc\n"
		"0x90804000-0x90806000    8192 test_memory pages=1 vmalloc\n"
		"0xfee00000-0xff000000 2097152 pci_reserve_io ioremap\n");
	vfree(curr, b);
	vfree(curr, a);
	vfree(curr, 0);
	assert_int_equal(f->k->vmap.nr_vmalloc_pages, 0);
	assert_int_equal(peek_rights(f, a, MMU_PL1), 0);
	assert_int_equal(verify_vmalloc(f->k), 0);
	fake_hw_destroy(f);
}

static void test_kinds(void **state)
{
	struct fake_hw *f = boot(NULL);
	struct task_struct *curr = fake_curr(f);
	struct page *pages[2] = {alloc_page(curr, GFP_KERNEL),
				 alloc_page(curr, GFP_KERNEL)};
	vaddr_t two, twice;

	(void)state;
	vmalloc(curr, 1); /* so that the next is not aligned by chance */
	two = vmap(curr, pages, 2, 0, page_kernel_ro(f->k));
	twice = vmap(curr, pages, 1, VM_NO_GUARD, page_kernel(f->k));
	assert_int_equal(vmalloc_user(curr, 100) & 0x3fff, 0);
	vmalloc(curr, 5 << 20); /* 1280 pointers take more than a page */
	ioremap(curr, FAKE_UART + 4, 0x3000);
	assert_int_equal(peek_rights(f, two, MMU_PL1), MMU_MAY_READ);
	assert_ptr_equal(vmap_bytes(f->k, two), vmap_bytes(f->k, twice));
	assert_string_equal(
		info(f),
		"0x90800000-0x90802000    8192 test_kinds pages=1 vmalloc\n"
		"0x90802000-0x90805000   12288 test_kinds vmap\n"
		"0x90805000-0x90806000    4096 test_kinds vmap\n"
		"0x90808000-0x9080a000    8192 test_kinds pages=1 vmalloc user\n"
		"0x9080a000-0x90d0b000 5246976 test_kinds pages=1280 vmalloc vpages\n"
		"0x90d0b000-0x90d0e000   12288 test_kinds pages=2 vmalloc\n"
		"0x90d10000-0x90d15000   20480 test_kinds phys=0x10009000 ioremap\n"
		"0xfee00000-0xff000000 2097152 pci_reserve_io ioremap\n");
	vunmap(curr, twice);
	vunmap(curr, two);
	assert_int_equal(page_count(pages[0]), 1);
	/* what is unmapped is one range until it is purged */
	assert_non_null(strstr(info(f), "0x90802000-0x90806000   16384 "
					"unpurged vm_area\n"));
	assert_int_equal(verify_vmalloc(f->k), 0);
	fake_hw_destroy(f);
}

static void test_highmem_first(void **state)
{
	struct fake_hw *f = boot_highmem();
	struct task_struct *curr = fake_curr(f);
	vaddr_t a = vzalloc(curr, 64 * PAGE_SIZE);

	(void)state;
	for (uint32_t i = 0; i < 64; i++)
		assert_true(PageHighMem(
			f->k, vmalloc_to_page(f->k, a + i * PAGE_SIZE)));
	strcpy(vmap_bytes(f->k, a + 17 * PAGE_SIZE), "high");
	assert_string_equal(vmap_bytes(f->k, a + 17 * PAGE_SIZE), "high");
	/* more than all addresses, though not more than all memory */
	assert_int_equal(vmalloc(curr, 241u << 20), 0);
	assert_non_null(strstr(f->log, "vmap allocation for size 252710912 "
				       "failed: use vmalloc=<size> to "
				       "increase size"));
	assert_int_equal(verify_vmalloc(f->k), 0);
	fake_hw_destroy(f);
}

/* Structures in the object store, in pages that aren't neighbours there. */
static void test_structures(void **state)
{
	struct fake_hw *f = boot(NULL);
	struct task_struct *curr = fake_curr(f);
	struct page *hole = alloc_page(curr, GFP_KERNEL);
	const uint32_t n = 2000000;
	vaddr_t objs;

	(void)state;
	objs = kvcalloc_objs(curr, 100, 4, 16, GFP_KERNEL);
	assert_false(is_vmalloc_addr(f->k, objs));
	kvfree(curr, objs);
	/* 8 MB: kmalloc() has none */
	objs = kvcalloc_objs(curr, n, 4, 16, GFP_KERNEL);
	assert_true(is_vmalloc_addr(f->k, objs));
	for (uint32_t i = 0; i < n; i++) {
		uint64_t *object = vmap_obj(f->k, objs + 4 * i);

		assert_true(!object[0] && !object[1]);
		object[0] = i;
		object[1] = ~(uint64_t)i;
	}
	for (uint32_t i = 0; i < n; i++) {
		const uint64_t *object = vmap_obj(f->k, objs + 4 * i);

		assert_true(object[0] == i && object[1] == ~(uint64_t)i);
	}
	kvfree(curr, objs);
	put_page(curr, hole);
	assert_int_equal(f->k->vmap.nr_vmalloc_pages, 0);
	fake_hw_destroy(f);
}

/* ---- what goes wrong ----------------------------------------------------------- */

static void test_refusals(void **state)
{
	struct fake_hw *f = boot(NULL);
	struct task_struct *curr = fake_curr(f);
	vaddr_t a = vmalloc(curr, 2 * PAGE_SIZE);
	uint64_t nr_free;

	(void)state;
	assert_int_equal(vmalloc(curr, 0), 0);
	assert_int_equal(vmalloc(curr, 0xffffffff), 0);
	assert_non_null(strstr(f->log, "vmalloc error: size 4294967295, "
				       "exceeds total pages"));
	assert_int_equal(vmap(curr, NULL, 0, 0, page_kernel(f->k)), 0);
	vfree(curr, a + PAGE_SIZE);
	vfree(curr, a + 1);
	vfree(curr, 0x80100000);
	assert_non_null(strstr(f->log, "Trying to vfree() nonexistent vm area "
				       "(90801000)"));
	assert_non_null(
		strstr(f->log, "Trying to vfree() bad address (90800001)"));
	assert_non_null(strstr(f->log, "Trying to vfree() nonexistent vm area "
				       "(80100000)"));
	assert_int_equal(peek_rights(f, a, MMU_PL1), RW);
	vfree(curr, a);
	vfree(curr, a);
	/* all but nothing is free: what it got on the way is given back */
	drain_all_pages(f->k);
	nr_free = (uint64_t)global_page_state(f->k, NR_FREE_PAGES);
	assert_int_equal(__vmalloc(curr, (uint32_t)(nr_free << PAGE_SHIFT),
				   GFP_NOWAIT | __GFP_NOWARN),
			 0);
	drain_all_pages(f->k);
	/* tables stay, and slabs */
	assert_in_range(global_page_state(f->k, NR_FREE_PAGES), nr_free - 160,
			nr_free);
	assert_int_equal(f->k->vmap.nr_vmalloc_pages, 0);
	assert_int_equal(verify_vmalloc(f->k), 0);
	fake_hw_destroy(f);
}

static void test_freed_in_an_interrupt(void **state)
{
	struct fake_hw *f = boot(NULL);
	struct task_struct *curr = fake_curr(f);
	vaddr_t a = vmalloc(curr, PAGE_SIZE), b = vmalloc(curr, PAGE_SIZE);

	(void)state;
	curr->in_interrupt++;
	vfree(curr, b);
	vfree(curr, a);
	vfree(curr, b); /* nobody would know which of the two was meant */
	curr->in_interrupt--;
	assert_int_equal(f->k->vmap.nr_vmalloc_pages, 2);
	assert_int_equal(peek_rights(f, a, MMU_PL1), RW);
	vfree(curr, vmalloc(curr, PAGE_SIZE));
	assert_int_equal(f->k->vmap.nr_vmalloc_pages, 0);
	assert_int_equal(peek_rights(f, a, MMU_PL1), 0);
	assert_int_equal(f->k->vmap.nr_deferred, 0);
	fake_hw_destroy(f);
}

/* ---- lazy ------------------------------------------------------------------------ */

/* A TLB knows what was freed until the purge, and nobody gets it before. */
static void test_purge(void **state)
{
	struct fake_hw *f = boot(NULL);
	struct task_struct *curr = fake_curr(f);
	vaddr_t a = vmalloc(curr, PAGE_SIZE), b;
	const paddr_t paddr = kernel_translate(curr, a, MMU_READ);
	struct mmu_result result;
	uint64_t flushes;

	(void)state;
	vfree(curr, a);
	assert_true(mmu_access(f->hw.mmu[0], a, MMU_READ, MMU_PL1, &result));
	assert_int_equal(result.paddr, paddr);
	b = vmalloc(curr, PAGE_SIZE);
	assert_int_equal(b, a + 2 * PAGE_SIZE);
	vfree(curr, b);
	assert_int_equal(f->k->vmap.lazy_nr, 4);
	flushes = f->k->arch.flushes.kernel_page;
	assert_true(purge_vmap_area_lazy(curr));
	assert_int_equal(f->k->arch.flushes.kernel_page, flushes + 4);
	assert_false(mmu_access(f->hw.mmu[0], a, MMU_READ, MMU_PL1, &result));
	assert_false(purge_vmap_area_lazy(curr));
	assert_int_equal(vmalloc(curr, PAGE_SIZE), a);
	fake_hw_destroy(f);
}

/* 32 MB on one core: 8192 pages, guards counted. */
static void test_lazy_limit(void **state)
{
	struct fake_hw *f = boot(NULL);
	struct task_struct *curr = fake_curr(f);

	(void)state;
	assert_int_equal(lazy_max_pages(f->k), 8192);
	for (int i = 0; i < 8; i++)
		vfree(curr, vmalloc(curr, 1023 * PAGE_SIZE));
	/* each took its array of pointers, 4092 bytes of a kmalloc() */
	assert_int_equal(f->k->vmap.lazy_nr, 8192);
	vfree(curr, vmalloc(curr, 1));
	assert_int_equal(f->k->vmap.lazy_nr, 0);
	assert_int_equal(verify_vmalloc(f->k), 0);
	fake_hw_destroy(f);
}

/* 16 MB of addresses: used up, purged, used again. */
static void test_addresses_run_out(void **state)
{
	struct fake_hw *f = boot("vmalloc=16M");
	struct task_struct *curr = fake_curr(f);
	struct page *page = alloc_page(curr, GFP_KERNEL);
	uint32_t n = 0;

	(void)state;
	while (vmap(curr, &page, 1, 0, page_kernel(f->k)))
		n++;
	/* two pages each; 2 MB of the 0x6f000000 are PCI's. The board has 256
	 * MB, so that the area begins at once behind them all the same. */
	assert_int_equal(n, (0xff800000 - START - 0x200000) / 8192);
	assert_int_equal(page_count(page), 1);
	vunmap(curr, START + 16 * PAGE_SIZE);
	assert_int_equal(vmap(curr, &page, 1, 0, page_kernel(f->k)),
			 START + 16 * PAGE_SIZE);
	fake_hw_destroy(f);
}

/* ---- beside a map ------------------------------------------------------------------ */

/*
 * The model: who has each page of 8 MB, by a search from the bottom. A lazy
 * page is nobody's, and not to be had.
 */
#define MODEL_PAGES 2048
enum {
	NOBODY,
	LAZY,
	TAKEN
};

struct model {
	struct fake_hw *f;
	vaddr_t start;
	uint8_t page[MODEL_PAGES];
	vaddr_t area[256];
	uint32_t nr_areas, nr_lazy;
	uint64_t random;
};

static uint32_t below(struct model *m, uint32_t n)
{
	m->random = m->random * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(m->random >> 33) % n;
}

static bool model_free(const struct model *m, uint32_t at, uint32_t nr)
{
	for (uint32_t i = 0; i < nr; i++)
		if (m->page[at + i] != NOBODY)
			return false;
	return true;
}

/* The size of the hole that has page @at; beyond both ends all is free. */
static uint32_t model_hole(const struct model *m, uint32_t at)
{
	uint32_t from = at, to = at;

	while (from && m->page[from - 1] == NOBODY)
		from--;
	while (to < MODEL_PAGES && m->page[to] == NOBODY)
		to++;
	return from && to < MODEL_PAGES ? to - from : MODEL_PAGES * 2;
}

/*
 * The lowest place; holes in which alignment could matter only if they are so
 * large that it can't, as Linux 6.1 passes over the others. (It may look into
 * some of them on its way: those are the exception that the caller allows.)
 */
static uint32_t model_find(const struct model *m, uint32_t nr, uint32_t align,
			   bool sure)
{
	const uint32_t first = m->start >> PAGE_SHIFT;

	for (uint32_t at = 0; at + nr <= MODEL_PAGES; at++)
		if (!((first + at) % align) && model_free(m, at, nr) &&
		    (!sure || model_hole(m, at) >= nr + align))
			return at;
	return MODEL_PAGES;
}

static void model_purge(struct model *m)
{
	for (uint32_t i = 0; i < MODEL_PAGES; i++)
		if (m->page[i] == LAZY)
			m->page[i] = NOBODY;
}

static void random_alloc(struct model *m)
{
	const uint32_t nr = 2 + below(m, below(m, 8) ? 12 : 300);
	const uint32_t align = below(m, 3) ? 1 : 1u << below(m, 6);
	const vaddr_t end = m->start + MODEL_PAGES * PAGE_SIZE;
	const struct vm_struct *area;
	const uint32_t nr_lazy = m->f->k->vmap.lazy_nr;
	uint32_t low, high, at;

	if (m->nr_areas == 256)
		return;
	high = model_find(m, nr, align, align > 1);
	area = __get_vm_area_node(fake_curr(m->f), (nr - 1) * PAGE_SIZE,
				  align * PAGE_SIZE, VM_MAP, m->start, end,
				  NUMA_NO_NODE, GFP_KERNEL | __GFP_NOWARN,
				  "model");
	if (nr_lazy && !m->f->k->vmap.lazy_nr) {
		assert_int_equal(high, MODEL_PAGES);
		model_purge(m);
		high = model_find(m, nr, align, align > 1);
	}
	if (!area) {
		assert_int_equal(high, MODEL_PAGES);
		return;
	}
	low = model_find(m, nr, align, false);
	at = (area->addr - m->start) >> PAGE_SHIFT;
	assert_in_range(at, low, high);
	assert_true(model_free(m, at, nr));
	if (align == 1)
		assert_int_equal(at, low);
	memset(m->page + at, TAKEN, nr);
	m->area[m->nr_areas++] = area->addr;
}

static void random_free(struct model *m)
{
	const uint32_t which = below(m, m->nr_areas);
	const vaddr_t kaddr = m->area[which];
	const uint32_t nr = find_vm_area(m->f->k, kaddr)->size >> PAGE_SHIFT;

	memset(m->page + ((kaddr - m->start) >> PAGE_SHIFT), LAZY, nr);
	vunmap(fake_curr(m->f), kaddr);
	m->area[which] = m->area[--m->nr_areas];
}

static void check_model(struct model *m)
{
	uint32_t nr_lazy = 0;

	for (uint32_t i = 0; i < MODEL_PAGES; i++) {
		const vaddr_t kaddr = m->start + i * PAGE_SIZE;

		assert_int_equal(m->page[i] == TAKEN,
				 find_vm_area(m->f->k, kaddr) != NULL);
		nr_lazy += m->page[i] == LAZY;
	}
	assert_int_equal(m->f->k->vmap.lazy_nr, nr_lazy);
	if (verify_vmalloc(m->f->k))
		fail_msg("%s", m->f->log + m->f->log_len - 400);
}

static void run_model(uint64_t seed, uint32_t nr_steps)
{
	static struct model m;

	m = (struct model){
		.f = boot(NULL), .start = START + 64 * FAKE_MB, .random = seed};
	for (uint32_t step = 0; step < nr_steps; step++) {
		/* now more come, now more go */
		const bool grow = below(&m, 100) < (step / 500 % 2 ? 35u : 65u);

		if (grow || !m.nr_areas)
			random_alloc(&m);
		else
			random_free(&m);
		if (!below(&m, 300) && purge_vmap_area_lazy(fake_curr(m.f)))
			model_purge(&m);
		if (step % 50 == 0)
			check_model(&m);
	}
	while (m.nr_areas)
		random_free(&m);
	check_model(&m);
	fake_hw_destroy(m.f);
}

static uint32_t nr_rounds = 3;

static void test_model(void **state)
{
	(void)state;
	for (uint32_t seed = 1; seed <= nr_rounds; seed++)
		run_model(seed, 4000);
}

/* ---- the verifier --------------------------------------------------------------------- */

#define BREAK(f, text, change, undo)                         \
	do {                                                 \
		(f)->log_len = 0;                            \
		change;                                      \
		assert_true(verify_vmalloc((f)->k) > 0);     \
		assert_non_null(strstr((f)->log, text));     \
		undo;                                        \
		assert_int_equal(verify_vmalloc((f)->k), 0); \
	} while (0)

static void test_verifier(void **state)
{
	struct fake_hw *f = boot(NULL);
	struct task_struct *curr = fake_curr(f);
	vaddr_t a = vmalloc(curr, 3 * PAGE_SIZE), b = vmalloc(curr, PAGE_SIZE);
	struct vm_struct *area = find_vm_area(f->k, a);
	struct vmap_area *va = find_vmap_area(f->k, a), *hole;
	struct mm_struct *mm = &f->k->init_mm;
	pte_t *ptep = pte_lookup(mm, a), old = *ptep;

	(void)state;
	vfree(curr, vmalloc(curr, 1));
	purge_vmap_area_lazy(curr);
	vfree(curr, vmalloc(curr, 1));
	hole = list_last_entry(&f->k->vmap.free.list, struct vmap_area, list);
	BREAK(f, "neither free, lazy nor busy", va->va_end -= PAGE_SIZE,
	      va->va_end += PAGE_SIZE);
	BREAK(f, "is the largest below it", hole->subtree_max_size++,
	      hole->subtree_max_size--);
	BREAK(f, "is said to be", area->size++, area->size--);
	BREAK(f, "is nobody's", va->vm = NULL, va->vm = area);
	BREAK(f, "pages are lazy", f->k->vmap.lazy_nr++, f->k->vmap.lazy_nr--);
	BREAK(f, "pages given", f->k->vmap.nr_vmalloc_pages++,
	      f->k->vmap.nr_vmalloc_pages--);
	BREAK(f, "isn't mapped to page 0", pte_clear(mm, a, ptep),
	      set_pte_at(mm, a, ptep, old));
	BREAK(f, "and no area says so", set_pte_at(mm, a, ptep + 3, old),
	      pte_clear(mm, a, ptep + 3));
	BREAK(f, "does not fit", ptep->pte ^= L_PTE_RDONLY,
	      ptep->pte ^= L_PTE_RDONLY);
	BREAK(f, "isn't its own", vmalloc_to_page(f->k, b)->_refcount = 0,
	      vmalloc_to_page(f->k, b)->_refcount = 1);
	fake_hw_destroy(f);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_memory),
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_highmem_first),
		cmocka_unit_test(test_structures),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_freed_in_an_interrupt),
		cmocka_unit_test(test_purge),
		cmocka_unit_test(test_lazy_limit),
		cmocka_unit_test(test_addresses_run_out),
		cmocka_unit_test(test_model),
		cmocka_unit_test(test_verifier),
	};

	if (argc > 1) /* test_vmalloc 500: a longer run of the model */
		nr_rounds = (uint32_t)strtoul(argv[1], NULL, 10);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
