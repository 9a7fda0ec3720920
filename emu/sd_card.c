/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The card by its commands (chapter 4 of the specification): what is allowed
 * in which state, what it answers, and how the state changes.
 *
 * Time: the first block of a read, and the work after the first block of a
 * write, take the disk's latency, unless the access goes on where the one
 * before ended; each block takes what the disk's rate says. While it works
 * (state prg), it answers to CMD13 alone of those that need its memory.
 *
 * A block that the disk can't read isn't sent: the host waits in vain, and the
 * status tells of an error that the card's own code could not correct. One
 * that can't be written is an error in the status, too.
 *
 * MODEL: no locking by password, no write protection, no other functions for
 * CMD6 than the default ones (so no high speed), no CMD20 and CMD23, which
 * came with later versions. An erased block reads as zeros.
 */
#include "emu/sd_card.h"

#include <string.h>

#include "emu/config/config.h"
#include "emu/disk.h"

/* Bits of the card's status (4.10.1). */
#define OUT_OF_RANGE    (1u << 31)
#define ADDRESS_ERROR   (1u << 30)
#define BLOCK_LEN_ERROR (1u << 29)
#define ERASE_SEQ_ERROR (1u << 28)
#define ERASE_PARAM     (1u << 27)
#define ILLEGAL_COMMAND (1u << 22)
#define CARD_ECC_FAILED (1u << 21)
#define ERROR           (1u << 19)
#define ERASE_RESET     (1u << 13)
#define CURRENT_STATE   9 /* from this bit on */
#define READY_FOR_DATA  (1u << 8)
#define APP_CMD         (1u << 5)

#define OCR_VOLTAGES 0x00ff8000u /* 2.7 to 3.6 V */
#define OCR_CCS      (1u << 30)
#define OCR_POWER_UP (1u << 31) /* it isn't busy with that any more */
#define POWER_UP_US  500

#define SDSC_MAX_BYTES (2ull << 30)

static bool is_sdhc(const struct sd_card *card)
{
	return card->disk->size_bytes > SDSC_MAX_BYTES;
}

static uint64_t cycles_of(const struct sd_card *card, uint64_t amount,
			  uint64_t per_sec)
{
	return (uint64_t)(((unsigned __int128)amount * card->alarms->clock_hz +
			   per_sec - 1) /
			  per_sec);
}

static uint64_t transfer_cycles(const struct sd_card *card, uint32_t nr_bytes)
{
	return cycles_of(card, nr_bytes, card->bytes_per_sec);
}

static uint64_t now(const struct sd_card *card)
{
	return alarms_now(card->alarms);
}

/* ---- registers (chapter 5) -------------------------------------------------------- */

/* Bits @high to @low, counted as the specification does, of 32 @nr_words. */
static void put_bits(uint32_t *word, unsigned int nr_words, unsigned int high,
		     unsigned int low, uint32_t value)
{
	for (unsigned int bit = low; bit <= high; bit++, value >>= 1)
		word[nr_words - 1 - bit / 32] |= (value & 1) << bit % 32;
}

static uint32_t crc7(const uint32_t word[4])
{
	uint32_t crc = 0;

	for (unsigned int bit = 127; bit >= 8; bit--) {
		uint32_t in = word[3 - bit / 32] >> bit % 32 & 1;

		crc = crc << 1 ^ (in ^ crc >> 6 ? 0x09 : 0);
		crc &= 0x7f;
	}
	return crc;
}

static void end_with_crc(uint32_t word[4])
{
	put_bits(word, 4, 7, 1, crc7(word));
	put_bits(word, 4, 0, 0, 1);
}

static void put_cid(uint32_t cid[4])
{
	static const char product[5] = {'M', 'M', 'U', 'S', 'C'};

	memset(cid, 0, 16);
	put_bits(cid, 4, 127, 120, 0xaa); /* manufacturer */
	put_bits(cid, 4, 119, 104, 'M' << 8 | 'S');
	for (unsigned int i = 0; i < 5; i++)
		put_bits(cid, 4, 103 - 8 * i, 96 - 8 * i, (uint8_t)product[i]);
	put_bits(cid, 4, 63, 56, 0x10); /* revision 1.0 */
	put_bits(cid, 4, 55, 24, 0x00000001); /* serial number */
	put_bits(cid, 4, 19, 8, 26 << 4 | 1); /* made in January 2026 */
	end_with_crc(cid);
}

