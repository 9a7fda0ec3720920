/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is said of a page of an address space under the pointer. */
#include "emu/viewer/space_cell.h"

#include <inttypes.h>
#include <stdio.h>

#include "emu/viewer/view.h"

void space_rights(const struct kernel_vma *vma, char to[5])
{
	to[0] = vma->rights & KERNEL_VMA_READ ? 'r' : '-';
	to[1] = vma->rights & KERNEL_VMA_WRITE ? 'w' : '-';
	to[2] = vma->rights & KERNEL_VMA_EXEC ? 'x' : '-';
	to[3] = vma->rights & KERNEL_VMA_SHARED ? 's' : 'p';
	to[4] = '\0';
}

const char *space_name(const struct kernel_vma *vma)
{
	return vma->name[0] ? vma->name : "anonymous";
}

static void tip_vma(struct view *view, const struct kernel_vma *vma, int x,
		    int y)
{
	char rights[5], size[32];

	space_rights(vma, rights);
	text_bytes(vma->end - vma->start, size, sizeof(size));
	view_tip(view, x, y, "%08" PRIx32 "–%08" PRIx32 "  %s  %s, %s%s%s",
		 vma->start, vma->end, rights, space_name(vma), size,
		 vma->rights & KERNEL_VMA_LOCKED ? ", locked" : "",
		 vma->rights & KERNEL_VMA_GROWS ? ", grows down" : "");
}

static void tip_frame(struct view *view, const struct kernel_page *page, int x,
		      int y)
{
	const struct kernel_frame *frame = view_frame(view->now, page->where);
	static const char *const uses[NR_FRAME_USES] = {
#define FRAME_USE(name, key, label) label,
#include "kernel/frame_use.def"
#undef FRAME_USE
	};

	view_tip(view, x, y, "frame %" PRIx32 ", at %08" PRIx64, page->where,
		 (uint64_t)page->where << 12);
	if (!frame || !(frame->flags & KERNEL_FRAME_RAM)) {
		view_tip(view, x, y, "no RAM: a device");
		return;
	}
	if (page->flags & KERNEL_PAGE_ZERO) {
		view_tip(view, x, y, "the zero page, which all share");
		return;
	}
	view_tip(view, x, y, "%s; mapped %s%u time%s",
		 frame->use < NR_FRAME_USES ? uses[frame->use] : "?",
		 frame->mapcount == 255 ? "at least " : "", frame->mapcount,
		 frame->mapcount == 1 ? "" : "s");
}

static void tip_present(struct view *view, const struct kernel_vma *vma,
			const struct kernel_page *page,
			const struct space_cell *cell, int x, int y)
{
	view_tip(view, x, y, "present, %s, %s, %s",
		 page->flags & KERNEL_PAGE_YOUNG
			 ? "accessed"
			 : "not accessed lately (the next access faults)",
		 page->flags & KERNEL_PAGE_DIRTY ? "dirty" : "clean",
		 page->flags & KERNEL_PAGE_WRITE ? "writable" : "read-only");
	if (cell->cow)
		view_tip(view, x, y, "copy on write: the next store faults%s",
			 cell->shared || !(page->kind & KERNEL_PAGE_ANON)
				 ? " and gets a copy"
				 : "");
	else if (!(page->flags & (KERNEL_PAGE_DIRTY)) &&
		 page->flags & KERNEL_PAGE_WRITE &&
		 vma->rights & KERNEL_VMA_WRITE)
		view_tip(view, x, y, "the next store faults, to mark it dirty");
	if (page->kind & KERNEL_PAGE_HUGE)
		view_tip(view, x, y, "part of a pair of sections, 2 MB");
	if (page->kind & KERNEL_PAGE_LARGE)
		view_tip(view, x, y, "part of a large page, 64 KB");
	tip_frame(view, page, x, y);
}

static void tip_page(struct view *view, const struct kernel_vma *vma,
		     uint32_t va, const struct space_cell *cell, int x, int y)
{
	const struct kernel_page *page = snapshot_page(view->now, va);

	view_tip(view, x, y, "page %08" PRIx32, va);
	tip_vma(view, vma, x, y);
	if (vma->name[0] == '/')
		view_tip(view, x, y, "offset %" PRIx64 " in its file",
			 vma->offset + (va - vma->start));
	if (!page || !page->flags)
		view_tip(view, x, y, "nothing yet: the first access faults");
	else if (page->flags & KERNEL_PAGE_SWAPPED)
		view_tip(view, x, y,
			 "swapped out, to slot %" PRIu32 " of area %u",
			 page->where, page->area);
	else if (page->flags & KERNEL_PAGE_MOVING)
		view_tip(view, x, y,
			 "just being moved from frame %" PRIx32
			 ": an access waits",
			 page->where);
	else
		tip_present(view, vma, page, cell, x, y);
	if (cell->changed)
		view_tip(view, x, y, "has just changed");
}

static void tip_count(struct view *view, uint32_t nr, const char *what, int x,
		      int y)
{
	if (nr)
		view_tip(view, x, y, "%6" PRIu32 " %s", nr, what);
}

void space_cell_tip(struct view *view, const struct kernel_vma *vma,
		    uint32_t va, uint32_t nr, int x, int y)
{
	static const char *const kinds[NR_SPACE_KINDS] = {
		[SPACE_UNTOUCHED] = "untouched",
		[SPACE_ANON] = "anonymous",
		[SPACE_FILE] = "of a file",
		[SPACE_SHMEM] = "of shared memory",
		[SPACE_ZERO] = "the zero page",
		[SPACE_DEVICE] = "of a device",
		[SPACE_SWAPPED] = "swapped out",
		[SPACE_MOVING] = "being moved",
	};
	const struct space_cell cell = space_cell(view, vma, va, nr);

	if (nr == 1) {
		tip_page(view, vma, va, &cell, x, y);
		return;
	}
	view_tip(view, x, y, "%" PRIu32 " pages, %08" PRIx32 "–%08" PRIx32,
		 cell.nr, va, va + cell.nr * 4096);
	tip_vma(view, vma, x, y);
	for (int i = 0; i < NR_SPACE_KINDS; i++)
		tip_count(view, cell.kind[i], kinds[i], x, y);
	tip_count(view, cell.young, "accessed", x, y);
	tip_count(view, cell.dirty, "dirty", x, y);
	tip_count(view, cell.cow, "copy on write", x, y);
	tip_count(view, cell.shared, "mapped more than once", x, y);
	tip_count(view, cell.huge, "by pairs of sections, 2 MB", x, y);
	tip_count(view, cell.large, "by large pages, 64 KB", x, y);
}
