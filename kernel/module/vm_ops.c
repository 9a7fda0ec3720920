/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/module/chrdev.h"

/*
 * Memory that a module shows to programs: its ->mmap(), its
 * vm_operations_struct, and what is behind the gates of mm/memory.c's functions
 * for drivers.
 *
 * The module sees a struct vm_area_struct of its own, for as long as the call
 * lasts; by its address it names the VMA to remap_pfn_range() and its kin.
 * What it may change there is looked at before it counts: flags that keep the
 * VMA as it is, the kind of memory, and its own two words.
 *
 * Invariants: a VMA of a module's is VM_PFNMAP or VM_MIXEDMAP, never both; a
 * private one that may be written to is VM_PFNMAP by remap_pfn_range() alone;
 * and a page is mapped with a reference of the module's, which it has by
 * get_page(). Without them vm_normal_page() would take pages for raw frames,
 * or frames for pages.
 *
 * MODEL: no page_mkwrite, access, huge_fault; vm_pgoff can't be changed. Rights
 * are the program's own: a prot that has more is cut, and a kind of memory that
 * isn't one of pgprot_noncached(), _writecombine(), _device() is as the VMA's.
 */

#include <stddef.h>

#include "kernel/arch/arm/kcall.h"
#include "kernel/arch/arm/maccess.h"
#include "kernel/arch/arm/pgtable.h"
#include "kernel/lib/printk.h"
#include "kernel/mm/filemap.h"
#include "kernel/mm/kobj.h"
#include "kernel/mm/mm.h"
#include "kernel/mm/page_flags.h"
#include "kernel/mm/slab.h"
#include "kernel/mm/vma.h"
#include "kernel/mm/vmalloc.h"
#include "kernel/module/abi.h"
#include "kernel/module/claims.h"
#include "kernel/module/export.h"
#include "kernel/state.h"

/* A VMA that a module looks at now; on the fiber of the task that calls it. */
struct module_vma_call {
	struct module_vma_call *outer;
	vaddr_t shadow;
	struct vm_area_struct *vma;
	bool in_mmap; /* it is being made */
};

struct shadow {
	struct arm_vm_area_struct vma;
	struct arm_vm_fault vmf;
};

/* Flags that a module may set, and may take away. */
#define VM_SETTABLE  (VM_IO | VM_DONTEXPAND | VM_DONTDUMP | VM_DONTCOPY)
#define VM_CLEARABLE (VM_MAYREAD | VM_MAYWRITE | VM_MAYEXEC)

/* ---- what a module sees ------------------------------------------------------------- */

static struct shadow *shadow_of(const struct kernel *k,
				const struct module_vma_call *call)
{
	return kbytes(k, call->shadow);
}

static void show_vma(const struct kernel *k, const struct module_vma_call *call)
{
	const struct vm_area_struct *vma = call->vma;

	shadow_of(k, call)->vma = (struct arm_vm_area_struct){
		.vm_start = vma->vm_start,
		.vm_end = vma->vm_end,
		.vm_page_prot = vma->vm_page_prot.pgprot,
		.vm_flags = vma->vm_flags,
		.vm_ops = vma->vm_arm_ops,
		.vm_pgoff = vma->vm_pgoff,
		.vm_file = vma->vm_file ? module_file_shadow(vma->vm_file) : 0,
		.vm_private_data = vma->vm_arm_private,
	};
}

/* 0, or -ENOMEM with nothing begun. */
static int begin(struct task_struct *curr, struct module_vma_call *call,
		 struct vm_area_struct *vma, bool in_mmap)
{
	*call = (struct module_vma_call){
		.outer = curr->vma_call,
		.shadow = kmalloc(curr, sizeof(struct shadow), GFP_KERNEL),
		.vma = vma,
		.in_mmap = in_mmap,
	};
	if (!call->shadow)
		return -ENOMEM;
	show_vma(curr->k, call);
	curr->vma_call = call;
	return 0;
}

static void end(struct task_struct *curr, const struct module_vma_call *call)
{
	curr->vma_call = call->outer;
	kfree(curr, call->shadow);
}

/* ---- what it may change ---------------------------------------------------------------- */

static bool known_kind(uint32_t kind)
{
	return kind == L_PTE_MT_UNCACHED || kind == L_PTE_MT_BUFFERABLE ||
	       kind == L_PTE_MT_DEV_SHARED;
}

