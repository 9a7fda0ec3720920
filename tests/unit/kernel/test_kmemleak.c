/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kmemleak: what is lost is found, with its size and owner; what something
 * points to, from any of the places where the kernel keeps pointers, is not.
 *
 * Each case runs on the kernel stack of pid 1, on a machine that has booted
 * and whose only program has ended. The test's own variables are no roots: it
 * knows of objects that the kernel has lost.
 */
#include "tests/unit/kernel/helper_fake_hw.h"

#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/fs/fcntl.h"
#include "kernel/fs/fs.h"
#include "kernel/fs/seq_file.h"
#include "kernel/lib/xarray.h"
#include "kernel/mm/kmemleak_internal.h"
#include "kernel/mm/page_alloc.h"
#include "kernel/mm/slab.h"
#include "kernel/task/sched_core.h"

/* So that no register of the caller's still knows what a call has made. */
#define NOINLINE __attribute__((noinline))

static struct {
	struct fake_hw *f;
	struct task_struct *curr;
	void (*run)(void);
} test;

/* Whatever calls have left behind on this stack. */
static NOINLINE void wipe_stack(void)
{
	volatile uint64_t room[4096];

	for (size_t i = 0; i < 4096; i++)
		room[i] = i;
	(void)room[77];
}

static void pass_seconds(unsigned int n)
{
	test.f->now += (uint64_t)n * test.f->hw.clock_hz;
}

/* Scanned twice, with time enough for everything to be old. */
static uint32_t new_leaks(void)
{
	uint32_t nr;

	pass_seconds(6);
	wipe_stack();
	nr = kmemleak_scan(test.curr);
	wipe_stack();
	return nr + kmemleak_scan(test.curr);
}

static bool is_reported(vaddr_t ptr)
{
	const struct kmemleak_object *object = kmemleak_lookup(test.f->k, ptr);

	assert_non_null(object);
	return object->flags & OBJECT_REPORTED;
}

/* ---- objects --------------------------------------------------------------- */

/* A C structure that has a pointer of each kind. */
struct box {
	struct list_head list;
	struct rb_node rb;
	uint32_t odd; /* so that the address is at 4 beyond a multiple of 8 */
	vaddr_t bytes;
	void *other;
	uint64_t tail;
};

static NOINLINE struct box *new_box(void)
{
	return kzalloc_obj(test.curr, 64, sizeof(struct box), GFP_KERNEL);
}

static vaddr_t box_addr(const struct box *box)
{
	return kobj_addr(test.f->k, box);
}

static NOINLINE vaddr_t new_bytes(uint32_t n)
{
	return kzalloc(test.curr, n, GFP_KERNEL);
}

static uint32_t *words(vaddr_t bytes)
{
	return kbytes(test.f->k, bytes);
}

/* A box that struct kernel itself knows. */
static struct box *root;

static void make_root(void)
{
	root = new_box();
	list_add(&root->list, &test.f->k->sched.page_wait[0]);
}

/* Nothing leaks as long as @slot is, and one object once it is not. */
#define ASSERT_KEPT_BY(slot)                      \
	do {                                      \
		assert_int_equal(new_leaks(), 0); \
		(slot) = 0;                       \
		assert_int_equal(new_leaks(), 1); \
	} while (0)

/* ---- what is lost ----------------------------------------------------------- */

static vaddr_t lost;

static NOINLINE void lose(uint32_t n)
{
	lost = new_bytes(n);
}

static NOINLINE void lose_text(void)
{
	lose(20);
	for (uint32_t i = 0; i < 20; i++)
		((char *)words(lost))[i] = (char)(i % 3 ? 'a' + i : 7);
}

static void lose_bytes(void)
{
	lose(100);
	assert_int_equal(new_leaks(), 1);
	assert_true(is_reported(lost));
	assert_non_null(strstr(test.f->log,
			       "kmemleak: 1 new suspected memory leaks (see "
			       "/sys/kernel/debug/kmemleak)"));
	/* once is enough */
	assert_int_equal(new_leaks(), 0);
}

static void lose_large(void)
{
	lose(100000);
	assert_int_equal(new_leaks(), 1);
	assert_int_equal(kmemleak_lookup(test.f->k, lost + 99999)->size,
			 100000);
	kfree(test.curr, lost);
	assert_null(kmemleak_lookup(test.f->k, lost));
}

/* Two that know of each other, and nobody else of them. */
static NOINLINE void make_ring(void)
{
	struct box *a = new_box(), *b = new_box();

	a->other = b;
	b->other = a;
}

