/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/task/binfmt.h"

/*
 * "#!" programs (Linux: fs/binfmt_script.c): the interpreter named in the
 * first line runs, with its one optional argument and the script's path in
 * place of argv[0].
 */

#include <string.h>

#include "kernel/lib/err.h"

static bool blank(char c)
{
	return c == ' ' || c == '\t';
}

/*
 * Splits "interp [arg]" in place. False when the interpreter's name is
 * missing or was cut off by the buffer's end.
 */
static bool parse_line(char *line, char **interp, char **arg)
{
	char *end = strchr(line, '\n');
	bool whole = end != NULL;
	char *name = line;

	if (!whole)
		end = line + strlen(line);
	while (end > line && blank(end[-1]))
		end--;
	*end = '\0';
	while (blank(*name))
		name++;
	*interp = name;
	while (*name && !blank(*name))
		name++;
	if (name == *interp || (!whole && !*name))
		return false;
	*arg = NULL;
	if (*name) {
		*name++ = '\0';
		while (blank(*name))
			name++;
		*arg = name;
	}
	return true;
}

int load_script(struct task_struct *curr, struct linux_binprm *bprm)
{
	char line[BINPRM_BUF_SIZE + 1] = {0};
	char *interp, *arg;
	int err;

	if (bprm->buf[0] != '#' || bprm->buf[1] != '!')
		return -ENOEXEC;
	memcpy(line, bprm->buf + 2, sizeof(bprm->buf) - 2);
	if (!parse_line(line, &interp, &arg))
		return -ENOEXEC;
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
	if (!err)
		err = bprm_change_file(curr, bprm, interp);
	/* "not mine" would go on to the ELF loader with the wrong file */
	return err == -ENOEXEC ? -EACCES : err;
}