/* @prot as far as it is no more than @vma's own. */
static pgprot_t cut_prot(const struct vm_area_struct *vma, uint32_t prot)
{
	uint32_t own = vma->vm_page_prot.pgprot;
	const uint32_t kind = prot & L_PTE_MT_MASK;

	if (known_kind(kind))
		own = pgprot_modify(__pgprot(kind), __pgprot(own)).pgprot;
	return __pgprot(own | (prot & (L_PTE_RDONLY | L_PTE_XN)));
}

static uint32_t cut_flags(const struct vm_area_struct *vma, uint32_t flags)
{
	uint32_t taken = vma->vm_flags & ~flags & VM_CLEARABLE;
	uint32_t set = flags & VM_SETTABLE;

	/* A private mapping that is written to stays one that copies. */
	if (vma->vm_flags & VM_WRITE)
		taken &= ~VM_MAYWRITE;
	if (vma->vm_flags & (VM_PFNMAP | VM_MIXEDMAP))
		taken &= ~VM_MAYWRITE;
	else if (flags & VM_PFNMAP && !is_cow_mapping(vma->vm_flags))
		set |= VM_PFNMAP;
	else if (flags & VM_MIXEDMAP)
		set |= VM_MIXEDMAP;
	return (vma->vm_flags & ~taken) | set;
}

/* In mmap(): what the module has written into the VMA until now. */
static void take_changes(const struct kernel *k,
			 const struct module_vma_call *call)
{
	struct vm_area_struct *vma = call->vma;
	const struct arm_vm_area_struct *arm = &shadow_of(k, call)->vma;
	const uint32_t kind = arm->vm_page_prot & L_PTE_MT_MASK;

	vma->vm_arm_private = arm->vm_private_data;
	if (!call->in_mmap)
		return;
	vma->vm_arm_ops = arm->vm_ops;
	vma->vm_flags = cut_flags(vma, arm->vm_flags);
	if (known_kind(kind))
		vma->vm_page_prot = pgprot_modify(__pgprot(kind),
						  vma->vm_page_prot);
}

/* ---- the module's own functions ---------------------------------------------------------- */

static const struct vm_operations_struct module_vm_ops;
static const struct vm_operations_struct no_vm_ops = {0};

int module_mmap(struct task_struct *curr, struct file *file,
		struct vm_area_struct *vma, vaddr_t fn)
{
	struct module_vma_call call;
	uint32_t args[2] = {module_file_shadow(file)}, result;
	int err = begin(curr, &call, vma, true);

	if (err)
		return err;
	args[1] = call.shadow;
	vma->vm_ops = &no_vm_ops;
	err = kcall_catch(curr, fn, 2, args, &result) ? (int)result : -EIO;
	take_changes(curr->k, &call);
	end(curr, &call);
	if (err) /* an error, whatever the module calls it */
		return err < 0 && err >= -4095 ? err : -EINVAL;
	if (vma->vm_arm_ops)
		vma->vm_ops = &module_vm_ops;
	return 0;
}

/* The function at @offset of the VMA's operations; 0: it has none. */
static vaddr_t vm_operation(struct task_struct *curr,
			    const struct vm_area_struct *vma, size_t offset)
{
	uint32_t fn;

	if (copy_from_kernel_nofault(
		    curr, &fn, vma->vm_arm_ops + (uint32_t)offset, sizeof(fn)))
		return 0;
	return fn;
}

static void tell(struct task_struct *curr, struct vm_area_struct *vma,
		 size_t offset)
{
	vaddr_t fn = vm_operation(curr, vma, offset);
	struct module_vma_call call;
	uint32_t result;

	if (!fn)
		return;
	if (begin(curr, &call, vma, false)) {
		printk(curr->k, "no memory to tell a module of %08x-%08x",
		       vma->vm_start, vma->vm_end);
		return;
	}
	kcall_catch(curr, fn, 1, &call.shadow, &result);
	take_changes(curr->k, &call);
	end(curr, &call);
}

static void module_vma_open(struct task_struct *curr,
			    struct vm_area_struct *vma)
{
	tell(curr, vma, offsetof(struct arm_vm_operations, open));
}

static void module_vma_close(struct task_struct *curr,
			     struct vm_area_struct *vma)
{
	tell(curr, vma, offsetof(struct arm_vm_operations, close));
}

/* ---- faults ------------------------------------------------------------------------------ */

