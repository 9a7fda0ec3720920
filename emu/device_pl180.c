/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The card interface by its registers (DDI 0172, chapters 2 and 3): the command
 * path state machine (CPSM) sends a command and waits for its answer, the data
 * path state machine (DPSM) moves blocks between card and FIFO. Both go by the
 * card's clock, MCLK through the divider: what they wait for is an alarm.
 *
 * Invariant: after every access both interrupt lines are at what status and
 * masks say, and the alarms are set for what comes next, if anything does.
 *
 * MODEL: data moves by blocks. What the FIFO can't take waits in the block
 * that came, and a block goes out once the FIFO has delivered all of it: the
 * card's clock stands still meanwhile, as with the hardware flow control of
 * later versions, so that no FIFO overruns or runs empty however late a driver
 * comes. No start bit errors; streams and DMA are for MMC cards and a DMA
 * controller that the boards haven't got: such data never comes. Registers are
 * words; narrower accesses reach the whole of them.
 */
#include "emu/device_pl180.h"

#include <string.h>

enum {
	POWER = 0x00,
	CLOCK = 0x04,
	ARGUMENT = 0x08,
	COMMAND = 0x0c,
	RESP_CMD = 0x10,
	RESPONSE0 = 0x14,
	RESPONSE3 = 0x20,
	DATA_TIMER = 0x24,
	DATA_LENGTH = 0x28,
	DATA_CTRL = 0x2c,
	DATA_CNT = 0x30,
	STATUS = 0x34,
	CLEAR = 0x38,
	MASK0 = 0x3c,
	MASK1 = 0x40,
	SELECT = 0x44,
	FIFO_CNT = 0x48,
	FIFO = 0x80,
	FIFO_END = 0xc0,
	PERIPH_ID = 0xfe0,
};

enum {
	POWER_MODE = 3,
	POWER_ON = 3,
	CLOCK_DIVIDER = 0xff,
	CLOCK_ENABLE = 1 << 8,
	CLOCK_BYPASS = 1 << 10,
	CLOCK_WIDE_BUS = 1 << 11,

	CMD_INDEX = 0x3f,
	CMD_RESPONSE = 1 << 6,
	CMD_LONG = 1 << 7,
	CMD_INTERRUPT = 1 << 8,
	CMD_PENDING = 1 << 9,
	CMD_ENABLE = 1 << 10,

	DATA_ENABLE = 1 << 0,
	DATA_FROM_CARD = 1 << 1,
	DATA_STREAM = 1 << 2,
	DATA_DMA = 1 << 3,
	DATA_BLOCK_SHIFT = 4,
	BLOCK_SHIFT_MAX = 11,

	/* MMCIStatus: static flags, which Clear takes down */
	CMD_CRC_FAIL = 1 << 0,
	DATA_CRC_FAIL = 1 << 1,
	CMD_TIME_OUT = 1 << 2,
	DATA_TIME_OUT = 1 << 3,
	CMD_RESP_END = 1 << 6,
	CMD_SENT = 1 << 7,
	DATA_END = 1 << 8,
	DATA_BLOCK_END = 1 << 10,
	STATIC_FLAGS = 0x7ff,
	/* and dynamic ones */
	CMD_ACTIVE = 1 << 11,
	TX_ACTIVE = 1 << 12,
	RX_ACTIVE = 1 << 13,
	TX_FIFO_HALF_EMPTY = 1 << 14,
	RX_FIFO_HALF_FULL = 1 << 15,
	TX_FIFO_FULL = 1 << 16,
	RX_FIFO_FULL = 1 << 17,
	TX_FIFO_EMPTY = 1 << 18,
	RX_FIFO_EMPTY = 1 << 19,
	TX_DATA_AVLBL = 1 << 20,
	RX_DATA_AVLBL = 1 << 21,
	ALL_FLAGS = 0x3fffff,
};

/* In clocks of the card's (DDI 0172, 2.2; SD specification, 4.12). */
enum {
	COMMAND_CLOCKS = 48,
	ANSWER_AFTER_CLOCKS = 5,
	TIME_OUT_CLOCKS = 64,
	BLOCK_FRAME_CLOCKS = 18, /* start, CRC, stop */
	CRC_STATUS_CLOCKS = 8,
};

