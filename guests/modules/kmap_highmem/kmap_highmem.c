/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Takes all 512 addresses that kmap() has, for pages of highmem, so that the
 * next who wants one has to wait:
 *
 *	insmod kmap_highmem.ko
 *	insmod page_user.ko &
 *	echo 1 > /sys/module/kmap_highmem/parameters/release
 *
 * Writing to `atomic` asks for one where it may not sleep, and is refused.
 */

#include <linux/highmem.h>
#include <linux/module.h>

#define NR_SLOTS 512

static struct page *pages[NR_SLOTS];
static u32 *mapped[NR_SLOTS];
static u32 nr_pages, nr_mapped;

/* What each page has of its own. */
static u32 mark(u32 i)
{
	return i * 0x01000193u ^ 0x811c9dc5u;
}

static u32 count_wrong(void)
{
	u32 wrong = 0;

	for (u32 i = 0; i < nr_pages; i++) {
		u32 *at = kmap_local_page(pages[i]);

		wrong += at[0] != mark(i) || at[1023] != ~mark(i);
		kunmap_local(at);
	}
	return wrong;
}

static int release(const char *value, const struct kernel_param *kp)
{
	(void)value, (void)kp;
	if (!nr_mapped)
		return -ENOENT;
	nr_mapped--;
	kunmap(pages[nr_mapped]);
	return 0;
}

static const struct kernel_param_ops release_ops = {.set = release};
module_param_cb(release, &release_ops, NULL, 0200);
MODULE_PARM_DESC(release, "gives one address back");

/* Seven pages at a time, and an eighth by kmap(), which it can't have. */
static int atomic(const char *value, const struct kernel_param *kp)
{
	void *at[7], *refused;
	u32 same = 0;

	(void)value, (void)kp;
	for (u32 i = 0; i < 7; i++)
		at[i] = kmap_atomic(pages[i]);
	for (u32 i = 0; i < 7; i++)
		same += *(u32 *)at[i] == mark(i);
	refused = kmap(pages[7]);
	for (u32 i = 7; i--;)
		kunmap_atomic(at[i]);
	pr_info("kmap_highmem: %u pages at a time, and kmap() says %p\n", same,
		refused);
	return refused ? -EBUSY : 0;
}

static const struct kernel_param_ops atomic_ops = {.set = atomic};
module_param_cb(atomic, &atomic_ops, NULL, 0200);
MODULE_PARM_DESC(atomic, "asks where it may not sleep");

static void drop_all(void)
{
	while (nr_mapped)
		kunmap(pages[--nr_mapped]);
	while (nr_pages)
		__free_page(pages[--nr_pages]);
}

static int __init kmap_highmem_init(void)
{
	u32 nr_high = 0;

	for (; nr_pages < NR_SLOTS; nr_pages++) {
		pages[nr_pages] = alloc_page(GFP_HIGHUSER);
		if (!pages[nr_pages]) {
			drop_all();
			return -ENOMEM;
		}
		nr_high += !page_address(pages[nr_pages]);
	}
	for (; nr_mapped < NR_SLOTS; nr_mapped++) {
		mapped[nr_mapped] = kmap(pages[nr_mapped]);
		mapped[nr_mapped][0] = mark(nr_mapped);
		mapped[nr_mapped][1023] = ~mark(nr_mapped);
	}
	pr_info("kmap_highmem: %u pages of highmem from %p to %p, %u wrong\n",
		nr_high, mapped[0], mapped[NR_SLOTS - 1], count_wrong());
	/* mapped once more, a page is where it is */
	if (kmap(pages[3]) != mapped[3])
		pr_err("kmap_highmem: page 3 is in two places\n");
	kunmap(pages[3]);
	return 0;
}

static void __exit kmap_highmem_exit(void)
{
	pr_info("kmap_highmem: %u wrong at the end\n", count_wrong());
	drop_all();
}

module_init(kmap_highmem_init);
module_exit(kmap_highmem_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Takes all of kmap()'s addresses");
