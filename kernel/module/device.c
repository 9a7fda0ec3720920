/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/module/chrdev.h"

/*
 * Classes of devices, devices of a class, and misc devices, for modules
 * (Linux: drivers/base/class.c, core.c: device_create(); drivers/char/misc.c).
 * A device with a number has a node in /dev, its folder below
 * /sys/devices/virtual, and links to that from /sys/class and /sys/dev/char.
 *
 * Locks: device_lock is held over every change, as making names in /sys and
 * /dev sleeps. No module is called under it, nor its memory read.
 *
 * The module has a handle of each: a few bytes of guest memory, which nobody
 * believes. Whatever it names is found by that address in the lists here.
 *
 * Leaves out: parents, drivers, attributes of the module's own, uevents.
 */

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "kernel/arm_sizes.h"
#include "kernel/drivers/devtmpfs.h"
#include "kernel/fs/char_dev.h"
#include "kernel/fs/dcache.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/seq_file.h"
#include "kernel/fs/sysfs.h"
#include "kernel/mm/boot_panic.h"
#include "kernel/mm/kobj.h"
#include "kernel/mm/slab.h"
#include "kernel/module/abi.h"
#include "kernel/module/export.h"
#include "kernel/module/misc.h"
#include "kernel/module/module.h"
#include "kernel/state.h"

#define MISC_MAJOR         10u
#define MISC_DYNAMIC_MINOR 255u
#define DYNAMIC_MINORS     128u
#define NAME_BYTES         64
#define HANDLE_BYTES       16

struct module_device {
	struct module_device *next;
	struct module_class *class;
	vaddr_t handle;
	uint32_t devt, mode;
	struct kernfs_node *dir, *class_link, *number_link;
	char name[NAME_BYTES];
};

struct module_class {
	struct module_class *next;
	struct module_device *devices; /* newest first */
	const struct module *by; /* NULL: the kernel's own, "misc" */
	vaddr_t handle;
	struct kernfs_node *dir, *devices_dir;
	char name[NAME_BYTES];
};

struct module_misc {
	struct module_misc *next;
	const struct module *by;
	vaddr_t arm;
	struct cdev *cdev;
	struct module_device *device;
	uint32_t minor;
};

static void lock_devices(const struct export *call)
{
	down_write(call->curr, &call->curr->k->modules.device_lock);
}

static void unlock_devices(const struct export *call)
{
	up_write(call->curr, &call->curr->k->modules.device_lock);
}

/* ---- /sys ------------------------------------------------------------------------- */

static int dev_show(struct seq_file *m, void *object)
{
	const struct module_device *device = object;

	seq_printf(m, "%u:%u\n", MAJOR(device->devt), MINOR(device->devt));
	return 0;
}

static int uevent_show(struct seq_file *m, void *object)
{
	const struct module_device *device = object;

	seq_printf(m, "MAJOR=%u\nMINOR=%u\nDEVNAME=", MAJOR(device->devt),
		   MINOR(device->devt));
	for (const char *c = device->name; *c; c++)
		seq_putc(m, *c == '!' ? '/' : *c);
	seq_putc(m, '\n');
	return 0;
}

static const struct sysfs_attribute device_attributes[] = {
	{"dev", 0444, dev_show, NULL},
	{"uevent", 0444, uevent_show, NULL},
};

/* The folder of that path, made where it isn't there; NULL: no memory. */
static struct kernfs_node *sysfs_path(struct task_struct *curr, const char *a,
				      const char *b)
{
	struct kernfs_node *dir = sysfs_create_dir(curr, NULL, a, NULL);

	return dir ? sysfs_create_dir(curr, dir, b, NULL) : NULL;
}

static struct kernfs_node *link_to(struct task_struct *curr,
				   struct kernfs_node *dir, const char *name,
				   struct kernfs_node *target)
{
	if (!dir || sysfs_create_link(curr, dir, name, target))
		return NULL;
	return sysfs_find(curr, dir, name);
}

