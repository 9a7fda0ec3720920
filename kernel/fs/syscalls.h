/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_FS_SYSCALLS_H
#define KERNEL_FS_SYSCALLS_H

/*
 * What the system calls on files do once their arguments are decoded
 * (include/linux/syscalls.h): user addresses are vaddr_t, results are the
 * call's value or -errno. All may sleep.
 */

#include "kernel/fs/fs.h"
#include "kernel/fs/namei.h"

/* Page indices are 32 bits, and size_t is on ARM. */
/* what those may see who did not say O_LARGEFILE */
#define MAX_NON_LFS    INT32_MAX
#define MAX_FILE_BYTES (((int64_t)1 << (32 + 12)) - 1)

#define UTIME_NOW  0x3fffffff
#define UTIME_OMIT 0x3ffffffe

/* ---- open.c ------------------------------------------------------------ */
int build_open_flags(uint32_t flags, uint32_t mode, struct open_flags *op);
int32_t do_sys_open(struct task_struct *curr, int dfd, vaddr_t upath,
		    uint32_t flags, uint32_t mode);
int32_t do_sys_open_how(struct task_struct *curr, int dfd, vaddr_t upath,
			struct open_flags *op);
int32_t do_openat2(struct task_struct *curr, int dfd, vaddr_t upath,
		   vaddr_t uhow, uint32_t size);
int32_t do_sys_truncate(struct task_struct *curr, vaddr_t upath,
			int64_t length);
int32_t do_sys_ftruncate(struct task_struct *curr, int fd, int64_t length);
int32_t do_fallocate(struct task_struct *curr, int fd, uint32_t mode,
		     int64_t offset, int64_t len);
int vfs_fallocate(struct task_struct *curr, struct file *file, uint32_t mode,
		  int64_t offset, int64_t len);
int32_t do_fchmodat(struct task_struct *curr, int dfd, vaddr_t upath,
		    uint32_t mode);
int32_t do_fchmod(struct task_struct *curr, int fd, uint32_t mode);
int32_t do_fchownat(struct task_struct *curr, int dfd, vaddr_t upath,
		    uint32_t uid, uint32_t gid, uint32_t flags);
int32_t do_fchown(struct task_struct *curr, int fd, uint32_t uid, uint32_t gid);
/* @times: access and modification, NULL: now. */
int32_t do_utimes(struct task_struct *curr, int dfd, vaddr_t upath,
		  const struct timespec64 *times, uint32_t flags);
int32_t do_faccessat(struct task_struct *curr, int dfd, vaddr_t upath,
		     uint32_t mode, uint32_t flags);
int32_t do_chdir(struct task_struct *curr, vaddr_t upath);
int32_t do_chroot(struct task_struct *curr, vaddr_t upath);
int32_t do_fchdir(struct task_struct *curr, int fd);
int32_t do_getcwd(struct task_struct *curr, vaddr_t ubuf, uint32_t size);

/* ---- read_write.c ------------------------------------------------------ */
int32_t ksys_read(struct task_struct *curr, int fd, vaddr_t ubuf, uint32_t n);
int32_t ksys_write(struct task_struct *curr, int fd, vaddr_t ubuf, uint32_t n);
int32_t ksys_pread(struct task_struct *curr, int fd, vaddr_t ubuf, uint32_t n,
		   int64_t pos);
int32_t ksys_pwrite(struct task_struct *curr, int fd, vaddr_t ubuf, uint32_t n,
		    int64_t pos);
/* @pos NULL: the file's own. */
int32_t do_readv(struct task_struct *curr, int fd, vaddr_t uiov, uint32_t nr,
		 const int64_t *pos);
int32_t do_writev(struct task_struct *curr, int fd, vaddr_t uiov, uint32_t nr,
		  const int64_t *pos);
/* preadv2, pwritev2: *@pos -1 is the file's own; @flags RWF_…. */
int32_t do_rw2(struct task_struct *curr, int fd, vaddr_t uiov, uint32_t nr,
	       const int64_t *pos, uint32_t flags, bool write);
