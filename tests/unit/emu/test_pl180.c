/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The card interface and the card in it. The card's states go by the table of
 * the specification (Physical Layer 2.00, table 4-29), written down here once
 * more; the controller's FIFO is counted by hand while words go through it in
 * any order (DDI 0172, 2.2.5); and whatever is written to the registers, lines
 * and flags agree afterwards.
 */
#include "emu/device_pl180.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "emu/config/config.h"
#include "emu/diag.h"
#include "emu/disk.h"

enum {
	POWER = 0x00,
	CLOCK = 0x04,
	ARGUMENT = 0x08,
	COMMAND = 0x0c,
	RESP_CMD = 0x10,
	RESPONSE = 0x14,
	DATA_TIMER = 0x24,
	DATA_LENGTH = 0x28,
	DATA_CTRL = 0x2c,
	DATA_CNT = 0x30,
	STATUS = 0x34,
	CLEAR = 0x38,
	MASK0 = 0x3c,
	MASK1 = 0x40,
	FIFO_CNT = 0x48,
	FIFO = 0x80,
	ID = 0xfe0,
};

enum {
	CMD_CRC_FAIL = 1 << 0,
	CMD_TIME_OUT = 1 << 2,
	DATA_TIME_OUT = 1 << 3,
	CMD_RESP_END = 1 << 6,
	CMD_SENT = 1 << 7,
	DATA_END = 1 << 8,
	DATA_BLOCK_END = 1 << 10,
	DATA_CRC_FAIL = 1 << 1,
	SHORT = 1 << 6,
	LONG = 3 << 6,
	ENABLE = 1 << 10,
	READ_512 = 9 << 4 | 2 | 1,
	WRITE_512 = 9 << 4 | 1,
};

enum {
	CLOCK_HZ = 1000000000,
	MCLK_HZ = 24000000,
	HZ = 12000000, /* of the card's clock, as below */
	LATENCY_US = 300,
};

#define MB (1ull << 20)

struct rig {
	struct clock clock;
	struct alarms alarms;
	struct config_disk config;
	struct disk disk;
	struct sd_card card;
	struct pl180 pl180;
	bool up[2];
	uint32_t rca;
};

static void wire(void *ctx, unsigned int input, bool up)
{
	((struct rig *)ctx)->up[input] = up;
}

static uint32_t get(struct rig *rig, uint32_t offset)
{
	return pl180_read(&rig->pl180, offset, 4);
}

static void put(struct rig *rig, uint32_t offset, uint32_t value)
{
	pl180_write(&rig->pl180, offset, 4, value);
}

static void start(struct rig *rig, uint64_t size_bytes, const char *bad,
		  const char *bad_reads)
{
	struct irq_line line[2] = {{wire, rig, 0}, {wire, rig, 1}};
	struct diag diag = {0};

	memset(rig, 0, sizeof(*rig));
	rig->config = (struct config_disk){
		.size_bytes = size_bytes,
		.file = "",
		.bad_blocks = bad,
		.bad_reads = bad_reads,
		.read_latency_us = LATENCY_US,
		.write_latency_us = 2 * LATENCY_US,
		.mb_per_s = 40,
	};
	clock_reset(&rig->clock);
	alarms_create(&rig->alarms, CLOCK_HZ);
	alarms_start(&rig->alarms, &rig->clock);
	assert_true(disk_open(&rig->disk, &rig->config, &diag));
	sd_create(&rig->card, &rig->disk, &rig->config, &rig->alarms);
	pl180_create(&rig->pl180, &rig->alarms, MCLK_HZ, &rig->card, line);
	put(rig, POWER, 3);
	put(rig, CLOCK, 1 << 8);
}

static void stop(struct rig *rig)
{
	disk_close(&rig->disk);
}

static void pass(struct rig *rig, uint64_t cycles)
{
	const uint64_t end = clock_now(&rig->clock) + cycles;

	while (rig->clock.alarm <= end) {
		clock_idle_until(&rig->clock, rig->clock.alarm);
		alarms_ring(&rig->alarms);
	}
	clock_idle_until(&rig->clock, end);
}

/* Until one of @flags is up; returns the cycles that took. */
static uint64_t wait_for(struct rig *rig, uint32_t flags)
{
	const uint64_t began = clock_now(&rig->clock);

	while (!(get(rig, STATUS) & flags)) {
		assert_true(rig->clock.alarm != CLOCK_NEVER);
		clock_idle_until(&rig->clock, rig->clock.alarm);
		alarms_ring(&rig->alarms);
	}
	return clock_now(&rig->clock) - began;
}

