/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_ARM_SIZES_H
#define KERNEL_ARM_SIZES_H

/*
 * What the kernel's structures weigh on ARM: objsize in the slabinfo of
 * Debian's 6.1 armmp kernel (where Linux rounds up to cache lines, rounded).
 * Charged to guest frames; the C structure may take OBJECT_STORE_SCALE times
 * as much in the object store (KMEM_CACHE() checks it).
 */
enum arm_size {
	ARM_SIZEOF_PAGE = 32,
	ARM_SIZEOF_MEMBLOCK_REGION = 12,
	/* four zones of 896 bytes, zonelists of 4 nodes, counters, lists */
	ARM_SIZEOF_PGLIST_DATA = 4480,
	ARM_SIZEOF_VM_AREA_STRUCT = 72,
	ARM_SIZEOF_ANON_VMA = 56,
	ARM_SIZEOF_ANON_VMA_CHAIN = 32,
	ARM_SIZEOF_MM_STRUCT = 512,
	ARM_SIZEOF_TASK_STRUCT = 2752,
	ARM_SIZEOF_SIGNAL_STRUCT = 768,
	ARM_SIZEOF_SIGHAND_STRUCT = 1344,
	ARM_SIZEOF_SIGQUEUE = 48,
	ARM_SIZEOF_FILES_STRUCT = 256,
	ARM_SIZEOF_FS_STRUCT = 40,
	ARM_SIZEOF_PID = 64,
	ARM_SIZEOF_CRED = 128,
	ARM_SIZEOF_FILE = 192,
	ARM_SIZEOF_DENTRY = 136,
	ARM_SIZEOF_INODE = 432,
	ARM_SIZEOF_SHMEM_INODE = 512,
	ARM_SIZEOF_PROC_INODE = 472,
	ARM_SIZEOF_KERNFS_NODE = 88,
	ARM_SIZEOF_SEQ_FILE = 88,
	ARM_SIZEOF_RADIX_TREE_NODE = 304,
	ARM_SIZEOF_NAMES = 4096,
	ARM_SIZEOF_PIPE_INODE_INFO = 136,
	ARM_SIZEOF_PIPE_BUFFER = 20,
	ARM_SIZEOF_KMEM_CACHE = 192,
	ARM_SIZEOF_KMEM_CACHE_NODE = 64,
};

#endif
