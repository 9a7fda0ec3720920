/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_FS_DCACHE_H
#define KERNEL_FS_DCACHE_H

/*
 * Names and where they hang (include/linux/dcache.h, and super_block of
 * fs.h). A dentry is one name in one directory, or the knowledge that there
 * is no such name.
 *
 * MODEL: a file system is mounted at one place at most, so that a dentry
 * alone says where one is: there is no struct path and no bind mount.
 */

#include <stdbool.h>
#include <stdint.h>

#include "kernel/fs/fs.h"
#include "kernel/lib/list.h"
#include "kernel/lib/xarray.h"
#include "kernel/mm/list_lru.h"
#include "kernel/mm/shrinker.h"

#define DNAME_INLINE_LEN 36 /* as on 32-bit Linux */

/* super_block.s_flags, as mount(2) has them */
#define MS_RDONLY      0x00000001u
#define MS_NOSUID      0x00000002u
#define MS_NODEV       0x00000004u
#define MS_NOEXEC      0x00000008u
#define MS_SYNCHRONOUS 0x00000010u
#define MS_DIRSYNC     0x00000080u
#define MS_NOATIME     0x00000400u
#define MS_NODIRATIME  0x00000800u
#define MS_RELATIME    0x00200000u

#define DCACHE_HASHED      0x01u /* d_lookup() finds it */
#define DCACHE_CREATED     0x02u /* made here, not found on the host; pinned */
#define DCACHE_WHITEOUT    0x04u /* hides a name of the host; pinned */
#define DCACHE_LRU_LIST    0x08u /* counted as unused: on s_dentry_lru, or … */
#define DCACHE_PINNED      0x10u /* d_count includes one for staying */
#define DCACHE_SHRINK_LIST 0x20u /* … on a list of those that are to die */
#define DCACHE_REFERENCED  0x40u /* used again since it got onto the list */

/*
 * Owned by whoever holds a reference (d_count); with none left it stays, if
 * it is hashed, until memory is short. Each dentry holds a
 * reference to its parent.
 */
struct dentry {
	uint32_t d_flags;
	int32_t d_count;
	struct dentry *d_parent; /* itself: a root */
	struct inode *d_inode; /* NULL: negative */
	struct super_block *d_sb;
	struct super_block *d_mounted; /* the file system mounted on it */
	const char *d_name;
	uint32_t d_len, d_hash;
	uint32_t d_cookie; /* place among its parent's created names */
	struct list_head d_bucket, d_child, d_subdirs;
	struct list_head d_lru; /* see DCACHE_LRU_LIST */
	char d_iname[DNAME_INLINE_LEN];
};

struct qstr {
	const char *name;
	uint32_t len;
};

struct kstatfs {
	uint32_t type, bsize, namelen;
	uint64_t blocks, bfree, bavail, files, ffree;
};

struct seq_file;

struct super_operations {
	/* What the file system keeps for @inode, which dies. */
	void (*evict_inode)(struct task_struct *curr, struct inode *inode);
	/* False: the name means something else by now. NULL: never. */
	bool (*revalidate)(struct task_struct *curr, struct dentry *dentry);
	/* An inode's metadata or pages are about to be changed. */
	void (*dirty_inode)(struct inode *inode);
	/* i_nlink has come to 0; the caller holds a reference. */
	void (*unlinked)(struct task_struct *curr, struct inode *inode);
	/*
	 * Somebody looks for @name in @dir, which isn't known yet; NULL: for
	 * all there is. Nothing is locked. May sleep.
	 */
	void (*demand)(struct task_struct *curr, struct dentry *dir,
		       const struct qstr *name);
	void (*statfs)(struct task_struct *curr, struct super_block *sb,
		       struct kstatfs *st);
	/* mount(2) with MS_REMOUNT. NULL: no options. 0 or -errno. */
	int (*reconfigure)(struct task_struct *curr, struct super_block *sb,
			   char *options);
	/* ",size=…" for /proc/mounts. NULL: none. */
	void (*show_options)(struct seq_file *m, const struct super_block *sb);
	/* "pipe:[7]": where no path leads. NULL: dentry_path(). */
	const char *(*dname)(const struct dentry *dentry, char *buf,
			     uint32_t size);
	/* What a new regular file gets. NULL: shared memory's. */
	void (*init_file)(struct inode *inode);
	/* what new directories get */
	const struct inode_operations *dir_iops;
	const struct file_operations *dir_fops;
	uint32_t dirent_size; /* what a name adds to its directory's size */
	bool keep_unused; /* dentries outlive their last user */
	bool xattrs; /* its files can have extended attributes */
	bool never_swapped; /* ramfs: its pages stay where they are */
	bool single; /* the kernel keeps it when it is unmounted */
};

