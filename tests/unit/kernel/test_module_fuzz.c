/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The loader of modules, fed with damaged ones: the files of guests/modules
 * with a few words changed, most of them where ELF's headers, symbols and
 * relocations are. No code runs: each init fails, so that what was loaded is
 * taken back. Then memory and books are as they were before.
 *
 *	test_module_fuzz [FILES [SEED]]
 */

#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/arch/arm/kcall.h"
#include "kernel/arch/arm/uaccess.h"
#include "kernel/mm/slab_internal.h"
#include "kernel/mm/vmalloc.h"
#include "kernel/mm/vmap_area.h"
#include "kernel/module/export.h"
#include "kernel/module/internal.h"
#include "tests/unit/kernel/helper_fake_hw.h"

#define IMAGE      0x10000u /* "user" memory that has the file */
#define NAME       0x1000u /* and a module's name, for delete_module() */
#define MOST_BYTES (1u << 18)
#define MOST_SEEDS 64

struct seed {
	uint8_t *bytes;
	uint32_t len;
};

static struct {
	uint32_t nr_files;
	uint64_t random;
	struct seed seeds[MOST_SEEDS];
	uint32_t nr_seeds;
	uint8_t image[MOST_BYTES];
	uint32_t len;
	char name[MODULE_NAME_LEN];
	uint32_t nr_calls, nr_refused;
} fuzz = {.nr_files = 3000, .random = 1};

/* ---- in place of the kernel's --------------------------------------------------- */

uint32_t copy_from_user(struct task_struct *curr, void *to, vaddr_t from,
			uint32_t nr_bytes)
{
	(void)curr;
	if (from - IMAGE > fuzz.len || nr_bytes > fuzz.len - (from - IMAGE))
		memset(to, 0, nr_bytes); /* the arguments: "" */
	else
		memcpy(to, fuzz.image + (from - IMAGE), nr_bytes);
	return 0;
}

/* The arguments, "", or what to unload. */
int32_t strncpy_from_user(struct task_struct *curr, char *to, vaddr_t from,
			  uint32_t size)
{
	(void)curr;
	if (size < MODULE_NAME_LEN - 1 || from != NAME)
		*to = '\0';
	else
		strcpy(to, fuzz.name);
	return (int32_t)strlen(to);
}

uint32_t kcall_caller(struct task_struct *curr, vaddr_t fn,
		      unsigned int nr_args, const uint32_t args[],
		      const char *caller)
{
	(void)curr, (void)fn, (void)nr_args, (void)args, (void)caller;
	fuzz.nr_calls++;
	return (uint32_t)-EIO;
}

int module_services_start(struct task_struct *curr)
{
	(void)curr;
	return 0;
}

int module_add_sysfs(struct load_info *info)
{
	(void)info;
	return 0;
}

void module_remove_sysfs(struct task_struct *curr, struct module *mod)
{
	(void)curr, (void)mod;
}

/* All that begins with a letter is exported. */
bool export_find(const struct kernel *k, const char *name, vaddr_t *value,
		 bool *gpl_only)
{
	(void)k;
	*value = 0x80008000u + 8 * (uint8_t)name[0];
	*gpl_only = false;
	return name[0] >= '_';
}

/* ---- files ------------------------------------------------------------------------- */

static uint32_t random_below(uint32_t limit)
{
	fuzz.random ^= fuzz.random << 13;
	fuzz.random ^= fuzz.random >> 7;
	fuzz.random ^= fuzz.random << 17;
	return limit ? (uint32_t)(fuzz.random >> 20) % limit : 0;
}

static void read_seeds(void)
{
	glob_t found;

	assert_int_equal(glob(MMUSCOPE_BUILD_DIR "/guests/modules/*.ko", 0,
			      NULL, &found),
			 0);
	for (size_t i = 0; i < found.gl_pathc && fuzz.nr_seeds < MOST_SEEDS;
	     i++) {
		struct seed *seed = &fuzz.seeds[fuzz.nr_seeds++];
		FILE *from = fopen(found.gl_pathv[i], "rb");

		assert_non_null(from);
		seed->bytes = malloc(MOST_BYTES);
		assert_non_null(seed->bytes);
		seed->len = (uint32_t)fread(seed->bytes, 1, MOST_BYTES, from);
		assert_true(seed->len < MOST_BYTES);
		fclose(from);
	}
	globfree(&found);
}

static uint32_t interesting(uint32_t old)
{
	static const uint32_t words[] = {0,          1,          2,
					 3,          0x7fffffff, 0x80000000,
					 0xffffffff, 0xfff1,     0x0fffffff,
					 0x10000000, 4096,       0xfff2,
					 8,          0xffff};

	switch (random_below(4)) {
	case 0:
		return words[random_below(sizeof(words) / sizeof(*words))];
	case 1:
		return old + random_below(33) - 16;
	case 2:
		return old ^ 1u << random_below(32);
	default:
		return random_below(fuzz.len + 64);
	}
}

