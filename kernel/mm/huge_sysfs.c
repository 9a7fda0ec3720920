/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/init.h"

/*
 * Who gets huge pages: boot arguments, /sys/kernel/mm/transparent_hugepage,
 * madvise() (mm/huge_memory.c as it is since Linux 6.8, when sizes between
 * 4 KB and 2 MB came).
 *
 *	enabled, defrag, hpage_pmd_size
 *	hugepages-64kB/, hugepages-2048kB/: enabled, stats/
 *	khugepaged/ (khugepaged.c)
 *
 * Linux has none of it on two-level tables. So all of it is absent, files,
 * counters and advice, unless the board or a boot argument asks for it
 * (thp.configured): a kernel built without CONFIG_TRANSPARENT_HUGEPAGE.
 *
 * MODEL: no shmem_enabled: tmpfs has no huge pages; no use_zero_page: there is
 * no huge zero page (huge_memory.c).
 */

#include <string.h>

#include "kernel/fs/sysfs.h"
#include "kernel/lib/cmdline.h"
#include "kernel/lib/err.h"
#include "kernel/lib/kstrtox.h"
#include "kernel/lib/printk.h"
#include "kernel/mm/huge_mm.h"
#include "kernel/mm/khugepaged.h"
#include "kernel/mm/mman.h"
#include "kernel/mm/vma.h"
#include "kernel/state.h"

#define BIT(flag) (1u << (flag))

/* No room for one: the kernel's own, or the size is fixed. */
#define VM_NO_KHUGEPAGED (VM_SPECIAL | VM_HUGETLB)

static const uint32_t order_of[NR_THP_SIZES] = {
	[THP_64KB] = THP_ORDER_CONT,
	[THP_2MB] = THP_ORDER_PMD,
};

/* ---- who may have what ----------------------------------------------------- */

static bool thp_flag(const struct kernel *k,
		     enum transparent_hugepage_flag flag)
{
	return k->thp.flags & BIT(flag);
}

bool hugepage_flags_enabled(const struct kernel *k)
{
	const struct thp_state *thp = &k->thp;
	const bool global = thp_flag(k, TRANSPARENT_HUGEPAGE_FLAG) ||
			    thp_flag(k, TRANSPARENT_HUGEPAGE_REQ_MADV_FLAG);

	return (thp->orders_always | thp->orders_madvise |
		(global ? thp->orders_inherit : 0)) &
	       THP_ORDER_PMD;
}

bool thp_vma_possible(const struct vm_area_struct *vma, uint32_t vm_flags)
{
	return vma->vm_mm->k->thp.configured &&
	       !(vm_flags & (VM_NO_KHUGEPAGED | VM_NOHUGEPAGE | VM_SHARED)) &&
	       !vma->vm_mm->thp_disabled && vma_is_anonymous(vma);
}

uint32_t thp_vma_allowable_orders(const struct vm_area_struct *vma,
				  uint32_t vm_flags)
{
	const struct kernel *k = vma->vm_mm->k;
	const struct thp_state *thp = &k->thp;
	const bool advised = vm_flags & VM_HUGEPAGE;
	uint32_t orders = thp->orders_always;

	if (!thp_vma_possible(vma, vm_flags))
		return 0;
	if (advised)
		orders |= thp->orders_madvise;
	if (thp_flag(k, TRANSPARENT_HUGEPAGE_FLAG) ||
	    (advised && thp_flag(k, TRANSPARENT_HUGEPAGE_REQ_MADV_FLAG)))
		orders |= thp->orders_inherit;
	return orders;
}

int hugepage_madvise(struct task_struct *curr, struct vm_area_struct *vma,
		     uint32_t *flags, int advice)
{
	if (!curr->k->thp.configured || *flags & VM_NO_KHUGEPAGED)
		return -EINVAL;
	if (advice == MADV_NOHUGEPAGE) {
		*flags = (*flags & ~VM_HUGEPAGE) | VM_NOHUGEPAGE;
		return 0;
	}
	*flags = (*flags & ~VM_NOHUGEPAGE) | VM_HUGEPAGE;
	khugepaged_enter_vma(curr, vma, *flags);
	return 0;
}

