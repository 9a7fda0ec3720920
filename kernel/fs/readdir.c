/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/fs/syscalls.h"

/*
 * Listing directories (Linux: fs/readdir.c). Positions are 31 bits wide, for
 * programs that were built without large files.
 */

#include <stddef.h>
#include <string.h>

#include "kernel/arch/arm/uaccess.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/fsnotify.h"
#include "kernel/fs/internal.h"
#include "kernel/lib/list.h"
#include "kernel/fs/walk.h"
#include "kernel/state.h"

int iterate_dir(struct task_struct *curr, struct file *file,
		struct dir_context *ctx)
{
	struct inode *inode = file->f_inode;
	int err = -ENOENT;

	if (!file->f_op || !file->f_op->iterate)
		return -ENOTDIR;
	demand_name(curr, file->f_dentry, NULL);
	down_read(curr, &inode->i_rwsem);
	if (!(inode->i_state & I_DEAD)) {
		ctx->pos = file->f_pos;
		err = file->f_op->iterate(curr, file, ctx);
		file->f_pos = ctx->pos;
		file_accessed(file);
	}
	up_read(curr, &inode->i_rwsem);
	if (err != -ENOENT)
		fsnotify_file(curr, file, IN_ACCESS);
	return err;
}

struct getdents {
	struct dir_context ctx;
	struct task_struct *curr;
	vaddr_t at;
	uint32_t left;
	bool is_64;
	int err;
};

struct arm_dirent64 {
	uint64_t ino;
	int64_t off;
	uint16_t reclen;
	uint8_t type;
	char name[NAME_MAX + 1 + 8];
};

struct arm_dirent { /* the type is the record's last byte */
	uint32_t ino, off;
	uint16_t reclen;
	char name[NAME_MAX + 1 + 8];
};

static uint32_t fill64(struct arm_dirent64 *d, const char *name, uint32_t len,
		       int64_t pos, uint64_t ino, unsigned int type)
{
	const uint32_t head = offsetof(struct arm_dirent64, name);
	const uint32_t reclen = (head + len + 1 + 7) & ~7u;

	memset(d, 0, reclen);
	d->ino = ino;
	d->off = pos;
	d->reclen = (uint16_t)reclen;
	d->type = (uint8_t)type;
	memcpy(d->name, name, len);
	return reclen;
}

static uint32_t fill32(struct arm_dirent *d, const char *name, uint32_t len,
		       int64_t pos, uint64_t ino, unsigned int type)
{
	const uint32_t head = offsetof(struct arm_dirent, name);
	const uint32_t reclen = (head + len + 2 + 3) & ~3u;

	memset(d, 0, reclen);
	d->ino = (uint32_t)ino;
	d->off = (uint32_t)pos;
	d->reclen = (uint16_t)reclen;
	memcpy(d->name, name, len);
	((char *)d)[reclen - 1] = (char)type;
	return reclen;
}

static bool filldir(struct dir_context *ctx, const char *name, uint32_t len,
		    int64_t pos, uint64_t ino, unsigned int type)
{
	struct getdents *g = container_of(ctx, struct getdents, ctx);
	union {
		struct arm_dirent64 big;
		struct arm_dirent small;
	} d;
	const uint32_t reclen =
		g->is_64 ? fill64(&d.big, name, len, pos, ino, type)
			 : fill32(&d.small, name, len, pos, ino, type);

	if (reclen > g->left) {
		g->err = -EINVAL; /* unless some fitted */
		return false;
	}
	if (copy_to_user(g->curr, g->at, &d, reclen)) {
		g->err = -EFAULT;
		return false;
	}
	g->at += reclen;
	g->left -= reclen;
	return true;
}

int32_t do_getdents(struct task_struct *curr, int fd, vaddr_t ubuf,
		    uint32_t size, bool is_64)
{
	struct getdents g = {
		.ctx.actor = filldir,
		.curr = curr,
		.at = ubuf,
		.left = size,
		.is_64 = is_64,
	};
	struct file *file = fget(curr, fd);
	int32_t n;

	if (!file)
		return -EBADF;
	n = iterate_dir(curr, file, &g.ctx);
	fput(curr, file);
	if (n)
		return n;
	n = (int32_t)(g.at - ubuf);
	return n ? n : g.err;
}
