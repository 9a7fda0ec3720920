/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * Works and the threads that do them (Linux: kernel/workqueue.c). All queues
 * share one pool of workers, kworker/0:N. Of these one at least is idle while
 * another works, so that a work that sleeps keeps nobody waiting, and one that
 * oopses takes only its own worker along.
 *
 * Invariant: a work is queued while WORK_PENDING is set in its data: on the
 * pool's list, on its queue's while that has max_active works, or by its
 * timer.
 *
 * MODEL: one pool for bound and unbound queues, of whatever priority.
 */

#include <linux/completion.h>
#include <linux/debugobjects.h>
#include <linux/interrupt.h>
#include <linux/kthread.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#define WORK_PENDING 0
#define NAME_LEN     24
#define MOST_WORKERS 32

struct workqueue_struct {
	struct list_head list;
	struct list_head inactive; /* works for which there is no room yet */
	int nr_active, max_active; /* on the pool's list or being done */
	bool dying;
	char name[NAME_LEN];
};

/* Lives on its thread's stack. */
struct worker {
	struct list_head list;
	struct work_struct *current_work;
	struct workqueue_struct *current_wq;
	work_func_t current_func;
	struct task_struct *task;
	unsigned int id;
};

static DEFINE_SPINLOCK(pool_lock);
static LIST_HEAD(worklist);
static LIST_HEAD(workers);
static LIST_HEAD(workqueues);
static DECLARE_WAIT_QUEUE_HEAD(more_work); /* idle workers */
static DECLARE_WAIT_QUEUE_HEAD(work_done); /* who flushes */
static unsigned int nr_idle, nr_workers, next_id;
static struct workqueue_struct the_system_wq = {
	.list = LIST_HEAD_INIT(the_system_wq.list),
	.inactive = LIST_HEAD_INIT(the_system_wq.inactive),
	.max_active = 256,
	.name = "events",
};
struct workqueue_struct *system_wq = &the_system_wq;

int workqueue_init(void);
void worker_died(struct task_struct *task);

/* ---- queueing ---------------------------------------------------------- */

/* With the pool's lock. */
static void activate(struct workqueue_struct *wq, struct work_struct *work)
{
	wq->nr_active++;
	list_add_tail(&work->entry, &worklist);
	__wake_up(&more_work, TASK_NORMAL, 1, NULL);
}

static void insert_work(struct workqueue_struct *wq, struct work_struct *work)
{
	unsigned long flags;

	spin_lock_irqsave(&pool_lock, flags);
	if (wq->dying) {
		pr_warn("workqueue: %s is being destroyed: work %p is not "
			"queued\n",
			wq->name, work->func);
		clear_bit(WORK_PENDING, &work->data);
	} else {
		work->wq = wq;
		if (wq->nr_active < wq->max_active)
			activate(wq, work);
		else
			list_add_tail(&work->entry, &wq->inactive);
	}
	spin_unlock_irqrestore(&pool_lock, flags);
}

bool queue_work_on(int cpu, struct workqueue_struct *wq,
		   struct work_struct *work)
{
	(void)cpu;
	if (test_and_set_bit(WORK_PENDING, &work->data))
		return false;
	insert_work(wq, work);
	return true;
}

void delayed_work_timer_fn(struct timer_list *timer)
{
	struct delayed_work *work = from_timer(work, timer, timer);

	insert_work(work->wq, &work->work);
}

static void start_delayed_work(struct workqueue_struct *wq,
			       struct delayed_work *work, unsigned long delay)
{
	work->wq = wq;
	if (delay)
		mod_timer(&work->timer, jiffies + delay);
	else
		insert_work(wq, &work->work);
}

bool queue_delayed_work_on(int cpu, struct workqueue_struct *wq,
			   struct delayed_work *work, unsigned long delay)
{
	(void)cpu;
	if (test_and_set_bit(WORK_PENDING, &work->work.data))
		return false;
	start_delayed_work(wq, work, delay);
	return true;
}

