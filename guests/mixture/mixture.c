/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * mixture [ROUNDS [KIND]]: kinds of work that small controllers' programs are
 * made of, as a compiler makes them. Each round:
 *   list     a linked list: looked through, reversed, sorted by merging
 *   matrix   products of 16-bit matrices with a vector, a constant, each other
 *   states   numbers of each notation told from text, a byte at a time
 * and a CRC-16 of what came out, bit by bit. KIND is one of these; without it
 * all are done. Prints rounds and the CRC, which every machine prints the same.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint16_t crc_of(uint16_t crc, uint32_t value, int nr_bits)
{
	for (int i = 0; i < nr_bits; i++) {
		const uint16_t bit = (crc ^ value) & 1;

		crc >>= 1;
		value >>= 1;
		if (bit)
			crc ^= 0xa001;
	}
	return crc;
}

static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 16;
}

/* ---- a list ---------------------------------------------------------------- */

enum {
	NR_NODES = 64
};

struct node {
	struct node *next;
	int16_t key, place;
};

static struct node nodes[NR_NODES];

static struct node *make_list(uint32_t *seed)
{
	for (int i = 0; i < NR_NODES; i++) {
		/* so that the next is seldom the one behind */
		struct node *node = &nodes[i * 27 % NR_NODES];

		node->key = (int16_t)(next_random(seed) & 0x3ff);
		node->place = (int16_t)i;
		node->next = i + 1 < NR_NODES ? &nodes[(i + 1) * 27 % NR_NODES]
					      : NULL;
	}
	return nodes;
}

static struct node *reverse(struct node *list)
{
	struct node *done = NULL;

	while (list) {
		struct node *next = list->next;

		list->next = done;
		done = list;
		list = next;
	}
	return done;
}

static const struct node *find(const struct node *list, int key)
{
	while (list && list->key != key)
		list = list->next;
	return list;
}

static int by_key(const struct node *a, const struct node *b)
{
	return a->key - b->key;
}

static int by_place(const struct node *a, const struct node *b)
{
	return a->place - b->place;
}

typedef int order_fn(const struct node *a, const struct node *b);

static struct node *merge(struct node *a, struct node *b, order_fn *order)
{
	struct node *first = NULL, **end = &first;

	while (a && b) {
		struct node **least = order(a, b) <= 0 ? &a : &b;

		*end = *least;
		end = &(*end)->next;
		*least = *end;
	}
	*end = a ? a : b;
	return first;
}

static struct node *sort(struct node *list, order_fn *order)
{
	struct node *middle = list, *other;

	if (!list || !list->next)
		return list;
	for (other = list->next; other && other->next;
	     other = other->next->next)
		middle = middle->next;
	other = middle->next;
	middle->next = NULL;
	return merge(sort(list, order), sort(other, order), order);
}

static uint16_t crc_of_list(uint16_t crc, const struct node *list)
{
	for (; list; list = list->next)
		crc = crc_of(crc, (uint16_t)list->key, 16);
	return crc;
}

static uint16_t do_list(uint16_t crc, uint32_t *seed)
{
	struct node *list = make_list(seed);

	for (int i = 0; i < 32; i++) {
		const struct node *found =
			find(list, (int)(next_random(seed) & 0x3ff));

		crc = crc_of(crc, found ? (uint32_t)found->place : 0xff, 8);
		list = reverse(list);
	}
	list = sort(list, by_key);
	crc = crc_of_list(crc, list);
	return crc_of_list(crc, sort(list, by_place));
}

/* ---- matrices ---------------------------------------------------------------- */

enum {
	SIDE = 12
};

static int16_t left[SIDE][SIDE], right[SIDE][SIDE];
static int32_t product[SIDE][SIDE];

static void fill(int16_t (*matrix)[SIDE], uint32_t *seed)
{
	for (int row = 0; row < SIDE; row++)
		for (int column = 0; column < SIDE; column++)
			matrix[row][column] =
				(int16_t)(next_random(seed) % 201 - 100);
}

static void multiply_all(void)
{
	for (int row = 0; row < SIDE; row++)
		for (int column = 0; column < SIDE; column++) {
			int32_t sum = 0;

			for (int i = 0; i < SIDE; i++)
				sum += left[row][i] * right[i][column];
			product[row][column] = sum;
		}
}

