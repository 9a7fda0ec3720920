/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/module/module.h"

/*
 * Loading and unloading (Linux: kernel/module/main.c): from a file's bytes to
 * code that runs, step by step, and all of it taken back where a step fails.
 *
 * Invariant: a module on the list has both layouts' memory but for init's once
 * that is done; its reference count is MODULE_REF_BASE or more unless it goes.
 *
 * MODEL: no signatures, symbol versions, static keys, tracepoints of modules'
 * own, nor constructors. init runs on the loading task, as in Linux; init
 * memory is given back at once, not by a worker.
 */

#include <errno.h>
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>

#include "kernel/arch/arm/kcall.h"
#include "kernel/arch/arm/maccess.h"
#include "kernel/arch/arm/module.h"
#include "kernel/arch/arm/thread_info.h"
#include "kernel/arch/arm/uaccess.h"
#include "kernel/arm_sizes.h"
#include "kernel/banner.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/fs.h"
#include "kernel/fs/seq_file.h"
#include "kernel/lib/bug.h"
#include "kernel/lib/dump_stack.h"
#include "kernel/lib/printk.h"
#include "kernel/lib/trace.h"
#include "kernel/mm/slab.h"
#include "kernel/mm/vmalloc.h"
#include "kernel/module/chrdev.h"
#include "kernel/module/internal.h"
#include "kernel/module/params.h"
#include "kernel/state.h"
#include "kernel/task/sched.h"

#define MODULE_INIT_IGNORE_MODVERSIONS 1u
#define MODULE_INIT_IGNORE_VERMAGIC    2u
#define MODULE_INIT_COMPRESSED_FILE    4u

#define VERMAGIC_TAIL " mod_unload ARMv7 p2v8 "
#define MOST_ARGS     (PAGE_SIZE * 32) /* characters, as strndup_user() takes */

/* ---- who is there ------------------------------------------------------------------ */

struct module *find_module(const struct kernel *k, const char *name)
{
	struct module *mod;

	list_for_each_entry(mod, &k->modules.list, list)
		if (!strcmp(mod->name, name))
			return mod;
	return NULL;
}

static bool layout_has(const struct module_layout *layout, vaddr_t kaddr)
{
	return layout->base && kaddr - layout->base < layout->size;
}

bool module_has(const struct module *mod, vaddr_t kaddr)
{
	return layout_has(&mod->core, kaddr) || layout_has(&mod->init, kaddr);
}

struct module *module_address(const struct kernel *k, vaddr_t kaddr)
{
	struct module *mod;

	list_for_each_entry(mod, &k->modules.list, list)
		if (module_has(mod, kaddr))
			return mod;
	return NULL;
}

bool module_unwind_table(const struct kernel *k, vaddr_t pc,
			 struct unwind_table *to)
{
	const struct module *mod = module_address(k, pc);

	for (int i = 0; mod && i < MODULE_MOST_UNWIND; i++) {
		const struct module_unwind *unwind = &mod->unwind[i];

		if (pc - unwind->text < unwind->text_bytes) {
			*to = (struct unwind_table){unwind->idx, unwind->nr};
			return true;
		}
	}
	return false;
}

bool try_module_get(struct module *mod)
{
	if (mod->state == MODULE_STATE_GOING || !mod->refcnt)
		return false;
	mod->refcnt++;
	return true;
}

void module_put(struct task_struct *curr, struct module *mod)
{
	(void)curr;
	mod->refcnt--;
}

/* ---- what reports say ---------------------------------------------------------------- */

struct module_taints module_flags_taint(const struct module *mod)
{
	static const char letters[] = "PFSRMBUDAWCIOELKXTN";
	struct module_taints to = {""};
	unsigned int n = 0;

	for (unsigned int i = 0; letters[i]; i++)
		if (mod->taints >> i & 1)
			to.text[n++] = letters[i];
	return to;
}

struct module_flags {
	char text[32];
};

