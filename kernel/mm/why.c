/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/kernel.h"

/*
 * Why is it so? One frame: what it is used for, by whom it is held, and each
 * entry that maps it, found through rmap as reclaim would find it. One
 * address: its VMA, its entry, and what hardware makes of it (arch/arm's
 * why_walk.c). Whole tables: ptdump.c's stretches. Reads everything, changes nothing. Linux has the pieces of it
 * in /proc: pagemap, kpageflags, kpagecount, maps.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/arch/arm/ptdump.h"
#include "kernel/arch/arm/why_walk.h"
#include "kernel/fs/fs.h"
#include "kernel/mm/internal.h"
#include "kernel/mm/kobj.h"
#include "kernel/mm/ksm.h"
#include "kernel/mm/memblock.h"
#include "kernel/mm/page_alloc.h"
#include "kernel/mm/rmap.h"
#include "kernel/mm/slab_def.h"
#include "kernel/mm/swap.h"
#include "kernel/mm/verify.h"
#include "kernel/task/sched.h"

static void put_text(const struct kernel_facts *to, const char *key,
		     const char *value)
{
	to->text(to->arg, key, value);
}

static void put_number(const struct kernel_facts *to, const char *key,
		       int64_t value)
{
	to->number(to->arg, key, value);
}

static void put_hex(const struct kernel_facts *to, const char *key,
		    uint64_t value, int digits)
{
	char text[24];

	snprintf(text, sizeof(text), "0x%0*llx", digits,
		 (unsigned long long)value);
	put_text(to, key, text);
}

/* ---- who and where --------------------------------------------------------- */

/* A process that has @mm; NULL: it is just coming or going. */
static const struct task_struct *owner_of(const struct mm_struct *mm)
{
	const struct task_struct *task, *thread;

	for_each_process(task, mm->k)
		list_for_each_entry(thread, &task->signal->thread_head,
				    thread_node)
			if (thread->mm == mm)
				return task;
	return NULL;
}

static void put_owner(const struct kernel_facts *to, const struct mm_struct *mm)
{
	const struct task_struct *task = owner_of(mm);

	put_number(to, "pid", task ? task->pid : 0);
	put_text(to, "comm", task ? task->comm : "(ending)");
}

/* As a line of /proc/PID/maps, but for device and inode. */
static void vma_line(const struct vm_area_struct *vma, char *line, size_t size)
{
	const struct kernel *k = vma->vm_mm->k;
	const uint32_t flags = vma->vm_flags;
	const char *name = vma->vm_file ? NULL : vma_name(vma);
	char buf[256];

	if (vma->vm_file)
		name = d_path(kernel_cpu(k)->curr, vma->vm_file, buf,
			      sizeof(buf));
	snprintf(line, size, "%08x-%08x %c%c%c%c%s%s", vma->vm_start,
		 vma->vm_end, flags & VM_READ ? 'r' : '-',
		 flags & VM_WRITE ? 'w' : '-', flags & VM_EXEC ? 'x' : '-',
		 flags & VM_MAYSHARE ? 's' : 'p', name ? " " : "",
		 name ? name : "");
}

static void put_vma(const struct kernel_facts *to,
		    const struct vm_area_struct *vma, vaddr_t vaddr)
{
	char line[320];

	vma_line(vma, line, sizeof(line));
	put_text(to, "vma", line);
	put_hex(to, "offset in vma", vaddr - vma->vm_start, 1);
	if (vma->vm_file)
		put_hex(to, "offset in file",
			((uint64_t)vma->vm_pgoff << PAGE_SHIFT) +
				(vaddr - vma->vm_start),
			1);
}

static void put_entry(const struct kernel_facts *to, const pte_t *pte)
{
	char text[96];

	why_linux_word(*pte, text, sizeof(text));
	put_hex(to, "linux word", pte_val(*pte), 8);
	put_text(to, "linux says", text);
	put_hex(to, "hardware word", ptep_hw_word(pte), 8);
}

/* ---- a frame ----------------------------------------------------------------- */

