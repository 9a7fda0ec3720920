/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_FS_SYSFS_H
#define KERNEL_FS_SYSFS_H

/*
 * /sys for those who show something there (include/linux/sysfs.h, kobject.h,
 * kernfs.h). The tree belongs to the kernel; a mount only shows it. Whoever
 * makes a directory owns it, and everything in it goes when it is removed.
 */

#include <stdint.h>

#include "kernel/fs/seq_file.h"

struct inode;
struct kernfs_node;
struct task_struct;

/* One file of a directory. */
struct sysfs_attribute {
	const char *name;
	uint32_t mode; /* permissions alone: 0444, 0644, 0200 */
	/*
	 * @object is the directory's. Prints less than a page. NULL: can't be
	 * read. 0 or -errno.
	 */
	int (*show)(struct seq_file *m, void *object);
	/*
	 * @text is what one write() brought, with a NUL after its @n bytes.
	 * NULL: can't be written. 0 (all was taken) or -errno.
	 */
	int (*store)(struct task_struct *curr, void *object, const char *text,
		     uint32_t n);
};

/*
 * The directory @name in @parent (NULL: at the top); the one that is there if
 * it has that name already. NULL: no memory. @name is copied; @object goes to
 * the attributes' functions.
 */
struct kernfs_node *sysfs_create_dir(struct task_struct *curr,
				     struct kernfs_node *parent,
				     const char *name, void *object);
/*
 * @attrs live for ever; those that are there already stay. 0 or -ENOMEM; then
 * some of them may be there.
 */
int sysfs_create_files(struct task_struct *curr, struct kernfs_node *dir,
		       const struct sysfs_attribute *attrs, uint32_t nr);
/*
 * A file whose functions get @object in place of the directory's, and may
 * sleep; to store() comes text in kmalloc'ed memory. @attr lives as long as
 * the file, its name may go. 0 or -ENOMEM; one that is there already stays.
 */
int sysfs_create_file_for(struct task_struct *curr, struct kernfs_node *dir,
			  const struct sysfs_attribute *attr, const char *name,
			  void *object);
/*
 * @populate adds to @dir when somebody first looks into it, and if it returns
 * an error, once more the next time; its object is handed on.
 */
void sysfs_populate_later(struct kernfs_node *dir,
			  int (*populate)(struct task_struct *curr,
					  struct kernfs_node *dir,
					  void *object));
/* A symbolic link in @dir that leads to @target. 0 or -ENOMEM. */
int sysfs_create_link(struct task_struct *curr, struct kernfs_node *dir,
		      const char *name, struct kernfs_node *target);
/* The child of @dir (NULL: of the top) with that name, or NULL. */
struct kernfs_node *sysfs_find(const struct task_struct *curr,
			       struct kernfs_node *dir, const char *name);
/*
 * @node goes, with all below it, and links that others made to it lead
 * nowhere. Who has a file of it open gets -ENODEV from then on.
 */
void sysfs_remove(struct task_struct *curr, struct kernfs_node *node);

/* Boot: the tree with the directories every kernel has. Panics. */
void sysfs_init(struct task_struct *curr);

#endif
