/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/fs/internal.h"

/*
 * The root of a machine without disks (Linux: init/initramfs.c, with
 * init_mount_tree() of fs/namespace.c): a tmpfs that holds all files from the
 * start. The boot loader's archive is a folder of the host here; everything
 * in it is copied before the first program runs, and the host isn't asked
 * again.
 *
 * So a program's text is shared memory: no fault on it is a major one,
 * fault-around finds its neighbours, and it can't be dropped when memory gets
 * short. rootfs.c is the other root, whose pages come when they are touched.
 *
 * As a tmpfs of Linux's it may take half of memory, and as many inodes as that
 * has pages. A folder that needs more ends the boot.
 */

#include <string.h>

#include "kernel/fs/fcntl.h"
#include "kernel/fs/namei.h"
#include "kernel/lib/printk.h"
#include "kernel/mm/boot_panic.h"
#include "kernel/mm/filemap.h"
#include "kernel/mm/highmem.h"
#include "kernel/mm/mm.h"
#include "kernel/mm/page_flags.h"
#include "kernel/mm/swap.h"
#include "kernel/state.h"

/* Lives while the folder is copied. */
struct unpacking {
	struct task_struct *curr;
	struct super_block *sb; /* s_nodes: first names, by node of the host */
	uint64_t pages_left, inodes_left;
};

static _Noreturn void unpacking_failed(const struct unpacking *u, int err,
				       const struct dentry *dentry)
{
	struct kernel *k = u->curr->k;
	char path[PATH_MAX];
	const char *name = dentry_path(dentry, u->sb->s_root, path,
				       sizeof(path));

	if (err == -ENOSPC)
		panic(k,
		      "Initramfs unpacking failed: write error at %s: the root "
		      "folder takes more than half of memory; a larger "
		      "memory.size, a smaller rootfs.path, or rootfs.initramfs: "
		      "false",
		      name);
	boot_panic(k, "Initramfs unpacking failed: %s: error %d", name, err);
}

/* ---- one file ---------------------------------------------------------- */

/* The page at @index of @inode, as @node has it. 0 or -errno. */
static int unpack_page(struct unpacking *u, struct inode *inode, hw_node_t node,
		       pgoff_t index, uint32_t len)
{
	struct task_struct *curr = u->curr;
	const struct hw *hw = &curr->k->hw;
	struct page *page = grab_cache_page(curr, &inode->i_data, index);
	vaddr_t kaddr;
	uint8_t *bytes;
	int got;

	if (IS_ERR(page))
		return (int)PTR_ERR(page);
	kaddr = kmap_local_page(curr, page);
	bytes = kmap_bytes_mut(curr, kaddr);
	got = hw->ops->fs_read(hw->ctx, node, (uint64_t)index << PAGE_SHIFT,
			       bytes, len);
	if (got >= 0)
		memset(bytes + got, 0, PAGE_SIZE - (uint32_t)got);
	kunmap_local(curr, kaddr);
	SetPageUptodate(page);
	set_page_dirty(curr, page);
	mark_page_accessed(curr->k, page);
	unlock_page(curr, page);
	put_page(curr, page);
	return got < 0 ? got : 0;
}

static int unpack_content(struct unpacking *u, struct inode *inode,
			  hw_node_t node, uint64_t size)
{
	uint64_t nr_pages = (size + PAGE_SIZE - 1) >> PAGE_SHIFT;
	int err = 0;

	if (nr_pages > u->pages_left)
		return -ENOSPC;
	u->pages_left -= nr_pages;
	inode->i_size = (int64_t)size;
	for (pgoff_t i = 0; i < nr_pages && !err; i++) {
		uint64_t left = size - ((uint64_t)i << PAGE_SHIFT);

		err = unpack_page(u, inode, node, i,
				  left < PAGE_SIZE ? (uint32_t)left
						   : PAGE_SIZE);
	}
	return err;
}

static int unpack_file(struct unpacking *u, struct dentry *dentry,
		       hw_node_t node, const struct hw_node_attr *attr)
{
	struct inode *dir = dentry->d_parent->d_inode;
	struct dentry *first = NULL;
	int err;

	if (attr->nlink > 1)
		first = xa_load(&u->sb->s_nodes, node);
	if (first)
		return simple_link(u->curr, first, dir, dentry);
	err = simple_create(u->curr, dir, dentry, attr->mode, 0);
	if (!err && attr->nlink > 1)
		err = xa_store(u->curr, &u->sb->s_nodes, node, dentry,
			       GFP_KERNEL);
	if (!err)
		err = unpack_content(u, dentry->d_inode, node,
				     attr->size_bytes);
	return err;
}

static int unpack_symlink(struct unpacking *u, struct dentry *dentry,
			  hw_node_t node)
{
	const struct hw *hw = &u->curr->k->hw;
	char target[PATH_MAX + 1];
	int len = hw->ops->fs_readlink(hw->ctx, node, target, PATH_MAX);

	if (len < 0)
		return len;
	target[len] = '\0';
	return simple_symlink(u->curr, dentry->d_parent->d_inode, dentry,
			      target);
}

