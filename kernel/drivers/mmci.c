/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/drivers/mmc.h"

/*
 * Driver of ARM's PrimeCell PL180, a multimedia card interface (Linux:
 * drivers/mmc/host/mmci.c). The first of its two interrupts tells of commands
 * and of the end of data, the second of the FIFO: the handler moves words
 * between it and memory as long as there are any, or room for them.
 *
 * Invariant: while a request is under way, its timer is armed; whatever was
 * done to the registers meanwhile, the request ends.
 *
 * MODEL: no DMA, as on the boards; Linux has no timer here, and waits for ever
 * for a controller that says nothing. The card detect line isn't looked at.
 */

#include <errno.h>
#include <libfdt.h>

#include "kernel/arch/arm/io.h"
#include "kernel/arch/arm/setup.h"
#include "kernel/drivers/amba.h"
#include "kernel/irq/irq.h"
#include "kernel/lib/printk.h"
#include "kernel/lib/work.h"
#include "kernel/mm/highmem.h"
#include "kernel/mm/slab.h"
#include "kernel/state.h"

/* Registers and bits (ARM DDI 0172). */
enum {
	MMCIPOWER = 0x00,
	MMCICLOCK = 0x04,
	MMCIARGUMENT = 0x08,
	MMCICOMMAND = 0x0c,
	MMCIRESPONSE0 = 0x14,
	MMCIDATATIMER = 0x24,
	MMCIDATALENGTH = 0x28,
	MMCIDATACTRL = 0x2c,
	MMCISTATUS = 0x34,
	MMCICLEAR = 0x38,
	MMCIMASK0 = 0x3c,
	MMCIMASK1 = 0x40,
	MMCIFIFOCNT = 0x48,
	MMCIFIFO = 0x80,
	AMBA_PERIPHID0 = 0xfe0,
};

#define MCI_PWR_OFF 0x00u
#define MCI_PWR_UP  0x02u
#define MCI_PWR_ON  0x03u

#define MCI_CLK_DIV_MAX 255u
#define MCI_CLK_ENABLE  (1u << 8)
#define MCI_CLK_BYPASS  (1u << 10)
#define MCI_4BIT_BUS    (1u << 11)

#define MCI_CPSM_RESPONSE (1u << 6)
#define MCI_CPSM_LONGRSP  (1u << 7)
#define MCI_CPSM_ENABLE   (1u << 10)

#define MCI_DPSM_ENABLE    (1u << 0)
#define MCI_DPSM_DIRECTION (1u << 1)

#define MCI_CMDCRCFAIL      (1u << 0)
#define MCI_DATACRCFAIL     (1u << 1)
#define MCI_CMDTIMEOUT      (1u << 2)
#define MCI_DATATIMEOUT     (1u << 3)
#define MCI_TXUNDERRUN      (1u << 4)
#define MCI_RXOVERRUN       (1u << 5)
#define MCI_CMDRESPEND      (1u << 6)
#define MCI_CMDSENT         (1u << 7)
#define MCI_DATAEND         (1u << 8)
#define MCI_CLEAR_ALL       0x7ffu
#define MCI_TXFIFOHALFEMPTY (1u << 14)
#define MCI_RXFIFOHALFFULL  (1u << 15)
#define MCI_TXFIFOEMPTY     (1u << 18)
#define MCI_RXDATAAVLBL     (1u << 21)

#define MCI_DATA_ERRORS \
	(MCI_DATACRCFAIL | MCI_DATATIMEOUT | MCI_TXUNDERRUN | MCI_RXOVERRUN)
#define MCI_CMD_ENDS \
	(MCI_CMDCRCFAIL | MCI_CMDTIMEOUT | MCI_CMDRESPEND | MCI_CMDSENT)
#define MCI_IRQENABLE (MCI_CMD_ENDS | MCI_DATA_ERRORS)

