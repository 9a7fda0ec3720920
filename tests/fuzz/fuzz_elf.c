/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as a program: execve() of /a, which may name /b as its
 * interpreter, in its first line or in PT_INTERP.
 *
 *	byte 0: what else is so (WITH_…); bytes 1 and 2: how long /a is;
 *	then /a; the rest is /b
 *
 * Whatever they are, execve() gives an error or a program. Of that the ends
 * of each area are touched, as the program would, which faults or not. Then
 * it goes; the books must agree, and no file, object of any cache, frame of
 * the page cache, page table or promise of memory may be left.
 *
 * The whole machine is made for each input and ends with it, so that none
 * sees what another did.
 */
#include "tests/unit/kernel/helper_fake_hw.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/arch/arm/mmu_context.h"
#include "kernel/arch/arm/uaccess.h"
#include "kernel/drivers/devtmpfs.h"
#include "kernel/fs/dcache.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/fdtable.h"
#include "kernel/fs/internal.h"
#include "kernel/mm/filemap.h"
#include "kernel/mm/mm.h"
#include "kernel/mm/slab_internal.h"
#include "kernel/mm/swap.h"
#include "kernel/mm/vmap_area.h"
#include "kernel/mm/vmstat.h"
#include "kernel/task/sched_core.h"
#include "kernel/task/signal.h"

#define WITH_ARGUMENTS 1u
#define WITH_B_LOCKED  2u /* /b may not be executed */
#define WITH_LOW_STACK 4u /* RLIMIT_STACK is 64 KB */
#define WITHOUT_ASLR   8u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	NODE_ROOT,
	NODE_A,
	NODE_B,
	NODE_LINK /* to /b */
};

/* The input at hand. */
static struct {
	const uint8_t *bytes[3];
	uint32_t len[3];
	uint8_t flags;
} files;

static int find(void *ctx, hw_node_t dir, const char *name, hw_node_t *node)
{
	static const char *const names[] = {"", "a", "b", "l"};

	(void)ctx, (void)dir;
	for (hw_node_t n = NODE_A; n <= NODE_LINK; n++)
		if (!strcmp(name, names[n])) {
			*node = n;
			return 0;
		}
	return -ENOENT;
}

static int getattr(void *ctx, hw_node_t node, struct hw_node_attr *attr)
{
	(void)ctx;
	*attr = (struct hw_node_attr){.mode = S_IFREG | 0755, .nlink = 1};
	if (node == NODE_ROOT)
		attr->mode = S_IFDIR | 0755;
	else if (node == NODE_LINK)
		attr->mode = S_IFLNK | 0777;
	else
		attr->size_bytes = files.len[node];
	if (node == NODE_B && files.flags & WITH_B_LOCKED)
		attr->mode = S_IFREG | 0644;
	return 0;
}

static int read_node(void *ctx, hw_node_t node, uint64_t offset, void *to,
		     uint32_t nr_bytes)
{
	(void)ctx;
	if (node != NODE_A && node != NODE_B)
		return -EIO;
	if (offset >= files.len[node])
		return 0;
	if (nr_bytes > files.len[node] - offset)
		nr_bytes = (uint32_t)(files.len[node] - offset);
	memcpy(to, files.bytes[node] + offset, nr_bytes);
	return (int)nr_bytes;
}

static int read_link(void *ctx, hw_node_t node, char *to, size_t size)
{
	(void)ctx, (void)node;
	return snprintf(to, size, "/b");
}

/* ---- a machine with one task ------------------------------------------------ */

static void make_task(struct fake_hw *f, struct task_struct *curr)
{
	struct kernel *k = f->k;

	pid_init(curr);
	if (!curr->signal)
		fork_init(curr);
	INIT_LIST_HEAD(&k->task_list);
	INIT_LIST_HEAD(&curr->pending.list);
	INIT_LIST_HEAD(&curr->pi_state_list);
	curr->group_leader = curr->real_parent = curr->parent = curr;
	curr->cpus_mask = 1;
	list_add(&curr->tasks, &k->task_list);
	k->sched.last_pid = 299;
	curr->thread_pid = alloc_pid(curr, curr);
	curr->pid = curr->tgid = curr->thread_pid->nr;
	curr->flags &= ~PF_KTHREAD;
	curr->cred.cap_effective = ~(uint64_t)0;
	curr->fs = alloc_fs(curr);
	assert_non_null(curr->fs);
	if (files.flags & WITH_LOW_STACK)
		curr->signal->rlim[RLIMIT_STACK].rlim_cur = 64 << 10;
}