/* What there is no memory for is missing there, and nothing else. */
static void show_in_sys(struct task_struct *curr, struct module_device *device)
{
	struct module_class *class = device->class;
	char name[NAME_BYTES], number[24];

	strcpy(name, device->name);
	for (char *c = name; *c; c++)
		if (*c == '/')
			*c = '!';
	if (class->devices_dir)
		device->dir = sysfs_create_dir(curr, class->devices_dir, name,
					       device);
	if (!device->dir)
		return;
	snprintf(number, sizeof(number), "%u:%u", MAJOR(device->devt),
		 MINOR(device->devt));
	device->class_link = link_to(curr, class->dir, name, device->dir);
	if (!device->devt)
		return;
	sysfs_create_files(curr, device->dir, device_attributes, 2);
	device->number_link = link_to(curr, sysfs_path(curr, "dev", "char"),
				      number, device->dir);
}

static void hide_in_sys(struct task_struct *curr, struct module_device *device)
{
	if (device->number_link)
		sysfs_remove(curr, device->number_link);
	if (device->class_link)
		sysfs_remove(curr, device->class_link);
	if (device->dir)
		sysfs_remove(curr, device->dir);
}

/* ---- classes ----------------------------------------------------------------------- */

static struct module_class *find_class(const struct kernel *k, vaddr_t handle)
{
	struct module_class *class = k->modules.classes;

	while (class && (!handle || class->handle != handle))
		class = class->next;
	return class;
}

static struct module_class *class_by_name(const struct kernel *k,
					  const char *name)
{
	struct module_class *class = k->modules.classes;

	while (class && strcmp(class->name, name) != 0)
		class = class->next;
	return class;
}

/* NULL: no memory. */
static struct module_class *new_class(struct task_struct *curr,
				      const char *name, const struct module *by)
{
	struct module_class *class;
	struct kernfs_node *dir;

	class = kzalloc_obj(curr, HANDLE_BYTES + NAME_BYTES, sizeof(*class),
			    GFP_KERNEL);
	if (!class)
		return NULL;
	class->handle = kmalloc(curr, HANDLE_BYTES, GFP_KERNEL | __GFP_ZERO);
	if (!class->handle) {
		kfree_obj(curr, class);
		return NULL;
	}
	class->by = by;
	snprintf(class->name, sizeof(class->name), "%s", name);
	class->dir = sysfs_path(curr, "class", name);
	dir = sysfs_path(curr, "devices", "virtual");
	if (dir)
		class->devices_dir = sysfs_create_dir(curr, dir, name, NULL);
	class->next = curr->k->modules.classes;
	curr->k->modules.classes = class;
	return class;
}

static void destroy_device(struct task_struct *curr,
			   struct module_device *device)
{
	struct module_device **at = &device->class->devices;

	while (*at != device)
		at = &(*at)->next;
	*at = device->next;
	if (device->devt)
		devtmpfs_delete_node(curr, device->name, S_IFCHR, device->devt);
	hide_in_sys(curr, device);
	kfree(curr, device->handle);
	kfree_obj(curr, device);
}

static void destroy_class(struct task_struct *curr, struct module_class *class)
{
	struct module_class **at = &curr->k->modules.classes;

	while (*at != class)
		at = &(*at)->next;
	*at = class->next;
	while (class->devices)
		destroy_device(curr, class->devices);
	if (class->dir)
		sysfs_remove(curr, class->dir);
	if (class->devices_dir)
		sysfs_remove(curr, class->devices_dir);
	kfree(curr, class->handle);
	kfree_obj(curr, class);
}

uint64_t export___class_create(const struct export *call)
{
	const struct module_class *class;
	uint32_t result = (uint32_t)-EEXIST;
	char name[NAME_BYTES];

	export_might_sleep(call);
	export_string(call, export_arg(call, 1), name, sizeof(name));
	if (!*name || strchr(name, '/'))
		return (uint32_t)-EINVAL;
	lock_devices(call);
	if (!class_by_name(call->curr->k, name)) {
		class = new_class(call->curr, name, module_of_caller(call));
		result = class ? class->handle : (uint32_t)-ENOMEM;
	}
	unlock_devices(call);
	return result;
}

