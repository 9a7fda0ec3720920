/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/fs/proc/internal.h"

/*
 * The inodes and operations of /proc (Linux: fs/proc/inode.c, generic.c, and
 * the pid and fd look-ups of base.c). A name's inode is made when it is looked
 * up and goes with its last user: nothing of /proc is cached, so that a name
 * always means what it means now.
 *
 * An inode about a task knows it by number and time of birth, never by
 * pointer: tasks go without telling.
 *
 * A file's text is made at its first read, and anew when it is read from the
 * start again; that of one with an iterator piece by piece.
 */

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/arm_sizes.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/internal.h"
#include "kernel/fs/namei.h"
#include "kernel/lib/kstrtox.h"
#include "kernel/mm/slab.h"
#include "kernel/mm/vma.h"
#include "kernel/state.h"

int proc_number(const char *name)
{
	long number = 0;

	if (!*name || (*name == '0' && name[1]))
		return -1;
	for (; *name; name++) {
		if (*name < '0' || *name > '9' || number > 1000000)
			return -1;
		number = number * 10 + (*name - '0');
	}
	return (int)number;
}

struct task_struct *proc_task(const struct inode *inode)
{
	struct task_struct *task = find_task_by_pid(inode->k, inode->proc.pid);

	return task && task->start_time == inode->proc.born ? task : NULL;
}

static const struct proc_entry *entry_of(const struct inode *inode)
{
	return inode->i_private;
}

/* ---- files ------------------------------------------------------------- */

int proc_parse_int(const char *text, unsigned int base, int *to)
{
	char buffer[13];
	size_t n = strnlen(text, sizeof(buffer) - 1);
	const int took = text[n] ? (int)n : 0;
	const char *from = buffer;
	int err;

	snprintf(buffer, sizeof(buffer), "%s", text);
	while (n && isspace((unsigned char)buffer[n - 1]))
		buffer[--n] = '\0';
	while (isspace((unsigned char)*from))
		from++;
	err = kstrtoint(from, base, to);
	return err ? err : took;
}

/*
 * The address space that @file is about from now on; NULL: the task has none.
 * ERR_PTR. (Linux: proc_mem_open().)
 */
static struct mm_struct *open_mm(struct task_struct *curr,
				 const struct inode *inode)
{
	struct task_struct *task = proc_task(inode);

	if (!task)
		return ERR_PTR(-ESRCH);
	if (!task->mm)
		return NULL;
	if (task->mm != curr->mm &&
	    !ptrace_may_access(curr, task, PTRACE_MODE_FSCREDS))
		return ERR_PTR(-EACCES);
	mmgrab(task->mm);
	return task->mm;
}

/* Of /proc/sys: a right that nobody has isn't root's either. */
static bool sysctl_permits(const struct proc_entry *entry,
			   const struct file *file)
{
	return (!(file->f_mode & FMODE_READ) || entry->mode & 0444) &&
	       (!(file->f_mode & FMODE_WRITE) || entry->mode & 0222);
}

static int proc_file_open(struct task_struct *curr, struct inode *inode,
			  struct file *file)
{
	struct seq_file *m;

	if (entry_of(inode)->is_sysctl &&
	    !sysctl_permits(entry_of(inode), file))
		return -EACCES;
	m = kzalloc_obj(curr, ARM_SIZEOF_SEQ_FILE, sizeof(*m), GFP_KERNEL);
	if (!m)
		return -ENOMEM;
	seq_open_buffer(m, curr);
	m->admin = capable(curr, CAP_SYS_ADMIN);
	m->inode = inode;
	if (entry_of(inode)->mm_ops)
		m->private = open_mm(curr, inode);
	if (IS_ERR(m->private)) {
		int err = (int)PTR_ERR(m->private);

		kfree_obj(curr, m);
		return err;
	}
	file->private_data = m;
	return 0;
}

static void proc_file_release(struct task_struct *curr, struct file *file)
{
	struct seq_file *m = file->private_data;

	if (m->private)
		mmdrop(curr, m->private);
	seq_release(curr, m);
	kfree_obj(curr, m);
}

/* A page to print into before a task is looked at. */
static int reserve_text(struct task_struct *curr, struct seq_file *m)
{
	void *private = m->private;
	bool admin = m->admin;

	seq_release(curr, m);
	seq_open_buffer(m, curr);
	m->private = private;
	m->admin = admin;
	seq_putc(m, ' ');
	m->count = 0;
	return m->overflow ? -ENOMEM : 0;
}

