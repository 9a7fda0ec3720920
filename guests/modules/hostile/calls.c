/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every function that the kernel exports, with any arguments: nothing, numbers
 * small and large, error pointers, addresses of the kernel's, of programs', of
 * its own, and what earlier calls returned.
 */

#include "hostile.h"

typedef unsigned int (*any_function)(unsigned int, unsigned int, unsigned int,
				     unsigned int, unsigned int, unsigned int);

/* By the linker's names: a type of its own for each is not wanted here. */
#define EXPORT(name)                                                \
	extern unsigned int call_##name(unsigned int, unsigned int, \
					unsigned int, unsigned int, \
					unsigned int,               \
					unsigned int) __asm__(#name);
#define EXPORT_IMAGE(name)
#define GATE(name) /* no modules' */
#include "kernel/image/exports.def"

static const struct {
	const char *name;
	any_function fn;
} functions[] = {
#define EXPORT(name) {#name, call_##name},
#define EXPORT_IMAGE(name)
#define GATE(name) /* no modules' */
#include "kernel/image/exports.def"
};
#define NR_FUNCTIONS (sizeof(functions) / sizeof(*functions))

extern int _printk(const char *format, ...);

unsigned int hostile_tells;
static unsigned int returned[16], buffer[256];
static const char *const text = "%s %d %p %*d %ld";

static unsigned int any_word(void)
{
	static const unsigned int words[] = {
		0,          1,          4,          16,         32,
		4095,       4096,       0x400000,   0x7fffffff, 0x80000000,
		0xffffffff, 0xfffffff4, 0xfffff000, 0xcc0,      0xdc0,
		0xa20,      0x400cc0,   0x80004000, 0x80008000, 0xffff0000,
		0x60000000, 0x10009000, 0x7f000000, 0x8000,     0xc0000000,
	};
	unsigned int n = hostile_random();

	switch (n >> 8 & 7) {
	case 0:
	case 1:
	case 2:
		return words[n % (sizeof(words) / sizeof(*words))];
	case 3:
		return returned[n % 16];
	case 4:
		return (unsigned int)&buffer[n % 256];
	case 5:
		return (unsigned int)((n & 1) ? (const void *)text
					      : (const void *)any_word);
	case 6:
		return n & 0xffff;
	default:
		return hostile_random();
	}
}

void hostile_call(unsigned int number)
{
	unsigned int n = number % NR_FUNCTIONS, arg[6], result;

	for (unsigned int i = 0; i < 6; i++)
		arg[i] = any_word();
	if (hostile_tells)
		_printk("%s(%x, %x, %x, %x)\n", functions[n].name, arg[0],
			arg[1], arg[2], arg[3]);
	result = functions[n].fn(arg[0], arg[1], arg[2], arg[3], arg[4],
				 arg[5]);
	returned[hostile_random() % 16] = result;
}

void hostile_calls(unsigned int rounds)
{
	while (rounds--)
		hostile_call(hostile_random());
}
