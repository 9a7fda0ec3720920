/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the kernel says of objects that are misused, word for word, under each
 * allocator; and that it goes on afterwards. In the text, P+123 is an address
 * in the slab, and SLAB that of its struct page. Without an argument all is
 * compared; "show" prints the reports instead.
 */
#include "kernel/mm/slab_internal.h"
#include "tests/unit/kernel/mm_fixture.h"

static bool show;

struct victim {
	struct mm_fixture *f;
	struct kmem_cache *cache;
	vaddr_t object[3];
	char text[1 << 14];
};

static vaddr_t take(struct victim *v, struct kmem_cache *cache)
{
	return kbytes_addr(v->f->k,
			   kmem_cache_alloc(&v->f->task, cache, GFP_KERNEL));
}

static void give(struct victim *v, vaddr_t object)
{
	kmem_cache_free(&v->f->task, v->cache, kbytes(v->f->k, object));
}

static uint8_t *bytes(struct victim *v, vaddr_t object)
{
	return kbytes(v->f->k, object);
}

/* Three neighbours of 24 bytes each, with debugging by @letters. */
static struct victim *start(const char *allocator, const char *letters)
{
	struct victim *v = calloc(1, sizeof(*v));
	struct mm_fixture *f = fixture_create(0x60000000, 64 * MB, 0x80000000);

	v->f = f;
	f->k->params.slab_allocator = allocator;
	snprintf(f->k->arch.command_line, sizeof(f->k->arch.command_line),
		 "slub_debug=%s,victim", letters);
	memblock_add(f->k, 0x60000000, 64 * MB);
	fixture_boot(f, true);
	f->task.pid = 7;
	v->cache = kmem_cache_create(&f->task, "victim", 24, 0, 0, 0, NULL);
	for (int i = 0; i < 3; i++)
		v->object[i] = take(v, v->cache);
	f->log_len = 0;
	f->log[0] = '\0';
	return v;
}

/* One word of the log, with addresses made the same for every layout. */
static size_t plain_address(struct victim *v, const char *from, char *to)
{
	const struct page *page = virt_to_page(v->f->k, v->object[0]);
	const vaddr_t start = v->object[0] & ~4095u;
	char *end;
	unsigned long value = strtoul(from, &end, 16);

	if (end - from != 8)
		return 0;
	if (value == kobj_addr(v->f->k, page))
		return (size_t)sprintf(to, "SLAB");
	if (value - start < 4096)
		return (size_t)sprintf(to, "P+%03lx", value - start);
	return 0;
}

/* The log since the last time, without time stamps. */
static const char *said(struct victim *v)
{
	const char *from = v->f->log;
	char *to = v->text;

	while (*from) {
		size_t n;

		if (*from == '[' && (from == v->f->log || from[-1] == '\n'))
			from = strchr(from, ']') + 2;
		if (!strncmp(from, "0x8", 3) || !strncmp(from, "80", 2)) {
			const char *digits = from + (from[1] == 'x' ? 2 : 0);

			n = plain_address(v, digits, to);
			if (n) {
				to += n;
				from = digits + 8;
				continue;
			}
		}
		*to++ = *from++;
	}
	*to = '\0';
	v->f->log_len = 0;
	v->f->log[0] = '\0';
	return v->text;
}

static void assert_said(struct victim *v, const char *wanted)
{
	const char *text = said(v);

	if (show)
		fprintf(stdout, "%s\n", text);
	else
		assert_string_equal(text, wanted);
}

/* All goes on: what is left can be freed and taken again. */
static void finish(struct victim *v, uint64_t nr_errors)
{
	assert_int_equal(v->f->k->mem.slab.nr_errors, nr_errors);
	for (int i = 0; i < 100; i++)
		assert_int_not_equal(take(v, v->cache), 0);
	assert_int_equal(verify_slab(v->f->k), 0);
	fixture_destroy(v->f);
	free(v);
}

/* ---- reports, as they are printed ------------------------------------------------ */

