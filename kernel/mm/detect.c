/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/detect_internal.h"

/*
 * The detectors' notes and their reports. Each frame of RAM has a note of who
 * handed it out, mapped, unmapped and freed it last (Linux: page_owner, which
 * knows stacks instead), so that a report can name all who had a part in it.
 *
 * Who did something is the task on whose kernel stack the kernel runs, the
 * function that asked for it, and what it was done for: the system call or
 * the exception that the task is in.
 *
 * Notes are in host memory and the frames' bytes are changed only while they
 * belong to nobody: a run with detectors is the run without.
 */

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/lib/printk.h"
#include "kernel/mm/mm_init.h"
#include "kernel/syscall/syscall.h"
#include "kernel/task/sched.h"

/* So many findings are told in full; one mistake often makes hundreds. */
#define MOST_TOLD 5

void detect_init(struct kernel *k)
{
	struct detect_state *detect = &k->detect;

	detect->on = k->params.detect;
	if (!(detect->on & DETECT_FRAMES))
		return;
	detect->notes = calloc(k->mem.map_end_pfn - k->mem.map_base_pfn,
			       sizeof(*detect->notes));
	BUG_ON(!detect->notes);
	detect->fill = detect_fill_base(k->hw.seed);
}

void detect_exit(struct kernel *k)
{
	free(k->detect.notes);
}

/* ---- who ------------------------------------------------------------------- */

const char *what_task_does(const struct task_struct *curr)
{
	const struct syscall_desc *call = NULL;

	if (!curr->k->sched.in_kernel)
		return "its own code";
	if (curr->in_interrupt)
		return "an interrupt";
	if (curr->syscall_nr >= 0)
		call = syscall_lookup((uint32_t)curr->syscall_nr);
	if (call)
		return call->name;
	if (curr->mm)
		return "an exception";
	return curr == curr->cpu->idle ? "the boot" : "itself";
}

struct frame_event frame_event_now(const struct kernel *k, const char *function)
{
	const struct cpu *cpu = kernel_cpu(k);
	struct frame_event event = {
		.function = function,
		.during = what_task_does(cpu->curr),
		.cycle = k->hw.ops->now(k->hw.ctx),
		.pid = cpu->curr->pid,
	};

	memcpy(event.comm, cpu->curr->comm, sizeof(event.comm));
	return event;
}

const struct task_struct *task_of_mm(const struct kernel *k,
				     const struct mm_struct *mm)
{
	const struct task_struct *task;

	for (unsigned int i = 0; i < k->hw.nr_cpus; i++)
		if (k->sched.cpus[i].curr->mm == mm) /* on no list yet? */
			return k->sched.cpus[i].curr;
	for_each_process(task, k)
		if (task->mm == mm)
			return task;
	return NULL;
}

/* ---- frames come and go ------------------------------------------------------- */

void detect_prep_block(struct kernel *k, struct page *page, unsigned int order)
{
	const pfn_t pfn = page_to_pfn(k, page);

	for (pfn_t i = pfn; i < pfn + (1u << order); i++) {
		struct frame_note *note = frame_note(k, i);

		detect_check_filled(k, i);
		note->clean = false;
		note->was_mapped = false;
		note->allocated = frame_event_now(k, "prep_new_page");
	}
}

void detect_note_alloc(struct kernel *k, const struct page *page,
		       unsigned int order, const char *caller)
{
	const pfn_t pfn = page_to_pfn(k, page);

	for (pfn_t i = pfn; i < pfn + (1u << order); i++)
		frame_note(k, i)->allocated.function = caller;
}

bool detect_free_block(struct kernel *k, struct page *page, unsigned int order,
		       const char *caller)
{
	const pfn_t pfn = page_to_pfn(k, page);

	for (pfn_t i = pfn; i < pfn + (1u << order); i++)
		if (!detect_check_unmapped(k, i, caller)) {
			page->_refcount++;
			return false;
		}
	for (pfn_t i = pfn; i < pfn + (1u << order); i++) {
		frame_note(k, i)->freed = frame_event_now(k, caller);
		detect_fill_frame(k, i);
	}
	return true;
}

void detect_at_end(struct kernel *k)
{
	if (!detects(k, DETECT_USE_AFTER_FREE))
		return;
	for (pfn_t pfn = k->mem.map_base_pfn; pfn < k->mem.map_end_pfn; pfn++)
		if (frame_note(k, pfn)->filled)
			detect_check_filled(k, pfn);
}

/* ---- reports --------------------------------------------------------------------- */

