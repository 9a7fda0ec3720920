/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _LINUX_BITOPS_H
#define _LINUX_BITOPS_H

/* Single bits of an array of words; those that change one are atomic. */

#include <linux/types.h>

#define BITS_PER_LONG    32
#define BIT(n)           (1ul << (n))
#define BITS_TO_LONGS(n) (((n) + BITS_PER_LONG - 1) / BITS_PER_LONG)
#define BIT_MASK(n)      (1ul << ((n) % BITS_PER_LONG))
#define BIT_WORD(n)      ((n) / BITS_PER_LONG)

/* @word becomes (@word & ~@clear) ^ @flip; what it was. */
static inline unsigned long __change_word(volatile unsigned long *word,
					  unsigned long clear,
					  unsigned long flip)
{
	unsigned long old, new, failed;

	do {
		__asm__ volatile("ldrex %0, [%1]"
				 : "=&r"(old)
				 : "r"(word)
				 : "memory");
		new = (old & ~clear) ^ flip;
		__asm__ volatile("strex %0, %1, [%2]"
				 : "=&r"(failed)
				 : "r"(new), "r"(word)
				 : "memory");
	} while (failed);
	return old;
}

static inline void set_bit(unsigned int n, volatile unsigned long *at)
{
	__change_word(at + BIT_WORD(n), BIT_MASK(n), BIT_MASK(n));
}

static inline void clear_bit(unsigned int n, volatile unsigned long *at)
{
	__change_word(at + BIT_WORD(n), BIT_MASK(n), 0);
}

static inline void change_bit(unsigned int n, volatile unsigned long *at)
{
	__change_word(at + BIT_WORD(n), 0, BIT_MASK(n));
}

static inline bool test_bit(unsigned int n, const volatile unsigned long *at)
{
	return at[BIT_WORD(n)] & BIT_MASK(n);
}

/* What it was before. */
static inline bool test_and_set_bit(unsigned int n, volatile unsigned long *at)
{
	return __change_word(at + BIT_WORD(n), BIT_MASK(n), BIT_MASK(n)) &
	       BIT_MASK(n);
}

static inline bool test_and_clear_bit(unsigned int n,
				      volatile unsigned long *at)
{
	return __change_word(at + BIT_WORD(n), BIT_MASK(n), 0) & BIT_MASK(n);
}

/* Counted from 1; 0: none. */
static inline int ffs(int x)
{
	return __builtin_ffs(x);
}

static inline int fls(unsigned int x)
{
	return x ? 32 - __builtin_clz(x) : 0;
}

#endif