/* One less on @wq: another may come in. With the pool's lock. */
static void one_less(struct workqueue_struct *wq)
{
	struct work_struct *next;

	wq->nr_active--;
	if (list_empty(&wq->inactive))
		return;
	next = list_first_entry(&wq->inactive, struct work_struct, entry);
	list_del_init(&next->entry);
	activate(wq, next);
}

static bool on_list(const struct list_head *list,
		    const struct work_struct *work)
{
	const struct work_struct *other;

	list_for_each_entry(other, list, entry)
		if (other == work)
			return true;
	return false;
}

/* Takes @work off its list; false: it is on none. */
static bool take_back(struct work_struct *work)
{
	unsigned long flags;
	bool active, queued;

	spin_lock_irqsave(&pool_lock, flags);
	active = on_list(&worklist, work);
	queued = active || (work->wq && on_list(&work->wq->inactive, work));
	if (queued) {
		list_del_init(&work->entry);
		clear_bit(WORK_PENDING, &work->data);
	}
	if (active)
		one_less(work->wq);
	spin_unlock_irqrestore(&pool_lock, flags);
	if (queued)
		wake_up_all(&work_done);
	return queued;
}

bool cancel_delayed_work(struct delayed_work *work)
{
	if (del_timer(&work->timer)) {
		clear_bit(WORK_PENDING, &work->work.data);
		return true;
	}
	return take_back(&work->work);
}

bool mod_delayed_work_on(int cpu, struct workqueue_struct *wq,
			 struct delayed_work *work, unsigned long delay)
{
	bool was = cancel_delayed_work(work);

	(void)cpu;
	if (!test_and_set_bit(WORK_PENDING, &work->work.data))
		start_delayed_work(wq, work, delay);
	return was;
}

/* ---- waiting ----------------------------------------------------------- */

static bool is_running(const struct work_struct *work)
{
	const struct worker *worker;

	list_for_each_entry(worker, &workers, list)
		if (worker->current_work == work && worker->task != current)
			return true;
	return false;
}

static bool is_busy(const struct work_struct *work)
{
	return is_running(work) || on_list(&worklist, work) ||
	       (work->wq && on_list(&work->wq->inactive, work));
}

bool flush_work(struct work_struct *work)
{
	might_sleep();
	if (!is_busy(work))
		return false;
	wait_event(work_done, !is_busy(work));
	return true;
}

bool flush_delayed_work(struct delayed_work *work)
{
	if (del_timer_sync(&work->timer))
		insert_work(work->wq, &work->work);
	return flush_work(&work->work);
}

bool cancel_work_sync(struct work_struct *work)
{
	bool was = take_back(work);

	flush_work(work);
	return was;
}

bool cancel_delayed_work_sync(struct delayed_work *work)
{
	bool was = cancel_delayed_work(work);

	flush_work(&work->work);
	return was;
}

static bool has_works(const struct workqueue_struct *wq)
{
	return wq->nr_active || !list_empty(&wq->inactive);
}

/* MODEL: for those that are queued meanwhile, too. */
void __flush_workqueue(struct workqueue_struct *wq)
{
	might_sleep();
	wait_event(work_done, !has_works(wq));
}

/* ---- queues ------------------------------------------------------------ */

struct workqueue_struct *alloc_workqueue(const char *format, unsigned int flags,
					 int max_active, ...)
{
	struct workqueue_struct *wq = kzalloc(sizeof(*wq), GFP_KERNEL);
	__builtin_va_list args;

	(void)flags;
	if (!wq)
		return NULL;
	__builtin_va_start(args, max_active);
	vsnprintf(wq->name, sizeof(wq->name), format, args);
	__builtin_va_end(args);
	INIT_LIST_HEAD(&wq->inactive);
	wq->max_active = max_active > 0 && max_active <= WQ_MAX_ACTIVE
				 ? max_active
				 : WQ_MAX_ACTIVE / 2;
	list_add_tail(&wq->list, &workqueues);
	return wq;
}

void destroy_workqueue(struct workqueue_struct *wq)
{
	__flush_workqueue(wq);
	wq->dying = true;
	list_del(&wq->list);
	kfree(wq);
}