#define IS_RDONLY(inode) ((inode)->i_sb->s_flags & MS_RDONLY)

/* A file system. Owned by where it is mounted, or by the kernel. */
struct super_block {
	struct kernel *k;
	struct list_head s_list; /* vfs_state.mounts, oldest first */
	uint32_t s_dev, s_magic;
	uint64_t s_last_ino;
	const char *s_type;
	char *s_devname; /* as mount(2) was told */
	uint32_t s_flags; /* MS_…, of the mount too */
	bool s_noexec; /* however it is mounted, nothing of it is executed */
	int s_mnt_id;
	const struct super_operations *s_op;
	struct kmem_cache *s_inode_cache;
	struct dentry *s_root;
	struct dentry *s_mountpoint; /* what s_root covers; NULL: nothing */
	struct xarray s_nodes; /* rootfs: inodes by node of the host */
	struct rw_semaphore s_nodes_sem; /* over look-up and making one */
	struct rw_semaphore s_rename_sem; /* one directory move at a time */
	int32_t s_nr_inodes, s_nr_writers; /* files open for writing */
	struct list_head s_all; /* vfs_state.super_blocks */
	struct list_head s_inodes; /* all of them */
	struct list_lru s_dentry_lru, s_inode_lru; /* the unused */
	struct shrinker s_shrink; /* of these two */
	bool s_active; /* not being unmounted */
	struct shmem_sb_info *s_shmem; /* limits of a tmpfs; NULL: none */
	struct pts_fs_info *s_devpts; /* fs/devpts.c */
	struct backing_dev_info *s_bdi; /* NULL: its files are memory */
	struct disk_sb_info *s_disk; /* fs/diskfs.c */
	uint32_t s_wb_err; /* lib/errseq.h */
};

void dcache_init(struct task_struct *curr);

static inline struct dentry *dget(struct dentry *dentry)
{
	dentry->d_count++;
	return dentry;
}
/* Gives up a reference; NULL is fine. May free the name and its inode. */
void dput(struct task_struct *curr, struct dentry *dentry);

/* A new unhashed negative dentry with one reference; NULL: no memory. */
struct dentry *d_alloc(struct task_struct *curr, struct dentry *parent,
		       const struct qstr *name);
/* One that lies in no directory: pipes, memfds, file system roots. */
/*
 * Makes @inode, whose reference it takes over in any case, the root of its
 * file system. False: out of memory, or @inode is NULL.
 */
bool d_make_root(struct task_struct *curr, struct super_block *sb,
		 struct inode *inode);
struct dentry *d_alloc_pseudo(struct task_struct *curr, struct super_block *sb,
			      const char *name, struct inode *inode);
/* Hands the caller's reference of @inode (NULL: none) to the dentry. */
void d_instantiate(struct dentry *dentry, struct inode *inode);
/* d_instantiate() and make it findable. */
void d_add(struct dentry *dentry, struct inode *inode);
/* The hashed child of that name with a reference, or NULL. */
struct dentry *d_lookup(struct dentry *parent, const struct qstr *name);
/* Not findable any more; who holds it may go on using it. */
void d_drop(struct dentry *dentry);
/* Keep it whatever its users do, and undo that. */
void d_pin(struct dentry *dentry);
void d_unpin(struct task_struct *curr, struct dentry *dentry);
/* Marks @dentry as a name made here, the youngest of its directory. */
void d_mark_created(struct dentry *dentry);
/* @dentry takes the place and name of @target, which gets unhashed. */
void d_move(struct task_struct *curr, struct dentry *dentry,
	    struct dentry *target);