/* Size as C_SIZE, C_SIZE_MULT and READ_BL_LEN of a card of up to 2 GB. */
static void put_csd_size(uint32_t csd[4], uint64_t bytes)
{
	const unsigned int block = bytes > SDSC_MAX_BYTES / 2 ? 10 : 9;
	unsigned int mult = 0;

	while (mult < 7 && bytes >> (mult + 2 + block) > 4096)
		mult++;
	put_bits(csd, 4, 83, 80, block);
	put_bits(csd, 4, 73, 62, (uint32_t)(bytes >> (mult + 2 + block)) - 1);
	put_bits(csd, 4, 49, 47, mult);
	put_bits(csd, 4, 25, 22, block);
}

static void put_csd(const struct sd_card *card, uint32_t csd[4])
{
	const uint64_t bytes = card->disk->size_bytes;

	memset(csd, 0, 16);
	put_bits(csd, 4, 103, 96, 0x32); /* 25 MHz */
	put_bits(csd, 4, 95, 84, 0x535); /* classes 0, 2, 4, 5, 8, 10 */
	put_bits(csd, 4, 46, 46, 1); /* single blocks can be erased */
	put_bits(csd, 4, 45, 39, 0x7f);
	put_bits(csd, 4, 28, 26, 2); /* a write takes 4 times a read */
	if (is_sdhc(card)) {
		put_bits(csd, 4, 127, 126, 1);
		put_bits(csd, 4, 119, 112, 0x0e); /* 1 ms */
		put_bits(csd, 4, 83, 80, 9);
		put_bits(csd, 4, 69, 48, (uint32_t)(bytes >> 19) - 1);
		put_bits(csd, 4, 25, 22, 9);
	} else {
		put_bits(csd, 4, 119, 112, 0x26); /* 1.5 ms */
		put_bits(csd, 4, 79, 79, 1); /* parts of blocks can be read */
		put_bits(csd, 4, 61, 50, 0xfff);
		put_csd_size(csd, bytes);
	}
	end_with_crc(csd);
}

static void put_big_endian(uint8_t *to, const uint32_t *word,
			   unsigned int nr_words)
{
	for (unsigned int i = 0; i < 4 * nr_words; i++)
		to[i] = (uint8_t)(word[i / 4] >> (24 - i % 4 * 8));
}

/* Version 2.00, with a bus of one line or four. */
static void put_scr(uint8_t *to)
{
	uint32_t scr[2] = {0};

	put_bits(scr, 2, 59, 56, 2);
	put_bits(scr, 2, 54, 52, 2);
	put_bits(scr, 2, 51, 48, 5);
	put_big_endian(to, scr, 2);
}

static void put_sd_status(const struct sd_card *card, uint8_t *to)
{
	uint32_t status[16] = {0};

	put_bits(status, 16, 511, 510, card->bus_width == 4 ? 2 : 0);
	put_big_endian(to, status, 16);
}

/* CMD6: in each of six groups there is function 0 alone (4.3.10). */
static void put_switch_status(uint32_t argument, uint8_t *to)
{
	uint32_t status[16] = {0};

	put_bits(status, 16, 511, 496, 100); /* mA */
	for (unsigned int group = 0; group < 6; group++) {
		const uint32_t wanted = argument >> 4 * group & 0xf;

		put_bits(status, 16, 415 + 16 * group, 400 + 16 * group, 1);
		put_bits(status, 16, 379 + 4 * group, 376 + 4 * group,
			 wanted && wanted != 0xf ? 0xf : 0);
	}
	put_big_endian(to, status, 16);
}

/* ---- answers (4.9) ------------------------------------------------------------------ */

/* Programming ends by itself. */
static void bring_up_to_now(struct sd_card *card)
{
	if (now(card) < card->ready)
		return;
	if (card->state == SD_PRG)
		card->state = SD_TRAN;
	else if (card->state == SD_DIS)
		card->state = SD_STBY;
}