/* ---- the card's clock ---------------------------------------------------------------- */

static uint64_t now(const struct pl180 *p)
{
	return alarms_now(p->alarms);
}

/* 0: it stands still. */
static uint32_t card_hz(const struct pl180 *p)
{
	if ((p->power & POWER_MODE) != POWER_ON || !(p->clock & CLOCK_ENABLE))
		return 0;
	if (p->clock & CLOCK_BYPASS)
		return p->mclk_hz;
	return p->mclk_hz / (2 * ((p->clock & CLOCK_DIVIDER) + 1));
}

/* The cycle at which @nr clocks after @cycle are over. */
static uint64_t after_clocks(const struct pl180 *p, uint64_t cycle, uint64_t nr)
{
	const uint32_t hz = card_hz(p);

	if (!hz || cycle == CLOCK_NEVER)
		return CLOCK_NEVER;
	return cycle + (uint64_t)(((unsigned __int128)nr * p->alarms->clock_hz +
				   hz - 1) /
				  hz);
}

static uint64_t block_clocks(const struct pl180 *p, uint32_t nr_bytes)
{
	return nr_bytes * 8ull / (p->clock & CLOCK_WIDE_BUS ? 4 : 1) +
	       BLOCK_FRAME_CLOCKS;
}

/* ---- status ------------------------------------------------------------------------------ */

static uint32_t receive_flags(const struct pl180 *p)
{
	uint32_t flags = p->fifo_words ? RX_DATA_AVLBL : RX_FIFO_EMPTY;

	if (p->fifo_words >= PL180_FIFO_WORDS / 2)
		flags |= RX_FIFO_HALF_FULL;
	if (p->fifo_words == PL180_FIFO_WORDS)
		flags |= RX_FIFO_FULL;
	return flags;
}

static uint32_t send_flags(const struct pl180 *p)
{
	uint32_t flags = p->fifo_words ? TX_DATA_AVLBL : TX_FIFO_EMPTY;

	if (p->fifo_words <= PL180_FIFO_WORDS / 2)
		flags |= TX_FIFO_HALF_EMPTY;
	if (p->fifo_words == PL180_FIFO_WORDS)
		flags |= TX_FIFO_FULL;
	return flags;
}

/* What came last may be read after all is over. */
static uint32_t status(const struct pl180 *p)
{
	uint32_t flags = p->status | (p->command_active ? CMD_ACTIVE : 0);

	if (p->data >= PL180_WAIT_S)
		return flags | TX_ACTIVE | send_flags(p);
	if (p->data != PL180_IDLE)
		return flags | RX_ACTIVE | receive_flags(p);
	if (p->fifo_words && p->data_control & DATA_FROM_CARD)
		return flags | receive_flags(p);
	return flags;
}

static void set_lines(struct pl180 *p)
{
	const uint32_t flags = status(p);

	for (unsigned int i = 0; i < PL180_LINES; i++) {
		const bool up = flags & p->mask[i];

		if (up == p->up[i])
			continue;
		p->up[i] = up;
		irq_line_set(&p->line[i], up);
	}
}

/* ---- the data path -------------------------------------------------------------------------- */

static void start_command(struct pl180 *p);

static void data_goes_idle(struct pl180 *p, uint32_t flag)
{
	p->data = PL180_IDLE;
	p->status |= flag;
	alarm_set(&p->data_alarm, CLOCK_NEVER);
	if (p->command_waits)
		start_command(p);
}

static uint32_t block_size(const struct pl180 *p)
{
	const uint32_t shift = p->data_control >> DATA_BLOCK_SHIFT & 0xf;
	const uint32_t size = 1u << (shift < BLOCK_SHIFT_MAX ? shift
							     : BLOCK_SHIFT_MAX);

	return size < p->data_count ? size : p->data_count;
}

