/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/fs/aio.h"

/*
 * Asynchronous input and output as Linux has had it first (fs/aio.c): a
 * context is a ring of events in pages that the program has mapped; requests
 * are handed in by io_submit(), and what became of them is in the ring.
 *
 * Reads and writes through the page cache are done by the time io_submit()
 * returns: so they are on Linux. A program may read the ring, and may write to
 * it: only its head is believed, as far as it harms nobody but the program.
 *
 * Invariant: a context's pages are in memory while it lives, held by
 * ring_pages; aio.nr is the sum of max_reqs of all contexts.
 *
 * MODEL: requests past the page cache (O_DIRECT) and those to be written
 * through are done at once, too; IOCB_CMD_POLL is refused as an operation that
 * isn't known. So there is never one under way that could be cancelled.
 */

#include <string.h>

#include "kernel/arch/arm/uaccess.h"
#include "kernel/fs/dcache.h"
#include "kernel/fs/eventfd.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/internal.h"
#include "kernel/lib/err.h"
#include "kernel/mm/filemap.h"
#include "kernel/mm/highmem.h"
#include "kernel/mm/internal.h"
#include "kernel/mm/mm.h"
#include "kernel/mm/mman.h"
#include "kernel/mm/page_flags.h"
#include "kernel/mm/shmem.h"
#include "kernel/mm/slab.h"
#include "kernel/state.h"
#include "kernel/task/signal.h"

#define ARM_SIZEOF_KIOCTX   384u
#define AIO_RING_MAGIC      0xa10a10a1u
#define AIO_RING_COMPAT     1u
#define AIO_EVENTS_OFFSET   1u /* the head is as large as an event */
#define AIO_EVENTS_PER_PAGE (PAGE_SIZE / (uint32_t)sizeof(struct io_event_arm))
#define IOCB_FLAG_RESFD     1u
#define IOCB_CMD_PREAD      0u
#define IOCB_CMD_PWRITE     1u
#define IOCB_CMD_FSYNC      2u
#define IOCB_CMD_FDSYNC     3u
#define IOCB_CMD_PREADV     7u
#define IOCB_CMD_PWRITEV    8u
#define RWF_AIO_SUPPORTED   0x17u /* HIPRI, DSYNC, SYNC, APPEND */

/* As programs have them. */
struct iocb_arm {
	uint64_t data;
	uint32_t key, rw_flags;
	uint16_t opcode;
	int16_t reqprio;
	uint32_t fildes;
	uint64_t buf, nbytes;
	int64_t offset;
	uint64_t reserved2;
	uint32_t flags, resfd;
};

struct io_event_arm {
	uint64_t data, obj;
	int64_t res, res2;
};

struct aio_ring {
	uint32_t id, nr, head, tail;
	uint32_t magic, compat_features, incompat_features, header_length;
};

struct kioctx {
	struct kioctx *next; /* mm->ioctx_list */
	uint32_t id; /* its number in the process; in the ring, too */
	vaddr_t user_id; /* where the ring is mapped */
	uint32_t mmap_size, nr_pages;
	uint32_t max_reqs, nr_events; /* asked for; in the ring */
	uint32_t tail, completed_events;
	/* requests there is room for, and of these, those of this CPU */
	uint32_t reqs_available, req_batch, cpu_available;
	bool dead;
	int32_t users;
	struct wait_queue_head wait;
	struct file *file;
	struct page **ring_pages;
};

/* ---- the ring ----------------------------------------------------------- */

static void ring_head(struct task_struct *curr, const struct kioctx *ctx,
		      struct aio_ring *ring, bool write)
{
	const vaddr_t kaddr = kmap_local_page(curr, ctx->ring_pages[0]);

	if (write)
		memcpy(kmap_bytes_mut(curr, kaddr), ring, sizeof(*ring));
	else
		memcpy(ring, kmap_bytes_mut(curr, kaddr), sizeof(*ring));
	kunmap_local(curr, kaddr);
}

