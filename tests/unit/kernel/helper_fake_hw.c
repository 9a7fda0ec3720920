/* SPDX-License-Identifier: GPL-2.0-or-later */

/* See the header. MAP_NORESERVE keeps big boards cheap. */

#include "tests/unit/kernel/helper_fake_hw.h"

#include <errno.h>
#include <libfdt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "kernel/fs/fs.h"
#include "kernel/arch/arm/mmu_context.h"
#include "kernel/arch/arm/setup.h"
#include "kernel/mm/mm.h"
#include "kernel/mm/mm_init.h"
#include "kernel/mm/slab.h"
#include "kernel/mm/verify.h"
#include "kernel/task/sched_core.h"

/* ---- the MMU's port ------------------------------------------------------- */

static bool in_ram(const struct fake_hw *f, paddr_t paddr)
{
	for (int i = 0; i < FAKE_BANKS; i++)
		if (paddr - f->bank[i].base < f->bank[i].size_bytes)
			return true;
	return false;
}

static bool ram_word(const struct fake_hw *f, paddr_t paddr, uint32_t *word)
{
	if (!in_ram(f, paddr))
		return false;
	memcpy(word, f->hw.ram + (paddr - f->hw.ram_base), sizeof(*word));
	return true;
}

static bool peek_word(void *ctx, paddr_t paddr, uint32_t *word)
{
	const struct fake_port *port = ctx;

	return ram_word(port->f, paddr, word);
}

static bool read_word(void *ctx, paddr_t paddr, const struct mmu_attr *attr,
		      uint32_t *word, uint32_t *cycles)
{
	(void)attr;
	*cycles = 0;
	return peek_word(ctx, paddr, word);
}

static void broadcast(void *ctx, uint32_t reg, uint32_t value)
{
	const struct fake_port *port = ctx;

	for (unsigned int i = 0; i < port->f->hw.nr_cpus; i++)
		if (i != port->cpu)
			mmu_cp15_remote(port->f->hw.mmu[i], reg, value);
}

static void stale(void *ctx, const struct mmu_stale *what)
{
	struct fake_hw *f = ((const struct fake_port *)ctx)->f;

	f->nr_stale++;
	f->stale = *what;
}

static struct mmu *make_mmu(struct fake_hw *f, const char *core,
			    unsigned int cpu, bool recheck)
{
	struct mmu_config config = {
		.core = core,
		.cpu = cpu,
		.main = {.entries = 64, .replacement = MMU_ROUND_ROBIN},
		.recheck_hits = recheck,
	};
	struct mmu_port port = {
		.ctx = &f->port[cpu],
		.read_word = read_word,
		.peek_word = peek_word,
		.broadcast = broadcast,
		.stale = stale,
	};

	f->port[cpu] = (struct fake_port){f, cpu};
	return mmu_create(&config, &port);
}

/* With nothing to do for so many turns of all cores, a boot hangs. */
enum {
	FAKE_TURNS = 100
};

/* ---- the kernel's operations ------------------------------------------------ */

static uint64_t op_now(void *ctx)
{
	return ((struct fake_hw *)ctx)->now;
}

static void op_charge(void *ctx, int cpu, enum cycle_cause cause,
		      uint64_t cycles)
{
	(void)cpu;
	(void)cause;
	((struct fake_hw *)ctx)->now += cycles;
}

static void op_start_cpu(void *ctx, int cpu)
{
	((struct fake_hw *)ctx)->started |= 1u << cpu;
}

static uint64_t op_boot_time(void *ctx)
{
	(void)ctx;
	return 1700000000;
}

static void op_get_regs(void *ctx, int cpu, struct pt_regs *regs)
{
	struct fake_hw *f = ctx;

	f->nr_get_regs++;
	*regs = f->regs[cpu];
}

static vaddr_t op_get_pc(void *ctx, int cpu, bool *thumb)
{
	const struct fake_hw *f = ctx;

	*thumb = f->regs[cpu].cpsr & 0x20;
	return f->regs[cpu].r[15];
}

static void op_set_regs(void *ctx, int cpu, const struct pt_regs *regs)
{
	struct fake_hw *f = ctx;

	f->nr_set_regs++;
	f->regs[cpu] = *regs;
}

