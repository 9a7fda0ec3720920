/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/drivers/mmc.h"

/*
 * Requests to a card, and how one is looked for (Linux: drivers/mmc/core/
 * core.c, mmc_ops.c). Power, then the commands that make whatever is in the
 * slot say what it is: an SDIO card answers CMD5, an SD card ACMD41.
 *
 * MODEL: no card is put in or taken out while the machine runs, so the slot is
 * looked into once, at boot. SDIO and MMC cards are asked for, as by Linux, and
 * left alone: there is no driver for them.
 */

#include <errno.h>

#include "kernel/lib/printk.h"
#include "kernel/lib/trace.h"
#include "kernel/state.h"

#define POWER_DELAY_MS 10u
#define CMD_RETRIES    3u

/* Arguments of CMD52 that read the register of SDIO resets, and write it. */
#define SDIO_READ_ABORT  0x00000c00u
#define SDIO_WRITE_RESET 0x80000c08u

/* ---- requests ---------------------------------------------------------------------- */

static void trace_start(const struct kernel *k, const struct mmc_host *host,
			const struct mmc_request *mrq)
{
	const struct mmc_data *data = mrq->data;

	if (!trace_enabled(k, TRACE_mmc_request_start))
		return;
	trace_event(k, TRACE_mmc_request_start,
		    "mmc%u: cmd_opcode=%u cmd_arg=0x%x cmd_flags=0x%x "
		    "stop_opcode=%u blocks=%u block_size=%u",
		    host->index, mrq->cmd->opcode, mrq->cmd->arg,
		    mrq->cmd->flags, mrq->stop ? mrq->stop->opcode : 0,
		    data ? data->blocks : 0, data ? data->blksz : 0);
}

static void trace_done(const struct kernel *k, const struct mmc_host *host,
		       const struct mmc_request *mrq)
{
	const struct mmc_data *data = mrq->data;

	if (!trace_enabled(k, TRACE_mmc_request_done))
		return;
	trace_event(k, TRACE_mmc_request_done,
		    "mmc%u: cmd_opcode=%u cmd_err=%d cmd_resp=0x%x stop_err=%d "
		    "bytes_xfered=%u data_err=%d",
		    host->index, mrq->cmd->opcode, mrq->cmd->error,
		    mrq->cmd->resp[0], mrq->stop ? mrq->stop->error : 0,
		    data ? data->bytes_xfered : 0, data ? data->error : 0);
}

void mmc_request_done(struct task_struct *curr, struct mmc_host *host,
		      struct mmc_request *mrq)
{
	trace_done(curr->k, host, mrq);
	mrq->completed = true;
	wake_up_process(curr, mrq->waiter);
}

void mmc_wait_for_req(struct task_struct *curr, struct mmc_host *host,
		      struct mmc_request *mrq)
{
	mrq->cmd->error = 0;
	if (mrq->stop)
		mrq->stop->error = 0;
	if (mrq->data) {
		mrq->data->error = 0;
		mrq->data->bytes_xfered = 0;
	}
	mrq->completed = false;
	mrq->waiter = curr;
	trace_start(curr->k, host, mrq);
	host->ops->request(curr, host, mrq);
	while (!mrq->completed) {
		curr->state = TASK_UNINTERRUPTIBLE;
		schedule(curr);
	}
}

int mmc_wait_for_cmd(struct task_struct *curr, struct mmc_host *host,
		     struct mmc_command *cmd)
{
	struct mmc_request mrq = {.cmd = cmd};

	for (unsigned int left = cmd->retries + 1; left; left--) {
		mmc_wait_for_req(curr, host, &mrq);
		if (!cmd->error)
			break;
	}
	return cmd->error;
}

int mmc_wait_for_app_cmd(struct task_struct *curr, struct mmc_host *host,
			 const struct mmc_card *card, struct mmc_command *cmd)
{
	struct mmc_command app = {
		.opcode = MMC_APP_CMD,
		.arg = card ? card->rca << 16 : 0,
		.flags = MMC_RSP_R1,
	};
	struct mmc_request mrq = {.cmd = cmd};
	int error = -EIO;

	for (unsigned int left = CMD_RETRIES + 1; left; left--) {
		error = mmc_wait_for_cmd(curr, host, &app);
		if (error)
			continue;
		if (!(app.resp[0] & R1_APP_CMD))
			return -EOPNOTSUPP;
		mmc_wait_for_req(curr, host, &mrq);
		error = cmd->error;
		if (!error)
			break;
	}
	return error;
}