/* ---- words ------------------------------------------------------------------ */

static const char *const words[] = {"never", "madvise", "always", "inherit"};
enum thp_word {
	THP_NEVER,
	THP_MADVISE,
	THP_ALWAYS,
	THP_INHERIT,
	NR_THP_WORDS,
};

/* @text of @len bytes, a newline after it not counted. -1: none of them. */
static int find_word(const char *text, uint32_t len, const char *const *list,
		     int nr)
{
	if (len && text[len - 1] == '\n')
		len--;
	for (int i = 0; i < nr; i++)
		if (strlen(list[i]) == len && !memcmp(text, list[i], len))
			return i;
	return -1;
}

static void set_enabled(struct thp_state *thp, enum thp_word word)
{
	thp->flags &= ~(BIT(TRANSPARENT_HUGEPAGE_FLAG) |
			BIT(TRANSPARENT_HUGEPAGE_REQ_MADV_FLAG));
	if (word == THP_ALWAYS)
		thp->flags |= BIT(TRANSPARENT_HUGEPAGE_FLAG);
	if (word == THP_MADVISE)
		thp->flags |= BIT(TRANSPARENT_HUGEPAGE_REQ_MADV_FLAG);
}

static enum thp_word get_enabled(const struct kernel *k)
{
	if (thp_flag(k, TRANSPARENT_HUGEPAGE_FLAG))
		return THP_ALWAYS;
	return thp_flag(k, TRANSPARENT_HUGEPAGE_REQ_MADV_FLAG) ? THP_MADVISE
							       : THP_NEVER;
}

static void set_orders(struct thp_state *thp, uint32_t orders,
		       enum thp_word word)
{
	thp->orders_always &= ~orders;
	thp->orders_madvise &= ~orders;
	thp->orders_inherit &= ~orders;
	if (word == THP_ALWAYS)
		thp->orders_always |= orders;
	if (word == THP_MADVISE)
		thp->orders_madvise |= orders;
	if (word == THP_INHERIT)
		thp->orders_inherit |= orders;
}

static enum thp_word get_orders(const struct thp_state *thp, uint32_t order)
{
	if (thp->orders_always & order)
		return THP_ALWAYS;
	if (thp->orders_madvise & order)
		return THP_MADVISE;
	return thp->orders_inherit & order ? THP_INHERIT : THP_NEVER;
}

/* ---- at boot ------------------------------------------------------------------ */

/* transparent_hugepage=always, madvise, never. */
static bool setup_transparent_hugepage(struct kernel *k)
{
	uint32_t len;
	const char *text = boot_param(k, "transparent_hugepage", &len);
	int word;

	if (!text)
		return false;
	word = find_word(text, len, words, THP_ALWAYS + 1);
	if (word < 0)
		printk(k, "transparent_hugepage= cannot parse, ignored");
	else
		set_enabled(&k->thp, (enum thp_word)word);
	return true;
}

/* Those of the sizes that lie between two. */
static uint32_t orders_between(uint64_t least, uint64_t most)
{
	uint32_t orders = 0;

	if (least <= CONT_PTE_SIZE && most >= CONT_PTE_SIZE)
		orders |= THP_ORDER_CONT;
	if (least <= HPAGE_PMD_SIZE && most >= HPAGE_PMD_SIZE)
		orders |= THP_ORDER_PMD;
	return orders;
}

/* One "16K-64K,2M:always", up to @end. False: bad. */
static bool setup_thp_sizes(struct thp_state *thp, const char *at,
			    const char *end)
{
	const char *colon = memchr(at, ':', (size_t)(end - at));
	uint32_t orders = 0;
	int word;

	if (!colon)
		return false;
	word = find_word(colon + 1, (uint32_t)(end - colon - 1), words,
			 NR_THP_WORDS);
	while (word >= 0 && at < colon) {
		const char *rest;
		uint64_t least = memparse(at, &rest), most = least;

		if (rest < colon && *rest == '-')
			most = memparse(rest + 1, &rest);
		if (rest == at || (rest != colon && *rest != ','))
			return false;
		orders |= orders_between(least, most);
		at = rest == colon ? colon : rest + 1;
	}
	if (word < 0)
		return false;
	set_orders(thp, orders, (enum thp_word)word);
	return true;
}

