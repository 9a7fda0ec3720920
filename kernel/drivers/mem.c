/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/drivers/mem.h"

/*
 * /dev/null, zero, full, random, urandom and kmsg (Linux: drivers/char/mem.c,
 * drivers/char/random.c, kernel/printk/printk.c), and major 1, which they
 * share. /dev/mem is devmem.c's.
 *
 * MODEL: random numbers are the machine's generator's, seeded by its
 * configuration, and never run short. kmsg is written; reading it gives the
 * log as text and never waits.
 */

#include <string.h>

#include "kernel/drivers/devtmpfs.h"
#include "kernel/fs/char_dev.h"
#include "kernel/fs/dcache.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/internal.h"
#include "kernel/lib/printk.h"
#include "kernel/lib/rand.h"
#include "kernel/mm/boot_panic.h"
#include "kernel/mm/mm.h"
#include "kernel/mm/shmem.h"
#include "kernel/mm/slab.h"
#include "kernel/mm/kobj.h"
#include "kernel/state.h"

#define CHUNK 256u

static int64_t null_llseek(struct task_struct *curr, struct file *file,
			   int64_t offset, int whence)
{
	(void)curr, (void)offset, (void)whence;
	return file->f_pos = 0;
}

static int32_t read_null(struct task_struct *curr, struct file *file,
			 struct iov_iter *to, int64_t *pos)
{
	(void)curr, (void)file, (void)to, (void)pos;
	return 0;
}

static int32_t write_null(struct task_struct *curr, struct file *file,
			  struct iov_iter *from, int64_t *pos)
{
	(void)curr, (void)file, (void)pos;
	return (int32_t)from->count;
}

static int32_t write_full(struct task_struct *curr, struct file *file,
			  struct iov_iter *from, int64_t *pos)
{
	(void)curr, (void)file, (void)from, (void)pos;
	return -ENOSPC;
}

typedef void (*fill_fn)(struct kernel *k, uint8_t *to, uint32_t n);

/* Gives what @fill makes, a little at a time. */
static int32_t read_made(struct task_struct *curr, struct iov_iter *to,
			 fill_fn fill)
{
	uint8_t bytes[CHUNK];
	int32_t done = 0;

	while (to->count) {
		const uint32_t n = to->count < CHUNK ? to->count : CHUNK;
		uint32_t copied;

		fill(curr->k, bytes, n);
		copied = copy_to_iter(curr, to, bytes, n);
		done += (int32_t)copied;
		if (copied < n)
			return done ? done : -EFAULT;
		if (done % PAGE_SIZE)
			continue;
		if (to->count && signal_pending(curr))
			break;
		cond_resched(curr);
	}
	return done;
}

static void fill_zero(struct kernel *k, uint8_t *to, uint32_t n)
{
	(void)k;
	memset(to, 0, n);
}

static int32_t read_zero(struct task_struct *curr, struct file *file,
			 struct iov_iter *to, int64_t *pos)
{
	(void)file, (void)pos;
	return read_made(curr, to, fill_zero);
}

static void fill_random(struct kernel *k, uint8_t *to, uint32_t n)
{
	get_random_bytes(k, to, n);
}

static int32_t read_random(struct task_struct *curr, struct file *file,
			   struct iov_iter *to, int64_t *pos)
{
	(void)file, (void)pos;
	return read_made(curr, to, fill_random);
}

/* A private mapping of zeroes is plain anonymous memory. */
static int mmap_zero(struct task_struct *curr, struct file *file,
		     struct vm_area_struct *vma)
{
	(void)file;
	if (vma->vm_flags & VM_SHARED)
		return shmem_zero_setup(curr, vma);
	vma->vm_ops = NULL;
	return 0;
}

static const struct file_operations null_fops = {
	.read_iter = read_null,
	.write_iter = write_null,
	.llseek = null_llseek,
};

static const struct file_operations zero_fops = {
	.read_iter = read_zero,
	.write_iter = write_null,
	.llseek = null_llseek,
	.mmap = mmap_zero,
};

static const struct file_operations full_fops = {
	.read_iter = read_zero,
	.write_iter = write_full,
	.llseek = null_llseek,
};

static int32_t random_ioctl(struct task_struct *curr, struct file *file,
			    uint32_t cmd, uint32_t arg)
{
	(void)curr, (void)file, (void)cmd, (void)arg;
	return -EINVAL; /* MODEL: none of its own is known */
}

/* There is always enough: writing entropy is never asked for. */
static uint32_t random_poll(struct task_struct *curr, struct file *file,
			    struct poll_table *table)
{
	(void)curr, (void)file, (void)table;
	return POLLIN | POLLRDNORM;
}

