/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_BANNER_H
#define KERNEL_BANNER_H

/* What this kernel calls itself: uname, /proc/version, the boot log. */

#define UTS_SYSNAME "Linux"
#define UTS_RELEASE "6.1.0-mmuscope"
#define UTS_VERSION "#1 mmuscope"
#define LINUX_BANNER \
	UTS_SYSNAME " version " UTS_RELEASE " (mmuscope) " UTS_VERSION "\n"

#endif