static void set_attributes(struct inode *inode, const struct hw_node_attr *attr)
{
	inode->i_mode = attr->mode;
	inode->i_uid = attr->uid;
	inode->i_gid = attr->gid;
	inode->i_mtime = (struct timespec64){.tv_sec = attr->mtime_sec};
	inode->i_atime = inode->i_ctime = inode->i_mtime;
}

static int unpack_by_type(struct unpacking *u, struct dentry *dentry,
			  hw_node_t node, const struct hw_node_attr *attr)
{
	struct inode *dir = dentry->d_parent->d_inode;
	int err;

	switch (attr->mode & S_IFMT) {
	case S_IFREG:
		return unpack_file(u, dentry, node, attr);
	case S_IFLNK:
		return unpack_symlink(u, dentry, node);
	case S_IFDIR:
		err = simple_mkdir(u->curr, dir, dentry, attr->mode);
		if (!err)
			dentry->d_inode->host_node = node;
		return err;
	default:
		/* a FIFO is one; devices of the host are not for guests */
		return simple_create(u->curr, dir, dentry, attr->mode, 0);
	}
}

/* ---- all of them ------------------------------------------------------- */

static void unpack_name(struct unpacking *u, struct dentry *dir,
			const char *name, hw_node_t node)
{
	const struct hw *hw = &u->curr->k->hw;
	struct dentry *dentry = lookup_one(u->curr, dir, name,
					   (uint32_t)strlen(name));
	struct hw_node_attr attr;
	int err;

	if (IS_ERR(dentry))
		unpacking_failed(u, (int)PTR_ERR(dentry), dir);
	err = hw->ops->fs_getattr(hw->ctx, node, &attr);
	if (!err && !u->inodes_left--)
		err = -ENOSPC;
	if (!err)
		err = unpack_by_type(u, dentry, node, &attr);
	if (err)
		unpacking_failed(u, err, dentry);
	set_attributes(dentry->d_inode, &attr);
	dput(u->curr, dentry);
}

/* All names of a directory, of which those below are still empty. */
static void unpack_dir(struct unpacking *u, struct dentry *dir)
{
	const struct hw *hw = &u->curr->k->hw;
	const struct timespec64 mtime = dir->d_inode->i_mtime;
	const hw_node_t host_dir = dir->d_inode->host_node;
	char name[NAME_MAX + 1];
	hw_node_t node;
	int err;

	for (uint32_t i = 0;; i++) {
		err = hw->ops->fs_readdir(hw->ctx, host_dir, i, name,
					  sizeof(name), &node);
		if (err)
			break;
		unpack_name(u, dir, name, node);
	}
	if (err != -ENOENT)
		unpacking_failed(u, err, dir);
	dir->d_inode->host_node = HW_NODE_NONE;
	dir->d_inode->i_mtime = dir->d_inode->i_ctime = mtime;
}

static bool is_packed_dir(const struct dentry *dentry)
{
	return S_ISDIR(dentry->d_inode->i_mode) &&
	       dentry->d_inode->host_node != HW_NODE_NONE;
}

/* The next directory to unpack in depth-first order; NULL: done. */
static struct dentry *next_packed_dir(const struct dentry *root,
				      struct dentry *dir)
{
	struct list_head *at = dir->d_subdirs.next;

	for (;;) {
		for (; at != &dir->d_subdirs; at = at->next) {
			struct dentry *child = list_entry(at, struct dentry,
							  d_child);

			if (is_packed_dir(child))
				return child;
		}
		if (dir == root)
			return NULL;
		at = dir->d_child.next;
		dir = dir->d_parent;
	}
}

static void populate_rootfs(struct task_struct *curr, struct super_block *sb)
{
	const struct hw *hw = &curr->k->hw;
	struct unpacking u = {
		.curr = curr,
		.sb = sb,
		.pages_left = curr->k->mem.totalram_pages / 2,
		.inodes_left = curr->k->mem.totalram_pages / 2,
	};
	struct dentry *dir = sb->s_root;
	struct hw_node_attr attr;

	if (hw->ops->fs_getattr(hw->ctx, 0, &attr))
		panic(curr->k, "Initramfs unpacking failed: no root folder");
	set_attributes(dir->d_inode, &attr);
	dir->d_inode->host_node = 0;
	printk(curr->k, "Unpacking initramfs...");
	for (; dir; dir = next_packed_dir(sb->s_root, dir))
		unpack_dir(&u, dir);
	xa_destroy(curr, &sb->s_nodes);
}

struct super_block *initramfs_mount(struct task_struct *curr)
{
	struct super_block *sb = tmpfs_mount(curr, "rootfs", 01777);

	if (!sb)
		return NULL;
	sb->s_type = "rootfs";
	sb->s_flags &= ~MS_RELATIME; /* nobody mounted it */
	populate_rootfs(curr, sb);
	return sb;
}
