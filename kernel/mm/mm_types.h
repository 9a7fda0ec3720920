/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MM_MM_TYPES_H
#define KERNEL_MM_MM_TYPES_H

/*
 * The nouns of memory management: struct page, vm_area_struct, mm_struct,
 * address_space. Names and meaning are Linux 5.15's; the structures live in
 * the object store (kernel/mm/kobj.h) and are charged at their ARM sizes
 * (kernel/arm_sizes.h).
 */

#include <stdbool.h>
#include <stdint.h>

#include "kernel/lib/list.h"
#include "kernel/lib/rbtree.h"
#include "kernel/lib/xarray.h"
#include "kernel/task/rwsem_types.h"
#include "kernel/task/timer_types.h"
#include "mmu/types.h"

struct file;
struct inode;
struct kernel;
struct kmem_cache;
struct ksm_mm_slot;
struct mempolicy;
struct mm_struct;
struct task_struct;
struct vm_area_struct;
struct vm_fault;
struct vma_index;
struct anon_vma;
struct address_space;

#define PAGE_SHIFT        12
#define PAGE_SIZE         4096u
#define PAGE_MASK         (~(PAGE_SIZE - 1))
#define PAGE_ALIGN(x)     (((x) + PAGE_SIZE - 1) & PAGE_MASK)
#define offset_in_page(x) ((x) & (PAGE_SIZE - 1))

typedef uint32_t pfn_t; /* frame number: paddr >> PAGE_SHIFT */
typedef uint32_t pgoff_t; /* page index within a file or anonymous mapping */

/* What second-level tables hold: the Linux word of an entry (E.2). */
typedef struct {
	uint32_t pte;
} pte_t;
/* One pair of first-level words, 2 MB. */
typedef struct {
	uint32_t pmd[2];
} pmd_t;
typedef struct {
	uint32_t pgprot;
} pgprot_t;

enum pageflags {
	PG_locked,
	PG_referenced,
	PG_uptodate,
	PG_dirty,
	PG_lru,
	PG_active,
	PG_workingset,
	PG_waiters,
	PG_error,
	PG_slab,
	PG_owner_priv_1,
	PG_reserved,
	PG_private,
	PG_writeback,
	PG_head,
	PG_reclaim,
	PG_swapbacked,
	PG_unevictable,
	PG_mlocked,
	PG_swapcache,
	PG_hwpoison,
	PG_code, /* was ever fetched from or flushed as code */
	PG_anon_exclusive, /* anonymous, and of one process alone */
	PG_deferred, /* the next 1023 aren't written yet (mm_init.h) */
	NR_PAGEFLAGS,
	/* zone and node numbers lie above, as in page-flags-layout.h */
	ZONES_PGSHIFT = 26,
	NODES_PGSHIFT = 28,
};

/* page->page_type, in place of _mapcount while no one maps the page. */
#define PAGE_TYPE_BASE   0xf0000000u
#define PG_buddy         0x00000080u
#define PG_table         0x00000400u
#define PG_kstack        0x00000800u /* a kernel stack; Linux has no such type */
#define PG_large_kmalloc 0x00001000u /* as Linux marks it from 6.14 on */

/*
 * One for each frame of RAM, in mem_map; 32 bytes on ARM. Owned by whoever
 * allocated the frame; `flags` by the page's owner and, for PG_lru and
 * PG_active, by the LRU lists.
 */
struct page {
	uint32_t flags;
	int32_t _refcount;
	union {
		int32_t _mapcount; /* -1: not mapped */
		uint32_t page_type;
		uint32_t active; /* slab: objects handed out */
		uint32_t units; /* slob: free ones */
	};
	uint32_t compound_order; /* of the block, in the first page of any */
	union {
		struct { /* page cache and anonymous pages */
			union {
				struct list_head lru;
				struct
				{ /* unevictable: on no list (mlock_page.c) */
					void *lru_unused;
					uint32_t mlock_count;
				};
			};
			/* address_space, or by PAGE_MAPPING_… something else */
			struct address_space *mapping;
			pgoff_t index;
			uint64_t private;
		};
		struct { /* free in the buddy: private is the order */
			struct list_head buddy_list;
			void *buddy_unused;
			int32_t migratetype; /* while on a pcp list */
		};
		struct { /* slab: first page of the slab */
			struct list_head slab_list;
			void *slab_unused; /* mapping stays NULL */
			struct kmem_cache *slab_cache;
			uint32_t freelist; /* kernel address; 0: none */
			union {
				struct { /* slub */
					uint16_t inuse;
					uint16_t objects : 15, frozen : 1;
				};
				uint32_t s_mem; /* slab: its first object */
				struct { /* slob */
					uint16_t on_list; /* has free units */
					/* no free block has more units */
					uint16_t largest;
				};
			};
		};
		struct { /* page-table page */
			struct page *pt_next; /* of those in store */
			void *pt_unused;
			void *pt_unused2; /* mapping stays NULL */
			struct mm_struct *pt_mm;
		};
	};
	struct page *compound_head; /* of a tail page; NULL otherwise */
	/* slab: where objects are in use, kept where no guest can reach it */
	uint32_t slab_map[16];
};
_Static_assert(sizeof(struct page) == 128, "mem_map is an array at scale 4");