#define COMMAND_ENDS (CMD_CRC_FAIL | CMD_TIME_OUT | CMD_RESP_END | CMD_SENT)

/* Returns the flag with which it ended. */
static uint32_t command(struct rig *rig, uint32_t word, uint32_t argument)
{
	put(rig, CLEAR, 0x7ff);
	put(rig, ARGUMENT, argument);
	put(rig, COMMAND, word | ENABLE);
	wait_for(rig, COMMAND_ENDS);
	return get(rig, STATUS) & COMMAND_ENDS;
}

/* From power-up to state tran. */
static void identify(struct rig *rig)
{
	assert_int_equal(command(rig, 0, 0), CMD_SENT);
	assert_int_equal(command(rig, 8 | SHORT, 0x1aa), CMD_RESP_END);
	assert_int_equal(get(rig, RESPONSE), 0x1aa);
	do {
		assert_int_equal(command(rig, 55 | SHORT, 0), CMD_RESP_END);
		/* R3 has no checksum */
		assert_int_equal(command(rig, 41 | SHORT, 0x40300000),
				 CMD_CRC_FAIL);
	} while (!(get(rig, RESPONSE) >> 31));
	assert_int_equal(command(rig, 2 | LONG, 0), CMD_RESP_END);
	assert_int_equal(command(rig, 3 | SHORT, 0), CMD_RESP_END);
	rig->rca = get(rig, RESPONSE) & 0xffff0000;
	assert_int_equal(rig->rca >> 16, 0x4567);
}

static void select_card(struct rig *rig)
{
	assert_int_equal(command(rig, 7 | SHORT, rig->rca), CMD_RESP_END);
}

static uint32_t card_status(struct rig *rig)
{
	assert_int_equal(command(rig, 13 | SHORT, rig->rca), CMD_RESP_END);
	return get(rig, RESPONSE);
}

/* ---- registers of controller and card -------------------------------------------- */

static void test_identification(void **state)
{
	static const uint8_t id[8] = {0x80, 0x11, 0x04, 0x00,
				      0x0d, 0xf0, 0x05, 0xb1};
	struct rig rig;

	(void)state;
	start(&rig, MB, "", "");
	for (unsigned int i = 0; i < 8; i++)
		assert_int_equal(get(&rig, ID + 4 * i), id[i]);
	stop(&rig);
}

static uint32_t bits(const uint32_t word[4], int high, int low)
{
	uint32_t value = 0;

	for (int bit = high; bit >= low; bit--)
		value = value << 1 | (word[3 - bit / 32] >> bit % 32 & 1);
	return value;
}

/* Division of polynomials, as the specification shows it (4.5). */
static uint32_t crc7(const uint32_t word[4])
{
	uint8_t stream[120 + 7] = {0};
	uint32_t rest = 0;

	for (int i = 0; i < 120; i++)
		stream[i] = (uint8_t)bits(word, 127 - i, 127 - i);
	for (int i = 0; i < 120; i++) {
		const uint8_t first = stream[i];

		for (int j = 0; first && j < 8; j++)
			stream[i + j] ^= 0x89 >> (7 - j) & 1;
	}
	for (int i = 120; i < 127; i++)
		rest = rest << 1 | stream[i];
	return rest;
}

/* Size of the memory by the formulas for either version (5.3). */
static uint64_t csd_bytes(const uint32_t csd[4])
{
	if (bits(csd, 127, 126) == 1)
		return (bits(csd, 69, 48) + 1ull) * 512 * 1024;
	return (bits(csd, 73, 62) + 1ull)
	       << (bits(csd, 49, 47) + 2 + bits(csd, 83, 80));
}

static void test_csd(void **state)
{
	static const uint64_t sizes[] = {
		MB / 2,     MB,
		3 * MB / 2, 24 * MB,
		64 * MB,    1023 * MB,
		1024 * MB,  1025 * MB,
		2047 * MB,  2048 * MB,
		2049 * MB,  32768 * MB,
		65536 * MB, 2048 * MB + MB / 2,
	};

	(void)state;
	for (unsigned int i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		struct rig rig;
		uint32_t csd[4];

		start(&rig, sizes[i], "", "");
		identify(&rig);
		assert_int_equal(command(&rig, 9 | LONG, rig.rca),
				 CMD_RESP_END);
		for (unsigned int w = 0; w < 4; w++)
			csd[w] = get(&rig, RESPONSE + 4 * w);
		/* bit 0 isn't in the register */
		assert_int_equal(bits(csd, 7, 1), crc7(csd));
		assert_int_equal(csd_bytes(csd), sizes[i]);
		assert_int_equal(bits(csd, 127, 126), sizes[i] > 2048 * MB);
		stop(&rig);
	}
}