static void op_set_r0(void *ctx, int cpu, uint32_t value)
{
	struct fake_hw *f = ctx;

	f->nr_set_r0++;
	f->regs[cpu].r[0] = value;
}

static void op_get_vfp(void *ctx, int cpu, struct vfp_state *vfp)
{
	*vfp = ((struct fake_hw *)ctx)->vfp[cpu];
}

static void op_set_vfp(void *ctx, int cpu, const struct vfp_state *vfp)
{
	((struct fake_hw *)ctx)->vfp[cpu] = *vfp;
}

static void op_set_tls(void *ctx, int cpu, uint32_t tls)
{
	((struct fake_hw *)ctx)->tls[cpu] = tls;
}

static uint32_t op_get_tpidrurw(void *ctx, int cpu)
{
	return ((struct fake_hw *)ctx)->tpidrurw[cpu];
}

static void op_set_tpidrurw(void *ctx, int cpu, uint32_t value)
{
	((struct fake_hw *)ctx)->tpidrurw[cpu] = value;
}

static void op_clear_exclusive(void *ctx, int cpu)
{
	(void)ctx;
	(void)cpu;
}

static void op_guard(void *ctx, paddr_t paddr, uint32_t nr_bytes, bool on)
{
	(void)ctx, (void)paddr, (void)nr_bytes, (void)on;
}

static void op_poison(void *ctx, paddr_t paddr)
{
	((struct fake_hw *)ctx)->poisoned = paddr >> 12;
}

static bool op_is_poisoned(void *ctx, paddr_t paddr)
{
	return ((const struct fake_hw *)ctx)->poisoned == paddr >> 12;
}

static bool op_is_guarded(void *ctx, paddr_t paddr)
{
	(void)ctx, (void)paddr;
	return false;
}

static void op_code_op(void *ctx, int cpu, uint32_t cp15_reg)
{
	(void)cpu;
	((struct fake_hw *)ctx)->nr_code_ops++;
	((struct fake_hw *)ctx)->code_op = cp15_reg;
}

static void op_code_changed(void *ctx, paddr_t paddr, uint32_t size_bytes)
{
	(void)paddr;
	(void)size_bytes;
	((struct fake_hw *)ctx)->nr_code_changed++;
}

static void op_descriptor_written(void *ctx, paddr_t paddr, uint32_t word,
				  const struct hw_writer *who)
{
	struct fake_hw *f = ctx;
	uint32_t there;

	assert_true(ram_word(f, paddr, &there));
	assert_int_equal(there, word);
	assert_non_null(who->function);
	f->nr_descriptors++;
}

static bool op_io_read(void *ctx, paddr_t paddr, unsigned int size,
		       uint32_t *value)
{
	struct fake_hw *f = ctx;

	(void)size;
	if (paddr - FAKE_UART >= 4096)
		return false;
	f->uart.nr_reads++;
	*value = paddr == FAKE_UART + 0xfe0 ? 0x11 : f->uart.value;
	return true;
}

static bool op_io_write(void *ctx, paddr_t paddr, unsigned int size,
			uint32_t value)
{
	struct fake_hw *f = ctx;

	(void)size;
	if (paddr - FAKE_UART >= 4096)
		return false;
	f->uart.nr_writes++;
	f->uart.value = value;
	if (paddr == FAKE_UART && f->console_len < sizeof(f->console))
		f->console[f->console_len++] = (char)value;
	return true;
}

static int op_fs_lookup(void *ctx, hw_node_t dir, const char *name,
			hw_node_t *node)
{
	(void)ctx;
	(void)dir;
	(void)name;
	(void)node;
	return -ENOENT;
}

static int op_fs_getattr(void *ctx, hw_node_t node, struct hw_node_attr *attr)
{
	(void)ctx;
	(void)node;
	*attr = (struct hw_node_attr){.mode = S_IFDIR | 0755, .nlink = 2};
	return 0;
}

static int op_fs_readdir(void *ctx, hw_node_t dir, uint32_t index, char *name,
			 size_t name_size, hw_node_t *node)
{
	(void)ctx;
	(void)dir;
	(void)index;
	(void)name;
	(void)name_size;
	(void)node;
	return -ENOENT;
}

