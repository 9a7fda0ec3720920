/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Unwinding by EHABI tables: entries that gcc and the ABI's text have, worked
 * out by hand; random instructions against a slow model that first writes them
 * all down; garbage, which must end.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kernel/arch/arm/unwind.h"

/* Index, instructions and stack lie in one piece of memory. */
#define BASE      0x1000u
#define WORDS     512u
#define TEXT      0x100u /* the first of three functions, 0x100 bytes each */
#define INDEX     BASE
#define LIST      (BASE + 0x100)
#define STACK     (BASE + 0x400)
#define STACK_END (BASE + 4 * WORDS)

struct memory {
	uint32_t word[WORDS];
	uint32_t hole; /* an address where nothing is */
	unsigned int reads;
};

static bool read_word(void *ctx, vaddr_t at, uint32_t *to)
{
	struct memory *m = ctx;

	m->reads++;
	if (at < BASE || at + 4 > BASE + sizeof(m->word) || at == m->hole)
		return false;
	memcpy(to, (uint8_t *)m->word + (at - BASE), sizeof(*to));
	return true;
}

static bool find_table(void *ctx, vaddr_t pc, struct unwind_table *to)
{
	(void)ctx;
	*to = (struct unwind_table){INDEX, 3};
	return pc >= TEXT && pc < TEXT + 0x300;
}

static void put(struct memory *m, vaddr_t at, uint32_t word)
{
	m->word[(at - BASE) / 4] = word;
}

/* Three functions; the one in the middle has @how, a word of the index. */
static void put_index(struct memory *m, uint32_t how)
{
	for (uint32_t i = 0; i < 3; i++) {
		put(m, INDEX + 8 * i,
		    (TEXT + 0x100 * i - (INDEX + 8 * i)) & 0x7fffffff);
		put(m, INDEX + 8 * i + 4, 1);
	}
	put(m, INDEX + 12, how);
}

/* Each word of the stack says where it is. */
static struct memory *start(uint32_t how, uint32_t r[16])
{
	static struct memory m;

	memset(&m, 0, sizeof(m));
	put_index(&m, how);
	for (vaddr_t at = STACK; at < STACK_END; at += 4)
		put(&m, at, at + 1);
	for (uint32_t i = 0; i < 16; i++)
		r[i] = 100 + i;
	r[13] = STACK;
	r[15] = TEXT + 0x110;
	return &m;
}

static bool unwind(struct memory *m, uint32_t r[16])
{
	const struct unwind_source source = {read_word, find_table, m};

	return unwind_frame(&source, STACK_END, r);
}

/* ---- by hand ------------------------------------------------------------------------ */

static void entries_of_the_compiler(void **state)
{
	uint32_t r[16];

	(void)state;
	/* a leaf: b0 b0 b0 */
	assert_true(unwind(start(0x80b0b0b0, r), r));
	assert_int_equal(r[15], 114);
	assert_int_equal(r[13], STACK);
	/* push {r4, r5, lr}: a9 b0 b0 */
	assert_true(unwind(start(0x80a9b0b0, r), r));
	assert_int_equal(r[4], STACK + 1);
	assert_int_equal(r[5], STACK + 5);
	assert_int_equal(r[15], STACK + 9);
	assert_int_equal(r[13], STACK + 12);
	assert_int_equal(r[6], 106);
	/* sub sp, #16; push {r4, lr}: 03 a8 b0 */
	assert_true(unwind(start(0x8003a8b0, r), r));
	assert_int_equal(r[4], STACK + 17);
	assert_int_equal(r[15], STACK + 21);
	assert_int_equal(r[13], STACK + 24);
	/* push {lr} alone: 84 00 b0 */
	assert_true(unwind(start(0x808400b0, r), r));
	assert_int_equal(r[15], STACK + 1);
	/* pop {r4, pc}: 88 01 */
	assert_true(unwind(start(0x808801b0, r), r));
	assert_int_equal(r[4], STACK + 1);
	assert_int_equal(r[15], STACK + 5);
}

/* Two words over there, by personality 1: sp = fp, then 32 up, pop {pc}. */
static void a_frame_pointer(void **state)
{
	uint32_t r[16];
	struct memory *m = start(0, r);

	(void)state;
	put(m, INDEX + 12, LIST - (INDEX + 12));
	put(m, LIST, 0x81019b07);
	put(m, LIST + 4, 0x8800b0b0);
	r[11] = STACK + 0x20;
	assert_true(unwind(m, r));
	assert_int_equal(r[15], STACK + 0x41);
	assert_int_equal(r[13], STACK + 0x44);
}