/* Does the card send, or take, data at this moment? */
static bool card_moves(const struct pl180 *p, enum sd_state state)
{
	return p->card && p->card->state == state &&
	       !(p->data_control & (DATA_STREAM | DATA_DMA));
}

static void set_give_up(struct pl180 *p)
{
	p->give_up = after_clocks(p, now(p), p->data_timer);
}

/* When the DPSM's state will change without anybody's doing. */
static void set_data_alarm(struct pl180 *p)
{
	uint64_t cycle = CLOCK_NEVER;

	if (p->data == PL180_WAIT_R) {
		if (card_moves(p, SD_DATA)) {
			p->began = sd_block_ready(p->card);
			if (p->began < now(p))
				p->began = now(p);
			cycle = p->began;
		}
		if (cycle < p->give_up)
			cycle = after_clocks(p, cycle,
					     block_clocks(p, p->block_bytes));
		else
			cycle = p->give_up;
	} else if (p->data == PL180_SEND) {
		cycle = after_clocks(p, p->began,
				     block_clocks(p, p->block_bytes) +
					     CRC_STATUS_CLOCKS);
	} else if (p->data == PL180_BUSY) {
		cycle = sd_block_ready(p->card);
		if (cycle > p->give_up)
			cycle = p->give_up;
	} else {
		return;
	}
	alarm_set(&p->data_alarm, cycle);
}

/* The next block, if there is one. */
static void wait_for_block(struct pl180 *p)
{
	p->block_bytes = block_size(p);
	p->block_done = 0;
	p->data = p->data_control & DATA_FROM_CARD ? PL180_WAIT_R
						   : PL180_WAIT_S;
	set_give_up(p);
	set_data_alarm(p);
}

static void block_ended(struct pl180 *p)
{
	p->data_count -= p->block_bytes;
	p->status |= DATA_BLOCK_END;
	if (p->data_count)
		wait_for_block(p);
	else
		data_goes_idle(p, DATA_END);
}

/* As much of the block that came as the FIFO has room for. */
static void fill_fifo(struct pl180 *p)
{
	while (p->data == PL180_RECEIVE && p->fifo_words < PL180_FIFO_WORDS) {
		const uint32_t left = p->block_bytes - p->block_done;
		const uint32_t part = left < 4 ? left : 4;
		const uint32_t at = (p->fifo_first + p->fifo_words++) %
				    PL180_FIFO_WORDS;

		p->fifo[at] = 0;
		memcpy(&p->fifo[at], p->block + p->block_done, part);
		p->block_done += part;
		p->fifo_count -= !!p->fifo_count; /* of words, not bytes */
		if (p->block_done == p->block_bytes)
			block_ended(p);
	}
}

static uint32_t pop(struct pl180 *p)
{
	const uint32_t word = p->fifo[p->fifo_first];

	p->fifo_first = (p->fifo_first + 1) % PL180_FIFO_WORDS;
	p->fifo_words--;
	return word;
}

/* Out of the FIFO into the block; a whole one goes over the bus. */
static void drain_fifo(struct pl180 *p)
{
	while (p->data == PL180_WAIT_S && p->fifo_words) {
		const uint32_t left = p->block_bytes - p->block_done;
		const uint32_t part = left < 4 ? left : 4;
		const uint32_t word = pop(p);

		memcpy(p->block + p->block_done, &word, part);
		p->block_done += part;
		p->fifo_count -= !!p->fifo_count; /* of words, not bytes */
		if (p->block_done < p->block_bytes)
			continue;
		p->data = PL180_SEND;
		p->began = now(p);
		set_data_alarm(p);
	}
}

/* The card's blocks are of another size than ours: the checksum is elsewhere. */
static void receive(struct pl180 *p)
{
	uint8_t block[SD_BLOCK_BYTES];
	const uint32_t nr_bytes = sd_block_bytes(p->card);

	sd_send_block(p->card, block, p->began);
	if (nr_bytes != p->block_bytes) {
		data_goes_idle(p, DATA_CRC_FAIL);
		return;
	}
	memcpy(p->block, block, nr_bytes);
	p->data = PL180_RECEIVE;
	fill_fifo(p);
}