static int op_fs_read(void *ctx, hw_node_t node, uint64_t offset, void *to,
		      uint32_t nr_bytes)
{
	(void)ctx;
	(void)node;
	(void)offset;
	(void)to;
	(void)nr_bytes;
	return -EIO;
}

static int op_fs_readlink(void *ctx, hw_node_t node, char *to, size_t size)
{
	(void)ctx;
	(void)node;
	(void)to;
	(void)size;
	return -EINVAL;
}

static void op_log(void *ctx, const char *text, size_t nr_bytes)
{
	struct fake_hw *f = ctx;

	if (nr_bytes > sizeof(f->log) - 1 - f->log_len)
		nr_bytes = sizeof(f->log) - 1 - f->log_len;
	memcpy(f->log + f->log_len, text, nr_bytes);
	f->log_len += nr_bytes;
}

static void op_trace(void *ctx, const struct hw_trace *event)
{
	(void)ctx;
	(void)event;
}

static const struct hw_ops fake_ops = {
	.now = op_now,
	.start_cpu = op_start_cpu,
	.charge = op_charge,
	.boot_time_sec = op_boot_time,
	.get_regs = op_get_regs,
	.get_pc = op_get_pc,
	.set_regs = op_set_regs,
	.set_r0 = op_set_r0,
	.get_vfp = op_get_vfp,
	.set_vfp = op_set_vfp,
	.set_tls = op_set_tls,
	.get_tpidrurw = op_get_tpidrurw,
	.set_tpidrurw = op_set_tpidrurw,
	.clear_exclusive = op_clear_exclusive,
	.code_op = op_code_op,
	.code_changed = op_code_changed,
	.guard = op_guard,
	.is_guarded = op_is_guarded,
	.poison = op_poison,
	.is_poisoned = op_is_poisoned,
	.descriptor_written = op_descriptor_written,
	.io_read = op_io_read,
	.io_write = op_io_write,
	.fs_lookup = op_fs_lookup,
	.fs_getattr = op_fs_getattr,
	.fs_readdir = op_fs_readdir,
	.fs_read = op_fs_read,
	.fs_readlink = op_fs_readlink,
	.log = op_log,
	.trace = op_trace,
};

/* ---- the device tree ------------------------------------------------------------ */

static void put_reg(void *fdt, paddr_t base, uint64_t size)
{
	fdt32_t reg[2] = {cpu_to_fdt32((uint32_t)base),
			  cpu_to_fdt32((uint32_t)size)};

	fdt_property(fdt, "reg", reg, sizeof(reg));
}

/* As emu/dtb.c: one node needs no number. */
static bool has_nodes(const struct fake_hw *f)
{
	for (int i = 0; i < FAKE_BANKS; i++)
		if (f->bank[i].node)
			return true;
	return false;
}

static void put_memory(struct fake_hw *f, void *fdt)
{
	for (int i = 0; i < FAKE_BANKS; i++) {
		char name[32];

		if (!f->bank[i].size_bytes)
			continue;
		snprintf(name, sizeof(name), "memory@%x",
			 (uint32_t)f->bank[i].base);
		fdt_begin_node(fdt, name);
		fdt_property_string(fdt, "device_type", "memory");
		put_reg(fdt, f->bank[i].base, f->bank[i].size_bytes);
		if (has_nodes(f))
			fdt_property_u32(fdt, "numa-node-id",
					 (uint32_t)f->bank[i].node);
		fdt_end_node(fdt);
	}
}

static void put_uart(void *fdt)
{
	fdt32_t irq[3] = {cpu_to_fdt32(0), cpu_to_fdt32(5), cpu_to_fdt32(4)};

	fdt_begin_node(fdt, "serial@10009000");
	fdt_property_string(fdt, "compatible", "arm,pl011");
	put_reg(fdt, FAKE_UART, 4096);
	fdt_property(fdt, "interrupts", irq, sizeof(irq));
	fdt_end_node(fdt);
}

