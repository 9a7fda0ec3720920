/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a run's own calls of the slab allocators cost the host: the calls in a
 * trace are made again, by each allocator on a machine of its own, and timed;
 * the median of some rounds, after one that warms up. Prints a line for each: its name, nanoseconds a call, number of calls.
 *
 *	mmuscope run --trace FILE --trace-events \
 *		kmalloc,kfree,kmem_cache_alloc,kmem_cache_free BOARD.yaml
 *	bench_slab FILE [ROUNDS]
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/unit/kernel/mm_fixture.h"

enum {
	MAX_ROUNDS = 99,
	MAX_CACHES = 256,
	NR_BUCKETS = 1 << 16,
};

/* One call; @slot numbers the object, and an object's slot is used again. */
struct call {
	enum {
		KMALLOC,
		KFREE,
		CACHE_ALLOC,
		CACHE_FREE,
	} kind;
	uint32_t slot, nr_bytes, cache;
};

/* An object of the trace that is in use, by its address there. */
struct live {
	struct live *next;
	uint32_t at, slot, cache;
};

struct recording {
	struct call *calls;
	uint32_t nr_calls, nr_slots, nr_free_slots;
	uint32_t *free_slots;
	uint32_t cache_sizes[MAX_CACHES], nr_caches;
	struct live *bucket[NR_BUCKETS];
};

static void *checked(void *memory)
{
	if (memory)
		return memory;
	fputs("bench_slab: out of memory\n", stderr);
	exit(125);
}

/* ---- reading the trace ------------------------------------------------------- */

static struct live **find_live(struct recording *r, uint32_t at)
{
	struct live **link = &r->bucket[at / 8 % NR_BUCKETS];

	while (*link && (*link)->at != at)
		link = &(*link)->next;
	return link;
}

static uint32_t cache_of(struct recording *r, uint32_t size)
{
	uint32_t i = 0;

	while (i < r->nr_caches && r->cache_sizes[i] != size)
		i++;
	if (i == MAX_CACHES) {
		fputs("bench_slab: too many sizes\n", stderr);
		exit(125);
	}
	if (i == r->nr_caches)
		r->cache_sizes[r->nr_caches++] = size;
	return i;
}

static struct call *add_call(struct recording *r)
{
	if (!(r->nr_calls & (r->nr_calls + 1)))
		r->calls = checked(realloc(
			r->calls, 2 * (r->nr_calls + 1ul) * sizeof(*r->calls)));
	return &r->calls[r->nr_calls++];
}

static void add_alloc(struct recording *r, bool bytes, uint32_t at,
		      uint32_t nr_bytes)
{
	struct live *live = checked(calloc(1, sizeof(*live)));
	struct live **link = find_live(r, at);
	struct call *call = add_call(r);

	live->at = at;
	live->slot = r->nr_free_slots ? r->free_slots[--r->nr_free_slots]
				      : r->nr_slots++;
	live->cache = bytes ? MAX_CACHES : cache_of(r, nr_bytes);
	live->next = *link;
	*link = live;
	*call = (struct call){.kind = bytes ? KMALLOC : CACHE_ALLOC,
			      .slot = live->slot,
			      .nr_bytes = nr_bytes,
			      .cache = live->cache};
}

static void add_free(struct recording *r, uint32_t at)
{
	struct live **link = find_live(r, at), *live = *link;

	if (!live)
		return; /* NULL, or older than the trace */
	*add_call(r) = (struct call){
		.kind = live->cache == MAX_CACHES ? KFREE : CACHE_FREE,
		.slot = live->slot,
		.cache = live->cache};
	r->free_slots = checked(
		realloc(r->free_slots,
			(r->nr_free_slots + 1ul) * sizeof(*r->free_slots)));
	r->free_slots[r->nr_free_slots++] = live->slot;
	*link = live->next;
	free(live);
}

static void read_line(struct recording *r, const char *line)
{
	const char *ptr = strstr(line, " ptr=");
	const char *size = strstr(line, " bytes_req=");
	uint32_t at = ptr ? (uint32_t)strtoul(ptr + 5, NULL, 16) : 0;

	if (!at)
		return;
	if (size)
		add_alloc(r, strstr(line, " kmalloc: "), at,
			  (uint32_t)strtoul(size + 11, NULL, 10));
	else
		add_free(r, at);
}

