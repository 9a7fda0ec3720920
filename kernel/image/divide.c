/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * What the compiler calls for arithmetic that ARMv7 has no instruction for
 * (Linux: arch/arm/lib/lib1funcs.S; the names are the ABI's, "Run-time ABI for
 * the Arm Architecture", 4.3). Division is by shifting and subtracting.
 *
 * Quotient and remainder come back together in r0 and r1, which is what a
 * 64-bit result is, too.
 */

typedef unsigned int u32;
typedef unsigned long long u64;
typedef int s32;
typedef long long s64;

/** __aeabi_uidiv - a quotient of 32 bits */
u32 __aeabi_uidiv(u32 n, u32 d);
/** __aeabi_uidivmod - a quotient of 32 bits and what remains */
u64 __aeabi_uidivmod(u32 n, u32 d);
/** __aeabi_idiv - a signed quotient of 32 bits */
s32 __aeabi_idiv(s32 n, s32 d);
/** __aeabi_idivmod - a signed quotient of 32 bits and what remains */
u64 __aeabi_idivmod(s32 n, s32 d);
u64 udivmod64(u64 n, u64 d, u64 *remainder);
s64 divmod64(s64 n, s64 d, s64 *remainder);
void __aeabi_idiv0(void);
/** __aeabi_lmul - a product of 64 bits */
u64 __aeabi_lmul(u64 a, u64 b);
/** __aeabi_llsl - 64 bits, shifted to the left */
u64 __aeabi_llsl(u64 value, int n);
/** __aeabi_llsr - 64 bits, shifted to the right */
u64 __aeabi_llsr(u64 value, int n);
/** __aeabi_lasr - 64 bits, shifted to the right with their sign */
s64 __aeabi_lasr(s64 value, int n);
/** __bswapsi2 - the four bytes of a word, turned round */
u32 __bswapsi2(u32 value);

/* Division by zero: Linux warns and gives 0. */
void __aeabi_idiv0(void)
{
}

static u32 divide(u32 n, u32 d, u32 *remainder)
{
	u32 quotient = 0, shift;

	if (!d) {
		__aeabi_idiv0();
		*remainder = n;
		return 0;
	}
	if (n < d) {
		*remainder = n;
		return 0;
	}
	shift = (u32)(__builtin_clz(d) - __builtin_clz(n));
	for (d <<= shift;; d >>= 1) {
		quotient <<= 1;
		if (n >= d) {
			n -= d;
			quotient |= 1;
		}
		if (!shift--)
			break;
	}
	*remainder = n;
	return quotient;
}

u32 __aeabi_uidiv(u32 n, u32 d)
{
	u32 remainder;

	return divide(n, d, &remainder);
}

u64 __aeabi_uidivmod(u32 n, u32 d)
{
	u32 remainder, quotient = divide(n, d, &remainder);

	return (u64)remainder << 32 | quotient;
}

static u32 magnitude(s32 n)
{
	return n < 0 ? -(u32)n : (u32)n;
}

/* The remainder has the sign of the number, the quotient that of both. */
u64 __aeabi_idivmod(s32 n, s32 d)
{
	u32 remainder,
		quotient = divide(magnitude(n), magnitude(d), &remainder);

	if ((n ^ d) < 0)
		quotient = -quotient;
	if (n < 0)
		remainder = -remainder;
	return (u64)remainder << 32 | quotient;
}

s32 __aeabi_idiv(s32 n, s32 d)
{
	return (s32)__aeabi_idivmod(n, d);
}

/* ---- 64 bits; the entries, which need four registers, are in divide64.S ------------ */

u64 udivmod64(u64 n, u64 d, u64 *remainder)
{
	u64 quotient = 0;

	if (!d) {
		__aeabi_idiv0();
		*remainder = n;
		return 0;
	}
	for (int bit = 63; bit >= 0; bit--) {
		if (n >> bit < d)
			continue;
		n -= d << bit;
		quotient |= 1ull << bit;
	}
	*remainder = n;
	return quotient;
}

s64 divmod64(s64 n, s64 d, s64 *remainder)
{
	u64 rest, quotient = udivmod64(n < 0 ? -(u64)n : (u64)n,
				       d < 0 ? -(u64)d : (u64)d, &rest);

	*remainder = (s64)(n < 0 ? -rest : rest);
	return (s64)((n ^ d) < 0 ? -quotient : quotient);
}

u64 __aeabi_lmul(u64 a, u64 b)
{
	u32 al = (u32)a, bl = (u32)b;

	return ((u64)((u32)(a >> 32) * bl + al * (u32)(b >> 32)) << 32) +
	       (u64)al * bl;
}

u64 __aeabi_llsl(u64 value, int n)
{
	u32 low = (u32)value, high = (u32)(value >> 32);

	if (n >= 32)
		return (u64)(low << (n - 32)) << 32;
	if (n)
		high = high << n | low >> (32 - n);
	return (u64)high << 32 | low << n;
}

u64 __aeabi_llsr(u64 value, int n)
{
	u32 low = (u32)value, high = (u32)(value >> 32);

	if (n >= 32)
		return high >> (n - 32);
	if (n)
		low = low >> n | high << (32 - n);
	return (u64)(high >> n) << 32 | low;
}

s64 __aeabi_lasr(s64 value, int n)
{
	u32 low = (u32)value;
	s32 high = (s32)(value >> 32);

	if (n >= 32)
		return high >> (n - 32);
	if (n)
		low = low >> n | (u32)high << (32 - n);
	return (s64)((u64)(u32)(high >> n) << 32 | low);
}

u32 __bswapsi2(u32 value)
{
	return value << 24 | (value & 0xff00) << 8 | (value >> 8 & 0xff00) |
	       value >> 24;
}