static void *make_dtb(struct fake_hw *f, const struct fake_hw_config *config)
{
	const char *bootargs = config->bootargs ? config->bootargs
						: "console=ttyAMA0";
	const int size = 8192;
	void *fdt = malloc((size_t)size);

	fdt_create(fdt, size);
	if (config->reserved_bytes)
		fdt_add_reservemap_entry(fdt, config->reserved_base,
					 config->reserved_bytes);
	fdt_finish_reservemap(fdt);
	fdt_begin_node(fdt, "");
	fdt_property_string(fdt, "model", "fake board");
	fdt_property_u32(fdt, "#address-cells", 1);
	fdt_property_u32(fdt, "#size-cells", 1);
	fdt_begin_node(fdt, "chosen");
	fdt_property_string(fdt, "bootargs", bootargs);
	fdt_end_node(fdt);
	put_memory(f, fdt);
	put_uart(fdt);
	if (config->put_nodes)
		config->put_nodes(fdt);
	fdt_end_node(fdt);
	assert_int_equal(fdt_finish(fdt), 0);
	return fdt;
}

/* ---- putting it together ------------------------------------------------------------ */

static void *reserve(uint64_t size, int prot)
{
	void *at = mmap(NULL, size, prot,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	assert_ptr_not_equal(at, MAP_FAILED);
	return at;
}

static void make_memory(struct fake_hw *f)
{
	paddr_t end = 0;

	f->hw.ram_base = f->bank[0].base;
	for (int i = 0; i < FAKE_BANKS; i++)
		if (f->bank[i].size_bytes)
			end = f->bank[i].base + f->bank[i].size_bytes;
	f->hw.ram_span_bytes = end - f->hw.ram_base;
	f->hw.ram = reserve(f->hw.ram_span_bytes, PROT_NONE);
	for (int i = 0; i < FAKE_BANKS; i++)
		if (f->bank[i].size_bytes)
			mprotect(f->hw.ram + (f->bank[i].base - f->hw.ram_base),
				 f->bank[i].size_bytes, PROT_READ | PROT_WRITE);
	f->hw.store = reserve(f->hw.ram_span_bytes * OBJECT_STORE_SCALE,
			      PROT_READ | PROT_WRITE);
}

/* As kernel_create() leaves it, but for stacks. */
static void make_kernel(struct fake_hw *f)
{
	struct kernel *k = calloc(1, sizeof(*k));

	assert_non_null(k);
	f->k = k;
	k->hw = f->hw;
	k->params = f->params;
	k->init_mm.k = k;
	k->init_mm.mm_users = 2;
	k->init_mm.mm_count = 1 + (int)f->hw.nr_cpus;
	INIT_LIST_HEAD(&k->task_list);
	init_rwsem(&k->init_mm.mmap_lock);
	for (unsigned int i = 0; i < f->hw.nr_cpus; i++) {
		struct cpu *cpu = &k->sched.cpus[i];
		struct task_struct *idle = &k->sched.init_task[i];

		*cpu = (struct cpu){
			.k = k,
			.id = (int)i,
			.mmu = f->hw.mmu[i],
			.curr = idle,
			.idle = idle,
			.active_mm = &k->init_mm,
		};
		init_rq(cpu);
		idle->k = k;
		idle->cpu = cpu;
		idle->active_mm = &k->init_mm;
		idle->flags = PF_KTHREAD;
		idle->syscall_nr = -1;
		idle->cpus_mask = 1u << i;
		idle->group_leader = idle;
		idle->parent = idle;
		idle->real_parent = idle;
		INIT_LIST_HEAD(&idle->children);
	}
}

struct fake_hw *fake_hw_create(const struct fake_hw_config *config)
{
	struct fake_hw *f = calloc(1, sizeof(*f));
	const char *core = config->core ? config->core : "cortex-a9";

	assert_non_null(f);
	memcpy(f->bank, config->bank, sizeof(f->bank));
	if (!f->bank[0].size_bytes)
		f->bank[0] = (struct fake_bank){0x60000000, 256 * FAKE_MB, 0};
	f->ops = fake_ops;
	f->hw.ctx = f;
	f->hw.ops = &f->ops;
	f->hw.watch_descriptors = true;
	f->hw.nr_cpus = config->nr_cpus ? config->nr_cpus : 1;
	f->hw.core = core;
	f->hw.clock_hz = 1000000000;
	f->hw.seed = 1;
	make_memory(f);
	f->hw.dtb = make_dtb(f, config);
	for (unsigned int i = 0; i < f->hw.nr_cpus; i++) {
		f->hw.mmu[i] = make_mmu(f, core, i, config->recheck_hits);
		assert_non_null(f->hw.mmu[i]);
	}
	f->params = (struct kernel_params){
		.page_offset = config->page_offset ? config->page_offset
						   : 0x80000000,
		.asid = !config->no_asid,
		.slab_allocator = config->slab_allocator
					  ? config->slab_allocator
					  : getenv("MMUSCOPE_SLAB_ALLOCATOR"),
	};
	make_kernel(f);
	return f;
}

void fake_hw_destroy(struct fake_hw *f)
{
	/* first of all, as its tasks lie in the object store */
	if (f->created) {
		kernel_destroy(f->k);
	} else {
		slab_exit(f->k); /* or ASan remembers what was off limits */
		verify_exit(f->k);
		free(f->k);
	}
	for (unsigned int i = 0; i < f->hw.nr_cpus; i++)
		mmu_destroy(f->hw.mmu[i]);
	munmap(f->hw.ram, f->hw.ram_span_bytes);
	munmap(f->hw.store, f->hw.ram_span_bytes * OBJECT_STORE_SCALE);
	free((void *)f->hw.dtb);
	free(f);
}

struct task_struct *fake_curr(struct fake_hw *f)
{
	return f->k->sched.cpus[0].curr;
}

void fake_setup_arch(struct fake_hw *f)
{
	boot_load(f->k);
	for (unsigned int i = 0; i < f->hw.nr_cpus; i++)
		head_start(f->k, &f->k->sched.cpus[i]);
	setup_arch(f->k);
}

void fake_mm_init(struct fake_hw *f)
{
	struct task_struct *curr = fake_curr(f);

	fake_setup_arch(f);
	build_all_zonelists(f->k);
	vfs_caches_init_early(f->k);
	mm_init(curr);
	sched_init(curr);
	asids_init(f->k);
	init_per_zone_wmark_min(f->k);
	user_mm_init(curr);
	assert_int_equal(sigpage_init(curr), 0);
	vdso_init(f->k);
}

/* Each core in turn, until one says that all is over. */
static enum kernel_verdict turn_cores(struct fake_hw *f)
{
	for (int turn = 0; turn < FAKE_TURNS; turn++) {
		for (unsigned int cpu = 0; cpu < f->hw.nr_cpus; cpu++) {
			const uint32_t bit = 1u << cpu;
			const struct trap trap = {
				.kind = f->booted & bit ? TRAP_TIMER
							: TRAP_BOOT,
			};
			enum kernel_verdict verdict;

			if (!(f->started & bit))
				continue;
			f->booted |= bit;
			verdict = kernel_trap(f->k, (int)cpu, &trap);
			if (verdict != KERNEL_IDLE)
				return verdict;
		}
	}
	return KERNEL_IDLE;
}

enum kernel_verdict fake_boot(struct fake_hw *f, const char *path)
{
	free(f->k);
	f->argv[0] = path;
	f->program.argv = f->argv;
	f->params.programs = &f->program;
	f->params.nr_programs = 1;
	f->k = kernel_create(&f->hw, &f->params);
	assert_non_null(f->k);
	f->created = true;
	f->started = 1;
	return turn_cores(f);
}

paddr_t peek(struct fake_hw *f, vaddr_t vaddr, enum mmu_kind kind,
	     enum mmu_privilege privilege)
{
	struct mmu_result result;

	if (!mmu_peek(f->hw.mmu[0], vaddr, kind, privilege, &result))
		return FAKE_FAULT;
	return result.paddr;
}

unsigned int peek_rights(struct fake_hw *f, vaddr_t vaddr,
			 enum mmu_privilege privilege)
{
	unsigned int rights = 0;

	if (peek(f, vaddr, MMU_READ, privilege) != FAKE_FAULT)
		rights |= MMU_MAY_READ;
	if (peek(f, vaddr, MMU_WRITE, privilege) != FAKE_FAULT)
		rights |= MMU_MAY_WRITE;
	if (peek(f, vaddr, MMU_FETCH, privilege) != FAKE_FAULT)
		rights |= MMU_MAY_FETCH;
	return rights;
}