/* @state is the one in which the command came; errors are told once. */
static uint32_t status_word(struct sd_card *card, enum sd_state state)
{
	uint32_t status = card->status | (uint32_t)state << CURRENT_STATE;

	if (state != SD_PRG && state != SD_DIS)
		status |= READY_FOR_DATA;
	if (card->app_cmd)
		status |= APP_CMD;
	card->status = 0;
	return status;
}

static void answer_short(struct sd_response *response, unsigned int index,
			 uint32_t word)
{
	*response = (struct sd_response){
		.nr_bits = 48,
		.word = {word},
		.index = (uint8_t)index,
		.crc = true,
	};
}

static void answer_status(struct sd_card *card, struct sd_response *response,
			  unsigned int index, enum sd_state state)
{
	answer_short(response, index, status_word(card, state));
}

/* R2 */
static void answer_register(struct sd_response *response,
			    const uint32_t word[4])
{
	*response = (struct sd_response){
		.nr_bits = 136,
		.index = 0x3f,
		.crc = true,
	};
	memcpy(response->word, word, 16);
}

/* R3: the OCR */
static void answer_ocr(const struct sd_card *card, struct sd_response *response)
{
	uint32_t ocr = OCR_VOLTAGES;

	if (card->powered_up)
		ocr |= OCR_POWER_UP | (is_sdhc(card) ? OCR_CCS : 0);
	answer_short(response, 0x3f, ocr);
	response->crc = false;
}

/* R6: some of the status' bits beside the address */
static void answer_rca(struct sd_card *card, struct sd_response *response,
		       enum sd_state state)
{
	const uint32_t status = status_word(card, state);

	answer_short(response, 3,
		     (uint32_t)card->rca << 16 | (status >> 8 & 0xc000) |
			     (status >> 6 & 0x2000) | (status & 0x1fff));
}

/* ---- identification --------------------------------------------------------------------- */

static void reset(struct sd_card *card)
{
	const struct sd_card was = *card;

	*card = (struct sd_card){
		.disk = was.disk,
		.alarms = was.alarms,
		.read_latency_us = was.read_latency_us,
		.write_latency_us = was.write_latency_us,
		.bytes_per_sec = was.bytes_per_sec,
		.block_bytes = SD_BLOCK_BYTES,
		.bus_width = 1,
		.next = was.next,
	};
}

void sd_create(struct sd_card *card, struct disk *disk,
	       const struct config_disk *config, struct alarms *alarms)
{
	*card = (struct sd_card){
		.disk = disk,
		.alarms = alarms,
		.read_latency_us = config->read_latency_us,
		.write_latency_us = config->write_latency_us,
		.bytes_per_sec = (uint64_t)config->mb_per_s << 20,
		.next = UINT64_MAX,
	};
	reset(card);
}

/* CMD8: a supply that it can live with, and the pattern comes back. */
static bool send_if_cond(struct sd_card *card, uint32_t argument,
			 struct sd_response *response)
{
	if (card->state != SD_IDLE || (argument >> 8 & 0xf) != 1)
		return false;
	card->has_if_cond = true;
	answer_short(response, 8, argument & 0xfff);
	return true;
}

/*
 * ACMD41: without voltages just a question. A card that the host can't address
 * says that it's busy for ever.
 */
static bool send_op_cond(struct sd_card *card, uint32_t argument,
			 struct sd_response *response)
{
	const bool can = !is_sdhc(card) ||
			 (card->has_if_cond && argument & OCR_CCS);

	if (card->state != SD_IDLE)
		return false;
	if (argument & OCR_VOLTAGES) {
		if (!card->powering_until)
			card->powering_until = now(card) +
					       cycles_of(card, POWER_UP_US,
							 1000000);
		card->powered_up = can && now(card) >= card->powering_until;
		if (card->powered_up)
			card->state = SD_READY;
	}
	answer_ocr(card, response);
	return true;
}

static bool all_send_cid(struct sd_card *card, struct sd_response *response)
{
	uint32_t cid[4];

	if (card->state != SD_READY)
		return false;
	card->state = SD_IDENT;
	put_cid(cid);
	answer_register(response, cid);
	return true;
}

/* CMD3: a new address with every call, none of them 0. */
static bool send_relative_addr(struct sd_card *card,
			       struct sd_response *response)
{
	const enum sd_state state = card->state;

