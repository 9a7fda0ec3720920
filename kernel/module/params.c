/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/module/params.h"

/*
 * Parameters of modules (Linux: kernel/params.c): "name=value" pairs with
 * spaces between them, set in the module's own variables as their types say,
 * when it is loaded and, through /sys/module, later.
 *
 * Whatever a type reads or writes is the module's memory, and its operations
 * may be the module's functions; neither is believed. A string that was given
 * lies in a kmalloc'ed copy on mod->charps, which goes with the module or when
 * another takes its place.
 */

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "kernel/arch/arm/image.h"
#include "kernel/arch/arm/kcall.h"
#include "kernel/arch/arm/maccess.h"
#include "kernel/arch/arm/uaccess.h"
#include "kernel/arm_sizes.h"
#include "kernel/lib/kstrtox.h"
#include "kernel/lib/printk.h"
#include "kernel/mm/kobj.h"
#include "kernel/mm/slab.h"
#include "kernel/module/module.h"
#include "kernel/state.h"
#include "kernel/task/sched.h"

#define MOST_CHARP 1024 /* characters of a string */

/* ---- types -------------------------------------------------------------------------- */

enum param_kind {
	PARAM_NUMBER,
	PARAM_BOOL,
	PARAM_INVBOOL,
	PARAM_CHARP,
	PARAM_STRING,
	PARAM_ARRAY,
	PARAM_OWN, /* the module's own operations */
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
	{"param_ops_string", PARAM_STRING, 0, false},
	{"param_array_ops", PARAM_ARRAY, 0, false},
};

static const struct param_type *type_of(const struct kernel *k, vaddr_t ops)
{
	static const struct param_type own = {.kind = PARAM_OWN};

	for (size_t i = 0; i < sizeof(param_types) / sizeof(*param_types); i++)
		if (image_symbol(k->arch.image, param_types[i].ops) == ops)
			return &param_types[i];
	return &own;
}

/* One parameter being set or read. */
struct param {
	struct task_struct *curr;
	struct module *mod;
	struct arm_kernel_param arm;
	const struct param_type *type;
	vaddr_t kp; /* where @arm lies; 0: nowhere, it is an array's element */
	char name[MODULE_PARAM_NAME];
};

/* What a parameter's words in the module's memory point to. */
static int read_struct(const struct param *p, vaddr_t from, void *to,
		       uint32_t nr_bytes)
{
	return copy_from_kernel_nofault(p->curr, to, from, nr_bytes);
}

static struct param element_of(const struct param *p,
			       const struct arm_kparam_array *array, uint32_t n)
{
	struct param element = *p;

	element.kp = 0;
	element.arm.ops = array->ops;
	element.arm.arg = array->elem + n * array->elemsize;
	element.type = type_of(p->curr->k, array->ops);
	return element;
}

/*
 * A function of the module's own, that wants @first and the parameter. Its
 * result, or -EFAULT if it oopsed.
 */
static int32_t call_own(const struct param *p, vaddr_t fn, vaddr_t first)
{
	const vaddr_t copy = p->kp ? 0
				   : kmemdup(p->curr, &p->arm, sizeof(p->arm),
					     GFP_KERNEL);
	const uint32_t args[] = {first, p->kp ? p->kp : copy};
	uint32_t result;
	bool came_back;

	if (!args[1])
		return -ENOMEM;
	came_back = kcall_catch(p->curr, fn, 2, args, &result);
	kfree(p->curr, copy);
	return came_back ? (int32_t)result : -EFAULT;
}

/* ---- setting ------------------------------------------------------------------------- */

static int put_value(const struct param *p, uint64_t value)
{
	return copy_to_kernel_nofault(p->curr, p->arm.arg, &value,
				      p->type->nr_bytes);
}

