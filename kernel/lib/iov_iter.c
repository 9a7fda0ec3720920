/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/lib/iov_iter.h"

/*
 * Scatter/gather cursors of read and write (lib/iov_iter.c). `count` is
 * always the sum of what the remaining segments hold. Leaves out pipes,
 * bvecs and page pinning.
 */

#include <string.h>

#include "kernel/arch/arm/uaccess.h"
#include "kernel/lib/work.h"

void iov_iter_user(struct iov_iter *i, struct iovec_user *iov, uint32_t nr_segs)
{
	*i = (struct iov_iter){.user = true, .iov = iov, .nr_segs = nr_segs};
	for (uint32_t seg = 0; seg < nr_segs; seg++)
		i->count += iov[seg].len;
}

void iov_iter_kernel(struct iov_iter *i, void *buf, uint32_t len)
{
	*i = (struct iov_iter){.kbuf = buf, .count = len};
}

enum direction {
	TO_USER,
	FROM_USER,
	FROM_USER_ATOMIC,
};

/* Between the segment's head and @buf. Bytes done. */
static uint32_t copy_segment(struct task_struct *curr,
			     const struct iovec_user *seg, uint8_t *buf,
			     uint32_t len, enum direction direction)
{
	switch (direction) {
	case TO_USER:
		return len - copy_to_user(curr, seg->base, buf, len);
	case FROM_USER:
		return len - copy_from_user(curr, buf, seg->base, len);
	default:
		return len - copy_from_user_inatomic(curr, buf, seg->base, len);
	}
}

/* @buf is only read when it goes TO_USER. */
static uint32_t copy_user(struct task_struct *curr, struct iov_iter *i,
			  const void *buf, uint32_t len,
			  enum direction direction)
{
	uint8_t *bytes = (uint8_t *)buf;
	uint32_t done = 0;

	while (done < len && i->nr_segs) {
		uint32_t want = len - done, n;

		if (want > i->iov->len)
			want = i->iov->len;
		n = copy_segment(curr, i->iov, bytes + done, want, direction);
		iov_iter_advance(i, n);
		done += n;
		if (n < want)
			break;
	}
	return done;
}

void iov_iter_advance(struct iov_iter *i, uint32_t nr_bytes)
{
	i->count -= nr_bytes;
	if (!i->user) {
		i->kbuf += nr_bytes;
		return;
	}
	while (i->nr_segs && nr_bytes >= i->iov->len) {
		nr_bytes -= i->iov->len;
		i->iov++;
		i->nr_segs--;
	}
	if (nr_bytes) {
		i->iov->base += nr_bytes;
		i->iov->len -= nr_bytes;
	}
}

void iov_iter_restore(struct iov_iter *i, const struct iov_iter *before)
{
	uint32_t back = before->count - i->count;

	if (i->user) {
		/* only the last segment that was begun has been cut */
		for (struct iovec_user *seg = before->iov; seg != i->iov; seg++)
			back -= seg->len;
		if (back) {
			i->iov->base -= back;
			i->iov->len += back;
		}
	}
	*i = *before;
}

uint32_t copy_to_iter(struct task_struct *curr, struct iov_iter *i,
		      const void *from, uint32_t len)
{
	if (len > i->count)
		len = i->count;
	if (i->user)
		return copy_user(curr, i, from, len, TO_USER);
	memcpy(i->kbuf, from, len);
	charge_work(curr, WORK_COPY, len);
	iov_iter_advance(i, len);
	return len;
}

uint32_t copy_from_iter(struct task_struct *curr, struct iov_iter *i, void *to,
			uint32_t len)
{
	if (len > i->count)
		len = i->count;
	if (i->user)
		return copy_user(curr, i, to, len, FROM_USER);
	memcpy(to, i->kbuf, len);
	charge_work(curr, WORK_COPY, len);
	iov_iter_advance(i, len);
	return len;
}

uint32_t copy_from_iter_atomic(struct task_struct *curr, struct iov_iter *i,
			       void *to, uint32_t len)
{
	if (len > i->count)
		len = i->count;
	if (i->user)
		return copy_user(curr, i, to, len, FROM_USER_ATOMIC);
	return copy_from_iter(curr, i, to, len);
}

uint32_t fault_in_iov_iter_readable(struct task_struct *curr,
				    const struct iov_iter *i, uint32_t nr_bytes)
{
	uint8_t byte;

	if (!i->user)
		return 0;
	for (const struct iovec_user *seg = i->iov;
	     nr_bytes && seg < i->iov + i->nr_segs; seg++) {
		uint32_t len = seg->len < nr_bytes ? seg->len : nr_bytes;

		for (uint32_t at = 0; at < len;
		     at += 4096 - (seg->base + at) % 4096)
			if (get_user_u8(curr, &byte, seg->base + at))
				return nr_bytes - at;
		nr_bytes -= len;
	}
	return 0;
}