/* vm_flags; numbers are Linux's */
#define VM_NONE        0x0u
#define VM_READ        0x1u
#define VM_WRITE       0x2u
#define VM_EXEC        0x4u
#define VM_SHARED      0x8u
#define VM_MAYREAD     0x10u
#define VM_MAYWRITE    0x20u
#define VM_MAYEXEC     0x40u
#define VM_MAYSHARE    0x80u
#define VM_GROWSDOWN   0x100u
#define VM_PFNMAP      0x400u
#define VM_LOCKED      0x2000u
#define VM_IO          0x4000u
#define VM_SEQ_READ    0x8000u
#define VM_RAND_READ   0x10000u
#define VM_DONTCOPY    0x20000u
#define VM_DONTEXPAND  0x40000u
#define VM_LOCKONFAULT 0x80000u
#define VM_ACCOUNT     0x100000u
#define VM_NORESERVE   0x200000u
#define VM_HUGETLB     0x400000u
#define VM_SYNC        0x800000u
#define VM_WIPEONFORK  0x2000000u
#define VM_DONTDUMP    0x4000000u
#define VM_SOFTDIRTY   0x8000000u
#define VM_MIXEDMAP    0x10000000u
#define VM_HUGEPAGE    0x20000000u
#define VM_NOHUGEPAGE  0x40000000u
#define VM_MERGEABLE   0x80000000u
#define VM_STACK       VM_GROWSDOWN

typedef uint32_t vm_fault_t;
#define VM_FAULT_OOM       0x01u
#define VM_FAULT_SIGBUS    0x02u
#define VM_FAULT_MAJOR     0x04u
#define VM_FAULT_HWPOISON  0x10u
#define VM_FAULT_SIGSEGV   0x40u
#define VM_FAULT_NOPAGE    0x100u
#define VM_FAULT_LOCKED    0x200u
#define VM_FAULT_RETRY     0x400u
#define VM_FAULT_FALLBACK  0x800u
#define VM_FAULT_COMPLETED 0x4000u /* and mmap_lock is given up */
#define VM_FAULT_ERROR \
	(VM_FAULT_OOM | VM_FAULT_SIGBUS | VM_FAULT_SIGSEGV | VM_FAULT_HWPOISON)

#define FAULT_FLAG_WRITE       0x01u
#define FAULT_FLAG_MKWRITE     0x02u
/* May give mmap_lock up and be asked for another try: VM_FAULT_RETRY. */
#define FAULT_FLAG_ALLOW_RETRY 0x04u
#define FAULT_FLAG_KILLABLE    0x10u
#define FAULT_FLAG_TRIED       0x20u /* this is the other try */
#define FAULT_FLAG_USER        0x40u
#define FAULT_FLAG_REMOTE      0x80u
#define FAULT_FLAG_INSTRUCTION 0x100u
#define FAULT_FLAG_DEFAULT     (FAULT_FLAG_ALLOW_RETRY | FAULT_FLAG_KILLABLE)

/* A second try keeps the lock: it comes to an end. */
static inline bool fault_flag_allow_retry_first(uint32_t flags)
{
	return flags & FAULT_FLAG_ALLOW_RETRY && !(flags & FAULT_FLAG_TRIED);
}