int mmc_send_status(struct task_struct *curr, const struct mmc_card *card,
		    uint32_t *status)
{
	struct mmc_command cmd = {
		.opcode = MMC_SEND_STATUS,
		.arg = card->rca << 16,
		.flags = MMC_RSP_R1,
		.retries = CMD_RETRIES,
	};
	const int error = mmc_wait_for_cmd(curr, card->host, &cmd);

	*status = cmd.resp[0];
	return error;
}

/* ---- the bus ---------------------------------------------------------------------------- */

void mmc_set_clock(struct task_struct *curr, struct mmc_host *host, uint32_t hz)
{
	host->ios.clock = hz > host->f_max ? host->f_max : hz;
	host->ops->set_ios(curr, host);
}

void mmc_set_bus_width(struct task_struct *curr, struct mmc_host *host,
		       unsigned int width)
{
	host->ios.bus_width = width;
	host->ops->set_ios(curr, host);
}

void mmc_delay(struct task_struct *curr, uint32_t ms)
{
	schedule_timeout_uninterruptible(curr, (ms * HZ + 999) / 1000);
}

/* A hundred times what the card says, but no more than a host must wait. */
void mmc_set_data_timeout(struct mmc_data *data, const struct mmc_card *card)
{
	const uint64_t limit_ns = data->write ? 3000000000ull : 100000000;
	uint64_t ns = 100ull * card->csd.taac_ns;

	if (data->write)
		ns <<= card->csd.r2w_shift;
	if (ns > limit_ns || card->csd.block_addressed)
		ns = limit_ns;
	data->timeout_ns = (uint32_t)ns;
}

static void mmc_power_up(struct task_struct *curr, struct mmc_host *host)
{
	host->ios = (struct mmc_ios){
		.powered = true,
		.bus_width = 1,
	};
	host->ops->set_ios(curr, host);
	mmc_delay(curr, POWER_DELAY_MS);
	host->ios.clock = host->f_min;
	host->ops->set_ios(curr, host);
	mmc_delay(curr, POWER_DELAY_MS);
}

static void mmc_power_off(struct task_struct *curr, struct mmc_host *host)
{
	host->ios = (struct mmc_ios){.bus_width = 1};
	host->ops->set_ios(curr, host);
	mmc_delay(curr, 1);
}

/* ---- what is in the slot? ------------------------------------------------------------------- */

/* An SDIO card's functions aren't reset by CMD0. */
static void sdio_reset(struct task_struct *curr, struct mmc_host *host)
{
	struct mmc_command cmd = {
		.opcode = SD_IO_RW_DIRECT,
		.arg = SDIO_READ_ABORT,
		.flags = MMC_RSP_R5,
	};

	mmc_wait_for_cmd(curr, host, &cmd);
	cmd.arg = SDIO_WRITE_RESET;
	mmc_wait_for_cmd(curr, host, &cmd);
}

static bool is_sdio(struct task_struct *curr, struct mmc_host *host)
{
	struct mmc_command cmd = {
		.opcode = SD_IO_SEND_OP_COND,
		.flags = MMC_RSP_R4,
		.retries = CMD_RETRIES,
	};

	return !mmc_wait_for_cmd(curr, host, &cmd);
}

/* With the clock at @hz. True: there was something. */
static bool mmc_rescan_try_freq(struct task_struct *curr, struct mmc_host *host,
				uint32_t hz)
{
	host->f_min = hz;
	mmc_power_up(curr, host);
	sdio_reset(curr, host);
	mmc_go_idle(curr, host);
	mmc_send_if_cond(curr, host);
	if (is_sdio(curr, host)) {
		printk(curr->k, "mmc%u: no driver for SDIO cards", host->index);
		return true;
	}
	if (!mmc_attach_sd(curr, host))
		return true;
	mmc_power_off(curr, host);
	return false;
}

void mmc_add_host(struct task_struct *curr, struct mmc_host *host)
{
	static const uint32_t freqs[] = {400000, 300000, 200000, 100000};

	for (unsigned int i = 0; i < sizeof(freqs) / sizeof(*freqs); i++)
		if (mmc_rescan_try_freq(curr, host, freqs[i]))
			break;
	if (host->has_card)
		mmc_blk_probe(curr, &host->card);
}

int mmc_hw_reset(struct task_struct *curr, struct mmc_card *card)
{
	struct mmc_host *host = card->host;
	const struct mmc_card was = *card;
	int error;

	mmc_power_off(curr, host);
	mmc_power_up(curr, host);
	mmc_go_idle(curr, host);
	mmc_send_if_cond(curr, host);
	error = mmc_attach_sd(curr, host);
	/* what it is doesn't change, and its disk goes by it */
	if (error || card->csd.nr_sectors != was.csd.nr_sectors)
		*card = was;
	return error;
}