	if (state != SD_IDENT && state != SD_STBY)
		return false;
	card->rca = (uint16_t)(card->rca + 0x4567) ?: 0x4567;
	answer_rca(card, response, state);
	card->state = SD_STBY;
	return true;
}

/* CMD9, CMD10 */
static bool send_register(struct sd_card *card, unsigned int index,
			  uint32_t argument, struct sd_response *response)
{
	uint32_t word[4];

	if (card->state != SD_STBY || argument >> 16 != card->rca)
		return false;
	if (index == 9)
		put_csd(card, word);
	else
		put_cid(word);
	answer_register(response, word);
	return true;
}

/* CMD7. One that is deselected doesn't answer. */
static bool select_card(struct sd_card *card, uint32_t argument,
			struct sd_response *response)
{
	const enum sd_state state = card->state;
	const bool mine = argument >> 16 == card->rca;

	if (state < SD_STBY)
		return false;
	if (!mine) {
		if (state == SD_TRAN || state == SD_DATA)
			card->state = SD_STBY;
		else if (state == SD_PRG)
			card->state = SD_DIS;
		return state != SD_RCV;
	}
	if (state != SD_STBY && state != SD_DIS)
		return false;
	answer_status(card, response, 7, state);
	card->state = state == SD_STBY ? SD_TRAN : SD_PRG;
	return true;
}

/* ---- transfers ----------------------------------------------------------------------------- */

/* Sends data[], @nr_bytes. */
static void send_data(struct sd_card *card, uint32_t nr_bytes)
{
	card->state = SD_DATA;
	card->memory = card->many = false;
	card->data_bytes = nr_bytes;
	card->ready = now(card) + transfer_cycles(card, nr_bytes);
}

/* Reads the block at card->at; one that can't be read will not come. */
static void fetch_block(struct sd_card *card)
{
	if (card->at + card->data_bytes > card->disk->size_bytes)
		card->status |= OUT_OF_RANGE;
	else if (disk_read(card->disk, card->at, card->data, card->data_bytes))
		card->status |= CARD_ECC_FAILED;
	else
		return;
	card->ready = CLOCK_NEVER;
}

/* Where a command's argument points; a wrong one is an error in the status. */
static bool address(struct sd_card *card, uint32_t argument, uint64_t *at,
		    bool whole_block)
{
	*at = is_sdhc(card) ? (uint64_t)argument * SD_BLOCK_BYTES : argument;
	if (*at >= card->disk->size_bytes)
		card->status |= OUT_OF_RANGE;
	else if (whole_block ? *at % SD_BLOCK_BYTES
			     : *at % SD_BLOCK_BYTES + card->block_bytes >
				       SD_BLOCK_BYTES)
		card->status |= ADDRESS_ERROR;
	else
		return true;
	return false;
}

static uint64_t latency_cycles(const struct sd_card *card, bool write)
{
	if (card->at == card->next)
		return 0;
	return cycles_of(card,
			 write ? card->write_latency_us : card->read_latency_us,
			 1000000);
}

/* CMD17, CMD18, CMD24, CMD25 */
static bool begin_transfer(struct sd_card *card, unsigned int index,
			   uint32_t argument, struct sd_response *response)
{
	const bool write = index >= 24;
	const enum sd_state state = card->state;

	if (state != SD_TRAN)
		return false;
	if (write && card->block_bytes != SD_BLOCK_BYTES)
		card->status |= BLOCK_LEN_ERROR;
	if (card->status & BLOCK_LEN_ERROR ||
	    !address(card, argument, &card->at, write)) {
		answer_status(card, response, index, state);
		return true;
	}
	card->memory = true;
	card->many = index == 18 || index == 25;
	card->data_bytes = is_sdhc(card) ? SD_BLOCK_BYTES : card->block_bytes;
	card->state = write ? SD_RCV : SD_DATA;
	card->ready = now(card);
	answer_status(card, response, index, state);
	if (write) {
		card->nr_written = 0;
		return true;
	}
	card->ready += latency_cycles(card, false) +
		       transfer_cycles(card, card->data_bytes);
	fetch_block(card);
	return true;
}

uint32_t sd_block_bytes(const struct sd_card *card)
{
	return card->state == SD_DATA || card->state == SD_RCV
		       ? card->data_bytes
		       : 0;
}

