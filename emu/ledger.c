/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The ledger of cycles: see ledger.h. The clocks know how much went to which
 * cause. Whenever what a core is at changes, what its clock has gained since
 * the last change is put down for what it was at until then; so nothing is
 * counted twice, and nothing is lost.
 *
 * In user mode that is the mapping that the program counter is in. In the
 * kernel it is a piece of work: a system call, a fault, an interrupt; one may
 * begin within another, and may be left for long when its task sleeps. A piece
 * of work is put down when it is over, for only then it has its name. TLB
 * misses are told by themselves, by the mapping that was missed.
 *
 * Invariant: the cycles of all lines and of all open work are what the clocks
 * had gained at the last change.
 */
#define _GNU_SOURCE /* twalk_r(), tdestroy() */
#include "emu/ledger.h"

#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/diag.h"
#include "emu/machine_state.h"

#define IDLE      "swapper" /* and the number of its core */
#define NEST      4 /* an interrupt in a fault in a system call, and one to spare */
#define NR_PLACES 64 /* pages whose lines are at hand, by their number */

/* A piece of the kernel's work that isn't over. */
struct work {
	enum ledger_what what;
	bool entered; /* by a trap; it is over when user mode goes on */
	char name[sizeof(((struct ledger_line *)0)->name)];
	char place[sizeof(((struct ledger_line *)0)->place)];
	uint64_t cycles[NR_CYCLE_CAUSES];
};

struct task {
	int pid;
	unsigned int cpu; /* of the idle task */
	char comm[16];
	bool ends;
	unsigned int depth;
	struct work work[NEST];
};

/* Of a page in user memory, as long as its process makes no call. */
struct place {
	bool valid;
	vaddr_t page;
	struct cpu_stretch stretch;
	struct ledger_line *user, *miss;
};

struct core {
	struct task *task;
	bool in_user;
	struct ledger_line *user; /* where user mode is; NULL: not yet known */
	struct place places[NR_PLACES];
	uint64_t seen[NR_CYCLE_CAUSES]; /* of its clock, at the last change */
};

struct ledger {
	struct machine *machine;
	const char *path;
	FILE *file; /* NULL: it is written */
	void *lines; /* tsearch()'s trees */
	void *tasks;
	struct ledger_line lost; /* where there is no memory for a line */
	struct task nobody; /* nor for a task */
	struct task before[NR_CPUS]; /* its first trap */
	struct core core[NR_CPUS];
};

/* ---- the events that are wanted ------------------------------------------------- */

enum {
#define TRACE_EVENT(group, name, what) EVENT_##name,
#include "kernel/trace_events.def"
#undef TRACE_EVENT
};

hw_trace_mask_t ledger_trace_events(void)
{
	return TRACE_BIT(EVENT_sched_switch) | TRACE_BIT(EVENT_sys_enter) |
	       TRACE_BIT(EVENT_sched_process_exit);
}

/* ---- lines ------------------------------------------------------------------------- */

static int compare_lines(const void *a, const void *b)
{
	const struct ledger_line *x = a, *y = b;
	int order;

	if (x->pid != y->pid)
		return x->pid < y->pid ? -1 : 1;
	if (x->cpu != y->cpu)
		return x->cpu < y->cpu ? -1 : 1;
	if (x->what != y->what)
		return x->what < y->what ? -1 : 1;
	order = strcmp(x->comm, y->comm);
	if (!order)
		order = strcmp(x->name, y->name);
	return order ? order : strcmp(x->place, y->place);
}

/* What tsearch() found or made is behind a pointer to it. */
static void *content(void *node)
{
	return node ? *(void **)node : NULL;
}

static struct ledger_line *line_of(struct ledger *ledger,
				   const struct task *task,
				   enum ledger_what what, const char *name,
				   const char *place)
{
	struct ledger_line key = {
		.pid = task->pid,
		.cpu = task->cpu,
		.what = what,
	};
	struct ledger_line *line;

	memcpy(key.comm, task->comm, sizeof(key.comm));
	snprintf(key.name, sizeof(key.name), "%s", name);
	snprintf(key.place, sizeof(key.place), "%s", place);
	line = content(tfind(&key, &ledger->lines, compare_lines));
	if (line)
		return line;
	line = malloc(sizeof(*line));
	if (!line)
		return &ledger->lost;
	*line = key;
	if (tsearch(line, &ledger->lines, compare_lines))
		return line;
	free(line);
	return &ledger->lost;
}

