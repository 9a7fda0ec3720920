/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/kmemleak_internal.h"

/*
 * The search for objects to which nothing leads (the second half of
 * mm/kmemleak.c): mark and sweep, where every word that could be a pointer is
 * taken for one. All objects start white, those that need no reference grey.
 * Roots are searched, and whatever is reached often enough turns grey and is
 * searched in turn; what stays white is leaked.
 *
 * Linux's kernel lies in one memory; ours in three, which are searched by
 * what can be a pointer there:
 *  - C structures in the object store, struct kernel and the kernel stacks of
 *    the host: words of 8 bytes that point into the store or into RAM, and
 *    halves of words that are kernel addresses (vaddr_t);
 *  - bytes of kmalloc's, vmalloc's (modules among them) and the kernel image's
 *    in guest RAM: words of 4 bytes that are kernel addresses.
 * Both kinds are turned into the kernel address of the object meant, wherever
 * in it they point: a pointer with a flag in its low bits is one, too.
 *
 * The host's addresses differ from run to run, the result doesn't: of a word
 * that looks like a pointer of the host's the halves are not asked. Stacks are
 * another matter: a local variable of 32 bits may lie beside half a pointer
 * that nobody needs any more, so there every word is asked in both ways.
 *
 * MODEL: stacks are the host's, and it is the host's compiler that decides what
 * still lies in slots that nobody reads any more. A leak whose last pointer was
 * left there is found when the task has gone on; and there is a chance of one
 * in 100,000 that half of an address of the host's hides a leak of 64 bytes.
 * Nothing is ever reported for it that is not a leak.
 *
 * Left out: per-CPU areas (they are part of struct kernel).
 */

#include <string.h>

#include "kernel/arch/arm/image.h"
#include "kernel/lib/asan.h"
#include "kernel/lib/printk.h"
#include "kernel/mm/kobj.h"
#include "kernel/mm/page_alloc.h"
#include "kernel/mm/page_flags.h"
#include "kernel/mm/vmap_area.h"
#include "kernel/task/fiber.h"
#include "kernel/task/sched.h"

#ifdef KERNEL_ASAN
/* Stacks have red zones, and slots that are out of scope. */
#define READS_ANYTHING __attribute__((no_sanitize("address"), noinline))
#else
#define READS_ANYTHING __attribute__((noinline))
#endif

/* ---- what a word means --------------------------------------------------------- */

static bool is_lowmem(const struct kernel *k, vaddr_t kaddr)
{
	return kaddr >= k->arch.page_offset && kaddr < k->arch.high_memory;
}

/* The kernel address behind a pointer into store or RAM; 0: it is none. */
static vaddr_t address_of_pointer(const struct kernel *k, uint64_t word)
{
	uint64_t offset = word - (uint64_t)(uintptr_t)k->hw.store;

	if (offset < k->hw.ram_span_bytes * OBJECT_STORE_SCALE)
		offset /= OBJECT_STORE_SCALE;
	else
		offset = word - (uint64_t)(uintptr_t)k->hw.ram;
	if (offset >= k->hw.ram_span_bytes)
		return 0;
	return phys_to_virt(k, k->hw.ram_base + (paddr_t)offset);
}

/*
 * Could @word be an address of a program of the host's? Where x86-64 and arm64
 * have text, heap, mappings and stacks, the sanitizers' included.
 */
static bool is_of_host(uint64_t word)
{
	const uint64_t high = word >> 32;

	return (high >= 0x5000 && high <= 0x7fff) ||
	       (high >= 0xaa00 && high <= 0xabff) ||
	       (high >= 0xff00 && high <= 0xffff);
}

/* One more for an object, if it is white. */
static void count_reference(struct kernel *k, struct kmemleak_object *object)
{
	if (!color_white(object))
		return;
	object->count++;
	if (color_gray(object))
		list_add_tail(&object->gray_list, &k->kmemleak.gray_list);
}

/*
 * A word points to @kaddr. What is reached already passes it on: who has an
 * area's vm_struct, beside vmalloc itself, has the area.
 */
static void found_pointer(struct kernel *k, vaddr_t kaddr)
{
	struct kmemleak_object *object;

	if (kaddr < k->arch.modules_vaddr)
		return;
	object = kmemleak_lookup(k, kaddr);
	if (object && object->excess_ref && color_gray(object))
		object = kmemleak_lookup(k, object->excess_ref);
	if (object)
		count_reference(k, object);
}

/* Structures: a pointer, or two words of 32 bits. */
static void scan_host_words(struct kernel *k, const void *start,
			    const void *end)
{
	const uint64_t *at = start;

	for (; at + 1 <= (const uint64_t *)end; at++) {
		const vaddr_t kaddr = address_of_pointer(k, *at);

		if (kaddr) {
			found_pointer(k, kaddr);
		} else if (!is_of_host(*at)) {
			found_pointer(k, (vaddr_t)*at);
			found_pointer(k, (vaddr_t)(*at >> 32));
		}
	}
}

