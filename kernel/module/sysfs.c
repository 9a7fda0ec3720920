/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/module/internal.h"

/*
 * /sys/module/NAME (Linux: kernel/module/sysfs.c, kernel/params.c): what a
 * module is, where its sections went, who uses it, and its parameters, which
 * may be read and written as their modes say.
 *
 * Reading or writing a parameter may call the module, and so sleep. The module
 * doesn't go before they are done: sysfs_users counts them.
 *
 * Leaves out notes, uevents and the modules that are built in.
 */

#include <errno.h>

#include "kernel/arm_sizes.h"
#include "kernel/fs/sysfs.h"
#include "kernel/mm/kobj.h"
#include "kernel/mm/slab.h"
#include "kernel/module/params.h"
#include "kernel/state.h"
#include "kernel/task/sched.h"

/* Files of a directory. What a hostile file has beyond isn't shown. */
#define MOST_FILES 512

/* A section's or a parameter's file: its functions' object. */
struct module_attr {
	struct sysfs_attribute attr;
	struct module *mod;
	uint32_t value; /* a section's address, a parameter's number */
};

struct module_sysfs {
	struct module_attr *sections, *params;
};

/* ---- the module itself ------------------------------------------------------------- */

static int coresize_show(struct seq_file *m, void *object)
{
	const struct module *mod = object;

	seq_printf(m, "%u\n", mod->core.size);
	return 0;
}

static int initsize_show(struct seq_file *m, void *object)
{
	const struct module *mod = object;

	seq_printf(m, "%u\n", mod->init.size);
	return 0;
}

static int initstate_show(struct seq_file *m, void *object)
{
	static const char *const names[] = {"live", "coming", "going",
					    "unformed"};
	const struct module *mod = object;

	seq_printf(m, "%s\n", names[mod->state]);
	return 0;
}

static int refcnt_show(struct seq_file *m, void *object)
{
	const struct module *mod = object;

	seq_printf(m, "%d\n", module_refcount(mod));
	return 0;
}

static int taint_show(struct seq_file *m, void *object)
{
	seq_printf(m, "%s\n", module_flags_taint(object).text);
	return 0;
}

static int version_show(struct seq_file *m, void *object)
{
	const struct module *mod = object;

	seq_printf(m, "%s\n", mod->version);
	return 0;
}

static const struct sysfs_attribute module_attrs[] = {
	{.name = "coresize", .mode = 0444, .show = coresize_show},
	{.name = "initsize", .mode = 0444, .show = initsize_show},
	{.name = "initstate", .mode = 0444, .show = initstate_show},
	{.name = "refcnt", .mode = 0444, .show = refcnt_show},
	{.name = "taint", .mode = 0444, .show = taint_show},
};
static const struct sysfs_attribute version_attr = {
	.name = "version", .mode = 0444, .show = version_show};

/* ---- sections ------------------------------------------------------------------------- */

static int section_show(struct seq_file *m, void *object)
{
	const struct module_attr *file = object;

	seq_printf(m, "0x%08x\n", file->value);
	return 0;
}

/* Those that are in memory. */
static bool has_place(const struct load_info *info, unsigned int n)
{
	const Elf32_Shdr *sh = &info->sechdrs[n];

	return (sh->sh_flags & SHF_ALLOC) && sh->sh_size && sh->sh_addr;
}

static uint32_t count_sections(const struct load_info *info)
{
	uint32_t nr = 0;

	for (unsigned int i = 1; i < info->ehdr.e_shnum; i++)
		nr += has_place(info, i);
	return nr < MOST_FILES ? nr : MOST_FILES;
}

static struct module_attr *new_attrs(struct task_struct *curr, uint32_t nr)
{
	return kzalloc_obj(curr, nr * ARM_SIZEOF_MODULE_ATTR,
			   nr * (uint32_t)sizeof(struct module_attr),
			   GFP_KERNEL);
}

static int add_sections(struct load_info *info)
{
	struct task_struct *curr = info->curr;
	struct module *mod = info->mod;
	const uint32_t nr = count_sections(info);
	struct kernfs_node *dir = sysfs_create_dir(curr, mod->kobj, "sections",
						   mod);
	uint32_t done = 0;
	int err = 0;

	mod->sysfs->sections = new_attrs(curr, nr);
	if (!dir || !mod->sysfs->sections)
		return -ENOMEM;
	for (unsigned int i = 1; !err && done < nr; i++) {
		struct module_attr *file = &mod->sysfs->sections[done];
		char name[64];

		if (!has_place(info, i))
			continue;
		module_image_string(info, info->ehdr.e_shstrndx,
				    info->sechdrs[i].sh_name, name,
				    sizeof(name));
		*file = (struct module_attr){
			.attr = {.mode = 0400, .show = section_show},
			.mod = mod,
			.value = info->sechdrs[i].sh_addr,
		};
		err = sysfs_create_file_for(curr, dir, &file->attr, name, file);
		done++;
	}
	return err;
}

/* ---- parameters ---------------------------------------------------------------------- */

