/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/kmemleak_internal.h"

/*
 * /sys/kernel/debug/kmemleak, the thread that scans by itself, and the scan at
 * the end of a run (Linux: the rest of mm/kmemleak.c). The file's text and the
 * words it understands are Linux's.
 *
 * The file is there in any case, so that a run is the same with kmemleak and
 * without; the thread, which has a pid, with kernel.kmemleak: on (or the
 * argument kmemleak=on) alone.
 *
 * MODEL: the bytes shown of a C structure are those of the guest frames it is
 * charged to, which it leaves as they were; a backtrace is the function that
 * asked for the object, without address.
 */

#include <string.h>

#include "kernel/fs/debugfs.h"
#include "kernel/init.h"
#include "kernel/lib/cmdline.h"
#include "kernel/lib/kstrtox.h"
#include "kernel/lib/printk.h"
#include "kernel/mm/detect.h"
#include "kernel/mm/kobj.h"
#include "kernel/mm/vmalloc.h"
#include "kernel/task/sched_core.h"
#include "kernel/task/sched_policy.h"

enum {
	HEX_ROW_BYTES = 16,
	HEX_MAX_LINES = 2,
	FIRST_SCAN_S = 60, /* after the boot, so that all has settled */
	SCAN_NICE = 10
};

/* ---- the report ----------------------------------------------------------------- */

/* Linux's clock begins five minutes before it wraps around. */
static uint32_t jiffies_at(const struct kernel *k, uint64_t cycle)
{
	const uint32_t initial = (uint32_t)(-300 * HZ);

	return initial + (uint32_t)(cycle / (k->hw.clock_hz / HZ));
}

static void hex_row(struct seq_file *m, const uint8_t *bytes, uint32_t n)
{
	seq_puts(m, "    ");
	for (uint32_t i = 0; i < HEX_ROW_BYTES; i++) {
		if (i < n)
			seq_printf(m, "%02x ", bytes[i]);
		else
			seq_puts(m, "   ");
	}
	seq_putc(m, ' ');
	for (uint32_t i = 0; i < n; i++)
		seq_putc(m, bytes[i] >= 0x20 && bytes[i] < 0x7f ? (char)bytes[i]
								: '.');
	seq_putc(m, '\n');
}

static void hex_dump_object(struct seq_file *m,
			    const struct kmemleak_object *object)
{
	const uint8_t *bytes = is_vmalloc_or_module_addr(m->k, object->pointer)
				       ? vmap_bytes(m->k, object->pointer)
				       : kbytes(m->k, object->pointer);
	uint32_t n = HEX_ROW_BYTES * HEX_MAX_LINES;

	if (object->size < n)
		n = object->size;
	seq_printf(m, "  hex dump (first %u bytes):\n", n);
	for (uint32_t i = 0; i < n; i += HEX_ROW_BYTES)
		hex_row(m, bytes + i,
			n - i < HEX_ROW_BYTES ? n - i : HEX_ROW_BYTES);
}

static void print_backtrace(struct seq_file *m,
			    const struct kmemleak_object *object)
{
	seq_puts(m, "  backtrace:\n");
	seq_printf(m, "    [<00000000>] %s\n", object->caller);
}

void kmemleak_print_object(struct seq_file *m,
			   const struct kmemleak_object *object)
{
	struct kernel *k = m->k;
	const uint64_t ms =
		cycles_to_ns(k, sched_clock_cycles(k) - object->created) /
		1000000;

	seq_printf(m, "unreferenced object 0x%08x (size %u):\n",
		   object->pointer, object->size);
	seq_printf(m, "  comm \"%s\", pid %d, jiffies %u (age %llu.%03llus)\n",
		   object->comm, object->pid, jiffies_at(k, object->created),
		   (unsigned long long)(ms / 1000),
		   (unsigned long long)(ms % 1000));
	hex_dump_object(m, object);
	print_backtrace(m, object);
}

/* ---- reading --------------------------------------------------------------------- */

static struct kmemleak_object *object_at(struct list_head *at,
					 const struct kernel *k)
{
	if (at == &k->kmemleak.object_list)
		return NULL;
	return list_entry(at, struct kmemleak_object, object_list);
}

static void *kmemleak_start(struct seq_file *m, int64_t *pos)
{
	struct list_head *at = m->k->kmemleak.object_list.next;

	for (int64_t n = *pos; n && object_at(at, m->k); n--)
		at = at->next;
	return object_at(at, m->k);
}

static void *kmemleak_next(struct seq_file *m, void *v, int64_t *pos)
{
	++*pos;
	return object_at(((struct kmemleak_object *)v)->object_list.next, m->k);
}