#define FIFO_BYTES         64u
#define FIFO_HALF_BYTES    32u
#define REQUEST_TIMEOUT_MS 10000u
#define ARM_SIZEOF_MMCI    640

struct mmci_host {
	struct mmc_host mmc;
	vaddr_t base;
	uint32_t mclk, cclk; /* Hz */
	struct mmc_request *mrq; /* NULL: idle */
	struct mmc_command *cmd; /* on its way; NULL: none */
	struct mmc_data *data;
	uint32_t size; /* bytes of @data that the FIFO has yet to see */
	struct timer timer; /* for a request that doesn't end */
};

static struct mmci_host *to_mmci(struct mmc_host *mmc)
{
	return container_of(mmc, struct mmci_host, mmc);
}

/* ---- the parts of a request --------------------------------------------------------- */

static void mmci_request_end(struct task_struct *curr, struct mmci_host *host)
{
	struct mmc_request *mrq = host->mrq;

	writel(curr, 0, host->base + MMCICOMMAND);
	timer_cancel(curr->k, &host->timer);
	host->mrq = NULL;
	host->cmd = NULL;
	mmc_request_done(curr, &host->mmc, mrq);
}

static void mmci_stop_data(struct task_struct *curr, struct mmci_host *host)
{
	writel(curr, 0, host->base + MMCIDATACTRL);
	writel(curr, 0, host->base + MMCIMASK1);
	writel(curr, MCI_IRQENABLE, host->base + MMCIMASK0);
	host->data = NULL;
	host->size = 0;
}

/* Near the end of a read any word is worth an interrupt. */
static uint32_t pio_mask(const struct mmci_host *host)
{
	if (!host->size)
		return 0;
	if (host->data->write)
		return MCI_TXFIFOHALFEMPTY;
	return host->size < FIFO_BYTES ? MCI_RXDATAAVLBL : MCI_RXFIFOHALFFULL;
}

static void mmci_set_masks(struct task_struct *curr, struct mmci_host *host)
{
	const uint32_t end = host->size ? 0 : MCI_DATAEND;

	writel(curr, pio_mask(host), host->base + MMCIMASK1);
	writel(curr, MCI_IRQENABLE | end, host->base + MMCIMASK0);
}

static void mmci_start_data(struct task_struct *curr, struct mmci_host *host,
			    struct mmc_data *data)
{
	const uint32_t block_bits = 31u - (uint32_t)__builtin_clz(data->blksz);
	const uint64_t clocks = (uint64_t)data->timeout_ns * host->cclk /
				1000000000;

	host->data = data;
	host->size = data->blksz * data->blocks;
	writel(curr, (uint32_t)clocks, host->base + MMCIDATATIMER);
	writel(curr, host->size, host->base + MMCIDATALENGTH);
	writel(curr,
	       MCI_DPSM_ENABLE | block_bits << 4 |
		       (data->write ? 0 : MCI_DPSM_DIRECTION),
	       host->base + MMCIDATACTRL);
	mmci_set_masks(curr, host);
}

static void mmci_start_command(struct task_struct *curr, struct mmci_host *host,
			       struct mmc_command *cmd)
{
	uint32_t word = cmd->opcode | MCI_CPSM_ENABLE;

	if (readl(curr, host->base + MMCICOMMAND) & MCI_CPSM_ENABLE)
		writel(curr, 0, host->base + MMCICOMMAND);
	if (cmd->flags & MMC_RSP_PRESENT)
		word |= MCI_CPSM_RESPONSE;
	if (cmd->flags & MMC_RSP_136)
		word |= MCI_CPSM_LONGRSP;
	host->cmd = cmd;
	writel(curr, cmd->arg, host->base + MMCIARGUMENT);
	writel(curr, word, host->base + MMCICOMMAND);
}

/* Data has come to its end, well or not. */
static void mmci_after_data(struct task_struct *curr, struct mmci_host *host)
{
	mmci_stop_data(curr, host);
	if (host->mrq->stop)
		mmci_start_command(curr, host, host->mrq->stop);
	else
		mmci_request_end(curr, host);
}