static void leave(struct task_struct *curr, struct module *mod)
{
	if (!--mod->sysfs_users)
		wake_up_all(curr, &mod->sysfs_wait);
}

static int param_show(struct seq_file *m, void *object)
{
	const struct module_attr *file = object;
	struct module *mod = file->mod;
	char text[2048];
	int32_t length;

	mod->sysfs_users++;
	length = module_param_get(m->curr, mod, file->value, text,
				  sizeof(text));
	leave(m->curr, mod);
	if (length < 0)
		return length;
	seq_write(m, text, (size_t)length);
	return 0;
}

static int param_store(struct task_struct *curr, void *object, const char *text,
		       uint32_t n)
{
	const struct module_attr *file = object;
	struct module *mod = file->mod;
	int err;

	(void)n;

	mod->sysfs_users++;
	err = module_param_set(curr, mod, file->value,
			       kbytes_addr(curr->k, text));
	leave(curr, mod);
	return err;
}

/* Those with a mode. The directory is there if there is any. */
static int add_params(struct task_struct *curr, struct module *mod)
{
	const uint32_t nr = mod->nr_params < MOST_FILES ? mod->nr_params
							: MOST_FILES;
	struct kernfs_node *dir = NULL;
	int err = 0;

	mod->sysfs->params = nr ? new_attrs(curr, nr) : NULL;
	if (nr && !mod->sysfs->params)
		return -ENOMEM;
	for (uint32_t i = 0; !err && i < nr; i++) {
		struct module_attr *file = &mod->sysfs->params[i];
		char name[MODULE_PARAM_NAME];
		uint32_t perm;

		if (!module_param_name(curr, mod, i, name, &perm) || !perm)
			continue;
		*file = (struct module_attr){
			.attr = {.mode = perm,
				 .show = param_show,
				 .store = param_store},
			.mod = mod,
			.value = i,
		};
		if (!dir)
			dir = sysfs_create_dir(curr, mod->kobj, "parameters",
					       mod);
		err = dir ? sysfs_create_file_for(curr, dir, &file->attr, name,
						  file)
			  : -ENOMEM;
	}
	return err;
}

/* ---- holders -------------------------------------------------------------------------- */

static struct kernfs_node *holders_of(const struct task_struct *curr,
				      const struct module *mod)
{
	return mod->kobj ? sysfs_find(curr, mod->kobj, "holders") : NULL;
}

static int add_usage_links(struct task_struct *curr, struct module *mod)
{
	const struct module_use *use;
	int err = 0;

	list_for_each_entry(use, &mod->target_list, target_list) {
		struct kernfs_node *holders = holders_of(curr, use->used);

		if (!err && holders)
			err = sysfs_create_link(curr, holders, mod->name,
						mod->kobj);
	}
	return err;
}

static void remove_usage_links(struct task_struct *curr, struct module *mod)
{
	const struct module_use *use;

	list_for_each_entry(use, &mod->target_list, target_list) {
		struct kernfs_node *holders = holders_of(curr, use->used);
		struct kernfs_node *link;

		link = holders ? sysfs_find(curr, holders, mod->name) : NULL;
		if (link)
			sysfs_remove(curr, link);
	}
}

/* ---- all of it -------------------------------------------------------------------------- */

static int add_module_files(struct task_struct *curr, struct module *mod)
{
	int err;

	if (!sysfs_create_dir(curr, mod->kobj, "holders", mod))
		return -ENOMEM;
	err = sysfs_create_files(curr, mod->kobj, module_attrs,
				 sizeof(module_attrs) / sizeof(*module_attrs));
	if (!err && mod->version[0])
		err = sysfs_create_files(curr, mod->kobj, &version_attr, 1);
	return err;
}

int module_add_sysfs(struct load_info *info)
{
	struct task_struct *curr = info->curr;
	struct module *mod = info->mod;
	struct kernfs_node *top = sysfs_create_dir(curr, NULL, "module", NULL);
	int err;

	mod->sysfs = kzalloc_obj(curr, ARM_SIZEOF_MODULE_SYSFS,
				 sizeof(*mod->sysfs), GFP_KERNEL);
	if (!mod->sysfs || !top)
		return -ENOMEM;
	mod->kobj = sysfs_create_dir(curr, top, mod->name, mod);
	if (!mod->kobj)
		return -ENOMEM;
	err = add_module_files(curr, mod);
	if (!err)
		err = add_sections(info);
	if (!err)
		err = add_params(curr, mod);
	return err ? err : add_usage_links(curr, mod);
}

void module_remove_sysfs(struct task_struct *curr, struct module *mod)
{
	if (!mod->sysfs)
		return;
	if (mod->kobj) {
		remove_usage_links(curr, mod);
		sysfs_remove(curr, mod->kobj);
		mod->kobj = NULL;
		wait_event(curr, &mod->sysfs_wait, !mod->sysfs_users);
	}
	if (mod->sysfs->sections)
		kfree_obj(curr, mod->sysfs->sections);
	if (mod->sysfs->params)
		kfree_obj(curr, mod->sysfs->params);
	kfree_obj(curr, mod->sysfs);
	mod->sysfs = NULL;
}
