/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GUESTS_NUMA_H
#define GUESTS_NUMA_H

/* The calls of memory policies, which the C library has no functions for. */

#include "observe.h"

#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#define PAGE     4096u
#define MPOL_MAX 6
enum {
	DEFAULT,
	PREFERRED,
	BIND,
	INTERLEAVE,
	LOCAL,
	PREFERRED_MANY
};
#define STATIC   0x8000
#define RELATIVE 0x4000
#define STRICT   1
#define MOVE     2
#define MOVE_ALL 4
#define F_NODE   1
#define F_ADDR   2
#define F_MEMS   4

#ifndef SYS_migrate_pages
#define SYS_migrate_pages 400
#endif
#ifndef SYS_set_mempolicy_home_node
#define SYS_set_mempolicy_home_node 450
#endif

#define MAXNODE 32

__attribute__((unused)) static int set_mempolicy(int mode, uint32_t nodes)
{
	return (int)syscall(SYS_set_mempolicy, mode, &nodes, MAXNODE);
}

__attribute__((unused)) static int mbind(void *at, size_t size_bytes, int mode,
					 uint32_t nodes, unsigned int flags)
{
	return (int)syscall(SYS_mbind, at, size_bytes, mode, &nodes, MAXNODE,
			    flags);
}

__attribute__((unused)) static int get_mempolicy(int *mode, uint32_t *nodes,
						 void *at, unsigned int flags)
{
	uint32_t mask[2] = {0, 0};
	int ret = (int)syscall(SYS_get_mempolicy, mode, mask, MAXNODE, at,
			       flags);

	*nodes = mask[0];
	return ret;
}

/* The node of the page at @at, -errno when there is none. */
__attribute__((unused)) static int node_of(void *at)
{
	int status = -1000;

	if (syscall(SYS_move_pages, 0, 1, &at, NULL, &status, 0))
		return -errno;
	return status;
}

__attribute__((unused)) static void *map_pages(unsigned int nr, int flags)
{
	void *at = mmap(NULL, nr * PAGE, PROT_READ | PROT_WRITE,
			flags | MAP_ANONYMOUS, -1, 0);

	if (at == MAP_FAILED) {
		say("mmap %s", made(-1));
		exit(1);
	}
	return at;
}

#endif
