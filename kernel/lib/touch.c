/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/lib/touch.h"

/*
 * The kernel's footprint, path by path (Linux: none; see arch/arm/touch.c). The
 * list is kernel_touch.def; here its places become addresses.
 *
 * Invariant: the same path with the same objects touches the same bytes, in the
 * order of the list.
 *
 * MODEL: what stands in no line of the list is touched by nobody: most of what
 * files, pipes, sockets and timers keep.
 */

#include "kernel/arch/arm/memory.h"
#include "kernel/arch/arm/thread_info.h"
#include "kernel/arch/arm/touch.h"
#include "kernel/mm/kobj.h"
#include "kernel/task/stack.h"

#define CPU_BYTES 1024u /* of the image's .data, for each core */

enum from {
	VECTORS,
	TEXT,
	STACK,
	TASK,
	MM,
	CPU,
	THIS,
	THAT,
	NR_FROMS
};

struct touch {
	uint8_t path, from, kind;
	uint16_t offset, bytes;
};

static const struct touch touches[] = {
#define TOUCH_PATH(name, sentence)
#define TOUCH(path, from, offset, bytes, kind, what) \
	{TOUCH_##path, from, MMU_##kind, offset, bytes},
#include "kernel/kernel_touch.def"
#undef TOUCH
#undef TOUCH_PATH
};

#define NR_TOUCHES (sizeof(touches) / sizeof(touches[0]))

/* Where @from begins; 0: there is none. */
static vaddr_t base_of(const struct task_struct *curr, enum from from)
{
	const struct kernel *k = curr->k;

	switch (from) {
	case VECTORS:
		return VECTORS_BASE;
	case TEXT:
		return k->arch.text;
	case STACK:
		return task_stack(curr) + THREAD_SIZE;
	case TASK:
		return task_kaddr(curr);
	case MM:
		return curr->mm ? kobj_addr(k, curr->mm) : 0;
	case CPU:
		return (k->arch.jiffies_64 & PAGE_MASK) +
		       (uint32_t)curr->cpu->id * CPU_BYTES;
	default:
		return 0;
	}
}

void touch_path_now(struct task_struct *curr, enum touch_path path,
		    vaddr_t this_kaddr, vaddr_t that_kaddr)
{
	const struct touch *touch = touches;

	while (touch->path != path)
		touch++;
	for (; touch < touches + NR_TOUCHES && touch->path == path; touch++) {
		const vaddr_t base = touch->from == THIS ? this_kaddr
				     : touch->from == THAT
					     ? that_kaddr
					     : base_of(curr, touch->from);

		if (base)
			touch_kernel_now(curr,
					 touch->from == STACK
						 ? base - touch->offset
						 : base + touch->offset,
					 touch->bytes, touch->kind);
	}
}