/* "(OE+)": what it did to the kernel's reputation, and where it stands. */
static struct module_flags module_flags(const struct module *mod)
{
	struct module_flags to = {""};

	if (mod->taints || mod->state != MODULE_STATE_LIVE)
		snprintf(to.text, sizeof(to.text), "(%s%s%s)",
			 module_flags_taint(mod).text,
			 mod->state == MODULE_STATE_GOING ? "-" : "",
			 mod->state == MODULE_STATE_COMING ? "+" : "");
	return to;
}

void print_modules(struct kernel *k)
{
	const struct module *mod;
	char line[512]; /* what comes behind is cut off */
	size_t n = (size_t)snprintf(line, sizeof(line), "Modules linked in:");

	list_for_each_entry(mod, &k->modules.list, list)
		if (mod->state != MODULE_STATE_UNFORMED && n < sizeof(line))
			n += (size_t)snprintf(line + n, sizeof(line) - n,
					      " %s%s", mod->name,
					      module_flags(mod).text);
	if (k->modules.last_unloaded[0] && n < sizeof(line))
		snprintf(line + n, sizeof(line) - n, " [last unloaded: %s]",
			 k->modules.last_unloaded);
	printk(k, "%s", line);
}

/* ---- giving back --------------------------------------------------------------------- */

static void free_layout(struct task_struct *curr, struct module_layout *layout)
{
	if (layout->base)
		module_memfree(curr, layout->base);
	*layout = (struct module_layout){0};
}

static void free_module(struct task_struct *curr, struct module *mod)
{
	if (trace_enabled(curr->k, TRACE_module_free))
		trace_event(curr->k, TRACE_module_free, "%s", mod->name);
	module_forget_devices(curr, mod);
	module_remove_sysfs(curr, mod);
	module_destroy_params(curr, mod);
	module_unload_free(curr, mod);
	module_take_away(curr, mod);
	down_write(curr, &curr->k->modules.lock);
	list_del(&mod->list);
	up_write(curr, &curr->k->modules.lock);
	if (mod->args)
		kfree(curr, mod->args);
	free_layout(curr, &mod->init);
	free_layout(curr, &mod->core);
	kfree_obj(curr, mod);
}

/* ---- steps of loading ------------------------------------------------------------------ */

static struct module *new_module(struct load_info *info)
{
	struct module *mod = kzalloc_obj(info->curr, ARM_SIZEOF_MODULE,
					 sizeof(*mod), GFP_KERNEL);

	if (!mod)
		return NULL;
	strcpy(mod->name, info->name);
	mod->state = MODULE_STATE_UNFORMED;
	mod->refcnt = MODULE_REF_BASE + 1; /* until its init has run */
	INIT_LIST_HEAD(&mod->source_list);
	INIT_LIST_HEAD(&mod->target_list);
	INIT_LIST_HEAD(&mod->charps);
	init_rwsem(&mod->param_lock);
	init_waitqueue_head(&mod->sysfs_wait);
	return mod;
}

static void taint(struct load_info *info, enum taint flag)
{
	add_taint(info->curr->k, flag);
	info->mod->taints |= 1u << flag;
}

static bool license_is_gpl_compatible(const char *license)
{
	static const char *const free[] = {
		"GPL",          "GPL v2",       "GPL and additional rights",
		"Dual BSD/GPL", "Dual MIT/GPL", "Dual MPL/GPL"};

	for (size_t i = 0; i < sizeof(free) / sizeof(*free); i++)
		if (!strcmp(license, free[i]))
			return true;
	return false;
}

