/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MM_MM_H
#define KERNEL_MM_MM_H

/*
 * What user memory management offers the rest of the kernel
 * (include/linux/mm.h, pagemap.h). Addresses are the user's; errors are
 * -errno. Functions that take a task may sleep unless they say otherwise.
 */

#include "kernel/mm/gfp.h"
#include "kernel/mm/mm_types.h"

struct iov_iter;

/* ---- mm/mmap.c ------------------------------------------------------------- */

struct vm_area_struct *find_vma(struct mm_struct *mm, vaddr_t vaddr);
struct vm_area_struct *find_vma_intersection(struct mm_struct *mm,
					     vaddr_t start, vaddr_t end);
/* mmap_lock held for writing by the caller of do_mmap and do_munmap. */
uint32_t do_mmap(struct task_struct *curr, struct file *file, vaddr_t vaddr,
		 uint32_t len, uint32_t prot, uint32_t flags, pgoff_t pgoff,
		 bool *populate);
/* Takes the lock, maps, populates. Address or -errno as an unsigned value. */
uint32_t vm_mmap_pgoff(struct task_struct *curr, struct file *file,
		       vaddr_t vaddr, uint32_t len, uint32_t prot,
		       uint32_t flags, pgoff_t pgoff);
int vm_munmap(struct task_struct *curr, vaddr_t start, uint32_t len);
int do_munmap(struct task_struct *curr, struct mm_struct *mm, vaddr_t start,
	      uint32_t len);
/* Anonymous memory at a fixed place: brk and ELF .bss. */
int vm_brk_flags(struct task_struct *curr, vaddr_t vaddr, uint32_t len,
		 uint32_t flags);
uint32_t do_brk(struct task_struct *curr, vaddr_t brk);
int do_mprotect(struct task_struct *curr, vaddr_t start, uint32_t len,
		uint32_t prot);
uint32_t do_mremap(struct task_struct *curr, vaddr_t vaddr, uint32_t old_len,
		   uint32_t new_len, uint32_t flags, vaddr_t new_vaddr);
int do_madvise(struct task_struct *curr, struct mm_struct *mm, vaddr_t start,
	       uint32_t len, int behaviour);
/* For the process of pidfd @fd; @nr segments at @uiov. Bytes, or -errno. */
int32_t do_process_madvise(struct task_struct *curr, int fd, vaddr_t uiov,
			   uint32_t nr, int behaviour, uint32_t flags);
/* The first stack VMA of a program, one page at STACK_TOP; fork/exec use it. */
int setup_stack_vma(struct task_struct *curr, struct mm_struct *mm,
		    vaddr_t stack_top);
/* exec, mmap_lock held for writing. 0 or -errno. */
int make_stack_executable(struct task_struct *curr,
			  struct vm_area_struct *stack);
int expand_stack(struct task_struct *curr, struct vm_area_struct *vma,
		 vaddr_t vaddr);
/* Special mappings: sigpage, vvar, vdso. @spec outlives them. 0 or -errno. */
int install_special_mapping(struct task_struct *curr, struct mm_struct *mm,
			    vaddr_t vaddr, uint32_t len, uint32_t vm_flags,
			    const struct vm_special_mapping *spec);
/* Unmaps and frees everything: the last user of the mm is gone. */
void exit_mmap(struct task_struct *curr, struct mm_struct *mm);
/* fork: copies VMAs and page tables, write-protecting both sides. */
int dup_mmap(struct task_struct *curr, struct mm_struct *mm,
	     struct mm_struct *oldmm);
vaddr_t get_unmapped_area(struct task_struct *curr, struct file *file,
			  vaddr_t vaddr, uint32_t len, pgoff_t pgoff,
			  uint32_t flags);
/* Pages by which mappings move, unless a program would rather have it so. */
#define MMAP_RND_BITS     8
#define MMAP_RND_BITS_MAX 16
#define STACK_RND_PAGES   0x7ffu
#define BRK_RND_BYTES     0x02000000u

/* Are @curr's next program's addresses to be drawn? (PF_RANDOMIZE) */
bool randomizes_va_space(const struct task_struct *curr);
/* How far a mapping, or a position-independent program, is moved then. */
uint32_t arch_mmap_rnd(struct kernel *k);
/* Chooses mmap_base for a new program (arch_pick_mmap_layout). */
void arch_pick_mmap_layout(struct task_struct *curr, struct mm_struct *mm,
			   uint32_t stack_limit);