static void lose_ring(void)
{
	make_ring();
	assert_int_equal(new_leaks(), 2);
}

/* What a freed object held does not count. */
static NOINLINE void add_holder(void)
{
	struct box *box = new_box();

	root->other = box;
	box->bytes = lost = new_bytes(64);
}

static NOINLINE void free_holder(void)
{
	kfree_obj(test.curr, root->other);
	root->other = NULL;
}

static void lose_by_free(void)
{
	make_root();
	add_holder();
	assert_int_equal(new_leaks(), 0);
	free_holder();
	assert_int_equal(new_leaks(), 1);
	assert_true(is_reported(lost));
}

/* ---- what something points to ------------------------------------------------- */

static NOINLINE void add_two(void)
{
	struct box *box = new_box(), *next = new_box();

	list_add(&box->list, &root->list);
	list_add(&next->list, &box->list);
	lost = box_addr(next);
}

static NOINLINE void remove_second(void)
{
	list_del(root->list.next->next);
}

static void kept_by_list(void)
{
	make_root();
	add_two();
	assert_int_equal(new_leaks(), 0);
	remove_second();
	assert_int_equal(new_leaks(), 1);
	assert_true(is_reported(lost));
}

static void rb_link(struct rb_root *tree, struct box *box)
{
	struct rb_node **link = &tree->rb_node, *parent = NULL;

	while (*link) {
		parent = *link;
		link = box->tail < rb_entry(parent, struct box, rb)->tail
			       ? &parent->rb_left
			       : &parent->rb_right;
	}
	rb_link_node(&box->rb, parent, link);
	rb_insert_color(&box->rb, tree);
}

static NOINLINE void grow_tree(struct rb_root *tree)
{
	for (uint64_t i = 0; i < 20; i++) {
		struct box *box = new_box();

		box->tail = i * 7 % 20;
		rb_link(tree, box);
	}
}

static NOINLINE void prune_tree(struct rb_root *tree)
{
	rb_erase(rb_last(tree), tree);
}

static void kept_by_rbtree(void)
{
	struct rb_root *tree;

	make_root();
	tree = (struct rb_root *)&root->other;
	grow_tree(tree);
	assert_int_equal(new_leaks(), 0);
	prune_tree(tree);
	assert_int_equal(new_leaks(), 1);
	root->other = NULL;
	assert_int_equal(new_leaks(), 19);
}

static NOINLINE void fill_xarray(struct xarray *xa)
{
	for (uint32_t i = 0; i < 5; i++)
		assert_int_equal(xa_store(test.curr, xa, i * i * 1000,
					  new_box(), GFP_KERNEL),
				 0);
}

static NOINLINE void erase_one(struct xarray *xa)
{
	xa_erase(test.curr, xa, 4000);
}

static void kept_by_xarray(void)
{
	struct xarray *xa;

	make_root();
	xa = (struct xarray *)&root->other;
	fill_xarray(xa);
	assert_int_equal(new_leaks(), 0);
	erase_one(xa);
	assert_int_equal(new_leaks(), 1);
}

/* What is new goes to @slot and nowhere else. */
static NOINLINE void put_bytes(vaddr_t *slot, uint32_t n, uint32_t offset)
{
	*slot = new_bytes(n) + offset;
}

static NOINLINE void put_box_addr(vaddr_t *slot)
{
	*slot = box_addr(new_box());
}

static NOINLINE void put_box(void *slot, uint32_t offset)
{
	*(char **)slot = (char *)new_box() + offset;
}

static NOINLINE void put_place_in_ram(void **slot)
{
	*slot = words(new_bytes(200));
}

static void kept_by_addresses(void)
{
	vaddr_t *word;

	make_root();
	put_bytes(&root->bytes, 64, 0);
	ASSERT_KEPT_BY(root->bytes);
	/* in bytes of guest RAM, at any word of theirs */
	put_bytes(&root->bytes, 64, 0);
	word = words(root->bytes);
	put_bytes(&word[7], 32, 0);
	ASSERT_KEPT_BY(word[7]);
	/* a C structure known by its kernel address */
	put_box_addr(&word[3]);
	ASSERT_KEPT_BY(word[3]);
	/* bytes known by their place in RAM */
	put_place_in_ram(&root->other);
	ASSERT_KEPT_BY(root->other);
}

/* Into the middle, or with a flag in the low bits; not behind the end. */
static void kept_by_interior(void)
{
	make_root();
	put_box(&root->other, 1);
	ASSERT_KEPT_BY(root->other);
	put_box(&root->other, offsetof(struct box, tail));
	ASSERT_KEPT_BY(root->other);
	put_bytes(&root->bytes, 64, 63);
	ASSERT_KEPT_BY(root->bytes);
	put_bytes(&root->bytes, 64, 64);
	assert_int_equal(new_leaks(), 1);
}

