/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/fs/fdtable.h"

/*
 * Descriptors (Linux: fs/file.c). The table starts with 32 slots inside
 * files_struct and doubles up to what RLIMIT_NOFILE and fs.nr_open allow.
 *
 * Invariant: fd[n] is not NULL only where open_fds has bit n; no number below
 * next_fd is free.
 */

#include <string.h>

#include "kernel/arm_sizes.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/internal.h"
#include "kernel/lib/bug.h"
#include "kernel/mm/slab.h"
#include "kernel/state.h"

/* ---- the table --------------------------------------------------------- */

static void bit_set(uint32_t *map, uint32_t bit, bool on)
{
	if (on)
		map[bit / 32] |= 1u << bit % 32;
	else
		map[bit / 32] &= ~(1u << bit % 32);
}

static void use_embedded_table(struct files_struct *files)
{
	files->max_fds = NR_OPEN_DEFAULT;
	files->fd = files->fd_array;
	files->open_fds = files->open_fds_init;
	files->close_on_exec = files->close_on_exec_init;
}

struct files_struct *alloc_files(struct task_struct *curr)
{
	struct files_struct *files =
		kmem_cache_zalloc(curr, curr->k->vfs.files_cachep, GFP_KERNEL);

	if (files) {
		files->count = 1;
		use_embedded_table(files);
	}
	return files;
}

/* Room for @nr descriptors (a multiple of 32) in one block. */
static void *alloc_fdtable(struct task_struct *curr, uint32_t nr)
{
	const uint32_t bitmaps = 2 * nr / 8;

	return kzalloc_obj(curr, nr * 4 + bitmaps,
			   nr * (uint32_t)sizeof(struct file *) + bitmaps,
			   GFP_KERNEL);
}

/* Moves to a table of @nr slots at @block; the old block, or NULL. */
static void *switch_fdtable(struct files_struct *files, void *block,
			    uint32_t nr)
{
	void *old = files->fd == files->fd_array ? NULL : files->fd;
	struct file **fd = block;
	uint32_t *open_fds = (uint32_t *)(fd + nr);
	uint32_t *on_exec = open_fds + nr / 32;

	memcpy(fd, files->fd, files->max_fds * sizeof(*fd));
	memcpy(open_fds, files->open_fds, files->max_fds / 8);
	memcpy(on_exec, files->close_on_exec, files->max_fds / 8);
	files->fd = fd;
	files->open_fds = open_fds;
	files->close_on_exec = on_exec;
	files->max_fds = nr;
	return old;
}

/* Makes descriptor @nr possible. 0 or -errno; may sleep for memory. */
static int expand_files(struct task_struct *curr, struct files_struct *files,
			uint32_t nr)
{
	uint32_t size = files->max_fds;
	void *block, *old;

	if (nr < size)
		return 0;
	if (nr >= NR_OPEN_MAX)
		return -EMFILE;
	while (size <= nr)
		size *= 2;
	block = alloc_fdtable(curr, size);
	if (!block)
		return -ENOMEM;
	/* another thread may have done it while we slept */
	old = size > files->max_fds ? switch_fdtable(files, block, size)
				    : block;
	if (old)
		kfree_obj(curr, old);
	return 0;
}

static uint32_t rlimit_nofile(const struct task_struct *curr)
{
	return curr->signal ? curr->signal->rlim[RLIMIT_NOFILE].rlim_cur : 1024;
}

static uint32_t find_free(const struct files_struct *files, uint32_t start)
{
	uint32_t fd = start > files->next_fd ? start : files->next_fd;

	while (fd < files->max_fds) {
		const uint32_t taken = files->open_fds[fd / 32] >> fd % 32;

		if (!(taken & 1))
			return fd;
		if (taken == UINT32_MAX >> fd % 32)
			fd = (fd / 32 + 1) * 32;
		else
			fd += (uint32_t)__builtin_ctz(~taken);
	}
	return fd;
}

int alloc_fd(struct task_struct *curr, uint32_t start, uint32_t flags)
{
	struct files_struct *files = curr->files;
	uint32_t fd;
	int err;

	do {
		fd = find_free(files, start);
		if (fd >= rlimit_nofile(curr))
			return -EMFILE;
		err = expand_files(curr, files, fd);
		if (err)
			return err;
	} while (fd_is_open(files, fd));
	if (start <= files->next_fd)
		files->next_fd = fd + 1;
	bit_set(files->open_fds, fd, true);
	bit_set(files->close_on_exec, fd, flags & O_CLOEXEC);
	return (int)fd;
}

int get_unused_fd_flags(struct task_struct *curr, uint32_t flags)
{
	return alloc_fd(curr, 0, flags);
}

static void release_fd(struct files_struct *files, uint32_t fd)
{
	files->fd[fd] = NULL;
	bit_set(files->open_fds, fd, false);
	bit_set(files->close_on_exec, fd, false);
	if (fd < files->next_fd)
		files->next_fd = fd;
}

void put_unused_fd(struct task_struct *curr, uint32_t fd)
{
	release_fd(curr->files, fd);
}

void fd_install(struct task_struct *curr, uint32_t fd, struct file *file)
{
	BUG_ON(curr->files->fd[fd]);
	curr->files->fd[fd] = file;
}

int fd_publish(struct task_struct *curr, struct file *file, uint32_t flags)
{
	int fd = get_unused_fd_flags(curr, flags);

	if (fd < 0)
		fput(curr, file);
	else
		fd_install(curr, (uint32_t)fd, file);
	return fd;
}

/* ---- looking up -------------------------------------------------------- */

static struct file *files_lookup(const struct files_struct *files, uint32_t fd)
{
	return files && fd < files->max_fds ? files->fd[fd] : NULL;
}

