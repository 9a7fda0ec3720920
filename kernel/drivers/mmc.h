/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_DRIVERS_MMC_H
#define KERNEL_DRIVERS_MMC_H

/*
 * Cards, hosts, and the requests between them (include/linux/mmc/ core.h,
 * host.h, card.h). A host is a controller with one slot; its driver knows how
 * a command gets onto the bus, and nothing of what the command means.
 */

#include <stdbool.h>
#include <stdint.h>

#include "kernel/task/sched.h"

struct block_device;
struct page;

/* Commands (JESD84; SD Physical Layer). */
enum {
	MMC_GO_IDLE_STATE = 0,
	MMC_ALL_SEND_CID = 2,
	SD_SEND_RELATIVE_ADDR = 3,
	SD_IO_SEND_OP_COND = 5,
	SD_SWITCH = 6,
	MMC_SELECT_CARD = 7,
	SD_SEND_IF_COND = 8,
	MMC_SEND_CSD = 9,
	MMC_STOP_TRANSMISSION = 12,
	MMC_SEND_STATUS = 13,
	MMC_READ_MULTIPLE_BLOCK = 18,
	MMC_WRITE_MULTIPLE_BLOCK = 25,
	SD_IO_RW_DIRECT = 52,
	MMC_APP_CMD = 55,
	/* after MMC_APP_CMD */
	SD_APP_SET_BUS_WIDTH = 6,
	SD_APP_SD_STATUS = 13,
	SD_APP_OP_COND = 41,
	SD_APP_SEND_SCR = 51,
};

/* What an answer is like. */
enum {
	MMC_RSP_PRESENT = 1 << 0,
	MMC_RSP_136 = 1 << 1,
	MMC_RSP_CRC = 1 << 2,
	MMC_RSP_BUSY = 1 << 3,
	MMC_RSP_OPCODE = 1 << 4,
	MMC_RSP_NONE = 0,
	MMC_RSP_R1 = MMC_RSP_PRESENT | MMC_RSP_CRC | MMC_RSP_OPCODE,
	MMC_RSP_R1B = MMC_RSP_R1 | MMC_RSP_BUSY,
	MMC_RSP_R2 = MMC_RSP_PRESENT | MMC_RSP_136 | MMC_RSP_CRC,
	MMC_RSP_R3 = MMC_RSP_PRESENT,
	MMC_RSP_R4 = MMC_RSP_PRESENT,
	MMC_RSP_R5 = MMC_RSP_R1,
	MMC_RSP_R6 = MMC_RSP_R1,
	MMC_RSP_R7 = MMC_RSP_R1,
};

/* R1: the card's status. */
#define R1_OUT_OF_RANGE     (1u << 31)
#define R1_ADDRESS_ERROR    (1u << 30)
#define R1_BLOCK_LEN_ERROR  (1u << 29)
#define R1_WP_VIOLATION     (1u << 26)
#define R1_CC_ERROR         (1u << 20)
#define R1_ERROR            (1u << 19)
#define R1_CURRENT_STATE(x) ((x) >> 9 & 15)
#define R1_READY_FOR_DATA   (1u << 8)
#define R1_APP_CMD          (1u << 5)
#define R1_STATE_TRAN       4u
#define R1_STATE_DATA       5u
#define R1_STATE_RCV        6u

struct mmc_command {
	uint32_t opcode, arg, flags; /* flags: MMC_RSP_… */
	uint32_t resp[4];
	unsigned int retries; /* how often it may be tried again */
	int error; /* 0; -ETIMEDOUT; -EILSEQ: a wrong checksum */
};

struct mmc_data {
	bool write;
	uint32_t blksz, blocks;
	uint32_t timeout_ns;
	/* Where the bytes are: a page of guest RAM, or the caller's own. */
	struct page *page;
	uint8_t *bytes; /* with page NULL */
	uint32_t bytes_xfered;
	int error;
};

struct mmc_request {
	struct mmc_command *cmd;
	struct mmc_data *data; /* NULL: none */
	struct mmc_command *stop; /* sent after @data; NULL: none */
	struct task_struct *waiter;
	bool completed;
};

