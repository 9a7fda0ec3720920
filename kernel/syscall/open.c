/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/syscall/file.h"

/* Descriptors, from open to close: decoding. */

#include "kernel/fs/fcntl.h"
#include "kernel/fs/fdtable.h"
#include "kernel/fs/internal.h"
#include "kernel/fs/syscalls.h"

CALL(open)
{
	return do_sys_open(curr, AT_FDCWD, arg[0], arg[1], arg[2]);
}

CALL(openat)
{
	return do_sys_open(curr, (int)arg[0], arg[1], arg[2], arg[3]);
}

CALL(openat2)
{
	return do_openat2(curr, (int)arg[0], arg[1], arg[2], arg[3]);
}

CALL(creat)
{
	return do_sys_open(curr, AT_FDCWD, arg[0], O_CREAT | O_WRONLY | O_TRUNC,
			   arg[1]);
}

CALL(close)
{
	return do_close(curr, arg[0]);
}

CALL(close_range)
{
	return do_close_range(curr, arg[0], arg[1], arg[2]);
}

CALL(dup)
{
	return do_dup(curr, arg[0]);
}

CALL(dup2)
{
	struct file *file;

	if (arg[0] != arg[1])
		return do_dup3(curr, arg[0], arg[1], 0);
	file = fget_raw(curr, (int)arg[0]);
	if (!file)
		return -EBADF;
	fput(curr, file);
	return (int32_t)arg[0];
}

CALL(dup3)
{
	return do_dup3(curr, arg[0], arg[1], arg[2]);
}

CALL(pipe)
{
	return do_pipe2(curr, arg[0], 0);
}

CALL(pipe2)
{
	return do_pipe2(curr, arg[0], arg[1]);
}

CALL(eventfd)
{
	return do_eventfd2(curr, arg[0], 0);
}

CALL(eventfd2)
{
	return do_eventfd2(curr, arg[0], arg[1]);
}

CALL(memfd_create)
{
	return do_memfd_create(curr, arg[0], arg[1]);
}

CALL(fcntl)
{
	return do_fcntl(curr, (int)arg[0], arg[1], arg[2]);
}

CALL(fcntl64)
{
	return do_fcntl(curr, (int)arg[0], arg[1], arg[2]);
}

CALL(ioctl)
{
	return do_ioctl(curr, (int)arg[0], arg[1], arg[2]);
}

CALL(flock)
{
	return do_flock(curr, arg[0], arg[1]);
}
