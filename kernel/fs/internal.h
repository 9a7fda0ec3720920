/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_FS_INTERNAL_H
#define KERNEL_FS_INTERNAL_H

/* What the files of kernel/fs share among themselves (fs/internal.h). */

#include "kernel/fs/dcache.h"
#include "kernel/fs/fs.h"

/* ---- attr.c ------------------------------------------------------------ */

#define ATTR_MODE      0x01u
#define ATTR_UID       0x02u
#define ATTR_GID       0x04u
#define ATTR_SIZE      0x08u
#define ATTR_ATIME     0x10u
#define ATTR_MTIME     0x20u
/* the bits and capabilities that make a program more than who runs it go */
#define ATTR_KILL_SUID 0x40u
#define ATTR_KILL_SGID 0x80u
#define ATTR_KILL_PRIV 0x100u
#define ATTR_FORCE     0x200u /* the kernel's wish: whoever @curr is */

struct iattr {
	uint32_t valid; /* ATTR_… */
	uint32_t mode, uid, gid;
	int64_t size;
	struct timespec64 atime, mtime;
};
int notify_change(struct task_struct *curr, struct inode *inode,
		  const struct iattr *attr);
/*
 * May @inode have @size bytes? -EFBIG, past RLIMIT_FSIZE with SIGXFSZ, when it
 * would grow too far; -ETXTBSY for a swap file, which may only grow: the kernel
 * writes to the blocks it has.
 */
int inode_newsize_ok(struct task_struct *curr, const struct inode *inode,
		     int64_t size);
int do_truncate(struct task_struct *curr, struct inode *inode, int64_t length);
/* ATTR_KILL_SGID, if @curr may not leave the bit when @inode changes; or 0. */
uint32_t setattr_should_drop_sgid(const struct task_struct *curr,
				  const struct inode *inode);
/* Before bytes of @file change, with i_rwsem held. 0 or -errno. */
int file_remove_privs(struct task_struct *curr, struct file *file);

/* ---- file_table.c ------------------------------------------------------ */

/* A file that leases must know of, and nobody writes by. */
static inline bool reads_alone(const struct file *file)
{
	return (file->f_mode & (FMODE_READ | FMODE_WRITE | FMODE_PATH)) ==
	       FMODE_READ;
}

struct file *alloc_empty_file(struct task_struct *curr, uint32_t flags);
/* The dentry's reference is taken over, also on failure. ERR_PTR. */
struct file *alloc_file(struct task_struct *curr, struct dentry *dentry,
			uint32_t flags, const struct file_operations *fop);
/* open.c: runs ->open() of the file's inode; frees @file when that fails. */
int do_dentry_open(struct task_struct *curr, struct file *file,
		   struct dentry *dentry);
/* May it be read and written past the page cache? */
bool may_open_direct(const struct inode *inode);
int get_write_access(struct inode *inode);
/* A regular file is opened for writing, or no longer. */
void count_writer(struct inode *inode, int by);
int deny_write_access(struct inode *inode);

/* ---- eventpoll.c, anon_inodes.c ------------------------------------------ */

/* The last reference to @file: nobody watches it any more. */
void eventpoll_release(struct task_struct *curr, struct file *file);
void eventpoll_init(struct kernel *k);
/* Is it an epoll instance? */
bool is_file_epoll(const struct file *file);
/*
 * A file that lies nowhere, called "anon_inode:" and @name, with @priv, which
 * stays the caller's if that fails: ERR_PTR.
 */
struct file *anon_inode_getfile(struct task_struct *curr, const char *name,
				const struct file_operations *fops, void *priv,
				uint32_t flags);
/* The same with a descriptor. @priv is released by @fops if there is none. */
int anon_inode_getfd(struct task_struct *curr, const char *name,
		     const struct file_operations *fops, void *priv,
		     uint32_t flags);
/* A seek that goes nowhere and says so. */
int64_t noop_llseek(struct task_struct *curr, struct file *file, int64_t offset,
		    int whence);

/* ---- locks.c ----------------------------------------------------------- */

