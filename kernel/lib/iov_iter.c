/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/lib/iov_iter.h"

/*
 * Scatter/gather cursors of read and write (lib/iov_iter.c). `count` is
 * always the sum of what the remaining segments hold. Leaves out pipes,
 * bvecs and page pinning.
 */

#include <string.h>

#include "kernel/arch/arm/uaccess.h"

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

/* One direction or the other between the segment's head and @buf. */
static uint32_t copy_segment(struct task_struct *curr,
			     const struct iovec_user *seg, uint8_t *to,
			     const uint8_t *from, uint32_t len)
{
	uint32_t left;

	if (from)
		left = copy_to_user(curr, seg->base, from, len);
	else
		left = copy_from_user(curr, to, seg->base, len);
	return len - left;
}

static uint32_t copy_user(struct task_struct *curr, struct iov_iter *i,
			  uint8_t *to, const uint8_t *from, uint32_t len)
{
	uint32_t done = 0;

	while (done < len && i->nr_segs) {
		uint32_t want = len - done, n;

		if (want > i->iov->len)
			want = i->iov->len;
		n = copy_segment(curr, i->iov, to ? to + done : NULL,
				 from ? from + done : NULL, want);
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

uint32_t copy_to_iter(struct task_struct *curr, struct iov_iter *i,
		      const void *from, uint32_t len)
{
	if (len > i->count)
		len = i->count;
	if (i->user)
		return copy_user(curr, i, NULL, from, len);
	memcpy(i->kbuf, from, len);
	iov_iter_advance(i, len);
	return len;
}

uint32_t copy_from_iter(struct task_struct *curr, struct iov_iter *i, void *to,
			uint32_t len)
{
	if (len > i->count)
		len = i->count;
	if (i->user)
		return copy_user(curr, i, to, NULL, len);
	memcpy(to, i->kbuf, len);
	iov_iter_advance(i, len);
	return len;
}