static const struct file_operations random_fops = {
	.splice_read = can_splice_read,
	.read_iter = read_random,
	.write_iter = write_null,
	.llseek = null_llseek,
	.ioctl = random_ioctl,
	.poll = random_poll,
};

static const struct file_operations urandom_fops = {
	.splice_read = can_splice_read,
	.read_iter = read_random,
	.write_iter = write_null,
	.llseek = null_llseek,
	.ioctl = random_ioctl,
};

/* ---- kmsg -------------------------------------------------------------- */

#define LINE_MAX_BYTES 976u

/* The log is nobody's but the superuser's, as in syslog(2). */
static int kmsg_open(struct task_struct *curr, struct inode *inode,
		     struct file *file)
{
	(void)inode;
	if ((file->f_flags & O_ACCMODE) == O_WRONLY ||
	    capable(curr, CAP_SYSLOG) || capable(curr, CAP_SYS_ADMIN))
		return 0;
	return -EPERM;
}

static int32_t kmsg_write(struct task_struct *curr, struct file *file,
			  struct iov_iter *from, int64_t *pos)
{
	char line[LINE_MAX_BYTES + 1];
	const char *text = line;
	const uint32_t n = from->count;

	(void)file, (void)pos;
	if (n > LINE_MAX_BYTES)
		return -EINVAL;
	if (copy_from_iter(curr, from, line, n) < n)
		return -EFAULT;
	line[n] = '\0';
	/* "<6>" in front is a level, which our log does not keep */
	if (line[0] == '<' && strspn(line + 1, "0123456789") &&
	    line[1 + strspn(line + 1, "0123456789")] == '>')
		text = strchr(line, '>') + 1;
	printk(curr->k, "%s", text);
	return (int32_t)n;
}

static int32_t kmsg_read(struct task_struct *curr, struct file *file,
			 struct iov_iter *to, int64_t *pos)
{
	const struct kernel *k = curr->k;
	const vaddr_t buf = kmalloc(curr, LOG_PIECE, GFP_KERNEL);
	uint64_t from = printk_first(k, LOG_BUF_BYTES, 0) + (uint64_t)*pos;
	uint32_t n = 0, done = 0, size;

	(void)file;
	if (!buf)
		return -ENOMEM;
	do {
		size = to->count < LOG_PIECE ? (uint32_t)to->count : LOG_PIECE;
		size = (uint32_t)printk_read(k, kbytes(k, buf), size,
					     from + done);
		n = (uint32_t)copy_to_iter(curr, to, kbytes(k, buf), size);
		done += n;
	} while (n && n == size);
	kfree(curr, buf);
	if (!done && size)
		return -EFAULT;
	*pos += done;
	return (int32_t)done;
}

static const struct file_operations kmsg_fops = {
	.open = kmsg_open,
	.read_iter = kmsg_read,
	.write_iter = kmsg_write,
	.llseek = null_llseek,
};

/* ---- major 1 ------------------------------------------------------------- */

static const struct memdev {
	uint32_t minor;
	const char *name;
	uint32_t mode;
	const struct file_operations *fops;
} memdevs[] = {
	{1, "mem", 0600, &mem_fops},       {3, "null", 0666, &null_fops},
	{5, "zero", 0666, &zero_fops},     {7, "full", 0666, &full_fops},
	{8, "random", 0666, &random_fops}, {9, "urandom", 0666, &urandom_fops},
	{11, "kmsg", 0644, &kmsg_fops},
};
#define NR_MEMDEVS (sizeof(memdevs) / sizeof(*memdevs))

static int memory_open(struct task_struct *curr, struct inode *inode,
		       struct file *file)
{
	for (size_t n = 0; n < NR_MEMDEVS; n++) {
		if (memdevs[n].minor != MINOR(inode->i_rdev))
			continue;
		file->f_op = memdevs[n].fops;
		return file->f_op->open ? file->f_op->open(curr, inode, file)
					: 0;
	}
	return -ENXIO;
}

static const struct file_operations memory_fops = {.open = memory_open};

void chr_dev_init(struct task_struct *curr)
{
	if (register_chrdev_of(curr, MKDEV(MEM_MAJOR, 0), CHRDEV_MINORS, "mem",
			       &memory_fops))
		boot_panic(curr->k, "unable to get major %d for memory devs",
			   MEM_MAJOR);
	for (size_t n = 0; n < NR_MEMDEVS; n++)
		devtmpfs_create_node(curr, memdevs[n].name,
				     S_IFCHR | memdevs[n].mode,
				     MKDEV(MEM_MAJOR, memdevs[n].minor));
}