static void kept_by_page(void)
{
	struct page *page = alloc_pages(test.curr, GFP_KERNEL, 0);

	put_box(&page->mapping, 1);
	put_box(&page->private, 0);
	assert_int_equal(new_leaks(), 0);
	page->private = 0;
	assert_int_equal(new_leaks(), 1);
	page->mapping = NULL;
	assert_int_equal(new_leaks(), 1);
	__free_pages(test.curr, page, 0);
}

static int hold_it(struct task_struct *curr, void *unused)
{
	void *volatile only;
	volatile vaddr_t only_bytes;

	(void)unused;
	test.curr = curr;
	only = new_box();
	only_bytes = new_bytes(48);
	lost = box_addr(only);
	test.curr = test.f->k->sched.init;
	curr->state = TASK_UNINTERRUPTIBLE;
	schedule(curr);
	only = NULL;
	only_bytes = 0;
	curr->state = TASK_UNINTERRUPTIBLE;
	schedule(curr);
	(void)only, (void)only_bytes;
	return 0;
}

/* Who yields after long work is behind everybody that waits. */
static void let_others_run(void)
{
	pass_seconds(1);
	do_sched_yield(test.curr);
}

static void kept_by_stack(void)
{
	struct task_struct *task = kthread_run(test.curr, hold_it, NULL,
					       "holder");
	const struct kmemleak_object *object;

	let_others_run();
	object = kmemleak_lookup(test.f->k, lost);
	assert_string_equal(object->comm, "holder");
	assert_int_equal(object->pid, task->pid);
	assert_int_equal(new_leaks(), 0);
	wake_up_process(test.curr, task);
	let_others_run();
	assert_int_equal(new_leaks(), 2);
	wake_up_process(test.curr, task); /* it ends */
	let_others_run();
}

/* Kept on the stack that scans. */
static void kept_by_own_stack(void)
{
	void *volatile here = new_box();
	volatile vaddr_t bytes = new_bytes(48);

	assert_int_equal(new_leaks(), 0);
	test.f->k->kmemleak.stack_scan = false;
	assert_int_equal(new_leaks(), 2);
	test.f->k->kmemleak.stack_scan = true;
	(void)here, (void)bytes;
}

static NOINLINE void put_halves(uint32_t low, uint32_t high)
{
	lose(64);
	root->tail = (uint64_t)(high ? high : lost) << 32 | (low ? low : lost);
}

/* A number of the host's is no pointer, whatever its halves look like. */
static void not_kept_by_halves(void)
{
	make_root();
	put_halves(0, 0x7f12);
	assert_int_equal(new_leaks(), 1);
	/* two words of ARM's, however, are two words */
	put_halves(1, 0);
	ASSERT_KEPT_BY(root->tail);
	put_halves(0, 3);
	ASSERT_KEPT_BY(root->tail);
}

/* ---- what users say ------------------------------------------------------------- */

/* Two boxes that nobody knows, each with another. */
static NOINLINE void grey_and_black(struct kernel *k)
{
	struct box *grey = new_box(), *black = new_box();

	grey->other = new_box();
	black->other = new_box();
	kmemleak_not_leak(k, box_addr(grey));
	kmemleak_ignore(k, box_addr(black));
	lost = box_addr(black->other);
}

static NOINLINE void not_searched(struct kernel *k)
{
	struct box *blind = new_box();

	root->other = blind;
	blind->other = new_box();
	kmemleak_no_scan(k, box_addr(blind));
	lost = box_addr(blind->other);
}

static NOINLINE void partly_searched(struct kernel *k)
{
	struct box *partly = new_box();

	root->rb.rb_right = (void *)partly;
	partly->other = new_box();
	partly->rb.rb_left = (void *)new_box();
	kmemleak_scan_area(k, box_addr(partly), &partly->other,
			   sizeof(partly->other));
	lost = kobj_addr(k, partly->rb.rb_left);
}

static void colours(void)
{
	grey_and_black(test.f->k);
	assert_int_equal(new_leaks(), 1);
	assert_true(is_reported(lost));
	make_root();
	not_searched(test.f->k);
	assert_int_equal(new_leaks(), 1);
	assert_true(is_reported(lost));
	partly_searched(test.f->k);
	assert_int_equal(new_leaks(), 1);
	assert_true(is_reported(lost));
}

