/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _LINUX_REFCOUNT_H
#define _LINUX_REFCOUNT_H

/* Numbers of references: one that was 0 stays it. */

#include <linux/atomic.h>

typedef struct {
	atomic_t refs;
} refcount_t;

#define REFCOUNT_INIT(n)               \
	{                              \
		.refs = ATOMIC_INIT(n) \
	}
#define refcount_set(r, n)       atomic_set(&(r)->refs, n)
#define refcount_read(r)         atomic_read(&(r)->refs)
#define refcount_inc(r)          ((void)atomic_inc_not_zero(&(r)->refs))
#define refcount_inc_not_zero(r) atomic_inc_not_zero(&(r)->refs)
#define refcount_dec_and_test(r) atomic_dec_and_test(&(r)->refs)

#endif
