/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _LINUX_MM_H
#define _LINUX_MM_H

#include <linux/gfp.h>
#include <linux/pgtable.h>
#include <linux/types.h>

#define PAGE_SHIFT 12
#define PAGE_SIZE  (1ul << PAGE_SHIFT)
#define PAGE_MASK  (~(PAGE_SIZE - 1))

#define PAGE_ALIGN(size) (((size) + PAGE_SIZE - 1) & PAGE_MASK)

/*
 * A frame of RAM. Neighbours in memory are neighbours here; what is in it, only
 * the kernel's functions know.
 */
struct page {
	u32 unknown[8];
};
#define nth_page(page, n) ((page) + (n))

/**
 * alloc_pages - allocate frames in a row
 * @flags: GFP_KERNEL, GFP_HIGHUSER, …
 * @order: 2^order of them, up to 10
 *
 * Context: Any context with GFP_ATOMIC or GFP_NOWAIT; may sleep otherwise.
 * Return: the first one's page, or NULL when memory is short.
 */
struct page *alloc_pages(gfp_t flags, unsigned int order);
/**
 * __free_pages - give back what alloc_pages() gave
 * @page: the first one's page
 * @order: as it was; as many are freed as were given
 *
 * Context: Any context.
 */
void __free_pages(struct page *page, unsigned int order);
/**
 * __get_free_pages - alloc_pages() of lowmem, by address
 * @flags: GFP_KERNEL, GFP_ATOMIC, …
 * @order: 2^order of them, up to 10
 *
 * Context: As alloc_pages().
 * Return: their first address, or 0 when memory is short.
 */
unsigned long __get_free_pages(gfp_t flags, unsigned int order);
/**
 * free_pages - give back what __get_free_pages() gave
 * @at: their first address, or 0
 * @order: as it was; as many are freed as were given
 *
 * Context: Any context.
 */
void free_pages(unsigned long at, unsigned int order);
/**
 * page_address - where a frame of lowmem is mapped
 * @page: its page
 *
 * Context: Any context.
 * Return: its address, or NULL for a frame of highmem.
 */
void *page_address(const struct page *page);
/**
 * page_to_pfn - a frame's number
 * @page: its page
 *
 * Context: Any context.
 * Return: its physical address >> PAGE_SHIFT.
 */
unsigned long page_to_pfn(const struct page *page);

/**
 * pfn_to_page - the page of a frame
 * @pfn: its number
 *
 * Context: Any context.
 * Return: the page; a number that is no frame of RAM is an oops.
 */
struct page *pfn_to_page(unsigned long pfn);
/**
 * virt_to_page - the page of an address of lowmem
 * @at: the address
 *
 * Context: Any context.
 * Return: the page; an address that is none of lowmem is an oops.
 */
struct page *virt_to_page(const void *at);
/**
 * get_page - hold a page, so that it stays as long
 * @page: one that is somebody's
 *
 * Context: Any context.
 */
void get_page(struct page *page);
/**
 * put_page - give up what get_page() took, or the page itself
 * @page: the page
 *
 * Context: Any context.
 */
void put_page(struct page *page);
/**
 * page_count - how many hold a page
 * @page: the page
 *
 * Context: Any context.
 * Return: their number; 0: it is free.
 */
int page_count(const struct page *page);
/**
 * alloc_pages_node - alloc_pages() that begins with a node's memory
 * @nid: the node; negative: this core's
 * @flags: GFP_KERNEL, GFP_HIGHUSER, …
 * @order: 2^order of them, up to 10
 *
 * Context: As alloc_pages().
 * Return: the first one's page, or NULL when memory is short.
 */
struct page *alloc_pages_node(int nid, gfp_t flags, unsigned int order);
/**
 * alloc_pages_exact - whole pages of lowmem, no more than it takes
 * @size: bytes, up to 4 MB
 * @flags: GFP_KERNEL, GFP_ATOMIC, …
 *
 * Context: As alloc_pages().
 * Return: their first address, or NULL when memory is short.
 */
void *alloc_pages_exact(size_t size, gfp_t flags);
/**
 * free_pages_exact - give back what alloc_pages_exact() gave
 * @at: its first address, or NULL
 * @size: as it was; as much is freed as was given
 *
 * Context: Any context.
 */
void free_pages_exact(void *at, size_t size);
/**
 * totalram_pages - how many frames there are for use
 *
 * Context: Any context.
 * Return: their number.
 */
unsigned long totalram_pages(void);
/**
 * nr_free_pages - how many frames are free
 *
 * Context: Any context.
 * Return: their number.
 */
unsigned long nr_free_pages(void);
/**
 * kvmalloc - kmalloc(), or vmalloc() where that has nothing in a row
 * @size: bytes
 * @flags: GFP_KERNEL, with modifiers
 *
 * Context: Process context; may sleep.
 * Return: the first address, or NULL when memory is short.
 */
void *kvmalloc(size_t size, gfp_t flags);
/**
 * kvfree - give back what kvmalloc(), kmalloc() or vmalloc() gave
 * @at: it, or NULL
 *
 * Context: Process context; may sleep.
 */
void kvfree(const void *at);