static void large_frames_and_vfp(void **state)
{
	uint32_t r[16];

	(void)state;
	/* b2 01: 0x204 + 4 */
	assert_true(unwind(start(0x80b201b0, r), r));
	assert_int_equal(r[13], STACK + 0x208);
	/* vpush {d8-d11}: d3 */
	assert_true(unwind(start(0x80d3b0b0, r), r));
	assert_int_equal(r[13], STACK + 32);
	/* vpush {d0-d3}: c9 03; fstmfdx {d8}: b8 */
	assert_true(unwind(start(0x80c903b8, r), r));
	assert_int_equal(r[13], STACK + 32 + 12);
	/* pop {r0-r3}: b1 0f */
	assert_true(unwind(start(0x80b10fb0, r), r));
	assert_int_equal(r[3], STACK + 13);
}

static void what_cannot_be(void **state)
{
	static const uint32_t how[] = {
		1, /* can't be unwound */
		0x81b0b0b0, /* personality 1 has no room here */
		0x808000b0, /* refuse to unwind */
		0x809db0b0, 0x809fb0b0, /* sp from sp, from pc */
		0x80b100b0, 0x80b1f0b0, 0x80b4b0b0, /* spare */
		0x80c0b0b0, 0x80e0b0b0, 0x80ffb0b0,
		0x804000b0, /* sp below what is in use */
		0x80b2ffff, /* without an end */
		0x809ab0b0, /* sp = r10, which is nowhere */
		0x70000000, /* a list that isn't there */
	};
	uint32_t r[16], before[16];

	(void)state;
	for (size_t i = 0; i < sizeof(how) / sizeof(*how); i++) {
		struct memory *m = start(how[i], r);

		memcpy(before, r, sizeof(r));
		assert_false(unwind(m, r));
		assert_memory_equal(r, before, sizeof(r));
	}
}

static void the_same_again_is_the_end(void **state)
{
	uint32_t r[16];
	struct memory *m = start(0x80b0b0b0, r);

	(void)state;
	r[14] = r[15];
	assert_false(unwind(m, r));
}

static void stacks_have_an_end(void **state)
{
	uint32_t r[16];
	struct memory *m = start(0x80a9b0b0, r);

	(void)state;
	r[13] = STACK_END - 8;
	assert_false(unwind(m, r));
	m = start(0x80a9b0b0, r);
	m->hole = STACK + 4;
	assert_false(unwind(m, r));
	m = start(0x80a9b0b0, r);
	r[13] += 2;
	assert_false(unwind(m, r));
}

/* ---- a slow model ---------------------------------------------------------------------- */

/* What instructions mean: a row of these. */
enum kind {
	POP,
	ADD,
	SET,
	STOP,
	WRONG
};
struct op {
	enum kind kind;
	int64_t value;
};

struct ops {
	struct op op[20000];
	unsigned int nr;
};

static void add(struct ops *ops, enum kind kind, int64_t value)
{
	ops->op[ops->nr++] = (struct op){kind, value};
}

static void add_pops(struct ops *ops, int first, unsigned int mask)
{
	if (!mask)
		add(ops, WRONG, 0);
	for (int i = 0; i < 16; i++)
		if (mask >> i & 1)
			add(ops, first + i == 13 ? WRONG : POP, first + i);
}

/* As the ABI's table 4 has them, row by row. */
static void write_down(struct ops *ops, const uint8_t *b, unsigned int n)
{
	unsigned int i = 0;

#define NEXT (i < n ? b[i++] : 0xb0)
	while (ops->nr < 19000) {
		unsigned int c = NEXT, d, shift, last;
		uint64_t uleb;

		if (c == 0xb0) {
			add(ops, STOP, 0);
			return;
		} else if (c >> 6 == 0) {
			add(ops, ADD, (c & 63) * 4 + 4);
		} else if (c >> 6 == 1) {
			add(ops, ADD, -(int64_t)(c & 63) * 4 - 4);
		} else if (c >> 4 == 8) {
			d = NEXT;
			add_pops(ops, 4, (c & 15) << 8 | d);
		} else if (c == 0x9d || c == 0x9f) {
			add(ops, WRONG, 0);
		} else if (c >> 4 == 9) {
			add(ops, SET, c & 15);
		} else if (c >> 4 == 10) {
			for (unsigned int r = 4; r <= 4 + (c & 7); r++)
				add(ops, POP, r);
			if (c & 8)
				add(ops, POP, 14);
		} else if (c == 0xb1) {
			d = NEXT;
			add_pops(ops, 0, d < 16 ? d : 0);
		} else if (c == 0xb2) {
			uleb = shift = 0;
			do {
				last = NEXT;
				if (shift > 21) {
					add(ops, WRONG, 0);
					return;
				}
				uleb |= (uint64_t)(last & 127) << shift;
				shift += 7;
			} while (last & 128);
			add(ops, ADD, 0x204 + (int64_t)(uleb << 2));
		} else if (c == 0xb3) {
			d = NEXT;
			add(ops, ADD, ((d & 15) + 1) * 8 + 4);
		} else if (c >> 3 == 0xb8 >> 3) {
			add(ops, ADD, ((c & 7) + 1) * 8 + 4);
		} else if (c == 0xc8 || c == 0xc9) {
			d = NEXT;
			add(ops, ADD, ((d & 15) + 1) * 8);
		} else if (c >> 3 == 0xd0 >> 3) {
			add(ops, ADD, ((c & 7) + 1) * 8);
		} else {
			add(ops, WRONG, 0);
			return;
		}
	}
#undef NEXT
}

