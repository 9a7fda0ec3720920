/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_LIB_IOV_ITER_H
#define KERNEL_LIB_IOV_ITER_H

/*
 * Where the bytes of a read or write go to or come from: user memory (through
 * the MMU, may fault and sleep) or a buffer of the kernel's.
 */

#include <stdbool.h>
#include <stdint.h>

#include "mmu/types.h"

struct task_struct;

struct iovec_user {
	vaddr_t base;
	uint32_t len;
};

struct iov_iter {
	bool user;
	struct iovec_user *iov; /* user: remaining segments */
	uint32_t nr_segs;
	uint8_t *kbuf; /* not user: remaining buffer */
	uint32_t count; /* bytes left in all */
};

/* As many segments need no memory of their own. */
#define UIO_FASTIOV 8

/*
 * Segments from user memory, cut to what one call may move, into *@iov,
 * UIO_FASTIOV of them, or, if they are more, into memory that it points to then
 * and kfree_obj() gives back. Their addresses may be another process's. 0,
 * -EINVAL, -EFAULT, -ENOMEM.
 */
int iovec_from_user(struct task_struct *curr, vaddr_t uiov, uint32_t nr,
		    struct iovec_user **iov);
/* The same of @curr's own memory: -EFAULT also for what can't be that. */
int import_iovec(struct task_struct *curr, vaddr_t uiov, uint32_t nr,
		 struct iovec_user **iov);
void iov_iter_user(struct iov_iter *i, struct iovec_user *iov,
		   uint32_t nr_segs);
void iov_iter_kernel(struct iov_iter *i, void *buf, uint32_t len);
/* Skips @nr_bytes, at most `count`. Uses up the caller's segments. */
void iov_iter_advance(struct iov_iter *i, uint32_t nr_bytes);
/* Back to where it was: @before is a copy made then. */
void iov_iter_restore(struct iov_iter *i, const struct iov_iter *before);
/*
 * Touches the first @nr_bytes for reading, so that a copy of them needn't
 * fault. Returns how many of them can't be read.
 */
uint32_t fault_in_iov_iter_readable(struct task_struct *curr,
				    const struct iov_iter *i,
				    uint32_t nr_bytes);
/*
 * As copy_from_iter(), without faults: where memory isn't there the copy ends,
 * and the rest of @to is as it was.
 */
uint32_t copy_from_iter_atomic(struct task_struct *curr, struct iov_iter *i,
			       void *to, uint32_t len);
/* Bytes copied; short when user memory faults. Advances the iterator. */
uint32_t copy_to_iter(struct task_struct *curr, struct iov_iter *i,
		      const void *from, uint32_t len);
uint32_t copy_from_iter(struct task_struct *curr, struct iov_iter *i, void *to,
			uint32_t len);

#endif