static struct fake_hw *make_machine(void)
{
	struct fake_hw *f = fake_hw_create(&(struct fake_hw_config){
		.bank = {{0x60000000, 32 * FAKE_MB, 0}}});

	f->ops.fs_lookup = find;
	f->ops.fs_getattr = getattr;
	f->ops.fs_read = read_node;
	f->ops.fs_readlink = read_link;
	fake_mm_init(f);
	f->k->user.randomize_va_space = files.flags & WITHOUT_ASLR ? 0 : 2;
	devtmpfs_init(fake_curr(f));
	vfs_init(fake_curr(f));
	make_task(f, fake_curr(f));
	return f;
}

/* ---- what an input leads to ---------------------------------------------------- */

static void touch(struct task_struct *curr, vaddr_t vaddr)
{
	uint8_t byte;

	if (!get_user_u8(curr, &byte, vaddr))
		(void)copy_to_user(curr, vaddr, &byte, 1);
}

static void touch_all(struct task_struct *curr)
{
	struct vm_area_struct *vma = curr->mm->mmap;

	for (int nr = 0; vma && nr < 64; vma = vma->vm_next, nr++) {
		touch(curr, vma->vm_start);
		touch(curr, vma->vm_end - 1);
		touch(curr, vma->vm_start + (vma->vm_end - vma->vm_start) / 2);
	}
}

static void leave_mm(struct task_struct *curr)
{
	struct mm_struct *mm = curr->mm;

	if (!mm)
		return;
	sync_mm_rss(curr, mm);
	curr->mm = NULL;
	switch_mm(curr->cpu, &curr->k->init_mm);
	mmput(curr, mm);
	mmdrop(curr, mm); /* the core's */
}

static void add_cache(void *arg, const struct kernel_cache *cache)
{
	*(uint64_t *)arg += cache->active;
}

/* Objects of all caches, but for those that nobody uses any more. */
static uint64_t nr_objects(struct fake_hw *f)
{
	struct task_struct *curr = fake_curr(f);
	struct kmem_cache *cache;
	uint64_t nr = 0;

	evict_unused(curr);
	purge_vmap_area_lazy(curr);
	list_for_each_entry(cache, &f->k->mem.slab.slab_caches, list)
		kmem_cache_shrink(curr, cache);
	kernel_for_each_cache(f->k, add_cache, &nr);
	return nr;
}

static void nothing_is_left(struct fake_hw *f, uint64_t objects)
{
	size_t before = f->log_len;

	if (kernel_verify(f->k))
		fail_msg("the books don't agree:\n%s", f->log + before);
	assert_int_equal(f->k->vfs.nr_files, 0);
	assert_int_equal(global_page_state(f->k, NR_ANON_PAGES), 0);
	assert_int_equal(global_page_state(f->k, NR_PAGE_TABLE_PAGES), 0);
	assert_int_equal(f->k->user.committed_pages, 0);
	assert_int_equal(nr_objects(f), objects);
	assert_int_equal(global_page_state(f->k, NR_FILE_PAGES), 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const argv[] = {"a", "one", "", NULL};
	static const char *const envp[] = {"HOME=/", NULL};
	static const char *const none[] = {NULL};
	struct exec_strings strings = {.argv_kernel = none,
				       .envp_kernel = none};
	struct task_struct *curr;
	struct fake_hw *f;
	uint64_t objects;

	if (size < 3)
		return 0;
	memset(&files, 0, sizeof(files));
	files.flags = data[0];
	files.len[NODE_A] = data[1] | (uint32_t)data[2] << 8;
	if (files.len[NODE_A] > size - 3)
		files.len[NODE_A] = (uint32_t)size - 3;
	files.bytes[NODE_A] = data + 3;
	files.bytes[NODE_B] = data + 3 + files.len[NODE_A];
	files.len[NODE_B] = (uint32_t)size - 3 - files.len[NODE_A];
	if (files.flags & WITH_ARGUMENTS) {
		strings.argv_kernel = argv;
		strings.envp_kernel = envp;
	}
	f = make_machine();
	curr = fake_curr(f);
	objects = nr_objects(f);
	if (!do_execve(curr, "/a", &strings))
		touch_all(curr);
	leave_mm(curr);
	flush_sigqueue(curr, &curr->pending);
	nothing_is_left(f, objects);
	put_fs(curr, curr->fs);
	fake_hw_destroy(f);
	return 0;
}
