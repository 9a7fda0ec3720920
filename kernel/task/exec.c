/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/task/binfmt.h"

/*
 * execve (Linux: fs/exec.c). Argument strings are copied from the old address
 * space onto the stack of the new one before anything of the old is given up,
 * so every failure up to begin_new_exec() leaves the caller as it was; after
 * it, failure kills.
 *
 * MODEL: the stack is put in its place before its strings are, and not moved
 * afterwards: a set-uid program is moved as its caller's personality has it.
 */

#include <stdio.h>
#include <string.h>

#include "kernel/arch/arm/mmu_context.h"
#include "kernel/arch/arm/uaccess.h"
#include "kernel/fs/dcache.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/fdtable.h"
#include "kernel/lib/bug.h"
#include "kernel/lib/err.h"
#include "kernel/lib/trace.h"
#include "kernel/mm/kobj.h"
#include "kernel/lib/rand.h"
#include "kernel/mm/mm.h"
#include "kernel/mm/slab.h"
#include "kernel/state.h"
#include "kernel/task/personality.h"
#include "kernel/task/posix_timers.h"
#include "kernel/task/rseq.h"
#include "kernel/task/signal.h"

enum {
	MAX_ARG_STRLEN = 32 * PAGE_SIZE,
	MAX_ARG_STRINGS = 0x7fffffff,
	ARG_MAX_BYTES = 131072,
	STACK_LIMIT_DEFAULT = 8 << 20,
	STACK_EXPAND = 128 * 1024, /* room below the strings from the start */
	MAX_SCRIPT_DEPTH = 5,
};

void set_task_comm(struct task_struct *task, const char *comm)
{
	size_t len = strnlen(comm, sizeof(task->comm) - 1);

	memset(task->comm, 0, sizeof(task->comm));
	memcpy(task->comm, comm, len);
}

/* ---- strings onto the new stack --------------------------------------------- */

/*
 * Strings and the pointers to them may take a quarter of the stack limit, at
 * least 128 KB and at most three quarters of the usual 8 MB.
 */
static int bprm_stack_limits(struct linux_binprm *bprm)
{
	uint32_t nr = (uint32_t)((bprm->argc ? bprm->argc : 1) + bprm->envc);
	uint32_t limit = STACK_LIMIT_DEFAULT / 4 * 3;

	if (limit > bprm->stack_limit / 4)
		limit = bprm->stack_limit / 4;
	if (limit < ARG_MAX_BYTES)
		limit = ARG_MAX_BYTES;
	if (limit / 4 <= nr)
		return -E2BIG;
	bprm->argmin = bprm->p - (limit - nr * 4);
	return 0;
}

/* Puts @len bytes at bprm->p, where there is room for them. */
static int put_bytes(struct task_struct *curr, struct linux_binprm *bprm,
		     vaddr_t to, const void *bytes, uint32_t len)
{
	struct vm_area_struct *stack = find_vma(bprm->mm, to);

	if (!stack)
		return -E2BIG;
	if (to < stack->vm_start && expand_stack(curr, stack, to))
		return -E2BIG;
	if (access_remote_vm(curr, bprm->mm, to, (void *)bytes, len,
			     FOLL_WRITE) != len)
		return -E2BIG;
	return 0;
}

int copy_string_kernel(struct task_struct *curr, struct linux_binprm *bprm,
		       const char *string)
{
	uint32_t len = (uint32_t)strlen(string) + 1;

	bprm->p -= len;
	if (bprm->p < bprm->argmin)
		return -E2BIG;
	return put_bytes(curr, bprm, bprm->p, string, len);
}

/* NUL included; -EFAULT, -E2BIG. */
static int32_t user_strlen(struct task_struct *curr, vaddr_t string,
			   char *chunk)
{
	uint32_t len = 0;

	while (len < MAX_ARG_STRLEN) {
		uint32_t want = PAGE_SIZE - offset_in_page(string + len);
		int32_t got = strncpy_from_user(curr, chunk, string + len,
						want);

		if (got < 0)
			return got;
		len += (uint32_t)got;
		if ((uint32_t)got < want)
			return len < MAX_ARG_STRLEN ? (int32_t)len + 1 : -E2BIG;
	}
	return -E2BIG;
}

