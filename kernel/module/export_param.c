/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/module/export.h"

/*
 * Numbers from text and text from numbers, for modules: what operations of
 * their own parameters are made of (Linux: kernel/params.c, lib/kstrtox.c,
 * lib/vsprintf.c).
 */

#include <errno.h>
#include <string.h>

#include "kernel/lib/kstrtox.h"
#include "kernel/mm/slab.h"
#include "kernel/module/claims.h"
#include "kernel/module/params.h"
#include "kernel/state.h"
#include "kernel/task/sched.h"

#define MOST_TEXT 1024 /* characters that are printed at once */

/* ---- parameters' own types --------------------------------------------------------- */

static uint64_t set_as(const struct export *call, const char *type)
{
	char text[64];

	export_string(call, export_arg(call, 0), text, sizeof(text));
	return (uint32_t)module_param_set_as(call->curr, export_arg(call, 1),
					     type, text);
}

static uint64_t get_as(const struct export *call, const char *type)
{
	char text[64];
	int32_t length = module_param_get_as(call->curr, export_arg(call, 1),
					     type, text, sizeof(text) - 1);

	if (length < 0)
		return (uint32_t)length;
	text[length] = '\0';
	export_write(call, export_arg(call, 0), text, (uint32_t)length + 1);
	return (uint32_t)length;
}

#define PARAM_FUNCTIONS(type)                                       \
	uint64_t export_param_set_##type(const struct export *call) \
	{                                                           \
		return set_as(call, "param_ops_" #type);            \
	}                                                           \
	uint64_t export_param_get_##type(const struct export *call) \
	{                                                           \
		return get_as(call, "param_ops_" #type);            \
	}
PARAM_FUNCTIONS(bool)
PARAM_FUNCTIONS(int)
PARAM_FUNCTIONS(uint)

/* ---- numbers from text -------------------------------------------------------------- */

uint64_t export_kstrtoull(const struct export *call)
{
	uint64_t value;
	char text[64];
	int err;

	export_string(call, export_arg(call, 0), text, sizeof(text));
	err = kstrtoull(text, export_arg(call, 1), &value);
	if (!err)
		export_write(call, export_arg(call, 2), &value, sizeof(value));
	return (uint32_t)err;
}

uint64_t export_kstrtoll(const struct export *call)
{
	int64_t value;
	char text[64];
	int err;

	export_string(call, export_arg(call, 0), text, sizeof(text));
	err = kstrtoll(text, export_arg(call, 1), &value);
	if (!err)
		export_write(call, export_arg(call, 2), &value, sizeof(value));
	return (uint32_t)err;
}

uint64_t export_kstrtobool(const struct export *call)
{
	char text[8];
	bool value;
	int err;

	export_string(call, export_arg(call, 0), text, sizeof(text));
	err = kstrtobool(text, &value);
	if (!err)
		export_write(call, export_arg(call, 1), &(uint8_t){value}, 1);
	return (uint32_t)err;
}

/* ---- text from numbers --------------------------------------------------------------- */

/* At @to, cut to @size, by the format in argument @format. */
static int print(const struct export *call, unsigned int format, vaddr_t to,
		 uint32_t size)
{
	char text[MOST_TEXT];
	int length;

	if (size > sizeof(text))
		size = sizeof(text);
	length = export_format(call, format, text, size);
	if (size)
		export_write(call, to, text,
			     (uint32_t)length < size ? (uint32_t)length + 1
						     : size);
	return length;
}

uint64_t export_sprintf(const struct export *call)
{
	return (uint32_t)print(call, 1, export_arg(call, 0), MOST_TEXT);
}

uint64_t export_snprintf(const struct export *call)
{
	return (uint32_t)print(call, 2, export_arg(call, 0),
			       export_arg(call, 1));
}

uint64_t export_scnprintf(const struct export *call)
{
	uint32_t size = export_arg(call, 1);
	uint32_t length = (uint32_t)print(call, 2, export_arg(call, 0), size);

	return !size ? 0 : length < size ? length : size - 1;
}