static void slub_double_free(void **state)
{
	struct victim *v = start("slub", "FZPU");

	(void)state;
	give(v, v->object[1]);
	give(v, v->object[1]);
	/* clang-format off */
	assert_said(v,
		    "=============================================================================\n"
		    "BUG victim (Not tainted): Object already free\n"
		    "-----------------------------------------------------------------------------\n"
		    "\n"
		    "Allocated in take age=0 cpu=0 pid=7\n"
		    "Freed in give age=0 cpu=0 pid=7\n"
		    "Slab SLAB objects=46 used=2 fp=0x00000000 flags=0x4000200(slab|zone=1)\n"
		    "Object P+060 @offset=96 fp=P+110\n"
		    "\n"
		    "Redzone  P+058: bb bb bb bb bb bb bb bb                          ........\n"
		    "Object   P+060: 6b 6b 6b 6b 6b 6b 6b 6b 6b 6b 6b 6b 6b 6b 6b 6b  kkkkkkkkkkkkkkkk\n"
		    "Object   P+070: 6b 6b 6b 6b 6b 6b 6b a5                          kkkkkkk.\n"
		    "Redzone  P+078: bb bb bb bb                                      ....\n"
		    "Padding  P+0a8: 5a 5a 5a 5a 5a 5a 5a 5a                          ZZZZZZZZ\n"
		    "CPU: 0 PID: 7 Comm: test Not tainted 6.1.0-mmuscope\n"
		    "FIX victim: Object at P+060 not freed\n");
	/* clang-format on */
	finish(v, 1);
}

static void slub_overrun(void **state)
{
	struct victim *v = start("slub", "FZPU");

	(void)state;
	bytes(v, v->object[1])[24] = 0;
	give(v, v->object[1]);
	/* clang-format off */
	assert_said(v,
		    "=============================================================================\n"
		    "BUG victim (Not tainted): Right Redzone overwritten\n"
		    "-----------------------------------------------------------------------------\n"
		    "\n"
		    "P+078-P+078 @offset=120. First byte 0x0 instead of 0xcc\n"
		    "Allocated in take age=0 cpu=0 pid=7\n"
		    "Slab SLAB objects=46 used=3 fp=0x00000000 flags=0x4000200(slab|zone=1)\n"
		    "Object P+060 @offset=96 fp=P+0b8\n"
		    "\n"
		    "Redzone  P+058: cc cc cc cc cc cc cc cc                          ........\n"
		    "Object   P+060: 6b 6b 6b 6b 6b 6b 6b 6b 6b 6b 6b 6b 6b 6b 6b 6b  kkkkkkkkkkkkkkkk\n"
		    "Object   P+070: 6b 6b 6b 6b 6b 6b 6b a5                          kkkkkkk.\n"
		    "Redzone  P+078: 00 cc cc cc                                      ....\n"
		    "Padding  P+0a8: 5a 5a 5a 5a 5a 5a 5a 5a                          ZZZZZZZZ\n"
		    "CPU: 0 PID: 7 Comm: test Not tainted 6.1.0-mmuscope\n"
		    "FIX victim: Restoring Right Redzone P+078-P+078=0xcc\n"
		    "FIX victim: Object at P+060 not freed\n");
	/* clang-format on */
	finish(v, 1);
}