struct file *fget_raw(struct task_struct *curr, int fd)
{
	struct file *file = files_lookup(curr->files, (uint32_t)fd);

	if (file)
		get_file(file);
	return file;
}

struct file *fget(struct task_struct *curr, int fd)
{
	struct file *file = files_lookup(curr->files, (uint32_t)fd);

	if (!file || file->f_mode & FMODE_PATH)
		return NULL;
	get_file(file);
	return file;
}

struct file *fget_task(struct task_struct *task, uint32_t fd)
{
	struct file *file = files_lookup(task->files, fd);

	if (file)
		get_file(file);
	return file;
}

/* ---- closing ----------------------------------------------------------- */

static int filp_close(struct task_struct *curr, struct file *file,
		      struct files_struct *files)
{
	int err = 0;

	if (file->f_op && file->f_op->flush && !(file->f_mode & FMODE_PATH))
		err = file->f_op->flush(curr, file);
	locks_remove_posix(curr, file, files);
	fput(curr, file);
	return err;
}

int do_close(struct task_struct *curr, uint32_t fd)
{
	struct file *file = files_lookup(curr->files, fd);

	if (!file)
		return -EBADF;
	release_fd(curr->files, fd);
	return filp_close(curr, file, curr->files);
}

#define CLOSE_RANGE_UNSHARE 2u
#define CLOSE_RANGE_CLOEXEC 4u

int unshare_files(struct task_struct *curr)
{
	struct files_struct *old = curr->files, *files;

	if (old->count == 1)
		return 0;
	files = dup_fd(curr, old);
	if (!files)
		return -ENOMEM;
	curr->files = files;
	put_files(curr, old);
	return 0;
}

int do_close_range(struct task_struct *curr, uint32_t first, uint32_t last,
		   uint32_t flags)
{
	int err;

	if (first > last ||
	    flags & ~(CLOSE_RANGE_UNSHARE | CLOSE_RANGE_CLOEXEC))
		return -EINVAL;
	err = flags & CLOSE_RANGE_UNSHARE ? unshare_files(curr) : 0;
	if (err)
		return err;
	/* max_fds is read anew: closing may sleep and others may grow it */
	for (uint32_t fd = first; fd <= last && fd < curr->files->max_fds;
	     fd++) {
		if (flags & CLOSE_RANGE_CLOEXEC)
			bit_set(curr->files->close_on_exec, fd,
				fd_is_open(curr->files, fd));
		else
			do_close(curr, fd);
	}
	return 0;
}

/* ---- duplicating ------------------------------------------------------- */

int do_dup(struct task_struct *curr, uint32_t oldfd)
{
	struct file *file = fget_raw(curr, (int)oldfd);

	return file ? fd_publish(curr, file, 0) : -EBADF;
}

int do_dup3(struct task_struct *curr, uint32_t oldfd, uint32_t newfd,
	    uint32_t flags)
{
	struct files_struct *files = curr->files;
	struct file *file, *victim;
	int err;

	if (flags & ~O_CLOEXEC || oldfd == newfd)
		return -EINVAL;
	if (newfd >= rlimit_nofile(curr))
		return -EBADF;
	if (!files_lookup(files, oldfd))
		return -EBADF;
	err = expand_files(curr, files, newfd);
	if (err)
		return err == -EMFILE ? -EBADF : err;
	file = files_lookup(files, oldfd);
	if (!file)
		return -EBADF;
	victim = files->fd[newfd];
	if (!victim && fd_is_open(files, newfd))
		return -EBUSY; /* another thread is just opening it */
	get_file(file);
	files->fd[newfd] = file;
	bit_set(files->open_fds, newfd, true);
	bit_set(files->close_on_exec, newfd, flags & O_CLOEXEC);
	if (victim)
		filp_close(curr, victim, files);
	return (int)newfd;
}

/* ---- fork, exec, exit -------------------------------------------------- */

static uint32_t count_open(const struct files_struct *files)
{
	uint32_t word = files->max_fds / 32;

	while (word > 1 && !files->open_fds[word - 1])
		word--;
	return word * 32;
}

struct files_struct *dup_fd(struct task_struct *curr, struct files_struct *old)
{
	struct files_struct *files = alloc_files(curr);
	int err = 0;

	if (!files)
		return NULL;
	/* the source may grow while we sleep for memory */
	while (!err && count_open(old) > files->max_fds)
		err = expand_files(curr, files, count_open(old) - 1);
	if (err) {
		put_files(curr, files);
		return NULL;
	}
	for (uint32_t fd = 0; fd < count_open(old); fd++) {
		struct file *file = old->fd[fd];

		if (!file)
			continue;
		get_file(file);
		files->fd[fd] = file;
		bit_set(files->open_fds, fd, true);
		bit_set(files->close_on_exec, fd, close_on_exec(old, fd));
	}
	return files;
}

void get_files(struct files_struct *files)
{
	files->count++;
}

void put_files(struct task_struct *curr, struct files_struct *files)
{
	if (--files->count)
		return;
	for (uint32_t fd = 0; fd < files->max_fds; fd++) {
		struct file *file = files->fd[fd];

		if (!file)
			continue;
		files->fd[fd] = NULL;
		filp_close(curr, file, files);
	}
	if (files->fd != files->fd_array)
		kfree_obj(curr, files->fd);
	kmem_cache_free(curr, curr->k->vfs.files_cachep, files);
}

void do_close_on_exec(struct task_struct *curr, struct files_struct *files)
{
	for (uint32_t fd = 0; fd < files->max_fds; fd++) {
		struct file *file = files->fd[fd];

		if (!file || !close_on_exec(files, fd))
			continue;
		release_fd(files, fd);
		filp_close(curr, file, files);
	}
}