READS_ANYTHING static void scan_stack_words(struct kernel *k, const void *start,
					    const void *end)
{
	const uint64_t *at = start;

	for (; at + 1 <= (const uint64_t *)end; at++) {
		found_pointer(k, address_of_pointer(k, *at));
		found_pointer(k, (vaddr_t)*at);
		found_pointer(k, (vaddr_t)(*at >> 32));
	}
}

static void scan_guest_words(struct kernel *k, const void *start, uint32_t size)
{
	const uint32_t *at = start;

	for (uint32_t i = 0; i < size / sizeof(*at); i++)
		found_pointer(k, at[i]);
}

/* ---- roots ------------------------------------------------------------------------ */

/* All of struct kernel but text, and what is written here. */
static void scan_kernel(struct kernel *k)
{
	scan_host_words(k, k, &k->kmemleak);
	scan_host_words(k, &k->kmemleak + 1, &k->log);
	scan_host_words(k, &k->log + 1, k + 1);
}

static void scan_section(struct kernel *k, const char *from, const char *to)
{
	const struct kernel_image *image = k->arch.image;

	if (image) {
		const vaddr_t start = image_symbol(image, from);

		scan_guest_words(k, kbytes(k, start),
				 image_symbol(image, to) - start);
	}
}

/*
 * A page in use keeps its mapping, what its owner hung on it, and slab's list
 * of free objects. Not the address space whose table it is: kernel_verify()
 * alone goes that way.
 */
static void scan_page(struct kernel *k, const struct page *page)
{
	found_pointer(k, address_of_pointer(k, (uintptr_t)page->mapping));
	if (PageSlab(page)) {
		found_pointer(
			k, address_of_pointer(k, (uintptr_t)page->slab_cache));
		found_pointer(k, page->freelist);
	} else if (!PageTable(page)) {
		found_pointer(k, address_of_pointer(k, page->private));
	}
}

/* A free block, be its struct pages written or not, is seen as a whole. */
static uint32_t frames_alike(const struct page *page)
{
	return PageBuddy(page) ? 1u << buddy_order(page) : 1;
}

static void scan_pages(struct kernel *k)
{
	struct zone *zone;

	for_each_populated_zone(zone, k)
	{
		const struct page *page = pfn_to_page(k, zone->zone_start_pfn);
		const struct page *end = page + zone->spanned_pages;

		for (; page < end; page += frames_alike(page))
			if (page->_refcount > 0 && !PageReserved(page))
				scan_page(k, page);
	}
}

static void scan_stack(struct kernel *k, const struct fiber *stack)
{
	const void *low, *high;

	if (stack && fiber_stack(stack, &low, &high))
		scan_stack_words(k, low, high);
}

/* Above the frame of this function is all that its callers may hold. */
READS_ANYTHING static void scan_own_frames(struct task_struct *curr)
{
	const char *here = __builtin_frame_address(0);
	const void *low, *high;

	if (curr->stack && fiber_bounds(curr->stack, &low, &high) &&
	    here > (const char *)low && here < (const char *)high)
		scan_stack_words(curr->k, here, high);
}

/* Registers that callers want back go on the stack first. */
__attribute__((noinline)) static void scan_own_stack(struct task_struct *curr)
{
	__builtin_unwind_init();
	scan_own_frames(curr);
}

static void scan_stacks(struct task_struct *curr)
{
	struct kernel *k = curr->k;
	struct task_struct *task, *thread;

	for (unsigned int i = 0; i < k->hw.nr_cpus; i++)
		if (&k->sched.init_task[i] != curr)
			scan_stack(k, k->sched.init_task[i].stack);
	for_each_process(task, k)
		list_for_each_entry(thread, &task->signal->thread_head,
				    thread_node)
			if (thread != curr)
				scan_stack(k, thread->stack);
	scan_own_stack(curr);
}

/* ---- objects ---------------------------------------------------------------------- */

/* Of vmalloc's, whose pages are looked at one by one; NULL: in lowmem. */
static const struct vm_struct *
area_of_object(const struct kernel *k, const struct kmemleak_object *object)
{
	return is_lowmem(k, object->pointer) ? NULL
					     : find_vm_area(k, object->pointer);
}

static const void *object_start(const struct kernel *k,
				const struct kmemleak_object *object)
{
	return object->host_size ? kobj(k, object->pointer)
				 : kbytes(k, object->pointer);
}

static const void *page_of_area(const struct kernel *k,
				const struct vm_struct *area, uint32_t i)
{
	return phys_bytes(k, page_to_phys(k, *vm_area_page(k, area, i)));
}

static void scan_vm_area(struct kernel *k, const struct vm_struct *area)
{
	for (uint32_t i = 0; i < area->nr_pages; i++)
		scan_guest_words(k, page_of_area(k, area, i), PAGE_SIZE);
}

