/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _LINUX_IOCTL_H
#define _LINUX_IOCTL_H

/* Numbers for ioctl(2): direction, size, the driver's letter, its number. */
#define _IOC(dir, type, nr, size) \
	((dir) << 30 | (size) << 16 | (unsigned int)(type) << 8 | (nr))
#define _IO(type, nr)        _IOC(0u, type, nr, 0u)
#define _IOW(type, nr, arg)  _IOC(1u, type, nr, (unsigned int)sizeof(arg))
#define _IOR(type, nr, arg)  _IOC(2u, type, nr, (unsigned int)sizeof(arg))
#define _IOWR(type, nr, arg) _IOC(3u, type, nr, (unsigned int)sizeof(arg))

#endif
