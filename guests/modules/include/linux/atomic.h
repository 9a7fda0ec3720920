/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _LINUX_ATOMIC_H
#define _LINUX_ATOMIC_H

/* Numbers that interrupts and other tasks change, too. */

#include <linux/compiler.h>
#include <linux/types.h>

typedef struct {
	int counter;
} atomic_t;

#define ATOMIC_INIT(n) \
	{              \
		(n)    \
	}
#define atomic_read(v)       READ_ONCE((v)->counter)
#define atomic_set(v, value) WRITE_ONCE((v)->counter, value)

/* The new value. */
static inline int atomic_add_return(int n, atomic_t *v)
{
	int new;
	unsigned long failed;

	do {
		__asm__ volatile("ldrex %0, [%2]\n\t"
				 "add %0, %0, %3\n\t"
				 "strex %1, %0, [%2]"
				 : "=&r"(new), "=&r"(failed)
				 : "r"(&v->counter), "r"(n)
				 : "memory");
	} while (failed);
	return new;
}

static inline int atomic_cmpxchg(atomic_t *v, int old, int new)
{
	unsigned long failed;
	int was;

	do {
		failed = 0;
		__asm__ volatile("ldrex %0, [%1]"
				 : "=&r"(was)
				 : "r"(&v->counter)
				 : "memory");
		if (was == old)
			__asm__ volatile("strex %0, %1, [%2]"
					 : "=&r"(failed)
					 : "r"(new), "r"(&v->counter)
					 : "memory");
	} while (failed);
	return was;
}

static inline int atomic_xchg(atomic_t *v, int new)
{
	int was;

	do
		was = atomic_read(v);
	while (atomic_cmpxchg(v, was, new) != was);
	return was;
}

#define atomic_sub_return(n, v)   atomic_add_return(-(n), v)
#define atomic_add(n, v)          ((void)atomic_add_return(n, v))
#define atomic_sub(n, v)          ((void)atomic_add_return(-(n), v))
#define atomic_inc(v)             ((void)atomic_add_return(1, v))
#define atomic_dec(v)             ((void)atomic_add_return(-1, v))
#define atomic_inc_return(v)      atomic_add_return(1, v)
#define atomic_dec_return(v)      atomic_add_return(-1, v)
#define atomic_dec_and_test(v)    (atomic_add_return(-1, v) == 0)
#define atomic_inc_and_test(v)    (atomic_add_return(1, v) == 0)
#define atomic_sub_and_test(n, v) (atomic_add_return(-(n), v) == 0)
#define atomic_fetch_add(n, v)    (atomic_add_return(n, v) - (n))

/* One more unless it is 0; false: it was. */
static inline bool atomic_inc_not_zero(atomic_t *v)
{
	int was;

	do {
		was = atomic_read(v);
		if (!was)
			return false;
	} while (atomic_cmpxchg(v, was, was + 1) != was);
	return true;
}

#endif