static inline void *kvzalloc(size_t size, gfp_t flags)
{
	return kvmalloc(size, flags | __GFP_ZERO);
}

static inline void *kvcalloc(size_t n, size_t size, gfp_t flags)
{
	size_t all;

	return __builtin_mul_overflow(n, size, &all) ? NULL
						     : kvzalloc(all, flags);
}

#define page_to_virt(page)     page_address(page)
#define alloc_page(flags)      alloc_pages(flags, 0)
#define __free_page(page)      __free_pages(page, 0)
#define get_zeroed_page(flags) __get_free_pages((flags) | __GFP_ZERO, 0)
#define __get_free_page(flags) __get_free_pages(flags, 0)
#define free_page(at)          free_pages(at, 0)

/* ---- memory that programs see --------------------------------------------- */

struct file;
struct vm_operations_struct;

typedef unsigned int vm_fault_t;

#define VM_READ       0x00000001u
#define VM_WRITE      0x00000002u
#define VM_EXEC       0x00000004u
#define VM_SHARED     0x00000008u
#define VM_MAYREAD    0x00000010u
#define VM_MAYWRITE   0x00000020u
#define VM_MAYEXEC    0x00000040u
#define VM_MAYSHARE   0x00000080u
#define VM_PFNMAP     0x00000400u
#define VM_IO         0x00004000u
#define VM_DONTCOPY   0x00020000u
#define VM_DONTEXPAND 0x00040000u
#define VM_DONTDUMP   0x04000000u
#define VM_MIXEDMAP   0x10000000u

/*
 * A range of a program's memory, as the kernel shows it for as long as a call
 * lasts. In mmap a module may set flags (VM_IO, VM_DONTCOPY, …), take rights
 * away (VM_MAYWRITE, …), and write vm_page_prot, vm_ops; and vm_private_data at
 * any time.
 */
struct vm_area_struct {
	unsigned long vm_start, vm_end;
	pgprot_t vm_page_prot;
	unsigned long vm_flags;
	const struct vm_operations_struct *vm_ops;
	unsigned long vm_pgoff;
	struct file *vm_file;
	void *vm_private_data;
};

struct vm_fault {
	struct vm_area_struct *vma;
	unsigned int flags;
	gfp_t gfp_mask;
	unsigned long pgoff, address;
	struct page *page; /* the handler's answer, with a get_page() */
};
#define FAULT_FLAG_WRITE 0x01u

/* open: a copy came to be, by fork or by a cut; close: one goes. */
struct vm_operations_struct {
	void (*open)(struct vm_area_struct *vma);
	void (*close)(struct vm_area_struct *vma);
	vm_fault_t (*fault)(struct vm_fault *vmf);
};

#define VM_FAULT_OOM     0x01u
#define VM_FAULT_SIGBUS  0x02u
#define VM_FAULT_SIGSEGV 0x40u
#define VM_FAULT_NOPAGE  0x100u

/**
 * remap_pfn_range - show raw frames to a program; in mmap only
 * @vma: as mmap was given it
 * @addr: where they begin
 * @pfn: the first one's number
 * @size: bytes
 * @prot: vma->vm_page_prot, or that of another kind of memory
 *
 * Nobody counts them: they must be there as long as they are mapped. Of a
 * private mapping all must be mapped at once.
 *
 * Context: Process context; may sleep.
 * Return: 0, -EINVAL or -ENOMEM.
 */
int remap_pfn_range(struct vm_area_struct *vma, unsigned long addr,
		    unsigned long pfn, unsigned long size, pgprot_t prot);
#define io_remap_pfn_range remap_pfn_range
/**
 * vm_iomap_memory - show a device's memory to a program; in mmap only
 * @vma: as mmap was given it; vm_pgoff chooses where in it to begin
 * @start: the device's physical address
 * @len: bytes that it has there
 *
 * Context: Process context; may sleep.
 * Return: 0, -EINVAL or -ENOMEM.
 */
int vm_iomap_memory(struct vm_area_struct *vma, phys_addr_t start,
		    unsigned long len);
/**
 * vm_insert_page - show a page to a program; it lives as long as it is shown
 * @vma: as mmap, or a fault handler, was given it
 * @addr: where
 * @page: one page that the module allocated
 *
 * Context: Process context; may sleep.
 * Return: 0, -EBUSY, -EFAULT, -EINVAL or -ENOMEM.
 */
int vm_insert_page(struct vm_area_struct *vma, unsigned long addr,
		   struct page *page);
/**
 * vmf_insert_pfn - show a raw frame to a program, from a fault handler
 * @vma: of the fault; VM_PFNMAP and shared
 * @addr: where
 * @pfn: the frame's number
 *
 * Context: Process context; may sleep.
 * Return: VM_FAULT_NOPAGE, _OOM or _SIGBUS, for the handler to return.
 */
vm_fault_t vmf_insert_pfn(struct vm_area_struct *vma, unsigned long addr,
			  unsigned long pfn);
/* Nothing takes a module's pages away, marked or not. */
static inline void SetPageReserved(struct page *page)
{
	(void)page;
}

static inline void ClearPageReserved(struct page *page)
{
	(void)page;
}

#endif
