/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * /dev/frames shows programs four frames that the module has, by
 * remap_pfn_range(): from the page that mmap(2) says. /dev/registers shows the
 * device at physical address `device`, by vm_iomap_memory().
 */
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>

#define ORDER 2
#define BYTES (PAGE_SIZE << ORDER)

static struct page *first;
static unsigned long frames;
static unsigned int device;
module_param(device, uint, 0444);

static int frames_mmap(struct file *file, struct vm_area_struct *vma)
{
	const unsigned long size = vma->vm_end - vma->vm_start;
	const unsigned long offset = vma->vm_pgoff << PAGE_SHIFT;
	const struct miscdevice *misc = file->private_data;

	if (offset > BYTES || size > BYTES - offset)
		return -EINVAL;
	pr_info("%s: mmap %lu pages from %lu", misc->name, size >> PAGE_SHIFT,
		vma->vm_pgoff);
	return remap_pfn_range(vma, vma->vm_start,
			       page_to_pfn(first) + vma->vm_pgoff, size,
			       vma->vm_page_prot);
}

static int registers_mmap(struct file *file, struct vm_area_struct *vma)
{
	(void)file;
	vma->vm_page_prot = pgprot_noncached(vma->vm_page_prot);
	return vm_iomap_memory(vma, device, PAGE_SIZE);
}

static const struct file_operations frames_fops = {
	.owner = THIS_MODULE,
	.mmap = frames_mmap,
};
static const struct file_operations registers_fops = {
	.owner = THIS_MODULE,
	.mmap = registers_mmap,
};

static struct miscdevice frames_dev = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "frames",
	.fops = &frames_fops,
	.mode = 0666,
};
static struct miscdevice registers_dev = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "registers",
	.fops = &registers_fops,
};

static int __init frames_init(void)
{
	int err;

	first = alloc_pages(GFP_KERNEL | __GFP_ZERO, ORDER);
	if (!first)
		return -ENOMEM;
	frames = (unsigned long)page_address(first);
	for (unsigned int i = 0; i < 1u << ORDER; i++)
		*(unsigned int *)(frames + i * PAGE_SIZE) = 0xf0 + i;
	err = misc_register(&frames_dev);
	if (err)
		goto free;
	err = misc_register(&registers_dev);
	if (err)
		goto deregister;
	return 0;
deregister:
	misc_deregister(&frames_dev);
free:
	__free_pages(first, ORDER);
	return err;
}

static void __exit frames_exit(void)
{
	pr_info("frames: %x %x %x %x", *(unsigned int *)frames,
		*(unsigned int *)(frames + PAGE_SIZE),
		*(unsigned int *)(frames + 2 * PAGE_SIZE),
		*(unsigned int *)(frames + 3 * PAGE_SIZE));
	misc_deregister(&registers_dev);
	misc_deregister(&frames_dev);
	__free_pages(first, ORDER);
}

module_init(frames_init) module_exit(frames_exit) MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Frames and registers that programs map");