/* thp_anon=64K:always;2M:inherit */
static bool setup_thp_anon(struct kernel *k)
{
	uint32_t len;
	const char *at = boot_param(k, "thp_anon", &len), *end;

	if (!at)
		return false;
	end = at + len;
	while (at < end) {
		const char *semicolon = memchr(at, ';', (size_t)(end - at));
		const char *to = semicolon ? semicolon : end;

		if (!setup_thp_sizes(&k->thp, at, to)) {
			printk(k,
			       "thp_anon=%.*s: error parsing string, "
			       "ignoring setting",
			       (int)len, end - len);
			break;
		}
		at = to + 1;
	}
	return true;
}

void thp_setup(struct kernel *k)
{
	struct thp_state *thp = &k->thp;
	const struct kernel_params *params = &k->params;

	thp->flags = BIT(TRANSPARENT_HUGEPAGE_DEFRAG_REQ_MADV_FLAG) |
		     BIT(TRANSPARENT_HUGEPAGE_DEFRAG_KHUGEPAGED_FLAG);
	set_orders(thp, THP_ORDER_PMD, THP_INHERIT);
	if (params->transparent_hugepage == KERNEL_THP_MADVISE)
		set_enabled(thp, THP_MADVISE);
	if (params->transparent_hugepage == KERNEL_THP_ALWAYS)
		set_enabled(thp, THP_ALWAYS);
	thp->configured = params->transparent_hugepage != KERNEL_THP_NONE;
	thp->configured |= setup_transparent_hugepage(k);
	thp->configured |= setup_thp_anon(k);
	khugepaged_setup(k);
}

/* ---- files ---------------------------------------------------------------------- */

/* "always [madvise] never" */
static void show_choice(struct seq_file *m, const char *const *list,
			const int *order, int nr, int chosen)
{
	for (int i = 0; i < nr; i++)
		seq_printf(m, order[i] == chosen ? "%s[%s]" : "%s%s",
			   i ? " " : "", list[order[i]]);
	seq_puts(m, "\n");
}

static int enabled_show(struct seq_file *m, void *object)
{
	static const int order[] = {THP_ALWAYS, THP_MADVISE, THP_NEVER};

	(void)object;
	show_choice(m, words, order, 3, get_enabled(m->k));
	return 0;
}

static int enabled_store(struct task_struct *curr, void *object,
			 const char *text, uint32_t n)
{
	int word = find_word(text, n, words, THP_ALWAYS + 1);

	(void)object;
	if (word < 0)
		return -EINVAL;
	set_enabled(&curr->k->thp, (enum thp_word)word);
	return start_stop_khugepaged(curr);
}

/* In the order of the file; the last is what no flag means. */
static const char *const defrag_words[] = {"always", "defer", "defer+madvise",
					   "madvise", "never"};
static const enum transparent_hugepage_flag defrag_flags[] = {
	TRANSPARENT_HUGEPAGE_DEFRAG_DIRECT_FLAG,
	TRANSPARENT_HUGEPAGE_DEFRAG_KSWAPD_FLAG,
	TRANSPARENT_HUGEPAGE_DEFRAG_KSWAPD_OR_MADV_FLAG,
	TRANSPARENT_HUGEPAGE_DEFRAG_REQ_MADV_FLAG,
};
#define NR_DEFRAG_FLAGS 4

static int defrag_show(struct seq_file *m, void *object)
{
	static const int order[] = {0, 1, 2, 3, 4};
	int chosen = 0;

	(void)object;
	while (chosen < NR_DEFRAG_FLAGS &&
	       !thp_flag(m->k, defrag_flags[chosen]))
		chosen++;
	show_choice(m, defrag_words, order, 5, chosen);
	return 0;
}

static int defrag_store(struct task_struct *curr, void *object,
			const char *text, uint32_t n)
{
	struct thp_state *thp = &curr->k->thp;
	int word = find_word(text, n, defrag_words, NR_DEFRAG_FLAGS + 1);

	(void)object;
	if (word < 0)
		return -EINVAL;
	for (int i = 0; i < NR_DEFRAG_FLAGS; i++)
		thp->flags &= ~BIT(defrag_flags[i]);
	if (word < NR_DEFRAG_FLAGS)
		thp->flags |= BIT(defrag_flags[word]);
	return 0;
}

