/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_DEVICE_PL180_H
#define EMU_DEVICE_PL180_H

/*
 * ARM PrimeCell MultiMedia Card Interface PL180 (DDI 0172): one path for
 * commands and one for data, which goes through a FIFO of words, and two
 * interrupt lines that share one status and have a mask each.
 */

#include <stdbool.h>
#include <stdint.h>

#include "emu/alarms.h"
#include "emu/irq_line.h"
#include "emu/sd_card.h"

#define PL180_FIFO_WORDS  16
#define PL180_BLOCK_BYTES 2048 /* the largest that DataCtrl can tell */
#define PL180_LINES       2

/* What the data path does. */
enum pl180_data {
	PL180_IDLE,
	PL180_WAIT_R, /* for a block of the card's */
	PL180_RECEIVE, /* which goes through the FIFO */
	PL180_WAIT_S, /* for a block to send, out of the FIFO */
	PL180_SEND,
	PL180_BUSY, /* the card works on it */
};

struct pl180 {
	struct alarms *alarms;
	struct sd_card *card; /* NULL: none is put in */
	uint32_t mclk_hz;
	struct irq_line line[PL180_LINES];
	bool up[PL180_LINES];

	uint32_t power, clock, argument, command, select;
	uint32_t response_index, response[4];
	uint32_t data_timer, data_length, data_control;
	uint32_t status, mask[PL180_LINES]; /* the static flags alone */

	bool command_active, command_waits; /* for the end of data */
	struct alarm command_alarm;

	enum pl180_data data;
	uint32_t data_count, fifo_count; /* as DataCnt and FifoCnt read */
	uint64_t began; /* cycle at which the card or we began the block */
	uint64_t give_up; /* cycle of DataTimeOut */
	struct alarm data_alarm;
	uint8_t block[PL180_BLOCK_BYTES];
	uint32_t block_bytes, block_done; /* of it, through the FIFO */
	uint32_t fifo[PL180_FIFO_WORDS], fifo_first, fifo_words;
};

void pl180_create(struct pl180 *pl180, struct alarms *alarms, uint32_t mclk_hz,
		  struct sd_card *card, const struct irq_line line[]);

/* How it answers on the bus. */
uint32_t pl180_read(void *ctx, uint32_t offset, unsigned int size);
void pl180_write(void *ctx, uint32_t offset, unsigned int size, uint32_t value);

#endif