/* Events [at, at + nr), all on one page, from or to the ring. */
static void ring_events(struct task_struct *curr, const struct kioctx *ctx,
			uint32_t at, struct io_event_arm *events, uint32_t nr,
			bool write)
{
	const uint32_t pos = at + AIO_EVENTS_OFFSET;
	struct page *page = ctx->ring_pages[pos / AIO_EVENTS_PER_PAGE];
	const vaddr_t kaddr = kmap_local_page(curr, page);
	const uint32_t offset = pos % AIO_EVENTS_PER_PAGE *
				(uint32_t)sizeof(*events);
	uint8_t *bytes = kmap_bytes_mut(curr, kaddr) + offset;

	if (write)
		memcpy(bytes, events, nr * sizeof(*events));
	else
		memcpy(events, bytes, nr * sizeof(*events));
	kunmap_local(curr, kaddr);
}

static void aio_free_ring(struct task_struct *curr, struct kioctx *ctx)
{
	for (uint32_t i = 0; ctx->ring_pages && i < ctx->nr_pages; i++)
		if (ctx->ring_pages[i])
			put_page(curr, ctx->ring_pages[i]);
	if (ctx->ring_pages)
		kfree_obj(curr, ctx->ring_pages);
	if (ctx->file)
		fput(curr, ctx->file);
}

static int get_ring_pages(struct task_struct *curr, struct kioctx *ctx)
{
	const uint32_t n = ctx->nr_pages;

	ctx->ring_pages = kzalloc_obj(
		curr, 4 * n, (uint32_t)sizeof(struct page *) * n, GFP_KERNEL);
	if (!ctx->ring_pages)
		return -ENOMEM;
	for (uint32_t i = 0; i < n; i++) {
		struct page *page =
			read_mapping_page(curr, ctx->file->f_mapping, i, NULL);

		if (IS_ERR(page))
			return -ENOMEM;
		ctx->ring_pages[i] = page;
		lock_page(curr, page);
		set_page_dirty(curr, page);
		unlock_page(curr, page);
	}
	return 0;
}

/* Room for @nr_events, mapped into the process. 0 or -errno. */
static int aio_setup_ring(struct task_struct *curr, struct kioctx *ctx,
			  uint32_t nr_events)
{
	const uint32_t size = (uint32_t)sizeof(struct aio_ring) +
			      (uint32_t)sizeof(struct io_event_arm) *
				      (nr_events + 2);
	struct aio_ring ring;
	uint32_t base;

	ctx->nr_pages = (size + PAGE_SIZE - 1) >> PAGE_SHIFT;
	ctx->mmap_size = ctx->nr_pages << PAGE_SHIFT;
	ctx->nr_events = ctx->nr_pages * AIO_EVENTS_PER_PAGE -
			 AIO_EVENTS_OFFSET;
	ctx->file = shmem_file_setup(curr, "[aio]", ctx->mmap_size,
				     VM_NORESERVE);
	if (IS_ERR(ctx->file)) {
		ctx->file = NULL;
		return -ENOMEM;
	}
	if (get_ring_pages(curr, ctx))
		return -ENOMEM;
	base = vm_mmap_pgoff(curr, ctx->file, 0, ctx->mmap_size,
			     PROT_READ | PROT_WRITE, MAP_SHARED, 0);
	if (IS_ERR_VALUE(base))
		return -ENOMEM;
	ctx->user_id = base;
	ring = (struct aio_ring){.id = UINT32_MAX,
				 .nr = ctx->nr_events,
				 .magic = AIO_RING_MAGIC,
				 .compat_features = AIO_RING_COMPAT,
				 .header_length = sizeof(ring)};
	ring_head(curr, ctx, &ring, true);
	return 0;
}

/* ---- contexts ----------------------------------------------------------- */

static void put_ctx(struct task_struct *curr, struct kioctx *ctx)
{
	if (--ctx->users)
		return;
	aio_free_ring(curr, ctx);
	kfree_obj(curr, ctx);
}

/* The lowest number that none of the process's contexts has. */
static void add_to_table(struct task_struct *curr, struct kioctx *ctx)
{
	struct kioctx **at = &curr->mm->ioctx_list;
	struct aio_ring ring;
	uint32_t id = 0;

	for (; *at && (*at)->id == id; at = &(*at)->next)
		id++;
	ctx->id = id;
	ctx->next = *at;
	*at = ctx;
	ring_head(curr, ctx, &ring, false);
	ring.id = id;
	ring_head(curr, ctx, &ring, true);
}

