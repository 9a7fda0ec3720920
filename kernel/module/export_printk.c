/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/module/export.h"

/*
 * Text by a module's format (Linux: lib/vsprintf.c, kernel/printk/printk.c).
 * The format and its strings are in guest memory, the values in the caller's
 * registers and on its stack, 64-bit ones at even words.
 *
 * MODEL: of %p's extensions %pa and %px; the others print the address, and %p
 * itself does, where Linux hides it. Log levels are taken off and not kept.
 */

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "kernel/arch/arm/maccess.h"
#include "kernel/lib/printk.h"
#include "kernel/task/sched.h"

#define KERN_SOH 1 /* a level follows */

/* One text being printed. */
struct format {
	const struct export *call;
	vaddr_t args; /* a va_list; 0: the arguments of the call */
	unsigned int next; /* the next value's word */
	char *to;
	uint32_t size, length; /* length counts what had no room, too */
};

/* ---- output ------------------------------------------------------------------------- */

static void put(struct format *f, const char *text, uint32_t length)
{
	for (uint32_t i = 0; i < length; i++, f->length++)
		if (f->length + 1 < f->size)
			f->to[f->length] = text[i];
}

/* ---- values ------------------------------------------------------------------------- */

static uint32_t next_word(struct format *f)
{
	uint32_t word;

	if (!f->args)
		return export_arg(f->call, f->next++);
	export_read(f->call, &word, f->args + 4 * f->next++, sizeof(word));
	return word;
}

static uint64_t next_value(struct format *f, bool is_64)
{
	uint64_t value;

	if (!is_64)
		return next_word(f);
	f->next += (f->args / 4 + f->next) & 1;
	value = next_word(f);
	return value | (uint64_t)next_word(f) << 32;
}

/* One conversion: flags, width, precision, size of its value. */
struct spec {
	char flags[8];
	int width, precision; /* -1: none given */
	unsigned int nr_h, nr_l;
	char conversion;
	char extension; /* of %p, its first letter */
};

static int number_or_star(struct format *f, const char **at)
{
	int n = 0;

	if (**at == '*') {
		++*at;
		n = (int32_t)next_value(f, false);
	} else {
		while (**at >= '0' && **at <= '9' && n < 4096)
			n = n * 10 + *(*at)++ - '0';
	}
	return n > 4096 ? 4096 : n;
}

static const char *parse_spec(struct format *f, const char *at, struct spec *s)
{
	size_t n = 0;

	*s = (struct spec){.width = -1, .precision = -1};
	while (*at && strchr("-+ #0", *at) && n < sizeof(s->flags) - 1)
		s->flags[n++] = *at++;
	if (*at == '*' || (*at >= '1' && *at <= '9'))
		s->width = number_or_star(f, &at);
	if (*at == '.') {
		at++;
		s->precision = number_or_star(f, &at);
	}
	for (;; at++) {
		if (*at == 'l')
			s->nr_l++;
		else if (*at == 'h')
			s->nr_h++;
		else if (*at == 'L')
			s->nr_l = 2;
		else if (*at != 'z' && *at != 't')
			break;
	}
	s->conversion = *at ? *at++ : '\0';
	if (s->conversion == 'p')
		s->extension = *at;
	while (s->conversion == 'p' && isalnum((unsigned char)*at))
		at++;
	return at;
}

/* The value as its type says, sign and all. */
static uint64_t narrow(const struct spec *s, uint64_t value)
{
	bool is_signed = s->conversion == 'd' || s->conversion == 'i';

	if (s->nr_l >= 2)
		return value;
	if (s->nr_h >= 2)
		return is_signed ? (uint64_t)(int8_t)value : (uint8_t)value;
	if (s->nr_h)
		return is_signed ? (uint64_t)(int16_t)value : (uint16_t)value;
	return is_signed ? (uint64_t)(int32_t)value : (uint32_t)value;
}

static void put_number(struct format *f, const struct spec *s)
{
	uint64_t value = narrow(s, next_value(f, s->nr_l >= 2));
	char how[32], text[128];
	int n = snprintf(how, sizeof(how), "%%%s", s->flags);

	if (s->width >= 0)
		n += snprintf(how + n, sizeof(how) - (size_t)n, "%d",
			      s->width > 100 ? 100 : s->width);
	if (s->precision >= 0)
		n += snprintf(how + n, sizeof(how) - (size_t)n, ".%d",
			      s->precision > 100 ? 100 : s->precision);
	snprintf(how + n, sizeof(how) - (size_t)n, "ll%c", s->conversion);
	n = snprintf(text, sizeof(text), how, (unsigned long long)value);
	put(f, text, (uint32_t)n);
}

