/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/module/params.h"

/*
 * Parameters of modules (Linux: kernel/params.c): "name=value" pairs with
 * spaces between them, set in the module's own variables as their types say.
 *
 * MODEL: types known are those of param_types[]; a module's own
 * kernel_param_ops aren't called.
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/arch/arm/image.h"
#include "kernel/arch/arm/maccess.h"
#include "kernel/arch/arm/uaccess.h"
#include "kernel/lib/kstrtox.h"
#include "kernel/lib/printk.h"
#include "kernel/mm/kobj.h"
#include "kernel/mm/slab.h"
#include "kernel/module/module.h"
#include "kernel/state.h"
#include "kernel/task/sched.h"

/* ---- types -------------------------------------------------------------------------- */

enum param_kind {
	PARAM_NUMBER,
	PARAM_BOOL,
	PARAM_INVBOOL,
	PARAM_CHARP,
};

struct param_type {
	const char *ops; /* the object in the image that stands for it */
	enum param_kind kind;
	uint8_t nr_bytes;
	bool is_signed;
};

static const struct param_type param_types[] = {
	{"param_ops_byte", PARAM_NUMBER, 1, false},
	{"param_ops_short", PARAM_NUMBER, 2, true},
	{"param_ops_ushort", PARAM_NUMBER, 2, false},
	{"param_ops_int", PARAM_NUMBER, 4, true},
	{"param_ops_uint", PARAM_NUMBER, 4, false},
	{"param_ops_long", PARAM_NUMBER, 4, true},
	{"param_ops_ulong", PARAM_NUMBER, 4, false},
	{"param_ops_ullong", PARAM_NUMBER, 8, false},
	{"param_ops_bool", PARAM_BOOL, 1, false},
	{"param_ops_invbool", PARAM_INVBOOL, 1, false},
	{"param_ops_charp", PARAM_CHARP, 4, false},
};

static const struct param_type *type_of(const struct kernel *k, vaddr_t ops)
{
	for (size_t i = 0; i < sizeof(param_types) / sizeof(*param_types); i++)
		if (image_symbol(k->arch.image, param_types[i].ops) == ops)
			return &param_types[i];
	return NULL;
}

/* ---- values -------------------------------------------------------------------------- */

static int put_value(struct task_struct *curr,
		     const struct arm_kernel_param *param, uint64_t value,
		     uint32_t nr_bytes)
{
	return copy_to_kernel_nofault(curr, param->arg, &value, nr_bytes);
}

static int set_number(struct task_struct *curr,
		      const struct arm_kernel_param *param,
		      const struct param_type *type, const char *text)
{
	unsigned int bits = type->nr_bytes * 8u;
	uint64_t value = 0;
	int64_t number = 0;
	int err;

	if (type->is_signed) {
		err = kstrtoll(text, 0, &number);
		value = (uint64_t)number;
		if (!err &&
		    number != (int64_t)(value << (64 - bits)) >> (64 - bits))
			err = -ERANGE;
	} else {
		err = kstrtoull(text, 0, &value);
		if (!err && bits < 64 && value >> bits)
			err = -ERANGE;
	}
	return err ? err : put_value(curr, param, value, type->nr_bytes);
}

static int set_bool(struct task_struct *curr,
		    const struct arm_kernel_param *param, bool inverted,
		    const char *text)
{
	bool value;
	int err = kstrtobool(text, &value);

	return err ? err : put_value(curr, param, value != inverted, 1);
}

/* The text itself, which the module's args keep. */
static int set_param(struct task_struct *curr,
		     const struct arm_kernel_param *param, const char *value,
		     vaddr_t text)
{
	const struct param_type *type = type_of(curr->k, param->ops);

	if (!type)
		return -EINVAL;
	if (!text) { /* a name alone means yes, and nothing but yes */
		if (type->kind != PARAM_BOOL && type->kind != PARAM_INVBOOL)
			return -EINVAL;
		value = "1";
	}
	switch (type->kind) {
	case PARAM_NUMBER:
		return set_number(curr, param, type, value);
	case PARAM_BOOL:
	case PARAM_INVBOOL:
		return set_bool(curr, param, type->kind == PARAM_INVBOOL,
				value);
	default:
		return put_value(curr, param, text, sizeof(text));
	}
}