uint64_t sd_block_ready(const struct sd_card *card)
{
	return card->ready;
}

/* It has the next one ready while this one is on the bus. */
void sd_send_block(struct sd_card *card, uint8_t *to, uint64_t began)
{
	memcpy(to, card->data, card->data_bytes);
	if (card->memory)
		card->next = card->at += card->data_bytes;
	if (!card->many) {
		card->state = SD_TRAN;
		return;
	}
	card->ready = began + transfer_cycles(card, card->data_bytes);
	fetch_block(card);
}

void sd_take_block(struct sd_card *card, const uint8_t *from)
{
	const uint64_t latency = latency_cycles(card, true);

	if (card->at + card->data_bytes > card->disk->size_bytes)
		card->status |= OUT_OF_RANGE;
	else if (disk_write(card->disk, card->at, from, card->data_bytes))
		card->status |= ERROR;
	else
		card->nr_written++;
	card->next = card->at += card->data_bytes;
	card->ready = now(card) + latency +
		      transfer_cycles(card, card->data_bytes);
	if (!card->many)
		card->state = SD_PRG;
}

/* CMD12 */
static bool stop_transmission(struct sd_card *card,
			      struct sd_response *response)
{
	const enum sd_state state = card->state;

	if (state == SD_RCV) {
		card->state = SD_PRG;
	} else if (state == SD_DATA) {
		card->state = SD_TRAN;
		/* what it looked for ahead of the host was nobody's wish */
		if (card->at >= card->disk->size_bytes)
			card->status &= ~OUT_OF_RANGE;
	} else {
		return false;
	}
	answer_status(card, response, 12, state);
	return true;
}

/* ---- erasing (4.3.5) --------------------------------------------------------------------------- */

/* CMD32, CMD33 */
static bool erase_mark(struct sd_card *card, unsigned int index,
		       uint32_t argument, struct sd_response *response)
{
	uint64_t at;

	if (card->state != SD_TRAN)
		return false;
	if (index == 33 && !card->has_erase_from) {
		card->status |= ERASE_SEQ_ERROR;
	} else if (address(card, argument, &at, false)) {
		if (index == 32) {
			card->erase_from = (uint32_t)(at / SD_BLOCK_BYTES);
			card->has_erase_from = true;
			card->has_erase_to = false;
		} else {
			card->erase_to = (uint32_t)(at / SD_BLOCK_BYTES);
			card->has_erase_to = true;
		}
	}
	answer_status(card, response, index, SD_TRAN);
	return true;
}

static void erase_blocks(struct sd_card *card)
{
	const uint64_t from = (uint64_t)card->erase_from * SD_BLOCK_BYTES;
	const uint64_t end = (card->erase_to + 1ull) * SD_BLOCK_BYTES;

	if (disk_erase(card->disk, from, end - from))
		card->status |= ERROR;
}

/* CMD38 */
static bool erase(struct sd_card *card, struct sd_response *response)
{
	if (card->state != SD_TRAN)
		return false;
	if (!card->has_erase_from || !card->has_erase_to) {
		card->status |= ERASE_SEQ_ERROR;
	} else if (card->erase_from > card->erase_to) {
		card->status |= ERASE_PARAM;
	} else {
		answer_status(card, response, 38, SD_TRAN);
		erase_blocks(card);
		card->state = SD_PRG;
		card->ready = now(card) +
			      cycles_of(card, card->write_latency_us, 1000000);
		card->has_erase_from = card->has_erase_to = false;
		return true;
	}
	card->has_erase_from = card->has_erase_to = false;
	answer_status(card, response, 38, SD_TRAN);
	return true;
}

/* ---- commands ------------------------------------------------------------------------------------- */

/* CMD16. Large cards have blocks of 512 bytes whatever it says. */
static bool set_blocklen(struct sd_card *card, uint32_t argument,
			 struct sd_response *response)
{
	if (card->state != SD_TRAN)
		return false;
	if (!argument || argument > SD_BLOCK_BYTES)
		card->status |= BLOCK_LEN_ERROR;
	else if (!is_sdhc(card))
		card->block_bytes = argument;
	answer_status(card, response, 16, SD_TRAN);
	return true;
}

