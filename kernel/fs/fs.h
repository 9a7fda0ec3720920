/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_FS_FS_H
#define KERNEL_FS_FS_H

/*
 * Files as the rest of the kernel sees them (include/linux/fs.h, dcache.h).
 */

#include <stdbool.h>
#include <stdint.h>

#include "kernel/hw.h"
#include "kernel/lib/err.h"
#include "kernel/lib/iov_iter.h"
#include "kernel/mm/mm_types.h"
#include "kernel/task/sched.h"

struct cdev;
struct pid;
struct dentry;
struct file;
struct iattr;
struct inode;
struct super_block;
struct poll_table;
struct simple_xattr;
struct seq_file;

struct timespec64 {
	int64_t tv_sec;
	int32_t tv_nsec;
};

/* Who is told of a file by a signal, and by which (fs/fasync.c). */
struct fown_struct {
	struct pid *pid; /* NULL: nobody */
	int32_t type; /* F_OWNER_… */
	uint32_t uid, euid; /* of who made it so */
	int32_t signum; /* 0: SIGIO, without particulars */
};

struct inode_operations {
	/* Finds @dentry's name in @dir and attaches an inode, if there is one. */
	int (*lookup)(struct task_struct *curr, struct inode *dir,
		      struct dentry *dentry);
	int (*create)(struct task_struct *curr, struct inode *dir,
		      struct dentry *dentry, uint32_t mode, uint32_t rdev);
	int (*mkdir)(struct task_struct *curr, struct inode *dir,
		     struct dentry *dentry, uint32_t mode);
	int (*symlink)(struct task_struct *curr, struct inode *dir,
		       struct dentry *dentry, const char *target);
	int (*link)(struct task_struct *curr, struct dentry *old,
		    struct inode *dir, struct dentry *dentry);
	int (*unlink)(struct task_struct *curr, struct inode *dir,
		      struct dentry *dentry);
	int (*rmdir)(struct task_struct *curr, struct inode *dir,
		     struct dentry *dentry);
	int (*rename)(struct task_struct *curr, struct inode *old_dir,
		      struct dentry *old, struct inode *new_dir,
		      struct dentry *new_dentry, uint32_t flags);
	/* A symlink's target, valid while @inode is held; ERR_PTR. */
	const char *(*get_link)(struct task_struct *curr, struct inode *inode);
	/*
	 * /proc's magic links: where following leads, with a reference;
	 * ERR_PTR. NULL: follow get_link()'s text.
	 */
	struct dentry *(*jump)(struct task_struct *curr, struct dentry *dentry);
	/* What readlink(2) shows of a magic link: its length, or -errno. */
	int (*readlink)(struct task_struct *curr, struct dentry *dentry,
			char *to, uint32_t size);
	/* Permission and sense are checked. NULL: -EPERM. */
	int (*setattr)(struct task_struct *curr, struct inode *inode,
		       const struct iattr *attr);
};

struct dir_context {
	/* False: the buffer is full. */
	bool (*actor)(struct dir_context *ctx, const char *name, uint32_t len,
		      int64_t pos, uint64_t ino, unsigned int type);
	int64_t pos;
};

/* For .splice_read of what can always be. */
bool can_splice_read(const struct file *file);

struct file_operations {
	int (*open)(struct task_struct *curr, struct inode *inode,
		    struct file *file);
	void (*release)(struct task_struct *curr, struct file *file);
	int32_t (*read_iter)(struct task_struct *curr, struct file *file,
			     struct iov_iter *to, int64_t *pos);
	int32_t (*write_iter)(struct task_struct *curr, struct file *file,
			      struct iov_iter *from, int64_t *pos);
	int64_t (*llseek)(struct task_struct *curr, struct file *file,
			  int64_t offset, int whence);
	int (*iterate)(struct task_struct *curr, struct file *file,
		       struct dir_context *ctx);
	/* POLL* bits now; queues the caller through @table when not NULL. */
	uint32_t (*poll)(struct task_struct *curr, struct file *file,
			 struct poll_table *table);
	int32_t (*ioctl)(struct task_struct *curr, struct file *file,
			 uint32_t cmd, uint32_t arg);
	int (*mmap)(struct task_struct *curr, struct file *file,
		    struct vm_area_struct *vma);
	/* Can sendfile and splice read it? NULL: no. */
	bool (*splice_read)(const struct file *file);
	/* Mode and range are checked, as far as that needs no file system. */
	int (*fallocate)(struct task_struct *curr, struct file *file,
			 uint32_t mode, int64_t offset, int64_t len);
	/* Pages [start, last] and all that is needed to find them. */
	int (*fsync)(struct task_struct *curr, struct file *file, pgoff_t start,
		     pgoff_t last);
	/* What /proc/PID/fdinfo says of it besides. */
	void (*show_fdinfo)(struct seq_file *m, struct file *file);
	/* O_ASYNC comes or goes: by fasync_helper(). 0, 1 or -errno. */
	int (*fasync)(struct task_struct *curr, int fd, struct file *file,
		      bool on);
	/* close(2) of one of its descriptors. What it returns, that does. */
	int (*flush)(struct task_struct *curr, struct file *file);
};