static void slub_underrun(void **state)
{
	struct victim *v = start("slub", "FZPU");

	(void)state;
	bytes(v, v->object[1])[-1] = 0x11;
	give(v, v->object[1]);
	/* clang-format off */
	assert_said(v,
		    "=============================================================================\n"
		    "BUG victim (Not tainted): Left Redzone overwritten\n"
		    "-----------------------------------------------------------------------------\n"
		    "\n"
		    "P+05f-P+05f @offset=95. First byte 0x11 instead of 0xcc\n"
		    "Allocated in take age=0 cpu=0 pid=7\n"
		    "Slab SLAB objects=46 used=3 fp=0x00000000 flags=0x4000200(slab|zone=1)\n"
		    "Object P+060 @offset=96 fp=P+0b8\n"
		    "\n"
		    "Redzone  P+058: cc cc cc cc cc cc cc 11                          ........\n"
		    "Object   P+060: 6b 6b 6b 6b 6b 6b 6b 6b 6b 6b 6b 6b 6b 6b 6b 6b  kkkkkkkkkkkkkkkk\n"
		    "Object   P+070: 6b 6b 6b 6b 6b 6b 6b a5                          kkkkkkk.\n"
		    "Redzone  P+078: cc cc cc cc                                      ....\n"
		    "Padding  P+0a8: 5a 5a 5a 5a 5a 5a 5a 5a                          ZZZZZZZZ\n"
		    "CPU: 0 PID: 7 Comm: test Not tainted 6.1.0-mmuscope\n"
		    "FIX victim: Restoring Left Redzone P+05f-P+05f=0xcc\n"
		    "FIX victim: Object at P+060 not freed\n");
	/* clang-format on */
	finish(v, 1);
}

static void slub_use_after_free(void **state)
{
	struct victim *v = start("slub", "FZPU");

	(void)state;
	give(v, v->object[1]);
	bytes(v, v->object[1])[10] = 'x';
	take(v, v->cache);
	/* clang-format off */
	assert_said(v,
		    "=============================================================================\n"
		    "BUG victim (Not tainted): Poison overwritten\n"
		    "-----------------------------------------------------------------------------\n"
		    "\n"
		    "P+06a-P+06a @offset=106. First byte 0x78 instead of 0x6b\n"
		    "Allocated in take age=0 cpu=0 pid=7\n"
		    "Freed in give age=0 cpu=0 pid=7\n"
		    "Slab SLAB objects=46 used=2 fp=0x00000000 flags=0x4000200(slab|zone=1)\n"
		    "Object P+060 @offset=96 fp=P+110\n"
		    "\n"
		    "Redzone  P+058: bb bb bb bb bb bb bb bb                          ........\n"
		    "Object   P+060: 6b 6b 6b 6b 6b 6b 6b 6b 6b 6b 78 6b 6b 6b 6b 6b  kkkkkkkkkkxkkkkk\n"
		    "Object   P+070: 6b 6b 6b 6b 6b 6b 6b a5                          kkkkkkk.\n"
		    "Redzone  P+078: bb bb bb bb                                      ....\n"
		    "Padding  P+0a8: 5a 5a 5a 5a 5a 5a 5a 5a                          ZZZZZZZZ\n"
		    "CPU: 0 PID: 7 Comm: test Not tainted 6.1.0-mmuscope\n"
		    "FIX victim: Restoring Poison P+06a-P+06a=0x6b\n"
		    "FIX victim: Marking all objects used\n");
	/* clang-format on */
	finish(v, 1);
}

static void slub_wrong_pointer(void **state)
{
	struct victim *v = start("slub", "U");

	(void)state;
	give(v, v->object[1] + 8);
	/* clang-format off */
	assert_said(v,
		    "=============================================================================\n"
		    "BUG victim (Not tainted): Invalid object pointer P+048\n"
		    "-----------------------------------------------------------------------------\n"
		    "\n"
		    "Slab SLAB objects=64 used=3 fp=0x00000000 flags=0x4000200(slab|zone=1)\n"
		    "CPU: 0 PID: 7 Comm: test Not tainted 6.1.0-mmuscope\n"
		    "FIX victim: Object at P+048 not freed\n");
	/* clang-format on */
	finish(v, 1);
}

static void slub_wrong_cache(void **state)
{
	struct victim *v = start("slub", "U");

	(void)state;
	kmem_cache_free(&v->f->task,
			kmem_cache_create(&v->f->task, "other", 24, 0, 0, 0,
					  NULL),
			bytes(v, v->object[1]));
	/* clang-format off */
	assert_said(v,
		    "cache_from_obj: Wrong slab cache. other but object is from victim\n"
		    "Allocated in take age=0 cpu=0 pid=7\n");
	/* clang-format on */
	finish(v, 1);
}

