/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/module/chrdev.h"

/*
 * Files that a module answers for (Linux: nothing between; a module's struct
 * file_operations is called as it is).
 *
 * The module sees a struct file and a struct inode of its own, in memory that
 * lasts as long as the file is open. What it may know is put there before each
 * call; what it may change (f_pos, and in open what the file can do) is looked
 * at afterwards, and private_data is its own. Its operations are read anew for
 * each call: where there is nothing to be read any more, the call is -EIO.
 *
 * Locks: every call is one of kcall_catch(). An oops in an operation ends
 * that, the caller's locks (f_pos_lock, mmap_lock) are given up as ever, and
 * the program dies on its way out.
 *
 * MODEL: i_private isn't kept from one open file to the next. A poll() that
 * says "not yet" isn't woken by the module: it looks again when its time is up.
 */

#include <stddef.h>

#include "kernel/arch/arm/kcall.h"
#include "kernel/arch/arm/maccess.h"
#include "kernel/arm_sizes.h"
#include "kernel/fs/char_dev.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/internal.h"
#include "kernel/lib/printk.h"
#include "kernel/mm/gfp.h"
#include "kernel/mm/kobj.h"
#include "kernel/mm/slab.h"
#include "kernel/module/abi.h"
#include "kernel/module/module.h"
#include "kernel/state.h"

/* file->private_data. */
struct module_file {
	struct module *owner; /* held; NULL: the module names none */
	vaddr_t fops, shadow;
};
#define ARM_SIZEOF_MODULE_FILE 16

struct shadow {
	struct arm_file file;
	struct arm_inode inode;
	int64_t pos; /* what read() and write() move on */
};

#define FMODE_SEEKABLE (ARM_FMODE_LSEEK | ARM_FMODE_PREAD | ARM_FMODE_PWRITE)

static struct module_file *to_module_file(const struct file *file)
{
	return file->private_data;
}

static struct shadow *shadow_of(const struct file *file)
{
	return kbytes(file->f_inode->k, to_module_file(file)->shadow);
}

vaddr_t module_file_shadow(const struct file *file)
{
	return file->f_op == &module_file_fops ? to_module_file(file)->shadow
					       : 0;
}

bool module_read_fops(struct task_struct *curr, vaddr_t fops,
		      struct arm_file_operations *to)
{
	return !copy_from_kernel_nofault(curr, to, fops, sizeof(*to));
}

/* ---- a call --------------------------------------------------------------------- */

/* What the module sees of the file now. */
static struct shadow *refresh(const struct file *file)
{
	struct shadow *shadow = shadow_of(file);

	shadow->file.f_pos = file->f_pos;
	shadow->file.f_flags = file->f_flags;
	return shadow;
}

/* The operation at @offset of its struct; 0: it has none. */
static vaddr_t operation(struct task_struct *curr, const struct file *file,
			 size_t offset)
{
	uint32_t fn;

	if (copy_from_kernel_nofault(
		    curr, &fn, to_module_file(file)->fops + (uint32_t)offset,
		    sizeof(fn)))
		return 0;
	return fn;
}

#define OPERATION(curr, file, name) \
	operation(curr, file, offsetof(struct arm_file_operations, name))

/* What @fn returns; -EIO: it oopsed. */
static int32_t call(struct task_struct *curr, vaddr_t fn, unsigned int nr_args,
		    const uint32_t args[])
{
	uint32_t result;

	return kcall_catch(curr, fn, nr_args, args, &result) ? (int32_t)result
							     : -EIO;
}

static vaddr_t file_arg(const struct file *file)
{
	return to_module_file(file)->shadow + offsetof(struct shadow, file);
}

static vaddr_t inode_arg(const struct file *file)
{
	return to_module_file(file)->shadow + offsetof(struct shadow, inode);
}

static uint32_t low(int64_t value)
{
	return (uint32_t)value;
}

static uint32_t high(int64_t value)
{
	return (uint32_t)((uint64_t)value >> 32);
}

/* ---- open and release --------------------------------------------------------------- */