/* Both change places. */
void d_exchange(struct task_struct *curr, struct dentry *a, struct dentry *b);
bool d_is_ancestor(const struct dentry *ancestor, const struct dentry *dentry);
static inline bool d_unhashed(const struct dentry *dentry)
{
	return !(dentry->d_flags & DCACHE_HASHED);
}
/*
 * Looks at the sc->nr_to_scan of @sb's unused names that have been so for
 * longest, and forgets those that weren't used again, with the directories
 * kept for them. How many left the list. May sleep.
 */
uint32_t prune_dcache_sb(struct task_struct *curr, struct super_block *sb,
			 struct shrink_control *sc);
/* All of them. */
void shrink_dcache_sb(struct task_struct *curr, struct super_block *sb);
/* Those of all file systems, and their unused inodes: at the end. */
void evict_unused(struct task_struct *curr);
/* For kernel_verify(): names, inodes, and the lists of the unused. */
unsigned int verify_vfs(struct kernel *k);
/* vm.drop_caches (fs/drop_caches.c): clean, unmapped pages; unused names. */
void drop_pagecache(struct task_struct *curr);
void drop_slab(struct task_struct *curr);
/* Lets go of all names below @root, which no one else uses. */
void d_genocide(struct task_struct *curr, struct dentry *root);
/* Writes the path of @dentry into the end of @buf; where it begins. */
const char *dentry_path(const struct dentry *dentry, const struct dentry *root,
			char *buf, uint32_t size);

/* ---- inode.c ----------------------------------------------------------- */

/* One reference, i_nlink 1, times now, numbered by @sb. NULL: no memory. */
struct inode *new_inode(struct task_struct *curr, struct super_block *sb,
			uint32_t mode);
void ihold(struct inode *inode);
/*
 * Gives up a reference. With the last one the inode dies, unless it can be
 * found again: then it stays until memory is short.
 */
void iput(struct task_struct *curr, struct inode *inode);
/*
 * Looks at the sc->nr_to_scan of @sb's unused inodes that have been so for
 * longest: the pages of those that weren't used again go first, then they. How
 * many left the list. May sleep.
 */
uint32_t prune_icache_sb(struct task_struct *curr, struct super_block *sb,
			 struct shrink_control *sc);
/* All that nobody uses die. */
void evict_inodes(struct task_struct *curr, struct super_block *sb);
/* Device, FIFO: the operations that go with the type. */
void init_special_inode(struct inode *inode, uint32_t rdev);
struct timespec64 current_time(const struct kernel *k);
/* mtime and ctime become now. */
void inode_modified(struct inode *inode);
/* It has been read: atime becomes now, where relatime would have it so. */
void touch_atime(struct inode *inode);
/* Metadata or contents are about to change. */
void mark_inode_dirty(struct inode *inode);
/* Does @curr's fsuid/fsgid grant all of @mask (MAY_*)? 0 or -EACCES. */
int inode_permission(const struct task_struct *curr, const struct inode *inode,
		     uint32_t mask);
bool inode_owner_or_capable(const struct task_struct *curr,
			    const struct inode *inode);
/* fs types as readdir shows them: DT_REG, DT_DIR, … */
static inline unsigned int mode_to_dt(uint32_t mode)
{
	return mode >> 12 & 15;
}

#define MKDEV(major, minor) ((uint32_t)(major) << 20 | (uint32_t)(minor))
#define MAJOR(dev)          ((uint32_t)(dev) >> 20)
#define MINOR(dev)          ((uint32_t)(dev)&0xfffffu)
/* As user space has them: 12 bits of major amid the minor's. */
static inline uint32_t new_encode_dev(uint32_t dev)
{
	return (MINOR(dev) & 0xff) | MAJOR(dev) << 8 |
	       (MINOR(dev) & ~0xffu) << 12;
}
static inline uint32_t new_decode_dev(uint32_t dev)
{
	return MKDEV((dev & 0xfff00) >> 8,
		     (dev & 0xff) | (dev >> 12 & 0xfff00));
}

#endif
