/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/detect_internal.h"

/*
 * Bytes that nobody has written, and bytes that somebody wrote too late. When
 * a frame comes free it is filled with one word over and over, that no program
 * is likely ever to store:
 *
 *	63      60        34 32 31  28    22            2 0
 *	| 0 0 0 1 | secret | 00 | 0001 | s. | frame number | 00 |
 *
 * When it is handed out again, all of that must still be there: else somebody
 * has written to a free frame. And when its bytes are about to be seen outside
 * of the kernel, by a program that gets it mapped or reads from it, by a disk
 * that it is written to, by a TLB that walks it as a page table, none of it may
 * be left: else nobody has written there. As copying copies such bytes too, the
 * number in them says where they come from, through however many copies.
 *
 * Objects of the slab allocators in guest RAM are filled likewise when they are
 * freed, so that their next owner must write what he shows.
 *
 * This needs no knowledge of who writes how: what was written over is written.
 * (KMSAN tracks each store instead, and page_poison=1 has the first half.)
 * Invariant: a frame with note->filled is free and holds its fill.
 *
 * The word is chosen so that no half of it looks like a kernel's address to
 * kmemleak, or like a descriptor other than a fault to the MMU.
 *
 * MODEL: what is less than 8 bytes, aligned to 8, isn't found. Frames that are
 * free since boot are filled when they are first handed out, so writes to them
 * before that aren't seen. A program that learns the word could store it.
 */

#include <stdio.h>
#include <string.h>

#include "kernel/lib/printk.h"
#include "kernel/lib/rand.h"
#include "kernel/mm/page_flags.h"

#define WORDS       (PAGE_SIZE / sizeof(uint64_t))
#define FRAME_SHIFT 2
#define FRAME_FIELD ((uint64_t)0xfffff << FRAME_SHIFT)
#define FIXED_BITS  0xf0000003f0000003u
#define FIXED_VALUE 0x1000000010000000u

uint64_t detect_fill_base(uint64_t seed)
{
	uint64_t state = seed ^ 0x64657465637421u; /* a stream of its own */

	return (random_draw(&state) & ~FIXED_BITS & ~FRAME_FIELD) | FIXED_VALUE;
}

static uint64_t fill_word(const struct kernel *k, pfn_t pfn)
{
	return k->detect.fill | (uint64_t)(pfn & 0xfffff) << FRAME_SHIFT;
}

static bool is_fill(const struct kernel *k, uint64_t word)
{
	return (word & ~FRAME_FIELD) == k->detect.fill;
}

static pfn_t frame_in_fill(uint64_t word)
{
	return (pfn_t)((word & FRAME_FIELD) >> FRAME_SHIFT);
}

static uint64_t *words_of(const struct kernel *k, pfn_t pfn)
{
	return phys_bytes(k, (paddr_t)pfn << PAGE_SHIFT);
}

static void fill(const struct kernel *k, pfn_t pfn)
{
	const uint64_t word = fill_word(k, pfn);
	uint64_t *words = words_of(k, pfn);

	for (uint32_t i = 0; i < WORDS; i++)
		words[i] = word;
}

void detect_fill_object(struct kernel *k, vaddr_t object, uint32_t size)
{
	const pfn_t pfn = page_to_pfn(k, virt_to_page(k, object));
	const uint64_t word = fill_word(k, pfn);
	const uint32_t skip = -object & 7;
	uint8_t *bytes = kbytes(k, object);

	for (uint32_t i = skip; i + sizeof(word) <= size; i += sizeof(word))
		memcpy(bytes + i, &word, sizeof(word));
}

/* ---- written after it was freed -------------------------------------------------- */

void detect_fill_frame(struct kernel *k, pfn_t pfn)
{
	struct frame_note *note = frame_note(k, pfn);

	if (!(k->detect.on & (DETECT_BIT(DETECT_UNINITIALISED) |
			      DETECT_BIT(DETECT_USE_AFTER_FREE))) ||
	    PageHWPoison(pfn_to_page(k, pfn)))
		return;
	fill(k, pfn);
	note->filled = true;
}

static bool is_intact(const struct kernel *k, pfn_t pfn)
{
	const uint64_t word = fill_word(k, pfn);
	const uint64_t *words = words_of(k, pfn);
	uint64_t other = 0;

	for (uint32_t i = 0; i < WORDS; i++)
		other |= words[i] ^ word;
	return !other;
}

static void report_written(struct kernel *k, pfn_t pfn)
{
	const struct frame_note *note = frame_note(k, pfn);
	const uint64_t word = fill_word(k, pfn);
	const uint64_t *words = words_of(k, pfn);
	uint32_t first = WORDS, last = 0;
	struct report r;

	for (uint32_t i = 0; i < WORDS; i++)
		if (words[i] != word) {
			first = first < WORDS ? first : i;
			last = i;
		}
	report_begin(&r, k, DETECT_USE_AFTER_FREE,
		     "frame 0x%x was written to after it was freed, between "
		     "byte 0x%x and 0x%x; at the first of them is 0x%08x now",
		     pfn, first * 8, last * 8 + 7, (uint32_t)words[first]);
	report_frame(&r, pfn);
	report_event(&r, "freed", &note->freed);
	report_event(&r, "before that handed out", &note->allocated);
	report_event(&r, "last mapped", &note->mapped);
	report_event(&r, "last unmapped", &note->unmapped);
	report_end(&r);
}