static void test_command_times(void **state)
{
	const uint64_t clock = CLOCK_HZ / HZ; /* 83.3 cycles */
	struct rig rig;
	uint64_t took;

	(void)state;
	start(&rig, MB, "", "");
	put(&rig, COMMAND, 0 | ENABLE);
	took = wait_for(&rig, CMD_SENT);
	assert_in_range(took, 48 * clock, 48 * (clock + 1));
	/* nothing knows CMD52: 64 clocks at least */
	assert_int_equal(command(&rig, 52 | SHORT, 0), CMD_TIME_OUT);
	/* without a clock nothing happens; later it does */
	put(&rig, CLOCK, 0);
	put(&rig, CLEAR, 0x7ff);
	put(&rig, ARGUMENT, 0x1aa);
	put(&rig, COMMAND, 8 | SHORT | ENABLE);
	pass(&rig, CLOCK_HZ);
	assert_int_equal(get(&rig, STATUS), 1 << 11);
	put(&rig, CLOCK, 1 << 8 | 59); /* 200 kHz */
	took = wait_for(&rig, CMD_RESP_END);
	assert_in_range(took, 96 * 5000, 112 * 5000);
	assert_int_equal(get(&rig, RESP_CMD), 8);
	stop(&rig);
}

/* ---- states ---------------------------------------------------------------------------- */

#define ALL_BUT_EARLY                                               \
	(1 << SD_STBY | 1 << SD_TRAN | 1 << SD_DATA | 1 << SD_RCV | \
	 1 << SD_PRG | 1 << SD_DIS)
#define SAME (-1)

static const struct row {
	int index;
	bool app;
	int in; /* by state: there it is legal */
	int to;
} table[] = {
	{0, false, 0x1ff, SD_IDLE},
	{2, false, 1 << SD_READY, SD_IDENT},
	{3, false, 1 << SD_IDENT | 1 << SD_STBY, SD_STBY},
	{6, false, 1 << SD_TRAN, SD_DATA},
	{7, false, 1 << SD_STBY, SD_TRAN},
	{8, false, 1 << SD_IDLE, SAME},
	{9, false, 1 << SD_STBY, SAME},
	{10, false, 1 << SD_STBY, SAME},
	{12, false, 1 << SD_DATA, SD_TRAN},
	{12, false, 1 << SD_RCV, SD_PRG},
	{13, false, ALL_BUT_EARLY, SAME},
	{16, false, 1 << SD_TRAN, SAME},
	{17, false, 1 << SD_TRAN, SD_DATA},
	{18, false, 1 << SD_TRAN, SD_DATA},
	{24, false, 1 << SD_TRAN, SD_RCV},
	{25, false, 1 << SD_TRAN, SD_RCV},
	{55, false, ALL_BUT_EARLY | 1 << SD_IDLE, SAME},
	{6, true, 1 << SD_TRAN, SAME},
	{13, true, 1 << SD_TRAN, SD_DATA},
	{22, true, 1 << SD_TRAN, SD_DATA},
	{23, true, 1 << SD_TRAN, SAME},
	{42, true, 1 << SD_TRAN, SAME},
	{51, true, 1 << SD_TRAN, SD_DATA},
};

static const struct row *legal(int index, bool app, enum sd_state in)
{
	for (unsigned int i = 0; i < sizeof(table) / sizeof(*table); i++)
		if (table[i].index == index && table[i].app == app &&
		    table[i].in & 1 << in)
			return &table[i];
	return NULL;
}

