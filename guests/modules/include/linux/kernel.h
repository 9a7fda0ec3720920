/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _LINUX_KERNEL_H
#define _LINUX_KERNEL_H

#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/printk.h>
#include <linux/types.h>

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

/**
 * sprintf - print into memory, which has room for all of it
 * @to: where
 * @format: as printk()'s
 * @...: its values
 *
 * Context: Any context.
 * Return: characters, without the NUL; it prints 1023 at most.
 */
int sprintf(char *to, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/**
 * snprintf - print into memory
 * @to: where
 * @size: how much room there is, for a NUL, too
 * @format: as printk()'s
 * @...: its values
 *
 * Context: Any context.
 * Return: characters that all of it has, without the NUL.
 */
int snprintf(char *to, size_t size, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/**
 * scnprintf - print into memory, and say what is there
 * @to: where
 * @size: how much room there is, for a NUL, too
 * @format: as printk()'s
 * @...: its values
 *
 * Context: Any context.
 * Return: characters that are there, without the NUL.
 */
int scnprintf(char *to, size_t size, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/**
 * kstrtoull - a number of all of a text
 * @text: digits; a newline may follow
 * @base: 10, 16, …; 0: by its prefix
 * @value: where it goes
 *
 * Context: Any context.
 * Return: 0, -EINVAL for no number, -ERANGE for one too large.
 */
int kstrtoull(const char *text, unsigned int base, unsigned long long *value);
/**
 * kstrtoll - a number of all of a text, maybe with a sign
 * @text: digits; a newline may follow
 * @base: 10, 16, …; 0: by its prefix
 * @value: where it goes
 *
 * Context: Any context.
 * Return: 0, -EINVAL for no number, -ERANGE for one too large.
 */
int kstrtoll(const char *text, unsigned int base, long long *value);
/**
 * kstrtobool - yes or no
 * @text: y, Y, 1, on; n, N, 0, off
 * @value: where it goes
 *
 * Context: Any context.
 * Return: 0, or -EINVAL for neither.
 */
int kstrtobool(const char *text, bool *value);

static inline int kstrtouint(const char *text, unsigned int base,
			     unsigned int *value)
{
	unsigned long long n;
	int err = kstrtoull(text, base, &n);

	if (!err && n > 0xffffffffu)
		err = -ERANGE;
	if (!err)
		*value = (unsigned int)n;
	return err;
}

static inline int kstrtoint(const char *text, unsigned int base, int *value)
{
	long long n;
	int err = kstrtoll(text, base, &n);

	if (!err && n != (int)n)
		err = -ERANGE;
	if (!err)
		*value = (int)n;
	return err;
}

#define container_of(ptr, type, member) \
	((type *)((char *)(ptr) - __builtin_offsetof(type, member)))

typedef __builtin_va_list va_list;

/**
 * vsnprintf - print into memory
 * @to: where the text goes, with a NUL
 * @size: how many bytes there are
 * @format: by printk()'s rules
 * @args: what @format asks for
 *
 * Context: Any.
 * Return: how many bytes the text has, were there room for all of it.
 */
int vsnprintf(char *to, size_t size, const char *format, va_list args)
	__attribute__((format(printf, 3, 0)));

#endif