/* ERR_PTR. */
static struct kioctx *ioctx_alloc(struct task_struct *curr, uint32_t max_reqs)
{
	const uint32_t cpus = curr->k->hw.nr_cpus;
	const uint32_t least = cpus * 4;
	uint32_t nr_events = max_reqs > least ? max_reqs : least;
	struct kioctx *ctx;
	int err;

	nr_events *= 2;
	if (nr_events > 0x10000000u / sizeof(struct io_event_arm))
		return ERR_PTR(-EINVAL);
	if (!nr_events || max_reqs > (uint32_t)curr->k->vfs.aio_max_nr)
		return ERR_PTR(-EAGAIN);
	ctx = kzalloc_obj(curr, ARM_SIZEOF_KIOCTX, sizeof(*ctx), GFP_KERNEL);
	if (!ctx)
		return ERR_PTR(-ENOMEM);
	ctx->users = 1;
	ctx->max_reqs = max_reqs;
	init_waitqueue_head(&ctx->wait);
	err = aio_setup_ring(curr, ctx, nr_events);
	if (!err && curr->k->vfs.aio_nr + max_reqs >
			    (uint32_t)curr->k->vfs.aio_max_nr) {
		vm_munmap(curr, ctx->user_id, ctx->mmap_size);
		err = -EAGAIN;
	}
	if (err) {
		put_ctx(curr, ctx);
		return ERR_PTR(err);
	}
	ctx->reqs_available = ctx->nr_events - 1;
	ctx->req_batch = (ctx->nr_events - 1) / (cpus * 4);
	if (!ctx->req_batch)
		ctx->req_batch = 1;
	curr->k->vfs.aio_nr += max_reqs;
	add_to_table(curr, ctx);
	return ctx;
}

/* Nobody finds it any more; who waits is told. */
static void kill_ioctx(struct task_struct *curr, struct mm_struct *mm,
		       struct kioctx *ctx)
{
	struct kioctx **at = &mm->ioctx_list;

	while (*at != ctx)
		at = &(*at)->next;
	*at = ctx->next;
	ctx->dead = true;
	curr->k->vfs.aio_nr -= ctx->max_reqs;
	wake_up_all(curr, &ctx->wait);
}

void exit_aio(struct task_struct *curr, struct mm_struct *mm)
{
	while (mm->ioctx_list) {
		struct kioctx *ctx = mm->ioctx_list;

		kill_ioctx(curr, mm, ctx);
		put_ctx(curr, ctx);
	}
}

/* With a reference; NULL: @ctx_id is none of the caller's. */
static struct kioctx *lookup_ioctx(struct task_struct *curr, vaddr_t ctx_id)
{
	struct kioctx *ctx;
	uint32_t id;

	if (get_user_u32(curr, &id, ctx_id))
		return NULL;
	for (ctx = curr->mm->ioctx_list; ctx; ctx = ctx->next)
		if (ctx->id == id && ctx->user_id == ctx_id) {
			ctx->users++;
			return ctx;
		}
	return NULL;
}

static void destroy(struct task_struct *curr, struct kioctx *ctx)
{
	kill_ioctx(curr, curr->mm, ctx);
	vm_munmap(curr, ctx->user_id, ctx->mmap_size);
	put_ctx(curr, ctx);
}

int32_t do_io_setup(struct task_struct *curr, uint32_t nr_events, vaddr_t uctx)
{
	struct kioctx *ctx;
	uint32_t old;

	if (get_user_u32(curr, &old, uctx))
		return -EFAULT;
	if (old || !nr_events)
		return -EINVAL;
	ctx = ioctx_alloc(curr, nr_events);
	if (IS_ERR(ctx))
		return (int32_t)PTR_ERR(ctx);
	ctx->users++; /* another thread may guess its id and destroy it */
	if (put_user_u32(curr, ctx->user_id, uctx)) {
		if (!ctx->dead)
			destroy(curr, ctx);
		put_ctx(curr, ctx);
		return -EFAULT;
	}
	put_ctx(curr, ctx);
	return 0;
}

int32_t do_io_destroy(struct task_struct *curr, vaddr_t ctx_id)
{
	struct kioctx *ctx = lookup_ioctx(curr, ctx_id);

	if (!ctx)
		return -EINVAL;
	if (!ctx->dead)
		destroy(curr, ctx);
	put_ctx(curr, ctx);
	return 0;
}

