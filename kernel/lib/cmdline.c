/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/lib/cmdline.h"

/*
 * The words of the kernel's command line (lib/cmdline.c, and what
 * early_param() does with them). They are looked for when somebody asks,
 * instead of each being offered to all who may want it.
 */

#include <stdlib.h>
#include <string.h>

#include "kernel/state.h"

const char *boot_command_line(const struct kernel *k)
{
	return k->arch.command_line;
}

const char *boot_param_next(const struct kernel *k, const char *after,
			    const char *name, uint32_t *len)
{
	const char *word = after ? after : k->arch.command_line;
	size_t name_len = strlen(name);

	for (; *word; word += strcspn(word, " ")) {
		word += strspn(word, " ");
		if (strncmp(word, name, name_len))
			continue;
		if (word[name_len] == '=') {
			word += name_len + 1;
			*len = (uint32_t)strcspn(word, " ");
			return word;
		}
		if (!word[name_len] || word[name_len] == ' ') {
			*len = 0;
			return word + name_len;
		}
	}
	return NULL;
}

const char *boot_param(const struct kernel *k, const char *name, uint32_t *len)
{
	const char *last = NULL, *next = NULL;

	while ((next = boot_param_next(k, next ? next + *len : NULL, name,
				       len)))
		last = next;
	if (last)
		*len = (uint32_t)strcspn(last, " ");
	return last;
}

uint64_t memparse(const char *text, const char **end)
{
	static const char units[] = "kmgtpe";
	char *rest;
	uint64_t value = strtoull(text, &rest, 0);
	const char *unit = *rest ? strchr(units, *rest | 0x20) : NULL;

	*end = rest;
	if (rest == text || !unit)
		return value;
	++*end;
	return value << (10 * (unit - units + 1));
}

bool boot_param_bytes(const struct kernel *k, const char *name, uint64_t *value)
{
	uint32_t len;
	const char *text = boot_param(k, name, &len), *end;

	if (!text || !len)
		return false;
	*value = memparse(text, &end);
	return true;
}