int64_t do_lseek(struct task_struct *curr, int fd, int64_t offset, int whence);
/* @uoff: 0, or where an offset of @off_bytes (4 or 8) is read and updated. */
int32_t do_sendfile(struct task_struct *curr, int out, int in, vaddr_t uoff,
		    uint32_t off_bytes, uint32_t n);
int32_t do_splice(struct task_struct *curr, int in, vaddr_t uin, int out,
		  vaddr_t uout, uint32_t len, uint32_t flags);
int32_t do_tee(struct task_struct *curr, int in, int out, uint32_t len,
	       uint32_t flags);
int32_t do_vmsplice(struct task_struct *curr, int fd, vaddr_t uiov, uint32_t nr,
		    uint32_t flags);
int32_t do_copy_file_range(struct task_struct *curr, int in, vaddr_t uin,
			   int out, vaddr_t uout, uint32_t n, uint32_t flags);

/* ---- mm/fadvise.c ------------------------------------------------------ */
int32_t do_readahead(struct task_struct *curr, int fd, int64_t offset,
		     uint32_t count);
int32_t do_fadvise(struct task_struct *curr, int fd, int64_t offset,
		   int64_t len, uint32_t advice);

/* ---- sync.c ------------------------------------------------------------ */
int32_t do_sync(struct task_struct *curr);
int32_t do_syncfs(struct task_struct *curr, int fd);
int32_t do_fsync(struct task_struct *curr, int fd);
int32_t do_sync_file_range(struct task_struct *curr, int fd, int64_t offset,
			   int64_t nr_bytes, uint32_t flags);

/* ---- stat.c ------------------------------------------------------------ */
int32_t do_stat64(struct task_struct *curr, int dfd, vaddr_t upath,
		  vaddr_t ustat, uint32_t flags);
int32_t do_fstat64(struct task_struct *curr, int fd, vaddr_t ustat);
int32_t do_newstat(struct task_struct *curr, vaddr_t upath, vaddr_t ustat,
		   uint32_t flags);
int32_t do_newfstat(struct task_struct *curr, int fd, vaddr_t ustat);
int32_t do_statx(struct task_struct *curr, int dfd, vaddr_t upath,
		 uint32_t flags, uint32_t mask, vaddr_t ustatx);
int32_t do_statfs(struct task_struct *curr, vaddr_t upath, vaddr_t ubuf,
		  bool is_64);
int32_t do_fstatfs(struct task_struct *curr, int fd, vaddr_t ubuf, bool is_64);
int32_t do_readlinkat(struct task_struct *curr, int dfd, vaddr_t upath,
		      vaddr_t ubuf, int32_t size);

/* ---- readdir.c --------------------------------------------------------- */
int32_t do_getdents(struct task_struct *curr, int fd, vaddr_t ubuf,
		    uint32_t size, bool is_64);

/* ---- fcntl.c, ioctl.c -------------------------------------------------- */
int32_t do_fcntl(struct task_struct *curr, int fd, uint32_t cmd, uint32_t arg);
int32_t do_ioctl(struct task_struct *curr, int fd, uint32_t cmd, uint32_t arg);

/* ---- select.c: until the virtual cycle @expires; 0: without limit ------ */
int32_t do_poll(struct task_struct *curr, vaddr_t ufds, uint32_t nfds,
		uint64_t expires);
int32_t do_select(struct task_struct *curr, int n, vaddr_t uin, vaddr_t uout,
		  vaddr_t uex, uint64_t expires);
/* The cycle @ns from now, at least one. */
uint64_t poll_deadline(const struct task_struct *curr, uint64_t ns);

/* ---- pipe.c, eventfd.c, mm/memfd.c ------------------------------------- */
int32_t do_pipe2(struct task_struct *curr, vaddr_t ufds, uint32_t flags);
int32_t do_eventfd2(struct task_struct *curr, uint32_t count, uint32_t flags);
int32_t do_memfd_create(struct task_struct *curr, vaddr_t uname,
			uint32_t flags);

#endif
