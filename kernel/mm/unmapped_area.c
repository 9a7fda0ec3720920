/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/vma.h"

/*
 * Where a new mapping goes when the program leaves it open, and where the
 * mmap area begins (Linux: unmapped_area() in mm/mmap.c,
 * arch_pick_mmap_layout() in mm/util.c, arch/arm/mm/mmap.c).
 *
 *	FIRST_USER_ADDRESS        mmap_base        stack     task_size
 *	|  program, heap ->    ...    <- mappings |  gap  <- |
 *
 * Mappings grow down from mmap_base; an unlimited stack leaves no room for
 * that, and they grow up from a third of the address space ("legacy").
 *
 * The holes are found through rb_subtree_gap: a subtree without a hole that is
 * large enough isn't entered. A hole lies right below its VMA; the one above
 * the last VMA belongs to none.
 *
 * MODEL: no cache colouring of shared mappings. Cores with an aliasing VIPT
 * data cache (ARM1176) would need addresses that agree modulo SHMLBA.
 */

#include "kernel/arch/arm/memory.h"
#include "kernel/lib/err.h"
#include "kernel/lib/rand.h"
#include "kernel/mm/mman.h"
#include "kernel/state.h"

/* A hole of `length` bytes whose start lies within [low, high - length]. */
struct unmapped_area_info {
	uint32_t length;
	vaddr_t low_limit, high_limit;
};

static struct vm_area_struct *to_vma(struct rb_node *node)
{
	return node ? rb_entry(node, struct vm_area_struct, vm_rb) : NULL;
}

static vaddr_t hole_start(const struct vm_area_struct *vma)
{
	return vma->vm_prev ? vma->vm_prev->vm_end : 0;
}

/* Room for @info within [start, end)? @from_top says at which end. */
static bool fits(const struct unmapped_area_info *info, vaddr_t start,
		 vaddr_t end, bool from_top, vaddr_t *found)
{
	if (start < info->low_limit)
		start = info->low_limit;
	if (end > info->high_limit)
		end = info->high_limit;
	if (end <= start || end - start < info->length)
		return false;
	*found = from_top ? end - info->length : start;
	return true;
}

/*
 * The holes of @node's subtree in order of address (downwards when
 * @from_top), but for those under VMAs that can't qualify.
 */
static bool search_holes(const struct unmapped_area_info *info,
			 struct rb_node *node, bool from_top, vaddr_t *found)
{
	struct vm_area_struct *vma = to_vma(node);

	if (!vma || vma->rb_subtree_gap < info->length)
		return false;
	/* Nothing on the far side of a limit is worth a look. */
	if (from_top && vma->vm_end < info->high_limit &&
	    search_holes(info, node->rb_right, true, found))
		return true;
	if (!from_top && vma->vm_start > info->low_limit &&
	    search_holes(info, node->rb_left, false, found))
		return true;
	if (fits(info, hole_start(vma), vma->vm_start, from_top, found))
		return true;
	if (from_top)
		return hole_start(vma) > info->low_limit &&
		       search_holes(info, node->rb_left, true, found);
	return vma->vm_end < info->high_limit &&
	       search_holes(info, node->rb_right, false, found);
}

/* The highest or lowest room there is; guard gaps are holes like others. */
static uint32_t empty_area(const struct mm_struct *mm,
			   const struct unmapped_area_info *info, bool from_top)
{
	struct vm_area_struct *last = to_vma(rb_last(&mm->mm_rb));
	vaddr_t top = last ? last->vm_end : 0;
	vaddr_t found;

	if (from_top && fits(info, top, info->high_limit, true, &found))
		return found;
	if (search_holes(info, mm->mm_rb.rb_node, from_top, &found))
		return found;
	if (!from_top && fits(info, top, info->high_limit, false, &found))
		return found;
	return (uint32_t)-ENOMEM;
}

/*
 * The address, or -ENOMEM. Where the room found reaches into the guard gap of
 * a stack above, the search goes on beyond that gap, past whatever lies in
 * it: smaller holes between the gap and the stack are never looked at.
 */
static uint32_t vm_unmapped_area(struct mm_struct *mm,
				 const struct unmapped_area_info *limits,
				 bool from_top)
{
	struct unmapped_area_info info = *limits;

	for (;;) {
		uint32_t found = empty_area(mm, &info, from_top);
		const struct vm_area_struct *next;

		if (IS_ERR_VALUE(found))
			return found;
		next = find_vma(mm, found);
		if (!next || vm_start_gap(next) >= found + info.length)
			return found;
		if (from_top)
			info.high_limit = vm_start_gap(next);
		else
			info.low_limit = next->vm_end;
	}
}