struct inode {
	uint32_t i_mode, i_uid, i_gid, i_nlink, i_rdev;
	uint64_t i_ino;
	int64_t i_size;
	struct timespec64 i_atime, i_mtime, i_ctime;
	struct super_block *i_sb;
	const struct inode_operations *i_op;
	const struct file_operations *i_fop;
	struct address_space i_data; /* the page cache, for regular files */
	int32_t i_count;
	struct list_head i_lru; /* s_inode_lru, or a list of those that die */
	struct list_head i_sb_list; /* s_inodes */
	/* rootfs: the file under this one, and how much of it still shows */
	hw_node_t host_node;
	int64_t i_host_size;
	uint32_t i_state; /* I_… */
	int32_t i_writecount; /* open for writing; < 0: being executed */
	uint32_t i_last_cookie; /* directories: of names made here */
	char *i_link; /* symlinks: the target, once known */
	struct simple_xattr *i_xattrs; /* xattr.c: the youngest first */
	struct list_head i_flock, i_leases; /* struct file_lock */
	int32_t i_readcount; /* open for reading alone */
	struct wait_queue_head i_lock_wait;
	uint32_t i_seals; /* tmpfs, shared memory: F_SEAL_… */
	uint32_t i_swapped; /* of these, pages that are swapped out */
	struct list_head i_swaplist; /* on it while i_swapped */
	/* dirty pages: which of the flusher's lists, since which cycle */
	struct list_head i_io_list;
	uint64_t dirtied_when;
	struct { /* fs/diskfs.c: where on the disk its pages are */
		struct xarray map;
		uint32_t nr_blocks, last_block;
	} i_disk;
	struct cdev *i_cdev; /* char_dev.c: found at an open before */
	struct list_head i_devices;
	struct list_head i_marks; /* struct inotify_mark: who watches it */
	void *i_private; /* pipe_inode_info, proc_entry, … */
	struct { /* /proc: which task, and which of its descriptors + 1 */
		int pid;
		uint32_t fd;
		uint64_t born; /* start_time: pids are used again */
	} proc;
	struct rw_semaphore i_rwsem;
	struct kernel *k;
};

#define IS_SWAPFILE(inode) ((inode)->i_state & I_SWAPFILE)

#define I_DEAD       0x1u /* a directory that was removed */
#define I_LINKABLE   0x4u /* of O_TMPFILE: linkat() may name it */
#define I_SWAPFILE   0x8u /* an area of swap lies in its blocks: as they are */
#define I_PINNED     0x2u /* changed here: must not be read anew from the host */
#define I_FREEING    0x10u /* it dies: no one may find it any more */
#define I_REFERENCED 0x20u /* used again since it got onto the LRU list */

#define FMODE_READ      0x1u
#define FMODE_WRITE     0x2u
#define FMODE_PATH      0x4u /* O_PATH: names a place, can't be read */
#define FMODE_STREAM    0x8u /* no position: pipes, terminals */
#define FMODE_DENYWRITE 0x10u /* of open_exec() */
#define FMODE_EXEC      0x20u
#define FMODE_NONE      0x40u /* never gets a descriptor */
#define FMODE_UNSIGNED_OFFSET \
	0x2000u /* positions are addresses: no file could be too large */
#define FMODE_RANDOM 0x1000u /* POSIX_FADV_RANDOM */
#define FMODE_NOSEEK 0x80u /* has a position, which is not to be chosen */

