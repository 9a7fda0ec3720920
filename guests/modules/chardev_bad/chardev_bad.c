/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * /dev/bad goes wrong where `where` says: in an operation, by a bad pointer;
 * in what it returns; in what it maps. Its fops name no owner: it can be
 * unloaded under a program's hands; and it forgets to unregister if `forget`.
 */
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

static char *where = "";
module_param(where, charp, 0644);
static bool forget;
module_param(forget, bool, 0444);
static unsigned int pfn;
module_param(pfn, uint, 0644);

static struct page *page;

static int is(const char *what)
{
	return !strcmp(where, what);
}

static void oops(void)
{
	volatile int *bad = NULL;

	__asm__("" : "+r"(bad));
	*bad = 1;
}

static void oops_in(const char *what)
{
	if (is(what))
		oops();
}

static int bad_open(struct inode *inode, struct file *file)
{
	(void)inode, (void)file;
	oops_in("open");
	return is("open-positive") ? 7 : is("open-large") ? -5000 : 0;
}

static int bad_release(struct inode *inode, struct file *file)
{
	(void)inode, (void)file;
	oops_in("release");
	return 0;
}

static int bad_flush(struct file *file, fl_owner_t id)
{
	(void)file, (void)id;
	oops_in("flush");
	return 0;
}

static ssize_t bad_read(struct file *file, char __user *to, size_t count,
			loff_t *pos)
{
	(void)to;
	oops_in("read");
	if (is("read-long"))
		return (ssize_t)count + 1000;
	if (is("read-error"))
		return -3000;
	if (is("read-pos")) {
		*pos = -17;
		file->f_mode = ~0u;
		file->f_op = NULL;
		file->f_inode = NULL;
	}
	return (ssize_t)count;
}

static ssize_t bad_write(struct file *file, const char __user *from,
			 size_t count, loff_t *pos)
{
	(void)file, (void)from, (void)pos;
	oops_in("write");
	return (ssize_t)count;
}

static loff_t bad_llseek(struct file *file, loff_t offset, int whence)
{
	(void)file, (void)whence;
	oops_in("llseek");
	return offset;
}

static __poll_t bad_poll(struct file *file, struct poll_table_struct *table)
{
	(void)file, (void)table;
	oops_in("poll");
	return ~0u;
}

static long bad_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	(void)file, (void)cmd, (void)arg;
	oops_in("ioctl");
	return 0;
}

static vm_fault_t bad_fault(struct vm_fault *vmf)
{
	oops_in("fault");
	if (is("fault-null"))
		return 0;
	if (is("fault-wild"))
		vmf->page = (struct page *)0x12345678;
	if (is("fault-none")) /* no get_page() */
		vmf->page = page;
	if (is("fault-slab"))
		vmf->page = vmalloc_to_page(vmf);
	if (is("fault-retry"))
		return 0x400;
	if (is("fault-again"))
		return VM_FAULT_NOPAGE;
	if (is("fault-bits"))
		return 0xffffffffu;
	if (is("fault-remap"))
		remap_pfn_range(vmf->vma, vmf->address, 0x60000, PAGE_SIZE,
				vmf->vma->vm_page_prot);
	if (is("fault-insert"))
		return vm_insert_page(vmf->vma, vmf->address, page) ? 2 : 0x100;
	return 0;
}

static void bad_vma(struct vm_area_struct *vma)
{
	(void)vma;
	oops_in("close");
}

static const struct vm_operations_struct bad_vm_ops = {
	.fault = bad_fault,
	.close = bad_vma,
};

static int bad_mmap(struct file *file, struct vm_area_struct *vma)
{
	const unsigned long size = vma->vm_end - vma->vm_start;

	(void)file;
	oops_in("mmap");
	if (is("mmap-positive"))
		return 3;
	if (is("mmap-flags")) {
		vma->vm_flags = 0xffffffffu;
		vma->vm_page_prot = 0xffffffffu;
		vma->vm_start = 0;
		vma->vm_end = ~0ul;
	}
	if (is("mmap-pfn") || is("mmap-half") || is("mmap-twice"))
		remap_pfn_range(vma, vma->vm_start, pfn,
				is("mmap-half") ? PAGE_SIZE : size,
				vma->vm_page_prot & ~(1u << 7 | 1u << 9));
	if (is("mmap-twice"))
		remap_pfn_range(vma, vma->vm_start, pfn, size,
				vma->vm_page_prot);
	if (is("mmap-outside"))
		return remap_pfn_range(vma, vma->vm_start, pfn,
				       size + PAGE_SIZE, vma->vm_page_prot);
	if (is("mmap-oops")) {
		remap_pfn_range(vma, vma->vm_start, pfn, size,
				vma->vm_page_prot);
		oops();
	}
	if (is("mmap-other"))
		return remap_pfn_range((void *)where, 0, 0, size, 0);
	if (is("mmap-both")) {
		vm_insert_page(vma, vma->vm_start, page);
		return remap_pfn_range(vma, vma->vm_start, pfn, size,
				       vma->vm_page_prot);
	}
	if (is("mmap-wild"))
		vma->vm_ops = (void *)0x1000;
	else if (strncmp(where, "mmap-", 5) != 0)
		vma->vm_ops = &bad_vm_ops;
	return 0;
}

static const struct file_operations bad_fops = {
	.open = bad_open,
	.release = bad_release,
	.flush = bad_flush,
	.read = bad_read,
	.write = bad_write,
	.llseek = bad_llseek,
	.poll = bad_poll,
	.unlocked_ioctl = bad_ioctl,
	.mmap = bad_mmap,
};

static struct miscdevice bad = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "bad",
	.fops = &bad_fops,
	.mode = 0666,
};

static int __init bad_init(void)
{
	page = alloc_page(GFP_KERNEL);
	if (!pfn && page)
		pfn = page_to_pfn(page);
	return page ? misc_register(&bad) : -ENOMEM;
}

static void __exit bad_exit(void)
{
	if (!forget)
		misc_deregister(&bad);
	__free_page(page);
}

module_init(bad_init) module_exit(bad_exit) MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("A device that goes wrong as one likes");
