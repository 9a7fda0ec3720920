/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/module/chrdev.h"

/*
 * Character devices of modules: what is behind the gates of fs/char_dev.c's
 * functions. A module's struct cdev is its own memory; ours that goes with it
 * is found by its address.
 *
 * Whoever asked is noted with each number and device. Linux leaves what a
 * module forgets to unregister where it is, until somebody opens it and the
 * kernel runs code that is gone; here it is reported and taken away.
 */

#include <stdio.h>

#include "kernel/arch/arm/kcall.h"
#include "kernel/fs/char_dev.h"
#include "kernel/fs/dcache.h"
#include "kernel/lib/printk.h"
#include "kernel/module/export.h"
#include "kernel/module/module.h"
#include "kernel/state.h"

#define NAME_BYTES 64

/* ---- who --------------------------------------------------------------------------- */

struct module *module_by_handle(const struct kernel *k, vaddr_t this_module)
{
	struct module *mod;

	list_for_each_entry(mod, &k->modules.list, list)
		if (this_module && mod->this_module == this_module)
			return mod;
	return NULL;
}

struct module *module_of_caller(const struct export *call)
{
	const struct kernel *k = call->curr->k;
	struct module *mod = module_address(k, call->regs->r[14] & ~1u);

	/* what ends with the call comes by a branch, and leaves no address */
	if (!mod && call->curr->kcall)
		mod = module_address(k, call->curr->kcall->fn & ~1u);
	return mod;
}

uint64_t export_try_module_get(const struct export *call)
{
	struct module *mod = module_by_handle(call->curr->k,
					      export_arg(call, 0));

	/* NULL is what is built in, which stays */
	return !export_arg(call, 0) || (mod && try_module_get(mod));
}

uint64_t export_module_put(const struct export *call)
{
	struct module *mod = module_by_handle(call->curr->k,
					      export_arg(call, 0));

	if (!export_arg(call, 0))
		return 0;
	if (!mod || mod->refcnt <= MODULE_REF_BASE)
		export_bug(call, "0x%08x is no module that somebody holds",
			   export_arg(call, 0));
	module_put(call->curr, mod);
	return 0;
}

uint64_t export_capable(const struct export *call)
{
	const uint32_t cap = export_arg(call, 0);

	if (cap > CAP_LAST_CAP)
		export_bug(call, "capable() called with invalid cap=%u", cap);
	return capable(call->curr, (int)cap);
}

/* ---- numbers ----------------------------------------------------------------------- */

static void claim_region(const struct export *call, uint32_t dev)
{
	chrdev_region_set_owner(call->curr->k, dev, module_of_caller(call));
}

uint64_t export_register_chrdev_region(const struct export *call)
{
	const uint32_t dev = export_arg(call, 0);
	char name[NAME_BYTES];
	int err;

	export_might_sleep(call);
	export_string(call, export_arg(call, 2), name, sizeof(name));
	err = register_chrdev_region(call->curr, dev, export_arg(call, 1),
				     name);
	if (!err)
		claim_region(call, dev);
	return (uint32_t)err;
}

uint64_t export_alloc_chrdev_region(const struct export *call)
{
	char name[NAME_BYTES];
	uint32_t dev;
	int err;

	export_might_sleep(call);
	export_string(call, export_arg(call, 3), name, sizeof(name));
	err = alloc_chrdev_region(call->curr, &dev, export_arg(call, 1),
				  export_arg(call, 2), name);
	if (err)
		return (uint32_t)err;
	claim_region(call, dev);
	export_write(call, export_arg(call, 0), &dev, sizeof(dev));
	return 0;
}

uint64_t export_unregister_chrdev_region(const struct export *call)
{
	unregister_chrdev_region(call->curr, export_arg(call, 0),
				 export_arg(call, 1));
	return 0;
}

/* ---- devices ----------------------------------------------------------------------- */

/* Ours that goes with the module's at @arm; NULL: none was added. */
static struct cdev *find_cdev(const struct kernel *k, vaddr_t arm)
{
	struct cdev *cdev = k->vfs.cdev_map;

	while (cdev && (!arm || cdev->arm != arm))
		cdev = cdev->next;
	return cdev;
}

static struct cdev *add_cdev(struct task_struct *curr, vaddr_t fops,
			     struct module *owner, uint32_t dev, uint32_t count,
			     int *err)
{
	struct cdev *cdev = cdev_alloc(curr, &module_file_fops, owner);

	*err = cdev ? cdev_add(curr, cdev, dev, count) : -ENOMEM;
	if (cdev && *err) {
		cdev_del(curr, cdev);
		return NULL;
	}
	if (cdev)
		cdev->arm_ops = fops;
	return cdev;
}