/* A page that a program may see: not a slab's, not another's already. */
static bool may_show(const struct page *page)
{
	return page_count(page) > 0 && !PageSlab(page) && !PageAnon(page) &&
	       !PageCompound(page) && !page->mapping && page->_mapcount >= -1;
}

/* As get_page() by the module, used up. False: it hasn't any such. */
static bool take_page_ref(struct task_struct *curr, vaddr_t handle)
{
	const struct export by_kernel = {.curr = curr};
	const vaddr_t claim = claim_of_page(handle, CLAIM_PAGE_REF);

	if (!module_claims(curr->k, claim, CLAIM_PAGE_REF, NULL))
		return false;
	module_unclaim_one(&by_kernel, claim, CLAIM_PAGE_REF);
	return true;
}

/* The page that the handler returned; NULL: none that could be shown. */
static struct page *returned_page(struct task_struct *curr,
				  const struct vm_area_struct *vma,
				  vaddr_t handle)
{
	struct page *page = export_page_or_null(curr->k, handle);

	if (!page || vma->vm_flags & VM_PFNMAP || !may_show(page) ||
	    !take_page_ref(curr, handle)) {
		printk(curr->k,
		       "a module's fault handler returned page 0x%08x, which "
		       "it can't",
		       handle);
		return NULL;
	}
	return page;
}

static vm_fault_t judge(struct vm_fault *vmf, uint32_t result, vaddr_t handle)
{
	if (result == VM_FAULT_OOM || result == VM_FAULT_SIGSEGV)
		return result;
	if (result & VM_FAULT_ERROR)
		return VM_FAULT_SIGBUS;
	if (result & VM_FAULT_NOPAGE)
		return VM_FAULT_NOPAGE;
	/* mmap_lock isn't the module's to give up, nor has it page locks */
	if (result & ~VM_FAULT_MAJOR)
		return VM_FAULT_SIGBUS;
	vmf->page = returned_page(vmf->curr, vmf->vma, handle);
	return vmf->page ? result : VM_FAULT_SIGBUS;
}

static vm_fault_t module_fault(struct vm_fault *vmf)
{
	struct task_struct *curr = vmf->curr;
	vaddr_t fn = vm_operation(curr, vmf->vma,
				  offsetof(struct arm_vm_operations, fault));
	struct module_vma_call call;
	uint32_t arg, result, page;
	bool survived;

	if (!fn)
		return VM_FAULT_SIGBUS;
	if (begin(curr, &call, vmf->vma, false))
		return VM_FAULT_OOM;
	shadow_of(curr->k, &call)->vmf = (struct arm_vm_fault){
		.vma = call.shadow,
		.flags = vmf->flags,
		.gfp_mask = GFP_KERNEL,
		.pgoff = vmf->pgoff,
		.address = vmf->address,
	};
	arg = call.shadow + offsetof(struct shadow, vmf);
	survived = kcall_catch(curr, fn, 1, &arg, &result);
	page = shadow_of(curr->k, &call)->vmf.page;
	take_changes(curr->k, &call);
	end(curr, &call);
	return survived ? judge(vmf, result, page) : VM_FAULT_SIGBUS;
}

static const struct vm_operations_struct module_vm_ops = {
	.open = module_vma_open,
	.close = module_vma_close,
	.fault = module_fault,
};

/* ---- what it may call -------------------------------------------------------------------- */

/* The VMA that the module means by argument 0, brought up to date. */
static struct module_vma_call *named_vma(const struct export *call)
{
	const vaddr_t shadow = export_arg(call, 0);
	struct module_vma_call *vma_call = call->curr->vma_call;

	export_might_sleep(call);
	while (vma_call && vma_call->shadow != shadow)
		vma_call = vma_call->outer;
	if (!vma_call)
		export_bug(call, "0x%08x is no VMA that was handed out",
			   shadow);
	take_changes(call->curr->k, vma_call);
	return vma_call;
}

static uint32_t told(const struct export *call,
		     const struct module_vma_call *vma_call, uint32_t result)
{
	show_vma(call->curr->k, vma_call);
	return result;
}

static void must_be_in_mmap(const struct export *call,
			    const struct module_vma_call *vma_call)
{
	if (!vma_call->in_mmap)
		export_bug(call, "a VMA becomes another kind in a fault");
}

