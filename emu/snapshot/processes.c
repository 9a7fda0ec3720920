/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The processes of a snapshot. */
#include "emu/snapshot/source.h"

#include <string.h>

#include "emu/machine_state.h"

static void keep_process(void *arg, const struct kernel_process_info *process)
{
	struct snapshot_process *to = part_add(arg);

	if (!to)
		return;
	to->pid = process->pid;
	to->ppid = process->ppid;
	strncpy(to->comm, process->comm, sizeof(to->comm) - 1);
	to->mm = process->mm;
	to->asid = process->asid;
	to->rss_anon = process->rss_anon;
	to->rss_file = process->rss_file;
	to->rss_shmem = process->rss_shmem;
	to->swapped = process->swapped;
	to->min_flt = process->min_flt;
	to->maj_flt = process->maj_flt;
	to->utime_cycles = process->utime_cycles;
	to->exit_status = process->exit_status;
	to->runs = process->runs;
	to->state = process->state;
	to->nr_threads = process->nr_threads;
}

static void keep_kthread(void *arg, const struct kernel_process_info *process)
{
	struct part_writer *writer = arg;
	struct snapshot_process *to;

	keep_process(writer, process);
	if (writer->failed)
		return;
	to = (void *)writer->part->data;
	to[writer->nr - 1].kthread = true;
}

struct part *take_processes(const struct snapshot_source *source)
{
	struct part_writer writer = {
		.element_bytes = sizeof(struct snapshot_process)};

	const struct kernel *k = source->machine->kernel;

	kernel_for_each_exited(k, SNAPSHOT_EXITED, keep_process, &writer);
	kernel_for_each_living(k, keep_process, &writer);
	kernel_for_each_kthread(k, keep_kthread, &writer);
	return part_done(&writer);
}