void report_begin(struct report *r, struct kernel *k,
		  enum kernel_detector detector, const char *format, ...)
{
	const struct frame_event now = frame_event_now(k, __func__);
	va_list args;

	*r = (struct report){.k = k};
	r->finding = (struct kernel_finding){
		.detector = detector,
		.cycle = now.cycle,
		.fault = k->nr_aborts,
		.pid = now.pid,
		.during = now.during,
		.what = r->what,
		.story = r->story,
	};
	memcpy(r->finding.comm, now.comm, sizeof(now.comm));
	va_start(args, format);
	vsnprintf(r->what, sizeof(r->what), format, args);
	va_end(args);
}

void report_frame(struct report *r, pfn_t pfn)
{
	r->finding.has_pfn = true;
	r->finding.pfn = pfn;
}

void report_place(struct report *r, const struct mm_struct *mm, vaddr_t va)
{
	const struct task_struct *task = mm ? task_of_mm(r->k, mm) : NULL;

	if (!task)
		return;
	r->finding.of_pid = task->pid;
	r->finding.va = va;
}

void report_line(struct report *r, const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(r->story + r->len, sizeof(r->story) - r->len, format,
		      args);
	va_end(args);
	if (n > 0)
		r->len += (size_t)n;
	if (r->len >= sizeof(r->story) - 1)
		r->len = sizeof(r->story) - 2;
	r->story[r->len++] = '\n';
	r->story[r->len] = '\0';
}

void report_event(struct report *r, const char *did,
		  const struct frame_event *event)
{
	if (event->function)
		report_line(r, "%s by %.16s[%d] in %s(), for %s, at cycle %llu",
			    did, event->comm, event->pid, event->function,
			    event->during, (unsigned long long)event->cycle);
}

static void log_report(const struct report *r)
{
	const char *line = r->story;

	printk(r->k, "detect: %s: %s",
	       kernel_detector_name(r->finding.detector), r->what);
	for (size_t n; *line; line += n + 1) {
		n = strcspn(line, "\n");
		printk(r->k, "detect:   %.*s", (int)n, line);
	}
}

/* Some detectors have said what they found in the log, in their own manner. */
static bool is_logged(enum kernel_detector detector)
{
	return detector == DETECT_VERIFY || detector == DETECT_KMEMLEAK;
}

void report_end(struct report *r)
{
	struct kernel *k = r->k;
	struct detect_state *detect = &k->detect;
	bool goes_on = false;

	if (++detect->nr_found[r->finding.detector] > MOST_TOLD)
		return;
	if (!is_logged(r->finding.detector))
		log_report(r);
	if (k->hw.ops->detected)
		goes_on = k->hw.ops->detected(k->hw.ctx, &r->finding);
	detect->stop |= !goes_on;
}

void detect_found(struct kernel *k, enum kernel_detector detector,
		  const char *format, ...)
{
	struct report r;
	va_list args;

	report_begin(&r, k, detector, "%s", "");
	va_start(args, format);
	vsnprintf(r.what, sizeof(r.what), format, args);
	va_end(args);
	report_end(&r);
}

/* ---- for the machine ------------------------------------------------------------------ */

const char *kernel_detector_name(enum kernel_detector detector)
{
	static const char *const names[] = {
#define DETECTOR(symbol, name, cheap, sentence) name,
#include "kernel/detectors.def"
#undef DETECTOR
	};

	return names[detector];
}

/* What became of the frame meanwhile. */
static void tell_owner(struct report *r, paddr_t paddr)
{
	const pfn_t pfn = (pfn_t)(paddr >> PAGE_SHIFT);
	const struct frame_note *note;

	if (!r->k->detect.notes || !pfn_valid(r->k, pfn))
		return;
	note = frame_note(r->k, pfn);
	report_line(r, "frame 0x%x, which it leads to, is %s now", pfn,
		    note->filled ? "free" : "in use");
	report_event(r, "freed", &note->freed);
	report_event(r, "handed out", &note->allocated);
}

void kernel_detected(struct kernel *k, enum kernel_detector detector,
		     vaddr_t va, paddr_t paddr, const char *what,
		     const char *story)
{
	struct report r;

	report_begin(&r, k, detector, "%s", what);
	report_place(&r, kernel_cpu(k)->curr->mm, va);
	report_line(&r, "%s", story);
	tell_owner(&r, paddr);
	report_end(&r);
}

uint64_t kernel_nr_found(const struct kernel *k, enum kernel_detector detector)
{
	return k->detect.nr_found[detector];
}