static void multiply_vector(const int16_t *vector)
{
	for (int row = 0; row < SIDE; row++) {
		int32_t sum = 0;

		for (int i = 0; i < SIDE; i++)
			sum += left[row][i] * vector[i];
		product[row][row] ^= sum;
	}
}

static void scale(int16_t by)
{
	for (int row = 0; row < SIDE; row++)
		for (int column = 0; column < SIDE; column++)
			left[row][column] = (int16_t)(left[row][column] * by);
}

static uint16_t do_matrix(uint16_t crc, uint32_t *seed)
{
	uint32_t sum = 0;

	fill(left, seed);
	fill(right, seed);
	multiply_all();
	multiply_vector(right[3]);
	scale(7);
	for (int row = 0; row < SIDE; row++)
		for (int column = 0; column < SIDE; column++)
			sum += ((uint32_t)product[row][column] >> 2 & 0x1ff) ^
			       (uint16_t)left[row][column];
	return crc_of(crc, sum, 32);
}

/* ---- states ------------------------------------------------------------------ */

enum state {
	START,
	SIGN,
	DIGITS,
	POINT,
	FRACTION,
	MARK,
	POWER_SIGN,
	POWER,
	WRONG,
	NR_STATES
};

static int is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static enum state step(enum state state, char c)
{
	switch (state) {
	case START:
		if (c == '+' || c == '-')
			return SIGN;
		return is_digit(c) ? DIGITS : c == '.' ? POINT : WRONG;
	case SIGN:
		return is_digit(c) ? DIGITS : c == '.' ? POINT : WRONG;
	case DIGITS:
		if (c == '.')
			return FRACTION;
		return is_digit(c)            ? DIGITS
		       : c == 'e' || c == 'E' ? MARK
					      : WRONG;
	case POINT:
		return is_digit(c) ? FRACTION : WRONG;
	case FRACTION:
		return is_digit(c)            ? FRACTION
		       : c == 'e' || c == 'E' ? MARK
					      : WRONG;
	case MARK:
		if (c == '+' || c == '-')
			return POWER_SIGN;
		return is_digit(c) ? POWER : WRONG;
	case POWER_SIGN:
	case POWER:
		return is_digit(c) ? POWER : WRONG;
	case WRONG:
	case NR_STATES:
		break;
	}
	return WRONG;
}

static const char *const words[] = {
	"5012",     "-874",     "+122",     "35.54400", ".1234500", "-110.700",
	"+0.64400", "5.500e+3", "-.123e-2", "-87e+832", "+0.6e-12", "T0.3e-1F",
	"-T.T++Tq", "1T3.4e4z", "34.0e-T^", "007",
};

static char text[512];

static void write_text(uint32_t *seed)
{
	size_t at = 0;

	for (;;) {
		const char *word = words[next_random(seed) % 16];
		const size_t length = strlen(word);

		if (at + length + 2 > sizeof(text))
			break;
		memcpy(text + at, word, length);
		at += length;
		text[at++] = ',';
	}
	text[at] = 0;
}

static uint16_t do_states(uint16_t crc, uint32_t *seed)
{
	uint16_t ends[NR_STATES] = {0}, passes[NR_STATES] = {0};
	enum state state = START;

	write_text(seed);
	for (const char *at = text; *at; at++) {
		if (*at == ',') {
			ends[state]++;
			state = START;
			continue;
		}
		state = step(state, *at);
		passes[state]++;
	}
	for (int i = 0; i < NR_STATES; i++)
		crc = crc_of(crc, ends[i] | (uint32_t)passes[i] << 16, 32);
	return crc;
}

static int wants(const char *kind, const char *name)
{
	return !kind || !strcmp(kind, name);
}

int main(int argc, char **argv)
{
	const int rounds = argc > 1 ? atoi(argv[1]) : 2000;
	const char *kind = argc > 2 ? argv[2] : NULL;
	uint32_t seed = 1;
	uint16_t crc = 0xffff;

	for (int round = 0; round < rounds; round++) {
		if (wants(kind, "list"))
			crc = do_list(crc, &seed);
		if (wants(kind, "matrix"))
			crc = do_matrix(crc, &seed);
		if (wants(kind, "states"))
			crc = do_states(crc, &seed);
	}
	printf("mixture: %d rounds, crc %04x\n", rounds, crc);
	return 0;
}