static void slub_objects_left(void **state)
{
	struct victim *v = start("slub", "U");

	(void)state;
	give(v, v->object[1]);
	kmem_cache_destroy(&v->f->task, v->cache);
	/* clang-format off */
	assert_said(v,
		    "=============================================================================\n"
		    "BUG victim (Not tainted): Objects remaining in victim on __kmem_cache_shutdown()\n"
		    "-----------------------------------------------------------------------------\n"
		    "\n"
		    "Slab SLAB objects=64 used=2 fp=P+fc0 flags=0x4000200(slab|zone=1)\n"
		    "CPU: 0 PID: 7 Comm: test Not tainted 6.1.0-mmuscope\n"
		    "Object P+000 @offset=0\n"
		    "Allocated in take age=0 cpu=0 pid=7\n"
		    "Object P+080 @offset=128\n"
		    "Allocated in take age=0 cpu=0 pid=7\n"
		    "kmem_cache_destroy victim: Slab cache still has objects when called from slub_objects_left\n");
	/* clang-format on */
	finish(v, 2);
}

static void slab_double_free(void **state)
{
	struct victim *v = start("slab", "FZPU");

	(void)state;
	give(v, v->object[1]);
	give(v, v->object[1]);
	/* clang-format off */
	assert_said(v,
		    "slab error in verify_redzone_free(): cache `victim': double free detected\n"
		    "CPU: 0 PID: 7 Comm: test Not tainted 6.1.0-mmuscope\n"
		    "P+2a0: redzone 1:0x9f911029d74e35b, redzone 2:0x9f911029d74e35b\n"
		    "Redzone: 0x9f911029d74e35b/0x9f911029d74e35b\n"
		    "Last user: (give)\n"
		    "000: P+2a8: 6b 6b 6b 6b 6b 6b 6b 6b 6b 6b 6b 6b 6b 6b 6b 6b  kkkkkkkkkkkkkkkk\n"
		    "010: P+2b8: 6b 6b 6b 6b 6b 6b 6b a5                          kkkkkkk.\n");
	/* clang-format on */
	finish(v, 1);
}

static void slab_overrun(void **state)
{
	struct victim *v = start("slab", "FZPU");

	(void)state;
	bytes(v, v->object[1])[24] = 0;
	give(v, v->object[1]);
	/* clang-format off */
	assert_said(v,
		    "slab error in verify_redzone_free(): cache `victim': memory outside object was overwritten\n"
		    "CPU: 0 PID: 7 Comm: test Not tainted 6.1.0-mmuscope\n"
		    "P+2a0: redzone 1:0xd84156c5635688c0, redzone 2:0xd84156c563568800\n"
		    "Redzone: 0xd84156c5635688c0/0xd84156c563568800\n"
		    "Last user: (take)\n"
		    "000: P+2a8: 5a 5a 5a 5a 5a 5a 5a 5a 5a 5a 5a 5a 5a 5a 5a 5a  ZZZZZZZZZZZZZZZZ\n"
		    "010: P+2b8: 5a 5a 5a 5a 5a 5a 5a a5                          ZZZZZZZ.\n");
	/* clang-format on */
	finish(v, 1);
}