static NOINLINE void touch(vaddr_t bytes)
{
	words(bytes)[1] = 1;
}

static void age_and_change(void)
{
	lose(64);
	wipe_stack();
	assert_int_equal(kmemleak_scan(test.curr), 0);
	assert_int_equal(kmemleak_scan(test.curr), 0); /* too young */
	pass_seconds(5);
	touch(lost); /* somebody still writes to it */
	assert_int_equal(kmemleak_scan(test.curr), 0);
	assert_int_equal(kmemleak_scan(test.curr), 1);
}

/* ---- the file --------------------------------------------------------------------- */

static struct file *open_file(void)
{
	struct file *file;

	if (!test.curr->fs)
		assert_int_equal(open_console_fds(test.curr), 0);
	file = filp_open(test.curr, "/sys/kernel/debug/kmemleak", O_RDWR, 0);
	assert_false(IS_ERR(file));
	return file;
}

static int32_t say(const char *text)
{
	struct file *file = open_file();
	char copy[80];
	struct iov_iter from;
	int64_t pos = 0;
	int32_t n;

	snprintf(copy, sizeof(copy), "%s", text);
	iov_iter_kernel(&from, copy, (uint32_t)strlen(copy));
	n = file->f_op->write_iter(test.curr, file, &from, &pos);
	fput(test.curr, file);
	return n;
}

static const char *report(void)
{
	static char text[8192];
	struct file *file = open_file();
	uint32_t total = 0;
	int32_t n;

	while ((n = kernel_read(test.curr, file, text + total, 512, total)) > 0)
		total += (uint32_t)n;
	text[total] = '\0';
	fput(test.curr, file);
	return text;
}

static void assert_matches(const char *text, const char *pattern)
{
	regex_t re;

	assert_int_equal(regcomp(&re, pattern, REG_EXTENDED | REG_NOSUB), 0);
	if (regexec(&re, text, 0, NULL, 0))
		fail_msg("\"%s\" is not \"%s\"", text, pattern);
	regfree(&re);
}

static void file_report(void)
{
	char dump[40];

	assert_string_equal(report(), "");
	lose_text();
	pass_seconds(9);
	wipe_stack();
	assert_int_equal(say("scan\n"), 5);
	wipe_stack();
	assert_int_equal(say("scan"), 4);
	assert_matches(report(),
		       "^unreferenced object 0x[0-9a-f]{8} \\(size "
		       "(20|64)\\):\n"
		       "  comm \"init\", pid 1, jiffies [0-9]{10} \\(age "
		       "9\\.000s\\)\n"
		       "  hex dump \\(first (20|32) bytes\\):\n"
		       "    07 62 63 07 65 66 07 68 69 07 6b 6c 07 6e 6f 07  "
		       "\\.bc\\.ef\\.hi\\.kl\\.no\\.\n"
		       "    71 72 07 74 [0 ]*  qr\\.t\\.*\n"
		       "  backtrace:\n"
		       "    \\[<00000000>\\] new_bytes\n$");
	snprintf(dump, sizeof(dump), "dump=0x%08x", lost);
	assert_int_equal(say(dump), 15);
	assert_non_null(strstr(test.f->log, "  min_count = 1\n"));
	assert_int_equal(say("dump=0x10"), -EINVAL);
	assert_int_equal(say("clear"), 5);
	assert_string_equal(report(), "");
	assert_int_equal(new_leaks(), 0);
	assert_int_equal(say("nonsense"), -EINVAL);
	assert_int_equal(say("scan=x"), -EINVAL);
}

static bool has_thread(void)
{
	const struct task_struct *task;

	for_each_process(task, test.f->k)
		if (!strcmp(task->comm, "kmemleak") && !task->exit_state)
			return true;
	return false;
}

/* Lets time go by for whoever sleeps. */
static void sleep_s(unsigned int n)
{
	const uint64_t until = test.f->now + (uint64_t)n * test.f->hw.clock_hz;

	while (test.f->now < until) {
		test.f->now += test.f->hw.clock_hz;
		run_timers(test.curr);
		do_sched_yield(test.curr);
	}
}