static void move(uint64_t to[NR_CYCLE_CAUSES], uint64_t from[NR_CYCLE_CAUSES])
{
	for (int i = 0; i < NR_CYCLE_CAUSES; i++) {
		to[i] += from[i];
		from[i] = 0;
	}
}

/* ---- tasks ---------------------------------------------------------------------------- */

static int compare_tasks(const void *a, const void *b)
{
	const struct task *x = a, *y = b;

	if (x->pid != y->pid)
		return x->pid < y->pid ? -1 : 1;
	return x->cpu < y->cpu ? -1 : x->cpu > y->cpu;
}

static struct task *task_of(struct ledger *ledger, int pid, const char *comm)
{
	struct task key = {
		.pid = pid,
		.cpu = pid ? 0 : (unsigned int)ledger->machine->wheel.running,
	};
	struct task *task = content(tfind(&key, &ledger->tasks, compare_tasks));

	if (!task) {
		task = malloc(sizeof(*task));
		if (!task)
			return &ledger->nobody;
		*task = key;
		if (!tsearch(task, &ledger->tasks, compare_tasks)) {
			free(task);
			return &ledger->nobody;
		}
	}
	snprintf(task->comm, sizeof(task->comm), "%s", pid ? comm : IDLE);
	return task;
}

static void begin_work(struct task *task, enum ledger_what what, bool entered,
		       const char *name)
{
	struct work *work;

	if (task->depth == NEST)
		return; /* it counts for what it began in */
	work = &task->work[task->depth++];
	memset(work, 0, sizeof(*work));
	work->what = what;
	work->entered = entered;
	snprintf(work->name, sizeof(work->name), "%s", name);
}

static struct work *work_of(struct task *task)
{
	return task->depth ? &task->work[task->depth - 1] : NULL;
}

static void end_work(struct ledger *ledger, struct task *task)
{
	struct work *work = &task->work[--task->depth];

	move(line_of(ledger, task, work->what, work->name, work->place)->cycles,
	     work->cycles);
}

static void end_all_work(struct ledger *ledger, struct task *task)
{
	while (task->depth)
		end_work(ledger, task);
}

/* Its pid may be another's from now on. */
static void forget_task(struct ledger *ledger, struct task *task)
{
	end_all_work(ledger, task);
	if (task == &ledger->nobody)
		return;
	tdelete(task, &ledger->tasks, compare_tasks);
	free(task);
}

/* ---- a change ---------------------------------------------------------------------------- */

static struct core *core_of(struct ledger *ledger)
{
	return &ledger->core[ledger->machine->wheel.running];
}

/* Where the cycles of @core go now. */
static uint64_t *account(struct ledger *ledger, struct core *core)
{
	struct work *work = work_of(core->task);

	if (core->in_user) {
		if (!core->user)
			core->user = line_of(ledger, core->task, LEDGER_USER,
					     "", "");
		return core->user->cycles;
	}
	if (work)
		return work->cycles;
	return line_of(ledger, core->task,
		       core->task->pid ? LEDGER_KERNEL : LEDGER_IDLE, "", "")
		->cycles;
}

/* Puts down what core @number was at until now. */
static void settle_core(struct ledger *ledger, unsigned int number)
{
	struct core *core = &ledger->core[number];
	const struct clock *clock = cpu_clock(ledger->machine->cpu[number]);
	uint64_t *to = account(ledger, core);

	for (int i = 0; i < NR_CYCLE_CAUSES; i++) {
		uint64_t now = clock_spent(clock, (enum cycle_cause)i);

		to[i] += now - core->seen[i];
		core->seen[i] = now;
	}
}

static void settle(struct ledger *ledger)
{
	settle_core(ledger, (unsigned int)ledger->machine->wheel.running);
}