void user_mm_init(struct task_struct *curr); /* caches, zero page */

/* ---- mm/memory.c ------------------------------------------------------------- */

/*
 * One fault at @vaddr within @vma; mmap_lock held for reading. FAULT_FLAG_*.
 * May sleep for memory and files. VM_FAULT_RETRY and VM_FAULT_COMPLETED, for
 * those who allow them, say that the lock has been given up. Counts PGFAULT and
 * the task's min_flt or maj_flt.
 */
vm_fault_t handle_mm_fault(struct task_struct *curr, struct vm_area_struct *vma,
			   vaddr_t vaddr, uint32_t flags);
/*
 * Faults in [start, end) of @vma as if touched, for get_user_pages' users who
 * want no pages. How many pages from @start on; -errno if not even one.
 */
int32_t populate_vma_page_range(struct task_struct *curr,
				struct vm_area_struct *vma, vaddr_t start,
				vaddr_t end, bool *locked);
/*
 * The page that @curr's own memory shows at @vaddr, with a reference: touched
 * by then, for writing if @write. -EFAULT: no such memory, or it doesn't allow
 * that; -ENOMEM. May sleep.
 */
int get_user_page(struct task_struct *curr, vaddr_t vaddr, bool write,
		  struct page **page);
/* How (numbers are Linux's). */
#define FOLL_WRITE 0x01u
#define FOLL_FORCE 0x10u /* as a debugger: also where the program may not */
/*
 * Another process's memory (or our own, before its first return): reads or
 * writes through its tables with faults. Returns bytes done.
 */
uint32_t access_remote_vm(struct task_struct *curr, struct mm_struct *mm,
			  vaddr_t vaddr, void *buf, uint32_t len,
			  uint32_t gup_flags);

/* ---- mm/memory_pfn.c: for drivers ------------------------------------------------ */

/*
 * For a driver's mmap(), mmap_lock held for writing: @size bytes of physical
 * memory from frame @pfn on appear at @vaddr of @vma, uncounted, with rights
 * and kind of memory as @prot has them (asm/pgtable.h: pgprot_noncached(), …).
 * Sets VM_IO, VM_PFNMAP, VM_DONTEXPAND, VM_DONTDUMP. 0, -ENOMEM, or -EINVAL: not
 * within @vma; or it is private, and not all of it. Part may be done.
 *
 * MODEL: where something is mapped already, -EBUSY; Linux has a BUG there.
 */
int remap_pfn_range(struct task_struct *curr, struct vm_area_struct *vma,
		    vaddr_t vaddr, pfn_t pfn, uint32_t size, pgprot_t prot);
#define io_remap_pfn_range remap_pfn_range
/* All of @vma shows the @len bytes at @start from page vm_pgoff on. */
int vm_iomap_memory(struct task_struct *curr, struct vm_area_struct *vma,
		    paddr_t start, uint32_t len);
/*
 * For a driver's fault handler: one raw frame into a VMA that is VM_PFNMAP and
 * shared, or VM_MIXEDMAP and the frame no RAM. VM_FAULT_NOPAGE, or _OOM, or
 * _SIGBUS.
 *
 * MODEL: of another kind of VMA Linux says BUG.
 */
vm_fault_t vmf_insert_pfn(struct task_struct *curr, struct vm_area_struct *vma,
			  vaddr_t vaddr, pfn_t pfn);
vm_fault_t vmf_insert_pfn_prot(struct task_struct *curr,
			       struct vm_area_struct *vma, vaddr_t vaddr,
			       pfn_t pfn, pgprot_t prot);
/*
 * One page of the page allocator's, which gets a reference and a count for the
 * entry. 0, -EFAULT, -EINVAL for slabs' and programs' own, -EBUSY, -ENOMEM.
 *
 * MODEL: -EINVAL for parts of compound pages, too.
 */
int vm_insert_page(struct task_struct *curr, struct vm_area_struct *vma,
		   vaddr_t vaddr, struct page *page);

/* ---- mm/process_vm_access.c ---------------------------------------------------- */

/*
 * process_vm_readv(2), or process_vm_writev(2) if @write: between segments of
 * @curr's memory at @lvec and of process @pid's at @rvec. Bytes done, or
 * -errno where none could be.
 */