/* Page by page from the end, since the stack grows down. */
static int copy_string_user(struct task_struct *curr, struct linux_binprm *bprm,
			    vaddr_t string, char *chunk)
{
	int32_t len = user_strlen(curr, string, chunk);
	vaddr_t to = bprm->p;

	if (len < 0)
		return len;
	bprm->p -= (uint32_t)len;
	if (bprm->p < bprm->argmin)
		return -E2BIG;
	while (to != bprm->p) {
		uint32_t part = offset_in_page(to - 1) + 1;
		int err;

		if (part > to - bprm->p)
			part = to - bprm->p;
		to -= part;
		if (copy_from_user(curr, chunk, string + (to - bprm->p), part))
			return -EFAULT;
		err = put_bytes(curr, bprm, to, chunk, part);
		if (err)
			return err;
	}
	return 0;
}

static int count_user(struct task_struct *curr, vaddr_t array)
{
	uint32_t pointer;
	int count = 0;

	if (!array)
		return 0; /* Linux takes NULL for an empty list */
	for (;;) {
		if (get_user_u32(curr, &pointer, array + (uint32_t)count * 4))
			return -EFAULT;
		if (!pointer)
			return count;
		if (count++ == MAX_ARG_STRINGS)
			return -E2BIG;
	}
}

static int count_kernel(const char *const *array)
{
	int count = 0;

	while (array && array[count])
		count++;
	return count;
}

static int copy_array(struct task_struct *curr, struct linux_binprm *bprm,
		      vaddr_t user, const char *const *kernel, int count,
		      char *chunk)
{
	for (int i = count - 1; i >= 0; i--) {
		uint32_t string;
		int err;

		if (kernel) {
			err = copy_string_kernel(curr, bprm, kernel[i]);
		} else if (get_user_u32(curr, &string,
					user + (uint32_t)i * 4)) {
			err = -EFAULT;
		} else {
			err = copy_string_user(curr, bprm, string, chunk);
		}
		if (err)
			return err;
	}
	return 0;
}

static int count_strings(struct task_struct *curr, struct linux_binprm *bprm,
			 const struct exec_strings *strings)
{
	bprm->argc = strings->argv_kernel
			     ? count_kernel(strings->argv_kernel)
			     : count_user(curr, strings->argv_user);
	if (bprm->argc < 0)
		return bprm->argc;
	bprm->envc = strings->argv_kernel
			     ? count_kernel(strings->envp_kernel)
			     : count_user(curr, strings->envp_user);
	return bprm->envc < 0 ? bprm->envc : 0;
}

static int copy_strings(struct task_struct *curr, struct linux_binprm *bprm,
			const struct exec_strings *strings)
{
	vaddr_t page = kmalloc(curr, PAGE_SIZE, GFP_KERNEL);
	char *chunk;
	int err;

	if (!page)
		return -ENOMEM;
	chunk = kbytes(curr->k, page);
	err = copy_string_kernel(curr, bprm, bprm->filename);
	bprm->exec_p = bprm->p;
	if (!err)
		err = copy_array(curr, bprm, strings->envp_user,
				 strings->envp_kernel, bprm->envc, chunk);
	if (!err)
		err = copy_array(curr, bprm, strings->argv_user,
				 strings->argv_kernel, bprm->argc, chunk);
	/* a program without argv[0] is a trap for it: give it an empty one */
	if (!err && !bprm->argc) {
		err = copy_string_kernel(curr, bprm, "");
		bprm->argc = 1;
	}
	kfree(curr, page);
	return err;
}

int remove_arg_zero(struct task_struct *curr, struct linux_binprm *bprm)
{
	uint8_t byte;

	if (!bprm->argc)
		return 0;
	do {
		if (access_remote_vm(curr, bprm->mm, bprm->p, &byte, 1, 0) != 1)
			return -EFAULT;
		bprm->p++;
	} while (byte);
	bprm->argc--;
	return 0;
}

/* ---- the new address space ----------------------------------------------------- */

static vaddr_t randomize_stack_top(struct task_struct *curr, vaddr_t top)
{
	if (!randomizes_va_space(curr))
		return top;
	return top -
	       ((get_random_u32(curr->k) & STACK_RND_PAGES) << PAGE_SHIFT);
}

static int bprm_mm_init(struct task_struct *curr, struct linux_binprm *bprm)
{
	vaddr_t top;
	int err;

	bprm->mm = mm_alloc(curr);
	if (!bprm->mm)
		return -ENOMEM;
	top = randomize_stack_top(curr, bprm->mm->task_size);
	err = setup_stack_vma(curr, bprm->mm, top);
	if (err)
		return err;
	bprm->stack_limit = curr->signal->rlim[RLIMIT_STACK].rlim_cur;
	/* the last word stays zero, as Linux leaves it */
	bprm->mm->start_stack = top;
	bprm->p = top - 4;
	return 0;
}