/* close(2): POSIX locks of this process on the file go. */
void locks_remove_posix(struct task_struct *curr, struct file *file,
			struct files_struct *files);
/* The last reference: flock's go. */
void locks_remove_file(struct task_struct *curr, struct file *file);
/* The inode dies, whoever thought to have it locked. */
void locks_free_all(struct task_struct *curr, struct inode *inode);
int32_t fcntl_lock(struct task_struct *curr, struct file *file, uint32_t cmd,
		   vaddr_t ulock);
int do_flock(struct task_struct *curr, uint32_t fd, uint32_t cmd);
struct kmem_cache *file_lock_cache(struct task_struct *curr);

/* ---- libfs.c: directories that live in their dentries ------------------ */

extern const struct inode_operations simple_dir_iops;
extern const struct inode_operations simple_symlink_iops;
extern const struct inode_operations simple_file_iops;
extern const struct file_operations simple_dir_fops;
extern const struct address_space_operations simple_aops, shmem_aops;

int32_t simple_write_end(struct task_struct *curr, struct file *file,
			 int64_t pos, uint32_t len, uint32_t copied,
			 struct page *page);
int simple_setattr(struct task_struct *curr, struct inode *inode,
		   const struct iattr *attr);
const char *simple_get_link(struct task_struct *curr, struct inode *inode);
/* Gives a new inode of @sb its operations by type, and i_link. 0, -ENOMEM. */
struct inode *simple_inode(struct task_struct *curr, struct super_block *sb,
			   struct inode *dir, uint32_t mode, uint32_t rdev,
			   const char *target);
int simple_create(struct task_struct *curr, struct inode *dir,
		  struct dentry *dentry, uint32_t mode, uint32_t rdev);
int simple_mkdir(struct task_struct *curr, struct inode *dir,
		 struct dentry *dentry, uint32_t mode);
int simple_symlink(struct task_struct *curr, struct inode *dir,
		   struct dentry *dentry, const char *target);
int simple_link(struct task_struct *curr, struct dentry *old, struct inode *dir,
		struct dentry *dentry);
int simple_unlink(struct task_struct *curr, struct inode *dir,
		  struct dentry *dentry);
int simple_rmdir(struct task_struct *curr, struct inode *dir,
		 struct dentry *dentry);
int simple_rename(struct task_struct *curr, struct inode *old_dir,
		  struct dentry *old, struct inode *new_dir,
		  struct dentry *new_dentry, uint32_t flags);
int64_t dir_llseek(struct task_struct *curr, struct file *file, int64_t offset,
		   int whence);
/* Emits . and .. while ctx->pos is below 2. False: the buffer is full. */
bool dir_emit_dots(struct file *file, struct dir_context *ctx);
/* Emits the names made here, at DIR_CREATED_POS and up. */
void dir_emit_created(struct dentry *dir, struct dir_context *ctx);
bool dir_has_created(const struct dentry *dir);
/* Where names made here begin; names of the host count from 2. */
#define DIR_CREATED_POS 0x40000000
#define DIR_LAST_COOKIE 0x3ffffffe

/* ---- file systems ------------------------------------------------------ */

/* ---- super.c ------------------------------------------------------------- */

/* A file system without root yet; NULL: no memory. */
struct super_block *sget(struct task_struct *curr, const char *type,
			 const char *devname, uint32_t magic,
			 const struct super_operations *op,
			 struct kmem_cache *inode_cache);
/* What /proc/mounts calls its source. 0 or -ENOMEM. */
int sb_set_devname(struct task_struct *curr, struct super_block *sb,
		   const char *devname);
/* With all its names and inodes, which nobody uses. May sleep. */
void kill_super(struct task_struct *curr, struct super_block *sb);

/* ---- mounting -------------------------------------------------------------- */

/* Mounts @sb on the directory @on. 0, -EBUSY, -ENOTDIR. */
int attach_mount(struct task_struct *curr, struct super_block *sb,
		 struct dentry *on);