static const char *const flag_names[NR_PAGEFLAGS] = {
	[PG_locked] = "locked",
	[PG_referenced] = "referenced",
	[PG_uptodate] = "uptodate",
	[PG_dirty] = "dirty",
	[PG_lru] = "lru",
	[PG_active] = "active",
	[PG_workingset] = "workingset",
	[PG_waiters] = "waiters",
	[PG_error] = "error",
	[PG_slab] = "slab",
	[PG_owner_priv_1] = "owner_priv_1",
	[PG_reserved] = "reserved",
	[PG_private] = "private",
	[PG_writeback] = "writeback",
	[PG_head] = "head",
	[PG_reclaim] = "reclaim",
	[PG_swapbacked] = "swapbacked",
	[PG_unevictable] = "unevictable",
	[PG_mlocked] = "mlocked",
	[PG_swapcache] = "swapcache",
	[PG_hwpoison] = "hwpoison",
	[PG_code] = "code",
	[PG_anon_exclusive] = "anon_exclusive",
	[PG_deferred] = "deferred",
};

static void put_flags(const struct kernel_facts *to, const struct page *page)
{
	char text[320] = "none";
	size_t n = 0;

	for (int i = 0; i < NR_PAGEFLAGS; i++)
		if (page->flags & 1u << i && flag_names[i])
			n += (size_t)snprintf(text + n, sizeof(text) - n,
					      "%s%s", n ? "|" : "",
					      flag_names[i]);
	put_text(to, "flags", text);
}

static void put_lru(const struct kernel_facts *to, const struct page *page)
{
	static const char *const names[NR_LRU_LISTS] = {
		[LRU_INACTIVE_ANON] = "inactive_anon",
		[LRU_ACTIVE_ANON] = "active_anon",
		[LRU_INACTIVE_FILE] = "inactive_file",
		[LRU_ACTIVE_FILE] = "active_file",
		[LRU_UNEVICTABLE] = "unevictable",
	};

	if (PageLRU(page))
		put_text(to, "lru list", names[page_lru(page)]);
}

/* A page of the kernel's: its type's word is where a mapcount would be. */
static bool has_type(const struct page *page)
{
	return PageSlab(page) || PageTable(page) || PageKstack(page) ||
	       PageLargeKmalloc(page);
}

static void put_user(const struct kernel_facts *to, const struct page *page)
{
	const struct address_space *mapping;

	put_number(to, "mapcount", page_mapcount(page));
	put_lru(to, page);
	/* What lies free on a CPU's list has no mapping to ask for. */
	if (!page_count(page) || !page->mapping)
		return;
	mapping = page_mapping(page);
	put_number(to, "index", page->index);
	if (PageKsm(page)) /* whose index says nothing of its places */
		put_number(to, "places ksmd knows", ksm_page_sharers(page));
	if (PageAnon(page) || !mapping->host)
		return;
	put_number(to, "inode", (int64_t)mapping->host->i_ino);
}

static void put_holder(const struct kernel *k, const struct kernel_facts *to,
		       const struct page *page)
{
	const struct page *head = compound_head(page);

	put_number(to, "refcount", page_count(head));
	put_flags(to, page);
	if (page->compound_head)
		put_hex(to, "part of the block at pfn", page_to_pfn(k, head),
			5);
	else if (page->compound_order)
		put_number(to, "order", page->compound_order);
	if (PageSlab(head) && head->slab_cache)
		put_text(to, "cache", head->slab_cache->name);
	else if (PageTable(page) && page->pt_mm && page->pt_mm != &k->init_mm)
		put_owner(to, page->pt_mm);
	else if (!has_type(head))
		put_user(to, head);
}

static void put_frame(struct kernel *k, pfn_t pfn,
		      const struct kernel_facts *to)
{
	static const char *const uses[NR_FRAME_USES] = {
#define FRAME_USE(name, key, label) label,
#include "kernel/frame_use.def"
#undef FRAME_USE
	};
	const struct page *page = pfn_to_page(k, pfn);
	const struct page *block = free_block_of(k, pfn);
	const struct page *speaks = block ? block : compound_head(page);

	to->begin(to->arg, "frame");
	put_hex(to, "pfn", pfn, 5);
	put_hex(to, "address", (uint64_t)pfn << PAGE_SHIFT, 8);
	put_number(to, "node", page_to_nid(speaks));
	put_text(to, "zone", page_zone(k, speaks)->name);
	put_text(to, "pageblock",
		 kernel_migratetype_name(get_pageblock_migratetype(k, page)));
	put_text(to, "use", uses[frame_use(k, speaks)]);
	if (block) {
		put_hex(to, "free block at pfn", page_to_pfn(k, block), 5);
		put_number(to, "order", buddy_order(block));
	} else {
		put_holder(k, to, page);
	}
	to->end(to->arg);
}

