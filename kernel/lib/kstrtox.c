/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/lib/kstrtox.h"

/*
 * Numbers that users write into the kernel's files (Linux: lib/kstrtox.c).
 * The C library's strtoull() forgives blanks, a minus and what follows the
 * number; these forgive nothing but one newline at the end.
 */

#include <errno.h>
#include <stddef.h>

/* -1: not a digit */
static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static const char *skip_prefix(const char *s, unsigned int *base)
{
	const int hex = s[0] == '0' && (s[1] | 0x20) == 'x' && digit(s[2]) >= 0;

	if (!*base)
		*base = hex ? 16 : *s == '0' ? 8 : 10;
	return *base == 16 && hex ? s + 2 : s;
}

static int parse_magnitude(const char *s, unsigned int base, uint64_t *res)
{
	const char *first;
	uint64_t value = 0;
	int d, err = 0;

	s = skip_prefix(s, &base);
	first = s;
	for (; (d = digit(*s)) >= 0 && d < (int)base; s++)
		if (__builtin_mul_overflow(value, base, &value) ||
		    __builtin_add_overflow(value, (uint64_t)d, &value))
			err = -ERANGE;
	if (s == first)
		return -EINVAL;
	if (err)
		return err;
	if (*s == '\n')
		s++;
	if (*s)
		return -EINVAL;
	*res = value;
	return 0;
}

int kstrtoull(const char *s, unsigned int base, uint64_t *res)
{
	return parse_magnitude(*s == '+' ? s + 1 : s, base, res);
}

int kstrtoll(const char *s, unsigned int base, int64_t *res)
{
	uint64_t value = 0;
	int err;

	if (*s != '-') {
		err = kstrtoull(s, base, &value);
		if (!err && value > INT64_MAX)
			err = -ERANGE;
	} else {
		err = parse_magnitude(s + 1, base, &value);
		if (!err && value > (uint64_t)INT64_MAX + 1)
			err = -ERANGE;
		value = -value;
	}
	if (!err)
		*res = (int64_t)value;
	return err;
}

int kstrtoint(const char *s, unsigned int base, int32_t *res)
{
	int64_t value;
	int err = kstrtoll(s, base, &value);

	if (!err && value != (int32_t)value)
		err = -ERANGE;
	if (!err)
		*res = (int32_t)value;
	return err;
}

int kstrtouint(const char *s, unsigned int base, uint32_t *res)
{
	uint64_t value;
	int err = kstrtoull(s, base, &value);

	if (!err && value > UINT32_MAX)
		err = -ERANGE;
	if (!err)
		*res = (uint32_t)value;
	return err;
}

int kstrtobool(const char *s, bool *res)
{
	const char second = *s ? (char)(s[1] | 0x20) : '\0';

	switch (*s) {
	case 'y':
	case 'Y':
	case '1':
		*res = true;
		return 0;
	case 'n':
	case 'N':
	case '0':
		*res = false;
		return 0;
	case 'o':
	case 'O':
		if (second != 'n' && second != 'f')
			return -EINVAL;
		*res = second == 'n';
		return 0;
	default:
		return -EINVAL;
	}
}