void exec_mmap(struct task_struct *curr, struct mm_struct *mm)
{
	struct mm_struct *old = curr->mm;

	mm_release(curr);
	if (old)
		sync_mm_rss(curr, old);
	curr->mm = mm;
	if (curr->cpu->active_mm != mm) {
		struct mm_struct *active = curr->cpu->active_mm;

		mm->mm_count++;
		switch_mm(curr->cpu, mm);
		if (active)
			mmdrop(curr, active);
	}
	if (!old)
		return;
	if (curr->signal->maxrss < get_mm_hiwater_rss(old))
		curr->signal->maxrss = get_mm_hiwater_rss(old);
	mmput(curr, old);
}

/* The other threads end; the one that execs leads the group from here on. */
static int de_thread(struct task_struct *curr)
{
	if (curr->signal->nr_threads > 1)
		return exec_kill_threads(curr);
	return 0;
}

static int unshare_sighand(struct task_struct *curr)
{
	struct sighand_struct *fresh;

	if (curr->sighand->refcount == 1)
		return 0;
	fresh = kmem_cache_alloc(curr, curr->k->sched.sighand_cachep,
				 GFP_KERNEL);
	if (!fresh)
		return -ENOMEM;
	*fresh = *curr->sighand;
	fresh->refcount = 1;
	init_waitqueue_head(&fresh->signalfd_wqh);
	curr->sighand->refcount--;
	curr->sighand = fresh;
	return 0;
}

static void reset_user_state(struct task_struct *curr)
{
	forget_user_regs(curr);
	memset(&curr->regs, 0, sizeof(curr->regs));
	memset(&curr->vfp, 0, sizeof(curr->vfp));
	curr->tls = 0;
	curr->tpidrurw = 0;
	sas_reset(curr);
	curr->restart_block.fn = NULL;
	curr->clear_child_tid = 0;
	curr->robust_list = 0;
	rseq_execve(curr);
	curr->flags &= ~(PF_FORKNOEXEC | PF_KTHREAD);
	curr->exit_signal = SIGCHLD;
}

int begin_new_exec(struct task_struct *curr, struct linux_binprm *bprm)
{
	const char *base = strrchr(bprm->filename, '/');
	int err = bprm_may_gain(curr, bprm);

	if (err)
		return err;
	bprm->committed = true;
	err = de_thread(curr);
	if (!err && curr->files)
		err = unshare_files(curr);
	if (!err)
		err = unshare_sighand(curr);
	if (err)
		return err;
	get_file(bprm->file);
	bprm->mm->exe_file = bprm->file;
	exec_mmap(curr, bprm->mm);
	bprm->mm = NULL;
	exit_itimers(curr);
	reset_user_state(curr);
	if (bprm->comm_from_dentry)
		set_task_comm(curr, bprm->file->f_dentry->d_name);
	else
		set_task_comm(curr, base ? base + 1 : bprm->filename);
	flush_signal_handlers(curr);
	curr->self_exec_id++;
	bprm->secureexec = install_exec_creds(curr, bprm);
	if (curr->files)
		do_close_on_exec(curr, curr->files);
	return 0;
}

void setup_new_exec(struct task_struct *curr, struct linux_binprm *bprm)
{
	arch_pick_mmap_layout(curr, curr->mm, bprm->stack_limit);
}

int setup_arg_pages(struct task_struct *curr, struct linux_binprm *bprm,
		    enum exstack exstack)
{
	struct mm_struct *mm = curr->mm;
	uint32_t limit = bprm->stack_limit & PAGE_MASK, room;
	struct vm_area_struct *stack;
	int err = 0;

	down_write(curr, &mm->mmap_lock);
	stack = find_vma(mm, bprm->p);
	if (exstack == EXSTACK_ENABLE_X ||
	    (exstack == EXSTACK_DEFAULT &&
	     curr->personality & READ_IMPLIES_EXEC))
		err = make_stack_executable(curr, stack);
	room = stack->vm_end - stack->vm_start + STACK_EXPAND;
	if (room > limit)
		room = limit;
	mm->start_stack = bprm->p;
	if (!err && stack->vm_end - room < stack->vm_start &&
	    expand_stack(curr, stack, stack->vm_end - room))
		err = -EFAULT;
	up_write(curr, &mm->mmap_lock);
	return err;
}

/* ---- finding a loader ---------------------------------------------------------- */