/* A place in the file: a section's header, a word of a table, or anywhere. */
static uint32_t place(void)
{
	Elf32_Ehdr ehdr;
	Elf32_Shdr sh;
	uint32_t at, n;

	memcpy(&ehdr, fuzz.image, sizeof(ehdr));
	n = random_below(ehdr.e_shnum);
	at = ehdr.e_shoff + n * (uint32_t)sizeof(sh);
	if (at > fuzz.len || fuzz.len - at < sizeof(sh))
		return random_below(fuzz.len);
	memcpy(&sh, fuzz.image + at, sizeof(sh));
	switch (random_below(8)) {
	case 0:
		return random_below(sizeof(ehdr)) & ~1u;
	case 1:
		return random_below(fuzz.len);
	case 2:
	case 3:
	case 4:
		return at + (random_below(sizeof(sh)) & ~3u);
	default:
		return sh.sh_offset + (random_below(sh.sh_size) & ~3u);
	}
}

static void damage(void)
{
	const struct seed *seed = &fuzz.seeds[random_below(fuzz.nr_seeds)];
	uint32_t nr = random_below(6);

	memcpy(fuzz.image, seed->bytes, seed->len);
	fuzz.len = seed->len;
	if (!random_below(32))
		fuzz.len = sizeof(Elf32_Ehdr) + random_below(fuzz.len - 52);
	while (nr--) {
		uint32_t at = place(), word;

		if (at > fuzz.len || fuzz.len - at < sizeof(word))
			continue;
		memcpy(&word, fuzz.image + at, sizeof(word));
		word = interesting(word);
		memcpy(fuzz.image + at, &word,
		       random_below(4) ? sizeof(word) : 1);
	}
}

/* ---- books ------------------------------------------------------------------------ */

/* Objects of all caches, frames of vmalloc: what a loss would show in. */
struct books {
	uint64_t nr_objects;
	uint32_t nr_vmalloc_pages;
};

static void add_cache(void *arg, const struct kernel_cache *cache)
{
	((struct books *)arg)->nr_objects += cache->active;
}

static struct books count(struct fake_hw *f)
{
	struct books to = {0};
	struct kmem_cache *cache;

	purge_vmap_area_lazy(fake_curr(f));
	list_for_each_entry(cache, &f->k->mem.slab.slab_caches, list)
		kmem_cache_shrink(fake_curr(f), cache);
	kernel_for_each_cache(f->k, add_cache, &to);
	if (to.nr_objects) /* SLOB doesn't tell */
		to.nr_objects -= f->k->vmap.preload != NULL;
	to.nr_vmalloc_pages = vmalloc_nr_pages(f->k);
	return to;
}

/* The damage took its init: it is there, and can go. */
static void unload(struct fake_hw *f)
{
	const struct module *mod = list_first_entry(&f->k->modules.list,
						    struct module, list);

	assert_int_equal(mod->init_fn, 0);
	strcpy(fuzz.name, mod->name);
	assert_int_equal(do_delete_module(fake_curr(f), NAME, 0), 0);
}

static void what_is_refused_leaves_nothing_behind(void **state)
{
	struct fake_hw *f = fake_hw_create(&(struct fake_hw_config){
		.bank = {{0x60000000, 64 * FAKE_MB, 0}}});
	struct books before, after;

	(void)state;
	fake_mm_init(f);
	modules_init(f->k);
	fake_curr(f)->cred.cap_effective = ~(uint64_t)0;
	read_seeds();
	before = count(f);
	for (uint32_t i = 0; i < fuzz.nr_files; i++) {
		int32_t err;

		damage();
		f->log_len = 0;
		err = do_init_module_image(fake_curr(f), IMAGE, fuzz.len, 0);
		fuzz.nr_refused += err != -EIO;
		assert_true(err <= 0);
		if (!err)
			unload(f);
		assert_true(list_empty(&f->k->modules.list));
		assert_true(xa_empty(&f->k->modules.claims));
		if (i % 64)
			continue;
		after = count(f);
		if (i == 0)
			before = after;
		assert_int_equal(after.nr_objects, before.nr_objects);
		assert_int_equal(after.nr_vmalloc_pages,
				 before.nr_vmalloc_pages);
		assert_int_equal(kernel_verify(f->k), 0);
	}
	print_message("%u files, %u refused, %u calls of their code\n",
		      fuzz.nr_files, fuzz.nr_refused, fuzz.nr_calls);
	/* neither is rare, else this looks at nothing */
	assert_true(fuzz.nr_refused > fuzz.nr_files / 8);
	assert_true(fuzz.nr_calls > fuzz.nr_files / 8);
	for (uint32_t i = 0; i < fuzz.nr_seeds; i++)
		free(fuzz.seeds[i].bytes);
	fake_hw_destroy(f);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_refused_leaves_nothing_behind),
	};

	if (argc > 1)
		fuzz.nr_files = (uint32_t)strtoul(argv[1], NULL, 0);
	if (argc > 2)
		fuzz.random = strtoull(argv[2], NULL, 0) | 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