static uint32_t arm_fmode(const struct file *file)
{
	return (file->f_mode & FMODE_READ ? ARM_FMODE_READ : 0) |
	       (file->f_mode & FMODE_WRITE ? ARM_FMODE_WRITE : 0) |
	       FMODE_SEEKABLE;
}

static void fill_shadow(struct module_file *mf, const struct file *file,
			const struct inode *inode)
{
	struct shadow *shadow = kbytes(inode->k, mf->shadow);

	*shadow = (struct shadow){
		.file =
			{
				.f_mode = arm_fmode(file),
				.f_flags = file->f_flags,
				.f_op = mf->fops,
				.f_inode = mf->shadow +
					   offsetof(struct shadow, inode),
			},
		.inode =
			{
				.i_mode = inode->i_mode,
				.i_uid = inode->i_uid,
				.i_gid = inode->i_gid,
				.i_rdev = inode->i_rdev,
				.i_ino = (uint32_t)inode->i_ino,
				.i_cdev = inode->i_cdev->arm,
			},
	};
}

static void free_module_file(struct task_struct *curr, struct file *file)
{
	struct module_file *mf = to_module_file(file);

	if (mf->shadow)
		kfree(curr, mf->shadow);
	if (mf->owner)
		module_put(curr, mf->owner);
	kfree_obj(curr, mf);
	file->private_data = NULL;
}

/* As fops_get(): the module stays while the file is open. 0 or -errno. */
static int new_module_file(struct task_struct *curr, struct file *file,
			   const struct inode *inode)
{
	const vaddr_t fops = inode->i_cdev->arm_ops;
	struct arm_file_operations arm;
	struct module_file *mf;
	struct module *owner;

	if (!module_read_fops(curr, fops, &arm))
		return -ENXIO;
	owner = module_by_handle(curr->k, arm.owner);
	if (owner && !try_module_get(owner))
		return -ENXIO;
	mf = kzalloc_obj(curr, ARM_SIZEOF_MODULE_FILE, sizeof(*mf), GFP_KERNEL);
	if (!mf) {
		if (owner)
			module_put(curr, owner);
		return -ENOMEM;
	}
	*mf = (struct module_file){.owner = owner, .fops = fops};
	file->private_data = mf;
	mf->shadow = kmalloc(curr, sizeof(struct shadow), GFP_KERNEL);
	if (!mf->shadow) {
		free_module_file(curr, file);
		return -ENOMEM;
	}
	fill_shadow(mf, file, inode);
	return 0;
}

/* misc_open() has told it already which of its devices it is. */
static int module_open(struct task_struct *curr, struct inode *inode,
		       struct file *file)
{
	int err = new_module_file(curr, file, inode);
	struct shadow *shadow;
	vaddr_t fn;

	if (err)
		return err;
	file->f_inode = inode;
	shadow = shadow_of(file);
	shadow->file.private_data = inode->i_cdev->arm_misc;
	fn = OPERATION(curr, file, open);
	if (fn) {
		const uint32_t args[] = {inode_arg(file), file_arg(file)};

		err = call(curr, fn, 2, args);
	}
	if (err) {
		free_module_file(curr, file);
		/* an error, whatever the module calls it */
		return err < 0 && err >= -4095 ? err : -EINVAL;
	}
	if (!(shadow->file.f_mode & ARM_FMODE_LSEEK))
		file->f_mode |= FMODE_STREAM;
	return 0;
}

static void module_release(struct task_struct *curr, struct file *file)
{
	const uint32_t args[] = {inode_arg(file), file_arg(file)};
	vaddr_t fn = OPERATION(curr, file, release);

	refresh(file);
	if (fn)
		call(curr, fn, 2, args);
	free_module_file(curr, file);
}

static int module_flush(struct task_struct *curr, struct file *file)
{
	const uint32_t args[] = {file_arg(file), 0};
	vaddr_t fn = OPERATION(curr, file, flush);

	refresh(file);
	return fn ? call(curr, fn, 2, args) : 0;
}

/* ---- reading and writing ---------------------------------------------------------------- */

/*
 * Segment by segment, until one isn't done whole. What the module says it has
 * done is what the program is told, were it more than there is.
 */