static uint32_t remap(const struct export *call,
		      const struct module_vma_call *vma_call, vaddr_t vaddr,
		      pfn_t pfn, uint32_t size, pgprot_t prot)
{
	int err;

	must_be_in_mmap(call, vma_call);
	if (vma_call->vma->vm_flags & VM_MIXEDMAP)
		export_bug(call, "raw frames in a VMA with pages");
	err = remap_pfn_range(call->curr, vma_call->vma, vaddr, pfn, size,
			      prot);
	if (err == -EBUSY)
		export_bug(call, "0x%08x is mapped already", vaddr);
	return told(call, vma_call, (uint32_t)err);
}

uint64_t export_remap_pfn_range(const struct export *call)
{
	const struct module_vma_call *vma_call = named_vma(call);

	return remap(call, vma_call, export_arg(call, 1), export_arg(call, 2),
		     export_arg(call, 3),
		     cut_prot(vma_call->vma, export_arg(call, 4)));
}

uint64_t export_vm_iomap_memory(const struct export *call)
{
	const struct module_vma_call *vma_call = named_vma(call);

	must_be_in_mmap(call, vma_call);
	if (vma_call->vma->vm_flags & VM_MIXEDMAP)
		export_bug(call, "raw frames in a VMA with pages");
	return told(call, vma_call,
		    (uint32_t)vm_iomap_memory(call->curr, vma_call->vma,
					      export_arg(call, 1),
					      export_arg(call, 2)));
}

static int insert_page(const struct export *call,
		       const struct module_vma_call *vma_call, vaddr_t vaddr,
		       struct page *page)
{
	if (!(vma_call->vma->vm_flags & VM_MIXEDMAP))
		must_be_in_mmap(call, vma_call);
	if (vma_call->vma->vm_flags & VM_PFNMAP)
		export_bug(call, "a page in a VMA of raw frames");
	if (!may_show(page))
		return -EINVAL;
	return vm_insert_page(call->curr, vma_call->vma, vaddr, page);
}

uint64_t export_vm_insert_page(const struct export *call)
{
	const struct module_vma_call *vma_call = named_vma(call);
	struct page *page = export_page(call, export_arg(call, 2));

	return told(call, vma_call,
		    (uint32_t)insert_page(call, vma_call, export_arg(call, 1),
					  page));
}

uint64_t export_vmf_insert_pfn(const struct export *call)
{
	const struct module_vma_call *vma_call = named_vma(call);
	const uint32_t flags = vma_call->vma->vm_flags;

	if (!(flags & (VM_PFNMAP | VM_MIXEDMAP)) ||
	    (flags & VM_PFNMAP && is_cow_mapping(flags)) ||
	    (flags & VM_MIXEDMAP &&
	     pfn_valid(call->curr->k, export_arg(call, 2))))
		export_bug(call, "a raw frame in a VMA that can't have it");
	return vmf_insert_pfn(call->curr, vma_call->vma, export_arg(call, 1),
			      export_arg(call, 2));
}

/* All of @vma shows @area from page @pgoff on. 0 or -errno. */
static int insert_area(const struct export *call,
		       const struct module_vma_call *vma_call, vaddr_t area,
		       uint32_t pgoff)
{
	const struct vm_area_struct *vma = vma_call->vma;
	const struct kernel *k = call->curr->k;
	const struct vm_struct *vm = find_vm_area(k, area);
	const uint32_t nr = vma_pages(vma);
	int err = 0;

	if (offset_in_page(area) || !vm || vm->addr != area ||
	    !(vm->flags & VM_USERMAP) || pgoff > vm->nr_pages ||
	    nr > vm->nr_pages - pgoff)
		return -EINVAL;
	for (uint32_t i = 0; i < nr && !err; i++)
		err = insert_page(
			call, vma_call, vma->vm_start + (i << PAGE_SHIFT),
			vmalloc_to_page(k, area + ((pgoff + i) << PAGE_SHIFT)));
	return err;
}

uint64_t export_remap_vmalloc_range(const struct export *call)
{
	const struct module_vma_call *vma_call = named_vma(call);
	struct vm_area_struct *vma = vma_call->vma;
	int err;

	must_be_in_mmap(call, vma_call);
	err = insert_area(call, vma_call, export_arg(call, 1),
			  export_arg(call, 2));
	if (!err)
		vma->vm_flags |= VM_DONTEXPAND | VM_DONTDUMP;
	return told(call, vma_call, (uint32_t)err);
}

uint64_t export_vmalloc_to_pfn(const struct export *call)
{
	const struct page *page = vmalloc_to_page(call->curr->k,
						  export_arg(call, 0));

	return page ? page_to_pfn(call->curr->k, page) : 0;
}