/* ---- arguments ------------------------------------------------------------------------ */

/* Hyphens and underscores are one in names. */
static bool names_equal(const char *a, const char *b)
{
	for (;; a++, b++) {
		if ((*a == '-' ? '_' : *a) != (*b == '-' ? '_' : *b))
			return false;
		if (!*a)
			return true;
	}
}

static bool find_param(struct task_struct *curr, const struct module *mod,
		       const char *name, struct arm_kernel_param *param)
{
	char text[64];

	for (uint32_t i = 0; i < mod->nr_params; i++) {
		vaddr_t at = mod->params + i * (uint32_t)sizeof(*param);

		if (!copy_from_kernel_nofault(curr, param, at,
					      sizeof(*param)) &&
		    strncpy_from_kernel_nofault(curr, text, param->name,
						sizeof(text)) >= 0 &&
		    names_equal(text, name))
			return true;
	}
	return false;
}

/*
 * One argument, terminated, at @arg; @value points behind its "=" or is NULL.
 */
static int parse_one(struct task_struct *curr, const struct module *mod,
		     const char *name, const char *value)
{
	struct kernel *k = curr->k;
	struct arm_kernel_param param;
	int err;

	if (!find_param(curr, mod, name, &param)) {
		printk(k, "%s: unknown parameter '%s' ignored", mod->name,
		       name);
		return 0;
	}
	err = set_param(curr, &param, value, value ? kbytes_addr(k, value) : 0);
	if (err)
		printk(k, "%s: `%s' invalid for parameter `%s'", mod->name,
		       value ? value : "", name);
	return err;
}

/* Cuts the next argument off; quotes keep blanks together. NULL: no more. */
static char *next_arg(char *args, char **name, char **value)
{
	bool in_quote = false;
	char *at;

	while (*args == ' ' || *args == '\t' || *args == '\n')
		args++;
	if (!*args)
		return NULL;
	if (*args == '"') {
		args++;
		in_quote = true;
	}
	*name = args;
	*value = NULL;
	for (at = args; *at; at++) {
		if (!in_quote && (*at == ' ' || *at == '\t' || *at == '\n'))
			break;
		if (*at == '=' && !*value)
			*value = at + 1;
		if (*at == '"')
			in_quote = !in_quote;
	}
	if (*at)
		*at++ = '\0';
	if (*value) {
		size_t n = strlen(*value);

		(*value)[-1] = '\0';
		if (**value == '"') {
			++*value;
			n--;
			if (n && (*value)[n - 1] == '"')
				(*value)[n - 1] = '\0';
		}
	}
	return at;
}

int module_parse_args(struct task_struct *curr, struct module *mod)
{
	char *name, *value, *args = kbytes(curr->k, mod->args);

	while ((args = next_arg(args, &name, &value))) {
		int err = parse_one(curr, mod, name, value);

		if (err)
			return err;
	}
	return 0;
}

/* With its NUL; -EFAULT. */
static int32_t strnlen_user(struct task_struct *curr, vaddr_t text,
			    uint32_t most)
{
	char piece[256];
	uint32_t length = 0;

	for (;;) {
		int32_t n = strncpy_from_user(curr, piece, text + length,
					      sizeof(piece));

		if (n < 0)
			return n;
		length += (uint32_t)n;
		if (n < (int32_t)sizeof(piece))
			return (int32_t)length + 1;
		if (length >= most)
			return (int32_t)most + 1;
	}
}

int module_copy_args(struct task_struct *curr, vaddr_t args, uint32_t most,
		     vaddr_t *to)
{
	int32_t length = strnlen_user(curr, args, most);
	char *text;

	if (length < 0)
		return -EFAULT;
	if ((uint32_t)length > most)
		return -EINVAL;
	*to = kmalloc(curr, (uint32_t)length, GFP_KERNEL);
	if (!*to)
		return -ENOMEM;
	text = kbytes(curr->k, *to);
	if (copy_from_user(curr, text, args, (uint32_t)length)) {
		kfree(curr, *to);
		*to = 0;
		return -EFAULT;
	}
	text[length - 1] = '\0';
	return 0;
}