/* A card that takes no data doesn't say that it got it. */
static void block_was_sent(struct pl180 *p)
{
	if (!card_moves(p, SD_RCV) ||
	    sd_block_bytes(p->card) != p->block_bytes) {
		data_goes_idle(p, DATA_CRC_FAIL);
		return;
	}
	sd_take_block(p->card, p->block);
	p->data = PL180_BUSY;
	set_give_up(p);
	set_data_alarm(p);
}

static void data_alarm_rings(void *ctx)
{
	struct pl180 *p = ctx;

	switch (p->data) {
	case PL180_WAIT_R:
		if (card_moves(p, SD_DATA) && p->began < p->give_up)
			receive(p);
		else
			data_goes_idle(p, DATA_TIME_OUT);
		break;
	case PL180_SEND:
		block_was_sent(p);
		break;
	case PL180_BUSY:
		if (now(p) < sd_block_ready(p->card)) {
			data_goes_idle(p, DATA_TIME_OUT);
			break;
		}
		block_ended(p);
		drain_fifo(p);
		break;
	default:
		break;
	}
	set_lines(p);
}

static void write_data_control(struct pl180 *p, uint32_t value)
{
	p->data_control = value & 0xff;
	if (!(value & DATA_ENABLE)) {
		data_goes_idle(p, 0);
		return;
	}
	p->data_count = p->data_length;
	p->fifo_count = (p->data_length + 3) / 4;
	p->fifo_first = p->fifo_words = 0;
	if (p->data_count)
		wait_for_block(p);
	else
		data_goes_idle(p, DATA_END);
}

/* ---- the command path ---------------------------------------------------------------------- */

/* It is sent, and answered, when the alarm rings; the card acts on it then. */
static void set_command_alarm(struct pl180 *p)
{
	uint64_t clocks = COMMAND_CLOCKS;

	if (p->command & CMD_RESPONSE)
		clocks += ANSWER_AFTER_CLOCKS +
			  (p->command & CMD_LONG ? 136 : 48);
	alarm_set(&p->command_alarm, after_clocks(p, now(p), clocks));
}

static void start_command(struct pl180 *p)
{
	p->command_waits = p->command & CMD_PENDING && p->data != PL180_IDLE;
	p->command_active = true;
	if (!p->command_waits)
		set_command_alarm(p);
}

static void keep_response(struct pl180 *p, const struct sd_response *response)
{
	const bool is_long = p->command & CMD_LONG;

	p->response_index = response->index;
	memcpy(p->response, response->word, sizeof(p->response));
	if (is_long)
		p->response[3] &= ~1u;
	/* one that is shorter or longer than expected ends in no checksum */
	if (response->crc && response->nr_bits == (is_long ? 136 : 48))
		p->status |= CMD_RESP_END;
	else
		p->status |= CMD_CRC_FAIL;
}

/* In place of an answer: with CMD_INTERRUPT it waits for ever. */
static void no_answer(struct pl180 *p)
{
	if (p->command & CMD_INTERRUPT) {
		p->command_active = true;
		return;
	}
	p->status |= CMD_TIME_OUT;
}

static void command_alarm_rings(void *ctx)
{
	struct pl180 *p = ctx;
	struct sd_response response = {0};

	p->command_active = false;
	if (p->card)
		sd_command(p->card, p->command & CMD_INDEX, p->argument,
			   &response);
	if (!(p->command & CMD_RESPONSE))
		p->status |= CMD_SENT;
	else if (response.nr_bits)
		keep_response(p, &response);
	else
		no_answer(p);
	/* the card may send now, or no longer */
	set_data_alarm(p);
	set_lines(p);
}

static void write_command(struct pl180 *p, uint32_t value)
{
	p->command = value & 0x7ff;
	p->command_active = p->command_waits = false;
	alarm_set(&p->command_alarm, CLOCK_NEVER);
	if (value & CMD_ENABLE)
		start_command(p);
}

/* ---- registers ------------------------------------------------------------------------------ */