static bool put_mapper(struct page *page, struct vm_area_struct *vma,
		       vaddr_t vaddr, void *arg)
{
	const struct kernel_facts *to = arg;
	const pte_t *pte = page_vma_mapped(page, vma, vaddr);
	const pmd_t *pmd = page_vma_mapped_pmd(page, vma, vaddr);

	if (!pte && !pmd)
		return true;
	to->begin(to->arg, "mapped by");
	put_owner(to, vma->vm_mm);
	put_hex(to, "at", vaddr, 8);
	put_vma(to, vma, vaddr);
	if (pte) {
		put_entry(to, pte);
	} else {
		put_hex(to, "section word", pmd->pmd[0], 8);
		put_hex(to, "section word 2", pmd->pmd[1], 8);
	}
	to->end(to->arg);
	return true;
}

static bool is_ram(const struct kernel *k, uint64_t pfn)
{
	return pfn < 1u << (32 - PAGE_SHIFT) && pfn_valid(k, (pfn_t)pfn) &&
	       memblock_is_memory(k, (paddr_t)pfn << PAGE_SHIFT);
}

/* The frame's block, if rmap can say who maps it; or NULL. */
static struct page *mapped_block(struct kernel *k, pfn_t pfn)
{
	struct page *head = compound_head(pfn_to_page(k, pfn));

	return !free_block_of(k, pfn) && !has_type(head) && page_count(head) &&
			       head->mapping
		       ? head
		       : NULL;
}

struct search {
	int prefer;
	bool found;
	struct kernel_mapper *mapper;
};

static bool note_mapper(struct page *page, struct vm_area_struct *vma,
			vaddr_t vaddr, void *arg)
{
	struct search *search = arg;
	const struct task_struct *owner = owner_of(vma->vm_mm);

	if (!owner || (search->found && owner->pid != search->prefer) ||
	    (!page_vma_mapped(page, vma, vaddr) &&
	     !page_vma_mapped_pmd(page, vma, vaddr)))
		return true;
	search->found = true;
	*search->mapper = (struct kernel_mapper){owner->pid, vaddr};
	return owner->pid != search->prefer;
}

bool kernel_find_mapper(struct kernel *k, uint64_t pfn, int prefer,
			struct kernel_mapper *mapper)
{
	struct search search = {prefer, false, mapper};
	struct rmap_walk_control rwc = {&search, note_mapper};
	struct page *head = is_ram(k, pfn) ? mapped_block(k, (pfn_t)pfn) : NULL;

	if (!head)
		return false;
	rmap_walk_once(head, &rwc);
	mapper->va += ((pfn_t)pfn - page_to_pfn(k, head)) << PAGE_SHIFT;
	return search.found;
}

bool kernel_why_page(struct kernel *k, uint64_t pfn,
		     const struct kernel_facts *to, char *error, size_t size)
{
	struct rmap_walk_control rwc = {(void *)to, put_mapper};
	struct page *head;

	if (!is_ram(k, pfn)) {
		snprintf(error, size,
			 "frame 0x%llx isn't RAM, which has frames 0x%x to "
			 "0x%x",
			 (unsigned long long)pfn, k->mem.min_low_pfn,
			 k->mem.max_pfn - 1);
		return false;
	}
	put_frame(k, (pfn_t)pfn, to);
	head = mapped_block(k, (pfn_t)pfn);
	if (head)
		rmap_walk_once(head, &rwc);
	return true;
}

/* ---- an address ----------------------------------------------------------------- */

/* The VMA that @va lies in; NULL: in none. */
static const struct vm_area_struct *vma_at(struct mm_struct *mm, vaddr_t va)
{
	const struct vm_area_struct *vma = mm ? find_vma(mm, va) : NULL;

	return vma && vma->vm_start <= va ? vma : NULL;
}

