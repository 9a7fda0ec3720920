/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * /dev/faulty shows programs memory as they touch it. By the page of the file:
 *
 *	0 to 7	   pages of the module's, which its fault handler returns
 *	8 to 15	   the same frames, put there raw by vmf_insert_pfn()
 *	16 to 23   vmalloc'ed memory, by remap_vmalloc_range()
 *	24 to 31   the pages again, all put there at once by vm_insert_page()
 *
 * ioctl(1): how many VMAs show it now.
 */
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/vmalloc.h>

#define NR 8

static struct page *pages[NR];
static unsigned int *area;
static int nr_vmas;

static void faulty_vma_open(struct vm_area_struct *vma)
{
	(void)vma;
	nr_vmas++;
}

static void faulty_vma_close(struct vm_area_struct *vma)
{
	(void)vma;
	nr_vmas--;
}

static vm_fault_t faulty_fault(struct vm_fault *vmf)
{
	if (vmf->pgoff >= NR)
		return VM_FAULT_SIGBUS;
	vmf->page = pages[vmf->pgoff];
	get_page(vmf->page);
	return 0;
}

static vm_fault_t faulty_pfn_fault(struct vm_fault *vmf)
{
	if (vmf->pgoff >= 2 * NR)
		return VM_FAULT_SIGBUS;
	return vmf_insert_pfn(vmf->vma, vmf->address,
			      page_to_pfn(pages[vmf->pgoff - NR]));
}

static const struct vm_operations_struct page_ops = {
	.open = faulty_vma_open,
	.close = faulty_vma_close,
	.fault = faulty_fault,
};
static const struct vm_operations_struct pfn_ops = {
	.open = faulty_vma_open,
	.close = faulty_vma_close,
	.fault = faulty_pfn_fault,
};

static int insert_pages(struct vm_area_struct *vma)
{
	unsigned long first = vma->vm_pgoff - 3 * NR;
	int err = 0;

	for (unsigned long at = vma->vm_start; at != vma->vm_end && !err;
	     at += PAGE_SIZE, first++)
		err = first < NR ? vm_insert_page(vma, at, pages[first])
				 : -EINVAL;
	return err;
}

static int faulty_mmap(struct file *file, struct vm_area_struct *vma)
{
	(void)file;
	switch (vma->vm_pgoff / NR) {
	case 0:
		vma->vm_ops = &page_ops;
		faulty_vma_open(vma);
		return 0;
	case 1:
		if (!(vma->vm_flags & VM_SHARED))
			return -EINVAL;
		vma->vm_flags |= VM_PFNMAP | VM_DONTEXPAND;
		vma->vm_ops = &pfn_ops;
		faulty_vma_open(vma);
		return 0;
	case 2:
		return remap_vmalloc_range(vma, area, vma->vm_pgoff - 2 * NR);
	case 3:
		return insert_pages(vma);
	}
	return -EINVAL;
}

static long faulty_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	(void)file, (void)arg;
	return cmd == 1 ? nr_vmas : -ENOTTY;
}

static const struct file_operations faulty_fops = {
	.owner = THIS_MODULE,
	.mmap = faulty_mmap,
	.unlocked_ioctl = faulty_ioctl,
};

static struct miscdevice faulty = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "faulty",
	.fops = &faulty_fops,
};

static void free_all(void)
{
	for (int i = 0; i < NR; i++)
		if (pages[i])
			__free_page(pages[i]);
	vfree(area);
}

static int __init faulty_init(void)
{
	area = vmalloc_user(NR * PAGE_SIZE);
	if (!area)
		return -ENOMEM;
	for (unsigned int i = 0; i < NR; i++) {
		pages[i] = alloc_page(GFP_KERNEL | __GFP_ZERO);
		if (!pages[i]) {
			free_all();
			return -ENOMEM;
		}
		*(unsigned int *)page_address(pages[i]) = 0xa0 + i;
		area[i * PAGE_SIZE / sizeof(*area)] = 0xb0 + i;
	}
	return misc_register(&faulty);
}

static void __exit faulty_exit(void)
{
	misc_deregister(&faulty);
	for (unsigned int i = 0; i < NR; i++)
		pr_info("faulty: %u %x %x", i,
			*(unsigned int *)page_address(pages[i]),
			area[i * PAGE_SIZE / sizeof(*area)]);
	free_all();
}

module_init(faulty_init) module_exit(faulty_exit) MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Memory that comes as it is touched");