void detect_check_filled(struct kernel *k, pfn_t pfn)
{
	struct frame_note *note = frame_note(k, pfn);

	if (note->filled && !is_intact(k, pfn) &&
	    detects(k, DETECT_USE_AFTER_FREE))
		report_written(k, pfn);
	note->filled = false;
	if (detects(k, DETECT_UNINITIALISED) &&
	    !PageHWPoison(pfn_to_page(k, pfn)))
		fill(k, pfn);
}

/* ---- read before it was written ----------------------------------------------------- */

/* What of some bytes nobody has written. */
struct gap {
	uint32_t first; /* offset */
	uint32_t nr_bytes; /* in all */
	uint64_t word; /* what is there */
};

/* Is the upper half of a fill word among them? Quick, and nearly always no. */
static bool may_have_fill(const struct kernel *k, const uint8_t *bytes,
			  uint32_t nr_bytes)
{
	const uint32_t high = (uint32_t)(k->detect.fill >> 32);
	const uint32_t *words = (const uint32_t *)bytes;
	uint32_t found = 0;

	for (uint32_t i = 0; i < nr_bytes / sizeof(*words); i++)
		found |= words[i] == high;
	return found;
}

/* Whole words among @nr_bytes at @bytes, which are @offset into a frame. */
static struct gap find_gap(const struct kernel *k, const uint8_t *bytes,
			   uint32_t nr_bytes)
{
	const uint32_t skip = -(uint32_t)(uintptr_t)bytes & 7;
	struct gap gap = {0};

	if (skip >= nr_bytes ||
	    !may_have_fill(k, bytes + skip, (nr_bytes - skip) & ~7u))
		return gap;
	for (uint32_t i = skip; i + 8 <= nr_bytes; i += 8) {
		uint64_t word;

		memcpy(&word, bytes + i, sizeof(word));
		if (!is_fill(k, word))
			continue;
		if (!gap.nr_bytes) {
			gap.first = i;
			gap.word = word;
		}
		gap.nr_bytes += 8;
	}
	return gap;
}

/* Whose bytes are they, and who had them before? */
static void tell_origin(struct report *r, pfn_t pfn, const struct gap *gap)
{
	const pfn_t from = frame_in_fill(gap->word);
	const struct frame_note *note = frame_note(r->k, pfn);

	report_event(r, "handed out", &note->allocated);
	if (from != pfn && pfn_valid(r->k, from)) {
		note = frame_note(r->k, from);
		report_line(r, "what is there was copied from frame 0x%x",
			    from);
		report_event(r, "that was handed out", &note->allocated);
	}
	report_event(r, "freed before", &note->freed);
	if (PageSlab(pfn_to_page(r->k, pfn)))
		report_line(r, "it is one of a slab's, whose objects come and "
			       "go meanwhile");
}

static void report_gap(struct kernel *k, pfn_t pfn, const struct gap *gap,
		       uint32_t offset, const struct mm_struct *mm,
		       vaddr_t vaddr, const char *seen)
{
	struct report r;

	report_begin(&r, k, DETECT_UNINITIALISED,
		     "frame 0x%x %s, and %u bytes of it, from byte 0x%x on, "
		     "were never written to",
		     pfn, seen, gap->nr_bytes, offset + gap->first);
	report_frame(&r, pfn);
	report_place(&r, mm, vaddr);
	tell_origin(&r, pfn, gap);
	report_end(&r);
}

void detect_check_mapped(struct mm_struct *mm, vaddr_t vaddr, pfn_t pfn)
{
	struct kernel *k = mm->k;
	struct frame_note *note = frame_note(k, pfn);
	char seen[80];
	struct gap gap;

	if (note->clean || !detects(k, DETECT_UNINITIALISED))
		return;
	gap = find_gap(k, (const uint8_t *)words_of(k, pfn), PAGE_SIZE);
	if (gap.nr_bytes && is_raw_mapping(mm, vaddr))
		return;
	note->clean = true; /* or is reported now */
	if (!gap.nr_bytes)
		return;
	snprintf(seen, sizeof(seen), "becomes visible at 0x%08x", vaddr);
	report_gap(k, pfn, &gap, 0, mm, vaddr, seen);
}

void detect_check_table(struct mm_struct *mm, const struct page *table)
{
	struct kernel *k = mm->k;
	const pfn_t pfn = page_to_pfn(k, table);
	struct gap gap = find_gap(k, (const uint8_t *)words_of(k, pfn),
				  PAGE_SIZE);

	if (gap.nr_bytes)
		report_gap(k, pfn, &gap, 0, mm, 0, "becomes a page table");
	if (gap.nr_bytes && k->detect.stop) /* nobody could walk it */
		panic(k, "a page table that nobody has written");
}

void detect_check_bytes(struct kernel *k, const void *bytes, uint32_t nr_bytes,
			const char *reader)
{
	const uint64_t at = (uint64_t)((const uint8_t *)bytes - k->hw.ram);
	const pfn_t pfn = (pfn_t)((at + k->hw.ram_base) >> PAGE_SHIFT);
	char seen[80];
	struct gap gap;

	/* of the host's memory: the kernel's own structures and stacks */
	if ((const uint8_t *)bytes < k->hw.ram || at >= k->hw.ram_span_bytes)
		return;
	gap = find_gap(k, bytes, nr_bytes);
	if (!gap.nr_bytes)
		return;
	snprintf(seen, sizeof(seen), "is read by %s", reader);
	report_gap(k, pfn, &gap, offset_in_page((uint32_t)at), NULL, 0, seen);
}