static int32_t transfer(struct task_struct *curr, struct file *file,
			struct iov_iter *i, int64_t *pos, vaddr_t fn)
{
	struct shadow *shadow = refresh(file);
	int32_t done = 0, n;

	if (!fn || !i->user)
		return -EINVAL;
	shadow->pos = *pos;
	do {
		const uint32_t len = i->nr_segs ? i->iov->len : 0;
		const uint32_t args[] = {file_arg(file),
					 i->nr_segs ? i->iov->base : 0, len,
					 to_module_file(file)->shadow +
						 offsetof(struct shadow, pos)};

		n = call(curr, fn, 4, args);
		if (n < 0)
			break;
		done += n;
		if ((uint32_t)n != len || len > i->count)
			break;
		iov_iter_advance(i, len);
	} while (i->count);
	*pos = shadow->pos;
	return done ? done : n;
}

static int32_t module_read(struct task_struct *curr, struct file *file,
			   struct iov_iter *to, int64_t *pos)
{
	return transfer(curr, file, to, pos, OPERATION(curr, file, read));
}

static int32_t module_write(struct task_struct *curr, struct file *file,
			    struct iov_iter *from, int64_t *pos)
{
	return transfer(curr, file, from, pos, OPERATION(curr, file, write));
}

static int64_t module_llseek(struct task_struct *curr, struct file *file,
			     int64_t offset, int whence)
{
	const uint32_t args[] = {file_arg(file), 0, low(offset), high(offset),
				 (uint32_t)whence};
	vaddr_t fn = OPERATION(curr, file, llseek);
	const struct shadow *shadow = refresh(file);
	uint32_t result;

	if (!fn || file->f_mode & FMODE_STREAM)
		return -ESPIPE;
	if (!kcall_catch(curr, fn, 5, args, &result))
		return -EIO;
	if (shadow->file.f_pos >= 0)
		file->f_pos = shadow->file.f_pos;
	return (int64_t)((uint64_t)curr->kcall_r1 << 32 | result);
}

/* ---- the rest -------------------------------------------------------------------------- */

static uint32_t module_poll(struct task_struct *curr, struct file *file,
			    struct poll_table *table)
{
	const uint32_t args[] = {file_arg(file), 0};
	vaddr_t fn = OPERATION(curr, file, poll);
	uint32_t mask;

	(void)table;
	refresh(file);
	if (!fn)
		return POLLIN | POLLOUT | POLLRDNORM | POLLWRNORM;
	return kcall_catch(curr, fn, 2, args, &mask) ? mask : POLLERR;
}

#define ENOIOCTLCMD 515

static int32_t module_ioctl(struct task_struct *curr, struct file *file,
			    uint32_t cmd, uint32_t arg)
{
	const uint32_t args[] = {file_arg(file), cmd, arg};
	vaddr_t fn = OPERATION(curr, file, unlocked_ioctl);
	int32_t result;

	refresh(file);
	result = fn ? call(curr, fn, 3, args) : -ENOTTY;
	return result == -ENOIOCTLCMD ? -ENOTTY : result;
}

static int module_file_mmap(struct task_struct *curr, struct file *file,
			    struct vm_area_struct *vma)
{
	vaddr_t fn = OPERATION(curr, file, mmap);

	refresh(file);
	return fn ? module_mmap(curr, file, vma, fn) : -ENODEV;
}

static int module_fsync(struct task_struct *curr, struct file *file,
			pgoff_t start, pgoff_t last)
{
	const int64_t from = (int64_t)start << PAGE_SHIFT;
	const int64_t to = ((int64_t)last + 1) * PAGE_SIZE - 1;
	const uint32_t args[] = {
		file_arg(file), 0, low(from), high(from), low(to), high(to), 0};
	vaddr_t fn = OPERATION(curr, file, fsync);

	refresh(file);
	return fn ? call(curr, fn, 7, args) : -EINVAL;
}

const struct file_operations module_file_fops = {
	.open = module_open,
	.release = module_release,
	.read_iter = module_read,
	.write_iter = module_write,
	.llseek = module_llseek,
	.poll = module_poll,
	.ioctl = module_ioctl,
	.mmap = module_file_mmap,
	.fsync = module_fsync,
	.flush = module_flush,
};