/* ---- room in the ring --------------------------------------------------- */

/* What of the events that were completed has been taken out makes room. */
static void refill_reqs_available(struct kioctx *ctx, uint32_t head)
{
	uint32_t in_ring, done = ctx->completed_events;

	head %= ctx->nr_events;
	in_ring = head <= ctx->tail ? ctx->tail - head
				    : ctx->nr_events - (head - ctx->tail);
	done = in_ring < done ? done - in_ring : 0;
	ctx->completed_events -= done;
	ctx->cpu_available += done;
	while (ctx->cpu_available >= ctx->req_batch * 2) {
		ctx->cpu_available -= ctx->req_batch;
		ctx->reqs_available += ctx->req_batch;
	}
}

static bool take_req(struct kioctx *ctx)
{
	if (!ctx->cpu_available) {
		if (ctx->reqs_available < ctx->req_batch)
			return false;
		ctx->reqs_available -= ctx->req_batch;
		ctx->cpu_available = ctx->req_batch;
	}
	ctx->cpu_available--;
	return true;
}

static bool get_reqs_available(struct task_struct *curr, struct kioctx *ctx)
{
	struct aio_ring ring;

	if (take_req(ctx))
		return true;
	if (!ctx->completed_events)
		return false;
	ring_head(curr, ctx, &ring, false);
	refill_reqs_available(ctx, ring.head);
	return take_req(ctx);
}

static void aio_complete(struct task_struct *curr, struct kioctx *ctx,
			 const struct iocb_arm *iocb, vaddr_t uiocb,
			 int32_t res)
{
	struct io_event_arm event = {
		.data = iocb->data, .obj = uiocb, .res = res};
	struct aio_ring ring;

	ring_events(curr, ctx, ctx->tail, &event, 1, true);
	ctx->tail = (ctx->tail + 1) % ctx->nr_events;
	ring_head(curr, ctx, &ring, false);
	ring.tail = ctx->tail;
	ring_head(curr, ctx, &ring, true);
	if (++ctx->completed_events > 1)
		refill_reqs_available(ctx, ring.head);
	wake_up(curr, &ctx->wait);
}

/* ---- requests ----------------------------------------------------------- */

/* What may be wrong before it is begun. 0 or -errno. */
static int aio_prep_rw(const struct iocb_arm *iocb, const struct file *file,
		       bool write)
{
	if (iocb->rw_flags & ~RWF_AIO_SUPPORTED)
		return -EOPNOTSUPP;
	if (!(file->f_mode & (write ? FMODE_WRITE : FMODE_READ)))
		return -EBADF;
	if (S_ISDIR(file->f_inode->i_mode) ||
	    !(write ? file->f_op->write_iter : file->f_op->read_iter))
		return -EINVAL;
	return 0;
}

/* Its end in *@res. 0, or -errno: it hasn't begun. */
static int aio_rw(struct task_struct *curr, const struct iocb_arm *iocb,
		  struct file *file, bool write, bool vectored, int32_t *res)
{
	struct iovec_user fast[UIO_FASTIOV], *iov = fast;
	uint32_t nr = 1;
	struct iov_iter iter;
	int64_t pos = iocb->offset;
	int err = aio_prep_rw(iocb, file, write);

	if (err)
		return err;
	fast[0].base = (vaddr_t)iocb->buf;
	fast[0].len = (uint32_t)iocb->nbytes;
	if (vectored) {
		nr = (uint32_t)iocb->nbytes;
		err = import_iovec(curr, (vaddr_t)iocb->buf, nr, &iov);
	} else if (!access_ok(curr, fast[0].base, fast[0].len)) {
		err = -EFAULT;
	}
	if (err)
		return err;
	iov_iter_user(&iter, iov, nr);
	if (pos < 0 && !(file->f_mode & FMODE_STREAM))
		err = -EINVAL;
	else
		*res = (write ? vfs_write : vfs_read)(curr, file, &iter, &pos);
	if (iov != fast)
		kfree_obj(curr, iov);
	if (*res == -ERESTARTSYS || *res == -ERESTARTNOHAND)
		*res = -EINTR; /* there's no restarting it */
	return err;
}