void pl180_create(struct pl180 *p, struct alarms *alarms, uint32_t mclk_hz,
		  struct sd_card *card, const struct irq_line line[])
{
	*p = (struct pl180){
		.alarms = alarms,
		.mclk_hz = mclk_hz,
		.card = card,
	};
	memcpy(p->line, line, sizeof(p->line));
	alarm_create(&p->command_alarm, alarms, command_alarm_rings, p);
	alarm_create(&p->data_alarm, alarms, data_alarm_rings, p);
}

static uint32_t identification(uint32_t offset)
{
	static const uint8_t id[8] = {0x80, 0x11, 0x04, 0x00,
				      0x0d, 0xf0, 0x05, 0xb1};

	return id[(offset - PERIPH_ID) / 4 % 8];
}

/* Nothing is in it: what was last. */
static uint32_t read_fifo(struct pl180 *p)
{
	uint32_t word;

	if (!(p->data_control & DATA_FROM_CARD) || !p->fifo_words)
		return p->fifo[p->fifo_first];
	word = pop(p);
	fill_fifo(p);
	set_lines(p);
	return word;
}

uint32_t pl180_read(void *ctx, uint32_t offset, unsigned int size)
{
	struct pl180 *p = ctx;

	(void)size;
	offset &= ~3u;
	if (offset >= FIFO && offset < FIFO_END)
		return read_fifo(p);
	if (offset >= RESPONSE0 && offset <= RESPONSE3)
		return p->response[(offset - RESPONSE0) / 4];
	if (offset >= PERIPH_ID)
		return identification(offset);
	switch (offset) {
	case POWER:
		return p->power;
	case CLOCK:
		return p->clock;
	case ARGUMENT:
		return p->argument;
	case COMMAND:
		return p->command;
	case RESP_CMD:
		return p->response_index;
	case DATA_TIMER:
		return p->data_timer;
	case DATA_LENGTH:
		return p->data_length;
	case DATA_CTRL:
		return p->data_control;
	case DATA_CNT:
		return p->data_count;
	case STATUS:
		return status(p);
	case MASK0:
		return p->mask[0];
	case MASK1:
		return p->mask[1];
	case SELECT:
		return p->select;
	case FIFO_CNT:
		return p->fifo_count;
	default:
		return 0;
	}
}

/* What is on its way goes on by the new clock, from its beginning. */
static void clock_changed(struct pl180 *p)
{
	if (p->command_active && !p->command_waits)
		set_command_alarm(p);
	if (p->data != PL180_IDLE)
		set_give_up(p);
	set_data_alarm(p);
}

/* A full one loses what is written to it. */
static void write_fifo(struct pl180 *p, uint32_t value)
{
	if (p->data < PL180_WAIT_S || p->fifo_words == PL180_FIFO_WORDS)
		return;
	p->fifo[(p->fifo_first + p->fifo_words++) % PL180_FIFO_WORDS] = value;
	drain_fifo(p);
}

void pl180_write(void *ctx, uint32_t offset, unsigned int size, uint32_t value)
{
	struct pl180 *p = ctx;

	(void)size;
	offset &= ~3u;
	switch (offset) {
	case POWER:
		p->power = value & 0xff;
		clock_changed(p);
		break;
	case CLOCK:
		p->clock = value & 0xfff;
		clock_changed(p);
		break;
	case ARGUMENT:
		p->argument = value;
		break;
	case COMMAND:
		write_command(p, value);
		break;
	case DATA_TIMER:
		p->data_timer = value;
		break;
	case DATA_LENGTH:
		p->data_length = value & 0xffff;
		break;
	case DATA_CTRL:
		write_data_control(p, value);
		break;
	case CLEAR:
		p->status &= ~(value & STATIC_FLAGS);
		break;
	case MASK0:
	case MASK1:
		p->mask[offset == MASK1] = value & ALL_FLAGS;
		break;
	case SELECT:
		p->select = value & 0xf;
		break;
	default:
		if (offset >= FIFO && offset < FIFO_END)
			write_fifo(p, value);
		break;
	}
	set_lines(p);
}
