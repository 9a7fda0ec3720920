/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/dma_contiguous.h"

/*
 * The default CMA area (kernel/dma/contiguous.c): whoever wants contiguous
 * memory for DMA and has no area of his own takes it from here. A board's
 * device tree describes it (kernel/arch/arm/reserved_mem.c); the command line
 * overrides that: cma=SIZE, cma=SIZE@BASE for exactly there, and
 * cma=SIZE@BASE-LIMIT for anywhere between the two.
 *
 * Leaves out: a size that the kernel is built with (CONFIG_CMA_SIZE_MBYTES);
 * areas of single nodes (cma_pernuma=).
 */

#include "kernel/lib/cmdline.h"
#include "kernel/lib/printk.h"
#include "kernel/state.h"
#include "kernel/task/sched.h"

/* CONFIG_CMA_ALIGNMENT: large buffers aren't aligned to their full size. */
#define CMA_ALIGNMENT 8

struct cma_param {
	paddr_t size, base, limit;
};

/* early_cma(). False: nothing, or nothing of use, was said. */
static bool early_cma(const struct kernel *k, struct cma_param *param)
{
	uint32_t len;
	const char *at = boot_param(k, "cma", &len);

	*param = (struct cma_param){0};
	if (!at || (!len && at[-1] != '='))
		return false;
	if (!len)
		return true;
	param->size = memparse(at, &at);
	if (*at != '@')
		return true;
	param->base = memparse(at + 1, &at);
	param->limit = param->base + param->size;
	if (*at == '-')
		param->limit = memparse(at + 1, &at);
	return true;
}

bool cma_on_command_line(const struct kernel *k)
{
	struct cma_param param;

	return early_cma(k, &param);
}

static void complain_of_bare_word(struct kernel *k)
{
	uint32_t len;

	if (!boot_param(k, "cma", &len))
		return;
	printk(k, "cma: Config string not provided");
	printk(k, "Malformed early option 'cma'");
}

void dma_contiguous_reserve(struct kernel *k, paddr_t limit)
{
	struct cma **area = &k->mem.cma.dma_default;
	struct cma_param param;
	bool fixed;

	if (!early_cma(k, &param)) {
		complain_of_bare_word(k);
		return;
	}
	if (!param.size || *area)
		return;
	fixed = param.base + param.size == param.limit;
	if (param.limit && (!limit || param.limit < limit))
		limit = param.limit;
	cma_declare_contiguous(k, param.base, param.size, limit, 0, 0, fixed,
			       "reserved", area);
}

struct page *dma_alloc_from_contiguous(struct task_struct *curr, uint32_t count,
				       unsigned int align, bool no_warn)
{
	if (align > CMA_ALIGNMENT)
		align = CMA_ALIGNMENT;
	return cma_alloc(curr, curr->k->mem.cma.dma_default, count, align,
			 no_warn);
}

bool dma_release_from_contiguous(struct task_struct *curr, struct page *pages,
				 uint32_t count)
{
	return cma_release(curr, curr->k->mem.cma.dma_default, pages, count);
}
