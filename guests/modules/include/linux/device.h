/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _LINUX_DEVICE_H
#define _LINUX_DEVICE_H

#include <linux/err.h>
#include <linux/kdev_t.h>

struct class;
struct module;

struct device {
	void *driver_data;
};

/**
 * __class_create - a folder of /sys/class
 * @owner: THIS_MODULE
 * @name: what it is called; copied
 * @key: unused
 *
 * Context: Process context; may sleep.
 * Return: the class; an ERR_PTR of -EEXIST, -EINVAL or -ENOMEM.
 */
struct class *__class_create(struct module *owner, const char *name, void *key);
#define class_create(owner, name) __class_create(owner, name, NULL)
/**
 * class_destroy - it goes, with all its devices
 * @class: what __class_create() gave
 *
 * Context: Process context; may sleep.
 */
void class_destroy(struct class *class);
/**
 * device_create - a device of a class, with a node in /dev
 * @class: its class
 * @parent: unused
 * @devt: its number; 0: no node
 * @drvdata: the module's own
 * @format: its name, as printk() prints it; a '!' there is a folder in /dev
 * @...: values
 *
 * Context: Process context; may sleep.
 * Return: the device; an ERR_PTR of -EEXIST, -EINVAL or -ENOMEM.
 */
struct device *device_create(struct class *class, struct device *parent,
			     dev_t devt, void *drvdata, const char *format, ...)
	__attribute__((format(printf, 5, 6)));
/**
 * device_destroy - it goes, and its node
 * @class: its class
 * @devt: its number
 *
 * Context: Process context; may sleep.
 */
void device_destroy(struct class *class, dev_t devt);

static inline void *dev_get_drvdata(const struct device *dev)
{
	return dev->driver_data;
}

#endif
