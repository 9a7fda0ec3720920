/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the compiler calls for by itself (division, shifts of 64 bits, copying
 * of structures), strings, calls through pointers, and printk's conversions:
 * a line for each, whose figures anybody can work out.
 *
 * arithmetic_thumb is the same in Thumb-2, whose calls of the kernel change
 * the instruction set on their way.
 */

#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>

struct big {
	u32 word[40];
};

static int noinline times_three(int n)
{
	return 3 * n;
}

/* volatile, so that nothing is worked out before it runs */
static int (*volatile function)(int) = times_three;
static volatile u64 large = 0x123456789abcdefull, divisor = 0x12345;
static volatile s64 negative = -1234567890123ll;
static volatile int a = -1000003, b = 77, shift = 37;
static char *volatile nothing, *volatile nowhere = (char *)4;
static volatile u32 unsigned_large = 4000000000u, seven = 7, zero;

static void divide(void)
{
	pr_info("u64 %llu %llu\n", large / divisor, large % divisor);
	pr_info("s64 %lld %lld\n", negative / b, negative % b);
	pr_info("s32 %d %d\n", a / b, a % b);
	pr_info("u32 %u %u\n", unsigned_large / seven, unsigned_large % seven);
	pr_info("by zero %u %u\n", seven / zero, seven % zero);
}

static void shift_and_multiply(void)
{
	pr_info("shifts %llx %llx %llx\n", large << shift, large >> shift,
		(u64)(negative >> shift));
	pr_info("product %llx\n", large * divisor);
}

static void copy(void)
{
	struct big from, to;
	char text[32];

	for (u32 i = 0; i < ARRAY_SIZE(from.word); i++)
		from.word[i] = i * i;
	to = from;
	memmove(to.word + 1, to.word, sizeof(u32) * 10);
	pr_info("copy %d %u %u\n", memcmp(to.word + 11, from.word + 11, 116),
		to.word[1], to.word[10]);
	strscpy(text, "abcdefghij", 6);
	strcat(text, "-");
	pr_info("text %s %u %d %s\n", text, (u32)strlen(text),
		strcmp("abc", "abd"), strstr("needle in hay", "in"));
}

static void print(void)
{
	pr_info("[%5d|%-5d|%05x|%+d|%#x|%.3s|%5s|%c|%%]\n", 42, 42, 0xbeef, 7,
		255, "abcdef", "xy", 'Q');
	pr_info("[%hhu %hd %lx %zu %p %*d %.*s]\n", (u8)300, (short)-2, 16ul,
		sizeof(struct big), (void *)0xdeadbeef, 4, 5, 2, "wxyz");
	pr_info("[%s %s]\n", nothing, nowhere);
}

static int __init arithmetic_init(void)
{
	char *text = kmalloc(40, GFP_KERNEL);

	divide();
	shift_and_multiply();
	copy();
	print();
	pr_info("call %d\n", function(14));
	if (text)
		strcpy(text, "in kmalloc'ed memory");
	pr_info("%s\n", text);
	kfree(text);
	return 0;
}

static void __exit arithmetic_exit(void)
{
}

module_init(arithmetic_init);
module_exit(arithmetic_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("What compilers call, and printk's conversions");