struct vm_operations_struct {
	void (*open)(struct task_struct *curr, struct vm_area_struct *vma);
	void (*close)(struct task_struct *curr, struct vm_area_struct *vma);
	vm_fault_t (*fault)(struct vm_fault *vmf);
	vm_fault_t (*map_pages)(struct vm_fault *vmf, pgoff_t start,
				pgoff_t end);
	vm_fault_t (*page_mkwrite)(struct vm_fault *vmf);
	/* The mapping lives here now; its pages have come along. */
	void (*mremap)(struct vm_area_struct *new_vma);
	/* May it be cut in two? 0 or -errno; NULL: yes. */
	int (*may_split)(const struct vm_area_struct *vma, vaddr_t vaddr);
	/* what /proc/PID/maps calls it; NULL: nothing */
	const char *(*name)(const struct vm_area_struct *vma);
};

/* Sigpage, vvar, vdso: pages of the kernel's that programs see, by name. */
struct vm_special_mapping {
	const char *name;
	struct page *pages; /* the first; the others follow it */
	uint32_t nr_pages; /* a touch of what lies behind them is SIGBUS */
	void (*mremap)(struct vm_area_struct *new_vma); /* NULL: no matter */
};

/* A range of a process's address space; owned by its mm's tree. */
struct vm_area_struct {
	vaddr_t vm_start, vm_end; /* [start, end) */
	struct vm_area_struct *vm_next, *vm_prev;
	struct rb_node vm_rb;
	/* largest hole below any VMA of this subtree, in bytes */
	uint32_t rb_subtree_gap;
	struct mm_struct *vm_mm;
	pgprot_t vm_page_prot;
	uint32_t vm_flags;
	struct { /* file mappings: in address_space.i_mmap */
		struct rb_node rb;
		pgoff_t rb_subtree_last;
	} shared;
	struct list_head
		anon_vma_chain; /* of every anonymous page's anon_vma */
	struct anon_vma *anon_vma;
	const struct vm_operations_struct *vm_ops;
	pgoff_t vm_pgoff;
	struct file *vm_file;
	struct mempolicy *vm_policy; /* NULL: the task's (mm/mempolicy.h) */
	void *vm_private_data;
	vaddr_t vm_arm_ops, vm_arm_private; /* a module's (module/vm_ops.c) */
	uint32_t swap_readahead_info; /* swap_readahead.c's notes */
};

/* Which anonymous pages a family of VMAs may share (rmap). */
struct anon_vma {
	struct anon_vma *root, *parent;
	int32_t refcount;
	/* anon_vmas whose parent this is; VMAs whose ->anon_vma this is */
	uint32_t num_children, num_active_vmas;
	struct rb_root_cached rb_root; /* anon_vma_chain by interval */
};

struct anon_vma_chain {
	struct vm_area_struct *vma;
	struct anon_vma *anon_vma;
	struct list_head same_vma;
	struct rb_node rb;
	pgoff_t rb_subtree_last;
};

enum {
	MM_FILEPAGES,
	MM_ANONPAGES,
	MM_SWAPENTS,
	MM_SHMEMPAGES,
	NR_MM_COUNTERS
};

/* May others look into it? What prctl(PR_GET_DUMPABLE) tells. */
#define SUID_DUMP_DISABLE   0
#define SUID_DUMP_USER      1
/* Anonymous memory of both kinds, ELF headers, huge private pages. */
#define DEFAULT_DUMP_FILTER 0x33u

/*
 * What a task has counted and not yet added to its mm's rss_stat: it does so
 * after 64 faults, before it unmaps anything, and when it leaves.
 */
struct task_rss_stat {
	int events;
	int32_t count[NR_MM_COUNTERS];
};

struct kioctx;