/* Every command in every state, as the table has it. */
static void test_states(void **state)
{
	struct rig rig;
	unsigned int accepted = 0;

	(void)state;
	start(&rig, 64 * MB, "", "");
	for (int index = 0; index < 64; index++) {
		for (int twice = 0; twice < 2; twice++) {
			const bool app = twice;

			for (int in = SD_IDLE; in <= SD_DIS; in++) {
				const struct row *row = legal(index, app, in);
				struct sd_response r;
				uint32_t argument = 0x45670000;

				/* these have a page of their own below */
				if (index == 32 || index == 33 || index == 38 ||
				    (app && index == 41) || (app && !row))
					continue;
				if (index == 8)
					argument = 0x1aa;
				else if (index >= 16 && index <= 25)
					argument = 512;
				else if (app && index == 6)
					argument = 2;
				sd_create(&rig.card, &rig.disk, &rig.config,
					  &rig.alarms);
				rig.card.state = in;
				rig.card.ready = CLOCK_NEVER;
				rig.card.rca = in < SD_STBY ? 0 : 0x4567;
				rig.card.app_cmd = app;
				if (index == 55 && in == SD_IDLE)
					argument = 0;
				sd_command(&rig.card, (unsigned int)index,
					   argument, &r);
				accepted += !!row;
				if (row && row->to != SAME)
					assert_int_equal(rig.card.state,
							 row->to);
				else if (index != 7 || in != SD_DIS)
					assert_int_equal(rig.card.state, in);
				if (row && index)
					assert_true(r.nr_bits > 0);
				else if (index != 7)
					assert_int_equal(r.nr_bits, 0);
				if (!row && index != 7)
					assert_true(rig.card.status & 1 << 22);
			}
		}
	}
	assert_int_equal(accepted, 43);
	stop(&rig);
}

static void test_erase(void **state)
{
	uint8_t block[8192];
	struct rig rig;

	(void)state;
	memset(block, 0x5a, sizeof(block));
	start(&rig, 4 * MB, "", "");
	for (uint64_t at = 0; at < 4 * MB; at += sizeof(block))
		assert_int_equal(
			disk_write(&rig.disk, at, block, sizeof(block)), 0);
	identify(&rig);
	select_card(&rig);
	command(&rig, 32 | SHORT, 3 * 512);
	command(&rig, 33 | SHORT, 1024 * 512);
	assert_int_equal(command(&rig, 38 | SHORT, 0), CMD_RESP_END);
	assert_int_equal(card_status(&rig) >> 9 & 15, SD_PRG);
	pass(&rig, CLOCK_HZ / 100);
	assert_int_equal(card_status(&rig) >> 9 & 15, SD_TRAN);
	for (uint64_t at = 0; at < 4 * MB; at += 512) {
		const uint64_t n = at / 512;

		assert_int_equal(disk_read(&rig.disk, at, block, 512), 0);
		for (unsigned int i = 0; i < 512; i++)
			assert_int_equal(block[i],
					 n >= 3 && n <= 1024 ? 0 : 0x5a);
	}
	/* an end without a beginning */
	command(&rig, 33 | SHORT, 512);
	assert_true(get(&rig, RESPONSE) >> 28 & 1);
	stop(&rig);
}

/* ---- data -------------------------------------------------------------------------------- */

enum {
	HALF = 8,
	FULL = 16,
};

/* What the receive flags, or the send flags, must be with @n words in it. */
static void check_fifo(uint32_t status, uint32_t n, bool send)
{
	assert_in_range(n, 0, FULL);
	if (send) {
		assert_int_equal(status >> 14 & 1, n <= HALF);
		assert_int_equal(status >> 16 & 1, n == FULL);
		assert_int_equal(status >> 18 & 1, n == 0);
		assert_int_equal(status >> 20 & 1, n != 0);
	} else {
		assert_int_equal(status >> 15 & 1, n >= HALF);
		assert_int_equal(status >> 17 & 1, n == FULL);
		assert_int_equal(status >> 19 & 1, n == 0);
		assert_int_equal(status >> 21 & 1, n != 0);
	}
}

static void check_lines(const struct rig *rig, uint32_t status)
{
	for (unsigned int i = 0; i < 2; i++)
		assert_int_equal(rig->up[i], !!(status & rig->pl180.mask[i]));
}

static void move_words(struct rig *rig, uint32_t *word, uint32_t total,
		       bool send)
{
	uint32_t moved = 0;

	for (int steps = 0; moved < total; steps++) {
		const uint32_t status = get(rig, STATUS);
		const uint32_t seen = total - get(rig, FIFO_CNT);
		const uint32_t n = send ? moved - seen : seen - moved;
		uint32_t burst = (uint32_t)rand() % 20;

		assert_true(steps < 100000);
		check_lines(rig, status);
		if (status >> (send ? 12 : 13) & 1)
			check_fifo(status, n, send);
		if (rand() % 4 == 0) {
			pass(rig, (uint64_t)rand() % (CLOCK_HZ / 2000));
			continue;
		}
		if (send && burst > FULL - n)
			burst = FULL - n;
		else if (!send && burst > n)
			burst = n;
		for (; burst && moved < total; burst--, moved++) {
			if (send)
				put(rig, FIFO + (moved % 16) * 4, word[moved]);
			else
				word[moved] = get(rig, FIFO);
		}
	}
}