int32_t process_vm_rw(struct task_struct *curr, int pid, vaddr_t lvec,
		      uint32_t liovcnt, vaddr_t rvec, uint32_t riovcnt,
		      uint32_t flags, bool write);

/* ---- mm/filemap.c -------------------------------------------------------------- */

void address_space_init(struct address_space *mapping, struct inode *host);
/* The page with a reference, or NULL. */
struct page *find_get_page(struct address_space *mapping, pgoff_t index);
/* The up-to-date page with a reference; reads it. ERR_PTR on failure. */
struct page *read_mapping_page(struct task_struct *curr,
			       struct address_space *mapping, pgoff_t index,
			       struct file *file);
/* read(2) and write(2) on files with a page cache; bytes or -errno. */
int32_t generic_file_read_iter(struct task_struct *curr, struct file *file,
			       struct iov_iter *to, int64_t *pos);
/* A ->write_begin() that reads all of the page, whatever will be written. */
int filemap_write_begin(struct task_struct *curr, struct file *file,
			int64_t pos, uint32_t len, struct page **page);
/* The inner part: i_rwsem is held. */
int32_t generic_perform_write(struct task_struct *curr, struct file *file,
			      struct iov_iter *from, int64_t *pos);
int32_t generic_file_write_iter(struct task_struct *curr, struct file *file,
				struct iov_iter *from, int64_t *pos);
int generic_file_mmap(struct task_struct *curr, struct file *file,
		      struct vm_area_struct *vma);
/* Drops pages past @size and unmaps them; zeroes the tail of the last. */
void truncate_setsize(struct task_struct *curr, struct inode *inode,
		      int64_t size);
/* All pages go: the inode dies. */
void truncate_inode_pages_final(struct task_struct *curr,
				struct address_space *mapping);

/* ---- fs/sync.c ------------------------------------------------------------------- */

/* Bytes [start, end] of an open file are on the disk then. 0 or -errno. */
int vfs_fsync_range(struct task_struct *curr, struct file *file, int64_t start,
		    int64_t end);
/*
 * After a write of @count bytes up to @pos: waits for them where the file was
 * opened so. @count, or -errno.
 */
int32_t generic_write_sync(struct task_struct *curr, struct file *file,
			   int64_t pos, int32_t count);

/* ---- how much is resident ---------------------------------------------------- */

/*
 * What faults count lags behind, as in Linux with its counters split by task:
 * sync_mm_rss() is @curr's due. (mm/memory.c)
 */
void add_mm_counter_fast(struct task_struct *curr, struct mm_struct *mm,
			 int member, int32_t value);
void sync_mm_rss(struct task_struct *curr, struct mm_struct *mm);
static inline void add_mm_counter(struct mm_struct *mm, int member,
				  int32_t value)
{
	mm->rss_stat[member] += value;
}
static inline uint32_t get_mm_counter(const struct mm_struct *mm, int member)
{
	return mm->rss_stat[member] > 0 ? (uint32_t)mm->rss_stat[member] : 0;
}
/* Pages; VmRSS. */
static inline uint32_t get_mm_rss(const struct mm_struct *mm)
{
	return get_mm_counter(mm, MM_FILEPAGES) +
	       get_mm_counter(mm, MM_ANONPAGES) +
	       get_mm_counter(mm, MM_SHMEMPAGES);
}
/*
 * Peaks are noted only before something shrinks (update_hiwater_*), so readers
 * take these, never the fields: VmHWM, ru_maxrss, VmPeak.
 */
static inline uint32_t get_mm_hiwater_rss(const struct mm_struct *mm)
{
	uint32_t rss = get_mm_rss(mm);

	return rss > mm->hiwater_rss ? rss : mm->hiwater_rss;
}
static inline uint32_t get_mm_hiwater_vm(const struct mm_struct *mm)
{
	return mm->total_vm > mm->hiwater_vm ? mm->total_vm : mm->hiwater_vm;
}
static inline void update_hiwater_rss(struct mm_struct *mm)
{
	mm->hiwater_rss = get_mm_hiwater_rss(mm);
}
static inline void update_hiwater_vm(struct mm_struct *mm)
{
	mm->hiwater_vm = get_mm_hiwater_vm(mm);
}

/* ---- /proc/PID/maps and friends read VMAs under mmap_lock themselves -------- */

const char *vma_name(const struct vm_area_struct *vma); /* "[heap]", … */

#endif
