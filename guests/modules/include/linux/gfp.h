/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _LINUX_GFP_H
#define _LINUX_GFP_H

#define __GFP_DMA     0x01u
#define __GFP_HIGHMEM 0x02u
#define __GFP_MOVABLE 0x08u
#define __GFP_ZERO    0x100u
#define __GFP_NOWARN  0x2000u
#define __GFP_NORETRY 0x10000u
#define __GFP_COMP    0x40000u

#define GFP_ATOMIC   0xa20u /* may not sleep; has of the reserves */
#define GFP_KERNEL   0xcc0u /* may sleep, reclaim and do I/O */
#define GFP_NOWAIT   0x800u
#define GFP_USER     0x100cc0u
#define GFP_HIGHUSER (GFP_USER | __GFP_HIGHMEM)

#endif