static void forget_places(struct core *core)
{
	for (int i = 0; i < NR_PLACES; i++)
		core->places[i].valid = false;
}

static void change_task(struct ledger *ledger, struct task *task)
{
	struct core *core = core_of(ledger);

	if (core->task == task)
		return;
	core->task = task;
	forget_places(core);
}

/* ---- into the kernel, and out ----------------------------------------------------- */

static struct task *current_task(struct ledger *ledger)
{
	const struct machine *m = ledger->machine;
	const struct kernel_current curr =
		kernel_current(m->kernel, (int)m->wheel.running);

	return task_of(ledger, curr.pid, curr.comm);
}

/* A module's code calls the kernel: that goes on with what it was at. */
static void begin_entered(struct task *task, enum trap_kind kind,
			  bool by_module)
{
	static const struct {
		enum ledger_what what;
		const char *name;
	} rows[] = {
		[TRAP_BOOT] = {LEDGER_KERNEL, "boot"},
		[TRAP_SVC] = {LEDGER_SYSCALL, ""},
		[TRAP_DATA_ABORT] = {LEDGER_FAULT, ""},
		[TRAP_PREFETCH_ABORT] = {LEDGER_FAULT, ""},
		[TRAP_UNDEFINED] = {LEDGER_EXCEPTION, "undefined instruction"},
		[TRAP_BREAKPOINT] = {LEDGER_EXCEPTION, "breakpoint"},
		[TRAP_IRQ] = {LEDGER_INTERRUPT, ""},
		[TRAP_TIMER] = {LEDGER_INTERRUPT, ""},
	};

	if (kind != TRAP_SVC || !by_module)
		begin_work(task, rows[kind].what, true, rows[kind].name);
}

void ledger_enters(struct ledger *ledger, const struct trap *trap)
{
	const struct machine *m;
	struct core *core;

	if (!ledger)
		return;
	m = ledger->machine;
	core = core_of(ledger);
	settle(ledger);
	core->in_user = false;
	core->user = NULL;
	change_task(ledger, current_task(ledger));
	begin_entered(core->task, trap->kind,
		      cpu_is_privileged(m->cpu[m->wheel.running]));
	if (trap->kind == TRAP_SVC)
		forget_places(core);
}

/* A module's code goes on, in the midst of what its task is at. */
static void end_interruption(struct ledger *ledger, struct task *task)
{
	const struct work *work = work_of(task);

	if (work && work->entered && work->what != LEDGER_SYSCALL)
		end_work(ledger, task);
}

void ledger_leaves(struct ledger *ledger, enum kernel_verdict verdict)
{
	struct machine *m;
	struct core *core;

	if (!ledger)
		return;
	m = ledger->machine;
	core = core_of(ledger);
	settle(ledger);
	change_task(ledger, current_task(ledger));
	core->in_user = verdict == KERNEL_RUN;
	if (core->in_user && cpu_is_privileged(m->cpu[m->wheel.running]))
		end_interruption(ledger, core->task);
	else
		end_all_work(ledger, core->task);
	cpu_leave_stretch(m->cpu[m->wheel.running]);
}

static const union hw_trace_arg *argument(const struct hw_trace *event,
					  const char *name)
{
	const struct hw_trace_format *format = event->format;

	for (unsigned int i = 0; i < format->nr_args; i++)
		if (!strcmp(format->piece[i].name, name))
			return &event->arg[i];
	return NULL;
}

static void switch_tasks(struct ledger *ledger, const struct hw_trace *event)
{
	const union hw_trace_arg *pid = argument(event, "next_pid");
	const union hw_trace_arg *comm = argument(event, "next_comm");
	struct task *prev = core_of(ledger)->task;

	settle(ledger);
	change_task(ledger, task_of(ledger, (int)pid->number, comm->text));
	if (prev->ends)
		forget_task(ledger, prev);
}

static void name_call(struct ledger *ledger, const struct hw_trace *event)
{
	struct work *work = work_of(core_of(ledger)->task);
	const char *name =
		kernel_syscall_name((uint32_t)argument(event, "NR")->number);

	if (work && work->what == LEDGER_SYSCALL)
		snprintf(work->name, sizeof(work->name), "%s", name ?: "?");
}

