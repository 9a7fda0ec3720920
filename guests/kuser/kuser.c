/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel's user helpers in the vectors page: version, TLS, compare and
 * exchange of 32 and 64 bits, the barrier. Prints "version 5" and "ok".
 */
#include <stdint.h>
#include <stdio.h>

typedef int cmpxchg_fn(uint32_t old, uint32_t new, volatile uint32_t *at);
typedef int cmpxchg64_fn(const uint64_t *old, const uint64_t *new,
			 volatile uint64_t *at);

int main(void)
{
	cmpxchg_fn *cmpxchg = (cmpxchg_fn *)0xffff0fc0;
	cmpxchg64_fn *cmpxchg64 = (cmpxchg64_fn *)0xffff0f60;
	void (*barrier)(void) = (void (*)(void))0xffff0fa0;
	uint32_t (*get_tls)(void) = (uint32_t(*)(void))0xffff0fe0;
	volatile uint32_t word = 5;
	volatile uint64_t wide = 0x100000002ull;
	uint64_t old = 0x100000002ull, new = 0x300000004ull;
	uint32_t tls;
	int good = 1;

	__asm__("mrc p15, 0, %0, c13, c0, 3" : "=r"(tls));
	printf("version %u\n", *(volatile uint32_t *)0xffff0ffc);
	good &= cmpxchg(5, 6, &word) == 0 && word == 6;
	good &= cmpxchg(5, 7, &word) != 0 && word == 6;
	good &= cmpxchg64(&old, &new, &wide) == 0 && wide == new;
	good &= cmpxchg64(&old, &new, &wide) != 0 && wide == new;
	barrier();
	good &= get_tls() == tls;
	printf("%s\n", good ? "ok" : "WRONG");
	return !good;
}
