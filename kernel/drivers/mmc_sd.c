/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/drivers/mmc.h"

/*
 * SD cards: from the first command to state tran (Linux: drivers/mmc/core/
 * sd.c, sd_ops.c, bus.c). A large card (SDHC) tells so in ACMD41's answer and
 * in its CSD, and counts in blocks where a small one counts in bytes.
 *
 * MODEL: no high speed and no 1.8 V, which need a host that has them.
 */

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "kernel/lib/printk.h"

#define OCR_3V2_3V4  0x00300000u
#define OCR_READY    (1u << 31)
#define OCR_HCS      (1u << 30)
#define CHECK_VHS    0x1aau /* 2.7 to 3.6 V, and a pattern to come back */
#define CCC_SWITCH   (1u << 10)
#define SWITCH_CHECK 0x00fffff0u
#define SD_RETRIES   3u
#define SDXC_SECTORS (64u << 20) /* 32 GB */

/* Bits @high to @low of a register of 128. */
static uint32_t get_bits(const uint32_t word[4], unsigned int high,
			 unsigned int low)
{
	uint32_t value = 0;

	for (unsigned int bit = high + 1; bit-- > low;)
		value = value << 1 | (word[3 - bit / 32] >> bit % 32 & 1);
	return value;
}

/* ---- commands ---------------------------------------------------------------------------- */

int mmc_go_idle(struct task_struct *curr, struct mmc_host *host)
{
	struct mmc_command cmd = {.opcode = MMC_GO_IDLE_STATE};
	const int error = mmc_wait_for_cmd(curr, host, &cmd);

	mmc_delay(curr, 1);
	return error;
}

int mmc_send_if_cond(struct task_struct *curr, struct mmc_host *host)
{
	struct mmc_command cmd = {
		.opcode = SD_SEND_IF_COND,
		.arg = CHECK_VHS,
		.flags = MMC_RSP_R7,
	};
	const int error = mmc_wait_for_cmd(curr, host, &cmd);

	if (error)
		return error;
	return (cmd.resp[0] & 0xff) == (CHECK_VHS & 0xff) ? 0 : -EIO;
}

/* With @ocr 0 a question. Else until the card is ready, a second at most. */
static int mmc_send_app_op_cond(struct task_struct *curr, struct mmc_host *host,
				uint32_t ocr, uint32_t *answer)
{
	struct mmc_command cmd = {
		.opcode = SD_APP_OP_COND,
		.arg = ocr,
		.flags = MMC_RSP_R3,
	};
	int error;

	for (int left = 100; left; left--) {
		error = mmc_wait_for_app_cmd(curr, host, NULL, &cmd);
		*answer = cmd.resp[0];
		if (error || !ocr || cmd.resp[0] & OCR_READY)
			return error;
		mmc_delay(curr, 10);
	}
	return -ETIMEDOUT;
}

/* CMD2, CMD9: an answer of 128 bits. */
static int mmc_send_register(struct task_struct *curr, struct mmc_host *host,
			     uint32_t opcode, uint32_t arg, uint32_t to[4])
{
	struct mmc_command cmd = {
		.opcode = opcode,
		.arg = arg,
		.flags = MMC_RSP_R2,
	};
	const int error = mmc_wait_for_cmd(curr, host, &cmd);

	memcpy(to, cmd.resp, sizeof(cmd.resp));
	return error;
}

static int mmc_send_relative_addr(struct task_struct *curr,
				  struct mmc_host *host, uint32_t *rca)
{
	struct mmc_command cmd = {
		.opcode = SD_SEND_RELATIVE_ADDR,
		.flags = MMC_RSP_R6,
		.retries = SD_RETRIES,
	};
	const int error = mmc_wait_for_cmd(curr, host, &cmd);

	*rca = cmd.resp[0] >> 16;
	return error;
}

static int mmc_select_card(struct task_struct *curr,
			   const struct mmc_card *card)
{
	struct mmc_command cmd = {
		.opcode = MMC_SELECT_CARD,
		.arg = card->rca << 16,
		.flags = MMC_RSP_R1,
		.retries = SD_RETRIES,
	};

	return mmc_wait_for_cmd(curr, card->host, &cmd);
}

/* A command whose answer comes as a block of data. */
static int mmc_read_register(struct task_struct *curr,
			     const struct mmc_card *card,
			     struct mmc_command *cmd, bool app, uint8_t *to,
			     uint32_t nr_bytes)
{
	struct mmc_data data = {
		.blksz = nr_bytes,
		.blocks = 1,
		.bytes = to,
	};
	struct mmc_request mrq = {.cmd = cmd, .data = &data};
	struct mmc_command prefix = {
		.opcode = MMC_APP_CMD,
		.arg = card->rca << 16,
		.flags = MMC_RSP_R1,
	};
	int error = app ? mmc_wait_for_cmd(curr, card->host, &prefix) : 0;

	if (error)
		return error;
	cmd->flags = MMC_RSP_R1;
	mmc_set_data_timeout(&data, card);
	mmc_wait_for_req(curr, card->host, &mrq);
	return cmd->error ?: data.error;
}

static int mmc_app_set_bus_width(struct task_struct *curr,
				 const struct mmc_card *card)
{
	struct mmc_command cmd = {
		.opcode = SD_APP_SET_BUS_WIDTH,
		.arg = 2, /* four lines */
		.flags = MMC_RSP_R1,
	};

	return mmc_wait_for_app_cmd(curr, card->host, card, &cmd);
}