static void kmemleak_stop(struct seq_file *m, void *v)
{
	(void)m, (void)v;
}

static int kmemleak_show(struct seq_file *m, void *v)
{
	const struct kmemleak_object *object = v;

	if (object->flags & OBJECT_REPORTED &&
	    unreferenced_object(m->k, object))
		kmemleak_print_object(m, object);
	return 0;
}

static const struct seq_operations kmemleak_seq_ops = {
	.start = kmemleak_start,
	.next = kmemleak_next,
	.stop = kmemleak_stop,
	.show = kmemleak_show,
};

static int kmemleak_open(struct task_struct *curr, struct inode *inode,
			 struct file *file)
{
	(void)inode;
	return seq_open(curr, file, &kmemleak_seq_ops);
}

/* ---- the thread ------------------------------------------------------------------- */

/* Sleeps so long; false: it is to end. */
static bool wait_cycles(struct task_struct *curr, uint64_t cycles)
{
	const struct kernel *k = curr->k;
	const uint64_t until = sched_clock_cycles(k) + cycles;

	while (!k->kmemleak.thread_should_stop &&
	       sched_clock_cycles(k) < until) {
		curr->state = TASK_INTERRUPTIBLE;
		schedule_timeout_until(curr, until);
	}
	return !k->kmemleak.thread_should_stop;
}

static int kmemleak_scan_thread(struct task_struct *curr, void *unused)
{
	struct kmemleak_state *leak = &curr->k->kmemleak;
	uint64_t first = (uint64_t)curr->k->hw.clock_hz * FIRST_SCAN_S;
	bool go_on;

	(void)unused;
	set_user_nice(curr, curr, SCAN_NICE);
	go_on = leak->first_scan_done || wait_cycles(curr, first);
	leak->first_scan_done = true;
	while (go_on) {
		kmemleak_scan(curr);
		go_on = wait_cycles(curr, leak->scan_wait);
	}
	leak->scan_thread = NULL;
	return 0;
}

static void start_scan_thread(struct task_struct *curr)
{
	struct kmemleak_state *leak = &curr->k->kmemleak;

	if (leak->scan_thread)
		return;
	leak->thread_should_stop = false;
	leak->scan_thread = kthread_run(curr, kmemleak_scan_thread, NULL,
					"kmemleak");
	if (!leak->scan_thread)
		printk(curr->k, "kmemleak: Failed to create the scan thread");
}

static void stop_scan_thread(struct task_struct *curr)
{
	struct kmemleak_state *leak = &curr->k->kmemleak;

	leak->thread_should_stop = true;
	while (leak->scan_thread) {
		wake_up_process(curr, leak->scan_thread);
		do_sched_yield(curr);
	}
}

/* ---- writing ---------------------------------------------------------------------- */

static bool is_word(const char *text, const char *word)
{
	return !strncmp(text, word, strlen(word));
}

/* What was reported so far is taken for granted. */
static void kmemleak_clear(struct kernel *k)
{
	struct kmemleak_object *object;

	list_for_each_entry(object, &k->kmemleak.object_list, object_list)
		if (object->flags & OBJECT_REPORTED &&
		    unreferenced_object(k, object))
			object->min_count = KMEMLEAK_GREY;
	k->kmemleak.found_leaks = false;
}

static int dump_object(struct kernel *k, const char *text)
{
	const struct kmemleak_object *object = NULL;
	uint32_t address;

	if (kstrtouint(text, 0, &address))
		return -EINVAL;
	object = kmemleak_lookup(k, address);
	if (!object || object->pointer != address) {
		printk(k, "kmemleak: Unknown object at 0x%08x", address);
		return -EINVAL;
	}
	printk(k,
	       "kmemleak: Object 0x%08x (size %u):\n"
	       "kmemleak:   comm \"%s\", pid %d, jiffies %u\n"
	       "kmemleak:   min_count = %d\n"
	       "kmemleak:   count = %d\n"
	       "kmemleak:   flags = 0x%x\n"
	       "kmemleak:   checksum = %u\n"
	       "kmemleak:   backtrace:\n"
	       "     %s",
	       object->pointer, object->size, object->comm, object->pid,
	       jiffies_at(k, object->created), object->min_count, object->count,
	       object->flags, object->checksum, object->caller);
	return 0;
}

static int set_scan_wait(struct task_struct *curr, const char *text)
{
	struct kmemleak_state *leak = &curr->k->kmemleak;
	uint32_t seconds;
	int err = kstrtouint(text, 0, &seconds);

	if (err)
		return err;
	stop_scan_thread(curr);
	if (seconds) {
		leak->scan_wait = (uint64_t)seconds * curr->k->hw.clock_hz;
		start_scan_thread(curr);
	}
	return 0;
}