uint64_t export_cdev_init(const struct export *call)
{
	const vaddr_t at = export_arg(call, 0);
	const vaddr_t list = at + offsetof(struct arm_cdev, list);
	const struct arm_cdev arm = {
		.ops = export_arg(call, 1),
		.list = {list, list},
	};

	export_write(call, at, &arm, sizeof(arm));
	return 0;
}

uint64_t export_cdev_add(const struct export *call)
{
	const vaddr_t at = export_arg(call, 0);
	struct kernel *k = call->curr->k;
	struct arm_cdev arm;
	struct cdev *cdev;
	int err;

	export_might_sleep(call);
	if (find_cdev(k, at))
		export_bug(call, "the cdev at 0x%08x is added already", at);
	export_read(call, &arm, at, sizeof(arm));
	cdev = add_cdev(call->curr, arm.ops, module_by_handle(k, arm.owner),
			export_arg(call, 1), export_arg(call, 2), &err);
	if (!cdev)
		return (uint32_t)err;
	cdev->arm = at;
	cdev->by = module_of_caller(call);
	arm.dev = cdev->dev;
	arm.count = cdev->count;
	export_write(call, at, &arm, sizeof(arm));
	return 0;
}

uint64_t export_cdev_del(const struct export *call)
{
	struct cdev *cdev = find_cdev(call->curr->k, export_arg(call, 0));

	if (cdev)
		cdev_del(call->curr, cdev);
	return 0;
}

/* Numbers and a device in one; the device has no struct cdev of the module's. */
uint64_t export___register_chrdev(const struct export *call)
{
	const uint32_t major = export_arg(call, 0), base = export_arg(call, 1);
	const uint32_t count = export_arg(call, 2);
	const vaddr_t fops = export_arg(call, 4);
	struct task_struct *curr = call->curr;
	struct arm_file_operations arm;
	uint32_t dev = MKDEV(major, base);
	char name[NAME_BYTES];
	struct cdev *cdev;
	int err;

	export_might_sleep(call);
	export_string(call, export_arg(call, 3), name, sizeof(name));
	export_read(call, &arm, fops, sizeof(arm));
	err = major ? register_chrdev_region(curr, dev, count, name)
		    : alloc_chrdev_region(curr, &dev, base, count, name);
	if (err)
		return (uint32_t)err;
	claim_region(call, dev);
	cdev = add_cdev(curr, fops, module_by_handle(curr->k, arm.owner), dev,
			count, &err);
	if (!cdev) {
		unregister_chrdev_region(curr, dev, count);
		return (uint32_t)err;
	}
	cdev->by = module_of_caller(call);
	return major ? 0 : MAJOR(dev);
}

uint64_t export___unregister_chrdev(const struct export *call)
{
	const uint32_t dev = MKDEV(export_arg(call, 0), export_arg(call, 1));
	const uint32_t count = export_arg(call, 2);
	struct cdev *cdev = call->curr->k->vfs.cdev_map;

	while (cdev && (cdev->dev != dev || cdev->count != count || cdev->arm ||
			!cdev->by))
		cdev = cdev->next;
	if (!cdev)
		return 0;
	cdev_del(call->curr, cdev);
	unregister_chrdev_region(call->curr, dev, count);
	return 0;
}

/* ---- unloading -------------------------------------------------------------------- */

static bool goes_with(const struct cdev *cdev, const struct module *mod)
{
	const struct module_layout *core = &mod->core;

	return cdev->arm_ops && !cdev->arm_misc &&
	       (cdev->by == mod || cdev->owner == mod ||
		cdev->arm_ops - core->base < core->size);
}

static unsigned int forget_cdevs(struct task_struct *curr,
				 const struct module *mod)
{
	struct cdev *cdev = curr->k->vfs.cdev_map, *next;
	unsigned int nr = 0;

	for (; cdev; cdev = next, nr++) {
		next = cdev->next;
		if (!goes_with(cdev, mod)) {
			nr--;
			continue;
		}
		/* for files that the module didn't want to be held by */
		cdev->owner = NULL;
		cdev->arm_ops = 0;
		cdev_del(curr, cdev);
	}
	return nr;
}

void module_forget_devices(struct task_struct *curr, const struct module *mod)
{
	unsigned int nr = module_forget_classes(curr, mod);

	nr += forget_cdevs(curr, mod);
	nr += chrdev_regions_of_module(curr, mod);
	if (nr)
		printk(curr->k,
		       "%s: unloaded with %u device%s still registered",
		       mod->name, nr, nr > 1 ? "s" : "");
}
