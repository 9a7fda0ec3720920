/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/fs/fcntl.h"

/* fcntl(2) and ioctl(2) (Linux: fs/fcntl.c, fs/ioctl.c). */

#include "kernel/arch/arm/uaccess.h"
#include "kernel/drivers/termios.h"
#include "kernel/fs/fasync.h"
#include "kernel/fs/fdtable.h"
#include "kernel/fs/filelock.h"
#include "kernel/fs/internal.h"
#include "kernel/fs/pipe.h"
#include "kernel/fs/syscalls.h"
#include "kernel/mm/shmem.h"
#include "kernel/state.h"
#include "kernel/task/sched_core.h"

#define SETFL_MASK (O_APPEND | O_NONBLOCK | O_DIRECT | O_NOATIME)

static int32_t f_dupfd(struct task_struct *curr, struct file *file,
		       uint32_t start, uint32_t flags)
{
	int fd;

	if (curr->signal && start >= curr->signal->rlim[RLIMIT_NOFILE].rlim_cur)
		return -EINVAL;
	fd = alloc_fd(curr, start, flags);
	if (fd >= 0) {
		get_file(file);
		fd_install(curr, (uint32_t)fd, file);
	}
	return fd;
}

static void set_close_on_exec(struct task_struct *curr, uint32_t fd, bool on)
{
	uint32_t *word = &curr->files->close_on_exec[fd / 32];

	*word = on ? *word | 1u << fd % 32 : *word & ~(1u << fd % 32);
}

/* Who is told of the file, and how. */
static int32_t fcntl_owner(struct task_struct *curr, struct file *file,
			   uint32_t cmd, uint32_t arg)
{
	switch (cmd) {
	case F_SETOWN:
		return f_setown(curr, file, (int32_t)arg);
	case F_GETOWN:
		return f_getown(file);
	case F_SETOWN_EX:
		return f_setown_ex(curr, file, arg);
	case F_GETOWN_EX:
		return f_getown_ex(curr, file, arg);
	case F_GETOWNER_UIDS:
		return f_getowner_uids(curr, file, arg);
	case F_SETSIG:
		if (arg > NR_SIGNALS)
			return -EINVAL;
		file->f_owner.signum = (int32_t)arg;
		return 0;
	default: /* F_GETSIG */
		return file->f_owner.signum;
	}
}

static int32_t fcntl_rare(struct task_struct *curr, int fd, struct file *file,
			  uint32_t cmd, uint32_t arg)
{
	const uint64_t hint = 0;

	switch (cmd) {
	case F_SETOWN:
	case F_GETOWN:
	case F_SETOWN_EX:
	case F_GETOWN_EX:
	case F_GETOWNER_UIDS:
	case F_SETSIG:
	case F_GETSIG:
		return fcntl_owner(curr, file, cmd, arg);
	case F_SETLEASE:
		return fcntl_setlease(curr, fd, file, (int)arg);
	case F_GETLEASE:
		return fcntl_getlease(curr, file);
	case F_GET_SEALS:
		return memfd_get_seals(file);
	case F_ADD_SEALS:
		return memfd_add_seals(curr, file, arg);
	case F_GET_RW_HINT:
		return copy_to_user(curr, arg, &hint, sizeof(hint)) ? -EFAULT
								    : 0;
	default:
		return -EINVAL;
	}
}

static int32_t setfl(struct task_struct *curr, int fd, struct file *file,
		     uint32_t arg)
{
	int err;

	if (arg & ~file->f_flags & O_DIRECT &&
	    !may_open_direct(file->f_inode) && !S_ISFIFO(file->f_inode->i_mode))
		return -EINVAL;
	if (arg & ~file->f_flags & O_NOATIME &&
	    !inode_owner_or_capable(curr, file->f_inode))
		return -EPERM;
	err = set_fasync(curr, fd, file, arg & O_ASYNC, false);
	if (err)
		return err;
	file->f_flags = (file->f_flags & ~SETFL_MASK) | (arg & SETFL_MASK);
	return 0;
}

static int32_t fcntl_file(struct task_struct *curr, uint32_t fd,
			  struct file *file, uint32_t cmd, uint32_t arg)
{
	int32_t err;

	switch (cmd) {
	case F_DUPFD:
		return f_dupfd(curr, file, arg, 0);
	case F_DUPFD_CLOEXEC:
		return f_dupfd(curr, file, arg, O_CLOEXEC);
	case F_GETFD:
		return close_on_exec(curr->files, fd) ? FD_CLOEXEC : 0;
	case F_SETFD:
		set_close_on_exec(curr, fd, arg & FD_CLOEXEC);
		return 0;
	case F_GETFL:
		return (int32_t)file->f_flags;
	case F_SETFL:
		return setfl(curr, (int)fd, file, arg);
	case F_GETLK:
	case F_SETLK:
	case F_SETLKW:
	case F_GETLK64:
	case F_SETLK64:
	case F_SETLKW64:
		err = fcntl_lock(curr, file, cmd, arg);
		/* closed by another thread meanwhile: its locks are gone */
		if (!err && curr->files->fd[fd] != file)
			locks_remove_posix(curr, file, curr->files);
		return err;
	case F_GETPIPE_SZ:
	case F_SETPIPE_SZ:
		return pipe_fcntl(curr, file, cmd, arg);
	case F_OFD_GETLK:
	case F_OFD_SETLK:
	case F_OFD_SETLKW:
		return fcntl_lock(curr, file, cmd, arg);
	default:
		return fcntl_rare(curr, (int)fd, file, cmd, arg);
	}
}

int32_t do_fcntl(struct task_struct *curr, int fd, uint32_t cmd, uint32_t arg)
{
	struct file *file = fget_raw(curr, fd);
	int32_t value = -EBADF;

	if (!file)
		return -EBADF;
	if (!(file->f_mode & FMODE_PATH) || cmd == F_DUPFD ||
	    cmd == F_DUPFD_CLOEXEC || cmd == F_GETFD || cmd == F_SETFD ||
	    cmd == F_GETFL)
		value = fcntl_file(curr, (uint32_t)fd, file, cmd, arg);
	fput(curr, file);
	return value;
}

/* ---- ioctl ------------------------------------------------------------- */

static int32_t ioctl_file(struct task_struct *curr, uint32_t fd,
			  struct file *file, uint32_t cmd, uint32_t arg)
{
	const struct inode *inode = file->f_inode;
	uint32_t value;

	switch (cmd) {
	case FIOCLEX:
	case FIONCLEX:
		set_close_on_exec(curr, fd, cmd == FIOCLEX);
		return 0;
	case FIONBIO:
		if (get_user_u32(curr, &value, arg))
			return -EFAULT;
		file->f_flags = value ? file->f_flags | O_NONBLOCK
				      : file->f_flags & ~O_NONBLOCK;
		return 0;
	case FIOASYNC:
		if (get_user_u32(curr, &value, arg))
			return -EFAULT;
		return set_fasync(curr, (int)fd, file, value, true);
	case FIONREAD:
		if (!S_ISREG(inode->i_mode))
			break;
		return put_user_u32(
			curr, (uint32_t)(inode->i_size - file->f_pos), arg);
	}
	if (!file->f_op->ioctl)
		return -ENOTTY;
	return file->f_op->ioctl(curr, file, cmd, arg);
}

int32_t do_ioctl(struct task_struct *curr, int fd, uint32_t cmd, uint32_t arg)
{
	struct file *file = fget(curr, fd);
	int32_t value;

	if (!file)
		return -EBADF;
	value = ioctl_file(curr, (uint32_t)fd, file, cmd, arg);
	fput(curr, file);
	return value;
}