static void put_padded(struct format *f, const struct spec *s, const char *text,
		       uint32_t length)
{
	bool left = strchr(s->flags, '-');
	uint32_t pad = s->width > (int)length ? (uint32_t)s->width - length : 0;

	for (uint32_t i = 0; !left && i < pad; i++)
		put(f, " ", 1);
	put(f, text, length);
	for (uint32_t i = 0; left && i < pad; i++)
		put(f, " ", 1);
}

static void put_string(struct format *f, const struct spec *s)
{
	vaddr_t at = (vaddr_t)next_value(f, false);
	char text[512];
	int length;

	length = strncpy_from_kernel_nofault(f->call->curr, text, at,
					     sizeof(text));
	if (length < 0)
		length = snprintf(text, sizeof(text),
				  at ? "(efault)" : "(null)");
	if (s->precision >= 0 && s->precision < length)
		length = s->precision;
	put_padded(f, s, text, (uint32_t)length);
}

/* %pa is a phys_addr_t, by reference. */
static void put_pointer(struct format *f, const struct spec *s)
{
	const bool by_reference = s->extension == 'a';
	uint32_t value = (uint32_t)next_value(f, false);
	char text[16];
	int n;

	if (by_reference)
		export_read(f->call, &value, value, sizeof(value));
	n = snprintf(text, sizeof(text), "%s%08x", by_reference ? "0x" : "",
		     value);
	put_padded(f, s, text, (uint32_t)n);
}

static void put_conversion(struct format *f, const struct spec *s)
{
	char c;

	switch (s->conversion) {
	case 'd':
	case 'i':
	case 'u':
	case 'x':
	case 'X':
	case 'o':
		put_number(f, s);
		break;
	case 'c':
		c = (char)next_value(f, false);
		put_padded(f, s, &c, 1);
		break;
	case 's':
		put_string(f, s);
		break;
	case 'p':
		put_pointer(f, s);
		break;
	case '%':
		put(f, "%", 1);
		break;
	default: /* not ours: it shows as it is */
		put(f, "%", 1);
		put(f, &s->conversion, s->conversion ? 1 : 0);
	}
}

static int print(struct format *f, vaddr_t format)
{
	char text[1024];
	const char *at = text;

	if (strncpy_from_kernel_nofault(f->call->curr, text, format,
					sizeof(text)) < 0)
		strcpy(text, "(efault)");
	while (*at) {
		const char *end = at + strcspn(at, "%");
		struct spec spec;

		put(f, at, (uint32_t)(end - at));
		if (!*end)
			break;
		at = parse_spec(f, end + 1, &spec);
		put_conversion(f, &spec);
	}
	if (f->size)
		f->to[f->length < f->size ? f->length : f->size - 1] = '\0';
	return (int)f->length;
}

int export_format(const struct export *call, unsigned int format, char *to,
		  uint32_t size)
{
	struct format f = {
		.call = call, .next = format + 1, .to = to, .size = size};

	return print(&f, export_arg(call, format));
}

/* MODEL: of more than 1023 bytes the first. */
uint64_t export_vsnprintf(const struct export *call)
{
	const uint32_t room = export_arg(call, 1);
	char text[1024];
	struct format f = {
		.call = call,
		.args = export_arg(call, 3),
		.to = text,
		.size = room < sizeof(text) ? room : sizeof(text),
	};
	const int length = print(&f, export_arg(call, 2));

	if (f.size)
		export_write(call, export_arg(call, 0), text,
			     (uint32_t)strlen(text) + 1);
	return (uint32_t)length;
}

/* ---- the log ------------------------------------------------------------------------------ */

uint64_t export__printk(const struct export *call)
{
	char text[1024];
	const char *from = text;
	int length = export_format(call, 0, text, sizeof(text));

	if (text[0] == KERN_SOH && text[1])
		from += 2;
	printk(call->curr->k, "%s", from);
	return (uint64_t)length;
}