static void slab_use_after_free(void **state)
{
	struct victim *v = start("slab", "FZPU");

	(void)state;
	give(v, v->object[1]);
	bytes(v, v->object[1])[10] = 'x';
	take(v, v->cache);
	/* clang-format off */
	assert_said(v,
		    "Slab corruption (Not tainted): victim start=P+2a8, len=24\n"
		    "Redzone: 0x9f911029d74e35b/0x9f911029d74e35b\n"
		    "Last user: (give)\n"
		    "000: P+2a8: 6b 6b 6b 6b 6b 6b 6b 6b 6b 6b 78 6b 6b 6b 6b 6b  kkkkkkkkkkxkkkkk\n"
		    "Prev obj: start=P+278, len=24\n"
		    "Redzone: 0xd84156c5635688c0/0xd84156c5635688c0\n"
		    "Last user: (take)\n"
		    "000: P+278: 5a 5a 5a 5a 5a 5a 5a 5a 5a 5a 5a 5a 5a 5a 5a 5a  ZZZZZZZZZZZZZZZZ\n"
		    "010: P+288: 5a 5a 5a 5a 5a 5a 5a a5                          ZZZZZZZ.\n"
		    "Next obj: start=P+2d8, len=24\n"
		    "Redzone: 0xd84156c5635688c0/0xd84156c5635688c0\n"
		    "Last user: (take)\n"
		    "000: P+2d8: 5a 5a 5a 5a 5a 5a 5a 5a 5a 5a 5a 5a 5a 5a 5a 5a  ZZZZZZZZZZZZZZZZ\n"
		    "010: P+2e8: 5a 5a 5a 5a 5a 5a 5a a5                          ZZZZZZZ.\n");
	/* clang-format on */
	finish(v, 1);
}

static void slab_wrong_pointer(void **state)
{
	struct victim *v = start("slab", "FZPU");

	(void)state;
	give(v, v->object[1] + 8);
	/* clang-format off */
	assert_said(v,
		    "slab error in cache_free_debugcheck(): cache `victim': no object begins here\n"
		    "CPU: 0 PID: 7 Comm: test Not tainted 6.1.0-mmuscope\n"
		    "P+2b0: not freed\n");
	/* clang-format on */
	finish(v, 1);
}

static void slab_wrong_cache(void **state)
{
	struct victim *v = start("slab", "U");

	(void)state;
	kmem_cache_free(&v->f->task,
			kmem_cache_create(&v->f->task, "other", 24, 0, 0, 0,
					  NULL),
			bytes(v, v->object[1]));
	/* clang-format off */
	assert_said(v,
		    "cache_from_obj: Wrong slab cache. other but object is from victim\n"
		    "Last user: (take)\n");
	/* clang-format on */
	finish(v, 1);
}

static void slob_misuse(void **state)
{
	struct victim *v = start("slob", "FZPU");

	(void)state;
	give(v, v->object[1]);
	give(v, v->object[1]);
	give(v, v->object[2] + 8);
	kfree(&v->f->task, v->object[2] + 8);
	/* clang-format off */
	assert_said(v,
		    "kmem_cache_free: P+068 is no object of victim\n"
		    "kmem_cache_free: P+0f8 is no object of victim\n"
		    "kfree: P+0f8 is no object\n");
	/* clang-format on */
	finish(v, 3);
}

static void kfree_misuse(void **state)
{
	struct victim *v = start("slub", "FZPU");

	(void)state;
	kfree(&v->f->task, 0x70000000);
	kfree(&v->f->task,
	      page_address(v->f->k, alloc_page(&v->f->task, GFP_KERNEL)));
	/* clang-format off */
	assert_said(v,
		    "kfree: out of range pointer 0x70000000\n"
		    "kfree: 0x80005000 was never allocated\n");
	/* clang-format on */
	finish(v, 2);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(slub_double_free),
		cmocka_unit_test(slub_overrun),
		cmocka_unit_test(slub_underrun),
		cmocka_unit_test(slub_use_after_free),
		cmocka_unit_test(slub_wrong_pointer),
		cmocka_unit_test(slub_wrong_cache),
		cmocka_unit_test(slub_objects_left),
		cmocka_unit_test(slab_double_free),
		cmocka_unit_test(slab_overrun),
		cmocka_unit_test(slab_use_after_free),
		cmocka_unit_test(slab_wrong_pointer),
		cmocka_unit_test(slab_wrong_cache),
		cmocka_unit_test(slob_misuse),
		cmocka_unit_test(kfree_misuse),
	};

	show = argc > 1 && !strcmp(argv[1], "show");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