struct mm_struct {
	struct vm_area_struct *mmap; /* VMAs by address */
	struct rb_root mm_rb;
	struct vm_area_struct *vmacache; /* the last one found */
	struct vm_area_struct *vma_in_mmap; /* a driver fills it; in no tree */
	struct vma_index *vma_index; /* all of them, for find_vma() */
	uint32_t vma_walks; /* find_vma()'s down the tree since the change */
	bool vma_index_valid;
	struct kernel *k;
	pmd_t *pgd; /* host view of the 16 KB first-level table */
	paddr_t pgd_paddr;
	int32_t mm_users, mm_count;
	int32_t map_count;
	struct rw_semaphore mmap_lock;
	struct list_head mmlist;
	uint32_t def_flags;
	vaddr_t mmap_base, mmap_legacy_base, task_size;
	vaddr_t start_code, end_code, start_data, end_data;
	vaddr_t start_brk, brk, start_stack;
	vaddr_t arg_start, arg_end, env_start, env_end;
	uint32_t saved_auxv[44];
	uint32_t hiwater_rss, hiwater_vm;
	bool vmas_apart; /* neighbours that could be one may be two */
	uint32_t locked_lost; /* of locked_vm: in no VMA any more */
	uint32_t total_vm, locked_vm, pinned_vm, data_vm, exec_vm, stack_vm;
	uint32_t pgtables_bytes;
	struct list_head khugepaged_node; /* ->next NULL: not scanned */
	struct ksm_mm_slot *ksm_slot; /* NULL: none of it was mergeable */
	uint32_t ksm_merging_pages, ksm_rmap_items; /* what ksmd has of it */
	struct page *pmd_huge_pte; /* a table in store for each huge entry */
	uint32_t nr_prealloc; /* tables that faults brought, not installed */
	int32_t rss_stat[NR_MM_COUNTERS];
	struct file *exe_file;
	struct kioctx *ioctx_list; /* fs/aio.c, by id */
	int dumpable; /* SUID_DUMP_… */
	uint32_t dump_filter; /* kinds of mappings, for core dumps */
	bool thp_disabled;
	struct {
		uint64_t id; /* generation | ASID (E.7) */
		vaddr_t sigpage;
		vaddr_t vdso;
	} context;
	uint32_t cpu_bitmap; /* mm_cpumask */
	uint32_t flags; /* MMF_… (mm/oom_kill.h) */
	struct { /* queued for the OOM reaper, and whom it names */
		struct timer timer;
		struct list_head list;
		int pid;
		char comm[16];
	} oom_reap;
};

/* The pages of a file, an inode's or tmpfs's. Owned by the inode. */
struct address_space {
	struct inode *host;
	struct xarray i_pages;
	struct rb_root_cached i_mmap; /* VMAs by interval of pages */
	int32_t i_mmap_writable;
	uint32_t nrpages;
	/*
	 * Held for reading while a page is brought in, for writing while pages
	 * are taken out of the middle: so that none comes back too early.
	 */
	struct rw_semaphore invalidate_lock;
	pgoff_t writeback_index; /* where the flusher goes on */
	uint32_t flags; /* AS_… */
	uint32_t wb_err; /* lib/errseq.h */
	const struct address_space_operations *a_ops;
	bool swap_backed; /* tmpfs rules: its pages are never just dropped */
	bool shmem; /* memory is all it has: where no page is, zeroes are */
	bool acct_block; /* each page is charged to the commit limit */
	bool unevictable; /* its pages stay in memory: SHM_LOCK */
	struct rb_root policy; /* of memory: sp_nodes, by index */
};

struct address_space_operations {
	/* Fills a locked page that is not up to date, unlocks it. 0, -errno. */
	int (*readpage)(struct task_struct *curr, struct file *file,
			struct page *page);
	int (*writepage)(struct task_struct *curr, struct page *page);
	/*
	 * @len bytes of one page, from @pos on, will be written: that page,
	 * locked, with all up to date that won't be. 0 or -errno.
	 */
	int (*write_begin)(struct task_struct *curr, struct file *file,
			   int64_t pos, uint32_t len, struct page **page);
	/*
	 * @copied of them were. How many the file has taken: all, or fewer
	 * when there were fewer than promised. Moves i_size, marks the page
	 * dirty, unlocks it and drops write_begin()'s reference.
	 */
	int32_t (*write_end)(struct task_struct *curr, struct file *file,
			     int64_t pos, uint32_t len, uint32_t copied,
			     struct page *page);
	/* True when the page became dirty by this call. */
	bool (*set_page_dirty)(struct task_struct *curr, struct page *page);
};

/* What is known of one fault while it is handled (include/linux/mm.h). */
struct vm_fault {
	struct task_struct *const curr;
	struct vm_area_struct *const vma;
	const pgoff_t pgoff;
	const vaddr_t address; /* down to the page */
	const vaddr_t real_address;
	uint32_t flags;
	pmd_t *pmd;
	pte_t *pte; /* valid until anything sleeps */
	pte_t orig_pte;
	struct page *cow_page;
	struct page *page;
	struct page *prealloc_pte; /* a table, if one may be needed */
};

#endif
