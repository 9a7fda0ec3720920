/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/lib/kallsyms.h"

/*
 * The image's symbols, and who asks for anybody's (Linux: kernel/kallsyms.c,
 * lib/vsprintf.c's %pS). The kernel's own C code is at no address of the
 * guest's: of an exported function the gate is known, under its name.
 *
 * MODEL: symbols of data are shown, too, as with CONFIG_KALLSYMS_ALL; a
 * program without rights sees zeroes for addresses, as a kernel with
 * perf_event_paranoid above 1 has it.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/arch/arm/image.h"
#include "kernel/fs/seq_file.h"
#include "kernel/module/kallsyms.h"
#include "kernel/module/module.h"
#include "kernel/state.h"
#include "kernel/task/sched.h"

/* ---- System.map ------------------------------------------------------------------ */

/* One line of it: "80008000 T _text". */
struct map_line {
	vaddr_t kaddr;
	char type;
	const char *name;
	int len;
};

/* The line at *@at, which moves on. False: it was the last. */
static bool next_line(const char **at, struct map_line *line)
{
	const char *end = strchr(*at, '\n');

	if (!**at || !end)
		return false;
	line->kaddr = (vaddr_t)strtoul(*at, NULL, 16);
	line->type = (*at)[9];
	line->name = *at + 11;
	line->len = (int)(end - line->name);
	*at = end + 1;
	return true;
}

static int underscores(const struct map_line *line)
{
	return (int)strspn(line->name, "_");
}

/*
 * Of several names for one place, the one that looks least like a linker's.
 */
static bool image_lookup(const struct kernel *k, vaddr_t kaddr, struct ksym *to)
{
	const char *at = k->arch.image->system_map;
	struct map_line line, best = {0};
	vaddr_t end = 0;

	while (next_line(&at, &line)) {
		end = line.kaddr;
		if (line.kaddr > kaddr)
			break;
		if (!best.name || line.kaddr != best.kaddr ||
		    underscores(&line) < underscores(&best))
			best = line;
	}
	if (!best.name || end <= kaddr)
		return false;
	*to = (struct ksym){
		.type = best.type,
		.start = best.kaddr,
		.size = end - best.kaddr,
	};
	snprintf(to->name, sizeof(to->name), "%.*s", best.len, best.name);
	return true;
}

static bool within(const struct kernel *k, vaddr_t kaddr, const char *start,
		   const char *end)
{
	return kaddr >= image_symbol(k->arch.image, start) &&
	       kaddr < image_symbol(k->arch.image, end);
}

/* What was for the boot alone is somebody else's memory by now. */
static bool is_kernel(const struct kernel *k, vaddr_t kaddr)
{
	return within(k, kaddr, "_text", "_end") &&
	       !within(k, kaddr, "__init_begin", "__init_end");
}

/* ---- for whoever asks -------------------------------------------------------------- */

bool kallsyms_lookup(struct task_struct *curr, vaddr_t kaddr, struct ksym *to)
{
	if (is_kernel(curr->k, kaddr))
		return image_lookup(curr->k, kaddr, to);
	return module_kallsyms_lookup(curr, kaddr, to);
}

bool kernel_text_address(const struct task_struct *curr, vaddr_t kaddr)
{
	const struct arch_state *arch = &curr->k->arch;

	return (kaddr >= arch->text && kaddr < arch->etext) ||
	       is_module_text_address(curr->k, kaddr);
}

static struct symbol_text print_symbol(struct task_struct *curr, vaddr_t kaddr,
				       bool offset)
{
	struct symbol_text to;
	struct ksym sym;
	size_t n;

	if (!kallsyms_lookup(curr, kaddr, &sym)) {
		snprintf(to.text, sizeof(to.text), "0x%x", kaddr);
		return to;
	}
	n = (size_t)snprintf(to.text, sizeof(to.text), "%s", sym.name);
	if (offset)
		n += (size_t)snprintf(to.text + n, sizeof(to.text) - n,
				      "+0x%x/0x%x", kaddr - sym.start,
				      sym.size);
	if (sym.mod)
		snprintf(to.text + n, sizeof(to.text) - n, " [%s]",
			 sym.mod->name);
	return to;
}

struct symbol_text sprint_symbol(struct task_struct *curr, vaddr_t kaddr)
{
	return print_symbol(curr, kaddr, true);
}

struct symbol_text sprint_symbol_no_offset(struct task_struct *curr,
					   vaddr_t kaddr)
{
	return print_symbol(curr, kaddr, false);
}

/* ---- /proc/kallsyms ------------------------------------------------------------------ */

static void show_one(void *arg, const struct ksym *sym)
{
	struct seq_file *m = arg;

	seq_printf(m, "%08x %c %s", m->admin ? sym->start : 0, sym->type,
		   sym->name);
	if (sym->mod)
		seq_printf(m, "\t[%s]", sym->mod->name);
	seq_printf(m, "\n");
}

int kallsyms_show(struct seq_file *m, void *v)
{
	const char *at = m->k->arch.image->system_map;
	struct map_line line;

	(void)v;
	while (next_line(&at, &line))
		seq_printf(m, "%08x %c %.*s\n", m->admin ? line.kaddr : 0,
			   line.type, line.len, line.name);
	module_kallsyms_for_each(m->curr, show_one, m);
	return 0;
}