static int make_text(struct task_struct *curr, struct inode *inode,
		     struct seq_file *m)
{
	const struct proc_entry *entry = entry_of(inode);
	struct task_struct *task;
	int err = reserve_text(curr, m);

	if (err)
		return err;
	if (entry->ctl)
		return proc_show_ctl(m, entry->ctl);
	if (entry->show)
		return entry->show(m, NULL);
	if (entry->show_inode)
		return entry->show_inode(m, inode);
	if (!entry->show_task && !entry->mm_ops)
		return -EINVAL;
	if (entry->mm_ops)
		return entry->mm_ops->show(m, m->private);
	task = proc_task(inode);
	return task ? entry->show_task(m, task) : -ESRCH;
}

static int32_t read_number(struct task_struct *curr, const struct inode *inode,
			   struct iov_iter *to, int64_t *pos)
{
	const struct task_struct *task = proc_task(inode);
	char text[16];
	uint32_t len, n;

	if (!task)
		return -ESRCH;
	len = (uint32_t)sprintf(text, "%u\n",
				entry_of(inode)->number_task(task));
	if (*pos < 0)
		return -EINVAL;
	if (*pos >= len || !to->count)
		return 0;
	n = len - (uint32_t)*pos;
	if (n > to->count)
		n = to->count;
	n = copy_to_iter(curr, to, text + *pos, n);
	*pos += n;
	return n ? (int32_t)n : -EFAULT;
}

static int32_t proc_file_read(struct task_struct *curr, struct file *file,
			      struct iov_iter *to, int64_t *pos)
{
	const struct proc_mm_ops *mm_ops = entry_of(file->f_inode)->mm_ops;
	struct seq_file *m = file->private_data;
	int err;

	if (entry_of(file->f_inode)->read)
		return entry_of(file->f_inode)->read(curr, to, pos);
	if (entry_of(file->f_inode)->number_task)
		return read_number(curr, file->f_inode, to, pos);
	if (mm_ops && mm_ops->read)
		return mm_ops->read(curr, m, to, pos);
	if (mm_ops && mm_ops->seq) {
		if (!proc_task(file->f_inode))
			return -ESRCH;
		return seq_read_iter(curr, m, mm_ops->seq, to, pos);
	}
	if (*pos == 0 || !m->buf) {
		err = make_text(curr, file->f_inode, m);
		if (err)
			return err;
	}
	return seq_read_at(curr, m, to, pos);
}

static int32_t proc_file_write(struct task_struct *curr, struct file *file,
			       struct iov_iter *from, int64_t *pos)
{
	const struct proc_entry *entry = entry_of(file->f_inode);
	const uint32_t n = from->count;
	struct task_struct *task = NULL;
	char text[128];
	int32_t used;
	int err;

	if (entry->mm_ops && entry->mm_ops->write)
		return entry->mm_ops->write(curr, file->private_data, from,
					    pos);
	if (!entry->store && !entry->ctl)
		return file->f_inode->proc.pid ? -EINVAL : -EIO;
	if (!n && entry->is_sysctl)
		return 0;
	if (n >= sizeof(text))
		return -EINVAL;
	if (copy_from_iter(curr, from, text, n) < n)
		return -EFAULT;
	text[n] = '\0';
	if (entry->ctl) {
		/* a number is written at once: what comes after is ignored */
		used = *pos ? (int32_t)n
			    : proc_store_ctl(curr, entry->ctl, text, n);
		*pos += used > 0 ? used : 0;
		return used;
	}
	if (file->f_inode->proc.pid) {
		task = proc_task(file->f_inode);
		if (!task)
			return -ESRCH;
	}
	err = entry->store(curr, task, text);
	return err ? err : (int32_t)n;
}

static int64_t proc_file_llseek(struct task_struct *curr, struct file *file,
				int64_t offset, int whence)
{
	const struct proc_entry *entry = entry_of(file->f_inode);

	if (whence == SEEK_END)
		return -EINVAL;
	if (!entry->read && (!entry->mm_ops || !entry->mm_ops->read))
		return seq_lseek(curr, file, offset, whence);
	/* Addresses have no sign: any position will do. */
	if (whence != SEEK_SET && whence != SEEK_CUR)
		return -EINVAL;
	if (whence == SEEK_CUR)
		offset = pos_after(file->f_pos, offset);
	file->f_pos = offset;
	return file->f_pos;
}