void ledger_trace(struct ledger *ledger, const struct hw_trace *event)
{
	if (!ledger)
		return;
	if (event->event == EVENT_sched_switch)
		switch_tasks(ledger, event);
	else if (event->event == EVENT_sys_enter)
		name_call(ledger, event);
	else if (event->event == EVENT_sched_process_exit)
		core_of(ledger)->task->ends = true;
}

/* ---- places ------------------------------------------------------------------------------ */

static const char *last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash && slash[1] ? slash + 1 : path;
}

/* "libc.so.6 r-xp", as /proc/PID/maps has it, but for the folders. */
static void name_place(const struct kernel_vma *vma, char *to, size_t size)
{
	const uint8_t r = vma->rights;

	snprintf(to, size, "%s %c%c%c%c",
		 *vma->name ? last_part(vma->name) : "[anon]",
		 r & KERNEL_VMA_READ ? 'r' : '-',
		 r & KERNEL_VMA_WRITE ? 'w' : '-',
		 r & KERNEL_VMA_EXEC ? 'x' : '-',
		 r & KERNEL_VMA_SHARED ? 's' : 'p');
}

static void find_place(struct ledger *ledger, vaddr_t va, struct place *place)
{
	const struct machine *m = ledger->machine;
	const struct task *task = core_of(ledger)->task;
	const bool privileged = cpu_is_privileged(m->cpu[m->wheel.running]);
	const struct kernel_vma vma = kernel_mapping_at(m->kernel, task->pid,
							va);
	char name[sizeof(((struct ledger_line *)0)->place)];

	name_place(&vma, name, sizeof(name));
	*place = (struct place){
		.valid = true,
		.page = va >> 12,
		.stretch = {vma.start, vma.end - vma.start},
		.user = line_of(ledger, task,
				privileged ? LEDGER_KERNEL : LEDGER_USER, "",
				name),
		.miss = line_of(ledger, task, LEDGER_MISS, "", name),
	};
}

static const struct place *place_at(struct ledger *ledger, vaddr_t va)
{
	struct place *place =
		&core_of(ledger)->places[va >> 12 & (NR_PLACES - 1)];

	if (!place->valid || place->page != va >> 12)
		find_place(ledger, va, place);
	return place;
}

struct cpu_stretch ledger_reaches(struct ledger *ledger, vaddr_t pc)
{
	const struct place *place = place_at(ledger, pc);

	settle(ledger);
	core_of(ledger)->user = place->user;
	return place->stretch;
}

void ledger_misses(struct ledger *ledger, vaddr_t va, uint64_t cycles)
{
	struct core *core;

	if (!ledger)
		return;
	core = core_of(ledger);
	place_at(ledger, va)->miss->cycles[CYCLE_WALK] += cycles;
	core->seen[CYCLE_WALK] += cycles; /* it is put down */
}

/* ---- faults -------------------------------------------------------------------------------- */

static bool is_entered_fault(const struct work *work)
{
	return work && work->what == LEDGER_FAULT && work->entered &&
	       !*work->place;
}

void ledger_fault_begins(struct ledger *ledger,
			 const struct kernel_fault *fault)
{
	struct kernel_vma vma;
	struct task *task;
	struct work *work;

	if (!ledger)
		return;
	task = core_of(ledger)->task;
	if (!is_entered_fault(work_of(task))) { /* in the kernel's own work */
		settle(ledger);
		begin_work(task, LEDGER_FAULT, false, "");
	}
	work = work_of(task);
	if (work->what != LEDGER_FAULT)
		return; /* too deep */
	vma = kernel_mapping_at(ledger->machine->kernel, task->pid, fault->far);
	name_place(&vma, work->place, sizeof(work->place));
}

void ledger_fault_ends(struct ledger *ledger, const struct kernel_fault *fault)
{
	struct task *task;
	struct work *work;

	if (!ledger)
		return;
	task = core_of(ledger)->task;
	work = work_of(task);
	if (!work || work->what != LEDGER_FAULT)
		return;
	settle(ledger);
	snprintf(work->name, sizeof(work->name), "%s",
		 fault->resolution
			 ?: fault->sig ? "signal"
				       : "other");
	if (!work->entered)
		end_work(ledger, task);
}