/* An open file's readahead window, in pages (mm/readahead.c). */
struct file_ra_state {
	pgoff_t start;
	uint32_t size;
	uint32_t async_size; /* of these, still ahead of who reads */
	uint32_t ra_pages; /* the most; 0: no readahead */
	uint32_t mmap_miss; /* faults that found nothing cached, less hits */
	int64_t prev_pos; /* where the last read ended; -1: nowhere */
};

struct file {
	struct dentry *f_dentry;
	struct inode *f_inode;
	const struct file_operations *f_op;
	uint32_t f_flags, f_mode; /* O_…, FMODE_… */
	int64_t f_pos;
	int32_t f_count;
	struct address_space *f_mapping;
	struct fown_struct f_owner;
	struct file_ra_state f_ra;
	uint32_t f_wb_err, f_sb_err; /* lib/errseq.h: errors told so far */
	struct rw_semaphore f_pos_lock; /* two readers share one position */
	struct list_head f_ep; /* struct epitem: who watches it */
	void *private_data;
};

/* Its contents have been looked at: so says its inode, unless O_NOATIME. */
void file_accessed(const struct file *file);
void get_file(struct file *file);
/* Drops a reference; the last one releases the file. */
void fput(struct task_struct *curr, struct file *file);
/* The open file of descriptor @fd with a reference, or NULL. */
struct file *fget(struct task_struct *curr, int fd);

/* Opens by path from the root or cwd; ERR_PTR on failure. Kernel's path. */
struct file *filp_open(struct task_struct *curr, const char *path,
		       uint32_t flags, uint32_t mode);
/* For execve: checks execute permission too. */
struct file *open_exec(struct task_struct *curr, const char *path);
/* The same as execveat() names it: @flags of AT_EMPTY_PATH and its kin. */
struct file *do_open_execat(struct task_struct *curr, int fd, const char *path,
			    uint32_t flags);
/* Is it on a file system from which nothing is executed? */
bool path_noexec(const struct file *file);
int32_t kernel_read(struct task_struct *curr, struct file *file, void *to,
		    uint32_t nr_bytes, int64_t pos);
/* An absolute path as /proc shows it, in @buf; returns where it begins. */
const char *d_path(struct task_struct *curr, const struct file *file, char *buf,
		   uint32_t size);

/* Where a process's paths begin. Shared by CLONE_FS. */
struct fs_struct {
	int32_t count;
	uint32_t umask;
	struct dentry *root, *pwd;
};

/* Major and minor of the file system and the inode, for /proc/PID/maps. */
uint32_t file_dev(const struct file *file);

/* fork, exec, exit (kernel/fs/file.c, fs_struct.c) */
/* @curr gets a table of its own, if it shares one. 0 or -ENOMEM. */
int unshare_files(struct task_struct *curr);
struct files_struct *dup_fd(struct task_struct *curr, struct files_struct *old);
void get_files(struct files_struct *files);
void put_files(struct task_struct *curr, struct files_struct *files);
void do_close_on_exec(struct task_struct *curr, struct files_struct *files);
struct fs_struct *copy_fs_struct(struct task_struct *curr,
				 struct fs_struct *old);
void get_fs(struct fs_struct *fs);
void put_fs(struct task_struct *curr, struct fs_struct *fs);

/* Boot, before mm_init(): the hash tables, out of memblock's memory. */
void vfs_caches_init_early(struct kernel *k);
/*
 * Boot: caches, root, /dev, /proc; the console's UART. Before any program and
 * after the page allocator, slab, arch and user_mm_init().
 */
void vfs_init(struct task_struct *curr);
/*
 * /dev/console on descriptors 0, 1, 2 of @curr, which gets files and fs if it
 * has none. 0 or -errno.
 */
int open_console_fds(struct task_struct *curr);
/* Orderly end: writes nothing back, frees what fs holds. */
void vfs_exit(struct task_struct *curr);

/* Interrupt of the console UART. Never sleeps. */
void console_interrupt(struct task_struct *curr);
/*
 * Of drivers/tty_jobctrl.c, for who ends or begins. A session leader gives up
 * its terminal, or exits: it is nobody's, and the group in front gets SIGHUP.
 */
void disassociate_ctty(struct task_struct *curr, bool on_exit);
/* @sig has no terminal any more; has @curr's. */
void proc_clear_tty(struct task_struct *curr, struct signal_struct *sig);
void tty_inherit(struct task_struct *curr, struct signal_struct *sig);

#endif
