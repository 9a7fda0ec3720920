/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _LINUX_ERRNO_H
#define _LINUX_ERRNO_H

#define EPERM     1
#define ENOENT    2
#define EINTR     4
#define EIO       5
#define ENXIO     6
#define EAGAIN    11
#define ENOMEM    12
#define EACCES    13
#define EFAULT    14
#define EBUSY     16
#define EEXIST    17
#define ENODEV    19
#define EINVAL    22
#define ENOTTY    25
#define ENOSPC    28
#define ESPIPE    29
#define ERANGE    34
#define ENOSYS    38
#define EOVERFLOW 75
#define ETIME     62

/* Within the kernel alone: the call is made again, or becomes EINTR. */
#define ERESTARTSYS 512

#endif