/* ---- interrupts ---------------------------------------------------------------------- */

static void mmci_data_irq(struct task_struct *curr, struct mmci_host *host,
			  uint32_t status)
{
	struct mmc_data *data = host->data;

	if (status & MCI_DATA_ERRORS) {
		data->error = status & MCI_DATACRCFAIL   ? -EILSEQ
			      : status & MCI_DATATIMEOUT ? -ETIMEDOUT
							 : -EIO;
		mmci_after_data(curr, host);
	} else if (status & MCI_DATAEND && !host->size) {
		data->bytes_xfered = data->blksz * data->blocks;
		mmci_after_data(curr, host);
	}
}

static int command_error(const struct mmc_command *cmd, uint32_t status)
{
	if (status & MCI_CMDTIMEOUT)
		return -ETIMEDOUT;
	if (status & MCI_CMDCRCFAIL && cmd->flags & MMC_RSP_CRC)
		return -EILSEQ;
	return 0;
}

static void mmci_cmd_irq(struct task_struct *curr, struct mmci_host *host,
			 uint32_t status)
{
	struct mmc_command *cmd = host->cmd;
	const bool first = cmd == host->mrq->cmd;

	host->cmd = NULL;
	cmd->error = command_error(cmd, status);
	for (unsigned int i = 0; i < 4; i++)
		cmd->resp[i] = readl(curr, host->base + MMCIRESPONSE0 + 4 * i);
	if (!first || !host->mrq->data) {
		mmci_request_end(curr, host);
	} else if (cmd->error) {
		if (host->data)
			mmci_stop_data(curr, host);
		mmci_request_end(curr, host);
	} else if (!host->data && host->mrq->data->write) {
		mmci_start_data(curr, host, host->mrq->data);
	}
}

/* Commands, errors, and the end of data. */
static enum irqreturn mmci_irq(struct task_struct *curr, unsigned int irq,
			       void *dev_id)
{
	struct mmci_host *host = dev_id;
	enum irqreturn ret = IRQ_NONE;
	uint32_t status;

	(void)irq;
	for (;;) {
		status = readl(curr, host->base + MMCISTATUS) &
			 readl(curr, host->base + MMCIMASK0) & MCI_CLEAR_ALL;
		if (!status)
			break;
		ret = IRQ_HANDLED;
		writel(curr, status, host->base + MMCICLEAR);
		/* the command before its data: both may have come */
		if (host->cmd && status & MCI_CMD_ENDS)
			mmci_cmd_irq(curr, host, status);
		if (host->data)
			mmci_data_irq(curr, host, status);
	}
	/* somebody else's mask: it wouldn't come to rest */
	if (ret == IRQ_NONE)
		mmci_set_masks(curr, host);
	return ret;
}

/* Bytes that wait in the FIFO: all but those that it hasn't seen yet. */
static uint32_t rx_bytes(struct task_struct *curr, const struct mmci_host *host)
{
	const uint32_t left = readl(curr, host->base + MMCIFIFOCNT) << 2;

	return host->size > left ? host->size - left : 0;
}

/* Bytes that it has room for. */
static uint32_t tx_bytes(struct task_struct *curr, const struct mmci_host *host)
{
	const uint32_t status = readl(curr, host->base + MMCISTATUS);

	if (status & MCI_TXFIFOEMPTY)
		return FIFO_BYTES;
	return status & MCI_TXFIFOHALFEMPTY ? FIFO_HALF_BYTES : 0;
}