/* ---- what the registers say ------------------------------------------------------------------ */

static void mmc_decode_cid(struct mmc_card *card)
{
	for (unsigned int i = 0; i < 5; i++)
		card->prod_name[i] = (char)get_bits(card->raw_cid, 103 - 8 * i,
						    96 - 8 * i);
	card->prod_name[5] = '\0';
}

/* A mantissa of tenths in bits 3 to 6, above an exponent. */
static uint32_t decode_tenths(uint32_t code)
{
	static const uint8_t tenths[16] = {0,  10, 12, 13, 15, 20, 25, 30,
					   35, 40, 45, 50, 55, 60, 70, 80};

	return tenths[code >> 3 & 15];
}

/* 0 or -EINVAL: of a version that isn't known. */
static int mmc_decode_csd(struct mmc_card *card)
{
	static const uint32_t ten_to[8] = {1,     10,     100,     1000,
					   10000, 100000, 1000000, 10000000};
	const uint32_t *raw = card->raw_csd;
	const uint32_t version = get_bits(raw, 127, 126);
	const uint32_t taac = get_bits(raw, 119, 112);
	const uint32_t speed = get_bits(raw, 103, 96);
	struct mmc_csd *csd = &card->csd;

	*csd = (struct mmc_csd){
		.block_addressed = version == 1,
		.cmdclass = get_bits(raw, 95, 84),
		.max_dtr = decode_tenths(speed) * ten_to[speed & 3] * 10000,
		.taac_ns = (decode_tenths(taac) * ten_to[taac & 7] + 9) / 10,
		.r2w_shift = get_bits(raw, 28, 26),
	};
	if (version > 1)
		return -EINVAL;
	if (csd->block_addressed)
		csd->nr_sectors = (get_bits(raw, 69, 48) + 1) << 10;
	else
		csd->nr_sectors = (get_bits(raw, 73, 62) + 1)
				  << (get_bits(raw, 49, 47) + 2 +
				      get_bits(raw, 83, 80) - 9);
	return 0;
}

static void mmc_decode_scr(struct mmc_card *card)
{
	card->has_switch = card->raw_scr[0] & 15;
	card->has_4bit = card->raw_scr[1] & 4;
}

/* ---- the card ------------------------------------------------------------------------------------ */

/* From power-up to an address: the commands that all cards hear. */
static int mmc_sd_identify(struct task_struct *curr, struct mmc_host *host,
			   struct mmc_card *card)
{
	uint32_t ocr = host->ocr_avail, answer;
	int error;

	mmc_go_idle(curr, host);
	if (!mmc_send_if_cond(curr, host))
		ocr |= OCR_HCS;
	error = mmc_send_app_op_cond(curr, host, ocr, &answer);
	if (!error)
		error = mmc_send_register(curr, host, MMC_ALL_SEND_CID, 0,
					  card->raw_cid);
	if (!error)
		error = mmc_send_relative_addr(curr, host, &card->rca);
	if (!error)
		error = mmc_send_register(curr, host, MMC_SEND_CSD,
					  card->rca << 16, card->raw_csd);
	if (!error)
		error = mmc_decode_csd(card);
	mmc_decode_cid(card);
	return error ?: mmc_select_card(curr, card);
}

/* SCR, SSR, and the functions that CMD6 could switch to. */
static int mmc_sd_setup_card(struct task_struct *curr, struct mmc_card *card)
{
	struct mmc_command scr = {.opcode = SD_APP_SEND_SCR};
	struct mmc_command ssr = {.opcode = SD_APP_SD_STATUS};
	struct mmc_command functions = {
		.opcode = SD_SWITCH,
		.arg = SWITCH_CHECK,
	};
	uint8_t status[64];
	int error = mmc_read_register(curr, card, &scr, true, card->raw_scr,
				      sizeof(card->raw_scr));

	if (error)
		return error;
	mmc_decode_scr(card);
	if (mmc_read_register(curr, card, &ssr, true, status, sizeof(status)))
		printk(curr->k, "mmc%u: problem reading SD Status register",
		       card->host->index);
	if (card->has_switch && card->csd.cmdclass & CCC_SWITCH)
		error = mmc_read_register(curr, card, &functions, false, status,
					  sizeof(status));
	return error;
}

static const char *kind_of(const struct mmc_card *card)
{
	if (!card->csd.block_addressed)
		return "SD";
	return card->csd.nr_sectors < SDXC_SECTORS ? "SDHC" : "SDXC";
}

int mmc_attach_sd(struct task_struct *curr, struct mmc_host *host)
{
	struct mmc_card *card = &host->card;
	const bool known = host->has_card;
	uint32_t ocr;
	int error = mmc_send_app_op_cond(curr, host, 0, &ocr);

	if (error)
		return error;
	if (!(ocr & host->ocr_avail))
		return -EINVAL;
	*card = (struct mmc_card){.host = host};
	error = mmc_sd_identify(curr, host, card);
	if (!error)
		error = mmc_sd_setup_card(curr, card);
	if (error) {
		printk(curr->k, "mmc%u: error %d whilst initialising SD card",
		       host->index, error);
		return error;
	}
	mmc_set_clock(curr, host, card->csd.max_dtr);
	if (host->can_4bit && card->has_4bit &&
	    !mmc_app_set_bus_width(curr, card))
		mmc_set_bus_width(curr, host, 4);
	host->has_card = true;
	if (!known)
		printk(curr->k, "mmc%u: new %s card at address %04x",
		       host->index, kind_of(card), card->rca);
	return 0;
}