/* Between which VMAs is @va? */
struct neighbours {
	char below[320], above[320];
};

static void find_neighbours(const struct mm_struct *mm, vaddr_t va,
			    struct neighbours *to)
{
	const struct vm_area_struct *below = NULL, *above = mm->mmap;

	*to = (struct neighbours){"nothing", "nothing"};
	for (; above && above->vm_end <= va; above = above->vm_next)
		below = above;
	if (below)
		vma_line(below, to->below, sizeof(to->below));
	if (above)
		vma_line(above, to->above, sizeof(to->above));
}

static void say_around(const struct task_struct *task, vaddr_t va, char *error,
		       size_t size)
{
	struct neighbours neighbours;

	find_neighbours(task->mm, va, &neighbours);
	snprintf(error, size,
		 "process %d (%s) has nothing at 0x%08x: below lies %s, above "
		 "%s",
		 task->pid, task->comm, va, neighbours.below, neighbours.above);
}

static void say_processes(const struct kernel *k, const char *who, char *error,
			  size_t size)
{
	const struct task_struct *task;
	size_t n = (size_t)snprintf(error, size,
				    "there is no %s%s at that moment",
				    *who ? "process " : "first program", who);
	const char *separator = "; there are";

	for_each_process(task, k) {
		if (!task->mm || n >= size)
			continue;
		n += (size_t)snprintf(error + n, size - n, "%s %d (%s)",
				      separator, task->pid, task->comm);
		separator = ",";
	}
}

static bool is_user_address(const struct task_struct *task, vaddr_t va)
{
	return task->mm && va < task->mm->task_size;
}

/* @vma NULL: in the kernel's part, whose entries Linux doesn't keep twice. */
static void put_address(const struct task_struct *task,
			const struct vm_area_struct *vma, vaddr_t va,
			const struct kernel_facts *to)
{
	const pte_t *pte = vma ? pte_lookup(task->mm, va) : NULL;

	to->begin(to->arg, "address");
	put_hex(to, "va", va, 8);
	put_number(to, "pid", task->pid);
	put_text(to, "comm", task->comm);
	if (vma)
		put_vma(to, vma, va);
	else if (is_user_address(task, va))
		put_text(to, "vma", "none");
	else
		put_text(to, "vma", "none: the kernel's part");
	if (pte)
		put_entry(to, pte);
	if (pte && pte_present(*pte))
		put_hex(to, "pfn", pte_pfn(*pte), 5);
	to->end(to->arg);
}

static const struct task_struct *first_program(const struct kernel *k)
{
	const struct task_struct *task =
		find_task_by_pid(k, k->sched.first_program);

	return task && task->flags & PF_PROGRAM ? task : NULL;
}

static const struct task_struct *find_process(const struct kernel *k,
					      const char *who)
{
	const struct task_struct *task;
	char *end;
	long pid = strtol(who, &end, 10);

	if (!*who)
		return first_program(k);
	if (!*end)
		return find_task_by_pid(k, (int)pid);
	for_each_process(task, k)
		if (!strcmp(task->comm, who))
			return task;
	return NULL;
}

int kernel_find_process(const struct kernel *k, const char *who)
{
	const struct task_struct *task = find_process(k, who);

	return task ? task->pid : 0;
}

/* One that has memory; NULL, and why in @error. */
static const struct task_struct *
find_user(const struct kernel *k, const char *who, char *error, size_t size)
{
	const struct task_struct *task = find_process(k, who);

	if (!task)
		say_processes(k, who, error, size);
	else if (!task->mm)
		snprintf(error, size,
			 "process %d (%s) has no memory of its own", task->pid,
			 task->comm);
	return task && task->mm ? task : NULL;
}

bool kernel_why_va(struct kernel *k, const char *who, vaddr_t va,
		   const struct kernel_facts *to, char *error, size_t size)
{
	const struct task_struct *task = find_user(k, who, error, size);
	const struct vm_area_struct *vma;

	if (!task)
		return false;
	vma = vma_at(task->mm, va);
	if (!vma && is_user_address(task, va)) {
		say_around(task, va, error, size);
		return false;
	}
	put_address(task, vma, va, to);
	why_walk(task->mm, va, to);
	why_access(task->mm, va, to);
	why_tlb(task->mm, va, to);
	return true;
}