static struct recording *read_trace(const char *path)
{
	struct recording *r = checked(calloc(1, sizeof(*r)));
	FILE *file = fopen(path, "r");
	char line[512];

	if (!file) {
		perror(path);
		exit(125);
	}
	while (fgets(line, sizeof(line), file))
		read_line(r, line);
	fclose(file);
	return r;
}

static void forget(struct recording *r)
{
	for (int i = 0; i < NR_BUCKETS; i++)
		while (r->bucket[i]) {
			struct live *live = r->bucket[i];

			r->bucket[i] = live->next;
			free(live);
		}
	free(r->calls);
	free(r->free_slots);
	free(r);
}

/* ---- doing it again ------------------------------------------------------------ */

union object {
	vaddr_t bytes;
	void *view;
};

static double now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

struct machine {
	struct mm_fixture *f;
	struct kmem_cache *caches[MAX_CACHES];
	union object *objects; /* by slot */
};

static void start(struct machine *m, const struct recording *r,
		  const char *allocator)
{
	m->f = fixture_create(0x60000000, 256 * MB, 0x80000000);
	m->objects = checked(calloc(r->nr_slots, sizeof(*m->objects)));
	m->f->k->params.slab_allocator = allocator;
	memblock_add(m->f->k, 0x60000000, 256 * MB);
	fixture_boot(m->f, true);
	for (uint32_t i = 0; i < r->nr_caches; i++)
		m->caches[i] = kmem_cache_create(&m->f->task, "replayed",
						 r->cache_sizes[i], 0, 0,
						 SLAB_PANIC, NULL);
}

static void make_calls(struct machine *m, const struct recording *r)
{
	struct task_struct *curr = &m->f->task;

	for (uint32_t i = 0; i < r->nr_calls; i++) {
		const struct call *call = &r->calls[i];
		union object *object = &m->objects[call->slot];

		switch (call->kind) {
		case KMALLOC:
			object->bytes = kmalloc(curr, call->nr_bytes,
						GFP_KERNEL);
			break;
		case KFREE:
			kfree(curr, object->bytes);
			break;
		case CACHE_ALLOC:
			object->view = kmem_cache_alloc(
				curr, m->caches[call->cache], GFP_KERNEL);
			break;
		case CACHE_FREE:
			kmem_cache_free(curr, m->caches[call->cache],
					object->view);
			break;
		}
	}
}

/* What the run left in use, so that it can be made once more. */
static void free_the_rest(struct machine *m, const struct recording *r)
{
	for (int i = 0; i < NR_BUCKETS; i++) {
		const struct live *live;

		for (live = r->bucket[i]; live; live = live->next)
			if (live->cache == MAX_CACHES)
				kfree(&m->f->task,
				      m->objects[live->slot].bytes);
			else
				kmem_cache_free(&m->f->task,
						m->caches[live->cache],
						m->objects[live->slot].view);
	}
}

static int compare(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
	static const char *const allocators[] = {"slub", "slab", "slob"};
	int rounds = argc > 2 ? atoi(argv[2]) : 5;
	struct recording *r;

	if (argc < 2 || rounds < 1 || rounds > MAX_ROUNDS) {
		fputs("usage: bench_slab TRACE [ROUNDS]\n", stderr);
		return 125;
	}
	r = read_trace(argv[1]);
	if (!r->nr_calls) {
		fprintf(stderr, "bench_slab: %s has no calls\n", argv[1]);
		forget(r);
		return 125;
	}
	for (int a = 0; a < 3; a++) {
		double ns[MAX_ROUNDS];
		struct machine m;

		start(&m, r, allocators[a]);
		for (int i = -1; i < rounds; i++) {
			double began = now_ns();

			make_calls(&m, r);
			if (i >= 0) /* the first touches the host's memory */
				ns[i] = (now_ns() - began) / r->nr_calls;
			free_the_rest(&m, r);
		}
		free(m.objects);
		fixture_destroy(m.f);
		qsort(ns, (size_t)rounds, sizeof(*ns), compare);
		printf("%s %.1f %u\n", allocators[a], ns[rounds / 2],
		       r->nr_calls);
	}
	forget(r);
	return 0;
}
