/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_SD_CARD_H
#define EMU_SD_CARD_H

/*
 * An SD memory card (SD Specifications, Part 1, Physical Layer Simplified
 * Specification 2.00) on what a disk holds: one of up to 2 GB is addressed by
 * bytes (SDSC), a larger one by blocks (SDHC).
 *
 * Whoever drives the bus asks for each command's answer, and moves a block of
 * data once its time has come. Cycles are the core's.
 */

#include <stdbool.h>
#include <stdint.h>

#include "emu/alarms.h"

struct config_disk;
struct disk;

#define SD_BLOCK_BYTES 512u

enum sd_state { /* as the card's status has it */
	SD_IDLE,
	SD_READY,
	SD_IDENT,
	SD_STBY,
	SD_TRAN,
	SD_DATA, /* it sends */
	SD_RCV,
	SD_PRG, /* it works, and takes no data */
	SD_DIS, /* the same, deselected */
};

struct sd_card {
	struct disk *disk;
	struct alarms *alarms;
	uint64_t read_latency_us, write_latency_us;
	uint64_t bytes_per_sec;

	enum sd_state state;
	uint32_t status; /* error bits that nobody was told yet */
	uint16_t rca;
	bool app_cmd; /* the next command is an ACMD */
	bool powered_up, has_if_cond;
	uint64_t powering_until; /* since the first ACMD41 */
	uint32_t block_bytes; /* CMD16 */
	uint32_t bus_width; /* 1 or 4 */
	uint32_t erase_from, erase_to; /* blocks */
	bool has_erase_from, has_erase_to;

	uint8_t data[SD_BLOCK_BYTES]; /* the next block to send */
	uint32_t data_bytes; /* of a block of this transfer */
	bool memory, many; /* it is of memory; it goes on until CMD12 */
	uint64_t at; /* where on the disk the next block is */
	uint64_t next; /* right behind the last one */
	uint64_t ready; /* cycle of the next block, or of the end of work */
	uint32_t nr_written; /* ACMD22 */
};

/* How a card answers; the words as they come over the bus. */
struct sd_response {
	unsigned int nr_bits; /* 0: not at all; 48 or 136 */
	uint32_t word[4];
	uint8_t index; /* what stands where the command's number would */
	bool crc; /* it ends with a checksum */
};

/* One that was just put in, as @config has its speed. */
void sd_create(struct sd_card *card, struct disk *disk,
	       const struct config_disk *config, struct alarms *alarms);

void sd_command(struct sd_card *card, unsigned int index, uint32_t argument,
		struct sd_response *response);

/*
 * In state data or rcv: the size of the next block; 0: it moves none. And when
 * it begins to be there, or when room for it is; CLOCK_NEVER: it will not come.
 */
uint32_t sd_block_bytes(const struct sd_card *card);
uint64_t sd_block_ready(const struct sd_card *card);
/*
 * The next block, of sd_block_bytes(), which began to move at cycle @began,
 * not before sd_block_ready(). Sending is for state data, taking for rcv.
 */
void sd_send_block(struct sd_card *card, uint8_t *to, uint64_t began);
void sd_take_block(struct sd_card *card, const uint8_t *from);

#endif
