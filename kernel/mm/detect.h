/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MM_DETECT_H
#define KERNEL_MM_DETECT_H

/*
 * Detectors of mistakes with frames: read before anybody wrote to them, freed
 * while they are mapped, written to once they were free. (Linux has kindred
 * in CONFIG_PAGE_POISONING, KMSAN, page_table_check, page_owner.)
 *
 * They are told of every frame that is handed out or comes back and of every
 * user entry of a page table, and change nothing that a correct kernel or
 * program could notice. Where the board doesn't ask for them, each call is one
 * branch.
 */

#include "kernel/lib/bug.h"
#include "kernel/mm/gfp.h"
#include "kernel/state.h"

#define DETECT_BIT(detector) (1u << (detector))
/* Those that keep a note of each frame. */
#define DETECT_FRAMES                                                         \
	(DETECT_BIT(DETECT_UNINITIALISED) | DETECT_BIT(DETECT_FREED_MAPPED) | \
	 DETECT_BIT(DETECT_USE_AFTER_FREE))

static inline bool detects_frames(const struct kernel *k)
{
	return unlikely(k->detect.on & DETECT_FRAMES);
}

static inline bool detects(const struct kernel *k,
			   enum kernel_detector detector)
{
	return unlikely(k->detect.on & DETECT_BIT(detector));
}

/* At boot, once mem_map is there. BUG when there is no host memory for notes. */
void detect_init(struct kernel *k);
/* Host memory only. */
void detect_exit(struct kernel *k);

/* ---- out of line: detect.c, detect_fill.c, detect_mapped.c ------------------- */

void detect_prep_block(struct kernel *k, struct page *page, unsigned int order);
void detect_note_alloc(struct kernel *k, const struct page *page,
		       unsigned int order, const char *caller);
bool detect_free_block(struct kernel *k, struct page *page, unsigned int order,
		       const char *caller);
void detect_note_entry(struct mm_struct *mm, vaddr_t vaddr, pte_t from,
		       pte_t to, uint32_t nr_pages, const char *function);
void detect_check_table(struct mm_struct *mm, const struct page *table);
void detect_fill_object(struct kernel *k, vaddr_t object, uint32_t size);
void detect_check_bytes(struct kernel *k, const void *bytes, uint32_t nr_bytes,
			const char *reader);

/* ---- the interface --------------------------------------------------------- */

/* A block of 2^order frames is about to be handed out, and not cleared yet. */
static inline void detect_prep(struct kernel *k, struct page *page,
			       unsigned int order)
{
	if (detects_frames(k))
		detect_prep_block(k, page, order);
}

/* It was; to @caller. @page NULL: there was none. */
static inline void detect_alloc(struct kernel *k, const struct page *page,
				unsigned int order, const char *caller)
{
	if (detects_frames(k) && page)
		detect_note_alloc(k, page, order, caller);
}

/*
 * The last reference to a block is gone. False: somebody maps it, which was
 * reported, and the block had better stay as it is, with a reference again.
 */
static inline bool detect_free(struct kernel *k, struct page *page,
			       unsigned int order, const char *caller)
{
	return !detects_frames(k) || detect_free_block(k, page, order, caller);
}

/* An entry for @vaddr is about to change, or that of @nr_pages pages in a row. */
static inline void detect_entry(struct mm_struct *mm, vaddr_t vaddr, pte_t from,
				pte_t to, uint32_t nr_pages,
				const char *function)
{
	if (detects_frames(mm->k))
		detect_note_entry(mm, vaddr, from, to, nr_pages, function);
}

/* The hardware is about to be shown this table of @mm's. */
static inline void detect_table(struct mm_struct *mm, const struct page *table)
{
	if (detects(mm->k, DETECT_UNINITIALISED))
		detect_check_table(mm, table);
}

/* An object in guest RAM comes back, and what it held is nobody's any more. */
static inline void detect_object_free(struct kernel *k, vaddr_t object,
				      uint32_t size)
{
	if (detects(k, DETECT_UNINITIALISED))
		detect_fill_object(k, object, size);
}

/*
 * These bytes, in guest RAM or elsewhere, go to @reader, who is outside of
 * the kernel: "a program", "a disk".
 */
static inline void detect_read(struct kernel *k, const void *bytes,
			       uint32_t nr_bytes, const char *reader)
{
	if (detects(k, DETECT_UNINITIALISED))
		detect_check_bytes(k, bytes, nr_bytes, reader);
}

/* Programs have ended: was a frame written to that is free now? */
void detect_at_end(struct kernel *k);

/*
 * For what the kernel works on this task's stack: a system call by its name,
 * "an exception", "an interrupt"; a thread of its own: "itself".
 */
const char *what_task_does(const struct task_struct *curr);

/* ---- reports --------------------------------------------------------------- */

/*
 * @detector has found what @format says: one sentence. To the log, to the
 * machine, and unless that wants the run to go on, a panic is due.
 */
void detect_found(struct kernel *k, enum kernel_detector detector,
		  const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