/* What it says of itself, and what that makes of the kernel. */
static int check_modinfo(struct load_info *info)
{
	static const char ours[] = UTS_RELEASE VERMAGIC_TAIL;
	struct kernel *k = info->curr->k;
	char text[64];

	if (!module_modinfo(info, "vermagic", 0, text, sizeof(text)) ||
	    strcmp(text, ours) != 0) {
		printk(k, "%s: version magic '%s' should be '%s'", info->name,
		       text, ours);
		return -ENOEXEC;
	}
	if (!module_modinfo(info, "intree", 0, text, sizeof(text))) {
		if (!(k->sysctl.tainted & 1 << TAINT_OOT_MODULE))
			printk(k,
			       "%s: loading out-of-tree module taints kernel.",
			       info->name);
		taint(info, TAINT_OOT_MODULE);
	}
	if (!module_modinfo(info, "license", 0, text, sizeof(text)))
		strcpy(text, "unspecified");
	module_modinfo(info, "version", 0, info->mod->version,
		       sizeof(info->mod->version));
	info->mod->gpl = license_is_gpl_compatible(text);
	if (!info->mod->gpl) {
		if (!(k->sysctl.tainted & 1 << TAINT_PROPRIETARY_MODULE))
			printk(k, "%s: module license '%s' taints kernel.",
			       info->name, text);
		taint(info, TAINT_PROPRIETARY_MODULE);
	}
	return 0;
}

static int add_unformed_module(struct load_info *info)
{
	struct kernel *k = info->curr->k;
	const struct module *old;
	int err = 0;

	down_write(info->curr, &k->modules.lock);
	old = find_module(k, info->name);
	if (old)
		err = old->state == MODULE_STATE_LIVE ? -EEXIST : -EBUSY;
	else
		list_add(&info->mod->list, &k->modules.list);
	up_write(info->curr, &k->modules.lock);
	return err;
}

/* The entries of @size bytes in section @name. */
static vaddr_t section_objs(const struct load_info *info, const char *name,
			    uint32_t size, uint32_t *nr)
{
	unsigned int n = module_find_section(info, name);

	*nr = info->sechdrs[n].sh_size / size;
	if (!n)
		*nr = 0;
	return n ? info->sechdrs[n].sh_addr : 0;
}

/* The index of how to unwind a section's code is linked to that section. */
static void find_unwind_tables(struct load_info *info)
{
	struct module_unwind *to = info->mod->unwind;
	unsigned int nr = 0;

	for (unsigned int i = 1; i < info->ehdr.e_shnum; i++) {
		const Elf32_Shdr *sh = &info->sechdrs[i], *text;

		if (sh->sh_type != SHT_ARM_EXIDX || !sh->sh_addr ||
		    sh->sh_link >= info->ehdr.e_shnum)
			continue;
		text = &info->sechdrs[sh->sh_link];
		if (!text->sh_addr || nr == MODULE_MOST_UNWIND)
			continue;
		to[nr++] = (struct module_unwind){
			.text = text->sh_addr,
			.text_bytes = text->sh_size,
			.idx = sh->sh_addr,
			.nr = sh->sh_size / 8,
		};
	}
}

static void find_module_sections(struct load_info *info)
{
	struct module *mod = info->mod;

	mod->this_module = info->sechdrs[info->index.mod].sh_addr;
	mod->exports.syms = section_objs(info, "__ksymtab",
					 sizeof(struct arm_kernel_symbol),
					 &mod->exports.nr);
	mod->gpl_exports.syms = section_objs(info, "__ksymtab_gpl",
					     sizeof(struct arm_kernel_symbol),
					     &mod->gpl_exports.nr);
	mod->params = section_objs(info, "__param",
				   sizeof(struct arm_kernel_param),
				   &mod->nr_params);
	find_unwind_tables(info);
}

static int apply_relocations(struct load_info *info)
{
	int err = 0;

	for (unsigned int i = 1; !err && i < info->ehdr.e_shnum; i++) {
		const Elf32_Shdr *sh = &info->sechdrs[i];

		if (sh->sh_type != SHT_REL && sh->sh_type != SHT_RELA)
			continue;
		if (sh->sh_info >= info->ehdr.e_shnum ||
		    !(info->sechdrs[sh->sh_info].sh_flags & SHF_ALLOC) ||
		    !info->sechdrs[sh->sh_info].sh_addr)
			continue;
		if (sh->sh_type == SHT_RELA) {
			printk(info->curr->k,
			       "module %s: RELA relocation unsupported",
			       info->name);
			return -ENOEXEC;
		}
		err = apply_relocate(info, i);
	}
	return err;
}