static bool is_legacy(const struct mm_struct *mm)
{
	return mm->mmap_base == mm->mmap_legacy_base;
}

static uint32_t arch_get_unmapped_area(struct mm_struct *mm, vaddr_t hint,
				       uint32_t len, uint32_t flags)
{
	struct unmapped_area_info info = {.length = len};
	uint32_t found;

	if (len > mm->task_size)
		return (uint32_t)-ENOMEM;
	if (flags & MAP_FIXED)
		return hint;
	if (hint) {
		struct vm_area_struct *vma;

		hint = PAGE_ALIGN(hint);
		vma = find_vma(mm, hint);
		if (mm->task_size - len >= hint &&
		    (!vma || hint + len <= vm_start_gap(vma)))
			return hint;
	}
	if (!is_legacy(mm)) {
		info.low_limit = FIRST_USER_ADDRESS;
		info.high_limit = mm->mmap_base;
		found = vm_unmapped_area(mm, &info, true);
		if (!IS_ERR_VALUE(found))
			return found;
	}
	/* A large stack limit makes the area small: try above it as well. */
	info.low_limit = mm->mmap_base;
	info.high_limit = mm->task_size;
	return vm_unmapped_area(mm, &info, false);
}

vaddr_t get_unmapped_area(struct task_struct *curr, struct file *file,
			  vaddr_t vaddr, uint32_t len, pgoff_t pgoff,
			  uint32_t flags)
{
	struct mm_struct *mm = curr->mm;
	uint32_t found;

	(void)file;
	(void)pgoff;
	/* the vectors may lie there on older cores (arch_mmap_check()) */
	if (flags & MAP_FIXED && vaddr < FIRST_USER_ADDRESS)
		return (vaddr_t)-EINVAL;
	if (len > mm->task_size)
		return (vaddr_t)-ENOMEM;
	found = arch_get_unmapped_area(mm, vaddr, len, flags);
	if (IS_ERR_VALUE(found))
		return found;
	if (found > mm->task_size - len)
		return (vaddr_t)-ENOMEM;
	if (offset_in_page(found))
		return (vaddr_t)-EINVAL;
	/* So that a NULL pointer in the kernel can't be made to mean something. */
	if (found < curr->k->user.mmap_min_addr &&
	    !capable(curr, CAP_SYS_RAWIO))
		return (vaddr_t)-EPERM;
	return found;
}

/* ---- the layout of a new address space ---------------------------------------------- */

#define MIN_GAP       (128u << 20)
#define STACK_RND_MAX (STACK_RND_PAGES << PAGE_SHIFT)

bool randomizes_va_space(const struct task_struct *curr)
{
	return curr->k->user.randomize_va_space &&
	       !(curr->personality & ADDR_NO_RANDOMIZE);
}

uint32_t arch_mmap_rnd(struct kernel *k)
{
	const uint32_t pages = 1u << k->user.mmap_rnd_bits;

	return (get_random_u32(k) & (pages - 1)) << PAGE_SHIFT;
}

static vaddr_t mmap_base(const struct mm_struct *mm, uint32_t stack_limit,
			 uint32_t rnd, bool randomize)
{
	uint32_t pad = STACK_GUARD_GAP + (randomize ? STACK_RND_MAX : 0);
	uint32_t max_gap = mm->task_size / 6 * 5;
	uint32_t gap = stack_limit;

	if (gap + pad > gap)
		gap += pad;
	if (gap < MIN_GAP)
		gap = MIN_GAP;
	else if (gap > max_gap)
		gap = max_gap;
	return PAGE_ALIGN(mm->task_size - gap - rnd);
}

void arch_pick_mmap_layout(struct task_struct *curr, struct mm_struct *mm,
			   uint32_t stack_limit)
{
	struct kernel *k = curr->k;
	bool randomize = randomizes_va_space(curr);
	bool legacy = curr->personality & ADDR_COMPAT_LAYOUT ||
		      stack_limit == RLIM_INFINITY;
	uint32_t rnd = 0;

	if (randomize)
		rnd = arch_mmap_rnd(k);
	/* A third, on a border of 16 MB. */
	mm->mmap_legacy_base = ((mm->task_size / 3 + (16u << 20) - 1) &
				~((16u << 20) - 1)) +
			       rnd;
	mm->mmap_base = legacy ? mm->mmap_legacy_base
			       : mmap_base(mm, stack_limit, rnd, randomize);
}