/* Moves words while there are any. @bytes: where the whole of the data is. */
static void mmci_pio(struct task_struct *curr, struct mmci_host *host,
		     uint8_t *bytes)
{
	const struct mmc_data *data = host->data;
	const uint32_t total = data->blksz * data->blocks;
	const uint32_t before = host->size;

	while (host->size) {
		uint8_t *at = bytes + total - host->size;
		uint32_t n = data->write ? tx_bytes(curr, host)
					 : rx_bytes(curr, host);

		n = (n < host->size ? n : host->size) & ~3u;
		if (!n)
			break;
		if (data->write)
			writesl(curr, host->base + MMCIFIFO, at, n / 4);
		else
			readsl(curr, host->base + MMCIFIFO, at, n / 4);
		host->size -= n;
	}
	charge_work(curr, WORK_COPY, before - host->size);
}

/* The FIFO wants service. */
static enum irqreturn mmci_pio_irq(struct task_struct *curr, unsigned int irq,
				   void *dev_id)
{
	struct mmci_host *host = dev_id;
	struct mmc_data *data = host->data;
	vaddr_t kaddr;

	(void)irq;
	if (!data) {
		mmci_set_masks(curr, host);
		return IRQ_NONE;
	}
	if (data->page) {
		kaddr = kmap_atomic(curr, data->page);
		mmci_pio(curr, host, kmap_bytes_mut(curr, kaddr));
		kunmap_atomic(curr, kaddr);
	} else {
		mmci_pio(curr, host, data->bytes);
	}
	if (!data->write && data->page && !host->size)
		curr->k->hw.ops->code_changed(curr->k->hw.ctx,
					      page_to_phys(curr->k, data->page),
					      PAGE_SIZE);
	mmci_set_masks(curr, host);
	return IRQ_HANDLED;
}

/* Somebody else was at the registers, or the card's clock is off. */
static void mmci_timed_out(struct task_struct *curr, struct timer *timer)
{
	struct mmci_host *host = container_of(timer, struct mmci_host, timer);

	printk(curr->k, "mmc%u: Timeout waiting for hardware interrupt.",
	       host->mmc.index);
	host->mrq->cmd->error = -ETIMEDOUT;
	mmci_stop_data(curr, host);
	writel(curr, MCI_CLEAR_ALL, host->base + MMCICLEAR);
	mmci_request_end(curr, host);
}

/* ---- what the core asks for ---------------------------------------------------------- */

static void mmci_request(struct task_struct *curr, struct mmc_host *mmc,
			 struct mmc_request *mrq)
{
	struct mmci_host *host = to_mmci(mmc);

	host->mrq = mrq;
	timer_arm(curr, &host->timer,
		  sched_clock_cycles(curr->k) +
			  ns_to_cycles(curr->k,
				       1000000ull * REQUEST_TIMEOUT_MS));
	writel(curr, MCI_CLEAR_ALL, host->base + MMCICLEAR);
	writel(curr, MCI_IRQENABLE, host->base + MMCIMASK0);
	if (mrq->data && !mrq->data->write)
		mmci_start_data(curr, host, mrq->data);
	mmci_start_command(curr, host, mrq->cmd);
}

/* f = mclk / (2 * (divider + 1)), not above what is asked for. */
static uint32_t clock_register(struct mmci_host *host, uint32_t hz)
{
	uint32_t divider;

	if (!hz)
		return 0;
	if (hz >= host->mclk) {
		host->cclk = host->mclk;
		return MCI_CLK_ENABLE | MCI_CLK_BYPASS;
	}
	divider = (host->mclk + 2 * hz - 1) / (2 * hz) - 1;
	if (divider > MCI_CLK_DIV_MAX)
		divider = MCI_CLK_DIV_MAX;
	host->cclk = host->mclk / (2 * (divider + 1));
	return MCI_CLK_ENABLE | divider;
}

static void mmci_set_ios(struct task_struct *curr, struct mmc_host *mmc)
{
	struct mmci_host *host = to_mmci(mmc);
	const struct mmc_ios *ios = &mmc->ios;
	uint32_t clock = clock_register(host, ios->clock), power = MCI_PWR_OFF;

	if (ios->bus_width == 4)
		clock |= MCI_4BIT_BUS;
	if (ios->powered)
		power = ios->clock ? MCI_PWR_ON : MCI_PWR_UP;
	writel(curr, clock, host->base + MMCICLOCK);
	writel(curr, power, host->base + MMCIPOWER);
}