uint64_t export_class_destroy(const struct export *call)
{
	struct module_class *class;

	export_might_sleep(call);
	lock_devices(call);
	class = find_class(call->curr->k, export_arg(call, 0));
	if (class)
		destroy_class(call->curr, class);
	unlock_devices(call);
	return 0;
}

/* ---- devices ------------------------------------------------------------------------- */

/* ERR_PTR. @mode: of its node. */
static struct module_device *new_device(struct task_struct *curr,
					struct module_class *class,
					uint32_t devt, const char *name,
					uint32_t mode)
{
	struct module_device *device = class->devices;

	for (; device; device = device->next)
		if (!strcmp(device->name, name))
			return ERR_PTR(-EEXIST);
	device = kzalloc_obj(curr, ARM_SIZEOF_DEVICE, sizeof(*device),
			     GFP_KERNEL);
	if (!device)
		return ERR_PTR(-ENOMEM);
	device->handle = kmalloc(curr, HANDLE_BYTES, GFP_KERNEL | __GFP_ZERO);
	if (!device->handle) {
		kfree_obj(curr, device);
		return ERR_PTR(-ENOMEM);
	}
	device->class = class;
	device->devt = devt;
	snprintf(device->name, sizeof(device->name), "%s", name);
	device->next = class->devices;
	class->devices = device;
	show_in_sys(curr, device);
	if (devt)
		devtmpfs_create_node(curr, name, S_IFCHR | mode, devt);
	return device;
}

uint64_t export_device_create(const struct export *call)
{
	struct kernel *k = call->curr->k;
	const uint32_t devt = export_arg(call, 2),
		       drvdata = export_arg(call, 3);
	struct module_class *class;
	struct module_device *device = ERR_PTR(-EINVAL);
	char name[NAME_BYTES];
	uint32_t result;

	export_might_sleep(call);
	export_format(call, 4, name, sizeof(name));
	lock_devices(call);
	class = find_class(k, export_arg(call, 0));
	if (class && *name)
		device = new_device(call->curr, class, devt, name, 0600);
	if (!IS_ERR(device))
		memcpy(kbytes(k, device->handle), &drvdata, sizeof(drvdata));
	result = IS_ERR(device) ? (uint32_t)PTR_ERR(device) : device->handle;
	unlock_devices(call);
	return result;
}

uint64_t export_device_destroy(const struct export *call)
{
	const uint32_t devt = export_arg(call, 1);
	struct module_device *device;
	struct module_class *class;

	export_might_sleep(call);
	lock_devices(call);
	class = find_class(call->curr->k, export_arg(call, 0));
	device = class ? class->devices : NULL;
	while (device && device->devt != devt)
		device = device->next;
	if (device)
		destroy_device(call->curr, device);
	unlock_devices(call);
	return 0;
}

/* ---- misc ------------------------------------------------------------------------------ */

void misc_init(struct task_struct *curr)
{
	if (register_chrdev_region(curr, MKDEV(MISC_MAJOR, 0), CHRDEV_MINORS,
				   "misc"))
		boot_panic(curr->k, "unable to get major %u for misc devices",
			   MISC_MAJOR);
}

static bool minor_taken(const struct kernel *k, uint32_t minor)
{
	const struct module_misc *misc = k->modules.misc;

	while (misc && misc->minor != minor)
		misc = misc->next;
	return misc;
}

/* From 127 down. 0: none is left. */
static uint32_t dynamic_minor(const struct kernel *k)
{
	uint32_t minor = DYNAMIC_MINORS - 1;

	while (minor && minor_taken(k, minor))
		minor--;
	return minor;
}

static int add_misc(struct task_struct *curr, struct module_misc *misc,
		    const struct arm_miscdevice *arm, const char *name,
		    struct module *owner)
{
	struct module_class *class = class_by_name(curr->k, "misc");

	if (!class)
		class = new_class(curr, "misc", NULL);
	if (!class)
		return -ENOMEM;
	misc->cdev = cdev_alloc(curr, &module_file_fops, owner);
	if (!misc->cdev)
		return -ENOMEM;
	misc->cdev->arm_ops = arm->fops;
	misc->cdev->arm_misc = misc->arm;
	misc->device = new_device(curr, class, MKDEV(MISC_MAJOR, misc->minor),
				  name, arm->mode ? arm->mode & 0777 : 0600);
	if (IS_ERR(misc->device)) {
		cdev_del(curr, misc->cdev);
		return (int)PTR_ERR(misc->device);
	}
	return cdev_add(curr, misc->cdev, MKDEV(MISC_MAJOR, misc->minor), 1);
}