static void scan_areas(struct kernel *k, const struct kmemleak_object *object)
{
	for (uint32_t i = 0; i < object->nr_areas; i++)
		scan_host_words(k, object->area[i].start,
				(const char *)object->area[i].start +
					object->area[i].size);
}

static void scan_object(struct kernel *k, const struct kmemleak_object *object)
{
	const struct vm_struct *area = area_of_object(k, object);
	const char *start;

	if (object->flags & OBJECT_NO_SCAN)
		return;
	if (area) {
		scan_vm_area(k, area);
		return;
	}
	start = object_start(k, object);
	if (object->nr_areas && object->nr_areas <= KMEMLEAK_MAX_AREAS)
		scan_areas(k, object);
	else if (object->host_size)
		scan_host_words(k, start, start + object->host_size);
	else
		scan_guest_words(k, start, object->size);
}

static void scan_gray_list(struct kernel *k)
{
	struct list_head *list = &k->kmemleak.gray_list;

	while (!list_empty(list)) {
		struct kmemleak_object *object = list_first_entry(
			list, struct kmemleak_object, gray_list);

		scan_object(k, object);
		list_del(&object->gray_list);
	}
}

/*
 * The contents as they would be on ARM: pointers of the host's count as what
 * they point to, so that the sum is the same in each run.
 */
static uint64_t word_sum(const struct kernel *k, uint64_t sum, uint64_t word)
{
	const vaddr_t kaddr = address_of_pointer(k, word);

	if (kaddr)
		word = kaddr;
	else if (is_of_host(word))
		word = 1;
	return (sum ^ word) * 0x100000001b3u; /* FNV-1a, by words */
}

static uint64_t sum_of(const struct kernel *k, uint64_t sum, const char *at,
		       uint32_t size)
{
	uint64_t word;

	for (uint32_t i = 0; i + sizeof(word) <= size; i += sizeof(word)) {
		memcpy(&word, at + i, sizeof(word));
		sum = word_sum(k, sum, word);
	}
	return sum;
}

/* Other than at the last scan, or seen for the first time? Notes it. */
static bool update_checksum(const struct kernel *k,
			    struct kmemleak_object *object)
{
	const struct vm_struct *area = area_of_object(k, object);
	const uint32_t before = object->checksum;
	uint64_t sum = 0xcbf29ce484222325u;

	for (uint32_t i = 0; area && i < area->nr_pages; i++)
		sum = sum_of(k, sum, page_of_area(k, area, i), PAGE_SIZE);
	if (!area)
		sum = sum_of(k, sum, object_start(k, object),
			     object->host_size ? object->host_size
					       : object->size);
	object->checksum = (uint32_t)(sum ^ sum >> 32) | 1; /* never 0 */
	return object->checksum != before;
}

/* ---- a scan ------------------------------------------------------------------------ */

static void begin_scan(struct kernel *k)
{
	struct kmemleak_object *object;

	k->kmemleak.last_scan = sched_clock_cycles(k);
	list_for_each_entry(object, &k->kmemleak.object_list, object_list) {
		object->count = 0;
		if (color_gray(object))
			list_add_tail(&object->gray_list,
				      &k->kmemleak.gray_list);
	}
}

static void scan_roots(struct task_struct *curr)
{
	struct kernel *k = curr->k;

	scan_kernel(k);
	scan_section(k, "_sdata", "_edata");
	scan_section(k, "__bss_start", "__bss_stop");
	scan_pages(k);
	if (k->kmemleak.stack_scan)
		scan_stacks(curr);
}

/*
 * Somebody works with a white object whose contents have changed since the last
 * scan: for this time it counts as reached.
 */
static void spare_modified(struct kernel *k)
{
	struct kmemleak_object *object;

	list_for_each_entry(object, &k->kmemleak.object_list, object_list) {
		if (!color_white(object) || !update_checksum(k, object))
			continue;
		object->count = object->min_count;
		list_add_tail(&object->gray_list, &k->kmemleak.gray_list);
	}
}

uint32_t kmemleak_scan(struct task_struct *curr)
{
	struct kernel *k = curr->k;
	struct kmemleak_object *object;
	uint32_t new_leaks = 0;

	begin_scan(k);
	scan_roots(curr);
	scan_gray_list(k);
	spare_modified(k);
	scan_gray_list(k);
	list_for_each_entry(object, &k->kmemleak.object_list, object_list) {
		if (!unreferenced_object(k, object) ||
		    object->flags & OBJECT_REPORTED)
			continue;
		object->flags |= OBJECT_REPORTED;
		new_leaks++;
	}
	if (new_leaks) {
		k->kmemleak.found_leaks = true;
		printk(k,
		       "kmemleak: %u new suspected memory leaks (see "
		       "/sys/kernel/debug/kmemleak)",
		       new_leaks);
	}
	return new_leaks;
}