/* ---- at boot --------------------------------------------------------------------------- */

static const struct mmc_host_ops mmci_ops = {
	.request = mmci_request,
	.set_ios = mmci_set_ios,
};

static uint32_t amba_id(struct task_struct *curr, vaddr_t base)
{
	uint32_t id = 0;

	for (unsigned int i = 0; i < 4; i++)
		id |= (readl(curr, base + AMBA_PERIPHID0 + 4 * i) & 0xff)
		      << 8 * i;
	return id;
}

static void stop_all(struct task_struct *curr, vaddr_t base)
{
	writel(curr, 0, base + MMCIMASK0);
	writel(curr, 0, base + MMCIMASK1);
	writel(curr, MCI_CLEAR_ALL, base + MMCICLEAR);
}

/* False: it can't be used. */
static bool mmci_request_irqs(struct task_struct *curr, struct mmci_host *host,
			      const unsigned int irq[2])
{
	if (request_irq(curr, irq[0], mmci_irq, IRQF_SHARED, "mmci-pl18x (cmd)",
			host))
		return false;
	if (!request_irq(curr, irq[1], mmci_pio_irq, IRQF_SHARED,
			 "mmci-pl18x (pio)", host))
		return true;
	free_irq(curr, irq[0], host);
	return false;
}

static void report(struct task_struct *curr, const struct mmci_host *host,
		   paddr_t paddr, const unsigned int irq[2])
{
	const uint32_t id = amba_id(curr, host->base);

	printk(curr->k,
	       "mmci-pl18x %x.mmc: mmc%u: PL%03x manf %x rev%u at 0x%08x irq "
	       "%u,%u (pio)",
	       (uint32_t)paddr, host->mmc.index, id & 0xfff, id >> 12 & 0xff,
	       id >> 20 & 0xf, (uint32_t)paddr, irq[0], irq[1]);
}

static void mmci_probe(struct task_struct *curr, int node)
{
	const void *fdt = boot_fdt(curr->k);
	const unsigned int irq[2] = {irq_of_parse_and_map(curr, node, 0),
				     irq_of_parse_and_map(curr, node, 1)};
	struct mmci_host *host;
	uint64_t nr_bytes;
	paddr_t paddr;

	if (!irq[0] || !irq[1] || !of_reg(fdt, node, 0, &paddr, &nr_bytes) ||
	    amba_request_regions(curr, node, NULL))
		return;
	host = kzalloc_obj(curr, ARM_SIZEOF_MMCI, sizeof(*host), GFP_KERNEL);
	if (!host)
		return;
	*host = (struct mmci_host){
		.mmc = {.ops = &mmci_ops,
			.of_node = node,
			.f_max = of_u32(fdt, node, "max-frequency") ?: 25000000,
			.ocr_avail = 0x00300000, /* 3.2 to 3.4 V */
			.can_4bit = of_u32(fdt, node, "bus-width") == 4},
		.base = ioremap(curr, paddr, (uint32_t)nr_bytes),
		.mclk = of_clock_rate(fdt, node),
		.timer = {.function = mmci_timed_out},
	};
	if (host->base)
		stop_all(curr, host->base);
	if (!host->base || !mmci_request_irqs(curr, host, irq)) {
		if (host->base)
			iounmap(curr, host->base);
		kfree_obj(curr, host);
		return;
	}
	report(curr, host, paddr, irq);
	mmc_add_host(curr, &host->mmc);
}

void mmci_init(struct task_struct *curr)
{
	const void *fdt = boot_fdt(curr->k);
	int node = fdt_node_offset_by_compatible(fdt, -1, "arm,pl180");

	if (node >= 0 && of_device_is_available(fdt, node))
		mmci_probe(curr, node);
}