/* Linux gives this to some kinds of file in /proc and not to others. */
static bool proc_splice_read(const struct file *file)
{
	const struct proc_entry *entry = entry_of(file->f_inode);

	return entry->splice_read || entry->is_sysctl || entry->ctl;
}

static const struct file_operations proc_file_fops = {
	.open = proc_file_open,
	.release = proc_file_release,
	.read_iter = proc_file_read,
	.write_iter = proc_file_write,
	.llseek = proc_file_llseek,
	.splice_read = proc_splice_read,
};

/*
 * Files that are no process's could have a way to be mapped, and say late
 * that they haven't (Linux: proc_reg_mmap()).
 */
static int proc_reg_mmap(struct task_struct *curr, struct file *file,
			 struct vm_area_struct *vma)
{
	(void)curr, (void)file, (void)vma;
	return -EIO;
}

static const struct file_operations proc_reg_file_fops = {
	.open = proc_file_open,
	.release = proc_file_release,
	.read_iter = proc_file_read,
	.write_iter = proc_file_write,
	.llseek = proc_file_llseek,
	.splice_read = proc_splice_read,
	.mmap = proc_reg_mmap,
};

/* "echo x >file" truncates first, which changes nothing here. */
static int proc_setattr(struct task_struct *curr, struct inode *inode,
			const struct iattr *attr)
{
	(void)curr, (void)inode;
	return attr->valid & (ATTR_MODE | ATTR_UID | ATTR_GID) ? -EPERM : 0;
}

static const struct inode_operations proc_file_iops = {
	.setattr = proc_setattr,
};

/* ---- links ------------------------------------------------------------- */

static struct dentry *proc_jump(struct task_struct *curr, struct dentry *link)
{
	return entry_of(link->d_inode)->jump(curr, link->d_inode);
}

static int proc_readlink(struct task_struct *curr, struct dentry *link,
			 char *to, uint32_t size)
{
	return entry_of(link->d_inode)->readlink(curr, link->d_inode, to, size);
}

static const struct inode_operations proc_link_iops = {
	.jump = proc_jump,
	.readlink = proc_readlink,
};

/* ---- directories ------------------------------------------------------- */

static bool entry_exists(const struct kernel *k, const struct proc_entry *entry)
{
	return !entry->exists || entry->exists(k);
}

/* Without memory, what is about a task isn't there: Linux says no more. */
static struct inode *lookup_table(struct task_struct *curr, struct inode *inode,
				  const char *name)
{
	const struct proc_dir *dir = entry_of(inode)->dir;
	const struct task_struct *task = inode->proc.pid ? proc_task(inode)
							 : NULL;

	struct inode *found;

	for (uint32_t n = 0; n < dir->nr; n++) {
		if (strcmp(dir->entries[n].name, name) ||
		    !entry_exists(curr->k, &dir->entries[n]))
			continue;
		found = proc_inode(curr, inode->i_sb, &dir->entries[n], task,
				   PROC_INO(inode->proc.pid,
					    dir->ino_base + n));
		return found ? found : ERR_PTR(task ? -ENOENT : -ENOMEM);
	}
	return NULL;
}

static int proc_lookup(struct task_struct *curr, struct inode *inode,
		       struct dentry *dentry)
{
	const struct proc_dir *dir = entry_of(inode)->dir;
	struct inode *found;

	if (inode->proc.pid && !proc_task(inode))
		return -ENOENT;
	found = lookup_table(curr, inode, dentry->d_name);
	if (!found && dir->lookup)
		found = dir->lookup(curr, inode, dentry->d_name);
	if (IS_ERR(found))
		return (int)PTR_ERR(found);
	d_add(dentry, found);
	return 0;
}

static bool emit_table(const struct kernel *k, const struct inode *inode,
		       const struct proc_dir *dir, struct dir_context *ctx)
{
	for (uint32_t n = (uint32_t)ctx->pos - 2; n < dir->nr; n++) {
		const struct proc_entry *entry = &dir->entries[n];

		if (entry_exists(k, entry) &&
		    !ctx->actor(ctx, entry->name, (uint32_t)strlen(entry->name),
				ctx->pos + 1,
				PROC_INO(inode->proc.pid, dir->ino_base + n),
				mode_to_dt(entry->mode)))
			return false;
		ctx->pos++;
	}
	return true;
}