static int read_beginning(struct task_struct *curr, struct linux_binprm *bprm)
{
	int32_t got;

	memset(bprm->buf, 0, sizeof(bprm->buf));
	got = kernel_read(curr, bprm->file, bprm->buf, sizeof(bprm->buf), 0);
	return got < 0 ? got : 0;
}

int bprm_change_file(struct task_struct *curr, struct linux_binprm *bprm,
		     const char *path)
{
	struct file *file = open_exec(curr, path);

	if (IS_ERR(file))
		return (int)PTR_ERR(file);
	fput(curr, bprm->file);
	bprm->file = file;
	memmove(bprm->interp, path, strlen(path) + 1);
	return 0;
}

/* A script's loader changes the file and leaves the rest to the next turn. */
static int exec_binprm(struct task_struct *curr, struct linux_binprm *bprm)
{
	int err;

	for (int depth = 0;; depth++) {
		if (depth > MAX_SCRIPT_DEPTH)
			return -ELOOP;
		err = read_beginning(curr, bprm);
		if (err)
			return err;
		err = load_script(curr, bprm);
		if (err == -ENOEXEC)
			return load_elf_binary(curr, bprm);
		if (err)
			return err;
	}
}

/* The arguments first: execve of nothing with bad ones is their error. */
static int bprm_execve(struct task_struct *curr, struct linux_binprm *bprm,
		       int fd, const char *path,
		       const struct exec_strings *strings, uint32_t flags)
{
	const int old_pid = curr->pid;
	struct file *file;
	int err = bprm_mm_init(curr, bprm);

	if (!err)
		err = count_strings(curr, bprm, strings);
	if (!err)
		err = bprm_stack_limits(bprm);
	if (!err)
		err = copy_strings(curr, bprm, strings);
	if (err)
		return err;
	file = do_open_execat(curr, fd, path, flags);
	if (IS_ERR(file))
		return (int)PTR_ERR(file);
	bprm->file = file;
	err = exec_binprm(curr, bprm);
	if (!err && trace_enabled(curr->k, TRACE_sched_process_exec))
		trace_event(curr->k, TRACE_sched_process_exec,
			    "filename=%s pid=%d old_pid=%d", bprm->filename,
			    curr->pid, old_pid);
	return err;
}

/* What a program is called that was named by a descriptor. */
static int name_by_fd(const struct task_struct *curr, struct linux_binprm *bprm,
		      int fd, const char *path)
{
	const char *at = bprm->filename;
	int len;

	if (fd == AT_FDCWD || *path == '/')
		len = snprintf(bprm->filename, PATH_MAX_BYTES, "%s", path);
	else
		len = snprintf(bprm->filename, PATH_MAX_BYTES, "/dev/fd/%d%s%s",
			       fd, *path ? "/" : "", path);
	if (len >= PATH_MAX_BYTES)
		return -ENAMETOOLONG;
	memcpy(bprm->interp, at, (size_t)len + 1);
	bprm->comm_from_dentry = !*path;
	/* a script's interpreter could not open it any more */
	bprm->path_inaccessible = at[0] == '/' && *path != '/' &&
				  fd != AT_FDCWD && curr->files && fd >= 0 &&
				  (uint32_t)fd < curr->files->max_fds &&
				  close_on_exec(curr->files, (uint32_t)fd);
	return 0;
}

int32_t do_execve(struct task_struct *curr, const char *path,
		  const struct exec_strings *strings)
{
	return do_execveat(curr, AT_FDCWD, path, strings, 0);
}

int32_t do_execveat(struct task_struct *curr, int fd, const char *path,
		    const struct exec_strings *strings, uint32_t flags)
{
	struct linux_binprm *bprm;
	int err;

	if (strlen(path) >= PATH_MAX_BYTES)
		return -ENAMETOOLONG;
	if (curr->flags & PF_NPROC_EXCEEDED && nproc_exceeded(curr))
		return -EAGAIN;
	curr->flags &= ~PF_NPROC_EXCEEDED;
	/* two names_cache pages and a struct, as Linux takes them */
	bprm = kzalloc_obj(curr, 2 * PATH_MAX_BYTES, sizeof(*bprm), GFP_KERNEL);
	if (!bprm)
		return -ENOMEM;
	err = name_by_fd(curr, bprm, fd, path);
	if (!err)
		err = bprm_execve(curr, bprm, fd, path, strings, flags);
	if (bprm->mm)
		mmput(curr, bprm->mm);
	if (bprm->file)
		fput(curr, bprm->file);
	if (err && bprm->committed)
		force_fatal_sig(curr, SIGSEGV); /* there is no way back */
	kfree_obj(curr, bprm);
	return err;
}