static int aio_fsync(struct task_struct *curr, const struct iocb_arm *iocb,
		     struct file *file, int32_t *res)
{
	if (iocb->buf || iocb->offset || iocb->nbytes || iocb->rw_flags)
		return -EINVAL;
	if (!S_ISREG(file->f_inode->i_mode) && !file->f_op->fsync)
		return -EINVAL;
	*res = vfs_fsync_range(curr, file, 0, INT64_MAX);
	return 0;
}

static int run_request(struct task_struct *curr, const struct iocb_arm *iocb,
		       struct file *file, int32_t *res)
{
	switch (iocb->opcode) {
	case IOCB_CMD_PREAD:
	case IOCB_CMD_PREADV:
		return aio_rw(curr, iocb, file, false,
			      iocb->opcode == IOCB_CMD_PREADV, res);
	case IOCB_CMD_PWRITE:
	case IOCB_CMD_PWRITEV:
		return aio_rw(curr, iocb, file, true,
			      iocb->opcode == IOCB_CMD_PWRITEV, res);
	case IOCB_CMD_FSYNC:
	case IOCB_CMD_FDSYNC:
		return aio_fsync(curr, iocb, file, res);
	default:
		return -EINVAL;
	}
}

/* With its descriptor's file held, and that of the eventfd that it names. */
static int submit_with_files(struct task_struct *curr, struct kioctx *ctx,
			     const struct iocb_arm *iocb, vaddr_t uiocb,
			     struct file *file)
{
	struct file *eventfd = NULL;
	int32_t res = 0;
	int err;

	if (iocb->flags & IOCB_FLAG_RESFD) {
		eventfd = eventfd_fget(curr, (int)iocb->resfd);
		if (IS_ERR(eventfd))
			return (int)PTR_ERR(eventfd);
	}
	err = put_user_u32(curr, 0, uiocb + 8) ? -EFAULT : 0; /* its key */
	if (!err)
		err = run_request(curr, iocb, file, &res);
	if (!err) {
		aio_complete(curr, ctx, iocb, uiocb, res);
		if (eventfd)
			eventfd_signal(curr, eventfd, 1);
	}
	if (eventfd)
		fput(curr, eventfd);
	return err;
}

static int io_submit_one(struct task_struct *curr, struct kioctx *ctx,
			 vaddr_t uiocb)
{
	struct iocb_arm iocb;
	struct file *file;
	int err;

	if (copy_from_user(curr, &iocb, uiocb, sizeof(iocb)))
		return -EFAULT;
	if (iocb.reserved2 || iocb.buf >> 32 || iocb.nbytes > INT32_MAX)
		return -EINVAL;
	if (!get_reqs_available(curr, ctx))
		return -EAGAIN;
	file = fget(curr, (int)iocb.fildes);
	err = file ? submit_with_files(curr, ctx, &iocb, uiocb, file) : -EBADF;
	if (file)
		fput(curr, file);
	if (err)
		ctx->cpu_available++;
	return err;
}

int32_t do_io_submit(struct task_struct *curr, vaddr_t ctx_id, int32_t nr,
		     vaddr_t iocbpp)
{
	struct kioctx *ctx;
	int32_t done = 0, err = 0;

	if (nr < 0)
		return -EINVAL;
	ctx = lookup_ioctx(curr, ctx_id);
	if (!ctx)
		return -EINVAL;
	if ((uint32_t)nr > ctx->nr_events)
		nr = (int32_t)ctx->nr_events;
	while (done < nr && !err) {
		uint32_t uiocb;

		err = get_user_u32(curr, &uiocb, iocbpp + 4 * (uint32_t)done)
			      ? -EFAULT
			      : io_submit_one(curr, ctx, uiocb);
		if (!err)
			done++;
	}
	put_ctx(curr, ctx);
	return done ? done : err;
}

int32_t do_io_cancel(struct task_struct *curr, vaddr_t ctx_id, vaddr_t uiocb,
		     vaddr_t result)
{
	uint32_t key;

	(void)ctx_id, (void)result;
	/* whatever the context: no request waits for anything */
	return get_user_u32(curr, &key, uiocb + 8) ? -EFAULT : -EINVAL;
}

/* ---- events ------------------------------------------------------------- */