#define BLOCKS 24u
#define WORDS  (BLOCKS * 128)

static void transfer(struct rig *rig, uint32_t at, uint32_t *word, bool send)
{
	put(rig, DATA_TIMER, 0xffffffff);
	put(rig, DATA_LENGTH, WORDS * 4);
	put(rig, MASK0, 0xffff & (uint32_t)rand());
	put(rig, MASK1, send ? 1 << 14 : 1 << 15);
	if (!send)
		put(rig, DATA_CTRL, READ_512);
	assert_int_equal(command(rig, (send ? 25 : 18) | SHORT, at),
			 CMD_RESP_END);
	if (send)
		put(rig, DATA_CTRL, WRITE_512);
	move_words(rig, word, WORDS, send);
	wait_for(rig, DATA_END | DATA_TIME_OUT | DATA_CRC_FAIL);
	assert_int_equal(get(rig, STATUS) &
				 (DATA_END | DATA_TIME_OUT | DATA_CRC_FAIL),
			 DATA_END);
	assert_int_equal(get(rig, DATA_CNT), 0);
	assert_int_equal(command(rig, 12 | SHORT, 0), CMD_RESP_END);
	pass(rig, CLOCK_HZ / 100);
	assert_int_equal(card_status(rig) >> 9 & 15, SD_TRAN);
}

static void test_data(void **state)
{
	static uint32_t out[WORDS], in[WORDS];

	(void)state;
	srand(1);
	for (unsigned int round = 0; round < 6; round++) {
		const bool large = round % 2;
		const uint32_t block = 100 + 1000 * round;
		struct rig rig;

		start(&rig, large ? 4096 * MB : 64 * MB, "", "");
		identify(&rig);
		select_card(&rig);
		for (unsigned int i = 0; i < WORDS; i++)
			out[i] = (uint32_t)rand() * 2654435761u;
		transfer(&rig, large ? block : block * 512, out, true);
		assert_int_equal(disk_read(&rig.disk, block * 512ull, in,
					   sizeof(in)),
				 0);
		assert_memory_equal(in, out, sizeof(in));
		memset(in, 0, sizeof(in));
		transfer(&rig, large ? block : block * 512, in, false);
		assert_memory_equal(in, out, sizeof(in));
		stop(&rig);
	}
}

/* The first block takes the disk's latency, its neighbours none. */
static void test_latency(void **state)
{
	const uint64_t us = CLOCK_HZ / 1000000;
	const uint64_t block = 344 * us + 1500; /* 4114 clocks and a bit */
	struct rig rig;

	(void)state;
	start(&rig, 64 * MB, "", "");
	identify(&rig);
	select_card(&rig);
	for (uint32_t at = 0; at < 8; at++) {
		uint64_t took;

		put(&rig, DATA_TIMER, 0xffffffff);
		put(&rig, DATA_LENGTH, 512);
		put(&rig, DATA_CTRL, READ_512);
		/* in the middle somewhere else */
		command(&rig, 17 | SHORT, (at < 4 ? at : at + 100) * 512);
		took = wait_for(&rig, 1 << 21);
		if (at == 0 || at == 4)
			assert_in_range(took, LATENCY_US * us + 12 * us,
					LATENCY_US * us + 14 * us + block);
		else
			assert_in_range(took, 12 * us, 14 * us + block);
		for (unsigned int i = 0; i < 128; i++)
			get(&rig, FIFO);
		assert_true(get(&rig, STATUS) & DATA_END);
	}
	stop(&rig);
}

static void read_page(struct rig *rig, uint32_t page)
{
	put(rig, DATA_TIMER, HZ / 10); /* 100 ms */
	put(rig, DATA_LENGTH, 4096);
	put(rig, DATA_CTRL, READ_512);
	command(rig, 18 | SHORT, page * 4096);
}

