/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/task/binfmt.h"

/*
 * "#!" programs (Linux: fs/binfmt_script.c): the interpreter named in the
 * first line runs, with its one optional argument and the script's path in
 * place of argv[0].
 *
 * Only the file's first 256 bytes are looked at, and what is shorter is
 * followed by zeroes: a line that ends with the file is whole. One that goes
 * on behind them is cut in its argument, and refused in its name.
 */

#include <string.h>

#include "kernel/lib/err.h"

static bool spacetab(char c)
{
	return c == ' ' || c == '\t';
}

/* NULL: blanks only, up to @last inclusive. */
static char *next_non_spacetab(char *first, const char *last)
{
	for (; first <= last; first++)
		if (!spacetab(*first))
			return first;
	return NULL;
}

static char *next_terminator(char *first, const char *last)
{
	for (; first <= last; first++)
		if (spacetab(*first) || !*first)
			return first;
	return NULL;
}

/* Where the line ends; NULL: the interpreter's name was cut off. */
static char *line_end(char *buf)
{
	char *last = buf + BINPRM_BUF_SIZE - 1, *name;
	char *end = memchr(buf, '\n', BINPRM_BUF_SIZE);

	if (end)
		return end;
	name = next_non_spacetab(buf + 2, last);
	return name && next_terminator(name, last) ? last : NULL;
}

/* Splits "#! interp [arg]" in place. False: no interpreter, or part of one. */
static bool parse_line(char *buf, char **interp, char **arg)
{
	char *end = line_end(buf), *separator;

	if (!end)
		return false;
	while (spacetab(end[-1]))
		end--;
	*interp = next_non_spacetab(buf + 2, end);
	if (!*interp || *interp == end)
		return false;
	*arg = NULL;
	separator = next_terminator(*interp, end);
	if (separator && *separator)
		*arg = next_non_spacetab(separator, end);
	*end = '\0';
	if (*arg)
		*separator = '\0';
	return true;
}

int load_script(struct task_struct *curr, struct linux_binprm *bprm)
{
	char *interp, *arg;
	int err;

	if (bprm->buf[0] != '#' || bprm->buf[1] != '!' ||
	    !parse_line((char *)bprm->buf, &interp, &arg))
		return -ENOEXEC;
	if (bprm->path_inaccessible)
		return -ENOENT;
	err = remove_arg_zero(curr, bprm);
	if (!err)
		err = copy_string_kernel(curr, bprm, bprm->interp);
	if (!err && arg) {
		err = copy_string_kernel(curr, bprm, arg);
		bprm->argc++;
	}
	if (!err)
		err = copy_string_kernel(curr, bprm, interp);
	bprm->argc += 2;
	return err ? err : bprm_change_file(curr, bprm, interp);
}