/* What relocations made of its struct module. */
static int read_this_module(struct load_info *info)
{
	struct arm_module arm;

	if (copy_from_kernel_nofault(info->curr, &arm, info->mod->this_module,
				     sizeof(arm)))
		return -ENOEXEC;
	info->mod->init_fn = arm.init;
	info->mod->exit_fn = arm.exit;
	return 0;
}

/* An exported name may be one module's alone. */
static int verify_exported_symbols(struct load_info *info)
{
	const struct module_exports *exports[] = {&info->mod->exports,
						  &info->mod->gpl_exports};
	struct symbol_owner other;
	struct arm_kernel_symbol sym;
	char name[128];

	for (unsigned int e = 0; e < 2; e++)
		for (uint32_t i = 0; i < exports[e]->nr; i++) {
			vaddr_t at = exports[e]->syms +
				     i * (uint32_t)sizeof(sym);

			if (copy_from_kernel_nofault(info->curr, &sym, at,
						     sizeof(sym)) ||
			    strncpy_from_kernel_nofault(info->curr, name,
							sym.name,
							sizeof(name)) < 0)
				return -ENOEXEC;
			if (!find_symbol(info->curr, name, &other))
				continue;
			printk(info->curr->k,
			       "%s: exports duplicate symbol %s (owned by %s)",
			       info->name, name,
			       other.owner ? other.owner->name : "kernel");
			return -ENOEXEC;
		}
	return 0;
}

static int set_args(struct load_info *info, vaddr_t args)
{
	return module_copy_args(info->curr, args, MOST_ARGS, &info->mod->args);
}

/* Everything between the file's bytes and a module that may run. */
static int form_module(struct load_info *info, vaddr_t args)
{
	int err;

	module_layout_sections(info);
	err = module_move(info);
	if (err)
		return err;
	find_module_sections(info);
	err = module_resolve_symbols(info);
	if (!err)
		err = apply_relocations(info);
	if (!err)
		err = read_this_module(info);
	if (!err)
		err = set_args(info, args);
	if (!err)
		err = verify_exported_symbols(info);
	if (err)
		return err;
	module_finalize(info->curr, info->mod);
	info->mod->state = MODULE_STATE_COMING;
	err = module_parse_args(info->curr, info->mod);
	if (!err)
		err = module_add_sysfs(info);
	if (!err && trace_enabled(info->curr->k, TRACE_module_load))
		trace_event(info->curr->k, TRACE_module_load, "%s %s",
			    info->mod->name,
			    module_flags_taint(info->mod).text);
	return err;
}

/* ---- running it ----------------------------------------------------------------------- */

/* What it has taken and not given back must not stay with its task. */
static void check_balance(struct task_struct *curr, const struct module *mod,
			  uint32_t count)
{
	if (likely(task_preempt_count(curr) == count))
		return;
	printk(curr->k, "initcall %s returned with preemption imbalance",
	       mod->name);
	set_task_preempt_count(curr, count);
}

static int do_init_module(struct task_struct *curr, struct module *mod)
{
	const uint32_t count = task_preempt_count(curr);
	int32_t err = 0;

	if (mod->init_fn)
		err = (int32_t)kcall(curr, mod->init_fn, 0, NULL);
	check_balance(curr, mod, count);
	if (err < 0) {
		mod->state = MODULE_STATE_GOING;
		module_put(curr, mod);
		return err;
	}
	if (err > 0)
		printk(curr->k,
		       "do_init_module: '%s'->init suspiciously returned %d, "
		       "it should follow 0/-E convention",
		       mod->name, err);
	mod->state = MODULE_STATE_LIVE;
	module_put(curr, mod);
	free_layout(curr, &mod->init);
	return 0;
}