static void test_bad_blocks(void **state)
{
	const uint64_t ms = CLOCK_HZ / 1000;
	struct rig rig;

	(void)state;
	start(&rig, 64 * MB, "7", "9");
	identify(&rig);
	select_card(&rig);
	for (uint32_t page = 7; page < 10; page++) {
		read_page(&rig, page);
		if (page == 8) {
			wait_for(&rig, 1 << 21);
			assert_int_equal(get(&rig, STATUS) & DATA_TIME_OUT, 0);
		} else {
			assert_in_range(wait_for(&rig, DATA_TIME_OUT), 99 * ms,
					101 * ms);
			assert_true(card_status(&rig) >> 21 & 1);
		}
		put(&rig, DATA_CTRL, 0);
		assert_int_equal(command(&rig, 12 | SHORT, 0), CMD_RESP_END);
	}
	for (uint32_t page = 7; page < 10; page++) {
		put(&rig, DATA_LENGTH, 512);
		command(&rig, 25 | SHORT, page * 4096);
		put(&rig, DATA_CTRL, WRITE_512);
		for (unsigned int i = 0; i < 128; i++)
			put(&rig, FIFO, i);
		wait_for(&rig, DATA_END);
		command(&rig, 12 | SHORT, 0);
		assert_int_equal(get(&rig, RESPONSE) >> 19 & 1, page == 7);
		pass(&rig, CLOCK_HZ / 100);
	}
	/* beyond the end there is nothing */
	command(&rig, 18 | SHORT, 64 * MB);
	assert_true(get(&rig, RESPONSE) >> 31);
	assert_int_equal(card_status(&rig) >> 9 & 15, SD_TRAN);
	stop(&rig);
}

/* ---- anything at all ----------------------------------------------------------------------- */

static uint32_t random_word(void)
{
	return (uint32_t)rand() << 16 ^ (uint32_t)rand();
}

static void random_access(struct rig *rig)
{
	static const uint8_t offsets[] = {
		POWER,     CLOCK, ARGUMENT, COMMAND, DATA_TIMER, DATA_LENGTH,
		DATA_CTRL, CLEAR, MASK0,    MASK1,   FIFO,       FIFO + 4,
	};
	static const uint8_t commands[] = {0,  2,  3,  6,  7,  8,  9,
					   12, 13, 16, 17, 18, 24, 25,
					   32, 33, 38, 41, 51, 55};
	const uint32_t offset = offsets[(size_t)rand() % sizeof(offsets)];
	uint32_t value = random_word();

	if (offset == COMMAND && rand() % 8)
		value = commands[(size_t)rand() % sizeof(commands)] |
			(value & 0x2c0) | ENABLE;
	else if (offset == ARGUMENT && rand() % 4)
		value = rand() % 2 ? rig->rca : value & 0xfffe00;
	else if (offset == POWER && rand() % 8)
		value = 3;
	else if (offset == CLOCK && rand() % 8)
		value = 1 << 8 | (value & 0x80f);
	put(rig, offset, value);
	if (rand() % 4 == 0)
		get(rig, random_word() % 0x1000);
	if (rand() % 8 == 0)
		for (int i = rand() % 300; i; i--)
			rand() % 2 ? put(rig, FIFO, value)
				   : (void)get(rig, FIFO);
}

/* A card that answers nonsense gets no one out of step. */
static void test_any_registers(void **state)
{
	struct rig rig;

	(void)state;
	for (unsigned int seed = 1; seed <= 20; seed++) {
		srand(seed);
		start(&rig, seed % 4 ? 4 * MB : 4096 * MB, "3,17-40", "50-90");
		identify(&rig);
		if (seed % 2)
			select_card(&rig);
		for (int i = 0; i < 4000; i++) {
			random_access(&rig);
			check_lines(&rig, get(&rig, STATUS));
			if (rand() % 2)
				pass(&rig, random_word() % 2000000);
			check_lines(&rig, get(&rig, STATUS));
			assert_true(rig.pl180.fifo_words <= FULL);
		}
		/* and it is of use again */
		put(&rig, POWER, 3);
		put(&rig, CLOCK, 1 << 8);
		put(&rig, DATA_CTRL, 0);
		command(&rig, 0, 0);
		identify(&rig);
		stop(&rig);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_identification),
		cmocka_unit_test(test_csd),
		cmocka_unit_test(test_command_times),
		cmocka_unit_test(test_states),
		cmocka_unit_test(test_erase),
		cmocka_unit_test(test_data),
		cmocka_unit_test(test_latency),
		cmocka_unit_test(test_bad_blocks),
		cmocka_unit_test(test_any_registers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