/* CMD13, for a card that has an address. */
static bool send_status(struct sd_card *card, uint32_t argument,
			struct sd_response *response)
{
	if (card->state < SD_STBY || argument >> 16 != card->rca)
		return false;
	answer_status(card, response, 13, card->state);
	return true;
}

/* CMD55 */
static bool app_command(struct sd_card *card, uint32_t argument,
			struct sd_response *response)
{
	if (card->state == SD_READY || card->state == SD_IDENT ||
	    argument >> 16 != card->rca)
		return false;
	card->app_cmd = true;
	answer_status(card, response, 55, card->state);
	return true;
}

/* Those that answer with a register, by the data lines. */
static bool send_by_data(struct sd_card *card, unsigned int index,
			 uint32_t argument, struct sd_response *response)
{
	uint32_t nr_bytes = 64;

	if (card->state != SD_TRAN)
		return false;
	answer_status(card, response, index, SD_TRAN);
	if (index == 51) {
		put_scr(card->data);
		nr_bytes = 8;
	} else if (index == 22) {
		put_big_endian(card->data, &card->nr_written, 1);
		nr_bytes = 4;
	} else if (index == 13) {
		put_sd_status(card, card->data);
	} else {
		put_switch_status(argument, card->data);
	}
	send_data(card, nr_bytes);
	return true;
}

/* ACMD6, ACMD23, ACMD42: settings. */
static bool set_in_tran(struct sd_card *card, unsigned int index,
			uint32_t argument, struct sd_response *response)
{
	if (card->state != SD_TRAN)
		return false;
	if (index == 6 && argument & 1)
		card->status |= OUT_OF_RANGE;
	else if (index == 6)
		card->bus_width = argument & 2 ? 4 : 1;
	answer_status(card, response, index, SD_TRAN);
	return true;
}

/* False: no such command, or not in this state. */
static bool app_specific(struct sd_card *card, unsigned int index,
			 uint32_t argument, struct sd_response *response)
{
	switch (index) {
	case 6:
	case 23:
	case 42:
		return set_in_tran(card, index, argument, response);
	case 13:
	case 22:
	case 51:
		return send_by_data(card, index, argument, response);
	case 41:
		return send_op_cond(card, argument, response);
	default:
		return false;
	}
}

static bool standard(struct sd_card *card, unsigned int index,
		     uint32_t argument, struct sd_response *response)
{
	switch (index) {
	case 0:
		reset(card);
		return true;
	case 2:
		return all_send_cid(card, response);
	case 3:
		return send_relative_addr(card, response);
	case 6:
		return send_by_data(card, index, argument, response);
	case 7:
		return select_card(card, argument, response);
	case 8:
		return send_if_cond(card, argument, response);
	case 9:
	case 10:
		return send_register(card, index, argument, response);
	case 12:
		return stop_transmission(card, response);
	case 13:
		return send_status(card, argument, response);
	case 16:
		return set_blocklen(card, argument, response);
	case 17:
	case 18:
	case 24:
	case 25:
		return begin_transfer(card, index, argument, response);
	case 32:
	case 33:
		return erase_mark(card, index, argument, response);
	case 38:
		return erase(card, response);
	case 55:
		return app_command(card, argument, response);
	default:
		return false;
	}
}

/* Between CMD32 and CMD38 there is room for CMD33 and CMD13 alone. */
static void break_erase(struct sd_card *card, unsigned int index)
{
	if (index == 13 || index == 33 || index == 38 || index == 55)
		return;
	if (card->has_erase_from && index != 32)
		card->status |= ERASE_RESET;
	card->has_erase_from = card->has_erase_to = false;
}

void sd_command(struct sd_card *card, unsigned int index, uint32_t argument,
		struct sd_response *response)
{
	const bool app = card->app_cmd;
	bool known;

	*response = (struct sd_response){0};
	bring_up_to_now(card);
	break_erase(card, index);
	/* what follows CMD55 is an ACMD if there is one of that number */
	known = app && app_specific(card, index, argument, response);
	if (!known) {
		card->app_cmd = false;
		known = standard(card, index, argument, response);
	}
	if (index != 55)
		card->app_cmd = false;
	if (!known)
		card->status |= ILLEGAL_COMMAND;
}