static bool play(const struct ops *ops, uint32_t r[16])
{
	const int64_t low = r[13], high = STACK_END;
	int64_t v[16];

	for (int i = 0; i < 16; i++)
		v[i] = r[i];
	v[15] = 0;
	for (unsigned int i = 0; i < ops->nr; i++) {
		const struct op *op = &ops->op[i];

		switch (op->kind) {
		case POP:
			if (v[13] < low || v[13] >= high || v[13] % 4)
				return false;
			v[13] += 4;
			v[op->value] = v[13] - 4 + 1;
			break;
		case ADD:
			v[13] += op->value;
			break;
		case SET:
			v[13] = v[op->value];
			break;
		case STOP:
			if (!v[15])
				v[15] = v[14];
			if (v[13] == r[13] && v[15] == r[15])
				return false;
			for (int n = 0; n < 16; n++)
				r[n] = (uint32_t)v[n];
			return true;
		default:
			return false;
		}
		if (v[13] < low || v[13] > high)
			return false;
	}
	return false;
}

/* Rather what compilers emit than what they don't. */
static uint8_t some_byte(void)
{
	static const uint8_t common[] = {0x00, 0x03, 0x41, 0xa8, 0xab,
					 0x9b, 0x84, 0xb1, 0xb2, 0xc9,
					 0xd3, 0xb8, 0xb3, 0x97, 0x01};

	return (uint8_t)(rand() % 3 ? common[(size_t)rand() % sizeof(common)]
				    : (unsigned int)rand());
}

static void random_instructions_as_the_model(void **state)
{
	static struct ops ops;
	uint32_t r[16], model[16];
	unsigned int right = 0;

	(void)state;
	srand(1);
	for (int round = 0; round < 10000; round++) {
		const unsigned int words = (unsigned int)rand() % 4;
		struct memory *m = start(0, r);
		uint8_t b[16];

		put(m, INDEX + 12, LIST - (INDEX + 12));
		for (unsigned int i = 0; i < 2 + 4 * words; i++)
			b[i] = some_byte();
		put(m, LIST,
		    0x81000000u | words << 16 | (uint32_t)b[0] << 8 | b[1]);
		for (unsigned int i = 0; i < words; i++)
			put(m, LIST + 4 + 4 * i,
			    (uint32_t)b[2 + 4 * i] << 24 |
				    (uint32_t)b[3 + 4 * i] << 16 |
				    (uint32_t)b[4 + 4 * i] << 8 | b[5 + 4 * i]);
		r[11] = STACK + 0x40;
		r[7] = STACK + 8;
		memcpy(model, r, sizeof(r));
		ops.nr = 0;
		write_down(&ops, b, 2 + 4 * words);
		assert_int_equal(unwind(m, r), play(&ops, model));
		assert_memory_equal(r, model, sizeof(r));
		right += r[13] != STACK;
	}
	assert_true(right > 1000);
}

static void garbage_ends(void **state)
{
	uint32_t r[16];

	(void)state;
	srand(2);
	for (int round = 0; round < 20000; round++) {
		struct memory *m = start(0, r);
		vaddr_t sp = r[13];

		for (uint32_t i = 0; i < 0x180; i++)
			if (rand() % 2)
				m->word[i] = (uint32_t)rand() << 16 ^
					     (uint32_t)rand();
		if (rand() % 4)
			put_index(m,
				  rand() % 2
					  ? LIST - (INDEX + 12)
					  : 0x80000000 | (uint32_t)rand() >> 8);
		put(m, LIST,
		    (m->word[(LIST - BASE) / 4] & 0x80ffffff) | 0x81000000);
		for (int n = 0; n < 20; n++) {
			m->reads = 0;
			if (!unwind(m, r))
				break;
			assert_true(r[13] >= sp && r[13] <= STACK_END);
			assert_true(m->reads < 5000);
			sp = r[13];
			r[15] = TEXT + 0x100;
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(entries_of_the_compiler),
		cmocka_unit_test(a_frame_pointer),
		cmocka_unit_test(large_frames_and_vfp),
		cmocka_unit_test(what_cannot_be),
		cmocka_unit_test(the_same_again_is_the_end),
		cmocka_unit_test(stacks_have_an_end),
		cmocka_unit_test(random_instructions_as_the_model),
		cmocka_unit_test(garbage_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