static int set_number(const struct param *p, const char *text)
{
	unsigned int bits = p->type->nr_bytes * 8u;
	uint64_t value = 0;
	int64_t number = 0;
	int err;

	if (p->type->is_signed) {
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
	return err ? err : put_value(p, value);
}

static int set_bool(const struct param *p, const char *text)
{
	bool value;
	int err = kstrtobool(text, &value);

	return err ? err
		   : put_value(p, value != (p->type->kind == PARAM_INVBOOL));
}

/* A string that a parameter was given, on its module's list. */
struct module_charp {
	struct list_head list;
	vaddr_t text;
};

static void free_charp(struct task_struct *curr, struct module_charp *charp)
{
	list_del(&charp->list);
	kfree(curr, charp->text);
	kfree_obj(curr, charp);
}

/* If it is one of ours: the first is the module's own. */
static void maybe_free_charp(const struct param *p, vaddr_t text)
{
	struct module_charp *charp;

	list_for_each_entry(charp, &p->mod->charps, list)
		if (charp->text == text) {
			free_charp(p->curr, charp);
			return;
		}
}

static int set_charp(const struct param *p, const char *text)
{
	struct module_charp *charp;
	vaddr_t old;

	if (strlen(text) > MOST_CHARP) {
		printk(p->curr->k, "%s: string parameter too long", p->name);
		return -ENOSPC;
	}
	charp = kzalloc_obj(p->curr, ARM_SIZEOF_MODULE_CHARP, sizeof(*charp),
			    GFP_KERNEL);
	if (!charp)
		return -ENOMEM;
	list_add(&charp->list, &p->mod->charps);
	charp->text = kstrdup(p->curr, text, GFP_KERNEL);
	if (!charp->text || read_struct(p, p->arm.arg, &old, sizeof(old)) ||
	    put_value(p, charp->text)) {
		const int err = charp->text ? -EFAULT : -ENOMEM;

		free_charp(p->curr, charp);
		return err;
	}
	maybe_free_charp(p, old);
	return 0;
}

static int set_string(const struct param *p, const char *text)
{
	const uint32_t size = (uint32_t)strlen(text) + 1;
	struct arm_kparam_string string;

	if (read_struct(p, p->arm.arg, &string, sizeof(string)))
		return -EFAULT;
	if (size > string.maxlen) {
		printk(p->curr->k, "%s: string doesn't fit in %u chars.",
		       p->name, string.maxlen - 1);
		return -ENOSPC;
	}
	return copy_to_kernel_nofault(p->curr, string.string, text, size);
}

static int set_own(const struct param *p, vaddr_t text)
{
	struct arm_kernel_param_ops ops;

	if (read_struct(p, p->arm.ops, &ops, sizeof(ops)))
		return -EFAULT;
	if (!text && !(ops.flags & KERNEL_PARAM_OPS_FL_NOARG))
		return -EINVAL;
	return ops.set ? call_own(p, ops.set, text) : -EPERM;
}

static int set_array(const struct param *p, vaddr_t text);

/* @text: guest memory that may be changed on the way; 0: a name alone. */
static int set_param(const struct param *p, vaddr_t text)
{
	/* a name alone means yes, and nothing but yes */
	const char *value = text ? kbytes(p->curr->k, text) : "1";
	const enum param_kind kind = p->type->kind;

	if (kind == PARAM_OWN)
		return set_own(p, text);
	if (kind == PARAM_BOOL || kind == PARAM_INVBOOL)
		return set_bool(p, value);
	if (!text)
		return -EINVAL;
	switch (kind) {
	case PARAM_NUMBER:
		return set_number(p, value);
	case PARAM_CHARP:
		return set_charp(p, value);
	case PARAM_STRING:
		return set_string(p, value);
	default:
		return set_array(p, text);
	}
}

/*
 * Element by element, up to the last comma. The module knows at any time how
 * many there are.
 */
static int set_array(const struct param *p, vaddr_t text)
{
	struct arm_kparam_array array;
	bool more = true;

	if (read_struct(p, p->arm.arg, &array, sizeof(array)))
		return -EFAULT;
	for (uint32_t n = 0;; n++) {
		const struct param element = element_of(p, &array, n);
		char *value = kbytes(p->curr->k, text);
		const uint32_t length = (uint32_t)strcspn(value, ",");
		int err = -EINVAL;

		if (array.num &&
		    copy_to_kernel_nofault(p->curr, array.num, &n, sizeof(n)))
			return -EFAULT;
		if (!more)
			return 0;
		if (n == array.max) {
			printk(p->curr->k, "%s: can only take %u arguments",
			       p->name, array.max);
			return -EINVAL;
		}
		more = value[length] == ',';
		value[length] = '\0';
		if (element.type->kind != PARAM_ARRAY)
			err = set_param(&element, text);
		if (err)
			return err;
		text += length + more;
	}
}

/* ---- reading ------------------------------------------------------------------------- */

/* A value's text, of at most a page. */
struct text {
	char *to;
	uint32_t size, length;
};

static int get_number(const struct param *p, struct text *text)
{
	const unsigned int unused = 64 - p->type->nr_bytes * 8u;
	uint64_t value = 0;

	if (read_struct(p, p->arm.arg, &value, p->type->nr_bytes))
		return -EFAULT;
	text->length = (uint32_t)snprintf(
		text->to, text->size, p->type->is_signed ? "%lld\n" : "%llu\n",
		p->type->is_signed
			? (unsigned long long)((int64_t)(value << unused) >>
					       unused)
			: (unsigned long long)value);
	return 0;
}

static int get_bool(const struct param *p, struct text *text)
{
	uint8_t value;

	if (read_struct(p, p->arm.arg, &value, sizeof(value)))
		return -EFAULT;
	text->length = (uint32_t)snprintf(
		text->to, text->size, "%c\n",
		!value == (p->type->kind == PARAM_INVBOOL) ? 'Y' : 'N');
	return 0;
}

/* What fits of the string at @from, and a newline. */
static int get_text(const struct param *p, vaddr_t from, struct text *text)
{
	uint32_t size = text->size - 1;
	int length = 0;

	if (!from) /* Linux prints so, too */
		length = snprintf(text->to, size, "(null)");
	else
		length = strncpy_from_kernel_nofault(p->curr, text->to, from,
						     size);
	if (length < 0)
		return -EFAULT;
	if ((uint32_t)length > size - 1)
		length = (int)size - 1;
	text->to[length] = '\n';
	text->length = (uint32_t)length + 1;
	return 0;
}

static int get_charp(const struct param *p, struct text *text)
{
	vaddr_t from;

	if (read_struct(p, p->arm.arg, &from, sizeof(from)))
		return -EFAULT;
	return get_text(p, from, text);
}

static int get_string(const struct param *p, struct text *text)
{
	struct arm_kparam_string string;

	if (read_struct(p, p->arm.arg, &string, sizeof(string)))
		return -EFAULT;
	return get_text(p, string.string, text);
}

/* It prints into a page of guest memory, and says how much. */
static int get_own(const struct param *p, struct text *text)
{
	struct arm_kernel_param_ops ops;
	vaddr_t buffer;
	int32_t length;

	if (read_struct(p, p->arm.ops, &ops, sizeof(ops)))
		return -EFAULT;
	if (!ops.get)
		return -EPERM;
	buffer = get_zeroed_page(p->curr, GFP_KERNEL);
	if (!buffer)
		return -ENOMEM;
	length = call_own(p, ops.get, buffer);
	if (length >= 0) {
		text->length = (uint32_t)length < text->size ? (uint32_t)length
							     : text->size - 1;
		memcpy(text->to, kbytes(p->curr->k, buffer), text->length);
	}
	free_pages(p->curr, buffer, 0);
	return length < 0 ? length : 0;
}

static int get_array(const struct param *p, struct text *text);

static int get_param(const struct param *p, struct text *text)
{
	switch (p->type->kind) {
	case PARAM_NUMBER:
		return get_number(p, text);
	case PARAM_BOOL:
	case PARAM_INVBOOL:
		return get_bool(p, text);
	case PARAM_CHARP:
		return get_charp(p, text);
	case PARAM_STRING:
		return get_string(p, text);
	case PARAM_ARRAY:
		return get_array(p, text);
	default:
		return get_own(p, text);
	}
}

/* Values with commas between; each has at least that one character. */
static int get_array(const struct param *p, struct text *text)
{
	struct arm_kparam_array array;
	uint32_t nr;

	if (read_struct(p, p->arm.arg, &array, sizeof(array)))
		return -EFAULT;
	nr = array.max;
	if (array.num && read_struct(p, array.num, &nr, sizeof(nr)))
		return -EFAULT;
	for (uint32_t i = 0; i < nr && i < array.max; i++) {
		const struct param element = element_of(p, &array, i);
		struct text part = {text->to + text->length,
				    text->size - text->length, 0};
		int err;

		if (part.size < 32 || element.type->kind == PARAM_ARRAY)
			break;
		if (i && text->length && part.to[-1] == '\n')
			part.to[-1] = ',';
		err = get_param(&element, &part);
		if (err)
			return err;
		if (!part.length)
			part.to[part.length++] = '\n';
		text->length += part.length;
	}
	return 0;
}

/* ---- one of a module's ---------------------------------------------------------------- */

/* The @n-th, with its name in @name. */
static bool nth_param(struct task_struct *curr, struct module *mod, uint32_t n,
		      struct param *p)
{
	*p = (struct param){.curr = curr, .mod = mod};
	p->kp = mod->params + n * (uint32_t)sizeof(p->arm);
	if (n >= mod->nr_params ||
	    read_struct(p, p->kp, &p->arm, sizeof(p->arm)) ||
	    strncpy_from_kernel_nofault(curr, p->name, p->arm.name,
					sizeof(p->name)) < 0)
		return false;
	p->type = type_of(curr->k, p->arm.ops);
	return true;
}

bool module_param_name(struct task_struct *curr, struct module *mod, uint32_t n,
		       char name[MODULE_PARAM_NAME], uint32_t *perm)
{
	struct param p;

	if (!nth_param(curr, mod, n, &p))
		return false;
	strcpy(name, p.name);
	*perm = p.arm.perm & 0777u;
	return true;
}

int module_param_set(struct task_struct *curr, struct module *mod, uint32_t n,
		     vaddr_t text)
{
	struct param p;
	int err = -EINVAL;

	down_write(curr, &mod->param_lock);
	if (nth_param(curr, mod, n, &p))
		err = set_param(&p, text);
	up_write(curr, &mod->param_lock);
	return err;
}

int32_t module_param_get(struct task_struct *curr, struct module *mod,
			 uint32_t n, char *to, uint32_t size)
{
	struct text text = {.to = to, .size = size};
	struct param p;
	int err = -EINVAL;

	down_write(curr, &mod->param_lock);
	if (nth_param(curr, mod, n, &p))
		err = get_param(&p, &text);
	up_write(curr, &mod->param_lock);
	return err ? err : (int32_t)text.length;
}

static bool param_as(struct task_struct *curr, vaddr_t kp, const char *type,
		     struct param *p)
{
	*p = (struct param){.curr = curr, .kp = kp};
	p->type = type_of(curr->k, image_symbol(curr->k->arch.image, type));
	return !read_struct(p, kp, &p->arm, sizeof(p->arm));
}

int module_param_set_as(struct task_struct *curr, vaddr_t kp, const char *type,
			const char *text)
{
	struct param p;

	if (!param_as(curr, kp, type, &p))
		return -EFAULT;
	return p.type->kind == PARAM_NUMBER ? set_number(&p, text)
					    : set_bool(&p, text);
}

int32_t module_param_get_as(struct task_struct *curr, vaddr_t kp,
			    const char *type, char *to, uint32_t size)
{
	struct text text = {.to = to, .size = size};
	struct param p;
	int err;

	if (!param_as(curr, kp, type, &p))
		return -EFAULT;
	err = get_param(&p, &text);
	return err ? err : (int32_t)text.length;
}

/* What a module's own type has allocated. */
static void free_own(const struct param *p)
{
	struct arm_kernel_param_ops ops;
	uint32_t unused;

	if (p->type->kind == PARAM_OWN &&
	    !read_struct(p, p->arm.ops, &ops, sizeof(ops)) && ops.free)
		kcall_catch(p->curr, ops.free, 1, &p->arm.arg, &unused);
}

void module_destroy_params(struct task_struct *curr, struct module *mod)
{
	struct param p;

	for (uint32_t n = 0;
	     mod->state != MODULE_STATE_UNFORMED && n < mod->nr_params; n++)
		if (nth_param(curr, mod, n, &p))
			free_own(&p);
	while (!list_empty(&mod->charps))
		free_charp(curr, list_first_entry(&mod->charps,
						  struct module_charp, list));
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

static bool find_param(struct task_struct *curr, struct module *mod,
		       const char *wanted, uint32_t *n)
{
	char name[MODULE_PARAM_NAME];
	uint32_t perm;

	for (*n = 0; *n < mod->nr_params; ++*n)
		if (module_param_name(curr, mod, *n, name, &perm) &&
		    names_equal(name, wanted))
			return true;
	return false;
}

/*
 * One argument, terminated, at @arg; @value points behind its "=" or is NULL.
 */
static int parse_one(struct task_struct *curr, struct module *mod,
		     const char *name, const char *value)
{
	struct kernel *k = curr->k;
	uint32_t n;
	int err;

	if (!find_param(curr, mod, name, &n)) {
		printk(k, "%s: unknown parameter '%s' ignored", mod->name,
		       name);
		return 0;
	}
	err = module_param_set(curr, mod, n, value ? kbytes_addr(k, value) : 0);
	if (err == -ENOSPC)
		printk(k, "%s: `%s' too large for parameter `%s'", mod->name,
		       value ? value : "", name);
	else if (err)
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
