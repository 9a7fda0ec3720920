/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/vma.h"

/*
 * Finding a VMA among thousands in a few steps, however many there are (Linux
 * has flatter trees for it, mm's maple tree). The tree by address stays what
 * counts; this is a picture of it, made after many walks and good until the
 * first change.
 *
 * A bit stands for each page between the ends of the first and the last VMA,
 * set where a VMA has its last page. So many bits below an address, so many
 * VMAs end before it: counted by the word in `rank`, within the word by a mask;
 * and the next VMA is the answer.
 *
 *	page    0123456789
 *	VMAs    aaa bb  cc	ends at 2, 5, 9
 *	bits    0010010001	for page 4: one bit below, so VMA 1, bb
 *
 * Invariant: while mm->vma_index is valid, it has the VMAs of mm's list in
 * their order, and each one's last page.
 */

#include <string.h>

#include "kernel/mm/slab.h"

enum {
	WORD_PAGES = 64,
};

struct vma_index {
	uint32_t nr, first; /* VMAs; the page that bit 0 stands for */
	uint32_t pages; /* bits */
	uint32_t max_nr, max_words; /* what there is room for */
	uint32_t *rank; /* bits set in the words before this one */
	struct vm_area_struct **vmas;
	uint64_t ends[];
};

static uint32_t last_page(const struct vm_area_struct *vma)
{
	return (vma->vm_end - 1) >> PAGE_SHIFT;
}

struct vm_area_struct *vma_index_find(const struct vma_index *index,
				      vaddr_t vaddr)
{
	const uint32_t page = vaddr >> PAGE_SHIFT;
	const uint32_t bit = page - index->first;
	uint64_t below;

	if (page <= index->first)
		return index->vmas[0];
	if (bit >= index->pages)
		return NULL;
	below = index->ends[bit / WORD_PAGES] &
		(((uint64_t)1 << bit % WORD_PAGES) - 1);
	return index->vmas[index->rank[bit / WORD_PAGES] +
			   (uint32_t)__builtin_popcountll(below)];
}

/* Some room to grow, or it would be allocated anew with every mmap(). */
static struct vma_index *alloc_index(struct task_struct *curr, uint32_t nr,
				     uint32_t words)
{
	const uint32_t max_nr = nr + nr / 4, max_words = words + words / 4;
	struct vma_index *index = kzalloc_obj(
		curr, 7 * 4 + max_words * (8 + 4) + max_nr * 4,
		(uint32_t)sizeof(*index) + max_words * (8 + 4) + 4 + max_nr * 8,
		GFP_NOWAIT | __GFP_NOWARN);

	if (!index)
		return NULL;
	index->max_nr = max_nr;
	index->max_words = max_words;
	index->vmas = (struct vm_area_struct **)&index->ends[max_words];
	index->rank = (uint32_t *)&index->vmas[max_nr];
	return index;
}

static void fill_index(struct vma_index *index, const struct mm_struct *mm,
		       uint32_t words)
{
	uint32_t nr = 0;

	memset(index->ends, 0, words * sizeof(*index->ends));
	for (struct vm_area_struct *vma = mm->mmap; vma; vma = vma->vm_next) {
		const uint32_t bit = last_page(vma) - index->first;

		index->ends[bit / WORD_PAGES] |= (uint64_t)1
						 << bit % WORD_PAGES;
		index->vmas[nr++] = vma;
	}
	index->nr = nr;
	for (uint32_t i = 0, sum = 0; i < words; i++) {
		index->rank[i] = sum;
		sum += (uint32_t)__builtin_popcountll(index->ends[i]);
	}
}

void vma_index_free(struct task_struct *curr, struct mm_struct *mm)
{
	if (mm->vma_index)
		kfree_obj(curr, mm->vma_index);
	mm->vma_index = NULL;
	mm->vma_index_valid = false;
}

void vma_index_build(struct task_struct *curr, struct mm_struct *mm)
{
	struct rb_node *last = rb_last(&mm->mm_rb);
	struct vma_index *index = mm->vma_index;
	uint32_t first, pages, words;

	mm->vma_walks = 0;
	if (!vma_index_pays(mm) || mm->vma_index_valid)
		return;
	first = last_page(mm->mmap);
	pages = last_page(rb_entry(last, struct vm_area_struct, vm_rb)) -
		first + 1;
	words = (pages + WORD_PAGES - 1) / WORD_PAGES;
	if (index && ((uint32_t)mm->map_count > index->max_nr ||
		      words > index->max_words)) {
		vma_index_free(curr, mm);
		index = NULL;
	}
	if (!index)
		index = alloc_index(curr, (uint32_t)mm->map_count, words);
	if (!index)
		return;
	index->first = first;
	index->pages = pages;
	fill_index(index, mm, words);
	mm->vma_index = index;
	mm->vma_index_valid = true;
}