/* How the bus is to be driven. */
struct mmc_ios {
	uint32_t clock; /* Hz; 0: none */
	bool powered;
	unsigned int bus_width; /* 1 or 4 */
};

struct mmc_host;
struct mmc_host_ops {
	/*
	 * Begins with @mrq, and calls mmc_request_done() when it is over, from
	 * the interrupt. One at a time.
	 */
	void (*request)(struct task_struct *curr, struct mmc_host *host,
			struct mmc_request *mrq);
	/* host->ios from now on. */
	void (*set_ios)(struct task_struct *curr, struct mmc_host *host);
};

struct mmc_csd {
	bool block_addressed; /* version 2 */
	uint32_t cmdclass, max_dtr, nr_sectors;
	uint32_t taac_ns, r2w_shift;
};

struct mmc_card {
	struct mmc_host *host;
	uint32_t rca;
	uint32_t raw_cid[4], raw_csd[4];
	uint8_t raw_scr[8];
	char prod_name[6];
	struct mmc_csd csd;
	bool has_4bit; /* by its SCR */
	bool has_switch; /* version 1.10 or later: it knows CMD6 */
};

/* Part of a driver's structure. */
struct mmc_host {
	const struct mmc_host_ops *ops;
	unsigned int index; /* "mmc0" */
	int of_node;
	uint32_t f_min, f_max;
	uint32_t ocr_avail; /* voltages that it can supply */
	bool can_4bit;
	struct mmc_ios ios;
	struct mmc_card card; /* host->has_card */
	bool has_card;
};

/* ---- mmc_core.c: requests ----------------------------------------------------- */

/* @mrq, and sleeps until it is over. What went wrong stands in its parts. */
void mmc_wait_for_req(struct task_struct *curr, struct mmc_host *host,
		      struct mmc_request *mrq);
/* A driver's: @mrq is over. In interrupt context. */
void mmc_request_done(struct task_struct *curr, struct mmc_host *host,
		      struct mmc_request *mrq);
/* @cmd alone. 0 or cmd->error, after as many attempts as it may have. */
int mmc_wait_for_cmd(struct task_struct *curr, struct mmc_host *host,
		     struct mmc_command *cmd);
/* The same of an application's command. @card NULL: it has no address yet. */
int mmc_wait_for_app_cmd(struct task_struct *curr, struct mmc_host *host,
			 const struct mmc_card *card, struct mmc_command *cmd);
/* CMD13. 0 or -errno. */
int mmc_send_status(struct task_struct *curr, const struct mmc_card *card,
		    uint32_t *status);
void mmc_set_clock(struct task_struct *curr, struct mmc_host *host,
		   uint32_t hz);
void mmc_set_bus_width(struct task_struct *curr, struct mmc_host *host,
		       unsigned int width);
void mmc_delay(struct task_struct *curr, uint32_t ms);
/* What reading or writing may take at most until data comes, or is stored. */
void mmc_set_data_timeout(struct mmc_data *data, const struct mmc_card *card);

/*
 * A driver has found its controller: looks for a card in it, and makes it a
 * disk. May sleep.
 */
void mmc_add_host(struct task_struct *curr, struct mmc_host *host);
/* Power off and on, and the card that was there anew. 0 or -errno. */
int mmc_hw_reset(struct task_struct *curr, struct mmc_card *card);

/* ---- mmc_sd.c: SD cards ----------------------------------------------------------- */

/* Asks which card it is and gets it ready for data. 0 or -errno: no SD card. */
int mmc_attach_sd(struct task_struct *curr, struct mmc_host *host);
/* CMD8, with which a host says that it knows large cards. */
int mmc_send_if_cond(struct task_struct *curr, struct mmc_host *host);
int mmc_go_idle(struct task_struct *curr, struct mmc_host *host);

/* ---- mmc_block.c: its disk ----------------------------------------------------------- */

/* "mmcblk0" for the first. */
void mmc_blk_probe(struct task_struct *curr, struct mmc_card *card);

/* ---- mmci.c ------------------------------------------------------------------------- */

/* At boot, where one can sleep: the PL180s of the device tree. */
void mmci_init(struct task_struct *curr);

#endif