/* The file is needed no more once the module is formed. */
static void free_copy(struct load_info *info)
{
	module_image_free(info);
	vfree(info->curr, info->hdr);
	info->hdr = 0;
}

static int load_module(struct load_info *info, vaddr_t args)
{
	int err = module_image_check(info);

	if (err)
		return err;
	info->mod = new_module(info);
	if (!info->mod)
		return -ENOMEM;
	err = check_modinfo(info);
	if (!err)
		err = add_unformed_module(info);
	if (err) {
		kfree_obj(info->curr, info->mod);
		info->mod = NULL;
		return err;
	}
	return form_module(info, args);
}

/* @hdr is used up. */
static int32_t load_image(struct task_struct *curr, vaddr_t hdr, uint32_t len,
			  vaddr_t args)
{
	struct load_info info = {.curr = curr, .hdr = hdr, .len = len};
	int err = load_module(&info, args);

	free_copy(&info);
	if (!err)
		err = module_services_start(curr);
	if (!err)
		err = do_init_module(curr, info.mod);
	if (err && info.mod)
		free_module(curr, info.mod);
	return err;
}

/* ---- system calls ------------------------------------------------------------------------ */

static bool may_init_module(const struct task_struct *curr)
{
	return capable(curr, CAP_SYS_MODULE) && !curr->k->modules.disabled;
}

/* By pieces, as kernel and user memory lie in frames of their own. */
static int copy_from_user_to_kernel(struct task_struct *curr, vaddr_t to,
				    vaddr_t from, uint32_t nr_bytes)
{
	uint8_t bytes[512];

	for (uint32_t done = 0, n; done < nr_bytes; done += n) {
		n = nr_bytes - done < sizeof(bytes) ? nr_bytes - done
						    : sizeof(bytes);
		if (copy_from_user(curr, bytes, from + done, n) ||
		    copy_to_kernel_nofault(curr, to + done, bytes, n))
			return -EFAULT;
	}
	return 0;
}

int32_t do_init_module_image(struct task_struct *curr, vaddr_t image,
			     uint32_t nr_bytes, vaddr_t args)
{
	vaddr_t hdr;

	if (!may_init_module(curr))
		return -EPERM;
	if (nr_bytes < sizeof(Elf32_Ehdr))
		return -ENOEXEC;
	hdr = vmalloc(curr, nr_bytes);
	if (!hdr)
		return -ENOMEM;
	if (copy_from_user_to_kernel(curr, hdr, image, nr_bytes)) {
		vfree(curr, hdr);
		return -EFAULT;
	}
	return load_image(curr, hdr, nr_bytes, args);
}

/* All of @file into fresh kernel memory; its length, or -errno. */
static int32_t read_file(struct task_struct *curr, struct file *file,
			 vaddr_t *hdr)
{
	int64_t size = file->f_inode->i_size;
	int32_t n = 0;

	if (!S_ISREG(file->f_inode->i_mode) || size <= 0)
		return -EINVAL;
	if (size > INT32_MAX)
		return -EFBIG;
	*hdr = vmalloc(curr, (uint32_t)size);
	if (!*hdr)
		return -ENOMEM;
	for (uint32_t done = 0; done < size; done += (uint32_t)n) {
		uint32_t part = PAGE_SIZE - offset_in_page(*hdr + done);

		if (part > size - done)
			part = (uint32_t)(size - done);
		n = kernel_read(curr, file, vmap_bytes(curr->k, *hdr + done),
				part, done);
		if (n <= 0)
			break;
	}
	if (n > 0)
		return (int32_t)size;
	vfree(curr, *hdr);
	return n ? n : -EIO; /* it has become shorter */
}