/* ---- a fault --------------------------------------------------------------------- */

static void put_around(const struct mm_struct *mm, vaddr_t va,
		       const struct kernel_facts *to)
{
	struct neighbours neighbours;

	find_neighbours(mm, va, &neighbours);
	to->begin(to->arg, "around");
	put_text(to, "below", neighbours.below);
	put_text(to, "above", neighbours.above);
	to->end(to->arg);
}

/* Old pages have a frame, too, though hardware finds none. */
static bool frame_at(struct mm_struct *mm, const struct vm_area_struct *vma,
		     vaddr_t va, pfn_t *pfn)
{
	const pte_t *pte = vma ? pte_lookup(mm, va) : NULL;
	paddr_t paddr;

	if (pte && pte_present(*pte)) {
		*pfn = pte_pfn(*pte);
		return true;
	}
	if (!why_physical(mm, va, &paddr))
		return false;
	*pfn = (pfn_t)(paddr >> PAGE_SHIFT);
	return true;
}

void kernel_explain_fault(struct kernel *k, const struct kernel_fault *fault,
			  const struct kernel_facts *to)
{
	const struct task_struct *task = k->sched.cpus[fault->cpu].curr;
	struct mm_struct *mm = task->mm ? task->mm : task->active_mm;
	const vaddr_t va = fault->far;
	const struct vm_area_struct *vma = vma_at(task->mm, va);
	pfn_t pfn;

	put_address(task, vma, va, to);
	if (!vma && is_user_address(task, va))
		put_around(task->mm, va, to);
	why_walk(mm, va, to);
	why_tlb(mm, va, to);
	if (frame_at(mm, vma, va, &pfn) && is_ram(k, pfn))
		put_frame(k, pfn, to);
}

/* ---- whole tables ---------------------------------------------------------------- */

/* What a fault will have to bring from init_mm: do_translation_fault(). */
static unsigned int nr_not_copied(struct mm_struct *mm)
{
	unsigned int nr = 0;

	for (uint32_t i = pgd_index(mm->task_size); i < PTRS_PER_PGD; i++)
		nr += pmd_none(mm->pgd[i]) && !pmd_none(mm->k->init_mm.pgd[i]);
	return nr;
}

static void put_tables(const struct task_struct *task, struct mm_struct *mm,
		       const struct kernel_facts *to)
{
	to->begin(to->arg, "tables");
	if (task) {
		put_number(to, "pid", task->pid);
		put_text(to, "comm", task->comm);
		put_number(to, "kernel pairs not copied", nr_not_copied(mm));
	} else {
		put_text(to, "of", "the kernel");
	}
	put_hex(to, "first level at", mm->pgd_paddr, 8);
	to->end(to->arg);
}

static void put_region(void *arg, uint64_t start, const char *name)
{
	const struct kernel_facts *to = arg;

	to->begin(to->arg, "regions");
	put_hex(to, "start", start, 8);
	put_text(to, "name", name);
	to->end(to->arg);
}

static void put_stretch(void *arg, uint64_t start, uint64_t end,
			const char *domain, const char *rights)
{
	const struct kernel_facts *to = arg;

	to->begin(to->arg, "stretches");
	put_hex(to, "start", start, 8);
	put_hex(to, "end", end, 8);
	put_text(to, "domain", domain);
	put_text(to, "rights", rights);
	to->end(to->arg);
}

bool kernel_page_tables(struct kernel *k, const char *who, vaddr_t first,
			vaddr_t last, bool entries,
			const struct kernel_facts *to, char *error, size_t size)
{
	const struct task_struct *task = who ? find_user(k, who, error, size)
					     : NULL;
	struct mm_struct *mm = task ? task->mm : &k->init_mm;

	if (who && !task)
		return false;
	put_tables(task, mm, to);
	if (entries)
		why_tables(mm, first, last, to);
	else
		ptdump_walk(mm, first, last,
			    &(struct ptdump_sink){(void *)to, put_region,
						  put_stretch});
	return true;
}
