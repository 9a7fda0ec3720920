/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_TASK_BINFMT_H
#define KERNEL_TASK_BINFMT_H

/* A program on its way in (include/linux/binfmts.h). */

#include "kernel/task/sched_core.h"

#define BINPRM_BUF_SIZE 256
#define PATH_MAX_BYTES  4096

/* Lives for one execve. Owned by do_execve(). */
struct linux_binprm {
	uint8_t buf[BINPRM_BUF_SIZE]; /* the file's beginning, zero-padded */
	struct file *file;
	struct mm_struct *mm; /* the new one, until it is curr's */
	vaddr_t p; /* top of the strings, growing down */
	vaddr_t exec_p; /* where the file name lies */
	vaddr_t argmin; /* as low as p may get */
	uint32_t stack_limit; /* RLIMIT_STACK, whatever happens to it */
	int argc, envc;
	bool committed; /* the old program is gone */
	bool secureexec; /* AT_SECURE */
	bool comm_from_dentry; /* a descriptor's number is no name */
	bool path_inaccessible; /* to whoever is exec'ed: #! won't do */
	char filename[PATH_MAX_BYTES]; /* as execve was called */
	char interp[PATH_MAX_BYTES]; /* what is loaded for it */
};

/* Puts strings on the new stack, last one first. 0 or -errno. */
int copy_string_kernel(struct task_struct *curr, struct linux_binprm *bprm,
		       const char *string);
/* Drops argv[0]: #! puts others in its place. 0 or -errno. */
int remove_arg_zero(struct task_struct *curr, struct linux_binprm *bprm);
/* The point of no return: the new mm becomes @curr's. 0 or -errno. */
int begin_new_exec(struct task_struct *curr, struct linux_binprm *bprm);

/* Then, once curr->personality is the new program's: its layout. */
void setup_new_exec(struct task_struct *curr, struct linux_binprm *bprm);

/* May the stack be executed? What the program says, if it does. */
enum exstack {
	EXSTACK_DEFAULT,
	EXSTACK_DISABLE_X,
	EXSTACK_ENABLE_X
};
/* The stack's rights, and room below the strings. 0 or -errno. */
int setup_arg_pages(struct task_struct *curr, struct linux_binprm *bprm,
		    enum exstack exstack);

/* Loaders: 0, -ENOEXEC (not mine), or another -errno. */
int load_elf_binary(struct task_struct *curr, struct linux_binprm *bprm);
int load_script(struct task_struct *curr, struct linux_binprm *bprm);
/* Opens @path in place of the present file (load_script). */
int bprm_change_file(struct task_struct *curr, struct linux_binprm *bprm,
		     const char *path);

#endif