int32_t do_finit_module(struct task_struct *curr, int fd, vaddr_t args,
			uint32_t flags)
{
	struct file *file;
	vaddr_t hdr = 0;
	int32_t len;

	if (!may_init_module(curr))
		return -EPERM;
	if (flags &
	    ~(MODULE_INIT_IGNORE_MODVERSIONS | MODULE_INIT_IGNORE_VERMAGIC |
	      MODULE_INIT_COMPRESSED_FILE))
		return -EINVAL;
	file = fget(curr, fd);
	if (!file)
		return -EBADF;
	len = file->f_mode & FMODE_READ ? read_file(curr, file, &hdr) : -EBADF;
	fput(curr, file);
	if (len < 0)
		return len;
	if (flags & MODULE_INIT_COMPRESSED_FILE) {
		vfree(curr, hdr);
		return -EOPNOTSUPP;
	}
	return load_image(curr, hdr, (uint32_t)len, args);
}

int32_t do_delete_module(struct task_struct *curr, vaddr_t name, uint32_t flags)
{
	struct kernel *k = curr->k;
	char text[MODULE_NAME_LEN];
	struct module *mod;
	int32_t len;

	(void)flags; /* nothing is unloaded by force */
	if (!may_init_module(curr))
		return -EPERM;
	len = strncpy_from_user(curr, text, name, sizeof(text) - 1);
	if (len < 0)
		return -EFAULT;
	text[len] = '\0';
	mod = find_module(k, text);
	if (!mod)
		return -ENOENT;
	if (!list_empty(&mod->source_list))
		return -EWOULDBLOCK;
	if (mod->state != MODULE_STATE_LIVE)
		return -EBUSY;
	if (mod->init_fn && !mod->exit_fn)
		return -EBUSY;
	if (mod->refcnt != MODULE_REF_BASE)
		return -EWOULDBLOCK;
	mod->refcnt = 0;
	mod->state = MODULE_STATE_GOING;
	if (mod->exit_fn)
		kcall(curr, mod->exit_fn, 0, NULL);
	check_balance(curr, mod, 0);
	snprintf(k->modules.last_unloaded, sizeof(k->modules.last_unloaded),
		 "%s%s", mod->name, module_flags(mod).text);
	free_module(curr, mod);
	return 0;
}

/* ---- /proc/modules ------------------------------------------------------------------------ */

static void show_users(struct seq_file *m, const struct module *mod)
{
	const struct module_use *use;
	bool any = false;

	seq_printf(m, " %d ", module_refcount(mod));
	list_for_each_entry(use, &mod->source_list, source_list) {
		seq_printf(m, "%s,", use->user->name);
		any = true;
	}
	if (mod->init_fn && !mod->exit_fn) {
		seq_printf(m, "[permanent],");
		any = true;
	}
	if (!any)
		seq_printf(m, "-");
}

int modules_show(struct seq_file *m, void *v)
{
	static const char *const state[] = {"Live", "Loading", "Unloading"};
	const struct module *mod;

	(void)v;
	down_read(m->curr, &m->k->modules.lock);
	list_for_each_entry(mod, &m->k->modules.list, list) {
		if (mod->state == MODULE_STATE_UNFORMED)
			continue;
		seq_printf(m, "%s %u", mod->name,
			   mod->core.size + mod->init.size);
		show_users(m, mod);
		seq_printf(m, " %s 0x%08x", state[mod->state],
			   m->admin ? mod->core.base : 0);
		seq_printf(m, "%s%s\n", module_flags(mod).text[0] ? " " : "",
			   module_flags(mod).text);
	}
	up_read(m->curr, &m->k->modules.lock);
	return 0;
}

void modules_init(struct kernel *k)
{
	INIT_LIST_HEAD(&k->modules.list);
	init_rwsem(&k->modules.lock);
	init_rwsem(&k->modules.device_lock);
	xa_init(&k->modules.claims);
	INIT_LIST_HEAD(&k->modules.kthreads);
	INIT_LIST_HEAD(&k->modules.irqs);
}