/* The directory @name of @dir, made if need be. */
struct dentry *boot_mkdir(struct task_struct *curr, struct dentry *dir,
			  const char *name, uint32_t mode);

/* The root: over the host's folder, or a copy of it in memory. */
struct super_block *rootfs_mount(struct task_struct *curr);
struct super_block *initramfs_mount(struct task_struct *curr);
struct super_block *tmpfs_mount(struct task_struct *curr, const char *devname,
				uint32_t mode);
/* For mount(2): ERR_PTR. @options is cut up. */
struct super_block *shmem_mount(struct task_struct *curr, const char *devname,
				char *options);
struct super_block *ramfs_mount(struct task_struct *curr, const char *devname,
				char *options);
/* One inode, or name of one, more or less. False: the tmpfs has no more. */
bool shmem_reserve_inode(struct super_block *sb);
void shmem_free_inode(struct super_block *sb);
struct super_block *devtmpfs_mount(struct task_struct *curr,
				   const char *devname);
/*
 * The process whose folder in /proc @file is, without a reference; -EBADF: it
 * is none. ERR_PTR.
 */
struct pid *tgid_pidfd_to_pid(const struct file *file);
struct super_block *proc_mount(struct task_struct *curr, const char *devname);
struct super_block *sysfs_mount(struct task_struct *curr, const char *devname);
struct super_block *pipefs_mount(struct task_struct *curr);
struct super_block *shmemfs_mount(struct task_struct *curr);
void mnt_init(struct task_struct *curr);

extern const struct file_operations def_chr_fops; /* char_dev.c */
extern const struct file_operations fifo_fops; /* pipe.c */
extern const struct file_operations bad_fops; /* -ENXIO at open */

/* ---- read_write.c, readdir.c ------------------------------------------- */

/* @from + @offset; what no position can be comes out below 0, as a sum wraps. */
static inline int64_t pos_after(int64_t from, int64_t offset)
{
	return (int64_t)((uint64_t)from + (uint64_t)offset);
}

int64_t generic_llseek(struct task_struct *curr, struct file *file,
		       int64_t offset, int whence, int64_t end);
int64_t generic_file_llseek(struct task_struct *curr, struct file *file,
			    int64_t offset, int whence);
int iterate_dir(struct task_struct *curr, struct file *file,
		struct dir_context *ctx);

#define ROOTFS_MAGIC        0x858458f6u
#define RAMFS_MAGIC         ROOTFS_MAGIC
#define TMPFS_MAGIC         0x01021994u
#define PROC_MAGIC          0x00009fa0u
#define SYSFS_MAGIC         0x62656572u
#define PIPEFS_MAGIC        0x50495045u
#define ANON_INODE_FS_MAGIC 0x09041934u
#define DEBUGFS_MAGIC       0x64626720u

/* ---- read_write.c, for splice.c ---------------------------------------------- */

typedef int32_t (*transfer_fn)(struct task_struct *curr, struct file *file,
			       struct iov_iter *i, int64_t *pos);
/* Bytes, or -errno; @pos moves on. Both transfer_fn. */
int32_t vfs_read(struct task_struct *curr, struct file *file,
		 struct iov_iter *to, int64_t *pos);
int32_t vfs_write(struct task_struct *curr, struct file *file,
		  struct iov_iter *from, int64_t *pos);
/* readv and its kin: @transfer on @fd with the program's segments. */
int32_t transfer_vec(struct task_struct *curr, int fd, vaddr_t uiov,
		     uint32_t nr, const int64_t *at, transfer_fn transfer);
/* splice.c: what @in has at *@pos, to the pipe @out. Bytes, or -errno. */
int32_t splice_file_to_pipe(struct task_struct *curr, struct file *in,
			    int64_t *pos, struct file *out, uint32_t len,
			    uint32_t flags);
/*
 * Moves up to @n bytes through one page of ours. Bytes, or -errno. What was
 * read and could not be written stays in the input.
 */
int32_t copy_between(struct task_struct *curr, struct file *in, int64_t *in_pos,
		     struct file *out, int64_t *out_pos, uint32_t n);

#endif