static void file_thread(void)
{
	assert_false(has_thread());
	assert_int_equal(say("scan=on"), 7);
	assert_true(has_thread());
	do_sched_yield(test.curr);
	lose(64);
	wipe_stack();
	sleep_s(58);
	assert_false(is_reported(lost));
	sleep_s(4 + 600); /* the first scan, and the second */
	assert_true(is_reported(lost));
	assert_int_equal(say("scan=30"), 7);
	lose(64);
	wipe_stack();
	sleep_s(65);
	assert_true(is_reported(lost));
	assert_int_equal(say("scan=off"), 8);
	assert_false(has_thread());
	assert_int_equal(say("off"), 3);
	assert_int_equal(say("scan"), -EPERM);
	/* what is known stays to be read, until it isn't wanted */
	assert_non_null(strstr(report(), "unreferenced object"));
	assert_int_equal(say("clear"), 5);
	assert_int_equal(test.f->k->kmemleak.nr_objects, 0);
	assert_string_equal(report(), "");
}

/* ---- machines ---------------------------------------------------------------------- */

static void programs_ended(void *ctx)
{
	struct fake_hw *f = ctx;

	test.curr = f->k->sched.init;
	if (test.run)
		test.run();
}

/* Boots with @allocator, and what the end of the run says. */
static enum kernel_verdict boot(const char *allocator, const char *bootargs,
				enum kernel_kmemleak mode, void (*run)(void))
{
	const struct fake_hw_config config = {.bootargs = bootargs};

	test.f = fake_hw_create(&config);
	test.run = run;
	test.f->hw.ops = &test.f->ops;
	test.f->ops.programs_ended = programs_ended;
	test.f->params.slab_allocator = allocator;
	test.f->params.kmemleak = mode;
	return fake_boot(test.f, "/bin/nothing");
}

static void end(void)
{
	fake_hw_destroy(test.f);
	memset(&test, 0, sizeof(test));
}

static const struct {
	const char *name;
	void (*run)(void);
} cases[] = {
#define CASE(fn)        \
	{               \
#fn, fn \
	}
	CASE(lose_bytes),         CASE(lose_large),
	CASE(lose_ring),          CASE(lose_by_free),
	CASE(kept_by_list),       CASE(kept_by_rbtree),
	CASE(kept_by_xarray),     CASE(kept_by_addresses),
	CASE(kept_by_interior),   CASE(kept_by_page),
	CASE(kept_by_stack),      CASE(kept_by_own_stack),
	CASE(not_kept_by_halves), CASE(colours),
	CASE(age_and_change),     CASE(file_report),
	CASE(file_thread),
};

static void test_cases(void **state)
{
	static const char *const allocators[] = {"slub", "slab", "slob"};

	(void)state;
	for (size_t a = 0; a < 3; a++)
		for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
			print_message("           %s with %s\n", cases[i].name,
				      allocators[a]);
			boot(allocators[a], NULL, KMEMLEAK_END, cases[i].run);
			end();
		}
}

static void lose_two(void)
{
	new_bytes(64);
	new_box();
	wipe_stack();
}

/* Not a word where nothing leaks; and a run that ends in a panic. */
static void test_end(void **state)
{
	(void)state;
	assert_int_equal(boot(NULL, NULL, KMEMLEAK_END, NULL), KERNEL_HALTED);
	assert_true(test.f->k->kmemleak.nr_objects > 100);
	assert_int_equal(kernel_memory_leaks(test.f->k), 0);
	assert_null(strstr(test.f->log, "suspected"));
	end();
	assert_int_equal(boot(NULL, NULL, KMEMLEAK_END, lose_two),
			 KERNEL_PANIC);
	assert_int_equal(kernel_memory_leaks(test.f->k), 2);
	assert_non_null(strstr(test.f->log, "] new_bytes\n"));
	assert_non_null(strstr(test.f->log, "] new_box\n"));
	assert_non_null(strstr(test.f->log, "2 memory leaks, as listed above"));
	end();
}

/* The board's key and the command line, which counts for more. */
static void test_modes(void **state)
{
	(void)state;
	assert_int_equal(boot(NULL, NULL, KMEMLEAK_OFF, lose_two),
			 KERNEL_HALTED);
	assert_int_equal(test.f->k->kmemleak.nr_objects, 0);
	end();
	assert_int_equal(boot(NULL, "kmemleak=off", KMEMLEAK_ON, lose_two),
			 KERNEL_HALTED);
	assert_int_equal(test.f->k->kmemleak.nr_objects, 0);
	end();
	assert_int_equal(boot(NULL, "kmemleak=on", KMEMLEAK_OFF, lose_two),
			 KERNEL_PANIC);
	assert_non_null(strstr(test.f->log, "scanning thread started"));
	end();
	assert_int_equal(boot(NULL, NULL, KMEMLEAK_ON, NULL), KERNEL_HALTED);
	assert_non_null(strstr(test.f->log, "scanning thread started"));
	end();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_end),
		cmocka_unit_test(test_modes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