/* Up to @nr of those in the ring to the user. How many, or -EFAULT. */
static int32_t aio_read_events_ring(struct task_struct *curr,
				    struct kioctx *ctx, vaddr_t to, uint32_t nr)
{
	struct io_event_arm events[8];
	struct aio_ring ring;
	uint32_t head, tail, done = 0;

	ring_head(curr, ctx, &ring, false);
	head = ring.head % ctx->nr_events;
	tail = ring.tail % ctx->nr_events;
	while (done < nr && head != tail) {
		const uint32_t pos = head + AIO_EVENTS_OFFSET;
		uint32_t n = (head < tail ? tail : ctx->nr_events) - head;
		const uint32_t page = AIO_EVENTS_PER_PAGE -
				      pos % AIO_EVENTS_PER_PAGE;

		n = n < nr - done ? n : nr - done;
		n = n < page ? n : page;
		n = n < 8 ? n : 8;
		ring_events(curr, ctx, head, events, n, false);
		if (copy_to_user(curr, to + done * sizeof(*events), events,
				 n * (uint32_t)sizeof(*events)))
			return -EFAULT;
		done += n;
		head = (head + n) % ctx->nr_events;
	}
	ring_head(curr, ctx, &ring, false);
	ring.head = head;
	ring_head(curr, ctx, &ring, true);
	return (int32_t)done;
}

static bool ring_is_empty(struct task_struct *curr, const struct kioctx *ctx)
{
	struct aio_ring ring;

	ring_head(curr, ctx, &ring, false);
	return ring.head % ctx->nr_events == ring.tail % ctx->nr_events;
}

/* True: there is nothing to wait for any more; how many in *@got, or -errno. */
static bool aio_read_events(struct task_struct *curr, struct kioctx *ctx,
			    int32_t min_nr, int32_t nr, vaddr_t to,
			    int32_t *got)
{
	int32_t n = aio_read_events_ring(curr, ctx, to + 32 * (uint32_t)*got,
					 (uint32_t)(nr - *got));

	if (n > 0)
		*got += n;
	if (ctx->dead)
		n = -EINVAL;
	if (!*got)
		*got = n;
	return n < 0 || *got >= min_nr;
}

static int32_t read_events(struct task_struct *curr, struct kioctx *ctx,
			   int32_t min_nr, int32_t nr, vaddr_t to,
			   uint64_t expires)
{
	struct wait_queue_entry wait = {0};
	int32_t got = 0;

	while (!aio_read_events(curr, ctx, min_nr, nr, to, &got)) {
		uint64_t left = 1;

		if (!expires || signal_pending(curr))
			break;
		/* copying may have slept: what came then is in the ring */
		prepare_to_wait(curr, &ctx->wait, &wait, TASK_INTERRUPTIBLE);
		if (ring_is_empty(curr, ctx) && !ctx->dead)
			left = schedule_timeout_until(curr, expires);
		finish_wait(curr, &ctx->wait, &wait);
		if (!left)
			expires = 0; /* one more look */
	}
	return got;
}

int32_t do_io_getevents(struct task_struct *curr, vaddr_t ctx_id,
			int32_t min_nr, int32_t nr, vaddr_t events,
			uint64_t expires)
{
	struct kioctx *ctx = lookup_ioctx(curr, ctx_id);
	int32_t ret = -EINVAL;

	if (!ctx)
		return -EINVAL;
	if (min_nr <= nr && min_nr >= 0)
		ret = read_events(curr, ctx, min_nr, nr, events, expires);
	put_ctx(curr, ctx);
	return ret;
}

int32_t do_io_pgetevents(struct task_struct *curr, vaddr_t ctx_id,
			 int32_t min_nr, int32_t nr, vaddr_t events,
			 uint64_t expires, vaddr_t usig)
{
	uint32_t sig[2] = {0, 0}; /* struct __aio_sigset: mask, its size */
	bool interrupted;
	int32_t ret;

	if (usig && copy_from_user(curr, sig, usig, sizeof(sig)))
		return -EFAULT;
	ret = set_user_sigmask(curr, sig[0], sig[1]);
	if (ret)
		return ret;
	ret = do_io_getevents(curr, ctx_id, min_nr, nr, events, expires);
	interrupted = signal_pending(curr);
	restore_saved_sigmask_unless(curr, interrupted);
	return interrupted && !ret ? -ERESTARTNOHAND : ret;
}
