/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/drivers/mem.h"

/*
 * /dev/mem (Linux: drivers/char/mem.c, lib/devmem_is_allowed.c,
 * arch/arm/mm/mmap.c and mmu.c): physical memory as a file, as
 * CONFIG_STRICT_DEVMEM and CONFIG_IO_STRICT_DEVMEM leave it. RAM is nobody's to
 * see; of the rest what no driver of the kernel's has. Reading and writing know
 * the linear map alone, all of which is RAM: so that only mmap() is of use.
 *
 * A mapping shows the device itself: strongly ordered, by the program's own
 * loads and stores.
 */

#include <string.h>

#include "kernel/fs/fcntl.h"
#include "kernel/fs/internal.h"
#include "kernel/lib/cmdline.h"
#include "kernel/lib/err.h"
#include "kernel/lib/resource.h"
#include "kernel/mm/internal.h"
#include "kernel/mm/kobj.h"
#include "kernel/mm/memblock.h"
#include "kernel/mm/mm.h"
#include "kernel/state.h"

/* ---- what is allowed ------------------------------------------------------------ */

/* "iomem=relaxed": devices in use may be seen, too. */
static bool strict_iomem_checks(const struct kernel *k)
{
	uint32_t len;
	const char *word = boot_param(k, "iomem", &len);

	return !(word && len >= 7 && !strncmp(word, "relaxed", 7));
}

static bool devmem_is_allowed(const struct kernel *k, pfn_t pfn)
{
	const paddr_t paddr = (paddr_t)pfn << PAGE_SHIFT;

	if (memblock_is_memory(k, paddr))
		return false;
	return !strict_iomem_checks(k) || !iomem_is_busy(k, paddr, PAGE_SIZE);
}

static bool range_is_allowed(const struct kernel *k, pfn_t pfn, uint32_t nr)
{
	for (uint32_t i = 0; i < nr; i++)
		if (!devmem_is_allowed(k, pfn + i))
			return false;
	return true;
}

/* ---- reading and writing --------------------------------------------------------- */

/* In the linear map? It is all that read and write can reach. */
static bool valid_phys_addr_range(const struct kernel *k, uint64_t paddr,
				  uint32_t count)
{
	return paddr >= k->hw.ram_base &&
	       paddr + count <= k->arch.arm_lowmem_limit;
}

static int32_t access_mem(const struct kernel *k, const struct iov_iter *iter,
			  int64_t pos)
{
	if (!valid_phys_addr_range(k, (uint64_t)pos, iter->count))
		return -EFAULT;
	return iter->count ? -EPERM : 0; /* RAM, all of it */
}

static int32_t read_mem(struct task_struct *curr, struct file *file,
			struct iov_iter *to, int64_t *pos)
{
	(void)file;
	if (*pos >> 32) /* no such address: the end of the file */
		return 0;
	return access_mem(curr->k, to, *pos);
}

static int32_t write_mem(struct task_struct *curr, struct file *file,
			 struct iov_iter *from, int64_t *pos)
{
	(void)file;
	return *pos >> 32 ? -EFBIG : access_mem(curr->k, from, *pos);
}

/* Addresses are no sizes: from the end there is no going back. */
static int64_t memory_lseek(struct task_struct *curr, struct file *file,
			    int64_t offset, int whence)
{
	uint64_t to = (uint64_t)offset;

	(void)curr;
	if (whence == SEEK_CUR)
		to += (uint64_t)file->f_pos;
	else if (whence != SEEK_SET)
		return -EINVAL;
	if (to >= (uint64_t)0 - MAX_ERRNO)
		return -EOVERFLOW;
	return file->f_pos = (int64_t)to;
}

static int open_port(struct task_struct *curr, struct inode *inode,
		     struct file *file)
{
	(void)inode;
	file->f_mode |= FMODE_UNSIGNED_OFFSET;
	return capable(curr, CAP_SYS_RAWIO) ? 0 : -EPERM;
}

/* ---- mapping ------------------------------------------------------------------------ */

/* phys_mem_access_prot() */
static pgprot_t access_prot(const struct kernel *k, const struct file *file,
			    pfn_t pfn, pgprot_t prot)
{
	if (!pfn_valid(k, pfn))
		return pgprot_noncached(prot);
	return file->f_flags & O_SYNC ? pgprot_writecombine(prot) : prot;
}

static const struct vm_operations_struct mmap_mem_ops = {0};

static int mmap_mem(struct task_struct *curr, struct file *file,
		    struct vm_area_struct *vma)
{
	const uint32_t nr = vma_pages(vma);

	if ((uint64_t)vma->vm_pgoff + nr > 1u << (32 - PAGE_SHIFT))
		return -EINVAL;
	if (!range_is_allowed(curr->k, vma->vm_pgoff, nr))
		return -EPERM;
	vma->vm_page_prot = access_prot(curr->k, file, vma->vm_pgoff,
					vma->vm_page_prot);
	vma->vm_ops = &mmap_mem_ops;
	return remap_pfn_range(curr, vma, vma->vm_start, vma->vm_pgoff,
			       nr << PAGE_SHIFT, vma->vm_page_prot)
		       ? -EAGAIN
		       : 0;
}

const struct file_operations mem_fops = {
	.open = open_port,
	.read_iter = read_mem,
	.write_iter = write_mem,
	.llseek = memory_lseek,
	.mmap = mmap_mem,
};