/* Fills in minor and this_device. */
static int register_misc(const struct export *call, vaddr_t at,
			 struct arm_miscdevice *arm, const char *name,
			 struct module *owner)
{
	struct kernel *k = call->curr->k;
	struct module_misc *misc;
	int err;

	if (arm->minor == MISC_DYNAMIC_MINOR)
		arm->minor = dynamic_minor(k);
	if (!arm->minor || arm->minor > MINORMASK || minor_taken(k, arm->minor))
		return -EBUSY;
	misc = kzalloc_obj(call->curr, HANDLE_BYTES, sizeof(*misc), GFP_KERNEL);
	if (!misc)
		return -ENOMEM;
	misc->arm = at;
	misc->minor = arm->minor;
	misc->by = module_of_caller(call);
	err = add_misc(call->curr, misc, arm, name, owner);
	if (err) {
		kfree_obj(call->curr, misc);
		return err;
	}
	arm->this_device = misc->device->handle;
	misc->next = k->modules.misc;
	k->modules.misc = misc;
	return 0;
}

uint64_t export_misc_register(const struct export *call)
{
	const vaddr_t at = export_arg(call, 0);
	struct arm_file_operations fops;
	struct arm_miscdevice arm;
	char name[NAME_BYTES];
	int err;

	export_might_sleep(call);
	export_read(call, &arm, at, sizeof(arm));
	export_read(call, &fops, arm.fops, sizeof(fops));
	export_string(call, arm.nodename ? arm.nodename : arm.name, name,
		      sizeof(name));
	lock_devices(call);
	err = register_misc(call, at, &arm, name,
			    module_by_handle(call->curr->k, fops.owner));
	unlock_devices(call);
	if (!err)
		export_write(call, at, &arm, sizeof(arm));
	return (uint32_t)err;
}

static void remove_misc(struct task_struct *curr, struct module_misc **at)
{
	struct module_misc *misc = *at;

	*at = misc->next;
	destroy_device(curr, misc->device);
	cdev_del(curr, misc->cdev);
	kfree_obj(curr, misc);
}

uint64_t export_misc_deregister(const struct export *call)
{
	struct module_misc **at = &call->curr->k->modules.misc;
	const vaddr_t arm = export_arg(call, 0);

	export_might_sleep(call);
	lock_devices(call);
	while (*at && (*at)->arm != arm)
		at = &(*at)->next;
	if (*at)
		remove_misc(call->curr, at);
	unlock_devices(call);
	return 0;
}

int misc_show(struct seq_file *m, void *v)
{
	const struct module_misc *misc = m->k->modules.misc;

	(void)v;
	for (; misc; misc = misc->next)
		seq_printf(m, "%3u %s\n", misc->minor, misc->device->name);
	return 0;
}

/* ---- unloading ------------------------------------------------------------------------- */

unsigned int module_forget_classes(struct task_struct *curr,
				   const struct module *mod)
{
	struct module_misc **at = &curr->k->modules.misc;
	struct module_class *class, *next;
	unsigned int nr = 0;

	down_write(curr, &curr->k->modules.device_lock);
	while (*at) {
		if ((*at)->by != mod && (*at)->cdev->owner != mod &&
		    (*at)->arm - mod->core.base >= mod->core.size &&
		    (*at)->cdev->arm_ops - mod->core.base >= mod->core.size) {
			at = &(*at)->next;
			continue;
		}
		(*at)->cdev->arm_ops = 0; /* whoever has it open still */
		(*at)->cdev->owner = NULL;
		remove_misc(curr, at);
		nr++;
	}
	for (class = curr->k->modules.classes; class; class = next) {
		next = class->next;
		if (class->by != mod)
			continue;
		destroy_class(curr, class);
		nr++;
	}
	up_write(curr, &curr->k->modules.device_lock);
	return nr;
}