static int kmemleak_command(struct task_struct *curr, const char *text)
{
	struct kernel *k = curr->k;

	if (is_word(text, "off")) {
		kmemleak_disable(k);
		stop_scan_thread(curr);
	} else if (is_word(text, "stack=on")) {
		k->kmemleak.stack_scan = true;
	} else if (is_word(text, "stack=off")) {
		k->kmemleak.stack_scan = false;
	} else if (is_word(text, "scan=on")) {
		start_scan_thread(curr);
	} else if (is_word(text, "scan=off")) {
		stop_scan_thread(curr);
	} else if (is_word(text, "scan=")) {
		return set_scan_wait(curr, text + strlen("scan="));
	} else if (is_word(text, "scan")) {
		kmemleak_scan(curr);
	} else if (is_word(text, "dump=")) {
		return dump_object(k, text + strlen("dump="));
	} else {
		return -EINVAL;
	}
	return 0;
}

static int32_t kmemleak_write(struct task_struct *curr, struct file *file,
			      struct iov_iter *from, int64_t *pos)
{
	const int32_t n = (int32_t)from->count;
	struct kernel *k = curr->k;
	char text[64];
	int32_t err = copy_string_from_iter(curr, from, text, sizeof(text));

	(void)file;
	if (err < 0)
		return err;
	err = 0;
	if (is_word(text, "clear")) {
		if (k->kmemleak.enabled)
			kmemleak_clear(k);
		else
			kmemleak_do_cleanup(k);
	} else {
		err = k->kmemleak.enabled ? kmemleak_command(curr, text)
					  : -EPERM;
	}
	if (err)
		return err;
	*pos += n;
	return n;
}

static const struct file_operations kmemleak_fops = {
	.open = kmemleak_open,
	.release = seq_close,
	.read_iter = seq_read,
	.write_iter = kmemleak_write,
	.llseek = seq_lseek,
};

/* ---- boot, and the end --------------------------------------------------------------- */

/* A command line that says "on" wants all of it, whatever the board says. */
static bool scans_by_itself(const struct kernel *k)
{
	uint32_t len;

	return k->params.kmemleak == KMEMLEAK_ON ||
	       boot_param(k, "kmemleak", &len);
}

void kmemleak_late_init(struct task_struct *curr)
{
	struct kernel *k = curr->k;

	debugfs_create_file(curr, "kmemleak", 0644, NULL, NULL, &kmemleak_fops);
	if (!k->kmemleak.enabled)
		return;
	if (scans_by_itself(k))
		start_scan_thread(curr);
	printk(k, "kmemleak: Kernel memory leak detector initialized");
	if (k->kmemleak.scan_thread)
		printk(k, "kmemleak: Automatic memory scanning thread started");
}

/* A line of the report on its way into the log. */
struct log_line {
	struct kernel *k;
	uint32_t len;
	char text[200];
};

static void log_text(void *arg, const char *text, size_t nr_bytes)
{
	struct log_line *line = arg;

	for (; nr_bytes; nr_bytes--, text++) {
		if (*text == '\n' || line->len == sizeof(line->text) - 1) {
			line->text[line->len] = '\0';
			printk(line->k, "kmemleak: %s", line->text);
			line->len = 0;
		}
		if (*text != '\n')
			line->text[line->len++] = *text;
	}
}

void kmemleak_shutdown(struct task_struct *curr)
{
	if (curr->k->kmemleak.scan_thread)
		stop_scan_thread(curr);
}

static void report_leak(struct kernel *k, const struct kmemleak_object *object)
{
	detect_found(k, DETECT_KMEMLEAK,
		     "nothing points to the %u bytes at 0x%08x any more, which "
		     "%.16s[%d] had allocated in %s() at cycle %llu",
		     object->size, object->pointer, object->comm, object->pid,
		     object->caller, (unsigned long long)object->created);
}

uint32_t kmemleak_scan_at_end(struct task_struct *curr)
{
	struct kernel *k = curr->k;
	struct kmemleak_object *object;
	struct log_line line = {.k = k};
	struct seq_file m;
	uint32_t nr = 0;

	if (!k->kmemleak.enabled)
		return 0;
	k->kmemleak.min_age = 0;
	kmemleak_scan(curr); /* takes checksums */
	kmemleak_scan(curr);
	seq_open_sink(&m, k, log_text, &line);
	list_for_each_entry(object, &k->kmemleak.object_list, object_list) {
		if (!(object->flags & OBJECT_REPORTED) ||
		    !unreferenced_object(k, object))
			continue;
		kmemleak_print_object(&m, object);
		report_leak(k, object);
		nr++;
	}
	k->kmemleak.nr_leaks = nr;
	return nr;
}