int thp_flag_store(struct kernel *k, const char *text,
		   enum transparent_hugepage_flag flag)
{
	uint32_t value;
	int err = kstrtouint(text, 10, &value);

	if (err)
		return err;
	if (value > 1)
		return -EINVAL;
	k->thp.flags &= ~BIT(flag);
	if (value)
		k->thp.flags |= BIT(flag);
	return 0;
}

static int hpage_pmd_size_show(struct seq_file *m, void *object)
{
	(void)object;
	seq_printf(m, "%u\n", HPAGE_PMD_SIZE);
	return 0;
}

static const struct sysfs_attribute attrs[] = {
	{"enabled", 0644, enabled_show, enabled_store},
	{"defrag", 0644, defrag_show, defrag_store},
	{"hpage_pmd_size", 0444, hpage_pmd_size_show, NULL},
};

/* ---- of one size ------------------------------------------------------------------ */

static enum thp_size size_of(const struct kernel *k, const void *object)
{
	return (enum thp_size)((const struct thp_stats *)object - k->thp.stats);
}

static int size_enabled_show(struct seq_file *m, void *object)
{
	static const int order[] = {THP_ALWAYS, THP_INHERIT, THP_MADVISE,
				    THP_NEVER};

	show_choice(m, words, order, 4,
		    get_orders(&m->k->thp, order_of[size_of(m->k, object)]));
	return 0;
}

static int size_enabled_store(struct task_struct *curr, void *object,
			      const char *text, uint32_t n)
{
	int word = find_word(text, n, words, NR_THP_WORDS);

	if (word < 0)
		return -EINVAL;
	set_orders(&curr->k->thp, order_of[size_of(curr->k, object)],
		   (enum thp_word)word);
	return start_stop_khugepaged(curr);
}

#define STAT_SHOW(name)                                                   \
	static int name##_show(struct seq_file *m, void *object)          \
	{                                                                 \
		const struct thp_stats *stats = object;                   \
                                                                          \
		seq_printf(m, "%llu\n", (unsigned long long)stats->name); \
		return 0;                                                 \
	}
STAT_SHOW(anon_fault_alloc)
STAT_SHOW(anon_fault_fallback)
STAT_SHOW(split)

static const struct sysfs_attribute size_attrs[] = {
	{"enabled", 0644, size_enabled_show, size_enabled_store},
};
static const struct sysfs_attribute stat_attrs[] = {
	{"anon_fault_alloc", 0444, anon_fault_alloc_show, NULL},
	{"anon_fault_fallback", 0444, anon_fault_fallback_show, NULL},
	{"split", 0444, split_show, NULL},
};

static void add_size(struct task_struct *curr, struct kernfs_node *parent,
		     const char *name, enum thp_size size)
{
	void *object = &curr->k->thp.stats[size];
	struct kernfs_node *dir = sysfs_create_dir(curr, parent, name, object);

	if (!dir || sysfs_create_files(curr, dir, size_attrs, 1))
		return;
	dir = sysfs_create_dir(curr, dir, "stats", object);
	if (dir)
		sysfs_create_files(curr, dir, stat_attrs,
				   size == THP_2MB ? 3 : 2);
}

void hugepage_init(struct task_struct *curr)
{
	struct kernfs_node *dir;

	if (!curr->k->thp.configured)
		return;
	dir = sysfs_create_dir(curr, NULL, "kernel", NULL);
	if (dir)
		dir = sysfs_create_dir(curr, dir, "mm", NULL);
	if (dir)
		dir = sysfs_create_dir(curr, dir, "transparent_hugepage", NULL);
	if (dir && !sysfs_create_files(curr, dir, attrs, 3)) {
		add_size(curr, dir, "hugepages-64kB", THP_64KB);
		add_size(curr, dir, "hugepages-2048kB", THP_2MB);
		khugepaged_sysfs_init(curr, dir);
	}
	start_stop_khugepaged(curr);
}