/* ---- the whole -------------------------------------------------------------------------------- */

static bool cannot_write(const struct ledger *ledger, struct diag *diag)
{
	return diag_errno(diag, NULL, "can't write the ledger to '%s'",
			  ledger->path);
}

struct ledger *ledger_create(struct machine *machine, const char *path)
{
	struct ledger *ledger = calloc(1, sizeof(*ledger));

	if (!ledger)
		return NULL;
	ledger->machine = machine;
	ledger->path = path;
	ledger->nobody.pid = -1;
	ledger->lost.pid = -1;
	for (unsigned int i = 0; i < NR_CPUS; i++) {
		ledger->before[i] = (struct task){.cpu = i, .comm = IDLE};
		ledger->core[i].task = &ledger->before[i];
	}
	return ledger;
}

bool ledger_open(struct ledger *ledger, struct diag *diag)
{
	if (!ledger)
		return true;
	ledger->file = fopen(ledger->path, "we");
	return ledger->file || cannot_write(ledger, diag);
}

void ledger_destroy(struct ledger *ledger)
{
	if (!ledger)
		return;
	if (ledger->file)
		fclose(ledger->file);
	tdestroy(ledger->lines, free);
	tdestroy(ledger->tasks, free);
	free(ledger);
}

static void put_down_task(const void *node, VISIT visit, void *arg)
{
	if (visit == postorder || visit == leaf)
		end_all_work(arg, *(struct task *const *)node);
}

void ledger_close(struct ledger *ledger)
{
	if (!ledger)
		return;
	for (unsigned int i = 0; i < ledger->machine->nr_cpus; i++)
		settle_core(ledger, i);
	twalk_r(ledger->tasks, put_down_task, ledger);
	end_all_work(ledger, &ledger->nobody);
}

const char *ledger_what_words(enum ledger_what what)
{
	static const char *const words[NR_LEDGER_WHATS] = {
#define WHAT(symbol, words) words,
#include "emu/ledger_what.def"
#undef WHAT
	};

	return words[what];
}

uint64_t ledger_line_cycles(const struct ledger_line *line)
{
	uint64_t sum = 0;

	for (int i = 0; i < NR_CYCLE_CAUSES; i++)
		sum += line->cycles[i];
	return sum;
}

struct list {
	const struct ledger_line **line;
	size_t nr;
};

static void count_line(const void *node, VISIT visit, void *arg)
{
	struct list *list = arg;

	if (visit != postorder && visit != leaf)
		return;
	if (list->line)
		list->line[list->nr] = *(struct ledger_line *const *)node;
	list->nr++;
}

static int by_most(const void *a, const void *b)
{
	const struct ledger_line *const *x = a, *const *y = b;
	uint64_t m = ledger_line_cycles(*x), n = ledger_line_cycles(*y);

	if (m != n)
		return m > n ? -1 : 1;
	return compare_lines(*x, *y);
}

void ledger_for_each(const struct ledger *ledger, bool by_cycles,
		     void (*each)(void *arg, const struct ledger_line *line),
		     void *arg)
{
	struct list list = {0};

	twalk_r(ledger->lines, count_line, &list);
	list.line = calloc(list.nr + 1, sizeof(*list.line));
	if (!list.line)
		return;
	list.nr = 0;
	twalk_r(ledger->lines, count_line, &list);
	list.line[list.nr++] = &ledger->lost;
	if (by_cycles)
		qsort(list.line, list.nr, sizeof(*list.line), by_most);
	for (size_t i = 0; i < list.nr; i++)
		if (ledger_line_cycles(list.line[i]))
			each(arg, list.line[i]);
	free(list.line);
}

bool ledger_write(struct ledger *ledger, struct diag *diag)
{
	FILE *file = ledger->file;
	bool failed;

	ledger->file = NULL;
	ledger_put_folded(ledger, file);
	failed = ferror(file);
	failed |= fclose(file) != 0;
	return !failed || cannot_write(ledger, diag);
}