/* ---- workers ----------------------------------------------------------- */

static int worker_thread(void *data);

static bool create_worker(void)
{
	struct task_struct *task;
	unsigned int id = next_id++;

	nr_workers++;
	nr_idle++;
	task = kthread_run(worker_thread, (void *)id, "kworker/0:%u", id);
	if (!IS_ERR(task))
		return true;
	nr_workers--;
	nr_idle--;
	return false;
}

/* The next work, which @worker does now; false: there is none. */
static bool take_work(struct worker *worker)
{
	struct work_struct *work;

	spin_lock_irq(&pool_lock);
	if (list_empty(&worklist)) {
		spin_unlock_irq(&pool_lock);
		return false;
	}
	work = list_first_entry(&worklist, struct work_struct, entry);
	list_del_init(&work->entry);
	clear_bit(WORK_PENDING, &work->data);
	worker->current_work = work;
	worker->current_func = work->func;
	worker->current_wq = work->wq;
	spin_unlock_irq(&pool_lock);
	return true;
}

/* The work may have freed itself: it isn't looked at any more. */
static void process_one_work(struct worker *worker)
{
	struct work_struct *work = worker->current_work;
	unsigned long count = preempt_count();

	worker->current_func(work);
	if (preempt_count() != count || irqs_disabled()) {
		pr_err("BUG: workqueue leaked lock or atomic: %s/0x%08x/%d\n"
		       "     last function: %p\n",
		       current->comm, (unsigned int)preempt_count(),
		       current->pid, worker->current_func);
		current->thread_info.preempt_count = count;
		local_irq_enable();
	}
	spin_lock_irq(&pool_lock);
	one_less(worker->current_wq);
	worker->current_work = NULL;
	spin_unlock_irq(&pool_lock);
	wake_up_all(&work_done);
}

static int worker_thread(void *data)
{
	struct worker worker = {.task = current, .id = (unsigned int)data};

	list_add_tail(&worker.list, &workers);
	for (;;) {
		___wait_event(more_work, !list_empty(&worklist), TASK_IDLE,
			      WQ_FLAG_EXCLUSIVE, 0, schedule());
		nr_idle--;
		if (!nr_idle && nr_workers < MOST_WORKERS)
			create_worker();
		while (take_work(&worker))
			process_one_work(&worker);
		nr_idle++;
	}
	return 0;
}

/* Its work oopsed. Its stack goes, so it must not stay on the list. */
void worker_died(struct task_struct *task)
{
	struct worker *worker, *next;

	list_for_each_entry_safe(worker, next, &workers, list) {
		if (worker->task != task)
			continue;
		list_del(&worker->list);
		nr_workers--;
		if (!worker->current_work)
			continue;
		pr_err("workqueue: %s died in work %p\n", task->comm,
		       worker->current_func);
		spin_lock_irq(&pool_lock);
		one_less(worker->current_wq);
		spin_unlock_irq(&pool_lock);
		wake_up_all(&work_done);
	}
}

int workqueue_init(void)
{
	if (!nr_workers)
		create_worker();
	return nr_workers ? 0 : -ENOMEM;
}

static unsigned int free_from(struct list_head *list, unsigned long start,
			      unsigned long end, bool active)
{
	struct work_struct *work, *next;
	unsigned int nr = 0;

	list_for_each_entry_safe(work, next, list, entry) {
		if (!debug_within(work, start, end) &&
		    !debug_within(work->func, start, end))
			continue;
		debug_print_object("work_struct", work, work->func);
		list_del_init(&work->entry);
		if (active)
			one_less(work->wq);
		nr++;
	}
	return nr;
}

unsigned int debug_free_works(unsigned long start, unsigned long end)
{
	struct workqueue_struct *wq;
	unsigned int nr = 0;

	list_for_each_entry(wq, &workqueues, list)
		nr += free_from(&wq->inactive, start, end, false);
	nr += free_from(&the_system_wq.inactive, start, end, false);
	return nr + free_from(&worklist, start, end, true);
}