static void emit_numbers(struct task_struct *curr, const struct inode *inode,
			 const struct proc_dir *dir, struct dir_context *ctx)
{
	char name[16];
	int number;

	if (ctx->pos < PROC_NUMBERED)
		ctx->pos = PROC_NUMBERED;
	for (;;) {
		number = dir->next(curr, inode,
				   (int)(ctx->pos - PROC_NUMBERED));
		if (number < 0)
			return;
		snprintf(name, sizeof(name), "%d", number);
		if (!ctx->actor(ctx, name, (uint32_t)strlen(name),
				PROC_NUMBERED + number + 1, PROC_INO(number, 1),
				mode_to_dt(dir->next_mode)))
			return;
		ctx->pos = PROC_NUMBERED + number + 1;
	}
}

static int proc_iterate(struct task_struct *curr, struct file *file,
			struct dir_context *ctx)
{
	const struct inode *inode = file->f_inode;
	const struct proc_dir *dir = entry_of(inode)->dir;

	if (inode->proc.pid && !proc_task(inode))
		return -ENOENT;
	if (!dir_emit_dots(file, ctx))
		return 0;
	if (ctx->pos < PROC_NUMBERED && !emit_table(curr->k, inode, dir, ctx))
		return 0;
	if (dir->iterate)
		dir->iterate(curr, inode, ctx);
	if (dir->next)
		emit_numbers(curr, inode, dir, ctx);
	return 0;
}

static const struct inode_operations proc_dir_iops = {.lookup = proc_lookup};

static const struct file_operations proc_dir_fops = {
	.iterate = proc_iterate,
	.llseek = dir_llseek,
};

/* ---- inodes ------------------------------------------------------------ */

/*
 * One that may not be looked into has files of root's, but for its directory:
 * programs ask that for whose process it is.
 */
static bool shows_owner(const struct task_struct *task,
			const struct proc_entry *entry)
{
	if (entry->mode == (S_IFDIR | 0555))
		return true;
	return task->mm && task->mm->dumpable == SUID_DUMP_USER;
}

struct inode *proc_inode(struct task_struct *curr, struct super_block *sb,
			 const struct proc_entry *entry,
			 const struct task_struct *task, uint64_t ino)
{
	/* new_inode() may sleep, and the task go */
	const int pid = task ? task->pid : 0;
	const uint64_t born = task ? task->start_time : 0;
	const bool owned = task && shows_owner(task, entry);
	const uint32_t uid = owned ? task->cred.euid : 0;
	const uint32_t gid = owned ? task->cred.egid : 0;
	struct inode *inode = new_inode(curr, sb, entry->mode);

	if (!inode)
		return NULL;
	inode->i_ino = ino;
	inode->i_private = (void *)entry;
	inode->proc.pid = pid;
	inode->proc.born = born;
	inode->i_uid = uid;
	inode->i_gid = gid;
	if (S_ISDIR(entry->mode)) {
		inode->i_nlink = 2;
		inode->i_op = &proc_dir_iops;
		inode->i_fop = &proc_dir_fops;
	} else if (S_ISLNK(entry->mode)) {
		inode->i_op = &proc_link_iops;
	} else {
		inode->i_op = &proc_file_iops;
		inode->i_fop = task || entry->is_sysctl || entry->ctl
				       ? &proc_file_fops
				       : &proc_reg_file_fops;
	}
	return inode;
}

static bool proc_revalidate(struct task_struct *curr, struct dentry *dentry)
{
	const struct inode *inode = dentry->d_inode;

	(void)curr;
	return inode && (!inode->proc.pid || proc_task(inode)) &&
	       inode->proc.fd == 0;
}

static const struct super_operations proc_ops = {
	.revalidate = proc_revalidate,
};

struct super_block *proc_mount(struct task_struct *curr, const char *devname)
{
	struct super_block *sb = sget(curr, "proc", devname, PROC_MAGIC,
				      &proc_ops, curr->k->vfs.proc_inode_cache);

	if (!sb)
		return NULL;
	sb->s_noexec = true;
	if (!d_make_root(curr, sb,
			 proc_inode(curr, sb, &proc_root_entry, NULL, 1))) {
		kill_super(curr, sb);
		return NULL;
	}
	return sb;
}
